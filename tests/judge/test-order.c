/* Properties of the judge, over samples made at random (seeded; --seed repeats a run):
 *
 *   a higher value never has a milder verdict, by whatever method, adjustment and rule it is judged
 *   the unit in which a value came makes no difference
 *   nor does the order in which determinations and preparations are given
 *   nor how what belongs together was split into transmissions
 *   a verdict's fields agree with each other (helper-sample.c checks each)
 *
 * and what comes out for so many values that their number would show.
 */
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

#define ROUNDS 8000

/* ---- a catalogue of every adjustment ---- */

static const char *const CONDITIONS[] = {
    "",
    "if not above: dry weight",
    "dry weight",
    "if above: dehydration",
    "if not above: fat weight",
    "temporary",
    "if above: words that nobody can look up",
    "if above: dehydration; if not above: dry weight",
};

static const struct {
  const char *code, *formula;
  LimsMethod rules;
} METHODS[] = {
    {"PLAIN", "", {.code = NULL}},
    {"RECOVERY", "(c - c0) * V * f / (m * (R / 100))", {.code = NULL}},
    {"DRY", "(c - c0) * V * f / (m * (1 - w / 100))", {.code = NULL}},
    {"PLACES", "", {.rounding = {LIMS_ROUND_PLACES, 2}}},
    {"SIGNIFICANT", "", {.rounding = {LIMS_ROUND_SIGNIFICANT, 2}, .comparison = LIMS_COMPARE_ROUNDED}},
    {"ROUNDED", "", {.comparison = LIMS_COMPARE_ROUNDED}},
    {"GUARDED", "", {.decision = LIMS_DECIDE_GUARD_BAND, .uncertainty = {20, 0}}},
    {"GUARDED-ROUNDED",
     "",
     {.decision = LIMS_DECIDE_GUARD_BAND, .uncertainty = {7, 0}, .comparison = LIMS_COMPARE_ROUNDED}},
    {"UNSURE", "", {.decision = LIMS_DECIDE_GUARD_BAND}},
    {"LIMITED", "", {.code = NULL}},
    {"HIGH-LOQ", "", {.code = NULL}},
};

/* Rows that one fact tells apart, and two numbers that a second place brings. */
static const struct {
  gint64 node;
  const char *limit, *conditions;
} SEVERAL[] = {
    {200, "0.2", "land-use = paddy; ph <= 6.5"},
    {200, "0.4", "land-use = paddy; ph > 6.5"},
    {200, "0.25", "land-use = other; ph <= 6.5"},
    {200, "0.1", "land-use = other; ph > 6.5"},
    {200, "0.3", "land-use = orchard; ph <= 6.5"},
    {200, "0.3", "land-use = orchard; ph > 6.5"},
    {200, "0.7", "level intervention"},
    {201, "0.2", ""},
    {202, "0.3", ""},
};

#define FOODS (G_N_ELEMENTS(CONDITIONS) + 2)

static void add_food(LimsCatalogue *c, guint index, gint64 node) {
  g_autofree char *name = g_strdup_printf("food-%u", index), *path = g_strdup_printf("node-%d", (int)node);
  GError *error = NULL;

  lims_catalogue_add_node(c, "food", node, 0, path, &error);
  if (!lims_catalogue_commodity_name(c, name))
    lims_catalogue_add_commodity(c, name, name, "", "food", &error);
  lims_catalogue_add_membership(c, name, "food", node, &error);
  g_assert_no_error(error);
}

static void add_limits(LimsCatalogue *c, gint64 node, const char *limit, const char *conditions) {
  helper_add_limit(c, "set", node, "lead", limit, "mg/kg", NULL, conditions);
  helper_add_limit(c, "set", node, "carbofuran", limit, "mg/kg",
                   "carbofuran + 3-hydroxycarbofuran, as carbofuran", conditions);
}

/* One node and one commodity for each adjustment, one with several rows, one with two places. */
static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = helper_catalogue_new();
  GError *error = NULL;

  helper_add_set(c, "set", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  for (guint i = 0; i < G_N_ELEMENTS(CONDITIONS); i++) {
    add_food(c, i, 100 + i);
    add_limits(c, 100 + i, "0.2", CONDITIONS[i]);
  }
  add_food(c, FOODS - 2, 200);
  add_food(c, FOODS - 1, 201);
  add_food(c, FOODS - 1, 202);
  for (guint i = 0; i < G_N_ELEMENTS(SEVERAL); i++)
    add_limits(c, SEVERAL[i].node, SEVERAL[i].limit, SEVERAL[i].conditions);
  for (guint i = 0; i < G_N_ELEMENTS(METHODS); i++)
    helper_add_method(c, METHODS[i].code, METHODS[i].formula, METHODS[i].rules);
  for (guint i = 0; i < 4; i++)
    lims_catalogue_add_detection_limit(c,
                                       &(LimsDetectionLimit){.method = i % 2 ? "HIGH-LOQ" : "LIMITED",
                                                             .analyte = i / 2 ? "lead" : "carbofuran",
                                                             .matrix = "",
                                                             .unit = lims_unit_find("µg/kg"),
                                                             .has_lod = TRUE,
                                                             .has_loq = TRUE,
                                                             .lod = {i % 2 ? 150 : 40, 0},
                                                             .loq = {i % 2 ? 300 : 90, 0}},
                                       &error);
  g_assert_no_error(error);
  helper_seal(c);
  return c;
}

/* ---- random samples ---- */

static const char *const FACTS[] = {
    "",
    "moisture=10",
    "moisture=60",
    "moisture=10; fresh-moisture=80",
    "dehydration-factor=3.7",
    "fat=12.5",
    "moisture=50; fat=40; dehydration-factor=2",
    "ph=6.5",
    "ph=7; land-use=other",
    "land-use=paddy",
};

static const char *const PREPARATIONS[] = {
    "m=0.5013 V=25 f=2 R=93 w=12",
    "m=2 V=50 c0=0.3 µg/L R=104.5 w=40",
    "m=5.003 V=10",
};

static const LimsPolicy POLICIES[] = {
    {LIMS_COMPARE_FULL, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE, LIMS_ND_ZERO},
    {LIMS_COMPARE_ROUNDED, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE, LIMS_ND_HALF_LOD},
    {LIMS_COMPARE_FULL, LIMS_DECIDE_GUARD_BAND, LIMS_AT_THRESHOLD_POSITIVE, LIMS_ND_LOD},
};

static guint choose(guint count) {
  return (guint)g_test_rand_int_range(0, (gint32)count);
}

typedef struct {
  char *commodity;
  const char *facts, *preparations, *method, *basis;
  const LimsPolicy *policy;
} Setting;

static Setting random_setting(void) {
  gboolean solution = choose(3) == 0;

  return (Setting){.commodity = g_strdup_printf("food-%u", choose(FOODS)),
                   .facts = FACTS[choose(G_N_ELEMENTS(FACTS))],
                   .preparations = PREPARATIONS[choose(G_N_ELEMENTS(PREPARATIONS))],
                   .method = METHODS[choose(G_N_ELEMENTS(METHODS))].code,
                   .basis = solution ? "solution" : "",
                   .policy = &POLICIES[choose(G_N_ELEMENTS(POLICIES))]};
}

static void judge_text(const LimsCatalogue *c, const Setting *s, const char *values, const char *analyte,
                       LimsVerdict *out) {
  g_autoptr(HelperSample) sample = helper_sample_new(s->commodity, values, s->preparations, s->facts);

  sample->input.policy = s->policy;
  helper_sample_judge(sample, c, analyte, out);
}

static const char *unit_of(const Setting *s) {
  return *s->basis ? "µg/L" : "µg/kg";
}

static char *value_text(const Setting *s, const char *analyte, LimsDecimal value, const char *unit) {
  g_autofree char *digits = lims_decimal_to_string(value);

  return g_strdup_printf("%s %s %s by=%s%s%s", analyte, digits, unit, s->method, *s->basis ? " " : "",
                         s->basis);
}

/* In µg/kg or µg/L: mostly near what meets the limit one way or the other, as it is, on dry weight, in the
 * fat, times a factor; else anywhere. */
static LimsDecimal random_value(void) {
  static const gint32 edges[] = {200, 180, 80, 100, 25, 740, 400, 900, 2, 8, 40, 300, 700};

  if (choose(4) == 0)
    return (LimsDecimal){g_test_rand_int_range(0, 400000), -2};
  return (LimsDecimal){edges[choose(G_N_ELEMENTS(edges))] * g_test_rand_int_range(70, 110), -2};
}

/* A little more, or much. */
static LimsDecimal make_higher(LimsDecimal value) {
  value.coefficient += g_test_rand_int_range(1, choose(2) ? 3000 : 60000);
  return value;
}

/* How severe a verdict is. */
static guint severity(const LimsVerdict *v) {
  return v->kind == LIMS_VERDICT_COMPLIES ? 0 : v->kind == LIMS_VERDICT_UNDETERMINED ? 1 : 2;
}

static gboolean is_same_verdict(const LimsVerdict *a, const LimsVerdict *b) {
  return a->kind == b->kind && strcmp(a->reason_code, b->reason_code) == 0 && a->has_value == b->has_value &&
         (!a->has_value || lims_decimal_compare(a->value, b->value) == 0) &&
         g_strcmp0(a->computed, b->computed) == 0 && g_strcmp0(a->rule, b->rule) == 0 &&
         g_strcmp0(a->factor, b->factor) == 0;
}

static void expect_same(const LimsVerdict *a, const LimsVerdict *b, const char *one, const char *other) {
  if (is_same_verdict(a, b))
    return;
  g_test_message("%s: %s %s, %s; %s: %s %s, %s", one, a->reason_code, a->value_text, a->reason, other,
                 b->reason_code, b->value_text, b->reason);
  g_test_fail();
}

/* ---- monotone ---- */

static void test_monotone(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    LimsDecimal low = random_value(), high = make_higher(low);
    g_autofree char *lower = NULL, *higher = NULL;
    LimsVerdict a, b;

    lower = value_text(&s, "lead", low, unit_of(&s));
    higher = value_text(&s, "lead", high, unit_of(&s));
    judge_text(c, &s, lower, "lead", &a);
    judge_text(c, &s, higher, "lead", &b);
    if (severity(&b) < severity(&a)) {
      g_test_message("%s, %s, facts %s: %s: %s; but %s: %s", s.commodity, s.preparations, s.facts, lower,
                     a.reason, higher, b.reason);
      g_test_fail();
    }
    lims_verdict_clear(&a);
    lims_verdict_clear(&b);
    g_free(s.commodity);
  }
}

/* In each component of a sum, and in the LOD of one that was not detected where the policy counts it. */
static void test_monotone_in_components(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    LimsDecimal fixed = random_value(), low = random_value(), high = make_higher(low);
    g_autofree char *other = value_text(&s, "carbofuran", fixed, unit_of(&s)), *lower = NULL, *higher = NULL;
    g_autofree char *one = NULL, *two = NULL;
    LimsVerdict a, b;

    lower = value_text(&s, "3-hydroxycarbofuran", low, unit_of(&s));
    higher = value_text(&s, "3-hydroxycarbofuran", high, unit_of(&s));
    one = g_strdup_printf("%s; %s", other, lower);
    two = g_strdup_printf("%s; %s", other, higher);
    judge_text(c, &s, one, "carbofuran", &a);
    judge_text(c, &s, two, "3-hydroxycarbofuran", &b);
    if (severity(&b) < severity(&a)) {
      g_test_message("%s, %s, facts %s: %s: %s; but %s: %s", s.commodity, s.preparations, s.facts, one,
                     a.reason, two, b.reason);
      g_test_fail();
    }
    lims_verdict_clear(&a);
    lims_verdict_clear(&b);
    g_free(s.commodity);
  }
}

/* A further value of the same analyte never makes it milder, nor does a component that was missing and comes
 * make an exceedance go away. */
static void test_monotone_in_values(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    g_autofree char *first = value_text(&s, "carbofuran", random_value(), unit_of(&s));
    g_autofree char *second =
        value_text(&s, choose(2) ? "carbofuran" : "3-hydroxycarbofuran", random_value(), unit_of(&s));
    g_autofree char *both = g_strdup_printf("%s; %s", first, second);
    LimsVerdict a, b;

    judge_text(c, &s, first, "carbofuran", &a);
    judge_text(c, &s, both, "carbofuran", &b);
    g_assert_cmpint(a.kind, !=, LIMS_VERDICT_COMPLIES); /* a component is missing */
    if (a.kind == LIMS_VERDICT_EXCEEDS)
      g_assert_cmpint(b.kind, ==, LIMS_VERDICT_EXCEEDS);
    lims_verdict_clear(&a);
    lims_verdict_clear(&b);
    g_free(s.commodity);
  }
}

/* ---- units ---- */

static void test_units(void) {
  static const char *const solids[] = {"mg/kg", "µg/kg", "ng/g", "g/kg", "mg/100g", "g/100g", "ng/kg"},
                           *const liquids[] = {"mg/L", "µg/L", "ng/mL", "g/L", "µg/mL", "mg/100mL", "ng/L"};
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    const char *unit = (*s.basis ? liquids : solids)[choose(G_N_ELEMENTS(solids))];
    LimsDecimal value = random_value(), converted;
    g_autofree char *one = value_text(&s, "lead", value, unit_of(&s)), *two = NULL;
    LimsVerdict a, b;

    g_assert_true(lims_unit_convert(value, lims_unit_find(unit_of(&s)), lims_unit_find(unit), &converted));
    two = value_text(&s, "lead", converted, unit);
    judge_text(c, &s, one, "lead", &a);
    judge_text(c, &s, two, "lead", &b);
    if (strcmp(a.reason_code, "needs-recovery") != 0 && strcmp(a.reason_code, "needs-moisture") != 0)
      expect_same(&a, &b, one, two); /* there the value is shown as it came */
    else
      g_assert_cmpstr(a.reason_code, ==, b.reason_code);
    lims_verdict_clear(&a);
    lims_verdict_clear(&b);
    g_free(s.commodity);
  }
}

/* ---- order ---- */

#define VALUES_MOST 7

static void shuffle(char **texts, guint count) {
  for (guint i = count - 1; i > 0; i--) {
    guint other = choose(i + 1);
    char *kept = texts[i];

    texts[i] = texts[other];
    texts[other] = kept;
  }
}

/* Values of both components and of lead, some replicates, some of no number; each with its run. */
static char *random_words(const Setting *s, guint index) {
  static const char *const analytes[] = {"carbofuran", "3-hydroxycarbofuran", "lead"};
  static const char *const words[] = {"ND", "<0.15", "over", "failed"};
  const char *analyte = analytes[choose(G_N_ELEMENTS(analytes))];
  g_autofree char *value = value_text(s, analyte, random_value(), unit_of(s));

  if (choose(5) == 0)
    return g_strdup_printf("%s %s mg/kg run=%u by=%s", analyte, words[choose(G_N_ELEMENTS(words))], index + 1,
                           s->method);
  return g_strdup_printf("%s run=%u rep=%u", value, 1 + index / 2, 1 + index % 2);
}

/* The same values, given in another order: ids and replicates stay with what they belong to. */
static void judge_shuffled(const LimsCatalogue *c, const Setting *s, const char *values, const char *analyte,
                           LimsVerdict *out) {
  g_autoptr(HelperSample) sample = helper_sample_new(s->commodity, values, s->preparations, s->facts);
  GArray *all = sample->determinations;

  for (guint i = all->len - 1; i > 0; i--) {
    guint other = choose(i + 1);
    LimsDetermination kept = g_array_index(all, LimsDetermination, i);

    g_array_index(all, LimsDetermination, i) = g_array_index(all, LimsDetermination, other);
    g_array_index(all, LimsDetermination, other) = kept;
  }
  sample->input.policy = s->policy;
  helper_sample_judge(sample, c, analyte, out);
}

static void test_order_of_values(void) {
  static const char *const analytes[] = {"carbofuran", "3-hydroxycarbofuran", "lead"};
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    g_autoptr(GString) text = g_string_new(NULL);
    const char *analyte = analytes[choose(G_N_ELEMENTS(analytes))];
    guint count = 1 + choose(VALUES_MOST);
    LimsVerdict a, b;

    for (guint n = 0; n < count; n++) {
      g_autofree char *words = random_words(&s, n);

      g_string_append_printf(text, "%s%s", n ? "; " : "", words);
    }
    judge_text(c, &s, text->str, analyte, &a);
    judge_shuffled(c, &s, text->str, analyte, &b);
    expect_same(&a, &b, text->str, "shuffled");
    g_assert_cmpint(a.determination, ==, b.determination);
    g_assert_cmpstr(a.calculation, ==, b.calculation);
    lims_verdict_clear(&a);
    lims_verdict_clear(&b);
    g_free(s.commodity);
  }
}

/* Each value a transmission of its own, in every order of arrival; all in one; the verdict is the same. */
static void test_transmissions(void) {
  static const char *const analytes[] = {"carbofuran", "3-hydroxycarbofuran", "lead", "cadmium"};
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < ROUNDS; i++) {
    Setting s = random_setting();
    char *texts[G_N_ELEMENTS(analytes)];
    g_autofree char *apart = NULL, *together = NULL;
    g_autoptr(GString) one = g_string_new(NULL);
    LimsVerdict a, b;

    for (guint n = 0; n < G_N_ELEMENTS(analytes); n++) {
      texts[n] = value_text(&s, analytes[n], random_value(), unit_of(&s));
      g_string_append_printf(one, "%s%s run=1", n ? "; " : "", texts[n]);
    }
    shuffle(texts, G_N_ELEMENTS(analytes));
    apart = g_strdup_printf("%s; %s; %s; %s", texts[0], texts[1], texts[2], texts[3]);
    for (guint n = 0; n < 3; n++) {
      judge_text(c, &s, one->str, analytes[n], &a);
      judge_text(c, &s, apart, analytes[n], &b);
      expect_same(&a, &b, one->str, apart);
      lims_verdict_clear(&a);
      lims_verdict_clear(&b);
    }
    for (guint n = 0; n < G_N_ELEMENTS(analytes); n++)
      g_free(texts[n]);
    g_free(s.commodity);
  }
}

/* Of preparations that belong to different analytes, none is the newer. */
static void test_order_of_preparations(void) {
  static const HelperCase cases[] = {
      {"lead 9 µg/L solution", "m=9 V=1; of=lead m=1 V=20; of=cadmium m=3 V=1", NULL, "at-or-below-limit",
       "0.1800"},
      {"lead 9 µg/L solution", "of=cadmium m=3 V=1; of=lead m=1 V=20; m=9 V=1", NULL, "at-or-below-limit",
       "0.1800"},
      {"lead 9 µg/L solution", "of=lead m=1 V=20; of=lead m=1 V=40", NULL, "at-or-below-limit", "0.1800"},
      {"lead 9 µg/L solution", "m=1 V=20; m=1 V=40", NULL, "at-or-below-limit", "0.1800"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, "food-0", "lead", NULL, cases, G_N_ELEMENTS(cases));
}

/* ---- many ---- */

#define MANY 750

/* 750 analytes of one sample, each with a limit and a preparation of its own: each by its own. */
static void test_many(void) {
  LimsCatalogue *c = helper_catalogue_new();
  g_autoptr(GString) values = g_string_new(NULL), preparations = g_string_new(NULL);
  g_autoptr(HelperSample) s = NULL;
  GError *error = NULL;

  helper_add_set(c, "set", "GB 1-2025", 20260902, 0, LIMS_DATE_SAMPLING);
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *code = g_strdup_printf("analyte-%u", i);
    const char *mark = i ? "; " : "";

    lims_catalogue_add_analyte(c, code, code, "", &error);
    helper_add_limit(c, "set", 1, code, "0.2", "mg/kg", NULL, NULL);
    g_string_append_printf(values, "%s%s %u µg/L solution run=1", mark, code, i + 1);
    g_string_append_printf(preparations, "%sof=%s m=%u V=200", mark, code, i + 1 - i % 2);
  }
  helper_seal(c);
  s = helper_sample_new("spinach", values->str, preparations->str, NULL);
  for (guint i = 0; i < MANY; i++) {
    g_autofree char *code = g_strdup_printf("analyte-%u", i);
    LimsVerdict out;

    helper_sample_judge(s, c, code, &out); /* (i + 1) × 200 / m against 200 µg/kg */
    g_assert_cmpint(out.kind, ==, i % 2 ? LIMS_VERDICT_EXCEEDS : LIMS_VERDICT_COMPLIES);
    g_assert_cmpint(out.preparation, ==, 101 + i);
    g_assert_cmpint(out.determination, ==, 1 + i);
    lims_verdict_clear(&out);
  }
  lims_catalogue_unref(c);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/order/monotone", test_monotone);
  g_test_add_func("/judge/order/monotone-in-components", test_monotone_in_components);
  g_test_add_func("/judge/order/monotone-in-values", test_monotone_in_values);
  g_test_add_func("/judge/order/units", test_units);
  g_test_add_func("/judge/order/values", test_order_of_values);
  g_test_add_func("/judge/order/transmissions", test_transmissions);
  g_test_add_func("/judge/order/preparations", test_order_of_preparations);
  g_test_add_func("/judge/order/many", test_many);
  return g_test_run();
}
