/* The journal: what was acknowledged is there, once and in order, whatever happened in between.
 *
 * Real files, the real writer's thread, answers over a real main context. A full disk is made with max_pages;
 * a dead program is a child killed with -9.
 */
#include "lims/ingest/journal.h"
#include "lims/core/time.h"
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  char *directory, *path;
} Fixture;

static void set_up(Fixture *f, gconstpointer data) {
  f->directory = g_dir_make_tmp("lims-journal-XXXXXX", NULL);
  g_assert_nonnull(f->directory);
  f->path = g_build_filename(f->directory, "journal.db", NULL);
}

static void tear_down(Fixture *f, gconstpointer data) {
  static const char *const names[] = {"", "-wal", "-shm", "-journal", ".lock", ".reserve", ".old"};
  for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *name = g_strconcat(f->path, names[i], NULL);
    g_unlink(name);
  }
  g_assert_cmpint(g_rmdir(f->directory), ==, 0);
  g_free(f->path);
  g_free(f->directory);
}

/* ---- helpers ---- */

/* Whole if the last frame ends in "L". */
static gboolean is_whole(const char *station, GPtrArray *frames, gpointer data) {
  gsize size = 0;
  const char *text =
      frames->len > 0 ? g_bytes_get_data(g_ptr_array_index(frames, frames->len - 1), &size) : "";
  return size > 0 && text[size - 1] == 'L';
}

static LimsJournal *open_journal(const Fixture *f, guint64 max_pages) {
  GError *error = NULL;
  LimsJournalSettings settings = {
      .max_pages = max_pages, .ring_entries = 4, .reserve_bytes = 65536, .is_whole = is_whole};
  LimsJournal *journal = lims_journal_open(f->path, &settings, &error);
  g_assert_no_error(error);
  return journal;
}

typedef struct {
  guint answers;
  LimsJournalOutcome last;
  GThread *thread;
} Answers;

static void note_answer(LimsJournalOutcome outcome, gpointer data) {
  Answers *answers = data;
  answers->answers++;
  answers->last = outcome;
  answers->thread = g_thread_self();
}

static void append(LimsJournal *journal, const char *station, const char *text, const char *flags,
                   Answers *answers) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  lims_journal_append(journal, station, bytes, strchr(flags, 's') != NULL, strchr(flags, 'e') != NULL,
                      strchr(flags, 'u') == NULL, NULL, note_answer, answers);
}

static void wait_answers(Answers *answers, guint count) {
  while (answers->answers < count)
    g_main_context_iteration(NULL, TRUE);
}

/* flags: s starts, e ends, u unacknowledged. */
static LimsJournalOutcome put(LimsJournal *journal, const char *station, const char *text,
                              const char *flags) {
  Answers answers = {0};
  append(journal, station, text, flags, &answers);
  wait_answers(&answers, 1);
  return answers.last;
}

static void must_put(LimsJournal *journal, const char *station, const char *text, const char *flags) {
  g_assert_cmpint(put(journal, station, text, flags), ==, LIMS_JOURNAL_COMMITTED);
}

static GPtrArray *read_all(LimsJournal *journal) {
  GError *error = NULL;
  GPtrArray *all = lims_journal_read_ended(journal, 0, G_MAXINT, &error);
  g_assert_no_error(error);
  return all;
}

/* "station:frame,frame/reason" of each message, one a line. */
static char *describe(GPtrArray *messages) {
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

static void assert_messages(LimsJournal *journal, const char *expected) {
  g_autoptr(GPtrArray) all = read_all(journal);
  g_autofree char *text = describe(all);
  g_assert_cmpstr(text, ==, expected);
}

static LimsJournalCounters counters_of(LimsJournal *journal) {
  LimsJournalCounters counters;
  lims_journal_get_counters(journal, &counters);
  return counters;
}

static void assert_refused_opening(const Fixture *f, LimsErrorCode code, const char *word) {
  GError *error = NULL;
  g_assert_null(lims_journal_open(f->path, NULL, &error));
  g_assert_error(error, LIMS_ERROR, (int)code);
  g_assert_nonnull(strstr(error->message, word));
  g_assert_nonnull(strstr(error->message, f->path));
  g_assert_null(strchr(error->message, '\n'));
  g_error_free(error);
}

static void run_sql(const Fixture *f, const char *sql) {
  sqlite3 *db;
  g_assert_cmpint(sqlite3_open(f->path, &db), ==, SQLITE_OK);
  g_assert_cmpint(sqlite3_exec(db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close(db);
}

static gint64 ask_sql(const Fixture *f, const char *sql) {
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

/* ---- messages ---- */

static void test_messages(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  g_assert_cmpuint(strlen(lims_journal_uuid(journal)), ==, 36);
  gint64 before = lims_time_now_us();
  must_put(journal, "aas", "a1", "s");
  must_put(journal, "icp", "i1", "s");
  must_put(journal, "aas", "a2", "");
  must_put(journal, "aas", "a3", "e");
  must_put(journal, "icp", "i2", "");
  lims_journal_end(journal, "icp", "timeout");
  lims_journal_end(journal, "nobody", "timeout");
  must_put(journal, "gc", "g1", "s");
  lims_journal_end(journal, "gc", "whole");
  must_put(journal, "gc", "g2", "s");
  must_put(journal, "gc", "g3", "se");
  must_put(journal, "gc", "still open", "s");
  assert_messages(journal,
                  "aas:a1,a2,a3/whole\nicp:i1,i2/timeout\ngc:g1/whole\ngc:g2/new-message\ngc:g3/whole\n");
  g_autoptr(GPtrArray) two = lims_journal_read_ended(journal, 1, 2, NULL);
  g_autofree char *text = describe(two);
  g_assert_cmpstr(text, ==, "icp:i1,i2/timeout\ngc:g1/whole\n");
  g_autoptr(LimsTransmission) first = lims_journal_read(journal, 1, NULL);
  g_assert_cmpint(first->began_us, >=, before);
  g_assert_cmpint(first->ended_us, >=, first->began_us);
  g_assert_cmpint(first->ended_us, <=, lims_time_now_us());
  g_assert_cmpuint(counters_of(journal).frames, ==, 9);
  g_assert_cmpuint(counters_of(journal).undelivered, ==, 5);
}

static void test_missing(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  g_autoptr(GError) error = NULL;
  g_assert_null(lims_journal_read(journal, 7, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

/* A frame whose message has no beginning is kept, and the message is complete only if its text is. */
static void test_headless(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  must_put(journal, "a", "x2", "");
  must_put(journal, "a", "x3", "e");
  must_put(journal, "b", "y2", "");
  must_put(journal, "b", "y3 L", "e");
  must_put(journal, "c", "z2", "");
  lims_journal_end(journal, "c", "line-lost");
  must_put(journal, "d", "only", "e");
  assert_messages(journal, "a:x2,x3/no-start\nb:y2,y3 L/whole\nc:z2/line-lost\nd:only/no-start\n");
}

/* Bytes of every value, an empty frame, and the largest that ASTM may send. */
static void test_bytes(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  static const gsize sizes[] = {0, 1, 256, 64000};
  Answers answers = {0};
  g_autofree guint8 *bytes = g_malloc(64000);
  for (guint i = 0; i < 64000; i++)
    bytes[i] = (guint8)(i * 7 + i / 256);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autoptr(GBytes) frame = g_bytes_new(bytes, sizes[i]);
    lims_journal_append(journal, "a", frame, i == 0, i == 3, TRUE, NULL, note_answer, &answers);
  }
  wait_answers(&answers, 4);
  g_autoptr(LimsTransmission) message = lims_journal_read(journal, 1, NULL);
  g_assert_cmpuint(message->frames->len, ==, 4);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    gsize size;
    const void *got = g_bytes_get_data(g_ptr_array_index(message->frames, i), &size);
    g_assert_cmpmem(got, size, bytes, sizes[i]);
  }
}

/* ---- commit before answer ---- */

typedef struct {
  const Fixture *fixture;
  guint answers, sent;
} Order;

/* The row must be visible to another connection by the time the answer comes. */
static void check_committed(LimsJournalOutcome outcome, gpointer data) {
  Order *order = data;
  g_assert_cmpint(outcome, ==, LIMS_JOURNAL_COMMITTED);
  order->answers++;
  g_assert_cmpint(ask_sql(order->fixture, "SELECT count(*) FROM frame"), >=, order->answers);
}

static void test_answer_after_commit(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  Order order = {f, 0, 0};
  g_autoptr(GBytes) frame = g_bytes_new_static("frame", 5);
  for (guint i = 0; i < 100; i++) {
    lims_journal_append(journal, "a", frame, i == 0, FALSE, TRUE, NULL, check_committed, &order);
    if (i % 3 == 0)
      while (order.answers <= i)
        g_main_context_iteration(NULL, TRUE);
  }
  while (order.answers < 100)
    g_main_context_iteration(NULL, TRUE);
}

/* What waits together shares a commit; and the answers run where they were asked for, in order. */
static void test_group(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  Answers answers = {0};
  for (guint i = 0; i < 2000; i++)
    append(journal, i % 2 ? "a" : "b", "frame", "", &answers);
  wait_answers(&answers, 2000);
  g_assert_true(answers.thread == g_thread_self());
  g_assert_cmpuint(counters_of(journal).frames, ==, 2000);
  g_assert_cmpuint(counters_of(journal).commits, <, 1000);
}

#define THREADS 4
#define STATIONS 3
#define FRAMES 60

typedef struct {
  LimsJournal *journal;
  guint number;
} Sender;

/* One line's thread with its own context: the stations' frames, three in flight, answers checked for order.
 */
typedef struct {
  guint expected, next;
} Sequence;

static void note_sequence(LimsJournalOutcome outcome, gpointer data) {
  Sequence *sequence = data;
  g_assert_cmpint(outcome, ==, LIMS_JOURNAL_COMMITTED);
  sequence->next++;
}

static gpointer run_sender(gpointer data) {
  Sender *sender = data;
  g_autoptr(GMainContext) context = g_main_context_new();
  Sequence sequence = {0};
  for (guint i = 0; i < FRAMES; i++)
    for (guint s = 0; s < STATIONS; s++) {
      g_autofree char *station = g_strdup_printf("t%u-s%u", sender->number, s);
      g_autofree char *text = g_strdup_printf("%u", i);
      g_autoptr(GBytes) frame = g_bytes_new(text, strlen(text));
      lims_journal_append(sender->journal, station, frame, i % 10 == 0, i % 10 == 9, TRUE, context,
                          note_sequence, &sequence);
      sequence.expected++;
      while (sequence.next + 3 < sequence.expected)
        g_main_context_iteration(context, TRUE);
    }
  while (sequence.next < sequence.expected)
    g_main_context_iteration(context, TRUE);
  return NULL;
}

static void test_threads(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  Sender senders[THREADS];
  GThread *threads[THREADS];
  for (guint i = 0; i < THREADS; i++) {
    senders[i] = (Sender){journal, i};
    threads[i] = g_thread_new("sender", run_sender, &senders[i]);
  }
  for (guint i = 0; i < THREADS; i++)
    g_thread_join(threads[i]);
  g_autoptr(GPtrArray) all = read_all(journal);
  g_assert_cmpuint(all->len, ==, THREADS * STATIONS * FRAMES / 10);
  g_autoptr(GHashTable) next = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < all->len; i++) {
    const LimsTransmission *message = g_ptr_array_index(all, i);
    guint number = GPOINTER_TO_UINT(g_hash_table_lookup(next, message->station));
    g_assert_true(message->complete);
    g_assert_cmpuint(message->frames->len, ==, 10);
    for (guint n = 0; n < 10; n++, number++) {
      g_autofree char *text = g_strdup_printf("%u", number);
      GBytes *frame = g_ptr_array_index(message->frames, n);
      g_assert_cmpmem(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame), text, strlen(text));
    }
    g_hash_table_replace(next, message->station, GUINT_TO_POINTER(number));
  }
}

/* ---- notices ---- */

static void count_notice(gpointer data) {
  g_atomic_int_inc((int *)data);
}

static void test_notify(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  int ended = 0;
  lims_journal_set_notify(journal, count_notice, NULL, &ended);
  must_put(journal, "a", "1", "s");
  g_assert_cmpint(g_atomic_int_get(&ended), ==, 0);
  must_put(journal, "a", "2", "e");
  must_put(journal, "b", "3", "s"); /* the notice of the commit before has been given by now */
  g_assert_cmpint(g_atomic_int_get(&ended), ==, 1);
}

/* ---- reopening ---- */

static void test_restart(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, 0);
  g_autofree char *uuid = g_strdup(lims_journal_uuid(journal));
  must_put(journal, "a", "1", "s");
  must_put(journal, "b", "1", "s");
  must_put(journal, "b", "2 L", "");
  must_put(journal, "c", "1", "se");
  lims_journal_close(journal);
  journal = open_journal(f, 0);
  g_assert_cmpstr(lims_journal_uuid(journal), ==, uuid);
  assert_messages(journal, "a:1/restart\nb:1,2 L/whole\nc:1/whole\n");
  g_assert_cmpuint(counters_of(journal).undelivered, ==, 3);
  must_put(journal, "a", "2", "e");
  lims_journal_close(journal);
  journal = open_journal(f, 0);
  assert_messages(journal, "a:1/restart\nb:1,2 L/whole\nc:1/whole\na:2/no-start\n");
  lims_journal_close(journal);
}

/* close() commits what waits; its answers come afterwards. */
static void test_close(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, 0);
  Answers answers = {0};
  for (guint i = 0; i < 50; i++)
    append(journal, "a", "x", i == 0 ? "s" : i == 49 ? "e" : "", &answers);
  lims_journal_close(journal);
  wait_answers(&answers, 50);
  g_assert_cmpint(answers.last, ==, LIMS_JOURNAL_COMMITTED);
  journal = open_journal(f, 0);
  g_autoptr(GPtrArray) all = read_all(journal);
  g_assert_cmpuint(all->len, ==, 1);
  g_assert_cmpuint(((LimsTransmission *)g_ptr_array_index(all, 0))->frames->len, ==, 50);
  lims_journal_close(journal);
}

/* ---- delivered, pruned ---- */

static void test_delivered(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  for (guint i = 0; i < 200; i++)
    must_put(journal, "a", "x", "se");
  must_put(journal, "a", "open", "s");
  static const gint64 three[] = {1, 3, 201,
                                 999}; /* an open one and a missing one are not delivered by being named */
  lims_journal_mark_delivered(journal, three, G_N_ELEMENTS(three));
  lims_journal_mark_delivered(journal, three, 1);
  must_put(journal, "b", "y", "s");
  g_assert_cmpuint(counters_of(journal).undelivered, ==, 198);
  g_autoptr(GPtrArray) left = lims_journal_read_ended(journal, 0, 2, NULL);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(left, 0))->seq, ==, 2);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(left, 1))->seq, ==, 4);
  g_autoptr(LimsTransmission) kept = lims_journal_read(journal, 3, NULL);
  g_assert_nonnull(kept);
}

static void wait_sql(LimsJournal *journal, const Fixture *f, const char *sql, gint64 value) {
  while (ask_sql(f, sql) != value)
    must_put(journal, "pacer", "", "");
}

static void test_prune(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, 0);
  gint64 all[300];
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    must_put(journal, "a", "x", "se");
    all[i] = i + 1;
  }
  lims_journal_mark_delivered(journal, all, 290);
  must_put(journal, "b", "y", "s");
  lims_journal_prune(journal, 1);
  must_put(journal, "b", "y", "");
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'a'"), ==, 300);
  lims_journal_prune(journal, lims_time_now_us() + 1);
  wait_sql(journal, f, "SELECT count(*) FROM message WHERE station = 'a'", 10);
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM frame WHERE id < 301 << 20"), ==, 10);
  lims_journal_close(journal);
  run_sql(f, "DELETE FROM message");
  journal = open_journal(f, 0);
  must_put(journal, "a", "x", "se");
  g_autoptr(GPtrArray) after = read_all(journal);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(after, 0))->seq, >, 301); /* never given again */
  lims_journal_close(journal);
}

/* ---- noise ---- */

static char *describe_noise(LimsJournal *journal, const char *station) {
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

static void add_noise(LimsJournal *journal, const char *station, const char *text) {
  g_autoptr(GBytes) bytes = g_bytes_new(text, strlen(text));
  lims_journal_add_noise(journal, station, bytes, "checksum");
}

static void test_noise(Fixture *f, gconstpointer data) {
  static const char *const texts[] = {"one", "two", "three", "four", "five", "six"};
  LimsJournal *journal = open_journal(f, 0);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    add_noise(journal, "a", texts[i]);
  add_noise(journal, "b", "alone");
  must_put(journal, "c", "x", "s");
  g_autofree char *a = describe_noise(journal, "a");
  g_autofree char *b = describe_noise(journal, "b");
  g_assert_cmpstr(a, ==, "3:checksum:three 4:checksum:four 5:checksum:five 6:checksum:six ");
  g_assert_cmpstr(b, ==, "1:checksum:alone ");
  g_assert_cmpuint(counters_of(journal).noise, ==, 7);
  g_assert_cmpuint(counters_of(journal).noise_overflow, ==, 2);
  lims_journal_close(journal);
  journal = open_journal(f, 0);
  add_noise(journal, "a", "seven");
  must_put(journal, "c", "x", "s");
  g_autofree char *later = describe_noise(journal, "a");
  g_assert_cmpstr(later, ==, "4:checksum:four 5:checksum:five 6:checksum:six 7:checksum:seven ");
  lims_journal_close(journal);
}

/* ---- files that are not ours ---- */

static void test_two_openers(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, 0);
  assert_refused_opening(f, LIMS_ERROR_UNAVAILABLE, "another program holds it");
  lims_journal_close(journal);
  lims_journal_close(open_journal(f, 0));
}

static void test_newer(Fixture *f, gconstpointer data) {
  lims_journal_close(open_journal(f, 0));
  run_sql(f, "PRAGMA user_version = 99");
  assert_refused_opening(f, LIMS_ERROR_VERSION, "newer version");
  g_assert_cmpint(ask_sql(f, "PRAGMA user_version"), ==, 99);
}

static void test_foreign(Fixture *f, gconstpointer data) {
  run_sql(f, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  assert_refused_opening(f, LIMS_ERROR_VERSION, "another program");
  run_sql(f, "PRAGMA application_id = 77");
  assert_refused_opening(f, LIMS_ERROR_VERSION, "another program");
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM sqlite_schema"), ==, 1);
}

static void test_no_database(Fixture *f, gconstpointer data) {
  g_autofree char *text = g_strnfill(5000, 'x');
  g_autofree char *after = NULL;
  g_assert_true(g_file_set_contents(f->path, text, -1, NULL));
  assert_refused_opening(f, LIMS_ERROR_VERSION, "not a database");
  g_assert_true(g_file_get_contents(f->path, &after, NULL, NULL));
  g_assert_cmpstr(after, ==, text);
}

static void fill_journal(const Fixture *f) {
  LimsJournal *journal = open_journal(f, 0);
  g_autofree char *text = g_strnfill(3000, 'x');
  for (guint i = 0; i < 100; i++)
    must_put(journal, "a", text, "se");
  lims_journal_close(journal);
}

static void test_truncated(Fixture *f, gconstpointer data) {
  fill_journal(f);
  GStatBuf before, after;
  g_assert_cmpint(g_stat(f->path, &before), ==, 0);
  g_assert_cmpint(truncate(f->path, before.st_size / 2), ==, 0);
  assert_refused_opening(f, LIMS_ERROR_IO, "damaged");
  g_assert_cmpint(g_stat(f->path, &after), ==, 0);
  g_assert_cmpint(after.st_size, ==, before.st_size / 2);
}

static void test_empty_file(Fixture *f, gconstpointer data) {
  g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
  lims_journal_close(open_journal(f, 0));
}

static void test_no_directory(Fixture *f, gconstpointer data) {
  Fixture missing = {f->directory, g_build_filename(f->directory, "missing", "journal.db", NULL)};
  assert_refused_opening(&missing, LIMS_ERROR_IO, "directory");
  g_free(missing.path);
}

/* ---- a full disk ---- */

#define FULL_PAGES 60

/* Appends until the disk is full; how many were taken. */
static guint fill_disk(LimsJournal *journal) {
  g_autofree char *text = g_strnfill(3000, 'x');
  guint taken = 0;
  while (put(journal, "filler", text, "se") == LIMS_JOURNAL_COMMITTED)
    taken++;
  return taken;
}

static void test_full(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  int changes = 0;
  lims_journal_set_notify(journal, NULL, count_notice, &changes);
  guint taken = fill_disk(journal);
  g_assert_cmpuint(taken, >, 10);
  g_assert_false(lims_journal_ready(journal));
  g_assert_cmpint(g_atomic_int_get(&changes), ==, 1);
  g_autofree char *problem = lims_journal_dup_problem(journal);
  g_assert_nonnull(strstr(problem, "full"));
  g_assert_cmpint(put(journal, "a", "small", "s"), ==, LIMS_JOURNAL_REFUSED);
  add_noise(journal, "a", "dropped");
  must_put(journal, "line", "u1", "su");
  must_put(journal, "line", "u2", "u");
  lims_journal_end(journal, "line", "timeout");
  must_put(journal, "line", "u3", "seu");
  g_assert_cmpuint(counters_of(journal).reserve_used, >, 0);
  g_assert_cmpuint(counters_of(journal).refused, ==, 2);
  g_assert_cmpuint(counters_of(journal).noise_overflow, ==, 1);
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM frame"), ==, taken);

  /* Room comes from what the store has. */
  g_autofree gint64 *seqs = g_new(gint64, taken);
  for (guint i = 0; i < taken; i++)
    seqs[i] = i + 1;
  lims_journal_mark_delivered(journal, seqs, taken);
  lims_journal_prune(journal, lims_time_now_us() + 1);
  while (!lims_journal_ready(journal))
    g_usleep(10000);
  assert_messages(journal, "line:u1,u2/timeout\nline:u3/whole\n");
  g_assert_cmpint(g_atomic_int_get(&changes), ==, 2);
  g_assert_null(lims_journal_dup_problem(journal));
  g_assert_cmpuint(counters_of(journal).reserve_used, ==, 0);
  must_put(journal, "a", "small", "se");
  add_noise(journal, "a", "kept");
  must_put(journal, "filler", "2", "e"); /* what was rolled back is no open message */
  g_autofree char *noise = describe_noise(journal, "a");
  g_assert_cmpstr(noise, ==, "2:checksum:kept "); /* the gap shows the dropped one */
  lims_journal_close(journal);
  journal = open_journal(f, 0);
  assert_messages(journal, "line:u1,u2/timeout\nline:u3/whole\na:small/whole\nfiller:2/no-start\n");
  lims_journal_close(journal);
}

/* A commit that fails takes the whole batch with it: refused means absent, committed means present. */
static void test_full_batch(Fixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = open_journal(f, FULL_PAGES);
  g_autofree char *text = g_strnfill(3000, 'x');
  Answers small = {0}, large = {0};
  guint committed = 0;
  fill_disk(journal);
  g_assert_false(lims_journal_ready(journal));
  gint64 before = ask_sql(f, "SELECT count(*) FROM frame");
  for (guint i = 0; i < 20; i++) {
    append(journal, "s", "small", "se", &small);
    append(journal, "l", text, "se", &large);
    wait_answers(&small, i + 1);
    committed += small.last == LIMS_JOURNAL_COMMITTED;
    wait_answers(&large, i + 1);
    committed += large.last == LIMS_JOURNAL_COMMITTED;
  }
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM frame"), ==, before + committed);
}

/* What the reserve took is told as committed: so it is there after any end of the program, once. */
static void test_reserve_reopened(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  must_put(journal, "line", "u0", "su");
  fill_disk(journal);
  must_put(journal, "line", "u1", "u");
  must_put(journal, "line", "u2 L", "u");
  must_put(journal, "two", "v1", "su");
  lims_journal_close(journal);
  for (guint i = 0; i < 3; i++) {
    journal = open_journal(f, 0);
    g_autoptr(GPtrArray) all = read_all(journal);
    g_autofree char *text = describe(all);
    g_assert_nonnull(strstr(text, "line:u0,u1,u2 L/whole\n"));
    g_assert_true(g_str_has_suffix(text, "two:v1/restart\n"));
    g_assert_null(strstr(strstr(text, "u1") + 1, "u1"));
    g_assert_cmpuint(counters_of(journal).reserve_used, ==, 0);
    lims_journal_close(journal);
  }
}

/* The journal's commit came back and the program died before anything else: the entries are still in the
 * reserve, and a journal that does not know of them yet (a backup) takes them in. */
static void test_reserve_not_twice(Fixture *f, gconstpointer data) {
  g_autofree char *large = g_strnfill(9000, 'x');
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  fill_disk(journal);
  must_put(journal, "line", large, "seu");
  lims_journal_close(journal);
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  run_sql(f, "DELETE FROM message WHERE station = 'line'; UPDATE journal SET reserve_serial = 0");
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
}

/* Half an entry, as a crash in the middle of a write leaves it, ends the reading and harms nothing before it.
 */
static void test_reserve_torn(Fixture *f, gconstpointer data) {
  g_autofree char *name = g_strconcat(f->path, ".reserve", NULL);
  g_autofree char *large = g_strnfill(9000, 'x');
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  fill_disk(journal);
  must_put(journal, "line", large, "seu"); /* too large for closing to find room after all */
  must_put(journal, "line", "second", "seu");
  lims_journal_close(journal);
  g_autofree char *bytes = NULL;
  gsize size;
  g_assert_true(g_file_get_contents(name, &bytes, &size, NULL));
  char *second = memmem(bytes, size, "second", 6);
  g_assert_nonnull(second);
  second[2] = 'X';
  g_assert_true(g_file_set_contents(name, bytes, (gssize)size, NULL));
  journal = open_journal(f, 0);
  lims_journal_close(journal);
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM frame WHERE length(bytes) = 9000"), ==, 1);
}

/* A reserve that is full says so; order is kept: nothing small passes what found no room. */
static void test_reserve_full(Fixture *f, gconstpointer data) {
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  g_autofree char *text = g_strnfill(9000, 'x');
  guint kept = 0;
  fill_disk(journal);
  while (put(journal, "line", text, "seu") == LIMS_JOURNAL_COMMITTED)
    kept++;
  g_assert_cmpuint(kept, ==, 6);
  g_assert_cmpint(put(journal, "line", "small", "seu"), ==, LIMS_JOURNAL_REFUSED);
  lims_journal_close(journal);
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, kept);
}

static void test_reserve_foreign(Fixture *f, gconstpointer data) {
  g_autofree char *old = g_strconcat(f->path, ".old", NULL);
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(g_rename(f->path, old), ==, 0);
  assert_refused_opening(f, LIMS_ERROR_VERSION, "belongs to another journal");
}

/* ---- killed with -9 ---- */

#define ROUNDS 10
#define KILL_STATIONS 3

typedef struct {
  LimsJournal *journal;
  GMainContext *context;
  int pipe;
  guint station, round, next;
} Victim;

/* One line to the parent, in one write: 's'ent or 'a'nswered. */
static void report(const Victim *victim, char what) {
  char line[64];
  int size = g_snprintf(line, sizeof line, "%c %u %u\n", what, victim->station, victim->next);
  if (write(victim->pipe, line, (gsize)size) != size)
    _exit(3);
}

static void send_next(Victim *victim);

static void answered(LimsJournalOutcome outcome, gpointer data) {
  Victim *victim = data;
  if (outcome != LIMS_JOURNAL_COMMITTED)
    _exit(4);
  report(victim, 'a');
  victim->next++;
  send_next(victim);
}

static void send_next(Victim *victim) {
  g_autofree char *station = g_strdup_printf("%u", victim->station);
  g_autofree char *text = g_strdup_printf("%u %u %u", victim->round, victim->station, victim->next);
  g_autoptr(GBytes) frame = g_bytes_new(text, strlen(text));
  report(victim, 's');
  lims_journal_append(victim->journal, station, frame, victim->next % 5 == 0, victim->next % 5 == 4, TRUE,
                      victim->context, answered, victim);
}

static gpointer run_victim(gpointer data) {
  Victim *victim = data;
  victim->context = g_main_context_new();
  send_next(victim);
  while (TRUE)
    g_main_context_iteration(victim->context, TRUE);
  return NULL;
}

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

/* Somebody put a store of yesterday in place of today's: what it lacks is offered once more, and nothing
 * else. */
static void test_older_store(Fixture *f, gconstpointer data) {
  AnotherStore store = {.last = 1};
  const LimsJournalSettings settings = {.find_stored = find_in_another_store, .data = &store};
  LimsJournalCounters counters;
  LimsJournal *journal = open_journal(f, 0);
  const gint64 delivered[] = {1, 2};
  for (guint i = 0; i < 3; i++)
    must_put(journal, "a", "L", "se");
  lims_journal_mark_delivered(journal, delivered, G_N_ELEMENTS(delivered));
  lims_journal_close(journal);
  g_autoptr(LimsJournal) again = lims_journal_open(f->path, &settings, NULL);
  g_assert_cmpstr(store.uuid, ==, lims_journal_uuid(again));
  g_free(store.uuid);
  g_autoptr(GPtrArray) offered = read_all(again);
  g_assert_cmpuint(offered->len, ==, 2);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(offered, 0))->seq, ==, 2);
  lims_journal_get_counters(again, &counters);
  g_assert_cmpuint(counters.offered_again, ==, 1);
  g_assert_cmpuint(counters.undelivered, ==, 2);
}

static void test_store_that_cannot_say(Fixture *f, gconstpointer data) {
  AnotherStore store = {.last = -1};
  const LimsJournalSettings settings = {.find_stored = find_in_another_store, .data = &store};
  g_autoptr(GError) error = NULL;
  g_assert_null(lims_journal_open(f->path, &settings, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_IO);
}

static G_NORETURN void run_child(const Fixture *f, guint round, int out) {
  static Victim victims[KILL_STATIONS];
  LimsJournalSettings settings = {.is_whole = is_whole};
  LimsJournal *journal = lims_journal_open(f->path, &settings, NULL);
  if (!journal)
    _exit(2);
  for (guint i = 0; i < KILL_STATIONS; i++) {
    victims[i] = (Victim){journal, NULL, out, i, round, 0};
    g_thread_new("victim", run_victim, &victims[i]);
  }
  while (TRUE)
    pause();
}

typedef struct {
  guint sent[ROUNDS][KILL_STATIONS], answered[ROUNDS][KILL_STATIONS];
} Ledger;

/* Kills the child once it has reported `lines`, and reads on to the end: what it said stands. */
static void read_reports(Ledger *ledger, guint round, int in, pid_t child, guint lines) {
  FILE *stream = fdopen(in, "r");
  char what;
  guint station, number;
  for (guint i = 0; fscanf(stream, "%c %u %u\n", &what, &station, &number) == 3; i++) {
    g_assert_cmpuint(station, <, KILL_STATIONS);
    guint *count = what == 's' ? &ledger->sent[round][station] : &ledger->answered[round][station];
    g_assert_cmpuint(*count, ==, number);
    *count = number + 1;
    if (i == lines)
      kill(child, SIGKILL);
  }
  fclose(stream);
}

static void run_round(const Fixture *f, Ledger *ledger, guint round) {
  int pipes[2], status;
  g_assert_cmpint(pipe(pipes), ==, 0);
  pid_t child = fork();
  g_assert_cmpint(child, >=, 0);
  if (child == 0) {
    close(pipes[0]);
    run_child(f, round, pipes[1]);
  }
  close(pipes[1]);
  read_reports(ledger, round, pipes[0], child, (guint)g_test_rand_int_range(1, 400));
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  g_assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

/* Frames of each round and station count from 0 without a gap or a double; as many as were answered, none
 * unsent. */
static void check_ledger(const Fixture *f, const Ledger *ledger, guint rounds) {
  guint found[ROUNDS][KILL_STATIONS] = {0};
  g_autoptr(LimsJournal) journal = open_journal(f, 0);
  g_autoptr(GPtrArray) all = read_all(journal);
  for (guint i = 0; i < all->len; i++) {
    const LimsTransmission *message = g_ptr_array_index(all, i);
    g_assert_cmpint(message->complete, ==, message->frames->len == 5);
    for (guint n = 0; n < message->frames->len; n++) {
      GBytes *frame = g_ptr_array_index(message->frames, n);
      g_autofree char *text = g_strndup(g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
      guint round, station, number;
      g_assert_cmpint(sscanf(text, "%u %u %u", &round, &station, &number), ==, 3);
      g_assert_cmpuint(number, ==, found[round][station]++);
      g_assert_cmpuint(number % 5, ==, n);
    }
  }
  for (guint r = 0; r < rounds; r++)
    for (guint s = 0; s < KILL_STATIONS; s++) {
      g_assert_cmpuint(found[r][s], >=, ledger->answered[r][s]);
      g_assert_cmpuint(found[r][s], <=, ledger->sent[r][s]);
    }
}

static void test_killed(Fixture *f, gconstpointer data) {
  g_autofree Ledger *ledger = g_new0(Ledger, 1);
  for (guint round = 0; round < ROUNDS; round++) {
    run_round(f, ledger, round);
    check_ledger(f, ledger, round + 1);
    g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
                    ==, 0);
  }
}

/* Killed on a full disk, with a frame in the reserve that was told as kept. */
static G_NORETURN void run_full_child(const Fixture *f, int out) {
  LimsJournal *journal = open_journal(f, FULL_PAGES);
  fill_disk(journal);
  must_put(journal, "line", "told", "seu");
  if (write(out, "x", 1) != 1)
    _exit(3);
  while (TRUE)
    pause();
}

static void test_killed_full(Fixture *f, gconstpointer data) {
  int pipes[2], status;
  char byte;
  g_assert_cmpint(pipe(pipes), ==, 0);
  pid_t child = fork();
  if (child == 0)
    run_full_child(f, pipes[1]);
  close(pipes[1]);
  g_assert_cmpint(read(pipes[0], &byte, 1), ==, 1);
  kill(child, SIGKILL);
  g_assert_cmpint(waitpid(child, &status, 0), ==, child);
  close(pipes[0]);
  lims_journal_close(open_journal(f, 0));
  g_assert_cmpint(ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
}

typedef void (*Test)(Fixture *f, gconstpointer data);
static const struct {
  const char *name;
  Test test;
} tests[] = {
    {"killed", test_killed},
    {"killed-full", test_killed_full},
    {"messages", test_messages},
    {"missing", test_missing},
    {"headless", test_headless},
    {"bytes", test_bytes},
    {"answer-after-commit", test_answer_after_commit},
    {"group", test_group},
    {"threads", test_threads},
    {"notify", test_notify},
    {"restart", test_restart},
    {"close", test_close},
    {"delivered", test_delivered},
    {"prune", test_prune},
    {"noise", test_noise},
    {"older-store", test_older_store},
    {"store-that-cannot-say", test_store_that_cannot_say},
    {"two-openers", test_two_openers},
    {"newer", test_newer},
    {"foreign", test_foreign},
    {"no-database", test_no_database},
    {"truncated", test_truncated},
    {"empty-file", test_empty_file},
    {"no-directory", test_no_directory},
    {"full", test_full},
    {"full-batch", test_full_batch},
    {"reserve-reopened", test_reserve_reopened},
    {"reserve-not-twice", test_reserve_not_twice},
    {"reserve-torn", test_reserve_torn},
    {"reserve-full", test_reserve_full},
    {"reserve-foreign", test_reserve_foreign},
};

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_log_set_always_fatal(G_LOG_FATAL_MASK |
                         G_LOG_LEVEL_CRITICAL); /* a full disk is warned of, as it should be */
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++) {
    g_autofree char *name = g_strconcat("/journal/", tests[i].name, NULL);
    g_test_add(name, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  return g_test_run();
}
