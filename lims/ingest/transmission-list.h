/* Transmissions as people read them. */
#pragma once
#include "lims/store/store.h"

/* Of a laboratory (lab < 0: of all), of a station and in a state (NULL: any), after that id. Columns: id,
 * lab's code, station, driver, state, reason, linked, number of readings, began at, ended at, committed at,
 * journal's UUID, sequence. NULL with error. */
LimsQuery *lims_transmission_query(LimsDb *db, int lab, const char *station, const char *state, gint64 after,
                                   guint limit, GError **error);
/* The same columns and then its bytes. */
LimsQuery *lims_transmission_query_one(LimsDb *db, guint lab, gint64 id, GError **error);
/* Columns: id, n, specimen, sample's number, code, analyte, kind, replicate, printed, state, number, unit,
 * basis, flags, status, operator, instrument, measured at as sent, measured at. */
LimsQuery *lims_transmission_query_readings(LimsDb *db, guint lab, gint64 id, GError **error);
/* Open and resolved. Columns: id, specimen, code, reason, detail, at, resolved at, resolved by, resolution.
 */
LimsQuery *lims_transmission_query_held(LimsDb *db, guint lab, gint64 id, GError **error);
