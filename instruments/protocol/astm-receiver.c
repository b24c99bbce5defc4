/* The receiving side of a session: what a block means, what to answer, where messages begin and end.
 *
 * The sender repeats what was not acknowledged and never what was; so an ACK leaves only for bytes on disk,
 * and only while the sender still waits for it. When it has gone on meanwhile (its next STX, ENQ or EOT is
 * already here), a late ACK would be taken for the next frame's: none is sent, the later block gets its own
 * reply.
 *
 * The number of the last accepted frame again means a repeat after a lost ACK: acknowledged, not given out
 * twice. But only if it is the same frame; other bytes under that number have never been seen, and are
 * refused, not swallowed.
 */
#include "instruments/protocol/astm-private.h"
#include <string.h>

#define RECEIVER_SECONDS 30.0     /* 6.5.2: without a frame or EOT, the session is over */
#define DOUBTFUL_END_SECONDS 20.0 /* longer than a sender waits for the reply to a frame */

static void start_timer(LimsAstm *astm, gint64 now_us) {
  astm->timer = lims_astm_after(astm, now_us, RECEIVER_SECONDS);
}

/* TRUE if one of `signs` is already here from `at` on: the sender no longer waits for our reply. */
static gboolean sender_went_on(const LimsAstm *astm, gsize at, const char *signs) {
  for (gsize i = at; i < astm->pending->len; i++) {
    if (astm->pending->data[i] != 0 && strchr(signs, astm->pending->data[i]))
      return TRUE;
  }
  return FALSE;
}

static void reply_to_frame(LimsAstm *astm, guint8 byte, gint64 now_us) {
  static const char NEXT_BLOCK[] = {LIMS_ASTM_STX, LIMS_ASTM_ENQ, LIMS_ASTM_EOT, 0};
  start_timer(astm, now_us);
  if (!sender_went_on(astm, astm->read, NEXT_BLOCK))
    lims_astm_push_byte(astm, byte);
}

static void forget_frames(LimsAstmReceiver *receiver) {
  g_clear_pointer(&receiver->last_frame, g_bytes_unref);
}

/* The open message, if there is one, ends without ETX after its terminator. */
static void end_message(LimsAstm *astm, const char *reason) {
  LimsAstmReceiver *receiver = &astm->receiver;
  if (!receiver->open)
    return;
  gboolean whole = receiver->tail.closed && lims_astm_tail_is_terminator(&receiver->tail);
  lims_astm_push(astm, LIMS_EVENT_END, whole ? "whole" : reason, NULL);
  receiver->open = FALSE;
}

/* Two enquiries at once get one reply: the second would be taken for the first frame's. */
static void reply_to_enquiry(LimsAstm *astm) {
  static const char ENQUIRY[] = {LIMS_ASTM_ENQ, 0};
  if (!sender_went_on(astm, astm->read + 1, ENQUIRY))
    lims_astm_push_byte(astm, astm->ready ? LIMS_ASTM_ACK : LIMS_ASTM_NAK);
}

void lims_astm_receive_enquiry(LimsAstm *astm, gboolean awaits_reply, gint64 now_us) {
  end_message(astm, "new-enquiry");
  forget_frames(&astm->receiver);
  if (astm->ready) {
    astm->phase = LIMS_ASTM_RECEIVING;
    start_timer(astm, now_us);
  } else {
    lims_astm_become_neutral(astm);
  }
  if (awaits_reply)
    reply_to_enquiry(astm);
}

static void leave(LimsAstm *astm, const char *reason) {
  end_message(astm, reason);
  forget_frames(&astm->receiver);
  lims_astm_become_neutral(astm);
}

void lims_astm_receive_end(LimsAstm *astm, gboolean doubtful, gint64 now_us) {
  if (astm->phase != LIMS_ASTM_RECEIVING)
    return;
  leave(astm, "sender-ended");
  /* The other side has had the line: we may enquire again (6.3.5.3, 6.2.7.1). */
  astm->sender.hold_until = doubtful ? lims_astm_after(astm, now_us, DOUBTFUL_END_SECONDS) : 0;
  astm->sender.contentions = 0;
}

void lims_astm_receive_timeout(LimsAstm *astm) {
  lims_astm_scan_flush(astm);
  leave(astm, "timeout");
}

void lims_astm_receive_lost(LimsAstm *astm) {
  lims_astm_scan_flush(astm);
  if (astm->receiver.token)
    astm->receiver.lost = TRUE; /* the waiting frame may yet complete the message */
  else
    leave(astm, "line-lost");
}

void lims_astm_receive_bad_frame(LimsAstm *astm, const char *reason, const guint8 *frame, gsize size,
                                 gint64 now_us) {
  lims_astm_push_reject(astm, reason, frame, size);
  if (astm->phase == LIMS_ASTM_RECEIVING)
    reply_to_frame(astm, LIMS_ASTM_NAK, now_us);
}

/* A frame nobody has seen, with the number that is due: it is given out and awaits its answer. */
static void give_frame(LimsAstm *astm, GBytes *frame, const guint8 *text, gsize text_size, gboolean last) {
  LimsAstmReceiver *receiver = &astm->receiver;
  gboolean breaks = receiver->open && lims_astm_tail_breaks_at(&receiver->tail, text, text_size);
  if (breaks && lims_astm_tail_is_terminator(&receiver->tail))
    end_message(astm, "whole");
  gboolean starts = !receiver->open || breaks;
  if (starts)
    lims_astm_tail_init(&receiver->waiting_tail);
  else
    receiver->waiting_tail = receiver->tail;
  lims_astm_tail_add(&receiver->waiting_tail, text, text_size, last);
  receiver->waiting_ends = last && lims_astm_tail_is_terminator(&receiver->waiting_tail);
  receiver->waiting_frame = g_bytes_ref(frame);
  receiver->token = ++receiver->tokens;
  astm->timer = -1;
  LimsEvent *event = lims_astm_push(astm, LIMS_EVENT_FRAME, NULL, g_bytes_ref(frame));
  event->token = receiver->token;
  event->starts = starts;
  event->ends = receiver->waiting_ends;
  event->acknowledged = TRUE;
}

static void remember(LimsAstmReceiver *receiver, GBytes *frame) {
  const guint8 *bytes = g_bytes_get_data(frame, NULL);
  GBytes *kept = g_bytes_ref(frame);
  forget_frames(receiver);
  receiver->last_number = bytes[1] - '0';
  receiver->last_frame = kept;
}

/* The same from the frame's number to its end; digits may differ in case, the trailer in completeness. */
static gboolean is_repeat(const LimsAstmReceiver *receiver, GBytes *frame) {
  if (!receiver->last_frame)
    return FALSE;
  gsize size, last_size, text_size, last_text_size;
  const guint8 *bytes = g_bytes_get_data(frame, &size), *text;
  const guint8 *last_bytes = g_bytes_get_data(receiver->last_frame, &last_size), *last_text;
  gboolean last;
  return lims_astm_frame_text(bytes, size, &text, &text_size, &last) &&
         lims_astm_frame_text(last_bytes, last_size, &last_text, &last_text_size, &last) &&
         text_size == last_text_size && memcmp(bytes + 1, last_bytes + 1, text_size + 2) == 0;
}

static void receive_in_session(LimsAstm *astm, GBytes *frame, gint64 now_us) {
  LimsAstmReceiver *receiver = &astm->receiver;
  gsize size, text_size;
  const guint8 *bytes = g_bytes_get_data(frame, &size), *text;
  gboolean last;
  guint number = bytes[1] - '0'; /* above 7 for what is no digit: never due */
  guint due = receiver->last_frame ? (receiver->last_number + 1) % 8 : 1;
  if (is_repeat(receiver, frame)) {
    reply_to_frame(astm, LIMS_ASTM_ACK, now_us);
  } else if (number != due || !lims_astm_frame_text(bytes, size, &text, &text_size, &last)) {
    lims_astm_receive_bad_frame(astm, "frame-number", bytes, size, now_us);
  } else if (!receiver->open && lims_astm_text_is_blank(text, text_size)) {
    remember(receiver, frame);
    reply_to_frame(astm, LIMS_ASTM_ACK, now_us);
  } else {
    give_frame(astm, frame, text, text_size, last);
  }
}

void lims_astm_receive_frame(LimsAstm *astm, const guint8 *frame, gsize size, gint64 now_us) {
  if (astm->phase != LIMS_ASTM_RECEIVING) {
    lims_astm_push_reject(astm, "no-session", frame, size);
    return;
  }
  g_autoptr(GBytes) bytes = g_bytes_new(frame, size);
  receive_in_session(astm, bytes, now_us);
}

static void accept_waiting(LimsAstmReceiver *receiver) {
  remember(receiver, receiver->waiting_frame);
  receiver->tail = receiver->waiting_tail;
  receiver->open = !receiver->waiting_ends;
}

void lims_astm_receive_answer(LimsAstm *astm, LimsAnswer answer, gint64 now_us) {
  LimsAstmReceiver *receiver = &astm->receiver;
  receiver->token = 0;
  if (answer == LIMS_ANSWER_ACCEPTED)
    accept_waiting(receiver);
  g_clear_pointer(&receiver->waiting_frame, g_bytes_unref);
  if (receiver->lost) {
    receiver->lost = FALSE;
    leave(astm, "line-lost");
  } else if (answer == LIMS_ANSWER_GONE) {
    start_timer(astm, now_us);
  } else {
    reply_to_frame(astm, answer == LIMS_ANSWER_ACCEPTED ? LIMS_ASTM_ACK : LIMS_ASTM_NAK, now_us);
  }
}
