/* However the line cuts, pads or damages a session: the same frames, and every byte in a frame, in a reject,
 * or a control byte; never in two of them, never in none. */
#include "tests/instruments/helper-astm.h"
#include <string.h>

#define F(n, text, end) "<STX>" #n text "<" #end ">##<CR><LF>"

static const char *const SESSIONS[] = {
    "<ENQ>" F(1, "H|\\^&<CR>", ETX) F(2, "P|1<CR>", ETX) F(3, "O|1|A<CR>", ETX) F(4, "R|1|^^^Pb|0.1<CR>", ETX)
        F(5, "L|1|N<CR>", ETX) "<EOT>",
    "<ENQ>" F(1, "H|\\^&<CR>P|1<CR>L|1|N<CR>", ETX) "<EOT>",
    "<ENQ>" F(1, "H|\\^&<CR>P|1<CR>O|1|", ETB) F(2, "A<CR>R|1|^^^Pb|<xB0><x5C><CR>L|", ETB)
        F(3, "1|N<CR>", ETX) "<EOT>",
    "<ENQ>" F(1, "H|\\^&<CR>", ETB) F(2, "L|1|N<CR>", ETB) "<EOT><ENQ><EOT>",
    "<ENQ>" F(1, "H|\\^&", ETX) F(2, "L|1", ETX) F(3, "H|\\^&<CR>L|1", ETX) "<EOT>",
    "<ENQ>" F(1, "H|\\^&<CR>", ETX) "<ENQ>" F(1, "H|\\^&<CR>L|1<CR>", ETX) "<EOT>",
};

typedef struct {
  LimsProtocol *machine;
  gint64 now_us;
  GString *log;      /* frames and ends */
  GPtrArray *frames; /* GBytes * */
  gsize in_frames, in_rejects;
} Run;

static Run *run_new(void) {
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  Run *run = g_new0(Run, 1);
  run->machine = lims_astm_new(&settings);
  run->log = g_string_new(NULL);
  run->frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  return run;
}

static void run_free(Run *run) {
  lims_protocol_free(run->machine);
  g_string_free(run->log, TRUE);
  g_ptr_array_unref(run->frames);
  g_free(run);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Run, run_free)

static void take_events(Run *run) {
  LimsEvent event;
  while (lims_protocol_next(run->machine, &event)) {
    if (event.kind == LIMS_EVENT_FRAME || event.kind == LIMS_EVENT_END) {
      g_autofree char *shown = helper_astm_event(&event);
      g_string_append_printf(run->log, "%s\n", shown);
    }
    if (event.kind == LIMS_EVENT_REJECT)
      run->in_rejects += g_bytes_get_size(event.bytes);
    if (event.kind == LIMS_EVENT_FRAME) {
      run->in_frames += g_bytes_get_size(event.bytes);
      g_ptr_array_add(run->frames, g_bytes_ref(event.bytes));
      lims_protocol_answer(run->machine, event.token, LIMS_ANSWER_ACCEPTED, run->now_us);
    }
    lims_event_clear(&event);
  }
}

static void run_feed(Run *run, const guint8 *bytes, gsize size) {
  lims_protocol_feed(run->machine, bytes, size, run->now_us);
  take_events(run);
}

static void run_silence(Run *run) {
  gint64 next;
  while ((next = lims_protocol_deadline(run->machine)) >= 0) {
    run->now_us = next;
    lims_protocol_tick(run->machine, next);
    take_events(run);
  }
}

static char *log_whole(const GByteArray *bytes) {
  g_autoptr(Run) run = run_new();
  run_feed(run, bytes->data, bytes->len);
  run_silence(run);
  return g_strdup(run->log->str);
}

static void test_cut_at_every_offset(void) {
  for (guint s = 0; s < G_N_ELEMENTS(SESSIONS); s++) {
    g_autoptr(GByteArray) bytes = helper_astm_bytes(SESSIONS[s]);
    g_autofree char *expected = log_whole(bytes);
    g_assert_nonnull(strstr(expected, "frame starts"));
    for (gsize cut = 0; cut <= bytes->len; cut++) {
      g_autoptr(Run) run = run_new();
      run_feed(run, bytes->data, cut);
      run->now_us += 500000;
      run_feed(run, bytes->data + cut, bytes->len - cut);
      run_silence(run);
      g_assert_cmpstr(run->log->str, ==, expected);
    }
  }
}

static void test_byte_by_byte(void) {
  for (guint s = 0; s < G_N_ELEMENTS(SESSIONS); s++) {
    g_autoptr(GByteArray) bytes = helper_astm_bytes(SESSIONS[s]);
    g_autofree char *expected = log_whole(bytes);
    g_autoptr(Run) run = run_new();
    for (gsize i = 0; i < bytes->len; i++)
      run_feed(run, bytes->data + i, 1);
    run_silence(run);
    g_assert_cmpstr(run->log->str, ==, expected);
    g_assert_cmpuint(run->in_rejects, ==, 0);
  }
}

static GByteArray *noise_new(GRand *random, const char *without) {
  GByteArray *noise = g_byte_array_new();
  for (int n = g_rand_int_range(random, 0, 60); n > 0; n--) {
    guint8 byte = (guint8)g_rand_int_range(random, 0, 256);
    if (byte == 0 || !strchr(without, byte))
      g_byte_array_append(noise, &byte, 1);
  }
  return noise;
}

/* Noise of any bytes, control bytes too. */
static void test_noise_before_and_after(void) {
  g_autoptr(GRand) random = g_rand_new_with_seed(1381);
  for (guint round = 0; round < 3000; round++) {
    g_autoptr(GByteArray) bytes = helper_astm_bytes(SESSIONS[round % G_N_ELEMENTS(SESSIONS)]);
    g_autofree char *expected = log_whole(bytes);
    g_autoptr(GByteArray) before = noise_new(random, ""), after = noise_new(random, "");
    g_autoptr(Run) run = run_new();
    run_feed(run, before->data, before->len);
    run_feed(run, bytes->data, bytes->len);
    run_feed(run, after->data, after->len);
    run_silence(run);
    g_assert_cmpstr(run->log->str, ==, expected);
    g_assert_cmpuint(run->in_rejects, <=, before->len + after->len);
  }
}

/* Noise between frames: without the bytes that end a session, and not behind an ENQ, which it would hide. */
static void test_noise_between_frames(void) {
  g_autoptr(GRand) random = g_rand_new_with_seed(1394);
  for (guint round = 0; round < 1000; round++) {
    g_autoptr(GByteArray) bytes = helper_astm_bytes(SESSIONS[round % G_N_ELEMENTS(SESSIONS)]);
    g_autofree char *expected = log_whole(bytes);
    g_autoptr(Run) run = run_new();
    for (gsize i = 0; i < bytes->len; i++) {
      g_autoptr(GByteArray) noise = noise_new(random, "\x04\x05");
      if (i > 0 && bytes->data[i] == 0x02 && bytes->data[i - 1] != 0x05)
        run_feed(run, noise->data, noise->len);
      run_feed(run, bytes->data + i, 1);
    }
    run_silence(run);
    g_assert_cmpstr(run->log->str, ==, expected);
  }
}

static guint count_controls(const GByteArray *bytes) {
  guint count = 0;
  for (guint i = 0; i < bytes->len; i++)
    count += bytes->data[i] == 0x04 || bytes->data[i] == 0x05;
  return count;
}

/* One damaged byte anywhere: a frame that was not sent never comes out, and no byte is lost or counted twice.
 */
static void test_damage_at_every_offset(void) {
  for (guint s = 0; s < G_N_ELEMENTS(SESSIONS); s++) {
    g_autoptr(GByteArray) bytes = helper_astm_bytes(SESSIONS[s]);
    for (gsize at = 0; at < bytes->len; at++) {
      for (guint value = 0; value < 256; value += value < 32 ? 1 : 13) {
        g_autoptr(GByteArray) damaged = g_byte_array_append(g_byte_array_new(), bytes->data, bytes->len);
        g_autoptr(Run) run = run_new();
        damaged->data[at] = (guint8)value;
        run_feed(run, damaged->data, damaged->len);
        run_silence(run);
        for (guint i = 0; i < run->frames->len; i++) {
          gsize size; /* the trailer may be the damaged part */
          const guint8 *frame = g_bytes_get_data(run->frames->pdata[i], &size);
          g_assert_nonnull(memmem(bytes->data, bytes->len, frame, size - 4));
        }
        g_assert_cmpuint(run->in_frames + run->in_rejects, <=, damaged->len);
        g_assert_cmpuint(run->in_frames + run->in_rejects + count_controls(damaged), >=, damaged->len);
      }
    }
  }
}

/* Endless bytes of any kind: nothing is kept back, whatever they are. */
static void test_endless(void) {
  static const char *const PATTERNS[] = {
      "x",      "<STX>",  "<STX>1",        "<ENQ>", "<STX>1x<ETX>", "<STX>1x<ETX>00<CR>",
      "<ENQ>x", "x<ENQ>", "<STX>1<ETX>zz", "<EOT>"};
  for (guint p = 0; p < G_N_ELEMENTS(PATTERNS); p++) {
    g_autoptr(GByteArray) pattern = helper_astm_bytes(PATTERNS[p]);
    g_autoptr(Run) run = run_new();
    run_feed(run, (const guint8 *)"\x05", 1);
    for (gsize fed = 0; fed < 300000; fed += pattern->len) {
      run_feed(run, pattern->data, pattern->len);
      run->now_us += 10;
    }
    run_feed(run, (const guint8 *)"\x02\x31", 2);
    for (guint i = 0; i < 100000; i++)
      run_feed(run, (const guint8 *)"y", 1);
    run_silence(run);
    g_assert_true(lims_protocol_idle(run->machine));
    g_assert_cmpuint(run->in_rejects, >=, 100002);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/astm/cuts/every-offset", test_cut_at_every_offset);
  g_test_add_func("/astm/cuts/byte-by-byte", test_byte_by_byte);
  g_test_add_func("/astm/cuts/noise-before-and-after", test_noise_before_and_after);
  g_test_add_func("/astm/cuts/noise-between-frames", test_noise_between_frames);
  g_test_add_func("/astm/cuts/damage-at-every-offset", test_damage_at_every_offset);
  g_test_add_func("/astm/cuts/endless", test_endless);
  return g_test_run();
}
