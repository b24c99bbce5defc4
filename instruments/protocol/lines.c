/* From bytes to lines and from lines to messages.
 *
 * What arrives: text from a printer's port, cut anywhere, with any line end, with break characters and page
 * feeds, without a checksum. What can go wrong: a line that never ends, text of another encoding, a message
 * whose end is lost, silence. What leaves: FRAMEs of whole lines, REJECTs of the rest, each with its reason.
 * A line that is damaged but readable cannot be told from a good one here; the driver's layout is the only
 * check there is.
 */
#include "instruments/protocol/lines-private.h"

#include <string.h>

#define AGAIN_US G_USEC_PER_SEC

gint64 lims_lines_scaled(const LimsLines *lines, guint ms) {
  return (gint64)ms * 1000 / MAX(lines->set.time_scale, 1);
}

/* ---- events ---- */

static LimsEvent *event_new(LimsEventKind kind, GBytes *bytes, const char *reason) {
  LimsEvent *event = g_new0(LimsEvent, 1);

  event->kind = kind;
  event->bytes = bytes;
  event->reason = reason;
  return event;
}

static void event_free(gpointer data) {
  lims_event_clear(data);
  g_free(data);
}

void lims_lines_push(LimsLines *lines, LimsEventKind kind, GBytes *bytes, const char *reason) {
  g_queue_push_tail(&lines->events, event_new(kind, bytes, reason));
}

void lims_lines_reject(LimsLines *lines, const guint8 *bytes, gsize size, const char *reason) {
  const LimsEvent *last = g_queue_peek_tail(&lines->events);

  if (lines->waiting + size >
      LIMS_LINES_BACKLOG) { /* bounded whatever comes: the first of many stands for all */
    reason = "overrun";
    if (last && last->kind == LIMS_EVENT_REJECT && strcmp(last->reason, reason) == 0)
      return;
  }
  lims_lines_push(lines, LIMS_EVENT_REJECT, g_bytes_new(bytes, size), reason);
}

void lims_lines_push_frame(LimsLines *lines, GBytes *bytes, gboolean starts, gboolean ends) {
  gsize size;
  const guint8 *data = g_bytes_get_data(bytes, &size);
  LimsEvent *event;

  if (lines->waiting + size > LIMS_LINES_BACKLOG) {
    lims_lines_reject(lines, data, size, "overrun");
    g_bytes_unref(bytes);
    return;
  }
  event = event_new(LIMS_EVENT_FRAME, bytes, NULL);
  event->starts = starts;
  event->ends = ends;
  lines->waiting += size;
  g_queue_push_tail(&lines->events, event);
}

static gboolean next(LimsProtocol *protocol, LimsEvent *out) {
  LimsLines *lines = (LimsLines *)protocol;
  LimsEvent *head = g_queue_peek_head(&lines->events);

  if (!head)
    return FALSE;
  if (head->kind == LIMS_EVENT_FRAME) {
    if (lines->offered || lines->again_us >= 0)
      return FALSE;
    lines->offered = TRUE;
    head->token = ++lines->token;
    *out = *head;
    out->bytes = g_bytes_ref(head->bytes);
    return TRUE;
  }
  *out = *head;
  g_free(g_queue_pop_head(&lines->events));
  return TRUE;
}

static void answer(LimsProtocol *protocol, guint64 token, LimsAnswer what, gint64 now_us) {
  LimsLines *lines = (LimsLines *)protocol;
  LimsEvent *head = g_queue_peek_head(&lines->events);

  if (!lines->offered || token != lines->token)
    return;
  lines->offered = FALSE;
  if (what != LIMS_ANSWER_ACCEPTED) {
    lines->again_us = now_us + AGAIN_US;
    return;
  }
  lines->waiting -= g_bytes_get_size(head->bytes);
  event_free(g_queue_pop_head(&lines->events));
}

/* ---- messages ---- */

static void emit(LimsLines *lines, GBytes *bytes, gboolean starts, gboolean ends, gint64 now_us) {
  if (lines->set.request)
    lims_lines_poll_collect(lines, bytes, starts, ends, now_us);
  else
    lims_lines_push_frame(lines, bytes, starts, ends);
}

static void emit_held(LimsLines *lines, gboolean ends, gint64 now_us) {
  if (lines->held)
    emit(lines, g_steal_pointer(&lines->held), lines->held_starts, ends, now_us);
}

static void end_message(LimsLines *lines, const char *reason, gint64 now_us) {
  emit_held(lines, FALSE, now_us);
  if (lines->open)
    lims_lines_push(lines, LIMS_EVENT_END, NULL, reason);
  lines->open = FALSE;
}

static void hold(LimsLines *lines, GBytes *bytes, gint64 now_us) {
  emit_held(lines, FALSE, now_us);
  lines->held = bytes;
  lines->held_starts = !lines->open;
  lines->open = TRUE;
}

static void add_line(LimsLines *lines, const char *text, gint64 now_us) {
  gboolean is_start = !lines->set.is_start || lines->set.is_start(text, lines->set.data);
  gboolean is_end = lines->set.end == LIMS_LINES_END_WORD && strcmp(text, lines->set.end_word) == 0;

  if (lines->open && lines->set.is_start && is_start)
    end_message(lines, "restarted", now_us);
  if (!lines->open && (!is_start || (is_end && !lines->set.request))) {
    lims_lines_reject(lines, lines->line->data, lines->line->len, "outside");
    return;
  }
  lines->line_at_us = now_us;
  if (lines->set.end == LIMS_LINES_END_IDLE) {
    hold(lines, g_bytes_new(lines->line->data, lines->line->len), now_us);
    return;
  }
  is_end = is_end || lines->set.end == LIMS_LINES_END_LINE;
  emit(lines, g_bytes_new(lines->line->data, lines->line->len), !lines->open, is_end, now_us);
  lines->open = !is_end;
}

static void add_blank(LimsLines *lines, gint64 now_us) {
  if (lines->set.end != LIMS_LINES_END_BLANK || !lines->open)
    return;
  emit(lines, g_bytes_new(lines->line->data, lines->line->len), FALSE, TRUE, now_us);
  lines->open = FALSE;
}

/* ---- lines ---- */

static gboolean is_control(guint8 byte) {
  return (byte < ' ' && byte != '\t' && byte != '\f') || byte == 0x7f;
}

/* The window without the line end, and without the breaks (NUL) and page feeds that precede text. */
static void find_text(const GByteArray *line, gsize *start, gsize *end) {
  *start = 0;
  *end = line->len;
  while (*end > 0 && (line->data[*end - 1] == '\r' || line->data[*end - 1] == '\n'))
    (*end)--;
  while (*start < *end && (line->data[*start] == '\0' || line->data[*start] == '\f'))
    (*start)++;
}

static void finish_line(LimsLines *lines, gint64 now_us) {
  gsize start, end;
  const char *reason = NULL;
  g_autofree char *text = NULL;

  find_text(lines->line, &start, &end);
  for (gsize i = start; i < end && !reason; i++)
    if (is_control(lines->line->data[i]))
      reason = "control";
  if (!reason)
    text = lims_text_decode(lines->line->data + start, end - start, lines->set.encoding, NULL);
  if (!reason && !text)
    reason = "encoding";
  if (reason)
    lims_lines_reject(lines, lines->line->data, lines->line->len, reason);
  else if (*g_strstrip(text) == '\0')
    add_blank(lines, now_us);
  else
    add_line(lines, text, now_us);
  g_byte_array_set_size(lines->line, 0);
}

static gboolean ends_line(const LimsLines *lines, guint8 byte) {
  guint length = lines->line->len;

  switch (lines->set.terminator) {
  case LIMS_LINES_CR:
    return byte == '\r';
  case LIMS_LINES_LF:
    return byte == '\n';
  case LIMS_LINES_CRLF:
    return byte == '\n' && length > 0 && lines->line->data[length - 1] == '\r';
  default:
    return byte == '\r' || byte == '\n';
  }
}

/* A bare end word is at an end with its last letter. */
static gboolean is_bare_end(const LimsLines *lines) {
  return lines->set.end_bare && lines->line->len == strlen(lines->set.end_word) &&
         memcmp(lines->line->data, lines->set.end_word, lines->line->len) == 0;
}

void lims_lines_forget_line(LimsLines *lines, const char *reason) {
  if (lines->line->len > 0)
    lims_lines_reject(lines, lines->line->data, lines->line->len, reason);
  g_byte_array_set_size(lines->line, 0);
  lines->skipping = FALSE;
}

void lims_lines_take_byte(LimsLines *lines, guint8 byte, gint64 now_us) {
  gboolean second = lines->after_cr && byte == '\n', ends = ends_line(lines, byte);

  lines->byte_at_us = now_us;
  lines->after_cr = lines->set.terminator == LIMS_LINES_ANY && byte == '\r';
  if (second)
    return;
  if (lines->skipping) {
    lines->skipping = !(byte == '\n' || byte == '\r');
    return;
  }
  g_byte_array_append(lines->line, &byte, 1);
  if (ends || is_bare_end(lines)) {
    finish_line(lines, now_us);
  } else if (lines->line->len > lines->set.max_line + 2) {
    lims_lines_forget_line(lines, "too-long");
    lines->skipping = TRUE;
  }
}

/* ---- the class ---- */

static gint64 earlier(gint64 a, gint64 b) {
  return a < 0 ? b : b < 0 ? a : MIN(a, b);
}

/* An answer to a request has a timer of its own. */
static gint64 line_deadline(const LimsLines *lines) {
  if (lines->set.request || (lines->line->len == 0 && !lines->skipping))
    return -1;
  return lines->byte_at_us + lims_lines_scaled(lines, lines->set.line_ms);
}

/* Silence that ends the open message, in either sense. */
static gint64 message_deadline(const LimsLines *lines) {
  if (!lines->open || lines->set.request)
    return -1;
  if (lines->held)
    return MAX(lines->line_at_us, lines->byte_at_us) + lims_lines_scaled(lines, lines->set.idle_ms);
  return lines->line_at_us + lims_lines_scaled(lines, lines->set.message_ms);
}

static gint64 deadline(const LimsProtocol *protocol) {
  const LimsLines *lines = (const LimsLines *)protocol;
  gint64 at = earlier(line_deadline(lines), message_deadline(lines));

  at = earlier(at, lines->again_us);
  if (lines->set.as_instrument)
    return earlier(at, lims_lines_player_deadline(lines));
  return lines->set.request ? earlier(at, lims_lines_poll_deadline(lines)) : at;
}

static gboolean is_due(gint64 at, gint64 now_us) {
  return at >= 0 && now_us >= at;
}

static void tick(LimsProtocol *protocol, gint64 now_us) {
  LimsLines *lines = (LimsLines *)protocol;

  if (is_due(lines->again_us, now_us))
    lines->again_us = -1;
  if (is_due(line_deadline(lines), now_us))
    lims_lines_forget_line(lines, "cut");
  if (is_due(message_deadline(lines), now_us)) {
    if (lines->held) {
      emit_held(lines, TRUE, now_us);
      lines->open = FALSE;
    } else {
      end_message(lines, "timeout", now_us);
    }
  }
  if (lines->set.as_instrument)
    lims_lines_player_tick(lines, now_us);
  else if (lines->set.request)
    lims_lines_poll_tick(lines, now_us);
}

static void feed(LimsProtocol *protocol, const guint8 *bytes, gsize size, gint64 now_us) {
  LimsLines *lines = (LimsLines *)protocol;

  tick(protocol, now_us); /* what is overdue must not touch what comes now */
  if (lines->set.as_instrument) {
    lims_lines_player_feed(lines, bytes, size);
  } else if (lines->set.request) {
    lims_lines_poll_feed(lines, bytes, size, now_us);
  } else {
    for (gsize i = 0; i < size; i++)
      lims_lines_take_byte(lines, bytes[i], now_us);
  }
}

static void set_ready(LimsProtocol *protocol, gboolean ready, gint64 now_us) {
  ((LimsLines *)protocol)->ready = ready;
}

static void connected(LimsProtocol *protocol, gboolean up, gint64 now_us) {
  LimsLines *lines = (LimsLines *)protocol;

  lines->up = up;
  lines->after_cr = FALSE;
  lims_lines_forget_line(lines, "cut");
  if (lines->set.as_instrument)
    lims_lines_player_tick(lines, now_us);
  else if (lines->set.request)
    lims_lines_poll_connected(lines, up, now_us);
  else
    end_message(lines, "line-lost", now_us);
}

static void send(LimsProtocol *protocol, GBytes *message, gint64 now_us) {
  LimsLines *lines = (LimsLines *)protocol;

  if (lines->set.as_instrument)
    lims_lines_player_send(lines, message, now_us);
  else
    lims_lines_push(lines, LIMS_EVENT_FAILED, NULL,
                    "refused"); /* there is nothing to tell such an analyzer */
}

static gboolean idle(const LimsProtocol *protocol) {
  const LimsLines *lines = (const LimsLines *)protocol;

  if (lines->set.as_instrument)
    return g_queue_is_empty((GQueue *)&lines->events) && lines->player.told == lines->player.messages->len;
  return !lines->open && lines->line->len == 0 && g_queue_is_empty((GQueue *)&lines->events) &&
         lines->poll.state != LIMS_LINES_ASKED;
}

static void lines_free(LimsProtocol *protocol) {
  LimsLines *lines = (LimsLines *)protocol;

  g_queue_clear_full(&lines->events, event_free);
  g_byte_array_unref(lines->line);
  g_clear_pointer(&lines->held, g_bytes_unref);
  lims_lines_poll_clear(lines);
  lims_lines_player_clear(lines);
  if (lines->set.data_free)
    lines->set.data_free(lines->set.data);
  g_free((char *)lines->set.end_word);
  g_free((char *)lines->set.request);
  g_free((char *)lines->set.date_format);
  g_clear_pointer(&lines->set.zone, g_time_zone_unref);
  g_free(lines);
}

static const LimsProtocolClass CLASS = {
    .name = "lines",
    .free = lines_free,
    .feed = feed,
    .deadline = deadline,
    .tick = tick,
    .answer = answer,
    .set_ready = set_ready,
    .connected = connected,
    .next = next,
    .send = send,
    .idle = idle,
};

void lims_lines_settings_init(LimsLinesSettings *settings) {
  *settings = (LimsLinesSettings){
      .max_line = 4096,
      .idle_ms = 3000,
      .message_ms = 600000,
      .line_ms = 5000,
      .date_format = "%Y-%m-%d",
      .interval_ms = 60000,
      .response_ms = 5000,
      .history_days = 7,
      .time_scale = 1,
  };
}

LimsProtocol *lims_lines_new(const LimsLinesSettings *settings) {
  LimsLines *lines = g_new0(LimsLines, 1);

  lines->base.class = &CLASS;
  lines->set = *settings;
  lines->set.end_word = g_strdup(settings->end_word);
  lines->set.request = g_strdup(settings->request);
  lines->set.date_format = g_strdup(settings->date_format);
  lines->set.zone = settings->zone ? g_time_zone_ref(settings->zone) : g_time_zone_new_offset(8 * 3600);
  lines->ready = lines->up = TRUE;
  lines->again_us = -1;
  lines->line = g_byte_array_new();
  g_queue_init(&lines->events);
  lims_lines_poll_init(lines);
  lims_lines_player_init(lines);
  return &lines->base;
}
