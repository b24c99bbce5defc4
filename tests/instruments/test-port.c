/* Ports: what may be written as a device, and real pseudo-terminals. Real serial ports: tests/uart. */
#include "tests/instruments/helper-port.h"
#include "lims/core/error.h"
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

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
    g_autoptr(LimsPort) port = lims_port_new(rows[i].device, NULL, &WATCH_EVENTS, NULL, NULL, &error);
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
    g_assert_null(lims_port_new("serial:/dev/ttyS9", &wrong[i], &WATCH_EVENTS, NULL, NULL, &error));
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  }
}

static void test_terminal_fragments(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = watch_master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(PortWatch) watch = watch_start(device, context);
  watch_turn_until(context, &watch->opened, 1);
  g_assert_cmpstr(watch->name, ==, path);
  watch_write_all(master, "\005\002");
  watch_turn_until_received(watch, "\005\002");
  watch_write_all(master, "1H|\\^&\r\n\021\023\003\004\032\177");
  watch_turn_until_received(watch, "1H|\\^&\r\n\021\023\003\004\032\177");
  g_assert_true(lims_peer_write(watch->peer, (const guint8 *)"\006\r\n\003", 4));
  watch_read_exactly(context, master, "\006\r\n\003"); /* unchanged, and without an echo of what came */
  g_assert_cmpuint(lims_peer_pending(watch->peer), ==, 0);
  close(master);
}

/* What was written before anybody listened is not for us. */
static void test_terminal_stale(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = watch_master_new(&path);
  int keeper = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
  watch_write_all(master, "\006stale\n");
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(PortWatch) watch = watch_start(device, context);
  watch_turn_until(context, &watch->opened, 1);
  watch_write_all(master, "new");
  watch_turn_until_received(watch, "new");
  close(keeper);
  close(master);
}

static void test_terminal_resumes(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *directory = g_dir_make_tmp("lims-port-XXXXXX", NULL);
  g_autofree char *link = g_build_filename(directory, "analyzer", NULL);
  g_autofree char *device = g_strconcat("tty:", link, NULL);
  g_autofree char *first = NULL, *second = NULL;
  int master = watch_master_new(&first);
  g_assert_cmpint(symlink(first, link), ==, 0);
  g_autoptr(PortWatch) watch = watch_start(device, context);
  watch_turn_until(context, &watch->opened, 1);
  watch_write_all(master, "\0021half a fra");
  watch_turn_until_received(watch, "\0021half a fra");
  close(master);
  guint turns = watch_turn_until(context, &watch->closed, 1);
  g_assert_cmpint(g_unlink(link), ==, 0);
  turns += watch_turn_until(context, &watch->failed, 2);
  g_assert_cmpuint(turns, <, 20); /* a few timers; a descriptor left watched would give hundreds */
  g_assert_cmpint(watch->code, ==, LIMS_ERROR_NOT_FOUND);
  g_assert_cmpuint(watch->retry_ms, >, 250);
  master = watch_master_new(&second);
  g_assert_cmpint(symlink(second, link), ==, 0);
  watch_turn_until(context, &watch->opened, 2);
  watch_write_all(master, "again");
  watch_turn_until_received(watch, "again");
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
  int master = watch_master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  PortWatch *first = watch_start(device, context);
  watch_turn_until(context, &first->opened, 1);
  g_autoptr(PortWatch) second = watch_start(device, context);
  watch_turn_until(context, &second->failed, 2);
  g_assert_cmpint(second->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(second->problem, path));
  g_assert_nonnull(strstr(second->problem, "in use by another program"));
  g_assert_cmpint(count_cloexec(path), ==, 1);
  watch_write_all(master, "mine");
  watch_turn_until_received(first, "mine"); /* undisturbed */
  watch_free(first);
  watch_turn_until(context, &second->opened, 1);
  g_assert_cmpint(count_cloexec(path), ==, 1);
  close(master);
}

/* A holder killed with -9 cannot release TIOCEXCL; on a pseudo-terminal it would stay. */
static void test_terminal_not_marked(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = watch_master_new(&path), marked = 1;
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(PortWatch) watch = watch_start(device, context);
  watch_turn_until(context, &watch->opened, 1);
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
  int master = watch_master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autofree char *text = pattern_new(200000);
  g_autoptr(PortWatch) watch = watch_start(device, context);
  watch_turn_until(context, &watch->opened, 1);
  for (gsize at = 0; at < 200000; at += 1000)
    g_assert_true(lims_peer_write(watch->peer, (const guint8 *)text + at, 1000));
  g_assert_cmpuint(lims_peer_pending(watch->peer), >, 100000);
  watch_assert_quiet(context,
                     60); /* the kernel may still move some to the reader's side; it takes no more then */
  watch_assert_quiet(context, 0);
  g_autofree guint8 *more = g_malloc0(LIMS_PEER_QUEUE_MAX);
  g_assert_false(lims_peer_write(watch->peer, more, LIMS_PEER_QUEUE_MAX));
  watch_read_exactly(context, master, text);
  g_assert_cmpuint(lims_peer_pending(watch->peer), ==, 0);
  watch_assert_quiet(context, 2);
  watch_assert_quiet(context, 0); /* no watch for writing is left */
  g_assert_cmpuint(watch->closed, ==, 0);
  close(master);
}

static void test_made_terminal(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) simulator = watch_start("tty:new", context);
  g_assert_nonnull(lims_port_address(simulator->port));
  g_autofree char *device = g_strconcat("tty:", lims_port_address(simulator->port), NULL);
  watch_assert_quiet(context, 12); /* nobody there: looked for by a timer */
  g_assert_cmpuint(simulator->opened, ==, 0);
  for (guint round = 1; round <= 3; round++) {
    g_autoptr(PortWatch) daemon = watch_start(device, context);
    watch_turn_until(context, &daemon->opened, 1);
    watch_turn_until(context, &simulator->opened, round);
    g_assert_true(lims_peer_write(simulator->peer, (const guint8 *)"\005\r\n", 3));
    watch_turn_until_received(daemon, "\005\r\n");
    g_assert_true(lims_peer_write(daemon->peer, (const guint8 *)"\006", 1));
    watch_turn_until_received(simulator, "\006");
    g_clear_pointer(&daemon->port, lims_port_free);
    g_assert_cmpuint(watch_turn_until(context, &simulator->closed, round), <, 10);
  }
  g_assert_cmpuint(simulator->failed, ==, 0);
}

/* Somebody who writes and goes at once is heard all the same. */
static void test_made_terminal_brief(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) simulator = watch_start("tty:new", context);
  int fd = open(lims_port_address(simulator->port), O_RDWR | O_NOCTTY | O_CLOEXEC);
  watch_write_all(fd, "Q\r");
  close(fd);
  watch_turn_until(context, &simulator->closed, 1);
  g_assert_cmpstr(simulator->received->str, ==, "Q\r");
}

static void test_serial_refusals(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autofree char *path = NULL;
  int master = watch_master_new(&path);
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
    g_autoptr(PortWatch) watch = watch_start(rows[i].device ? rows[i].device : device, context);
    watch_turn_until(context, &watch->failed, 1);
    g_assert_nonnull(strstr(watch->problem, rows[i].complaint));
    g_assert_cmpint(watch->code, ==, rows[i].code);
    g_assert_cmpuint(watch->retry_ms, ==, 250);
  }
  close(master);
}

static void test_one_try(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) watch = watch_new("tty:/dev/pts/no-such", context);
  lims_port_start(watch->port, FALSE);
  watch_turn_until(context, &watch->failed, 1);
  g_assert_cmpuint(watch->retry_ms, ==, 0);
  watch_assert_quiet(context, 0);
  g_autofree char *path = NULL;
  int master = watch_master_new(&path);
  g_autofree char *device = g_strconcat("tty:", path, NULL);
  g_autoptr(PortWatch) lost = watch_new(device, context);
  lims_port_start(lost->port, FALSE);
  watch_turn_until(context, &lost->opened, 1);
  close(master);
  watch_turn_until(context, &lost->closed, 1);
  watch_assert_quiet(context, 0);
}

/* The owner may free the port in any event. */
static void test_freed_in_events(void) {
  for (WatchMoment moment = WATCH_OPENED; moment <= WATCH_CLOSED; moment++) {
    g_autoptr(GMainContext) context = g_main_context_new();
    g_autofree char *path = NULL;
    int master = watch_master_new(&path);
    g_autofree char *device = g_strconcat("tty:", path, NULL);
    g_autoptr(PortWatch) watch = watch_start(device, context);
    watch->free_at = moment;
    watch_turn_until(context, &watch->opened, 1);
    watch_write_all(master, "x\n");
    if (moment == WATCH_RECEIVED)
      while (watch->port)
        g_main_context_iteration(context, TRUE);
    close(master);
    if (moment == WATCH_CLOSED)
      watch_turn_until(context, &watch->closed, 1);
    g_assert_null(watch->port);
    watch_assert_quiet(context, 0);
  }
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) watch = watch_start("tty:/dev/pts/no-such", context);
  watch->free_at = WATCH_FAILED;
  watch_turn_until(context, &watch->failed, 1);
  g_assert_null(watch->port);
  watch_assert_quiet(context, 0);
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
  g_test_add_func("/port/freed-in-events", test_freed_in_events);
  return g_test_run();
}
