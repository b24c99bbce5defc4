/* From bytes to blocks: enquiries, ends, frames, and what is none of these.
 *
 * Any byte may be damaged into any other. Two cures decide most of this file. First, an acknowledgement at
 * the wrong moment loses data, for the sender takes it for its frame's. So an ENQ during a transfer, in a
 * frame or after noise counts only when silence follows it, as it does when a sender waits for the reply; if
 * an STX follows, a session begins, but nobody waits and nothing is replied. Second, nothing may hang or
 * grow: a block that cannot become a frame is passed over to its LF, or to silence, and given out in pieces.
 *
 * EOT needs less care: it makes us send nothing. But one amid other bytes may be none, and the sender still
 * wait for its frame's reply: we must not enquire before it has given up.
 */
#include "instruments/protocol/astm-private.h"

#define QUIET_SECONDS 1.0 /* longer than gaps inside a frame, far shorter than the sender's 15 s */
#define NOISE_BYTES 4096  /* at most in one REJECT */
#define TEXT_START 2      /* STX, FN */

static guint8 *append(LimsAstmScanner *scanner, guint8 byte) {
  g_byte_array_append(scanner->block, &byte, 1);
  return scanner->block->data;
}

/* The block and its state go back to the beginning. */
static void reset(LimsAstmScanner *scanner) {
  g_byte_array_set_size(scanner->block, 0);
  scanner->state = LIMS_ASTM_OUTSIDE;
  scanner->spoiled = NULL;
  scanner->enquiry_held = FALSE;
  scanner->quiet_at = -1;
}

static void give_rejected(LimsAstm *astm, const char *reason) {
  LimsAstmScanner *scanner = &astm->scanner;
  lims_astm_push_reject(astm, reason, scanner->block->data, scanner->block->len);
  g_byte_array_set_size(scanner->block, 0);
}

void lims_astm_scan_flush(LimsAstm *astm) {
  LimsAstmScanner *scanner = &astm->scanner;
  const char *reason = scanner->state == LIMS_ASTM_OUTSIDE    ? "no-frame"
                       : scanner->state == LIMS_ASTM_SKIPPING ? scanner->spoiled
                                                              : "cut";
  give_rejected(astm, reason);
  reset(scanner);
}

/* The frame with its digits is whole: right or wrong is now known. */
static void finish_frame(LimsAstm *astm, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  g_autoptr(GByteArray) frame = g_steal_pointer(&scanner->block);
  scanner->block = g_byte_array_new();
  gsize end = scanner->text_end;
  guint8 sum = lims_astm_checksum(frame->data + 1, end);
  int high = g_ascii_xdigit_value((char)frame->data[end + 1]),
      low = g_ascii_xdigit_value((char)frame->data[end + 2]);
  reset(scanner);
  if (high * 16 + low == sum)
    lims_astm_receive_frame(astm, frame->data, frame->len, now_us);
  else
    lims_astm_receive_bad_frame(astm, "checksum", frame->data, frame->len, now_us);
}

/* A spoiled block has come to its end: the sender awaits a reply. */
static void finish_spoiled(LimsAstm *astm, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  const char *reason = scanner->spoiled;
  g_autoptr(GByteArray) rest = g_steal_pointer(&scanner->block);
  scanner->block = g_byte_array_new();
  reset(scanner);
  lims_astm_receive_bad_frame(astm, reason, rest->data, rest->len, now_us);
}

static void spoil(LimsAstm *astm, const char *reason) {
  LimsAstmScanner *scanner = &astm->scanner;
  scanner->state = LIMS_ASTM_SKIPPING;
  scanner->spoiled = reason;
  if (scanner->block->len >= NOISE_BYTES)
    give_rejected(astm, reason);
}

static void begin_frame(LimsAstm *astm) {
  lims_astm_scan_flush(astm);
  astm->scanner.state = LIMS_ASTM_TEXT;
  append(&astm->scanner, LIMS_ASTM_STX);
}

static void take_enquiry(LimsAstm *astm, gboolean awaits_reply, gint64 now_us) {
  lims_astm_scan_flush(astm);
  lims_astm_receive_enquiry(astm, awaits_reply, now_us);
}

static void scan_outside(LimsAstm *astm, guint8 byte) {
  append(&astm->scanner, byte);
  if (astm->scanner.block->len >= NOISE_BYTES)
    give_rejected(astm, "no-frame");
}

static void scan_text(LimsAstm *astm, guint8 byte) {
  LimsAstmScanner *scanner = &astm->scanner;
  append(scanner, byte);
  if (byte == LIMS_ASTM_ETX || byte == LIMS_ASTM_ETB) {
    scanner->text_end = scanner->block->len - 1;
    scanner->state = LIMS_ASTM_SUM;
    if (scanner->text_end < TEXT_START)
      spoil(astm, "bad-frame");
  } else if (scanner->block->len > LIMS_ASTM_MAX_TEXT + TEXT_START) {
    spoil(astm, "too-long");
  }
}

static void scan_sum(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  append(scanner, byte);
  if (!g_ascii_isxdigit((char)byte)) {
    spoil(astm, "bad-frame");
    if (byte == LIMS_ASTM_LF)
      finish_spoiled(astm, now_us);
  } else if (scanner->block->len == scanner->text_end + 3) {
    scanner->state = LIMS_ASTM_TRAILER;
  }
}

/* CR LF; a frame that lacks one of them is vouched for by its checksum. */
static gboolean scan_trailer(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  gboolean after_digits = scanner->block->len == scanner->text_end + 3;
  gboolean is_trailer = byte == LIMS_ASTM_LF || (byte == LIMS_ASTM_CR && after_digits);
  if (is_trailer)
    append(scanner, byte);
  if (byte == LIMS_ASTM_LF || !is_trailer)
    finish_frame(astm, now_us);
  return is_trailer;
}

static void scan_skipping(LimsAstm *astm, guint8 byte, gint64 now_us) {
  append(&astm->scanner, byte);
  if (byte == LIMS_ASTM_LF)
    finish_spoiled(astm, now_us);
  else if (astm->scanner.block->len >= NOISE_BYTES)
    give_rejected(astm, astm->scanner.spoiled);
}

/* An ENQ that was held back: an STX makes it a session's, any other byte shows that it was none. */
static void settle_enquiry(LimsAstm *astm, guint8 next, gint64 now_us) {
  if (next == LIMS_ASTM_STX) {
    take_enquiry(astm, FALSE, now_us);
    return;
  }
  astm->scanner.enquiry_held = FALSE;
  append(&astm->scanner, LIMS_ASTM_ENQ);
}

/* STX, EOT and ENQ, which mean the same wherever they stand; FALSE for other bytes. */
static gboolean scan_control(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  gboolean amid =
      astm->phase == LIMS_ASTM_RECEIVING || scanner->state != LIMS_ASTM_OUTSIDE || scanner->block->len > 0;
  if (byte == LIMS_ASTM_STX) {
    begin_frame(astm);
  } else if (byte == LIMS_ASTM_EOT) {
    gboolean doubtful = scanner->state != LIMS_ASTM_OUTSIDE || scanner->block->len > 0;
    lims_astm_scan_flush(astm);
    lims_astm_receive_end(astm, doubtful, now_us);
  } else if (byte == LIMS_ASTM_ENQ && amid) {
    scanner->enquiry_held = TRUE;
  } else if (byte == LIMS_ASTM_ENQ) {
    take_enquiry(astm, TRUE, now_us);
  } else {
    return FALSE;
  }
  return TRUE;
}

static gboolean scan_byte(LimsAstm *astm, guint8 byte, gint64 now_us) {
  switch (astm->scanner.state) {
  case LIMS_ASTM_OUTSIDE:
    scan_outside(astm, byte);
    break;
  case LIMS_ASTM_TEXT:
    scan_text(astm, byte);
    break;
  case LIMS_ASTM_SUM:
    scan_sum(astm, byte, now_us);
    break;
  case LIMS_ASTM_TRAILER:
    return scan_trailer(astm, byte, now_us);
  case LIMS_ASTM_SKIPPING:
    scan_skipping(astm, byte, now_us);
    break;
  }
  return TRUE;
}

/* Silence is waited for where it decides something: noise to give out, an ENQ in doubt, a frame without its
 * LF. A frame that stops short is left to the session's timer, where there is a session. */
static void set_quiet(LimsAstm *astm, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  gboolean in_frame = scanner->state == LIMS_ASTM_TEXT || scanner->state == LIMS_ASTM_SUM;
  gboolean decides = scanner->enquiry_held ||
                     (scanner->block->len > 0 && !(in_frame && astm->phase == LIMS_ASTM_RECEIVING)) ||
                     scanner->state == LIMS_ASTM_SKIPPING;
  scanner->quiet_at = decides ? lims_astm_after(astm, now_us, QUIET_SECONDS) : -1;
}

gboolean lims_astm_scan(LimsAstm *astm, guint8 byte, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  gboolean read = TRUE;
  if (scanner->enquiry_held)
    settle_enquiry(astm, byte, now_us);
  if (scanner->state == LIMS_ASTM_TRAILER)
    read = scan_byte(astm, byte, now_us);
  else if (!scan_control(astm, byte, now_us))
    read = scan_byte(astm, byte, now_us);
  set_quiet(astm, now_us);
  return read;
}

void lims_astm_scan_quiet(LimsAstm *astm, gint64 now_us) {
  LimsAstmScanner *scanner = &astm->scanner;
  scanner->quiet_at = -1;
  if (scanner->enquiry_held)
    take_enquiry(astm, TRUE, now_us);
  else if (scanner->state == LIMS_ASTM_TRAILER)
    finish_frame(astm, now_us);
  else if (scanner->state == LIMS_ASTM_SKIPPING)
    finish_spoiled(astm, now_us);
  else
    lims_astm_scan_flush(astm);
}

void lims_astm_scan_noise(LimsAstm *astm, guint8 byte, gint64 now_us) {
  scan_outside(astm, byte);
  set_quiet(astm, now_us);
}
