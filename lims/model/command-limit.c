/* The commands of limit sets, bound to the model. */
#include "lims/model/command-limit.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/command-json.h"
#include "lims/model/limit-set.h"

static const LimsField LIMIT_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE, "a limit set, as config/catalogue/README.md describes it",
     NULL},
    {"apply", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "do it; without it, only what would change is shown",
     "yes|no"},
    {NULL},
};

static const LimsField LIMIT_LIST[] = {
    {"limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "at most so many", NULL},
    {"after", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "those after this code", NULL},
    {NULL},
};

static JsonObject *show_change(const LimsCatalogue *catalogue, const LimsLimitChange *change) {
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "change", lims_limit_change_name(change->kind));
  if (change->line)
    json_object_set_int_member(object, "line", change->line);
  lims_json_set_text(object, "class", change->node_path);
  lims_json_set_text(object, "analyte", lims_catalogue_analyte_name(catalogue, change->analyte));
  lims_json_set_text(object, "before", change->before);
  lims_json_set_text(object, "after", change->after);
  if (*change->conditions)
    lims_json_set_text(object, "conditions", change->conditions);
  return object;
}

/* The last row says how many of each, and whether it was done. */
static JsonObject *show_sum(const LimsLimitImport *import, gboolean apply) {
  guint counts[LIMS_LIMIT_OVERLAPS + 1] = {0};
  JsonObject *object = json_object_new();
  g_autofree char *text = NULL;

  for (guint i = 0; i < import->changes->len; i++)
    counts[((LimsLimitChange *)g_ptr_array_index(import->changes, i))->kind]++;
  text = g_strdup_printf("%s: %u added, %u changed, %u removed, %u unchanged, %u overlapping; %s",
                         import->set, counts[LIMS_LIMIT_ADDED], counts[LIMS_LIMIT_CHANGED],
                         counts[LIMS_LIMIT_REMOVED], import->unchanged, counts[LIMS_LIMIT_OVERLAPS],
                         apply ? "done" : "nothing written: --apply does it");
  lims_json_set_text(object, "change", import->known ? "set" : "new set");
  lims_json_set_text(object, "after", text);
  return object;
}

static JsonNode *show_import(const LimsCatalogue *catalogue, const LimsLimitImport *import, gboolean apply) {
  JsonArray *array = json_array_new();
  JsonNode *node = json_node_alloc();

  for (guint i = 0; i < import->changes->len; i++)
    json_array_add_object_element(array, show_change(catalogue, g_ptr_array_index(import->changes, i)));
  json_array_add_object_element(array, show_sum(import, apply));
  json_node_init_array(node, array);
  json_array_unref(array);
  return node;
}

static gboolean limit_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  gboolean apply = g_strcmp0(lims_fields_get(args, "apply"), "yes") == 0;
  g_auto(LimsLimitImport) import = {0};
  LimsCatalogue *catalogue;

  if (!lims_limit_set_import(db, csv.name, csv.bytes, csv.size, apply, &import, error))
    return FALSE;
  catalogue = lims_catalogue_current(db, error);
  if (!catalogue)
    return FALSE;
  *out = show_import(catalogue, &import, apply);
  return TRUE;
}

static const LimsJsonColumn LIMIT_COLUMNS[] = {
    {"key", LIMS_JSON_TEXT},
    {"id", LIMS_JSON_TEXT},
    {"standard", LIMS_JSON_TEXT},
    {"title", LIMS_JSON_TEXT},
    {"tree", LIMS_JSON_TEXT},
    {"effective-from", LIMS_JSON_TEXT},
    {"effective-to", LIMS_JSON_TEXT},
    {"date-rule", LIMS_JSON_TEXT},
    {"standing", LIMS_JSON_TEXT},
    {"source", LIMS_JSON_TEXT},
    {"checked-by", LIMS_JSON_TEXT},
    {"limits", LIMS_JSON_NUMBER},
    {NULL},
};

static gboolean limit_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  *out = lims_json_rows(
      db, lims_limit_set_query(db, lims_fields_get(args, "after"), lims_command_limit(args), error),
      LIMIT_COLUMNS, error);
  return *out != NULL;
}

const LimsCommand LIMS_LIMIT_COMMANDS[] = {
    {"limit", "import", LIMIT_IMPORT, limit_import, LIMS_WRITES, LIMS_ROLE_ADMINISTRATOR,
     "a limit set from a file: shows what changes, acts with --apply"},
    {"limit", "list", LIMIT_LIST, limit_list, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "the limit sets, with their time in force"},
    {NULL},
};
