/* A store, a journal and three stations in a directory of their own: what an analyzer sent goes into the
 * journal as its frames, and through ingest into the store.
 *
 * Laboratory CY (0) with site M1, person wang, and a small catalogue: spinach, with chlorpyrifos at most 0.02
 * mg/kg, carbofuran banned, cadmium and lead at most 0.2 mg/kg. Stations: gc (gcmsms-astm), icp (icpms-astm),
 * any (astm-generic), rapid (rapid-dy723pc).
 */
#pragma once
#include "lims/ingest/held.h"
#include "lims/ingest/ingest.h"

typedef struct {
  char *directory, *url, *journal_path;
  LimsStore *store;
  LimsJournal *journal;
  GPtrArray *stations; /* LimsIngestStation * */
  guint ended;         /* messages that the test ended so far */
} Ingest;

void ingest_open(Ingest *f, gconstpointer data);
void ingest_close(Ingest *f, gconstpointer data);
#define INGEST_TEST(path, function) g_test_add(path, Ingest, NULL, ingest_open, function, ingest_close)
/* As after a crash: store and journal closed and opened again. */
void ingest_reopen(Ingest *f);

const LimsIngestStation *ingest_station(const Ingest *f, const char *name);
/* A sample of spinach, produced in 2026, that analyzers may call by `portion`. Its number: g_free. */
char *ingest_register(Ingest *f, const char *portion);

/* A whole message: records separated by \n, a frame a record; a last record L ends it. */
void ingest_send(Ingest *f, const char *station, const char *records);
/* The same without an end: the line was cut for that reason. */
void ingest_cut(Ingest *f, const char *station, const char *records, const char *reason);
/* Lines of a text protocol, each a frame; the last ends the message. */
void ingest_send_lines(Ingest *f, const char *station, const char *lines);
/* Everything that ended is in the store. */
void ingest_run(Ingest *f);

/* On the writer; the test fails if the job does. */
void ingest_write(Ingest *f, LimsStoreJob job, gpointer data);
void ingest_execute(Ingest *f, const char *sql);
gint64 ingest_int(Ingest *f, const char *sql); /* -1: no row */
/* All rows, columns joined with "|", rows with newlines. g_free. */
char *ingest_rows(Ingest *f, const char *sql);
#define assert_rows(f, sql, expected)                                                                        \
  do {                                                                                                       \
    g_autofree char *rows_read = ingest_rows(f, sql);                                                        \
    g_assert_cmpstr(rows_read, ==, expected);                                                                \
  } while (0)
#define assert_int(f, sql, expected) g_assert_cmpint(ingest_int(f, sql), ==, expected)
