/* One method as a row of config/catalogue/methods.csv: read, checked, written. */
#pragma once
#include "lims/core/csv.h"
#include "lims/judge/method.h"
#include "lims/store/store.h"

typedef struct {
  LimsMethodText text;
  const char *formula, *source;
  LimsMethod method; /* what the text says; without the formula */
} LimsMethodRow;

/* Headings were folded (import.h). Strings point into the row. A formula, a word or a number that is none is
 * refused. */
gboolean lims_method_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsMethodRow *out, GError **error);
/* Inserts or replaces it. */
gboolean lims_method_row_write(LimsDb *db, const LimsMethodRow *row, GError **error);
