/* What decimals and fractions share: powers of ten, digits, and the one rule of rounding. */
#pragma once
#include "lims/core/decimal.h"

__extension__ typedef unsigned __int128 lims_uint128;

/* 10^38 is the highest power of ten that a lims_int128 holds. */
#define LIMS_DECIMAL_POWER_MAX 38

/* 10^power for 0 ≤ power ≤ LIMS_DECIMAL_POWER_MAX. */
lims_uint128 lims_decimal_power(int power);
/* |value|, also for the lowest number. */
lims_uint128 lims_decimal_magnitude(lims_int128 value);
/* Digits of `value` in decimal notation; 0 for 0. */
int lims_decimal_count_digits(lims_uint128 value);
/* GB/T 8170-2008, 3.1–3.3: `quotient` is what was kept; the discarded part is remainder/divisor, with
 * something more behind it if `more`. The remainder is below the divisor. */
lims_uint128 lims_decimal_half_even(lims_uint128 quotient, lims_uint128 remainder, lims_uint128 divisor,
                                    gboolean more);
/* ±magnitude × 10^exponent, if it is within the bounds of a decimal. */
gboolean lims_decimal_make(gboolean negative, lims_uint128 magnitude, int exponent, LimsDecimal *out);
