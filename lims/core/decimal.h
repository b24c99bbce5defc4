/* Exact decimals and fractions: the only numbers between the wire and the verdict.
 *
 * A decimal is coefficient × 10^exponent and keeps the digits as printed: "0.050" is 50 × 10^-3, equal to but
 * not the same text as "0.05". No operation here rounds, except the one that says so, and none overflows
 * silently: what does not fit is refused. At most LIMS_DECIMAL_DIGITS digits and an exponent within
 * ±LIMS_DECIMAL_EXPONENT.
 */
#pragma once
#include <glib.h>

__extension__ typedef __int128 lims_int128;

#define LIMS_DECIMAL_DIGITS 30
#define LIMS_DECIMAL_EXPONENT 60

typedef struct {
  lims_int128 coefficient;
  int exponent;
} LimsDecimal;

/* An exact quotient in lowest terms; denominator > 0. */
typedef struct {
  lims_int128 numerator;
  lims_int128 denominator;
} LimsFraction;

/* Parses the whole of `text`: [+-]digits[.digits][(e|E)[+-]digits], no blanks, no grouping. FALSE if it is
 * anything else, an empty string or more digits than fit; *out is then untouched. */
gboolean lims_decimal_parse(const char *text, LimsDecimal *out);

/* Plain notation, with the digits kept ("0.050"; an exponent > 0 is written out in zeros). g_free. */
char *lims_decimal_to_string(LimsDecimal value);

/* -1, 0, 1; exact whatever the exponents. */
int lims_decimal_compare(LimsDecimal a, LimsDecimal b);
gboolean lims_decimal_is_zero(LimsDecimal value);

/* value × 10^shift, exact; FALSE if the exponent leaves its range. */
gboolean lims_decimal_shift(LimsDecimal value, int shift, LimsDecimal *out);
gboolean lims_decimal_add(LimsDecimal a, LimsDecimal b, LimsDecimal *out);

/* Rounds to `places` digits after the point by GB/T 8170-2008 (half to even on the absolute value). Once
 * only. The result has exactly that many places, with zeros added where there were fewer; negative: to tens,
 * hundreds. */
gboolean lims_decimal_round(LimsDecimal value, int places, LimsDecimal *out);

gboolean lims_fraction_from_decimal(LimsDecimal value, LimsFraction *out);
gboolean lims_fraction_multiply(LimsFraction a, LimsFraction b, LimsFraction *out);
gboolean lims_fraction_divide(LimsFraction a, LimsFraction b, LimsFraction *out); /* FALSE also when b is 0 */
gboolean lims_fraction_add(LimsFraction a, LimsFraction b, LimsFraction *out);
gboolean lims_fraction_subtract(LimsFraction a, LimsFraction b, LimsFraction *out);
int lims_fraction_compare_decimal(LimsFraction a, LimsDecimal b, gboolean *fits);
/* The exact quotient rounded once, half to even, to `places` after the point. */
gboolean lims_fraction_round(LimsFraction value, int places, LimsDecimal *out);
/* The same to `digits` significant digits. */
gboolean lims_fraction_round_significant(LimsFraction value, int digits, LimsDecimal *out);
