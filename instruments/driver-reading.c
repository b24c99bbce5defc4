/* From a row of fields to a reading.
 *
 * What arrives: a row that a protocol's half found, as text. What can go wrong: a value that no rule reads, a
 * status that says the number is none, a code nobody knows, an impossible time. Each stays visible on the
 * reading (state, NULL analyte, time unknown); none is dropped, guessed or mended.
 */
#include "instruments/driver-private.h"

#include <stdlib.h>
#include <string.h>

static const char *const FIELD_NAMES[LIMS_ROW_FIELDS] = {
    [LIMS_ROW_SPECIMEN] = "specimen",   [LIMS_ROW_CODE] = "code",
    [LIMS_ROW_VALUE] = "value",         [LIMS_ROW_UNIT] = "unit",
    [LIMS_ROW_FLAGS] = "flags",         [LIMS_ROW_STATUS] = "status",
    [LIMS_ROW_OPERATOR] = "operator",   [LIMS_ROW_INSTRUMENT] = "instrument",
    [LIMS_ROW_STARTED] = "started",     [LIMS_ROW_COMPLETED] = "completed",
    [LIMS_ROW_DATE] = "date",           [LIMS_ROW_TIME] = "time",
    [LIMS_ROW_REPLICATE] = "replicate",
};

const char *lims_row_field_name(LimsRowField field) {
  return FIELD_NAMES[field];
}

static gboolean parse_field(const char *name, LimsRowField *out) {
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++)
    if (strcmp(FIELD_NAMES[i], name) == 0) {
      *out = (LimsRowField)i;
      return TRUE;
    }
  return FALSE;
}

/* "O.3", "O.3.1" or "O.3.*". */
static gboolean parse_record_source(const char *text, LimsSource *out) {
  g_auto(GStrv) parts = g_strsplit(text, ".", -1);
  guint count = g_strv_length(parts);
  guint64 number, component = 0;

  if (count < 2 || count > 3 || !g_ascii_isupper(parts[0][0]) || parts[0][1])
    return FALSE;
  if (!g_ascii_string_to_unsigned(parts[1], 10, 2, 99, &number, NULL))
    return FALSE;
  if (count == 3 && strcmp(parts[2], "*") != 0 &&
      !g_ascii_string_to_unsigned(parts[2], 10, 1, 99, &component, NULL))
    return FALSE;
  *out = (LimsSource){.record = parts[0][0], .number = (guint)number};
  out->component = count == 3 && component == 0 ? LIMS_COMPONENT_FIRST : (int)component;
  return TRUE;
}

gboolean lims_source_parse(const char *text, LimsSource *out) {
  LimsRowField field;

  if (!parse_field(text, &field))
    return parse_record_source(text, out);
  *out = (LimsSource){.field = field};
  return TRUE;
}

void lims_row_clear(LimsRow *row) {
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++)
    g_clear_pointer(&row->fields[i], g_free);
}

void lims_reader_init(LimsReader *reader, const LimsDriver *driver, GTimeZone *zone, LimsDecoded *decoded) {
  reader->driver = driver;
  reader->zone = zone ? g_time_zone_ref(zone) : g_time_zone_new_offset(8 * 3600);
  reader->decoded = decoded;
  reader->replicates = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

void lims_reader_clear(LimsReader *reader) {
  g_clear_pointer(&reader->zone, g_time_zone_unref);
  g_clear_pointer(&reader->replicates, g_hash_table_unref);
}

/* ---- parts of a reading ---- */

static char *take_stripped(const LimsRow *row, LimsRowField field) {
  return g_strstrip(g_strdup(row->fields[field] ? row->fields[field] : ""));
}

/* State of a word in a driver's table, as LimsValueRules keeps them. */
static gboolean find_state(GHashTable *words, const char *word, LimsValueState *state) {
  g_autofree char *lower = g_ascii_strdown(word, -1);
  gpointer found = words ? g_hash_table_lookup(words, lower) : NULL;

  if (found)
    *state = (LimsValueState)(GPOINTER_TO_INT(found) - 1);
  return found != NULL;
}

/* Several flags stand in one field with a backslash between. */
static gboolean find_flag_state(const LimsDriver *driver, const char *flags, LimsValueState *state) {
  g_auto(GStrv) each = g_strsplit(flags, "\\", -1);

  for (guint i = 0; each[i]; i++)
    if (find_state(driver->flag_words, g_strstrip(each[i]), state))
      return TRUE;
  return FALSE;
}

/* A number that the analyzer itself disowns by a status or flag must not be judged. Only the edge of a range
 * stays one: what lies above it is at least that much. */
static void overrule_value(const LimsDriver *driver, LimsReading *reading) {
  LimsValueState state;

  if (find_state(driver->status_words, reading->status, &state) ||
      (reading->value.state == LIMS_VALUE_NUMBER && find_flag_state(driver, reading->flags, &state))) {
    reading->value.state = state;
    if (state != LIMS_VALUE_ABOVE_RANGE && state != LIMS_VALUE_NUMBER)
      reading->value.has_number = FALSE;
  }
}

static LimsReadingKind find_kind(const LimsDriver *driver, const LimsRow *row) {
  for (guint i = 0; i < driver->kinds->len; i++) {
    const LimsKindRule *rule = driver->kinds->pdata[i];
    g_autofree char *text =
        rule->source.record ? row->read(&rule->source, row->data) : take_stripped(row, rule->source.field);

    if (text && lims_pattern_matches(rule->pattern, text))
      return rule->kind;
  }
  return LIMS_READING_SAMPLE;
}

static void set_code(LimsReading *reading, const LimsDriver *driver, const LimsRow *row) {
  const LimsDriverCode *code;

  reading->code = take_stripped(row, LIMS_ROW_CODE);
  reading->unit = take_stripped(row, LIMS_ROW_UNIT);
  code = lims_driver_find_code(driver, reading->code);
  if (!code)
    return;
  reading->analyte = g_strdup(code->analyte);
  reading->basis = code->basis;
  reading->method = g_strdup(code->method);
  if (!*reading->unit) {
    g_free(reading->unit);
    reading->unit = g_strdup(code->unit);
  }
}

static void set_time(LimsReading *reading, const LimsReader *reader, const LimsRow *row) {
  reading->measured_at = take_stripped(row, LIMS_ROW_COMPLETED);
  if (!*reading->measured_at) {
    g_free(reading->measured_at);
    reading->measured_at = take_stripped(row, LIMS_ROW_STARTED);
  }
  if (!*reading->measured_at ||
      !reader->driver->protocol->read_time(reader->driver, reading->measured_at, reader->zone,
                                           &reading->measured_at_us, &reading->measured_at_iso))
    reading->measured_at_us = 0;
}

/* As printed if it is a number, else counted. In a polled history, the time belongs to the key: what is
 * counted must not depend on how far back the answer reaches. */
static guint find_replicate(LimsReader *reader, const LimsReading *reading, const LimsRow *row) {
  g_autofree char *printed = take_stripped(row, LIMS_ROW_REPLICATE), *key = NULL;
  guint64 number;
  guint count;

  if (row->is_mean)
    return 0;
  if (g_ascii_string_to_unsigned(printed, 10, 1, 9999, &number, NULL))
    return (guint)number;
  key = g_strjoin("\n", reading->specimen, reading->code,
                  reader->driver->is_history ? reading->measured_at : NULL, NULL);
  count = GPOINTER_TO_UINT(g_hash_table_lookup(reader->replicates, key)) + 1;
  g_hash_table_replace(reader->replicates, g_steal_pointer(&key), GUINT_TO_POINTER(count));
  return count;
}

void lims_reader_add(LimsReader *reader, const LimsRow *row) {
  LimsReading *reading = g_new0(LimsReading, 1);

  reading->record = row->record;
  reading->specimen = take_stripped(row, LIMS_ROW_SPECIMEN);
  reading->flags = take_stripped(row, LIMS_ROW_FLAGS);
  reading->status = take_stripped(row, LIMS_ROW_STATUS);
  reading->operator_id = take_stripped(row, LIMS_ROW_OPERATOR);
  reading->instrument = take_stripped(row, LIMS_ROW_INSTRUMENT);
  set_code(reading, reader->driver, row);
  set_time(reading, reader, row);
  reading->kind = find_kind(reader->driver, row);
  lims_value_read(&reading->value, row->fields[LIMS_ROW_VALUE], &reader->driver->rules);
  overrule_value(reader->driver, reading);
  reading->replicate = find_replicate(reader, reading, row);
  g_ptr_array_add(reader->decoded->readings, reading);
}

void lims_decoded_set_body(LimsDecoded *decoded, char *body, const char *extra) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

  g_checksum_update(sum, (const guchar *)body, -1);
  if (extra) {
    g_checksum_update(sum, (const guchar *)"\n", 1);
    g_checksum_update(sum, (const guchar *)extra, -1);
  }
  g_free(decoded->body);
  decoded->body = body;
  g_free(decoded->body_digest);
  decoded->body_digest = g_strdup(g_checksum_get_string(sum));
}
