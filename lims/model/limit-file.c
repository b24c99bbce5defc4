/* A limit set as a spreadsheet.
 *
 * The person who types or buys it sees rows, not a tree: so classes and analytes are given by the names that
 * people use, and whatever does not fit (an unknown name, a unit, a condition with a slip in it, two rows
 * that say different things of the same food) is said by the line of the file, all of it at once.
 */
#include "lims/model/limit-file.h"
#include "lims/model/import.h"
#include "lims/model/limit-node.h"

#include <string.h>

#define STANDING "to be verified before use"
#define SHOWN 50 /* bad rows */

typedef struct {
  LimsDb *db;
  const LimsCatalogue *catalogue;
  LimsLimitNodes *nodes; /* of the set's tree: from the first row on */
  LimsLimitFile *file;
  GHashTable *seen; /* lims_limit_seen_new */
} Reader;

static void reader_clear(Reader *reader) {
  g_clear_pointer(&reader->nodes, lims_limit_nodes_free);
  g_clear_pointer(&reader->seen, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reader, reader_clear)

void lims_limit_file_clear(LimsLimitFile *file) {
  g_clear_pointer(&file->rows, g_array_unref);
  g_clear_pointer(&file->csv, lims_csv_free);
}

static const char *const REQUIRED[] = {"set",  "standard", "tree",       "effective-from",
                                       "node", "analyte",  "limit-text", NULL};
static const char *const OPTIONAL[] = {
    "title",  "effective-to", "date-rule", "set-source", "standing", "checked-by",         "id",
    "path",   "kind",         "unit",      "clause",     "basis",    "residue-definition", "conditions",
    "source", "note",         NULL};

/* ---- the set ---- */

/* The set's columns and what an empty one means. */
static const struct {
  const char *heading;
  gsize field;
  const char *otherwise;
} SET_COLUMNS[] = {
    {"set", G_STRUCT_OFFSET(LimsLimitSetRow, code), ""},
    {"standard", G_STRUCT_OFFSET(LimsLimitSetRow, standard), ""},
    {"title", G_STRUCT_OFFSET(LimsLimitSetRow, title), ""},
    {"tree", G_STRUCT_OFFSET(LimsLimitSetRow, tree), ""},
    {"effective-from", G_STRUCT_OFFSET(LimsLimitSetRow, from), ""},
    {"effective-to", G_STRUCT_OFFSET(LimsLimitSetRow, to), ""},
    {"date-rule", G_STRUCT_OFFSET(LimsLimitSetRow, date_rule), "production"},
    {"set-source", G_STRUCT_OFFSET(LimsLimitSetRow, source), ""},
    {"standing", G_STRUCT_OFFSET(LimsLimitSetRow, standing), STANDING},
    {"checked-by", G_STRUCT_OFFSET(LimsLimitSetRow, checked_by), ""},
};

/* The first row speaks of the set; later ones may repeat it, and nothing else. */
static gboolean check_set(const LimsLimitFile *file, const LimsCsvRow *row, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(SET_COLUMNS); i++) {
    const char *own = G_STRUCT_MEMBER(const char *, &file->set, SET_COLUMNS[i].field);
    const char *text = lims_import_field(file->csv, row, SET_COLUMNS[i].heading);

    if (text && strcmp(text, own) != 0) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "%s is '%s', in the first row '%s': a file holds one set", SET_COLUMNS[i].heading, text,
                  own);
      return FALSE;
    }
  }
  return TRUE;
}

/* Without a set that can be, no row can be tied to anything. */
static gboolean read_set(Reader *reader, GError **error) {
  LimsLimitFile *file = reader->file;
  const LimsCsvRow *row = g_ptr_array_index(file->csv->rows, 0);

  for (guint i = 0; i < G_N_ELEMENTS(SET_COLUMNS); i++) {
    const char **own = (const char **)G_STRUCT_MEMBER_P(&file->set, SET_COLUMNS[i].field);
    const char *text = lims_import_field(file->csv, row, SET_COLUMNS[i].heading);

    *own = text ? text : SET_COLUMNS[i].otherwise;
  }
  if (lims_limit_set_row_check(&file->set, error))
    reader->nodes = lims_limit_nodes_new(reader->db, reader->catalogue, file->set.tree, error);
  if (!reader->nodes)
    g_prefix_error(error, "%s:%u: ", file->csv->name, row->line);
  return reader->nodes != NULL;
}

/* ---- its rows ---- */

/* The path is there for the reader's eye; it must be the node's. */
static gboolean check_path(const Reader *reader, const LimsLimitRow *row, GError **error) {
  const char *path = lims_catalogue_node_path(reader->catalogue, reader->file->set.tree, row->limit.node);

  if (*row->path_text == '\0' || strcmp(row->path_text, path) == 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "path is '%s', but node '%s' is '%s'", row->path_text,
              row->node_text, path);
  return FALSE;
}

static gboolean tie_row(Reader *reader, LimsLimitRow *row, GError **error) {
  row->limit.analyte = lims_catalogue_find_analyte(reader->catalogue, row->analyte_text);
  row->limit.node = lims_limit_nodes_find(reader->nodes, row->node_text, error);
  if (row->limit.node == 0 || !check_path(reader, row, error))
    return FALSE;
  if (!row->limit.analyte) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "the catalogue has no analyte '%s'; one is added in config/catalogue/analytes.csv, another "
                "name for one in analyte-aliases.csv, and taken in by limsctl init",
                row->analyte_text);
    return FALSE;
  }
  return lims_limit_row_check_texts(row, reader->catalogue, error);
}

static gboolean read_row(Reader *reader, const LimsCsvRow *row, GError **error) {
  LimsLimitRow limit;

  if (!check_set(reader->file, row, error) || !lims_limit_row_read(reader->file->csv, row, &limit, error) ||
      !tie_row(reader, &limit, error) || !lims_limit_seen_add(reader->seen, &limit, error))
    return FALSE;
  g_array_append_val(reader->file->rows, limit);
  return TRUE;
}

static gboolean read_rows(Reader *reader, GError **error) {
  const LimsCsv *csv = reader->file->csv;
  g_auto(LimsImport) import = {0};

  lims_import_init(&import, csv->name);
  import.shown = SHOWN;
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    GError *problem = NULL;

    if (!read_row(reader, row, &problem) && !lims_import_note(&import, row->line, problem, error))
      return FALSE;
  }
  return lims_import_finish(&import, error);
}

gboolean lims_limit_file_read(LimsDb *db, const LimsCatalogue *catalogue, const char *name, const char *bytes,
                              gsize size, LimsLimitFile *out, GError **error) {
  g_auto(Reader) reader = {db, catalogue, NULL, out, lims_limit_seen_new()};

  *out = (LimsLimitFile){.csv = lims_csv_read_bytes(name, bytes, size, error),
                         .rows = g_array_new(FALSE, FALSE, sizeof(LimsLimitRow))};
  if (!out->csv || !lims_import_fold_headings(out->csv, NULL, error) ||
      !lims_csv_check(out->csv, REQUIRED, OPTIONAL, error))
    return FALSE;
  if (out->csv->rows->len > 0)
    return read_set(&reader, error) && read_rows(&reader, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: there is no row below the headings", name);
  return FALSE;
}
