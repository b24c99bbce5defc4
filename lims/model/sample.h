/* Samples: registered at a laboratory under a number that is never used twice, found again by any name they
 * have.
 *
 * The number is <lab>-<yymmdd>-<nnnn>, at most 16 ASCII characters, drawn in the registering transaction,
 * gap-free a laboratory and day; a void keeps its number.
 */
#pragma once
#include "lims/store/store.h"

#define LIMS_SAMPLE_DAY_MOST 9999 /* the highest number of a laboratory and day */

typedef struct {
  const char *lab;                        /* code; NULL: the only one there is */
  const char *site;                       /* code */
  const char *commodity;                  /* any name */
  const char *sampled_at;                 /* ISO date or date and time, at most a day ahead; NULL: unknown */
  const char *produced_on, *purchased_on; /* YYYY-MM-DD or NULL */
  const char *sheet, *client;             /* other names, or NULL */
  const char *portions;                   /* names separated by blanks or commas, or NULL */
  const char *note;
  const char *who; /* login */
} LimsSampleNew;

/* *out_number: g_free. Nothing is drawn before everything was checked; after an error the job must fail. */
gboolean lims_sample_register(LimsDb *db, const LimsSampleNew *sample, char **out_number, gint64 *out_id,
                              GError **error);
/* CSV with the columns site, commodity and, if wanted, lab, sampled-at, produced-on, purchased-on, sheet,
 * client, portions, note; headings in Chinese are known too. UTF-8 or GB18030; all rows or none. `lab` (may
 * be NULL): of rows that name none. *out_numbers: GPtrArray of char *, in the order of the rows. */
gboolean lims_sample_import(LimsDb *db, const char *file_name, const char *bytes, gsize size, const char *lab,
                            const char *who, GPtrArray **out_numbers, GError **error);

/* By number or any alias, within a laboratory. FALSE without error: nobody registered it. */
gboolean lims_sample_find(LimsDb *db, guint lab, const char *name, gint64 *out_id, gboolean *out_void,
                          GError **error);
/* The same in all laboratories, for a person who types a number (`lab` < 0), or in one. LIMS_ERROR_NOT_FOUND
 * if nobody registered it, LIMS_ERROR_CONFLICT if samples of several laboratories have that name. */
gboolean lims_sample_get(LimsDb *db, int lab, const char *name, guint *out_lab, gint64 *out_id,
                         GError **error);
/* `number`: the number or an alias. Refused for one that is void already. */
gboolean lims_sample_void(LimsDb *db, guint lab, const char *number, const char *why, const char *who,
                          GError **error);

/* Samples of a laboratory (lab < 0: of all), after that id; only = TRUE: those that wait for their first
 * verdict. Columns: id, number, lab's code, site's code, site's name, commodity as registered, commodity's
 * code, sampled at, produced on, purchased on, registered at, registered by, note, first tested at, voided
 * at, voided by, void reason. */
LimsQuery *lims_sample_query(LimsDb *db, int lab, gboolean only_pending, gint64 after, guint limit,
                             GError **error);
/* The same columns of one sample. */
LimsQuery *lims_sample_query_one(LimsDb *db, guint lab, gint64 id, GError **error);
/* Its names beside the number. Columns: kind, alias. */
LimsQuery *lims_sample_query_aliases(LimsDb *db, guint lab, gint64 id, GError **error);
