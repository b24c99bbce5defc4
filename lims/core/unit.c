/* The table of units, and nothing but the table decides.
 *
 * What arrives is a word by a person or a firmware: "ug/kg" for want of a micro sign, U+03BC from one
 * keyboard and U+00B5 from another, "mg/l" from a chemist. Each spelling that is safe is written out; a
 * spelling that could mean something else (Mg, MG/KG, ppb) is not there, and the reading is held.
 */
#include "lims/core/unit.h"

#include <string.h>

typedef struct {
  LimsUnit unit;
  const char *aliases; /* separated by '|', with µ as U+00B5; NULL: none */
} UnitRow;

static const UnitRow UNITS[] = {
    {{"mg/kg", LIMS_DIMENSION_MASS_FRACTION, 0}, "毫克/千克"},
    {{"µg/kg", LIMS_DIMENSION_MASS_FRACTION, -3}, "ug/kg|mcg/kg|微克/千克"},
    {{"ng/kg", LIMS_DIMENSION_MASS_FRACTION, -6}, NULL},
    {{"g/kg", LIMS_DIMENSION_MASS_FRACTION, 3}, "克/千克"},
    {{"mg/g", LIMS_DIMENSION_MASS_FRACTION, 3}, NULL},
    {{"µg/g", LIMS_DIMENSION_MASS_FRACTION, 0}, "ug/g|mcg/g"},
    {{"ng/g", LIMS_DIMENSION_MASS_FRACTION, -3}, NULL},
    {{"pg/g", LIMS_DIMENSION_MASS_FRACTION, -6}, NULL},
    {{"g/100g", LIMS_DIMENSION_MASS_FRACTION, 4}, "g/100 g"},
    {{"mg/100g", LIMS_DIMENSION_MASS_FRACTION, 1}, "mg/100 g"},
    {{"µg/100g", LIMS_DIMENSION_MASS_FRACTION, -2}, "ug/100g|µg/100 g|ug/100 g|mcg/100g"},
    {{"mg/L", LIMS_DIMENSION_MASS_CONCENTRATION, 0}, "mg/l|毫克/升"},
    {{"µg/L", LIMS_DIMENSION_MASS_CONCENTRATION, -3}, "ug/L|µg/l|ug/l|mcg/L|mcg/l|微克/升"},
    {{"ng/L", LIMS_DIMENSION_MASS_CONCENTRATION, -6}, "ng/l"},
    {{"g/L", LIMS_DIMENSION_MASS_CONCENTRATION, 3}, "g/l"},
    {{"mg/mL", LIMS_DIMENSION_MASS_CONCENTRATION, 3}, "mg/ml"},
    {{"µg/mL", LIMS_DIMENSION_MASS_CONCENTRATION, 0}, "ug/mL|µg/ml|ug/ml|mcg/mL|mcg/ml"},
    {{"ng/mL", LIMS_DIMENSION_MASS_CONCENTRATION, -3}, "ng/ml"},
    {{"pg/mL", LIMS_DIMENSION_MASS_CONCENTRATION, -6}, "pg/ml"},
    {{"g/100mL", LIMS_DIMENSION_MASS_CONCENTRATION, 4}, "g/100ml|g/100 mL|g/100 ml"},
    {{"mg/100mL", LIMS_DIMENSION_MASS_CONCENTRATION, 1}, "mg/100ml|mg/100 mL|mg/100 ml|mg/dL|mg/dl"},
    {{"%", LIMS_DIMENSION_INHIBITION, 0}, "％"},
    {{"1", LIMS_DIMENSION_RATIO, 0}, NULL},
    {{"pH", LIMS_DIMENSION_RATIO, 0}, NULL},
    {{"g", LIMS_DIMENSION_MASS, 0}, "克"},
    {{"kg", LIMS_DIMENSION_MASS, 3}, "千克"},
    {{"mg", LIMS_DIMENSION_MASS, -3}, "毫克"},
    {{"µg", LIMS_DIMENSION_MASS, -6}, "ug|mcg|微克"},
    {{"mL", LIMS_DIMENSION_VOLUME, 0}, "ml|毫升"},
    {{"L", LIMS_DIMENSION_VOLUME, 3}, "l|升"},
    {{"µL", LIMS_DIMENSION_VOLUME, -3}, "uL|µl|ul|微升"},
    {{"CFU/g", LIMS_DIMENSION_COUNT, 0}, "cfu/g"},
    {{"CFU/mL", LIMS_DIMENSION_COUNT, 0}, "cfu/mL|cfu/ml|CFU/ml"},
    {{"CFU/100mL", LIMS_DIMENSION_COUNT, 0}, "cfu/100mL|cfu/100ml|CFU/100ml"},
    {{"MPN/g", LIMS_DIMENSION_COUNT, 0}, "mpn/g"},
    {{"MPN/mL", LIMS_DIMENSION_COUNT, 0}, "mpn/mL|mpn/ml|MPN/ml"},
    {{"MPN/100g", LIMS_DIMENSION_COUNT, 0}, "mpn/100g"},
    {{"MPN/100mL", LIMS_DIMENSION_COUNT, 0}, "mpn/100mL|mpn/100ml|MPN/100ml"},
};

#define GREEK_MU "\xce\xbc"   /* U+03BC */
#define MICRO_SIGN "\xc2\xb5" /* U+00B5, the canonical one */

/* Without blanks around, and with one kind of micro. */
static char *normalize(const char *name) {
  g_autofree char *trimmed = g_strstrip(g_strdup(name));
  g_auto(GStrv) parts = g_strsplit(trimmed, GREEK_MU, -1);

  return g_strjoinv(MICRO_SIGN, parts);
}

static gboolean is_alias(const char *aliases, const char *name) {
  gsize length = strlen(name);

  for (const char *at = aliases; at != NULL; at = strchr(at, '|')) {
    at += *at == '|';
    if (strncmp(at, name, length) == 0 && (at[length] == '|' || at[length] == '\0'))
      return TRUE;
  }
  return FALSE;
}

const LimsUnit *lims_unit_find(const char *name) {
  g_autofree char *wanted = normalize(name);

  if (*wanted == '\0' || strchr(wanted, '|'))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(UNITS); i++)
    if (strcmp(UNITS[i].unit.name, wanted) == 0 || is_alias(UNITS[i].aliases, wanted))
      return &UNITS[i].unit;
  return NULL;
}

/* Within these a power of ten says everything; pH or counts stay what they are. */
static gboolean is_convertible(LimsDimension dimension) {
  return dimension != LIMS_DIMENSION_RATIO && dimension != LIMS_DIMENSION_COUNT;
}

gboolean lims_unit_convert(LimsDecimal value, const LimsUnit *from, const LimsUnit *to, LimsDecimal *out) {
  if (from != to && (from->dimension != to->dimension || !is_convertible(from->dimension)))
    return FALSE;
  return lims_decimal_shift(value, from->exponent - to->exponent, out);
}
