/* CSV: each row where its writer put it, with its line, or an error that names the line. */
#include "lims/core/csv.h"
#include "lims/core/error.h"

#include <glib/gstdio.h>
#include <string.h>

static LimsCsv *read_text(const char *text) {
  g_autoptr(GError) error = NULL;
  LimsCsv *csv = lims_csv_read_bytes("t.csv", text, strlen(text), &error);

  g_assert_no_error(error);
  return csv;
}

static void assert_row(const LimsCsv *csv, guint index, guint line, const char *joined) {
  const LimsCsvRow *row = csv->rows->pdata[index];
  g_autoptr(GString) fields = g_string_new(NULL);

  for (guint i = 0; i < row->fields->len; i++)
    g_string_append_printf(fields, "%s%s", i > 0 ? "|" : "", lims_csv_get(row, (int)i));
  g_assert_cmpstr(fields->str, ==, joined);
  g_assert_cmpuint(row->line, ==, line);
}

static void assert_refuses(const char *text, gsize size, const char *message) {
  g_autoptr(GError) error = NULL;

  g_assert_null(lims_csv_read_bytes("t.csv", text, size, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_test_message("%s", error->message);
  g_assert_true(g_str_has_prefix(error->message, message));
}

static void test_plain(void) {
  g_autoptr(LimsCsv) csv = read_text("a,b,c\n1,,3\n , x ,\"y\"\n");

  g_assert_cmpuint(csv->rows->len, ==, 2);
  assert_row(csv, 0, 2, "1||3");
  assert_row(csv, 1, 3, " | x |y");
  g_assert_cmpint(lims_csv_column(csv, "b"), ==, 1);
  g_assert_cmpint(lims_csv_column(csv, "B"), ==, -1);
  g_assert_cmpstr(lims_csv_get(csv->rows->pdata[0], 2), ==, "3");
  g_assert_cmpstr(lims_csv_get(csv->rows->pdata[0], -1), ==, "");
  g_assert_cmpstr(lims_csv_get(csv->rows->pdata[0], 3), ==, "");
  g_assert_cmpstr(csv->name, ==, "t.csv");
}

static void test_quotes(void) {
  g_autoptr(LimsCsv) csv =
      read_text("a,b\n\"x,\"\"y\"\"\",\"\"\n5\" pipe,\"line\nbreak\r\nand\rmore\"\nlast,1");

  assert_row(csv, 0, 2, "x,\"y\"|");
  assert_row(csv, 1, 3, "5\" pipe|line\nbreak\r\nand\rmore");
  assert_row(csv, 2, 7, "last|1");
}

static void test_line_ends(void) {
  static const char *const ENDS[] = {"\n", "\r\n", "\r"};

  for (guint i = 0; i < G_N_ELEMENTS(ENDS); i++) {
    g_autofree char *text = g_strdup_printf("a,b%s%s1,2%s  %s3,4", ENDS[i], ENDS[i], ENDS[i], ENDS[i]);
    g_autoptr(LimsCsv) csv = read_text(text);

    g_assert_cmpuint(csv->rows->len, ==, 2);
    assert_row(csv, 0, 3, "1|2");
    assert_row(csv, 1, 5, "3|4");
  }
}

static void test_encodings(void) {
  static const char GB[] = "\xb1\xe0\xba\xc5,\xca\xb3\xc6\xb7\n1,\xb2\xa4\xb2\xcb\n"; /* 编号,食品 / 菠菜 */
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsCsv) marked = read_text("\xef\xbb\xbf编号,食品\n1,菠菜\n");
  g_autoptr(LimsCsv) national = lims_csv_read_bytes("t.csv", GB, sizeof GB - 1, &error);

  g_assert_no_error(error);
  g_assert_cmpint(lims_csv_column(marked, "编号"), ==, 0);
  g_assert_cmpint(lims_csv_column(national, "食品"), ==, 1);
  assert_row(marked, 0, 2, "1|菠菜");
  assert_row(national, 0, 2, "1|菠菜");
}

static void test_single_column(void) {
  g_autoptr(LimsCsv) csv = read_text(" name \nx\n\ny\n\"\"\n");

  g_assert_cmpint(lims_csv_column(csv, "name"), ==, 0);
  g_assert_cmpuint(csv->rows->len, ==, 2);
  assert_row(csv, 1, 4, "y");
}

static void test_refuses(void) {
  static const struct {
    const char *text, *message;
  } ROWS[] = {
      {"", "t.csv:1: empty"},
      {"\n\n", "t.csv:1: empty"},
      {"\xef\xbb\xbf", "t.csv:1: empty"},
      {"a,b\n1,2\n\"x,3\n4,5\n", "t.csv:3: a quote opens"},
      {"a,b\n\n1,2,3\n", "t.csv:3: 3 fields where the header has 2"},
      {"a,b\n1\n", "t.csv:2: 1 fields"},
      {"a,,c\n", "t.csv:1: column 2 has no heading"},
      {"a,b, a\n", "t.csv:1: the heading \"a\" stands twice"},
      {"a,b\n\"1\"2,3\n", "t.csv:2: text behind a closing quote"},
      {"a,b\n\"x\n\"y,3\n", "t.csv:3: text behind a closing quote"},
      {"a,b\r\n1,2\r\n3,\xff\xff\n", "t.csv:3: neither UTF-8 nor GB18030"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    assert_refuses(ROWS[i].text, strlen(ROWS[i].text), ROWS[i].message);
  assert_refuses("a\n1\0\n", 5, "t.csv:2: neither");
}

static void test_headings(void) {
  static const char *const REQUIRED[] = {"a", "b", NULL}, *const OPTIONAL[] = {"c", NULL},
                           *const MISSING[] = {"a", "z", NULL};
  static const char *const NONE[] = {NULL};
  g_autoptr(LimsCsv) csv = read_text("c,b,a\n");
  g_autoptr(GError) error = NULL;

  g_assert_true(lims_csv_check(csv, REQUIRED, OPTIONAL, &error));
  g_assert_true(lims_csv_check(csv, REQUIRED, NULL, &error));
  g_assert_true(lims_csv_check(csv, NULL, NULL, &error));
  g_assert_false(lims_csv_check(csv, MISSING, NULL, &error));
  g_assert_cmpstr(error->message, ==, "t.csv:1: the column \"z\" is missing");
  g_clear_error(&error);
  g_assert_false(lims_csv_check(csv, REQUIRED, NONE, &error));
  g_assert_nonnull(strstr(error->message, "unknown column \"c\""));
}

static void test_file(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp("lims-csv-XXXXXX", &error);
  g_autofree char *path = g_build_filename(directory, "x.csv", NULL);

  g_assert_no_error(error);
  g_assert_null(lims_csv_read_file(path, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, path));
  g_clear_error(&error);
  g_assert_true(g_file_set_contents(path, "a\n1,2\n", -1, NULL));
  g_assert_null(lims_csv_read_file(path, &error));
  g_assert_true(g_str_has_prefix(error->message, path));
  g_assert_true(g_file_set_contents(path, "a\n1\n", -1, NULL));
  g_autoptr(LimsCsv) csv = lims_csv_read_file(path, NULL);
  g_assert_nonnull(csv);
  g_unlink(path);
  g_rmdir(directory);
}

static void test_append(void) {
  g_autoptr(GString) out = g_string_new(NULL);

  lims_csv_append(out, "plain 1", TRUE);
  lims_csv_append(out, "a,b", FALSE);
  lims_csv_append(out, "say \"x\"", FALSE);
  lims_csv_append(out, "", FALSE);
  lims_csv_append(out, " edge", FALSE);
  lims_csv_append(out, "菠菜\n2", FALSE);
  g_assert_cmpstr(out->str, ==, "plain 1,\"a,b\",\"say \"\"x\"\"\",,\" edge\",\"菠菜\n2\"");
}

/* What is written is read again, whatever it is. */
static void test_round_trip(void) {
  static const char ALPHABET[] = "ab,\"\r\n \t';";

  for (int i = 0; i < 2000; i++) {
    g_autoptr(GString) text = g_string_new("one,two\n");
    char fields[2][8];

    for (int f = 0; f < 2; f++) {
      guint length = (guint)g_test_rand_int_range(0, sizeof fields[f]);

      for (guint j = 0; j < length; j++)
        fields[f][j] = ALPHABET[g_test_rand_int_range(0, sizeof ALPHABET - 1)];
      fields[f][length] = '\0';
      lims_csv_append(text, fields[f], f == 0);
    }
    g_autoptr(LimsCsv) csv = read_text(text->str);
    g_assert_cmpstr(lims_csv_get(csv->rows->pdata[0], 0), ==, fields[0]);
    g_assert_cmpstr(lims_csv_get(csv->rows->pdata[0], 1), ==, fields[1]);
  }
}

static void test_any_bytes(void) {
  static const char ALPHABET[] = "a,\"\r\n\xb2\xa4\xff\0";

  for (int i = 0; i < 20000; i++) {
    char bytes[24];
    gsize size = (gsize)g_test_rand_int_range(0, sizeof bytes + 1);
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsCsv) csv = NULL;

    for (gsize j = 0; j < size; j++)
      bytes[j] = ALPHABET[g_test_rand_int_range(0, sizeof ALPHABET)];
    csv = lims_csv_read_bytes("any", bytes, size, &error);
    g_assert_true((csv != NULL) == (error == NULL));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/csv/plain", test_plain);
  g_test_add_func("/csv/quotes", test_quotes);
  g_test_add_func("/csv/line-ends", test_line_ends);
  g_test_add_func("/csv/encodings", test_encodings);
  g_test_add_func("/csv/single-column", test_single_column);
  g_test_add_func("/csv/refuses", test_refuses);
  g_test_add_func("/csv/headings", test_headings);
  g_test_add_func("/csv/file", test_file);
  g_test_add_func("/csv/append", test_append);
  g_test_add_func("/csv/round-trip", test_round_trip);
  g_test_add_func("/csv/any-bytes", test_any_bytes);
  return g_test_run();
}
