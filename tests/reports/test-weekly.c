/* The weekly workbook from C: the same bytes twice, figures that add up, what is refused, and that nothing is
 * left behind. `test-weekly --make DIR` writes the fixture's store and workbooks for test_weekly.py, which
 * reads them back with programs that are not ours.
 */
#include "reports/weekly.h"
#include "tests/reports/helper-week.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *directory;
  LimsStore *store;
  Fixture fixture;
} Setting;

static char *path_in(const char *directory, const char *name) {
  return g_build_filename(directory, name, NULL);
}

static LimsStore *make_store(const char *directory, Fixture *fixture) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = path_in(directory, "lims.db");
  g_autofree char *url = g_strconcat("sqlite:", path, NULL);
  LimsStore *store = lims_store_open(url, TRUE, &error);

  g_assert_no_error(error);
  lims_store_write(store, fixture_fill, fixture, &error);
  g_assert_no_error(error);
  return store;
}

static void set_up(Setting *s, gconstpointer data) {
  s->directory = g_dir_make_tmp("lims-weekly-XXXXXX", NULL);
  s->store = make_store(s->directory, &s->fixture);
}

static void remove_directory(const char *path) {
  g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(directory))) {
    g_autofree char *file = path_in(path, name);
    g_unlink(file);
  }
  g_rmdir(path);
}

static void tear_down(Setting *s, gconstpointer data) {
  lims_store_close(s->store);
  remove_directory(s->directory);
  g_free(s->directory);
}

/* ---- rendering inside a read job ---- */

typedef struct {
  LimsWeeklyRequest request;
  const char *path;
  LimsWeeklyMade made;
} Render;

static gboolean render_job(LimsDb *db, gpointer data, GError **error) {
  Render *r = data;

  return lims_weekly_make(db, &r->request, r->path, &r->made, error);
}

static LimsWeeklyRequest request_of(const char *lab, LimsLanguage language, gint64 as_of) {
  return (LimsWeeklyRequest){FIXTURE_WEEK, lab, as_of, language};
}

static char *must_render(LimsStore *store, const char *directory, const char *name,
                         LimsWeeklyRequest request) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = path_in(directory, name);
  Render render = {.request = request, .path = path};

  lims_store_read(store, render_job, &render, &error);
  g_assert_no_error(error);
  g_assert_cmpuint(strlen(render.made.digest), ==, 64);
  return g_strdup(render.made.digest);
}

static void test_same_bytes(Setting *s, gconstpointer data) {
  for (int language = 0; language < 2; language++) {
    LimsWeeklyRequest request = request_of(NULL, (LimsLanguage)language, 0);
    g_autofree char *first = must_render(s->store, s->directory, "one.xlsx", request);
    g_usleep(1100000); /* past the second in which a clock could be the same by chance */
    g_autofree char *second = must_render(s->store, s->directory, "two.xlsx", request);
    request.as_of = s->fixture.newest;
    g_autofree char *named = must_render(s->store, s->directory, "three.xlsx", request);
    g_assert_cmpstr(first, ==, second);
    g_assert_cmpstr(first, ==, named);
    request.as_of = s->fixture.second_issue;
    g_autofree char *earlier = must_render(s->store, s->directory, "four.xlsx", request);
    g_assert_cmpstr(first, !=, earlier);
  }
}

/* A position is a position: what is written after it, and what is withdrawn, voided or resolved after it,
 * changes nothing. */
static gboolean later_job(LimsDb *db, gpointer data, GError **error) {
  gint64 seq = lims_db_change(db, 0, "sample", 1, error);

  return seq &&
         lims_db_run(db, error, "UPDATE exceedance SET withdrawn_seq = :seq WHERE withdrawn_seq IS NULL",
                     "seq:i", seq, NULL) &&
         lims_db_run(db, error,
                     "UPDATE held SET resolved_us = 1, resolved_seq = :seq WHERE resolved_us IS NULL",
                     "seq:i", seq, NULL) &&
         lims_db_run(
             db, error,
             "INSERT INTO change(at_us, lab, table_name, row_key) SELECT 1, lab, 'held', id FROM held",
             NULL) &&
         lims_db_run(
             db, error,
             "INSERT INTO change(at_us, lab, table_name, row_key) SELECT 1, lab, 'sample', id FROM sample",
             NULL) &&
         lims_db_run(db, error,
                     "UPDATE sample SET voided_at_us = 1, void_seq = :seq WHERE voided_at_us IS NULL",
                     "seq:i", seq, NULL);
}

static void test_position_stands(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  LimsWeeklyRequest request = request_of(NULL, LIMS_LANGUAGE_EN, s->fixture.newest);
  g_autofree char *before = must_render(s->store, s->directory, "a.xlsx", request);

  lims_store_write(s->store, later_job, NULL, &error);
  g_assert_no_error(error);
  g_autofree char *after = must_render(s->store, s->directory, "b.xlsx", request);
  g_assert_cmpstr(before, ==, after);
  request.as_of = 0;
  g_autofree char *now = must_render(s->store, s->directory, "c.xlsx", request);
  g_assert_cmpstr(before, !=, now);
}

/* ---- the week's figures ---- */

typedef gboolean (*Each)(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

static gboolean count_row(gconstpointer row, gpointer data, GError **error) {
  (*(guint *)data)++;
  return TRUE;
}

static guint count_rows(LimsWeek *week, Each each) {
  g_autoptr(GError) error = NULL;
  guint rows = 0;

  g_assert_true(each(week, count_row, &rows, &error));
  g_assert_no_error(error);
  return rows;
}

static gboolean count_kind(gconstpointer row, gpointer kinds, GError **error) {
  gpointer count = g_hash_table_lookup(kinds, ((const LimsWeekChange *)row)->kind);

  g_hash_table_insert(kinds, g_strdup(((const LimsWeekChange *)row)->kind),
                      GUINT_TO_POINTER(GPOINTER_TO_UINT(count) + 1));
  return TRUE;
}

static gboolean sums_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeekRequest request = request_of(NULL, LIMS_LANGUAGE_EN, 0);
  g_autoptr(LimsWeek) week = lims_week_open(db, &request, error);
  gint64 totals[LIMS_WEEK_GROUPINGS][3] = {0};

  g_assert_true(week && lims_week_count(week, error));
  for (guint g = 0; g < LIMS_WEEK_GROUPINGS; g++)
    for (guint i = 0; i < lims_week_counts(week, g)->len; i++) {
      const LimsWeekCount *count = g_ptr_array_index(lims_week_counts(week, g), i);
      totals[g][0] += count->registered;
      totals[g][1] += count->tested;
      totals[g][2] += count->exceedances;
      g_assert_cmpint(count->exceeding + count->undetermined, <=, count->tested);
      g_assert_cmpint(count->undetermined_only, <=, count->undetermined);
    }
  for (guint g = 1; g < LIMS_WEEK_GROUPINGS; g++)
    g_assert_cmpmem(totals[0], sizeof totals[0], totals[g], sizeof totals[g]);
  g_assert_cmpint(totals[0][2], ==, count_rows(week, lims_week_each_exceedance));
  g_assert_cmpint(totals[0][2], >, 9);
  return TRUE;
}

static void test_sums(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  lims_store_read(s->store, sums_job, s, &error);
  g_assert_no_error(error);
}

static guint kind_count(GHashTable *kinds, const char *kind) {
  return GPOINTER_TO_UINT(g_hash_table_lookup(kinds, kind));
}

static gboolean changes_job(LimsDb *db, gpointer data, GError **error) {
  Setting *s = data;
  LimsWeekRequest request = request_of(NULL, LIMS_LANGUAGE_EN, s->fixture.second_issue);
  g_autoptr(LimsWeek) week = lims_week_open(db, &request, error);
  g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  g_assert_cmpint(lims_week_head(week)->previous, ==, s->fixture.first_issue);
  g_assert_true(lims_week_each_change(week, count_kind, kinds, error));
  g_assert_cmpuint(kind_count(kinds, "withdrawn"), ==, 1);
  g_assert_cmpuint(kind_count(kinds, "new"), ==, 1);
  g_assert_cmpuint(kind_count(kinds, "corrected"), ==, 1);
  g_assert_cmpuint(kind_count(kinds, "voided"), ==, 1);
  return TRUE;
}

static gboolean reissue_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeekRequest request = request_of(NULL, LIMS_LANGUAGE_EN, 0),
                  county = request_of("QN", LIMS_LANGUAGE_EN, 0);
  g_autoptr(LimsWeek) week = lims_week_open(db, &request, error);
  g_autoptr(LimsWeek) other = lims_week_open(db, &county, error);
  g_autoptr(GHashTable) kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  g_assert_true(lims_week_each_change(week, count_kind, kinds, error));
  g_assert_cmpuint(kind_count(kinds, "new"), >=, 9);
  g_assert_cmpuint(g_hash_table_size(kinds), ==, 1);
  g_assert_cmpint(lims_week_head(other)->previous, ==,
                  0); /* issues of the city's view are not the county's */
  g_assert_cmpuint(count_rows(other, lims_week_each_change), ==, 0);
  return TRUE;
}

static void test_changes(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  lims_store_read(s->store, changes_job, s, &error);
  lims_store_read(s->store, reissue_job, s, &error);
  g_assert_no_error(error);
}

static gboolean record_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeekRequest request = request_of("QN", LIMS_LANGUAGE_EN, 0);

  return lims_week_record_issue(db, &request, 40, "li.na", "00", error);
}

static gboolean recorded_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeekRequest request = request_of("QN", LIMS_LANGUAGE_EN, 0);
  g_autoptr(LimsWeek) week = lims_week_open(db, &request, error);

  g_assert_cmpint(lims_week_head(week)->previous, ==, 40);
  g_assert_cmpint(lims_week_head(week)->as_of, ==,
                  ((Setting *)data)->fixture.newest); /* an issue is no change */
  return TRUE;
}

static void test_record(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  g_assert_true(lims_store_write(s->store, record_job, s, &error));
  g_assert_true(lims_store_read(s->store, recorded_job, s, &error));
  g_assert_no_error(error);
}

/* ---- what is refused ---- */

static void test_refused(Setting *s, gconstpointer data) {
  const struct {
    LimsWeeklyRequest request;
    const char *path, *says;
    LimsErrorCode code;
  } cases[] = {
      {request_of("NO", LIMS_LANGUAGE_EN, 0), "a.xlsx", "laboratory NO", LIMS_ERROR_NOT_FOUND},
      {request_of(NULL, LIMS_LANGUAGE_EN, 1 << 30), "a.xlsx", "position", LIMS_ERROR_INVALID},
      {{202654, NULL, 0, LIMS_LANGUAGE_EN}, "a.xlsx", "2026-W54", LIMS_ERROR_INVALID},
      {request_of(NULL, LIMS_LANGUAGE_EN, 0), "none/a.xlsx", "none/a.xlsx", LIMS_ERROR_IO},
  };

  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;
    g_autofree char *path = path_in(s->directory, cases[i].path);
    Render render = {.request = cases[i].request, .path = path};
    g_assert_false(lims_store_read(s->store, render_job, &render, &error));
    g_assert_error(error, LIMS_ERROR, (int)cases[i].code);
    g_assert_nonnull(strstr(error->message, cases[i].says));
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
  }
}

static gboolean bytes_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeeklyRequest request = request_of("BS", LIMS_LANGUAGE_ZH_CN, 0);
  LimsWeeklyMade made;
  g_autoptr(GBytes) bytes = lims_weekly_make_bytes(db, &request, &made, error);

  g_assert_nonnull(bytes);
  g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
  g_assert_cmpstr(digest, ==, made.digest);
  g_assert_cmpmem(g_bytes_get_data(bytes, NULL), 2, "PK", 2);
  return TRUE;
}

static void test_bytes(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  g_assert_true(lims_store_read(s->store, bytes_job, NULL, &error));
}

/* ---- for test_weekly.py ---- */

static int make_files(const char *directory) {
  Fixture fixture;
  g_autoptr(LimsStore) store = make_store(directory, &fixture);
  const struct {
    const char *name;
    LimsWeeklyRequest request;
  } files[] = {
      {"zh.xlsx", request_of(NULL, LIMS_LANGUAGE_ZH_CN, 0)},
      {"en.xlsx", request_of(NULL, LIMS_LANGUAGE_EN, 0)},
      {"issued.xlsx", request_of(NULL, LIMS_LANGUAGE_EN, fixture.second_issue)},
      {"issued-zh.xlsx", request_of(NULL, LIMS_LANGUAGE_ZH_CN, fixture.second_issue)},
      {"county.xlsx", request_of("QN", LIMS_LANGUAGE_EN, 0)},
      {"empty.xlsx", {202601, NULL, 0, LIMS_LANGUAGE_EN}},
  };

  for (guint i = 0; i < G_N_ELEMENTS(files); i++)
    g_free(must_render(store, directory, files[i].name, files[i].request));
  g_print("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", fixture.first_issue,
          fixture.second_issue, fixture.newest);
  return 0;
}

int main(int argc, char **argv) {
  lims_i18n_init();
  if (argc == 3 && strcmp(argv[1], "--make") == 0)
    return make_files(argv[2]);
  g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add(path, Setting, NULL, set_up, function, tear_down)
  ADD("/weekly/same-bytes", test_same_bytes);
  ADD("/weekly/position-stands", test_position_stands);
  ADD("/weekly/sums", test_sums);
  ADD("/weekly/changes", test_changes);
  ADD("/weekly/record-issue", test_record);
  ADD("/weekly/refused", test_refused);
  ADD("/weekly/bytes", test_bytes);
  return g_test_run();
}
