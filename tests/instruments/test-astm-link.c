/* Our sender and our receiver at the two ends of a bad line, for thousands of messages, on a clock of our
 * own.
 *
 * What must hold whatever the line does: a message that its sender counts as delivered is whole in the
 * receiver's journal; nothing is there that was not sent; each further whole copy and each cut one has a
 * failed attempt behind it.
 *
 * The line damages, drops or doubles one byte of a transmission at most: the checksum is a sum modulo 256,
 * and two damaged bytes pass it once in 256 times. It never makes an ACK or EOT out of another reply, and a
 * doubled ACK comes in one read: an ACK behind the sender's next frame is what no stop-and-wait protocol
 * survives.
 */
#include "instruments/protocol/astm.h"
#include <string.h>

#define SECOND G_USEC_PER_SEC
#define LATENCY_US 30000

typedef struct {
  double damage, drop_byte, double_byte, drop_all, slow_commit, refuse, line_loss;
} Faults;

typedef struct {
  gint64 at_us;
  GByteArray *bytes;
} Chunk;

typedef struct {
  GBytes *text;
  guint failures, copies;
  gboolean delivered;
} Message;

/* One end of the line: a machine, what it has to send, and its journal. */
typedef struct {
  LimsProtocol *machine;
  GQueue incoming;     /* Chunk * */
  GPtrArray *messages; /* Message * */
  guint next;
  guint64 token; /* waits for its commit */
  gint64 commit_at_us;
  GBytes *committing;
  gboolean starts, ends;
  GPtrArray *open;  /* GBytes *: frames of the open transmission */
  GPtrArray *whole; /* GByteArray *: texts */
  guint cut;        /* incomplete transmissions */
} End;

typedef struct {
  End ends[2];
  Faults faults;
  GRand *random;
  gint64 now_us, line_back_us;
} World;

static gboolean chance(World *world, double probability) {
  return probability > 0 && g_rand_double(world->random) < probability;
}

static void chunk_free(gpointer data) {
  Chunk *chunk = data;
  g_byte_array_unref(chunk->bytes);
  g_free(chunk);
}

/* ---- the line ---- */

static void damage_byte(World *world, GByteArray *bytes, guint at) {
  guint8 damaged;
  do
    damaged = (guint8)g_rand_int_range(world->random, 0, 256);
  while (damaged == bytes->data[at] || damaged == 0x06 || (bytes->len == 1 && damaged == 0x04));
  bytes->data[at] = damaged;
}

static void transmit(World *world, End *to, GBytes *sent) {
  gsize size;
  const guint8 *data = g_bytes_get_data(sent, &size);
  if (world->line_back_us || chance(world, world->faults.drop_all))
    return;
  Chunk *chunk = g_new0(Chunk, 1);
  chunk->bytes = g_byte_array_append(g_byte_array_new(), data, (guint)size);
  chunk->at_us = world->now_us + LATENCY_US;
  guint at = (guint)g_rand_int_range(world->random, 0, (gint32)size);
  if (chance(world, world->faults.damage))
    damage_byte(world, chunk->bytes, at);
  else if (chance(world, world->faults.drop_byte))
    g_byte_array_remove_index(chunk->bytes, at);
  else if (chance(world, world->faults.double_byte))
    g_byte_array_append(chunk->bytes, data + at, 1); /* at the end: noise behind the block */
  g_queue_push_tail(&to->incoming, chunk);
}

static void lose_line(World *world) {
  for (guint i = 0; i < 2; i++) {
    g_queue_clear_full(&world->ends[i].incoming, chunk_free);
    g_queue_init(&world->ends[i].incoming);
    lims_protocol_connected(world->ends[i].machine, FALSE, world->now_us);
  }
  world->line_back_us = world->now_us + 2 * SECOND;
}

static void restore_line(World *world) {
  world->line_back_us = 0;
  for (guint i = 0; i < 2; i++)
    lims_protocol_connected(world->ends[i].machine, TRUE, world->now_us);
}

/* ---- the journal ---- */

static void close_open(End *end, gboolean whole) {
  if (!end->open)
    return;
  if (whole)
    g_ptr_array_add(end->whole, lims_astm_frames_join(end->open));
  else
    end->cut++;
  g_clear_pointer(&end->open, g_ptr_array_unref);
}

static void commit(End *end) {
  if (end->starts)
    close_open(end, FALSE);
  if (!end->open)
    end->open = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_ptr_array_add(end->open, g_bytes_ref(end->committing));
  if (end->ends)
    close_open(end, TRUE);
}

static void answer(World *world, End *end) {
  guint64 token = end->token;
  LimsAnswer verdict = LIMS_ANSWER_ACCEPTED;
  if (chance(world, world->faults.refuse))
    verdict = g_rand_boolean(world->random) ? LIMS_ANSWER_BUSY : LIMS_ANSWER_GONE;
  if (verdict == LIMS_ANSWER_ACCEPTED)
    commit(end);
  end->token = 0;
  g_clear_pointer(&end->committing, g_bytes_unref);
  lims_protocol_answer(end->machine, token, verdict, world->now_us);
}

static void take_frame(World *world, End *end, const LimsEvent *event) {
  g_assert_cmpuint(end->token, ==, 0); /* one at a time */
  end->token = event->token;
  end->committing = g_bytes_ref(event->bytes);
  end->starts = event->starts;
  end->ends = event->ends;
  double seconds =
      chance(world, world->faults.slow_commit) ? g_rand_double_range(world->random, 0, 20) : 0.002;
  end->commit_at_us = world->now_us + (gint64)(seconds * SECOND);
}

/* ---- the ends ---- */

static void send_next(World *world, End *end) {
  if (end->next == end->messages->len)
    return;
  Message *message = end->messages->pdata[end->next];
  lims_protocol_send(end->machine, message->text, world->now_us);
}

static void take_event(World *world, End *end, const LimsEvent *event) {
  End *other = end == &world->ends[0] ? &world->ends[1] : &world->ends[0];
  Message *message = end->next < end->messages->len ? end->messages->pdata[end->next] : NULL;
  switch (event->kind) {
  case LIMS_EVENT_SEND:
    transmit(world, other, event->bytes);
    break;
  case LIMS_EVENT_FRAME:
    take_frame(world, end, event);
    break;
  case LIMS_EVENT_END:
    close_open(end, strcmp(event->reason, "whole") == 0);
    break;
  case LIMS_EVENT_DONE:
    message->delivered = TRUE;
    end->next++;
    send_next(world, end);
    break;
  case LIMS_EVENT_FAILED:
    message->failures++;
    send_next(world, end);
    break;
  case LIMS_EVENT_REJECT:
    break;
  }
}

static void take_events(World *world) {
  LimsEvent event;
  for (guint i = 0; i < 2; i++) {
    while (lims_protocol_next(world->ends[i].machine, &event)) {
      take_event(world, &world->ends[i], &event);
      lims_event_clear(&event);
    }
  }
}

static void deliver(World *world, End *end) {
  Chunk *chunk = g_queue_pop_head(&end->incoming);
  guint size = chunk->bytes->len;
  guint cut = size > 2 ? (guint)g_rand_int_range(world->random, 0, (gint32)size + 1) : size;
  lims_protocol_feed(end->machine, chunk->bytes->data, cut, world->now_us);
  take_events(world);
  lims_protocol_feed(end->machine, chunk->bytes->data + cut, size - cut, world->now_us);
  chunk_free(chunk);
}

/* ---- the clock ---- */

static void sooner(gint64 *next, gint64 when) {
  if (when >= 0 && when < *next)
    *next = when;
}

static gint64 next_moment(const World *world) {
  gint64 next = G_MAXINT64;
  if (world->line_back_us)
    sooner(&next, world->line_back_us);
  for (guint i = 0; i < 2; i++) {
    const End *end = &world->ends[i];
    const Chunk *chunk = end->incoming.head ? end->incoming.head->data : NULL;
    sooner(&next, lims_protocol_deadline(end->machine));
    if (chunk)
      sooner(&next, chunk->at_us);
    if (end->token)
      sooner(&next, end->commit_at_us);
  }
  return next;
}

static void step_end(World *world, End *end) {
  const Chunk *chunk = end->incoming.head ? end->incoming.head->data : NULL;
  if (end->token && end->commit_at_us <= world->now_us)
    answer(world, end);
  else if (chunk && chunk->at_us <= world->now_us)
    deliver(world, end);
  else
    lims_protocol_tick(end->machine, world->now_us);
  take_events(world);
}

static void run(World *world) {
  for (guint i = 0; i < 2; i++)
    send_next(world, &world->ends[i]);
  take_events(world);
  for (;;) {
    gint64 next = next_moment(world);
    if (next == G_MAXINT64)
      return;
    world->now_us = MAX(world->now_us, next);
    if (world->line_back_us && world->line_back_us <= world->now_us)
      restore_line(world);
    else if (!world->line_back_us && chance(world, world->faults.line_loss))
      lose_line(world);
    for (guint i = 0; i < 2; i++)
      step_end(world, &world->ends[i]);
  }
}

/* ---- setting up and judging ---- */

static Message *message_new(World *world, guint end, guint number) {
  GString *text = g_string_new("H|\\^&|||sim\rP|1\r");
  g_string_append_printf(text, "O|1|%u-%u\r", end, number);
  for (int n = g_rand_int_range(world->random, 1, 5); n > 0; n--)
    g_string_append_printf(text, "R|%d|^^^Pb|%u.%u|mg/kg\r", n, number, end);
  g_string_append(text, "L|1|N\r");
  Message *message = g_new0(Message, 1);
  message->text = g_string_free_to_bytes(text);
  return message;
}

static void message_free(gpointer data) {
  Message *message = data;
  g_bytes_unref(message->text);
  g_free(message);
}

static void end_init(World *world, guint i, guint messages, gboolean record_per_frame) {
  End *end = &world->ends[i];
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.role = i == 0 ? LIMS_ASTM_INSTRUMENT : LIMS_ASTM_COMPUTER;
  settings.max_text = 24;
  settings.record_per_frame = record_per_frame;
  end->machine = lims_astm_new(&settings);
  g_queue_init(&end->incoming);
  end->messages = g_ptr_array_new_with_free_func(message_free);
  end->whole = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
  for (guint n = 0; n < messages; n++)
    g_ptr_array_add(end->messages, message_new(world, i, n));
}

static void end_clear(End *end) {
  lims_protocol_free(end->machine);
  g_queue_clear_full(&end->incoming, chunk_free);
  g_ptr_array_unref(end->messages);
  g_ptr_array_unref(end->whole);
  g_clear_pointer(&end->open, g_ptr_array_unref);
}

/* Which of the sender's messages a whole transmission is; it must be one. */
static Message *find_sent(const End *sender, const GByteArray *text) {
  for (guint i = 0; i < sender->messages->len; i++) {
    Message *message = sender->messages->pdata[i];
    gsize size;
    const guint8 *bytes = g_bytes_get_data(message->text, &size);
    if (size == text->len && memcmp(bytes, text->data, size) == 0)
      return message;
  }
  g_error("received what nobody sent: %.*s", (int)text->len, (const char *)text->data);
}

static void judge(const End *sender, const End *receiver) {
  guint failures = 0;
  for (guint i = 0; i < receiver->whole->len; i++)
    find_sent(sender, receiver->whole->pdata[i])->copies++;
  for (guint i = 0; i < sender->messages->len; i++) {
    const Message *message = sender->messages->pdata[i];
    g_assert_true(message->delivered);
    g_assert_cmpuint(message->copies, >=, 1);
    g_assert_cmpuint(message->copies, <=, 1 + message->failures);
    failures += message->failures;
  }
  g_assert_cmpuint(receiver->cut + (receiver->whole->len - sender->messages->len), <=, failures);
  g_test_message("%u messages, %u failed attempts, %u whole, %u cut", sender->messages->len, failures,
                 receiver->whole->len, receiver->cut);
}

typedef struct {
  const char *path;
  Faults faults;
  guint from_instrument, from_computer;
  gboolean record_per_frame;
  gboolean expect_failures;
} Scene;

static const Scene SCENES[] = {
    {"/astm/link/clean", {0}, 500, 0, TRUE, FALSE},
    {"/astm/link/clean-both-ways", {0}, 300, 300, TRUE, FALSE},
    {"/astm/link/damage", {.damage = 0.05}, 1500, 0, TRUE, TRUE},
    {"/astm/link/damage-whole-text", {.damage = 0.05}, 1500, 0, FALSE, TRUE},
    {"/astm/link/bytes-dropped", {.drop_byte = 0.05}, 1000, 0, TRUE, TRUE},
    {"/astm/link/bytes-added", {.double_byte = 0.05}, 1000, 0, TRUE, TRUE},
    {"/astm/link/blocks-dropped", {.drop_all = 0.02}, 1000, 0, TRUE, TRUE},
    {"/astm/link/slow-disk", {.slow_commit = 0.1}, 1000, 0, TRUE, TRUE},
    {"/astm/link/refusing-disk", {.refuse = 0.1}, 1000, 0, TRUE, TRUE},
    {"/astm/link/line-lost", {.line_loss = 0.01, .slow_commit = 0.02}, 1000, 0, TRUE, TRUE},
    {"/astm/link/all-at-once",
     {.damage = 0.01,
      .drop_byte = 0.01,
      .double_byte = 0.01,
      .drop_all = 0.005,
      .slow_commit = 0.02,
      .refuse = 0.01,
      .line_loss = 0.002},
     1500,
     0,
     TRUE,
     TRUE},
    {"/astm/link/all-at-once-both-ways",
     {.damage = 0.01,
      .drop_byte = 0.01,
      .double_byte = 0.01,
      .drop_all = 0.005,
      .slow_commit = 0.02,
      .refuse = 0.01,
      .line_loss = 0.002},
     700,
     700,
     FALSE,
     TRUE},
};

static void test_scene(gconstpointer data) {
  const Scene *scene = data;
  World world = {.faults = scene->faults, .now_us = SECOND};
  const char *seed = g_getenv("LIMS_LINK_SEED");
  world.random = g_rand_new_with_seed(seed ? (guint32)g_ascii_strtoull(seed, NULL, 10) : 2026);
  end_init(&world, 0, scene->from_instrument, scene->record_per_frame);
  end_init(&world, 1, scene->from_computer, scene->record_per_frame);
  run(&world);
  judge(&world.ends[0], &world.ends[1]);
  judge(&world.ends[1], &world.ends[0]);
  guint failures = 0;
  for (guint i = 0; i < world.ends[0].messages->len; i++)
    failures += ((Message *)world.ends[0].messages->pdata[i])->failures;
  g_assert_cmpint(failures > 0, ==, scene->expect_failures);
  end_clear(&world.ends[0]);
  end_clear(&world.ends[1]);
  g_rand_free(world.random);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(SCENES); i++)
    g_test_add_data_func(SCENES[i].path, &SCENES[i], test_scene);
  return g_test_run();
}
