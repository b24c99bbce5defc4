/* Kinds of limits against kinds of findings; limits that are given with the value; a set tried as if it were
 * in force; two limits of one food.
 *
 * 不得检出, 不得使用: any detection exceeds. Plans of several sample units (n, c, m, M) are recognised and
 * left undetermined. A finding (positive, negative) is no amount. Limits "as printed" are those of bulletins.
 */
#include "lims/core/error.h"
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();

  helper_add_set(c, "old", "GB 1-2022", 20230630, 20260901, LIMS_DATE_PRODUCTION);
  helper_add_set(c, "new", "GB 1-2025", 20260902, 0, LIMS_DATE_PRODUCTION);
  helper_add_set(c, "local", "DB 7-2020", 20200101, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "old", 1, "lead", "0.3", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 1, "lead", "0.2", "mg/kg", NULL, NULL);
  helper_add_limit(c, "new", 1, "chloramphenicol", "不得检出", "", NULL, NULL);
  helper_add_limit(c, "new", 1, "cadmium", "不得使用", "", NULL, NULL);
  helper_add_limit(c, "new", 1, "ph", "6.5-8.5", "pH", NULL, NULL);
  helper_add_limit(c, "new", 1, "fat", "≥10", "g/100g", NULL, NULL);
  helper_add_limit(c, "new", 1, "tin", "n=5,c=2,m=10,M=100", "CFU/g", NULL, NULL);
  helper_add_limit(c, "new", 1, "moisture", "--", "", NULL, NULL);
  /* one food, one residue, one number; a second set means another sum by it */
  helper_add_limit(c, "new", 3, "carbofuran", "0.1", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran: words", NULL);
  helper_add_limit(c, "local", 3, "carbofuran", "0.1", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran: other words", NULL);
  helper_add_limit(c, "new", 5, "carbofuran", "0.1", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran", NULL);
  helper_add_limit(c, "local", 5, "carbofuran", "0.1", "mg/kg", NULL, NULL);
  helper_seal(c);
  return c;
}

static void check(const char *analyte, const HelperCase *cases, guint count) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, "spinach", analyte, NULL, cases, count);
}
#define CHECK(analyte, cases) check(analyte, cases, G_N_ELEMENTS(cases))

static void test_not_allowed(void) {
  static const HelperCase cases[] = {
      {"chloramphenicol positive -", NULL, NULL, "detected-though-not-allowed", "positive"},
      {"chloramphenicol 阳性 -", NULL, NULL, "detected-though-not-allowed", "positive"},
      {"chloramphenicol negative -", NULL, NULL, "not-detected", "negative"},
      {"chloramphenicol ND -", NULL, NULL, "not-detected", "ND"},
      {"chloramphenicol <0.1 µg/kg", NULL, NULL, "not-detected", "<0.1"},
      {"chloramphenicol 0.0001 µg/kg", NULL, NULL, "detected-though-not-allowed", "0.0001"},
      {"chloramphenicol 0 µg/kg", NULL, NULL, "lod-unknown", "0"},
      {"chloramphenicol -0.1 µg/kg", NULL, NULL, "lod-unknown", "-0.1"},
      {"chloramphenicol <LOQ µg/kg", NULL, NULL, "lod-unknown", "<LOQ"},
      {"chloramphenicol over µg/kg", NULL, NULL, "above-range", NULL},
      /* measured again: a finding stays one */
      {"chloramphenicol positive -; chloramphenicol negative -", NULL, NULL, "detected-though-not-allowed",
       "positive"},
      {"chloramphenicol ND -; chloramphenicol 0.1 µg/kg", NULL, NULL, "detected-though-not-allowed", "0.1"},
      {"chloramphenicol ND -; chloramphenicol <LOQ µg/kg", NULL, NULL, "lod-unknown", "<LOQ"},
  };
  static const HelperCase banned[] = {
      {"cadmium positive -", NULL, NULL, "detected-though-banned", "positive"},
      {"cadmium negative -", NULL, NULL, "not-detected", "negative"},
      {"cadmium 3 µg/L solution", "m=2 V=50", NULL, "detected-though-banned", "0.07500"},
      {"cadmium 3 µg/L solution", NULL, NULL, "needs-preparation", "3"},
  };

  CHECK("chloramphenicol", cases);
  CHECK("cadmium", banned);
}

static void test_numbers_and_findings(void) {
  static const HelperCase cases[] = {
      {"lead positive -", NULL, NULL, "qualitative", NULL, "“positive” is a finding"},
      {"lead negative -", NULL, NULL, "qualitative", NULL},
      {"lead negative -; lead 0.1 mg/kg", NULL, NULL, "qualitative", NULL},
      {"lead positive -; lead 0.3 mg/kg", NULL, NULL, "above-limit", "0.3"},
  };
  static const HelperCase range[] = {
      {"ph 6.5 pH", NULL, NULL, "within-range", NULL},
      {"ph 8.5 pH", NULL, NULL, "within-range", NULL},
      {"ph 6.49 pH", NULL, NULL, "outside-range", NULL},
      {"ph 8.51 pH", NULL, NULL, "outside-range", NULL},
      {"ph 7 pH; ph 8.6 pH", NULL, NULL, "outside-range", "8.6"},
      {"ph 7 pH; ph 6.4 pH", NULL, NULL, "outside-range", "6.4"},
      {"ph ND pH", NULL, NULL, "lod-unknown", NULL},
  };
  static const HelperCase minimum[] = {
      {"fat 10 g/100g", NULL, NULL, "within-range", NULL},
      {"fat 9.99 g/100g", NULL, NULL, "outside-range", NULL},
      {"fat 100 g/kg", NULL, NULL, "within-range", "10.0"},
      {"fat 12 g/100g; fat 9 g/100g", NULL, NULL, "outside-range", "9"},
      {"fat ND g/100g", NULL, NULL, "lod-unknown", NULL},
  };
  static const HelperCase plan[] = {{"tin 3 CFU/g", NULL, NULL, "sampling-plan", "3"},
                                    {"tin 0 CFU/g", NULL, NULL, "sampling-plan", "0"}};
  static const HelperCase other[] = {{"moisture 3 %", NULL, NULL, "limit-not-numeric", "3"},
                                     {"moisture ND %", NULL, NULL, "limit-not-numeric", "ND"}};

  CHECK("lead", cases);
  CHECK("ph", range);
  CHECK("fat", minimum);
  CHECK("tin", plan);
  CHECK("moisture", other);
}

/* ---- given limits ---- */

static void test_given(void) {
  static const struct {
    const char *limit, *value, *code;
  } rows[] = {
      {"≤0.05mg/kg", "lead 50 µg/kg", "at-or-below-limit"},
      {"≤0.05mg/kg", "lead 50.01 µg/kg", "above-limit"},
      {"0.24-0.6 g/kg", "lead 240 mg/kg", "within-range"},
      {"0.24-0.6 g/kg", "lead 239.9 mg/kg", "outside-range"},
      {"0.24-0.6 g/kg", "lead 601 mg/kg", "outside-range"},
      {"≥0.1 g/kg", "lead 99 mg/kg", "outside-range"},
      {"不得检出", "lead positive -", "detected-though-not-allowed"},
      {"不得检出", "lead negative -", "not-detected"},
      {"不得使用", "lead 0.1 mg/kg", "detected-though-banned"},
      {"n=5,c=2,m=10,M=100", "lead 3 mg/kg", "sampling-plan"},
      {"--", "lead 3 mg/kg", "limit-not-numeric"},
      {"≤5 mg/kg", "lead 0.1 mg/L", "unit-mismatch"},
      {"≤5 mg/kg", "lead over mg/kg", "above-range"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(HelperSample) s = helper_sample_new(NULL, rows[i].value, NULL, NULL);
    LimsLimit limit;
    LimsVerdict out;

    g_assert_true(lims_limit_parse(rows[i].limit, "mg/kg", &limit));
    s->input.given_limit = &limit;
    s->input.sampled_on = 0; /* no date chooses, nothing of the catalogue counts */
    helper_sample_judge(s, c, "lead", &out);
    g_test_message("%s, %s: %s", rows[i].limit, rows[i].value, out.reason);
    g_assert_cmpstr(out.reason_code, ==, rows[i].code);
    g_assert_true(out.limit == &limit);
    lims_verdict_clear(&out);
  }
}

/* ---- as if ---- */

static void judge_on(const LimsCatalogue *c, int date, LimsVerdict *out) {
  g_autoptr(HelperSample) s = helper_sample_new("celery", "lead 0.25 mg/kg", NULL, NULL);

  s->input.sampled_on = s->input.produced_on = date;
  helper_sample_judge(s, c, "lead", out);
}

/* The set alone of its standard's editions, at any date and at none; the others as they are. */
static void test_as_if(void) {
  static const struct {
    const char *set;
    int date;
    const char *code;
  } rows[] = {
      {NULL, 20260901, "at-or-below-limit"},
      {NULL, 20260902, "above-limit"},
      {NULL, 20230629, "no-edition"},
      {NULL, 0, "no-date"},
      {"new", 20260901, "above-limit"},
      {"new", 20230629, "above-limit"},
      {"new", 0, "above-limit"},
      {"old", 20260902, "at-or-below-limit"},
      {"old", 0, "at-or-below-limit"},
      {"local", 20260901, "at-or-below-limit"},
      {"local", 20260902, "above-limit"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(LimsCatalogue) view =
        rows[i].set ? lims_catalogue_as_if(c, rows[i].set, NULL) : lims_catalogue_ref(c);
    LimsVerdict out;

    judge_on(view, rows[i].date, &out);
    g_assert_cmpstr(out.reason_code, ==, rows[i].code);
    lims_verdict_clear(&out);
  }
  g_assert_null(lims_catalogue_as_if(c, "none", &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

/* The view keeps what it is made of. */
static void test_view_outlives(void) {
  LimsCatalogue *c = make_catalogue();
  g_autoptr(LimsCatalogue) view = lims_catalogue_as_if(c, "new", NULL);
  LimsVerdict out;

  lims_catalogue_unref(c);
  g_assert_null(lims_catalogue_as_if(view, "old", NULL)); /* of that standard the view has one edition only */
  judge_on(view, 20230101, &out);
  g_assert_cmpstr(out.reason_code, ==, "above-limit");
  lims_verdict_clear(&out);
}

/* ---- two limits of one food ---- */

static void test_one_number_two_residues(void) {
  static const HelperCase same[] = {
      {"carbofuran 0.05 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "at-or-below-limit", NULL},
      {"carbofuran 0.11 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-limit", NULL},
  };
  static const HelperCase differ[] = {
      {"carbofuran 0.11 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "limits-conflict", NULL},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, "spinach", "carbofuran", NULL, same, G_N_ELEMENTS(same));
  helper_check_cases(c, "celery", "carbofuran", NULL, differ, G_N_ELEMENTS(differ));
}

/* ---- numbers that do not fit ---- */

/* Too long to be exact, in each place where a number may stand: undetermined, and no harm done. */
static void test_overflow(void) {
  static const HelperCase cases[] = {
      {"lead 123456789012345678901234567890 µg/L solution", "m=0.123456789012345 V=1234567.89012345", NULL,
       "overflow", NULL},
      {"lead 1e55 mg/kg run=1 rep=1; lead 1e55 mg/kg run=1 rep=2", NULL, NULL, "overflow", NULL},
      {"lead 1e-55 mg/kg run=1 rep=1; lead 1e-55 mg/kg run=1 rep=2", NULL, NULL, "overflow", NULL},
      {"lead 1e55 mg/kg run=1 rep=1; lead 1 mg/kg run=1 rep=2", NULL, NULL, "overflow", NULL},
      {"lead 1e55 mg/kg", NULL, NULL, "above-limit", NULL},
      {"lead 1e-55 mg/kg", NULL, NULL, "at-or-below-limit", NULL},
  };

  CHECK("lead", cases);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/kinds/not-allowed", test_not_allowed);
  g_test_add_func("/judge/kinds/numbers-and-findings", test_numbers_and_findings);
  g_test_add_func("/judge/kinds/given", test_given);
  g_test_add_func("/judge/kinds/as-if", test_as_if);
  g_test_add_func("/judge/kinds/view-outlives", test_view_outlives);
  g_test_add_func("/judge/kinds/one-number-two-residues", test_one_number_two_residues);
  g_test_add_func("/judge/kinds/overflow", test_overflow);
  return g_test_run();
}
