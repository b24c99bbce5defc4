/* The sending side: enquiry, frames one at a time, retries, giving up.
 *
 * A reply can be lost, damaged or late. Whatever came in the same read as the reply just taken was sent
 * before our next frame left, so it cannot be that frame's reply: it is passed over. A reply that is neither
 * ACK, NAK nor EOT counts as NAK (6.5.1.2), but the frame goes out again only after silence, or one burst of
 * noise would bring copies whose ACKs run ahead of the frames.
 *
 * A message that fails is dropped here and told with FAILED: only its owner knows whether it is still wanted
 * whole.
 */
#include "instruments/protocol/astm-private.h"

#define REPLY_SECONDS 15.0           /* 6.5.2: to ENQ and to a frame */
#define BUSY_SECONDS 10.0            /* 6.2.6: after NAK to ENQ */
#define INTERRUPTED_SECONDS 15.0     /* 6.3.5.3: after an honoured interrupt */
#define COMPUTER_YIELD_SECONDS 20.0  /* 6.2.7.1: for the instrument's next ENQ */
#define INSTRUMENT_RETRY_SECONDS 1.0 /* 6.2.7.1 */
#define FAILURE_SECONDS 1.0          /* before the next message, so that a dead line is not flooded */
#define SILENCE_SECONDS 1.0          /* after a garbled reply */
#define TRIES 6                      /* 6.5.1.2 */

static void add_frame(GPtrArray *frames, const guint8 *text, gsize size, gboolean last) {
  g_ptr_array_add(frames, lims_astm_frame_new(frames->len + 1, text, size, last));
}

/* ETB in between, ETX at the end; an empty text is one frame. */
static void split_text(GPtrArray *frames, const guint8 *text, gsize size, gsize max_text) {
  while (size > max_text) {
    add_frame(frames, text, max_text, FALSE);
    text += max_text;
    size -= max_text;
  }
  add_frame(frames, text, size, TRUE);
}

static void split_records(GPtrArray *frames, const guint8 *text, gsize size, gsize max_text) {
  while (size > 0) {
    const guint8 *cr = memchr(text, LIMS_ASTM_CR, size);
    gsize record = cr ? (gsize)(cr - text) + 1 : size;
    split_text(frames, text, record, max_text);
    text += record;
    size -= record;
  }
}

static void make_frames(LimsAstm *astm, GBytes *message) {
  gsize size, max_text = astm->settings.max_text;
  const guint8 *text = g_bytes_get_data(message, &size);
  g_ptr_array_set_size(astm->sender.frames, 0);
  if (astm->settings.record_per_frame && size > 0)
    split_records(astm->sender.frames, text, size, max_text);
  else
    split_text(astm->sender.frames, text, size, max_text);
}

void lims_astm_send_begin(LimsAstm *astm, gint64 now_us) {
  LimsAstmSender *sender = &astm->sender;
  GBytes *message = g_queue_peek_head(&sender->messages);
  if (!message || !astm->up || astm->phase != LIMS_ASTM_NEUTRAL || now_us < sender->hold_until)
    return;
  lims_astm_scan_flush(astm);
  sender->hold_until = 0;
  make_frames(astm, message);
  astm->phase = LIMS_ASTM_ENQUIRING;
  astm->timer = lims_astm_after(astm, now_us, REPLY_SECONDS);
  lims_astm_push_byte(astm, LIMS_ASTM_ENQ);
}

static void send_frame(LimsAstm *astm, gint64 now_us) {
  LimsAstmSender *sender = &astm->sender;
  sender->tries++;
  astm->timer = lims_astm_after(astm, now_us, REPLY_SECONDS);
  lims_astm_push(astm, LIMS_EVENT_SEND, NULL, g_bytes_ref(sender->frames->pdata[sender->frame]));
}

/* Back to neutral; the message stays queued unless the caller takes it out. */
static void stop(LimsAstm *astm, gint64 hold_until) {
  LimsAstmSender *sender = &astm->sender;
  g_ptr_array_set_size(sender->frames, 0);
  sender->frame = sender->tries = 0;
  sender->draining = FALSE;
  sender->hold_until = hold_until;
  astm->scanner.quiet_at = -1;
  lims_astm_scan_flush(astm);
  lims_astm_become_neutral(astm);
}

void lims_astm_send_fail(LimsAstm *astm, const char *reason, gint64 hold_until) {
  LimsAstmSender *sender = &astm->sender;
  stop(astm, hold_until);
  sender->refusals = sender->contentions = 0;
  lims_astm_push(astm, LIMS_EVENT_FAILED, reason, g_queue_pop_head(&sender->messages));
}

static void finish(LimsAstm *astm, gint64 hold_until) {
  lims_astm_push_byte(astm, LIMS_ASTM_EOT);
  stop(astm, hold_until);
  lims_astm_push(astm, LIMS_EVENT_DONE, NULL, g_queue_pop_head(&astm->sender.messages));
}

static void abort_transfer(LimsAstm *astm, const char *reason, gint64 now_us) {
  lims_astm_push_byte(astm, LIMS_ASTM_EOT);
  lims_astm_send_fail(astm, reason, lims_astm_after(astm, now_us, FAILURE_SECONDS));
}

static void refused_frame(LimsAstm *astm, gint64 now_us) {
  if (astm->sender.tries >= TRIES)
    abort_transfer(astm, "refused", now_us);
  else
    send_frame(astm, now_us);
}

static void accepted_frame(LimsAstm *astm, gboolean interrupt, gint64 now_us) {
  LimsAstmSender *sender = &astm->sender;
  gint64 hold_until = interrupt ? lims_astm_after(astm, now_us, INTERRUPTED_SECONDS) : 0;
  sender->tries = 0;
  if (sender->frame + 1 == sender->frames->len) {
    finish(astm, hold_until);
  } else if (interrupt) {
    lims_astm_push_byte(astm, LIMS_ASTM_EOT);
    lims_astm_send_fail(astm, "interrupted", hold_until);
  } else {
    sender->frame++;
    send_frame(astm, now_us);
  }
}

static void reply_to_frame(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmSender *sender = &astm->sender;
  if (sender->draining || (byte != LIMS_ASTM_ACK && byte != LIMS_ASTM_NAK && byte != LIMS_ASTM_EOT)) {
    sender->draining = TRUE;
    lims_astm_scan_noise(astm, byte, now_us);
    astm->scanner.quiet_at = lims_astm_after(astm, now_us, SILENCE_SECONDS);
  } else if (byte == LIMS_ASTM_NAK) {
    refused_frame(astm, now_us);
  } else {
    accepted_frame(astm, byte == LIMS_ASTM_EOT, now_us);
  }
}

void lims_astm_send_quiet(LimsAstm *astm, gint64 now_us) {
  lims_astm_scan_flush(astm);
  if (!astm->sender.draining)
    return;
  astm->sender.draining = FALSE;
  refused_frame(astm, now_us);
}

static void busy(LimsAstm *astm, gint64 now_us) {
  gint64 hold_until = lims_astm_after(astm, now_us, BUSY_SECONDS);
  if (++astm->sender.refusals >= TRIES)
    lims_astm_send_fail(astm, "refused", hold_until);
  else
    stop(astm, hold_until);
}

/* Both have enquired. The computer yields and answers only the instrument's next ENQ. */
static void contention(LimsAstm *astm, gint64 now_us) {
  double seconds =
      astm->settings.role == LIMS_ASTM_COMPUTER ? COMPUTER_YIELD_SECONDS : INSTRUMENT_RETRY_SECONDS;
  gint64 hold_until = lims_astm_after(astm, now_us, seconds);
  if (++astm->sender.contentions >= TRIES)
    lims_astm_send_fail(astm, "contention", hold_until);
  else
    stop(astm, hold_until);
}

static void reply_to_enquiry(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmSender *sender = &astm->sender;
  if (byte == LIMS_ASTM_ACK) {
    lims_astm_scan_flush(astm);
    sender->refusals = sender->contentions = sender->frame = sender->tries = 0;
    astm->phase = LIMS_ASTM_SENDING;
    send_frame(astm, now_us);
  } else if (byte == LIMS_ASTM_NAK) {
    busy(astm, now_us);
  } else if (byte == LIMS_ASTM_ENQ) {
    contention(astm, now_us);
  } else {
    lims_astm_scan_noise(astm, byte, now_us);
  }
}

void lims_astm_send_reply(LimsAstm *astm, guint8 byte, gint64 now_us) {
  if (astm->phase == LIMS_ASTM_ENQUIRING)
    reply_to_enquiry(astm, byte, now_us);
  else
    reply_to_frame(astm, byte, now_us);
}

void lims_astm_send_timeout(LimsAstm *astm, gint64 now_us) {
  abort_transfer(astm, "no-reply", now_us);
}
