/* Where the program's own data lie: drivers, catalogue, translations.
 *
 * $LIMS_DATA if set, else beside the program in a build tree (EXE/../config), else EXE/../share/lims, else
 * the directory compiled in. Translations: DATA/locale, or EXE/locale in a build tree (for its tests, two
 * levels up).
 */
#pragma once
#include <glib.h>

char *lims_data_path(const char *name); /* "drivers", "catalogue", "locale"; g_free; the path may not exist */
