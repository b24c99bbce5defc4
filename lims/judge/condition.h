/* Conditions of a limit: what must be known besides the value, as the catalogue writes it.
 *
 *   conditions := term ("; " term)*
 *   term       := ["if above: " | "if not above: "] what
 *   what       := NUMBER-FACT comparison      "ph <= 5.5"   "5.5 < ph <= 6.5"   "fat < 10"
 *               | WORD-FACT "=" choice        "land-use = paddy"
 *               | "dry weight"                the value counts on dry weight: needs the moisture
 *               | "fat weight"                in the fat: needs the fat content
 *               | "dehydration"               the limit is the fresh food's, times its factor (GB 2762, 3.5)
 *               | "species CODE"              a total: above, the analyte CODE decides (GB 2762, tables 3, 4)
 *               | "level intervention"        a second, higher value of the same standard (GB 15618-2018)
 *               | "temporary"                 a temporary limit (*): judged like any, and said
 *               | words                       what nobody can look up: it stays open
 *
 * A mark of side says on which side of the limit the term matters only. Words beginning like one of the forms
 * but not keeping it (an unknown fact's "=", a bad number) are an error, so that a slip of the pen does not
 * become words.
 */
#pragma once
#include "lims/judge/facts.h"

typedef enum { LIMS_SIDE_BOTH, LIMS_SIDE_ABOVE, LIMS_SIDE_NOT_ABOVE } LimsConditionSide;

typedef enum {
  LIMS_CONDITION_FACT,
  LIMS_CONDITION_DRY_WEIGHT,
  LIMS_CONDITION_FAT_WEIGHT,
  LIMS_CONDITION_DEHYDRATION,
  LIMS_CONDITION_SPECIES,
  LIMS_CONDITION_INTERVENTION,
  LIMS_CONDITION_TEMPORARY,
  LIMS_CONDITION_WORDS,
} LimsConditionKind;

typedef struct {
  LimsConditionSide side;
  LimsConditionKind kind;
  LimsFact fact;            /* FACT */
  const char *word;         /* FACT of words: the choice, static */
  gboolean has_low, low_in; /* FACT of numbers: low < or <= value */
  gboolean has_high, high_in;
  LimsDecimal low, high;
  char *text; /* SPECIES: the code; WORDS: the words; else the term as written, without its side */
} LimsCondition;

/* LimsCondition, with a clear function; empty for "". NULL with LIMS_ERROR_INVALID naming the term.
 * g_array_unref. */
GArray *lims_conditions_parse(const char *text, GError **error);
/* The first of that kind; NULL: none. `terms` may be NULL. */
const LimsCondition *lims_conditions_find(const GArray *terms, LimsConditionKind kind);

typedef enum { LIMS_MEETS_UNKNOWN, LIMS_MEETS_NO, LIMS_MEETS_YES } LimsMeets;
/* Of a FACT: whether what is known meets it. */
LimsMeets lims_condition_meets(const LimsCondition *condition, const LimsFacts *facts);
