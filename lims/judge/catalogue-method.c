/* What a catalogue holds of methods: their rules, their detection limits, and the policy behind them.
 *
 * An analyzer's driver or a person names the method as a report prints it ("GB 5009.12-2023, first method"),
 * the catalogue has it by its standard: so a name is looked up whole, then without what stands behind the
 * comma, then without its edition. A method is data that people write; its formula is read when it is added,
 * so that one whose units do not fit never waits for a sample.
 */
#include "lims/judge/catalogue-private.h"
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

static guint detection_hash(gconstpointer data) {
  const LimsDetectionLimit *limit = data;

  return g_str_hash(limit->method) * 31 + g_str_hash(limit->analyte) * 17 + g_str_hash(limit->matrix);
}

static gboolean detection_equal(gconstpointer a, gconstpointer b) {
  const LimsDetectionLimit *left = a, *right = b;

  return strcmp(left->method, right->method) == 0 && strcmp(left->analyte, right->analyte) == 0 &&
         strcmp(left->matrix, right->matrix) == 0;
}

static void method_free(gpointer data) {
  LimsMethod *method = data;

  if (method->formula)
    lims_formula_free((LimsFormula *)method->formula);
  g_free(method);
}

void lims_catalogue_init_methods(LimsCatalogue *c) {
  c->methods = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, method_free);
  c->method_names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  c->detection = g_hash_table_new_full(detection_hash, detection_equal, NULL, g_free);
  c->formula = lims_formula_parse(LIMS_FORMULA_DEFAULT, NULL);
  c->policy = LIMS_POLICY_DEFAULT;
}

void lims_catalogue_clear_methods(LimsCatalogue *c) {
  g_hash_table_unref(c->methods);
  g_hash_table_unref(c->method_names);
  g_hash_table_unref(c->detection);
  lims_formula_free(c->formula);
}

/* ---- filling ---- */

/* Several methods may have one name or standard: then it names none. */
static void add_name(LimsCatalogue *c, const char *name, const char *code) {
  g_autofree char *folded = lims_text_fold(name);
  const char *other = g_hash_table_lookup(c->method_names, folded);

  if (*folded == '\0')
    return;
  g_hash_table_insert(c->method_names, g_steal_pointer(&folded),
                      (gpointer)(other && strcmp(other, code) != 0 ? "" : code));
}

static gboolean check_method(const LimsCatalogue *c, const LimsMethod *method, GError **error) {
  if (*method->code == '\0' || *method->name == '\0')
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "a method needs a code and a name");
  if (g_hash_table_contains(c->methods, method->code))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT, "the method %s is there twice", method->code);
  if (method->uncertainty.coefficient < 0 || method->rpd_limit.coefficient < 0 ||
      method->screen_threshold.coefficient < 0)
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                 "method %s: uncertainty, RPD limit and threshold are not below 0",
                                 method->code);
  return TRUE;
}

gboolean lims_catalogue_add_method(LimsCatalogue *c, const LimsMethod *method, const char *formula,
                                   GError **error) {
  LimsFormula *parsed = NULL;
  LimsMethod *own;

  if (!lims_catalogue_is_open(c, error) || !check_method(c, method, error))
    return FALSE;
  if (*formula != '\0' && !(parsed = lims_formula_parse(formula, error))) {
    g_prefix_error(error, "method %s: ", method->code);
    return FALSE;
  }
  own = g_memdup2(method, sizeof *method);
  own->code = lims_catalogue_keep(c, method->code);
  own->name = lims_catalogue_keep(c, method->name);
  own->standard = lims_catalogue_keep(c, method->standard);
  own->formula = parsed;
  g_hash_table_insert(c->methods, (gpointer)own->code, own);
  add_name(c, own->name, own->code);
  add_name(c, own->standard, own->code);
  add_name(c, own->code, own->code);
  return TRUE;
}

static gboolean is_matrix(const LimsCatalogue *c, const char *matrix) {
  GHashTableIter iter;
  LimsCommodity *commodity;

  if (*matrix == '\0' || g_hash_table_contains(c->commodities, matrix))
    return TRUE;
  g_hash_table_iter_init(&iter, c->commodities);
  while (g_hash_table_iter_next(&iter, NULL, (gpointer *)&commodity))
    if (strcmp(commodity->family, matrix) == 0)
      return TRUE;
  return FALSE;
}

static gboolean check_detection_limit(const LimsCatalogue *c, const LimsDetectionLimit *limit,
                                      GError **error) {
  if (!g_hash_table_contains(c->methods, limit->method))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "method '%s': the catalogue has none of this code", limit->method);
  if (!g_hash_table_contains(c->analytes, limit->analyte))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "analyte '%s': the catalogue has none of this code", limit->analyte);
  if (!is_matrix(c, limit->matrix))
    return lims_catalogue_refuse(error, LIMS_ERROR_NOT_FOUND,
                                 "matrix '%s': neither a commodity's code nor a family of commodities",
                                 limit->matrix);
  if (!limit->unit || (!limit->has_lod && !limit->has_loq))
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID,
                                 "%s of %s: a LOD or a LOQ and a known unit must be there", limit->analyte,
                                 limit->method);
  if (limit->has_lod && limit->has_loq && lims_decimal_compare(limit->lod, limit->loq) > 0)
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "%s of %s: the LOD is above the LOQ",
                                 limit->analyte, limit->method);
  return TRUE;
}

gboolean lims_catalogue_add_detection_limit(LimsCatalogue *c, const LimsDetectionLimit *limit,
                                            GError **error) {
  LimsDetectionLimit *own;

  if (!lims_catalogue_is_open(c, error) || !check_detection_limit(c, limit, error))
    return FALSE;
  if (g_hash_table_contains(c->detection, limit))
    return lims_catalogue_refuse(error, LIMS_ERROR_CONFLICT,
                                 "%s of %s%s%s: the detection limit is there twice", limit->analyte,
                                 limit->method, *limit->matrix ? " in " : "", limit->matrix);
  own = g_memdup2(limit, sizeof *limit);
  own->method = lims_catalogue_keep(c, limit->method);
  own->analyte = lims_catalogue_keep(c, limit->analyte);
  own->matrix = lims_catalogue_keep(c, limit->matrix);
  g_hash_table_insert(c->detection, own, own);
  return TRUE;
}

gboolean lims_catalogue_set_policy(LimsCatalogue *c, const LimsPolicy *policy, GError **error) {
  if (!lims_catalogue_is_open(c, error))
    return FALSE;
  if (policy->comparison == LIMS_COMPARE_BY_POLICY || policy->decision == LIMS_DECIDE_BY_POLICY ||
      policy->at_threshold == LIMS_AT_THRESHOLD_BY_POLICY || policy->nd_components == LIMS_ND_BY_POLICY)
    return lims_catalogue_refuse(error, LIMS_ERROR_INVALID, "the policy leaves a rule open");
  c->policy = *policy;
  return TRUE;
}

/* ---- looking up ---- */

const LimsPolicy *lims_catalogue_policy(const LimsCatalogue *c) {
  return &c->policy;
}

static const LimsMethod *find_folded(const LimsCatalogue *c, const char *folded) {
  const char *code = g_hash_table_lookup(c->method_names, folded);

  return code ? g_hash_table_lookup(c->methods, code) : NULL;
}

/* Cuts "gb5009.12-2023,第一法" before the comma, then before the year. FALSE: nothing more to cut. */
static gboolean shorten(char *folded) {
  char *comma = strpbrk(folded, ",;("), *dash;

  if (comma) {
    *comma = '\0';
    g_strchomp(folded);
    return TRUE;
  }
  dash = strrchr(folded, '-');
  if (!dash || strlen(dash) != 5 || strspn(dash + 1, "0123456789") != 4)
    return FALSE;
  *dash = '\0';
  return TRUE;
}

const LimsMethod *lims_catalogue_find_method(const LimsCatalogue *c, const char *name) {
  g_autofree char *folded = NULL;
  const LimsMethod *found = g_hash_table_lookup(c->methods, name);

  if (found)
    return found;
  folded = lims_text_fold(name);
  found = find_folded(c, folded);
  while (!found && shorten(folded))
    found = find_folded(c, folded);
  return found;
}

const LimsDetectionLimit *lims_catalogue_find_detection_limit(const LimsCatalogue *c, const char *method,
                                                              const char *analyte, const char *commodity) {
  const LimsCommodity *known = commodity ? g_hash_table_lookup(c->commodities, commodity) : NULL;
  const char *const matrices[] = {known ? known->code : "", known ? known->family : "", ""};

  for (guint i = 0; i < G_N_ELEMENTS(matrices); i++) {
    LimsDetectionLimit key = {.method = method, .analyte = analyte, .matrix = matrices[i]};
    const LimsDetectionLimit *found = g_hash_table_lookup(c->detection, &key);

    if (found)
      return found;
  }
  return NULL;
}
