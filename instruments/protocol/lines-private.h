/* Inside the lines machine: what its parts share. Not for users of lines.h.
 *
 * lines.c cuts bytes into lines and lines into messages and offers frames; lines-poll.c asks and collects
 * answers; lines-player.c is the analyzer's side.
 */
#pragma once
#include "instruments/protocol/lines.h"

#define LIMS_LINES_NOISE 4096 /* bytes of noise told at once */

typedef enum {
  LIMS_LINES_OFF,      /* the line is down */
  LIMS_LINES_RESTING,  /* until the next request is due */
  LIMS_LINES_ASKED,    /* a request is out */
  LIMS_LINES_DRAINING, /* an answer was given up: until the line is quiet */
} LimsLinesPollState;

typedef struct {
  LimsLinesPollState state;
  gint64 due_us;     /* of the next request, or of giving up, or of quiet */
  GPtrArray *answer; /* LimsEvent * of FRAMEs */
  gsize answer_size;
  char *last_digest;  /* of the last answer that was passed on */
  gint64 answered_us; /* wall clock of the last whole answer, 0: none */
  guint failures;     /* in a row */
  GByteArray *noise;
  gint64 noise_at_us; /* when the last of it came */
} LimsLinesPoll;

typedef struct {
  GPtrArray *messages; /* GBytes *: pushed ones that wait, or the history that is asked for */
  guint told;          /* how many of the history were sent once */
  gint64 next_us;      /* pushed: not before */
  GByteArray *heard;   /* of a request */
  GRegex *request;
} LimsLinesPlayer;

typedef struct {
  LimsProtocol base;
  LimsLinesSettings set; /* strings owned */
  gboolean ready, up;

  GQueue events;    /* LimsEvent *; a FRAME stays at the head until it is accepted */
  gsize waiting;    /* bytes of the FRAMEs among them */
  guint64 token;    /* of the FRAME that was offered last */
  gboolean offered; /* and is not answered yet */
  gint64 again_us;  /* when a refused one is offered again, or -1 */

  GByteArray *line;  /* the line that is coming */
  gboolean skipping; /* it was rejected; the rest of it is not wanted */
  gboolean after_cr; /* an LF would belong to the last line */
  gint64 byte_at_us; /* when its last byte came */
  gboolean open;     /* a message is */
  GBytes *held;      /* END_IDLE: its last line */
  gboolean held_starts;
  gint64 line_at_us; /* when its last line came */

  LimsLinesPoll poll;
  LimsLinesPlayer player;
} LimsLines;

gint64 lims_lines_scaled(const LimsLines *lines, guint ms); /* microseconds */
void lims_lines_push(LimsLines *lines, LimsEventKind kind, GBytes *bytes,
                     const char *reason);                                                    /* takes bytes */
void lims_lines_push_frame(LimsLines *lines, GBytes *bytes, gboolean starts, gboolean ends); /* takes bytes */
void lims_lines_reject(LimsLines *lines, const guint8 *bytes, gsize size, const char *reason);
/* One byte of text; complete lines come out as frames. */
void lims_lines_take_byte(LimsLines *lines, guint8 byte, gint64 now_us);
void lims_lines_forget_line(LimsLines *lines, const char *reason);

void lims_lines_poll_init(LimsLines *lines);
void lims_lines_poll_clear(LimsLines *lines);
void lims_lines_poll_feed(LimsLines *lines, const guint8 *bytes, gsize size, gint64 now_us);
void lims_lines_poll_collect(LimsLines *lines, GBytes *bytes, gboolean starts, gboolean ends, gint64 now_us);
gint64 lims_lines_poll_deadline(const LimsLines *lines);
void lims_lines_poll_tick(LimsLines *lines, gint64 now_us);
void lims_lines_poll_connected(LimsLines *lines, gboolean up, gint64 now_us);

void lims_lines_player_init(LimsLines *lines);
void lims_lines_player_clear(LimsLines *lines);
void lims_lines_player_feed(LimsLines *lines, const guint8 *bytes, gsize size);
void lims_lines_player_send(LimsLines *lines, GBytes *message, gint64 now_us);
gint64 lims_lines_player_deadline(const LimsLines *lines);
void lims_lines_player_tick(LimsLines *lines, gint64 now_us);
