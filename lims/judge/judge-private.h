/* The parts of a verdict, in the order of the work: choose.c and stand-in.c (which limit, by which facts),
 * run.c (which values belong together), measure.c and measured.c (which number), sum.c (a residue of several
 * compounds), screen.c (rapid tests), adjust.c (on dry weight, dried foods), compare.c (against the limit, by
 * which rule), every.c (above every limit that may hold), judge.c (all of it), verdict.c (what is shown of
 * it), reason.c and calculation.c (the words). */
#pragma once
#include "lims/judge/catalogue-private.h"
#include "lims/judge/judge.h"

/* One row of the table in reason.c each: the public code, the kind of verdict, the sentence. */
typedef enum {
  LIMS_REASON_NONE, /* nothing stands in the way */
  LIMS_REASON_AT_OR_BELOW,
  LIMS_REASON_ABOVE,
  LIMS_REASON_ABOVE_SCREENING,
  LIMS_REASON_ABOVE_INTERVENTION,
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
  LIMS_REASON_NOT_HELD,
  LIMS_REASON_NEEDS_PREPARATION,
  LIMS_REASON_NEEDS_RECOVERY,
  LIMS_REASON_NEEDS_MOISTURE,
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
  LIMS_REASON_PART_MISSING,
  LIMS_REASON_FACTOR_UNKNOWN,
  LIMS_REASON_SPECIES_ASKED,
  LIMS_REASON_GUARD_BAND,
  LIMS_REASON_UNCERTAINTY_UNKNOWN,
  LIMS_REASON_DISAGREE,
  LIMS_REASON_CONDITION,
  LIMS_REASON_NOT_NUMERIC,
  LIMS_REASON_SAMPLING_PLAN,
  LIMS_REASON_REPLICATES,
  LIMS_REASON_OVERFLOW,
  LIMS_REASON_OVERLAP,
  LIMS_REASON_CONFLICT,
} LimsReason;

/* The rows of the most specific node at one place of the commodity. */
typedef struct {
  const LimsLimit *const *rows;
  guint count;
} LimsRows;

/* The limit that applies, or why none does. */
typedef struct {
  LimsReason reason;             /* NONE: `limit` is to be judged against */
  const LimsLimit *limit;        /* also with some reasons: the one meant */
  const LimsLimit *intervention; /* a second, higher value of the same standard; NULL: none */
  int date;                      /* yyyymmdd that chose the edition; 0: none */
  LimsReason if_above; /* several limits may hold and `limit` is the strictest: below it, it complies with all
                          of them; above it, this is the reason. NONE: `limit` is the one */
  const char *date_note; /* which date stood in for a missing one; NULL: none */
  const char *fact_note; /* which missing fact let the strictest limit be taken as the one; NULL: none */
  LimsRows places[4];    /* where the commodity lies */
  guint place_count;     /* may be more than there is room for */
  guint facts_open;      /* 1 << LimsFact: unknown, and the choice hangs on it */
} LimsChoice;

/* The matter before the judge: what a judgement works with besides the limit. */
typedef struct {
  const LimsCatalogue *catalogue;
  const LimsJudgeInput *input;
  const LimsPolicy *policy;
  const char *analyte;   /* code */
  LimsFacts facts;       /* the input's, and those that determinations stand in for */
  LimsFactValue high_ph; /* measured again and higher; not known: there is one pH at most */
  gboolean screens;      /* runs are made of screens, else of all other values */
  GPtrArray **arena;     /* owns what runs point into; made when it is first needed */
} LimsMatter;

/* Replicates in the order of their numbers, a mean before them. */
typedef struct {
  const LimsDetermination *values;
  guint count;
} LimsRun;

/* A value in the limit's unit: a decimal as printed, or an exact quotient where one was computed. */
typedef struct {
  const LimsDetermination *from;
  LimsRun run; /* the values behind it; count 0: none */
  LimsValueState state;
  gboolean has_number;
  gboolean is_fraction;
  LimsDecimal decimal;
  LimsFraction fraction;
  const LimsUnit *unit;
  const LimsPreparation *preparation; /* by which it was computed from a solution; NULL: it was not */
  const LimsMethod *method;           /* NULL: not known */
  guint averaged;                     /* replicates in the mean; 0: no mean */
  gboolean has_loq;                   /* the method's, in `unit`; of a sum the highest LOD or LOQ that leaves
                                         a component open */
  LimsFraction loq;
  LimsDecimal uncertainty; /* expanded, %; zero: not known */
  gboolean is_dry;         /* the method's formula has taken the water out */
  gboolean is_sum;         /* of a residue */
  LimsNdPolicy nd;         /* of a sum: by which what was not detected counted in it */
  LimsReason open;         /* of a sum: why it is not the whole; NONE: it is */
  gboolean is_partial;     /* of a sum: it exceeds already without what is open */
} LimsMeasured;

/* A component in a residue sum. */
typedef struct {
  const LimsResidueTerm *term;
  LimsReason reason; /* NONE: it counts as it is */
  gboolean counts;   /* `measured` counts, whatever else of it is open */
  LimsMeasured measured;
  LimsMeasured obstacle; /* a run that cannot count; no ->from: there is none */
} LimsPart;

/* How the number that is compared came out of the one that was measured. */
typedef struct {
  gboolean dry_weight, fat_weight; /* on the dry or in the fat: divided by that share, unless it is 1 */
  gboolean dehydrated;             /* the limit times its factor */
  LimsFraction share;              /* what the value was divided by */
  LimsFraction factor;             /* what the limit was multiplied by */
} LimsAdjustment;

typedef struct {
  LimsReason reason;
  LimsMeasured measured; /* on the limit's basis (dry weight …) */
  LimsAdjustment adjustment;
  gboolean has_judged; /* the value was rounded before it was compared */
  LimsDecimal judged;
  gboolean is_rounded;    /* `measured` is made of `judged`: not to be rounded again */
  const LimsLimit *every; /* the most lenient of several limits, all of which are exceeded; NULL: not so */
} LimsOutcome;

/* One analyte before the judge, until its verdict is written. */
typedef struct {
  LimsMatter matter;
  GPtrArray *arena; /* see LimsMatter; NULL until it is needed */
  LimsChoice choice;
  LimsOutcome worst; /* the least favourable, which decides */
  GArray *parts;     /* LimsPart of a sum; NULL: none */
  guint runs;        /* considered */
  guint unmeasured;  /* left aside */
  guint positive;    /* of a screen */
  char *rule;        /* of a screen; NULL: of its value */
  char *threshold;   /* of a screen, with its unit; NULL: it is none */
} LimsJudgement;

/* ---- choose.c ---- */
/* YES unless a fact that the row names is known not to be so (NO) or not known, which adds 1 << fact to *open
 * (may be NULL). */
LimsMeets lims_row_holds(const LimsLimit *row, const LimsFacts *facts, guint *open);
gboolean lims_row_is_intervention(const LimsLimit *row);
void lims_choose_limit(const LimsMatter *matter, LimsChoice *out);

/* ---- stand-in.c ---- */
/* Facts that determinations stand in for. */
void lims_stand_in(LimsMatter *matter);
/* The limit by the facts; where the pH was measured twice by the one that is stricter, which then is the
 * matter's. */
void lims_choose_by_facts(LimsMatter *matter, LimsChoice *out);

/* ---- run.c ---- */
/* Those of a run side by side. LimsRun, pointing into the values or the arena; g_array_unref. */
GArray *lims_runs_new(const LimsMatter *matter, const LimsDetermination *values, guint count);
/* FALSE: failed, not run or unreadable, all that counts of it. */
gboolean lims_run_was_measured(const LimsRun *run);
gboolean lims_runs_any_measured(const GArray *runs);
/* Its mean, the exact one of its replicates, or one of those that are no number for one and the same reason.
 */
LimsReason lims_measure_run(const LimsMatter *matter, const LimsRun *run, const LimsUnit *target,
                            gboolean is_minimum, LimsMeasured *out);
/* Fills the part of that ->term: of all its runs the least favourable number or "not detected", but for what
 * a method reports as the whole residue. ->reason: why one of its runs cannot count, PART_MISSING if none was
 * measured. */
void lims_measure_part(const LimsMatter *matter, const LimsUnit *target, LimsPart *part);
/* Whether the run reports the whole residue, by its method. */
gboolean lims_run_is_total(const LimsMatter *matter, const LimsRun *run);

/* ---- measure.c ---- */
/* Brings one determination into `target` (NULL: as it is; solutions in mg/kg). A reason if that cannot be
 * done; *out then says as much as is known. */
LimsReason lims_measure_one(const LimsMatter *matter, const LimsDetermination *from, const LimsUnit *target,
                            LimsMeasured *out);
/* The exact mean of the replicates of a run, brought into `target`. */
LimsReason lims_measure_mean(const LimsMatter *matter, const LimsRun *run, const LimsUnit *target,
                             LimsMeasured *out);
/* Whether the run's replicates lie within the method's limit; *percent: |highest - lowest| / mean × 100, to
 * one place (also when they do). TRUE where there is nothing to check. */
gboolean lims_replicates_agree(const LimsRun *run, const LimsMethod *method, LimsDecimal *percent);

/* ---- measured.c ---- */
/* Without the zeros at the end that a quotient's rounding added. */
LimsDecimal lims_measured_trim(LimsDecimal value);
/* As a fraction, also where it is a decimal. */
gboolean lims_measured_number(const LimsMeasured *measured, LimsFraction *out);
/* Of two equally severe values: a number before none, and before "not detected"; else the higher, or with a
 * minimum the lower. */
gboolean lims_measured_is_worse(const LimsMeasured *a, const LimsMeasured *b, gboolean is_minimum);
/* *order < 0, 0, > 0; FALSE if the numbers do not fit. */
gboolean lims_measured_compare(const LimsMeasured *measured, LimsDecimal with, int *order);
/* The number to be shown, by the method's rounding (GB/T 8170-2008, once). Without one a quotient is rounded
 * to four significant digits, or to as many as it takes not to contradict a comparison with `with` (may be
 * NULL). *mark: "(+)" or "(-)" where a number rounded by the method stands on the other side of `with` than
 * what it was rounded from (GB/T 8170-2008, 4.3.2), else "". */
gboolean lims_measured_round(const LimsMeasured *measured, const LimsDecimal *with, LimsDecimal *out,
                             const char **mark);
/* "0.35", "ND", "<0.01". g_free. */
char *lims_measured_to_string(const LimsMeasured *measured, const LimsDecimal *with);

/* ---- sum.c ---- */
/* The sum over the residue's components in the limit's unit; ->open says what it lacks. `parts`: LimsPart,
 * filled in the order of the definition. */
void lims_measure_sum(const LimsMatter *matter, const LimsLimit *limit, GArray *parts, LimsMeasured *out);
/* What a later value of the sum may mend, and a whole that was reported makes needless: a part that is
 * missing, a LOD or a factor that is not known. */
gboolean lims_sum_is_waiting(LimsReason reason);

/* ---- adjust.c ---- */
/* Brings value and limit onto one basis, as far as the facts go, and takes back what the limit's terms do not
 * carry. */
void lims_adjust_and_compare(const LimsMatter *matter, const LimsChoice *choice, LimsOutcome *outcome);

/* ---- every.c ---- */
/* Above the strictest of several limits: the most lenient of them if the value exceeds all that may hold, and
 * one surely does; else NULL. */
const LimsLimit *lims_exceeds_every(const LimsMatter *matter, const LimsChoice *choice,
                                    const LimsOutcome *outcome);

/* ---- compare.c ---- */
/* A value against a limit that stands for itself. */
void lims_compare_with_limit(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome);
/* Which rules hold for a value of that method. */
LimsComparison lims_comparison_of(const LimsMatter *matter, const LimsMethod *method);
LimsDecisionRule lims_decision_of(const LimsMatter *matter, const LimsMethod *method);
/* "simple acceptance, full value". g_free. */
char *lims_rule_to_string(const LimsMatter *matter, const LimsMeasured *measured);

/* ---- screen.c ---- */
typedef struct {
  LimsReason reason;
  LimsMeasured worst;
  guint runs, positive, unmeasured;
  LimsDecimal threshold;
  gboolean equal_is_positive;
} LimsScreen;
void lims_judge_screen(const LimsMatter *matter, const GArray *runs, LimsScreen *out);
/* "screen by GB/T 5009.199 …, positive at or above 50 %". g_free. */
char *lims_screen_rule(const LimsScreen *screen);

/* ---- verdict.c ---- */
/* The judgement's rule and limit become the verdict's; what else it holds stays. */
void lims_verdict_fill(LimsJudgement *judgement, LimsVerdict *out);

/* ---- reason.c ---- */
LimsVerdictKind lims_reason_kind(LimsReason reason);
const char *lims_reason_code(LimsReason reason);

typedef struct {
  const LimsMatter *matter;
  const LimsChoice *choice;
  const LimsOutcome *outcome;
  const GArray *parts; /* LimsPart; NULL: no sum */
  const char *value_text;
  const char *computed;  /* as lims_computed_to_string gave it; NULL: nothing was computed */
  const char *threshold; /* of a screen */
  guint runs;            /* how many stood beside each other */
  guint unmeasured;      /* how many were left aside as no measurement */
  guint positive;        /* of a screen */
} LimsReasonWords;
/* The texts, one behind the other; NULL ends them. */
void lims_append(GString *out, const char *first, ...) G_GNUC_NULL_TERMINATED;
/* The sentence. g_free. */
char *lims_reason_to_sentence(const LimsReasonWords *words);

/* ---- calculation.c ---- */
/* From printed to judged, a line a step; NULL if nothing was computed. g_free. */
char *lims_calculation_to_string(const LimsReasonWords *words);
/* "25.31 µg/L", "0.31; 0.33 mg/kg". g_free. */
char *lims_printed_to_string(const LimsMatter *matter, const LimsMeasured *measured, const GArray *parts);
/* "0.0252619…": the exact number, or its first digits. NULL: nothing was computed. g_free. */
char *lims_computed_to_string(const LimsMeasured *measured);
/* The limit's number times its factor. NULL: no factor. g_free. */
char *lims_limit_used_to_string(const LimsLimit *limit, const LimsAdjustment *adjustment);
