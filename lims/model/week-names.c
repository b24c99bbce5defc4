/* What stands behind the keys of the week's rows: names of sites, foods and analytes, analyzers, persons, the
 * standing of limits. A week has many rows and few of these: each is read once and kept with the view, which
 * costs a list of fifty thousand rows a third less than as many joins.
 */
#include "lims/model/week-private.h"

#define COLUMNS_MOST 3

/* One row always: what is not there is NULL in every column. :number and :key are the two halves of the key.
 */
#define KEYED                                                                                                \
  " FROM (SELECT CAST(:number AS BIGINT) AS number, CAST(:key AS TEXT) AS key, :english AS english) k LEFT " \
  "JOIN "

static const char SITES[] =
    "SELECT " WEEK_NAME("x") ", x.kind, x.division" KEYED
                             "site x ON x.lab = k.number AND x.id = CAST(k.key AS BIGINT)";
static const char COMMODITIES[] = "SELECT " WEEK_NAME("c") ", c.family" KEYED "commodity c ON c.code = k.key";
static const char ANALYTES[] = "SELECT " WEEK_NAME("a") KEYED "analyte a ON a.code = k.key";
static const char STATIONS[] = "SELECT y.title, y.origin" KEYED "station y ON y.name = k.key";
static const char PERSONS[] = "SELECT u.name" KEYED "person u ON u.lab = k.number AND u.login = k.key";
static const char LIMITS[] =
    "SELECT l.standing, " WEEK_LIMIT_STANDING ", r.limit_text" KEYED
    "limit_set l ON l.code = k.key LEFT JOIN limit_row r ON r.limit_set = l.code AND r.id = k.number";

const char *const LIMS_WEEK_NAMES_STATEMENTS[LIMS_WEEK_LOOKUPS + 1] = {
    [LIMS_WEEK_OF_SITE] = SITES,       [LIMS_WEEK_OF_COMMODITY] = COMMODITIES,
    [LIMS_WEEK_OF_ANALYTE] = ANALYTES, [LIMS_WEEK_OF_STATION] = STATIONS,
    [LIMS_WEEK_OF_PERSON] = PERSONS,   [LIMS_WEEK_OF_LIMIT] = LIMITS,
};

typedef struct {
  gint64 number;
  char *key;
  char *texts[COLUMNS_MOST];
} Found;

static guint found_hash(gconstpointer data) {
  const Found *found = data;

  return g_str_hash(found->key) ^ g_int64_hash(&found->number);
}

static gboolean found_equal(gconstpointer a, gconstpointer b) {
  const Found *one = a, *other = b;

  return one->number == other->number && g_str_equal(one->key, other->key);
}

static void found_free(gpointer data) {
  Found *found = data;

  g_free(found->key);
  for (guint i = 0; i < COLUMNS_MOST; i++)
    g_free(found->texts[i]);
  g_free(found);
}

void lims_week_make_names(LimsWeek *week) {
  for (guint i = 0; i < LIMS_WEEK_LOOKUPS; i++)
    week->names[i] = g_hash_table_new_full(found_hash, found_equal, found_free, NULL);
}

void lims_week_free_names(LimsWeek *week) {
  for (guint i = 0; i < LIMS_WEEK_LOOKUPS; i++)
    g_clear_pointer(&week->names[i], g_hash_table_unref);
}

static Found *read_found(LimsWeek *week, LimsWeekLookup what, gint64 number, const char *key,
                         GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(week->db, error, LIMS_WEEK_NAMES_STATEMENTS[what], "number:i",
                                             number, "key:s", key, "english:i", week->english, NULL);
  gboolean has_row = query && lims_query_next(query, error);
  Found *found = g_new0(Found, 1);

  found->number = number;
  found->key = g_strdup(key);
  for (int i = 0; i < COLUMNS_MOST; i++) {
    const char *text = has_row && i < lims_query_columns(query) ? lims_query_text(query, i) : NULL;
    found->texts[i] = g_strdup(text ? text : "");
  }
  return found;
}

const char *lims_week_name(LimsWeek *week, LimsWeekLookup what, gint64 number, const char *key, guint column,
                           GError **error) {
  const Found wanted = {.number = number, .key = (char *)key};
  Found *found = g_hash_table_lookup(week->names[what], &wanted);

  if (!found) {
    found = read_found(week, what, number, key, error);
    g_hash_table_add(week->names[what], found);
  }
  return found->texts[column];
}
