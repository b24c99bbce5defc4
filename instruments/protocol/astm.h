/* ASTM, lower layer: E1381 / LIS01-A2, both directions. Upper layer: astm-records.h.
 *
 * What arrives: ENQ, frames STX FN text ETB|ETX C1 C2 CR LF, EOT, cut anywhere, damaged, repeated, endless.
 * What leaves: events of protocol.h. A message here is H..L: a frame `ends` it when it ends in ETX and the
 * text so far ends in a terminator record; EOT, a new ENQ, the 30 s timer or a lost line end it otherwise,
 * with END and a reason. The reason "whole" says that the text ends in a complete terminator record all the
 * same (senders that close every frame with ETB): the message is complete.
 *
 * A header record at the start of a frame begins a new message (`starts`) even if no terminator came before
 * it. A frame of blanks between two messages carries nothing: it is acknowledged and gives no FRAME.
 *
 * A machine begins with its line up and ready. What it gathers is bounded: a frame by its 64,000 bytes, noise
 * by 4 kB a REJECT, bytes behind a FRAME that waits for its answer by LIMS_ASTM_BACKLOG.
 */
#pragma once
#include "instruments/protocol/protocol.h"

#define LIMS_ASTM_MAX_TEXT 64000       /* LIS01-A2 6.3.1: accepted from anyone */
#define LIMS_ASTM_BACKLOG (256 * 1024) /* more than that while a FRAME waits: REJECT "overrun" */

typedef enum {
  LIMS_ASTM_COMPUTER,
  LIMS_ASTM_INSTRUMENT
} LimsAstmRole; /* who yields on contention (6.2.7.1) */

typedef struct {
  LimsAstmRole role;
  guint max_text; /* sender: text bytes a frame; 240 (E1381 6.3.1) unless set */
  gboolean
      record_per_frame; /* sender: one record a frame, as a strict sender does; else the whole text, split */
  guint time_scale;     /* divides every timer; 1 = the standard's seconds. For simulators and tests only */
} LimsAstmSettings;

void lims_astm_settings_init(LimsAstmSettings *settings); /* computer, 240, FALSE, 1 */
LimsProtocol *lims_astm_new(const LimsAstmSettings *settings);

/* Reasons of REJECT: "checksum", "frame-number" (also: the number of the last frame with other text),
 * "no-frame" (bytes outside any frame), "no-session" (a frame without an enquiry before it), "too-long",
 * "cut" (a frame begun and not finished), "bad-frame" (what follows ETB/ETX is no checksum), "overrun" (sent
 * without waiting for any reply). Of END: "whole" (complete, see above), "sender-ended" (EOT before the
 * terminator), "new-enquiry", "timeout", "line-lost". Of FAILED: "refused" (six NAKs), "no-reply" (15 s),
 * "contention", "interrupted" (the receiver asked for the line), "line-lost". */

/* Text of an accepted raw frame (between FN and ETB/ETX); a window into it. *last: it ended in ETX. FALSE if
 * it is no frame. */
gboolean lims_astm_frame_text(const guint8 *frame, gsize size, const guint8 **text, gsize *text_size,
                              gboolean *last);
/* Sum mod 256 over FN..ETB/ETX (6.3.3). */
guint8 lims_astm_checksum(const guint8 *bytes, gsize size);
/* One frame: number 0..7, ETX if last else ETB. */
GBytes *lims_astm_frame_new(guint number, const guint8 *text, gsize size, gboolean last);
/* Frames of one message (GBytes *, raw) joined to record text. A CR that a sender left out before ETX is put
 * back where the next frame begins as a record does; records split over frames stay whole. */
GByteArray *lims_astm_frames_join(GPtrArray *frames);
/* TRUE if the text (records, CR between) ends in a whole terminator record, with or without its CR. */
gboolean lims_astm_text_is_whole(const guint8 *text, gsize size);
