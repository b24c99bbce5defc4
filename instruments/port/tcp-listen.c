/* tcp-listen: analyzers and device servers connect to us.
 *
 * Several may, and each is a peer; where they are too many, the newest is let in. An address that another
 * program holds is a failure that is told and tried again; so is running out of descriptors, during which a
 * listening socket would stay ready and spin the loop. Without an address all of them are served, IPv4 and
 * IPv6; only numeric addresses can be given, so that no name is looked up.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <gio/gio.h>
#include <netinet/in.h>
#include <unistd.h>
#include "lims/core/error.h"

#define ACCEPTS_A_TURN 8

typedef struct {
  GInetAddress *address; /* NULL: all */
  guint16 number;        /* 0: chosen by the kernel at the first opening, then kept */
  int fd;
  GSource *incoming;
} Server;

static gboolean parse_number(const char *text, guint16 *number) {
  guint64 value = 0;
  gboolean is_number = g_ascii_string_to_unsigned(text, 10, 0, 65535, &value, NULL);
  *number = (guint16)value;
  return is_number;
}

static gboolean parse(LimsPort *port, const char *rest, GError **error) {
  Server *own = g_new0(Server, 1);
  own->fd = -1;
  port->own = own;
  g_clear_pointer(&port->address, g_free);
  if (parse_number(rest, &own->number))
    return TRUE;
  g_autofree char *host = NULL;
  if (!lims_socket_parse(rest, 0, &host, &own->number, error))
    return FALSE;
  own->address = g_inet_address_new_from_string(host);
  if (!own->address)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "\"%s\" must be a numeric address of this machine",
                host);
  return own->address != NULL;
}

/* Of the peers whose opening was told; NULL: none is. */
static LimsPeer *find_silent(LimsPort *port) {
  LimsPeer *silent = NULL;
  for (guint i = 0; i < port->peers->len; i++) {
    LimsPeer *peer = g_ptr_array_index(port->peers, i);
    if (peer->in && (!silent || peer->heard_at_us < silent->heard_at_us))
      silent = peer;
  }
  return silent;
}

/* A newcomer is a living analyzer; the peer that was silent longest most likely is none. */
static void make_room(LimsPort *port, const char *newcomer) {
  LimsPeer *silent = find_silent(port);
  if (!silent)
    return;
  g_autoptr(GError) error =
      g_error_new(LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
                  "%s: silent longest of %u connections, closed to make room for %s; is something else than "
                  "analyzers connecting here?",
                  silent->name, port->peers->len, newcomer);
  lims_port_lose(port, silent, error);
}

static void take(LimsPort *port, int fd, const struct sockaddr *from, socklen_t size) {
  g_autofree char *name = lims_socket_name(from, size);
  if (port->peers->len >= LIMS_PORT_PEERS_MAX)
    make_room(port, name);
  if (port->freed || port->peers->len >= LIMS_PORT_PEERS_MAX) {
    close(fd);
    return;
  }
  LimsChannel channel = {.fd = fd, .is_socket = TRUE};
  lims_socket_tune(fd);
  lims_port_adopt(port, &channel, name);
}

/* A connection that ended before it was accepted is no failure of ours. */
static gboolean is_passing(int code) {
  return code == EAGAIN || code == EINTR || code == ECONNABORTED || code == EPROTO;
}

static gboolean on_incoming(gint listener, GIOCondition condition, gpointer data) {
  LimsPort *port = g_rc_box_acquire(data);
  for (int i = 0; i < ACCEPTS_A_TURN && !port->freed; i++) {
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    int fd = accept4(listener, (struct sockaddr *)&from, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      take(port, fd, (struct sockaddr *)&from, size);
      continue;
    }
    if (!is_passing(errno))
      lims_port_fail(port, g_error_new(LIMS_ERROR, LIMS_ERROR_IO, "%s cannot accept connections: %s",
                                       port->device, g_strerror(errno)));
    break;
  }
  lims_port_unref(port);
  return G_SOURCE_CONTINUE;
}

/* errno's code, or 0. */
static int bind_to(Server *own, GInetAddress *address) {
  struct sockaddr_storage to;
  int on = 1, off = 0;
  g_autoptr(GSocketAddress) full = g_inet_socket_address_new(address, own->number);
  if (!g_socket_address_to_native(full, &to, sizeof to, NULL))
    return EAFNOSUPPORT;
  own->fd = socket(to.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (own->fd < 0)
    return errno;
  setsockopt(own->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (to.ss_family == AF_INET6)
    setsockopt(own->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
  if (bind(own->fd, (struct sockaddr *)&to, (socklen_t)g_socket_address_get_native_size(full)) == 0 &&
      listen(own->fd, SOMAXCONN) == 0)
    return 0;
  int code = errno;
  close(own->fd);
  own->fd = -1;
  return code;
}

static int bind_to_all(Server *own) {
  g_autoptr(GInetAddress) six = g_inet_address_new_any(G_SOCKET_FAMILY_IPV6);
  g_autoptr(GInetAddress) four = g_inet_address_new_any(G_SOCKET_FAMILY_IPV4);
  int code = bind_to(own, six);
  return code == EAFNOSUPPORT || code == EADDRNOTAVAIL ? bind_to(own, four) : code;
}

/* Where one can connect: of all addresses, the loopback. */
static void learn_address(LimsPort *port) {
  Server *own = port->own;
  struct sockaddr_storage bound;
  socklen_t size = sizeof bound;
  if (getsockname(own->fd, (struct sockaddr *)&bound, &size) != 0)
    return;
  own->number = g_ntohs(bound.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&bound)->sin6_port
                                                    : ((struct sockaddr_in *)&bound)->sin_port);
  g_free(port->address);
  port->address = own->address ? lims_socket_name((struct sockaddr *)&bound, size)
                               : g_strdup_printf("127.0.0.1:%u", own->number);
}

static gboolean open_port(LimsPort *port, GError **error) {
  Server *own = port->own;
  int code = own->address ? bind_to(own, own->address) : bind_to_all(own);
  if (code) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE, "%s cannot listen: %s", port->device,
                code == EADDRINUSE
                    ? "the port is in use by another program; end that program or choose another port"
                    : g_strerror(code));
    return FALSE;
  }
  learn_address(port);
  own->incoming = lims_port_attach_fd(port, own->fd, G_IO_IN, on_incoming, port);
  lims_port_accept(port);
  return TRUE;
}

static void shut(LimsPort *port) {
  Server *own = port->own;
  lims_port_clear_source(&own->incoming);
  if (own->fd >= 0)
    close(own->fd);
  own->fd = -1;
}

static void free_own(gpointer data) {
  Server *own = data;
  g_clear_object(&own->address);
  g_free(own);
}

const LimsPortKind lims_port_kind_tcp_listen = {.name = "tcp-listen",
                                                .form = "tcp-listen:[address:]port",
                                                .listens = TRUE,
                                                .early = TRUE,
                                                .parse = parse,
                                                .open = open_port,
                                                .shut = shut,
                                                .free_own = free_own};
