/* Which value: from what an analyzer or a person gave to an exact number in the limit's unit.
 *
 * A value of a digest lies a preparation away from the sample, by the method's formula: mostly
 * (c - c0) × V × f / m. That is a quotient, kept exact: rounding it before the comparison (0.20004 to 0.2)
 * would decide verdicts. What is missing for the formula (the recovery, the moisture) is asked for, never
 * assumed.
 *
 * A number below the method's LOD for this matrix is "not detected", whatever digits the analyzer printed;
 * one below the LOQ stays a number, but is not sure enough to decide about a limit below the LOQ.
 *
 * Replicates without the analyzer's own mean are averaged exactly. That needs all of them to be numbers: the
 * mean of 0.3, 0.4 and "not detected" is a policy, not a number.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

static const LimsReason STATE_REASONS[] = {
    [LIMS_VALUE_ABOVE_RANGE] = LIMS_REASON_ABOVE_RANGE,
    [LIMS_VALUE_FAILED] = LIMS_REASON_FAILED,
    [LIMS_VALUE_NOT_RUN] = LIMS_REASON_NOT_RUN,
    [LIMS_VALUE_UNREADABLE] = LIMS_REASON_UNREADABLE,
};

static const LimsFraction ZERO = {0, 1};

static gboolean is_positive(LimsDecimal value) {
  return value.coefficient > 0;
}

/* ---- from solution to sample ---- */

const LimsPreparation *lims_preparation_of(const LimsJudgeInput *input, const char *analyte) {
  const LimsPreparation *of_all = NULL;

  for (guint i = 0; i < input->preparation_count; i++) {
    const LimsPreparation *one = &input->preparations[i];

    if (one->analyte && strcmp(one->analyte, analyte) == 0)
      return one;
    if (!one->analyte && !of_all)
      of_all = one;
  }
  return of_all;
}

/* In the base of the unit's dimension, where the factor of a unit is a power of ten. */
static gboolean to_base(LimsFraction value, const LimsUnit *unit, LimsFraction *out) {
  LimsFraction factor;

  return lims_fraction_from_decimal((LimsDecimal){1, unit->exponent}, &factor) &&
         lims_fraction_multiply(value, factor, out);
}

static gboolean from_base(LimsFraction value, const LimsUnit *unit, LimsFraction *out) {
  LimsFraction factor;

  return lims_fraction_from_decimal((LimsDecimal){1, -unit->exponent}, &factor) &&
         lims_fraction_multiply(value, factor, out);
}

static gboolean is_concentration(const LimsUnit *unit) {
  return unit && unit->dimension == LIMS_DIMENSION_MASS_CONCENTRATION;
}

/* The formula's values. c0 stays 0 for a LOD: there is no blank in it. */
static gboolean fill_variables(const LimsMeasured *m, const LimsPreparation *p, const LimsDecimal *moisture,
                               LimsFraction values[LIMS_VARIABLES]) {
  static const LimsDecimal NONE = {0, 0};
  gboolean with_blank = p->has_blank && m->state == LIMS_VALUE_NUMBER;

  values[LIMS_VARIABLE_C0] = ZERO;
  return to_base(m->fraction, m->unit, &values[LIMS_VARIABLE_C]) &&
         (!with_blank || (lims_fraction_from_decimal(p->blank, &values[LIMS_VARIABLE_C0]) &&
                          to_base(values[LIMS_VARIABLE_C0], p->blank_unit, &values[LIMS_VARIABLE_C0]))) &&
         lims_fraction_from_decimal(p->volume, &values[LIMS_VARIABLE_V]) &&
         lims_fraction_from_decimal(p->dilution, &values[LIMS_VARIABLE_F]) &&
         lims_fraction_from_decimal(p->portion, &values[LIMS_VARIABLE_M]) &&
         lims_fraction_from_decimal(p->has_recovery ? p->recovery : NONE, &values[LIMS_VARIABLE_R]) &&
         lims_fraction_from_decimal(moisture ? *moisture : NONE, &values[LIMS_VARIABLE_W]);
}

static const LimsDecimal *find_moisture(const LimsMatter *matter, const LimsPreparation *p) {
  if (p->has_moisture)
    return &p->moisture;
  return matter->facts.values[LIMS_FACT_MOISTURE].known ? &matter->facts.values[LIMS_FACT_MOISTURE].number
                                                        : NULL;
}

static LimsReason evaluate(const LimsMatter *matter, const LimsPreparation *p, const LimsUnit *target,
                           LimsMeasured *out) {
  const LimsFormula *formula =
      out->method && out->method->formula ? out->method->formula : matter->catalogue->formula;
  const LimsDecimal *moisture = find_moisture(matter, p);
  LimsFraction values[LIMS_VARIABLES];
  LimsFormulaResult result;

  if (lims_formula_uses(formula, LIMS_VARIABLE_R) && (!p->has_recovery || !is_positive(p->recovery)))
    return LIMS_REASON_NEEDS_RECOVERY;
  if (lims_formula_uses(formula, LIMS_VARIABLE_W) && !moisture)
    return LIMS_REASON_NEEDS_MOISTURE;
  if (!fill_variables(out, p, moisture, values))
    return LIMS_REASON_OVERFLOW;
  out->is_dry = lims_formula_uses(formula, LIMS_VARIABLE_W);
  result = lims_formula_evaluate(formula, values, &out->fraction);
  if (result == LIMS_FORMULA_ZERO_DIVISION)
    return LIMS_REASON_BAD_PREPARATION;
  return result == LIMS_FORMULA_DONE && from_base(out->fraction, target, &out->fraction)
             ? LIMS_REASON_NONE
             : LIMS_REASON_OVERFLOW;
}

/* *out holds the solution's number as a fraction, and becomes the sample's. */
static LimsReason prepare(const LimsMatter *matter, const LimsPreparation *p, const LimsUnit *target,
                          LimsMeasured *out) {
  LimsReason reason = LIMS_REASON_NONE;

  if (!p)
    return LIMS_REASON_NEEDS_PREPARATION;
  if (!is_positive(p->portion) || !is_positive(p->volume) || !is_positive(p->dilution) ||
      (p->has_blank && !is_concentration(p->blank_unit)))
    return LIMS_REASON_BAD_PREPARATION;
  if (!target)
    target = lims_unit_find(p->by_volume ? "mg/L" : "mg/kg");
  if (out->has_number &&
      (!is_concentration(out->unit) || target->dimension != (p->by_volume ? LIMS_DIMENSION_MASS_CONCENTRATION
                                                                          : LIMS_DIMENSION_MASS_FRACTION)))
    return LIMS_REASON_UNIT;
  out->preparation = p;
  if (out->has_number)
    reason = evaluate(matter, p, target, out);
  if (reason == LIMS_REASON_NONE)
    out->unit = target;
  return reason;
}

static LimsReason convert(LimsMeasured *out, const LimsUnit *target) {
  if (!out->has_number || !target || out->unit == target)
    return LIMS_REASON_NONE;
  if (!out->unit || !lims_unit_convert(out->decimal, out->unit, target, &out->decimal))
    return LIMS_REASON_UNIT;
  if (out->is_fraction && (!to_base(out->fraction, out->unit, &out->fraction) ||
                           !from_base(out->fraction, target, &out->fraction)))
    return LIMS_REASON_OVERFLOW;
  out->unit = target;
  return LIMS_REASON_NONE;
}

/* ---- LOD and LOQ ---- */

static void become_not_detected(LimsMeasured *out, LimsDecimal lod) {
  out->state = LIMS_VALUE_NOT_DETECTED;
  out->has_number = TRUE;
  out->is_fraction = FALSE;
  out->decimal = lod;
}

/* What the method can see in this matrix, in the unit of the value; where that has no number, in the limit's.
 */
static void apply_detection_limit(const LimsMatter *matter, const LimsUnit *target, LimsMeasured *out) {
  const LimsDetectionLimit *limit =
      out->method ? lims_catalogue_find_detection_limit(matter->catalogue, out->method->code,
                                                        out->from->analyte, matter->input->commodity)
                  : NULL;
  const LimsUnit *unit = out->has_number ? out->unit : target ? target : limit ? limit->unit : NULL;
  LimsDecimal lod, loq;
  int order;

  out->uncertainty = is_positive(out->from->uncertainty)        ? out->from->uncertainty
                     : limit && is_positive(limit->uncertainty) ? limit->uncertainty
                     : out->method                              ? out->method->uncertainty
                                                                : (LimsDecimal){0, 0};
  if (!limit || !unit)
    return;
  out->has_loq = limit->has_loq && lims_unit_convert(limit->loq, limit->unit, unit, &loq) &&
                 lims_fraction_from_decimal(loq, &out->loq);
  if (out->has_loq && out->state == LIMS_VALUE_BELOW_LOQ && !out->has_number) {
    out->unit = unit;
    out->has_number = TRUE;
    out->decimal = loq;
  }
  if (!limit->has_lod || !lims_unit_convert(limit->lod, limit->unit, unit, &lod))
    return;
  if ((out->state == LIMS_VALUE_NOT_DETECTED && !out->has_number) ||
      ((out->state == LIMS_VALUE_NUMBER || out->state == LIMS_VALUE_NOT_DETECTED) &&
       lims_measured_compare(out, lod, &order) && order < 0)) {
    out->unit = unit;
    become_not_detected(out, lod);
  }
}

/* ---- one value ---- */

static void begin(const LimsMatter *matter, const LimsDetermination *from, LimsMeasured *out) {
  *out = (LimsMeasured){.from = from,
                        .run = {from, 1},
                        .state = from->value.state,
                        .has_number = from->value.has_number,
                        .decimal = from->value.number,
                        .unit = from->unit};
  if (from->method && *from->method != '\0')
    out->method = lims_catalogue_find_method(matter->catalogue, from->method);
}

/* *out holds a decimal as it came, or a mean as a fraction. */
static LimsReason bring(const LimsMatter *matter, const LimsUnit *target, LimsMeasured *out) {
  const LimsDetermination *from = out->from;
  const LimsPreparation *p;
  LimsMeasured as_it_came = *out;
  LimsReason reason;

  if (from->basis != LIMS_JUDGE_SOLUTION)
    return convert(out, target);
  p = lims_preparation_of(matter->input, from->analyte);
  if (p && out->has_number && !out->is_fraction) {
    if (!lims_fraction_from_decimal(out->decimal, &out->fraction))
      return LIMS_REASON_OVERFLOW;
    out->is_fraction = TRUE;
  }
  reason = prepare(matter, p, target, out);
  if (reason != LIMS_REASON_NONE)
    *out = as_it_came;
  return reason;
}

LimsReason lims_measure_one(const LimsMatter *matter, const LimsDetermination *from, const LimsUnit *target,
                            LimsMeasured *out) {
  LimsReason reason;

  begin(matter, from, out);
  if (from->value.state < G_N_ELEMENTS(STATE_REASONS) && STATE_REASONS[from->value.state] != LIMS_REASON_NONE)
    return STATE_REASONS[from->value.state];
  reason = bring(matter, target, out);
  if (reason == LIMS_REASON_NONE)
    apply_detection_limit(matter, target, out);
  return reason;
}

/* ---- replicates ---- */

/* The sum of the replicates in the unit of the first. */
static LimsReason add_replicates(const LimsRun *run, LimsDecimal *sum) {
  const LimsDetermination *all = run->values;

  for (guint i = 0; i < run->count; i++) {
    LimsDecimal number;

    if (all[i].value.state != LIMS_VALUE_NUMBER || all[i].basis != all[0].basis || !all[i].unit)
      return LIMS_REASON_REPLICATES;
    if (!lims_unit_convert(all[i].value.number, all[i].unit, all[0].unit, &number))
      return LIMS_REASON_REPLICATES;
    if (!lims_decimal_add(*sum, number, sum))
      return LIMS_REASON_OVERFLOW;
  }
  return LIMS_REASON_NONE;
}

LimsReason lims_measure_mean(const LimsMatter *matter, const LimsRun *run, const LimsUnit *target,
                             LimsMeasured *out) {
  LimsDecimal sum = {0, 0};
  LimsFraction count;
  LimsReason reason = add_replicates(run, &sum);

  begin(matter, &run->values[run->count - 1], out);
  out->run = *run;
  out->unit = run->values[0].unit;
  if (reason != LIMS_REASON_NONE) {
    out->state = LIMS_VALUE_UNREADABLE;
    out->has_number = FALSE;
    return reason;
  }
  out->averaged = run->count;
  out->has_number = out->is_fraction = TRUE;
  if (!lims_fraction_from_decimal(sum, &out->fraction) ||
      !lims_fraction_from_decimal((LimsDecimal){run->count, 0}, &count) ||
      !lims_fraction_divide(out->fraction, count, &out->fraction))
    return LIMS_REASON_OVERFLOW;
  reason = bring(matter, target, out);
  if (reason == LIMS_REASON_NONE)
    apply_detection_limit(matter, target, out);
  return reason;
}

/* ---- how far replicates lie apart ---- */

typedef struct {
  LimsDecimal lowest, highest, sum;
  guint count;
} Spread;

/* Replicates that are numbers, in the unit of the first; the analyzer's mean (replicate 0) is none. */
static gboolean measure_spread(const LimsRun *run, Spread *out) {
  *out = (Spread){0};
  for (guint i = 0; i < run->count; i++) {
    const LimsDetermination *one = &run->values[i];
    LimsDecimal number;

    if (one->replicate == 0)
      continue;
    if (one->value.state != LIMS_VALUE_NUMBER || !one->unit || !run->values[0].unit ||
        !lims_unit_convert(one->value.number, one->unit, run->values[0].unit, &number) ||
        !lims_decimal_add(out->sum, number, &out->sum))
      return FALSE;
    if (out->count == 0 || lims_decimal_compare(number, out->lowest) < 0)
      out->lowest = number;
    if (out->count == 0 || lims_decimal_compare(number, out->highest) > 0)
      out->highest = number;
    out->count++;
  }
  return out->count > 1 && is_positive(out->sum);
}

gboolean lims_replicates_agree(const LimsRun *run, const LimsMethod *method, LimsDecimal *percent) {
  LimsFraction low, high, sum, count;
  Spread spread;
  gboolean fits;

  *percent = (LimsDecimal){0, 0};
  if (!method || !is_positive(method->rpd_limit) || !measure_spread(run, &spread))
    return TRUE;
  if (!lims_fraction_from_decimal(spread.lowest, &low) ||
      !lims_fraction_from_decimal(spread.highest, &high) || !lims_fraction_from_decimal(spread.sum, &sum) ||
      !lims_fraction_from_decimal((LimsDecimal){100 * (lims_int128)spread.count, 0}, &count) ||
      !lims_fraction_subtract(high, low, &high) || !lims_fraction_multiply(high, count, &high) ||
      !lims_fraction_divide(high, sum, &high))
    return FALSE;
  lims_fraction_round(high, 1, percent);
  return lims_fraction_compare_decimal(high, method->rpd_limit, &fits) <= 0 && fits;
}
