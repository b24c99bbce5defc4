/* Workbooks: sheets, styles, tables and charts over libxlsxwriter, so that a report is only its words and
 * columns.
 *
 * Rows are written in order, each once, and leave memory as they go (constant_memory), so a workbook of
 * 50,000 rows is made in a few megabytes. Text is always text: what begins with "=" is shown, never reckoned.
 * A number cell is written only where it shows exactly the digits that were printed; otherwise the text
 * itself is the cell.
 *
 * The first failure sticks: later calls do nothing, and lims_workbook_close tells it with file, sheet and
 * row. The file appears whole under its name, or not at all. Nothing in it depends on the moment of writing.
 */
#pragma once
#include "lims/core/error.h"
#include "lims/core/i18n.h"
#include <xlsxwriter.h>

typedef struct LimsWorkbook LimsWorkbook;
typedef struct LimsSheet LimsSheet; /* owned by its workbook */

typedef enum {
  LIMS_STYLE_TITLE,
  LIMS_STYLE_SUBTITLE,
  LIMS_STYLE_SECTION,
  LIMS_STYLE_NOTE,
  LIMS_STYLE_HEADING,
  LIMS_STYLE_TEXT,
  LIMS_STYLE_WORD, /* a printed result that is no number: stands where the numbers stand */
  LIMS_STYLE_TIME,
  LIMS_STYLE_COUNT,
  LIMS_STYLE_RATE,
  LIMS_STYLE_MONEY, /* two places */
  LIMS_STYLE_FACTOR,
  LIMS_STYLE_TOTAL_TEXT,
  LIMS_STYLE_TOTAL_COUNT,
  LIMS_STYLE_TOTAL_RATE,
  LIMS_STYLE_TOTAL_MONEY,
  LIMS_STYLE_TOTAL_WORD,
  LIMS_STYLE_LINK,
  LIMS_STYLE_TILE_LABEL,
  LIMS_STYLE_TILE_COUNT,
  LIMS_STYLE_TILE_RATE,
  LIMS_STYLE_TERM,
  LIMS_STYLE_PROSE,
  LIMS_STYLES
} LimsStyle;

/* Conditional formats; each marks a word that says the same. */
typedef enum {
  LIMS_MARK_RED,
  LIMS_MARK_ORANGE,
  LIMS_MARK_DARK_RED,
  LIMS_MARK_AMBER,
  LIMS_MARK_GREEN,
  LIMS_MARK_PALE, /* amber, of a whole row */
  LIMS_MARKS
} LimsMark;

typedef struct {
  LimsLanguage language;
  const char *title, *subject, *author;                 /* document properties, translated */
  const char *header_left, *header_right, *footer_left; /* of every printed page; any text */
  gint64 created_us;                                    /* fixed, or the bytes differ from day to day */
  GTimeZone *zone;                                      /* of every time shown */
} LimsWorkbookOptions;

/* Writes beside `path` under another name until closed. */
LimsWorkbook *lims_workbook_new(const char *path, const LimsWorkbookOptions *options, GError **error);
/* Completes the file and gives it its name; the workbook is still to be freed. */
gboolean lims_workbook_close(LimsWorkbook *book, GError **error);
/* Without close: leaves no file behind. */
void lims_workbook_free(LimsWorkbook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsWorkbook, lims_workbook_free)
/* FALSE with a copy of the failure, if there was one: to end a long stream early. */
gboolean lims_workbook_check(LimsWorkbook *book, GError **error);

/* `name`: translated, at most 31 characters. Landscape A4, `pages` wide. */
LimsSheet *lims_workbook_add_sheet(LimsWorkbook *book, const char *name, guint pages);
LimsLanguage lims_sheet_language(const LimsSheet *sheet);
void lims_sheet_set_widths(LimsSheet *sheet, guint first, guint last, double width);
/* Before the row's cells. Other rows are made as high as their longest text needs. */
void lims_sheet_set_height(LimsSheet *sheet, guint row, double height);
void lims_sheet_hide_grid(LimsSheet *sheet);
/* Freezes and repeats in print the rows above `row` and the columns left of `column`. */
void lims_sheet_freeze(LimsSheet *sheet, guint row, guint column);

/* ---- cells; rows never go back ---- */

/* NULL or "" is an empty cell of that style. What a sheet cannot hold is shown otherwise: control characters
 * as \xHH, more than 32,767 characters cut with a mark. */
void lims_sheet_text(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *text);
void lims_sheet_count(LimsSheet *sheet, guint row, guint column, LimsStyle style, gint64 count);
void lims_sheet_number(LimsSheet *sheet, guint row, guint column, LimsStyle style, double number);
/* A number as printed: "0.050" is the number 0.05 shown as 0.050; "ND", "<0.01", "1E-3" stay text. */
void lims_sheet_printed(LimsSheet *sheet, guint row, guint column, const char *printed);
/* 0: empty. */
void lims_sheet_time(LimsSheet *sheet, guint row, guint column, gint64 us);
/* A live formula with the value it has now: shown by programs that do not reckon, and checked by the tests.
 */
void lims_sheet_formula(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *formula,
                        double value);
void lims_sheet_formula_text(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *formula,
                             const char *value);
/* Shows the text and leads to the first cell of a row of another sheet. A formula, because a sheet has room
 * for no more than 65,530 links of the other kind, each kept in memory. */
void lims_sheet_link(LimsSheet *sheet, guint row, guint column, const LimsSheet *to, guint to_row,
                     const char *text);
/* One text over several columns of a row. */
void lims_sheet_span(LimsSheet *sheet, guint row, guint first, guint last, LimsStyle style, const char *text);

typedef struct {
  guint first_row, first_column, last_row, last_column;
} LimsRange;
/* "Sheet!$A$1:$B$2" with the sheet's name quoted; g_free. */
char *lims_range_reference(const LimsSheet *sheet, LimsRange range);
/* "$A1" forms for formulas; g_free. */
char *lims_cell_reference(guint row, guint column);
/* Marks the cells for which the formula (written for the range's first cell) is true. */
void lims_sheet_mark(LimsSheet *sheet, LimsRange range, LimsMark mark, const char *formula);
/* A bar in the cell beside the number. */
void lims_sheet_data_bars(LimsSheet *sheet, LimsRange range);

typedef struct {
  const char *title, *series;
  LimsRange categories, values; /* of the same sheet */
  gboolean horizontal;
  guint row, column, offset_x; /* where its corner lies */
  guint width, height;         /* pixels */
} LimsChart;
void lims_sheet_chart(LimsSheet *sheet, const LimsChart *chart);

/* ---- tables: one row of this struct a column ---- */

typedef enum {
  LIMS_COLUMN_TEXT,     /* const char * */
  LIMS_COLUMN_WORD,     /* const char *: a code, shown as lims_word of it */
  LIMS_COLUMN_GROUP,    /* the same; "" is "not stated", as in the summary */
  LIMS_COLUMN_PRINTED,  /* const char * */
  LIMS_COLUMN_COUNT,    /* gint64 */
  LIMS_COLUMN_TIME,     /* gint64, UTC microseconds */
  LIMS_COLUMN_COMPOSED, /* by `compose` */
  LIMS_COLUMN_LINK,     /* to the same row of `linked`, whose number it shows; no offset */
} LimsColumnKind;

typedef struct LimsTable LimsTable;
typedef void (*LimsColumnCompose)(gconstpointer row, LimsTable *table, GString *out);

typedef struct {
  const char *heading; /* msgid */
  double width;        /* characters */
  LimsColumnKind kind;
  gsize offset; /* of the member in the row's struct */
  LimsColumnCompose compose;
} LimsColumn;

struct LimsTable {
  LimsSheet *sheet;
  const LimsColumn *columns;
  guint n;
  guint rows; /* written so far; data begin in row 1, under the headings */
  GString *scratch;
  GHashTable *words; /* code → its word, as met so far */
  GHashTable *said;  /* the same of messages, by address */
  LimsSheet *linked; /* set after begin, where there are links */
};

/* A message (a literal), translated once for the whole table. */
const char *lims_table_say(LimsTable *table, const char *msgid);
/* Headings in row 0, frozen with the first column. */
void lims_table_begin(LimsTable *table, LimsSheet *sheet, const LimsColumn *columns, guint n);
/* Has the form of LimsWeekEach: row, the LimsTable, error. */
gboolean lims_table_add(gconstpointer row, gpointer table, GError **error);
/* The filter over what was written; with no rows, `nothing` says so in the first cell. */
void lims_table_end(LimsTable *table, const char *nothing);
/* What begin made, whether or not end was reached; a zeroed table is let be. */
void lims_table_clear(LimsTable *table);
/* The column of that member: must exist. */
guint lims_table_find(const LimsTable *table, gsize offset);
/* Its data rows (one empty row if there are none). */
LimsRange lims_table_range(const LimsTable *table, guint first_column, guint last_column);
