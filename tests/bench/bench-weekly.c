/* The weekly workbook must cost what its week holds, not what the store holds: the same week of 10^4 results
 * in a store of 10^5 and in one of 10^7. The store is seeded in bulk by SQL over the real schema; the
 * workbook is made by the program's own code.
 */
#include "reports/weekly.h"
#include "tests/bench/helper-bench.h"
#include <sqlite3.h>
#include <sys/stat.h>

#define SAMPLE_RESULTS 50
#define WEEK_SAMPLES 200
#define WEEK 202647
#define REPEATS 7

/* Samples 1..:samples, the last WEEK_SAMPLES of them in the week, the others in weeks of the years before; a
 * result in a hundred exceeds. */
static const char *const SEED[] = {
    "PRAGMA synchronous=OFF; PRAGMA foreign_keys=OFF; PRAGMA cache_size=-400000; BEGIN",
    "INSERT INTO site(lab, id, code, name, kind, seq) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + "
    "1 FROM n WHERE i < 40) "
    "SELECT 0, i, 'S' || i, 'Site ' || i, 'market', 1 FROM n",
    "CREATE TEMP TABLE s AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $all) "
    "SELECT i, CASE WHEN i > $before THEN " G_STRINGIFY(
        WEEK) " ELSE (2000 + i / 50 % 26) * 100 + 1 + i % 50 END AS week, "
              "CASE WHEN i > $before THEN 1763510400000000 + 31536000000000 ELSE 946684800000000 + i * "
              "4000000000 "
              "END AS at FROM n",
    "INSERT INTO sample(lab, id, number, site, commodity, commodity_name, sampled_at_us, registered_at_us, "
    "registered_by, "
    "first_tested_us, seq) SELECT 0, i, 'B-' || i, 1 + i % 40, NULL, 'spinach', at, at, 'bench', at, i FROM "
    "s",
    "INSERT INTO transmission(lab, id, journal, journal_seq, station, driver, began_us, ended_us, "
    "committed_us, state, body_digest, "
    "raw, readings, seq) SELECT 0, i, 'bench', i, 'l0', 'gcmsms-astm', at, at, at, 'delivered', 'd' || i, "
    "x'00', 50, i FROM s",
    "CREATE TEMP TABLE r AS WITH RECURSIVE n(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM n WHERE k < 49) "
    "SELECT k FROM n",
    "INSERT INTO reading(lab, id, transmission, n, specimen, sample, code, analyte, kind, replicate, "
    "printed, state, number, unit, "
    "basis, flags, status, operator, instrument, measured_at, measured_at_us) SELECT 0, i * 50 + k, i, k, "
    "'B-' || i, i, 'A' || k, "
    "'analyte-' || k, 'sample', 1, '0.050', 'number', '0.050', 'mg/kg', 'sample', '', 'F', '', '', '', at "
    "FROM s CROSS JOIN r",
    "INSERT INTO determination(lab, id, sample, analyte, reading, transmission, printed, state, number, "
    "unit, basis, replicate, person, "
    "measured_at_us, arrived_us, committed_us, seq) SELECT 0, i * 50 + k, i, 'analyte-' || k, i * 50 + k, i, "
    "'0.050', 'number', "
    "'0.050', 'mg/kg', 'sample', 1, 'unattended', at, at, at, i FROM s CROSS JOIN r",
    "INSERT INTO verdict(lab, id, sample, analyte, determination, verdict, reason_code, reason, value_text, "
    "value_number, value_unit, "
    "standard, clause, limit_kind, limit_text, limit_number, limit_unit, factor, rule, committed_us, week, "
    "current, seq) "
    "SELECT 0, i * 50 + k, i, 'analyte-' || k, i * 50 + k, CASE WHEN (i * 50 + k) % 100 = 0 THEN 'exceeds' "
    "ELSE 'complies' END, "
    "'at-or-below-limit', 'bench', '0.050', '0.050', 'mg/kg', 'GB 2763', '4.1', 'maximum', '0.05', '0.05', "
    "'mg/kg', '1.000', "
    "'simple acceptance, full value', at, week, 1, i FROM s CROSS JOIN r",
    "INSERT INTO exceedance(lab, id, verdict, sample, site, analyte, week, committed_us, seq) SELECT 0, i * "
    "50 + k, i * 50 + k, i, "
    "1 + i % 40, 'analyte-' || k, week, at, i FROM s CROSS JOIN r WHERE (i * 50 + k) % 100 = 0",
    "INSERT OR REPLACE INTO change(seq, at_us, lab, table_name, row_key) SELECT i, at, 0, 'transmission', i "
    "FROM s",
    "COMMIT; DROP TABLE s; DROP TABLE r; PRAGMA wal_checkpoint(TRUNCATE)",
};

static void run_sql(sqlite3 *handle, const char *sql) {
  char *message = NULL;
  if (sqlite3_exec(handle, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error("bench: %s: %s", message, sql);
}

static char *seed(const char *directory, guint results) {
  g_autofree guint16 *ports = NULL;
  bench_make_laboratory(directory, "gcmsms-astm", 1, &ports);
  char *path = g_build_filename(directory, "lims.db", NULL);
  guint samples = results / SAMPLE_RESULTS;
  g_autofree char *all = g_strdup_printf("%u", samples);
  g_autofree char *before = g_strdup_printf("%u", samples - WEEK_SAMPLES);
  sqlite3 *handle;
  if (sqlite3_open(path, &handle) != SQLITE_OK)
    g_error("bench: %s: %s", path, sqlite3_errmsg(handle));
  for (gsize i = 0; i < G_N_ELEMENTS(SEED); i++) {
    g_autoptr(GString) sql = g_string_new(SEED[i]);
    g_string_replace(sql, "$all", all, 0);
    g_string_replace(sql, "$before", before, 0);
    run_sql(handle, sql->str);
  }
  sqlite3_close(handle);
  return path;
}

typedef struct {
  const char *path;
  LimsWeeklyRequest request;
} Job;

static gboolean render(LimsDb *db, gpointer data, GError **error) {
  Job *job = data;
  return lims_weekly_make(db, &job->request, job->path, NULL, error);
}

/* The best of several, in milliseconds: what the work costs without what else the machine did. */
static double render_ms(const char *store_path, const char *directory) {
  g_autofree char *url = g_strconcat("sqlite:", store_path, NULL);
  g_autofree char *target = g_build_filename(directory, "weekly.xlsx", NULL);
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsStore) store = lims_store_open(url, FALSE, &error);
  if (!store)
    g_error("bench: %s", error->message);
  Job job = {target, {.week = WEEK, .language = LIMS_LANGUAGE_EN}};
  double best = 1e9;
  for (guint i = 0; i < REPEATS; i++) {
    gint64 begun = g_get_monotonic_time();
    if (!lims_store_read(store, render, &job, &error))
      g_error("bench: %s", error->message);
    best = MIN(best, (double)(g_get_monotonic_time() - begun) / 1000);
  }
  return best;
}

static double measure(guint results, double *out_mb) {
  g_autofree char *directory = bench_make_directory("weekly");
  g_autofree char *path = seed(directory, results);
  struct stat facts;
  stat(path, &facts);
  *out_mb = (double)facts.st_size / 1e6;
  double ms = render_ms(path, directory);
  bench_remove(directory);
  return ms;
}

int main(void) {
  const char *most = g_getenv("LIMS_BENCH_RESULTS");
  guint many = most ? (guint)g_ascii_strtoull(most, NULL, 10) : 10000000;
  double small_mb, large_mb;
  double small = measure(100000, &small_mb);
  double large = measure(many, &large_mb);
  bench_print("weekly workbook in a large store", large, small, "ms", large / small,
              "%u results (%.0f MB) against 100000 (%.0f MB), the same week of 10000 results, 100 of them "
              "exceeding; aim 1.2",
              many, large_mb, small_mb);
  return 0;
}
