/* Lines with real drivers, over a real terminal or loopback TCP: what reaches the sink, what the analyzer
 * hears, and when.
 *
 * The sink is a list; it answers at once, from the loop, or when the test says so, as a journal would at its
 * best, usually, and at its worst.
 */
#include "instruments/line.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "lims/core/error.h"

#define GUARD_US (30 * G_USEC_PER_SEC)
#define ENQ "\005"
#define ACK "\006"
#define NAK "\025"
#define EOT "\004"

typedef enum { LATER, AT_ONCE, HELD } Manner;

typedef struct {
  LimsFrameDone done;
  gpointer data;
  LimsAnswer answer;
} Answer;

typedef struct {
  GMainContext *context;
  GString *journal; /* what came, a line each */
  Manner manner;
  LimsAnswer answer;
  gboolean ready;
  GQueue held; /* Answer * */
  guint frames, ends, noises;
} Sink;

static gboolean on_answer(gpointer data) {
  Answer *answer = data;
  answer->done(answer->answer, answer->data);
  return G_SOURCE_REMOVE;
}

static void answer_later(GMainContext *context, Answer *answer) {
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
  Sink *sink = data;
  g_autofree char *text = text_of(bytes);
  g_assert_true(context == sink->context);
  g_string_append_printf(sink->journal, "%s%s%s %s\n", station, starts ? " starts" : "", ends ? " ends" : "",
                         text);
  sink->frames++;
  if (sink->manner == AT_ONCE) {
    done(sink->answer, done_data);
    return;
  }
  Answer *answer = g_new(Answer, 1);
  *answer = (Answer){done, done_data, sink->answer};
  if (sink->manner == HELD)
    g_queue_push_tail(&sink->held, answer);
  else
    answer_later(context, answer);
}

static void take_end(gpointer data, const char *station, const char *reason) {
  Sink *sink = data;
  g_string_append_printf(sink->journal, "%s ended %s\n", station, reason);
  sink->ends++;
}

static void take_noise(gpointer data, const char *station, GBytes *bytes, const char *reason) {
  Sink *sink = data;
  g_assert_cmpuint(g_bytes_get_size(bytes), >, 0);
  g_string_append_printf(sink->journal, "%s noise %s\n", station, reason);
  sink->noises++;
}

static gboolean is_ready(gpointer data) {
  return ((Sink *)data)->ready;
}

static const LimsLineSink calls = {take_frame, take_end, take_noise, is_ready};

typedef struct {
  GMainContext *context;
  Sink sink;
  LimsLine *line;
} Bench;

static Bench *bench_new(const char *device, const char *driver_name) {
  g_autoptr(GError) error = NULL;
  Bench *bench = g_new0(Bench, 1);
  g_autofree char *directory =
      g_build_filename(g_getenv("LIMS_DATA") ? g_getenv("LIMS_DATA") : "config", "drivers", NULL);
  g_autoptr(LimsDriver) driver = lims_driver_load(directory, driver_name, &error);
  g_assert_no_error(error);
  bench->context = g_main_context_new();
  bench->sink = (Sink){.context = bench->context, .journal = g_string_new(NULL), .ready = TRUE};
  bench->line =
      lims_line_new("bench", device, NULL, "st", driver, &calls, &bench->sink, bench->context, &error);
  g_assert_no_error(error);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpint(status.state, ==, LIMS_LINE_CLOSED);
  lims_line_start(bench->line);
  return bench;
}

static void bench_free(Bench *bench) {
  lims_line_free(bench->line);
  while (g_main_context_iteration(bench->context, FALSE))
    ;
  g_assert_cmpuint(bench->sink.held.length, ==, 0);
  g_main_context_unref(bench->context);
  g_string_free(bench->sink.journal, TRUE);
  g_free(bench);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Bench, bench_free)

static void turn(Bench *bench, gint64 *guard) {
  if (*guard == 0)
    *guard = g_get_monotonic_time() + GUARD_US;
  g_assert_cmpint(g_get_monotonic_time(), <, *guard);
  if (!g_main_context_iteration(bench->context, FALSE))
    g_usleep(200);
}

static void turn_until(Bench *bench, const guint *counter, guint least) {
  gint64 guard = 0;
  while (*counter < least)
    turn(bench, &guard);
}

static void turn_until_state(Bench *bench, LimsLineState state) {
  LimsLineStatus status;
  gint64 guard = 0;
  for (lims_line_get_status(bench->line, &status); status.state != state;
       lims_line_get_status(bench->line, &status))
    turn(bench, &guard);
}

static void turn_a_while(Bench *bench) {
  for (int i = 0; i < 200; i++)
    if (!g_main_context_iteration(bench->context, FALSE))
      g_usleep(200);
}

static void answer_held(Bench *bench) {
  g_autofree Answer *answer = g_queue_pop_head(&bench->sink.held);
  g_assert_nonnull(answer);
  answer->done(answer->answer, answer->data);
}

static void assert_journal(Bench *bench, const char *expected) {
  g_assert_cmpstr(bench->sink.journal->str, ==, expected);
  g_string_truncate(bench->sink.journal, 0);
}

/* The analyzer: bytes out; what it hears back. */
static void say(int fd, const char *bytes, gsize size) {
  g_assert_cmpint(write(fd, bytes, size), ==, (gssize)size);
}

static void say_text(int fd, const char *text) {
  say(fd, text, strlen(text));
}

static void hear(Bench *bench, int fd, const char *expected) {
  gint64 guard = 0;
  GString *heard = g_string_new(NULL);
  while (heard->len < strlen(expected)) {
    char byte;
    if (recv(fd, &byte, 1, MSG_DONTWAIT) == 1 || (fcntl(fd, F_SETFL, O_NONBLOCK), read(fd, &byte, 1)) == 1)
      g_string_append_c(heard, byte);
    turn(bench, &guard);
  }
  g_assert_cmpstr(heard->str, ==, expected);
  g_string_free(heard, TRUE);
}

static void hear_nothing(Bench *bench, int fd) {
  char byte;
  turn_a_while(bench);
  fcntl(fd, F_SETFL, O_NONBLOCK);
  g_assert_cmpint(read(fd, &byte, 1), <=, 0);
}

/* STX number text ETX checksum CR LF. */
static char *frame(int number, const char *text) {
  guint sum = 0;
  g_autofree char *body = g_strdup_printf("%d%s\003", number % 8, text);
  for (const char *c = body; *c; c++)
    sum += (guint8)*c;
  return g_strdup_printf("\002%s%02X\r\n", body, sum & 0xff);
}

static void say_frame(int fd, int number, const char *text) {
  g_autofree char *bytes = frame(number, text);
  say_text(fd, bytes);
}

/* A whole message, each step after its acknowledgement. */
static void send_message(Bench *bench, int fd, const char *specimen) {
  g_autofree char *order = g_strdup_printf("O|1|%s||^^^Pb\rR|1|^^^Pb|0.05|mg/kg\r", specimen);
  const char *texts[] = {"H|\\^&\rP|1\r", order, "L|1|N\r"};
  say_text(fd, ENQ);
  hear(bench, fd, ACK);
  for (int i = 0; i < 3; i++) {
    say_frame(fd, i + 1, texts[i]);
    hear(bench, fd, ACK);
  }
  say_text(fd, EOT);
}

static int master_new(char **device) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
  g_assert_cmpint(master, >=, 0);
  g_assert_cmpint(grantpt(master), ==, 0);
  g_assert_cmpint(unlockpt(master), ==, 0);
  *device = g_strconcat("tty:", ptsname(master), NULL);
  return master;
}

static int connect_to(Bench *bench) {
  const char *number = strrchr(lims_line_address(bench->line), ':') + 1;
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((guint16)atoi(number)),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  turn_a_while(bench);
  return fd;
}

static void assert_counts(Bench *bench, guint64 frames, guint64 messages, guint64 rejects, guint64 refused) {
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.frames, ==, frames);
  g_assert_cmpuint(status.messages, ==, messages);
  g_assert_cmpuint(status.rejects, ==, rejects);
  g_assert_cmpuint(status.refused, ==, refused);
}

static void test_fragments(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autoptr(Bench) bench = bench_new(device, "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  say_text(master, ENQ);
  hear(bench, master, ACK);
  turn_until_state(bench, LIMS_LINE_RECEIVING);
  g_autofree char *bytes = frame(1, "H|\\^&\rL|1|N\r");
  for (const char *c = bytes; *c; c++) {
    g_assert_cmpuint(bench->sink.frames, ==, 0);
    say(master, c, 1);
    turn_a_while(bench);
  }
  hear(bench, master, ACK);
  say_text(master, EOT);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_journal(bench, "st starts ends \\0021H|\\\\^&\\rL|1|N\\r\n");
  assert_counts(bench, 1, 1, 0, 0);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.bytes, ==, 2 + strlen(bytes));
  g_assert_cmpint(status.last_heard_us, >, 0);
  g_assert_cmpstr(lims_line_state_name(status.state), ==, "listening");
  close(master);
}

static void test_commit_before_acknowledgement(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autoptr(Bench) bench = bench_new(device, "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  say_text(master, ENQ);
  hear(bench, master, ACK);
  say_frame(master, 1, "H|\\^&\r");
  turn_until(bench, &bench->sink.frames, 1);
  hear_nothing(bench, master);
  assert_counts(bench, 0, 0, 0, 0);
  answer_held(bench);
  hear(bench, master, ACK);
  bench->sink.answer = LIMS_ANSWER_GONE;
  say_frame(master, 2, "L|1|N\r");
  turn_until(bench, &bench->sink.frames, 2);
  answer_held(bench);
  hear_nothing(bench, master);
  assert_counts(bench, 1, 0, 0, 1);
  bench->sink.answer = LIMS_ANSWER_ACCEPTED;
  say_frame(master, 2, "L|1|N\r"); /* the sender's own timer sends it again */
  turn_until(bench, &bench->sink.frames, 3);
  answer_held(bench);
  hear(bench, master, ACK);
  assert_counts(bench, 2, 1, 0, 1);
  close(master);
}

static void test_sink_at_once(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autoptr(Bench) bench = bench_new(device, "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = AT_ONCE;
  send_message(bench, master, "S-1");
  send_message(bench, master, "S-2");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 6, 2, 0, 0);
  close(master);
}

static void test_hangup_resumes(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autofree char *directory = g_dir_make_tmp("lims-line-XXXXXX", NULL);
  g_autofree char *link = g_build_filename(directory, "analyzer", NULL);
  g_autofree char *linked = g_strconcat("tty:", link, NULL);
  g_assert_cmpint(symlink(device + strlen("tty:"), link), ==, 0);
  g_autoptr(Bench) bench = bench_new(linked, "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  say_text(master, ENQ);
  hear(bench, master, ACK);
  say_frame(master, 1, "H|\\^&\r");
  hear(bench, master, ACK);
  say_text(master, "\0022P|1"); /* cut here */
  turn_a_while(bench);
  close(master);
  turn_until(bench, &bench->sink.ends, 1);
  assert_journal(bench, "st starts \\0021H|\\\\^&\\r\nst noise cut\nst ended line-lost\n");
  turn_until_state(bench, LIMS_LINE_WAITING);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpstr(status.problem, !=, "");
  g_free(g_steal_pointer(&device));
  unlink(link);
  master = master_new(&device);
  g_assert_cmpint(symlink(device + strlen("tty:"), link), ==, 0);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  send_message(bench, master, "S-1");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 4, 1, 1, 0);
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.reopened, ==, 1);
  g_assert_cmpstr(status.problem, ==, "");
  close(master);
  unlink(link);
  rmdir(directory);
}

static void test_peer_closes_in_frame(void) {
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  int far = connect_to(bench);
  say_text(far, ENQ);
  hear(bench, far, ACK);
  say_frame(far, 1, "H|\\^&\r");
  hear(bench, far, ACK);
  say_text(far, "\0022P|");
  close(far);
  turn_until(bench, &bench->sink.ends, 1);
  turn_until_state(bench, LIMS_LINE_LISTENING); /* the next may come */
  far = connect_to(bench);
  send_message(bench, far, "S-1");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 4, 1, 1, 0);
  close(far);
}

/* The disk is slow, the analyzer has gone: what it sent is kept all the same. */
static void test_answer_after_peer(void) {
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  int far = connect_to(bench);
  say_text(far, ENQ);
  hear(bench, far, ACK);
  say_frame(far, 1, "H|\\^&\rL|1|N\r");
  turn_until(bench, &bench->sink.frames, 1);
  close(far);
  turn_a_while(bench);
  int other = connect_to(bench);
  say_text(other, ENQ);
  hear(bench, other, NAK); /* the first message is not yet on disk */
  answer_held(bench);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_journal(bench, "st starts ends \\0021H|\\\\^&\\rL|1|N\\r\n");
  assert_counts(bench, 1, 1, 0, 0);
  bench->sink.manner = LATER;
  send_message(bench, other, "S-2");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 4, 2, 0, 0);
  close(other);
}

/* The sink refuses the last frame of one that has gone: its message ends all the same. */
static void test_refusal_after_peer(void) {
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  bench->sink.answer = LIMS_ANSWER_GONE;
  int far = connect_to(bench);
  say_text(far, ENQ);
  hear(bench, far, ACK);
  say_frame(far, 1, "H|\\^&\rL|1|N\r");
  turn_until(bench, &bench->sink.frames, 1);
  close(far);
  turn_a_while(bench);
  g_assert_cmpuint(bench->sink.ends, ==, 0);
  answer_held(bench);
  turn_until(bench, &bench->sink.ends, 1);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 0, 0, 0, 1);
}

static void test_answer_after_line(void) {
  Bench *bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  int far = connect_to(bench);
  say_text(far, ENQ);
  hear(bench, far, ACK);
  say_frame(far, 1, "H|\\^&\r");
  turn_until(bench, &bench->sink.frames, 1);
  g_clear_pointer(&bench->line, lims_line_free);
  assert_journal(bench, "st starts \\0021H|\\\\^&\\r\nst ended line-lost\n");
  answer_held(bench); /* nobody is there; nothing happens */
  char byte;
  g_assert_cmpint(recv(far, &byte, 1, MSG_DONTWAIT), <=, 0); /* closed, and never acknowledged */
  close(far);
  bench_free(bench);
}

/* Two senders speak for one station: their frames must not mix. */
static void test_one_floor(void) {
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  int first = connect_to(bench), second = connect_to(bench);
  say_text(first, ENQ);
  hear(bench, first, ACK);
  say_frame(first, 1, "H|\\^&\r");
  hear(bench, first, ACK);
  say_text(second, ENQ);
  hear(bench, second, NAK);
  say_frame(first, 2, "L|1|N\r");
  hear(bench, first, ACK);
  say_text(first, EOT);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  send_message(bench, second, "S-2");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 5, 2, 0, 0);
  say_text(second, ENQ);
  hear(bench, second, ACK);
  say_text(first, ENQ);
  hear(bench, first, NAK);
  close(second); /* a holder that goes gives the floor back */
  turn_until_state(bench, LIMS_LINE_LISTENING);
  send_message(bench, first, "S-1");
  close(first);
}

/* Nobody repeats these: the second's line waits until the first one's report is whole. */
static void test_one_floor_unacknowledged(void) {
  static const char row[] =
      "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  static const char other[] =
      "0013 CY-261124-0013    Cd  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  int first = connect_to(bench), second = connect_to(bench);
  say_text(first, row);
  turn_until(bench, &bench->sink.frames, 1);
  say_text(second, other);
  say_text(second, "\r\n");
  turn_a_while(bench);
  close(second);
  turn_a_while(bench);
  g_assert_cmpuint(bench->sink.frames, ==, 1);
  say_text(first, "\r\n");
  turn_until(bench, &bench->sink.frames, 3);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_true(g_str_has_prefix(came[0], "st starts 0012"));
  g_assert_true(g_str_has_prefix(came[1], "st ends "));
  g_assert_true(g_str_has_prefix(came[2], "st starts 0013"));
  close(first);
}

/* The line goes while a frame of one waits for the other's: both are kept, in order, and neither mixes. */
static void test_line_goes_with_frame_waiting(void) {
  static const char row[] =
      "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  Bench *bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  int second = connect_to(bench), first = connect_to(bench);
  say_text(first, row);
  turn_until(bench, &bench->sink.frames, 1);
  say_text(second, row);
  turn_a_while(bench);
  g_clear_pointer(&bench->line, lims_line_free);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_cmpuint(g_strv_length(came), ==, 5);
  g_assert_true(g_str_has_prefix(came[0], "st starts 0012"));
  g_assert_cmpstr(came[1], ==, "st ended line-lost");
  g_assert_true(g_str_has_prefix(came[2], "st starts 0012"));
  g_assert_cmpstr(came[3], ==, "st ended line-lost");
  answer_held(bench);
  answer_held(bench);
  close(first);
  close(second);
  bench_free(bench);
}

/* Lines wait for a slow disk when the program is told to end: nobody will print them again. */
static void test_line_goes_with_many_lines(void) {
  Bench *bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = HELD;
  int far = connect_to(bench);
  for (int i = 0; i < 9; i++)
    say_text(far, "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n");
  turn_until(bench, &bench->sink.frames, 1);
  turn_a_while(bench);
  g_clear_pointer(&bench->line, lims_line_free);
  g_assert_cmpuint(bench->sink.frames, ==, 9);
  g_assert_cmpuint(bench->sink.ends, ==, 1);
  g_assert_true(g_str_has_suffix(bench->sink.journal->str, "\nst ended line-lost\n"));
  while (bench->sink.held.length > 0)
    answer_held(bench);
  close(far);
  bench_free(bench);
}

/* The disk is full when the printer is switched off: its last line is offered until it is taken. */
static void test_refused_line_after_peer(void) {
  g_autoptr(Bench) bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.answer = LIMS_ANSWER_GONE;
  int far = connect_to(bench);
  say_text(far, "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n\r\n");
  turn_until(bench, &bench->sink.frames, 1);
  close(far);
  turn_a_while(bench);
  g_assert_cmpuint(bench->sink.ends, ==, 0);
  bench->sink.answer = LIMS_ANSWER_ACCEPTED;
  turn_until(bench, &bench->sink.frames, 3);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 2, 1, 0, 1);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_cmpuint(g_strv_length(came), ==, 4);
  g_assert_true(g_str_has_prefix(came[1], "st starts 0012"));
  g_assert_cmpstr(came[2], ==, "st ends \\r");
}

static void test_not_ready(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autoptr(Bench) bench = bench_new(device, "astm-generic");
  bench->sink.ready = FALSE;
  turn_until_state(bench, LIMS_LINE_LISTENING);
  say_text(master, ENQ);
  hear(bench, master, NAK);
  bench->sink.ready = TRUE;
  lims_line_update_ready(bench->line);
  send_message(bench, master, "S-1");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.ready = FALSE;
  lims_line_update_ready(bench->line);
  say_text(master, ENQ);
  hear(bench, master, NAK);
  assert_counts(bench, 3, 1, 0, 0);
  close(master);
}

static void test_damaged_frame(void) {
  g_autofree char *device = NULL;
  int master = master_new(&device);
  g_autoptr(Bench) bench = bench_new(device, "astm-generic");
  turn_until_state(bench, LIMS_LINE_LISTENING);
  say_text(master, ENQ);
  hear(bench, master, ACK);
  say_text(master, "\0021H|\\^&\r\00300\r\n");
  hear(bench, master, NAK);
  assert_journal(bench, "st noise checksum\n");
  say_frame(master, 1, "H|\\^&\rL|1|N\r");
  hear(bench, master, ACK);
  say_text(master, EOT);
  turn_until_state(bench, LIMS_LINE_LISTENING);
  assert_counts(bench, 1, 1, 1, 0);
  close(master);
}

static void test_problem(void) {
  g_autoptr(Bench) bench = bench_new("tty:/dev/pts/no-such", "astm-generic");
  turn_until_state(bench, LIMS_LINE_WAITING);
  LimsLineStatus status = {0};
  gint64 guard = 0;
  while (!*status.problem) {
    turn(bench, &guard);
    lims_line_get_status(bench->line, &status);
  }
  g_assert_nonnull(strstr(status.problem, "/dev/pts/no-such is not there"));
  g_assert_cmpint(status.last_heard_us, ==, 0);
}

static void test_bad_device(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *directory =
      g_build_filename(g_getenv("LIMS_DATA") ? g_getenv("LIMS_DATA") : "config", "drivers", NULL);
  g_autoptr(LimsDriver) driver = lims_driver_load(directory, "astm-generic", &error);
  g_assert_no_error(error);
  Sink sink = {.ready = TRUE};
  g_assert_null(lims_line_new("aas-1", "/dev/ttyUSB0", NULL, "st", driver, &calls, &sink, NULL, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, "line aas-1: device \"/dev/ttyUSB0\": unknown kind"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/line/fragments", test_fragments);
  g_test_add_func("/line/commit-before-acknowledgement", test_commit_before_acknowledgement);
  g_test_add_func("/line/sink-at-once", test_sink_at_once);
  g_test_add_func("/line/hangup-resumes", test_hangup_resumes);
  g_test_add_func("/line/peer-closes-in-frame", test_peer_closes_in_frame);
  g_test_add_func("/line/answer-after-peer", test_answer_after_peer);
  g_test_add_func("/line/refusal-after-peer", test_refusal_after_peer);
  g_test_add_func("/line/answer-after-line", test_answer_after_line);
  g_test_add_func("/line/one-floor", test_one_floor);
  g_test_add_func("/line/one-floor-unacknowledged", test_one_floor_unacknowledged);
  g_test_add_func("/line/goes-with-frame-waiting", test_line_goes_with_frame_waiting);
  g_test_add_func("/line/goes-with-many-lines", test_line_goes_with_many_lines);
  g_test_add_func("/line/refused-line-after-peer", test_refused_line_after_peer);
  g_test_add_func("/line/not-ready", test_not_ready);
  g_test_add_func("/line/damaged-frame", test_damaged_frame);
  g_test_add_func("/line/problem", test_problem);
  g_test_add_func("/line/bad-device", test_bad_device);
  return g_test_run();
}
