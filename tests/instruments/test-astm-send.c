/* The sending side, sentence by sentence, and the two roles on contention. */
#include "tests/instruments/helper-astm.h"

#define TEXT "H|\\^&<CR>L|1|N<CR>"
#define H "<STX>1H|\\^&<CR><ETX>##<CR><LF>"
#define L2 "<STX>2L|1|N<CR><ETX>##<CR><LF>"
#define BEGIN "queue " TEXT, "< send: <ENQ>"
#define GRANTED "> <ACK>", "< send: " H

typedef struct {
  const char *path;
  LimsAstmRole role;
  const char *steps[40];
} Dialogue;

static const Dialogue DIALOGUES[] = {
    {"/astm/send/record-per-frame",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <ACK>", "< send: " L2, "> <ACK>", "< send: <EOT>", "< done: " TEXT}},
    /* 6.2.4: every reply to ENQ but ACK, NAK, ENQ is ignored. */
    {"/astm/send/other-replies-to-enquiry-ignored",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> x<EOT>", "+ 1", "< reject no-frame: x<EOT>", GRANTED, "> <ACK>", "< send: " L2, "> <ACK>",
      "< send: <EOT>", "< done: " TEXT}},
    {"/astm/send/no-reply-to-enquiry",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "+ 14.9", "+ 0.1", "< send: <EOT>", "< failed no-reply: " TEXT}},
    {"/astm/send/busy-waits-10-seconds",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> <NAK>", "+ 9.9", "+ 0.1", "< send: <ENQ>", GRANTED}},
    {"/astm/send/busy-six-times",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> <NAK>", "+ 10", "< send: <ENQ>", "> <NAK>", "+ 10", "< send: <ENQ>", "> <NAK>", "+ 10",
      "< send: <ENQ>", "> <NAK>", "+ 10", "< send: <ENQ>", "> <NAK>", "+ 10", "< send: <ENQ>", "> <NAK>",
      "< failed refused: " TEXT}},
    /* 6.2.7.1: the instrument has priority and tries again after 1 s… */
    {"/astm/send/contention-instrument",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> <ENQ>", "+ 0.9", "+ 0.1", "< send: <ENQ>", GRANTED}},
    /* …the computer does not answer the colliding ENQ, but the next one, and has its turn after that. */
    {"/astm/send/contention-computer-yields",
     LIMS_ASTM_COMPUTER,
     {BEGIN, "> <ENQ>", "+ 1", "> <ENQ>", "< send: <ACK>", "> " H, "< frame starts: 1H|\\^&<CR>", "accept",
      "< send: <ACK>", "> <EOT>", "< end sender-ended", "< send: <ENQ>", GRANTED}},
    {"/astm/send/contention-computer-tries-after-20-seconds",
     LIMS_ASTM_COMPUTER,
     {BEGIN, "> <ENQ>", "+ 19.9", "+ 0.1", "< send: <ENQ>", GRANTED}},
    {"/astm/send/contention-six-times",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> <ENQ>", "+ 1", "< send: <ENQ>", "> <ENQ>", "+ 1", "< send: <ENQ>", "> <ENQ>", "+ 1",
      "< send: <ENQ>", "> <ENQ>", "+ 1", "< send: <ENQ>", "> <ENQ>", "+ 1", "< send: <ENQ>", "> <ENQ>",
      "< failed contention: " TEXT}},
    {"/astm/send/waits-while-receiving",
     LIMS_ASTM_COMPUTER,
     {"> <ENQ>", "< send: <ACK>", "queue " TEXT, "+ 1", "> <EOT>", "< send: <ENQ>", GRANTED}},
    /* The EOT may be a damaged byte of a frame whose reply is awaited: ENQ and EOT now would be taken for it.
     */
    {"/astm/send/waits-longer-after-a-doubtful-end",
     LIMS_ASTM_COMPUTER,
     {"> <ENQ>", "< send: <ACK>", "queue " TEXT, "> <STX>1H<EOT>", "< reject cut: <STX>1H", "+ 19.9", "+ 0.1",
      "< send: <ENQ>"}},
    {"/astm/send/waits-for-receivers-timeout",
     LIMS_ASTM_COMPUTER,
     {"> <ENQ>", "< send: <ACK>", "queue " TEXT, "+ 30", "< send: <ENQ>", GRANTED}},
    /* 6.5.1.2: NAK, or anything that is no ACK or EOT; six sends in all, then EOT. */
    {"/astm/send/nak-sends-again",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <NAK>", "< send: " H, "> <NAK>", "< send: " H, "> <ACK>", "< send: " L2, "> <NAK>",
      "< send: " L2, "> <ACK>", "< send: <EOT>", "< done: " TEXT}},
    {"/astm/send/six-sends-in-all",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <NAK>", "< send: " H, "> <NAK>", "< send: " H, "> <NAK>", "< send: " H, "> <NAK>",
      "< send: " H, "> <NAK>", "< send: " H, "> <NAK>", "< send: <EOT>", "< failed refused: " TEXT}},
    {"/astm/send/count-is-per-frame",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <NAK>", "< send: " H, "> <NAK>", "< send: " H, "> <NAK>", "< send: " H, "> <NAK>",
      "< send: " H, "> <NAK>", "< send: " H, "> <ACK>", "< send: " L2, "> <NAK>", "< send: " L2, "> <ACK>",
      "< send: <EOT>", "< done: " TEXT}},
    {"/astm/send/garbled-reply-is-one-nak",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> xy<ACK>", "+ 1", "< reject no-frame: xy<ACK>", "< send: " H, "> <ACK>",
      "< send: " L2, "> <ENQ>", "+ 1", "< reject no-frame: <ENQ>", "< send: " L2, "> <ACK>", "< send: <EOT>",
      "< done: " TEXT}},
    {"/astm/send/garbled-replies-count",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN,
      GRANTED,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: " H,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: " H,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: " H,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: " H,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: " H,
      "> x",
      "+ 1",
      "< reject no-frame: x",
      "< send: <EOT>",
      "< failed refused: " TEXT}},
    /* Two ACKs in one read cannot be for two frames. */
    {"/astm/send/doubled-ack-counts-once",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "> <ACK><ACK>", "< send: " H, "+ 1", "< reject no-frame: <ACK>", "> <ACK><ACK>", "< send: " L2,
      "+ 1", "< reject no-frame: <ACK>", "> <ACK>", "< send: <EOT>", "< done: " TEXT}},
    {"/astm/send/no-reply-to-frame",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "+ 14.9", "+ 0.1", "< send: <EOT>", "< failed no-reply: " TEXT}},
    /* 6.3.5.3: EOT is ACK and a wish for the line: 15 s without ENQ… */
    {"/astm/send/interrupted",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <EOT>", "< send: <EOT>", "< failed interrupted: " TEXT, "queue " TEXT, "+ 14.9",
      "+ 0.1", "< send: <ENQ>", GRANTED}},
    /* …or until the other has sent. */
    {"/astm/send/interrupted-then-the-other-sends",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <EOT>", "< send: <EOT>", "< failed interrupted: " TEXT, "queue " TEXT, "> <ENQ>",
      "< send: <ACK>", "> <STX>1H|\\^&<CR>L|1<CR><ETX>##<CR><LF>", "< frame starts ends: 1H|\\^&<CR>L|1<CR>",
      "accept", "< send: <ACK>", "> <EOT>", "< send: <ENQ>"}},
    {"/astm/send/interrupted-at-the-last-frame",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "> <ACK>", "< send: " L2, "> <EOT>", "< send: <EOT>", "< done: " TEXT, "queue " TEXT,
      "+ 14.9", "+ 0.1", "< send: <ENQ>"}},
    {"/astm/send/line-lost",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, GRANTED, "down", "< failed line-lost: " TEXT, "queue " TEXT, "+ 60", "up", "< send: <ENQ>",
      GRANTED}},
    {"/astm/send/next-message-next-session",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "queue " TEXT, GRANTED, "> <ACK>", "< send: " L2, "> <ACK>", "< send: <EOT>", "< done: " TEXT,
      "< send: <ENQ>", GRANTED}},
    {"/astm/send/failure-then-next-after-a-pause",
     LIMS_ASTM_INSTRUMENT,
     {BEGIN, "queue " TEXT, "+ 15", "< send: <EOT>", "< failed no-reply: " TEXT, "+ 0.9", "+ 0.1",
      "< send: <ENQ>", GRANTED}},
    {"/astm/send/no-cr-at-the-end",
     LIMS_ASTM_INSTRUMENT,
     {"queue H|\\^&<CR>L|1", "< send: <ENQ>", GRANTED, "> <ACK>", "< send: <STX>2L|1<ETX>##<CR><LF>",
      "> <ACK>", "< send: <EOT>", "< done: H|\\^&<CR>L|1"}},
};

static void test_dialogue(gconstpointer data) {
  const Dialogue *dialogue = data;
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.role = dialogue->role;
  settings.record_per_frame = TRUE;
  helper_astm_play(&settings, dialogue->steps);
}

/* 6.3.1: 240 bytes of text a frame, ETB in between; the number runs 1 … 7, 0, 1. */
static void test_split(void) {
  static const char *const STEPS[] = {"queue <*240:a><*240:b><*5:c>",
                                      "< send: <ENQ>",
                                      "> <ACK>",
                                      "< send: <STX>1<*240:a><ETB>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <STX>2<*240:b><ETB>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <STX>3ccccc<ETX>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <EOT>",
                                      "< done: <*240:a><*240:b><*5:c>",
                                      NULL};
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  helper_astm_play(&settings, STEPS);
}

/* A record longer than a frame: its own ETB frames, its own ETX; records are not mixed. */
static void test_split_record(void) {
  static const char *const STEPS[] = {"queue <*241:a><CR><*239:b><CR>",
                                      "< send: <ENQ>",
                                      "> <ACK>",
                                      "< send: <STX>1<*240:a><ETB>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <STX>2a<CR><ETX>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <STX>3<*239:b><CR><ETX>##<CR><LF>",
                                      "> <ACK>",
                                      "< send: <EOT>",
                                      "< done: <*241:a><CR><*239:b><CR>",
                                      NULL};
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.record_per_frame = TRUE;
  helper_astm_play(&settings, STEPS);
}

static void test_numbers(void) {
  for (guint i = 1; i <= 9; i++) {
    g_autoptr(GBytes) frame = lims_astm_frame_new(i, (const guint8 *)"x", 1, TRUE);
    g_assert_cmpint(((const char *)g_bytes_get_data(frame, NULL))[1], ==, "0123456701"[i]);
  }
}

/* time_scale divides every timer. */
static void test_time_scale(void) {
  static const char *const STEPS[] = {
      BEGIN, "+ 0.149", "+ 0.001", "< send: <EOT>", "< failed no-reply: " TEXT, NULL};
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.time_scale = 100;
  helper_astm_play(&settings, STEPS);
}

static void test_idle(void) {
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  g_autoptr(LimsProtocol) machine = lims_astm_new(&settings);
  LimsEvent event;
  g_assert_true(lims_protocol_idle(machine));
  g_assert_cmpint(lims_protocol_deadline(machine), ==, -1);
  lims_protocol_feed(machine, (const guint8 *)"\x05", 1, 7);
  g_assert_false(lims_protocol_idle(machine));
  g_assert_true(lims_protocol_next(machine, &event));
  lims_event_clear(&event);
  g_assert_cmpint(lims_protocol_deadline(machine), ==, 7 + 30 * G_USEC_PER_SEC);
  lims_protocol_feed(machine, (const guint8 *)"\x04", 1, 8);
  g_assert_true(lims_protocol_idle(machine));
  g_assert_cmpstr(machine->class->name, ==, "astm");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(DIALOGUES); i++)
    g_test_add_data_func(DIALOGUES[i].path, &DIALOGUES[i], test_dialogue);
  g_test_add_func("/astm/send/text-split-in-frames", test_split);
  g_test_add_func("/astm/send/record-split-in-frames", test_split_record);
  g_test_add_func("/astm/send/numbers", test_numbers);
  g_test_add_func("/astm/send/time-scale", test_time_scale);
  g_test_add_func("/astm/idle", test_idle);
  return g_test_run();
}
