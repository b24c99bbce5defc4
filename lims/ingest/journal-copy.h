/* The journal's file as a whole: examined, copied while frames go in, and made to offer everything again.
 *
 * A backup is the store's copy and then the journal's, so that the second holds whatever the first has not. A
 * store that was brought back from a backup lacks what was delivered since; the journal has it still, and
 * offers it again: what the store has is skipped there by its key.
 */
#pragma once
#include "lims/core/error.h"
#include <json-glib/json-glib.h>

typedef struct {
  char uuid[40];
  gint64 messages, undelivered, frames;
  gint64 first_seq, last_seq; /* of the messages that are there; 0: none */
} LimsJournalFacts;

/* Examines the file, whether or not a daemon writes to it. Errors: not there, no journal, a newer one,
 * damaged. `out` may be NULL. */
gboolean lims_journal_check(const char *path, LimsJournalFacts *out, GError **error);
/* The same as a JSON object, for LimsApiParts. */
JsonNode *lims_journal_check_json(const char *path, GError **error);
/* One snapshot as a new file, on the disk when this returns. Refuses a file that exists. */
gboolean lims_journal_copy(const char *path, const char *target, GError **error);

/* Nobody may hold the journal. Takes in the messages that `older`, an earlier copy of it (NULL: none), has
 * and it has not, and offers all of them again. `skip` numbers are passed over: those that a journal which is
 * gone may have given out since it was copied. */
gboolean lims_journal_offer_again(const char *path, const char *older, gint64 skip, GError **error);
