/* The analyzer's side of a text line, for the simulator and for playing captures.
 *
 * Pushed messages go out as they are; after each, where silence ends a message, there is silence. An analyzer
 * that is asked keeps what it was given as its history and answers each request with all of it and the end
 * mark.
 */
#include "instruments/protocol/lines-private.h"

#include <string.h>

#define HISTORY 500 /* messages an analyzer remembers */
#define REQUEST 256 /* bytes of a request that are looked at */

/* The request's text with its dates of any digits. */
static GRegex *request_pattern(const LimsLinesSettings *set) {
  g_autoptr(GDateTime) some = g_date_time_new_utc(2000, 12, 31, 0, 0, 0);
  g_autofree char *date = g_date_time_format(some, set->date_format);
  g_autofree char *any = g_strdup_printf(".{%u}", (guint)strlen(date));
  g_autofree char *escaped = g_regex_escape_string(set->request, -1);
  g_autoptr(GString) pattern = g_string_new(escaped);

  g_string_replace(pattern, "\\{from\\}", any, 0);
  g_string_replace(pattern, "\\{to\\}", any, 0);
  return g_regex_new(pattern->str, G_REGEX_RAW | G_REGEX_DOTALL, 0, NULL);
}

void lims_lines_player_init(LimsLines *lines) {
  lines->player.messages = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  lines->player.heard = g_byte_array_new();
  if (lines->set.as_instrument && lines->set.request)
    lines->player.request = request_pattern(&lines->set);
}

void lims_lines_player_clear(LimsLines *lines) {
  g_ptr_array_unref(lines->player.messages);
  g_byte_array_unref(lines->player.heard);
  g_clear_pointer(&lines->player.request, g_regex_unref);
}

/* Without the end mark: the answer has one of its own. */
static GBytes *without_end(const LimsLines *lines, GBytes *message) {
  gsize size;
  const char *data = g_bytes_get_data(message, &size);
  gsize word = lines->set.end_word ? strlen(lines->set.end_word) : 0, end = size;

  while (end > 0 && (data[end - 1] == '\r' || data[end - 1] == '\n'))
    end--;
  if (word == 0 || end < word || memcmp(data + end - word, lines->set.end_word, word) != 0)
    return g_bytes_ref(message);
  return g_bytes_new_from_bytes(message, 0, end - word);
}

static void answer_request(LimsLines *lines) {
  LimsLinesPlayer *player = &lines->player;
  GByteArray *text = g_byte_array_new();

  for (guint i = 0; i < player->messages->len; i++) {
    gsize size;
    const guint8 *data = g_bytes_get_data(player->messages->pdata[i], &size);

    g_byte_array_append(text, data, (guint)size);
  }
  if (lines->set.end_word)
    g_byte_array_append(text, (const guint8 *)lines->set.end_word, (guint)strlen(lines->set.end_word));
  g_byte_array_append(text, (const guint8 *)"\r\n", 2);
  lims_lines_push(lines, LIMS_EVENT_SEND, g_byte_array_free_to_bytes(text), NULL);
  for (; player->told < player->messages->len; player->told++)
    lims_lines_push(lines, LIMS_EVENT_DONE, NULL, NULL);
}

void lims_lines_player_feed(LimsLines *lines, const guint8 *bytes, gsize size) {
  GByteArray *heard = lines->player.heard;

  if (!lines->player.request)
    return;
  for (gsize i = 0; i < size; i++) {
    g_byte_array_append(heard, bytes + i, 1);
    if (g_regex_match_full(lines->player.request, (const char *)heard->data, heard->len, 0, 0, NULL, NULL)) {
      g_byte_array_set_size(heard, 0);
      answer_request(lines);
    } else if (heard->len > REQUEST) {
      g_byte_array_remove_range(heard, 0, REQUEST / 2);
    }
  }
}

void lims_lines_player_send(LimsLines *lines, GBytes *message, gint64 now_us) {
  LimsLinesPlayer *player = &lines->player;

  g_ptr_array_add(player->messages, player->request ? without_end(lines, message) : g_bytes_ref(message));
  if (player->request && player->messages->len > HISTORY) {
    g_ptr_array_remove_index(player->messages, 0);
    player->told -= player->told > 0;
  }
  lims_lines_player_tick(lines, now_us);
}

gint64 lims_lines_player_deadline(const LimsLines *lines) {
  gboolean waiting = !lines->player.request && lines->player.messages->len > 0 && lines->up;

  return waiting ? lines->player.next_us : -1;
}

void lims_lines_player_tick(LimsLines *lines, gint64 now_us) {
  LimsLinesPlayer *player = &lines->player;

  while (!player->request && lines->up && player->messages->len > 0 && now_us >= player->next_us) {
    lims_lines_push(lines, LIMS_EVENT_SEND, g_bytes_ref(player->messages->pdata[0]), NULL);
    lims_lines_push(lines, LIMS_EVENT_DONE, NULL, NULL);
    g_ptr_array_remove_index(player->messages, 0);
    if (lines->set.end == LIMS_LINES_END_IDLE)
      player->next_us = now_us + 2 * lims_lines_scaled(lines, lines->set.idle_ms);
  }
}
