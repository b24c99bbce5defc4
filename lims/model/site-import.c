/* A county's list of sites as a file. All rows become sites or none; a code that stands twice in the file is
 * said with both lines, since two sites of one code are never merged.
 */
#include "lims/model/import.h"
#include "lims/model/lab.h"
#include "lims/model/site.h"

static const char *const REQUIRED[] = {"kind", "name", NULL};
static const char *const OPTIONAL[] = {"lab", "code", "division", "name-en", "address", NULL};

static const char *const WORDS[] = {
    "实验室",     "lab",  "编码",     "code",     "采样点编码", "code",     "类型",     "kind", "采样点类型",
    "kind",       "区划", "division", "行政区划", "division",   "区划代码", "division", "名称", "name",
    "采样点名称", "name", "英文名称", "name-en",  "地址",       "address",  NULL,
};

typedef struct {
  LimsDb *db;
  const char *lab;
  GHashTable *seen; /* see lims_import_check_once */
  GPtrArray *codes;
} Import;

static gboolean take_row(const LimsCsv *csv, const LimsCsvRow *row, gpointer data, GError **error) {
  Import *import = data;
  const char *own = lims_import_field(csv, row, "lab");
  g_autoptr(LimsLab) lab = lims_lab_get(import->db, own ? own : import->lab, error);
  LimsSiteNew site = {
      .lab = lab ? lab->id : 0,
      .code = lims_import_field(csv, row, "code"),
      .name = lims_import_field(csv, row, "name"),
      .name_en = lims_import_field(csv, row, "name-en"),
      .kind = lims_import_field(csv, row, "kind"),
      .division = lims_import_field(csv, row, "division"),
      .address = lims_import_field(csv, row, "address"),
  };
  char *code = NULL;

  if (!lab ||
      (site.code && !lims_import_check_once(import->seen, lab->code, "code", site.code, row->line, error)) ||
      !lims_site_add(import->db, &site, &code, NULL, error))
    return FALSE;
  g_ptr_array_add(import->codes, code);
  return TRUE;
}

static const LimsImportForm FORM = {WORDS, REQUIRED, OPTIONAL, take_row};

gboolean lims_site_import(LimsDb *db, const char *file_name, const char *bytes, gsize size, const char *lab,
                          GPtrArray **out_codes, GError **error) {
  g_autoptr(GHashTable) seen = lims_import_seen_new();
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func(g_free);
  Import import = {db, lab, seen, codes};

  if (!lims_import_run(&FORM, file_name, bytes, size, &import, error))
    return FALSE;
  if (out_codes)
    *out_codes = g_steal_pointer(&codes);
  return TRUE;
}
