/* Detection limits. A LOD in the wrong unit would let every "not detected" pass, or none: so the unit must be
 * one of results, the LOD not above the LOQ, and method, analyte and matrix must be known. Two rows of one
 * method, analyte and matrix contradict each other and are refused, whatever names they use.
 */
#include "lims/model/detection-limit.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/import.h"
#include "lims/model/method-row.h"
#include "lims/model/method-rule.h"
#include "lims/model/setting.h"

static const char *const REQUIRED[] = {"method", "analyte", "unit", NULL};
static const char *const OPTIONAL[] = {"matrix", "lod", "loq", "uncertainty", "source", NULL};

static const char *const WORDS[] = {
    "方法",    "method", "检测方法", "method",      "检测项目", "analyte", "检验项目", "analyte", "项目",
    "analyte", "基质",   "matrix",   "样品",        "matrix",   "检出限",  "lod",      "定量限",  "loq",
    "单位",    "unit",   "不确定度", "uncertainty", "来源",     "source",  NULL,
};

typedef struct {
  LimsDb *db;
  LimsCatalogue *catalogue;
  GHashTable *seen; /* see lims_import_check_once */
  guint rows, changed;
} Import;

/* ---- names ---- */

static gboolean find_analyte(const Import *import, const char *name, const char **out, GError **error) {
  *out = lims_catalogue_find_analyte(import->catalogue, name);
  if (*out)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "analyte '%s': the catalogue has none of this name",
              name);
  return FALSE;
}

/* A commodity by any name, else a family as it is written. */
static gboolean find_matrix(const Import *import, const char *name, const char **out, GError **error) {
  gint64 count = 0;

  *out = *name ? lims_catalogue_find_commodity(import->catalogue, name) : "";
  if (*out)
    return TRUE;
  if (!lims_db_get_int(import->db, &count, error, "SELECT COUNT(*) FROM commodity WHERE family = :family",
                       "family:s", name, NULL))
    return FALSE;
  *out = name;
  if (count == 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "matrix '%s': neither a commodity nor a family of commodities; leave it empty for any", name);
  return count > 0;
}

/* ---- rows ---- */

/* Method, analyte and matrix by their codes. *method: what the row's own points to, g_free. */
static gboolean find_names(const Import *import, LimsDetectionLimitRow *row, char **method, GError **error) {
  LimsDetectionLimit *limit = &row->limit;

  *method = lims_method_rule_find(import->db, limit->method, error);
  limit->method = *method;
  return *method && find_analyte(import, limit->analyte, &limit->analyte, error) &&
         find_matrix(import, limit->matrix, &limit->matrix, error);
}

static gboolean check_limit(const LimsDetectionLimitRow *row, GError **error) {
  const LimsDetectionLimit *limit = &row->limit;

  if (!lims_check_unit_of_results(limit->unit->name, error) ||
      !lims_check_optional("source", *row->source ? row->source : NULL, 200, error))
    return FALSE;
  if (!limit->has_lod && !limit->has_loq)
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "lod or loq must be there");
  else if (limit->has_lod && limit->has_loq && lims_decimal_compare(limit->lod, limit->loq) > 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "lod %s: must not be above the loq, %s", row->lod,
                row->loq);
  else
    return TRUE;
  return FALSE;
}

static gboolean is_known(LimsDb *db, const LimsDetectionLimitRow *row, gboolean *out, GError **error) {
  const LimsDetectionLimit *limit = &row->limit;
  gint64 count = 0;
  gboolean done =
      lims_db_get_int(db, &count, error,
                      "SELECT COUNT(*) FROM detection_limit WHERE method = :method AND analyte = :analyte "
                      "AND matrix = :matrix "
                      "AND COALESCE(lod, '') = :lod AND COALESCE(loq, '') = :loq AND unit = :unit AND "
                      "uncertainty = :uncertainty "
                      "AND source = :source AND imported = 1",
                      "method:s", limit->method, "analyte:s", limit->analyte, "matrix:s", limit->matrix,
                      "lod:s", row->lod, "loq:s", row->loq, "unit:s", limit->unit->name, "uncertainty:s",
                      row->uncertainty, "source:s", row->source, NULL);

  *out = count > 0;
  return done;
}

static gboolean write_limit(Import *import, const LimsDetectionLimitRow *row, GError **error) {
  const LimsDetectionLimit *limit = &row->limit;
  g_autofree char *key = g_strjoin("\n", limit->method, limit->analyte, limit->matrix, NULL);
  gboolean known;

  if (!is_known(import->db, row, &known, error))
    return FALSE;
  import->rows++;
  import->changed += !known;
  return known || (lims_db_change(import->db, 0, "detection_limit", (gint64)g_str_hash(key), error) != 0 &&
                   lims_detection_limit_row_write(import->db, row, TRUE, error));
}

static gboolean take_row(const LimsCsv *csv, const LimsCsvRow *row, gpointer data, GError **error) {
  Import *import = data;
  g_autofree char *method = NULL, *scope = NULL;
  LimsDetectionLimitRow limit;

  if (!lims_detection_limit_row_read(csv, row, &limit, error) ||
      !find_names(import, &limit, &method, error) || !check_limit(&limit, error))
    return FALSE;
  scope = g_strjoin("\n", method, limit.limit.matrix, NULL);
  return lims_import_check_once(import->seen, scope, "method and matrix of analyte", limit.limit.analyte,
                                row->line, error) &&
         write_limit(import, &limit, error);
}

static const LimsImportForm FORM = {WORDS, REQUIRED, OPTIONAL, take_row};

gboolean lims_detection_limit_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                                     const char *who, guint *out_rows, guint *out_changed, GError **error) {
  g_autoptr(GHashTable) seen = lims_import_seen_new();
  g_autofree char *cause = NULL;
  Import import = {.db = db, .catalogue = lims_catalogue_current(db, error), .seen = seen};

  if (!import.catalogue || !lims_import_run(&FORM, file_name, bytes, size, &import, error))
    return FALSE;
  *out_rows = import.rows;
  *out_changed = import.changed;
  cause = g_strdup_printf("detection limits of %s: %u new", file_name, import.changed);
  return import.changed == 0 || lims_setting_rules_changed(db, cause, who, error);
}

LimsQuery *lims_detection_limit_query(LimsDb *db, const char *method, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT method, analyte, NULLIF(matrix, ''), lod, loq, unit, NULLIF(uncertainty, ''), "
      "NULLIF(source, ''), imported FROM detection_limit "
      "WHERE CAST(:method AS TEXT) IS NULL OR method = :method ORDER BY method, analyte, matrix",
      "method:s", method, NULL);
}
