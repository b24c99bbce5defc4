/* The week's short lists: reasons, limits, audit heads (exceedances: week-exceedance.c; what waits:
 * week-open.c). Each is a statement and a table that says into which member each column goes.
 */
#include "lims/model/week-private.h"

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
    L(standing),
    L(checked_by),
    L(source),
    L(definition),
    L(conditions),
    L(temporary),
    L(remark),
};

#define LIMIT_ANALYTE WEEK_NAME("a")
/* First by the little that tells limits apart, a laboratory at a time; the newest verdict of each then lends
 * its words. */
#define LIMIT_KEY "v.limit_id, v.limit_set, v.limit_text, v.analyte, v.lab"
#define LIMIT_WORDS                                                                                          \
  "v.standard, v.clause, v.node_path, v.analyte, v.limit_kind, v.limit_text, v.limit_unit, v.limit_set,"     \
  " v.limit_id"

/* The sets print an asterisk behind such a limit; the catalogue has it as a condition or in the words of the
 * basis. */
#define TEMPORARY                                                                                            \
  "CASE WHEN '; ' || r.conditions || ';' LIKE '%; temporary;%' OR r.basis LIKE '%temporary limit%'"          \
  " OR r.note LIKE '%temporary limit%' THEN 'temporary' ELSE '' END"

static const char LIMITS[] =
    "SELECT w.standard, w.clause, w.node_path, coalesce(" LIMIT_ANALYTE ", w.analyte), w.limit_kind,"
    " w.limit_text, w.limit_unit, w.limit_set, w.verdicts, w.exceedances,"
    " l.effective_from, l.effective_to, l.date_rule, " WEEK_LIMIT_STANDING ", l.checked_by,"
    " coalesce(nullif(r.source, ''), l.source), r.residue_definition, r.conditions, " TEMPORARY ","
    " CASE WHEN r.id IS NULL THEN 'limit-changed' ELSE '' END"
    " FROM (SELECT " LIMIT_WORDS ", sum(q.verdicts) AS verdicts, sum(q.exceedances) AS exceedances FROM ("
    "  SELECT v.lab, max(v.id) AS id, count(*) AS verdicts,"
    "   sum(CASE v.verdict WHEN 'exceeds' THEN 1 ELSE 0 END) AS exceedances"
    "   FROM lab b JOIN verdict v ON v.lab = b.id JOIN sample s ON s.lab = v.lab AND s.id = "
    "v.sample" WHERE_SCOPE " AND v.week = :week AND " WEEK_NEWEST " AND " WEEK_NOT_VOID
    "   AND v.limit_text IS NOT NULL GROUP BY " LIMIT_KEY ") q"
    "  JOIN verdict v ON v.lab = q.lab AND v.id = q.id GROUP BY " LIMIT_WORDS ") w"
    " LEFT JOIN analyte a ON a.code = w.analyte"
    " LEFT JOIN limit_set l ON l.code = w.limit_set"
    " LEFT JOIN limit_row r ON r.limit_set = w.limit_set AND r.id = w.limit_id"
    "  AND r.limit_text = w.limit_text"
    " ORDER BY w.standard, w.clause, w.analyte, w.node_path, w.limit_id, w.limit_text";

typedef struct {
  LimsWeekEach each;
  gpointer data;
} Cautioned;

static const char *caution_of(const char *standing) {
  if (g_str_equal(standing, "good"))
    return "";
  return g_str_has_prefix(standing, "good ") ? "reserved" : "verify";
}

static gboolean add_caution(gconstpointer streamed, gpointer data, GError **error) {
  const Cautioned *to = data;
  LimsWeekLimit row = *(const LimsWeekLimit *)streamed;

  row.caution = caution_of(row.standing);
  return to->each(&row, to->data, error);
}

gboolean lims_week_each_limit(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  Cautioned to = {each, data};
  LimsWeekLimit row = {.caution = ""};
  LimsQuery *query =
      lims_db_query(week->db, error, LIMITS, SCOPE_ARGUMENTS, "english:i", week->english, NULL);

  return lims_week_stream(week, query, LIMIT_FIELDS, &row, add_caution, &to, error);
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

const char *const LIMS_WEEK_ROWS_STATEMENTS[] = {REASONS, LIMITS, NULL};
