/* The catalogue in memory.
 *
 * Rows arrive in the order of their tables, from a store or a test, and are checked as they come: a limit of
 * an unknown analyte or at an unknown node would never be found again, and its food would be judged by the
 * class above. Sealing ties nodes to their parents, refuses cycles, and sorts the limits of each set and
 * analyte by node, so that a verdict costs one look-up a set and a short walk to the root. After that nothing
 * changes, and any thread may read.
 */
#include "lims/judge/catalogue-private.h"
#include "lims/judge/residue.h"
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

static void commodity_free(gpointer data) {
  LimsCommodity *commodity = data;

  g_clear_pointer(&commodity->memberships, g_array_unref);
  g_free(commodity);
}

static void set_free(gpointer data) {
  LimsSetLimits *set = data;

  g_hash_table_unref(set->limits);
  g_hash_table_unref(set->components);
  g_free(set);
}

LimsCatalogue *lims_catalogue_new(void) {
  LimsCatalogue *c = g_new0(LimsCatalogue, 1);

  g_atomic_ref_count_init(&c->references);
  c->strings = g_string_chunk_new(16 * 1024);
  c->analytes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, g_free);
  c->analyte_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  c->commodities = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, commodity_free);
  c->commodity_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  c->trees = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_hash_table_unref);
  c->sets = g_ptr_array_new_with_free_func(set_free);
  c->limits = g_ptr_array_new_with_free_func(g_free);
  return c;
}

LimsCatalogue *lims_catalogue_ref(LimsCatalogue *catalogue) {
  g_atomic_ref_count_inc(&catalogue->references);
  return catalogue;
}

void lims_catalogue_unref(LimsCatalogue *c) {
  if (!g_atomic_ref_count_dec(&c->references))
    return;
  g_hash_table_unref(c->analytes);
  g_hash_table_unref(c->analyte_names);
  g_hash_table_unref(c->commodities);
  g_hash_table_unref(c->commodity_names);
  g_hash_table_unref(c->trees);
  g_ptr_array_unref(c->sets);
  g_ptr_array_unref(c->limits);
  g_string_chunk_free(c->strings);
  g_free(c);
}

/* ---- filling ---- */

gboolean lims_catalogue_refuse(GError **error, int code, const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  g_propagate_error(error, g_error_new_valist(LIMS_ERROR, code, format, arguments));
  va_end(arguments);
  return FALSE;
}

gboolean lims_catalogue_is_open(const LimsCatalogue *c, GError **error) {
  return !c->sealed || lims_catalogue_refuse(error, LIMS_ERROR_INTERNAL,
                                             "the catalogue is sealed: make a new one to change it");
}

static const char *keep(LimsCatalogue *c, const char *text) {
  return g_string_chunk_insert_const(c->strings, text ? text : "");
}

/* One more name for a code; the same name for two codes would make finding a matter of luck. */
static gboolean add_name(GHashTable *names, const char *what, const char *name, const char *code,
                         GError **error) {
  char *folded = lims_text_fold(name);
  const char *other = g_hash_table_lookup(names, folded);

  if (other && strcmp(other, code) != 0) {
    g_free(folded);
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT,
                                 "the %s name “%s” stands for %s and for %s: one of them must go", what, name,
                                 other, code);
  }
  g_hash_table_insert(names, folded, (gpointer)code);
  return TRUE;
}

static gboolean add_names(GHashTable *names, const char *what, const char *code, const char *name,
                          const char *name_en, GError **error) {
  return add_name(names, what, code, code, error) && add_name(names, what, name, code, error) &&
         (*name_en == '\0' || add_name(names, what, name_en, code, error));
}

gboolean lims_catalogue_add_analyte(LimsCatalogue *c, const char *code, const char *name, const char *name_en,
                                    GError **error) {
  LimsAnalyte *analyte;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (*code == '\0' || *name == '\0')
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "an analyte needs a code and a name");
  if (g_hash_table_contains(c->analytes, code))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT, "the analyte %s is there twice", code);
  analyte = g_new0(LimsAnalyte, 1);
  *analyte = (LimsAnalyte){keep(c, code), keep(c, name), keep(c, name_en)};
  g_hash_table_insert(c->analytes, (gpointer)analyte->code, analyte);
  return add_names(c->analyte_names, "analyte", analyte->code, name, analyte->name_en, error);
}

gboolean lims_catalogue_add_analyte_alias(LimsCatalogue *c, const char *alias, const char *analyte,
                                          GError **error) {
  const LimsAnalyte *known = g_hash_table_lookup(c->analytes, analyte);

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (!known)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "the alias “%s” names the analyte %s, which is not there", alias, analyte);
  return add_name(c->analyte_names, "analyte", alias, known->code, error);
}

gboolean lims_catalogue_add_commodity(LimsCatalogue *c, const char *code, const char *name,
                                      const char *name_en, const char *family, GError **error) {
  LimsCommodity *commodity;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (*code == '\0' || *name == '\0')
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "a commodity needs a code and a name");
  if (g_hash_table_contains(c->commodities, code))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT, "the commodity %s is there twice", code);
  commodity = g_new0(LimsCommodity, 1);
  *commodity = (LimsCommodity){keep(c, code), keep(c, name), keep(c, name_en), keep(c, family), NULL};
  g_hash_table_insert(c->commodities, (gpointer)commodity->code, commodity);
  return add_names(c->commodity_names, "commodity", commodity->code, name, commodity->name_en, error);
}

gboolean lims_catalogue_add_commodity_alias(LimsCatalogue *c, const char *alias, const char *commodity,
                                            GError **error) {
  const LimsCommodity *known = g_hash_table_lookup(c->commodities, commodity);

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (!known)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "the alias “%s” names the commodity %s, which is not there", alias,
                                 commodity);
  return add_name(c->commodity_names, "commodity", alias, known->code, error);
}

static LimsNode *find_node(const LimsCatalogue *c, const char *tree, gint64 id) {
  GHashTable *nodes = g_hash_table_lookup(c->trees, tree);

  return nodes ? g_hash_table_lookup(nodes, &id) : NULL;
}

gboolean lims_catalogue_add_node(LimsCatalogue *c, const char *tree, gint64 id, gint64 parent,
                                 const char *path, GError **error) {
  GHashTable *nodes = g_hash_table_lookup(c->trees, tree);
  LimsNode *node;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (id <= 0 || parent < 0)
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                 "tree %s: ids of nodes are above 0, not %" G_GINT64_FORMAT, tree,
                                 id <= 0 ? id : parent);
  if (find_node(c, tree, id))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT,
                                 "tree %s: node %" G_GINT64_FORMAT " is there twice", tree, id);
  if (!nodes) {
    nodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    g_hash_table_insert(c->trees, (gpointer)keep(c, tree), nodes);
  }
  node = g_new0(LimsNode, 1);
  *node = (LimsNode){.id = id, .parent_id = parent, .path = keep(c, path)};
  g_hash_table_insert(nodes, &node->id, node);
  return TRUE;
}

gboolean lims_catalogue_add_membership(LimsCatalogue *c, const char *commodity, const char *tree, gint64 node,
                                       GError **error) {
  LimsCommodity *known = g_hash_table_lookup(c->commodities, commodity);
  LimsMembership membership = {keep(c, tree), find_node(c, tree, node)};

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (!known)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "a membership names the commodity %s, which is not there", commodity);
  if (!membership.node)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND, "%s: tree %s has no node %" G_GINT64_FORMAT,
                                 commodity, tree, node);
  if (!known->memberships)
    known->memberships = g_array_new(FALSE, FALSE, sizeof(LimsMembership));
  g_array_append_val(known->memberships, membership);
  return TRUE;
}

static LimsSetLimits *find_set(const LimsCatalogue *c, const char *code) {
  for (guint i = 0; i < c->sets->len; i++) {
    LimsSetLimits *set = g_ptr_array_index(c->sets, i);

    if (strcmp(set->set.set, code) == 0)
      return set;
  }
  return NULL;
}

gboolean lims_catalogue_add_set(LimsCatalogue *c, const LimsLimitSet *set, GError **error) {
  LimsSetLimits *own;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (find_set(c, set->set))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT, "the limit set %s is there twice", set->set);
  if (set->from <= 0 || (set->to != 0 && set->to < set->from))
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                 "the limit set %s is in force from %d to %d, which is no time", set->set,
                                 set->from, set->to);
  own = g_new0(LimsSetLimits, 1);
  own->set = *set;
  own->set.set = keep(c, set->set);
  own->set.standard = keep(c, set->standard);
  own->set.tree = keep(c, set->tree);
  own->set.standing = keep(c, set->standing);
  own->set.source = keep(c, set->source);
  own->limits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  own->components = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_ptr_array_add(c->sets, own);
  return TRUE;
}

static void index_limit(LimsCatalogue *c, GHashTable *limits, const char *analyte, LimsLimit *limit) {
  GPtrArray *rows = g_hash_table_lookup(limits, analyte);

  if (!rows) {
    rows = g_ptr_array_new();
    g_hash_table_insert(limits, (gpointer)keep(c, analyte), rows);
  }
  g_ptr_array_add(rows, limit);
}

/* A component's own value says something about the sum, even where the component has no limit of its own. */
static gboolean index_components(LimsCatalogue *c, LimsSetLimits *set, LimsLimit *limit, GError **error) {
  g_auto(GStrv) components = lims_residue_components(limit->residue_definition);

  for (char **component = components; *component; component++) {
    if (!g_hash_table_contains(c->analytes, *component))
      return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                   "%s: the residue definition of %s names %s, which is no analyte",
                                   set->set.set, limit->analyte, *component);
    if (strcmp(*component, limit->analyte) != 0)
      index_limit(c, set->components, *component, limit);
  }
  return TRUE;
}

static gboolean check_limit(const LimsCatalogue *c, const LimsSetLimits *set, const LimsLimit *limit,
                            GError **error) {
  gboolean numeric = limit->kind <= LIMS_LIMIT_RANGE;

  if (!g_hash_table_contains(c->analytes, limit->analyte))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "%s: a limit names the analyte %s, which is not there", set->set.set,
                                 limit->analyte);
  if (!find_node(c, set->set.tree, limit->node))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "%s: the limit of %s lies at node %" G_GINT64_FORMAT ", which tree %s lacks",
                                 set->set.set, limit->analyte, limit->node, set->set.tree);
  if (numeric && !limit->unit)
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "%s: the limit “%s” of %s has no unit",
                                 set->set.set, limit->text, limit->analyte);
  return TRUE;
}

gboolean lims_catalogue_add_limit(LimsCatalogue *c, const char *set_code, const LimsLimit *limit,
                                  GError **error) {
  LimsSetLimits *set = find_set(c, set_code);
  LimsLimit *own;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (!set)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND, "a limit names the set %s, which is not there",
                                 set_code);
  if (!check_limit(c, set, limit, error))
    return FALSE;
  own = g_new(LimsLimit, 1);
  *own = *limit;
  own->set = &set->set;
  own->node_path = find_node(c, set->set.tree, limit->node)->path;
  own->analyte = keep(c, limit->analyte);
  own->text = keep(c, limit->text);
  own->clause = keep(c, limit->clause);
  own->basis = keep(c, limit->basis);
  own->residue_definition = keep(c, limit->residue_definition);
  own->conditions = keep(c, limit->conditions);
  g_ptr_array_add(c->limits, own);
  index_limit(c, set->limits, own->analyte, own);
  return index_components(c, set, own, error);
}
