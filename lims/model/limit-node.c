/* The classes that a bought edition names.
 *
 * It names them some ten thousand times, a few hundred different ones, and not always as our tree does. A row
 * tied to the wrong class would judge other foods by its limit, so a name is found exactly or refused, and
 * then the nearest names are said: the person who mends the file has the standard, and not the tree, before
 * their eyes.
 */
#include "lims/model/limit-node.h"

#include <string.h>

#define PATH_MARK " > "
#define NEAREST 3
#define NEAR_ENOUGH 0.4

typedef struct {
  gint64 id;
  char *path;
  double nearness; /* to the name that is asked for */
} Node;

struct LimsLimitNodes {
  const LimsCatalogue *catalogue;
  char *tree;
  GArray *nodes;     /* Node */
  GHashTable *known; /* text as written → gint64 *: met before; 0: not found */
};

static void node_clear(gpointer data) {
  g_free(((Node *)data)->path);
}

static gboolean read_nodes(LimsLimitNodes *nodes, LimsDb *db, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error, "SELECT id, path FROM node WHERE tree = :tree ORDER BY id", "tree:s", nodes->tree, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    Node node = {lims_query_int(query, 0), g_strdup(lims_query_text(query, 1)), 0};

    g_array_append_val(nodes->nodes, node);
  }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* Always FALSE. */
static gboolean refuse_tree(LimsDb *db, const char *tree, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error, "SELECT DISTINCT tree FROM node ORDER BY tree", NULL);
  g_autoptr(GString) known = g_string_new(NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    g_string_append_printf(known, "%s%s", known->len ? ", " : "", lims_query_text(query, 0));
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "tree '%s': there is none of that name; there is %s. A new one is a file of "
                "config/catalogue/trees that limsctl init takes in",
                tree, known->len ? known->str : "no tree at all");
  return FALSE;
}

LimsLimitNodes *lims_limit_nodes_new(LimsDb *db, const LimsCatalogue *catalogue, const char *tree,
                                     GError **error) {
  g_autoptr(LimsLimitNodes) nodes = g_new0(LimsLimitNodes, 1);

  nodes->catalogue = catalogue;
  nodes->tree = g_strdup(tree);
  nodes->nodes = g_array_new(FALSE, FALSE, sizeof(Node));
  g_array_set_clear_func(nodes->nodes, node_clear);
  nodes->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!read_nodes(nodes, db, error) || (nodes->nodes->len == 0 && !refuse_tree(db, tree, error)))
    return NULL;
  return g_steal_pointer(&nodes);
}

void lims_limit_nodes_free(LimsLimitNodes *nodes) {
  if (!nodes)
    return;
  g_array_unref(nodes->nodes);
  g_hash_table_unref(nodes->known);
  g_free(nodes->tree);
  g_free(nodes);
}

/* ---- what to say ---- */

static const char *last_name(const char *path) {
  const char *mark = g_strrstr(path, PATH_MARK);

  return mark ? mark + strlen(PATH_MARK) : path;
}

/* Letters that both have, each taken once, as a share of both names. Chinese names of one class differ in a
 * few letters, wherever they stand. */
static double compare_names(const char *a, const char *b) {
  g_autofree gunichar *left = g_utf8_to_ucs4_fast(a, -1, NULL), *right = g_utf8_to_ucs4_fast(b, -1, NULL);
  guint shared = 0, letters = 0;

  for (gunichar *r = right; *r; r++)
    letters++;
  for (gunichar *l = left; *l; l++, letters++) {
    gunichar *r = right;

    while (*r && *r != *l)
      r++;
    if (*r) {
      *r = G_MAXUINT32; /* taken */
      shared++;
    }
  }
  return letters ? 2.0 * shared / letters : 0;
}

static int compare_nearness(gconstpointer a, gconstpointer b) {
  const Node *left = a, *right = b;

  if (left->nearness != right->nearness)
    return left->nearness > right->nearness ? -1 : 1;
  return left->id < right->id ? -1 : left->id > right->id;
}

/* The nodes of exactly that name, or the nearest; "" if nothing is near. */
static char *name_nearest(const LimsLimitNodes *nodes, const char *name, guint *exact) {
  GString *out = g_string_new(NULL);

  *exact = 0;
  for (guint i = 0; i < nodes->nodes->len; i++) {
    Node *node = &g_array_index(nodes->nodes, Node, i);

    node->nearness = compare_names(last_name(node->path), name);
    *exact += strcmp(last_name(node->path), name) == 0;
  }
  g_array_sort(nodes->nodes, compare_nearness);
  for (guint i = 0; i < nodes->nodes->len && i < (*exact > 1 ? *exact : NEAREST); i++) {
    const Node *node = &g_array_index(nodes->nodes, Node, i);

    if (node->nearness >= NEAR_ENOUGH)
      g_string_append_printf(out, "%s'%s' (%" G_GINT64_FORMAT ")", i ? ", " : "", node->path, node->id);
  }
  return g_string_free(out, FALSE);
}

static void refuse_node(const LimsLimitNodes *nodes, const char *text, GError **error) {
  guint exact;
  g_autofree char *nearest = name_nearest(nodes, last_name(text), &exact);

  if (exact > 1 && last_name(text) == text)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "tree '%s' has several nodes '%s': give the path or the id of one: %s", nodes->tree, text,
                nearest);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "tree '%s' has no node '%s'%s%s; a class is added in config/catalogue/trees/%s.csv and taken "
                "in by limsctl init",
                nodes->tree, text, *nearest ? ", the nearest: " : "", nearest, nodes->tree);
}

gint64 lims_limit_nodes_find(LimsLimitNodes *nodes, const char *text, GError **error) {
  gint64 *known = g_hash_table_lookup(nodes->known, text);

  if (!known) {
    known = g_new(gint64, 1);
    *known = lims_catalogue_find_node(nodes->catalogue, nodes->tree, text);
    g_hash_table_insert(nodes->known, g_strdup(text), known);
  }
  if (*known == 0)
    refuse_node(nodes, text, error);
  return *known;
}
