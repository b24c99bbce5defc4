/* Between the files of the workbook. */
#pragma once
#include "reports/workbook.h"

#define LIMS_SHEET_DECIMALS 15 /* a spreadsheet's numbers have no more digits */

#define LIMS_CELL_LINES 8       /* of a long text that is wrapped */
#define LIMS_CELL_LINES_MOST 28 /* of one that has its own line ends; a row is no higher than 409 points */

struct LimsSheet {
  LimsWorkbook *book;
  lxw_worksheet *sheet;
  char *name;
  GArray *widths; /* double, by column */
  guint row;      /* the last one written to */
  guint lines;    /* that its cells need; 0: its height was given */
};

struct LimsWorkbook {
  lxw_workbook *book; /* NULL once closed */
  char *path, *temporary;
  LimsLanguage language;
  GTimeZone *zone;
  char *header, *footer;
  GPtrArray *sheets;
  lxw_format *styles[LIMS_STYLES];
  lxw_format *marks[LIMS_MARKS];
  lxw_format *decimals[LIMS_SHEET_DECIMALS + 1]; /* by digits after the point; made when first needed */
  GString *scratch;
  GError *error; /* the first failure */
};

/* The font that has the language's characters on the reader's machine. */
const char *lims_workbook_font(const LimsWorkbook *book);
void lims_workbook_make_styles(LimsWorkbook *book);
lxw_format *lims_workbook_decimals(LimsWorkbook *book, int places);
/* Keeps the first failure, with the place. */
void lims_sheet_check(LimsSheet *sheet, guint row, lxw_error result);
/* TRUE if the row may be written to: no failure before, not above what was written. */
gboolean lims_sheet_enter(LimsSheet *sheet, guint row);

/* Whether the rows so far were taken whole and the finished file will find room. FALSE with errno. */
gboolean lims_workbook_has_room(LimsWorkbook *book);

/* Text as a cell can hold it; what needs no change is returned as it is, the rest is made in `scratch`. */
const char *lims_cell_text(const char *text, GString *scratch);
/* Lines that a valid text takes in a column so wide (in characters): at most LIMS_CELL_LINES more than it has
 * of its own. */
guint lims_cell_lines(const char *text, double width);
/* TRUE if a number cell with *places digits after the point shows exactly this text. */
gboolean lims_cell_number(const char *printed, double *out, int *places);
