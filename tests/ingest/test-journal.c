/* The journal: what was acknowledged is there, once and in order. */
#include "tests/ingest/helper-journal.h"
#include "lims/core/time.h"
#include <string.h>

/* ---- messages ---- */

static void test_messages(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  g_assert_cmpuint(strlen(lims_journal_uuid(journal)), ==, 36);
  gint64 before = lims_time_now_us();
  journal_must_put(journal, "aas", "a1", "s");
  journal_must_put(journal, "icp", "i1", "s");
  journal_must_put(journal, "aas", "a2", "");
  journal_must_put(journal, "aas", "a3", "e");
  journal_must_put(journal, "icp", "i2", "");
  lims_journal_end(journal, "icp", "timeout");
  lims_journal_end(journal, "nobody", "timeout");
  journal_must_put(journal, "gc", "g1", "s");
  lims_journal_end(journal, "gc", "whole");
  journal_must_put(journal, "gc", "g2", "s");
  journal_must_put(journal, "gc", "g3", "se");
  journal_must_put(journal, "gc", "still open", "s");
  journal_assert_messages(
      journal, "aas:a1,a2,a3/whole\nicp:i1,i2/timeout\ngc:g1/whole\ngc:g2/new-message\ngc:g3/whole\n");
  g_autoptr(GPtrArray) two = lims_journal_read_ended(journal, 1, 2, NULL);
  g_autofree char *text = journal_describe(two);
  g_assert_cmpstr(text, ==, "icp:i1,i2/timeout\ngc:g1/whole\n");
  g_autoptr(LimsTransmission) first = lims_journal_read(journal, 1, NULL);
  g_assert_cmpint(first->began_us, >=, before);
  g_assert_cmpint(first->ended_us, >=, first->began_us);
  g_assert_cmpint(first->ended_us, <=, lims_time_now_us());
  g_assert_cmpuint(journal_counters(journal).frames, ==, 9);
  g_assert_cmpuint(journal_counters(journal).undelivered, ==, 5);
}

static void test_missing(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  g_autoptr(GError) error = NULL;
  g_assert_null(lims_journal_read(journal, 7, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

/* A frame whose message has no beginning is kept, and the message is complete only if its text is. */
static void test_headless(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  journal_must_put(journal, "a", "x2", "");
  journal_must_put(journal, "a", "x3", "e");
  journal_must_put(journal, "b", "y2", "");
  journal_must_put(journal, "b", "y3 L", "e");
  journal_must_put(journal, "c", "z2", "");
  lims_journal_end(journal, "c", "line-lost");
  journal_must_put(journal, "d", "only", "e");
  journal_assert_messages(journal, "a:x2,x3/no-start\nb:y2,y3 L/whole\nc:z2/line-lost\nd:only/no-start\n");
}

/* Bytes of every value, an empty frame, and the largest that ASTM may send. */
static void test_bytes(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  static const gsize sizes[] = {0, 1, 256, 64000};
  JournalAnswers answers = {0};
  g_autofree guint8 *bytes = g_malloc(64000);
  for (guint i = 0; i < 64000; i++)
    bytes[i] = (guint8)(i * 7 + i / 256);
  for (guint i = 0; i < G_N_ELEMENTS(sizes); i++) {
    g_autoptr(GBytes) frame = g_bytes_new(bytes, sizes[i]);
    lims_journal_append(journal, "a", frame, i == 0, i == 3, TRUE, NULL, journal_note_answer, &answers);
  }
  journal_wait(&answers, 4);
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
  const JournalFixture *fixture;
  guint answers, sent;
} Order;

/* The row must be visible to another connection by the time the answer comes. */
static void check_committed(LimsJournalOutcome outcome, gpointer data) {
  Order *order = data;
  g_assert_cmpint(outcome, ==, LIMS_JOURNAL_COMMITTED);
  order->answers++;
  g_assert_cmpint(journal_ask_sql(order->fixture, "SELECT count(*) FROM frame"), >=, order->answers);
}

static void test_answer_after_commit(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
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
static void test_group(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  JournalAnswers answers = {0};
  for (guint i = 0; i < 2000; i++)
    journal_append(journal, i % 2 ? "a" : "b", "frame", "", &answers);
  journal_wait(&answers, 2000);
  g_assert_true(answers.thread == g_thread_self());
  g_assert_cmpuint(journal_counters(journal).frames, ==, 2000);
  g_assert_cmpuint(journal_counters(journal).commits, <, 1000);
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

static void test_threads(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  Sender senders[THREADS];
  GThread *threads[THREADS];
  for (guint i = 0; i < THREADS; i++) {
    senders[i] = (Sender){journal, i};
    threads[i] = g_thread_new("sender", run_sender, &senders[i]);
  }
  for (guint i = 0; i < THREADS; i++)
    g_thread_join(threads[i]);
  g_autoptr(GPtrArray) all = journal_read_all(journal);
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

static void test_notify(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  int ended = 0;
  lims_journal_set_notify(journal, journal_count_notice, NULL, &ended);
  journal_must_put(journal, "a", "1", "s");
  g_assert_cmpint(g_atomic_int_get(&ended), ==, 0);
  journal_must_put(journal, "a", "2", "e");
  journal_must_put(journal, "b", "3", "s"); /* the notice of the commit before has been given by now */
  g_assert_cmpint(g_atomic_int_get(&ended), ==, 1);
}

/* ---- reopening ---- */

static void test_restart(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, 0);
  g_autofree char *uuid = g_strdup(lims_journal_uuid(journal));
  journal_must_put(journal, "a", "1", "s");
  journal_must_put(journal, "b", "1", "s");
  journal_must_put(journal, "b", "2 L", "");
  journal_must_put(journal, "c", "1", "se");
  lims_journal_close(journal);
  journal = journal_open(f, 0);
  g_assert_cmpstr(lims_journal_uuid(journal), ==, uuid);
  journal_assert_messages(journal, "a:1/restart\nb:1,2 L/whole\nc:1/whole\n");
  g_assert_cmpuint(journal_counters(journal).undelivered, ==, 3);
  journal_must_put(journal, "a", "2", "e");
  lims_journal_close(journal);
  journal = journal_open(f, 0);
  journal_assert_messages(journal, "a:1/restart\nb:1,2 L/whole\nc:1/whole\na:2/no-start\n");
  lims_journal_close(journal);
}

/* close() commits what waits; its answers come afterwards. */
static void test_close(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, 0);
  JournalAnswers answers = {0};
  for (guint i = 0; i < 50; i++)
    journal_append(journal, "a", "x", i == 0 ? "s" : i == 49 ? "e" : "", &answers);
  lims_journal_close(journal);
  journal_wait(&answers, 50);
  g_assert_cmpint(answers.last, ==, LIMS_JOURNAL_COMMITTED);
  journal = journal_open(f, 0);
  g_autoptr(GPtrArray) all = journal_read_all(journal);
  g_assert_cmpuint(all->len, ==, 1);
  g_assert_cmpuint(((LimsTransmission *)g_ptr_array_index(all, 0))->frames->len, ==, 50);
  lims_journal_close(journal);
}

/* ---- delivered, pruned ---- */

static void test_delivered(JournalFixture *f, gconstpointer data) {
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  for (guint i = 0; i < 200; i++)
    journal_must_put(journal, "a", "x", "se");
  journal_must_put(journal, "a", "open", "s");
  static const gint64 three[] = {1, 3, 201,
                                 999}; /* an open one and a missing one are not delivered by being named */
  lims_journal_mark_delivered(journal, three, G_N_ELEMENTS(three));
  lims_journal_mark_delivered(journal, three, 1);
  journal_must_put(journal, "b", "y", "s");
  g_assert_cmpuint(journal_counters(journal).undelivered, ==, 198);
  g_autoptr(GPtrArray) left = lims_journal_read_ended(journal, 0, 2, NULL);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(left, 0))->seq, ==, 2);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(left, 1))->seq, ==, 4);
  g_autoptr(LimsTransmission) kept = lims_journal_read(journal, 3, NULL);
  g_assert_nonnull(kept);
}

static void wait_sql(LimsJournal *journal, const JournalFixture *f, const char *sql, gint64 value) {
  while (journal_ask_sql(f, sql) != value)
    journal_must_put(journal, "pacer", "", "");
}

static void test_prune(JournalFixture *f, gconstpointer data) {
  LimsJournal *journal = journal_open(f, 0);
  gint64 all[300];
  for (guint i = 0; i < G_N_ELEMENTS(all); i++) {
    journal_must_put(journal, "a", "x", "se");
    all[i] = i + 1;
  }
  lims_journal_mark_delivered(journal, all, 290);
  journal_must_put(journal, "b", "y", "s");
  lims_journal_prune(journal, 1);
  journal_must_put(journal, "b", "y", "");
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'a'"), ==, 300);
  lims_journal_prune(journal, lims_time_now_us() + 1);
  wait_sql(journal, f, "SELECT count(*) FROM message WHERE station = 'a'", 10);
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM frame WHERE id < 301 << 20"), ==, 10);
  lims_journal_close(journal);
  journal_run_sql(f, "DELETE FROM message");
  journal = journal_open(f, 0);
  journal_must_put(journal, "a", "x", "se");
  g_autoptr(GPtrArray) after = journal_read_all(journal);
  g_assert_cmpint(((LimsTransmission *)g_ptr_array_index(after, 0))->seq, >, 301); /* never given again */
  lims_journal_close(journal);
}

/* ---- noise ---- */

static void test_noise(JournalFixture *f, gconstpointer data) {
  static const char *const texts[] = {"one", "two", "three", "four", "five", "six"};
  LimsJournal *journal = journal_open(f, 0);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
    journal_add_noise(journal, "a", texts[i]);
  journal_add_noise(journal, "b", "alone");
  journal_must_put(journal, "c", "x", "s");
  g_autofree char *a = journal_describe_noise(journal, "a");
  g_autofree char *b = journal_describe_noise(journal, "b");
  g_assert_cmpstr(a, ==, "3:checksum:three 4:checksum:four 5:checksum:five 6:checksum:six ");
  g_assert_cmpstr(b, ==, "1:checksum:alone ");
  g_assert_cmpuint(journal_counters(journal).noise, ==, 7);
  g_assert_cmpuint(journal_counters(journal).noise_overflow, ==, 2);
  lims_journal_close(journal);
  journal = journal_open(f, 0);
  journal_add_noise(journal, "a", "seven");
  journal_must_put(journal, "c", "x", "s");
  g_autofree char *later = journal_describe_noise(journal, "a");
  g_assert_cmpstr(later, ==, "4:checksum:four 5:checksum:five 6:checksum:six 7:checksum:seven ");
  lims_journal_close(journal);
}

static const JournalTest TESTS[] = {
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
};

int main(int argc, char **argv) {
  return journal_test_run(&argc, &argv, TESTS, G_N_ELEMENTS(TESTS));
}
