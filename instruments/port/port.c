/* The port around its kinds: parsing the device, telling events, reopening.
 *
 * What can go wrong is time: a port is missing for hours, comes back under another name, or opens and dies at
 * once. So each try starts again from the configured device, with a delay that doubles from a quarter of a
 * second to half a minute and falls back only after a peer that was heard or lasted. The owner may free the
 * port inside any event; every function here that tells one holds a reference. On the context's thread.
 */
#include "instruments/port/port-private.h"
#include <string.h>
#include "lims/core/error.h"

#define DELAY_FIRST_MS 250
#define DELAY_LAST_MS 30000
#define LASTED_US (10 * G_USEC_PER_SEC)

static const LimsPortKind *const kinds[] = {&lims_port_kind_serial, &lims_port_kind_tcp,
                                            &lims_port_kind_tcp_listen, &lims_port_kind_tty};

static void try_open(LimsPort *port);

GSource *lims_port_attach_fd(LimsPort *port, int fd, GIOCondition condition, GUnixFDSourceFunc callback,
                             gpointer data) {
  GSource *source = g_unix_fd_source_new(fd, condition);
  g_source_set_callback(source, G_SOURCE_FUNC(callback), data, NULL);
  g_source_attach(source, port->context);
  return source;
}

GSource *lims_port_attach_timer(LimsPort *port, guint ms, GSourceFunc callback, gpointer data) {
  GSource *source = g_timeout_source_new(ms);
  g_source_set_callback(source, callback, data, NULL);
  g_source_attach(source, port->context);
  return source;
}

void lims_port_clear_source(GSource **source) {
  if (!*source)
    return;
  g_source_destroy(*source);
  g_clear_pointer(source, g_source_unref);
}

static void clear_port(gpointer data) {
  LimsPort *port = data;
  if (port->own)
    port->kind->free_own(port->own);
  g_clear_error(&port->failure);
  g_ptr_array_unref(port->peers);
  g_main_context_unref(port->context);
  g_free(port->device);
  g_free(port->address);
}

void lims_port_unref(LimsPort *port) {
  g_rc_box_release_full(port, clear_port);
}

static guint next_delay(LimsPort *port) {
  guint delay = port->delay_ms;
  port->delay_ms = MIN(2 * delay, DELAY_LAST_MS);
  return delay;
}

static gboolean on_retry(gpointer data) {
  LimsPort *port = data;
  lims_port_clear_source(&port->timer);
  try_open(port);
  return G_SOURCE_REMOVE;
}

static void set_timer(LimsPort *port, guint ms, GSourceFunc callback) {
  lims_port_clear_source(&port->timer);
  port->timer = lims_port_attach_timer(port, ms, callback, port);
}

static gboolean on_failure(gpointer data) {
  LimsPort *port = g_rc_box_acquire(data);
  g_autoptr(GError) failure = g_steal_pointer(&port->failure);
  lims_port_clear_source(&port->timer);
  guint retry_ms = port->retry ? next_delay(port) : 0;
  if (port->events.failed)
    port->events.failed(port, failure, retry_ms, port->data);
  if (port->retry && !port->freed)
    set_timer(port, retry_ms, on_retry);
  lims_port_unref(port);
  return G_SOURCE_REMOVE;
}

void lims_port_fail(LimsPort *port, GError *error) {
  port->kind->shut(port);
  g_clear_error(&port->failure);
  port->failure = error;
  set_timer(port, 0, on_failure);
}

static void try_open(LimsPort *port) {
  GError *error = NULL;
  if (!port->kind->open(port, &error))
    lims_port_fail(port, error);
}

LimsPeer *lims_port_adopt(LimsPort *port, const LimsChannel *channel, const char *name) {
  LimsPeer *peer = lims_peer_new(port, channel, name);
  g_ptr_array_add(port->peers, peer);
  return peer;
}

static gboolean on_accept(gpointer data) {
  LimsPort *port = g_rc_box_acquire(data);
  lims_port_clear_source(&port->timer);
  port->delay_ms = DELAY_FIRST_MS;
  if (port->events.listening)
    port->events.listening(port, port->address, port->data);
  lims_port_unref(port);
  return G_SOURCE_REMOVE;
}

void lims_port_accept(LimsPort *port) {
  set_timer(port, 0, on_accept);
}

void lims_port_lose(LimsPort *port, LimsPeer *peer, const GError *error) {
  g_rc_box_acquire(port);
  g_rc_box_acquire(peer);
  if (peer->heard || g_get_monotonic_time() - peer->opened_at_us > LASTED_US)
    port->delay_ms = DELAY_FIRST_MS;
  lims_peer_drop(peer, TRUE);
  if (port->events.closed)
    port->events.closed(peer, error, port->data);
  g_ptr_array_remove(port->peers, peer);
  if (!port->freed && !port->kind->listens && port->retry)
    set_timer(port, next_delay(port), on_retry);
  lims_peer_unref(peer);
  lims_port_unref(port);
}

static const LimsPortKind *find_kind(const char *device, const char **rest) {
  const char *colon = strchr(device, ':');
  for (gsize i = 0; colon && i < G_N_ELEMENTS(kinds); i++)
    if (strlen(kinds[i]->name) == (gsize)(colon - device) && g_str_has_prefix(device, kinds[i]->name)) {
      *rest = colon + 1;
      return kinds[i];
    }
  return NULL;
}

static void set_unknown_kind(GError **error, const char *device) {
  g_autoptr(GString) forms = g_string_new(NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++)
    g_string_append_printf(forms, "%s%s", i ? ", " : "", kinds[i]->form);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "device \"%s\": unknown kind; give one of: %s", device,
              forms->str);
}

static gboolean check_settings(const LimsPortSettings *s, const char *device, GError **error) {
  if (s->baud > 0 && s->data_bits >= 5 && s->data_bits <= 8 && s->stop_bits >= 1 && s->stop_bits <= 2 &&
      s->parity && strchr("neo", s->parity) && s->flow && strchr("nhs", s->flow))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "device \"%s\": line settings must be a baud rate, 5 to 8 data bits, parity n, e or o, 1 or 2 "
              "stop bits "
              "and flow control n, h or s",
              device);
  return FALSE;
}

LimsPort *lims_port_new(const char *device, const LimsPortSettings *settings, const LimsPortEvents *events,
                        gpointer data, GMainContext *context, GError **error) {
  static const LimsPortSettings usual = {9600, 8, 1, 'n', 'n'};
  const char *rest = NULL;
  const LimsPortKind *kind = find_kind(device, &rest);
  if (!kind) {
    set_unknown_kind(error, device);
    return NULL;
  }
  if (settings && !check_settings(settings, device, error))
    return NULL;
  LimsPort *port = g_rc_box_new0(LimsPort);
  port->kind = kind;
  port->device = g_strdup(device);
  port->address = g_strdup(rest);
  port->settings = settings ? *settings : usual;
  port->events = *events;
  port->data = data;
  port->context = g_main_context_ref(context ? context : g_main_context_default());
  port->peers = g_ptr_array_new_with_free_func((GDestroyNotify)lims_peer_unref);
  port->delay_ms = DELAY_FIRST_MS;
  if (!kind->parse(port, rest, error)) {
    g_prefix_error(error, "device \"%s\": ", device);
    lims_port_unref(port);
    return NULL;
  }
  return port;
}

void lims_port_start(LimsPort *port, gboolean retry) {
  port->retry = retry;
  if (port->kind->early)
    try_open(port);
  else
    set_timer(port, 0, on_retry);
}

void lims_port_free(LimsPort *port) {
  if (!port)
    return;
  port->freed = TRUE;
  lims_port_clear_source(&port->timer);
  port->kind->shut(port);
  for (guint i = 0; i < port->peers->len; i++)
    lims_peer_drop(g_ptr_array_index(port->peers, i), FALSE);
  lims_port_unref(port);
}

const char *lims_port_device(const LimsPort *port) {
  return port->device;
}

const char *lims_port_address(const LimsPort *port) {
  return port->address;
}
