/* The decision.
 *
 * What comes in is every value of a sample that counts; what must not leave is a pass or an exceedance that
 * the values do not carry. The limit is chosen first, for it says what is asked: one compound, the sum of
 * several, a total before its species. The verdict then belongs to the analyte of the limit.
 *
 * Which value: within a run (run.c) the analyzer's mean (replicate 0), else the exact mean of the replicates;
 * replicates of which none is a number, all for one reason, count as one such value. Across runs (measured
 * again, two analyzers, none replaced by a correction) there is never a mean: the least favourable decides,
 * since choosing the better one is for a person to do and to sign. That is any run that exceeds, before any
 * that cannot be compared (above range, another unit), before the highest value (of a lower bound: the
 * lowest), a number before "not detected". Runs that failed, were not run or cannot be read do not count
 * beside one that was measured; nor does "not detected" above the limit beside one that says more. The reason
 * says how many runs there were. A whole residue that was reported stands beside the sum of its components as
 * another run would.
 */
#include "lims/judge/judge-private.h"

/* ---- which value ---- */

static guint severity(const LimsOutcome *outcome) {
  static const guint SEVERITIES[] = {
      [LIMS_VERDICT_COMPLIES] = 2,
      [LIMS_VERDICT_UNDETERMINED] = 3,
      [LIMS_VERDICT_EXCEEDS] = 4,
      [LIMS_VERDICT_SCREENING_POSITIVE] = 4,
  };

  if (outcome->reason == LIMS_REASON_LOD_ABOVE && outcome->measured.state == LIMS_VALUE_NOT_DETECTED)
    return 1; /* says nothing */
  return SEVERITIES[lims_reason_kind(outcome->reason)];
}

static gboolean has_minimum(const LimsJudgement *j) {
  return j->choice.limit && j->choice.limit->kind == LIMS_LIMIT_MINIMUM;
}

static const LimsUnit *target_of(const LimsJudgement *j) {
  return j->choice.limit ? j->choice.limit->unit : NULL;
}

static void evaluate(const LimsJudgement *j, LimsReason measured, const LimsMeasured *m, LimsOutcome *out) {
  *out = (LimsOutcome){.reason = measured, .measured = *m};
  if (measured == LIMS_REASON_NONE && j->choice.reason != LIMS_REASON_NONE)
    out->reason = j->choice.reason;
  else if (measured == LIMS_REASON_NONE)
    lims_adjust_and_compare(&j->matter, &j->choice, out);
}

static void take(LimsJudgement *j, const LimsOutcome *outcome) {
  guint now = severity(outcome), before = j->runs++ ? severity(&j->worst) : 0;

  if (now > before ||
      (now == before && lims_measured_is_worse(&outcome->measured, &j->worst.measured, has_minimum(j))))
    j->worst = *outcome;
}

static void consider(LimsJudgement *j, LimsReason measured, const LimsMeasured *m) {
  LimsOutcome outcome;

  evaluate(j, measured, m, &outcome);
  take(j, &outcome);
}

static void consider_run(LimsJudgement *j, const LimsRun *run) {
  LimsMeasured m;
  LimsReason reason = lims_measure_run(&j->matter, run, target_of(j), has_minimum(j), &m);

  consider(j, reason, &m);
}

static void consider_runs(LimsJudgement *j, const GArray *runs) {
  gboolean measured = lims_runs_any_measured(runs);

  for (guint i = 0; i < runs->len; i++) {
    const LimsRun *run = &g_array_index(runs, LimsRun, i);

    if (measured && !lims_run_was_measured(run))
      j->unmeasured++;
    else
      consider_run(j, run);
  }
  if (runs->len == 0)
    consider(j, LIMS_REASON_NOT_RUN, &(LimsMeasured){.state = LIMS_VALUE_NOT_RUN});
}

/* ---- a sum ---- */

static gboolean is_whole(const LimsJudgement *j, const LimsRun *run) {
  return !lims_residue_find(j->choice.limit->residue, j->matter.analyte) ||
         lims_run_is_total(&j->matter, run);
}

/* What was reported as the whole residue. */
static void consider_wholes(LimsJudgement *j) {
  guint count;
  const LimsDetermination *values = lims_judge_values(j->matter.input, j->matter.analyte, &count);
  g_autoptr(GArray) runs = lims_runs_new(&j->matter, values, count);

  for (guint i = 0; i < runs->len; i++) {
    const LimsRun *run = &g_array_index(runs, LimsRun, i);

    if (!is_whole(j, run))
      continue;
    if (lims_run_was_measured(run))
      consider_run(j, run);
    else
      j->unmeasured++;
  }
}

/* What is less than the whole cannot fall below a lower end by itself. */
static gboolean is_exceeded_by_part(const LimsLimit *limit, LimsReason reason) {
  return limit->kind != LIMS_LIMIT_MINIMUM && limit->kind != LIMS_LIMIT_RANGE &&
         lims_reason_kind(reason) == LIMS_VERDICT_EXCEEDS;
}

/* Only the whole may comply; what exceeds without the rest exceeds. */
static void settle_parts(const LimsJudgement *j, LimsOutcome *outcome) {
  LimsReason open = outcome->measured.open;

  if (open == LIMS_REASON_NONE || j->choice.reason != LIMS_REASON_NONE)
    return;
  outcome->measured.is_partial = is_exceeded_by_part(j->choice.limit, outcome->reason);
  if (!outcome->measured.is_partial)
    outcome->reason = open;
}

static void judge_sum(LimsJudgement *j) {
  LimsMeasured sum;
  LimsOutcome outcome;

  consider_wholes(j);
  j->parts = g_array_new(FALSE, FALSE, sizeof(LimsPart));
  lims_measure_sum(&j->matter, j->choice.limit, j->parts, &sum);
  evaluate(j, LIMS_REASON_NONE, &sum, &outcome);
  settle_parts(j, &outcome);
  if (j->runs == 0 || !lims_sum_is_waiting(outcome.reason))
    take(j, &outcome);
  if (!j->worst.measured.is_sum)
    g_clear_pointer(&j->parts, g_array_unref);
}

/* ---- an analyte ---- */

static const char *find_species(const LimsLimit *limit) {
  const LimsCondition *term = limit ? lims_conditions_find(limit->terms, LIMS_CONDITION_SPECIES) : NULL;

  return term ? term->text : NULL;
}

/* A sum without any component was not measured; it is not one whose components are missing. */
static gboolean has_any_part(const LimsJudgement *j) {
  const LimsLimit *limit = j->choice.limit;
  guint count;

  lims_judge_values(j->matter.input, limit->analyte, &count);
  for (guint i = 0; count == 0 && i < limit->residue->terms->len; i++)
    lims_judge_values(j->matter.input, g_array_index(limit->residue->terms, LimsResidueTerm, i).analyte,
                      &count);
  return count > 0;
}

static void judge_values(LimsJudgement *j) {
  guint count;
  const LimsDetermination *values;
  g_autoptr(GArray) runs = NULL;

  lims_choose_by_facts(&j->matter, &j->choice);
  if (j->choice.limit && j->choice.limit->residue && has_any_part(j)) {
    j->matter.analyte = j->choice.limit->analyte;
    judge_sum(j);
    return;
  }
  values = lims_judge_values(j->matter.input, j->matter.analyte, &count);
  runs = lims_runs_new(&j->matter, values, count);
  consider_runs(j, runs);
}

/* A total above the limit of its species: the species decides, once it was measured (GB 2762-2025, tables 3
 * and 4). So it does where the total leaves it open. */
static void ask_species(LimsJudgement *j) {
  LimsVerdictKind kind = lims_reason_kind(j->worst.reason);
  const char *species = kind != LIMS_VERDICT_COMPLIES ? find_species(j->choice.limit) : NULL;
  guint count;
  const LimsDetermination *values = species ? lims_judge_values(j->matter.input, species, &count) : NULL;
  g_autoptr(GArray) runs = values ? lims_runs_new(&j->matter, values, count) : NULL;

  if (!species)
    return;
  if (!lims_runs_any_measured(runs)) {
    if (kind == LIMS_VERDICT_EXCEEDS)
      j->worst.reason = LIMS_REASON_SPECIES_ASKED;
    return;
  }
  j->matter.analyte = species;
  j->runs = j->unmeasured = 0;
  judge_values(j);
}

/* A screen speaks until a laboratory's method has spoken, and never beside it. */
static gboolean is_screen(const LimsMatter *matter, const LimsDetermination *values, guint count) {
  gboolean screened = FALSE;
  g_autoptr(GArray) others = NULL;

  for (guint i = 0; i < count; i++)
    screened |= values[i].basis == LIMS_JUDGE_SCREEN;
  if (!screened)
    return FALSE;
  others = lims_runs_new(matter, values, count);
  return !lims_runs_any_measured(others);
}

static void judge_screen(LimsJudgement *j, const LimsDetermination *values, guint count) {
  g_autoptr(GArray) runs = lims_runs_new(&j->matter, values, count);
  g_autofree char *number = NULL;
  LimsScreen screen;

  lims_judge_screen(&j->matter, runs, &screen);
  number = lims_decimal_to_string(screen.threshold);
  j->worst = (LimsOutcome){.reason = screen.reason, .measured = screen.worst};
  j->runs = screen.runs;
  j->unmeasured = screen.unmeasured;
  j->positive = screen.positive;
  j->threshold = g_strconcat(number, " %", NULL);
  j->rule = lims_screen_rule(&screen);
}

static gboolean has_counting_part(const LimsJudgement *j) {
  for (guint i = 0; j->parts && i < j->parts->len; i++)
    if (g_array_index(j->parts, LimsPart, i).counts)
      return TRUE;
  return FALSE;
}

/* Of a residue sum other components may have been measured by the laboratory: what exceeds already exceeds,
 * and what is open is not closed by a negative screen. */
static void judge_screened(LimsJudgement *j, const LimsDetermination *values, guint count) {
  LimsJudgement screen = {.matter = j->matter};

  screen.matter.screens = TRUE;
  judge_screen(&screen, values, count);
  judge_values(j);
  if (lims_reason_kind(j->worst.reason) == LIMS_VERDICT_EXCEEDS ||
      (screen.worst.reason != LIMS_REASON_SCREEN_POSITIVE && has_counting_part(j))) {
    g_free(screen.threshold);
    g_free(screen.rule);
    return;
  }
  g_clear_pointer(&j->parts, g_array_unref);
  screen.arena = j->arena;
  *j = screen;
}

/* ---- all of it ---- */

static void clear_judgement(LimsJudgement *j) {
  g_clear_pointer(&j->parts, g_array_unref);
  g_clear_pointer(&j->arena, g_ptr_array_unref);
  g_free(j->threshold);
  g_free(j->rule);
}

void lims_judge(const LimsCatalogue *catalogue, const LimsJudgeInput *input, const char *analyte,
                LimsVerdict *out) {
  LimsJudgement j = {.matter = {.catalogue = catalogue,
                                .input = input,
                                .policy = input->policy ? input->policy : lims_catalogue_policy(catalogue),
                                .analyte = analyte,
                                .facts = input->facts}};
  const LimsDetermination *values;
  guint count;

  j.matter.arena = &j.arena;
  if (!g_hash_table_contains(catalogue->analytes, analyte)) { /* a name or an alias will do as well */
    const char *code = lims_catalogue_find_analyte(catalogue, analyte);

    j.matter.analyte = code ? code : analyte;
  }
  lims_stand_in(&j.matter);
  values = lims_judge_values(input, j.matter.analyte, &count);
  if (is_screen(&j.matter, values, count)) {
    judge_screened(&j, values, count);
  } else {
    judge_values(&j);
    ask_species(&j);
  }
  lims_verdict_fill(&j, out);
  clear_judgement(&j);
}
