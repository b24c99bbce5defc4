/* The little of SQLite that the journal's files share: result codes into errors, statements run, one value
 * read.
 *
 * The store has a richer helper of its own behind an interface without engines; the journal must not hang on
 * it: it works where the store is another engine, or away.
 */
#pragma once
#include "lims/core/error.h"
#include <sqlite3.h>

/* The connection's last error as one line with the file's name: FULL, UNAVAILABLE (locked), VERSION (no
 * database), IO. */
void lims_journal_db_set_error(sqlite3 *db, GError **error);

/* Opens with `flags` of sqlite3_open_v2; NULL with error. Close with sqlite3_close. */
sqlite3 *lims_journal_db_open(const char *path, int flags, GError **error);

gboolean lims_journal_db_exec(sqlite3 *db, const char *sql, GError **error);
/* A statement to keep and reuse; sqlite3_finalize. */
sqlite3_stmt *lims_journal_db_prepare(sqlite3 *db, const char *sql, GError **error);
/* Binds ?1, ?2 … by `types`: 'i' gint64, 's' text or NULL, 'b' GBytes *. Text and bytes must outlive the run.
 */
gboolean lims_journal_db_bind(sqlite3_stmt *statement, GError **error, const char *types, ...);
/* TRUE: a row is there. FALSE: no more (the statement is reset), or *error is set. */
gboolean lims_journal_db_next(sqlite3_stmt *statement, GError **error);
/* Runs a bound statement that gives no rows and resets it. */
gboolean lims_journal_db_run(sqlite3_stmt *statement, GError **error);
/* First column of the first row; 0 if there is no row. */
gboolean lims_journal_db_read_integer(sqlite3 *db, const char *sql, gint64 *out, GError **error);
/* The same as text, g_free; "" if there is no row. NULL with error. */
char *lims_journal_db_read_text(sqlite3 *db, const char *sql, GError **error);
/* Column's blob, copied; empty, never NULL. */
GBytes *lims_journal_db_column_bytes(sqlite3_stmt *statement, int column);
