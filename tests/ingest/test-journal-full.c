/* The journal on a full disk: what is repeated is refused, what nobody repeats goes to the reserve and comes
 * back from it once.
 */
#include "tests/ingest/helper-journal.h"
#include "lims/core/time.h"
#include <glib/gstdio.h>
#include <string.h>

static void test_full(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  int changes = 0;
  lims_journal_set_notify(journal, NULL, journal_count_notice, &changes);
  guint taken = journal_fill_disk(journal);
  g_assert_cmpuint(taken, >, 10);
  g_assert_false(lims_journal_ready(journal));
  g_assert_cmpint(g_atomic_int_get(&changes), ==, 1);
  g_autofree char *problem = lims_journal_dup_problem(journal);
  g_assert_nonnull(strstr(problem, "full"));
  g_assert_cmpint(journal_put(journal, "a", "small", "s"), ==, LIMS_JOURNAL_REFUSED);
  journal_add_noise(journal, "a", "dropped");
  journal_must_put(journal, "line", "u1", "su");
  journal_must_put(journal, "line", "u2", "u");
  lims_journal_end(journal, "line", "timeout");
  journal_must_put(journal, "line", "u3", "seu");
  g_assert_cmpuint(journal_counters(journal).reserve_used, >, 0);
  g_assert_cmpuint(journal_counters(journal).refused, ==, 2);
  g_assert_cmpuint(journal_counters(journal).noise_overflow, ==, 1);
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM frame"), ==, taken);

  /* Room comes from what the store has. */
  g_autofree gint64 *seqs = g_new(gint64, taken);
  for (guint i = 0; i < taken; i++)
    seqs[i] = i + 1;
  lims_journal_mark_delivered(journal, seqs, taken);
  lims_journal_prune(journal, lims_time_now_us() + 1);
  while (!lims_journal_ready(journal))
    g_usleep(10000);
  journal_assert_messages(journal, "line:u1,u2/timeout\nline:u3/whole\n");
  g_assert_cmpint(g_atomic_int_get(&changes), ==, 2);
  g_assert_null(lims_journal_dup_problem(journal));
  g_assert_cmpuint(journal_counters(journal).reserve_used, ==, 0);
  journal_must_put(journal, "a", "small", "se");
  journal_add_noise(journal, "a", "kept");
  journal_must_put(journal, "filler", "2", "e"); /* what was rolled back is no open message */
  g_autofree char *noise = journal_describe_noise(journal, "a");
  g_assert_cmpstr(noise, ==, "2:checksum:kept "); /* the gap shows the dropped one */
  lims_journal_close(journal);
  journal = journal_open(f, 0);
  journal_assert_messages(journal, "line:u1,u2/timeout\nline:u3/whole\na:small/whole\nfiller:2/no-start\n");
  lims_journal_close(journal);
}

/* A commit that fails takes the whole batch with it: refused means absent, committed means present. */
static void test_full_batch(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, JOURNAL_FULL_PAGES);
  g_autofree char *text = g_strnfill(3000, 'x');
  JournalAnswers small = {0}, large = {0};
  guint committed = 0;
  journal_fill_disk(journal);
  g_assert_false(lims_journal_ready(journal));
  gint64 before = journal_ask_sql(f, "SELECT count(*) FROM frame");
  for (guint i = 0; i < 20; i++) {
    journal_append(journal, "s", "small", "se", &small);
    journal_append(journal, "l", text, "se", &large);
    journal_wait(&small, i + 1);
    committed += small.last == LIMS_JOURNAL_COMMITTED;
    journal_wait(&large, i + 1);
    committed += large.last == LIMS_JOURNAL_COMMITTED;
  }
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM frame"), ==, before + committed);
}

/* What the reserve took is told as committed: so it is there after any end of the program, once. */
static void test_reserve_reopened(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  journal_must_put(journal, "line", "u0", "su");
  journal_fill_disk(journal);
  journal_must_put(journal, "line", "u1", "u");
  journal_must_put(journal, "line", "u2 L", "u");
  journal_must_put(journal, "two", "v1", "su");
  lims_journal_close(journal);
  for (guint i = 0; i < 3; i++) {
    journal = journal_open(f, 0);
    g_autoptr(GPtrArray) all = journal_read_all(journal);
    g_autofree char *text = journal_describe(all);
    g_assert_nonnull(strstr(text, "line:u0,u1,u2 L/whole\n"));
    g_assert_true(g_str_has_suffix(text, "two:v1/restart\n"));
    g_assert_null(strstr(strstr(text, "u1") + 1, "u1"));
    g_assert_cmpuint(journal_counters(journal).reserve_used, ==, 0);
    lims_journal_close(journal);
  }
}

/* The journal's commit came back and the program died before anything else: the entries are still in the
 * reserve, and a journal that does not know of them yet (a backup) takes them in. */
static void test_reserve_not_twice(JournalFixture *f, gconstpointer data) {
  g_autofree char *large = g_strnfill(9000, 'x');
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  journal_fill_disk(journal);
  journal_must_put(journal, "line", large, "seu");
  lims_journal_close(journal);
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  journal_run_sql(f, "DELETE FROM message WHERE station = 'line'; UPDATE journal SET reserve_serial = 0");
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
}

/* Half an entry, as a crash in the middle of a write leaves it, ends the reading and harms nothing before it.
 */
static void test_reserve_torn(JournalFixture *f, gconstpointer data) {
  g_autofree char *name = g_strconcat(f->path, ".reserve", NULL);
  g_autofree char *large = g_strnfill(9000, 'x');
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  journal_fill_disk(journal);
  journal_must_put(journal, "line", large, "seu"); /* too large for closing to find room after all */
  journal_must_put(journal, "line", "second", "seu");
  lims_journal_close(journal);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(name, &bytes, &size, NULL));
  char *second = memmem(bytes, size, "second", 6);
  g_assert_nonnull(second);
  second[2] = 'X';
  g_assert_true(g_file_set_contents(name, bytes, (gssize)size, NULL));
  journal = journal_open(f, 0);
  lims_journal_close(journal);
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM frame WHERE length(bytes) = 9000"), ==, 1);
}

/* A reserve that is full says so; order is kept: nothing small passes what found no room. */
static void test_reserve_full(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  g_autofree char *text = g_strnfill(9000, 'x');
  guint kept = 0;
  journal_fill_disk(journal);
  while (journal_put(journal, "line", text, "seu") == LIMS_JOURNAL_COMMITTED)
    kept++;
  g_assert_cmpuint(kept, ==, 6);
  g_assert_cmpint(journal_put(journal, "line", "small", "seu"), ==, LIMS_JOURNAL_REFUSED);
  lims_journal_close(journal);
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, kept);
}

static void test_reserve_foreign(JournalFixture *f, gconstpointer data) {
  g_autofree char *old = g_strconcat(f->path, ".old", NULL);
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(g_rename(f->path, old), ==, 0);
  journal_assert_refused(f, LIMS_ERROR_VERSION, "belongs to another journal");
}

static const JournalTest TESTS[] = {
    {"full", test_full},
    {"full-batch", test_full_batch},
    {"reserve-reopened", test_reserve_reopened},
    {"reserve-not-twice", test_reserve_not_twice},
    {"reserve-torn", test_reserve_torn},
    {"reserve-full", test_reserve_full},
    {"reserve-foreign", test_reserve_foreign},
};

int main(int argc, char **argv) {
  return journal_test_run(&argc, &argv, TESTS, G_N_ELEMENTS(TESTS));
}
