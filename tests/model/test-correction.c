/* Corrections: what replaces what, who and why, and what the samples are judged to be after it. */
#include "lims/core/id.h"
#include "tests/model/helper-model.h"

#include <string.h>

static gboolean new_id_job(LimsDb *db, gpointer data, GError **error) {
  *(gint64 *)data = lims_db_new_id(db, GX);
  return TRUE;
}

static gint64 new_transmission(Fixture *f) {
  gint64 id;

  must_write(f, new_id_job, &id);
  return id;
}

static gint64 begin(Fixture *f) {
  add_places(f);
  return add_spinach(f, "GX", "c1");
}

static char *text_of(gint64 id) {
  return g_strdup_printf("%" G_GINT64_FORMAT, id);
}

#define must_correct(f, id, ...)                                                                             \
  do {                                                                                                       \
    g_autofree char *id_text = text_of(id);                                                                  \
    g_free(must_add(f, "result correct", "id", id_text, __VA_ARGS__, NULL));                                 \
  } while (0)
#define must_refuse_id(f, code, words, command, id, ...)                                                     \
  do {                                                                                                       \
    g_autofree char *id_text = text_of(id);                                                                  \
    must_refuse(f, code, words, command, "id", id_text, __VA_ARGS__, NULL);                                  \
  } while (0)

#define assert_verdict(f, client, analyte, expected)                                                         \
  assert_text(f,                                                                                             \
              "SELECT v.verdict || ' ' || v.value_text FROM verdict v JOIN sample_alias a ON a.lab = v.lab " \
              "AND a.sample = v.sample WHERE v.current = 1 AND a.alias = '" client                           \
              "' AND v.analyte = '" analyte "'",                                                             \
              expected)
#define EXCEEDANCES "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"

/* ---- another value ---- */

static void test_value(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 id = add_judged_value(f, (Value){sample, "chlorpyrifos", "0.5", .method = "GB 23200.113"});

  must_execute(f, "UPDATE determination SET measured_at_us = 5, arrived_us = 7");
  assert_verdict(f, "c1", "chlorpyrifos", "exceeds 0.5");
  must_correct(f, id, "value", "0.015", "reason", "a comma was read as a point");
  assert_verdict(f, "c1", "chlorpyrifos", "complies 0.015");
  g_assert_cmpint(read_int(f, EXCEEDANCES), ==, 0);
  assert_text(
      f,
      "SELECT n.printed || ' ' || n.number || ' ' || n.unit || ' ' || n.person || ' ' || n.method || ' ' "
      "|| n.reason || n.measured_at_us FROM determination d JOIN determination n ON n.lab = d.lab AND "
      "n.id = d.replaced_by AND n.replaces = d.id WHERE n.replaced_by IS NULL AND n.arrived_us > 7",
      "0.015 0.015 mg/kg wang GB 23200.113 a comma was read as a point5");
  assert_text(f, "SELECT printed || person FROM determination WHERE replaced_by IS NOT NULL",
              "0.5unattended");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 2);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM audit WHERE action = 'result correct' AND lab = 1"), ==,
                  1);
}

static void test_units(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 id = add_judged_value(
      f, (Value){.sample = sample, .analyte = "chlorpyrifos", .state = "not-detected", .unit = ""});

  must_refuse_id(f, LIMS_ERROR_INVALID, "unit is missing", "result correct", id, "value", "0.3", "reason",
                 "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "must be a unit of results", "result correct", id, "value", "0.3",
                 "unit", "mg", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "must be a unit of results", "result correct", id, "value", "0.3",
                 "unit", "ppm", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "unit 'mL': must be a unit of results", "result correct", id, "value",
                 "0.3 mL", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "its unit is not mg/kg", "result correct", id, "value", "15 µg/kg",
                 "unit", "mg/kg", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "cannot be read", "result correct", id, "value", "about 3", "reason",
                 "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "reason: missing", "result correct", id, "value", "0.3");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM determination"), ==, 1);
  must_correct(f, id, "value", "15 µg/kg", "reason", "read off the print-out");
  assert_verdict(f, "c1", "chlorpyrifos", "complies 0.015");
}

/* A value of the solution stays one: the content of the sample is not what was measured. */
static void test_basis(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 solution = add_value(
      f, (Value){.sample = sample, .analyte = "cadmium", .number = "4", .unit = "µg/L", .basis = "solution"});
  gint64 screen = add_value(
      f, (Value){.sample = sample, .analyte = "carbofuran", .number = "40", .unit = "%", .basis = "screen"});

  must_refuse_id(f, LIMS_ERROR_INVALID, "of the measured solution", "result correct", solution, "value",
                 "0.4 mg/kg", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "of a screen", "result correct", screen, "value", "0.4 mg/kg",
                 "reason", "x");
  must_correct(f, solution, "value", "5", "reason", "misread");
  assert_text(f, "SELECT printed || unit || basis FROM determination WHERE replaces IS NOT NULL",
              "5µg/Lsolution");
}

/* Each correction replaces the one before; the first may not be corrected twice. */
static void test_chain(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 id = add_judged_value(f, (Value){.sample = sample, .analyte = "chlorpyrifos", .number = "0.5"});
  gint64 second;

  must_refuse_id(f, LIMS_ERROR_CONFLICT, "is 0.5 mg/kg already", "result correct", id, "value", "0.5",
                 "reason", "x");
  must_correct(f, id, "value", "0.05", "reason", "first");
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "counts no more", "result correct", id, "value", "0.01", "reason",
                 "x");
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "counts no more", "result withdraw", id, "reason", "x");
  second = read_int(f, "SELECT id FROM determination WHERE replaced_by IS NULL");
  must_correct(f, second, "value", "未检出", "reason", "second");
  assert_verdict(f, "c1", "chlorpyrifos", "complies ND");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM determination WHERE replaced_by IS NULL"), ==, 1);
  must_refuse_id(f, LIMS_ERROR_NOT_FOUND, "none of this id", "result correct", G_GINT64_CONSTANT(7), "value",
                 "1", "reason", "x");
}

/* A corrected replicate stays in its run: the mean of the two is judged, not the higher of two runs. */
static void test_replicate(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f), run = new_transmission(f), first;

  first = add_value(
      f,
      (Value){
          .sample = sample, .analyte = "chlorpyrifos", .number = "0.9", .replicate = 1, .transmission = run});
  add_judged_value(f, (Value){.sample = sample,
                              .analyte = "chlorpyrifos",
                              .number = "0.011",
                              .replicate = 2,
                              .transmission = run});
  must_correct(f, first, "value", "0.021", "reason", "peak integrated again");
  g_assert_cmpint(read_int(f, "SELECT verdict = 'complies' AND ABS(value_number - 0.016) < 1e-9 FROM verdict "
                              "WHERE current = 1"),
                  ==, 1);
}

/* ---- no value ---- */

static void test_withdraw(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 id = add_judged_value(f, (Value){.sample = sample, .analyte = "chlorpyrifos", .number = "0.5"});
  g_autofree char *text = text_of(id);

  g_free(must_add(f, "result withdraw", "id", text, "reason", "the vial was empty", NULL));
  g_assert_cmpint(read_int(f, EXCEEDANCES), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM determination WHERE replaced_by IS NULL"), ==, 0);
  assert_text(
      f,
      "SELECT n.state || ' ' || n.person || ' ' || n.reason FROM determination d JOIN determination n ON "
      "n.lab = d.lab AND n.id = d.replaced_by AND n.replaces = d.id WHERE d.printed = '0.5'",
      "withdrawn wang the vial was empty");
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "undetermined");
}

/* ---- another sample ---- */

static void test_relink(Fixture *f, gconstpointer data) {
  gint64 first = begin(f), second = add_spinach(f, "GX", "c2"), run = new_transmission(f);
  g_autofree char *transmission = text_of(run);

  add_judged_value(f, (Value){first, "chlorpyrifos", "0.5", .transmission = run});
  add_judged_value(f, (Value){first, "cadmium", "0.3", .transmission = run});
  add_judged_value(f, (Value){first, "cadmium", "0.1", .transmission = new_transmission(f)});
  g_free(must_add(f, "result relink", "transmission", transmission, "from", "c1", "to", "c2", "reason",
                  "the label of the next vial was scanned", NULL));
  assert_verdict(f, "c2", "chlorpyrifos", "exceeds 0.5");
  assert_verdict(f, "c2", "cadmium", "exceeds 0.3");
  assert_verdict(f, "c1", "cadmium", "complies 0.1");
  g_assert_cmpint(read_int(f, EXCEEDANCES), ==, 2);
  g_assert_cmpint(read_int(f,
                           "SELECT COUNT(*) FROM determination n JOIN determination d ON d.lab = n.lab AND "
                           "d.id = n.replaces AND d.replaced_by = n.id AND d.sample <> n.sample AND "
                           "d.arrived_us = n.arrived_us AND d.transmission = n.transmission "
                           "WHERE n.person = 'wang' AND n.reason LIKE 'the label%'"),
                  ==, 2);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM sample WHERE first_tested_us IS NOT NULL"), ==, 2);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "no result that counts", "result relink", "transmission", transmission,
              "from", "c1", "to", "c2", "reason", "again", NULL);
  g_assert_cmpint(second, >, first);
}

static void test_relink_one(Fixture *f, gconstpointer data) {
  gint64 first = begin(f), id;
  g_autofree char *text = NULL;

  add_spinach(f, "GX", "c2");
  id = add_judged_value(f, (Value){first, "chlorpyrifos", "0.5"});
  add_judged_value(f, (Value){first, "cadmium", "0.3"});
  text = text_of(id);
  g_free(must_add(f, "result relink", "id", text, "to", "c2", "reason", "typed at the wrong sample", NULL));
  assert_verdict(f, "c2", "chlorpyrifos", "exceeds 0.5");
  assert_verdict(f, "c1", "cadmium", "exceeds 0.3");
  g_assert_cmpint(read_int(f, EXCEEDANCES), ==, 2);
}

static void test_relink_refused(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f), run = new_transmission(f), id;
  g_autofree char *transmission = text_of(run);

  add_spinach(f, "GX", "c2");
  add_spinach(f, "CITY", "city");
  add_spinach(f, "GX", "void");
  g_free(must_add(f, "sample void", "sample", "void", "reason", "broken", NULL));
  id = add_judged_value(f, (Value){sample, "chlorpyrifos", "0.5", .transmission = run});
  must_refuse_id(f, LIMS_ERROR_INVALID, "tied to it already", "result relink", id, "to", "c1", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "sample void: is void", "result relink", id, "to", "void", "reason",
                 "x");
  must_refuse_id(f, LIMS_ERROR_NOT_FOUND, "at the laboratory of the result", "result relink", id, "to",
                 "city", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_INVALID, "either by --id, or by", "result relink", id, "to", "c2", "from",
                 "c1", "reason", "x");
  must_refuse(f, LIMS_ERROR_INVALID, "either by --id, or by", "result relink", "to", "c2", "reason", "x",
              NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "either by --id, or by", "result relink", "transmission", transmission,
              "to", "c2", "reason", "x", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "transmission 'x'", "result relink", "transmission", "x", "from", "c1",
              "to", "c2", "reason", "x", NULL);
  g_free(must_add(f, "sample void", "sample", "c1", "reason", "broken", NULL));
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "is void", "result relink", id, "to", "c2", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "is void", "result correct", id, "value", "1", "reason", "x");
  must_refuse_id(f, LIMS_ERROR_CONFLICT, "is void", "result withdraw", id, "reason", "x");
  must_refuse(f, LIMS_ERROR_CONFLICT, "is void", "result relink", "transmission", transmission, "from", "c1",
              "to", "c2", "reason", "x", NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM determination"), ==, 1);
}

/* ---- lists ---- */

static char *list(Fixture *f, const char *name, const char *value, const char *history, guint expected) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = run_command(f, &error, "result list", name, value, "history", history, NULL);

  g_assert_no_error(error);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(out)), ==, expected);
  return json_to_string(out, FALSE);
}

static void assert_listed(Fixture *f, const char *name, const char *value, const char *history,
                          guint expected, const char *words) {
  g_autofree char *text = list(f, name, value, history, expected);

  if (words && !strstr(text, words))
    g_error("expected %s in %s", words, text);
}

/* A void sample's results stay on record, and nobody takes them for findings. */
static void test_void(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);

  add_judged_value(f, (Value){sample, "chlorpyrifos", "0.5"});
  assert_listed(f, "sample", "c1", "no", 1, "\"verdict\":\"exceeds\"");
  g_free(must_add(f, "sample void", "sample", "c1", "reason", "the bag was open", NULL));
  assert_listed(f, "sample", "c1", "no", 1, "\"void\":\"the bag was open\"");
}

static void test_history(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  gint64 id = add_judged_value(f, (Value){sample, "chlorpyrifos", "0.5"});
  gint64 other = add_judged_value(f, (Value){sample, "cadmium", "0.3"});
  gint64 third = add_judged_value(f, (Value){sample, "carbofuran", "0.3"});
  g_autofree char *relinked = text_of(other), *withdrawn = text_of(third);
  g_autofree char *week =
      read_text(f, "SELECT (week / 100) || '-W' || substr('0' || week % 100, -2) FROM verdict");

  add_spinach(f, "GX", "c2");
  must_correct(f, id, "value", "0.01", "reason", "misread");
  g_free(must_add(f, "result relink", "id", relinked, "to", "c2", "reason", "scanned wrongly", NULL));
  g_free(must_add(f, "result withdraw", "id", withdrawn, "reason", "empty vial", NULL));
  assert_listed(f, "sample", "c1", "no", 1, "\"printed\":\"0.01\"");
  assert_listed(f, "sample", "c1", "no", 1, "\"why\":\"misread\"");
  assert_listed(f, "sample", "c2", "no", 1, "\"why\":\"scanned wrongly\"");
  assert_listed(f, "sample", "c1", "yes", 4, "\"replaced-person\":\"wang\",\"replaced-why\":\"misread\"");
  assert_listed(f, "sample", "c1", "yes", 4, "\"replaced-why\":\"empty vial\"");
  assert_listed(f, "sample", "c1", "yes", 4, "\"replaced-why\":\"scanned wrongly\"");
  assert_listed(f, "lab", "GX", "no", 2, NULL);
  assert_listed(f, "lab", "GX", "yes", 5, NULL);
  assert_listed(f, "week", week, "no", 2, NULL);
  assert_listed(f, "week", week, "yes", 5, NULL);
  assert_listed(f, "week", "2020-W01", "yes", 0, NULL);
}

/* A component has the verdict of the sum it counted in, once, and by each way of asking. */
static void test_component(Fixture *f, gconstpointer data) {
  gint64 sample = begin(f);
  g_autofree char *week = NULL;

  add_judged_value(f, (Value){sample, "chlorpyrifos", "0.01"});
  add_value(f, (Value){sample, "carbofuran", "0.02"}); /* not judged by itself */
  must_execute(
      f, "INSERT INTO verdict_part(lab, verdict, determination) SELECT v.lab, v.id, d.id FROM verdict v "
         "JOIN determination d ON d.lab = v.lab AND d.sample = v.sample");
  must_execute(
      f, "UPDATE verdict SET computed = '0.030', limit_used = '0.084', calculation = 'a' || char(10) || 'b'");
  week = read_text(f, "SELECT (week / 100) || '-W' || substr('0' || week % 100, -2) FROM verdict");
  for (guint i = 0; i < 3; i++) {
    const char *const asked[][2] = {{"sample", "c1"}, {"lab", "GX"}, {"week", week}};
    g_autofree char *text = list(f, asked[i][0], asked[i][1], "no", 2);

    assert_in_order(text,
                    (const char *const[]){"\"analyte\":\"chlorpyrifos\"", "\"verdict\":\"complies\"",
                                          "\"computed\":\"0.030\"", "\"limit-used\":\"0.084\"",
                                          "\"calculation\":\"a; b\"", "\"analyte\":\"carbofuran\"",
                                          "\"verdict\":\"complies\"", "\"judged-as\":\"chlorpyrifos\"",
                                          "\"computed\":\"0.030\""},
                    9);
  }
  must_execute(f, "UPDATE verdict SET current = 0");
  assert_listed(f, "week", week, "no", 0, NULL);
  assert_listed(f, "sample", "c1", "no", 2, NULL);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/correction/value", test_value);
  MODEL_TEST("/correction/units", test_units);
  MODEL_TEST("/correction/basis", test_basis);
  MODEL_TEST("/correction/chain", test_chain);
  MODEL_TEST("/correction/replicate", test_replicate);
  MODEL_TEST("/correction/withdraw", test_withdraw);
  MODEL_TEST("/correction/relink", test_relink);
  MODEL_TEST("/correction/relink-one", test_relink_one);
  MODEL_TEST("/correction/relink-refused", test_relink_refused);
  MODEL_TEST("/correction/void", test_void);
  MODEL_TEST("/correction/history", test_history);
  MODEL_TEST("/correction/component", test_component);
  return g_test_run();
}
