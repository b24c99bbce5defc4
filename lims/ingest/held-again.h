/* Placing again what was held of one specimen of one transmission. */
#pragma once
#include "lims/ingest/held-row.h"

typedef struct {
  guint lab;
  gint64 transmission;
  const char *specimen;
  gint64 sample; /* 0: whatever is registered under the specimen's name */
  /* Possible repeats that are measurements all the same: of this test ("": any); NULL: none, they go on
   * waiting. */
  const char *accepted;
  const char *who, *resolution; /* written on the rows that need not wait any more */
} LimsHeldAgain;

/* *results: how many went through, added to what is there. */
gboolean lims_held_again(const LimsHeldAgain *again, LimsDb *db, gint64 *results, GError **error);

/* All of a cut transmission, as if it had come whole. */
gboolean lims_held_again_whole(LimsDb *db, const LimsHeldKey *incomplete, const char *who, gint64 *results,
                               GError **error);
