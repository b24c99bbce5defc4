/* The short lists of the weekly workbook, as tables of columns: what waits, what changed, limits used. */
#include "lims/core/time.h"
#include "reports/weekly-private.h"
#include "reports/words.h"

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
    {N_("Edition"), 15, LIMS_COLUMN_TEXT, L(standard)},
    {N_("Clause"), 14, LIMS_COLUMN_TEXT, L(clause)},
    {N_("Analyte"), 18, LIMS_COLUMN_TEXT, L(analyte)},
    {N_("Food class of the limit"), 30, LIMS_COLUMN_TEXT, L(node_path)},
    {N_("Kind"), 11, LIMS_COLUMN_COMPOSED, 0, compose_kind},
    {N_("Limit"), 11, LIMS_COLUMN_PRINTED, L(limit)},
    {N_("Unit"), 8, LIMS_COLUMN_TEXT, L(unit)},
    {N_("Temporary"), 10, LIMS_COLUMN_WORD, L(temporary)},
    {N_("Verdicts"), 9, LIMS_COLUMN_COUNT, L(verdicts)},
    {N_("Exceedances (results)"), 12, LIMS_COLUMN_COUNT, L(exceedances)},
    {N_("Caution"), 14, LIMS_COLUMN_WORD, L(caution)},
    {N_("Standing of the limit"), 26, LIMS_COLUMN_WORD, L(standing)},
    {N_("Source"), 44, LIMS_COLUMN_TEXT, L(source)},
    {N_("Conditions"), 26, LIMS_COLUMN_TEXT, L(conditions)},
    {N_("Residue definition"), 40, LIMS_COLUMN_TEXT, L(definition)},
    {N_("Set"), 16, LIMS_COLUMN_TEXT, L(set)},
    {N_("In force from"), 12, LIMS_COLUMN_TEXT, L(effective_from)},
    {N_("In force to"), 12, LIMS_COLUMN_TEXT, L(effective_to)},
    {N_("By which date"), 15, LIMS_COLUMN_WORD, L(date_rule)},
    {N_("Checked by"), 12, LIMS_COLUMN_TEXT, L(checked_by)},
    {N_("Remark"), 24, LIMS_COLUMN_WORD, L(remark)},
};

/* The word, and the whole row of what nobody checked: a reader who looks at one column only must see it.
 * Marks that lie over each other are shown differently by different programs, so each column has its rules in
 * one place. */
static void mark_cautions(LimsWeekly *weekly, LimsTable *table) {
  static const struct {
    gsize column;
    const char *word;
    LimsMark mark;
  } WORDS[] = {
      {L(caution), "verify", LIMS_MARK_ORANGE},
      {L(caution), "reserved", LIMS_MARK_AMBER},
      {L(temporary), "temporary", LIMS_MARK_AMBER},
      {L(remark), "limit-changed", LIMS_MARK_AMBER},
  };
  g_autofree char *cell = lims_cell_reference(1, lims_table_find(table, L(caution)));
  g_autofree char *row = g_strdup_printf("=$%s=\"%s\"", cell, lims_word(weekly->language, "verify"));

  for (guint column = 0; column < table->n && table->rows > 0; column++) {
    for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
      if (LIMITS[column].kind == LIMS_COLUMN_WORD && LIMITS[column].offset == WORDS[i].column)
        mark_word(table, column, WORDS[i].mark, lims_word(weekly->language, WORDS[i].word));
    lims_sheet_mark(table->sheet, lims_table_range(table, column, column), LIMS_MARK_PALE, row);
  }
}

gboolean lims_weekly_write_limits(LimsWeekly *weekly, LimsSheet *sheet, GError **error) {
  LimsTable *table = &weekly->limits;

  lims_table_begin(table, sheet, LIMITS, G_N_ELEMENTS(LIMITS));
  if (!lims_week_each_limit(weekly->week, lims_table_add, table, error))
    return FALSE;
  mark_cautions(weekly, table);
  lims_table_end(table, lims_translate(weekly->language, N_("No limit was used in this week.")));
  return lims_workbook_check(weekly->book, error);
}
