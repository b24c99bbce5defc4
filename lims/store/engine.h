/* What an engine must do for the store; one table an engine. Private to lims/store.
 *
 * An engine gives connections (LimsDb) and prepared statements on them. Threads, jobs, group commit, the
 * cache of statements and the naming of arguments are the same for all engines and live in store.c and db.c.
 */
#pragma once
#include "lims/core/id.h"
#include "lims/store/store.h"

typedef enum { LIMS_ENGINE_WRITER, LIMS_ENGINE_READER } LimsEngineMode;

typedef struct {
  const char *scheme; /* "sqlite" */
  /* Takes what keeps a second program out; released by the process's end too. */
  gboolean (*lock)(const char *url, gpointer *out_lock, GError **error);
  void (*unlock)(gpointer lock);
  LimsDb *(*connect)(const char *url, LimsEngineMode mode, gboolean create, GError **error);
  void (*disconnect)(LimsDb *db);
  /* One or more statements without parameters. */
  gboolean (*execute)(LimsDb *db, const char *sql, GError **error);
  gpointer (*prepare)(LimsDb *db, const char *sql, GError **error);
  void (*finalize)(gpointer statement);
  int (*parameter_count)(gpointer statement);
  int (*parameter_index)(gpointer statement, const char *name); /* without the colon; 0: none */
  void (*bind_int)(gpointer statement, int index, gint64 value);
  /* NULL: NULL. copy = FALSE: the value outlives the run. */
  void (*bind_text)(gpointer statement, int index, const char *value, gboolean copy);
  void (*bind_blob)(gpointer statement, int index, GBytes *value, gboolean copy);
  int (*step)(LimsDb *db, gpointer statement, GError **error); /* 1 row, 0 done, -1 error */
  void (*reset)(gpointer statement);
  gint64 (*column_int)(gpointer statement, int column);
  const char *(*column_text)(gpointer statement, int column);
  GBytes *(*column_bytes)(gpointer statement, int column);
  gboolean (*column_is_null)(gpointer statement, int column);
  int (*columns)(gpointer statement);
  gint64 (*last_row)(LimsDb *db);
  /* The schema's version in the database, and the setting of it (inside the step's transaction). */
  gboolean (*get_version)(LimsDb *db, int *out, GError **error);
  gboolean (*set_version)(LimsDb *db, int version, GError **error);
  /* The engine's own examination of the database. */
  gboolean (*check)(LimsDb *db, GError **error);
  /* One snapshot of the database as a new file. */
  gboolean (*copy)(LimsDb *db, const char *path, GError **error);
} LimsEngine;

extern const LimsEngine lims_engine_sqlite;
const LimsEngine *lims_engine_find(const char *url, GError **error);

/* A connection; an engine puts its own fields behind this one. */
struct LimsDb {
  const LimsEngine *engine;
  gboolean writer;
  gint64 now_us;
  LimsIdSource ids;
  GHashTable *by_pointer; /* const char * (as passed) → LimsQuery * */
  GHashTable *by_text;    /* char * → LimsQuery *, owns */
  GHashTable *caches;     /* char * → Cache * of db.c, owns */
};
void lims_db_init(LimsDb *db, const LimsEngine *engine, gboolean writer);
void lims_db_clear(LimsDb *db); /* statements and caches; the engine then closes its handle */

/* Brings the connection's schema up to what this program carries; refuses newer ones. */
gboolean lims_schema_migrate(LimsDb *db, GError **error);
