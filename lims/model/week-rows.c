/* The week's lists: exceedances, analytes, reasons, limits, audit heads (what waits: week-open.c). Each is
 * one statement a laboratory and one table that says into which member each column goes.
 */
#include "lims/model/week-private.h"

/* ---- exceedances ---- */

/* A row as it is read; its sample may be void. */
typedef struct {
  LimsWeekExceedance row;
  gint64 is_void;
} Streamed;

#define E(member) WEEK_TEXT(LimsWeekExceedance, member)
static const LimsWeekField EXCEEDANCE_FIELDS[] = {
    E(sample),
    E(site),
    E(site_kind),
    {LIMS_WEEK_COUNTY, G_STRUCT_OFFSET(LimsWeekExceedance, county)},
    {LIMS_WEEK_PLACE, G_STRUCT_OFFSET(LimsWeekExceedance, place)},
    E(commodity),
    E(family),
    E(analyte),
    E(printed),
    E(printed_unit),
    E(value),
    E(value_unit),
    E(limit),
    E(limit_unit),
    E(limit_kind),
    E(factor),
    E(standard),
    E(clause),
    E(node_path),
    E(standing),
    E(method),
    E(station),
    E(driver_title),
    E(origin),
    E(person),
    E(transmission),
    WEEK_INT(LimsWeekExceedance, measured_at_us),
    WEEK_INT(LimsWeekExceedance, arrived_us),
    WEEK_INT(LimsWeekExceedance, committed_us),
    {LIMS_WEEK_INT, G_STRUCT_OFFSET(Streamed, is_void)},
};

static const char EXCEEDANCES[] =
    "SELECT s.number, " WEEK_SITE_NAME ", x.kind, x.division, x.division,"
    " " WEEK_COMMODITY_NAME ", c.family, " WEEK_ANALYTE_NAME ","
    " d.printed, d.unit, v.value_text, v.value_unit,"
    " v.limit_text, v.limit_unit, v.limit_kind, v.factor,"
    " v.standard, v.clause, v.node_path, l.standing,"
    " d.method, t.station, y.title, y.origin,"
    " coalesce(p.name, d.person), d.transmission,"
    " d.measured_at_us, d.arrived_us, v.committed_us,"
    " CASE WHEN s.void_seq <= :as_of THEN 1 ELSE 0 END" WEEK_FROM_EXCEEDANCES
    " LEFT JOIN determination d ON d.lab = v.lab AND d.id = v.determination"
    " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"
    " LEFT JOIN station y ON y.name = t.station"
    " LEFT JOIN person p ON p.lab = d.lab AND p.login = d.person"
    " LEFT JOIN limit_set l ON l.code = v.limit_set" WEEK_WHERE_EXCEEDANCES " ORDER BY e.id";

typedef struct {
  LimsWeek *week;
  LimsWeekEach each;
  gpointer data;
  gboolean first; /* the first time, what passes is counted */
} Filter;

static gboolean filter(gconstpointer streamed, gpointer data, GError **error) {
  const Streamed *s = streamed;
  Filter *f = data;

  if (f->first && s->is_void)
    f->week->voided++;
  else if (f->first)
    lims_week_tally(f->week, &s->row);
  return s->is_void || f->each(&s->row, f->data, error);
}

gboolean lims_week_each_exceedance(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  Filter through = {week, each, data, !week->tallied};
  Streamed streamed = {0};
  gboolean going = TRUE;

  week->tallied = TRUE;
  for (guint i = 0; i < week->labs->len && going; i++) {
    const LimsWeekLab *lab = g_ptr_array_index(week->labs, i);
    streamed.row.lab = lab->title;
    going = lims_week_stream(week,
                             lims_db_query(week->db, error, EXCEEDANCES, "lab:i", (gint64)lab->id, "week:i",
                                           (gint64)week->head.week, "as_of:i", week->head.as_of, "english:i",
                                           week->english, NULL),
                             EXCEEDANCE_FIELDS, &streamed, filter, &through, error);
  }
  return going;
}

/* ---- reasons: a laboratory at a time would give several rows for one, so all laboratories at once ---- */

/* The laboratories of the scope: one, or (:all = 1) whatever there are. */
#define WHERE_SCOPE " WHERE (:all = 1 OR b.code = :scope)"

#define SCOPE_ARGUMENTS                                                                                      \
  "all:i", (gint64)(week->head.scope == NULL), "scope:s", week->scope_code, "week:i",                        \
      (gint64)week->head.week, "as_of:i", week->head.as_of

static const LimsWeekField REASON_FIELDS[] = {
    WEEK_TEXT(LimsWeekReason, code),
    WEEK_INT(LimsWeekReason, verdicts),
    WEEK_INT(LimsWeekReason, samples),
};

static const char REASONS[] =
    "SELECT v.reason_code, count(*), count(DISTINCT v.sample)"
    " FROM lab b JOIN verdict v ON v.lab = b.id JOIN sample s ON s.lab = v.lab AND s.id = "
    "v.sample" WHERE_SCOPE " AND v.week = :week AND v.verdict = 'undetermined' AND " WEEK_NEWEST
    " AND " WEEK_NOT_VOID " GROUP BY v.reason_code ORDER BY count(*) DESC, v.reason_code";

gboolean lims_week_each_reason(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  LimsWeekReason row;

  return lims_week_stream(week, lims_db_query(week->db, error, REASONS, SCOPE_ARGUMENTS, NULL), REASON_FIELDS,
                          &row, each, data, error);
}

/* ---- limits ---- */

#define L(member) WEEK_TEXT(LimsWeekLimit, member)
static const LimsWeekField LIMIT_FIELDS[] = {
    L(standard),
    L(clause),
    L(node_path),
    L(analyte),
    L(kind),
    L(limit),
    L(unit),
    L(set),
    WEEK_INT(LimsWeekLimit, verdicts),
    WEEK_INT(LimsWeekLimit, exceedances),
    L(effective_from),
    L(effective_to),
    L(date_rule),
    L(source),
    L(standing),
    L(checked_by),
};

#define LIMIT_ANALYTE WEEK_NAME("a")
/* First by the little that tells limits apart, a laboratory at a time; the newest verdict of each then lends
 * its words. */
#define LIMIT_KEY "v.limit_id, v.limit_set, v.limit_text, v.analyte, v.lab"
#define LIMIT_WORDS                                                                                          \
  "v.standard, v.clause, v.node_path, v.analyte, v.limit_kind, v.limit_text, v.limit_unit, v.limit_set,"     \
  " v.limit_id"

static const char LIMITS[] =
    "SELECT w.standard, w.clause, w.node_path, coalesce(" LIMIT_ANALYTE ", w.analyte), w.limit_kind,"
    " w.limit_text, w.limit_unit, w.limit_set, w.verdicts, w.exceedances,"
    " l.effective_from, l.effective_to, l.date_rule, l.source, l.standing, l.checked_by"
    " FROM (SELECT " LIMIT_WORDS ", sum(q.verdicts) AS verdicts, sum(q.exceedances) AS exceedances FROM ("
    "  SELECT v.lab, max(v.id) AS id, count(*) AS verdicts,"
    "   sum(CASE v.verdict WHEN 'exceeds' THEN 1 ELSE 0 END) AS exceedances"
    "   FROM lab b JOIN verdict v ON v.lab = b.id JOIN sample s ON s.lab = v.lab AND s.id = "
    "v.sample" WHERE_SCOPE " AND v.week = :week AND " WEEK_NEWEST " AND " WEEK_NOT_VOID
    "   AND v.limit_text IS NOT NULL GROUP BY " LIMIT_KEY ") q"
    "  JOIN verdict v ON v.lab = q.lab AND v.id = q.id GROUP BY " LIMIT_WORDS ") w"
    " LEFT JOIN analyte a ON a.code = w.analyte"
    " LEFT JOIN limit_set l ON l.code = w.limit_set"
    " ORDER BY w.standard, w.clause, w.analyte, w.node_path, w.limit_id, w.limit_text";

gboolean lims_week_each_limit(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  LimsWeekLimit row;
  LimsQuery *query =
      lims_db_query(week->db, error, LIMITS, SCOPE_ARGUMENTS, "english:i", week->english, NULL);

  return lims_week_stream(week, query, LIMIT_FIELDS, &row, each, data, error);
}

/* ---- audit heads ---- */

static const LimsWeekField AUDIT_FIELDS[] = {
    WEEK_TEXT(LimsWeekAuditHead, hash),
    WEEK_TEXT(LimsWeekAuditHead, incarnation),
    WEEK_INT(LimsWeekAuditHead, n),
    WEEK_INT(LimsWeekAuditHead, at_us),
};

gboolean lims_week_each_audit_head(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  LimsWeekAuditHead row;
  gboolean going = TRUE;

  for (guint i = 0; i < week->labs->len && going; i++) {
    const LimsWeekLab *lab = g_ptr_array_index(week->labs, i);
    row.lab = lab->title;
    going = lims_week_stream(
        week,
        lims_db_query(week->db, error,
                      "SELECT hash, incarnation, n, at_us FROM audit WHERE lab = :lab"
                      " AND incarnation = :incarnation AND at_us <= :at ORDER BY n DESC LIMIT 1",
                      "lab:i", (gint64)lab->id, "incarnation:s", week->head.incarnation, "at:i",
                      week->head.as_of_us, NULL),
        AUDIT_FIELDS, &row, each, data, error);
  }
  return going;
}

const char *const LIMS_WEEK_ROWS_STATEMENTS[] = {EXCEEDANCES, REASONS, LIMITS, NULL};
