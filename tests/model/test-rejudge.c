/* Judging anew after new limits, in steps that a stop loses nothing of; and looking ahead without writing. */
#include "lims/model/rejudge.h"
#include "tests/model/helper-limit.h"

#include <string.h>

/* A new edition of the small catalogue's standard: half the limit of chlorpyrifos, cadmium gone. */
#define EDITION                                                                                              \
  "set,standard,tree,effective_from,standing,node,analyte,limit_text,unit\n"                                 \
  "new,GB 0000-2026,t,2026-03-01,good,菠菜,毒死蜱,0.01,mg/kg\n"                                         \
  ",,,,,蔬菜,克百威,不得使用,\n"

/* A sample of spinach taken on that day, with a value; number NULL: without. */
static char *add_sample(Fixture *f, const char *day, const char *analyte, const char *number) {
  char *key =
      must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "菠菜", "sampled-at", day, NULL);
  g_autofree char *sql = g_strdup_printf("SELECT id FROM sample WHERE number = '%s'", key);

  if (number)
    add_judged_value(f, (Value){read_int(f, sql), analyte, number});
  return key;
}

#define SAMPLES 7

/* Seven that comply by the old limit, one of them below the new one too; one without a value in their middle,
 * one void. */
static void add_samples(Fixture *f) {
  g_autofree char *number = NULL;

  add_places(f);
  for (guint i = 0; i < SAMPLES; i++) {
    g_free(add_sample(f, "2026-07-01", "chlorpyrifos", i == 2 ? "0.009" : "0.015"));
    if (i == 3)
      g_free(add_sample(f, "2026-07-01", NULL, NULL));
  }
  number = add_sample(f, "2026-07-01", "chlorpyrifos", "0.015");
  g_free(must_add(f, "sample void", "sample", number, "reason", "spilt", NULL));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE verdict = 'complies'"), ==, SAMPLES + 1);
}

static void import_edition(Fixture *f) {
  g_autoptr(JsonNode) out = NULL;

  must_import_set(f, EDITION, TRUE, TRUE, &out);
}

typedef struct {
  guint most;
  gboolean done, fails;
} Step;

static gboolean step_job(LimsDb *db, gpointer data, GError **error) {
  Step *step = data;

  if (!lims_rejudge_step(db, step->most, &step->done, error))
    return FALSE;
  if (step->fails)
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_IO, "the disk is gone");
  return !step->fails;
}

static void must_finish(Fixture *f) {
  g_autoptr(GError) error = NULL;

  g_assert_true(lims_rejudge_finish(f->store, &error));
  g_assert_no_error(error);
}

/* What must have come out, whatever happened on the way. */
static void assert_judged_anew(Fixture *f) {
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 1 AND verdict = 'exceeds' AND "
                              "limit_set = 'new' AND limit_text = '0.01'"),
                  ==, SAMPLES - 1);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 1 AND verdict = 'complies' AND "
                              "limit_set = 'new'"),
                  ==, 1);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 0 AND verdict = 'complies' AND "
                              "limit_set = 's'"),
                  ==, SAMPLES);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==,
                  SAMPLES - 1);
  /* the void one keeps what it had */
  g_assert_cmpint(
      read_int(f, "SELECT COUNT(*) FROM verdict v JOIN sample s ON s.lab = v.lab AND s.id = v.sample "
                  "WHERE s.voided_at_us IS NOT NULL AND v.limit_set = 's' AND v.current = 1"),
      ==, 1);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict v WHERE NOT EXISTS(SELECT 1 FROM change c WHERE "
                              "c.table_name = 'verdict' AND c.row_key = v.id)"),
                  ==, 0);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM rejudgement WHERE done_us IS NULL"), ==, 0);
}

/* ---- asking ---- */

static gboolean request_job(LimsDb *db, gpointer cause, GError **error) {
  return lims_rejudge_request(db, cause, "wang", error);
}

static void test_request(Fixture *f, gconstpointer data) {
  add_places(f);
  must_write(f, request_job, (gpointer) "limit set x");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM rejudgement"), ==, 0); /* nothing was ever measured */
  g_free(add_sample(f, "2026-07-01", "chlorpyrifos", "0.015"));
  must_write(f, request_job, (gpointer) "limit set x");
  must_execute(f, "UPDATE rejudgement SET after_sample = 17");
  must_write(f, request_job, (gpointer) "method y");
  must_write(f, request_job, (gpointer) "method y");
  assert_text(f, "SELECT lab || ' ' || cause || ' ' || who || ' ' || after_sample FROM rejudgement",
              "1 limit set x; method y wang 0");
  must_finish(f);
  must_write(f, request_job, (gpointer) "method y");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM rejudgement"), ==, 2);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM rejudgement WHERE done_us IS NULL"), ==, 1);
}

/* ---- doing ---- */

static void test_steps(Fixture *f, gconstpointer data) {
  Step step = {.most = 2};
  guint steps = 0;

  add_samples(f);
  import_edition(f);
  assert_text(f, "SELECT cause || ' ' || who FROM rejudgement", "limit set new wang");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE limit_set = 'new'"), ==, 0);
  must_write(f, step_job, &step);
  g_assert_false(step.done);
  g_assert_cmpint(read_int(f, "SELECT samples FROM rejudgement"), <=, 2);
  for (; !step.done; steps++)
    must_write(f, step_job, &step);
  g_assert_cmpuint(steps, >=, SAMPLES / 2);
  assert_judged_anew(f);
  g_assert_cmpint(read_int(f, "SELECT samples FROM rejudgement"), ==, SAMPLES);
  g_assert_cmpint(read_int(f, "SELECT verdicts FROM rejudgement"), ==, SAMPLES);
  must_finish(f); /* nothing is left */
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 2 * SAMPLES + 1);
}

/* A step that fails, and a program that ends between two steps: nothing is lost, nothing is done twice. */
static void test_stopped(Fixture *f, gconstpointer data) {
  g_autofree char *url = g_strdup(lims_store_url(f->store));
  Step step = {.most = 2}, failing = {.most = 2, .fails = TRUE};
  g_autoptr(GError) error = NULL, problem = NULL;
  gint64 after;

  add_samples(f);
  import_edition(f);
  must_write(f, step_job, &step);
  after = read_int(f, "SELECT after_sample FROM rejudgement");
  g_assert_false(lims_store_write(f->store, step_job, &failing, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_IO);
  g_assert_cmpint(read_int(f, "SELECT after_sample FROM rejudgement"), ==, after);
  lims_store_close(f->store);
  f->store = lims_store_open(url, FALSE, &problem);
  g_assert_no_error(problem);
  must_finish(f);
  assert_judged_anew(f);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 2 * SAMPLES + 1);
}

/* A row of the third sample that nobody can read: it keeps its verdict, the others are judged. */
static void damage(Fixture *f) {
  must_execute(
      f, "INSERT INTO preparation(lab, id, sample, mass, mass_unit, volume, volume_unit, dilution, "
         "entered_by, at_us, seq) SELECT lab, 1, id, 'x', 'g', '1', 'mL', '1', 'wang', 1, 1 FROM sample "
         "WHERE number LIKE '%0003'");
}

static void test_damaged(Fixture *f, gconstpointer data) {
  static const char *const SAID[] = {"6 samples judged, 6 verdicts differ",
                                     "1 samples could not be judged, the first: ", "0003: preparation 1"};

  add_samples(f);
  damage(f);
  {
    g_autoptr(JsonNode) preview = NULL;
    JsonObject *object = must_import_set(f, EDITION, FALSE, TRUE, &preview);

    assert_in_order(json_object_get_string_member(object, "verdicts-sum"), SAID, G_N_ELEMENTS(SAID));
  }
  import_edition(f);
  g_test_expect_message("lims", G_LOG_LEVEL_WARNING,
                        "judging anew: sample *0003: preparation 1: * it keeps the verdicts it has");
  must_finish(f);
  g_test_assert_expected_messages();
  assert_text(
      f, "SELECT samples || ' ' || skipped || ' ' || verdicts FROM rejudgement WHERE done_us IS NOT NULL",
      "7 1 6");
  assert_text(
      f,
      "SELECT group_concat(v.limit_set || v.current) FROM verdict v JOIN sample s ON s.lab = v.lab AND "
      "s.id = v.sample WHERE s.number LIKE '%0003'",
      "s1");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict WHERE current = 1 AND limit_set = 'new'"), ==,
                  SAMPLES - 1);
}

/* ---- looking ahead ---- */

static JsonNode *look_back(Fixture *f, const char *period, const char *set, const char *lab, GError **error) {
  GHashTable *args = lims_fields_new();

  lims_fields_set(args, "period", period);
  if (set)
    lims_fields_set(args, "set", set);
  if (lab)
    lims_fields_set(args, "lab", lab);
  return run_limit_command(f, "judge", "period", args, error);
}

static void assert_looked_back(Fixture *f, const char *period, const char *set, const char *lab,
                               const char *expected) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = look_back(f, period, set, lab, &error);

  g_assert_no_error(error);
  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(out), "sum"), ==, expected);
}

static char *show_row(JsonObject *row) {
  static const char *const names[] = {"lab",         "sample",       "commodity",     "analyte",
                                      "before",      "before-limit", "before-reason", "after",
                                      "after-limit", "after-reason"};
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_string_append_printf(out, "%s%s", i ? "|" : "",
                           json_object_get_string_member_with_default(row, names[i], "-"));
  return g_string_free(out, FALSE);
}

/* The older edition, as if it alone were in force: what the new one made exceed would comply. */
static void test_period(Fixture *f, gconstpointer data) {
  g_autofree char *july = NULL, *row = NULL, *expected = NULL, *cadmium = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  gint64 seq;

  add_places(f);
  july = add_sample(f, "2026-07-01", "chlorpyrifos", "0.015");
  g_free(add_sample(f, "2026-09-30", "chlorpyrifos", "0.015"));
  g_free(add_sample(f, "2026-10-01", "chlorpyrifos", "0.5"));
  cadmium = add_sample(f, "2026-10-01", "cadmium", "0.1");
  import_edition(f);
  must_finish(f);
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  assert_looked_back(f, "2026-Q3", "s", NULL, "2 samples judged, 2 verdicts differ: 2 exceeds → complies");
  assert_looked_back(f, "2026-Q3", "s", "GX", "2 samples judged, 2 verdicts differ: 2 exceeds → complies");
  assert_looked_back(f, "2026-Q3", "s", "CITY", "0 samples judged, 0 verdicts differ");
  assert_looked_back(f, "2026-Q3", "new", NULL, "2 samples judged, 0 verdicts differ");
  assert_looked_back(f, "2026-Q3", NULL, NULL, "2 samples judged, 0 verdicts differ");
  assert_looked_back(f, "2026-10", "s", NULL,
                     "2 samples judged, 2 verdicts differ: 1 exceeds → exceeds, 1 undetermined → complies");
  assert_looked_back(f, "2026", "s", NULL,
                     "4 samples judged, 4 verdicts differ: 2 exceeds → complies, 1 exceeds → exceeds, 1 "
                     "undetermined → complies");
  out = look_back(f, "2026-07-01", "s", NULL, &error);
  g_assert_no_error(error);
  row = show_row(
      json_array_get_object_element(json_object_get_array_member(json_node_get_object(out), "verdicts"), 0));
  expected = g_strconcat(
      "GX|", july, "|菠菜|毒死蜱|exceeds|0.01 mg/kg|above-limit|complies|0.02 mg/kg|at-or-below-limit", NULL);
  g_assert_cmpstr(row, ==, expected);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
}

static void test_period_refused(Fixture *f, gconstpointer data) {
  g_autoptr(GError) no_set = NULL, no_period = NULL, no_lab = NULL;

  add_places(f);
  g_assert_null(look_back(f, "2026-Q3", "nothing", NULL, &no_set));
  g_assert_error(no_set, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
  g_assert_null(look_back(f, "2026-Q5", "s", NULL, &no_period));
  g_assert_error(no_period, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_nonnull(strstr(no_period->message, "2026-Q3"));
  g_assert_null(look_back(f, "2026-Q3", "s", "XX", &no_lab));
  g_assert_error(no_lab, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

/* The preview says what will come, and writes nothing. */
static void test_preview(Fixture *f, gconstpointer data) {
  g_autoptr(JsonNode) preview = NULL;
  JsonObject *object;
  gint64 seq;

  add_samples(f);
  g_free(add_sample(f, "2026-02-28", "chlorpyrifos", "0.015")); /* before the new one is in force */
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  object = must_import_set(f, EDITION, FALSE, TRUE, &preview);
  g_assert_cmpstr(json_object_get_string_member(object, "verdicts-sum"), ==,
                  "7 samples judged, 7 verdicts differ: 1 complies → complies, 6 complies → exceeds");
  g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "verdicts")), ==, 7);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM audit WHERE action = 'limit import'"), ==, 0);
  import_edition(f);
  must_finish(f);
  g_assert_cmpint(read_int(f, "SELECT verdicts FROM rejudgement"), ==, 7);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM audit WHERE action = 'limit import'"), ==, 1);
}

/* A slip mended in a set that is in force: only samples with that analyte are looked at. */
static void test_preview_of_mending(Fixture *f, gconstpointer data) {
  static const char *const mended =
      "set,standard,tree,effective_from,set_source,standing,title,node,analyte,"
      "limit_text,unit,clause,source\n"
      "s,GB 0000-2020,t,2020-01-01,test,good,test,菠菜,毒死蜱,0.02,mg/kg,4.1,test\n"
      ",,,,,,,蔬菜,克百威,不得使用,,4.2,test\n"
      ",,,,,,,菠菜,镉,0.05,mg/kg,4.3,test\n";
  g_autoptr(JsonNode) preview = NULL, done = NULL;
  JsonObject *object;

  add_samples(f);
  g_free(add_sample(f, "2021-02-28", "cadmium", "0.1"));
  object = must_import_set(f, mended, FALSE, FALSE, &preview);
  g_assert_cmpstr(
      json_object_get_string_member(object, "sum"), ==,
      "s: 0 added, 1 changed, 0 removed, 2 unchanged, 0 overlapping; nothing written: --apply does "
      "it");
  g_assert_cmpstr(json_object_get_string_member(object, "verdicts-sum"), ==,
                  "1 samples judged, 1 verdicts differ: 1 complies → exceeds");
  must_import_set(f, mended, TRUE, FALSE, &done);
  must_finish(f);
  g_assert_cmpint(read_int(f, "SELECT samples FROM rejudgement"), ==, SAMPLES + 1);
  g_assert_cmpint(read_int(f, "SELECT verdicts FROM rejudgement"), ==, 1);
}

/* Another standard's set, of one analyte: what conflicts is said, and other samples are not looked at. */
static void test_preview_of_another(Fixture *f, gconstpointer data) {
  g_autoptr(JsonNode) preview = NULL;
  JsonObject *object;

  add_samples(f);
  g_free(add_sample(f, "2026-07-02", "cadmium", "0.15"));
  object = must_import_set(f,
                           "set,standard,tree,effective_from,standing,node,analyte,limit_text,unit\n"
                           "local,DB 1-2026,t,2026-01-01,good,菠菜,镉,0.1,mg/kg\n",
                           FALSE, FALSE, &preview);
  g_assert_nonnull(strstr(json_object_get_string_member(object, "sum"), "1 added, 0 changed, 0 removed, 0 "
                                                                        "unchanged, 1 overlapping"));
  g_assert_cmpstr(json_object_get_string_member(object, "verdicts-sum"), ==,
                  "1 samples judged, 1 verdicts differ: 1 complies → undetermined");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/rejudge/request", test_request);
  MODEL_TEST("/rejudge/steps", test_steps);
  MODEL_TEST("/rejudge/stopped", test_stopped);
  MODEL_TEST("/rejudge/damaged", test_damaged);
  MODEL_TEST("/rejudge/period", test_period);
  MODEL_TEST("/rejudge/period/refused", test_period_refused);
  MODEL_TEST("/rejudge/preview", test_preview);
  MODEL_TEST("/rejudge/preview/mending", test_preview_of_mending);
  MODEL_TEST("/rejudge/preview/another", test_preview_of_another);
  return g_test_run();
}
