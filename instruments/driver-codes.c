/* NAME.csv: the analyzer's codes and what they are; and the [value] and [kind] groups of NAME.ini.
 *
 * What can go wrong is a table typed by hand: a code twice, a unit nobody knows, a basis misspelt. Each is an
 * error with file and line, for a wrong row would judge results by the wrong limit.
 */
#include "instruments/driver-private.h"
#include "lims/core/csv.h"
#include "lims/core/error.h"
#include "lims/core/unit.h"

#include <string.h>

static const char *const REQUIRED[] = {"code", "analyte", "unit", "basis", NULL};
static const char *const OPTIONAL[] = {"method", NULL};

static gboolean refuse(const LimsCsv *csv, const LimsCsvRow *row, GError **error, const char *what,
                       const char *text) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s:%u: %s: \"%s\"", csv->name, row->line, what, text);
  return FALSE;
}

/* Codes of the catalogue: lower-case letters, digits, hyphens between. */
static gboolean is_slug(const char *text) {
  gsize length = strlen(text);

  return length > 0 && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == length && text[0] != '-' &&
         text[length - 1] != '-';
}

static const char *get(const LimsCsv *csv, const LimsCsvRow *row, const char *heading) {
  return lims_csv_get(row, lims_csv_column(csv, heading));
}

static gboolean add_code(LimsDriver *driver, const LimsCsv *csv, const LimsCsvRow *row, GError **error) {
  const char *name = get(csv, row, "code"), *analyte = get(csv, row, "analyte");
  const char *unit = get(csv, row, "unit"), *basis = get(csv, row, "basis"),
             *method = get(csv, row, "method");
  LimsDriverCode code = {0};

  if (!*name)
    return refuse(csv, row, error, "the code is empty; give the one that the analyzer sends", name);
  if (g_hash_table_contains(driver->code_index, name))
    return refuse(csv, row, error, "the code stands above already; keep one of the rows", name);
  if (!is_slug(analyte))
    return refuse(csv, row, error, "no analyte code (lower-case letters, digits and hyphens)", analyte);
  if (!lims_unit_find(unit))
    return refuse(csv, row, error, "unknown unit", unit);
  if (!lims_basis_parse(basis, &code.basis))
    return refuse(csv, row, error, "basis is sample, solution or screen, not", basis);
  code.code = name;
  code.analyte = analyte;
  code.unit = unit;
  code.method = *method ? method : NULL;
  g_array_append_val(driver->codes, code);
  g_hash_table_insert(driver->code_index, (gpointer)name, GUINT_TO_POINTER(driver->codes->len));
  return TRUE;
}

gboolean lims_driver_load_codes(LimsDriver *driver, const char *path, GError **error) {
  const LimsCsv *csv = driver->csv = lims_csv_read_file(path, error);

  if (!csv || !lims_csv_check(csv, REQUIRED, OPTIONAL, error))
    return FALSE;
  for (guint i = 0; i < csv->rows->len; i++)
    if (!add_code(driver, csv, csv->rows->pdata[i], error))
      return FALSE;
  return TRUE;
}

const LimsDriverCode *lims_driver_find_code(const LimsDriver *driver, const char *code) {
  guint at = GPOINTER_TO_UINT(g_hash_table_lookup(driver->code_index, code));

  return at ? &g_array_index(driver->codes, LimsDriverCode, at - 1) : NULL;
}

const LimsDriverCode *lims_driver_codes(const LimsDriver *driver, guint *count) {
  *count = driver->codes->len;
  return (const LimsDriverCode *)(gconstpointer)driver->codes->data;
}

/* ---- [value] ---- */

static const struct {
  const char *name;
  char mark;
} MARKS[] = {{"point", '.'}, {"comma", ','}, {"blank", ' '}, {"none", '\0'}};

static char find_mark(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++)
    if (strcmp(MARKS[i].name, name) == 0)
      return MARKS[i].mark;
  return '\0';
}

static void set_word(GHashTable *words, const char *word, LimsValueState state) {
  g_hash_table_replace(words, g_ascii_strdown(word, -1), GINT_TO_POINTER((int)state + 1));
}

static void load_words(const LimsIni *ini, const char *group, GHashTable *words) {
  g_autoptr(GPtrArray) keys = lims_ini_keys(ini, group);

  for (guint i = 0; i < keys->len; i++) {
    LimsValueState state;

    if (lims_value_state_parse(lims_ini_text(ini, group, keys->pdata[i]), &state))
      set_word(words, keys->pdata[i], state);
  }
}

gboolean lims_driver_load_values(LimsDriver *driver, GError **error) {
  const LimsIni *ini = driver->ini;

  driver->rules.decimal_mark = find_mark(lims_ini_text(ini, "value", "decimal"));
  driver->rules.group_mark = find_mark(lims_ini_text(ini, "value", "group"));
  if (driver->rules.group_mark == driver->rules.decimal_mark) {
    lims_ini_set_error(ini, "value", "group", error, "the same mark as decimal; one of them is another");
    return FALSE;
  }
  lims_value_state_parse(lims_ini_text(ini, "value", "less_than"), &driver->rules.less_than);
  if (strcmp(driver->protocol->name, "astm") == 0) { /* LIS02-A2 9.7 and 9.9 */
    set_word(driver->status_words, "X", LIMS_VALUE_FAILED);
    set_word(driver->flag_words, ">", LIMS_VALUE_ABOVE_RANGE);
    set_word(driver->flag_words, "<", driver->rules.less_than);
  }
  load_words(ini, "value words", driver->rules.words);
  load_words(ini, "value status", driver->status_words);
  load_words(ini, "value flags", driver->flag_words);
  return TRUE;
}

/* ---- [kind] ---- */

static const LimsReadingKind KINDS[] = {LIMS_READING_BLANK, LIMS_READING_STANDARD, LIMS_READING_CONTROL};

static void kind_rule_free(gpointer data) {
  LimsKindRule *rule = data;

  lims_pattern_free(rule->pattern);
  g_free(rule);
}

/* "PATTERN" of the specimen, or "FIELD=PATTERN". */
static LimsKindRule *parse_kind_rule(const LimsDriver *driver, LimsReadingKind kind, const char *text,
                                     GError **error) {
  const char *equals = strchr(text, '=');
  g_autofree char *left = equals ? g_strstrip(g_strndup(text, (gsize)(equals - text))) : NULL;
  LimsSource source = {.field = LIMS_ROW_SPECIMEN};
  gboolean named = left && lims_source_parse(left, &source);
  LimsPattern *pattern;
  LimsKindRule *rule;

  if (source.record && strcmp(driver->protocol->name, "astm") != 0) {
    lims_ini_set_error(driver->ini, "kind", lims_reading_kind_name(kind), error, "%s: only astm has records",
                       left);
    return NULL;
  }
  pattern = lims_pattern_new(named ? equals + 1 + strspn(equals + 1, " ") : text, error);
  if (!pattern)
    return NULL;
  rule = g_new(LimsKindRule, 1);
  *rule = (LimsKindRule){kind, source, pattern};
  return rule;
}

gboolean lims_driver_load_kinds(LimsDriver *driver, GError **error) {
  driver->kinds = g_ptr_array_new_with_free_func(kind_rule_free);
  for (guint i = 0; i < G_N_ELEMENTS(KINDS); i++) {
    const char *key = lims_reading_kind_name(KINDS[i]);
    g_auto(GStrv) patterns = lims_ini_list(driver->ini, "kind", key);

    for (guint p = 0; patterns[p]; p++) {
      g_autoptr(GError) fault = NULL;
      LimsKindRule *rule = parse_kind_rule(driver, KINDS[i], patterns[p], &fault);

      if (!rule) {
        lims_ini_set_error(driver->ini, "kind", key, error, "%s: %s", patterns[p], fault->message);
        return FALSE;
      }
      g_ptr_array_add(driver->kinds, rule);
    }
  }
  return TRUE;
}
