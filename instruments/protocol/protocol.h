/* A protocol: a pure state machine between the bytes of a line and whole messages.
 *
 * Bytes and the monotonic time go in; events come out: bytes to send, frames to commit, rejected bytes, the
 * end of a message. It opens nothing, never sleeps, knows no clock and logs nothing. The daemon, the
 * simulator, the replayer, the tests and the fuzzers drive the same code.
 *
 * The contract of a FRAME: the machine has checked it and waits. The caller commits the bytes to disk and
 * only then calls answer(token, ACCEPTED); the acknowledgement comes out as a SEND after that, never before.
 * BUSY refuses it in the protocol's way (the sender tries again); GONE answers nothing, so that the sender's
 * own timer decides. Protocols without acknowledgement give FRAMEs too; nothing is sent for them.
 *
 * Whatever arrives while a FRAME waits for its answer is kept (bounded) and read afterwards.
 */
#pragma once
#include <glib.h>

typedef struct LimsProtocol LimsProtocol;

typedef enum {
  LIMS_EVENT_SEND,   /* bytes for the wire */
  LIMS_EVENT_FRAME,  /* bytes to commit, then answer(token) */
  LIMS_EVENT_END,    /* the open message ended without its end mark: incomplete, with the reason */
  LIMS_EVENT_REJECT, /* bytes that are no frame: kept in the station's ring and counted; reason says why */
  LIMS_EVENT_DONE,   /* sending: our message was accepted whole */
  LIMS_EVENT_FAILED, /* sending: our message was not accepted; reason; it must be sent again whole */
} LimsEventKind;

typedef struct {
  LimsEventKind kind;
  guint64 token;   /* FRAME */
  GBytes *bytes;   /* SEND, FRAME (the raw frame as it came), REJECT; DONE, FAILED: our message; owned by the
                      event */
  gboolean starts; /* FRAME: the first of a message; an open message of the station ends incomplete */
  gboolean ends;   /* FRAME: the last of a message: with it the message is complete */
  gboolean acknowledged; /* FRAME: the sender waits for an acknowledgement and will repeat; FALSE: what is not
                            kept is lost */
  const char *reason;    /* END, REJECT, FAILED: static, one of the words that the protocol's header lists */
} LimsEvent;

void lims_event_clear(LimsEvent *event);

typedef enum { LIMS_ANSWER_ACCEPTED, LIMS_ANSWER_BUSY, LIMS_ANSWER_GONE } LimsAnswer;

/* Every call that takes `now_us` takes monotonic microseconds that never go back. */
typedef struct {
  const char *name; /* "astm", "lines" … as in a driver's protocol= */
  void (*free)(LimsProtocol *protocol);
  void (*feed)(LimsProtocol *protocol, const guint8 *bytes, gsize size, gint64 now_us);
  /* The moment at which tick() wants to be called, or -1. */
  gint64 (*deadline)(const LimsProtocol *protocol);
  void (*tick)(LimsProtocol *protocol, gint64 now_us);
  void (*answer)(LimsProtocol *protocol, guint64 token, LimsAnswer answer, gint64 now_us);
  /* FALSE: nothing can be committed now; new messages are refused in the protocol's way (ASTM: NAK on ENQ).
   */
  void (*set_ready)(LimsProtocol *protocol, gboolean ready, gint64 now_us);
  /* The line was opened (TRUE) or lost (FALSE): forget half frames; an open message ends. */
  void (*connected)(LimsProtocol *protocol, gboolean up, gint64 now_us);
  /* Next event, FALSE if none. The caller clears it. */
  gboolean (*next)(LimsProtocol *protocol, LimsEvent *event);
  /* Queues one whole message (ASTM: record text with CR after each record) to be sent when the line is free.
   * NULL where the protocol never sends by itself. */
  void (*send)(LimsProtocol *protocol, GBytes *message, gint64 now_us);
  /* TRUE if nothing is open, queued or awaited. */
  gboolean (*idle)(const LimsProtocol *protocol);
} LimsProtocolClass;

struct LimsProtocol {
  const LimsProtocolClass *class; /* first member of each protocol's own struct */
};

/* Convenience over the class. */
void lims_protocol_free(LimsProtocol *protocol);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsProtocol, lims_protocol_free)
void lims_protocol_feed(LimsProtocol *protocol, const guint8 *bytes, gsize size, gint64 now_us);
gint64 lims_protocol_deadline(const LimsProtocol *protocol);
void lims_protocol_tick(LimsProtocol *protocol, gint64 now_us);
void lims_protocol_answer(LimsProtocol *protocol, guint64 token, LimsAnswer answer, gint64 now_us);
void lims_protocol_set_ready(LimsProtocol *protocol, gboolean ready, gint64 now_us);
void lims_protocol_connected(LimsProtocol *protocol, gboolean up, gint64 now_us);
gboolean lims_protocol_next(LimsProtocol *protocol, LimsEvent *event);
gboolean lims_protocol_send(LimsProtocol *protocol, GBytes *message, gint64 now_us); /* FALSE: cannot send */
gboolean lims_protocol_idle(const LimsProtocol *protocol);
