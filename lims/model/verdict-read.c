/* Reading for the judge. This is the hot path of ingest: a message brings fifty analytes of one sample, so
 * the sample, its values, preparations, facts and standing verdicts are read once for all of them, and their
 * texts go into one chunk.
 */
#include "lims/model/verdict-private.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/lab.h"
#include "lims/model/sample-fact.h"

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

/* What cannot be read stays unreadable. */
static LimsDetermination read_value(LimsJudging *judging, LimsQuery *query) {
  LimsDetermination value = {
      .analyte = g_string_chunk_insert_const(judging->texts, lims_query_text(query, 0)),
      .id = lims_query_int(query, 1),
      .value.printed = (char *)keep(judging, lims_query_text(query, 2)),
      .value.state = LIMS_VALUE_UNREADABLE,
      .unit = read_unit(judging, lims_query_text(query, 5)),
      .basis = read_basis(lims_query_text(query, 6)),
      .replicate = (guint)lims_query_int(query, 7),
      .run = lims_query_int(query, 8),
      .method = lims_query_is_null(query, 9)
                    ? NULL
                    : g_string_chunk_insert_const(judging->texts, lims_query_text(query, 9)),
  };
  const char *number = lims_query_text(query, 4);

  lims_value_state_parse(lims_query_text(query, 3), &value.value.state);
  value.value.has_number = number && lims_decimal_parse(number, &value.value.number);
  return value;
}

static gboolean read_values(LimsJudging *judging, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(judging->db, error,
                    "SELECT analyte, id, printed, state, number, unit, basis, replicate, "
                    "COALESCE(transmission, id), method FROM determination "
                    "WHERE lab = :lab AND sample = :sample AND replaced_by IS NULL",
                    "lab:i", (gint64)judging->lab, "sample:i", judging->sample, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem)) {
    LimsDetermination value = read_value(judging, query);

    g_array_append_val(judging->values, value);
  }
  lims_determinations_sort((LimsDetermination *)(gpointer)judging->values->data, judging->values->len);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- standing verdicts ---- */

static void take_standing(LimsJudging *judging, LimsQuery *query) {
  LimsStanding standing = {
      .analyte = keep(judging, lims_query_text(query, 0)),
      .id = lims_query_int(query, 1),
      .determination = lims_query_int(query, 2),
      .preparation = lims_query_int(query, 3),
      .verdict = keep(judging, lims_query_text(query, 4)),
      .reason_code = keep(judging, lims_query_text(query, 5)),
      .value_text = keep(judging, lims_query_text(query, 6)),
      .value_unit = keep(judging, lims_query_text(query, 7)),
      .limit_set = keep(judging, lims_query_text(query, 8)),
      .node_path = keep(judging, lims_query_text(query, 9)),
      .limit_text = keep(judging, lims_query_text(query, 10)),
      .limit_unit = keep(judging, lims_query_text(query, 11)),
      .limit_used = keep(judging, lims_query_text(query, 12)),
  };

  g_array_append_val(judging->standing, standing);
}

static void clear_standing(gpointer data) {
  g_clear_pointer(&((LimsStanding *)data)->parts, g_array_unref);
}

static int compare_standing(gconstpointer a, gconstpointer b) {
  return strcmp(((const LimsStanding *)a)->analyte, ((const LimsStanding *)b)->analyte);
}

static gboolean read_standing(LimsJudging *judging, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      judging->db, error,
      "SELECT analyte, id, determination, preparation, verdict, reason_code, value_text, value_unit, "
      "limit_set, node_path, limit_text, limit_unit, limit_used FROM verdict "
      "WHERE lab = :lab AND sample = :sample AND current = 1",
      "lab:i", (gint64)judging->lab, "sample:i", judging->sample, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_standing(judging, query);
  g_array_sort(judging->standing, compare_standing);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

const LimsStanding *lims_judging_standing(const LimsJudging *judging, const char *analyte) {
  LimsStanding key = {.analyte = analyte};
  guint place;

  return g_array_binary_search(judging->standing, &key, compare_standing, &place)
             ? &g_array_index(judging->standing, LimsStanding, place)
             : NULL;
}

static void take_part(LimsJudging *judging, LimsQuery *query) {
  LimsStanding *standing = (LimsStanding *)lims_judging_standing(judging, lims_query_text(query, 0));
  gint64 part = lims_query_int(query, 1);

  if (!standing)
    return;
  if (!standing->parts)
    standing->parts = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_array_append_val(standing->parts, part);
}

/* What the standing verdicts counted. */
static gboolean read_standing_parts(LimsJudging *judging, GError **error) {
  g_autoptr(LimsQuery) query = NULL;
  GError *problem = NULL;

  if (judging->standing->len == 0)
    return TRUE;
  query =
      lims_db_query(judging->db, error,
                    "SELECT v.analyte, p.determination FROM verdict v JOIN verdict_part p ON p.lab = v.lab "
                    "AND p.verdict = v.id WHERE v.lab = :lab AND v.sample = :sample AND v.current = 1",
                    "lab:i", (gint64)judging->lab, "sample:i", judging->sample, NULL);
  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_part(judging, query);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- preparations ---- */

static gboolean read_preparations(LimsJudging *judging, GError **error) {
  g_autoptr(GArray) rows = lims_preparation_read(judging->db, judging->lab, judging->sample, error);

  for (guint i = 0; rows && i < rows->len; i++) {
    const LimsPreparationRow *row = &g_array_index(rows, LimsPreparationRow, i);
    LimsPreparation preparation = row->preparation;

    preparation.analyte = keep(judging, row->analyte);
    g_array_append_val(judging->preparations, preparation);
  }
  return rows != NULL;
}

/* ---- all of it ---- */

static void judging_init(LimsJudging *judging, LimsDb *db, guint lab, gint64 sample) {
  *judging = (LimsJudging){
      .db = db,
      .lab = lab,
      .sample = sample,
      .texts = g_string_chunk_new(4096),
      .values = g_array_new(FALSE, FALSE, sizeof(LimsDetermination)),
      .preparations = g_array_new(FALSE, FALSE, sizeof(LimsPreparation)),
      .standing = g_array_new(FALSE, FALSE, sizeof(LimsStanding)),
  };
  g_array_set_clear_func(judging->standing, clear_standing);
}

void lims_judging_clear(LimsJudging *judging) {
  if (!judging->texts)
    return;
  g_string_chunk_free(judging->texts);
  g_array_unref(judging->values);
  g_array_unref(judging->preparations);
  g_array_unref(judging->standing);
}

gboolean lims_judging_read(LimsJudging *judging, LimsDb *db, LimsCatalogue *catalogue, guint lab,
                           gint64 sample, GError **error) {
  GTimeZone *zone = lims_lab_zone(db, lab, error);

  judging_init(judging, db, lab, sample);
  if (!zone)
    return FALSE;
  judging->week = lims_time_week(lims_db_now_us(db), zone);
  judging->catalogue = catalogue ? catalogue : lims_catalogue_current(db, error);
  if (!judging->catalogue || !read_sample(judging, zone, error) || !read_values(judging, error) ||
      !read_standing(judging, error) || !read_standing_parts(judging, error) ||
      !read_preparations(judging, error) ||
      !lims_sample_facts_read(db, lab, sample, &judging->input.facts, error))
    return FALSE;
  judging->input.determinations = (const LimsDetermination *)(gpointer)judging->values->data;
  judging->input.count = judging->values->len;
  judging->input.preparations = (const LimsPreparation *)(gpointer)judging->preparations->data;
  judging->input.preparation_count = judging->preparations->len;
  return TRUE;
}

/* ---- an analyte after the other ---- */

typedef struct {
  LimsJudging *judging;
  LimsJudgingTake take;
  gpointer data;
  GHashTable *elsewhere; /* subjects met that have no value of their own → themselves */
} Pass;

static gboolean has_values(const LimsJudging *judging, const char *analyte) {
  guint count;

  lims_judge_values(&judging->input, analyte, &count);
  return count > 0;
}

/* A verdict that belongs to another analyte comes with that one's own turn. */
static gboolean judge_one(Pass *pass, const char *analyte, GError **error) {
  LimsJudging *judging = pass->judging;
  LimsVerdict verdict;
  gboolean done = TRUE;

  lims_judge(judging->catalogue, &judging->input, analyte, &verdict);
  if (strcmp(verdict.subject, analyte) == 0)
    done = pass->take(judging, &verdict, pass->data, error);
  else if (!has_values(judging, verdict.subject))
    g_hash_table_add(pass->elsewhere, (gpointer)keep(judging, verdict.subject));
  lims_verdict_clear(&verdict);
  return done;
}

static gboolean judge_valued(Pass *pass, GError **error) {
  const LimsJudgeInput *input = &pass->judging->input;

  for (guint i = 0; i < input->count; i++)
    if (i == 0 || strcmp(input->determinations[i].analyte, input->determinations[i - 1].analyte) != 0)
      if (!judge_one(pass, input->determinations[i].analyte, error))
        return FALSE;
  return TRUE;
}

static gboolean judge_elsewhere(Pass *pass, GError **error) {
  g_autoptr(GList) subjects = g_list_sort(g_hash_table_get_keys(pass->elsewhere), (GCompareFunc)strcmp);

  for (GList *at = subjects; at; at = at->next)
    if (!judge_one(pass, at->data, error))
      return FALSE;
  return TRUE;
}

gboolean lims_judging_each(LimsJudging *judging, LimsJudgingTake take, gpointer data, GError **error) {
  g_autoptr(GHashTable) elsewhere = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, NULL);
  Pass pass = {judging, take, data, elsewhere};

  return judge_valued(&pass, error) && judge_elsewhere(&pass, error);
}
