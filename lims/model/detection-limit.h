/* Detection limits: what a laboratory's method can see of an analyte in a matrix. Without them "not detected"
 * says nothing against a limit that the method cannot reach.
 *
 * Those that a laboratory imported are marked, and stay when the catalogue is loaded anew.
 */
#pragma once
#include "lims/store/store.h"

/* CSV with the columns method, analyte, unit and, if wanted, matrix (a commodity by any name, or a family of
 * commodities; empty: any), lod, loq (one of them must be there), uncertainty (%, expanded), source; headings
 * in Chinese are known too. UTF-8 or GB18030; all rows or none. A row replaces the one of its method, analyte
 * and matrix. What is new is a change of rules (setting.h). */
gboolean lims_detection_limit_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                                     const char *who, guint *out_rows, guint *out_changed, GError **error);
/* Of a method (its code; NULL: of all). Columns: method, analyte, matrix, lod, loq, unit, uncertainty,
 * source, whether a laboratory imported it. */
LimsQuery *lims_detection_limit_query(LimsDb *db, const char *method, GError **error);
