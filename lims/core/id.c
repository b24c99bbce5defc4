/* Ids that sort by time and are never given twice.
 *
 * What can go wrong is the clock: it jumps back, or a thousand rows fall into one millisecond. The next id is
 * above the last one in either case; when the counter of a millisecond is used up, the id borrows from the
 * next millisecond.
 */
#include "lims/core/id.h"

#define EPOCH_MS G_GINT64_CONSTANT(1577836800000) /* 2020-01-01T00:00:00Z */
#define COUNTER_BITS 10
#define LAB_BITS 12
#define TIME_MAX ((G_GINT64_CONSTANT(1) << 41) - 1)

static gint64 compose(gint64 ms, guint lab, guint counter) {
  return ms << (LAB_BITS + COUNTER_BITS) | (gint64)lab << COUNTER_BITS | counter;
}

gint64 lims_id_next(LimsIdSource *source, guint lab, gint64 now_us) {
  gint64 ms = CLAMP(now_us / 1000 - EPOCH_MS, 1, TIME_MAX);
  gint64 last_ms = source->last >> (LAB_BITS + COUNTER_BITS);
  guint last_counter = (guint)source->last & ((1u << COUNTER_BITS) - 1);
  gint64 id;

  g_return_val_if_fail(lab < 1u << LAB_BITS, 0);
  id = compose(MAX(ms, last_ms), lab, 0);
  if (id <= source->last && lims_id_lab(source->last) == lab && last_counter + 1 < 1u << COUNTER_BITS)
    id = compose(last_ms, lab, last_counter + 1);
  if (id <= source->last)
    id = compose(last_ms + 1, lab, 0);
  source->last = id;
  return id;
}

guint lims_id_lab(gint64 id) {
  return (guint)(id >> COUNTER_BITS) & ((1u << LAB_BITS) - 1);
}

gboolean lims_id_parse(const char *text, gint64 *out) {
  return g_ascii_isdigit(*text) && g_ascii_string_to_signed(text, 10, 1, G_MAXINT64, out, NULL);
}

char *lims_id_new_uuid(void) {
  return g_uuid_string_random();
}
