/* A port moves bytes: serial, TCP in both roles, terminals. One vtable, chosen by the device string.
 *
 *   serial:/dev/ttyUSB0   libserialport (real ports; by-id links)     serial:/dev/serial/by-id/…
 *   tcp:host:port         connects                                    tcp-listen:[address:]port   accepts
 *   tty:/dev/pts/3        pseudo-terminals, socat links               tty:new   makes one (simulators, tests)
 *
 * tty:new opens when somebody opens the terminal that it made, and is lost when that one closes it, again and
 * again. A terminal and a serial port forget what was written to them before they were opened.
 *
 * Everything is asynchronous on the GMainContext given at opening; callbacks run there, never from inside a
 * call of the owner's. A port that is lost (HUP, EOF, EIO, unplugged) says so once and reopens with back-off
 * by itself until it is freed. tcp-listen takes several connections: each is a peer of its own, told apart by
 * `peer`.
 */
#pragma once
#include <glib.h>

typedef struct LimsPort LimsPort;
typedef struct LimsPeer LimsPeer; /* one open way in and out; valid from opened() to closed() */

typedef struct {
  int baud, data_bits, stop_bits;
  char parity; /* 'n' 'e' 'o' */
  char flow;   /* 'n' 'h' 's' */
} LimsPortSettings;

typedef struct {
  /* A way is open. `name` for people: "/dev/ttyUSB0", "10.1.2.3:40112". */
  void (*opened)(LimsPeer *peer, const char *name, gpointer data);
  void (*received)(LimsPeer *peer, const guint8 *bytes, gsize size, gpointer data);
  /* The way is gone; nothing more comes from this peer. `error` says why; owned by the caller. */
  void (*closed)(LimsPeer *peer, const GError *error, gpointer data);
  /* Opening failed; it will be tried again in retry_ms; 0: it will not. */
  void (*failed)(LimsPort *port, const GError *error, guint retry_ms, gpointer data);
  /* tcp-listen: peers are accepted at `address` from now on. */
  void (*listening)(LimsPort *port, const char *address, gpointer data);
} LimsPortEvents; /* each may be NULL */

/* Bytes that one peer may have queued behind a line that does not take them. */
#define LIMS_PEER_QUEUE_MAX (1024 * 1024)
/* Connections that one tcp-listen holds at a time; for one more, the one that was silent longest is closed.
 */
#define LIMS_PORT_PEERS_MAX 32

/* Parses the device and makes the port, without opening. settings NULL: 9600 8N1 none. NULL on a malformed
 * device. */
LimsPort *lims_port_new(const char *device, const LimsPortSettings *settings, const LimsPortEvents *events,
                        gpointer data, GMainContext *context, GError **error);
/* Begins to open; outcome by events. retry = FALSE: one try, and a lost port stays closed (tools). Call it on
 * the context's thread, or before that thread runs. */
void lims_port_start(LimsPort *port, gboolean retry);
/* Closes every peer (without closed() events) and frees. Call on the context's thread; also from inside an
 * event. */
void lims_port_free(LimsPort *port);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsPort, lims_port_free)

/* Queues bytes; whatever the kernel does not take at once is sent when it can. FALSE: the queue's bound is
 * passed or the peer is gone. */
gboolean lims_peer_write(LimsPeer *peer, const guint8 *bytes, gsize size);
/* Bytes accepted by lims_peer_write and not yet by the kernel. */
gsize lims_peer_pending(const LimsPeer *peer);
void lims_peer_set_data(LimsPeer *peer, gpointer data);
gpointer lims_peer_get_data(const LimsPeer *peer);

const char *lims_port_device(const LimsPort *port);
/* tty:new: the path of the terminal that was made; tcp-listen:0: "127.0.0.1:PORT"; known after
 * lims_port_start, NULL if that could not be made. Of other kinds: what follows the colon in the device. */
const char *lims_port_address(const LimsPort *port);
