/* The ASTM machine as users see it: bytes and time in, events out; its parts are scanner, receiver and
 * sender.
 *
 * Bytes are read one by one, so that it makes no difference how the line cuts them, and not at all while a
 * FRAME waits for its answer. Timers that have passed are served before newer bytes, so that it makes no
 * difference either whether tick() came in time.
 */
#include "instruments/protocol/astm-private.h"

void lims_astm_settings_init(LimsAstmSettings *settings) {
  *settings = (LimsAstmSettings){.role = LIMS_ASTM_COMPUTER, .max_text = 240, .time_scale = 1};
}

gint64 lims_astm_after(const LimsAstm *astm, gint64 now_us, double seconds) {
  return now_us + (gint64)(seconds * G_USEC_PER_SEC) / astm->settings.time_scale;
}

LimsEvent *lims_astm_push(LimsAstm *astm, LimsEventKind kind, const char *reason, GBytes *bytes) {
  LimsEvent *event = g_new0(LimsEvent, 1);
  event->kind = kind;
  event->reason = reason;
  event->bytes = bytes;
  g_queue_push_tail(&astm->events, event);
  return event;
}

void lims_astm_push_reject(LimsAstm *astm, const char *reason, const guint8 *bytes, gsize size) {
  if (size > 0)
    lims_astm_push(astm, LIMS_EVENT_REJECT, reason, g_bytes_new(bytes, size));
}

void lims_astm_push_byte(LimsAstm *astm, guint8 byte) {
  lims_astm_push(astm, LIMS_EVENT_SEND, NULL, g_bytes_new(&byte, 1));
}

void lims_astm_become_neutral(LimsAstm *astm) {
  astm->phase = LIMS_ASTM_NEUTRAL;
  astm->timer = -1;
}

static gboolean we_have_the_line(const LimsAstm *astm) {
  return astm->phase == LIMS_ASTM_ENQUIRING || astm->phase == LIMS_ASTM_SENDING;
}

/* A long frame on a slow line may take more than 30 s: each of its bytes puts the timer off. */
static void put_timer_off(LimsAstm *astm, gint64 now_us) {
  LimsAstmScan state = astm->scanner.state;
  if (astm->phase == LIMS_ASTM_RECEIVING && (state == LIMS_ASTM_TEXT || state == LIMS_ASTM_SUM))
    astm->timer = lims_astm_after(astm, now_us, 30.0);
}

/* Reads one byte as the phase has it; *stale: what else is pending was sent before our frame. */
static gboolean read_byte(LimsAstm *astm, guint8 byte, gboolean *stale, gint64 now_us) {
  if (!we_have_the_line(astm)) {
    gboolean read = lims_astm_scan(astm, byte, now_us);
    put_timer_off(astm, now_us);
    return read;
  }
  if (*stale) {
    lims_astm_scan_noise(astm, byte, now_us);
    return TRUE;
  }
  guint sent = astm->events.length;
  lims_astm_send_reply(astm, byte, now_us);
  *stale = we_have_the_line(astm) && !astm->sender.draining && astm->events.length > sent;
  return TRUE;
}

static void read_pending(LimsAstm *astm, gint64 now_us) {
  gboolean stale = FALSE;
  while (astm->read < astm->pending->len && !astm->receiver.token)
    astm->read += read_byte(astm, astm->pending->data[astm->read], &stale, now_us) ? 1 : 0;
  g_byte_array_remove_range(astm->pending, 0, (guint)astm->read);
  astm->read = 0;
  lims_astm_send_begin(astm, now_us);
}

static void serve_quiet(LimsAstm *astm, gint64 now_us) {
  if (astm->scanner.quiet_at < 0 || now_us < astm->scanner.quiet_at)
    return;
  if (we_have_the_line(astm))
    lims_astm_send_quiet(astm, now_us);
  else
    lims_astm_scan_quiet(astm, now_us);
}

static void serve_timer(LimsAstm *astm, gint64 now_us) {
  if (astm->timer < 0 || now_us < astm->timer)
    return;
  if (we_have_the_line(astm))
    lims_astm_send_timeout(astm, now_us);
  else
    lims_astm_receive_timeout(astm);
}

static void astm_tick(LimsProtocol *protocol, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  serve_quiet(astm, now_us);
  serve_timer(astm, now_us);
  lims_astm_send_begin(astm, now_us);
}

static void astm_feed(LimsProtocol *protocol, const guint8 *bytes, gsize size, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  astm_tick(protocol, now_us);
  gsize room = LIMS_ASTM_BACKLOG - MIN(LIMS_ASTM_BACKLOG, astm->pending->len);
  gsize taken = astm->receiver.token ? MIN(size, room) : size;
  g_byte_array_append(astm->pending, bytes, (guint)taken);
  lims_astm_push_reject(astm, "overrun", bytes + taken, size - taken);
  read_pending(astm, now_us);
}

static gint64 earlier(gint64 a, gint64 b) {
  return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

static gint64 astm_deadline(const LimsProtocol *protocol) {
  const LimsAstm *astm = (const LimsAstm *)protocol;
  gint64 when = earlier(astm->timer, astm->scanner.quiet_at);
  gboolean held = astm->up && astm->phase == LIMS_ASTM_NEUTRAL && astm->sender.messages.length > 0;
  return held ? earlier(when, astm->sender.hold_until) : when;
}

static void astm_answer(LimsProtocol *protocol, guint64 token, LimsAnswer answer, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  if (token == 0 || token != astm->receiver.token)
    return;
  lims_astm_receive_answer(astm, answer, now_us);
  read_pending(astm, now_us);
}

static void astm_set_ready(LimsProtocol *protocol, gboolean ready, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  astm->ready = ready;
}

static void lose_line(LimsAstm *astm) {
  astm->up = FALSE;
  if (we_have_the_line(astm))
    lims_astm_send_fail(astm, "line-lost", 0);
  lims_astm_receive_lost(astm);
  lims_astm_push_reject(astm, "cut", astm->pending->data, astm->pending->len);
  g_byte_array_set_size(astm->pending, 0);
}

static void astm_connected(LimsProtocol *protocol, gboolean up, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  if (!up)
    lose_line(astm);
  astm->up = up;
  lims_astm_send_begin(astm, now_us);
}

static gboolean astm_next(LimsProtocol *protocol, LimsEvent *event) {
  LimsAstm *astm = (LimsAstm *)protocol;
  g_autofree LimsEvent *next = g_queue_pop_head(&astm->events);
  if (!next)
    return FALSE;
  *event = *next;
  return TRUE;
}

static void astm_send(LimsProtocol *protocol, GBytes *message, gint64 now_us) {
  LimsAstm *astm = (LimsAstm *)protocol;
  g_queue_push_tail(&astm->sender.messages, g_bytes_ref(message));
  lims_astm_send_begin(astm, now_us);
}

static gboolean astm_idle(const LimsProtocol *protocol) {
  const LimsAstm *astm = (const LimsAstm *)protocol;
  return astm->phase == LIMS_ASTM_NEUTRAL && !astm->receiver.token && astm->events.length == 0 &&
         astm->sender.messages.length == 0 && astm->pending->len == 0 && astm->scanner.block->len == 0;
}

static void free_event(gpointer event) {
  lims_event_clear(event);
  g_free(event);
}

static void astm_free(LimsProtocol *protocol) {
  LimsAstm *astm = (LimsAstm *)protocol;
  g_queue_clear_full(&astm->events, free_event);
  g_queue_clear_full(&astm->sender.messages, (GDestroyNotify)g_bytes_unref);
  g_ptr_array_unref(astm->sender.frames);
  g_clear_pointer(&astm->receiver.last_frame, g_bytes_unref);
  g_clear_pointer(&astm->receiver.waiting_frame, g_bytes_unref);
  g_byte_array_unref(astm->scanner.block);
  g_byte_array_unref(astm->pending);
  g_free(astm);
}

static const LimsProtocolClass ASTM_CLASS = {
    .name = "astm",
    .free = astm_free,
    .feed = astm_feed,
    .deadline = astm_deadline,
    .tick = astm_tick,
    .answer = astm_answer,
    .set_ready = astm_set_ready,
    .connected = astm_connected,
    .next = astm_next,
    .send = astm_send,
    .idle = astm_idle,
};

LimsProtocol *lims_astm_new(const LimsAstmSettings *settings) {
  LimsAstm *astm = g_new0(LimsAstm, 1);
  astm->base.class = &ASTM_CLASS;
  astm->settings = *settings;
  astm->settings.time_scale = MAX(1, settings->time_scale);
  astm->settings.max_text = CLAMP(settings->max_text, 1, LIMS_ASTM_MAX_TEXT);
  astm->up = astm->ready = TRUE;
  astm->timer = astm->scanner.quiet_at = -1;
  lims_astm_tail_init(&astm->receiver.tail);
  g_queue_init(&astm->events);
  g_queue_init(&astm->sender.messages);
  astm->sender.frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  astm->pending = g_byte_array_new();
  astm->scanner.block = g_byte_array_new();
  return &astm->base;
}
