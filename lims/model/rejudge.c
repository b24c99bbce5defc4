/* Judging anew.
 *
 * A new edition may touch every sample that a laboratory ever had. To judge them all in one transaction would
 * keep results waiting for minutes; to lose the place at a stop would leave half of them by the old limits
 * and nobody would know which. So the place is a row, moved in the transaction of the verdicts that it stands
 * for, and a step takes no longer than a person notices. One sample with a damaged row must not keep all
 * others from their new limits: it keeps its verdicts, and the log says which it is. What may pass (a full
 * disk) fails the step instead, and what is wrong with all (the catalogue) as well.
 */
#include "lims/model/rejudge.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/lab.h"

#include <string.h>

#define STEP_US (20 * G_TIME_SPAN_MILLISECOND)
#define LOOKED_AT 20    /* samples read for each that may be judged: those without a value are passed over */
#define STEP_SAMPLES 50 /* of a tool that waits anyway */
#define LONGEST_CAUSE 400

/* ---- asking for it ---- */

static gboolean add_row(LimsDb *db, guint lab, const char *cause, const char *who, GError **error) {
  gint64 id = lims_db_new_id(db, lab), seq = lims_db_change(db, lab, "rejudgement", id, error);

  return seq != 0 &&
         lims_db_run(db, error,
                     "INSERT INTO rejudgement(lab, id, cause, who, at_us, after_sample, samples, verdicts, "
                     "done_us, seq) VALUES(:lab, :id, :cause, :who, :now, 0, 0, 0, NULL, :seq)",
                     "lab:i", (gint64)lab, "id:i", id, "cause:s", cause, "who:s", who, "now:i",
                     lims_db_now_us(db), "seq:i", seq, NULL);
}

/* Samples judged already were judged without the new cause. */
static gboolean begin_again(LimsDb *db, guint lab, gint64 id, const char *causes, const char *cause,
                            GError **error) {
  gint64 seq = lims_db_change(db, lab, "rejudgement", id, error);
  gboolean known = strstr(causes, cause) != NULL || strlen(causes) > LONGEST_CAUSE;
  g_autofree char *all = known ? g_strdup(causes) : g_strconcat(causes, "; ", cause, NULL);

  return seq != 0 && lims_db_run(db, error,
                                 "UPDATE rejudgement SET cause = :cause, after_sample = 0, seq = :seq WHERE "
                                 "lab = :lab AND id = :id",
                                 "cause:s", all, "seq:i", seq, "lab:i", (gint64)lab, "id:i", id, NULL);
}

static gboolean request_lab(LimsDb *db, guint lab, const char *cause, const char *who, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error, "SELECT id, cause FROM rejudgement WHERE lab = :lab AND done_us IS NULL",
                    "lab:i", (gint64)lab, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  if (lims_query_next(query, &problem)) {
    g_autofree char *causes = g_strdup(lims_query_text(query, 1));

    return begin_again(db, lab, lims_query_int(query, 0), causes, cause, error);
  }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL && add_row(db, lab, cause, who, error);
}

/* Those that have values at all. */
static GArray *list_labs(LimsDb *db, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT id FROM lab WHERE EXISTS(SELECT 1 FROM determination d WHERE d.lab = lab.id) ORDER BY id",
      NULL);
  g_autoptr(GArray) labs = g_array_new(FALSE, FALSE, sizeof(guint));
  GError *problem = NULL;

  if (!query)
    return NULL;
  while (lims_query_next(query, &problem)) {
    guint lab = (guint)lims_query_int(query, 0);

    g_array_append_val(labs, lab);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&labs);
}

gboolean lims_rejudge_request(LimsDb *db, const char *cause, const char *who, GError **error) {
  g_autoptr(GArray) labs = list_labs(db, error);

  for (guint i = 0; labs && i < labs->len; i++)
    if (!request_lab(db, g_array_index(labs, guint, i), cause, who, error))
      return FALSE;
  return labs != NULL;
}

/* ---- doing it ---- */

typedef struct {
  guint lab;
  gint64 id, after;         /* the last sample done */
  gint64 samples, verdicts; /* of this step */
  gint64 skipped;
} Open;

typedef struct {
  gint64 id;
  gboolean has_values;
} Next;

/* FALSE without an error: none is open. */
static gboolean read_open(LimsDb *db, Open *out, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT lab, id, after_sample FROM rejudgement WHERE done_us IS NULL ORDER BY lab, id LIMIT 1", NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  *out = (Open){.lab = (guint)lims_query_int(query, 0),
                .id = lims_query_int(query, 1),
                .after = lims_query_int(query, 2)};
  return TRUE;
}

/* In the order of ids. A void sample keeps what it has. */
static GArray *read_next(LimsDb *db, const Open *open, guint count, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT s.id, s.voided_at_us IS NULL AND EXISTS(SELECT 1 FROM determination d WHERE d.lab = s.lab AND "
      "d.sample = s.id) FROM sample s WHERE s.lab = :lab AND s.id > :after ORDER BY s.id LIMIT :count",
      "lab:i", (gint64)open->lab, "after:i", open->after, "count:i", (gint64)count, NULL);
  g_autoptr(GArray) samples = g_array_new(FALSE, FALSE, sizeof(Next));
  GError *problem = NULL;

  if (!query)
    return NULL;
  while (lims_query_next(query, &problem)) {
    Next next = {lims_query_int(query, 0), lims_query_int(query, 1) != 0};

    g_array_append_val(samples, next);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&samples);
}

/* Of the sample itself, and so the same at every try. */
static gboolean is_its_own_fault(const GError *error) {
  return error->domain == LIMS_ERROR &&
         (error->code == LIMS_ERROR_INVALID || error->code == LIMS_ERROR_NOT_FOUND ||
          error->code == LIMS_ERROR_CONFLICT || error->code == LIMS_ERROR_INTERNAL);
}

/* Takes the error. */
static gboolean skip(LimsDb *db, Open *open, gint64 sample, GError *problem, GError **error) {
  g_autofree char *number = NULL;

  if (!is_its_own_fault(problem)) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  lims_db_get_text(db, &number, NULL, "SELECT number FROM sample WHERE lab = :lab AND id = :id", "lab:i",
                   (gint64)open->lab, "id:i", sample, NULL);
  g_warning("judging anew: sample %s: %s: it keeps the verdicts it has", number ? number : "?",
            problem->message);
  g_error_free(problem);
  open->skipped++;
  return lims_db_run(db, error, "ROLLBACK TO sample", NULL) && lims_db_run(db, error, "RELEASE sample", NULL);
}

static gboolean renew_apart(LimsDb *db, Open *open, gint64 sample, GError **error) {
  GError *problem = NULL;

  if (!lims_db_run(db, error, "SAVEPOINT sample", NULL))
    return FALSE;
  if (lims_verdict_renew_sample(db, open->lab, sample, &problem))
    return lims_db_run(db, error, "RELEASE sample", NULL);
  return skip(db, open, sample, problem, error);
}

static gboolean judge_sample(LimsDb *db, Open *open, gint64 sample, GError **error) {
  gint64 written = 0;

  if (!renew_apart(db, open, sample, error) ||
      !lims_db_get_int(
          db, &written, error,
          "SELECT COUNT(*) FROM verdict WHERE lab = :lab AND sample = :sample AND committed_us = :now",
          "lab:i", (gint64)open->lab, "sample:i", sample, "now:i", lims_db_now_us(db), NULL))
    return FALSE;
  open->samples++;
  open->verdicts += written;
  return TRUE;
}

/* Until the samples are through, enough are judged, or the time is up. */
static gboolean judge_some(LimsDb *db, Open *open, const GArray *samples, guint most, GError **error) {
  gint64 until = g_get_monotonic_time() + STEP_US;

  for (guint i = 0; i < samples->len; i++) {
    const Next *next = &g_array_index(samples, Next, i);

    if (next->has_values && open->samples > 0 && (open->samples >= most || g_get_monotonic_time() > until))
      return TRUE;
    if (next->has_values && !judge_sample(db, open, next->id, error))
      return FALSE;
    open->after = next->id;
  }
  return TRUE;
}

static gboolean move_on(LimsDb *db, const Open *open, GError **error) {
  return lims_db_run(
      db, error,
      "UPDATE rejudgement SET after_sample = :after, samples = samples + :samples, verdicts = verdicts + "
      ":verdicts, skipped = skipped + :skipped WHERE lab = :lab AND id = :id",
      "after:i", open->after, "samples:i", open->samples, "verdicts:i", open->verdicts, "skipped:i",
      open->skipped, "lab:i", (gint64)open->lab, "id:i", open->id, NULL);
}

static gboolean close_row(LimsDb *db, const Open *open, GError **error) {
  gint64 seq = lims_db_change(db, open->lab, "rejudgement", open->id, error);

  return seq != 0 &&
         lims_db_run(
             db, error, "UPDATE rejudgement SET done_us = :now, seq = :seq WHERE lab = :lab AND id = :id",
             "now:i", lims_db_now_us(db), "seq:i", seq, "lab:i", (gint64)open->lab, "id:i", open->id, NULL);
}

static gboolean step_open(LimsDb *db, Open *open, guint most, GError **error) {
  g_autoptr(GArray) samples = read_next(db, open, most * LOOKED_AT, error);

  if (!samples || !lims_catalogue_current(db, error) || !lims_lab_zone(db, open->lab, error))
    return FALSE;
  if (samples->len == 0)
    return close_row(db, open, error);
  return judge_some(db, open, samples, most, error) && move_on(db, open, error);
}

gboolean lims_rejudge_step(LimsDb *db, guint max_samples, gboolean *out_done, GError **error) {
  GError *problem = NULL;
  Open open;
  gboolean found = read_open(db, &open, &problem);

  *out_done = !found;
  if (found)
    return step_open(db, &open, MAX(max_samples, 1), error);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean step_job(LimsDb *db, gpointer done, GError **error) {
  return lims_rejudge_step(db, STEP_SAMPLES, done, error);
}

gboolean lims_rejudge_finish(LimsStore *store, GError **error) {
  gboolean done = FALSE;

  while (!done)
    if (!lims_store_write(store, step_job, &done, error))
      return FALSE;
  return TRUE;
}

/* ---- what would differ ---- */

void lims_rejudge_count_clear(LimsRejudgeCount *count) {
  g_clear_pointer(&count->problem, g_free);
}

typedef struct {
  LimsDb *db;
  LimsCatalogue *catalogue;
  const LimsRejudgeFilter *filter;
  LimsRejudgeEach each;
  gpointer data;
  LimsRejudgeCount *count;
  LimsRejudgeDifference difference;
} Comparing;

static gboolean take_difference(const LimsVerdictDifference *verdict, gpointer data, GError **error) {
  Comparing *comparing = data;

  comparing->difference.verdict = verdict;
  comparing->each(&comparing->difference, comparing->data);
  return TRUE;
}

static gboolean has_analyte(Comparing *comparing, guint lab, gint64 sample, GError **error) {
  g_autoptr(LimsQuery) query = NULL;

  if (!comparing->filter->analytes)
    return TRUE;
  query = lims_db_query(comparing->db, error,
                        "SELECT DISTINCT analyte FROM determination WHERE lab = :lab AND sample = :sample",
                        "lab:i", (gint64)lab, "sample:i", sample, NULL);
  while (query && lims_query_next(query, error))
    if (g_hash_table_contains(comparing->filter->analytes, lims_query_text(query, 0)))
      return TRUE;
  return FALSE;
}

/* Takes the error, which may be NULL. */
static gboolean pass_over(Comparing *comparing, GError *problem, GError **error) {
  LimsRejudgeCount *count = comparing->count;

  if (problem && !is_its_own_fault(problem)) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  count->samples += problem == NULL;
  count->skipped += problem != NULL;
  if (problem && !count->problem)
    count->problem = g_strdup_printf("sample %s: %s", comparing->difference.sample, problem->message);
  g_clear_error(&problem);
  return TRUE;
}

/* Columns: id, number, commodity. */
static gboolean compare_sample(Comparing *comparing, guint lab, LimsQuery *row, GError **error) {
  gint64 sample = lims_query_int(row, 0);
  GError *problem = NULL;

  comparing->difference.sample = lims_query_text(row, 1);
  comparing->difference.commodity = lims_query_text(row, 2);
  if (!has_analyte(comparing, lab, sample, &problem)) {
    if (problem)
      g_propagate_error(error, problem);
    return problem == NULL;
  }
  lims_verdict_compare_sample(comparing->db, comparing->catalogue, lab, sample, take_difference, comparing,
                              &problem);
  return pass_over(comparing, problem, error);
}

#define SAMPLES                                                                                              \
  "SELECT s.id, s.number, s.commodity_name FROM sample s WHERE s.lab = :lab AND s.voided_at_us IS NULL AND " \
  "EXISTS(SELECT 1 FROM determination d WHERE d.lab = s.lab AND d.sample = s.id) AND "

static LimsQuery *query_by_sampling(LimsDb *db, guint lab, gint64 from_us, gint64 to_us, GError **error) {
  return lims_db_query(db, error,
                       SAMPLES
                       "COALESCE(s.sampled_at_us, s.registered_at_us) >= :from AND COALESCE(s.sampled_at_us, "
                       "s.registered_at_us) < :to ORDER BY s.id",
                       "lab:i", (gint64)lab, "from:i", from_us, "to:i", to_us, NULL);
}

static LimsQuery *query_by_any_date(LimsDb *db, guint lab, const LimsRejudgeFilter *filter, gint64 from_us,
                                    gint64 to_us, GError **error) {
  g_autofree char *first = lims_time_day_to_string(filter->from), *last = lims_time_day_to_string(filter->to);

  return lims_db_query(
      db, error,
      SAMPLES "((s.produced_on IS NULL AND s.purchased_on IS NULL AND s.sampled_at_us IS NULL) OR "
              "s.produced_on BETWEEN :first AND :last OR s.purchased_on BETWEEN :first AND :last OR "
              "(s.sampled_at_us >= :from AND s.sampled_at_us < :to)) ORDER BY s.id",
      "lab:i", (gint64)lab, "first:s", first, "last:s", last, "from:i", from_us, "to:i", to_us, NULL);
}

static gboolean compare_lab(Comparing *comparing, const LimsLab *lab, GError **error) {
  const LimsRejudgeFilter *filter = comparing->filter;
  GTimeZone *zone = lims_lab_zone(comparing->db, lab->id, error);
  g_autoptr(LimsQuery) query = NULL;
  GError *problem = NULL;
  gint64 from_us, to_us;

  if (!zone)
    return FALSE;
  comparing->difference.lab = lab->code;
  lims_time_period_range(filter->from, filter->to, zone, &from_us, &to_us);
  query = filter->by == LIMS_REJUDGE_BY_SAMPLING
              ? query_by_sampling(comparing->db, lab->id, from_us, to_us, error)
              : query_by_any_date(comparing->db, lab->id, filter, from_us, to_us, error);
  while (query && !problem && lims_query_next(query, &problem))
    compare_sample(comparing, lab->id, query, &problem);
  if (problem)
    g_propagate_error(error, problem);
  return query && !problem;
}

gboolean lims_rejudge_compare(LimsDb *db, LimsCatalogue *catalogue, const LimsRejudgeFilter *filter,
                              LimsRejudgeEach each, gpointer data, LimsRejudgeCount *out, GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  Comparing comparing = {
      .db = db, .catalogue = catalogue, .filter = filter, .each = each, .data = data, .count = out};

  *out = (LimsRejudgeCount){0};

  for (guint i = 0; labs && i < labs->len; i++) {
    const LimsLab *lab = g_ptr_array_index(labs, i);

    if ((filter->lab < 0 || (guint)filter->lab == lab->id) && !compare_lab(&comparing, lab, error))
      return FALSE;
  }
  return labs != NULL;
}
