/* Rows as people write them, judged: names inside cells, units in columns, days with their words, limits that
 * belong to another row. */
#include "tests/model/helper-judge-text.h"

/* A name in a cell is taken off where it is the row's; any other ends it. */
static void test_names(void) {
  static const HelperCase ROWS[] = {
      {ROW("铅", "铅0.35mg/kg", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "铅（以Pb计）：0.35 mg/kg", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅(以Pb计)", "0.35mg/kg（铅）", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "铅:未检出", "", DAY, NULL), LIMS_VERDICT_COMPLIES, "not-detected"},
      {ROW("6-苄基腺嘌呤（6-BA）", "6-苄基腺嘌呤（6-BA） 0.0277mg/kg", "", DAY, "不得检出"),
       LIMS_VERDICT_EXCEEDS, "detected-though-not-allowed"},
      {ROW("6-BA", "6-苄基腺嘌呤0.0277mg/kg", "", DAY, "不得检出"), LIMS_VERDICT_EXCEEDS,
       "detected-though-not-allowed"},
      {ROW("铅", "镉0.35mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable",
       "it names 镉, and the row is of 铅"},
      {ROW("铅", "0.35mg/kg 镉", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable", "镉"},
      {ROW("氟虫腈", "氟虫腈砜0.35mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable",
       "氟虫腈砜"},
      {ROW("铅", "铅0.35mg/kg,镉0.1mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable",
       "not read"},
      {ROW("铅", "2 0.35mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable", "several"},
      {ROW("铅", "锌0.35mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable", "“锌0.35mg/kg”"},
      {ROW("铅", "铅0.01mg/kg", "", DAY, "铅≤0.02mg/kg"), LIMS_VERDICT_COMPLIES, "at-or-below-limit"},
      {ROW("铅", "0.03mg/kg", "", DAY, "≤0.02mg/kg,铅"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.03mg/kg", "", DAY, "≤0.02mg/kg,氟虫腈"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric",
       "it names 氟虫腈, and the row is of 铅"},
      {ROW("铅", "0.03mg/kg", "", DAY, "≤0.02mg/kg 氟虫腈"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric"},
      {ROW("铅", "0.03mg/kg", "", DAY, "不得使用,氟虫腈"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric",
       "氟虫腈"},
      {ROW("铅", "0.03mg/kg", "", DAY, "≤0.02mg/kg 不知名"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric",
       "不知名"},
      {ROW("不知名", "不知名0.35mg/kg", "", DAY, "≤0.02mg/kg"), LIMS_VERDICT_EXCEEDS, "above-limit"},
  };

  helper_text_check_all(ROWS, G_N_ELEMENTS(ROWS));
}

static void test_units(void) {
  static const HelperCase ROWS[] = {
      {ROW("铅", "0.35", "MG/KG", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35", "mg / kg", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "350", "μg/kg", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35mg/kg", "mg/kg", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35mg/kg", "/", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35mg/kg", "g/kg", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch",
       "the value is in mg/kg, and beside it stands g/kg"},
      {ROW("铅(以Pb计),mg/kg", "0.35", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅（mg/kg）", "0.35", "", DAY, "≤0.2"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅 mg/kg", "0.35mg/kg", "mg/kg", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅,mg/kg", "0.35g/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch",
       "beside it stands mg/kg"},
      {ROW("铅,mg/kg", "0.35", "g/kg", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch",
       "the analyte stands with"},
      {ROW("铅", "0.35", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch"},
      {ROW("铅", "0.35", "ppm", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch", "“ppm” is not known"},
      {ROW("铅", "0.35ppm", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch", "“ppm” is not known"},
      {ROW("铅", "350 ppb", "", DAY, "≤0.2mg/kg"), LIMS_VERDICT_UNDETERMINED, "unit-mismatch", "“ppb”"},
      {ROW("铅", "0.35", "mg/kg", DAY, "≤0.2ppm"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric", "“ppm”"},
      {ROW("铅", "0.35", "mg/kg", DAY, "0.4"), LIMS_VERDICT_COMPLIES, "at-or-below-limit"},
      {ROW("铅", "0.35mg/kg", "", DAY, "0.4"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric", "no unit"},
      {ROW("铅", "350", "µg/kg", DAY, "≤0.2mg/kg"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      /* what has no unit */
      {ROW("pH", "5.4", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "outside-range"},
      {ROW("pH", "pH5.4", "无量纲", DAY, NULL), LIMS_VERDICT_EXCEEDS, "outside-range"}, /* pH has no unit */
      {ROW("pH", "6.5", "/", DAY, "5.5-8.5"), LIMS_VERDICT_COMPLIES, "within-range"},
      {ROW("防腐剂各自用量占其最大使用量的比例之和", "1.08", "", DAY, "≤1"), LIMS_VERDICT_EXCEEDS,
       "above-limit"},
      {ROW("防腐剂各自用量占其最大使用量的比例之和", "1.08/", "", DAY, "≤1/"), LIMS_VERDICT_EXCEEDS,
       "above-limit"},
      {ROW("不知名", "1.08", "", DAY, "≤1"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric", "no unit"},
      /* volumes of gas, shares a day: never converted, never compared */
      {ROW("不知名", "1.22倍", "", DAY, "≤1.5倍"), LIMS_VERDICT_UNDETERMINED, "unit-mismatch", "“倍”"},
      {ROW("不知名", "45.0%vol", "", DAY, "41.0%vol～43.0%vol"), LIMS_VERDICT_EXCEEDS, "outside-range"},
      {ROW("不知名", "45.0%", "", DAY, "41.0%vol～43.0%vol"), LIMS_VERDICT_UNDETERMINED, "unit-mismatch"},
      {ROW("不知名", "11mmol/kg", "", DAY, "≤7.5mmol/kg"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("不知名", "2.5×10³CFU/g", "", DAY, "≤10³CFU/g"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("不知名", "0.0594mg/100cm²", "", DAY, "不得检出"), LIMS_VERDICT_EXCEEDS,
       "detected-though-not-allowed"},
  };

  helper_text_check_all(ROWS, G_N_ELEMENTS(ROWS));
}

/* The day that counts, and which it is. The set is in force from 2025-01-01, by production. */
static void test_days(void) {
  static const HelperCase ROWS[] = {
      {ROW("铅", "0.35", "mg/kg", "2025/12/1", NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35", "mg/kg", "45992.0", NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35", "mg/kg", "2025年12月1日", NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35", "mg/kg", "购进日期：2025-12-01", NULL), LIMS_VERDICT_EXCEEDS, "above-limit",
       "the purchase date was used"},
      {ROW("铅", "0.35", "mg/kg", "2025-12-01（加工日期）", NULL), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.35", "mg/kg", "2024-12-31", NULL), LIMS_VERDICT_UNDETERMINED, "no-edition"},
      {ROW("铅", "0.35", "mg/kg", "1/12/2025", NULL), LIMS_VERDICT_UNDETERMINED, "no-date", "“1/12/2025”"},
      {ROW("铅", "0.35", "mg/kg", "2025-12", NULL), LIMS_VERDICT_UNDETERMINED, "no-date", "“2025-12”"},
      {ROW("铅", "0.35", "mg/kg", "", NULL), LIMS_VERDICT_UNDETERMINED, "no-date"},
      {ROW("铅", "0.35", "mg/kg", "1/12/2025", "≤0.2mg/kg"), LIMS_VERDICT_EXCEEDS, "above-limit"},
  };

  helper_text_check_all(ROWS, G_N_ELEMENTS(ROWS));
}

static void test_forms(void) {
  static const HelperCase ROWS[] = {
      {ROW("氯霉素", "检出", "", DAY, "不得检出"), LIMS_VERDICT_EXCEEDS, "detected-though-not-allowed"},
      {ROW("氯霉素", "检出/50cm²", "", DAY, "不得检出"), LIMS_VERDICT_EXCEEDS, "detected-though-not-allowed"},
      {ROW("氯霉素", "未检出", "", DAY, "不得检出"), LIMS_VERDICT_COMPLIES, "not-detected"},
      {ROW("氯霉素", "检出", "", DAY, "≤0.2mg/kg"), LIMS_VERDICT_UNDETERMINED, "qualitative"},
      {ROW("氯霉素", "0.3µg/kg", "", DAY, "不得使用"), LIMS_VERDICT_EXCEEDS, "detected-though-banned"},
      {ROW("铅", "小于0.01", "mg/kg", DAY, NULL), LIMS_VERDICT_COMPLIES, "not-detected"},
      {ROW("铅", "<0.5mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "lod-above-limit"},
      {ROW("铅", "1.3×103", "mg/kg", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable", "raised digits"},
      {ROW("铅", "18-33", "mg/kg", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unreadable", "span"},
      {ROW("铅", "", "mg/kg", DAY, "≤0.2mg/kg"), LIMS_VERDICT_UNDETERMINED, "not-run"},
      {ROW("不知名", "12CFU/g", "", DAY, "n=5,c=2,m=10,M=100CFU/g"), LIMS_VERDICT_UNDETERMINED,
       "sampling-plan"},
      {ROW("不知名", "2.3×10²,<10,<10,<10,<10CFU/g", "", DAY, "≤n=5,c=2,m=10,M=100CFU/g"),
       LIMS_VERDICT_UNDETERMINED, "sampling-plan", "plan"},
      {ROW("不知名", "n=5,c=2,m=10,M=100CFU/g\n霉菌", "", DAY, "470"), LIMS_VERDICT_UNDETERMINED,
       "unreadable", "plan"},
      {ROW("铅", "0.1mg/kg", "", DAY, "符合规定"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric", "neither"},
      {ROW("铅", "0.25mg/kg", "", DAY, "0.2 mg/kg以下"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("铅", "0.2mg/kg", "", DAY, "0.2 mg/kg以下"), LIMS_VERDICT_COMPLIES, "at-or-below-limit"},
      {ROW("铅", "0.25mg/kg", "", DAY, "≤0.5mg/kg（干重计）"), LIMS_VERDICT_UNDETERMINED, "limit-not-numeric",
       "干重计"},
  };

  helper_text_check_all(ROWS, G_N_ELEMENTS(ROWS));
}

/* The name says that the value counts on dry weight: it is held against limits on dry weight only, above. */
static void test_basis(void) {
  static const HelperCase ROWS[] = {
      {ROW("镉(以Cd计)(干重计)", "0.45mg/kg", "", DAY, NULL), LIMS_VERDICT_COMPLIES, "at-or-below-limit",
       "dry weight"},
      {ROW("镉(以Cd计)(干重计)", "0.55mg/kg", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit",
       "dry weight"},
      {ROW("镉", "0.45mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "condition"},
      {ROW("镉(以Cd计)(干重计)", "0.55mg/kg", "", DAY, "≤0.5mg/kg"), LIMS_VERDICT_EXCEEDS, "above-limit"},
      {ROW("氟虫腈(干重计)", "0.03mg/kg", "", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "condition",
       "this limit does not"},
      {ROW("氟虫腈(干重计)", "0.01mg/kg", "", DAY, NULL), LIMS_VERDICT_COMPLIES, "at-or-below-limit"},
  };
  helper_text_check_all(ROWS, G_N_ELEMENTS(ROWS));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge-text/names", test_names);
  g_test_add_func("/judge-text/units", test_units);
  g_test_add_func("/judge-text/days", test_days);
  g_test_add_func("/judge-text/forms", test_forms);
  g_test_add_func("/judge-text/basis", test_basis);
  return g_test_run();
}
