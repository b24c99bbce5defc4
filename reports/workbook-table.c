/* Tables: a column says what it is called, how wide, what kind and where in the row its value lies. */
#include "reports/words.h"
#include "reports/workbook-private.h"

#define HEADING_HEIGHT 32
#define ARROW "→ "

void lims_table_begin(LimsTable *table, LimsSheet *sheet, const LimsColumn *columns, guint n) {
  *table = (LimsTable){.sheet = sheet, .columns = columns, .n = n, .scratch = g_string_new(NULL)};
  table->words = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  table->said = g_hash_table_new(g_direct_hash, g_direct_equal);
  for (guint i = 0; i < n; i++)
    lims_sheet_set_widths(sheet, i, i, columns[i].width);
  lims_sheet_set_height(sheet, 0, HEADING_HEIGHT);
  for (guint i = 0; i < n; i++)
    lims_sheet_text(sheet, 0, i, LIMS_STYLE_HEADING,
                    lims_translate(lims_sheet_language(sheet), columns[i].heading));
  lims_sheet_freeze(sheet, 1, 1);
}

const char *lims_table_say(LimsTable *table, const char *msgid) {
  const char *said = g_hash_table_lookup(table->said, msgid);

  if (said)
    return said;
  said = lims_translate(lims_sheet_language(table->sheet), msgid);
  g_hash_table_insert(table->said, (gpointer)msgid, (gpointer)said);
  return said;
}

/* A list has few different codes and many rows. */
static const char *word_of(LimsTable *table, const char *code) {
  const char *word = g_hash_table_lookup(table->words, code);

  if (word)
    return word;
  char *key = g_strdup(code);
  word = lims_word(lims_sheet_language(table->sheet), key); /* the key itself, if there is none */
  g_hash_table_insert(table->words, key, (gpointer)word);
  return word;
}

static const char *group_of(LimsTable *table, const char *code) {
  return *code ? word_of(table, code) : lims_word_group(lims_sheet_language(table->sheet), code);
}

static void write_cell(LimsTable *table, guint row, guint i, gconstpointer data) {
  const LimsColumn *column = &table->columns[i];
  LimsSheet *sheet = table->sheet;
  gconstpointer member = (const char *)data + column->offset;

  switch (column->kind) {
  case LIMS_COLUMN_TEXT:
    lims_sheet_text(sheet, row, i, LIMS_STYLE_TEXT, *(const char *const *)member);
    break;
  case LIMS_COLUMN_WORD:
    lims_sheet_text(sheet, row, i, LIMS_STYLE_TEXT, word_of(table, *(const char *const *)member));
    break;
  case LIMS_COLUMN_GROUP:
    lims_sheet_text(sheet, row, i, LIMS_STYLE_TEXT, group_of(table, *(const char *const *)member));
    break;
  case LIMS_COLUMN_PRINTED:
    lims_sheet_printed(sheet, row, i, *(const char *const *)member);
    break;
  case LIMS_COLUMN_COUNT:
    lims_sheet_count(sheet, row, i, LIMS_STYLE_COUNT, *(const gint64 *)member);
    break;
  case LIMS_COLUMN_TIME:
    lims_sheet_time(sheet, row, i, *(const gint64 *)member);
    break;
  case LIMS_COLUMN_LINK:
    g_string_printf(table->scratch, ARROW "%u", row + 1);
    lims_sheet_link(sheet, row, i, table->linked, row, table->scratch->str);
    break;
  case LIMS_COLUMN_COMPOSED:
    g_string_truncate(table->scratch, 0);
    column->compose(data, table, table->scratch);
    lims_sheet_text(sheet, row, i, LIMS_STYLE_TEXT, table->scratch->str);
    break;
  }
}

gboolean lims_table_add(gconstpointer row, gpointer data, GError **error) {
  LimsTable *table = data;

  table->rows++;
  for (guint i = 0; i < table->n; i++)
    write_cell(table, table->rows, i, row);
  return lims_workbook_check(table->sheet->book, error);
}

LimsRange lims_table_range(const LimsTable *table, guint first_column, guint last_column) {
  return (LimsRange){1, first_column, MAX(table->rows, 1), last_column};
}

guint lims_table_find(const LimsTable *table, gsize offset) {
  for (guint i = 0; i < table->n; i++)
    if (table->columns[i].offset == offset && table->columns[i].kind < LIMS_COLUMN_COMPOSED)
      return i;
  g_return_val_if_reached(0);
}

void lims_table_end(LimsTable *table, const char *nothing) {
  LimsSheet *sheet = table->sheet;
  lxw_col_t last = (lxw_col_t)(table->n - 1);
  g_autofree char *range = NULL;

  if (table->rows == 0)
    lims_sheet_text(sheet, 1, 0, LIMS_STYLE_NOTE, nothing);
  lims_sheet_check(sheet, 0, worksheet_autofilter(sheet->sheet, 0, 0, MAX(table->rows, 1), last));
  /* Numbers of samples and transmissions are names; no green corner should ask to turn them into numbers. */
  range = lims_range_reference(NULL, lims_table_range(table, 0, last));
  lims_sheet_check(sheet, 0, worksheet_ignore_errors(sheet->sheet, LXW_IGNORE_NUMBER_STORED_AS_TEXT, range));
}

void lims_table_clear(LimsTable *table) {
  if (table->scratch)
    g_string_free(table->scratch, TRUE);
  g_clear_pointer(&table->words, g_hash_table_unref);
  g_clear_pointer(&table->said, g_hash_table_unref);
  table->scratch = NULL;
}
