/* Reading results. A list may be asked of a store with millions of results, so each way of asking (a sample,
 * a week, all) has the statement that enters by the index for it.
 *
 * A determination has one verdict here, or the list would show it twice: its own analyte's, else the newest
 * standing one of those that counted it (verdict_part).
 */
#include "lims/model/result.h"
#include "lims/model/page.h"

/* d: the determination; v: the verdict it counted in; n: the row that replaced it. */
#define COLUMNS                                                                                              \
  "SELECT d.id, l.code, s.number, x.code, s.commodity_name, s.void_reason, d.analyte, a.name, d.printed,"    \
  " d.state, d.number, d.unit, d.basis, d.replicate, v.verdict, v.reason_code, v.reason, NULLIF(v.analyte, " \
  "d.analyte),"                                                                                              \
  " v.computed, v.value_text, v.value_unit, v.limit_text, v.limit_unit, v.limit_used, v.standard, v.clause," \
  " v.factor, REPLACE(v.calculation, :line_end, '; '), v.rule, d.method, d.person, d.measured_at_us,"        \
  " d.arrived_us, d.committed_us, v.committed_us, v.week, t.station, d.transmission, d.replaces, d.reason,"  \
  " n.id, ns.number, n.person, n.reason, n.committed_us, d.id "
#define OWN                                                                                                  \
  "(SELECT o.id FROM verdict o WHERE o.lab = d.lab AND o.sample = d.sample AND o.analyte = d.analyte"        \
  " AND o.current = 1)"
#define OF_THE_SUM                                                                                           \
  "(SELECT o.id FROM verdict_part p JOIN verdict o ON o.lab = p.lab AND o.id = p.verdict AND o.current = 1"  \
  " WHERE p.lab = d.lab AND p.determination = d.id ORDER BY o.id DESC LIMIT 1)"
#define WORDS                                                                                                \
  " LEFT JOIN verdict v ON v.lab = d.lab AND v.id = CASE WHEN d.replaced_by IS NULL THEN COALESCE(" OWN      \
  ", " OF_THE_SUM ") END"                                                                                    \
  " JOIN lab l ON l.id = d.lab JOIN sample s ON s.lab = d.lab AND s.id = d.sample"                           \
  " JOIN site x ON x.lab = s.lab AND x.id = s.site LEFT JOIN analyte a ON a.code = d.analyte"                \
  " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"                                     \
  " LEFT JOIN determination n ON n.lab = d.lab AND n.id = d.replaced_by AND n.id <> d.id"                    \
  " LEFT JOIN sample ns ON ns.lab = n.lab AND ns.id = n.sample"                                              \
  " WHERE (d.replaced_by IS NULL OR (:history = 1 AND d.state <> 'withdrawn')) AND " LIMS_PAGE_WHERE("d")
#define ORDER " ORDER BY d.lab, d.id LIMIT :limit"

static const char ALL[] = COLUMNS "FROM determination d" WORDS ORDER;
static const char OF_SAMPLE[] = COLUMNS
    "FROM determination d" WORDS " AND d.lab = :lab AND d.sample = :sample AND :week IN (0, v.week)" ORDER;
/* The week's verdicts first, then their determinations, whatever the planner thinks of it (CROSS JOIN). */
static const char OF_WEEK[] =
    "WITH w AS MATERIALIZED (SELECT o.lab, o.id, o.sample, o.analyte FROM lab g JOIN verdict o ON o.lab = "
    "g.id"
    " AND o.week = :week AND o.current = 1), m AS MATERIALIZED ("
    "SELECT d.lab, d.id FROM w CROSS JOIN determination d WHERE d.lab = w.lab AND d.sample = w.sample"
    " AND d.analyte = w.analyte UNION SELECT p.lab, p.determination FROM w CROSS JOIN verdict_part p"
    " WHERE p.lab = w.lab AND p.verdict = w.id) " COLUMNS "FROM m CROSS JOIN determination d" WORDS
    " AND d.lab = m.lab AND d.id = m.id AND (v.week = :week OR d.replaced_by IS NOT NULL)" ORDER;

const char *const LIMS_RESULT_STATEMENTS[] = {ALL, OF_SAMPLE, OF_WEEK, NULL};

#define ARGS(page, filter)                                                                                   \
  LIMS_PAGE_ARGS(page), "history:i", (gint64)((filter)->history ? 1 : 0), "line_end:s", "\n"

LimsQuery *lims_result_query(LimsDb *db, const LimsResultFilter *filter, GError **error) {
  LimsPage page = lims_page_of(filter->lab, filter->after, filter->limit);
  if (filter->sample)
    return lims_db_query(db, error, OF_SAMPLE, ARGS(page, filter), "lab:i", (gint64)filter->lab, "sample:i",
                         filter->sample, "week:i", (gint64)filter->week, NULL);
  if (filter->week)
    return lims_db_query(db, error, OF_WEEK, ARGS(page, filter), "week:i", (gint64)filter->week, NULL);
  return lims_db_query(db, error, ALL, ARGS(page, filter), NULL);
}
