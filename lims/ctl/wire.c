/* Tools for the wire: what a capture means, and playing it as the analyzer would. */
#include "instruments/decode.h"
#include "instruments/driver.h"
#include "instruments/player.h"
#include "lims/core/error.h"
#include "lims/core/file.h"
#include "lims/ctl/ctl.h"
#include <stdio.h>
#include <string.h>

#define CAPTURE_MAXIMUM (256u << 20) /* bytes */

static const LimsField DECODE[] = {
    {"driver", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "a file of config/drivers, without .ini", NULL},
    {"capture", LIMS_FIELD_POSITIONAL, LIMS_FIELD_TEXT, "file of bytes from the line", NULL},
    {NULL},
};

/* By name; of the config's own directory when --config names a file that has one. */
static LimsDriver *load_driver(const CtlLine *line, GHashTable *args, GError **error) {
  if (line->config_path) {
    g_autoptr(LimsConfig) config = ctl_load_config(line, error);
    if (!config)
      return NULL;
  }
  return lims_driver_load_named(lims_fields_get(args, "driver"), error);
}

static gboolean run_decode(const CtlLine *line, GHashTable *args, GError **error) {
  g_autoptr(LimsDriver) driver = load_driver(line, args, error);
  g_autofree char *bytes = NULL;
  gsize size;
  if (!driver || !lims_file_read(lims_fields_get(args, "capture"), CAPTURE_MAXIMUM, &bytes, &size, error))
    return FALSE;
  g_autofree char *rows = lims_decode_json_lines(driver, (const guint8 *)bytes, size, NULL);
  return ctl_write_out(line, rows, strlen(rows), error);
}

/* ---- replay ---- */

#define TRIES 3       /* of one message, before it is given up */
#define LINGER_MS 500 /* a terminal that closes takes with it what nobody has read yet */

static const LimsField REPLAY[] = {
    {"to", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT,
     "device that the daemon listens to: tcp:host:port, tty:path, serial:path", NULL},
    {"driver", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "a file of config/drivers, without .ini", NULL},
    {"capture", LIMS_FIELD_POSITIONAL, LIMS_FIELD_TEXT, "file of bytes from the line", NULL},
    {"time-scale", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "divides every timer of the protocol; 1", NULL},
    {NULL},
};

typedef struct {
  GMainLoop *loop;
  guint left, failures;
  GError *error;
} Replay;

static gboolean quit_loop(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

static void give_up(Replay *replay, GError *error) {
  if (replay->error)
    g_error_free(error);
  else
    replay->error = error;
  g_main_loop_quit(replay->loop);
}

static void on_sent(gpointer data) {
  Replay *replay = data;
  replay->failures = 0;
  if (--replay->left == 0)
    g_timeout_add(LINGER_MS, quit_loop, replay->loop);
}

static void on_failed(const char *reason, gpointer data) {
  Replay *replay = data;
  if (++replay->failures >= TRIES)
    give_up(replay, g_error_new(LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
                                "not accepted after %d tries (%s); %u messages are left", TRIES, reason,
                                replay->left));
}

static void on_problem(const GError *error, gpointer data) {
  give_up(data,
          error ? g_error_copy(error)
                : g_error_new_literal(LIMS_ERROR, LIMS_ERROR_IO, "the line was closed by the other side"));
}

static void on_address(const char *address, gpointer data) {
  printf("%s\n", address);
  fflush(stdout);
}

static gboolean play(LimsDriver *driver, const LimsCapture *capture, GHashTable *args, GError **error) {
  static const LimsPlayerEvents events = {
      .address = on_address, .sent = on_sent, .failed = on_failed, .problem = on_problem};
  const LimsPlayerSettings settings = {.time_scale = (guint)lims_fields_get_integer(args, "time-scale", 1)};
  g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);
  Replay replay = {.loop = loop, .left = capture->texts->len};
  g_autoptr(LimsPlayer) player =
      lims_player_new(driver, lims_fields_get(args, "to"), &settings, &events, &replay, NULL, error);
  if (!player)
    return FALSE;
  for (guint i = 0; i < capture->texts->len; i++)
    lims_player_send(player, g_ptr_array_index(capture->texts, i));
  lims_player_start(player);
  g_main_loop_run(loop);
  if (!replay.error)
    return TRUE;
  g_propagate_error(error, replay.error);
  return FALSE;
}

static gboolean run_replay(const CtlLine *line, GHashTable *args, GError **error) {
  const char *path = lims_fields_get(args, "capture");
  g_autoptr(LimsDriver) driver = load_driver(line, args, error);
  g_autofree char *bytes = NULL;
  gsize size;
  if (!driver || !lims_file_read(path, CAPTURE_MAXIMUM, &bytes, &size, error))
    return FALSE;
  g_autoptr(LimsCapture) capture = lims_driver_read_capture(driver, (const guint8 *)bytes, size, NULL);
  for (guint i = 0; i < capture->notes->len; i++)
    g_printerr("limsctl: %s: %s\n", path, (const char *)g_ptr_array_index(capture->notes, i));
  if (capture->texts->len)
    return play(driver, capture, args, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: no message of this driver is in it", path);
  return FALSE;
}

const CtlTool CTL_WIRE_TOOLS[] = {
    {"decode", DECODE, run_decode, "shows a capture's readings as JSON lines"},
    {"replay", REPLAY, run_replay, "plays a capture as the analyzer would, obeying ACK and NAK"},
    {NULL},
};
