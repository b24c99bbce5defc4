/* A saved ASTM capture, read leniently: what a person kept of a session, whole or not.
 *
 * What arrives: the bytes of a file: a session with its control bytes, a session that begins after ENQ,
 * frames whose line ends an editor changed, record text without frames, or something that is no ASTM at all.
 * What leaves: each message as record text, what was rejected and why, and each leniency that was needed. The
 * live line (astm.h) stays strict; a checksum is never ignored here either.
 */
#pragma once
#include "instruments/reading.h"

typedef struct {
  GPtrArray *texts;   /* GBytes *: each message, H..L, records with CR after each; raw encoding */
  GPtrArray *rejects; /* LimsUndecoded *: record = byte offset in the file; reason as of REJECT in astm.h, or
                         "not-astm"; text escaped */
  GPtrArray
      *notes; /* char *: "begins inside a session", "record text without frames", "line ends changed by an
                 editor: …", "checksum right only after restoring CR LF to CR", "not of this protocol: …" */
} LimsAstmCapture;

/* Never fails and never NULL: bytes that give no message are rejects. A message that does not end in a
 * terminator record is in ->texts too; lims_astm_text_is_whole() tells. */
LimsAstmCapture *lims_astm_capture_read(const guint8 *bytes, gsize size);
void lims_astm_capture_free(LimsAstmCapture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsAstmCapture, lims_astm_capture_free)
