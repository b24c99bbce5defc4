/* Conditions: every form, the edges of bands, slips of the pen; and every text that the catalogue has. */
#include "lims/judge/condition.h"
#include "lims/core/error.h"
#include "tests/judge/helper-delivered.h"

#include <string.h>

/* ---- forms ---- */

static const struct {
  const char *text;
  int side, kind;
  const char *kept;
} FORMS[] = {
    {"dry weight", LIMS_SIDE_BOTH, LIMS_CONDITION_DRY_WEIGHT, "dry weight"},
    {"if not above: dry weight", LIMS_SIDE_NOT_ABOVE, LIMS_CONDITION_DRY_WEIGHT, "dry weight"},
    {"if not above: fat weight", LIMS_SIDE_NOT_ABOVE, LIMS_CONDITION_FAT_WEIGHT, "fat weight"},
    {"if above: dehydration", LIMS_SIDE_ABOVE, LIMS_CONDITION_DEHYDRATION, "dehydration"},
    {"if above: species inorganic-arsenic", LIMS_SIDE_ABOVE, LIMS_CONDITION_SPECIES, "inorganic-arsenic"},
    {"species methylmercury", LIMS_SIDE_BOTH, LIMS_CONDITION_SPECIES, "methylmercury"},
    {"level intervention", LIMS_SIDE_BOTH, LIMS_CONDITION_INTERVENTION, "level intervention"},
    {"temporary", LIMS_SIDE_BOTH, LIMS_CONDITION_TEMPORARY, "temporary"},
    {"if above: packing = tin-plate", LIMS_SIDE_ABOVE, LIMS_CONDITION_FACT, "packing = tin-plate"},
    {"5.5<pH<=6.5", LIMS_SIDE_BOTH, LIMS_CONDITION_FACT, "5.5<pH<=6.5"},
    {"if above: whether it counts among 薯类 (0.2)", LIMS_SIDE_ABOVE, LIMS_CONDITION_WORDS,
     "whether it counts among 薯类 (0.2)"},
    {"whether dry weight was meant", LIMS_SIDE_BOTH, LIMS_CONDITION_WORDS, "whether dry weight was meant"},
    {"the class of crop", LIMS_SIDE_BOTH, LIMS_CONDITION_WORDS, "the class of crop"},
    {"temporarily closed", LIMS_SIDE_BOTH, LIMS_CONDITION_WORDS, "temporarily closed"},
    {"phosphorus as well", LIMS_SIDE_BOTH, LIMS_CONDITION_WORDS, "phosphorus as well"},
};

static GArray *must_parse(const char *text, guint count) {
  GError *error = NULL;
  GArray *terms = lims_conditions_parse(text, &error);

  g_test_message("%s", text);
  g_assert_no_error(error);
  g_assert_cmpuint(terms->len, ==, count);
  return terms;
}

static const LimsCondition *term_at(const GArray *terms, guint index) {
  return &g_array_index(terms, LimsCondition, index);
}

static void test_forms(void) {
  for (guint i = 0; i < G_N_ELEMENTS(FORMS); i++) {
    g_autoptr(GArray) terms = must_parse(FORMS[i].text, 1);
    const LimsCondition *term = term_at(terms, 0);

    g_assert_cmpint(term->side, ==, FORMS[i].side);
    g_assert_cmpint(term->kind, ==, FORMS[i].kind);
    g_assert_cmpstr(term->text, ==, FORMS[i].kept);
  }
}

static void test_several(void) {
  g_autoptr(GArray) none = must_parse("", 0);
  g_autoptr(GArray) terms =
      must_parse("level intervention; 5.5 < ph <= 6.5; land-use = 水田; by whom; when", 5);
  g_autoptr(GArray) sides = must_parse("if not above: dry weight; if above: species methylmercury", 2);

  g_assert_cmpint(term_at(terms, 0)->kind, ==, LIMS_CONDITION_INTERVENTION);
  g_assert_cmpint(term_at(terms, 1)->fact, ==, LIMS_FACT_PH);
  g_assert_cmpint(term_at(terms, 2)->fact, ==, LIMS_FACT_LAND_USE);
  g_assert_cmpstr(term_at(terms, 2)->word, ==, "paddy");
  g_assert_cmpint(term_at(terms, 3)->kind, ==, LIMS_CONDITION_WORDS);
  g_assert_cmpstr(term_at(terms, 4)->text, ==, "when");
  g_assert_cmpint(term_at(sides, 0)->side, ==, LIMS_SIDE_NOT_ABOVE);
  g_assert_cmpint(term_at(sides, 1)->side, ==, LIMS_SIDE_ABOVE);
}

/* ---- slips ---- */

static const struct {
  const char *text, *term, *why; /* the term that the message names */
} SLIPS[] = {
    {"ph <= 55", "ph <= 55", "from 0 to 14"},
    {"ph <= 5,5", "ph <= 5,5", "from 0 to 14"},
    {"ph <=", "ph <=", "from 0 to 14"},
    {"<= 5.5", "<= 5.5", "no fact"},
    {"ph = 5.5", "ph = 5.5", "compared with"},
    {"7.5 < ph", "7.5 < ph", "no fact"},
    {"6.5 < ph <= 5.5", "6.5 < ph <= 5.5", "no number"},
    {"5.5 < ph <= 5.5", "5.5 < ph <= 5.5", "no number"},
    {"6.5 >= ph > 5.5", "6.5 >= ph > 5.5", "LOW < FACT"},
    {"1 < ph < 2 < 3", "1 < ph < 2 < 3", "more than two"},
    {"acidity <= 5.5", "acidity <= 5.5", "no fact"},
    {"land use = paddy", "land use = paddy", "no fact"},
    {"land-use = padddy", "land-use = padddy", "paddy|other|orchard"},
    {"land-use < paddy", "land-use < paddy", "FACT = WORD"},
    {"land-use = paddy = other", "land-use = paddy = other", "no fact"},
    {"land-use: paddy", "land-use: paddy", "nothing that it is compared with"},
    {"pH", "pH", "nothing that it is compared with"},
    {"fat below 10 %", "fat below 10 %", "nothing that it is compared with"},
    {"Dry weight", "Dry weight", "does not keep it"},
    {"dry weight (干重计)", "dry weight (干重计)", "does not keep it"},
    {"temporary (*)", "temporary (*)", "does not keep it"},
    {"level 2", "level 2", "does not keep it"},
    {"species", "species", "the code of an analyte"},
    {"species ", "species ", "separated by"},
    {"species Inorganic arsenic", "species Inorganic arsenic", "the code of an analyte"},
    {"Species methylmercury", "Species methylmercury", "the code of an analyte"},
    {"if above dehydration", "if above dehydration", "does not keep it"},
    {"if not above:dry weight", "if not above:dry weight", "does not keep it"},
    {"if above: if not above: dry weight", "if above: if not above: dry weight", "does not keep it"},
    {"if above: ", "if above: ", "separated by"},
    {"temporary; ", "", "separated by"},
    {"; temporary", "", "separated by"},
    {"temporary;dry weight", "temporary;dry weight", "separated by"},
    {"dry weight;  temporary", " temporary", "separated by"},
    {"ph <= 5.5; ph > 7.5", "ph > 7.5", "twice"},
    {"if above: dry weight; dry weight", "dry weight", "twice"},
    {"moisture < 101", "moisture < 101", "below 100"},
};

static void test_slips(void) {
  for (guint i = 0; i < G_N_ELEMENTS(SLIPS); i++) {
    g_autofree char *named = g_strdup_printf("condition '%s': ", SLIPS[i].term);
    g_autoptr(GError) error = NULL;

    g_test_message("%s", SLIPS[i].text);
    g_assert_null(lims_conditions_parse(SLIPS[i].text, &error));
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    if (!g_str_has_prefix(error->message, named) || !strstr(error->message, SLIPS[i].why))
      g_error("expected \"%s\" and \"%s\" in \"%s\"", named, SLIPS[i].why, error->message);
  }
}

/* ---- whether a fact meets it ---- */

#define NO LIMS_MEETS_NO
#define YES LIMS_MEETS_YES

static const struct {
  const char *condition;
  LimsFact fact;
  const char *value;
  LimsMeets meets;
} MEETS[] = {
    {"ph <= 5.5", LIMS_FACT_PH, "5.5", YES},
    {"ph <= 5.5", LIMS_FACT_PH, "5.50", YES},
    {"ph <= 5.5", LIMS_FACT_PH, "5.5000000001", NO},
    {"ph <= 5.5", LIMS_FACT_PH, "0", YES},
    {"ph < 5.5", LIMS_FACT_PH, "5.5", NO},
    {"ph < 5.5", LIMS_FACT_PH, "5.4999999999", YES},
    {"5.5 < ph <= 6.5", LIMS_FACT_PH, "5.5", NO},
    {"5.5 < ph <= 6.5", LIMS_FACT_PH, "5.51", YES},
    {"5.5 < ph <= 6.5", LIMS_FACT_PH, "6.5", YES},
    {"5.5 < ph <= 6.5", LIMS_FACT_PH, "6.51", NO},
    {"5.5 <= ph < 6.5", LIMS_FACT_PH, "5.5", YES},
    {"5.5 <= ph < 6.5", LIMS_FACT_PH, "6.5", NO},
    {"5.5≤ph≤5.5", LIMS_FACT_PH, "5.5", YES},
    {"ph > 7.5", LIMS_FACT_PH, "7.5", NO},
    {"ph > 7.5", LIMS_FACT_PH, "7.51", YES},
    {"ph ≥ 7.5", LIMS_FACT_PH, "7.5", YES},
    {"fat >= 10", LIMS_FACT_FAT, "10", YES},
    {"fat >= 10", LIMS_FACT_FAT, "9.99", NO},
    {"fat < 10", LIMS_FACT_FAT, "10.0", NO},
    {"land-use = paddy", LIMS_FACT_LAND_USE, "水田", YES},
    {"land-use = paddy", LIMS_FACT_LAND_USE, "orchard", NO},
    {"crop = paddy", LIMS_FACT_LAND_USE, "paddy", LIMS_MEETS_UNKNOWN}, /* another fact's word */
    {"if above: packing = tin-plate", LIMS_FACT_PACKING, "other", NO},
    {"predatory = no", LIMS_FACT_PREDATORY, "no", YES},
    {"ph <= 5.5", LIMS_FACT_MOISTURE, "5", LIMS_MEETS_UNKNOWN},
};

static void test_meets(void) {
  for (guint i = 0; i < G_N_ELEMENTS(MEETS); i++) {
    g_autoptr(GArray) terms = must_parse(MEETS[i].condition, 1);
    LimsFacts facts = {0};

    g_test_message("with %s", MEETS[i].value);
    g_assert_cmpint(lims_condition_meets(term_at(terms, 0), &facts), ==, LIMS_MEETS_UNKNOWN);
    g_assert_true(lims_facts_set(&facts, MEETS[i].fact, MEETS[i].value, NULL));
    g_assert_cmpint(lims_condition_meets(term_at(terms, 0), &facts), ==, MEETS[i].meets);
  }
}

/* Bands that meet leave no pH out and have none twice. */
static void test_bands(void) {
  static const char *const BANDS[] = {"ph <= 5.5", "5.5 < ph <= 6.5", "6.5 < ph <= 7.5", "ph > 7.5"};

  for (int hundredths = 0; hundredths <= 1400; hundredths++) {
    LimsFacts facts = {0};
    guint met = 0;

    facts.values[LIMS_FACT_PH] = (LimsFactValue){.known = TRUE, .number = {hundredths, -2}};
    for (guint i = 0; i < G_N_ELEMENTS(BANDS); i++) {
      g_autoptr(GArray) terms = lims_conditions_parse(BANDS[i], NULL);

      met += lims_condition_meets(term_at(terms, 0), &facts) == LIMS_MEETS_YES;
    }
    g_assert_cmpuint(met, ==, 1);
  }
}

/* ---- the catalogue's own ---- */

/* What stays words in it, each: whoever adds one has thought of the forms. */
static const char *const OPEN[] = {
    "class of crop, which the source does not state",
    "the figure is doubtful",
    "the figure of this edition for dried meat, which was not seen",
    "whether it counts among 薯类 (0.2)",
};

static gboolean has_analyte(const LimsCsv *analytes, const char *code) {
  int column = lims_csv_column(analytes, "code");

  for (guint i = 0; i < analytes->rows->len; i++)
    if (strcmp(lims_csv_get(g_ptr_array_index(analytes->rows, i), column), code) == 0)
      return TRUE;
  return FALSE;
}

static gboolean is_open(const char *words) {
  for (guint i = 0; i < G_N_ELEMENTS(OPEN); i++)
    if (strcmp(OPEN[i], words) == 0)
      return TRUE;
  return FALSE;
}

static void check_shipped(const char *file, guint line, const char *text, const LimsCsv *analytes) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GArray) terms = lims_conditions_parse(text, &error);

  if (!terms)
    g_error("%s:%u: %s", file, line, error->message);
  for (guint i = 0; i < terms->len; i++) {
    const LimsCondition *term = term_at(terms, i);

    if (term->kind == LIMS_CONDITION_WORDS && !is_open(term->text))
      g_error("%s:%u: '%s' is nothing but words", file, line, term->text);
    if (term->kind == LIMS_CONDITION_SPECIES && !has_analyte(analytes, term->text))
      g_error("%s:%u: no analyte '%s'", file, line, term->text);
  }
}

static void test_shipped(void) {
  g_autofree char *directory = delivered_path("sets"), *names = delivered_path("analytes.csv");
  g_autoptr(LimsCsv) analytes = read_csv(names);
  g_autoptr(GDir) dir = g_dir_open(directory, 0, NULL);
  guint conditions = 0;

  g_assert_nonnull(dir);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(directory, name, NULL);
    g_autoptr(LimsCsv) csv = read_csv(path);
    int column = lims_csv_column(csv, "conditions");

    g_assert_cmpint(column, >=, 0);
    for (guint i = 0; i < csv->rows->len; i++) {
      const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
      const char *text = lims_csv_get(row, column);

      check_shipped(name, row->line, text, analytes);
      conditions += *text != '\0';
    }
  }
  g_assert_cmpuint(conditions, >=, 400);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/condition/forms", test_forms);
  g_test_add_func("/condition/several", test_several);
  g_test_add_func("/condition/slips", test_slips);
  g_test_add_func("/condition/meets", test_meets);
  g_test_add_func("/condition/bands", test_bands);
  g_test_add_func("/condition/shipped", test_shipped);
  return g_test_run();
}
