/* Residue definitions: which compounds a limit counts together, as the catalogue writes them.
 *
 *   ""                                          the analyte itself
 *   "words"                                     the same, in the standard's words
 *   "carbofuran + 3-hydroxycarbofuran, as carbofuran: words"    a sum in terms of one compound
 *   "p-p-ddt + o-p-ddt + p-p-dde + p-p-ddd: words"              a plain sum
 */
#pragma once
#include <glib.h>

gboolean lims_residue_is_sum(const char *definition);
/* Codes of the components, NULL-terminated; empty if it is no sum. g_strfreev. */
char **lims_residue_components(const char *definition);
/* Whether the analyte is one of the components. */
gboolean lims_residue_counts(const char *definition, const char *analyte);
/* Whether a value of that component adds to the sum as it is, without a factor of molar masses. */
gboolean lims_residue_adds_plainly(const char *definition, const char *analyte);
