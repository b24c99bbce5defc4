/* One row a laboratory: what its year was given and has cost, and what was done for it. The budget is held
 * against the floor that the city set; nothing is divided by no samples.
 */
#include "lims/core/time.h"
#include "reports/weekly-private.h"
#include "reports/words.h"

#define DASH "–"
#define ROW_TITLE 0
#define ROW_SPAN 1
#define ROW_HEADINGS 3

enum { NAME, KIND, APPROPRIATED, FLOOR, AGAINST, PAID, SAMPLES, RESULTS, COST, EXCEEDANCES, COLUMNS };

static const struct {
  const char *heading;
  double width;
} HEADINGS[COLUMNS] = {
    [NAME] = {N_("Laboratory"), 38},
    [KIND] = {N_("Kind of laboratory"), 20},
    [APPROPRIATED] = {N_("Appropriated (CNY)"), 17},
    [FLOOR] = {N_("Floor (CNY)"), 17},
    [AGAINST] = {N_("Against the floor"), 28},
    [PAID] = {N_("Paid (CNY)"), 17},
    [SAMPLES] = {N_("Samples"), 12},
    [RESULTS] = {N_("Results"), 12},
    [COST] = {N_("Cost per sample (CNY)"), 15},
    [EXCEEDANCES] = {N_("Exceedances (results)"), 13},
};

static const char *const NOTES[] = {
    N_("Appropriated and floor are of the whole year; everything else is up to the end of the week, or "
       "to the position if that is earlier. Amounts are those recorded, corrections included."),
    N_("Samples: registered, not void. Results: determinations that count; one that was corrected counts "
       "once. Cost per sample: paid divided by samples, rounded by GB/T 8170; in the total of the "
       "laboratories that have payments. A dash: no sample, or no amount recorded."),
    N_("Exceedances: those that stand, each of a sample and analyte. A laboratory that looks where the "
       "risk is finds more for each sample; the figures rank nobody by themselves."),
};

/* What it was given, against what it was to be given. */
typedef enum { NOT_RECORDED, BELOW, MET } Standing;
static const char *const STANDINGS[] = {
    [NOT_RECORDED] = "budget-not-recorded", [BELOW] = "budget-below", [MET] = "budget-met"};

typedef struct {
  LimsWeekly *weekly;
  LimsSheet *sheet;
  guint row;
  LimsWeekYear total;
  gint64 paid_samples; /* of laboratories that have payments: what the total's cost is of */
  gboolean fits;
} Sheet;

static const char *translated(const Sheet *s, const char *msgid) {
  return lims_translate(s->weekly->language, msgid);
}

static double number_of(LimsDecimal value) {
  g_autofree char *text = lims_decimal_to_string(value);

  return g_ascii_strtod(text, NULL);
}

static Standing standing_of(const LimsWeekYear *year) {
  if (!year->has_appropriation)
    return NOT_RECORDED;
  return lims_decimal_compare(year->appropriated, year->floor) < 0 ? BELOW : MET;
}

/* ---- the top ---- */

static char *span_text(const Sheet *s) {
  LimsWeekYearSpan span = lims_week_year_span(s->weekly->week);
  const LimsWeekHead *head = lims_week_head(s->weekly->week);
  g_autofree char *first = lims_time_to_date(span.from_us, head->zone);
  g_autofree char *last = lims_time_to_date(span.to_us - 1, head->zone);
  g_autofree char *week = lims_time_week_to_string(head->week);

  return g_strdup_printf("%d-W01 – %s (%s – %s)   |   %s", span.year, week, first, last, s->weekly->moment);
}

static void write_top(Sheet *s) {
  g_autofree char *span = span_text(s);

  lims_sheet_hide_grid(s->sheet);
  for (guint i = 0; i < COLUMNS; i++)
    lims_sheet_set_widths(s->sheet, i, i, HEADINGS[i].width);
  lims_sheet_freeze(s->sheet, ROW_HEADINGS + 1, 1);
  lims_sheet_set_height(s->sheet, ROW_TITLE, 34);
  lims_sheet_text(s->sheet, ROW_TITLE, 0, LIMS_STYLE_TITLE,
                  translated(s, N_("Laboratories: the year to date")));
  lims_sheet_text(s->sheet, ROW_SPAN, 0, LIMS_STYLE_SUBTITLE, span);
  lims_sheet_set_height(s->sheet, ROW_HEADINGS, 32);
  for (guint i = 0; i < COLUMNS; i++)
    lims_sheet_text(s->sheet, ROW_HEADINGS, i, LIMS_STYLE_HEADING, translated(s, HEADINGS[i].heading));
  s->row = ROW_HEADINGS + 1;
}

/* ---- rows ---- */

static void write_cost(Sheet *s, LimsStyle money, LimsStyle word, const LimsWeekYear *year, gint64 samples) {
  g_autofree char *cost = year->has_payment ? lims_week_cost_per_sample(year->paid, samples) : NULL;

  if (cost)
    lims_sheet_number(s->sheet, s->row, COST, money, g_ascii_strtod(cost, NULL));
  else
    lims_sheet_text(s->sheet, s->row, COST, word, DASH);
}

/* What is not recorded is no 0. */
static void write_amount(Sheet *s, guint column, gboolean is_recorded, LimsDecimal amount) {
  if (is_recorded)
    lims_sheet_number(s->sheet, s->row, column, LIMS_STYLE_MONEY, number_of(amount));
  else
    lims_sheet_text(s->sheet, s->row, column, LIMS_STYLE_WORD, DASH);
}

static void add_to_total(Sheet *s, const LimsWeekYear *year) {
  LimsWeekYear *total = &s->total;

  s->fits = s->fits && lims_decimal_add(total->appropriated, year->appropriated, &total->appropriated) &&
            lims_decimal_add(total->floor, year->floor, &total->floor) &&
            lims_decimal_add(total->paid, year->paid, &total->paid);
  total->has_payment |= year->has_payment;
  s->paid_samples += year->has_payment ? year->samples : 0;
  total->samples += year->samples;
  total->results += year->results;
  total->exceedances += year->exceedances;
}

static gboolean write_laboratory(gconstpointer data, gpointer user, GError **error) {
  const LimsWeekYear *year = data;
  Sheet *s = user;

  lims_sheet_text(s->sheet, s->row, NAME, LIMS_STYLE_TEXT, year->lab);
  lims_sheet_text(s->sheet, s->row, KIND, LIMS_STYLE_TEXT,
                  lims_word(s->weekly->language, year->is_city ? "lab:city" : "lab:county"));
  write_amount(s, APPROPRIATED, year->has_appropriation, year->appropriated);
  write_amount(s, FLOOR, TRUE, year->floor);
  lims_sheet_text(s->sheet, s->row, AGAINST, LIMS_STYLE_TEXT,
                  lims_word(s->weekly->language, STANDINGS[standing_of(year)]));
  write_amount(s, PAID, year->has_payment, year->paid);
  lims_sheet_count(s->sheet, s->row, SAMPLES, LIMS_STYLE_COUNT, year->samples);
  lims_sheet_count(s->sheet, s->row, RESULTS, LIMS_STYLE_COUNT, year->results);
  write_cost(s, LIMS_STYLE_MONEY, LIMS_STYLE_WORD, year, year->samples);
  lims_sheet_count(s->sheet, s->row, EXCEEDANCES, LIMS_STYLE_COUNT, year->exceedances);
  add_to_total(s, year);
  s->row++;
  return lims_workbook_check(s->weekly->book, error);
}

/* ---- the total ---- */

static void write_sum(Sheet *s, guint column, LimsStyle style, double sum) {
  g_autofree char *range =
      lims_range_reference(NULL, (LimsRange){ROW_HEADINGS + 1, column, s->row - 1, column});
  g_autofree char *formula = g_strdup_printf("=SUM(%s)", range);

  lims_sheet_formula(s->sheet, s->row, column, style, formula, sum);
}

static void write_total(Sheet *s) {
  const LimsWeekYear *total = &s->total;

  lims_sheet_text(s->sheet, s->row, NAME, LIMS_STYLE_TOTAL_TEXT, translated(s, N_("Total")));
  lims_sheet_text(s->sheet, s->row, KIND, LIMS_STYLE_TOTAL_TEXT, NULL);
  write_sum(s, APPROPRIATED, LIMS_STYLE_TOTAL_MONEY, number_of(total->appropriated));
  write_sum(s, FLOOR, LIMS_STYLE_TOTAL_MONEY, number_of(total->floor));
  lims_sheet_text(s->sheet, s->row, AGAINST, LIMS_STYLE_TOTAL_TEXT, NULL);
  write_sum(s, PAID, LIMS_STYLE_TOTAL_MONEY, number_of(total->paid));
  write_sum(s, SAMPLES, LIMS_STYLE_TOTAL_COUNT, (double)total->samples);
  write_sum(s, RESULTS, LIMS_STYLE_TOTAL_COUNT, (double)total->results);
  write_cost(s, LIMS_STYLE_TOTAL_MONEY, LIMS_STYLE_TOTAL_WORD, total, s->paid_samples);
  write_sum(s, EXCEEDANCES, LIMS_STYLE_TOTAL_COUNT, (double)total->exceedances);
  s->row++;
}

static void mark_standing(Sheet *s, Standing standing, LimsMark mark, guint last) {
  g_autofree char *cell = lims_cell_reference(ROW_HEADINGS + 1, AGAINST);
  g_autofree char *formula =
      g_strdup_printf("=$%s=\"%s\"", cell, lims_word(s->weekly->language, STANDINGS[standing]));

  lims_sheet_mark(s->sheet, (LimsRange){ROW_HEADINGS + 1, AGAINST, last, AGAINST}, mark, formula);
}

static void write_notes(Sheet *s) {
  s->row++;
  for (guint i = 0; i < G_N_ELEMENTS(NOTES); i++)
    lims_sheet_text(s->sheet, s->row++, 0, LIMS_STYLE_NOTE, translated(s, NOTES[i]));
}

gboolean lims_weekly_write_laboratories(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  Sheet s = {.weekly = weekly, .sheet = sheet, .fits = TRUE};

  write_top(&s);
  if (!lims_week_each_year(weekly->week, write_laboratory, &s, error))
    return FALSE;
  if (!s.fits) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "the laboratories' budgets have more digits than can be added exactly");
    return FALSE;
  }
  mark_standing(&s, BELOW, LIMS_MARK_RED, s.row - 1);
  mark_standing(&s, NOT_RECORDED, LIMS_MARK_AMBER, s.row - 1);
  mark_standing(&s, MET, LIMS_MARK_GREEN, s.row - 1);
  write_total(&s);
  write_notes(&s);
  return lims_workbook_check(weekly->book, error);
}
