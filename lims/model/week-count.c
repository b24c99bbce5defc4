/* The week in numbers: three questions a laboratory, each answered in groups of (division, site kind,
 * commodity family) and then summed four ways.
 *
 * A sample is counted once under each grouping; the groups of one grouping add up to the same totals, which
 * the tests hold it to.
 */
#include "lims/model/week-private.h"

static void count_free(gpointer data) {
  LimsWeekCount *count = data;

  g_free(count->name);
  g_free(count);
}

static void analyte_free(gpointer data) {
  LimsWeekAnalyte *analyte = data;

  g_free(analyte->name);
  g_free(analyte);
}

#define AT(member) G_STRUCT_OFFSET(LimsWeekCount, member)
#define FIRST_MEASURE 3 /* column, after division, kind and family */
#define FAMILY "coalesce(c.family, '')"
#define GROUPED "SELECT x.division, x.kind, " FAMILY ", "
#define SITE_AND_COMMODITY                                                                                   \
  " JOIN site x ON x.lab = s.lab AND x.id = s.site"                                                          \
  " LEFT JOIN commodity c ON c.code = s.commodity"
#define GROUP " GROUP BY x.division, x.kind, " FAMILY

static const char REGISTERED[] =
    GROUPED "count(*), sum(CASE WHEN " WEEK_NOT_VOID " THEN 0 ELSE 1 END)"
            " FROM sample s" SITE_AND_COMMODITY
            " WHERE s.lab = :lab AND s.registered_at_us >= :from AND s.registered_at_us < :to"
            " AND s.seq <= :as_of" GROUP;

static const char TESTED[] = GROUPED
    "count(*), sum(q.exceeds), sum((1 - q.exceeds) * q.screen),"
    " sum((1 - q.exceeds) * q.undetermined), sum(1 - q.determined)"
    " FROM (SELECT v.sample,"
    "  max(CASE v.verdict WHEN 'exceeds' THEN 1 ELSE 0 END) AS exceeds,"
    "  max(CASE v.verdict WHEN 'screening-positive' THEN 1 ELSE 0 END) AS screen,"
    "  max(CASE v.verdict WHEN 'undetermined' THEN 1 ELSE 0 END) AS undetermined,"
    "  max(CASE v.verdict WHEN 'undetermined' THEN 0 ELSE 1 END) AS determined"
    "  FROM verdict v WHERE v.lab = :lab AND v.week = :week AND " WEEK_NEWEST "  GROUP BY v.sample) q"
    " JOIN sample s ON s.lab = :lab AND s.id = q.sample" SITE_AND_COMMODITY " WHERE " WEEK_NOT_VOID GROUP;

static const char PENDING[] =
    GROUPED "count(*) FROM (" WEEK_PENDING_IDS ") q"
            " JOIN sample s ON s.lab = :lab AND s.id = q.id" SITE_AND_COMMODITY GROUP;

/* ---- into groups ---- */

static LimsWeekCount *find_count(GPtrArray *counts, const char *name) {
  for (guint i = 0; i < counts->len; i++) {
    LimsWeekCount *count = g_ptr_array_index(counts, i);
    if (g_str_equal(count->name, name))
      return count;
  }
  LimsWeekCount *count = g_new0(LimsWeekCount, 1);
  count->name = g_strdup(name);
  g_ptr_array_add(counts, count);
  return count;
}

/* Adds one group's answers to its laboratory, county, kind and family. */
static gboolean add_group(LimsWeek *week, const LimsWeekLab *lab, LimsQuery *query, const gsize *measures,
                          guint n, GError **error) {
  g_autoptr(GError) problem = NULL;
  const LimsWeekPlace *place = lims_week_place(week, lims_query_text(query, 0), &problem);
  const char *names[LIMS_WEEK_GROUPINGS] = {lab->title, place->county, lims_query_text(query, 1),
                                            lims_query_text(query, 2)};

  if (problem) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  for (guint grouping = 0; grouping < LIMS_WEEK_GROUPINGS; grouping++) {
    LimsWeekCount *count = find_count(week->counts[grouping], names[grouping]);
    for (guint i = 0; i < n; i++)
      G_STRUCT_MEMBER(gint64, count, measures[i]) += lims_query_int(query, FIRST_MEASURE + (int)i);
  }
  return TRUE;
}

static gboolean add_groups(LimsWeek *week, const LimsWeekLab *lab, LimsQuery *query, const gsize *measures,
                           guint n, GError **error) {
  g_autoptr(LimsQuery) owned = query;
  g_autoptr(GError) problem = NULL;
  gboolean going = query != NULL;

  while (going && lims_query_next(query, &problem))
    going = add_group(week, lab, query, measures, n, &problem);
  if (!problem)
    return going;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean count_lab(LimsWeek *week, const LimsWeekLab *lab, GError **error) {
  static const gsize ONE[] = {AT(registered), AT(voided)};
  static const gsize TWO[] = {AT(tested), AT(exceeding), AT(screening), AT(undetermined),
                              AT(undetermined_only)};
  static const gsize THREE[] = {AT(pending)};
  LimsDb *db = week->db;
  gint64 id = lab->id, as_of = week->head.as_of, number = week->head.week;

  return add_groups(week, lab,
                    lims_db_query(db, error, REGISTERED, "lab:i", id, "from:i", lab->from_us, "to:i",
                                  lab->to_us, "as_of:i", as_of, NULL),
                    ONE, G_N_ELEMENTS(ONE), error) &&
         add_groups(week, lab,
                    lims_db_query(db, error, TESTED, "lab:i", id, "week:i", number, "as_of:i", as_of, NULL),
                    TWO, G_N_ELEMENTS(TWO), error) &&
         add_groups(
             week, lab,
             lims_db_query(db, error, PENDING, "lab:i", id, "to:i", lab->to_us, "as_of:i", as_of, NULL),
             THREE, G_N_ELEMENTS(THREE), error);
}

void lims_week_make_counts(LimsWeek *week) {
  for (guint i = 0; i < LIMS_WEEK_GROUPINGS; i++)
    week->counts[i] = g_ptr_array_new_with_free_func(count_free);
  week->analytes = g_ptr_array_new_with_free_func(analyte_free);
  for (guint i = 0; i < week->labs->len; i++) /* one without work is shown with zeros */
    find_count(week->counts[LIMS_WEEK_BY_LAB], ((LimsWeekLab *)g_ptr_array_index(week->labs, i))->title);
}

void lims_week_free_counts(LimsWeek *week) {
  for (guint i = 0; i < LIMS_WEEK_GROUPINGS; i++)
    g_clear_pointer(&week->counts[i], g_ptr_array_unref);
  g_clear_pointer(&week->analytes, g_ptr_array_unref);
}

/* ---- the exceedances, as they pass ---- */

static LimsWeekAnalyte *find_analyte(GPtrArray *analytes, const char *name) {
  for (guint i = 0; i < analytes->len; i++) {
    LimsWeekAnalyte *analyte = g_ptr_array_index(analytes, i);
    if (g_str_equal(analyte->name, name))
      return analyte;
  }
  LimsWeekAnalyte *analyte = g_new0(LimsWeekAnalyte, 1);
  analyte->name = g_strdup(name);
  g_ptr_array_add(analytes, analyte);
  return analyte;
}

void lims_week_tally(LimsWeek *week, const LimsWeekExceedance *row) {
  const char *names[LIMS_WEEK_GROUPINGS] = {row->lab, row->county, row->site_kind, row->family};
  LimsWeekAnalyte *analyte = find_analyte(week->analytes, row->analyte);

  for (guint i = 0; i < LIMS_WEEK_GROUPINGS; i++)
    find_count(week->counts[i], names[i])->exceedances++;
  analyte->exceedances++;
  analyte->highest = MAX(analyte->highest, g_ascii_strtod(row->factor, NULL));
}

static gboolean pass_over(gconstpointer row, gpointer data, GError **error) {
  return TRUE;
}

/* ---- in order ---- */

static gint compare_names(gconstpointer a, gconstpointer b) {
  return g_strcmp0((*(LimsWeekCount *const *)a)->name, (*(LimsWeekCount *const *)b)->name);
}

static gint compare_analytes(gconstpointer a, gconstpointer b) {
  const LimsWeekAnalyte *left = *(LimsWeekAnalyte *const *)a, *right = *(LimsWeekAnalyte *const *)b;

  if (left->exceedances != right->exceedances)
    return left->exceedances > right->exceedances ? -1 : 1;
  return g_strcmp0(left->name, right->name);
}

gboolean lims_week_count(LimsWeek *week, GError **error) {
  if (week->counted)
    return TRUE;
  for (guint i = 0; i < week->labs->len; i++)
    if (!count_lab(week, g_ptr_array_index(week->labs, i), error))
      return FALSE;
  if (!week->tallied && !lims_week_each_exceedance(week, pass_over, NULL, error))
    return FALSE;
  for (guint i = LIMS_WEEK_BY_COUNTY; i < LIMS_WEEK_GROUPINGS; i++)
    g_ptr_array_sort(week->counts[i], compare_names);
  g_ptr_array_sort(week->analytes, compare_analytes);
  week->counted = TRUE;
  return TRUE;
}

const GPtrArray *lims_week_counts(const LimsWeek *week, LimsWeekGrouping grouping) {
  return week->counts[grouping];
}

const char *const LIMS_WEEK_COUNT_STATEMENTS[] = {REGISTERED, TESTED, PENDING, NULL};

const GPtrArray *lims_week_analytes(const LimsWeek *week) {
  return week->analytes;
}
