/* A value as the judge holds it: comparing, rounding, writing down.
 *
 * A quotient is exact until it is shown. It is rounded once, from the exact number: by the method where it
 * names a place, else to four significant digits. A rounded number may lie on the other side of the limit
 * than what it came from: where the method fixed the digits they are marked (+) or (-) as GB/T
 * 8170-2008, 4.3.2 has it, where nothing did more digits are shown.
 */
#include "lims/judge/judge-private.h"

#define SHOWN_DIGITS 4

LimsDecimal lims_measured_trim(LimsDecimal value) {
  while (value.coefficient != 0 && value.coefficient % 10 == 0 && value.exponent < 0) {
    value.coefficient /= 10;
    value.exponent++;
  }
  return value;
}

gboolean lims_measured_number(const LimsMeasured *measured, LimsFraction *out) {
  if (!measured->is_fraction)
    return measured->has_number && lims_fraction_from_decimal(measured->decimal, out);
  *out = measured->fraction;
  return measured->has_number;
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

static gboolean round_by_method(const LimsMeasured *measured, LimsDecimal *out) {
  const LimsRounding *rounding = &measured->method->rounding;
  LimsFraction number;

  if (!lims_measured_number(measured, &number))
    return FALSE;
  return rounding->kind == LIMS_ROUND_PLACES ? lims_fraction_round(number, rounding->digits, out)
                                             : lims_fraction_round_significant(number, rounding->digits, out);
}

/* As few digits as show the number on its side of `with`. */
static gboolean round_freely(const LimsMeasured *measured, const LimsDecimal *with, int order,
                             LimsDecimal *out) {
  for (int digits = SHOWN_DIGITS; digits <= LIMS_DECIMAL_DIGITS; digits++) {
    if (!lims_fraction_round_significant(measured->fraction, digits, out))
      return FALSE;
    if (!with || sign(lims_decimal_compare(*out, *with)) == sign(order))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_rounded_by_method(const LimsMeasured *measured) {
  return measured->state == LIMS_VALUE_NUMBER && measured->method &&
         measured->method->rounding.kind != LIMS_ROUND_NONE;
}

gboolean lims_measured_round(const LimsMeasured *measured, const LimsDecimal *with, LimsDecimal *out,
                             const char **mark) {
  int order = 0;

  *out = measured->decimal;
  *mark = "";
  if (!measured->is_fraction && !is_rounded_by_method(measured))
    return TRUE;
  if (with && !lims_measured_compare(measured, *with, &order))
    return FALSE;
  if (!is_rounded_by_method(measured))
    return round_freely(measured, with, order, out);
  if (!round_by_method(measured, out))
    return FALSE;
  if (with && sign(lims_decimal_compare(*out, *with)) != sign(order) &&
      lims_measured_compare(measured, *out, &order) && order != 0)
    *mark = order > 0 ? "(+)" : "(-)";
  return TRUE;
}

/* Exact where the quotients fit, else by what is shown of them. */
static int compare_measured(const LimsMeasured *a, const LimsMeasured *b) {
  LimsDecimal left, right;
  const char *mark;
  int order;

  if (!b->is_fraction && lims_measured_compare(a, b->decimal, &order))
    return order;
  if (!a->is_fraction && lims_measured_compare(b, a->decimal, &order))
    return -order;
  if (!lims_measured_round(a, NULL, &left, &mark) || !lims_measured_round(b, NULL, &right, &mark))
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
  const char *mark;
  LimsDecimal rounded;

  if (measured->has_number && before && lims_measured_round(measured, with, &rounded, &mark)) {
    number = lims_decimal_to_string(rounded);
    return g_strconcat(before, number, mark, NULL);
  }
  if (!without)
    without = measured->from && *measured->from->value.printed ? measured->from->value.printed : "unreadable";
  return g_strdup(without);
}
