/* The reserve: room on the disk that was taken in advance, for frames that nobody will send again.
 *
 * Owns JOURNAL.reserve and the list of what in it the journal has not taken in yet. Knows no database: the
 * caller keeps the serial of the last entry taken in, in the transaction that takes it in. Used by one
 * thread.
 */
#pragma once
#include "lims/ingest/journal-item.h"

typedef struct LimsJournalReserve LimsJournalReserve;

/* Opens or makes the file with at least `size` bytes, all of them allocated. Entries after serial `taken`
 * become pending. Errors: FULL, IO, VERSION (no reserve, or of another journal than `uuid`). */
LimsJournalReserve *lims_journal_reserve_open(const char *path, guint64 size, const char *uuid, guint64 taken,
                                              GError **error);
void lims_journal_reserve_free(LimsJournalReserve *reserve);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournalReserve, lims_journal_reserve_free)

/* Writes FRAMEs and ENDs in order, one fsync for all, and sets each item's outcome: COMMITTED if it is on
 * disk. An END without room is pending in memory all the same, so that order is kept while the program lives.
 */
void lims_journal_reserve_write(LimsJournalReserve *reserve, GPtrArray *items);

/* LimsJournalItem *, in order; owned by the reserve. */
GPtrArray *lims_journal_reserve_pending(const LimsJournalReserve *reserve);
/* The last entry on disk: what the journal has taken in once it has taken all that is pending. */
guint64 lims_journal_reserve_serial(const LimsJournalReserve *reserve);
guint64 lims_journal_reserve_used(const LimsJournalReserve *reserve); /* bytes on disk that are pending */
/* The journal's commit with all that was pending came back: the room is free again. */
void lims_journal_reserve_clear(LimsJournalReserve *reserve);
