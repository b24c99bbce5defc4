/* Commands: parameters checked by the table, one audit row each, and the chain that shows what was changed.
 */
#include "lims/model/audit.h"
#include "tests/model/helper-model.h"

#include <string.h>

static void test_fields(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  g_assert_null(run_command(f, &error, "site add", "colour", "red", "kind", "shop", "name", "", NULL));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_cmpstr(
      error->message, ==,
      "colour: unknown (known: lab, code, name, name-en, kind, division, address); "
      "name: missing (its name); kind 'shop': must be one of farm|market|stall|supermarket|school-canteen|"
      "restaurant|workshop|online-seller|grain-store|irrigation-point|soil-point");
}

static void test_forms(Fixture *f, gconstpointer data) {
  static const char *const bad[][3] = {
      {"mass", "0,5", "a number"},  {"mass", "1x", "a number"},      {"mass", "", "missing"},
      {"volume", "--", "a number"}, {"dilution", "1/2", "a number"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    must_refuse(f, LIMS_ERROR_INVALID, bad[i][2], "preparation add", bad[i][0], bad[i][1], "sample", "x",
                NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "a date", "sample add", "produced-on", "2026-02-30", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "a whole number", "site list", "limit", "-1", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "UTF-8", "site add", "name", "\xb2\xcb", NULL);
}

static void test_file(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  must_refuse(f, LIMS_ERROR_INVALID, "csv: the file is missing or empty", "sample import", NULL);
  g_assert_null(run_file_command(f, &error, "sample import", "day.xlsx", "PK\3\4\0\0", 6));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, "day.xlsx"));
}

/* The table itself: every row complete, no command twice, no field twice. */
static void test_table(void) {
  for (const LimsCommand *c = LIMS_MODEL_COMMANDS; c->noun; c++) {
    g_assert_true(lims_command_find(LIMS_MODEL_COMMANDS, c->noun, c->verb) == c);
    g_assert_nonnull(c->run);
    g_assert_true(c->summary && *c->summary);
    g_assert_true(c->writes || !c->frees_held);
    for (const LimsField *field = c->fields; field && field->name; field++) {
      g_assert_true(field->help && *field->help);
      g_assert_cmpint((field->type == LIMS_FIELD_CHOICE || field->type == LIMS_FIELD_WORD), ==,
                      field->choices != NULL);
      for (const LimsField *before = c->fields; before != field; before++)
        g_assert_cmpstr(before->name, !=, field->name);
    }
  }
  g_assert_null(lims_command_find(LIMS_MODEL_COMMANDS, "lab", "burn"));
}

/* ---- who may write, and what was held ---- */

typedef struct {
  const char *noun, *verb;
  GHashTable *args;
  JsonNode *out;
} Call;

static guint retried_lab;
static gint64 retried_sample;

static gboolean retry_held(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error) {
  retried_lab = lab;
  retried_sample = sample;
  *out_results = 3;
  return TRUE;
}

static gboolean call_job(LimsDb *db, gpointer data, GError **error) {
  static const LimsCommandCaller caller = {"li", "http", retry_held};
  Call *call = data;

  return lims_command_run(lims_command_find(LIMS_MODEL_COMMANDS, call->noun, call->verb), db, call->args,
                          &caller, &call->out, error);
}

static void test_needs_writer(Fixture *f, gconstpointer data) {
  g_autoptr(GHashTable) args = lims_fields_new();
  g_autoptr(GError) error = NULL;
  Call call = {"lab", "add", args, NULL};

  lims_fields_set(args, "code", "A");
  lims_fields_set(args, "name", "a");
  lims_fields_set(args, "kind", "city");
  g_assert_false(lims_store_read(f->store, call_job, &call, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL);
  call = (Call){"lab", "list", NULL, NULL};
  call.args = lims_fields_new();
  g_clear_error(&error);
  lims_store_read(f->store, call_job, &call, &error);
  g_assert_no_error(error);
  g_assert_true(JSON_NODE_HOLDS_ARRAY(call.out));
  json_node_unref(call.out);
  g_hash_table_unref(call.args);
}

static void test_retry(Fixture *f, gconstpointer data) {
  g_autoptr(GHashTable) args = lims_fields_new();
  Call call = {"sample", "add", args, NULL};
  g_autofree char *expected = NULL;

  add_places(f);
  lims_fields_set(args, "lab", "GX");
  lims_fields_set(args, "site", "M1");
  lims_fields_set(args, "commodity", "菠菜");
  must_write(f, call_job, &call);
  g_assert_cmpuint(retried_lab, ==, 1);
  g_assert_cmpint(retried_sample, ==, read_int(f, "SELECT id FROM sample"));
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(call.out), "results"), ==, 3);
  json_node_unref(call.out);
  expected = read_text(f, "SELECT 'lihttpsample add' || number FROM sample");
  assert_text(f, "SELECT who || via || action || object FROM audit WHERE lab = 1 ORDER BY n DESC LIMIT 1",
              expected);
}

/* ---- audit ---- */

static gint64 audit_rows(Fixture *f) {
  return read_int(f, "SELECT COUNT(*) FROM audit");
}

static void test_audit_of_commands(Fixture *f, gconstpointer data) {
  g_free(must_add(f, "lab add", "code", "A", "name", "甲", "kind", "city", NULL));
  g_assert_cmpint(audit_rows(f), ==, 1);
  assert_text(f, "SELECT detail FROM audit", "{\"code\":\"A\",\"name\":\"甲\",\"kind\":\"city\"}");
  must_refuse(f, LIMS_ERROR_CONFLICT, "A", "lab add", "code", "A", "name", "甲", "kind", "city", NULL);
  json_node_unref(run_command(f, NULL, "lab list", NULL));
  g_assert_cmpint(audit_rows(f), ==, 1);
}

static gint64 verify(Fixture *f, GError **error) {
  g_autoptr(JsonNode) out = run_command(f, error, "audit verify", NULL);

  return out ? json_object_get_int_member(json_array_get_object_element(json_node_get_array(out), 0), "rows")
             : -1;
}

static const char *const DAMAGES[][2] = {
    {"UPDATE audit SET detail = 'x' WHERE lab = 0 AND n = 2", "row 2: it was changed"},
    {"UPDATE audit SET who = who || via, via = '' WHERE lab = 0 AND n = 2", "row 2: it was changed"},
    {"DELETE FROM audit WHERE lab = 0 AND n = 2", "row 3: a row before it is missing"},
    {"DELETE FROM audit WHERE lab = 0 AND n = 1", "row 2: a row before it is missing"},
};

static void add_three(Fixture *f) {
  g_free(must_add(f, "lab add", "code", "A", "name", "a", "kind", "city", NULL));
  g_free(must_add(f, "site add", "name", "b", "kind", "farm", NULL));
  g_free(must_add(f, "site add", "name", "c", "kind", "farm", NULL));
}

static void test_audit_damage(Fixture *f, gconstpointer data) {
  const char *const *damage = data;
  g_autoptr(GError) error = NULL;

  add_three(f);
  g_assert_cmpint(verify(f, NULL), ==, 3);
  must_execute(f, damage[0]);
  g_assert_cmpint(verify(f, &error), ==, -1);
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT);
  if (!strstr(error->message, damage[1]))
    g_error("expected \"%s\" in \"%s\"", damage[1], error->message);
}

/* What was cut off at the end shows only against a head that was printed. */
static void test_audit_head(Fixture *f, gconstpointer data) {
  g_autofree char *head = NULL;

  add_three(f);
  head = read_text(f, "SELECT hash FROM audit WHERE n = 3");
  json_node_unref(run_command(f, NULL, "audit verify", "head", head, NULL));
  must_execute(f, "DELETE FROM audit WHERE n = 3");
  g_assert_cmpint(verify(f, NULL), ==, 2);
  must_refuse(f, LIMS_ERROR_CONFLICT, "no row has the hash", "audit verify", "head", head, NULL);
}

/* The bytes that are hashed, written out: another program must find the same. */
static void test_audit_hash(Fixture *f, gconstpointer data) {
  static const char by_hand[] =
      "SELECT '0:1:01:136:' || incarnation || length(at_us) || ':' || at_us || "
      "'4:wang4:test7:lab add1:A' || length(detail) || ':' || detail FROM audit WHERE n = 1";
  g_autofree char *bytes = NULL, *hash = NULL;

  add_three(f);
  bytes = read_text(f, by_hand);
  hash = g_compute_checksum_for_string(G_CHECKSUM_SHA256, bytes, -1);
  assert_text(f, "SELECT hash FROM audit WHERE n = 1", hash);
  assert_text(f, "SELECT previous FROM audit WHERE n = 2", hash);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/command/fields", test_fields);
  MODEL_TEST("/command/forms", test_forms);
  MODEL_TEST("/command/file", test_file);
  g_test_add_func("/command/table", test_table);
  MODEL_TEST("/command/needs-writer", test_needs_writer);
  MODEL_TEST("/command/retry", test_retry);
  MODEL_TEST("/audit/of-commands", test_audit_of_commands);
  for (guint i = 0; i < G_N_ELEMENTS(DAMAGES); i++) {
    g_autofree char *path = g_strdup_printf("/audit/damage/%u", i);
    g_test_add(path, Fixture, DAMAGES[i], fixture_open, test_audit_damage, fixture_close);
  }
  MODEL_TEST("/audit/head", test_audit_head);
  MODEL_TEST("/audit/hash", test_audit_hash);
  return g_test_run();
}
