/* The store's threads: one writer with group commit, a pool of readers.
 *
 * Jobs arrive from any thread. The writer takes what waits into one transaction, each job inside a savepoint
 * of its own, commits, and only then tells the outcomes: a job that failed has been rolled back alone, and a
 * commit that failed has failed for all. How much goes into one transaction is bounded by count and by time,
 * so that a command never waits behind a long queue of results for more than a moment.
 */
#include "lims/core/time.h"
#include "lims/store/engine.h"
#include <string.h>

#define BATCH_JOBS 256
#define BATCH_US (100 * G_TIME_SPAN_MILLISECOND)
#define READERS 4

typedef struct {
  LimsStoreJob run;
  gpointer data;
  GMainContext *context;
  LimsStoreDone done;
  gpointer done_data;
  GError *error;
  gboolean here; /* done runs on the worker's own thread */
  gboolean stop;
} Job;

struct LimsStore {
  const LimsEngine *engine;
  char *url, *incarnation;
  gpointer lock;
  LimsDb *writer;
  GThread *thread;
  GAsyncQueue *queue; /* Job * */
  GMutex mutex;
  GCond returned;
  GQueue idle;   /* LimsDb *: readers */
  guint readers; /* made so far */
};

const LimsEngine *lims_engine_find(const char *url, GError **error) {
  static const LimsEngine *const engines[] = {&lims_engine_sqlite};
  for (gsize i = 0; i < G_N_ELEMENTS(engines); i++) {
    gsize length = strlen(engines[i]->scheme);
    if (g_str_has_prefix(url, engines[i]->scheme) && url[length] == ':' && url[length + 1])
      return engines[i];
  }
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "[store] url '%s': write sqlite:/path/lims.db", url);
  return NULL;
}

/* ---- outcomes ---- */

static void job_free(gpointer data) {
  Job *job = data;
  g_clear_pointer(&job->context, g_main_context_unref);
  g_clear_error(&job->error);
  g_free(job);
}

static gboolean job_tell(gpointer data) {
  Job *job = data;
  job->done(job->error, job->done_data);
  return G_SOURCE_REMOVE;
}

/* Attached, not invoked: a done function runs on its own loop even when that loop happens to be free right
 * now. The context is held until the source is let go: whoever was told may drop it at once, and a source
 * must not outlive its context. */
static void job_finish(Job *job) {
  if (!job->done || job->here) {
    if (job->done)
      job->done(job->error, job->done_data);
    job_free(job);
    return;
  }
  GMainContext *context = job->context ? g_main_context_ref(job->context) : NULL;
  GSource *source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, job_tell, job, job_free);
  g_source_attach(source, context);
  g_source_unref(source);
  if (context)
    g_main_context_unref(context);
}

static Job *job_new(LimsStoreJob run, gpointer data, GMainContext *context, LimsStoreDone done,
                    gpointer done_data) {
  Job *job = g_new0(Job, 1);
  job->run = run;
  job->data = data;
  job->context = context ? g_main_context_ref(context) : NULL;
  job->done = done;
  job->done_data = done_data;
  return job;
}

/* ---- the writer ---- */

static void job_run(LimsDb *db, Job *job) {
  if (!lims_db_run(db, &job->error, "SAVEPOINT job", NULL))
    return;
  gboolean kept = job->run(db, job->data, &job->error);
  if (!kept && !job->error)
    g_set_error_literal(&job->error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "a store job failed without a reason");
  if (kept && lims_db_run(db, &job->error, "RELEASE job", NULL))
    return;
  db->engine->execute(db, "ROLLBACK TO job; RELEASE job", NULL);
}

static gboolean save_last_id(LimsDb *db, GError **error) {
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, db->ids.last);
  return lims_db_run(
      db, error,
      "INSERT INTO meta(name, value) VALUES('last-id', :id) ON CONFLICT(name) DO UPDATE SET value = :id",
      "id:s", text, NULL);
}

/* The batch ends when the queue is empty, or its bounds are passed. */
static void batch_fill(LimsStore *store, GPtrArray *batch, Job *first) {
  LimsDb *db = store->writer;
  gint64 until = g_get_monotonic_time() + BATCH_US;
  for (Job *job = first; job; job = g_async_queue_try_pop(store->queue)) {
    g_ptr_array_add(batch, job);
    if (job->stop)
      break;
    db->now_us = MAX(lims_time_now_us(), db->now_us + 1);
    job_run(db, job);
    if (batch->len >= BATCH_JOBS || g_get_monotonic_time() > until)
      break;
  }
}

static void batch_fail(GPtrArray *batch, const GError *error) {
  for (guint i = 0; i < batch->len; i++) {
    Job *job = g_ptr_array_index(batch, i);
    if (!job->error)
      job->error = g_error_copy(error);
  }
}

static gboolean batch_run(LimsStore *store, Job *first) {
  LimsDb *db = store->writer;
  g_autoptr(GPtrArray) batch = g_ptr_array_new();
  g_autoptr(GError) error = NULL;
  gint64 last = db->ids.last;
  if (!db->engine->execute(db, "BEGIN IMMEDIATE", &error)) {
    g_ptr_array_add(batch, first);
  } else {
    batch_fill(store, batch, first);
    if ((db->ids.last == last || save_last_id(db, &error)))
      db->engine->execute(db, "COMMIT", &error);
    if (error)
      db->engine->execute(db, "ROLLBACK", NULL);
  }
  if (error)
    batch_fail(batch, error);
  gboolean stop = ((Job *)g_ptr_array_index(batch, batch->len - 1))->stop;
  for (guint i = 0; i < batch->len; i++)
    job_finish(g_ptr_array_index(batch, i));
  return !stop;
}

static gpointer writer_main(gpointer data) {
  LimsStore *store = data;
  while (batch_run(store, g_async_queue_pop(store->queue)))
    ;
  return NULL;
}

/* ---- the readers ---- */

/* A reader from the pool, made on first need; waits when all are out. */
static LimsDb *reader_take(LimsStore *store, GError **error) {
  g_mutex_lock(&store->mutex);
  while (g_queue_is_empty(&store->idle) && store->readers >= READERS)
    g_cond_wait(&store->returned, &store->mutex);
  LimsDb *db = g_queue_pop_head(&store->idle);
  if (!db)
    store->readers++;
  g_mutex_unlock(&store->mutex);
  if (db)
    return db;
  db = store->engine->connect(store->url, LIMS_ENGINE_READER, FALSE, error);
  if (!db) {
    g_mutex_lock(&store->mutex);
    store->readers--;
    g_cond_signal(&store->returned);
    g_mutex_unlock(&store->mutex);
  }
  return db;
}

static void reader_return(LimsStore *store, LimsDb *db) {
  g_mutex_lock(&store->mutex);
  g_queue_push_head(&store->idle, db);
  g_cond_signal(&store->returned);
  g_mutex_unlock(&store->mutex);
}

gboolean lims_store_read(LimsStore *store, LimsStoreJob job, gpointer data, GError **error) {
  LimsDb *db = reader_take(store, error);
  if (!db)
    return FALSE;
  db->now_us = lims_time_now_us();
  gboolean done = db->engine->execute(db, "BEGIN", error) && job(db, data, error);
  db->engine->execute(db, "ROLLBACK", NULL);
  reader_return(store, db);
  return done;
}

/* ---- writing from outside ---- */

void lims_store_submit(LimsStore *store, LimsStoreJob job, gpointer data, GMainContext *context,
                       LimsStoreDone done, gpointer done_data) {
  g_async_queue_push(store->queue, job_new(job, data, context, done, done_data));
}

typedef struct {
  GMutex mutex;
  GCond told;
  gboolean done;
  GError *error;
} Waiting;

static void waiting_told(const GError *error, gpointer data) {
  Waiting *waiting = data;
  g_mutex_lock(&waiting->mutex);
  waiting->error = error ? g_error_copy(error) : NULL;
  waiting->done = TRUE;
  g_cond_signal(&waiting->told);
  g_mutex_unlock(&waiting->mutex);
}

gboolean lims_store_write(LimsStore *store, LimsStoreJob job, gpointer data, GError **error) {
  Waiting waiting = {.done = FALSE};
  g_mutex_init(&waiting.mutex);
  g_cond_init(&waiting.told);
  Job *waited = job_new(job, data, NULL, waiting_told, &waiting);
  waited->here = TRUE;
  g_async_queue_push(store->queue, waited);
  g_mutex_lock(&waiting.mutex);
  while (!waiting.done)
    g_cond_wait(&waiting.told, &waiting.mutex);
  g_mutex_unlock(&waiting.mutex);
  g_mutex_clear(&waiting.mutex);
  g_cond_clear(&waiting.told);
  if (!waiting.error)
    return TRUE;
  g_propagate_error(error, waiting.error);
  return FALSE;
}

/* ---- opening and closing ---- */

static gboolean first_facts(LimsDb *db, gpointer data, GError **error) {
  LimsStore *store = data;
  g_autofree char *uuid = lims_id_new_uuid();
  g_autofree char *last = NULL;
  g_autoptr(GError) problem = NULL;
  if (!lims_db_run(db, error,
                   "INSERT INTO meta(name, value) VALUES('incarnation', :uuid) ON CONFLICT(name) DO NOTHING",
                   "uuid:s", uuid, NULL) ||
      !lims_db_get_text(db, &store->incarnation, error, "SELECT value FROM meta WHERE name = 'incarnation'",
                        NULL))
    return FALSE;
  if (lims_db_get_text(db, &last, &problem, "SELECT value FROM meta WHERE name = 'last-id'", NULL))
    db->ids.last = g_ascii_strtoll(last, NULL, 10);
  if (problem)
    g_propagate_error(error, g_steal_pointer(&problem));
  return !problem;
}

LimsStore *lims_store_open(const char *url, gboolean create, GError **error) {
  const LimsEngine *engine = lims_engine_find(url, error);
  if (!engine)
    return NULL;
  LimsStore *store = g_new0(LimsStore, 1);
  store->engine = engine;
  store->url = g_strdup(url);
  g_mutex_init(&store->mutex);
  g_cond_init(&store->returned);
  g_queue_init(&store->idle);
  store->queue = g_async_queue_new_full(job_free);
  if (engine->lock(url, &store->lock, error) &&
      (store->writer = engine->connect(url, LIMS_ENGINE_WRITER, create, error))) {
    if (!lims_schema_migrate(store->writer, error)) {
      g_prefix_error(error, "%s: ", url);
    } else {
      store->thread = g_thread_new("store-writer", writer_main, store);
      if (lims_store_write(store, first_facts, store, error))
        return store;
    }
  }
  lims_store_close(store);
  return NULL;
}

static gboolean nothing(LimsDb *db, gpointer data, GError **error) {
  return TRUE;
}

void lims_store_close(LimsStore *store) {
  if (!store)
    return;
  if (store->thread) {
    Job *last = job_new(nothing, NULL, NULL, NULL, NULL);
    last->stop = TRUE;
    g_async_queue_push(store->queue, last);
    g_thread_join(store->thread);
  }
  for (LimsDb *db; (db = g_queue_pop_head(&store->idle));)
    store->engine->disconnect(db);
  if (store->writer)
    store->engine->disconnect(store->writer);
  store->engine->unlock(store->lock);
  g_async_queue_unref(store->queue);
  g_mutex_clear(&store->mutex);
  g_cond_clear(&store->returned);
  g_free(store->incarnation);
  g_free(store->url);
  g_free(store);
}

const char *lims_store_incarnation(const LimsStore *store) {
  return store->incarnation;
}

const char *lims_store_url(const LimsStore *store) {
  return store->url;
}
