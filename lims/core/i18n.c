/* gettext with the language in the call.
 *
 * gettext asks the environment for a list of languages; it is told once that the language is called "lims",
 * and the real one goes into the name of the domain. It does so in no locale called "C", which is what bare
 * machines and services have, so that messages then take C.UTF-8. Numbers stay in the C locale: a decimal
 * comma printed or read anywhere would be a wrong result.
 */
#include "lims/core/i18n.h"
#include "lims/core/paths.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>

static const struct {
  const char *domain;
  const char *names[3];
} LANGUAGES[] = {
    [LIMS_LANGUAGE_ZH_CN] = {"lims-zh_CN", {"zh_CN", "zh", NULL}},
    [LIMS_LANGUAGE_EN] = {"lims-en", {"en", NULL}},
};

/* No locale, or the one in which gettext does nothing and text is ASCII. */
static gboolean is_plain(const char *locale) {
  return !locale || strcmp(locale, "C") == 0 || strcmp(locale, "POSIX") == 0;
}

static void leave_plain_locale(int category) {
  if (is_plain(setlocale(category, NULL)))
    setlocale(category, "C.UTF-8");
}

void lims_i18n_init(void) {
  g_autofree char *directory = lims_data_path("locale");

  setlocale(LC_ALL, "");
  leave_plain_locale(LC_MESSAGES);
  leave_plain_locale(LC_CTYPE);
  setlocale(LC_NUMERIC, "C");
  g_setenv("LANGUAGE", "lims", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(LANGUAGES); i++) {
    bindtextdomain(LANGUAGES[i].domain, directory);
    bind_textdomain_codeset(LANGUAGES[i].domain, "UTF-8");
  }
}

gboolean lims_language_parse(const char *name, LimsLanguage *out) {
  for (guint i = 0; i < G_N_ELEMENTS(LANGUAGES); i++)
    if (g_strv_contains(LANGUAGES[i].names, name)) {
      *out = (LimsLanguage)i;
      return TRUE;
    }
  return FALSE;
}

const char *lims_translate(LimsLanguage language, const char *msgid) {
  g_return_val_if_fail((guint)language < G_N_ELEMENTS(LANGUAGES), msgid);
  if (*msgid == '\0') /* gettext answers this with the catalogue's header */
    return msgid;
  return dgettext(LANGUAGES[language].domain, msgid);
}
