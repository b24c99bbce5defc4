/* The journal: every accepted frame is on disk here before its acknowledgement leaves.
 *
 * Its own SQLite file (WAL, synchronous=FULL), one writer thread, group commit over all lines: whatever waits
 * when a commit ends goes into the next one. A transmission is one message of one station, from its first
 * frame to its end; its key in the rest of the system is (journal's UUID, seq). Frames are kept for good
 * until pruned; noise goes to a ring a station with its overflow counted. A full disk: `ready` turns FALSE,
 * frames that the sender will repeat are refused, frames that nobody repeats go to the preallocated reserve
 * (JOURNAL.reserve) and into the journal when there is room again.
 *
 * Messages open when the program died are closed at opening: complete if their text is whole (asked of
 * `is_whole`), else incomplete, "restart".
 */
#pragma once
#include "lims/core/error.h"
#include <gio/gio.h>

typedef struct LimsJournal LimsJournal;

typedef struct {
  gint64 seq;
  char *station;
  gint64 began_us, ended_us; /* wall clock: first frame's arrival, last's commit */
  gboolean complete;
  char *reason;      /* of an incomplete one */
  GPtrArray *frames; /* GBytes * */
} LimsTransmission;
void lims_transmission_free(LimsTransmission *transmission);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsTransmission, lims_transmission_free)

typedef struct {
  guint64 reserve_bytes; /* 0: 4 MiB */
  guint ring_entries;    /* noise kept a station; 0: 256 */
  guint64 max_pages;     /* 0: no limit; tests make a full disk with it */
  /* Asked for messages left open by a dead program (at opening) and for those whose first frame is missing
   * (on the writer's thread). NULL: none is whole. */
  gboolean (*is_whole)(const char *station, GPtrArray *frames, gpointer data);
  /* Asked at opening: the highest seq of the journal of this UUID that the store has, 0 if none. What was
   * delivered beyond it is offered again: the store is an older copy, or another one. NULL: not asked. */
  gboolean (*find_stored)(const char *uuid, gint64 *out, gpointer data, GError **error);
  gpointer data;
} LimsJournalSettings;

typedef enum { LIMS_JOURNAL_COMMITTED, LIMS_JOURNAL_REFUSED } LimsJournalOutcome;
typedef void (*LimsJournalDone)(LimsJournalOutcome outcome, gpointer data);

/* Opens or makes the file and starts the writer; `settings` may be NULL. Errors, one line each, the file left
 * as it is: another program holds it (UNAVAILABLE), a newer version or no journal (VERSION), damaged (IO), no
 * room for the reserve or for ending what was left open (FULL). */
LimsJournal *lims_journal_open(const char *path, const LimsJournalSettings *settings, GError **error);
/* Commits what waits, then closes. Answers still travelling reach their contexts afterwards. */
void lims_journal_close(LimsJournal *journal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournal, lims_journal_close)

const char *lims_journal_uuid(const LimsJournal *journal);

/* From any thread; never waits. `done` (may be NULL) runs on `context` (NULL: the default one) after the
 * commit. COMMITTED: the frame is on disk, in the journal or, if `acknowledged` is FALSE, in its reserve.
 * REFUSED: it is in neither. A frame that continues no open message opens one, which is complete only if
 * is_whole says so ("no-start"). */
void lims_journal_append(LimsJournal *journal, const char *station, GBytes *frame, gboolean starts,
                         gboolean ends, gboolean acknowledged, GMainContext *context, LimsJournalDone done,
                         gpointer data);
/* The station's open message, if there is one, ends: complete if reason is "whole", else incomplete for that
 * reason. */
void lims_journal_end(LimsJournal *journal, const char *station, const char *reason);
void lims_journal_add_noise(LimsJournal *journal, const char *station, GBytes *bytes, const char *reason);
/* FALSE from a commit that failed until one works again (tried every second). The problem is one line for
 * whoever logs the change, g_free; NULL when ready. The journal itself logs nothing. */
gboolean lims_journal_ready(LimsJournal *journal);
char *lims_journal_dup_problem(LimsJournal *journal);

/* Called on the writer's thread whenever ended transmissions may be waiting, and when readiness changed. */
void lims_journal_set_notify(LimsJournal *journal, void (*ended)(gpointer data),
                             void (*ready_changed)(gpointer data), gpointer data);

/* Reading, from one other thread at a time, over its own connection. Ended transmissions not yet delivered
 * with seq > after, at most `limit`, in order, frames included. */
GPtrArray *lims_journal_read_ended(LimsJournal *journal, gint64 after, guint limit, GError **error);
/* Also an open one (ended_us 0) and a delivered one; NOT_FOUND if there is none or it was pruned. */
LimsTransmission *lims_journal_read(LimsJournal *journal, gint64 seq, GError **error);

typedef struct {
  gint64 number; /* counts from 1 for each station; a gap is noise that was dropped */
  gint64 at_us;
  char *reason;
  GBytes *bytes;
} LimsNoise;
/* What the station's ring holds, oldest first: LimsNoise *. By the same thread as the other readings. */
GPtrArray *lims_journal_read_noise(LimsJournal *journal, const char *station, GError **error);
/* The store has them: queued to the writer; they are skipped by read_ended from then on and pruned after
 * days. */
void lims_journal_mark_delivered(LimsJournal *journal, const gint64 *seqs, guint count);
/* Deletes delivered transmissions that ended before `before_us` (queued to the writer). */
void lims_journal_prune(LimsJournal *journal, gint64 before_us);

/* Since opening, but for the last two, which are states. */
typedef struct {
  guint64 frames, commits, refused, noise, noise_overflow;
  guint64 offered_again; /* at opening, for the store did not have them any more */
  guint64 reserve_used;  /* bytes of the reserve that wait for the journal */
  guint64 undelivered;   /* ended transmissions that the store does not have */
} LimsJournalCounters;
void lims_journal_get_counters(LimsJournal *journal, LimsJournalCounters *out);
