/* ASTM, lower layer: E1381 / LIS01-A2, both directions. Upper layer: astm-records.h.
 *
 * What arrives: ENQ, frames STX FN text ETB|ETX C1 C2 CR LF, EOT, cut anywhere, damaged, repeated, endless. What
 * leaves: events of protocol.h. A message here is H..L: a frame `ends` it when it ends in ETX and the text so far ends in a
 * terminator record; EOT, a new ENQ, the 30 s timer or a lost line end it otherwise (END with a reason, unless the
 * text is already whole).
 */
#pragma once
#include "instruments/protocol/protocol.h"

typedef enum { LIMS_ASTM_COMPUTER, LIMS_ASTM_INSTRUMENT } LimsAstmRole; /* who yields on contention (6.2.7.1) */

typedef struct {
  LimsAstmRole role;
  guint max_text;       /* sender: text bytes a frame; 240 (E1381 6.3.1) unless set */
  gboolean record_per_frame; /* sender: one record a frame, as a strict sender does; else the whole text, split */
  guint time_scale;     /* divides every timer; 1 = the standard's seconds. For simulators and tests only */
} LimsAstmSettings;

void lims_astm_settings_init(LimsAstmSettings *settings); /* computer, 240, FALSE, 1 */
LimsProtocol *lims_astm_new(const LimsAstmSettings *settings);

/* Reasons of REJECT: "checksum", "frame-number", "no-frame" (bytes outside any frame), "too-long", "cut" (a frame
 * begun and not finished), "bad-frame" (what follows ETB/ETX is no checksum). Of END: "sender-ended" (EOT before the
 * terminator), "new-enquiry", "timeout", "line-lost", "aborted". Of FAILED: "refused", "no-reply", "contention",
 * "line-lost". */

/* Text of an accepted raw frame (between FN and ETB/ETX); a window into it. FALSE if it is no frame. */
gboolean lims_astm_frame_text(const guint8 *frame, gsize size, const guint8 **text, gsize *text_size,
                              gboolean *last);
/* Sum mod 256 over FN..ETB/ETX (6.3.3). */
guint8 lims_astm_checksum(const guint8 *bytes, gsize size);
/* One frame: number 0..7, ETX if last else ETB. */
GBytes *lims_astm_frame_new(guint number, const guint8 *text, gsize size, gboolean last);
/* Frames of one message (GBytes *, raw) joined to record text. A CR that a sender left out before ETX is put back where
 * the next frame begins as a record does; records split over frames stay whole. */
GByteArray *lims_astm_frames_join(GPtrArray *frames);
/* TRUE if the text (records, CR between) ends in a whole terminator record. */
gboolean lims_astm_text_is_whole(const guint8 *text, gsize size);
