/* A driver's half of text lines: loading its groups, its machine, its times.
 *
 * What can go wrong: a column that is no position, a pattern that does not compile, an end that nothing
 * marks. Each is an error with file, line and key.
 */
#include "instruments/driver-lines-private.h"
#include "lims/core/time.h"

#include <string.h>
#include <time.h>

static const char *const LAYOUT_NAMES[] = {
    [LIMS_LAYOUT_DELIMITED] = "delimited", [LIMS_LAYOUT_FIXED] = "fixed", [LIMS_LAYOUT_PATTERN] = "pattern"};
static const char *const END_NAMES[] = {
    [LIMS_LINES_END_LINE] = "line",
    [LIMS_LINES_END_BLANK] = "blank",
    [LIMS_LINES_END_WORD] = "word",
    [LIMS_LINES_END_IDLE] = "idle",
};
static const char *const TERMINATOR_NAMES[] = {
    [LIMS_LINES_ANY] = "any",
    [LIMS_LINES_CR] = "cr",
    [LIMS_LINES_LF] = "lf",
    [LIMS_LINES_CRLF] = "crlf",
};
static const struct {
  const char *name, *separator;
} SEPARATORS[] = {{"comma", ","}, {"semicolon", ";"}, {"tab", "\t"}, {"blank", " "}};

/* ---- loading ---- */

static guint find_name(const char *const *names, guint count, const char *name) {
  for (guint i = 0; i < count; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  g_return_val_if_reached(0); /* the table of keys lets no other word pass */
}

static const char *find_separator(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(SEPARATORS); i++)
    if (strcmp(SEPARATORS[i].name, name) == 0)
      return SEPARATORS[i].separator;
  return name;
}

static gboolean parse_position(const char *text, LimsLinesColumn *column) {
  guint64 number;

  if (!g_ascii_string_to_unsigned(text, 10, 1, 9999, &number, NULL))
    return FALSE;
  column->first = column->last = (guint)number;
  return TRUE;
}

static gboolean parse_range(const char *text, LimsLinesColumn *column) {
  g_auto(GStrv) parts = g_strsplit(text, "-", -1);
  LimsLinesColumn last;

  if (g_strv_length(parts) != 2 || !parse_position(parts[0], column) || !parse_position(parts[1], &last))
    return FALSE;
  column->last = last.last;
  return column->first <= column->last;
}

static gboolean load_column(LimsDriver *driver, LimsRowField field, GError **error) {
  const char *key = lims_row_field_name(field), *text = lims_ini_text(driver->ini, "columns", key);
  LimsLinesLayout *layout = driver->lines;
  LimsLinesColumn *column = &layout->columns[field];

  if (!text)
    return TRUE;
  column->used = TRUE;
  if (layout->kind == LIMS_LAYOUT_FIXED ? parse_range(text, column) : parse_position(text, column))
    return TRUE;
  column->heading = text;
  if (layout->kind == LIMS_LAYOUT_DELIMITED && layout->header)
    return TRUE;
  lims_ini_set_error(driver->ini, "columns", key, error,
                     layout->kind == LIMS_LAYOUT_FIXED
                         ? "\"%s\" is no range FROM-TO, such as 6-22"
                         : "\"%s\" is no position from 1 (headings need header=yes)",
                     text);
  return FALSE;
}

static gboolean load_pattern(LimsDriver *driver, GError **error) {
  const char *text = lims_ini_text(driver->ini, "lines", "pattern");
  g_autoptr(GError) fault = NULL;

  if (!text) {
    lims_ini_set_error(driver->ini, "lines", "layout", error, "pattern needs a pattern=");
    return FALSE;
  }
  driver->lines->pattern = g_regex_new(text, G_REGEX_OPTIMIZE | G_REGEX_DUPNAMES, 0, &fault);
  if (!driver->lines->pattern) {
    lims_ini_set_error(driver->ini, "lines", "pattern", error, "%s", fault->message);
    return FALSE;
  }
  if (g_regex_get_string_number(driver->lines->pattern, "value") < 0) {
    lims_ini_set_error(driver->ini, "lines", "pattern", error, "no group is named value: (?<value>…)");
    return FALSE;
  }
  return TRUE;
}

static gboolean load_columns(LimsDriver *driver, GError **error) {
  if (driver->lines->kind == LIMS_LAYOUT_PATTERN)
    return load_pattern(driver, error);
  if (!lims_ini_has_group(driver->ini, "columns")) {
    lims_ini_set_error(driver->ini, "lines", "layout", error,
                       "[columns] is missing: it says where each field lies");
    return FALSE;
  }
  for (guint i = 0; i < LIMS_ROW_FIELDS; i++)
    if (!load_column(driver, (LimsRowField)i, error))
      return FALSE;
  return TRUE;
}

static GPtrArray *load_patterns(const LimsIni *ini, const char *key, GError **error) {
  g_auto(GStrv) texts = lims_ini_list(ini, "lines", key);
  g_autoptr(GPtrArray) patterns = g_ptr_array_new_with_free_func((GDestroyNotify)lims_pattern_free);

  for (guint i = 0; texts[i]; i++) {
    g_autoptr(GError) fault = NULL;
    LimsPattern *pattern = lims_pattern_new(texts[i], &fault);

    if (!pattern) {
      lims_ini_set_error(ini, "lines", key, error, "%s: %s", texts[i], fault->message);
      return NULL;
    }
    g_ptr_array_add(patterns, pattern);
  }
  return g_steal_pointer(&patterns);
}

static gboolean load_start(LimsDriver *driver, GError **error) {
  const char *text = lims_ini_text(driver->ini, "lines", "start");
  g_autoptr(GError) fault = NULL;

  if (!text)
    return TRUE;
  driver->lines->start = lims_pattern_new(text, &fault);
  if (!driver->lines->start)
    lims_ini_set_error(driver->ini, "lines", "start", error, "%s: %s", text, fault->message);
  return driver->lines->start != NULL;
}

static gboolean check_end(const LimsDriver *driver, GError **error) {
  const LimsIni *ini = driver->ini;
  gboolean polled = lims_ini_has_group(ini, "poll");

  if (driver->lines->end == LIMS_LINES_END_WORD && !lims_ini_text(ini, "lines", "end_word"))
    lims_ini_set_error(ini, "lines", "message", error, "word needs an end_word=");
  else if (driver->lines->end != LIMS_LINES_END_WORD && lims_ini_text(ini, "lines", "end_word"))
    lims_ini_set_error(ini, "lines", "end_word", error, "counts only with message=word");
  else if (polled && driver->lines->end == LIMS_LINES_END_IDLE)
    lims_ini_set_error(ini, "lines", "message", error,
                       "an answer that only silence ends cannot be told from half of one; name its end");
  else
    return TRUE;
  return FALSE;
}

static gboolean load(LimsDriver *driver, GError **error) {
  const LimsIni *ini = driver->ini;
  LimsLinesLayout *layout = driver->lines = g_new0(LimsLinesLayout, 1);

  if (!lims_ini_has_group(ini, "lines")) {
    lims_ini_set_error(ini, "driver", "protocol", error, "lines needs a [lines] group");
    return FALSE;
  }
  layout->kind = (LimsLinesLayoutKind)find_name(LAYOUT_NAMES, G_N_ELEMENTS(LAYOUT_NAMES),
                                                lims_ini_text(ini, "lines", "layout"));
  layout->end =
      (LimsLinesEnd)find_name(END_NAMES, G_N_ELEMENTS(END_NAMES), lims_ini_text(ini, "lines", "message"));
  layout->separator = find_separator(lims_ini_text(ini, "lines", "separator"));
  layout->fields = (guint)lims_ini_integer(ini, "lines", "fields");
  layout->header = lims_ini_boolean(ini, "lines", "header");
  layout->means = lims_ini_list(ini, "lines", "mean");
  driver->is_history = lims_ini_has_group(ini, "poll");
  if (!load_columns(driver, error) || !check_end(driver, error) ||
      !(layout->records = load_patterns(ini, "record", error)) ||
      !(layout->ignored = load_patterns(ini, "ignore", error)))
    return FALSE;
  layout->has_records = layout->records->len > 0;
  return load_start(driver, error);
}

static void unload(LimsDriver *driver) {
  LimsLinesLayout *layout = driver->lines;

  if (!layout)
    return;
  g_clear_pointer(&layout->pattern, g_regex_unref);
  g_clear_pointer(&layout->records, g_ptr_array_unref);
  g_clear_pointer(&layout->ignored, g_ptr_array_unref);
  lims_pattern_free(layout->start);
  g_strfreev(layout->means);
  g_clear_pointer(&driver->lines, g_free);
}

/* ---- the machine ---- */

static gboolean is_start(const char *line, gconstpointer data) {
  const LimsDriver *driver = data;

  return lims_pattern_matches(driver->lines->start, line);
}

static void set_poll(LimsLinesSettings *settings, const LimsIni *ini) {
  if (!lims_ini_has_group(ini, "poll"))
    return;
  settings->request = lims_ini_text(ini, "poll", "request");
  settings->date_format = lims_ini_text(ini, "poll", "date_format");
  settings->interval_ms = (guint)lims_ini_integer(ini, "poll", "interval_s") * 1000;
  settings->response_ms = (guint)lims_ini_integer(ini, "poll", "response_ms");
  settings->history_days = (guint)lims_ini_integer(ini, "poll", "history_days");
  settings->wall_us = lims_time_now_us;
}

void lims_driver_lines_set(LimsLinesSettings *settings, const LimsDriver *driver) {
  const LimsIni *ini = driver->ini;

  lims_lines_settings_init(settings);
  settings->terminator = (LimsLinesTerminator)find_name(TERMINATOR_NAMES, G_N_ELEMENTS(TERMINATOR_NAMES),
                                                        lims_ini_text(ini, "lines", "terminator"));
  settings->encoding = driver->encoding;
  settings->max_line = (guint)lims_ini_integer(ini, "lines", "max_line");
  settings->end = driver->lines->end;
  settings->end_word = lims_ini_text(ini, "lines", "end_word");
  settings->end_bare = lims_ini_boolean(ini, "lines", "end_bare") && settings->end_word;
  settings->idle_ms = (guint)lims_ini_integer(ini, "lines", "idle_ms");
  settings->message_ms = (guint)lims_ini_integer(ini, "lines", "message_s") * 1000;
  settings->line_ms = (guint)lims_ini_integer(ini, "lines", "line_ms");
  if (driver->lines->start) {
    settings->is_start = is_start;
    settings->data = lims_driver_ref((LimsDriver *)driver);
    settings->data_free = (GDestroyNotify)lims_driver_unref;
  }
}

static LimsProtocol *machine_new(const LimsDriver *driver, gboolean as_instrument, guint time_scale) {
  LimsLinesSettings settings;

  lims_driver_lines_set(&settings, driver);
  set_poll(&settings, driver->ini);
  settings.as_instrument = as_instrument;
  settings.time_scale = MAX(time_scale, 1);
  return lims_lines_new(&settings);
}

/* ---- times ---- */

static gboolean read_formatted(const char *text, const char *format, char **iso) {
  struct tm tm = {.tm_mday = 1};
  const char *end = strptime(text, format, &tm);
  gboolean seconds = strstr(format, "%S") || strstr(format, "%T");
  gboolean minutes = seconds || strstr(format, "%M") || strstr(format, "%R");

  if (!end || *end ||
      !g_date_valid_dmy((GDateDay)tm.tm_mday, (GDateMonth)(tm.tm_mon + 1), (GDateYear)(tm.tm_year + 1900)))
    return FALSE;
  *iso = g_strdup_printf("%04d-%02d-%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday);
  if (minutes) {
    g_autofree char *date = *iso;

    *iso = seconds ? g_strdup_printf("%sT%02d:%02d:%02d", date, tm.tm_hour, tm.tm_min, tm.tm_sec)
                   : g_strdup_printf("%sT%02d:%02d", date, tm.tm_hour, tm.tm_min);
  }
  return TRUE;
}

static gboolean read_time(const LimsDriver *driver, const char *text, GTimeZone *zone, gint64 *us,
                          char **iso) {
  const char *format = lims_ini_text(driver->ini, "lines", "time_format");

  *iso = NULL;
  if (format)
    return read_formatted(text, format, iso) && lims_time_parse_iso(*iso, zone, us);
  if (!lims_time_parse_iso(text, zone, us))
    return FALSE;
  *iso = g_strdup(text);
  g_strdelimit(*iso, " ", 'T');
  return TRUE;
}

const LimsDriverProtocol lims_driver_lines = {
    .name = "lines",
    .load = load,
    .free = unload,
    .machine_new = machine_new,
    .decode = lims_driver_lines_decode,
    .read_capture = lims_driver_lines_read_capture,
    .read_time = read_time,
};
