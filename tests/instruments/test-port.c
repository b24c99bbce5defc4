/* Ports over real pseudo-terminals and loopback TCP, on a context of their own.
 *
 * Counted, not timed: how often the loop was woken while nothing could be done. A guard of thirty seconds
 * ends a test that hangs. Real serial ports: tests/uart.
 */
#include "instruments/port/port.h"
#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>
#include "lims/core/error.h"

#define GUARD_US (30 * G_USEC_PER_SEC)

typedef enum { NEVER, ON_OPENED, ON_RECEIVED, ON_CLOSED, ON_FAILED } Moment;

/* What one port told. */
typedef struct {
  GMainContext *context;
  LimsPort *port;
  LimsPeer *peer; /* the last opened */
  GPtrArray *peers;
  GString *received;
  char *name, *problem;
  int code;
  guint opened, closed, failed, listening, retry_ms;
  Moment free_at;
} Watch;

static void free_if(Watch *watch, Moment now) {
  if (watch->free_at == now)
    g_clear_pointer(&watch->port, lims_port_free);
}

static void on_opened(LimsPeer *peer, const char *name, gpointer data) {
  Watch *watch = data;
  watch->opened++;
  watch->peer = peer;
  g_ptr_array_add(watch->peers, peer);
  g_free(watch->name);
  watch->name = g_strdup(name);
  free_if(watch, ON_OPENED);
}

/* With several peers each byte is shown with its peer's number. */
static void on_received(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data) {
  Watch *watch = data;
  GString *own = lims_peer_get_data(peer);
  g_string_append_len(own ? own : watch->received, (const char *)bytes, (gssize)size);
  free_if(watch, ON_RECEIVED);
}

static void keep_problem(Watch *watch, const GError *error) {
  g_assert_nonnull(error);
  g_assert_true(error->domain == LIMS_ERROR);
  g_free(watch->problem);
  watch->problem = g_strdup(error->message);
  watch->code = error->code;
}

static void on_closed(LimsPeer *peer, const GError *error, gpointer data) {
  Watch *watch = data;
  watch->closed++;
  keep_problem(watch, error);
  g_assert_true(g_ptr_array_remove(watch->peers, peer));
  if (watch->peer == peer)
    watch->peer = NULL;
  free_if(watch, ON_CLOSED);
}

static void on_failed(LimsPort *port, const GError *error, guint retry_ms, gpointer data) {
  Watch *watch = data;
  watch->failed++;
  watch->retry_ms = retry_ms;
  keep_problem(watch, error);
  free_if(watch, ON_FAILED);
}

static void on_listening(LimsPort *port, const char *address, gpointer data) {
  Watch *watch = data;
  g_assert_cmpstr(address, ==, lims_port_address(port));
  watch->listening++;
}

static const LimsPortEvents events = {on_opened, on_received, on_closed, on_failed, on_listening};

static Watch *watch_new(const char *device, GMainContext *context) {
  g_autoptr(GError) error = NULL;
  Watch *watch = g_new0(Watch, 1);
  watch->context = context;
  watch->received = g_string_new(NULL);
  watch->peers = g_ptr_array_new();
  watch->port = lims_port_new(device, NULL, &events, watch, context, &error);
  g_assert_no_error(error);
  return watch;
}

static Watch *watch_start(const char *device, GMainContext *context) {
  Watch *watch = watch_new(device, context);
  lims_port_start(watch->port, TRUE);
  g_assert_cmpuint(watch->opened + watch->failed + watch->listening, ==, 0); /* never from inside a call */
  return watch;
}

static void watch_free(Watch *watch) {
  lims_port_free(watch->port);
  g_string_free(watch->received, TRUE);
  g_ptr_array_unref(watch->peers);
  g_free(watch->name);
  g_free(watch->problem);
  g_free(watch);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Watch, watch_free)

/* Turns the loop until *counter reaches least; how often it was woken. */
static guint turn_until(GMainContext *context, const guint *counter, guint least) {
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  guint turns = 0;
  while (*counter < least) {
    turns += g_main_context_iteration(context, FALSE) ? 1 : 0;
    g_assert_cmpint(g_get_monotonic_time(), <, guard);
    g_usleep(500);
  }
  return turns;
}

static void turn_until_received(Watch *watch, const char *text) {
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  while (watch->received->len < strlen(text)) {
    g_main_context_iteration(watch->context, FALSE);
    g_assert_cmpint(g_get_monotonic_time(), <, guard);
  }
  g_assert_cmpstr(watch->received->str, ==, text);
  g_string_truncate(watch->received, 0);
}

/* A quiet loop: woken at most `most` times in many turns. */
static void assert_quiet(GMainContext *context, guint most) {
  guint woken = 0;
  for (guint i = 0; i < 300; i++) {
    woken += g_main_context_iteration(context, FALSE) ? 1 : 0;
    g_usleep(500);
  }
  g_assert_cmpuint(woken, <=, most);
}

static void write_all(int fd, const char *text) {
  g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
}

/* The far end of a pair, made without the code under test. */
static int master_new(char **path) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint(master, >=, 0);
  g_assert_cmpint(grantpt(master), ==, 0);
  g_assert_cmpint(unlockpt(master), ==, 0);
  *path = g_strdup(ptsname(master));
  return master;
}

static void read_exactly(GMainContext *context, int fd, const char *text) {
  gsize size = strlen(text), got = 0;
  g_autofree char *bytes = g_malloc0(size + 1);
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  fcntl(fd, F_SETFL, O_NONBLOCK);
  while (got < size) {
    gssize more = read(fd, bytes + got, size - got);
    got += more > 0 ? (gsize)more : 0;
    g_main_context_iteration(context, FALSE);
    g_assert_cmpint(g_get_monotonic_time(), <, guard);
  }
  g_assert_cmpstr(bytes, ==, text);
}

static void test_devices(void) {
  static const struct {
    const char *device, *complaint; /* NULL: right */
  } rows[] = {
      {"serial:/dev/ttyUSB0", NULL},
      {"serial:/dev/serial/by-id/usb-FTDI_x-if00", NULL},
      {"tcp:10.1.2.3:4001", NULL},
      {"tcp:analyzer-1:4001", NULL},
      {"tcp:[fe80::1]:4001", NULL},
      {"tcp-listen:5000", NULL},
      {"tcp-listen:0", NULL},
      {"tcp-listen:127.0.0.1:5000", NULL},
      {"tcp-listen:[::1]:5000", NULL},
      {"tty:/dev/pts/3", NULL},
      {"tty:new", NULL},
      {"/dev/ttyUSB0", "serial:/dev/ttyUSB0, tcp:host:port, tcp-listen:"},
      {"", "unknown kind"},
      {":", "unknown kind"},
      {"usb:1", "\"usb:1\": unknown kind"},
      {"SERIAL:/dev/ttyS0", "unknown kind"},
      {"serial:", "a path must follow"},
      {"serial:ttyS0", "a path must follow"},
      {"tty:3", "a path must follow"},
      {"tcp:host", "such as 10.1.2.3:4001"},
      {"tcp::4001", "such as 10.1.2.3:4001"},
      {"tcp:host:0", "such as 10.1.2.3:4001"},
      {"tcp:host:65536", "such as 10.1.2.3:4001"},
      {"tcp:host:40 01", "such as 10.1.2.3:4001"},
      {"tcp:fe80::1:4001", "in brackets"},
      {"tcp-listen:", "such as 10.1.2.3:4001"},
      {"tcp-listen:-1", "such as 10.1.2.3:4001"},
      {"tcp-listen:analyzer:5000", "numeric address"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsPort) port = lims_port_new(rows[i].device, NULL, &events, NULL, NULL, &error);
    g_test_message("%s: %s", rows[i].device, error ? error->message : "taken");
    if (rows[i].complaint) {
      g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
      g_assert_nonnull(strstr(error->message, rows[i].complaint));
    } else {
      g_assert_no_error(error);
      g_assert_cmpstr(lims_port_device(port), ==, rows[i].device);
    }
  }
}

static void test_settings(void) {
  static const LimsPortSettings wrong[] = {
      {0, 8, 1, 'n', 'n'},    {9600, 9, 1, 'n', 'n'}, {9600, 8, 3, 'n', 'n'},
      {9600, 8, 1, 'x', 'n'}, {9600, 8, 1, 'n', 0},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GError) error = NULL;
    g_assert_null(lims_port_new("serial:/dev/ttyS9", &wrong[i], &events, NULL, NULL, &error));
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  }
}

static void test_terminal_fragments(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(Watch) watch = watch_start(device, context);
  turn_until(context, &watch->opened, 1);
  g_assert_cmpstr(watch->name, ==, path);
  write_all(master, "\005\002");
  turn_until_received(watch, "\005\002");
  write_all(master, "1H|\\^&\r\n\021\023\003\004\032\177");
  turn_until_received(watch, "1H|\\^&\r\n\021\023\003\004\032\177");
  g_assert_true(lims_peer_write(watch->peer, (const guint8 *)"\006\r\n\003", 4));
  read_exactly(context, master, "\006\r\n\003"); /* unchanged, and without an echo of what came */
  g_assert_cmpuint(lims_peer_pending(watch->peer), ==, 0);
  close(master);
}

/* What was written before anybody listened is not for us. */
static void test_terminal_stale(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path);
  int keeper = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  write_all(master, "\006stale\n");
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(Watch) watch = watch_start(device, context);
  turn_until(context, &watch->opened, 1);
  write_all(master, "new");
  turn_until_received(watch, "new");
  close(keeper);
  close(master);
}

static void test_terminal_resumes(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *directory = g_dir_make_tmp("lims-port-XXXXXX", NULL);
  g_autofree char *link = g_build_filename(directory, "analyzer", NULL);
  g_autofree char *device = g_strconcat("tty:", link, NULL);
  g_autofree char *first = NULL, *second = NULL;
  int master = master_new(&first);
  g_assert_cmpint(symlink(first, link), ==, 0);
  g_autoptr(Watch) watch = watch_start(device, context);
  turn_until(context, &watch->opened, 1);
  write_all(master, "\0021half a fra");
  turn_until_received(watch, "\0021half a fra");
  close(master);
  guint turns = turn_until(context, &watch->closed, 1);
  g_assert_cmpint(g_unlink(link), ==, 0);
  turns += turn_until(context, &watch->failed, 2);
  g_assert_cmpuint(turns, <, 20); /* a few timers; a descriptor left watched would give hundreds */
  g_assert_cmpint(watch->code, ==, LIMS_ERROR_NOT_FOUND);
  g_assert_cmpuint(watch->retry_ms, >, 250);
  master = master_new(&second);
  g_assert_cmpint(symlink(second, link), ==, 0);
  turn_until(context, &watch->opened, 2);
  write_all(master, "again");
  turn_until_received(watch, "again");
  g_assert_cmpuint(watch->closed, ==, 1);
  close(master);
  g_unlink(link);
  g_rmdir(directory);
}

static int count_cloexec(const char *path) {
  int found = 0;
  for (int fd = 3; fd < 256; fd++) {
    g_autofree char *entry = g_strdup_printf("/proc/self/fd/%d", fd);
    g_autofree char *target = g_file_read_link(entry, NULL);
    if (g_strcmp0(target, path) != 0)
      continue;
    g_assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    found++;
  }
  return found;
}

static void test_terminal_exclusive(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  Watch *first = watch_start(device, context);
  turn_until(context, &first->opened, 1);
  g_autoptr(Watch) second = watch_start(device, context);
  turn_until(context, &second->failed, 2);
  g_assert_cmpint(second->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(second->problem, path));
  g_assert_nonnull(strstr(second->problem, "in use by another program"));
  g_assert_cmpint(count_cloexec(path), ==, 1);
  write_all(master, "mine");
  turn_until_received(first, "mine"); /* undisturbed */
  watch_free(first);
  turn_until(context, &second->opened, 1);
  g_assert_cmpint(count_cloexec(path), ==, 1);
  close(master);
}

/* A holder killed with -9 cannot release TIOCEXCL; on a pseudo-terminal it would stay. */
static void test_terminal_not_marked(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path), marked = 1;
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(Watch) watch = watch_start(device, context);
  turn_until(context, &watch->opened, 1);
  int other = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint(ioctl(other, TIOCGEXCL, &marked), ==, 0);
  g_assert_cmpint(marked, ==, 0);
  close(other);
  close(master);
}

static char *pattern_new(gsize size) {
  char *text = g_malloc(size + 1);
  for (gsize i = 0; i < size; i++)
    text[i] = (char)('!' + i % 89);
  text[size] = '\0';
  return text;
}

static void test_terminal_full(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autofree char *text = pattern_new(200000);
  g_autoptr(Watch) watch = watch_start(device, context);
  turn_until(context, &watch->opened, 1);
  for (gsize at = 0; at < 200000; at += 1000)
    g_assert_true(lims_peer_write(watch->peer, (const guint8 *)text + at, 1000));
  g_assert_cmpuint(lims_peer_pending(watch->peer), >, 100000);
  assert_quiet(context, 60); /* the kernel may still move some to the reader's side; it takes no more then */
  assert_quiet(context, 0);
  g_autofree guint8 *more = g_malloc0(LIMS_PEER_QUEUE_MAX);
  g_assert_false(lims_peer_write(watch->peer, more, LIMS_PEER_QUEUE_MAX));
  read_exactly(context, master, text);
  g_assert_cmpuint(lims_peer_pending(watch->peer), ==, 0);
  assert_quiet(context, 2);
  assert_quiet(context, 0); /* no watch for writing is left */
  g_assert_cmpuint(watch->closed, ==, 0);
  close(master);
}

static void test_made_terminal(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) simulator = watch_start("tty:new", context);
  g_assert_nonnull(lims_port_address(simulator->port));
  g_autofree char *device = g_strconcat("tty:", lims_port_address(simulator->port), NULL);
  assert_quiet(context, 12); /* nobody there: looked for by a timer */
  g_assert_cmpuint(simulator->opened, ==, 0);
  for (guint round = 1; round <= 3; round++) {
    g_autoptr(Watch) daemon = watch_start(device, context);
    turn_until(context, &daemon->opened, 1);
    turn_until(context, &simulator->opened, round);
    g_assert_true(lims_peer_write(simulator->peer, (const guint8 *)"\005\r\n", 3));
    turn_until_received(daemon, "\005\r\n");
    g_assert_true(lims_peer_write(daemon->peer, (const guint8 *)"\006", 1));
    turn_until_received(simulator, "\006");
    g_clear_pointer(&daemon->port, lims_port_free);
    g_assert_cmpuint(turn_until(context, &simulator->closed, round), <, 10);
  }
  g_assert_cmpuint(simulator->failed, ==, 0);
}

/* Somebody who writes and goes at once is heard all the same. */
static void test_made_terminal_brief(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) simulator = watch_start("tty:new", context);
  int fd = open(lims_port_address(simulator->port), O_RDWR | O_NOCTTY | O_CLOEXEC);
  write_all(fd, "Q\r");
  close(fd);
  turn_until(context, &simulator->closed, 1);
  g_assert_cmpstr(simulator->received->str, ==, "Q\r");
}

static void test_serial_refusals(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = master_new(&path);
  g_autofree char *device = g_strconcat("serial:", path, NULL);
  static const struct {
    const char *device, *complaint;
    int code;
  } rows[] = {
      {NULL, "is a pseudo-terminal; write tty:", LIMS_ERROR_INVALID},
      {"serial:/dev/serial/by-id/usb-gone-if00", "is not there", LIMS_ERROR_NOT_FOUND},
      {"serial:/dev/null", "/dev/null is not a terminal", LIMS_ERROR_INVALID},
      {"tty:/dev/null", "/dev/null is not a terminal", LIMS_ERROR_INVALID},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autoptr(Watch) watch = watch_start(rows[i].device ? rows[i].device : device, context);
    turn_until(context, &watch->failed, 1);
    g_assert_nonnull(strstr(watch->problem, rows[i].complaint));
    g_assert_cmpint(watch->code, ==, rows[i].code);
    g_assert_cmpuint(watch->retry_ms, ==, 250);
  }
  close(master);
}

static void test_one_try(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_new("tty:/dev/pts/no-such", context);
  lims_port_start(watch->port, FALSE);
  turn_until(context, &watch->failed, 1);
  g_assert_cmpuint(watch->retry_ms, ==, 0);
  assert_quiet(context, 0);
  g_autofree char *path = NULL;
  int master = master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(Watch) lost = watch_new(device, context);
  lims_port_start(lost->port, FALSE);
  turn_until(context, &lost->opened, 1);
  close(master);
  turn_until(context, &lost->closed, 1);
  assert_quiet(context, 0);
}

/* A socket of the test's own. */
static int connect_to(const char *address) {
  const char *number = strrchr(address, ':') + 1;
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((guint16)atoi(number)),
                           .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  g_assert_cmpint(connect(fd, (struct sockaddr *)&to, sizeof to), ==, 0);
  return fd;
}

static void test_listener(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_start("tcp-listen:0", context);
  turn_until(context, &watch->listening, 1);
  int far[3];
  GString *heard[3];
  for (guint i = 0; i < 3; i++) {
    far[i] = connect_to(lims_port_address(watch->port));
    turn_until(context, &watch->opened, i + 1);
    g_assert_true(g_str_has_prefix(watch->name, "127.0.0.1:"));
    heard[i] = g_string_new(NULL);
    lims_peer_set_data(watch->peer, heard[i]);
  }
  g_autoptr(GPtrArray) peers = g_ptr_array_copy(watch->peers, NULL, NULL);
  write_all(far[2], "three");
  write_all(far[0], "\0021cut in mid-fra");
  close(far[0]);
  turn_until(context, &watch->closed, 1);
  g_assert_cmpstr(heard[0]->str, ==, "\0021cut in mid-fra"); /* what came before the end is given first */
  g_assert_cmpuint(watch->peers->len, ==, 2);
  g_assert_true(lims_peer_write(g_ptr_array_index(peers, 1), (const guint8 *)"\006", 1));
  read_exactly(context, far[1], "\006");
  g_assert_cmpstr(heard[1]->str, ==, "");
  g_assert_cmpstr(heard[2]->str, ==, "three");
  for (guint i = 0; i < 3; i++) /* past the first delay: a listener does not open itself again */
    assert_quiet(context, 0);
  g_assert_cmpuint(watch->failed, ==, 0);
  for (guint i = 0; i < 3; i++)
    g_string_free(heard[i], TRUE);
  close(far[1]);
  close(far[2]);
}

/* Connections that nobody uses must not keep an analyzer out: the second was silent longest. */
static void test_listener_is_bounded(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_start("tcp-listen:127.0.0.1:0", context);
  int far[LIMS_PORT_PEERS_MAX + 1];
  for (guint i = 0; i < LIMS_PORT_PEERS_MAX; i++) {
    far[i] = connect_to(lims_port_address(watch->port));
    turn_until(context, &watch->opened, i + 1);
  }
  g_assert_cmpint(write(far[0], "x", 1), ==, 1);
  turn_until_received(watch, "x");
  far[LIMS_PORT_PEERS_MAX] = connect_to(lims_port_address(watch->port));
  turn_until(context, &watch->opened, LIMS_PORT_PEERS_MAX + 1);
  g_assert_cmpuint(watch->closed, ==, 1);
  char byte;
  g_assert_cmpint(read(far[1], &byte, 1), ==, 0);
  for (guint i = 0; i <= LIMS_PORT_PEERS_MAX; i++)
    close(far[i]);
  turn_until(context, &watch->closed, LIMS_PORT_PEERS_MAX + 1);
}

static void test_address_in_use(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  Watch *first = watch_start("tcp-listen:127.0.0.1:0", context);
  turn_until(context, &first->listening, 1);
  g_autofree char *device = g_strconcat("tcp-listen:", lims_port_address(first->port), NULL);
  g_autoptr(Watch) second = watch_start(device, context);
  turn_until(context, &second->failed, 1);
  g_assert_cmpint(second->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(second->problem, device));
  g_assert_nonnull(strstr(second->problem, "in use by another program"));
  watch_free(first);
  turn_until(context, &second->listening, 1);
}

static void test_client_reconnects(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  Watch *server = watch_start("tcp-listen:127.0.0.1:0", context);
  g_autofree char *listen = g_strconcat("tcp-listen:", lims_port_address(server->port), NULL);
  g_autofree char *device = g_strdup_printf("tcp:localhost:%s", strrchr(listen, ':') + 1);
  g_autoptr(Watch) client = watch_start(device, context);
  turn_until(context, &client->opened, 1);
  turn_until(context, &server->opened, 1);
  g_assert_true(lims_peer_write(client->peer, (const guint8 *)"\005", 1));
  turn_until_received(server, "\005");
  watch_free(server);
  guint turns = turn_until(context, &client->failed, 2);
  g_assert_cmpuint(client->closed, ==, 1);
  g_assert_cmpint(client->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(client->problem, "cannot connect to localhost:"));
  g_assert_cmpuint(turns, <, 40);
  g_autoptr(Watch) again = watch_start(listen, context);
  turn_until(context, &client->opened, 2);
  turn_until(context, &again->opened, 1);
  g_assert_true(lims_peer_write(again->peer, (const guint8 *)"\006", 1));
  turn_until_received(client, "\006");
}

static void test_name_unknown(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_start("tcp:no-such-analyzer.invalid:4001", context);
  turn_until(context, &watch->failed, 1);
  g_assert_nonnull(strstr(watch->problem, "cannot connect to no-such-analyzer.invalid:4001"));
  turn_until(context, &watch->failed, 2);
  Watch *gone = watch_start("tcp:no-such-analyzer.invalid:4001", context);
  g_main_context_iteration(context, TRUE); /* the look-up is under way, and outlives its port */
  watch_free(gone);
  assert_quiet(context, 20);
}

/* The far end is reset: no SIGPIPE, and the loss is told once, not inside the call. */
static void test_reset(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_start("tcp-listen:127.0.0.1:0", context);
  int far = connect_to(lims_port_address(watch->port));
  turn_until(context, &watch->opened, 1);
  struct linger at_once = {1, 0};
  setsockopt(far, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(far);
  LimsPeer *peer = watch->peer;
  g_assert_false(lims_peer_write(peer, (const guint8 *)"x", 1));
  g_assert_false(lims_peer_write(peer, (const guint8 *)"x", 1));
  g_assert_cmpuint(watch->closed, ==, 0);
  turn_until(context, &watch->closed, 1);
  assert_quiet(context, 0);
  g_assert_cmpuint(watch->closed, ==, 1);
}

static int option_of(int fd, int level, int name) {
  int value = -1;
  socklen_t size = sizeof value;
  g_assert_cmpint(getsockopt(fd, level, name, &value, &size), ==, 0);
  return value;
}

/* Both ends of the one connection are sockets of ours: each must notice a dead peer. */
static void test_keep_alive(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) server = watch_start("tcp-listen:127.0.0.1:0", context);
  g_autofree char *device = g_strconcat("tcp:", lims_port_address(server->port), NULL);
  g_autoptr(Watch) client = watch_start(device, context);
  turn_until(context, &client->opened, 1);
  turn_until(context, &server->opened, 1);
  guint found = 0;
  for (int fd = 3; fd < 256; fd++) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0 || peer.sin_family != AF_INET)
      continue;
    found++;
    g_assert_cmpint(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), ==, 1);
    g_assert_cmpint(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), <=, 60);
    g_assert_cmpint(option_of(fd, IPPROTO_TCP, TCP_NODELAY), ==, 1);
    g_assert_cmpint(option_of(fd, IPPROTO_TCP, TCP_USER_TIMEOUT), >, 0);
    g_assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
  }
  g_assert_cmpuint(found, ==, 2);
}

/* The owner may free the port in any event. */
static void test_freed_in_events(void) {
  for (Moment moment = ON_OPENED; moment <= ON_CLOSED; moment++) {
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autofree char *path = NULL;
    int master = master_new(&path);
    g_autofree char *device = g_strconcat("tty:", path, NULL);
    g_autoptr(Watch) watch = watch_start(device, context);
    watch->free_at = moment;
    turn_until(context, &watch->opened, 1);
    write_all(master, "x\n");
    if (moment == ON_RECEIVED)
      while (watch->port)
        g_main_context_iteration(context, TRUE);
    close(master);
    if (moment == ON_CLOSED)
      turn_until(context, &watch->closed, 1);
    g_assert_null(watch->port);
    assert_quiet(context, 0);
  }
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(Watch) watch = watch_start("tty:/dev/pts/no-such", context);
  watch->free_at = ON_FAILED;
  turn_until(context, &watch->failed, 1);
  g_assert_null(watch->port);
  assert_quiet(context, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/port/devices", test_devices);
  g_test_add_func("/port/settings", test_settings);
  g_test_add_func("/port/terminal/fragments", test_terminal_fragments);
  g_test_add_func("/port/terminal/stale", test_terminal_stale);
  g_test_add_func("/port/terminal/resumes", test_terminal_resumes);
  g_test_add_func("/port/terminal/exclusive", test_terminal_exclusive);
  g_test_add_func("/port/terminal/not-marked", test_terminal_not_marked);
  g_test_add_func("/port/terminal/full", test_terminal_full);
  g_test_add_func("/port/made-terminal", test_made_terminal);
  g_test_add_func("/port/made-terminal/brief", test_made_terminal_brief);
  g_test_add_func("/port/serial/refusals", test_serial_refusals);
  g_test_add_func("/port/one-try", test_one_try);
  g_test_add_func("/port/tcp/listener", test_listener);
  g_test_add_func("/port/tcp/listener-is-bounded", test_listener_is_bounded);
  g_test_add_func("/port/tcp/address-in-use", test_address_in_use);
  g_test_add_func("/port/tcp/client-reconnects", test_client_reconnects);
  g_test_add_func("/port/tcp/name-unknown", test_name_unknown);
  g_test_add_func("/port/tcp/reset", test_reset);
  g_test_add_func("/port/tcp/keep-alive", test_keep_alive);
  g_test_add_func("/port/freed-in-events", test_freed_in_events);
  return g_test_run();
}
