/* Residue definitions: the form, factors worked by hand, and every definition that is delivered. */
#include "lims/judge/residue.h"
#include "lims/core/error.h"
#include "tests/judge/helper-delivered.h"

#include <string.h>

static LimsResidue *parse(const char *definition) {
  GError *error = NULL;
  LimsResidue *residue = lims_residue_parse(definition, &error);

  g_assert_no_error(error);
  return residue;
}

/* "a b c": the codes in their order, for comparing. g_free. */
static char *codes(const LimsResidue *residue) {
  GString *out = g_string_new("");

  for (guint i = 0; i < residue->terms->len; i++)
    g_string_append_printf(out, "%s%s", i ? " " : "",
                           g_array_index(residue->terms, LimsResidueTerm, i).analyte);
  return g_string_free(out, FALSE);
}

static const struct {
  const char *definition, *terms, *as;
} SUMS[] = {
    {"carbofuran + 3-hydroxycarbofuran, as carbofuran: 克百威及3-羟基克百威之和",
     "carbofuran 3-hydroxycarbofuran", "carbofuran"},
    {"carbofuran + 3-hydroxycarbofuran, as carbofuran", "carbofuran 3-hydroxycarbofuran", "carbofuran"},
    {"p-p-ddt + o-p-ddt + p-p-dde + p-p-ddd: words", "p-p-ddt o-p-ddt p-p-dde p-p-ddd", NULL},
    {"benomyl + carbendazim, as carbendazim: 苯菌灵和多菌灵之和", "benomyl carbendazim", "carbendazim"},
    {"2-4-d + 0.93 2-4-d-sodium, as 2-4-d: words", "2-4-d 2-4-d-sodium", "2-4-d"},
    {"a + b: c + d: e, as f", "a b", NULL},
    {"0.633 thiram + 0.499 ziram, as carbon-disulfide", "thiram ziram", "carbon-disulfide"},
};

static void test_sums(void) {
  for (guint i = 0; i < G_N_ELEMENTS(SUMS); i++) {
    g_autoptr(LimsResidue) residue = parse(SUMS[i].definition);
    g_autofree char *found = NULL;

    g_assert_nonnull(residue);
    found = codes(residue);
    g_assert_cmpstr(found, ==, SUMS[i].terms);
    g_assert_cmpstr(residue->as, ==, SUMS[i].as);
  }
}

/* Words about the analyte itself, also those that speak of sums. */
static const char *const NO_SUMS[] = {
    "",
    "毒死蜱",
    "克百威及3-羟基克百威之和,以克百威表示",
    "联苯菊酯(异构体之和)",
    "阿维菌素 B1a",
    "植物源性食品为吡虫啉;动物源性食品为吡虫啉及其含6-氯-吡啶基的代谢物之和,以吡虫啉表示",
    "克百威: 克百威 + 3-羟基克百威",
    ": a + b",
    "residue of a and b, as sold",
    "(+)-catechin",
    "abamectin b1a, as such",
    "2 kinds",
};

static void test_no_sums(void) {
  for (guint i = 0; i < G_N_ELEMENTS(NO_SUMS); i++) {
    g_autoptr(LimsResidue) residue = parse(NO_SUMS[i]);

    if (residue)
      g_error("“%s” was taken for a sum", NO_SUMS[i]);
  }
}

static const struct {
  const char *definition, *said;
} REFUSED[] = {
    {"aldicarb+aldicarb-sulfone, as aldicarb", "two components or more, with “ + ” between them"},
    {"aldicarb +aldicarb-sulfone", "two components or more"},
    {"aldicarb, as aldicarb", "two components or more"},
    {"aldicarb + 涕灭威砜: words", "“涕灭威砜” is no code"},
    {"涕灭威 + 涕灭威砜, 以涕灭威表示", "“涕灭威” is no code"},
    {"sum of aldicarb + aldicarb-sulfone", "“sum of aldicarb” is no code"},
    {"Aldicarb + aldicarb-sulfone", "“Aldicarb” is no code"},
    {"aldicarb + aldicarb-sulfone as aldicarb", "“aldicarb-sulfone as aldicarb” is no code"},
    {"aldicarb + aldicarb-sulfone, as 涕灭威", "“涕灭威” is no code"},
    {"aldicarb + aldicarb-sulfone, as aldicarb, dry", "“aldicarb, dry” is no code"},
    {"aldicarb + aldicarb-sulfone, as aldicarb：words", "is no code"},
    {"aldicarb + ", "“” is no code"},
    {"aldicarb + + aldicarb-sulfone", "“+ aldicarb-sulfone” is no code"},
    {"aldicarb + aldicarb", "aldicarb stands in it twice"},
    {"aldicarb + 12", "“12” is no code"},
    {"aldicarb + 0 b, as aldicarb", "“0 b” is no code of an analyte, with or without a factor"},
    {"aldicarb + -1 b, as aldicarb", "“-1 b” is no code"},
    {"aldicarb + 0,93 b, as aldicarb", "“0,93 b” is no code"},
    {"aldicarb + 0.93  b", "“0.93  b” is no code"},
    {"0.9 aldicarb + b, as aldicarb", "aldicarb in terms of itself has the factor 1"},
    {"thiram + 0.5 ziram, as carbon-disulfide", "carbon-disulfide is none of the components"},
    {"aldicarb + aldicarb-sulfone, as aldicarbb", "aldicarbb is none of the components"},
};

static void test_refused(void) {
  for (guint i = 0; i < G_N_ELEMENTS(REFUSED); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsResidue) residue = lims_residue_parse(REFUSED[i].definition, &error);

    if (residue || !error)
      g_error("“%s” was accepted", REFUSED[i].definition);
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    if (!strstr(error->message, REFUSED[i].said))
      g_error("“%s” does not say “%s”", error->message, REFUSED[i].said);
  }
}

static void assert_factor(const LimsResidue *residue, const char *analyte, gint64 numerator,
                          gint64 denominator) {
  const LimsResidueTerm *term = lims_residue_find(residue, analyte);

  g_assert_nonnull(term);
  g_assert_true(term->has_factor);
  g_assert_true(term->factor.numerator == numerator && term->factor.denominator == denominator);
}

static void test_factors_of_the_text(void) {
  g_autoptr(LimsResidue) plain = parse("a + b + 0.5 c: words");
  g_autoptr(LimsResidue) given = parse("a + 0.93 b + c, as a: words");

  assert_factor(plain, "a", 1, 1);
  assert_factor(plain, "b", 1, 1);
  assert_factor(plain, "c", 1, 2);
  assert_factor(given, "a", 1, 1);
  assert_factor(given, "b", 93, 100);
  g_assert_false(lims_residue_find(given, "c")->has_factor);
  g_assert_null(lims_residue_find(given, "d"));
}

static const struct {
  const char *analyte, *formula;
} FORMULAS[] = {
    {"carbofuran", "C12H15NO3"},
    {"3-hydroxycarbofuran", "C12H15NO4"},
    {"benomyl", "C14H18N4O3"},
    {"carbendazim", "C9H9N3O2"},
    {"bad", "Xx"},
    {"unknown", ""},
};

static const char *formula_of(const char *analyte, gpointer data) {
  int *asked = data;

  if (asked)
    (*asked)++;
  for (guint i = 0; i < G_N_ELEMENTS(FORMULAS); i++)
    if (strcmp(FORMULAS[i].analyte, analyte) == 0)
      return FORMULAS[i].formula;
  return NULL;
}

static LimsResidue *weighed(const char *definition, int *asked) {
  GError *error = NULL;
  LimsResidue *residue = parse(definition);

  g_assert_true(lims_residue_weigh(residue, formula_of, asked, &error));
  g_assert_no_error(error);
  return residue;
}

/* By hand: 221.256 / 237.255 = 0.93257 (carbofuran); 191.190 / 290.323 = 0.65854: a sum in terms of the
 * smaller one, which is the metabolite. */
static void test_weigh(void) {
  g_autoptr(LimsResidue) carbofuran = weighed("carbofuran + 3-hydroxycarbofuran, as carbofuran", NULL);
  g_autoptr(LimsResidue) carbendazim = weighed("benomyl + carbendazim, as carbendazim", NULL);
  LimsDecimal rounded;

  assert_factor(carbofuran, "carbofuran", 1, 1);
  assert_factor(carbofuran, "3-hydroxycarbofuran", 73752, 79085); /* 221256/237255 in lowest terms */
  assert_factor(carbendazim, "carbendazim", 1, 1);
  g_assert_true(lims_fraction_round(lims_residue_find(carbendazim, "benomyl")->factor, 5, &rounded));
  g_assert_true(rounded.coefficient == 65854 && rounded.exponent == -5);
}

/* Where nobody knows the formula, the term waits; where the text gives the factor, nobody is asked. */
static void test_weigh_leaves_open(void) {
  int asked = 0;
  g_autoptr(LimsResidue) component =
      weighed("carbofuran + unknown + stranger + 3-hydroxycarbofuran, as carbofuran", NULL);
  g_autoptr(LimsResidue) whole = weighed("carbofuran + unknown, as unknown", NULL);
  g_autoptr(LimsResidue) plain = weighed("carbofuran + unknown: words", &asked);
  g_autoptr(LimsResidue) given = weighed("carbofuran + 0.5 unknown, as carbofuran", NULL);

  g_assert_false(lims_residue_find(component, "unknown")->has_factor);
  g_assert_false(lims_residue_find(component, "stranger")->has_factor);
  g_assert_true(lims_residue_find(component, "3-hydroxycarbofuran")->has_factor);
  g_assert_false(lims_residue_find(whole, "carbofuran")->has_factor);
  assert_factor(whole, "unknown", 1, 1);
  g_assert_cmpint(asked, ==, 0);
  assert_factor(given, "unknown", 1, 2);
}

static void test_weigh_bad_formula(void) {
  g_autoptr(LimsResidue) residue = parse("carbofuran + bad, as carbofuran");
  g_autoptr(GError) error = NULL;

  g_assert_false(lims_residue_weigh(residue, formula_of, NULL, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, "bad: molecular formula “Xx”"));
}

/* ---- what is delivered ---- */

static const char *delivered_formula(const char *analyte, gpointer data) {
  return g_hash_table_lookup(data, analyte);
}

/* code → formula */
static GHashTable *read_formulas(void) {
  g_autoptr(LimsCsv) csv = read_delivered("analytes.csv");
  GHashTable *formulas = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  int code = lims_csv_column(csv, "code"), formula = lims_csv_column(csv, "formula");

  g_assert_cmpint(formula, >=, 0);
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);

    g_hash_table_insert(formulas, g_strdup(lims_csv_get(row, code)), g_strdup(lims_csv_get(row, formula)));
  }
  return formulas;
}

/* Components whose factor nobody can compute, and why. */
static const struct {
  const char *analyte, *why;
} WITHOUT_FACTOR[] = {
    {"imidacloprid-6-chloropyridinyl-metabolites", "a class of metabolites: no one formula"},
};

static gboolean may_lack_factor(const char *analyte) {
  for (guint i = 0; i < G_N_ELEMENTS(WITHOUT_FACTOR); i++)
    if (strcmp(WITHOUT_FACTOR[i].analyte, analyte) == 0)
      return TRUE;
  return FALSE;
}

static void check_terms(const LimsResidue *residue, GHashTable *formulas, const char *where) {
  for (guint i = 0; i < residue->terms->len; i++) {
    const LimsResidueTerm *term = &g_array_index(residue->terms, LimsResidueTerm, i);

    if (!g_hash_table_contains(formulas, term->analyte))
      g_error("%s: %s is no analyte", where, term->analyte);
    if (term->has_factor == may_lack_factor(term->analyte))
      g_error("%s: the factor of %s", where, term->analyte);
  }
}

/* Counts the sums of one set. */
static guint check_set(const char *name, GHashTable *formulas) {
  g_autoptr(LimsCsv) csv = read_delivered(name);
  int column = lims_csv_column(csv, "residue_definition");
  guint sums = 0;

  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    g_autofree char *where = g_strdup_printf("%s:%u", name, row->line);
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsResidue) residue = lims_residue_parse(lims_csv_get(row, column), &error);

    if (error || (residue && !lims_residue_weigh(residue, delivered_formula, formulas, &error)))
      g_error("%s: %s", where, error->message);
    if (!residue)
      continue;
    check_terms(residue, formulas, where);
    sums++;
  }
  return sums;
}

/* The counts catch a definition that was meant as a sum and became words. */
static const struct {
  const char *file;
  guint sums;
} SETS[] = {
    {"sets/gb15618-2018.csv", 2}, {"sets/gb2762-2022.csv", 0},   {"sets/gb2762-2025.csv", 0},
    {"sets/gb2763-2021.csv", 0},  {"sets/gb2763-2026.csv", 209}, {"sets/gb5084-2021.csv", 0},
};

static void test_delivered(void) {
  g_autoptr(GHashTable) formulas = read_formulas();

  for (guint i = 0; i < G_N_ELEMENTS(SETS); i++)
    g_assert_cmpuint(check_set(SETS[i].file, formulas), ==, SETS[i].sums);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/residue/sums", test_sums);
  g_test_add_func("/residue/no-sums", test_no_sums);
  g_test_add_func("/residue/refused", test_refused);
  g_test_add_func("/residue/factors-of-the-text", test_factors_of_the_text);
  g_test_add_func("/residue/weigh", test_weigh);
  g_test_add_func("/residue/weigh-leaves-open", test_weigh_leaves_open);
  g_test_add_func("/residue/weigh-bad-formula", test_weigh_bad_formula);
  g_test_add_func("/residue/delivered", test_delivered);
  return g_test_run();
}
