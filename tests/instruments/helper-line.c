/* A sink that is a list, and the analyzer's side of the line, byte by byte. */
#include "tests/instruments/helper-line.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define GUARD_US (30 * G_USEC_PER_SEC)

typedef struct {
  LimsFrameDone done;
  gpointer data;
  LimsAnswer answer;
} LineAnswer;

static gboolean on_answer(gpointer data) {
  LineAnswer *answer = data;
  answer->done(answer->answer, answer->data);
  return G_SOURCE_REMOVE;
}

static void answer_later(GMainContext *context, LineAnswer *answer) {
  GSource *source = g_idle_source_new();
  g_source_set_callback(source, on_answer, answer, g_free);
  g_source_attach(source, context);
  g_source_unref(source);
}

/* Of a frame, what lies before its checksum. */
static char *text_of(GBytes *bytes) {
  gsize size = 0;
  const char *data = g_bytes_get_data(bytes, &size);
  const char *end = memchr(data, '\003', size);
  g_autofree char *text = g_strndup(data, end ? (gsize)(end - data) : size);
  return g_strescape(text, NULL);
}

static void take_frame(gpointer data, const char *station, GBytes *bytes, gboolean starts, gboolean ends,
                       gboolean acknowledged, GMainContext *context, LimsFrameDone done, gpointer done_data) {
  LineSink *sink = data;
  g_autofree char *text = text_of(bytes);
  g_assert_true(context == sink->context);
  g_string_append_printf(sink->journal, "%s%s%s %s\n", station, starts ? " starts" : "", ends ? " ends" : "",
                         text);
  sink->frames++;
  if (sink->manner == SINK_AT_ONCE) {
    done(sink->answer, done_data);
    return;
  }
  LineAnswer *answer = g_new(LineAnswer, 1);
  *answer = (LineAnswer){done, done_data, sink->answer};
  if (sink->manner == SINK_HELD)
    g_queue_push_tail(&sink->held, answer);
  else
    answer_later(context, answer);
}

static void take_end(gpointer data, const char *station, const char *reason) {
  LineSink *sink = data;
  g_string_append_printf(sink->journal, "%s ended %s\n", station, reason);
  sink->ends++;
}

static void take_noise(gpointer data, const char *station, GBytes *bytes, const char *reason) {
  LineSink *sink = data;
  g_assert_cmpuint(g_bytes_get_size(bytes), >, 0);
  g_string_append_printf(sink->journal, "%s noise %s\n", station, reason);
  sink->noises++;
}

static gboolean is_ready(gpointer data) {
  return ((LineSink *)data)->ready;
}

const LimsLineSink BENCH_CALLS = {take_frame, take_end, take_noise, is_ready};

LineBench *bench_new(const char *device, const char *driver_name) {
  g_autoptr(GError) error = NULL;
  LineBench *bench = g_new0(LineBench, 1);
  g_autofree char *directory =
      g_build_filename(g_getenv("LIMS_DATA") ? g_getenv("LIMS_DATA") : "config", "drivers", NULL);
  g_autoptr(LimsDriver) driver = lims_driver_load(directory, driver_name, &error);
  g_assert_no_error(error);
  bench->context = g_main_context_new();
  bench->sink = (LineSink){.context = bench->context, .journal = g_string_new(NULL), .ready = TRUE};
  bench->line =
      lims_line_new("bench", device, NULL, "st", driver, &BENCH_CALLS, &bench->sink, bench->context, &error);
  g_assert_no_error(error);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpint(status.state, ==, LIMS_LINE_CLOSED);
  lims_line_start(bench->line);
  return bench;
}

void bench_free(LineBench *bench) {
  lims_line_free(bench->line);
  while (g_main_context_iteration(bench->context, FALSE))
    ;
  g_assert_cmpuint(bench->sink.held.length, ==, 0);
  g_main_context_unref(bench->context);
  g_string_free(bench->sink.journal, TRUE);
  g_free(bench);
}
void bench_turn(LineBench *bench, gint64 *guard) {
  if (*guard == 0)
    *guard = g_get_monotonic_time() + GUARD_US;
  g_assert_cmpint(g_get_monotonic_time(), <, *guard);
  if (!g_main_context_iteration(bench->context, FALSE))
    g_usleep(200);
}

void bench_turn_until(LineBench *bench, const guint *counter, guint least) {
  gint64 guard = 0;
  while (*counter < least)
    bench_turn(bench, &guard);
}

void bench_turn_until_state(LineBench *bench, LimsLineState state) {
  LimsLineStatus status;
  gint64 guard = 0;
  for (lims_line_get_status(bench->line, &status); status.state != state;
       lims_line_get_status(bench->line, &status))
    bench_turn(bench, &guard);
}

void bench_turn_a_while(LineBench *bench) {
  for (int i = 0; i < 200; i++)
    if (!g_main_context_iteration(bench->context, FALSE))
      g_usleep(200);
}

void bench_answer_held(LineBench *bench) {
  g_autofree LineAnswer *answer = g_queue_pop_head(&bench->sink.held);
  g_assert_nonnull(answer);
  answer->done(answer->answer, answer->data);
}

void bench_assert_journal(LineBench *bench, const char *expected) {
  g_assert_cmpstr(bench->sink.journal->str, ==, expected);
  g_string_truncate(bench->sink.journal, 0);
}

void bench_say(int fd, const char *bytes, gsize size) {
  g_assert_cmpint(write(fd, bytes, size), ==, (gssize)size);
}

void bench_say_text(int fd, const char *text) {
  bench_say(fd, text, strlen(text));
}

void bench_hear(LineBench *bench, int fd, const char *expected) {
  gint64 guard = 0;
  GString *heard = g_string_new(NULL);
  while (heard->len < strlen(expected)) {
    char byte;
    if (recv(fd, &byte, 1, MSG_DONTWAIT) == 1 || (fcntl(fd, F_SETFL, O_NONBLOCK), read(fd, &byte, 1)) == 1)
      g_string_append_c(heard, byte);
    bench_turn(bench, &guard);
  }
  g_assert_cmpstr(heard->str, ==, expected);
  g_string_free(heard, TRUE);
}

void bench_hear_nothing(LineBench *bench, int fd) {
  char byte;
  bench_turn_a_while(bench);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  g_assert_cmpint(read(fd, &byte, 1), <=, 0);
}

char *bench_frame(int number, const char *text) {
  guint sum = 0;
  g_autofree char *body = g_strdup_printf("%d%s\003", number % 8, text);
  for (const char *c = body; *c; c++)
    sum += (guint8)*c;
  return g_strdup_printf("\002%s%02X\r\n", body, sum & 0xff);
}

void bench_say_frame(int fd, int number, const char *text) {
  g_autofree char *bytes = bench_frame(number, text);
  bench_say_text(fd, bytes);
}

void bench_send_message(LineBench *bench, int fd, const char *specimen) {
  g_autofree char *order = g_strdup_printf("O|1|%s||^^^Pb\rR|1|^^^Pb|0.05|mg/kg\r", specimen);
  const char *texts[] = {"H|\\^&\rP|1\r", order, "L|1|N\r"};
  bench_say_text(fd, ENQ);
  bench_hear(bench, fd, ACK);
  for (int i = 0; i < 3; i++) {
    bench_say_frame(fd, i + 1, texts[i]);
    bench_hear(bench, fd, ACK);
  }
  bench_say_text(fd, EOT);
}

int bench_master_new(char **device) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint(master, >=, 0);
  g_assert_cmpint(grantpt(master), ==, 0);
  g_assert_cmpint(unlockpt(master), ==, 0);
  *device = g_strconcat("tty:", ptsname(master), NULL);
  return master;
}

int bench_connect_to(LineBench *bench) {
  const char *number = strrchr(lims_line_address(bench->line), ':') + 1;
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((guint16)atoi(number)),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  bench_turn_a_while(bench);
  return fd;
}

void bench_assert_counts(LineBench *bench, guint64 frames, guint64 messages, guint64 rejects,
                         guint64 refused) {
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.frames, ==, frames);
  g_assert_cmpuint(status.messages, ==, messages);
  g_assert_cmpuint(status.rejects, ==, rejects);
  g_assert_cmpuint(status.refused, ==, refused);
}
