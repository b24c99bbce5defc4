/* Limits and results as printed; catalogues that must be refused; the public bulletins of 2025-2026. */
#include "tests/judge/helper-catalogue.h"
#include "lims/core/csv.h"

#include <string.h>

static const struct {
  const char *text, *unit;
  int kind; /* -1: no limit */
  const char *low, *high, *canonical;
} LIMITS[] = {
    {"≤5mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "5", "mg/kg"},
    {"≤≤100mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "100", "mg/kg"},
    {"5 mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "5", "mg/kg"},
    {"<= 0.05 µg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.05", "µg/kg"},
    {"0.050", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL, "0.050", "mg/kg"},
    {"0.05", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"0.05 g/kg", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL, "0.05", "g/kg"},
    {"不得检出", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {" 不得使用 ", NULL, LIMS_LIMIT_BANNED, NULL, NULL, NULL},
    {"5.5-8.5", "pH", LIMS_LIMIT_RANGE, "5.5", "8.5", "pH"},
    {"0.24～0.6g/kg", NULL, LIMS_LIMIT_RANGE, "0.24", "0.6", "g/kg"},
    {"13.0%-15.0%", NULL, LIMS_LIMIT_RANGE, "13.0", "15.0", "%"},
    {"13.0%-15.0", "mg/kg", LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"13.0%-15.0", "%", LIMS_LIMIT_RANGE, "13.0", "15.0", "%"},
    {"13.0%-15.0", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"13.0%-15.0g/kg", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"0.05*", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL, "0.05", "mg/kg"},
    {"0.05* mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.05", "mg/kg"},
    {"≤0.05mg/kg*", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.05", "mg/kg"},
    {"0.05**", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL, "0.05", "mg/kg"},
    {"≤５．０mg／kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "5.0", "mg/kg"},
    {"5", "mg／kg", LIMS_LIMIT_MAXIMUM, NULL, "5", "mg/kg"},
    {"＜5mg/kg", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"8.5-5.5", "pH", -1, NULL, NULL, NULL},
    {"≥10 %", NULL, LIMS_LIMIT_MINIMUM, "10", NULL, "%"},
    {"<5mg/kg", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"≤1.5倍", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"≤0.02mg/kg,吡唑醚菌酯", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"n=5,c=2,m=10,M=10²CFU/g", NULL, LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"--", "mg/kg", LIMS_LIMIT_OTHER, NULL, NULL, NULL},
    {"", "mg/kg", -1, NULL, NULL, NULL},
    {"≤/g/100g", NULL, -1, NULL, NULL, NULL},
    {"about 5", "mg/kg", -1, NULL, NULL, NULL},
    {"-5", "mg/kg", -1, NULL, NULL, NULL},
    {"5.", "mg/kg", -1, NULL, NULL, NULL},
    {"0.0000000000000000000000000000000001", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL,
     "0.0000000000000000000000000000000001", "mg/kg"},
    {"99999999999999999999999999999999", "mg/kg", -1, NULL, NULL, NULL},
};

static void check_number(LimsDecimal number, const char *expected) {
  g_autofree char *text = lims_decimal_to_string(number);

  if (expected)
    g_assert_cmpstr(text, ==, expected);
}

static void test_limits(void) {
  for (guint i = 0; i < G_N_ELEMENTS(LIMITS); i++) {
    LimsLimit limit;
    gboolean is_limit = lims_limit_parse(LIMITS[i].text, LIMITS[i].unit, &limit);

    g_test_message("%s", LIMITS[i].text);
    g_assert_cmpint(is_limit ? (int)limit.kind : -1, ==, LIMITS[i].kind);
    if (!is_limit || limit.kind > LIMS_LIMIT_RANGE)
      continue;
    g_assert_cmpstr(limit.unit->name, ==, LIMITS[i].canonical);
    check_number(limit.low, LIMITS[i].low);
    check_number(limit.high, LIMITS[i].high);
  }
}

static const struct {
  const char *text;
  int state; /* -1: no result */
  const char *number, *unit;
} RESULTS[] = {
    {"6.71mg/kg", LIMS_VALUE_NUMBER, "6.71", "mg/kg"},
    {"63.8µg/kg", LIMS_VALUE_NUMBER, "63.8", "µg/kg"},
    {"1.62μg/kg", LIMS_VALUE_NUMBER, "1.62", "µg/kg"},
    {"<0.01 mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"＜0.01mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"1.2E-3 mg/kg", LIMS_VALUE_NUMBER, "0.0012", "mg/kg"},
    {"未检出", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"0.5", LIMS_VALUE_NUMBER, "0.5", NULL},
    {"", LIMS_VALUE_NOT_RUN, NULL, NULL},
    {"1.26倍", -1, NULL, NULL},
    {"1.58×10³mg/kg", LIMS_VALUE_NUMBER, "1580", "mg/kg"},
    {"3.97 × 10³µg/kg", LIMS_VALUE_NUMBER, "3970", "µg/kg"},
    {"2×10¹² CFU/g", LIMS_VALUE_NUMBER, "2000000000000", "CFU/g"},
    {"1.04x10³mg/kg", LIMS_VALUE_NUMBER, "1040", "mg/kg"},
    {"1.77×10³", LIMS_VALUE_NUMBER, "1770", NULL},
    {"1.3×103CFU/g", -1, NULL, NULL}, /* which digits were raised? */
    {"×10³mg/kg", -1, NULL, NULL},
    {"1.3×10⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹⁹mg/kg", -1, NULL, NULL},
    {"２．５mg／kg", LIMS_VALUE_NUMBER, "2.5", "mg/kg"},
    {"检出/50cm²", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"n=5,c=2,m=50,M=100CFU/g", -1, NULL, NULL},
    {"mg/kg", -1, NULL, NULL},
    {"0.1.2mg/kg", -1, NULL, NULL},
};

static void test_results(void) {
  for (guint i = 0; i < G_N_ELEMENTS(RESULTS); i++) {
    LimsValue value;
    const LimsUnit *unit;
    gboolean is_result = lims_result_parse(RESULTS[i].text, &value, &unit);

    g_test_message("%s", RESULTS[i].text);
    g_assert_cmpint(is_result ? (int)value.state : -1, ==, RESULTS[i].state);
    if (is_result) {
      g_assert_cmpstr(unit ? unit->name : NULL, ==, RESULTS[i].unit);
      if (RESULTS[i].number)
        check_number(value.number, RESULTS[i].number);
    }
    lims_value_clear(&value);
  }
}

/* ---- the bulletins: whatever was published as exceeding must exceed its printed limit ---- */

static const char *shared_path(void) {
  const char *shared = g_getenv("LIMS_SHARED");

  return shared ? shared : "../shared";
}

/* TRUE if value and limit are plain and of one unit: then it was judged. */
static gboolean judge_bulletin(const LimsCatalogue *c, const char *result, const char *printed_limit,
                               gboolean *exceeds) {
  LimsDetermination d = {.analyte = "lead"};
  LimsLimit limit;
  LimsJudgeInput input = {
      .determinations = &d, .count = 1, .given_limit = &limit, .sampled_on = 20260101};
  gboolean plain = lims_result_parse(result, &d.value, &d.unit) && d.value.state == LIMS_VALUE_NUMBER &&
                   d.unit && lims_limit_parse(printed_limit, NULL, &limit) &&
                   limit.kind == LIMS_LIMIT_MAXIMUM && limit.unit == d.unit;
  LimsVerdict out;

  if (plain) {
    lims_judge(c, &input, "lead", &out);
    *exceeds = out.kind == LIMS_VERDICT_EXCEEDS;
    g_test_message("%s", out.reason);
    lims_verdict_clear(&out);
  }
  lims_value_clear(&d.value);
  return plain;
}

static void test_bulletins(void) {
  g_autofree char *path = g_build_filename(shared_path(), "data", "bulletin_exceedances.csv", NULL);
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  g_autoptr(LimsCsv) csv = NULL;
  GError *error = NULL;
  guint judged = 0;

  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_test_skip("the shared data (bulletin_exceedances.csv) are not here");
    return;
  }
  csv = lims_csv_read_file(path, &error);
  g_assert_no_error(error);
  g_assert_true(lims_catalogue_seal(c, &error));
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    const char *result = lims_csv_get(row, lims_csv_column(csv, "result"));
    const char *limit = lims_csv_get(row, lims_csv_column(csv, "limit"));
    gboolean exceeds = FALSE;

    if (!judge_bulletin(c, result, limit, &exceeds))
      continue;
    judged++;
    if (!exceeds)
      g_test_message("line %u: %s against %s", row->line, result, limit);
    g_assert_true(exceeds);
  }
  g_test_message("%u rows judged", judged);
  g_assert_cmpuint(judged, >=, 250);
}

/* ---- catalogues that must be refused ---- */

static void check_refused(LimsCatalogue *c, gboolean done, GError *error, const char *word) {
  g_assert_false(done);
  g_assert_nonnull(error);
  g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, word));
  g_error_free(error);
}

static void test_refusals(void) {
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  LimsLimit limit = {.id = 1,
                     .node = 1,
                     .analyte = "lead",
                     .text = "1",
                     .kind = LIMS_LIMIT_MAXIMUM,
                     .unit = lims_unit_find("mg/kg"),
                     .clause = "",
                     .basis = "",
                     .residue_definition = "",
                     .conditions = ""};
  GError *error = NULL;
  gboolean done;

  helper_add_set(c, "s", "GB 1-2025", 20250101, 0, LIMS_DATE_SAMPLING);
  done = lims_catalogue_add_analyte(c, "lead", "x", "", &error);
  check_refused(c, done, g_steal_pointer(&error), "lead");
  done = lims_catalogue_add_analyte_alias(c, "Ｃｄ ", "no-such", &error);
  check_refused(c, done, g_steal_pointer(&error), "no-such");
  done = lims_catalogue_add_analyte_alias(c, " 铅", "cadmium", &error);
  check_refused(c, done, g_steal_pointer(&error), "cadmium");
  done = lims_catalogue_add_membership(c, "carp", "food", 99, &error);
  check_refused(c, done, g_steal_pointer(&error), "99");
  limit.node = 99;
  done = lims_catalogue_add_limit(c, "s", &limit, &error);
  check_refused(c, done, g_steal_pointer(&error), "99");
  limit.node = 1;
  limit.unit = NULL;
  done = lims_catalogue_add_limit(c, "s", &limit, &error);
  check_refused(c, done, g_steal_pointer(&error), "unit");
  limit.unit = lims_unit_find("mg/kg");
  limit.residue_definition = "lead + nothing: words";
  done = lims_catalogue_add_limit(c, "s", &limit, &error);
  check_refused(c, done, g_steal_pointer(&error), "nothing");
  done = lims_catalogue_add_node(c, "food", 500, 501, "a", &error);
  g_assert_true(done);
  done = lims_catalogue_seal(c, &error);
  check_refused(c, done, g_steal_pointer(&error), "501");
  g_assert_true(lims_catalogue_add_node(c, "food", 501, 500, "b", &error));
  done = lims_catalogue_seal(c, &error);
  check_refused(c, done, g_steal_pointer(&error), "root");
}

static void test_names(void) {
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  GError *error = NULL;

  g_assert_true(lims_catalogue_add_analyte_alias(c, "镉（以Cd计）", "cadmium", &error));
  g_assert_cmpstr(lims_catalogue_find_analyte(c, "镉(以 Cd 计)"), ==, "cadmium");
  g_assert_cmpstr(lims_catalogue_find_analyte(c, "CADMIUM"), ==, "cadmium");
  g_assert_cmpstr(lims_catalogue_find_commodity(c, " 菠菜"), ==, "spinach");
  g_assert_null(lims_catalogue_find_commodity(c, "菠"));
  g_assert_cmpstr(lims_catalogue_analyte_name(c, "cadmium"), ==, "镉");
  g_assert_true(lims_catalogue_seal(c, &error));
  g_assert_false(lims_catalogue_add_analyte(c, "new", "new", "", &error));
  g_clear_error(&error);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/limit/limits", test_limits);
  g_test_add_func("/judge/limit/results", test_results);
  g_test_add_func("/judge/limit/bulletins", test_bulletins);
  g_test_add_func("/judge/catalogue/refusals", test_refusals);
  g_test_add_func("/judge/catalogue/names", test_names);
  return g_test_run();
}
