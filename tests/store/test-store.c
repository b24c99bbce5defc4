/* The store's promises: jobs commit or roll back alone, outcomes come after the commit, strangers' files are
 * refused. */
#include "lims/store/store.h"
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

typedef struct {
  char *directory, *path, *url;
} Place;

static void place_up(Place *place, gconstpointer unused) {
  place->directory = g_dir_make_tmp("lims-store-XXXXXX", NULL);
  place->path = g_build_filename(place->directory, "lims.db", NULL);
  place->url = g_strconcat("sqlite:", place->path, NULL);
}

static void place_down(Place *place, gconstpointer unused) {
  static const char *const endings[] = {"", "-wal", "-shm", ".lock"};
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
    g_autofree char *file = g_strconcat(place->path, endings[i], NULL);
    g_unlink(file);
  }
  g_assert_cmpint(g_rmdir(place->directory), ==, 0);
  g_free(place->directory);
  g_free(place->path);
  g_free(place->url);
}

static void raw_sql(const char *path, const char *sql) {
  sqlite3 *handle;
  g_assert_cmpint(sqlite3_open(path, &handle), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(handle);
}

static gboolean add_division(LimsDb *db, gpointer data, GError **error) {
  return lims_db_run(db, error, "INSERT INTO division(code, name, level) VALUES(:code, :name, :level)",
                     "code:s", data, "name:s", "青河市", "level:i", (gint64)2, NULL);
}

static gboolean add_then_fail(LimsDb *db, gpointer data, GError **error) {
  g_assert_true(add_division(db, data, error));
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "changed my mind");
  return FALSE;
}

static gboolean count_divisions(LimsDb *db, gpointer data, GError **error) {
  return lims_db_get_int(db, data, error, "SELECT count(*) FROM division", NULL);
}

static gint64 divisions(LimsStore *store) {
  gint64 count = -1;
  g_autoptr(GError) error = NULL;
  g_assert_true(lims_store_read(store, count_divisions, &count, &error));
  g_assert_no_error(error);
  return count;
}

static void test_jobs(Place *place, gconstpointer unused) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsStore) store = lims_store_open(place->url, TRUE, &error);
  g_assert_no_error(error);
  g_assert_true(lims_store_write(store, add_division, (gpointer) "1101", &error));
  g_assert_cmpint(divisions(store), ==, 1);
  g_assert_false(lims_store_write(store, add_then_fail, (gpointer) "1102", &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_cmpint(divisions(store), ==, 1);
  g_clear_error(&error);
  g_assert_false(lims_store_write(store, add_division, (gpointer) "1101", &error));
  g_assert_true(lims_db_was_conflict(error));
}

typedef struct {
  guint told, failed;
  LimsStore *store;
} Group;

static void group_told(const GError *error, gpointer data) {
  Group *group = data;
  group->told++;
  group->failed += error != NULL;
  /* What was told is durable: a reader sees it. */
  g_assert_cmpint(divisions(group->store), >=, (gint64)(group->told - group->failed));
}

/* Of many jobs submitted at once, those that fail roll back alone. */
static void test_group(Place *place, gconstpointer unused) {
  g_autoptr(LimsStore) store = lims_store_open(place->url, TRUE, NULL);
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
  Group group = {.store = store};
  for (guint i = 0; i < 1000; i++) {
    char *code = g_strdup_printf("%u", i);
    g_ptr_array_add(codes, code);
    lims_store_submit(store, i % 7 ? add_division : add_then_fail, code, context, group_told, &group);
  }
  while (group.told < 1000)
    g_main_context_iteration(context, TRUE);
  g_assert_cmpuint(group.failed, ==, 143);
  g_assert_cmpint(divisions(store), ==, 857);
}

static gboolean wrong_names(LimsDb *db, gpointer data, GError **error) {
  g_autoptr(GError) inner = NULL;
  g_assert_false(lims_db_run(db, &inner, "UPDATE division SET name = :name", "nome:s", "x", NULL));
  g_assert_error(inner, LIMS_ERROR, LIMS_ERROR_INTERNAL);
  g_clear_error(&inner);
  g_assert_false(
      lims_db_run(db, &inner, "UPDATE division SET name = :name WHERE code = :code", "name:s", "x", NULL));
  g_assert_error(inner, LIMS_ERROR, LIMS_ERROR_INTERNAL);
  return TRUE;
}

/* The same text stepped twice at once gives two independent walks. */
static gboolean nested(LimsDb *db, gpointer data, GError **error) {
  guint *pairs = data;
  for (int round = 0; round < 2; round++) {
    g_autoptr(LimsQuery) outer = lims_db_query(db, error, "SELECT code FROM division ORDER BY code", NULL);
    while (lims_query_next(outer, error)) {
      g_autoptr(LimsQuery) inner = lims_db_query(db, error, "SELECT code FROM division ORDER BY code", NULL);
      while (lims_query_next(inner, error))
        ++*pairs;
    }
  }
  return TRUE;
}

static void test_queries(Place *place, gconstpointer unused) {
  g_autoptr(LimsStore) store = lims_store_open(place->url, TRUE, NULL);
  g_assert_true(lims_store_write(store, wrong_names, NULL, NULL));
  g_assert_true(lims_store_write(store, add_division, (gpointer) "1", NULL));
  g_assert_true(lims_store_write(store, add_division, (gpointer) "2", NULL));
  guint pairs = 0;
  g_assert_true(lims_store_write(store, nested, &pairs, NULL));
  g_assert_cmpuint(pairs, ==, 8);
}

static gboolean write_from_reader(LimsDb *db, gpointer data, GError **error) {
  g_assert_false(lims_db_is_writer(db));
  return add_division(db, data, error);
}

static void test_reader_cannot_write(Place *place, gconstpointer unused) {
  g_autoptr(LimsStore) store = lims_store_open(place->url, TRUE, NULL);
  g_autoptr(GError) error = NULL;
  g_assert_false(lims_store_read(store, write_from_reader, (gpointer) "1", &error));
  g_assert_nonnull(error);
  g_assert_cmpint(divisions(store), ==, 0);
}

static void expect_refused(const char *url, gboolean create, int code, const char *word) {
  g_autoptr(GError) error = NULL;
  g_assert_null(lims_store_open(url, create, &error));
  g_assert_error(error, LIMS_ERROR, code);
  g_assert_nonnull(strstr(error->message, word));
}

static void test_refusals(Place *place, gconstpointer unused) {
  expect_refused("mysql:host", TRUE, LIMS_ERROR_INVALID, "sqlite:");
  expect_refused(place->url, FALSE, LIMS_ERROR_NOT_FOUND, "limsctl init");
  LimsStore *store = lims_store_open(place->url, TRUE, NULL);
  expect_refused(place->url, FALSE, LIMS_ERROR_UNAVAILABLE, "held by another");
  lims_store_close(store);
  raw_sql(place->path, "PRAGMA user_version=9999");
  expect_refused(place->url, FALSE, LIMS_ERROR_VERSION, "9999");
}

static void test_foreign(Place *place, gconstpointer unused) {
  raw_sql(place->path, "CREATE TABLE theirs(x)");
  expect_refused(place->url, TRUE, LIMS_ERROR_VERSION, "another program");
  g_unlink(place->path);
  g_assert_true(
      g_file_set_contents(place->path, "this is no database, and long enough to be read as one", -1, NULL));
  expect_refused(place->url, TRUE, LIMS_ERROR_VERSION, "not a database");
  g_autofree char *kept = NULL;
  g_assert_true(g_file_get_contents(place->path, &kept, NULL, NULL));
  g_assert_true(g_str_has_prefix(kept, "this is no database"));
}

static gboolean draw_id(LimsDb *db, gpointer data, GError **error) {
  *(gint64 *)data = lims_db_new_id(db, 3);
  return TRUE;
}

/* Ids go on above the highest ever given out, and a store keeps its incarnation. */
static void test_identity(Place *place, gconstpointer unused) {
  gint64 first, second;
  LimsStore *store = lims_store_open(place->url, TRUE, NULL);
  g_autofree char *incarnation = g_strdup(lims_store_incarnation(store));
  g_assert_cmpuint(strlen(incarnation), ==, 36);
  g_assert_true(lims_store_write(store, draw_id, &first, NULL));
  lims_store_close(store);
  raw_sql(place->path, "UPDATE meta SET value = value + 5000000000000 WHERE name = 'last-id'");
  store = lims_store_open(place->url, FALSE, NULL);
  g_assert_cmpstr(lims_store_incarnation(store), ==, incarnation);
  g_assert_true(lims_store_write(store, draw_id, &second, NULL));
  g_assert_cmpint(second, >, first + 5000000000000 - 1);
  lims_store_close(store);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define TEST(name, function) g_test_add("/store/" name, Place, NULL, place_up, function, place_down)
  TEST("jobs", test_jobs);
  TEST("group-commit", test_group);
  TEST("queries", test_queries);
  TEST("reader-cannot-write", test_reader_cannot_write);
  TEST("refusals", test_refusals);
  TEST("foreign-files", test_foreign);
  TEST("identity", test_identity);
  return g_test_run();
}
