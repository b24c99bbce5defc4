/* See helper-week.h: the results that there are, and the two weeks in which they came. */
#include "tests/reports/helper-rows.h"

#include <string.h>

#define MINUTE_US G_GINT64_CONSTANT(60000000)
#define DAY 1440
#define LONG_NAME_BYTES 40000

static const FixtureResult COMPLIES = {"procymidone",       "0.120", "mg/kg", "0.120", "complies",
                                       "at-or-below-limit", "5",     "0.024"};
static const FixtureResult AT_LIMIT = {"clothianidin",      "0.2", "mg/kg", "0.2", "complies",
                                       "at-or-below-limit", "0.2", "1"};
static const FixtureResult NOT_DETECTED = {"chlorpyrifos", "ND",           "mg/kg", "ND",
                                           "complies",     "not-detected", "0.02",  NULL};
static const FixtureWork AS_PRINTED = {"6.71 mg/kg", "6.71", NULL, "6.71 mg/kg > 5 mg/kg",
                                       "simple acceptance, full value"};
static const FixtureResult SLIGHTLY = {"procymidone", "6.71",  "mg/kg", "6.71", "exceeds",  "above-limit",
                                       "5",           "1.342", FALSE,   FALSE,  &AS_PRINTED};
/* A sum of two, the second from another transmission, in a dried food whose factor is 5. */
static const FixtureWork SUMMED = {
    "carbofuran 0.120 mg/kg; 3-hydroxycarbofuran 0.016 mg/kg",
    "0.13492104649…",
    "0.1",
    "克百威: 0.120 mg/kg × 1\n3-羟基克百威: 0.016 mg/kg × 0.932565342…\n"
    "limit of the fresh food × 5 (dehydration)\n= 0.13492104649… mg/kg, judged as 0.135",
    "guard band of U = 15 %, rounded value, components not detected count as 0",
    FALSE,
    "3-hydroxycarbofuran",
    "0.016"};
static const FixtureResult SUM = {"carbofuran", "0.120", "mg/kg", "0.135", "exceeds", "above-limit",
                                  "0.02",       "1.35",  FALSE,   FALSE,   &SUMMED};
/* From a solution, in more steps than a row is high; the first begins like a formula. */
static const FixtureWork PREPARED = {
    "25.31 ug/L",
    "12.5698324022…",
    NULL,
    "=(c - c0) * V * f / m: c = 25.31 ug/L (mean of 2), c0 = 0.11 ug/L\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
    "a rule of 2031, rounded value",
    TRUE};
static const FixtureResult LEAD = {"lead", "25.31", "ug/L", "12.6", "exceeds", "above-limit",
                                   "0.3",  "42",    TRUE,   FALSE,  &PREPARED};
/* Nothing but the unit changed. */
static const FixtureWork CONVERTED = {"450 ug/kg", NULL, NULL, NULL, "simple acceptance, full value"};
static const FixtureResult DOUBLE = {"clothianidin", "450",  "ug/kg", "0.450", "exceeds", "above-limit",
                                     "0.2",          "2.25", FALSE,   FALSE,   &CONVERTED};
static const FixtureResult HUGE_ONE = {"cyromazine", "0.050",       "mg/kg", "0.050",
                                       "exceeds",    "above-limit", "0.005", "10"};
static const FixtureResult BANNED = {
    "omethoate", "0.004", "mg/kg", "0.004", "exceeds", "detected-though-banned", "不得使用", NULL};
static const FixtureResult CADMIUM = {"cadmium",     "6.0E-1", "mg/kg", "0.60", "exceeds",
                                      "above-limit", "0.2",    "3",     TRUE};
static const FixtureResult BY_HAND = {"chlorpyrifos", "0.090", "mg/kg", "0.090", "exceeds",
                                      "above-limit",  "0.02",  "4.5",   FALSE,   TRUE};
static const FixtureResult NO_LIMIT = {"cyromazine",   "0.31",     "mg/kg", "0.31",
                                       "undetermined", "no-limit", NULL,    NULL};
static const FixtureResult OVER = {"cadmium",     ">100", "ug/L", ">100", "undetermined",
                                   "above-range", "0.2",  NULL,   TRUE};
static const FixtureResult SCREEN = {"inhibition",      "63.5", "%", "63.5", "screening-positive",
                                     "screen-positive", NULL,   NULL};

/* The last minute of 2025 by weeks and the first of 2026, which is a day of December. */
static void new_year(FixtureFiller *f) {
  static const int LAST_MINUTE = -46 * 7 * DAY - 1;

  for (int minute = LAST_MINUTE; minute <= LAST_MINUTE + 1; minute++) {
    fixture_set_time(f, minute);
    fixture_add_result(f, fixture_add_sample(f, 1, "rice", NULL));
  }
}

static void last_week(FixtureFiller *f, gint64 told[4]) {
  static const FixtureResult *const RESULTS[] = {&SLIGHTLY, &NO_LIMIT, &DOUBLE, &COMPLIES};

  fixture_set_time(f, -3 * DAY);
  for (int i = 0; i < 4; i++) {
    told[i] = fixture_add_sample(f, 4, "leek", NULL);
    fixture_add_verdict(f, told[i], RESULTS[i]);
  }
}

static void correct_last_week(FixtureFiller *f, const gint64 told[4]) {
  FixtureResult less = COMPLIES, more = NO_LIMIT, other = COMPLIES;

  fixture_set_time(f, 600);
  fixture_add_verdict(f, told[0], &less);
  more.verdict = "exceeds", more.reason = "above-limit", more.limit = "0.2", more.factor = "1.55";
  fixture_add_verdict(f, told[1], &more);
  fixture_void_sample(f, 1, told[2], "=1+1 wrong bag");
  other.value = other.printed = "0.210", other.factor = "0.042";
  fixture_add_verdict(f, told[3], &other);
}

/* A day's ordinary work: mostly complying, here and there one that does not. */
static void ordinary_day(FixtureFiller *f, int day, int samples) {
  static const char *const COMMODITIES[] = {"leek", "celery", "cowpea", "ginger", "rice", "orange"};
  static const FixtureResult *const RARE[] = {&SLIGHTLY, &SLIGHTLY, &DOUBLE, &HUGE_ONE,
                                              &CADMIUM,  &NO_LIMIT, &SCREEN};

  for (int i = 0; i < samples; i++) {
    fixture_set_time(f, day * DAY + 480 + i * 11);
    gint64 sample =
        fixture_add_sample(f, (int)fixture_roll(f, FIXTURE_SITES) + 1, COMMODITIES[fixture_roll(f, 6)], NULL);
    if (fixture_roll(f, 12) == 0)
      continue;
    f->at_us += 90 * MINUTE_US;
    fixture_add_verdict(f, sample, &AT_LIMIT);
    fixture_add_verdict(f, sample, &NOT_DETECTED);
    fixture_add_verdict(f, sample,
                        fixture_roll(f, 5) ? &COMPLIES : RARE[fixture_roll(f, G_N_ELEMENTS(RARE))]);
  }
}

/* A sample of which nothing could be judged: one value above the range, and more analytes without a limit
 * than a row names. */
static void add_wholly_undetermined(FixtureFiller *f) {
  static const char *const UNLIMITED[] = {"procymidone", "clothianidin", "cyromazine", "chlorpyrifos",
                                          "omethoate"};
  gint64 sample = fixture_add_sample(f, 6, "rice", NULL);
  FixtureResult unlimited = NO_LIMIT;

  fixture_add_verdict(f, sample, &OVER);
  for (gsize i = 0; i < G_N_ELEMENTS(UNLIMITED); i++) {
    unlimited.analyte = UNLIMITED[i];
    fixture_add_verdict(f, sample, &unlimited);
  }
}

static void odd_samples(FixtureFiller *f) {
  g_autofree char *long_name = g_strnfill(LONG_NAME_BYTES, 'a');

  fixture_set_time(f, 2 * DAY + 700);
  for (int site = 1; site <= (int)FIXTURE_SITES; site++) {
    gint64 sample = fixture_add_sample(f, site, NULL, site == 5 ? long_name : "=cmd|' /C calc'!A0");
    fixture_add_verdict(f, sample, site % 2 ? &BANNED : &BY_HAND);
  }
  fixture_add_verdict(f, fixture_add_sample(f, 4, "orange", NULL), &SUM);
  fixture_add_verdict(f, fixture_add_sample(f, 6, "rice", NULL), &LEAD);
  add_wholly_undetermined(f);
  gint64 bad = fixture_add_sample(f, 7, "rice", NULL);
  fixture_add_verdict(f, bad, &CADMIUM);
  fixture_void_sample(f, 2, bad, "label on the wrong bag");
  fixture_void_sample(f, 2, fixture_add_sample(f, 7, "rice", NULL), "spilt");
}

static void add_audit(FixtureFiller *f) {
  for (gint64 lab = 0; lab < 4; lab++)
    f->ok = f->ok &&
            lims_db_run(
                f->db, f->error,
                "INSERT INTO audit SELECT :lab, 12, value, :at, 'li.na', 'http', 'verify', 'sample', '{}',"
                " '', :hash FROM meta WHERE name = 'incarnation'",
                "lab:i", lab, "at:i", f->at_us, "hash:s",
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", NULL);
}

gboolean fixture_fill(LimsDb *db, gpointer data, GError **error) {
  Fixture *fixture = data;
  FixtureFiller f = {.db = db, .error = error, .ok = TRUE, .dice = 47};
  gint64 told[4], held, wrong;

  for (guint i = 0; FIXTURE_NETWORK[i]; i++)
    fixture_run(&f, FIXTURE_NETWORK[i]);
  fixture_add_sites(&f);
  new_year(&f);
  last_week(&f, told);
  fixture_take_back(&f, 1, fixture_add_result(&f, told[3]));
  wrong = fixture_add_result(&f, told[3]);
  fixture->first_issue = fixture_issue(&f, FIXTURE_WEEK - 1);
  correct_last_week(&f, told);
  ordinary_day(&f, 0, 40);
  ordinary_day(&f, 1, 30);
  held = fixture_add_held(&f, 1, "QN-261117-9999", "CD", "unregistered-specimen", "");
  fixture_add_held(&f, 2, "=A1", "PB", "unknown-unit", "ppmv");
  add_audit(&f);
  fixture->second_issue = fixture_issue(&f, FIXTURE_WEEK);
  odd_samples(&f);
  ordinary_day(&f, 3, 30);
  fixture_take_back(&f, 1, wrong);
  fixture_resolve_held(&f, 1, held);
  fixture->newest = fixture_newest(&f);
  return f.ok;
}
