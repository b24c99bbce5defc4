/* Incarnations: a store that was brought back from a backup is another store than the one that was lost.
 *
 * Since the backup the lost one has given out sample numbers, ids and positions in the log of changes, which
 * stand on labels, in workbooks and in other laboratories. None may be given again: the new incarnation
 * begins above all of them, and says in its audit which sample numbers are void.
 */
#pragma once
#include "lims/store/store.h"

/* The store's UUID, read each time: a restore begins another within a job. g_free. */
char *lims_incarnation_read(LimsDb *db, GError **error);

#define LIMS_INCARNATION_SKIP 500 /* sample numbers a laboratory and day, if nothing better is known */

/* What a store has given out. */
typedef struct {
  gint64 last_id, last_change;
  GHashTable *numbers; /* "LAB day" → last number of it, gint64 * */
} LimsGivenOut;
LimsGivenOut *lims_given_out_read(LimsDb *db, GError **error);
void lims_given_out_free(LimsGivenOut *given);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsGivenOut, lims_given_out_free)

typedef struct {
  const LimsGivenOut *lost; /* of the store that is replaced; NULL: it cannot be read */
  guint skip;               /* sample numbers a laboratory and day, at least */
  const char *who, *from;   /* login; the backup's file */
  const char *digest;       /* and its SHA-256 */
} LimsIncarnationNew;

/* Begins a new incarnation: its audit chains open with this act. *out_voids: a sentence for each range of
 * sample numbers that is void, char *, owned by the caller. Inside one job of a store that is opened anew
 * afterwards. */
gboolean lims_incarnation_begin(LimsDb *db, const LimsIncarnationNew *new, GPtrArray **out_voids,
                                GError **error);
