/* Importing a limit set. */
#include "tests/model/helper-limit.h"

#include <string.h>

static void must_import(Fixture *fixture, const char *text, gboolean apply, const char *counts) {
  g_autoptr(JsonNode) out = NULL;
  const char *sum = json_object_get_string_member(must_import_set(fixture, text, apply, FALSE, &out), "sum");

  g_test_message("%s", sum);
  g_assert_nonnull(strstr(sum, counts));
}

static void must_refuse_import(Fixture *fixture, const char *text, gboolean ends, const char *words) {
  g_autoptr(GError) error = NULL;

  g_assert_null(import_set(fixture, text, TRUE, ends, &error));
  g_test_message("%s", error->message);
  if (!strstr(error->message, words))
    g_error("expected \"%s\" in \"%s\"", words, error->message);
  g_assert_nonnull(strstr(error->message, "csv"));
}

#define HEAD "set,standard,tree,effective_from,standing,node,analyte,limit_text,unit,conditions\n"
#define SET "local,DB 1-2026,t,2026-01-01,good,"

static void test_import(Fixture *fixture, gconstpointer data) {
  static const char *const first = HEAD SET "菠菜,镉,0.1,mg/kg,\n"
                                            ",,,,,蔬菜,毒死蜱,不得使用,,\n"
                                            ",,,,,1,cd,0.3,mg/kg,ph <= 5.5\n";
  static const char *const second = HEAD SET "蔬菜 > 菠菜,cadmium,0.15,mg/kg,\n"
                                             ",,,,,蔬菜,毒死蜱,不得使用,,\n";

  add_places(fixture);
  must_import(fixture, first, FALSE,
              "3 added, 0 changed, 0 removed, 0 unchanged, 1 overlapping; nothing written");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_set"), ==, 1);
  assert_judged(fixture, "菠菜", "镉", "0.15", "mg/kg", NULL, "complies at-or-below-limit 0.2 mg/kg");
  must_import(fixture, first, TRUE, "3 added, 0 changed, 0 removed, 0 unchanged, 1 overlapping; done");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row WHERE limit_set = 'local'"), ==, 3);
  /* two sets now hold for one food and differ: nobody is asked to guess */
  assert_judged(fixture, "菠菜", "镉", "0.15", "mg/kg", NULL, "undetermined limits-conflict 0.1 mg/kg");
  must_import(fixture, first, TRUE,
              "0 added, 0 changed, 0 removed, 3 unchanged, 1 overlapping; nothing to do");
  must_import(fixture, second, TRUE, "0 added, 1 changed, 1 removed, 1 unchanged");
  assert_text(fixture, "SELECT limit_number FROM limit_row WHERE limit_set = 'local' AND analyte = 'cadmium'",
              "0.15");
  assert_text(fixture, "SELECT id FROM limit_row WHERE limit_set = 'local' AND analyte = 'cadmium'", "1");
}

/* What is done again changes nothing and leaves no trace but the audit's; conditions are the same however
 * written. */
static void test_again(Fixture *fixture, gconstpointer data) {
  static const char *const first = HEAD SET "菠菜,镉,0.1,mg/kg,5.5 < ph <= 6.5\n";
  static const char *const other = HEAD SET "菠菜,镉,0.1,mg/kg,5.50<pH<=6.5\n";
  static const char *const ends = "set,standard,tree,effective_from,effective_to,standing,node,analyte,"
                                  "limit_text,unit,conditions\n"
                                  "local,DB 1-2026,t,2026-01-01,2026-12-31,good,菠菜,镉,0.1,mg/kg,"
                                  "5.50<pH<=6.5\n";
  gint64 changes;

  add_places(fixture);
  must_import(fixture, first, TRUE, "1 added");
  changes = read_int(fixture, "SELECT COUNT(*) FROM change");
  must_import(fixture, first, TRUE, "1 unchanged, 1 overlapping; nothing to do");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM change"), ==, changes);
  must_import(fixture, other, TRUE, "0 added, 1 changed, 0 removed");
  must_import(fixture, ends, TRUE, "0 added, 0 changed, 0 removed, 1 unchanged, 1 overlapping; done");
  assert_text(fixture, "SELECT effective_to FROM limit_set WHERE code = 'local'", "2026-12-31");
}

static void test_refused(Fixture *fixture, gconstpointer data) {
  static const struct {
    const char *text, *words;
  } rows[] = {
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,葱,镉,0.1,mg/kg,\n,,,,,菠菜,铅,0.1,mg/kg,\n", "set.csv:3: "},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,葱,镉,0.1,mg/kg,\n,,,,,菠菜,铅,0.1,mg/kg,\n", "set.csv:4: "},
      {HEAD SET "菠菜,镉,0.1,mg/qg,\n", "set.csv:2: limit_text '0.1' mg/qg"},
      {HEAD SET "菠菜,镉,不得检出,mg/qg,\n", "set.csv:2: unit 'mg/qg'"},
      {HEAD SET "菠菜,镉,many,mg/kg,\n", "set.csv:2: limit_text 'many'"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\nother,,,,,蔬菜,镉,0.1,mg/kg,\n", "set.csv:3: set is 'other'"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,蔬菜 > 菠菜,Cd,0.2,mg/kg,\n",
       "set.csv:3: contradicts line 2: for the same node, analyte and conditions '0.1 mg/kg' there, '0.2 "
       "mg/kg' here"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,\n,,,,,蔬菜 > 菠菜,Cd,0.1,mg/kg,temporary\n", "set.csv:3: repeats line 2"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,ph<=5.5\n,,,,,蔬菜 > 菠菜,Cd,0.3,mg/kg,pH <= 5.50\n",
       "set.csv:3: contradicts line 2"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,ph <= 55\n", "set.csv:2: "},
      {HEAD SET "菠菜,镉,0.1,mg/kg,species unobtainium\n",
       "set.csv:2: conditions names 'unobtainium', which is no analyte code"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,species cadmium\n", "set.csv:2: cadmium asks for its species cadmium"},
      {HEAD SET "菠菜,镉,0.1,mg/kg,species chlorpyrifos\n,,,,,蔬菜,毒死蜱,0.1,mg/kg,species cadmium\n",
       "set.csv:3: chlorpyrifos asks for its species cadmium, which by line 2 asks for chlorpyrifos"},
      {HEAD SET "菠菜叶,镉,0.1,mg/kg,\n",
       "set.csv:2: tree 't' has no node '菠菜叶', the nearest: '蔬菜 > 菠菜' (2)"},
      {HEAD SET "龟,镉,0.1,mg/kg,\n",
       "set.csv:2: tree 't' has no node '龟'; a class is added in config/catalogue/trees/t.csv"},
      {HEAD SET "菠菜,unobtainium,0.1,mg/kg,\n", "set.csv:2: the catalogue has no analyte 'unobtainium'"},
      {HEAD "local,DB 1-2026,t,soon,good,菠菜,镉,0.1,mg/kg,\n", "set.csv:2: effective_from 'soon'"},
      {HEAD "local,DB 1-2026,u,2026-01-01,good,菠菜,镉,0.1,mg/kg,\n",
       "set.csv:2: tree 'u': there is none of that name; there is t."},
      {"set,standard,tree,effective_from,node,path,analyte,limit_text,unit\n"
       "local,DB 1-2026,t,2026-01-01,1,蔬菜 > 菠菜,镉,0.1,mg/kg\n",
       "set.csv:2: path is '蔬菜 > 菠菜', but node '1' is '蔬菜'"},
      {"set,standard,tree,effective_from,node,analyte,limit_text,unit,residue_definition\n"
       "local,DB 1-2026,t,2026-01-01,菠菜,克百威,0.1,mg/kg,\"carbofuran + nothing, as carbofuran: words\"\n",
       "set.csv:2: residue_definition names 'nothing'"},
      {HEAD, "no row"},
      {"", "empty"},
      {"set,standard\nx,y\n", "tree"},
  };

  add_places(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    must_refuse_import(fixture, rows[i].text, FALSE, rows[i].words);
    g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row WHERE limit_set = 'local'"), ==, 0);
  }
}

/* Fifty are named, the rest is counted. */
static void test_many_bad(Fixture *fixture, gconstpointer data) {
  g_autoptr(GString) text = g_string_new(HEAD SET "菠菜,镉,0.1,mg/kg,\n");

  add_places(fixture);
  for (guint i = 0; i < 57; i++)
    g_string_append(text, ",,,,,葱,镉,0.1,mg/kg,\n");
  must_refuse_import(fixture, text->str, FALSE, "57 bad rows");
  must_refuse_import(fixture, text->str, FALSE, "\nset.csv:52: ");
  must_refuse_import(fixture, text->str, FALSE, "\nand 7 more");
}

/* Two nodes of one name: a name alone is not enough. */
static void test_several_nodes(Fixture *fixture, gconstpointer data) {
  add_places(fixture);
  must_execute(fixture,
               "INSERT INTO node(tree, id, parent, name, path) VALUES('t', 3, NULL, '干菜', '干菜'), "
               "('t', 4, 3, '菠菜', '干菜 > 菠菜')");
  must_execute(fixture, "UPDATE meta SET value = '8' WHERE name = 'catalogue-version'");
  must_refuse_import(
      fixture, HEAD SET "菠菜,镉,0.1,mg/kg,\n", FALSE,
      "several nodes '菠菜': give the path or the id of one: '蔬菜 > 菠菜' (2), '干菜 > 菠菜' (4)");
  must_import(fixture, HEAD SET "干菜 > 菠菜,镉,0.1,mg/kg,\n", TRUE, "1 added");
}

/* A tree that turns in a circle gives no verdict and takes no set. */
static void test_cycle(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  add_places(fixture);
  must_execute(fixture, "UPDATE node SET parent = 2 WHERE id = 1");
  must_execute(fixture, "UPDATE meta SET value = '8' WHERE name = 'catalogue-version'");
  g_assert_null(import_set(fixture, HEAD SET "菠菜,镉,0.1,mg/kg,\n", TRUE, FALSE, &error));
  g_test_message("%s", error->message);
  g_assert_nonnull(strstr(error->message, "tree t"));
}

/* ---- editions ---- */

#define EDITION_HEAD                                                                                         \
  "set,standard,tree,effective_from,effective_to,standing,node,analyte,limit_text,unit,conditions\n"
#define EDITION(code, standard, from, to)                                                                    \
  EDITION_HEAD code "," standard ",t," from "," to ",good,菠菜,镉,0.1,mg/kg,\n"

static void test_editions_refused(Fixture *fixture, gconstpointer data) {
  add_places(fixture);
  /* a code that was mistyped would take another standard's limits away */
  must_refuse_import(fixture, EDITION("s", "DB 1-2026", "2026-03-01", ""), FALSE,
                     "the set s is of GB 0000-2020, the file of DB 1-2026");
  must_refuse_import(fixture, EDITION("new", "GB 0000-2026", "2026-03-01", ""), FALSE,
                     "new (GB 0000-2026, from 2026-03-01, without an end) overlaps s (GB 0000-2020, from "
                     "2020-01-01, without an end)");
  must_refuse_import(fixture, EDITION("new", "GB 0000-2026", "2026-03-01", ""), FALSE, "--ends-before yes");
  /* it would leave a time without any */
  must_refuse_import(fixture, EDITION("new", "GB 0000-2026", "2026-03-01", "2026-06-30"), TRUE,
                     "goes on after");
  /* an older one is not the one to end */
  must_refuse_import(fixture, EDITION("old", "GB 0000-2015", "2015-01-01", ""), TRUE, "effective_to");
  must_refuse_import(fixture, EDITION("twin", "GB 0000-2020", "2020-01-01", ""), TRUE, "overlaps s");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_set"), ==, 1);
  must_import(fixture, EDITION("old", "GB 0000-2015", "2015-01-01", "2019-12-31"), TRUE, "1 added");
  must_import(fixture, EDITION("part", "GB 0000.1-2026", "2026-03-01", ""), TRUE, "1 added");
}

static void test_edition_ended(Fixture *fixture, gconstpointer data) {
  static const char *const text = EDITION("new", "GB 0000-2026", "2026-03-01", "");
  g_autoptr(JsonNode) preview = NULL, done = NULL;
  JsonObject *edition;

  add_places(fixture);
  edition = json_array_get_object_element(
      json_object_get_array_member(must_import_set(fixture, text, FALSE, TRUE, &preview), "editions"), 1);
  g_assert_cmpstr(json_object_get_string_member(edition, "set"), ==, "s");
  g_assert_cmpstr(json_object_get_string_member(edition, "before"), ==, "2020-01-01 to open");
  g_assert_cmpstr(json_object_get_string_member(edition, "after"), ==, "2020-01-01 to 2026-02-28");
  g_assert_null(strstr(json_object_get_string_member(json_node_get_object(preview), "sum"), "1 overlapping"));
  assert_text(fixture, "SELECT effective_to FROM limit_set WHERE code = 's'", NULL);
  must_import_set(fixture, text, TRUE, TRUE, &done);
  assert_text(fixture, "SELECT effective_to FROM limit_set WHERE code = 's'", "2026-02-28");
  assert_judged(fixture, "菠菜", "镉", "0.15", "mg/kg", NULL, "exceeds above-limit 0.1 mg/kg");
}

/* ---- a bought edition ---- */

/* As many rows as GB 2763-2026 has, on a tree and analytes of their own. */
static char *make_bought(const char *limit) {
  GString *text = g_string_new("set,standard,tree,effective_from,node,analyte,limit_text,unit\n");

  for (guint i = 0; i < 10749; i++)
    g_string_append_printf(text, "%s,class %u,a%u,%s,mg/kg\n", i ? ",,," : "big,GB 9-2026,b,2026-03-01",
                           i % 430, i / 430, limit);
  return g_string_free(text, FALSE);
}

static void test_bought(Fixture *fixture, gconstpointer data) {
  g_autofree char *first = make_bought("0.05"), *second = make_bought("0.1");

  add_places(fixture);
  must_execute(fixture,
               "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 429) INSERT "
               "INTO node(tree, id, name, path) SELECT 'b', i + 1, 'class ' || i, 'class ' || i FROM n");
  must_execute(fixture, "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 30) INSERT "
                        "INTO analyte(code, name, name_en, family) SELECT 'a' || i, 'A' || i, '', '' FROM n");
  must_execute(fixture, "UPDATE meta SET value = '8' WHERE name = 'catalogue-version'");
  must_import(fixture, first, FALSE, "10749 added, 0 changed, 0 removed, 0 unchanged");
  must_import(fixture, first, TRUE, "10749 added");
  g_assert_cmpint(read_int(fixture, "SELECT COUNT(*) FROM limit_row WHERE limit_set = 'big'"), ==, 10749);
  must_import(fixture, second, TRUE, "0 added, 10749 changed, 0 removed, 0 unchanged");
}

static void test_list(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;
  JsonObject *row;

  add_places(fixture);
  out = run_limit_command(fixture, "limit", "list", lims_fields_new(), &error);
  g_assert_no_error(error);
  row = json_array_get_object_element(json_node_get_array(out), 0);
  g_assert_cmpstr(json_object_get_string_member(row, "standard"), ==, "GB 0000-2020");
  g_assert_cmpint(json_object_get_int_member(row, "limits"), ==, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/limit-set/import", test_import);
  MODEL_TEST("/limit-set/again", test_again);
  MODEL_TEST("/limit-set/refused", test_refused);
  MODEL_TEST("/limit-set/many-bad", test_many_bad);
  MODEL_TEST("/limit-set/several-nodes", test_several_nodes);
  MODEL_TEST("/limit-set/cycle", test_cycle);
  MODEL_TEST("/limit-set/editions/refused", test_editions_refused);
  MODEL_TEST("/limit-set/editions/ended", test_edition_ended);
  MODEL_TEST("/limit-set/bought", test_bought);
  MODEL_TEST("/limit-set/list", test_list);
  return g_test_run();
}
