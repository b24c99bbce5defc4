/* The table's side of key files: which row speaks of a key, and whether a text is of its type. */
#pragma once
#include "lims/core/ini.h"

gboolean lims_ini_group_matches(const LimsIniKey *row, const char *group);
/* The row of that key, named ones before "*"; NULL if none. */
const LimsIniKey *lims_ini_key_find(const LimsIniKey *keys, const char *group, const char *key);
gboolean lims_ini_boolean_parse(const char *text, gboolean *out);
/* What is wrong with it, as a message to free; NULL if nothing is. */
char *lims_ini_group_check(const LimsIniKey *keys, const char *group);
char *lims_ini_key_check(const LimsIniKey *keys, const char *group, const char *key, const char *value);
