/* How things look: one row a style. Colours are few: blue for what holds the sheet together, red and amber
 * for what a reader must act on.
 */
#include "reports/workbook-private.h"

#define INK 0x1F2937
#define BLUE 0x1F4E79
#define PALE_BLUE 0xE8F0F8
#define GREY 0x6B7280
#define LINK 0x1D5FBF
#define RULE 0xD5DBE3
#define WHITE 0xFFFFFF
#define NONE -1

#define LEFT LXW_ALIGN_LEFT
#define RIGHT LXW_ALIGN_RIGHT
#define CENTER LXW_ALIGN_CENTER

typedef struct {
  double size;
  gboolean bold;
  int ink, paper;
  guint8 align;
  gboolean wrap, ruled;
  const char *format;
  guint8 indent;
} Look;

static const Look LOOKS[LIMS_STYLES] = {
    [LIMS_STYLE_TITLE] = {20, TRUE, BLUE, NONE, LEFT},
    [LIMS_STYLE_SUBTITLE] = {11, FALSE, GREY, NONE, LEFT},
    [LIMS_STYLE_SECTION] = {13, TRUE, BLUE, NONE, LEFT},
    [LIMS_STYLE_NOTE] = {10, FALSE, GREY, NONE, LEFT},
    [LIMS_STYLE_HEADING] = {10, TRUE, WHITE, BLUE, CENTER, TRUE, TRUE},
    [LIMS_STYLE_TEXT] = {10, FALSE, INK, NONE, LEFT, TRUE, TRUE},
    [LIMS_STYLE_WORD] = {10, FALSE, INK, NONE, RIGHT, TRUE, TRUE},
    [LIMS_STYLE_TIME] = {10, FALSE, INK, NONE, CENTER, FALSE, TRUE, "yyyy-mm-dd hh:mm:ss"},
    [LIMS_STYLE_COUNT] = {10, FALSE, INK, NONE, RIGHT, FALSE, TRUE, "#,##0"},
    [LIMS_STYLE_RATE] = {10, FALSE, INK, NONE, RIGHT, FALSE, TRUE, "0.0%"},
    [LIMS_STYLE_MONEY] = {10, FALSE, INK, NONE, RIGHT, FALSE, TRUE, "#,##0.00", 1},
    [LIMS_STYLE_FACTOR] = {10, FALSE, INK, NONE, RIGHT, FALSE, TRUE, "0.00##"},
    [LIMS_STYLE_TOTAL_TEXT] = {10, TRUE, BLUE, PALE_BLUE, LEFT, FALSE, TRUE},
    [LIMS_STYLE_TOTAL_COUNT] = {10, TRUE, BLUE, PALE_BLUE, RIGHT, FALSE, TRUE, "#,##0"},
    [LIMS_STYLE_TOTAL_RATE] = {10, TRUE, BLUE, PALE_BLUE, RIGHT, FALSE, TRUE, "0.0%"},
    [LIMS_STYLE_TOTAL_MONEY] = {10, TRUE, BLUE, PALE_BLUE, RIGHT, FALSE, TRUE, "#,##0.00", 1},
    [LIMS_STYLE_TOTAL_WORD] = {10, TRUE, BLUE, PALE_BLUE, RIGHT, FALSE, TRUE},
    [LIMS_STYLE_LINK] = {10, FALSE, LINK, NONE, CENTER, FALSE, TRUE},
    [LIMS_STYLE_TILE_LABEL] = {10, FALSE, GREY, PALE_BLUE, CENTER, TRUE},
    [LIMS_STYLE_TILE_COUNT] = {22, TRUE, BLUE, PALE_BLUE, CENTER, FALSE, FALSE, "#,##0"},
    [LIMS_STYLE_TILE_RATE] = {22, TRUE, BLUE, PALE_BLUE, CENTER, FALSE, FALSE, "0.0%"},
    [LIMS_STYLE_TERM] = {10, TRUE, BLUE, NONE, LEFT, TRUE, TRUE},
    [LIMS_STYLE_PROSE] = {10, FALSE, INK, NONE, LEFT, TRUE, TRUE},
};

static const struct {
  int ink, paper;
  gboolean bold;
} MARKS[LIMS_MARKS] = {
    [LIMS_MARK_RED] = {0x9C0006, 0xFDE9E7, TRUE},    [LIMS_MARK_ORANGE] = {0x7A2E00, 0xFBC9A6, TRUE},
    [LIMS_MARK_DARK_RED] = {WHITE, 0xB3261E, TRUE},  [LIMS_MARK_AMBER] = {0x7A4B00, 0xFFF0C2, TRUE},
    [LIMS_MARK_GREEN] = {0x1E6B3A, 0xE4F4E9, FALSE}, [LIMS_MARK_PALE] = {0x7A4B00, 0xFFF9E6, FALSE},
};

const char *lims_workbook_font(const LimsWorkbook *book) {
  return book->language == LIMS_LANGUAGE_ZH_CN ? "Microsoft YaHei" : "Arial";
}

static lxw_format *make_format(LimsWorkbook *book, const Look *look) {
  lxw_format *format = workbook_add_format(book->book);

  format_set_font_name(format, lims_workbook_font(book));
  format_set_font_size(format, look->size);
  format_set_font_color(format, (lxw_color_t)look->ink);
  format_set_align(format, look->align);
  format_set_align(format, LXW_ALIGN_VERTICAL_CENTER);
  if (look->align == LEFT && look->ruled)
    format_set_indent(format, 1); /* or the words run into the digits on their left */
  if (look->indent)
    format_set_indent(format, look->indent);
  if (look->bold)
    format_set_bold(format);
  if (look->wrap)
    format_set_text_wrap(format);
  if (look->paper != NONE)
    format_set_bg_color(format, (lxw_color_t)look->paper);
  if (look->format)
    format_set_num_format(format, look->format);
  if (look->ruled) {
    format_set_bottom(format, LXW_BORDER_THIN);
    format_set_bottom_color(format, RULE);
  }
  return format;
}

void lims_workbook_make_styles(LimsWorkbook *book) {
  for (guint i = 0; i < LIMS_STYLES; i++)
    book->styles[i] = make_format(book, &LOOKS[i]);
  for (guint i = 0; i < LIMS_MARKS; i++) {
    book->marks[i] = workbook_add_format(book->book);
    format_set_font_color(book->marks[i], (lxw_color_t)MARKS[i].ink);
    format_set_bg_color(book->marks[i], (lxw_color_t)MARKS[i].paper);
    if (MARKS[i].bold)
      format_set_bold(book->marks[i]);
  }
}

lxw_format *lims_workbook_decimals(LimsWorkbook *book, int places) {
  char digits[LIMS_SHEET_DECIMALS + 3] = "0";
  Look look = LOOKS[LIMS_STYLE_WORD];

  if (book->decimals[places])
    return book->decimals[places];
  for (int i = 0; i < places; i++)
    g_strlcat(digits, i == 0 ? ".0" : "0", sizeof digits);
  look.wrap = FALSE;
  look.format = digits;
  return book->decimals[places] = make_format(book, &look);
}
