/* A day as people write it on sheets: "2025/12/1", "2025年12月1日", "20251201", a spreadsheet's serial
 * number, with the word that says which day it is.
 */
#pragma once
#include <glib.h>

typedef enum {
  LIMS_DAY_UNSAID,
  LIMS_DAY_PRODUCTION, /* 生产日期, 加工日期, 消毒日期 */
  LIMS_DAY_PURCHASE,   /* 购进日期, 进货日期, 订单生成日期 */
  LIMS_DAY_SAMPLING,   /* 抽样日期, 采样日期 */
} LimsDayOf;

/* The whole text. Year first, or all digits; day and month first are not read (1/12: which is which?), nor a
 * month without its day, nor two days. A serial number counts from 1899-12-30 and is read from 2000 to 2099;
 * a time of day behind the date is checked and dropped. FALSE if it is anything else. */
gboolean lims_written_date_read(const char *text, int *out_yyyymmdd, LimsDayOf *out_of);
