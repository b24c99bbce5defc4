/* Translations: two languages in one process, whatever the environment, and numbers untouched. */
#include "lims/core/i18n.h"

#include <glib/gstdio.h>
#include <locale.h>

static const char CHINESE[] = "msgid \"\"\nmsgstr \"Content-Type: text/plain; charset=UTF-8\\n\"\n\n"
                              "msgid \"Exceedances\"\nmsgstr \"超标结果\"\n";

/* A data directory of the test's own, with one translation; NULL if there is no msgfmt. */
static char *make_data(void) {
  char *directory = g_dir_make_tmp("lims-i18n-XXXXXX", NULL);
  g_autofree char *messages = g_build_filename(directory, "locale/lims/LC_MESSAGES", NULL);
  g_autofree char *source = g_build_filename(directory, "zh_CN.po", NULL);
  g_autofree char *target = g_build_filename(messages, "lims-zh_CN.mo", NULL);
  const char *command[] = {"msgfmt", "-o", target, source, NULL};
  int status = 1;

  g_assert_cmpint(g_mkdir_with_parents(messages, 0700), ==, 0);
  g_assert_true(g_file_set_contents(source, CHINESE, -1, NULL));
  g_setenv("LIMS_DATA", directory, TRUE);
  if (!g_spawn_sync(NULL, (char **)command, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status, NULL))
    return NULL;
  g_assert_cmpint(status, ==, 0);
  return directory;
}

static void remove_data(const char *directory) {
  static const char *const PARTS[] = {"locale/lims/LC_MESSAGES/lims-zh_CN.mo",
                                      "locale/lims/LC_MESSAGES",
                                      "locale/lims",
                                      "locale",
                                      "zh_CN.po",
                                      "."};

  for (guint i = 0; i < G_N_ELEMENTS(PARTS); i++) {
    g_autofree char *path = g_build_filename(directory, PARTS[i], NULL);

    g_remove(i + 1 < G_N_ELEMENTS(PARTS) ? path : directory);
  }
}

static void assert_languages(const char *locale) {
  char number[8];

  g_setenv("LC_ALL", locale, TRUE);
  lims_i18n_init();
  g_test_message("LC_ALL=%s", locale);
  g_assert_cmpstr(lims_translate(LIMS_LANGUAGE_ZH_CN, "Exceedances"), ==, "超标结果");
  g_assert_cmpstr(lims_translate(LIMS_LANGUAGE_EN, "Exceedances"), ==, "Exceedances");
  g_assert_cmpstr(lims_translate(LIMS_LANGUAGE_ZH_CN, "no such message"), ==, "no such message");
  g_assert_cmpstr(lims_translate(LIMS_LANGUAGE_ZH_CN, ""), ==, "");
  g_snprintf(number, sizeof number, "%.1f", 0.5);
  g_assert_cmpstr(number, ==, "0.5");
  g_assert_cmpstr(setlocale(LC_NUMERIC, NULL), ==, "C");
}

static void test_languages(void) {
  static const char *const LOCALES[] = {"C", "C.UTF-8", "", "POSIX", "zh_CN.UTF-8", "de_DE.UTF-8", "no_such"};
  g_autofree char *data = make_data();

  if (!data) {
    g_test_skip("no msgfmt");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(LOCALES); i++)
    assert_languages(LOCALES[i]);
  remove_data(data);
}

static void test_language_names(void) {
  LimsLanguage language;

  g_assert_true(lims_language_parse("zh_CN", &language) && language == LIMS_LANGUAGE_ZH_CN);
  g_assert_true(lims_language_parse("zh", &language) && language == LIMS_LANGUAGE_ZH_CN);
  g_assert_true(lims_language_parse("en", &language) && language == LIMS_LANGUAGE_EN);
  g_assert_false(lims_language_parse("", &language));
  g_assert_false(lims_language_parse("fr", &language));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/i18n/language-names", test_language_names);
  g_test_add_func("/i18n/languages", test_languages);
  return g_test_run();
}
