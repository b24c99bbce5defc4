/* Ingest: each ended transmission of the journal into the store exactly once, judged in the same transaction.
 *
 * Its own thread reads the journal and decodes (drivers); the store's writer then does the rest in one job a
 * transmission: transmission, readings, ties to samples, determinations, verdicts, exceedances, held rows,
 * audit. The key (laboratory, journal's UUID, seq) is unique in the store: what was delivered before a crash
 * is skipped.
 *
 * A transmission ends delivered, or held with a named reason, or superseded by the whole message that
 * followed a cut one, or as a repeat of an identical one. Reasons of held rows (stable words):
 *
 *   incomplete            the message was cut, and no whole one followed yet
 *   unreadable-message    a record that could not be decoded
 *   no-specimen           a result without a specimen
 *   unregistered-specimen nobody registered that sample
 *   void-sample           the sample was voided
 *   unknown-code          the driver does not map this test to an analyte
 *   unknown-unit          a unit nobody knows
 *   unreadable-value      a value no rule reads
 *   needs-preparation     a solution value without mass and volume
 *   possible-repeat       same specimen, test and time as before, with another body
 */
#pragma once
#include "instruments/driver.h"
#include "lims/ingest/journal.h"
#include "lims/judge/judge.h"
#include "lims/store/store.h"

typedef struct {
  char *station;
  guint lab;
  LimsDriver *driver;
  GTimeZone *zone;
} LimsIngestStation;

typedef struct LimsIngest LimsIngest;
/* `stations`: LimsIngestStation *, ownership taken. */
LimsIngest *lims_ingest_new(LimsStore *store, LimsJournal *journal, GPtrArray *stations);
void lims_ingest_start(LimsIngest *ingest);
/* Any thread: something may be waiting. Wired to lims_journal_set_notify. */
void lims_ingest_wake(LimsIngest *ingest);
/* Until everything that has ended is in the store (tools and tests). FALSE with the error that stopped it. */
gboolean lims_ingest_drain(LimsIngest *ingest, GError **error);
/* Stops the thread. */
void lims_ingest_free(LimsIngest *ingest);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsIngest, lims_ingest_free)

typedef struct {
  guint64 delivered, held, superseded, repeats, results, failures;
  gint64 last_us;
  char problem[200]; /* why ingest waits; "" */
} LimsIngestCounters;
void lims_ingest_get_counters(LimsIngest *ingest, LimsIngestCounters *out);
