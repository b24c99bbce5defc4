/* The judge on a small catalogue: one row a rule, each with where the rule was seen. */
#include "tests/judge/helper-catalogue.h"

#include <string.h>

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();
  GError *error = NULL;

  helper_add_set(c, "old", "GB 1-2022", 20230630, 20260901, LIMS_DATE_PRODUCTION);
  helper_add_set(c, "new", "GB 1-2025", 20260902, 0, LIMS_DATE_PRODUCTION);
  helper_add_limit(c, "old", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 1, "lead", "0.1", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 2, "lead", "0.3", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 5, "lead", "excepted", "", NULL, NULL);
  helper_add_limit(c, "new", 1, "carbofuran", "0.02", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran: words", NULL);
  helper_add_limit(c, "new", 1, "ddt", "0.05", "mg/kg", "p-p-ddt + p-p-dde", NULL);
  helper_add_limit(c, "new", 11, "chloramphenicol", "不得检出", "", NULL, NULL);
  helper_add_limit(c, "new", 10, "lead", "不得使用", "", NULL, NULL);
  helper_add_limit(c, "new", 20, "lead", "0.5", "mg/kg", NULL, "if not above: dry weight");
  helper_add_limit(c, "new", 20, "cadmium", "0.5", "mg/kg", NULL, "if above: dehydration");
  helper_add_limit(c, "new", 10, "cadmium", "0.1", "mg/kg", NULL, "ph <= 5.5");
  helper_add_limit(c, "new", 10, "cadmium", "0.3", "mg/kg", NULL, "ph > 5.5");
  helper_add_limit(c, "new", 10, "ph", "5.5-8.5", "pH", NULL, NULL);
  helper_add_limit(c, "new", 3, "cadmium", "0.1", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 5, "cadmium", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 1, "chloramphenicol", "0.05", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 2, "chloramphenicol", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 11, "ddt", "≥10", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 11, "carbofuran", "n=5,c=2,m=10,M=100", "mg/kg", NULL, NULL);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  return c;
}

typedef struct {
  const char *commodity, *analyte, *printed, *unit;
  LimsJudgeBasis basis;
  int date;
  const char *code, *factor;
} Case;

#define S LIMS_JUDGE_SAMPLE
#define SCREEN LIMS_JUDGE_SCREEN
#define D 20261001

/* JUDGEMENT.md is the collected facts; the numbers are its sections. */
static const Case CASES[] = {
    /* §5 limits are ≤: at the limit complies; numbers are exact whatever the unit (§4) */
    {"spinach", "lead", "0.3", "mg/kg", S, D, "at-or-below-limit", "1.000"},
    {"spinach", "lead", "300", "µg/kg", S, D, "at-or-below-limit", "1.000"},
    {"spinach", "lead", "0.30000000000000000001", "mg/kg", S, D, "above-limit", "1.000"},
    {"spinach", "lead", "300.1", "ng/g", S, D, "above-limit", "1.000"},
    {"spinach", "lead", "0.0000004", "g/100g", S, D, "at-or-below-limit", "0.01333"},
    {"spinach", "lead", "-0.002", "mg/kg", S, D, "at-or-below-limit", "-0.006667"},
    {"spinach", "lead", "-0.3", "mg/kg", S, D, "at-or-below-limit", "-1.000"},
    {"spinach", "lead", "-0.30001", "mg/kg", S, D, "negative", NULL}, /* nothing measures that */
    {"spinach", "lead", "-400", "µg/kg", S, D, "negative", NULL},
    /* §1, 3.3: the most specific row; an exception without a row of its own is no limit */
    {"celery", "lead", "0.05", "mg/kg", S, D, "no-limit", NULL},
    {"carp", "lead", "0.05", "mg/kg", S, D, "detected-though-banned", NULL},
    /* §0: the edition of the day */
    {"spinach", "lead", "0.25", "mg/kg", S, 20260901, "above-limit", "1.250"},
    {"spinach", "lead", "0.25", "mg/kg", S, 20260902, "at-or-below-limit", "0.8333"},
    {"spinach", "lead", "0.25", "mg/kg", S, 20230629, "no-edition", NULL},
    {"spinach", "lead", "0.25", "mg/kg", S, 0, "no-date", NULL},
    {"spinach", "ddt", "0.25", "mg/kg", S, 20260901, "no-edition", NULL},
    /* §5: not detected, LOD and LOQ */
    {"spinach", "lead", "未检出", NULL, S, D, "not-detected", NULL},
    {"spinach", "lead", "<0.3", "mg/kg", S, D, "not-detected", NULL},
    {"spinach", "lead", "<0.5", "mg/kg", S, D, "lod-above-limit", NULL},
    {"spinach", "lead", "<LOQ", "mg/kg", S, D, "below-loq-no-number", NULL},
    {"carp", "chloramphenicol", "ND", NULL, S, D, "not-detected", NULL},
    {"carp", "chloramphenicol", "0.0002", "mg/kg", S, D, "detected-though-not-allowed", NULL},
    {"carp", "chloramphenicol", "0", "mg/kg", S, D, "lod-unknown", NULL},
    {"carp", "chloramphenicol", "<LOQ", "mg/kg", S, D, "lod-unknown", NULL},
    {"carp", "ddt", "10", "mg/kg", S, D, "within-range", NULL},
    {"carp", "ddt", "9.99", "mg/kg", S, D, "outside-range", NULL},
    {"carp", "ddt", "ND", "mg/kg", S, D, "lod-unknown", NULL},
    {"carp", "ph", "5.5", "pH", S, D, "within-range", NULL},
    {"carp", "ph", "8.6", "pH", S, D, "outside-range", NULL},
    {"carp", "ph", "7", "mg/kg", S, D, "unit-mismatch", NULL},
    /* what is not a number is never a pass */
    {"spinach", "lead", ">100", "mg/kg", S, D, "above-range", NULL},
    {"spinach", "lead", "failed", "mg/kg", S, D, "failed", NULL},
    {"spinach", "lead", "-----", "mg/kg", S, D, "not-run", NULL},
    {"spinach", "lead", "", "mg/kg", S, D, "not-run", NULL},
    {"spinach", "lead", "0,035", "mg/kg", S, D, "unreadable", NULL},
    {"spinach", "lead", "positive", "mg/kg", S, D, "qualitative", NULL},
    {"spinach", "lead", "0.1", NULL, S, D, "unit-mismatch", NULL},
    {"spinach", "lead", "0.1", "mg/L", S, D, "unit-mismatch", NULL},
    {"carp", "carbofuran", "0.1", "mg/kg", S, D, "sampling-plan", NULL},
    /* names and classes that lead nowhere */
    {NULL, "lead", "0.1", "mg/kg", S, D, "no-commodity", NULL},
    {"stray", "lead", "0.1", "mg/kg", S, D, "no-membership", NULL},
    {"spinach", "ph", "7", "pH", S, D, "no-limit", NULL},
    {"spinach", "chloramphenicol", "7", "mg/kg", S, 20260901, "no-edition", NULL},
    {"spinach", "nonsense", "7", "mg/kg", S, D, "no-limit", NULL},
    {"spinach", "铅", "0.3", "mg/kg", S, D, "at-or-below-limit", "1.000"},
    {"oddity", "cadmium", "0.05", "mg/kg", S, D, "at-or-below-limit", "0.5000"},
    {"oddity", "cadmium", "0.15", "mg/kg", S, D, "limits-conflict", "1.500"},
    {"oddity", "lead", "0.15", "mg/kg", S, D, "limits-conflict", NULL}, /* one of its places is excepted */
    /* a limit that one place inherits holds beside the one that stands at the other */
    {"leaf", "chloramphenicol", "0.05", "mg/kg", S, D, "at-or-below-limit", "1.000"},
    {"leaf", "chloramphenicol", "0.1", "mg/kg", S, D, "limits-conflict", "2.000"},
    {"twice", "chloramphenicol", "0.2", "mg/kg", S, D, "at-or-below-limit", "1.000"}, /* not a second place */
    {"oddity", "ddt", "0.06", "mg/kg", S, D, "above-limit", "1.200"},
    /* §2 sums: a component alone can exceed, never comply */
    {"spinach", "carbofuran", "0.021", "mg/kg", S, D, "above-limit", "1.050"},
    {"spinach", "carbofuran", "0.02", "mg/kg", S, D, "part-missing", "1.000"},
    {"spinach", "carbofuran", "ND", "mg/kg", S, D, "part-missing", NULL},
    {"spinach", "3-hydroxycarbofuran", "0.9", "mg/kg", S, D, "above-limit", "41.97"}, /* × 221.256/237.255 */
    {"spinach", "3-hydroxycarbofuran", "0.0214", "mg/kg", S, D, "part-missing", "0.9978"},
    {"spinach", "p-p-ddt", "0.06", "mg/kg", S, D, "above-limit", "1.200"},
    {"spinach", "p-p-ddt", "0.04", "mg/kg", S, D, "part-missing", "0.8000"},
    {"spinach", "ddt", "0.04", "mg/kg", S, D, "at-or-below-limit", "0.8000"},
    /* §1, 3.4 and 3.5: dry weight and drying matter on one side; pH bands on both (§5) */
    {"fungus", "lead", "0.6", "mg/kg", S, D, "above-limit", "1.200"},
    {"fungus", "lead", "0.4", "mg/kg", S, D, "condition", "0.8000"},
    {"fungus", "lead", "ND", "mg/kg", S, D, "not-detected", NULL},
    {"fungus", "cadmium", "0.6", "mg/kg", S, D, "condition", "1.200"},
    {"fungus", "cadmium", "0.4", "mg/kg", S, D, "at-or-below-limit", "0.8000"},
    {"carp", "cadmium", "0.1", "mg/kg", S, D, "at-or-below-limit", "1.000"},
    {"carp", "cadmium", "0.2", "mg/kg", S, D, "above-limit", "2.000"}, /* no pH: the strictest band */
    /* §3: a screen, positive at 50.0, and never an exceedance; the commodity does not matter */
    {"spinach", "enzyme-inhibition", "49.9", "%", SCREEN, D, "screen-negative", NULL},
    {"spinach", "enzyme-inhibition", "50.0", "%", SCREEN, D, "screen-positive", NULL},
    {NULL, "enzyme-inhibition", "98.2", "%", SCREEN, 0, "screen-positive", NULL},
    {"spinach", "enzyme-inhibition", "-3.1", "%", SCREEN, D, "screen-negative", NULL},
    {"spinach", "enzyme-inhibition", "阳性", "%", SCREEN, D, "screen-positive", NULL},
    {"spinach", "enzyme-inhibition", "阴性", "%", SCREEN, D, "qualitative", NULL},
    {"carp", "chloramphenicol", "阳性", NULL, S, D, "detected-though-not-allowed", NULL},
    {"spinach", "enzyme-inhibition", "", "%", SCREEN, D, "not-run", NULL},
    {"spinach", "enzyme-inhibition", "60", "mg/kg", SCREEN, D, "unit-mismatch", NULL},
};

static LimsVerdict judge_one(const LimsCatalogue *c, const Case *row) {
  LimsDetermination d = helper_determination(row->printed, row->unit, row->basis, 0);
  LimsJudgeInput input = {.commodity = row->commodity,
                          .produced_on = row->date,
                          .sampled_on = row->date,
                          .determinations = &d,
                          .count = 1};
  LimsVerdict out;

  d.id = 7;
  d.analyte = lims_catalogue_find_analyte(c, row->analyte);
  if (!d.analyte)
    d.analyte = row->analyte;
  lims_judge(c, &input, row->analyte, &out);
  g_assert_cmpint(out.determination, ==, 7);
  lims_value_clear(&d.value);
  return out;
}

static void test_cases(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    LimsVerdict out = judge_one(c, &CASES[i]);

    g_test_message("%s %s %s: %s: %s", CASES[i].commodity, CASES[i].analyte, CASES[i].printed,
                   out.reason_code, out.reason);
    g_assert_cmpstr(out.reason_code, ==, CASES[i].code);
    g_assert_cmpstr(out.factor, ==, CASES[i].factor);
    g_assert_cmpstr(out.value_text, !=, "");
    g_assert_true(CASES[i].basis == SCREEN || !strchr(out.reason, '%')); /* no mark of the sentence is left */
    lims_verdict_clear(&out);
  }
}

static void test_kinds(void) {
  static const struct {
    Case row;
    LimsVerdictKind kind;
  } rows[] = {
      {{"spinach", "lead", "0.3", "mg/kg", S, D}, LIMS_VERDICT_COMPLIES},
      {{"spinach", "lead", "0.4", "mg/kg", S, D}, LIMS_VERDICT_EXCEEDS},
      {{"spinach", "lead", "x", "mg/kg", S, D}, LIMS_VERDICT_UNDETERMINED},
      {{"spinach", "enzyme-inhibition", "50", "%", SCREEN, D}, LIMS_VERDICT_SCREENING_POSITIVE},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    LimsVerdict out = judge_one(c, &rows[i].row);

    g_assert_cmpstr(lims_verdict_kind_name(out.kind), ==, lims_verdict_kind_name(rows[i].kind));
    lims_verdict_clear(&out);
  }
}

/* The edge is a setting, the threshold the method's: GB/T 5009.199 has 50 %, NY/T 448 70 %; one maker's
 * software takes 50.0 for negative. */
static void test_screen_settings(void) {
  static const struct {
    const char *printed, *method;
    LimsAtThreshold at;
    const char *code, *rule;
  } rows[] = {
      {"50.0", NULL, LIMS_AT_THRESHOLD_POSITIVE, "screen-positive",
       "screen by GB/T 5009.199-2003, positive at or above 50 %"},
      {"50.0", NULL, LIMS_AT_THRESHOLD_NEGATIVE, "screen-negative",
       "screen by GB/T 5009.199-2003, positive above 50 %"},
      {"50.1", NULL, LIMS_AT_THRESHOLD_NEGATIVE, "screen-positive",
       "screen by GB/T 5009.199-2003, positive above 50 %"},
      {"69.9", "NY/T 448-2001", LIMS_AT_THRESHOLD_NEGATIVE, "screen-negative",
       "screen by NY/T 448-2001, positive at or above 70 %"},
      {"70", "NY/T 448", LIMS_AT_THRESHOLD_NEGATIVE, "screen-positive",
       "screen by NY/T 448-2001, positive at or above 70 %"}, /* the method's own word before the policy */
  };
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  LimsMethod method = {.code = "NY/T 448",
                       .name = "rapid",
                       .standard = "NY/T 448-2001",
                       .screen_threshold = {70, 0},
                       .at_threshold = LIMS_AT_THRESHOLD_POSITIVE};
  GError *error = NULL;

  lims_catalogue_add_method(c, &method, "", &error);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    LimsPolicy policy = LIMS_POLICY_DEFAULT;
    LimsDetermination d = helper_determination(rows[i].printed, "%", SCREEN, 0);
    LimsJudgeInput input = {.determinations = &d, .count = 1, .policy = &policy};
    LimsVerdict out;

    d.analyte = "enzyme-inhibition";
    d.method = rows[i].method;
    policy.at_threshold = rows[i].at;
    lims_judge(c, &input, "enzyme-inhibition", &out);
    g_assert_cmpstr(out.reason_code, ==, rows[i].code);
    g_assert_cmpstr(out.rule, ==, rows[i].rule);
    lims_verdict_clear(&out);
    lims_value_clear(&d.value);
  }
}

/* GB 2762 goes by production; what is known stands in, and is named. */
static void test_dates(void) {
  static const struct {
    int produced, purchased, sampled;
    const char *code, *note;
  } rows[] = {
      {20260901, 20260910, 20260910, "above-limit", NULL},
      {0, 20260901, 20260910, "above-limit", "purchase date was used"},
      {0, 0, 20260910, "at-or-below-limit", "sampling date was used"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();
  LimsDetermination d = helper_determination("0.25", "mg/kg", S, 0);

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    LimsJudgeInput input = {.commodity = "spinach",
                            .produced_on = rows[i].produced,
                            .purchased_on = rows[i].purchased,
                            .sampled_on = rows[i].sampled,
                            .determinations = &d,
                            .count = 1};
    LimsVerdict out;

    lims_judge(c, &input, "lead", &out);
    g_assert_cmpstr(out.reason_code, ==, rows[i].code);
    g_assert_true(strstr(out.reason, rows[i].note ? rows[i].note : "is unknown") != NULL || !rows[i].note);
    g_assert_true(rows[i].note || !strstr(out.reason, "is unknown"));
    lims_verdict_clear(&out);
  }
  lims_value_clear(&d.value);
}

static void test_overlap(void) {
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  GError *error = NULL;
  static const Case overlap = {"spinach", "lead", "0.1", "mg/kg", S, D},
                    conflict = {"spinach", "cadmium", "0.1", "mg/kg", S, D},
                    agree = {"spinach", "ddt", "0.1", "mg/kg", S, D};
  LimsVerdict out;

  helper_add_set(c, "a", "GB 1-2022", 20230630, 0, LIMS_DATE_SAMPLING);
  helper_add_set(c, "b", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  helper_add_set(c, "c", "DB 9-2024", 20240101, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "a", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "b", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "b", 1, "cadmium", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "c", 1, "cadmium", "0.1", "mg/kg", NULL, NULL);
  helper_add_limit(c, "b", 1, "ddt", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "c", 1, "ddt", "0.2", "mg/kg", NULL, NULL);
  g_assert_true(lims_catalogue_seal(c, &error));
  out = judge_one(c, &overlap);
  g_assert_cmpstr(out.reason_code, ==, "editions-overlap");
  lims_verdict_clear(&out);
  out = judge_one(c, &conflict);
  g_assert_cmpstr(out.reason_code, ==, "limits-conflict");
  lims_verdict_clear(&out);
  out = judge_one(c, &agree);
  g_assert_cmpstr(out.reason_code, ==, "at-or-below-limit");
  lims_verdict_clear(&out);
}

static void test_given_limit(void) {
  static const struct {
    const char *limit, *printed, *unit, *code;
  } rows[] = {
      {"≤5mg/kg", "6.71", "mg/kg", "above-limit"},
      {"≤0.05g/kg", "50", "mg/kg", "at-or-below-limit"},
      {"不得使用", "0.001", "g/kg", "detected-though-banned"},
      {"不得检出", "未检出", NULL, "not-detected"},
      {"≤n=5,c=0,m=0CFU/250mL", "3", "CFU/g", "unit-mismatch"},
      {"0.05", "0.051", "mg/kg", "above-limit"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    LimsDetermination d = helper_determination(rows[i].printed, rows[i].unit, S, 0);
    LimsLimit limit;
    LimsJudgeInput input = {.determinations = &d, .count = 1, .given_limit = &limit};
    LimsVerdict out;

    if (!lims_limit_parse(rows[i].limit, "mg/kg", &limit)) {
      g_assert_cmpstr(rows[i].code, ==, "unit-mismatch"); /* not a limit at all: nothing to judge */
    } else {
      lims_judge(c, &input, "lead", &out);
      g_assert_cmpstr(out.reason_code, ==, rows[i].code);
      g_assert_true(out.limit == &limit);
      lims_verdict_clear(&out);
    }
    lims_value_clear(&d.value);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/cases", test_cases);
  g_test_add_func("/judge/kinds", test_kinds);
  g_test_add_func("/judge/screen-settings", test_screen_settings);
  g_test_add_func("/judge/dates", test_dates);
  g_test_add_func("/judge/overlap", test_overlap);
  g_test_add_func("/judge/given-limit", test_given_limit);
  return g_test_run();
}
