/* See the header. */
#include "tests/judge/helper-catalogue.h"

static const struct {
  gint64 id, parent;
  const char *path;
} NODES[] = {
    {1, 0, "蔬菜"},
    {2, 1, "蔬菜 > 叶菜"},
    {3, 2, "蔬菜 > 叶菜 > 菠菜"},
    {4, 1, "蔬菜 > 茎类"},
    {5, 4, "蔬菜 > 茎类 > 芹菜"},
    {10, 0, "水产"},
    {11, 10, "水产 > 鱼"},
    {20, 0, "食用菌"},
    {21, 20, "食用菌 > 木耳"},
};

static const struct {
  const char *code, *name, *name_en;
  gint64 nodes[2];
} COMMODITIES[] = {
    {"spinach", "菠菜", "spinach", {3}},  {"celery", "芹菜", "celery", {5}},
    {"carp", "鲤鱼", "carp", {11}},       {"fungus", "木耳", "wood ear", {21}},
    {"oddity", "怪菜", "oddity", {3, 5}}, {"stray", "无类", "stray", {0}},
    {"leaf", "叶", "leaf", {2, 4}},       {"twice", "重", "twice", {1, 3}},
};

/* Molecular formulas as of config/catalogue/analytes.csv; "" where no sum needs one. */
static const struct {
  const char *code, *name, *formula;
} ANALYTES[] = {
    {"lead", "铅", ""},
    {"cadmium", "镉", ""},
    {"carbofuran", "克百威", "C12H15NO3"},
    {"3-hydroxycarbofuran", "3-羟基克百威", "C12H15NO4"},
    {"phorate", "甲拌磷", "C7H17O2PS3"},
    {"phorate-sulfoxide", "甲拌磷亚砜", "C7H17O3PS3"},
    {"phorate-sulfone", "甲拌磷砜", "C7H17O4PS3"},
    {"fipronil", "氟虫腈", "C12H4Cl2F6N4OS"},
    {"fipronil-desulfinyl", "氟甲腈", "C12H4Cl2F6N4"},
    {"fipronil-sulfide", "氟虫腈硫醚", "C12H4Cl2F6N4S"},
    {"fipronil-sulfone", "氟虫腈砜", "C12H4Cl2F6N4O2S"},
    {"imidacloprid", "吡虫啉", "C9H10ClN5O2"},
    {"imidacloprid-metabolites", "吡虫啉代谢物", ""},
    {"hch-bhc", "六六六", ""},
    {"alpha-hch", "α-六六六", ""},
    {"beta-hch", "β-六六六", ""},
    {"gamma-hch", "林丹", ""},
    {"delta-hch", "δ-六六六", ""},
    {"ddt", "滴滴涕", ""},
    {"p-p-ddt", "p,p'-滴滴涕", ""},
    {"o-p-ddt", "o,p'-滴滴涕", ""},
    {"p-p-dde", "p,p'-滴滴伊", ""},
    {"p-p-ddd", "p,p'-滴滴滴", ""},
    {"enzyme-inhibition", "酶抑制率", ""},
    {"chloramphenicol", "氯霉素", ""},
    {"ph", "pH", ""},
    {"mercury", "总汞", ""},
    {"methylmercury", "甲基汞", ""},
    {"total-arsenic", "总砷", ""},
    {"inorganic-arsenic", "无机砷", ""},
    {"tin", "锡", ""},
    {"moisture", "水分", ""},
    {"fat", "脂肪", ""},
};

LimsCatalogue *helper_catalogue_new(void) {
  LimsCatalogue *c = lims_catalogue_new();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(NODES); i++)
    lims_catalogue_add_node(c, "food", NODES[i].id, NODES[i].parent, NODES[i].path, &error);
  for (guint i = 0; i < G_N_ELEMENTS(ANALYTES); i++) {
    lims_catalogue_add_analyte(c, ANALYTES[i].code, ANALYTES[i].name, "", &error);
    lims_catalogue_set_formula(c, ANALYTES[i].code, ANALYTES[i].formula, &error);
  }
  for (guint i = 0; i < G_N_ELEMENTS(COMMODITIES); i++) {
    lims_catalogue_add_commodity(c, COMMODITIES[i].code, COMMODITIES[i].name, COMMODITIES[i].name_en, "other",
                                 &error);
    for (guint n = 0; n < 2 && COMMODITIES[i].nodes[n]; n++)
      lims_catalogue_add_membership(c, COMMODITIES[i].code, "food", COMMODITIES[i].nodes[n], &error);
  }
  g_assert_no_error(error);
  return c;
}

void helper_add_set(LimsCatalogue *c, const char *code, const char *standard, int from, int to,
                    LimsDateRule rule) {
  GError *error = NULL;

  lims_catalogue_add_set(c,
                         &(LimsLimitSet){.set = code,
                                         .standard = standard,
                                         .tree = "food",
                                         .from = from,
                                         .to = to,
                                         .date_rule = rule,
                                         .standing = "good",
                                         .source = "invented"},
                         &error);
  g_assert_no_error(error);
}

void helper_add_limit(LimsCatalogue *c, const char *set, gint64 node, const char *analyte, const char *text,
                      const char *unit, const char *definition, const char *conditions) {
  GError *error = NULL;
  LimsLimit limit;

  if (!lims_limit_parse(text, unit, &limit))
    limit.kind = LIMS_LIMIT_OTHER;
  limit.id = node;
  limit.node = node;
  limit.analyte = analyte;
  limit.clause = "table 1";
  limit.residue_definition = definition ? definition : "";
  limit.conditions = conditions ? conditions : "";
  lims_catalogue_add_limit(c, set, &limit, &error);
  g_assert_no_error(error);
}

void helper_add_method(LimsCatalogue *c, const char *code, const char *formula, LimsMethod rules) {
  GError *error = NULL;

  rules.code = code;
  rules.name = code;
  rules.standard = code;
  lims_catalogue_add_method(c, &rules, formula, &error);
  g_assert_no_error(error);
}

void helper_seal(LimsCatalogue *c) {
  GError *error = NULL;

  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
}

LimsDetermination helper_determination(const char *printed, const char *unit, LimsJudgeBasis basis,
                                       guint replicate) {
  LimsDetermination d = {
      .analyte = "lead", .basis = basis, .replicate = replicate, .unit = unit ? lims_unit_find(unit) : NULL};

  lims_value_read(&d.value, printed, NULL);
  return d;
}

LimsDecimal helper_decimal(const char *text) {
  LimsDecimal out;

  g_assert_true(lims_decimal_parse(text, &out));
  return out;
}
