/* Judging text.
 *
 * A bulletin or a colleague's table is judged row by row, and one unreadable row must not cost the others: it
 * comes back undetermined, with its reason, in its place.
 */
#include "lims/model/judge-text.h"
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/core/time.h"

#include <string.h>

#define SCREEN "enzyme-inhibition" /* % alone is no mark of a screen: spirits and moisture are in % too */

static const char *const COLUMNS[] = {"commodity", "analyte", "value", "unit", "date", NULL};
static const char *const ADDED[] = {"verdict", "limit_used", "standard", "clause", "reason"};

void lims_judged_text_clear(LimsJudgedText *judged) {
  lims_verdict_clear(&judged->verdict);
  lims_value_clear(&judged->value);
}

static gboolean is_empty(const char *text) {
  return !text || strspn(text, " \t") == strlen(text);
}

/* The unit in the value before the unit beside it, if both agree or one is missing; else none. */
static const LimsUnit *choose_unit(const LimsUnit *own, const char *beside) {
  const LimsUnit *other = is_empty(beside) ? own : lims_unit_find(beside);

  return !own || own == other ? other : NULL;
}

static const LimsLimit *read_given(const LimsJudgeText *text, LimsLimit *given) {
  if (is_empty(text->limit))
    return NULL;
  if (!lims_limit_parse(text->limit, text->unit, given))
    given->kind = LIMS_LIMIT_OTHER; /* shown as it is, and not judged */
  return given;
}

/* A date or a unit that is there and cannot be read is not one that is missing: the reason says what stands
 * there. */
static void name_what_is_unread(const LimsJudgeText *text, int date, LimsVerdict *verdict) {
  g_autofree char *reason = g_steal_pointer(&verdict->reason);

  if (strcmp(verdict->reason_code, "no-date") == 0 && !is_empty(text->date) && date == 0)
    verdict->reason = g_strdup_printf("the date “%s” cannot be read: write it like 2026-11-24", text->date);
  else if (strcmp(verdict->reason_code, "unit-mismatch") == 0 && !is_empty(text->unit) &&
           !lims_unit_find(text->unit))
    verdict->reason = g_strdup_printf("the unit “%s” is not known; %s", text->unit, reason);
  else
    verdict->reason = g_steal_pointer(&reason);
}

void lims_judge_text(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgedText *out) {
  LimsDetermination determination = {0};
  LimsJudgeInput input = {.determinations = &determination, .count = 1};
  const LimsUnit *own = NULL;
  int date = 0;

  *out = (LimsJudgedText){
      .commodity = lims_catalogue_find_commodity(catalogue, text->commodity ? text->commodity : ""),
      .analyte = lims_catalogue_find_analyte(catalogue, text->analyte ? text->analyte : "")};
  lims_result_parse(text->value ? text->value : "", &out->value, &own);
  determination.value = out->value;
  determination.unit = choose_unit(own, text->unit);
  input.given_limit = read_given(text, &out->given);
  if (g_strcmp0(out->analyte, SCREEN) == 0 && !input.given_limit)
    determination.basis = LIMS_JUDGE_SCREEN;
  if (!is_empty(text->date))
    lims_time_parse_date(text->date, &date);
  input.commodity = out->commodity;
  determination.analyte = out->analyte ? out->analyte : text->analyte ? text->analyte : "";
  input.produced_on = input.sampled_on = date;
  lims_judge(catalogue, &input, determination.analyte, &out->verdict);
  name_what_is_unread(text, date, &out->verdict);
}

char *lims_judged_limit(const LimsJudgedText *judged) {
  const LimsLimit *limit = judged->verdict.limit;

  if (!limit)
    return g_strdup("");
  return limit->set && limit->unit ? g_strconcat(limit->text, " ", limit->unit->name, NULL)
                                   : g_strdup(limit->text);
}

/* ---- a file ---- */

static void append_header(GString *out, const LimsCsv *csv) {
  for (guint i = 0; i < csv->header->fields->len; i++)
    lims_csv_append(out, g_ptr_array_index(csv->header->fields, i), i == 0);
  for (guint i = 0; i < G_N_ELEMENTS(ADDED); i++)
    lims_csv_append(out, ADDED[i], FALSE);
  g_string_append_c(out, '\n');
}

static void append_verdict(GString *out, const LimsJudgedText *judged) {
  const LimsVerdict *verdict = &judged->verdict;
  const LimsLimit *limit = verdict->limit;
  g_autofree char *used = lims_judged_limit(judged);
  g_autofree char *reason = g_strconcat(verdict->reason_code, ": ", verdict->reason, NULL);

  lims_csv_append(out, lims_verdict_kind_name(verdict->kind), FALSE);
  lims_csv_append(out, used, FALSE);
  lims_csv_append(out, limit && limit->set ? limit->set->standard : "", FALSE);
  lims_csv_append(out, limit ? limit->clause : "", FALSE);
  lims_csv_append(out, reason, FALSE);
  g_string_append_c(out, '\n');
}

static void append_row(GString *out, const LimsCatalogue *catalogue, const LimsCsv *csv,
                       const LimsCsvRow *row) {
  LimsJudgeText text = {.commodity = lims_csv_get(row, lims_csv_column(csv, "commodity")),
                        .analyte = lims_csv_get(row, lims_csv_column(csv, "analyte")),
                        .value = lims_csv_get(row, lims_csv_column(csv, "value")),
                        .unit = lims_csv_get(row, lims_csv_column(csv, "unit")),
                        .date = lims_csv_get(row, lims_csv_column(csv, "date")),
                        .limit = lims_csv_get(row, lims_csv_column(csv, "limit"))};
  g_auto(LimsJudgedText) judged = {0};

  lims_judge_text(catalogue, &text, &judged);
  for (guint i = 0; i < row->fields->len; i++)
    lims_csv_append(out, g_ptr_array_index(row->fields, i), i == 0);
  append_verdict(out, &judged);
}

char *lims_judge_csv(const LimsCatalogue *catalogue, const char *file_name, const char *bytes, gsize size,
                     GError **error) {
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file_name, bytes, size, error);
  GString *out;

  if (!csv || !lims_csv_check(csv, COLUMNS, NULL, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(ADDED); i++)
    if (lims_csv_column(csv, ADDED[i]) >= 0) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "%s: there is a column '%s' already: take the columns of an earlier judgement out",
                  file_name, ADDED[i]);
      return NULL;
    }
  out = g_string_new(NULL);
  append_header(out, csv);
  for (guint i = 0; i < csv->rows->len; i++)
    append_row(out, catalogue, csv, g_ptr_array_index(csv->rows, i));
  return g_string_free(out, FALSE);
}
