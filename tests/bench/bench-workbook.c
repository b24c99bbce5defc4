/* The weekly workbook against bare libxlsxwriter writing the same cells, and in a store of a week against one
 * of years.
 *
 * Each run is a process of its own, ours and bare by turns, so that neither finds the other's memory. The
 * bare one has its cells in memory before its clock starts; ours reads them from the store while it runs.
 */
#include "reports/weekly.h"
#include "reports/words.h"
#include "reports/workbook-private.h"
#include "tests/bench/helper-bench.h"
#include "tests/bench/helper-seed.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <xlsxwriter.h>

#define WEEK 202647
#define SAMPLES 10000
#define ANALYTES 5
#define ROUNDS 3
#define COLUMNS 30
#define CALCULATION_COLUMNS 14

/* ---- what each process tells the first ---- */

static double highest_memory_mb(void) {
  g_autofree char *status = NULL;
  const char *line;

  if (!g_file_get_contents("/proc/self/status", &status, NULL, NULL) || !(line = strstr(status, "VmHWM:")))
    return 0;
  return g_ascii_strtod(line + strlen("VmHWM:"), NULL) / 1024;
}

static gint64 processor_us(void) {
  return (gint64)clock() * G_USEC_PER_SEC / CLOCKS_PER_SEC;
}

static LimsStore *open_store(const char *path) {
  g_autoptr(GError) error = NULL;
  g_autofree char *url = g_strconcat("sqlite:", path, NULL);
  LimsStore *store = lims_store_open(url, FALSE, &error);

  if (!store)
    g_error("%s", error->message);
  return store;
}

static void read_store(const char *path, LimsStoreJob job, gpointer data) {
  g_autoptr(GError) error = NULL;
  LimsStore *store = open_store(path);

  if (!lims_store_read(store, job, data, &error))
    g_error("%s", error->message);
  lims_store_close(store);
}

/* ---- ours ---- */

typedef struct {
  const char *path;
  gint64 took_us, busy_us; /* by the clock; by the processor */
} Ours;

static gboolean ours_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeeklyRequest request = {WEEK, NULL, 0, LIMS_LANGUAGE_ZH_CN};
  Ours *ours = data;
  gint64 start = g_get_monotonic_time(), busy = processor_us();
  gboolean done = lims_weekly_make(db, &request, ours->path, NULL, error);

  ours->took_us = g_get_monotonic_time() - start;
  ours->busy_us = processor_us() - busy;
  return done;
}

static void run_ours(const char *store, const char *path) {
  Ours ours = {.path = path};

  read_store(store, ours_job, &ours);
  g_print("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.1f\n", ours.took_us, ours.busy_us,
          highest_memory_mb());
}

/* ---- bare: the cells of the two long lists as they were in ours ---- */

enum { TEXT, NUMBER, TIME, LINK };

typedef struct {
  guint8 kind, places;
  double number;
  const char *text;
} Cell;

typedef struct {
  GArray *cells; /* Cell */
  GStringChunk *texts;
  guint columns, rows;
} Cells;

typedef struct {
  Cells exceedances, calculations;
} Lists;

static void add_text(Cells *c, const char *text) {
  Cell cell = {.kind = TEXT, .text = g_string_chunk_insert_const(c->texts, text)};

  g_array_append_val(c->cells, cell);
}

static void add_printed(Cells *c, const char *text) {
  Cell cell = {.kind = NUMBER};
  int places;

  if (!lims_cell_number(text, &cell.number, &places)) {
    add_text(c, text);
    return;
  }
  cell.places = (guint8)places;
  g_array_append_val(c->cells, cell);
}

static void add_time(Cells *c, gint64 us) {
  Cell cell = {.kind = TIME, .number = 25569 + (double)(us / 1000000 + 28800) / 86400};

  g_array_append_val(c->cells, cell);
}

/* To the same row of the other list. */
static void add_link(Cells *c, const char *to) {
  g_autofree char *formula =
      g_strdup_printf("=HYPERLINK(\"#'%s'!A%u\",\"→ %u\")", to, c->rows + 2, c->rows + 2);
  Cell cell = {.kind = LINK, .text = g_string_chunk_insert_const(c->texts, formula)};

  g_array_append_val(c->cells, cell);
}

static const char *grade_of(const char *factor) {
  double times = g_ascii_strtod(factor, NULL);

  return lims_translate(LIMS_LANGUAGE_ZH_CN, times >= 10  ? "10 times or more"
                                             : times >= 2 ? "2 times or more"
                                                          : "above the limit");
}

static void keep_exceedance(Cells *cells, const LimsWeekExceedance *r) {
  LimsLanguage zh = LIMS_LANGUAGE_ZH_CN;
  const char *const before[] = {r->sample,
                                r->lab,
                                lims_word_group(zh, r->county),
                                r->place,
                                r->site,
                                lims_word_group(zh, r->site_kind),
                                r->commodity,
                                lims_word_group(zh, r->family),
                                r->analyte};
  const char *const after[] = {r->standard, r->clause, r->node_path, lims_word(zh, r->standing), r->method};
  g_autofree char *analyzer =
      g_strdup_printf("%s · %s %s", r->station, r->driver_title, lims_translate(zh, "(unconfirmed driver)"));

  for (guint i = 0; i < G_N_ELEMENTS(before); i++)
    add_text(cells, before[i]);
  add_printed(cells, r->printed);
  add_text(cells, r->printed_unit);
  add_printed(cells, r->computed);
  add_printed(cells, r->value);
  add_printed(cells, r->limit);
  add_text(cells, r->limit_used);
  add_text(cells, r->limit_unit);
  add_printed(cells, r->factor);
  add_text(cells, grade_of(r->factor));
  add_link(cells, "Calculations");
  for (guint i = 0; i < G_N_ELEMENTS(after); i++)
    add_text(cells, after[i]);
  add_text(cells, analyzer);
  add_text(cells, r->person);
  add_time(cells, r->measured_at_us);
  add_time(cells, r->arrived_us);
  add_time(cells, r->committed_us);
  add_text(cells, r->transmission);
  cells->rows++;
}

static void keep_calculation(Cells *cells, const LimsWeekExceedance *r) {
  g_autofree char *part =
      g_strdup_printf("%s %s %s · %s", r->analyte, r->printed, r->printed_unit, r->station);
  g_autofree char *printed = g_strdup_printf("%s %s", r->printed, r->printed_unit);

  add_text(cells, r->sample);
  add_link(cells, "Exceedances");
  add_text(cells, r->analyte);
  add_text(cells, part);
  add_printed(cells, printed);
  add_text(cells, "取样 10.00 g\n定容 10 mL");
  add_text(cells, r->calculation);
  add_printed(cells, r->computed);
  add_printed(cells, r->value);
  add_text(cells, r->value_unit);
  add_printed(cells, r->limit);
  add_printed(cells, r->limit);
  add_text(cells, r->limit_unit);
  add_text(cells, "简单接受，全数值比较法");
  cells->rows++;
}

static gboolean keep_row(gconstpointer data, gpointer lists, GError **error) {
  keep_exceedance(&((Lists *)lists)->exceedances, data);
  keep_calculation(&((Lists *)lists)->calculations, data);
  return TRUE;
}

static gboolean keep_job(LimsDb *db, gpointer data, GError **error) {
  LimsWeekRequest request = {WEEK, NULL, 0, LIMS_LANGUAGE_ZH_CN};
  g_autoptr(LimsWeek) week = lims_week_open(db, &request, error);

  return week && lims_week_each_exceedance(week, keep_row, data, error);
}

static lxw_format *make_format(lxw_workbook *book, const char *number) {
  lxw_format *format = workbook_add_format(book);

  format_set_font_name(format, "Microsoft YaHei");
  format_set_font_size(format, 10);
  format_set_bottom(format, LXW_BORDER_THIN);
  if (number)
    format_set_num_format(format, number);
  else
    format_set_text_wrap(format);
  return format;
}

static void write_cell(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const Cell *cell,
                       lxw_format *const *formats) {
  if (cell->kind == TEXT)
    worksheet_write_string(sheet, row, column, cell->text, formats[TEXT]);
  else if (cell->kind == LINK)
    worksheet_write_formula_str(sheet, row, column, cell->text, formats[TEXT], "→");
  else
    worksheet_write_number(sheet, row, column, cell->number, formats[cell->kind == TIME ? TIME : NUMBER]);
}

static void write_cells(lxw_worksheet *sheet, const Cells *c, lxw_format *const *formats) {
  for (guint i = 0; i < c->cells->len; i++) {
    if (i % c->columns == 0)
      worksheet_set_row(sheet, 1 + i / c->columns, 31.5, NULL);
    write_cell(sheet, 1 + i / c->columns, i % c->columns, &g_array_index(c->cells, Cell, i), formats);
  }
}

static Cells make_cells(GStringChunk *texts, guint columns) {
  return (Cells){g_array_new(FALSE, FALSE, sizeof(Cell)), texts, columns, 0};
}

static void write_book(const char *path, const Lists *lists) {
  g_autofree char *directory = g_path_get_dirname(path);
  lxw_workbook_options options = {.constant_memory = LXW_TRUE, .tmpdir = directory};
  lxw_workbook *book = workbook_new_opt(path, &options);
  lxw_format *formats[] = {make_format(book, NULL), make_format(book, "0.000"),
                           make_format(book, "yyyy-mm-dd hh:mm:ss")};

  write_cells(workbook_add_worksheet(book, "Exceedances"), &lists->exceedances, formats);
  write_cells(workbook_add_worksheet(book, "Calculations"), &lists->calculations, formats);
  lxw_error result = workbook_close(book);
  if (result != LXW_NO_ERROR)
    g_error("bare: %s", lxw_strerror(result));
}

static void run_bare(const char *store, const char *path) {
  GStringChunk *texts = g_string_chunk_new(1 << 16);
  Lists lists = {make_cells(texts, COLUMNS), make_cells(texts, CALCULATION_COLUMNS)};

  read_store(store, keep_job, &lists);
  g_assert_cmpuint(lists.exceedances.cells->len, ==, lists.exceedances.rows * COLUMNS);
  g_assert_cmpuint(lists.calculations.cells->len, ==, lists.calculations.rows * CALCULATION_COLUMNS);
  gint64 start = g_get_monotonic_time(), busy = processor_us();
  write_book(path, &lists);
  g_print("%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.1f\n", g_get_monotonic_time() - start,
          processor_us() - busy, highest_memory_mb());
  g_array_unref(lists.exceedances.cells);
  g_array_unref(lists.calculations.cells);
  g_string_chunk_free(texts);
}

/* ---- the first process ---- */

typedef struct {
  double seconds, busy; /* the best */
  double memory_mb;     /* the highest */
} Measured;

static void keep_least(double *least, double seconds) {
  *least = *least > 0 ? MIN(*least, seconds) : seconds;
}

static void measure(const char *program, const char *mode, const char *store, const char *path,
                    Measured *best) {
  const char *argv[] = {program, mode, store, path, NULL};
  g_autofree char *out = NULL;
  g_autoptr(GError) error = NULL;
  int status;

  if (!g_spawn_sync(NULL, (char **)argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error) ||
      !g_spawn_check_wait_status(status, &error))
    g_error("%s: %s", mode, error->message);
  char *rest;
  keep_least(&best->seconds, g_ascii_strtod(out, &rest) / G_USEC_PER_SEC);
  keep_least(&best->busy, g_ascii_strtod(rest, &rest) / G_USEC_PER_SEC);
  best->memory_mb = MAX(best->memory_mb, g_ascii_strtod(rest, NULL));
  g_unlink(path);
}

static void bench_cells(const char *program, const char *directory) {
  LimsSeed seed = {.week = WEEK, .samples = SAMPLES, .analytes = ANALYTES};
  g_autofree char *store = g_build_filename(directory, "cells.db", NULL);
  g_autofree char *path = g_build_filename(directory, "cells.xlsx", NULL);
  Measured ours = {0}, bare = {0};

  lims_seed_store(store, &seed);
  for (int i = 0; i < ROUNDS; i++) {
    measure(program, "--ours", store, path, &ours);
    measure(program, "--bare", store, path, &bare);
  }
  bench_print("workbook, 50,000 exceedances", SAMPLES * ANALYTES / ours.seconds,
              SAMPLES * ANALYTES / bare.seconds, "rows/s", bare.seconds / ours.seconds,
              "aim 0.8; ours reads the store and writes all eight sheets, bare the two long ones, its cells "
              "in memory; best "
              "of %d by turns; by processor time %.2f",
              ROUNDS, bare.busy / ours.busy);
  bench_print("workbook, 50,000 exceedances: memory", ours.memory_mb, bare.memory_mb, "MB",
              ours.memory_mb / bare.memory_mb,
              "the process's highest; aim under 64; bare includes the cells it is given");
}

int main(int argc, char **argv) {
  lims_i18n_init();
  if (argc == 4) {
    (strcmp(argv[1], "--ours") == 0 ? run_ours : run_bare)(argv[2], argv[3]);
    return 0;
  }
  char *directory = bench_make_directory("workbook");
  bench_cells(argv[0], directory);
  bench_remove(directory);
  return 0;
}
