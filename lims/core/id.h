/* Row ids: 41 bits of milliseconds since 2020-01-01 UTC, 12 of laboratory, 10 of counter: positive, 63 bits.
 *
 * next = max(now, last + 1) where last was read from the store, so that a clock that jumps back never repeats
 * one. In JSON an id is a string: a browser's numbers end at 2^53.
 */
#pragma once
#include <glib.h>

typedef struct {
  gint64 last; /* highest id given out; start with the highest in the store, or 0 */
} LimsIdSource;

/* lab 0..4095. `now_us` is the wall clock. */
gint64 lims_id_next(LimsIdSource *source, guint lab, gint64 now_us);
guint lims_id_lab(gint64 id);
gboolean lims_id_parse(const char *text, gint64 *out); /* whole text, > 0 */
char *lims_id_new_uuid(void);                          /* g_free */
