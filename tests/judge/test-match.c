/* Names as people write them, against the commodities of config/catalogue: what is sure, what is ambiguous,
 * and above all what is none. */
#include "lims/judge/match.h"
#include "tests/judge/helper-delivered.h"

#include <string.h>

#define FIELD(i) lims_csv_get(row, i)

/* The commodities with their names, in no tree. */
static LimsCatalogue *read_names(void) {
  LimsCatalogue *catalogue = lims_catalogue_new();
  g_autoptr(LimsCsv) commodities = read_delivered("commodities.csv");
  g_autoptr(LimsCsv) aliases = read_delivered("commodity-aliases.csv");
  GError *error = NULL;

  for (guint i = 0; i < commodities->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(commodities->rows, i);

    lims_catalogue_add_commodity(catalogue, FIELD(0), FIELD(1), FIELD(2), FIELD(3), &error);
    g_assert_no_error(error);
  }
  for (guint i = 0; i < aliases->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(aliases->rows, i);

    lims_catalogue_add_commodity_alias(catalogue, FIELD(0), FIELD(1), &error);
    g_assert_no_error(error);
  }
  lims_catalogue_seal(catalogue, &error);
  g_assert_no_error(error);
  return catalogue;
}

typedef struct {
  const char *name;
  LimsMatchKind kind;
  const char *commodity;
} Case;

#define EXACT LIMS_MATCH_EXACT
#define STRIPPED LIMS_MATCH_STRIPPED
#define AMBIGUOUS LIMS_MATCH_AMBIGUOUS, NULL
#define NONE LIMS_MATCH_NONE, NULL

static const Case CASES[] = {
    /* names and aliases */
    {"韭菜", EXACT, "chinese-chive"},
    {" 姜 （生姜） ", EXACT, "ginger"},
    {"ＣＥＬＥＲＹ", EXACT, "celery"},
    {"圣女果", EXACT, "cherry-tomato"},
    {"豇豆（长豆角）", EXACT, "yardlong-bean"},
    {"荷兰芹", EXACT, "parsley"},
    {"云南红豆", EXACT, "dry-kidney-bean"},
    /* brackets: packing, number, grade, colour, size, variety, the same food again */
    {"螺丝椒（绿）", STRIPPED, "chilli-pepper"},
    {"韭菜(散装)", STRIPPED, "chinese-chive"},
    {"黄瓜（2）", STRIPPED, "cucumber"},
    {"鸡蛋（500g*2袋）", STRIPPED, "hen-egg"},
    {"【精品】韭菜", STRIPPED, "chinese-chive"},
    {"苹果（红富士 80#）", STRIPPED, "apple"},
    {"茄子（紫、长）", STRIPPED, "eggplant"},
    {"苋菜（红苋菜）", STRIPPED, "amaranth"},
    {"普通白菜（鸡毛菜）", STRIPPED, "pak-choi"},
    {"精品西红柿（大）（散装）", STRIPPED, "tomato"},
    /* words at either end, numbers, classes, strokes, brands */
    {"本地小葱", STRIPPED, "welsh-onion"},
    {"有机西兰花", STRIPPED, "broccoli"},
    {"黄瓜2号", STRIPPED, "cucumber"},
    {"3.韭菜", STRIPPED, "chinese-chive"},
    {"蔬菜-蔬菜-韭菜", STRIPPED, "chinese-chive"},
    {"水产品-淡水鱼-鲫鱼", STRIPPED, "crucian-carp"},
    {"西葫芦/茭瓜", STRIPPED, "zucchini"},
    {"鲜香菇（食用菌）", STRIPPED, "shiitake"},
    {"泰夹牌椴树蜜", STRIPPED, "honey"},
    {"农井坊纯净水", STRIPPED, "purified-water"},
    {"樵夫清润（饮用纯净水）", STRIPPED, "purified-water"},
    {"包谷酒（白酒）", STRIPPED, "baijiu"},
    /* fresh and dry choose */
    {"鲜香菇", EXACT, "shiitake"},
    {"香菇（干品）", STRIPPED, "dried-shiitake"},
    {"新鲜茶树菇", STRIPPED, "fresh-agrocybe-mushroom"},
    {"干羊肚菌（散装）", STRIPPED, "dried-morel"},
    {"羊肚菌", EXACT, "morel"}, /* either */
    {"红枣（鲜）", STRIPPED, "jujube"},
    {"葡萄（干）", STRIPPED, "raisin"},
    {"新鲜菠菜", STRIPPED, "spinach"},
    {"虾（冷冻）", STRIPPED, "prawn"},
    {"食用菌-鲜食用菌-茶树菇", STRIPPED, "fresh-agrocybe-mushroom"},
    {"芒果干", NONE},
    {"姜（干）", NONE},
    {"鲜茶叶", NONE},
    {"鲜腊肉", NONE},
    {"活鱼", NONE},
    {"活韭菜", NONE},
    {"冻菠菜", NONE},
    /* another food */
    {"韭菜（芹菜）", AMBIGUOUS},
    {"番茄、黄瓜", AMBIGUOUS},
    {"甘蓝（紫）", AMBIGUOUS},
    {"木耳（白）", AMBIGUOUS},
    {"枣（红）", AMBIGUOUS},
    {"韭菜（黄）", AMBIGUOUS},
    {"萝卜（叶）", AMBIGUOUS},
    {"南瓜（尖）", AMBIGUOUS},
    {"牛肉（卤）", AMBIGUOUS},
    /* what was made of it is not it */
    {"炸薯条", NONE},
    {"油条（自制）", NONE},
    {"自制驴肉", NONE},
    {"鸡肉（熟）", NONE},
    {"马铃薯（粉）", NONE},
    {"番茄酱", NONE},
    {"姜粉", NONE},
    {"花椒芽", NONE},
    {"凉拌黄瓜", NONE},
    {"水产制品-海带", NONE},
    {"蔬菜-白芸豆", NONE}, /* the class says a vegetable, the name dry beans */
    /* words that make another food */
    {"上海白菜", NONE},
    {"日本豆腐", NONE},
    {"鸡蛋糕", NONE}, /* no 蛋糕: also a steamed custard */
    {"韭黄酒", NONE},
    {"黄豆干", NONE}, /* made of soybeans */
    /* no names */
    {"", NONE},
    {"（）", NONE},
    {"韭菜（", NONE},
    {"韭菜）（散装", NONE},
    {"韭菜（（散装））", NONE},
    {"碟子", NONE},
    {"123", NONE},
    {"食用农产品", NONE},
    {"\xff\xfe", NONE},
};

static void test_cases(void) {
  g_autoptr(LimsCatalogue) catalogue = read_names();

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    const Case *expected = &CASES[i];
    g_auto(LimsMatch) match = {0};

    lims_match_commodity(catalogue, expected->name, &match);
    g_test_message("%s: %d %s", expected->name, match.kind, match.commodity);
    g_assert_cmpint(match.kind, ==, expected->kind);
    g_assert_cmpstr(match.commodity, ==, expected->commodity);
    g_assert_cmpstr(lims_match_find_commodity(catalogue, expected->name), ==, expected->commodity);
    g_assert_cmpuint(match.candidates->len, <=, match.commodity ? 0 : LIMS_MATCH_CANDIDATES);
    g_assert_true((match.by != NULL) == (match.commodity != NULL));
  }
}

/* Every name is its own commodity's, also with words around it that say nothing. */
static void check_own(const LimsCatalogue *catalogue, const char *name, const char *code) {
  g_autofree char *around = g_strdup_printf("精品%s（散装）", name);
  g_auto(LimsMatch) match = {0};

  lims_match_commodity(catalogue, name, &match);
  g_assert_cmpint(match.kind, ==, LIMS_MATCH_EXACT);
  g_assert_cmpstr(match.commodity, ==, code);
  if (!strpbrk(name, "-/") && !strstr(name, "、") && !strstr(name, "(") && !strstr(name, "（"))
    g_assert_cmpstr(lims_match_find_commodity(catalogue, around), ==, code);
}

static void test_own_names(void) {
  g_autoptr(LimsCatalogue) catalogue = read_names();
  g_autoptr(LimsCsv) aliases = read_delivered("commodity-aliases.csv");

  for (guint i = 0; i < aliases->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(aliases->rows, i);

    check_own(catalogue, FIELD(0), FIELD(1));
  }
}

/* A product stays one: 炸酱卤肉制品. */
static gboolean is_product(const char *name) {
  static const char *const MARKS[] = {"制品", "干", "腌", "渍", "罐", "饯", "酱"};

  for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++)
    if (strstr(name, MARKS[i]))
      return TRUE;
  return FALSE;
}

/* What was done to a food is never taken off its name. */
static void test_made(void) {
  static const char *const AHEAD[] = {"炸",   "卤", "腌",   "烤",   "酱",   "熏",  "凉拌",
                                      "即食", "糖", "五香", "盐渍", "油炸", "速冻"};
  static const char *const BEHIND[] = {"粉", "汁", "罐头", "脆片", "酱", "饼",
                                       "糕", "面", "饮料", "汤",   "丸", "味"};
  g_autoptr(LimsCatalogue) catalogue = read_names();
  g_autoptr(LimsCsv) commodities = read_delivered("commodities.csv");
  const char *const raw[] = {"vegetables", "fruit", "mushrooms", "meat", "aquatic", NULL};

  for (guint i = 0; i < commodities->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(commodities->rows, i);

    if (!g_strv_contains(raw, FIELD(3)) || is_product(FIELD(1)))
      continue;
    for (guint j = 0; j < G_N_ELEMENTS(AHEAD); j++) {
      g_autofree char *name = g_strconcat(AHEAD[j], FIELD(1), NULL);

      g_assert_cmpstr(lims_match_find_commodity(catalogue, name), !=, FIELD(0));
    }
    for (guint j = 0; j < G_N_ELEMENTS(BEHIND); j++) {
      g_autofree char *name = g_strconcat(FIELD(1), BEHIND[j], NULL);

      g_assert_cmpstr(lims_match_find_commodity(catalogue, name), !=, FIELD(0));
    }
  }
}

/* ---- candidates ---- */

static void assert_candidates(const LimsCatalogue *catalogue, const char *name, const char *expected) {
  g_autoptr(GString) found = g_string_new(NULL);
  g_auto(LimsMatch) match = {0};

  lims_match_commodity(catalogue, name, &match);
  for (guint i = 0; i < match.candidates->len; i++)
    g_string_append_printf(found, "%s%s", i ? " " : "", (char *)g_ptr_array_index(match.candidates, i));
  g_assert_cmpstr(found->str, ==, expected);
}

static void test_candidates(void) {
  g_autoptr(LimsCatalogue) catalogue = lims_catalogue_new();
  GError *error = NULL;
  g_autofree char *long_name = g_strnfill(5000, 'x');

  lims_catalogue_add_commodity(catalogue, "tofu", "豆腐", "tofu", "pulses", &error);
  lims_catalogue_add_commodity_alias(catalogue, "豆干", "tofu", &error);
  lims_catalogue_add_commodity(catalogue, "milk", "豆腐奶", "bean milk", "pulses", &error);
  lims_catalogue_add_commodity(catalogue, "a-bean", "红豆", "a bean", "pulses", &error);
  lims_catalogue_add_commodity(catalogue, "b-bean", "绿豆", "b bean", "pulses", &error);
  lims_catalogue_add_commodity(catalogue, "onion", "葱", "onion", "vegetables", &error);
  lims_catalogue_seal(catalogue, &error);
  g_assert_no_error(error);
  assert_candidates(catalogue, "贾寨豆干五香味", "tofu");
  assert_candidates(catalogue, "香豆腐块", "tofu milk");                /* as long a run: the shorter name */
  assert_candidates(catalogue, "红豆绿豆豆腐脑", "a-bean b-bean tofu"); /* and then the code; three at most */
  assert_candidates(catalogue, "豆腐奶糕", "milk tofu");                /* the longer run */
  assert_candidates(catalogue, "西葱", "onion"); /* one character, the whole name, at the end */
  assert_candidates(catalogue, "葱花", "");
  assert_candidates(catalogue, "香豆", ""); /* one character in common */
  assert_candidates(catalogue, "tofy", "");
  assert_candidates(catalogue, "tofus", "tofu");
  assert_candidates(catalogue, "豆腐、绿豆", "tofu b-bean"); /* ambiguous: what it names */
  assert_candidates(catalogue, "豆腐", "");
  assert_candidates(catalogue, long_name, "");
}

/* ---- places ---- */

static void test_places(void) {
  g_autoptr(LimsCatalogue) catalogue = lims_catalogue_new();
  g_autoptr(GPtrArray) there = NULL, absent = NULL, nowhere = NULL;
  GError *error = NULL;

  lims_catalogue_add_node(catalogue, "t", 1, 0, "菜", &error);
  lims_catalogue_add_node(catalogue, "t", 2, 1, "菜 > 葱", &error);
  lims_catalogue_add_commodity(catalogue, "onion", "葱", "onion", "vegetables", &error);
  lims_catalogue_add_commodity(catalogue, "stray", "筷子", "stray", "other", &error);
  lims_catalogue_add_membership(catalogue, "onion", "t", 2, &error);
  lims_catalogue_add_membership(catalogue, "onion", "t", 1, &error);
  lims_catalogue_seal(catalogue, &error);
  g_assert_no_error(error);
  there = lims_match_places(catalogue, "onion", "t");
  g_assert_cmpuint(there->len, ==, 2);
  g_assert_cmpstr(g_ptr_array_index(there, 0), ==, "菜 > 葱");
  absent = lims_match_places(catalogue, "onion", "u");
  g_assert_cmpuint(absent->len, ==, 0);
  nowhere = lims_match_places(catalogue, "stray", "t");
  g_assert_cmpuint(nowhere->len, ==, 0);
}

/* A bracket that says which of the places a name leaves open. */
static void test_narrower(void) {
  static const Case OPEN[] = {
      {"枣（冬枣）", STRIPPED, "fresh"}, {"冬枣（枣）", STRIPPED, "fresh"}, {"枣（红枣）", STRIPPED, "dried"},
      {"冬枣（红枣）", AMBIGUOUS},       {"枣（葱）", AMBIGUOUS},           {"枣（半）", AMBIGUOUS},
      {"枣（红）", AMBIGUOUS},
  };
  static const struct {
    const char *commodity, *tree;
    gint64 node;
  } PLACES[] = {{"open", "t", 1},  {"open", "t", 2},  {"open", "u", 5},  {"fresh", "t", 1}, {"fresh", "u", 5},
                {"dried", "t", 2}, {"dried", "u", 5}, {"onion", "t", 3}, {"half", "t", 1}};
  g_autoptr(LimsCatalogue) catalogue = lims_catalogue_new();
  GError *error = NULL;

  for (gint64 node = 1; node <= 3; node++)
    lims_catalogue_add_node(catalogue, "t", node, 0, "x", &error);
  lims_catalogue_add_node(catalogue, "u", 5, 0, "x", &error);
  lims_catalogue_add_commodity(catalogue, "open", "枣", "open", "fruit", &error);
  lims_catalogue_add_commodity(catalogue, "fresh", "冬枣", "fresh", "fruit", &error);
  lims_catalogue_add_commodity(catalogue, "dried", "红枣", "dried", "fruit", &error);
  lims_catalogue_add_commodity(catalogue, "onion", "葱", "onion", "vegetables", &error);
  lims_catalogue_add_commodity(catalogue, "half", "半", "half", "fruit",
                               &error); /* no place in u: another food */
  for (guint i = 0; i < G_N_ELEMENTS(PLACES); i++)
    lims_catalogue_add_membership(catalogue, PLACES[i].commodity, PLACES[i].tree, PLACES[i].node, &error);
  lims_catalogue_seal(catalogue, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < G_N_ELEMENTS(OPEN); i++) {
    g_auto(LimsMatch) match = {0};

    lims_match_commodity(catalogue, OPEN[i].name, &match);
    g_test_message("%s", OPEN[i].name);
    g_assert_cmpint(match.kind, ==, OPEN[i].kind);
    g_assert_cmpstr(match.commodity, ==, OPEN[i].commodity);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/match/cases", test_cases);
  g_test_add_func("/match/own-names", test_own_names);
  g_test_add_func("/match/made", test_made);
  g_test_add_func("/match/candidates", test_candidates);
  g_test_add_func("/match/places", test_places);
  g_test_add_func("/match/narrower", test_narrower);
  return g_test_run();
}
