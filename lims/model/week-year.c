/* The laboratories' year: money given and paid against what was done for it.
 *
 * A year has up to some millions of results, and the workbook is made every week: they are counted in indexes
 * that hold nothing but the moment of the commit, and the few that were taken back are subtracted. Each
 * transaction has its own moment, later than the one before, so that "up to the position" is "up to its
 * moment".
 */
#include "lims/core/time.h"
#include "lims/model/budget.h"
#include "lims/model/week-private.h"

#define FIRST_WEEK(year) ((year)*100 + 1)
#define COST_PLACES 2

static const char SAMPLES[] =
    "SELECT (SELECT count(*) FROM sample s WHERE s.lab = :lab AND s.registered_at_us >= :from"
    " AND s.registered_at_us < :end)"
    " - (SELECT count(*) FROM sample s WHERE s.lab = :lab AND s.registered_at_us >= :from"
    " AND s.registered_at_us < :end AND s.voided_at_us IS NOT NULL AND s.void_seq <= :as_of)";

/* All, less those that no longer count, and again those that still did at the position: found through the
 * changes since. */
static const char RESULTS[] =
    "SELECT (SELECT count(*) FROM determination d WHERE d.lab = :lab AND d.committed_us >= :from"
    " AND d.committed_us < :end)"
    " - (SELECT count(*) FROM determination d WHERE d.lab = :lab AND d.committed_us >= :from"
    " AND d.committed_us < :end AND d.replaced_by IS NOT NULL)"
    " + (SELECT count(*) FROM (SELECT DISTINCT row_key FROM change g WHERE g.seq > :as_of AND g.lab = :lab"
    "  AND g.table_name = 'determination') k JOIN determination d ON d.lab = :lab AND d.id = k.row_key"
    "  WHERE d.committed_us >= :from AND d.committed_us < :end AND d.replaced_by IS NOT NULL)";

/* Of the weeks before the reported one: its own were counted as they passed. */
static const char EXCEEDANCES[] =
    "SELECT count(*) FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict"
    " JOIN sample s ON s.lab = e.lab AND s.id = e.sample"
    " WHERE e.lab = :lab AND e.week >= :first AND e.week < :week AND " WEEK_STANDS " AND " WEEK_NEWEST
    " AND " WEEK_NOT_VOID;

/* Up to the end of the week, as the samples that were paid for. */
static const char PAYMENTS[] =
    "SELECT amount FROM budget WHERE lab = :lab AND year = :year AND kind = 'paid' AND on_day <= :last"
    " AND seq <= :as_of";

/* ---- the span ---- */

static void span_in(const LimsWeek *week, GTimeZone *zone, gint64 *out_from, gint64 *out_to) {
  gint64 end_of_first, start_of_last;

  lims_time_week_range(FIRST_WEEK(week->head.week / 100), zone, out_from, &end_of_first);
  lims_time_week_range(week->head.week, zone, &start_of_last, out_to);
}

LimsWeekYearSpan lims_week_year_span(const LimsWeek *week) {
  LimsWeekYearSpan span = {.year = week->head.week / 100};

  span_in(week, week->head.zone, &span.from_us, &span.to_us);
  return span;
}

/* ---- money ---- */

static gboolean read_amount(const LimsWeekYear *year, const char *text, LimsDecimal *out, GError **error) {
  if (text && lims_decimal_parse(text, out))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: “%s” in its budget is no amount of money",
              year->lab, text ? text : "");
  return FALSE;
}

static gboolean add_payment(LimsWeekYear *year, const char *text, GError **error) {
  LimsDecimal amount;

  if (!read_amount(year, text, &amount, error))
    return FALSE;
  year->has_payment = TRUE;
  if (lims_decimal_add(year->paid, amount, &year->paid))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "%s: its payments have more digits than can be added exactly", year->lab);
  return FALSE;
}

static gboolean read_payments(LimsWeek *week, const LimsWeekLab *lab, LimsWeekYear *year, GError **error) {
  g_autofree char *last = lims_time_to_date(lab->to_us - 1, lab->zone);
  g_autoptr(GError) problem = NULL;
  g_autoptr(LimsQuery) query =
      lims_db_query(week->db, error, PAYMENTS, "lab:i", (gint64)lab->id, "year:i",
                    (gint64)(week->head.week / 100), "as_of:i", week->head.as_of, "last:s", last, NULL);

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem) && add_payment(year, lims_query_text(query, 0), &problem))
    ;
  if (!problem)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean read_budget(LimsWeek *week, const LimsWeekLab *lab, LimsWeekYear *year, GError **error) {
  g_auto(LimsBudgetYear) budget = {0};

  if (!lims_budget_year_at(week->db, lab->id, week->head.week / 100, week->head.as_of, &budget, error) ||
      !read_amount(year, budget.appropriated, &year->appropriated, error) ||
      !read_amount(year, budget.floor, &year->floor, error))
    return FALSE;
  year->has_appropriation = !lims_decimal_is_zero(year->appropriated);
  return read_payments(week, lab, year, error);
}

char *lims_week_cost_per_sample(LimsDecimal paid, gint64 samples) {
  LimsFraction sum, count, each;
  LimsDecimal cost;

  if (samples <= 0 || !lims_fraction_from_decimal(paid, &sum) ||
      !lims_fraction_from_decimal((LimsDecimal){samples, 0}, &count) ||
      !lims_fraction_divide(sum, count, &each) || !lims_fraction_round(each, COST_PLACES, &cost))
    return NULL;
  return lims_decimal_to_string(cost);
}

/* ---- work ---- */

static gint64 exceedances_of_week(const LimsWeek *week, const LimsWeekLab *lab) {
  const GPtrArray *counts = week->counts[LIMS_WEEK_BY_LAB];

  for (guint i = 0; i < counts->len; i++) {
    const LimsWeekCount *count = g_ptr_array_index(counts, i);
    if (g_str_equal(count->name, lab->title))
      return count->exceedances;
  }
  return 0;
}

static gboolean count_work(LimsWeek *week, const LimsWeekLab *lab, LimsWeekYear *year, GError **error) {
  gint64 id = lab->id, as_of = week->head.as_of, from, to;

  span_in(week, lab->zone, &from, &to);
  gint64 end = MIN(to, week->head.as_of_us + 1);
  if (!lims_db_get_int(week->db, &year->samples, error, SAMPLES, "lab:i", id, "from:i", from, "end:i", end,
                       "as_of:i", as_of, NULL) ||
      !lims_db_get_int(week->db, &year->results, error, RESULTS, "lab:i", id, "from:i", from, "end:i", end,
                       "as_of:i", as_of, NULL) ||
      !lims_db_get_int(week->db, &year->exceedances, error, EXCEEDANCES, "lab:i", id, "first:i",
                       (gint64)FIRST_WEEK(week->head.week / 100), "week:i", (gint64)week->head.week,
                       "as_of:i", as_of, NULL))
    return FALSE;
  year->exceedances += exceedances_of_week(week, lab);
  return TRUE;
}

gboolean lims_week_each_year(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  for (guint i = 0; i < week->labs->len; i++) {
    const LimsWeekLab *lab = g_ptr_array_index(week->labs, i);
    LimsWeekYear year = {.lab = lab->title, .is_city = lab->is_city};

    if (!read_budget(week, lab, &year, error) || !count_work(week, lab, &year, error) ||
        !each(&year, data, error))
      return FALSE;
  }
  return TRUE;
}

const char *const LIMS_WEEK_YEAR_STATEMENTS[] = {SAMPLES, RESULTS, EXCEEDANCES, PAYMENTS, NULL};
