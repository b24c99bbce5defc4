/* Settings and budgets: what is taken, what is refused, what counts, and that nothing is overwritten. */
#include "lims/model/budget.h"
#include "lims/model/setting.h"
#include "tests/model/helper-model.h"

/* ---- settings ---- */

static gboolean get_job(LimsDb *db, gpointer data, GError **error) {
  char **value = data;

  return (*value = lims_setting_get(db, *value, error)) != NULL;
}

static char *get(Fixture *f, const char *name) {
  char *value = (char *)name;

  must_write(f, get_job, &value);
  return value;
}

#define assert_setting(f, name, expected)                                                                    \
  do {                                                                                                       \
    g_autofree char *got = get(f, name);                                                                     \
    g_assert_cmpstr(got, ==, expected);                                                                      \
  } while (0)

static void must_set(Fixture *f, const char *name, const char *value) {
  g_autofree char *key = must_add(f, "setting set", "name", name, "value", value, NULL);

  g_assert_cmpstr(key, ==, name);
}

static void test_initial(Fixture *f, gconstpointer data) {
  for (const LimsSetting *setting = LIMS_SETTINGS; setting->name; setting++) {
    assert_setting(f, setting->name, setting->initial);
    must_set(f, setting->name, setting->initial); /* each is a word of its own */
  }
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM setting"), ==, 0); /* nothing was changed */
}

static void test_changes_stay(Fixture *f, gconstpointer data) {
  must_set(f, "judge.comparison", "rounded");
  must_set(f, "judge.comparison", "rounded");
  must_set(f, "judge.comparison", "full");
  must_set(f, "judge.comparison", "rounded");
  assert_setting(f, "judge.comparison", "rounded");
  assert_text(f, "SELECT group_concat(n || value || who) FROM (SELECT * FROM setting ORDER BY n)",
              "1roundedwang,2fullwang,3roundedwang");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM setting s JOIN change c ON c.seq = s.seq "
                              "AND c.table_name = 'setting' AND c.lab = 0"),
                  ==, 3);
  assert_setting(f, "judge.decision", "simple");
}

static void test_refused(Fixture *f, gconstpointer data) {
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "there is judge.comparison, judge.decision", "setting set", "name",
              "judge.rounding", "value", "full", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "must be one of full|rounded", "setting set", "name", "judge.comparison",
              "value", "Full", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "must be one of zero|half-lod|lod", "setting set", "name",
              "judge.nd-components", "value", "half", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "at most two places", "setting set", "name", "budget.floor-city",
              "value", "ten million", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "at most two places", "setting set", "name", "budget.floor-city",
              "value", "1000000.005", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "below 0", "setting set", "name", "budget.floor-city", "value", "-1",
              NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM setting"), ==, 0);
}

static gboolean policy_job(LimsDb *db, gpointer data, GError **error) {
  return lims_setting_policy(db, data, error);
}

static void test_policy(Fixture *f, gconstpointer data) {
  LimsPolicy policy = {0};

  must_write(f, policy_job, &policy);
  g_assert_cmpint(policy.comparison, ==, LIMS_POLICY_DEFAULT.comparison);
  g_assert_cmpint(policy.decision, ==, LIMS_POLICY_DEFAULT.decision);
  g_assert_cmpint(policy.at_threshold, ==, LIMS_POLICY_DEFAULT.at_threshold);
  g_assert_cmpint(policy.nd_components, ==, LIMS_POLICY_DEFAULT.nd_components);
  must_set(f, "judge.comparison", "rounded");
  must_set(f, "judge.decision", "guard-band");
  must_set(f, "judge.at-threshold", "negative");
  must_set(f, "judge.nd-components", "half-lod");
  must_write(f, policy_job, &policy);
  g_assert_cmpint(policy.comparison, ==, LIMS_COMPARE_ROUNDED);
  g_assert_cmpint(policy.decision, ==, LIMS_DECIDE_GUARD_BAND);
  g_assert_cmpint(policy.at_threshold, ==, LIMS_AT_THRESHOLD_NEGATIVE);
  g_assert_cmpint(policy.nd_components, ==, LIMS_ND_HALF_LOD);
}

/* What decides verdicts is read anew by every connection; what measures budgets is not its business. */
static void test_touch(Fixture *f, gconstpointer data) {
  g_autofree char *before = NULL, *after = NULL;
  const char *version = "SELECT value FROM meta WHERE name = 'catalogue-version'";

  add_places(f);
  before = read_text(f, version);
  must_set(f, "budget.floor-county", "9000000");
  assert_text(f, version, before);
  must_set(f, "judge.at-threshold", "negative");
  after = read_text(f, version);
  g_assert_cmpstr(after, !=, before);
}

/* ---- judged anew ---- */

/* 0.024 against 0.02: above it in full, at it once rounded. The verdict before stays. */
static void test_judged_anew(Fixture *f, gconstpointer data) {
  add_places(f);
  add_judged_value(f, (Value){add_spinach(f, "GX", "c1"), "chlorpyrifos", "0.024"});
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 1", "exceeds");
  must_set(f, "budget.floor-city", "1");
  must_set(f, "judge.comparison", "full");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM rejudgement"), ==, 0);
  must_set(f, "judge.comparison", "rounded");
  assert_text(f, "SELECT lab || who || cause FROM rejudgement WHERE done_us IS NULL",
              "1wangsetting judge.comparison: rounded, was full");
  must_judge_anew(f);
  assert_text(f, "SELECT verdict || ' ' || rule FROM verdict WHERE current = 1",
              "complies simple acceptance, rounded value");
  assert_text(f, "SELECT verdict FROM verdict WHERE current = 0", "exceeds");
}

static void test_lists(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) list = NULL, history = NULL;
  g_autofree char *shown = NULL, *changes = NULL;

  must_set(f, "judge.nd-components", "lod");
  must_set(f, "budget.floor-city", "12000000.50");
  list = run_command(f, &error, "setting list", NULL);
  g_assert_no_error(error);
  shown = json_to_string(list, FALSE);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(list)), ==, 6);
  assert_in_order(shown,
                  (const char *const[]){"\"key\":\"judge.nd-components\",\"value\":\"lod\"",
                                        "\"default\":\"zero\",\"set-by\":\"wang\",\"set-at\":\"20",
                                        "\"value\":\"12000000.50\""},
                  3);
  history = run_command(f, &error, "setting history", "name", "judge.nd-components", NULL);
  g_assert_no_error(error);
  changes = json_to_string(history, FALSE);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(history)), ==, 1);
  assert_in_order(changes, (const char *const[]){"judge.nd-components", "lod", "wang"}, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/setting/initial", test_initial);
  MODEL_TEST("/setting/changes-stay", test_changes_stay);
  MODEL_TEST("/setting/refused", test_refused);
  MODEL_TEST("/setting/policy", test_policy);
  MODEL_TEST("/setting/touch", test_touch);
  MODEL_TEST("/setting/judged-anew", test_judged_anew);
  MODEL_TEST("/setting/lists", test_lists);
  return g_test_run();
}
