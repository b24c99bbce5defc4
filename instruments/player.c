/* The sender's side of a line.
 *
 * What goes wrong is meant to: bytes are damaged, lost, doubled, late, as the settings say; the line goes;
 * the other side answers NAK or nothing. The machine of the protocol judges what that means. Here a message
 * that failed is kept and handed to it again, and bytes leave at the pace of the line. All on the context's
 * thread.
 */
#include "instruments/player.h"
#include "lims/core/error.h"
#include <string.h>

/* Between a failed message and its repeat; the machine keeps its own timers. */
#define RETRY_US (2 * G_TIME_SPAN_SECOND)
#define DELAY_US (3 * G_TIME_SPAN_SECOND) /* LIMS_FAULT_DELAY */

struct LimsPlayer {
  LimsDriver *driver;
  LimsPlayerSettings settings;
  LimsPlayerEvents events;
  gpointer data;
  GMainContext *context;
  LimsPort *port;
  LimsPeer *peer;
  LimsProtocol *machine;
  GRand *random;
  GQueue waiting; /* GBytes *: messages; the head is the machine's when `handed` */
  gboolean handed;
  GQueue outgoing; /* GBytes *: bytes on their way, paced */
  gint64 outgoing_at_us;
  gint64 resend_at_us; /* 0: none */
  GSource *timer;
};

gboolean lims_fault_parse(const char *name, LimsFault *out) {
  g_auto(GStrv) names = g_strsplit(LIMS_FAULT_NAMES, "|", -1);
  for (guint i = 0; names[i]; i++)
    if (strcmp(name, names[i]) == 0) {
      *out = (LimsFault)i;
      return TRUE;
    }
  return FALSE;
}

static void player_run(LimsPlayer *player);

/* ---- bytes out, with their faults ---- */

static gint64 line_time_us(const LimsPlayer *player, gsize size) {
  if (!player->settings.line_speed)
    return 0;
  const LimsLineSettings *line = lims_driver_line_settings(player->driver);
  gint64 bits = 1 + line->data_bits + (line->parity != 'n') + line->stop_bits;
  return (gint64)size * bits * G_USEC_PER_SEC / line->baud / player->settings.time_scale;
}

static GBytes *damaged(LimsPlayer *player, GBytes *bytes) {
  gsize size;
  const guint8 *from = g_bytes_get_data(bytes, &size);
  guint8 *copy = g_memdup2(from, size);
  copy[g_rand_int_range(player->random, 0, (gint32)size)] ^=
      (guint8)(1 << g_rand_int_range(player->random, 0, 7));
  return g_bytes_new_take(copy, size);
}

static void queue_bytes(LimsPlayer *player, GBytes *bytes, gint64 extra_us) {
  gint64 now = g_get_monotonic_time();
  if (g_queue_is_empty(&player->outgoing))
    player->outgoing_at_us = now + line_time_us(player, g_bytes_get_size(bytes)) + extra_us;
  else
    player->outgoing_at_us += extra_us;
  g_queue_push_tail(&player->outgoing, g_bytes_ref(bytes));
}

static void queue_noise(LimsPlayer *player) {
  guint8 noise[16];
  for (gsize i = 0; i < sizeof noise; i++)
    noise[i] = (guint8)g_rand_int_range(player->random, 0x20, 0x100);
  g_autoptr(GBytes) bytes = g_bytes_new(noise, sizeof noise);
  queue_bytes(player, bytes, 0);
}

static LimsFault draw_fault(LimsPlayer *player) {
  if (player->settings.fault == LIMS_FAULT_NONE ||
      (guint)g_rand_int_range(player->random, 0, 100) >= player->settings.fault_percent)
    return LIMS_FAULT_NONE;
  if (player->settings.fault != LIMS_FAULT_ANY)
    return player->settings.fault;
  return (LimsFault)g_rand_int_range(player->random, LIMS_FAULT_DAMAGE, LIMS_FAULT_ANY);
}

static void send_bytes(LimsPlayer *player, GBytes *bytes) {
  LimsFault fault = draw_fault(player);
  g_autoptr(GBytes) changed = NULL;
  if (fault == LIMS_FAULT_DROP)
    return;
  if (fault == LIMS_FAULT_DAMAGE)
    changed = damaged(player, bytes);
  if (fault == LIMS_FAULT_CUT)
    changed = g_bytes_new_from_bytes(bytes, 0, g_bytes_get_size(bytes) / 2);
  if (fault == LIMS_FAULT_NOISE)
    queue_noise(player);
  queue_bytes(player, changed ? changed : bytes,
              fault == LIMS_FAULT_DELAY ? DELAY_US / player->settings.time_scale : 0);
  if (fault == LIMS_FAULT_DUPLICATE)
    queue_bytes(player, bytes, 0);
}

static void write_due(LimsPlayer *player, gint64 now) {
  while (!g_queue_is_empty(&player->outgoing) && player->outgoing_at_us <= now) {
    g_autoptr(GBytes) bytes = g_queue_pop_head(&player->outgoing);
    gsize size;
    const guint8 *from = g_bytes_get_data(bytes, &size);
    if (player->peer)
      lims_peer_write(player->peer, from, size);
    GBytes *next = g_queue_peek_head(&player->outgoing);
    if (next)
      player->outgoing_at_us += line_time_us(player, g_bytes_get_size(next));
  }
}

/* ---- the machine ---- */

static void hand_next(LimsPlayer *player, gint64 now) {
  if (player->handed || !player->peer || g_queue_is_empty(&player->waiting) || now < player->resend_at_us)
    return;
  player->resend_at_us = 0;
  player->handed = TRUE;
  lims_protocol_send(player->machine, g_queue_peek_head(&player->waiting), now);
}

static void message_done(LimsPlayer *player) {
  g_bytes_unref(g_queue_pop_head(&player->waiting));
  player->handed = FALSE;
  if (player->events.sent)
    player->events.sent(player->data);
}

static void message_failed(LimsPlayer *player, const char *reason, gint64 now) {
  player->handed = FALSE;
  player->resend_at_us = now + RETRY_US / player->settings.time_scale;
  if (player->events.failed)
    player->events.failed(reason, player->data);
}

static void take_event(LimsPlayer *player, const LimsEvent *event, gint64 now) {
  switch (event->kind) {
  case LIMS_EVENT_SEND:
    send_bytes(player, event->bytes);
    break;
  case LIMS_EVENT_FRAME: /* the host sends: an analyzer takes what it is told */
    lims_protocol_answer(player->machine, event->token, LIMS_ANSWER_ACCEPTED, now);
    break;
  case LIMS_EVENT_DONE:
    message_done(player);
    break;
  case LIMS_EVENT_FAILED:
    message_failed(player, event->reason, now);
    break;
  case LIMS_EVENT_END:
  case LIMS_EVENT_REJECT:
    break;
  }
}

static gboolean on_timer(gpointer data) {
  LimsPlayer *player = data;
  player_run(player);
  return G_SOURCE_CONTINUE;
}

static gint64 earlier(gint64 a, gint64 b) {
  return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

static void set_timer(LimsPlayer *player) {
  gint64 at = player->peer ? lims_protocol_deadline(player->machine) : -1;
  if (!g_queue_is_empty(&player->outgoing))
    at = earlier(at, player->outgoing_at_us);
  if (player->resend_at_us && !g_queue_is_empty(&player->waiting))
    at = earlier(at, player->resend_at_us);
  g_source_set_ready_time(player->timer, at);
}

/* Everything that can be done now; the machine is asked again until it wants nothing. */
static void player_run(LimsPlayer *player) {
  gint64 now = g_get_monotonic_time();
  gint64 deadline = player->peer ? lims_protocol_deadline(player->machine) : -1;
  if (deadline >= 0 && deadline <= now)
    lims_protocol_tick(player->machine, now);
  LimsEvent event = {0};
  do {
    hand_next(player, now);
    while (lims_protocol_next(player->machine, &event)) {
      take_event(player, &event, now);
      lims_event_clear(&event);
    }
  } while (!player->handed && player->peer && !player->resend_at_us && !g_queue_is_empty(&player->waiting));
  write_due(player, now);
  set_timer(player);
}

/* ---- the port ---- */

static void on_opened(LimsPeer *peer, const char *name, gpointer data) {
  LimsPlayer *player = data;
  player->peer = peer;
  lims_protocol_connected(player->machine, TRUE, g_get_monotonic_time());
  if (player->events.connected)
    player->events.connected(name, player->data);
  player_run(player);
}

static void on_received(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data) {
  LimsPlayer *player = data;
  if (peer != player->peer)
    return;
  lims_protocol_feed(player->machine, bytes, size, g_get_monotonic_time());
  player_run(player);
}

static void on_closed(LimsPeer *peer, const GError *error, gpointer data) {
  LimsPlayer *player = data;
  if (peer != player->peer)
    return;
  player->peer = NULL;
  g_queue_clear_full(&player->outgoing, (GDestroyNotify)g_bytes_unref);
  lims_protocol_connected(player->machine, FALSE, g_get_monotonic_time());
  player_run(player);
  if (player->events.problem)
    player->events.problem(error, player->data);
}

static void on_failed(LimsPort *port, const GError *error, guint retry_ms, gpointer data) {
  LimsPlayer *player = data;
  if (player->events.problem)
    player->events.problem(error, player->data);
}

static void on_listening(LimsPort *port, const char *address, gpointer data) {
  LimsPlayer *player = data;
  if (player->events.address)
    player->events.address(address, player->data);
}

static const LimsPortEvents PORT_EVENTS = {.opened = on_opened,
                                           .received = on_received,
                                           .closed = on_closed,
                                           .failed = on_failed,
                                           .listening = on_listening};

static gboolean dispatch_timer(GSource *source, GSourceFunc callback, gpointer data) {
  g_source_set_ready_time(source, -1);
  return callback(data);
}

static GSourceFuncs TIMER_FUNCS = {.dispatch = dispatch_timer};

LimsPlayer *lims_player_new(LimsDriver *driver, const char *device, const LimsPlayerSettings *settings,
                            const LimsPlayerEvents *events, gpointer data, GMainContext *context,
                            GError **error) {
  const LimsLineSettings *line = lims_driver_line_settings(driver);
  const LimsPortSettings port = {line->baud, line->data_bits, line->stop_bits, line->parity, line->flow};
  LimsPlayer *player = g_new0(LimsPlayer, 1);
  player->driver = lims_driver_ref(driver);
  player->settings = *settings;
  player->settings.time_scale = MAX(settings->time_scale, 1);
  player->events = *events;
  player->data = data;
  player->random = g_rand_new_with_seed(settings->seed);
  player->machine = lims_driver_protocol_new(driver, TRUE, player->settings.time_scale);
  player->timer = g_source_new(&TIMER_FUNCS, sizeof(GSource));
  g_source_set_callback(player->timer, on_timer, player, NULL);
  g_source_attach(player->timer, context);
  player->port = lims_port_new(device, &port, &PORT_EVENTS, player, context, error);
  if (player->port)
    return player;
  lims_player_free(player);
  return NULL;
}

void lims_player_start(LimsPlayer *player) {
  lims_port_start(player->port, TRUE);
  const char *address = lims_port_address(player->port);
  if (strcmp(lims_port_device(player->port), "tty:new") == 0 && address && player->events.address)
    player->events.address(address, player->data);
}

void lims_player_free(LimsPlayer *player) {
  if (!player)
    return;
  g_clear_pointer(&player->port, lims_port_free);
  g_source_destroy(player->timer);
  g_source_unref(player->timer);
  g_clear_pointer(&player->machine, lims_protocol_free);
  g_queue_clear_full(&player->waiting, (GDestroyNotify)g_bytes_unref);
  g_queue_clear_full(&player->outgoing, (GDestroyNotify)g_bytes_unref);
  g_rand_free(player->random);
  lims_driver_unref(player->driver);
  g_free(player);
}

void lims_player_send(LimsPlayer *player, GBytes *message) {
  g_queue_push_tail(&player->waiting, g_bytes_ref(message));
  player_run(player);
}

guint lims_player_waiting(const LimsPlayer *player) {
  return player->waiting.length;
}
