/* Rapid tests of enzyme inhibition: a screen, never an exceedance.
 *
 * GB/T 5009.199-2003 calls 50 % and above positive, NY/T 448-2001 70 % and above; the method of the value
 * says which, and an unnamed one is taken for GB/T 5009.199. Instruments' software mostly takes exactly 50 %
 * for negative: the method or the policy may say so, and the verdict names it. Positive is "to be confirmed
 * by a laboratory method" (food safety law, articles 87 and 112); the standard has a positive test repeated,
 * so the repeats are counted, and one positive is enough: no mean of several takes it away.
 */
#include "lims/judge/judge-private.h"

static const LimsDecimal DEFAULT_THRESHOLD = {50, 0}; /* GB/T 5009.199-2003 */

static void read_rule(const LimsMatter *matter, const LimsMethod *method, LimsScreen *out) {
  LimsAtThreshold at = method && method->at_threshold != LIMS_AT_THRESHOLD_BY_POLICY
                           ? method->at_threshold
                           : matter->policy->at_threshold;

  out->threshold = method && !lims_decimal_is_zero(method->screen_threshold) ? method->screen_threshold
                                                                             : DEFAULT_THRESHOLD;
  out->equal_is_positive = at != LIMS_AT_THRESHOLD_NEGATIVE;
}

static LimsReason decide(const LimsScreen *screen, const LimsMeasured *m) {
  int order;

  if (m->state == LIMS_VALUE_POSITIVE)
    return LIMS_REASON_SCREEN_POSITIVE;
  if (m->state != LIMS_VALUE_NUMBER)
    return LIMS_REASON_QUALITATIVE;
  if (!lims_measured_compare(m, screen->threshold, &order))
    return LIMS_REASON_OVERFLOW;
  return order > 0 || (order == 0 && screen->equal_is_positive) ? LIMS_REASON_SCREEN_POSITIVE
                                                                : LIMS_REASON_SCREEN_NEGATIVE;
}

static guint severity(LimsReason reason) {
  switch (lims_reason_kind(reason)) {
  case LIMS_VERDICT_SCREENING_POSITIVE:
    return 3;
  case LIMS_VERDICT_UNDETERMINED:
    return 2;
  default:
    return 1;
  }
}

/* The most severe value stands for all. */
static void take_run(LimsScreen *all, const LimsScreen *one) {
  guint before = all->runs++ ? severity(all->reason) : 0, now = severity(one->reason);

  all->positive += one->reason == LIMS_REASON_SCREEN_POSITIVE;
  if (now < before || (now == before && !lims_measured_is_worse(&one->worst, &all->worst, FALSE)))
    return;
  all->reason = one->reason;
  all->worst = one->worst;
  all->threshold = one->threshold;
  all->equal_is_positive = one->equal_is_positive;
}

static void judge_value(const LimsMatter *matter, const LimsDetermination *value, LimsScreen *all) {
  LimsScreen one = {0};

  one.reason = lims_measure_one(matter, value, lims_unit_find("%"), &one.worst);
  read_rule(matter, one.worst.method, &one);
  if (one.reason == LIMS_REASON_NONE)
    one.reason = decide(&one, &one.worst);
  take_run(all, &one);
}

void lims_judge_screen(const LimsMatter *matter, const GArray *runs, LimsScreen *out) {
  gboolean measured = lims_runs_any_measured(runs);

  *out = (LimsScreen){.reason = LIMS_REASON_NOT_RUN, .worst.state = LIMS_VALUE_NOT_RUN};
  read_rule(matter, NULL, out);
  for (guint i = 0; i < runs->len; i++) {
    const LimsRun *run = &g_array_index(runs, LimsRun, i);

    for (guint n = 0; n < run->count; n++) {
      const LimsRun one = {&run->values[n], 1};

      if (measured && !lims_run_was_measured(&one))
        out->unmeasured++;
      else
        judge_value(matter, one.values, out);
    }
  }
}

char *lims_screen_rule(const LimsScreen *screen) {
  const LimsMethod *method = screen->worst.method;
  g_autofree char *threshold = lims_decimal_to_string(screen->threshold);

  return g_strdup_printf("screen by %s, positive %s %s %%",
                         method && *method->standard ? method->standard : "GB/T 5009.199-2003",
                         screen->equal_is_positive ? "at or above" : "above", threshold);
}
