/* The journal's writer: frames of all lines arrive on a queue; one thread makes them durable.
 *
 * Group commit without any delay: whatever waits when a commit ends is the next transaction. One fsync then
 * serves all lines, and a frame that comes alone waits for one fsync and nothing else. Checkpoints are made
 * when nobody waits.
 *
 * When a transaction fails (a full disk, a disk that errs), all of it is rolled back and none of it is tried
 * again item by item: on a disk like that each try would cost as much and say the same, and the senders
 * repeat anyway. Its frames with an acknowledgement are refused; those without, and the ends of messages, go
 * to the reserve; deliveries and prunings are kept, as they need no room; noise is dropped and counted. From
 * then on the journal is not ready, and what comes goes the same way, until a try once a second can write
 * what was kept, then all of the reserve, then 64 KiB: the margin keeps a disk with one free block from being
 * ready and not ready by turns. So the order of a station's frames and ends is the order in which they came,
 * whichever way they went.
 */
#include "lims/ingest/journal-writer.h"
#include "lims/ingest/journal-db.h"
#include "lims/ingest/journal-queue.h"

#define RETRY_US G_USEC_PER_SEC
#define CHECKPOINT_PAGES 1000      /* made when the queue has been empty for IDLE_US */
#define CHECKPOINT_PAGES_BUSY 4000 /* made even when it never is; a log that grows is slower */
#define IDLE_US 50000

struct LimsJournalWriter {
  sqlite3 *db;
  LimsJournalTables *tables;
  LimsJournalReserve *reserve;
  LimsJournalQueue *queue;
  GThread *thread;

  /* The writer's thread alone. */
  GPtrArray *kept; /* deliveries and prunings that wait for the disk */
  gint64 retry_us;
  guint wal_pages;

  GMutex lock; /* of what follows */
  gboolean ready;
  char *problem; /* why it is not ready */
  LimsJournalCounters counters;
  void (*ended)(gpointer data);
  void (*ready_changed)(gpointer data);
  gpointer notify_data;
};

/* ---- one transaction ---- */

static gboolean apply_items(LimsJournalWriter *writer, GPtrArray *items, GPtrArray *again, GError **error) {
  for (guint i = 0; i < items->len; i++) {
    LimsJournalItem *item = g_ptr_array_index(items, i);
    gboolean more = FALSE;
    if (!lims_journal_tables_apply(writer->tables, item, &more, error))
      return FALSE;
    if (more)
      g_ptr_array_add(again, lims_journal_item_ref(item));
  }
  return TRUE;
}

static void count_change(LimsJournalWriter *writer, const LimsJournalChange *change) {
  g_mutex_lock(&writer->lock);
  writer->counters.commits++;
  writer->counters.frames += change->frames;
  writer->counters.noise += change->noise;
  writer->counters.noise_overflow += change->noise_overflow;
  writer->counters.undelivered += (guint64)change->undelivered;
  g_mutex_unlock(&writer->lock);
}

typedef gboolean (*Finish)(LimsJournalWriter *writer, GError **error);

/* The items and then `finish` (may be NULL) in one transaction: durable if TRUE, undone if FALSE. */
static gboolean write_items(LimsJournalWriter *writer, GPtrArray *items, Finish finish,
                            LimsJournalChange *change, GError **error) {
  g_autoptr(GPtrArray) again = lims_journal_items_new();
  if (lims_journal_tables_begin(writer->tables, error) && apply_items(writer, items, again, error) &&
      (!finish || finish(writer, error)) && lims_journal_tables_commit(writer->tables, change, error)) {
    count_change(writer, change);
    lims_journal_queue_push_again(writer->queue, again);
    return TRUE;
  }
  lims_journal_tables_rollback(writer->tables);
  return FALSE;
}

static gboolean finish_reserve(LimsJournalWriter *writer, GError **error) {
  return lims_journal_tables_take_reserve(writer->tables, lims_journal_reserve_serial(writer->reserve),
                                          error);
}

static gboolean finish_opening(LimsJournalWriter *writer, GError **error) {
  return finish_reserve(writer, error) && lims_journal_tables_recover(writer->tables, error);
}

static gboolean take_reserve(LimsJournalWriter *writer, Finish finish, LimsJournalChange *change,
                             GError **error) {
  if (!write_items(writer, lims_journal_reserve_pending(writer->reserve), finish, change, error))
    return FALSE;
  lims_journal_reserve_clear(writer->reserve);
  g_mutex_lock(&writer->lock);
  writer->counters.reserve_used = 0;
  g_mutex_unlock(&writer->lock);
  return TRUE;
}

/* ---- readiness ---- */

/* problem NULL: ready. Takes the problem. */
static void set_ready(LimsJournalWriter *writer, char *problem) {
  g_mutex_lock(&writer->lock);
  gboolean changed = writer->ready != (problem == NULL);
  void (*notify)(gpointer) = changed ? writer->ready_changed : NULL;
  gpointer data = writer->notify_data;
  writer->ready = problem == NULL;
  g_free(writer->problem);
  writer->problem = problem;
  g_mutex_unlock(&writer->lock);
  writer->retry_us = g_get_monotonic_time() + RETRY_US;
  if (notify)
    notify(data);
}

static void fail(LimsJournalWriter *writer, GError *error) {
  set_ready(writer, g_strdup(error->message));
  g_error_free(error);
}

static void tell_ended(LimsJournalWriter *writer) {
  g_mutex_lock(&writer->lock);
  void (*notify)(gpointer) = writer->ended;
  gpointer data = writer->notify_data;
  g_mutex_unlock(&writer->lock);
  if (notify)
    notify(data);
}

/* Everything that was put off, in the order that keeps each station's own. */
static gboolean catch_up(LimsJournalWriter *writer, guint *ended, GError **error) {
  LimsJournalChange change = {0};
  if (writer->kept->len > 0 && !write_items(writer, writer->kept, NULL, &change, error))
    return FALSE;
  g_ptr_array_set_size(writer->kept, 0);
  if (lims_journal_reserve_pending(writer->reserve)->len > 0 &&
      !take_reserve(writer, finish_reserve, &change, error))
    return FALSE;
  *ended = change.ended;
  return TRUE;
}

/* Copies the log into the file, as far as no reader is in the way. */
static gboolean checkpoint(LimsJournalWriter *writer, GError **error) {
  int code = sqlite3_wal_checkpoint_v2(writer->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  writer->wal_pages = 0;
  if (code == SQLITE_OK || code == SQLITE_BUSY)
    return TRUE;
  lims_journal_db_set_error(writer->db, error);
  return FALSE;
}

static void try_again(LimsJournalWriter *writer) {
  GError *error = NULL;
  guint ended = 0;
  gboolean able = catch_up(writer, &ended, &error) && lims_journal_tables_probe(writer->tables, &error) &&
                  checkpoint(writer, &error);
  if (able)
    set_ready(writer, NULL);
  else
    fail(writer, error);
  if (ended > 0)
    tell_ended(writer);
}

/* ---- batches ---- */

static void count_noise_overflow(LimsJournalWriter *writer) {
  g_mutex_lock(&writer->lock);
  writer->counters.noise_overflow++;
  g_mutex_unlock(&writer->lock);
}

static void drop_noise(LimsJournalWriter *writer, const LimsJournalItem *item) {
  lims_journal_tables_skip_noise(writer->tables, item->station);
  count_noise_overflow(writer);
}

static void write_reserve(LimsJournalWriter *writer, GPtrArray *items) {
  if (items->len > 0)
    lims_journal_reserve_write(writer->reserve, items);
  g_mutex_lock(&writer->lock);
  writer->counters.reserve_used = lims_journal_reserve_used(writer->reserve);
  g_mutex_unlock(&writer->lock);
}

static void count_refused(LimsJournalWriter *writer, GPtrArray *batch) {
  g_mutex_lock(&writer->lock);
  for (guint i = 0; i < batch->len; i++) {
    const LimsJournalItem *item = g_ptr_array_index(batch, i);
    writer->counters.refused += item->kind == LIMS_JOURNAL_FRAME && item->outcome == LIMS_JOURNAL_REFUSED;
  }
  g_mutex_unlock(&writer->lock);
}

/* What becomes of items that the database cannot take. */
static void divert_batch(LimsJournalWriter *writer, GPtrArray *batch) {
  g_autoptr(GPtrArray) reserved = lims_journal_items_new();
  for (guint i = 0; i < batch->len; i++) {
    LimsJournalItem *item = g_ptr_array_index(batch, i);
    item->outcome = LIMS_JOURNAL_REFUSED;
    if (item->kind == LIMS_JOURNAL_NOISE)
      drop_noise(writer, item);
    else if (item->kind == LIMS_JOURNAL_DELIVERED || item->kind == LIMS_JOURNAL_PRUNE)
      g_ptr_array_add(writer->kept, lims_journal_item_ref(item));
    else if (item->kind == LIMS_JOURNAL_END || !item->acknowledged)
      g_ptr_array_add(reserved, lims_journal_item_ref(item));
  }
  write_reserve(writer, reserved);
  count_refused(writer, batch);
  lims_journal_items_tell(batch);
}

static void write_batch(LimsJournalWriter *writer, GPtrArray *batch) {
  GError *error = NULL;
  LimsJournalChange change;
  if (!write_items(writer, batch, NULL, &change, &error)) {
    fail(writer, error);
    divert_batch(writer, batch);
    return;
  }
  for (guint i = 0; i < batch->len; i++)
    ((LimsJournalItem *)g_ptr_array_index(batch, i))->outcome = LIMS_JOURNAL_COMMITTED;
  lims_journal_items_tell(batch);
  if (change.ended > 0)
    tell_ended(writer);
}

static void checkpoint_or_fail(LimsJournalWriter *writer) {
  GError *error = NULL;
  if (!checkpoint(writer, &error))
    fail(writer, error);
}

static void serve_batch(LimsJournalWriter *writer, GPtrArray *batch) {
  if (!writer->ready) {
    divert_batch(writer, batch);
    if (g_get_monotonic_time() >= writer->retry_us)
      try_again(writer);
  } else if (batch->len > 0) {
    write_batch(writer, batch);
  }
  if (writer->ready &&
      (batch->len == 0 ? writer->wal_pages > CHECKPOINT_PAGES : writer->wal_pages > CHECKPOINT_PAGES_BUSY))
    checkpoint_or_fail(writer);
}

/* When to wake although nothing arrives; -1: never. */
static gint64 next_deadline(const LimsJournalWriter *writer) {
  if (!writer->ready)
    return writer->retry_us;
  return writer->wal_pages > CHECKPOINT_PAGES ? g_get_monotonic_time() + IDLE_US : -1;
}

static gpointer run_writer(gpointer data) {
  LimsJournalWriter *writer = data;
  GPtrArray *batch;
  while ((batch = lims_journal_queue_take(writer->queue, next_deadline(writer)))) {
    serve_batch(writer, batch);
    g_ptr_array_unref(batch);
  }
  if (!writer->ready)
    try_again(writer);
  return NULL;
}

/* ---- making and freeing ---- */

static int note_wal(gpointer data, sqlite3 *db, const char *name, int pages) {
  ((LimsJournalWriter *)data)->wal_pages = (guint)pages;
  return SQLITE_OK;
}

/* Frames that were acknowledged are in the store, or the journal offers them: also after somebody has put an
 * older store in the place of the one that had them. */
static gboolean offer_again(LimsJournalWriter *writer, const LimsJournalSettings *settings, GError **error) {
  gint64 stored;
  if (!settings->find_stored)
    return TRUE;
  g_autofree char *uuid = lims_journal_db_read_text(writer->db, "SELECT uuid FROM journal", error);
  if (!uuid || !settings->find_stored(uuid, &stored, settings->data, error))
    return FALSE;
  sqlite3_stmt *offer = lims_journal_db_prepare(
      writer->db, "UPDATE message SET delivered_us = NULL WHERE seq > ?1 AND delivered_us IS NOT NULL",
      error);
  gboolean done =
      offer && lims_journal_db_bind(offer, error, "i", stored) && lims_journal_db_run(offer, error);
  sqlite3_finalize(offer);
  writer->counters.offered_again = done ? (guint64)sqlite3_changes(writer->db) : 0;
  return done;
}

static gboolean open_tables(LimsJournalWriter *writer, const LimsJournalSettings *settings, GError **error) {
  LimsJournalChange change;
  gint64 undelivered, open;
  if (!offer_again(writer, settings, error) ||
      !(writer->tables = lims_journal_tables_new(writer->db, settings, error)) ||
      !lims_journal_db_read_integer(writer->db,
                                    "SELECT count(ended_us) FROM message WHERE delivered_us IS NULL",
                                    &undelivered, error) ||
      !lims_journal_db_read_integer(
          writer->db, "SELECT count(*) FROM message WHERE delivered_us IS NULL AND ended_us IS NULL", &open,
          error))
    return FALSE;
  writer->counters.undelivered = (guint64)undelivered;
  gboolean clean = open == 0 && lims_journal_reserve_pending(writer->reserve)->len == 0;
  return clean || take_reserve(writer, finish_opening, &change, error);
}

LimsJournalWriter *lims_journal_writer_new(sqlite3 *db, LimsJournalReserve *reserve,
                                           const LimsJournalSettings *settings, GError **error) {
  g_autoptr(LimsJournalWriter) writer = g_new0(LimsJournalWriter, 1);
  writer->db = db;
  writer->reserve = reserve;
  writer->ready = TRUE;
  writer->kept = lims_journal_items_new();
  writer->queue = lims_journal_queue_new();
  g_mutex_init(&writer->lock);
  sqlite3_wal_hook(db, note_wal, writer);
  return open_tables(writer, settings, error) ? g_steal_pointer(&writer) : NULL;
}

void lims_journal_writer_start(LimsJournalWriter *writer) {
  writer->thread = g_thread_new("journal", run_writer, writer);
}

void lims_journal_writer_free(LimsJournalWriter *writer) {
  if (!writer)
    return;
  lims_journal_queue_stop(writer->queue);
  g_clear_pointer(&writer->thread, g_thread_join);
  lims_journal_tables_free(writer->tables);
  sqlite3_close(writer->db);
  lims_journal_reserve_free(writer->reserve);
  g_ptr_array_unref(writer->kept);
  lims_journal_queue_free(writer->queue);
  g_free(writer->problem);
  g_mutex_clear(&writer->lock);
  g_free(writer);
}

/* ---- asked from any thread ---- */

void lims_journal_writer_push(LimsJournalWriter *writer, LimsJournalItem *item) {
  if (!lims_journal_queue_push(writer->queue, item))
    count_noise_overflow(writer);
}

gboolean lims_journal_writer_is_ready(LimsJournalWriter *writer) {
  g_mutex_lock(&writer->lock);
  gboolean ready = writer->ready;
  g_mutex_unlock(&writer->lock);
  return ready;
}

char *lims_journal_writer_dup_problem(LimsJournalWriter *writer) {
  g_mutex_lock(&writer->lock);
  char *problem = g_strdup(writer->problem);
  g_mutex_unlock(&writer->lock);
  return problem;
}

void lims_journal_writer_set_notify(LimsJournalWriter *writer, void (*ended)(gpointer),
                                    void (*ready_changed)(gpointer), gpointer data) {
  g_mutex_lock(&writer->lock);
  writer->ended = ended;
  writer->ready_changed = ready_changed;
  writer->notify_data = data;
  g_mutex_unlock(&writer->lock);
}

void lims_journal_writer_get_counters(LimsJournalWriter *writer, LimsJournalCounters *out) {
  g_mutex_lock(&writer->lock);
  *out = writer->counters;
  g_mutex_unlock(&writer->lock);
}
