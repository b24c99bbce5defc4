/* Conditions at work: the catalogue as it is delivered, a value, and what is known of the sample. What is not
 * known must never make a verdict that the same fact, once told, would turn round. */
#include "lims/judge/judge.h"
#include "lims/model/catalogue-store.h"
#include "tests/model/helper-model.h"

#include <string.h>

typedef struct {
  const char *commodity, *analyte, *value, *unit;
  struct {
    LimsFact fact;
    const char *text; /* NULL: no more */
  } facts[2];
  const char *code, *limit;
} Case;

#define MG "mg/kg"
#define NONE                                                                                                 \
  {                                                                                                          \
    { 0, NULL }                                                                                              \
  }
#define ONE(fact, text)                                                                                      \
  {                                                                                                          \
    { LIMS_FACT_##fact, text }                                                                               \
  }
#define TWO(fact, text, other, words)                                                                        \
  {                                                                                                          \
    {LIMS_FACT_##fact, text}, {                                                                              \
      LIMS_FACT_##other, words                                                                               \
    }                                                                                                        \
  }

static const Case CASES[] = {
    /* GB 15618-2018, table 1 and 3: cadmium by land use and pH; at a band's edge the lower band */
    {"土壤", "镉", "0.35", MG, TWO(PH, "5.5", LAND_USE, "paddy"), "above-screening-value", "0.3"},
    {"土壤", "镉", "0.35", MG, TWO(PH, "5.6", LAND_USE, "paddy"), "at-or-below-limit", "0.4"},
    {"土壤", "镉", "0.35", MG, TWO(PH, "6.5", LAND_USE, "other"), "above-screening-value", "0.3"},
    {"土壤", "镉", "0.35", MG, TWO(PH, "6.5", LAND_USE, "orchard"), "above-screening-value", "0.3"},
    {"土壤", "镉", "0.8", MG, TWO(PH, "7.6", LAND_USE, "paddy"), "at-or-below-limit", "0.8"},
    {"土壤", "镉", "1.5", MG, TWO(PH, "5.5", LAND_USE, "paddy"), "above-screening-value", "0.3"},
    {"土壤", "镉", "1.51", MG, TWO(PH, "5.5", LAND_USE, "paddy"), "above-intervention-value", "1.5"},
    {"土壤", "镉", "4.1", MG, TWO(PH, "8", LAND_USE, "other"), "above-intervention-value", "4.0"},
    {"土壤", "铜", "150", MG, TWO(PH, "5", LAND_USE, "orchard"), "at-or-below-limit", "150"},
    {"土壤", "铜", "51", MG, TWO(PH, "5", LAND_USE, "paddy"), "above-limit", "50"},
    {"土壤", "铜", "51", MG, TWO(PH, "5", LAND_USE, "other"), "above-limit", "50"},
    {"土壤", "镉", "0.35", MG, ONE(PH, "6"), "condition", "0.3"},
    {"水田土壤", "镉", "0.35", MG, ONE(PH, "6"), "at-or-below-limit", "0.4"},
    /* GB 5084-2021 (unconfirmed) */
    {"农田灌溉水", "五日生化需氧量", "60", "mg/L", ONE(CROP, "paddy"), "at-or-below-limit", "60"},
    {"农田灌溉水", "五日生化需氧量", "60", "mg/L", ONE(CROP, "raw-vegetables"), "above-limit", "15"},
    {"农田灌溉水", "五日生化需氧量", "60", "mg/L", NONE, "condition", "15"},
    {"农田灌溉水", "总砷", "0.06", "mg/L", ONE(CROP, "raw-vegetables"), "above-limit", "0.05"},
    {"农田灌溉水", "氟化物", "1", "mg/L", ONE(CROP, "paddy"), "condition", "3"}, /* nobody saw the class */
    /* GB 2762, paddy as brown rice: whatever the value, the part must be known */
    {"稻谷", "镉", "0.05", MG, NONE, "condition", "0.2"},
    {"稻谷", "镉", "0.3", MG, NONE, "condition", "0.2"},
    {"稻谷", "镉", "0.2", MG, ONE(PART, "brown-rice"), "at-or-below-limit", "0.2"},
    {"稻谷", "铅", "0.21", MG, ONE(PART, "brown-rice"), "above-limit", "0.2"},
    {"稻谷", "铬", "1.0", MG, ONE(PART, "brown-rice"), "at-or-below-limit", "1.0"},
    {"稻谷", "铬", "0.1", MG, NONE, "condition", "1.0"},
    {"稻谷", "总汞", "0.01", MG, ONE(PART, "as-sold"), "no-limit", NULL},
    {"稻谷", "总砷", "0.4", MG, ONE(PART, "brown-rice"), "species-asked", "0.35"},
    {"大米", "镉", "0.2", MG, NONE, "at-or-below-limit", "0.2"},
    {"玉米", "苯并[a]芘", "2.1", "µg/kg", NONE, "above-limit", "2.0"},
    /* dried fungi, 3.5: 0.5 x 10 of the fresh one */
    {"干香菇", "镉", "0.5", MG, NONE, "at-or-below-limit", "0.5"},
    {"干香菇", "镉", "5.0", MG, NONE, "condition", "0.5"},
    {"干香菇", "镉", "5.0", MG, ONE(DEHYDRATION_FACTOR, "10"), "at-or-below-limit", "0.5"},
    {"干香菇", "镉", "5.1", MG, ONE(DEHYDRATION_FACTOR, "10"), "above-limit", "0.5"},
    {"干香菇", "镉", "5.1", MG, TWO(MOISTURE, "10", FRESH_MOISTURE, "91"), "above-limit", "0.5"},
    {"干香菇", "镉", "5.0", MG, TWO(MOISTURE, "10", FRESH_MOISTURE, "91"), "at-or-below-limit", "0.5"},
    {"干香菇", "总砷", "5.1", MG, ONE(DEHYDRATION_FACTOR, "10"), "species-asked", "0.5"},
    {"干香菇", "总砷", "4.9", MG, ONE(DEHYDRATION_FACTOR, "10"), "at-or-below-limit", "0.5"},
    /* on dry weight: 0.45 at 10 % of moisture is exactly 0.5 */
    {"黑木耳", "镉", "0.45", MG, NONE, "condition", "0.5"},
    {"黑木耳", "镉", "0.51", MG, NONE, "above-limit", "0.5"},
    {"黑木耳", "镉", "0.45", MG, ONE(MOISTURE, "10"), "at-or-below-limit", "0.5"},
    {"黑木耳", "镉", "0.46", MG, ONE(MOISTURE, "10"), "above-limit", "0.5"},
    {"黑木耳", "总砷", "0.4", MG, NONE, "condition", "0.5"},
    {"黑木耳", "总砷", "0.6", MG, NONE, "species-asked", "0.5"}, /* above on any basis */
    {"黑木耳", "总砷", "0.45", MG, ONE(MOISTURE, "10"), "at-or-below-limit", "0.5"},
    {"黑木耳", "总砷", "0.46", MG, ONE(MOISTURE, "10"), "species-asked", "0.5"},
    /* fish of a class that the tree does not know */
    {"鲈鱼", "甲基汞", "0.6", MG, NONE, "condition", "0.5"},
    {"鲈鱼", "甲基汞", "0.6", MG, ONE(PREDATORY, "yes"), "at-or-below-limit", "1.0"},
    {"鲈鱼", "甲基汞", "1.1", MG, ONE(PREDATORY, "yes"), "above-limit", "1.0"},
    {"鲈鱼", "甲基汞", "0.6", MG, ONE(PREDATORY, "no"), "above-limit", "0.5"},
    {"鲈鱼", "总汞", "0.6", MG, ONE(PREDATORY, "no"), "species-asked", "0.5"},
    {"鲈鱼", "总汞", "0.6", MG, ONE(PREDATORY, "yes"), "at-or-below-limit", "1.0"},
    /* tin only in tin-plate */
    {"苹果", "锡", "250", MG, NONE, "at-or-below-limit", "250"},
    {"苹果", "锡", "251", MG, NONE, "condition", "250"},
    {"苹果", "锡", "251", MG, ONE(PACKING, "tin-plate"), "above-limit", "250"},
    {"苹果", "锡", "251", MG, ONE(PACKING, "other"), "no-limit", NULL},
    /* 3-MCPD only with acid-hydrolysed protein */
    {"酱油", "3-氯-1,2-丙二醇", "0.5", MG, NONE, "condition", "0.4"},
    {"酱油", "3-氯-1,2-丙二醇", "0.5", MG, ONE(HYDROLYSED_PROTEIN, "yes"), "above-limit", "0.4"},
    {"酱油", "3-氯-1,2-丙二醇", "0.5", MG, ONE(HYDROLYSED_PROTEIN, "no"), "no-limit", NULL},
    /* GB 2763-2026: in the fat; a temporary limit is a limit */
    {"猪肉", "联苯菊酯", "0.3", MG, NONE, "condition", "3"},
    {"猪肉", "联苯菊酯", "3.1", MG, NONE, "above-limit", "3"},
    {"猪肉", "联苯菊酯", "0.3", MG, ONE(FAT, "10"), "at-or-below-limit", "3"},
    {"猪肉", "联苯菊酯", "0.31", MG, ONE(FAT, "10"), "above-limit", "3"},
    {"猪肉", "滴滴涕", "0.19", MG, ONE(FAT, "9.9"), "at-or-below-limit", "0.2"},
    {"猪肉", "滴滴涕", "0.21", MG, ONE(FAT, "9.9"), "above-limit", "0.2"},
    {"猪肉", "滴滴涕", "0.2", MG, ONE(FAT, "10"), "at-or-below-limit", "2"},
    {"猪肉", "滴滴涕", "0.21", MG, ONE(FAT, "10"), "above-limit", "2"},
    {"猪肉", "滴滴涕", "0.21", MG, NONE, "condition", NULL},
    {"鸡蛋", "吡唑醚菌酯", "0.05", MG, NONE, "at-or-below-limit", "0.05"},
    {"鸡蛋", "吡唑醚菌酯", "0.06", MG, NONE, "above-limit", "0.05"},
};

static gboolean load(LimsDb *db, gpointer data, GError **error) {
  const char *directory = g_getenv("LIMS_DATA");
  g_autofree char *path = g_build_filename(directory ? directory : "config", "catalogue", NULL);
  LimsCatalogue **out = data;
  LimsCatalogue *current;

  if (!lims_catalogue_load_directory(db, path, error))
    return FALSE;
  current = lims_catalogue_current(db, error);
  *out = current ? lims_catalogue_ref(current) : NULL;
  return current != NULL;
}

static void set_facts(const Case *given, LimsFacts *out) {
  for (guint i = 0; i < G_N_ELEMENTS(given->facts) && given->facts[i].text; i++)
    g_assert_true(lims_facts_set(out, given->facts[i].fact, given->facts[i].text, NULL));
}

static void check_case(const LimsCatalogue *catalogue, const Case *given) {
  LimsDetermination value = {.analyte = lims_catalogue_find_analyte(catalogue, given->analyte),
                             .unit = lims_unit_find(given->unit),
                             .id = 1};
  LimsJudgeInput input = {.commodity = lims_catalogue_find_commodity(catalogue, given->commodity),
                          .produced_on = 20261001,
                          .sampled_on = 20261001,
                          .determinations = &value,
                          .count = 1};
  LimsVerdict out;

  g_test_message("%s %s %s", given->commodity, given->analyte, given->value);
  g_assert_nonnull(input.commodity);
  g_assert_nonnull(value.analyte);
  lims_value_read(&value.value, given->value, NULL);
  set_facts(given, &input.facts);
  lims_judge(catalogue, &input, value.analyte, &out);
  g_test_message("%s", out.reason);
  g_assert_cmpstr(out.reason_code, ==, given->code);
  if (given->limit)
    g_assert_cmpstr(out.limit ? out.limit->text : NULL, ==, given->limit);
  lims_verdict_clear(&out);
  lims_value_clear(&value.value);
}

static void test_cases(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsCatalogue) catalogue = NULL;
  LimsCatalogue *loaded = NULL;

  must_write(fixture, load, &loaded);
  catalogue = loaded;
  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
    check_case(catalogue, &CASES[i]);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/conditions/cases", test_cases);
  return g_test_run();
}
