/* Filling a catalogue with sets of limits.
 *
 * A limit of an unknown analyte or at an unknown node would never be found again, and its food would be
 * judged by the class above; a condition or a residue definition that is read wrongly would decide verdicts.
 * So each row is checked as it comes, and what its texts say is read here once.
 */
#include "lims/judge/catalogue-private.h"
#include "lims/core/error.h"

#include <string.h>

LimsSetLimits *lims_catalogue_get_set(const LimsCatalogue *c, const char *code) {
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
  if (lims_catalogue_get_set(c, set->set))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT, "the limit set %s is there twice", set->set);
  if (set->from <= 0 || (set->to != 0 && set->to < set->from))
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                 "the limit set %s is in force from %d to %d, which is no time", set->set,
                                 set->from, set->to);
  own = g_new0(LimsSetLimits, 1);
  own->set = *set;
  own->set.set = lims_catalogue_keep(c, set->set);
  own->set.standard = lims_catalogue_keep(c, set->standard);
  own->set.tree = lims_catalogue_keep(c, set->tree);
  own->set.standing = lims_catalogue_keep(c, set->standing);
  own->set.source = lims_catalogue_keep(c, set->source);
  own->limits = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  own->components = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
  g_ptr_array_add(c->sets, own);
  return TRUE;
}

static void index_limit(LimsCatalogue *c, GHashTable *limits, const char *analyte, LimsLimit *limit) {
  GPtrArray *rows = g_hash_table_lookup(limits, analyte);

  if (!rows) {
    rows = g_ptr_array_new();
    g_hash_table_insert(limits, (gpointer)lims_catalogue_keep(c, analyte), rows);
  }
  g_ptr_array_add(rows, limit);
}

/* A component's own value says something about the sum, even where the component has no limit of its own. */
static gboolean index_components(LimsCatalogue *c, LimsSetLimits *set, LimsLimit *limit, GError **error) {
  for (guint i = 0; limit->residue && i < limit->residue->terms->len; i++) {
    const char *component = g_array_index(limit->residue->terms, LimsResidueTerm, i).analyte;

    if (!g_hash_table_contains(c->analytes, component))
      return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                   "%s: the residue definition of %s names %s, which is no analyte",
                                   set->set.set, limit->analyte, component);
    if (strcmp(component, limit->analyte) != 0)
      index_limit(c, set->components, component, limit);
  }
  return TRUE;
}

/* Many limits share one text: each is read once. */
static gboolean read_terms(LimsCatalogue *c, LimsLimit *limit, GError **error) {
  GArray *terms;

  limit->terms = NULL;
  if (*limit->conditions == '\0' || (limit->terms = g_hash_table_lookup(c->terms, limit->conditions)))
    return TRUE;
  terms = lims_conditions_parse(limit->conditions, error);
  if (!terms)
    return FALSE;
  g_hash_table_insert(c->terms, (gpointer)limit->conditions, terms);
  limit->terms = terms;
  return TRUE;
}

static gboolean read_residue(LimsCatalogue *c, LimsLimit *limit, GError **error) {
  LimsResidue *residue;
  GError *problem = NULL;

  limit->residue = NULL;
  if (*limit->residue_definition == '\0' ||
      (limit->residue = g_hash_table_lookup(c->residues, limit->residue_definition)))
    return TRUE;
  residue = lims_residue_parse(limit->residue_definition, &problem);
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (residue)
    g_hash_table_insert(c->residues, (gpointer)limit->residue_definition, residue);
  limit->residue = residue;
  return TRUE;
}

static gboolean check_limit(const LimsCatalogue *c, const LimsSetLimits *set, const LimsLimit *limit,
                            GError **error) {
  gboolean numeric = limit->kind <= LIMS_LIMIT_RANGE;

  if (!g_hash_table_contains(c->analytes, limit->analyte))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "%s: a limit names the analyte %s, which is not there", set->set.set,
                                 limit->analyte);
  if (!lims_catalogue_get_node(c, set->set.tree, limit->node))
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
  LimsSetLimits *set = lims_catalogue_get_set(c, set_code);
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
  own->node_path = lims_catalogue_get_node(c, set->set.tree, limit->node)->path;
  own->analyte = lims_catalogue_keep(c, limit->analyte);
  own->text = lims_catalogue_keep(c, limit->text);
  own->clause = lims_catalogue_keep(c, limit->clause);
  own->basis = lims_catalogue_keep(c, limit->basis);
  own->residue_definition = lims_catalogue_keep(c, limit->residue_definition);
  own->conditions = lims_catalogue_keep(c, limit->conditions);
  g_ptr_array_add(c->limits, own);
  if (!read_terms(c, own, error) || !read_residue(c, own, error)) {
    g_prefix_error(error, "%s: the limit of %s at “%s”: ", set->set.set, own->analyte, own->node_path);
    return FALSE;
  }
  index_limit(c, set->limits, own->analyte, own);
  return index_components(c, set, own, error);
}
