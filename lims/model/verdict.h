/* Verdicts and exceedances: judging what the store holds of a sample, and writing what came out.
 *
 * A new determination, preparation or limit makes a new verdict row for the pair (sample, analyte); the older row stays and
 * is no longer `current`. An exceedance row follows each exceeding verdict; one that no longer exceeds is withdrawn.
 */
#pragma once
#include "lims/store/store.h"

/* Judges the pair anew from its determinations that count and its newest preparation; writes the verdict, the exceedance and
 * sample.first_tested_us. No new row when nothing changed. *out_needs_preparation (may be NULL): a solution value waits;
 * then no verdict is written unless one stood before. */
gboolean lims_verdict_renew(LimsDb *db, guint lab, gint64 sample, const char *analyte, gboolean *out_needs_preparation,
                            GError **error);
