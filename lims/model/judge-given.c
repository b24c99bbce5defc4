/* What a person gives beside a value.
 *
 * Each of these changes verdicts: a LOD turns a number into "not detected", a moisture brings it to dry
 * weight, a guard band takes back a pass. So one that cannot be read leaves the row open; none is left out in
 * silence.
 */
#include "lims/model/judge-given.h"
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

/* ---- LOD and LOQ ---- */

/* In the unit of the value. FALSE if there is none, or it cannot be used. */
static gboolean read_bound(LimsJudgeRow *row, const char *name, const char *text, LimsDecimal *out) {
  LimsValue value;
  const LimsUnit *unit, *wanted = row->determination.unit;
  gboolean known;

  if (lims_judge_text_is_empty(text))
    return FALSE;
  known = lims_result_read(text, &value, &unit, NULL) && value.state == LIMS_VALUE_NUMBER &&
          value.number.coefficient > 0;
  *out = value.number;
  lims_value_clear(&value);
  if (known && unit && wanted)
    known = lims_unit_convert(*out, unit, wanted, out);
  if (known && unit && !wanted && row->determination.value.has_number)
    known = FALSE;
  if (known && unit && !wanted)
    row->determination.unit = unit;
  if (!known)
    lims_judge_row_note(
        row, LIMS_ROW_OTHER,
        g_strdup_printf("the %s “%s” cannot be read, or not in the unit of the value", name, text));
  return known;
}

static void set_state(LimsJudgeRow *row, LimsValueState state, LimsDecimal number) {
  row->determination.value.state = state;
  row->determination.value.has_number = TRUE;
  row->determination.value.number = number;
}

static gboolean is_without_number(const LimsJudgeRow *row, LimsValueState state) {
  return row->determination.value.state == state && !row->determination.value.has_number;
}

/* A number below the LOD is not detected; between both it is detected, and not measured. */
static void apply_bounds(const LimsJudgeText *text, LimsJudgeRow *row) {
  const LimsValue *value = &row->determination.value;
  LimsDecimal lod, loq;
  gboolean has_lod = read_bound(row, "LOD", text->lod, &lod);
  gboolean has_loq = read_bound(row, "LOQ", text->loq, &loq);

  if (has_lod && has_loq && lims_decimal_compare(lod, loq) > 0)
    lims_judge_row_note(row, LIMS_ROW_OTHER,
                        g_strdup_printf("the LOD %s is above the LOQ %s", text->lod, text->loq));
  if (has_lod && (is_without_number(row, LIMS_VALUE_NOT_DETECTED) ||
                  (value->state == LIMS_VALUE_NUMBER && lims_decimal_compare(value->number, lod) < 0)))
    set_state(row, LIMS_VALUE_NOT_DETECTED, lod);
  else if (has_loq && (is_without_number(row, LIMS_VALUE_BELOW_LOQ) ||
                       (value->state == LIMS_VALUE_NUMBER && lims_decimal_compare(value->number, loq) < 0)))
    set_state(row, LIMS_VALUE_BELOW_LOQ, loq);
}

/* ---- facts, policy, uncertainty ---- */

static void read_facts(const LimsJudgeText *text, LimsJudgeRow *row) {
  for (guint i = 0; i < LIMS_FACTS; i++) {
    g_autoptr(GError) error = NULL;

    if (!lims_judge_text_is_empty(text->facts[i]) &&
        !lims_facts_set(&row->facts, (LimsFact)i, text->facts[i], &error))
      lims_judge_row_note(row, LIMS_ROW_OTHER, g_strdup(error->message));
  }
}

/* "镉(以Cd计)(干重计)": the value counts on that basis already. */
static const struct {
  const char *mark;
  LimsConditionKind basis;
  LimsFact fact;
  int number; /* of the fact, which makes the adjustment to that basis none */
} BASES[] = {
    {"干重", LIMS_CONDITION_DRY_WEIGHT, LIMS_FACT_MOISTURE, 0},
    {"干基", LIMS_CONDITION_DRY_WEIGHT, LIMS_FACT_MOISTURE, 0},
    {"干样品", LIMS_CONDITION_DRY_WEIGHT, LIMS_FACT_MOISTURE, 0},
    {"以脂肪计", LIMS_CONDITION_FAT_WEIGHT, LIMS_FACT_FAT, 100},
};

static void read_basis(const LimsJudgeText *text, LimsJudgeRow *row) {
  row->basis = LIMS_CONDITION_WORDS;
  for (guint i = 0; i < G_N_ELEMENTS(BASES); i++) {
    LimsFactValue *fact = &row->facts.values[BASES[i].fact];

    if (!text->analyte || !strstr(text->analyte, BASES[i].mark))
      continue;
    row->basis = BASES[i].basis;
    *fact = (LimsFactValue){.known = TRUE, .number = {BASES[i].number, 0}};
    return;
  }
}

static void read_policy(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  const struct {
    const char *rule, *word, *choices;
  } SETTINGS[] = {
      {"comparison", text->comparison, "full or rounded"},
      {"decision", text->decision, "simple or guard-band"},
      {"at-threshold", text->at_threshold, "positive or negative"},
      {"nd-components", text->nd_components, "zero, half-lod or lod"},
  };

  row->policy = *lims_catalogue_policy(catalogue);
  for (guint i = 0; i < G_N_ELEMENTS(SETTINGS); i++)
    if (!lims_judge_text_is_empty(SETTINGS[i].word) &&
        !lims_policy_set(&row->policy, SETTINGS[i].rule, SETTINGS[i].word))
      lims_judge_row_note(
          row, LIMS_ROW_OTHER,
          g_strdup_printf("%s “%s”: there is %s", SETTINGS[i].rule, SETTINGS[i].word, SETTINGS[i].choices));
}

static void read_uncertainty(const LimsJudgeText *text, LimsJudgeRow *row) {
  g_autofree char *percent = g_strstrip(lims_text_narrow(text->uncertainty ? text->uncertainty : ""));
  LimsDecimal *out = &row->determination.uncertainty;

  if (g_str_has_suffix(percent, "%"))
    percent[strlen(percent) - 1] = '\0';
  if (*percent && (!lims_decimal_parse(g_strchomp(percent), out) || out->coefficient <= 0))
    lims_judge_row_note(
        row, LIMS_ROW_OTHER,
        g_strdup_printf("the uncertainty “%s” is no number of per cent above 0", text->uncertainty));
}

void lims_judge_given_read(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  apply_bounds(text, row);
  read_facts(text, row);
  read_basis(text, row);
  read_policy(catalogue, text, row);
  read_uncertainty(text, row);
}
