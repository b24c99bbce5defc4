/* Captures as JSON lines, for people and for whoever adds an analyzer.
 *
 * Text may hold any character that the analyzer sent; json-glib escapes it. Nothing is left out: a capture of
 * which nothing could be read still says why.
 */
#include "instruments/decode.h"

#include <json-glib/json-glib.h>

static void add_text(JsonBuilder *builder, const char *name, const char *text) {
  json_builder_set_member_name(builder, name);
  if (text)
    json_builder_add_string_value(builder, text);
  else
    json_builder_add_null_value(builder);
}

static void add_number(JsonBuilder *builder, const char *name, guint number) {
  json_builder_set_member_name(builder, name);
  json_builder_add_int_value(builder, number);
}

static JsonBuilder *begin_object(void) {
  JsonBuilder *builder = json_builder_new();

  json_builder_begin_object(builder);
  return builder;
}

/* Takes the builder. */
static char *end_object(JsonBuilder *builder) {
  g_autoptr(JsonNode) root = NULL;

  json_builder_end_object(builder);
  root = json_builder_get_root(builder);
  g_object_unref(builder);
  return json_to_string(root, FALSE);
}

char *lims_decode_reading_json(const LimsReading *reading) {
  JsonBuilder *builder = begin_object();

  add_text(builder, "specimen", reading->specimen);
  add_text(builder, "code", reading->code);
  add_text(builder, "value", reading->value.printed);
  add_text(builder, "unit", reading->unit);
  add_text(builder, "state", lims_value_state_name(reading->value.state));
  add_text(builder, "flags", reading->flags);
  add_text(builder, "status", reading->status);
  add_text(builder, "measured_at", reading->measured_at_iso);
  add_text(builder, "kind", lims_reading_kind_name(reading->kind));
  if (reading->analyte)
    add_text(builder, "analyte", reading->analyte);
  if (*reading->operator_id)
    add_text(builder, "operator", reading->operator_id);
  add_number(builder, "replicate", reading->replicate);
  return end_object(builder);
}

/* message 0: `record` is an offset in the file. */
static char *reject_json(const LimsUndecoded *part, guint message) {
  JsonBuilder *builder = begin_object();

  add_text(builder, "rejected", part->reason);
  if (message > 0)
    add_number(builder, "message", message);
  add_number(builder, message > 0 ? "record" : "at", part->record);
  add_text(builder, "text", part->text);
  return end_object(builder);
}

static char *note_json(const char *note) {
  JsonBuilder *builder = begin_object();

  add_text(builder, "note", note);
  return end_object(builder);
}

static void append_line(GString *out, char *line) {
  g_string_append(out, line);
  g_string_append_c(out, '\n');
  g_free(line);
}

static void append_message_note(GString *out, guint number, const char *what) {
  g_autofree char *note = g_strdup_printf("message %u %s", number, what);

  append_line(out, note_json(note));
}

static void append_message(GString *out, const LimsDecoded *decoded, guint number) {
  if (!decoded->complete)
    append_message_note(out, number, "has no end: it was cut");
  if (decoded->is_query)
    append_message_note(out, number, "asks for orders: it holds no results");
  for (guint i = 0; i < decoded->readings->len; i++)
    append_line(out, lims_decode_reading_json(decoded->readings->pdata[i]));
  for (guint i = 0; i < decoded->undecoded->len; i++)
    append_line(out, reject_json(decoded->undecoded->pdata[i], number));
}

char *lims_decode_json_lines(const LimsDriver *driver, const guint8 *bytes, gsize size, GTimeZone *zone) {
  g_autoptr(LimsCapture) capture = lims_driver_read_capture(driver, bytes, size, zone);
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < capture->notes->len; i++)
    append_line(out, note_json(capture->notes->pdata[i]));
  for (guint i = 0; i < capture->messages->len; i++)
    append_message(out, capture->messages->pdata[i], i + 1);
  for (guint i = 0; i < capture->rejects->len; i++)
    append_line(out, reject_json(capture->rejects->pdata[i], 0));
  return g_string_free(out, FALSE);
}
