/* What exceeds every limit that may hold.
 *
 * Where a food's class, a land's use or a water's crop is left open, several limits may hold, and above the
 * strictest nothing is decided by it. But a value above all of them exceeds whichever holds, and that must
 * not be lost for want of a fact. Two things must be sure: that there is no case in which none of the rows
 * holds, and that every row that may hold is exceeded by the value as it stands. The first is tried case by
 * case: each choice of a word, each band of a number that the rows tell apart.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

#define CASES_MOST 64 /* of one fact */

static const LimsCondition *term_of(const LimsLimit *row, guint index) {
  return &g_array_index(row->terms, LimsCondition, index);
}

static guint count_terms(const LimsLimit *row) {
  return row->terms ? row->terms->len : 0;
}

/* Terms that a comparison of the number as it stands leaves open. */
static gboolean is_plain(const LimsLimit *row) {
  for (guint i = 0; i < count_terms(row); i++) {
    LimsConditionKind kind = term_of(row, i)->kind;

    if (kind != LIMS_CONDITION_FACT && kind != LIMS_CONDITION_INTERVENTION &&
        kind != LIMS_CONDITION_TEMPORARY)
      return FALSE;
  }
  return row->kind == LIMS_LIMIT_MAXIMUM;
}

/* ---- no case without a row ---- */

static void add_case(GPtrArray *cases, LimsDecimal number, int thousandths) {
  LimsDecimal moved;

  if (cases->len < CASES_MOST && lims_decimal_add(number, (LimsDecimal){thousandths, -3}, &moved))
    g_ptr_array_add(cases, lims_decimal_to_string(moved));
}

/* A number at, just below and just above each edge that the rows draw. */
static void add_edges(GPtrArray *cases, const LimsRows *place, LimsFact fact) {
  for (guint i = 0; i < place->count; i++)
    for (guint t = 0; t < count_terms(place->rows[i]); t++) {
      const LimsCondition *term = term_of(place->rows[i], t);

      if (term->kind != LIMS_CONDITION_FACT || term->fact != fact)
        continue;
      for (int thousandths = -1; thousandths <= 1; thousandths++) {
        if (term->has_low)
          add_case(cases, term->low, thousandths);
        if (term->has_high)
          add_case(cases, term->high, thousandths);
      }
    }
}

/* char *: what the fact may be, as far as the rows tell it apart. g_ptr_array_unref. */
static GPtrArray *list_cases(const LimsRows *place, LimsFact fact) {
  GPtrArray *cases = g_ptr_array_new_with_free_func(g_free);
  const char *choices = lims_fact_choices(fact);
  g_auto(GStrv) words = choices ? g_strsplit(choices, "|", -1) : NULL;

  for (guint i = 0; words && words[i]; i++)
    g_ptr_array_add(cases, g_strdup(words[i]));
  if (!choices)
    add_edges(cases, place, fact);
  return cases;
}

static gboolean some_row_holds(const LimsRows *place, const LimsFacts *facts) {
  for (guint i = 0; i < place->count; i++)
    if (!lims_row_is_intervention(place->rows[i]) &&
        lims_row_holds(place->rows[i], facts, NULL) == LIMS_MEETS_YES)
      return TRUE;
  return FALSE;
}

/* Every combination of the facts that are open, from `fact` on. */
static gboolean covers_all(const LimsRows *place, guint open, guint fact, const LimsFacts *facts) {
  g_autoptr(GPtrArray) cases = NULL;

  while (fact < LIMS_FACTS && !(open & 1u << fact))
    fact++;
  if (fact == LIMS_FACTS)
    return some_row_holds(place, facts);
  cases = list_cases(place, (LimsFact)fact);
  for (guint i = 0; i < cases->len; i++) {
    LimsFacts one = *facts;

    if (lims_facts_set(&one, (LimsFact)fact, g_ptr_array_index(cases, i), NULL) &&
        !covers_all(place, open, fact + 1, &one))
      return FALSE;
  }
  return cases->len > 0 && cases->len < CASES_MOST;
}

/* ---- every row exceeded ---- */

/* *highest: the most lenient of the rows that may hold. */
static gboolean exceeds_place(const LimsMatter *matter, const LimsRows *place, const LimsOutcome *outcome,
                              const LimsLimit **highest) {
  for (guint i = 0; i < place->count; i++) {
    const LimsLimit *row = place->rows[i];
    LimsOutcome one = *outcome;

    if (lims_row_is_intervention(row) || lims_row_holds(row, &matter->facts, NULL) == LIMS_MEETS_NO)
      continue;
    if (!is_plain(row) || row->unit != outcome->measured.unit)
      return FALSE;
    lims_compare_with_limit(matter, row, &one);
    if (one.reason != LIMS_REASON_ABOVE)
      return FALSE;
    if (!*highest || lims_decimal_compare(row->high, (*highest)->high) > 0)
      *highest = row;
  }
  return TRUE;
}

const LimsLimit *lims_exceeds_every(const LimsMatter *matter, const LimsChoice *choice,
                                    const LimsOutcome *outcome) {
  const LimsLimit *highest = NULL;

  if (choice->place_count == 0 || choice->place_count > G_N_ELEMENTS(choice->places))
    return NULL;
  for (guint i = 0; i < choice->place_count; i++)
    if (choice->places[i].count == 0 || !exceeds_place(matter, &choice->places[i], outcome, &highest) ||
        !covers_all(&choice->places[i], choice->facts_open, 0, &matter->facts))
      return NULL;
  return highest;
}
