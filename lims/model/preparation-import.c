/* A day's weighings as a file, one row a sample (and analyte, if it was prepared apart). A later preparation
 * replaces an earlier one, so two rows of one sample would lose the first without a word: they are refused,
 * whatever name of the sample each row uses.
 */
#include "lims/model/import.h"
#include "lims/model/lab.h"
#include "lims/model/preparation.h"
#include "lims/model/sample.h"

static const char *const REQUIRED[] = {"sample", "mass", "mass-unit", "volume", "volume-unit", NULL};
static const char *const OPTIONAL[] = {"lab",      "dilution", "blank",   "blank-unit",
                                       "recovery", "moisture", "analyte", NULL};

static const char *const WORDS[] = {
    "实验室",     "lab",        "样品编号",  "sample",   "样品",     "sample",       "称样量",
    "mass",       "称样量单位", "mass-unit", "定容体积", "volume",   "定容体积单位", "volume-unit",
    "稀释倍数",   "dilution",   "空白",      "blank",    "空白值",   "blank",        "空白单位",
    "blank-unit", "水分",       "moisture",  "回收率",   "recovery", "检测项目",     "analyte",
    "检验项目",   "analyte",    "项目",      "analyte",  NULL,
};

typedef struct {
  LimsDb *db;
  const char *lab, *who;
  GHashTable *seen; /* see lims_import_check_once */
  GPtrArray *ids;
} Import;

/* The sample that the row names, in its laboratory or in all. */
static gboolean find_sample(const Import *import, const char *lab_code, const char *name,
                            LimsPreparationNew *new, GError **error) {
  g_autoptr(LimsLab) lab = lab_code ? lims_lab_get(import->db, lab_code, error) : NULL;

  if (lab_code && !lab)
    return FALSE;
  if (!name) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "sample is missing");
    return FALSE;
  }
  return lims_sample_get(import->db, lab ? (int)lab->id : -1, name, &new->lab, &new->sample, error);
}

static LimsPreparationNew read_row(const Import *import, const LimsCsv *csv, const LimsCsvRow *row) {
  return (LimsPreparationNew){
      .analyte = lims_import_field(csv, row, "analyte"),
      .mass = lims_import_field(csv, row, "mass"),
      .mass_unit = lims_import_field(csv, row, "mass-unit"),
      .volume = lims_import_field(csv, row, "volume"),
      .volume_unit = lims_import_field(csv, row, "volume-unit"),
      .dilution = lims_import_field(csv, row, "dilution"),
      .blank = lims_import_field(csv, row, "blank"),
      .blank_unit = lims_import_field(csv, row, "blank-unit"),
      .recovery = lims_import_field(csv, row, "recovery"),
      .moisture = lims_import_field(csv, row, "moisture"),
      .who = import->who,
  };
}

static gboolean take_row(const LimsCsv *csv, const LimsCsvRow *row, gpointer data, GError **error) {
  Import *import = data;
  LimsPreparationNew new = read_row(import, csv, row);
  const char *lab = lims_import_field(csv, row, "lab"), *name = lims_import_field(csv, row, "sample");
  g_autofree char *scope = NULL;
  gint64 id;

  if (!find_sample(import, lab ? lab : import->lab, name, &new, error))
    return FALSE;
  scope = g_strdup_printf("%" G_GINT64_FORMAT " %s", new.sample, new.analyte ? new.analyte : "");
  if (!lims_import_check_once(import->seen, scope, "sample", name, row->line, error) ||
      !lims_preparation_add(import->db, &new, &id, error))
    return FALSE;
  g_ptr_array_add(import->ids, g_strdup_printf("%" G_GINT64_FORMAT, id));
  return TRUE;
}

static const LimsImportForm FORM = {WORDS, REQUIRED, OPTIONAL, take_row};

gboolean lims_preparation_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                                 const char *lab, const char *who, GPtrArray **out_ids, GError **error) {
  g_autoptr(GHashTable) seen = lims_import_seen_new();
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  Import import = {db, lab, who, seen, ids};

  if (!lims_import_run(&FORM, file_name, bytes, size, &import, error))
    return FALSE;
  if (out_ids)
    *out_ids = g_steal_pointer(&ids);
  return TRUE;
}
