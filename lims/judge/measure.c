/* Which value: from what an analyzer or a person gave to an exact number in the limit's unit.
 *
 * A value of a digest lies a preparation away from the sample: (c - blank) × volume × dilution / mass. That
 * is a quotient, kept exact: rounding it before the comparison (0.20004 to 0.2) would decide verdicts. GB/T
 * 8170-2008 knows two ways of comparing; where a standard names none it is the full value, so the number is
 * rounded once, for showing only.
 *
 * Replicates without the analyzer's own mean are averaged exactly. That needs all of them to be numbers: the
 * mean of 0.3, 0.4 and "not detected" is a policy, not a number.
 */
#include "lims/judge/judge-private.h"

#define SHOWN_DIGITS 4

static const LimsReason STATE_REASONS[] = {
    [LIMS_VALUE_ABOVE_RANGE] = LIMS_REASON_ABOVE_RANGE, [LIMS_VALUE_FAILED] = LIMS_REASON_FAILED,
    [LIMS_VALUE_NOT_RUN] = LIMS_REASON_NOT_RUN,         [LIMS_VALUE_POSITIVE] = LIMS_REASON_QUALITATIVE,
    [LIMS_VALUE_NEGATIVE] = LIMS_REASON_QUALITATIVE,    [LIMS_VALUE_UNREADABLE] = LIMS_REASON_UNREADABLE,
};

static gboolean is_positive(LimsDecimal value) {
  return value.coefficient > 0;
}

/* In mg/L, where the factor of the unit is a power of ten. */
static gboolean to_mg_per_litre(LimsFraction value, const LimsUnit *unit, LimsFraction *out) {
  LimsFraction factor;

  return lims_fraction_from_decimal((LimsDecimal){1, unit->exponent}, &factor) &&
         lims_fraction_multiply(value, factor, out);
}

static gboolean subtract_blank(LimsFraction *value, const LimsPreparation *p) {
  LimsFraction blank;

  return !p->has_blank ||
         (lims_fraction_from_decimal(p->blank, &blank) && to_mg_per_litre(blank, p->blank_unit, &blank) &&
          lims_fraction_subtract(*value, blank, value));
}

/* mg/L × mL / g = mg/kg; then dilution, and the power of ten of the target. */
static gboolean compute_content(LimsFraction value, const LimsPreparation *p, const LimsUnit *target,
                                LimsFraction *out) {
  LimsFraction volume, dilution, mass, unit;

  return lims_fraction_from_decimal(p->volume, &volume) &&
         lims_fraction_from_decimal(p->dilution, &dilution) && lims_fraction_from_decimal(p->mass, &mass) &&
         lims_fraction_from_decimal((LimsDecimal){1, -target->exponent}, &unit) &&
         lims_fraction_multiply(value, volume, &value) && lims_fraction_multiply(value, dilution, &value) &&
         lims_fraction_divide(value, mass, &value) && lims_fraction_multiply(value, unit, out);
}

static gboolean is_concentration(const LimsUnit *unit) {
  return unit && unit->dimension == LIMS_DIMENSION_MASS_CONCENTRATION;
}

/* *out holds the solution's number as a fraction, and becomes the sample's. */
static LimsReason prepare(LimsMeasured *out, const LimsPreparation *p, const LimsUnit *target) {
  if (!p)
    return LIMS_REASON_NEEDS_PREPARATION;
  if (!is_positive(p->mass) || !is_positive(p->volume) || !is_positive(p->dilution) ||
      (p->has_blank && !is_concentration(p->blank_unit)))
    return LIMS_REASON_BAD_PREPARATION;
  if (!target)
    target = lims_unit_find("mg/kg");
  if (out->has_number && (!is_concentration(out->unit) || target->dimension != LIMS_DIMENSION_MASS_FRACTION))
    return LIMS_REASON_UNIT;
  out->prepared = TRUE;
  if (out->has_number && (!to_mg_per_litre(out->fraction, out->unit, &out->fraction) ||
                          (out->state == LIMS_VALUE_NUMBER &&
                           !subtract_blank(&out->fraction, p)) || /* a LOD has no blank in it */
                          !compute_content(out->fraction, p, target, &out->fraction)))
    return LIMS_REASON_OVERFLOW;
  out->unit = target;
  return LIMS_REASON_NONE;
}

static LimsReason convert(LimsMeasured *out, const LimsUnit *target) {
  LimsFraction factor;

  if (!out->has_number || !target || out->unit == target)
    return LIMS_REASON_NONE;
  if (!out->unit || !lims_unit_convert(out->decimal, out->unit, target, &out->decimal))
    return LIMS_REASON_UNIT;
  if (out->is_fraction &&
      (!lims_fraction_from_decimal((LimsDecimal){1, out->unit->exponent - target->exponent}, &factor) ||
       !lims_fraction_multiply(out->fraction, factor, &out->fraction)))
    return LIMS_REASON_OVERFLOW;
  out->unit = target;
  return LIMS_REASON_NONE;
}

LimsReason lims_measure_one(const LimsDetermination *from, const LimsPreparation *preparation,
                            const LimsUnit *target, LimsMeasured *out) {
  gboolean solution = from->basis == LIMS_JUDGE_SOLUTION;
  LimsReason reason;

  *out = (LimsMeasured){.from = from,
                        .state = from->value.state,
                        .has_number = from->value.has_number,
                        .decimal = from->value.number,
                        .unit = from->unit};
  if (from->value.state < G_N_ELEMENTS(STATE_REASONS) && STATE_REASONS[from->value.state] != LIMS_REASON_NONE)
    return STATE_REASONS[from->value.state];
  if (!solution)
    return convert(out, target);
  out->is_fraction = preparation && out->has_number;
  if (out->is_fraction && !lims_fraction_from_decimal(from->value.number, &out->fraction))
    return LIMS_REASON_OVERFLOW;
  reason = prepare(out, preparation, target);
  if (reason != LIMS_REASON_NONE) /* shown as it came */
    out->is_fraction = FALSE;
  return reason;
}

/* The sum of the replicates in the unit of the first. */
static LimsReason add_replicates(const LimsDetermination *all, guint count, LimsDecimal *sum) {
  for (guint i = 0; i < count; i++) {
    const LimsDetermination *one = &all[i];
    LimsDecimal number;

    if (one->value.state != LIMS_VALUE_NUMBER || one->basis != all[0].basis || !one->unit)
      return LIMS_REASON_REPLICATES;
    if (!lims_unit_convert(one->value.number, one->unit, all[0].unit, &number))
      return LIMS_REASON_REPLICATES;
    if (!lims_decimal_add(*sum, number, sum))
      return LIMS_REASON_OVERFLOW;
  }
  return LIMS_REASON_NONE;
}

LimsReason lims_measure_mean(const LimsDetermination *all, guint count, const LimsPreparation *preparation,
                             const LimsUnit *target, LimsMeasured *out) {
  LimsDecimal sum = {0, 0};
  LimsFraction number_of;
  LimsReason reason;

  *out = (LimsMeasured){.from = &all[count - 1], .state = LIMS_VALUE_UNREADABLE, .unit = all[0].unit};
  reason = add_replicates(all, count, &sum);
  if (reason != LIMS_REASON_NONE)
    return reason;
  out->averaged = count;
  out->state = LIMS_VALUE_NUMBER;
  out->has_number = out->is_fraction = TRUE;
  if (!lims_fraction_from_decimal(sum, &out->fraction) ||
      !lims_fraction_from_decimal((LimsDecimal){count, 0}, &number_of) ||
      !lims_fraction_divide(out->fraction, number_of, &out->fraction))
    return LIMS_REASON_OVERFLOW;
  return all[0].basis == LIMS_JUDGE_SOLUTION ? prepare(out, preparation, target) : convert(out, target);
}

gboolean lims_measured_compare(const LimsMeasured *measured, LimsDecimal with, int *order) {
  gboolean fits = TRUE;

  *order = measured->is_fraction ? lims_fraction_compare_decimal(measured->fraction, with, &fits)
                                 : lims_decimal_compare(measured->decimal, with);
  return fits;
}

static int sign(int order) {
  return (order > 0) - (order < 0);
}

gboolean lims_measured_round(const LimsMeasured *measured, const LimsDecimal *with, LimsDecimal *out) {
  int order = 0;

  *out = measured->decimal;
  if (!measured->is_fraction)
    return TRUE;
  if (with && !lims_measured_compare(measured, *with, &order))
    return FALSE;
  for (int digits = SHOWN_DIGITS; digits <= LIMS_DECIMAL_DIGITS; digits++) {
    if (!lims_fraction_round_significant(measured->fraction, digits, out))
      return FALSE;
    if (!with || sign(lims_decimal_compare(*out, *with)) == sign(order))
      return TRUE;
  }
  return FALSE;
}

/* Exact where the quotients fit, else by what is shown of them. */
static int compare_measured(const LimsMeasured *a, const LimsMeasured *b) {
  LimsDecimal left, right;
  int order;

  if (!b->is_fraction && lims_measured_compare(a, b->decimal, &order))
    return order;
  if (!a->is_fraction && lims_measured_compare(b, a->decimal, &order))
    return -order;
  if (!lims_measured_round(a, NULL, &left) || !lims_measured_round(b, NULL, &right))
    return 0;
  return lims_decimal_compare(left, right);
}

gboolean lims_measured_is_worse(const LimsMeasured *a, const LimsMeasured *b, gboolean is_minimum) {
  gboolean a_detected = a->state != LIMS_VALUE_NOT_DETECTED, b_detected = b->state != LIMS_VALUE_NOT_DETECTED;
  int order;

  if (a->has_number != b->has_number)
    return a->has_number;
  if (a_detected != b_detected)
    return a_detected;
  order = a->has_number && a->unit == b->unit ? compare_measured(a, b) : 0;
  return is_minimum ? order < 0 : order > 0;
}

/* What stands before the number, and what stands without one. */
static const struct {
  const char *before, *without;
} SHOWN[] = {
    [LIMS_VALUE_NUMBER] = {"", "?"},
    [LIMS_VALUE_NOT_DETECTED] = {"<", "ND"},
    [LIMS_VALUE_BELOW_LOQ] = {"<", "<LOQ"},
    [LIMS_VALUE_ABOVE_RANGE] = {">", "above range"},
    [LIMS_VALUE_FAILED] = {NULL, "failed"},
    [LIMS_VALUE_NOT_RUN] = {NULL, "not run"},
    [LIMS_VALUE_POSITIVE] = {NULL, "positive"},
    [LIMS_VALUE_NEGATIVE] = {NULL, "negative"},
    [LIMS_VALUE_UNREADABLE] = {NULL, NULL},
};

char *lims_measured_to_string(const LimsMeasured *measured, const LimsDecimal *with) {
  const char *before = SHOWN[measured->state].before, *without = SHOWN[measured->state].without;
  g_autofree char *number = NULL;
  LimsDecimal rounded;

  if (measured->has_number && before && lims_measured_round(measured, with, &rounded)) {
    number = lims_decimal_to_string(rounded);
    return *before ? g_strconcat(before, number, NULL) : g_steal_pointer(&number);
  }
  if (!without)
    without = measured->from && *measured->from->value.printed ? measured->from->value.printed : "unreadable";
  return g_strdup(without);
}
