/* Reading one row of what a person wrote into what the judge takes, and saying afterwards what of it could
 * not be read.
 */
#pragma once
#include "lims/judge/written.h"
#include "lims/model/judge-text.h"

typedef enum {
  LIMS_ROW_VALUE,
  LIMS_ROW_UNIT,
  LIMS_ROW_DATE,
  LIMS_ROW_LIMIT,
  LIMS_ROW_OTHER, /* a fact, a LOD, a setting: the row is then not judged at all */
  LIMS_ROW_PARTS
} LimsRowPart;

typedef struct {
  const char *commodity, *analyte; /* codes; NULL: not known */
  LimsDetermination determination; /* owns its value */
  LimsLimit given;                 /* points into the text */
  gboolean has_limit;
  int produced_on, purchased_on, sampled_on;
  LimsFacts facts;
  LimsPolicy policy;
  const LimsUnit *in_name;  /* "铅(以Pb计),mg/kg": the unit that stands in the cell of the analyte */
  const LimsUnit *nameless; /* the unit of an analyte that has none in print: pH, sums of shares */
  LimsConditionKind basis;  /* DRY_WEIGHT or FAT_WEIGHT where the analyte is named so, else WORDS */
  LimsUnreadKind value_unread, limit_unread;
  char *unread[LIMS_ROW_PARTS]; /* what was not read, in words; NULL: all was */
} LimsJudgeRow;

/* Never fails. `text` must outlive *out. */
void lims_judge_row_read(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *out);
void lims_judge_row_clear(LimsJudgeRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsJudgeRow, lims_judge_row_clear)

/* Keeps the first that is said of a part; takes `words`. */
void lims_judge_row_note(LimsJudgeRow *row, LimsRowPart part, char *words);
/* NULL, "" or blanks. */
gboolean lims_judge_text_is_empty(const char *text);
