/* Judging text.
 *
 * A bulletin or a colleague's table is judged row by row, and one unreadable row must not cost the others: it
 * comes back undetermined, with its reason, in its place. The judge knows what it was given; what of the row
 * was never given to it, because it could not be read (judge-read.c), is said here.
 */
#include "lims/model/judge-text.h"
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/model/judge-read.h"

#include <string.h>

static const char *const COLUMNS[] = {"commodity", "analyte", "value", "unit", "date", NULL};
static const char *const ADDED[] = {"verdict", "limit_used", "standard", "clause", "reason",
                                    /* if asked for: what the names were taken for */
                                    "commodity_found", "analyte_found", "limit_set"};
#define ADDED_ALWAYS 5

static const struct {
  const char *name;
  gsize offset;
} PARTS[] = {
    {"commodity", G_STRUCT_OFFSET(LimsJudgeText, commodity)},
    {"analyte", G_STRUCT_OFFSET(LimsJudgeText, analyte)},
    {"value", G_STRUCT_OFFSET(LimsJudgeText, value)},
    {"unit", G_STRUCT_OFFSET(LimsJudgeText, unit)},
    {"date", G_STRUCT_OFFSET(LimsJudgeText, date)},
    {"limit", G_STRUCT_OFFSET(LimsJudgeText, limit)},
    {"method", G_STRUCT_OFFSET(LimsJudgeText, method)},
    {"lod", G_STRUCT_OFFSET(LimsJudgeText, lod)},
    {"loq", G_STRUCT_OFFSET(LimsJudgeText, loq)},
    {"uncertainty", G_STRUCT_OFFSET(LimsJudgeText, uncertainty)},
    {"comparison", G_STRUCT_OFFSET(LimsJudgeText, comparison)},
    {"decision", G_STRUCT_OFFSET(LimsJudgeText, decision)},
    {"at-threshold", G_STRUCT_OFFSET(LimsJudgeText, at_threshold)},
    {"nd-components", G_STRUCT_OFFSET(LimsJudgeText, nd_components)},
};

void lims_judge_text_fill(LimsJudgeText *out, const char *(*get)(gconstpointer data, const char *name),
                          gconstpointer data) {
  *out = (LimsJudgeText){0};
  for (guint i = 0; i < G_N_ELEMENTS(PARTS); i++)
    G_STRUCT_MEMBER(const char *, out, PARTS[i].offset) = get(data, PARTS[i].name);
  for (guint i = 0; i < LIMS_FACTS; i++)
    out->facts[i] = get(data, lims_fact_name((LimsFact)i));
}

void lims_judged_text_clear(LimsJudgedText *judged) {
  lims_verdict_clear(&judged->verdict);
  lims_value_clear(&judged->value);
}

/* ---- what the judge was not given ---- */

static gboolean is_code(const LimsVerdict *verdict, const char *code) {
  return strcmp(verdict->reason_code, code) == 0;
}

static void replace_reason(LimsVerdict *verdict, const char *code, char *reason) {
  g_free(verdict->reason);
  verdict->reason = reason;
  verdict->reason_code = code;
}

/* Takes the verdict back. */
static void leave_open(LimsVerdict *verdict, const char *code, char *reason) {
  verdict->kind = LIMS_VERDICT_UNDETERMINED;
  g_clear_pointer(&verdict->factor, g_free);
  replace_reason(verdict, code, reason);
}

static void explain_value(const LimsJudgeRow *row, const LimsJudgeText *text, LimsVerdict *verdict) {
  const char *limit = row->unread[LIMS_ROW_LIMIT];

  replace_reason(verdict, row->value_unread == LIMS_UNREAD_UNIT ? "unit-mismatch" : "unreadable",
                 g_strdup_printf("“%s” cannot be read as a result: %s%s%s%s%s", text->value,
                                 row->unread[LIMS_ROW_VALUE], limit ? "; nor is the limit “" : "",
                                 limit ? text->limit : "", limit ? "” judged: " : "", limit ? limit : ""));
}

static void explain_limit(const LimsJudgeRow *row, const LimsJudgeText *text, LimsVerdict *verdict) {
  replace_reason(
      verdict, row->limit_unread == LIMS_UNREAD_PLAN ? "sampling-plan" : verdict->reason_code,
      g_strdup_printf("the given limit “%s” is not judged: %s", text->limit, row->unread[LIMS_ROW_LIMIT]));
}

/* A date, a unit or a limit that is there and cannot be read is not one that is missing: the reason says what
 * stands there. */
static void name_what_is_unread(const LimsJudgeRow *row, const LimsJudgeText *text, LimsVerdict *verdict) {
  gboolean is_plan = row->limit_unread == LIMS_UNREAD_PLAN && row->unread[LIMS_ROW_LIMIT];

  if (row->unread[LIMS_ROW_OTHER])
    leave_open(verdict, "unreadable", g_strdup(row->unread[LIMS_ROW_OTHER]));
  else if (is_plan || (row->unread[LIMS_ROW_LIMIT] && is_code(verdict, "limit-not-numeric")))
    explain_limit(row, text, verdict);
  else if (row->unread[LIMS_ROW_VALUE] && is_code(verdict, "unreadable"))
    explain_value(row, text, verdict);
  else if (row->unread[LIMS_ROW_DATE] && is_code(verdict, "no-date"))
    replace_reason(verdict, verdict->reason_code, g_strdup(row->unread[LIMS_ROW_DATE]));
  else if (row->unread[LIMS_ROW_UNIT] && is_code(verdict, "unit-mismatch"))
    replace_reason(verdict, verdict->reason_code,
                   g_strconcat(row->unread[LIMS_ROW_UNIT], "; ", verdict->reason, NULL));
}

static gboolean has_basis(const LimsLimit *limit, LimsConditionKind basis) {
  return limit && lims_conditions_find(limit->terms, basis);
}

/* A value on dry weight, or in the fat, is higher than that of the food: above a limit of the food it says
 * nothing. */
static void hold_to_basis(const LimsJudgeRow *row, const LimsJudgeText *text, LimsVerdict *verdict) {
  const char *words = row->basis == LIMS_CONDITION_DRY_WEIGHT ? "dry weight" : "the fat";

  if (row->basis == LIMS_CONDITION_WORDS || row->has_limit || verdict->kind == LIMS_VERDICT_UNDETERMINED)
    return;
  if (verdict->kind == LIMS_VERDICT_EXCEEDS && !has_basis(verdict->limit, row->basis))
    leave_open(verdict, "condition",
               g_strdup_printf("%s: the value counts on %s, as “%s” says, and this limit does not",
                               verdict->reason, words, text->analyte));
  else
    replace_reason(verdict, verdict->reason_code,
                   g_strdup_printf("%s; a value on %s, as “%s” says", verdict->reason, words, text->analyte));
}

void lims_judge_text(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgedText *out) {
  g_auto(LimsJudgeRow) row = {0};
  LimsJudgeInput input = {.count = 1};

  lims_judge_row_read(catalogue, text, &row);
  *out = (LimsJudgedText){.given = row.given, .commodity = row.commodity, .analyte = row.analyte};
  input.determinations = &row.determination;
  input.commodity = row.commodity;
  input.produced_on = row.produced_on;
  input.purchased_on = row.purchased_on;
  input.sampled_on = row.sampled_on;
  input.facts = row.facts;
  input.given_limit = row.has_limit ? &out->given : NULL;
  input.policy = &row.policy;
  lims_judge(catalogue, &input, row.determination.analyte, &out->verdict);
  name_what_is_unread(&row, text, &out->verdict);
  hold_to_basis(&row, text, &out->verdict);
  g_strdelimit(out->verdict.reason, "\r\n\t", ' '); /* of a cell with several lines */
  out->value = row.determination.value;
  row.determination.value = (LimsValue){0};
}

char *lims_judged_limit(const LimsJudgedText *judged) {
  const LimsLimit *limit = judged->verdict.limit;

  if (!limit)
    return g_strdup("");
  return limit->set && limit->unit ? g_strconcat(limit->text, " ", limit->unit->name, NULL)
                                   : g_strdup(limit->text);
}

/* ---- a file ---- */

static void append_header(GString *out, const LimsCsv *csv, guint added) {
  for (guint i = 0; i < csv->header->fields->len; i++)
    lims_csv_append(out, g_ptr_array_index(csv->header->fields, i), i == 0);
  for (guint i = 0; i < added; i++)
    lims_csv_append(out, ADDED[i], FALSE);
  g_string_append_c(out, '\n');
}

static void append_verdict(GString *out, const LimsJudgedText *judged, guint added) {
  const LimsVerdict *verdict = &judged->verdict;
  const LimsLimit *limit = verdict->limit;
  const LimsLimitSet *set = limit ? limit->set : NULL;
  g_autofree char *used = lims_judged_limit(judged);
  g_autofree char *reason = g_strconcat(verdict->reason_code, ": ", verdict->reason, NULL);
  const char *const fields[G_N_ELEMENTS(ADDED)] = {
      lims_verdict_kind_name(verdict->kind),
      used,
      set ? set->standard : "",
      limit ? limit->clause : "",
      reason,
      judged->commodity ? judged->commodity : "",
      judged->analyte ? judged->analyte : "",
      set ? set->set : "",
  };

  for (guint i = 0; i < added; i++)
    lims_csv_append(out, fields[i], FALSE);
  g_string_append_c(out, '\n');
}

/* One row with the heads of its columns. */
typedef struct {
  const LimsCsv *csv;
  const LimsCsvRow *row;
} Row;

static const char *get_field(gconstpointer data, const char *name) {
  const Row *row = data;

  return lims_csv_get(row->row, lims_csv_column(row->csv, name));
}

static void append_row(GString *out, const LimsCatalogue *catalogue, const LimsCsv *csv,
                       const LimsCsvRow *row, guint added) {
  g_auto(LimsJudgedText) judged = {0};
  LimsJudgeText text;

  lims_judge_text_fill(&text, get_field, &(Row){csv, row});
  lims_judge_text(catalogue, &text, &judged);
  for (guint i = 0; i < row->fields->len; i++)
    lims_csv_append(out, g_ptr_array_index(row->fields, i), i == 0);
  append_verdict(out, &judged, added);
}

char *lims_judge_csv(const LimsCatalogue *catalogue, const char *file_name, const char *bytes, gsize size,
                     gboolean found, GError **error) {
  guint added = found ? G_N_ELEMENTS(ADDED) : ADDED_ALWAYS;
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file_name, bytes, size, error);
  GString *out;

  if (!csv || !lims_csv_check(csv, COLUMNS, NULL, error))
    return NULL;
  for (guint i = 0; i < added; i++)
    if (lims_csv_column(csv, ADDED[i]) >= 0) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "%s: there is a column '%s' already: take the columns of an earlier judgement out",
                  file_name, ADDED[i]);
      return NULL;
    }
  out = g_string_new(NULL);
  append_header(out, csv, added);
  for (guint i = 0; i < csv->rows->len; i++)
    append_row(out, catalogue, csv, g_ptr_array_index(csv->rows, i), added);
  return g_string_free(out, FALSE);
}
