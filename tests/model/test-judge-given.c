/* What is given beside a value: LOD and LOQ, rules, uncertainty, facts, the method of a screen; rows of a
 * file; and the parameters of the command. */
#include "lims/core/csv.h"
#include "lims/model/command-json.h"
#include "lims/model/command-judge.h"
#include "tests/model/helper-judge-text.h"

#include <string.h>

/* ---- what is given besides ---- */

typedef struct {
  const char *value, *unit, *limit;
  const char *method, *lod, *loq, *uncertainty, *comparison, *decision;
  LimsVerdictKind kind;
  const char *code, *word;
} Given;

static const Given GIVEN[] = {
    {"0.02", "mg/kg", NULL, .lod = "0.05", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
    {"0.02", "mg/kg", "不得检出", .lod = "0.05", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
    {"0.05", "mg/kg", "不得检出", .lod = "0.05", .kind = LIMS_VERDICT_EXCEEDS,
     .code = "detected-though-not-allowed"},
    {"0.02", "mg/kg", NULL, .lod = "0.5", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
    {"未检出", "", NULL, .lod = "0.5mg/kg", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
    {"未检出", "", NULL, .lod = "50µg/kg", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
    {"0.02mg/kg", "", NULL, .lod = "30µg/kg", .kind = LIMS_VERDICT_COMPLIES, .code = "not-detected"},
    {"0.02", "mg/kg", NULL, .lod = "0.01", .loq = "0.03", .kind = LIMS_VERDICT_COMPLIES,
     .code = "at-or-below-limit"},
    {"0.02", "mg/kg", NULL, .loq = "0.4", .kind = LIMS_VERDICT_UNDETERMINED, .code = "lod-above-limit"},
    {"0.35", "mg/kg", NULL, .lod = "0.01", .loq = "0.03", .kind = LIMS_VERDICT_EXCEEDS,
     .code = "above-limit"},
    {"0.35", "mg/kg", NULL, .lod = "0.05mg/L", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
     .word = "LOD"},
    {"0.35", "mg/kg", NULL, .lod = "abc", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
     .word = "“abc”"},
    {"0.35", "mg/kg", NULL, .lod = "0", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable"},
    {"0.35", "mg/kg", NULL, .lod = "0.2", .loq = "0.1", .kind = LIMS_VERDICT_UNDETERMINED,
     .code = "unreadable", .word = "above the LOQ"},
    {"0.304", "mg/kg", NULL, .comparison = "rounded", .kind = LIMS_VERDICT_COMPLIES,
     .code = "at-or-below-limit"},
    {"0.304", "mg/kg", NULL, .comparison = "full", .kind = LIMS_VERDICT_EXCEEDS, .code = "above-limit"},
    {"0.304", "mg/kg", NULL, .comparison = "exact", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable",
     .word = "full or rounded"},
    {"0.25", "mg/kg", NULL, .decision = "guard-band", .uncertainty = "20", .kind = LIMS_VERDICT_COMPLIES,
     .code = "at-or-below-limit"},
    {"0.26", "mg/kg", NULL, .decision = "guard-band", .uncertainty = "20 %",
     .kind = LIMS_VERDICT_UNDETERMINED, .code = "within-guard-band"},
    {"0.26", "mg/kg", NULL, .decision = "guard-band", .kind = LIMS_VERDICT_UNDETERMINED,
     .code = "uncertainty-unknown"},
    {"0.26", "mg/kg", NULL, .uncertainty = "20", .kind = LIMS_VERDICT_COMPLIES, .code = "at-or-below-limit"},
    {"0.26", "mg/kg", NULL, .uncertainty = "-20", .kind = LIMS_VERDICT_UNDETERMINED, .code = "unreadable"},
};

static void test_given(void) {
  g_autoptr(LimsCatalogue) catalogue = helper_text_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(GIVEN); i++) {
    const Given *given = &GIVEN[i];
    HelperCase row = {ROW("铅", given->value, given->unit, DAY, given->limit), given->kind, given->code,
                      given->word};

    row.text.lod = given->lod;
    row.text.loq = given->loq;
    row.text.uncertainty = given->uncertainty;
    row.text.comparison = given->comparison;
    row.text.decision = given->decision;
    helper_text_check(catalogue, &row);
  }
}

static void test_facts(void) {
  g_autoptr(LimsCatalogue) catalogue = helper_text_catalogue();
  HelperCase row = {ROW("镉", "0.06mg/kg", "", DAY, NULL), LIMS_VERDICT_EXCEEDS, "above-limit", "dry weight"};

  row.text.facts[LIMS_FACT_MOISTURE] = "90";
  helper_text_check(catalogue, &row); /* 0.06 / (1 - 0.90) = 0.6 */
  row.text.facts[LIMS_FACT_MOISTURE] = "80";
  row.kind = LIMS_VERDICT_COMPLIES;
  row.code = "at-or-below-limit";
  helper_text_check(catalogue, &row);
  row.text.facts[LIMS_FACT_MOISTURE] = "100";
  row.kind = LIMS_VERDICT_UNDETERMINED;
  row.code = "unreadable";
  row.word = "moisture";
  helper_text_check(catalogue, &row);
}

static void test_screens(void) {
  static const struct {
    const char *value, *method, *limit, *at;
    LimsVerdictKind kind;
    const char *code;
  } ROWS[] = {
      {"62%", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", "GB/T 5009.199-2003", NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", "NY/T 448", NULL, NULL, LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"62%", NULL, "≤50%", NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62%", NULL, "≤70%", NULL, LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"62%", "NY/T 448", "≤50%", NULL, LIMS_VERDICT_UNDETERMINED, "unreadable"},
      {"62%", NULL, "≤60%", NULL, LIMS_VERDICT_UNDETERMINED, "unreadable"},
      {"50%", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"50%", NULL, NULL, "negative", LIMS_VERDICT_COMPLIES, "screen-negative"},
      {"阳性", NULL, NULL, NULL, LIMS_VERDICT_SCREENING_POSITIVE, "screen-positive"},
      {"62", NULL, NULL, NULL, LIMS_VERDICT_UNDETERMINED, "unit-mismatch"},
  };
  g_autoptr(LimsCatalogue) catalogue = helper_text_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    HelperCase row = {ROW("酶抑制率", ROWS[i].value, "", "", ROWS[i].limit), ROWS[i].kind, ROWS[i].code,
                      NULL};

    row.text.method = ROWS[i].method;
    row.text.at_threshold = ROWS[i].at;
    helper_text_check(catalogue, &row);
  }
}

/* ---- a file ---- */

static char *judge_file(const char *text, gboolean found, GError **error) {
  g_autoptr(LimsCatalogue) catalogue = helper_text_catalogue();

  return lims_judge_csv(catalogue, "rows.csv", text, strlen(text), found, error);
}

static void test_file(void) {
  GError *error = NULL;
  g_autofree char *out = judge_file("no,commodity,analyte,value,unit,date,limit,moisture,lod\n"
                                    "1,韭菜,铅,0.35,mg/kg,45992,,,\n"
                                    "2,韭菜,镉,0.06,mg/kg,45992,,90,\n"
                                    "3,韭菜,铅,0.02,mg/kg,45992,,,0.5\n"
                                    "4,韭菜,铅,\"0.1,0.2\",mg/kg,45992,,,\n"
                                    "5,韭菜,铅,0.35mg/kg,,45992,\"≤0.2mg/kg\n氟虫腈\",,\n"
                                    "6,,,,,,,,\n",
                                    FALSE, &error);
  g_autoptr(LimsCsv) csv = NULL;
  static const char *const EXPECTED[] = {"above-limit", "above-limit",       "lod-above-limit",
                                         "unreadable",  "limit-not-numeric", "not-run"};

  g_assert_no_error(error);
  csv = lims_csv_read_bytes("out.csv", out, strlen(out), &error);
  g_assert_no_error(error);
  g_assert_cmpuint(csv->rows->len, ==, G_N_ELEMENTS(EXPECTED));
  for (guint i = 0; i < csv->rows->len; i++) {
    const char *reason = lims_csv_get(g_ptr_array_index(csv->rows, i), lims_csv_column(csv, "reason"));

    g_test_message("%s", reason);
    g_assert_true(g_str_has_prefix(reason, EXPECTED[i]));
    g_assert_null(strchr(reason, '\n'));
  }
}

/* What the names were taken for, if asked for. */
static void test_found(void) {
  GError *error = NULL;
  g_autofree char *out = judge_file("commodity,analyte,value,unit,date\n"
                                    "韭菜,铅（以Pb计）,0.35,mg/kg,2025-12-01\n"
                                    "不知名,不知名,1,mg/kg,2025-12-01\n",
                                    TRUE, &error);

  g_assert_no_error(error);
  g_assert_nonnull(strstr(out, ",reason,commodity_found,analyte_found,limit_set\n"));
  g_assert_nonnull(strstr(out, ",chives,lead,s\n"));
  g_assert_true(g_str_has_suffix(out, ",,,\n"));
}

static void test_bad_files(void) {
  static const struct {
    const char *text, *word;
  } FILES[] = {
      {"commodity,analyte,value,unit\n韭菜,铅,1,mg/kg\n", "date"},
      {"commodity,analyte,value,unit,date,verdict\n韭菜,铅,1,mg/kg,,\n", "verdict"},
      {"commodity,analyte,value,unit,date\n韭菜,铅,1,mg/kg\n", "2"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(FILES); i++) {
    GError *error = NULL;

    g_assert_null(judge_file(FILES[i].text, FALSE, &error));
    g_assert_nonnull(strstr(error->message, "rows.csv"));
    g_assert_nonnull(strstr(error->message, FILES[i].word));
    g_error_free(error);
  }
}

/* ---- the command's parameters ---- */

static const LimsField *find_field(const char *name) {
  for (const LimsField *field = LIMS_JUDGE_COMMANDS[0].fields; field->name; field++)
    if (strcmp(field->name, name) == 0)
      return field;
  return NULL;
}

static const char *ask_field(gconstpointer data, const char *name) {
  const LimsField *field = find_field(name);

  if (!field)
    g_error("judge one has no parameter %s", name);
  (*(guint *)data)++;
  return NULL;
}

/* Every part of a text is a parameter, and every parameter a part; facts in the words of their table. */
static void test_parameters(void) {
  LimsJudgeText text;
  guint asked = 0, known = 0;

  lims_judge_text_fill(&text, ask_field, &asked);
  for (const LimsField *field = LIMS_JUDGE_COMMANDS[0].fields; field->name; field++)
    known++;
  g_assert_cmpuint(asked, ==, known);
  for (guint i = 0; i < LIMS_FACTS; i++) {
    const LimsField *field = find_field(lims_fact_name((LimsFact)i));

    g_assert_cmpstr(field->help, ==, lims_fact_help((LimsFact)i));
    g_assert_cmpstr(field->choices, ==, lims_fact_choices((LimsFact)i));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge-given/given", test_given);
  g_test_add_func("/judge-given/facts", test_facts);
  g_test_add_func("/judge-given/screens", test_screens);
  g_test_add_func("/judge-given/file", test_file);
  g_test_add_func("/judge-given/found", test_found);
  g_test_add_func("/judge-given/bad-files", test_bad_files);
  g_test_add_func("/judge-given/parameters", test_parameters);
  return g_test_run();
}
