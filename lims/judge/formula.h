/* The formula of a method, as data: from what was measured and weighed to the content of the sample.
 *
 *   (c - c0) * V * f / m
 *   (c - c0) * V * f / (m * (R / 100) * (1 - w / 100))
 *
 * Names: c measured concentration, c0 blank (0 if none was measured), V volume of the solution, f dilution,
 * m test portion (a mass, or of a liquid its volume), R recovery in %, w moisture in %. Numbers, + - * / and
 * brackets; nothing else.
 *
 * Every name has a dimension in three bases: mass of analyte (A), mass of sample (S), volume (V). c and c0
 * are A V⁻¹, V is V, m is S or V, f, R and w are numbers. The formula must come out as A S⁻¹ (mg/kg) with a
 * portion by mass; then it comes out as A V⁻¹ (mg/L) with one by volume. So a forgotten mass, or a sum of
 * unlike things, is refused when the method is read, not when a sample waits.
 */
#pragma once
#include "lims/core/decimal.h"

typedef enum {
  LIMS_VARIABLE_C,
  LIMS_VARIABLE_C0,
  LIMS_VARIABLE_V,
  LIMS_VARIABLE_F,
  LIMS_VARIABLE_M,
  LIMS_VARIABLE_R,
  LIMS_VARIABLE_W,
  LIMS_VARIABLES
} LimsVariable;

typedef struct LimsFormula LimsFormula; /* immutable */

#define LIMS_FORMULA_DEFAULT "(c - c0) * V * f / m"

/* Whole text; an error names the place and what is wrong there: a name nobody knows, a bracket, units that do
 * not fit ("c0 + m: a concentration and a mass"). A formula without c is refused. */
LimsFormula *lims_formula_parse(const char *text, GError **error);
void lims_formula_free(LimsFormula *formula);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsFormula, lims_formula_free)

const char *lims_formula_text(const LimsFormula *formula);
gboolean lims_formula_uses(const LimsFormula *formula, LimsVariable variable);
const char *lims_variable_name(LimsVariable variable); /* "c0"; static */

typedef enum { LIMS_FORMULA_DONE, LIMS_FORMULA_ZERO_DIVISION, LIMS_FORMULA_OVERFLOW } LimsFormulaResult;
/* Values in mg/L, mL, g (or mL) and %: the result is in mg/kg (or mg/L). Exact; nothing is rounded. */
LimsFormulaResult lims_formula_evaluate(const LimsFormula *formula, const LimsFraction values[LIMS_VARIABLES],
                                        LimsFraction *out);
