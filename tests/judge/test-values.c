/* Which value is judged: preparations, replicates, values side by side; and what must hold for all numbers.
 */
#include "tests/judge/helper-catalogue.h"

#include <string.h>

#define SAMPLE LIMS_JUDGE_SAMPLE
#define SOLUTION LIMS_JUDGE_SOLUTION

typedef struct {
  const char *printed, *unit;
  LimsJudgeBasis basis;
  guint replicate;
  gint64 run;
} Given;

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();
  GError *error = NULL;

  helper_add_set(c, "new", "GB 1-2025", 20250101, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "new", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  return c;
}

static LimsVerdict judge_values(const LimsCatalogue *c, const Given *given, guint count,
                                const LimsPreparation *preparation) {
  g_autofree LimsDetermination *values = g_new0(LimsDetermination, count ? count : 1);
  LimsJudgeInput input = {.commodity = "spinach",
                          .sampled_on = 20260101,
                          .determinations = values,
                          .count = count,
                          .preparations = preparation,
                          .preparation_count = preparation ? 1 : 0};
  LimsVerdict out;

  for (guint i = 0; i < count; i++) {
    values[i] = helper_determination(given[i].printed, given[i].unit, given[i].basis, given[i].replicate);
    values[i].id = i + 1;
    values[i].run = given[i].run;
  }
  lims_determinations_sort(values, count);
  lims_judge(c, &input, "lead", &out);
  for (guint i = 0; i < count; i++)
    lims_value_clear(&values[i].value);
  return out;
}

/* (c - blank) × volume × dilution / mass, against 0.2 mg/kg. Worked by hand. */
static const struct {
  const char *printed, *unit;
  const char *mass, *volume, *dilution, *blank, *blank_unit;
  const char *code, *value, *factor;
} SOLUTIONS[] = {
    /* 4 µg/L × 25 mL / 0.5 g = 0.2 mg/kg: at the limit */
    {"4", "µg/L", "0.5", "25", "1", NULL, NULL, "at-or-below-limit", "0.2000", "1.000"},
    /* one part in 10^5 above: shown with as many digits as it takes */
    {"4.00004", "µg/L", "0.5", "25", "1", NULL, NULL, "above-limit", "0.200002", "1.000"},
    /* 8.5 - 4.5 = 4 */
    {"8.5", "µg/L", "0.5", "25", "1", "0.0045", "mg/L", "at-or-below-limit", "0.2000", "1.000"},
    /* 1 × 50 × 10 / 3 = 166.67 µg/kg */
    {"1", "µg/L", "3", "50", "10", NULL, NULL, "at-or-below-limit", "0.1667", "0.8333"},
    /* blank above the value: below 0, and said so */
    {"1", "µg/L", "0.5", "25", "1", "2", "µg/L", "at-or-below-limit", "-0.05000", "-0.2500"},
    /* a blank typed in the wrong unit is no pass */
    {"1", "µg/L", "0.5", "25", "1", "2", "mg/L", "negative", "-99.95", NULL},
    {"<0.5", "µg/L", "0.5", "25", "1", "9", "µg/L", "not-detected", "<0.02500", NULL},
    {"<5", "µg/L", "0.5", "25", "1", NULL, NULL, "lod-above-limit", "<0.2500", NULL},
    {"ND", "µg/L", "0.5", "25", "1", NULL, NULL, "not-detected", "ND", NULL},
    {"4", "mg/kg", "0.5", "25", "1", NULL, NULL, "unit-mismatch", "4", NULL},
    {"4", "µg/L", "0", "25", "1", NULL, NULL, "bad-preparation", "4", NULL},
    {"4", "µg/L", "0.5", "25", "1", "2", "mg/kg", "bad-preparation", "4", NULL},
    {"4", "µg/L", NULL, NULL, NULL, NULL, NULL, "needs-preparation", "4", NULL},
    {"ND", "µg/L", NULL, NULL, NULL, NULL, NULL, "needs-preparation", "ND", NULL},
    {"failed", "µg/L", NULL, NULL, NULL, NULL, NULL, "failed", "failed", NULL},
};

static void test_solutions(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(SOLUTIONS); i++) {
    Given given = {SOLUTIONS[i].printed, SOLUTIONS[i].unit, SOLUTION, 0};
    LimsPreparation p = {.id = 44};
    LimsVerdict out;

    if (SOLUTIONS[i].mass) {
      p.portion = helper_decimal(SOLUTIONS[i].mass);
      p.volume = helper_decimal(SOLUTIONS[i].volume);
      p.dilution = helper_decimal(SOLUTIONS[i].dilution);
    }
    p.has_blank = SOLUTIONS[i].blank != NULL;
    if (p.has_blank) {
      p.blank = helper_decimal(SOLUTIONS[i].blank);
      p.blank_unit = lims_unit_find(SOLUTIONS[i].blank_unit);
    }
    out = judge_values(c, &given, 1, SOLUTIONS[i].mass ? &p : NULL);
    g_test_message("%s: %s", out.reason_code, out.reason);
    g_assert_cmpstr(out.reason_code, ==, SOLUTIONS[i].code);
    g_assert_cmpstr(out.value_text, ==, SOLUTIONS[i].value);
    g_assert_cmpstr(out.factor, ==, SOLUTIONS[i].factor);
    g_assert_cmpint(out.preparation, ==,
                    out.factor || out.kind == LIMS_VERDICT_COMPLIES ? 44 : out.preparation);
    lims_verdict_clear(&out);
  }
}

typedef struct {
  Given given[5];
  const char *code, *value;
  gint64 id;
  const char *note; /* in the reason */
} Several;

static const Several SEVERAL[] = {
    /* the analyzer's mean before its replicates */
    {{{"0.30", "mg/kg", SAMPLE, 1}, {"0.08", "mg/kg", SAMPLE, 2}, {"0.19", "mg/kg", SAMPLE, 0}},
     "at-or-below-limit",
     "0.19",
     3,
     NULL},
    /* no mean: the exact one, (0.1 + 0.2 + 0.3001) / 3 = 0.20003…: above 0.2 */
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"0.2", "mg/kg", SAMPLE, 2}, {"300.1", "µg/kg", SAMPLE, 3}},
     "above-limit",
     "0.20003",
     3,
     "mean of 3 replicates"},
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"ND", "mg/kg", SAMPLE, 2}}, "replicates", "ND", 0, NULL},
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"0.3", "mg/L", SAMPLE, 2}}, "replicates", "0.3", 0, NULL},
    {{{"0.1", "mg/kg", SAMPLE, 2}}, "at-or-below-limit", "0.1", 1, NULL},
    /* replicates of which none is a number: as one of them */
    {{{"ND", "mg/kg", SAMPLE, 1}, {"ND", "mg/kg", SAMPLE, 2}}, "not-detected", "ND", 1, NULL},
    {{{"<0.01", "mg/kg", SAMPLE, 1}, {"<0.3", "mg/kg", SAMPLE, 2}}, "lod-above-limit", "<0.3", 2, NULL},
    {{{"failed", "mg/kg", SAMPLE, 1}, {"failed", "mg/kg", SAMPLE, 2}}, "failed", "failed", 1, NULL},
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"failed", "mg/kg", SAMPLE, 2}}, "replicates", "failed", 0, NULL},
    /* two transmissions of one value each: two runs, never a mean; the highest decides */
    {{{"0.1", "mg/kg", SAMPLE, 1, 7}, {"0.19", "mg/kg", SAMPLE, 1, 8}},
     "at-or-below-limit",
     "0.19",
     2,
     "of 2 runs"},
    {{{"0.3", "mg/kg", SAMPLE, 1, 7}, {"0.05", "mg/kg", SAMPLE, 1, 8}}, "above-limit", "0.3", 1, "of 2 runs"},
    {{{"0.1", "mg/kg", SAMPLE, 0}, {"0.3", "mg/kg", SAMPLE, 0, 1}, {"0.21", "mg/kg", SAMPLE, 0, 2}},
     "above-limit",
     "0.3",
     2,
     "of 3 runs"},
    /* a mean within each run: 0.15 and 0.205 */
    {{{"0.2", "mg/kg", SAMPLE, 2, 7},
      {"0.11", "mg/kg", SAMPLE, 1, 8},
      {"0.1", "mg/kg", SAMPLE, 1, 7},
      {"0.3", "mg/kg", SAMPLE, 2, 8}},
     "above-limit",
     "0.2050",
     4,
     "mean of 2 replicates; the least favourable of 2 runs"},
    /* the analyzer's mean is of its own run only */
    {{{"0.19", "mg/kg", SAMPLE, 0, 7}, {"0.9", "mg/kg", SAMPLE, 1, 7}, {"0.2", "mg/kg", SAMPLE, 1, 8}},
     "at-or-below-limit",
     "0.2",
     3,
     "of 2 runs"},
    /* a replicate's number again in one transmission (a history, two isotopes): its next run */
    {{{"0.1", "mg/kg", SAMPLE, 1, 7}, {"0.3", "mg/kg", SAMPLE, 1, 7}}, "above-limit", "0.3", 2, "of 2 runs"},
    /* ND is below every number, whatever its LOD */
    {{{"0.15", "mg/kg", SAMPLE, 0, 7}, {"ND", "mg/kg", SAMPLE, 0, 8}},
     "at-or-below-limit",
     "0.15",
     1,
     "of 2 runs"},
    {{{"<0.19", "mg/kg", SAMPLE, 0, 7}, {"0.01", "mg/kg", SAMPLE, 0, 8}},
     "at-or-below-limit",
     "0.01",
     2,
     "of 2 runs"},
    {{{"<0.5", "mg/kg", SAMPLE, 0, 7}, {"0.01", "mg/kg", SAMPLE, 0, 8}},
     "at-or-below-limit",
     "0.01",
     2,
     "of 2 runs"},
    {{{"<0.5", "mg/kg", SAMPLE, 0, 7}, {"<0.05", "mg/kg", SAMPLE, 0, 8}},
     "not-detected",
     "<0.05",
     2,
     "of 2 runs"},
    /* above range leaves it open, unless another run exceeds */
    {{{"0.15", "mg/kg", SAMPLE, 0, 7}, {">>>", "mg/kg", SAMPLE, 0, 8}},
     "above-range",
     "above range",
     2,
     "of 2 runs"},
    {{{"0.25", "mg/kg", SAMPLE, 0, 7}, {">>>", "mg/kg", SAMPLE, 0, 8}},
     "above-limit",
     "0.25",
     1,
     "of 2 runs"},
    /* what was not measured does not stand beside what was */
    {{{"failed", "mg/kg", SAMPLE, 0, 7}, {"0.1", "mg/kg", SAMPLE, 0, 8}},
     "at-or-below-limit",
     "0.1",
     2,
     "1 more gave no measurement"},
    {{{"0.1", "mg/kg", SAMPLE, 0, 7}, {"x", "mg/kg", SAMPLE, 0, 8}},
     "at-or-below-limit",
     "0.1",
     1,
     "1 more gave no measurement"},
    {{{"-----", "mg/kg", SAMPLE, 0, 7}, {"failed", "mg/kg", SAMPLE, 0, 8}},
     "not-run",
     "not run",
     1,
     "of 2 runs"},
    {{{NULL}}, "not-run", "not run", 0, NULL},
};

static void test_several(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(SEVERAL); i++) {
    guint count = 0;
    LimsVerdict out;

    while (count < G_N_ELEMENTS(SEVERAL[i].given) && SEVERAL[i].given[count].printed)
      count++;
    out = judge_values(c, SEVERAL[i].given, count, NULL);
    g_test_message("%s: %s", out.reason_code, out.reason);
    g_assert_cmpstr(out.reason_code, ==, SEVERAL[i].code);
    g_assert_cmpstr(out.value_text, ==, SEVERAL[i].value);
    if (SEVERAL[i].id)
      g_assert_cmpint(out.determination, ==, SEVERAL[i].id);
    g_assert_true(strstr(out.reason, SEVERAL[i].note ? SEVERAL[i].note : "") != NULL);
    g_assert_true(SEVERAL[i].note || (!strstr(out.reason, " runs") && !strstr(out.reason, " more")));
    lims_verdict_clear(&out);
  }
}

/* The mean of solution values goes through the preparation as one number. */
static void test_mean_of_solutions(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();
  static const Given given[] = {{"3.9", "µg/L", SOLUTION, 1}, {"4.1", "µg/L", SOLUTION, 2}};
  LimsPreparation p = {.portion = {5, -1}, .volume = {25, 0}, .dilution = {1, 0}, .id = 9};
  LimsVerdict out = judge_values(c, given, 2, &p);

  g_assert_cmpstr(out.reason_code, ==, "at-or-below-limit");
  g_assert_cmpstr(out.value_text, ==, "0.2000");
  g_assert_cmpint(out.preparation, ==, 9);
  lims_verdict_clear(&out);
}

/* For seeded values: a higher value never has a milder verdict, and the unit changes nothing. */
static void test_properties(void) {
  static const char *const UNITS[] = {"mg/kg", "µg/kg", "ng/g", "g/kg", "mg/100g", "ng/kg"};
  g_autoptr(LimsCatalogue) c = make_catalogue();
  const LimsUnit *base = lims_unit_find("mg/kg");

  for (guint i = 0; i < 2000; i++) {
    LimsDecimal value = {g_test_rand_int_range(0, 40000), -5};
    gboolean exceeds = value.coefficient > 20000;

    for (guint u = 0; u < G_N_ELEMENTS(UNITS); u++) {
      LimsDecimal converted;
      g_autofree char *printed = NULL;
      LimsVerdict out;

      g_assert_true(lims_unit_convert(value, base, lims_unit_find(UNITS[u]), &converted));
      printed = lims_decimal_to_string(converted);
      out = judge_values(c, &(Given){printed, UNITS[u], SAMPLE, 0}, 1, NULL);
      g_assert_cmpint(out.kind, ==, exceeds ? LIMS_VERDICT_EXCEEDS : LIMS_VERDICT_COMPLIES);
      g_assert_cmpint(lims_decimal_compare(out.value, value), ==, 0);
      lims_verdict_clear(&out);
    }
  }
}

/* The same through preparations: the sign of c·V·d - limit·m decides, whatever the numbers. */
static void test_preparation_property(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < 2000; i++) {
    gint64 concentration = g_test_rand_int_range(1, 9999), volume = g_test_rand_int_range(1, 200),
           mass = g_test_rand_int_range(1, 9999), dilution = g_test_rand_int_range(1, 50);
    LimsPreparation p = {.portion = {mass, -3}, .volume = {volume, 0}, .dilution = {dilution, 0}};
    g_autofree char *printed = lims_decimal_to_string((LimsDecimal){concentration, -2});
    LimsVerdict out = judge_values(c, &(Given){printed, "µg/L", SOLUTION, 0}, 1, &p);
    /* c/100 µg/L · V mL / (m/1000 g) in µg/kg against 200 */
    gboolean exceeds = concentration * volume * dilution * 10 > 200 * mass;

    g_assert_cmpint(out.kind, ==, exceeds ? LIMS_VERDICT_EXCEEDS : LIMS_VERDICT_COMPLIES);
    g_assert_cmpint(lims_decimal_compare(out.value, helper_decimal("0.2")) > 0, ==, exceeds);
    lims_verdict_clear(&out);
  }
}

/* ---- runs ---- */

#define RUNS_MOST 4
#define VALUES_MOST (RUNS_MOST * 3)

/* Runs of one to three replicates in whole µg/kg, some without a number; what must come out is worked out
 * here in integers: a run exceeds if its sum is above 200 × its count. */
typedef struct {
  Given values[VALUES_MOST];
  guint count;
  gboolean exceeds, open, measured;
} Runs;

static void add_value(Runs *runs, const char *printed, guint replicate, gint64 run) {
  runs->values[runs->count++] = (Given){g_intern_string(printed), "µg/kg", SAMPLE, replicate, run};
}

static void add_numbers(Runs *runs, gint64 run) {
  guint count = (guint)g_test_rand_int_range(1, 4);
  gint64 sum = 0;

  for (guint i = 0; i < count; i++) {
    int value = g_test_rand_int_range(150, 240);
    g_autofree char *printed = g_strdup_printf("%d", value);

    add_value(runs, printed, i + 1, run);
    sum += value;
  }
  runs->measured = TRUE;
  runs->exceeds |= sum > 200 * (gint64)count;
}

static void add_words(Runs *runs, gint64 run) {
  static const char *const words[] = {"ND", "over", "failed", "x", "-----"};
  guint word = (guint)g_test_rand_int_range(0, G_N_ELEMENTS(words));

  add_value(runs, words[word], (guint)g_test_rand_int_range(0, 2), run);
  runs->measured |= word < 2;
  runs->open |= word == 1;
}

static void make_runs(Runs *runs) {
  guint count = (guint)g_test_rand_int_range(1, RUNS_MOST + 1);

  *runs = (Runs){.count = 0};
  for (guint i = 0; i < count; i++) {
    if (g_test_rand_int_range(0, 3))
      add_numbers(runs, i + 1);
    else
      add_words(runs, i + 1);
  }
}

static void shuffle(Runs *runs) {
  for (guint i = runs->count - 1; i > 0; i--) {
    guint other = (guint)g_test_rand_int_range(0, (gint32)i + 1);
    Given kept = runs->values[i];

    runs->values[i] = runs->values[other];
    runs->values[other] = kept;
  }
  for (guint i = 0; i < runs->count; i++)
    runs->values[i].run = RUNS_MOST + 1 - runs->values[i].run; /* the last came first */
}

static LimsVerdictKind expected_kind(const Runs *runs) {
  if (runs->exceeds)
    return LIMS_VERDICT_EXCEEDS;
  return runs->open || !runs->measured ? LIMS_VERDICT_UNDETERMINED : LIMS_VERDICT_COMPLIES;
}

static void test_run_property(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < 2000; i++) {
    Runs runs;
    LimsVerdict out, again;

    make_runs(&runs);
    out = judge_values(c, runs.values, runs.count, NULL);
    g_assert_cmpint(out.kind, ==, expected_kind(&runs));
    shuffle(&runs);
    again = judge_values(c, runs.values, runs.count, NULL);
    g_assert_cmpint(again.kind, ==, out.kind);
    g_assert_cmpint(again.has_value, ==, out.has_value);
    g_assert_cmpint(lims_decimal_compare(again.value, out.value), ==, 0);
    if (runs.measured) /* of several that failed, each for its reason, the first is named */
      g_assert_cmpstr(again.reason_code, ==, out.reason_code);
    lims_verdict_clear(&out);
    lims_verdict_clear(&again);
  }
}

/* A screen is positive if any run of it is. */
static void test_screened_again(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();
  static const Given again[] = {{"61.2", "%", LIMS_JUDGE_SCREEN, 1, 3},
                                {"12.0", "%", LIMS_JUDGE_SCREEN, 1, 4},
                                {"50.0", "%", LIMS_JUDGE_SCREEN, 1, 5},
                                {"failed", "%", LIMS_JUDGE_SCREEN, 1, 6}};
  LimsVerdict out = judge_values(c, again, 4, NULL);

  g_assert_cmpstr(out.reason_code, ==, "screen-positive");
  g_assert_cmpstr(out.value_text, ==, "61.2");
  g_assert_nonnull(strstr(out.reason, "positive in 2 of 3 runs; 1 more gave no measurement"));
  lims_verdict_clear(&out);
  out = judge_values(c, &again[1], 1, NULL);
  g_assert_cmpstr(out.reason_code, ==, "screen-negative");
  lims_verdict_clear(&out);
}

/* Below a minimum the lowest run decides. */
static void test_minimum_again(void) {
  g_autoptr(LimsCatalogue) c = helper_catalogue_new();
  static const Given again[] = {
      {"9", "mg/kg", SAMPLE, 1, 3}, {"7", "mg/kg", SAMPLE, 1, 4}, {"12", "mg/kg", SAMPLE, 1, 5}};
  GError *error = NULL;
  LimsVerdict out;

  helper_add_set(c, "new", "GB 1-2025", 20250101, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "new", 1, "lead", "≥10", "mg/kg", NULL, NULL);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  out = judge_values(c, again, 3, NULL);
  g_assert_cmpstr(out.reason_code, ==, "outside-range");
  g_assert_cmpstr(out.value_text, ==, "7");
  lims_verdict_clear(&out);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/values/solutions", test_solutions);
  g_test_add_func("/judge/values/several", test_several);
  g_test_add_func("/judge/values/mean-of-solutions", test_mean_of_solutions);
  g_test_add_func("/judge/values/properties", test_properties);
  g_test_add_func("/judge/values/preparation-property", test_preparation_property);
  g_test_add_func("/judge/values/run-property", test_run_property);
  g_test_add_func("/judge/values/screened-again", test_screened_again);
  g_test_add_func("/judge/values/minimum-again", test_minimum_again);
  return g_test_run();
}
