/* Verdicts: what a value, a preparation or a correction makes of the rows that stand. */
#include "lims/core/time.h"
#include "lims/model/verdict.h"
#include "tests/model/helper-model.h"

#include <string.h>

#define assert_current(f, analyte, expected)                                                                 \
  assert_text(f,                                                                                             \
              "SELECT verdict || ' ' || reason_code || ' ' || value_text || ' ' || value_unit FROM verdict " \
              "WHERE current = 1 AND analyte = '" analyte "'",                                               \
              expected)

static void test_complies(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.020"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  assert_current(f, "chlorpyrifos", "complies at-or-below-limit 0.020 mg/kg");
  assert_text(
      f,
      "SELECT limit_set || limit_id || standard || clause || limit_kind || limit_text || limit_number || "
      "limit_unit || node_path FROM verdict",
      "s1GB 0000-20204.1maximum0.020.02mg/kg蔬菜 > 菠菜");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance"), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT first_tested_us = committed_us FROM sample, verdict"), ==, 1);
  g_assert_cmpint(
      read_int(f, "SELECT COUNT(*) FROM determination WHERE reading IS NULL AND transmission IS NULL "
                  "AND measured_at_us IS NULL AND method IS NULL"),
      ==, 1);
}

static void test_exceeds(Fixture *f, gconstpointer data) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
  Value value = {.analyte = "chlorpyrifos", .number = "0.021"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  assert_current(f, "chlorpyrifos", "exceeds above-limit 0.021 mg/kg");
  assert_text(f, "SELECT factor FROM verdict", "1.050");
  g_assert_cmpint(
      read_int(f, "SELECT COUNT(*) FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict "
                  "JOIN sample s ON s.lab = e.lab AND s.id = e.sample AND s.site = e.site "
                  "WHERE e.withdrawn_seq IS NULL AND e.week = v.week AND e.analyte = v.analyte"),
      ==, 1);
  g_assert_cmpint(read_int(f, "SELECT week FROM verdict"), ==,
                  lims_time_week(read_int(f, "SELECT committed_us FROM verdict"), zone));
}

/* Judged again with nothing new: no row, no change. */
static void test_again(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.5"};
  gint64 seq;

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  must_write(f, judge_value_job, &value);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 1);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
  value.analyte = "cadmium"; /* nothing was measured: nothing to judge */
  must_write(f, judge_value_job, &value);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 1);
}

/* A correction: the exceedance is withdrawn, both verdicts stay. */
static void test_correction(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.5"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  must_execute(f, "UPDATE determination SET replaced_by = 1");
  value.number = "0.01";
  must_write(f, add_judged_value_job, &value);
  assert_current(f, "chlorpyrifos", "complies at-or-below-limit 0.01 mg/kg");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 2);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 1"), ==, 1);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance e JOIN change c ON c.seq = e.withdrawn_seq "
                              "AND c.table_name = 'exceedance' AND c.row_key = e.id"),
                  ==, 1);
}

/* A worse value: one exceedance of the pair stands, that of the newer verdict. */
static void test_worse(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.5"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  value.number = "0.7";
  must_write(f, add_judged_value_job, &value);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance"), ==, 2);
  g_assert_cmpint(
      read_int(f, "SELECT COUNT(*) FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict "
                  "AND v.current = 1 WHERE e.withdrawn_seq IS NULL"),
      ==, 1);
}

/* Every value taken away (a vial that was another's): not a silent pass, not the old verdict. */
static void test_taken_away(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.5"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  must_execute(f, "UPDATE determination SET replaced_by = 1");
  must_write(f, judge_value_job, &value);
  assert_text(f, "SELECT verdict || ' ' || reason_code FROM verdict WHERE current = 1",
              "undetermined not-run");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==, 0);
}

static void test_no_commodity(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.5"};

  add_places(f);
  g_free(must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "火星菜", NULL));
  value.sample = read_int(f, "SELECT id FROM sample");
  must_write(f, add_judged_value_job, &value);
  assert_current(f, "chlorpyrifos", "undetermined no-commodity 0.5 mg/kg");
}

/* ---- preparations ---- */

#define PREPARE(f, ...)                                                                                      \
  must_add(f, "preparation add", "sample", "c1", "mass-unit", "g", "volume-unit", "mL", __VA_ARGS__, NULL)

static void test_needs_preparation(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "cadmium", .number = "4.0", .unit = "µg/L", .basis = "solution"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  g_assert_true(value.needs_preparation);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT first_tested_us FROM sample"), ==, 0);
  g_free(PREPARE(f, "mass", "0.5", "volume", "50"));
  must_write(f, judge_value_job, &value);
  g_assert_false(value.needs_preparation);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 1);
  assert_text(f, "SELECT verdict || ' ' || value_unit FROM verdict", "exceeds mg/kg"); /* 0.4 mg/kg */
  g_assert_cmpint(read_int(f, "SELECT v.preparation = p.id FROM verdict v, preparation p"), ==, 1);
}

/* Weighed in mg and made up in L: the same. An analyte's own preparation comes before the one for all, even
 * an older one. */
static void test_preparations(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "cadmium", .number = "4.0", .unit = "µg/L", .basis = "solution"};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  g_free(must_add(f, "preparation add", "sample", "c1", "mass", "5.0E2", "mass-unit", "mg", "volume", "0.05",
                  "volume-unit", "L", NULL));
  assert_text(f, "SELECT mass || ' ' || mass_unit || ' ' || dilution FROM preparation", "500 mg 1");
  must_write(f, add_judged_value_job, &value);
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "exceeds");
  g_free(PREPARE(f, "mass", "2", "volume", "50", "analyte", "Cd"));
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1",
              "complies"); /* 0.1 mg/kg, renewed by the command */
  g_free(PREPARE(f, "mass", "0.5", "volume", "50"));
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "complies");
  g_free(PREPARE(f, "mass", "2", "volume", "50", "dilution", "10", "analyte", "镉"));
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "exceeds"); /* 1 mg/kg */
  g_free(PREPARE(f, "mass", "2", "volume", "50", "blank", "3", "blank-unit", "ug/L", "analyte", "镉"));
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1",
              "complies"); /* (4 - 3) × 50 / 2 = 0.025 mg/kg */
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 1"), ==, 1);
}

static void test_bad_preparations(Fixture *f, gconstpointer data) {
  static const char *const bad[][7] = {
      {"0", "g", "50", "mL", "", "", "mass 0: must be above 0"},
      {"-1", "g", "50", "mL", "", "", "mass -1: must be above 0"},
      {"1", "mg/kg", "50", "mL", "", "", "mass-unit 'mg/kg': must be a unit of mass"},
      {"1", "g", "0.0", "mL", "", "", "volume 0.0: must be above 0"},
      {"1", "g", "50", "g", "", "", "volume-unit 'g': must be a unit of volume"},
      {"1", "stone", "50", "mL", "", "", "mass-unit 'stone'"},
      {"1", "g", "50", "mL", "1", "", "blank-unit ''"},
      {"1", "g", "50", "mL", "1", "mg/kg", "blank-unit 'mg/kg'"},
      {"1", "g", "50", "mL", "", "µg/L", "blank ''"},
  };

  add_places(f);
  add_spinach(f, "GX", "c1");
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    must_refuse(f, LIMS_ERROR_INVALID, bad[i][6], "preparation add", "sample", "c1", "mass", bad[i][0],
                "mass-unit", bad[i][1], "volume", bad[i][2], "volume-unit", bad[i][3], "blank", bad[i][4],
                "blank-unit", bad[i][5], NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "moisture 100", "preparation add", "sample", "c1", "mass", "1",
              "mass-unit", "g", "volume", "1", "volume-unit", "mL", "moisture", "100", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "dilution 0", "preparation add", "sample", "c1", "mass", "1",
              "mass-unit", "g", "volume", "1", "volume-unit", "mL", "dilution", "0", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "unobtainium", "preparation add", "sample", "c1", "mass", "1",
              "mass-unit", "g", "volume", "1", "volume-unit", "mL", "analyte", "unobtainium", NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM preparation"), ==, 0);
}

static void test_preparation_import(Fixture *f, gconstpointer data) {
  static const char text[] =
      "实验室,样品编号,称样量,称样量单位,定容体积,定容体积单位,稀释倍数,检测项目,水分\n"
      "GX,c1,0.5,g,50,mL,,,\n"
      ",c1,2,g,50,mL,1,镉,81.5\n"
      ",c2,500,mg,0.05,L,2,,\n";
  Value value = {.analyte = "cadmium", .number = "4.0", .unit = "µg/L", .basis = "solution"};
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  add_spinach(f, "GX", "c2");
  out = run_file_command(f, &error, "preparation import", "p.csv", text, -1);
  g_assert_no_error(error);
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(out), "rows"), ==, 3);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM preparation WHERE entered_by = 'wang'"), ==, 3);
  must_write(f, add_judged_value_job, &value);
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1",
              "complies"); /* 0.1 mg/kg, by cadmium's own */
  value.sample = read_int(f, "SELECT sample FROM sample_alias WHERE alias = 'c2'");
  must_write(f, add_judged_value_job, &value);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE verdict = 'exceeds'"), ==, 1); /* 0.8 */
}

static void test_preparation_import_bad(Fixture *f, gconstpointer data) {
  static const char bad[] = "sample,mass,mass-unit,volume,volume-unit,lab,analyte\n"
                            "c1,0.5,g,50,mL,,\n"
                            ",0.5,g,50,mL,,\n"
                            "c9,0.5,g,50,mL,,\n"
                            "c1,0,g,50,mL,,cadmium\n"
                            "c1,0.5,g,50,stone,,Cd\n"
                            "c1,0.5,g,50,mL,CITY,Cd\n"
                            "c1,0.5,g,50,mL,GX,\n";
  static const char *const said[] = {"p.csv: nothing was imported: 6 bad rows",
                                     "p.csv:3: sample is missing",
                                     "p.csv:4: ",
                                     "c9",
                                     "p.csv:5: mass 0: must be above 0",
                                     "p.csv:6: volume-unit 'stone'",
                                     "p.csv:7: ",
                                     "p.csv:8: sample 'c1': stands in line 2 too"};
  g_autoptr(GError) error = NULL;

  add_places(f);
  add_spinach(f, "GX", "c1");
  g_assert_null(run_file_command(f, &error, "preparation import", "p.csv", bad, -1));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, said, G_N_ELEMENTS(said));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM preparation"), ==, 0);
}

/* ---- many at once ---- */

static const char *const MANY[] = {"cadmium", "carbofuran", "chlorpyrifos"};

typedef struct {
  gint64 sample;
  gboolean needs[3];
} Many;

static gboolean renew_many_job(LimsDb *db, gpointer data, GError **error) {
  Many *many = data;

  return lims_verdict_renew_many(db, GX, many->sample, MANY, G_N_ELEMENTS(MANY), many->needs, error);
}

static void test_many(Fixture *f, gconstpointer data) {
  Many many = {.sample = 0, .needs = {FALSE, TRUE, TRUE}};
  gint64 other;
  gint64 seq;

  add_places(f);
  many.sample = add_spinach(f, "GX", "c1");
  other = add_spinach(f, "GX", "c2");
  add_value(f, (Value){other, "cadmium", "9"});
  add_value(f, (Value){many.sample, "cadmium", "4", .unit = "µg/L", .basis = "solution"});
  add_value(f, (Value){many.sample, "carbofuran", NULL, "not-detected"});
  add_value(f, (Value){many.sample, "chlorpyrifos", "0.03", .replicate = 1, .transmission = 5});
  add_value(f, (Value){many.sample, "chlorpyrifos", "0.02", .replicate = 2, .transmission = 5});
  add_value(f, (Value){many.sample, "chlorpyrifos", "0.04", .replicate = 3, .transmission = 5});
  must_write(f, renew_many_job, &many);
  g_assert_true(many.needs[0] && !many.needs[1] && !many.needs[2]);
  assert_text(f, "SELECT verdict || ' ' || reason_code FROM verdict WHERE analyte = 'carbofuran'",
              "complies not-detected");
  assert_text(f, "SELECT verdict FROM verdict WHERE analyte = 'chlorpyrifos' AND value_number LIKE '0.03%'",
              "exceeds");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 2);
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  must_write(f, renew_many_job, &many);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM change WHERE table_name = 'sample' AND row_key = "
                              "(SELECT sample FROM verdict LIMIT 1)"),
                  ==, 2); /* registered, first tested */
}

/* ---- measured again ---- */

/* Three runs: 0.01 and 0.03 of one transmission (a mean of 0.02, at the limit), 0.025 and not detected. */
static const Value AGAIN[] = {
    {.number = "0.01", .replicate = 1, .transmission = 5},
    {.number = "0.03", .replicate = 2, .transmission = 5},
    {.number = "0.025", .replicate = 1, .transmission = 6},
    {.state = "not-detected", .replicate = 1, .transmission = 7},
};

/* Each order in which they can come gives the same verdict in the end, and one exceedance that stands. */
static void test_measured_again(Fixture *f, gconstpointer data) {
  add_places(f);
  for (guint order = 0; order < 24; order++) {
    g_autofree char *client = g_strdup_printf("c%u", order), *sql = NULL, *exceedances = NULL;
    gint64 sample = add_spinach(f, "GX", client);
    guint left[] = {0, 1, 2, 3};

    for (guint i = 0, rest = order; i < G_N_ELEMENTS(AGAIN); i++) {
      guint many = G_N_ELEMENTS(AGAIN) - i, at = rest % many;
      Value value = AGAIN[left[at]];

      rest /= many;
      left[at] = left[many - 1];
      value.sample = sample;
      value.analyte = "chlorpyrifos";
      must_write(f, add_judged_value_job, &value);
    }
    sql = g_strdup_printf("SELECT verdict || ' ' || reason_code || ' ' || value_text FROM verdict "
                          "WHERE current = 1 AND sample = %" G_GINT64_FORMAT,
                          sample);
    assert_text(f, sql, "exceeds above-limit 0.025");
    exceedances = g_strdup_printf("SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL AND sample = "
                                  "%" G_GINT64_FORMAT,
                                  sample);
    g_assert_cmpint(read_int(f, exceedances), ==, 1);
  }
}

/* Entered twice by hand: two runs too. */
static void test_entered_again(Fixture *f, gconstpointer data) {
  Value value = {.analyte = "chlorpyrifos", .number = "0.01", .replicate = 1};

  add_places(f);
  value.sample = add_spinach(f, "GX", "c1");
  must_write(f, add_judged_value_job, &value);
  value.number = "0.02";
  must_write(f, add_judged_value_job, &value);
  assert_current(f, "chlorpyrifos", "complies at-or-below-limit 0.02 mg/kg");
  assert_text(
      f, "SELECT reason FROM verdict WHERE current = 1",
      "0.02 mg/kg is not above the limit 0.02 mg/kg (GB 0000-2020, 4.1); the least favourable of 2 runs");
}

static void test_unknown_sample(Fixture *f, gconstpointer data) {
  Value value = {.sample = 77, .analyte = "cadmium"};
  g_autoptr(GError) error = NULL;

  add_places(f);
  g_assert_false(lims_store_write(f->store, judge_value_job, &value, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/verdict/complies", test_complies);
  MODEL_TEST("/verdict/exceeds", test_exceeds);
  MODEL_TEST("/verdict/again", test_again);
  MODEL_TEST("/verdict/correction", test_correction);
  MODEL_TEST("/verdict/worse", test_worse);
  MODEL_TEST("/verdict/taken-away", test_taken_away);
  MODEL_TEST("/verdict/no-commodity", test_no_commodity);
  MODEL_TEST("/preparation/needed", test_needs_preparation);
  MODEL_TEST("/preparation/chosen", test_preparations);
  MODEL_TEST("/preparation/refused", test_bad_preparations);
  MODEL_TEST("/preparation/import", test_preparation_import);
  MODEL_TEST("/preparation/import-bad-rows", test_preparation_import_bad);
  MODEL_TEST("/verdict/many", test_many);
  MODEL_TEST("/verdict/measured-again", test_measured_again);
  MODEL_TEST("/verdict/entered-again", test_entered_again);
  MODEL_TEST("/verdict/unknown-sample", test_unknown_sample);
  return g_test_run();
}
