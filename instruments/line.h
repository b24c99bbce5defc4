/* A line: a port with its stations, and the road from bytes to committed frames.
 *
 * On the wire's thread. Owns the port and one protocol machine a peer; hands each frame to the sink and
 * answers the machine when the sink says that it is on disk. Keeps what a person asks of a line: state, last
 * heard, counters.
 *
 * Behind one listener several peers may speak for the station, each with a machine of its own. Their messages
 * must not mix in the journal, so one peer has the floor from its enquiry to the end of its transfer; the
 * others are refused in the protocol's way (ASTM: NAK on ENQ), or, where nobody repeats what is refused,
 * their frames wait.
 */
#pragma once
#include "instruments/driver.h"
#include "instruments/port/port.h"

/* Where frames go: the journal, wired by the program; instruments know no database. All calls come from the
 * wire's thread and return at once. */
typedef void (*LimsFrameDone)(LimsAnswer answer, gpointer data);
typedef struct {
  /* Commits one frame of the station's open message (`starts` opens one, `ends` completes it), then calls
   * done on `context`: ACCEPTED once it is on disk, GONE if it could not be. acknowledged FALSE: use the
   * reserve when full. */
  void (*frame)(gpointer sink, const char *station, GBytes *bytes, gboolean starts, gboolean ends,
                gboolean acknowledged, GMainContext *context, LimsFrameDone done, gpointer data);
  /* The station's open message ended without its end mark. */
  void (*ended)(gpointer sink, const char *station, const char *reason);
  /* Bytes that are no frame: to the station's ring. */
  void (*noise)(gpointer sink, const char *station, GBytes *bytes, const char *reason);
  /* FALSE while nothing can be committed. */
  gboolean (*ready)(gpointer sink);
} LimsLineSink;

typedef enum {
  LIMS_LINE_CLOSED,    /* not started */
  LIMS_LINE_WAITING,   /* cannot be opened now; being retried */
  LIMS_LINE_LISTENING, /* open, nothing in progress */
  LIMS_LINE_RECEIVING,
} LimsLineState;

/* What a person is shown of it (`limsctl live`); a snapshot. */
typedef struct {
  LimsLineState state;
  gint64 last_heard_us; /* wall clock; 0: never */
  guint64 bytes, rejects, reopened;
  guint64 frames, messages; /* committed; messages: complete ones */
  guint64 refused;          /* frames that were not committed, or came while another peer had the floor */
  char problem[160];        /* why it waits; "" */
} LimsLineStatus;

typedef struct LimsLine LimsLine;

/* The sink must outlive the line; an answer of the sink that comes after lims_line_free is harmless.
 * `settings` NULL: the driver's. One station a line; `station` names it in every call. */
LimsLine *lims_line_new(const char *name, const char *device, const LimsPortSettings *settings,
                        const char *station, LimsDriver *driver, const LimsLineSink *sink, gpointer sink_data,
                        GMainContext *context, GError **error);
void lims_line_start(LimsLine *line);
/* On the context's thread, from no event of the line's own. An open message ends as "line-lost". */
void lims_line_free(LimsLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsLine, lims_line_free)
/* tty:new, tcp-listen:0: lims_port_address of its port. */
const char *lims_line_address(const LimsLine *line);
/* Any thread. */
void lims_line_get_status(LimsLine *line, LimsLineStatus *out);
const char *lims_line_name(const LimsLine *line);
const char *lims_line_station(const LimsLine *line);
const char *lims_line_state_name(LimsLineState state);
/* Readiness of the sink changed: tells the machines. On the context's thread. */
void lims_line_update_ready(LimsLine *line);
