/* One open descriptor, whatever it is: bytes in, bytes out, and its end.
 *
 * A line may take nothing for minutes (flow control, a dead network), give half a frame, or hang up. So
 * writing goes straight to the kernel and queues the rest, bounded, behind a G_IO_OUT source that exists only
 * while something waits; and HUP, ERR, NVAL, end of file and every error of read or write but EAGAIN end both
 * watches before the loss is told, for a descriptor in that state is ready for ever and would spin the loop.
 * The loss noticed inside a call of the owner's is told from a source of its own. On the context's thread.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include "lims/core/error.h"

#define READ_SIZE 16384

static gboolean is_gone(const LimsPeer *peer) {
  return !peer->port || peer->loss;
}

static void lose(LimsPeer *peer, int code) {
  g_autoptr(GError) loss =
      code ? g_error_new(LIMS_ERROR, LIMS_ERROR_IO, "%s: the line was lost: %s", peer->name, g_strerror(code))
           : g_error_new(LIMS_ERROR, LIMS_ERROR_IO, "%s: the far end hung up", peer->name);
  lims_port_lose(peer->port, peer, loss);
}

/* TRUE while the descriptor may give more. */
static gboolean take(LimsPeer *peer) {
  guint8 bytes[READ_SIZE];
  gssize got = read(peer->channel.fd, bytes, sizeof bytes);
  if (got > 0) {
    peer->heard = TRUE;
    peer->heard_at_us = g_get_monotonic_time();
    if (peer->port->events.received)
      peer->port->events.received(peer, bytes, (gsize)got, peer->port->data);
    return TRUE;
  }
  if (got < 0 && errno == EINTR)
    return TRUE;
  if (got < 0 && errno == EAGAIN)
    return FALSE;
  lose(peer, got < 0 ? errno : 0);
  return FALSE;
}

/* What was sent before a hang-up is read to its end first. */
static gboolean on_readable(gint fd, GIOCondition condition, gpointer data) {
  LimsPeer *peer = g_rc_box_acquire(data);
  gboolean more = !(condition & G_IO_NVAL) && take(peer);
  if (!more && !is_gone(peer) && (condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)))
    lose(peer, 0);
  lims_peer_unref(peer);
  return G_SOURCE_CONTINUE;
}

static gboolean on_opened(gpointer data) {
  LimsPeer *peer = g_rc_box_acquire(data);
  lims_port_clear_source(&peer->deferred);
  peer->in =
      lims_port_attach_fd(peer->port, peer->channel.fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, peer);
  if (peer->port->events.opened)
    peer->port->events.opened(peer, peer->name, peer->port->data);
  lims_peer_unref(peer);
  return G_SOURCE_REMOVE;
}

static gboolean on_lost(gpointer data) {
  LimsPeer *peer = g_rc_box_acquire(data);
  lims_port_clear_source(&peer->deferred);
  lims_port_lose(peer->port, peer, peer->loss);
  lims_peer_unref(peer);
  return G_SOURCE_REMOVE;
}

static void lose_later(LimsPeer *peer, int code) {
  peer->loss =
      g_error_new(LIMS_ERROR, LIMS_ERROR_IO, "%s: the line was lost: %s", peer->name, g_strerror(code));
  lims_port_clear_source(&peer->in);
  lims_port_clear_source(&peer->out);
  lims_port_clear_source(&peer->deferred);
  peer->deferred = lims_port_attach_timer(peer->port, 0, on_lost, peer);
}

/* Gives the kernel what it takes now; a socket must not raise SIGPIPE. */
static gsize offer(LimsPeer *peer, const guint8 *bytes, gsize size) {
  gsize done = 0;
  while (done < size) {
    gssize sent = peer->channel.is_socket ? send(peer->channel.fd, bytes + done, size - done, MSG_NOSIGNAL)
                                          : write(peer->channel.fd, bytes + done, size - done);
    if (sent > 0)
      done += (gsize)sent;
    else if (sent == 0 || errno == EAGAIN)
      break;
    else if (errno != EINTR) {
      lose_later(peer, errno);
      break;
    }
  }
  return done;
}

static gboolean on_writable(gint fd, GIOCondition condition, gpointer data) {
  LimsPeer *peer = g_rc_box_acquire(data);
  gsize done = offer(peer, peer->queue->data, peer->queue->len);
  g_byte_array_remove_range(peer->queue, 0, (guint)done);
  if (peer->queue->len == 0)
    lims_port_clear_source(&peer->out);
  lims_peer_unref(peer);
  return G_SOURCE_CONTINUE;
}

gboolean lims_peer_write(LimsPeer *peer, const guint8 *bytes, gsize size) {
  if (is_gone(peer) || size > LIMS_PEER_QUEUE_MAX - peer->queue->len)
    return FALSE;
  gsize done = peer->queue->len == 0 ? offer(peer, bytes, size) : 0;
  if (is_gone(peer))
    return FALSE;
  g_byte_array_append(peer->queue, bytes + done, (guint)(size - done));
  if (peer->queue->len > 0 && !peer->out)
    peer->out = lims_port_attach_fd(peer->port, peer->channel.fd, G_IO_OUT, on_writable, peer);
  return TRUE;
}

gsize lims_peer_pending(const LimsPeer *peer) {
  return peer->queue->len;
}

void lims_peer_set_data(LimsPeer *peer, gpointer data) {
  peer->data = data;
}

gpointer lims_peer_get_data(const LimsPeer *peer) {
  return peer->data;
}

LimsPeer *lims_peer_new(LimsPort *port, const LimsChannel *channel, const char *name) {
  LimsPeer *peer = g_rc_box_new0(LimsPeer);
  peer->port = port;
  peer->channel = *channel;
  peer->name = g_strdup(name);
  peer->queue = g_byte_array_new();
  peer->opened_at_us = peer->heard_at_us = g_get_monotonic_time();
  peer->deferred = lims_port_attach_timer(port, 0, on_opened, peer);
  return peer;
}

void lims_peer_drop(LimsPeer *peer, gboolean lost) {
  if (!peer->port)
    return;
  lims_port_clear_source(&peer->in);
  lims_port_clear_source(&peer->out);
  lims_port_clear_source(&peer->deferred);
  g_byte_array_set_size(peer->queue, 0);
  if (peer->channel.release)
    peer->channel.release(peer->channel.fd, peer->channel.handle, lost);
  else
    close(peer->channel.fd);
  peer->port = NULL;
}

static void clear_peer(gpointer data) {
  LimsPeer *peer = data;
  g_byte_array_unref(peer->queue);
  g_clear_error(&peer->loss);
  g_free(peer->name);
}

void lims_peer_unref(LimsPeer *peer) {
  g_rc_box_release_full(peer, clear_peer);
}
