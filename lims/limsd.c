/* limsd: reads the config, builds the parts, wires them, runs.
 *
 *   lines ─ frames → journal ─ ended → ingest ─ jobs → store ← API ← local socket
 *   (wire's thread)  (writer's)        (its own)       (writer's, readers')
 *
 * Each part knows only the interface of the next; here is where they meet. Stopping begins with the API,
 * which looks at all the others, then goes along the path: lines first, so that nothing is accepted that
 * would not be kept.
 */
#include "lims/limsd-live.h"
#include "lims/limsd-rejudge.h"
#include "lims/core/config.h"
#include "lims/core/i18n.h"
#include "lims/core/time.h"
#include "lims/ingest/transmission-row.h"
#include "lims/model/lab.h"
#include "lims/model/station.h"
#include "lims/parts.h"
#include "lims/web/server.h"
#include <glib-unix.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define KEEP_CHECK_SECONDS 3600

typedef struct {
  LimsConfig *config;
  LimsStore *store;
  LimsJournal *journal;
  LimsIngest *ingest;
  LimsRejudger *rejudger;
  GPtrArray *stations; /* LimsIngestStation *, owned by ingest once it is made; in the config's order */
  GMainContext *wire;
  GMainLoop *wire_loop, *loop;
  GThread *wire_thread;
  GPtrArray *lines; /* LimsLine * */
  LimsApi *api;
  LimsServer *server;
  guint keep_timer;
} Daemon;

/* ---- stations: the config's, with their drivers and laboratories ---- */

static void station_free(gpointer data) {
  LimsIngestStation *station = data;
  g_free(station->station);
  lims_driver_unref(station->driver);
  g_clear_pointer(&station->zone, g_time_zone_unref);
  g_free(station);
}

/* The error again, with the place in the config file that it comes from. */
static gboolean blame_config(const Daemon *daemon, const char *kind, const char *name, const char *key,
                             GError **error) {
  g_autofree char *group = g_strdup_printf("%s %s", kind, name);
  g_autoptr(GError) cause = g_steal_pointer(error);
  lims_ini_set_error(daemon->config->ini, group, key, error, "%s", cause->message);
  return FALSE;
}

static gboolean register_station(LimsDb *db, Daemon *daemon, const LimsConfigStation *config,
                                 GError **error) {
  g_autoptr(LimsDriver) driver = lims_driver_load_named(config->driver, error);
  if (!driver)
    return blame_config(daemon, "station", config->name, "driver", error);
  g_autoptr(LimsLab) lab = lims_lab_get(db, config->laboratory, error);
  if (!lab)
    return blame_config(daemon, "station", config->name, "laboratory", error);
  LimsIngestStation *station = g_new0(LimsIngestStation, 1);
  station->station = g_strdup(config->name);
  station->lab = lab->id;
  station->zone = g_time_zone_ref(lims_lab_zone_named(db, lab->zone));
  station->driver = lims_driver_ref(driver);
  g_ptr_array_add(daemon->stations, station);
  const LimsStationNew row = {.lab = lab->id,
                              .name = config->name,
                              .driver = config->driver,
                              .title = lims_driver_title(driver),
                              .origin = lims_driver_origin(driver),
                              .line = config->line};
  return lims_station_put(db, &row, error);
}

static gboolean register_stations(LimsDb *db, gpointer data, GError **error) {
  Daemon *daemon = data;
  g_ptr_array_set_size(daemon->stations, 0);
  for (guint i = 0; i < daemon->config->stations->len; i++)
    if (!register_station(db, daemon, g_ptr_array_index(daemon->config->stations, i), error))
      return FALSE;
  return TRUE;
}

static const LimsIngestStation *find_station(const Daemon *daemon, const char *name) {
  for (guint i = 0; i < daemon->stations->len; i++) {
    const LimsIngestStation *station = g_ptr_array_index(daemon->stations, i);
    if (strcmp(station->station, name) == 0)
      return station;
  }
  return NULL;
}

/* ---- wire → journal ---- */

typedef struct {
  LimsFrameDone done;
  gpointer data;
} Pending;

static void journal_done(LimsJournalOutcome outcome, gpointer data) {
  Pending *pending = data;
  pending->done(outcome == LIMS_JOURNAL_COMMITTED ? LIMS_ANSWER_ACCEPTED : LIMS_ANSWER_GONE, pending->data);
  g_free(pending);
}

static void sink_frame(gpointer sink, const char *station, GBytes *bytes, gboolean starts, gboolean ends,
                       gboolean acknowledged, GMainContext *context, LimsFrameDone done, gpointer data) {
  Daemon *daemon = sink;
  Pending *pending = g_new(Pending, 1);
  *pending = (Pending){done, data};
  lims_journal_append(daemon->journal, station, bytes, starts, ends, acknowledged, context, journal_done,
                      pending);
}

static void sink_ended(gpointer sink, const char *station, const char *reason) {
  lims_journal_end(((Daemon *)sink)->journal, station, reason);
}

static void sink_noise(gpointer sink, const char *station, GBytes *bytes, const char *reason) {
  lims_journal_add_noise(((Daemon *)sink)->journal, station, bytes, reason);
}

static gboolean sink_ready(gpointer sink) {
  return lims_journal_ready(((Daemon *)sink)->journal);
}

static const LimsLineSink SINK = {sink_frame, sink_ended, sink_noise, sink_ready};

static gboolean is_whole(const char *name, GPtrArray *frames, gpointer data) {
  const LimsIngestStation *station = find_station(data, name);
  if (!station)
    return FALSE;
  g_autoptr(LimsDecoded) decoded = lims_driver_decode(station->driver, frames, station->zone);
  return decoded->complete;
}

static void journal_ended(gpointer data) {
  lims_ingest_wake(((Daemon *)data)->ingest);
}

static gboolean update_ready(gpointer data) {
  Daemon *daemon = data;
  for (guint i = 0; i < daemon->lines->len; i++)
    lims_line_update_ready(g_ptr_array_index(daemon->lines, i));
  return G_SOURCE_REMOVE;
}

/* On the journal's writer. A source of the wire's, so that its thread does it whatever that is at now. */
static void journal_ready_changed(gpointer data) {
  Daemon *daemon = data;
  g_autofree char *problem = lims_journal_dup_problem(daemon->journal);
  if (problem)
    g_warning("journal: %s: analyzers are refused until it can commit again", problem);
  else
    g_message("journal: commits again");
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_callback(source, update_ready, daemon, NULL);
  g_source_attach(source, daemon->wire);
}

static gboolean find_stored(const char *uuid, gint64 *out, gpointer data, GError **error) {
  LimsTransmissionLast last = {uuid, 0};
  gboolean done = lims_store_read(((Daemon *)data)->store, lims_transmission_read_last, &last, error);
  *out = last.journal_seq;
  return done;
}

static void tell_offered_again(const Daemon *daemon) {
  LimsJournalCounters counters;
  lims_journal_get_counters(daemon->journal, &counters);
  if (counters.offered_again > 0)
    g_warning("the store is older than its journal, or another one: %" G_GUINT64_FORMAT
              " transmissions that it lacks are taken in again; bring a store back by limsctl restore, which "
              "also keeps sample numbers from being given out twice",
              counters.offered_again);
}

static gboolean open_journal(Daemon *daemon, GError **error) {
  const LimsJournalSettings settings = {.reserve_bytes = (guint64)daemon->config->journal_reserve_mib << 20,
                                        .is_whole = is_whole,
                                        .find_stored = find_stored,
                                        .data = daemon};
  daemon->journal = lims_journal_open(daemon->config->journal_path, &settings, error);
  if (!daemon->journal)
    return FALSE;
  tell_offered_again(daemon);
  daemon->ingest = lims_ingest_new(daemon->store, daemon->journal, g_ptr_array_ref(daemon->stations));
  lims_journal_set_notify(daemon->journal, journal_ended, journal_ready_changed, daemon);
  lims_ingest_start(daemon->ingest);
  lims_ingest_wake(daemon->ingest);
  return TRUE;
}

static gboolean keep_journal_small(gpointer data) {
  Daemon *daemon = data;
  lims_journal_prune(daemon->journal,
                     lims_time_now_us() - daemon->config->journal_keep_days * G_TIME_SPAN_DAY);
  return G_SOURCE_CONTINUE;
}

/* ---- the wire's thread ---- */

static LimsPortSettings settings_of(const LimsConfigLine *line, const LimsLineSettings *driver) {
  return (LimsPortSettings){.baud = line->baud ? line->baud : driver->baud,
                            .data_bits = line->data_bits ? line->data_bits : driver->data_bits,
                            .stop_bits = line->stop_bits ? line->stop_bits : driver->stop_bits,
                            .parity = line->parity ? line->parity : driver->parity,
                            .flow = line->flow ? line->flow : driver->flow};
}

static gboolean make_lines(Daemon *daemon, GError **error) {
  for (guint i = 0; i < daemon->config->stations->len; i++) {
    const LimsConfigStation *config = g_ptr_array_index(daemon->config->stations, i);
    const LimsConfigLine *place = lims_config_find_line(daemon->config, config->line);
    const LimsIngestStation *station = find_station(daemon, config->name);
    LimsPortSettings settings = settings_of(place, lims_driver_line_settings(station->driver));
    LimsLine *line = lims_line_new(place->name, place->device, &settings, config->name, station->driver,
                                   &SINK, daemon, daemon->wire, error);
    if (!line)
      return blame_config(daemon, "line", place->name, "device", error);
    g_ptr_array_add(daemon->lines, line);
  }
  return TRUE;
}

/* A line that is away now is waited for. An address at which we cannot listen belongs to another program: no
 * analyzer would ever be heard there, and nobody would notice. */
static gboolean check_line(const Daemon *daemon, LimsLine *line, GError **error) {
  const LimsConfigLine *place = lims_config_find_line(daemon->config, lims_line_name(line));
  LimsLineStatus status;
  if (!g_str_has_prefix(place->device, "tcp-listen:") || lims_line_address(line))
    return TRUE;
  lims_line_get_status(line, &status);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE, status.problem);
  return blame_config(daemon, "line", place->name, "device", error);
}

/* Before the wire's thread runs. */
static gboolean start_lines(Daemon *daemon, GError **error) {
  for (guint i = 0; i < daemon->lines->len; i++)
    lims_line_start(g_ptr_array_index(daemon->lines, i));
  while (g_main_context_pending(daemon->wire))
    g_main_context_iteration(daemon->wire, FALSE);
  for (guint i = 0; i < daemon->lines->len; i++)
    if (!check_line(daemon, g_ptr_array_index(daemon->lines, i), error))
      return FALSE;
  return TRUE;
}

static gpointer wire_main(gpointer data) {
  Daemon *daemon = data;
  g_main_context_push_thread_default(daemon->wire);
  g_main_loop_run(daemon->wire_loop);
  for (guint i = 0; i < daemon->lines->len; i++)
    lims_line_free(g_ptr_array_index(daemon->lines, i));
  g_main_context_pop_thread_default(daemon->wire);
  return NULL;
}

static gboolean quit_loop(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

/* A source, not a direct quit: the loop may not run yet. */
static void stop_wire(Daemon *daemon) {
  if (!daemon->wire_thread)
    return;
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_callback(source, quit_loop, daemon->wire_loop, NULL);
  g_source_attach(source, daemon->wire);
  g_thread_join(g_steal_pointer(&daemon->wire_thread));
  g_ptr_array_set_size(daemon->lines, 0);
}

/* ---- what the API asks of the running parts ---- */

static JsonNode *live(gpointer data) {
  Daemon *daemon = data;
  return limsd_live(daemon->lines, daemon->journal, daemon->ingest);
}

static void wrote(gpointer data) {
  limsd_rejudger_wake(((Daemon *)data)->rejudger);
}

/* ---- the whole ---- */

static gboolean daemon_start(Daemon *daemon, const char *config_path, GError **error) {
  if (!(daemon->config = lims_config_load(config_path, error)))
    return FALSE;
  lims_driver_use_directory(daemon->config->drivers_path);
  if (!(daemon->store = lims_store_open(daemon->config->store_url, FALSE, error)) ||
      !lims_store_write(daemon->store, register_stations, daemon, error) || !open_journal(daemon, error) ||
      !make_lines(daemon, error))
    return FALSE;
  daemon->rejudger = limsd_rejudger_new(daemon->store);
  LimsApiParts parts = lims_parts(daemon->config->journal_path);
  parts.live = live;
  parts.wrote = wrote;
  parts.data = daemon;
  daemon->api = lims_api_new(&parts, daemon->store);
  if (!(daemon->server = lims_server_new(daemon->api, daemon->config->socket_path, NULL, error)) ||
      !start_lines(daemon, error))
    return FALSE;
  daemon->wire_thread = g_thread_new("wire", wire_main, daemon);
  daemon->keep_timer = g_timeout_add_seconds(KEEP_CHECK_SECONDS, keep_journal_small, daemon);
  return TRUE;
}

static void daemon_stop(Daemon *daemon) {
  g_clear_handle_id(&daemon->keep_timer, g_source_remove);
  g_clear_pointer(&daemon->server, lims_server_free); /* its workers may be looking at the lines */
  g_clear_pointer(&daemon->api, lims_api_free);
  g_clear_pointer(&daemon->rejudger, limsd_rejudger_free);
  stop_wire(daemon);
  for (guint i = 0; i < daemon->lines->len; i++) /* never started */
    lims_line_free(g_ptr_array_index(daemon->lines, i));
  if (daemon->journal)
    lims_journal_set_notify(daemon->journal, NULL, NULL, NULL);
  g_clear_pointer(&daemon->ingest, lims_ingest_free);
  g_clear_pointer(&daemon->journal, lims_journal_close);
  while (g_main_context_iteration(daemon->wire, FALSE)) /* answers that came after the lines had gone */
    ;
  g_clear_pointer(&daemon->store, lims_store_close);
  g_clear_pointer(&daemon->config, lims_config_free);
  g_ptr_array_unref(daemon->stations);
  g_ptr_array_unref(daemon->lines);
  g_main_loop_unref(daemon->wire_loop);
  g_main_context_unref(daemon->wire);
  g_main_loop_unref(daemon->loop);
}

/* One line an event, time first, for a terminal and for journald alike. */
static GLogWriterOutput write_log(GLogLevelFlags level, const GLogField *fields, gsize count, gpointer data) {
  if (level & (G_LOG_LEVEL_DEBUG | G_LOG_LEVEL_INFO))
    return G_LOG_WRITER_HANDLED;
  g_autofree char *message = g_log_writer_format_fields(level, fields, count, FALSE);
  const char *text = NULL;
  for (gsize i = 0; i < count; i++)
    if (strcmp(fields[i].key, "MESSAGE") == 0)
      text = fields[i].value;
  g_autoptr(GTimeZone) zone = g_time_zone_new_local();
  g_autofree char *now = lims_time_to_iso(lims_time_now_us(), zone, FALSE);
  g_printerr("%s limsd: %s\n", now, text ? text : message);
  return G_LOG_WRITER_HANDLED;
}

static gboolean parse_options(int *argc, char ***argv, char **config, gboolean *print, GError **error) {
  const GOptionEntry entries[] = {
      {"config", 0, 0, G_OPTION_ARG_FILENAME, config, "the config file", "FILE"},
      {"print-config", 0, 0, G_OPTION_ARG_NONE, print, "prints a config file with every key and its help",
       NULL},
      {NULL},
  };
  g_autoptr(GOptionContext) options = g_option_context_new("- the laboratory's daemon");
  g_option_context_add_main_entries(options, entries, NULL);
  if (!g_option_context_parse(options, argc, argv, error))
    return FALSE;
  if (*argc == 1 && (*config || *print))
    return TRUE;
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "usage: limsd --config FILE | --print-config");
  return FALSE;
}

int main(int argc, char **argv) {
  g_autofree char *config = NULL;
  gboolean print = FALSE;
  g_autoptr(GError) error = NULL;
  lims_i18n_init();
  signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error to be answered, as a full disk is */
  g_log_set_writer_func(write_log, NULL, NULL);
  if (!parse_options(&argc, &argv, &config, &print, &error)) {
    g_printerr("limsd: %s\n", error->message);
    return 2;
  }
  if (print) {
    g_autofree char *sample = lims_config_sample();
    g_print("%s", sample);
    return 0;
  }
  Daemon daemon = {.stations = g_ptr_array_new_with_free_func(station_free),
                   .lines = g_ptr_array_new(),
                   .wire = g_main_context_new(),
                   .loop = g_main_loop_new(NULL, FALSE)};
  daemon.wire_loop = g_main_loop_new(daemon.wire, FALSE);
  g_unix_signal_add(SIGTERM, quit_loop, daemon.loop);
  g_unix_signal_add(SIGINT, quit_loop, daemon.loop);
  gboolean started = daemon_start(&daemon, config, &error);
  if (started) {
    g_message("ready: %u lines, local socket %s", daemon.lines->len, daemon.config->socket_path);
    g_main_loop_run(daemon.loop);
    g_message("stopping");
  } else {
    g_printerr("limsd: %s\n", error->message);
  }
  daemon_stop(&daemon);
  return started ? 0 : 1;
}
