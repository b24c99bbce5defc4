/* The SQLite engine: one file, WAL, every commit synchronous; a lock file keeps a second program out.
 *
 * SQLite's own locks would let two daemons interleave their transactions; the flock on PATH.lock does not,
 * and is gone with the process however it ends.
 */
#include "lims/store/engine.h"
#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define APPLICATION_ID 0x4C494D53 /* "LIMS" */
#define PREFIX "sqlite:"
#define LOCK_TRIES 20
#define LOCK_WAIT_US 10000

typedef struct {
  LimsDb base;
  sqlite3 *handle;
} SqliteDb;

static sqlite3 *handle_of(LimsDb *db) {
  return ((SqliteDb *)db)->handle;
}

static LimsErrorCode code_of(int result) {
  switch (result & 0xff) {
  case SQLITE_CONSTRAINT:
    return LIMS_ERROR_CONFLICT;
  case SQLITE_FULL:
    return LIMS_ERROR_FULL;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return LIMS_ERROR_UNAVAILABLE;
  case SQLITE_NOTADB:
    return LIMS_ERROR_VERSION;
  case SQLITE_ERROR:
  case SQLITE_MISUSE:
  case SQLITE_RANGE:
    return LIMS_ERROR_INTERNAL;
  default:
    return LIMS_ERROR_IO;
  }
}

/* What to do about it, where SQLite's own words leave that open. */
static const char *advice_for(int result) {
  static const struct {
    int result;
    const char *advice;
  } advices[] = {
      {SQLITE_NOTADB, ": name another file in [store] url, or bring back a backup with 'limsctl restore'"},
      {SQLITE_CORRUPT, ": the file is damaged: bring back a backup with 'limsctl restore'"},
      {SQLITE_FULL, ": make room on that disk; nothing of this was written"},
      {SQLITE_IOERR, ": the disk refused: look at the system's log; nothing of this was written"},
      {SQLITE_READONLY, ": the program may not write there: mend the file's owner and rights"},
      {SQLITE_CANTOPEN, ": the program may not open it: mend the path, or the owner and rights"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(advices); i++)
    if (advices[i].result == (result & 0xff))
      return advices[i].advice;
  return "";
}

/* The one place where a result code becomes an error. */
static gboolean fail(sqlite3 *handle, int result, GError **error) {
  const char *file = sqlite3_db_filename(handle, "main");
  g_set_error(error, LIMS_ERROR, code_of(result), "%s: %s%s", file ? file : "the store",
              sqlite3_errmsg(handle), advice_for(result));
  return FALSE;
}

char *lims_store_url_path(const char *url) {
  return g_str_has_prefix(url, PREFIX) ? g_strdup(url + strlen(PREFIX)) : NULL;
}

/* ---- the lock beside the file ---- */

static char *lock_path(const char *url) {
  g_autofree char *path = lims_store_url_path(url);
  return g_strconcat(path, ".lock", NULL);
}

/* A limsctl that does one command holds it for a moment only: that is waited for, a fifth of a second. */
static gboolean lock_file(int fd) {
  for (guint i = 0; i < LOCK_TRIES; i++) {
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
      return TRUE;
    if (errno != EWOULDBLOCK && errno != EINTR)
      return FALSE;
    if (i + 1 < LOCK_TRIES)
      g_usleep(LOCK_WAIT_US);
  }
  return FALSE;
}

static gboolean sqlite_lock(const char *url, gpointer *out_lock, GError **error) {
  g_autofree char *path = lock_path(url);
  int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "%s: %s", path, g_strerror(errno));
    return FALSE;
  }
  if (!lock_file(fd)) {
    close(fd);
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
                "%s is held by another limsd or limsctl: stop that one first", url);
    return FALSE;
  }
  *out_lock = GINT_TO_POINTER(fd + 1);
  return TRUE;
}

static void sqlite_unlock(gpointer lock) {
  if (lock)
    close(GPOINTER_TO_INT(lock) - 1);
}

/* ---- connections ---- */

static gboolean sqlite_execute(LimsDb *db, const char *sql, GError **error) {
  int result = sqlite3_exec(handle_of(db), sql, NULL, NULL, NULL);
  return result == SQLITE_OK || fail(handle_of(db), result, error);
}

static gboolean pragma_int(sqlite3 *handle, const char *sql, gint64 *out, GError **error) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v2(handle, sql, -1, &statement, NULL);
  if (result == SQLITE_OK && (result = sqlite3_step(statement)) == SQLITE_ROW)
    *out = sqlite3_column_int64(statement, 0);
  sqlite3_finalize(statement);
  return result == SQLITE_ROW || fail(handle, result, error);
}

/* Ours, or new and empty (then it is marked as ours). */
static gboolean check_identity(LimsDb *db, const char *path, gboolean create, GError **error) {
  gint64 id, objects;
  if (!pragma_int(handle_of(db), "PRAGMA application_id", &id, error) ||
      !pragma_int(handle_of(db), "SELECT count(*) FROM sqlite_master", &objects, error))
    return FALSE;
  if (id == APPLICATION_ID)
    return TRUE;
  if (id == 0 && objects == 0 && create)
    return sqlite_execute(db, "PRAGMA journal_mode=WAL; PRAGMA application_id=" G_STRINGIFY(APPLICATION_ID),
                          error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_VERSION, "%s: %s", path,
              objects ? "is another program's database: name another file in [store] url"
                      : "is empty: run 'limsctl init'");
  return FALSE;
}

static gboolean configure(LimsDb *db, LimsEngineMode mode, GError **error) {
  sqlite3_busy_timeout(handle_of(db), 5000);
  return sqlite_execute(db,
                        mode == LIMS_ENGINE_WRITER
                            ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                              "PRAGMA temp_store=MEMORY;"
                              "PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=2000;"
                            : "PRAGMA query_only=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-4000;",
                        error);
}

static void sqlite_disconnect(LimsDb *db) {
  lims_db_clear(db);
  sqlite3_close(handle_of(db));
  g_free(db);
}

static LimsDb *sqlite_connect(const char *url, LimsEngineMode mode, gboolean create, GError **error) {
  g_autofree char *path = lims_store_url_path(url);
  if (!create && !g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "there is no store at %s: run 'limsctl init' first",
                path);
    return NULL;
  }
  SqliteDb *db = g_new0(SqliteDb, 1);
  lims_db_init(&db->base, &lims_engine_sqlite, mode == LIMS_ENGINE_WRITER);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0);
  int result = sqlite3_open_v2(path, &db->handle, flags, NULL);
  if (result != SQLITE_OK) {
    g_set_error(error, LIMS_ERROR, code_of(result), "%s: %s%s", path, sqlite3_errstr(result),
                advice_for(result));
  } else if (check_identity(&db->base, path, create, error) && configure(&db->base, mode, error)) {
    return &db->base;
  }
  sqlite_disconnect(&db->base);
  return NULL;
}

/* ---- statements ---- */

static gpointer sqlite_prepare(LimsDb *db, const char *sql, GError **error) {
  sqlite3_stmt *statement = NULL;
  int result = sqlite3_prepare_v3(handle_of(db), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
  if (result == SQLITE_OK && statement)
    return statement;
  fail(handle_of(db), result == SQLITE_OK ? SQLITE_MISUSE : result, error);
  g_prefix_error(error, "in \"%s\": ", sql);
  return NULL;
}

static void sqlite_finalize(gpointer statement) {
  sqlite3_finalize(statement);
}

static int sqlite_parameter_count(gpointer statement) {
  return sqlite3_bind_parameter_count(statement);
}

static int sqlite_parameter_index(gpointer statement, const char *name) {
  g_autofree char *marked = g_strconcat(":", name, NULL);
  return sqlite3_bind_parameter_index(statement, marked);
}

static void sqlite_bind_int(gpointer statement, int index, gint64 value) {
  sqlite3_bind_int64(statement, index, value);
}

static void sqlite_bind_text(gpointer statement, int index, const char *value, gboolean copy) {
  sqlite3_bind_text(statement, index, value, -1, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}

static void sqlite_bind_blob(gpointer statement, int index, GBytes *value, gboolean copy) {
  gsize size = 0;
  const void *bytes = value ? g_bytes_get_data(value, &size) : NULL;
  if (value)
    sqlite3_bind_blob64(statement, index, size ? bytes : "", size, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
  else
    sqlite3_bind_null(statement, index);
}

static int sqlite_step(LimsDb *db, gpointer statement, GError **error) {
  int result = sqlite3_step(statement);
  if (result == SQLITE_ROW)
    return 1;
  if (result == SQLITE_DONE)
    return 0;
  fail(handle_of(db), result, error);
  return -1;
}

static void sqlite_reset(gpointer statement) {
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
}

static gint64 sqlite_column_int(gpointer statement, int column) {
  return sqlite3_column_int64(statement, column);
}

static const char *sqlite_column_text(gpointer statement, int column) {
  return (const char *)sqlite3_column_text(statement, column);
}

static GBytes *sqlite_column_bytes(gpointer statement, int column) {
  const void *bytes = sqlite3_column_blob(statement, column);
  return g_bytes_new(bytes, sqlite3_column_bytes(statement, column));
}

static gboolean sqlite_column_is_null(gpointer statement, int column) {
  return sqlite3_column_type(statement, column) == SQLITE_NULL;
}

static int sqlite_columns(gpointer statement) {
  return sqlite3_column_count(statement);
}

static gint64 sqlite_last_row(LimsDb *db) {
  return sqlite3_last_insert_rowid(handle_of(db));
}

static gboolean sqlite_get_version(LimsDb *db, int *out, GError **error) {
  gint64 version = 0;
  if (!pragma_int(handle_of(db), "PRAGMA user_version", &version, error))
    return FALSE;
  *out = (int)version;
  return TRUE;
}

static gboolean sqlite_set_version(LimsDb *db, int version, GError **error) {
  g_autofree char *sql = g_strdup_printf("PRAGMA user_version=%d", version);
  return sqlite_execute(db, sql, error);
}

/* ---- the file as a whole ---- */

/* The first row's text; NULL if there is none. g_free. */
static gboolean first_text(LimsDb *db, const char *sql, char **out, GError **error) {
  gpointer statement = sqlite_prepare(db, sql, error);
  if (!statement)
    return FALSE;
  int outcome = sqlite_step(db, statement, error);
  *out = outcome == 1 ? g_strdup(sqlite_column_text(statement, 0)) : NULL;
  sqlite_finalize(statement);
  return outcome >= 0;
}

static gboolean sqlite_check(LimsDb *db, GError **error) {
  const char *path = sqlite3_db_filename(handle_of(db), "main");
  g_autofree char *fault = NULL, *table = NULL;
  if (!first_text(db, "PRAGMA integrity_check(1)", &fault, error) ||
      !first_text(db, "PRAGMA foreign_key_check", &table, error))
    return FALSE;
  if (g_strcmp0(fault, "ok") != 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "%s is damaged: %s: restore a backup", path,
                fault ? g_strdelimit(fault, "\n", ' ') : "nothing is said of it");
  else if (table)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO,
                "%s is damaged: a row of %s names one that is not there: restore a backup", path, table);
  return g_strcmp0(fault, "ok") == 0 && !table;
}

static gboolean sqlite_copy(LimsDb *db, const char *path, GError **error) {
  if (!sqlite_execute(db, "PRAGMA query_only=OFF", error)) /* it counts the copy's file in */
    return FALSE;
  sqlite3_stmt *statement = sqlite_prepare(db, "VACUUM INTO :path", error);
  if (!statement)
    return FALSE;
  sqlite_bind_text(statement, 1, path, FALSE);
  int outcome = sqlite_step(db, statement, error);
  sqlite_finalize(statement);
  return outcome == 0;
}

const LimsEngine lims_engine_sqlite = {
    .scheme = "sqlite",
    .lock = sqlite_lock,
    .unlock = sqlite_unlock,
    .connect = sqlite_connect,
    .disconnect = sqlite_disconnect,
    .execute = sqlite_execute,
    .prepare = sqlite_prepare,
    .finalize = sqlite_finalize,
    .parameter_count = sqlite_parameter_count,
    .parameter_index = sqlite_parameter_index,
    .bind_int = sqlite_bind_int,
    .bind_text = sqlite_bind_text,
    .bind_blob = sqlite_bind_blob,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .column_int = sqlite_column_int,
    .column_text = sqlite_column_text,
    .column_bytes = sqlite_column_bytes,
    .column_is_null = sqlite_column_is_null,
    .columns = sqlite_columns,
    .last_row = sqlite_last_row,
    .get_version = sqlite_get_version,
    .set_version = sqlite_set_version,
    .check = sqlite_check,
    .copy = sqlite_copy,
};
