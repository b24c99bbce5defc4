/* The commands of transmissions and held rows, bound to what does them. */
#include "lims/ingest/command.h"
#include "lims/core/id.h"
#include "lims/core/text.h"
#include "lims/ingest/held.h"
#include "lims/ingest/transmission-list.h"
#include "lims/model/command-json.h"
#include "lims/model/lab.h"
#include <string.h>

static gint64 after_of(GHashTable *args) {
  return lims_fields_get_integer(args, "after", 0);
}

/* ---- transmissions ---- */

static const LimsJsonColumn TRANSMISSION_COLUMNS[] = {
    {"key", LIMS_JSON_ID},
    {"lab", LIMS_JSON_TEXT},
    {"station", LIMS_JSON_TEXT},
    {"driver", LIMS_JSON_TEXT},
    {"state", LIMS_JSON_TEXT},
    {"reason", LIMS_JSON_TEXT},
    {"linked", LIMS_JSON_ID},
    {"readings", LIMS_JSON_NUMBER},
    {"began-at", LIMS_JSON_MOMENT},
    {"ended-at", LIMS_JSON_MOMENT},
    {"committed-at", LIMS_JSON_MOMENT},
    {"journal", LIMS_JSON_TEXT},
    {"journal-seq", LIMS_JSON_NUMBER},
    {"id", LIMS_JSON_ID},
    {NULL},
};

static const LimsJsonColumn READING_COLUMNS[] = {
    {"id", LIMS_JSON_ID},
    {"n", LIMS_JSON_NUMBER},
    {"specimen", LIMS_JSON_TEXT},
    {"sample", LIMS_JSON_TEXT},
    {"code", LIMS_JSON_TEXT},
    {"analyte", LIMS_JSON_TEXT},
    {"kind", LIMS_JSON_TEXT},
    {"replicate", LIMS_JSON_NUMBER},
    {"printed", LIMS_JSON_TEXT},
    {"state", LIMS_JSON_TEXT},
    {"number", LIMS_JSON_TEXT},
    {"unit", LIMS_JSON_TEXT},
    {"basis", LIMS_JSON_TEXT},
    {"flags", LIMS_JSON_TEXT},
    {"status", LIMS_JSON_TEXT},
    {"operator", LIMS_JSON_TEXT},
    {"instrument", LIMS_JSON_TEXT},
    {"measured-at-sent", LIMS_JSON_TEXT},
    {"measured-at", LIMS_JSON_MOMENT},
    {NULL},
};

static const LimsJsonColumn HELD_OF_COLUMNS[] = {
    {"id", LIMS_JSON_ID},
    {"specimen", LIMS_JSON_TEXT},
    {"code", LIMS_JSON_TEXT},
    {"reason", LIMS_JSON_TEXT},
    {"detail", LIMS_JSON_TEXT},
    {"at", LIMS_JSON_MOMENT},
    {"resolved-at", LIMS_JSON_MOMENT},
    {"resolved-by", LIMS_JSON_TEXT},
    {"resolution", LIMS_JSON_TEXT},
    {NULL},
};

static gboolean transmission_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  int lab;
  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(db,
                        lims_transmission_query(db, lab, lims_fields_get(args, "station"),
                                                lims_fields_get(args, "state"), after_of(args),
                                                lims_command_limit_many(args), error),
                        TRANSMISSION_COLUMNS, error);
  return *out != NULL;
}

static void add_lines(JsonArray *records, const char *text) {
  g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (*lines[i])
      json_array_add_string_element(records, lines[i]);
}

/* "records": as the driver reads them, without what belongs to the line; "raw": every byte. */
static void add_bytes(JsonObject *object, LimsQuery *query, int column) {
  g_autoptr(GBytes) raw = lims_query_bytes(query, column);
  gsize size;
  const guint8 *bytes = g_bytes_get_data(raw, &size);
  g_autofree char *escaped = lims_text_escape(bytes, size);
  g_autoptr(LimsDriver) driver =
      lims_driver_load_named(json_object_get_string_member(object, "driver"), NULL);
  g_autoptr(LimsCapture) capture = driver ? lims_driver_read_capture(driver, bytes, size, NULL) : NULL;
  JsonArray *records = json_array_new();
  for (guint i = 0; capture && i < capture->messages->len; i++)
    add_lines(records, ((LimsDecoded *)g_ptr_array_index(capture->messages, i))->body);
  json_object_set_array_member(object, "records", records);
  json_object_set_string_member(object, "raw", escaped);
}

static gboolean add_rows(LimsDb *db, JsonObject *object, const char *name, LimsQuery *query,
                         const LimsJsonColumn *columns, GError **error) {
  JsonNode *rows = lims_json_rows(db, query, columns, error);
  if (rows)
    json_object_set_member(object, name, rows);
  return rows != NULL;
}

static gboolean show_row(LimsDb *db, LimsQuery *query, gint64 id, JsonNode **out, GError **error) {
  guint lab = lims_id_lab(id);
  g_autoptr(JsonObject) object = lims_json_row(db, query, TRANSMISSION_COLUMNS, error);
  if (!object)
    return FALSE;
  add_bytes(object, query, G_N_ELEMENTS(TRANSMISSION_COLUMNS) - 1);
  if (!add_rows(db, object, "values", lims_transmission_query_readings(db, lab, id, error), READING_COLUMNS,
                error) ||
      !add_rows(db, object, "held", lims_transmission_query_held(db, lab, id, error), HELD_OF_COLUMNS, error))
    return FALSE;
  *out = lims_json_node(g_steal_pointer(&object));
  return TRUE;
}

static gboolean read_id(GHashTable *args, const char *what, gint64 *out, GError **error) {
  const char *text = lims_fields_get(args, "id");
  if (lims_id_parse(text, out))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be an id from '%s list'", what, text,
              what);
  return FALSE;
}

static gboolean transmission_show(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  GError *problem = NULL;
  gint64 id;
  if (!read_id(args, "transmission", &id, error))
    return FALSE;
  g_autoptr(LimsQuery) query = lims_transmission_query_one(db, lims_id_lab(id), id, error);
  if (!query)
    return FALSE;
  if (lims_query_next(query, &problem))
    return show_row(db, query, id, out, error);
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "transmission %" G_GINT64_FORMAT ": there is none of this id", id);
  return FALSE;
}

/* ---- held ---- */

static const LimsJsonColumn HELD_COLUMNS[] = {
    {"key", LIMS_JSON_ID},          {"lab", LIMS_JSON_TEXT},  {"station", LIMS_JSON_TEXT},
    {"specimen", LIMS_JSON_TEXT},   {"code", LIMS_JSON_TEXT}, {"reason", LIMS_JSON_TEXT},
    {"detail", LIMS_JSON_TEXT},     {"at", LIMS_JSON_MOMENT}, {"readings", LIMS_JSON_NUMBER},
    {"transmission", LIMS_JSON_ID}, {"id", LIMS_JSON_ID},     {NULL},
};

static gboolean held_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  int lab;
  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(db, lims_held_query(db, lab, after_of(args), lims_command_limit_many(args), error),
                        HELD_COLUMNS, error);
  return *out != NULL;
}

/* What every act answers: which row, whose, and how many results went through (< 0: not asked). */
static gboolean answer(LimsDb *db, gint64 id, gint64 results, JsonNode **out, GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get_by_id(db, lims_id_lab(id), error);
  if (!lab)
    return FALSE;
  JsonObject *object = json_object_new();
  lims_json_set_id(object, "key", id);
  lims_json_set_text(object, "lab", lab->code);
  if (results >= 0)
    json_object_set_int_member(object, "results", results);
  *out = lims_json_node(object);
  return TRUE;
}

static gboolean held_assign(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  gint64 id, results;
  return read_id(args, "held", &id, error) &&
         lims_held_assign(db, id, lims_fields_get(args, "sample"), who, &results, error) &&
         answer(db, id, results, out, error);
}

static gboolean held_dismiss(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  gint64 id;
  return read_id(args, "held", &id, error) &&
         lims_held_dismiss(db, id, lims_fields_get(args, "reason"), who, error) &&
         answer(db, id, -1, out, error);
}

static gboolean held_accept(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  gint64 id, results;
  return read_id(args, "held", &id, error) && lims_held_accept(db, id, who, &results, error) &&
         answer(db, id, results, out, error);
}

/* The retrying itself follows each command that frees held results; this one does nothing else. */
static gboolean held_retry(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  const char *code = lims_fields_get(args, "lab");
  g_autoptr(LimsLab) lab = code ? lims_lab_get(db, code, error) : NULL;
  if (code && !lab)
    return FALSE;
  JsonObject *object = json_object_new();
  lims_json_set_text(object, "key", code ? code : "all");
  lims_json_set_text(object, "lab", code);
  *out = lims_json_node(object);
  return TRUE;
}

/* ---- the table ---- */

#define ID(what)                                                                                             \
  { "id", LIMS_FIELD_POSITIONAL, LIMS_FIELD_TEXT, what }
#define END                                                                                                  \
  { NULL }

static const LimsField TRANSMISSION_LIST[] = {
    {"station", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only of this station"},
    {"state", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "only in this state",
     "delivered|held|superseded|repeat|empty"},
    LIMS_FIELD_OF_LAB,
    LIMS_FIELD_LIMIT_MANY,
    LIMS_FIELD_AFTER,
    END,
};
static const LimsField TRANSMISSION_SHOW[] = {ID("id of the transmission"), END};
static const LimsField HELD_LIST[] = {LIMS_FIELD_OF_LAB, LIMS_FIELD_LIMIT_MANY, LIMS_FIELD_AFTER, END};
static const LimsField HELD_ASSIGN[] = {
    ID("id of the held row"),
    {"sample", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "its number, or another name it has"},
    END,
};
static const LimsField HELD_DISMISS[] = {
    ID("id of the held row"),
    {"reason", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "why it is no result"},
    END,
};
static const LimsField HELD_ACCEPT[] = {ID("id of the held row"), END};
static const LimsField HELD_RETRY[] = {LIMS_FIELD_OF_LAB, END};

#define TECHNICIAN LIMS_ROLE_TECHNICIAN
#define REVIEWER LIMS_ROLE_REVIEWER

/* clang-format off */
const LimsCommand LIMS_INGEST_COMMANDS[] = {
    {"transmission", "list", TRANSMISSION_LIST, transmission_list, LIMS_READS, TECHNICIAN,
     "lists what the analyzers sent, and what became of it"},
    {"transmission", "show", TRANSMISSION_SHOW, transmission_show, LIMS_READS, TECHNICIAN,
     "shows a transmission: its bytes, records, values and what was held"},
    {"held", "list", HELD_LIST, held_list, LIMS_READS, TECHNICIAN, "lists what waits for a person, oldest first"},
    {"held", "assign", HELD_ASSIGN, held_assign, LIMS_WRITES, TECHNICIAN, "ties a held specimen to a sample"},
    {"held", "dismiss", HELD_DISMISS, held_dismiss, LIMS_WRITES, REVIEWER, "closes a held row without results"},
    {"held", "accept", HELD_ACCEPT, held_accept, LIMS_WRITES, TECHNICIAN,
     "takes a possible repeat as a measurement of its own, or a cut message as it is"},
    {"held", "retry", HELD_RETRY, held_retry, LIMS_WRITES_AND_FREES, TECHNICIAN,
     "tries held results again, after a driver or the catalogue has learned something"},
    {NULL},
};
/* clang-format on */
