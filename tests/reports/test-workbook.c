/* The workbook on its own: what a cell holds, rows that cannot be, and that a failure leaves nothing behind.
 */
#include "reports/workbook-private.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

typedef struct {
  char *directory;
} Setting;

static char *path_in(const char *directory, const char *name) {
  return g_build_filename(directory, name, NULL);
}

static void set_up(Setting *s, gconstpointer data) {
  s->directory = g_dir_make_tmp("lims-workbook-XXXXXX", NULL);
}

static void tear_down(Setting *s, gconstpointer data) {
  g_autofree char *kept = path_in(s->directory, "kept.xlsx");

  g_unlink(kept);
  g_assert_cmpint(g_rmdir(s->directory), ==, 0); /* nothing else was left */
  g_free(s->directory);
}

/* ---- what a cell holds ---- */

static void test_numbers(Setting *s, gconstpointer data) {
  static const struct {
    const char *printed;
    gboolean number;
    int places;
  } CASES[] = {
      {"0.050", TRUE, 3},
      {"5", TRUE, 0},
      {"208401.988", TRUE, 3},
      {"-0.4", TRUE, 1},
      {"123456789012345", TRUE, 0},
      {"1234567890123456", FALSE},
      {"1E-3", FALSE},
      {"007", FALSE},
      {"", FALSE},
      {"ND", FALSE},
      {"<0.01", FALSE},
      {"0,035", FALSE},
      {"5.", FALSE},
      {".5", FALSE},
      {"+1", FALSE},
      {"1 ", FALSE},
      {"-0.0", FALSE},
      {"-", FALSE},
      {"-----", FALSE},
      {"1.2.3", FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    double number;
    int places;
    gboolean is = lims_cell_number(CASES[i].printed, &number, &places);
    g_test_message("%s", CASES[i].printed);
    g_assert_cmpint(is, ==, CASES[i].number);
    if (is)
      g_assert_cmpint(places, ==, CASES[i].places);
  }
}

static void test_texts(Setting *s, gconstpointer data) {
  static const struct {
    const char *text, *shown;
  } CASES[] = {
      {"=1+1", "=1+1"},
      {"镉(以Cd计)", "镉(以Cd计)"},
      {"two\nlines", "two\nlines"},
      {"a\tb\001\177", "a\\x09b\\x01\\x7F"},
      {"_x0041_", "_x005F_x0041_"},
      {"_x004_", "_x004_"},
      {"bad \xff\xc0 bytes", "bad \xef\xbf\xbd\xef\xbf\xbd bytes"},
      {"none \xef\xbf\xbe", "none \xef\xbf\xbd"},
  };
  g_autoptr(GString) scratch = g_string_new(NULL);
  g_autofree char *long_text = g_strnfill(40000, 'x');

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
    g_assert_cmpstr(lims_cell_text(CASES[i].text, scratch), ==, CASES[i].shown);
  const char *cut = lims_cell_text(long_text, scratch);
  g_assert_true(g_str_has_suffix(cut, " […]"));
  g_assert_cmpint(g_utf8_strlen(cut, -1), <=, 32767);
}

static void test_lines(Setting *s, gconstpointer data) {
  g_assert_cmpuint(lims_cell_lines("short", 10), ==, 1);
  g_assert_cmpuint(lims_cell_lines("a\nb\nc", 10), ==, 3);
  g_assert_cmpuint(lims_cell_lines("东门集贸市场第4号摊位", 14), ==, 2);
  g_assert_cmpuint(lims_cell_lines("not a long text, but for the column", 12), >=, 4);
  /* A long text ends after some lines; one of many lines, such as a calculation, is as high as a row can be.
   */
  g_autofree char *unbroken = g_strnfill(40000, 'a'), *steps = g_strnfill(13, '\n'),
                  *more = g_strnfill(60, '\n');
  g_assert_cmpuint(lims_cell_lines(unbroken, 20), ==, LIMS_CELL_LINES);
  g_assert_cmpuint(lims_cell_lines(steps, 20), ==, 14);
  g_assert_cmpuint(lims_cell_lines(more, 20), ==, LIMS_CELL_LINES_MOST);
}

/* ---- failures ---- */

static LimsWorkbook *new_book(const char *path) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  g_autoptr(GError) error = NULL;
  LimsWorkbookOptions options = {.title = "t",
                                 .subject = "s",
                                 .author = "a",
                                 .header_left = "A & B",
                                 .header_right = "r",
                                 .footer_left = "f",
                                 .created_us = 1,
                                 .zone = zone,
                                 .language = LIMS_LANGUAGE_EN};
  LimsWorkbook *book = lims_workbook_new(path, &options, &error);

  g_assert_no_error(error);
  return book;
}

static guint count_files(const char *path) {
  g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
  guint files = 0;

  while (g_dir_read_name(directory))
    files++;
  return files;
}

/* Rows beyond the last, rows that go back: the workbook says so and leaves nothing. */
static void test_rows(Setting *s, gconstpointer data) {
  static const struct {
    guint first, second;
    const char *says;
  } CASES[] = {{0, 1048576, "more than 1048576 rows"}, {5, 4, "row 5 after row 6"}};
  g_autofree char *path = path_in(s->directory, "rows.xlsx");
  guint before = count_files(s->directory);

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(GError) error = NULL, early = NULL;
    LimsWorkbook *book = new_book(path);
    LimsSheet *sheet = lims_workbook_add_sheet(book, "Rows", 1);
    lims_sheet_text(sheet, CASES[i].first, 0, LIMS_STYLE_TEXT, "x");
    g_assert_true(lims_workbook_check(book, NULL));
    lims_sheet_text(sheet, CASES[i].second, 0, LIMS_STYLE_TEXT, "x");
    g_assert_false(lims_workbook_check(book, &early));
    g_assert_false(lims_workbook_close(book, &error));
    g_assert_cmpstr(error->message, ==, early->message);
    g_assert_nonnull(strstr(error->message, CASES[i].says));
    g_assert_nonnull(strstr(error->message, "sheet Rows"));
    lims_workbook_free(book);
    g_assert_cmpuint(count_files(s->directory), ==, before);
  }
}

/* A render that fails leaves the file that was there as it was. */
static void test_old_file_stays(Setting *s, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autofree char *path = path_in(s->directory, "kept.xlsx"), *content = NULL;
  LimsWorkbook *book;

  g_assert_true(g_file_set_contents(path, "old", -1, NULL));
  book = new_book(path);
  lims_sheet_text(lims_workbook_add_sheet(book, "Rows", 1), 1048576, 0, LIMS_STYLE_TEXT, "x");
  g_assert_false(lims_workbook_close(book, &error));
  lims_workbook_free(book);
  g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
  g_assert_cmpstr(content, ==, "old");
}

/* A disk that takes only so much, as a limit on each file's size: the whole workbook or an error, never a
 * part. */
static void test_small_disk(Setting *s, gconstpointer data) {
  static const rlim_t LIMITS[] = {1000, 20000, 300000, 600000, 1500000, 5000000, 100000000};
  g_autofree char *path = path_in(s->directory, "full.xlsx");
  guint whole = 0, refused = 0, before = count_files(s->directory);
  struct rlimit old;

  signal(SIGXFSZ, SIG_IGN);
  g_assert_cmpint(getrlimit(RLIMIT_FSIZE, &old), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS(LIMITS); i++) {
    g_autoptr(GError) error = NULL;
    struct rlimit limit = {LIMITS[i], old.rlim_max};
    LimsWorkbook *book = new_book(path);
    LimsSheet *sheet = lims_workbook_add_sheet(book, "Rows", 1);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
    for (guint row = 0; row < 5000; row++)
      lims_sheet_text(sheet, row, 0, LIMS_STYLE_TEXT,
                      "a row of some length, again and again the same one, as rows are");
    gboolean done = lims_workbook_close(book, &error);
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &old), ==, 0);
    g_assert_true(done == (error == NULL) && done == g_file_test(path, G_FILE_TEST_EXISTS));
    lims_workbook_free(book);
    done ? whole++ : refused++;
    g_unlink(path);
    g_assert_cmpuint(count_files(s->directory), ==, before);
  }
  g_assert_cmpuint(whole, >=, 1);
  g_assert_cmpuint(refused, >=, 4);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
#define ADD(path, function) g_test_add(path, Setting, NULL, set_up, function, tear_down)
  ADD("/workbook/numbers", test_numbers);
  ADD("/workbook/texts", test_texts);
  ADD("/workbook/lines", test_lines);
  ADD("/workbook/rows", test_rows);
  ADD("/workbook/small-disk", test_small_disk);
  ADD("/workbook/old-file-stays", test_old_file_stays);
  return g_test_run();
}
