/* What a sample is described by besides its values: the pH of its soil, its moisture, how it was packed (the
 * facts of lims/judge/facts.h). A later row replaces an earlier one of its name, an empty value takes it
 * back; none is changed.
 */
#pragma once
#include "lims/judge/facts.h"
#include "lims/store/store.h"

typedef struct {
  LimsFact fact;
  const char *text; /* as lims_facts_set takes it; "" takes the fact back */
} LimsSampleFact;

/* All of them or none. What says nothing new leaves no row; otherwise the sample's verdicts are judged anew.
 */
gboolean lims_sample_describe(LimsDb *db, guint lab, gint64 sample, const LimsSampleFact *facts, guint count,
                              const char *who, GError **error);
/* What is known of it now. A row that cannot be read any more is LIMS_ERROR_INTERNAL. */
gboolean lims_sample_facts_read(LimsDb *db, guint lab, gint64 sample, LimsFacts *out, GError **error);
/* The same for showing. Columns: id, name, value, who, at. */
LimsQuery *lims_sample_fact_query(LimsDb *db, guint lab, gint64 sample, GError **error);
