/* The cursor over the journal. Read onwards from the highest number seen; whatever was passed over is either
 * open still, or was delivered long ago, or was pruned. One look tells; only the open ones are looked at
 * again.
 */
#include "lims/ingest/ingest-cursor.h"

struct LimsIngestCursor {
  LimsJournal *journal;
  guint most_open;
  gint64 after; /* highest number given */
  GArray *open; /* gint64: below it, and not ended when last looked at */
};

LimsIngestCursor *lims_ingest_cursor_new(LimsJournal *journal, guint most_open) {
  LimsIngestCursor *cursor = g_new0(LimsIngestCursor, 1);
  cursor->journal = journal;
  cursor->most_open = most_open;
  cursor->open = g_array_new(FALSE, FALSE, sizeof(gint64));
  return cursor;
}

void lims_ingest_cursor_free(LimsIngestCursor *cursor) {
  g_array_unref(cursor->open);
  g_free(cursor);
}

/* That one, if it has ended and is not delivered: *out, else NULL. */
static gboolean read_one(LimsIngestCursor *cursor, gint64 seq, LimsTransmission **out, GError **error) {
  g_autoptr(GPtrArray) next = lims_journal_read_ended(cursor->journal, seq - 1, 1, error);
  *out = NULL;
  if (next && next->len == 1 && ((LimsTransmission *)g_ptr_array_index(next, 0))->seq == seq)
    *out = g_ptr_array_steal_index(next, 0);
  return next != NULL;
}

static gboolean is_open(LimsIngestCursor *cursor, gint64 seq, gboolean *out, GError **error) {
  g_autoptr(GError) problem = NULL;
  LimsTransmission *message = lims_journal_read(cursor->journal, seq, &problem);
  *out = message && message->ended_us == 0;
  lims_transmission_free(message);
  if (!problem || g_error_matches(problem, LIMS_ERROR, LIMS_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

/* Asked whether it is open before it is read: what ends in between is not missed. */
static gboolean look_at(LimsIngestCursor *cursor, gint64 seq, GPtrArray *out, GArray *open, GError **error) {
  gboolean still_open;
  LimsTransmission *ended = NULL;
  if (!is_open(cursor, seq, &still_open, error))
    return FALSE;
  if (still_open)
    g_array_append_val(open, seq);
  else if (!read_one(cursor, seq, &ended, error))
    return FALSE;
  if (ended)
    g_ptr_array_add(out, ended);
  return TRUE;
}

/* No more than most_open below `end` can be open. */
static gboolean look_between(LimsIngestCursor *cursor, gint64 begin, gint64 end, GPtrArray *out, GArray *open,
                             GError **error) {
  for (gint64 seq = MAX(begin, end - cursor->most_open); seq < end; seq++)
    if (!look_at(cursor, seq, out, open, error))
      return FALSE;
  return TRUE;
}

static gboolean look_at_open(LimsIngestCursor *cursor, GPtrArray *out, GArray *open, GError **error) {
  for (guint i = 0; i < cursor->open->len; i++)
    if (!look_at(cursor, g_array_index(cursor->open, gint64, i), out, open, error))
      return FALSE;
  return TRUE;
}

static gboolean look_onwards(LimsIngestCursor *cursor, guint limit, GPtrArray *out, GArray *open,
                             gint64 *after, GError **error) {
  g_autoptr(GPtrArray) ended = lims_journal_read_ended(cursor->journal, *after, limit, error);
  for (guint i = 0; ended && i < ended->len; i++) {
    gint64 seq = ((LimsTransmission *)g_ptr_array_index(ended, i))->seq;
    if (!look_between(cursor, *after + 1, seq, out, open, error))
      return FALSE;
    *after = seq;
    g_ptr_array_add(out, g_steal_pointer(&ended->pdata[i]));
  }
  return ended != NULL;
}

GPtrArray *lims_ingest_cursor_read(LimsIngestCursor *cursor, guint limit, GError **error) {
  g_autoptr(GPtrArray) out = g_ptr_array_new_with_free_func((GDestroyNotify)lims_transmission_free);
  GArray *open = g_array_new(FALSE, FALSE, sizeof(gint64));
  gint64 after = cursor->after;
  gboolean done =
      look_at_open(cursor, out, open, error) && look_onwards(cursor, limit, out, open, &after, error);
  if (!done) {
    g_array_unref(open);
    return NULL;
  }
  g_array_unref(cursor->open);
  cursor->open = open;
  cursor->after = after;
  return g_steal_pointer(&out);
}
