/* A file of rows with some that are wrong. A person mends a spreadsheet once, so every bad row is said at
 * once, with the line that the editor shows; but a fault that is not the file's (a full disk, a lost store)
 * ends the import at once.
 */
#include "lims/model/import.h"

#include <string.h>

#define SHOWN 20

typedef struct {
  guint line;
  char *text;
} Problem;

static void problem_clear(gpointer data) {
  g_free(((Problem *)data)->text);
}

static gint problem_compare(gconstpointer a, gconstpointer b) {
  return (gint)((const Problem *)a)->line - (gint)((const Problem *)b)->line;
}

void lims_import_init(LimsImport *import, const char *file) {
  import->file = file;
  import->shown = SHOWN;
  import->bad = g_array_new(FALSE, FALSE, sizeof(Problem));
  g_array_set_clear_func(import->bad, problem_clear);
}

void lims_import_clear(LimsImport *import) {
  g_clear_pointer(&import->bad, g_array_unref);
}

static gboolean is_of_the_file(const GError *problem) {
  return g_error_matches(problem, LIMS_ERROR, LIMS_ERROR_INVALID) ||
         g_error_matches(problem, LIMS_ERROR, LIMS_ERROR_NOT_FOUND) ||
         g_error_matches(problem, LIMS_ERROR, LIMS_ERROR_CONFLICT);
}

gboolean lims_import_note(LimsImport *import, guint line, GError *problem, GError **error) {
  if (!is_of_the_file(problem)) {
    g_propagate_prefixed_error(error, problem, "%s:%u: ", import->file, line);
    return FALSE;
  }
  g_array_set_size(import->bad, import->bad->len + 1);
  g_array_index(import->bad, Problem, import->bad->len - 1) = (Problem){line, g_strdup(problem->message)};
  g_error_free(problem);
  return TRUE;
}

gboolean lims_import_finish(LimsImport *import, GError **error) {
  g_autoptr(GString) text = g_string_new(NULL);
  guint count = import->bad->len;

  if (count == 0)
    return TRUE;
  g_array_sort(import->bad, problem_compare);
  for (guint i = 0; i < MIN(count, import->shown); i++) {
    const Problem *problem = &g_array_index(import->bad, Problem, i);

    g_string_append_printf(text, "\n%s:%u: %s", import->file, problem->line, problem->text);
  }
  if (count > import->shown)
    g_string_append_printf(text, "\nand %u more", count - import->shown);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: nothing was imported: %u bad row%s:%s",
              import->file, count, count == 1 ? "" : "s", text->str);
  return FALSE;
}

/* ---- headings ---- */

static char *fold_heading(const char *heading, const char *const *words) {
  g_autofree char *text = g_strstrip(g_ascii_strdown(heading, -1));

  g_strdelimit(text, "_ ", '-');
  for (const char *const *pair = words; pair && *pair; pair += 2)
    if (strcmp(pair[0], text) == 0)
      return g_strdup(pair[1]);
  return g_steal_pointer(&text);
}

static gboolean has_before(const LimsCsv *csv, guint column) {
  const char *name = g_ptr_array_index(csv->header->fields, column);

  for (guint i = 0; i < column; i++)
    if (strcmp(g_ptr_array_index(csv->header->fields, i), name) == 0)
      return TRUE;
  return FALSE;
}

gboolean lims_import_fold_headings(LimsCsv *csv, const char *const *words, GError **error) {
  GPtrArray *fields = csv->header->fields;

  for (guint i = 0; i < fields->len; i++) {
    g_autofree char *old = fields->pdata[i];

    fields->pdata[i] = fold_heading(old, words);
    if (has_before(csv, i)) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "%s:%u: heading '%s': a column of that meaning ('%s') stands before it", csv->name,
                  csv->header->line, old, (const char *)fields->pdata[i]);
      return FALSE;
    }
  }
  return TRUE;
}

const char *lims_import_field(const LimsCsv *csv, const LimsCsvRow *row, const char *heading) {
  int column = lims_csv_column(csv, heading);
  char *text;

  if (column < 0)
    return NULL;
  text = g_strstrip(g_ptr_array_index(row->fields, column));
  return *text ? text : NULL;
}

const char *lims_import_text(const LimsCsv *csv, const LimsCsvRow *row, const char *heading) {
  const char *text = lims_import_field(csv, row, heading);

  return text ? text : "";
}

/* ---- rows that stand each for itself ---- */

static gboolean take_rows(const LimsImportForm *form, const LimsCsv *csv, gpointer data, GError **error) {
  g_auto(LimsImport) import = {0};

  lims_import_init(&import, csv->name);
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    GError *problem = NULL;

    if (!form->take(csv, row, data, &problem) && !lims_import_note(&import, row->line, problem, error))
      return FALSE;
  }
  return lims_import_finish(&import, error);
}

gboolean lims_import_run(const LimsImportForm *form, const char *file_name, const char *bytes, gsize size,
                         gpointer data, GError **error) {
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file_name, bytes, size, error);

  return csv && lims_import_fold_headings(csv, form->words, error) &&
         lims_csv_check(csv, form->required, form->optional, error) && take_rows(form, csv, data, error);
}

GHashTable *lims_import_seen_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

gboolean lims_import_check_once(GHashTable *seen, const char *scope, const char *what, const char *name,
                                guint line, GError **error) {
  char *key = g_strconcat(scope ? scope : "", "\n", name, NULL);
  guint before = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key));

  if (before == 0) {
    g_hash_table_insert(seen, key, GUINT_TO_POINTER(line));
    return TRUE;
  }
  g_free(key);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "%s '%s': stands in line %u too", what, name, before);
  return FALSE;
}
