/* tty: pseudo-terminals and socat's links, which libserialport refuses; and tty:new, which makes one.
 *
 * A given terminal is opened, locked and made raw; the baud rate and the character's form mean nothing there,
 * and are not asked of it. What somebody wrote before the opening is forgotten, as on a real port that nobody
 * had open: an acknowledgement of an enquiry from before would be taken for one of what is sent now.
 *
 * tty:new holds the master of a new pair. Whoever opens the other end is its peer, who goes when that end is
 * closed; the master then hangs up (HUP, EIO) until the next comes. Waiting on it would spin, so it is looked
 * at by a timer, and the newcomer is believed at the second look: by then it has made its own settings.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>
#include "lims/core/error.h"

#define LOOK_MS 50

typedef struct {
  gboolean makes;
  int master; /* -1 until made */
  gboolean seen;
  GSource *look;
} Terminal;

static gboolean parse(LimsPort *port, const char *rest, GError **error) {
  gboolean makes = g_str_equal(rest, "new");
  if (!makes && !g_str_has_prefix(rest, "/")) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "a path must follow, such as tty:/dev/pts/3, or tty:new");
    return FALSE;
  }
  Terminal *own = g_new0(Terminal, 1);
  own->makes = makes;
  own->master = -1;
  port->own = own;
  if (makes)
    g_clear_pointer(&port->address, g_free);
  return TRUE;
}

static void release(int fd, gpointer handle, gboolean lost) {
  lims_terminal_unlock(fd, lost);
  close(fd);
}

static gboolean open_given(LimsPort *port, GError **error) {
  g_autofree char *path = lims_terminal_resolve(port->address, error);
  LimsChannel channel = {.fd = path ? lims_terminal_open(path, error) : -1, .release = release};
  if (channel.fd < 0)
    return FALSE;
  if (!lims_terminal_lock(channel.fd, path, error)) {
    close(channel.fd);
    return FALSE;
  }
  if (!lims_terminal_set_raw(channel.fd, port->settings.flow == 's' ? 's' : 'n', path, error)) {
    release(channel.fd, NULL, FALSE);
    return FALSE;
  }
  lims_port_adopt(port, &channel, path);
  return TRUE;
}

/* The other end is opened and closed once: only then does the master report that nobody is there. */
static gboolean prepare_pair(Terminal *own, char **path, GError **error) {
  char name[64];
  int other = -1;
  own->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (own->master >= 0 && grantpt(own->master) == 0 && unlockpt(own->master) == 0 &&
      ptsname_r(own->master, name, sizeof name) == 0)
    other = open(name, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (other < 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "cannot make a pseudo-terminal: %s", g_strerror(errno));
    return FALSE;
  }
  gboolean raw = lims_terminal_set_raw(other, 'n', name, error);
  close(other);
  if (raw)
    *path = g_strdup(name);
  return raw;
}

static gboolean make_pair(LimsPort *port, GError **error) {
  Terminal *own = port->own;
  if (prepare_pair(own, &port->address, error))
    return TRUE;
  if (own->master >= 0)
    close(own->master);
  own->master = -1;
  return FALSE;
}

/* The master outlives its peers. */
static void keep_master(int fd, gpointer handle, gboolean lost) {
}

static gboolean is_open_elsewhere(int master) {
  struct pollfd look = {.fd = master, .events = POLLIN};
  return poll(&look, 1, 0) > 0 ? !(look.revents & POLLHUP) || (look.revents & POLLIN) : TRUE;
}

static gboolean on_look(gpointer data) {
  LimsPort *port = data;
  Terminal *own = port->own;
  gboolean present = is_open_elsewhere(own->master);
  if (!present || !own->seen) {
    own->seen = present;
    return G_SOURCE_CONTINUE;
  }
  lims_port_clear_source(&own->look);
  LimsChannel channel = {.fd = own->master, .release = keep_master};
  lims_port_adopt(port, &channel, port->address);
  return G_SOURCE_REMOVE;
}

static gboolean open_port(LimsPort *port, GError **error) {
  Terminal *own = port->own;
  if (!own->makes)
    return open_given(port, error);
  if (own->master < 0 && !make_pair(port, error))
    return FALSE;
  own->seen = FALSE;
  own->look = lims_port_attach_timer(port, LOOK_MS, on_look, port);
  return TRUE;
}

static void shut(LimsPort *port) {
  lims_port_clear_source(&((Terminal *)port->own)->look);
}

static void free_own(gpointer data) {
  Terminal *own = data;
  if (own->master >= 0)
    close(own->master);
  g_free(own);
}

const LimsPortKind lims_port_kind_tty = {.name = "tty",
                                         .form = "tty:/dev/pts/3 or tty:new",
                                         .early = TRUE,
                                         .parse = parse,
                                         .open = open_port,
                                         .shut = shut,
                                         .free_own = free_own};
