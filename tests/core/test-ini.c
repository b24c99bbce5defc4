/* Key files: typed values and fallbacks, and for each slip of the pen an error with file, line and key. */
#include "lims/core/error.h"
#include "lims/core/ini.h"

#include <glib/gstdio.h>
#include <string.h>

static const LimsIniKey KEYS[] = {
    {"store", "url", LIMS_INI_TEXT, NULL, TRUE, .help = "where the store is"},
    {"store", "readers", LIMS_INI_INTEGER, "4", .minimum = 1, .maximum = 64, .help = "connections that read"},
    {"store", "offset", LIMS_INI_INTEGER, "-7"},
    {"store", "checks", LIMS_INI_BOOLEAN, "yes", .help = "check at start"},
    {"store", "languages", LIMS_INI_LIST, "zh_CN; en"},
    {"line *", "device", LIMS_INI_TEXT, NULL, TRUE, .help = "a device string"},
    {"line *", "parity", LIMS_INI_CHOICE, "none", .choices = "none|even|odd"},
    {"value words", "*", LIMS_INI_CHOICE, NULL, .choices = "number|not-detected"},
    {"value words", "any", LIMS_INI_TEXT, "said"},
    {NULL},
};

static LimsIni *load(const char *text) {
  g_autoptr(GError) error = NULL;
  LimsIni *ini = lims_ini_load_text("t.ini", text, KEYS, &error);

  g_assert_no_error(error);
  return ini;
}

static void test_values(void) {
  g_autoptr(LimsIni) ini =
      load("# a comment\n[store]\r\nurl = sqlite:/x y.db \nreaders=8\nchecks=Off\nlanguages=a, b;;c ,\n");
  g_auto(GStrv) languages = lims_ini_list(ini, "store", "languages");
  g_autofree char *joined = g_strjoinv("|", languages);

  g_assert_cmpstr(lims_ini_text(ini, "store", "url"), ==, "sqlite:/x y.db");
  g_assert_cmpint(lims_ini_integer(ini, "store", "readers"), ==, 8);
  g_assert_false(lims_ini_boolean(ini, "store", "checks"));
  g_assert_cmpstr(joined, ==, "a|b|c");
  g_assert_true(lims_ini_has_group(ini, "store"));
  g_assert_false(lims_ini_has_group(ini, "line x"));
  g_assert_cmpuint(lims_ini_line(ini, "store", NULL), ==, 2);
  g_assert_cmpuint(lims_ini_line(ini, "store", "readers"), ==, 4);
  g_assert_cmpuint(lims_ini_line(ini, "store", "offset"), ==, 0);
}

static void test_fallbacks(void) {
  g_autoptr(LimsIni) ini = load("\xef\xbb\xbf[store]\nurl=\n[line a]\ndevice=d");
  g_auto(GStrv) languages = lims_ini_list(ini, "store", "languages");
  g_auto(GStrv) none = lims_ini_list(ini, "nothing", "here");

  g_assert_cmpstr(lims_ini_text(ini, "store", "url"), ==, "");
  g_assert_cmpint(lims_ini_integer(ini, "store", "readers"), ==, 4);
  g_assert_cmpint(lims_ini_integer(ini, "store", "offset"), ==, -7);
  g_assert_true(lims_ini_boolean(ini, "store", "checks"));
  g_assert_cmpuint(g_strv_length(languages), ==, 2);
  g_assert_cmpstr(languages[1], ==, "en");
  g_assert_cmpstr(lims_ini_text(ini, "line a", "parity"), ==, "none");
  g_assert_cmpstr(lims_ini_text(ini, "value words", "any"), ==, "said");
  g_assert_null(lims_ini_text(ini, "line a", "nothing"));
  g_assert_cmpint(lims_ini_integer(ini, "nothing", "here"), ==, 0);
  g_assert_false(lims_ini_boolean(ini, "nothing", "here"));
  g_assert_cmpuint(g_strv_length(none), ==, 0);
}

static void test_named_groups(void) {
  g_autoptr(LimsIni) ini = load("[line zeta]\ndevice=1\nparity=odd\n[ line  aas 1 ]\ndevice=2\n[value "
                                "words]\n未检出=not-detected\nnd=not-detected\n");
  g_autoptr(GPtrArray) names = lims_ini_names(ini, "line"), keys = lims_ini_keys(ini, "value words");

  g_assert_cmpuint(names->len, ==, 2);
  g_assert_cmpstr(names->pdata[0], ==, "zeta");
  g_assert_cmpstr(names->pdata[1], ==, "aas 1");
  g_assert_cmpstr(lims_ini_text(ini, "line aas 1", "device"), ==, "2");
  g_assert_cmpuint(keys->len, ==, 2);
  g_assert_cmpstr(keys->pdata[0], ==, "未检出");
  g_assert_cmpstr(lims_ini_text(ini, "value words", "nd"), ==, "not-detected");
}

static void test_escapes(void) {
  g_autoptr(LimsIni) ini = load("[store]\nurl=\\s\\t\\n\\\\d+\\s\n");

  g_assert_cmpstr(lims_ini_text(ini, "store", "url"), ==, " \t\n\\d+ ");
}

static void test_errors(void) {
  static const struct {
    const char *text, *message;
  } ROWS[] = {
      {"[store]\nurl=a\n\nurl=b\n", "t.ini:4: [store] url: stands in line 2 already"},
      {"[store]\nurl=a\n[store]\n", "t.ini:3: [store]: stands in line 1 already"},
      {"[store]\nurl=a\nraeders=1\n",
       "t.ini:3: [store] raeders: unknown key; known: url, readers, offset, checks, languages"},
      {"[stoer]\n", "t.ini:1: [stoer]: unknown group; known: store, line *, value words"},
      {"[line]\n", "t.ini:1: [line]: unknown group"},
      {"[store]\nreaders=3\n", "t.ini:1: [store] url: is required: where the store is"},
      {"[store]\nurl=a\n[line a]\nparity=odd\n", "t.ini:3: [line a] device: is required"},
      {"[store]\nurl=a\nreaders=4x\n", "t.ini:3: [store] readers: \"4x\" is not a whole number from 1 to 64"},
      {"[store]\nurl=a\nreaders=65\n", "t.ini:3: [store] readers: \"65\""},
      {"[store]\nurl=a\nreaders=\n", "t.ini:3: [store] readers: \"\""},
      {"[store]\nurl=a\noffset=99999999999999999999\n",
       "t.ini:3: [store] offset: \"99999999999999999999\" is not a whole number"},
      {"[store]\nurl=a\nchecks=maybe\n", "t.ini:3: [store] checks: \"maybe\" is neither yes nor no"},
      {"[line a]\ndevice=d\nparity=mark\n", "t.ini:3: [line a] parity: \"mark\" is none of: none, even, odd"},
      {"[value words]\nx=zero\n", "t.ini:2: [value words] x: \"zero\" is none of"},
      {"url=a\n", "t.ini:1: a key before the first [group]"},
      {"\n[store\n", "t.ini:2: a group is written [name]"},
      {"[]\n", "t.ini:1: a group is written [name]"},
      {"[\n", "t.ini:1: a group is written [name]"},
      {"[store] x\n", "t.ini:1: a group is written [name]"},
      {"[store]\nurl\n", "t.ini:2: [store]: neither a [group] nor key=value"},
      {"[store]\n=x\n", "t.ini:2: [store]: not a name for a key"},
      {"[store]\nurl[zh]=x\n", "t.ini:2: [store]: not a name for a key"},
      {"[store]\nurl=\\d\n", "t.ini:2: [store] url: unknown escape"},
      {"[store]\nurl=\\\n", "t.ini:2: [store] url: unknown escape"},
      {"[store]\n# \xb2\xa4\xb2\xcb\nurl=a\n", "t.ini:2: not UTF-8"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(lims_ini_load_text("t.ini", ROWS[i].text, KEYS, &error));
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    g_test_message("%s", error->message);
    g_assert_true(g_str_has_prefix(error->message, ROWS[i].message));
  }
}

static void test_later_errors(void) {
  g_autoptr(LimsIni) ini = load("[store]\nurl=a\nreaders=2\n");
  g_autoptr(GError) error = NULL;

  lims_ini_set_error(ini, "store", "readers", &error, "too many for %s", "this");
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_cmpstr(error->message, ==, "t.ini:3: [store] readers: too many for this");
  g_clear_error(&error);
  lims_ini_set_error(ini, "store", NULL, &error, "no");
  g_assert_cmpstr(error->message, ==, "t.ini:1: [store]: no");
  g_clear_error(&error);
  lims_ini_set_error(ini, "journal", "path", &error, "missing");
  g_assert_cmpstr(error->message, ==, "t.ini: [journal] path: missing");
}

static void test_file(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp("lims-ini-XXXXXX", &error);
  g_autofree char *path = g_build_filename(directory, "x.ini", NULL);

  g_assert_no_error(error);
  g_assert_null(lims_ini_load_file(path, KEYS, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
  g_assert_nonnull(strstr(error->message, path));
  g_clear_error(&error);
  g_assert_true(g_file_set_contents(path, "[store]\nurl=a\0b\n", 16, NULL));
  g_assert_null(lims_ini_load_file(path, KEYS, &error));
  g_assert_true(g_str_has_prefix(error->message, path));
  g_assert_nonnull(strstr(error->message, ":2: "));
  g_assert_true(g_file_set_contents(path, "", 0, NULL));
  g_autoptr(LimsIni) empty = lims_ini_load_file(path, KEYS, NULL);
  g_assert_nonnull(empty);
  g_unlink(path);
  g_rmdir(directory);
}

static void test_sample(void) {
  g_autofree char *sample = lims_ini_sample(KEYS);
  g_autoptr(LimsIni) commented = load(sample);

  g_assert_true(g_str_has_prefix(sample, "#[store]\n# where the store is (text, required)\n#url=\n"));
  g_assert_nonnull(strstr(sample, "\n# connections that read (number 1–64)\n#readers=4\n"));
  g_assert_nonnull(strstr(sample, "\n\n#[line NAME]\n"));
  g_assert_nonnull(strstr(sample, "(one of none even odd)\n#parity=none\n"));
  g_assert_false(lims_ini_has_group(commented, "store"));
}

/* Damage a good file at random: it is read or refused, never worse. */
static void test_any_bytes(void) {
  static const char GOOD[] =
      "[store]\nurl=a\nreaders=8\n[line x]\ndevice=\\t\n[value words]\nnd=not-detected\n";

  for (int i = 0; i < 20000; i++) {
    g_autofree char *text = g_strdup(GOOD);
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsIni) ini = NULL;

    for (int j = g_test_rand_int_range(1, 6); j > 0; j--)
      text[g_test_rand_int_range(0, sizeof GOOD - 1)] = (char)g_test_rand_int_range(1, 256);
    ini = lims_ini_load_text("t.ini", text, KEYS, &error);
    g_assert_true((ini != NULL) == (error == NULL));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/ini/values", test_values);
  g_test_add_func("/ini/fallbacks", test_fallbacks);
  g_test_add_func("/ini/named-groups", test_named_groups);
  g_test_add_func("/ini/escapes", test_escapes);
  g_test_add_func("/ini/errors", test_errors);
  g_test_add_func("/ini/later-errors", test_later_errors);
  g_test_add_func("/ini/file", test_file);
  g_test_add_func("/ini/sample", test_sample);
  g_test_add_func("/ini/any-bytes", test_any_bytes);
  return g_test_run();
}
