/* Reading dialogues, and holding the machine to them step by step. */
#include "tests/instruments/helper-astm.h"
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  guint8 byte;
} CONTROLS[] = {{"STX", 0x02}, {"ETX", 0x03}, {"EOT", 0x04}, {"ENQ", 0x05}, {"ACK", 0x06},
                {"LF", 0x0a},  {"CR", 0x0d},  {"NAK", 0x15}, {"ETB", 0x17}};

static void add_named(GByteArray *out, const char *name) {
  guint8 byte;
  if (name[0] == '*') {
    const char *colon = strchr(name, ':');
    byte = (guint8)colon[1];
    for (long n = strtol(name + 1, NULL, 10); n > 0; n--)
      g_byte_array_append(out, &byte, 1);
    return;
  }
  if (name[0] == 'x') {
    byte = (guint8)strtoul(name + 1, NULL, 16);
    g_byte_array_append(out, &byte, 1);
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS(CONTROLS); i++) {
    if (strcmp(name, CONTROLS[i].name) == 0) {
      g_byte_array_append(out, &CONTROLS[i].byte, 1);
      return;
    }
  }
  g_error("no control byte is called <%s>", name);
}

static void add_checksum(GByteArray *out) {
  guint start = out->len;
  while (start > 0 && out->data[start - 1] != 0x02)
    start--;
  g_autofree char *sum = g_strdup_printf("%02X", lims_astm_checksum(out->data + start, out->len - start));
  g_byte_array_append(out, (const guint8 *)sum, 2);
}

GByteArray *helper_astm_bytes(const char *script) {
  GByteArray *out = g_byte_array_new();
  for (const char *at = script; *at; at++) {
    const char *close = *at == '<' ? strchr(at, '>') : NULL;
    if (close) {
      g_autofree char *name = g_strndup(at + 1, (gsize)(close - at - 1));
      add_named(out, name);
      at = close;
    } else if (at[0] == '#' && at[1] == '#') {
      add_checksum(out);
      at++;
    } else {
      g_byte_array_append(out, (const guint8 *)at, 1);
    }
  }
  return out;
}

static void show_byte(GString *out, guint8 byte) {
  for (guint i = 0; i < G_N_ELEMENTS(CONTROLS); i++) {
    if (byte == CONTROLS[i].byte) {
      g_string_append_printf(out, "<%s>", CONTROLS[i].name);
      return;
    }
  }
  if (g_ascii_isprint((char)byte))
    g_string_append_c(out, (char)byte);
  else
    g_string_append_printf(out, "<x%02X>", byte);
}

char *helper_astm_show(GBytes *bytes) {
  GString *out = g_string_new(NULL);
  gsize size = 0;
  const guint8 *data = bytes ? g_bytes_get_data(bytes, &size) : NULL;
  for (gsize i = 0; i < size; i++)
    show_byte(out, data[i]);
  return g_string_free(out, FALSE);
}

static char *show_frame(const LimsEvent *event) {
  const guint8 *text;
  gsize size, text_size;
  gboolean last;
  const guint8 *frame = g_bytes_get_data(event->bytes, &size);
  g_assert_true(lims_astm_frame_text(frame, size, &text, &text_size, &last));
  g_autoptr(GBytes) window = g_bytes_new(text - 1, text_size + 1);
  g_autofree char *shown = helper_astm_show(window);
  g_assert_true(event->acknowledged);
  return g_strdup_printf("frame%s%s: %s", event->starts ? " starts" : "", event->ends ? " ends" : "", shown);
}

char *helper_astm_event(const LimsEvent *event) {
  g_autofree char *shown = helper_astm_show(event->bytes);
  switch (event->kind) {
  case LIMS_EVENT_SEND:
    return g_strdup_printf("send: %s", shown);
  case LIMS_EVENT_FRAME:
    return show_frame(event);
  case LIMS_EVENT_END:
    return g_strdup_printf("end %s", event->reason);
  case LIMS_EVENT_REJECT:
    return g_strdup_printf("reject %s: %s", event->reason, shown);
  case LIMS_EVENT_DONE:
    return g_strdup_printf("done: %s", shown);
  case LIMS_EVENT_FAILED:
    return g_strdup_printf("failed %s: %s", event->reason, shown);
  }
  g_assert_not_reached();
}

typedef struct {
  LimsProtocol *machine;
  gint64 now_us;
  guint64 token;
} Play;

static void expect_event(Play *play, const char *expected) {
  LimsEvent event = {0};
  if (!lims_protocol_next(play->machine, &event))
    g_error("expected \"%s\", but nothing came", expected);
  g_autofree char *shown = helper_astm_event(&event);
  /* Expected bytes may be written with ## too. */
  g_autoptr(GByteArray) raw = helper_astm_bytes(expected);
  g_autoptr(GBytes) bytes = g_bytes_new(raw->data, raw->len);
  g_autofree char *wanted = helper_astm_show(bytes);
  g_assert_cmpstr(shown, ==, wanted);
  if (event.kind == LIMS_EVENT_FRAME)
    play->token = event.token;
  lims_event_clear(&event);
}

static void expect_silence(Play *play, const char *step) {
  LimsEvent event = {0};
  if (!lims_protocol_next(play->machine, &event))
    return;
  g_autofree char *shown = helper_astm_event(&event);
  g_error("before \"%s\": \"%s\" came unexpected", step, shown);
}

static void pass_time(Play *play, double seconds) {
  gint64 until = play->now_us + (gint64)(seconds * G_USEC_PER_SEC);
  gint64 next = lims_protocol_deadline(play->machine);
  while (next >= 0 && next <= until) {
    play->now_us = MAX(next, play->now_us);
    lims_protocol_tick(play->machine, play->now_us);
    gint64 after = lims_protocol_deadline(play->machine);
    g_assert_true(after < 0 || after > next);
    next = after;
  }
  play->now_us = until;
}

static void feed(Play *play, const char *script) {
  g_autoptr(GByteArray) bytes = helper_astm_bytes(script);
  lims_protocol_feed(play->machine, bytes->data, bytes->len, play->now_us);
}

static void queue(Play *play, const char *script) {
  g_autoptr(GByteArray) text = helper_astm_bytes(script);
  g_autoptr(GBytes) message = g_bytes_new(text->data, text->len);
  g_assert_true(lims_protocol_send(play->machine, message, play->now_us));
}

static void step(Play *play, const char *line) {
  static const char *const ANSWERS[] = {"accept", "busy", "gone", NULL};
  if (line[0] == '<') {
    expect_event(play, line + 2);
    return;
  }
  expect_silence(play, line);
  for (guint i = 0; ANSWERS[i]; i++) {
    if (strcmp(line, ANSWERS[i]) == 0)
      lims_protocol_answer(play->machine, play->token, (LimsAnswer)i, play->now_us);
  }
  if (line[0] == '>')
    feed(play, line + 2);
  else if (line[0] == '+')
    pass_time(play, g_ascii_strtod(line + 2, NULL));
  else if (g_str_has_prefix(line, "queue "))
    queue(play, line + 6);
  else if (g_str_has_suffix(line, "ready"))
    lims_protocol_set_ready(play->machine, line[0] == 'r', play->now_us);
  else if (strcmp(line, "up") == 0 || strcmp(line, "down") == 0)
    lims_protocol_connected(play->machine, line[0] == 'u', play->now_us);
}

void helper_astm_play(const LimsAstmSettings *settings, const char *const *steps) {
  Play play = {.machine = lims_astm_new(settings), .now_us = 1000 * G_USEC_PER_SEC};
  for (guint i = 0; steps[i]; i++)
    step(&play, steps[i]);
  expect_silence(&play, "the end");
  lims_protocol_free(play.machine);
}
