/* The sealed catalogue: sorted once, then only read.
 *
 * Sealing ties nodes to their parents, refuses cycles, and sorts the limits of each set and analyte by node,
 * so that a verdict costs one look-up a set and a short walk to the root. After that nothing changes, and any
 * thread may read.
 */
#include "lims/judge/catalogue-private.h"
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

#define DEEPEST_TREE 64
#define PATH_MARK " > "

/* ---- sealing ---- */

static gboolean tie_tree(const char *tree, GHashTable *nodes, GError **error) {
  GHashTableIter iter;
  LimsNode *node;

  g_hash_table_iter_init(&iter, nodes);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&node)) {
    node->parent = node->parent_id ? g_hash_table_lookup(nodes, &node->parent_id) : NULL;
    if (node->parent_id && !node->parent)
      return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                   "tree %s: node %" G_GINT64_FORMAT " hangs on %" G_GINT64_FORMAT
                                   ", which is not there",
                                   tree, node->id, node->parent_id);
  }
  g_hash_table_iter_init(&iter, nodes);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&node)) {
    const LimsNode *up = node;

    for (int depth = 0; up; up = up->parent)
      if (++depth > DEEPEST_TREE)
        return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                     "tree %s: from node %" G_GINT64_FORMAT " no way leads to a root", tree,
                                     node->id);
  }
  return TRUE;
}

static int compare_places(gconstpointer a, gconstpointer b) {
  const LimsLimit *left = *(const LimsLimit *const *)a, *right = *(const LimsLimit *const *)b;

  if (left->node != right->node)
    return left->node < right->node ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

static void sort_limits(GHashTable *limits) {
  GHashTableIter iter;
  GPtrArray *rows;

  g_hash_table_iter_init(&iter, limits);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&rows))
    g_ptr_array_sort(rows, compare_places);
}

static const char *formula_of(const char *analyte, gpointer data) {
  const LimsAnalyte *known = g_hash_table_lookup(((LimsCatalogue *)data)->analytes, analyte);

  return known ? known->formula : NULL;
}

static gboolean weigh_residues(LimsCatalogue *c, GError **error) {
  GHashTableIter iter;
  gpointer residue;

  g_hash_table_iter_init(&iter, c->residues);
  while (g_hash_table_iter_next(&iter, NULL, &residue))
    if (!lims_residue_weigh(residue, formula_of, c, error))
      return FALSE;
  return TRUE;
}

gboolean lims_catalogue_seal(LimsCatalogue *c, GError **error) {
  GHashTableIter iter;
  const char *tree;
  GHashTable *nodes;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  g_hash_table_iter_init(&iter, c->trees);
  while (g_hash_table_iter_next(&iter, (gpointer *)&tree, (gpointer *)&nodes))
    if (!tie_tree(tree, nodes, error))
      return FALSE;
  for (guint i = 0; i < c->sets->len; i++) {
    LimsSetLimits *set = g_ptr_array_index(c->sets, i);

    sort_limits(set->limits);
    sort_limits(set->components);
  }
  if (!weigh_residues(c, error))
    return FALSE;
  c->sealed = TRUE;
  return TRUE;
}

/* ---- looking up ---- */

static const char *find_name(GHashTable *names, const char *name) {
  g_autofree char *folded = lims_text_fold(name);

  return g_hash_table_lookup(names, folded);
}

const char *lims_catalogue_find_analyte(const LimsCatalogue *c, const char *name) {
  return find_name(c->analyte_names, name);
}

const char *lims_catalogue_find_commodity(const LimsCatalogue *c, const char *name) {
  return find_name(c->commodity_names, name);
}

const char *lims_catalogue_analyte_name(const LimsCatalogue *c, const char *code) {
  const LimsAnalyte *analyte = g_hash_table_lookup(c->analytes, code);

  return analyte ? analyte->name : NULL;
}

const char *lims_catalogue_analyte_label(const LimsCatalogue *c, const char *code) {
  const char *name = lims_catalogue_analyte_name(c, code);

  return name ? name : code;
}

const char *lims_catalogue_commodity_name(const LimsCatalogue *c, const char *code) {
  const LimsCommodity *commodity = g_hash_table_lookup(c->commodities, code);

  return commodity ? commodity->name : NULL;
}

/* Whether the path ends in that name, or is it. */
static gboolean is_named(const char *path, const char *name) {
  const char *last = g_strrstr(path, PATH_MARK);

  return strcmp(path, name) == 0 || (last && strcmp(last + strlen(PATH_MARK), name) == 0);
}

gint64 lims_catalogue_find_node(const LimsCatalogue *c, const char *tree, const char *text) {
  GHashTable *nodes = g_hash_table_lookup(c->trees, tree);
  GHashTableIter iter;
  LimsNode *node;
  gint64 found = 0, id = strspn(text, "0123456789") == strlen(text) ? g_ascii_strtoll(text, NULL, 10) : 0;

  if (!nodes)
    return 0;
  if (id && g_hash_table_contains(nodes, &id))
    return id;
  g_hash_table_iter_init(&iter, nodes);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&node)) {
    if (strcmp(node->path, text) == 0)
      return node->id;
    if (is_named(node->path, text))
      found = found == 0 ? node->id : -1;
  }
  return MAX(found, 0);
}

const char *lims_catalogue_node_path(const LimsCatalogue *c, const char *tree, gint64 id) {
  GHashTable *nodes = g_hash_table_lookup(c->trees, tree);
  LimsNode *node = nodes ? g_hash_table_lookup(nodes, &id) : NULL;

  return node ? node->path : NULL;
}

const LimsCommodity *lims_catalogue_get_commodity(const LimsCatalogue *c, const char *code) {
  return g_hash_table_lookup(c->commodities, code);
}

/* Index of the first row whose node is not below `node`. */
static guint lower_bound(const GPtrArray *limits, gint64 node) {
  guint low = 0, high = limits->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const LimsLimit *limit = g_ptr_array_index(limits, middle);

    if (limit->node < node)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

const LimsLimit *const *lims_limits_at(const GPtrArray *limits, const LimsNode **node, guint *count) {
  for (; *node; *node = (*node)->parent) {
    guint first = lower_bound(limits, (*node)->id), end = first;

    while (end < limits->len && ((const LimsLimit *)g_ptr_array_index(limits, end))->node == (*node)->id)
      end++;
    if (end > first) {
      *count = end - first;
      return (const LimsLimit *const *)limits->pdata + first;
    }
  }
  *count = 0;
  return NULL;
}

/* ---- what if ---- */

gboolean lims_catalogue_is_other_edition(const char *a, const char *b) {
  const char *a_year = strrchr(a, '-'), *b_year = strrchr(b, '-');
  gsize a_length = a_year ? (gsize)(a_year - a) : strlen(a),
        b_length = b_year ? (gsize)(b_year - b) : strlen(b);

  return a_length == b_length && strncmp(a, b, a_length) == 0;
}

LimsCatalogue *lims_catalogue_as_if(LimsCatalogue *c, const char *code, GError **error) {
  const LimsSetLimits *wanted = lims_catalogue_get_set(c, code);
  LimsCatalogue *view;

  if (!wanted) {
    lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND, "limit set '%s': there is none (see limit list)",
                          code);
    return NULL;
  }
  view = g_memdup2(c, sizeof *c);
  g_atomic_ref_count_init(&view->references);
  view->base = lims_catalogue_ref(c);
  view->sets = g_ptr_array_new_with_free_func(g_free);
  for (guint i = 0; i < c->sets->len; i++) {
    const LimsSetLimits *set = g_ptr_array_index(c->sets, i);
    LimsSetLimits *own;

    if (set != wanted && lims_catalogue_is_other_edition(set->set.standard, wanted->set.standard))
      continue;
    own = g_memdup2(set, sizeof *set);
    if (set == wanted)
      own->set.from = own->set.to = 0;
    g_ptr_array_add(view->sets, own);
  }
  return view;
}
