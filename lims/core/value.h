/* A result as an instrument or a person gave it: the text as sent, what state it stands for, and its number.
 *
 * "Not detected" is a state, never 0 and never blank; an empty field is a state too. Text that no rule knows
 * is UNREADABLE, never a number: "0,035" is 35 or 0.035 and only the driver can say which.
 */
#pragma once
#include "lims/core/decimal.h"

typedef enum {
  LIMS_VALUE_NUMBER,       /* "number": a number as printed */
  LIMS_VALUE_NOT_DETECTED, /* "not-detected": below the LOD; number = the LOD if it was printed ("<0.01") */
  LIMS_VALUE_BELOW_LOQ,    /* "below-loq": detected, below the LOQ; number = the LOQ if printed */
  LIMS_VALUE_ABOVE_RANGE,  /* "above-range": number = the edge if printed (">100") */
  LIMS_VALUE_FAILED,       /* "failed": the instrument says the measurement failed */
  LIMS_VALUE_NOT_RUN,      /* "not-run": asked for and not measured; an empty field */
  LIMS_VALUE_POSITIVE,     /* "positive": a qualitative screen's word */
  LIMS_VALUE_NEGATIVE,     /* "negative" */
  LIMS_VALUE_UNREADABLE,   /* "unreadable": no rule knows this text */
} LimsValueState;

typedef struct {
  char *printed; /* as sent, after decoding to UTF-8; never NULL, may be "" */
  LimsValueState state;
  gboolean has_number;
  LimsDecimal number;
} LimsValue;

/* How to read numbers and words; a driver's [value] group fills one. Zeroed is the strict default. */
typedef struct {
  char decimal_mark; /* '.' unless set to ',' */
  char group_mark;   /* 0: grouping is unreadable; else ',' ' ' or '.' must stand between groups of three;
                        "0,035" stays unreadable */
  LimsValueState less_than; /* what "<0.01" means: NOT_DETECTED (default, as 0) or BELOW_LOQ */
  /* Lower-case word → GINT_TO_POINTER(LimsValueState + 1), looked up before the built-in ones; or NULL. */
  GHashTable *words;
} LimsValueRules;

/* Reads the whole of `printed` (blanks around it ignored, but kept in ->printed). Never fails: what it cannot
 * read is UNREADABLE. Built-in words: ND, N.D., not detected, 未检出 → NOT_DETECTED; empty → NOT_RUN; "-----"
 * (three or more hyphens) → NOT_RUN; over, overrange, >>>, 超量程 → ABOVE_RANGE; fail(ed), error → FAILED;
 * positive, 阳性, negative, 阴性. "<x" by less_than, ">x" → ABOVE_RANGE, "<LOD" → NOT_DETECTED, "<LOQ" →
 * BELOW_LOQ. */
void lims_value_read(LimsValue *value, const char *printed, const LimsValueRules *rules);
void lims_value_clear(LimsValue *value);

const char *lims_value_state_name(LimsValueState state); /* "not-detected" … */
gboolean lims_value_state_parse(const char *name, LimsValueState *out);
