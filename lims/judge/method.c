/* The words of methods and of the policy.
 *
 * A rule that is read wrongly judges every sample of a method wrongly, and a word nobody knows must not
 * become "as the policy says": each table below is all there is, and what is not in it is refused.
 */
#include "lims/judge/method.h"
#include "lims/core/error.h"

#include <string.h>

#define DIGITS_MAX 12

const LimsPolicy LIMS_POLICY_DEFAULT = {LIMS_COMPARE_FULL, LIMS_DECIDE_SIMPLE, LIMS_AT_THRESHOLD_POSITIVE,
                                        LIMS_ND_ZERO};

/* By value of the enumeration; ends with NULL. */
static const char *const COMPARISONS[] = {
    [LIMS_COMPARE_BY_POLICY] = "", [LIMS_COMPARE_FULL] = "full", [LIMS_COMPARE_ROUNDED] = "rounded", NULL};
static const char *const DECISION_RULES[] = {[LIMS_DECIDE_BY_POLICY] = "",
                                             [LIMS_DECIDE_SIMPLE] = "simple",
                                             [LIMS_DECIDE_GUARD_BAND] = "guard-band",
                                             NULL};
static const char *const AT_THRESHOLD[] = {[LIMS_AT_THRESHOLD_BY_POLICY] = "",
                                           [LIMS_AT_THRESHOLD_POSITIVE] = "positive",
                                           [LIMS_AT_THRESHOLD_NEGATIVE] = "negative",
                                           NULL};
static const char *const ND_POLICIES[] = {[LIMS_ND_BY_POLICY] = "",
                                          [LIMS_ND_ZERO] = "zero",
                                          [LIMS_ND_HALF_LOD] = "half-lod",
                                          [LIMS_ND_LOD] = "lod",
                                          NULL};
static const char *const ROUNDING_KINDS[] = {
    [LIMS_ROUND_NONE] = "", [LIMS_ROUND_PLACES] = "places", [LIMS_ROUND_SIGNIFICANT] = "significant", NULL};

/* -1: none of them. */
static int find_word(const char *const *words, const char *word) {
  for (int i = 0; words[i]; i++)
    if (strcmp(words[i], word) == 0)
      return i;
  return -1;
}

gboolean lims_comparison_parse(const char *word, LimsComparison *out) {
  int found = find_word(COMPARISONS, word);

  if (found >= 0)
    *out = (LimsComparison)found;
  return found >= 0;
}

gboolean lims_decision_rule_parse(const char *word, LimsDecisionRule *out) {
  int found = find_word(DECISION_RULES, word);

  if (found >= 0)
    *out = (LimsDecisionRule)found;
  return found >= 0;
}

gboolean lims_at_threshold_parse(const char *word, LimsAtThreshold *out) {
  int found = find_word(AT_THRESHOLD, word);

  if (found >= 0)
    *out = (LimsAtThreshold)found;
  return found >= 0;
}

gboolean lims_nd_policy_parse(const char *word, LimsNdPolicy *out) {
  int found = find_word(ND_POLICIES, word);

  if (found >= 0)
    *out = (LimsNdPolicy)found;
  return found >= 0;
}

static const struct {
  const char *name;
  const char *const *words;
  gsize offset;
} POLICY_RULES[] = {
    {"comparison", COMPARISONS, G_STRUCT_OFFSET(LimsPolicy, comparison)},
    {"decision", DECISION_RULES, G_STRUCT_OFFSET(LimsPolicy, decision)},
    {"at-threshold", AT_THRESHOLD, G_STRUCT_OFFSET(LimsPolicy, at_threshold)},
    {"nd-components", ND_POLICIES, G_STRUCT_OFFSET(LimsPolicy, nd_components)},
};

gboolean lims_policy_set(LimsPolicy *policy, const char *rule, const char *word) {
  for (guint i = 0; i < G_N_ELEMENTS(POLICY_RULES); i++) {
    int found = strcmp(POLICY_RULES[i].name, rule) == 0 ? find_word(POLICY_RULES[i].words, word) : 0;

    if (found > 0) /* 0: "", as the policy says */
      G_STRUCT_MEMBER(guint, policy, POLICY_RULES[i].offset) = (guint)found;
    if (found > 0)
      return TRUE;
  }
  return FALSE;
}

gboolean lims_rounding_parse(const char *text, LimsRounding *out) {
  g_auto(GStrv) parts = g_strsplit(text, " ", 3);
  int kind = parts[0] && parts[1] && !parts[2] ? find_word(ROUNDING_KINDS, parts[1]) : -1;
  guint64 digits;

  if (*text == '\0') {
    *out = (LimsRounding){LIMS_ROUND_NONE, 0};
    return TRUE;
  }
  if (kind <= LIMS_ROUND_NONE ||
      !g_ascii_string_to_unsigned(parts[0], 10, kind == LIMS_ROUND_SIGNIFICANT, DIGITS_MAX, &digits, NULL))
    return FALSE;
  *out = (LimsRounding){(LimsRoundingKind)kind, (int)digits};
  return TRUE;
}

/* ---- a method out of its texts ---- */

static gboolean refuse(GError **error, const char *what, const char *text, const char *wanted) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': %s", what, text, wanted);
  return FALSE;
}

/* "": zero, not given. `most` is NULL where there is none. */
static gboolean read_percent(const char *what, const char *text, const char *most, LimsDecimal *out,
                             GError **error) {
  LimsDecimal limit = {0};

  *out = (LimsDecimal){0};
  if (*text == '\0')
    return TRUE;
  if (!lims_decimal_parse(text, out) || out->coefficient <= 0 ||
      (most && (!lims_decimal_parse(most, &limit) || lims_decimal_compare(*out, limit) > 0)))
    return refuse(error, what, text, most ? "a number of %, above 0, at most 100" : "a number of %, above 0");
  return TRUE;
}

static gboolean read_numbers(const LimsMethodText *text, LimsMethod *out, GError **error) {
  return read_percent("uncertainty", text->uncertainty, NULL, &out->uncertainty, error) &&
         read_percent("rpd_limit", text->rpd_limit, NULL, &out->rpd_limit, error) &&
         read_percent("screen_threshold", text->screen_threshold, "100", &out->screen_threshold, error);
}

static gboolean read_total(const char *text, gboolean *out, GError **error) {
  *out = strcmp(text, "yes") == 0;
  return *out || *text == '\0' || strcmp(text, "no") == 0 || refuse(error, "is_total", text, "yes or no");
}

static gboolean check_method(const LimsMethod *method, GError **error) {
  if (method->at_threshold != LIMS_AT_THRESHOLD_BY_POLICY && lims_decimal_is_zero(method->screen_threshold))
    return refuse(error, "at_threshold", AT_THRESHOLD[method->at_threshold], "needs a screen_threshold");
  return TRUE;
}

gboolean lims_method_read(const LimsMethodText *text, LimsMethod *out, GError **error) {
  *out = (LimsMethod){.code = text->code, .name = text->name, .standard = text->standard};
  if (!lims_rounding_parse(text->rounding, &out->rounding))
    return refuse(error, "rounding", text->rounding, "like '2 places' or '3 significant', or empty");
  if (!lims_comparison_parse(text->comparison, &out->comparison))
    return refuse(error, "comparison", text->comparison, "full, rounded, or empty");
  if (!lims_decision_rule_parse(text->decision, &out->decision))
    return refuse(error, "decision", text->decision, "simple, guard-band, or empty");
  if (!lims_nd_policy_parse(text->nd_components, &out->nd_components))
    return refuse(error, "nd_components", text->nd_components, "zero, half-lod, lod, or empty");
  if (!lims_at_threshold_parse(text->at_threshold, &out->at_threshold))
    return refuse(error, "at_threshold", text->at_threshold, "positive, negative, or empty");
  return read_numbers(text, out, error) && read_total(text->is_total, &out->is_total, error) &&
         check_method(out, error);
}
