/* A residue that counts several compounds together.
 *
 * The components come from several transmissions and analyzers, in any order; each counts with the least
 * favourable of its runs, times its factor, and only the whole may comply: a component that nobody measured
 * is asked for by name, and so is one of which a run cannot be compared. What exceeds without them exceeds
 * anyway; the noise of a blank below zero takes nothing away. A component that was not detected counts as 0,
 * as half its LOD or as its LOD: the strictest of what the methods say, or the policy; the verdict names it.
 * Whatever it counts as, a LOD above the limit shows nothing, and makes no exceedance; nor does anything as
 * long as nothing was found. What an analyzer or a method reports as the whole residue is taken as the whole.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

typedef struct {
  const LimsMatter *matter;
  const LimsLimit *limit;
  GArray *parts;
  LimsMeasured *out; /* ->fraction: the sum */
  gboolean detected, below_loq;
} Adding;

/* ---- parts ---- */

static const LimsUnit *target_of(const LimsLimit *limit) {
  return limit->unit ? limit->unit : lims_unit_find("mg/kg"); /* 不得检出 has none */
}

static void measure_parts(const Adding *a) {
  const GArray *terms = a->limit->residue->terms;

  for (guint i = 0; i < terms->len; i++) {
    LimsPart part = {.term = &g_array_index(terms, LimsResidueTerm, i)};

    lims_measure_part(a->matter, target_of(a->limit), &part);
    g_array_append_val(a->parts, part);
  }
}

/* One for all components, so that it can be named. */
static LimsNdPolicy find_nd_policy(const Adding *a) {
  LimsNdPolicy strictest = LIMS_ND_BY_POLICY;

  for (guint i = 0; i < a->parts->len; i++) {
    const LimsMethod *method = g_array_index(a->parts, LimsPart, i).measured.method;

    if (method)
      strictest = MAX(strictest, method->nd_components);
  }
  return strictest != LIMS_ND_BY_POLICY ? strictest : a->matter->policy->nd_components;
}

/* ---- adding ---- */

static gboolean has_maximum(const Adding *a) {
  return a->limit->kind == LIMS_LIMIT_MAXIMUM;
}

/* Any of it exceeds, so how much a LOD counts for does not matter. */
static gboolean is_forbidden(const Adding *a) {
  return a->limit->kind == LIMS_LIMIT_NOT_DETECTED || a->limit->kind == LIMS_LIMIT_BANNED;
}

static gboolean is_higher(LimsFraction a, LimsFraction b) {
  LimsFraction rest;

  return lims_fraction_subtract(a, b, &rest) && rest.numerator > 0;
}

/* The highest LOD or LOQ below which a component may lie. */
static void keep_bound(Adding *a, LimsFraction bound) {
  if (!a->out->has_loq || is_higher(bound, a->out->loq))
    a->out->loq = bound;
  a->out->has_loq = TRUE;
}

/* What was not detected, or not quantified, by the policy. */
static LimsReason add_undetected(Adding *a, const LimsPart *part) {
  LimsNdPolicy policy = is_forbidden(a) ? LIMS_ND_ZERO : a->out->nd;
  LimsFraction bound, half = {1, 2};
  gboolean fits;

  a->below_loq |= part->measured.state == LIMS_VALUE_BELOW_LOQ;
  if (!part->measured.has_number)
    return policy == LIMS_ND_ZERO ? LIMS_REASON_NONE : LIMS_REASON_LOD_UNKNOWN;
  if (!part->term->has_factor)
    return policy == LIMS_ND_ZERO ? LIMS_REASON_NONE : LIMS_REASON_FACTOR_UNKNOWN;
  if (!lims_measured_number(&part->measured, &bound) ||
      !lims_fraction_multiply(bound, part->term->factor, &bound))
    return LIMS_REASON_OVERFLOW;
  keep_bound(a, bound);
  if (policy == LIMS_ND_ZERO || lims_fraction_compare_decimal(bound, a->limit->high, &fits) > 0)
    return LIMS_REASON_NONE;
  if (policy == LIMS_ND_HALF_LOD && !lims_fraction_multiply(bound, half, &bound))
    return LIMS_REASON_OVERFLOW;
  return lims_fraction_add(a->out->fraction, bound, &a->out->fraction) ? LIMS_REASON_NONE
                                                                       : LIMS_REASON_OVERFLOW;
}

/* A number below the LOQ of its method says only that the component lies below it. */
static gboolean keep_loq(Adding *a, const LimsPart *part, LimsFraction number) {
  LimsFraction loq;

  if (!part->measured.has_loq || !is_higher(part->measured.loq, number))
    return TRUE;
  if (!lims_fraction_multiply(part->measured.loq, part->term->factor, &loq))
    return FALSE;
  keep_bound(a, loq);
  return TRUE;
}

static LimsReason add_part(Adding *a, const LimsPart *part) {
  const LimsMeasured *m = &part->measured;
  LimsDecimal mirrored = {-a->limit->high.coefficient, a->limit->high.exponent};
  LimsFraction number;
  int order;

  if (m->state != LIMS_VALUE_NUMBER)
    return add_undetected(a, part);
  if (!lims_measured_number(m, &number))
    return LIMS_REASON_OVERFLOW;
  if (is_forbidden(a) && number.numerator <= 0)
    return LIMS_REASON_LOD_UNKNOWN;
  a->detected = TRUE;
  if (!part->term->has_factor)
    return LIMS_REASON_FACTOR_UNKNOWN;
  if (number.numerator < 0)
    return has_maximum(a) && lims_measured_compare(m, mirrored, &order) && order < 0 ? LIMS_REASON_NEGATIVE
                                                                                     : LIMS_REASON_NONE;
  return keep_loq(a, part, number) && lims_fraction_multiply(number, part->term->factor, &number) &&
                 lims_fraction_add(a->out->fraction, number, &a->out->fraction)
             ? LIMS_REASON_NONE
             : LIMS_REASON_OVERFLOW;
}

gboolean lims_sum_is_waiting(LimsReason reason) {
  return reason == LIMS_REASON_PART_MISSING || reason == LIMS_REASON_LOD_UNKNOWN ||
         reason == LIMS_REASON_FACTOR_UNKNOWN;
}

/* What cannot be compared goes before what is not there. */
static void keep_open(LimsMeasured *out, LimsReason reason) {
  if (out->open == LIMS_REASON_NONE ||
      (lims_sum_is_waiting(out->open) && !lims_sum_is_waiting(reason) && reason != LIMS_REASON_NONE))
    out->open = reason;
}

static void add_parts(Adding *a) {
  for (guint i = 0; i < a->parts->len; i++) {
    LimsPart *part = &g_array_index(a->parts, LimsPart, i);
    LimsReason reason = part->counts ? add_part(a, part) : LIMS_REASON_NONE;

    if (part->reason == LIMS_REASON_NONE)
      part->reason = reason;
    keep_open(a->out, part->reason);
  }
}

/* ---- the sum ---- */

/* The component that gave most: the verdict names its determination, and its method's rules hold. */
static const LimsPart *find_main(const GArray *parts) {
  const LimsPart *main = NULL;

  for (guint i = 0; i < parts->len; i++) {
    const LimsPart *part = &g_array_index(parts, LimsPart, i);

    if (part->measured.from &&
        (!main || part->counts > main->counts ||
         (part->counts == main->counts && lims_measured_is_worse(&part->measured, &main->measured, FALSE))))
      main = part;
  }
  return main;
}

static gboolean is_dry(const GArray *parts) {
  for (guint i = 0; i < parts->len; i++) {
    const LimsPart *part = &g_array_index(parts, LimsPart, i);

    if (part->counts && part->measured.has_number && !part->measured.is_dry)
      return FALSE;
  }
  return TRUE;
}

static void begin_sum(Adding *a, const LimsPart *main) {
  *a->out = (LimsMeasured){.state = LIMS_VALUE_NUMBER,
                           .has_number = TRUE,
                           .is_fraction = TRUE,
                           .fraction = {0, 1},
                           .unit = target_of(a->limit),
                           .is_sum = TRUE};
  if (!main)
    return;
  a->out->from = main->measured.from;
  a->out->method = main->measured.method;
  a->out->preparation = main->measured.preparation;
  a->out->uncertainty = main->measured.uncertainty;
}

/* Nothing was found: the highest LOD speaks for the sum, or what the policy makes of all of them. */
static void find_nothing(Adding *a) {
  LimsMeasured *out = a->out;

  out->state = a->below_loq ? LIMS_VALUE_BELOW_LOQ : LIMS_VALUE_NOT_DETECTED;
  out->has_number = out->is_fraction = out->has_loq;
  if (out->has_loq && is_higher(out->loq, out->fraction))
    out->fraction = out->loq;
}

void lims_measure_sum(const LimsMatter *matter, const LimsLimit *limit, GArray *parts, LimsMeasured *out) {
  Adding adding = {.matter = matter, .limit = limit, .parts = parts, .out = out};

  measure_parts(&adding);
  begin_sum(&adding, find_main(parts));
  out->nd = find_nd_policy(&adding);
  out->is_dry = is_dry(parts);
  add_parts(&adding);
  if (!adding.detected)
    find_nothing(&adding);
}
