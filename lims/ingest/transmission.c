/* A transmission is new, or a copy: of one that came whole (a repeat, if the bodies are equal), or of one
 * that was cut (the longer one supersedes the shorter, in whatever order they come). Senders make copies
 * whenever an acknowledgement is lost, so this decides whether a result is counted once; it looks at the
 * body, which leaves out what a sender changes from one copy to the next.
 */
#include "lims/ingest/transmission.h"
#include "lims/ingest/transmission-place.h"
#include <string.h>

/* ---- preparing ---- */

static GBytes *join_frames(const GPtrArray *frames) {
  GByteArray *all = g_byte_array_new();
  for (guint i = 0; i < frames->len; i++) {
    gsize size;
    const guint8 *bytes = g_bytes_get_data(g_ptr_array_index(frames, i), &size);
    g_byte_array_append(all, bytes, (guint)size);
  }
  return g_byte_array_free_to_bytes(all);
}

LimsIncoming *lims_incoming_new(const LimsIngestStation *station, const char *journal,
                                LimsTransmission *message) {
  LimsIncoming *incoming = g_new0(LimsIncoming, 1);
  incoming->station = station;
  incoming->journal = journal;
  incoming->message = message;
  incoming->decoded = lims_driver_decode(station->driver, message->frames, station->zone);
  incoming->readings = lims_reading_rows_new(incoming->decoded);
  incoming->raw = join_frames(message->frames);
  return incoming;
}

void lims_incoming_free(LimsIncoming *incoming) {
  if (!incoming)
    return;
  lims_reading_rows_free(incoming->readings);
  lims_decoded_free(incoming->decoded);
  lims_transmission_free(incoming->message);
  g_bytes_unref(incoming->raw);
  g_free(incoming);
}

void lims_incoming_reset(LimsIncoming *incoming) {
  lims_reading_rows_free(incoming->readings);
  incoming->readings = lims_reading_rows_new(incoming->decoded);
}

/* The journal saw its end mark, or the text has its end although the mark was lost. */
static gboolean is_whole(const LimsIncoming *incoming) {
  return incoming->message->complete || incoming->decoded->complete;
}

/* ---- writing ---- */

static gboolean insert_row(const LimsIncoming *incoming, LimsDb *db, gint64 id, const char *reason,
                           gint64 linked, GError **error) {
  const LimsTransmissionRow row = {.lab = incoming->station->lab,
                                   .id = id,
                                   .journal = incoming->journal,
                                   .driver = lims_driver_name(incoming->station->driver),
                                   .message = incoming->message,
                                   .state = incoming->state,
                                   .reason = reason,
                                   .linked = linked,
                                   .body_digest = incoming->decoded->body_digest,
                                   .body = is_whole(incoming) ? NULL : incoming->decoded->body,
                                   .raw = incoming->raw,
                                   .readings = incoming->decoded->readings->len};
  return lims_transmission_row_insert(&row, db, error);
}

/* A copy: its bytes are kept, its readings are the other one's. */
static gboolean write_copy(LimsIncoming *incoming, LimsDb *db, gint64 id, LimsTransmissionState state,
                           gint64 of, GError **error) {
  incoming->state = state;
  return insert_row(incoming, db, id, NULL, of, error);
}

static gboolean write_readings(LimsIncoming *incoming, LimsDb *db, gint64 id, const LimsHolds *holds,
                               GError **error) {
  const LimsHold *first = holds->all->len > 0 ? g_ptr_array_index(holds->all, 0) : NULL;
  guint lab = incoming->station->lab;
  if (first)
    incoming->state = LIMS_TRANSMISSION_HELD;
  return insert_row(incoming, db, id, first ? first->reason : NULL, 0, error) &&
         lims_reading_rows_insert(incoming->readings, db, lab, id, error) &&
         lims_holds_insert(holds, db, lab, id, error);
}

/* ---- cut ones ---- */

typedef struct {
  const char *body;
  const LimsIngestStation *station;
  GArray *shorter; /* gint64: cut ones that this one begins with */
  gint64 longer;   /* the newest that begins with this one; 0: none */
} Copies;

static gboolean begins(const char *longer, const char *shorter) {
  return *shorter && g_str_has_prefix(longer, shorter);
}

static gboolean compare_cut(gint64 id, const char *body, gpointer data) {
  Copies *copies = data;
  if (body && begins(copies->body, body))
    g_array_append_val(copies->shorter, id);
  else if (body && begins(body, copies->body) && !copies->longer)
    copies->longer = id;
  return TRUE;
}

/* Bodies of whole ones are not kept: they are made again from the bytes, for the rare cut copy that comes
 * after the whole. */
static gboolean compare_whole(gint64 id, GBytes *raw, gpointer data) {
  Copies *copies = data;
  gsize size;
  const guint8 *bytes = g_bytes_get_data(raw, &size);
  g_autoptr(LimsCapture) capture =
      lims_driver_read_capture(copies->station->driver, bytes, size, copies->station->zone);
  for (guint i = 0; i < capture->messages->len; i++) {
    const LimsDecoded *message = g_ptr_array_index(capture->messages, i);
    if (begins(message->body, copies->body))
      copies->longer = id;
  }
  return copies->longer == 0;
}

static gboolean supersede_shorter(const Copies *copies, LimsDb *db, gint64 by, GError **error) {
  for (guint i = 0; i < copies->shorter->len; i++)
    if (!lims_transmission_supersede(db, copies->station->lab, g_array_index(copies->shorter, gint64, i), by,
                                     error))
      return FALSE;
  return TRUE;
}

static gboolean hold_cut(LimsIncoming *incoming, LimsDb *db, gint64 id, const Copies *copies,
                         GError **error) {
  g_autoptr(LimsHolds) holds = lims_holds_new();
  const char *why = incoming->message->reason;
  lims_holds_add(holds, "", "", "incomplete", "%s", why ? why : "no end");
  lims_reading_rows_number(incoming->readings, db, incoming->station->lab);
  return write_readings(incoming, db, id, holds, error) && supersede_shorter(copies, db, id, error);
}

static gboolean take_cut(LimsIncoming *incoming, LimsDb *db, gint64 id, Copies *copies, GError **error) {
  if (!copies->longer && !lims_transmission_each_whole(db, copies->station->lab, incoming->message->station,
                                                       compare_whole, copies, error))
    return FALSE;
  if (copies->longer)
    return write_copy(incoming, db, id, LIMS_TRANSMISSION_SUPERSEDED, copies->longer, error);
  return hold_cut(incoming, db, id, copies, error);
}

/* ---- whole ones ---- */

static void hold_undecoded(LimsPlacing *placing, const LimsDecoded *decoded) {
  if (decoded->undecoded->len == 0)
    return;
  const LimsUndecoded *first = g_ptr_array_index(decoded->undecoded, 0);
  lims_holds_add(placing->holds, "", "", "unreadable-message", "%u parts; record %u: %s: %.200s",
                 decoded->undecoded->len, first->record, first->reason, first->text);
}

static gboolean place_all(LimsIncoming *incoming, LimsPlacing *placing, GError **error) {
  g_autoptr(GPtrArray) specimens = lims_specimens_of(incoming->readings);
  gboolean is_history = lims_ini_has_group(lims_driver_ini(incoming->station->driver), "poll");
  for (guint i = 0; i < specimens->len; i++) {
    const LimsSpecimen *specimen = g_ptr_array_index(specimens, i);
    if (!lims_placing_sift_repeats(placing, specimen, is_history, error) ||
        !lims_placing_take(placing, specimen, 0, error))
      return FALSE;
  }
  hold_undecoded(placing, incoming->decoded);
  incoming->results = placing->results;
  incoming->state = placing->results ? LIMS_TRANSMISSION_DELIVERED : LIMS_TRANSMISSION_EMPTY;
  return TRUE;
}

static gboolean take_whole(LimsIncoming *incoming, LimsDb *db, gint64 id, const Copies *copies,
                           GError **error) {
  g_auto(LimsPlacing) placing = {0};
  const LimsIngestStation *station = incoming->station;
  lims_reading_rows_number(incoming->readings, db, station->lab);
  return lims_placing_init(&placing, db, station->lab, id, incoming->message->station,
                           incoming->message->ended_us, error) &&
         place_all(incoming, &placing, error) && write_readings(incoming, db, id, placing.holds, error) &&
         supersede_shorter(copies, db, id, error);
}

static gboolean take_new(LimsIncoming *incoming, LimsDb *db, GError **error) {
  const LimsIngestStation *station = incoming->station;
  g_autoptr(GArray) shorter = g_array_new(FALSE, FALSE, sizeof(gint64));
  Copies copies = {.body = incoming->decoded->body, .station = station, .shorter = shorter};
  gint64 id = lims_db_new_id(db, station->lab), same = 0;
  gboolean whole = is_whole(incoming);
  if (whole && !lims_transmission_find_same(db, station->lab, incoming->message->station,
                                            incoming->decoded->body_digest, &same, error))
    return FALSE;
  if (same)
    return write_copy(incoming, db, id, LIMS_TRANSMISSION_REPEAT, same, error);
  if (!lims_transmission_each_cut(db, station->lab, incoming->message->station, compare_cut, &copies, error))
    return FALSE;
  return whole ? take_whole(incoming, db, id, &copies, error) : take_cut(incoming, db, id, &copies, error);
}

gboolean lims_transmission_take(LimsDb *db, gpointer data, GError **error) {
  LimsIncoming *incoming = data;
  gint64 taken;
  incoming->results = 0;
  if (!lims_transmission_find_taken(db, incoming->station->lab, incoming->journal, incoming->message->seq,
                                    &taken, error))
    return FALSE;
  incoming->was_there = taken != 0;
  return taken || take_new(incoming, db, error);
}
