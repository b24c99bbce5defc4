/* Between the sheets of the weekly workbook. */
#pragma once
#include "lims/model/week.h"
#include "reports/workbook.h"

typedef struct {
  LimsWorkbook *book;
  LimsWeek *week;
  LimsLanguage language;
  LimsSheet *summary, *guide;
  LimsTable exceedances, calculations, open, changes, limits;
  char *title, *scope, *moment; /* as sheets and printed pages say them */
} LimsWeekly;

/* Each writes one sheet; FALSE with the store's or the workbook's error. */
gboolean lims_weekly_write_summary(LimsWeekly *weekly, GError **error); /* after the exceedances */
gboolean lims_weekly_write_exceedances(LimsWeekly *weekly, LimsSheet *sheet, LimsSheet *calculations,
                                       GError **error);
gboolean lims_weekly_write_laboratories(LimsWeekly *weekly, LimsSheet *sheet, GError **error);
gboolean lims_weekly_write_open(LimsWeekly *weekly, LimsSheet *sheet, GError **error);
gboolean lims_weekly_write_changes(LimsWeekly *weekly, LimsSheet *sheet, GError **error);
gboolean lims_weekly_write_limits(LimsWeekly *weekly, LimsSheet *sheet, GError **error);
gboolean lims_weekly_write_guide(LimsWeekly *weekly, GError **error);
