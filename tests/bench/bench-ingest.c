/* From the journal to the store: results a second, against bare SQLite inserting the same rows.
 *
 * Ours: messages of fifty analytes lie ended in the journal, their samples are registered; timed is ingest
 * until it has drained: reading, decoding, placing, judging, storing, marking. Bare: a copy of the store from
 * before, into which the rows that ours added are inserted by plain statements, prepared once: same tables,
 * indexes and settings, a transaction for as many messages and as long as the store's writer takes. The rows
 * lie in memory before the clock starts. Rounds alternate; the best of each is printed.
 */
#include "lims/core/paths.h"
#include "lims/ingest/ingest.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/lab.h"
#include "lims/model/sample.h"
#include "lims/model/site.h"
#include "tests/bench/helper-bench.h"
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGES 300
#define ANALYTES 50
#define ROUNDS 8
#define BATCH_JOBS 256 /* as the store's writer */
#define BATCH_US (100 * G_TIME_SPAN_MILLISECOND)

/* ---- ours ---- */

typedef struct {
  char *directory, *store_path, *before_path;
  LimsStore *store;
  LimsJournal *journal;
  LimsDriver *driver;
} Place;

static void must(gboolean done, GError *error) {
  if (!done)
    g_error("bench: %s", error ? error->message : "failed");
}

static gboolean add_places(LimsDb *db, gpointer data, GError **error) {
  const LimsLabNew lab = {.code = "B", .name = "Bench", .kind = "county"};
  const LimsSiteNew site = {.code = "M1", .name = "Market", .kind = "market"};
  g_autofree char *catalogue = lims_data_path("catalogue");
  guint id;
  return lims_lab_add(db, &lab, &id, error) && lims_site_add(db, &site, NULL, NULL, error) &&
         lims_catalogue_load_directory(db, catalogue, error);
}

static gboolean add_samples(LimsDb *db, gpointer data, GError **error) {
  for (guint i = 0; i < MESSAGES; i++) {
    g_autofree char *portion = g_strdup_printf("P%u", i);
    const LimsSampleNew sample = {.site = "M1",
                                  .commodity = "菠菜",
                                  .produced_on = "2026-11-20",
                                  .sampled_at = "2026-11-21",
                                  .portions = portion,
                                  .who = "bench"};
    g_autofree char *number = NULL;
    if (!lims_sample_register(db, &sample, &number, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static GBytes *make_frame(guint number, const char *record) {
  g_autofree char *inside = g_strdup_printf("%u%s\r\x03", number % 8, record);
  guint sum = 0;
  for (const char *c = inside; *c; c++)
    sum += (guint8)*c;
  char *frame = g_strdup_printf("\x02%s%02X\r\n", inside, sum & 0xff);
  return g_bytes_new_take(frame, strlen(frame));
}

static void append(const Place *place, guint number, gboolean ends, const char *record) {
  g_autoptr(GBytes) frame = make_frame(number, record);
  lims_journal_append(place->journal, "gc", frame, number == 1, ends, TRUE, NULL, NULL, NULL);
}

/* A value in eight is a number, and a few of those exceed. */
static char *make_result(guint message, guint n, const char *code) {
  guint mixed = (message * 31 + n * 7) % 64;
  g_autofree char *value =
      mixed < 8 ? g_strdup_printf("0.0%02u", mixed * mixed) : g_strdup(mixed < 16 ? "<0.01" : "ND");
  return g_strdup_printf("R|%u|^^^%s|%s|mg/kg||||F||li||202611240942%02u|GC-1", n + 1, code, value,
                         message % 60);
}

static void send_message(const Place *place, guint message) {
  guint count;
  const LimsDriverCode *codes = lims_driver_codes(place->driver, &count);
  g_autofree char *order = g_strdup_printf("O|1|P%u||^^^PEST50|R", message);
  append(place, 1, FALSE, "H|\\^&|||GC|||||LIMS||P|1|20261124100000");
  append(place, 2, FALSE, "P|1");
  append(place, 3, FALSE, order);
  for (guint n = 0; n < ANALYTES; n++) {
    g_autofree char *record = make_result(message, n, codes[n % count].code);
    append(place, n + 4, FALSE, record);
  }
  append(place, ANALYTES + 4, TRUE, "L|1|N");
}

static void wait_ended(const Place *place) {
  LimsJournalCounters counters;
  do {
    g_usleep(1000);
    lims_journal_get_counters(place->journal, &counters);
  } while (counters.undelivered < MESSAGES);
}

static void place_open(Place *place) {
  g_autoptr(GError) error = NULL;
  place->directory = bench_make_directory("ingest");
  place->store_path = g_build_filename(place->directory, "lims.db", NULL);
  place->before_path = g_build_filename(place->directory, "before.db", NULL);
  g_autofree char *url = g_strconcat("sqlite:", place->store_path, NULL);
  g_autofree char *journal = g_build_filename(place->directory, "journal.db", NULL);
  must((place->store = lims_store_open(url, TRUE, &error)) != NULL, error);
  must(lims_store_write(place->store, add_places, NULL, &error), error);
  must(lims_store_write(place->store, add_samples, NULL, &error), error);
  must((place->driver = lims_driver_load_named("gcmsms-astm", &error)) != NULL, error);
  must((place->journal = lims_journal_open(journal, NULL, &error)) != NULL, error);
  for (guint i = 0; i < MESSAGES; i++)
    send_message(place, i);
  wait_ended(place);
}

static void place_close(Place *place) {
  lims_journal_close(place->journal);
  lims_store_close(place->store);
  lims_driver_unref(place->driver);
  bench_remove(place->directory);
  g_free(place->store_path);
  g_free(place->before_path);
  g_free(place->directory);
}

static void station_free(gpointer data) {
  LimsIngestStation *station = data;
  g_free(station->station);
  lims_driver_unref(station->driver);
  g_free(station);
}

static GPtrArray *make_stations(const Place *place) {
  GPtrArray *stations = g_ptr_array_new_with_free_func(station_free);
  LimsIngestStation *station = g_new0(LimsIngestStation, 1);
  station->station = g_strdup("gc");
  station->driver = lims_driver_ref(place->driver);
  g_ptr_array_add(stations, station);
  return stations;
}

static double run_ours(const Place *place) {
  g_autoptr(GError) error = NULL;
  LimsIngestCounters counters;
  g_autoptr(LimsIngest) ingest = lims_ingest_new(place->store, place->journal, make_stations(place));
  gint64 begun = g_get_monotonic_time();
  lims_ingest_start(ingest);
  must(lims_ingest_drain(ingest, &error), error);
  double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
  lims_ingest_get_counters(ingest, &counters);
  if (counters.results != MESSAGES * ANALYTES || counters.held)
    g_error("bench: %" G_GUINT64_FORMAT " results, %" G_GUINT64_FORMAT " held", counters.results,
            counters.held);
  return MESSAGES * ANALYTES / seconds;
}

/* ---- bare ---- */

typedef struct {
  int type; /* of SQLite */
  gint64 number;
  const void *bytes;
  int size;
} Cell;

/* The rows of one table, in the order of their jobs. */
typedef struct {
  const char *name;
  guint columns;
  GArray *cells;
  GArray *moments; /* gint64: of the row's job, which is its message's */
  sqlite3_stmt *insert;
  guint next;
} Table;

static const struct {
  const char *name, *moment;
} TABLES[] = {
    {"change", "at_us"},
    {"transmission", "committed_us"},
    {"reading", "(SELECT committed_us FROM transmission t WHERE t.lab = x.lab AND t.id = x.transmission)"},
    {"determination", "committed_us"},
    {"verdict", "committed_us"},
    {"exceedance", "committed_us"},
};

typedef struct {
  Table tables[G_N_ELEMENTS(TABLES)];
  GArray *moments, *samples; /* gint64: of each message its job's moment and its sample */
  GStringChunk *bytes;
  guint rows;
} Rows;

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  if (sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK)
    g_error("bench: %s: %s", sqlite3_errmsg(db), sql);
  return statement;
}

static void execute(sqlite3 *db, const char *sql) {
  if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error("bench: %s: %s", sqlite3_errmsg(db), sql);
}

static void keep_row(Rows *rows, Table *table, sqlite3_stmt *row) {
  gint64 moment = sqlite3_column_int64(row, (int)table->columns);
  for (int i = 0; i < (int)table->columns; i++) {
    Cell cell = {.type = sqlite3_column_type(row, i)};
    if (cell.type == SQLITE_INTEGER) {
      cell.number = sqlite3_column_int64(row, i);
    } else if (cell.type != SQLITE_NULL) {
      cell.bytes = sqlite3_column_blob(row, i);
      cell.size = sqlite3_column_bytes(row, i);
      cell.bytes = g_string_chunk_insert_len(rows->bytes, cell.size ? cell.bytes : "", cell.size);
    }
    g_array_append_val(table->cells, cell);
  }
  g_array_append_val(table->moments, moment);
  rows->rows++;
}

static void read_table(Rows *rows, Table *table, sqlite3 *db, gint64 after_seq, guint i) {
  g_autofree char *sql =
      g_strdup_printf("SELECT x.*, %s FROM %s x%s%" G_GINT64_FORMAT, TABLES[i].moment, TABLES[i].name,
                      i == 0 ? " WHERE seq > " : " WHERE 0 < ", i == 0 ? after_seq : 1);
  sqlite3_stmt *statement = prepare(db, sql);
  table->name = TABLES[i].name;
  table->columns = (guint)sqlite3_column_count(statement) - 1;
  table->cells = g_array_new(FALSE, FALSE, sizeof(Cell));
  table->moments = g_array_new(FALSE, FALSE, sizeof(gint64));
  while (sqlite3_step(statement) == SQLITE_ROW)
    keep_row(rows, table, statement);
  sqlite3_finalize(statement);
}

static void read_messages(Rows *rows, sqlite3 *db) {
  sqlite3_stmt *statement =
      prepare(db, "SELECT t.committed_us, (SELECT r.sample FROM reading r WHERE r.lab = t.lab"
                  " AND r.transmission = t.id LIMIT 1) FROM transmission t ORDER BY 1");
  rows->moments = g_array_new(FALSE, FALSE, sizeof(gint64));
  rows->samples = g_array_new(FALSE, FALSE, sizeof(gint64));
  while (sqlite3_step(statement) == SQLITE_ROW) {
    gint64 moment = sqlite3_column_int64(statement, 0), sample = sqlite3_column_int64(statement, 1);
    g_array_append_val(rows->moments, moment);
    g_array_append_val(rows->samples, sample);
  }
  sqlite3_finalize(statement);
}

static void read_rows(Rows *rows, const Place *place) {
  sqlite3 *db, *before;
  sqlite3_open(place->store_path, &db);
  sqlite3_open(place->before_path, &before);
  sqlite3_stmt *last = prepare(before, "SELECT coalesce(max(seq), 0) FROM change");
  sqlite3_step(last);
  gint64 after_seq = sqlite3_column_int64(last, 0);
  sqlite3_finalize(last);
  rows->bytes = g_string_chunk_new(1 << 20);
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++)
    read_table(rows, &rows->tables[i], db, after_seq, i);
  read_messages(rows, db);
  sqlite3_close(before);
  sqlite3_close(db);
}

static void rows_clear(Rows *rows) {
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++) {
    g_array_unref(rows->tables[i].cells);
    g_array_unref(rows->tables[i].moments);
  }
  g_array_unref(rows->moments);
  g_array_unref(rows->samples);
  g_string_chunk_free(rows->bytes);
}

static void bind_cell(sqlite3_stmt *statement, int index, const Cell *cell) {
  switch (cell->type) {
  case SQLITE_INTEGER:
    sqlite3_bind_int64(statement, index, cell->number);
    break;
  case SQLITE_TEXT:
    sqlite3_bind_text(statement, index, cell->bytes, cell->size, SQLITE_STATIC);
    break;
  case SQLITE_BLOB:
    sqlite3_bind_blob(statement, index, cell->bytes, cell->size, SQLITE_STATIC);
    break;
  default:
    sqlite3_bind_null(statement, index);
  }
}

static void step(sqlite3 *db, sqlite3_stmt *statement) {
  if (sqlite3_step(statement) != SQLITE_DONE)
    g_error("bench: %s", sqlite3_errmsg(db));
  sqlite3_reset(statement);
}

/* The rows of one message, in the table's order. */
static void insert_rows(Table *table, sqlite3 *db, gint64 moment) {
  for (; table->next < table->moments->len && g_array_index(table->moments, gint64, table->next) == moment;
       table->next++) {
    const Cell *cells = &g_array_index(table->cells, Cell, table->next * table->columns);
    for (guint i = 0; i < table->columns; i++)
      bind_cell(table->insert, (int)i + 1, &cells[i]);
    step(db, table->insert);
  }
}

static sqlite3_stmt *prepare_insert(sqlite3 *db, const Table *table) {
  g_autoptr(GString) sql = g_string_new(NULL);
  g_string_printf(sql, "INSERT INTO %s VALUES(?", table->name);
  for (guint i = 1; i < table->columns; i++)
    g_string_append(sql, ", ?");
  g_string_append_c(sql, ')');
  return prepare(db, sql->str);
}

static void insert_all(Rows *rows, sqlite3 *db) {
  sqlite3_stmt *tested = prepare(db, "UPDATE sample SET first_tested_us = ? WHERE lab = 0 AND id = ?");
  for (guint done = 0; done < rows->moments->len;) {
    gint64 until = g_get_monotonic_time() + BATCH_US;
    execute(db, "BEGIN IMMEDIATE");
    for (guint jobs = 0; done < rows->moments->len && jobs < BATCH_JOBS && g_get_monotonic_time() < until;
         jobs++) {
      gint64 moment = g_array_index(rows->moments, gint64, done);
      for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++)
        insert_rows(&rows->tables[i], db, moment);
      sqlite3_bind_int64(tested, 1, moment);
      sqlite3_bind_int64(tested, 2, g_array_index(rows->samples, gint64, done));
      step(db, tested);
      done++;
    }
    execute(db, "COMMIT");
  }
  sqlite3_finalize(tested);
}

static double run_bare(const Place *place, guint *out_rows) {
  Rows rows = {0};
  sqlite3 *db;
  read_rows(&rows, place);
  sqlite3_open_v2(place->before_path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
  execute(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
              "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-8000; PRAGMA wal_autocheckpoint=2000");
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++)
    rows.tables[i].insert = prepare_insert(db, &rows.tables[i]);
  gint64 begun = g_get_monotonic_time();
  insert_all(&rows, db);
  double seconds = (double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC;
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++) {
    if (rows.tables[i].next != rows.tables[i].moments->len)
      g_error("bench: rows of %s are left over", rows.tables[i].name);
    sqlite3_finalize(rows.tables[i].insert);
  }
  sqlite3_close(db);
  *out_rows = rows.rows;
  rows_clear(&rows);
  return MESSAGES * ANALYTES / seconds;
}

/* The store as it is before ingest. */
static void copy_before(const Place *place) {
  sqlite3 *db;
  g_autofree char *sql = g_strdup_printf("VACUUM INTO '%s'", place->before_path);
  sqlite3_open(place->store_path, &db);
  execute(db, sql);
  sqlite3_close(db);
}

int main(void) {
  double ours = 0, bare = 0;
  guint rows = 0;
  for (guint i = 0; i < ROUNDS; i++) {
    Place place = {0};
    place_open(&place);
    copy_before(&place);
    double our_rate = run_ours(&place), bare_rate = run_bare(&place, &rows);
    ours = MAX(ours, our_rate);
    bare = MAX(bare, bare_rate);
    place_close(&place);
  }
  bench_print("journal to store", ours, bare, "results/s", ours / bare,
              "%u messages of %u analytes, %u rows, best of %u; aim >= 0.5", MESSAGES, ANALYTES, rows,
              ROUNDS);
  return 0;
}
