/* The journal as its users see it: opened by one program at a time, written to from any thread, read from
 * one.
 */
#include "lims/ingest/journal.h"
#include "lims/core/time.h"
#include "lims/ingest/journal-db.h"
#include "lims/ingest/journal-lock.h"
#include "lims/ingest/journal-reader.h"
#include "lims/ingest/journal-schema.h"
#include "lims/ingest/journal-writer.h"
#include <unistd.h>

#define RESERVE_BYTES (4 * 1024 * 1024)

struct LimsJournal {
  int lock_fd;
  char *uuid;
  LimsJournalWriter *writer;
  LimsJournalReader *reader;
};

static LimsJournalReserve *open_reserve(LimsJournal *journal, sqlite3 *db, const char *path, guint64 size,
                                        GError **error) {
  gint64 taken;
  g_autofree char *name = g_strconcat(path, ".reserve", NULL);
  if (!lims_journal_db_read_integer(db, "SELECT reserve_serial FROM journal", &taken, error) ||
      !(journal->uuid = lims_journal_db_read_text(db, "SELECT uuid FROM journal", error)))
    return NULL;
  return lims_journal_reserve_open(name, size ? size : RESERVE_BYTES, journal->uuid, (guint64)taken, error);
}

static gboolean open_writer(LimsJournal *journal, const char *path, const LimsJournalSettings *settings,
                            GError **error) {
  sqlite3 *db = lims_journal_schema_open(path, settings->max_pages, error);
  if (!db)
    return FALSE;
  LimsJournalReserve *reserve = open_reserve(journal, db, path, settings->reserve_bytes, error);
  if (!reserve) {
    sqlite3_close(db);
    return FALSE;
  }
  journal->writer = lims_journal_writer_new(db, reserve, settings, error);
  return journal->writer != NULL;
}

LimsJournal *lims_journal_open(const char *path, const LimsJournalSettings *settings, GError **error) {
  static const LimsJournalSettings defaults;
  g_autoptr(LimsJournal) journal = g_new0(LimsJournal, 1);
  if ((journal->lock_fd = lims_journal_lock(path, error)) < 0 ||
      !open_writer(journal, path, settings ? settings : &defaults, error) ||
      !(journal->reader = lims_journal_reader_new(path, error)))
    return NULL;
  lims_journal_writer_start(journal->writer);
  return g_steal_pointer(&journal);
}

void lims_journal_close(LimsJournal *journal) {
  if (!journal)
    return;
  lims_journal_reader_free(journal->reader);
  lims_journal_writer_free(journal->writer);
  if (journal->lock_fd >= 0)
    close(journal->lock_fd);
  g_free(journal->uuid);
  g_free(journal);
}

const char *lims_journal_uuid(const LimsJournal *journal) {
  return journal->uuid;
}

/* ---- writing ---- */

void lims_journal_append(LimsJournal *journal, const char *station, GBytes *frame, gboolean starts,
                         gboolean ends, gboolean acknowledged, GMainContext *context, LimsJournalDone done,
                         gpointer data) {
  LimsJournalItem *item = lims_journal_item_new(LIMS_JOURNAL_FRAME, lims_time_now_us(), station, frame, NULL);
  item->starts = starts;
  item->ends = ends;
  item->acknowledged = acknowledged;
  item->context = g_main_context_ref(context ? context : g_main_context_default());
  item->done = done;
  item->data = data;
  lims_journal_writer_push(journal->writer, item);
}

void lims_journal_end(LimsJournal *journal, const char *station, const char *reason) {
  lims_journal_writer_push(
      journal->writer, lims_journal_item_new(LIMS_JOURNAL_END, lims_time_now_us(), station, NULL, reason));
}

void lims_journal_add_noise(LimsJournal *journal, const char *station, GBytes *bytes, const char *reason) {
  lims_journal_writer_push(
      journal->writer, lims_journal_item_new(LIMS_JOURNAL_NOISE, lims_time_now_us(), station, bytes, reason));
}

void lims_journal_mark_delivered(LimsJournal *journal, const gint64 *seqs, guint count) {
  LimsJournalItem *item = lims_journal_item_new(LIMS_JOURNAL_DELIVERED, lims_time_now_us(), NULL, NULL, NULL);
  item->seqs = g_array_sized_new(FALSE, FALSE, sizeof *seqs, count);
  g_array_append_vals(item->seqs, seqs, count);
  lims_journal_writer_push(journal->writer, item);
}

void lims_journal_prune(LimsJournal *journal, gint64 before_us) {
  lims_journal_writer_push(journal->writer,
                           lims_journal_item_new(LIMS_JOURNAL_PRUNE, before_us, NULL, NULL, NULL));
}

gboolean lims_journal_ready(LimsJournal *journal) {
  return lims_journal_writer_is_ready(journal->writer);
}

char *lims_journal_dup_problem(LimsJournal *journal) {
  return lims_journal_writer_dup_problem(journal->writer);
}

void lims_journal_set_notify(LimsJournal *journal, void (*ended)(gpointer data),
                             void (*ready_changed)(gpointer data), gpointer data) {
  lims_journal_writer_set_notify(journal->writer, ended, ready_changed, data);
}

void lims_journal_get_counters(LimsJournal *journal, LimsJournalCounters *out) {
  lims_journal_writer_get_counters(journal->writer, out);
}

/* ---- reading ---- */

GPtrArray *lims_journal_read_ended(LimsJournal *journal, gint64 after, guint limit, GError **error) {
  return lims_journal_reader_read_ended(journal->reader, after, limit, error);
}

LimsTransmission *lims_journal_read(LimsJournal *journal, gint64 seq, GError **error) {
  return lims_journal_reader_read(journal->reader, seq, error);
}

GPtrArray *lims_journal_read_noise(LimsJournal *journal, const char *station, GError **error) {
  return lims_journal_reader_read_noise(journal->reader, station, error);
}
