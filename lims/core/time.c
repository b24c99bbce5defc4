/* Calendar texts into moments and back.
 *
 * What arrives: LIS timestamps of any precision, ISO texts that people type, week names. What can go wrong:
 * dates that no calendar has, week 53 of a year with 52, and local times that a change to summer time skips
 * or repeats. A skipped time is read as a clock that was not put forward shows it; of a repeated one the
 * standard-time reading is taken.
 */
#include "lims/core/time.h"

#include <stdio.h>
#include <string.h>

#define UNIX_EPOCH_JULIAN 719163 /* 1970-01-01 in GDate's day count */
#define DAY_S 86400

/* A moment as written: what is absent is 0, and the rest says how precise it was. */
typedef struct {
  int year, month, day, hour, minute, second, microsecond;
  int fields; /* 3: a date, 4: with hours, 5: with minutes, 6: with seconds */
  gboolean has_offset;
  int offset_s;
} Written;

gint64 lims_time_now_us(void) {
  return g_get_real_time();
}

/* Exactly `width` digits. */
static gboolean take_number(const char **cursor, int width, int *out) {
  int value = 0;

  for (int i = 0; i < width; i++, (*cursor)++) {
    if (!g_ascii_isdigit(**cursor))
      return FALSE;
    value = value * 10 + (**cursor - '0');
  }
  *out = value;
  return TRUE;
}

static gboolean take_character(const char **cursor, char c) {
  if (**cursor != c)
    return FALSE;
  (*cursor)++;
  return TRUE;
}

/* ±HHMM, or ±HH:MM and ±HH where the `extended` ISO form allows them; at most 14 hours. */
static gboolean take_offset(const char **cursor, gboolean extended, Written *out) {
  int sign = **cursor == '-' ? -1 : 1, hours, minutes = 0;

  (*cursor)++;
  if (!take_number(cursor, 2, &hours))
    return FALSE;
  if (!extended || **cursor != '\0') {
    if (extended)
      take_character(cursor, ':');
    if (!take_number(cursor, 2, &minutes))
      return FALSE;
  }
  out->has_offset = TRUE;
  out->offset_s = sign * (hours * 3600 + minutes * 60);
  return minutes < 60 && hours * 60 + minutes <= 14 * 60;
}

static gboolean is_possible(const Written *w) {
  return w->year >= 1 && w->year <= 9999 && w->month >= 1 && w->month <= 12 && w->day >= 1 &&
         g_date_valid_dmy((GDateDay)w->day, (GDateMonth)w->month, (GDateYear)w->year) && w->hour < 24 &&
         w->minute < 60 && w->second < 60;
}

static gboolean read_astm(const char *text, Written *out) {
  int *const parts[] = {&out->hour, &out->minute, &out->second};

  *out = (Written){.fields = 3};
  if (!take_number(&text, 4, &out->year) || !take_number(&text, 2, &out->month) ||
      !take_number(&text, 2, &out->day))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(parts) && g_ascii_isdigit(*text); i++, out->fields++)
    if (!take_number(&text, 2, parts[i]))
      return FALSE;
  if ((*text == '+' || *text == '-') && !take_offset(&text, FALSE, out))
    return FALSE;
  return *text == '\0' && is_possible(out);
}

static gboolean take_date(const char **cursor, Written *out) {
  return take_number(cursor, 4, &out->year) && take_character(cursor, '-') &&
         take_number(cursor, 2, &out->month) && take_character(cursor, '-') &&
         take_number(cursor, 2, &out->day);
}

/* Digits behind the point of a second; what is finer than a microsecond is cut off. */
static gboolean take_fraction(const char **cursor, Written *out) {
  int scale = 100000;

  if (!g_ascii_isdigit(**cursor))
    return FALSE;
  for (; g_ascii_isdigit(**cursor); (*cursor)++, scale /= 10)
    out->microsecond += (**cursor - '0') * scale;
  return TRUE;
}

static gboolean take_clock(const char **cursor, Written *out) {
  if (!take_number(cursor, 2, &out->hour) || !take_character(cursor, ':') ||
      !take_number(cursor, 2, &out->minute))
    return FALSE;
  out->fields = 5;
  if (!take_character(cursor, ':'))
    return TRUE;
  out->fields = 6;
  return take_number(cursor, 2, &out->second) && (!take_character(cursor, '.') || take_fraction(cursor, out));
}

static gboolean read_iso(const char *text, Written *out) {
  *out = (Written){.fields = 3};
  if (!take_date(&text, out))
    return FALSE;
  if (*text == 'T' || *text == ' ') {
    text++;
    if (!take_clock(&text, out))
      return FALSE;
    if (take_character(&text, 'Z'))
      out->has_offset = TRUE;
    else if ((*text == '+' || *text == '-') && !take_offset(&text, TRUE, out))
      return FALSE;
  }
  return *text == '\0' && is_possible(out);
}

static gint64 count_days(int year, int month, int day) {
  GDate date;

  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return (gint64)g_date_get_julian(&date) - UNIX_EPOCH_JULIAN;
}

/* What to subtract from a local time in `zone`; `preferred` decides where the clock shows a time twice. */
static int find_offset(GTimeZone *zone, gint64 local_s, GTimeType preferred) {
  int interval = g_time_zone_find_interval(zone, preferred, local_s);

  if (interval < 0) { /* skipped: the offset from before, which the adjusted time has left behind */
    gint64 behind = local_s - DAY_S;

    interval = g_time_zone_adjust_time(zone, G_TIME_TYPE_STANDARD, &behind);
  }
  return g_time_zone_get_offset(zone, interval);
}

static gint64 to_moment(const Written *w, GTimeZone *zone) {
  gint64 local_s =
      count_days(w->year, w->month, w->day) * DAY_S + w->hour * 3600 + w->minute * 60 + w->second;
  int offset_s = w->has_offset ? w->offset_s : find_offset(zone, local_s, G_TIME_TYPE_STANDARD);

  return (local_s - offset_s) * G_USEC_PER_SEC + w->microsecond;
}

gboolean lims_time_parse_astm(const char *text, GTimeZone *zone, gint64 *out_us) {
  Written written;

  if (!read_astm(text, &written))
    return FALSE;
  *out_us = to_moment(&written, zone);
  return TRUE;
}

static void append_offset(GString *out, int offset_s) {
  int minutes = ABS(offset_s) / 60;

  g_string_append_printf(out, "%c%02d:%02d", offset_s < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

char *lims_time_astm_to_iso(const char *text) {
  Written w;
  GString *out;

  if (!read_astm(text, &w))
    return NULL;
  out = g_string_new(NULL);
  g_string_append_printf(out, "%04d-%02d-%02d", w.year, w.month, w.day);
  if (w.fields >= 4)
    g_string_append_printf(out, "T%02d", w.hour);
  if (w.fields >= 5)
    g_string_append_printf(out, ":%02d", w.minute);
  if (w.fields >= 6)
    g_string_append_printf(out, ":%02d", w.second);
  if (w.has_offset)
    append_offset(out, w.offset_s);
  return g_string_free(out, FALSE);
}

gboolean lims_time_parse_iso(const char *text, GTimeZone *zone, gint64 *out_us) {
  Written written;

  if (!read_iso(text, &written))
    return FALSE;
  *out_us = to_moment(&written, zone);
  return TRUE;
}

gboolean lims_time_parse_date(const char *text, int *out_yyyymmdd) {
  Written w = {0};

  if (!take_date(&text, &w) || *text != '\0' || !is_possible(&w))
    return FALSE;
  *out_yyyymmdd = w.year * 10000 + w.month * 100 + w.day;
  return TRUE;
}

/* NULL outside the years 1–9999. */
static GDateTime *to_local(gint64 us, GTimeZone *zone) {
  gint64 seconds = us / G_USEC_PER_SEC - (us % G_USEC_PER_SEC < 0);
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(seconds);

  return utc ? g_date_time_to_timezone(utc, zone) : NULL;
}

/* "" for what no calendar shows. */
static GString *begin_date(GDateTime *local) {
  GString *out = g_string_new(NULL);
  int year, month, day;

  if (local) {
    g_date_time_get_ymd(local, &year, &month, &day);
    g_string_append_printf(out, "%04d-%02d-%02d", year, month, day);
  }
  return out;
}

char *lims_time_to_iso(gint64 us, GTimeZone *zone, gboolean microseconds) {
  g_autoptr(GDateTime) local = to_local(us, zone);
  GString *out = begin_date(local);

  if (!local)
    return g_string_free(out, FALSE);
  g_string_append_printf(out, "T%02d:%02d:%02d", g_date_time_get_hour(local), g_date_time_get_minute(local),
                         g_date_time_get_second(local));
  if (microseconds)
    g_string_append_printf(out, ".%06d", (int)((us % G_USEC_PER_SEC + G_USEC_PER_SEC) % G_USEC_PER_SEC));
  append_offset(out, (int)(g_date_time_get_utc_offset(local) / G_USEC_PER_SEC));
  return g_string_free(out, FALSE);
}

char *lims_time_to_date(gint64 us, GTimeZone *zone) {
  g_autoptr(GDateTime) local = to_local(us, zone);

  return g_string_free(begin_date(local), FALSE);
}

int lims_time_week(gint64 us, GTimeZone *zone) {
  g_autoptr(GDateTime) local = to_local(us, zone);

  return local ? g_date_time_get_week_numbering_year(local) * 100 + g_date_time_get_week_of_year(local) : 0;
}

/* Day number of the Monday of week 1, the week with 4 January. Day 0 was a Thursday. */
static gint64 first_monday(int year) {
  gint64 fourth = count_days(year, 1, 4);
  gint64 weekday = ((fourth + 3) % 7 + 7) % 7; /* 0: Monday */

  return fourth - weekday;
}

gboolean lims_time_week_parse(const char *text, int *out_week) {
  int year, week;

  if (!take_number(&text, 4, &year) || !take_character(&text, '-') || !take_character(&text, 'W') ||
      !take_number(&text, 2, &week) || *text != '\0')
    return FALSE;
  if (year < 1 || year > 9998 || week < 1 || week > (first_monday(year + 1) - first_monday(year)) / 7)
    return FALSE;
  *out_week = year * 100 + week;
  return TRUE;
}

char *lims_time_week_to_string(int week) {
  return g_strdup_printf("%04d-W%02d", week / 100, week % 100);
}

/* The first moment of a local day: of a midnight shown twice, the earlier. */
static gint64 begin_day(gint64 day, GTimeZone *zone) {
  return (day * DAY_S - find_offset(zone, day * DAY_S, G_TIME_TYPE_DAYLIGHT)) * G_USEC_PER_SEC;
}

void lims_time_week_range(int week, GTimeZone *zone, gint64 *from_us, gint64 *to_us) {
  gint64 monday = first_monday(CLAMP(week / 100, 1, 9998)) + 7 * (week % 100 - 1);

  *from_us = begin_day(monday, zone);
  *to_us = begin_day(monday + 7, zone);
}

/* ---- days and periods ---- */

static gint64 number_of_day(int day) {
  return count_days(day / 10000, day / 100 % 100, day % 100);
}

static int day_of_number(gint64 number) {
  GDate date;

  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)(number + UNIX_EPOCH_JULIAN));
  return g_date_get_year(&date) * 10000 + (int)g_date_get_month(&date) * 100 + g_date_get_day(&date);
}

int lims_time_day_add(int day, int days) {
  return day_of_number(number_of_day(day) + days);
}

char *lims_time_day_to_string(int day) {
  return g_strdup_printf("%04d-%02d-%02d", day / 10000, day / 100 % 100, day % 100);
}

/* `months` from the month's first day. */
static void set_months(int year, int month, int months, int *out_from, int *out_to) {
  int after = month - 1 + months;

  *out_from = year * 10000 + month * 100 + 1;
  *out_to = lims_time_day_add((year + after / 12) * 10000 + (after % 12 + 1) * 100 + 1, -1);
}

static gboolean parse_week_period(const char *text, int *out_from, int *out_to) {
  gint64 monday;
  int week;

  if (!lims_time_week_parse(text, &week))
    return FALSE;
  monday = first_monday(week / 100) + 7 * (week % 100 - 1);
  *out_from = day_of_number(monday);
  *out_to = day_of_number(monday + 6);
  return TRUE;
}

/* "2026", "2026-Q3", "2026-07". */
static gboolean parse_months(const char *text, int *out_from, int *out_to) {
  int year, part = 1, months = 12;

  if (!take_number(&text, 4, &year) || year < 1 || year > 9998)
    return FALSE;
  if (take_character(&text, '-')) {
    months = take_character(&text, 'Q') ? 3 : 1;
    if (!take_number(&text, months == 3 ? 1 : 2, &part) || part < 1 || part > 12 / months)
      return FALSE;
  }
  set_months(year, (part - 1) * months + 1, months, out_from, out_to);
  return *text == '\0';
}

static gboolean parse_days(const char *text, int *out_from, int *out_to) {
  const char *mark = strstr(text, "..");
  g_autofree char *first = mark ? g_strndup(text, (gsize)(mark - text)) : g_strdup(text);

  return lims_time_parse_date(first, out_from) &&
         lims_time_parse_date(mark ? mark + strlen("..") : first, out_to) && *out_from <= *out_to &&
         *out_to < 99990000;
}

gboolean lims_time_period_parse(const char *text, int *out_from, int *out_to) {
  int from, to;

  if (!parse_months(text, &from, &to) && !parse_week_period(text, &from, &to) &&
      !parse_days(text, &from, &to))
    return FALSE;
  *out_from = from;
  *out_to = to;
  return TRUE;
}

void lims_time_period_range(int from, int to, GTimeZone *zone, gint64 *from_us, gint64 *to_us) {
  *from_us = begin_day(number_of_day(from), zone);
  *to_us = begin_day(number_of_day(to) + 1, zone);
}
