#include "tests/model/helper-limit.h"
#include "lims/model/command-judge.h"
#include "lims/model/command-limit.h"

#include <string.h>

/* The other helper's commands are those of LIMS_MODEL_COMMANDS: these run from their own tables. */
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

JsonNode *run_limit_command(Fixture *fixture, const char *noun, const char *verb, GHashTable *args,
                            GError **error) {
  const LimsCommand *limit = lims_command_find(LIMS_LIMIT_COMMANDS, noun, verb);
  Run run = {limit ? limit : lims_command_find(LIMS_JUDGE_COMMANDS, noun, verb), args, NULL};

  g_assert_nonnull(run.command);
  if (!(lims_command_writes(run.command, args) ? lims_store_write : lims_store_read)(fixture->store, run_job,
                                                                                     &run, error))
    g_clear_pointer(&run.out, json_node_unref);
  g_hash_table_unref(args);
  return run.out;
}

JsonNode *import_set(Fixture *fixture, const char *text, gboolean apply, gboolean ends_before,
                     GError **error) {
  GHashTable *args = lims_fields_new();
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));

  g_assert_true(lims_fields_set_file(args, "csv", "set.csv", bytes, NULL));
  if (apply)
    lims_fields_set(args, "apply", "yes");
  if (ends_before)
    lims_fields_set(args, "ends-before", "yes");
  return run_limit_command(fixture, "limit", "import", args, error);
}

JsonObject *must_import_set(Fixture *fixture, const char *text, gboolean apply, gboolean ends_before,
                            JsonNode **out) {
  g_autoptr(GError) error = NULL;

  *out = import_set(fixture, text, apply, ends_before, &error);
  g_assert_no_error(error);
  return json_node_get_object(*out);
}

char *judge_text(Fixture *fixture, const char *commodity, const char *analyte, const char *value,
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
  out = run_limit_command(fixture, "judge", "one", args, &error);
  g_assert_no_error(error);
  object = json_node_get_object(out);
  return g_strconcat(
      json_object_get_string_member(object, "verdict"), " ",
      json_object_get_string_member(object, "reason-code"), " ",
      json_object_has_member(object, "limit") ? json_object_get_string_member(object, "limit") : "-", NULL);
}
