/* The road to the journal's writer: items from any thread, taken all at once by one. */
#pragma once
#include "lims/ingest/journal-item.h"

typedef struct LimsJournalQueue LimsJournalQueue;

LimsJournalQueue *lims_journal_queue_new(void);
void lims_journal_queue_free(LimsJournalQueue *queue);

/* Takes the item. FALSE: it is noise of which too much waits already, and was dropped. */
gboolean lims_journal_queue_push(LimsJournalQueue *queue, LimsJournalItem *item);
/* Items with more to do go behind what waits, unless the queue was stopped: then they are left for another
 * life. */
void lims_journal_queue_push_again(LimsJournalQueue *queue, GPtrArray *items);
/* All that waits, waiting for the first until `deadline` (monotonic; -1: for ever): empty if it passed. NULL:
 * stopped, and nothing is left. The caller owns the list. */
GPtrArray *lims_journal_queue_take(LimsJournalQueue *queue, gint64 deadline);
void lims_journal_queue_stop(LimsJournalQueue *queue);
