/* The verdict out of what was decided: which numbers, which rows and which words it shows.
 *
 * Nothing is decided here. What can go wrong is to show more than was: a factor of a value that was not
 * compared, a limit that another one stood for, a rounded number on the wrong side of the limit.
 */
#include "lims/judge/judge-private.h"

static const char *const KIND_NAMES[] = {
    [LIMS_VERDICT_COMPLIES] = "complies",
    [LIMS_VERDICT_EXCEEDS] = "exceeds",
    [LIMS_VERDICT_SCREENING_POSITIVE] = "screening-positive",
    [LIMS_VERDICT_UNDETERMINED] = "undetermined",
};

const char *lims_verdict_kind_name(LimsVerdictKind kind) {
  g_return_val_if_fail((guint)kind < G_N_ELEMENTS(KIND_NAMES), "undetermined");
  return KIND_NAMES[kind];
}

void lims_verdict_clear(LimsVerdict *verdict) {
  g_free(verdict->reason);
  g_free(verdict->limit_used);
  g_free(verdict->printed);
  g_free(verdict->computed);
  g_free(verdict->value_text);
  g_free(verdict->factor);
  g_free(verdict->calculation);
  g_clear_pointer(&verdict->parts, g_array_unref);
  g_free(verdict->rule);
  *verdict = (LimsVerdict){.kind = LIMS_VERDICT_UNDETERMINED, .reason_code = "not-run"};
}

/* ---- the value ---- */

static const LimsDecimal *bound_of(const LimsLimit *limit) {
  if (!limit || limit->kind > LIMS_LIMIT_RANGE)
    return NULL;
  return limit->kind == LIMS_LIMIT_MINIMUM ? &limit->low : &limit->high;
}

/* value / limit, rounded once. NULL unless a maximum and a number stand against each other. */
static char *compute_factor(const LimsLimit *limit, const LimsOutcome *outcome) {
  LimsFraction bound, factor;
  LimsDecimal rounded;

  if (limit->kind != LIMS_LIMIT_MAXIMUM || outcome->measured.state != LIMS_VALUE_NUMBER)
    return NULL;
  if (!lims_measured_number(&outcome->measured, &factor) ||
      !lims_fraction_from_decimal(limit->high, &bound) || !lims_fraction_divide(factor, bound, &factor))
    return NULL;
  if ((outcome->adjustment.dehydrated &&
       !lims_fraction_divide(factor, outcome->adjustment.factor, &factor)) ||
      !lims_fraction_round_significant(factor, 4, &rounded))
    return NULL;
  return lims_decimal_to_string(rounded);
}

/* Reasons that leave it open although value and limit stood against each other. */
static const LimsReason COMPARED[] = {
    LIMS_REASON_CONDITION,     LIMS_REASON_CONFLICT,   LIMS_REASON_PART_MISSING,        LIMS_REASON_LOD_ABOVE,
    LIMS_REASON_SPECIES_ASKED, LIMS_REASON_GUARD_BAND, LIMS_REASON_UNCERTAINTY_UNKNOWN,
};

static gboolean is_compared(const LimsChoice *choice, LimsReason reason) {
  if (!choice->limit || choice->reason != LIMS_REASON_NONE)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(COMPARED); i++)
    if (COMPARED[i] == reason)
      return TRUE;
  return lims_reason_kind(reason) != LIMS_VERDICT_UNDETERMINED;
}

static void fill_value(const LimsJudgement *j, LimsVerdict *out) {
  const LimsMeasured *m = &j->worst.measured;
  gboolean compared = is_compared(&j->choice, j->worst.reason);
  const LimsDecimal *bound = compared && !j->worst.adjustment.dehydrated ? bound_of(j->choice.limit) : NULL;
  const char *mark;

  out->value_unit = m->unit;
  if (j->worst.has_judged) {
    out->has_value = TRUE;
    out->value = j->worst.judged;
    out->value_text = lims_decimal_to_string(out->value);
  } else {
    out->has_value = m->has_number && lims_measured_round(m, bound, &out->value, &mark);
    out->value_text = lims_measured_to_string(m, bound);
  }
  out->printed = lims_printed_to_string(&j->matter, m, j->parts);
  out->computed = lims_computed_to_string(m);
  if (compared) {
    out->factor = compute_factor(j->choice.limit, &j->worst);
    out->limit_used = lims_limit_used_to_string(j->choice.limit, &j->worst.adjustment);
  }
}

/* ---- where it comes from, and the words ---- */

static void add_run(GArray *ids, const LimsMeasured *m) {
  for (guint i = 0; i < m->run.count; i++)
    g_array_append_val(ids, m->run.values[i].id);
}

static void fill_origin(const LimsJudgement *j, LimsVerdict *out) {
  const LimsMeasured *m = &j->worst.measured;

  if (m->from)
    out->determination = m->from->id;
  if (m->preparation)
    out->preparation = m->preparation->id;
  if (m->run.count < 2 && !j->parts)
    return;
  out->parts = g_array_new(FALSE, FALSE, sizeof(gint64));
  for (guint i = 0; j->parts && i < j->parts->len; i++)
    add_run(out->parts, &g_array_index(j->parts, LimsPart, i).measured);
  if (!j->parts)
    add_run(out->parts, m);
}

static void fill_words(LimsJudgement *j, LimsVerdict *out) {
  LimsReasonWords words = {.matter = &j->matter,
                           .choice = &j->choice,
                           .outcome = &j->worst,
                           .parts = j->parts,
                           .value_text = out->value_text,
                           .computed = out->computed,
                           .threshold = j->threshold,
                           .runs = j->runs,
                           .unmeasured = j->unmeasured,
                           .positive = j->positive};

  out->rule = j->rule ? g_steal_pointer(&j->rule) : lims_rule_to_string(&j->matter, &j->worst.measured);
  out->reason = lims_reason_to_sentence(&words);
  out->calculation = lims_calculation_to_string(&words);
}

void lims_verdict_fill(LimsJudgement *j, LimsVerdict *out) {
  if (j->worst.reason == LIMS_REASON_ABOVE_INTERVENTION)
    j->choice.limit = j->choice.intervention;
  else if (j->worst.every)
    j->choice.limit = j->worst.every;
  *out = (LimsVerdict){.kind = lims_reason_kind(j->worst.reason),
                       .reason_code = lims_reason_code(j->worst.reason),
                       .subject = j->matter.analyte,
                       .limit = j->choice.limit};
  fill_value(j, out);
  fill_origin(j, out);
  fill_words(j, out);
}
