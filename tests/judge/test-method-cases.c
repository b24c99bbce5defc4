/* What lies between a measured number and the number that is judged, by a method: its formula, rounding,
 * comparison, decision rule, agreement of replicates, LOD and LOQ, and screens.
 *
 * GB/T 8170-2008: the examples of 3.2 and 3.3 (rounding) and of table 2 (both ways of comparing), as
 * remembered of the standard. ILAC-G8:09/2019, 4.2: simple acceptance; guard band w = U. GB/T 5009.199-2003:
 * 50 %; NY/T 448-2001: 70 %.
 */
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

static void add_detection(LimsCatalogue *c, const char *matrix, const char *lod, const char *loq) {
  GError *error = NULL;
  LimsDetectionLimit limit = {.method = "LIMITS",
                              .analyte = "lead",
                              .matrix = matrix,
                              .unit = lims_unit_find("µg/kg"),
                              .has_lod = TRUE,
                              .has_loq = TRUE,
                              .lod = helper_decimal(lod),
                              .loq = helper_decimal(loq)};

  lims_catalogue_add_detection_limit(c, &limit, &error);
  g_assert_no_error(error);
}

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();

  helper_add_set(c, "set", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "set", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "set", 10, "lead", "0.2", "mg/L", NULL, NULL);
  helper_add_limit(c, "set", 20, "lead", "0.01", "mg/kg", NULL, NULL);
  helper_add_limit(c, "set", 1, "ph", "5.5-8.5", "pH", NULL, NULL);
  helper_add_limit(c, "set", 1, "fat", "≥10", "g/100g", NULL, NULL);
  helper_add_limit(c, "set", 1, "chloramphenicol", "不得检出", "", NULL, NULL);
  helper_add_limit(c, "set", 1, "carbofuran", "0.2", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran", NULL);
  helper_add_method(c, "RECOVERY", "(c - c0) * V * f / (m * (R / 100))", (LimsMethod){.code = NULL});
  helper_add_method(c, "DRY", "(c - c0) * V * f / (m * (1 - w / 100))", (LimsMethod){.code = NULL});
  helper_add_method(c, "2 places", "", (LimsMethod){.rounding = {LIMS_ROUND_PLACES, 2}});
  helper_add_method(c, "2 places, rounded", "",
                    (LimsMethod){.rounding = {LIMS_ROUND_PLACES, 2}, .comparison = LIMS_COMPARE_ROUNDED});
  helper_add_method(c, "3 significant", "", (LimsMethod){.rounding = {LIMS_ROUND_SIGNIFICANT, 3}});
  helper_add_method(c, "ROUNDED", "", (LimsMethod){.comparison = LIMS_COMPARE_ROUNDED});
  helper_add_method(c, "RPD", "", (LimsMethod){.rpd_limit = {20, 0}});
  helper_add_method(c, "GUARDED", "",
                    (LimsMethod){.decision = LIMS_DECIDE_GUARD_BAND, .uncertainty = {25, 0}});
  helper_add_method(c, "GUARDED, U unknown", "", (LimsMethod){.decision = LIMS_DECIDE_GUARD_BAND});
  helper_add_method(c, "SIMPLE", "", (LimsMethod){.decision = LIMS_DECIDE_SIMPLE, .uncertainty = {25, 0}});
  helper_add_method(c, "LIMITS", "", (LimsMethod){.code = NULL});
  helper_add_method(c, "NY/T 448", "",
                    (LimsMethod){.screen_threshold = {70, 0}, .at_threshold = LIMS_AT_THRESHOLD_POSITIVE});
  helper_add_method(c, "GB/T 5009.199", "", (LimsMethod){.screen_threshold = {50, 0}});
  add_detection(c, "", "3", "10");
  add_detection(c, "other", "6", "20"); /* the family of all commodities here */
  add_detection(c, "celery", "250", "300");
  add_detection(c, "oddity", "50", "300");
  lims_catalogue_add_detection_limit(c,
                                     &(LimsDetectionLimit){.method = "LIMITS",
                                                           .analyte = "chloramphenicol",
                                                           .matrix = "",
                                                           .unit = lims_unit_find("µg/kg"),
                                                           .has_lod = TRUE,
                                                           .lod = {1, -1}},
                                     NULL);
  helper_seal(c);
  return c;
}

static void check(const char *commodity, const char *analyte, const LimsPolicy *policy,
                  const HelperCase *cases, guint count) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, commodity, analyte, policy, cases, count);
}
#define CHECK(commodity, cases) check(commodity, "lead", NULL, cases, G_N_ELEMENTS(cases))

/* ---- formulas ---- */

static void test_formulas(void) {
  static const HelperCase cases[] = {
      /* 8 µg/L × 20 mL / (1 g × 0.8) = 0.2 mg/kg */
      {"lead 8 µg/L solution by=RECOVERY", "m=1 V=20 R=80", NULL, "at-or-below-limit", "0.2000", "R = 80 %"},
      {"lead 8.0001 µg/L solution by=RECOVERY", "m=1 V=20 R=80", NULL, "above-limit", "0.200002"},
      {"lead 8 µg/L solution by=RECOVERY", "m=1 V=20", NULL, "needs-recovery", "8"},
      {"lead 8 µg/L solution by=RECOVERY", "m=1 V=20 R=0", NULL, "needs-recovery", "8"},
      {"lead 8 µg/L solution by=DRY", "m=1 V=20 w=20", NULL, "at-or-below-limit", "0.2000", "w = 20 %"},
      {"lead 8 µg/L solution by=DRY", "m=1 V=20", NULL, "needs-moisture", "8"},
      {"lead 8 µg/L solution by=DRY", "m=1 V=20", "moisture=20", "at-or-below-limit", "0.2000", "w = 20 %"},
      {"lead 8 µg/L solution by=DRY", "m=1 V=20 w=20", "moisture=21", "at-or-below-limit", "0.2000"},
      {"lead 8 µg/L solution by=DRY; moisture 20 %", "m=1 V=20", NULL, "at-or-below-limit", "0.2000"},
      {"lead 8 µg/L solution by=DRY", "m=1 V=20 w=100", NULL, "bad-preparation", "8"},
      /* the recovery of a method that does not name it stays out */
      {"lead 10 µg/L solution", "m=1 V=20 R=50 w=50", NULL, "at-or-below-limit", "0.2000"},
      /* (11 - 1) × 20 / 1, the blank in another unit */
      {"lead 11 µg/L solution", "m=1 V=20 c0=0.001 mg/L", NULL, "at-or-below-limit", "0.2000",
       "c0 = 0.001 mg/L"},
      {"lead 11.01 µg/L solution", "m=1 V=20 c0=0.001 mg/L", NULL, "above-limit", NULL},
      {"lead 5 µg/L solution run=1 rep=1; lead 15 µg/L solution run=1 rep=2", "m=1 V=20", NULL,
       "at-or-below-limit", "0.2000", "(mean of 2)"},
      {"lead 10 µg/L solution", "v=1 V=20", NULL, "unit-mismatch", "10"},
      {"lead 10 µg/L solution", "of=cadmium m=1 V=20", NULL, "needs-preparation", "10"},
      {"lead 10 µg/L solution", "m=2 V=20; of=lead m=1 V=20", NULL, "at-or-below-limit",
       "0.2000"}, /* its own */
  };
  static const HelperCase liquids[] = {
      {"lead 10 µg/L solution", "v=5 V=100", NULL, "at-or-below-limit", "0.2000", "m = 5 mL"},
      {"lead 10.001 µg/L solution", "v=5 V=100", NULL, "above-limit", NULL},
      {"lead 10 µg/L solution", "m=5 V=100", NULL, "unit-mismatch", "10"},
      {"lead 0.2 mg/L", NULL, NULL, "at-or-below-limit", "0.2"},
  };

  CHECK("spinach", cases);
  CHECK("carp", liquids);
}

/* ---- GB/T 8170-2008 ---- */

/* 3.2, 3.3.1 and 3.3.2 (negative numbers): value, places, rounded; once, from the number as it is. */
static void test_standard_examples(void) {
  static const struct {
    const char *value;
    int places;
    const char *rounded;
  } rows[] = {
      {"12.1498", 0, "12"},     {"12.1498", 1, "12.1"}, {"1268", -2, "1300"}, {"1.050", 1, "1.0"},
      {"0.35", 1, "0.4"},       {"2500", -3, "2000"},   {"3500", -3, "4000"}, {"0.0325", 3, "0.032"},
      {"32500", -3, "32000"},   {"-355", -1, "-360"},   {"-325", -1, "-320"}, {"-365", -1, "-360"},
      {"-0.0365", 3, "-0.036"}, {"97.46", 0, "97"},     {"15.4546", 0, "15"}, {"10.5002", 0, "11"},
      {"16.5", 0, "16"},        {"17.5", 0, "18"},      {"-15.5", 0, "-16"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *shown = NULL;
    LimsDecimal out;

    g_assert_true(lims_decimal_round(helper_decimal(rows[i].value), rows[i].places, &out));
    shown = lims_decimal_to_string(out);
    g_assert_cmpstr(shown, ==, rows[i].rounded);
  }
}

static const struct {
  LimsLimitKind kind;
  LimsDecimal low, high;
  const char *value;
  gboolean full, rounded; /* it complies */
} BOTH[] = {
    /* tensile strength of medium carbon steel, MPa: ≥ 14 × 100 */
    {LIMS_LIMIT_MINIMUM, {14, 2}, {0, 0}, "1349", FALSE, FALSE},
    {LIMS_LIMIT_MINIMUM, {14, 2}, {0, 0}, "1351", FALSE, TRUE},
    {LIMS_LIMIT_MINIMUM, {14, 2}, {0, 0}, "1400", TRUE, TRUE},
    {LIMS_LIMIT_MINIMUM, {14, 2}, {0, 0}, "1402", TRUE, TRUE},
    /* NaOH, %: ≥ 97.0 */
    {LIMS_LIMIT_MINIMUM, {970, -1}, {0, 0}, "97.01", TRUE, TRUE},
    {LIMS_LIMIT_MINIMUM, {970, -1}, {0, 0}, "97.00", TRUE, TRUE},
    {LIMS_LIMIT_MINIMUM, {970, -1}, {0, 0}, "96.96", FALSE, TRUE},
    {LIMS_LIMIT_MINIMUM, {970, -1}, {0, 0}, "96.94", FALSE, FALSE},
    /* silicon, %: ≤ 0.5 */
    {LIMS_LIMIT_MAXIMUM, {0, 0}, {5, -1}, "0.452", TRUE, TRUE},
    {LIMS_LIMIT_MAXIMUM, {0, 0}, {5, -1}, "0.500", TRUE, TRUE},
    {LIMS_LIMIT_MAXIMUM, {0, 0}, {5, -1}, "0.549", FALSE, TRUE},
    {LIMS_LIMIT_MAXIMUM, {0, 0}, {5, -1}, "0.551", FALSE, FALSE},
    /* manganese, %: 1.2 to 1.6 */
    {LIMS_LIMIT_RANGE, {12, -1}, {16, -1}, "1.151", FALSE, TRUE},
    {LIMS_LIMIT_RANGE, {12, -1}, {16, -1}, "1.200", TRUE, TRUE},
    {LIMS_LIMIT_RANGE, {12, -1}, {16, -1}, "1.649", FALSE, TRUE},
    {LIMS_LIMIT_RANGE, {12, -1}, {16, -1}, "1.651", FALSE, FALSE},
    /* diameter of wire rod, mm: 10.0 ± 0.1 */
    {LIMS_LIMIT_RANGE, {99, -1}, {101, -1}, "9.89", FALSE, TRUE},
    {LIMS_LIMIT_RANGE, {99, -1}, {101, -1}, "9.85", FALSE, FALSE},
    {LIMS_LIMIT_RANGE, {99, -1}, {101, -1}, "10.10", TRUE, TRUE},
    {LIMS_LIMIT_RANGE, {99, -1}, {101, -1}, "10.16", FALSE, FALSE},
};

/* Table 2: one measured value against one limit, by the full value and by the rounded one. */
static void test_both_comparisons(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(BOTH) * 2; i++) {
    gboolean by_rounding = i % 2, complies = by_rounding ? BOTH[i / 2].rounded : BOTH[i / 2].full;
    g_autofree char *text =
        g_strdup_printf("lead %s %% by=%s", BOTH[i / 2].value, by_rounding ? "ROUNDED" : "?");
    g_autoptr(HelperSample) s = helper_sample_new("spinach", text, NULL, NULL);
    LimsLimit limit;
    LimsVerdict out;

    g_assert_true(lims_limit_parse("1", "%", &limit));
    limit.kind = BOTH[i / 2].kind;
    limit.low = BOTH[i / 2].low;
    limit.high = BOTH[i / 2].high;
    s->input.given_limit = &limit;
    helper_sample_judge(s, c, "lead", &out);
    g_test_message("%s: %s %s", text, out.reason_code, out.value_text);
    g_assert_cmpint(out.kind, ==, complies ? LIMS_VERDICT_COMPLIES : LIMS_VERDICT_EXCEEDS);
    g_assert_nonnull(strstr(out.rule, by_rounding ? "rounded value" : "full value"));
    lims_verdict_clear(&out);
  }
}

/* 4.3.2: the full value decides, however it is shown; a sign says from where it was rounded. */
static void test_rounding_of_methods(void) {
  static const HelperCase cases[] = {
      {"lead 0.2004 mg/kg by=2_places", NULL, NULL, "above-limit", "0.20(+)", "full value"},
      {"lead 0.1996 mg/kg by=2_places", NULL, NULL, "at-or-below-limit", "0.20(-)"},
      {"lead 0.2000 mg/kg by=2_places", NULL, NULL, "at-or-below-limit", "0.20"},
      {"lead 0.205 mg/kg by=2_places", NULL, NULL, "above-limit",
       "0.20(+)"}, /* 5, the even digit before it */
      {"lead 0.215 mg/kg by=2_places", NULL, NULL, "above-limit", "0.22"},
      {"lead 0.1234 mg/kg by=2_places", NULL, NULL, "at-or-below-limit", "0.12"},
      {"lead 200.4 µg/kg by=2_places", NULL, NULL, "above-limit", "0.20(+)"}, /* places of the limit's unit */
      {"lead 0.20049 mg/kg by=3_significant", NULL, NULL, "above-limit", "0.200(+)"},
      {"lead 0.19951 mg/kg by=3_significant", NULL, NULL, "at-or-below-limit", "0.200(-)"},
      {"lead 0.012345 mg/kg by=3_significant", NULL, NULL, "at-or-below-limit", "0.0123"},
      {"lead 12.345 mg/kg by=3_significant", NULL, NULL, "above-limit", "12.3"},
      /* rounded to the limit's last place, once: 0.2496 is 0.2, not 0.25 and then 0.3 */
      {"lead 0.2496 mg/kg by=2_places,_rounded", NULL, NULL, "at-or-below-limit", "0.2", "rounded value"},
      {"lead 0.2504 mg/kg by=2_places,_rounded", NULL, NULL, "above-limit", "0.3", "limit's last place"},
      {"lead 0.25 mg/kg by=2_places,_rounded", NULL, NULL, "at-or-below-limit", "0.2"},
      {"lead 0.2004 mg/kg", NULL, NULL, "above-limit", "0.2004"},
      {"lead 0.2004 mg/kg by=ROUNDED", NULL, NULL, "at-or-below-limit", "0.2"},
      {"lead 10.02 µg/L solution by=2_places", "m=1 V=20", NULL, "above-limit", "0.20(+)", "= 0.2004 mg/kg"},
  };
  static const LimsPolicy rounded = {LIMS_COMPARE_ROUNDED, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE,
                                     LIMS_ND_ZERO};
  static const HelperCase by_policy[] = {
      {"lead 0.2004 mg/kg", NULL, NULL, "at-or-below-limit", "0.2", "rounded value"},
      {"lead 0.2504 mg/kg", NULL, NULL, "above-limit", "0.3"},
  };

  CHECK("spinach", cases);
  check("spinach", "lead", &rounded, by_policy, G_N_ELEMENTS(by_policy));
}

/* ---- replicates ---- */

/* |a - b| / mean: 0.18 and 0.22 lie exactly 20 % apart. */
static void test_replicates(void) {
  static const HelperCase cases[] = {
      {"lead 0.18 mg/kg run=1 rep=1 by=RPD; lead 0.22 mg/kg run=1 rep=2 by=RPD", NULL, NULL,
       "at-or-below-limit", "0.2000", "20.0 % apart"},
      {"lead 0.1799 mg/kg run=1 rep=1 by=RPD; lead 0.22 mg/kg run=1 rep=2 by=RPD", NULL, NULL,
       "replicates-disagree", NULL, "20.1 % (allowed: 20 %)"},
      {"lead 0.19 mg/kg run=1 rep=1 by=RPD; lead 0.21 mg/kg run=1 rep=2 by=RPD", NULL, NULL,
       "at-or-below-limit", "0.2000"},
      {"lead 0.18 mg/kg run=1 rep=1; lead 0.9 mg/kg run=1 rep=2", NULL, NULL, "above-limit",
       NULL}, /* no limit */
      /* of three the outer two; the analyzer's mean is none of them, and is checked all the same */
      {"lead 0.18 mg/kg run=1 rep=1 by=RPD; lead 0.2 mg/kg run=1 rep=2 by=RPD; lead 0.22 mg/kg run=1 rep=3 "
       "by=RPD",
       NULL, NULL, "at-or-below-limit", "0.2000"},
      {"lead 0.1 mg/kg run=1 rep=0 by=RPD; lead 0.05 mg/kg run=1 rep=1 by=RPD; lead 0.15 mg/kg run=1 rep=2 "
       "by=RPD",
       NULL, NULL, "replicates-disagree", NULL, "100.0 %"},
      {"lead 0.15 mg/kg run=1 rep=1 by=RPD; lead 50 µg/kg run=1 rep=2 by=RPD", NULL, NULL,
       "replicates-disagree", NULL, "100.0 %"},
      /* digests: the content scales, the difference does not */
      {"lead 9 µg/L solution run=1 rep=1 by=RPD; lead 11 µg/L solution run=1 rep=2 by=RPD", "m=1 V=20", NULL,
       "at-or-below-limit", "0.2000"},
      /* a mean that the analyzer left empty does not hide what it measured */
      {"lead - mg/kg run=1 rep=0; lead 0.3 mg/kg run=1 rep=1; lead 0.3 mg/kg run=1 rep=2; lead 0.1 mg/kg "
       "run=2",
       NULL, NULL, "above-limit", "0.3000"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();
  g_autoptr(HelperSample) s =
      helper_sample_new("spinach", "lead 0.1 mg/kg run=1 rep=1; lead 50 µg/kg run=1 rep=2", NULL, NULL);
  LimsVerdict out;

  CHECK("spinach", cases);
  helper_sample_judge(s, c, "lead", &out);
  g_assert_cmpstr(out.printed, ==, "0.1 mg/kg; 50 µg/kg");
  g_assert_cmpint(out.parts->len, ==, 2);
  lims_verdict_clear(&out);
}

/* ---- LOD and LOQ ---- */

/* In µg/kg: any matrix 3 and 10, the family 6 and 20, celery 250 and 300, oddity 50 and 300; limit 200. */
static void test_detection_limits(void) {
  static const HelperCase family[] = {
      {"lead 5.9 µg/kg by=LIMITS", NULL, NULL, "not-detected", "<0.006"},
      {"lead 6 µg/kg by=LIMITS", NULL, NULL, "at-or-below-limit", "0.006"},
      {"lead 5.9 µg/kg", NULL, NULL, "at-or-below-limit", "0.0059"}, /* no method, no LOD */
      {"lead ND - by=LIMITS", NULL, NULL, "not-detected", "<0.006"},
      {"lead <1 µg/kg by=LIMITS", NULL, NULL, "not-detected", "<0.006"}, /* the method's is higher here */
      {"lead <9 µg/kg by=LIMITS", NULL, NULL, "not-detected", "<0.009"},
      {"lead <LOQ - by=LIMITS", NULL, NULL, "at-or-below-limit", "<0.020"},
      {"lead <LOQ -", NULL, NULL, "below-loq-no-number", NULL},
      {"lead 0.25 µg/L solution by=LIMITS", "m=1 V=20", NULL, "not-detected", "<0.006"}, /* 5 µg/kg */
  };
  static const HelperCase celery[] = {
      {"lead 249 µg/kg by=LIMITS", NULL, NULL, "lod-above-limit", "<0.250"},
      {"lead ND - by=LIMITS", NULL, NULL, "lod-above-limit", "<0.250"},
      {"lead 260 µg/kg by=LIMITS", NULL, NULL, "lod-above-limit",
       "0.260"}, /* below the LOQ, and that above */
      {"lead 300 µg/kg by=LIMITS", NULL, NULL, "above-limit", "0.300"},
      {"lead ND -", NULL, NULL, "not-detected", "ND"},
  };
  static const HelperCase oddity[] = {
      {"lead 49 µg/kg by=LIMITS", NULL, NULL, "not-detected", "<0.050"},
      {"lead 60 µg/kg by=LIMITS", NULL, NULL, "lod-above-limit", "0.060"},
      {"lead <LOQ - by=LIMITS", NULL, NULL, "lod-above-limit", "<0.300"},
      /* beside a run that says more */
      {"lead 60 µg/kg by=LIMITS; lead 0.1 mg/kg", NULL, NULL, "lod-above-limit", "0.060"},
      {"lead 60 µg/kg by=LIMITS; lead 0.3 mg/kg", NULL, NULL, "above-limit", "0.3"},
  };

  CHECK("spinach", family);
  CHECK("celery", celery);
  CHECK("oddity", oddity);
}

/* Not from a family: any matrix. */
static void test_detection_limit_of_any_matrix(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();
  g_autoptr(HelperSample) s = helper_sample_new(NULL, "lead 2.9 µg/kg by=LIMITS", NULL, NULL);
  LimsVerdict out;

  helper_sample_judge(s, c, "lead", &out);
  g_assert_cmpstr(out.reason_code, ==, "no-commodity");
  g_assert_cmpstr(out.value_text, ==, "<3");
  lims_verdict_clear(&out);
}

/* ---- decision rules ---- */

/* ILAC-G8:09/2019, 4.2.1 and 4.2.2: U = 25 %, limit 0.2: 0.16 + 0.04 is the limit itself. */
static void test_decision_rules(void) {
  static const HelperCase cases[] = {
      {"lead 0.16 mg/kg by=GUARDED", NULL, NULL, "at-or-below-limit", "0.16", "guard band of U = 25 %"},
      {"lead 0.1601 mg/kg by=GUARDED", NULL, NULL, "within-guard-band", "0.1601", "its uncertainty of 25 %"},
      {"lead 0.2 mg/kg by=GUARDED", NULL, NULL, "within-guard-band", "0.2"},
      {"lead 0.2001 mg/kg by=GUARDED", NULL, NULL, "above-limit", "0.2001"},
      {"lead ND - by=GUARDED", NULL, NULL, "not-detected", "ND"},
      {"lead 0.2 mg/kg by=SIMPLE", NULL, NULL, "at-or-below-limit", "0.2", "simple acceptance"},
      {"lead 0.2001 mg/kg by=SIMPLE", NULL, NULL, "above-limit", "0.2001"},
      {"lead 0.01 mg/kg by=GUARDED,_U_unknown", NULL, NULL, "uncertainty-unknown", "0.01", "guard band"},
      {"lead 0.3 mg/kg by=GUARDED,_U_unknown", NULL, NULL, "above-limit", "0.3"},
      {"lead 0.18 mg/kg by=GUARDED,_U_unknown u=11", NULL, NULL, "at-or-below-limit", NULL, "U = 11 %"},
      {"lead 0.18 mg/kg by=GUARDED,_U_unknown u=12", NULL, NULL, "within-guard-band", NULL},
      {"lead 0.18 mg/kg by=GUARDED u=11", NULL, NULL, "at-or-below-limit", NULL, "U = 11 %"}, /* its own */
      /* measured twice: the one in the band leaves it open */
      {"lead 0.1 mg/kg by=GUARDED; lead 0.19 mg/kg by=GUARDED", NULL, NULL, "within-guard-band", "0.19"},
  };
  static const LimsPolicy guarded = {LIMS_COMPARE_FULL, LIMS_DECIDE_GUARD_BAND, LIMS_AT_THRESHOLD_POSITIVE,
                                     LIMS_ND_ZERO};
  static const HelperCase by_policy[] = {
      {"lead 0.19 mg/kg by=SIMPLE", NULL, NULL, "at-or-below-limit", NULL, "simple acceptance"},
      {"lead 0.19 mg/kg by=LIMITS", NULL, NULL, "lod-above-limit", NULL},
      {"lead 0.19 mg/kg", NULL, NULL, "uncertainty-unknown", NULL, "guard band"},
  };

  CHECK("spinach", cases);
  check("oddity", "lead", &guarded, by_policy, G_N_ELEMENTS(by_policy));
}

/* A lower end has a band, too. */
static void test_guarded_ranges(void) {
  static const HelperCase range[] = {
      {"ph 7 pH u=10", NULL, NULL, "within-range", "7", "guard band"},
      {"ph 5.6 pH u=1", NULL, NULL, "within-range", NULL},
      {"ph 5.6 pH u=2", NULL, NULL, "within-guard-band", NULL},
      {"ph 8.4 pH u=2", NULL, NULL, "within-guard-band", NULL},
      {"ph 5.4 pH u=2", NULL, NULL, "outside-range", NULL},
      {"ph 7 pH", NULL, NULL, "uncertainty-unknown", NULL},
  };
  static const HelperCase minimum[] = {
      {"fat 12.5 g/100g u=20", NULL, NULL, "within-range", NULL},
      {"fat 12.4 g/100g u=20", NULL, NULL, "within-guard-band", NULL},
      {"fat 9.9 g/100g u=20", NULL, NULL, "outside-range", NULL},
  };
  static const LimsPolicy guarded = {LIMS_COMPARE_FULL, LIMS_DECIDE_GUARD_BAND, LIMS_AT_THRESHOLD_POSITIVE,
                                     LIMS_ND_ZERO};

  check("spinach", "ph", &guarded, range, G_N_ELEMENTS(range));
  check("spinach", "fat", &guarded, minimum, G_N_ELEMENTS(minimum));
}

/* ---- screens ---- */

static void test_screens(void) {
  static const HelperCase cases[] = {
      {"enzyme-inhibition 50 % screen by=GB/T_5009.199", NULL, NULL, "screen-positive", "50"},
      {"enzyme-inhibition 49.99 % screen by=GB/T_5009.199-2003", NULL, NULL, "screen-negative", "49.99"},
      {"enzyme-inhibition 69.99 % screen by=NY/T_448-2001", NULL, NULL, "screen-negative", "69.99",
       "at or above 70 %"},
      {"enzyme-inhibition 70 % screen by=NY/T_448-2001", NULL, NULL, "screen-positive", "70"},
      {"enzyme-inhibition 51 % screen", NULL, NULL, "screen-positive", NULL, "GB/T 5009.199"},
      /* each with its own threshold; repeats are counted */
      {"enzyme-inhibition 60 % screen by=NY/T_448; enzyme-inhibition 55 % screen by=GB/T_5009.199", NULL,
       NULL, "screen-positive", "55", "positive in 1 of 2 runs"},
      {"enzyme-inhibition 75 % screen; enzyme-inhibition 20 % screen; enzyme-inhibition 80 % screen", NULL,
       NULL, "screen-positive", "80", "positive in 2 of 3 runs"},
      /* one positive is enough, also in one answer of the tester: there is no mean of screens */
      {"enzyme-inhibition 75 % screen run=1 rep=1; enzyme-inhibition 20 % screen run=1 rep=2", NULL, NULL,
       "screen-positive", "75", "positive in 1 of 2 runs"},
      {"enzyme-inhibition 47 % screen run=1 rep=0; enzyme-inhibition 60 % screen run=1 rep=1; "
       "enzyme-inhibition 34 % screen run=1 rep=2",
       NULL, NULL, "screen-positive", "60", "positive in 1 of 3 runs"},
  };

  check("spinach", "enzyme-inhibition", NULL, cases, G_N_ELEMENTS(cases));
}

/* A screen of what has a limit: positive, it is a screen all the same; a laboratory's method then decides. */
static void test_screen_beside_laboratory(void) {
  static const HelperCase cases[] = {
      {"chloramphenicol positive - screen", NULL, NULL, "screen-positive", "positive"},
      {"chloramphenicol positive - screen; chloramphenicol ND -", NULL, NULL, "not-detected", "ND"},
      {"chloramphenicol ND -; chloramphenicol positive - screen", NULL, NULL, "not-detected", "ND"},
      {"chloramphenicol positive - screen; chloramphenicol 0.1 µg/kg", NULL, NULL,
       "detected-though-not-allowed", NULL},
      {"chloramphenicol 0.1 - by=LIMITS", NULL, NULL, "detected-though-not-allowed", "0.1"},
      {"chloramphenicol positive - screen; chloramphenicol failed -", NULL, NULL, "screen-positive", NULL},
  };
  static const HelperCase lead[] = {
      {"lead 80 % screen; lead 0.1 mg/kg", NULL, NULL, "at-or-below-limit", "0.1"},
      {"lead 80 % screen; lead over mg/kg", NULL, NULL, "above-range", NULL},
      {"lead 80 % screen", NULL, NULL, "screen-positive", NULL},
  };

  /* a component was screened, another measured: the screen hides neither its exceedance nor what is open */
  static const HelperCase sum[] = {
      {"carbofuran 10 % screen; 3-hydroxycarbofuran 0.9 mg/kg", NULL, NULL, "above-limit", NULL},
      {"carbofuran 80 % screen; 3-hydroxycarbofuran 0.9 mg/kg", NULL, NULL, "above-limit", NULL},
      {"carbofuran 10 % screen; 3-hydroxycarbofuran 0.01 mg/kg", NULL, NULL, "part-missing", NULL},
      {"carbofuran 80 % screen; 3-hydroxycarbofuran 0.01 mg/kg", NULL, NULL, "screen-positive", "80"},
      {"carbofuran 10 % screen", NULL, NULL, "screen-negative", "10"},
      {"carbofuran 80 % screen; carbofuran 0.1 mg/kg; 3-hydroxycarbofuran 0.01 mg/kg", NULL, NULL,
       "at-or-below-limit", NULL},
  };

  check("spinach", "chloramphenicol", NULL, cases, G_N_ELEMENTS(cases));
  check("spinach", "carbofuran", NULL, sum, G_N_ELEMENTS(sum));
  CHECK("spinach", lead);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/method/formulas", test_formulas);
  g_test_add_func("/judge/method/standard-examples", test_standard_examples);
  g_test_add_func("/judge/method/both-comparisons", test_both_comparisons);
  g_test_add_func("/judge/method/rounding", test_rounding_of_methods);
  g_test_add_func("/judge/method/replicates", test_replicates);
  g_test_add_func("/judge/method/detection-limits", test_detection_limits);
  g_test_add_func("/judge/method/detection-limit-of-any-matrix", test_detection_limit_of_any_matrix);
  g_test_add_func("/judge/method/decision-rules", test_decision_rules);
  g_test_add_func("/judge/method/guarded-ranges", test_guarded_ranges);
  g_test_add_func("/judge/method/screens", test_screens);
  g_test_add_func("/judge/method/screen-beside-laboratory", test_screen_beside_laboratory);
  return g_test_run();
}
