/* Text lines: printers' reports and testers' lists. No acknowledgement on the wire.
 *
 * Pushed: every whole line is a FRAME at once, so that a result is on disk before the report ends; the
 * driver's rule says which line starts and which ends a message. Polled: the machine asks, one request at a
 * time, and collects the answer to its end mark; only a whole answer that says something new becomes FRAMEs,
 * for the analyzer keeps its history and will be asked again. An answer that came late or was cut is drained
 * as noise and never taken for the next one.
 *
 * A FRAME is the bytes of one line as they came, with the first byte of its line end. Blank lines that mean
 * nothing are skipped. Frames are offered one at a time, and again after a second while the caller cannot
 * take them.
 */
#pragma once
#include "instruments/protocol/protocol.h"
#include "lims/core/text.h"

#define LIMS_LINES_BACKLOG                                                                                   \
  (1024 * 1024) /* bytes that wait while the caller cannot take them, or of one answer */

typedef enum {
  LIMS_LINES_END_LINE,  /* each line is a message */
  LIMS_LINES_END_BLANK, /* a blank line, which is the message's last frame */
  LIMS_LINES_END_WORD,  /* a line that is end_word, which is the message's last frame */
  LIMS_LINES_END_IDLE,  /* silence: the last line waits for it and ends the message */
} LimsLinesEnd;

typedef enum { LIMS_LINES_ANY, LIMS_LINES_CR, LIMS_LINES_LF, LIMS_LINES_CRLF } LimsLinesTerminator;

/* Strings and pointers are copied or referenced. */
typedef struct {
  gboolean as_instrument;
  LimsLinesTerminator terminator; /* ANY: CR, LF or CR LF; sent as CR LF */
  LimsEncoding encoding;          /* lines that are not of it are rejected */
  guint max_line;                 /* bytes without the line end */
  LimsLinesEnd end;
  const char *end_word; /* END_WORD */
  gboolean end_bare;    /* the word may come without a line end */
  /* TRUE if the line (UTF-8) starts a message; NULL: any line does. The machine frees `data`. */
  gboolean (*is_start)(const char *line, gconstpointer data);
  gpointer data;
  GDestroyNotify data_free;
  guint idle_ms;    /* END_IDLE */
  guint message_ms; /* an open message without a new line ends: "timeout" */
  guint line_ms;    /* a line begun and not continued is rejected: "cut" */
  /* Polled if not NULL. {from} and {to} become dates in date_format, strftime. */
  const char *request, *date_format;
  guint interval_ms, response_ms, history_days;
  gint64 (*wall_us)(void); /* the wall clock, asked when a request is made */
  GTimeZone *zone;         /* of the dates; NULL: UTC+8 */
  guint time_scale;        /* divides every duration */
} LimsLinesSettings;

/* LF of any kind, UTF-8, 4096, each line a message, not polled. */
void lims_lines_settings_init(LimsLinesSettings *settings);
LimsProtocol *lims_lines_new(const LimsLinesSettings *settings);

/* Reasons of REJECT: "control" (control characters in a line), "encoding", "too-long", "cut" (a line or an
 * answer begun and not finished), "outside" (a line that starts no message while none is open), "unasked"
 * (bytes that no request asked for), "late" (of an answer already given up), "overrun" (the backlog is full).
 * Of END: "restarted" (a new message began), "timeout", "line-lost". As an analyzer nothing fails: DONE
 * follows the last byte, or, when polled, the answer that carries the message. Of FAILED: "refused" (there is
 * nothing to tell such an analyzer). */
