/* config/catalogue into the store.
 *
 * The files were edited by hand, and one wrong node would judge a whole class of foods by another's limit. So
 * each row goes first into a catalogue in memory, which refuses what does not fit together, and only then
 * into its table, in one job: a fault names file and line and leaves nothing behind. What a laboratory's rows
 * refer to (codes, nodes) is never taken out; aliases, places, the limits of the files' own sets and their
 * detection limits are replaced. Sets and detection limits that were imported stay, and what a laboratory set
 * of a method. Files that have not changed since are not read into the tables again.
 */
#include "lims/core/csv.h"
#include "lims/core/text.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/import.h"
#include "lims/model/limit-edition.h"
#include "lims/model/method-row.h"
#include "lims/model/method-rule.h"

#include <string.h>

#define PATH_MARK " > "

typedef struct {
  LimsDb *db;
  const char *directory;
  LimsCatalogue *catalogue; /* what was taken so far */
  GChecksum *digest;        /* of all files */
  gboolean writing;         /* FALSE: only the digest is wanted */
  GPtrArray *sets;          /* char *: code and file of each set, by turns */
  const char *name;         /* of the tree or set whose file is read */
  GHashTable *seen;         /* what the set has limited so far */
  LimsLimitEditions *editions;
  gboolean kept; /* the set was imported: its file is only checked */
} Loader;

typedef gboolean (*TakeRow)(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error);

/* Reads one file, row by row. `columns`: required ones, separated by ','. */
static gboolean load_file(Loader *loader, const char *name, const char *columns, TakeRow take,
                          GError **error) {
  g_autofree char *path = g_build_filename(loader->directory, name, NULL), *bytes = NULL;
  g_auto(GStrv) required = g_strsplit(columns, ",", -1);
  g_autoptr(LimsCsv) csv = NULL;
  g_autoptr(GError) problem = NULL;
  gsize size;

  if (!g_file_get_contents(path, &bytes, &size, &problem)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO,
                "the catalogue: %s: it comes with the program; where it lies elsewhere, LIMS_DATA names the "
                "directory above it",
                problem->message);
    return FALSE;
  }
  g_checksum_update(loader->digest, (const guchar *)bytes, (gssize)size);
  if (!loader->writing)
    return TRUE;
  csv = lims_csv_read_bytes(name, bytes, size, error);
  if (!csv || !lims_import_fold_headings(csv, NULL, error) ||
      !lims_csv_check(csv, (const char *const *)required, NULL, error))
    return FALSE;
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);

    if (!take(loader, csv, row, error)) {
      g_prefix_error(error, "%s:%u: ", name, row->line);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- names ---- */

static gboolean take_analyte(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  const char *code = lims_import_text(csv, row, "code"), *name = lims_import_text(csv, row, "name"),
             *name_en = lims_import_text(csv, row, "name-en"),
             *formula = lims_import_text(csv, row, "formula");

  return lims_catalogue_add_analyte(loader->catalogue, code, name, name_en, error) &&
         lims_catalogue_set_formula(loader->catalogue, code, formula, error) &&
         lims_db_run(
             loader->db, error,
             "INSERT INTO analyte(code, name, name_en, family, formula) VALUES(:code, :name, :en, :family, "
             ":formula) ON CONFLICT(code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, "
             "family = excluded.family, formula = excluded.formula",
             "code:s", code, "name:s", name, "en:s", name_en, "family:s",
             lims_import_text(csv, row, "family"), "formula:s", formula, NULL);
}

static gboolean take_commodity(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  const char *code = lims_import_text(csv, row, "code"), *name = lims_import_text(csv, row, "name"),
             *name_en = lims_import_text(csv, row, "name-en");
  const char *family = lims_import_text(csv, row, "family");

  return lims_catalogue_add_commodity(loader->catalogue, code, name, name_en, family, error) &&
         lims_db_run(
             loader->db, error,
             "INSERT INTO commodity(code, name, name_en, family) VALUES(:code, :name, :en, :family) ON "
             "CONFLICT(code) DO UPDATE SET name = excluded.name, name_en = excluded.name_en, family = "
             "excluded.family",
             "code:s", code, "name:s", name, "en:s", name_en, "family:s", family, NULL);
}

static gboolean take_analyte_alias(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row,
                                   GError **error) {
  const char *alias = lims_import_text(csv, row, "alias"), *analyte = lims_import_text(csv, row, "analyte");
  g_autofree char *folded = lims_text_fold(alias);

  return lims_catalogue_add_analyte_alias(loader->catalogue, alias, analyte, error) &&
         lims_db_run(loader->db, error,
                     "INSERT INTO analyte_alias(folded, alias, analyte) VALUES(:folded, :alias, :analyte)",
                     "folded:s", folded, "alias:s", alias, "analyte:s", analyte, NULL);
}

static gboolean take_commodity_alias(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row,
                                     GError **error) {
  const char *alias = lims_import_text(csv, row, "alias"),
             *commodity = lims_import_text(csv, row, "commodity");
  g_autofree char *folded = lims_text_fold(alias);

  return lims_catalogue_add_commodity_alias(loader->catalogue, alias, commodity, error) &&
         lims_db_run(
             loader->db, error,
             "INSERT INTO commodity_alias(folded, alias, commodity) VALUES(:folded, :alias, :commodity)",
             "folded:s", folded, "alias:s", alias, "commodity:s", commodity, NULL);
}

static gboolean take_method(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  LimsMethodRow method;

  return lims_method_row_read(csv, row, &method, error) &&
         lims_catalogue_add_method(loader->catalogue, &method.method, method.formula, error) &&
         lims_method_row_write(loader->db, &method, error);
}

static gboolean take_detection_limit(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row,
                                     GError **error) {
  LimsDetectionLimitRow limit;

  return lims_detection_limit_row_read(csv, row, &limit, error) &&
         lims_catalogue_add_detection_limit(loader->catalogue, &limit.limit, error) &&
         lims_detection_limit_row_write(loader->db, &limit, FALSE, error);
}

/* ---- trees and places ---- */

/* "A > B": the parent stands above its children in the file. NULL if it does not. */
static char *path_of(const Loader *loader, gint64 parent, const char *name) {
  const char *above = parent ? lims_catalogue_node_path(loader->catalogue, loader->name, parent) : NULL;

  if (parent && !above)
    return NULL;
  return above ? g_strconcat(above, PATH_MARK, name, NULL) : g_strdup(name);
}

static gboolean take_node(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  gint64 id = g_ascii_strtoll(lims_import_text(csv, row, "id"), NULL, 10);
  gint64 parent = g_ascii_strtoll(lims_import_text(csv, row, "parent"), NULL, 10);
  const char *name = lims_import_text(csv, row, "name");
  g_autofree char *path = path_of(loader, parent, name);

  if (!path || *name == '\0') {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "node %" G_GINT64_FORMAT ": a name, and a parent further up, "
                "must be there",
                id);
    return FALSE;
  }
  return lims_catalogue_add_node(loader->catalogue, loader->name, id, parent, path, error) &&
         lims_db_run(
             loader->db, error,
             "INSERT INTO node(tree, id, parent, name, name_en, path) VALUES(:tree, :id, NULLIF(:parent, 0), "
             ":name, :en, :path) ON CONFLICT(tree, id) DO UPDATE SET parent = excluded.parent, name = "
             "excluded.name, name_en = excluded.name_en, path = excluded.path",
             "tree:s", loader->name, "id:i", id, "parent:i", parent, "name:s", name, "en:s",
             lims_import_field(csv, row, "name-en"), "path:s", path, NULL);
}

/* The path is there for the reader's eye; it must be the node's. */
static gboolean check_path(Loader *loader, const char *tree, gint64 node, const char *path, GError **error) {
  const char *own = lims_catalogue_node_path(loader->catalogue, tree, node);

  if (own && (*path == '\0' || strcmp(own, path) == 0))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "node %" G_GINT64_FORMAT " of tree %s is “%s”, not “%s”",
              node, tree, own ? own : "not there", path);
  return FALSE;
}

static gboolean take_membership(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  const char *commodity = lims_import_text(csv, row, "commodity"), *tree = lims_import_text(csv, row, "tree");
  gint64 node = g_ascii_strtoll(lims_import_text(csv, row, "node"), NULL, 10);

  return check_path(loader, tree, node, lims_import_text(csv, row, "path"), error) &&
         lims_catalogue_add_membership(loader->catalogue, commodity, tree, node, error) &&
         lims_db_run(loader->db, error,
                     "INSERT INTO membership(commodity, tree, node) VALUES(:commodity, :tree, :node)",
                     "commodity:s", commodity, "tree:s", tree, "node:i", node, NULL);
}

/* ---- limits ---- */

static gboolean take_limit(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  LimsLimitRow limit;

  if (!lims_limit_row_read(csv, row, &limit, error))
    return FALSE;
  limit.limit.id = limit.id;
  limit.limit.node = g_ascii_strtoll(limit.node_text, NULL, 10);
  limit.limit.analyte = limit.analyte_text;
  return lims_catalogue_add_limit(loader->catalogue, loader->name, &limit.limit, error) &&
         lims_limit_seen_add(loader->seen, &limit, error) &&
         (loader->kept || lims_limit_row_write(loader->db, loader->name, &limit, error));
}

static gboolean add_set(Loader *loader, const LimsLimitSetRow *set, GError **error) {
  gboolean kept;

  return lims_limit_set_row_add(loader->catalogue, set, error) &&
         lims_limit_editions_add(loader->editions, set, error) &&
         lims_limit_set_row_is_imported(loader->db, set->code, &kept, error) &&
         (kept || lims_limit_set_row_write(loader->db, set, error));
}

static gboolean take_set(Loader *loader, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  LimsLimitSetRow set = {.code = lims_import_text(csv, row, "code"),
                         .standard = lims_import_text(csv, row, "standard"),
                         .title = lims_import_text(csv, row, "title"),
                         .tree = lims_import_text(csv, row, "tree"),
                         .from = lims_import_text(csv, row, "effective-from"),
                         .to = lims_import_text(csv, row, "effective-to"),
                         .date_rule = lims_import_text(csv, row, "date-rule"),
                         .source = lims_import_text(csv, row, "source"),
                         .standing = lims_import_text(csv, row, "standing"),
                         .checked_by = lims_import_text(csv, row, "checked-by")};

  g_ptr_array_add(loader->sets, g_strdup(set.code));
  g_ptr_array_add(loader->sets, g_build_filename("sets", lims_import_text(csv, row, "file"), NULL));
  return add_set(loader, &set, error);
}

/* ---- the whole ---- */

static int compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Names of the directory's files, sorted: the digest must not depend on the disk's order. */
static GPtrArray *list_files(const char *directory, const char *below, GError **error) {
  g_autofree char *path = g_build_filename(directory, below, NULL);
  g_autoptr(GError) problem = NULL;
  g_autoptr(GDir) dir = g_dir_open(path, 0, &problem);
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  const char *name;

  if (!dir)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "the catalogue: %s", problem->message);
  while (dir && (name = g_dir_read_name(dir)))
    if (g_str_has_suffix(name, ".csv"))
      g_ptr_array_add(names, g_strdup(name));
  g_ptr_array_sort(names, compare_names);
  return names;
}

static gboolean load_trees(Loader *loader, GError **error) {
  GError *problem = NULL;
  g_autoptr(GPtrArray) names = list_files(loader->directory, "trees", &problem);

  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);
    g_autofree char *file = g_build_filename("trees", name, NULL);
    g_autofree char *tree = g_strndup(name, strlen(name) - strlen(".csv"));

    loader->name = tree;
    if (!load_file(loader, file, "id,parent,name", take_node, error))
      return FALSE;
  }
  return TRUE;
}

/* Without the table of sets all files of the directory are read: the digest is wanted before anything is
 * written. */
static gboolean list_sets(Loader *loader, GError **error) {
  GError *problem = NULL;
  g_autoptr(GPtrArray) names = list_files(loader->directory, "sets", &problem);

  for (guint i = 0; i < names->len; i++) {
    g_ptr_array_add(loader->sets, g_strdup(""));
    g_ptr_array_add(loader->sets, g_build_filename("sets", g_ptr_array_index(names, i), NULL));
  }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean load_sets(Loader *loader, GError **error) {
  if (!load_file(loader, "limit-sets.csv",
                 "code,standard,title,tree,effective-from,effective-to,date-rule,file", take_set, error) ||
      (!loader->writing && !list_sets(loader, error)))
    return FALSE;
  for (guint i = 0; i + 1 < loader->sets->len; i += 2) {
    loader->name = g_ptr_array_index(loader->sets, i);
    g_hash_table_remove_all(loader->seen);
    if (!lims_limit_set_row_is_imported(loader->db, loader->name, &loader->kept, error) ||
        !load_file(loader, g_ptr_array_index(loader->sets, i + 1), "id,node,path,analyte,kind,limit-text",
                   take_limit, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean load_all(Loader *loader, GError **error) {
  return load_file(loader, "analytes.csv", "code,name,name-en,family", take_analyte, error) &&
         load_file(loader, "analyte-aliases.csv", "alias,analyte", take_analyte_alias, error) &&
         load_file(loader, "commodities.csv", "code,name,name-en,family", take_commodity, error) &&
         load_file(loader, "commodity-aliases.csv", "alias,commodity", take_commodity_alias, error) &&
         load_trees(loader, error) &&
         load_file(loader, "memberships.csv", "commodity,tree,node", take_membership, error) &&
         load_sets(loader, error) && load_file(loader, "methods.csv", "code,name", take_method, error) &&
         load_file(loader, "detection-limits.csv", "method,analyte,matrix,lod,loq,unit", take_detection_limit,
                   error);
}

static gboolean clear_replaced(LimsDb *db, GError **error) {
  return lims_db_run(db, error, "DELETE FROM analyte_alias", NULL) &&
         lims_db_run(db, error, "DELETE FROM commodity_alias", NULL) &&
         lims_db_run(db, error, "DELETE FROM membership", NULL) &&
         lims_db_run(db, error, "DELETE FROM detection_limit WHERE imported = 0", NULL);
}

static gboolean write_all(LimsDb *db, const char *directory, const char *digest, GError **error) {
  g_autoptr(LimsCatalogue) catalogue = lims_catalogue_new();
  g_autoptr(GChecksum) again = g_checksum_new(G_CHECKSUM_SHA256);
  g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GHashTable) seen = lims_limit_seen_new();
  g_autoptr(LimsLimitEditions) editions = lims_limit_editions_new(db, error);
  Loader loader = {db, directory, catalogue, again, TRUE, sets, NULL, seen, editions, FALSE};

  return editions && clear_replaced(db, error) && load_all(&loader, error) &&
         lims_catalogue_seal(catalogue, error) && lims_method_rule_apply(db, error) &&
         lims_db_run(
             db, error,
             "INSERT INTO meta(name, value) VALUES('catalogue-digest', :digest) ON CONFLICT(name) DO UPDATE "
             "SET value = excluded.value",
             "digest:s", digest, NULL) &&
         lims_catalogue_touch(db, error);
}

gboolean lims_catalogue_load_directory(LimsDb *db, const char *directory, GError **error) {
  g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autoptr(GPtrArray) sets = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GHashTable) seen = lims_limit_seen_new();
  Loader loader = {db, directory, NULL, checksum, FALSE, sets, NULL, seen, NULL, FALSE};
  g_autofree char *known = NULL;

  if (!load_all(&loader, error))
    return FALSE;
  lims_db_get_text(db, &known, NULL, "SELECT value FROM meta WHERE name = 'catalogue-digest'", NULL);
  if (g_strcmp0(known, g_checksum_get_string(checksum)) == 0)
    return TRUE;
  return write_all(db, directory, g_checksum_get_string(checksum), error);
}
