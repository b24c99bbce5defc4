/* The file of a limit set, read and checked: every row tied to its class and its analyte. */
#pragma once
#include "lims/model/limit-row.h"

typedef struct {
  LimsCsv *csv; /* owns every text below */
  LimsLimitSetRow set;
  GArray *rows; /* LimsLimitRow, in the file's order */
} LimsLimitFile;
void lims_limit_file_clear(LimsLimitFile *file);

/* All rows or none: every bad one is named by its line. Clear *out also after an error. */
gboolean lims_limit_file_read(LimsDb *db, const LimsCatalogue *catalogue, const char *name, const char *bytes,
                              gsize size, LimsLimitFile *out, GError **error);
