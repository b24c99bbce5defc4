/* Ports over loopback TCP, in both roles, against sockets of the test's own. */
#include "tests/instruments/helper-port.h"
#include "lims/core/error.h"
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

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
  g_autoptr(PortWatch) watch = watch_start("tcp-listen:0", context);
  watch_turn_until(context, &watch->listening, 1);
  int far[3];
  GString *heard[3];
  for (guint i = 0; i < 3; i++) {
    far[i] = connect_to(lims_port_address(watch->port));
    watch_turn_until(context, &watch->opened, i + 1);
    g_assert_true(g_str_has_prefix(watch->name, "127.0.0.1:"));
    heard[i] = g_string_new(NULL);
    lims_peer_set_data(watch->peer, heard[i]);
  }
  g_autoptr(GPtrArray) peers = g_ptr_array_copy(watch->peers, NULL, NULL);
  watch_write_all(far[2], "three");
  watch_write_all(far[0], "\0021cut in mid-fra");
  close(far[0]);
  watch_turn_until(context, &watch->closed, 1);
  g_assert_cmpstr(heard[0]->str, ==, "\0021cut in mid-fra"); /* what came before the end is given first */
  g_assert_cmpuint(watch->peers->len, ==, 2);
  g_assert_true(lims_peer_write(g_ptr_array_index(peers, 1), (const guint8 *)"\006", 1));
  watch_read_exactly(context, far[1], "\006");
  g_assert_cmpstr(heard[1]->str, ==, "");
  g_assert_cmpstr(heard[2]->str, ==, "three");
  for (guint i = 0; i < 3; i++) /* past the first delay: a listener does not open itself again */
    watch_assert_quiet(context, 0);
  g_assert_cmpuint(watch->failed, ==, 0);
  for (guint i = 0; i < 3; i++)
    g_string_free(heard[i], TRUE);
  close(far[1]);
  close(far[2]);
}

/* Connections that nobody uses must not keep an analyzer out: the second was silent longest. */
static void test_listener_is_bounded(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) watch = watch_start("tcp-listen:127.0.0.1:0", context);
  int far[LIMS_PORT_PEERS_MAX + 1];
  for (guint i = 0; i < LIMS_PORT_PEERS_MAX; i++) {
    far[i] = connect_to(lims_port_address(watch->port));
    watch_turn_until(context, &watch->opened, i + 1);
  }
  g_assert_cmpint(write(far[0], "x", 1), ==, 1);
  watch_turn_until_received(watch, "x");
  far[LIMS_PORT_PEERS_MAX] = connect_to(lims_port_address(watch->port));
  watch_turn_until(context, &watch->opened, LIMS_PORT_PEERS_MAX + 1);
  g_assert_cmpuint(watch->closed, ==, 1);
  char byte;
  g_assert_cmpint(read(far[1], &byte, 1), ==, 0);
  for (guint i = 0; i <= LIMS_PORT_PEERS_MAX; i++)
    close(far[i]);
  watch_turn_until(context, &watch->closed, LIMS_PORT_PEERS_MAX + 1);
}

static void test_address_in_use(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  PortWatch *first = watch_start("tcp-listen:127.0.0.1:0", context);
  watch_turn_until(context, &first->listening, 1);
  g_autofree char *device = g_strconcat("tcp-listen:", lims_port_address(first->port), NULL);
  g_autoptr(PortWatch) second = watch_start(device, context);
  watch_turn_until(context, &second->failed, 1);
  g_assert_cmpint(second->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(second->problem, device));
  g_assert_nonnull(strstr(second->problem, "in use by another program"));
  watch_free(first);
  watch_turn_until(context, &second->listening, 1);
}

static void test_client_reconnects(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  PortWatch *server = watch_start("tcp-listen:127.0.0.1:0", context);
  g_autofree char *listen = g_strconcat("tcp-listen:", lims_port_address(server->port), NULL);
  g_autofree char *device = g_strdup_printf("tcp:localhost:%s", strrchr(listen, ':') + 1);
  g_autoptr(PortWatch) client = watch_start(device, context);
  watch_turn_until(context, &client->opened, 1);
  watch_turn_until(context, &server->opened, 1);
  g_assert_true(lims_peer_write(client->peer, (const guint8 *)"\005", 1));
  watch_turn_until_received(server, "\005");
  watch_free(server);
  guint turns = watch_turn_until(context, &client->failed, 2);
  g_assert_cmpuint(client->closed, ==, 1);
  g_assert_cmpint(client->code, ==, LIMS_ERROR_UNAVAILABLE);
  g_assert_nonnull(strstr(client->problem, "cannot connect to localhost:"));
  g_assert_cmpuint(turns, <, 40);
  g_autoptr(PortWatch) again = watch_start(listen, context);
  watch_turn_until(context, &client->opened, 2);
  watch_turn_until(context, &again->opened, 1);
  g_assert_true(lims_peer_write(again->peer, (const guint8 *)"\006", 1));
  watch_turn_until_received(client, "\006");
}

static void test_name_unknown(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) watch = watch_start("tcp:no-such-analyzer.invalid:4001", context);
  watch_turn_until(context, &watch->failed, 1);
  g_assert_nonnull(strstr(watch->problem, "cannot connect to no-such-analyzer.invalid:4001"));
  watch_turn_until(context, &watch->failed, 2);
  PortWatch *gone = watch_start("tcp:no-such-analyzer.invalid:4001", context);
  g_main_context_iteration(context, TRUE); /* the look-up is under way, and outlives its port */
  watch_free(gone);
  watch_assert_quiet(context, 20);
}

/* The far end is reset: no SIGPIPE, and the loss is told once, not inside the call. */
static void test_reset(void) {
  g_autoptr(GMainContext) context = g_main_context_new();
  g_autoptr(PortWatch) watch = watch_start("tcp-listen:127.0.0.1:0", context);
  int far = connect_to(lims_port_address(watch->port));
  watch_turn_until(context, &watch->opened, 1);
  struct linger at_once = {1, 0};
  setsockopt(far, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close(far);
  LimsPeer *peer = watch->peer;
  g_assert_false(lims_peer_write(peer, (const guint8 *)"x", 1));
  g_assert_false(lims_peer_write(peer, (const guint8 *)"x", 1));
  g_assert_cmpuint(watch->closed, ==, 0);
  watch_turn_until(context, &watch->closed, 1);
  watch_assert_quiet(context, 0);
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
  g_autoptr(PortWatch) server = watch_start("tcp-listen:127.0.0.1:0", context);
  g_autofree char *device = g_strconcat("tcp:", lims_port_address(server->port), NULL);
  g_autoptr(PortWatch) client = watch_start(device, context);
  watch_turn_until(context, &client->opened, 1);
  watch_turn_until(context, &server->opened, 1);
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

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/port/tcp/listener", test_listener);
  g_test_add_func("/port/tcp/listener-is-bounded", test_listener_is_bounded);
  g_test_add_func("/port/tcp/address-in-use", test_address_in_use);
  g_test_add_func("/port/tcp/client-reconnects", test_client_reconnects);
  g_test_add_func("/port/tcp/name-unknown", test_name_unknown);
  g_test_add_func("/port/tcp/reset", test_reset);
  g_test_add_func("/port/tcp/keep-alive", test_keep_alive);
  return g_test_run();
}
