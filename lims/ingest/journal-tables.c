/* The journal's tables: frames join the open message of their station, ends close it, noise goes round in its
 * ring.
 *
 * The open messages are kept in memory, so that a frame costs one row in one tree and nothing is read. A
 * transaction that fails leaves that memory wrong: it is read again before the next one.
 *
 * A frame that continues a message of which the journal knows no beginning opens one by itself, marked
 * "no-start" at once: at its end the driver's own check decides whether its text is whole, and if it is not,
 * it says so.
 */
#include "lims/ingest/journal-tables.h"
#include "lims/core/time.h"
#include "lims/ingest/journal-db.h"
#include "lims/ingest/journal-schema.h"

#define RING_ENTRIES 256
#define PRUNE_STEP 50
#define NO_START "no-start"

enum {
  ADD_MESSAGE,
  ADD_FRAME,
  END_MESSAGE,
  READ_FRAMES,
  READ_OPEN,
  SET_DELIVERED,
  READ_PRUNE_END,
  PRUNE_FRAMES,
  PRUNE_MESSAGES,
  ADD_NOISE,
  DELETE_NOISE,
  READ_NOISE_NUMBER,
  SET_RESERVE,
  BEGIN,
  COMMIT,
  N_STATEMENTS
};

#define PRUNABLE "seq > ?1 AND seq <= ?2 AND delivered_us IS NOT NULL AND ended_us < ?3"

static const char *const sql[N_STATEMENTS] = {
    [ADD_MESSAGE] = "INSERT INTO message(station, began_us, reason) VALUES (?1, ?2, ?3)",
    [ADD_FRAME] = "INSERT INTO frame(id, bytes) VALUES (?1, ?2)",
    [END_MESSAGE] = "UPDATE message SET ended_us = ?2, complete = ?3, reason = ?4 WHERE seq = ?1",
    [READ_FRAMES] = "SELECT bytes FROM frame WHERE id >= ?1 AND id < ?2 ORDER BY id",
    [READ_OPEN] = "SELECT seq, station, reason, (SELECT max(id) FROM frame WHERE id >= seq << 20 AND id < "
                  "(seq + 1) << 20)"
                  " FROM message WHERE delivered_us IS NULL AND ended_us IS NULL ORDER BY seq",
    [SET_DELIVERED] = "UPDATE message SET delivered_us = ?2"
                      " WHERE seq = ?1 AND ended_us IS NOT NULL AND delivered_us IS NULL",
    [READ_PRUNE_END] = "SELECT max(seq) FROM (SELECT seq FROM message WHERE seq > ?1 ORDER BY seq LIMIT ?2)",
    [PRUNE_FRAMES] = "DELETE FROM frame WHERE id >= (?1 + 1) << 20 AND id < (?2 + 1) << 20"
                     " AND id >> 20 IN (SELECT seq FROM message WHERE " PRUNABLE ")",
    [PRUNE_MESSAGES] = "DELETE FROM message WHERE " PRUNABLE,
    [ADD_NOISE] = "INSERT INTO noise(station, number, at_us, reason, bytes) VALUES (?1, ?2, ?3, ?4, ?5)",
    [DELETE_NOISE] = "DELETE FROM noise WHERE station = ?1 AND number <= ?2",
    [READ_NOISE_NUMBER] = "SELECT station, max(number) FROM noise GROUP BY station",
    [SET_RESERVE] = "UPDATE journal SET reserve_serial = ?1",
    [BEGIN] = "BEGIN IMMEDIATE",
    [COMMIT] = "COMMIT",
};
G_STATIC_ASSERT(LIMS_JOURNAL_FRAME_BITS == 20);

typedef struct {
  gint64 seq, frames;
  gboolean headless; /* began without its first frame */
} Open;

struct LimsJournalTables {
  sqlite3 *db;
  sqlite3_stmt *statements[N_STATEMENTS];
  LimsJournalSettings settings;
  GHashTable *open;  /* station → Open */
  GHashTable *noise; /* station → gint64: last number given */
  gboolean stale;    /* `open` is not what the file says */
  LimsJournalChange change;
};

static sqlite3_stmt *statement(LimsJournalTables *tables, guint which) {
  return tables->statements[which];
}

/* ---- open messages ---- */

static gboolean load_open(LimsJournalTables *tables, GError **error) {
  GError *problem = NULL;
  g_hash_table_remove_all(tables->open);
  sqlite3_stmt *rows = statement(tables, READ_OPEN);
  while (lims_journal_db_next(rows, &problem)) {
    Open *open = g_new(Open, 1);
    gint64 last = sqlite3_column_int64(rows, 3);
    open->seq = sqlite3_column_int64(rows, 0);
    open->headless = sqlite3_column_type(rows, 2) != SQLITE_NULL;
    open->frames = last == 0 ? 0 : (last & (LIMS_JOURNAL_FRAMES_MAX - 1)) + 1;
    g_hash_table_replace(tables->open, g_strdup((const char *)sqlite3_column_text(rows, 1)), open);
  }
  tables->stale = problem != NULL;
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static gboolean load_noise(LimsJournalTables *tables, GError **error) {
  GError *problem = NULL;
  sqlite3_stmt *rows = statement(tables, READ_NOISE_NUMBER);
  while (lims_journal_db_next(rows, &problem)) {
    gint64 *number = g_new(gint64, 1);
    *number = sqlite3_column_int64(rows, 1);
    g_hash_table_replace(tables->noise, g_strdup((const char *)sqlite3_column_text(rows, 0)), number);
  }
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static gboolean text_is_whole(LimsJournalTables *tables, const char *station, gint64 seq, gboolean *whole,
                              GError **error) {
  GError *problem = NULL;
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  sqlite3_stmt *rows = statement(tables, READ_FRAMES);
  if (!lims_journal_db_bind(rows, error, "ii", seq << LIMS_JOURNAL_FRAME_BITS,
                            (seq + 1) << LIMS_JOURNAL_FRAME_BITS))
    return FALSE;
  while (lims_journal_db_next(rows, &problem))
    g_ptr_array_add(frames, lims_journal_db_column_bytes(rows, 0));
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  *whole = tables->settings.is_whole && tables->settings.is_whole(station, frames, tables->settings.data);
  return TRUE;
}

/* reason NULL: the message is complete. */
static gboolean end_message(LimsJournalTables *tables, const char *station, const char *reason,
                            GError **error) {
  Open *open = g_hash_table_lookup(tables->open, station);
  sqlite3_stmt *end = statement(tables, END_MESSAGE);
  if (!lims_journal_db_bind(end, error, "iiis", open->seq, lims_time_now_us(), (gint64)(reason == NULL),
                            reason) ||
      !lims_journal_db_run(end, error))
    return FALSE;
  g_hash_table_remove(tables->open, station);
  tables->change.ended++;
  tables->change.undelivered++;
  return TRUE;
}

/* Complete if the text is whole, else incomplete for that reason. */
static gboolean end_by_text(LimsJournalTables *tables, const char *station, const char *reason,
                            GError **error) {
  Open *open = g_hash_table_lookup(tables->open, station);
  gboolean whole;
  return text_is_whole(tables, station, open->seq, &whole, error) &&
         end_message(tables, station, whole ? NULL : reason, error);
}

static Open *open_message(LimsJournalTables *tables, const LimsJournalItem *item, GError **error) {
  const char *reason = item->starts ? NULL : NO_START;
  sqlite3_stmt *add = statement(tables, ADD_MESSAGE);
  if (!lims_journal_db_bind(add, error, "sis", item->station, item->at_us, reason) ||
      !lims_journal_db_run(add, error))
    return NULL;
  Open *open = g_new0(Open, 1);
  open->seq = sqlite3_last_insert_rowid(tables->db);
  open->headless = !item->starts;
  g_hash_table_replace(tables->open, g_strdup(item->station), open);
  return open;
}

/* The message that the frame belongs to: an endless one is cut where its numbers end. */
static Open *find_message(LimsJournalTables *tables, const LimsJournalItem *item, GError **error) {
  Open *open = g_hash_table_lookup(tables->open, item->station);
  gboolean endless = open && open->frames == LIMS_JOURNAL_FRAMES_MAX;
  if (open && !item->starts && !endless)
    return open;
  if (open && !end_message(tables, item->station, endless ? "endless" : "new-message", error))
    return NULL;
  return open_message(tables, item, error);
}

/* ---- one function a kind ---- */

static gboolean apply_frame(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                            GError **error) {
  sqlite3_stmt *add = statement(tables, ADD_FRAME);
  Open *open = find_message(tables, item, error);
  if (!open ||
      !lims_journal_db_bind(add, error, "ib", (open->seq << LIMS_JOURNAL_FRAME_BITS) + open->frames,
                            item->bytes) ||
      !lims_journal_db_run(add, error))
    return FALSE;
  open->frames++;
  tables->change.frames++;
  if (!item->ends)
    return TRUE;
  return open->headless ? end_by_text(tables, item->station, NO_START, error)
                        : end_message(tables, item->station, NULL, error);
}

static gboolean apply_end(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again, GError **error) {
  if (!g_hash_table_contains(tables->open, item->station))
    return TRUE;
  return end_message(tables, item->station, strcmp(item->reason, "whole") == 0 ? NULL : item->reason, error);
}

static gint64 next_noise_number(LimsJournalTables *tables, const char *station) {
  gint64 *number = g_hash_table_lookup(tables->noise, station);
  if (!number) {
    number = g_new0(gint64, 1);
    g_hash_table_replace(tables->noise, g_strdup(station), number);
  }
  return ++*number;
}

static gboolean apply_noise(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                            GError **error) {
  sqlite3_stmt *add = statement(tables, ADD_NOISE), *delete = statement(tables, DELETE_NOISE);
  gint64 number = next_noise_number(tables, item->station);
  if (!lims_journal_db_bind(add, error, "siisb", item->station, number, item->at_us, item->reason,
                            item->bytes) ||
      !lims_journal_db_run(add, error) ||
      !lims_journal_db_bind(delete, error, "si", item->station, number - tables->settings.ring_entries) ||
      !lims_journal_db_run(delete, error))
    return FALSE;
  tables->change.noise++;
  tables->change.noise_overflow += (guint)sqlite3_changes(tables->db);
  return TRUE;
}

static gboolean apply_delivered(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                                GError **error) {
  sqlite3_stmt *set = statement(tables, SET_DELIVERED);
  for (guint i = 0; i < item->seqs->len; i++) {
    if (!lims_journal_db_bind(set, error, "ii", g_array_index(item->seqs, gint64, i), item->at_us) ||
        !lims_journal_db_run(set, error))
      return FALSE;
    tables->change.undelivered -= sqlite3_changes(tables->db);
  }
  return TRUE;
}

/* A step at a time: analyzers wait for the commit that a step is part of. */
static gboolean apply_prune(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                            GError **error) {
  static const guint deletes[] = {PRUNE_FRAMES, PRUNE_MESSAGES};
  GError *problem = NULL;
  sqlite3_stmt *find = statement(tables, READ_PRUNE_END);
  if (!lims_journal_db_bind(find, error, "ii", item->cursor, (gint64)PRUNE_STEP))
    return FALSE;
  gint64 last = lims_journal_db_next(find, &problem) ? sqlite3_column_int64(find, 0) : 0;
  sqlite3_reset(find);
  if (problem || last == 0) {
    if (problem)
      g_propagate_error(error, problem);
    return !problem;
  }
  for (guint i = 0; i < G_N_ELEMENTS(deletes); i++)
    if (!lims_journal_db_bind(statement(tables, deletes[i]), error, "iii", item->cursor, last, item->at_us) ||
        !lims_journal_db_run(statement(tables, deletes[i]), error))
      return FALSE;
  item->cursor = last;
  *again = TRUE;
  return TRUE;
}

typedef gboolean (*Apply)(LimsJournalTables *, LimsJournalItem *, gboolean *, GError **);
static const Apply applies[LIMS_JOURNAL_KINDS] = {
    [LIMS_JOURNAL_FRAME] = apply_frame, [LIMS_JOURNAL_END] = apply_end,
    [LIMS_JOURNAL_NOISE] = apply_noise, [LIMS_JOURNAL_DELIVERED] = apply_delivered,
    [LIMS_JOURNAL_PRUNE] = apply_prune,
};

gboolean lims_journal_tables_apply(LimsJournalTables *tables, LimsJournalItem *item, gboolean *again,
                                   GError **error) {
  return applies[item->kind](tables, item, again, error);
}

/* ---- the transaction ---- */

gboolean lims_journal_tables_begin(LimsJournalTables *tables, GError **error) {
  tables->change = (LimsJournalChange){0};
  return (!tables->stale || load_open(tables, error)) && lims_journal_db_run(statement(tables, BEGIN), error);
}

gboolean lims_journal_tables_commit(LimsJournalTables *tables, LimsJournalChange *change, GError **error) {
  if (!lims_journal_db_run(statement(tables, COMMIT), error))
    return FALSE;
  *change = tables->change;
  return TRUE;
}

void lims_journal_tables_rollback(LimsJournalTables *tables) {
  tables->stale = TRUE;
  if (!sqlite3_get_autocommit(tables->db))
    lims_journal_db_exec(tables->db, "ROLLBACK", NULL);
}

gboolean lims_journal_tables_take_reserve(LimsJournalTables *tables, guint64 serial, GError **error) {
  sqlite3_stmt *set = statement(tables, SET_RESERVE);
  return lims_journal_db_bind(set, error, "i", (gint64)serial) && lims_journal_db_run(set, error);
}

gboolean lims_journal_tables_recover(LimsJournalTables *tables, GError **error) {
  g_autofree char **stations = (char **)g_hash_table_get_keys_as_array(tables->open, NULL);
  for (guint i = 0; stations[i]; i++) {
    g_autofree char *station = g_strdup(stations[i]);
    if (!end_by_text(tables, station, "restart", error))
      return FALSE;
  }
  return TRUE;
}

gboolean lims_journal_tables_probe(LimsJournalTables *tables, GError **error) {
  return lims_journal_db_exec(tables->db, "INSERT INTO probe(bytes) VALUES (zeroblob(65536))", error) &&
         lims_journal_db_exec(tables->db, "DELETE FROM probe", error);
}

void lims_journal_tables_skip_noise(LimsJournalTables *tables, const char *station) {
  next_noise_number(tables, station);
}

/* ---- making and freeing ---- */

LimsJournalTables *lims_journal_tables_new(sqlite3 *db, const LimsJournalSettings *settings, GError **error) {
  g_autoptr(LimsJournalTables) tables = g_new0(LimsJournalTables, 1);
  tables->db = db;
  tables->settings = *settings;
  if (tables->settings.ring_entries == 0)
    tables->settings.ring_entries = RING_ENTRIES;
  tables->open = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  tables->noise = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  for (guint i = 0; i < N_STATEMENTS; i++)
    if (!(tables->statements[i] = lims_journal_db_prepare(db, sql[i], error)))
      return NULL;
  return load_open(tables, error) && load_noise(tables, error) ? g_steal_pointer(&tables) : NULL;
}

void lims_journal_tables_free(LimsJournalTables *tables) {
  if (!tables)
    return;
  for (guint i = 0; i < N_STATEMENTS; i++)
    sqlite3_finalize(tables->statements[i]);
  g_hash_table_unref(tables->open);
  g_hash_table_unref(tables->noise);
  g_free(tables);
}
