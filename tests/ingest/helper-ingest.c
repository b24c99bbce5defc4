/* See helper-ingest.h. */
#include "tests/ingest/helper-ingest.h"
#include "lims/model/sample.h"
#include <glib/gstdio.h>
#include <string.h>

/* ---- the store ---- */

void ingest_write(Ingest *f, LimsStoreJob job, gpointer data) {
  g_autoptr(GError) error = NULL;
  lims_store_write(f->store, job, data, &error);
  g_assert_no_error(error);
}

typedef struct {
  const char *sql;
  gint64 number;
  GString *text;
} Statement;

static gboolean execute_job(LimsDb *db, gpointer data, GError **error) {
  return lims_db_run(db, error, ((Statement *)data)->sql, NULL);
}

void ingest_execute(Ingest *f, const char *sql) {
  ingest_write(f, execute_job, &(Statement){.sql = sql});
}

static gboolean rows_job(LimsDb *db, gpointer data, GError **error) {
  Statement *statement = data;
  GError *problem = NULL;
  g_autoptr(LimsQuery) query = lims_db_query(db, error, statement->sql, NULL);
  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    if (statement->text->len)
      g_string_append_c(statement->text, '\n');
    else
      statement->number = lims_query_int(query, 0);
    for (int i = 0; i < lims_query_columns(query); i++)
      g_string_append_printf(statement->text, "%s%s", i ? "|" : "",
                             lims_query_is_null(query, i) ? "-" : lims_query_text(query, i));
  }
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

char *ingest_rows(Ingest *f, const char *sql) {
  Statement statement = {.sql = sql, .text = g_string_new(NULL)};
  ingest_write(f, rows_job, &statement);
  return g_string_free(statement.text, FALSE);
}

gint64 ingest_int(Ingest *f, const char *sql) {
  Statement statement = {.sql = sql, .number = -1, .text = g_string_new(NULL)};
  ingest_write(f, rows_job, &statement);
  g_string_free(statement.text, TRUE);
  return statement.number;
}

static const char *const PLACES[] = {
    "INSERT INTO lab(id, code, name, kind, zone, seq) VALUES(0, 'CY', '实验室', 'city', 'Asia/Shanghai', 1)",
    "INSERT INTO person(lab, id, login, name, role, seq) VALUES(0, 5, 'wang', '王', 'technician', 1)",
    "INSERT INTO site(lab, id, code, name, kind, seq) VALUES(0, 6, 'M1', '东门市场', 'market', 1)",
    "INSERT INTO analyte(code, name, name_en, family) VALUES('chlorpyrifos', '毒死蜱', 'chlorpyrifos', 'p'),"
    " ('carbofuran', '克百威', 'carbofuran', 'p'), ('acephate', '乙酰甲胺磷', 'acephate', 'p'),"
    " ('lead', '铅', 'lead', 'm'), ('cadmium', '镉', 'cadmium', 'm'),"
    " ('enzyme-inhibition', '抑制率', 'inhibition', 'p')",
    "INSERT INTO analyte_alias(folded, alias, analyte) VALUES('cd', 'Cd', 'cadmium')",
    "INSERT INTO commodity(code, name, name_en, family) VALUES('spinach', '菠菜', 'spinach', 'vegetable')",
    "INSERT INTO node(tree, id, parent, name, path) VALUES('t', 1, NULL, '菠菜', '菠菜')",
    "INSERT INTO membership(commodity, tree, node) VALUES('spinach', 't', 1)",
    "INSERT INTO limit_set(code, standard, title, tree, effective_from, date_rule, source, standing, seq)"
    " VALUES('s', 'GB 0000-2020', 'test', 't', '2020-01-01', 'production', 'test', 'good', 1)",
    "INSERT INTO limit_row(limit_set, id, node, analyte, kind, limit_text, limit_number, unit, clause, basis,"
    " conditions, source, note) VALUES"
    " ('s', 1, 1, 'chlorpyrifos', 'maximum', '0.02', '0.02', 'mg/kg', '4.1', '', '', 'test', ''),"
    " ('s', 2, 1, 'carbofuran', 'banned', '不得使用', NULL, NULL, '4.2', '', '', 'test', ''),"
    " ('s', 3, 1, 'cadmium', 'maximum', '0.2', '0.2', 'mg/kg', '4.3', '', '', 'test', ''),"
    " ('s', 4, 1, 'lead', 'maximum', '0.2', '0.2', 'mg/kg', '4.4', '', '', 'test', '')",
    "INSERT INTO meta(name, value) VALUES('catalogue-version', '7')"
    " ON CONFLICT(name) DO UPDATE SET value = '7'",
};

/* ---- opening and closing ---- */

static gboolean is_whole(const char *station, GPtrArray *frames, gpointer data) {
  const LimsIngestStation *known = ingest_station(data, station);
  g_autoptr(LimsDecoded) decoded = known ? lims_driver_decode(known->driver, frames, known->zone) : NULL;
  return decoded && decoded->complete;
}

static void open_parts(Ingest *f, gboolean create) {
  g_autoptr(GError) error = NULL;
  const LimsJournalSettings settings = {.reserve_bytes = 65536, .is_whole = is_whole, .data = f};
  f->store = lims_store_open(f->url, create, &error);
  g_assert_no_error(error);
  f->journal = lims_journal_open(f->journal_path, &settings, &error);
  g_assert_no_error(error);
}

static void station_free(gpointer data) {
  LimsIngestStation *station = data;
  g_free(station->station);
  lims_driver_unref(station->driver);
  g_time_zone_unref(station->zone);
  g_free(station);
}

static void add_station(Ingest *f, const char *name, const char *driver) {
  g_autoptr(GError) error = NULL;
  LimsIngestStation *station = g_new0(LimsIngestStation, 1);
  station->station = g_strdup(name);
  station->driver = lims_driver_load_named(driver, &error);
  g_assert_no_error(error);
  station->zone = g_time_zone_new_identifier("Asia/Shanghai");
  g_ptr_array_add(f->stations, station);
}

void ingest_open(Ingest *f, gconstpointer data) {
  static const char *const stations[][2] = {
      {"gc", "gcmsms-astm"}, {"icp", "icpms-astm"}, {"any", "astm-generic"}, {"rapid", "rapid-dy723pc"}};
  g_autoptr(GError) error = NULL;
  f->directory = g_dir_make_tmp("lims-ingest-XXXXXX", &error);
  g_assert_no_error(error);
  f->url = g_strconcat("sqlite:", f->directory, "/lims.db", NULL);
  f->journal_path = g_build_filename(f->directory, "journal.db", NULL);
  f->stations = g_ptr_array_new_with_free_func(station_free);
  for (guint i = 0; i < G_N_ELEMENTS(stations); i++)
    add_station(f, stations[i][0], stations[i][1]);
  open_parts(f, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS(PLACES); i++)
    ingest_execute(f, PLACES[i]);
}

static void close_parts(Ingest *f) {
  g_clear_pointer(&f->journal, lims_journal_close);
  g_clear_pointer(&f->store, lims_store_close);
}

void ingest_reopen(Ingest *f) {
  close_parts(f);
  open_parts(f, FALSE);
}

void ingest_close(Ingest *f, gconstpointer data) {
  close_parts(f);
  g_autoptr(GDir) dir = g_dir_open(f->directory, 0, NULL);
  for (const char *name; (name = g_dir_read_name(dir));) {
    g_autofree char *path = g_build_filename(f->directory, name, NULL);
    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(f->directory), ==, 0);
  g_ptr_array_unref(f->stations);
  g_free(f->journal_path);
  g_free(f->url);
  g_free(f->directory);
}

const LimsIngestStation *ingest_station(const Ingest *f, const char *name) {
  for (guint i = 0; i < f->stations->len; i++) {
    const LimsIngestStation *station = g_ptr_array_index(f->stations, i);
    if (strcmp(station->station, name) == 0)
      return station;
  }
  return NULL;
}

typedef struct {
  const char *portion;
  char *number;
} Registration;

static gboolean register_job(LimsDb *db, gpointer data, GError **error) {
  Registration *registration = data;
  const LimsSampleNew sample = {.site = "M1",
                                .commodity = "菠菜",
                                .produced_on = "2026-11-20",
                                .portions = registration->portion,
                                .who = "wang"};
  return lims_sample_register(db, &sample, &registration->number, NULL, error);
}

char *ingest_register(Ingest *f, const char *portion) {
  Registration registration = {.portion = portion};
  ingest_write(f, register_job, &registration);
  return registration.number;
}

/* ---- sending ---- */

static void frame_done(LimsJournalOutcome outcome, gpointer data) {
  g_assert_cmpint(outcome, ==, LIMS_JOURNAL_COMMITTED);
  ++*(guint *)data;
}

static GBytes *astm_frame(guint number, const char *record) {
  g_autofree char *inside = g_strdup_printf("%u%s\r\x03", number % 8, record);
  guint sum = 0;
  for (const char *c = inside; *c; c++)
    sum += (guint8)*c;
  char *frame = g_strdup_printf("\x02%s%02X\r\n", inside, sum & 0xff);
  return g_bytes_new_take(frame, strlen(frame));
}

static GBytes *line_frame(guint number, const char *line) {
  char *frame = g_strconcat(line, "\r", NULL);
  return g_bytes_new_take(frame, strlen(frame));
}

static void append_frames(Ingest *f, const char *station, const char *text,
                          GBytes *(*make)(guint number, const char *line), gboolean ends) {
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
  guint count = g_strv_length(lines), done = 0;
  for (guint i = 0; i < count; i++) {
    g_autoptr(GBytes) frame = make(i + 1, lines[i]);
    lims_journal_append(f->journal, station, frame, i == 0, ends && i + 1 == count, TRUE, NULL, frame_done,
                        &done);
  }
  while (done < count)
    g_main_context_iteration(NULL, TRUE);
}

void ingest_send(Ingest *f, const char *station, const char *records) {
  append_frames(f, station, records, astm_frame, TRUE);
}

void ingest_send_lines(Ingest *f, const char *station, const char *lines) {
  append_frames(f, station, lines, line_frame, TRUE);
}

static gint64 last_ended(Ingest *f) {
  g_autoptr(GPtrArray) all = lims_journal_read_ended(f->journal, 0, G_MAXINT, NULL);
  return all->len ? ((LimsTransmission *)g_ptr_array_index(all, all->len - 1))->seq : 0;
}

void ingest_cut(Ingest *f, const char *station, const char *records, const char *reason) {
  append_frames(f, station, records, astm_frame, FALSE);
  gint64 before = last_ended(f);
  lims_journal_end(f->journal, station, reason);
  while (last_ended(f) == before)
    g_usleep(1000);
}

void ingest_run(Ingest *f) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsIngest) ingest = lims_ingest_new(f->store, f->journal, g_ptr_array_ref(f->stations));
  lims_ingest_start(ingest);
  lims_ingest_drain(ingest, &error);
  g_assert_no_error(error);
}
