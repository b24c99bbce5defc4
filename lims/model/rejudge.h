/* Judging anew what was judged before: after a change of limits, methods, detection limits or settings; and
 * what would come out of it, without writing.
 *
 * A rejudgement is a row a laboratory with the last sample done; it goes on where it stood after a stop of
 * the program. New verdicts are rows of their own, the older ones stay and are no longer `current`. A sample
 * that cannot be judged, for a fault in its own rows, is told, counted (`skipped`) and passed over.
 */
#pragma once
#include "lims/model/verdict.h"

/* In the job that made the change. One open row a laboratory: a cause that comes on top begins it again. */
gboolean lims_rejudge_request(LimsDb *db, const char *cause, const char *who, GError **error);
/* Judges the next samples, at most so many and for a moment only, and moves on: one job of the writer's.
 * *out_done: nothing was left, in no laboratory. */
gboolean lims_rejudge_step(LimsDb *db, guint max_samples, gboolean *out_done, GError **error);
/* All of it, step by step; waits. Tools only: the daemon's own is limsd-rejudge.h. */
gboolean lims_rejudge_finish(LimsStore *store, GError **error);

/* ---- what would differ ---- */

typedef enum {
  LIMS_REJUDGE_BY_SAMPLING, /* the day of sampling, else of registration */
  LIMS_REJUDGE_BY_ANY_DATE, /* any of the days that may choose an edition, or none is known */
} LimsRejudgeDate;

typedef struct {
  int lab; /* -1: all */
  LimsRejudgeDate by;
  int from, to;         /* days as yyyymmdd, both included */
  GHashTable *analytes; /* codes (a set): only samples with a value of one of them; NULL: all */
} LimsRejudgeFilter;

typedef struct {
  const char *lab, *sample, *commodity; /* code; number; as registered */
  const LimsVerdictDifference *verdict;
} LimsRejudgeDifference;
typedef struct {
  guint samples, skipped; /* judged; could not be */
  char *problem;          /* of the first that could not be, with its number; NULL: none */
} LimsRejudgeCount;
void lims_rejudge_count_clear(LimsRejudgeCount *count);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsRejudgeCount, lims_rejudge_count_clear)

typedef void (*LimsRejudgeEach)(const LimsRejudgeDifference *difference, gpointer data);

/* Judges by `catalogue` (the store's, or one "as if") every sample that the filter takes in, and calls `each`
 * for every verdict that differs from the one that stands, by laboratory and sample. Writes nothing.
 * A sample that cannot be judged, for a fault in its own rows, is counted and passed over. Clear *out also
 * after an error. */
gboolean lims_rejudge_compare(LimsDb *db, LimsCatalogue *catalogue, const LimsRejudgeFilter *filter,
                              LimsRejudgeEach each, gpointer data, LimsRejudgeCount *out, GError **error);
