/* Words of methods and policies; what a method says that nobody may say; GB/T 8170 at the place a method
 * names. */
#include "lims/judge/method.h"
#include "lims/core/error.h"

#include <string.h>

static void test_default_policy(void) {
  g_assert_cmpint(LIMS_POLICY_DEFAULT.comparison, ==, LIMS_COMPARE_FULL);
  g_assert_cmpint(LIMS_POLICY_DEFAULT.decision, ==, LIMS_DECIDE_SIMPLE);
  g_assert_cmpint(LIMS_POLICY_DEFAULT.at_threshold, ==, LIMS_AT_THRESHOLD_POSITIVE);
  g_assert_cmpint(LIMS_POLICY_DEFAULT.nd_components, ==, LIMS_ND_ZERO);
}

#define UNTOUCHED 77

/* Of one parser: each word and what it means; what is none leaves the value alone. */
#define CHECK_WORDS(parse, Type, ...)                                                                        \
  do {                                                                                                       \
    static const struct {                                                                                    \
      const char *word;                                                                                      \
      Type value;                                                                                            \
    } WORDS[] = {__VA_ARGS__};                                                                               \
    static const char *const NONE[] = {"Full", " full", "simple ", "yes", "0", "policy", "\xff"};            \
    Type out;                                                                                                \
                                                                                                             \
    for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++) {                                                        \
      g_assert_true(parse(WORDS[i].word, &out));                                                             \
      g_assert_cmpint(out, ==, WORDS[i].value);                                                              \
    }                                                                                                        \
    for (guint i = 0; i < G_N_ELEMENTS(NONE); i++) {                                                         \
      out = (Type)UNTOUCHED;                                                                                 \
      g_assert_false(parse(NONE[i], &out));                                                                  \
      g_assert_cmpint(out, ==, UNTOUCHED);                                                                   \
    }                                                                                                        \
  } while (0)

static void test_words(void) {
  CHECK_WORDS(lims_comparison_parse, LimsComparison, {"", LIMS_COMPARE_BY_POLICY},
              {"full", LIMS_COMPARE_FULL}, {"rounded", LIMS_COMPARE_ROUNDED});
  CHECK_WORDS(lims_decision_rule_parse, LimsDecisionRule, {"", LIMS_DECIDE_BY_POLICY},
              {"simple", LIMS_DECIDE_SIMPLE}, {"guard-band", LIMS_DECIDE_GUARD_BAND});
  CHECK_WORDS(lims_at_threshold_parse, LimsAtThreshold, {"", LIMS_AT_THRESHOLD_BY_POLICY},
              {"positive", LIMS_AT_THRESHOLD_POSITIVE}, {"negative", LIMS_AT_THRESHOLD_NEGATIVE});
  CHECK_WORDS(lims_nd_policy_parse, LimsNdPolicy, {"", LIMS_ND_BY_POLICY}, {"zero", LIMS_ND_ZERO},
              {"half-lod", LIMS_ND_HALF_LOD}, {"lod", LIMS_ND_LOD});
}

static void test_policy_words(void) {
  LimsPolicy policy = LIMS_POLICY_DEFAULT;

  g_assert_true(lims_policy_set(&policy, "comparison", "rounded"));
  g_assert_true(lims_policy_set(&policy, "decision", "guard-band"));
  g_assert_true(lims_policy_set(&policy, "at-threshold", "negative"));
  g_assert_true(lims_policy_set(&policy, "nd-components", "half-lod"));
  g_assert_false(lims_policy_set(&policy, "comparison", "simple"));
  g_assert_false(lims_policy_set(&policy, "comparison", ""));
  g_assert_false(lims_policy_set(&policy, "rounding", "full"));
  g_assert_cmpint(policy.comparison, ==, LIMS_COMPARE_ROUNDED);
  g_assert_cmpint(policy.decision, ==, LIMS_DECIDE_GUARD_BAND);
  g_assert_cmpint(policy.at_threshold, ==, LIMS_AT_THRESHOLD_NEGATIVE);
  g_assert_cmpint(policy.nd_components, ==, LIMS_ND_HALF_LOD);
}

static const struct {
  const char *text;
  LimsRoundingKind kind;
  int digits;
} ROUNDINGS[] = {
    {"", LIMS_ROUND_NONE, 0},
    {"2 places", LIMS_ROUND_PLACES, 2},
    {"0 places", LIMS_ROUND_PLACES, 0},
    {"3 significant", LIMS_ROUND_SIGNIFICANT, 3},
    {"12 places", LIMS_ROUND_PLACES, 12},
};

static const char *const NO_ROUNDING[] = {
    "2",         "places",    "2 place",       "-1 places", "+1 places",     "2  places",
    " 2 places", "2 places ", "0 significant", "13 places", "2.5 places",    "two places",
    "2 ",        " ",         "2\tplaces",     "2places",   "2 places more", "99999999999999999999 places"};

static void test_rounding_texts(void) {
  LimsRounding rounding;

  for (guint i = 0; i < G_N_ELEMENTS(ROUNDINGS); i++) {
    g_assert_true(lims_rounding_parse(ROUNDINGS[i].text, &rounding));
    g_assert_cmpint(rounding.kind, ==, ROUNDINGS[i].kind);
    g_assert_cmpint(rounding.digits, ==, ROUNDINGS[i].digits);
  }
  for (guint i = 0; i < G_N_ELEMENTS(NO_ROUNDING); i++) {
    rounding = (LimsRounding){LIMS_ROUND_PLACES, UNTOUCHED};
    if (lims_rounding_parse(NO_ROUNDING[i], &rounding))
      g_error("“%s” was accepted", NO_ROUNDING[i]);
    g_assert_cmpint(rounding.digits, ==, UNTOUCHED);
  }
}

/* The examples of GB/T 8170-2008, 3.2 and 3.3, that round to places after the point or to significant digits.
 */
static const struct {
  const char *value, *rounding, *rounded;
} EXAMPLES[] = {
    {"12.1498", "0 places", "12"},     {"12.1498", "1 places", "12.1"},   {"10.5002", "0 places", "11"},
    {"1.050", "1 places", "1.0"},      {"0.35", "1 places", "0.4"},       {"-0.0365", "3 places", "-0.036"},
    {"15.4546", "0 places", "15"}, /* 3.3: not 15.455, 15.46, 15.5, 16 */
    {"1268", "2 significant", "1300"}, {"1268", "3 significant", "1270"}, {"2500", "1 significant", "2000"},
    {"3500", "1 significant", "4000"}, {"-355", "2 significant", "-360"}, {"-325", "2 significant", "-320"},
};

static void test_standard_examples(void) {
  for (guint i = 0; i < G_N_ELEMENTS(EXAMPLES); i++) {
    LimsRounding rounding;
    LimsDecimal number, rounded;
    LimsFraction value;
    g_autofree char *text = NULL;

    g_assert_true(lims_rounding_parse(EXAMPLES[i].rounding, &rounding));
    g_assert_true(lims_decimal_parse(EXAMPLES[i].value, &number) &&
                  lims_fraction_from_decimal(number, &value));
    g_assert_true(rounding.kind == LIMS_ROUND_PLACES
                      ? lims_fraction_round(value, rounding.digits, &rounded)
                      : lims_fraction_round_significant(value, rounding.digits, &rounded));
    text = lims_decimal_to_string(rounded);
    g_assert_cmpstr(text, ==, EXAMPLES[i].rounded);
  }
}

static LimsMethodText empty(void) {
  return (LimsMethodText){"X 1", "x", "", "", "", "", "", "", "", "", "", ""};
}

static void test_method_says_nothing(void) {
  LimsMethodText text = empty();
  GError *error = NULL;
  LimsMethod method;

  lims_method_read(&text, &method, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(method.code, ==, "X 1");
  g_assert_null(method.formula);
  g_assert_cmpint(method.rounding.kind, ==, LIMS_ROUND_NONE);
  g_assert_cmpint(method.comparison, ==, LIMS_COMPARE_BY_POLICY);
  g_assert_cmpint(method.decision, ==, LIMS_DECIDE_BY_POLICY);
  g_assert_cmpint(method.nd_components, ==, LIMS_ND_BY_POLICY);
  g_assert_cmpint(method.at_threshold, ==, LIMS_AT_THRESHOLD_BY_POLICY);
  g_assert_true(lims_decimal_is_zero(method.uncertainty) && lims_decimal_is_zero(method.rpd_limit) &&
                lims_decimal_is_zero(method.screen_threshold));
  g_assert_false(method.is_total);
}

static void test_method_says_all(void) {
  LimsMethodText text = {"X 1", "x",  "X 1-2020", "3 significant", "rounded", "guard-band",
                         "15",  "20", "half-lod", "yes",           "49.5",    "negative"};
  GError *error = NULL;
  LimsMethod method;

  lims_method_read(&text, &method, &error);
  g_assert_no_error(error);
  g_assert_cmpstr(method.standard, ==, "X 1-2020");
  g_assert_cmpint(method.rounding.digits, ==, 3);
  g_assert_cmpint(method.comparison, ==, LIMS_COMPARE_ROUNDED);
  g_assert_cmpint(method.decision, ==, LIMS_DECIDE_GUARD_BAND);
  g_assert_true(lims_decimal_compare(method.uncertainty, (LimsDecimal){15, 0}) == 0);
  g_assert_true(lims_decimal_compare(method.rpd_limit, (LimsDecimal){20, 0}) == 0);
  g_assert_true(lims_decimal_compare(method.screen_threshold, (LimsDecimal){495, -1}) == 0);
  g_assert_cmpint(method.nd_components, ==, LIMS_ND_HALF_LOD);
  g_assert_cmpint(method.at_threshold, ==, LIMS_AT_THRESHOLD_NEGATIVE);
  g_assert_true(method.is_total);
}

static const struct {
  gsize column;
  const char *text, *said;
} REFUSED[] = {
    {G_STRUCT_OFFSET(LimsMethodText, rounding), "3 figures", "rounding '3 figures': like '2 places'"},
    {G_STRUCT_OFFSET(LimsMethodText, comparison), "exact", "comparison 'exact': full, rounded"},
    {G_STRUCT_OFFSET(LimsMethodText, decision), "guard", "decision 'guard': simple, guard-band"},
    {G_STRUCT_OFFSET(LimsMethodText, nd_components), "0", "nd_components '0': zero, half-lod, lod"},
    {G_STRUCT_OFFSET(LimsMethodText, uncertainty), "15%", "uncertainty '15%': a number"},
    {G_STRUCT_OFFSET(LimsMethodText, uncertainty), "-5", "uncertainty '-5': a number of %, above 0"},
    {G_STRUCT_OFFSET(LimsMethodText, rpd_limit), "0", "rpd_limit '0': a number of %, above 0"},
    {G_STRUCT_OFFSET(LimsMethodText, is_total), "1", "is_total '1': yes or no"},
    {G_STRUCT_OFFSET(LimsMethodText, screen_threshold), "100.1",
     "screen_threshold '100.1': a number of %, above 0, at most 100"},
    {G_STRUCT_OFFSET(LimsMethodText, at_threshold), "maybe", "at_threshold 'maybe': positive, negative"},
    {G_STRUCT_OFFSET(LimsMethodText, at_threshold), "positive",
     "at_threshold 'positive': needs a screen_threshold"},
};

static void test_method_refused(void) {
  for (guint i = 0; i < G_N_ELEMENTS(REFUSED); i++) {
    LimsMethodText text = empty();
    g_autoptr(GError) error = NULL;
    LimsMethod method;

    G_STRUCT_MEMBER(const char *, &text, REFUSED[i].column) = REFUSED[i].text;
    if (lims_method_read(&text, &method, &error))
      g_error("'%s' was accepted", REFUSED[i].text);
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    if (!strstr(error->message, REFUSED[i].said))
      g_error("“%s” does not say “%s”", error->message, REFUSED[i].said);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/method/default-policy", test_default_policy);
  g_test_add_func("/method/words", test_words);
  g_test_add_func("/method/policy-words", test_policy_words);
  g_test_add_func("/method/rounding-texts", test_rounding_texts);
  g_test_add_func("/method/standard-examples", test_standard_examples);
  g_test_add_func("/method/says-nothing", test_method_says_nothing);
  g_test_add_func("/method/says-all", test_method_says_all);
  g_test_add_func("/method/refused", test_method_refused);
  return g_test_run();
}
