/* The journal's file may be missing, empty, of another program, of a newer one, or damaged. Only the first
 * two are made into a journal; nothing is ever written to, truncated or deleted in the others.
 *
 * Durability is set here once: WAL with synchronous=FULL is one fsync a commit. Automatic checkpoints are
 * off, since they would run inside a commit while an analyzer waits for its acknowledgement: the writer makes
 * them when idle.
 */
#include "lims/ingest/journal-schema.h"
#include "lims/core/id.h"
#include "lims/core/time.h"
#include "lims/ingest/journal-db.h"

#define APPLICATION_ID 0x4C4D534A /* "LMSJ" */

/* Step N brings version N to N + 1. AUTOINCREMENT: a number that was pruned is never given again, because the
 * store keeps it as a key. `reason` of an open message that began without its first frame says so from the
 * start. */
static const char *const steps[] = {
    "CREATE TABLE journal ("
    "  uuid TEXT NOT NULL,"
    "  created_us INTEGER NOT NULL,"
    "  reserve_serial INTEGER NOT NULL DEFAULT 0);" /* last entry of the reserve that was taken in */
    "CREATE TABLE message ("
    "  seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  station TEXT NOT NULL,"
    "  began_us INTEGER NOT NULL,"
    "  ended_us INTEGER,"
    "  complete INTEGER,"
    "  reason TEXT,"
    "  delivered_us INTEGER);"
    "CREATE INDEX message_undelivered ON message(seq) WHERE delivered_us IS NULL;"
    "CREATE TABLE frame (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL);"
    "CREATE TABLE noise ("
    "  station TEXT NOT NULL,"
    "  number INTEGER NOT NULL,"
    "  at_us INTEGER NOT NULL,"
    "  reason TEXT NOT NULL,"
    "  bytes BLOB NOT NULL,"
    "  PRIMARY KEY (station, number));"
    "CREATE TABLE probe (bytes BLOB NOT NULL);",
};

static gboolean check_owner(sqlite3 *db, gboolean *empty, GError **error) {
  gint64 owner, objects;
  if (!lims_journal_db_read_integer(db, "PRAGMA application_id", &owner, error) ||
      !lims_journal_db_read_integer(db, "SELECT count(*) FROM sqlite_schema", &objects, error))
    return FALSE;
  *empty = owner == 0 && objects == 0;
  if (*empty || owner == APPLICATION_ID)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_VERSION,
              "journal %s: a database of another program (application id %" G_GINT64_FORMAT
              "): name another file, this one was left as it is",
              sqlite3_db_filename(db, "main"), owner);
  return FALSE;
}

static gboolean check_version(sqlite3 *db, gint64 *version, GError **error) {
  if (!lims_journal_db_read_integer(db, "PRAGMA user_version", version, error))
    return FALSE;
  if (*version >= 0 && *version <= (gint64)G_N_ELEMENTS(steps))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_VERSION,
              "journal %s: made by a newer version of this program (format %" G_GINT64_FORMAT
              ", this one knows up to %d): run the newer version",
              sqlite3_db_filename(db, "main"), *version, (int)G_N_ELEMENTS(steps));
  return FALSE;
}

static gboolean take_step(sqlite3 *db, gint64 version, GError **error) {
  g_autofree char *uuid = lims_id_new_uuid();
  g_autofree char *row = g_strdup_printf(
      "INSERT INTO journal(uuid, created_us) VALUES ('%s', %" G_GINT64_FORMAT ");", uuid, lims_time_now_us());
  g_autofree char *sql =
      g_strdup_printf("BEGIN EXCLUSIVE; %s %s PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
                      steps[version], version == 0 ? row : "", APPLICATION_ID, (int)version + 1);
  if (lims_journal_db_exec(db, sql, error))
    return TRUE;
  if (!sqlite3_get_autocommit(db))
    lims_journal_db_exec(db, "ROLLBACK", NULL);
  return FALSE;
}

static gboolean set_durability(sqlite3 *db, guint64 max_pages, GError **error) {
  g_autofree char *mode = lims_journal_db_read_text(db, "PRAGMA journal_mode = WAL", error);
  if (!mode)
    return FALSE;
  if (strcmp(mode, "wal") != 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO,
                "journal %s: no write-ahead log is possible there (mode %s): put it on a local disk",
                sqlite3_db_filename(db, "main"), mode);
    return FALSE;
  }
  g_autofree char *limit = g_strdup_printf("PRAGMA max_page_count = %" G_GUINT64_FORMAT, max_pages);
  return lims_journal_db_exec(
             db, "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = OFF",
             error) &&
         (max_pages == 0 || lims_journal_db_exec(db, limit, error));
}

static gboolean prepare_file(sqlite3 *db, guint64 max_pages, GError **error) {
  gboolean empty;
  gint64 version;
  if (!check_owner(db, &empty, error) || !check_version(db, &version, error))
    return FALSE;
  for (; version < (gint64)G_N_ELEMENTS(steps); version++)
    if (!take_step(db, version, error))
      return FALSE;
  return set_durability(db, max_pages, error);
}

gboolean lims_journal_schema_is_ours(sqlite3 *db, GError **error) {
  gboolean empty;
  gint64 version;
  if (!check_owner(db, &empty, error) || !check_version(db, &version, error))
    return FALSE;
  if (empty)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_VERSION, "journal %s: the file is empty",
                sqlite3_db_filename(db, "main"));
  return !empty;
}

sqlite3 *lims_journal_schema_open(const char *path, guint64 max_pages, GError **error) {
  sqlite3 *db = lims_journal_db_open(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, error);
  if (!db)
    return NULL;
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL); /* until the file is known to be ours */
  if (!prepare_file(db, max_pages, error)) {
    sqlite3_close(db);
    return NULL;
  }
  sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  return db;
}
