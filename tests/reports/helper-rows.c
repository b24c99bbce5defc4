/* See helper-rows.h. Places and firms are made up. */
#include "tests/reports/helper-rows.h"

#include <string.h>

#define MONDAY_US G_GINT64_CONSTANT(1794758400000000) /* 2026-11-15T16:00:00Z */
#define MINUTE_US G_GINT64_CONSTANT(60000000)

void fixture_run(FixtureFiller *f, const char *sql) {
  f->ok = f->ok && lims_db_run(f->db, f->error, sql, NULL);
}

void fixture_set_time(FixtureFiller *f, int minutes) {
  f->at_us = MONDAY_US + minutes * MINUTE_US;
}

guint fixture_roll(FixtureFiller *f, guint below) {
  f->dice = f->dice * 1664525u + 1013904223u;
  return (f->dice >> 8) % below;
}

gint64 fixture_newest(FixtureFiller *f) {
  gint64 seq = 0;

  f->ok = f->ok && lims_db_get_int(f->db, &seq, f->error, "SELECT coalesce(max(seq), 0) FROM change", NULL);
  return seq;
}

gint64 fixture_change(FixtureFiller *f, gint64 lab, const char *table, gint64 key) {
  f->ok =
      f->ok && lims_db_run(f->db, f->error,
                           "INSERT INTO change(at_us, lab, table_name, row_key) VALUES(:at, :lab, :t, :key)",
                           "at:i", f->at_us, "lab:i", lab, "t:s", table, "key:i", key, NULL);
  return fixture_newest(f);
}

/* ---- sites ---- */

static const struct {
  int lab, id;
  const char *name, *name_en, *kind, *division;
} SITES[FIXTURE_SITES] = {
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

void fixture_add_sites(FixtureFiller *f) {
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

gint64 fixture_add_sample(FixtureFiller *f, int site, const char *commodity, const char *name) {
  gint64 lab = SITES[site - 1].lab, id = ++f->ids;
  static const char *const CODES[] = {"LH", "QN", "BS", "DX"};
  g_autofree char *number = g_strdup_printf("%s-261116-%04d", CODES[lab], (int)id);

  f->ok = f->ok &&
          lims_db_run(
              f->db, f->error,
              "INSERT INTO sample(lab, id, number, site, commodity, commodity_name, registered_at_us,"
              " registered_by, seq) VALUES(:lab, :id, :number, :site, :commodity, :name, :at, 'li.na', :seq)",
              "lab:i", lab, "id:i", id, "number:s", number, "site:i", (gint64)site, "commodity:s", commodity,
              "name:s", name ? name : commodity, "at:i", f->at_us, "seq:i",
              fixture_change(f, lab, "sample", id), NULL);
  return id;
}

static const struct {
  const char *code, *standard;
} SETS[] = {
    {"gb2763-2021", "GB 2763-2021"}, {"gb2762-2022", "GB 2762-2022"}, {"gb2762-2025", "GB 2762-2025"}};

static guint set_of(const FixtureResult *r) {
  return !r->metal ? 0 : strcmp(r->analyte, "lead") == 0 ? 2 : 1;
}

static const char *kind_of(const FixtureResult *r) {
  return r->factor || strcmp(r->verdict, "exceeds") != 0 ? "maximum" : "banned";
}

static void add_determination(FixtureFiller *f, gint64 lab, gint64 id, gint64 sample,
                              const FixtureResult *r) {
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

static void replace_older(FixtureFiller *f, gint64 lab, gint64 sample, const FixtureResult *r, gint64 seq) {
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

static void add_component(FixtureFiller *f, gint64 lab, gint64 verdict, gint64 sample,
                          const FixtureResult *r) {
  FixtureResult component = *r;
  gint64 id = verdict + 1000000;

  component.analyte = r->work->component;
  component.printed = r->work->component_printed;
  add_determination(f, lab, id, sample, &component);
  f->ok =
      f->ok && lims_db_run(f->db, f->error,
                           "INSERT INTO verdict_part VALUES(:lab, :verdict, :id), (:lab, :verdict, :verdict)",
                           "lab:i", lab, "verdict:i", verdict, "id:i", id, NULL);
}

static void add_preparation(FixtureFiller *f, gint64 lab, gint64 id, gint64 sample) {
  f->ok =
      f->ok &&
      lims_db_run(
          f->db, f->error,
          "INSERT INTO preparation(lab, id, sample, analyte, mass, mass_unit, volume, volume_unit, dilution,"
          " blank, blank_unit, moisture, recovery, entered_by, at_us, seq) VALUES(:lab, :id, :sample, NULL,"
          " '0.5012', 'g', '25.0', 'mL', '10', '0.11', 'ug/L', NULL, '96.5', 'li.na', :at, 1)",
          "lab:i", lab, "id:i", id, "sample:i", sample, "at:i", f->at_us, NULL);
}

static void add_work(FixtureFiller *f, gint64 lab, gint64 id, gint64 sample, const FixtureResult *r) {
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

static void insert_verdict(FixtureFiller *f, gint64 lab, gint64 id, gint64 sample, const FixtureResult *r,
                           gint64 week, gint64 seq) {
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

static void insert_exceedance(FixtureFiller *f, gint64 lab, gint64 id, gint64 sample, const FixtureResult *r,
                              gint64 week, gint64 seq) {
  f->ok =
      f->ok &&
      lims_db_run(f->db, f->error,
                  "INSERT INTO exceedance SELECT lab, :id, :id, id, site, :analyte, :week, :at, NULL, :seq"
                  " FROM sample WHERE lab = :lab AND id = :sample",
                  "lab:i", lab, "id:i", id, "sample:i", sample, "analyte:s", r->analyte, "week:i", week,
                  "at:i", f->at_us, "seq:i", seq, NULL);
}

void fixture_add_verdict(FixtureFiller *f, gint64 sample, const FixtureResult *r) {
  gint64 lab, id = 100000 + ++f->ids, week = f->at_us < MONDAY_US ? FIXTURE_WEEK - 1 : FIXTURE_WEEK;

  f->ok = f->ok && lims_db_get_int(f->db, &lab, f->error, "SELECT lab FROM sample WHERE id = :id", "id:i",
                                   sample, NULL);
  if (!f->ok)
    return;
  add_determination(f, lab, id, sample, r);
  gint64 seq = fixture_change(f, lab, "verdict", id);
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

gint64 fixture_add_result(FixtureFiller *f, gint64 sample) {
  gint64 lab = 0, id = 100000 + ++f->ids;

  f->ok = f->ok && lims_db_get_int(f->db, &lab, f->error, "SELECT lab FROM sample WHERE id = :id", "id:i",
                                   sample, NULL);
  add_determination(f, lab, id, sample,
                    &(FixtureResult){.analyte = "lead", .printed = "1", .unit = "mg/kg", .by_hand = TRUE});
  return id;
}

void fixture_take_back(FixtureFiller *f, gint64 lab, gint64 id) {
  fixture_change(f, lab, "determination", id);
  f->ok = f->ok && lims_db_run(f->db, f->error,
                               "UPDATE determination SET replaced_by = id WHERE lab = :lab AND id = :id",
                               "lab:i", lab, "id:i", id, NULL);
}

void fixture_void_sample(FixtureFiller *f, gint64 lab, gint64 sample, const char *why) {
  f->ok =
      f->ok &&
      lims_db_run(f->db, f->error,
                  "UPDATE sample SET voided_at_us = :at, voided_by = 'li.na', void_reason = :why, void_seq ="
                  " :seq WHERE lab = :lab AND id = :id",
                  "at:i", f->at_us, "why:s", why, "seq:i", fixture_change(f, lab, "sample", sample), "lab:i",
                  lab, "id:i", sample, NULL);
}

gint64 fixture_add_held(FixtureFiller *f, gint64 lab, const char *specimen, const char *code,
                        const char *reason, const char *detail) {
  gint64 id = ++f->ids;

  f->ok =
      f->ok &&
      lims_db_run(f->db, f->error,
                  "INSERT INTO held(lab, id, transmission, specimen, code, reason, detail, at_us, seq)"
                  " VALUES(:lab, :id, 0, :specimen, :code, :reason, :detail, :at, :seq)",
                  "lab:i", lab, "id:i", id, "specimen:s", specimen, "code:s", code, "reason:s", reason,
                  "detail:s", detail, "at:i", f->at_us, "seq:i", fixture_change(f, lab, "held", id), NULL);
  return id;
}

void fixture_resolve_held(FixtureFiller *f, gint64 lab, gint64 id) {
  f->ok = f->ok &&
          lims_db_run(f->db, f->error,
                      "UPDATE held SET resolved_us = :at, resolved_by = 'li.na', resolution = 'assigned',"
                      " resolved_seq = :seq WHERE lab = :lab AND id = :id",
                      "at:i", f->at_us, "seq:i", fixture_change(f, lab, "held", id), "lab:i", lab, "id:i", id,
                      NULL);
}

gint64 fixture_issue(FixtureFiller *f, int week) {
  gint64 as_of = fixture_newest(f);

  f->ok = f->ok &&
          lims_db_run(
              f->db, f->error,
              "INSERT INTO report_issue VALUES(0, :id, 'weekly', :week, '*', 'zh_CN', :as_of, :at, 'li.na',"
              " 'd')",
              "id:i", as_of, "week:i", (gint64)week, "as_of:i", as_of, "at:i", f->at_us, NULL);
  return as_of;
}
