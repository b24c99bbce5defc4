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
  const char *lab, *who;
  GHashTable *seen; /* see lims_import_check_once */
  GPtrArray *numbers;
} Import;

static LimsSampleNew read_row(const Import *import, const LimsCsv *csv, const LimsCsvRow *row) {
  const char *lab = lims_import_field(csv, row, "lab");

  return (LimsSampleNew){
      .lab = lab ? lab : import->lab,
      .site = lims_import_field(csv, row, "site"),
      .commodity = lims_import_field(csv, row, "commodity"),
      .sampled_at = lims_import_field(csv, row, "sampled-at"),
      .produced_on = lims_import_field(csv, row, "produced-on"),
      .purchased_on = lims_import_field(csv, row, "purchased-on"),
      .sheet = lims_import_field(csv, row, "sheet"),
      .client = lims_import_field(csv, row, "client"),
      .portions = lims_import_field(csv, row, "portions"),
      .note = lims_import_field(csv, row, "note"),
      .who = import->who,
  };
}

static gboolean check_seen(const Import *import, const LimsSampleNew *sample, guint line, GError **error) {
  g_autoptr(GPtrArray) aliases = lims_sample_aliases(sample);

  for (guint i = 0; i < aliases->len; i++) {
    const LimsSampleAlias *alias = g_ptr_array_index(aliases, i);

    if (!lims_import_check_once(import->seen, sample->lab, alias->kind, alias->alias, line, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean take_row(const LimsCsv *csv, const LimsCsvRow *row, gpointer data, GError **error) {
  Import *import = data;
  LimsSampleNew sample = read_row(import, csv, row);
  char *number = NULL;

  if (!check_seen(import, &sample, row->line, error) ||
      !lims_sample_register(import->db, &sample, &number, NULL, error))
    return FALSE;
  g_ptr_array_add(import->numbers, number);
  return TRUE;
}

static const LimsImportForm FORM = {WORDS, REQUIRED, OPTIONAL, take_row};

gboolean lims_sample_import(LimsDb *db, const char *file_name, const char *bytes, gsize size, const char *lab,
                            const char *who, GPtrArray **out_numbers, GError **error) {
  g_autoptr(GHashTable) seen = lims_import_seen_new();
  g_autoptr(GPtrArray) numbers = g_ptr_array_new_with_free_func(g_free);
  Import import = {db, lab, who, seen, numbers};

  if (!lims_import_run(&FORM, file_name, bytes, size, &import, error))
    return FALSE;
  if (out_numbers)
    *out_numbers = g_steal_pointer(&numbers);
  return TRUE;
}
