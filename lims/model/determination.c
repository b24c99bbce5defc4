/* Determinations: one row a value that counts. A value is never changed; a correction is another row, and the
 * row it replaces says by which.
 */
#include "lims/model/determination.h"

/* A parameter that is not there is bound as NULL: 0 stands for "none" in the C row only. */
gboolean lims_determination_add(LimsDb *db, const LimsDeterminationRow *row, gint64 *out_id, GError **error) {
  gint64 id = lims_db_new_id(db, row->lab);
  gint64 seq = lims_db_change(db, row->lab, "determination", id, error);

  if (out_id)
    *out_id = id;
  return seq != 0 &&
         lims_db_run(
             db, error,
             "INSERT INTO determination(lab, id, sample, analyte, reading, transmission, printed, state, "
             "number, "
             "unit, basis, replicate, method, person, measured_at_us, arrived_us, committed_us, seq) "
             "VALUES(:lab, :id, :sample, :analyte, NULLIF(:reading, 0), NULLIF(:transmission, 0), :printed, "
             ":state, :number, :unit, :basis, :replicate, :method, :person, NULLIF(:measured, 0), :arrived, "
             ":now, :seq)",
             "lab:i", (gint64)row->lab, "id:i", id, "sample:i", row->sample, "analyte:s", row->analyte,
             "reading:i", row->reading, "transmission:i", row->transmission, "printed:s", row->printed,
             "state:s", row->state, "number:s", row->number, "unit:s", row->unit, "basis:s", row->basis,
             "replicate:i", (gint64)row->replicate, "method:s", row->method, "person:s", row->person,
             "measured:i", row->measured_at_us, "arrived:i", row->arrived_us, "now:i", lims_db_now_us(db),
             "seq:i", seq, NULL);
}
