/* Residues that count several compounds together.
 *
 * The definitions are those of GB 2763 (config/catalogue/sets/gb2763-2026.csv) and, for BHC and DDT, of GB
 * 15618-2018 table 2. The factors were worked by hand from IUPAC's abridged standard atomic weights of 2021:
 * H 1.008, C 12.011, N 14.007, O 15.999, F 18.998, P 30.974, S 32.06, Cl 35.45. The values are chosen so that
 * the exact sum is the limit itself: one digit more and it is above.
 */
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

#define FIPRONIL "fipronil + fipronil-desulfinyl + fipronil-sulfone + fipronil-sulfide, as fipronil"

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();

  helper_add_set(c, "pesticides", "GB 2-2026", 20260301, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "pesticides", 1, "carbofuran", "0.5", "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran: words", NULL);
  helper_add_limit(c, "pesticides", 1, "phorate", "0.1", "mg/kg",
                   "phorate + phorate-sulfoxide + phorate-sulfone, as phorate", NULL);
  helper_add_limit(c, "pesticides", 1, "fipronil", "0.02", "mg/kg", FIPRONIL, NULL);
  helper_add_limit(c, "pesticides", 1, "hch-bhc", "0.05", "mg/kg",
                   "alpha-hch + beta-hch + gamma-hch + delta-hch", NULL);
  helper_add_limit(c, "pesticides", 1, "ddt", "0.05", "mg/kg", "p-p-ddt + o-p-ddt + p-p-dde + p-p-ddd", NULL);
  helper_add_limit(c, "pesticides", 1, "imidacloprid", "0.05", "mg/kg",
                   "imidacloprid + imidacloprid-metabolites, as imidacloprid", NULL);
  helper_add_limit(c, "pesticides", 11, "ddt", "0.2", "mg/kg", "p-p-ddt + o-p-ddt + p-p-dde + p-p-ddd",
                   "if not above: fat weight");
  helper_add_limit(c, "pesticides", 11, "carbofuran", "不得检出", "",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran", NULL);
  helper_add_method(c, "TOTAL", "", (LimsMethod){.is_total = TRUE});
  helper_add_method(c, "HALF", "", (LimsMethod){.nd_components = LIMS_ND_HALF_LOD});
  helper_add_method(c, "ROUNDED", "", (LimsMethod){.comparison = LIMS_COMPARE_ROUNDED});
  helper_add_method(c, "1 place", "", (LimsMethod){.rounding = {LIMS_ROUND_PLACES, 1}});
  helper_add_method(c, "LIMITS", "", (LimsMethod){.code = NULL});
  lims_catalogue_add_detection_limit(c,
                                     &(LimsDetectionLimit){.method = "LIMITS",
                                                           .analyte = "p-p-ddt",
                                                           .matrix = "",
                                                           .unit = lims_unit_find("mg/kg"),
                                                           .has_lod = TRUE,
                                                           .lod = {2, -2},
                                                           .has_loq = TRUE,
                                                           .loq = {6, -2}},
                                     NULL);
  helper_seal(c);
  return c;
}

static const LimsPolicy HALF_LOD = {LIMS_COMPARE_FULL, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE,
                                    LIMS_ND_HALF_LOD};
static const LimsPolicy LOD = {LIMS_COMPARE_FULL, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE,
                               LIMS_ND_LOD};

static void check(const char *commodity, const char *analyte, const LimsPolicy *policy,
                  const HelperCase *cases, guint count) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, commodity, analyte, policy, cases, count);
}
#define CHECK(commodity, analyte, policy, cases) check(commodity, analyte, policy, cases, G_N_ELEMENTS(cases))

/* ---- factors ---- */

/* carbofuran 221.256, 3-hydroxycarbofuran 237.255 g/mol: 0.278744 + 0.237255 × 221.256 / 237.255 = 0.5 */
static void test_carbofuran(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.278744 mg/kg; 3-hydroxycarbofuran 0.237255 mg/kg", NULL, NULL, "at-or-below-limit",
       "0.5000", "components not detected count as 0"},
      {"carbofuran 0.278745 mg/kg; 3-hydroxycarbofuran 0.237255 mg/kg", NULL, NULL, "above-limit",
       "0.500001"},
      {"carbofuran 0.278744 mg/kg; 3-hydroxycarbofuran 237.2551 µg/kg", NULL, NULL, "above-limit", NULL},
      {"carbofuran ND -; 3-hydroxycarbofuran 0.5361 mg/kg", NULL, NULL, "at-or-below-limit", "0.4999"},
      {"carbofuran ND -; 3-hydroxycarbofuran 0.5362 mg/kg", NULL, NULL, "above-limit", "0.50004"},
      {"carbofuran ND -; 3-hydroxycarbofuran ND -", NULL, NULL, "not-detected", "ND"},
      {"carbofuran <0.01 mg/kg; 3-hydroxycarbofuran <0.02 mg/kg", NULL, NULL, "not-detected", "<0.01865"},
      /* 0.536152… is the limit over the factor */
      {"carbofuran <0.01 mg/kg; 3-hydroxycarbofuran <0.5361 mg/kg", NULL, NULL, "not-detected", NULL},
      {"carbofuran <0.01 mg/kg; 3-hydroxycarbofuran <0.5362 mg/kg", NULL, NULL, "lod-above-limit", NULL},
      {"carbofuran 0.4 mg/kg; 3-hydroxycarbofuran <0.5362 mg/kg", NULL, NULL, "lod-above-limit", NULL},
      {"carbofuran 0.6 mg/kg; 3-hydroxycarbofuran <0.5362 mg/kg", NULL, NULL, "above-limit", NULL},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
  CHECK("spinach", "3-hydroxycarbofuran", NULL, cases); /* the verdict is the limit's, whoever asks */
}

/* phorate 260.365, its sulfoxide 276.364, its sulfone 292.363: 0.047927 + 2 × 0.0260365 = 0.1 */
static void test_phorate(void) {
  static const HelperCase cases[] = {
      {"phorate 0.047927 mg/kg; phorate-sulfoxide 0.0276364 mg/kg; phorate-sulfone 0.0292363 mg/kg", NULL,
       NULL, "at-or-below-limit", "0.1000"},
      {"phorate 0.047927 mg/kg; phorate-sulfoxide 0.0276365 mg/kg; phorate-sulfone 0.0292363 mg/kg", NULL,
       NULL, "above-limit", NULL},
      {"phorate 0.0479 mg/kg; phorate-sulfone 0.0292363 mg/kg", NULL, NULL, "part-missing", NULL,
       "甲拌磷亚砜 is missing"},
      {"phorate-sulfone 0.2 mg/kg", NULL, NULL, "above-limit", NULL, "already without 甲拌磷, 甲拌磷亚砜"},
  };

  CHECK("spinach", "phorate", NULL, cases);
}

/* fipronil 437.139, desulfinyl 389.080, sulfone 453.138, sulfide 421.140: 0.00688583 + 3 × 0.00437139 = 0.02
 */
static void test_fipronil(void) {
  static const HelperCase cases[] = {
      {"fipronil 6.88583 µg/kg; fipronil-desulfinyl 3.89080 µg/kg; fipronil-sulfone 4.53138 µg/kg; "
       "fipronil-sulfide 4.21140 µg/kg",
       NULL, NULL, "at-or-below-limit", "0.02000"},
      {"fipronil 6.88583 µg/kg; fipronil-desulfinyl 3.89080 µg/kg; fipronil-sulfone 4.53138 µg/kg; "
       "fipronil-sulfide 4.21141 µg/kg",
       NULL, NULL, "above-limit", NULL},
      {"fipronil ND -; fipronil-desulfinyl ND -; fipronil-sulfone 0.0208 mg/kg; fipronil-sulfide ND -", NULL,
       NULL, "above-limit", "0.02007"},
  };

  CHECK("spinach", "fipronil", NULL, cases);
}

static void test_plain_sums(void) {
  static const HelperCase bhc[] = {
      {"alpha-hch 0.01 mg/kg; beta-hch 0.02 mg/kg; gamma-hch 15 µg/kg; delta-hch 0.005 mg/kg", NULL, NULL,
       "at-or-below-limit", "0.05000"},
      {"alpha-hch 0.01 mg/kg; beta-hch 0.02 mg/kg; gamma-hch 15.1 µg/kg; delta-hch 0.005 mg/kg", NULL, NULL,
       "above-limit", "0.05010"},
      {"hch-bhc 0.04 mg/kg", NULL, NULL, "at-or-below-limit", "0.04"},
      {"hch-bhc 0.06 mg/kg", NULL, NULL, "above-limit", "0.06"},
      {"alpha-hch 0.01 mg/kg; beta-hch 0.02 mg/kg; gamma-hch 0.01 mg/kg", NULL, NULL, "part-missing",
       "0.04000", "δ-六六六 is missing"},
  };
  static const HelperCase ddt[] = {
      {"p-p-ddt 0.0125 mg/kg; o-p-ddt 0.0125 mg/kg; p-p-dde 0.0125 mg/kg; p-p-ddd 0.0125 mg/kg", NULL, NULL,
       "at-or-below-limit", "0.05000"},
      {"p-p-ddt 0.0125 mg/kg; o-p-ddt 0.0125 mg/kg; p-p-dde 0.0126 mg/kg; p-p-ddd 0.0125 mg/kg", NULL, NULL,
       "above-limit", "0.05010"},
  };

  CHECK("spinach", "hch-bhc", NULL, bhc);
  CHECK("spinach", "ddt", NULL, ddt);
}

/* No molar mass is known of the metabolites. */
static void test_unknown_factor(void) {
  static const HelperCase cases[] = {
      {"imidacloprid 0.02 mg/kg; imidacloprid-metabolites 0.001 mg/kg", NULL, NULL, "factor-unknown", NULL,
       "吡虫啉代谢物 was found"},
      {"imidacloprid 0.06 mg/kg; imidacloprid-metabolites 0.001 mg/kg", NULL, NULL, "above-limit", NULL},
      {"imidacloprid 0.02 mg/kg; imidacloprid-metabolites ND -", NULL, NULL, "at-or-below-limit", NULL},
  };
  static const HelperCase lod[] = {
      {"imidacloprid 0.02 mg/kg; imidacloprid-metabolites <0.001 mg/kg", NULL, NULL, "factor-unknown", NULL},
  };

  CHECK("spinach", "imidacloprid", NULL, cases);
  CHECK("spinach", "imidacloprid", &LOD, lod);
}

/* ---- where components come from ---- */

/* One of the sample, one of a digest with a preparation of its own, one of a digest with the sample's. */
static void test_bases(void) {
  static const HelperCase cases[] = {
      /* 1 µg/L × 50 mL / 2 g = 25 µg/kg; 2 µg/L × 10 mL × 5 / 4 g = 25 µg/kg */
      {"phorate 0.047927 mg/kg; phorate-sulfoxide 1.105456 µg/L solution; phorate-sulfone 2.338904 µg/L "
       "solution",
       "of=phorate-sulfoxide m=2 V=50; m=4 V=10 f=5", NULL, "at-or-below-limit", "0.1000",
       "c = 1.105456 µg/L"},
      {"phorate 0.047927 mg/kg; phorate-sulfoxide 1.105457 µg/L solution; phorate-sulfone 2.338904 µg/L "
       "solution",
       "of=phorate-sulfoxide m=2 V=50; m=4 V=10 f=5", NULL, "above-limit", NULL},
      {"phorate 0.04 mg/kg; phorate-sulfoxide 1 µg/L solution; phorate-sulfone 2 µg/L solution",
       "of=phorate-sulfoxide m=2 V=50", NULL, "needs-preparation", NULL, "甲拌磷砜"},
      {"phorate 0.04 mg/kg; phorate-sulfoxide 0.01 mg/kg; phorate-sulfone 0.01 mg/L", NULL, NULL,
       "unit-mismatch", NULL, "甲拌磷砜"},
      {"phorate 0.11 mg/kg; phorate-sulfoxide 0.01 mg/kg; phorate-sulfone 0.01 mg/L", NULL, NULL,
       "above-limit", "0.1194", "already without 甲拌磷砜"},
      /* replicates are averaged before they are added, the LOD of a digest is prepared as well */
      {"phorate 0.05 mg/kg run=1 rep=1; phorate 0.07 mg/kg run=1 rep=2; phorate-sulfoxide <1 µg/L solution; "
       "phorate-sulfone ND -",
       "m=2 V=50", NULL, "at-or-below-limit", "0.06000"},
  };

  CHECK("spinach", "phorate", NULL, cases);
}

/* Several runs of a component: the least favourable counts, and one that cannot be compared leaves it open
 * whether it came first or last. */
static void test_runs_of_components(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.1 mg/kg; carbofuran 0.3 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL,
       "at-or-below-limit", "0.3000"},
      {"carbofuran 0.6 mg/kg; carbofuran 0.3 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-limit",
       "0.6000"},
      {"carbofuran 0.1 mg/kg; carbofuran failed mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL,
       "at-or-below-limit", "0.1000"},
      {"carbofuran 0.1 mg/kg; carbofuran over mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-range",
       NULL, "克百威"},
      {"carbofuran over mg/kg; carbofuran 0.1 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-range",
       NULL},
      {"carbofuran 0.1 mg/kg; carbofuran 0.9 mg/L; 3-hydroxycarbofuran ND -", NULL, NULL, "unit-mismatch",
       NULL},
      {"carbofuran 0.9 mg/L; carbofuran 0.1 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "unit-mismatch",
       NULL},
      {"carbofuran 0.6 mg/kg; carbofuran over mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-limit",
       NULL},
      {"carbofuran 0.1 mg/kg; carbofuran 0.1 µg/L solution; 3-hydroxycarbofuran ND -", NULL, NULL,
       "needs-preparation", NULL},
      {"carbofuran 0.1 mg/kg; carbofuran positive -; 3-hydroxycarbofuran ND -", NULL, NULL, "qualitative",
       NULL, "“positive” is a finding"},
      /* nobody measured one; what could be compared of the other cannot */
      {"carbofuran over mg/kg", NULL, NULL, "above-range", NULL},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
}

/* The noise of a blank takes nothing away from what was found. */
static void test_negative_component(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.51 mg/kg; 3-hydroxycarbofuran -0.1 mg/kg", NULL, NULL, "above-limit", NULL},
      {"carbofuran 0.49 mg/kg; 3-hydroxycarbofuran -0.1 mg/kg", NULL, NULL, "at-or-below-limit", NULL},
      {"carbofuran -0.01 mg/kg; 3-hydroxycarbofuran -0.01 mg/kg", NULL, NULL, "at-or-below-limit", NULL},
      {"carbofuran 0.1 mg/kg; 3-hydroxycarbofuran -90 mg/kg", NULL, NULL, "negative", NULL},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
}

/* ---- what was not detected ---- */

/* 0.42 found and a LOD of 0.1: 0.42, 0.47 or 0.52 against 0.5; the LOD counts by its factor. */
static void test_policies(void) {
  static const HelperCase zero[] = {
      {"carbofuran <0.1 mg/kg; carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.08 mg/kg", NULL, NULL,
       "at-or-below-limit", "0.4200", "count as 0"},
  };
  static const HelperCase half[] = {
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.171 mg/kg", NULL, NULL, "at-or-below-limit", "0.4997",
       "count as LOD/2"},
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.172 mg/kg", NULL, NULL, "above-limit", "0.5002"},
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "lod-unknown", NULL, "3-羟基克百威"},
      {"carbofuran 0.51 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL, "above-limit", NULL},
      /* nothing was found: nothing exceeds, and no number is shown */
      {"carbofuran <0.3 mg/kg; 3-hydroxycarbofuran <0.3 mg/kg", NULL, NULL, "not-detected", "<0.3000"},
  };
  static const HelperCase lod[] = {
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.0857 mg/kg", NULL, NULL, "at-or-below-limit", "0.4999",
       "count as LOD"},
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.0858 mg/kg", NULL, NULL, "above-limit", "0.50001"},
      {"carbofuran ND -; 3-hydroxycarbofuran ND -", NULL, NULL, "lod-unknown", NULL},
      {"carbofuran <0.1 mg/kg; 3-hydroxycarbofuran <0.1 mg/kg", NULL, NULL, "not-detected", "<0.1933"},
      {"carbofuran <0.3 mg/kg; 3-hydroxycarbofuran <0.3 mg/kg", NULL, NULL, "lod-above-limit", "<0.5798"},
      /* a LOD above the limit says nothing: it cannot make an exceedance either */
      {"carbofuran 0.1 mg/kg; 3-hydroxycarbofuran <9 mg/kg", NULL, NULL, "lod-above-limit", NULL},
      {"carbofuran 0.6 mg/kg; 3-hydroxycarbofuran <9 mg/kg", NULL, NULL, "above-limit", "0.6000"},
  };

  CHECK("spinach", "carbofuran", NULL, zero);
  CHECK("spinach", "carbofuran", &HALF_LOD, half);
  CHECK("spinach", "carbofuran", &LOD, lod);
}

/* A method's own policy stands before the laboratory's, and the rule names the one that counted. */
static void test_policy_of_method(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.42 mg/kg; 3-hydroxycarbofuran <0.172 mg/kg by=HALF", NULL, NULL, "above-limit", "0.5002",
       "count as LOD/2"},
      {"carbofuran 0.42 mg/kg by=HALF; 3-hydroxycarbofuran <0.171 mg/kg by=HALF", NULL, NULL,
       "at-or-below-limit", "0.4997", "count as LOD/2"},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
}

/* Detected, and how much below its LOQ is not known: no pass. */
static void test_below_loq(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.1 mg/kg; 3-hydroxycarbofuran <LOQ -", NULL, NULL, "below-loq-no-number", NULL},
      {"carbofuran 0.6 mg/kg; 3-hydroxycarbofuran <LOQ -", NULL, NULL, "above-limit", NULL},
      {"carbofuran <0.1 mg/kg; carbofuran <LOQ -; 3-hydroxycarbofuran ND -", NULL, NULL,
       "below-loq-no-number", NULL},
  };
  /* LOD 0.02, LOQ 0.06, limit 0.05 */
  static const HelperCase ddt[] = {
      {"p-p-ddt 0.019 mg/kg by=LIMITS; o-p-ddt ND -; p-p-dde ND -; p-p-ddd ND -", NULL, NULL, "not-detected",
       "<0.02000"},
      {"p-p-ddt 0.03 mg/kg by=LIMITS; o-p-ddt ND -; p-p-dde ND -; p-p-ddd ND -", NULL, NULL,
       "lod-above-limit", NULL},
      {"p-p-ddt 0.03 mg/kg by=LIMITS; o-p-ddt 0.03 mg/kg; p-p-dde ND -; p-p-ddd ND -", NULL, NULL,
       "above-limit", "0.06000"},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
  CHECK("spinach", "ddt", NULL, ddt);
}

/* ---- the whole reported beside its components ---- */

static void test_totals(void) {
  static const HelperCase carbofuran[] = {
      {"carbofuran 0.3 mg/kg by=TOTAL", NULL, NULL, "at-or-below-limit", "0.3"},
      {"carbofuran 0.6 mg/kg by=TOTAL", NULL, NULL, "above-limit", "0.6"},
      /* its total and its components are not added */
      {"carbofuran 0.3 mg/kg by=TOTAL; carbofuran 0.2 mg/kg; 3-hydroxycarbofuran 0.1 mg/kg", NULL, NULL,
       "at-or-below-limit", "0.3"},
      {"carbofuran 0.3 mg/kg by=TOTAL; 3-hydroxycarbofuran 0.3 mg/kg", NULL, NULL, "at-or-below-limit",
       "0.3"},
      {"carbofuran 0.3 mg/kg by=TOTAL; 3-hydroxycarbofuran 0.6 mg/kg", NULL, NULL, "above-limit", "0.5595"},
      {"carbofuran 0.6 mg/kg by=TOTAL; carbofuran 0.2 mg/kg; 3-hydroxycarbofuran 0.1 mg/kg", NULL, NULL,
       "above-limit", "0.6"},
      {"carbofuran failed mg/kg by=TOTAL; carbofuran 0.2 mg/kg; 3-hydroxycarbofuran ND -", NULL, NULL,
       "at-or-below-limit", "0.2000", "1 more gave no measurement"},
      /* a component that was measured and cannot be compared is no component that is missing */
      {"carbofuran 0.3 mg/kg by=TOTAL; 3-hydroxycarbofuran over mg/kg", NULL, NULL, "above-range", NULL},
      {"carbofuran 0.3 mg/kg by=TOTAL; carbofuran 0.2 mg/kg; 3-hydroxycarbofuran 0.1 mg/L", NULL, NULL,
       "unit-mismatch", NULL},
  };
  static const HelperCase ddt[] = {
      {"ddt 0.04 mg/kg; p-p-ddt 0.03 mg/kg; p-p-dde 0.01 mg/kg", NULL, NULL, "at-or-below-limit", "0.04"},
      {"ddt 0.04 mg/kg; p-p-ddt 0.03 mg/kg; p-p-dde 0.03 mg/kg", NULL, NULL, "above-limit", "0.06000"},
      {"ddt ND -; p-p-ddt 0.03 mg/kg; p-p-dde ND -; o-p-ddt ND -; p-p-ddd ND -", NULL, NULL,
       "at-or-below-limit", "0.03000"},
  };

  CHECK("spinach", "carbofuran", NULL, carbofuran);
  CHECK("spinach", "ddt", NULL, ddt);
}

/* ---- rules beside the sum ---- */

/* What lies below by rounding is not the whole for it. */
static void test_rounded(void) {
  static const HelperCase cases[] = {
      {"p-p-ddt 0.0504 mg/kg by=ROUNDED", NULL, NULL, "part-missing", NULL},
      {"p-p-ddt 0.0504 mg/kg by=ROUNDED; o-p-ddt ND -; p-p-dde ND -; p-p-ddd ND -", NULL, NULL,
       "at-or-below-limit", "0.05", "rounded value"},
      {"p-p-ddt 0.0551 mg/kg by=ROUNDED", NULL, NULL, "above-limit", "0.06"},
  };

  CHECK("spinach", "ddt", NULL, cases);
}

/* GB 2763: DDT in meat counts in the fat; limit 0.2. */
static void test_in_the_fat(void) {
  static const HelperCase cases[] = {
      {"p-p-ddt 0.01 mg/kg; o-p-ddt 0.01 mg/kg; p-p-dde ND -; p-p-ddd ND -", NULL, "fat=10",
       "at-or-below-limit", "0.2000"},
      {"p-p-ddt 0.0101 mg/kg; o-p-ddt 0.01 mg/kg; p-p-dde ND -; p-p-ddd ND -", NULL, "fat=10", "above-limit",
       "0.2010"},
      {"p-p-ddt 0.0201 mg/kg", NULL, "fat=10", "above-limit", "0.2010", "already without o,p'-滴滴涕"},
      {"p-p-ddt 0.02 mg/kg", NULL, "fat=10", "part-missing", "0.2000"},
      {"p-p-ddt 0.02 mg/kg; o-p-ddt ND -; p-p-dde ND -; p-p-ddd ND -", NULL, NULL, "condition", NULL},
      /* a LOD of 0.05 is 0.5 in the fat */
      {"p-p-ddt 0.01 mg/kg; o-p-ddt <0.05 mg/kg; p-p-dde ND -; p-p-ddd ND -", NULL, "fat=10",
       "lod-above-limit", NULL},
      {"p-p-ddt <0.05 mg/kg; o-p-ddt ND -; p-p-dde ND -; p-p-ddd ND -", NULL, "fat=10", "lod-above-limit",
       "<0.5000"},
  };

  CHECK("carp", "ddt", NULL, cases);
}

/* 不得检出 of a residue: any of it, in whatever unit, and without waiting for the rest. */
static void test_not_allowed(void) {
  static const HelperCase cases[] = {
      {"carbofuran ND -; 3-hydroxycarbofuran ND -", NULL, NULL, "not-detected", "ND"},
      {"carbofuran <0.01 mg/kg; 3-hydroxycarbofuran <0.01 mg/kg", NULL, NULL, "not-detected", NULL},
      {"carbofuran <0.01 mg/kg; 3-hydroxycarbofuran 0.02 mg/kg", NULL, NULL, "detected-though-not-allowed",
       NULL},
      {"3-hydroxycarbofuran 0.02 mg/kg", NULL, NULL, "detected-though-not-allowed", NULL,
       "already without 克百威"},
      {"carbofuran ND -", NULL, NULL, "part-missing", NULL},
      {"carbofuran ND -; 3-hydroxycarbofuran <LOQ -", NULL, NULL, "below-loq-no-number", NULL},
      {"carbofuran 20 µg/kg; 3-hydroxycarbofuran 0.237255 mg/kg", NULL, NULL, "detected-though-not-allowed",
       "0.2413"},
  };

  CHECK("carp", "carbofuran", NULL, cases);
  CHECK("carp", "carbofuran", &LOD, cases);
}

/* ---- order ---- */

#define COMPONENTS 4

/* Components that come one after the other, in every order: what stands at the end is one and the same; on
 * the way nothing complies, and what exceeds goes on doing so. */
static void arrive(const LimsCatalogue *c, const char *const *values, const guint *order) {
  g_autoptr(GString) text = g_string_new(NULL);
  gboolean exceeded = FALSE;

  for (guint i = 0; i < COMPONENTS; i++) {
    g_autoptr(HelperSample) sample = NULL;
    LimsVerdict out;

    g_string_append_printf(text, "%s%s", i ? "; " : "", values[order[i]]);
    sample = helper_sample_new("spinach", text->str, NULL, NULL);
    helper_sample_judge(sample, c, "fipronil", &out);
    g_assert_true(i == COMPONENTS - 1 || out.kind != LIMS_VERDICT_COMPLIES);
    g_assert_true(!exceeded || out.kind == LIMS_VERDICT_EXCEEDS);
    exceeded = out.kind == LIMS_VERDICT_EXCEEDS;
    if (i == COMPONENTS - 1) {
      g_assert_cmpstr(out.value_text, ==, "0.02000002");
      g_assert_cmpstr(out.subject, ==, "fipronil");
      g_assert_cmpint(out.parts->len, ==, COMPONENTS);
    }
    lims_verdict_clear(&out);
  }
  g_assert_true(exceeded);
}

static void test_order_of_arrival(void) {
  static const char *const values[COMPONENTS] = {
      "fipronil 6.88585 µg/kg", "fipronil-desulfinyl 3.89080 µg/kg", "fipronil-sulfone 4.53138 µg/kg",
      "fipronil-sulfide 4.21140 µg/kg"};
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < COMPONENTS * COMPONENTS * COMPONENTS * COMPONENTS; i++) {
    guint order[COMPONENTS] = {i % 4, i / 4 % 4, i / 16 % 4, i / 64};
    guint seen = 1u << order[0] | 1u << order[1] | 1u << order[2] | 1u << order[3];

    if (seen == 0xf)
      arrive(c, values, order);
  }
}

/* Two digests weighed in and made up each its own way, of duplicates, and four molar masses: the sum stays
 * exact. What would not fit is left undetermined, never rounded. */
static void test_stays_exact(void) {
  static const HelperCase cases[] = {
      {"fipronil 1.0371 µg/L solution run=1 rep=1; fipronil 1.0373 µg/L solution run=1 rep=2; "
       "fipronil-desulfinyl 0.1117 µg/L solution run=2 rep=1; fipronil-desulfinyl 0.1119 µg/L solution run=2 "
       "rep=2; fipronil-sulfone 0.2111 µg/L solution; fipronil-sulfide 0.3127 µg/L solution",
       "of=fipronil m=5.0123 V=50; m=5.0237 V=25 f=2", NULL, "at-or-below-limit", "0.01685"},
  };

  CHECK("spinach", "fipronil", NULL, cases);
}

/* Rounded once, after the sum: the steps show what was added. */
static void test_steps(void) {
  static const HelperCase cases[] = {
      {"carbofuran 0.53 mg/kg by=1_place; 3-hydroxycarbofuran ND - by=1_place", NULL, NULL, "above-limit",
       NULL, ": 0.53 mg/kg × 1"},
  };

  CHECK("spinach", "carbofuran", NULL, cases);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/sum/carbofuran", test_carbofuran);
  g_test_add_func("/judge/sum/phorate", test_phorate);
  g_test_add_func("/judge/sum/fipronil", test_fipronil);
  g_test_add_func("/judge/sum/plain", test_plain_sums);
  g_test_add_func("/judge/sum/unknown-factor", test_unknown_factor);
  g_test_add_func("/judge/sum/bases", test_bases);
  g_test_add_func("/judge/sum/runs-of-components", test_runs_of_components);
  g_test_add_func("/judge/sum/negative-component", test_negative_component);
  g_test_add_func("/judge/sum/policies", test_policies);
  g_test_add_func("/judge/sum/policy-of-method", test_policy_of_method);
  g_test_add_func("/judge/sum/below-loq", test_below_loq);
  g_test_add_func("/judge/sum/totals", test_totals);
  g_test_add_func("/judge/sum/rounded", test_rounded);
  g_test_add_func("/judge/sum/in-the-fat", test_in_the_fat);
  g_test_add_func("/judge/sum/not-allowed", test_not_allowed);
  g_test_add_func("/judge/sum/order-of-arrival", test_order_of_arrival);
  g_test_add_func("/judge/sum/stays-exact", test_stays_exact);
  g_test_add_func("/judge/sum/steps", test_steps);
  return g_test_run();
}
