/* Turning the loop under a guard: thirty seconds end a test that hangs. */
#include "tests/instruments/helper-port.h"
#include "lims/core/error.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define GUARD_US (30 * G_USEC_PER_SEC)

static void free_if(PortWatch *watch, WatchMoment now) {
  if (watch->free_at == now)
    g_clear_pointer(&watch->port, lims_port_free);
}

static void on_opened(LimsPeer *peer, const char *name, gpointer data) {
  PortWatch *watch = data;
  watch->opened++;
  watch->peer = peer;
  g_ptr_array_add(watch->peers, peer);
  g_free(watch->name);
  watch->name = g_strdup(name);
  free_if(watch, WATCH_OPENED);
}

/* With several peers each byte is shown with its peer's number. */
static void on_received(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data) {
  PortWatch *watch = data;
  GString *own = lims_peer_get_data(peer);
  g_string_append_len(own ? own : watch->received, (const char *)bytes, (gssize)size);
  free_if(watch, WATCH_RECEIVED);
}

static void keep_problem(PortWatch *watch, const GError *error) {
  g_assert_nonnull(error);
  g_assert_true(error->domain == LIMS_ERROR);
  g_free(watch->problem);
  watch->problem = g_strdup(error->message);
  watch->code = error->code;
}

static void on_closed(LimsPeer *peer, const GError *error, gpointer data) {
  PortWatch *watch = data;
  watch->closed++;
  keep_problem(watch, error);
  g_assert_true(g_ptr_array_remove(watch->peers, peer));
  if (watch->peer == peer)
    watch->peer = NULL;
  free_if(watch, WATCH_CLOSED);
}

static void on_failed(LimsPort *port, const GError *error, guint retry_ms, gpointer data) {
  PortWatch *watch = data;
  watch->failed++;
  watch->retry_ms = retry_ms;
  keep_problem(watch, error);
  free_if(watch, WATCH_FAILED);
}

static void on_listening(LimsPort *port, const char *address, gpointer data) {
  PortWatch *watch = data;
  g_assert_cmpstr(address, ==, lims_port_address(port));
  watch->listening++;
}

const LimsPortEvents WATCH_EVENTS = {on_opened, on_received, on_closed, on_failed, on_listening};

PortWatch *watch_new(const char *device, GMainContext *context) {
  g_autoptr(GError) error = NULL;
  PortWatch *watch = g_new0(PortWatch, 1);
  watch->context = context;
  watch->received = g_string_new(NULL);
  watch->peers = g_ptr_array_new();
  watch->port = lims_port_new(device, NULL, &WATCH_EVENTS, watch, context, &error);
  g_assert_no_error(error);
  return watch;
}

PortWatch *watch_start(const char *device, GMainContext *context) {
  PortWatch *watch = watch_new(device, context);
  lims_port_start(watch->port, TRUE);
  g_assert_cmpuint(watch->opened + watch->failed + watch->listening, ==, 0); /* never from inside a call */
  return watch;
}

void watch_free(PortWatch *watch) {
  lims_port_free(watch->port);
  g_string_free(watch->received, TRUE);
  g_ptr_array_unref(watch->peers);
  g_free(watch->name);
  g_free(watch->problem);
  g_free(watch);
}
guint watch_turn_until(GMainContext *context, const guint *counter, guint least) {
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  guint turns = 0;
  while (*counter < least) {
    turns += g_main_context_iteration(context, FALSE) ? 1 : 0;
    g_assert_cmpint(g_get_monotonic_time(), <, guard);
    g_usleep(500);
  }
  return turns;
}

void watch_turn_until_received(PortWatch *watch, const char *text) {
  gint64 guard = g_get_monotonic_time() + GUARD_US;
  while (watch->received->len < strlen(text)) {
    g_main_context_iteration(watch->context, FALSE);
    g_assert_cmpint(g_get_monotonic_time(), <, guard);
  }
  g_assert_cmpstr(watch->received->str, ==, text);
  g_string_truncate(watch->received, 0);
}

void watch_assert_quiet(GMainContext *context, guint most) {
  guint woken = 0;
  for (guint i = 0; i < 300; i++) {
    woken += g_main_context_iteration(context, FALSE) ? 1 : 0;
    g_usleep(500);
  }
  g_assert_cmpuint(woken, <=, most);
}

void watch_write_all(int fd, const char *text) {
  g_assert_cmpint(write(fd, text, strlen(text)), ==, (gssize)strlen(text));
}

int watch_master_new(char **path) {
  int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint(master, >=, 0);
  g_assert_cmpint(grantpt(master), ==, 0);
  g_assert_cmpint(unlockpt(master), ==, 0);
  *path = g_strdup(ptsname(master));
  return master;
}

void watch_read_exactly(GMainContext *context, int fd, const char *text) {
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
