/* The table of keys: what may stand in a file, of which type, and the sample that is printed from it.
 *
 * A slip in a name must not become a setting that nobody reads, so an unknown name is answered with those
 * there are.
 */
#include "lims/core/ini-private.h"

#include <string.h>

static const struct {
  const char *word;
  gboolean value;
} BOOLEANS[] = {
    {"yes", TRUE}, {"true", TRUE},   {"on", TRUE},   {"1", TRUE},
    {"no", FALSE}, {"false", FALSE}, {"off", FALSE}, {"0", FALSE},
};

static const char *const TYPE_NAMES[] = {
    [LIMS_INI_TEXT] = "text",     [LIMS_INI_INTEGER] = "number", [LIMS_INI_BOOLEAN] = "yes or no",
    [LIMS_INI_CHOICE] = "one of", [LIMS_INI_LIST] = "list",
};

/* "line *" speaks of every [line NAME]. */
gboolean lims_ini_group_matches(const LimsIniKey *row, const char *group) {
  gsize length = strlen(row->group);

  if (!g_str_has_suffix(row->group, " *"))
    return strcmp(row->group, group) == 0;
  return strncmp(row->group, group, length - 1) == 0 && group[length - 1] != '\0';
}

const LimsIniKey *lims_ini_key_find(const LimsIniKey *keys, const char *group, const char *key) {
  const LimsIniKey *any = NULL;

  for (const LimsIniKey *row = keys; row->group; row++) {
    if (!lims_ini_group_matches(row, group))
      continue;
    if (strcmp(row->key, key) == 0)
      return row;
    if (strcmp(row->key, "*") == 0)
      any = row;
  }
  return any;
}

gboolean lims_ini_boolean_parse(const char *text, gboolean *out) {
  for (guint i = 0; i < G_N_ELEMENTS(BOOLEANS); i++)
    if (g_ascii_strcasecmp(BOOLEANS[i].word, text) == 0) {
      *out = BOOLEANS[i].value;
      return TRUE;
    }
  return FALSE;
}

/* "unknown …; known: a, b, c": the names of the groups, or of one group's keys. */
static char *name_known(const LimsIniKey *keys, const char *group, const char *what) {
  GString *out = g_string_new(what);
  const char *separator = "; known: ", *last = NULL;

  for (const LimsIniKey *row = keys; row->group; row++) {
    const char *name = group ? row->key : row->group;

    if ((group && !lims_ini_group_matches(row, group)) || g_strcmp0(last, name) == 0)
      continue;
    g_string_append_printf(out, "%s%s", separator, name);
    separator = ", ";
    last = name;
  }
  return g_string_free(out, FALSE);
}

char *lims_ini_group_check(const LimsIniKey *keys, const char *group) {
  for (const LimsIniKey *row = keys; row->group; row++)
    if (lims_ini_group_matches(row, group))
      return NULL;
  return name_known(keys, NULL, "unknown group");
}

static char *check_integer(const LimsIniKey *row, const char *value) {
  gboolean bounded = row->minimum != 0 || row->maximum != 0;
  gint64 low = bounded ? row->minimum : G_MININT64, high = bounded ? row->maximum : G_MAXINT64;

  if (g_ascii_string_to_signed(value, 10, low, high, NULL, NULL))
    return NULL;
  if (!bounded)
    return g_strdup_printf("\"%s\" is not a whole number", value);
  return g_strdup_printf("\"%s\" is not a whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, value,
                         low, high);
}

static char *check_boolean(const LimsIniKey *row, const char *value) {
  gboolean ignored;

  return lims_ini_boolean_parse(value, &ignored) ? NULL
                                                 : g_strdup_printf("\"%s\" is neither yes nor no", value);
}

static char *check_choice(const LimsIniKey *row, const char *value) {
  g_auto(GStrv) words = g_strsplit(row->choices, "|", -1);
  g_autofree char *list = g_strjoinv(", ", words);

  return g_strv_contains((const char *const *)words, value)
             ? NULL
             : g_strdup_printf("\"%s\" is none of: %s", value, list);
}

char *lims_ini_key_check(const LimsIniKey *keys, const char *group, const char *key, const char *value) {
  static char *(*const CHECKS[])(const LimsIniKey *, const char *) = {
      [LIMS_INI_INTEGER] = check_integer,
      [LIMS_INI_BOOLEAN] = check_boolean,
      [LIMS_INI_CHOICE] = check_choice,
      [LIMS_INI_LIST] = NULL,
  };
  const LimsIniKey *row = lims_ini_key_find(keys, group, key);

  if (!row)
    return name_known(keys, group, "unknown key");
  return CHECKS[row->type] ? CHECKS[row->type](row, value) : NULL;
}

static void append_description(GString *out, const LimsIniKey *row) {
  g_autofree char *choices = row->choices ? g_strdelimit(g_strdup(row->choices), "|", ' ') : g_strdup("");

  g_string_append_printf(out, "# %s (%s%s%s", row->help ? row->help : row->key, TYPE_NAMES[row->type],
                         *choices ? " " : "", choices);
  if (row->type == LIMS_INI_INTEGER && (row->minimum != 0 || row->maximum != 0))
    g_string_append_printf(out, " %" G_GINT64_FORMAT "–%" G_GINT64_FORMAT, row->minimum, row->maximum);
  g_string_append_printf(out, "%s)\n", row->required ? ", required" : "");
}

char *lims_ini_sample(const LimsIniKey *keys) {
  GString *out = g_string_new(NULL);
  const char *group = NULL;

  for (const LimsIniKey *row = keys; row->group; row++) {
    gboolean named = g_str_has_suffix(row->group, " *");

    if (g_strcmp0(group, row->group) != 0)
      g_string_append_printf(out, "%s#[%.*s%s]\n", group ? "\n" : "", (int)strlen(row->group) - named,
                             row->group, named ? "NAME" : "");
    group = row->group;
    append_description(out, row);
    g_string_append_printf(out, "#%s=%s\n", strcmp(row->key, "*") == 0 ? "KEY" : row->key,
                           row->fallback ? row->fallback : "");
  }
  return g_string_free(out, FALSE);
}
