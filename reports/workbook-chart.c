/* References, conditional formats and charts. */
#include "reports/workbook-private.h"

#include <string.h>

#define BAR_COLOR 0x2E75B6
#define TEXT_COLOR 0x374151
#define LINE_COLOR 0xD5DBE3
#define CELL_NAME 16 /* "$XFD$1048576" and its end */

char *lims_cell_reference(guint row, guint column) {
  char name[CELL_NAME];

  lxw_rowcol_to_cell(name, row, (lxw_col_t)column);
  return g_strdup(name);
}

char *lims_range_reference(const LimsSheet *sheet, LimsRange range) {
  char first[CELL_NAME], last[CELL_NAME];

  if (!sheet) {
    lxw_rowcol_to_cell(first, range.first_row, (lxw_col_t)range.first_column);
    lxw_rowcol_to_cell(last, range.last_row, (lxw_col_t)range.last_column);
    return g_strdup_printf("%s:%s", first, last);
  }
  lxw_rowcol_to_cell_abs(first, range.first_row, (lxw_col_t)range.first_column, 1, 1);
  lxw_rowcol_to_cell_abs(last, range.last_row, (lxw_col_t)range.last_column, 1, 1);
  g_auto(GStrv) pieces = g_strsplit(sheet->name, "'", -1);
  g_autofree char *name = g_strjoinv("''", pieces);
  return g_strdup_printf("'%s'!%s:%s", name, first, last);
}

static void apply(LimsSheet *sheet, LimsRange range, lxw_conditional_format *rule) {
  if (!sheet->book->error)
    lims_sheet_check(sheet, range.first_row,
                     worksheet_conditional_format_range(sheet->sheet, range.first_row,
                                                        (lxw_col_t)range.first_column, range.last_row,
                                                        (lxw_col_t)range.last_column, rule));
}

void lims_sheet_mark(LimsSheet *sheet, LimsRange range, LimsMark mark, const char *formula) {
  lxw_conditional_format rule = {
      .type = LXW_CONDITIONAL_TYPE_FORMULA,
      .value_string = (char *)formula,
      .format = sheet->book->marks[mark],
      .stop_if_true = LXW_TRUE,
  };

  apply(sheet, range, &rule);
}

void lims_sheet_data_bars(LimsSheet *sheet, LimsRange range) {
  lxw_conditional_format rule = {
      .type = LXW_CONDITIONAL_DATA_BAR,
      .bar_color = 0xF4A6A0,
      .bar_solid = LXW_TRUE,
      .min_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
      .min_value = 0,
      .max_rule_type = LXW_CONDITIONAL_RULE_TYPE_NUMBER,
      .max_value = 1,
  };

  apply(sheet, range, &rule);
}

/* ---- charts ---- */

/* In a bar chart the library's y axis is the one of the categories. */
static void set_axes(lxw_chart *chart, const LimsChart *what, lxw_chart_font *font) {
  lxw_chart_axis *categories = what->horizontal ? chart->y_axis : chart->x_axis;
  lxw_chart_axis *values = what->horizontal ? chart->x_axis : chart->y_axis;
  lxw_chart_line thin = {.color = LINE_COLOR, .width = 0.75};

  chart_axis_set_num_font(categories, font);
  chart_axis_set_line(categories, &thin);
  chart_axis_set_major_tick_mark(categories, LXW_CHART_AXIS_TICK_MARK_NONE);
  chart_axis_major_gridlines_set_visible(categories, LXW_FALSE);
  chart_axis_major_gridlines_set_visible(values, LXW_FALSE);
  chart_axis_set_min(values, 0);
  chart_axis_off(values); /* the bars carry their numbers */
  if (what->horizontal)
    chart_axis_set_reverse(categories); /* the first row on top */
}

static void add_series(lxw_chart *chart, LimsSheet *sheet, const LimsChart *what, lxw_chart_font *font) {
  lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
  lxw_chart_fill fill = {.color = BAR_COLOR};

  chart_series_set_categories(series, sheet->name, what->categories.first_row,
                              (lxw_col_t)what->categories.first_column, what->categories.last_row,
                              (lxw_col_t)what->categories.last_column);
  chart_series_set_values(series, sheet->name, what->values.first_row, (lxw_col_t)what->values.first_column,
                          what->values.last_row, (lxw_col_t)what->values.last_column);
  chart_series_set_name(series, what->series);
  chart_series_set_fill(series, &fill);
  chart_series_set_labels(series);
  chart_series_set_labels_font(series, font);
}

void lims_sheet_chart(LimsSheet *sheet, const LimsChart *what) {
  lxw_chart *chart =
      workbook_add_chart(sheet->book->book, what->horizontal ? LXW_CHART_BAR : LXW_CHART_COLUMN);
  char *name = (char *)lims_workbook_font(sheet->book);
  lxw_chart_font font = {.name = name, .size = 9, .color = TEXT_COLOR};
  lxw_chart_font title = {.name = name, .size = 12, .bold = LXW_TRUE, .color = TEXT_COLOR};
  lxw_chart_line border = {.color = LINE_COLOR, .width = 0.75};
  lxw_chart_options place = {.x_offset = (int)what->offset_x, .object_position = LXW_OBJECT_MOVE_DONT_SIZE};

  add_series(chart, sheet, what, &font);
  set_axes(chart, what, &font);
  chart_title_set_name(chart, what->title);
  chart_title_set_name_font(chart, &title);
  chart_legend_set_position(chart, LXW_CHART_LEGEND_NONE);
  chart_set_series_gap(chart, 60);
  chart_chartarea_set_line(chart, &border);
  place.x_scale = what->width / 480.0; /* the size of a chart that is not scaled: 480 × 288 */
  place.y_scale = what->height / 288.0;
  if (!sheet->book->error)
    lims_sheet_check(
        sheet, what->row,
        worksheet_insert_chart_opt(sheet->sheet, what->row, (lxw_col_t)what->column, chart, &place));
}
