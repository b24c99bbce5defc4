/* limssim: plays an analyzer. Specimens come from a file (a laboratory's samples), or are numbered by itself.
 *
 * Behaves like the standard's sender: a message that was not accepted is sent again whole in a new session.
 * Prints one line a message that was accepted, and the terminal's path first when it makes one. Ends after
 * --count messages, or goes on.
 */
#include "instruments/player.h"
#include "instruments/simulator/message.h"
#include "lims/core/error.h"
#include "lims/core/time.h"
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A terminal that closes takes with it what nobody has read yet; without acknowledgements nobody says that it
 * was. */
#define LINGER_MS 500

typedef struct {
  char *driver, *device, *fault, *specimens;
  double rate;
  int count, seed, time_scale, fault_percent;
  gboolean line_speed, quiet;
  LimsFault kind; /* of fault */
} Options;

typedef struct {
  Options options;
  GMainLoop *loop;
  LimsPlayer *player;
  LimsMaker *maker;
  GStrv specimens;
  GQueue names; /* char *: of the messages queued, oldest first */
  guint made, sent;
  gint64 last_us;
  guint timer;
  int status;
} Simulator;

static char *next_specimen(Simulator *sim) {
  guint listed = sim->specimens ? g_strv_length(sim->specimens) : 0;
  if (listed)
    return g_strdup(sim->specimens[sim->made % listed]);
  return g_strdup_printf("SIM%d-%06u", sim->options.seed, sim->made + 1);
}

/* A second apart at least: two measurements of one specimen are told apart by their times. */
static void make_message(Simulator *sim) {
  char *specimen = next_specimen(sim);
  sim->last_us = MAX(lims_time_now_us(), sim->last_us + G_USEC_PER_SEC);
  g_autoptr(GBytes) message = lims_maker_next(sim->maker, specimen, sim->last_us);
  g_queue_push_tail(&sim->names, specimen);
  sim->made++;
  lims_player_send(sim->player, message);
}

static gboolean all_made(const Simulator *sim) {
  return sim->options.count > 0 && sim->made >= (guint)sim->options.count;
}

static gboolean on_rate(gpointer data) {
  Simulator *sim = data;
  if (all_made(sim)) {
    sim->timer = 0;
    return G_SOURCE_REMOVE;
  }
  if (lims_player_waiting(sim->player) < 100)
    make_message(sim);
  return G_SOURCE_CONTINUE;
}

static void on_address(const char *address, gpointer data) {
  printf("%s\n", address);
  fflush(stdout);
}

static gboolean quit(gpointer data) {
  g_main_loop_quit(data);
  return G_SOURCE_REMOVE;
}

static void on_sent(gpointer data) {
  Simulator *sim = data;
  g_autofree char *specimen = g_queue_pop_head(&sim->names);
  sim->sent++;
  if (!sim->options.quiet) {
    printf("sent %s\n", specimen);
    fflush(stdout);
  }
  if (all_made(sim) && sim->sent == sim->made)
    g_timeout_add(LINGER_MS, quit, sim->loop);
  else if (sim->options.rate <= 0 && !all_made(sim))
    make_message(sim);
}

static void on_failed(const char *reason, gpointer data) {
  g_printerr("limssim: not accepted (%s), will be sent again\n", reason);
}

static void on_problem(const GError *error, gpointer data) {
  g_printerr("limssim: %s\n", error ? error->message : "the line is gone");
}

static const LimsPlayerEvents EVENTS = {
    .address = on_address, .sent = on_sent, .failed = on_failed, .problem = on_problem};

/* What the options' own parser does not see. */
static gboolean check(Options *options, GError **error) {
  if (!lims_fault_parse(options->fault ? options->fault : "none", &options->kind)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "--fault %s: write one of %s", options->fault,
                LIMS_FAULT_NAMES);
    return FALSE;
  }
  if (options->fault_percent >= 0 && options->fault_percent <= 100 && options->rate >= 0)
    return TRUE;
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                      "--fault-percent is a number from 0 to 100, --rate one from 0");
  return FALSE;
}

static gboolean parse(Options *options, int *argc, char ***argv, GError **error) {
  const GOptionEntry entries[] = {
      {"driver", 0, 0, G_OPTION_ARG_STRING, &options->driver, "a file of config/drivers, without .ini",
       "NAME"},
      {"device", 0, 0, G_OPTION_ARG_STRING, &options->device,
       "tcp:host:port, tcp-listen:port, tty:path, tty:new, serial:path", "DEVICE"},
      {"rate", 0, 0, G_OPTION_ARG_DOUBLE, &options->rate,
       "messages a minute; 0: as fast as the line takes them", "N"},
      {"count", 0, 0, G_OPTION_ARG_INT, &options->count, "ends after so many; 0: never", "N"},
      {"seed", 0, 0, G_OPTION_ARG_INT, &options->seed, "of values and faults", "N"},
      {"time-scale", 0, 0, G_OPTION_ARG_INT, &options->time_scale, "divides every timer of the protocol",
       "N"},
      {"line-speed", 0, 0, G_OPTION_ARG_NONE, &options->line_speed, "bytes leave at the driver's baud rate",
       NULL},
      {"fault", 0, 0, G_OPTION_ARG_STRING, &options->fault, LIMS_FAULT_NAMES, "KIND"},
      {"fault-percent", 0, 0, G_OPTION_ARG_INT, &options->fault_percent, "of what is sent; 10", "N"},
      {"specimens", 0, 0, G_OPTION_ARG_FILENAME, &options->specimens,
       "names of specimens, one a line, in turn", "FILE"},
      {"quiet", 0, 0, G_OPTION_ARG_NONE, &options->quiet, "says only what goes wrong", NULL},
      {NULL},
  };
  g_autoptr(GOptionContext) context = g_option_context_new("- plays an analyzer");
  g_option_context_add_main_entries(context, entries, NULL);
  if (!g_option_context_parse(context, argc, argv, error))
    return FALSE;
  if (*argc == 1 && options->driver && options->device && options->time_scale >= 1 && options->count >= 0)
    return check(options, error);
  g_set_error_literal(
      error, LIMS_ERROR, LIMS_ERROR_INVALID,
      "usage: limssim --driver NAME --device DEVICE [--rate N] [--count N] [--seed N] [--time-scale N] "
      "[--fault KIND]; limssim --help");
  return FALSE;
}

static GStrv read_specimens(const char *path, GError **error) {
  g_autofree char *text = NULL;
  if (!g_file_get_contents(path, &text, NULL, error))
    return NULL;
  g_auto(GStrv) lines = g_strsplit_set(text, "\r\n", -1);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  for (guint i = 0; lines[i]; i++)
    if (*g_strstrip(lines[i]))
      g_strv_builder_add(builder, lines[i]);
  return g_strv_builder_end(builder);
}

static gboolean start(Simulator *sim, GError **error) {
  const Options *options = &sim->options;
  LimsPlayerSettings settings = {.time_scale = (guint)options->time_scale,
                                 .line_speed = options->line_speed,
                                 .fault = options->kind,
                                 .fault_percent = (guint)options->fault_percent,
                                 .seed = (guint32)options->seed};
  if (options->specimens && !(sim->specimens = read_specimens(options->specimens, error)))
    return FALSE;
  g_autoptr(LimsDriver) driver = lims_driver_load_named(options->driver, error);
  if (!driver || !(sim->maker = lims_maker_new(driver, (guint32)options->seed, error)))
    return FALSE;
  sim->player = lims_player_new(driver, options->device, &settings, &EVENTS, sim, NULL, error);
  if (!sim->player)
    return FALSE;
  lims_player_start(sim->player);
  make_message(sim);
  if (options->rate > 0)
    sim->timer = g_timeout_add((guint)MAX(1, 60000 / options->rate), on_rate, sim);
  return TRUE;
}

static void stop(Simulator *sim) {
  g_clear_handle_id(&sim->timer, g_source_remove);
  g_clear_pointer(&sim->player, lims_player_free);
  g_clear_pointer(&sim->maker, lims_maker_free);
  g_queue_clear_full(&sim->names, g_free);
  g_strfreev(sim->specimens);
  g_free(sim->options.driver);
  g_free(sim->options.device);
  g_free(sim->options.fault);
  g_free(sim->options.specimens);
}

/* The exit status. */
static int run(Simulator *sim, GError **error) {
  g_unix_signal_add(SIGTERM, quit, sim->loop);
  g_unix_signal_add(SIGINT, quit, sim->loop);
  if (!start(sim, error))
    return 1;
  g_main_loop_run(sim->loop);
  return 0;
}

int main(int argc, char **argv) {
  Simulator sim = {.options = {.seed = 1, .time_scale = 1, .fault_percent = 10}};
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  g_autoptr(GError) error = NULL;
  sim.loop = loop;
  int status = parse(&sim.options, &argc, &argv, &error) ? run(&sim, &error) : 2;
  if (error)
    g_printerr("limssim: %s\n", error->message);
  stop(&sim);
  return status;
}
