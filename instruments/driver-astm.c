/* A driver's half of ASTM: from records to rows.
 *
 * What arrives: the text of a message. A result hangs on the order, patient and header before it; the order
 * may be missing, the specimen may lie in any of four places, a code in any component. What can go wrong:
 * records of unknown type, records that are not of the encoding; they are kept as undecoded. Comments,
 * manufacturer's and scientific records hold no result of ours and are left alone.
 */
#include "instruments/driver-private.h"
#include "instruments/protocol/astm-capture.h"
#include "instruments/protocol/astm-records.h"
#include "instruments/protocol/astm.h"
#include "lims/core/time.h"

#include <string.h>

static const LimsRowField FIELDS[] = {
    LIMS_ROW_SPECIMEN, LIMS_ROW_CODE,     LIMS_ROW_VALUE,      LIMS_ROW_UNIT,    LIMS_ROW_FLAGS,
    LIMS_ROW_STATUS,   LIMS_ROW_OPERATOR, LIMS_ROW_INSTRUMENT, LIMS_ROW_STARTED, LIMS_ROW_COMPLETED,
};

struct LimsAstmLayout {
  GArray *places[LIMS_ROW_FIELDS]; /* LimsSource, in the order in which they are tried */
};

/* The records that a result hangs on. */
typedef struct {
  const LimsAstmMessage *message;
  const LimsAstmRecord *header, *patient, *order, *result;
} Context;

/* ---- loading ---- */

static gboolean load_places(LimsDriver *driver, LimsRowField field, GError **error) {
  const char *key = lims_row_field_name(field);
  g_auto(GStrv) texts = lims_ini_list(driver->ini, "astm", key);
  GArray *places = driver->astm->places[field] = g_array_new(FALSE, FALSE, sizeof(LimsSource));

  for (guint i = 0; texts[i]; i++) {
    LimsSource source;

    if (!lims_source_parse(texts[i], &source) || !strchr("HPOR", source.record) || !source.record) {
      lims_ini_set_error(
          driver->ini, "astm", key, error,
          "\"%s\" is no place; write RECORD.FIELD or RECORD.FIELD.COMPONENT, such as O.3.1, with a record of "
          "H, P, O, R",
          texts[i]);
      return FALSE;
    }
    g_array_append_val(places, source);
  }
  return TRUE;
}

static gboolean load(LimsDriver *driver, GError **error) {
  driver->astm = g_new0(LimsAstmLayout, 1);
  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    if (!load_places(driver, FIELDS[i], error))
      return FALSE;
  return TRUE;
}

static void unload(LimsDriver *driver) {
  for (guint i = 0; driver->astm && i < LIMS_ROW_FIELDS; i++)
    g_clear_pointer(&driver->astm->places[i], g_array_unref);
  g_clear_pointer(&driver->astm, g_free);
}

static LimsProtocol *machine_new(const LimsDriver *driver, gboolean as_instrument, guint time_scale) {
  LimsAstmSettings settings;

  lims_astm_settings_init(&settings);
  settings.role = as_instrument ? LIMS_ASTM_INSTRUMENT : LIMS_ASTM_COMPUTER;
  settings.max_text = (guint)lims_ini_integer(driver->ini, "astm", "max_text");
  settings.record_per_frame = lims_ini_boolean(driver->ini, "astm", "record_per_frame");
  settings.time_scale = MAX(time_scale, 1);
  return lims_astm_new(&settings);
}

/* ---- places ---- */

/* Components of one repeat without the empty ones around them; escapes resolved, "^" between. */
static char *join_components(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field,
                             guint repeat, const char *raw) {
  const char separator[] = {message->delimiters.component, '\0'};
  g_auto(GStrv) parts = g_strsplit(raw, separator, -1);
  guint first = 0, end = g_strv_length(parts);
  g_autoptr(GString) out = g_string_new(NULL);

  while (end > 0 && !*parts[end - 1])
    end--;
  while (first < end && !*parts[first])
    first++;
  for (guint c = first; c < end; c++) {
    g_autofree char *text = lims_astm_component(message, record, field, repeat, c + 1, NULL);

    if (c > first)
      g_string_append_c(out, '^');
    g_string_append(out, text);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *join_field(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field) {
  const char separator[] = {message->delimiters.repeat, '\0'};
  g_auto(GStrv) repeats = g_strsplit(lims_astm_field(record, field), separator, -1);
  g_autoptr(GString) out = g_string_new(NULL);

  for (guint r = 0; repeats[r]; r++) {
    g_autofree char *text = join_components(message, record, field, r + 1, repeats[r]);

    if (r > 0)
      g_string_append_c(out, '\\');
    g_string_append(out, text);
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

static char *first_component(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field) {
  const char *raw = lims_astm_field(record, field);
  guint count = 1;

  for (const char *at = raw; *at; at++)
    count += *at == message->delimiters.component;
  for (guint c = 1; c <= count; c++) {
    g_autofree char *text = lims_astm_component(message, record, field, 1, c, NULL);

    if (*g_strstrip(text))
      return g_steal_pointer(&text);
  }
  return g_strdup("");
}

static const LimsAstmRecord *find_record(const Context *context, char type) {
  switch (type) {
  case 'H':
    return context->header;
  case 'P':
    return context->patient;
  case 'O':
    return context->order;
  default:
    return context->result;
  }
}

static char *read_source(const LimsSource *source, gconstpointer data) {
  const Context *context = data;
  const LimsAstmRecord *record = find_record(context, source->record);

  if (!record)
    return g_strdup("");
  if (source->component == LIMS_COMPONENT_FIRST)
    return first_component(context->message, record, source->number);
  if (source->component == 0)
    return join_field(context->message, record, source->number);
  return lims_astm_component(context->message, record, source->number, 1, (guint)source->component, NULL);
}

static gboolean is_blank(const char *text) {
  return text[strspn(text, " ")] == '\0';
}

/* The first place that holds more than blanks; else what the last one holds. */
static char *read_places(const GArray *places, const Context *context) {
  g_autofree char *text = g_strdup("");

  for (guint i = 0; i < places->len && is_blank(text); i++) {
    g_free(text);
    text = read_source(&g_array_index(places, LimsSource, i), context);
  }
  return g_steal_pointer(&text);
}

/* ---- messages ---- */

static void add_result(LimsReader *reader, const Context *context) {
  g_auto(LimsRow) row = {.record = context->result->number, .read = read_source, .data = context};

  for (guint i = 0; i < G_N_ELEMENTS(FIELDS); i++)
    row.fields[FIELDS[i]] = read_places(reader->driver->astm->places[FIELDS[i]], context);
  lims_reader_add(reader, &row);
}

static void keep_record(LimsDecoded *decoded, const LimsAstmRecord *record, const char *reason) {
  g_ptr_array_add(decoded->undecoded, lims_undecoded_new(record->number, reason, (const guint8 *)record->text,
                                                         strlen(record->text)));
}

static void take_record(LimsReader *reader, Context *context, const LimsAstmRecord *record) {
  LimsDecoded *decoded = reader->decoded;

  decoded->complete = record->type == 'L';
  switch (record->type) {
  case 'H':
    *context = (Context){.message = context->message, .header = record};
    break;
  case 'P':
    context->patient = record;
    context->order = NULL;
    break;
  case 'O':
    context->order = record;
    break;
  case 'R':
    context->result = record;
    add_result(reader, context);
    break;
  case 'Q':
    decoded->is_query = TRUE;
    break;
  default:
    if (!strchr("CLMS", record->type))
      keep_record(decoded, record, "record of unknown type");
  }
}

/* The header without control id (3) and time (14), which a resend may change. */
static void append_header(GString *body, const LimsAstmMessage *message, const LimsAstmRecord *record) {
  for (guint n = 1; n <= record->fields->len; n++) {
    if (n > 1)
      g_string_append_c(body, message->delimiters.field);
    if (n != 3 && n != 14)
      g_string_append(body, lims_astm_field(record, n));
  }
}

static void append_line_break(GString *body) {
  if (body->len > 0)
    g_string_append_c(body, '\n');
}

/* Undecodable records have their place in the body too, escaped; but not behind the last whole one: there
 * they may be a record that the line cut within a character. */
static void append_undecoded_before(GString *body, const LimsAstmMessage *message, guint *next,
                                    guint number) {
  for (; *next < message->undecoded->len; (*next)++) {
    const LimsUndecoded *part = message->undecoded->pdata[*next];

    if (part->record >= number)
      return;
    append_line_break(body);
    g_string_append(body, part->text);
  }
}

static void append_body(GString *body, const LimsAstmMessage *message) {
  guint next = 0;

  for (guint i = 0; i < message->records->len; i++) {
    const LimsAstmRecord *record = message->records->pdata[i];

    append_undecoded_before(body, message, &next, record->number);
    append_line_break(body);
    if (record->type == 'H')
      append_header(body, message, record);
    else
      g_string_append(body, record->text);
  }
}

static void take_message(LimsReader *reader, const LimsAstmMessage *message, gboolean is_cut, GString *body,
                         char **header_time) {
  Context context = {.message = message};
  guint whole = message->records->len - (is_cut && message->records->len > 0);

  for (guint i = 0; i < message->undecoded->len; i++) {
    const LimsUndecoded *part = message->undecoded->pdata[i];

    g_ptr_array_add(
        reader->decoded->undecoded,
        lims_undecoded_new(part->record, part->reason, (const guint8 *)part->text, strlen(part->text)));
  }
  for (guint i = 0; i < whole; i++)
    take_record(reader, &context, message->records->pdata[i]);
  if (whole < message->records->len)
    keep_record(reader->decoded, message->records->pdata[whole], "cut record");
  if (context.header && !*header_time)
    *header_time = g_strdup(lims_astm_field(context.header, 14));
  append_body(body, message);
}

static gboolean has_time(const LimsDecoded *decoded) {
  for (guint i = 0; i < decoded->readings->len; i++)
    if (*((const LimsReading *)decoded->readings->pdata[i])->measured_at)
      return TRUE;
  return FALSE;
}

/* is_cut: the line was lost within the last record, whose values may lack their last digits. */
static LimsDecoded *decode_text(const LimsDriver *driver, const guint8 *text, gsize size, gboolean is_cut,
                                GTimeZone *zone) {
  g_autoptr(GPtrArray) messages = lims_astm_messages_parse(text, size, driver->encoding);
  LimsDecoded *decoded = lims_decoded_new();
  g_auto(LimsReader) reader = {0};
  g_autofree char *header_time = NULL;
  GString *body = g_string_new(NULL);

  lims_reader_init(&reader, driver, zone, decoded);
  for (guint i = 0; i < messages->len; i++)
    take_message(&reader, messages->pdata[i], is_cut && i + 1 == messages->len, body, &header_time);
  decoded->is_query = decoded->is_query && decoded->readings->len == 0;
  lims_decoded_set_body(decoded, g_string_free(body, FALSE), has_time(decoded) ? NULL : header_time);
  return decoded;
}

/* An intermediate frame (ETB) without a CR at its end promised more of its record. */
static gboolean ends_within_record(GPtrArray *frames) {
  gsize size, length;
  const guint8 *frame, *text;
  gboolean last;

  if (frames->len == 0)
    return FALSE;
  frame = g_bytes_get_data(frames->pdata[frames->len - 1], &size);
  return lims_astm_frame_text(frame, size, &text, &length, &last) && !last && length > 0 &&
         text[length - 1] != '\r';
}

static LimsDecoded *decode(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone) {
  g_autoptr(GByteArray) text = lims_astm_frames_join(frames);

  return decode_text(driver, text->data, text->len, ends_within_record(frames), zone);
}

static LimsCapture *read_capture(const LimsDriver *driver, const guint8 *bytes, gsize size, GTimeZone *zone) {
  g_autoptr(LimsAstmCapture) found = lims_astm_capture_read(bytes, size);
  LimsCapture *capture = lims_capture_new();

  for (guint i = 0; i < found->texts->len; i++) {
    gsize length;
    const guint8 *text = g_bytes_get_data(found->texts->pdata[i], &length);

    g_ptr_array_add(capture->messages, decode_text(driver, text, length, FALSE, zone));
    g_ptr_array_add(capture->texts, g_bytes_ref(found->texts->pdata[i]));
  }
  g_ptr_array_unref(capture->rejects);
  capture->rejects = g_ptr_array_ref(found->rejects);
  g_ptr_array_unref(capture->notes);
  capture->notes = g_ptr_array_ref(found->notes);
  return capture;
}

static gboolean read_time(const LimsDriver *driver, const char *text, GTimeZone *zone, gint64 *us,
                          char **iso) {
  *iso = lims_time_astm_to_iso(text);
  return lims_time_parse_astm(text, zone, us);
}

const LimsDriverProtocol lims_driver_astm = {
    .name = "astm",
    .load = load,
    .free = unload,
    .machine_new = machine_new,
    .decode = decode,
    .read_capture = read_capture,
    .read_time = read_time,
};
