/* A sampling team's list as a file: the sheet of a day, typed in a spreadsheet, saved in whatever the machine
 * saves. All rows are registered or none; a name that stands twice in the file is said with both lines,
 * because neither row has a number yet that would outlive the refusal.
 */
#include "lims/model/import.h"
#include "lims/model/sample-private.h"

static const char *const REQUIRED[] = {"site", "commodity", NULL};
static const char *const OPTIONAL[] = {
    "lab", "sampled-at", "produced-on", "purchased-on", "sheet", "client", "portions", "note", NULL};

static const char *const WORDS[] = {
    "实验室",       "lab",        "采样点",    "site",       "采样点编码", "site",        "抽样单位",
    "site",         "样品名称",   "commodity", "食品名称",   "commodity",  "采样时间",    "sampled-at",
    "抽样日期",     "sampled-at", "采样日期",  "sampled-at", "生产日期",   "produced-on", "购进日期",
    "purchased-on", "抽样单编号", "sheet",     "委托方编号", "client",     "分样",        "portions",
    "备注",         "note",       NULL,
};

typedef struct {
  LimsDb *db;
  const LimsCsv *csv;
  const char *lab, *who;
  GHashTable *seen; /* lab and name → line of the file */
  GPtrArray *numbers;
} Import;

static LimsSampleNew read_row(const Import *import, const LimsCsvRow *row) {
  const char *lab = lims_import_field(import->csv, row, "lab");

  return (LimsSampleNew){
      .lab = lab ? lab : import->lab,
      .site = lims_import_field(import->csv, row, "site"),
      .commodity = lims_import_field(import->csv, row, "commodity"),
      .sampled_at = lims_import_field(import->csv, row, "sampled-at"),
      .produced_on = lims_import_field(import->csv, row, "produced-on"),
      .purchased_on = lims_import_field(import->csv, row, "purchased-on"),
      .sheet = lims_import_field(import->csv, row, "sheet"),
      .client = lims_import_field(import->csv, row, "client"),
      .portions = lims_import_field(import->csv, row, "portions"),
      .note = lims_import_field(import->csv, row, "note"),
      .who = import->who,
  };
}

static gboolean check_seen(Import *import, const LimsSampleNew *sample, guint line, GError **error) {
  g_autoptr(GPtrArray) aliases = lims_sample_aliases(sample);

  for (guint i = 0; i < aliases->len; i++) {
    const LimsSampleAlias *alias = g_ptr_array_index(aliases, i);
    char *key = g_strconcat(sample->lab ? sample->lab : "", "\n", alias->alias, NULL);
    guint before = GPOINTER_TO_UINT(g_hash_table_lookup(import->seen, key));

    if (before == 0) {
      g_hash_table_insert(import->seen, key, GUINT_TO_POINTER(line));
      continue;
    }
    g_free(key);
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "%s '%s': stands in line %u too", alias->kind,
                alias->alias, before);
    return FALSE;
  }
  return TRUE;
}

static gboolean import_row(Import *import, const LimsCsvRow *row, GError **error) {
  LimsSampleNew sample = read_row(import, row);
  char *number = NULL;

  if (!check_seen(import, &sample, row->line, error) ||
      !lims_sample_register(import->db, &sample, &number, NULL, error))
    return FALSE;
  g_ptr_array_add(import->numbers, number);
  return TRUE;
}

static gboolean import_rows(Import *import, GError **error) {
  g_auto(LimsImport) problems = {0};

  lims_import_init(&problems, import->csv->name);
  for (guint i = 0; i < import->csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(import->csv->rows, i);
    GError *problem = NULL;

    if (!import_row(import, row, &problem) && !lims_import_note(&problems, row->line, problem, error))
      return FALSE;
  }
  return lims_import_finish(&problems, error);
}

gboolean lims_sample_import(LimsDb *db, const char *file_name, const char *bytes, gsize size, const char *lab,
                            const char *who, GPtrArray **out_numbers, GError **error) {
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file_name, bytes, size, error);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);
  Import import = {db, csv, lab, who, seen, numbers};

  if (!csv || !lims_import_fold_headings(csv, WORDS, error) ||
      !lims_csv_check(csv, REQUIRED, OPTIONAL, error) || !import_rows(&import, error))
    return FALSE;
  if (out_numbers)
    *out_numbers = g_steal_pointer(&numbers);
  return TRUE;
}
