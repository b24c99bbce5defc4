/* The table of transmissions. A sender that was interrupted begins again, perhaps several times, so the cut
 * copies of a station that wait and its last whole messages are looked at, a bounded number of each.
 */
#include "lims/ingest/transmission-row.h"
#include "lims/ingest/held-row.h"
#include "lims/model/lab.h"

#define CUT_MOST "32"
#define WHOLE_MOST "16"

static const char *const STATES[LIMS_TRANSMISSION_STATES] = {
    [LIMS_TRANSMISSION_DELIVERED] = "delivered",   [LIMS_TRANSMISSION_HELD] = "held",
    [LIMS_TRANSMISSION_SUPERSEDED] = "superseded", [LIMS_TRANSMISSION_REPEAT] = "repeat",
    [LIMS_TRANSMISSION_EMPTY] = "empty",
};

gboolean lims_transmission_row_insert(const LimsTransmissionRow *row, LimsDb *db, GError **error) {
  const LimsTransmission *message = row->message;
  gint64 seq = lims_db_change(db, row->lab, "transmission", row->id, error);
  return seq &&
         lims_db_run(
             db, error,
             "INSERT INTO transmission(lab, id, journal, journal_seq, station, driver, began_us, ended_us,"
             " committed_us, state, reason, linked, body_digest, body, raw, readings, seq) VALUES(:lab, :id,"
             " :journal, :journal_seq, :station, :driver, :began, :ended, :now, :state, :reason,"
             " NULLIF(:linked, 0), :digest, :body, :raw, :readings, :seq)",
             "lab:i", (gint64)row->lab, "id:i", row->id, "journal:s", row->journal, "journal_seq:i",
             message->seq, "station:s", message->station, "driver:s", row->driver, "began:i",
             message->began_us, "ended:i", message->ended_us, "now:i", lims_db_now_us(db), "state:s",
             STATES[row->state], "reason:s", row->reason, "linked:i", row->linked, "digest:s",
             row->body_digest, "body:s", row->body, "raw:b", row->raw, "readings:i", (gint64)row->readings,
             "seq:i", seq, NULL);
}

/* ---- finding ---- */

/* No row leaves *out at 0 and is no error. */
static gboolean found(gboolean got, GError *problem, gint64 *out, GError **error) {
  if (!got)
    *out = 0;
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

gboolean lims_transmission_find_taken(LimsDb *db, guint lab, const char *journal, gint64 journal_seq,
                                      gint64 *out, GError **error) {
  GError *problem = NULL;
  gboolean got = lims_db_get_int(db, out, &problem,
                                 "SELECT id FROM transmission WHERE lab = :lab AND journal = :journal"
                                 " AND journal_seq = :seq",
                                 "lab:i", (gint64)lab, "journal:s", journal, "seq:i", journal_seq, NULL);
  return found(got, problem, out, error);
}

gboolean lims_transmission_read_last(LimsDb *db, gpointer data, GError **error) {
  LimsTransmissionLast *last = data;
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  for (guint i = 0; labs && i < labs->len; i++) {
    gint64 of_lab = 0;
    if (!lims_db_get_int(db, &of_lab, error,
                         "SELECT coalesce(max(journal_seq), 0) FROM transmission"
                         " WHERE lab = :lab AND journal = :journal",
                         "lab:i", (gint64)((const LimsLab *)g_ptr_array_index(labs, i))->id, "journal:s",
                         last->journal, NULL))
      return FALSE;
    last->journal_seq = MAX(last->journal_seq, of_lab);
  }
  return labs != NULL;
}

#define IS_WHOLE "state IN ('delivered', 'held', 'empty') AND coalesce(reason, '') <> 'incomplete'"

gboolean lims_transmission_find_same(LimsDb *db, guint lab, const char *station, const char *body_digest,
                                     gint64 *out, GError **error) {
  GError *problem = NULL;
  gboolean got = lims_db_get_int(
      db, out, &problem,
      "SELECT id FROM transmission WHERE lab = :lab AND station = :station AND body_digest = :digest"
      " AND " IS_WHOLE " ORDER BY id LIMIT 1",
      "lab:i", (gint64)lab, "station:s", station, "digest:s", body_digest, NULL);
  return found(got, problem, out, error);
}

gboolean lims_transmission_each_cut(LimsDb *db, guint lab, const char *station, LimsTransmissionEach each,
                                    gpointer data, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    "SELECT id, body FROM transmission WHERE lab = :lab AND station = :station"
                    " AND state = 'held' AND reason = 'incomplete' ORDER BY id DESC LIMIT " CUT_MOST,
                    "lab:i", (gint64)lab, "station:s", station, NULL);
  GError *problem = NULL;
  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem) && each(lims_query_int(query, 0), lims_query_text(query, 1), data))
    ;
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

gboolean lims_transmission_each_whole(LimsDb *db, guint lab, const char *station,
                                      LimsTransmissionEachRaw each, gpointer data, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    "SELECT id, raw FROM transmission WHERE lab = :lab AND station = :station AND " IS_WHOLE
                    " ORDER BY id DESC LIMIT " WHOLE_MOST,
                    "lab:i", (gint64)lab, "station:s", station, NULL);
  GError *problem = NULL;
  gboolean going = TRUE;
  if (!query)
    return FALSE;
  while (going && lims_query_next(query, &problem)) {
    g_autoptr(GBytes) raw = lims_query_bytes(query, 1);
    going = each(lims_query_int(query, 0), raw, data);
  }
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

void lims_transmission_head_free(LimsTransmissionHead *head) {
  if (!head)
    return;
  g_free(head->station);
  g_free(head->driver);
  g_free(head);
}

LimsTransmissionHead *lims_transmission_head_read(LimsDb *db, guint lab, gint64 id, GError **error) {
  g_autoptr(GError) problem = NULL;
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error, "SELECT ended_us, station, driver FROM transmission WHERE lab = :lab AND id = :id", "lab:i",
      (gint64)lab, "id:i", id, NULL);
  if (!query)
    return NULL;
  if (lims_query_next(query, &problem)) {
    LimsTransmissionHead *head = g_new0(LimsTransmissionHead, 1);
    head->lab = lab;
    head->id = id;
    head->ended_us = lims_query_int(query, 0);
    head->station = g_strdup(lims_query_text(query, 1));
    head->driver = g_strdup(lims_query_text(query, 2));
    return head;
  }
  if (problem)
    g_propagate_error(error, g_steal_pointer(&problem));
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "transmission %" G_GINT64_FORMAT ": there is none of this id", id);
  return NULL;
}

/* ---- changing ---- */

static gboolean resolve_all(LimsDb *db, guint lab, gint64 id, const char *how, GError **error) {
  g_autoptr(GPtrArray) keys = lims_held_keys_of(db, lab, id, NULL, error);
  for (guint i = 0; keys && i < keys->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(keys, i);
    if (key->open && !lims_held_resolve(db, key, "ingest", how, error))
      return FALSE;
  }
  return keys != NULL;
}

gboolean lims_transmission_supersede(LimsDb *db, guint lab, gint64 id, gint64 by, GError **error) {
  g_autofree char *how = g_strdup_printf("superseded by %" G_GINT64_FORMAT, by);
  gint64 seq = lims_db_change(db, lab, "transmission", id, error);
  return seq &&
         lims_db_run(db, error,
                     "UPDATE transmission SET state = 'superseded', reason = NULL, linked = :by, seq = :seq"
                     " WHERE lab = :lab AND id = :id",
                     "by:i", by, "seq:i", seq, "lab:i", (gint64)lab, "id:i", id, NULL) &&
         resolve_all(db, lab, id, how, error);
}

#define OPEN_ROWS "FROM held WHERE lab = :lab AND transmission = :id AND resolved_us IS NULL"

gboolean lims_transmission_refresh(LimsDb *db, guint lab, gint64 id, GError **error) {
  gint64 seq = lims_db_change(db, lab, "transmission", id, error);
  return seq && lims_db_run(db, error,
                            "UPDATE transmission SET state = CASE WHEN EXISTS(SELECT 1 " OPEN_ROWS
                            ") THEN 'held' WHEN EXISTS(SELECT 1 FROM reading WHERE lab = :lab"
                            " AND transmission = :id AND sample IS NOT NULL) THEN 'delivered' ELSE 'empty'"
                            " END, reason = (SELECT reason " OPEN_ROWS " ORDER BY id LIMIT 1), seq = :seq"
                            " WHERE lab = :lab AND id = :id",
                            "lab:i", (gint64)lab, "id:i", id, "seq:i", seq, NULL);
}

gboolean lims_transmission_keep_cut(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_run(db, error, "UPDATE transmission SET reason = 'incomplete' WHERE lab = :lab AND id = :id",
                     "lab:i", (gint64)lab, "id:i", id, NULL);
}
