/* Rows as people write them, judged: names inside cells, units in columns, days with their words, limits that
 * belong to another row, what is given besides; and the same rows as a file. */
#include "lims/core/csv.h"
#include "lims/model/command-json.h"
#include "lims/model/command-judge.h"
#include "lims/model/judge-read.h"

#include <string.h>

/* ---- a small catalogue ---- */

static const struct {
  const char *code, *name, *alias;
} ANALYTES[] = {
    {"lead", "铅", "铅(以Pb计)"},
    {"cadmium", "镉", "镉(以Cd计)(干重计)"},
    {"sulfur-dioxide", "二氧化硫", "二氧化硫残留量"},
    {"fipronil", "氟虫腈", "氟虫腈(干重计)"},
    {"fipronil-sulfone", "氟虫腈砜", NULL},
    {"6-benzyladenine", "6-苄基腺嘌呤", "6-BA"},
    {"2-4-d", "2,4-滴", "2"}, /* an alias as careless files have it: a number is never a name */
    {"chloramphenicol", "氯霉素", NULL},
    {"ph", "pH", NULL},
    {"enzyme-inhibition", "酶抑制率", NULL},
};

static void add_limit(LimsCatalogue *c, const char *analyte, const char *text, const char *unit,
                      const char *conditions) {
  GError *error = NULL;
  LimsLimit limit;

  g_assert_true(lims_limit_parse(text, unit, &limit));
  limit.id = limit.node = 1;
  limit.analyte = analyte;
  limit.clause = "table 1";
  limit.conditions = conditions;
  lims_catalogue_add_limit(c, "s", &limit, &error);
  g_assert_no_error(error);
}

static void add_screens(LimsCatalogue *c) {
  GError *error = NULL;

  lims_catalogue_add_method(c,
                            &(LimsMethod){.code = "GB/T 5009.199",
                                          .name = "快速检测",
                                          .standard = "GB/T 5009.199",
                                          .screen_threshold = {50, 0}},
                            "", &error);
  lims_catalogue_add_method(
      c,
      &(LimsMethod){
          .code = "NY/T 448", .name = "快速检测方法", .standard = "NY/T 448", .screen_threshold = {70, 0}},
      "", &error);
  g_assert_no_error(error);
}

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = lims_catalogue_new();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(ANALYTES); i++) {
    lims_catalogue_add_analyte(c, ANALYTES[i].code, ANALYTES[i].name, "", &error);
    if (ANALYTES[i].alias)
      lims_catalogue_add_analyte_alias(c, ANALYTES[i].alias, ANALYTES[i].code, &error);
  }
  lims_catalogue_add_node(c, "food", 1, 0, "蔬菜", &error);
  lims_catalogue_add_commodity(c, "chives", "韭菜", "chives", "vegetables", &error);
  lims_catalogue_add_membership(c, "chives", "food", 1, &error);
  lims_catalogue_add_set(c,
                         &(LimsLimitSet){.set = "s",
                                         .standard = "GB 1-2025",
                                         .tree = "food",
                                         .from = 20250101,
                                         .date_rule = LIMS_DATE_PRODUCTION,
                                         .standing = "good",
                                         .source = "invented"},
                         &error);
  add_limit(c, "lead", "0.3", "mg/kg", "");
  add_limit(c, "cadmium", "0.5", "mg/kg", "if not above: dry weight");
  add_limit(c, "sulfur-dioxide", "0.1", "g/kg", "");
  add_limit(c, "fipronil", "0.02", "mg/kg", "");
  add_limit(c, "ph", "5.5-8.5", "pH", "");
  add_screens(c);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  return c;
}

/* ---- rows ---- */

#define DAY "2025-12-01"
#define ROW(analyte, value, unit, date, limit)                                                               \
  { "韭菜", analyte, value, unit, date, limit }

typedef struct {
  LimsJudgeText text;
  LimsVerdictKind kind;
  const char *code, *word; /* a word of the reason; NULL: any */
} Case;

static void check(const LimsCatalogue *catalogue, const Case *row) {
  g_auto(LimsJudgedText) judged = {0};

  lims_judge_text(catalogue, &row->text, &judged);
  g_test_message("%s %s %s: %s: %s", row->text.analyte, row->text.value,
                 row->text.limit ? row->text.limit : "", judged.verdict.reason_code, judged.verdict.reason);
  g_assert_cmpint(judged.verdict.kind, ==, row->kind);
  g_assert_cmpstr(judged.verdict.reason_code, ==, row->code);
  if (row->word)
    g_assert_nonnull(strstr(judged.verdict.reason, row->word));
}

static void check_all(const Case *rows, guint count) {
  g_autoptr(LimsCatalogue) catalogue = make_catalogue();

  for (guint i = 0; i < count; i++)
    check(catalogue, &rows[i]);
}

/* A name in a cell is taken off where it is the row's; any other ends it. */
static void test_names(void) {
  static const Case ROWS[] = {
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

  check_all(ROWS, G_N_ELEMENTS(ROWS));
}

static void test_units(void) {
  static const Case ROWS[] = {
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
      {ROW("pH", "pH5.4", "无量纲", DAY, NULL), LIMS_VERDICT_UNDETERMINED, "unit-mismatch"},
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

  check_all(ROWS, G_N_ELEMENTS(ROWS));
}

/* The day that counts, and which it is. The set is in force from 2025-01-01, by production. */
static void test_days(void) {
  static const Case ROWS[] = {
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

  check_all(ROWS, G_N_ELEMENTS(ROWS));
}

static void test_forms(void) {
  static const Case ROWS[] = {
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

  check_all(ROWS, G_N_ELEMENTS(ROWS));
}

/* The name says that the value counts on dry weight: it is held against limits on dry weight only, above. */
static void test_basis(void) {
  static const Case ROWS[] = {
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
  check_all(ROWS, G_N_ELEMENTS(ROWS));
}

/* ---- what is given besides ---- */

typedef struct {
  const char *value, *unit, *limit;
  const char *method, *lod, *loq, *uncertainty, *comparison, *decision;
  LimsVerdictKind kind;
  const char *code, *word;
} Given;

static void test_given(void) {
  static const Given ROWS[] = {
      {"0.02", "mg/kg", NULL, .lod = "0.05", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
      {"0.02", "mg/kg", "不得检出", .lod = "0.05", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
      {"0.05", "mg/kg", "不得检出", .lod = "0.05", .kind = LIMS_VERDICT_EXCEEDS,
       .code = "detected-though-not-allowed"},
      {"0.02", "mg/kg", NULL, .lod = "0.5", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
      {"未检出", "", NULL, .lod = "0.5mg/kg", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
      {"未检出", "", NULL, .lod = "50µg/kg", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
      {"0.02mg/kg", "", NULL, .lod = "30µg/kg", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
      {"0.02", "mg/kg", NULL, .lod = "0.01", .loq = "0.03", .kind = LIMS_VERDICT_COMPLIES,
       .code = "at-or-below-limit"},
      {"0.02", "mg/kg", NULL, .loq = "0.4", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
      {"0.35", "mg/kg", NULL, .lod = "0.01", .loq = "0.03", .kind = LIMS_VERDICT_EXCEEDS,
       .code = "above-limit"},
      {"0.35", "mg/kg", NULL, .lod = "0.05mg/L", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
       .word = "LOD"},
      {"0.35", "mg/kg", NULL, .lod = "abc", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
       .word = "“abc”"},
      {"0.35", "mg/kg", NULL, .lod = "0", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable"},
      {"0.35", "mg/kg", NULL, .lod = "0.2", .loq = "0.1", .kind = LIMS_VERDICT_UNDETERMINED,
       .code = "unreadable", .word = "above the LOQ"},
      {"0.304", "mg/kg", NULL, .comparison = "rounded", .kind = LIMS_VERDICT_COMPLIES,
       .code = "at-or-below-limit"},
      {"0.304", "mg/kg", NULL, .comparison = "full", .kind = LIMS_VERDICT_EXCEEDS, .code = "above-limit"},
      {"0.304", "mg/kg", NULL, .comparison = "exact", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
       .word = "full or rounded"},
      {"0.25", "mg/kg", NULL, .decision = "guard-band", .uncertainty = "20", .kind = LIMS_VERDICT_COMPLIES,
       .code = "at-or-below-limit"},
      {"0.26", "mg/kg", NULL, .decision = "guard-band", .uncertainty = "20 %",
       .kind = LIMS_VERDICT_UNDETERMINED, .code = "within-guard-band"},
      {"0.26", "mg/kg", NULL, .decision = "guard-band", .kind = LIMS_VERDICT_UNDETERMINED,
       .code = "uncertainty-unknown"},
      {"0.26", "mg/kg", NULL, .uncertainty = "20", .kind = LIMS_VERDICT_COMPLIES,
       .code = "at-or-below-limit"},
      {"0.26", "mg/kg", NULL, .uncertainty = "-20", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable"},
  };
  g_autoptr(LimsCatalogue) catalogue = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    const Given *given = &ROWS[i];
    Case row = {ROW("铅", given->value, given->unit, DAY, given->limit), given->kind, given->code,
                given->word};

    row.text.lod = given->lod;
    row.text.loq = given->loq;
    row.text.uncertainty = given->uncertainty;
    row.text.comparison = given->comparison;
    row.text.decision = given->decision;
    check(catalogue, &row);
  }
}

static void test_facts(void) {
  g_autoptr(LimsCatalogue) catalogue = make_catalogue();
  Case row = {ROW("镉", "0.06mg/kg", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit", "dry weight"};

  row.text.facts[LIMS_FACT_MOISTURE] = "90";
  check(catalogue, &row); /* 0.06 / (1 - 0.90) = 0.6 */
  row.text.facts[LIMS_FACT_MOISTURE] = "80";
  row.kind = LIMS_VERDICT_COMPLIES;
  row.code = "at-or-below-limit";
  check(catalogue, &row);
  row.text.facts[LIMS_FACT_MOISTURE] = "100";
  row.kind = LIMS_VERDICT_UNDETERMINED;
  row.code = "unreadable";
  row.word = "moisture";
  check(catalogue, &row);
}

static void test_screens(void) {
  static const struct {
    const char *value, *method, *limit, *at;
    LimsVerdictKind kind;
    const char *code;
  } ROWS[] = {
      {"62%", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", "GB/T 5009.199-2003", NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", "NY/T 448", NULL, NULL, LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"62%", NULL, "≤50%", NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", NULL, "≤70%", NULL, LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"62%", "NY/T 448", "≤50%", NULL, LIMS_VERDICT_UNDETERMINED, "unreadable"},
      {"62%", NULL, "≤60%", NULL, LIMS_VERDICT_UNDETERMINED, "unreadable"},
      {"50%", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"50%", NULL, NULL, "negative", LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"阳性", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62", NULL, NULL, NULL, LIMS_VERDICT_UNDETERMINED, "unit-mismatch"},
  };
  g_autoptr(LimsCatalogue) catalogue = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    Case row = {ROW("酶抑制率", ROWS[i].value, "", "", ROWS[i].limit), ROWS[i].kind, ROWS[i].code, NULL};

    row.text.method = ROWS[i].method;
    row.text.at_threshold = ROWS[i].at;
    check(catalogue, &row);
  }
}

/* ---- a file ---- */

static char *judge_file(const char *text, gboolean found, GError **error) {
  g_autoptr(LimsCatalogue) catalogue = make_catalogue();

  return lims_judge_csv(catalogue, "rows.csv", text, strlen(text), found, error);
}

static void test_file(void) {
  GError *error = NULL;
  g_autofree char *out = judge_file("no,commodity,analyte,value,unit,date,limit,moisture,lod\n"
                                    "1,韭菜,铅,0.35,mg/kg,45992,,,\n"
                                    "2,韭菜,镉,0.06,mg/kg,45992,,90,\n"
                                    "3,韭菜,铅,0.02,mg/kg,45992,,,0.5\n"
                                    "4,韭菜,铅,\"0.1,0.2\",mg/kg,45992,,,\n"
                                    "5,韭菜,铅,0.35mg/kg,,45992,\"≤0.2mg/kg\n氟虫腈\",,\n"
                                    "6,,,,,,,,\n",
                                    FALSE, &error);
  g_autoptr(LimsCsv) csv = NULL;
  static const char *const EXPECTED[] = {"above-limit", "above-limit",       "lod-above-limit",
                                         "unreadable",  "limit-not-numeric", "not-run"};

  g_assert_no_error(error);
  csv = lims_csv_read_bytes("out.csv", out, strlen(out), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(csv->rows->len, ==, G_N_ELEMENTS(EXPECTED));
  for (guint i = 0; i < csv->rows->len; i++) {
    const char *reason = lims_csv_get(g_ptr_array_index(csv->rows, i), lims_csv_column(csv, "reason"));

    g_test_message("%s", reason);
    g_assert_true(g_str_has_prefix(reason, EXPECTED[i]));
    g_assert_null(strchr(reason, '\n'));
  }
}

/* What the names were taken for, if asked for. */
static void test_found(void) {
  GError *error = NULL;
  g_autofree char *out = judge_file("commodity,analyte,value,unit,date\n"
                                    "韭菜,铅（以Pb计）,0.35,mg/kg,2025-12-01\n"
                                    "不知名,不知名,1,mg/kg,2025-12-01\n",
                                    TRUE, &error);

  g_assert_no_error(error);
  g_assert_nonnull(strstr(out, ",reason,commodity_found,analyte_found,limit_set\n"));
  g_assert_nonnull(strstr(out, ",chives,lead,s\n"));
  g_assert_true(g_str_has_suffix(out, ",,,\n"));
}

static void test_bad_files(void) {
  static const struct {
    const char *text, *word;
  } FILES[] = {
      {"commodity,analyte,value,unit\n韭菜,铅,1,mg/kg\n", "date"},
      {"commodity,analyte,value,unit,date,verdict\n韭菜,铅,1,mg/kg,,\n", "verdict"},
      {"commodity,analyte,value,unit,date\n韭菜,铅,1,mg/kg\n", "2"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
    GError *error = NULL;

    g_assert_null(judge_file(FILES[i].text, FALSE, &error));
    g_assert_nonnull(strstr(error->message, "rows.csv"));
    g_assert_nonnull(strstr(error->message, FILES[i].word));
    g_error_free(error);
  }
}

/* ---- the command's parameters ---- */

static const LimsField *find_field(const char *name) {
  for (const LimsField *field = LIMS_JUDGE_COMMANDS[0].fields; field->name; field++)
    if (strcmp(field->name, name) == 0)
      return field;
  return NULL;
}

static const char *ask_field(gconstpointer data, const char *name) {
  const LimsField *field = find_field(name);

  if (!field)
    g_error("judge one has no parameter %s", name);
  (*(guint *)data)++;
  return NULL;
}

/* Every part of a text is a parameter, and every parameter a part; facts in the words of their table. */
static void test_parameters(void) {
  LimsJudgeText text;
  guint asked = 0, known = 0;

  lims_judge_text_fill(&text, ask_field, &asked);
  for (const LimsField *field = LIMS_JUDGE_COMMANDS[0].fields; field->name; field++)
    known++;
  g_assert_cmpuint(asked, ==, known);
  for (guint i = 0; i < LIMS_FACTS; i++) {
    const LimsField *field = find_field(lims_fact_name((LimsFact)i));

    g_assert_cmpstr(field->help, ==, lims_fact_help((LimsFact)i));
    g_assert_cmpstr(field->choices, ==, lims_fact_choices((LimsFact)i));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge-text/names", test_names);
  g_test_add_func("/judge-text/units", test_units);
  g_test_add_func("/judge-text/days", test_days);
  g_test_add_func("/judge-text/forms", test_forms);
  g_test_add_func("/judge-text/basis", test_basis);
  g_test_add_func("/judge-text/given", test_given);
  g_test_add_func("/judge-text/facts", test_facts);
  g_test_add_func("/judge-text/screens", test_screens);
  g_test_add_func("/judge-text/file", test_file);
  g_test_add_func("/judge-text/found", test_found);
  g_test_add_func("/judge-text/bad-files", test_bad_files);
  g_test_add_func("/judge-text/parameters", test_parameters);
  return g_test_run();
}
