/* Soil and irrigation water: the sets that the catalogue has, against the tables that they were made from.
 *
 * Each figure of the table must be found, from the facts of the sample alone, in one row and no other: a band
 * that two rows claim would leave every verdict open, one that none claims would pass a poisoned field.
 */
#include "lims/judge/condition.h"
#include "tests/judge/helper-delivered.h"

#include <string.h>

typedef struct {
  char *analyte, *limit, *node;
  GArray *terms;
} Row;

static void row_free(gpointer data) {
  Row *row = data;

  g_free(row->analyte);
  g_free(row->limit);
  g_free(row->node);
  g_array_unref(row->terms);
  g_free(row);
}

static const char *cell(const LimsCsv *csv, guint index, const char *heading) {
  int column = lims_csv_column(csv, heading);

  g_assert_cmpint(column, >=, 0);
  return lims_csv_get(g_ptr_array_index(csv->rows, index), column);
}

/* The rows of a delivered set. */
static GPtrArray *read_set(const char *name) {
  g_autoptr(LimsCsv) csv = read_delivered(name);
  GPtrArray *rows = g_ptr_array_new_with_free_func(row_free);

  for (guint i = 0; i < csv->rows->len; i++) {
    GError *error = NULL;
    Row *row = g_new0(Row, 1);

    row->analyte = g_strdup(cell(csv, i, "analyte"));
    row->limit = g_strdup(cell(csv, i, "limit_text"));
    row->node = g_strdup(cell(csv, i, "node"));
    row->terms = lims_conditions_parse(cell(csv, i, "conditions"), &error);
    g_assert_no_error(error);
    g_ptr_array_add(rows, row);
  }
  return rows;
}

/* The shared table; NULL, and the test skipped, where it is not here. */
static LimsCsv *read_table(const char *name) {
  const char *shared = g_getenv("LIMS_SHARED");
  g_autofree char *path = g_build_filename(shared ? shared : "../shared", "data", name, NULL);
  g_autofree char *why = g_strdup_printf("the shared data (%s) are not here", name);

  if (g_file_test(path, G_FILE_TEST_EXISTS))
    return read_csv(path);
  g_test_skip(why);
  return NULL;
}

/* Whether it is of that level, and all that it compares is met. */
static gboolean holds(const Row *row, const LimsFacts *facts, gboolean intervention) {
  gboolean level = FALSE;

  for (guint i = 0; i < row->terms->len; i++) {
    const LimsCondition *term = &g_array_index(row->terms, LimsCondition, i);

    level |= term->kind == LIMS_CONDITION_INTERVENTION;
    if (term->kind == LIMS_CONDITION_WORDS)
      return FALSE;
    if (term->kind == LIMS_CONDITION_FACT && lims_condition_meets(term, facts) != LIMS_MEETS_YES)
      return FALSE;
  }
  return level == intervention;
}

/* The figure that the set gives at that node for these facts; there must be one and no other. */
static const char *find_limit(const GPtrArray *rows, const char *node, const char *analyte,
                              const LimsFacts *facts, gboolean intervention) {
  const char *found = NULL;

  for (guint i = 0; i < rows->len; i++) {
    const Row *row = g_ptr_array_index(rows, i);

    if (strcmp(row->node, node) != 0 || strcmp(row->analyte, analyte) != 0 ||
        !holds(row, facts, intervention))
      continue;
    if (found)
      g_error("%s at node %s: both %s and %s hold", analyte, node, found, row->limit);
    found = row->limit;
  }
  return found;
}

/* At the first of the nodes that has rows of the analyte, as the judge walks from a sample's place to the
 * root. */
static const char *walk(const GPtrArray *rows, const char *const *nodes, const char *analyte,
                        const LimsFacts *facts, gboolean intervention) {
  for (; *nodes; nodes++)
    for (guint i = 0; i < rows->len; i++) {
      const Row *row = g_ptr_array_index(rows, i);

      if (strcmp(row->node, *nodes) == 0 && strcmp(row->analyte, analyte) == 0)
        return find_limit(rows, *nodes, analyte, facts, intervention);
    }
  return NULL;
}

static gboolean is_same(const char *text, const char *other) {
  LimsDecimal a, b;

  if (!text || strcmp(text, other) == 0)
    return text != NULL;
  return lims_decimal_parse(text, &a) && lims_decimal_parse(other, &b) && lims_decimal_compare(a, b) == 0;
}

typedef struct {
  const char *theirs, *ours;
} Name;

static const char *translate(const Name *names, guint count, const char *theirs) {
  for (guint i = 0; i < count; i++)
    if (strcmp(names[i].theirs, theirs) == 0)
      return names[i].ours;
  return theirs;
}

/* ---- GB 15618-2018 ---- */

static const Name SOIL_ANALYTES[] = {{"mercury", "total-mercury"},
                                     {"arsenic", "total-arsenic"},
                                     {"BHC total", "hch-bhc"},
                                     {"DDT total", "ddt"},
                                     {"benzo[a]pyrene", "benzo-a-pyrene"}};

/* A band by its two ends and a value within; the lower end is not in it, the upper one is. */
static const struct {
  const char *theirs;
  const char *values[3];
} BANDS[] = {
    {"pH<=5.5", {"0", "4.8", "5.5"}},
    {"5.5<pH<=6.5", {"5.51", "6", "6.5"}},
    {"6.5<pH<=7.5", {"6.5001", "7.0", "7.50"}},
    {"pH>7.5", {"7.51", "8.2", "14"}},
    {"all pH", {"0", "6.5", "14"}},
};

/* A use, the words of the table for it, and the nodes from the place of that soil or water to the root. */
typedef struct {
  const char *word, *theirs;
  const char *nodes[4];
} Use;

static const char *const ROOT[] = {"1", NULL};
static const Use LANDS[] = {{"paddy", "land use: paddy field", {"2", "1"}},
                            {"other", "land use: other farmland", {"3", "1"}},
                            {"orchard", "land use: orchard", {"4", "3", "1"}}};

/* Whether the table has a row of that analyte for those words. */
static gboolean has_own_row(const LimsCsv *table, const char *analyte, const char *words) {
  for (guint i = 0; i < table->rows->len; i++)
    if (strcmp(cell(table, i, "analyte"), analyte) == 0 &&
        g_str_has_prefix(cell(table, i, "conditions"), words))
      return TRUE;
  return FALSE;
}

/* Whether the row of the table is the one for that use of land: its own, or that for all other land. */
static gboolean concerns(const LimsCsv *table, guint index, const Use *land) {
  const char *conditions = cell(table, index, "conditions");

  if (g_str_has_prefix(conditions, "land use: all") || g_str_has_prefix(conditions, "all land uses"))
    return TRUE;
  if (has_own_row(table, cell(table, index, "analyte"), land->theirs))
    return g_str_has_prefix(conditions, land->theirs);
  return g_str_has_prefix(conditions, "land use: other farmland");
}

/* At the root by the fact of land use, and at the soil's own place without it. */
static void check_soil(const GPtrArray *rows, const LimsCsv *table, guint index, const Use *land,
                       const char *ph) {
  const char *analyte = translate(SOIL_ANALYTES, G_N_ELEMENTS(SOIL_ANALYTES), cell(table, index, "analyte"));
  const char *expected = cell(table, index, "limit"), *found;
  gboolean intervention = g_str_has_prefix(cell(table, index, "clause_or_table"), "table 3");
  LimsFacts facts = {0};

  g_assert_true(lims_facts_set(&facts, LIMS_FACT_PH, ph, NULL));
  found = walk(rows, land->nodes, analyte, &facts, intervention);
  g_test_message("%s, %s, pH %s: %s", analyte, land->word, ph, found);
  g_assert_true(is_same(found, expected));
  g_assert_true(lims_facts_set(&facts, LIMS_FACT_LAND_USE, land->word, NULL));
  found = walk(rows, ROOT, analyte, &facts, intervention);
  g_assert_true(is_same(found, expected));
}

static guint check_soil_row(const GPtrArray *rows, const LimsCsv *table, guint index) {
  const char *band = strstr(cell(table, index, "conditions"), "; ") + 2;
  guint checked = 0;

  for (guint land = 0; land < G_N_ELEMENTS(LANDS); land++)
    for (guint b = 0; b < G_N_ELEMENTS(BANDS); b++)
      for (guint v = 0; v < G_N_ELEMENTS(BANDS[b].values); v++)
        if (strcmp(BANDS[b].theirs, band) == 0 && concerns(table, index, &LANDS[land])) {
          check_soil(rows, table, index, &LANDS[land], BANDS[b].values[v]);
          checked++;
        }
  return checked;
}

static void test_soil(void) {
  g_autoptr(GPtrArray) rows = read_set("sets/gb15618-2018.csv");
  g_autoptr(LimsCsv) table = read_table("soil.csv");
  guint checked = 0;

  if (!table)
    return;
  g_assert_cmpuint(table->rows->len, ==, 79);
  for (guint i = 0; i < table->rows->len; i++) {
    guint of_row = check_soil_row(rows, table, i);

    g_assert_cmpuint(of_row, >, 0);
    checked += of_row;
  }
  /* 8 metals in 4 bands for 3 land uses, 5 intervention values the same, 3 organic items; 3 pH each */
  g_assert_cmpuint(checked, ==, (8 * 4 * 3 + 5 * 4 * 3 + 3 * 3) * 3);
}

/* Without the pH no band holds, and with it no row is left over that nobody looked at. */
static void test_soil_unknown(void) {
  g_autoptr(GPtrArray) rows = read_set("sets/gb15618-2018.csv");
  LimsFacts facts = {0};

  g_assert_null(find_limit(rows, "1", "cadmium", &facts, FALSE));
  g_assert_true(lims_facts_set(&facts, LIMS_FACT_LAND_USE, "paddy", NULL));
  g_assert_null(find_limit(rows, "1", "cadmium", &facts, FALSE));
  g_assert_nonnull(find_limit(rows, "1", "benzo-a-pyrene", &facts, FALSE));
  g_assert_true(lims_facts_set(&facts, LIMS_FACT_PH, "5.5", NULL));
  g_assert_cmpstr(find_limit(rows, "1", "cadmium", &facts, FALSE), ==, "0.3");
  g_assert_null(find_limit(rows, "1", "copper", &facts, TRUE)); /* has no intervention value */
}

/* ---- GB 5084-2021 ---- */

static const Name WATER_ANALYTES[] = {
    {"BOD5", "bod5"},
    {"COD", "cod"},
    {"ammonia nitrogen", "ammonia-nitrogen"},
    {"arsenic", "total-arsenic"},
    {"total arsenic", "total-arsenic"},
    {"mercury", "total-mercury"},
    {"total mercury", "total-mercury"},
    {"total cadmium", "cadmium"},
    {"total lead", "lead"},
    {"chromium(VI)", "chromium-vi"},
    {"pH", "ph"},
    {"ascaris eggs", "ascaris-eggs"},
    {"faecal coliforms", "faecal-coliforms"},
    {"suspended solids", "suspended-solids"},
    {"total nitrogen", "total-nitrogen"},
    {"total phosphorus", "total-phosphorus"},
    {"volatile phenols", "volatile-phenols"},
};

#define VEGETABLES "crop class: vegetables (蔬菜; 2005: 蔬菜)"

static const Use CROPS[] = {
    {"paddy", "crop class: paddy crops", {"2", "1"}},
    {"dryland", "crop class: dryland crops", {"3", "1"}},
    {"cooked-vegetables", VEGETABLES "; processed", {"5", "4", "1"}},
    {"raw-vegetables", VEGETABLES "; raw-eaten", {"6", "4", "1"}},
};

static const char *water_analyte(const LimsCsv *table, guint index) {
  return translate(WATER_ANALYTES, G_N_ELEMENTS(WATER_ANALYTES), cell(table, index, "analyte"));
}

/* Its own words, or those for vegetables of either kind. */
static gboolean is_of_crop(const char *conditions, const Use *crop) {
  gboolean either = g_str_has_prefix(conditions, VEGETABLES) && !strstr(conditions, "; processed") &&
                    !strstr(conditions, "; raw-eaten");

  return g_str_has_prefix(conditions, crop->theirs) || (either && g_str_has_prefix(crop->theirs, VEGETABLES));
}

static guint check_water_row(const GPtrArray *rows, const LimsCsv *table, guint index) {
  const char *expected = cell(table, index, "limit");
  guint checked = 0;

  for (guint c = 0; c < G_N_ELEMENTS(CROPS); c++) {
    const Use *crop = &CROPS[c];
    LimsFacts facts = {0};

    if (!is_of_crop(cell(table, index, "conditions"), crop))
      continue;
    g_test_message("%s, %s: %s", cell(table, index, "analyte"), crop->word, expected);
    g_assert_true(is_same(walk(rows, crop->nodes, water_analyte(table, index), &facts, FALSE), expected));
    g_assert_true(lims_facts_set(&facts, LIMS_FACT_CROP, crop->word, NULL));
    g_assert_true(is_same(walk(rows, ROOT, water_analyte(table, index), &facts, FALSE), expected));
    checked++;
  }
  return checked;
}

static gboolean is_inferred(const LimsCsv *table, const char *analyte) {
  for (guint i = 0; i < table->rows->len; i++)
    if (strcmp(cell(table, i, "derived"), "yes") == 0 && strcmp(water_analyte(table, i), analyte) == 0)
      return TRUE;
  return FALSE;
}

/* A figure of which only an unverified transcription speaks is there, and stays open whatever the crop. */
static void check_unverified(const GPtrArray *rows, const char *analyte, const char *expected) {
  guint found = 0;

  for (guint c = 0; c < G_N_ELEMENTS(CROPS); c++) {
    LimsFacts facts = {0};

    g_assert_true(lims_facts_set(&facts, LIMS_FACT_CROP, CROPS[c].word, NULL));
    g_assert_null(walk(rows, ROOT, analyte, &facts, FALSE));
  }
  for (guint i = 0; i < rows->len; i++) {
    const Row *row = g_ptr_array_index(rows, i);

    if (strcmp(row->analyte, analyte) == 0) {
      g_assert_true(is_same(row->limit, expected));
      found++;
    }
  }
  g_assert_cmpuint(found, ==, 1);
}

static void test_water(void) {
  g_autoptr(GPtrArray) rows = read_set("sets/gb5084-2021.csv");
  g_autoptr(LimsCsv) table = read_table("irrigation.csv");
  guint checked = 0, unverified = 0;

  for (guint i = 0; table && i < table->rows->len; i++) {
    if (strcmp(cell(table, i, "derived"), "yes") == 0) {
      guint of_row = check_water_row(rows, table, i);

      g_assert_cmpuint(of_row, >, 0);
      checked += of_row;
    } else if (!is_inferred(table, water_analyte(table, i))) {
      check_unverified(rows, water_analyte(table, i), cell(table, i, "limit"));
      unverified++;
    }
  }
  if (!table)
    return;
  g_assert_cmpuint(checked, ==, 15 * 4); /* items, crops */
  g_assert_cmpuint(unverified, ==, 7);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/soil/table", test_soil);
  g_test_add_func("/soil/unknown", test_soil_unknown);
  g_test_add_func("/water/table", test_water);
  return g_test_run();
}
