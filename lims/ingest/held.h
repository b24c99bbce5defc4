/* Held results: listed, and resolved by a person's act, after which the same readings go through ingest
 * again. */
#pragma once
#include "lims/ingest/ingest.h"

typedef struct {
  gint64 id, transmission;
  char *station, *specimen, *code, *reason, *detail;
  gint64 at_us;
  guint readings;
} LimsHeldRow;
void lims_held_row_free(LimsHeldRow *row);

/* Open rows of a laboratory (lab < 0: all), oldest first. GPtrArray of LimsHeldRow *. */
GPtrArray *lims_held_list(LimsDb *db, int lab, GError **error);
/* The same after that id, at most `limit`, by laboratory and age. Columns: id, lab's code, station, specimen,
 * code, reason, detail, at, number of readings, transmission, id again. */
LimsQuery *lims_held_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error);

/* Ties the held row's specimen to a sample and ingests its readings (all open rows of that specimen and
 * transmission). */
gboolean lims_held_assign(LimsDb *db, gint64 id, const char *sample_number, const char *who,
                          gint64 *out_results, GError **error);
/* Closes a row without results: the reason is written (a possible repeat that is one, a cut message that is
 * of no use). */
gboolean lims_held_dismiss(LimsDb *db, gint64 id, const char *why, const char *who, GError **error);
/* A possible repeat that is a measurement of its own. */
gboolean lims_held_accept(LimsDb *db, gint64 id, const char *who, gint64 *out_results, GError **error);
/* Open rows that the change may have resolved (a sample registered under the held specimen, a preparation
 * entered, a driver's CSV extended): ingested again. sample = 0: all of the laboratory. */
gboolean lims_held_retry(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error);
