/* Judging what people typed: one value, and a file of them. */
#include "tests/model/helper-limit.h"

#include <string.h>

static void test_judge_one(Fixture *fixture, gconstpointer data) {
  add_places(fixture);
  assert_judged(fixture, "菠菜", "Cd", "0.2", "mg/kg", NULL, "complies at-or-below-limit 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "201µg/kg", NULL, NULL, "exceeds above-limit 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "未检出", NULL, NULL, "complies not-detected 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0,035", "mg/kg", NULL, "undetermined unreadable 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1", NULL, NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1 g/kg", "mg/kg", NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "Cd", "0.1", "mg/qg", NULL, "undetermined unit-mismatch 0.2 mg/kg");
  assert_judged(fixture, "菠菜", "克百威", "0.001", "mg/kg", NULL, "exceeds detected-though-banned 不得使用");
  assert_judged(fixture, "谜", "Cd", "0.1", "mg/kg", NULL, "undetermined no-commodity -");
  assert_judged(fixture, "菠菜", "unobtainium", "0.1", "mg/kg", NULL, "undetermined no-limit -");
  assert_judged(fixture, "谜", "unobtainium", "6.71", "mg/kg", "≤5mg/kg", "exceeds above-limit ≤5mg/kg");
  assert_judged(fixture, "谜", "x", "1.26倍", NULL, "≤1.5倍", "undetermined unreadable ≤1.5倍");
  assert_judged(fixture, "谜", "x", "1.26", NULL, "≤1.5倍", "undetermined limit-not-numeric ≤1.5倍");
  assert_judged(fixture, "菠菜", "酒精度", "16.9%", NULL, NULL, "undetermined no-limit -"); /* no screen */
}

static void test_judge_csv(Fixture *fixture, gconstpointer data) {
  static const char *const text = "no,commodity,analyte,value,unit,date,limit\r\n"
                                  "1,菠菜,镉,0.3,mg/kg,2026-05-01,\r\n"
                                  "2,\"菠菜\",镉,未检出,,2026-05-01,\r\n"
                                  "3,谜,镉,0.3,mg/kg,yesterday,0.3\r\n"
                                  "4,菠菜,镉,0.3,mg/kg,yesterday,\r\n";
  g_autoptr(GBytes) bytes = g_bytes_new_static(text, strlen(text));
  GHashTable *args = lims_fields_new();
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  g_auto(GStrv) lines = NULL;

  add_places(fixture);
  g_assert_true(lims_fields_set_file(args, "csv", "rows.csv", bytes, NULL));
  out = run_limit_command(fixture, "judge", "csv", args, &error);
  g_assert_no_error(error);
  lines = g_strsplit(json_node_get_string(out), "\n", -1);
  g_assert_cmpuint(g_strv_length(lines), ==, 6);
  g_assert_cmpstr(lines[0], ==,
                  "no,commodity,analyte,value,unit,date,limit,verdict,limit_used,standard,clause,reason");
  g_assert_true(
      g_str_has_prefix(lines[1], "1,菠菜,镉,0.3,mg/kg,2026-05-01,,exceeds,0.2 mg/kg,GB 0000-2020,4.3,"));
  g_assert_true(
      g_str_has_prefix(lines[2], "2,菠菜,镉,未检出,,2026-05-01,,complies,0.2 mg/kg,GB 0000-2020,4.3,"));
  g_assert_true(g_str_has_prefix(lines[3], "3,谜,镉,0.3,mg/kg,yesterday,0.3,complies,0.3,,,"));
  g_assert_nonnull(strstr(lines[4], "undetermined,,,,no-date: "));
}

static void test_judge_csv_refused(Fixture *fixture, gconstpointer data) {
  static const char *const texts[] = {
      "", "commodity,analyte,value,unit\na,b,c,d\n",
      "commodity,analyte,value,unit,date,verdict\na,b,1,mg/kg,2026-01-01,x\n"};

  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    g_autoptr(GBytes) bytes = g_bytes_new_static(texts[i], strlen(texts[i]));
    GHashTable *args = lims_fields_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(lims_fields_set_file(args, "csv", "rows.csv", bytes, NULL));
    g_assert_null(run_limit_command(fixture, "judge", "csv", args, &error));
    g_test_message("%s", error->message);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/judge-text/one", test_judge_one);
  MODEL_TEST("/judge-text/csv", test_judge_csv);
  MODEL_TEST("/judge-text/csv-refused", test_judge_csv_refused);
  return g_test_run();
}
