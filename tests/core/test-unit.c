/* Units: every safe spelling is known, every other is nobody's, and conversion is exact. */
#include "lims/core/unit.h"

static void test_spellings(void) {
  static const struct {
    const char *spelling, *name;
  } ROWS[] = {
      {"mg/kg", "mg/kg"},
      {"ug/kg", "µg/kg"},
      {"\xce\xbcg/kg", "\xc2\xb5g/kg"},
      {"\xc2\xb5g/kg", "\xc2\xb5g/kg"},
      {"mcg/kg", "µg/kg"},
      {"g/kg", "g/kg"},
      {"ng/g", "ng/g"},
      {"ug/g", "µg/g"},
      {"ng/kg", "ng/kg"},
      {"mg/100g", "mg/100g"},
      {"g/100g", "g/100g"},
      {"mg/L", "mg/L"},
      {"mg/l", "mg/L"},
      {"ug/L", "µg/L"},
      {"\xce\xbcg/l", "µg/L"},
      {"ng/L", "ng/L"},
      {"ng/mL", "ng/mL"},
      {"ug/mL", "µg/mL"},
      {"mg/ml", "mg/mL"},
      {"g/L", "g/L"},
      {"%", "%"},
      {"1", "1"},
      {"pH", "pH"},
      {"g", "g"},
      {"mg", "mg"},
      {"kg", "kg"},
      {"mL", "mL"},
      {"uL", "µL"},
      {"L", "L"},
      {"CFU/g", "CFU/g"},
      {"cfu/mL", "CFU/mL"},
      {"MPN/g", "MPN/g"},
      {" mg/kg ", "mg/kg"},
      {"毫克/千克", "mg/kg"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    const LimsUnit *unit = lims_unit_find(ROWS[i].spelling);

    if (!unit)
      g_error("unknown: %s", ROWS[i].spelling);
    g_assert_cmpstr(unit->name, ==, ROWS[i].name);
    g_assert_true(lims_unit_find(unit->name) == unit);
  }
}

static void test_unknown(void) {
  static const char *const BAD[] = {"",    " ",   "Mg/kg", "MG/KG",  "mg / kg", "mg/Kg",
                                    "ppm", "ppb", "mg/k",  "mg/kgg", "|",       "mg/l|毫克/升",
                                    "ph",  "M",   "µ",     "mgkg",   "%%",      "2"};

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++)
    if (lims_unit_find(BAD[i]))
      g_error("accepted \"%s\"", BAD[i]);
}

static const struct {
  const char *written, *name; /* NULL: nobody's */
} WRITTEN[] = {
    {"mg/kg", "mg/kg"},
    {"Mg/kg", "mg/kg"},
    {"MG/KG", "mg/kg"},
    {"mg / kg", "mg/kg"},
    {" mg/Kg ", "mg/kg"},
    {"ｍｇ／ｋｇ", "mg/kg"},
    {"㎎/㎏", "mg/kg"},
    {"（mg/kg）", "mg/kg"},
    {"mg·kg⁻¹", "mg/kg"},
    {"mg·L-1", "mg/L"},
    {"µg·kg⁻¹", "µg/kg"},
    {"\xce\xbcg/KG", "µg/kg"},
    {"UG/ML", "µg/mL"},
    {"㎍/㎏", "µg/kg"},
    {"毫克/公斤", "mg/kg"},
    {"CFU / 250mL", "CFU/250mL"},
    {"CFU/G", "CFU/g"},
    {"g/100 g", "g/100g"},
    {"％", "%"},
    {"PH", "pH"},
    {"/", "1"},
    {"无量纲", "1"},
    {"℃", "°C"},
    {"mg/100cm2", "mg/100cm²"},
    {"%VOL", "%vol"},
    {"mg/kg\u00a0", "mg/kg"},
    {"个/L", "个/L"},
    {"ppm", NULL},
    {"PPB", NULL},
    {"", NULL},
    {" ", NULL},
    {"()", NULL},
    {"倍", NULL},
    {"mg/每日", NULL},
    {"mgkg", NULL},
    {"mg/kg|g/kg", NULL},
    {"mg/kg,mg/kg", NULL},
    {"·kg-1", NULL},
    {"M", NULL},
};

static void test_written(void) {
  for (guint i = 0; i < G_N_ELEMENTS(WRITTEN); i++) {
    const LimsUnit *unit = lims_unit_find_written(WRITTEN[i].written);

    g_test_message("%s", WRITTEN[i].written);
    g_assert_cmpstr(unit ? unit->name : NULL, ==, WRITTEN[i].name);
  }
}

/* No two units may differ in case alone: a person's spelling would be a guess. */
static void test_written_names(void) {
  static const char *const NAMES[] = {"mg/kg",   "µg/kg", "ng/g",     "mg/L", "µg/mL",
                                      "g/100mL", "CFU/g", "MPN/100g", "%vol"};

  for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++) {
    g_autofree char *upper = g_ascii_strup(NAMES[i], -1);

    g_assert_true(lims_unit_find_written(upper) == lims_unit_find(NAMES[i]));
  }
}

static void test_conversion(void) {
  static const struct {
    const char *value, *from, *to, *result;
  } ROWS[] = {
      {"50", "ug/kg", "mg/kg", "0.05"},  {"0.05", "mg/kg", "ug/kg", "50"}, {"1", "g/100g", "mg/kg", "10000"},
      {"2.5", "mg/100g", "mg/kg", "25"}, {"7", "ng/g", "ug/kg", "7"},      {"7", "ug/g", "mg/kg", "7"},
      {"3", "ng/kg", "mg/kg", "3e-6"},   {"12.0", "ng/mL", "ug/L", "12"},  {"1", "g/L", "mg/L", "1000"},
      {"4", "mg/mL", "mg/L", "4000"},    {"250", "mg", "g", "0.25"},       {"0.5", "kg", "g", "500"},
      {"100", "uL", "mL", "0.1"},        {"1", "L", "mL", "1000"},         {"60.5", "%", "%", "60.5"},
      {"6.5", "pH", "pH", "6.5"},        {"300", "CFU/g", "cfu/g", "300"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsDecimal value, expected, result;

    g_assert_true(lims_decimal_parse(ROWS[i].value, &value) && lims_decimal_parse(ROWS[i].result, &expected));
    g_assert_true(
        lims_unit_convert(value, lims_unit_find(ROWS[i].from), lims_unit_find(ROWS[i].to), &result));
    g_assert_cmpint(lims_decimal_compare(result, expected), ==, 0);
    g_assert_true(result.coefficient == value.coefficient); /* the digits as printed stay */
  }
}

static void test_no_conversion(void) {
  static const char *const PAIRS[][2] = {
      {"mg/L", "mg/kg"},   {"%", "mg/kg"}, {"pH", "1"},     {"CFU/g", "MPN/g"},
      {"CFU/g", "CFU/mL"}, {"g", "mL"},    {"g/100g", "%"},
  };
  LimsDecimal value = {1, 0}, result;

  for (guint i = 0; i < G_N_ELEMENTS(PAIRS); i++)
    g_assert_false(
        lims_unit_convert(value, lims_unit_find(PAIRS[i][0]), lims_unit_find(PAIRS[i][1]), &result));
  value.exponent = -LIMS_DECIMAL_EXPONENT;
  g_assert_false(lims_unit_convert(value, lims_unit_find("ug/kg"), lims_unit_find("mg/kg"), &result));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/unit/spellings", test_spellings);
  g_test_add_func("/unit/unknown", test_unknown);
  g_test_add_func("/unit/written", test_written);
  g_test_add_func("/unit/written-names", test_written_names);
  g_test_add_func("/unit/conversion", test_conversion);
  g_test_add_func("/unit/no-conversion", test_no_conversion);
  return g_test_run();
}
