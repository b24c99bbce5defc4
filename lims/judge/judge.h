/* The judge: pure. All determinations of a sample, its preparations, its facts and its dates in; for an
 * analyte a verdict, the limit used, the calculation and the reason out. It opens nothing and knows no
 * database; the same input gives the same output.
 *
 * Never a silent pass: whatever it cannot decide is UNDETERMINED with a reason code from the list below and a
 * sentence. The rules stand, with their clauses, at the head of the files that apply them: choose.c (GB 2762,
 * GB 2763), adjust.c (GB 2762), compare.c (GB/T 8170-2008, ILAC-G8:09/2019), screen.c (GB/T 5009.199-2003,
 * NY/T 448-2001).
 *
 * Values of one transmission, or of one entry by hand, are a run. Within a run the analyzer's mean counts
 * (replicate 0), else the exact mean of its replicates. Runs are never averaged: those that are no
 * measurement are left aside beside one that is; one that exceeds decides, of several the highest; a value
 * above the range of the instrument leaves it open unless another run exceeds; otherwise the highest decides,
 * "not detected" being below every number. A screen is positive if any run of it is.
 */
#pragma once
#include "lims/core/value.h"
#include "lims/judge/catalogue.h"
#include "lims/judge/facts.h"
#include "lims/judge/method.h"

typedef enum {
  LIMS_VERDICT_COMPLIES,
  LIMS_VERDICT_EXCEEDS,
  LIMS_VERDICT_SCREENING_POSITIVE,
  LIMS_VERDICT_UNDETERMINED,
} LimsVerdictKind;
const char *lims_verdict_kind_name(
    LimsVerdictKind kind); /* "complies" "exceeds" "screening-positive" "undetermined" */

/* Reason codes (stable, machine-read): "at-or-below-limit" "above-limit" "above-screening-value"
 * "above-intervention-value" "not-detected" "detected-though-banned" "detected-though-not-allowed"
 * "within-range" "outside-range" "screen-negative" "screen-positive" and of UNDETERMINED: "no-commodity"
 * "no-membership" "no-limit" "no-date" "no-edition" "needs-preparation" "needs-recovery" "needs-moisture"
 * "bad-preparation" "unit-mismatch" "lod-above-limit" "lod-unknown" "above-range" "negative" "failed"
 * "not-run" "qualitative" "unreadable" "below-loq-no-number" "part-missing" "factor-unknown" "species-asked"
 * "within-guard-band" "uncertainty-unknown" "replicates-disagree" "condition" "limit-not-numeric"
 * "sampling-plan" "replicates" "overflow" "editions-overlap" "limits-conflict". */

typedef enum { LIMS_JUDGE_SAMPLE, LIMS_JUDGE_SOLUTION, LIMS_JUDGE_SCREEN } LimsJudgeBasis;

typedef struct {
  const char *analyte; /* code */
  LimsValue value;
  const LimsUnit *unit; /* NULL: unknown */
  LimsJudgeBasis basis;
  guint replicate;         /* 0: the analyzer's mean or the only value */
  gint64 id;               /* the caller's; the verdict names the one it used */
  gint64 run;              /* what came together: the transmission, or the entry by hand */
  const char *method;      /* as its driver or a person named it; NULL: not said */
  LimsDecimal uncertainty; /* expanded, in % of the value, if it came with it; zero: the method's */
} LimsDetermination;

typedef struct {
  gint64 id;
  const char *analyte;  /* code; NULL: of all analytes of the sample */
  LimsDecimal portion;  /* test portion: in g, or in mL of a liquid */
  gboolean by_volume;   /* the portion is a volume */
  LimsDecimal volume;   /* of the solution, in mL */
  LimsDecimal dilution; /* 1 = none */
  gboolean has_blank;
  LimsDecimal blank; /* in blank_unit, of the solution */
  const LimsUnit *blank_unit;
  gboolean has_recovery, has_moisture;
  LimsDecimal recovery; /* %; counts only where the method's formula has it */
  LimsDecimal moisture; /* % of the sample as taken */
} LimsPreparation;

/* The determination set: everything of one sample that any of its limits may need. */
typedef struct {
  const char *commodity;                     /* code; NULL: none matched */
  int produced_on, purchased_on, sampled_on; /* yyyymmdd; 0: unknown */
  const LimsDetermination *determinations;   /* all values that count, in the order of
                                                lims_determinations_sort */
  guint count;
  const LimsPreparation
      *preparations; /* newest first: of an analyte its own counts, else the newest of all */
  guint preparation_count;
  LimsFacts facts;              /* a determination of pH, moisture or fat stands in for one that is missing */
  const LimsLimit *given_limit; /* judge against this one instead of the catalogue; NULL: catalogue */
  const LimsPolicy *policy;     /* NULL: the catalogue's */
} LimsJudgeInput;

/* Of a judgement of `analyte`, the verdict belongs to `subject`: the same, or where the analyte is only a
 * component of a residue, or a total whose species decides, the analyte whose limit it is. The caller keeps
 * one verdict a subject. */
typedef struct {
  LimsVerdictKind kind;
  const char *reason_code; /* static */
  char *reason;            /* one sentence, English */
  const char *subject;     /* code, owned by the catalogue or the input */
  const LimsLimit *limit;  /* owned by the catalogue or the caller; NULL: none used */
  char *limit_used;        /* its number where a factor changed it ("0.5" x 4.2); NULL: as it is */
  char *printed;           /* digits and unit as they came: "25.31 µg/L"; of several "0.31; 0.33 mg/kg" */
  char *computed; /* before rounding, in value_unit; "0.252619…" where it does not end; NULL: nothing
                     was computed */
  gboolean has_value;
  LimsDecimal value; /* what was judged */
  const LimsUnit *value_unit;
  char *value_text;     /* "0.35", "ND", "<0.01", "0.20(+)": never empty */
  char *factor;         /* value / limit to 4 significant digits; NULL when none */
  char *calculation;    /* from printed to judged, a line a step; NULL: nothing was computed */
  gint64 determination; /* id of the one judged (or of the newest) */
  gint64 preparation;   /* id, 0: none used */
  GArray *parts;        /* gint64: ids of all determinations that count in it; NULL: only `determination` */
  char *rule;           /* "simple acceptance, full value" */
} LimsVerdict;
void lims_verdict_clear(LimsVerdict *verdict);

/* The slice of the analyte's values; *count 0 if there is none. */
const LimsDetermination *lims_judge_values(const LimsJudgeInput *input, const char *analyte, guint *count);
/* The preparation by which the analyte's solution is reckoned; NULL: none. */
const LimsPreparation *lims_preparation_of(const LimsJudgeInput *input, const char *analyte);
/* By analyte (bytes of its code), then id: what LimsJudgeInput wants. */
void lims_determinations_sort(LimsDetermination *determinations, guint count);
/* `analyte`: a code, or any name of one. */
void lims_judge(const LimsCatalogue *catalogue, const LimsJudgeInput *input, const char *analyte,
                LimsVerdict *out);

/* "≤5mg/kg", "5 mg/kg", "0.05", "不得检出", "不得使用", "5.5-8.5", "≥10 %": a limit as printed. `unit` (may
 * be NULL) is used where the text names none. What is a limit but not judged ("n=5,c=2,m=10", "--", "≤1.5倍")
 * is of kind OTHER. Strings of *out point into `text`, which must outlive it. FALSE if it is no limit. */
gboolean lims_limit_parse(const char *text, const char *unit, LimsLimit *out);
/* "6.71mg/kg", "未检出", "<0.01 mg/kg": a result as printed with its unit; NULL unit when the text has none.
 * FALSE if it is no result; *value is then UNREADABLE with the text. Either way lims_value_clear it. */
gboolean lims_result_parse(const char *text, LimsValue *value, const LimsUnit **unit);
