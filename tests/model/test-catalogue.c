/* config/catalogue as it is delivered: it loads, it fits together, and what it says of everyday foods is what
 * the standards print.
 */
#include "lims/core/csv.h"
#include "lims/core/paths.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/judge-text.h"
#include "lims/model/method-rule.h"
#include "tests/model/helper-model.h"

#include <glib/gstdio.h>
#include <string.h>

static char *data_path(const char *name) {
  const char *data = g_getenv("LIMS_DATA");

  return g_build_filename(data ? data : "config", name, NULL);
}

static gboolean load(LimsDb *db, gpointer data, GError **error) {
  return lims_catalogue_load_directory(db, data, error);
}

static void load_delivered(Fixture *fixture) {
  g_autofree char *path = data_path("catalogue");

  must_write(fixture, load, path);
}

static gboolean take_catalogue(LimsDb *db, gpointer data, GError **error) {
  LimsCatalogue **out = data;
  LimsCatalogue *current = lims_catalogue_current(db, error);

  *out = current ? lims_catalogue_ref(current) : NULL;
  return current != NULL;
}

static LimsCatalogue *current_catalogue(Fixture *fixture) {
  GError *error = NULL;
  LimsCatalogue *catalogue = NULL;

  lims_store_read(fixture->store, take_catalogue, &catalogue, &error);
  g_assert_no_error(error);
  return catalogue;
}

#define VERSION "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'catalogue-version'"

static void test_load(Fixture *fixture, gconstpointer data) {
  gint64 version, changes;

  load_delivered(fixture);
  version = read_int(fixture, VERSION);
  changes = read_int(fixture, "SELECT COUNT(*) FROM change");
  g_assert_cmpint(version, >, 0);
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM commodity"), >=, 400);
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row"), >=, 2900);
  load_delivered(fixture);
  g_assert_cmpint(read_int(fixture, VERSION), ==, version);
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM change"), ==, changes);
}

static void test_fits_together(Fixture *fixture, gconstpointer data) {
  load_delivered(fixture);
  g_assert_cmpint(read_int(fixture,
                           "SELECT COUNT(*) FROM membership m WHERE NOT EXISTS (SELECT 1 FROM node n WHERE "
                           "n.tree = m.tree AND n.id = m.node)"),
                  ==, 0);
  g_assert_cmpint(read_int(fixture,
                           "SELECT COUNT(*) FROM (SELECT 1 FROM limit_row GROUP BY limit_set, node, analyte, "
                           "conditions HAVING COUNT(*) > 1)"),
                  ==, 0);
  g_assert_cmpint(
      read_int(fixture, "SELECT COUNT(*) FROM limit_set a JOIN limit_set b ON a.tree = b.tree AND a.code < "
                        "b.code AND a.effective_from <= COALESCE(b.effective_to, '9') AND "
                        "b.effective_from <= COALESCE(a.effective_to, '9')"),
      ==, 0);
  g_assert_cmpint(
      read_int(fixture, "SELECT COUNT(*) FROM commodity c WHERE family = '' OR code = '' OR name_en = ''"),
      ==, 0);
}

/* What a driver maps a code to must be in the catalogue, or each of its results would be held. */
static void test_drivers(Fixture *fixture, gconstpointer data) {
  g_autofree char *path = data_path("drivers");
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  g_autoptr(LimsCatalogue) catalogue = NULL;
  const char *name;
  guint checked = 0;

  if (!dir) {
    g_test_skip("no directory of drivers here");
    return;
  }
  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  while ((name = g_dir_read_name(dir))) {
    g_autofree char *file = g_build_filename(path, name, NULL);
    g_autoptr(LimsCsv) csv = g_str_has_suffix(name, ".csv") ? lims_csv_read_file(file, NULL) : NULL;

    for (guint i = 0; csv && i < csv->rows->len; i++) {
      const char *analyte = lims_csv_get(g_ptr_array_index(csv->rows, i), lims_csv_column(csv, "analyte"));

      if (*analyte && !lims_catalogue_find_analyte(catalogue, analyte))
        g_error("%s: the catalogue has no analyte '%s'", name, analyte);
      checked++;
    }
  }
  g_assert_cmpuint(checked, >, 50);
}

typedef struct {
  const char *commodity, *analyte, *value, *date;
  const char *code, *limit, *standard;
} Spot;

/* Figures read in the tables of the standards; the table is in the remark. */
static const Spot SPOTS[] = {
    /* GB 2762 table 1, lead: fresh vegetables 0.1; leafy 0.3; brassica, legume, ginger, tubers 0.2. Chives
     * are bulb vegetables, which annex A puts among the others. */
    {"韭菜", "铅", "0.1", "2026-10-01", "at-or-below-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"韭菜", "铅(以Pb计)", "0.2", "2026-10-01", "above-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"菠菜", "铅", "0.3", "2026-10-01", "at-or-below-limit", "0.3 mg/kg", "GB 2762-2025"},
    {"菠菜", "铅", "0.3", "2026-09-02", "at-or-below-limit", "0.3 mg/kg", "GB 2762-2025"},
    {"菠菜", "铅", "0.3", "2026-09-01", "at-or-below-limit", "0.3 mg/kg", "GB 2762-2022"},
    {"菠菜", "铅", "0.3", "2023-06-29", "no-edition", "", NULL},
    {"生姜", "铅", "0.21", "2026-10-01", "above-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"西兰花", "Pb", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"胡萝卜", "铅", "0.11", "2026-10-01", "above-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"土豆", "铅", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"山药", "铅", "0.1", "2026-10-01", "at-or-below-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"山药", "铅", "0.15", "2026-10-01", "condition", "0.1 mg/kg", "GB 2762-2025"},
    {"苹果", "铅", "0.1", "2026-10-01", "at-or-below-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"蔓越莓", "铅", "0.15", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"猪肉", "铅", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"猪肝", "铅", "0.5", "2026-10-01", "at-or-below-limit", "0.5 mg/kg", "GB 2762-2025"},
    {"茶叶", "铅", "5.1", "2026-10-01", "above-limit", "5.0 mg/kg", "GB 2762-2025"},
    {"豆浆", "铅", "0.06", "2026-10-01", "above-limit", "0.05 mg/kg", "GB 2762-2025"},
    {"香菇", "铅", "0.31", "2026-10-01", "above-limit", "0.3 mg/kg", "GB 2762-2025"},
    {"金针菇", "铅", "0.5", "2026-10-01", "at-or-below-limit", "0.5 mg/kg", "GB 2762-2025"},
    /* table 2, cadmium */
    {"大米", "镉", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"小麦粉", "镉", "0.11", "2026-10-01", "above-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"小米辣椒", "镉(以Cd计)", "0.076", "2025-11-14", "above-limit", "0.05 mg/kg", "GB 2762-2022"},
    {"芹菜", "镉", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"莴笋", "镉", "0.11", "2026-10-01", "above-limit", "0.1 mg/kg", "GB 2762-2025"},
    {"虾爬子", "镉", "2.9", "2026-10-01", "at-or-below-limit", "3.0 mg/kg", "GB 2762-2025"},
    {"对虾", "镉", "0.6", "2026-10-01", "above-limit", "0.5 mg/kg", "GB 2762-2025"},
    {"猪肾", "镉", "1.0", "2026-10-01", "at-or-below-limit", "1.0 mg/kg", "GB 2762-2025"},
    {"猪心", "镉", "0.05", "2026-10-01", "no-limit", "", NULL}, /* offal excepted, no row of its own */
    {"干香菇", "镉", "0.5", "2026-10-01", "at-or-below-limit", "0.5 mg/kg", "GB 2762-2025"},
    {"干香菇", "镉", "0.9", "2026-10-01", "condition", "0.5 mg/kg",
     "GB 2762-2025"}, /* 3.5: times the factor */
    {"黑木耳", "镉", "0.4", "2026-10-01", "condition", "0.5 mg/kg", "GB 2762-2025"}, /* on dry weight */
    {"黑木耳", "镉", "0.6", "2026-10-01", "above-limit", "0.5 mg/kg", "GB 2762-2025"},
    /* tables 3 and 4: totals before the species */
    {"大米", "无机砷", "0.21", "2026-10-01", "above-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"大米", "总砷", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"大米", "总砷", "0.3", "2026-10-01", "species-asked", "0.2 mg/kg", "GB 2762-2025"},
    {"鲈鱼", "甲基汞", "0.6", "2026-10-01", "condition", "0.5 mg/kg", "GB 2762-2025"},
    {"草鱼", "甲基汞", "0.6", "2026-10-01", "above-limit", "0.5 mg/kg", "GB 2762-2025"},
    {"金枪鱼", "甲基汞", "1.2", "2026-10-01", "at-or-below-limit", "1.2 mg/kg", "GB 2762-2025"},
    /* names that leave the class open */
    {"芥蓝", "铅", "0.2", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"芥蓝", "铅", "0.25", "2026-10-01", "limits-conflict", "0.2 mg/kg", "GB 2762-2025"},
    {"芥蓝", "镉", "0.05", "2026-10-01", "at-or-below-limit", "0.05 mg/kg", "GB 2762-2025"}, /* as brassica */
    {"芥蓝", "镉", "0.1", "2026-10-01", "limits-conflict", "0.05 mg/kg", "GB 2762-2025"}, /* as a leaf: 0.2 */
    {"芸豆", "镉", "0.15", "2026-10-01", "limits-conflict", "0.1 mg/kg", "GB 2762-2025"}, /* pods, or dry */
    {"白芸豆", "镉", "0.15", "2026-10-01", "at-or-below-limit", "0.2 mg/kg", "GB 2762-2025"},
    {"大头菜", "镉", "0.07", "2026-10-01", "limits-conflict", "0.05 mg/kg", "GB 2762-2025"}, /* or cabbage */
    {"淡菜", "铅", "1.2", "2026-10-01", "limits-conflict", "1.0 mg/kg", "GB 2762-2025"},     /* or dried */
    {"贻贝", "铅", "1.2", "2026-10-01", "at-or-below-limit", "1.5 mg/kg", "GB 2762-2025"},
    {"海蜇", "铅", "1.5", "2026-10-01", "limits-conflict", "1.0 mg/kg", "GB 2762-2025"},
    {"海蜇皮", "铅", "1.5", "2026-10-01", "at-or-below-limit", "2.0 mg/kg", "GB 2762-2025"},
    {"紫菜", "铅", "0.8", "2026-10-01", "limits-conflict", "0.5 mg/kg", "GB 2762-2025"},
    {"干紫菜", "铅", "0.8", "2026-10-01", "at-or-below-limit", "1.0 mg/kg", "GB 2762-2025"},
    {"牛蛙", "铅", "0.25", "2026-10-01", "no-membership", "", NULL},
    {"不知名菜", "铅", "0.25", "2026-10-01", "no-commodity", "", NULL},
    /* GB 2763-2026, tables 4.x */
    {"豇豆", "噻虫嗪", "0.5", "2026-05-01", "at-or-below-limit", "0.5 mg/kg", "GB 2763-2026"},
    {"姜", "噻虫胺", "0.21", "2026-05-01", "above-limit", "0.2 mg/kg", "GB 2763-2026"},
    {"香蕉", "吡虫啉", "0.06", "2026-05-01", "above-limit", "0.05 mg/kg", "GB 2763-2026"},
    {"芒果", "吡唑醚菌酯", "0.05", "2026-05-01", "at-or-below-limit", "0.05 mg/kg", "GB 2763-2026"},
    {"芹菜", "毒死蜱", "0.06", "2026-05-01", "above-limit", "0.05 mg/kg", "GB 2763-2026"},
    {"芹菜", "毒死蜱", "0.06", "2026-02-28", "no-edition", "", NULL},
    {"大白菜", "敌百虫", "2", "2026-05-01", "at-or-below-limit", "2 mg/kg", "GB 2763-2026"},
    {"韭菜", "克百威", "0.03", "2026-05-01", "above-limit", "0.02 mg/kg", "GB 2763-2026"},
    {"韭菜", "克百威", "0.01", "2026-05-01", "part-missing", "0.02 mg/kg", "GB 2763-2026"},
    /* GB 2763-2021, the twenty rows */
    {"绿茶", "草甘膦", "1.2", "2025-12-01", "above-limit", "1 mg/kg", "GB 2763-2021"},
    {"橙", "草甘膦", "0.05", "2025-12-01", "no-limit", "", NULL}, /* excepted, its own row not seen */
    /* GB 15618-2018: pH is not known */
    {"水田土壤", "镉", "0.3", "2026-05-01", "at-or-below-limit", "0.3 mg/kg", "GB 15618-2018"},
    {"水田土壤", "镉", "0.35", "2026-05-01", "above-screening-value", "0.3 mg/kg", "GB 15618-2018"},
    {"土壤", "苯并[a]芘", "0.56", "2026-05-01", "above-limit", "0.55 mg/kg", "GB 15618-2018"},
};

static void test_spots(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsCatalogue) catalogue = NULL;

  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(SPOTS); i++) {
    const Spot *spot = &SPOTS[i];
    LimsJudgeText text = {spot->commodity, spot->analyte, spot->value, "mg/kg", spot->date, NULL};
    g_auto(LimsJudgedText) judged = {0};
    g_autofree char *used = NULL;
    const LimsLimit *limit;

    lims_judge_text(catalogue, &text, &judged);
    limit = judged.verdict.limit;
    used = lims_judged_limit(&judged);
    g_test_message("%s %s %s: %s", spot->commodity, spot->analyte, spot->value, judged.verdict.reason);
    g_assert_cmpstr(judged.verdict.reason_code, ==, spot->code);
    g_assert_cmpstr(used, ==, spot->limit);
    g_assert_cmpstr(limit ? limit->set->standard : NULL, ==, spot->standard);
  }
}

/* What is there and cannot be read is named. */
static void test_unread(Fixture *fixture, gconstpointer data) {
  static const struct {
    LimsJudgeText text;
    const char *code, *word;
  } ROWS[] = {
      {{"韭菜", "铅", "0.1", "mg/kg", "1/12/2026", NULL}, "no-date", "“1/12/2026”"},
      {{"韭菜", "铅", "0.1", "mg/kg", "2026-13-01", NULL}, "no-date", "“2026-13-01”"},
      {{"韭菜", "铅", "0.1", "mg/kg", "", NULL}, "no-date", "give the day"},
      {{"韭菜", "铅", "0.1", "furlong", "2026-10-01", NULL}, "unit-mismatch", "“furlong” is not known"},
      {{"韭菜", "铅", "0.1", "mg/L", "2026-10-01", NULL}, "unit-mismatch", "mg/L"},
  };
  g_autoptr(LimsCatalogue) catalogue = NULL;

  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    g_auto(LimsJudgedText) judged = {0};

    lims_judge_text(catalogue, &ROWS[i].text, &judged);
    g_test_message("%s", judged.verdict.reason);
    g_assert_cmpstr(judged.verdict.reason_code, ==, ROWS[i].code);
    g_assert_nonnull(strstr(judged.verdict.reason, ROWS[i].word));
  }
}

static void test_water(Fixture *fixture, gconstpointer data) {
  static const LimsJudgeText rows[] = {
      {"灌溉水", "总汞", "0.0011", "mg/L", "2026-05-01", NULL}, /* one figure for all crops */
      {"灌溉水", "pH", "5.4", "pH", "2026-05-01", NULL},
      {"水田灌溉水", "COD", "151", "mg/L", "2026-05-01", NULL},
  };
  g_autoptr(LimsCatalogue) catalogue = NULL;

  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(LimsJudgedText) judged = {0};

    lims_judge_text(catalogue, &rows[i], &judged);
    g_test_message("%s", judged.verdict.reason);
    g_assert_cmpint(judged.verdict.kind, ==, LIMS_VERDICT_EXCEEDS);
    g_assert_nonnull(strstr(judged.verdict.reason, "unconfirmed")); /* said on every verdict */
  }
}

/* A screen needs no class. */
static void test_screen(Fixture *fixture, gconstpointer data) {
  static const LimsJudgeText text = {"菠菜", "农药残留", "62.5", "%", NULL, NULL};
  g_autoptr(LimsCatalogue) catalogue = NULL;
  g_auto(LimsJudgedText) judged = {0};

  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  lims_judge_text(catalogue, &text, &judged);
  g_assert_cmpstr(judged.verdict.reason_code, ==, "screen-positive");
}

/* Whatever was published as exceeding must not pass here, whoever finds it under which name. */
static void test_bulletins(Fixture *fixture, gconstpointer data) {
  const char *shared = g_getenv("LIMS_SHARED");
  g_autofree char *path =
      g_build_filename(shared ? shared : "../shared", "data", "bulletin_exceedances.csv", NULL);
  g_autoptr(LimsCatalogue) catalogue = NULL;
  g_autoptr(LimsCsv) csv = NULL;
  guint kinds[LIMS_VERDICT_UNDETERMINED + 1] = {0};

  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_test_skip("the shared data (bulletin_exceedances.csv) are not here");
    return;
  }
  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  csv = lims_csv_read_file(path, NULL);
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    LimsJudgeText text = {.commodity = lims_csv_get(row, lims_csv_column(csv, "food_name")),
                          .analyte = lims_csv_get(row, lims_csv_column(csv, "item")),
                          .value = lims_csv_get(row, lims_csv_column(csv, "result")),
                          .date = lims_csv_get(row, lims_csv_column(csv, "production_or_purchase_date"))};
    g_auto(LimsJudgedText) judged = {0};

    lims_judge_text(catalogue, &text, &judged);
    kinds[judged.verdict.kind]++;
    if (judged.verdict.kind == LIMS_VERDICT_COMPLIES)
      g_test_message("line %u: %s", row->line, judged.verdict.reason);
    g_assert_cmpint(judged.verdict.kind, !=, LIMS_VERDICT_COMPLIES);
  }
  g_test_message("%u exceed, %u undetermined", kinds[LIMS_VERDICT_EXCEEDS], kinds[LIMS_VERDICT_UNDETERMINED]);
  g_assert_cmpuint(kinds[LIMS_VERDICT_EXCEEDS], >=, 10);
}

/* ---- broken directories ---- */

static void copy_directory(const char *from, const char *to) {
  g_autoptr(GDir) dir = g_dir_open(from, 0, NULL);
  const char *name;

  g_assert_cmpint(g_mkdir_with_parents(to, 0700), ==, 0);
  while ((name = g_dir_read_name(dir))) {
    g_autofree char *source = g_build_filename(from, name, NULL), *target = g_build_filename(to, name, NULL);
    g_autofree char *bytes = NULL;
    gsize size;

    if (g_file_test(source, G_FILE_TEST_IS_DIR)) {
      copy_directory(source, target);
    } else {
      g_assert_true(g_file_get_contents(source, &bytes, &size, NULL));
      g_assert_true(g_file_set_contents(target, bytes, (gssize)size, NULL));
    }
  }
}

static void append_line(const char *directory, const char *file, const char *line) {
  g_autofree char *path = g_build_filename(directory, file, NULL), *bytes = NULL, *longer = NULL;

  g_assert_true(g_file_get_contents(path, &bytes, NULL, NULL));
  longer = g_strconcat(bytes, line, "\n", NULL);
  g_assert_true(g_file_set_contents(path, longer, -1, NULL));
}

static void remove_directory(const char *path) {
  g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name(dir))) {
    g_autofree char *child = g_build_filename(path, name, NULL);

    if (g_file_test(child, G_FILE_TEST_IS_DIR))
      remove_directory(child);
    else
      g_unlink(child);
  }
  g_rmdir(path);
}

static const struct {
  const char *file, *line, *words;
} BROKEN[] = {
    {"memberships.csv", "spinach,gb2762,99999,,", "memberships.csv:"},
    {"memberships.csv", "spinach,gb2763,1,蔬菜,", "谷物"},
    {"analyte-aliases.csv", "镉,lead", "analyte-aliases.csv:"},
    {"commodity-aliases.csv", "菠菜,celery", "spinach"},
    {"trees/soil.csv", "99,98,nowhere,,", "trees/soil.csv:"},
    {"sets/gb2762-2025.csv", "9999,1,,lead,maximum,many,mg/kg,,,,,,", "sets/gb2762-2025.csv:"},
    {"sets/gb2762-2025.csv", "9999,1,,lead,maximum,5,mg/qg,,,,,,", "unit"},
    {"sets/gb2762-2025.csv", "9999,1,,unobtainium,maximum,5,mg/kg,,,,,,", "unobtainium"},
    {"sets/gb2763-2026.csv", "9999,1,,aldicarb,maximum,5,mg/kg,,,aldicarb+aldicarb-sulfone: words,,,",
     "aldicarb+aldicarb-sulfone"},
    {"analytes.csv", "x,某,x,pesticide,C12H15Xx", "analytes.csv:"},
    {"methods.csv", "X 1,某,,c * V,,,,,,,,,,", "it comes out as an amount"},
    {"methods.csv", "X 1,某,,,3 figures,,,,,,,,,", "rounding '3 figures'"},
    {"methods.csv", "X 1,某,,,,,guarded,,,,,,,", "decision 'guarded'"},
    {"methods.csv", "X 1,某,,,,,,,,,maybe,,,", "is_total 'maybe'"},
    {"methods.csv", ",某,,,,,,,,,,,,", "method code"},
    {"methods.csv", "GB 5009.12,铅,,,,,,,,,,,,", "there twice"},
    {"detection-limits.csv", "GB 5009.12,lead,spinach,0.02,0.05,mg/qg,,", "unit 'mg/qg'"},
    {"detection-limits.csv", "GB 5009.12,lead,spinach,0.05,0.02,mg/kg,,", "the LOD is above the LOQ"},
    {"detection-limits.csv", "GB 5009.12,lead,spinach,0,0.02,mg/kg,,", "lod '0'"},
    {"detection-limits.csv", "GB 5009.12,lead,spinach,,,mg/kg,,", "a LOD or a LOQ"},
    {"detection-limits.csv", "GB 5009.12,lead,nowhere,0.02,0.05,mg/kg,,", "matrix 'nowhere'"},
    {"detection-limits.csv", "GB 5009.12,unobtainium,,0.02,0.05,mg/kg,,", "analyte 'unobtainium'"},
    {"detection-limits.csv", "GB 1,lead,,0.02,0.05,mg/kg,,", "method 'GB 1'"},
    {"limit-sets.csv", "x,GB 1,t,gb2762,2026-13-01,,production,s,good,,gb2762-2025.csv", "2026-13-01"},
};

static void test_broken(Fixture *fixture, gconstpointer data) {
  g_autofree char *delivered = data_path("catalogue");

  for (guint i = 0; i < G_N_ELEMENTS(BROKEN); i++) {
    g_autofree char *copy = g_build_filename(fixture->directory, "broken", NULL);
    g_autoptr(GError) error = NULL;

    copy_directory(delivered, copy);
    append_line(copy, BROKEN[i].file, BROKEN[i].line);
    g_assert_false(lims_store_write(fixture->store, load, copy, &error));
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, BROKEN[i].words));
    g_assert_nonnull(strstr(error->message, BROKEN[i].file));
    g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM analyte"), ==, 0);
    remove_directory(copy);
  }
}

static gboolean set_rule(LimsDb *db, gpointer data, GError **error) {
  const char *values[LIMS_METHOD_RULE_COUNT] = {[1] = "2 places"};

  g_assert_cmpstr(LIMS_METHOD_RULES[1].name, ==, "rounding");
  return lims_method_rule_set(db, "GB 5009.12", values, "wang", error);
}

#define DETECTION                                                                                            \
  "SELECT GROUP_CONCAT(matrix || ' ' || COALESCE(lod, '-') || ' ' || loq || ' ' || imported, ', ') FROM "    \
  "(SELECT * FROM detection_limit ORDER BY matrix)"

/* The delivered detection limits are replaced by those of the next delivery; what a laboratory imported or
 * set stays, also where both say something. */
static void test_delivered_again(Fixture *fixture, gconstpointer data) {
  g_autofree char *delivered = data_path("catalogue");
  g_autofree char *copy = g_build_filename(fixture->directory, "again", NULL);

  copy_directory(delivered, copy);
  append_line(copy, "detection-limits.csv", "GB 5009.12,lead,,0.02,0.05,mg/kg,,first");
  append_line(copy, "detection-limits.csv", "GB 5009.12,lead,spinach,,0.1,mg/kg,,first");
  must_write(fixture, load, copy);
  assert_text(fixture, DETECTION, " 0.02 0.05 0, spinach - 0.1 0");
  must_execute(fixture, "UPDATE detection_limit SET imported = 1, lod = '0.01' WHERE matrix = ''");
  must_write(fixture, set_rule, NULL);
  append_line(copy, "detection-limits.csv", "GB 5009.12,lead,celery,,0.2,mg/kg,,second");
  append_line(copy, "methods.csv", "X 1,某,X 1-2020,,1 places,,,,,,,,,");
  must_write(fixture, load, copy);
  assert_text(fixture, DETECTION, " 0.01 0.05 1, celery - 0.2 0, spinach - 0.1 0");
  assert_text(fixture, "SELECT rounding FROM method WHERE code = 'GB 5009.12'", "2 places");
  assert_text(fixture, "SELECT rounding FROM method WHERE code = 'X 1'", "1 places");
  remove_directory(copy);
}

/* What the files say reaches the judge's catalogue. */
static void test_methods(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsCatalogue) catalogue = NULL;
  const LimsMethod *screen, *farm;

  load_delivered(fixture);
  catalogue = current_catalogue(fixture);
  screen = lims_catalogue_find_method(catalogue, "GB/T 5009.199-2003");
  farm = lims_catalogue_find_method(catalogue, "NY/T 448-2001");
  g_assert_true(screen && farm);
  g_assert_cmpint(lims_decimal_compare(screen->screen_threshold, (LimsDecimal){50, 0}), ==, 0);
  g_assert_cmpint(screen->at_threshold, ==, LIMS_AT_THRESHOLD_POSITIVE);
  g_assert_cmpint(lims_decimal_compare(farm->screen_threshold, (LimsDecimal){70, 0}), ==, 0);
  g_assert_cmpint(farm->at_threshold, ==, LIMS_AT_THRESHOLD_POSITIVE);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/catalogue/load", test_load);
  MODEL_TEST("/catalogue/fits-together", test_fits_together);
  MODEL_TEST("/catalogue/drivers", test_drivers);
  MODEL_TEST("/catalogue/spots", test_spots);
  MODEL_TEST("/catalogue/unread", test_unread);
  MODEL_TEST("/catalogue/water", test_water);
  MODEL_TEST("/catalogue/screen", test_screen);
  MODEL_TEST("/catalogue/bulletins", test_bulletins);
  MODEL_TEST("/catalogue/broken", test_broken);
  MODEL_TEST("/catalogue/delivered-again", test_delivered_again);
  MODEL_TEST("/catalogue/methods", test_methods);
  return g_test_run();
}
