/* The import of a limit set.
 *
 * A set decides verdicts by the thousand, so what the file says is compared with what the set holds now, and
 * shown before it is done. A row is the same row if node, analyte and conditions are; it then keeps its id,
 * which older verdicts name. A bought edition has some ten thousand rows: what the store holds is read in one
 * query each, and looked up in memory.
 */
#include "lims/model/limit-set.h"
#include "lims/model/catalogue-store.h"

#include <string.h>

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
  lims_limit_file_clear(&import->file);
  g_clear_pointer(&import->from, g_free);
  g_clear_pointer(&import->to, g_free);
  g_clear_pointer(&import->changes, g_ptr_array_unref);
  g_clear_pointer(&import->ends, g_ptr_array_unref);
  g_clear_pointer(&import->analytes, g_hash_table_unref);
}

/* ---- the set's own row ---- */

static char *join_set(const LimsLimitSetRow *set) {
  return g_strjoin("\x1f", set->standard, set->title, set->tree, set->from, set->to, set->date_rule,
                   set->source, set->standing, set->checked_by, NULL);
}

/* A code that is taken by another standard's set was mistyped: replacing it would take all its limits away.
 * The year may differ: that is a newer edition under the same code. */
static gboolean check_standard(const LimsLimitSetRow *old, const LimsLimitFile *file, GError **error) {
  const LimsLimitSetRow *new = &file->set;

  if (strcmp(old->standard, new->standard) == 0 ||
      lims_catalogue_is_other_edition(old->standard, new->standard))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "%s: the set %s is of %s, the file of %s: give the file a set code of its own", file->csv->name,
              new->code, old->standard, new->standard);
  return FALSE;
}

static gboolean read_old_set(LimsDb *db, LimsLimitImport *out, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    "SELECT standard, title, tree, effective_from, COALESCE(effective_to, ''), date_rule, "
                    "source, standing, COALESCE(checked_by, '') FROM limit_set WHERE code = :set",
                    "set:s", out->file.set.code, NULL);
  g_autofree char *whole = join_set(&out->file.set), *old = NULL;
  GError *problem = NULL;

  if (!query)
    return FALSE;
  if (lims_query_next(query, &problem)) {
    LimsLimitSetRow set = {"",
                           lims_query_text(query, 0),
                           lims_query_text(query, 1),
                           lims_query_text(query, 2),
                           lims_query_text(query, 3),
                           lims_query_text(query, 4),
                           lims_query_text(query, 5),
                           lims_query_text(query, 6),
                           lims_query_text(query, 7),
                           lims_query_text(query, 8)};

    if (!check_standard(&set, &out->file, error))
      return FALSE;
    old = join_set(&set);
    out->known = TRUE;
    out->from = g_strdup(set.from);
    out->to = g_strdup(set.to);
  }
  out->set_changed = g_strcmp0(old, whole) != 0;
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- what is there ---- */

typedef struct {
  gint64 id, node;
  char *analyte, *conditions, *residue_definition;
  char *shown; /* the limit with its unit */
  char *whole; /* all that a change would change, joined */
} OldRow;

typedef struct {
  LimsDb *db;
  const LimsCatalogue *catalogue;
  LimsLimitImport *out;
  GHashTable *old;    /* key → OldRow *, not yet met in the file */
  GHashTable *others; /* node and analyte → GPtrArray of char *: "set: limit", other sets in the same time */
  gint64 last_id;
} Work;

static void work_clear(Work *work) {
  g_clear_pointer(&work->old, g_hash_table_unref);
  g_clear_pointer(&work->others, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static void old_free(gpointer data) {
  OldRow *old = data;

  g_free(old->analyte);
  g_free(old->conditions);
  g_free(old->residue_definition);
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
                   limit->basis, limit->residue_definition, limit->conditions, row->source, row->note, NULL);
}

static void take_old(Work *work, LimsQuery *query) {
  OldRow *old = g_new0(OldRow, 1);

  old->id = lims_query_int(query, 0);
  old->node = lims_query_int(query, 1);
  old->analyte = g_strdup(lims_query_text(query, 2));
  old->conditions = g_strdup(lims_query_text(query, 3));
  old->residue_definition = g_strdup(lims_query_text(query, 9));
  old->shown = show_limit(lims_query_text(query, 4), lims_query_text(query, 5));
  old->whole =
      g_strjoin("\x1f", lims_query_text(query, 6), lims_query_text(query, 4), lims_query_text(query, 5),
                lims_query_text(query, 7), lims_query_text(query, 8), old->residue_definition,
                old->conditions, lims_query_text(query, 10), lims_query_text(query, 11), NULL);
  work->last_id = MAX(work->last_id, old->id);
  g_hash_table_insert(work->old, lims_limit_key(old->node, old->analyte, old->conditions), old);
}

static gboolean read_old(Work *work, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      work->db, error,
      "SELECT id, node, analyte, conditions, limit_text, COALESCE(unit, ''), kind, clause, basis, "
      "COALESCE(residue_definition, ''), source, note FROM limit_row WHERE limit_set = :set",
      "set:s", work->out->file.set.code, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_old(work, query);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static char *make_place(gint64 node, const char *analyte) {
  return g_strdup_printf("%" G_GINT64_FORMAT "|%s", node, analyte);
}

/* An edition that ends for this set is no other. */
static gboolean is_ending(const LimsLimitImport *import, const char *set) {
  for (guint i = 0; i < import->ends->len; i++)
    if (strcmp(((LimsLimitEnd *)g_ptr_array_index(import->ends, i))->set, set) == 0)
      return TRUE;
  return FALSE;
}

static void take_other(Work *work, LimsQuery *query) {
  g_autofree char *place = make_place(lims_query_int(query, 1), lims_query_text(query, 2));
  g_autofree char *limit = show_limit(lims_query_text(query, 3), lims_query_text(query, 4));
  GPtrArray *others = g_hash_table_lookup(work->others, place);

  if (!others) {
    others = g_ptr_array_new_with_free_func(g_free);
    g_hash_table_insert(work->others, g_steal_pointer(&place), others);
  }
  g_ptr_array_add(others, g_strconcat(lims_query_text(query, 0), ": ", limit, NULL));
}

static gboolean read_others(Work *work, GError **error) {
  const LimsLimitSetRow *set = &work->out->file.set;
  g_autoptr(LimsQuery) query =
      lims_db_query(work->db, error,
                    "SELECT s.code, r.node, r.analyte, r.limit_text, COALESCE(r.unit, '') FROM limit_set s "
                    "JOIN limit_row r ON r.limit_set = s.code WHERE s.code <> :set AND s.tree = :tree AND "
                    "(s.effective_to IS NULL OR s.effective_to >= :from) AND (:to = '' OR s.effective_from "
                    "<= :to) ORDER BY s.code, r.id",
                    "set:s", set->code, "tree:s", set->tree, "from:s", set->from, "to:s", set->to, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    if (!is_ending(work->out, lims_query_text(query, 0)))
      take_other(work, query);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- comparing ---- */

/* Whose verdicts a row may alter: its analyte's, and those of what counts in it or stands for it. */
static void touch_analytes(Work *work, const char *analyte, const char *residue_definition,
                           const char *conditions) {
  g_autoptr(LimsResidue) residue = lims_residue_parse(residue_definition, NULL);
  g_autoptr(GArray) terms = lims_conditions_parse(conditions, NULL);
  const LimsCondition *species = lims_conditions_find(terms, LIMS_CONDITION_SPECIES);

  g_hash_table_add(work->out->analytes, g_strdup(analyte));
  for (guint i = 0; residue && i < residue->terms->len; i++)
    g_hash_table_add(work->out->analytes,
                     g_strdup(g_array_index(residue->terms, LimsResidueTerm, i).analyte));
  if (species)
    g_hash_table_add(work->out->analytes, g_strdup(species->text));
}

static void touch_old(Work *work, const OldRow *old) {
  touch_analytes(work, old->analyte, old->residue_definition, old->conditions);
}

static void add_change(Work *work, LimsLimitChangeKind kind, guint line, gint64 node, const char *analyte,
                       const char *conditions, const char *before, char *after) {
  const char *path = lims_catalogue_node_path(work->catalogue, work->out->file.set.tree, node);
  LimsLimitChange *change = g_new0(LimsLimitChange, 1);

  *change = (LimsLimitChange){
      kind, line, g_strdup(path), g_strdup(analyte), g_strdup(conditions), g_strdup(before), after};
  g_ptr_array_add(work->out->changes, change);
}

static void add_changed(Work *work, const LimsLimitRow *row, const OldRow *old) {
  const LimsLimit *limit = &row->limit;

  add_change(work, old ? LIMS_LIMIT_CHANGED : LIMS_LIMIT_ADDED, row->line, limit->node, limit->analyte,
             limit->conditions, old ? old->shown : NULL, show_limit(limit->text, row->unit));
  touch_analytes(work, limit->analyte, limit->residue_definition, limit->conditions);
  if (old)
    touch_old(work, old);
}

static void compare_row(Work *work, LimsLimitRow *row) {
  g_autofree char *key = lims_limit_key(row->limit.node, row->limit.analyte, row->limit.conditions);
  g_autofree char *whole = join_row(row);
  OldRow *old = g_hash_table_lookup(work->old, key);

  row->id = old ? old->id : ++work->last_id;
  if (old && strcmp(old->whole, whole) == 0)
    work->out->unchanged++;
  else
    add_changed(work, row, old);
  g_hash_table_remove(work->old, key);
}

static void add_overlaps(Work *work, const LimsLimitRow *row) {
  g_autofree char *place = make_place(row->limit.node, row->limit.analyte);
  const GPtrArray *others = g_hash_table_lookup(work->others, place);

  for (guint i = 0; others && i < others->len; i++)
    add_change(work, LIMS_LIMIT_OVERLAPS, row->line, row->limit.node, row->limit.analyte,
               row->limit.conditions, g_ptr_array_index(others, i), show_limit(row->limit.text, row->unit));
}

static void add_removed(Work *work) {
  GHashTableIter iter;
  OldRow *old;

  g_hash_table_iter_init(&iter, work->old);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&old)) {
    add_change(work, LIMS_LIMIT_REMOVED, 0, old->node, old->analyte, old->conditions, old->shown, NULL);
    touch_old(work, old);
  }
}

static int compare_texts(const LimsLimitChange *a, const LimsLimitChange *b) {
  int order = strcmp(a->node_path, b->node_path);

  if (order == 0)
    order = strcmp(a->analyte, b->analyte);
  return order ? order : g_strcmp0(a->before, b->before);
}

/* In the order of the file; what is removed has no line and comes last. */
static int compare_changes(gconstpointer a, gconstpointer b) {
  const LimsLimitChange *left = *(LimsLimitChange *const *)a, *right = *(LimsLimitChange *const *)b;

  if (left->line != right->line)
    return left->line - 1 < right->line - 1 ? -1 : 1; /* 0 wraps round to the highest */
  if (left->kind != right->kind)
    return (int)left->kind - (int)right->kind;
  return compare_texts(left, right);
}

static void compare(Work *work) {
  LimsLimitFile *file = &work->out->file;

  for (guint i = 0; i < file->rows->len; i++) {
    LimsLimitRow *row = &g_array_index(file->rows, LimsLimitRow, i);

    compare_row(work, row);
    add_overlaps(work, row);
  }
  add_removed(work);
  g_ptr_array_sort(work->out->changes, compare_changes);
}

/* ---- the whole ---- */

static gboolean find_ends(LimsDb *db, LimsLimitImport *out, gboolean ends_before, GError **error) {
  out->ends = lims_limit_editions_find(db, &out->file.set, ends_before, error);
  if (!out->ends)
    g_prefix_error(error, "%s: ", out->file.csv->name);
  return out->ends != NULL;
}

gboolean lims_limit_import_read(LimsDb *db, const LimsCatalogue *catalogue, const char *file_name,
                                const char *bytes, gsize size, gboolean ends_before, LimsLimitImport *out,
                                GError **error) {
  g_auto(Work) work = {.db = db, .catalogue = catalogue, .out = out};

  *out = (LimsLimitImport){.changes = g_ptr_array_new_with_free_func(change_free),
                           .analytes = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
  work.old = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, old_free);
  work.others = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
  if (!lims_limit_file_read(db, catalogue, file_name, bytes, size, &out->file, error) ||
      !find_ends(db, out, ends_before, error) || !read_old_set(db, out, error) || !read_old(&work, error) ||
      !read_others(&work, error))
    return FALSE;
  compare(&work);
  return TRUE;
}

gboolean lims_limit_import_is_news(const LimsLimitImport *import) {
  for (guint i = 0; i < import->changes->len; i++)
    if (((LimsLimitChange *)g_ptr_array_index(import->changes, i))->kind != LIMS_LIMIT_OVERLAPS)
      return TRUE;
  return import->set_changed || import->ends->len > 0;
}

gboolean lims_limit_import_write(LimsDb *db, const LimsLimitImport *import, GError **error) {
  const LimsLimitFile *file = &import->file;

  for (guint i = 0; i < import->ends->len; i++)
    if (!lims_limit_edition_end(db, g_ptr_array_index(import->ends, i), error))
      return FALSE;
  if (!lims_limit_set_row_import(db, &file->set, error))
    return FALSE;
  for (guint i = 0; i < file->rows->len; i++)
    if (!lims_limit_row_write(db, file->set.code, &g_array_index(file->rows, LimsLimitRow, i), error))
      return FALSE;
  return lims_catalogue_touch(db, error);
}

LimsQuery *lims_limit_set_query(LimsDb *db, const char *after, guint limit, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT s.code, s.code, s.standard, s.title, s.tree, s.effective_from, s.effective_to, "
      "s.date_rule, s.standing, s.source, s.checked_by, (SELECT COUNT(*) FROM limit_row r WHERE "
      "r.limit_set = s.code) FROM limit_set s WHERE s.code > :after ORDER BY s.code LIMIT :limit",
      "after:s", after ? after : "", "limit:i", (gint64)limit, NULL);
}
