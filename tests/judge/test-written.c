/* Results as sheets and bulletins write them: each form in its variants, and beside each what
 * looks like it and must not be read. */
#include "lims/judge/written.h"

#include <string.h>

static void check_number(LimsDecimal number, const char *expected) {
  g_autofree char *text = lims_decimal_to_string(number);

  if (expected)
    g_assert_cmpstr(text, ==, expected);
}

/* ---- results ---- */

static const struct {
  const char *text;
  LimsValueState state;
  const char *number, *unit;
} RESULTS[] = {
    /* numbers and their units */
    {"0.35 mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35 mg / kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35MG/KG", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"０．３５ｍｇ／ｋｇ", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35㎎/㎏", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35(mg/kg)", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35（mg/kg）", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35mg·kg⁻¹", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35毫克/公斤", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35\u00a0mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"0.35mg/kg。", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"2.19 g/100g", LIMS_VALUE_NUMBER, "2.19", "g/100g"},
    {"62.5％", LIMS_VALUE_NUMBER, "62.5", "%"},
    {"45.0%vol", LIMS_VALUE_NUMBER, "45.0", "%vol"},
    {"11mmol/kg", LIMS_VALUE_NUMBER, "11", "mmol/kg"},
    {"0.0594mg/100cm²", LIMS_VALUE_NUMBER, "0.0594", "mg/100cm²"},
    {"12CFU/250mL", LIMS_VALUE_NUMBER, "12", "CFU/250mL"},
    {"27 CFU / 250mL", LIMS_VALUE_NUMBER, "27", "CFU/250mL"},
    {"3个/L", LIMS_VALUE_NUMBER, "3", "个/L"},
    {"21.5℃", LIMS_VALUE_NUMBER, "21.5", "°C"},
    {"1.076/", LIMS_VALUE_NUMBER, "1.076", "1"},
    {"-0.002mg/kg", LIMS_VALUE_NUMBER, "-0.002", "mg/kg"},
    {"−0.002mg/kg", LIMS_VALUE_NUMBER, "-0.002", "mg/kg"},
    {"+0.5mg/kg", LIMS_VALUE_NUMBER, "0.5", "mg/kg"},
    {"检出0.35mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"检出：0.35 mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"检出值：0.35mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    {"实测值:0.35", LIMS_VALUE_NUMBER, "0.35", NULL},
    {"检验结果为0.35mg/kg", LIMS_VALUE_NUMBER, "0.35", "mg/kg"},
    /* powers of ten */
    {"1.2×10³", LIMS_VALUE_NUMBER, "1200", NULL},
    {"1.2×10^3", LIMS_VALUE_NUMBER, "1200", NULL},
    {"1.2 x 10^3 CFU/g", LIMS_VALUE_NUMBER, "1200", "CFU/g"},
    {"1.2X10³CFU/g", LIMS_VALUE_NUMBER, "1200", "CFU/g"},
    {"1.2*10^3", LIMS_VALUE_NUMBER, "1200", NULL},
    {"1.2·10³", LIMS_VALUE_NUMBER, "1200", NULL},
    {"1.2×10⁻³ mg/kg", LIMS_VALUE_NUMBER, "0.0012", "mg/kg"},
    {"1.2×10^-3mg/kg", LIMS_VALUE_NUMBER, "0.0012", "mg/kg"},
    {"1.2e3CFU/g", LIMS_VALUE_NUMBER, "1200", "CFU/g"},
    {"10⁵CFU/g", LIMS_VALUE_NUMBER, "100000", "CFU/g"},
    {"10^5CFU/g", LIMS_VALUE_NUMBER, "100000", "CFU/g"},
    {"10×10³CFU/g", LIMS_VALUE_NUMBER, "10000", "CFU/g"},
    {"6.8×10²CFU/g", LIMS_VALUE_NUMBER, "680", "CFU/g"},
    /* not detected, and below what */
    {"未检出", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"未检出。", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"未检出/25g", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"未检出 mg/kg", LIMS_VALUE_NOT_DETECTED, NULL, "mg/kg"},
    {"未检出CFU/250mL", LIMS_VALUE_NOT_DETECTED, NULL, "CFU/250mL"},
    {"ND", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"nd", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"N.D. mg/kg", LIMS_VALUE_NOT_DETECTED, NULL, "mg/kg"},
    {"低于检出限", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"＜检出限", LIMS_VALUE_NOT_DETECTED, NULL, NULL},
    {"低于检出限0.01mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"<0.01", LIMS_VALUE_NOT_DETECTED, "0.01", NULL},
    {"＜0.01 mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"﹤0.01mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"小于0.01", LIMS_VALUE_NOT_DETECTED, "0.01", NULL},
    {"小于 0.01mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"<0.01(未检出)", LIMS_VALUE_NOT_DETECTED, "0.01", NULL},
    {"<10CFU/g", LIMS_VALUE_NOT_DETECTED, "10", "CFU/g"},
    {"未检出（<0.01mg/kg）", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"未检出（检出限：0.01mg/kg）", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"未检出（检出限0.01）mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"未检出（定量限：5mg/100g）", LIMS_VALUE_NOT_DETECTED, "5", "mg/100g"},
    {"未检出，<0.01mg/kg", LIMS_VALUE_NOT_DETECTED, "0.01", "mg/kg"},
    {"ND(LOD=0.01)", LIMS_VALUE_NOT_DETECTED, "0.01", NULL},
    {"ND<0.01", LIMS_VALUE_NOT_DETECTED, "0.01", NULL},
    {"0.001L", LIMS_VALUE_NOT_DETECTED, "0.001", NULL},
    {"0.001L mg/L", LIMS_VALUE_NOT_DETECTED, "0.001", "mg/L"},
    {"低于定量限", LIMS_VALUE_BELOW_LOQ, NULL, NULL},
    {"<LOQ", LIMS_VALUE_BELOW_LOQ, NULL, NULL},
    {"＜定量限（0.02mg/kg）", LIMS_VALUE_BELOW_LOQ, "0.02", "mg/kg"},
    {">100", LIMS_VALUE_ABOVE_RANGE, "100", NULL},
    {"大于100CFU/g", LIMS_VALUE_ABOVE_RANGE, "100", "CFU/g"},
    /* findings */
    {"检出", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"检出/50cm²", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"检出/50cm2", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"检出 / 25 g", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"阳性", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"阳性（+）", LIMS_VALUE_POSITIVE, NULL, NULL},
    {"阴性", LIMS_VALUE_NEGATIVE, NULL, NULL},
    {"", LIMS_VALUE_NOT_RUN, NULL, NULL},
    {"未检测", LIMS_VALUE_NOT_RUN, NULL, NULL},
};

static void test_results(void) {
  for (guint i = 0; i < G_N_ELEMENTS(RESULTS); i++) {
    g_auto(LimsUnread) unread = {0};
    LimsValue value;
    const LimsUnit *unit;

    g_test_message("%s", RESULTS[i].text);
    g_assert_true(lims_result_read(RESULTS[i].text, &value, &unit, &unread));
    g_assert_cmpint(unread.kind, ==, LIMS_UNREAD_NOTHING);
    g_assert_cmpint(value.state, ==, RESULTS[i].state);
    g_assert_cmpint(value.has_number, ==, RESULTS[i].number != NULL);
    g_assert_cmpstr(unit ? unit->name : NULL, ==, RESULTS[i].unit);
    if (RESULTS[i].number)
      check_number(value.number, RESULTS[i].number);
    lims_value_clear(&value);
  }
}

/* The digits as they came, and the unit apart. */
static void test_printed(void) {
  static const struct {
    const char *text, *printed;
  } ROWS[] = {
      {"0.350 mg/kg", "0.350"},
      {"1.58×10³mg/kg", "1.58×10³"},
      {"0.35", "0.35"},
      {"0.35(mg/kg)", "0.35"},
      {"<0.01mg/kg", "<0.01"},
      {"未检出CFU/250mL", "未检出"},
      {"0.001L mg/L", "0.001L"},
      {"检出/50cm²", "检出/50cm²"},
      {"１．５mg/kg", "1.5"},
      {"未检出(检出限0.01mg/kg)", "未检出(检出限0.01mg/kg)"},
      {"未检出(检出限0.01)mg/kg", "未检出(检出限0.01)"},
      {"0.35ppm", "0.35ppm"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsValue value;
    const LimsUnit *unit;

    lims_result_read(ROWS[i].text, &value, &unit, NULL);
    g_assert_cmpstr(value.printed, ==, ROWS[i].printed);
    lims_value_clear(&value);
  }
}

static const struct {
  const char *text;
  LimsUnreadKind kind;
  const char *word; /* in its words */
} NO_RESULTS[] = {
    {"1.26倍", LIMS_UNREAD_UNIT, "“倍”"},
    {"0.35ppm", LIMS_UNREAD_UNIT, "“ppm”"},
    {"35 ppb", LIMS_UNREAD_UNIT, "“ppb”"},
    {"3.50mg/每日", LIMS_UNREAD_UNIT, "“mg/每日”"},
    {"<0.35ppm", LIMS_UNREAD_UNIT, "“ppm”"},
    {"1.3×103CFU/g", LIMS_UNREAD_POWER, "×103"},
    {"1.2×10-3mg/kg", LIMS_UNREAD_POWER, "×10-3"},
    {"1.2×10", LIMS_UNREAD_POWER, "×10"},
    {"2.3×10²,<10,<10,<10,<10CFU/g", LIMS_UNREAD_SEVERAL, "several"},
    {"1.3×103；6.8×104；3.4×104；2.4×105；1.2×104CFU/g", LIMS_UNREAD_SEVERAL, "several"},
    {"4，0，0，0，0CFU/250mL", LIMS_UNREAD_SEVERAL, "several"},
    {"未检出；240；1；26；300CFU/250mL", LIMS_UNREAD_SEVERAL, "several"},
    {"1；27；未检出；未检出；未检出CFU/250mL", LIMS_UNREAD_SEVERAL, "several"},
    {"460/470/400/290/350CFU/g", LIMS_UNREAD_SEVERAL, "several"},
    {"0.1mg/kg;0.2mg/kg", LIMS_UNREAD_SEVERAL, "several"},
    {"0.1 0.2", LIMS_UNREAD_SEVERAL, "several"},
    {"1,200mg/kg", LIMS_UNREAD_SEVERAL, "several"}, /* 1200, or 1 and 200 */
    {"未检出，未检出", LIMS_UNREAD_SEVERAL, "several"},
    {"检出2/5", LIMS_UNREAD_SEVERAL, "several"},
    {"18-33", LIMS_UNREAD_SPAN, "span"},
    {"0.1～0.2mg/kg", LIMS_UNREAD_SPAN, "span"},
    {"0.35±0.02mg/kg", LIMS_UNREAD_PLUS_MINUS, "uncertainty"},
    {"n=5,c=2,m=50,M=100CFU/g", LIMS_UNREAD_PLAN, "plan"},
    {"约0.35mg/kg", LIMS_UNREAD_WORDS, "“约0.35mg/kg”"},
    {"≤0.35mg/kg", LIMS_UNREAD_WORDS, "“≤0.35mg/kg”"},
    {"0.35mg/kg(标准值≤5mg/kg)", LIMS_UNREAD_WORDS, "标准值"},
    {"检出限0.01mg/kg", LIMS_UNREAD_WORDS, "限0.01mg/kg"},
    {"未检出（定量限：5mg/100g）g/每日", LIMS_UNREAD_UNIT, "“g/每日”"},
    {"未检出(检出限0.01mg/kg)µg/kg", LIMS_UNREAD_WORDS, "检出限"},
    {"未检出(检出限)", LIMS_UNREAD_WORDS, "检出限"},
    {"不合格", LIMS_UNREAD_WORDS, "不合格"},
    {"合格", LIMS_UNREAD_WORDS, "合格"},
    {"NDMA", LIMS_UNREAD_WORDS, "MA"},
    {"mg/kg", LIMS_UNREAD_WORDS, "mg/kg"},
    {"0.1.2mg/kg", LIMS_UNREAD_WORDS, "“.2mg/kg”"},
    {"<-0.5mg/kg", LIMS_UNREAD_WORDS, "-0.5"},
    {"2次未检出", LIMS_UNREAD_WORDS, "未检出"},
    {"/", LIMS_UNREAD_WORDS, "/"},
    {"--", LIMS_UNREAD_WORDS, "--"},
};

static void test_no_results(void) {
  for (guint i = 0; i < G_N_ELEMENTS(NO_RESULTS); i++) {
    g_auto(LimsUnread) unread = {0};
    g_autofree char *words = NULL;
    LimsValue value;
    const LimsUnit *unit;
    gboolean is_result = lims_result_read(NO_RESULTS[i].text, &value, &unit, &unread);

    words = lims_unread_to_words(&unread);
    g_test_message("%s: %s", NO_RESULTS[i].text, words);
    g_assert_false(is_result);
    g_assert_null(unit);
    g_assert_cmpint(value.state, ==, LIMS_VALUE_UNREADABLE);
    g_assert_false(value.has_number);
    g_assert_cmpstr(value.printed, ==, NO_RESULTS[i].text);
    g_assert_cmpint(unread.kind, ==, NO_RESULTS[i].kind);
    g_assert_nonnull(strstr(words, NO_RESULTS[i].word));
    lims_value_clear(&value);
  }
}

/* ---- both ---- */

/* Cut anywhere, also inside a character: nothing is read beyond the end, and what is read has a state. */
static void test_cut(void) {
  static const char *const TEXTS[] = {
      "1.58×10³mg/kg",       "≤0.24～0.6g/kg",          "未检出（检出限：0.01mg/kg）",
      "1.2×10^-3 CFU/250mL", "n=5,c=2,m=10,M=10²CFU/g", "0.2 mg/kg以下"};

  for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++)
    for (gsize from = 0; from <= strlen(TEXTS[i]); from++)
      for (gsize to = from; to <= strlen(TEXTS[i]); to++) {
        g_autofree char *part = g_strndup(TEXTS[i] + from, to - from);
        const LimsUnit *unit;
        LimsValue value;
        LimsLimit limit;

        if (lims_result_read(part, &value, &unit, NULL))
          g_assert_cmpint(value.state, !=, LIMS_VALUE_UNREADABLE);
        lims_limit_read(part, NULL, &limit, NULL);
        lims_value_clear(&value);
      }
}

/* Anything of the pieces that such texts are made of: it is read, or what was not read is said; never both.
 */
static void test_pieces(void) {
  static const char *const PIECES[] = {"0.35", "10",   "³", "⁻",  "×10",  "^",        "mg",      "/",
                                       "kg",   "(",    ")", "<",  "≤",    "未检出",   "检出",    "检出限",
                                       "：",   "，",   "-", "±",  "~",    "以下",     "n=5,c=2", " ",
                                       "倍",   "*",    "L", "E",  "限量", "不得检出", "小于",    "25g",
                                       "%",    "\xe6", ";", "GB", "2763", "mg/kg"};

  for (guint round = 0; round < 20000; round++) {
    g_autoptr(GString) text = g_string_new(NULL);
    g_auto(LimsUnread) unread = {0}, of_limit = {0};
    int pieces = g_test_rand_int_range(1, 9);
    const LimsUnit *unit;
    LimsValue value;
    LimsLimit limit;
    gboolean is_result, is_limit;

    while (pieces-- > 0)
      g_string_append(text, PIECES[g_test_rand_int_range(0, G_N_ELEMENTS(PIECES))]);
    is_result = lims_result_read(text->str, &value, &unit, &unread);
    g_assert_cmpint(is_result, ==, unread.kind == LIMS_UNREAD_NOTHING);
    g_assert_cmpint(is_result, ==, value.state != LIMS_VALUE_UNREADABLE);
    is_limit = lims_limit_read(text->str, NULL, &limit, &of_limit) && limit.kind != LIMS_LIMIT_OTHER;
    g_assert_cmpint(is_limit, ==, of_limit.kind == LIMS_UNREAD_NOTHING);
    g_assert_true(!is_limit || limit.kind > LIMS_LIMIT_RANGE || limit.unit);
    lims_value_clear(&value);
  }
}

/* A number in every dress is the same number. */
static void test_dresses(void) {
  static const char *const DRESSES[] = {"%d.%dmg/kg",      "%d.%d MG / KG",  "%d.%d×10⁰mg/kg",
                                        "%d.%dE0 mg/kg",   "检出%d.%dmg/kg", "实测值：%d.%d（mg/kg）",
                                        "%d.%d㎎/㎏",      "%d.%d mg·kg⁻¹",  "%d.%d毫克/公斤",
                                        "%d.%d×10^0 mg/kg"};

  for (guint round = 0; round < 2000; round++) {
    int whole = g_test_rand_int_range(0, 1000), part = g_test_rand_int_range(0, 1000);
    const char *dress = DRESSES[g_test_rand_int_range(0, G_N_ELEMENTS(DRESSES))];
    g_autofree char *number = g_strdup_printf("%d.%d", whole, part), *text = NULL;
    g_auto(GStrv) around = g_strsplit(dress, "%d.%d", 2);
    LimsDecimal expected;
    LimsValue value;
    const LimsUnit *unit;

    text = g_strconcat(around[0], number, around[1], NULL);
    g_assert_true(lims_decimal_parse(number, &expected));
    g_assert_true(lims_result_read(text, &value, &unit, NULL));
    g_assert_cmpint(lims_decimal_compare(value.number, expected), ==, 0);
    g_assert_cmpstr(unit->name, ==, "mg/kg");
    lims_value_clear(&value);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/written/results", test_results);
  g_test_add_func("/written/printed", test_printed);
  g_test_add_func("/written/no-results", test_no_results);
  g_test_add_func("/written/cut", test_cut);
  g_test_add_func("/written/pieces", test_pieces);
  g_test_add_func("/written/dresses", test_dresses);
  return g_test_run();
}
