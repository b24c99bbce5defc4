/* Importing a limit set from one file: what it would change is shown first, and done only when asked for.
 *
 * The file's form is described in config/catalogue/README.md, "Add a limit set".
 */
#pragma once
#include "lims/store/store.h"

typedef enum {
  LIMS_LIMIT_ADDED,
  LIMS_LIMIT_CHANGED,
  LIMS_LIMIT_REMOVED,
  LIMS_LIMIT_OVERLAPS
} LimsLimitChangeKind;
const char *lims_limit_change_name(LimsLimitChangeKind kind); /* "added" "changed" "removed" "overlaps" */

/* OVERLAPS: another set limits the same analyte at the same node in the same time; `before` says which and
 * how. */
typedef struct {
  LimsLimitChangeKind kind;
  guint line; /* of the file; 0: none */
  char *node_path, *analyte, *conditions;
  char *before, *after; /* the limit with its unit; NULL: none */
} LimsLimitChange;

typedef struct {
  char *set;
  gboolean known; /* the set was there before */
  guint rows;     /* in the file */
  guint unchanged;
  GPtrArray *changes; /* LimsLimitChange * */
} LimsLimitImport;
void lims_limit_import_clear(LimsLimitImport *import);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsLimitImport, lims_limit_import_clear)

/* All rows or none: every bad one is named by its line. apply = FALSE writes nothing. */
gboolean lims_limit_set_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                               gboolean apply, LimsLimitImport *out, GError **error);
/* Sets after that code (NULL: from the first), by code. Columns: code, code, standard, title, tree, from, to,
 * date rule, standing, source, checked by, number of limits. */
LimsQuery *lims_limit_set_query(LimsDb *db, const char *after, guint limit, GError **error);
