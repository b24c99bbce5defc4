/* What one transaction of the journal does to its tables, and which message of each station is open.
 *
 * Owns the prepared statements and the list of open messages; knows neither threads nor when to commit. On
 * the writer's thread (opening: on the opener's, before the writer starts).
 */
#pragma once
#include "lims/ingest/journal-item.h"
#include <sqlite3.h>

typedef struct LimsJournalTables LimsJournalTables;

/* What the transaction changed, for the counters and the notices after its commit. */
typedef struct {
  guint frames, ended, noise, noise_overflow;
  gint64 undelivered; /* more, or less */
} LimsJournalChange;

/* `db` outlives the tables. Reads which messages are open. */
LimsJournalTables *lims_journal_tables_new(sqlite3 *db, const LimsJournalSettings *settings, GError **error);
void lims_journal_tables_free(LimsJournalTables *tables);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournalTables, lims_journal_tables_free)

gboolean lims_journal_tables_begin(LimsJournalTables *tables, GError **error);
/* Carries out one item; a PRUNE that has more to do advances its cursor and sets *again. */
gboolean lims_journal_tables_apply(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                                   GError **error);
gboolean lims_journal_tables_take_reserve(LimsJournalTables *tables, guint64 serial, GError **error);
/* Ends the messages that a dead program left open. */
gboolean lims_journal_tables_recover(LimsJournalTables *tables, GError **error);
/* TRUE only if the commit came back: then the transaction is on disk, and `change` says what it did. */
gboolean lims_journal_tables_commit(LimsJournalTables *tables, LimsJournalChange *change, GError **error);
/* Undoes the transaction; also after a commit that failed. */
void lims_journal_tables_rollback(LimsJournalTables *tables);
/* Commits 64 KiB and frees them again: whether there is room to go on. */
gboolean lims_journal_tables_probe(LimsJournalTables *tables, GError **error);
/* Noise that had to be dropped; its number stays free, so that the gap shows. */
void lims_journal_tables_skip_noise(LimsJournalTables *tables, const char *station);
