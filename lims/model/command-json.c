/* Rows into JSON, by a table of columns; and the parameters and answers that commands share. */
#include "lims/model/command-json.h"
#include "lims/core/id.h"
#include "lims/core/time.h"
#include "lims/model/lab.h"

#include <string.h>

#define ROWS_USUAL 100
#define ROWS_MOST 1000

void lims_json_set_text(JsonObject *object, const char *name, const char *text) {
  if (text)
    json_object_set_string_member(object, name, text);
}

void lims_json_set_id(JsonObject *object, const char *name, gint64 id) {
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, id);

  json_object_set_string_member(object, name, text);
}

JsonNode *lims_json_node(JsonObject *object) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);

  json_node_take_object(node, object);
  return node;
}

JsonNode *lims_json_array_node(JsonArray *array) {
  JsonNode *node = json_node_new(JSON_NODE_ARRAY);

  json_node_take_array(node, array);
  return node;
}

static gboolean set_moment(LimsDb *db, JsonObject *object, const char *name, LimsQuery *query, int column,
                           GError **error) {
  GTimeZone *zone = lims_lab_zone(db, lims_id_lab(lims_query_int(query, 0)), error);
  g_autofree char *text = NULL;

  if (!zone)
    return FALSE;
  text = lims_time_to_iso(lims_query_int(query, column), zone, FALSE);
  json_object_set_string_member(object, name, text);
  return TRUE;
}

static gboolean set_column(LimsDb *db, JsonObject *object, const LimsJsonColumn *column, LimsQuery *query,
                           int i, GError **error) {
  switch (column->form) {
  case LIMS_JSON_ID:
    lims_json_set_id(object, column->name, lims_query_int(query, i));
    return TRUE;
  case LIMS_JSON_NUMBER:
    json_object_set_int_member(object, column->name, lims_query_int(query, i));
    return TRUE;
  case LIMS_JSON_FLAG:
    json_object_set_boolean_member(object, column->name, lims_query_int(query, i) != 0);
    return TRUE;
  case LIMS_JSON_MOMENT:
    return set_moment(db, object, column->name, query, i, error);
  case LIMS_JSON_TEXT:
    break;
  }
  lims_json_set_text(object, column->name, lims_query_text(query, i));
  return TRUE;
}

JsonObject *lims_json_row(LimsDb *db, LimsQuery *query, const LimsJsonColumn *columns, GError **error) {
  g_autoptr(JsonObject) object = json_object_new();

  for (int i = 0; columns[i].name; i++)
    if (!lims_query_is_null(query, i) && !set_column(db, object, &columns[i], query, i, error))
      return NULL;
  return g_steal_pointer(&object);
}

JsonNode *lims_json_rows(LimsDb *db, LimsQuery *query, const LimsJsonColumn *columns, GError **error) {
  g_autoptr(LimsQuery) rows = query;
  g_autoptr(JsonArray) array = json_array_new();
  GError *problem = NULL;

  if (!rows)
    return NULL;
  while (!problem && lims_query_next(rows, &problem)) {
    JsonObject *object = lims_json_row(db, rows, columns, &problem);

    if (object)
      json_array_add_object_element(array, object);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return lims_json_array_node(g_steal_pointer(&array));
}

JsonNode *lims_json_added(const char *key, const char *lab, gint64 id) {
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "key", key);
  lims_json_set_text(object, "lab", lab);
  lims_json_set_id(object, "id", id);
  return lims_json_node(object);
}

JsonNode *lims_json_imported(const GPtrArray *keys, const char *lab) {
  JsonObject *object = json_object_new();
  JsonArray *array = json_array_new();

  for (guint i = 0; i < keys->len; i++)
    json_array_add_string_element(array, g_ptr_array_index(keys, i));
  json_object_set_int_member(object, "rows", keys->len);
  json_object_set_array_member(object, "keys", array);
  lims_json_set_text(object, "lab", lab);
  return lims_json_node(object);
}

gboolean lims_command_lab(LimsDb *db, GHashTable *args, int *out_lab, GError **error) {
  const char *code = lims_fields_get(args, "lab");
  g_autoptr(LimsLab) lab = code ? lims_lab_get(db, code, error) : NULL;

  if (code && !lab)
    return FALSE;
  *out_lab = lab ? (int)lab->id : -1;
  return TRUE;
}

guint lims_command_limit(GHashTable *args) {
  return (guint)CLAMP(lims_fields_get_integer(args, "limit", ROWS_USUAL), 1, ROWS_MOST);
}

guint lims_command_limit_many(GHashTable *args) {
  return (guint)CLAMP(lims_fields_get_integer(args, "limit", LIMS_ROWS_MANY_USUAL), 1, LIMS_ROWS_MANY_MOST);
}

LimsCommandFile lims_command_csv(GHashTable *args) {
  const char *name = lims_fields_get(args, "csv-name"), *bytes = lims_fields_get(args, "csv");

  return (LimsCommandFile){name ? name : "csv", bytes, strlen(bytes)};
}
