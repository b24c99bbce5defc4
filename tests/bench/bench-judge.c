/* The judge alone, the import of a bought edition, and the matching of names.
 *
 * The catalogue is invented, of the size that a city works with: 10,000 limits, 1,000 commodities, 750
 * analytes in a tree of four levels, every fifth limit with a condition, every tenth a residue sum. No
 * library judges, so what stands beside is the least that any program would have to do: finding the limit by
 * commodity and analyte in a hash table and comparing two doubles; for the import, the bare insertion of the
 * same rows into SQLite in one transaction; for the names, one look-up in a hash table.
 */
#include "lims/judge/judge.h"
#include "lims/judge/match.h"
#include "lims/core/csv.h"
#include "lims/core/text.h"
#include "tests/bench/helper-bench.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>

#define COMMODITIES 1000
#define ANALYTES 750
#define LIMITS 10000
#define CLASSES 100
#define ROUNDS 40
#define AIM_US 2000.0 /* for a sample of 750 analytes */
#define BOUGHT_ROWS 10749

static void check(gboolean done, GError *error) {
  if (!done)
    g_error("bench: %s", error ? error->message : "failed");
}

/* Of this thread: the judge runs on one, and neighbours do not count. */
static gint64 processor_us(void) {
  struct timespec now;

  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* ---- the catalogue ---- */

static void add_names(LimsCatalogue *c, GError **error) {
  for (guint i = 0; i < ANALYTES; i++) {
    g_autofree char *code = g_strdup_printf("analyte-%03u", i), *name = g_strdup_printf("残留物%03u", i);

    check(lims_catalogue_add_analyte(c, code, name, "", error), *error);
    check(lims_catalogue_set_formula(c, code, "C12H15NO3", error), *error);
  }
  check(lims_catalogue_add_node(c, "food", 1, 0, "食品", error), *error);
  for (guint i = 0; i < CLASSES; i++) {
    g_autofree char *path = g_strdup_printf("食品 > 类%02u > 种%02u", i / 10, i);

    if (i % 10 == 0) {
      g_autofree char *above = g_strdup_printf("食品 > 类%02u", i / 10);

      check(lims_catalogue_add_node(c, "food", 10 + i / 10, 1, above, error), *error);
    }
    check(lims_catalogue_add_node(c, "food", 100 + i, 10 + i / 10, path, error), *error);
  }
}

static void add_commodities(LimsCatalogue *c, GError **error) {
  for (guint i = 0; i < COMMODITIES; i++) {
    g_autofree char *code = g_strdup_printf("commodity-%04u", i), *name = g_strdup_printf("食品第%04u号", i);

    check(lims_catalogue_add_commodity(c, code, name, "", "vegetables", error), *error);
    check(lims_catalogue_add_membership(c, code, "food", 100 + i % CLASSES, error), *error);
  }
}

/* Every analyte somewhere above every commodity: at a species, at a class, or at the root. */
static void add_limits(LimsCatalogue *c, GError **error) {
  for (guint i = 0; i < LIMITS; i++) {
    g_autofree char *analyte = g_strdup_printf("analyte-%03u", i % ANALYTES),
                    *other = g_strdup_printf("analyte-%03u", (i + 1) % ANALYTES),
                    *text = g_strdup_printf("0.%02u", 1 + i % 99), *sum = NULL;
    LimsLimit limit;

    lims_limit_parse(text, "mg/kg", &limit);
    sum = g_strdup_printf("%s + %s, as %s", analyte, other, analyte);
    limit.id = i + 1;
    limit.node = i < ANALYTES ? 1 : 100 + (i / ANALYTES * 7 + i) % CLASSES;
    limit.analyte = analyte;
    limit.clause = "4.1";
    limit.conditions = i >= ANALYTES && i % 5 == 0 ? "if not above: dry weight" : "";
    limit.residue_definition = i % 10 == 0 ? sum : "";
    check(lims_catalogue_add_limit(c, "set", &limit, error), *error);
  }
}

static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = lims_catalogue_new();
  LimsLimitSet set = {.set = "set",
                      .standard = "GB 1-2026",
                      .tree = "food",
                      .from = 20260101,
                      .standing = "good",
                      .source = "invented"};
  GError *error = NULL;

  add_names(c, &error);
  add_commodities(c, &error);
  check(lims_catalogue_add_set(c, &set, &error), error);
  add_limits(c, &error);
  check(lims_catalogue_seal(c, &error), error);
  return c;
}

/* ---- judging ---- */

/* Half of them below, a few not detected, some above; as the analyzer of residues gives them, or of a digest.
 */
static LimsDetermination *make_sample(LimsJudgeBasis basis) {
  static const char *const printed[] = {"0.005", "ND", "0.011", "0.35", "<0.01", "0.0999"};
  LimsDetermination *all = g_new0(LimsDetermination, ANALYTES);

  for (guint i = 0; i < ANALYTES; i++) {
    g_autofree char *code = g_strdup_printf("analyte-%03u", i);

    lims_value_read(&all[i].value, printed[i % G_N_ELEMENTS(printed)], NULL);
    all[i].analyte = g_intern_string(code);
    all[i].unit = lims_unit_find(basis == LIMS_JUDGE_SOLUTION ? "µg/L" : "mg/kg");
    all[i].basis = basis;
    all[i].id = i + 1;
    all[i].run = i / 50;
  }
  lims_determinations_sort(all, ANALYTES);
  return all;
}

/* Microseconds for the whole sample. */
static double judge_sample(const LimsCatalogue *c, const LimsJudgeInput *input, guint *exceeding) {
  gint64 begun = processor_us();

  for (guint i = 0; i < input->count; i++) {
    LimsVerdict verdict;

    lims_judge(c, input, input->determinations[i].analyte, &verdict);
    *exceeding += verdict.kind == LIMS_VERDICT_EXCEEDS;
    lims_verdict_clear(&verdict);
  }
  return (double)(processor_us() - begun);
}

static double bare_sample(GHashTable *limits, const LimsJudgeInput *input, guint *exceeding) {
  gint64 begun = processor_us();

  for (guint i = 0; i < input->count; i++) {
    const LimsDetermination *d = &input->determinations[i];
    const double *limit = g_hash_table_lookup(limits, d->analyte);

    *exceeding += g_ascii_strtod(d->value.printed, NULL) > *limit;
  }
  return (double)(processor_us() - begun);
}

static GHashTable *make_bare_limits(void) {
  GHashTable *limits = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 0; i < ANALYTES; i++) {
    double *limit = g_new(double, 1);

    *limit = (1 + i % 99) / 100.0;
    g_hash_table_insert(limits, g_strdup_printf("analyte-%03u", i), limit);
  }
  return limits;
}

/* Of samples of many commodities: microseconds, in no order. */
static GArray *judge_samples(const LimsCatalogue *c, LimsJudgeInput *input) {
  GArray *times = g_array_new(FALSE, FALSE, sizeof(gint64));
  guint exceeding = 0;

  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree char *commodity = g_strdup_printf("commodity-%04u", i * 23);
    gint64 us;

    input->commodity = commodity;
    us = (gint64)judge_sample(c, input, &exceeding);
    g_array_append_val(times, us);
  }
  return times;
}

static GArray *bare_samples(const LimsJudgeInput *input) {
  g_autoptr(GHashTable) limits = make_bare_limits();
  GArray *times = g_array_new(FALSE, FALSE, sizeof(gint64));
  guint exceeding = 0;

  for (guint i = 0; i < ROUNDS; i++) {
    gint64 us = (gint64)bare_sample(limits, input, &exceeding);

    g_array_append_val(times, us);
  }
  return times;
}

static void print_sample(const char *name, GArray *times) {
  double us = bench_percentile(times, 50);

  bench_print(name, us, AIM_US, "µs", us / AIM_US, "bare: the aim; p99 %.0f µs", bench_percentile(times, 99));
}

static void clear_sample(LimsDetermination *sample) {
  for (guint i = 0; i < ANALYTES; i++)
    lims_value_clear(&sample[i].value);
  g_free(sample);
}

static void bench_residues(const LimsCatalogue *c) {
  LimsDetermination *sample = make_sample(LIMS_JUDGE_SAMPLE);
  LimsJudgeInput input = {.produced_on = 20261101, .determinations = sample, .count = ANALYTES};
  g_autoptr(GArray) ours = judge_samples(c, &input), bare = bare_samples(&input);
  double ours_us = bench_percentile(ours, 50), bare_us = MAX(bench_percentile(bare, 50), 1);

  bench_print("judge alone, verdicts/s", ANALYTES / ours_us * 1e6, ANALYTES / bare_us * 1e6, "1/s",
              bare_us / ours_us, "10^4 limits, 10^3 commodities; bare: hash look-up and two doubles");
  print_sample("a sample of 750 analytes judged", ours);
  clear_sample(sample);
}

/* Each value through the formula, with a blank, and its calculation written down. */
static void bench_digests(const LimsCatalogue *c) {
  LimsDetermination *sample = make_sample(LIMS_JUDGE_SOLUTION);
  LimsPreparation preparation = {.id = 1,
                                 .portion = {5012, -4},
                                 .volume = {50, 0},
                                 .dilution = {1, 0},
                                 .has_blank = TRUE,
                                 .blank = {1, -3},
                                 .blank_unit = lims_unit_find("µg/L")};
  LimsJudgeInput input = {.produced_on = 20261101,
                          .determinations = sample,
                          .count = ANALYTES,
                          .preparations = &preparation,
                          .preparation_count = 1};
  g_autoptr(GArray) ours = judge_samples(c, &input);

  print_sample("the same of a digest, by formula", ours);
  clear_sample(sample);
}

/* ---- names ---- */

static void bench_match(const LimsCatalogue *c) {
  g_autoptr(GHashTable) folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  guint found = 0, none = 0;
  double ours_us = 0, bare_us = 0;

  for (guint i = 0; i < COMMODITIES; i++) {
    g_autofree char *name = g_strdup_printf("食品第%04u号", i);

    g_hash_table_insert(folded, lims_text_fold(name), GUINT_TO_POINTER(i + 1));
  }
  for (guint i = 0; i < COMMODITIES; i++) {
    g_autofree char *name = g_strdup_printf(i % 4 == 0   ? "无名第%04u号"
                                            : i % 4 == 1 ? "新鲜食品第%04u号（散装）"
                                                         : "食品第%04u号",
                                            i);
    gint64 begun = processor_us(), then;
    g_auto(LimsMatch) match = {0};

    lims_match_commodity(c, name, &match);
    then = processor_us();
    ours_us += (double)(then - begun);
    found += match.commodity != NULL;
    g_autofree char *key = lims_text_fold(name);

    none += g_hash_table_lookup(folded, key) == NULL;
    bare_us += (double)(processor_us() - then);
  }
  bench_print("1,000 names matched", ours_us / 1000, bare_us / 1000, "ms", bare_us / ours_us,
              "%u matched, the rest with candidates; bare: one look-up each, %u without", found, none);
}

/* ---- a bought edition ---- */

static GPtrArray *read_column(const char *file, const char *column) {
  g_autofree char *path = g_build_filename(g_getenv("LIMS_DATA"), "catalogue", file, NULL), *bytes = NULL;
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsCsv) csv = NULL;
  GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
  gsize size;

  check(g_file_get_contents(path, &bytes, &size, &error), error);
  csv = lims_csv_read_bytes(file, bytes, size, &error);
  check(csv != NULL, error);
  for (guint i = 0; i < csv->rows->len; i++)
    g_ptr_array_add(out,
                    g_strdup(lims_csv_get(g_ptr_array_index(csv->rows, i), lims_csv_column(csv, column))));
  return out;
}

static void write_edition(const char *path) {
  g_autoptr(GPtrArray) nodes = read_column("trees/gb2763.csv", "id"),
                       analytes = read_column("analytes.csv", "code");
  GString *text =
      g_string_new("set,standard,tree,effective_from,date_rule,node,analyte,limit_text,unit,clause,source\n");
  g_autoptr(GError) error = NULL;

  for (guint i = 0; i < BOUGHT_ROWS; i++)
    g_string_append_printf(text, "%s,%s,%s,%s,%s,%s,%s,0.%02u,mg/kg,4.%u,bought\n", i ? "" : "bought-2027",
                           i ? "" : "DB 1-2027", i ? "" : "gb2763", i ? "" : "2027-01-01",
                           i ? "" : "production", (char *)g_ptr_array_index(nodes, i % nodes->len),
                           (char *)g_ptr_array_index(analytes, i / nodes->len), 1 + i % 99, i % 600);
  check(g_file_set_contents(path, text->str, (gssize)text->len, &error), error);
  g_string_free(text, TRUE);
}

/* The same rows, one prepared statement, one transaction. */
static double insert_bare(const char *directory, const char *edition) {
  g_autofree char *path = g_build_filename(directory, "bare.db", NULL), *bytes = NULL;
  gint64 begun = g_get_monotonic_time();
  g_auto(GStrv) lines = NULL;
  sqlite3_stmt *insert;
  sqlite3 *db;

  check(g_file_get_contents(edition, &bytes, NULL, NULL), NULL);
  lines = g_strsplit(bytes, "\n", -1);
  check(sqlite3_open(path, &db) == SQLITE_OK, NULL);
  sqlite3_exec(db,
               "PRAGMA journal_mode=WAL; CREATE TABLE l(node, analyte, text, unit, clause, source); BEGIN",
               NULL, NULL, NULL);
  sqlite3_prepare_v2(db, "INSERT INTO l VALUES(?,?,?,?,?,?)", -1, &insert, NULL);
  for (guint i = 1; lines[i] && *lines[i]; i++) {
    g_auto(GStrv) fields = g_strsplit(lines[i], ",", -1);

    for (int at = 0; at < 6; at++)
      sqlite3_bind_text(insert, at + 1, fields[5 + at], -1, SQLITE_STATIC);
    check(sqlite3_step(insert) == SQLITE_DONE && sqlite3_reset(insert) == SQLITE_OK, NULL);
  }
  sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
  sqlite3_finalize(insert);
  sqlite3_close(db);
  return (double)(g_get_monotonic_time() - begun) / 1000;
}

static double import(const char *directory, const char *apply) {
  gint64 begun = g_get_monotonic_time();

  bench_run(directory, "limsctl", "--config", "limsd.conf", "limit", "import", "edition.csv", apply, NULL);
  return (double)(g_get_monotonic_time() - begun) / 1000;
}

static void bench_import(void) {
  g_autofree char *directory = bench_make_directory("judge"),
                  *edition = g_build_filename(directory, "edition.csv", NULL);
  g_autofree guint16 *ports = NULL;
  double preview_ms, ours_ms, bare_ms;

  bench_make_laboratory(directory, "gcmsms-astm", 0, &ports);
  write_edition(edition);
  bare_ms = insert_bare(directory, edition);
  preview_ms = import(directory, NULL);
  ours_ms = import(directory, "--apply");
  bench_print("an edition of 10,749 rows imported", ours_ms, bare_ms, "ms", bare_ms / ours_ms,
              "aim 5,000 ms; the preview alone %.0f ms; bare: the rows into SQLite", preview_ms);
  bench_remove(directory);
}

int main(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  bench_residues(c);
  bench_digests(c);
  bench_match(c);
  bench_import();
  return 0;
}
