/* The four lists of the weekly workbook, as tables of columns: exceedances, what waits, what changed, limits
 * used. */
#include "lims/core/time.h"
#include "reports/weekly-private.h"
#include "reports/words.h"

/* From this many times the limit on, a row is marked. */
#define GRADE_HIGH 2
#define GRADE_EXTREME 10

/* ---- exceedances ---- */

static void compose_grade(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;
  double factor = g_ascii_strtod(row->factor, NULL);

  if (!*row->factor)
    g_string_append(out, lims_word_limit(lims_sheet_language(table->sheet), row->limit_kind));
  else if (factor >= GRADE_EXTREME)
    g_string_append(out, lims_table_say(table, N_("10 times or more")));
  else if (factor >= GRADE_HIGH)
    g_string_append(out, lims_table_say(table, N_("2 times or more")));
  else
    g_string_append(out, lims_table_say(table, N_("above the limit")));
}

static void compose_analyzer(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;

  if (!*row->station) {
    g_string_append(out, lims_table_say(table, N_("entered by hand")));
    return;
  }
  g_string_append(out, row->station);
  if (*row->driver_title)
    g_string_append_printf(out, " · %s", row->driver_title);
  if (!g_str_equal(row->origin, "published") && !g_str_equal(row->origin, "hardware"))
    g_string_append_printf(out, " %s", lims_table_say(table, N_("(unconfirmed driver)")));
}

static void compose_person(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;
  gboolean nobody = g_str_equal(row->person, "unattended");

  g_string_append(out, nobody ? lims_word(lims_sheet_language(table->sheet), row->person) : row->person);
}

#define E(member) G_STRUCT_OFFSET(LimsWeekExceedance, member)
static const LimsColumn EXCEEDANCES[] = {
    {N_("Sample"), 17, LIMS_COLUMN_TEXT, E(sample)},
    {N_("Laboratory"), 17, LIMS_COLUMN_TEXT, E(lab)},
    {N_("County"), 15, LIMS_COLUMN_GROUP, E(county)},
    {N_("Town"), 12, LIMS_COLUMN_TEXT, E(place)},
    {N_("Site"), 22, LIMS_COLUMN_TEXT, E(site)},
    {N_("Site kind"), 11, LIMS_COLUMN_GROUP, E(site_kind)},
    {N_("Commodity"), 13, LIMS_COLUMN_TEXT, E(commodity)},
    {N_("Commodity group"), 13, LIMS_COLUMN_GROUP, E(family)},
    {N_("Analyte"), 16, LIMS_COLUMN_TEXT, E(analyte)},
    {N_("Result as printed"), 11, LIMS_COLUMN_PRINTED, E(printed)},
    {N_("Unit"), 8, LIMS_COLUMN_TEXT, E(printed_unit)},
    {N_("Value judged"), 10, LIMS_COLUMN_PRINTED, E(value)},
    {N_("Limit"), 10, LIMS_COLUMN_PRINTED, E(limit)},
    {N_("Limit's unit"), 8, LIMS_COLUMN_TEXT, E(limit_unit)},
    {N_("Times the limit"), 9, LIMS_COLUMN_PRINTED, E(factor)},
    {N_("Grade"), 18, LIMS_COLUMN_COMPOSED, 0, compose_grade},
    {N_("Standard"), 15, LIMS_COLUMN_TEXT, E(standard)},
    {N_("Clause"), 14, LIMS_COLUMN_TEXT, E(clause)},
    {N_("Food class of the limit"), 24, LIMS_COLUMN_TEXT, E(node_path)},
    {N_("Standing of the limit"), 15, LIMS_COLUMN_WORD, E(standing)},
    {N_("Method"), 15, LIMS_COLUMN_TEXT, E(method)},
    {N_("Analyzer"), 26, LIMS_COLUMN_COMPOSED, 0, compose_analyzer},
    {N_("Person"), 11, LIMS_COLUMN_COMPOSED, 0, compose_person},
    {N_("Measured (instrument's clock)"), 19, LIMS_COLUMN_TIME, E(measured_at_us)},
    {N_("Arrived"), 19, LIMS_COLUMN_TIME, E(arrived_us)},
    {N_("Committed"), 19, LIMS_COLUMN_TIME, E(committed_us)},
    {N_("Transmission"), 21, LIMS_COLUMN_TEXT, E(transmission)},
};

/* Factor and grade together, so that the word stands in the colour. */
static void mark_factors(LimsTable *table) {
  static const struct {
    LimsMark mark;
    const char *test; /* on the factor's first cell, twice */
  } GRADES[] = {
      {LIMS_MARK_DARK_RED, "=AND(ISNUMBER($%1$s),$%1$s>=" G_STRINGIFY(GRADE_EXTREME) ")"},
      {LIMS_MARK_ORANGE, "=AND(ISNUMBER($%1$s),$%1$s>=" G_STRINGIFY(GRADE_HIGH) ")"},
      {LIMS_MARK_RED, "=ISNUMBER($%1$s)"},
      {LIMS_MARK_DARK_RED, "=LEN($%1$s)=0"},
  };
  guint factor = lims_table_find(table, E(factor));
  g_autofree char *cell = lims_cell_reference(1, factor);

  for (guint i = 0; i < G_N_ELEMENTS(GRADES) && table->rows > 0; i++) {
    g_auto(GStrv) pieces = g_strsplit(GRADES[i].test, "%1$s", -1);
    g_autofree char *formula = g_strjoinv(cell, pieces);
    lims_sheet_mark(table->sheet, lims_table_range(table, factor, factor + 1), GRADES[i].mark, formula);
  }
}

gboolean lims_weekly_write_exceedances(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  LimsTable *table = &weekly->exceedances;

  lims_table_begin(table, sheet, EXCEEDANCES, G_N_ELEMENTS(EXCEEDANCES));
  if (!lims_week_each_exceedance(weekly->week, lims_table_add, table, error))
    return FALSE;
  mark_factors(table);
  lims_table_end(table, lims_translate(weekly->language, N_("No exceedance in this week.")));
  return lims_workbook_check(weekly->book, error);
}

/* ---- what waits ---- */

#define O(member) G_STRUCT_OFFSET(LimsWeekOpen, member)
static const LimsColumn OPEN[] = {
    {N_("Sample or specimen"), 20, LIMS_COLUMN_TEXT, O(sample)},
    {N_("What waits"), 20, LIMS_COLUMN_WORD, O(what)},
    {N_("Laboratory"), 20, LIMS_COLUMN_TEXT, O(lab)},
    {N_("County"), 12, LIMS_COLUMN_TEXT, O(county)},
    {N_("Site"), 24, LIMS_COLUMN_TEXT, O(site)},
    {N_("Commodity"), 13, LIMS_COLUMN_TEXT, O(commodity)},
    {N_("Analyzer"), 14, LIMS_COLUMN_TEXT, O(station)},
    {N_("Code or analyte"), 22, LIMS_COLUMN_TEXT, O(code)},
    {N_("Since"), 19, LIMS_COLUMN_TIME, O(since_us)},
    {N_("Days"), 7, LIMS_COLUMN_COUNT, O(days)},
    {N_("Reason"), 34, LIMS_COLUMN_WORD, O(reason)},
    {N_("Detail"), 28, LIMS_COLUMN_TEXT, O(detail)},
};

/* Marks a column's cells that hold that word. */
static void mark_word(LimsTable *table, guint column, LimsMark mark, const char *word) {
  g_autofree char *cell = lims_cell_reference(1, column);
  g_autofree char *formula = g_strdup_printf("=$%s=\"%s\"", cell, word);

  if (table->rows > 0)
    lims_sheet_mark(table->sheet, lims_table_range(table, column, column), mark, formula);
}

gboolean lims_weekly_write_open(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  LimsTable *table = &weekly->open;
  guint what;

  lims_table_begin(table, sheet, OPEN, G_N_ELEMENTS(OPEN));
  if (!lims_week_each_open(weekly->week, lims_table_add, table, error))
    return FALSE;
  what = lims_table_find(table, O(what));
  mark_word(table, what, LIMS_MARK_AMBER, lims_word(weekly->language, "held"));
  mark_word(table, what, LIMS_MARK_AMBER, lims_word(weekly->language, "undetermined"));
  mark_word(table, what, LIMS_MARK_ORANGE, lims_word(weekly->language, "screening-positive"));
  mark_word(table, what, LIMS_MARK_RED, lims_word(weekly->language, "voided"));
  lims_table_end(table, lims_translate(weekly->language, N_("Nothing waits.")));
  return lims_workbook_check(weekly->book, error);
}

/* ---- what changed ---- */

static void compose_week(gconstpointer data, LimsTable *table, GString *out) {
  g_autofree char *week = lims_time_week_to_string((int)((const LimsWeekChange *)data)->week);

  g_string_append(out, week);
}

#define C(member) G_STRUCT_OFFSET(LimsWeekChange, member)
static const LimsColumn CHANGES[] = {
    {N_("Sample"), 17, LIMS_COLUMN_TEXT, C(sample)},
    {N_("Change"), 18, LIMS_COLUMN_WORD, C(kind)},
    {N_("Week of the issue"), 11, LIMS_COLUMN_COMPOSED, 0, compose_week},
    {N_("Laboratory"), 20, LIMS_COLUMN_TEXT, C(lab)},
    {N_("Site"), 24, LIMS_COLUMN_TEXT, C(site)},
    {N_("Analyte"), 16, LIMS_COLUMN_TEXT, C(analyte)},
    {N_("Was"), 16, LIMS_COLUMN_WORD, C(old_verdict)},
    {N_("Value then"), 10, LIMS_COLUMN_PRINTED, C(old_value)},
    {N_("Unit then"), 8, LIMS_COLUMN_TEXT, C(old_unit)},
    {N_("Limit then"), 10, LIMS_COLUMN_PRINTED, C(old_limit)},
    {N_("Is now"), 16, LIMS_COLUMN_WORD, C(verdict)},
    {N_("Value now"), 10, LIMS_COLUMN_PRINTED, C(value)},
    {N_("Unit now"), 8, LIMS_COLUMN_TEXT, C(unit)},
    {N_("Limit now"), 10, LIMS_COLUMN_PRINTED, C(limit)},
    {N_("Reason"), 30, LIMS_COLUMN_WORD, C(reason)},
    {N_("Changed at"), 19, LIMS_COLUMN_TIME, C(at_us)},
};

gboolean lims_weekly_write_changes(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  static const gsize VERDICTS[] = {C(old_verdict), C(verdict)};
  LimsTable *table = &weekly->changes;
  const char *nothing = lims_week_head(weekly->week)->previous
                            ? N_("Nothing that was issued has changed.")
                            : N_("No earlier issue is recorded: nothing to compare with.");

  lims_table_begin(table, sheet, CHANGES, G_N_ELEMENTS(CHANGES));
  if (!lims_week_each_change(weekly->week, lims_table_add, table, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(VERDICTS); i++) {
    guint column = lims_table_find(table, VERDICTS[i]);
    mark_word(table, column, LIMS_MARK_RED, lims_word(weekly->language, "exceeds"));
    mark_word(table, column, LIMS_MARK_AMBER, lims_word(weekly->language, "undetermined"));
  }
  lims_table_end(table, lims_translate(weekly->language, nothing));
  return lims_workbook_check(weekly->book, error);
}

/* ---- limits used ---- */

static void compose_kind(gconstpointer data, LimsTable *table, GString *out) {
  g_string_append(out,
                  lims_word_limit(lims_sheet_language(table->sheet), ((const LimsWeekLimit *)data)->kind));
}

#define L(member) G_STRUCT_OFFSET(LimsWeekLimit, member)
static const LimsColumn LIMITS[] = {
    {N_("Standard"), 16, LIMS_COLUMN_TEXT, L(standard)},
    {N_("Clause"), 16, LIMS_COLUMN_TEXT, L(clause)},
    {N_("Analyte"), 16, LIMS_COLUMN_TEXT, L(analyte)},
    {N_("Food class of the limit"), 30, LIMS_COLUMN_TEXT, L(node_path)},
    {N_("Kind"), 14, LIMS_COLUMN_COMPOSED, 0, compose_kind},
    {N_("Limit"), 11, LIMS_COLUMN_PRINTED, L(limit)},
    {N_("Unit"), 9, LIMS_COLUMN_TEXT, L(unit)},
    {N_("Verdicts"), 9, LIMS_COLUMN_COUNT, L(verdicts)},
    {N_("Exceedances (results)"), 12, LIMS_COLUMN_COUNT, L(exceedances)},
    {N_("In force from"), 12, LIMS_COLUMN_TEXT, L(effective_from)},
    {N_("In force to"), 12, LIMS_COLUMN_TEXT, L(effective_to)},
    {N_("By which date"), 14, LIMS_COLUMN_WORD, L(date_rule)},
    {N_("Standing of the limit"), 20, LIMS_COLUMN_WORD, L(standing)},
    {N_("Checked by"), 13, LIMS_COLUMN_TEXT, L(checked_by)},
    {N_("Source"), 40, LIMS_COLUMN_TEXT, L(source)},
};

gboolean lims_weekly_write_limits(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  LimsTable *table = &weekly->limits;

  lims_table_begin(table, sheet, LIMITS, G_N_ELEMENTS(LIMITS));
  if (!lims_week_each_limit(weekly->week, lims_table_add, table, error))
    return FALSE;
  lims_table_end(table, lims_translate(weekly->language, N_("No limit was used in this week.")));
  return lims_workbook_check(weekly->book, error);
}
