/* Placing: from the readings of one specimen to the results of one sample, or to the named reason why not.
 *
 * The same for a message that has just come and for one that was held: readings that are tied already are
 * judged again and never determined twice. On the store's writer, inside a job.
 */
#pragma once
#include "lims/ingest/held-row.h"
#include "lims/ingest/transmission-reading.h"
#include "lims/judge/catalogue.h"

/* One transmission being placed. */
typedef struct {
  LimsDb *db;
  guint lab;
  gint64 transmission;
  const char *station;
  gint64 arrived_us;
  LimsCatalogue *catalogue;
  char *person;     /* who is named where the message names none; looked up at first need */
  LimsHolds *holds; /* what has to wait */
  gboolean by_test; /* a held row for each test, also where all tests of a specimen wait for the same */
  guint results;    /* determinations made, and waiting ones that went through */
} LimsPlacing;

gboolean lims_placing_init(LimsPlacing *placing, LimsDb *db, guint lab, gint64 transmission,
                           const char *station, gint64 arrived_us, GError **error);
void lims_placing_clear(LimsPlacing *placing);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsPlacing, lims_placing_clear)

/* Places specimen->rows, which have ids. sample 0: whatever is registered under the specimen's name. Rows
 * that could be tied have their sample, analyte and unit set; the caller writes the rows. */
gboolean lims_placing_take(LimsPlacing *placing, const LimsSpecimen *specimen, gint64 sample, GError **error);

/* Takes out of specimen->rows what the store has of the same station, specimen, test and time in another
 * message: held as possible repeats, or, where the analyzer sends its history again and again (`is_history`)
 * and the value is the same, passed over: those rows get id 0. */
gboolean lims_placing_sift_repeats(LimsPlacing *placing, const LimsSpecimen *specimen, gboolean is_history,
                                   GError **error);
