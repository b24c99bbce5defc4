/* See the header. */
#include "tests/model/helper-judge-text.h"

#include <string.h>

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

LimsCatalogue *helper_text_catalogue(void) {
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

void helper_text_check(const LimsCatalogue *catalogue, const HelperCase *row) {
  g_auto(LimsJudgedText) judged = {0};

  lims_judge_text(catalogue, &row->text, &judged);
  g_test_message("%s %s %s: %s: %s", row->text.analyte, row->text.value,
                 row->text.limit ? row->text.limit : "", judged.verdict.reason_code, judged.verdict.reason);
  g_assert_cmpint(judged.verdict.kind, ==, row->kind);
  g_assert_cmpstr(judged.verdict.reason_code, ==, row->code);
  if (row->word)
    g_assert_nonnull(strstr(judged.verdict.reason, row->word));
}

void helper_text_check_all(const HelperCase *rows, guint count) {
  g_autoptr(LimsCatalogue) catalogue = helper_text_catalogue();

  for (guint i = 0; i < count; i++)
    helper_text_check(catalogue, &rows[i]);
}
