/* The command line's words and options; no command is known here. */
#include "lims/ctl/ctl.h"
#include "lims/core/error.h"
#include <string.h>

#define DEFAULT_CONFIG "/etc/lims/limsd.conf"

static gboolean set_option(CtlLine *line, const char *name, const char *value, GError **error) {
  char **own = strcmp(name, "config") == 0                             ? &line->config_path
               : strcmp(name, "format") == 0                           ? &line->format
               : strcmp(name, "o") == 0 || strcmp(name, "output") == 0 ? &line->output
                                                                       : NULL;
  if (own ? *own != NULL : g_hash_table_contains(line->options, name)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "--%s is given twice", name);
    return FALSE;
  }
  if (own)
    *own = g_strdup(value);
  else
    lims_fields_set(line->options, name, value);
  return TRUE;
}

/* Options that stand alone. */
static gboolean is_flag(const char *name) {
  static const char *const flags[] = {"apply", "help"};
  for (gsize i = 0; i < G_N_ELEMENTS(flags); i++)
    if (strcmp(flags[i], name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean take_option(CtlLine *line, int argc, char **argv, int *i, GError **error) {
  const char *name = argv[*i] + (argv[*i][1] == '-' ? 2 : 1);
  const char *equal = strchr(name, '=');
  if (equal) {
    g_autofree char *before = g_strndup(name, (gsize)(equal - name));
    return set_option(line, before, equal + 1, error);
  }
  if (is_flag(name))
    return set_option(line, name, "yes", error);
  if (*i + 1 >= argc) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s needs a value", argv[*i]);
    return FALSE;
  }
  return set_option(line, name, argv[++*i], error);
}

static gboolean is_option(const char *word) {
  return word[0] == '-' && word[1] && (word[1] == '-' || g_ascii_isalpha(word[1]));
}

gboolean ctl_line_parse(CtlLine *line, int argc, char **argv, GError **error) {
  line->words = g_ptr_array_new_with_free_func(g_free);
  line->options = lims_fields_new();
  gboolean only_words = FALSE;
  for (int i = 1; i < argc; i++) {
    if (!only_words && strcmp(argv[i], "--") == 0)
      only_words = TRUE;
    else if (only_words || !is_option(argv[i]))
      g_ptr_array_add(line->words, g_strdup(argv[i]));
    else if (!take_option(line, argc, argv, &i, error))
      return FALSE;
  }
  if (!line->format || g_strv_contains((const char *const[]){"table", "csv", "json", NULL}, line->format))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "--format %s: write table, csv or json", line->format);
  return FALSE;
}

void ctl_line_clear(CtlLine *line) {
  g_free(line->config_path);
  g_free(line->format);
  g_free(line->output);
  g_clear_pointer(&line->words, g_ptr_array_unref);
  g_clear_pointer(&line->options, g_hash_table_unref);
}

LimsConfig *ctl_load_config(const CtlLine *line, GError **error) {
  return lims_config_load(line->config_path ? line->config_path : DEFAULT_CONFIG, error);
}

static gboolean read_file(GHashTable *args, const char *name, const char *path, GError **error) {
  char *bytes;
  gsize size;
  if (!g_file_get_contents(path, &bytes, &size, error))
    return FALSE;
  g_autoptr(GBytes) content = g_bytes_new_take(bytes, size);
  return lims_fields_set_file(args, name, path, content, error);
}

static gboolean take_files(GHashTable *args, const LimsField *fields, GError **error) {
  for (const LimsField *field = fields; field && field->name; field++) {
    g_autofree char *path = g_strdup(lims_fields_get(args, field->name));
    if (field->type == LIMS_FIELD_FILE && path && !read_file(args, field->name, path, error))
      return FALSE;
  }
  return TRUE;
}

GHashTable *ctl_take_args(const CtlLine *line, guint first_word, const LimsField *fields, GError **error) {
  g_autoptr(GHashTable) args = lims_fields_new();
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, line->options);
  while (g_hash_table_iter_next(&iter, &name, &value))
    lims_fields_set(args, name, value);
  guint word = first_word;
  for (const LimsField *field = fields; field && field->name; field++)
    if (field->need == LIMS_FIELD_POSITIONAL && word < line->words->len)
      lims_fields_set(args, field->name, g_ptr_array_index(line->words, word++));
  if (word < line->words->len) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "'%s' is a word too many",
                (const char *)g_ptr_array_index(line->words, word));
    return NULL;
  }
  if (!lims_fields_check(fields, args, error) || !take_files(args, fields, error))
    return NULL;
  return g_steal_pointer(&args);
}
