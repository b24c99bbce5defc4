/* Translations chosen by call, not by process: one daemon renders Chinese and English workbooks side by side.
 *
 * gettext picks a language from the process's environment, which threads share. So each language is a message
 * domain of its own (lims-zh_CN, lims-en) under one pseudo-language directory, "lims", and every lookup names
 * its domain.
 */
#pragma once
#include <glib.h>

typedef enum { LIMS_LANGUAGE_ZH_CN, LIMS_LANGUAGE_EN } LimsLanguage;

#define N_(text) text
/* Call once at the start of main, before any thread: binds the domains below lims_data_path("locale"). */
void lims_i18n_init(void);
gboolean lims_language_parse(const char *name, LimsLanguage *out); /* "zh_CN", "zh", "en" */
/* The message in that language; msgid itself when there is none. Static. */
const char *lims_translate(LimsLanguage language, const char *msgid);
