/* Reading results, and taking back those that a person declared to be none. A list may be asked of a store
 * with millions of results, so each way of asking (a sample, a week, all) has the statement that enters by
 * the index for it.
 */
#include "lims/model/result.h"
#include "lims/model/page.h"
#include "lims/model/verdict.h"

/* d: the determination; v: the standing verdict of its pair. */
#define COLUMNS                                                                                              \
  "SELECT d.id, l.code, s.number, x.code, s.commodity_name, d.analyte, a.name, d.printed, d.state,"          \
  " d.number, d.unit, d.basis, d.replicate, v.verdict, v.reason_code, v.reason, v.value_text, v.value_unit," \
  " v.limit_text, v.limit_unit, v.standard, v.clause, v.factor, d.method, d.person, d.measured_at_us,"       \
  " d.arrived_us, d.committed_us, v.committed_us, v.week, t.station, d.transmission, d.id "
#define STANDING                                                                                             \
  "verdict v ON v.lab = d.lab AND v.sample = d.sample AND v.analyte = d.analyte AND v.current = 1"
#define WORDS                                                                                                \
  " JOIN lab l ON l.id = d.lab JOIN sample s ON s.lab = d.lab AND s.id = d.sample"                           \
  " JOIN site x ON x.lab = s.lab AND x.id = s.site LEFT JOIN analyte a ON a.code = d.analyte"                \
  " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"                                     \
  " WHERE d.replaced_by IS NULL AND " LIMS_PAGE_WHERE("d")
#define ORDER " ORDER BY d.lab, d.id LIMIT :limit"

static const char ALL[] = COLUMNS "FROM determination d LEFT JOIN " STANDING WORDS ORDER;
static const char OF_SAMPLE[] =
    COLUMNS "FROM determination d LEFT JOIN " STANDING WORDS
            " AND d.lab = :lab AND d.sample = :sample AND :week IN (0, v.week)" ORDER;
/* The week's verdicts first, whatever the planner thinks of it. */
static const char OF_WEEK[] =
    "WITH w AS MATERIALIZED (SELECT q.lab, q.id FROM lab g JOIN verdict q ON q.lab = g.id AND q.week = :week"
    " AND q.current = 1) " COLUMNS "FROM w JOIN verdict v ON v.lab = w.lab AND v.id = w.id"
    " JOIN determination d ON d.lab = v.lab AND d.sample = v.sample AND d.analyte = v.analyte" WORDS ORDER;

LimsQuery *lims_result_query(LimsDb *db, const LimsResultFilter *filter, GError **error) {
  LimsPage page = lims_page_of(filter->lab, filter->after, filter->limit);
  if (filter->sample)
    return lims_db_query(db, error, OF_SAMPLE, LIMS_PAGE_ARGS(page), "lab:i", (gint64)filter->lab, "sample:i",
                         filter->sample, "week:i", (gint64)filter->week, NULL);
  if (filter->week)
    return lims_db_query(db, error, OF_WEEK, LIMS_PAGE_ARGS(page), "week:i", (gint64)filter->week, NULL);
  return lims_db_query(db, error, ALL, LIMS_PAGE_ARGS(page), NULL);
}

/* ---- taking back ---- */

typedef struct {
  gint64 id, sample;
  char *analyte;
} Withdrawn;

static void withdrawn_clear(gpointer data) {
  g_free(((Withdrawn *)data)->analyte);
}

static GArray *find_withdrawn(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                              const char *code, GError **error) {
  g_autoptr(GArray) found = g_array_new(FALSE, FALSE, sizeof(Withdrawn));
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT d.id, d.sample, d.analyte FROM reading r JOIN determination d ON d.lab = r.lab"
      " AND d.sample = r.sample AND d.analyte = r.analyte AND d.reading = r.id WHERE r.lab = :lab"
      " AND r.transmission = :transmission AND r.specimen = :specimen AND :code IN ('', r.code)"
      " AND d.replaced_by IS NULL ORDER BY d.id",
      "lab:i", (gint64)lab, "transmission:i", transmission, "specimen:s", specimen, "code:s", code, NULL);
  GError *problem = NULL;
  g_array_set_clear_func(found, withdrawn_clear);
  if (!query)
    return NULL;
  while (lims_query_next(query, &problem)) {
    Withdrawn one = {lims_query_int(query, 0), lims_query_int(query, 1), g_strdup(lims_query_text(query, 2))};
    g_array_append_val(found, one);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&found);
}

/* Replaced by itself: by nothing that counts. */
static gboolean withdraw(LimsDb *db, guint lab, const Withdrawn *one, GError **error) {
  return lims_db_change(db, lab, "determination", one->id, error) &&
         lims_db_run(db, error, "UPDATE determination SET replaced_by = id WHERE lab = :lab AND id = :id",
                     "lab:i", (gint64)lab, "id:i", one->id, NULL);
}

gboolean lims_result_withdraw(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                              const char *code, GError **error) {
  g_autoptr(GArray) found = find_withdrawn(db, lab, transmission, specimen, code, error);
  for (guint i = 0; found && i < found->len; i++) {
    const Withdrawn *one = &g_array_index(found, Withdrawn, i);
    if (!withdraw(db, lab, one, error) ||
        !lims_verdict_renew(db, lab, one->sample, one->analyte, NULL, error))
      return FALSE;
  }
  return found != NULL;
}
