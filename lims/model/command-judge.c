/* The commands of judging, bound to the model. */
#include "lims/model/command-judge.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/command-json.h"
#include "lims/model/judge-text.h"

static const LimsField JUDGE_ONE[] = {
    {"commodity", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what was tested, by any of its names"},
    {"analyte", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "what was measured, by any of its names"},
    {"value", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "as printed: 0.35, ND, <0.01, 未检出"},
    {"unit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "mg/kg, µg/kg, %; not needed where the value has it"},
    {"date", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "day of production and sampling, or as it says (购进日期…): it chooses the edition"},
    {"limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "judge against this limit instead of the catalogue's"},
    {"method", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "by which it was measured: its code, name or standard"},
    {"lod", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "limit of detection, in the value's unit or with its own"},
    {"loq", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "limit of quantification, likewise"},
    LIMS_FIELDS_OF_FACTS,
    {"comparison", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE,
     "where the method leaves it open: of the full value or the rounded one", "full|rounded"},
    {"decision", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE,
     "where the method leaves it open: simple acceptance, or a guard band of the uncertainty",
     "simple|guard-band"},
    {"uncertainty", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL, "expanded, in % of the value"},
    {"at-threshold", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "what a screen at exactly its threshold is",
     "positive|negative"},
    {"nd-components", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE,
     "what a component that was not detected counts in a sum", "zero|half-lod|lod"},
    {NULL},
};

static const LimsField JUDGE_CSV[] = {
    {"csv", LIMS_FIELD_REQUIRED, LIMS_FIELD_FILE,
     "columns commodity, analyte, value, unit, date and, if wanted, limit and the others that 'judge one' "
     "takes"},
    {"found", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE,
     "also what the names were taken for: commodity_found, analyte_found, limit_set", "yes|no"},
    {NULL},
};

static void set_limit(JsonObject *object, const LimsJudgedText *judged) {
  const LimsLimit *limit = judged->verdict.limit;
  g_autofree char *used = lims_judged_limit(judged);

  if (!limit)
    return;
  lims_json_set_text(object, "limit", used);
  lims_json_set_text(object, "limit-used", judged->verdict.limit_used);
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
  lims_json_set_text(object, "printed", verdict->printed);
  lims_json_set_text(object, "computed", verdict->computed);
  lims_json_set_text(object, "value", verdict->value_text);
  lims_json_set_text(object, "unit", verdict->value_unit ? verdict->value_unit->name : NULL);
  set_limit(object, judged);
  lims_json_set_text(object, "reason-code", verdict->reason_code);
  lims_json_set_text(object, "reason", verdict->reason);
  lims_json_set_text(object, "rule", verdict->rule);
  lims_json_set_text(object, "calculation", verdict->calculation);
  if (judged->commodity)
    lims_json_set_text(object, "commodity", lims_catalogue_commodity_name(catalogue, judged->commodity));
  if (judged->analyte)
    lims_json_set_text(object, "analyte", lims_catalogue_analyte_name(catalogue, judged->analyte));
  return lims_json_node(object);
}

static const char *get_part(gconstpointer data, const char *name) {
  return lims_fields_get((GHashTable *)data, name);
}

static gboolean judge_one(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  g_auto(LimsJudgedText) judged = {0};
  LimsJudgeText text;

  if (!catalogue)
    return FALSE;
  lims_judge_text_fill(&text, get_part, args);
  lims_judge_text(catalogue, &text, &judged);
  *out = show_judged(catalogue, &judged);
  return TRUE;
}

static gboolean judge_csv(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  LimsCommandFile csv = lims_command_csv(args);
  gboolean found = lims_fields_is_yes(args, "found");
  g_autofree char *text = NULL;

  if (!catalogue)
    return FALSE;
  text = lims_judge_csv(catalogue, csv.name, csv.bytes, csv.size, found, error);
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
