/* Results as people read them: each determination that counts, with the verdict it counted in as that stands:
 * of its own analyte, or, where it is a component of a residue, of the analyte whose limit it is.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  int lab;          /* < 0: all */
  gint64 sample;    /* id; 0: all. Needs lab. */
  int week;         /* year × 100 + week in which the standing verdict was committed; 0: all */
  gboolean history; /* also what was replaced, with who and why; it has no verdict */
  gint64 after;     /* id of the last row seen; 0: from the first */
  guint limit;
} LimsResultFilter;

/* By laboratory and id. Columns: id, lab's code, sample's number, site's code, commodity as registered, why
 * it is void, analyte's code, its name, printed, state, number, unit, basis, replicate; verdict, reason's
 * code, reason, analyte of the verdict if that is another one, computed, value judged, its unit, limit, its
 * unit, limit used, standard, clause, factor, calculation (one line), rule; method, person, measured at,
 * arrived at, committed at, verdict's commit, week, station, transmission; row replaced, why; row that
 * replaced it, that row's sample, person, why (id only: taken back), at; id again. NULL with an error. */
LimsQuery *lims_result_query(LimsDb *db, const LimsResultFilter *filter, GError **error);

/* Its statements, for those who read SQLite's plans. Ends with NULL. */
extern const char *const LIMS_RESULT_STATEMENTS[];
