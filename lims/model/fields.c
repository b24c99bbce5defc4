/* Parameters as they arrive: a slip in a name, a number with a letter, a date that no calendar has, a
 * required one left out. All that is wrong is said at once, so that a person mends a form once and not field
 * by field.
 */
#include "lims/model/fields.h"
#include "lims/core/decimal.h"
#include "lims/core/time.h"

#include <string.h>

GHashTable *lims_fields_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

void lims_fields_set(GHashTable *args, const char *name, const char *value) {
  g_hash_table_insert(args, g_strdup(name), g_strdup(value));
}

gboolean lims_fields_set_file(GHashTable *args, const char *name, const char *file_name, GBytes *content,
                              GError **error) {
  gsize size;
  const char *bytes = g_bytes_get_data(content, &size);

  if (size > 0 && memchr(bytes, '\0', size) != NULL) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s: contains a NUL byte: it is not text (a workbook, or UTF-16?); save it as CSV UTF-8",
                file_name);
    return FALSE;
  }
  g_hash_table_insert(args, g_strdup(name), g_strndup(bytes ? bytes : "", size));
  g_hash_table_insert(args, g_strconcat(name, "-name", NULL), g_strdup(file_name));
  return TRUE;
}

const char *lims_fields_get(GHashTable *args, const char *name) {
  const char *value = g_hash_table_lookup(args, name);

  return value && *value ? value : NULL;
}

gboolean lims_fields_is_yes(GHashTable *args, const char *name) {
  return g_strcmp0(lims_fields_get(args, name), "yes") == 0;
}

gint64 lims_fields_get_integer(GHashTable *args, const char *name, gint64 fallback) {
  const char *value = lims_fields_get(args, name);

  return value ? g_ascii_strtoll(value, NULL, 10) : fallback;
}

/* ---- forms ---- */

static gboolean is_choice(const char *value, const char *choices) {
  g_auto(GStrv) words = g_strsplit(choices, "|", -1);

  return g_strv_contains((const char *const *)words, value);
}

static gboolean is_integer(const char *value) {
  guint64 number;

  return g_ascii_string_to_unsigned(value, 10, 0, G_MAXINT64, &number, NULL);
}

static gboolean is_decimal(const char *value) {
  LimsDecimal number;

  return lims_decimal_parse(value, &number);
}

static gboolean is_date(const char *value) {
  int day;

  return lims_time_parse_date(value, &day);
}

static gboolean is_moment(const char *value) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_utc();
  gint64 us;

  return lims_time_parse_iso(value, zone, &us);
}

static gboolean is_path(const char *value) {
  return g_path_is_absolute(value);
}

static const struct {
  gboolean (*accepts)(const char *value); /* NULL: any text */
  const char *form;
} FORMS[] = {
    [LIMS_FIELD_TEXT] = {NULL, NULL},
    [LIMS_FIELD_CHOICE] = {NULL, NULL}, /* by its own words */
    [LIMS_FIELD_WORD] = {NULL, NULL},   /* by the command */
    [LIMS_FIELD_INTEGER] = {is_integer, "a whole number"},
    [LIMS_FIELD_DECIMAL] = {is_decimal, "a number such as 0.5"},
    [LIMS_FIELD_DATE] = {is_date, "a date YYYY-MM-DD"},
    [LIMS_FIELD_MOMENT] = {is_moment, "a date YYYY-MM-DD or a date and time YYYY-MM-DDTHH:MM"},
    [LIMS_FIELD_FILE] = {NULL, NULL},
    [LIMS_FIELD_PATH] = {is_path, "an absolute path, beginning with /"},
};

/* What is wrong with the value; NULL if nothing is. g_free. */
static char *check_value(const LimsField *field, const char *value) {
  if (field->type != LIMS_FIELD_FILE && strlen(value) > LIMS_FIELD_BYTES)
    return g_strdup_printf("%s: is too long (at most %d bytes)", field->name, LIMS_FIELD_BYTES);
  if (field->type == LIMS_FIELD_CHOICE)
    return is_choice(value, field->choices)
               ? NULL
               : g_strdup_printf("%s '%s': must be one of %s", field->name, value, field->choices);
  if (field->type != LIMS_FIELD_FILE && !g_utf8_validate(value, -1, NULL))
    return g_strdup_printf("%s: is not valid UTF-8", field->name);
  if (FORMS[field->type].accepts && !FORMS[field->type].accepts(value))
    return g_strdup_printf("%s '%s': must be %s", field->name, value, FORMS[field->type].form);
  return NULL;
}

/* ---- names ---- */

static gboolean is_file_name(const LimsField *field, const char *name) {
  gsize length = strlen(field->name);

  return field->type == LIMS_FIELD_FILE && strncmp(name, field->name, length) == 0 &&
         strcmp(name + length, "-name") == 0;
}

static gboolean is_known(const LimsField *fields, const char *name) {
  for (const LimsField *field = fields; field && field->name; field++)
    if (strcmp(field->name, name) == 0 || is_file_name(field, name))
      return TRUE;
  return FALSE;
}

static char *join_names(const LimsField *fields) {
  GString *text = g_string_new(NULL);

  for (const LimsField *field = fields; field && field->name; field++)
    g_string_append_printf(text, "%s%s", text->len ? ", " : "", field->name);
  return g_string_free(text, FALSE);
}

static void find_unknown(const LimsField *fields, GHashTable *args, GPtrArray *problems) {
  g_autoptr(GList) names = g_list_sort(g_hash_table_get_keys(args), (GCompareFunc)g_strcmp0);

  for (GList *at = names; at; at = at->next)
    if (!is_known(fields, at->data)) {
      g_autofree char *known = join_names(fields);
      g_ptr_array_add(problems, g_strdup_printf("%s: unknown (known: %s)", (const char *)at->data,
                                                *known ? known : "none"));
    }
}

static void find_bad(const LimsField *fields, GHashTable *args, GPtrArray *problems) {
  for (const LimsField *field = fields; field && field->name; field++) {
    const char *value = lims_fields_get(args, field->name);
    char *problem = NULL;

    if (value)
      problem = check_value(field, value);
    else if (field->need != LIMS_FIELD_OPTIONAL && field->type == LIMS_FIELD_FILE)
      problem = g_strdup_printf("%s: the file is missing or empty", field->name);
    else if (field->need != LIMS_FIELD_OPTIONAL)
      problem = g_strdup_printf("%s: missing (%s)", field->name, field->help);
    if (problem)
      g_ptr_array_add(problems, problem);
  }
}

gboolean lims_fields_check(const LimsField *fields, GHashTable *args, GError **error) {
  g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *text = NULL;

  find_unknown(fields, args, problems);
  find_bad(fields, args, problems);
  if (problems->len == 0)
    return TRUE;
  g_ptr_array_add(problems, NULL);
  text = g_strjoinv("; ", (char **)problems->pdata);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, text);
  return FALSE;
}
