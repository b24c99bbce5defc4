/* The command line's words and options; no command is known here. */
#include "instruments/driver.h"
#include "lims/ctl/ctl.h"
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/core/file.h"
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

static gboolean is_option(const char *word) {
  return word[0] == '-' && word[1] && (word[1] == '-' ? g_ascii_isalpha(word[2]) : g_ascii_isalpha(word[1]));
}

static gboolean take_option(CtlLine *line, int argc, char **argv, int *i, GError **error) {
  const char *name = argv[*i] + (argv[*i][1] == '-' ? 2 : 1);
  const char *equal = strchr(name, '=');
  if (strcmp(name, "help") == 0 || strcmp(name, "h") == 0) {
    line->help = TRUE;
    return TRUE;
  }
  if (equal) {
    g_autofree char *before = g_strndup(name, (gsize)(equal - name));
    return set_option(line, before, equal + 1, error);
  }
  if (strcmp(name, "apply") == 0) /* stands alone */
    return set_option(line, name, "yes", error);
  if (*i + 1 >= argc || is_option(argv[*i + 1])) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s needs a value (%s=VALUE if it begins with a dash)",
                argv[*i], argv[*i]);
    return FALSE;
  }
  return set_option(line, name, argv[++*i], error);
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

const char *ctl_line_word(const CtlLine *line, guint i) {
  return i < line->words->len ? g_ptr_array_index(line->words, i) : "";
}

LimsConfig *ctl_load_config(const CtlLine *line, GError **error) {
  LimsConfig *config = lims_config_load(line->config_path ? line->config_path : DEFAULT_CONFIG, error);
  if (config)
    lims_driver_use_directory(config->drivers_path);
  return config;
}

/* ---- arguments ---- */

static gboolean take_file(GHashTable *args, const LimsField *field, const char *path, GError **error) {
  char *bytes;
  gsize size;
  if (!lims_file_read(path, LIMS_CSV_MAXIMUM, &bytes, &size, error))
    return FALSE;
  g_autoptr(GBytes) content = g_bytes_new_take(bytes, size);
  return lims_fields_set_file(args, field->name, path, content, error);
}

static gboolean take_files(GHashTable *args, const LimsField *fields, GError **error) {
  for (const LimsField *field = fields; field && field->name; field++) {
    g_autofree char *path = g_strdup(lims_fields_get(args, field->name));
    if (field->type == LIMS_FIELD_FILE && path && !take_file(args, field, path, error))
      return FALSE;
  }
  return TRUE;
}

/* What is relative here would be relative to the daemon's directory there. */
static void make_absolute(GHashTable *args, const LimsField *fields) {
  for (const LimsField *field = fields; field && field->name; field++) {
    const char *path = lims_fields_get(args, field->name);
    if (field->type != LIMS_FIELD_PATH || !path)
      continue;
    g_autofree char *full = g_canonicalize_filename(path, NULL);
    lims_fields_set(args, field->name, full);
  }
}

static gboolean is_field(const LimsField *fields, const char *name) {
  for (const LimsField *field = fields; field && field->name; field++)
    if (strcmp(field->name, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean check_options(const CtlLine *line, const char *command, const LimsField *fields,
                              GError **error) {
  g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(line->options), (GCompareFunc)g_strcmp0);
  g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
  for (const LimsField *field = fields; field && field->name; field++)
    g_ptr_array_add(known, g_strconcat("--", field->name, NULL));
  for (GList *at = names; at; at = at->next) {
    if (is_field(fields, at->data))
      continue;
    g_autofree char *option = g_strconcat("--", (const char *)at->data, NULL);
    g_autofree char *guess = ctl_guess(option, known);
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s has no option %s:%s 'limsctl %s --help' shows what it has", command, option, guess,
                command);
    return FALSE;
  }
  return TRUE;
}

static gboolean take_words(const CtlLine *line, guint word, const LimsField *fields, GHashTable *args,
                           GError **error) {
  for (const LimsField *field = fields; field && field->name; field++)
    if (field->need == LIMS_FIELD_POSITIONAL && word < line->words->len)
      lims_fields_set(args, field->name, ctl_line_word(line, word++));
  if (word >= line->words->len)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "'%s' is a word too many", ctl_line_word(line, word));
  return FALSE;
}

GHashTable *ctl_take_args(const CtlLine *line, const char *command, guint first_word, const LimsField *fields,
                          gboolean *usage, GError **error) {
  g_autoptr(GHashTable) args = lims_fields_new();
  GHashTableIter iter;
  gpointer name, value;
  *usage = TRUE;
  if (!check_options(line, command, fields, error))
    return NULL;
  g_hash_table_iter_init(&iter, line->options);
  while (g_hash_table_iter_next(&iter, &name, &value))
    lims_fields_set(args, name, value);
  if (!take_words(line, first_word, fields, args, error))
    return NULL;
  make_absolute(args, fields);
  if (!lims_fields_check(fields, args, error))
    return NULL;
  *usage = FALSE;
  return take_files(args, fields, error) ? g_steal_pointer(&args) : NULL;
}
