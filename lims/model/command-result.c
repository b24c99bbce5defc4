/* The commands of results, bound to the model. */
#include "lims/model/command-result.h"
#include "lims/core/id.h"
#include "lims/core/time.h"
#include "lims/model/command-json.h"
#include "lims/model/correction.h"
#include "lims/model/lab.h"
#include "lims/model/result.h"
#include "lims/model/sample.h"

/* ---- list ---- */

static const LimsJsonColumn RESULT_COLUMNS[] = {
    {"key", LIMS_JSON_ID},
    {"lab", LIMS_JSON_TEXT},
    {"sample", LIMS_JSON_TEXT},
    {"site", LIMS_JSON_TEXT},
    {"commodity", LIMS_JSON_TEXT},
    {"void", LIMS_JSON_TEXT}, /* why the sample is */
    {"analyte", LIMS_JSON_TEXT},
    {"analyte-name", LIMS_JSON_TEXT},
    {"printed", LIMS_JSON_TEXT},
    {"state", LIMS_JSON_TEXT},
    {"number", LIMS_JSON_TEXT},
    {"unit", LIMS_JSON_TEXT},
    {"basis", LIMS_JSON_TEXT},
    {"replicate", LIMS_JSON_NUMBER},
    {"verdict", LIMS_JSON_TEXT},
    {"reason-code", LIMS_JSON_TEXT},
    {"reason", LIMS_JSON_TEXT},
    {"judged-as", LIMS_JSON_TEXT},
    {"computed", LIMS_JSON_TEXT},
    {"judged", LIMS_JSON_TEXT},
    {"judged-unit", LIMS_JSON_TEXT},
    {"limit", LIMS_JSON_TEXT},
    {"limit-unit", LIMS_JSON_TEXT},
    {"limit-used", LIMS_JSON_TEXT},
    {"standard", LIMS_JSON_TEXT},
    {"clause", LIMS_JSON_TEXT},
    {"factor", LIMS_JSON_TEXT},
    {"calculation", LIMS_JSON_TEXT},
    {"rule", LIMS_JSON_TEXT},
    {"method", LIMS_JSON_TEXT},
    {"person", LIMS_JSON_TEXT},
    {"measured-at", LIMS_JSON_MOMENT},
    {"arrived-at", LIMS_JSON_MOMENT},
    {"committed-at", LIMS_JSON_MOMENT},
    {"judged-at", LIMS_JSON_MOMENT},
    {"week", LIMS_JSON_NUMBER},
    {"station", LIMS_JSON_TEXT},
    {"transmission", LIMS_JSON_ID},
    {"replaces", LIMS_JSON_ID},
    {"why", LIMS_JSON_TEXT},
    {"replaced-by", LIMS_JSON_ID},
    {"replaced-sample", LIMS_JSON_TEXT},
    {"replaced-person", LIMS_JSON_TEXT},
    {"replaced-why", LIMS_JSON_TEXT},
    {"replaced-at", LIMS_JSON_MOMENT},
    {"id", LIMS_JSON_ID},
    {NULL},
};

static gboolean read_week(GHashTable *args, int *out, GError **error) {
  const char *text = lims_fields_get(args, "week");

  *out = 0;
  if (!text || lims_time_week_parse(text, out))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "week '%s': write an ISO week such as 2026-W47", text);
  return FALSE;
}

static gboolean read_sample(LimsDb *db, GHashTable *args, LimsResultFilter *filter, GError **error) {
  const char *number = lims_fields_get(args, "sample");
  guint lab;

  if (!number)
    return TRUE;
  if (!lims_sample_get(db, filter->lab, number, &lab, &filter->sample, error))
    return FALSE;
  filter->lab = (int)lab;
  return TRUE;
}

static gboolean result_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsResultFilter filter = {
      .history = lims_fields_is_yes(args, "history"),
      .after = lims_fields_get_integer(args, "after", 0),
      .limit = lims_command_limit_many(args),
  };

  if (!lims_command_lab(db, args, &filter.lab, error) || !read_sample(db, args, &filter, error) ||
      !read_week(args, &filter.week, error))
    return FALSE;
  *out = lims_json_rows(db, lims_result_query(db, &filter, error), RESULT_COLUMNS, error);
  return *out != NULL;
}

/* ---- corrections ---- */

/* The id under that name; 0 if it is absent. */
static gboolean read_id(GHashTable *args, const char *name, gint64 *out, GError **error) {
  const char *text = lims_fields_get(args, name);

  *out = 0;
  if (!text || lims_id_parse(text, out))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be one that 'result list' shows", name,
              text);
  return FALSE;
}

/* What an act answers: the row or sample it made of it, and whose it is. */
static JsonObject *answer(LimsDb *db, const char *key, guint lab_id, GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get_by_id(db, lab_id, error);
  JsonObject *object;

  if (!lab)
    return NULL;
  object = json_object_new();
  lims_json_set_text(object, "key", key);
  lims_json_set_text(object, "lab", lab->code);
  return object;
}

static gboolean answer_id(LimsDb *db, gint64 id, JsonNode **out, GError **error) {
  g_autofree char *key = g_strdup_printf("%" G_GINT64_FORMAT, id);
  JsonObject *object = answer(db, key, lims_id_lab(id), error);

  if (object)
    *out = lims_json_node(object);
  return object != NULL;
}

static gboolean result_correct(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                               GError **error) {
  LimsCorrection correction = {
      .value = lims_fields_get(args, "value"),
      .unit = lims_fields_get(args, "unit"),
      .why = lims_fields_get(args, "reason"),
      .who = who,
  };
  gint64 id;

  return read_id(args, "id", &correction.id, error) && lims_correction_value(db, &correction, &id, error) &&
         answer_id(db, id, out, error);
}

static gboolean result_withdraw(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                GError **error) {
  gint64 id;

  return read_id(args, "id", &id, error) &&
         lims_correction_withdraw(db, id, lims_fields_get(args, "reason"), who, error) &&
         answer_id(db, id, out, error);
}

/* Either one result, or those of a transmission and a sample. */
static gboolean read_relinking(GHashTable *args, LimsRelinking *relinking, GError **error) {
  if (!read_id(args, "id", &relinking->id, error) ||
      !read_id(args, "transmission", &relinking->transmission, error))
    return FALSE;
  if (relinking->id ? !relinking->transmission && !relinking->from
                    : relinking->transmission && relinking->from)
    return TRUE;
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                      "name the results: either by --id, or by --transmission and --from");
  return FALSE;
}

static gboolean result_relink(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsRelinking relinking = {
      .from = lims_fields_get(args, "from"),
      .to = lims_fields_get(args, "to"),
      .why = lims_fields_get(args, "reason"),
      .who = who,
  };
  JsonObject *object;
  gint64 sample;
  guint count;

  if (!read_relinking(args, &relinking, error) ||
      !lims_correction_relink(db, &relinking, &sample, &count, error))
    return FALSE;
  object = answer(db, relinking.to, lims_id_lab(sample), error);
  if (!object)
    return FALSE;
  lims_json_set_id(object, "sample-id", sample);
  json_object_set_int_member(object, "relinked", count);
  *out = lims_json_node(object);
  return TRUE;
}

/* ---- the table ---- */

#define ID                                                                                                   \
  { "id", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "id of the result, as 'result list' shows it" }
#define REASON                                                                                               \
  { "reason", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "why: it stays beside the result for good" }

static const LimsField RESULT_LIST[] = {
    {"sample", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "only of this sample: its number, or another name it has"},
    {"week", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only those judged in this week, such as 2026-W47"},
    {"history", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "yes: also what was replaced, by whom and why",
     "yes|no"},
    LIMS_FIELD_OF_LAB,
    LIMS_FIELD_LIMIT_MANY,
    LIMS_FIELD_AFTER,
    {NULL},
};
static const LimsField RESULT_CORRECT[] = {
    ID,
    {"value", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what it should be: 0.35, ND, <0.01, 未检出"},
    {"unit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "its unit; else the one that the result has"},
    REASON,
    {NULL},
};
static const LimsField RESULT_RELINK[] = {
    {"transmission", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "all that came with it (its id) for the sample --from"},
    {"from", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "the sample that they are tied to now"},
    {"id", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "or one result: its id"},
    {"to", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "the sample that they belong to, of the same laboratory"},
    REASON,
    {NULL},
};
static const LimsField RESULT_WITHDRAW[] = {ID, REASON, {NULL}};

const LimsCommand LIMS_RESULT_COMMANDS[] = {
    {"result", "list", RESULT_LIST, result_list, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "lists results with their verdicts"},
    {"result", "correct", RESULT_CORRECT, result_correct, LIMS_WRITES, LIMS_ROLE_REVIEWER,
     "replaces the value of a result; the old one stays, with the reason"},
    {"result", "relink", RESULT_RELINK, result_relink, LIMS_WRITES_AND_FREES, LIMS_ROLE_REVIEWER,
     "ties results to another sample, after a vial was scanned wrongly"},
    {"result", "withdraw", RESULT_WITHDRAW, result_withdraw, LIMS_WRITES, LIMS_ROLE_REVIEWER,
     "takes back a value that is none; the old one stays, with the reason"},
    {NULL},
};
