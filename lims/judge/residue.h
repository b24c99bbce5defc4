/* Residue definitions: which compounds a limit counts together, as the catalogue writes them.
 *
 *   ""                                          the analyte itself
 *   "words"                                     the same, in the standard's words
 *   "carbofuran + 3-hydroxycarbofuran, as carbofuran: words"    a sum in terms of one compound
 *   "p-p-ddt + o-p-ddt + p-p-dde + p-p-ddd: words"              a plain sum
 *   "a + 0.93 b, as a: words"                   with a factor that the standard gives
 *
 * "as X" without a factor: molar mass of X over molar mass of the component (molar.h), exactly.
 */
#pragma once
#include "lims/core/decimal.h"

typedef struct {
  const char *analyte; /* code; owned by the definition */
  gboolean has_factor; /* FALSE until the molar masses are known */
  LimsFraction factor;
} LimsResidueTerm;

typedef struct {
  char *as;      /* NULL: a plain sum */
  GArray *terms; /* LimsResidueTerm; at least two */
} LimsResidue;

/* NULL without an error if it is no sum; NULL with one if it begins like a sum and does not keep the form.
 * Factors that the text gives are set, and 1 for plain sums and for the compound itself. */
LimsResidue *lims_residue_parse(const char *definition, GError **error);
void lims_residue_free(LimsResidue *residue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsResidue, lims_residue_free)
/* Fills the factors that are missing; `formula_of` gives a compound's molecular formula, NULL or "" where it
 * is not known: that term then stays without a factor. */
gboolean lims_residue_weigh(LimsResidue *residue,
                            const char *(*formula_of)(const char *analyte, gpointer data), gpointer data,
                            GError **error);
/* NULL: it is no component. */
const LimsResidueTerm *lims_residue_find(const LimsResidue *residue, const char *analyte);
