/* Days out of spreadsheets.
 *
 * What arrives is a cell: typed by hand, exported as text, or as the number of days that the spreadsheet
 * keeps ("45992.0"), before or behind it a word of which day it is. What can go wrong is another day than was
 * meant, and with it another edition of a standard: 1/12 is January or December, six digits are a day or a
 * month. So the year must stand first, and the whole cell must be understood.
 */
#include "lims/core/written-date.h"
#include "lims/core/text.h"

#include <string.h>

#define SERIAL_FIRST 36526    /* 2000-01-01 */
#define SERIAL_LAST 73050     /* 2099-12-31 */
#define SERIAL_JULIAN 693594u /* 1899-12-30 in GDate's day count */

static const struct {
  const char *words;
  LimsDayOf of;
} LABELS[] = {
    {"生产日期/批号", LIMS_DAY_PRODUCTION},
    {"生产日期", LIMS_DAY_PRODUCTION},
    {"加工日期", LIMS_DAY_PRODUCTION},
    {"制造日期", LIMS_DAY_PRODUCTION},
    {"制作日期", LIMS_DAY_PRODUCTION},
    {"消毒日期", LIMS_DAY_PRODUCTION},
    {"屠宰日期", LIMS_DAY_PRODUCTION},
    {"采收日期", LIMS_DAY_PRODUCTION},
    {"采摘日期", LIMS_DAY_PRODUCTION},
    {"收获日期", LIMS_DAY_PRODUCTION},
    {"生产", LIMS_DAY_PRODUCTION},
    {"加工", LIMS_DAY_PRODUCTION},
    {"购进日期", LIMS_DAY_PURCHASE},
    {"购入日期", LIMS_DAY_PURCHASE},
    {"购买日期", LIMS_DAY_PURCHASE},
    {"进货日期", LIMS_DAY_PURCHASE},
    {"采购日期", LIMS_DAY_PURCHASE},
    {"订单生成日期", LIMS_DAY_PURCHASE},
    {"订单日期", LIMS_DAY_PURCHASE},
    {"下单日期", LIMS_DAY_PURCHASE},
    {"到货日期", LIMS_DAY_PURCHASE},
    {"收货日期", LIMS_DAY_PURCHASE},
    {"签收日期", LIMS_DAY_PURCHASE},
    {"购进", LIMS_DAY_PURCHASE},
    {"进货", LIMS_DAY_PURCHASE},
    {"抽样日期", LIMS_DAY_SAMPLING},
    {"采样日期", LIMS_DAY_SAMPLING},
    {"取样日期", LIMS_DAY_SAMPLING},
    {"抽样", LIMS_DAY_SAMPLING},
    {"采样", LIMS_DAY_SAMPLING},
};

static void skip_blanks(const char **at) {
  while (g_ascii_isspace(**at))
    (*at)++;
}

static gboolean take(const char **at, const char *word) {
  if (!g_str_has_prefix(*at, word))
    return FALSE;
  *at += strlen(word);
  return TRUE;
}

static gboolean take_label(const char **at, LimsDayOf *of) {
  for (guint i = 0; i < G_N_ELEMENTS(LABELS); i++)
    if (take(at, LABELS[i].words)) {
      *of = LABELS[i].of;
      skip_blanks(at);
      return TRUE;
    }
  return FALSE;
}

/* At most `most` digits; FALSE if there is none, or one more. */
static gboolean take_digits(const char **at, gsize most, guint *out) {
  gsize length = strspn(*at, "0123456789");

  if (length == 0 || length > most)
    return FALSE;
  *out = (guint)g_ascii_strtoull(*at, NULL, 10);
  *at += length;
  return TRUE;
}

static gboolean keep(guint year, guint month, guint day, int *out) {
  if (year < 1900 || year > 2999 || month > 12 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return FALSE;
  *out = (int)(year * 10000 + month * 100 + day);
  return TRUE;
}

static gboolean take_sign(const char **at, const char *sign) {
  skip_blanks(at);
  if (!take(at, sign))
    return FALSE;
  skip_blanks(at);
  return TRUE;
}

/* Year, month and day between one and the same marks. */
static gboolean take_marked(const char **at, int *out) {
  static const char *const MARKS[][3] = {
      {"-", "-", ""}, {"/", "/", ""}, {".", ".", ""}, {"年", "月", "日"}, {"年", "月", "号"}};
  guint year, month, day;

  for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++) {
    const char *from = *at;

    if (take_digits(&from, 4, &year) && take_sign(&from, MARKS[i][0]) && take_digits(&from, 2, &month) &&
        take_sign(&from, MARKS[i][1]) && take_digits(&from, 2, &day) &&
        (*MARKS[i][2] == '\0' || take_sign(&from, MARKS[i][2])) && keep(year, month, day, out)) {
      *at = from;
      return TRUE;
    }
  }
  return FALSE;
}

/* "20251201" */
static gboolean take_eight(const char **at, int *out) {
  guint all;

  return strspn(*at, "0123456789") == 8 && take_digits(at, 8, &all) &&
         keep(all / 10000, all / 100 % 100, all % 100, out);
}

/* "45992", "45992.0"; what is behind the point is the time of day. */
static gboolean take_serial(const char **at, int *out) {
  const char *from = *at;
  guint serial, fraction;
  GDate date;

  if (!take_digits(&from, 5, &serial) || serial < SERIAL_FIRST || serial > SERIAL_LAST)
    return FALSE;
  if (take(&from, ".") && !take_digits(&from, 20, &fraction))
    return FALSE;
  g_date_clear(&date, 1);
  g_date_set_julian(&date, SERIAL_JULIAN + serial);
  *out = g_date_get_year(&date) * 10000 + (int)g_date_get_month(&date) * 100 + g_date_get_day(&date);
  *at = from;
  return TRUE;
}

/* "T09:30", " 00:00:00". FALSE if it begins like one and is none. */
static gboolean take_time(const char **at) {
  const char *from = *at;
  guint hour, minute, second = 0;

  skip_blanks(&from);
  take(&from, "T");
  if (!g_ascii_isdigit(*from))
    return TRUE;
  if (!take_digits(&from, 2, &hour) || !take(&from, ":") || !take_digits(&from, 2, &minute) ||
      (take(&from, ":") && !take_digits(&from, 2, &second)) || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  *at = from;
  return TRUE;
}

/* The label behind the date, mostly in brackets. */
static gboolean take_last_label(const char **at, LimsDayOf *of) {
  gboolean bracket;
  LimsDayOf behind;

  skip_blanks(at);
  if (**at == '\0')
    return TRUE;
  bracket = take(at, "(");
  skip_blanks(at);
  if (!take_label(at, &behind) || (bracket && !take(at, ")")))
    return FALSE;
  if (*of != LIMS_DAY_UNSAID && *of != behind)
    return FALSE;
  *of = behind;
  skip_blanks(at);
  return **at == '\0';
}

gboolean lims_written_date_read(const char *text, int *out_yyyymmdd, LimsDayOf *out_of) {
  g_autofree char *plain = lims_text_narrow(text);
  const char *at = plain;
  LimsDayOf of = LIMS_DAY_UNSAID;
  int date;

  skip_blanks(&at);
  if (take_label(&at, &of)) {
    take(&at, ":");
    skip_blanks(&at);
  }
  if (!take_marked(&at, &date) && !take_eight(&at, &date) && !take_serial(&at, &date))
    return FALSE;
  if (!take_time(&at) || !take_last_label(&at, &of))
    return FALSE;
  *out_yyyymmdd = date;
  *out_of = of;
  return TRUE;
}
