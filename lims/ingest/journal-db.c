/* SQLite for the journal: every result code is looked at, here once. */
#include "lims/ingest/journal-db.h"

static const struct {
  int code;
  LimsErrorCode error;
  const char *advice;
} meanings[] = {
    {SQLITE_FULL, LIMS_ERROR_FULL, "free space on its disk"},
    {SQLITE_BUSY, LIMS_ERROR_UNAVAILABLE, "another program is using it; end that program"},
    {SQLITE_LOCKED, LIMS_ERROR_UNAVAILABLE, "another program is using it; end that program"},
    {SQLITE_NOTADB, LIMS_ERROR_VERSION, "this file is no journal; name another one, it was left as it is"},
    {SQLITE_CORRUPT, LIMS_ERROR_IO, "the file is damaged and was left as it is; restore it from a backup"},
    {SQLITE_CANTOPEN, LIMS_ERROR_IO, "check that its directory exists and may be written"},
    {SQLITE_READONLY, LIMS_ERROR_IO, "make the file and its directory writable"},
    {SQLITE_PERM, LIMS_ERROR_IO, "make the file and its directory writable"},
    {SQLITE_IOERR, LIMS_ERROR_IO, "check its disk"},
    {SQLITE_MISUSE, LIMS_ERROR_INTERNAL, "a fault of this program"},
    {SQLITE_ERROR, LIMS_ERROR_INTERNAL, "a fault of this program"},
};

static void set_error(const char *path, int code, const char *message, GError **error) {
  guint i = 0;
  while (i < G_N_ELEMENTS(meanings) - 1 && meanings[i].code != (code & 0xff))
    i++;
  g_set_error(error, LIMS_ERROR, meanings[i].error, "journal %s: %s: %s", path, message, meanings[i].advice);
}

void lims_journal_db_set_error(sqlite3 *db, GError **error) {
  const char *path = sqlite3_db_filename(db, "main");
  int code = sqlite3_extended_errcode(db) & 0xff;
  gboolean by_system =
      code == SQLITE_IOERR || code == SQLITE_CANTOPEN; /* the errno of others is an old one */
  int system = by_system ? sqlite3_system_errno(db) : 0;
  g_autofree char *message = g_strdup_printf("%s%s%s%s", sqlite3_errmsg(db), system ? " (" : "",
                                             system ? g_strerror(system) : "", system ? ")" : "");
  set_error(path ? path : "", code, message, error);
}

sqlite3 *lims_journal_db_open(const char *path, int flags, GError **error) {
  sqlite3 *db = NULL;
  int code = sqlite3_open_v2(path, &db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (code == SQLITE_OK) {
    sqlite3_busy_timeout(db, 2000);
    return db;
  }
  set_error(path, code, db ? sqlite3_errmsg(db) : sqlite3_errstr(code), error);
  sqlite3_close(db);
  return NULL;
}

gboolean lims_journal_db_exec(sqlite3 *db, const char *sql, GError **error) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  lims_journal_db_set_error(db, error);
  return FALSE;
}

sqlite3_stmt *lims_journal_db_prepare(sqlite3 *db, const char *sql, GError **error) {
  sqlite3_stmt *statement = NULL;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    lims_journal_db_set_error(db, error);
  return statement;
}

static int bind_bytes(sqlite3_stmt *statement, int index, GBytes *bytes) {
  gsize size;
  const void *data = g_bytes_get_data(bytes, &size);
  return size > 0 ? sqlite3_bind_blob64(statement, index, data, size, SQLITE_STATIC)
                  : sqlite3_bind_zeroblob(statement, index, 0);
}

gboolean lims_journal_db_bind(sqlite3_stmt *statement, GError **error, const char *types, ...) {
  int code = SQLITE_OK;
  va_list values;
  va_start(values, types);
  for (int i = 1; *types && code == SQLITE_OK; types++, i++)
    if (*types == 'i')
      code = sqlite3_bind_int64(statement, i, va_arg(values, gint64));
    else if (*types == 's')
      code = sqlite3_bind_text(statement, i, va_arg(values, const char *), -1, SQLITE_STATIC);
    else
      code = bind_bytes(statement, i, va_arg(values, GBytes *));
  va_end(values);
  if (code != SQLITE_OK)
    lims_journal_db_set_error(sqlite3_db_handle(statement), error);
  return code == SQLITE_OK;
}

gboolean lims_journal_db_next(sqlite3_stmt *statement, GError **error) {
  int code = sqlite3_step(statement);
  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    lims_journal_db_set_error(sqlite3_db_handle(statement), error);
  sqlite3_reset(statement);
  return FALSE;
}

gboolean lims_journal_db_run(sqlite3_stmt *statement, GError **error) {
  int code = sqlite3_step(statement);
  if (code != SQLITE_DONE)
    lims_journal_db_set_error(sqlite3_db_handle(statement), error);
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return code == SQLITE_DONE;
}

/* The statement at its first row, or reset without one; NULL with error. */
static sqlite3_stmt *first_row(sqlite3 *db, const char *sql, gboolean *row, GError **error) {
  GError *problem = NULL;
  sqlite3_stmt *statement = lims_journal_db_prepare(db, sql, error);
  if (!statement)
    return NULL;
  *row = lims_journal_db_next(statement, &problem);
  if (!problem)
    return statement;
  g_propagate_error(error, problem);
  sqlite3_finalize(statement);
  return NULL;
}

gboolean lims_journal_db_read_integer(sqlite3 *db, const char *sql, gint64 *out, GError **error) {
  gboolean row;
  sqlite3_stmt *statement = first_row(db, sql, &row, error);
  if (!statement)
    return FALSE;
  *out = row ? sqlite3_column_int64(statement, 0) : 0;
  sqlite3_finalize(statement);
  return TRUE;
}

char *lims_journal_db_read_text(sqlite3 *db, const char *sql, GError **error) {
  gboolean row;
  sqlite3_stmt *statement = first_row(db, sql, &row, error);
  if (!statement)
    return NULL;
  const char *text = row ? (const char *)sqlite3_column_text(statement, 0) : NULL;
  char *copy = g_strdup(text ? text : "");
  sqlite3_finalize(statement);
  return copy;
}

GBytes *lims_journal_db_column_bytes(sqlite3_stmt *statement, int column) {
  const void *data = sqlite3_column_blob(statement, column);
  return g_bytes_new(data, (gsize)sqlite3_column_bytes(statement, column));
}
