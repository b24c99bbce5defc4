/* The commands of judging, bound to the model. */
#include "lims/model/command-judge.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/command-json.h"
#include "lims/model/judge-text.h"

static const LimsField JUDGE_ONE[] = {
    {"commodity", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what was tested, by any of its names", NULL},
    {"analyte", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what was measured, by any of its names", NULL},
    {"value", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "as printed: 0.35, ND, <0.01, 未检出", NULL},
    {"unit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "mg/kg, µg/kg, %; not needed where the value has it",
     NULL},
    {"date", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DATE, "day of production and sampling: it chooses the edition",
     NULL},
    {"limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "judge against this limit instead of the catalogue's",
     NULL},
    {NULL},
};

static const LimsField JUDGE_CSV[] = {
    {"csv", LIMS_FIELD_REQUIRED, LIMS_FIELD_FILE,
     "columns commodity, analyte, value, unit, date and, if wanted, limit", NULL},
    {NULL},
};

static void set_limit(JsonObject *object, const LimsJudgedText *judged) {
  const LimsLimit *limit = judged->verdict.limit;
  g_autofree char *used = lims_judged_limit(judged);

  if (!limit)
    return;
  lims_json_set_text(object, "limit", used);
  lims_json_set_text(object, "factor", judged->verdict.factor);
  if (!limit->set)
    return;
  lims_json_set_text(object, "standard", limit->set->standard);
  lims_json_set_text(object, "clause", limit->clause);
  lims_json_set_text(object, "class", limit->node_path);
  lims_json_set_text(object, "limit-set", limit->set->set);
  lims_json_set_text(object, "standing", limit->set->standing);
}

static JsonNode *show_judged(const LimsCatalogue *catalogue, const LimsJudgedText *judged) {
  const LimsVerdict *verdict = &judged->verdict;
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "verdict", lims_verdict_kind_name(verdict->kind));
  lims_json_set_text(object, "value", verdict->value_text);
  lims_json_set_text(object, "unit", verdict->value_unit ? verdict->value_unit->name : NULL);
  set_limit(object, judged);
  lims_json_set_text(object, "reason-code", verdict->reason_code);
  lims_json_set_text(object, "reason", verdict->reason);
  lims_json_set_text(object, "rule", verdict->rule);
  if (judged->commodity)
    lims_json_set_text(object, "commodity", lims_catalogue_commodity_name(catalogue, judged->commodity));
  if (judged->analyte)
    lims_json_set_text(object, "analyte", lims_catalogue_analyte_name(catalogue, judged->analyte));
  return lims_json_node(object);
}

static gboolean judge_one(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  LimsJudgeText text = {.commodity = lims_fields_get(args, "commodity"),
                        .analyte = lims_fields_get(args, "analyte"),
                        .value = lims_fields_get(args, "value"),
                        .unit = lims_fields_get(args, "unit"),
                        .date = lims_fields_get(args, "date"),
                        .limit = lims_fields_get(args, "limit")};
  g_auto(LimsJudgedText) judged = {0};

  if (!catalogue)
    return FALSE;
  lims_judge_text(catalogue, &text, &judged);
  *out = show_judged(catalogue, &judged);
  return TRUE;
}

static gboolean judge_csv(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  LimsCommandFile csv = lims_command_csv(args);
  g_autofree char *text = NULL;

  if (!catalogue)
    return FALSE;
  text = lims_judge_csv(catalogue, csv.name, csv.bytes, csv.size, error);
  if (!text)
    return FALSE;
  *out = json_node_init_string(json_node_alloc(), text);
  return TRUE;
}

const LimsCommand LIMS_JUDGE_COMMANDS[] = {
    {"judge", "one", JUDGE_ONE, judge_one, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "judges one value: verdict, limit, standard, clause, reason"},
    {"judge", "csv", JUDGE_CSV, judge_csv, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "judges a file of values, row by row"},
    {NULL},
};
