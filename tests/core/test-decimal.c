/* Decimals and fractions: what is read is printed again, nothing is rounded unasked, overflow is refused. */
#include "lims/core/decimal.h"

#include <string.h>

static LimsDecimal number(const char *text) {
  LimsDecimal value = {0};

  if (!lims_decimal_parse(text, &value))
    g_error("test data: %s is no decimal", text);
  return value;
}

static void assert_text(LimsDecimal value, const char *expected) {
  g_autofree char *text = lims_decimal_to_string(value);

  g_assert_cmpstr(text, ==, expected);
}

static LimsFraction quotient(const char *numerator, const char *denominator) {
  LimsFraction top, low, result;

  g_assert_true(lims_fraction_from_decimal(number(numerator), &top));
  g_assert_true(lims_fraction_from_decimal(number(denominator), &low));
  g_assert_true(lims_fraction_divide(top, low, &result));
  return result;
}

static void test_parse_keeps_digits(void) {
  static const struct {
    const char *text, *printed;
  } ROWS[] = {
      {"0", "0"},
      {"0.050", "0.050"},
      {"-12", "-12"},
      {"+3.10", "3.10"},
      {"12E3", "12000"},
      {"1.2E-3", "0.0012"},
      {"1.20e+1", "12.0"},
      {"007", "7"},
      {"0.000", "0.000"},
      {"-0.5", "-0.5"},
      {"0e5", "0"},
      {"1e60", "1000000000000000000000000000000000000000000000000000000000000"},
      {"123456789012345678901234567890", "123456789012345678901234567890"},
      {"0.123456789012345678901234567890", "0.123456789012345678901234567890"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    assert_text(number(ROWS[i].text), ROWS[i].printed);
}

static void test_parse_refuses(void) {
  static const char *const BAD[] = {
      "",
      " ",
      "-",
      "+",
      ".",
      ".5",
      "5.",
      "1.2.3",
      " 12",
      "12 ",
      "12abc",
      "0x10",
      "nan",
      "inf",
      "1e999",
      "1e61",
      "1e-61",
      "1e",
      "1e+",
      "0,035",
      "1 000",
      "--1",
      "+-1",
      "1e1.5",
      "１２",
      "1e99999999999999999999",
      "1234567890123456789012345678901",
      "0.1234567890123456789012345678901",
      "1\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    LimsDecimal value = {.coefficient = 77, .exponent = -7};

    if (lims_decimal_parse(BAD[i], &value))
      g_error("accepted \"%s\"", BAD[i]);
    g_assert_true(value.coefficient == 77 && value.exponent == -7);
  }
}

static void test_parse_refuses_long_text(void) {
  g_autofree char *nines = g_strnfill(100000, '9'), *zeros = g_strnfill(100000, '0');
  g_autofree char *tiny = g_strconcat("0.", zeros, "1", NULL);
  LimsDecimal value;

  g_assert_false(lims_decimal_parse(nines, &value));
  g_assert_false(lims_decimal_parse(tiny, &value));
}

/* A made-up number of up to 30 digits; small seeds give edges. */
static LimsDecimal random_decimal(int exponents) {
  LimsDecimal value = {.exponent = g_test_rand_int_range(-exponents, exponents + 1)};

  for (int digits = g_test_rand_int_range(0, LIMS_DECIMAL_DIGITS + 1); digits > 0; digits--)
    value.coefficient = value.coefficient * 10 + g_test_rand_int_range(0, 10);
  if (g_test_rand_bit())
    value.coefficient = -value.coefficient;
  return value;
}

static void test_round_trip(void) {
  for (int i = 0; i < 5000; i++) {
    LimsDecimal value = random_decimal(25), again;
    g_autofree char *text = lims_decimal_to_string(value);
    g_autofree char *second = NULL;

    if (value.exponent > 0 && strlen(text) > LIMS_DECIMAL_DIGITS)
      continue; /* the zeros written out are digits too many to read back */
    again = number(text);
    second = lims_decimal_to_string(again);
    g_assert_cmpstr(text, ==, second);
    g_assert_cmpint(lims_decimal_compare(value, again), ==, 0);
  }
}

static void test_compare(void) {
  static const char *const ASCENDING[] = {
      "-1e60", "-208401.988", "-0.05", "-1e-60", "0",  "1e-60", "0.0499999999999999999999999999",
      "0.05",  "0.051",       "1",     "9.99",   "10", "100.1", "1e60",
  };

  for (int i = 0; i < (int)G_N_ELEMENTS(ASCENDING); i++)
    for (int j = 0; j < (int)G_N_ELEMENTS(ASCENDING); j++)
      g_assert_cmpint(lims_decimal_compare(number(ASCENDING[i]), number(ASCENDING[j])), ==,
                      (i > j) - (i < j));
  g_assert_cmpint(lims_decimal_compare(number("0.050"), number("0.05")), ==, 0);
  g_assert_cmpint(lims_decimal_compare(number("-0.0"), number("0e9")), ==, 0);
  g_assert_cmpint(lims_decimal_compare(number("1e30"), number("100000000000000000000000000000e1")), ==, 0);
  g_assert_true(lims_decimal_is_zero(number("-0.00")));
  g_assert_false(lims_decimal_is_zero(number("1e-60")));
}

static void test_compare_survives_shift(void) {
  for (int i = 0; i < 5000; i++) {
    LimsDecimal a = random_decimal(20), b = g_test_rand_bit() ? random_decimal(20) : a, c, d;
    int shift = g_test_rand_int_range(-40, 41);

    g_assert_true(lims_decimal_shift(a, shift, &c) && lims_decimal_shift(b, shift, &d));
    g_assert_cmpint(lims_decimal_compare(a, b), ==, lims_decimal_compare(c, d));
    g_assert_cmpint(lims_decimal_compare(a, b), ==, -lims_decimal_compare(b, a));
  }
}

static void test_shift(void) {
  LimsDecimal value;

  g_assert_true(lims_decimal_shift(number("50"), -3, &value));
  assert_text(value, "0.050");
  g_assert_false(lims_decimal_shift(number("1"), 61, &value));
  g_assert_false(lims_decimal_shift(number("1"), G_MININT, &value));
  g_assert_false(lims_decimal_shift(number("1e1"), G_MAXINT, &value));
}

static void test_arithmetic(void) {
  LimsDecimal value;

  g_assert_true(lims_decimal_add(number("0.1"), number("0.20"), &value));
  assert_text(value, "0.30");
  g_assert_true(lims_decimal_add(number("-0.1"), number("0.1"), &value));
  assert_text(value, "0.0");
  g_assert_true(lims_decimal_add(number("0e60"), number("1e-60"), &value));
  g_assert_cmpint(lims_decimal_compare(value, number("1e-60")), ==, 0);
}

static void test_overflow_is_refused(void) {
  LimsDecimal nines = number("999999999999999999999999999999"), value;

  g_assert_false(lims_decimal_add(nines, number("1"), &value));
  g_assert_false(lims_decimal_add(number("1e60"), number("1e-60"), &value));
  g_assert_false(lims_decimal_add(number("1e30"), number("1"), &value));
  g_assert_false(lims_decimal_round(nines, 1, &value));
}

static void test_round_half_even(void) {
  static const struct {
    const char *text;
    int places;
    const char *rounded;
  } ROWS[] = {
      {"12.1498", 1, "12.1"},
      {"12.1498", 0, "12"},
      {"1268", -2, "1300"},
      {"10.5002", 0, "11"},
      {"10.502", 0, "11"},
      {"1.050", 1, "1.0"},
      {"0.35", 1, "0.4"},
      {"2500", -3, "2000"},
      {"3500", -3, "4000"},
      {"0.0325", 3, "0.032"},
      {"32500", -3, "32000"},
      {"-355", -1, "-360"},
      {"-325", -1, "-320"},
      {"0.5", 0, "0"},
      {"1.5", 0, "2"},
      {"-0.5", 0, "0"},
      {"0.05", 3, "0.050"},
      {"12e3", 0, "12000"},
      {"1e-60", 0, "0"},
      {"15.4546", 0, "15"},
      {"0.45", 1, "0.4"},
      {"0.450000001", 1, "0.5"},
      {"9.995", 2, "10.00"},
      {"4", -1, "0"},
      {"5", -1, "0"},
      {"15", -1, "20"},
      {"999999999999999999999999999999", -40, "0"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsDecimal value;
    LimsFraction fraction;

    g_assert_true(lims_decimal_round(number(ROWS[i].text), ROWS[i].places, &value));
    assert_text(value, ROWS[i].rounded);
    if (!lims_fraction_from_decimal(number(ROWS[i].text), &fraction))
      continue;
    g_assert_true(lims_fraction_round(fraction, ROWS[i].places, &value));
    assert_text(value, ROWS[i].rounded);
  }
}

static void test_round_once(void) {
  LimsDecimal once, first, twice;

  g_assert_true(lims_decimal_round(number("15.46"), 0, &once));
  g_assert_true(lims_decimal_round(number("15.46"), 1, &first) && lims_decimal_round(first, 0, &twice));
  assert_text(once, "15");
  assert_text(twice, "16"); /* in steps it would have been another number */
  g_assert_false(lims_decimal_round(once, 61, &twice));
  g_assert_false(lims_decimal_round(once, G_MININT, &twice));
}

static void test_fraction_lowest_terms(void) {
  LimsFraction value = quotient("0.050", "-0.125");

  g_assert_true(value.numerator == -2 && value.denominator == 5);
  value = quotient("0", "7");
  g_assert_true(value.numerator == 0 && value.denominator == 1);
  g_assert_false(lims_fraction_divide(value, value, &value));
}

static void test_fraction_arithmetic(void) {
  LimsFraction value, third = quotient("1", "3"), seventh = quotient("1", "7");

  g_assert_true(lims_fraction_subtract(third, seventh, &value));
  g_assert_true(value.numerator == 4 && value.denominator == 21);
  g_assert_true(lims_fraction_multiply(value, quotient("-21", "2"), &value));
  g_assert_true(value.numerator == -2 && value.denominator == 1);
  g_assert_true(lims_fraction_subtract(third, third, &value));
  g_assert_true(value.numerator == 0 && value.denominator == 1);
  g_assert_true(lims_fraction_add(third, seventh, &value));
  g_assert_true(value.numerator == 10 && value.denominator == 21);
  g_assert_true(lims_fraction_add(third, quotient("-1", "3"), &value));
  g_assert_true(value.numerator == 0 && value.denominator == 1);
}

static void test_fraction_overflow_is_refused(void) {
  LimsFraction big = quotient("999999999999999999999999999999", "1"),
               small = quotient("1", "999999999999999999999999999998");
  LimsFraction value;

  g_assert_false(lims_fraction_multiply(big, big, &value));
  g_assert_false(lims_fraction_multiply(small, small, &value));
  g_assert_false(lims_fraction_add(small, quotient("1", "999999999999999999999999999997"), &value));
  g_assert_false(lims_fraction_from_decimal(number("1e40"), &value));
  g_assert_false(lims_fraction_from_decimal(number("3e-40"), &value));
  g_assert_true(lims_fraction_from_decimal(number("10e-39"), &value));
}

static void test_fraction_rounding(void) {
  static const struct {
    const char *numerator, *denominator;
    int places;
    const char *rounded;
  } ROWS[] = {
      {"1", "3", 4, "0.3333"},
      {"2", "3", 4, "0.6667"},
      {"-2", "3", 0, "-1"},
      {"1", "8", 2, "0.12"},
      {"3", "8", 2, "0.38"},
      {"-1", "8", 2, "-0.12"},
      {"1", "2", 0, "0"},
      {"3", "2", 0, "2"},
      {"100", "3", -1, "30"},
      {"250", "1", -2, "200"},
      {"2501", "10", -2, "300"},
      {"50", "1", -2, "0"},
      {"501", "10", -2, "100"},
      {"1", "3", 30, "0.333333333333333333333333333333"},
      {"1", "300000000000000000000000000007", 30, "0.000000000000000000000000000003"},
      {"7", "1", 2, "7.00"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsDecimal value;

    g_assert_true(
        lims_fraction_round(quotient(ROWS[i].numerator, ROWS[i].denominator), ROWS[i].places, &value));
    assert_text(value, ROWS[i].rounded);
  }
}

/* The tie is a tie only if nothing at all lies behind it, even at the 38th place. */
static void test_fraction_rounding_is_exact(void) {
  LimsFraction above = {((lims_int128)1 << 125) + 1, (lims_int128)1 << 126},
               tie = {1, 2}; /* a half and 2^-126 */
  LimsDecimal value;

  g_assert_true(lims_fraction_round(above, 0, &value));
  assert_text(value, "1");
  g_assert_true(lims_fraction_round(tie, 0, &value));
  assert_text(value, "0");
}

static void test_fraction_significant(void) {
  static const struct {
    const char *numerator, *denominator;
    int digits;
    const char *rounded;
  } ROWS[] = {
      {"1", "3", 3, "0.333"},  {"2", "300", 2, "0.0067"}, {"12345", "1", 2, "12000"},
      {"996", "100", 2, "10"}, {"9949", "100", 2, "99"},  {"-1", "8", 2, "-0.12"},
      {"1", "1", 3, "1.00"},   {"999", "1000", 2, "1.0"}, {"0", "5", 3, "0"},
      {"100", "1", 3, "100"},  {"1000", "3", 1, "300"},   {"5", "1000", 2, "0.0050"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsDecimal value;

    g_assert_true(lims_fraction_round_significant(quotient(ROWS[i].numerator, ROWS[i].denominator),
                                                  ROWS[i].digits, &value));
    assert_text(value, ROWS[i].rounded);
  }
  LimsDecimal value;
  g_assert_false(lims_fraction_round_significant(quotient("1", "3"), 0, &value));
  g_assert_false(lims_fraction_round_significant(quotient("1", "3"), 31, &value));
}

static void test_fraction_compare(void) {
  gboolean fits = FALSE;

  g_assert_cmpint(
      lims_fraction_compare_decimal(quotient("1", "3"), number("0.333333333333333333333333333333"), &fits),
      ==, 1);
  g_assert_true(fits);
  g_assert_cmpint(
      lims_fraction_compare_decimal(quotient("1", "3"), number("0.333333333333333333333333333334"), NULL), ==,
      -1);
  g_assert_cmpint(lims_fraction_compare_decimal(quotient("-1", "3"), number("-0.3"), NULL), ==, -1);
  g_assert_cmpint(lims_fraction_compare_decimal(quotient("-1", "3"), number("0.3"), NULL), <, 0);
  g_assert_cmpint(lims_fraction_compare_decimal(quotient("1", "20"), number("0.0500"), &fits), ==, 0);
  g_assert_cmpint(lims_fraction_compare_decimal(quotient("0", "20"), number("0.0"), NULL), ==, 0);
  lims_fraction_compare_decimal(quotient("1", "3"), number("1e50"), &fits);
  g_assert_false(fits);
}

static void test_fraction_compare_agrees(void) {
  for (int i = 0; i < 5000; i++) {
    LimsDecimal a = random_decimal(4), b = g_test_rand_bit() ? random_decimal(4) : a;
    LimsFraction fraction;
    gboolean fits;
    int order;

    if (!lims_fraction_from_decimal(a, &fraction))
      continue;
    order = lims_fraction_compare_decimal(fraction, b, &fits);
    if (fits)
      g_assert_cmpint(order, ==, lims_decimal_compare(a, b));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/decimal/parse/keeps-digits", test_parse_keeps_digits);
  g_test_add_func("/decimal/parse/refuses", test_parse_refuses);
  g_test_add_func("/decimal/parse/refuses-long-text", test_parse_refuses_long_text);
  g_test_add_func("/decimal/round-trip", test_round_trip);
  g_test_add_func("/decimal/compare", test_compare);
  g_test_add_func("/decimal/compare/survives-shift", test_compare_survives_shift);
  g_test_add_func("/decimal/shift", test_shift);
  g_test_add_func("/decimal/arithmetic", test_arithmetic);
  g_test_add_func("/decimal/overflow-is-refused", test_overflow_is_refused);
  g_test_add_func("/decimal/round/half-even", test_round_half_even);
  g_test_add_func("/decimal/round/once", test_round_once);
  g_test_add_func("/fraction/lowest-terms", test_fraction_lowest_terms);
  g_test_add_func("/fraction/arithmetic", test_fraction_arithmetic);
  g_test_add_func("/fraction/overflow-is-refused", test_fraction_overflow_is_refused);
  g_test_add_func("/fraction/rounding", test_fraction_rounding);
  g_test_add_func("/fraction/rounding/exact", test_fraction_rounding_is_exact);
  g_test_add_func("/fraction/rounding/significant", test_fraction_significant);
  g_test_add_func("/fraction/compare", test_fraction_compare);
  g_test_add_func("/fraction/compare/agrees-with-decimals", test_fraction_compare_agrees);
  return g_test_run();
}
