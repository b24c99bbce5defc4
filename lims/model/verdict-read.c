/* Reading for the judge. This is the hot path of ingest: a message brings fifty analytes of one sample, so
 * the sample, its values, preparations and standing verdicts are read in four queries for all of them, and
 * their texts go into one chunk.
 */
#include "lims/model/verdict-private.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/lab.h"

#include <string.h>

static const struct {
  const char *name;
  LimsJudgeBasis basis;
} BASES[] = {
    {"sample", LIMS_JUDGE_SAMPLE},
    {"solution", LIMS_JUDGE_SOLUTION},
    {"screen", LIMS_JUDGE_SCREEN},
};

/* NULL stays NULL. */
static const char *keep(LimsJudging *judging, const char *text) {
  return text ? g_string_chunk_insert(judging->texts, text) : NULL;
}

/* ---- the sample ---- */

/* yyyymmdd; 0: unknown. */
static int read_day(const char *text) {
  int day = 0;

  if (text)
    lims_time_parse_date(text, &day);
  return day;
}

static int day_of(gint64 us, GTimeZone *zone) {
  g_autofree char *date = us ? lims_time_to_date(us, zone) : NULL;

  return read_day(date);
}

static void take_sample(LimsJudging *judging, LimsQuery *query, GTimeZone *zone) {
  judging->site = lims_query_int(query, 0);
  judging->input.commodity = keep(judging, lims_query_text(query, 1));
  judging->input.sampled_on = day_of(lims_query_int(query, 2), zone);
  judging->input.produced_on = read_day(lims_query_text(query, 3));
  judging->input.purchased_on = read_day(lims_query_text(query, 4));
  judging->tested = !lims_query_is_null(query, 5);
}

static gboolean read_sample(LimsJudging *judging, GTimeZone *zone, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      judging->db, error,
      "SELECT site, commodity, sampled_at_us, produced_on, purchased_on, first_tested_us FROM sample "
      "WHERE lab = :lab AND id = :sample",
      "lab:i", (gint64)judging->lab, "sample:i", judging->sample, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  if (lims_query_next(query, &problem)) {
    take_sample(judging, query, zone);
    return TRUE;
  }
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "sample with id %" G_GINT64_FORMAT ": laboratory number %u has none", judging->sample,
                judging->lab);
  return FALSE;
}

/* ---- values ---- */

static LimsJudgeBasis read_basis(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(BASES); i++)
    if (g_strcmp0(BASES[i].name, name) == 0)
      return BASES[i].basis;
  return LIMS_JUDGE_SAMPLE;
}

/* Stored units are canonical, and those of a sample mostly one and the same: the last one is remembered. */
static const LimsUnit *read_unit(LimsJudging *judging, const char *name) {
  if (!judging->unit || strcmp(judging->unit->name, name) != 0)
    judging->unit = lims_unit_find(name);
  return judging->unit;
}

/* Columns from 1: id, printed, state, number, unit, basis, replicate, run. What cannot be read stays
 * unreadable.
 */
static LimsDetermination read_value(LimsJudging *judging, LimsQuery *query) {
  LimsDetermination value = {
      .id = lims_query_int(query, 1),
      .value.printed = (char *)keep(judging, lims_query_text(query, 2)),
      .value.state = LIMS_VALUE_UNREADABLE,
      .unit = read_unit(judging, lims_query_text(query, 5)),
      .basis = read_basis(lims_query_text(query, 6)),
      .replicate = (guint)lims_query_int(query, 7),
      .run = lims_query_int(query, 8),
  };
  const char *number = lims_query_text(query, 4);

  lims_value_state_parse(lims_query_text(query, 3), &value.value.state);
  value.value.has_number = number && lims_decimal_parse(number, &value.value.number);
  return value;
}

static void take_value(LimsJudging *judging, LimsQuery *query) {
  const char *analyte = g_string_chunk_insert_const(judging->texts, lims_query_text(query, 0));
  LimsDetermination value = read_value(judging, query);

  g_array_append_val(judging->values, value);
  g_ptr_array_add(judging->analytes, (gpointer)analyte);
  if (!g_hash_table_contains(judging->first, analyte))
    g_hash_table_insert(judging->first, (gpointer)analyte, GUINT_TO_POINTER(judging->values->len));
}

static gboolean read_values(LimsJudging *judging, const char *only, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(judging->db, error,
                    "SELECT analyte, id, printed, state, number, unit, basis, replicate, "
                    "COALESCE(transmission, id) FROM determination "
                    "WHERE lab = :lab AND sample = :sample AND replaced_by IS NULL "
                    "AND (CAST(:only AS TEXT) IS NULL OR analyte = :only) ORDER BY analyte, id",
                    "lab:i", (gint64)judging->lab, "sample:i", judging->sample, "only:s", only, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_value(judging, query);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- standing verdicts ---- */

static void take_standing(LimsJudging *judging, LimsQuery *query) {
  LimsStanding standing = {
      .id = lims_query_int(query, 1),
      .determination = lims_query_int(query, 2),
      .preparation = lims_query_int(query, 3),
      .limit_id = lims_query_int(query, 4),
      .verdict = keep(judging, lims_query_text(query, 5)),
      .reason_code = keep(judging, lims_query_text(query, 6)),
      .value_text = keep(judging, lims_query_text(query, 7)),
      .value_unit = keep(judging, lims_query_text(query, 8)),
      .limit_set = keep(judging, lims_query_text(query, 9)),
      .limit_text = keep(judging, lims_query_text(query, 10)),
  };

  g_array_append_val(judging->standing, standing);
  g_hash_table_insert(judging->stands, (gpointer)keep(judging, lims_query_text(query, 0)),
                      GUINT_TO_POINTER(judging->standing->len));
}

static gboolean read_standing(LimsJudging *judging, const char *only, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      judging->db, error,
      "SELECT analyte, id, determination, preparation, limit_id, verdict, reason_code, value_text, "
      "value_unit, limit_set, limit_text FROM verdict WHERE lab = :lab AND sample = :sample "
      "AND current = 1 AND (CAST(:only AS TEXT) IS NULL OR analyte = :only)",
      "lab:i", (gint64)judging->lab, "sample:i", judging->sample, "only:s", only, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_standing(judging, query);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- all of it ---- */

static void judging_init(LimsJudging *judging, LimsDb *db, guint lab, gint64 sample) {
  *judging = (LimsJudging){
      .db = db,
      .lab = lab,
      .sample = sample,
      .texts = g_string_chunk_new(4096),
      .values = g_array_new(FALSE, FALSE, sizeof(LimsDetermination)),
      .analytes = g_ptr_array_new(),
      .first = g_hash_table_new(g_str_hash, g_str_equal),
      .standing = g_array_new(FALSE, FALSE, sizeof(LimsStanding)),
      .stands = g_hash_table_new(g_str_hash, g_str_equal),
  };
}

void lims_judging_clear(LimsJudging *judging) {
  if (!judging->texts)
    return;
  g_string_chunk_free(judging->texts);
  g_array_unref(judging->values);
  g_ptr_array_unref(judging->analytes);
  g_hash_table_unref(judging->first);
  g_array_unref(judging->standing);
  g_hash_table_unref(judging->stands);
  g_clear_pointer(&judging->preparations, g_array_unref);
}

gboolean lims_judging_read(LimsJudging *judging, LimsDb *db, guint lab, gint64 sample, const char *only,
                           GError **error) {
  GTimeZone *zone = lims_lab_zone(db, lab, error);

  judging_init(judging, db, lab, sample);
  if (!zone)
    return FALSE;
  judging->week = lims_time_week(lims_db_now_us(db), zone);
  judging->catalogue = lims_catalogue_current(db, error);
  if (!judging->catalogue || !read_sample(judging, zone, error) || !read_values(judging, only, error) ||
      !read_standing(judging, only, error))
    return FALSE;
  judging->preparations = lims_preparation_read(db, lab, sample, error);
  return judging->preparations != NULL;
}

/* ---- an analyte of it ---- */

/* The newest of the analyte itself, else the newest for all. */
static const LimsPreparation *choose_preparation(const GArray *preparations, const char *analyte) {
  const LimsPreparation *for_all = NULL;

  for (guint i = 0; i < preparations->len; i++) {
    const LimsPreparationRow *row = &g_array_index(preparations, LimsPreparationRow, i);

    if (row->analyte && strcmp(row->analyte, analyte) == 0)
      return &row->preparation;
    if (!row->analyte && !for_all)
      for_all = &row->preparation;
  }
  return for_all;
}

void lims_judging_choose(LimsJudging *judging, const char *analyte) {
  guint first = GPOINTER_TO_UINT(g_hash_table_lookup(judging->first, analyte));
  guint count = 0;

  judging->input.analyte = analyte;
  judging->input.preparation = choose_preparation(judging->preparations, analyte);
  judging->input.determinations = NULL;
  if (first > 0) {
    judging->input.determinations = &g_array_index(judging->values, LimsDetermination, first - 1);
    while (first - 1 + count < judging->analytes->len &&
           strcmp(g_ptr_array_index(judging->analytes, first - 1 + count), analyte) == 0)
      count++;
  }
  judging->input.count = count;
}

const LimsStanding *lims_judging_standing(const LimsJudging *judging, const char *analyte) {
  guint place = GPOINTER_TO_UINT(g_hash_table_lookup(judging->stands, analyte));

  return place ? &g_array_index(judging->standing, LimsStanding, place - 1) : NULL;
}
