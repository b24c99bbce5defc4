/* Commands on stations, and on the audit. */
#include "lims/model/audit.h"
#include "lims/model/command-private.h"
#include "lims/model/lab.h"
#include "lims/model/station.h"

static const LimsJsonColumn STATION_COLUMNS[] = {
    {"id", LIMS_JSON_ID},       {"key", LIMS_JSON_TEXT},       {"lab", LIMS_JSON_TEXT},
    {"driver", LIMS_JSON_TEXT}, {"title", LIMS_JSON_TEXT},     {"origin", LIMS_JSON_TEXT},
    {"line", LIMS_JSON_TEXT},   {"signed-on", LIMS_JSON_TEXT}, {NULL},
};

gboolean lims_command_station_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                   GError **error) {
  gint64 after = lims_fields_get_integer(args, "after", 0);
  int lab;

  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(db, lims_station_query(db, lab, after, lims_command_limit(args), error),
                        STATION_COLUMNS, error);
  return *out != NULL;
}

gboolean lims_command_station_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get(db, lims_fields_get(args, "lab"), error);
  const char *name = lims_fields_get(args, "name"), *line = lims_fields_get(args, "line");
  const char *title = lims_fields_get(args, "title");
  LimsStationNew station = {.name = name,
                            .driver = lims_fields_get(args, "driver"),
                            .title = title ? title : "",
                            .origin = LIMS_STATION_UNREAD,
                            .line = line ? line : name};
  gint64 id;

  if (!lab)
    return FALSE;
  station.lab = lab->id;
  if (!lims_station_add(db, &station, &id, error))
    return FALSE;
  *out = lims_json_added(name, lab->code, id);
  return TRUE;
}

/* The station and the person who is on, or was on, there. */
static gboolean answer(LimsDb *db, const char *station, const char *login, JsonNode **out, GError **error) {
  g_autoptr(LimsLab) lab = NULL;
  JsonObject *object;
  guint id;

  if (!lims_station_get_lab(db, station, &id, error))
    return FALSE;
  lab = lims_lab_get_by_id(db, id, error);
  if (!lab)
    return FALSE;
  object = json_object_new();
  lims_json_set_text(object, "key", station);
  lims_json_set_text(object, "lab", lab->code);
  lims_json_set_text(object, "user", login);
  *out = lims_json_node(object);
  return TRUE;
}

gboolean lims_command_station_sign_on(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                      GError **error) {
  const char *station = lims_fields_get(args, "station");
  const char *login = lims_fields_get(args, "user");

  if (!login)
    login = who;
  return lims_station_sign_on(db, station, login, error) && answer(db, station, login, out, error);
}

gboolean lims_command_station_sign_off(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                       GError **error) {
  const char *station = lims_fields_get(args, "station");
  g_autofree char *login = NULL;

  return lims_station_sign_off(db, station, &login, error) && answer(db, station, login, out, error);
}

/* ---- audit ---- */

static JsonObject *verify_lab(LimsDb *db, const LimsLab *lab, const char *head, GError **error) {
  g_autofree char *newest = NULL;
  gint64 rows = 0;
  JsonObject *object;

  if (!lims_audit_verify(db, lab->id, head, &rows, error))
    return NULL;
  newest = lims_audit_head(db, lab->id, error);
  if (!newest)
    return NULL;
  object = json_object_new();
  lims_json_set_id(object, "id", lab->id);
  lims_json_set_text(object, "key", lab->code);
  json_object_set_int_member(object, "rows", rows);
  lims_json_set_text(object, "head", newest);
  return object;
}

static gboolean verify_some(LimsDb *db, const GPtrArray *labs, const char *only, const char *head,
                            JsonArray *array, GError **error) {
  for (guint i = 0; i < labs->len; i++) {
    const LimsLab *lab = g_ptr_array_index(labs, i);
    JsonObject *object;

    if (only && g_strcmp0(only, lab->code) != 0)
      continue;
    object = verify_lab(db, lab, head, error);
    if (!object)
      return FALSE;
    json_array_add_object_element(array, object);
  }
  return TRUE;
}

gboolean lims_command_audit_verify(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                   GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  g_autoptr(JsonArray) array = json_array_new();
  g_autoptr(LimsLab) only = NULL;
  const char *head = lims_fields_get(args, "head");

  if (!labs)
    return FALSE;
  if (head || lims_fields_get(args, "lab")) {
    only = lims_lab_get(db, lims_fields_get(args, "lab"), error);
    if (!only)
      return FALSE;
  }
  if (!verify_some(db, labs, only ? only->code : NULL, head, array, error))
    return FALSE;
  *out = lims_json_array_node(g_steal_pointer(&array));
  return TRUE;
}
