/* The commands of settings, bound to the model. */
#include "lims/model/command-setting.h"
#include "lims/core/time.h"
#include "lims/model/command-json.h"
#include "lims/model/lab.h"
#include "lims/model/setting.h"

/* Settings belong to no laboratory, and may be set before there is one: their moments are shown in the zone
 * that laboratories have unless they say another. */
static void set_moment(LimsDb *db, JsonObject *object, const char *name, gint64 us) {
  GTimeZone *zone = lims_lab_zone_named(db, LIMS_LAB_ZONE);
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  g_autofree char *text = lims_time_to_iso(us, zone ? zone : utc, FALSE);

  json_object_set_string_member(object, name, text);
}

/* ---- list ---- */

static JsonObject *show_setting(LimsDb *db, const LimsSetting *setting, GError **error) {
  g_autoptr(LimsQuery) query = lims_setting_query_newest(db, setting->name, 0, error);
  g_autoptr(JsonObject) object = json_object_new();
  GError *problem = NULL;
  gboolean is_set = query && lims_query_next(query, &problem);

  if (problem)
    g_propagate_error(error, problem);
  if (!query || problem)
    return NULL;
  lims_json_set_text(object, "key", setting->name);
  lims_json_set_text(object, "value", is_set ? lims_query_text(query, 0) : setting->initial);
  lims_json_set_text(object, "may-be", setting->choices ? setting->choices : "CNY");
  lims_json_set_text(object, "default", setting->initial);
  if (is_set) {
    lims_json_set_text(object, "set-by", lims_query_text(query, 1));
    set_moment(db, object, "set-at", lims_query_int(query, 2));
  }
  lims_json_set_text(object, "help", setting->help);
  lims_json_set_text(object, "id", setting->name);
  return g_steal_pointer(&object);
}

static gboolean setting_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_autoptr(JsonArray) array = json_array_new();

  for (const LimsSetting *setting = LIMS_SETTINGS; setting->name; setting++) {
    JsonObject *object = show_setting(db, setting, error);

    if (!object)
      return FALSE;
    json_array_add_object_element(array, object);
  }
  *out = lims_json_array_node(g_steal_pointer(&array));
  return TRUE;
}

/* ---- set ---- */

static gboolean setting_set(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  const char *name = lims_fields_get(args, "name"), *value = lims_fields_get(args, "value");
  JsonObject *object;

  if (!lims_setting_set(db, name, value, who, error))
    return FALSE;
  object = json_object_new();
  lims_json_set_text(object, "key", name);
  lims_json_set_text(object, "value", value);
  *out = lims_json_node(object);
  return TRUE;
}

/* ---- history ---- */

static JsonObject *show_change(LimsDb *db, LimsQuery *query) {
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "key", lims_query_text(query, 0));
  lims_json_set_text(object, "value", lims_query_text(query, 1));
  lims_json_set_text(object, "set-by", lims_query_text(query, 2));
  set_moment(db, object, "set-at", lims_query_int(query, 3));
  return object;
}

static gboolean setting_history(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                GError **error) {
  g_autoptr(LimsQuery) query = lims_setting_query_changes(db, lims_fields_get(args, "name"), error);
  g_autoptr(JsonArray) array = json_array_new();
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    json_array_add_object_element(array, show_change(db, query));
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  *out = lims_json_array_node(g_steal_pointer(&array));
  return TRUE;
}

/* ---- the table ---- */

static const LimsField SETTING_SET[] = {
    {"name", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "the setting, as 'setting list' names it"},
    {"value", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "one of its words, or an amount in CNY"},
    {NULL},
};
static const LimsField SETTING_HISTORY[] = {
    {"name", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only of this one"},
    {NULL},
};

const LimsCommand LIMS_SETTING_COMMANDS[] = {
    {"setting", "list", NULL, setting_list, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "how values are judged and what budgets are measured by, and who set it"},
    {"setting", "set", SETTING_SET, setting_set, LIMS_WRITES, LIMS_ROLE_ADMINISTRATOR,
     "changes a setting; what was judged by it is judged anew"},
    {"setting", "history", SETTING_HISTORY, setting_history, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "every change of settings and of methods' rules, oldest first"},
    {NULL},
};
