/* Runs inside the virtual machine of test_uart.py, on the kernel's own serial drivers: the ports and the line
 * of the daemon, with nothing between. What it finds goes to the console, a line each, "ok NAME" or "not ok
 * NAME: why"; the frames that a line commits as "commit SHA-256". The far end is played by the test, outside.
 *
 *   uart-probe checks DEVICE             settings, flow control, exclusivity, hang-up; needs no far end
 *   uart-probe stream DEVICE BYTES       sends a pattern and receives the same, at the same time
 *   uart-probe line LINK DRIVERS COUNT   receives COUNT messages
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "instruments/line.h"
#include "lims/core/error.h"

#define GUARD_US (15 * G_USEC_PER_SEC)
#define NOBODY 65534

typedef struct {
  GMainContext *context;
  LimsPort *port;
  LimsPeer *peer;
  guint opened, closed, failed;
  gsize received, wrong;
  int code;
  char *problem;
} Probe;

static void report(gboolean good, const char *name, const char *detail) {
  if (good)
    printf("ok %s\n", name);
  else
    printf("not ok %s: %s\n", name, detail ? detail : "");
  fflush(stdout);
}

static guint8 pattern(gsize at) {
  return (guint8)(at * 7 + at / 251);
}

static void on_opened(LimsPeer *peer, const char *name, gpointer data) {
  Probe *probe = data;
  probe->peer = peer;
  probe->opened++;
}

static void on_received(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data) {
  Probe *probe = data;
  for (gsize i = 0; i < size; i++)
    probe->wrong += bytes[i] != pattern(probe->received + i);
  probe->received += size;
}

static void keep_problem(Probe *probe, const GError *error) {
  g_free(probe->problem);
  probe->problem = g_strdup(error->message);
  probe->code = error->code;
}

static void on_closed(LimsPeer *peer, const GError *error, gpointer data) {
  Probe *probe = data;
  probe->closed++;
  probe->peer = NULL;
  keep_problem(probe, error);
}

static void on_failed(LimsPort *port, const GError *error, guint retry_ms, gpointer data) {
  Probe *probe = data;
  probe->failed++;
  keep_problem(probe, error);
}

static Probe *probe_new(const char *device, const LimsPortSettings *settings) {
  static const LimsPortEvents events = {on_opened, on_received, on_closed, on_failed, NULL};
  g_autoptr(GError) error = NULL;
  Probe *probe = g_new0(Probe, 1);
  probe->context = g_main_context_default();
  probe->port = lims_port_new(device, settings, &events, probe, probe->context, &error);
  if (!probe->port)
    g_error("%s", error->message);
  lims_port_start(probe->port, TRUE);
  return probe;
}

static void probe_free(Probe *probe) {
  lims_port_free(probe->port);
  g_free(probe->problem);
  g_free(probe);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Probe, probe_free)

/* How often the loop was woken until then; G_MAXUINT: it never came. */
static guint turn_until(Probe *probe, const guint *counter, guint least) {
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  guint turns = 0;
  while (*counter < least) {
    turns += g_main_context_iteration(probe->context, FALSE) ? 1 : 0;
    g_usleep(1000);
    if (g_get_monotonic_time() > guard)
      return G_MAXUINT;
  }
  return turns;
}

/* What another program sees of the port; root passes TIOCEXCL. */
static int look_at(const char *path, struct termios *settings) {
  int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0 || tcgetattr(fd, settings) != 0)
    g_error("%s: %s", path, g_strerror(errno));
  return fd;
}

/* As a careless program would leave it. */
static void spoil(const char *path, gboolean flow) {
  struct termios settings;
  int fd = look_at(path, &settings);
  settings.c_cflag &= ~(tcflag_t)CRTSCTS;
  settings.c_cflag |= HUPCL | (flow ? CRTSCTS : 0);
  settings.c_iflag |= IXON | IXOFF | IXANY | ICRNL | IGNPAR;
  settings.c_lflag |= ECHO | ICANON;
  settings.c_oflag |= OPOST | ONLCR;
  tcsetattr(fd, TCSANOW, &settings);
  close(fd);
}

typedef struct {
  LimsPortSettings settings;
  const char *name;
  speed_t speed;
  tcflag_t control; /* of the flags in CONTROL_MASK */
  tcflag_t input;   /* of the flags in INPUT_MASK */
} Setting;

#define CONTROL_MASK (CSIZE | PARENB | PARODD | CSTOPB | CRTSCTS | HUPCL | CLOCAL | CREAD)
#define INPUT_MASK (IXON | IXOFF | IXANY | INPCK | IGNPAR | PARMRK | ICRNL | ISTRIP)

static void check_setting(const char *device, const char *path, const Setting *row) {
  spoil(path, row->settings.flow != 'h');
  g_autoptr(Probe) probe = probe_new(device, &row->settings);
  turn_until(probe, &probe->opened, 1);
  struct termios got;
  close(look_at(path, &got));
  gboolean good = (got.c_cflag & CONTROL_MASK) == (row->control | CLOCAL | CREAD) &&
                  (got.c_iflag & INPUT_MASK) == (row->input | INPCK) && cfgetospeed(&got) == row->speed &&
                  !(got.c_lflag & (ECHO | ICANON | ISIG)) && !(got.c_oflag & OPOST) && got.c_cc[VMIN] == 1;
  g_autofree char *detail =
      g_strdup_printf("c_cflag %#x, c_iflag %#x, c_lflag %#x, %s", got.c_cflag, got.c_iflag, got.c_lflag,
                      probe->problem ? probe->problem : "no error");
  report(good && probe->opened == 1, row->name, detail);
}

static void check_settings(const char *device, const char *path) {
  static const Setting rows[] = {
      {{9600, 8, 1, 'n', 'n'}, "settings 9600 8N1", B9600, CS8, 0},
      {{9600, 7, 1, 'e', 'n'}, "settings 9600 7E1", B9600, CS7 | PARENB, 0},
      {{19200, 7, 2, 'o', 'n'}, "settings 19200 7O2", B19200, CS7 | PARENB | PARODD | CSTOPB, 0},
      {{115200, 8, 1, 'n', 'h'},
       "settings 115200 8N1 with RTS/CTS, set and read back",
       B115200,
       CS8 | CRTSCTS,
       0},
      {{1200, 8, 1, 'n', 's'}, "settings 1200 8N1 with XON/XOFF", B1200, CS8, IXON | IXOFF},
      {{4800, 8, 1, 'n', 'n'}, "settings 4800 8N1, RTS/CTS of the program before cleared", B4800, CS8, 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++)
    check_setting(device, path, &rows[i]);
}

/* errno of an opening by another, ordinary user. */
static int open_as_nobody(const char *path) {
  chmod(path, 0666);
  pid_t child = fork();
  if (child == 0) {
    if (setuid(NOBODY) != 0)
      _exit(255);
    int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK);
    _exit(fd < 0 ? errno : 0);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static gboolean are_same(const struct termios *a, const struct termios *b) {
  return a->c_cflag == b->c_cflag && a->c_iflag == b->c_iflag && a->c_lflag == b->c_lflag &&
         a->c_oflag == b->c_oflag && cfgetospeed(a) == cfgetospeed(b);
}

static gboolean is_close_on_exec(const char *path) {
  guint found = 0, good = 0;
  for (int fd = 3; fd < 64; fd++) {
    g_autofree char *entry = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *target = g_file_read_link(entry, NULL);
    if (g_strcmp0(target, path) != 0)
      continue;
    found++;
    good += fcntl(fd, F_GETFD) & FD_CLOEXEC ? 1 : 0;
  }
  return found == 1 && good == 1;
}

static void check_exclusive(const char *device, const char *path) {
  static const LimsPortSettings usual = {9600, 7, 1, 'e', 'h'}, other = {1200, 8, 2, 'n', 'n'};
  Probe *first = probe_new(device, &usual);
  turn_until(first, &first->opened, 1);
  report(is_close_on_exec(path), "one descriptor, closed on exec", "not so");
  struct termios before, after;
  int marked = 0, fd = look_at(path, &before);
  ioctl(fd, TIOCGEXCL, &marked);
  close(fd);
  report(marked, "TIOCEXCL is set", "it is not");
  report(open_as_nobody(path) == EBUSY, "an ordinary program is refused", "it could open the port");
  g_autoptr(Probe) second = probe_new(device, &other);
  turn_until(second, &second->failed, 1);
  gboolean clear =
      second->code == LIMS_ERROR_UNAVAILABLE && strstr(second->problem, "in use by another program");
  report(clear && second->opened == 0, "a second opener is refused with a clear error", second->problem);
  close(look_at(path, &after));
  report(are_same(&before, &after) && first->closed == 0, "the refused opener disturbs nothing",
         "the settings changed");
  probe_free(first);
  report(open_as_nobody(path) == 0, "after the close an ordinary program may have it",
         "it could not open the port");
  report(turn_until(second, &second->opened, 1) != G_MAXUINT, "the second opener gets it by trying again",
         second->problem);
}

static void check_hangup(const char *device, const char *path) {
  static const LimsPortSettings usual = {9600, 8, 1, 'n', 'n'};
  struct termios settings;
  g_autoptr(Probe) probe = probe_new(device, &usual);
  turn_until(probe, &probe->opened, 1);
  int fd = look_at(path, &settings);
  gboolean hung = ioctl(fd, TIOCVHANGUP) == 0;
  close(fd);
  report(hung && turn_until(probe, &probe->closed, 1) < 10, "a hang-up is told once, without a spin",
         "not noticed, or the loop spins");
  report(turn_until(probe, &probe->opened, 2) < 20 && probe->closed == 1,
         "after a hang-up the port is opened again", probe->problem);
  report(lims_peer_write(probe->peer, (const guint8 *)"\006", 1), "and written to", "refused");
}

static void check_link(const char *path) {
  static const LimsPortSettings usual = {9600, 8, 1, 'n', 'n'};
  g_mkdir_with_parents("/dev/serial/by-id", 0755);
  if (symlink(path, "/dev/serial/by-id/usb-checked") != 0)
    g_error("symlink: %s", g_strerror(errno));
  g_autoptr(Probe) probe = probe_new("serial:/dev/serial/by-id/usb-checked", &usual);
  turn_until(probe, &probe->opened, 1);
  report(probe->opened == 1, "a by-id link is followed", probe->problem);
}

static int run_checks(char **arguments) {
  const char *path = arguments[0];
  g_autofree char *device = g_strconcat("serial:", path, NULL);
  check_settings(device, path);
  check_exclusive(device, path);
  check_hangup(device, path);
  check_link(path);
  return 0;
}

/* Everything is queued at once, more than any kernel buffer takes. */
static int run_stream(char **arguments) {
  static const LimsPortSettings fast = {115200, 8, 1, 'n', 'h'};
  g_autofree char *device = g_strconcat("serial:", arguments[0], NULL);
  gsize size = (gsize)atol(arguments[1]);
  g_autofree guint8 *bytes = g_malloc(size);
  for (gsize i = 0; i < size; i++)
    bytes[i] = pattern(i);
  g_autoptr(Probe) probe = probe_new(device, &fast);
  turn_until(probe, &probe->opened, 1);
  printf("streaming\n");
  fflush(stdout);
  gboolean queued = lims_peer_write(probe->peer, bytes, size);
  report(queued && lims_peer_pending(probe->peer) > 0, "a full buffer queues", "refused, or taken whole");
  gint64 guard = g_get_monotonic_time() + 3 * GUARD_US;
  while ((probe->received < size || lims_peer_pending(probe->peer) > 0) && g_get_monotonic_time() < guard &&
         probe->peer)
    g_main_context_iteration(probe->context, FALSE);
  g_autofree char *detail = g_strdup_printf("%zu received, %zu wrong, %zu unsent", probe->received,
                                            probe->wrong, probe->peer ? lims_peer_pending(probe->peer) : 0);
  report(probe->received == size && probe->wrong == 0, "every byte arrives in order", detail);
  g_usleep(G_USEC_PER_SEC / 2); /* the kernel's last bytes, before flow control discards them at the close */
  return 0;
}

/* A sink like the journal's: the answer comes later, from the loop. */
typedef struct {
  LimsFrameDone done;
  gpointer data;
} Answer;

typedef struct {
  GMainLoop *loop;
  guint wanted, complete;
} Sink;

static gboolean on_answer(gpointer data) {
  Answer *answer = data;
  answer->done(LIMS_ANSWER_ACCEPTED, answer->data);
  return G_SOURCE_REMOVE;
}

static void answer_later(GMainContext *context, Answer *answer) {
  g_autoptr(GSource) source = g_timeout_source_new(1);
  g_source_set_callback(source, on_answer, answer, g_free);
  g_source_attach(source, context);
}

static void take_frame(gpointer data, const char *station, GBytes *bytes, gboolean starts, gboolean ends,
                       gboolean acknowledged, GMainContext *context, LimsFrameDone done, gpointer done_data) {
  Sink *sink = data;
  g_autofree char *digest = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
  printf("commit %s\n", digest);
  fflush(stdout);
  Answer *answer = g_new(Answer, 1);
  *answer = (Answer){done, done_data};
  answer_later(context, answer);
  sink->complete += ends ? 1 : 0;
}

static void note_end(gpointer data, const char *station, const char *reason) {
  printf("ended %s\n", reason);
  fflush(stdout);
}

static void note_noise(gpointer data, const char *station, GBytes *bytes, const char *reason) {
  printf("noise %s, %zu bytes\n", reason, g_bytes_get_size(bytes));
  fflush(stdout);
}

static gboolean is_ready(gpointer data) {
  return TRUE;
}

/* The last acknowledgement is on its way when the count is full: a moment for it. */
static gboolean on_look(gpointer data) {
  Sink *sink = data;
  if (sink->complete < sink->wanted)
    return G_SOURCE_CONTINUE;
  g_main_loop_quit(sink->loop);
  return G_SOURCE_REMOVE;
}

/* Keeps the device's name taken, so that an adapter comes back under another one. */
static int hold_name(const char *link) {
  return open(link, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

static int run_line(char **arguments) {
  static const LimsLineSink calls = {take_frame, note_end, note_noise, is_ready};
  g_autoptr(GError) error = NULL;
  g_autofree char *device = g_strconcat("serial:", arguments[0], NULL);
  Sink sink = {.loop = g_main_loop_new(NULL, FALSE), .wanted = (guint)atoi(arguments[2])};
  g_autoptr(LimsDriver) driver = lims_driver_load(arguments[1], "astm-generic", &error);
  LimsLine *line =
      driver ? lims_line_new("probe", device, NULL, "probe", driver, &calls, &sink, NULL, &error) : NULL;
  if (!line) {
    report(FALSE, "the line is made", error->message);
    return 1;
  }
  int held = hold_name(arguments[0]);
  lims_line_start(line);
  g_timeout_add(500, on_look, &sink);
  g_main_loop_run(sink.loop);
  LimsLineStatus status;
  lims_line_get_status(line, &status);
  printf("line messages %" G_GUINT64_FORMAT " frames %" G_GUINT64_FORMAT " reopened %" G_GUINT64_FORMAT "\n",
         status.messages, status.frames, status.reopened);
  lims_line_free(line);
  g_main_loop_unref(sink.loop);
  if (held >= 0)
    close(held);
  return 0;
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    int arguments;
    int (*run)(char **arguments);
  } commands[] = {{"checks", 1, run_checks}, {"stream", 2, run_stream}, {"line", 3, run_line}};
  for (gsize i = 0; argc > 1 && i < G_N_ELEMENTS(commands); i++)
    if (g_str_equal(argv[1], commands[i].name) && argc == 2 + commands[i].arguments)
      return commands[i].run(argv + 2);
  fprintf(stderr, "usage: uart-probe checks DEVICE | stream DEVICE BYTES | line LINK DRIVERS COUNT\n");
  return 2;
}
