/* Inside the capture reader: what its two halves, frames and bare text, share. */
#pragma once
#include "instruments/protocol/astm-capture.h"
#include "instruments/protocol/astm-private.h"

typedef enum {
  LIMS_ASTM_NOTE_INSIDE_SESSION,
  LIMS_ASTM_NOTE_INSIDE_MESSAGE,
  LIMS_ASTM_NOTE_BARE_TEXT,
  LIMS_ASTM_NOTE_LINE_ENDS,
  LIMS_ASTM_NOTE_TRAILER,
  LIMS_ASTM_NOTE_CRLF_TO_CR,
  LIMS_ASTM_NOTE_LF_TO_CR,
  LIMS_ASTM_NOTE_LF_TO_CRLF,
  LIMS_ASTM_NOTE_REPEATED,
  LIMS_ASTM_NOTE_REPLIES,
  LIMS_ASTM_NOTES,
} LimsAstmNote;

typedef struct {
  const guint8 *bytes;
  gsize size;
  LimsAstmCapture *out;
  guint notes[LIMS_ASTM_NOTES]; /* how often each leniency was needed */
} LimsAstmReader;

void lims_astm_reader_reject(LimsAstmReader *reader, const char *reason, gsize from, gsize to);
/* Adds a message's text, with CR at its end; takes it. */
void lims_astm_reader_add_text(LimsAstmReader *reader, GByteArray *text);
/* Reads bytes [from, to), which hold no control bytes of the lower layer, as record text. */
void lims_astm_reader_read_text(LimsAstmReader *reader, gsize from, gsize to);
