/* Lines: what reaches the sink, what the analyzer hears, and when. */
#include "tests/instruments/helper-line.h"
#include "lims/core/error.h"
#include <string.h>
#include <unistd.h>

static void test_fragments(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autoptr(LineBench) bench = bench_new(device, "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_say_text(master, ENQ);
  bench_hear(bench, master, ACK);
  bench_turn_until_state(bench, LIMS_LINE_RECEIVING);
  g_autofree char *bytes = bench_frame(1, "H|\\^&\rL|1|N\r");
  for (const char *c = bytes; *c; c++) {
    g_assert_cmpuint(bench->sink.frames, ==, 0);
    bench_say(master, c, 1);
    bench_turn_a_while(bench);
  }
  bench_hear(bench, master, ACK);
  bench_say_text(master, EOT);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_journal(bench, "st starts ends \\0021H|\\\\^&\\rL|1|N\\r\n");
  bench_assert_counts(bench, 1, 1, 0, 0);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.bytes, ==, 2 + strlen(bytes));
  g_assert_cmpint(status.last_heard_us, >, 0);
  g_assert_cmpstr(lims_line_state_name(status.state), ==, "listening");
  close(master);
}

static void test_commit_before_acknowledgement(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autoptr(LineBench) bench = bench_new(device, "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_HELD;
  bench_say_text(master, ENQ);
  bench_hear(bench, master, ACK);
  bench_say_frame(master, 1, "H|\\^&\r");
  bench_turn_until(bench, &bench->sink.frames, 1);
  bench_hear_nothing(bench, master);
  bench_assert_counts(bench, 0, 0, 0, 0);
  bench_answer_held(bench);
  bench_hear(bench, master, ACK);
  bench->sink.answer = LIMS_ANSWER_GONE;
  bench_say_frame(master, 2, "L|1|N\r");
  bench_turn_until(bench, &bench->sink.frames, 2);
  bench_answer_held(bench);
  bench_hear_nothing(bench, master);
  bench_assert_counts(bench, 1, 0, 0, 1);
  bench->sink.answer = LIMS_ANSWER_ACCEPTED;
  bench_say_frame(master, 2, "L|1|N\r"); /* the sender's own timer sends it again */
  bench_turn_until(bench, &bench->sink.frames, 3);
  bench_answer_held(bench);
  bench_hear(bench, master, ACK);
  bench_assert_counts(bench, 2, 1, 0, 1);
  close(master);
}

static void test_sink_at_once(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autoptr(LineBench) bench = bench_new(device, "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.manner = SINK_AT_ONCE;
  bench_send_message(bench, master, "S-1");
  bench_send_message(bench, master, "S-2");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 6, 2, 0, 0);
  close(master);
}

static void test_hangup_resumes(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autofree char *directory = g_dir_make_tmp("lims-line-XXXXXX", NULL);
  g_autofree char *link = g_build_filename(directory, "analyzer", NULL);
  g_autofree char *linked = g_strconcat("tty:", link, NULL);
  g_assert_cmpint(symlink(device + strlen("tty:"), link), ==, 0);
  g_autoptr(LineBench) bench = bench_new(linked, "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_say_text(master, ENQ);
  bench_hear(bench, master, ACK);
  bench_say_frame(master, 1, "H|\\^&\r");
  bench_hear(bench, master, ACK);
  bench_say_text(master, "\0022P|1"); /* cut here */
  bench_turn_a_while(bench);
  close(master);
  bench_turn_until(bench, &bench->sink.ends, 1);
  bench_assert_journal(bench, "st starts \\0021H|\\\\^&\\r\nst noise cut\nst ended line-lost\n");
  bench_turn_until_state(bench, LIMS_LINE_WAITING);
  LimsLineStatus status;
  lims_line_get_status(bench->line, &status);
  g_assert_cmpstr(status.problem, !=, "");
  g_free(g_steal_pointer(&device));
  unlink(link);
  master = bench_master_new(&device);
  g_assert_cmpint(symlink(device + strlen("tty:"), link), ==, 0);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_send_message(bench, master, "S-1");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 4, 1, 1, 0);
  lims_line_get_status(bench->line, &status);
  g_assert_cmpuint(status.reopened, ==, 1);
  g_assert_cmpstr(status.problem, ==, "");
  close(master);
  unlink(link);
  rmdir(directory);
}

/* Two senders speak for one station: their frames must not mix. */
static void test_one_floor(void) {
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  int first = bench_connect_to(bench), second = bench_connect_to(bench);
  bench_say_text(first, ENQ);
  bench_hear(bench, first, ACK);
  bench_say_frame(first, 1, "H|\\^&\r");
  bench_hear(bench, first, ACK);
  bench_say_text(second, ENQ);
  bench_hear(bench, second, NAK);
  bench_say_frame(first, 2, "L|1|N\r");
  bench_hear(bench, first, ACK);
  bench_say_text(first, EOT);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_send_message(bench, second, "S-2");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 5, 2, 0, 0);
  bench_say_text(second, ENQ);
  bench_hear(bench, second, ACK);
  bench_say_text(first, ENQ);
  bench_hear(bench, first, NAK);
  close(second); /* a holder that goes gives the floor back */
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_send_message(bench, first, "S-1");
  close(first);
}

/* Nobody repeats these: the second's line waits until the first one's report is whole. */
static void test_one_floor_unacknowledged(void) {
  static const char row[] =
      "0012 CY-261124-0012    Pb  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  static const char other[] =
      "0013 CY-261124-0013    Cd  1      0.1532      12.31 ug/L   2026-11-24 09:31:05 LW\r\n";
  g_autoptr(LineBench) bench = bench_new("tcp-listen:127.0.0.1:0", "gfaas-lines");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  int first = bench_connect_to(bench), second = bench_connect_to(bench);
  bench_say_text(first, row);
  bench_turn_until(bench, &bench->sink.frames, 1);
  bench_say_text(second, other);
  bench_say_text(second, "\r\n");
  bench_turn_a_while(bench);
  close(second);
  bench_turn_a_while(bench);
  g_assert_cmpuint(bench->sink.frames, ==, 1);
  bench_say_text(first, "\r\n");
  bench_turn_until(bench, &bench->sink.frames, 3);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  g_auto(GStrv) came = g_strsplit(bench->sink.journal->str, "\n", -1);
  g_assert_true(g_str_has_prefix(came[0], "st starts 0012"));
  g_assert_true(g_str_has_prefix(came[1], "st ends "));
  g_assert_true(g_str_has_prefix(came[2], "st starts 0013"));
  close(first);
}

static void test_not_ready(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autoptr(LineBench) bench = bench_new(device, "astm-generic");
  bench->sink.ready = FALSE;
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_say_text(master, ENQ);
  bench_hear(bench, master, NAK);
  bench->sink.ready = TRUE;
  lims_line_update_ready(bench->line);
  bench_send_message(bench, master, "S-1");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench->sink.ready = FALSE;
  lims_line_update_ready(bench->line);
  bench_say_text(master, ENQ);
  bench_hear(bench, master, NAK);
  bench_assert_counts(bench, 3, 1, 0, 0);
  close(master);
}

static void test_damaged_frame(void) {
  g_autofree char *device = NULL;
  int master = bench_master_new(&device);
  g_autoptr(LineBench) bench = bench_new(device, "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_say_text(master, ENQ);
  bench_hear(bench, master, ACK);
  bench_say_text(master, "\0021H|\\^&\r\00300\r\n");
  bench_hear(bench, master, NAK);
  bench_assert_journal(bench, "st noise checksum\n");
  bench_say_frame(master, 1, "H|\\^&\rL|1|N\r");
  bench_hear(bench, master, ACK);
  bench_say_text(master, EOT);
  bench_turn_until_state(bench, LIMS_LINE_LISTENING);
  bench_assert_counts(bench, 1, 1, 1, 0);
  close(master);
}

static void test_problem(void) {
  g_autoptr(LineBench) bench = bench_new("tty:/dev/pts/no-such", "astm-generic");
  bench_turn_until_state(bench, LIMS_LINE_WAITING);
  LimsLineStatus status = {0};
  gint64 guard = 0;
  while (!*status.problem) {
    bench_turn(bench, &guard);
    lims_line_get_status(bench->line, &status);
  }
  g_assert_nonnull(strstr(status.problem, "/dev/pts/no-such is not there"));
  g_assert_cmpint(status.last_heard_us, ==, 0);
}

static void test_bad_device(void) {
  g_autoptr(GError) error = NULL;
  g_autofree char *directory =
      g_build_filename(g_getenv("LIMS_DATA") ? g_getenv("LIMS_DATA") : "config", "drivers", NULL);
  g_autoptr(LimsDriver) driver = lims_driver_load(directory, "astm-generic", &error);
  g_assert_no_error(error);
  LineSink sink = {.ready = TRUE};
  g_assert_null(
      lims_line_new("aas-1", "/dev/ttyUSB0", NULL, "st", driver, &BENCH_CALLS, &sink, NULL, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, "line aas-1: device \"/dev/ttyUSB0\": unknown kind"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/line/fragments", test_fragments);
  g_test_add_func("/line/commit-before-acknowledgement", test_commit_before_acknowledgement);
  g_test_add_func("/line/sink-at-once", test_sink_at_once);
  g_test_add_func("/line/hangup-resumes", test_hangup_resumes);
  g_test_add_func("/line/one-floor", test_one_floor);
  g_test_add_func("/line/one-floor-unacknowledged", test_one_floor_unacknowledged);
  g_test_add_func("/line/not-ready", test_not_ready);
  g_test_add_func("/line/damaged-frame", test_damaged_frame);
  g_test_add_func("/line/problem", test_problem);
  g_test_add_func("/line/bad-device", test_bad_device);
  return g_test_run();
}
