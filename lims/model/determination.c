/* Determinations: one row a value that counts. A value is never changed; a correction is another row, and the
 * row it replaces says by which. So that no value ever counts twice, a row can be replaced once only: what
 * comes between two persons who correct the same one is told to the second.
 */
#include "lims/model/determination.h"
#include "lims/core/id.h"

/* ---- writing ---- */

/* A parameter that is not there is bound as NULL: 0 stands for "none" in the C row only. */
static gboolean insert_row(LimsDb *db, const LimsDeterminationRow *row, gint64 id, gint64 replaced_by,
                           GError **error) {
  gint64 seq = lims_db_change(db, row->lab, "determination", id, error);

  return seq != 0 &&
         lims_db_run(
             db, error,
             "INSERT INTO determination(lab, id, sample, analyte, reading, transmission, printed, state, "
             "number, "
             "unit, basis, replicate, method, person, measured_at_us, arrived_us, committed_us, replaced_by, "
             "replaces, reason, seq) VALUES(:lab, :id, :sample, :analyte, NULLIF(:reading, 0), "
             "NULLIF(:transmission, 0), :printed, :state, :number, :unit, :basis, :replicate, :method, "
             ":person, "
             "NULLIF(:measured, 0), :arrived, :now, NULLIF(:replaced_by, 0), NULLIF(:replaces, 0), :reason, "
             ":seq)",
             "lab:i", (gint64)row->lab, "id:i", id, "sample:i", row->sample, "analyte:s", row->analyte,
             "reading:i", row->reading, "transmission:i", row->transmission, "printed:s", row->printed,
             "state:s", row->state, "number:s", row->number, "unit:s", row->unit, "basis:s", row->basis,
             "replicate:i", (gint64)row->replicate, "method:s", row->method, "person:s", row->person,
             "measured:i", row->measured_at_us, "arrived:i", row->arrived_us, "now:i", lims_db_now_us(db),
             "replaced_by:i", replaced_by, "replaces:i", row->replaces, "reason:s", row->reason, "seq:i", seq,
             NULL);
}

/* The row by which it was replaced; 0: it counts. */
static gboolean read_replaced_by(LimsDb *db, guint lab, gint64 id, gint64 *out, GError **error) {
  GError *problem = NULL;

  if (lims_db_get_int(db, out, &problem,
                      "SELECT COALESCE(replaced_by, 0) FROM determination WHERE lab = :lab AND id = :id",
                      "lab:i", (gint64)lab, "id:i", id, NULL))
    return TRUE;
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "result %" G_GINT64_FORMAT ": there is none of this id", id);
  return FALSE;
}

static gboolean check_counts(LimsDb *db, guint lab, gint64 id, GError **error) {
  gint64 replaced_by;

  if (!read_replaced_by(db, lab, id, &replaced_by, error))
    return FALSE;
  if (replaced_by == 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "result %" G_GINT64_FORMAT ": it counts no more since %" G_GINT64_FORMAT
              " stands for it; 'result list --history yes' shows both",
              id, replaced_by);
  return FALSE;
}

static gboolean mark_replaced(LimsDb *db, guint lab, gint64 id, gint64 by, GError **error) {
  return check_counts(db, lab, id, error) && lims_db_change(db, lab, "determination", id, error) != 0 &&
         lims_db_run(db, error, "UPDATE determination SET replaced_by = :by WHERE lab = :lab AND id = :id",
                     "by:i", by, "lab:i", (gint64)lab, "id:i", id, NULL);
}

gboolean lims_determination_add(LimsDb *db, const LimsDeterminationRow *row, gint64 *out_id, GError **error) {
  gint64 id = lims_db_new_id(db, row->lab);

  if (out_id)
    *out_id = id;
  return (row->replaces == 0 || mark_replaced(db, row->lab, row->replaces, id, error)) &&
         insert_row(db, row, id, 0, error);
}

gboolean lims_determination_withdraw(LimsDb *db, const LimsDeterminationRow *row, gint64 id,
                                     const char *reason, const char *who, GError **error) {
  gint64 by = lims_db_new_id(db, row->lab);
  LimsDeterminationRow withdrawn = *row;

  withdrawn.printed = "";
  withdrawn.state = LIMS_DETERMINATION_WITHDRAWN;
  withdrawn.number = NULL;
  withdrawn.person = who;
  withdrawn.replaces = id;
  withdrawn.reason = reason;
  return mark_replaced(db, row->lab, id, by, error) && insert_row(db, &withdrawn, by, by, error);
}

/* ---- reading ---- */

void lims_determination_stored_free(LimsDeterminationStored *stored) {
  if (!stored)
    return;
  g_string_chunk_free(stored->texts);
  g_free(stored);
}

/* NULL stays NULL. */
static const char *keep(LimsDeterminationStored *stored, LimsQuery *query, int column) {
  const char *text = lims_query_text(query, column);

  return text ? g_string_chunk_insert(stored->texts, text) : NULL;
}

static LimsDeterminationStored *take(LimsQuery *query, guint lab, gint64 id) {
  LimsDeterminationStored *stored = g_new0(LimsDeterminationStored, 1);

  stored->texts = g_string_chunk_new(256);
  stored->id = id;
  stored->replaced_by = lims_query_int(query, 13);
  stored->row = (LimsDeterminationRow){
      .lab = lab,
      .sample = lims_query_int(query, 0),
      .analyte = keep(stored, query, 1),
      .reading = lims_query_int(query, 2),
      .transmission = lims_query_int(query, 3),
      .printed = keep(stored, query, 4),
      .state = keep(stored, query, 5),
      .number = keep(stored, query, 6),
      .unit = keep(stored, query, 7),
      .basis = keep(stored, query, 8),
      .replicate = (guint)lims_query_int(query, 9),
      .method = keep(stored, query, 10),
      .person = keep(stored, query, 14),
      .measured_at_us = lims_query_int(query, 11),
      .arrived_us = lims_query_int(query, 12),
      .replaces = lims_query_int(query, 15),
      .reason = keep(stored, query, 16),
  };
  return stored;
}

LimsDeterminationStored *lims_determination_read(LimsDb *db, gint64 id, GError **error) {
  guint lab = lims_id_lab(id);
  GError *problem = NULL;
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    "SELECT sample, analyte, reading, transmission, printed, state, number, unit, basis, "
                    "replicate, method, "
                    "measured_at_us, arrived_us, replaced_by, person, replaces, reason FROM determination "
                    "WHERE lab = :lab AND id = :id",
                    "lab:i", (gint64)lab, "id:i", id, NULL);

  if (!query)
    return NULL;
  if (lims_query_next(query, &problem))
    return take(query, lab, id);
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "result %" G_GINT64_FORMAT ": there is none of this id", id);
  return NULL;
}
