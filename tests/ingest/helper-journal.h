/* For the journal's tests: real files, the real writer's thread, answers over a real main context. A full
 * disk is made with max_pages.
 */
#pragma once
#include "lims/ingest/journal.h"

typedef struct {
  char *directory, *path; /* of the journal, which a test opens by itself */
} JournalFixture;

typedef struct {
  const char *name;
  void (*test)(JournalFixture *f, gconstpointer data);
} JournalTest;
/* Runs them as /journal/NAME, each in a directory of its own; what main returns. */
int journal_test_run(int *argc, char ***argv, const JournalTest *tests, guint count);

/* Whole if the last frame ends in "L". */
gboolean journal_is_whole(const char *station, GPtrArray *frames, gpointer data);
/* max_pages 0: as large as the disk. */
LimsJournal *journal_open(const JournalFixture *f, guint64 max_pages);
#define JOURNAL_FULL_PAGES 60
/* Appends until the disk is full; how many were taken. */
guint journal_fill_disk(LimsJournal *journal);
void journal_assert_refused(const JournalFixture *f, LimsErrorCode code, const char *word);

/* ---- frames in ---- */

typedef struct {
  guint answers;
  LimsJournalOutcome last;
  GThread *thread;
} JournalAnswers;
/* As lims_journal_append calls it, with JournalAnswers. */
void journal_note_answer(LimsJournalOutcome outcome, gpointer data);
/* flags: s starts, e ends, u unacknowledged. */
void journal_append(LimsJournal *journal, const char *station, const char *text, const char *flags,
                    JournalAnswers *answers);
void journal_wait(JournalAnswers *answers, guint count);
/* Both, for one frame. */
LimsJournalOutcome journal_put(LimsJournal *journal, const char *station, const char *text,
                               const char *flags);
void journal_must_put(LimsJournal *journal, const char *station, const char *text, const char *flags);

/* ---- messages out ---- */

GPtrArray *journal_read_all(LimsJournal *journal);
/* "station:frame,frame/reason" of each message, one a line. */
char *journal_describe(GPtrArray *messages);
void journal_assert_messages(LimsJournal *journal, const char *expected);
LimsJournalCounters journal_counters(LimsJournal *journal);
/* For lims_journal_set_notify: adds to an int. */
void journal_count_notice(gpointer data);
void journal_add_noise(LimsJournal *journal, const char *station, const char *text);
char *journal_describe_noise(LimsJournal *journal, const char *station);
/* On the file itself, by a connection of its own. */
void journal_run_sql(const JournalFixture *f, const char *sql);
gint64 journal_ask_sql(const JournalFixture *f, const char *sql);
