/* How a laboratory runs its methods: rules set by a person, detection limits from a file; what is refused,
 * and that loading the catalogue anew undoes neither.
 */
#include "lims/model/method-rule.h"
#include "tests/model/helper-model.h"

#include <string.h>

#define HEAD "method,analyte,matrix,lod,loq,unit,uncertainty,source\n"
#define VERSION "SELECT value FROM meta WHERE name = 'catalogue-version'"

static void begin(Fixture *f) {
  add_places(f);
  must_execute(f,
               "INSERT INTO method(code, name, standard, source) VALUES('GB 1', '一', 'GB 1-2020', 'test'), "
               "('GB 2', '二', 'GB 2', 'test'), ('GB 2b', '二', 'GB 2', 'test')");
  must_execute(f,
               "INSERT INTO method(code, name, screen_threshold, at_threshold) VALUES('S', '快', '50', '')");
}

/* ---- rules ---- */

static void must_set(Fixture *f, const char *method, const char *rule, const char *value) {
  g_free(must_add(f, "method set", "code", method, rule, value, NULL));
}

static void refuse(Fixture *f, const char *words, const char *method, const char *rule, const char *value) {
  must_refuse(f, LIMS_ERROR_INVALID, words, "method set", "code", method, rule, value, NULL);
}

static void test_rules(Fixture *f, gconstpointer data) {
  g_autofree char *before = NULL, *after = NULL;

  begin(f);
  before = read_text(f, VERSION);
  must_set(f, "GB 1", "formula", "(c - c0) * V * f / (m * R / 100)");
  must_set(f, "GB 1-2020, first method", "rounding", "3 significant");
  must_set(f, "GB 1", "comparison", "rounded");
  must_set(f, "GB 1", "decision", "guard-band");
  must_set(f, "GB 1", "uncertainty", "12.5");
  must_set(f, "GB 1", "rpd-limit", "20");
  must_set(f, "GB 1", "nd-components", "half-lod");
  must_set(f, "S", "at-threshold", "negative");
  assert_text(
      f,
      "SELECT formula || '|' || rounding || '|' || comparison || '|' || decision || '|' || uncertainty || "
      "'|' || rpd_limit || '|' || nd_components FROM method WHERE code = 'GB 1'",
      "(c - c0) * V * f / (m * R / 100)|3 significant|rounded|guard-band|12.5|20|half-lod");
  assert_text(f, "SELECT at_threshold FROM method WHERE code = 'S'", "negative");
  after = read_text(f, VERSION);
  g_assert_cmpstr(before, !=, after);
  must_set(f, "GB 1", "comparison", "policy");
  must_set(f, "GB 1", "uncertainty", "none");
  must_set(f, "GB 1", "formula", "default");
  assert_text(f, "SELECT formula || comparison || uncertainty FROM method WHERE code = 'GB 1'", "");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM setting WHERE who = 'wang'"), ==, 11);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM audit WHERE action = 'method set' AND object = 'GB 1'"),
                  ==, 10);
}

static void test_rules_refused(Fixture *f, gconstpointer data) {
  begin(f);
  refuse(f, "method GB 1: formula '(c - c0) * V * f'", "GB 1", "formula", "(c - c0) * V * f");
  refuse(f, "c0 + m", "GB 1", "formula", "c * V / (c0 + m)");
  refuse(f, "formula", "GB 1", "formula", "c * W / m");
  refuse(f, "rounding", "GB 1", "rounding", "three");
  refuse(f, "comparison", "GB 1", "comparison", "Rounded");
  refuse(f, "uncertainty", "GB 1", "uncertainty", "-3");
  refuse(f, "rpd", "GB 1", "rpd-limit", "many");
  refuse(f, "threshold", "GB 1", "at-threshold", "negative");
  must_refuse(f, LIMS_ERROR_INVALID, "at least one rule", "method set", "code", "GB 1", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "none of this name, or several", "method set", "code", "GB 9",
              "comparison", "full", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "none of this name, or several", "method set", "code", "二",
              "comparison", "full", NULL);
  must_set(f, "GB 2", "comparison", "full"); /* its code, though two have this standard */
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM setting"), ==, 1);
}

static gboolean apply_job(LimsDb *db, gpointer data, GError **error) {
  return lims_method_rule_apply(db, error);
}

/* The catalogue's row comes again, changed: what a person set stays, what nobody set is the catalogue's, what
 * was taken back too. */
static void test_rules_survive(Fixture *f, gconstpointer data) {
  begin(f);
  must_set(f, "GB 1", "rounding", "2 places");
  must_set(f, "GB 1", "rpd-limit", "15");
  must_set(f, "GB 1", "comparison", "policy");
  must_execute(f, "INSERT INTO meta(name, value) VALUES('catalogue-digest', 'x')");
  must_set(f, "GB 1", "rpd-limit", "catalogue");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM meta WHERE name = 'catalogue-digest'"), ==, 0);
  must_execute(f, "UPDATE method SET rounding = '3 significant', rpd_limit = '10', comparison = 'rounded', "
                  "uncertainty = '9' WHERE code = 'GB 1'");
  must_write(f, apply_job, NULL);
  assert_text(f,
              "SELECT rounding || '|' || rpd_limit || '|' || comparison || '|' || uncertainty FROM method "
              "WHERE code = 'GB 1'",
              "2 places|10||9");
}

/* What does not fit any more is said with who set it, and nothing is loaded. */
static void test_rules_misfit(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  begin(f);
  must_set(f, "S", "at-threshold", "negative");
  must_execute(f, "UPDATE method SET screen_threshold = '' WHERE code = 'S'");
  g_assert_false(lims_store_write(f->store, apply_job, NULL, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, (const char *const[]){"setting history", "method S", "threshold"}, 3);
}

static char *list(Fixture *f, const char *command, const char *name, const char *value, guint expected) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = run_command(f, &error, command, name, value, NULL);

  g_assert_no_error(error);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(out)), ==, expected);
  return json_to_string(out, FALSE);
}

static void test_list(Fixture *f, gconstpointer data) {
  g_autofree char *text = NULL;

  begin(f);
  must_set(f, "GB 2", "rounding", "2 places");
  must_set(f, "GB 2", "comparison", "full");
  text = list(f, "method list", NULL, NULL, 4);
  assert_in_order(text,
                  (const char *const[]){"\"key\":\"GB 1\"", "\"source\":\"test\"", "\"key\":\"GB 2\"",
                                        "\"rounding\":\"2 places\"", "\"set-here\":\"rounding, comparison\"",
                                        "\"key\":\"S\"", "\"screen-threshold\":\"50\""},
                  7);
}

/* ---- detection limits ---- */

static JsonNode *import(Fixture *f, const char *rows, GError **error) {
  return run_file_command(f, error, "method import-limits", "limits.csv", rows, -1);
}

static void must_import(Fixture *f, const char *rows, gint64 expected, gint64 changed) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = import(f, rows, &error);
  JsonObject *object;

  g_assert_no_error(error);
  object = json_node_get_object(out);
  g_assert_cmpint(json_object_get_int_member(object, "rows"), ==, expected);
  g_assert_cmpint(json_object_get_int_member(object, "changed"), ==, changed);
}

#define ROWS                                                                                                 \
  "SELECT group_concat(method || ',' || analyte || ',' || matrix || ',' || COALESCE(lod, '-') || ',' || "    \
  "COALESCE(loq, '-') || ',' || unit || ',' || uncertainty || ',' || source || ',' || imported, char(10)) "  \
  "FROM (SELECT * FROM detection_limit ORDER BY method, analyte, matrix)"

static void test_limits(Fixture *f, gconstpointer data) {
  g_autofree char *before = NULL, *after = NULL, *again = NULL;

  begin(f);
  must_execute(f, "INSERT INTO detection_limit(method, analyte, matrix, lod, loq, unit, uncertainty, source, "
                  "imported) VALUES('GB 1', 'cadmium', '', '0.5', NULL, 'mg/kg', '', 'standard', 0)");
  before = read_text(f, VERSION);
  must_import(f,
              HEAD "GB 1,Cd,,0.001,0.003,mg/kg,,validated 2026\nGB 1-2020,镉,菠薐,2,,µg/kg,12,\n"
                   "GB 1,毒死蜱,vegetable,,0.010,mg/kg,,\n",
              3, 3);
  assert_text(f, ROWS,
              "GB 1,cadmium,,0.001,0.003,mg/kg,,validated 2026,1\nGB 1,cadmium,spinach,2,-,µg/kg,12,,1\n"
              "GB 1,chlorpyrifos,vegetable,-,0.010,mg/kg,,,1");
  after = read_text(f, VERSION);
  g_assert_cmpstr(before, !=, after);
  must_import(f, "方法,检测项目,单位,检出限,基质\nGB 1,镉,ug/kg,2,菠菜\n", 1,
              1); /* without its uncertainty */
  again = read_text(f, VERSION);
  g_assert_cmpstr(again, !=, after);
  must_import(f, HEAD "GB 1,Cd,,0.001,0.003,mg/kg,,validated 2026\n", 1,
              0); /* nothing new: nothing changes */
  assert_text(f, VERSION, again);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM detection_limit"), ==, 3);
}

/* Each bad row by its line, and nothing of the good ones. */
static void test_limits_refused(Fixture *f, gconstpointer data) {
  static const char *const said[] = {
      "nothing was imported: 10 bad rows",
      "limits.csv:3: method 'GB 9'",
      "limits.csv:4: analyte '镉镉'",
      "limits.csv:5: matrix 'fish'",
      "limits.csv:6: lod 0.5: must not be above the loq, 0.1",
      "limits.csv:7: lod or loq must be there",
      "limits.csv:8: lod '0'",
      "limits.csv:9: unit 'ppm'",
      "limits.csv:10: unit 'mL'",
      "limits.csv:11: uncertainty '-5'",
      "limits.csv:12: method and matrix of analyte 'cadmium': stands in line 2 too",
  };
  g_autoptr(GError) error = NULL;

  begin(f);
  g_assert_null(import(
      f,
      HEAD "GB 1,Cd,,0.1,0.1,mg/kg,,\nGB 9,Cd,,0.1,,mg/kg,,\nGB 1,镉镉,,0.1,,mg/kg,,\n"
           "GB 1,Cd,fish,0.1,,mg/kg,,\nGB 1,chlorpyrifos,,0.5,0.1,mg/kg,,\nGB 1,carbofuran,,,,mg/kg,,\n"
           "GB 1,carbofuran,,0,,mg/kg,,\nGB 1,carbofuran,,1,,ppm,,\nGB 1,carbofuran,,1,,mL,,\n"
           "GB 1,carbofuran,,1,,mg/kg,-5,\nGB 1-2020,镉,,0.2,,mg/kg,,\n",
      &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, said, G_N_ELEMENTS(said));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM detection_limit"), ==, 0);
}

/* ---- judged anew ---- */

/* What was not detected complies until it is known that the method cannot see the limit. */
static void test_judged_anew(Fixture *f, gconstpointer data) {
  begin(f);
  add_judged_value(
      f, (Value){add_spinach(f, "GX", "c1"), "chlorpyrifos", NULL, "not-detected", "", .method = "GB 1"});
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "complies");
  must_import(f, HEAD "GB 1,chlorpyrifos,菠菜,0.03,,mg/kg,,\n", 1, 1);
  assert_text(f, "SELECT who || cause FROM rejudgement WHERE done_us IS NULL",
              "wangdetection limits of limits.csv: 1 new");
  must_judge_anew(f);
  assert_text(f, "SELECT verdict || ' ' || reason_code FROM verdict WHERE current = 1",
              "undetermined lod-above-limit");
  must_set(f, "GB 1", "rounding", "2 places");
  assert_text(f, "SELECT cause FROM rejudgement WHERE done_us IS NULL", "method GB 1, rounding 2 places");
}

static void test_limits_list(Fixture *f, gconstpointer data) {
  g_autofree char *text = NULL, *all = NULL;

  begin(f);
  must_import(f, HEAD "GB 1,Cd,,0.001,,mg/kg,,\nGB 2,Cd,菠菜,0.002,,mg/kg,,validated\n", 2, 2);
  text = list(f, "method limits", "code", "GB 2", 1);
  assert_in_order(text,
                  (const char *const[]){"\"key\":\"GB 2\"", "\"matrix\":\"spinach\"", "\"lod\":\"0.002\"",
                                        "\"source\":\"validated\"", "\"own\":true"},
                  5);
  all = list(f, "method limits", NULL, NULL, 2);
  g_assert_nonnull(strstr(all, "\"key\":\"GB 1\""));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/method/rules", test_rules);
  MODEL_TEST("/method/rules-refused", test_rules_refused);
  MODEL_TEST("/method/rules-survive", test_rules_survive);
  MODEL_TEST("/method/rules-misfit", test_rules_misfit);
  MODEL_TEST("/method/list", test_list);
  MODEL_TEST("/detection-limit/import", test_limits);
  MODEL_TEST("/detection-limit/refused", test_limits_refused);
  MODEL_TEST("/detection-limit/judged-anew", test_judged_anew);
  MODEL_TEST("/detection-limit/list", test_limits_list);
  return g_test_run();
}
