/* Captures are law: what a driver makes of each, whole and through the live machine, byte by byte, cut
 * anywhere, between noise. A driver without a capture, or a capture without its description and expectation,
 * fails.
 *
 * tests/captures/NAME-*.* with NAME-*.md and NAME-*.expected beside it; shared-astm-*.expected are of
 * captures that others published, in $LIMS_SHARED or ../shared, and are skipped where those are absent.
 */
#include "instruments/decode.h"

#include <string.h>

#define SMALL 16384
#define PLACES 2000
#define HOUR_US G_TIME_SPAN_HOUR

typedef struct {
  LimsDriver *driver;
  LimsProtocol *machine;
  GPtrArray *frames;   /* of the open message */
  GString *transcript; /* frames and ends as they came */
  GString *rows;       /* NULL: not wanted */
  gint64 now_us;
} Live;

static char *find_captures(void) {
  return g_build_filename(g_getenv("LIMS_DATA"), "..", "tests", "captures", NULL);
}

static GBytes *read_file(const char *path) {
  g_autoptr(GError) error = NULL;
  char *text;
  gsize size;

  g_file_get_contents(path, &text, &size, &error);
  g_assert_no_error(error);
  return g_bytes_new_take(text, size);
}

static char *read_text(const char *path) {
  g_autoptr(GBytes) bytes = read_file(path);

  return g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
}

/* The lines that are readings. */
static char *only_readings(const char *expected) {
  g_auto(GStrv) lines = g_strsplit(expected, "\n", -1);
  GString *out = g_string_new(NULL);

  for (guint i = 0; lines[i]; i++)
    if (g_str_has_prefix(lines[i], "{\"specimen\""))
      g_string_append_printf(out, "%s\n", lines[i]);
  return g_string_free(out, FALSE);
}

/* ---- the live machine ---- */

static void live_finish(Live *live) {
  g_autoptr(LimsDecoded) decoded = NULL;

  if (live->rows && live->frames->len > 0) {
    decoded = lims_driver_decode(live->driver, live->frames, NULL);
    for (guint i = 0; i < decoded->readings->len; i++) {
      g_autofree char *line = lims_decode_reading_json(decoded->readings->pdata[i]);

      g_string_append_printf(live->rows, "%s\n", line);
    }
  }
  g_ptr_array_set_size(live->frames, 0);
}

static void live_take_frame(Live *live, const LimsEvent *event) {
  gsize size;
  const guint8 *bytes = g_bytes_get_data(event->bytes, &size);

  if (event->starts)
    live_finish(live);
  g_ptr_array_add(live->frames, g_bytes_ref(event->bytes));
  g_string_append_printf(live->transcript, "%c%c ", event->starts ? '+' : '-', event->ends ? '.' : ' ');
  g_string_append_len(live->transcript, (const char *)bytes, (gssize)size);
  lims_protocol_answer(live->machine, event->token, LIMS_ANSWER_ACCEPTED, live->now_us);
  if (event->ends)
    live_finish(live);
}

/* Returns whether the machine asked for results. */
static gboolean live_pump(Live *live) {
  gboolean asked = FALSE;
  LimsEvent event;

  while (lims_protocol_next(live->machine, &event)) {
    asked = asked || event.kind == LIMS_EVENT_SEND;
    if (event.kind == LIMS_EVENT_FRAME)
      live_take_frame(live, &event);
    if (event.kind == LIMS_EVENT_END) {
      g_string_append(live->transcript, event.reason);
      live_finish(live);
    }
    lims_event_clear(&event);
  }
  return asked;
}

static void live_feed(Live *live, const guint8 *bytes, gsize size) {
  lims_protocol_feed(live->machine, bytes, size, live->now_us);
  live_pump(live);
}

static void live_wait(Live *live) {
  live->now_us += HOUR_US;
  lims_protocol_tick(live->machine, live->now_us);
  live_pump(live);
}

/* A polled machine takes an answer only to a request. */
static void live_wait_request(Live *live) {
  gboolean asked = FALSE;

  for (guint i = 0; i < 10 && !asked; i++) {
    live->now_us += HOUR_US;
    lims_protocol_tick(live->machine, live->now_us);
    asked = live_pump(live);
  }
  g_assert_true(asked);
}

static gboolean is_polled(const LimsDriver *driver) {
  return lims_ini_has_group(lims_driver_ini(driver), "poll");
}

/* The end of the answer that begins at `from`: behind its end word. */
static gsize find_answer_end(const LimsDriver *driver, const guint8 *bytes, gsize from, gsize size) {
  const char *word = lims_ini_text(lims_driver_ini(driver), "lines", "end_word");
  const guint8 *found = memmem(bytes + from, size - from, word, strlen(word));
  gsize end = found ? (gsize)(found - bytes) + strlen(word) : size;

  while (end < size && (bytes[end] == '\r' || bytes[end] == '\n'))
    end++;
  return end;
}

/* Feeds [from, to) in pieces that end at `cut`; cut 0: byte by byte. */
static void live_feed_cut(Live *live, const guint8 *bytes, gsize from, gsize to, gsize cut) {
  for (gsize at = from; at < to;) {
    gsize end = cut == 0 ? at + 1 : (cut > at && cut < to) ? cut : to;

    live_feed(live, bytes + at, end - at);
    at = end;
  }
}

static const struct {
  const char *protocol, *before, *after;
} NOISE[] = {
    {"astm", "\x06garbage\r\n\x15", "\x01zz\r\n\x04\x04"},
    {"lines", "\xff\xfe noise\r\n", "\x01\x02\r\n\xff\r\n"},
};

static void live_feed_noise(Live *live, gboolean before) {
  for (guint i = 0; i < G_N_ELEMENTS(NOISE); i++) {
    const char *text = before ? NOISE[i].before : NOISE[i].after;

    if (strcmp(NOISE[i].protocol, lims_driver_protocol(live->driver)) == 0)
      live_feed(live, (const guint8 *)text, strlen(text));
  }
}

static void live_run(Live *live, const guint8 *bytes, gsize size, gsize cut, gboolean noise) {
  lims_protocol_connected(live->machine, TRUE, live->now_us);
  if (noise)
    live_feed_noise(live, TRUE);
  if (is_polled(live->driver)) {
    for (gsize from = 0, end; from < size; from = end) {
      end = find_answer_end(live->driver, bytes, from, size);
      live_wait_request(live);
      live_feed_cut(live, bytes, from, end, cut);
    }
  } else {
    live_feed_cut(live, bytes, 0, size, cut);
  }
  if (noise)
    live_feed_noise(live, FALSE);
  live_wait(live);
  lims_protocol_connected(live->machine, FALSE, live->now_us);
  live_pump(live);
  live_finish(live);
}

/* The transcript of a run; *rows (may be NULL): its readings as JSON lines. */
static GString *run(LimsDriver *driver, const guint8 *bytes, gsize size, gsize cut, gboolean noise,
                    char **rows) {
  g_autoptr(LimsProtocol) machine = lims_driver_protocol_new(driver, FALSE, 1);
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  Live live = {driver, machine, frames, g_string_new(NULL), rows ? g_string_new(NULL) : NULL, 0};

  live_run(&live, bytes, size, cut, noise);
  if (rows)
    *rows = g_string_free(live.rows, FALSE);
  return live.transcript;
}

/* ---- where to cut ---- */

static GArray *find_cuts(const guint8 *bytes, gsize size) {
  g_autoptr(GRand) random = g_rand_new_with_seed(20261124);
  GArray *cuts = g_array_new(FALSE, FALSE, sizeof(gsize));

  if (size <= SMALL) {
    for (gsize at = 1; at < size; at++)
      g_array_append_val(cuts, at);
    return cuts;
  }
  for (gsize i = 0; i < size; i++)
    for (gsize at = i > 2 ? i - 2 : 1; bytes[i] == '\r' && at <= i + 2 && at < size; at++)
      g_array_append_val(cuts, at);
  for (guint i = 0; i < PLACES; i++) {
    gsize at = (gsize)g_rand_int_range(random, 1, (gint32)size);

    g_array_append_val(cuts, at);
  }
  return cuts;
}

static void check_live(LimsDriver *driver, GBytes *stream, const char *expected) {
  gsize size;
  const guint8 *bytes = g_bytes_get_data(stream, &size);
  g_autofree char *rows = NULL, *noisy_rows = NULL, *wanted = only_readings(expected);
  g_autoptr(GString) whole = run(driver, bytes, size, size, FALSE, &rows);
  g_autoptr(GString) single = run(driver, bytes, size, 0, FALSE, NULL);
  g_autoptr(GString) noisy = run(driver, bytes, size, 0, TRUE, &noisy_rows);
  g_autoptr(GArray) cuts = find_cuts(bytes, size);

  g_assert_cmpstr(rows, ==, wanted);
  g_assert_cmpstr(noisy_rows, ==, wanted);
  g_assert_true(g_string_equal(single, whole));
  g_assert_nonnull(noisy);
  for (guint i = 0; i < cuts->len; i++) {
    gsize cut = g_array_index(cuts, gsize, i);
    g_autoptr(GString) transcript = run(driver, bytes, size, cut, FALSE, NULL);

    if (!g_string_equal(transcript, whole))
      g_error("cut at byte %" G_GSIZE_FORMAT ": other frames than whole", cut);
  }
}

/* ---- captures into what an analyzer would send ---- */

/* The messages as the driver's own sender puts them on the line, each accepted at once. */
static GBytes *play(LimsDriver *driver, const GPtrArray *texts) {
  g_autoptr(LimsProtocol) sender = lims_driver_protocol_new(driver, TRUE, 1);
  GByteArray *stream = g_byte_array_new();
  LimsEvent event;

  lims_protocol_connected(sender, TRUE, 0);
  for (guint i = 0; i < texts->len; i++)
    lims_protocol_send(sender, texts->pdata[i], 0);
  while (lims_protocol_next(sender, &event)) {
    if (event.kind == LIMS_EVENT_SEND) {
      gsize size;
      const guint8 *bytes = g_bytes_get_data(event.bytes, &size);

      g_byte_array_append(stream, bytes, (guint)size);
      lims_protocol_feed(sender, (const guint8 *)"\x06", 1, 0);
    }
    g_assert_cmpint(event.kind, !=, LIMS_EVENT_FAILED);
    lims_event_clear(&event);
  }
  return g_byte_array_free_to_bytes(stream);
}

/* What the line would carry: the capture itself if it is a whole session, else its messages sent again. */
static GBytes *find_stream(LimsDriver *driver, GBytes *capture) {
  gsize size;
  const guint8 *bytes = g_bytes_get_data(capture, &size);
  g_autoptr(LimsCapture) read = NULL;

  if (strcmp(lims_driver_protocol(driver), "astm") != 0 || (size > 0 && bytes[0] == '\x05'))
    return g_bytes_ref(capture);
  read = lims_driver_read_capture(driver, bytes, size, NULL);
  return play(driver, read->texts);
}

static void check_capture(LimsDriver *driver, const char *capture_path, const char *expected_path) {
  g_autoptr(GBytes) capture = read_file(capture_path), stream = find_stream(driver, capture);
  g_autofree char *expected = read_text(expected_path);
  gsize size;
  const guint8 *bytes = g_bytes_get_data(capture, &size);
  g_autofree char *json = lims_decode_json_lines(driver, bytes, size, NULL);

  g_assert_cmpstr(json, ==, expected);
  check_live(driver, stream, expected);
  for (gsize end = 0; end < MIN(size, SMALL); end += 7) { /* a file that was cut: anything but a crash */
    g_autofree char *part = lims_decode_json_lines(driver, bytes, end, NULL);

    g_assert_nonnull(part);
  }
}

/* ---- the tests ---- */

typedef struct {
  char *driver, *capture, *expected;
} Case;

static void test_capture(gconstpointer data) {
  const Case *one = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsDriver) driver = lims_driver_load_named(one->driver, &error);

  g_assert_no_error(error);
  check_capture(driver, one->capture, one->expected);
}

/* NAME.md beside NAME.xxx. */
static char *replace_suffix(const char *path, const char *suffix) {
  const char *dot = strrchr(path, '.');

  return g_strdup_printf("%.*s%s", (int)(dot - path), path, suffix);
}

static void test_driver_has_captures(gconstpointer data) {
  const char *name = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsDriver) driver = lims_driver_load_named(name, &error);
  g_auto(GStrv) files = NULL;
  g_autofree char *directory = find_captures();

  g_assert_no_error(error);
  files = lims_ini_list(lims_driver_ini(driver), "driver", "capture");
  g_assert_cmpuint(g_strv_length(files), >, 0);
  for (guint i = 0; files[i]; i++) {
    g_autofree char *path = g_build_filename(directory, files[i], NULL);
    g_autofree char *description = replace_suffix(path, ".md"), *expected = replace_suffix(path, ".expected");

    g_assert_true(g_str_has_prefix(files[i], name));
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(description, G_FILE_TEST_EXISTS));
    g_assert_true(g_file_test(expected, G_FILE_TEST_EXISTS));
  }
}

static void add_capture(const char *driver, char *capture, char *expected) {
  g_autofree char *base = g_path_get_basename(capture),
                  *path = g_strdup_printf("/captures/%s/%s", driver, base);
  Case *one = g_new(Case, 1);

  *one = (Case){g_strdup(driver), capture, expected};
  g_test_add_data_func_full(path, one, test_capture, NULL);
}

static void add_driver(const char *name, const char *directory) {
  g_autoptr(LimsDriver) driver = lims_driver_load_named(name, NULL);
  g_auto(GStrv) files = driver ? lims_ini_list(lims_driver_ini(driver), "driver", "capture") : NULL;
  g_autofree char *path = g_strdup_printf("/captures/%s/named", name);

  g_test_add_data_func_full(path, g_strdup(name), test_driver_has_captures, g_free);
  for (guint i = 0; files && files[i]; i++) {
    char *capture = g_build_filename(directory, files[i], NULL);

    add_capture(name, capture, replace_suffix(capture, ".expected"));
  }
}

static void test_shared_absent(void) {
  g_test_skip("the published captures are not here: no $LIMS_SHARED and no ../shared");
}

static char *find_shared(void) {
  const char *set = g_getenv("LIMS_SHARED");
  char *shared =
      set ? g_build_filename(set, "captures", "astm", NULL)
          : g_build_filename(g_getenv("LIMS_DATA"), "..", "..", "shared", "captures", "astm", NULL);

  if (!g_file_test(shared, G_FILE_TEST_IS_DIR))
    g_clear_pointer(&shared, g_free);
  return shared;
}

#define SHARED_PREFIX "shared-astm-"

static void add_shared(const char *directory) {
  g_autofree char *shared = find_shared();
  g_autoptr(GDir) files = g_dir_open(directory, 0, NULL);
  const char *file;

  if (!shared)
    g_test_add_func("/captures/shared", test_shared_absent);
  while (shared && (file = g_dir_read_name(files))) {
    g_autofree char *name = NULL;

    if (!g_str_has_prefix(file, SHARED_PREFIX) || !g_str_has_suffix(file, ".expected"))
      continue;
    name =
        g_strndup(file + strlen(SHARED_PREFIX), strlen(file) - strlen(SHARED_PREFIX) - strlen(".expected"));
    add_capture("astm-generic", g_build_filename(shared, name, NULL),
                g_build_filename(directory, file, NULL));
  }
}

int main(int argc, char **argv) {
  g_autofree char *drivers = NULL, *directory = NULL;
  g_autoptr(GPtrArray) names = NULL;

  g_test_init(&argc, &argv, NULL);
  g_assert_nonnull(g_getenv("LIMS_DATA"));
  drivers = g_build_filename(g_getenv("LIMS_DATA"), "drivers", NULL);
  directory = find_captures();
  names = lims_driver_list_names(drivers, NULL);
  g_assert_nonnull(names);
  for (guint i = 0; i < names->len; i++)
    add_driver(names->pdata[i], directory);
  add_shared(directory);
  return g_test_run();
}
