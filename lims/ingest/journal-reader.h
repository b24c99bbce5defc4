/* Reading the journal over a connection of its own: readers of a write-ahead log never hold up the writer. */
#pragma once
#include "lims/ingest/journal.h"

typedef struct LimsJournalReader LimsJournalReader;

LimsJournalReader *lims_journal_reader_new(const char *path, GError **error);
void lims_journal_reader_free(LimsJournalReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsJournalReader, lims_journal_reader_free)

/* As the calls of the same name in journal.h. */
GPtrArray *lims_journal_reader_read_ended(LimsJournalReader *reader, gint64 after, guint limit,
                                          GError **error);
LimsTransmission *lims_journal_reader_read(LimsJournalReader *reader, gint64 seq, GError **error);
GPtrArray *lims_journal_reader_read_noise(LimsJournalReader *reader, const char *station, GError **error);
