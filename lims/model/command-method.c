/* The commands of methods, bound to the model. */
#include "lims/model/command-method.h"
#include "lims/model/command-json.h"
#include "lims/model/detection-limit.h"
#include "lims/model/method-rule.h"

/* ---- methods ---- */

static const LimsJsonColumn METHOD_COLUMNS[] = {
    {"key", LIMS_JSON_TEXT},          {"name", LIMS_JSON_TEXT},
    {"standard", LIMS_JSON_TEXT},     {"formula", LIMS_JSON_TEXT},
    {"rounding", LIMS_JSON_TEXT},     {"comparison", LIMS_JSON_TEXT},
    {"decision", LIMS_JSON_TEXT},     {"uncertainty", LIMS_JSON_TEXT},
    {"rpd-limit", LIMS_JSON_TEXT},    {"nd-components", LIMS_JSON_TEXT},
    {"is-total", LIMS_JSON_FLAG},     {"screen-threshold", LIMS_JSON_TEXT},
    {"at-threshold", LIMS_JSON_TEXT}, {"detection-limits", LIMS_JSON_NUMBER},
    {"source", LIMS_JSON_TEXT},       {NULL},
};

/* Which rules a person set. */
static gboolean add_set_here(LimsDb *db, JsonObject *object, GError **error) {
  const char *code = json_object_get_string_member(object, "key");
  g_autofree char *rules = lims_method_rule_list(db, code, error);

  if (!rules)
    return FALSE;
  if (*rules)
    lims_json_set_text(object, "set-here", rules);
  lims_json_set_text(object, "id", code);
  return TRUE;
}

static gboolean method_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_autoptr(JsonNode) rows = lims_json_rows(db, lims_method_rule_query(db, error), METHOD_COLUMNS, error);
  JsonArray *array = rows ? json_node_get_array(rows) : NULL;

  for (guint i = 0; array && i < json_array_get_length(array); i++)
    if (!add_set_here(db, json_array_get_object_element(array, i), error))
      return FALSE;
  *out = g_steal_pointer(&rows);
  return *out != NULL;
}

static gboolean method_set(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_autofree char *code = lims_method_rule_find(db, lims_fields_get(args, "code"), error);
  const char *values[LIMS_METHOD_RULE_COUNT];
  JsonObject *object;

  for (guint i = 0; i < LIMS_METHOD_RULE_COUNT; i++)
    values[i] = lims_fields_get(args, LIMS_METHOD_RULES[i].name);
  if (!code || !lims_method_rule_set(db, code, values, who, error))
    return FALSE;
  object = json_object_new();
  lims_json_set_text(object, "key", code);
  *out = lims_json_node(object);
  return TRUE;
}

/* ---- detection limits ---- */

static const LimsJsonColumn LIMIT_COLUMNS[] = {
    {"key", LIMS_JSON_TEXT},         {"analyte", LIMS_JSON_TEXT},
    {"matrix", LIMS_JSON_TEXT},      {"lod", LIMS_JSON_TEXT},
    {"loq", LIMS_JSON_TEXT},         {"unit", LIMS_JSON_TEXT},
    {"uncertainty", LIMS_JSON_TEXT}, {"source", LIMS_JSON_TEXT},
    {"own", LIMS_JSON_FLAG},         {NULL},
};

static gboolean method_limits(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  const char *name = lims_fields_get(args, "code");
  g_autofree char *code = name ? lims_method_rule_find(db, name, error) : NULL;

  if (name && !code)
    return FALSE;
  *out = lims_json_rows(db, lims_detection_limit_query(db, code, error), LIMIT_COLUMNS, error);
  return *out != NULL;
}

static gboolean method_import_limits(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                     GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  JsonObject *object;
  guint rows, changed;

  if (!lims_detection_limit_import(db, csv.name, csv.bytes, csv.size, who, &rows, &changed, error))
    return FALSE;
  object = json_object_new();
  json_object_set_int_member(object, "rows", rows);
  json_object_set_int_member(object, "changed", changed);
  *out = lims_json_node(object);
  return TRUE;
}

/* ---- the table ---- */

#define RULE(name, help)                                                                                     \
  { name, LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, help "; 'catalogue' takes it back" }

static const LimsField METHOD_SET[] = {
    {"code", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "code of the method, such as 'GB 5009.12'"},
    RULE("formula", "from the measured solution to the sample: '(c - c0) * V * f / m'; or default"),
    RULE("rounding", "'2 places', '3 significant', or none"),
    RULE("comparison", "full, rounded, or policy"),
    RULE("decision", "simple, guard-band, or policy"),
    RULE("uncertainty", "expanded, % of the value; or none"),
    RULE("rpd-limit", "how far two replicates may differ, % of their mean; or none"),
    RULE("nd-components", "zero, half-lod, lod, or policy"),
    RULE("at-threshold", "of a screen: positive, negative, or policy"),
    {NULL},
};
static const LimsField METHOD_LIMITS[] = {
    {"code", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only of this method"},
    {NULL},
};
static const LimsField METHOD_IMPORT_LIMITS[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE,
     "columns method, analyte, unit and, if wanted, matrix, lod, loq, uncertainty, source"},
    {NULL},
};

const LimsCommand LIMS_METHOD_COMMANDS[] = {
    {"method", "list", NULL, method_list, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "methods, how their results are judged, and which rules were set here"},
    {"method", "set", METHOD_SET, method_set, LIMS_WRITES, LIMS_ROLE_ADMINISTRATOR,
     "how the laboratories run a method; what was judged by it is judged anew"},
    {"method", "limits", METHOD_LIMITS, method_limits, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "detection limits, the laboratory's own and the catalogue's"},
    {"method", "import-limits", METHOD_IMPORT_LIMITS, method_import_limits, LIMS_WRITES,
     LIMS_ROLE_ADMINISTRATOR, "detection limits from a CSV file, all rows or none"},
    {NULL},
};
