/* The decision.
 *
 * What comes in is every value of a sample and analyte that counts; what must not leave is a pass or an
 * exceedance that the values do not carry. The rules, and where they were seen:
 *
 *   at the limit complies: limits are "≤"                           (bulletins; GB 2762-2025 tables)
 *   full value against the limit, uncertainty not subtracted        (GB/T 8170-2008, ILAC-G8 simple
 * acceptance) not detected complies with a number, and with "不得检出"; a LOD above the limit says nothing
 * (practice of Chinese laboratories; soil guidance) detected below a LOQ that is not above the limit complies
 *   "不得检出", "不得使用": a number exceeds
 *   enzyme inhibition is a screen: at or above 50 % is positive,
 *     never an exceedance                                           (GB/T 5009.199-2003; food law, article
 * 112) a component above the limit of its sum exceeds, one below says nothing yet
 *
 * Which value: within a run (run.c) the analyzer's mean (replicate 0), else the exact mean of the replicates;
 * replicates of which none is a number, all for one reason, count as one such value. Across runs (measured
 * again, two analyzers, none replaced by a correction) there is never a mean: the least favourable decides,
 * since choosing the better one is for a person to do and to sign. That is any run that exceeds, before any
 * that cannot be compared (above range, another unit), before the highest value (of a lower bound: the
 * lowest), a number before "not detected". Runs that failed, were not run or cannot be read do not count
 * beside one that was measured; nor does "not detected" above the limit beside one that says more. The reason
 * says how many runs there were.
 */
#include "lims/judge/judge-private.h"
#include "lims/judge/residue.h"

#include <string.h>

static const LimsDecimal DEFAULT_THRESHOLD = {50, 0}; /* GB/T 5009.199-2003 */

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
  g_free(verdict->value_text);
  g_free(verdict->factor);
  g_free(verdict->rule);
  *verdict = (LimsVerdict){.kind = LIMS_VERDICT_UNDETERMINED, .reason_code = "not-run"};
}

/* ---- a value against a limit ---- */

/* A little below zero is the noise of a blank. What lies further below than the limit lies above cannot tell
 * whether the limit is kept: mostly the blank is in another unit. */
static gboolean is_far_below_zero(const LimsLimit *limit, const LimsMeasured *m) {
  LimsDecimal mirrored = {-limit->high.coefficient, limit->high.exponent};
  int order;

  return lims_measured_compare(m, mirrored, &order) && order < 0;
}

static LimsReason compare_maximum(const LimsLimit *limit, const LimsMeasured *m) {
  gboolean bound = m->state != LIMS_VALUE_NUMBER; /* the number is a LOD or LOQ */
  int order;

  if (!m->has_number)
    return m->state == LIMS_VALUE_NOT_DETECTED ? LIMS_REASON_NOT_DETECTED : LIMS_REASON_BELOW_LOQ;
  if (!lims_measured_compare(m, limit->high, &order))
    return LIMS_REASON_OVERFLOW;
  if (order > 0)
    return bound ? LIMS_REASON_LOD_ABOVE : LIMS_REASON_ABOVE;
  if (m->state == LIMS_VALUE_NOT_DETECTED)
    return LIMS_REASON_NOT_DETECTED;
  return !bound && is_far_below_zero(limit, m) ? LIMS_REASON_NEGATIVE : LIMS_REASON_AT_OR_BELOW;
}

static LimsReason compare_between(const LimsLimit *limit, const LimsMeasured *m) {
  int low = 1, high = -1;

  if (m->state != LIMS_VALUE_NUMBER)
    return LIMS_REASON_LOD_UNKNOWN;
  if (!lims_measured_compare(m, limit->low, &low) ||
      (limit->kind == LIMS_LIMIT_RANGE && !lims_measured_compare(m, limit->high, &high)))
    return LIMS_REASON_OVERFLOW;
  return low < 0 || high > 0 ? LIMS_REASON_OUTSIDE : LIMS_REASON_WITHIN;
}

static LimsReason compare_with_nothing(const LimsLimit *limit, const LimsMeasured *m) {
  int order;

  if (m->state == LIMS_VALUE_NOT_DETECTED)
    return LIMS_REASON_NOT_DETECTED;
  if (m->state != LIMS_VALUE_NUMBER || !lims_measured_compare(m, (LimsDecimal){0, 0}, &order) || order <= 0)
    return LIMS_REASON_LOD_UNKNOWN;
  return limit->kind == LIMS_LIMIT_BANNED ? LIMS_REASON_BANNED : LIMS_REASON_NOT_ALLOWED;
}

static LimsReason compare_other(const LimsLimit *limit, const LimsMeasured *m) {
  return LIMS_REASON_NOT_NUMERIC;
}

static LimsReason (*const COMPARE[])(const LimsLimit *limit, const LimsMeasured *m) = {
    [LIMS_LIMIT_MAXIMUM] = compare_maximum,     [LIMS_LIMIT_MINIMUM] = compare_between,
    [LIMS_LIMIT_RANGE] = compare_between,       [LIMS_LIMIT_NOT_DETECTED] = compare_with_nothing,
    [LIMS_LIMIT_BANNED] = compare_with_nothing, [LIMS_LIMIT_OTHER] = compare_other,
};

/* A value of one component of a sum: enough for an exceedance, and for nothing else. */
static gboolean is_component(const LimsLimit *limit, const char *analyte) {
  return lims_residue_is_sum(limit->residue_definition) &&
         lims_residue_counts(limit->residue_definition, analyte);
}

/* Takes back what a condition of the limit does not carry. */
static LimsReason apply_condition(LimsReason reason, const char *condition) {
  gboolean exceeds = lims_reason_kind(reason) == LIMS_VERDICT_EXCEEDS;

  if (*condition == '\0')
    return reason;
  if (g_str_has_prefix(condition, LIMS_CONDITION_IF_ABOVE))
    return exceeds ? LIMS_REASON_CONDITION : reason;
  if (g_str_has_prefix(condition, LIMS_CONDITION_IF_NOT_ABOVE))
    return reason == LIMS_REASON_AT_OR_BELOW ? LIMS_REASON_CONDITION : reason;
  return LIMS_REASON_CONDITION;
}

static LimsReason qualify(LimsReason reason, const LimsChoice *choice, const char *analyte) {
  const LimsLimit *limit = choice->limit;
  gboolean exceeds = lims_reason_kind(reason) == LIMS_VERDICT_EXCEEDS;
  gboolean complies = lims_reason_kind(reason) == LIMS_VERDICT_COMPLIES;

  if (!exceeds && !complies)
    return reason;
  if (is_component(limit, analyte) &&
      (complies || !lims_residue_adds_plainly(limit->residue_definition, analyte)))
    return LIMS_REASON_RESIDUE_SUM;
  if (choice->if_above != LIMS_REASON_NONE)
    return exceeds ? choice->if_above : reason;
  return apply_condition(reason, limit->conditions);
}

static LimsReason decide(const LimsChoice *choice, LimsReason measured, const LimsMeasured *m,
                         const char *analyte) {
  if (measured != LIMS_REASON_NONE)
    return measured;
  if (choice->reason != LIMS_REASON_NONE)
    return choice->reason;
  return qualify(COMPARE[choice->limit->kind](choice->limit, m), choice, analyte);
}

/* ---- a screen ---- */

static LimsDecimal threshold_of(const LimsJudgeInput *input) {
  return lims_decimal_is_zero(input->screen_threshold) ? DEFAULT_THRESHOLD : input->screen_threshold;
}

static LimsReason decide_screen(const LimsJudgeInput *input, LimsReason measured, const LimsMeasured *m) {
  int order;

  if (measured != LIMS_REASON_NONE)
    return measured;
  if (m->state != LIMS_VALUE_NUMBER)
    return LIMS_REASON_QUALITATIVE;
  if (!lims_measured_compare(m, threshold_of(input), &order))
    return LIMS_REASON_OVERFLOW;
  return order > 0 || (order == 0 && !input->screen_equal_negative) ? LIMS_REASON_SCREEN_POSITIVE
                                                                    : LIMS_REASON_SCREEN_NEGATIVE;
}

/* ---- which value ---- */

typedef struct {
  const LimsCatalogue *catalogue;
  const LimsJudgeInput *input;
  LimsChoice choice;
  gboolean screen;
  LimsOutcome worst;
  guint runs;       /* considered */
  guint unmeasured; /* left aside */
} Judgement;

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

static gboolean has_minimum(const Judgement *j) {
  return j->choice.limit && j->choice.limit->kind == LIMS_LIMIT_MINIMUM;
}

static void consider(Judgement *j, LimsReason measured, const LimsMeasured *m) {
  LimsOutcome outcome = {.measured = *m};
  guint now, before = j->runs ? severity(&j->worst) : 0;

  outcome.reason =
      j->screen ? decide_screen(j->input, measured, m) : decide(&j->choice, measured, m, j->input->analyte);
  now = severity(&outcome);
  if (now > before || (now == before && lims_measured_is_worse(m, &j->worst.measured, has_minimum(j))))
    j->worst = outcome;
  j->runs++;
}

static void consider_runs(Judgement *j, const GArray *runs) {
  const LimsUnit *target = j->choice.limit ? j->choice.limit->unit : NULL;
  gboolean measured = FALSE;

  if (j->screen)
    target = lims_unit_find("%");
  for (guint i = 0; i < runs->len; i++)
    measured |= lims_run_was_measured(&g_array_index(runs, LimsRun, i));
  for (guint i = 0; i < runs->len; i++) {
    const LimsRun *run = &g_array_index(runs, LimsRun, i);
    LimsMeasured m;
    LimsReason reason;

    if (measured && !lims_run_was_measured(run)) {
      j->unmeasured++;
      continue;
    }
    reason = lims_measure_run(run, j->input->preparation, target, has_minimum(j), &m);
    consider(j, reason, &m);
  }
}

/* ---- the verdict ---- */

static const LimsDecimal *bound_of(const LimsLimit *limit) {
  if (!limit || limit->kind > LIMS_LIMIT_RANGE)
    return NULL;
  return limit->kind == LIMS_LIMIT_MINIMUM ? &limit->low : &limit->high;
}

/* value / limit, rounded once. NULL unless a maximum and a number stand against each other. */
static char *compute_factor(const LimsLimit *limit, const LimsMeasured *m) {
  LimsFraction value = m->fraction, bound, factor;
  LimsDecimal rounded;

  if (limit->kind != LIMS_LIMIT_MAXIMUM || m->state != LIMS_VALUE_NUMBER)
    return NULL;
  if ((!m->is_fraction && !lims_fraction_from_decimal(m->decimal, &value)) ||
      !lims_fraction_from_decimal(limit->high, &bound) || !lims_fraction_divide(value, bound, &factor) ||
      !lims_fraction_round_significant(factor, 4, &rounded))
    return NULL;
  return lims_decimal_to_string(rounded);
}

/* Whether value and limit stood against each other, whatever came of it. */
static gboolean is_compared(const LimsChoice *choice, LimsReason reason) {
  if (!choice->limit || choice->reason != LIMS_REASON_NONE)
    return FALSE;
  return lims_reason_kind(reason) != LIMS_VERDICT_UNDETERMINED || reason == LIMS_REASON_CONDITION ||
         reason == LIMS_REASON_CONFLICT || reason == LIMS_REASON_RESIDUE_SUM ||
         reason == LIMS_REASON_LOD_ABOVE;
}

static void fill_value(const Judgement *j, LimsVerdict *out) {
  const LimsMeasured *m = &j->worst.measured;
  gboolean compared = is_compared(&j->choice, j->worst.reason);
  const LimsDecimal *bound = compared ? bound_of(j->choice.limit) : NULL;

  out->value_text = lims_measured_to_string(m, bound);
  out->value_unit = m->unit;
  out->has_value = m->has_number && lims_measured_round(m, bound, &out->value);
  if (m->from)
    out->determination = m->from->id;
  if (m->prepared)
    out->preparation = j->input->preparation->id;
  if (compared)
    out->factor = compute_factor(j->choice.limit, m);
}

static void fill_words(const Judgement *j, LimsVerdict *out) {
  g_autofree char *threshold = NULL;
  const LimsLimit *limit = j->choice.limit;
  LimsReasonWords words = {.catalogue = j->catalogue,
                           .input = j->input,
                           .choice = &j->choice,
                           .outcome = &j->worst,
                           .value_text = out->value_text,
                           .runs = j->runs,
                           .unmeasured = j->unmeasured};

  if (j->screen) {
    g_autofree char *number = lims_decimal_to_string(threshold_of(j->input));

    threshold = g_strconcat(number, " %", NULL);
    out->rule = g_strdup_printf("screen by GB/T 5009.199-2003, positive %s %s",
                                j->input->screen_equal_negative ? "above" : "at or above", threshold);
  } else {
    out->rule = g_strdup("simple acceptance, full value");
  }
  words.threshold = threshold;
  words.alone = out->kind == LIMS_VERDICT_EXCEEDS && limit && is_component(limit, j->input->analyte);
  out->reason = lims_reason_to_sentence(&words);
}

static gboolean is_screen(const LimsJudgeInput *input) {
  for (guint i = 0; i < input->count; i++)
    if (input->determinations[i].basis != LIMS_JUDGE_SCREEN)
      return FALSE;
  return input->count > 0;
}

void lims_judge(const LimsCatalogue *catalogue, const LimsJudgeInput *given, LimsVerdict *out) {
  g_autofree LimsDetermination *sorted = g_new(LimsDetermination, given->count);
  g_autoptr(GArray) runs = lims_runs_new(given->determinations, given->count, sorted);
  LimsJudgeInput input = *given;
  Judgement j = {.catalogue = catalogue, .input = &input, .screen = is_screen(given)};

  if (!g_hash_table_contains(catalogue->analytes, input.analyte)) { /* a name or an alias will do as well */
    const char *code = lims_catalogue_find_analyte(catalogue, input.analyte);

    input.analyte = code ? code : input.analyte;
  }
  *out = (LimsVerdict){.kind = LIMS_VERDICT_UNDETERMINED};
  if (!j.screen)
    lims_choose_limit(catalogue, &input, &j.choice);
  if (runs->len == 0)
    consider(&j, LIMS_REASON_NOT_RUN, &(LimsMeasured){.state = LIMS_VALUE_NOT_RUN});
  consider_runs(&j, runs);
  out->kind = lims_reason_kind(j.worst.reason);
  out->reason_code = lims_reason_code(j.worst.reason);
  out->limit = j.choice.limit;
  fill_value(&j, out);
  fill_words(&j, out);
}
