/* Judging what a person wrote: names and numbers as text, from a command line or a row of a file. */
#pragma once
#include "lims/judge/judge.h"

/* As written; NULL or "" where there is nothing. */
typedef struct {
  const char *commodity, *analyte, *value, *unit, *date, *limit;
  const char *method, *lod, *loq, *uncertainty; /* lod and loq in the value's unit or with their own */
  const char *comparison, *decision, *at_threshold, *nd_components; /* words of method.h */
  const char *facts[LIMS_FACTS];
} LimsJudgeText;

/* Fills the text from whoever knows its parts by their names ("commodity", "at-threshold", "land-use"); `get`
 * gives NULL for what is not there. */
void lims_judge_text_fill(LimsJudgeText *out, const char *(*get)(gconstpointer data, const char *name),
                          gconstpointer data);

typedef struct {
  LimsVerdict verdict;
  LimsValue value;
  LimsLimit given;                 /* points into the text */
  const char *commodity, *analyte; /* codes; NULL: not known */
} LimsJudgedText;
void lims_judged_text_clear(LimsJudgedText *judged);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsJudgedText, lims_judged_text_clear)

/* A date is that of production and sampling unless it says which it is ("购进日期"). A value may carry its
 * own unit and its analyte's name; enzyme inhibition is a screen. Never fails: what cannot be read is
 * undetermined, and the reason names it. `text` must outlive *out. */
void lims_judge_text(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgedText *out);
/* The limit used with its unit: "0.3 mg/kg", "不得检出"; "" if none. g_free. */
char *lims_judged_limit(const LimsJudgedText *judged);
/* The whole file again, with the columns verdict, limit_used, standard, clause, reason behind; with `found`
 * also commodity_found, analyte_found (codes) and limit_set. NULL with an error that names the file for one
 * that is no CSV or lacks commodity, analyte, value, unit or date. g_free.
 */
char *lims_judge_csv(const LimsCatalogue *catalogue, const char *file_name, const char *bytes, gsize size,
                     gboolean found, GError **error);
