/* A journal of its own for each test, and the one answer that every frame must have. */
#include "tests/ingest/helper-journal.h"
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

static void set_up(JournalFixture *f, gconstpointer data) {
  f->directory = g_dir_make_tmp("lims-journal-XXXXXX", NULL);
  g_assert_nonnull(f->directory);
  f->path = g_build_filename(f->directory, "journal.db", NULL);
}

static void tear_down(JournalFixture *f, gconstpointer data) {
  static const char *const names[] = {"", "-wal", "-shm", "-journal", ".lock", ".reserve", ".old"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *name = g_strconcat(f->path, names[i], NULL);
    g_unlink(name);
  }
  g_assert_cmpint(g_rmdir(f->directory), ==, 0);
  g_free(f->path);
  g_free(f->directory);
}

gboolean journal_is_whole(const char *station, GPtrArray *frames, gpointer data) {
  gsize size = 0;
  const char *text =
      frames->len > 0 ? g_bytes_get_data(g_ptr_array_index(frames, frames->len - 1), &size) : "";
  return size > 0 && text[size - 1] == 'L';
}

LimsJournal *journal_open(const JournalFixture *f, guint64 max_pages) {
  GError *error = NULL;
  LimsJournalSettings settings = {
      .max_pages = max_pages, .ring_entries = 4, .reserve_bytes = 65536, .is_whole = journal_is_whole};
  LimsJournal *journal = lims_journal_open(f->path, &settings, &error);
  g_assert_no_error(error);
  return journal;
}

void journal_note_answer(LimsJournalOutcome outcome, gpointer data) {
  JournalAnswers *answers = data;
  answers->answers++;
  answers->last = outcome;
  answers->thread = g_thread_self();
}

void journal_append(LimsJournal *journal, const char *station, const char *text, const char *flags,
                    JournalAnswers *answers) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  lims_journal_append(journal, station, bytes, strchr(flags, 's') != NULL, strchr(flags, 'e') != NULL,
                      strchr(flags, 'u') == NULL, NULL, journal_note_answer, answers);
}

void journal_wait(JournalAnswers *answers, guint count) {
  while (answers->answers < count)
    g_main_context_iteration(NULL, TRUE);
}

LimsJournalOutcome journal_put(LimsJournal *journal, const char *station, const char *text,
                               const char *flags) {
  JournalAnswers answers = {0};
  journal_append(journal, station, text, flags, &answers);
  journal_wait(&answers, 1);
  return answers.last;
}

void journal_must_put(LimsJournal *journal, const char *station, const char *text, const char *flags) {
  g_assert_cmpint(journal_put(journal, station, text, flags), ==, LIMS_JOURNAL_COMMITTED);
}

GPtrArray *journal_read_all(LimsJournal *journal) {
  GError *error = NULL;
  GPtrArray *all = lims_journal_read_ended(journal, 0, G_MAXINT, &error);
  g_assert_no_error(error);
  return all;
}

char *journal_describe(GPtrArray *messages) {
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < messages->len; i++) {
    const LimsTransmission *message = g_ptr_array_index(messages, i);
    g_string_append_printf(out, "%s:", message->station);
    for (guint n = 0; n < message->frames->len; n++) {
      GBytes *frame = g_ptr_array_index(message->frames, n);
      g_string_append_printf(out, "%s%.*s", n ? "," : "", (int)g_bytes_get_size(frame),
                             (const char *)g_bytes_get_data(frame, NULL));
    }
    g_string_append_printf(out, "/%s\n", message->complete ? "whole" : message->reason);
  }
  return g_string_free(out, FALSE);
}

void journal_assert_messages(LimsJournal *journal, const char *expected) {
  g_autoptr(GPtrArray) all = journal_read_all(journal);
  g_autofree char *text = journal_describe(all);
  g_assert_cmpstr(text, ==, expected);
}

LimsJournalCounters journal_counters(LimsJournal *journal) {
  LimsJournalCounters counters;
  lims_journal_get_counters(journal, &counters);
  return counters;
}

void journal_assert_refused(const JournalFixture *f, LimsErrorCode code, const char *word) {
  GError *error = NULL;
  g_assert_null(lims_journal_open(f->path, NULL, &error));
  g_assert_error(error, LIMS_ERROR, (int)code);
  g_assert_nonnull(strstr(error->message, word));
  g_assert_nonnull(strstr(error->message, f->path));
  g_assert_null(strchr(error->message, '\n'));
  g_error_free(error);
}

void journal_run_sql(const JournalFixture *f, const char *sql) {
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(db);
}

gint64 journal_ask_sql(const JournalFixture *f, const char *sql) {
  sqlite3 *db;
  sqlite3_stmt *row;
  g_assert_cmpint(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_prepare_v2(db, sql, -1, &row, NULL), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_step(row), ==, SQLITE_ROW);
  gint64 value = sqlite3_column_int64(row, 0);
  sqlite3_finalize(row);
  sqlite3_close(db);
  return value;
}

void journal_count_notice(gpointer data) {
  g_atomic_int_inc((int *)data);
}

char *journal_describe_noise(LimsJournal *journal, const char *station) {
  GError *error = NULL;
  GString *out = g_string_new(NULL);
  g_autoptr(GPtrArray) ring = lims_journal_read_noise(journal, station, &error);
  g_assert_no_error(error);
  for (guint i = 0; i < ring->len; i++) {
    const LimsNoise *noise = g_ptr_array_index(ring, i);
    g_string_append_printf(out, "%d:%s:%.*s ", (int)noise->number, noise->reason,
                           (int)g_bytes_get_size(noise->bytes),
                           (const char *)g_bytes_get_data(noise->bytes, NULL));
  }
  return g_string_free(out, FALSE);
}

void journal_add_noise(LimsJournal *journal, const char *station, const char *text) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  lims_journal_add_noise(journal, station, bytes, "checksum");
}

guint journal_fill_disk(LimsJournal *journal) {
  g_autofree char *text = g_strnfill(3000, 'x');
  guint taken = 0;
  while (journal_put(journal, "filler", text, "se") == LIMS_JOURNAL_COMMITTED)
    taken++;
  return taken;
}

int journal_test_run(int *argc, char ***argv, const JournalTest *tests, guint count) {
  g_test_init(argc, argv, NULL);
  g_log_set_always_fatal(G_LOG_FATAL_MASK |
                         G_LOG_LEVEL_CRITICAL); /* a full disk is warned of, as it should be */
  for (guint i = 0; i < count; i++) {
    g_autofree char *name = g_strconcat("/journal/", tests[i].name, NULL);
    g_test_add(name, JournalFixture, NULL, set_up, tests[i].test, tear_down);
  }
  return g_test_run();
}
