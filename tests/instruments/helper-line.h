/* For the lines' tests: a line with a real driver over a real terminal or loopback TCP, and a sink that
 * answers at once, from the loop, or when the test says so, as a journal would at its best, usually, and at
 * its worst.
 */
#pragma once
#include "instruments/line.h"

#define ENQ "\005"
#define ACK "\006"
#define NAK "\025"
#define EOT "\004"

typedef enum { SINK_LATER, SINK_AT_ONCE, SINK_HELD } LineManner;

typedef struct {
  GMainContext *context;
  GString *journal; /* what came, a line each */
  LineManner manner;
  LimsAnswer answer;
  gboolean ready;
  GQueue held; /* answers to give: bench_answer_held */
  guint frames, ends, noises;
} LineSink;
extern const LimsLineSink BENCH_CALLS; /* of a LineSink */

typedef struct {
  GMainContext *context;
  LineSink sink;
  LimsLine *line;
} LineBench;
/* Station "st", started. */
LineBench *bench_new(const char *device, const char *driver_name);
void bench_free(LineBench *bench);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineBench, bench_free)

/* Turn the loop, under a guard of thirty seconds. */
void bench_turn(LineBench *bench, gint64 *guard);
void bench_turn_until(LineBench *bench, const guint *counter, guint least);
void bench_turn_until_state(LineBench *bench, LimsLineState state);
void bench_turn_a_while(LineBench *bench);

void bench_answer_held(LineBench *bench);
void bench_assert_journal(LineBench *bench, const char *expected);
void bench_assert_counts(LineBench *bench, guint64 frames, guint64 messages, guint64 rejects,
                         guint64 refused);

/* ---- the analyzer: bytes out; what it hears back ---- */

int bench_master_new(char **device);
int bench_connect_to(LineBench *bench);
void bench_say(int fd, const char *bytes, gsize size);
void bench_say_text(int fd, const char *text);
void bench_hear(LineBench *bench, int fd, const char *expected);
void bench_hear_nothing(LineBench *bench, int fd);
/* STX number text ETX checksum CR LF; g_free. */
char *bench_frame(int number, const char *text);
void bench_say_frame(int fd, int number, const char *text);
/* A whole message, each step after its acknowledgement. */
void bench_send_message(LineBench *bench, int fd, const char *specimen);
