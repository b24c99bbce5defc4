/* The store's file as a whole: examined, copied while it is in use, looked into without being run.
 *
 * Each of these opens a connection of its own, so that neither the writer nor its readers wait, and sees one
 * snapshot. A copy is made under the engine's own rules (never by copying bytes of a file that is being
 * written), and is on the disk when it is reported.
 */
#include "lims/core/file.h"
#include "lims/core/time.h"
#include "lims/store/engine.h"
#include <glib/gstdio.h>

struct LimsStoreLock {
  const LimsEngine *engine;
  gpointer lock;
};

static LimsDb *connect_reader(const char *url, GError **error) {
  const LimsEngine *engine = lims_engine_find(url, error);
  return engine ? engine->connect(url, LIMS_ENGINE_READER, FALSE, error) : NULL;
}

gboolean lims_store_check(const char *url, GError **error) {
  LimsDb *db = connect_reader(url, error);
  if (!db)
    return FALSE;
  gboolean sound = db->engine->check(db, error);
  db->engine->disconnect(db);
  return sound;
}

gboolean lims_store_copy(const char *url, const char *path, GError **error) {
  if (!lims_file_require_absent(path, error))
    return FALSE;
  LimsDb *db = connect_reader(url, error);
  if (!db)
    return FALSE;
  gboolean done = db->engine->copy(db, path, error) && lims_file_sync(path, error);
  db->engine->disconnect(db);
  if (!done)
    g_unlink(path);
  return done;
}

gboolean lims_store_peek(const char *url, LimsStoreJob job, gpointer data, GError **error) {
  LimsDb *db = connect_reader(url, error);
  if (!db)
    return FALSE;
  db->now_us = lims_time_now_us();
  gboolean done = db->engine->execute(db, "BEGIN", error) && job(db, data, error);
  db->engine->execute(db, "ROLLBACK", NULL);
  db->engine->disconnect(db);
  return done;
}

LimsStoreLock *lims_store_lock(const char *url, GError **error) {
  const LimsEngine *engine = lims_engine_find(url, error);
  gpointer held;
  if (!engine || !engine->lock(url, &held, error))
    return NULL;
  LimsStoreLock *lock = g_new(LimsStoreLock, 1);
  *lock = (LimsStoreLock){engine, held};
  return lock;
}

void lims_store_unlock(LimsStoreLock *lock) {
  if (!lock)
    return;
  lock->engine->unlock(lock->lock);
  g_free(lock);
}
