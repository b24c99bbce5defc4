/* Opening, closing and single cells. libxlsxwriter tells failures by return codes that are easy to pass over,
 * writes rows that go back nowhere without a word, and does not look whether its temporary files took what it
 * wrote: all three are looked after here, once.
 */
#include "reports/workbook-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SECONDS_A_DAY 86400.0
#define DAYS_TO_1970 25569 /* from the spreadsheet's day 0 */
#define LINE_HEIGHT 13.5   /* points, of text of the lists' size */
#define ROW_PADDING 4.5
#define ROW_HEIGHT 16.5 /* of one line */
#define HEADER_PART 80  /* characters; a whole header has 255 */

/* ---- failures ---- */

static void keep_error(LimsWorkbook *book, GError *error) {
  if (book->error)
    g_error_free(error);
  else
    book->error = error;
}

static LimsErrorCode code_of(lxw_error result) {
  switch (result) {
  case LXW_ERROR_CREATING_XLSX_FILE:
  case LXW_ERROR_CREATING_TMPFILE:
  case LXW_ERROR_READING_TMPFILE:
  case LXW_ERROR_ZIP_FILE_OPERATION:
  case LXW_ERROR_ZIP_FILE_ADD:
  case LXW_ERROR_ZIP_CLOSE:
    return errno == ENOSPC ? LIMS_ERROR_FULL : LIMS_ERROR_IO;
  default:
    return LIMS_ERROR_INTERNAL;
  }
}

void lims_sheet_check(LimsSheet *sheet, guint row, lxw_error result) {
  LimsWorkbook *book = sheet->book;

  if (result == LXW_NO_ERROR)
    return;
  if (result == LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE && row >= LXW_ROW_MAX)
    keep_error(
        book,
        g_error_new(LIMS_ERROR, LIMS_ERROR_INVALID,
                    "%s: sheet %s: more than %d rows, which is all that a workbook holds: make one for a "
                    "single laboratory",
                    book->path, sheet->name, LXW_ROW_MAX));
  else
    keep_error(book, g_error_new(LIMS_ERROR, code_of(result), "%s: sheet %s, row %u: %s", book->path,
                                 sheet->name, row + 1, lxw_strerror(result)));
}

gboolean lims_sheet_enter(LimsSheet *sheet, guint row) {
  if (sheet->book->error)
    return FALSE;
  if (row < sheet->row) {
    keep_error(sheet->book, g_error_new(LIMS_ERROR, LIMS_ERROR_INTERNAL, "%s: sheet %s: row %u after row %u",
                                        sheet->book->path, sheet->name, row + 1, sheet->row + 1));
    return FALSE;
  }
  if (row > sheet->row)
    sheet->lines = 1;
  sheet->row = row;
  return TRUE;
}

/* Programs differ in whether they fit the height of a row to wrapped text when a file is opened: so it is
 * given. */
static void fit_height(LimsSheet *sheet, guint row, guint column, const char *text) {
  double width = column < sheet->widths->len ? g_array_index(sheet->widths, double, column) : 0;
  guint lines = width > 0 && sheet->lines > 0 ? lims_cell_lines(text, width) : 0;

  if (lines <= sheet->lines)
    return;
  sheet->lines = lines;
  lims_sheet_check(sheet, row, worksheet_set_row(sheet->sheet, row, ROW_PADDING + lines * LINE_HEIGHT, NULL));
}

gboolean lims_workbook_check(LimsWorkbook *book, GError **error) {
  if (!book->error)
    return TRUE;
  if (error)
    *error = g_error_copy(book->error);
  return FALSE;
}

/* ---- opening ---- */

static void sheet_free(gpointer data) {
  LimsSheet *sheet = data;

  g_array_unref(sheet->widths);
  g_free(sheet->name);
  g_free(sheet);
}

/* A new name beside the target, with the permissions that the target will have. */
static char *make_temporary(const char *path, GError **error) {
  for (int tries = 0; tries < 100; tries++) {
    g_autofree char *name = g_strdup_printf("%s.%08x.part", path, g_random_int());
    int fd = open(name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (fd >= 0) {
      close(fd);
      return g_steal_pointer(&name);
    }
    if (errno != EEXIST)
      break;
  }
  g_set_error(error, LIMS_ERROR, errno == ENOSPC ? LIMS_ERROR_FULL : LIMS_ERROR_IO, "cannot write %s: %s",
              path, g_strerror(errno));
  return NULL;
}

/* Printed on each page: "&" opens a code there, so that one in a name is doubled. */
static char *header_part(const char *text) {
  g_autofree char *cut = g_utf8_substring(text, 0, MIN(g_utf8_strlen(text, -1), HEADER_PART));
  g_auto(GStrv) pieces = g_strsplit(cut, "&", -1);

  return g_strjoinv("&&", pieces);
}

static void set_properties(LimsWorkbook *book, const LimsWorkbookOptions *options) {
  lxw_doc_properties properties = {
      .title = (char *)options->title,
      .subject = (char *)options->subject,
      .author = (char *)options->author,
      .created = (time_t)MAX(options->created_us / G_USEC_PER_SEC, 1), /* 0 would be today */
  };
  g_autofree char *left = header_part(options->header_left);
  g_autofree char *right = header_part(options->header_right);
  g_autofree char *foot = header_part(options->footer_left);

  book->header = g_strdup_printf("&L%s&R%s", left, right);
  book->footer = g_strdup_printf("&L%s&R%s", foot, lims_translate(book->language, N_("Page &P of &N")));
  workbook_set_properties(book->book, &properties);
}

LimsWorkbook *lims_workbook_new(const char *path, const LimsWorkbookOptions *options, GError **error) {
  g_autofree char *directory = g_path_get_dirname(path);
  g_autofree char *temporary = make_temporary(path, error);
  lxw_workbook_options how = {.constant_memory = LXW_TRUE, .tmpdir = directory, .use_zip64 = LXW_FALSE};

  if (!temporary)
    return NULL;
  LimsWorkbook *book = g_new0(LimsWorkbook, 1);
  book->path = g_strdup(path);
  book->temporary = g_steal_pointer(&temporary);
  book->language = options->language;
  book->zone = g_time_zone_ref(options->zone);
  book->sheets = g_ptr_array_new_with_free_func(sheet_free);
  book->scratch = g_string_new(NULL);
  book->book = workbook_new_opt(book->temporary, &how);
  set_properties(book, options);
  lims_workbook_make_styles(book);
  return book;
}

/* ---- closing ---- */

/* Lets go of the library's workbook without its writing anything. */
static void discard(LimsWorkbook *book) {
  for (guint i = 0; i < book->sheets->len; i++) {
    LimsSheet *sheet = g_ptr_array_index(book->sheets, i);
    g_clear_pointer(&sheet->sheet->optimize_tmpfile, fclose);
  }
  g_clear_pointer(&book->book, lxw_workbook_free);
}

static void finish(LimsWorkbook *book) {
  lxw_workbook *inner = g_steal_pointer(&book->book);
  errno = 0;
  lxw_error result = workbook_close(inner); /* frees it, whatever happens */

  if (result != LXW_NO_ERROR)
    keep_error(book, g_error_new(LIMS_ERROR, code_of(result), "cannot write %s: %s", book->path,
                                 lxw_strerror(result)));
  else if (g_rename(book->temporary, book->path) != 0)
    keep_error(book,
               g_error_new(LIMS_ERROR, LIMS_ERROR_IO, "cannot write %s: %s", book->path, g_strerror(errno)));
  else
    g_clear_pointer(&book->temporary, g_free);
}

gboolean lims_workbook_close(LimsWorkbook *book, GError **error) {
  if (book->book && !book->error && !lims_workbook_has_room(book))
    keep_error(book, g_error_new(LIMS_ERROR, errno == ENOSPC ? LIMS_ERROR_FULL : LIMS_ERROR_IO,
                                 "cannot write %s: %s", book->path, g_strerror(errno)));
  if (book->book && !book->error)
    finish(book);
  return lims_workbook_check(book, error);
}

void lims_workbook_free(LimsWorkbook *book) {
  if (book->book)
    discard(book);
  if (book->temporary)
    g_unlink(book->temporary);
  g_free(book->temporary);
  g_free(book->path);
  g_free(book->header);
  g_free(book->footer);
  g_time_zone_unref(book->zone);
  g_ptr_array_unref(book->sheets);
  g_string_free(book->scratch, TRUE);
  g_clear_error(&book->error);
  g_free(book);
}

/* ---- sheets ---- */

LimsSheet *lims_workbook_add_sheet(LimsWorkbook *book, const char *name, guint pages) {
  LimsSheet *sheet = g_new0(LimsSheet, 1);

  sheet->book = book;
  sheet->name = g_strdup(name);
  sheet->widths = g_array_new(FALSE, TRUE, sizeof(double));
  sheet->lines = 1;
  sheet->sheet = workbook_add_worksheet(book->book, name);
  if (!sheet->sheet) {
    keep_error(book, g_error_new(LIMS_ERROR, LIMS_ERROR_INTERNAL,
                                 "%s: sheet '%s': a name has at most 31 characters, and no two are alike",
                                 book->path, name));
    sheet->sheet = workbook_add_worksheet(book->book, NULL);
  }
  g_ptr_array_add(book->sheets, sheet);
  worksheet_set_landscape(sheet->sheet);
  worksheet_set_paper(sheet->sheet, 9); /* A4 */
  worksheet_fit_to_pages(sheet->sheet, (guint16)pages, 0);
  worksheet_print_across(sheet->sheet);
  worksheet_set_default_row(sheet->sheet, ROW_HEIGHT, LXW_FALSE);
  worksheet_set_margins(sheet->sheet, 0.4, 0.4, 0.7, 0.6);
  lims_sheet_check(sheet, 0, worksheet_set_header(sheet->sheet, book->header));
  lims_sheet_check(sheet, 0, worksheet_set_footer(sheet->sheet, book->footer));
  return sheet;
}

LimsLanguage lims_sheet_language(const LimsSheet *sheet) {
  return sheet->book->language;
}

void lims_sheet_set_widths(LimsSheet *sheet, guint first, guint last, double width) {
  if (sheet->widths->len <= last)
    g_array_set_size(sheet->widths, last + 1);
  for (guint i = first; i <= last; i++)
    g_array_index(sheet->widths, double, i) = width;
  lims_sheet_check(sheet, 0,
                   worksheet_set_column(sheet->sheet, (lxw_col_t)first, (lxw_col_t)last, width, NULL));
}

void lims_sheet_set_height(LimsSheet *sheet, guint row, double height) {
  if (!lims_sheet_enter(sheet, row))
    return;
  sheet->lines = 0;
  lims_sheet_check(sheet, row, worksheet_set_row(sheet->sheet, row, height, NULL));
}

void lims_sheet_hide_grid(LimsSheet *sheet) {
  worksheet_gridlines(sheet->sheet, LXW_HIDE_ALL_GRIDLINES);
}

void lims_sheet_freeze(LimsSheet *sheet, guint row, guint column) {
  worksheet_freeze_panes(sheet->sheet, row, (lxw_col_t)column);
  lims_sheet_check(sheet, 0, worksheet_repeat_rows(sheet->sheet, 0, row - 1));
  if (column > 0)
    lims_sheet_check(sheet, 0, worksheet_repeat_columns(sheet->sheet, 0, (lxw_col_t)(column - 1)));
}

/* ---- cells ---- */

void lims_sheet_text(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *text) {
  lxw_format *format = sheet->book->styles[style];

  if (!lims_sheet_enter(sheet, row))
    return;
  if (!text || !*text) {
    lims_sheet_check(sheet, row, worksheet_write_blank(sheet->sheet, row, (lxw_col_t)column, format));
    return;
  }
  text = lims_cell_text(text, sheet->book->scratch);
  lims_sheet_check(sheet, row, worksheet_write_string(sheet->sheet, row, (lxw_col_t)column, text, format));
  if (format->text_wrap)
    fit_height(sheet, row, column, text);
}

static void write_number(LimsSheet *sheet, guint row, guint column, lxw_format *format, double number) {
  if (lims_sheet_enter(sheet, row))
    lims_sheet_check(sheet, row,
                     worksheet_write_number(sheet->sheet, row, (lxw_col_t)column, number, format));
}

void lims_sheet_number(LimsSheet *sheet, guint row, guint column, LimsStyle style, double number) {
  write_number(sheet, row, column, sheet->book->styles[style], number);
}

void lims_sheet_count(LimsSheet *sheet, guint row, guint column, LimsStyle style, gint64 count) {
  write_number(sheet, row, column, sheet->book->styles[style], (double)count);
}

void lims_sheet_printed(LimsSheet *sheet, guint row, guint column, const char *printed) {
  double number;
  int places;

  if (printed && lims_cell_number(printed, &number, &places))
    write_number(sheet, row, column, lims_workbook_decimals(sheet->book, places), number);
  else
    lims_sheet_text(sheet, row, column, LIMS_STYLE_WORD, printed);
}

void lims_sheet_time(LimsSheet *sheet, guint row, guint column, gint64 us) {
  gint64 seconds = us / G_USEC_PER_SEC;
  int interval;

  if (us == 0) {
    lims_sheet_text(sheet, row, column, LIMS_STYLE_TIME, NULL);
    return;
  }
  interval = g_time_zone_find_interval(sheet->book->zone, G_TIME_TYPE_UNIVERSAL, seconds);
  seconds += g_time_zone_get_offset(sheet->book->zone, interval);
  lims_sheet_number(sheet, row, column, LIMS_STYLE_TIME, DAYS_TO_1970 + (double)seconds / SECONDS_A_DAY);
}

void lims_sheet_formula(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *formula,
                        double value) {
  if (lims_sheet_enter(sheet, row))
    lims_sheet_check(sheet, row,
                     worksheet_write_formula_num(sheet->sheet, row, (lxw_col_t)column, formula,
                                                 sheet->book->styles[style], value));
}

void lims_sheet_formula_text(LimsSheet *sheet, guint row, guint column, LimsStyle style, const char *formula,
                             const char *value) {
  if (lims_sheet_enter(sheet, row))
    lims_sheet_check(sheet, row,
                     worksheet_write_formula_str(sheet->sheet, row, (lxw_col_t)column, formula,
                                                 sheet->book->styles[style], value));
}

/* In the formula's text " is doubled, in the sheet's name ' as well. */
void lims_sheet_link(LimsSheet *sheet, guint row, guint column, const LimsSheet *to, guint to_row,
                     const char *text) {
  GString *formula = sheet->book->scratch;

  g_string_assign(formula, "=HYPERLINK(\"#'");
  for (const char *c = to->name; *c; c++) {
    g_string_append_c(formula, *c);
    if (*c == '\'' || *c == '"')
      g_string_append_c(formula, *c);
  }
  g_string_append_printf(formula, "'!A%u\",\"%s\")", to_row + 1, text);
  lims_sheet_formula_text(sheet, row, column, LIMS_STYLE_LINK, formula->str, text);
}

void lims_sheet_span(LimsSheet *sheet, guint row, guint first, guint last, LimsStyle style,
                     const char *text) {
  if (!lims_sheet_enter(sheet, row))
    return;
  lims_sheet_check(sheet, row,
                   worksheet_merge_range(sheet->sheet, row, (lxw_col_t)first, row, (lxw_col_t)last,
                                         text ? lims_cell_text(text, sheet->book->scratch) : "",
                                         sheet->book->styles[style]));
}
