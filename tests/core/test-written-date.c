/* Days as they stand in the cells of sheets: read to the last character, or not at all. */
#include "lims/core/written-date.h"

static const struct {
  const char *text;
  int date; /* 0: cannot be read */
  LimsDayOf of;
} ROWS[] = {
    {"2025-12-01", 20251201, LIMS_DAY_UNSAID},
    {"2025/12/1", 20251201, LIMS_DAY_UNSAID},
    {" 2025/05/2", 20250502, LIMS_DAY_UNSAID},
    {"2025.12.1", 20251201, LIMS_DAY_UNSAID},
    {"2025年12月1日", 20251201, LIMS_DAY_UNSAID},
    {"2025 年 12 月 01 日", 20251201, LIMS_DAY_UNSAID},
    {"２０２５－１２－０１", 20251201, LIMS_DAY_UNSAID},
    {"20251201", 20251201, LIMS_DAY_UNSAID},
    {"45992", 20251201, LIMS_DAY_UNSAID}, /* as spreadsheets count: 45992 is 2025-12-01 */
    {"45992.0", 20251201, LIMS_DAY_UNSAID},
    {"45992.75", 20251201, LIMS_DAY_UNSAID},
    {"45366.0", 20240315, LIMS_DAY_UNSAID},
    {"36526", 20000101, LIMS_DAY_UNSAID},
    {"73050", 20991231, LIMS_DAY_UNSAID},
    {"45351", 20240229, LIMS_DAY_UNSAID},
    {"购进日期：2025-12-01", 20251201, LIMS_DAY_PURCHASE},
    {"购进日期2025年12月1日", 20251201, LIMS_DAY_PURCHASE},
    {"2025-05-23（购进日期）", 20250523, LIMS_DAY_PURCHASE},
    {"2025-05-13（订单生成日期）", 20250513, LIMS_DAY_PURCHASE},
    {"2025-09-14 (加工日期)", 20250914, LIMS_DAY_PRODUCTION},
    {"2025-09-25（消毒日期）", 20250925, LIMS_DAY_PRODUCTION},
    {"2025-09-14（屠宰日期）", 20250914, LIMS_DAY_PRODUCTION},
    {"2025-09-14 到货日期", 20250914, LIMS_DAY_PURCHASE},
    {"生产日期: 20251201", 20251201, LIMS_DAY_PRODUCTION},
    {"生产日期：2025-12-01（生产日期）", 20251201, LIMS_DAY_PRODUCTION},
    {"抽样日期:2025.12.01", 20251201, LIMS_DAY_SAMPLING},
    {"2025-12-01购进", 20251201, LIMS_DAY_PURCHASE},
    {"2025-12-01T09:30", 20251201, LIMS_DAY_UNSAID},
    {"2025-12-01 00:00:00", 20251201, LIMS_DAY_UNSAID},
    {"2024-02-29", 20240229, LIMS_DAY_UNSAID},
    {"", 0, LIMS_DAY_UNSAID},
    {"2025-02-29", 0, LIMS_DAY_UNSAID},
    {"2025-13-01", 0, LIMS_DAY_UNSAID},
    {"20251301", 0, LIMS_DAY_UNSAID},
    {"2025-12", 0, LIMS_DAY_UNSAID},
    {"2025年12月", 0, LIMS_DAY_UNSAID},
    {"1/12/2025", 0, LIMS_DAY_UNSAID},
    {"12-01-2025", 0, LIMS_DAY_UNSAID},
    {"251201", 0, LIMS_DAY_UNSAID}, /* a day, or a month and a batch? */
    {"25-12-01", 0, LIMS_DAY_UNSAID},
    {"2025-12/01", 0, LIMS_DAY_UNSAID},
    {"2025-12-01/2025-12-05", 0, LIMS_DAY_UNSAID},
    {"2025-12-01至2025-12-05", 0, LIMS_DAY_UNSAID},
    {"2025-12-01 25:00", 0, LIMS_DAY_UNSAID},
    {"2025-12-01（检验日期）", 0, LIMS_DAY_UNSAID}, /* no edition goes by it */
    {"检验日期：2025-12-01", 0, LIMS_DAY_UNSAID},
    {"生产日期：2025-12-01（购进日期）", 0, LIMS_DAY_UNSAID},
    {"2025-12-01（购进日期", 0, LIMS_DAY_UNSAID},
    {"9999", 0, LIMS_DAY_UNSAID},
    {"36525", 0, LIMS_DAY_UNSAID},
    {"73051", 0, LIMS_DAY_UNSAID},
    {"45992.", 0, LIMS_DAY_UNSAID},
    {"45992,0", 0, LIMS_DAY_UNSAID},
    {"-45992", 0, LIMS_DAY_UNSAID},
    {"2025-12-01x", 0, LIMS_DAY_UNSAID},
    {"\xff\xfe", 0, LIMS_DAY_UNSAID},
};

static void test_forms(void) {
  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    LimsDayOf of = LIMS_DAY_UNSAID;
    int date = 0;
    gboolean is_date = lims_written_date_read(ROWS[i].text, &date, &of);

    g_test_message("row %u: %d", i, date);
    g_assert_cmpint(is_date, ==, ROWS[i].date != 0);
    g_assert_cmpint(date, ==, ROWS[i].date);
    g_assert_cmpint(of, ==, ROWS[i].of);
  }
}

/* Every day of the century, by its number and by its name. */
static void test_serials(void) {
  GDate date;

  g_date_clear(&date, 1);
  g_date_set_dmy(&date, 1, G_DATE_JANUARY, 2000);
  for (guint serial = 36526; serial <= 73050; serial++, g_date_add_days(&date, 1)) {
    g_autofree char *number = g_strdup_printf("%u", serial);
    char name[16];
    int by_number = 0, by_name = 1;
    LimsDayOf of;

    g_date_strftime(name, sizeof name, "%Y-%m-%d", &date);
    g_assert_true(lims_written_date_read(number, &by_number, &of));
    g_assert_true(lims_written_date_read(name, &by_name, &of));
    g_assert_cmpint(by_number, ==, by_name);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/written-date/forms", test_forms);
  g_test_add_func("/written-date/serials", test_serials);
  return g_test_run();
}
