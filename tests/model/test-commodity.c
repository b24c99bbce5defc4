/* The command that matches a file of names: what it reads, what it answers, what it refuses. */
#include "lims/core/text.h"
#include "tests/model/helper-model.h"

#include <string.h>

static JsonArray *match(Fixture *f, const char *bytes, gssize size) {
  GError *error = NULL;
  JsonNode *node = run_file_command(f, &error, "commodity match", "names", bytes, size);
  JsonArray *rows;

  g_assert_no_error(error);
  g_assert_true(JSON_NODE_HOLDS_ARRAY(node));
  rows = json_array_ref(json_node_get_array(node));
  json_node_unref(node);
  return rows;
}

static JsonObject *row_of(JsonArray *rows, guint i) {
  return json_array_get_object_element(rows, i);
}

static void assert_member(JsonArray *rows, guint i, const char *member, const char *expected) {
  g_assert_cmpstr(json_object_get_string_member_with_default(row_of(rows, i), member, NULL), ==, expected);
}

static void assert_sum(JsonArray *rows, int names, int matched, int ambiguous, int none) {
  JsonObject *sum = row_of(rows, json_array_get_length(rows) - 1);

  g_assert_cmpstr(json_object_get_string_member(sum, "key"), ==, "sum");
  g_assert_cmpint(json_object_get_int_member(sum, "names"), ==, names);
  g_assert_cmpint(json_object_get_int_member(sum, "matched"), ==, matched);
  g_assert_cmpint(json_object_get_int_member(sum, "ambiguous"), ==, ambiguous);
  g_assert_cmpint(json_object_get_int_member(sum, "none"), ==, none);
  g_assert_cmpuint(json_array_get_length(rows), ==, (guint)names + 1);
}

static void test_lines(Fixture *f, gconstpointer data) {
  g_autoptr(JsonArray) rows = NULL;

  add_places(f);
  rows = match(f, "菠菜\r\n精品菠菜（散装）\n\n  炸菠菜\n菠菜 \n菠菜（葱）", -1);
  assert_sum(rows, 4, 2, 0, 2);
  assert_member(rows, 0, "key", "菠菜");
  g_assert_cmpint(json_object_get_int_member(row_of(rows, 0), "times"), ==, 2);
  assert_member(rows, 0, "match", "exact");
  assert_member(rows, 0, "commodity", "spinach");
  assert_member(rows, 0, "name", "菠菜");
  assert_member(rows, 0, "by", "菠菜");
  assert_member(rows, 0, "candidates", NULL);
  assert_member(rows, 1, "match", "stripped");
  assert_member(rows, 2, "match", "none");
  assert_member(rows, 2, "commodity", NULL);
  assert_member(rows, 2, "gb2763", NULL);
  assert_member(rows, 2, "candidates", "菠菜 (spinach)");
}

/* One place, several, none. */
static void test_places(Fixture *f, gconstpointer data) {
  g_autoptr(JsonArray) rows = NULL;

  add_places(f);
  must_execute(f,
               "INSERT INTO node(tree, id, parent, name, path) VALUES ('gb2763', 1, NULL, '蔬菜', '蔬菜'), "
               "('gb2763', 2, 1, '叶菜', '蔬菜 > 叶菜'), ('soil', 1, NULL, '旱地', '旱地')");
  must_execute(f, "INSERT INTO membership(commodity, tree, node) VALUES ('spinach', 'gb2763', 1), "
                  "('spinach', 'gb2763', 2), ('spinach', 'soil', 1)");
  must_execute(f, "UPDATE meta SET value = value + 1 WHERE name = 'catalogue-version'");
  rows = match(f, "菠菜", -1);
  assert_member(rows, 0, "gb2762", "");
  assert_member(rows, 0, "gb2763", "蔬菜 | 蔬菜 > 叶菜");
  assert_member(rows, 0, "soil", "旱地");
  assert_member(rows, 0, "irrigation", NULL);
  assert_member(rows, 0, "note", "no place in gb2762");
}

static void test_tables(Fixture *f, gconstpointer data) {
  static const char *const TABLES[] = {
      "name\n菠菜\n",
      "no,food_name,item\n1,菠菜,x\n",
      "\xef\xbb\xbf序号,食品名称\n1,菠菜\n",
      "备注,样品名称\n\"一,二\",菠菜\n",
      "food,commodity\n葱,菠菜\n", /* the order of the table of headings, not of the file */
  };

  add_places(f);
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++) {
    g_autoptr(JsonArray) rows = match(f, TABLES[i], -1);

    assert_sum(rows, 1, 1, 0, 0);
    assert_member(rows, 0, "key", "菠菜");
  }
}

static void test_gb18030(Fixture *f, gconstpointer data) {
  static const char *const TEXTS[] = {"名称,备注\n菠菜,本地\n", "菠菜\n鲜菠菜\n"};

  add_places(f);
  for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++) {
    gsize size;
    g_autofree char *bytes = g_convert(TEXTS[i], -1, "GB18030", "UTF-8", NULL, &size, NULL);
    g_autoptr(JsonArray) rows = match(f, bytes, (gssize)size);

    assert_member(rows, 0, "key", "菠菜");
    assert_member(rows, 0, "commodity", "spinach");
  }
}

static void must_not_match(Fixture *f, const char *bytes, gssize size, const char *words) {
  g_autoptr(GError) error = NULL;
  JsonNode *node = run_file_command(f, &error, "commodity match", "names.csv", bytes, size);

  g_assert_null(node);
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, words));
  g_assert_nonnull(strstr(error->message, "names.csv"));
}

static void test_refused(Fixture *f, gconstpointer data) {
  add_places(f);
  must_not_match(f, "a,b\n菠菜,1\n", -1, "--column");
  must_not_match(f, "name,x\n菠菜\n", -1, "names.csv:2");
  must_not_match(f, "name,\n菠菜,1\n", -1, "heading");
  must_not_match(f, "\xff\xff\xff\n", 4, "UTF-8");
}

static void test_empty(Fixture *f, gconstpointer data) {
  g_autoptr(JsonArray) rows = NULL;

  add_places(f);
  rows = match(f, "name\n", -1);
  assert_sum(rows, 0, 0, 0, 0);
}

/* Registering reads a name in the same way, and keeps it as typed. */
static void test_sample(Fixture *f, gconstpointer data) {
  add_places(f);
  g_free(must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "精品菠菜（散装）", NULL));
  assert_text(f, "SELECT commodity FROM sample ORDER BY id DESC LIMIT 1", "spinach");
  assert_text(f, "SELECT commodity_name FROM sample ORDER BY id DESC LIMIT 1", "精品菠菜（散装）");
  g_free(must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "炸菠菜", NULL));
  assert_text(f, "SELECT commodity FROM sample ORDER BY id DESC LIMIT 1", NULL);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/commodity/lines", test_lines);
  MODEL_TEST("/commodity/places", test_places);
  MODEL_TEST("/commodity/tables", test_tables);
  MODEL_TEST("/commodity/gb18030", test_gb18030);
  MODEL_TEST("/commodity/refused", test_refused);
  MODEL_TEST("/commodity/empty", test_empty);
  MODEL_TEST("/commodity/sample", test_sample);
  return g_test_run();
}
