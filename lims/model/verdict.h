/* Verdicts and exceedances: judging what the store holds of a sample, and writing what came out.
 *
 * A sample is judged as a whole, since one value may decide another's verdict: a component its sum's, a pH a
 * metal's. A new determination, preparation, fact or limit makes a new verdict row for the pair (sample,
 * analyte) whose verdict it changed; the older row stays and is no longer `current`. The analyte of a verdict
 * is that of its limit: a component of a residue has none of its own (verdict_part says in which it counted).
 * An exceedance row follows each verdict that exceeds, and is withdrawn when its verdict is no longer the
 * current one: at most one of a pair stands, in the week of the verdict it follows.
 */
#pragma once
#include "lims/judge/judge.h"
#include "lims/store/store.h"

/* Judges the sample anew from its determinations that count, its newest preparations and its facts; writes
 * the verdicts that changed, their exceedances and sample.first_tested_us. */
gboolean lims_verdict_renew_sample(LimsDb *db, guint lab, gint64 sample, GError **error);
/* The same; `needs_preparation`: a flag for each of the `count` analytes (codes, each once): a solution value
 * of it waits. Of such no verdict is written unless one stood before. */
gboolean lims_verdict_renew_many(LimsDb *db, guint lab, gint64 sample, const char *const *analytes,
                                 guint count, gboolean *needs_preparation, GError **error);

/* What would stand instead of what stands; NULL where there is none. Valid during the call. */
typedef struct {
  gint64 sample;
  const char *analyte;
  const char *before_verdict, *before_limit, *before_reason; /* limit with its unit; reason: its code */
  const char *after_verdict, *after_limit, *after_reason, *after_standard;
} LimsVerdictDifference;
/* FALSE with an error ends it. */
typedef gboolean (*LimsVerdictEach)(const LimsVerdictDifference *difference, gpointer data, GError **error);
/* Judges the sample by that catalogue, writes nothing, and tells what differs from the verdicts that stand.
 */
gboolean lims_verdict_compare_sample(LimsDb *db, LimsCatalogue *catalogue, guint lab, gint64 sample,
                                     LimsVerdictEach each, gpointer data, GError **error);
