/* A residue that counts several compounds together.
 *
 * The components come from several transmissions and analyzers, in any order; each counts with the least
 * favourable of its runs, times its factor, and only the whole may comply: a component that nobody measured
 * is asked for by name. What exceeds without it exceeds anyway. A component that was not detected counts as
 * 0, as half its LOD or as its LOD: the method or the policy says which, and the verdict names it; whatever
 * it counts as, a LOD above the limit shows nothing. What an analyzer or a method reports as the whole
 * residue is taken as the whole.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

typedef struct {
  const LimsMatter *matter;
  const LimsLimit *limit;
  GArray *parts;
  LimsFraction sum;
  gboolean detected;
  LimsReason open; /* of the first part that does not count; NONE: all do */
  LimsReason lod;  /* LOD_ABOVE: some LOD says nothing about the limit; NONE: none */
} Adding;

static LimsNdPolicy nd_policy_of(const LimsMatter *matter, const LimsMethod *method) {
  return method && method->nd_components != LIMS_ND_BY_POLICY ? method->nd_components
                                                              : matter->policy->nd_components;
}

static gboolean add_scaled(LimsFraction *sum, LimsFraction value, LimsFraction factor) {
  return lims_fraction_multiply(value, factor, &value) && lims_fraction_add(*sum, value, sum);
}

/* What was not detected, or not quantified, by the policy. */
static LimsReason add_undetected(Adding *a, const LimsPart *part) {
  LimsNdPolicy policy = nd_policy_of(a->matter, part->measured.method);
  LimsFraction bound, half = {1, 2};
  gboolean fits;

  if (part->measured.has_number && part->term->has_factor && lims_measured_number(&part->measured, &bound) &&
      lims_fraction_multiply(bound, part->term->factor, &bound) &&
      lims_fraction_compare_decimal(bound, a->limit->high, &fits) > 0)
    a->lod = LIMS_REASON_LOD_ABOVE;
  if (policy == LIMS_ND_ZERO)
    return LIMS_REASON_NONE;
  if (!part->measured.has_number)
    return LIMS_REASON_LOD_UNKNOWN;
  if (!part->term->has_factor)
    return LIMS_REASON_FACTOR_UNKNOWN;
  if (policy == LIMS_ND_HALF_LOD && !lims_fraction_multiply(bound, half, &bound))
    return LIMS_REASON_OVERFLOW;
  return lims_fraction_add(a->sum, bound, &a->sum) ? LIMS_REASON_NONE : LIMS_REASON_OVERFLOW;
}

static LimsReason add_part(Adding *a, LimsPart *part) {
  const LimsMeasured *m = &part->measured;
  LimsFraction number;

  if (part->reason != LIMS_REASON_NONE)
    return part->reason;
  if (m->state == LIMS_VALUE_NOT_DETECTED || m->state == LIMS_VALUE_BELOW_LOQ)
    return add_undetected(a, part);
  if (m->state != LIMS_VALUE_NUMBER)
    return LIMS_REASON_QUALITATIVE;
  a->detected = TRUE;
  if (!part->term->has_factor)
    return LIMS_REASON_FACTOR_UNKNOWN;
  return lims_measured_number(m, &number) && add_scaled(&a->sum, number, part->term->factor)
             ? LIMS_REASON_NONE
             : LIMS_REASON_OVERFLOW;
}

static void measure_parts(Adding *a) {
  const GArray *terms = a->limit->residue->terms;

  for (guint i = 0; i < terms->len; i++) {
    LimsPart part = {.term = &g_array_index(terms, LimsResidueTerm, i), .reason = LIMS_REASON_PART_MISSING};

    lims_measure_worst(a->matter, part.term->analyte, a->limit->unit, &part.reason, &part.measured);
    part.reason = add_part(a, &part);
    if (part.reason != LIMS_REASON_NONE && a->open == LIMS_REASON_NONE)
      a->open = part.reason;
    g_array_append_val(a->parts, part);
  }
}

/* The component that gave most: the verdict names its determination, and its method's rules hold. */
static const LimsPart *find_main(const GArray *parts) {
  const LimsPart *main = NULL;

  for (guint i = 0; i < parts->len; i++) {
    const LimsPart *part = &g_array_index(parts, LimsPart, i);

    if (part->measured.from && (!main || (part->reason == LIMS_REASON_NONE &&
                                          lims_measured_is_worse(&part->measured, &main->measured, FALSE))))
      main = part;
  }
  return main;
}

/* Nothing was found at all: the highest LOD speaks for the sum. */
static void take_highest_lod(const GArray *parts, LimsMeasured *out) {
  out->state = LIMS_VALUE_NOT_DETECTED;
  out->has_number = out->is_fraction = FALSE;
  for (guint i = 0; i < parts->len; i++) {
    const LimsPart *part = &g_array_index(parts, LimsPart, i);
    LimsFraction lod;
    LimsMeasured scaled = {.has_number = TRUE, .is_fraction = TRUE, .unit = out->unit};

    if (!part->measured.has_number || !part->term->has_factor ||
        !lims_measured_number(&part->measured, &lod) ||
        !lims_fraction_multiply(lod, part->term->factor, &scaled.fraction))
      continue;
    if (out->has_number && !lims_measured_is_worse(&scaled, out, FALSE))
      continue;
    out->has_number = out->is_fraction = TRUE;
    out->fraction = scaled.fraction;
  }
}

static gboolean exceeds_already(const Adding *a) {
  gboolean fits;

  return a->limit->kind == LIMS_LIMIT_MAXIMUM &&
         lims_fraction_compare_decimal(a->sum, a->limit->high, &fits) > 0 && fits;
}

LimsReason lims_measure_sum(const LimsMatter *matter, const LimsLimit *limit, GArray *parts,
                            LimsMeasured *out) {
  Adding adding = {.matter = matter, .limit = limit, .parts = parts, .sum = {0, 1}};
  const LimsPart *main;
  gboolean nothing;

  measure_parts(&adding);
  main = find_main(parts);
  nothing = !adding.detected && adding.sum.numerator == 0;
  *out = (LimsMeasured){.state = LIMS_VALUE_NUMBER,
                        .from = main ? main->measured.from : NULL,
                        .method = main ? main->measured.method : NULL,
                        .preparation = main ? main->measured.preparation : NULL,
                        .uncertainty = main ? main->measured.uncertainty : (LimsDecimal){0, 0},
                        .has_number = TRUE,
                        .is_fraction = TRUE,
                        .fraction = adding.sum,
                        .unit = limit->unit,
                        .is_sum = TRUE};
  if (nothing)
    take_highest_lod(parts, out);
  out->is_partial = adding.open != LIMS_REASON_NONE && exceeds_already(&adding);
  if (exceeds_already(&adding))
    return LIMS_REASON_NONE;
  return adding.open != LIMS_REASON_NONE ? adding.open : adding.lod;
}
