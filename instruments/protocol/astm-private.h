/* Inside the ASTM machine: what its parts (scanner, receiver, sender) share. Not for users of astm.h.
 *
 * The scanner cuts bytes into blocks, the receiver decides what a block means for the session, the sender
 * owns the line while it enquires and sends. astm.c feeds them and keeps the clock.
 */
#pragma once
#include "instruments/protocol/astm.h"

enum {
  LIMS_ASTM_STX = 0x02,
  LIMS_ASTM_ETX = 0x03,
  LIMS_ASTM_EOT = 0x04,
  LIMS_ASTM_ENQ = 0x05,
  LIMS_ASTM_ACK = 0x06,
  LIMS_ASTM_LF = 0x0a,
  LIMS_ASTM_CR = 0x0d,
  LIMS_ASTM_NAK = 0x15,
  LIMS_ASTM_ETB = 0x17,
};

/* What is remembered of a message's text to tell whether it ends in a terminator: its last record's
 * beginning. */
typedef struct {
  guint8 head[4];
  guint head_size;
  gboolean closed;    /* the record's CR has come */
  gboolean frame_end; /* the last frame ended in ETX */
  guint8 field;       /* delimiter, from the header */
} LimsAstmTail;

void lims_astm_tail_init(LimsAstmTail *tail);
/* Adds the text of one frame. */
void lims_astm_tail_add(LimsAstmTail *tail, const guint8 *text, gsize size, gboolean last);
gboolean lims_astm_tail_is_terminator(const LimsAstmTail *tail);
/* TRUE if a header at the start of `text` begins a new message after `tail`. */
gboolean lims_astm_tail_breaks_at(const LimsAstmTail *tail, const guint8 *text, gsize size);
/* "H|\^&": the letter and a delimiter, blanks before it allowed. */
gboolean lims_astm_text_begins_message(const guint8 *text, gsize size);
/* A record as devices write them: a header, or a letter, the delimiter and a sequence number. Used only where
 * a CR is missing, so that a field split over frames is not taken for a record. */
gboolean lims_astm_text_begins_record(const guint8 *text, gsize size, guint8 field);
gboolean lims_astm_text_is_blank(const guint8 *text, gsize size);

typedef enum {
  LIMS_ASTM_OUTSIDE,  /* between blocks: noise is gathered */
  LIMS_ASTM_TEXT,     /* after STX */
  LIMS_ASTM_SUM,      /* after ETB or ETX: two digits */
  LIMS_ASTM_TRAILER,  /* after the digits: CR LF */
  LIMS_ASTM_SKIPPING, /* the block is spoiled: to its LF */
} LimsAstmScan;

typedef struct {
  LimsAstmScan state;
  GByteArray *block;     /* the frame, or the noise, gathered so far */
  gsize text_end;        /* offset of ETB or ETX in block */
  const char *spoiled;   /* SKIPPING: why */
  gboolean enquiry_held; /* an ENQ came amid other bytes: silence or STX will show whether it was one */
  gint64 quiet_at;       /* when silence decides, or -1 */
} LimsAstmScanner;

typedef enum {
  LIMS_ASTM_NEUTRAL,
  LIMS_ASTM_RECEIVING,
  LIMS_ASTM_ENQUIRING, /* our ENQ is out */
  LIMS_ASTM_SENDING,   /* our frame is out */
} LimsAstmPhase;

typedef struct {
  gboolean open;      /* a frame of a message was accepted and the message not ended */
  LimsAstmTail tail;  /* of the open message */
  guint last_number;  /* of last_frame */
  GBytes *last_frame; /* the last accepted one of this session, or NULL */
  guint64 token;      /* of the FRAME that waits for its answer, or 0 */
  GBytes *waiting_frame;
  LimsAstmTail waiting_tail;
  gboolean waiting_ends;
  gboolean lost;  /* the line went while the frame waited */
  guint64 tokens; /* given so far */
} LimsAstmReceiver;

typedef struct {
  GQueue messages;   /* GBytes *: the first is being sent while ENQUIRING or SENDING */
  GPtrArray *frames; /* GBytes *: of the first message */
  guint frame;       /* index of the frame that is out */
  guint tries;       /* sends of that frame */
  guint refusals;    /* NAKs to our ENQ in a row */
  guint contentions; /* in a row */
  gint64 hold_until; /* no ENQ before; 0: none */
  gboolean draining; /* the reply was neither ACK, NAK nor EOT: silence, then send again */
} LimsAstmSender;

typedef struct {
  LimsProtocol base;
  LimsAstmSettings settings;
  LimsAstmPhase phase;
  gboolean up, ready;
  gint64 timer;        /* of the phase, or -1 */
  GQueue events;       /* LimsEvent * */
  GByteArray *pending; /* bytes not read yet */
  gsize read;          /* of these, while they are being read: the one at hand; else 0 */
  LimsAstmScanner scanner;
  LimsAstmReceiver receiver;
  LimsAstmSender sender;
} LimsAstm;

/* astm.c */
gint64 lims_astm_after(const LimsAstm *astm, gint64 now_us, double seconds);
LimsEvent *lims_astm_push(LimsAstm *astm, LimsEventKind kind, const char *reason,
                          GBytes *bytes); /* takes bytes */
void lims_astm_push_reject(LimsAstm *astm, const char *reason, const guint8 *bytes, gsize size);
void lims_astm_push_byte(LimsAstm *astm, guint8 byte);
void lims_astm_become_neutral(LimsAstm *astm);

/* astm-scanner.c */
/* Reads one byte; FALSE: it ended a frame by its presence and is to be read again. */
gboolean lims_astm_scan(LimsAstm *astm, guint8 byte, gint64 now_us);
void lims_astm_scan_quiet(LimsAstm *astm, gint64 now_us);
/* A byte that is no block's. */
void lims_astm_scan_noise(LimsAstm *astm, guint8 byte, gint64 now_us);
/* Rejects what is gathered: the frame as "cut", noise as "no-frame". */
void lims_astm_scan_flush(LimsAstm *astm);

/* astm-receiver.c */
void lims_astm_receive_enquiry(LimsAstm *astm, gboolean awaits_reply, gint64 now_us);
void lims_astm_receive_end(LimsAstm *astm, gboolean doubtful, gint64 now_us);
void lims_astm_receive_frame(LimsAstm *astm, const guint8 *frame, gsize size, gint64 now_us);
void lims_astm_receive_bad_frame(LimsAstm *astm, const char *reason, const guint8 *frame, gsize size,
                                 gint64 now_us);
void lims_astm_receive_answer(LimsAstm *astm, LimsAnswer answer, gint64 now_us);
void lims_astm_receive_timeout(LimsAstm *astm);
void lims_astm_receive_lost(LimsAstm *astm);

/* astm-sender.c */
/* Begins the first queued message if the line is free. */
void lims_astm_send_begin(LimsAstm *astm, gint64 now_us);
void lims_astm_send_reply(LimsAstm *astm, guint8 byte, gint64 now_us);
void lims_astm_send_timeout(LimsAstm *astm, gint64 now_us);
/* The silence after a garbled reply. */
void lims_astm_send_quiet(LimsAstm *astm, gint64 now_us);
void lims_astm_send_fail(LimsAstm *astm, const char *reason, gint64 hold_until);
