/* Judging what a person wrote: names and numbers as text, from a command line or a row of a file. */
#pragma once
#include "lims/judge/judge.h"

/* As written; NULL or "" where there is nothing. */
typedef struct {
  const char *commodity, *analyte, *value, *unit, *date, *limit;
} LimsJudgeText;

typedef struct {
  LimsVerdict verdict;
  LimsValue value;
  LimsLimit given;                 /* points into the text */
  const char *commodity, *analyte; /* codes; NULL: not known */
} LimsJudgedText;
void lims_judged_text_clear(LimsJudgedText *judged);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsJudgedText, lims_judged_text_clear)

/* The date stands for production and sampling. A value may carry its own unit; enzyme inhibition without a
 * given limit is a screen. Never fails: what cannot be read is undetermined. `text` must outlive *out. */
void lims_judge_text(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgedText *out);
/* The limit used with its unit: "0.3 mg/kg", "不得检出"; "" if none. g_free. */
char *lims_judged_limit(const LimsJudgedText *judged);
/* The whole file again, with the columns verdict, limit_used, standard, clause, reason behind. NULL with an
 * error that names the file for one that is no CSV or lacks commodity, analyte, value, unit or date. g_free.
 */
char *lims_judge_csv(const LimsCatalogue *catalogue, const char *file_name, const char *bytes, gsize size,
                     GError **error);
