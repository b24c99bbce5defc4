/* Importing a limit set, and judging what people typed. */
#include "lims/model/command-judge.h"
#include "lims/model/command-limit.h"
#include "tests/model/helper-model.h"

#include <string.h>

/* The helper's commands are those of LIMS_MODEL_COMMANDS: these run from their own tables. */
typedef struct {
  const LimsCommand *command;
  GHashTable *args;
  JsonNode *out;
} Run;

static gboolean run_job(LimsDb *db, gpointer data, GError **error) {
  Run *run = data;
  LimsCommandCaller caller = {.who = "wang", .via = "test"};

  return lims_command_run(run->command, db, run->args, &caller, &run->out, error);
}

static JsonNode *run(Fixture *fixture, const char *noun, const char *verb, GHashTable *args, GError **error) {
  const LimsCommand *limit = lims_command_find(LIMS_LIMIT_COMMANDS, noun, verb);
  Run one = {limit ? limit : lims_command_find(LIMS_JUDGE_COMMANDS, noun, verb), args, NULL};

  g_assert_nonnull(one.command);
  if (!lims_store_write(fixture->store, run_job, &one, error))
    g_clear_pointer(&one.out, json_node_unref);
  g_hash_table_unref(args);
  return one.out;
}

static JsonNode *import(Fixture *fixture, const char *text, gboolean apply, GError **error) {
  GHashTable *args = lims_fields_new();
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

  g_assert_true(lims_fields_set_file(args, "csv", "set.csv", bytes, NULL));
  if (apply)
    lims_fields_set(args, "apply", "yes");
  return run(fixture, "limit", "import", args, error);
}

/* Counts of the last row. */
static void must_import(Fixture *fixture, const char *text, gboolean apply, const char *counts) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = import(fixture, text, apply, &error);
  JsonArray *rows;
  const char *sum;

  g_assert_no_error(error);
  rows = json_node_get_array(out);
  sum = json_object_get_string_member(json_array_get_object_element(rows, json_array_get_length(rows) - 1),
                                      "after");
  g_test_message("%s", sum);
  g_assert_nonnull(strstr(sum, counts));
}

#define HEAD "set,standard,tree,effective_from,standing,node,analyte,limit_text,unit,conditions\n"
#define SET "local,DB 1-2026,t,2026-01-01,good,"

/* The verdict of one value, with its reason. */
static char *judge(Fixture *fixture, const char *commodity, const char *analyte, const char *value,
                   const char *unit, const char *limit) {
  GHashTable *args = lims_fields_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  JsonObject *object;

  lims_fields_set(args, "commodity", commodity);
  lims_fields_set(args, "analyte", analyte);
  lims_fields_set(args, "value", value);
  lims_fields_set(args, "date", "2026-05-01");
  if (unit)
    lims_fields_set(args, "unit", unit);
  if (limit)
    lims_fields_set(args, "limit", limit);
  out = run(fixture, "judge", "one", args, &error);
  g_assert_no_error(error);
  object = json_node_get_object(out);
  return g_strconcat(
      json_object_get_string_member(object, "verdict"), " ",
      json_object_get_string_member(object, "reason-code"), " ",
      json_object_has_member(object, "limit") ? json_object_get_string_member(object, "limit") : "-", NULL);
}

#define assert_judged(fixture, commodity, analyte, value, unit, limit, expected)                             \
  do {                                                                                                       \
    g_autofree char *judged_text = judge(fixture, commodity, analyte, value, unit, limit);                   \
    g_assert_cmpstr(judged_text, ==, expected);                                                              \
  } while (0)

static void test_import(Fixture *fixture, gconstpointer data) {
  static const char *const first = HEAD SET "菠菜,镉,0.1,mg/kg,\n"
                                            ",,,,,蔬菜,毒死蜱,不得使用,,\n"
                                            ",,,,,1,cd,0.3,mg/kg,pH<=5.5\n";
  static const char *const second = HEAD SET "蔬菜 > 菠菜,cadmium,0.15,mg/kg,\n"
                                             ",,,,,蔬菜,毒死蜱,不得使用,,\n";

  add_places(fixture);
  must_import(fixture, first, FALSE,
              "3 added, 0 changed, 0 removed, 0 unchanged, 1 overlapping; nothing written");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_set"), ==, 1);
  assert_judged(fixture, "菠菜", "镉", "0.15", "mg/kg", NULL, "complies at-or-below-limit 0.2 mg/kg");
  must_import(fixture, first, TRUE, "3 added, 0 changed, 0 removed, 0 unchanged, 1 overlapping; done");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row WHERE limit_set = 'local'"), ==, 3);
  /* two sets now hold for one food and differ: nobody is asked to guess */
  assert_judged(fixture, "菠菜", "镉", "0.15", "mg/kg", NULL, "undetermined limits-conflict 0.1 mg/kg");
  must_import(fixture, first, TRUE, "0 added, 0 changed, 0 removed, 3 unchanged");
  must_import(fixture, second, TRUE, "0 added, 1 changed, 1 removed, 1 unchanged");
  assert_text(fixture, "SELECT limit_number FROM limit_row WHERE limit_set = 'local' AND analyte = 'cadmium'",
              "0.15");
  assert_text(fixture, "SELECT id FROM limit_row WHERE limit_set = 'local' AND analyte = 'cadmium'", "1");
}

static void test_refused(Fixture *fixture, gconstpointer data) {
  static const struct {
    const char *text, *words;
  } rows[] = {
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,葱,镉,0.1,mg/kg,\n,,,,,菠菜,铅,0.1,mg/kg,\n", "set.csv:3:"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,葱,镉,0.1,mg/kg,\n,,,,,菠菜,铅,0.1,mg/kg,\n", "set.csv:4:"},
      {HEAD SET "菠菜,镉,0.1,mg/qg,\n", "unit"},
      {HEAD SET "菠菜,镉,many,mg/kg,\n", "many"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\nother,,,,,蔬菜,镉,0.1,mg/kg,\n", "one set"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,蔬菜 > 菠菜,Cd,0.2,mg/kg,\n", "line 2"},
      {HEAD "local,DB 1-2026,t,soon,good,菠菜,镉,0.1,mg/kg,\n", "soon"},
      {HEAD "local,DB 1-2026,u,2026-01-01,good,菠菜,镉,0.1,mg/kg,\n", "tree 'u'"},
      {HEAD, "no row"},
      {"", "empty"},
      {"set,standard\nx,y\n", "tree"},
  };

  add_places(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(import(fixture, rows[i].text, TRUE, &error));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, rows[i].words));
    g_assert_nonnull(strstr(error->message, "csv"));
    g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row WHERE limit_set = 'local'"), ==, 0);
  }
}

static void test_judge_one(Fixture *fixture, gconstpointer data) {
  add_places(fixture);
  assert_judged(fixture, "菠菜", "Cd", "0.2", "mg/kg", NULL, "complies at-or-below-limit 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "201µg/kg", NULL, NULL, "exceeds above-limit 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "未检出", NULL, NULL, "complies not-detected 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0,035", "mg/kg", NULL, "undetermined unreadable 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1", NULL, NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1 g/kg", "mg/kg", NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1", "mg/qg", NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "克百威", "0.001", "mg/kg", NULL, "exceeds detected-though-banned 不得使用");
  assert_judged(fixture, "谜", "Cd", "0.1", "mg/kg", NULL, "undetermined no-commodity -");
  assert_judged(fixture, "菠菜", "unobtainium", "0.1", "mg/kg", NULL, "undetermined no-limit -");
  assert_judged(fixture, "谜", "unobtainium", "6.71", "mg/kg", "≤5mg/kg", "exceeds above-limit ≤5mg/kg");
  assert_judged(fixture, "谜", "x", "1.26倍", NULL, "≤1.5倍", "undetermined unreadable ≤1.5倍");
  assert_judged(fixture, "谜", "x", "1.26", NULL, "≤1.5倍", "undetermined limit-not-numeric ≤1.5倍");
  assert_judged(fixture, "菠菜", "酒精度", "16.9%", NULL, NULL, "undetermined no-limit -"); /* no screen */
}

static void test_judge_csv(Fixture *fixture, gconstpointer data) {
  static const char *const text = "no,commodity,analyte,value,unit,date,limit\r\n"
                                  "1,菠菜,镉,0.3,mg/kg,2026-05-01,\r\n"
                                  "2,\"菠菜\",镉,未检出,,2026-05-01,\r\n"
                                  "3,谜,镉,0.3,mg/kg,yesterday,0.3\r\n"
                                  "4,菠菜,镉,0.3,mg/kg,yesterday,\r\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
  GHashTable *args = lims_fields_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  g_auto(GStrv) lines = NULL;

  add_places(fixture);
  g_assert_true(lims_fields_set_file(args, "csv", "rows.csv", bytes, NULL));
  out = run(fixture, "judge", "csv", args, &error);
  g_assert_no_error(error);
  lines = g_strsplit(json_node_get_string(out), "\n", -1);
  g_assert_cmpuint(g_strv_length(lines), ==, 6);
  g_assert_cmpstr(lines[0], ==,
                  "no,commodity,analyte,value,unit,date,limit,verdict,limit_used,standard,clause,reason");
  g_assert_true(
      g_str_has_prefix(lines[1], "1,菠菜,镉,0.3,mg/kg,2026-05-01,,exceeds,0.2 mg/kg,GB 0000-2020,4.3,"));
  g_assert_true(
      g_str_has_prefix(lines[2], "2,菠菜,镉,未检出,,2026-05-01,,complies,0.2 mg/kg,GB 0000-2020,4.3,"));
  g_assert_true(g_str_has_prefix(lines[3], "3,谜,镉,0.3,mg/kg,yesterday,0.3,complies,0.3,,,"));
  g_assert_nonnull(strstr(lines[4], "undetermined,,,,no-date: "));
}

static void test_judge_csv_refused(Fixture *fixture, gconstpointer data) {
  static const char *const texts[] = {
      "", "commodity,analyte,value,unit\na,b,c,d\n",
      "commodity,analyte,value,unit,date,verdict\na,b,1,mg/kg,2026-01-01,x\n"};

  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GBytes) bytes = g_bytes_new_static(texts[i], strlen(texts[i]));
    GHashTable *args = lims_fields_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(lims_fields_set_file(args, "csv", "rows.csv", bytes, NULL));
    g_assert_null(run(fixture, "judge", "csv", args, &error));
    g_test_message("%s", error->message);
  }
}

static void test_list(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  JsonObject *row;

  add_places(fixture);
  out = run(fixture, "limit", "list", lims_fields_new(), &error);
  g_assert_no_error(error);
  row = json_array_get_object_element(json_node_get_array(out), 0);
  g_assert_cmpstr(json_object_get_string_member(row, "standard"), ==, "GB 0000-2020");
  g_assert_cmpint(json_object_get_int_member(row, "limits"), ==, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/limit-set/import", test_import);
  MODEL_TEST("/limit-set/refused", test_refused);
  MODEL_TEST("/limit-set/list", test_list);
  MODEL_TEST("/judge-text/one", test_judge_one);
  MODEL_TEST("/judge-text/csv", test_judge_csv);
  MODEL_TEST("/judge-text/csv-refused", test_judge_csv_refused);
  return g_test_run();
}
