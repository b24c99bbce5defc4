/* Files that a journal must not be opened over, and a store that is not the one it was delivered to. */
#include "tests/ingest/helper-journal.h"
#include <glib/gstdio.h>
#include <unistd.h>

static void test_two_openers(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, 0);
  journal_assert_refused(f, LIMS_ERROR_UNAVAILABLE, "another program holds it");
  lims_journal_close(journal);
  lims_journal_close(journal_open(f, 0));
}

static void test_newer(JournalFixture *f, gconstpointer data) {
  lims_journal_close(journal_open(f, 0));
  journal_run_sql(f, "PRAGMA user_version = 99");
  journal_assert_refused(f, LIMS_ERROR_VERSION, "newer version");
  g_assert_cmpint(journal_ask_sql(f, "PRAGMA user_version"), ==, 99);
}

static void test_foreign(JournalFixture *f, gconstpointer data) {
  journal_run_sql(f, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  journal_assert_refused(f, LIMS_ERROR_VERSION, "another program");
  journal_run_sql(f, "PRAGMA application_id = 77");
  journal_assert_refused(f, LIMS_ERROR_VERSION, "another program");
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM sqlite_schema"), ==, 1);
}

static void test_no_database(JournalFixture *f, gconstpointer data) {
  g_autofree char *text = g_strnfill(5000, 'x');
  g_autofree char *after = NULL;
  g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
  journal_assert_refused(f, LIMS_ERROR_VERSION, "not a database");
  g_assert_true(g_file_get_contents(f->path, &after, NULL, NULL));
  g_assert_cmpstr(after, ==, text);
}

static void fill_journal(const JournalFixture *f) {
  LimsJournal *journal = journal_open(f, 0);
  g_autofree char *text = g_strnfill(3000, 'x');
  for (guint i = 0; i < 100; i++)
    journal_must_put(journal, "a", text, "se");
  lims_journal_close(journal);
}

static void test_truncated(JournalFixture *f, gconstpointer data) {
  fill_journal(f);
  GStatBuf before, after;
  g_assert_cmpint(g_stat(f->path, &before), ==, 0);
  g_assert_cmpint(truncate(f->path, before.st_size / 2), ==, 0);
  journal_assert_refused(f, LIMS_ERROR_IO, "damaged");
  g_assert_cmpint(g_stat(f->path, &after), ==, 0);
  g_assert_cmpint(after.st_size, ==, before.st_size / 2);
}

static void test_empty_file(JournalFixture *f, gconstpointer data) {
  g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
  lims_journal_close(journal_open(f, 0));
}

static void test_no_directory(JournalFixture *f, gconstpointer data) {
  JournalFixture missing = {f->directory, g_build_filename(f->directory, "missing", "journal.db", NULL)};
  journal_assert_refused(&missing, LIMS_ERROR_IO, "directory");
  g_free(missing.path);
}

/* ---- another store ---- */

typedef struct {
  char *uuid;
  gint64 last;
} AnotherStore;

static gboolean find_in_another_store(const char *uuid, gint64 *out, gpointer data, GError **error) {
  AnotherStore *store = data;
  if (store->last < 0) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_IO, "the store cannot say");
    return FALSE;
  }
  store->uuid = g_strdup(uuid);
  *out = store->last;
  return TRUE;
}

/* Somebody put a store of yesterday in place of today's: what it lacks is offered once more, and
 * nothing else. */
static void test_older_store(JournalFixture *f, gconstpointer data) {
  AnotherStore store = {.last = 1};
  const LimsJournalSettings settings = {.find_stored = find_in_another_store, .data = &store};
  LimsJournalCounters counters;
  LimsJournal *journal = journal_open(f, 0);
  const gint64 delivered[] = {1, 2};
  for (guint i = 0; i < 3; i++)
    journal_must_put(journal, "a", "L", "se");
  lims_journal_mark_delivered(journal, delivered, G_N_ELEMENTS(delivered));
  lims_journal_close(journal);
  g_autoptr(LimsJournal) again = lims_journal_open(f->path, &settings, NULL);
  g_assert_cmpstr(store.uuid, ==, lims_journal_uuid(again));
  g_free(store.uuid);
  g_autoptr(GPtrArray) offered = journal_read_all(again);
  g_assert_cmpuint(offered->len, ==, 2);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(offered, 0))->seq, ==, 2);
  lims_journal_get_counters(again, &counters);
  g_assert_cmpuint(counters.offered_again, ==, 1);
  g_assert_cmpuint(counters.undelivered, ==, 2);
}

static void test_store_that_cannot_say(JournalFixture *f, gconstpointer data) {
  AnotherStore store = {.last = -1};
  const LimsJournalSettings settings = {.find_stored = find_in_another_store, .data = &store};
  g_autoptr(GError) error = NULL;
  g_assert_null(lims_journal_open(f->path, &settings, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_IO);
}

static const JournalTest TESTS[] = {
    {"older-store", test_older_store},   {"store-that-cannot-say", test_store_that_cannot_say},
    {"two-openers", test_two_openers},   {"newer", test_newer},
    {"foreign", test_foreign},           {"no-database", test_no_database},
    {"truncated", test_truncated},       {"empty-file", test_empty_file},
    {"no-directory", test_no_directory},
};

int main(int argc, char **argv) {
  return journal_test_run(&argc, &argv, TESTS, G_N_ELEMENTS(TESTS));
}
