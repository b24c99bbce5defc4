/* Rows of methods and of detection limits.
 *
 * What can go wrong is a rule that is not what its writer meant: a slip in a word or a formula must not
 * become "as the policy says". So the texts are read by the judge's own parsers before they are stored, and
 * stored as they were written.
 */
#include "lims/model/method-row.h"
#include "lims/core/error.h"
#include "lims/model/check.h"
#include "lims/model/import.h"

gboolean lims_method_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsMethodRow *out, GError **error) {
  *out = (LimsMethodRow){.text = {.code = lims_import_text(csv, row, "code"),
                                  .name = lims_import_text(csv, row, "name"),
                                  .standard = lims_import_text(csv, row, "standard"),
                                  .rounding = lims_import_text(csv, row, "rounding"),
                                  .comparison = lims_import_text(csv, row, "comparison"),
                                  .decision = lims_import_text(csv, row, "decision"),
                                  .uncertainty = lims_import_text(csv, row, "uncertainty"),
                                  .rpd_limit = lims_import_text(csv, row, "rpd-limit"),
                                  .nd_components = lims_import_text(csv, row, "nd-components"),
                                  .is_total = lims_import_text(csv, row, "is-total"),
                                  .screen_threshold = lims_import_text(csv, row, "screen-threshold"),
                                  .at_threshold = lims_import_text(csv, row, "at-threshold")},
                         .formula = lims_import_text(csv, row, "formula"),
                         .source = lims_import_text(csv, row, "source")};
  return lims_check_text("method code", out->text.code, 64, error) &&
         lims_check_text("method name", out->text.name, 128, error) &&
         lims_method_read(&out->text, &out->method, error);
}

gboolean lims_method_row_write(LimsDb *db, const LimsMethodRow *row, GError **error) {
  const LimsMethodText *text = &row->text;

  return lims_db_run(
      db, error,
      "INSERT INTO method(code, name, standard, formula, rounding, comparison, decision, uncertainty, "
      "rpd_limit, nd_components, is_total, screen_threshold, at_threshold, source) VALUES(:code, :name, "
      "NULLIF(:standard, ''), :formula, :rounding, :comparison, :decision, :uncertainty, :rpd, :nd, :total, "
      ":threshold, :at, :source) ON CONFLICT(code) DO UPDATE SET name = excluded.name, standard = "
      "excluded.standard, formula = excluded.formula, rounding = excluded.rounding, comparison = "
      "excluded.comparison, decision = excluded.decision, uncertainty = excluded.uncertainty, rpd_limit = "
      "excluded.rpd_limit, nd_components = excluded.nd_components, is_total = excluded.is_total, "
      "screen_threshold = excluded.screen_threshold, at_threshold = excluded.at_threshold, source = "
      "excluded.source",
      "code:s", text->code, "name:s", text->name, "standard:s", text->standard, "formula:s", row->formula,
      "rounding:s", text->rounding, "comparison:s", text->comparison, "decision:s", text->decision,
      "uncertainty:s", text->uncertainty, "rpd:s", text->rpd_limit, "nd:s", text->nd_components, "total:i",
      (gint64)row->method.is_total, "threshold:s", text->screen_threshold, "at:s", text->at_threshold,
      "source:s", row->source, NULL);
}

/* ---- detection limits ---- */

static gboolean read_number(const char *what, const char *text, gboolean *given, LimsDecimal *out,
                            GError **error) {
  *given = *text != '\0';
  if (!*given || (lims_decimal_parse(text, out) && out->coefficient > 0))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': a number above 0", what, text);
  return FALSE;
}

gboolean lims_detection_limit_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsDetectionLimitRow *out,
                                       GError **error) {
  const char *unit = lims_import_text(csv, row, "unit");
  LimsDetectionLimit *limit = &out->limit;
  gboolean given;

  *out = (LimsDetectionLimitRow){.limit = {.method = lims_import_text(csv, row, "method"),
                                           .analyte = lims_import_text(csv, row, "analyte"),
                                           .matrix = lims_import_text(csv, row, "matrix"),
                                           .unit = lims_unit_find(unit)},
                                 .lod = lims_import_text(csv, row, "lod"),
                                 .loq = lims_import_text(csv, row, "loq"),
                                 .uncertainty = lims_import_text(csv, row, "uncertainty"),
                                 .source = lims_import_text(csv, row, "source")};
  if (!limit->unit) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "unit '%s' is not known", unit);
    return FALSE;
  }
  return read_number("lod", out->lod, &limit->has_lod, &limit->lod, error) &&
         read_number("loq", out->loq, &limit->has_loq, &limit->loq, error) &&
         read_number("uncertainty", out->uncertainty, &given, &limit->uncertainty, error);
}

gboolean lims_detection_limit_row_write(LimsDb *db, const LimsDetectionLimitRow *row, gboolean imported,
                                        GError **error) {
  const LimsDetectionLimit *limit = &row->limit;

  return lims_db_run(
      db, error,
      "INSERT INTO detection_limit(method, analyte, matrix, lod, loq, unit, uncertainty, source, imported) "
      "VALUES(:method, :analyte, :matrix, NULLIF(:lod, ''), NULLIF(:loq, ''), :unit, :uncertainty, :source, "
      ":imported) ON CONFLICT(method, analyte, matrix) DO UPDATE SET lod = excluded.lod, loq = excluded.loq, "
      "unit = excluded.unit, uncertainty = excluded.uncertainty, source = excluded.source, imported = "
      "excluded.imported WHERE excluded.imported = 1 OR detection_limit.imported = 0",
      "method:s", limit->method, "analyte:s", limit->analyte, "matrix:s", limit->matrix, "lod:s", row->lod,
      "loq:s", row->loq, "unit:s", limit->unit->name, "uncertainty:s", row->uncertainty, "source:s",
      row->source, "imported:i", (gint64)imported, NULL);
}
