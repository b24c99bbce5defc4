/* Asking an analyzer that keeps its results until it is asked.
 *
 * What arrives: answers of many lines to the end mark, repeating all that was asked for before. What can go
 * wrong: no answer, half of one, one that comes after it was given up, bytes that nobody asked for. One
 * request is out at a time; after a failure the line must be quiet before the next, and the next comes later
 * and later. Only a whole answer that differs from the last one is passed on; all of it, so that its
 * transmission can be read by itself.
 */
#include "instruments/protocol/lines-private.h"

#include <string.h>

#define MAX_BACKOFF 5 /* doublings of the interval */

void lims_lines_poll_init(LimsLines *lines) {
  lines->poll.answer = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  lines->poll.noise = g_byte_array_new();
}

void lims_lines_poll_clear(LimsLines *lines) {
  g_ptr_array_unref(lines->poll.answer);
  g_byte_array_unref(lines->poll.noise);
  g_free(lines->poll.last_digest);
}

/* ---- noise ---- */

static void tell_noise(LimsLines *lines, const char *reason) {
  GByteArray *noise = lines->poll.noise;
  gboolean blank = TRUE;

  for (guint i = 0; i < noise->len && blank; i++)
    blank = noise->data[i] == '\r' || noise->data[i] == '\n' || noise->data[i] == ' ';
  if (!blank)
    lims_lines_reject(lines, noise->data, noise->len, reason);
  g_byte_array_set_size(noise, 0);
}

static const char *noise_reason(const LimsLines *lines) {
  return lines->poll.state == LIMS_LINES_DRAINING ? "late" : "unasked";
}

static void take_noise(LimsLines *lines, guint8 byte, gint64 now_us) {
  LimsLinesPoll *poll = &lines->poll;

  g_byte_array_append(poll->noise, &byte, 1);
  poll->noise_at_us = now_us;
  if (poll->noise->len >= LIMS_LINES_NOISE)
    tell_noise(lines, noise_reason(lines));
  if (poll->state == LIMS_LINES_DRAINING)
    poll->due_us = now_us + lims_lines_scaled(lines, lines->set.response_ms);
}

/* ---- requests ---- */

static char *format_date(const LimsLines *lines, gint64 wall_us) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(wall_us / G_USEC_PER_SEC);
  g_autoptr(GDateTime) there = g_date_time_to_timezone(utc, lines->set.zone);

  return g_date_time_format(there, lines->set.date_format);
}

/* A day more than was answered: what is measured around midnight is never missed. */
static GBytes *make_request(const LimsLines *lines) {
  gint64 wall = lines->set.wall_us(), day = G_TIME_SPAN_DAY;
  gint64 since = lines->poll.answered_us ? MIN(lines->poll.answered_us, wall) - day
                                         : wall - (gint64)lines->set.history_days * day;
  g_autofree char *from = format_date(lines, since), *to = format_date(lines, wall);
  GString *request = g_string_new(lines->set.request);

  g_string_replace(request, "{from}", from, 0);
  g_string_replace(request, "{to}", to, 0);
  return g_string_free_to_bytes(request);
}

static void drop_answer(LimsLines *lines) {
  g_ptr_array_set_size(lines->poll.answer, 0);
  lines->poll.answer_size = 0;
  lines->open = FALSE;
}

static void ask(LimsLines *lines, gint64 now_us) {
  tell_noise(lines, "unasked");
  drop_answer(lines);
  lines->poll.state = LIMS_LINES_ASKED;
  lines->poll.due_us = now_us + lims_lines_scaled(lines, lines->set.response_ms);
  lims_lines_push(lines, LIMS_EVENT_SEND, make_request(lines), NULL);
}

/* ---- answers ---- */

static void rest(LimsLines *lines, gint64 now_us) {
  guint doublings = MIN(lines->poll.failures, MAX_BACKOFF);

  lines->poll.state = LIMS_LINES_RESTING;
  lines->poll.due_us = now_us + (lims_lines_scaled(lines, lines->set.interval_ms) << doublings);
}

static char *digest_answer(const GPtrArray *answer) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

  for (guint i = 0; i < answer->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data(answer->pdata[i], &size);

    g_checksum_update(sum, data, (gssize)size);
  }
  return g_strdup(g_checksum_get_string(sum));
}

/* An answer of the end mark alone says that there is nothing. */
static void finish_answer(LimsLines *lines, gint64 now_us) {
  LimsLinesPoll *poll = &lines->poll;
  g_autofree char *digest = digest_answer(poll->answer);
  guint marks = lines->set.end == LIMS_LINES_END_LINE ? 0 : 1;

  if (poll->answer->len > marks && g_strcmp0(digest, poll->last_digest) != 0) {
    for (guint i = 0; i < poll->answer->len; i++)
      lims_lines_push_frame(lines, g_bytes_ref(poll->answer->pdata[i]), i == 0, i + 1 == poll->answer->len);
    g_free(poll->last_digest);
    poll->last_digest = g_steal_pointer(&digest);
  }
  drop_answer(lines);
  poll->answered_us = lines->set.wall_us();
  poll->failures = 0;
  rest(lines, now_us);
}

static void reject_answer(LimsLines *lines, const char *reason) {
  for (guint i = 0; i < lines->poll.answer->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data(lines->poll.answer->pdata[i], &size);

    lims_lines_reject(lines, data, size, reason);
  }
  lims_lines_forget_line(lines, reason);
  drop_answer(lines);
}

static void give_up(LimsLines *lines, const char *reason, gint64 now_us) {
  reject_answer(lines, reason);
  lines->poll.failures++;
  lines->poll.state = LIMS_LINES_DRAINING;
  lines->poll.due_us = now_us + lims_lines_scaled(lines, lines->set.response_ms);
}

void lims_lines_poll_collect(LimsLines *lines, GBytes *bytes, gboolean starts, gboolean ends, gint64 now_us) {
  LimsLinesPoll *poll = &lines->poll;

  poll->answer_size += g_bytes_get_size(bytes);
  g_ptr_array_add(poll->answer, bytes);
  if (poll->answer_size > LIMS_LINES_BACKLOG)
    give_up(lines, "overrun", now_us);
  else if (ends)
    finish_answer(lines, now_us);
}

void lims_lines_poll_feed(LimsLines *lines, const guint8 *bytes, gsize size, gint64 now_us) {
  for (gsize i = 0; i < size; i++) {
    if (lines->poll.state != LIMS_LINES_ASKED) {
      take_noise(lines, bytes[i], now_us);
      continue;
    }
    lines->poll.due_us = now_us + lims_lines_scaled(lines, lines->set.response_ms);
    lims_lines_take_byte(lines, bytes[i], now_us);
  }
}

/* ---- time ---- */

static gint64 noise_deadline(const LimsLines *lines) {
  return lines->poll.noise->len > 0 ? lines->poll.noise_at_us + lims_lines_scaled(lines, lines->set.line_ms)
                                    : -1;
}

/* Nothing is asked while nothing can be kept. */
static gboolean may_ask(const LimsLines *lines) {
  return lines->ready && g_queue_is_empty((GQueue *)&lines->events);
}

gint64 lims_lines_poll_deadline(const LimsLines *lines) {
  gint64 noise = noise_deadline(lines), due = lines->poll.due_us;

  if (lines->poll.state == LIMS_LINES_OFF || (lines->poll.state == LIMS_LINES_RESTING && !may_ask(lines)))
    return noise;
  return noise >= 0 ? MIN(noise, due) : due;
}

void lims_lines_poll_tick(LimsLines *lines, gint64 now_us) {
  LimsLinesPoll *poll = &lines->poll;

  if (noise_deadline(lines) >= 0 && now_us >= noise_deadline(lines))
    tell_noise(lines, noise_reason(lines));
  if (poll->state == LIMS_LINES_OFF || now_us < poll->due_us)
    return;
  if (poll->state == LIMS_LINES_ASKED) {
    give_up(lines, "cut", now_us);
  } else if (poll->state == LIMS_LINES_DRAINING) {
    tell_noise(lines, "late");
    rest(lines, now_us);
  } else if (may_ask(lines)) {
    ask(lines, now_us);
  }
}

void lims_lines_poll_connected(LimsLines *lines, gboolean up, gint64 now_us) {
  tell_noise(lines, noise_reason(lines));
  reject_answer(lines, "cut");
  lines->poll.state = up ? LIMS_LINES_RESTING : LIMS_LINES_OFF;
  lines->poll.failures = 0;
  lines->poll.due_us = now_us;
}
