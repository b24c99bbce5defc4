/* The judge: pure. The determinations of one sample and analyte, the preparation, the limits and the dates
 * in; a verdict, the limit used and the reason out. It opens nothing and knows no database; the same input
 * gives the same output.
 *
 * Never a silent pass: whatever it cannot decide is UNDETERMINED with a reason code from the list below and a
 * sentence. Sources of the rules: facts of GB 2762, GB 2763, GB/T 8170-2008, GB/T 5009.199-2003, cited in
 * judge.c.
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

typedef enum {
  LIMS_VERDICT_COMPLIES,
  LIMS_VERDICT_EXCEEDS,
  LIMS_VERDICT_SCREENING_POSITIVE,
  LIMS_VERDICT_UNDETERMINED,
} LimsVerdictKind;
const char *lims_verdict_kind_name(
    LimsVerdictKind kind); /* "complies" "exceeds" "screening-positive" "undetermined" */

/* Reason codes (stable, machine-read): "at-or-below-limit" "above-limit" "not-detected"
 * "detected-though-banned" "detected-though-not-allowed" "within-range" "outside-range" "screen-negative"
 * "screen-positive" and of UNDETERMINED: "no-commodity" "no-membership" "no-limit" "no-date" "no-edition"
 * "needs-preparation" "bad-preparation" "unit-mismatch" "lod-above-limit" "lod-unknown" "above-range"
 * "negative" "failed" "not-run" "qualitative" "unreadable" "below-loq-no-number" "residue-sum" "condition"
 * "limit-not-numeric" "replicates" "overflow" "editions-overlap" "limits-conflict". */

typedef enum { LIMS_JUDGE_SAMPLE, LIMS_JUDGE_SOLUTION, LIMS_JUDGE_SCREEN } LimsJudgeBasis;

typedef struct {
  LimsValue value;
  const LimsUnit *unit; /* NULL: unknown */
  LimsJudgeBasis basis;
  guint replicate; /* 0: the analyzer's mean or the only value */
  gint64 id;       /* the caller's; the verdict names the one it used */
  gint64 run;      /* what came together: the transmission, or the entry by hand */
} LimsDetermination;

typedef struct {
  LimsDecimal mass;     /* in g */
  LimsDecimal volume;   /* in mL */
  LimsDecimal dilution; /* 1 = none */
  gboolean has_blank;
  LimsDecimal blank; /* in blank_unit, of the solution */
  const LimsUnit *blank_unit;
  gint64 id;
} LimsPreparation;

typedef struct {
  const char *commodity;                     /* code; NULL: none matched */
  const char *analyte;                       /* code */
  int produced_on, purchased_on, sampled_on; /* yyyymmdd; 0: unknown */
  const LimsDetermination *determinations;   /* all values of this sample and analyte that count */
  guint count;
  const LimsPreparation *preparation; /* NULL: none */
  const LimsLimit *given_limit;       /* judge against this one instead of the catalogue; NULL: catalogue */
  LimsDecimal screen_threshold;       /* % inhibition; 50 by GB/T 5009.199-2003; zero coefficient = 50 */
  gboolean
      screen_equal_negative; /* at exactly the threshold: FALSE (default) = positive, as the standard says */
} LimsJudgeInput;

typedef struct {
  LimsVerdictKind kind;
  const char *reason_code; /* static */
  char *reason;            /* one sentence, English */
  const LimsLimit *limit;  /* owned by the catalogue or the caller; NULL: none used */
  gboolean has_value;
  LimsDecimal value; /* what was judged */
  const LimsUnit *value_unit;
  char *value_text;     /* "0.35", "ND", "<0.01": never empty */
  char *factor;         /* value / limit to 4 significant digits; NULL when none */
  gint64 determination; /* id of the one judged (or of the newest) */
  gint64 preparation;   /* id, 0: none used */
  char *rule;           /* "simple acceptance, full value" */
} LimsVerdict;
void lims_verdict_clear(LimsVerdict *verdict);

void lims_judge(const LimsCatalogue *catalogue, const LimsJudgeInput *input, LimsVerdict *out);

/* "≤5mg/kg", "5 mg/kg", "0.05", "不得检出", "不得使用", "5.5-8.5", "≥10 %": a limit as printed. `unit` (may
 * be NULL) is used where the text names none. What is a limit but not judged ("n=5,c=2,m=10", "--", "≤1.5倍")
 * is of kind OTHER. Strings of *out point into `text`, which must outlive it. FALSE if it is no limit. */
gboolean lims_limit_parse(const char *text, const char *unit, LimsLimit *out);
/* "6.71mg/kg", "未检出", "<0.01 mg/kg": a result as printed with its unit; NULL unit when the text has none.
 * FALSE if it is no result; *value is then UNREADABLE with the text. Either way lims_value_clear it. */
gboolean lims_result_parse(const char *text, LimsValue *value, const LimsUnit **unit);
