/* The text line machine: messages by each rule, damage, polling, silence. Time is made up: nothing here
 * waits. */
#include "instruments/protocol/lines.h"

#include <string.h>

#define MS 1000

static gint64 wall_us; /* what the machine is told when it asks for the date; set by the test */

static gint64 read_wall(void) {
  return wall_us;
}

static void append_event(GString *out, const LimsEvent *event) {
  static const char *const NAMES[] = {"send", "frame", "end", "reject", "done", "failed"};
  gsize size = 0;
  const guint8 *bytes = event->bytes ? g_bytes_get_data(event->bytes, &size) : NULL;
  g_autofree char *text = lims_text_escape(bytes, size);

  g_string_append_printf(out, "%s%s%s%s%s[%s]", out->len ? " " : "", NAMES[event->kind],
                         event->starts ? "+" : "", event->ends ? "." : "", event->reason ? event->reason : "",
                         text);
}

/* All events as text; frames are accepted at once. */
static char *drain(LimsProtocol *machine, gint64 now_us) {
  GString *out = g_string_new(NULL);
  LimsEvent event;

  while (lims_protocol_next(machine, &event)) {
    append_event(out, &event);
    if (event.kind == LIMS_EVENT_FRAME) {
      g_assert_false(event.acknowledged);
      lims_protocol_answer(machine, event.token, LIMS_ANSWER_ACCEPTED, now_us);
    }
    lims_event_clear(&event);
  }
  return g_string_free(out, FALSE);
}

static void assert_feed(LimsProtocol *machine, const char *text, gint64 now_us, const char *expected) {
  g_autofree char *events = NULL;

  lims_protocol_feed(machine, (const guint8 *)text, strlen(text), now_us);
  events = drain(machine, now_us);
  g_assert_cmpstr(events, ==, expected);
}

static void assert_tick(LimsProtocol *machine, gint64 now_us, const char *expected) {
  g_autofree char *events = NULL;

  lims_protocol_tick(machine, now_us);
  events = drain(machine, now_us);
  g_assert_cmpstr(events, ==, expected);
}

static LimsProtocol *machine_new(LimsLinesEnd end) {
  LimsLinesSettings settings;

  lims_lines_settings_init(&settings);
  settings.end = end;
  settings.end_word = end == LIMS_LINES_END_WORD ? "FINISH" : NULL;
  return lims_lines_new(&settings);
}

static void test_each_line(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_LINE);

  assert_feed(machine, "a 1\r\nb", 0, "frame+.[a 1\\x0D]");
  assert_feed(machine, " 2\n\n\r\n", 0, "frame+.[b 2\\x0A]");
  assert_feed(machine, "c\rd\r", 0, "frame+.[c\\x0D] frame+.[d\\x0D]");
  g_assert_true(lims_protocol_idle(machine));
}

static void test_terminators(void) {
  static const struct {
    LimsLinesTerminator terminator;
    const char *text, *expected;
  } CASES[] = {
      {LIMS_LINES_CR, "a\rb\r", "frame+.[a\\x0D] frame+.[b\\x0D]"},
      {LIMS_LINES_LF, "a\nb\n", "frame+.[a\\x0A] frame+.[b\\x0A]"},
      {LIMS_LINES_CRLF, "a\r\nb\r\n", "frame+.[a\\x0D\\x0A] frame+.[b\\x0D\\x0A]"},
      {LIMS_LINES_CRLF, "a\nb\r\n", "rejectcontrol[a\\x0Ab\\x0D\\x0A]"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    LimsLinesSettings settings;
    g_autoptr(LimsProtocol) machine = NULL;

    lims_lines_settings_init(&settings);
    settings.terminator = CASES[i].terminator;
    machine = lims_lines_new(&settings);
    assert_feed(machine, CASES[i].text, 0, CASES[i].expected);
  }
}

static void test_blank_ends(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_BLANK);

  assert_feed(machine, "\n\na\nb\n", 0, "frame+[a\\x0A] frame[b\\x0A]");
  g_assert_false(lims_protocol_idle(machine));
  assert_feed(machine, " \n", 0, "frame.[ \\x0A]");
  assert_feed(machine, "\n", 0, "");
  assert_feed(machine, "c\r", 0, "frame+[c\\x0D]");
  assert_feed(machine, "\n", 0, ""); /* the same line end, cut in two: no blank line */
  assert_feed(machine, "d\r\n\r\n", 0, "frame[d\\x0D] frame.[\\x0D]");
}

static void test_word_ends(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_WORD);

  assert_feed(machine, "FINISH\n", 0, "rejectoutside[FINISH\\x0A]");
  assert_feed(machine, "a\n  FINISH \nb\n", 0, "frame+[a\\x0A] frame.[  FINISH \\x0A] frame+[b\\x0A]");
}

static gboolean starts_with_no(const char *line, gconstpointer data) {
  return g_str_has_prefix(line, "No");
}

static void test_start(void) {
  LimsLinesSettings settings;
  g_autoptr(LimsProtocol) machine = NULL;

  lims_lines_settings_init(&settings);
  settings.end = LIMS_LINES_END_BLANK;
  settings.is_start = starts_with_no;
  machine = lims_lines_new(&settings);
  assert_feed(machine, "stray\nNo 1\na\n", 0, "rejectoutside[stray\\x0A] frame+[No 1\\x0A] frame[a\\x0A]");
  assert_feed(machine, "No 2\n\n", 0, "endrestarted[] frame+[No 2\\x0A] frame.[\\x0A]");
}

static void test_silence_ends(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_IDLE);

  assert_feed(machine, "a\n", 0, "");
  assert_feed(machine, "b\n", 1000 * MS, "frame+[a\\x0A]");
  g_assert_cmpint(lims_protocol_deadline(machine), ==, 4000 * MS);
  assert_tick(machine, 3999 * MS, "");
  assert_tick(machine, 4000 * MS, "frame.[b\\x0A]");
  assert_feed(machine, "c\n", 5000 * MS, "");
  /* Overdue when the next bytes come, though nobody called tick: they begin the next message. */
  assert_feed(machine, "d\n", 9000 * MS, "frame+.[c\\x0A]");
  lims_protocol_connected(machine, FALSE, 9001 * MS);
  assert_tick(machine, 9001 * MS, "frame+[d\\x0A] endline-lost[]");
}

static void test_damage(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_LINE);
  g_autofree char *endless = g_strnfill(20000, 'x');
  g_autofree char *events = NULL;

  assert_feed(machine, "a\x01z\n", 0, "rejectcontrol[a\\x01z\\x0A]");
  assert_feed(machine, "\xff\xfe\n", 0, "rejectencoding[\\xFF\\xFE\\x0A]");
  lims_protocol_feed(machine, (const guint8 *)"\0\fok\n", 5,
                     0); /* a break and a page feed before a good line */
  events = drain(machine, 0);
  g_assert_cmpstr(events, ==, "frame+.[\\x00\\x0Cok\\x0A]");
  lims_protocol_feed(machine, (const guint8 *)endless, 20000, 0);
  g_free(events);
  events = drain(machine, 0);
  g_assert_true(g_str_has_prefix(events, "rejecttoo-long[xxx"));
  g_assert_cmpuint(strlen(events), <, 5000);
  assert_feed(machine, "tail of it\nnext\n", 0, "frame+.[next\\x0A]");
  assert_feed(machine, "half", 0, "");
  assert_tick(machine, 4999 * MS, "");
  assert_tick(machine, 5000 * MS, "rejectcut[half]");
  assert_feed(machine, "half", 6000 * MS, "");
  lims_protocol_connected(machine, FALSE, 6000 * MS);
  assert_tick(machine, 6000 * MS, "rejectcut[half]");
}

static void test_lost_end(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_BLANK);

  assert_feed(machine, "a\n", 0, "frame+[a\\x0A]");
  assert_tick(machine, 599999 * MS, "");
  assert_tick(machine, 600000 * MS, "endtimeout[]");
  assert_feed(machine, "b\n", 600001 * MS, "frame+[b\\x0A]");
  lims_protocol_connected(machine, FALSE, 600002 * MS);
  assert_tick(machine, 600002 * MS, "endline-lost[]");
}

/* One frame is offered at a time; a refused one again after a second, and nothing behind it is lost. */
static void test_refused(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_LINE);
  LimsEvent event, other;

  lims_protocol_feed(machine, (const guint8 *)"a\nb\n", 4, 0);
  g_assert_true(lims_protocol_next(machine, &event));
  g_assert_false(lims_protocol_next(machine, &other));
  lims_protocol_answer(machine, event.token, LIMS_ANSWER_GONE, 0);
  g_assert_false(lims_protocol_next(machine, &other));
  g_assert_cmpint(lims_protocol_deadline(machine), ==, 1000 * MS);
  assert_tick(machine, 999 * MS, "");
  assert_tick(machine, 1000 * MS, "frame+.[a\\x0A] frame+.[b\\x0A]");
  lims_protocol_answer(machine, event.token, LIMS_ANSWER_ACCEPTED, 0); /* an old token changes nothing */
  lims_event_clear(&event);
}

static void test_backlog(void) {
  g_autoptr(LimsProtocol) machine = machine_new(LIMS_LINES_END_LINE);
  g_autofree char *line = g_strnfill(1000, 'y');
  guint frames = 0, overruns = 0;
  LimsEvent event;

  line[999] = '\n';
  for (guint i = 0; i < 2000; i++)
    lims_protocol_feed(machine, (const guint8 *)line, 1000, 0);
  while (lims_protocol_next(machine, &event)) {
    frames += event.kind == LIMS_EVENT_FRAME;
    overruns += event.kind == LIMS_EVENT_REJECT && strcmp(event.reason, "overrun") == 0;
    lims_protocol_answer(machine, event.token, LIMS_ANSWER_ACCEPTED, 0);
    lims_event_clear(&event);
  }
  g_assert_cmpuint(frames, ==, LIMS_LINES_BACKLOG / 1000);
  g_assert_cmpuint(overruns, ==, 1);
  assert_feed(machine, "z\n", 0, "frame+.[z\\x0A]");
}

/* ---- polled ---- */

static void set_polled(LimsLinesSettings *settings) {
  lims_lines_settings_init(settings);
  settings->end = LIMS_LINES_END_WORD;
  settings->end_word = "FINISH";
  settings->end_bare = TRUE;
  settings->request = "D{from}D{to}";
  settings->wall_us = read_wall;
  wall_us = G_GINT64_CONSTANT(1793000000) * G_USEC_PER_SEC; /* 2026-10-26 14:13:20 at UTC+8 */
}

static LimsProtocol *polled_new(void) {
  LimsLinesSettings settings;

  set_polled(&settings);
  return lims_lines_new(&settings);
}

#define FIRST "send[D2026-10-19D2026-10-26]"
#define LATER "send[D2026-10-25D2026-10-26]"

static void test_poll(void) {
  g_autoptr(LimsProtocol) machine = polled_new();

  assert_tick(machine, 0, ""); /* the line is not up */
  lims_protocol_connected(machine, TRUE, 0);
  g_assert_cmpint(lims_protocol_deadline(machine), ==, 0);
  assert_tick(machine, 0, FIRST);
  assert_tick(machine, 1 * MS, ""); /* one request at a time */
  assert_feed(machine, "R,1\r\nR,2\r\nFIN", 100 * MS, "");
  assert_feed(machine, "ISH", 200 * MS, "frame+[R,1\\x0D] frame[R,2\\x0D] frame.[FINISH]");
  assert_feed(machine, "\r\n", 201 * MS, "");
  g_assert_true(lims_protocol_idle(machine));
  assert_tick(machine, 60199 * MS, "");
  assert_tick(machine, 60200 * MS, LATER);
  assert_feed(machine, "R,1\r\nR,2\r\nFINISH\r\n", 60300 * MS, ""); /* nothing new */
  assert_tick(machine, 120300 * MS, LATER);
  assert_feed(machine, "R,2\r\nR,3\r\nFINISH\r\n", 120400 * MS,
              "frame+[R,2\\x0D] frame[R,3\\x0D] frame.[FINISH]");
  assert_tick(machine, 180400 * MS, LATER);
  assert_feed(machine, "FINISH", 180500 * MS, ""); /* no results: no message */
}

static void test_poll_midnight(void) {
  g_autoptr(LimsProtocol) machine = polled_new();

  lims_protocol_connected(machine, TRUE, 0);
  assert_tick(machine, 0, FIRST);
  assert_feed(machine, "R,1\nFINISH\n", 0, "frame+[R,1\\x0A] frame.[FINISH]");
  wall_us += 10 * G_TIME_SPAN_HOUR; /* it is the 27th by the laboratory's clock; nothing since the 26th */
  assert_tick(machine, 60000 * MS, "send[D2026-10-25D2026-10-27]");
  wall_us -= 30 * G_TIME_SPAN_DAY; /* the clock was set back: no span that ends before it begins */
  assert_feed(machine, "FINISH\n", 60000 * MS, "");
  assert_tick(machine, 120000 * MS, "send[D2026-09-26D2026-09-27]");
}

/* The answer that comes after it was given up is noise; the next request waits for quiet and comes later. */
static void test_poll_late(void) {
  g_autoptr(LimsProtocol) machine = polled_new();

  lims_protocol_connected(machine, TRUE, 0);
  assert_tick(machine, 0, FIRST);
  assert_feed(machine, "R,1\r\nR,", 1000 * MS, "");
  assert_tick(machine, 5999 * MS, "");
  assert_tick(machine, 6000 * MS, "rejectcut[R,1\\x0D] rejectcut[R,]");
  assert_feed(machine, "2\r\nFINISH\r\n", 10000 * MS, "");
  assert_tick(machine, 14999 * MS, "");
  assert_tick(machine, 15000 * MS, "rejectlate[2\\x0D\\x0AFINISH\\x0D\\x0A]");
  assert_tick(machine, 134999 * MS, "");
  assert_tick(machine, 135000 * MS, FIRST);
  assert_feed(machine, "R,7\r\nFINISH\r\n", 135001 * MS, "frame+[R,7\\x0D] frame.[FINISH]");
  assert_tick(machine, 195001 * MS, LATER);
}

static void test_poll_unasked(void) {
  g_autoptr(LimsProtocol) machine = polled_new();

  lims_protocol_connected(machine, TRUE, 0);
  assert_tick(machine, 0, FIRST);
  assert_feed(machine, "R,1\nFINISH\nR,9\nFINISH", 0, "frame+[R,1\\x0A] frame.[FINISH]");
  assert_tick(machine, 5000 * MS, "rejectunasked[\\x0AR,9\\x0AFINISH]");
}

static void test_poll_ready(void) {
  g_autoptr(LimsProtocol) machine = polled_new();
  LimsEvent event;

  lims_protocol_set_ready(machine, FALSE, 0);
  lims_protocol_connected(machine, TRUE, 0);
  assert_tick(machine, 0, ""); /* what cannot be kept is not asked for: the analyzer keeps it */
  g_assert_cmpint(lims_protocol_deadline(machine), ==, -1);
  lims_protocol_set_ready(machine, TRUE, 10);
  assert_tick(machine, 10, FIRST);
  lims_protocol_feed(machine, (const guint8 *)"R,1\nFINISH\n", 11, 20);
  g_assert_true(lims_protocol_next(machine, &event));
  lims_protocol_tick(machine, 100000 * MS);
  assert_tick(machine, 100000 * MS, ""); /* nor while a frame waits */
  lims_protocol_answer(machine, event.token, LIMS_ANSWER_ACCEPTED, 100000 * MS);
  lims_event_clear(&event);
  assert_tick(machine, 100000 * MS, "frame.[FINISH]");
  assert_tick(machine, 100000 * MS, LATER);
  lims_protocol_connected(machine, FALSE, 100001 * MS);
  assert_tick(machine, 200000 * MS, "");
}

/* ---- both sides ---- */

static void test_player_pushes(void) {
  LimsLinesSettings settings;
  g_autoptr(LimsProtocol) player = NULL;
  g_autoptr(GBytes) message = g_bytes_new_static("a\r\n\r\n", 5);

  lims_lines_settings_init(&settings);
  settings.as_instrument = TRUE;
  settings.end = LIMS_LINES_END_IDLE;
  player = lims_lines_new(&settings);
  lims_protocol_connected(player, FALSE, 0);
  g_assert_true(lims_protocol_send(player, message, 0));
  g_assert_true(lims_protocol_send(player, message, 0));
  assert_tick(player, 0, "");
  lims_protocol_connected(player, TRUE, 10);
  assert_tick(player, 10, "send[a\\x0D\\x0A\\x0D\\x0A] done[]");
  g_assert_cmpint(lims_protocol_deadline(player), ==, 10 + 6000 * MS); /* silence ends a message */
  assert_tick(player, 10 + 6000 * MS, "send[a\\x0D\\x0A\\x0D\\x0A] done[]");
  g_assert_true(lims_protocol_idle(player));
}

static void test_player_answers(void) {
  LimsLinesSettings settings;
  g_autoptr(LimsProtocol) host = polled_new(), player = NULL;
  g_autoptr(GBytes) first = g_bytes_new_static("R,1\r\nFINISH\r\n", 13),
                    second = g_bytes_new_static("R,2\r\n", 5);

  set_polled(&settings);
  settings.as_instrument = TRUE;
  player = lims_lines_new(&settings);
  lims_protocol_send(player, first, 0);
  assert_tick(player, 0, "");
  g_assert_false(lims_protocol_idle(player));
  assert_feed(player, "xxD2026-10-", 0, "");
  assert_feed(player, "19D2026-10-26", 0, "send[R,1\\x0D\\x0AFINISH\\x0D\\x0A] done[]");
  lims_protocol_send(player, second, 0);
  assert_feed(player, "D2026-10-19D2026-10-26", 0, "send[R,1\\x0D\\x0AR,2\\x0D\\x0AFINISH\\x0D\\x0A] done[]");
  g_assert_true(lims_protocol_idle(player));
  lims_protocol_send(host, second, 0);
  assert_tick(host, 0, "failedrefused[]");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/lines/each-line", test_each_line);
  g_test_add_func("/lines/terminators", test_terminators);
  g_test_add_func("/lines/blank-ends", test_blank_ends);
  g_test_add_func("/lines/word-ends", test_word_ends);
  g_test_add_func("/lines/start", test_start);
  g_test_add_func("/lines/silence-ends", test_silence_ends);
  g_test_add_func("/lines/damage", test_damage);
  g_test_add_func("/lines/lost-end", test_lost_end);
  g_test_add_func("/lines/refused", test_refused);
  g_test_add_func("/lines/backlog", test_backlog);
  g_test_add_func("/lines/poll", test_poll);
  g_test_add_func("/lines/poll-midnight", test_poll_midnight);
  g_test_add_func("/lines/poll-late", test_poll_late);
  g_test_add_func("/lines/poll-unasked", test_poll_unasked);
  g_test_add_func("/lines/poll-ready", test_poll_ready);
  g_test_add_func("/lines/player-pushes", test_player_pushes);
  g_test_add_func("/lines/player-answers", test_player_answers);
  return g_test_run();
}
