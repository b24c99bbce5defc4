/* Importing a file: all rows or none, and every bad row named by its line in one message. */
#pragma once
#include "lims/core/csv.h"
#include "lims/core/error.h"

typedef struct {
  const char *file;
  guint shown; /* how many bad rows a message names; by lims_import_init 20 */
  GArray *bad; /* of rows: line and what is wrong */
} LimsImport;

void lims_import_init(LimsImport *import, const char *file);
void lims_import_clear(LimsImport *import);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsImport, lims_import_clear)

/* Notes what is wrong with that line and goes on: TRUE. FALSE with *error for what is not the file's fault (a
 * full disk): the import ends there. Takes `problem`. */
gboolean lims_import_note(LimsImport *import, guint line, GError *problem, GError **error);
/* TRUE if no row was bad; else one error that names the first `shown` of them and counts the rest. */
gboolean lims_import_finish(LimsImport *import, GError **error);

/* A file whose rows stand each for itself. Lists end with NULL. */
typedef struct {
  const char *const *words; /* see lims_import_fold_headings */
  const char *const *required, *const *optional;
  gboolean (*take)(const LimsCsv *csv, const LimsCsvRow *row, gpointer data, GError **error);
} LimsImportForm;

/* Checks the headings and gives each row to `take`; what is wrong with rows becomes one error. */
gboolean lims_import_run(const LimsImportForm *form, const char *file_name, const char *bytes, gsize size,
                         gpointer data, GError **error);
/* Refuses a name that stood in the file before, saying in which line. `seen` (char *, owned, to the line) is
 * the caller's; names of one `scope` (may be NULL) must differ. */
gboolean lims_import_check_once(GHashTable *seen, const char *scope, const char *what, const char *name,
                                guint line, GError **error);
GHashTable *lims_import_seen_new(void);

/* Headings as people write them become the names of the table: blanks off, lower case, '_' is '-', and
 * `words` (pairs heading, name; ends with NULL; may be NULL) translated. Two headings of one meaning are an
 * error. */
gboolean lims_import_fold_headings(LimsCsv *csv, const char *const *words, GError **error);
/* The field of that heading without blanks around it; NULL if it is empty or the column is absent. Changes
 * the row's text in place; owned by the row. */
const char *lims_import_field(const LimsCsv *csv, const LimsCsvRow *row, const char *heading);
/* The same, "" for nothing. */
const char *lims_import_text(const LimsCsv *csv, const LimsCsvRow *row, const char *heading);
