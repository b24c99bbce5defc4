/* Results as people read them: each determination that counts, with the verdict of its pair (sample, analyte)
 * as it stands.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  int lab;       /* < 0: all */
  gint64 sample; /* id; 0: all. Needs lab. */
  int week;      /* year × 100 + week in which the standing verdict was committed; 0: all */
  gint64 after;  /* id of the last row seen; 0: from the first */
  guint limit;
} LimsResultFilter;

/* By laboratory and id. Columns: id, lab's code, sample's number, site's code, commodity as registered,
 * analyte's code, its name, printed, state, number, unit, basis, replicate, verdict, reason's code, reason,
 * value judged, its unit, limit, its unit, standard, clause, factor, method, person, measured at, arrived at,
 * committed at, verdict's commit, week, station, transmission, id again. NULL with an error. */
LimsQuery *lims_result_query(LimsDb *db, const LimsResultFilter *filter, GError **error);

/* Takes back the determinations of a transmission's specimen, of that code or (code "") of all: they stay,
 * count no more, and their sample is judged anew. */
gboolean lims_result_withdraw(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                              const char *code, GError **error);
