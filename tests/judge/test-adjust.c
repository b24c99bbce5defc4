/* Value and limit on one basis: dry weight, fat, dehydration; a total before its species; what a limit waits
 * for. Each edge with numbers that meet it exactly.
 *
 * GB 2762-2025: 3.4 (dry weight, brown rice), 3.5 (dried products by their dehydration factor, from analysis,
 * the producer or other data; below the fresh limit a dried product complies), tables 3 and 4, notes (total
 * mercury before methylmercury, total arsenic before inorganic arsenic), tin in tin-plate only.
 */
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();

  helper_add_set(c, "set", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  helper_add_limit(c, "set", 20, "lead", "0.5", "mg/kg", NULL, "if not above: dry weight");
  helper_add_limit(c, "set", 20, "cadmium", "0.05", "mg/kg", NULL, "if above: dehydration");
  helper_add_limit(c, "set", 20, "ddt", "3", "mg/kg", NULL, "if not above: fat weight");
  helper_add_limit(c, "set", 20, "total-arsenic", "0.5", "mg/kg", NULL,
                   "if above: dehydration; if above: species inorganic-arsenic");
  helper_add_limit(c, "set", 20, "inorganic-arsenic", "0.5", "mg/kg", NULL, "if above: dehydration");
  helper_add_limit(c, "set", 3, "lead", "0.5", "mg/kg", NULL, "dry weight");
  helper_add_limit(c, "set", 10, "total-arsenic", "0.5", "mg/kg", NULL,
                   "if above: species inorganic-arsenic");
  helper_add_limit(c, "set", 10, "inorganic-arsenic", "0.5", "mg/kg", NULL, NULL);
  helper_add_limit(c, "set", 10, "mercury", "0.5", "mg/kg", NULL, "if above: species methylmercury");
  helper_add_limit(c, "set", 10, "methylmercury", "0.5", "mg/kg", NULL, NULL);
  helper_add_limit(c, "set", 5, "cadmium", "0.2", "mg/kg", NULL, "part = brown-rice");
  helper_add_limit(c, "set", 5, "tin", "250", "mg/kg", NULL, "if above: packing = tin-plate");
  helper_add_limit(c, "set", 5, "lead", "0.2", "mg/kg", NULL, "temporary");
  helper_add_limit(c, "set", 5, "mercury", "0.02", "mg/kg", NULL, "if above: what nobody can look up");
  helper_add_method(c, "DRY", "(c - c0) * V * f / (m * (1 - w / 100))", (LimsMethod){.code = NULL});
  helper_add_method(c, "ROUNDED", "", (LimsMethod){.comparison = LIMS_COMPARE_ROUNDED});
  helper_add_method(c, "GUARDED", "",
                    (LimsMethod){.decision = LIMS_DECIDE_GUARD_BAND, .uncertainty = {20, 0}});
  helper_add_method(c, "LOQ", "", (LimsMethod){.code = NULL});
  lims_catalogue_add_detection_limit(c,
                                     &(LimsDetectionLimit){.method = "LOQ",
                                                           .analyte = "cadmium",
                                                           .matrix = "",
                                                           .unit = lims_unit_find("mg/kg"),
                                                           .has_loq = TRUE,
                                                           .loq = {1, -1}},
                                     NULL);
  helper_seal(c);
  return c;
}

static void check(const char *commodity, const char *analyte, const HelperCase *cases, guint count) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, commodity, analyte, NULL, cases, count);
}
#define CHECK(commodity, analyte, cases) check(commodity, analyte, cases, G_N_ELEMENTS(cases))

/* ---- dry weight ---- */

/* 0.45 at 10 % of moisture is 0.5 on dry weight. */
static void test_dry_weight(void) {
  static const HelperCase cases[] = {
      {"lead 0.45 mg/kg", NULL, "moisture=10", "at-or-below-limit", "0.5000",
       "on dry weight: divided by 0.9"},
      {"lead 0.4500001 mg/kg", NULL, "moisture=10", "above-limit", "0.5000001"},
      {"lead 0.06 mg/kg", NULL, "moisture=88", "at-or-below-limit", "0.5000"},
      {"lead 0.06001 mg/kg", NULL, "moisture=88", "above-limit", NULL},
      {"lead 0.45 mg/kg", NULL, NULL, "condition", "0.45", "the moisture"},
      {"lead 0.51 mg/kg", NULL, NULL, "above-limit", "0.51"}, /* as it is; on dry weight all the more */
      /* determined: the mean before its replicates, of two runs the drier basis */
      {"lead 0.45 mg/kg; moisture 10 %", NULL, NULL, "at-or-below-limit", "0.5000"},
      {"lead 0.45 mg/kg; moisture 10 g/100g", NULL, NULL, "at-or-below-limit", "0.5000"},
      {"lead 0.45 mg/kg; moisture 10 % run=2 rep=0; moisture 9 % run=2 rep=1; moisture 11 % run=2 rep=2",
       NULL, NULL, "at-or-below-limit", "0.5000"},
      {"lead 0.45 mg/kg; moisture 9 % run=2 rep=1; moisture 11 % run=2 rep=2", NULL, NULL,
       "at-or-below-limit", "0.5000"},
      {"lead 0.45 mg/kg; moisture 10 %; moisture 10.1 %", NULL, NULL, "above-limit", NULL},
      {"lead 0.45 mg/kg; moisture 10.1 %; moisture failed %", NULL, NULL, "above-limit", NULL},
      {"lead 0.45 mg/kg; moisture 11 %", NULL, "moisture=10", "at-or-below-limit", "0.5000"}, /* said */
      {"lead 0.45 mg/kg", "m=1 V=1 w=10", "moisture=80", "at-or-below-limit", "0.5000"}, /* of this portion */
      {"lead 0.45 mg/kg", "m=1 V=1 w=11", "moisture=10", "above-limit", NULL},
      /* no sample has that moisture: nothing is known */
      {"lead 0.45 mg/kg; moisture 100 %", NULL, NULL, "condition", "0.45"},
      {"lead 0.45 mg/kg; moisture -12 %", NULL, NULL, "condition", "0.45"},
      {"lead 0.45 mg/kg; moisture 10 mg/kg", NULL, NULL, "condition", "0.45"},
      /* a LOD is one on dry weight, too */
      {"lead <0.06 mg/kg", NULL, "moisture=88", "not-detected", "<0.5000"},
      {"lead <0.07 mg/kg", NULL, "moisture=88", "lod-above-limit", NULL},
      {"lead <0.07 mg/kg", NULL, NULL, "condition", NULL},
      {"lead ND -", NULL, NULL, "not-detected", "ND"},
  };

  CHECK("fungus", "lead", cases);
}

/* A condition without a side matters on both. */
static void test_dry_weight_on_both_sides(void) {
  static const HelperCase cases[] = {
      {"lead 0.9 mg/kg", NULL, NULL, "condition", NULL},
      {"lead 0.1 mg/kg", NULL, NULL, "condition", NULL},
      {"lead 0.45 mg/kg", NULL, "moisture=10", "at-or-below-limit", "0.5000"},
      {"lead 0.46 mg/kg", NULL, "moisture=10", "above-limit", NULL},
  };

  CHECK("spinach", "lead", cases);
}

/* A method whose formula takes the water out gives dry weight: it is not taken out twice. */
static void test_dry_by_formula(void) {
  static const HelperCase cases[] = {
      /* 9 µg/L × 50 mL / (1 g × 0.9) = 0.5 mg/kg dry */
      {"lead 9 µg/L solution by=DRY", "m=1 V=50 w=10", NULL, "at-or-below-limit", "0.5000", "on dry weight"},
      {"lead 9.001 µg/L solution by=DRY", "m=1 V=50 w=10", NULL, "above-limit", NULL},
      {"lead 9 µg/L solution by=DRY", "m=1 V=50", "moisture=10", "at-or-below-limit", "0.5000", "w = 10 %"},
      {"lead 9 µg/L solution by=DRY", "m=1 V=50", NULL, "needs-moisture", NULL},
      {"lead 9 µg/L solution", "m=1 V=50 w=10", NULL, "at-or-below-limit", "0.5000", "divided by 0.9"},
  };

  CHECK("fungus", "lead", cases);
}

/* ---- fat ---- */

static void test_fat_weight(void) {
  static const HelperCase cases[] = {
      {"ddt 0.3 mg/kg", NULL, "fat=10", "at-or-below-limit", "3.000", "in the fat: divided by 0.1"},
      {"ddt 0.3001 mg/kg", NULL, "fat=10", "above-limit", "3.001"},
      {"ddt 0.3 mg/kg", NULL, NULL, "condition", NULL, "the fat content"},
      {"ddt 3.1 mg/kg", NULL, NULL, "above-limit", "3.1"},
      {"ddt 0.3 mg/kg; fat 10 %", NULL, NULL, "at-or-below-limit", "3.000"},
      {"ddt 0.3 mg/kg; fat 10 g/100g; fat 9.9 g/100g", NULL, NULL, "above-limit", NULL},
      {"ddt 0.3 mg/kg; fat 150 %", NULL, NULL, "condition", NULL}, /* would have made 0.2 of it */
      {"ddt 0.3 mg/kg; fat 0 %", NULL, NULL, "condition", NULL},
      {"ddt 3 mg/kg", NULL, "fat=100", "at-or-below-limit", "3.000"},
      {"ddt <0.3 mg/kg", NULL, "fat=10", "not-detected", "<3.000"},
      {"ddt <0.31 mg/kg", NULL, "fat=10", "lod-above-limit", NULL},
  };

  CHECK("fungus", "ddt", cases);
}

/* ---- dehydration ---- */

/* 0.05 fresh, times 4.2 is 0.21. */
static void test_dehydration(void) {
  static const HelperCase cases[] = {
      {"cadmium 0.05 mg/kg", NULL, NULL, "at-or-below-limit", "0.05"}, /* 3.5: below the fresh food's */
      {"cadmium 0.0501 mg/kg", NULL, NULL, "condition", "0.0501", "factor of dehydration"},
      {"cadmium 0.21 mg/kg", NULL, "dehydration-factor=4.2", "at-or-below-limit", "0.21",
       "× 4.2 (dehydration)"},
      {"cadmium 0.2100001 mg/kg", NULL, "dehydration-factor=4.2", "above-limit", "0.2100001"},
      {"cadmium 0.05 mg/kg", NULL, "dehydration-factor=1", "at-or-below-limit", NULL},
      {"cadmium 0.0501 mg/kg", NULL, "dehydration-factor=1", "above-limit", NULL},
      /* (100 - 16) / (100 - 80) = 4.2 */
      {"cadmium 0.21 mg/kg", NULL, "moisture=16; fresh-moisture=80", "at-or-below-limit", NULL},
      {"cadmium 0.2101 mg/kg", NULL, "moisture=16; fresh-moisture=80", "above-limit", NULL},
      {"cadmium 0.21 mg/kg; moisture 16 %", NULL, "fresh-moisture=80", "at-or-below-limit", NULL},
      {"cadmium 0.21 mg/kg", NULL, "fresh-moisture=80", "condition", NULL},
      /* the producer's factor before the one that follows from moistures */
      {"cadmium 0.21 mg/kg", NULL, "dehydration-factor=4; moisture=16; fresh-moisture=80", "above-limit",
       NULL},
      /* drying does not add water: the two are mixed up, the factor is not known */
      {"cadmium 0.06 mg/kg", NULL, "moisture=80; fresh-moisture=16", "condition", NULL},
      /* what cannot show that the fresh food's limit is kept can show it of the higher one */
      {"cadmium <0.21 mg/kg", NULL, "dehydration-factor=4.2", "not-detected", "<0.21"},
      {"cadmium <0.22 mg/kg", NULL, "dehydration-factor=4.2", "lod-above-limit", NULL},
      {"cadmium 0.045 mg/kg by=GUARDED", NULL, NULL, "within-guard-band", NULL},
      {"cadmium 0.045 mg/kg by=GUARDED", NULL, "dehydration-factor=4.2", "at-or-below-limit", NULL},
      {"cadmium 0.175 mg/kg by=GUARDED", NULL, "dehydration-factor=4.2", "at-or-below-limit", NULL},
      {"cadmium 0.176 mg/kg by=GUARDED", NULL, "dehydration-factor=4.2", "within-guard-band", NULL},
      {"cadmium 0.06 mg/kg by=LOQ", NULL, "dehydration-factor=4.2", "at-or-below-limit", NULL},
      {"cadmium 0.06 mg/kg by=LOQ", NULL, "dehydration-factor=1.9", "lod-above-limit", NULL},
      {"cadmium 0.15 mg/kg by=LOQ", NULL, "dehydration-factor=4.2", "at-or-below-limit", NULL},
      /* rounded to the limit's last place, then against the limit times its factor */
      {"cadmium 0.214 mg/kg by=ROUNDED", NULL, "dehydration-factor=4.2", "at-or-below-limit", "0.21"},
      {"cadmium 0.216 mg/kg by=ROUNDED", NULL, "dehydration-factor=4.2", "above-limit", "0.22"},
  };

  CHECK("fungus", "cadmium", cases);
}

static void test_dehydrated_limit_is_shown(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();
  g_autoptr(HelperSample) s =
      helper_sample_new("fungus", "cadmium 0.22 mg/kg", NULL, "dehydration-factor=4.2");
  LimsVerdict out;

  helper_sample_judge(s, c, "cadmium", &out);
  g_assert_cmpstr(out.limit_used, ==, "0.21");
  g_assert_cmpstr(out.factor, ==, "1.048"); /* 0.22 / 0.21 */
  g_assert_cmpstr(out.limit->text, ==, "0.05");
  lims_verdict_clear(&out);
}

/* ---- a total before its species ---- */

typedef struct {
  const char *commodity, *values, *facts, *analyte, *code, *subject, *value;
} SpeciesCase;

static const SpeciesCase SPECIES[] = {
    {"carp", "total-arsenic 0.5 mg/kg", NULL, "total-arsenic", "at-or-below-limit", "total-arsenic", "0.5"},
    {"carp", "total-arsenic 0.51 mg/kg", NULL, "total-arsenic", "species-asked", "total-arsenic", "0.51"},
    {"carp", "mercury 0.51 mg/kg", NULL, "mercury", "species-asked", "mercury", "0.51"},
    /* measured, it decides; the verdict is its own */
    {"carp", "total-arsenic 0.9 mg/kg; inorganic-arsenic 0.5 mg/kg", NULL, "total-arsenic",
     "at-or-below-limit", "inorganic-arsenic", "0.5"},
    {"carp", "total-arsenic 0.9 mg/kg; inorganic-arsenic 0.6 mg/kg", NULL, "total-arsenic", "above-limit",
     "inorganic-arsenic", "0.6"},
    {"carp", "mercury 0.9 mg/kg; methylmercury ND -", NULL, "mercury", "not-detected", "methylmercury", "ND"},
    {"carp", "mercury 0.9 mg/kg; methylmercury 0.51 mg/kg", NULL, "mercury", "above-limit", "methylmercury",
     "0.51"},
    /* asked for, and not yet there */
    {"carp", "total-arsenic 0.9 mg/kg; inorganic-arsenic failed mg/kg", NULL, "total-arsenic",
     "species-asked", "total-arsenic", "0.9"},
    /* the species by itself; it does not need the total, and a total below does not hide it */
    {"carp", "inorganic-arsenic 0.6 mg/kg", NULL, "inorganic-arsenic", "above-limit", "inorganic-arsenic",
     "0.6"},
    {"carp", "total-arsenic 0.4 mg/kg; inorganic-arsenic 0.6 mg/kg", NULL, "inorganic-arsenic", "above-limit",
     "inorganic-arsenic", "0.6"},
    {"carp", "total-arsenic 0.4 mg/kg; inorganic-arsenic 0.6 mg/kg", NULL, "total-arsenic",
     "at-or-below-limit", "total-arsenic", "0.4"},
    /* a total that leaves it open gives way to the species as well */
    {"carp", "total-arsenic over mg/kg; inorganic-arsenic 0.4 mg/kg", NULL, "total-arsenic",
     "at-or-below-limit", "inorganic-arsenic", "0.4"},
    {"carp", "total-arsenic over mg/kg", NULL, "total-arsenic", "above-range", "total-arsenic", NULL},
    /* dried: the factor first, then the species, which has the factor too (0.5 × 10) */
    {"fungus", "total-arsenic 0.9 mg/kg", NULL, "total-arsenic", "condition", "total-arsenic", "0.9"},
    {"fungus", "total-arsenic 5 mg/kg", "dehydration-factor=10", "total-arsenic", "at-or-below-limit",
     "total-arsenic", "5"},
    {"fungus", "total-arsenic 5.1 mg/kg", "dehydration-factor=10", "total-arsenic", "species-asked",
     "total-arsenic", "5.1"},
    {"fungus", "total-arsenic 5.1 mg/kg; inorganic-arsenic 5 mg/kg", "dehydration-factor=10", "total-arsenic",
     "at-or-below-limit", "inorganic-arsenic", "5"},
    {"fungus", "total-arsenic 9 mg/kg; inorganic-arsenic 5.1 mg/kg", "dehydration-factor=10", "total-arsenic",
     "above-limit", "inorganic-arsenic", "5.1"},
    {"fungus", "total-arsenic 0.9 mg/kg; inorganic-arsenic 0.4 mg/kg", NULL, "total-arsenic",
     "at-or-below-limit", "inorganic-arsenic", "0.4"},
};

static void test_species(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(SPECIES); i++) {
    g_autoptr(HelperSample) s =
        helper_sample_new(SPECIES[i].commodity, SPECIES[i].values, NULL, SPECIES[i].facts);
    LimsVerdict out;

    helper_sample_judge(s, c, SPECIES[i].analyte, &out);
    g_test_message("%s: %s %s", SPECIES[i].values, out.reason_code, out.reason);
    g_assert_cmpstr(out.reason_code, ==, SPECIES[i].code);
    g_assert_cmpstr(out.subject, ==, SPECIES[i].subject);
    if (SPECIES[i].value)
      g_assert_cmpstr(out.value_text, ==, SPECIES[i].value);
    lims_verdict_clear(&out);
  }
}

/* ---- facts that a limit waits for ---- */

static void test_part(void) {
  static const HelperCase cases[] = {
      {"cadmium 0.2 mg/kg", NULL, "part=brown-rice", "at-or-below-limit", NULL},
      {"cadmium 0.21 mg/kg", NULL, "part=brown-rice", "above-limit", NULL},
      {"cadmium 0.1 mg/kg", NULL, NULL, "condition", NULL, "part (part = brown-rice)"},
      {"cadmium 0.3 mg/kg", NULL, NULL, "condition", NULL},
      {"cadmium 0.3 mg/kg", NULL, "part=as-sold", "no-limit", NULL, "speaks against every limit"},
  };

  CHECK("celery", "cadmium", cases);
}

static void test_packing(void) {
  static const HelperCase cases[] = {
      {"tin 250 mg/kg", NULL, NULL, "at-or-below-limit", NULL},
      {"tin 250.1 mg/kg", NULL, NULL, "condition", NULL, "packing (packing = tin-plate)"},
      {"tin 250 mg/kg", NULL, "packing=tin-plate", "at-or-below-limit", NULL},
      {"tin 250.1 mg/kg", NULL, "packing=tin-plate", "above-limit", NULL},
      {"tin 250.1 mg/kg", NULL, "packing=other", "no-limit", NULL},
  };

  CHECK("celery", "tin", cases);
}

static void test_words(void) {
  static const HelperCase temporary[] = {
      {"lead 0.2 mg/kg", NULL, NULL, "at-or-below-limit", NULL, "a temporary limit"},
      {"lead 0.21 mg/kg", NULL, NULL, "above-limit", NULL, "a temporary limit"},
  };
  static const HelperCase words[] = {
      {"mercury 0.02 mg/kg", NULL, NULL, "at-or-below-limit", NULL},
      {"mercury 0.021 mg/kg", NULL, NULL, "condition", NULL, "it depends on what nobody can look up"},
  };

  CHECK("celery", "lead", temporary);
  CHECK("celery", "mercury", words);
}

/* A condition or a residue definition with a slip in it never becomes a limit. */
static void test_refused(void) {
  static const struct {
    const char *conditions, *definition, *says;
  } rows[] = {
      {"ph <= 55", "", "ph <= 55"},          {"if above dehydration", "", "if above dehydration"},
      {"land-use = padddy", "", "padddy"},   {"dry weight 3.4", "", "dry weight 3.4"},
      {"", "carbofuran+lead", "carbofuran"}, {"", "carbofuran + nonsense", "nonsense"},
  };
  LimsCatalogue *c = helper_catalogue_new();

  helper_add_set(c, "set", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    LimsLimit limit;

    g_assert_true(lims_limit_parse("0.1", "mg/kg", &limit));
    limit.node = 1;
    limit.analyte = "carbofuran";
    limit.conditions = rows[i].conditions;
    limit.residue_definition = rows[i].definition;
    g_assert_false(lims_catalogue_add_limit(c, "set", &limit, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, rows[i].says));
  }
  lims_catalogue_unref(c);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/adjust/dry-weight", test_dry_weight);
  g_test_add_func("/judge/adjust/dry-weight-on-both-sides", test_dry_weight_on_both_sides);
  g_test_add_func("/judge/adjust/dry-by-formula", test_dry_by_formula);
  g_test_add_func("/judge/adjust/fat-weight", test_fat_weight);
  g_test_add_func("/judge/adjust/dehydration", test_dehydration);
  g_test_add_func("/judge/adjust/dehydrated-limit-is-shown", test_dehydrated_limit_is_shown);
  g_test_add_func("/judge/adjust/species", test_species);
  g_test_add_func("/judge/adjust/part", test_part);
  g_test_add_func("/judge/adjust/packing", test_packing);
  g_test_add_func("/judge/adjust/words", test_words);
  g_test_add_func("/judge/adjust/refused", test_refused);
  return g_test_run();
}
