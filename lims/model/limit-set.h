/* Importing a limit set from one file: what it would change is shown first, and done only when asked for.
 *
 * The file's form is described in config/catalogue/README.md, "Add a limit set".
 */
#pragma once
#include "lims/model/limit-edition.h"
#include "lims/model/limit-file.h"

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
  LimsLimitFile file;
  gboolean known;       /* the set was there before */
  gboolean set_changed; /* its own row: dates, standing ... */
  char *from, *to;      /* as the set is in force now; NULL if it is new; to "" for open */
  guint unchanged;      /* rows */
  GPtrArray *changes;   /* LimsLimitChange * */
  GPtrArray *ends;      /* LimsLimitEnd *: older editions that end for it */
  GHashTable *analytes; /* codes (a set): those whose verdicts the changed rows may alter */
} LimsLimitImport;
void lims_limit_import_clear(LimsLimitImport *import);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsLimitImport, lims_limit_import_clear)

/* Reads the file and compares it with the store; writes nothing. All rows or none: every bad one is named by
 * its line. ends_before: see limit-edition.h. `catalogue`: the store's, must outlive *out. Clear *out also
 * after an error. */
gboolean lims_limit_import_read(LimsDb *db, const LimsCatalogue *catalogue, const char *file_name,
                                const char *bytes, gsize size, gboolean ends_before, LimsLimitImport *out,
                                GError **error);
/* FALSE: the store holds all of it already. */
gboolean lims_limit_import_is_news(const LimsLimitImport *import);
gboolean lims_limit_import_write(LimsDb *db, const LimsLimitImport *import, GError **error);

/* Sets after that code (NULL: from the first), by code. Columns: code, code, standard, title, tree, from, to,
 * date rule, standing, source, checked by, number of limits. */
LimsQuery *lims_limit_set_query(LimsDb *db, const char *after, guint limit, GError **error);
