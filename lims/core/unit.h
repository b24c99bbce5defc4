/* Units of concentration as laboratories print them, and exact conversion between those of one dimension.
 *
 * "µg/kg" comes with U+00B5, U+03BC or a plain u; case is kept where it matters (mg is not Mg). A unit nobody
 * knows is NULL, never a guess: the caller holds the reading. "ppm" and "ppb" are not units here (of what, by
 * mass or by volume?): a driver maps them.
 */
#pragma once
#include "lims/core/decimal.h"

typedef enum {
  LIMS_DIMENSION_MASS_FRACTION,      /* base mg/kg */
  LIMS_DIMENSION_MASS_CONCENTRATION, /* base mg/L */
  LIMS_DIMENSION_INHIBITION,         /* %: enzyme inhibition */
  LIMS_DIMENSION_RATIO,              /* 1, pH and the like: no conversion */
  LIMS_DIMENSION_MASS,               /* base g: sample portions */
  LIMS_DIMENSION_VOLUME,             /* base mL */
  LIMS_DIMENSION_COUNT,              /* CFU/g … : recognised, not converted */
  LIMS_DIMENSION_OTHER,              /* %vol, mmol/kg, mg/100cm² … : recognised, not converted */
} LimsDimension;

typedef struct {
  const char *name; /* canonical: "mg/kg", "µg/L", "%" */
  LimsDimension dimension;
  int exponent; /* 1 of this = 10^exponent of the dimension's base */
} LimsUnit;

/* The unit of that name or alias, static; NULL if none. */
const LimsUnit *lims_unit_find(const char *name);
/* As a person wrote it on a sheet, never of a wire: any case ("MG/KG"), blanks ("mg / kg"), full-width and
 * squared letters ("㎎/㎏"), "mg·kg⁻¹", brackets around it, and "/" for no unit. ppm and ppb are none here
 * either. */
const LimsUnit *lims_unit_find_written(const char *name);
/* Exact; FALSE if the dimensions differ or the exponent leaves its range. */
gboolean lims_unit_convert(LimsDecimal value, const LimsUnit *from, const LimsUnit *to, LimsDecimal *out);
