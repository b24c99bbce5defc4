/* Samples: registered at a laboratory under a number that is never used twice, found again by any name they have.
 *
 * The number is <lab>-<yymmdd>-<nnnn>, at most 16 ASCII characters, drawn in the registering transaction, gap-free a
 * laboratory and day; a void keeps its number.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  const char *lab;        /* code */
  const char *site;       /* code */
  const char *commodity;  /* any name */
  const char *sampled_at; /* ISO date or date and time; NULL: unknown */
  const char *produced_on, *purchased_on; /* YYYY-MM-DD or NULL */
  const char *sheet, *client; /* other names, or NULL */
  const char *portions;   /* names separated by blanks or commas, or NULL */
  const char *note;
  const char *who;        /* login */
} LimsSampleNew;

/* *out_number: g_free. */
gboolean lims_sample_register(LimsDb *db, const LimsSampleNew *sample, char **out_number, gint64 *out_id, GError **error);
/* By number or any alias, within a laboratory. FALSE without error: nobody registered it. */
gboolean lims_sample_find(LimsDb *db, guint lab, const char *name, gint64 *out_id, gboolean *out_void, GError **error);
gboolean lims_sample_void(LimsDb *db, guint lab, const char *number, const char *why, const char *who, GError **error);
