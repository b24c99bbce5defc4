/* Reads messages with their frames, each call in one snapshot: a pruning in between must not give half a
 * message. */
#include "lims/ingest/journal-reader.h"
#include "lims/ingest/journal-db.h"
#include "lims/ingest/journal-schema.h"

enum { READ_ENDED, READ_ONE, READ_FRAMES, READ_NOISE, N_STATEMENTS };

#define MESSAGE "SELECT seq, station, began_us, ended_us, complete, reason FROM message "
static const char *const sql[N_STATEMENTS] = {
    [READ_ENDED] =
        MESSAGE "WHERE delivered_us IS NULL AND ended_us IS NOT NULL AND seq > ?1 ORDER BY seq LIMIT ?2",
    [READ_ONE] = MESSAGE "WHERE seq = ?1",
    [READ_FRAMES] = "SELECT bytes FROM frame WHERE id >= ?1 AND id < ?2 ORDER BY id",
    [READ_NOISE] = "SELECT number, at_us, reason, bytes FROM noise WHERE station = ?1 ORDER BY number",
};

struct LimsJournalReader {
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS];
};

LimsJournalReader *lims_journal_reader_new(const char *path, GError **error) {
  g_autoptr(LimsJournalReader) reader = g_new0(LimsJournalReader, 1);
  if (!(reader->db = lims_journal_db_open(path, SQLITE_OPEN_READONLY, error)))
    return NULL;
  for (guint i = 0; i < N_STATEMENTS; i++)
    if (!(reader->statements[i] = lims_journal_db_prepare(reader->db, sql[i], error)))
      return NULL;
  return g_steal_pointer(&reader);
}

void lims_journal_reader_free(LimsJournalReader *reader) {
  if (!reader)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize(reader->statements[i]);
  sqlite3_close(reader->db);
  g_free(reader);
}

void lims_transmission_free(LimsTransmission *transmission) {
  if (!transmission)
    return;
  g_free(transmission->station);
  g_free(transmission->reason);
  g_ptr_array_unref(transmission->frames);
  g_free(transmission);
}

static void noise_free(gpointer data) {
  LimsNoise *noise = data;
  g_free(noise->reason);
  g_bytes_unref(noise->bytes);
  g_free(noise);
}

static char *column_text(sqlite3_stmt *row, int column) {
  return g_strdup((const char *)sqlite3_column_text(row, column));
}

static gpointer message_from_row(sqlite3_stmt *row) {
  LimsTransmission *message = g_new0(LimsTransmission, 1);
  message->seq = sqlite3_column_int64(row, 0);
  message->station = column_text(row, 1);
  message->began_us = sqlite3_column_int64(row, 2);
  message->ended_us = sqlite3_column_int64(row, 3);
  message->complete = sqlite3_column_int64(row, 4) != 0;
  message->reason = column_text(row, 5);
  message->frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  return message;
}

static gpointer noise_from_row(sqlite3_stmt *row) {
  LimsNoise *noise = g_new0(LimsNoise, 1);
  noise->number = sqlite3_column_int64(row, 0);
  noise->at_us = sqlite3_column_int64(row, 1);
  noise->reason = column_text(row, 2);
  noise->bytes = lims_journal_db_column_bytes(row, 3);
  return noise;
}

static gpointer bytes_from_row(sqlite3_stmt *row) {
  return lims_journal_db_column_bytes(row, 0);
}

/* Adds what `make` makes of each row of the bound statement. */
static gboolean read_rows(sqlite3_stmt *rows, gpointer (*make)(sqlite3_stmt *), GPtrArray *out,
                          GError **error) {
  GError *problem = NULL;
  while (lims_journal_db_next(rows, &problem))
    g_ptr_array_add(out, make(rows));
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static gboolean read_frames(LimsJournalReader *reader, GPtrArray *messages, GError **error) {
  sqlite3_stmt *rows = reader->statements[READ_FRAMES];
  for (guint i = 0; i < messages->len; i++) {
    LimsTransmission *message = g_ptr_array_index(messages, i);
    if (!lims_journal_db_bind(rows, error, "ii", message->seq << LIMS_JOURNAL_FRAME_BITS,
                              (message->seq + 1) << LIMS_JOURNAL_FRAME_BITS) ||
        !read_rows(rows, bytes_from_row, message->frames, error))
      return FALSE;
  }
  return TRUE;
}

/* Messages of the bound statement, with their frames, in one snapshot. */
static GPtrArray *read_messages(LimsJournalReader *reader, sqlite3_stmt *rows, GError **error) {
  g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func((GDestroyNotify)lims_transmission_free);
  if (!lims_journal_db_exec(reader->db, "BEGIN", error))
    return NULL;
  gboolean done = read_rows(rows, message_from_row, messages, error) && read_frames(reader, messages, error);
  lims_journal_db_exec(reader->db, "END",
                       NULL); /* a reading transaction holds nothing that could fail to end */
  return done ? g_steal_pointer(&messages) : NULL;
}

GPtrArray *lims_journal_reader_read_ended(LimsJournalReader *reader, gint64 after, guint limit,
                                          GError **error) {
  sqlite3_stmt *rows = reader->statements[READ_ENDED];
  return lims_journal_db_bind(rows, error, "ii", after, (gint64)limit) ? read_messages(reader, rows, error)
                                                                       : NULL;
}

LimsTransmission *lims_journal_reader_read(LimsJournalReader *reader, gint64 seq, GError **error) {
  sqlite3_stmt *rows = reader->statements[READ_ONE];
  if (!lims_journal_db_bind(rows, error, "i", seq))
    return NULL;
  g_autoptr(GPtrArray) messages = read_messages(reader, rows, error);
  if (!messages)
    return NULL;
  if (messages->len == 1)
    return g_ptr_array_steal_index(messages, 0);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "journal: no transmission %" G_GINT64_FORMAT, seq);
  return NULL;
}

GPtrArray *lims_journal_reader_read_noise(LimsJournalReader *reader, const char *station, GError **error) {
  g_autoptr(GPtrArray) ring = g_ptr_array_new_with_free_func(noise_free);
  sqlite3_stmt *rows = reader->statements[READ_NOISE];
  gboolean done =
      lims_journal_db_bind(rows, error, "s", station) && read_rows(rows, noise_from_row, ring, error);
  return done ? g_steal_pointer(&ring) : NULL;
}
