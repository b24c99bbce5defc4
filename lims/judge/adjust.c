/* Value and limit on one basis, and what the limit's terms carry.
 *
 * Some limits count on dry weight or in the fat, some are those of the fresh food times a factor of
 * dehydration (GB 2762-2025, 3.4 and 3.5), some stand for a part only (total mercury for methylmercury,
 * tables 3 and 4). With the fact at hand the number is brought onto the limit's basis, exactly. Without it,
 * one side of the limit is often sure all the same: what exceeds as it is exceeds on dry weight, a dried food
 * below the limit of the fresh one complies. The other side is open, and the verdict says for want of what.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

static gboolean known_number(const LimsMatter *matter, LimsFact fact, LimsFraction *out) {
  const LimsFactValue *value = &matter->facts.values[fact];

  return value->known && lims_fraction_from_decimal(value->number, out);
}

/* Above 0 and at most all of it: anything else is no share, whoever gave it. */
static gboolean is_share(LimsFraction share) {
  return share.numerator > 0 && share.numerator <= share.denominator;
}

/* 1 - percent / 100, exactly. */
static gboolean rest_of(LimsFraction percent, LimsFraction *out) {
  LimsFraction one = {1, 1}, hundredth = {1, 100};

  return lims_fraction_multiply(percent, hundredth, &percent) && lims_fraction_subtract(one, percent, out) &&
         is_share(*out);
}

static const LimsDecimal *own_moisture(const LimsMatter *matter) {
  const LimsPreparation *p = lims_preparation_of(matter->input, matter->analyte);

  return p && p->has_moisture ? &p->moisture : NULL;
}

/* The share of the sample that is not water. */
static gboolean find_dry_share(const LimsMatter *matter, LimsFraction *out) {
  const LimsDecimal *own = own_moisture(matter);
  LimsFraction percent;

  if (own ? !lims_fraction_from_decimal(*own, &percent) : !known_number(matter, LIMS_FACT_MOISTURE, &percent))
    return FALSE;
  return rest_of(percent, out);
}

static gboolean find_fat_share(const LimsMatter *matter, LimsFraction *out) {
  LimsFraction percent, hundredth = {1, 100};

  return known_number(matter, LIMS_FACT_FAT, &percent) && lims_fraction_multiply(percent, hundredth, out) &&
         is_share(*out);
}

/* The factor itself, or from the two moistures: (100 - dried) / (100 - fresh). A food does not gain water by
 * drying. */
static gboolean find_dehydration(const LimsMatter *matter, LimsFraction *out) {
  LimsFraction fresh, dried;

  if (known_number(matter, LIMS_FACT_DEHYDRATION_FACTOR, out))
    return TRUE;
  return find_dry_share(matter, &dried) && known_number(matter, LIMS_FACT_FRESH_MOISTURE, &fresh) &&
         rest_of(fresh, &fresh) && lims_fraction_divide(dried, fresh, out) &&
         out->numerator >= out->denominator;
}

/* ---- the value ---- */

static gboolean divide_by(LimsMeasured *m, LimsFraction share) {
  LimsFraction number;

  if (m->has_loq && !lims_fraction_divide(m->loq, share, &m->loq))
    return FALSE;
  if (!m->has_number)
    return TRUE;
  if (!lims_measured_number(m, &number) || !lims_fraction_divide(number, share, &m->fraction))
    return FALSE;
  m->is_fraction = TRUE;
  return TRUE;
}

static gboolean has_kind(const LimsLimit *limit, LimsConditionKind kind) {
  return lims_conditions_find(limit->terms, kind) != NULL;
}

/* Onto dry weight or into the fat, where the limit counts so and the fact is known. What the method's formula
 * has brought there already stays. */
static gboolean adjust_value(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  LimsAdjustment *adjustment = &outcome->adjustment;

  adjustment->share = (LimsFraction){1, 1};
  if (has_kind(limit, LIMS_CONDITION_DRY_WEIGHT) && outcome->measured.is_dry) {
    adjustment->dry_weight = TRUE;
    return TRUE;
  }
  if (has_kind(limit, LIMS_CONDITION_DRY_WEIGHT) && find_dry_share(matter, &adjustment->share))
    adjustment->dry_weight = TRUE;
  else if (has_kind(limit, LIMS_CONDITION_FAT_WEIGHT) && find_fat_share(matter, &adjustment->share))
    adjustment->fat_weight = TRUE;
  else
    return TRUE;
  return divide_by(&outcome->measured, adjustment->share);
}

/* ---- the limit ---- */

/* What does not comply with the fresh food's limit, and may with a higher one. */
static gboolean may_comply(LimsReason reason) {
  return reason == LIMS_REASON_ABOVE || reason == LIMS_REASON_LOD_ABOVE || reason == LIMS_REASON_GUARD_BAND;
}

/* Against the limit times its factor: the value over the factor against the limit, which is the same and
 * exact. A rounded value was rounded to the limit's last place before. */
static void compare_dehydrated(const LimsMatter *matter, const LimsLimit *limit, LimsOutcome *outcome) {
  LimsOutcome scaled = *outcome;

  if (limit->kind != LIMS_LIMIT_MAXIMUM || !find_dehydration(matter, &scaled.adjustment.factor))
    return;
  scaled.adjustment.dehydrated = TRUE;
  if (scaled.has_judged) {
    scaled.is_rounded = TRUE;
    scaled.measured.is_fraction = FALSE;
    scaled.measured.decimal = scaled.judged;
  }
  if (!divide_by(&scaled.measured, scaled.adjustment.factor)) {
    outcome->reason = LIMS_REASON_OVERFLOW;
    return;
  }
  lims_compare_with_limit(matter, limit, &scaled);
  outcome->reason = scaled.reason;
  outcome->adjustment = scaled.adjustment;
}

/* ---- the terms ---- */

/* "Not detected" with a LOD is like a number: on dry weight the LOD is a higher one. */
static gboolean is_on_side(LimsConditionSide side, LimsReason reason, gboolean has_lod) {
  if (side == LIMS_SIDE_BOTH)
    return TRUE;
  if (side == LIMS_SIDE_ABOVE)
    return lims_reason_kind(reason) == LIMS_VERDICT_EXCEEDS;
  return reason == LIMS_REASON_AT_OR_BELOW || (reason == LIMS_REASON_NOT_DETECTED && has_lod);
}

static gboolean is_open(const LimsMatter *matter, const LimsChoice *choice, const LimsCondition *term,
                        const LimsAdjustment *adjustment) {
  switch (term->kind) {
  case LIMS_CONDITION_FACT:
    return lims_condition_meets(term, &matter->facts) == LIMS_MEETS_UNKNOWN &&
           !(choice->fact_note && term->fact == LIMS_FACT_PH);
  case LIMS_CONDITION_DRY_WEIGHT:
    return !adjustment->dry_weight;
  case LIMS_CONDITION_FAT_WEIGHT:
    return !adjustment->fat_weight;
  case LIMS_CONDITION_DEHYDRATION:
    return !adjustment->dehydrated;
  case LIMS_CONDITION_WORDS:
    return TRUE;
  default:
    return FALSE;
  }
}

/* Below the strictest of several rows: whichever fact chooses among them, it complies. */
static gboolean is_settled(const LimsChoice *choice, const LimsCondition *term, LimsReason reason) {
  return term->kind == LIMS_CONDITION_FACT && choice->if_above == LIMS_REASON_CONDITION &&
         lims_reason_kind(reason) == LIMS_VERDICT_COMPLIES;
}

static LimsReason apply_terms(const LimsMatter *matter, const LimsChoice *choice,
                              const LimsOutcome *outcome) {
  const GArray *terms = choice->limit->terms;

  for (guint i = 0; terms && i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (!is_settled(choice, term, outcome->reason) &&
        is_on_side(term->side, outcome->reason, outcome->measured.has_number) &&
        is_open(matter, choice, term, &outcome->adjustment))
      return LIMS_REASON_CONDITION;
  }
  return outcome->reason;
}

/* ---- both ---- */

static LimsReason grade(const LimsMatter *matter, const LimsChoice *choice, const LimsOutcome *outcome) {
  LimsOutcome higher = *outcome;

  if (!choice->intervention)
    return outcome->reason;
  if (outcome->every && lims_row_holds(choice->intervention, &matter->facts, NULL) != LIMS_MEETS_YES)
    return LIMS_REASON_ABOVE_SCREENING;
  lims_compare_with_limit(matter, choice->intervention, &higher);
  return higher.reason == LIMS_REASON_ABOVE ? LIMS_REASON_ABOVE_INTERVENTION : LIMS_REASON_ABOVE_SCREENING;
}

void lims_adjust_and_compare(const LimsMatter *matter, const LimsChoice *choice, LimsOutcome *outcome) {
  const LimsLimit *limit = choice->limit;

  outcome->adjustment = (LimsAdjustment){0};
  if (!adjust_value(matter, limit, outcome)) {
    outcome->reason = LIMS_REASON_OVERFLOW;
    return;
  }
  lims_compare_with_limit(matter, limit, outcome);
  if (may_comply(outcome->reason) && has_kind(limit, LIMS_CONDITION_DEHYDRATION))
    compare_dehydrated(matter, limit, outcome);
  if (outcome->reason == LIMS_REASON_ABOVE && choice->if_above != LIMS_REASON_NONE)
    outcome->every = lims_exceeds_every(matter, choice, outcome);
  if (!outcome->every && lims_reason_kind(outcome->reason) == LIMS_VERDICT_EXCEEDS &&
      choice->if_above != LIMS_REASON_NONE)
    outcome->reason = choice->if_above;
  if (!outcome->every)
    outcome->reason = apply_terms(matter, choice, outcome);
  if (outcome->reason == LIMS_REASON_ABOVE)
    outcome->reason = grade(matter, choice, outcome);
}
