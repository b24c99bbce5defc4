/* Ingest's thread: what has ended in the journal goes into the store, in order, many at a time.
 *
 * The thread reads and decodes ahead of the store's writer, so that a commit takes a group; how far ahead is
 * bounded. A job that fails (the disk is full, the store is away) is kept and tried again with back-off while
 * others go on: never skipped, never lost, for until the store has it the journal has it. A station that the
 * configuration no longer names has no driver: its transmissions stay in the journal and are told as a
 * problem.
 */
#include "lims/ingest/ingest.h"
#include "lims/core/time.h"
#include "lims/ingest/ingest-cursor.h"
#include "lims/ingest/transmission.h"
#include <string.h>

#define MOST_AHEAD 256 /* transmissions read and not yet in the store */
#define BATCH 64       /* read from the journal at once */
#define FIRST_WAIT_MS 1000
#define LONGEST_WAIT_MS 30000

struct LimsIngest {
  LimsStore *store;
  LimsJournal *journal;
  GPtrArray *stations;
  GMainContext *context; /* the thread's; outcomes of jobs come here */
  GThread *thread;

  /* The thread's own. */
  LimsIngestCursor *cursor;
  guint under_way;   /* jobs in the store */
  GQueue failed;     /* LimsIncoming *: to be tried again, in order */
  GArray *delivered; /* gint64: to be marked in the journal */
  GSource *timer;    /* until the next try; NULL: none is needed */
  guint wait_ms;
  gboolean unread; /* reading the journal failed */
  int woken;       /* atomic: the journal may have more */

  GMutex mutex; /* below */
  GCond changed;
  gboolean stop;
  guint64 asked, drained; /* drain requests, and those fulfilled */
  LimsIngestCounters counters;
  guint64 orphans; /* transmissions of stations that nobody configured */
  char orphan[64]; /* one of them */
};

typedef struct {
  LimsIngest *ingest;
  LimsIncoming *incoming;
} Task;

/* ---- problems ---- */

static void note_problem(LimsIngest *ingest, const GError *error) {
  g_mutex_lock(&ingest->mutex);
  gboolean is_new = strcmp(ingest->counters.problem, error->message) != 0;
  ingest->counters.failures++;
  g_strlcpy(ingest->counters.problem, error->message, sizeof ingest->counters.problem);
  g_cond_broadcast(&ingest->changed);
  g_mutex_unlock(&ingest->mutex);
  if (is_new)
    g_warning("ingest waits: %s", error->message);
}

static void note_orphan(LimsIngest *ingest, const char *station) {
  g_mutex_lock(&ingest->mutex);
  gboolean is_new = strcmp(ingest->orphan, station) != 0;
  ingest->orphans++;
  g_strlcpy(ingest->orphan, station, sizeof ingest->orphan);
  g_mutex_unlock(&ingest->mutex);
  if (is_new)
    g_warning("ingest: station %s is not in the configuration: what it sent stays in the journal", station);
}

/* ---- jobs ---- */

static void submit(LimsIngest *ingest, LimsIncoming *incoming);

static void stop_timer(LimsIngest *ingest) {
  if (!ingest->timer)
    return;
  g_source_destroy(ingest->timer);
  g_clear_pointer(&ingest->timer, g_source_unref);
}

static gboolean try_again(gpointer data) {
  LimsIngest *ingest = data;
  stop_timer(ingest);
  if (ingest->unread)
    lims_ingest_wake(ingest);
  ingest->unread = FALSE;
  for (guint count = ingest->failed.length; count > 0; count--)
    submit(ingest, g_queue_pop_head(&ingest->failed));
  return G_SOURCE_REMOVE;
}

static void start_timer(LimsIngest *ingest) {
  if (ingest->timer)
    return;
  ingest->timer = g_timeout_source_new(ingest->wait_ms);
  ingest->wait_ms = MIN(ingest->wait_ms * 2, LONGEST_WAIT_MS);
  g_source_set_callback(ingest->timer, try_again, ingest, NULL);
  g_source_attach(ingest->timer, ingest->context);
}

static int compare_order(gconstpointer a, gconstpointer b, gpointer data) {
  const LimsIncoming *left = a, *right = b;
  return left->message->seq < right->message->seq ? -1 : left->message->seq > right->message->seq;
}

static void take_failure(LimsIngest *ingest, LimsIncoming *incoming, const GError *error) {
  lims_incoming_reset(incoming);
  g_queue_insert_sorted(&ingest->failed, incoming, compare_order, NULL);
  note_problem(ingest, error);
  start_timer(ingest);
}

static void count_outcome(LimsIngest *ingest, const LimsIncoming *incoming) {
  LimsIngestCounters *counters = &ingest->counters;
  guint64 unused = 0;
  guint64 *const by_state[LIMS_TRANSMISSION_STATES] = {[LIMS_TRANSMISSION_DELIVERED] = &counters->delivered,
                                                       [LIMS_TRANSMISSION_HELD] = &counters->held,
                                                       [LIMS_TRANSMISSION_SUPERSEDED] = &counters->superseded,
                                                       [LIMS_TRANSMISSION_REPEAT] = &counters->repeats,
                                                       [LIMS_TRANSMISSION_EMPTY] = &counters->delivered};
  g_mutex_lock(&ingest->mutex);
  ++*(incoming->was_there ? &unused : by_state[incoming->state]);
  counters->results += incoming->results;
  counters->last_us = lims_time_now_us();
  g_mutex_unlock(&ingest->mutex);
}

/* Something worked, and nothing waits any more. */
static void recover(LimsIngest *ingest) {
  if (!g_queue_is_empty(&ingest->failed) || ingest->wait_ms == FIRST_WAIT_MS)
    return;
  ingest->wait_ms = FIRST_WAIT_MS;
  g_mutex_lock(&ingest->mutex);
  ingest->counters.problem[0] = '\0';
  g_mutex_unlock(&ingest->mutex);
}

static void take_success(LimsIngest *ingest, LimsIncoming *incoming) {
  count_outcome(ingest, incoming);
  g_array_append_val(ingest->delivered, incoming->message->seq);
  lims_incoming_free(incoming);
  recover(ingest);
}

static void job_done(const GError *error, gpointer data) {
  g_autofree Task *task = data;
  task->ingest->under_way--;
  if (error)
    take_failure(task->ingest, task->incoming, error);
  else
    take_success(task->ingest, task->incoming);
}

static gboolean job_run(LimsDb *db, gpointer data, GError **error) {
  return lims_transmission_take(db, ((Task *)data)->incoming, error);
}

static void submit(LimsIngest *ingest, LimsIncoming *incoming) {
  Task *task = g_new(Task, 1);
  *task = (Task){ingest, incoming};
  ingest->under_way++;
  lims_store_submit(ingest->store, job_run, task, ingest->context, job_done, task);
}

/* ---- reading ---- */

static const LimsIngestStation *find_station(const LimsIngest *ingest, const char *name) {
  for (guint i = 0; i < ingest->stations->len; i++) {
    const LimsIngestStation *station = g_ptr_array_index(ingest->stations, i);
    if (strcmp(station->station, name) == 0)
      return station;
  }
  return NULL;
}

static void take_message(LimsIngest *ingest, LimsTransmission *message) {
  const LimsIngestStation *station = find_station(ingest, message->station);
  if (station) {
    submit(ingest, lims_incoming_new(station, lims_journal_uuid(ingest->journal), message));
    return;
  }
  note_orphan(ingest, message->station);
  lims_transmission_free(message);
}

/* TRUE: there may be more. Reads after a wake, until nothing is left, as long as there is room. */
static gboolean feed(LimsIngest *ingest) {
  guint ahead = ingest->under_way + ingest->failed.length;
  g_autoptr(GError) error = NULL;
  if (ingest->unread || ahead + BATCH > MOST_AHEAD || !g_atomic_int_exchange(&ingest->woken, FALSE))
    return FALSE;
  g_autoptr(GPtrArray) messages = lims_ingest_cursor_read(ingest->cursor, BATCH, &error);
  if (!messages) {
    ingest->unread = TRUE;
    note_problem(ingest, error);
    start_timer(ingest);
    return FALSE;
  }
  recover(ingest);
  for (guint i = 0; i < messages->len; i++)
    take_message(ingest, g_steal_pointer(&messages->pdata[i]));
  if (messages->len > 0)
    g_atomic_int_set(&ingest->woken, TRUE);
  return messages->len > 0;
}

/* ---- the thread ---- */

static void mark_delivered(LimsIngest *ingest) {
  if (ingest->delivered->len > 0)
    lims_journal_mark_delivered(ingest->journal, (const gint64 *)ingest->delivered->data,
                                ingest->delivered->len);
  g_array_set_size(ingest->delivered, 0);
}

/* Requests made before the last reading are fulfilled when it found nothing and nothing waits. */
static void tell_drained(LimsIngest *ingest, guint64 asked) {
  if (ingest->under_way > 0 || ingest->unread || !g_queue_is_empty(&ingest->failed) ||
      g_atomic_int_get(&ingest->woken))
    return;
  g_mutex_lock(&ingest->mutex);
  if (ingest->drained < asked) {
    ingest->drained = asked;
    g_cond_broadcast(&ingest->changed);
  }
  g_mutex_unlock(&ingest->mutex);
}

/* TRUE: end. *asked: drain requests so far; a new one does not wait for the timer. */
static gboolean look_up(LimsIngest *ingest, guint64 *asked) {
  g_mutex_lock(&ingest->mutex);
  gboolean stop = ingest->stop, hurry = ingest->asked > *asked;
  *asked = ingest->asked;
  g_mutex_unlock(&ingest->mutex);
  if (hurry && ingest->timer)
    try_again(ingest);
  return stop;
}

static gpointer ingest_main(gpointer data) {
  LimsIngest *ingest = data;
  guint64 asked = 0;
  while (!look_up(ingest, &asked)) {
    gboolean more = feed(ingest);
    if (!more)
      tell_drained(ingest, asked);
    g_main_context_iteration(ingest->context, !more);
    mark_delivered(ingest);
  }
  stop_timer(ingest);
  while (ingest->under_way > 0)
    g_main_context_iteration(ingest->context, TRUE);
  mark_delivered(ingest);
  return NULL;
}

/* ---- from outside ---- */

LimsIngest *lims_ingest_new(LimsStore *store, LimsJournal *journal, GPtrArray *stations) {
  LimsIngest *ingest = g_new0(LimsIngest, 1);
  ingest->store = store;
  ingest->journal = journal;
  ingest->stations = stations;
  ingest->cursor = lims_ingest_cursor_new(journal, stations->len + 8);
  ingest->context = g_main_context_new();
  ingest->delivered = g_array_new(FALSE, FALSE, sizeof(gint64));
  ingest->wait_ms = FIRST_WAIT_MS;
  g_queue_init(&ingest->failed);
  g_mutex_init(&ingest->mutex);
  g_cond_init(&ingest->changed);
  return ingest;
}

void lims_ingest_start(LimsIngest *ingest) {
  ingest->thread = g_thread_new("ingest", ingest_main, ingest);
}

void lims_ingest_wake(LimsIngest *ingest) {
  g_atomic_int_set(&ingest->woken, TRUE);
  g_main_context_wakeup(ingest->context);
}

gboolean lims_ingest_drain(LimsIngest *ingest, GError **error) {
  g_mutex_lock(&ingest->mutex);
  guint64 asked = ++ingest->asked, failures = ingest->counters.failures;
  lims_ingest_wake(ingest);
  while (ingest->drained < asked && ingest->counters.failures == failures)
    g_cond_wait(&ingest->changed, &ingest->mutex);
  gboolean done = ingest->drained >= asked && ingest->orphans == 0;
  if (!done && ingest->drained < asked)
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE, ingest->counters.problem);
  else if (!done)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "station %s is not in the configuration: what it sent stays in the journal", ingest->orphan);
  g_mutex_unlock(&ingest->mutex);
  return done;
}

void lims_ingest_free(LimsIngest *ingest) {
  if (!ingest)
    return;
  if (ingest->thread) {
    g_mutex_lock(&ingest->mutex);
    ingest->stop = TRUE;
    g_mutex_unlock(&ingest->mutex);
    lims_ingest_wake(ingest);
    g_thread_join(ingest->thread);
  }
  g_queue_clear_full(&ingest->failed, (GDestroyNotify)lims_incoming_free);
  lims_ingest_cursor_free(ingest->cursor);
  g_array_unref(ingest->delivered);
  g_main_context_unref(ingest->context);
  g_ptr_array_unref(ingest->stations);
  g_mutex_clear(&ingest->mutex);
  g_cond_clear(&ingest->changed);
  g_free(ingest);
}

void lims_ingest_get_counters(LimsIngest *ingest, LimsIngestCounters *out) {
  g_mutex_lock(&ingest->mutex);
  *out = ingest->counters;
  if (!*out->problem && ingest->orphans)
    g_snprintf(out->problem, sizeof out->problem,
               "station %s is not in the configuration: %" G_GUINT64_FORMAT " transmissions wait",
               ingest->orphan, ingest->orphans);
  g_mutex_unlock(&ingest->mutex);
}
