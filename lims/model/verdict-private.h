/* What judging a sample needs from the store, read once for all its analytes. */
#pragma once
#include "lims/model/preparation.h"
#include "lims/model/verdict.h"

/* The verdict that stands of an analyte. */
typedef struct {
  gint64 id, determination, preparation; /* 0: none */
  const char *analyte, *verdict, *reason_code, *value_text, *value_unit;
  const char *limit_set, *node_path, *limit_text, *limit_unit, *limit_used; /* NULL if none */
  GArray *parts; /* gint64: determinations counted (verdict_part); NULL: its own only */
} LimsStanding;

typedef struct {
  LimsDb *db;
  guint lab;
  gint64 sample, site;
  int week;                 /* of this transaction's moment */
  LimsCatalogue *catalogue; /* owned by the connection, or the caller */
  LimsJudgeInput input;     /* points into the arrays below */
  gboolean tested;          /* the sample had a verdict before */
  const LimsUnit *unit;     /* of the value read last */
  GStringChunk *texts;      /* owns every text below */
  GArray *values;           /* LimsDetermination */
  GArray *preparations;     /* LimsPreparation, newest first */
  GArray *standing;         /* LimsStanding */
} LimsJudging;

/* `catalogue` NULL: the connection's. Clear it also after an error. */
gboolean lims_judging_read(LimsJudging *judging, LimsDb *db, LimsCatalogue *catalogue, guint lab,
                           gint64 sample, GError **error);
void lims_judging_clear(LimsJudging *judging);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsJudging, lims_judging_clear)

/* NULL: it has no verdict. */
const LimsStanding *lims_judging_standing(const LimsJudging *judging, const char *analyte);

/* One verdict a subject, in the order of the subjects' codes. */
typedef gboolean (*LimsJudgingTake)(LimsJudging *judging, const LimsVerdict *verdict, gpointer data,
                                    GError **error);
/* Judges every analyte of which there is a value, or a verdict that stands and no value is left. */
gboolean lims_judging_each(LimsJudging *judging, LimsJudgingTake take, gpointer data, GError **error);
