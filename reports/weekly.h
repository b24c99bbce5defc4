/* The weekly exceedance workbook: what a supervisor acts on, in Chinese or English, of one laboratory or of
 * all.
 *
 * Call inside a read job: the whole workbook is of one snapshot. The same data at the same position give the
 * same bytes.
 */
#pragma once
#include "lims/model/week.h"

typedef LimsWeekRequest LimsWeeklyRequest;

/* What was made, as lims_week_record_issue wants it. */
typedef struct {
  gint64 as_of;    /* the position it shows */
  char digest[65]; /* SHA-256 of the file, in hex */
} LimsWeeklyMade;

/* The file appears whole under `path` or not at all. `made` may be NULL. */
gboolean lims_weekly_make(LimsDb *db, const LimsWeeklyRequest *request, const char *path,
                          LimsWeeklyMade *made, GError **error);
/* For HTTP: the file's bytes, by way of the system's temporary directory. */
GBytes *lims_weekly_make_bytes(LimsDb *db, const LimsWeeklyRequest *request, LimsWeeklyMade *made,
                               GError **error);
