/* The week's lists: exceedances, analytes, reasons, what waits, limits, audit heads. Each is one statement a
 * laboratory and one table that says into which member each column goes.
 */
#include "lims/model/week-private.h"

#define TEXT(type, member)                                                                                   \
  { LIMS_WEEK_TEXT, G_STRUCT_OFFSET(type, member) }
#define INT(type, member)                                                                                    \
  { LIMS_WEEK_INT, G_STRUCT_OFFSET(type, member) }

#define ANALYTE_NAME "coalesce(" WEEK_NAME("a") ", e.analyte)"
/* Exceedances e of the week that count, with verdict v, sample s, site x, commodity c and analyte a. */
#define FROM_EXCEEDANCES                                                                                     \
  " FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict"                                  \
  " JOIN sample s ON s.lab = e.lab AND s.id = e.sample"                                                      \
  " JOIN site x ON x.lab = e.lab AND x.id = e.site"                                                          \
  " LEFT JOIN commodity c ON c.code = s.commodity"                                                           \
  " LEFT JOIN analyte a ON a.code = e.analyte"
#define WHERE_EXCEEDANCES " WHERE e.lab = :lab AND e.week = :week AND " WEEK_STANDS " AND " WEEK_NEWEST

/* ---- exceedances ---- */

/* A row as it is read; its sample may be void. */
typedef struct {
  LimsWeekExceedance row;
  gint64 is_void;
} Streamed;

#define E(member) TEXT(LimsWeekExceedance, member)
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
    INT(LimsWeekExceedance, measured_at_us),
    INT(LimsWeekExceedance, arrived_us),
    INT(LimsWeekExceedance, committed_us),
    {LIMS_WEEK_INT, G_STRUCT_OFFSET(Streamed, is_void)},
};

static const char EXCEEDANCES[] =
    "SELECT s.number, " WEEK_SITE_NAME ", x.kind, x.division, x.division,"
    " " WEEK_COMMODITY_NAME ", c.family, " ANALYTE_NAME ","
    " d.printed, d.unit, v.value_text, v.value_unit,"
    " v.limit_text, v.limit_unit, v.limit_kind, v.factor,"
    " v.standard, v.clause, v.node_path, l.standing,"
    " coalesce(m.name, d.method), t.station, y.title, y.origin,"
    " coalesce(p.name, d.person), d.transmission,"
    " d.measured_at_us, d.arrived_us, v.committed_us,"
    " CASE WHEN s.void_seq <= :as_of THEN 1 ELSE 0 END" FROM_EXCEEDANCES
    " LEFT JOIN determination d ON d.lab = v.lab AND d.id = v.determination"
    " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"
    " LEFT JOIN station y ON y.name = t.station"
    " LEFT JOIN method m ON m.code = d.method"
    " LEFT JOIN person p ON p.lab = d.lab AND p.login = d.person"
    " LEFT JOIN limit_set l ON l.code = v.limit_set" WHERE_EXCEEDANCES " ORDER BY e.id";

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
    TEXT(LimsWeekReason, code),
    INT(LimsWeekReason, verdicts),
    INT(LimsWeekReason, samples),
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

#define L(member) TEXT(LimsWeekLimit, member)
static const LimsWeekField LIMIT_FIELDS[] = {
    L(standard),
    L(clause),
    L(node_path),
    L(analyte),
    L(kind),
    L(limit),
    L(unit),
    L(set),
    INT(LimsWeekLimit, verdicts),
    INT(LimsWeekLimit, exceedances),
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

/* ---- what waits ---- */

#define O(member) TEXT(LimsWeekOpen, member)
static const LimsWeekField OPEN_FIELDS[] = {
    {LIMS_WEEK_COUNTY, G_STRUCT_OFFSET(LimsWeekOpen, county)},
    O(site),
    O(commodity),
    O(sample),
    O(station),
    O(code),
    O(reason),
    O(detail),
    INT(LimsWeekOpen, since_us),
    INT(LimsWeekOpen, days),
};

#define DAY_US "86400000000"

static const char PENDING[] =
    "SELECT x.division, " WEEK_SITE_NAME ", " WEEK_COMMODITY_NAME ", s.number, '', '', '', '',"
    " s.registered_at_us, (:at - s.registered_at_us) / " DAY_US " FROM (" WEEK_PENDING_IDS ") q"
    " JOIN sample s ON s.lab = :lab AND s.id = q.id"
    " JOIN site x ON x.lab = s.lab AND x.id = s.site"
    " LEFT JOIN commodity c ON c.code = s.commodity"
    " ORDER BY q.since, q.id";

/* Open at the position: those open now, and those resolved since, found through the changes. */
static const char HELD[] =
    "SELECT NULL, '', '', h.specimen, t.station, h.code, h.reason, h.detail, h.at_us, (:at - h.at_us) "
    "/ " DAY_US
    " FROM (SELECT id FROM held WHERE lab = :lab AND at_us < :to AND resolved_us IS NULL AND seq <= :as_of"
    "  UNION SELECT r.id FROM change g JOIN held r ON r.lab = :lab AND r.id = g.row_key"
    "  WHERE g.seq > :as_of AND g.lab = :lab AND g.table_name = 'held'"
    "  AND r.at_us < :to AND r.seq <= :as_of AND r.resolved_seq > :as_of) q"
    " JOIN held h ON h.lab = :lab AND h.id = q.id"
    " LEFT JOIN transmission t ON t.lab = h.lab AND t.id = h.transmission"
    " ORDER BY h.at_us, h.id";

/* A void must not make an exceedance vanish: it is listed with its reason. */
static const char VOIDED[] =
    "SELECT x.division, " WEEK_SITE_NAME ", " WEEK_COMMODITY_NAME ", s.number, '', " ANALYTE_NAME ","
    " coalesce(s.void_reason, ''),"
    " v.value_text || ' ' || v.value_unit || ' > ' || coalesce(v.limit_text, ''), "
    "s.voided_at_us,"
    " (:at - s.voided_at_us) / " DAY_US FROM_EXCEEDANCES WHERE_EXCEEDANCES " AND s.void_seq <= :as_of"
    " ORDER BY e.id";

static gboolean each_open_of_lab(LimsWeek *week, const LimsWeekLab *lab, LimsWeekEach each, gpointer data,
                                 GError **error) {
  LimsWeekOpen row = {.lab = lab->title};
  gint64 id = lab->id, as_of = week->head.as_of, to = lab->to_us, english = week->english,
         at = week->head.as_of_us;

  row.what = "pending";
  if (!lims_week_stream(week,
                        lims_db_query(week->db, error, PENDING, "lab:i", id, "to:i", to, "as_of:i", as_of,
                                      "at:i", at, "english:i", english, NULL),
                        OPEN_FIELDS, &row, each, data, error))
    return FALSE;
  row.what = "held";
  if (!lims_week_stream(
          week,
          lims_db_query(week->db, error, HELD, "lab:i", id, "to:i", to, "as_of:i", as_of, "at:i", at, NULL),
          OPEN_FIELDS, &row, each, data, error))
    return FALSE;
  if (week->tallied && week->voided == 0) /* known, if the exceedances went by before */
    return TRUE;
  row.what = "voided";
  return lims_week_stream(week,
                          lims_db_query(week->db, error, VOIDED, "lab:i", id, "week:i",
                                        (gint64)week->head.week, "as_of:i", as_of, "at:i", at, "english:i",
                                        english, NULL),
                          OPEN_FIELDS, &row, each, data, error);
}

gboolean lims_week_each_open(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  for (guint i = 0; i < week->labs->len; i++)
    if (!each_open_of_lab(week, g_ptr_array_index(week->labs, i), each, data, error))
      return FALSE;
  return TRUE;
}

/* ---- audit heads ---- */

static const LimsWeekField AUDIT_FIELDS[] = {
    TEXT(LimsWeekAuditHead, hash),
    TEXT(LimsWeekAuditHead, incarnation),
    INT(LimsWeekAuditHead, n),
    INT(LimsWeekAuditHead, at_us),
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

const char *const LIMS_WEEK_ROWS_STATEMENTS[] = {EXCEEDANCES, REASONS, LIMITS, PENDING, HELD, VOIDED, NULL};
