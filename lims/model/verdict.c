/* Verdicts. What a limit said on the day is copied onto the row, so that a new edition changes nothing that
 * was issued; what comes late makes a new row; what comes again makes none. The exceedance of a verdict that
 * no longer stands is withdrawn in the same transaction, so that no reader ever sees two of one pair.
 */
#include "lims/model/verdict-private.h"
#include "lims/model/catalogue-store.h"

#include <string.h>

/* ---- what changed ---- */

static const char *unit_name(const LimsUnit *unit) {
  return unit ? unit->name : "";
}

/* By what it says, not by its row's number: a set that is imported again keeps its verdicts. */
static gboolean is_same_limit(const LimsStanding *standing, const LimsLimit *limit) {
  if (!limit)
    return standing->limit_set == NULL;
  return g_strcmp0(standing->limit_set, limit->set->set) == 0 &&
         g_strcmp0(standing->node_path, limit->node_path) == 0 &&
         g_strcmp0(standing->limit_text, limit->text) == 0 &&
         strcmp(standing->limit_unit ? standing->limit_unit : "", unit_name(limit->unit)) == 0;
}

static gboolean is_counted(const GArray *parts, gint64 id) {
  for (guint i = 0; i < parts->len; i++)
    if (g_array_index(parts, gint64, i) == id)
      return TRUE;
  return FALSE;
}

/* A component that was not detected changes no sum, but it is no longer missing. */
static gboolean is_same_count(const GArray *before, const GArray *after) {
  guint count = before ? before->len : 0;

  if (count != (after ? after->len : 0))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!is_counted(before, g_array_index(after, gint64, i)))
      return FALSE;
  return TRUE;
}

static gboolean is_same(const LimsStanding *standing, const LimsVerdict *verdict) {
  return standing->determination == verdict->determination && standing->preparation == verdict->preparation &&
         strcmp(standing->verdict, lims_verdict_kind_name(verdict->kind)) == 0 &&
         strcmp(standing->reason_code, verdict->reason_code) == 0 &&
         strcmp(standing->value_text, verdict->value_text) == 0 &&
         strcmp(standing->value_unit, unit_name(verdict->value_unit)) == 0 &&
         g_strcmp0(standing->limit_used, verdict->limit_used) == 0 &&
         is_same_limit(standing, verdict->limit) && is_same_count(standing->parts, verdict->parts);
}

static gboolean needs_preparation(const LimsVerdict *verdict) {
  return strcmp(verdict->reason_code, "needs-preparation") == 0;
}

/* ---- taking back ---- */

static gboolean withdraw(LimsJudging *judging, gint64 exceedance, GError **error) {
  gint64 seq = lims_db_change(judging->db, judging->lab, "exceedance", exceedance, error);

  return seq != 0 && lims_db_run(judging->db, error,
                                 "UPDATE exceedance SET withdrawn_seq = :seq WHERE lab = :lab AND id = :id",
                                 "seq:i", seq, "lab:i", (gint64)judging->lab, "id:i", exceedance, NULL);
}

static gboolean withdraw_of(LimsJudging *judging, const LimsStanding *standing, GError **error) {
  GError *problem = NULL;
  gint64 exceedance;

  if (strcmp(standing->verdict, lims_verdict_kind_name(LIMS_VERDICT_EXCEEDS)) != 0)
    return TRUE;
  if (lims_db_get_int(
          judging->db, &exceedance, &problem,
          "SELECT id FROM exceedance WHERE lab = :lab AND verdict = :verdict AND withdrawn_seq IS NULL",
          "lab:i", (gint64)judging->lab, "verdict:i", standing->id, NULL))
    return withdraw(judging, exceedance, error);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* Without a successor (is_end) it says itself until when it stood. */
static gboolean take_down(LimsJudging *judging, const LimsStanding *standing, gboolean is_end,
                          GError **error) {
  gint64 seq = lims_db_change(judging->db, judging->lab, "verdict", standing->id, error);

  return seq != 0 &&
         lims_db_run(judging->db, error,
                     "UPDATE verdict SET current = 0, ended_seq = NULLIF(:seq, 0) WHERE lab = :lab AND id = "
                     ":id",
                     "seq:i", is_end ? seq : 0, "lab:i", (gint64)judging->lab, "id:i", standing->id, NULL) &&
         withdraw_of(judging, standing, error);
}

static gboolean supersede(LimsJudging *judging, const LimsStanding *standing, GError **error) {
  return take_down(judging, standing, FALSE, error);
}

/* ---- writing ---- */

/* The number of the limit that the value stood against; NULL for those without one (a range has two: its
 * text). g_free. */
static char *limit_number(const LimsLimit *limit) {
  if (limit && limit->kind == LIMS_LIMIT_MAXIMUM)
    return lims_decimal_to_string(limit->high);
  if (limit && limit->kind == LIMS_LIMIT_MINIMUM)
    return lims_decimal_to_string(limit->low);
  return NULL;
}

static gboolean insert_verdict(LimsJudging *judging, const LimsVerdict *verdict, gint64 id, gint64 seq,
                               GError **error) {
  static const LimsLimit NONE = {0};
  const LimsLimit *limit = verdict->limit ? verdict->limit : &NONE;
  g_autofree char *number = verdict->has_value ? lims_decimal_to_string(verdict->value) : NULL;
  g_autofree char *bound = limit_number(verdict->limit);

  return lims_db_run(
      judging->db, error,
      "INSERT INTO verdict(lab, id, sample, analyte, determination, preparation, verdict, reason_code, "
      "reason, value_text, value_number, value_unit, limit_set, limit_id, standard, clause, node_path, "
      "limit_kind, limit_text, limit_number, limit_unit, factor, rule, committed_us, week, current, seq, "
      "printed, computed, limit_used, calculation) VALUES(:lab, :id, :sample, :analyte, :determination, "
      "NULLIF(:preparation, 0), :verdict, :reason_code, :reason, :value_text, :value_number, :value_unit, "
      ":limit_set, NULLIF(:limit_id, 0), :standard, :clause, :node_path, :limit_kind, :limit_text, "
      ":limit_number, :limit_unit, :factor, :rule, :now, :week, 1, :seq, :printed, :computed, :limit_used, "
      ":calculation)",
      "lab:i", (gint64)judging->lab, "id:i", id, "sample:i", judging->sample, "analyte:s", verdict->subject,
      "determination:i", verdict->determination, "preparation:i", verdict->preparation, "verdict:s",
      lims_verdict_kind_name(verdict->kind), "reason_code:s", verdict->reason_code, "reason:s",
      verdict->reason, "value_text:s", verdict->value_text, "value_number:s", number, "value_unit:s",
      unit_name(verdict->value_unit), "limit_set:s", limit->set ? limit->set->set : NULL, "limit_id:i",
      limit->id, "standard:s", limit->set ? limit->set->standard : NULL, "clause:s", limit->clause,
      "node_path:s", limit->node_path, "limit_kind:s",
      verdict->limit ? lims_limit_kind_name(limit->kind) : NULL, "limit_text:s", limit->text,
      "limit_number:s", bound, "limit_unit:s", limit->unit ? limit->unit->name : NULL, "factor:s",
      verdict->factor, "rule:s", verdict->rule, "now:i", lims_db_now_us(judging->db), "week:i",
      (gint64)judging->week, "seq:i", seq, "printed:s", verdict->printed, "computed:s", verdict->computed,
      "limit_used:s", verdict->limit_used, "calculation:s", verdict->calculation, NULL);
}

static gboolean insert_parts(LimsJudging *judging, const LimsVerdict *verdict, gint64 id, GError **error) {
  for (guint i = 0; verdict->parts && i < verdict->parts->len; i++)
    if (!lims_db_run(judging->db, error,
                     "INSERT INTO verdict_part(lab, verdict, determination) VALUES(:lab, :verdict, :part)",
                     "lab:i", (gint64)judging->lab, "verdict:i", id, "part:i",
                     g_array_index(verdict->parts, gint64, i), NULL))
      return FALSE;
  return TRUE;
}

static gboolean insert_exceedance(LimsJudging *judging, const char *analyte, gint64 verdict, GError **error) {
  gint64 id = lims_db_new_id(judging->db, judging->lab);
  gint64 seq = lims_db_change(judging->db, judging->lab, "exceedance", id, error);

  return seq != 0 &&
         lims_db_run(
             judging->db, error,
             "INSERT INTO exceedance(lab, id, verdict, sample, site, analyte, week, committed_us, seq) "
             "VALUES(:lab, :id, :verdict, :sample, :site, :analyte, :week, :now, :seq)",
             "lab:i", (gint64)judging->lab, "id:i", id, "verdict:i", verdict, "sample:i", judging->sample,
             "site:i", judging->site, "analyte:s", analyte, "week:i", (gint64)judging->week, "now:i",
             lims_db_now_us(judging->db), "seq:i", seq, NULL);
}

/* The commit of the first verdict ends the sample's waiting. */
static gboolean mark_tested(LimsJudging *judging, GError **error) {
  if (judging->tested)
    return TRUE;
  judging->tested = TRUE;
  return lims_db_change(judging->db, judging->lab, "sample", judging->sample, error) != 0 &&
         lims_db_run(judging->db, error,
                     "UPDATE sample SET first_tested_us = :now WHERE lab = :lab AND id = :id", "now:i",
                     lims_db_now_us(judging->db), "lab:i", (gint64)judging->lab, "id:i", judging->sample,
                     NULL);
}

static gboolean write_verdict(LimsJudging *judging, const LimsVerdict *verdict, GError **error) {
  gint64 id = lims_db_new_id(judging->db, judging->lab);
  gint64 seq = lims_db_change(judging->db, judging->lab, "verdict", id, error);

  return seq != 0 && insert_verdict(judging, verdict, id, seq, error) &&
         insert_parts(judging, verdict, id, error) &&
         (verdict->kind != LIMS_VERDICT_EXCEEDS || insert_exceedance(judging, verdict->subject, id, error)) &&
         mark_tested(judging, error);
}

/* ---- renewing ---- */

typedef struct {
  GHashTable *taken; /* analytes with a verdict, or a solution that waits → themselves */
} Renewing;

static gboolean renew(LimsJudging *judging, const LimsVerdict *verdict, gpointer data, GError **error) {
  const LimsStanding *standing = lims_judging_standing(judging, verdict->subject);
  Renewing *renewing = data;

  if (standing)
    g_hash_table_add(renewing->taken, (gpointer)standing->analyte);
  if (standing ? is_same(standing, verdict) : needs_preparation(verdict))
    return TRUE;
  return (!standing || supersede(judging, standing, error)) && write_verdict(judging, verdict, error);
}

/* What is left of its values counts in no verdict of its own, as it would not had there never been any. */
static gboolean counts_elsewhere(const LimsJudging *judging, const char *analyte,
                                 const LimsVerdict *verdict) {
  guint count;

  lims_judge_values(&judging->input, analyte, &count);
  return strcmp(verdict->subject, analyte) != 0 ||
         (count == 0 && strcmp(verdict->reason_code, "not-run") != 0);
}

/* Verdicts that stand of analytes that have none any more: their values were taken back, which is said with a
 * row, or they and their components count in another's now. */
static gboolean renew_left(LimsJudging *judging, const LimsStanding *standing, GError **error) {
  LimsVerdict verdict;
  gboolean done;

  lims_judge(judging->catalogue, &judging->input, standing->analyte, &verdict);
  if (counts_elsewhere(judging, standing->analyte, &verdict))
    done = take_down(judging, standing, TRUE, error);
  else
    done = is_same(standing, &verdict) ||
           (supersede(judging, standing, error) && write_verdict(judging, &verdict, error));
  lims_verdict_clear(&verdict);
  return done;
}

static gboolean renew_all(LimsJudging *judging, GError **error) {
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  Renewing renewing = {taken};

  if (!lims_judging_each(judging, renew, &renewing, error))
    return FALSE;
  for (guint i = 0; i < judging->standing->len; i++) {
    const LimsStanding *standing = &g_array_index(judging->standing, LimsStanding, i);

    if (!g_hash_table_contains(taken, standing->analyte) && !renew_left(judging, standing, error))
      return FALSE;
  }
  return TRUE;
}

/* A value of the measured solution waits for mass and volume. */
static gboolean is_waiting(const LimsJudging *judging, const char *analyte) {
  guint count;
  const LimsDetermination *values = lims_judge_values(&judging->input, analyte, &count);

  if (lims_preparation_of(&judging->input, analyte))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (values[i].basis == LIMS_JUDGE_SOLUTION)
      return TRUE;
  return FALSE;
}

gboolean lims_verdict_renew_many(LimsDb *db, guint lab, gint64 sample, const char *const *analytes,
                                 guint count, gboolean *needs, GError **error) {
  g_auto(LimsJudging) judging = {0};

  if (!lims_judging_read(&judging, db, NULL, lab, sample, error) || !renew_all(&judging, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    needs[i] = is_waiting(&judging, analytes[i]);
  return TRUE;
}

gboolean lims_verdict_renew_sample(LimsDb *db, guint lab, gint64 sample, GError **error) {
  return lims_verdict_renew_many(db, lab, sample, NULL, 0, NULL, error);
}

/* ---- what would differ ---- */

typedef struct {
  LimsVerdictEach each;
  gpointer data;
  GHashTable *taken;
} Comparing;

/* "0.2 mg/kg"; NULL: no limit. g_free. */
static char *show_limit(const char *text, const char *unit) {
  return text && unit && *unit ? g_strconcat(text, " ", unit, NULL) : g_strdup(text);
}

/* Either of `before` and `after` may be NULL. */
static gboolean tell(LimsJudging *judging, const char *analyte, const LimsStanding *before,
                     const LimsVerdict *after, const Comparing *comparing, GError **error) {
  const LimsLimit *limit = after ? after->limit : NULL;
  g_autofree char *old = before ? show_limit(before->limit_text, before->limit_unit) : NULL;
  g_autofree char *new = limit ? show_limit(limit->text, unit_name(limit->unit)) : NULL;
  LimsVerdictDifference difference = {
      .sample = judging->sample,
      .analyte = analyte,
      .before_verdict = before ? before->verdict : NULL,
      .before_limit = old,
      .before_reason = before ? before->reason_code : NULL,
      .after_verdict = after ? lims_verdict_kind_name(after->kind) : NULL,
      .after_limit = new,
      .after_reason = after ? after->reason_code : NULL,
      .after_standard = limit ? limit->set->standard : NULL,
  };

  if (g_strcmp0(difference.before_verdict, difference.after_verdict) == 0 &&
      g_strcmp0(difference.before_reason, difference.after_reason) == 0 && g_strcmp0(old, new) == 0)
    return TRUE;
  return comparing->each(&difference, comparing->data, error);
}

static gboolean compare(LimsJudging *judging, const LimsVerdict *verdict, gpointer data, GError **error) {
  const LimsStanding *standing = lims_judging_standing(judging, verdict->subject);
  Comparing *comparing = data;

  if (standing)
    g_hash_table_add(comparing->taken, (gpointer)standing->analyte);
  if (!standing && needs_preparation(verdict))
    return TRUE;
  return tell(judging, verdict->subject, standing, verdict, comparing, error);
}

gboolean lims_verdict_compare_sample(LimsDb *db, LimsCatalogue *catalogue, guint lab, gint64 sample,
                                     LimsVerdictEach each, gpointer data, GError **error) {
  g_auto(LimsJudging) judging = {0};
  g_autoptr(GHashTable) taken = g_hash_table_new(g_str_hash, g_str_equal);
  Comparing comparing = {each, data, taken};

  if (!lims_judging_read(&judging, db, catalogue, lab, sample, error) ||
      !lims_judging_each(&judging, compare, &comparing, error))
    return FALSE;
  for (guint i = 0; i < judging.standing->len; i++) {
    const LimsStanding *standing = &g_array_index(judging.standing, LimsStanding, i);

    if (!g_hash_table_contains(taken, standing->analyte) && strcmp(standing->reason_code, "not-run") != 0 &&
        !tell(&judging, standing->analyte, standing, NULL, &comparing, error))
      return FALSE;
  }
  return TRUE;
}
