/* The week's queries cost what the week costs, and lists of results what they show: none reads through a
 * table that grows with the years.
 *
 * SQLite's plans are read: no scan of a large table, and no search of one by the laboratory alone.
 */
#include "lims/model/result.h"
#include "lims/model/week-private.h"
#include "lims/store/store.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

/* Tables that grow, and the aliases that the statements give them. */
static const char LARGE[] =
    "(verdict|v|n|o|p|sample|s|exceedance|e|determination|d|transmission|t|reading|held|h|r|"
    "change|g|sample_alias|audit|verdict_part|part|preparation|prepared)";

typedef struct {
  char *directory, *path;
  sqlite3 *handle;
} Setting;

static void set_up(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  s->directory = g_dir_make_tmp("lims-plans-XXXXXX", NULL);
  s->path = g_build_filename(s->directory, "lims.db", NULL);
  g_autofree char *url = g_strconcat("sqlite:", s->path, NULL);
  LimsStore *store = lims_store_open(url, TRUE, &error);
  g_assert_no_error(error);
  lims_store_close(store);
  g_assert_cmpint(sqlite3_open(s->path, &s->handle), ==, SQLITE_OK);
}

static void tear_down(Setting *s, gconstpointer data) {
  static const char *const ENDS[] = {"", ".lock", "-wal", "-shm"};

  sqlite3_close(s->handle);
  for (guint i = 0; i < G_N_ELEMENTS(ENDS); i++) {
    g_autofree char *file = g_strconcat(s->path, ENDS[i], NULL);
    g_unlink(file);
  }
  g_rmdir(s->directory);
  g_free(s->path);
  g_free(s->directory);
}

/* The first step of the plan that matches; NULL if none. g_free. */
static char *find_step(sqlite3 *handle, const char *sql, const char *pattern) {
  g_autofree char *explain = g_strconcat("EXPLAIN QUERY PLAN ", sql, NULL);
  sqlite3_stmt *statement = NULL;
  char *found = NULL;
  guint steps = 0;

  if (sqlite3_prepare_v2(handle, explain, -1, &statement, NULL) != SQLITE_OK)
    g_error("%s: %s", sqlite3_errmsg(handle), sql);
  for (; !found && sqlite3_step(statement) == SQLITE_ROW; steps++) {
    const char *step = (const char *)sqlite3_column_text(statement, 3);
    if (g_regex_match_simple(pattern, step, 0, 0))
      found = g_strdup(step);
  }
  g_assert_cmpuint(steps, >, 0);
  sqlite3_finalize(statement);
  return found;
}

/* One that would read through a large table. */
static char *find_long_step(sqlite3 *handle, const char *sql) {
  g_autofree char *pattern = g_strdup_printf("^(SCAN %s( |$)|SEARCH %s .*\\(lab=\\?\\))", LARGE, LARGE);

  return find_step(handle, sql, pattern);
}

static void check_statements(Setting *s, const char *const *statements) {
  for (guint i = 0; statements[i]; i++) {
    g_autofree char *step = find_long_step(s->handle, statements[i]);
    if (step)
      g_test_message("%s\nin: %s", step, statements[i]);
    g_assert_null(step);
  }
}

static void test_plans(Setting *s, gconstpointer data) {
  check_statements(s, LIMS_WEEK_COUNT_STATEMENTS);
  check_statements(s, LIMS_WEEK_ROWS_STATEMENTS);
  check_statements(s, LIMS_WEEK_EXCEEDANCE_STATEMENTS);
  check_statements(s, LIMS_WEEK_NAMES_STATEMENTS);
  check_statements(s, LIMS_WEEK_YEAR_STATEMENTS);
  check_statements(s, LIMS_WEEK_OPEN_STATEMENTS);
  check_statements(s, LIMS_WEEK_CHANGE_STATEMENTS);
  check_statements(s, LIMS_RESULT_STATEMENTS);
}

/* A year is counted without its rows: in indexes that hold all that is asked. */
static void test_year(Setting *s, gconstpointer data) {
  static const char *const INDEXES[] = {"sample_registered", "determination_committed"};

  for (guint i = 0; i < G_N_ELEMENTS(INDEXES); i++) {
    g_autofree char *pattern = g_strdup_printf("USING COVERING INDEX %s", INDEXES[i]);
    g_autofree char *step = find_step(s->handle, LIMS_WEEK_YEAR_STATEMENTS[i], pattern);
    g_assert_nonnull(step);
  }
}

/* What must be reported is. */
static void test_long_steps(Setting *s, gconstpointer data) {
  static const char *const LONG[] = {
      "SELECT count(*) FROM verdict v WHERE v.committed_us > 5",
      "SELECT * FROM sample s WHERE s.lab = 1 AND s.commodity_name = 'x'",
      "SELECT * FROM change g WHERE g.table_name = 'verdict'",
  };

  for (guint i = 0; i < G_N_ELEMENTS(LONG); i++) {
    g_autofree char *step = find_long_step(s->handle, LONG[i]);
    g_assert_nonnull(step);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add("/week/plans", Setting, NULL, set_up, test_plans, tear_down);
  g_test_add("/week/year", Setting, NULL, set_up, test_year, tear_down);
  g_test_add("/week/long-steps-are-seen", Setting, NULL, set_up, test_long_steps, tear_down);
  return g_test_run();
}
