/* What a cell can hold, and what it would do to text that is not meant for it.
 *
 * Three things go wrong in silence: XML has no place for most control characters; a spreadsheet reads
 * "_x0041_" in a text as "A"; and a text of more than 32,767 UTF-16 units makes the program "repair" the
 * file. A number cell is worse: "0.050" becomes 0.05, "1E3" 1000, "007" 7. So a number is one only if its
 * digits come back.
 */
#include "reports/workbook-private.h"

#include <string.h>

#define CELL_UNITS 32767 /* UTF-16 */
#define CUT_MARK " […]"

/* "_xHHHH_" stands for a character; a text that has it is written as "_x005F_xHHHH_". */
static gboolean is_character_code(const char *text) {
  for (int i = 2; i < 6; i++)
    if (text[0] != '_' || text[1] != 'x' || !g_ascii_isxdigit(text[i]))
      return FALSE;
  return text[6] == '_';
}

/* U+FFFE and U+FFFF, in UTF-8: XML has no place for them. */
static gboolean is_no_character(const char *text) {
  return (guchar)text[0] == 0xef && (guchar)text[1] == 0xbf && (guchar)text[2] >= 0xbe;
}

static gboolean is_plain(const char *text) {
  gboolean ascii = TRUE;
  const char *c = text;

  for (; *c; c++) {
    if ((guchar)*c >= 0x80)
      ascii = FALSE;
    if (((guchar)*c < 0x20 && *c != '\n') || *c == 0x7f || (*c == '_' && is_character_code(c)) ||
        is_no_character(c))
      return FALSE;
  }
  return c - text <= CELL_UNITS && (ascii || g_utf8_validate(text, c - text, NULL));
}

static void append_character(GString *out, gunichar c) {
  if (c == '\n' || (c >= 0x20 && c != 0x7f && c != 0xfffe && c != 0xffff))
    g_string_append_unichar(out, c);
  else if (c < 0x80)
    g_string_append_printf(out, "\\x%02X", c);
  else
    g_string_append(out, "\xef\xbf\xbd"); /* U+FFFD */
}

const char *lims_cell_text(const char *text, GString *scratch) {
  if (is_plain(text))
    return text;

  g_autofree char *valid = g_utf8_make_valid(text, -1);
  glong units = 0, most = CELL_UNITS - (glong)strlen(CUT_MARK);
  g_string_truncate(scratch, 0);
  for (const char *c = valid; *c; c = g_utf8_next_char(c)) {
    gboolean code = is_character_code(c);

    units += code ? 7 : g_utf8_get_char(c) < 0x20 ? 4 : g_utf8_get_char(c) > 0xffff ? 2 : 1;
    if (units > most) {
      g_string_append(scratch, CUT_MARK);
      break;
    }
    if (code)
      g_string_append(scratch, "_x005F");
    append_character(scratch, g_utf8_get_char(c));
  }
  return scratch->str;
}

#define WIDE 2.1
#define NARROW 0.95
#define FIRST_WIDE 0xe3 /* the first byte of U+3000 and all behind it, which are wide but for a few */

guint lims_cell_lines(const char *text, double width) {
  double room = MAX(width - 2, 1), used = 0;
  guint lines = 1, most = LIMS_CELL_LINES;

  for (; *text && lines < MIN(most, LIMS_CELL_LINES_MOST); text++) {
    if (((guchar)*text & 0xc0) == 0x80) /* not the first byte of a character */
      continue;
    double more = (guchar)*text >= FIRST_WIDE ? WIDE : NARROW;
    used += more;
    if (*text != '\n' && used <= room)
      continue;
    lines++;
    used = *text == '\n' ? 0 : more;
    most += *text == '\n';
  }
  return lines;
}

/* Past the digits, counted; a whole part has no needless zero in front. */
static const char *skip_digits(const char *c, int *count) {
  for (*count = 0; g_ascii_isdigit(*c); c++)
    (*count)++;
  return c;
}

gboolean lims_cell_number(const char *printed, double *out, int *places) {
  const char *first = printed + (*printed == '-'), *c;
  int whole, fraction = 0;

  c = skip_digits(first, &whole);
  if (whole == 0 || (whole > 1 && *first == '0'))
    return FALSE;
  if (*c == '.') {
    c = skip_digits(c + 1, &fraction);
    if (fraction == 0)
      return FALSE;
  }
  *out = g_ascii_strtod(printed, NULL);
  *places = fraction;
  return *c == '\0' && whole + fraction <= LIMS_SHEET_DECIMALS && (*out != 0 || *printed != '-');
}
