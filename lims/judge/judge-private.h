/* The parts of a verdict, between choose.c (which limit), run.c (which values belong together), measure.c
 * (which number), judge.c (the decision) and reason.c (the words). */
#pragma once
#include "lims/judge/catalogue-private.h"
#include "lims/judge/judge.h"

/* One row of the table in reason.c each: the public code, the kind of verdict, the sentence. */
typedef enum {
  LIMS_REASON_NONE, /* nothing stands in the way */
  LIMS_REASON_AT_OR_BELOW,
  LIMS_REASON_ABOVE,
  LIMS_REASON_NOT_DETECTED,
  LIMS_REASON_BANNED,
  LIMS_REASON_NOT_ALLOWED,
  LIMS_REASON_WITHIN,
  LIMS_REASON_OUTSIDE,
  LIMS_REASON_SCREEN_NEGATIVE,
  LIMS_REASON_SCREEN_POSITIVE,
  LIMS_REASON_NO_COMMODITY,
  LIMS_REASON_NO_LIMIT,
  LIMS_REASON_NO_MEMBERSHIP,
  LIMS_REASON_NO_DATE,
  LIMS_REASON_NO_EDITION,
  LIMS_REASON_NO_ROW,
  LIMS_REASON_EXCEPTED,
  LIMS_REASON_NEEDS_PREPARATION,
  LIMS_REASON_BAD_PREPARATION,
  LIMS_REASON_UNIT,
  LIMS_REASON_LOD_ABOVE,
  LIMS_REASON_LOD_UNKNOWN,
  LIMS_REASON_ABOVE_RANGE,
  LIMS_REASON_NEGATIVE,
  LIMS_REASON_FAILED,
  LIMS_REASON_NOT_RUN,
  LIMS_REASON_QUALITATIVE,
  LIMS_REASON_UNREADABLE,
  LIMS_REASON_BELOW_LOQ,
  LIMS_REASON_RESIDUE_SUM,
  LIMS_REASON_CONDITION,
  LIMS_REASON_NOT_NUMERIC,
  LIMS_REASON_REPLICATES,
  LIMS_REASON_OVERFLOW,
  LIMS_REASON_OVERLAP,
  LIMS_REASON_CONFLICT,
} LimsReason;

/* The limit that applies, or why none does. */
typedef struct {
  LimsReason reason;      /* NONE: `limit` is to be judged against */
  const LimsLimit *limit; /* also with some reasons: the one meant */
  int date;               /* yyyymmdd that chose the edition; 0: none */
  LimsReason if_above; /* several limits may hold and `limit` is the strictest: below it, it complies with all
                          of them; above it, this is the reason. NONE: `limit` is the one */
  const char *date_note; /* which date stood in for a missing one; NULL: none */
} LimsChoice;

/* A value in the limit's unit: a decimal as printed, or an exact quotient where one was computed. */
typedef struct {
  const LimsDetermination *from;
  LimsValueState state;
  gboolean has_number;
  gboolean is_fraction;
  LimsDecimal decimal;
  LimsFraction fraction;
  const LimsUnit *unit;
  gboolean prepared; /* computed from a solution */
  guint averaged;    /* replicates in the mean; 0: no mean */
} LimsMeasured;

typedef struct {
  LimsReason reason;
  LimsMeasured measured;
} LimsOutcome;

void lims_choose_limit(const LimsCatalogue *catalogue, const LimsJudgeInput *input, LimsChoice *out);

/* Brings one determination into `target` (NULL: as it is; solutions in mg/kg). A reason if that cannot be
 * done; *out then says as much as is known. */
LimsReason lims_measure_one(const LimsDetermination *from, const LimsPreparation *preparation,
                            const LimsUnit *target, LimsMeasured *out);
/* The exact mean of the replicates among `all`, brought into `target`. */
LimsReason lims_measure_mean(const LimsDetermination *all, guint count, const LimsPreparation *preparation,
                             const LimsUnit *target, LimsMeasured *out);
/* Of two equally severe values: a number before none, and before "not detected"; else the higher, or with a
 * minimum the lower. */
gboolean lims_measured_is_worse(const LimsMeasured *a, const LimsMeasured *b, gboolean is_minimum);
/* *order < 0, 0, > 0; FALSE if the numbers do not fit. */
gboolean lims_measured_compare(const LimsMeasured *measured, LimsDecimal with, int *order);
/* The number to be shown. A quotient is rounded once: to four significant digits, or to as many as it takes
 * not to contradict a comparison with `with` (may be NULL). */
gboolean lims_measured_round(const LimsMeasured *measured, const LimsDecimal *with, LimsDecimal *out);
/* "0.35", "ND", "<0.01". g_free. */
char *lims_measured_to_string(const LimsMeasured *measured, const LimsDecimal *with);

/* Replicates in the order of their numbers, a mean before them. */
typedef struct {
  const LimsDetermination *values;
  guint count;
} LimsRun;
/* Copies the values into `sorted` (room for as many), those of a run side by side. LimsRun; g_array_unref. */
GArray *lims_runs_new(const LimsDetermination *values, guint count, LimsDetermination *sorted);
/* FALSE: failed, not run or unreadable, all that counts of it. */
gboolean lims_run_was_measured(const LimsRun *run);
/* Its mean, the exact one of its replicates, or one of those that are no number for one and the same reason.
 */
LimsReason lims_measure_run(const LimsRun *run, const LimsPreparation *preparation, const LimsUnit *target,
                            gboolean is_minimum, LimsMeasured *out);

LimsVerdictKind lims_reason_kind(LimsReason reason);
const char *lims_reason_code(LimsReason reason);

typedef struct {
  const LimsCatalogue *catalogue;
  const LimsJudgeInput *input;
  const LimsChoice *choice;
  const LimsOutcome *outcome;
  const char *value_text;
  const char *threshold; /* of a screen */
  guint runs;            /* how many stood beside each other */
  guint unmeasured;      /* and how many were left aside as no measurement */
  gboolean alone;        /* a component alone exceeds the limit of its sum */
} LimsReasonWords;
/* The sentence. g_free. */
char *lims_reason_to_sentence(const LimsReasonWords *words);
