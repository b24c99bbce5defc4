/* How an answer looks on a terminal: aligned by the width of Chinese signs, or CSV, or JSON as it came. */
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/ctl/ctl.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static gboolean write_stream(FILE *stream, const char *name, const char *bytes, gsize size, GError **error) {
  if (stream && fwrite(bytes, 1, size, stream) == size && fflush(stream) == 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "%s cannot be written: %s", name, g_strerror(errno));
  return FALSE;
}

/* A file is written whole or not at all; a pipe or a device has nothing to be kept. */
static gboolean write_file(const char *path, const char *bytes, gsize size, GError **error) {
  if (!g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_REGULAR))
    return g_file_set_contents_full(path, bytes, (gssize)size, G_FILE_SET_CONTENTS_CONSISTENT, 0644, error);
  FILE *stream = fopen(path, "we");
  gboolean done = write_stream(stream, path, bytes, size, error);
  if (stream)
    fclose(stream);
  return done;
}

gboolean ctl_write_out(const CtlLine *line, const char *bytes, gsize size, GError **error) {
  return line->output ? write_file(line->output, bytes, size, error)
                      : write_stream(stdout, "standard output", bytes, size, error);
}

static guint width_of(const char *text) {
  guint width = 0;
  for (const char *c = text; *c; c = g_utf8_next_char(c)) {
    gunichar letter = g_utf8_get_char(c);
    width += g_unichar_iszerowidth(letter) ? 0 : g_unichar_iswide(letter) ? 2 : 1;
  }
  return width;
}

/* What an analyzer sent may hold a control character: on a terminal it must not act. */
static char *without_controls(const char *text) {
  GString *out = g_string_new(NULL);
  for (const char *c = text; *c; c = g_utf8_next_char(c))
    g_string_append_unichar(out, g_unichar_iscntrl(g_utf8_get_char(c)) ? 0xfffd : g_utf8_get_char(c));
  return g_string_free(out, FALSE);
}

/* A member as one cell's text. */
static char *cell(JsonObject *row, const char *column) {
  JsonNode *node = json_object_get_member(row, column);
  if (!node || JSON_NODE_HOLDS_NULL(node))
    return g_strdup("");
  if (JSON_NODE_HOLDS_VALUE(node) && json_node_get_value_type(node) == G_TYPE_STRING)
    return g_strdup(json_node_get_string(node));
  return json_to_string(node, FALSE);
}

/* Names of all members, in the order of their first appearance. */
static GPtrArray *columns_of(JsonArray *rows) {
  GPtrArray *columns = g_ptr_array_new();
  g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < json_array_get_length(rows); i++) {
    g_autoptr(GList) names = json_object_get_members(json_array_get_object_element(rows, i));
    for (GList *name = names; name; name = name->next)
      if (g_hash_table_add(seen, name->data))
        g_ptr_array_add(columns, name->data);
  }
  return columns;
}

static void append_padded(GString *out, const char *text, guint width) {
  g_string_append(out, text);
  for (guint used = width_of(text); used < width + 2; used++)
    g_string_append_c(out, ' ');
}

static void append_line_end(GString *out) {
  while (out->len && out->str[out->len - 1] == ' ')
    g_string_truncate(out, out->len - 1);
  g_string_append_c(out, '\n');
}

static char *table_cell(JsonArray *rows, guint row, const char *column) {
  g_autofree char *text = cell(json_array_get_object_element(rows, row), column);
  return without_controls(text);
}

static char *as_table(JsonArray *rows) {
  g_autoptr(GPtrArray) columns = columns_of(rows);
  g_autofree guint *widths = g_new0(guint, columns->len + 1);
  GString *out = g_string_new(NULL);
  for (guint c = 0; c < columns->len; c++) {
    widths[c] = width_of(g_ptr_array_index(columns, c));
    for (guint i = 0; i < json_array_get_length(rows); i++) {
      g_autofree char *text = table_cell(rows, i, g_ptr_array_index(columns, c));
      widths[c] = MAX(widths[c], width_of(text));
    }
    append_padded(out, g_ptr_array_index(columns, c), widths[c]);
  }
  if (columns->len)
    append_line_end(out);
  for (guint i = 0; i < json_array_get_length(rows); i++) {
    for (guint c = 0; c < columns->len; c++) {
      g_autofree char *text = table_cell(rows, i, g_ptr_array_index(columns, c));
      append_padded(out, text, widths[c]);
    }
    append_line_end(out);
  }
  return g_string_free(out, FALSE);
}

static char *as_csv(JsonArray *rows) {
  g_autoptr(GPtrArray) columns = columns_of(rows);
  GString *out = g_string_new(NULL);
  for (guint c = 0; c < columns->len; c++)
    lims_csv_append(out, g_ptr_array_index(columns, c), c == 0);
  if (columns->len)
    g_string_append_c(out, '\n');
  for (guint i = 0; i < json_array_get_length(rows); i++) {
    for (guint c = 0; c < columns->len; c++) {
      g_autofree char *text = cell(json_array_get_object_element(rows, i), g_ptr_array_index(columns, c));
      lims_csv_append(out, text, c == 0);
    }
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}

static gboolean is_list_of_objects(JsonNode *node) {
  if (!JSON_NODE_HOLDS_ARRAY(node))
    return FALSE;
  JsonArray *rows = json_node_get_array(node);
  for (guint i = 0; i < json_array_get_length(rows); i++)
    if (!JSON_NODE_HOLDS_OBJECT(json_array_get_element(rows, i)))
      return FALSE;
  return TRUE;
}

/* "name: value" a line; a list inside as a table of its own. */
static char *as_lines(JsonObject *object) {
  GString *out = g_string_new(NULL);
  g_autoptr(GList) names = json_object_get_members(object);
  for (GList *name = names; name; name = name->next) {
    JsonNode *member = json_object_get_member(object, name->data);
    gboolean list = is_list_of_objects(member);
    g_autofree char *text = list ? as_table(json_node_get_array(member)) : cell(object, name->data);
    g_string_append_printf(out, "%s:%s%s%s", (const char *)name->data, list ? "\n" : " ", text,
                           list ? "" : "\n");
  }
  return g_string_free(out, FALSE);
}

static char *as_json(JsonNode *root) {
  g_autofree char *text = json_to_string(root, TRUE);
  return g_strconcat(text, "\n", NULL);
}

static char *format_json(const CtlLine *line, JsonNode *root, gboolean key_only) {
  gboolean object = JSON_NODE_HOLDS_OBJECT(root);
  if (JSON_NODE_HOLDS_VALUE(root) && json_node_get_value_type(root) == G_TYPE_STRING)
    return g_strdup(json_node_get_string(root));
  if (g_strcmp0(line->format, "json") == 0 || (!object && !is_list_of_objects(root)))
    return as_json(root);
  if (!object)
    return g_strcmp0(line->format, "csv") == 0 ? as_csv(json_node_get_array(root))
                                               : as_table(json_node_get_array(root));
  if (!key_only || !json_object_has_member(json_node_get_object(root), "key"))
    return as_lines(json_node_get_object(root));
  g_autofree char *key = cell(json_node_get_object(root), "key");
  return g_strconcat(key, "\n", NULL);
}

gboolean ctl_print_reply(const CtlLine *line, const LimsReply *reply, gboolean key_only, GError **error) {
  gsize size;
  const char *bytes = g_bytes_get_data(reply->body, &size);
  if (g_strcmp0(reply->type, "application/json") != 0) {
    if (line->output || !isatty(STDOUT_FILENO))
      return ctl_write_out(line, bytes, size, error);
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "the answer is a file: name one with -o FILE");
    return FALSE;
  }
  g_autoptr(JsonParser) parser = json_parser_new();
  if (!json_parser_load_from_data(parser, bytes, (gssize)size, error))
    return FALSE;
  g_autofree char *text = format_json(line, json_parser_get_root(parser), key_only);
  return ctl_write_out(line, text, strlen(text), error);
}
