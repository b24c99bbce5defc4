/* What the kinds of port share: the port around them, and the one engine that moves bytes through a
 * descriptor.
 *
 * A kind only knows how to get a descriptor. It hands it over with lims_port_adopt(); from then on stream.c
 * reads, writes and notices the loss, and port.c decides when the kind is asked again. Private to
 * instruments/port.
 */
#pragma once
#include <glib-unix.h>
#include <sys/socket.h>
#include "instruments/port/port.h"

typedef struct {
  const char *name; /* before the colon in a device */
  const char *form; /* for people */
  gboolean listens; /* gives many peers; the loss of one does not reopen it */
  gboolean early;   /* open() within lims_port_start: its address is wanted at once */
  /* Checks what follows the colon and keeps it in port->own. */
  gboolean (*parse)(LimsPort *port, const char *rest, GError **error);
  /* Begins to open. FALSE: failed now. TRUE: lims_port_adopt, _accept or _fail follows, or has been called.
   */
  gboolean (*open)(LimsPort *port, GError **error);
  /* Ends an opening under way and what open() keeps beside its peers. */
  void (*shut)(LimsPort *port);
  void (*free_own)(gpointer own);
} LimsPortKind;

extern const LimsPortKind lims_port_kind_serial, lims_port_kind_tty, lims_port_kind_tcp,
    lims_port_kind_tcp_listen;

struct LimsPort { /* a g_rc_box: events may free the port that sends them */
  const LimsPortKind *kind;
  char *device, *address;
  LimsPortSettings settings;
  LimsPortEvents events;
  gpointer data;
  GMainContext *context;
  GPtrArray *peers; /* LimsPeer *, each a reference */
  GSource *timer;   /* the next try, or the telling of a failure */
  GError *failure;
  guint delay_ms; /* before the next try */
  gboolean retry, freed;
  gpointer own; /* the kind's */
};

/* An open descriptor, and how to let it go. */
typedef struct {
  int fd;
  gboolean is_socket;
  void (*release)(int fd, gpointer handle, gboolean lost); /* NULL: close(fd) */
  gpointer handle;
} LimsChannel;

struct LimsPeer { /* a g_rc_box */
  LimsPort *port; /* NULL once gone */
  LimsChannel channel;
  char *name;
  GSource *in, *out, *deferred; /* deferred: tells the opening or the loss, outside of the owner's calls */
  GByteArray *queue;
  GError *loss;
  gint64 opened_at_us, heard_at_us; /* monotonic; heard at its opening, too */
  gboolean heard;
  gpointer data;
};

/* For kinds. */
LimsPeer *lims_port_adopt(LimsPort *port, const LimsChannel *channel, const char *name);
void lims_port_accept(LimsPort *port);              /* port->address is known; peers may come */
void lims_port_fail(LimsPort *port, GError *error); /* takes the error; told later, then tried again */

/* Of a reference taken with g_rc_box_acquire around what may tell an event. */
void lims_port_unref(LimsPort *port);

/* For stream.c and tcp-listen.c. The peer's end: tells closed() and asks for the next opening. */
void lims_port_lose(LimsPort *port, LimsPeer *peer, const GError *error);

/* stream.c, for port.c. */
LimsPeer *lims_peer_new(LimsPort *port, const LimsChannel *channel, const char *name);
void lims_peer_drop(LimsPeer *peer, gboolean lost); /* closes; no event follows */
void lims_peer_unref(LimsPeer *peer);

/* A source of the port's context. */
GSource *lims_port_attach_fd(LimsPort *port, int fd, GIOCondition condition, GUnixFDSourceFunc callback,
                             gpointer data);
GSource *lims_port_attach_timer(LimsPort *port, guint ms, GSourceFunc callback, gpointer data);
void lims_port_clear_source(GSource **source);

/* terminal.c: what serial and tty share. */
/* The real device behind a link; g_free. The error says what to do about a missing one. */
char *lims_terminal_resolve(const char *path, GError **error);
/* Opens the device and looks whether another program has it. -1 with the error, else a descriptor. */
int lims_terminal_open(const char *path, GError **error);
/* Makes the port ours alone until it is closed. */
gboolean lims_terminal_lock(int fd, const char *path, GError **error);
/* Before close: lets it go; what is unsent is thrown away where it could hold up the closing. */
void lims_terminal_unlock(int fd, gboolean lost);
/* A raw line: no echo, no translation, no modem hang-up, flow control as asked; what arrived before is
 * forgotten. FALSE if the kernel did not take it. */
gboolean lims_terminal_set_raw(int fd, char flow, const char *path, GError **error);
gboolean lims_terminal_is_pty(int fd);

/* tcp.c: what both roles share. */
/* Notices a dead far end within a minute, and sends small frames at once. */
void lims_socket_tune(int fd);
/* "10.1.2.3:4001", "[fe80::1]:4001"; g_free. */
char *lims_socket_name(const struct sockaddr *address, socklen_t size);
/* "host:port" or "[address]:port" into its parts; host g_free. least: the smallest port allowed. */
gboolean lims_socket_parse(const char *text, guint least, char **host, guint16 *number, GError **error);
