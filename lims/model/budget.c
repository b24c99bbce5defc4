/* Budgets. A city reads these sums beside its laws, so they are exact: decimals are added as decimals, in the
 * order of the rows, and nothing is rounded. A slip of the sign would give a laboratory money that it never
 * had taken away: a sum below zero is refused.
 */
#include "lims/model/budget.h"
#include "lims/core/time.h"
#include "lims/model/check.h"
#include "lims/model/lab.h"
#include "lims/model/page.h"
#include "lims/model/setting.h"

#define YEAR_FIRST 2000
#define YEAR_LAST 2099

static const LimsDecimal ZERO = {0, -2};

/* ---- sums ---- */

static gboolean add_row(LimsQuery *query, LimsDecimal *sum, GError **error) {
  LimsDecimal amount;

  if (lims_decimal_parse(lims_query_text(query, 0), &amount) && lims_decimal_add(*sum, amount, sum))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "budget: the stored amount '%s' cannot be added",
              lims_query_text(query, 0));
  return FALSE;
}

static gboolean read_sum(LimsDb *db, guint lab, int year, const char *kind, gint64 as_of, LimsDecimal *out,
                         GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    "SELECT amount FROM budget WHERE lab = :lab AND year = :year AND kind = :kind "
                    "AND (:as_of = 0 OR seq <= :as_of) ORDER BY id",
                    "lab:i", (gint64)lab, "year:i", (gint64)year, "kind:s", kind, "as_of:i", as_of, NULL);
  GError *problem = NULL;

  *out = ZERO;
  if (!query)
    return FALSE;
  while (!problem && lims_query_next(query, &problem))
    add_row(query, out, &problem);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- adding ---- */

static gboolean check_new(const LimsBudgetNew *budget, LimsDecimal *out_amount, GError **error) {
  g_auto(GStrv) kinds = g_strsplit(LIMS_BUDGET_KINDS, "|", -1);
  int day;

  if (budget->year < YEAR_FIRST || budget->year > YEAR_LAST)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "year %d: must be from %d to %d", budget->year,
                YEAR_FIRST, YEAR_LAST);
  else if (!budget->kind || !g_strv_contains((const char *const *)kinds, budget->kind))
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "kind '%s': must be one of %s",
                budget->kind ? budget->kind : "", LIMS_BUDGET_KINDS);
  else if (budget->on_day && !lims_time_parse_date(budget->on_day, &day))
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "date '%s': must be a date YYYY-MM-DD",
                budget->on_day);
  else if (!lims_check_amount("amount", budget->amount ? budget->amount : "", out_amount, error))
    return FALSE;
  else if (lims_decimal_is_zero(*out_amount))
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "amount: must not be 0");
  else
    return lims_check_optional("note", budget->note, 200, error) &&
           lims_check_text("who", budget->who, 64, error);
  return FALSE;
}

/* A correction takes back at most what was entered. */
static gboolean check_sum(LimsDb *db, const LimsBudgetNew *budget, LimsDecimal amount, GError **error) {
  g_autofree char *text = NULL;
  LimsDecimal before, after;

  if (!read_sum(db, budget->lab, budget->year, budget->kind, 0, &before, error))
    return FALSE;
  if (lims_decimal_add(before, amount, &after) && after.coefficient >= 0)
    return TRUE;
  text = lims_decimal_to_string(before);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "amount %s: the laboratory's %s of %d is %s so far, and cannot fall below 0", budget->amount,
              budget->kind, budget->year, text);
  return FALSE;
}

static gboolean insert_budget(LimsDb *db, const LimsBudgetNew *budget, const char *amount, gint64 id,
                              GError **error) {
  GTimeZone *zone = lims_lab_zone(db, budget->lab, error);
  g_autofree char *today = zone ? lims_time_to_date(lims_db_now_us(db), zone) : NULL;
  gint64 seq = today ? lims_db_change(db, budget->lab, "budget", id, error) : 0;

  return seq != 0 &&
         lims_db_run(db, error,
                     "INSERT INTO budget(lab, id, year, kind, amount, on_day, note, who, at_us, seq) "
                     "VALUES(:lab, :id, :year, :kind, :amount, :day, :note, :who, :now, :seq)",
                     "lab:i", (gint64)budget->lab, "id:i", id, "year:i", (gint64)budget->year, "kind:s",
                     budget->kind, "amount:s", amount, "day:s", budget->on_day ? budget->on_day : today,
                     "note:s", budget->note ? budget->note : "", "who:s", budget->who, "now:i",
                     lims_db_now_us(db), "seq:i", seq, NULL);
}

gboolean lims_budget_add(LimsDb *db, const LimsBudgetNew *budget, gint64 *out_id, GError **error) {
  g_autofree char *text = NULL;
  LimsDecimal amount;
  gint64 id;

  if (!check_new(budget, &amount, error) || !check_sum(db, budget, amount, error))
    return FALSE;
  text = lims_decimal_to_string(amount);
  id = lims_db_new_id(db, budget->lab);
  if (out_id)
    *out_id = id;
  return insert_budget(db, budget, text, id, error);
}

/* ---- reading ---- */

LimsQuery *lims_budget_query(LimsDb *db, int lab, int year, gint64 after, guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);

  return lims_db_query(
      db, error,
      "SELECT b.id, l.code, b.year, b.kind, b.amount, b.on_day, NULLIF(b.note, ''), b.who, b.at_us, b.id "
      "FROM budget b JOIN lab l ON l.id = b.lab WHERE :year IN (0, b.year) AND " LIMS_PAGE_WHERE(
          "b") " ORDER BY b.lab, b.id LIMIT :limit",
      LIMS_PAGE_ARGS(page), "year:i", (gint64)year, NULL);
}

void lims_budget_year_clear(LimsBudgetYear *year) {
  g_clear_pointer(&year->appropriated, g_free);
  g_clear_pointer(&year->paid, g_free);
  g_clear_pointer(&year->floor, g_free);
}

static gboolean read_floor(LimsDb *db, guint lab, gint64 as_of, LimsDecimal *out, GError **error) {
  g_autoptr(LimsLab) row = lims_lab_get_by_id(db, lab, error);
  g_autofree char *name = row ? g_strconcat("budget.floor-", row->kind, NULL) : NULL;
  g_autofree char *value = name ? lims_setting_get_at(db, name, as_of, error) : NULL;

  return value && lims_check_amount(name, value, out, error);
}

gboolean lims_budget_year_at(LimsDb *db, guint lab, int year, gint64 as_of, LimsBudgetYear *out,
                             GError **error) {
  LimsDecimal appropriated, paid, floor;

  *out = (LimsBudgetYear){0};
  if (!read_sum(db, lab, year, "appropriated", as_of, &appropriated, error) ||
      !read_sum(db, lab, year, "paid", as_of, &paid, error) || !read_floor(db, lab, as_of, &floor, error))
    return FALSE;
  out->appropriated = lims_decimal_to_string(appropriated);
  out->paid = lims_decimal_to_string(paid);
  out->floor = lims_decimal_to_string(floor);
  out->below_floor = lims_decimal_compare(appropriated, floor) < 0;
  return TRUE;
}

gboolean lims_budget_year(LimsDb *db, guint lab, int year, LimsBudgetYear *out, GError **error) {
  return lims_budget_year_at(db, lab, year, 0, out, error);
}
