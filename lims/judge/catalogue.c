/* The catalogue in memory.
 *
 * Rows arrive in the order of their tables, from a store or a test, and are checked as they come: a limit of
 * an unknown analyte or at an unknown node would never be found again, and its food would be judged by the
 * class above. Sealing ties nodes to their parents, refuses cycles, and sorts the limits of each set and
 * analyte by node, so that a verdict costs one look-up a set and a short walk to the root. After that nothing
 * changes, and any thread may read.
 */
#include "lims/judge/catalogue-private.h"
#include "lims/judge/molar.h"
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
  c->terms = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_array_unref);
  c->residues = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)lims_residue_free);
  lims_catalogue_init_methods(c);
  return c;
}

LimsCatalogue *lims_catalogue_ref(LimsCatalogue *catalogue) {
  g_atomic_ref_count_inc(&catalogue->references);
  return catalogue;
}

void lims_catalogue_unref(LimsCatalogue *c) {
  if (!g_atomic_ref_count_dec(&c->references))
    return;
  if (c->base) {
    g_ptr_array_unref(c->sets);
    lims_catalogue_unref(c->base);
    g_free(c);
    return;
  }
  g_hash_table_unref(c->analytes);
  g_hash_table_unref(c->analyte_names);
  g_hash_table_unref(c->commodities);
  g_hash_table_unref(c->commodity_names);
  g_hash_table_unref(c->trees);
  g_ptr_array_unref(c->sets);
  g_ptr_array_unref(c->limits);
  g_hash_table_unref(c->terms);
  g_hash_table_unref(c->residues);
  lims_catalogue_clear_methods(c);
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

const char *lims_catalogue_keep(LimsCatalogue *c, const char *text) {
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
  *analyte = (LimsAnalyte){lims_catalogue_keep(c, code), lims_catalogue_keep(c, name),
                           lims_catalogue_keep(c, name_en), ""};
  g_hash_table_insert(c->analytes, (gpointer)analyte->code, analyte);
  return add_names(c->analyte_names, "analyte", analyte->code, name, analyte->name_en, error);
}

gboolean lims_catalogue_set_formula(LimsCatalogue *c, const char *code, const char *formula, GError **error) {
  LimsAnalyte *analyte = g_hash_table_lookup(c->analytes, code);
  LimsDecimal mass;

  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (!analyte)
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "a formula names the analyte %s, which is not there", code);
  if (*formula != '\0' && !lims_molar_mass(formula, &mass, error)) {
    g_prefix_error(error, "analyte %s: ", code);
    return FALSE;
  }
  analyte->formula = lims_catalogue_keep(c, formula);
  return TRUE;
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
  *commodity = (LimsCommodity){lims_catalogue_keep(c, code), lims_catalogue_keep(c, name),
                               lims_catalogue_keep(c, name_en), lims_catalogue_keep(c, family), NULL};
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

LimsNode *lims_catalogue_get_node(const LimsCatalogue *c, const char *tree, gint64 id) {
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
  if (lims_catalogue_get_node(c, tree, id))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT,
                                 "tree %s: node %" G_GINT64_FORMAT " is there twice", tree, id);
  if (!nodes) {
    nodes = g_hash_table_new_full(g_int64_hash, g_int64_equal, NULL, g_free);
    g_hash_table_insert(c->trees, (gpointer)lims_catalogue_keep(c, tree), nodes);
  }
  node = g_new0(LimsNode, 1);
  *node = (LimsNode){.id = id, .parent_id = parent, .path = lims_catalogue_keep(c, path)};
  g_hash_table_insert(nodes, &node->id, node);
  return TRUE;
}

gboolean lims_catalogue_add_membership(LimsCatalogue *c, const char *commodity, const char *tree, gint64 node,
                                       GError **error) {
  LimsCommodity *known = g_hash_table_lookup(c->commodities, commodity);
  LimsMembership membership = {lims_catalogue_keep(c, tree), lims_catalogue_get_node(c, tree, node)};

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
