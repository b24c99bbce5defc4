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

static gboolean is_same_limit(const LimsStanding *standing, const LimsLimit *limit) {
  if (!limit)
    return standing->limit_set == NULL;
  return standing->limit_id == limit->id && g_strcmp0(standing->limit_set, limit->set->set) == 0 &&
         g_strcmp0(standing->limit_text, limit->text) == 0;
}

static gboolean is_same(const LimsStanding *standing, const LimsVerdict *verdict) {
  return standing->determination == verdict->determination && standing->preparation == verdict->preparation &&
         strcmp(standing->verdict, lims_verdict_kind_name(verdict->kind)) == 0 &&
         strcmp(standing->reason_code, verdict->reason_code) == 0 &&
         strcmp(standing->value_text, verdict->value_text) == 0 &&
         strcmp(standing->value_unit, unit_name(verdict->value_unit)) == 0 &&
         is_same_limit(standing, verdict->limit);
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

static gboolean supersede(LimsJudging *judging, const LimsStanding *standing, GError **error) {
  return lims_db_change(judging->db, judging->lab, "verdict", standing->id, error) != 0 &&
         lims_db_run(judging->db, error, "UPDATE verdict SET current = 0 WHERE lab = :lab AND id = :id",
                     "lab:i", (gint64)judging->lab, "id:i", standing->id, NULL) &&
         withdraw_of(judging, standing, error);
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
      "reason, "
      "value_text, value_number, value_unit, limit_set, limit_id, standard, clause, node_path, limit_kind, "
      "limit_text, "
      "limit_number, limit_unit, factor, rule, committed_us, week, current, seq) VALUES(:lab, :id, :sample, "
      ":analyte, "
      ":determination, NULLIF(:preparation, 0), :verdict, :reason_code, :reason, :value_text, :value_number, "
      ":value_unit, :limit_set, NULLIF(:limit_id, 0), :standard, :clause, :node_path, :limit_kind, "
      ":limit_text, "
      ":limit_number, :limit_unit, :factor, :rule, :now, :week, 1, :seq)",
      "lab:i", (gint64)judging->lab, "id:i", id, "sample:i", judging->sample, "analyte:s",
      judging->input.analyte, "determination:i", verdict->determination, "preparation:i",
      verdict->preparation, "verdict:s", lims_verdict_kind_name(verdict->kind), "reason_code:s",
      verdict->reason_code, "reason:s", verdict->reason, "value_text:s", verdict->value_text,
      "value_number:s", number, "value_unit:s", unit_name(verdict->value_unit), "limit_set:s",
      limit->set ? limit->set->set : NULL, "limit_id:i", limit->id, "standard:s",
      limit->set ? limit->set->standard : NULL, "clause:s", limit->clause, "node_path:s", limit->node_path,
      "limit_kind:s", verdict->limit ? lims_limit_kind_name(limit->kind) : NULL, "limit_text:s", limit->text,
      "limit_number:s", bound, "limit_unit:s", limit->unit ? limit->unit->name : NULL, "factor:s",
      verdict->factor, "rule:s", verdict->rule, "now:i", lims_db_now_us(judging->db), "week:i",
      (gint64)judging->week, "seq:i", seq, NULL);
}

static gboolean insert_exceedance(LimsJudging *judging, gint64 verdict, GError **error) {
  gint64 id = lims_db_new_id(judging->db, judging->lab);
  gint64 seq = lims_db_change(judging->db, judging->lab, "exceedance", id, error);

  return seq != 0 &&
         lims_db_run(
             judging->db, error,
             "INSERT INTO exceedance(lab, id, verdict, sample, site, analyte, week, committed_us, seq) "
             "VALUES(:lab, :id, :verdict, :sample, :site, :analyte, :week, :now, :seq)",
             "lab:i", (gint64)judging->lab, "id:i", id, "verdict:i", verdict, "sample:i", judging->sample,
             "site:i", judging->site, "analyte:s", judging->input.analyte, "week:i", (gint64)judging->week,
             "now:i", lims_db_now_us(judging->db), "seq:i", seq, NULL);
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
         (verdict->kind != LIMS_VERDICT_EXCEEDS || insert_exceedance(judging, id, error)) &&
         mark_tested(judging, error);
}

/* ---- renewing ---- */

static gboolean renew(LimsJudging *judging, const LimsVerdict *verdict, gboolean *out_needs, GError **error) {
  const LimsStanding *standing = lims_judging_standing(judging, judging->input.analyte);

  if (out_needs)
    *out_needs = needs_preparation(verdict);
  if (standing ? is_same(standing, verdict) : judging->input.count == 0 || needs_preparation(verdict))
    return TRUE;
  return (!standing || supersede(judging, standing, error)) && write_verdict(judging, verdict, error);
}

static gboolean renew_one(LimsJudging *judging, const char *analyte, gboolean *out_needs, GError **error) {
  LimsVerdict verdict;
  gboolean done;

  lims_judging_choose(judging, analyte);
  lims_judge(judging->catalogue, &judging->input, &verdict);
  done = renew(judging, &verdict, out_needs, error);
  lims_verdict_clear(&verdict);
  return done;
}

gboolean lims_verdict_renew_many(LimsDb *db, guint lab, gint64 sample, const char *const *analytes,
                                 guint count, gboolean *out_needs_preparation, GError **error) {
  g_auto(LimsJudging) judging = {0};

  if (count == 0)
    return TRUE;
  if (!lims_judging_read(&judging, db, lab, sample, count == 1 ? analytes[0] : NULL, error))
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (!renew_one(&judging, analytes[i], out_needs_preparation ? &out_needs_preparation[i] : NULL, error))
      return FALSE;
  return TRUE;
}

gboolean lims_verdict_renew(LimsDb *db, guint lab, gint64 sample, const char *analyte,
                            gboolean *out_needs_preparation, GError **error) {
  return lims_verdict_renew_many(db, lab, sample, &analyte, 1, out_needs_preparation, error);
}
