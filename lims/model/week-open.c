/* What waits for a person at the end of a week: samples without a result, held results, voided samples that
 * exceed, and verdicts that are no end of the matter: a positive screen, which wants a confirming method, and
 * what could not be judged, one row a sample and reason. What the summary only counts is named here, so that
 * nothing above a range or beyond the catalogue passes in silence.
 */
#include "lims/model/week-private.h"

#define O(member) WEEK_TEXT(LimsWeekOpen, member)
static const LimsWeekField OPEN_FIELDS[] = {
    {LIMS_WEEK_COUNTY, G_STRUCT_OFFSET(LimsWeekOpen, county)},
    O(site),
    O(commodity),
    O(sample),
    O(station),
    O(code),
    O(reason),
    O(detail),
    WEEK_INT(LimsWeekOpen, since_us),
    WEEK_INT(LimsWeekOpen, days),
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
    "SELECT x.division, " WEEK_SITE_NAME ", " WEEK_COMMODITY_NAME ", s.number, '', " WEEK_ANALYTE_NAME ","
    " coalesce(s.void_reason, ''),"
    " v.value_text || ' ' || v.value_unit || ' > ' || coalesce(v.limit_text, ''), "
    "s.voided_at_us,"
    " (:at - s.voided_at_us) / " DAY_US WEEK_FROM_EXCEEDANCES WEEK_WHERE_EXCEEDANCES
    " AND s.void_seq <= :as_of"
    " ORDER BY e.id";

/* ---- verdicts that are no end of the matter ---- */

/* One verdict, and the row that those of one sample and reason become. */
typedef struct {
  LimsWeekOpen row;
  const char *analyte;
  gint64 verdict_sample;
} Unsettled;

static const LimsWeekField UNSETTLED_FIELDS[] = {
    {LIMS_WEEK_COUNTY, G_STRUCT_OFFSET(Unsettled, row.county)},
    O(site),
    O(commodity),
    O(sample),
    O(what),
    O(reason),
    WEEK_TEXT(Unsettled, analyte),
    O(detail),
    WEEK_INT(LimsWeekOpen, since_us),
    WEEK_INT(LimsWeekOpen, days),
    WEEK_INT(Unsettled, verdict_sample),
};

static const char UNSETTLED[] =
    "SELECT x.division, " WEEK_SITE_NAME ", " WEEK_COMMODITY_NAME ", s.number, v.verdict, v.reason_code,"
    " coalesce(" WEEK_NAME(
        "a") ", v.analyte), coalesce(v.value_text, '') || ' ' || coalesce(v.value_unit, ''),"
             " v.committed_us, (:at - v.committed_us) / " DAY_US ", v.sample FROM verdict v"
             " JOIN sample s ON s.lab = v.lab AND s.id = v.sample"
             " JOIN site x ON x.lab = s.lab AND x.id = s.site"
             " LEFT JOIN commodity c ON c.code = s.commodity"
             " LEFT JOIN analyte a ON a.code = v.analyte"
             " WHERE v.lab = :lab AND v.week = :week AND v.verdict IN ('screening-positive', 'undetermined')"
             " AND " WEEK_NEWEST " AND " WEEK_NOT_VOID " ORDER BY v.verdict, v.sample, v.reason_code, v.id";

#define NAMED 3 /* analytes of one row by name, the others as a number */

/* The strings of a row live as long as its query stands on it: those of the group are copies. */
typedef struct {
  LimsWeekEach each;
  gpointer data;
  LimsWeekOpen group;
  GStringChunk *strings;
  GString *analytes;
  gint64 sample;
  guint count; /* 0: no group yet */
} Gathering;

static gboolean end_group(Gathering *g, GError **error) {
  if (g->count == 0)
    return TRUE;
  if (g->count > NAMED)
    g_string_append_printf(g->analytes, " +%u", g->count - NAMED);
  g->group.code = g->analytes->str;
  return g->each(&g->group, g->data, error);
}

static void begin_group(Gathering *g, const Unsettled *verdict) {
  const LimsWeekOpen *row = &verdict->row;

  g_string_chunk_clear(g->strings);
  g_string_truncate(g->analytes, 0);
  g->group = *row;
  g->group.county = g_string_chunk_insert(g->strings, row->county);
  g->group.site = g_string_chunk_insert(g->strings, row->site);
  g->group.commodity = g_string_chunk_insert(g->strings, row->commodity);
  g->group.sample = g_string_chunk_insert(g->strings, row->sample);
  g->group.what = g_string_chunk_insert(g->strings, row->what);
  g->group.reason = g_string_chunk_insert(g->strings, row->reason);
  g->group.detail = g_string_chunk_insert(g->strings, row->detail);
  g->sample = verdict->verdict_sample;
  g->count = 0;
}

static gboolean is_same_group(const Gathering *g, const Unsettled *verdict) {
  return g->count > 0 && g->sample == verdict->verdict_sample &&
         g_str_equal(g->group.what, verdict->row.what) && g_str_equal(g->group.reason, verdict->row.reason);
}

static gboolean gather(gconstpointer streamed, gpointer data, GError **error) {
  const Unsettled *verdict = streamed;
  Gathering *g = data;

  if (!is_same_group(g, verdict)) {
    if (!end_group(g, error))
      return FALSE;
    begin_group(g, verdict);
  } else {
    g->group.detail = ""; /* a value belongs to one analyte */
  }
  if (g->count++ < NAMED)
    g_string_append_printf(g->analytes, "%s%s", g->analytes->len > 0 ? ", " : "", verdict->analyte);
  return TRUE;
}

static gboolean each_unsettled(LimsWeek *week, const LimsWeekLab *lab, LimsWeekEach each, gpointer data,
                               GError **error) {
  Unsettled verdict = {.row = {.lab = lab->title, .station = "", .code = ""}};
  Gathering g = {each, data, .strings = g_string_chunk_new(256), .analytes = g_string_new(NULL)};
  LimsQuery *query = lims_db_query(week->db, error, UNSETTLED, "lab:i", (gint64)lab->id, "week:i",
                                   (gint64)week->head.week, "as_of:i", week->head.as_of, "at:i",
                                   week->head.as_of_us, "english:i", week->english, NULL);
  gboolean going =
      lims_week_stream(week, query, UNSETTLED_FIELDS, &verdict, gather, &g, error) && end_group(&g, error);

  g_string_chunk_free(g.strings);
  g_string_free(g.analytes, TRUE);
  return going;
}

/* ---- all of it ---- */

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
  row.what = "voided";
  if ((!week->tallied || week->voided > 0) && /* known, if the exceedances went by before */
      !lims_week_stream(week,
                        lims_db_query(week->db, error, VOIDED, "lab:i", id, "week:i", (gint64)week->head.week,
                                      "as_of:i", as_of, "at:i", at, "english:i", english, NULL),
                        OPEN_FIELDS, &row, each, data, error))
    return FALSE;
  return each_unsettled(week, lab, each, data, error);
}

gboolean lims_week_each_open(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  for (guint i = 0; i < week->labs->len; i++)
    if (!each_open_of_lab(week, g_ptr_array_index(week->labs, i), each, data, error))
      return FALSE;
  return TRUE;
}

const char *const LIMS_WEEK_OPEN_STATEMENTS[] = {PENDING, HELD, VOIDED, UNSETTLED, NULL};
