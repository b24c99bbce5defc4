/* A value against a limit that stands for itself, and by which rule.
 *
 *   at the limit complies: limits are "≤"                     (bulletins; GB 2762-2025 tables)
 *   full value: the exact number, however it is shown         (GB/T 8170-2008, 4.3.2)
 *   rounded value: to the limit's last place, once, by 3.2    (GB/T 8170-2008, 4.3.3)
 *   simple acceptance: the uncertainty is not used            (ILAC-G8:09/2019, 4.2.1)
 *   guard band: complies only if value + U is not above       (ILAC-G8:09/2019, 4.2.2)
 *   not detected complies with a number and with "不得检出"; a LOD above the limit says nothing
 *   detected below a LOQ that is not above the limit complies; below one that is, nothing is decided
 *   "不得检出", "不得使用": whatever was detected exceeds
 *
 * With a guard band a value above the limit exceeds as ever; one between limit less U and limit neither
 * complies nor exceeds, and where U is not known nothing complies.
 */
#include "lims/judge/judge-private.h"

/* ---- rules ---- */

LimsComparison lims_comparison_of(const LimsMatter *matter, const LimsMethod *method) {
  return method && method->comparison != LIMS_COMPARE_BY_POLICY ? method->comparison
                                                                : matter->policy->comparison;
}

LimsDecisionRule lims_decision_of(const LimsMatter *matter, const LimsMethod *method) {
  return method && method->decision != LIMS_DECIDE_BY_POLICY ? method->decision : matter->policy->decision;
}

static const char *const ND_WORDS[] = {
    [LIMS_ND_ZERO] = "0", [LIMS_ND_HALF_LOD] = "LOD/2", [LIMS_ND_LOD] = "LOD"};

char *lims_rule_to_string(const LimsMatter *matter, const LimsMeasured *measured) {
  const LimsMethod *method = measured->method;
  gboolean guarded = lims_decision_of(matter, method) == LIMS_DECIDE_GUARD_BAND,
           rounded = lims_comparison_of(matter, method) == LIMS_COMPARE_ROUNDED;
  GString *out = g_string_new(guarded ? "guard band" : "simple acceptance");
  g_autofree char *uncertainty = lims_decimal_to_string(measured->uncertainty);

  if (guarded && !lims_decimal_is_zero(measured->uncertainty))
    g_string_append_printf(out, " of U = %s %%", uncertainty);
  g_string_append(out, rounded ? ", rounded value" : ", full value");
  if (measured->is_sum)
    g_string_append_printf(out, ", components not detected count as %s", ND_WORDS[measured->nd]);
  return g_string_free(out, FALSE);
}

/* ---- numbers ---- */

/* What is compared: the exact number, or the one rounded to the limit's last place. FALSE: it does not fit.
 */
static gboolean take_compared(const LimsMatter *matter, LimsDecimal limit, LimsOutcome *outcome,
                              LimsMeasured *out) {
  LimsFraction number;

  *out = outcome->measured;
  if (outcome->measured.state != LIMS_VALUE_NUMBER || outcome->is_rounded ||
      lims_comparison_of(matter, outcome->measured.method) != LIMS_COMPARE_ROUNDED)
    return TRUE;
  if (!lims_measured_number(&outcome->measured, &number) ||
      !lims_fraction_round(number, -limit.exponent, &out->decimal))
    return FALSE;
  out->is_fraction = FALSE;
  outcome->has_judged = TRUE;
  outcome->judged = out->decimal;
  return TRUE;
}

/* A little below zero is the noise of a blank. What lies further below than the limit lies above cannot tell
 * whether the limit is kept: mostly the blank is in another unit. */
static gboolean is_far_below_zero(const LimsLimit *limit, const LimsMeasured *m) {
  LimsDecimal mirrored = {-limit->high.coefficient, limit->high.exponent};
  int order;

  return lims_measured_compare(m, mirrored, &order) && order < 0;
}

/* The number with its uncertainty added, or taken off it. */
static gboolean move_by_u(const LimsMeasured *m, gboolean up, LimsFraction *out) {
  LimsFraction number, hundred = {100, 1};

  return lims_fraction_from_decimal(m->uncertainty, out) && lims_measured_number(m, &number) &&
         lims_fraction_multiply(number, *out, out) && lims_fraction_divide(*out, hundred, out) &&
         (up ? lims_fraction_add(number, *out, out) : lims_fraction_subtract(number, *out, out));
}

/* A value that keeps the limit as it is: whether it does by the decision rule. */
static LimsReason accept(const LimsMatter *matter, const LimsLimit *limit, const LimsMeasured *m,
                         LimsReason kept) {
  gboolean has_low = limit->kind != LIMS_LIMIT_MAXIMUM, has_high = limit->kind != LIMS_LIMIT_MINIMUM;
  gboolean low_fits = TRUE, high_fits = TRUE;
  LimsFraction low, high;

  if (lims_decision_of(matter, m->method) != LIMS_DECIDE_GUARD_BAND)
    return kept;
  if (lims_decimal_is_zero(m->uncertainty))
    return LIMS_REASON_UNCERTAINTY_UNKNOWN;
  if (!move_by_u(m, FALSE, &low) || !move_by_u(m, TRUE, &high))
    return LIMS_REASON_OVERFLOW;
  if ((has_low && lims_fraction_compare_decimal(low, limit->low, &low_fits) < 0) ||
      (has_high && lims_fraction_compare_decimal(high, limit->high, &high_fits) > 0))
    return LIMS_REASON_GUARD_BAND;
  return low_fits && high_fits ? kept : LIMS_REASON_OVERFLOW;
}

/* A number below the method's LOQ; of a sum: something in it that may lie as high as that. And the LOQ above
 * the limit. */
static gboolean is_below_loq(const LimsLimit *limit, const LimsMeasured *m) {
  LimsFraction number, below;
  gboolean fits;

  if (!m->has_loq || lims_fraction_compare_decimal(m->loq, limit->high, &fits) <= 0)
    return FALSE;
  return !lims_measured_number(m, &number) || !lims_fraction_subtract(number, m->loq, &below) ||
         below.numerator < 0;
}

static LimsReason compare_maximum(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  gboolean bound = outcome->measured.state != LIMS_VALUE_NUMBER; /* the number is a LOD or LOQ */
  LimsMeasured m;
  int order;

  if (!outcome->measured.has_number)
    return outcome->measured.state == LIMS_VALUE_NOT_DETECTED ? LIMS_REASON_NOT_DETECTED
                                                              : LIMS_REASON_BELOW_LOQ;
  if (!take_compared(matter, limit->high, outcome, &m) || !lims_measured_compare(&m, limit->high, &order))
    return LIMS_REASON_OVERFLOW;
  if (bound && order > 0)
    return LIMS_REASON_LOD_ABOVE;
  if (m.state == LIMS_VALUE_NOT_DETECTED)
    return LIMS_REASON_NOT_DETECTED;
  if (bound)
    return LIMS_REASON_AT_OR_BELOW;
  if (is_far_below_zero(limit, &m))
    return LIMS_REASON_NEGATIVE;
  if (is_below_loq(limit, &outcome->measured) && !(m.is_sum && order > 0))
    return LIMS_REASON_LOD_ABOVE;
  return order > 0 ? LIMS_REASON_ABOVE : accept(matter, limit, &m, LIMS_REASON_AT_OR_BELOW);
}

/* What lies below a LOD or LOQ that is not above the lowest allowed lies outside; of any other nobody knows.
 */
static LimsReason compare_bound(const LimsLimit *limit, const LimsMeasured *m) {
  gboolean is_upper = m->state == LIMS_VALUE_NOT_DETECTED || m->state == LIMS_VALUE_BELOW_LOQ;
  int order;

  return is_upper && m->has_number && lims_measured_compare(m, limit->low, &order) && order <= 0
             ? LIMS_REASON_OUTSIDE
             : LIMS_REASON_LOD_UNKNOWN;
}

static LimsReason compare_between(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  LimsDecimal last = limit->low.exponent < limit->high.exponent ? limit->low : limit->high;
  LimsMeasured m;
  int low = 1, high = -1;

  if (outcome->measured.state != LIMS_VALUE_NUMBER)
    return compare_bound(limit, &outcome->measured);
  if (!take_compared(matter, limit->kind == LIMS_LIMIT_RANGE ? last : limit->low, outcome, &m) ||
      !lims_measured_compare(&m, limit->low, &low) ||
      (limit->kind == LIMS_LIMIT_RANGE && !lims_measured_compare(&m, limit->high, &high)))
    return LIMS_REASON_OVERFLOW;
  return low < 0 || high > 0 ? LIMS_REASON_OUTSIDE : accept(matter, limit, &m, LIMS_REASON_WITHIN);
}

static LimsReason compare_with_nothing(const LimsMatter *matter, const LimsLimit *limit,
                                       LimsOutcome *outcome) {
  const LimsMeasured *m = &outcome->measured;
  int order;

  if (m->state == LIMS_VALUE_NOT_DETECTED || m->state == LIMS_VALUE_NEGATIVE)
    return LIMS_REASON_NOT_DETECTED;
  if (m->state != LIMS_VALUE_POSITIVE &&
      (m->state != LIMS_VALUE_NUMBER || !lims_measured_compare(m, (LimsDecimal){0, 0}, &order) || order <= 0))
    return LIMS_REASON_LOD_UNKNOWN;
  return limit->kind == LIMS_LIMIT_BANNED ? LIMS_REASON_BANNED : LIMS_REASON_NOT_ALLOWED;
}

static LimsReason compare_other(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  return g_str_has_prefix(limit->text, "n=") || g_str_has_prefix(limit->text, "n＝")
             ? LIMS_REASON_SAMPLING_PLAN
             : LIMS_REASON_NOT_NUMERIC;
}

static LimsReason (*const COMPARE[])(const LimsMatter *matter, const LimsLimit *limit,
                                     LimsOutcome *outcome) = {
    [LIMS_LIMIT_MAXIMUM] = compare_maximum,     [LIMS_LIMIT_MINIMUM] = compare_between,
    [LIMS_LIMIT_RANGE] = compare_between,       [LIMS_LIMIT_NOT_DETECTED] = compare_with_nothing,
    [LIMS_LIMIT_BANNED] = compare_with_nothing, [LIMS_LIMIT_OTHER] = compare_other,
};

static gboolean is_finding(const LimsMeasured *m) {
  return m->state == LIMS_VALUE_POSITIVE || m->state == LIMS_VALUE_NEGATIVE;
}

void lims_compare_with_limit(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  outcome->has_judged = outcome->is_rounded;
  if (is_finding(&outcome->measured) && limit->kind <= LIMS_LIMIT_RANGE)
    outcome->reason = LIMS_REASON_QUALITATIVE;
  else
    outcome->reason = COMPARE[limit->kind](matter, limit, outcome);
}
