/* Time: UTC microseconds inside, the laboratory's zone outside, ISO 8601 weeks.
 *
 * The wall clock names moments; durations and deadlines use g_get_monotonic_time(). An instrument's time is
 * kept as sent and read with the sender's zone unless it names one; what cannot be read is 0, "unknown".
 */
#pragma once
#include <glib.h>

gint64 lims_time_now_us(void); /* UTC, microseconds since 1970 */

/* YYYYMMDD[HH[MM[SS]]][±HHMM] (LIS02-A2 5.6.2), the whole text. FALSE on another form or an impossible date.
 */
gboolean lims_time_parse_astm(const char *text, GTimeZone *zone, gint64 *out_us);
/* The same moment as the sender wrote it, ISO 8601, only as precise as sent: "2024-03-15T09:30", offset only
 * if sent. NULL if unreadable. Free with g_free. */
char *lims_time_astm_to_iso(const char *text);
/* ISO 8601: date, or date and time with optional seconds, fraction and offset: "2026-11-24",
 * "2026-11-24 09:30". A time that the zone skips is read as a clock not put forward shows it; of one that it
 * repeats, standard time is meant. */
gboolean lims_time_parse_iso(const char *text, GTimeZone *zone, gint64 *out_us);
/* YYYY-MM-DD only; *out = days as yyyymmdd. FALSE if it is no date. */
gboolean lims_time_parse_date(const char *text, int *out_yyyymmdd);

/* "2026-11-24T09:30:00+08:00" in `zone`; with microseconds = TRUE, ".123456" before the offset. */
char *lims_time_to_iso(gint64 us, GTimeZone *zone, gboolean microseconds);
char *lims_time_to_date(gint64 us, GTimeZone *zone); /* "2026-11-24" */

/* ISO week as year × 100 + week (202647), in `zone`. */
int lims_time_week(gint64 us, GTimeZone *zone);
/* "2026-W47" ↔ 202647; parse refuses weeks that the year does not have. */
gboolean lims_time_week_parse(const char *text, int *out_week);
char *lims_time_week_to_string(int week);
/* The half-open interval [from, to) of the week in `zone`. */
void lims_time_week_range(int week, GTimeZone *zone, gint64 *from_us, gint64 *to_us);

/* Days as yyyymmdd, of the years 1 to 9998. */
int lims_time_day_add(int day, int days);
char *lims_time_day_to_string(int day); /* "2026-11-24" */
/* A year, a quarter, a month, an ISO week, a day, or two days: "2026", "2026-Q3", "2026-07", "2026-W47",
 * "2026-07-01", "2026-07-01..2026-07-31". The first and the last day. */
gboolean lims_time_period_parse(const char *text, int *out_from, int *out_to);
/* The half-open interval of moments from the beginning of the first day to the end of the last, in `zone`. */
void lims_time_period_range(int from, int to, GTimeZone *zone, gint64 *from_us, gint64 *to_us);
