/* Running a command. Whatever way it came, the parameters are checked by its table first and the audit row is
 * written last, in the same transaction: a command that failed leaves neither rows nor audit, one that was
 * done leaves both.
 */
#include "lims/model/command.h"
#include "lims/core/id.h"
#include "lims/model/audit.h"
#include "lims/model/lab.h"

#include <string.h>

const LimsCommand *lims_command_find(const LimsCommand *table, const char *noun, const char *verb) {
  for (const LimsCommand *command = table; command->noun; command++)
    if (strcmp(command->noun, noun) == 0 && strcmp(command->verb, verb) == 0)
      return command;
  return NULL;
}

/* ---- the answer ---- */

/* A text member of the answer; NULL if it is a list or has none. */
static const char *answer_text(JsonNode *out, const char *name) {
  JsonObject *object = out && JSON_NODE_HOLDS_OBJECT(out) ? json_node_get_object(out) : NULL;

  return object && json_object_has_member(object, name) ? json_object_get_string_member(object, name) : NULL;
}

/* The laboratory whose row it is; the city's (0) for what all share. */
static gboolean answer_lab(LimsDb *db, JsonNode *out, guint *out_lab, GError **error) {
  const char *code = answer_text(out, "lab");
  g_autoptr(LimsLab) lab = code ? lims_lab_get(db, code, error) : NULL;

  *out_lab = lab ? lab->id : 0;
  return code == NULL || lab != NULL;
}

/* ---- what was held ---- */

static gboolean retry_labs(LimsDb *db, const LimsCommandCaller *caller, gint64 *out_results, GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);

  if (!labs)
    return FALSE;
  for (guint i = 0; i < labs->len; i++) {
    gint64 results = 0;

    if (!caller->retry_held(db, ((LimsLab *)g_ptr_array_index(labs, i))->id, 0, &results, error))
      return FALSE;
    *out_results += results;
  }
  return TRUE;
}

/* The sample that the answer names, or its laboratory, or all. */
static gboolean retry(LimsDb *db, const LimsCommandCaller *caller, JsonNode *out, GError **error) {
  const char *text = answer_text(out, "sample-id");
  gint64 results = 0, sample = 0;
  guint lab;

  if (text)
    lims_id_parse(text, &sample);
  if (!answer_text(out, "lab")) {
    if (!retry_labs(db, caller, &results, error))
      return FALSE;
  } else if (!answer_lab(db, out, &lab, error) || !caller->retry_held(db, lab, sample, &results, error)) {
    return FALSE;
  }
  json_object_set_int_member(json_node_get_object(out), "results", results);
  return TRUE;
}

/* ---- audit ---- */

/* A file stands in the audit by its name and digest. */
static void add_detail(JsonObject *detail, const LimsField *field, GHashTable *args) {
  const char *value = lims_fields_get(args, field->name);
  g_autofree char *name = g_strconcat(field->name, "-name", NULL);
  g_autofree char *digest = NULL;

  if (!value)
    return;
  if (field->type != LIMS_FIELD_FILE) {
    json_object_set_string_member(detail, field->name, value);
    return;
  }
  digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, value, -1);
  json_object_set_string_member(detail, field->name, digest);
  if (lims_fields_get(args, name))
    json_object_set_string_member(detail, name, lims_fields_get(args, name));
}

static char *describe(const LimsCommand *command, GHashTable *args) {
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  JsonObject *detail = json_object_new();

  for (const LimsField *field = command->fields; field && field->name; field++)
    add_detail(detail, field, args);
  json_node_take_object(node, detail);
  return json_to_string(node, FALSE);
}

static gboolean write_audit(const LimsCommand *command, LimsDb *db, GHashTable *args,
                            const LimsCommandCaller *caller, JsonNode *out, GError **error) {
  g_autofree char *action = g_strconcat(command->noun, " ", command->verb, NULL);
  g_autofree char *detail = describe(command, args);
  const char *key = answer_text(out, "key");
  guint lab;

  return answer_lab(db, out, &lab, error) &&
         lims_audit_add(db, lab, caller->who, caller->via, action, key ? key : "", detail, error);
}

/* ---- running ---- */

gboolean lims_command_writes(const LimsCommand *command, GHashTable *args) {
  return command->writes && (!command->only_with || lims_fields_is_yes(args, command->only_with));
}

static gboolean finish(const LimsCommand *command, LimsDb *db, GHashTable *args,
                       const LimsCommandCaller *caller, JsonNode *out, GError **error) {
  if (command->frees_held && caller->retry_held && !retry(db, caller, out, error))
    return FALSE;
  return !lims_command_writes(command, args) || write_audit(command, db, args, caller, out, error);
}

gboolean lims_command_run(const LimsCommand *command, LimsDb *db, GHashTable *args,
                          const LimsCommandCaller *caller, JsonNode **out, GError **error) {
  g_autoptr(JsonNode) answer = NULL;

  if (!lims_fields_check(command->fields, args, error))
    return FALSE;
  if (lims_command_writes(command, args) && !lims_db_is_writer(db)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "%s %s: needs the writer", command->noun,
                command->verb);
    return FALSE;
  }
  if (!command->run(db, args, caller->who, &answer, error) ||
      !finish(command, db, args, caller, answer, error))
    return FALSE;
  *out = g_steal_pointer(&answer);
  return TRUE;
}
