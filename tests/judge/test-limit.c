/* Limits and results as printed; catalogues that must be refused; the public bulletins of 2025-2026. */
#include "tests/judge/helper-catalogue.h"
#include "lims/core/csv.h"
#include "lims/judge/written.h"

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

/* ---- as sheets and bulletins write them ---- */

static const struct {
  const char *text, *beside;
  LimsLimitKind kind;
  const char *low, *high, *unit;
} WRITTEN[] = {
    {"≤0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤ 0.2 MG/KG", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"⩽0.2㎎/㎏", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≯0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"0.2 mg/kg以下", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"0.2mg/kg 以内", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤0.2mg/kg以下", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"不超过0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"不得超过 0.2 mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"不大于0.2", "mg/kg", LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"小于或等于0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"限量：≤0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"MRL 0.2mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤0.2（mg/kg）", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤0.2mg/kg（临时限量）", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤0.2mg/kg（GB 2763-2021）", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤0.2mg/kg(依据GB 2762-2022 表1)", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"0.2*mg/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"0.2＊", "MG/KG", LIMS_LIMIT_MAXIMUM, NULL, "0.2", "mg/kg"},
    {"≤10³CFU/g", NULL, LIMS_LIMIT_MAXIMUM, NULL, "1000", "CFU/g"},
    {"≤1×10³CFU/g", NULL, LIMS_LIMIT_MAXIMUM, NULL, "1000", "CFU/g"},
    {"≤1×10^3 CFU/g", NULL, LIMS_LIMIT_MAXIMUM, NULL, "1000", "CFU/g"},
    {"≤7.5mmol/kg", NULL, LIMS_LIMIT_MAXIMUM, NULL, "7.5", "mmol/kg"},
    {"≤1/", NULL, LIMS_LIMIT_MAXIMUM, NULL, "1", "1"},
    {"≤1", "/", LIMS_LIMIT_MAXIMUM, NULL, "1", "1"},
    {"≥10⁶CFU/g", NULL, LIMS_LIMIT_MINIMUM, "1000000", NULL, "CFU/g"},
    {"≥5.1 %vol", NULL, LIMS_LIMIT_MINIMUM, "5.1", NULL, "%vol"},
    {"不低于18.6g/100g", NULL, LIMS_LIMIT_MINIMUM, "18.6", NULL, "g/100g"},
    {"18.6g/100g以上", NULL, LIMS_LIMIT_MINIMUM, "18.6", NULL, "g/100g"},
    {"44.0~46.0 %vol", NULL, LIMS_LIMIT_RANGE, "44.0", "46.0", "%vol"},
    {"41.0%vol～43.0%vol", NULL, LIMS_LIMIT_RANGE, "41.0", "43.0", "%vol"},
    {"52.0±1.0%vol", NULL, LIMS_LIMIT_RANGE, "51.0", "53.0", "%vol"},
    {"52%vol±1.0%vol", NULL, LIMS_LIMIT_RANGE, "51.0", "53.0", "%vol"},
    {"18-33", "mg/L", LIMS_LIMIT_RANGE, "18", "33", "mg/L"},
    {"18至33mg/L", NULL, LIMS_LIMIT_RANGE, "18", "33", "mg/L"},
    {"18 — 33mg/L", NULL, LIMS_LIMIT_RANGE, "18", "33", "mg/L"},
    {"5.5～8.5", "pH", LIMS_LIMIT_RANGE, "5.5", "8.5", "pH"},
    {"不得检出", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"不得检出/25g", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"不得检出 µg/kg", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"不得检出（GB 31650-2019）", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"未检出", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"Not detected", NULL, LIMS_LIMIT_NOT_DETECTED, NULL, NULL, NULL},
    {"不得添加", NULL, LIMS_LIMIT_BANNED, NULL, NULL, NULL},
    {"禁止使用", "mg/kg", LIMS_LIMIT_BANNED, NULL, NULL, NULL},
};

static void test_written(void) {
  for (guint i = 0; i < G_N_ELEMENTS(WRITTEN); i++) {
    g_auto(LimsUnread) unread = {0};
    LimsLimit limit;

    g_test_message("%s", WRITTEN[i].text);
    g_assert_true(lims_limit_read(WRITTEN[i].text, WRITTEN[i].beside, &limit, &unread));
    g_assert_cmpint(unread.kind, ==, LIMS_UNREAD_NOTHING);
    g_assert_cmpint(limit.kind, ==, WRITTEN[i].kind);
    if (limit.kind > LIMS_LIMIT_RANGE)
      continue;
    g_assert_cmpstr(limit.unit->name, ==, WRITTEN[i].unit);
    check_number(limit.low, WRITTEN[i].low);
    check_number(limit.high, WRITTEN[i].high);
  }
}

/* Kept as OTHER where it is plainly a limit. */
static const struct {
  const char *text, *beside;
  gboolean is_limit;
  LimsUnreadKind kind;
  const char *word;
} NO_LIMITS[] = {
    {"n=5,c=2,m=10,M=100CFU/g", NULL, TRUE, LIMS_UNREAD_PLAN, "plan"},
    {"≤n=5,c=0,m=0CFU/250mL", NULL, TRUE, LIMS_UNREAD_PLAN, "plan"},
    {"n=5，c=2，m=10000，M=100000CFU/g", NULL, TRUE, LIMS_UNREAD_PLAN, "plan"},
    {"n = 5, c = 1, m = 10⁴, M = 10⁵ CFU/g", NULL, TRUE, LIMS_UNREAD_PLAN, "plan"},
    {"n=5,c=2,m=25000,M=100000CFU/g；大肠菌群", NULL, TRUE, LIMS_UNREAD_PLAN, "plan"},
    {"≤1.5倍", NULL, TRUE, LIMS_UNREAD_UNIT, "“倍”"},
    {"≤0.2ppm", NULL, TRUE, LIMS_UNREAD_UNIT, "“ppm”"},
    {"150-800mg/每日", NULL, TRUE, LIMS_UNREAD_UNIT, "“mg/每日”"},
    {"≤0.02mg/kg,吡唑醚菌酯", NULL, TRUE, LIMS_UNREAD_WORDS, "吡唑醚菌酯"},
    {"≤0.2mg/kg 三唑磷", NULL, TRUE, LIMS_UNREAD_WORDS, "三唑磷"},
    {"≤0.5mg/kg（干重计）", NULL, TRUE, LIMS_UNREAD_WORDS, "干重计"},
    {"≤0.5mg/kg(以脂肪计)", NULL, TRUE, LIMS_UNREAD_WORDS, "以脂肪计"},
    {"≤0.5mg/kg（GB 2762-2022，鲜重）", NULL, TRUE, LIMS_UNREAD_WORDS, "鲜重"},
    {"≥0.5mg/kg以下", NULL, TRUE, LIMS_UNREAD_WORDS, "以下"},
    {"0.2", NULL, TRUE, LIMS_UNREAD_NO_UNIT, "no unit"},
    {"≤0.2", "ppm", TRUE, LIMS_UNREAD_NO_UNIT, "no unit"},
    {"<5mg/kg", NULL, TRUE, LIMS_UNREAD_STRICT, "“<5mg/kg”"},
    {"小于5mg/kg", NULL, TRUE, LIMS_UNREAD_STRICT, "“小于5mg/kg”"},
    {"/", NULL, TRUE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"—", "mg/kg", TRUE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"≤/g/100g", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"不得使用,亮蓝", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"≤≥5mg/kg", NULL, FALSE, LIMS_UNREAD_WORDS, "≤≥5"},
    {"≤1×103CFU/g", NULL, FALSE, LIMS_UNREAD_POWER, "×103"},
    {"标示值±1.0%vol", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"33-18mg/L", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"符合规定", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"-5", "mg/kg", FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
    {"", NULL, FALSE, LIMS_UNREAD_NO_NUMBER, "neither"},
};

static void test_no_limits(void) {
  for (guint i = 0; i < G_N_ELEMENTS(NO_LIMITS); i++) {
    g_auto(LimsUnread) unread = {0};
    g_autofree char *words = NULL;
    LimsLimit limit;
    gboolean is_limit = lims_limit_read(NO_LIMITS[i].text, NO_LIMITS[i].beside, &limit, &unread);

    words = lims_unread_to_words(&unread);
    g_test_message("%s: %s", NO_LIMITS[i].text, words);
    g_assert_cmpint(is_limit, ==, NO_LIMITS[i].is_limit);
    if (is_limit)
      g_assert_cmpint(limit.kind, ==, LIMS_LIMIT_OTHER);
    g_assert_cmpint(unread.kind, ==, NO_LIMITS[i].kind);
    g_assert_nonnull(strstr(words, NO_LIMITS[i].word));
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
  LimsJudgeInput input = {.determinations = &d, .count = 1, .given_limit = &limit, .sampled_on = 20260101};
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
  g_test_add_func("/judge/limit/written", test_written);
  g_test_add_func("/judge/limit/no-limits", test_no_limits);
  g_test_add_func("/judge/limit/results", test_results);
  g_test_add_func("/judge/limit/bulletins", test_bulletins);
  g_test_add_func("/judge/catalogue/refusals", test_refusals);
  g_test_add_func("/judge/catalogue/names", test_names);
  return g_test_run();
}
