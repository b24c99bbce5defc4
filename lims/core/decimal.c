/* Exact decimals on 128-bit integers.
 *
 * What can go wrong is overflow, and only that: each operation either gives the exact result or refuses.
 * Coefficients are bounded at 30 digits, so that a sum or a comparison has eight digits of room before it
 * must refuse.
 */
#include "lims/core/decimal-private.h"

/* Those that 64 bits hold; a product of two of them gives the rest. */
static const guint64 POWERS[] = {1u,
                                 10u,
                                 100u,
                                 1000u,
                                 10000u,
                                 100000u,
                                 1000000u,
                                 10000000u,
                                 100000000u,
                                 1000000000u,
                                 10000000000ull,
                                 100000000000ull,
                                 1000000000000ull,
                                 10000000000000ull,
                                 100000000000000ull,
                                 1000000000000000ull,
                                 10000000000000000ull,
                                 100000000000000000ull,
                                 1000000000000000000ull,
                                 10000000000000000000ull};
#define POWERS_LAST ((int)G_N_ELEMENTS(POWERS) - 1)

lims_uint128 lims_decimal_power(int power) {
  g_assert(power >= 0 && power <= LIMS_DECIMAL_POWER_MAX);
  return power <= POWERS_LAST ? POWERS[power]
                              : (lims_uint128)POWERS[POWERS_LAST] * POWERS[power - POWERS_LAST];
}

lims_uint128 lims_decimal_magnitude(lims_int128 value) {
  return value < 0 ? -(lims_uint128)value : (lims_uint128)value;
}

int lims_decimal_count_digits(lims_uint128 value) {
  int digits = 0;

  for (; value > 0; value /= 10)
    digits++;
  return digits;
}

lims_uint128 lims_decimal_half_even(lims_uint128 quotient, lims_uint128 remainder, lims_uint128 divisor,
                                    gboolean more) {
  lims_uint128 rest = divisor - remainder; /* not twice the remainder: that might not fit */
  gboolean up = remainder > rest || (remainder == rest && (more || quotient % 2 == 1));

  return up ? quotient + 1 : quotient;
}

gboolean lims_decimal_make(gboolean negative, lims_uint128 magnitude, int exponent, LimsDecimal *out) {
  if (exponent < -LIMS_DECIMAL_EXPONENT || exponent > LIMS_DECIMAL_EXPONENT)
    return FALSE;
  if (magnitude >= lims_decimal_power(LIMS_DECIMAL_DIGITS))
    return FALSE;
  out->coefficient = negative ? -(lims_int128)magnitude : (lims_int128)magnitude;
  out->exponent = exponent;
  return TRUE;
}

/* Takes the digits at *cursor into *coefficient; counts them, and refuses more significant ones than fit. */
static gboolean take_digits(const char **cursor, lims_uint128 *coefficient, int *count) {
  *count = 0;
  for (; g_ascii_isdigit(**cursor); (*cursor)++) {
    *coefficient = *coefficient * 10 + (guint)(**cursor - '0');
    if (*coefficient >= lims_decimal_power(LIMS_DECIMAL_DIGITS) || *count > 2 * LIMS_DECIMAL_EXPONENT)
      return FALSE;
    (*count)++;
  }
  return *count > 0;
}

static gboolean take_exponent(const char **cursor, int *exponent) {
  gboolean negative;
  int count = 0;

  if (**cursor != 'e' && **cursor != 'E')
    return TRUE;
  (*cursor)++;
  negative = **cursor == '-';
  if (**cursor == '-' || **cursor == '+')
    (*cursor)++;
  int power = 0;
  for (; g_ascii_isdigit(**cursor); (*cursor)++, count++)
    power = MIN(power * 10 + (**cursor - '0'), 10000); /* far outside the bounds, and stays there */
  *exponent += negative ? -power : power;
  return count > 0;
}

gboolean lims_decimal_parse(const char *text, LimsDecimal *out) {
  lims_uint128 coefficient = 0;
  int count, exponent = 0;
  gboolean negative = *text == '-';

  if (*text == '-' || *text == '+')
    text++;
  if (!take_digits(&text, &coefficient, &count))
    return FALSE;
  if (*text == '.') {
    text++;
    if (!take_digits(&text, &coefficient, &count))
      return FALSE;
    exponent = -count;
  }
  if (!take_exponent(&text, &exponent) || *text != '\0')
    return FALSE;
  return lims_decimal_make(negative, coefficient, exponent, out);
}

static void append_magnitude(GString *out, lims_uint128 value) {
  char digits[LIMS_DECIMAL_POWER_MAX + 2];
  gsize at = sizeof digits;

  for (; value > G_MAXUINT64; value /= 10)
    digits[--at] = (char)('0' + (int)(value % 10));
  for (guint64 rest = (guint64)value; rest > 0 || at == sizeof digits; rest /= 10) /* 64 bits divide faster */
    digits[--at] = (char)('0' + (int)(rest % 10));
  g_string_append_len(out, digits + at, (gssize)(sizeof digits - at));
}

char *lims_decimal_to_string(LimsDecimal value) {
  GString *out = g_string_new(value.coefficient < 0 ? "-" : "");
  gssize start = (gssize)out->len;

  append_magnitude(out, lims_decimal_magnitude(value.coefficient));
  if (value.coefficient != 0)
    for (int i = 0; i < value.exponent; i++)
      g_string_append_c(out, '0');
  if (value.exponent < 0) {
    while ((gssize)out->len - start <= -value.exponent)
      g_string_insert_c(out, start, '0');
    g_string_insert_c(out, (gssize)out->len + value.exponent, '.');
  }
  return g_string_free(out, FALSE);
}

/* Both above zero. The higher leading digit decides; within the same decade the coefficients can be aligned.
 */
static int compare_magnitudes(lims_uint128 a, int a_exponent, lims_uint128 b, int b_exponent) {
  int a_top = lims_decimal_count_digits(a) + a_exponent, b_top = lims_decimal_count_digits(b) + b_exponent;

  if (a_top != b_top)
    return a_top < b_top ? -1 : 1;
  if (a_exponent > b_exponent)
    a *= lims_decimal_power(a_exponent - b_exponent);
  else
    b *= lims_decimal_power(b_exponent - a_exponent);
  return a < b ? -1 : a > b;
}

int lims_decimal_compare(LimsDecimal a, LimsDecimal b) {
  int a_sign = (a.coefficient > 0) - (a.coefficient < 0), b_sign = (b.coefficient > 0) - (b.coefficient < 0);

  if (a_sign != b_sign || a_sign == 0)
    return (a_sign > b_sign) - (a_sign < b_sign);
  return a_sign * compare_magnitudes(lims_decimal_magnitude(a.coefficient), a.exponent,
                                     lims_decimal_magnitude(b.coefficient), b.exponent);
}

gboolean lims_decimal_is_zero(LimsDecimal value) {
  return value.coefficient == 0;
}

gboolean lims_decimal_shift(LimsDecimal value, int shift, LimsDecimal *out) {
  int exponent;

  if (__builtin_add_overflow(value.exponent, shift, &exponent))
    return FALSE;
  return lims_decimal_make(value.coefficient < 0, lims_decimal_magnitude(value.coefficient), exponent, out);
}

/* The coefficient that `value` has at a lower exponent. */
static gboolean align(LimsDecimal value, int exponent, lims_int128 *coefficient) {
  int shift = value.exponent - exponent;

  *coefficient = value.coefficient;
  if (shift == 0 || value.coefficient == 0)
    return TRUE;
  return shift <= LIMS_DECIMAL_POWER_MAX &&
         !__builtin_mul_overflow(value.coefficient, (lims_int128)lims_decimal_power(shift), coefficient);
}

gboolean lims_decimal_add(LimsDecimal a, LimsDecimal b, LimsDecimal *out) {
  int exponent = MIN(a.exponent, b.exponent);
  lims_int128 left, right, sum;

  if (!align(a, exponent, &left) || !align(b, exponent, &right) || __builtin_add_overflow(left, right, &sum))
    return FALSE;
  return lims_decimal_make(sum < 0, lims_decimal_magnitude(sum), exponent, out);
}

gboolean lims_decimal_round(LimsDecimal value, int places, LimsDecimal *out) {
  lims_uint128 magnitude = lims_decimal_magnitude(value.coefficient), divisor;
  lims_int128 padded;
  gint64 dropped = -(gint64)places - value.exponent;

  if (places < -LIMS_DECIMAL_EXPONENT || places > LIMS_DECIMAL_EXPONENT)
    return FALSE;
  if (dropped <= 0)
    return align(value, -places, &padded) &&
           lims_decimal_make(padded < 0, lims_decimal_magnitude(padded), -places, out);
  if (dropped > LIMS_DECIMAL_POWER_MAX) /* less than half of the last place kept */
    return lims_decimal_make(FALSE, 0, -places, out);
  divisor = lims_decimal_power((int)dropped);
  magnitude = lims_decimal_half_even(magnitude / divisor, magnitude % divisor, divisor, FALSE);
  return lims_decimal_make(value.coefficient < 0, magnitude, -places, out);
}
