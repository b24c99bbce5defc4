/* Lists of transmissions. The bytes are read for one of them only. */
#include "lims/ingest/transmission-list.h"
#include "lims/model/page.h"

#define COLUMNS                                                                                              \
  "SELECT t.id, l.code, t.station, t.driver, t.state, t.reason, t.linked, t.readings, t.began_us,"           \
  " t.ended_us, t.committed_us, t.journal, t.journal_seq, t.id"
#define FROM " FROM transmission t JOIN lab l ON l.id = t.lab "

LimsQuery *lims_transmission_query(LimsDb *db, int lab, const char *station, const char *state, gint64 after,
                                   guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);
  return lims_db_query(db, error,
                       COLUMNS FROM "WHERE " LIMS_PAGE_WHERE(
                           "t") " AND (CAST(:station AS TEXT) IS NULL OR t.station = :station)"
                                " AND (CAST(:state AS TEXT) IS NULL OR t.state = :state)"
                                " ORDER BY t.lab, t.id LIMIT :limit",
                       LIMS_PAGE_ARGS(page), "station:s", station, "state:s", state, NULL);
}

LimsQuery *lims_transmission_query_one(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_query(db, error, COLUMNS ", t.raw" FROM "WHERE t.lab = :lab AND t.id = :id", "lab:i",
                       (gint64)lab, "id:i", id, NULL);
}

LimsQuery *lims_transmission_query_readings(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_query(db, error,
                       "SELECT r.id, r.n, r.specimen, s.number, r.code, r.analyte, r.kind, r.replicate,"
                       " r.printed, r.state, r.number, r.unit, r.basis, r.flags, r.status, r.operator,"
                       " r.instrument, r.measured_at, r.measured_at_us FROM reading r"
                       " LEFT JOIN sample s ON s.lab = r.lab AND s.id = r.sample"
                       " WHERE r.lab = :lab AND r.transmission = :id ORDER BY r.n",
                       "lab:i", (gint64)lab, "id:i", id, NULL);
}

LimsQuery *lims_transmission_query_held(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_query(db, error,
                       "SELECT id, specimen, code, reason, detail, at_us, resolved_us, resolved_by,"
                       " resolution FROM held WHERE lab = :lab AND transmission = :id ORDER BY id",
                       "lab:i", (gint64)lab, "id:i", id, NULL);
}
