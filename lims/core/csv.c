/* CSV as spreadsheets and people leave it.
 *
 * What arrives: RFC 4180 with any line end, in UTF-8 or in the GB18030 that Chinese spreadsheets save, with
 * line ends inside quotes. What can go wrong is a shift: one lost quote and every later field lies in another
 * column. So a row whose width differs, a quote that does not close and text behind a closing quote are
 * errors with their line.
 */
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/core/file.h"
#include "lims/core/text.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *at; /* the rest of the text, NUL-terminated */
  guint line;
  GError **error;
} Reader;

static void row_free(gpointer data) {
  LimsCsvRow *row = data;

  g_ptr_array_unref(row->fields);
  g_free(row);
}

void lims_csv_free(LimsCsv *csv) {
  if (!csv)
    return;
  g_free(csv->name);
  if (csv->header)
    row_free(csv->header);
  g_ptr_array_unref(csv->rows);
  g_free(csv);
}

static gboolean refuse(Reader *reader, guint line, const char *message) {
  g_set_error(reader->error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s:%u: %s", reader->name, line, message);
  return FALSE;
}

/* A line end of any kind, counted; FALSE if there is none here. */
static gboolean take_line_end(Reader *reader) {
  if (*reader->at != '\r' && *reader->at != '\n')
    return FALSE;
  reader->at += reader->at[0] == '\r' && reader->at[1] == '\n' ? 2 : 1;
  reader->line++;
  return TRUE;
}

static gboolean ends_field(char c) {
  return c == ',' || c == '\r' || c == '\n' || c == '\0';
}

/* Behind the opening quote, up to and with the closing one. */
static gboolean take_quoted(Reader *reader, GString *field) {
  guint opened = reader->line;

  for (;;) {
    const char *start = reader->at;

    if (*start == '\0')
      return refuse(reader, opened, "a quote opens here and never closes");
    if (take_line_end(reader)) {
      g_string_append_len(field, start, reader->at - start);
      continue;
    }
    reader->at++;
    if (*start == '"') {
      if (*reader->at != '"')
        break;
      reader->at++;
    }
    g_string_append_c(field, *start);
  }
  return ends_field(*reader->at) ||
         refuse(reader, reader->line, "text behind a closing quote; write \"\" for a quote");
}

static gboolean take_field(Reader *reader, GPtrArray *fields) {
  g_autoptr(GString) field = g_string_new(NULL);

  if (*reader->at == '"') {
    reader->at++;
    if (!take_quoted(reader, field))
      return FALSE;
  } else {
    gsize length = strcspn(reader->at, ",\r\n");

    g_string_append_len(field, reader->at, (gssize)length);
    reader->at += length;
  }
  g_ptr_array_add(fields, g_string_free(g_steal_pointer(&field), FALSE));
  return TRUE;
}

/* The next row up to and with its line end; NULL with the error set. */
static LimsCsvRow *take_row(Reader *reader) {
  LimsCsvRow *row = g_new0(LimsCsvRow, 1);

  row->line = reader->line;
  row->fields = g_ptr_array_new_with_free_func(g_free);
  for (;;) {
    if (!take_field(reader, row->fields)) {
      row_free(row);
      return NULL;
    }
    if (*reader->at != ',')
      break;
    reader->at++;
  }
  take_line_end(reader);
  return row;
}

static gboolean is_blank(const LimsCsvRow *row) {
  const char *only = row->fields->pdata[0];

  return row->fields->len == 1 && only[strspn(only, " \t")] == '\0';
}

static gboolean check_header(Reader *reader, const LimsCsv *csv) {
  for (guint i = 0; i < csv->header->fields->len; i++) {
    const char *heading = g_strstrip(csv->header->fields->pdata[i]);
    g_autofree char *message = NULL;

    if (*heading == '\0')
      message = g_strdup_printf("column %u has no heading", i + 1);
    else if (lims_csv_column(csv, heading) != (int)i)
      message = g_strdup_printf("the heading \"%s\" stands twice", heading);
    if (message)
      return refuse(reader, csv->header->line, message);
  }
  return TRUE;
}

/* Takes the row over. */
static gboolean add_row(Reader *reader, LimsCsv *csv, LimsCsvRow *row) {
  if (is_blank(row)) {
    row_free(row);
    return TRUE;
  }
  if (!csv->header) {
    csv->header = row;
    return check_header(reader, csv);
  }
  g_ptr_array_add(csv->rows, row);
  if (row->fields->len == csv->header->fields->len)
    return TRUE;
  g_autofree char *message =
      g_strdup_printf("%u fields where the header has %u", row->fields->len, csv->header->fields->len);
  return refuse(reader, row->line, message);
}

static LimsCsv *read_text(Reader *reader) {
  g_autoptr(LimsCsv) csv = g_new0(LimsCsv, 1);

  csv->name = g_strdup(reader->name);
  csv->rows = g_ptr_array_new_with_free_func(row_free);
  while (*reader->at != '\0') {
    LimsCsvRow *row = take_row(reader);

    if (!row || !add_row(reader, csv, row))
      return NULL;
  }
  if (!csv->header) {
    refuse(reader, 1, "empty; the first row names the columns");
    return NULL;
  }
  return g_steal_pointer(&csv);
}

static guint count_lines(const char *bytes, gsize size) {
  guint line = 1;

  for (gsize i = 0; i < size; i++)
    line += bytes[i] == '\n' || (bytes[i] == '\r' && (i + 1 == size || bytes[i + 1] != '\n'));
  return line;
}

/* A text of some length is hardly ever valid as both. */
char *lims_csv_decode(const char *name, const char *bytes, gsize size, GError **error) {
  g_autofree char *text = NULL;
  const char *end;

  if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
    bytes += 3;
    size -= 3;
  }
  if (size == 0 || g_utf8_validate(bytes, (gssize)size, &end))
    return g_strndup(bytes, size);
  text = lims_text_decode((const guint8 *)bytes, size, LIMS_ENCODING_GB18030, NULL);
  if (!text)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s:%u: neither UTF-8 nor GB18030; save it as CSV UTF-8", name,
                count_lines(bytes, (gsize)(end - bytes)));
  return g_steal_pointer(&text);
}

LimsCsv *lims_csv_read_bytes(const char *name, const char *bytes, gsize size, GError **error) {
  g_autofree char *text = lims_csv_decode(name, bytes, size, error);
  Reader reader = {.name = name, .at = text, .line = 1, .error = error};

  return text ? read_text(&reader) : NULL;
}

LimsCsv *lims_csv_read_file(const char *path, GError **error) {
  g_autofree char *bytes = NULL;
  gsize size;

  if (lims_file_read(path, LIMS_CSV_MAXIMUM, &bytes, &size, error))
    return lims_csv_read_bytes(path, bytes, size, error);
  g_prefix_error(error, "cannot read the table: ");
  return NULL;
}

int lims_csv_column(const LimsCsv *csv, const char *heading) {
  for (guint i = 0; i < csv->header->fields->len; i++)
    if (strcmp(csv->header->fields->pdata[i], heading) == 0)
      return (int)i;
  return -1;
}

static gboolean check_known(const LimsCsv *csv, const char *const *required, const char *const *optional,
                            GError **error) {
  for (guint i = 0; optional && i < csv->header->fields->len; i++) {
    const char *heading = csv->header->fields->pdata[i];

    if (g_strv_contains(optional, heading) || g_strv_contains(required, heading))
      continue;
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s:%u: unknown column \"%s\"; correct or remove it",
                csv->name, csv->header->line, heading);
    return FALSE;
  }
  return TRUE;
}

gboolean lims_csv_check(const LimsCsv *csv, const char *const *required, const char *const *optional,
                        GError **error) {
  static const char *const NONE[] = {NULL};

  if (!required)
    required = NONE;
  for (guint i = 0; required[i]; i++) {
    if (lims_csv_column(csv, required[i]) >= 0)
      continue;
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s:%u: the column \"%s\" is missing", csv->name,
                csv->header->line, required[i]);
    return FALSE;
  }
  return check_known(csv, required, optional, error);
}

const char *lims_csv_get(const LimsCsvRow *row, int column) {
  return column >= 0 && (guint)column < row->fields->len ? row->fields->pdata[column] : "";
}

/* Blanks at an end are quoted too: some readers trim them. */
static gboolean needs_quotes(const char *field) {
  gsize length = strlen(field);

  return strpbrk(field, ",\"\r\n") || (length > 0 && (field[0] == ' ' || field[length - 1] == ' '));
}

void lims_csv_append(GString *out, const char *field, gboolean first) {
  if (!first)
    g_string_append_c(out, ',');
  if (!needs_quotes(field)) {
    g_string_append(out, field);
    return;
  }
  g_string_append_c(out, '"');
  for (; *field; field++)
    g_string_append(out, *field == '"' ? "\"\"" : (char[]){*field, '\0'});
  g_string_append_c(out, '"');
}
