/* A talk: one peer of a line, its protocol machine, and its frames on their way to disk. Private to the line.
 *
 * A talk outlives its peer while frames of it wait: they were received, so they are committed.
 */
#pragma once
#include "instruments/line.h"

typedef struct {
  const char *station;
  const LimsLineSink *sink;
  gpointer sink_data;
  GMainContext *context;
  /* What the owner counts. */
  void (*committed)(gpointer owner); /* a frame */
  void (*completed)(gpointer owner); /* a message */
  void (*refused)(gpointer owner);   /* a frame */
  void (*rejected)(gpointer owner);  /* bytes that are no frame */
  /* The sink answered a frame: the owner runs its talks again. */
  void (*answered)(gpointer owner);
  gpointer owner;
} LimsTalkRoad; /* outlives its talks */

typedef struct LimsTalk LimsTalk;

/* Takes the machine. */
LimsTalk *lims_talk_new(const LimsTalkRoad *road, LimsPeer *peer, LimsProtocol *machine);
/* An open message ends. Frames that the sink still has stay committed; their answers go nowhere. */
void lims_talk_free(LimsTalk *talk);

void lims_talk_receive(LimsTalk *talk, const guint8 *bytes, gsize size);
/* The peer is gone: half a frame is noise, an open message ends. */
void lims_talk_leave(LimsTalk *talk);
gboolean lims_talk_set_ready(LimsTalk *talk, gboolean ready); /* TRUE: that is a change */
void lims_talk_tick(LimsTalk *talk);
gint64 lims_talk_deadline(const LimsTalk *talk); /* monotonic, -1: none */

/* Carries out what the machine wants. has_floor FALSE: another peer's message is open. */
void lims_talk_run(LimsTalk *talk, gboolean has_floor);
/* After lims_talk_leave, when there is no time left for answers: every frame that nobody would repeat goes to
 * the sink at once. */
void lims_talk_finish(LimsTalk *talk);
/* TRUE if it has no use for the floor: nothing open, under way or waiting. */
gboolean lims_talk_is_free(const LimsTalk *talk);
/* Nothing of it is left to do. */
gboolean lims_talk_is_over(const LimsTalk *talk);
