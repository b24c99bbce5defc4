/* Which verdicts that stand an import would alter. */
#pragma once
#include "lims/model/limit-set.h"
#include "lims/model/rejudge.h"

/* Judges the samples that the import may touch as if it were done; writes nothing. See rejudge.h. */
gboolean lims_limit_import_compare(LimsDb *db, const LimsLimitImport *import, LimsRejudgeEach each,
                                   gpointer data, LimsRejudgeCount *out, GError **error);
