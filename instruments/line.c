/* The line: reopening is the port's work, frames are the talks'; here is who has the floor, and what a person
 * sees.
 *
 * Whatever happens (bytes, a timer, an answer of the sink, a peer that comes or goes) ends in run(): the talk
 * with the floor carries out what its machine wants, then the others, until nothing moves. run() may be
 * entered from within itself, by a sink that answers at once; then it goes round once more instead. All on
 * the context's thread but the status, which is copied under a lock.
 */
#include "instruments/line.h"
#include "instruments/talk.h"
#include "lims/core/error.h"
#include <string.h>

/* A machine whose deadline stays in the past must not spin the loop. */
#define TICK_LEAST_US 1000

struct LimsLine {
  char *name, *station;
  LimsDriver *driver;
  LimsLineSink sink;
  LimsTalkRoad road;
  GMainContext *context;
  LimsPort *port;
  GPtrArray *talks; /* LimsTalk * */
  LimsTalk *floor;  /* whose message is open, or NULL */
  GSource *timer;
  gboolean running, again, started, accepting, seen_open;
  GMutex lock; /* of status */
  LimsLineStatus status;
};

static gboolean dispatch_timer(GSource *source, GSourceFunc callback, gpointer data) {
  g_source_set_ready_time(source, -1);
  return callback(data);
}

static GSourceFuncs timer_class = {.dispatch = dispatch_timer};

static LimsLineState find_state(const LimsLine *line) {
  if (line->floor)
    return LIMS_LINE_RECEIVING;
  if (line->accepting || line->talks->len > 0)
    return LIMS_LINE_LISTENING;
  return line->started ? LIMS_LINE_WAITING : LIMS_LINE_CLOSED;
}

static void publish_state(LimsLine *line) {
  g_mutex_lock(&line->lock);
  line->status.state = find_state(line);
  g_mutex_unlock(&line->lock);
}

static void set_problem(LimsLine *line, const char *problem) {
  const char *end = NULL;
  g_mutex_lock(&line->lock);
  gboolean changed = !g_str_equal(line->status.problem, problem);
  g_strlcpy(line->status.problem, problem, sizeof line->status.problem);
  if (!g_utf8_validate(line->status.problem, -1, &end))
    line->status.problem[end - line->status.problem] = '\0';
  g_mutex_unlock(&line->lock);
  if (changed && *problem)
    g_message("line %s: %s", line->name, problem);
}

static void count(LimsLine *line, guint64 *counter, guint64 more) {
  g_mutex_lock(&line->lock);
  *counter += more;
  g_mutex_unlock(&line->lock);
}

static void set_timer(LimsLine *line) {
  gint64 next = -1;
  for (guint i = 0; i < line->talks->len; i++) {
    gint64 deadline = lims_talk_deadline(g_ptr_array_index(line->talks, i));
    if (deadline >= 0 && (next < 0 || deadline < next))
      next = deadline;
  }
  if (line->timer)
    g_source_set_ready_time(line->timer, next < 0 ? -1 : MAX(next, g_get_monotonic_time() + TICK_LEAST_US));
}

/* Gives the floor to the first that wants it once it is free. */
static void settle_floor(LimsLine *line) {
  if (line->floor && lims_talk_is_free(line->floor))
    line->floor = NULL;
  for (guint i = 0; !line->floor && i < line->talks->len; i++) {
    LimsTalk *talk = g_ptr_array_index(line->talks, i);
    if (!lims_talk_is_free(talk)) {
      line->floor = talk;
      line->again = TRUE; /* a frame of it may have waited */
    }
  }
}

static void run_talk(LimsLine *line, LimsTalk *talk) {
  lims_talk_run(talk, !line->floor || line->floor == talk);
  settle_floor(line);
}

static void tell_ready(LimsLine *line) {
  gboolean ready = line->sink.ready(line->road.sink_data);
  for (guint i = 0; i < line->talks->len; i++) {
    LimsTalk *talk = g_ptr_array_index(line->talks, i);
    if (lims_talk_set_ready(talk, ready && (!line->floor || line->floor == talk)))
      line->again = TRUE;
  }
}

static void remove_over(LimsLine *line) {
  for (guint i = line->talks->len; i > 0; i--)
    if (lims_talk_is_over(g_ptr_array_index(line->talks, i - 1)))
      g_ptr_array_remove_index(line->talks, i - 1);
}

static void run(LimsLine *line) {
  line->again = TRUE;
  if (line->running)
    return;
  line->running = TRUE;
  while (line->again) {
    line->again = FALSE;
    for (guint i = 0; i < line->talks->len; i++)
      run_talk(line, g_ptr_array_index(line->talks, i));
    tell_ready(line);
  }
  remove_over(line);
  line->running = FALSE;
  set_timer(line);
  publish_state(line);
}

static gboolean on_timer(gpointer data) {
  LimsLine *line = data;
  gint64 now_us = g_get_monotonic_time();
  for (guint i = 0; i < line->talks->len; i++) {
    LimsTalk *talk = g_ptr_array_index(line->talks, i);
    gint64 deadline = lims_talk_deadline(talk);
    if (deadline >= 0 && deadline <= now_us)
      lims_talk_tick(talk);
  }
  run(line);
  return G_SOURCE_CONTINUE;
}

static void on_committed(gpointer data) {
  LimsLine *line = data;
  count(line, &line->status.frames, 1);
}

static void on_completed(gpointer data) {
  LimsLine *line = data;
  count(line, &line->status.messages, 1);
}

static void on_refused(gpointer data) {
  LimsLine *line = data;
  count(line, &line->status.refused, 1);
}

static void on_rejected(gpointer data) {
  LimsLine *line = data;
  count(line, &line->status.rejects, 1);
}

static void on_answered(gpointer data) {
  run(data);
}

static void on_opened(LimsPeer *peer, const char *name, gpointer data) {
  LimsLine *line = data;
  LimsTalk *talk = lims_talk_new(&line->road, peer, lims_driver_protocol_new(line->driver, FALSE, 1));
  lims_peer_set_data(peer, talk);
  g_ptr_array_add(line->talks, talk);
  if (line->seen_open)
    count(line, &line->status.reopened, 1);
  line->seen_open = TRUE;
  set_problem(line, "");
  g_message("line %s: %s is open", line->name, name);
  run(line);
}

static void on_received(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data) {
  LimsLine *line = data;
  g_mutex_lock(&line->lock);
  line->status.bytes += size;
  line->status.last_heard_us = g_get_real_time();
  g_mutex_unlock(&line->lock);
  lims_talk_receive(lims_peer_get_data(peer), bytes, size);
  run(line);
}

static void on_closed(LimsPeer *peer, const GError *error, gpointer data) {
  LimsLine *line = data;
  lims_talk_leave(lims_peer_get_data(peer));
  set_problem(line, error->message);
  run(line);
}

static void on_failed(LimsPort *port, const GError *error, guint retry_ms, gpointer data) {
  LimsLine *line = data;
  line->accepting = FALSE;
  set_problem(line, error->message);
  publish_state(line);
}

static void on_listening(LimsPort *port, const char *address, gpointer data) {
  LimsLine *line = data;
  line->accepting = TRUE;
  set_problem(line, "");
  g_message("line %s: accepts connections at %s", line->name, address);
  publish_state(line);
}

static LimsPort *make_port(LimsLine *line, const char *device, const LimsPortSettings *settings,
                           GError **error) {
  static const LimsPortEvents events = {.opened = on_opened,
                                        .received = on_received,
                                        .closed = on_closed,
                                        .failed = on_failed,
                                        .listening = on_listening};
  const LimsLineSettings *usual = lims_driver_line_settings(line->driver);
  LimsPortSettings own = {usual->baud, usual->data_bits, usual->stop_bits, usual->parity, usual->flow};
  LimsPort *port = lims_port_new(device, settings ? settings : &own, &events, line, line->context, error);
  if (!port)
    g_prefix_error(error, "line %s: ", line->name);
  return port;
}

static void make_timer(LimsLine *line) {
  line->timer = g_source_new(&timer_class, sizeof(GSource));
  g_source_set_callback(line->timer, on_timer, line, NULL);
  g_source_attach(line->timer, line->context);
}

LimsLine *lims_line_new(const char *name, const char *device, const LimsPortSettings *settings,
                        const char *station, LimsDriver *driver, const LimsLineSink *sink, gpointer sink_data,
                        GMainContext *context, GError **error) {
  LimsLine *line = g_new0(LimsLine, 1);
  g_mutex_init(&line->lock);
  line->name = g_strdup(name);
  line->station = g_strdup(station);
  line->driver = lims_driver_ref(driver);
  line->sink = *sink;
  line->context = g_main_context_ref(context ? context : g_main_context_default());
  line->road = (LimsTalkRoad){.station = line->station,
                              .sink = &line->sink,
                              .sink_data = sink_data,
                              .context = line->context,
                              .committed = on_committed,
                              .completed = on_completed,
                              .refused = on_refused,
                              .rejected = on_rejected,
                              .answered = on_answered,
                              .owner = line};
  line->talks = g_ptr_array_new_with_free_func((GDestroyNotify)lims_talk_free);
  line->port = make_port(line, device, settings, error);
  if (line->port)
    return line;
  lims_line_free(line);
  return NULL;
}

void lims_line_start(LimsLine *line) {
  line->started = TRUE;
  make_timer(line);
  publish_state(line);
  lims_port_start(line->port, TRUE);
}

/* One after the other, the floor's first: frames that waited for it go to the sink after its message has
 * ended. */
static void end_talks(LimsLine *line) {
  line->running = TRUE;
  for (guint i = 0; i < line->talks->len; i++)
    lims_talk_leave(g_ptr_array_index(line->talks, i));
  while (line->talks->len > 0) {
    guint next = 0;
    if (line->floor)
      g_ptr_array_find(line->talks, line->floor, &next);
    line->floor = NULL;
    lims_talk_finish(g_ptr_array_index(line->talks, next));
    g_ptr_array_remove_index(line->talks, next);
  }
}

void lims_line_free(LimsLine *line) {
  if (!line)
    return;
  lims_port_free(line->port);
  if (line->timer)
    g_source_destroy(line->timer);
  g_clear_pointer(&line->timer, g_source_unref);
  end_talks(line);
  g_ptr_array_unref(line->talks);
  lims_driver_unref(line->driver);
  g_main_context_unref(line->context);
  g_mutex_clear(&line->lock);
  g_free(line->station);
  g_free(line->name);
  g_free(line);
}

void lims_line_update_ready(LimsLine *line) {
  run(line);
}

void lims_line_get_status(LimsLine *line, LimsLineStatus *out) {
  g_mutex_lock(&line->lock);
  *out = line->status;
  g_mutex_unlock(&line->lock);
}

const char *lims_line_name(const LimsLine *line) {
  return line->name;
}

const char *lims_line_station(const LimsLine *line) {
  return line->station;
}

const char *lims_line_address(const LimsLine *line) {
  return lims_port_address(line->port);
}

const char *lims_line_state_name(LimsLineState state) {
  static const char *const names[] = {"closed", "waiting", "listening", "receiving"};
  return names[state];
}
