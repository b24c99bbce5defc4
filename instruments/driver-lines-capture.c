/* Captures of text lines.
 *
 * What arrives: a file that holds what an analyzer sent, perhaps cut, perhaps with an editor's line ends. It
 * goes through the live machine, but without asking: a capture holds answers only.
 */
#include "instruments/driver-lines-private.h"

typedef struct {
  const LimsDriver *driver;
  GTimeZone *zone;
  LimsCapture *capture;
  GPtrArray *frames; /* of the open message */
  gsize offset;      /* of the byte that was fed last */
} Collector;

static void append_text(gpointer frame, gpointer text) {
  gsize size;
  const guint8 *bytes = g_bytes_get_data(frame, &size);

  lims_driver_lines_trim(&bytes, &size);
  g_byte_array_append(text, bytes, (guint)size);
  g_byte_array_append(text, (const guint8 *)"\r\n", 2);
}

static void finish_message(Collector *collector) {
  GByteArray *text;

  if (collector->frames->len == 0)
    return;
  text = g_byte_array_new();
  g_ptr_array_foreach(collector->frames, append_text, text);
  g_ptr_array_add(collector->capture->texts, g_byte_array_free_to_bytes(text));
  g_ptr_array_add(collector->capture->messages,
                  lims_driver_decode(collector->driver, collector->frames, collector->zone));
  g_ptr_array_set_size(collector->frames, 0);
}

static void take_event(Collector *collector, LimsProtocol *machine, LimsEvent *event, gint64 now_us) {
  gsize size = 0;
  const guint8 *bytes = event->bytes ? g_bytes_get_data(event->bytes, &size) : NULL;

  if (event->kind == LIMS_EVENT_FRAME) {
    g_ptr_array_add(collector->frames, g_bytes_ref(event->bytes));
    lims_protocol_answer(machine, event->token, LIMS_ANSWER_ACCEPTED, now_us);
    if (event->ends)
      finish_message(collector);
  } else if (event->kind == LIMS_EVENT_END) {
    finish_message(collector);
  } else if (event->kind == LIMS_EVENT_REJECT) {
    gsize start = collector->offset >= size ? collector->offset - size : 0;

    g_ptr_array_add(collector->capture->rejects,
                    lims_undecoded_new((guint)start, event->reason, bytes, size));
  }
  lims_event_clear(event);
}

static void take_events(Collector *collector, LimsProtocol *machine, gint64 now_us) {
  LimsEvent event;

  while (lims_protocol_next(machine, &event))
    take_event(collector, machine, &event, now_us);
}

static void feed_capture(Collector *collector, LimsProtocol *machine, const guint8 *bytes, gsize size) {
  for (gsize i = 0; i < size; i++) {
    lims_protocol_feed(machine, bytes + i, 1, 0);
    collector->offset = i + 1;
    take_events(collector, machine, 0);
  }
  if (size > 0 && bytes[size - 1] != '\r' && bytes[size - 1] != '\n' && !lims_protocol_idle(machine)) {
    g_ptr_array_add(collector->capture->notes, g_strdup("the last line has no end"));
    lims_protocol_feed(machine, (const guint8 *)"\r\n", 2, 0);
    take_events(collector, machine, 0);
  }
  lims_protocol_tick(machine, G_MAXINT64 / 2);
  take_events(collector, machine, G_MAXINT64 / 2);
}

LimsCapture *lims_driver_lines_read_capture(const LimsDriver *driver, const guint8 *bytes, gsize size,
                                            GTimeZone *zone) {
  LimsLinesSettings settings;
  g_autoptr(LimsProtocol) machine = NULL;
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  Collector collector = {driver, zone, lims_capture_new(), frames, 0};

  lims_driver_lines_set(&settings, driver);
  settings.terminator = LIMS_LINES_ANY;
  machine = lims_lines_new(&settings);
  feed_capture(&collector, machine, bytes, size);
  if (frames->len > 0)
    finish_message(&collector);
  return collector.capture;
}
