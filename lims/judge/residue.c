/* Reading residue definitions. What can go wrong is to take one component for the whole: a definition that
 * does not keep the form is refused when the limit is added, not guessed here. */
#include "lims/judge/residue.h"

#include <string.h>

#define PLUS " + "
#define AS ", as "

gboolean lims_residue_is_sum(const char *definition) {
  return strstr(definition, PLUS) != NULL;
}

/* The part before the words. */
static char *formula_of(const char *definition) {
  return g_strndup(definition, strcspn(definition, ":"));
}

char **lims_residue_components(const char *definition) {
  g_autofree char *formula = formula_of(definition);
  char *as = strstr(formula, AS);

  if (!lims_residue_is_sum(definition))
    return g_new0(char *, 1);
  if (as)
    *as = '\0';
  return g_strsplit(formula, PLUS, -1);
}

gboolean lims_residue_counts(const char *definition, const char *analyte) {
  g_auto(GStrv) components = lims_residue_components(definition);

  return g_strv_contains((const char *const *)components, analyte);
}

gboolean lims_residue_adds_plainly(const char *definition, const char *analyte) {
  g_autofree char *formula = formula_of(definition);
  const char *as = strstr(formula, AS);

  return !as || strcmp(as + strlen(AS), analyte) == 0;
}
