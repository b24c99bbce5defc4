/* Molar masses, so that a residue sum can be expressed in terms of one compound. */
#pragma once
#include "lims/core/decimal.h"

/* "C12H15NO3", "Ca(OH)2", "C8H6Cl2O3": in g/mol, the exact sum of IUPAC's abridged standard atomic weights
 * (2021; the conventional value where IUPAC gives an interval). FALSE with LIMS_ERROR_INVALID naming the
 * place: an element that the table lacks, a bracket that does not close, an empty formula. */
gboolean lims_molar_mass(const char *formula, LimsDecimal *out, GError **error);
