/* What changed since the last issue, and the record of issues.
 *
 * The changes between two positions are read from the change log, so the cost is that of the time between two
 * issues. For each verdict that came since, the newest verdict of the same sample and analyte at the last
 * issue is what a reader was told; if it was told (its week was issued), and the new one says otherwise, that
 * is a row here.
 */
#include "lims/model/week-private.h"

#define C(member)                                                                                            \
  { LIMS_WEEK_TEXT, G_STRUCT_OFFSET(LimsWeekChange, member) }
static const LimsWeekField FIELDS[] = {
    C(kind),
    C(sample),
    C(site),
    C(analyte),
    {LIMS_WEEK_INT, G_STRUCT_OFFSET(LimsWeekChange, week)},
    C(old_verdict),
    C(old_value),
    C(old_unit),
    C(old_limit),
    C(verdict),
    C(value),
    C(unit),
    C(limit),
    C(reason),
    {LIMS_WEEK_INT, G_STRUCT_OFFSET(LimsWeekChange, at_us)},
};

/* Keys of a table's rows that changed since, once each. */
#define SINCE(table)                                                                                         \
  " FROM (SELECT DISTINCT row_key FROM change WHERE seq > :previous AND seq <= :as_of AND lab = :lab"        \
  " AND table_name = '" table "') k"
#define VERDICTS_SINCE SINCE("verdict")
#define SAMPLES_SINCE SINCE("sample")
#define SITE_AND_ANALYTE                                                                                     \
  " JOIN site x ON x.lab = s.lab AND x.id = s.site"                                                          \
  " LEFT JOIN analyte a ON a.code = v.analyte"
#define ANALYTE_NAME "coalesce(" WEEK_NAME("a") ", v.analyte)"
/* Was the week of a verdict told to readers with that verdict in it? */
#define WAS_ISSUED(t)                                                                                        \
  "EXISTS (SELECT 1 FROM report_issue i WHERE i.kind = 'weekly' AND i.week = " t ".week"                     \
  " AND i.scope = :scope AND i.as_of >= " t ".seq AND i.as_of <= :previous)"
#define OLD_WAS_ISSUED WAS_ISSUED("o")
#define VERDICT_WAS_ISSUED WAS_ISSUED("v")

/* A verdict v that replaced o, the newest of its pair at the last issue. */
static const char REPLACED[] =
    "SELECT CASE WHEN o.verdict = 'exceeds' AND v.verdict <> 'exceeds' THEN 'withdrawn'"
    "  WHEN o.verdict <> 'exceeds' AND v.verdict = 'exceeds' THEN 'new' ELSE 'corrected' END,"
    " s.number, " WEEK_SITE_NAME ", " ANALYTE_NAME ", o.week,"
    " o.verdict, o.value_text, o.value_unit, o.limit_text,"
    " v.verdict, v.value_text, v.value_unit, v.limit_text, v.reason_code, v.committed_us" VERDICTS_SINCE
    " JOIN verdict v ON v.lab = :lab AND v.id = k.row_key"
    " JOIN verdict o ON o.lab = v.lab AND o.sample = v.sample AND o.analyte = v.analyte AND o.seq ="
    "  (SELECT max(p.seq) FROM verdict p WHERE p.lab = v.lab AND p.sample = v.sample"
    "  AND p.analyte = v.analyte AND p.seq <= :previous)"
    " JOIN sample s ON s.lab = v.lab AND s.id = v.sample" SITE_AND_ANALYTE
    " WHERE v.seq > :previous AND " WEEK_NEWEST " AND " WEEK_NOT_VOID " AND " OLD_WAS_ISSUED
    " AND (o.verdict <> v.verdict OR o.value_text <> v.value_text OR o.value_unit <> v.value_unit"
    "  OR coalesce(o.limit_text, '') <> coalesce(v.limit_text, ''))"
    " ORDER BY v.id";

/* The same week issued again: what exceeds and was not there. */
static const char ADDED[] =
    "SELECT 'new', s.number, " WEEK_SITE_NAME ", " ANALYTE_NAME ", v.week, '', '', '', '',"
    " v.verdict, v.value_text, v.value_unit, v.limit_text, v.reason_code, v.committed_us"
    " FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict"
    " JOIN sample s ON s.lab = e.lab AND s.id = e.sample" SITE_AND_ANALYTE
    " WHERE e.lab = :lab AND e.week = :week AND e.seq > :previous AND " WEEK_STANDS " AND " WEEK_NEWEST
    " AND " WEEK_NOT_VOID
    " AND EXISTS (SELECT 1 FROM report_issue i WHERE i.kind = 'weekly' AND i.week = :week"
    "  AND i.scope = :scope AND i.as_of <= :previous)"
    " AND NOT EXISTS (SELECT 1 FROM verdict o WHERE o.lab = v.lab AND o.sample = v.sample"
    "  AND o.analyte = v.analyte AND o.seq <= :previous)"
    " ORDER BY e.id";

/* Samples voided since, whose exceedances were told. */
static const char VOIDED[] =
    "SELECT 'voided', s.number, " WEEK_SITE_NAME ", " ANALYTE_NAME ", v.week,"
    " v.verdict, v.value_text, v.value_unit, v.limit_text, '', '', '', '',"
    " coalesce(s.void_reason, ''), s.voided_at_us" SAMPLES_SINCE
    " JOIN sample s ON s.lab = :lab AND s.id = k.row_key"
    " JOIN verdict v ON v.lab = s.lab AND v.sample = s.id" SITE_AND_ANALYTE
    " WHERE s.void_seq > :previous AND s.void_seq <= :as_of"
    " AND v.verdict = 'exceeds' AND v.seq <= :previous AND " VERDICT_WAS_ISSUED
    " AND NOT EXISTS (SELECT 1 FROM verdict n WHERE n.lab = v.lab AND n.sample = v.sample"
    "  AND n.analyte = v.analyte AND n.seq > v.seq AND n.seq <= :previous)"
    " ORDER BY v.id";

/* Verdicts that were told and ended without a successor: their values count in a sum now, or were taken back.
 */
static const char ENDED[] =
    "SELECT CASE v.verdict WHEN 'exceeds' THEN 'withdrawn' ELSE 'corrected' END,"
    " s.number, " WEEK_SITE_NAME ", " ANALYTE_NAME ", v.week,"
    " v.verdict, v.value_text, v.value_unit, v.limit_text, '', '', '', '', 'no-verdict-of-its-own',"
    " (SELECT m.at_us FROM change m WHERE m.seq = v.ended_seq)" VERDICTS_SINCE
    " JOIN verdict v ON v.lab = :lab AND v.id = k.row_key"
    " JOIN sample s ON s.lab = v.lab AND s.id = v.sample" SITE_AND_ANALYTE
    " WHERE v.seq <= :previous AND v.ended_seq > :previous AND v.ended_seq <= :as_of AND " WEEK_NOT_VOID
    " AND " VERDICT_WAS_ISSUED
    " AND NOT EXISTS (SELECT 1 FROM verdict n WHERE n.lab = v.lab AND n.sample = v.sample"
    "  AND n.analyte = v.analyte AND n.seq > v.seq AND n.seq <= :as_of)"
    " ORDER BY v.id";

static gboolean each_change_of_lab(LimsWeek *week, const LimsWeekLab *lab, LimsWeekEach each, gpointer data,
                                   GError **error) {
  LimsWeekChange row = {.lab = lab->title};
  LimsDb *db = week->db;
  gint64 id = lab->id, as_of = week->head.as_of, previous = week->head.previous;

  return lims_week_stream(week,
                          lims_db_query(db, error, ENDED, "lab:i", id, "previous:i", previous, "as_of:i",
                                        as_of, "scope:s", week->scope_code, "english:i", week->english, NULL),
                          FIELDS, &row, each, data, error) &&
         lims_week_stream(week,
                          lims_db_query(db, error, REPLACED, "lab:i", id, "previous:i", previous, "as_of:i",
                                        as_of, "scope:s", week->scope_code, "english:i", week->english, NULL),
                          FIELDS, &row, each, data, error) &&
         lims_week_stream(week,
                          lims_db_query(db, error, ADDED, "lab:i", id, "week:i", (gint64)week->head.week,
                                        "previous:i", previous, "as_of:i", as_of, "scope:s", week->scope_code,
                                        "english:i", week->english, NULL),
                          FIELDS, &row, each, data, error) &&
         lims_week_stream(week,
                          lims_db_query(db, error, VOIDED, "lab:i", id, "previous:i", previous, "as_of:i",
                                        as_of, "scope:s", week->scope_code, "english:i", week->english, NULL),
                          FIELDS, &row, each, data, error);
}

gboolean lims_week_each_change(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  for (guint i = 0; i < week->labs->len && week->head.previous; i++)
    if (!each_change_of_lab(week, g_ptr_array_index(week->labs, i), each, data, error))
      return FALSE;
  return TRUE;
}

/* The laboratory in whose name it is issued: the one asked for, else the city's. */
static gboolean find_issuer(LimsDb *db, const char *code, gint64 *out, GError **error) {
  g_autoptr(GError) problem = NULL;

  if (lims_db_get_int(db, out, &problem,
                      "SELECT id FROM lab WHERE :all = 1 OR code = :code ORDER BY CASE kind WHEN 'city' THEN "
                      "0 ELSE 1 END,"
                      " id LIMIT 1",
                      "all:i", (gint64)(code == NULL), "code:s", code, NULL))
    return TRUE;
  if (problem)
    g_propagate_error(error, g_steal_pointer(&problem));
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "there is no laboratory %s",
                code ? code : "in the store");
  return FALSE;
}

gboolean lims_week_record_issue(LimsDb *db, const LimsWeekRequest *request, gint64 as_of, const char *who,
                                const char *digest, GError **error) {
  gint64 lab;

  if (!find_issuer(db, request->lab, &lab, error))
    return FALSE;
  return lims_db_run(
      db, error,
      "INSERT INTO report_issue(lab, id, kind, week, scope, language, as_of, made_us, made_by, digest)"
      " VALUES(:lab, :id, 'weekly', :week, :scope, :language, :as_of, :made, :who, :digest)",
      "lab:i", lab, "id:i", lims_db_new_id(db, (guint)lab), "week:i", (gint64)request->week, "scope:s",
      request->lab ? request->lab : "*", "language:s", request->language == LIMS_LANGUAGE_EN ? "en" : "zh_CN",
      "as_of:i", as_of, "made:i", lims_db_now_us(db), "who:s", who, "digest:s", digest, NULL);
}

const char *const LIMS_WEEK_CHANGE_STATEMENTS[] = {ENDED, REPLACED, ADDED, VOIDED, NULL};
