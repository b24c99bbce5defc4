/* Methods of measurement as the judge needs them: what lies between a measured number and the number that is
 * judged, and how it is judged.
 *
 * What a method leaves open, the policy of the laboratories says (LimsPolicy); it is named on every verdict.
 */
#pragma once
#include "lims/core/unit.h"
#include "lims/judge/formula.h"

/* GB/T 8170-2008, 4.3: the full value against the limit, or the value rounded to the limit's last place. */
typedef enum { LIMS_COMPARE_BY_POLICY, LIMS_COMPARE_FULL, LIMS_COMPARE_ROUNDED } LimsComparison;
/* ILAC-G8:09/2019: simple acceptance, or acceptance with a guard band of the expanded uncertainty. */
typedef enum { LIMS_DECIDE_BY_POLICY, LIMS_DECIDE_SIMPLE, LIMS_DECIDE_GUARD_BAND } LimsDecisionRule;
/* At exactly the threshold of a screen. */
typedef enum {
  LIMS_AT_THRESHOLD_BY_POLICY,
  LIMS_AT_THRESHOLD_POSITIVE,
  LIMS_AT_THRESHOLD_NEGATIVE
} LimsAtThreshold;
/* What stands in a sum for a component that was not detected. */
typedef enum { LIMS_ND_BY_POLICY, LIMS_ND_ZERO, LIMS_ND_HALF_LOD, LIMS_ND_LOD } LimsNdPolicy;

typedef enum { LIMS_ROUND_NONE, LIMS_ROUND_PLACES, LIMS_ROUND_SIGNIFICANT } LimsRoundingKind;
typedef struct {
  LimsRoundingKind kind;
  int digits; /* places after the point in the limit's unit, or significant digits */
} LimsRounding;

typedef struct {
  const char *code, *name, *standard; /* standard may be "" */
  const LimsFormula *formula;         /* NULL: LIMS_FORMULA_DEFAULT */
  LimsRounding rounding;
  LimsComparison comparison;
  LimsDecisionRule decision;
  LimsDecimal uncertainty; /* expanded, in % of the value; zero: not given */
  LimsDecimal rpd_limit;   /* |a - b| / mean of replicates in %; zero: not checked */
  LimsNdPolicy nd_components;
  gboolean is_total;            /* what it reports is the whole residue, not one compound of it */
  LimsDecimal screen_threshold; /* % inhibition; zero: it is no screen */
  LimsAtThreshold at_threshold;
} LimsMethod;

/* A method as its table has it (config/catalogue/README.md), without the formula. "" where nothing is said,
 * but not NULL. */
typedef struct {
  const char *code, *name, *standard;
  const char *rounding, *comparison, *decision, *uncertainty, *rpd_limit, *nd_components;
  const char *is_total; /* "yes" "no" "" */
  const char *screen_threshold, *at_threshold;
} LimsMethodText;

/* LOD and LOQ: the laboratory's own, or the standard's, for a method, an analyte and a matrix. */
typedef struct {
  const char *method, *analyte;
  const char *matrix; /* a commodity's code or family; "" : any */
  const LimsUnit *unit;
  gboolean has_lod, has_loq;
  LimsDecimal lod, loq;
  LimsDecimal uncertainty; /* expanded, in % of the value; zero: the method's */
} LimsDetectionLimit;

/* What the laboratories of the network agreed on, and stated beforehand (ILAC-G8, 4). BY_POLICY is not
 * allowed here. Zeroed is not valid: begin with LIMS_POLICY_DEFAULT. */
typedef struct {
  LimsComparison comparison;
  LimsDecisionRule decision;
  LimsAtThreshold at_threshold;
  LimsNdPolicy nd_components;
} LimsPolicy;
extern const LimsPolicy
    LIMS_POLICY_DEFAULT; /* full value, simple acceptance, positive at it, ND counts as 0 */

/* Words of tables and settings: "full" "rounded"; "simple" "guard-band"; "positive" "negative"; "zero"
 * "half-lod" "lod". "" is BY_POLICY. FALSE if it is none; *out is then untouched. */
gboolean lims_comparison_parse(const char *word, LimsComparison *out);
gboolean lims_decision_rule_parse(const char *word, LimsDecisionRule *out);
gboolean lims_at_threshold_parse(const char *word, LimsAtThreshold *out);
gboolean lims_nd_policy_parse(const char *word, LimsNdPolicy *out);
/* A rule of the policy by its name: "comparison" "decision" "at-threshold" "nd-components". FALSE if there is
 * no such rule, or `word` is none of its words or ""; *policy is then untouched. */
gboolean lims_policy_set(LimsPolicy *policy, const char *rule, const char *word);
/* "2 places", "3 significant", "" (none). */
gboolean lims_rounding_parse(const char *text, LimsRounding *out);
/* Strings stay the caller's; ->formula is NULL. FALSE with LIMS_ERROR_INVALID naming the column and what it
 * may be; a rule for a threshold that is not there is refused too. */
gboolean lims_method_read(const LimsMethodText *text, LimsMethod *out, GError **error);
