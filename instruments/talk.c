/* From one machine's events to the sink, and back with the sink's answer.
 *
 * The answer to a frame comes when the disk has it: the peer, the talk or the whole line may be gone by then.
 * So what the sink holds is a Commit of its own, which points to its talk for as long as that lives. The
 * frame is on disk either way; only the acknowledgement is dropped, and the sender will repeat.
 *
 * A frame that comes while another peer has the floor is refused if its sender will repeat it. If not, it
 * waits here; the machine reads no further until it is answered, and keeps (bounded) what arrives.
 */
#include "instruments/talk.h"

typedef struct {
  LimsTalk *talk; /* NULL: gone */
  guint64 token;
  gboolean ends, acknowledged;
} Commit;

struct LimsTalk {
  const LimsTalkRoad *road;
  LimsPeer *peer; /* NULL: gone */
  LimsProtocol *machine;
  GPtrArray *commits; /* Commit *, owned by the sink until answered */
  LimsEvent waiting;  /* a FRAME without the floor; bytes NULL: none */
  gboolean open;      /* a message of ours is open at the sink */
  gboolean ready, ready_known;
};

static void end_message(LimsTalk *talk, const char *reason) {
  const LimsTalkRoad *road = talk->road;
  if (!talk->open)
    return;
  talk->open = FALSE;
  if (g_str_equal(reason, "whole"))
    road->completed(road->owner);
  road->sink->ended(road->sink_data, road->station, reason);
}

LimsTalk *lims_talk_new(const LimsTalkRoad *road, LimsPeer *peer, LimsProtocol *machine) {
  LimsTalk *talk = g_new0(LimsTalk, 1);
  talk->road = road;
  talk->peer = peer;
  talk->machine = machine;
  talk->commits = g_ptr_array_new();
  lims_protocol_connected(machine, TRUE, g_get_monotonic_time());
  return talk;
}

void lims_talk_free(LimsTalk *talk) {
  end_message(talk, "line-lost");
  for (guint i = 0; i < talk->commits->len; i++)
    ((Commit *)g_ptr_array_index(talk->commits, i))->talk = NULL;
  g_ptr_array_unref(talk->commits);
  lims_event_clear(&talk->waiting);
  lims_protocol_free(talk->machine);
  g_free(talk);
}

void lims_talk_receive(LimsTalk *talk, const guint8 *bytes, gsize size) {
  lims_protocol_feed(talk->machine, bytes, size, g_get_monotonic_time());
}

void lims_talk_leave(LimsTalk *talk) {
  talk->peer = NULL;
  lims_protocol_connected(talk->machine, FALSE, g_get_monotonic_time());
}

gboolean lims_talk_set_ready(LimsTalk *talk, gboolean ready) {
  if (talk->ready_known && talk->ready == ready)
    return FALSE;
  talk->ready = ready;
  talk->ready_known = TRUE;
  lims_protocol_set_ready(talk->machine, ready, g_get_monotonic_time());
  return TRUE;
}

void lims_talk_tick(LimsTalk *talk) {
  lims_protocol_tick(talk->machine, g_get_monotonic_time());
}

gint64 lims_talk_deadline(const LimsTalk *talk) {
  return lims_protocol_deadline(talk->machine);
}

static void count_answer(const LimsTalkRoad *road, gboolean accepted, gboolean ends) {
  if (!accepted)
    road->refused(road->owner);
  else
    road->committed(road->owner);
  if (accepted && ends)
    road->completed(road->owner);
}

static void on_committed(LimsAnswer answer, gpointer data) {
  g_autofree Commit *commit = data;
  LimsTalk *talk = commit->talk;
  if (!talk)
    return;
  gboolean accepted = answer == LIMS_ANSWER_ACCEPTED;
  g_ptr_array_remove(talk->commits, commit);
  if (commit->ends && !accepted)
    talk->open = TRUE;
  count_answer(talk->road, accepted, commit->ends);
  lims_protocol_answer(talk->machine, commit->token, answer, g_get_monotonic_time());
  talk->road->answered(talk->road->owner);
}

static void commit_frame(LimsTalk *talk, const LimsEvent *event) {
  const LimsTalkRoad *road = talk->road;
  Commit *commit = g_new0(Commit, 1);
  commit->talk = talk;
  commit->token = event->token;
  commit->ends = event->ends;
  commit->acknowledged = event->acknowledged;
  g_ptr_array_add(talk->commits, commit);
  talk->open = !event->ends;
  road->sink->frame(road->sink_data, road->station, event->bytes, event->starts, event->ends,
                    event->acknowledged, road->context, on_committed, commit);
}

static void take_frame(LimsTalk *talk, LimsEvent *event, gboolean has_floor) {
  if (has_floor) {
    commit_frame(talk, event);
  } else if (event->acknowledged && talk->peer) {
    talk->road->refused(talk->road->owner);
    lims_protocol_answer(talk->machine, event->token, LIMS_ANSWER_BUSY, g_get_monotonic_time());
  } else {
    talk->waiting = *event;
    event->bytes = NULL;
  }
}

static void send_bytes(LimsTalk *talk, GBytes *bytes) {
  gsize size = 0;
  const guint8 *data = g_bytes_get_data(bytes, &size);
  if (talk->peer)
    lims_peer_write(talk->peer, data, size);
}

static void carry_out(LimsTalk *talk, LimsEvent *event, gboolean has_floor) {
  const LimsTalkRoad *road = talk->road;
  switch (event->kind) {
  case LIMS_EVENT_SEND:
    send_bytes(talk, event->bytes);
    break;
  case LIMS_EVENT_FRAME:
    take_frame(talk, event, has_floor);
    break;
  case LIMS_EVENT_END:
    end_message(talk, event->reason);
    break;
  case LIMS_EVENT_REJECT:
    road->rejected(road->owner);
    road->sink->noise(road->sink_data, road->station, event->bytes, event->reason);
    break;
  case LIMS_EVENT_DONE:
  case LIMS_EVENT_FAILED:
    break;
  }
}

/* A machine without a peer waits for nothing but to offer a refused frame again. */
static gboolean is_forsaken(const LimsTalk *talk) {
  return !talk->peer && talk->commits->len == 0 && !talk->waiting.bytes &&
         lims_protocol_deadline(talk->machine) < 0;
}

/* A talk whose peer is gone has no machine left to end a message that the sink refused to end. */
static void end_forsaken_message(LimsTalk *talk) {
  if (is_forsaken(talk))
    end_message(talk, "line-lost");
}

void lims_talk_run(LimsTalk *talk, gboolean has_floor) {
  if (has_floor && talk->waiting.bytes) {
    LimsEvent waiting = talk->waiting;
    talk->waiting = (LimsEvent){0};
    commit_frame(talk, &waiting);
    lims_event_clear(&waiting);
  }
  LimsEvent event = {0};
  while (!talk->waiting.bytes && lims_protocol_next(talk->machine, &event)) {
    carry_out(talk, &event, has_floor);
    lims_event_clear(&event);
  }
  end_forsaken_message(talk);
}

/* Takes the answer to a frame that nobody would repeat for granted; TRUE: the machine may have another. */
static gboolean suppose_committed(LimsTalk *talk) {
  Commit *commit = talk->commits->len > 0 ? g_ptr_array_index(talk->commits, 0) : NULL;
  if (!commit || commit->acknowledged)
    return FALSE;
  g_ptr_array_remove_index(talk->commits, 0);
  commit->talk = NULL;
  lims_protocol_answer(talk->machine, commit->token, LIMS_ANSWER_ACCEPTED, g_get_monotonic_time());
  return TRUE;
}

void lims_talk_finish(LimsTalk *talk) {
  gint64 again_us = lims_protocol_deadline(talk->machine);
  if (again_us >= 0)
    lims_protocol_tick(talk->machine, again_us);
  do
    lims_talk_run(talk, TRUE);
  while (suppose_committed(talk));
}

gboolean lims_talk_is_free(const LimsTalk *talk) {
  return !talk->open && !talk->waiting.bytes && talk->commits->len == 0 &&
         (talk->peer ? lims_protocol_idle(talk->machine) : is_forsaken(talk));
}

gboolean lims_talk_is_over(const LimsTalk *talk) {
  return !talk->peer && lims_talk_is_free(talk);
}
