/* For the ports' tests: what one port told, and a loop of its own that is turned and counted. Counted, not
 * timed: how often the loop was woken while nothing could be done.
 */
#pragma once
#include "instruments/port/port.h"

typedef enum { WATCH_NEVER, WATCH_OPENED, WATCH_RECEIVED, WATCH_CLOSED, WATCH_FAILED } WatchMoment;

typedef struct {
  GMainContext *context;
  LimsPort *port;
  LimsPeer *peer; /* the last opened */
  GPtrArray *peers;
  GString *received;
  char *name, *problem;
  int code;
  guint opened, closed, failed, listening, retry_ms;
  WatchMoment free_at;
} PortWatch;
extern const LimsPortEvents WATCH_EVENTS; /* of a PortWatch */

PortWatch *watch_new(const char *device, GMainContext *context);
PortWatch *watch_start(const char *device, GMainContext *context);
void watch_free(PortWatch *watch);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(PortWatch, watch_free)

/* Turns the loop until *counter reaches least; how often it was woken. */
guint watch_turn_until(GMainContext *context, const guint *counter, guint least);
void watch_turn_until_received(PortWatch *watch, const char *text);
/* A quiet loop: woken at most `most` times in many turns. */
void watch_assert_quiet(GMainContext *context, guint most);

/* The far end of a pair, made without the code under test. */
int watch_master_new(char **path);
void watch_write_all(int fd, const char *text);
void watch_read_exactly(GMainContext *context, int fd, const char *text);
