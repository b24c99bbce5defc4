/* The first sheet: the week on one page. Tiles and charts on top, then the same samples counted four ways,
 * analytes and reasons. Every total, rate and number of exceedances is a live formula, so that a reader who
 * doubts one can follow it into the rows.
 */
#include "lims/core/time.h"
#include "reports/weekly-private.h"
#include "reports/words.h"

#define NAME_WIDTH 30
#define MEASURE_WIDTH 12
#define ROW_TILES 3
#define ROW_CHARTS 6
#define CHART_ROWS 14
#define CHART_HEIGHT (CHART_ROWS * 22 - 6)
#define ROW_BLOCKS (ROW_CHARTS + CHART_ROWS + 1)
#define CHART_ANALYTES 10
#define DASH "–"

#define AT(member) G_STRUCT_OFFSET(LimsWeekCount, member)
static const struct {
  const char *heading;
  gsize offset;
} MEASURES[] = {
    {N_("Registered"), AT(registered)},     {N_("Of these void"), AT(voided)},
    {N_("Pending"), AT(pending)},           {N_("Tested"), AT(tested)},
    {N_("Exceeding"), AT(exceeding)},       {N_("Screening positive"), AT(screening)},
    {N_("Undetermined"), AT(undetermined)}, {N_("Wholly undetermined"), AT(undetermined_only)},
};
/* Columns after the name's; those behind the measures are formulas. */
enum {
  REGISTERED = 1,
  VOIDED,
  WAITING,
  TESTED,
  EXCEEDING,
  SCREENING,
  UNDETERMINED,
  WHOLLY,
  JUDGED,
  RATE,
  EXCEEDANCES,
  COLUMNS
};
G_STATIC_ASSERT(JUDGED == G_N_ELEMENTS(MEASURES) + 1);

static const char *const FORMULA_HEADINGS[] = {N_("Judged"), N_("Exceedance rate"),
                                               N_("Exceedances (results)")};

static const struct {
  const char *title, *name; /* of the block, and of its first column */
  gsize column;             /* of the exceedances' list, that holds the group's name */
} BLOCKS[LIMS_WEEK_GROUPINGS] = {
    [LIMS_WEEK_BY_LAB] = {N_("By laboratory"), N_("Laboratory"), G_STRUCT_OFFSET(LimsWeekExceedance, lab)},
    [LIMS_WEEK_BY_COUNTY] = {N_("By county"), N_("County"), G_STRUCT_OFFSET(LimsWeekExceedance, county)},
    [LIMS_WEEK_BY_KIND] = {N_("By kind of site"), N_("Site kind"),
                           G_STRUCT_OFFSET(LimsWeekExceedance, site_kind)},
    [LIMS_WEEK_BY_FAMILY] = {N_("By commodity group"), N_("Commodity group"),
                             G_STRUCT_OFFSET(LimsWeekExceedance, family)},
};

typedef struct {
  LimsWeekly *weekly;
  LimsSheet *sheet;
  guint row;
  guint first[LIMS_WEEK_GROUPINGS], total[LIMS_WEEK_GROUPINGS]; /* rows of each block */
} Cursor;

static const char *translated(const Cursor *c, const char *msgid) {
  return lims_translate(c->weekly->language, msgid);
}

static const char *group_name(const Cursor *c, LimsWeekGrouping grouping, const LimsWeekCount *count) {
  return grouping == LIMS_WEEK_BY_LAB ? count->name : lims_word_group(c->weekly->language, count->name);
}

/* ---- formulas ---- */

static double rate_of(gint64 exceeding, gint64 judged) {
  return judged > 0 ? (double)exceeding / (double)judged : 0;
}

static void write_rate(Cursor *c, guint column, LimsStyle style, const LimsWeekCount *count, guint of_row) {
  gint64 judged = count->tested - count->undetermined_only;
  g_autofree char *part = lims_cell_reference(of_row, EXCEEDING);
  g_autofree char *whole = lims_cell_reference(of_row, JUDGED);
  g_autofree char *formula = g_strdup_printf("=IF(%s>0,%s/%s,\"" DASH "\")", whole, part, whole);

  if (judged > 0)
    lims_sheet_formula(c->sheet, c->row, column, style, formula, rate_of(count->exceeding, judged));
  else
    lims_sheet_formula_text(c->sheet, c->row, column, style, formula, DASH);
}

static void write_judged(Cursor *c, LimsStyle style, const LimsWeekCount *count) {
  g_autofree char *tested = lims_cell_reference(c->row, TESTED);
  g_autofree char *wholly = lims_cell_reference(c->row, WHOLLY);
  g_autofree char *formula = g_strdup_printf("=%s-%s", tested, wholly);

  lims_sheet_formula(c->sheet, c->row, JUDGED, style, formula,
                     (double)(count->tested - count->undetermined_only));
}

/* How many rows of the list have the name beside this cell: letter by letter, so that no name acts as a
 * pattern. */
static void write_list_count(Cursor *c, guint column, gsize list_offset, gint64 count) {
  const LimsTable *list = &c->weekly->exceedances;
  guint of = lims_table_find(list, list_offset);
  g_autofree char *names = lims_range_reference(list->sheet, lims_table_range(list, of, of));
  g_autofree char *name = lims_cell_reference(c->row, 0);
  g_autofree char *formula = g_strdup_printf("=SUMPRODUCT(--EXACT(%s,$%s))", names, name);

  lims_sheet_formula(c->sheet, c->row, column, LIMS_STYLE_COUNT, formula, (double)count);
}

static void write_sum(Cursor *c, guint column, guint first, gint64 sum) {
  g_autofree char *range =
      lims_range_reference(NULL, (LimsRange){first, column, MAX(c->row, first + 1) - 1, column});
  g_autofree char *formula = g_strdup_printf("=SUM(%s)", range);

  lims_sheet_formula(c->sheet, c->row, column, LIMS_STYLE_TOTAL_COUNT, formula, (double)sum);
}

/* ---- a block ---- */

static void write_headings(Cursor *c, const char *title, const char *name) {
  lims_sheet_set_height(c->sheet, c->row, 24);
  lims_sheet_text(c->sheet, c->row++, 0, LIMS_STYLE_SECTION, translated(c, title));
  lims_sheet_set_height(c->sheet, c->row, 32);
  lims_sheet_text(c->sheet, c->row, 0, LIMS_STYLE_HEADING, translated(c, name));
}

static void write_group(Cursor *c, LimsWeekGrouping grouping, const LimsWeekCount *count) {
  lims_sheet_text(c->sheet, c->row, 0, LIMS_STYLE_TEXT, group_name(c, grouping, count));
  for (guint i = 0; i < G_N_ELEMENTS(MEASURES); i++)
    lims_sheet_count(c->sheet, c->row, i + 1, LIMS_STYLE_COUNT,
                     G_STRUCT_MEMBER(gint64, count, MEASURES[i].offset));
  write_judged(c, LIMS_STYLE_COUNT, count);
  write_rate(c, RATE, LIMS_STYLE_RATE, count, c->row);
  write_list_count(c, EXCEEDANCES, BLOCKS[grouping].column, count->exceedances);
  c->row++;
}

static LimsWeekCount sum_of(const GPtrArray *counts) {
  LimsWeekCount sum = {0};

  for (guint i = 0; i < counts->len; i++) {
    const LimsWeekCount *count = g_ptr_array_index(counts, i);
    for (guint k = 0; k < G_N_ELEMENTS(MEASURES); k++)
      G_STRUCT_MEMBER(gint64, &sum, MEASURES[k].offset) += G_STRUCT_MEMBER(gint64, count, MEASURES[k].offset);
    sum.exceedances += count->exceedances;
  }
  return sum;
}

static void write_total(Cursor *c, LimsWeekGrouping grouping, const LimsWeekCount *sum) {
  guint first = c->first[grouping];

  lims_sheet_text(c->sheet, c->row, 0, LIMS_STYLE_TOTAL_TEXT, translated(c, N_("Total")));
  for (guint i = 0; i < G_N_ELEMENTS(MEASURES); i++)
    write_sum(c, i + 1, first, G_STRUCT_MEMBER(gint64, sum, MEASURES[i].offset));
  write_judged(c, LIMS_STYLE_TOTAL_COUNT, sum);
  write_rate(c, RATE, LIMS_STYLE_TOTAL_RATE, sum, c->row);
  write_sum(c, EXCEEDANCES, first, sum->exceedances);
}

static void mark_block(Cursor *c, LimsWeekGrouping grouping) {
  static const struct {
    guint column;
    LimsMark mark;
  } MARKED[] = {{EXCEEDING, LIMS_MARK_RED},
                {SCREENING, LIMS_MARK_AMBER},
                {UNDETERMINED, LIMS_MARK_AMBER},
                {WHOLLY, LIMS_MARK_AMBER},
                {EXCEEDANCES, LIMS_MARK_RED}};
  guint first = c->first[grouping], last = c->total[grouping] - 1;

  if (last < first)
    return;
  for (guint i = 0; i < G_N_ELEMENTS(MARKED); i++) {
    g_autofree char *cell = lims_cell_reference(first, MARKED[i].column);
    g_autofree char *formula = g_strdup_printf("=%s>0", cell);
    lims_sheet_mark(c->sheet, (LimsRange){first, MARKED[i].column, last, MARKED[i].column}, MARKED[i].mark,
                    formula);
  }
  lims_sheet_data_bars(c->sheet, (LimsRange){first, RATE, last, RATE});
}

static void write_block(Cursor *c, LimsWeekGrouping grouping) {
  const GPtrArray *counts = lims_week_counts(c->weekly->week, grouping);
  LimsWeekCount sum = sum_of(counts);

  write_headings(c, BLOCKS[grouping].title, BLOCKS[grouping].name);
  for (guint i = 0; i < G_N_ELEMENTS(MEASURES); i++)
    lims_sheet_text(c->sheet, c->row, i + 1, LIMS_STYLE_HEADING, translated(c, MEASURES[i].heading));
  for (guint i = 0; i < G_N_ELEMENTS(FORMULA_HEADINGS); i++)
    lims_sheet_text(c->sheet, c->row, JUDGED + i, LIMS_STYLE_HEADING, translated(c, FORMULA_HEADINGS[i]));
  c->first[grouping] = ++c->row;
  for (guint i = 0; i < counts->len; i++)
    write_group(c, grouping, g_ptr_array_index(counts, i));
  c->total[grouping] = c->row;
  write_total(c, grouping, &sum);
  mark_block(c, grouping);
  c->row += 2;
}

/* ---- analytes and reasons ---- */

static void write_few_headings(Cursor *c, const char *const *headings) {
  for (guint i = 0; headings[i]; i++)
    lims_sheet_text(c->sheet, c->row, i + 1, LIMS_STYLE_HEADING, translated(c, headings[i]));
  c->row++;
}

static void write_analyte(Cursor *c, const LimsWeekAnalyte *analyte) {
  lims_sheet_text(c->sheet, c->row, 0, LIMS_STYLE_TEXT, analyte->name);
  write_list_count(c, 1, G_STRUCT_OFFSET(LimsWeekExceedance, analyte), analyte->exceedances);
  if (analyte->highest > 0)
    lims_sheet_number(c->sheet, c->row, 2, LIMS_STYLE_FACTOR, analyte->highest);
  else
    lims_sheet_text(c->sheet, c->row, 2, LIMS_STYLE_WORD, DASH);
  c->row++;
}

static void write_analytes(Cursor *c) {
  const GPtrArray *analytes = lims_week_analytes(c->weekly->week);

  for (guint i = 0; i < analytes->len; i++)
    write_analyte(c, g_ptr_array_index(analytes, i));
}

static gboolean write_reason(gconstpointer data, gpointer cursor, GError **error) {
  const LimsWeekReason *row = data;
  Cursor *c = cursor;

  lims_sheet_text(c->sheet, c->row, 0, LIMS_STYLE_TEXT, lims_word(c->weekly->language, row->code));
  lims_sheet_count(c->sheet, c->row, 1, LIMS_STYLE_COUNT, row->verdicts);
  lims_sheet_count(c->sheet, c->row, 2, LIMS_STYLE_COUNT, row->samples);
  c->row++;
  return lims_workbook_check(c->weekly->book, error);
}

static void chart_analytes(Cursor *c, guint first) {
  guint last = MIN(c->row, first + CHART_ANALYTES) - 1;
  LimsChart chart = {
      .title = translated(c, N_("Exceedances by analyte")),
      .series = translated(c, N_("Exceedances (results)")),
      .categories = {first, 0, last, 0},
      .values = {first, 1, last, 1},
      .horizontal = TRUE,
      .row = ROW_CHARTS,
      .column = EXCEEDING,
      .offset_x = 12,
      .width = 610,
      .height = CHART_HEIGHT,
  };

  if (c->row > first)
    lims_sheet_chart(c->sheet, &chart);
}

static void chart_counties(Cursor *c) {
  guint first = c->first[LIMS_WEEK_BY_COUNTY], last = c->total[LIMS_WEEK_BY_COUNTY] - 1;
  LimsChart chart = {
      .title = translated(c, N_("Exceedances by county")),
      .series = translated(c, N_("Exceedances (results)")),
      .categories = {first, 0, last, 0},
      .values = {first, EXCEEDANCES, last, EXCEEDANCES},
      .row = ROW_CHARTS,
      .width = 573,
      .height = CHART_HEIGHT,
  };

  if (last >= first)
    lims_sheet_chart(c->sheet, &chart);
}

static gboolean write_lists(Cursor *c, GError **error) {
  static const char *const ANALYTE_HEADINGS[] = {N_("Exceedances (results)"), N_("Highest factor"), NULL};
  static const char *const REASON_HEADINGS[] = {N_("Verdicts"), N_("Samples"), NULL};
  guint first;

  write_headings(c, N_("By analyte"), N_("Analyte"));
  write_few_headings(c, ANALYTE_HEADINGS);
  first = c->row;
  write_analytes(c);
  chart_analytes(c, first);
  c->row++;
  write_headings(c, N_("Undetermined, and why"), N_("Reason"));
  write_few_headings(c, REASON_HEADINGS);
  return lims_week_each_reason(c->weekly->week, write_reason, c, error);
}

/* ---- the top ---- */

/* A tile spans some columns and shows a cell of the first block's total. */
static const struct {
  const char *label;
  guint first, last, shows;
} TILES[] = {
    {N_("Samples registered"), 0, 0, REGISTERED},
    {N_("Pending"), 1, 2, WAITING},
    {N_("Samples tested"), 3, 4, TESTED},
    {N_("Samples exceeding"), 5, 6, EXCEEDING},
    {N_("Samples undetermined"), 7, 8, UNDETERMINED},
    {N_("Exceedance rate"), 9, 11, RATE},
};

static void span(Cursor *c, guint i, LimsStyle style, const char *text) {
  if (TILES[i].first == TILES[i].last)
    lims_sheet_text(c->sheet, c->row, TILES[i].first, style, text);
  else
    lims_sheet_span(c->sheet, c->row, TILES[i].first, TILES[i].last, style, text);
}

static void write_tile(Cursor *c, guint i, guint total_row, const LimsWeekCount *sum) {
  g_autofree char *cell = lims_cell_reference(total_row, TILES[i].shows);
  g_autofree char *formula = g_strconcat("=", cell, NULL);

  if (TILES[i].shows == RATE) {
    span(c, i, LIMS_STYLE_TILE_RATE, NULL);
    write_rate(c, TILES[i].first, LIMS_STYLE_TILE_RATE, sum, total_row);
    return;
  }
  span(c, i, LIMS_STYLE_TILE_COUNT, NULL);
  lims_sheet_formula(c->sheet, c->row, TILES[i].first, LIMS_STYLE_TILE_COUNT, formula,
                     (double)G_STRUCT_MEMBER(gint64, sum, MEASURES[TILES[i].shows - 1].offset));
}

static void write_top(Cursor *c) {
  const GPtrArray *labs = lims_week_counts(c->weekly->week, LIMS_WEEK_BY_LAB);
  LimsWeekCount sum = sum_of(labs);
  guint total_row = ROW_BLOCKS + 2 + labs->len;

  lims_sheet_set_height(c->sheet, 0, 34);
  lims_sheet_text(c->sheet, 0, 0, LIMS_STYLE_TITLE, c->weekly->title);
  g_autofree char *below = g_strdup_printf("%s   |   %s", c->weekly->scope, c->weekly->moment);
  lims_sheet_text(c->sheet, 1, 0, LIMS_STYLE_SUBTITLE, below);
  c->row = ROW_TILES;
  for (guint i = 0; i < G_N_ELEMENTS(TILES); i++)
    span(c, i, LIMS_STYLE_TILE_LABEL, translated(c, TILES[i].label));
  lims_sheet_set_height(c->sheet, ++c->row, 36);
  for (guint i = 0; i < G_N_ELEMENTS(TILES); i++)
    write_tile(c, i, total_row, &sum);
}

gboolean lims_weekly_write_summary(LimsWeekly *weekly, GError **error) {
  Cursor c = {.weekly = weekly, .sheet = weekly->summary};

  if (!lims_week_count(weekly->week, error))
    return FALSE;
  lims_sheet_hide_grid(c.sheet);
  lims_sheet_set_widths(c.sheet, 0, 0, NAME_WIDTH);
  lims_sheet_set_widths(c.sheet, 1, COLUMNS - 1, MEASURE_WIDTH);
  lims_sheet_freeze(c.sheet, 2, 0);
  write_top(&c);
  c.row = ROW_BLOCKS;
  for (guint grouping = 0; grouping < LIMS_WEEK_GROUPINGS; grouping++)
    write_block(&c, grouping);
  chart_counties(&c);
  return write_lists(&c, error);
}
