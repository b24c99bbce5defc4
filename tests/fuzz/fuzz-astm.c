/* Any bytes on the line, cut anywhere: the machine gives the same frames, keeps nothing for ever, and every
 * byte of a frame it gives out has a right checksum. The first byte of the input says how the rest is cut. */
#include "instruments/protocol/astm-capture.h"
#include "instruments/protocol/astm.h"
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_frame(GBytes *bytes) {
  gsize size, text_size;
  const guint8 *frame = g_bytes_get_data(bytes, &size), *text;
  gboolean last;
  g_assert_true(lims_astm_frame_text(frame, size, &text, &text_size, &last));
  int high = g_ascii_xdigit_value((char)text[text_size + 1]);
  int low = g_ascii_xdigit_value((char)text[text_size + 2]);
  g_assert_cmpint(high * 16 + low, ==, lims_astm_checksum(text - 1, text_size + 2));
}

static void take_events(LimsProtocol *machine, GString *log, gint64 now_us) {
  LimsEvent event;
  while (lims_protocol_next(machine, &event)) {
    if (event.kind == LIMS_EVENT_FRAME) {
      check_frame(event.bytes);
      g_string_append_printf(log, "%d%d ", event.starts, event.ends);
      g_string_append_len(log, g_bytes_get_data(event.bytes, NULL), (gssize)g_bytes_get_size(event.bytes));
      lims_protocol_answer(machine, event.token, LIMS_ANSWER_ACCEPTED, now_us);
    } else if (event.kind == LIMS_EVENT_END) {
      g_string_append_printf(log, "end %s ", event.reason);
    }
    lims_event_clear(&event);
  }
}

static void let_time_pass(LimsProtocol *machine, GString *log, gint64 now_us) {
  gint64 next;
  while ((next = lims_protocol_deadline(machine)) >= 0) {
    now_us = MAX(now_us, next);
    lims_protocol_tick(machine, now_us);
    take_events(machine, log, now_us);
  }
  g_assert_true(lims_protocol_idle(machine));
}

static GString *receive(const uint8_t *data, size_t size, size_t piece) {
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  g_autoptr(LimsProtocol) machine = lims_astm_new(&settings);
  GString *log = g_string_new(NULL);
  for (size_t at = 0; at < size; at += piece) {
    lims_protocol_feed(machine, data + at, MIN(piece, size - at), 1);
    take_events(machine, log, 1);
  }
  let_time_pass(machine, log, 1);
  return log;
}

/* The same bytes as replies to a sender of ours. */
static void send_against(const uint8_t *data, size_t size, size_t piece) {
  static const char TEXT[] = "H|\\^&\rP|1\rL|1|N\r";
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.role = piece % 2 ? LIMS_ASTM_INSTRUMENT : LIMS_ASTM_COMPUTER;
  settings.record_per_frame = TRUE;
  g_autoptr(LimsProtocol) machine = lims_astm_new(&settings);
  g_autoptr(GBytes) message = g_bytes_new_static(TEXT, sizeof TEXT - 1);
  g_autoptr(GString) log = g_string_new(NULL);
  lims_protocol_send(machine, message, 1);
  for (size_t at = 0; at < size; at += piece) {
    lims_protocol_feed(machine, data + at, MIN(piece, size - at), 1 + (gint64)at * G_USEC_PER_SEC);
    take_events(machine, log, 1 + (gint64)at * G_USEC_PER_SEC);
  }
  let_time_pass(machine, log, 1 + (gint64)size * G_USEC_PER_SEC);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0)
    return 0;
  size_t piece = 1 + data[0] % 16;
  g_autoptr(GString) whole = receive(data + 1, size - 1, size);
  g_autoptr(GString) pieces = receive(data + 1, size - 1, piece);
  g_assert_true(g_string_equal(whole, pieces));
  send_against(data + 1, size - 1, piece);
  lims_astm_capture_free(lims_astm_capture_read(data + 1, size - 1));
  return 0;
}
