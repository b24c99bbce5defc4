/* Reading the journal onwards: each ended transmission once, though they end in another order than they
 * began.
 *
 * A transmission has its number from its first frame; a short one of another station may begin later and end
 * earlier. Numbers passed over are remembered while their messages are open. Used by one thread.
 */
#pragma once
#include "lims/ingest/journal.h"

typedef struct LimsIngestCursor LimsIngestCursor;

/* `most_open`: how many messages can be open at once (one a station). */
LimsIngestCursor *lims_ingest_cursor_new(LimsJournal *journal, guint most_open);
void lims_ingest_cursor_free(LimsIngestCursor *cursor);

/* Ended and not yet given: LimsTransmission *, owned by the array; about `limit` of them. Empty: there are
 * none now. After an error the same are read again. */
GPtrArray *lims_ingest_cursor_read(LimsIngestCursor *cursor, guint limit, GError **error);
