/* What waits for the journal's writer: one thing to write, and whom to tell when it is on disk.
 *
 * Made on any thread, handed over through the queue, from then on the writer's alone. Counted references,
 * because the reserve keeps an item after its sender has been told.
 */
#pragma once
#include "lims/ingest/journal.h"

typedef enum {
  LIMS_JOURNAL_FRAME,     /* bytes of the station's open message */
  LIMS_JOURNAL_END,       /* the open message ended without its end mark; reason */
  LIMS_JOURNAL_NOISE,     /* bytes that are no frame; reason */
  LIMS_JOURNAL_DELIVERED, /* seqs */
  LIMS_JOURNAL_PRUNE,     /* before_us, from seq `cursor` on */
  LIMS_JOURNAL_KINDS
} LimsJournalKind;

typedef struct {
  LimsJournalKind kind;
  gint64 at_us; /* arrival; of PRUNE, the moment before which it deletes */
  char *station;
  GBytes *bytes; /* FRAME, NOISE */
  char *reason;  /* END, NOISE */
  gboolean starts, ends, acknowledged;
  GArray *seqs;  /* DELIVERED: gint64 */
  gint64 cursor; /* PRUNE */

  GMainContext *context; /* whom to tell; done may be NULL */
  LimsJournalDone done;
  gpointer data;
  LimsJournalOutcome outcome;
} LimsJournalItem;

/* Copies station and reason, takes a reference on bytes; all three may be NULL where the kind has none. */
LimsJournalItem *lims_journal_item_new(LimsJournalKind kind, gint64 at_us, const char *station, GBytes *bytes,
                                       const char *reason);
LimsJournalItem *lims_journal_item_ref(LimsJournalItem *item);
void lims_journal_item_unref(LimsJournalItem *item);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournalItem, lims_journal_item_unref)

/* An empty list that owns its items. */
GPtrArray *lims_journal_items_new(void);

/* Calls each item's done with its outcome on its own context, in the order of the list: one source a context.
 */
void lims_journal_items_tell(GPtrArray *items);
