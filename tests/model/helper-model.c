/* See helper-model.h. */
#include "tests/model/helper-model.h"
#include "lims/model/command-budget.h"
#include "lims/model/command-commodity.h"
#include "lims/model/command-method.h"
#include "lims/model/command-result.h"
#include "lims/model/command-setting.h"
#include "lims/model/determination.h"
#include "lims/model/rejudge.h"

#include <glib/gstdio.h>
#include <string.h>

void fixture_open(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *url = NULL;

  fixture->directory = g_dir_make_tmp("lims-model-XXXXXX", &error);
  g_assert_no_error(error);
  url = g_strconcat("sqlite:", fixture->directory, "/lims.db", NULL);
  fixture->store = lims_store_open(url, TRUE, &error);
  g_assert_no_error(error);
}

void fixture_close(Fixture *fixture, gconstpointer data) {
  g_autoptr(GDir) dir = g_dir_open(fixture->directory, 0, NULL);

  lims_store_close(fixture->store);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(fixture->directory, name, NULL);
    g_unlink(path);
  }
  g_rmdir(fixture->directory);
  g_free(fixture->directory);
}

void must_write(Fixture *fixture, LimsStoreJob job, gpointer data) {
  g_autoptr(GError) error = NULL;

  lims_store_write(fixture->store, job, data, &error);
  g_assert_no_error(error);
}

/* ---- plain SQL ---- */

typedef struct {
  const char *sql;
  gint64 number;
  char *text;
} Statement;

static gboolean execute_job(LimsDb *db, gpointer data, GError **error) {
  return lims_db_run(db, error, ((Statement *)data)->sql, NULL);
}

void must_execute(Fixture *fixture, const char *sql) {
  must_write(fixture, execute_job, &(Statement){.sql = sql});
}

static gboolean read_int_job(LimsDb *db, gpointer data, GError **error) {
  Statement *statement = data;

  if (!lims_db_get_int(db, &statement->number, NULL, statement->sql, NULL))
    statement->number = -1;
  return TRUE;
}

gint64 read_int(Fixture *fixture, const char *sql) {
  Statement statement = {.sql = sql};

  must_write(fixture, read_int_job, &statement);
  return statement.number;
}

static gboolean read_text_job(LimsDb *db, gpointer data, GError **error) {
  Statement *statement = data;

  lims_db_get_text(db, &statement->text, NULL, statement->sql, NULL);
  return TRUE;
}

char *read_text(Fixture *fixture, const char *sql) {
  Statement statement = {.sql = sql};

  must_write(fixture, read_text_job, &statement);
  return statement.text;
}

/* ---- commands ---- */

typedef struct {
  const LimsCommand *command;
  GHashTable *args;
  JsonNode *out;
} Run;

static gboolean run_job(LimsDb *db, gpointer data, GError **error) {
  static const LimsCommandCaller caller = {.who = "wang", .via = "test"};
  Run *run = data;

  return lims_command_run(run->command, db, run->args, &caller, &run->out, error);
}

static const LimsCommand *find_command(const char *noun, const char *verb) {
  static const LimsCommand *const TABLES[] = {LIMS_MODEL_COMMANDS,  LIMS_SETTING_COMMANDS,
                                              LIMS_BUDGET_COMMANDS, LIMS_RESULT_COMMANDS,
                                              LIMS_METHOD_COMMANDS, LIMS_COMMODITY_COMMANDS};
  const LimsCommand *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(TABLES) && !found; i++)
    found = lims_command_find(TABLES[i], noun, verb);
  return found;
}

static JsonNode *run_args(Fixture *fixture, const char *name, GHashTable *args, GError **error) {
  g_auto(GStrv) words = g_strsplit(name, " ", 2);
  Run run = {find_command(words[0], words[1]), args, NULL};

  g_assert_nonnull(run.command);
  if (lims_store_write(fixture->store, run_job, &run, error))
    return run.out;
  g_clear_pointer(&run.out, json_node_unref);
  return NULL;
}

static GHashTable *take_args(va_list list) {
  GHashTable *args = lims_fields_new();

  for (const char *name; (name = va_arg(list, const char *));)
    lims_fields_set(args, name, va_arg(list, const char *));
  return args;
}

JsonNode *run_command(Fixture *fixture, GError **error, const char *command, ...) {
  g_autoptr(GHashTable) args = NULL;
  va_list list;

  va_start(list, command);
  args = take_args(list);
  va_end(list);
  return run_args(fixture, command, args, error);
}

char *must_add(Fixture *fixture, const char *command, ...) {
  g_autoptr(GHashTable) args = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  va_list list;

  va_start(list, command);
  args = take_args(list);
  va_end(list);
  out = run_args(fixture, command, args, &error);
  g_assert_no_error(error);
  return g_strdup(json_object_get_string_member(json_node_get_object(out), "key"));
}

void must_refuse(Fixture *fixture, LimsErrorCode code, const char *words, const char *command, ...) {
  g_autoptr(GHashTable) args = NULL;
  g_autoptr(GError) error = NULL;
  va_list list;

  va_start(list, command);
  args = take_args(list);
  va_end(list);
  g_assert_null(run_args(fixture, command, args, &error));
  g_assert_error(error, LIMS_ERROR, (int)code);
  if (!strstr(error->message, words))
    g_error("expected \"%s\" in \"%s\"", words, error->message);
}

JsonNode *run_file_command(Fixture *fixture, GError **error, const char *command, const char *name,
                           const char *bytes, gssize size) {
  g_autoptr(GHashTable) args = lims_fields_new();
  g_autoptr(GBytes) content = g_bytes_new(bytes, size < 0 ? strlen(bytes) : (gsize)size);

  if (!lims_fields_set_file(args, "csv", name, content, error))
    return NULL;
  return run_args(fixture, command, args, error);
}

void assert_in_order(const char *message, const char *const *said, guint count) {
  const char *at = message;

  for (guint i = 0; i < count; i++) {
    at = strstr(at, said[i]);
    if (!at)
      g_error("\"%s\" is not there, or not in its place: %s", said[i], message);
  }
}

/* ---- what most tests begin with ---- */

static void add_catalogue(Fixture *fixture) {
  static const char *const rows[] = {
      "INSERT INTO analyte(code, name, name_en, family) VALUES('chlorpyrifos', '毒死蜱', 'chlorpyrifos', "
      "'pesticide'), "
      "('carbofuran', '克百威', 'carbofuran', 'pesticide'), ('cadmium', '镉', 'cadmium', 'metal')",
      "INSERT INTO analyte_alias(folded, alias, analyte) VALUES('cd', 'Cd', 'cadmium')",
      "INSERT INTO commodity(code, name, name_en, family) VALUES('spinach', '菠菜', 'spinach', 'vegetable')",
      "INSERT INTO commodity_alias(folded, alias, commodity) VALUES('菠薐', '菠薐', 'spinach')",
      "INSERT INTO node(tree, id, parent, name, path) VALUES('t', 1, NULL, '蔬菜', '蔬菜'), "
      "('t', 2, 1, '菠菜', '蔬菜 > 菠菜')",
      "INSERT INTO membership(commodity, tree, node) VALUES('spinach', 't', 2)",
      "INSERT INTO limit_set(code, standard, title, tree, effective_from, date_rule, source, standing, seq) "
      "VALUES('s', 'GB 0000-2020', 'test', 't', '2020-01-01', 'production', 'test', 'good', 1)",
      "INSERT INTO limit_row(limit_set, id, node, analyte, kind, limit_text, limit_number, unit, clause, "
      "basis, "
      "conditions, source, note) VALUES"
      "('s', 1, 2, 'chlorpyrifos', 'maximum', '0.02', '0.02', 'mg/kg', '4.1', '', '', 'test', ''), "
      "('s', 2, 1, 'carbofuran', 'banned', '不得使用', NULL, NULL, '4.2', '', '', 'test', ''), "
      "('s', 3, 2, 'cadmium', 'maximum', '0.2', '0.2', 'mg/kg', '4.3', '', '', 'test', '')",
      "INSERT INTO meta(name, value) VALUES('catalogue-version', '7') ON CONFLICT(name) DO UPDATE SET value "
      "= '7'",
  };

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++)
    must_execute(fixture, rows[i]);
}

void add_places(Fixture *fixture) {
  static const char *const labs[][2] = {{"CITY", "city"}, {"GX", "county"}};

  for (guint i = 0; i < G_N_ELEMENTS(labs); i++) {
    g_autofree char *lab =
        must_add(fixture, "lab add", "code", labs[i][0], "name", "实验室", "kind", labs[i][1], NULL);
    g_autofree char *site =
        must_add(fixture, "site add", "lab", lab, "code", "M1", "name", "东门市场", "kind", "market", NULL);
    g_autofree char *user =
        must_add(fixture, "user add", "lab", lab, "login", "wang", "name", "王", "role", "technician", NULL);
  }
  add_catalogue(fixture);
}

/* ---- a sample and its values ---- */

gint64 add_spinach(Fixture *fixture, const char *lab, const char *client) {
  g_autofree char *sql = g_strdup_printf("SELECT sample FROM sample_alias WHERE alias = '%s'", client);

  g_free(must_add(fixture, "sample add", "lab", lab, "site", "M1", "commodity", "菠菜", "produced-on",
                  "2026-11-20", "client", client, NULL));
  return read_int(fixture, sql);
}

gboolean add_value_job(LimsDb *db, gpointer data, GError **error) {
  Value *value = data;
  LimsDeterminationRow row = {
      .lab = GX,
      .sample = value->sample,
      .analyte = value->analyte,
      .printed = value->number ? value->number : "ND",
      .state = value->state    ? value->state
               : value->number ? "number"
                               : "not-detected",
      .number = value->number,
      .unit = value->unit ? value->unit : "mg/kg",
      .basis = value->basis ? value->basis : "sample",
      .method = value->method,
      .replicate = value->replicate,
      .transmission = value->transmission,
      .person = "unattended",
      .arrived_us = 1,
  };

  return lims_determination_add(db, &row, &value->id, error);
}

gboolean judge_value_job(LimsDb *db, gpointer data, GError **error) {
  Value *value = data;

  return lims_verdict_renew_many(db, GX, value->sample, &value->analyte, 1, &value->needs_preparation, error);
}

gboolean add_judged_value_job(LimsDb *db, gpointer data, GError **error) {
  return add_value_job(db, data, error) && judge_value_job(db, data, error);
}

gint64 add_value(Fixture *fixture, Value value) {
  must_write(fixture, add_value_job, &value);
  return value.id;
}

gint64 add_judged_value(Fixture *fixture, Value value) {
  must_write(fixture, add_judged_value_job, &value);
  return value.id;
}

void must_judge_anew(Fixture *fixture) {
  g_autoptr(GError) error = NULL;

  lims_rejudge_finish(fixture->store, &error);
  g_assert_no_error(error);
}
