/* tcp: connects to an analyzer or a serial device server, and what both roles of TCP share.
 *
 * Names are looked up by GLib's threads, connecting does not block, each address is given ten seconds and the
 * next one is tried after it. A far end that loses its power says nothing: keep-alive and TCP_USER_TIMEOUT
 * end such a connection within a minute, idle or not.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <gio/gio.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <unistd.h>
#include "lims/core/error.h"

#define CONNECT_LIMIT_MS 10000
#define IDLE_S 20
#define INTERVAL_S 5
#define PROBES 4
#define UNACKNOWLEDGED_MS 40000

/* Outlives the port if the lookup does. */
typedef struct {
  LimsPort *port;
  GCancellable *cancellable;
} Lookup;

typedef struct {
  char *host;
  guint16 number;
  Lookup *lookup;
  GList *addresses; /* GInetAddress *, still to be tried */
  int fd;           /* being connected, or -1 */
  GSource *ready, *limit;
} Client;

static void try_next(LimsPort *port, int code);

void lims_socket_tune(int fd) {
  static const struct {
    int level, name, value;
  } options[] = {
      {SOL_SOCKET, SO_KEEPALIVE, 1},      {IPPROTO_TCP, TCP_KEEPIDLE, IDLE_S},
      {IPPROTO_TCP, TCP_KEEPCNT, PROBES}, {IPPROTO_TCP, TCP_KEEPINTVL, INTERVAL_S},
      {IPPROTO_TCP, TCP_NODELAY, 1},      {IPPROTO_TCP, TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(options); i++)
    setsockopt(fd, options[i].level, options[i].name, &options[i].value, sizeof options[i].value);
}

/* An IPv4 address that came through an IPv6 socket is shown as what it is. */
char *lims_socket_name(const struct sockaddr *address, socklen_t size) {
  char host[NI_MAXHOST] = "?", number[NI_MAXSERV] = "?";
  getnameinfo(address, size, host, sizeof host, number, sizeof number, NI_NUMERICHOST | NI_NUMERICSERV);
  const char *shown =
      g_str_has_prefix(host, "::ffff:") && strchr(host, '.') ? host + strlen("::ffff:") : host;
  return strchr(shown, ':') ? g_strdup_printf("[%s]:%s", shown, number)
                            : g_strdup_printf("%s:%s", shown, number);
}

gboolean lims_socket_parse(const char *text, guint least, char **host, guint16 *number, GError **error) {
  const char *colon = strrchr(text, ':');
  guint64 value = 0;
  if (!colon || colon == text || !g_ascii_string_to_unsigned(colon + 1, 10, least, 65535, &value, NULL)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "\"%s\" must be an address and a port, such as 10.1.2.3:4001", text);
    return FALSE;
  }
  gboolean bracketed = text[0] == '[' && colon[-1] == ']';
  g_autofree char *name =
      bracketed ? g_strndup(text + 1, (gsize)(colon - text) - 2) : g_strndup(text, (gsize)(colon - text));
  if (!bracketed && strchr(name, ':')) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "\"%s\": write an IPv6 address in brackets", text);
    return FALSE;
  }
  *host = g_steal_pointer(&name);
  *number = (guint16)value;
  return TRUE;
}

static gboolean parse(LimsPort *port, const char *rest, GError **error) {
  Client *own = g_new0(Client, 1);
  own->fd = -1;
  port->own = own;
  return lims_socket_parse(rest, 1, &own->host, &own->number, error);
}

static void forget_attempt(Client *own) {
  lims_port_clear_source(&own->ready);
  lims_port_clear_source(&own->limit);
  if (own->fd >= 0)
    close(own->fd);
  own->fd = -1;
}

static void fail(LimsPort *port, const char *word) {
  lims_port_fail(
      port, g_error_new(LIMS_ERROR, LIMS_ERROR_UNAVAILABLE, "cannot connect to %s: %s", port->address, word));
}

/* A try on the loopback may be answered by itself, when the kernel gives it the port it calls. */
static gboolean is_own_echo(int fd) {
  struct sockaddr_storage near = {0}, far = {0};
  socklen_t near_size = sizeof near, far_size = sizeof far;
  return getsockname(fd, (struct sockaddr *)&near, &near_size) == 0 &&
         getpeername(fd, (struct sockaddr *)&far, &far_size) == 0 && near_size == far_size &&
         memcmp(&near, &far, near_size) == 0;
}

static void finish(LimsPort *port) {
  Client *own = port->own;
  int code = 0;
  socklen_t size = sizeof code;
  if (getsockopt(own->fd, SOL_SOCKET, SO_ERROR, &code, &size) != 0)
    code = errno;
  if (code == 0 && is_own_echo(own->fd))
    code = ECONNREFUSED;
  LimsChannel channel = {.fd = code ? -1 : own->fd, .is_socket = TRUE};
  if (!code)
    own->fd = -1;
  forget_attempt(own);
  if (code) {
    try_next(port, code);
    return;
  }
  g_clear_list(&own->addresses, g_object_unref);
  lims_port_adopt(port, &channel, port->address);
}

static gboolean on_connected(gint fd, GIOCondition condition, gpointer data) {
  finish(data);
  return G_SOURCE_REMOVE;
}

static gboolean on_limit(gpointer data) {
  LimsPort *port = data;
  forget_attempt(port->own);
  try_next(port, ETIMEDOUT);
  return G_SOURCE_REMOVE;
}

/* 0 if a connection is under way, else errno's code. */
static int begin(LimsPort *port, GInetAddress *address) {
  Client *own = port->own;
  struct sockaddr_storage to;
  g_autoptr(GSocketAddress) full = g_inet_socket_address_new(address, own->number);
  if (!g_socket_address_to_native(full, &to, sizeof to, NULL))
    return EAFNOSUPPORT;
  own->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (own->fd < 0)
    return errno;
  lims_socket_tune(own->fd);
  if (connect(own->fd, (struct sockaddr *)&to, (socklen_t)g_socket_address_get_native_size(full)) != 0 &&
      errno != EINPROGRESS) {
    int code = errno;
    forget_attempt(own);
    return code;
  }
  own->ready = lims_port_attach_fd(port, own->fd, G_IO_OUT, on_connected, port);
  own->limit = lims_port_attach_timer(port, CONNECT_LIMIT_MS, on_limit, port);
  return 0;
}

/* code: why the address before failed. */
static void try_next(LimsPort *port, int code) {
  Client *own = port->own;
  while (own->addresses) {
    g_autoptr(GInetAddress) address = own->addresses->data;
    own->addresses = g_list_delete_link(own->addresses, own->addresses);
    code = begin(port, address);
    if (code == 0)
      return;
  }
  fail(port, g_strerror(code));
}

static void on_looked_up(GObject *resolver, GAsyncResult *result, gpointer data) {
  Lookup *lookup = data;
  g_autoptr(GError) error = NULL;
  GList *addresses = g_resolver_lookup_by_name_finish(G_RESOLVER(resolver), result, &error);
  LimsPort *port = lookup->port;
  g_object_unref(lookup->cancellable);
  g_free(lookup);
  if (!port) {
    g_list_free_full(addresses, g_object_unref);
    return;
  }
  Client *own = port->own;
  own->lookup = NULL;
  own->addresses = addresses;
  if (error)
    fail(port, error->message);
  else
    try_next(port, EHOSTUNREACH);
}

static void look_up(LimsPort *port) {
  Client *own = port->own;
  g_autoptr(GResolver) resolver = g_resolver_get_default();
  own->lookup = g_new0(Lookup, 1);
  own->lookup->port = port;
  own->lookup->cancellable = g_cancellable_new();
  g_main_context_push_thread_default(port->context);
  g_resolver_lookup_by_name_async(resolver, own->host, own->lookup->cancellable, on_looked_up, own->lookup);
  g_main_context_pop_thread_default(port->context);
}

static gboolean open_port(LimsPort *port, GError **error) {
  Client *own = port->own;
  GInetAddress *address = g_inet_address_new_from_string(own->host);
  if (!address) {
    look_up(port);
    return TRUE;
  }
  own->addresses = g_list_prepend(NULL, address);
  try_next(port, 0);
  return TRUE;
}

static void shut(LimsPort *port) {
  Client *own = port->own;
  forget_attempt(own);
  g_clear_list(&own->addresses, g_object_unref);
  if (!own->lookup)
    return;
  own->lookup->port = NULL;
  g_cancellable_cancel(own->lookup->cancellable);
  own->lookup = NULL;
}

static void free_own(gpointer data) {
  Client *own = data;
  g_free(own->host);
  g_free(own);
}

const LimsPortKind lims_port_kind_tcp = {.name = "tcp",
                                         .form = "tcp:host:port",
                                         .parse = parse,
                                         .open = open_port,
                                         .shut = shut,
                                         .free_own = free_own};
