/* Key files that refuse what GKeyFile lets pass.
 *
 * What arrives is a file that a person typed: twice the same key, a key that nobody reads for a slip of the
 * pen, a number with a letter in it, an editor's GB18030. Each becomes an error with file, line and key. The
 * lines are split here, so that every key knows its line and nothing is read twice by two rules; GKeyFile
 * keeps the values and resolves their escapes (\s \n \t \r \\), and refuses others: a backslash that is meant
 * is written twice.
 */
#include "lims/core/ini-private.h"
#include "lims/core/error.h"
#include "lims/core/file.h"

#include <string.h>

#define INI_MAXIMUM (4u << 20) /* bytes; a person types less */

typedef struct {
  char *group;
  char *key;   /* NULL: the line of the group itself */
  char *value; /* escapes resolved */
  guint line;
} Entry;

struct LimsIni {
  char *name; /* of the file, for messages */
  const LimsIniKey *keys;
  GPtrArray *entries; /* in file order */
  GHashTable *index;  /* "group\nkey", or "group" alone → Entry */
};

static void entry_free(gpointer data) {
  Entry *entry = data;

  g_free(entry->group);
  g_free(entry->key);
  g_free(entry->value);
  g_free(entry);
}

static LimsIni *ini_new(const char *name, const LimsIniKey *keys) {
  LimsIni *ini = g_new0(LimsIni, 1);

  ini->name = g_strdup(name);
  ini->keys = keys;
  ini->entries = g_ptr_array_new_with_free_func(entry_free);
  ini->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return ini;
}

void lims_ini_free(LimsIni *ini) {
  if (!ini)
    return;
  g_free(ini->name);
  g_ptr_array_unref(ini->entries);
  g_hash_table_unref(ini->index);
  g_free(ini);
}

static char *index_name(const char *group, const char *key) {
  return key ? g_strconcat(group, "\n", key, NULL) : g_strdup(group);
}

static const Entry *find_entry(const LimsIni *ini, const char *group, const char *key) {
  g_autofree char *name = index_name(group, key);

  return g_hash_table_lookup(ini->index, name);
}

/* "FILE:LINE: [group] key: message", without what is not known. */
static gboolean refuse(const LimsIni *ini, guint line, const char *group, const char *key, GError **error,
                       const char *message) {
  g_autoptr(GString) text = g_string_new(ini->name);

  if (line > 0)
    g_string_append_printf(text, ":%u", line);
  if (group)
    g_string_append_printf(text, ": [%s]", group);
  if (group && key)
    g_string_append_printf(text, " %s", key);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: %s", text->str, message);
  return FALSE;
}

void lims_ini_set_error(const LimsIni *ini, const char *group, const char *key, GError **error,
                        const char *format, ...) {
  g_autofree char *message = NULL;
  va_list arguments;

  va_start(arguments, format);
  message = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  refuse(ini, lims_ini_line(ini, group, key), group, key, error, message);
}

/* ---- lines into entries ---- */

static gboolean add_entry(LimsIni *ini, const char *group, const char *key, char *value, guint line,
                          GError **error) {
  Entry *entry = g_new(Entry, 1);
  const Entry *first = find_entry(ini, group, key);

  *entry = (Entry){g_strdup(group), g_strdup(key), value, line};
  g_ptr_array_add(ini->entries, entry);
  if (first) {
    g_autofree char *message = g_strdup_printf("stands in line %u already; keep one of the two", first->line);

    return refuse(ini, line, group, key, error, message);
  }
  g_hash_table_insert(ini->index, index_name(group, key), entry);
  return TRUE;
}

/* Control characters and brackets would make a name that no message can show and GKeyFile refuses. */
static gboolean is_name(const char *name) {
  for (const char *at = name; *at; at = g_utf8_next_char(at))
    if (*at == '[' || *at == ']' || g_unichar_iscntrl(g_utf8_get_char(at)))
      return FALSE;
  return *name != '\0';
}

/* `text` is "[name]", trimmed. Returns the name inside with single blanks between its words, or NULL. */
static char *read_group_name(const char *text) {
  gsize length = strlen(text);
  g_autofree char *inside = NULL, *name = NULL;
  g_auto(GStrv) words = NULL;

  if (length < 2 || text[length - 1] != ']')
    return NULL;
  inside = g_strstrip(g_strndup(text + 1, length - 2));
  words = g_regex_split_simple(" +", inside, 0, 0);
  name = g_strjoinv(" ", words);
  return is_name(name) ? g_steal_pointer(&name) : NULL;
}

/* NULL if an escape is unknown; GKeyFile gives a value even then, with the error beside it. */
static char *resolve_escapes(const char *raw) {
  g_autoptr(GKeyFile) file = g_key_file_new();
  g_autoptr(GError) fault = NULL;
  g_autofree char *value = NULL;

  g_key_file_set_value(file, "group", "key", raw);
  value = g_key_file_get_string(file, "group", "key", &fault);
  return fault ? NULL : g_steal_pointer(&value);
}

static gboolean add_setting(LimsIni *ini, const char *group, char *text, guint line, GError **error) {
  char *equals = strchr(text, '='), *value;

  if (!equals)
    return refuse(ini, line, group, NULL, error, "neither a [group] nor key=value; a comment begins with #");
  *equals = '\0';
  g_strchomp(text);
  if (!group)
    return refuse(ini, line, NULL, NULL, error, "a key before the first [group]");
  if (!is_name(text))
    return refuse(ini, line, group, NULL, error, "not a name for a key: empty, or with brackets in it");
  value = resolve_escapes(g_strchug(equals + 1));
  if (!value)
    return refuse(ini, line, group, text, error, "unknown escape; write \\\\ for a backslash");
  return add_entry(ini, group, text, value, line, error);
}

/* *group: that of the lines above; replaced when this line opens one. */
static gboolean add_line(LimsIni *ini, char **group, char *text, guint line, GError **error) {
  g_strstrip(text);
  if (*text == '\0' || *text == '#')
    return TRUE;
  if (*text != '[')
    return add_setting(ini, *group, text, line, error);
  g_free(*group);
  *group = read_group_name(text);
  if (!*group)
    return refuse(ini, line, NULL, NULL, error, "a group is written [name]");
  return add_entry(ini, *group, NULL, NULL, line, error);
}

static gboolean read_lines(LimsIni *ini, const char *text, GError **error) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  g_autofree char *group = NULL;

  for (guint i = 0; lines[i]; i++)
    if (!add_line(ini, &group, lines[i], i + 1, error))
      return FALSE;
  return TRUE;
}

static gboolean check_entries(const LimsIni *ini, GError **error) {
  for (guint i = 0; i < ini->entries->len; i++) {
    const Entry *entry = ini->entries->pdata[i];
    g_autofree char *fault = entry->key
                                 ? lims_ini_key_check(ini->keys, entry->group, entry->key, entry->value)
                                 : lims_ini_group_check(ini->keys, entry->group);

    if (fault)
      return refuse(ini, entry->line, entry->group, entry->key, error, fault);
  }
  return TRUE;
}

static gboolean check_required(const LimsIni *ini, GError **error) {
  for (guint i = 0; i < ini->entries->len; i++) {
    const Entry *entry = ini->entries->pdata[i];

    for (const LimsIniKey *row = ini->keys; !entry->key && row->group; row++)
      if (row->required && lims_ini_group_matches(row, entry->group) &&
          !find_entry(ini, entry->group, row->key)) {
        g_autofree char *message =
            g_strdup_printf("is required: %s", row->help ? row->help : "give it a value");

        return refuse(ini, entry->line, entry->group, row->key, error, message);
      }
  }
  return TRUE;
}

static guint count_lines(const char *text, gsize size) {
  guint line = 1;

  for (gsize i = 0; i < size; i++)
    line += text[i] == '\n';
  return line;
}

static LimsIni *load_bytes(const char *name, const char *text, gsize size, const LimsIniKey *keys,
                           GError **error) {
  g_autoptr(LimsIni) ini = ini_new(name, keys);
  const char *end;

  if (!g_utf8_validate(text, (gssize)size, &end)) {
    refuse(ini, count_lines(text, (gsize)(end - text)), NULL, NULL, error,
           "not UTF-8; save the file as UTF-8");
    return NULL;
  }
  if (g_str_has_prefix(text, "\xef\xbb\xbf")) /* an editor's byte order mark */
    text += 3;
  if (!read_lines(ini, text, error) || !check_entries(ini, error) || !check_required(ini, error))
    return NULL;
  return g_steal_pointer(&ini);
}

LimsIni *lims_ini_load_text(const char *name, const char *text, const LimsIniKey *keys, GError **error) {
  return load_bytes(name, text, strlen(text), keys, error);
}

LimsIni *lims_ini_load_file(const char *path, const LimsIniKey *keys, GError **error) {
  g_autofree char *text = NULL;
  gsize size;

  if (lims_file_read(path, INI_MAXIMUM, &text, &size, error))
    return load_bytes(path, text, size, keys, error);
  g_prefix_error(error, "cannot read the configuration: ");
  return NULL;
}

/* ---- what was read ---- */

gboolean lims_ini_has_group(const LimsIni *ini, const char *group) {
  return find_entry(ini, group, NULL) != NULL;
}

GPtrArray *lims_ini_names(const LimsIni *ini, const char *kind) {
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  gsize length = strlen(kind);

  for (guint i = 0; i < ini->entries->len; i++) {
    const Entry *entry = ini->entries->pdata[i];

    if (!entry->key && strncmp(entry->group, kind, length) == 0 && entry->group[length] == ' ')
      g_ptr_array_add(names, g_strdup(entry->group + length + 1));
  }
  return names;
}

GPtrArray *lims_ini_keys(const LimsIni *ini, const char *group) {
  GPtrArray *keys = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < ini->entries->len; i++) {
    const Entry *entry = ini->entries->pdata[i];

    if (entry->key && strcmp(entry->group, group) == 0)
      g_ptr_array_add(keys, g_strdup(entry->key));
  }
  return keys;
}

const char *lims_ini_text(const LimsIni *ini, const char *group, const char *key) {
  const Entry *entry = find_entry(ini, group, key);
  const LimsIniKey *row = entry ? NULL : lims_ini_key_find(ini->keys, group, key);

  return entry ? entry->value : row ? row->fallback : NULL;
}

gint64 lims_ini_integer(const LimsIni *ini, const char *group, const char *key) {
  const char *text = lims_ini_text(ini, group, key);

  return text ? g_ascii_strtoll(text, NULL, 10) : 0;
}

gboolean lims_ini_boolean(const LimsIni *ini, const char *group, const char *key) {
  const char *text = lims_ini_text(ini, group, key);
  gboolean value = FALSE;

  return text && lims_ini_boolean_parse(text, &value) && value;
}

char **lims_ini_list(const LimsIni *ini, const char *group, const char *key) {
  const char *text = lims_ini_text(ini, group, key);
  g_auto(GStrv) parts = g_strsplit_set(text ? text : "", ",;", -1);
  g_autoptr(GStrvBuilder) words = g_strv_builder_new();

  for (guint i = 0; parts[i]; i++)
    if (*g_strstrip(parts[i]) != '\0')
      g_strv_builder_add(words, parts[i]);
  return g_strv_builder_end(words);
}

guint lims_ini_line(const LimsIni *ini, const char *group, const char *key) {
  const Entry *entry = find_entry(ini, group, key);

  return entry ? entry->line : 0;
}
