/* The import of a limit set.
 *
 * A set decides verdicts by the thousand, and the person who types it sees a spreadsheet, not a tree: so the
 * rows are tied to nodes and analytes by the names people use, compared with what the set holds now, and
 * shown. A row is the same row if node, analyte and conditions are; it then keeps its id, which older
 * verdicts name.
 */
#include "lims/model/limit-set.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/import.h"
#include "lims/model/limit-row.h"

#include <string.h>

#define STANDING "to be verified before use"

static const char *const CHANGES[] = {
    [LIMS_LIMIT_ADDED] = "added",
    [LIMS_LIMIT_CHANGED] = "changed",
    [LIMS_LIMIT_REMOVED] = "removed",
    [LIMS_LIMIT_OVERLAPS] = "overlaps",
};

const char *lims_limit_change_name(LimsLimitChangeKind kind) {
  return CHANGES[kind];
}

static void change_free(gpointer data) {
  LimsLimitChange *change = data;

  g_free(change->node_path);
  g_free(change->analyte);
  g_free(change->conditions);
  g_free(change->before);
  g_free(change->after);
  g_free(change);
}

void lims_limit_import_clear(LimsLimitImport *import) {
  g_clear_pointer(&import->set, g_free);
  g_clear_pointer(&import->changes, g_ptr_array_unref);
}

/* ---- the file ---- */

typedef struct {
  LimsDb *db;
  LimsCatalogue *catalogue;
  LimsCsv *csv;
  LimsLimitSetRow set;
  GArray *rows;     /* LimsLimitRow */
  GHashTable *seen; /* key → line of the file */
  GHashTable *old;  /* key → OldRow *, not yet met in the file */
  gint64 last_id;
  LimsLimitImport *out;
} Work;

static void work_clear(Work *work) {
  g_clear_pointer(&work->csv, lims_csv_free);
  g_clear_pointer(&work->rows, g_array_unref);
  g_clear_pointer(&work->seen, g_hash_table_unref);
  g_clear_pointer(&work->old, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static const char *const REQUIRED[] = {"set",  "standard", "tree",       "effective-from",
                                       "node", "analyte",  "limit-text", NULL};
static const char *const OPTIONAL[] = {
    "title",  "effective-to", "date-rule", "set-source", "standing", "checked-by",         "id",
    "path",   "kind",         "unit",      "clause",     "basis",    "residue-definition", "conditions",
    "source", "note",         NULL};

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
static gboolean read_set(Work *work, const LimsCsvRow *row, gboolean first, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(SET_COLUMNS); i++) {
    const char **own = (const char **)G_STRUCT_MEMBER_P(&work->set, SET_COLUMNS[i].field);
    const char *text = lims_import_field(work->csv, row, SET_COLUMNS[i].heading);

    if (first) {
      *own = text ? text : SET_COLUMNS[i].otherwise;
    } else if (text && strcmp(text, *own) != 0) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "%s is '%s', in the first row '%s': a file holds one set", SET_COLUMNS[i].heading, text,
                  *own);
      return FALSE;
    }
  }
  return !first || lims_limit_set_row_check(&work->set, error);
}

static char *make_key(gint64 node, const char *analyte, const char *conditions) {
  return g_strdup_printf("%" G_GINT64_FORMAT "|%s|%s", node, analyte, conditions);
}

/* Ties the row to a node and an analyte of the catalogue. */
static gboolean tie_row(Work *work, LimsLimitRow *row, GError **error) {
  row->limit.node = lims_catalogue_find_node(work->catalogue, work->set.tree, row->node_text);
  row->limit.analyte = lims_catalogue_find_analyte(work->catalogue, row->analyte_text);
  if (!row->limit.node) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "tree '%s' has no node '%s', or several: give its path or id", work->set.tree,
                row->node_text);
    return FALSE;
  }
  if (!row->limit.analyte) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "the catalogue has no analyte '%s'",
                row->analyte_text);
    return FALSE;
  }
  return lims_limit_row_check_residue(row, work->catalogue, error);
}

static gboolean note_twice(Work *work, const LimsLimitRow *row, GError **error) {
  char *key = make_key(row->limit.node, row->limit.analyte, row->limit.conditions);
  guint line = GPOINTER_TO_UINT(g_hash_table_lookup(work->seen, key));

  if (line == 0) {
    g_hash_table_insert(work->seen, key, GUINT_TO_POINTER(row->line));
    return TRUE;
  }
  g_free(key);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "node, analyte and conditions are those of line %u",
              line);
  return FALSE;
}

static gboolean read_row(Work *work, const LimsCsvRow *row, gboolean first, GError **error) {
  LimsLimitRow limit;

  if (!read_set(work, row, first, error) || !lims_limit_row_read(work->csv, row, &limit, error) ||
      !tie_row(work, &limit, error) || !note_twice(work, &limit, error))
    return FALSE;
  g_array_append_val(work->rows, limit);
  return TRUE;
}

static gboolean read_file(Work *work, const char *file_name, const char *bytes, gsize size, GError **error) {
  g_auto(LimsImport) import = {0};

  lims_import_init(&import, file_name);
  work->csv = lims_csv_read_bytes(file_name, bytes, size, error);
  if (!work->csv || !lims_import_fold_headings(work->csv, NULL, error) ||
      !lims_csv_check(work->csv, REQUIRED, OPTIONAL, error))
    return FALSE;
  if (work->csv->rows->len == 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: there is no row below the headings", file_name);
    return FALSE;
  }
  for (guint i = 0; i < work->csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(work->csv->rows, i);
    GError *problem = NULL;

    if (!read_row(work, row, i == 0, &problem) && !lims_import_note(&import, row->line, problem, error))
      return FALSE;
  }
  return lims_import_finish(&import, error);
}

/* ---- what is there ---- */

typedef struct {
  gint64 id, node;
  char *analyte, *conditions;
  char *shown; /* the limit with its unit */
  char *whole; /* all that a change would change, joined */
} OldRow;

static void old_free(gpointer data) {
  OldRow *old = data;

  g_free(old->analyte);
  g_free(old->conditions);
  g_free(old->shown);
  g_free(old->whole);
  g_free(old);
}

static char *show_limit(const char *text, const char *unit) {
  return unit && *unit ? g_strconcat(text, " ", unit, NULL) : g_strdup(text);
}

static char *join_row(const LimsLimitRow *row) {
  const LimsLimit *limit = &row->limit;

  return g_strjoin("\x1f", lims_limit_kind_name(limit->kind), limit->text, row->unit, limit->clause,
                   limit->basis, limit->residue_definition, row->source, row->note, NULL);
}

static gboolean read_old(Work *work, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      work->db, error,
      "SELECT id, node, analyte, conditions, limit_text, COALESCE(unit, ''), kind, clause, basis, "
      "COALESCE(residue_definition, ''), source, note FROM limit_row WHERE limit_set = :set",
      "set:s", work->set.code, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    OldRow *old = g_new0(OldRow, 1);

    old->id = lims_query_int(query, 0);
    old->node = lims_query_int(query, 1);
    old->analyte = g_strdup(lims_query_text(query, 2));
    old->conditions = g_strdup(lims_query_text(query, 3));
    old->shown = show_limit(lims_query_text(query, 4), lims_query_text(query, 5));
    old->whole =
        g_strjoin("\x1f", lims_query_text(query, 6), lims_query_text(query, 4), lims_query_text(query, 5),
                  lims_query_text(query, 7), lims_query_text(query, 8), lims_query_text(query, 9),
                  lims_query_text(query, 10), lims_query_text(query, 11), NULL);
    work->last_id = MAX(work->last_id, old->id);
    g_hash_table_insert(work->old, make_key(old->node, old->analyte, old->conditions), old);
  }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- comparing ---- */

static void add_change(Work *work, LimsLimitChangeKind kind, guint line, gint64 node, const char *analyte,
                       const char *conditions, const char *before, char *after) {
  const char *path = lims_catalogue_node_path(work->catalogue, work->set.tree, node);
  LimsLimitChange *change = g_new0(LimsLimitChange, 1);

  *change = (LimsLimitChange){
      kind, line, g_strdup(path), g_strdup(analyte), g_strdup(conditions), g_strdup(before), after};
  g_ptr_array_add(work->out->changes, change);
}

static void compare_row(Work *work, LimsLimitRow *row) {
  const LimsLimit *limit = &row->limit;
  g_autofree char *key = make_key(limit->node, limit->analyte, limit->conditions);
  g_autofree char *whole = join_row(row);
  OldRow *old = g_hash_table_lookup(work->old, key);

  row->id = old ? old->id : ++work->last_id;
  if (old && strcmp(old->whole, whole) == 0)
    work->out->unchanged++;
  else
    add_change(work, old ? LIMS_LIMIT_CHANGED : LIMS_LIMIT_ADDED, row->line, limit->node, limit->analyte,
               limit->conditions, old ? old->shown : NULL, show_limit(limit->text, row->unit));
  g_hash_table_remove(work->old, key);
}

static gboolean find_overlaps(Work *work, const LimsLimitRow *row, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      work->db, error,
      "SELECT s.code, r.limit_text, COALESCE(r.unit, '') FROM limit_row r JOIN limit_set s ON s.code = "
      "r.limit_set "
      "WHERE s.code <> :set AND s.tree = :tree AND r.node = :node AND r.analyte = :analyte AND "
      "(s.effective_to IS NULL OR s.effective_to >= :from) AND (:to = '' OR s.effective_from <= :to) "
      "ORDER BY s.code, r.id",
      "set:s", work->set.code, "tree:s", work->set.tree, "node:i", row->limit.node, "analyte:s",
      row->limit.analyte, "from:s", work->set.from, "to:s", work->set.to, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    g_autofree char *limit = show_limit(lims_query_text(query, 1), lims_query_text(query, 2));
    g_autofree char *other = g_strconcat(lims_query_text(query, 0), ": ", limit, NULL);

    add_change(work, LIMS_LIMIT_OVERLAPS, row->line, row->limit.node, row->limit.analyte,
               row->limit.conditions, other, show_limit(row->limit.text, row->unit));
  }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static int compare_changes(gconstpointer a, gconstpointer b) {
  const LimsLimitChange *left = *(LimsLimitChange *const *)a, *right = *(LimsLimitChange *const *)b;

  if (left->line != right->line)
    return left->line == 0 || (right->line != 0 && left->line > right->line) ? 1 : -1;
  if (left->kind != right->kind)
    return (int)left->kind - (int)right->kind;
  return g_strcmp0(left->before, right->before);
}

static gboolean compare(Work *work, GError **error) {
  GHashTableIter iter;
  OldRow *old;

  for (guint i = 0; i < work->rows->len; i++) {
    LimsLimitRow *row = &g_array_index(work->rows, LimsLimitRow, i);

    compare_row(work, row);
    if (!find_overlaps(work, row, error))
      return FALSE;
  }
  g_hash_table_iter_init(&iter, work->old);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&old))
    add_change(work, LIMS_LIMIT_REMOVED, 0, old->node, old->analyte, old->conditions, old->shown, NULL);
  g_ptr_array_sort(work->out->changes, compare_changes);
  return TRUE;
}

/* ---- doing it ---- */

static gboolean write_set(Work *work, GError **error) {
  if (!lims_limit_set_row_write(work->db, &work->set, error))
    return FALSE;
  for (guint i = 0; i < work->rows->len; i++)
    if (!lims_limit_row_write(work->db, work->set.code, &g_array_index(work->rows, LimsLimitRow, i), error))
      return FALSE;
  return lims_catalogue_touch(work->db, error);
}

static gboolean is_known_set(LimsDb *db, const char *code, gboolean *out, GError **error) {
  gint64 count = 0;

  if (!lims_db_get_int(db, &count, error, "SELECT COUNT(*) FROM limit_set WHERE code = :code", "code:s", code,
                       NULL))
    return FALSE;
  *out = count > 0;
  return TRUE;
}

gboolean lims_limit_set_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                               gboolean apply, LimsLimitImport *out, GError **error) {
  g_auto(Work) work = {.db = db, .out = out, .catalogue = lims_catalogue_current(db, error)};

  *out = (LimsLimitImport){.changes = g_ptr_array_new_with_free_func(change_free)};
  work.rows = g_array_new(FALSE, FALSE, sizeof(LimsLimitRow));
  work.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  work.old = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, old_free);
  if (!work.catalogue || !read_file(&work, file_name, bytes, size, error) || !read_old(&work, error) ||
      !is_known_set(db, work.set.code, &out->known, error) || !compare(&work, error))
    return FALSE;
  out->set = g_strdup(work.set.code);
  out->rows = work.rows->len;
  return !apply || write_set(&work, error);
}

LimsQuery *lims_limit_set_query(LimsDb *db, const char *after, guint limit, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT s.code, s.code, s.standard, s.title, s.tree, s.effective_from, s.effective_to, "
      "s.date_rule, s.standing, s.source, s.checked_by, (SELECT COUNT(*) FROM limit_row r WHERE "
      "r.limit_set = s.code) FROM limit_set s WHERE s.code > :after ORDER BY s.code LIMIT :limit",
      "after:s", after ? after : "", "limit:i", (gint64)limit, NULL);
}
