/* What judging a sample needs from the store, read once for all its analytes. */
#pragma once
#include "lims/judge/judge.h"
#include "lims/model/preparation.h"
#include "lims/model/verdict.h"

/* The verdict that stands of an analyte. */
typedef struct {
  gint64 id, determination, preparation, limit_id; /* 0: none */
  const char *verdict, *reason_code, *value_text, *value_unit, *limit_set,
      *limit_text; /* limit_*: NULL if none */
} LimsStanding;

typedef struct {
  LimsDb *db;
  guint lab;
  gint64 sample, site;
  int week;                 /* of this transaction's moment */
  LimsCatalogue *catalogue; /* the connection's */
  LimsJudgeInput input;     /* commodity and dates; the rest is set for each analyte */
  gboolean tested;          /* the sample had a verdict before */
  const LimsUnit *unit;     /* of the value read last */
  GStringChunk *texts;      /* owns every text below */
  GArray *values;           /* LimsDetermination, those of an analyte side by side */
  GPtrArray *analytes;      /* const char *: of the value at the same place */
  GHashTable *first;        /* analyte → place of its first value + 1 */
  GArray *standing;         /* LimsStanding */
  GHashTable *stands;       /* analyte → place in standing + 1 */
  GArray *preparations;     /* LimsPreparationRow, newest first */
} LimsJudging;

/* `only`: the one analyte that is asked for; NULL: all. Clear it also after an error. */
gboolean lims_judging_read(LimsJudging *judging, LimsDb *db, guint lab, gint64 sample, const char *only,
                           GError **error);
void lims_judging_clear(LimsJudging *judging);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsJudging, lims_judging_clear)

/* Sets the analyte, its values and its preparation in ->input. */
void lims_judging_choose(LimsJudging *judging, const char *analyte);
/* NULL: it has no verdict yet. */
const LimsStanding *lims_judging_standing(const LimsJudging *judging, const char *analyte);
