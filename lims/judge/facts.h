/* What is known of a sample besides its values: the pH of a soil, the moisture of a dried food, whether a tin
 * was of tin plate. Limits hold, or are reckoned, by it.
 *
 * One table names the facts, their forms and their words. The parameters of commands repeat its words
 * (LIMS_FIELDS_OF_FACTS, command-json.h), and a test holds the two to each other.
 */
#pragma once
#include "lims/core/decimal.h"

typedef enum {
  LIMS_FACT_PH,                 /* "ph": of a soil, 0 to 14 */
  LIMS_FACT_LAND_USE,           /* "land-use": paddy, other, orchard (GB 15618-2018) */
  LIMS_FACT_CROP,               /* "crop": paddy, dryland, cooked-vegetables, raw-vegetables (GB 5084-2021) */
  LIMS_FACT_MOISTURE,           /* "moisture": % of the sample as taken, 0 to below 100 */
  LIMS_FACT_FRESH_MOISTURE,     /* "fresh-moisture": % of the food before it was dried */
  LIMS_FACT_DEHYDRATION_FACTOR, /* "dehydration-factor": fresh mass / dried mass, at least 1 (GB 2762, 3.5) */
  LIMS_FACT_FAT,                /* "fat": % of the sample as taken, above 0 to 100 */
  LIMS_FACT_PART,               /* "part": what was measured: as-sold, brown-rice, viscera-removed */
  LIMS_FACT_STATE,              /* "state": fresh, dried, solid, liquid */
  LIMS_FACT_PACKING,            /* "packing": tin-plate, other */
  LIMS_FACT_HYDROLYSED_PROTEIN, /* "hydrolysed-protein": yes, no: acid-hydrolysed vegetable protein */
  LIMS_FACT_PREDATORY,          /* "predatory": yes, no: of a fish */
  LIMS_FACTS
} LimsFact;

typedef struct {
  gboolean known;
  LimsDecimal number; /* of a fact that is a number */
  const char *word;   /* of one that is a word: one of its choices, static */
} LimsFactValue;

typedef struct {
  LimsFactValue values[LIMS_FACTS];
} LimsFacts; /* zeroed: nothing is known */

const char *lims_fact_name(LimsFact fact); /* "land-use"; static */
const char *lims_fact_help(LimsFact fact); /* one line, with the unit; static */
/* "paddy|other|orchard"; NULL: a number. Static. */
const char *lims_fact_choices(LimsFact fact);
gboolean lims_fact_find(const char *name, LimsFact *out);
/* Numbers exactly and within their range, words by their choice or a Chinese name of it (水田). FALSE with
 * LIMS_ERROR_INVALID naming the fact and what it may be. */
gboolean lims_facts_set(LimsFacts *facts, LimsFact fact, const char *text, GError **error);
