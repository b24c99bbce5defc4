/* Held results: listed, and resolved by a person's act, after which the same readings go through ingest
 * again. */
#pragma once
#include "lims/ingest/ingest.h"

/* Open rows of a laboratory (lab < 0: of all), after that id, at most `limit`, oldest first in each. Columns:
 * id, lab's code, station, specimen, code, reason, detail, at, number of readings, transmission, id again. */
LimsQuery *lims_held_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error);

/* Ties the held row's specimen to a sample and ingests its readings (all open rows of that specimen and
 * transmission). *out_results (may be NULL; so below): how many results went through. */
gboolean lims_held_assign(LimsDb *db, gint64 id, const char *sample_number, const char *who,
                          gint64 *out_results, GError **error);
/* Closes a row without results: the reason is written (a possible repeat that is one, a cut message that is
 * of no use). */
gboolean lims_held_dismiss(LimsDb *db, gint64 id, const char *why, const char *who, GError **error);
/* A possible repeat that is a measurement of its own, or a cut message taken as it is. */
gboolean lims_held_accept(LimsDb *db, gint64 id, const char *who, gint64 *out_results, GError **error);
/* Open rows that the change may have resolved (a sample registered under the held specimen, a preparation
 * entered, a driver's CSV extended): ingested again. sample = 0: all of the laboratory. */
gboolean lims_held_retry(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error);
