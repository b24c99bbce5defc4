/* Methods and detection limits as rows of a file: read, checked, written. */
#pragma once
#include "lims/core/csv.h"
#include "lims/judge/method.h"
#include "lims/store/store.h"

typedef struct {
  LimsMethodText text;
  const char *formula, *source;
  LimsMethod method; /* what the text says; without the formula */
} LimsMethodRow;

/* Headings were folded (import.h). Strings point into the row. A word or a number that is none is refused;
 * the formula is the catalogue's to read (lims_catalogue_add_method). */
gboolean lims_method_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsMethodRow *out, GError **error);
/* Inserts or replaces it. */
gboolean lims_method_row_write(LimsDb *db, const LimsMethodRow *row, GError **error);

typedef struct {
  LimsDetectionLimit limit; /* its method, analyte and matrix as they are written */
  const char *lod, *loq, *uncertainty, *source;
} LimsDetectionLimitRow;

/* Numbers above 0, a LOD or a LOQ, a known unit; whether there is such a method, analyte and matrix is the
 * catalogue's to say (lims_catalogue_add_detection_limit). */
gboolean lims_detection_limit_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsDetectionLimitRow *out,
                                       GError **error);
/* Inserts or replaces it; but what a laboratory imported stays where the delivered files have the same. */
gboolean lims_detection_limit_row_write(LimsDb *db, const LimsDetectionLimitRow *row, gboolean imported,
                                        GError **error);
