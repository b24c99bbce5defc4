/* A new edition beside those of its standard that are there.
 *
 * The day on which one ends and the next begins is on the new one's cover, so the older one mostly has no end
 * when the new one comes; and where two are in force no verdict is possible. So an overlap is refused, or the
 * older one is ended when the person says so; it is never done silently.
 */
#include "lims/model/limit-edition.h"
#include "lims/core/time.h"

#include <string.h>

#define NO_END 99991231

typedef struct {
  const char *code, *standard, *from, *to;
  int first, last;
} Edition;

static void end_free(gpointer data) {
  LimsLimitEnd *end = data;

  g_free(end->set);
  g_free(end->from);
  g_free(end->to);
  g_free(end->new_to);
  g_free(end);
}

static Edition edition_of(const LimsLimitSetRow *set) {
  return (Edition){set->code, set->standard, set->from, set->to, 0, 0};
}

/* FALSE if its days cannot be read. */
static gboolean read_days(Edition *edition) {
  edition->last = NO_END;
  return lims_time_parse_date(edition->from, &edition->first) &&
         (*edition->to == '\0' || lims_time_parse_date(edition->to, &edition->last));
}

static gboolean overlaps(const Edition *a, const Edition *b) {
  return a->first <= b->last && b->first <= a->last &&
         lims_catalogue_is_other_edition(a->standard, b->standard);
}

static gboolean refuse(const Edition *new, const Edition *old, const char *advice, GError **error) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "%s (%s, from %s%s%s) overlaps %s (%s, from %s%s%s), another edition of the standard: %s",
              new->code, new->standard, new->from, *new->to ? " to " : ", without an end", new->to, old->code,
              old->standard, old->from, *old->to ? " to " : ", without an end", old->to, advice);
  return FALSE;
}

static gboolean take_overlap(const Edition *new, const Edition *old, gboolean ends_before, GPtrArray *ends,
                             GError **error) {
  LimsLimitEnd *end;

  if (old->first >= new->first)
    return refuse(new, old, "give the new set its effective_to, or one set the rows of both", error);
  if (old->last > new->last)
    return refuse(new, old, "the older one goes on after the new one ends: mend the dates", error);
  if (!ends_before)
    return refuse(new, old,
                  "give the older one its effective_to, or --ends-before yes ends it the day before the new "
                  "one begins",
                  error);
  end = g_new(LimsLimitEnd, 1);
  *end = (LimsLimitEnd){g_strdup(old->code), g_strdup(old->from), g_strdup(old->to),
                        lims_time_day_to_string(lims_time_day_add(new->first, -1))};
  g_ptr_array_add(ends, end);
  return TRUE;
}

GPtrArray *lims_limit_editions_find(LimsDb *db, const LimsLimitSetRow *set, gboolean ends_before,
                                    GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error,
                                             "SELECT code, standard, effective_from, COALESCE(effective_to, "
                                             "'') FROM limit_set WHERE code <> :set ORDER BY code",
                                             "set:s", set->code, NULL);
  g_autoptr(GPtrArray) ends = g_ptr_array_new_with_free_func(end_free);
  Edition new = edition_of(set);
  GError *problem = NULL;

  if (!query || !read_days(&new))
    return NULL;
  while (!problem && lims_query_next(query, &problem)) {
    Edition old = {lims_query_text(query, 0),
                   lims_query_text(query, 1),
                   lims_query_text(query, 2),
                   lims_query_text(query, 3),
                   0,
                   0};

    if (read_days(&old) && overlaps(&new, &old))
      take_overlap(&new, &old, ends_before, ends, &problem);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&ends);
}

gboolean lims_limit_edition_end(LimsDb *db, const LimsLimitEnd *end, GError **error) {
  gint64 seq = lims_db_change(db, 0, "limit_set", (gint64)g_str_hash(end->set), error);

  return seq != 0 &&
         lims_db_run(db, error,
                     "UPDATE limit_set SET effective_to = :to, ended = :to, seq = :seq WHERE code = :code",
                     "to:s", end->new_to, "seq:i", seq, "code:s", end->set, NULL);
}

/* ---- the catalogue's files ---- */

typedef struct {
  char *code, *standard, *from, *to;
  gboolean imported;
} Taken;

struct LimsLimitEditions {
  GArray *taken;     /* Taken */
  GHashTable *ended; /* code → the last day that an import gave it */
};

static void taken_clear(gpointer data) {
  Taken *taken = data;

  g_free(taken->code);
  g_free(taken->standard);
  g_free(taken->from);
  g_free(taken->to);
}

static void take(LimsLimitEditions *editions, const Edition *edition, gboolean imported) {
  Taken taken = {g_strdup(edition->code), g_strdup(edition->standard), g_strdup(edition->from),
                 g_strdup(edition->to), imported};

  g_array_append_val(editions->taken, taken);
}

static void take_stored(LimsLimitEditions *editions, LimsQuery *query) {
  Edition edition = {lims_query_text(query, 0),
                     lims_query_text(query, 1),
                     lims_query_text(query, 2),
                     lims_query_text(query, 3),
                     0,
                     0};

  if (lims_query_int(query, 4))
    take(editions, &edition, TRUE);
  else
    g_hash_table_insert(editions->ended, g_strdup(edition.code), g_strdup(lims_query_text(query, 5)));
}

LimsLimitEditions *lims_limit_editions_new(LimsDb *db, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT code, standard, effective_from, COALESCE(effective_to, ''), imported, COALESCE(ended, '') FROM "
      "limit_set WHERE imported = 1 OR ended IS NOT NULL ORDER BY code",
      NULL);
  g_autoptr(LimsLimitEditions) editions = g_new0(LimsLimitEditions, 1);
  GError *problem = NULL;

  editions->taken = g_array_new(FALSE, FALSE, sizeof(Taken));
  g_array_set_clear_func(editions->taken, taken_clear);
  editions->ended = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  if (!query)
    return NULL;
  while (lims_query_next(query, &problem))
    take_stored(editions, query);
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&editions);
}

void lims_limit_editions_free(LimsLimitEditions *editions) {
  if (!editions)
    return;
  g_array_unref(editions->taken);
  g_hash_table_unref(editions->ended);
  g_free(editions);
}

static gboolean check_taken(const Edition *edition, const Taken *taken, GError **error) {
  Edition old = {taken->code, taken->standard, taken->from, taken->to, 0, 0};

  if (!read_days(&old) || !overlaps(edition, &old))
    return TRUE;
  return refuse(edition, &old,
                taken->imported ? "that one was imported: import it again with an effective_to that fits"
                                : "mend their dates",
                error);
}

static gboolean is_imported(const LimsLimitEditions *editions, const char *code) {
  for (guint i = 0; i < editions->taken->len; i++) {
    const Taken *taken = &g_array_index(editions->taken, Taken, i);

    if (taken->imported && strcmp(taken->code, code) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The earlier of the two ends; one before the set's beginning was of other dates. */
static const char *end_of(const LimsLimitEditions *editions, const LimsLimitSetRow *set) {
  const char *ended = g_hash_table_lookup(editions->ended, set->code);

  return ended && strcmp(ended, set->from) >= 0 && (*set->to == '\0' || strcmp(ended, set->to) < 0) ? ended
                                                                                                    : set->to;
}

gboolean lims_limit_editions_add(LimsLimitEditions *editions, const LimsLimitSetRow *set, GError **error) {
  Edition edition = edition_of(set);

  edition.to = end_of(editions, set);
  if (is_imported(editions, set->code) ||
      !read_days(&edition)) /* of days that are none its own check speaks */
    return TRUE;
  for (guint i = 0; i < editions->taken->len; i++)
    if (!check_taken(&edition, &g_array_index(editions->taken, Taken, i), error))
      return FALSE;
  take(editions, &edition, FALSE);
  return TRUE;
}
