/* From lines to rows.
 *
 * What arrives: the lines of a message: results in columns, headings, rules, an end mark. What can go wrong:
 * a line with a field too many, a column that is not there, a line that no rule knows; it is kept as
 * undecoded with the reason. Fixed columns are counted in bytes of the line as sent, for that is how printers
 * count; everything else is divided after decoding, for second bytes of GB18030 look like separators.
 */
#include "instruments/driver-lines-private.h"

#include <string.h>

/* One line of a message: its text, and its bytes for fixed columns. */
typedef struct {
  const guint8 *bytes;
  gsize size;
  char *text;
} Line;

void lims_driver_lines_trim(const guint8 **bytes, gsize *size) {
  while (*size > 0 && ((*bytes)[*size - 1] == '\r' || (*bytes)[*size - 1] == '\n'))
    (*size)--;
  while (*size > 0 && (**bytes == '\0' || **bytes == '\f')) {
    (*bytes)++;
    (*size)--;
  }
}

static char **split(const LimsLinesLayout *layout, const char *text) {
  return strcmp(layout->separator, " ") == 0 ? g_regex_split_simple(" +", text, 0, 0)
                                             : g_strsplit(text, layout->separator, -1);
}

/* NULL, or what is wrong. */
static char *read_delimited(const LimsDriver *driver, const Line *line, char **headings, LimsRow *row) {
  const LimsLinesLayout *layout = driver->lines;
  g_auto(GStrv) parts = split(layout, line->text);
  guint count = g_strv_length(parts);

  if (layout->fields > 0 && count != layout->fields)
    return g_strdup_printf("%u fields where %u are due", count, layout->fields);
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++) {
    const LimsLinesColumn *column = &layout->columns[i];
    guint at = column->first;

    if (!column->used)
      continue;
    for (guint h = 0; column->heading && headings && headings[h]; h++)
      if (strcmp(headings[h], column->heading) == 0)
        at = h + 1;
    if (at == 0)
      return g_strdup_printf("no heading \"%s\" came before", column->heading);
    if (at > count)
      return g_strdup_printf("no field %u for %s", at, lims_row_field_name((LimsRowField)i));
    row->fields[i] = g_strdup(parts[at - 1]);
  }
  return NULL;
}

static char *read_fixed(const LimsDriver *driver, const Line *line, LimsRow *row) {
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++) {
    const LimsLinesColumn *column = &driver->lines->columns[i];
    gsize from = MIN(column->first - 1, line->size), to = MIN(column->last, line->size);

    if (!column->used)
      continue;
    row->fields[i] = lims_text_decode(line->bytes + from, to - from, driver->encoding, NULL);
    if (!row->fields[i])
      return g_strdup_printf("column %u-%u (%s) cuts a character", column->first, column->last,
                             lims_row_field_name((LimsRowField)i));
  }
  return NULL;
}

static char *read_pattern(const LimsDriver *driver, const Line *line, LimsRow *row) {
  g_autoptr(GMatchInfo) match = NULL;

  if (!g_regex_match(driver->lines->pattern, line->text, 0, &match))
    return g_strdup("the line is not of the driver's pattern");
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++)
    row->fields[i] = g_match_info_fetch_named(match, lims_row_field_name((LimsRowField)i));
  return NULL;
}

/* "date" and "time" become "completed". */
static void join_time(LimsRow *row) {
  const char *date = row->fields[LIMS_ROW_DATE], *time = row->fields[LIMS_ROW_TIME];
  g_autofree char *both = NULL;

  if (!date && !time)
    return;
  both = g_strstrip(g_strconcat(date ? date : "", " ", time ? time : "", NULL));
  g_free(row->fields[LIMS_ROW_COMPLETED]);
  row->fields[LIMS_ROW_COMPLETED] = g_steal_pointer(&both);
}

static void mark_mean(const LimsLinesLayout *layout, LimsRow *row) {
  g_autofree char *word =
      g_strstrip(g_strdup(row->fields[LIMS_ROW_REPLICATE] ? row->fields[LIMS_ROW_REPLICATE] : ""));

  for (guint i = 0; layout->means[i]; i++)
    row->is_mean = row->is_mean || g_ascii_strcasecmp(layout->means[i], word) == 0;
}

static char *read_row(const LimsDriver *driver, const Line *line, char **headings, LimsRow *row) {
  const char *code = lims_ini_text(driver->ini, "lines", "code");
  char *fault = driver->lines->kind == LIMS_LAYOUT_DELIMITED ? read_delimited(driver, line, headings, row)
                : driver->lines->kind == LIMS_LAYOUT_FIXED   ? read_fixed(driver, line, row)
                                                             : read_pattern(driver, line, row);

  if (fault)
    return fault;
  if (code && !row->fields[LIMS_ROW_CODE])
    row->fields[LIMS_ROW_CODE] = g_strdup(code);
  if (row->fields[LIMS_ROW_VALUE])
    g_strstrip(row->fields[LIMS_ROW_VALUE]); /* the padding of a column is not what was printed */
  join_time(row);
  mark_mean(driver->lines, row);
  return NULL;
}

/* ---- messages ---- */

/* The heading line of a message names every column that the driver wants. */
static gboolean is_heading(const LimsLinesLayout *layout, char **parts) {
  gboolean named = FALSE;

  for (guint i = 0; i < LIMS_ROW_FIELDS; i++) {
    if (!layout->columns[i].heading)
      continue;
    named = TRUE;
    if (!g_strv_contains((const char *const *)parts, layout->columns[i].heading))
      return FALSE;
  }
  return named;
}

static gboolean take_heading(const LimsLinesLayout *layout, const char *text, char ***headings) {
  g_auto(GStrv) parts = layout->header ? split(layout, text) : NULL;

  for (guint i = 0; parts && parts[i]; i++)
    g_strstrip(parts[i]);
  if (!parts || !is_heading(layout, parts))
    return FALSE;
  g_strfreev(*headings);
  *headings = g_steal_pointer(&parts);
  return TRUE;
}

static gboolean is_end(const LimsDriver *driver, const char *text) {
  switch (driver->lines->end) {
  case LIMS_LINES_END_WORD:
    return strcmp(text, lims_ini_text(driver->ini, "lines", "end_word")) == 0;
  case LIMS_LINES_END_BLANK:
    return *text == '\0';
  default:
    return TRUE;
  }
}

static void keep_line(LimsDecoded *decoded, guint number, const char *reason, const Line *line) {
  g_ptr_array_add(decoded->undecoded, lims_undecoded_new(number, reason, line->bytes, line->size));
}

static void take_line(LimsReader *reader, guint number, const Line *line, char ***headings) {
  const LimsDriver *driver = reader->driver;
  const LimsLinesLayout *layout = driver->lines;
  g_autofree char *stripped = g_strstrip(g_strdup(line->text)), *fault = NULL;
  g_auto(LimsRow) row = {.record = number};

  reader->decoded->complete = is_end(driver, stripped);
  if (*stripped == '\0' || (layout->end == LIMS_LINES_END_WORD && reader->decoded->complete))
    return;
  if (take_heading(layout, stripped, headings) || lims_pattern_list_matches(layout->ignored, stripped))
    return;
  if (layout->has_records && !lims_pattern_list_matches(layout->records, stripped))
    fault = g_strdup("no rule of the driver knows this line");
  else
    fault = read_row(driver, line, *headings, &row);
  if (fault)
    keep_line(reader->decoded, number, fault, line);
  else
    lims_reader_add(reader, &row);
}

static void take_frame(LimsReader *reader, guint number, GBytes *frame, char ***headings, GString *body) {
  Line line;

  line.bytes = g_bytes_get_data(frame, &line.size);
  lims_driver_lines_trim(&line.bytes, &line.size);
  line.text = lims_text_decode(line.bytes, line.size, reader->driver->encoding, NULL);
  if (line.text)
    take_line(reader, number, &line, headings);
  else
    keep_line(reader->decoded, number, "not of the driver's encoding", &line);
  if (body->len > 0)
    g_string_append_c(body, '\n');
  if (!line.text)
    line.text = lims_text_escape(line.bytes, line.size);
  g_string_append(body, line.text);
  g_free(line.text);
}

LimsDecoded *lims_driver_lines_decode(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone) {
  LimsDecoded *decoded = lims_decoded_new();
  g_auto(LimsReader) reader = {0};
  g_auto(GStrv) headings = NULL;
  GString *body = g_string_new(NULL);

  lims_reader_init(&reader, driver, zone, decoded);
  for (guint i = 0; i < frames->len; i++)
    take_frame(&reader, i + 1, frames->pdata[i], &headings, body);
  lims_decoded_set_body(decoded, g_string_free(body, FALSE), NULL);
  return decoded;
}
