/* Formulas of methods: what is refused and where, and results worked by hand. */
#include "lims/judge/formula.h"
#include "lims/core/error.h"

#include <string.h>

typedef struct {
  const char *c, *c0, *V, *f, *m, *R, *w;
} Measured;

static LimsFraction fraction(const char *text) {
  LimsDecimal number;
  LimsFraction out = {0, 1};

  if (text && (!lims_decimal_parse(text, &number) || !lims_fraction_from_decimal(number, &out)))
    g_error("test data: %s is no number", text);
  return out;
}

static LimsFormula *parse(const char *text) {
  GError *error = NULL;
  LimsFormula *formula = lims_formula_parse(text, &error);

  g_assert_no_error(error);
  g_assert_nonnull(formula);
  return formula;
}

static LimsFormulaResult evaluate(const LimsFormula *formula, const Measured *measured, LimsFraction *out) {
  LimsFraction values[LIMS_VARIABLES] = {fraction(measured->c), fraction(measured->c0), fraction(measured->V),
                                         fraction(measured->f), fraction(measured->m),  fraction(measured->R),
                                         fraction(measured->w)};

  return lims_formula_evaluate(formula, values, out);
}

/* The quotient is what the hand's calculation leaves, in lowest terms. */
static const struct {
  const char *formula;
  Measured measured;
  int numerator, denominator;
} WORKED[] = {
    /* 25.31 µg/L of the digest, 0.31 µg/L blank, 25 mL, 0.5000 g: 0.025 × 25 / 0.5 = 1.25 mg/kg */
    {LIMS_FORMULA_DEFAULT, {"0.02531", "0.00031", "25", "1", "0.5000"}, 5, 4},
    /* the same in a digest diluted tenfold: 12.5 mg/kg */
    {"(c-c0)*V*f/m", {"0.02531", "0.00031", "25", "10", "0.5000"}, 25, 2},
    /* one third stays one third */
    {LIMS_FORMULA_DEFAULT, {"0.01", "0", "10", "1", "0.3"}, 1, 3},
    /* recovery 80 %: 1.25 / 0.8 = 1.5625 */
    {"(c - c0) * V * f / (m * (R / 100))", {"0.025", "0", "25", "1", "0.5", "80"}, 25, 16},
    /* on dry weight, 20 % moisture, 80 % recovery: 1.25 / 0.64 = 1.953125 */
    {"(c - c0) * V * f / (m * (R / 100) * (1 - w / 100))",
     {"0.025", "0", "25", "1", "0.5", "80", "20"},
     125,
     64},
    /* from the left: 0.025 × 25 / 0.5 / 2 × 4 = 2.5 */
    {"c * V / m / 2 * 4", {"0.025", NULL, "25", NULL, "0.5"}, 5, 2},
    /* ten minus three minus two is five; products before sums */
    {"c * (10 - 3 - 2) * V / m", {"0.1", NULL, "1", NULL, "1"}, 1, 2},
    {"c * (2 + 3 * 4) * V / m", {"0.5", NULL, "1", NULL, "1"}, 7, 1},
    /* nitrate from nitrate nitrogen: × 4.427 */
    {"4.427 * c * V / m", {"1", NULL, "10", NULL, "5"}, 4427, 500},
    /* a blank above the value comes out below zero */
    {LIMS_FORMULA_DEFAULT, {"0.001", "0.002", "25", "1", "0.5"}, -1, 20},
    /* brackets beside one another are not deep */
    {"(c) * (V) / (m) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * (1) * "
     "(1)",
     {"2", NULL, "3", NULL, "4"},
     3,
     2},
    {"((((c)))) * (V) / (m)", {"2", NULL, "3", NULL, "4"}, 3, 2},
};

static void test_worked(void) {
  for (guint i = 0; i < G_N_ELEMENTS(WORKED); i++) {
    g_autoptr(LimsFormula) formula = parse(WORKED[i].formula);
    LimsFraction value;

    g_assert_cmpint(evaluate(formula, &WORKED[i].measured, &value), ==, LIMS_FORMULA_DONE);
    g_assert_cmpint((int)value.numerator, ==, WORKED[i].numerator);
    g_assert_cmpint((int)value.denominator, ==, WORKED[i].denominator);
  }
}

/* A portion of 10 mL of a drink: the same formula gives mg/L. */
static void test_portion_by_volume(void) {
  g_autoptr(LimsFormula) formula = parse(LIMS_FORMULA_DEFAULT);
  LimsFraction value;

  g_assert_cmpint(evaluate(formula, &(Measured){"0.004", "0", "25", "1", "10"}, &value), ==,
                  LIMS_FORMULA_DONE);
  g_assert_true(value.numerator == 1 && value.denominator == 100);
}

static const struct {
  const char *formula, *said;
} REFUSED[] = {
    /* names and signs */
    {"", "character 1: a name, a number or ( must stand here"},
    {"  ", "character 3: a name, a number or ( must stand here"},
    {"(c - b) * V / m", "character 6: b: there is c, c0, V, f, m, R, w"},
    {"C * V / m", "character 1: C: there is"},
    {"c * v / m", "character 5: v: there is"},
    {"c1 * V / m", "character 1: c1: there is"},
    {"c V / m", "character 3: +, -, * or / must stand here"},
    {"2c * V / m", "character 2: +, -, * or / must stand here"},
    {"c × V / m", "character 3: +, -, * or / must stand here"},
    {"（c - c0) * V / m", "character 1: a name, a number or ( must stand here"},
    {"c ^ 2 * V / m", "character 3: +, -, * or / must stand here"},
    {"-c * V / m", "character 1: a name, a number or ( must stand here"},
    {"c * V / m *", "character 12: a name, a number or ( must stand here"},
    {"c * / m", "character 5: a name, a number or ( must stand here"},
    {"1.2.3 * c * V / m", "character 1: 1.2.3 is no number"},
    {"c * V / m * 5.", "character 13: 5. is no number"},
    {"c * V / m * 1e3", "character 14: +, -, * or / must stand here"},
    {"c * V / m = 5", "character 11: +, -, * or / must stand here"},
    /* brackets */
    {"(c - c0 * V / m", "character 2: c - c0 * V / m: a concentration and a content"},
    {"((c - c0) * V / m", "character 1: this bracket is not closed"},
    {"c * V / m)", "character 10: +, -, * or / must stand here"},
    {"c * V / () / m", "character 10: a name, a number or ( must stand here"},
    /* unlike things */
    {"(c0 + m) * c * V / m", "character 2: c0 + m: a concentration and a mass"},
    {"c * V / (m - V)", "character 10: m - V: a mass and a volume"},
    {"(c - 1) * V / m", "character 2: c - 1: a concentration and a number"},
    {"c * V / (m * (1 - m / 100))", "character 15: 1 - m / 100: a number and a mass"},
    {"(c * V + c0) * f / m", "character 2: c * V + c0: an amount and a concentration"},
    {"(c * c + c) * V / m", "character 2: c * c + c: analyte^2 volume^-2 and a concentration"},
    /* no content */
    {"(c - c0) * V * f", "it comes out as an amount, and must as a content"},
    {"(c - c0) * f / m", "it comes out as analyte mass^-1 volume^-1, and"},
    {"c", "it comes out as a concentration, and"},
    {"c * V / m / c", "it comes out as mass^-1 volume, and"},
    {"c / c", "it comes out as a number, and"},
    {"c0 * V / m", "c, the measured concentration, is not in it"},
    {"5", "c, the measured concentration, is not in it"},
    /* always zero */
    {"c * V / m / 0", "it divides by zero"},
    {"c * V / (m * (1 - 1))", "it divides by zero"},
    {"c * V / (m - m)", "it divides by zero"},
};

static void check_refused(const char *text, const char *said) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsFormula) formula = lims_formula_parse(text, &error);

  if (formula)
    g_error("“%s” was accepted", text);
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  if (!strstr(error->message, said))
    g_error("“%s”: “%s” does not say “%s”", text, error->message, said);
}

static void test_refused(void) {
  for (guint i = 0; i < G_N_ELEMENTS(REFUSED); i++)
    check_refused(REFUSED[i].formula, REFUSED[i].said);
}

static void test_no_text(void) {
  check_refused("c * V / m\xff", "no UTF-8");
}

/* The deepest formula has room on the stack; deeper and longer ones are refused. */
static void test_bounds(void) {
  g_autofree char *open = g_strnfill(100, '('), *endless = g_strnfill(100000, '1');
  g_autoptr(GString) nested = g_string_new("c * V / m"), sum = g_string_new("c * V / m * (1");
  g_autoptr(LimsFormula) deep = NULL, longest = NULL;
  LimsFraction value;

  check_refused(open, "character 17: more than 16 brackets");
  check_refused(endless, "longer than 500 characters");
  for (int i = 0; i < 16; i++)
    g_string_append(nested, " * (1 + 1");
  for (int i = 0; i < 16; i++)
    g_string_append_c(nested, ')');
  deep = parse(nested->str);
  g_assert_cmpint(evaluate(deep, &(Measured){"1", NULL, "1", NULL, "1"}, &value), ==, LIMS_FORMULA_DONE);
  g_assert_true(value.numerator == 17 && value.denominator == 1); /* 1 + 1 × (1 + 1 × (…2)) */
  for (int i = 0; i < 99; i++)
    g_string_append(sum, " + 1");
  g_string_append_c(sum, ')');
  longest = parse(sum->str);
  g_assert_cmpint(evaluate(longest, &(Measured){"1", NULL, "1", NULL, "1"}, &value), ==, LIMS_FORMULA_DONE);
  g_assert_true(value.numerator == 100 && value.denominator == 1);
}

static void test_zero_and_overflow(void) {
  g_autoptr(LimsFormula) formula = parse("(c - c0) * V * f / (m * (1 - w / 100))");
  static const char BIG[] = "999999999999999999999999999999";
  LimsFraction value = {77, 1};

  g_assert_cmpint(evaluate(formula, &(Measured){"1", "0", "1", "1", "0", NULL, "20"}, &value), ==,
                  LIMS_FORMULA_ZERO_DIVISION);
  g_assert_cmpint(evaluate(formula, &(Measured){"1", "0", "1", "1", "1", NULL, "100"}, &value), ==,
                  LIMS_FORMULA_ZERO_DIVISION);
  g_assert_cmpint(evaluate(formula, &(Measured){BIG, "0", BIG, "1", "1", NULL, "20"}, &value), ==,
                  LIMS_FORMULA_OVERFLOW);
  g_assert_true(value.numerator == 77);
  /* nothing measured divided by something is zero, not an error */
  g_assert_cmpint(evaluate(formula, &(Measured){"0", "0", "1", "1", "1", NULL, "20"}, &value), ==,
                  LIMS_FORMULA_DONE);
  g_assert_true(value.numerator == 0 && value.denominator == 1);
}

static void test_uses(void) {
  g_autoptr(LimsFormula) formula = parse("(c - c0) * V / m");

  g_assert_cmpstr(lims_formula_text(formula), ==, "(c - c0) * V / m");
  g_assert_true(lims_formula_uses(formula, LIMS_VARIABLE_C0) && lims_formula_uses(formula, LIMS_VARIABLE_M));
  g_assert_false(lims_formula_uses(formula, LIMS_VARIABLE_F));
  g_assert_false(lims_formula_uses(formula, LIMS_VARIABLE_R));
  g_assert_cmpstr(lims_variable_name(LIMS_VARIABLE_C0), ==, "c0");
  g_assert_cmpstr(lims_variable_name(LIMS_VARIABLE_W), ==, "w");
}

/* µg/L and g against ng/L and kg: what the judge makes of the units must not change the content. */
static void test_scale(void) {
  g_autoptr(LimsFormula) formula = parse(LIMS_FORMULA_DEFAULT);

  for (int i = 0; i < 1000; i++) {
    LimsFraction values[LIMS_VARIABLES], first, second, thousand = {1000, 1};

    for (int v = 0; v < LIMS_VARIABLES; v++)
      values[v] = (LimsFraction){g_test_rand_int_range(1, 100000), 1};
    g_assert_cmpint(lims_formula_evaluate(formula, values, &first), ==, LIMS_FORMULA_DONE);
    g_assert_true(lims_fraction_multiply(values[LIMS_VARIABLE_V], thousand, &values[LIMS_VARIABLE_V]));
    g_assert_true(lims_fraction_multiply(values[LIMS_VARIABLE_M], thousand, &values[LIMS_VARIABLE_M]));
    g_assert_cmpint(lims_formula_evaluate(formula, values, &second), ==, LIMS_FORMULA_DONE);
    g_assert_true(first.numerator == second.numerator && first.denominator == second.denominator);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/formula/worked", test_worked);
  g_test_add_func("/formula/portion-by-volume", test_portion_by_volume);
  g_test_add_func("/formula/refused", test_refused);
  g_test_add_func("/formula/no-text", test_no_text);
  g_test_add_func("/formula/bounds", test_bounds);
  g_test_add_func("/formula/zero-and-overflow", test_zero_and_overflow);
  g_test_add_func("/formula/uses", test_uses);
  g_test_add_func("/formula/scale", test_scale);
  return g_test_run();
}
