/* One ended transmission's way into the store: everything it becomes, in one job.
 *
 * Prepared on ingest's thread (decoding, texts), carried out on the store's writer; the key (laboratory,
 * journal, seq) makes a second time harmless.
 */
#pragma once
#include "lims/ingest/transmission-reading.h"
#include "lims/ingest/transmission-row.h"

typedef struct {
  const LimsIngestStation *station;
  const char *journal; /* UUID */
  LimsTransmission *message;
  LimsDecoded *decoded;
  LimsReadingRows *readings;
  GBytes *raw; /* all frames, one after the other */

  /* The outcome, good once the job is committed. */
  LimsTransmissionState state;
  gboolean was_there;
  guint results;
} LimsIncoming;

/* Takes `message`; `station` and `journal` must outlive it. */
LimsIncoming *lims_incoming_new(const LimsIngestStation *station, const char *journal,
                                LimsTransmission *message);
void lims_incoming_free(LimsIncoming *incoming);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsIncoming, lims_incoming_free)

/* Before the job runs again: what a failed one left in the readings was rolled back in the store. */
void lims_incoming_reset(LimsIncoming *incoming);

/* A LimsStoreJob over a LimsIncoming. */
gboolean lims_transmission_take(LimsDb *db, gpointer incoming, GError **error);
