/* The journal of a program that is killed with -9: what it answered is there, once and in order, and nothing
 * that was not sent.
 */
#include "tests/ingest/helper-journal.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

static G_NORETURN void run_child(const JournalFixture *f, guint round, int out) {
  static Victim victims[KILL_STATIONS];
  LimsJournalSettings settings = {.is_whole = journal_is_whole};
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

static void run_round(const JournalFixture *f, Ledger *ledger, guint round) {
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
static void check_ledger(const JournalFixture *f, const Ledger *ledger, guint rounds) {
  guint found[ROUNDS][KILL_STATIONS] = {0};
  g_autoptr(LimsJournal) journal = journal_open(f, 0);
  g_autoptr(GPtrArray) all = journal_read_all(journal);
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

static void test_killed(JournalFixture *f, gconstpointer data) {
  g_autofree Ledger *ledger = g_new0(Ledger, 1);
  for (guint round = 0; round < ROUNDS; round++) {
    run_round(f, ledger, round);
    check_ledger(f, ledger, round + 1);
    g_assert_cmpint(
        journal_ask_sql(f, "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"), ==,
        0);
  }
}

/* Killed on a full disk, with a frame in the reserve that was told as kept. */
static G_NORETURN void run_full_child(const JournalFixture *f, int out) {
  LimsJournal *journal = journal_open(f, JOURNAL_FULL_PAGES);
  journal_fill_disk(journal);
  journal_must_put(journal, "line", "told", "seu");
  if (write(out, "x", 1) != 1)
    _exit(3);
  while (TRUE)
    pause();
}

static void test_killed_full(JournalFixture *f, gconstpointer data) {
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
  lims_journal_close(journal_open(f, 0));
  g_assert_cmpint(journal_ask_sql(f, "SELECT count(*) FROM message WHERE station = 'line'"), ==, 1);
}

static const JournalTest TESTS[] = {
    {"killed", test_killed},
    {"killed-full", test_killed_full},
};

int main(int argc, char **argv) {
  return journal_test_run(&argc, &argv, TESTS, G_N_ELEMENTS(TESTS));
}
