/* A new incarnation. What was given out after the backup can only be bounded: by what the lost store itself
 * still says, where it can be read, and by a generous step beyond the backup where it cannot. A day whose
 * numbers are used up by the step registers nothing more, which is better than two samples with one number.
 */
#include "lims/model/incarnation.h"
#include "lims/core/id.h"
#include "lims/core/time.h"
#include "lims/model/audit.h"
#include "lims/model/lab.h"
#include "lims/model/sample.h"
#include <json-glib/json-glib.h>

#define CHANGES_SKIP G_GINT64_CONSTANT(1000000) /* positions in the log of changes */

char *lims_incarnation_read(LimsDb *db, GError **error) {
  GError *problem = NULL;
  char *incarnation = NULL;
  if (lims_db_get_text(db, &incarnation, &problem, "SELECT value FROM meta WHERE name = 'incarnation'", NULL))
    return incarnation;
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "the store has no incarnation");
  return NULL;
}

/* ---- what was given out ---- */

void lims_given_out_free(LimsGivenOut *given) {
  if (!given)
    return;
  g_hash_table_unref(given->numbers);
  g_free(given);
}

static char *number_key(const char *lab, int day) {
  return g_strdup_printf("%s %d", lab, day);
}

static gint64 number_of(const LimsGivenOut *given, const char *lab, int day) {
  g_autofree char *key = number_key(lab, day);
  const gint64 *last = given ? g_hash_table_lookup(given->numbers, key) : NULL;
  return last ? *last : 0;
}

static gboolean read_numbers(LimsDb *db, GHashTable *numbers, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error, "SELECT l.code, c.day, c.last FROM sample_counter c JOIN lab l ON l.id = c.lab", NULL);
  GError *problem = NULL;
  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    gint64 last = lims_query_int(query, 2);
    g_hash_table_insert(numbers, number_key(lims_query_text(query, 0), (int)lims_query_int(query, 1)),
                        g_memdup2(&last, sizeof last));
  }
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

LimsGivenOut *lims_given_out_read(LimsDb *db, GError **error) {
  g_autoptr(LimsGivenOut) given = g_new0(LimsGivenOut, 1);
  given->numbers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!lims_db_get_int(db, &given->last_id, error,
                       "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM meta WHERE name = 'last-id'",
                       NULL) ||
      !lims_db_get_int(db, &given->last_change, error, "SELECT coalesce(max(seq), 0) FROM change", NULL) ||
      !read_numbers(db, given->numbers, error))
    return NULL;
  return g_steal_pointer(&given);
}

/* ---- ids and positions ---- */

static gboolean set_meta(LimsDb *db, const char *name, const char *value, GError **error) {
  return lims_db_run(
      db, error,
      "INSERT INTO meta(name, value) VALUES(:name, :value) ON CONFLICT(name) DO UPDATE SET value = :value",
      "name:s", name, "value:s", value, NULL);
}

static gboolean skip_ids(LimsDb *db, const LimsGivenOut *kept, const LimsGivenOut *lost, GError **error) {
  LimsIdSource source = {.last = MAX(kept->last_id, lost ? lost->last_id : 0)};
  lims_id_next(&source, 0, lims_db_now_us(db));
  g_autofree char *text = g_strdup_printf("%" G_GINT64_FORMAT, source.last);
  return set_meta(db, "last-id", text, error);
}

static gboolean skip_changes(LimsDb *db, const LimsGivenOut *kept, const LimsGivenOut *lost, GError **error) {
  gint64 seq = lost ? MAX(kept->last_change, lost->last_change) + 1 : kept->last_change + CHANGES_SKIP;
  return lims_db_run(
      db, error, "INSERT INTO change(seq, at_us, lab, table_name, row_key) VALUES(:seq, :at, 0, 'meta', 0)",
      "seq:i", seq, "at:i", lims_db_now_us(db), NULL);
}

/* ---- sample numbers ---- */

/* One laboratory's way from the backup's last day to today. */
typedef struct {
  const LimsIncarnationNew *new;
  const LimsGivenOut *kept;
  const LimsLab *lab;
  GPtrArray *voids;  /* char *: of all laboratories */
  JsonArray *ranges; /* of this one */
} Walk;

static int day_of(const GDate *date) {
  return g_date_get_year(date) * 10000 + (int)g_date_get_month(date) * 100 + g_date_get_day(date);
}

static gboolean read_day(gint64 us, GTimeZone *zone, GDate *out) {
  g_autofree char *text = lims_time_to_date(us, zone);
  int day = 0;
  lims_time_parse_date(text, &day);
  g_date_clear(out, 1);
  g_date_set_dmy(out, (GDateDay)(day % 100), (GDateMonth)(day / 100 % 100), (GDateYear)(day / 10000));
  return g_date_valid(out);
}

static gboolean void_day(LimsDb *db, Walk *walk, int day, GError **error) {
  gint64 kept = number_of(walk->kept, walk->lab->code, day);
  gint64 last = MAX(kept + walk->new->skip, number_of(walk->new->lost, walk->lab->code, day));
  last = MIN(last, LIMS_SAMPLE_DAY_MOST);
  if (last <= kept)
    return TRUE;
  char *range =
      g_strdup_printf("%s-%06d-%04d to %04d", walk->lab->code, day % 1000000, (int)kept + 1, (int)last);
  g_ptr_array_add(walk->voids, range);
  json_array_add_string_element(walk->ranges, range);
  return lims_db_run(db, error,
                     "INSERT INTO sample_counter(lab, day, last) VALUES(:lab, :day, :last)"
                     " ON CONFLICT(lab, day) DO UPDATE SET last = :last",
                     "lab:i", (gint64)walk->lab->id, "day:i", (gint64)day, "last:i", last, NULL);
}

/* The last day on which the laboratory registered; of one that never did, the day of the last change. */
static gboolean first_day(LimsDb *db, const LimsLab *lab, GTimeZone *zone, GDate *out, GError **error) {
  gint64 day, changed_us;
  if (!lims_db_get_int(db, &day, error, "SELECT coalesce(max(day), 0) FROM sample_counter WHERE lab = :lab",
                       "lab:i", (gint64)lab->id, NULL) ||
      !lims_db_get_int(db, &changed_us, error,
                       "SELECT coalesce(max(at_us), 0) FROM change WHERE table_name <> 'meta'", NULL))
    return FALSE;
  if (day == 0)
    return read_day(changed_us, zone, out);
  g_date_clear(out, 1);
  g_date_set_dmy(out, (GDateDay)(day % 100), (GDateMonth)(day / 100 % 100), (GDateYear)(day / 10000));
  return TRUE;
}

static gboolean void_numbers(LimsDb *db, Walk *walk, GError **error) {
  GTimeZone *zone = lims_lab_zone(db, walk->lab->id, error);
  GDate day, today;
  if (!zone || !first_day(db, walk->lab, zone, &day, error))
    return FALSE;
  read_day(lims_db_now_us(db), zone, &today);
  if (g_date_compare(&day, &today) > 0) /* a clock that went back: numbers are drawn today all the same */
    day = today;
  for (; g_date_compare(&day, &today) <= 0; g_date_add_days(&day, 1))
    if (!void_day(db, walk, day_of(&day), error))
      return FALSE;
  return TRUE;
}

/* ---- the act ---- */

static char *describe(const Walk *walk, const char *previous, const char *head) {
  g_autoptr(JsonNode) node = json_node_new(JSON_NODE_OBJECT);
  JsonObject *detail = json_object_new();
  json_object_set_string_member(detail, "previous-incarnation", previous);
  json_object_set_string_member(detail, "previous-head", head);
  json_object_set_string_member(detail, "sha256", walk->new->digest);
  json_object_set_array_member(detail, "void", json_array_ref(walk->ranges));
  json_node_take_object(node, detail);
  return json_to_string(node, FALSE);
}

static gboolean begin_lab(LimsDb *db, Walk *walk, const char *previous, GError **error) {
  g_autofree char *head = NULL;
  if (!lims_db_get_text(db, &head, error,
                        "SELECT coalesce((SELECT hash FROM audit WHERE lab = :lab AND incarnation = :previous"
                        " ORDER BY n DESC LIMIT 1), '')",
                        "lab:i", (gint64)walk->lab->id, "previous:s", previous, NULL) ||
      !void_numbers(db, walk, error))
    return FALSE;
  g_autofree char *detail = describe(walk, previous, head);
  return lims_audit_add(db, walk->lab->id, walk->new->who, "limsctl", "restore", walk->new->from, detail,
                        error);
}

static gboolean begin_labs(LimsDb *db, const LimsIncarnationNew *new, const LimsGivenOut *kept,
                           const char *previous, GPtrArray *voids, GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  for (guint i = 0; labs && i < labs->len; i++) {
    g_autoptr(JsonArray) ranges = json_array_new();
    Walk walk = {new, kept, g_ptr_array_index(labs, i), voids, ranges};
    if (!begin_lab(db, &walk, previous, error))
      return FALSE;
  }
  return labs != NULL;
}

gboolean lims_incarnation_begin(LimsDb *db, const LimsIncarnationNew *new, GPtrArray **out_voids,
                                GError **error) {
  g_autoptr(GPtrArray) voids = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(LimsGivenOut) kept = lims_given_out_read(db, error);
  g_autofree char *uuid = lims_id_new_uuid(), *previous = lims_incarnation_read(db, error);
  if (!kept || !previous || !set_meta(db, "incarnation", uuid, error) ||
      !skip_ids(db, kept, new->lost, error) || !begin_labs(db, new, kept, previous, voids, error) ||
      !skip_changes(db, kept, new->lost, error))
    return FALSE;
  *out_voids = g_steal_pointer(&voids);
  return TRUE;
}
