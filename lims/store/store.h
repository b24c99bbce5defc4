/* The store: one interface, engines behind it, one writer with group commit, a small pool of readers.
 *
 * All writing happens on the writer's thread: a job is a function over a LimsDb inside its own savepoint;
 * jobs that wait together share one commit. A job that fails is rolled back alone; its siblings commit. A
 * job's outcome is told only after the commit. Readers each see one consistent snapshot. Nothing above this
 * header knows an engine; queries are written once, in SQL that both engines speak, with every parameter
 * bound by name.
 *
 * url: "sqlite:/path/lims.db". Opening refuses: a newer schema, another program's database, a second program
 * (flock on PATH.lock). Older schemas are migrated step by step, each in one transaction with its version.
 */
#pragma once
#include "lims/core/error.h"
#include <gio/gio.h>

typedef struct LimsStore LimsStore;
typedef struct LimsDb LimsDb;       /* a connection inside a transaction; valid during the job only */
typedef struct LimsQuery LimsQuery; /* a prepared statement, cached by its text in the connection */

/* FALSE with error: the job's savepoint is rolled back. Must not keep db. Runs on the writer's or a reader's
 * thread. */
typedef gboolean (*LimsStoreJob)(LimsDb *db, gpointer data, GError **error);
/* After the commit (or the failure): error NULL = durable. On `context` given at submission. */
typedef void (*LimsStoreDone)(const GError *error, gpointer data);

/* create = TRUE makes a missing database (limsctl init). */
LimsStore *lims_store_open(const char *url, gboolean create, GError **error);
void lims_store_close(LimsStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsStore, lims_store_close)
/* The file of an sqlite: url, for lock and socket beside it; NULL for others. g_free. */
char *lims_store_url_path(const char *url);
const char *lims_store_incarnation(const LimsStore *store);
const char *lims_store_url(const LimsStore *store);

/* Any thread; never waits. done may be NULL. */
void lims_store_submit(LimsStore *store, LimsStoreJob job, gpointer data, GMainContext *context,
                       LimsStoreDone done, gpointer done_data);
/* Waits for the outcome: tools, tests and worker threads only, never a loop's thread. */
gboolean lims_store_write(LimsStore *store, LimsStoreJob job, gpointer data, GError **error);
gboolean lims_store_read(LimsStore *store, LimsStoreJob job, gpointer data, GError **error);

/* ---- the file as a whole; worker threads only ---- */

/* Pages, indexes and foreign keys, whether or not the store is in use. The error names the first fault. */
gboolean lims_store_check(const char *url, GError **error);
/* A consistent copy as a new file, on the disk when this returns; the store may be in use. Refuses a file
 * that exists. */
gboolean lims_store_copy(const char *url, const char *path, GError **error);
/* Runs a reading job on a store that nobody runs (a backup): no lock, no migration. */
gboolean lims_store_peek(const char *url, LimsStoreJob job, gpointer data, GError **error);
/* Keeps every program out while the store's files are replaced; NULL with error if one has it open. */
typedef struct LimsStoreLock LimsStoreLock;
LimsStoreLock *lims_store_lock(const char *url, GError **error);
void lims_store_unlock(LimsStoreLock *lock);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsStoreLock, lims_store_unlock)

/* ---- inside a job ---- */

/* Arguments come as pairs NAME:TYPE, value: "lab:i", (gint64) x · "no:s", text (NULL = NULL) ·
 * "n:n" (NULL, no value) · "b:b", GBytes * ; ends with NULL. SQL names them :lab, :no … A name
 * that the SQL does not have, or one it has and is not given, is LIMS_ERROR_INTERNAL. */
gboolean lims_db_run(LimsDb *db, GError **error, const char *sql, ...) G_GNUC_NULL_TERMINATED;
/* Opens a query; step it with lims_query_next. Reset and returned to the cache by lims_query_done. */
LimsQuery *lims_db_query(LimsDb *db, GError **error, const char *sql, ...) G_GNUC_NULL_TERMINATED;
/* TRUE: a row. FALSE: no more, or *error set. */
gboolean lims_query_next(LimsQuery *query, GError **error);
void lims_query_done(LimsQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsQuery, lims_query_done)
/* Columns from 0. Text is valid until the next call of next/done; NULL for NULL. */
gint64 lims_query_int(LimsQuery *query, int column);
const char *lims_query_text(LimsQuery *query, int column);
GBytes *lims_query_bytes(LimsQuery *query, int column); /* new */
gboolean lims_query_is_null(LimsQuery *query, int column);
int lims_query_columns(LimsQuery *query);
/* One value of one row: TRUE if there is a row. */
gboolean lims_db_get_int(LimsDb *db, gint64 *out, GError **error, const char *sql,
                         ...) G_GNUC_NULL_TERMINATED;
/* g_free *out; NULL if the value is NULL. */
gboolean lims_db_get_text(LimsDb *db, char **out, GError **error, const char *sql,
                          ...) G_GNUC_NULL_TERMINATED;

/* A unique or foreign key was violated (to turn into a sentence about the thing). */
gboolean lims_db_was_conflict(const GError *error);
/* The job's moment: the same for every row of the transaction. */
gint64 lims_db_now_us(LimsDb *db);
/* A new id of that laboratory. */
gint64 lims_db_new_id(LimsDb *db, guint lab);
/* Writes a change row and returns its seq: once for each table and key that the job changed. */
gint64 lims_db_change(LimsDb *db, guint lab, const char *table, gint64 key, GError **error); /* 0 on error */
gboolean lims_db_is_writer(const LimsDb *db);
/* Something kept with the connection between jobs (a catalogue snapshot); NULL if none. Replacing destroys
 * the old one. */
gpointer lims_db_get_cache(LimsDb *db, const char *key);
void lims_db_set_cache(LimsDb *db, const char *key, gpointer value, GDestroyNotify destroy);
