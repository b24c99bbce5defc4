/* See helper-week.h. Times are minutes from Monday of week 47, 00:00 in Asia/Shanghai; places and firms are
 * made up. */
#include "tests/reports/helper-week.h"

#include <string.h>

#define MONDAY_US G_GINT64_CONSTANT(1794758400000000) /* 2026-11-15T16:00:00Z */
#define MINUTE_US G_GINT64_CONSTANT(60000000)
#define DAY 1440
#define LONG_NAME_BYTES 40000

typedef struct {
  LimsDb *db;
  GError **error;
  gboolean ok;
  gint64 at_us;
  gint64 ids;
  guint32 dice;
} Filler;

static void run(Filler *f, const char *sql) {
  f->ok = f->ok && lims_db_run(f->db, f->error, sql, NULL);
}

static void set_time(Filler *f, int minutes) {
  f->at_us = MONDAY_US + minutes * MINUTE_US;
}

static guint roll(Filler *f, guint below) {
  f->dice = f->dice * 1664525u + 1013904223u;
  return (f->dice >> 8) % below;
}

static gint64 newest(Filler *f) {
  gint64 seq = 0;

  f->ok = f->ok && lims_db_get_int(f->db, &seq, f->error, "SELECT coalesce(max(seq), 0) FROM change", NULL);
  return seq;
}

static gint64 change(Filler *f, gint64 lab, const char *table, gint64 key) {
  f->ok =
      f->ok && lims_db_run(f->db, f->error,
                           "INSERT INTO change(at_us, lab, table_name, row_key) VALUES(:at, :lab, :t, :key)",
                           "at:i", f->at_us, "lab:i", lab, "t:s", table, "key:i", key, NULL);
  return newest(f);
}

/* ---- sites ---- */

static const struct {
  int lab, id;
  const char *name, *name_en, *kind, *division;
} SITES[] = {
    {0, 1, "东门集贸市场", "East Gate Market", "market", "990103"},
    {0, 2, "=HYPERLINK(\"http://example.test\",\"press\")", NULL, "stall", "990103"},
    {0, 3, "'先锋超市", NULL, "supermarket", "990103"},
    {1, 4, "青禾农场", "Qinghe Farm", "farm", "990101001"},
    {1, 5, "+1 农业合作社", NULL, "farm", "990101"},
    {2, 6, "柳湾小学食堂", "Liuwan School Canteen", "school-canteen", "990102007"},
    {2, 7, "@SUM(A1:A9)", NULL, "market", "990102"},
    {3, 8, "-2+3|cmd", NULL, "restaurant", NULL},
    {3, 9, "tab\tbell\001 _x0041_ *?", NULL, "workshop", "990103"},
};

static void add_sites(Filler *f) {
  for (guint i = 0; i < G_N_ELEMENTS(SITES); i++) {
    g_autofree char *code = g_strdup_printf("S%02d", SITES[i].id);
    f->ok = f->ok &&
            lims_db_run(f->db, f->error,
                        "INSERT INTO site VALUES(:lab, :id, :code, :name, :en, :kind, :division, NULL, 1)",
                        "lab:i", (gint64)SITES[i].lab, "id:i", (gint64)SITES[i].id, "code:s", code, "name:s",
                        SITES[i].name, "en:s", SITES[i].name_en, "kind:s", SITES[i].kind, "division:s",
                        SITES[i].division, NULL);
  }
}

/* ---- work ---- */

/* Returns the id, which is also the end of the number. */
static gint64 add_sample(Filler *f, int site, const char *commodity, const char *name) {
  gint64 lab = SITES[site - 1].lab, id = ++f->ids;
  static const char *const CODES[] = {"LH", "QN", "BS", "DX"};
  g_autofree char *number = g_strdup_printf("%s-261116-%04d", CODES[lab], (int)id);

  f->ok =
      f->ok &&
      lims_db_run(
          f->db, f->error,
          "INSERT INTO sample(lab, id, number, site, commodity, commodity_name, registered_at_us,"
          " registered_by, seq) VALUES(:lab, :id, :number, :site, :commodity, :name, :at, 'li.na', :seq)",
          "lab:i", lab, "id:i", id, "number:s", number, "site:i", (gint64)site, "commodity:s", commodity,
          "name:s", name ? name : commodity, "at:i", f->at_us, "seq:i", change(f, lab, "sample", id), NULL);
  return id;
}

/* What the judge leaves of its calculation. */
typedef struct {
  const char *printed, *computed, *limit_used, *steps, *rule;
  gboolean prepared;
  const char *component, *component_printed; /* counted with it, from a transmission of its own */
} Work;

typedef struct {
  const char *analyte, *printed, *unit, *value, *verdict, *reason, *limit, *factor;
  gboolean metal; /* by the second laboratory's ICP-MS, GB 2762 */
  gboolean by_hand;
  const Work *work;
} Result;

static const struct {
  const char *code, *standard;
} SETS[] = {
    {"gb2763-2021", "GB 2763-2021"}, {"gb2762-2022", "GB 2762-2022"}, {"gb2762-2025", "GB 2762-2025"}};

static guint set_of(const Result *r) {
  return !r->metal ? 0 : strcmp(r->analyte, "lead") == 0 ? 2 : 1;
}

static const char *kind_of(const Result *r) {
  return r->factor || strcmp(r->verdict, "exceeds") != 0 ? "maximum" : "banned";
}

static void add_determination(Filler *f, gint64 lab, gint64 id, gint64 sample, const Result *r) {
  gint64 transmission = r->by_hand ? 0 : id;
  g_autoptr(GBytes) raw = g_bytes_new_static("\002raw\003", 5);

  if (transmission)
    f->ok =
        f->ok &&
        lims_db_run(
            f->db, f->error,
            "INSERT INTO transmission VALUES(:lab, :id, 'j', :id, :station, 'd', :at, :at, :at, 'delivered',"
            " NULL, NULL, 'x', NULL, :raw, 1, 1)",
            "lab:i", lab, "id:i", id, "station:s", r->metal ? "icp-1" : "gcms-1", "at:i", f->at_us, "raw:b",
            raw, NULL);
  f->ok =
      f->ok &&
      lims_db_run(
          f->db, f->error,
          "INSERT INTO determination(lab, id, sample, analyte, transmission, printed, state, unit, basis,"
          " replicate, method, person, measured_at_us, arrived_us, committed_us, seq) VALUES(:lab, :id,"
          " :sample, :analyte, nullif(:t, 0), :printed, 'number', :unit, 'sample', 0, :method, :person,"
          " :measured, :arrived, :at, 1)",
          "lab:i", lab, "id:i", id, "sample:i", sample, "analyte:s", r->analyte, "t:i", transmission,
          "printed:s", r->printed, "unit:s", r->unit, "method:s", r->metal ? "icpms" : "gcms", "person:s",
          id % 3 ? "li.na" : "unattended", "measured:i", r->by_hand ? (gint64)0 : f->at_us - 7 * MINUTE_US,
          "arrived:i", f->at_us - 3000000, "at:i", f->at_us, NULL);
}

static void replace_older(Filler *f, gint64 lab, gint64 sample, const Result *r, gint64 seq) {
  f->ok = f->ok &&
          lims_db_run(f->db, f->error,
                      "UPDATE verdict SET current = 0 WHERE lab = :lab AND sample = :sample AND analyte = :a"
                      " AND seq < :seq",
                      "lab:i", lab, "sample:i", sample, "a:s", r->analyte, "seq:i", seq, NULL);
  if (strcmp(r->verdict, "exceeds") != 0)
    f->ok = f->ok &&
            lims_db_run(f->db, f->error,
                        "UPDATE exceedance SET withdrawn_seq = :seq WHERE lab = :lab AND sample = :sample AND"
                        " analyte = :a AND withdrawn_seq IS NULL",
                        "seq:i", seq, "lab:i", lab, "sample:i", sample, "a:s", r->analyte, NULL);
}

static void add_component(Filler *f, gint64 lab, gint64 verdict, gint64 sample, const Result *r) {
  Result component = *r;
  gint64 id = verdict + 1000000;

  component.analyte = r->work->component;
  component.printed = r->work->component_printed;
  add_determination(f, lab, id, sample, &component);
  f->ok =
      f->ok && lims_db_run(f->db, f->error,
                           "INSERT INTO verdict_part VALUES(:lab, :verdict, :id), (:lab, :verdict, :verdict)",
                           "lab:i", lab, "verdict:i", verdict, "id:i", id, NULL);
}

static void add_preparation(Filler *f, gint64 lab, gint64 id, gint64 sample) {
  f->ok =
      f->ok &&
      lims_db_run(
          f->db, f->error,
          "INSERT INTO preparation(lab, id, sample, analyte, mass, mass_unit, volume, volume_unit, dilution,"
          " blank, blank_unit, moisture, recovery, entered_by, at_us, seq) VALUES(:lab, :id, :sample, NULL,"
          " '0.5012', 'g', '25.0', 'mL', '10', '0.11', 'ug/L', NULL, '96.5', 'li.na', :at, 1)",
          "lab:i", lab, "id:i", id, "sample:i", sample, "at:i", f->at_us, NULL);
}

static void add_work(Filler *f, gint64 lab, gint64 id, gint64 sample, const Result *r) {
  if (r->work->component)
    add_component(f, lab, id, sample, r);
  if (r->work->prepared)
    add_preparation(f, lab, id, sample);
  f->ok = f->ok &&
          lims_db_run(f->db, f->error,
                      "UPDATE verdict SET printed = :printed, computed = :computed, limit_used = :used,"
                      " calculation = :steps, rule = :rule, preparation = nullif(:preparation, 0)"
                      " WHERE lab = :lab AND id = :id",
                      "printed:s", r->work->printed, "computed:s", r->work->computed, "used:s",
                      r->work->limit_used, "steps:s", r->work->steps, "rule:s", r->work->rule,
                      "preparation:i", r->work->prepared ? id : (gint64)0, "lab:i", lab, "id:i", id, NULL);
}

static void insert_verdict(Filler *f, gint64 lab, gint64 id, gint64 sample, const Result *r, gint64 week,
                           gint64 seq) {
  const char *set = r->limit ? SETS[set_of(r)].code : NULL;

  f->ok =
      f->ok && lims_db_run(f->db, f->error,
                           "INSERT INTO verdict(lab, id, sample, analyte, determination, verdict, "
                           "reason_code, reason, value_text,"
                           " value_number, value_unit, limit_set, limit_id, standard, clause, node_path, "
                           "limit_kind, limit_text,"
                           " limit_number, limit_unit, factor, rule, committed_us, week, current, seq) "
                           "VALUES(:lab, :id, :sample,"
                           " :analyte, :id, :verdict, :reason, :reason, :value, :value, 'mg/kg', :set,"
                           " (SELECT r.id FROM limit_row r WHERE r.limit_set = :set AND r.analyte = "
                           ":analyte), :standard, '4.126',"
                           " '蔬菜 > 叶菜类', :kind, :limit, :limit, :lunit, :factor, 'simple acceptance', "
                           ":at, :week, 1, :seq)",
                           "lab:i", lab, "id:i", id, "sample:i", sample, "analyte:s", r->analyte, "verdict:s",
                           r->verdict, "reason:s", r->reason, "value:s", r->value, "set:s", set, "standard:s",
                           r->limit ? SETS[set_of(r)].standard : NULL, "kind:s", r->limit ? kind_of(r) : NULL,
                           "limit:s", r->limit, "lunit:s", r->limit ? "mg/kg" : NULL, "factor:s", r->factor,
                           "at:i", f->at_us, "week:i", week, "seq:i", seq, NULL);
}

static void insert_exceedance(Filler *f, gint64 lab, gint64 id, gint64 sample, const Result *r, gint64 week,
                              gint64 seq) {
  f->ok =
      f->ok &&
      lims_db_run(f->db, f->error,
                  "INSERT INTO exceedance SELECT lab, :id, :id, id, site, :analyte, :week, :at, NULL, :seq"
                  " FROM sample WHERE lab = :lab AND id = :sample",
                  "lab:i", lab, "id:i", id, "sample:i", sample, "analyte:s", r->analyte, "week:i", week,
                  "at:i", f->at_us, "seq:i", seq, NULL);
}

static void add_verdict(Filler *f, gint64 sample, const Result *r) {
  gint64 lab, id = 100000 + ++f->ids, week = f->at_us < MONDAY_US ? FIXTURE_WEEK - 1 : FIXTURE_WEEK;

  f->ok = f->ok && lims_db_get_int(f->db, &lab, f->error, "SELECT lab FROM sample WHERE id = :id", "id:i",
                                   sample, NULL);
  if (!f->ok)
    return;
  add_determination(f, lab, id, sample, r);
  gint64 seq = change(f, lab, "verdict", id);
  replace_older(f, lab, sample, r, seq);
  insert_verdict(f, lab, id, sample, r, week, seq);
  f->ok =
      f->ok &&
      lims_db_run(
          f->db, f->error,
          "UPDATE sample SET first_tested_us = coalesce(first_tested_us, :at) WHERE lab = :lab AND id = :id",
          "at:i", f->at_us, "lab:i", lab, "id:i", sample, NULL);
  if (r->work)
    add_work(f, lab, id, sample, r);
  if (strcmp(r->verdict, "exceeds") == 0)
    insert_exceedance(f, lab, id, sample, r, week, seq);
}

/* A result that nothing judges. */
static gint64 add_result(Filler *f, gint64 sample) {
  gint64 lab = 0, id = 100000 + ++f->ids;

  f->ok = f->ok && lims_db_get_int(f->db, &lab, f->error, "SELECT lab FROM sample WHERE id = :id", "id:i",
                                   sample, NULL);
  add_determination(f, lab, id, sample,
                    &(Result){.analyte = "lead", .printed = "1", .unit = "mg/kg", .by_hand = TRUE});
  return id;
}

/* As a result tied to the wrong sample is. */
static void take_back(Filler *f, gint64 lab, gint64 id) {
  change(f, lab, "determination", id);
  f->ok = f->ok && lims_db_run(f->db, f->error,
                               "UPDATE determination SET replaced_by = id WHERE lab = :lab AND id = :id",
                               "lab:i", lab, "id:i", id, NULL);
}

static void void_sample(Filler *f, gint64 lab, gint64 sample, const char *why) {
  f->ok =
      f->ok &&
      lims_db_run(f->db, f->error,
                  "UPDATE sample SET voided_at_us = :at, voided_by = 'li.na', void_reason = :why, void_seq ="
                  " :seq WHERE lab = :lab AND id = :id",
                  "at:i", f->at_us, "why:s", why, "seq:i", change(f, lab, "sample", sample), "lab:i", lab,
                  "id:i", sample, NULL);
}

static gint64 add_held(Filler *f, gint64 lab, const char *specimen, const char *code, const char *reason,
                       const char *detail) {
  gint64 id = ++f->ids;

  f->ok = f->ok &&
          lims_db_run(f->db, f->error,
                      "INSERT INTO held(lab, id, transmission, specimen, code, reason, detail, at_us, seq)"
                      " VALUES(:lab, :id, 0, :specimen, :code, :reason, :detail, :at, :seq)",
                      "lab:i", lab, "id:i", id, "specimen:s", specimen, "code:s", code, "reason:s", reason,
                      "detail:s", detail, "at:i", f->at_us, "seq:i", change(f, lab, "held", id), NULL);
  return id;
}

static void resolve_held(Filler *f, gint64 lab, gint64 id) {
  f->ok = f->ok &&
          lims_db_run(f->db, f->error,
                      "UPDATE held SET resolved_us = :at, resolved_by = 'li.na', resolution = 'assigned',"
                      " resolved_seq = :seq WHERE lab = :lab AND id = :id",
                      "at:i", f->at_us, "seq:i", change(f, lab, "held", id), "lab:i", lab, "id:i", id, NULL);
}

static gint64 issue(Filler *f, int week) {
  gint64 as_of = newest(f);

  f->ok = f->ok &&
          lims_db_run(
              f->db, f->error,
              "INSERT INTO report_issue VALUES(0, :id, 'weekly', :week, '*', 'zh_CN', :as_of, :at, 'li.na',"
              " 'd')",
              "id:i", as_of, "week:i", (gint64)week, "as_of:i", as_of, "at:i", f->at_us, NULL);
  return as_of;
}

/* ---- the story ---- */

static const Result COMPLIES = {"procymidone",       "0.120", "mg/kg", "0.120", "complies",
                                "at-or-below-limit", "5",     "0.024"};
static const Result AT_LIMIT = {"clothianidin",      "0.2", "mg/kg", "0.2", "complies",
                                "at-or-below-limit", "0.2", "1"};
static const Result NOT_DETECTED = {"chlorpyrifos", "ND",           "mg/kg", "ND",
                                    "complies",     "not-detected", "0.02",  NULL};
static const Work AS_PRINTED = {"6.71 mg/kg", "6.71", NULL, "6.71 mg/kg > 5 mg/kg",
                                "simple acceptance, full value"};
static const Result SLIGHTLY = {"procymidone", "6.71",  "mg/kg", "6.71", "exceeds",  "above-limit",
                                "5",           "1.342", FALSE,   FALSE,  &AS_PRINTED};
/* A sum of two, the second from another transmission, in a dried food whose factor is 5. */
static const Work SUMMED = {
    "carbofuran 0.120 mg/kg; 3-hydroxycarbofuran 0.016 mg/kg",
    "0.13492104649…",
    "0.1",
    "克百威: 0.120 mg/kg × 1\n3-羟基克百威: 0.016 mg/kg × 0.932565342…\n"
    "limit of the fresh food × 5 (dehydration)\n= 0.13492104649… mg/kg, judged as 0.135",
    "guard band of U = 15 %, rounded value, components not detected count as 0",
    FALSE,
    "3-hydroxycarbofuran",
    "0.016"};
static const Result SUM = {"carbofuran", "0.120", "mg/kg", "0.135", "exceeds", "above-limit",
                           "0.02",       "1.35",  FALSE,   FALSE,   &SUMMED};
/* From a solution, in more steps than a row is high; the first begins like a formula. */
static const Work PREPARED = {
    "25.31 ug/L",
    "12.5698324022…",
    NULL,
    "=(c - c0) * V * f / m: c = 25.31 ug/L (mean of 2), c0 = 0.11 ug/L\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12",
    "a rule of 2031, rounded value",
    TRUE};
static const Result LEAD = {"lead", "25.31", "ug/L", "12.6", "exceeds", "above-limit",
                            "0.3",  "42",    TRUE,   FALSE,  &PREPARED};
/* Nothing but the unit changed. */
static const Work CONVERTED = {"450 ug/kg", NULL, NULL, NULL, "simple acceptance, full value"};
static const Result DOUBLE = {"clothianidin", "450",  "ug/kg", "0.450", "exceeds", "above-limit",
                              "0.2",          "2.25", FALSE,   FALSE,   &CONVERTED};
static const Result HUGE_ONE = {"cyromazine", "0.050",       "mg/kg", "0.050",
                                "exceeds",    "above-limit", "0.005", "10"};
static const Result BANNED = {"omethoate", "0.004", "mg/kg", "0.004", "exceeds", "detected-though-banned",
                              "不得使用",  NULL};
static const Result CADMIUM = {"cadmium",     "6.0E-1", "mg/kg", "0.60", "exceeds",
                               "above-limit", "0.2",    "3",     TRUE};
static const Result BY_HAND = {"chlorpyrifos", "0.090", "mg/kg", "0.090", "exceeds",
                               "above-limit",  "0.02",  "4.5",   FALSE,   TRUE};
static const Result NO_LIMIT = {"cyromazine",   "0.31",     "mg/kg", "0.31",
                                "undetermined", "no-limit", NULL,    NULL};
static const Result OVER = {"cadmium",     ">100", "ug/L", ">100", "undetermined",
                            "above-range", "0.2",  NULL,   TRUE};
static const Result SCREEN = {"inhibition",      "63.5", "%", "63.5", "screening-positive",
                              "screen-positive", NULL,   NULL};

/* The last minute of 2025 by weeks and the first of 2026, which is a day of December. */
static void new_year(Filler *f) {
  static const int LAST_MINUTE = -46 * 7 * DAY - 1;

  for (int minute = LAST_MINUTE; minute <= LAST_MINUTE + 1; minute++) {
    set_time(f, minute);
    add_result(f, add_sample(f, 1, "rice", NULL));
  }
}

static void last_week(Filler *f, gint64 told[4]) {
  static const Result *const RESULTS[] = {&SLIGHTLY, &NO_LIMIT, &DOUBLE, &COMPLIES};

  set_time(f, -3 * DAY);
  for (int i = 0; i < 4; i++) {
    told[i] = add_sample(f, 4, "leek", NULL);
    add_verdict(f, told[i], RESULTS[i]);
  }
}

static void correct_last_week(Filler *f, const gint64 told[4]) {
  Result less = COMPLIES, more = NO_LIMIT, other = COMPLIES;

  set_time(f, 600);
  add_verdict(f, told[0], &less);
  more.verdict = "exceeds", more.reason = "above-limit", more.limit = "0.2", more.factor = "1.55";
  add_verdict(f, told[1], &more);
  void_sample(f, 1, told[2], "=1+1 wrong bag");
  other.value = other.printed = "0.210", other.factor = "0.042";
  add_verdict(f, told[3], &other);
}

/* A day's ordinary work: mostly complying, here and there one that does not. */
static void ordinary_day(Filler *f, int day, int samples) {
  static const char *const COMMODITIES[] = {"leek", "celery", "cowpea", "ginger", "rice", "orange"};
  static const Result *const RARE[] = {&SLIGHTLY, &SLIGHTLY, &DOUBLE, &HUGE_ONE,
                                       &CADMIUM,  &NO_LIMIT, &SCREEN};

  for (int i = 0; i < samples; i++) {
    set_time(f, day * DAY + 480 + i * 11);
    gint64 sample = add_sample(f, (int)roll(f, G_N_ELEMENTS(SITES)) + 1, COMMODITIES[roll(f, 6)], NULL);
    if (roll(f, 12) == 0)
      continue;
    f->at_us += 90 * MINUTE_US;
    add_verdict(f, sample, &AT_LIMIT);
    add_verdict(f, sample, &NOT_DETECTED);
    add_verdict(f, sample, roll(f, 5) ? &COMPLIES : RARE[roll(f, G_N_ELEMENTS(RARE))]);
  }
}

/* A sample of which nothing could be judged: one value above the range, and more analytes without a limit
 * than a row names. */
static void add_wholly_undetermined(Filler *f) {
  static const char *const UNLIMITED[] = {"procymidone", "clothianidin", "cyromazine", "chlorpyrifos",
                                          "omethoate"};
  gint64 sample = add_sample(f, 6, "rice", NULL);
  Result unlimited = NO_LIMIT;

  add_verdict(f, sample, &OVER);
  for (gsize i = 0; i < G_N_ELEMENTS(UNLIMITED); i++) {
    unlimited.analyte = UNLIMITED[i];
    add_verdict(f, sample, &unlimited);
  }
}

static void odd_samples(Filler *f) {
  g_autofree char *long_name = g_strnfill(LONG_NAME_BYTES, 'a');

  set_time(f, 2 * DAY + 700);
  for (int site = 1; site <= (int)G_N_ELEMENTS(SITES); site++) {
    gint64 sample = add_sample(f, site, NULL, site == 5 ? long_name : "=cmd|' /C calc'!A0");
    add_verdict(f, sample, site % 2 ? &BANNED : &BY_HAND);
  }
  add_verdict(f, add_sample(f, 4, "orange", NULL), &SUM);
  add_verdict(f, add_sample(f, 6, "rice", NULL), &LEAD);
  add_wholly_undetermined(f);
  gint64 bad = add_sample(f, 7, "rice", NULL);
  add_verdict(f, bad, &CADMIUM);
  void_sample(f, 2, bad, "label on the wrong bag");
  void_sample(f, 2, add_sample(f, 7, "rice", NULL), "spilt");
}

static void add_audit(Filler *f) {
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
  Filler f = {.db = db, .error = error, .ok = TRUE, .dice = 47};
  gint64 told[4], held, wrong;

  for (guint i = 0; FIXTURE_NETWORK[i]; i++)
    run(&f, FIXTURE_NETWORK[i]);
  add_sites(&f);
  new_year(&f);
  last_week(&f, told);
  take_back(&f, 1, add_result(&f, told[3]));
  wrong = add_result(&f, told[3]);
  fixture->first_issue = issue(&f, FIXTURE_WEEK - 1);
  correct_last_week(&f, told);
  ordinary_day(&f, 0, 40);
  ordinary_day(&f, 1, 30);
  held = add_held(&f, 1, "QN-261117-9999", "CD", "unregistered-specimen", "");
  add_held(&f, 2, "=A1", "PB", "unknown-unit", "ppmv");
  add_audit(&f);
  fixture->second_issue = issue(&f, FIXTURE_WEEK);
  odd_samples(&f);
  ordinary_day(&f, 3, 30);
  take_back(&f, 1, wrong);
  resolve_held(&f, 1, held);
  fixture->newest = newest(&f);
  return f.ok;
}
