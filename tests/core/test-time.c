/* Time: every precision, offsets, ISO weeks, and the hours that a change of the clock skips or repeats. */
#include "lims/core/time.h"

static GTimeZone *zone_new(const char *name) {
  GTimeZone *zone = g_time_zone_new_identifier(name);

  if (!zone)
    g_test_skip("no time zone data");
  return zone;
}

static char *utc_text(gint64 us) {
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

  return lims_time_to_iso(us, utc, FALSE);
}

typedef gboolean (*Parser)(const char *, GTimeZone *, gint64 *);

static void assert_moment(Parser parse, const char *text, GTimeZone *zone, const char *expected_utc) {
  gint64 us = -1;
  g_autofree char *shown = NULL;

  g_test_message("%s", text);
  g_assert_true(parse(text, zone, &us));
  shown = utc_text(us);
  g_assert_cmpstr(shown, ==, expected_utc);
}

static void test_astm(void) {
  static const char *const ROWS[][2] = {
      {"20261124093015", "2026-11-24T01:30:15+00:00"},
      {"202611240930", "2026-11-24T01:30:00+00:00"},
      {"2026112409", "2026-11-24T01:00:00+00:00"},
      {"20261124", "2026-11-23T16:00:00+00:00"},
      {"20261124093015-0500", "2026-11-24T14:30:15+00:00"},
      {"202611240930+0530", "2026-11-24T04:00:00+00:00"},
      {"20240229", "2024-02-28T16:00:00+00:00"},
      {"19691231235959+0000", "1969-12-31T23:59:59+00:00"},
  };
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    assert_moment(lims_time_parse_astm, ROWS[i][0], zone, ROWS[i][1]);
}

static void test_astm_refuses(void) {
  static const char *const BAD[] = {
      "",
      "2026",
      "202611",
      "2026112",
      "202611240",
      "20261124093",
      "20261324",
      "20261131",
      "20230229",
      "00000101",
      "2026112424",
      "202611240960",
      "20261124093060",
      "202611240930150",
      "20261124093015+08",
      "20261124093015+1500",
      "20261124093015+0860",
      "20261124093015Z",
      " 20261124",
      "20261124 ",
      "2026-11-24",
      "20261124T0930",
      "2026112409301a",
      "+0800",
  };
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    gint64 us = 5;

    if (lims_time_parse_astm(BAD[i], utc, &us))
      g_error("accepted \"%s\"", BAD[i]);
    g_assert_cmpint(us, ==, 5);
    g_assert_null(lims_time_astm_to_iso(BAD[i]));
  }
}

static void test_astm_to_iso(void) {
  static const char *const ROWS[][2] = {
      {"20240315", "2024-03-15"},
      {"2024031509", "2024-03-15T09"},
      {"202403150930", "2024-03-15T09:30"},
      {"20240315093001", "2024-03-15T09:30:01"},
      {"20240315093001+0800", "2024-03-15T09:30:01+08:00"},
      {"202403150930-0330", "2024-03-15T09:30-03:30"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    g_autofree char *iso = lims_time_astm_to_iso(ROWS[i][0]);

    g_assert_cmpstr(iso, ==, ROWS[i][1]);
  }
}

static void test_iso(void) {
  static const char *const ROWS[][2] = {
      {"2026-11-24", "2026-11-23T16:00:00+00:00"},
      {"2026-11-24 09:30", "2026-11-24T01:30:00+00:00"},
      {"2026-11-24T09:30:15", "2026-11-24T01:30:15+00:00"},
      {"2026-11-24T09:30:15Z", "2026-11-24T09:30:15+00:00"},
      {"2026-11-24T09:30+08:00", "2026-11-24T01:30:00+00:00"},
      {"2026-11-24T09:30:15-0500", "2026-11-24T14:30:15+00:00"},
      {"2026-11-24T09:30:15+01", "2026-11-24T08:30:15+00:00"},
  };
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);
  gint64 us;

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    assert_moment(lims_time_parse_iso, ROWS[i][0], zone, ROWS[i][1]);
  g_assert_true(lims_time_parse_iso("1970-01-01T00:00:00.25Z", zone, &us));
  g_assert_cmpint(us, ==, 250000);
  g_assert_true(lims_time_parse_iso("1970-01-01T00:00:00.1234567Z", zone, &us));
  g_assert_cmpint(us, ==, 123456);
}

static void test_iso_refuses(void) {
  static const char *const BAD[] = {
      "",
      "2026-11",
      "2026-1-2",
      "2026-11-31",
      "2026-11-24T",
      "2026-11-24T09",
      "2026-11-24T24:00",
      "2026-11-24T09:60",
      "2026-11-24T09:30:",
      "2026-11-24T09:30:15.",
      "2026-11-24T09:30:15ZZ",
      "2026-11-24Z",
      "2026-11-24T09:30+8",
      "2026-11-24T09:30+08:0",
      "20261124",
      "2026-11-24x",
  };
  g_autoptr(GTimeZone) utc = g_time_zone_new_utc();
  gint64 us;

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++)
    if (lims_time_parse_iso(BAD[i], utc, &us))
      g_error("accepted \"%s\"", BAD[i]);
}

static void test_date(void) {
  int day = 0;

  g_assert_true(lims_time_parse_date("2026-11-24", &day));
  g_assert_cmpint(day, ==, 20261124);
  g_assert_true(lims_time_parse_date("2000-02-29", &day));
  g_assert_false(lims_time_parse_date("1900-02-29", &day));
  g_assert_false(lims_time_parse_date("2026-11-24 ", &day));
  g_assert_false(lims_time_parse_date("2026-11-24T00:00", &day));
  g_assert_false(lims_time_parse_date("26-11-24", &day));
  g_assert_false(lims_time_parse_date("", &day));
}

static void test_to_text(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600),
                       west = g_time_zone_new_offset(-(3 * 3600 + 1800));
  g_autofree char *plain = lims_time_to_iso(1795483800123456, zone, FALSE);
  g_autofree char *fine = lims_time_to_iso(1795483800123456, zone, TRUE);
  g_autofree char *before = lims_time_to_iso(-1, west, TRUE),
                  *date = lims_time_to_date(1795483800123456, zone);
  g_autofree char *never = lims_time_to_iso(G_MAXINT64, zone, TRUE),
                  *no_date = lims_time_to_date(G_MININT64, zone);

  g_assert_cmpstr(plain, ==, "2026-11-24T09:30:00+08:00");
  g_assert_cmpstr(fine, ==, "2026-11-24T09:30:00.123456+08:00");
  g_assert_cmpstr(before, ==, "1969-12-31T20:29:59.999999-03:30");
  g_assert_cmpstr(date, ==, "2026-11-24");
  g_assert_cmpstr(never, ==, "");
  g_assert_cmpstr(no_date, ==, "");
  g_assert_cmpint(lims_time_now_us(), >, G_GINT64_CONSTANT(1700000000000000));
}

static void test_iso_round_trip(void) {
  g_autoptr(GTimeZone) zone = zone_new("Asia/Shanghai");

  for (int i = 0; zone && i < 2000; i++) {
    gint64 us = (gint64)g_test_rand_int_range(0, G_MAXINT) * 1000000 + g_test_rand_int_range(0, 1000000),
           again;
    g_autofree char *text = lims_time_to_iso(us, zone, TRUE);

    g_assert_true(lims_time_parse_iso(text, zone, &again));
    g_assert_cmpint(us, ==, again);
  }
}

static void test_skipped_and_repeated_hours(void) {
  g_autoptr(GTimeZone) zone = zone_new("Europe/Berlin");

  if (!zone)
    return;
  assert_moment(lims_time_parse_iso, "2026-03-29T01:59:59", zone, "2026-03-29T00:59:59+00:00");
  assert_moment(lims_time_parse_iso, "2026-03-29T02:30", zone,
                "2026-03-29T01:30:00+00:00"); /* a clock not put forward */
  assert_moment(lims_time_parse_iso, "2026-03-29T03:00", zone, "2026-03-29T01:00:00+00:00");
  assert_moment(lims_time_parse_astm, "202603290230", zone, "2026-03-29T01:30:00+00:00");
  assert_moment(lims_time_parse_iso, "2026-10-25T02:30", zone,
                "2026-10-25T01:30:00+00:00"); /* standard time */
  assert_moment(lims_time_parse_iso, "2026-10-25T03:30", zone, "2026-10-25T02:30:00+00:00");
}

static void test_week_names(void) {
  static const char *const BAD[] = {"",        "2026-W00", "2026-W54",  "2025-W53",  "2026-w47", "2026W47",
                                    "2026-W4", "2026-47",  "2026-W471", " 2026-W47", "0000-W01", "2027-W53"};
  int week = 0;

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++)
    if (lims_time_week_parse(BAD[i], &week))
      g_error("accepted \"%s\"", BAD[i]);
  g_assert_true(lims_time_week_parse("2026-W53", &week)); /* begins on a Thursday */
  g_assert_true(lims_time_week_parse("2020-W53", &week)); /* a leap year that begins on a Wednesday */
  g_assert_true(lims_time_week_parse("2026-W47", &week));
  g_assert_cmpint(week, ==, 202647);
  g_autofree char *text = lims_time_week_to_string(202604);
  g_assert_cmpstr(text, ==, "2026-W04");
}

static int week_of(const char *iso, GTimeZone *zone) {
  gint64 us;

  g_assert_true(lims_time_parse_iso(iso, zone, &us));
  return lims_time_week(us, zone);
}

static void test_week_of_moment(void) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_offset(8 * 3600);

  g_assert_cmpint(week_of("2027-01-03 23:59:59", zone), ==, 202653);
  g_assert_cmpint(week_of("2027-01-04", zone), ==, 202701);
  g_assert_cmpint(week_of("2025-12-29", zone), ==, 202601);
  g_assert_cmpint(week_of("2023-01-01", zone), ==, 202252);
  g_assert_cmpint(week_of("2026-11-22T16:00:00Z", zone), ==, 202648); /* already Monday here */
}

static void assert_weeks_meet(const char *name) {
  g_autoptr(GTimeZone) zone = zone_new(name);
  gint64 from, to, previous = 0;

  for (int year = 2019; zone && year <= 2030; year++)
    for (int number = 1; number <= 53; number++) {
      g_autofree char *text = lims_time_week_to_string(year * 100 + number);
      int week;

      if (!lims_time_week_parse(text, &week))
        continue;
      lims_time_week_range(week, zone, &from, &to);
      g_assert_true(previous == 0 || previous == from);
      g_assert_cmpint(lims_time_week(from, zone), ==, week);
      g_assert_cmpint(lims_time_week(to - 1, zone), ==, week);
      g_assert_cmpint(lims_time_week(to, zone), !=, week);
      previous = to;
    }
}

static void test_week_ranges(void) {
  assert_weeks_meet("Asia/Shanghai");
  assert_weeks_meet("Europe/Berlin");
  assert_weeks_meet("America/New_York");
}

static const struct {
  const char *text;
  int from, to;
} PERIODS[] = {
    {"2026", 20260101, 20261231},       {"2026-Q1", 20260101, 20260331},
    {"2026-Q3", 20260701, 20260930},    {"2026-Q4", 20261001, 20261231},
    {"2026-07", 20260701, 20260731},    {"2024-02", 20240201, 20240229},
    {"2026-12", 20261201, 20261231},    {"2026-W47", 20261116, 20261122},
    {"2026-W01", 20251229, 20260104},   {"2026-W53", 20261228, 20270103},
    {"2026-07-01", 20260701, 20260701}, {"2025-12-31..2026-01-01", 20251231, 20260101},
};

static void test_periods(void) {
  static const char *const BAD[] = {
      "",
      "26",
      "2026-",
      "2026-Q0",
      "2026-Q5",
      "2026-00",
      "2026-13",
      "2025-W53",
      "2026-W1",
      "2026-Q3 ",
      "2026-02-29",
      "2026-07-02..2026-07-01",
      "2026-07..",
      "2026-7",
      "..2026-07-01",
      "2026-07-01..",
      "2026-Q",
      "9999",
      "2026..2027",
      "2026-07-01...2026-07-02",
      "0000",
      "2026-Q33",
      "2026-07-01..9999-12-31",
  };

  for (guint i = 0; i < G_N_ELEMENTS(PERIODS); i++) {
    int from = 0, to = 0;

    g_test_message("%s", PERIODS[i].text);
    g_assert_true(lims_time_period_parse(PERIODS[i].text, &from, &to));
    g_assert_cmpint(from, ==, PERIODS[i].from);
    g_assert_cmpint(to, ==, PERIODS[i].to);
  }
  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    int from = 5, to = 5;

    if (lims_time_period_parse(BAD[i], &from, &to))
      g_error("accepted \"%s\"", BAD[i]);
    g_assert_true(from == 5 && to == 5);
  }
}

static void test_days(void) {
  g_autofree char *text = lims_time_day_to_string(lims_time_day_add(20260301, -1));

  g_assert_cmpstr(text, ==, "2026-02-28");
  g_assert_cmpint(lims_time_day_add(20231231, 60), ==, 20240229);
  g_assert_cmpint(lims_time_day_add(20240229, 0), ==, 20240229);
}

/* A period begins and ends with its local days. */
static void test_period_ranges(void) {
  g_autoptr(GTimeZone) zone = zone_new("Asia/Shanghai");
  gint64 from, to, week_from, week_to;
  int first, last;
  g_autofree char *text = NULL;

  if (!zone)
    return;
  g_assert_true(lims_time_period_parse("2026-W47", &first, &last));
  lims_time_period_range(first, last, zone, &from, &to);
  lims_time_week_range(202647, zone, &week_from, &week_to);
  g_assert_true(from == week_from && to == week_to);
  lims_time_period_range(20260701, 20260701, zone, &from, &to);
  text = utc_text(from);
  g_assert_cmpstr(text, ==, "2026-06-30T16:00:00+00:00");
  g_assert_cmpint(to - from, ==, G_TIME_SPAN_DAY);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/time/astm", test_astm);
  g_test_add_func("/time/astm/refuses", test_astm_refuses);
  g_test_add_func("/time/astm/to-iso", test_astm_to_iso);
  g_test_add_func("/time/iso", test_iso);
  g_test_add_func("/time/iso/refuses", test_iso_refuses);
  g_test_add_func("/time/date", test_date);
  g_test_add_func("/time/to-text", test_to_text);
  g_test_add_func("/time/iso/round-trip", test_iso_round_trip);
  g_test_add_func("/time/skipped-and-repeated-hours", test_skipped_and_repeated_hours);
  g_test_add_func("/time/week/names", test_week_names);
  g_test_add_func("/time/week/of-moment", test_week_of_moment);
  g_test_add_func("/time/week/ranges", test_week_ranges);
  g_test_add_func("/time/period/texts", test_periods);
  g_test_add_func("/time/period/ranges", test_period_ranges);
  g_test_add_func("/time/days", test_days);
  return g_test_run();
}
