/* The journal's writer: one thread that takes whatever waits, commits it in one transaction, and tells who
 * asked.
 *
 * Owns the writing connection, the tables, the reserve and the queue. Everything here but new, start and free
 * may be called from any thread and never waits for the disk.
 */
#pragma once
#include "lims/ingest/journal-item.h"
#include "lims/ingest/journal-reserve.h"
#include "lims/ingest/journal-tables.h"

typedef struct LimsJournalWriter LimsJournalWriter;

/* Takes over db and reserve, takes in what the reserve holds and ends what a dead program left open. NULL
 * with error; db and reserve are then freed. */
LimsJournalWriter *lims_journal_writer_new(sqlite3 *db, LimsJournalReserve *reserve,
                                           const LimsJournalSettings *settings, GError **error);
/* Ends the thread once the queue is empty. */
void lims_journal_writer_free(LimsJournalWriter *writer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournalWriter, lims_journal_writer_free)

void lims_journal_writer_start(LimsJournalWriter *writer);
void lims_journal_writer_push(LimsJournalWriter *writer, LimsJournalItem *item); /* takes the item */
gboolean lims_journal_writer_is_ready(LimsJournalWriter *writer);
char *lims_journal_writer_dup_problem(LimsJournalWriter *writer);
void lims_journal_writer_set_notify(LimsJournalWriter *writer, void (*ended)(gpointer),
                                    void (*ready_changed)(gpointer), gpointer data);
void lims_journal_writer_get_counters(LimsJournalWriter *writer, LimsJournalCounters *out);
