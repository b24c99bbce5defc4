/* Samples for the tests of the judge, written on one line each. */
#pragma once
#include "lims/judge/judge.h"

/* A determination set. The texts are taken apart at "; ":
 *   values         ANALYTE PRINTED UNIT [solution|screen] [run=N] [rep=N] [by=METHOD] [u=PERCENT]
 *   preparations   [of=ANALYTE] m=DECIMAL|v=DECIMAL V=DECIMAL [f=N] [c0=DECIMAL UNIT] [R=N] [w=N]
 *   facts          NAME=VALUE
 * A unit of "-" is none; "_" stands for a blank inside a word. Without a run each value came by itself; ids
 * are 1, 2 … in the order of the text. */
typedef struct {
  GArray *determinations; /* LimsDetermination */
  GArray *preparations;   /* LimsPreparation; the first is the newest */
  LimsFacts facts;
  LimsJudgeInput input; /* sampled on 2026-10-01 */
} HelperSample;

/* Texts may be NULL. Copies what it needs. */
HelperSample *helper_sample_new(const char *commodity, const char *values, const char *preparations,
                                const char *facts);
void helper_sample_free(HelperSample *sample);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(HelperSample, helper_sample_free)

/* Sorts the values and judges; checks what holds of every verdict: no field is empty that must not be,
 * computed, judged and shown number agree, the parts are ids of the sample. lims_verdict_clear(out). */
void helper_sample_judge(HelperSample *sample, const LimsCatalogue *c, const char *analyte, LimsVerdict *out);

/* One line of a table: a sample, what is judged, and what must come out. */
typedef struct {
  const char *values, *preparations, *facts;
  const char *code;
  const char *value; /* value_text; NULL: any */
  const char *says;  /* in the reason, the rule or the calculation; NULL: nothing in particular */
} HelperCase;
/* Judges `analyte` for each line, and names the line that fails. */
void helper_check_cases(const LimsCatalogue *c, const char *commodity, const char *analyte,
                        const LimsPolicy *policy, const HelperCase *cases, guint count);
