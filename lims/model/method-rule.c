/* Rules of methods. A slip in a formula would be judged by for a year: so each rule is written into the row
 * of its method first, then the whole row is read as the judge reads it, and a fault takes everything back.
 */
#include "lims/model/method-rule.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/setting.h"

#include <string.h>

#define WRITE(column) "UPDATE method SET " column " = :value WHERE code = :code"

const LimsMethodRule LIMS_METHOD_RULES[] = {
    {"formula", "default", WRITE("formula")},
    {"rounding", "none", WRITE("rounding")},
    {"comparison", "policy", WRITE("comparison")},
    {"decision", "policy", WRITE("decision")},
    {"uncertainty", "none", WRITE("uncertainty")},
    {"rpd-limit", "none", WRITE("rpd_limit")},
    {"nd-components", "policy", WRITE("nd_components")},
    {"at-threshold", "policy", WRITE("at_threshold")},
    {NULL},
};
G_STATIC_ASSERT(G_N_ELEMENTS(LIMS_METHOD_RULES) == LIMS_METHOD_RULE_COUNT + 1);

/* ---- names ---- */

static char *key_of(const char *method, const LimsMethodRule *rule) {
  return g_strconcat("method:", method, ":", rule->name, NULL);
}

char *lims_method_rule_find(LimsDb *db, const char *name, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  const LimsMethod *method = catalogue ? lims_catalogue_find_method(catalogue, name ? name : "") : NULL;

  if (catalogue && !method)
    g_set_error(
        error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
        "method '%s': the catalogue has none of this name, or several; 'method list' shows their codes",
        name ? name : "");
  return method ? g_strdup(method->code) : NULL;
}

/* ---- the row as the judge reads it ---- */

#define COLUMNS                                                                                              \
  "code, name, COALESCE(standard, ''), formula, rounding, comparison, decision, uncertainty, rpd_limit, "    \
  "nd_components, CASE is_total WHEN 0 THEN '' ELSE 'yes' END, screen_threshold, at_threshold"

static gboolean check_query(LimsQuery *query, GError **error) {
  const char *formula = lims_query_text(query, 3);
  g_autoptr(LimsFormula) parsed = NULL;
  LimsMethodText text = {
      .code = lims_query_text(query, 0),
      .name = lims_query_text(query, 1),
      .standard = lims_query_text(query, 2),
      .rounding = lims_query_text(query, 4),
      .comparison = lims_query_text(query, 5),
      .decision = lims_query_text(query, 6),
      .uncertainty = lims_query_text(query, 7),
      .rpd_limit = lims_query_text(query, 8),
      .nd_components = lims_query_text(query, 9),
      .is_total = lims_query_text(query, 10),
      .screen_threshold = lims_query_text(query, 11),
      .at_threshold = lims_query_text(query, 12),
  };
  LimsMethod method;

  if (*formula && !(parsed = lims_formula_parse(formula, error))) {
    g_prefix_error(error, "formula '%s': ", formula);
    return FALSE;
  }
  return lims_method_read(&text, &method, error);
}

static gboolean check_row(LimsDb *db, const char *method, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error, "SELECT " COLUMNS " FROM method WHERE code = :code", "code:s", method, NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  if (check_query(query, error))
    return TRUE;
  g_prefix_error(error, "method %s: ", method);
  return FALSE;
}

/* ---- setting ---- */

static gboolean write_rule(LimsDb *db, const char *method, guint rule, const char *value, GError **error) {
  gboolean is_empty = strcmp(value, LIMS_METHOD_RULES[rule].empty) == 0;

  return lims_db_run(db, error, LIMS_METHOD_RULES[rule].write, "value:s", is_empty ? "" : value, "code:s",
                     method, NULL);
}

/* What the files say is read again at the next init, though they have not changed. */
static gboolean take_back(LimsDb *db, GError **error) {
  return lims_db_run(db, error, "DELETE FROM meta WHERE name = 'catalogue-digest'", NULL);
}

static gboolean set_rule(LimsDb *db, const char *method, guint rule, const char *value, const char *who,
                         GError **error) {
  g_autofree char *key = key_of(method, &LIMS_METHOD_RULES[rule]);

  if (!lims_check_text(LIMS_METHOD_RULES[rule].name, value, 500, error) ||
      !lims_setting_keep(db, key, value, who, error))
    return FALSE;
  return strcmp(value, LIMS_METHOD_RULE_BACK) == 0 ? take_back(db, error)
                                                   : write_rule(db, method, rule, value, error);
}

static char *describe(const char *method, const char *const *values) {
  GString *text = g_string_new("method ");

  g_string_append(text, method);
  for (guint i = 0; i < LIMS_METHOD_RULE_COUNT; i++)
    if (values[i])
      g_string_append_printf(text, ", %s %s", LIMS_METHOD_RULES[i].name, values[i]);
  return g_string_free(text, FALSE);
}

gboolean lims_method_rule_set(LimsDb *db, const char *method, const char *const *values, const char *who,
                              GError **error) {
  g_autofree char *code = lims_method_rule_find(db, method, error), *cause = NULL;
  guint given = 0;

  for (guint i = 0; code && i < LIMS_METHOD_RULE_COUNT; i++) {
    given += values[i] != NULL;
    if (values[i] && !set_rule(db, code, i, values[i], who, error))
      return FALSE;
  }
  if (code && given == 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "method %s: name at least one rule to set", code);
  if (!code || given == 0 || !check_row(db, code, error))
    return FALSE;
  cause = describe(code, values);
  return lims_db_change(db, 0, "method", (gint64)g_str_hash(code), error) != 0 &&
         lims_setting_rules_changed(db, cause, who, error);
}

/* ---- over the catalogue ---- */

static GPtrArray *list_codes(LimsDb *db, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error, "SELECT code FROM method ORDER BY code", NULL);
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
  GError *problem = NULL;

  if (!query)
    return NULL;
  while (lims_query_next(query, &problem))
    g_ptr_array_add(codes, g_strdup(lims_query_text(query, 0)));
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&codes);
}

/* *out: what a person set; NULL if nobody did, or it was taken back. g_free. */
static gboolean read_rule(LimsDb *db, const char *method, guint rule, char **out, GError **error) {
  g_autofree char *key = key_of(method, &LIMS_METHOD_RULES[rule]);
  GError *problem = NULL;

  *out = lims_setting_find(db, key, &problem);
  if (g_strcmp0(*out, LIMS_METHOD_RULE_BACK) == 0)
    g_clear_pointer(out, g_free);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean apply_to(LimsDb *db, const char *method, GError **error) {
  guint applied = 0;

  for (guint i = 0; i < LIMS_METHOD_RULE_COUNT; i++) {
    g_autofree char *value = NULL;

    if (!read_rule(db, method, i, &value, error))
      return FALSE;
    applied += value != NULL;
    if (value && !write_rule(db, method, i, value, error))
      return FALSE;
  }
  if (applied == 0 || check_row(db, method, error))
    return TRUE;
  g_prefix_error(error,
                 "the catalogue and what 'method set' set do not fit ('setting history' shows who did): ");
  return FALSE;
}

gboolean lims_method_rule_apply(LimsDb *db, GError **error) {
  g_autoptr(GPtrArray) codes = list_codes(db, error);

  for (guint i = 0; codes && i < codes->len; i++)
    if (!apply_to(db, g_ptr_array_index(codes, i), error))
      return FALSE;
  return codes != NULL;
}

/* ---- lists ---- */

char *lims_method_rule_list(LimsDb *db, const char *method, GError **error) {
  GString *names = g_string_new(NULL);

  for (guint i = 0; i < LIMS_METHOD_RULE_COUNT; i++) {
    g_autofree char *value = NULL;

    if (!read_rule(db, method, i, &value, error)) {
      g_string_free(names, TRUE);
      return NULL;
    }
    if (value)
      g_string_append_printf(names, "%s%s", names->len ? ", " : "", LIMS_METHOD_RULES[i].name);
  }
  return g_string_free(names, FALSE);
}

LimsQuery *lims_method_rule_query(LimsDb *db, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT code, name, standard, NULLIF(formula, ''), NULLIF(rounding, ''), NULLIF(comparison, ''), "
      "NULLIF(decision, ''), NULLIF(uncertainty, ''), NULLIF(rpd_limit, ''), NULLIF(nd_components, ''), "
      "is_total, "
      "NULLIF(screen_threshold, ''), NULLIF(at_threshold, ''), (SELECT COUNT(*) FROM detection_limit l WHERE "
      "l.method = code), NULLIF(source, '') FROM method ORDER BY code",
      NULL);
}
