/* Parameters by name: what a command takes, checked against one table before anything is done.
 *
 * A command's parameters arrive as a map from name to text, from HTTP or from `limsctl … --name value` alike.
 * The table says what is known, what must be there and of what form it is; the help and the route's document
 * are made from the same rows. What a value means (does that site exist?) is the model's business, not this
 * module's.
 */
#pragma once
#include "lims/core/error.h"

#define LIMS_FIELD_BYTES 6000 /* of one value but a file: it travels in a request's first line */

typedef enum {
  LIMS_FIELD_TEXT,
  LIMS_FIELD_CHOICE, /* one of `choices`, separated by '|' */
  LIMS_FIELD_WORD, /* one of `choices`, or another name of one: the command knows which (水田 for paddy) */
  LIMS_FIELD_INTEGER, /* digits, at least 0 */
  LIMS_FIELD_DECIMAL, /* an exact number, see lims/core/decimal.h */
  LIMS_FIELD_DATE,    /* YYYY-MM-DD */
  LIMS_FIELD_MOMENT,  /* ISO 8601 date, or date and time */
  LIMS_FIELD_FILE,    /* a file's bytes, in any encoding; put in by lims_fields_set_file */
  LIMS_FIELD_PATH,    /* absolute path of a file on the store's own machine */
} LimsFieldType;

typedef enum {
  LIMS_FIELD_OPTIONAL,
  LIMS_FIELD_REQUIRED,
  LIMS_FIELD_POSITIONAL, /* required; limsctl takes it as a word without its name, in the table's order */
} LimsFieldNeed;

/* A table of these ends with a row whose name is NULL. */
typedef struct {
  const char *name; /* "mass-unit" */
  LimsFieldNeed need;
  LimsFieldType type;
  const char *help;    /* one line */
  const char *choices; /* CHOICE and WORD only */
} LimsField;

/* char * → char *, both owned: what lims_fields_set and the checks work on. */
GHashTable *lims_fields_new(void);
void lims_fields_set(GHashTable *args, const char *name, const char *value);
/* The file's bytes under `name` and its own name, for messages, under NAME-name. A NUL inside is refused. */
gboolean lims_fields_set_file(GHashTable *args, const char *name, const char *file_name, GBytes *content,
                              GError **error);

/* Names outside the table, required ones that are absent or empty, and values of the wrong form: all of them
 * in one LIMS_ERROR_INVALID. An optional parameter that is empty counts as absent. `fields` NULL: none are
 * known. */
gboolean lims_fields_check(const LimsField *fields, GHashTable *args, GError **error);
/* The value; NULL if absent or empty. Owned by args. */
const char *lims_fields_get(GHashTable *args, const char *name);
/* Of a choice of yes and no: FALSE if absent. */
gboolean lims_fields_is_yes(GHashTable *args, const char *name);
/* After the check: the number, or `fallback` if absent. */
gint64 lims_fields_get_integer(GHashTable *args, const char *name, gint64 fallback);
