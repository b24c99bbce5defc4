/* Lines whose peer, or which themselves, go while frames are on their way to disk: what was received is kept,
 * and an answer that comes too late harms nothing.
 */
#include "tests/instruments/helper-line.h"
#include <sys/socket.h>
#include <unistd.h>

static void test_peer_closes_in_frame(void) {
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  int far = bench_connect_to(bench);
  bench_say_text(far, ENQ);
  bench_hear(bench, far, ACK);
  bench_say_frame(far, 1, "H|\\^&\r");
  bench_hear(bench, far, ACK);
  bench_say_text(far, "\0022P|");
  close(far);
  bench_turn_until(bench, &bench->sink.ends, 1);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING); /* the next may come */
  far = bench_connect_to(bench);
  bench_send_message(bench, far, "S-1");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 4, 1, 1, 0);
  close(far);
}

/* The disk is slow, the analyzer has gone: what it sent is kept all the same. */
static void test_answer_after_peer(void) {
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  int far = bench_connect_to(bench);
  bench_say_text(far, ENQ);
  bench_hear(bench, far, ACK);
  bench_say_frame(far, 1, "H|\\^&\rL|1|N\r");
  bench_turn_until(bench, &bench->sink.frames, 1);
  close(far);
  bench_turn_a_while(bench);
  int other = bench_connect_to(bench);
  bench_say_text(other, ENQ);
  bench_hear(bench, other, NAK); /* the first message is not yet on disk */
  bench_answer_held(bench);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_journal(bench, "st starts ends \\0021H|\\\\^&\\rL|1|N\\r\n");
  bench_assert_counts(bench, 1, 1, 0, 0);
  bench->sink.manner = SINK_LATER;
  bench_send_message(bench, other, "S-2");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 4, 2, 0, 0);
  close(other);
}

/* The sink refuses the last frame of one that has gone: its message ends all the same. */
static void test_refusal_after_peer(void) {
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  bench->sink.answer = LIMS_ANSWER_GONE;
  int far = bench_connect_to(bench);
  bench_say_text(far, ENQ);
  bench_hear(bench, far, ACK);
  bench_say_frame(far, 1, "H|\\^&\rL|1|N\r");
  bench_turn_until(bench, &bench->sink.frames, 1);
  close(far);
  bench_turn_a_while(bench);
  g_assert_cmpuint(bench->sink.ends, ==, 0);
  bench_answer_held(bench);
  bench_turn_until(bench, &bench->sink.ends, 1);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 0, 0, 0, 1);
}

static void test_answer_after_line(void) {
  LineBench *bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  int far = bench_connect_to(bench);
  bench_say_text(far, ENQ);
  bench_hear(bench, far, ACK);
  bench_say_frame(far, 1, "H|\\^&\r");
  bench_turn_until(bench, &bench->sink.frames, 1);
  g_clear_pointer(&bench->line, lims_line_free);
  bench_assert_journal(bench, "st starts \\0021H|\\\\^&\\r\nst ended line-lost\n");
  bench_answer_held(bench); /* nobody is there; nothing happens */
  char byte;
  g_assert_cmpint(recv(far, &byte, 1, MSG_DONTWAIT), <=, 0); /* closed, and never acknowledged */
  close(far);
  bench_free(bench);
}

/* The line goes while a frame of one waits for the other's: both are kept, in order, and neither mixes. */
static void test_line_goes_with_frame_waiting(void) {
  static const char row[] =
      "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  LineBench *bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  int second = bench_connect_to(bench), first = bench_connect_to(bench);
  bench_say_text(first, row);
  bench_turn_until(bench, &bench->sink.frames, 1);
  bench_say_text(second, row);
  bench_turn_a_while(bench);
  g_clear_pointer(&bench->line, lims_line_free);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_cmpuint(g_strv_length(came), ==, 5);
  g_assert_true(g_str_has_prefix(came[0], "st starts 0012"));
  g_assert_cmpstr(came[1], ==, "st ended line-lost");
  g_assert_true(g_str_has_prefix(came[2], "st starts 0012"));
  g_assert_cmpstr(came[3], ==, "st ended line-lost");
  bench_answer_held(bench);
  bench_answer_held(bench);
  close(first);
  close(second);
  bench_free(bench);
}

/* Lines wait for a slow disk when the program is told to end: nobody will print them again. */
static void test_line_goes_with_many_lines(void) {
  LineBench *bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  int far = bench_connect_to(bench);
  for (int i = 0; i < 9; i++)
    bench_say_text(far,
                   "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n");
  bench_turn_until(bench, &bench->sink.frames, 1);
  bench_turn_a_while(bench);
  g_clear_pointer(&bench->line, lims_line_free);
  g_assert_cmpuint(bench->sink.frames, ==, 9);
  g_assert_cmpuint(bench->sink.ends, ==, 1);
  g_assert_true(g_str_has_suffix(bench->sink.journal->str, "\nst ended line-lost\n"));
  while (bench->sink.held.length > 0)
    bench_answer_held(bench);
  close(far);
  bench_free(bench);
}

/* The disk is full when the printer is switched off: its last line is offered until it is taken. */
static void test_refused_line_after_peer(void) {
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.answer = LIMS_ANSWER_GONE;
  int far = bench_connect_to(bench);
  bench_say_text(far,
                 "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n\r\n");
  bench_turn_until(bench, &bench->sink.frames, 1);
  close(far);
  bench_turn_a_while(bench);
  g_assert_cmpuint(bench->sink.ends, ==, 0);
  bench->sink.answer = LIMS_ANSWER_ACCEPTED;
  bench_turn_until(bench, &bench->sink.frames, 3);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 2, 1, 0, 1);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_cmpuint(g_strv_length(came), ==, 4);
  g_assert_true(g_str_has_prefix(came[1], "st starts 0012"));
  g_assert_cmpstr(came[2], ==, "st ends \\r");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/line/peer-closes-in-frame", test_peer_closes_in_frame);
  g_test_add_func("/line/answer-after-peer", test_answer_after_peer);
  g_test_add_func("/line/refusal-after-peer", test_refusal_after_peer);
  g_test_add_func("/line/answer-after-line", test_answer_after_line);
  g_test_add_func("/line/goes-with-frame-waiting", test_line_goes_with_frame_waiting);
  g_test_add_func("/line/goes-with-many-lines", test_line_goes_with_many_lines);
  g_test_add_func("/line/refused-line-after-peer", test_refused_line_after_peer);
  return g_test_run();
}
