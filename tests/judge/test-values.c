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
                          .analyte = "lead",
                          .sampled_on = 20260101,
                          .determinations = values,
                          .count = count,
                          .preparation = preparation};
  LimsVerdict out;

  for (guint i = 0; i < count; i++) {
    values[i] = helper_determination(given[i].printed, given[i].unit, given[i].basis, given[i].replicate);
    values[i].id = i + 1;
  }
  lims_judge(c, &input, &out);
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
      p.mass = helper_decimal(SOLUTIONS[i].mass);
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
  Given given[4];
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
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"0.3", "mg/kg", SAMPLE, 1}}, "replicates", "0.3", 0, NULL},
    {{{"0.1", "mg/kg", SAMPLE, 1}, {"0.3", "mg/L", SAMPLE, 2}}, "replicates", "0.3", 0, NULL},
    {{{"0.1", "mg/kg", SAMPLE, 2}}, "at-or-below-limit", "0.1", 1, NULL},
    /* side by side: the least favourable, and how many */
    {{{"0.1", "mg/kg", SAMPLE, 0}, {"0.3", "mg/kg", SAMPLE, 0}, {"0.2", "mg/kg", SAMPLE, 0}},
     "above-limit",
     "0.3",
     2,
     "of 3 values"},
    {{{"0.15", "mg/kg", SAMPLE, 0}, {"ND", "mg/kg", SAMPLE, 0}},
     "at-or-below-limit",
     "0.15",
     1,
     "of 2 values"},
    {{{"0.1", "mg/kg", SAMPLE, 0}, {"x", "mg/kg", SAMPLE, 0}}, "unreadable", "x", 2, "of 2 values"},
    /* what was not measured does not stand beside what was */
    {{{"failed", "mg/kg", SAMPLE, 0}, {"0.1", "mg/kg", SAMPLE, 0}}, "at-or-below-limit", "0.1", 2, NULL},
    {{{"-----", "mg/kg", SAMPLE, 0}, {"failed", "mg/kg", SAMPLE, 0}}, "not-run", "not run", 1, "of 2 values"},
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
    g_assert_true(SEVERAL[i].note || !strstr(out.reason, " values"));
    lims_verdict_clear(&out);
  }
}

/* The mean of solution values goes through the preparation as one number. */
static void test_mean_of_solutions(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();
  static const Given given[] = {{"3.9", "µg/L", SOLUTION, 1}, {"4.1", "µg/L", SOLUTION, 2}};
  LimsPreparation p = {.mass = {5, -1}, .volume = {25, 0}, .dilution = {1, 0}, .id = 9};
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
    LimsPreparation p = {.mass = {mass, -3}, .volume = {volume, 0}, .dilution = {dilution, 0}};
    g_autofree char *printed = lims_decimal_to_string((LimsDecimal){concentration, -2});
    LimsVerdict out = judge_values(c, &(Given){printed, "µg/L", SOLUTION, 0}, 1, &p);
    /* c/100 µg/L · V mL / (m/1000 g) in µg/kg against 200 */
    gboolean exceeds = concentration * volume * dilution * 10 > 200 * mass;

    g_assert_cmpint(out.kind, ==, exceeds ? LIMS_VERDICT_EXCEEDS : LIMS_VERDICT_COMPLIES);
    g_assert_cmpint(lims_decimal_compare(out.value, helper_decimal("0.2")) > 0, ==, exceeds);
    lims_verdict_clear(&out);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/values/solutions", test_solutions);
  g_test_add_func("/judge/values/several", test_several);
  g_test_add_func("/judge/values/mean-of-solutions", test_mean_of_solutions);
  g_test_add_func("/judge/values/properties", test_properties);
  g_test_add_func("/judge/values/preparation-property", test_preparation_property);
  return g_test_run();
}
