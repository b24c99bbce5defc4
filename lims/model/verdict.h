/* Verdicts and exceedances: judging what the store holds of a sample, and writing what came out.
 *
 * A new determination, preparation or limit makes a new verdict row for the pair (sample, analyte); the older
 * row stays and is no longer `current`. An exceedance row follows each verdict that exceeds, and is withdrawn
 * when its verdict is no longer the current one: at most one of a pair stands, in the week of the verdict it
 * follows.
 */
#pragma once
#include "lims/store/store.h"

/* Judges the pair anew from its determinations that count and its newest preparation; writes the verdict, the
 * exceedance and sample.first_tested_us. No new row when nothing changed. *out_needs_preparation (may be
 * NULL): a solution value waits; then no verdict is written unless one stood before. */
gboolean lims_verdict_renew(LimsDb *db, guint lab, gint64 sample, const char *analyte,
                            gboolean *out_needs_preparation, GError **error);
/* The same for `count` analytes of one sample (codes, each once), reading the sample, its preparations,
 * values and standing verdicts once. out_needs_preparation: `count` flags, or NULL. */
gboolean lims_verdict_renew_many(LimsDb *db, guint lab, gint64 sample, const char *const *analytes,
                                 guint count, gboolean *out_needs_preparation, GError **error);
