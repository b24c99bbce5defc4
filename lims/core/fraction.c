/* Exact quotients: dilution factors, recoveries and what is computed with them, rounded once at the end.
 *
 * Numerator and denominator are kept without a common divisor, so that they stay small; products are reduced
 * crosswise before they are formed. Rounding and comparing divide digit by digit and need no room to grow:
 * they cannot overflow.
 */
#include "lims/core/decimal-private.h"

static guint64 gcd_small(guint64 a, guint64 b) {
  while (b != 0) {
    guint64 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

static lims_uint128 gcd(lims_uint128 a, lims_uint128 b) {
  while (b != 0) {
    if (a <= G_MAXUINT64 && b <= G_MAXUINT64)
      return gcd_small((guint64)a, (guint64)b);
    lims_uint128 rest = a % b;

    a = b;
    b = rest;
  }
  return a;
}

/* Lowest terms of ±numerator/denominator; the denominator is above 0. */
static gboolean make_fraction(gboolean negative, lims_uint128 numerator, lims_uint128 denominator,
                              LimsFraction *out) {
  lims_uint128 common = gcd(numerator, denominator), highest = ~(lims_uint128)0 >> 1;

  numerator /= common;
  denominator /= common;
  if (numerator > highest || denominator > highest)
    return FALSE;
  out->numerator = negative ? -(lims_int128)numerator : (lims_int128)numerator;
  out->denominator = (lims_int128)denominator;
  return TRUE;
}

gboolean lims_fraction_from_decimal(LimsDecimal value, LimsFraction *out) {
  lims_uint128 magnitude = lims_decimal_magnitude(value.coefficient), power;
  int exponent = value.exponent;

  if (magnitude == 0)
    return make_fraction(FALSE, 0, 1, out);
  for (; exponent < 0 && magnitude % 10 == 0; exponent++)
    magnitude /= 10;
  if (ABS(exponent) > LIMS_DECIMAL_POWER_MAX)
    return FALSE;
  power = lims_decimal_power(ABS(exponent));
  if (exponent < 0)
    return make_fraction(value.coefficient < 0, magnitude, power, out);
  return !__builtin_mul_overflow(magnitude, power, &magnitude) &&
         make_fraction(value.coefficient < 0, magnitude, 1, out);
}

gboolean lims_fraction_multiply(LimsFraction a, LimsFraction b, LimsFraction *out) {
  lims_uint128 a_top = lims_decimal_magnitude(a.numerator), b_top = lims_decimal_magnitude(b.numerator);
  lims_uint128 a_low = (lims_uint128)a.denominator, b_low = (lims_uint128)b.denominator;
  lims_uint128 first = gcd(a_top, b_low), second = gcd(b_top, a_low), top, low;

  if (__builtin_mul_overflow(a_top / first, b_top / second, &top) ||
      __builtin_mul_overflow(a_low / second, b_low / first, &low))
    return FALSE;
  return make_fraction((a.numerator < 0) != (b.numerator < 0), top, low, out);
}

gboolean lims_fraction_divide(LimsFraction a, LimsFraction b, LimsFraction *out) {
  LimsFraction inverse;

  if (b.numerator == 0)
    return FALSE;
  return make_fraction(b.numerator < 0, (lims_uint128)b.denominator, lims_decimal_magnitude(b.numerator),
                       &inverse) &&
         lims_fraction_multiply(a, inverse, out);
}

gboolean lims_fraction_subtract(LimsFraction a, LimsFraction b, LimsFraction *out) {
  lims_int128 common = (lims_int128)gcd((lims_uint128)a.denominator, (lims_uint128)b.denominator);
  lims_int128 left, right, difference, denominator;

  if (__builtin_mul_overflow(a.numerator, b.denominator / common, &left) ||
      __builtin_mul_overflow(b.numerator, a.denominator / common, &right) ||
      __builtin_sub_overflow(left, right, &difference) ||
      __builtin_mul_overflow(a.denominator / common, b.denominator, &denominator))
    return FALSE;
  return make_fraction(difference < 0, lims_decimal_magnitude(difference), (lims_uint128)denominator, out);
}

/* A numerator is never the lowest number (make_fraction), so that it can be negated. */
gboolean lims_fraction_add(LimsFraction a, LimsFraction b, LimsFraction *out) {
  b.numerator = -b.numerator;
  return lims_fraction_subtract(a, b, out);
}

/* Positive fractions by their continued fractions: the whole parts decide, else the inverted rests do,
 * reversed. */
static int compare_magnitudes(lims_uint128 a_top, lims_uint128 a_low, lims_uint128 b_top,
                              lims_uint128 b_low) {
  int order = 1;

  for (;; order = -order) {
    lims_uint128 a_whole = a_top / a_low, b_whole = b_top / b_low;
    lims_uint128 a_rest = a_top % a_low, b_rest = b_top % b_low;

    if (a_whole != b_whole)
      return a_whole < b_whole ? -order : order;
    if (a_rest == 0 || b_rest == 0)
      return order * ((a_rest != 0) - (b_rest != 0));
    a_top = a_low;
    a_low = a_rest;
    b_top = b_low;
    b_low = b_rest;
  }
}

int lims_fraction_compare_decimal(LimsFraction a, LimsDecimal b, gboolean *fits) {
  int a_sign = (a.numerator > 0) - (a.numerator < 0), b_sign = (b.coefficient > 0) - (b.coefficient < 0);
  LimsFraction right;
  gboolean exact = TRUE;
  int order = (a_sign > b_sign) - (a_sign < b_sign);

  if (a_sign == b_sign && a_sign != 0) {
    exact = lims_fraction_from_decimal(b, &right);
    order = !exact ? 0
                   : a_sign * compare_magnitudes(
                                  lims_decimal_magnitude(a.numerator), (lims_uint128)a.denominator,
                                  lims_decimal_magnitude(right.numerator), (lims_uint128)right.denominator);
  }
  if (fits)
    *fits = exact;
  return order;
}

/* The next decimal digit of *rest/divisor, where *rest < divisor. Ten additions instead of a product: twice a
 * divisor always fits, ten times one might not. */
static guint next_digit(lims_uint128 *rest, lims_uint128 divisor) {
  lims_uint128 sum = 0;
  guint digit = 0;

  for (int i = 0; i < 10; i++) {
    sum += *rest;
    if (sum >= divisor) {
      sum -= divisor;
      digit++;
    }
  }
  *rest = sum;
  return digit;
}

static gboolean round_to_whole_tens(LimsFraction value, int places, LimsDecimal *out) {
  lims_uint128 magnitude = lims_decimal_magnitude(value.numerator), low = (lims_uint128)value.denominator;
  lims_uint128 whole = magnitude / low, divisor;

  if (-places > LIMS_DECIMAL_POWER_MAX) /* no fraction reaches half of 10^39 */
    return lims_decimal_make(FALSE, 0, -places, out);
  divisor = lims_decimal_power(-places);
  whole = lims_decimal_half_even(whole / divisor, whole % divisor, divisor, magnitude % low != 0);
  return lims_decimal_make(value.numerator < 0, whole, -places, out);
}

/* All digits by one division, where the numbers leave room for it. */
static gboolean divide_at_once(lims_uint128 *quotient, lims_uint128 *rest, lims_uint128 divisor, int places) {
  lims_uint128 scale, scaled;

  if (places > 18 || *quotient > G_MAXUINT32 || *rest > G_MAXUINT64)
    return FALSE;
  scale = lims_decimal_power(places);
  scaled = *rest * scale;
  *quotient = *quotient * scale + scaled / divisor;
  *rest = scaled % divisor;
  return TRUE;
}

gboolean lims_fraction_round(LimsFraction value, int places, LimsDecimal *out) {
  lims_uint128 magnitude = lims_decimal_magnitude(value.numerator), low = (lims_uint128)value.denominator;
  lims_uint128 quotient = magnitude / low, rest = magnitude % low;

  if (places < -LIMS_DECIMAL_EXPONENT || places > LIMS_DECIMAL_EXPONENT)
    return FALSE;
  if (places < 0)
    return round_to_whole_tens(value, places, out);
  if (!divide_at_once(&quotient, &rest, low, places))
    for (int i = 0; i < places; i++) {
      if (quotient >= lims_decimal_power(LIMS_DECIMAL_DIGITS))
        return FALSE;
      quotient = quotient * 10 + next_digit(&rest, low);
    }
  return lims_decimal_make(value.numerator < 0, lims_decimal_half_even(quotient, rest, low, FALSE), -places,
                           out);
}

/* Place of the first significant digit: 1 for 1–9, 2 for 10–99, 0 for 0.1–0.9, -1 for 0.01–0.09. The value is
 * not 0. */
static int leading_place(LimsFraction value) {
  lims_uint128 magnitude = lims_decimal_magnitude(value.numerator), low = (lims_uint128)value.denominator;
  lims_uint128 rest = magnitude % low;
  int place = lims_decimal_count_digits(magnitude / low);

  if (place == 0)
    while (next_digit(&rest, low) == 0)
      place--;
  return place;
}

gboolean lims_fraction_round_significant(LimsFraction value, int digits, LimsDecimal *out) {
  LimsDecimal rounded;

  if (digits < 1 || digits > LIMS_DECIMAL_DIGITS)
    return FALSE;
  if (value.numerator == 0)
    return lims_decimal_make(FALSE, 0, 0, out);
  if (!lims_fraction_round(value, digits - leading_place(value), &rounded))
    return FALSE;
  /* 9.96 became 10.0: one digit too many, and that one a zero. */
  if (lims_decimal_count_digits(lims_decimal_magnitude(rounded.coefficient)) > digits) {
    rounded.coefficient /= 10;
    rounded.exponent++;
  }
  *out = rounded;
  return TRUE;
}
