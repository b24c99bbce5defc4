/* Budgets: what a laboratory was appropriated in a year and what it paid, in CNY, exact to the fen.
 *
 * Nothing is changed: a correction is a row with the other sign, and the sums of a year are the sums of its
 * rows.
 */
#pragma once
#include "lims/store/store.h"

#define LIMS_BUDGET_KINDS "appropriated|paid"

typedef struct {
  guint lab;
  int year;         /* 2000 to 2099 */
  const char *kind; /* of LIMS_BUDGET_KINDS */
  const char
      *amount; /* not 0, at most two places; below 0: a correction, never below what was entered before */
  const char *on_day; /* YYYY-MM-DD; NULL: today in the laboratory's zone */
  const char *note;   /* or NULL */
  const char *who;
} LimsBudgetNew;

gboolean lims_budget_add(LimsDb *db, const LimsBudgetNew *budget, gint64 *out_id, GError **error);
/* Of a laboratory (lab < 0: of all) and year (0: all), after that id. Columns: id, lab's code, year, kind,
 * amount, on day, note, who, at, id. */
LimsQuery *lims_budget_query(LimsDb *db, int lab, int year, gint64 after, guint limit, GError **error);

/* Decimals with two places: "1234567.89"; "0.00" where nothing was entered. */
typedef struct {
  char *appropriated, *paid;
  char *floor; /* what a laboratory of its kind is to be given (setting budget.floor-…) */
  gboolean below_floor;
} LimsBudgetYear;
void lims_budget_year_clear(LimsBudgetYear *year);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsBudgetYear, lims_budget_year_clear)
/* `as_of`: a position of the change log, for sums and floor alike; 0: the newest. Clear *out also after an
 * error. */
gboolean lims_budget_year_at(LimsDb *db, guint lab, int year, gint64 as_of, LimsBudgetYear *out,
                             GError **error);
gboolean lims_budget_year(LimsDb *db, guint lab, int year, LimsBudgetYear *out, GError **error);
