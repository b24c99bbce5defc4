/* Preparations: recovery and moisture where a method's formula has them, portions by volume, and that a newer
 * preparation judges the whole sample anew. What is refused; the rest is in test-verdict.c.
 */
#include "tests/model/helper-model.h"

#include <string.h>

/* A sample of spinach, and methods: plain; R, by recovery; w, by dry mass. Lead at most 0.01 mg/L. */
static gint64 begin(Fixture *f) {
  add_places(f);
  must_execute(f, "INSERT INTO analyte(code, name, name_en, family) VALUES('lead', '铅', 'lead', 'metal')");
  must_execute(
      f, "INSERT INTO limit_row(limit_set, id, node, analyte, kind, limit_text, limit_number, unit, clause, "
         "basis, conditions, source, note) VALUES('s', 9, 2, 'lead', 'maximum', '0.01', '0.01', 'mg/L', "
         "'4.9', '', '', 'test', '')");
  must_execute(f, "INSERT INTO method(code, name, standard, formula) VALUES('plain', 'p', 'GB 7', ''), "
                  "('R', 'r', 'GB 8', '(c - c0) * V * f / (m * R / 100)'), "
                  "('w', 'w', 'GB 9', 'c * V * f / (m * (1 - w / 100))')");
  return add_spinach(f, "GX", "c1");
}

static void measure(Fixture *f, gint64 sample, const char *analyte, const char *number, const char *method) {
  add_judged_value(f, (Value){.sample = sample,
                              .analyte = analyte,
                              .number = number,
                              .unit = "µg/L",
                              .basis = "solution",
                              .method = method});
}

/* 0.5 g in 50 mL: 1 µg/L is 0.1 mg/kg. */
#define PREPARE                                                                                              \
  "preparation add", "sample", "c1", "mass", "0.5", "mass-unit", "g", "volume", "50", "volume-unit", "mL"

static void prepare(Fixture *f, const char *name, const char *value) {
  g_free(must_add(f, PREPARE, name, value, NULL));
}

/* The verdict, and its number in thousandths. */
#define assert_judged(f, code, expected)                                                                     \
  assert_text(f,                                                                                             \
              "SELECT verdict || ' ' || CAST(ROUND(value_number * 1000) AS INTEGER) || ' ' || value_unit "   \
              "FROM verdict WHERE current = 1 AND analyte = '" code "'",                                     \
              expected)

/* The same value and recovery by two methods: one has it in its formula. */
static void test_recovery(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  prepare(f, "recovery", "75");
  measure(f, sample, "cadmium", "1.5", "R");
  assert_judged(f, "cadmium", "complies 200 mg/kg"); /* 0.15 / 0.75, the limit itself */
  prepare(f, "recovery", "74.9");
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "exceeds");
  must_execute(f, "UPDATE determination SET method = 'plain'");
  prepare(f, "recovery", "74.9");
  assert_judged(f, "cadmium", "complies 150 mg/kg");
}

/* A method that needs the recovery has no verdict without it. */
static void test_recovery_missing(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  prepare(f, "dilution", "1");
  measure(f, sample, "cadmium", "1.5", "R");
  assert_text(
      f,
      "SELECT verdict FROM verdict WHERE current = 1 UNION SELECT 'none' WHERE NOT EXISTS(SELECT 1 FROM "
      "verdict WHERE current = 1 AND verdict <> 'undetermined')",
      "none");
  prepare(f, "recovery", "75");
  assert_judged(f, "cadmium", "complies 200 mg/kg");
}

static void test_moisture(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  prepare(f, "moisture", "50");
  measure(f, sample, "cadmium", "1", "w");
  assert_judged(f, "cadmium", "complies 200 mg/kg"); /* 0.1 / 0.5 */
  prepare(f, "moisture", "60");
  assert_judged(f, "cadmium", "exceeds 250 mg/kg");
}

/* Of a liquid: mg/L come out, and are judged by limits in mg/L only. */
static void test_by_volume(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  g_free(must_add(f, "preparation add", "sample", "c1", "mass", "0.01", "mass-unit", "L", "volume", "25",
                  "volume-unit", "mL", NULL));
  measure(f, sample, "lead", "5", NULL);
  measure(f, sample, "cadmium", "5", NULL);
  assert_judged(f, "lead", "exceeds 13 mg/L"); /* 0.0125 */
  assert_text(f,
              "SELECT verdict || ' ' || reason_code FROM verdict WHERE current = 1 AND analyte = 'cadmium'",
              "undetermined unit-mismatch");
  assert_text(f, "SELECT mass || mass_unit FROM preparation", "0.01L");
}

/* A corrected weighing: a newer row, and every analyte of the sample is judged by it. */
static void test_corrected(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  prepare(f, "dilution", "1");
  measure(f, sample, "cadmium", "3", NULL);
  measure(f, sample, "chlorpyrifos", "0.3", NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==, 2);
  g_free(must_add(f, "preparation add", "sample", "c1", "mass", "5.0", "mass-unit", "g", "volume", "50",
                  "volume-unit", "mL", NULL));
  assert_judged(f, "cadmium", "complies 30 mg/kg");
  assert_judged(f, "chlorpyrifos", "complies 3 mg/kg");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM preparation"), ==, 2);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 4);
}

static void test_refused(Fixture *f, gconstpointer data) {
  static const char *const bad[][3] = {{"recovery", "0", "recovery 0: must be above 0"},
                                       {"recovery", "-80", "recovery -80: must be above 0"},
                                       {"recovery", "0.95", "recovery 0.95: must be in %"},
                                       {"recovery", "2", "recovery 2: must be in %"},
                                       {"recovery", "high", "recovery 'high'"},
                                       {"moisture", "-1", "moisture -1: must be from 0"},
                                       {"dilution", "-10", "dilution -10: must be above 0"}};

  begin(f);
  for (guint i = 0; i < G_N_ELEMENTS(bad); i++)
    must_refuse(f, LIMS_ERROR_INVALID, bad[i][2], PREPARE, bad[i][0], bad[i][1], NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM preparation"), ==, 0);
}

static void test_import(Fixture *f, gconstpointer data) {
  static const char text[] = "样品编号,称样量,称样量单位,定容体积,定容体积单位,回收率,水分\n"
                             "c1,5,mL,25,mL,92.5,\n";
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL, list = NULL;
  g_autofree char *shown = NULL;

  begin(f);
  out = run_file_command(f, &error, "preparation import", "p.csv", text, -1);
  g_assert_no_error(error);
  list = run_command(f, &error, "preparation list", "sample", "c1", NULL);
  g_assert_no_error(error);
  shown = json_to_string(list, FALSE);
  assert_in_order(shown,
                  (const char *const[]){"\"mass\":\"5\",\"mass-unit\":\"mL\"", "\"recovery\":\"92.5\""}, 2);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/preparation/recovery", test_recovery);
  MODEL_TEST("/preparation/recovery-missing", test_recovery_missing);
  MODEL_TEST("/preparation/moisture", test_moisture);
  MODEL_TEST("/preparation/by-volume", test_by_volume);
  MODEL_TEST("/preparation/corrected", test_corrected);
  MODEL_TEST("/preparation/recovery-refused", test_refused);
  MODEL_TEST("/preparation/import-recovery", test_import);
  return g_test_run();
}
