/* The table of units, and nothing but the table decides.
 *
 * What arrives is a word by a person or a firmware: "ug/kg" for want of a micro sign, U+03BC from one
 * keyboard and U+00B5 from another, "mg/l" from a chemist. Each spelling that is safe is written out; a
 * spelling that could mean something else (Mg, MG/KG, ppb) is not there, and the reading is held.
 *
 * What a person writes on a sheet is read with more patience, by a function of its own: "MG/KG" there is
 * typed with the wrong key held, "mg / kg" with blanks, "㎎/㎏" in a Chinese font.
 */
#include "lims/core/unit.h"
#include "lims/core/text.h"

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
    {{"g/mL", LIMS_DIMENSION_MASS_CONCENTRATION, 6}, "g/ml"},
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
    {{"CFU/250mL", LIMS_DIMENSION_COUNT, 0}, "cfu/250mL|cfu/250ml|CFU/250ml"},
    {{"CFU/25g", LIMS_DIMENSION_COUNT, 0}, "cfu/25g"},
    {{"CFU/cm²", LIMS_DIMENSION_COUNT, 0}, "CFU/cm2|cfu/cm²|cfu/cm2"},
    {{"CFU/50cm²", LIMS_DIMENSION_COUNT, 0}, "CFU/50cm2|cfu/50cm²|cfu/50cm2"},
    {{"MPN/L", LIMS_DIMENSION_COUNT, 0}, "mpn/L|mpn/l|MPN/l"},
    {{"个/g", LIMS_DIMENSION_COUNT, 0}, NULL},
    {{"个/mL", LIMS_DIMENSION_COUNT, 0}, "个/ml"},
    {{"个/L", LIMS_DIMENSION_COUNT, 0}, "个/l"},
    {{"个/10L", LIMS_DIMENSION_COUNT, 0}, "个/10l"},
    {{"个/100mL", LIMS_DIMENSION_COUNT, 0}, "个/100ml"},
    {{"个/kg", LIMS_DIMENSION_COUNT, 0}, NULL},
    {{"%vol", LIMS_DIMENSION_OTHER, 0}, "%(vol)|vol%|%(v/v)|%v/v"},
    {{"mmol/kg", LIMS_DIMENSION_OTHER, 0}, NULL},
    {{"meq/kg", LIMS_DIMENSION_OTHER, 0}, NULL},
    {{"mmol/L", LIMS_DIMENSION_OTHER, 0}, "mmol/l"},
    {{"mg/100cm²", LIMS_DIMENSION_OTHER, 0}, "mg/100cm2"},
    {{"µg/100cm²", LIMS_DIMENSION_OTHER, 0}, "µg/100cm2|ug/100cm²|ug/100cm2"},
    {{"mg/dm²", LIMS_DIMENSION_OTHER, 0}, "mg/dm2"},
    {{"cmol/kg", LIMS_DIMENSION_OTHER, 0}, "cmol(+)/kg"},
    {{"µS/cm", LIMS_DIMENSION_OTHER, 0}, "uS/cm"},
    {{"mS/cm", LIMS_DIMENSION_OTHER, 0}, NULL},
    {{"NTU", LIMS_DIMENSION_OTHER, 0}, NULL},
    {{"°C", LIMS_DIMENSION_OTHER, 0}, "℃"},
    {{"Bq/kg", LIMS_DIMENSION_OTHER, 0}, NULL},
    {{"Bq/L", LIMS_DIMENSION_OTHER, 0}, "Bq/l"},
};

/* What only people write. "/" is the sign of a table for "no unit". */
static const struct {
  const char *written, *name;
} WRITTEN[] = {
    {"毫克/公斤", "mg/kg"},
    {"微克/公斤", "µg/kg"},
    {"克/公斤", "g/kg"},
    {"mgKOH/g", "mg/g"},
    {"克/100克", "g/100g"},
    {"克/100毫升", "g/100mL"},
    {"克/升", "g/L"},
    {"纳克/克", "ng/g"},
    {"微克/克", "µg/g"},
    {"毫克/克", "mg/g"},
    {"微克/毫升", "µg/mL"},
    {"°c", "°C"},
    {"/", "1"},
    {"无量纲", "1"},
    {"无单位", "1"},
    {"pH值", "pH"},
    {"pH单位", "pH"},
};

/* One character of a Chinese font for two or three letters; and what separates without being seen. */
static const struct {
  const char *character, *letters;
} SQUARED[] = {
    {"㎎", "mg"},  {"㎏", "kg"}, {"㎍", "µg"}, {"㎖", "mL"},   {"㎕", "µL"},   {"ℓ", "L"},     {"㏄", "mL"},
    {"㎠", "cm²"}, {"㎗", "dL"}, {"㎡", "m²"}, {"\u00a0", ""}, {"\u2009", ""}, {"\u200b", ""}, {"\ufeff", ""},
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

static char *replace(char *text, const char *what, const char *with) {
  g_auto(GStrv) parts = g_strsplit(text, what, -1);

  g_free(text);
  return g_strjoinv(with, parts);
}

/* "mg·kg⁻¹" is mg/kg. */
static char *divide(char *text) {
  char *dot = strstr(text, "·");
  gboolean inverse = dot && (g_str_has_suffix(dot, "⁻¹") || g_str_has_suffix(dot, "-1"));
  char *out;

  if (!inverse)
    return text;
  text[strlen(text) - (g_str_has_suffix(dot, "⁻¹") ? strlen("⁻¹") : strlen("-1"))] = '\0';
  out = g_strdup_printf("%.*s/%s", (int)(dot - text), text, dot + strlen("·"));
  g_free(text);
  return out;
}

/* Without blanks, full-width letters, characters for several letters, and the brackets around all of it. */
static char *write_out(const char *name) {
  char *text = replace(lims_text_narrow(name), " ", "");
  gsize length;

  for (guint i = 0; i < G_N_ELEMENTS(SQUARED); i++)
    text = replace(text, SQUARED[i].character, SQUARED[i].letters);
  g_strstrip(text);
  length = strlen(text);
  if (length > 2 && text[0] == '(' && strchr(text, ')') == text + length - 1) {
    text[length - 1] = '\0';
    memmove(text, text + 1, length - 1);
  }
  return divide(text);
}

static gboolean is_alias_in_any_case(const char *aliases, const char *name) {
  g_auto(GStrv) all = g_strsplit(aliases ? aliases : "", "|", -1);

  for (guint i = 0; all[i]; i++)
    if (g_ascii_strcasecmp(all[i], name) == 0)
      return TRUE;
  return FALSE;
}

const LimsUnit *lims_unit_find_written(const char *name) {
  g_autofree char *text = write_out(name), *wanted = normalize(text);
  const LimsUnit *unit = lims_unit_find(wanted), *found = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(WRITTEN) && !unit; i++)
    if (g_ascii_strcasecmp(WRITTEN[i].written, wanted) == 0)
      unit = lims_unit_find(WRITTEN[i].name);
  if (unit || *wanted == '\0' || strchr(wanted, '|'))
    return unit;
  for (guint i = 0; i < G_N_ELEMENTS(UNITS); i++) {
    if (g_ascii_strcasecmp(UNITS[i].unit.name, wanted) != 0 &&
        !is_alias_in_any_case(UNITS[i].aliases, wanted))
      continue;
    if (found) /* two units but for their case */
      return NULL;
    found = &UNITS[i].unit;
  }
  return found;
}

/* Within these a power of ten says everything; pH or counts stay what they are. */
static gboolean is_convertible(LimsDimension dimension) {
  return dimension != LIMS_DIMENSION_RATIO && dimension != LIMS_DIMENSION_COUNT &&
         dimension != LIMS_DIMENSION_OTHER;
}

gboolean lims_unit_convert(LimsDecimal value, const LimsUnit *from, const LimsUnit *to, LimsDecimal *out) {
  if (from != to && (from->dimension != to->dimension || !is_convertible(from->dimension)))
    return FALSE;
  return lims_decimal_shift(value, from->exponent - to->exponent, out);
}
