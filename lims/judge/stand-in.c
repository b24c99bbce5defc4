/* Facts of a sample that nobody gave, and that were measured: the pH of a soil, the moisture, the fat.
 *
 * They are values like others: an analyzer's mean counts before its replicates, a run that failed says
 * nothing, and what no sample can have (a moisture of 150 %) is no fact. Of several runs the stricter stands
 * in. For moisture and fat it is known which that is; of a pH only the limits say, so they are asked for both
 * ends.
 */
#include "lims/judge/judge-private.h"

/* Of several runs the highest or the lowest. */
static const struct {
  LimsFact fact;
  const char *analyte, *units[2];
  gboolean highest;
} STAND_INS[] = {
    {LIMS_FACT_PH, "ph", {"pH"}, FALSE},
    {LIMS_FACT_MOISTURE, "moisture", {"%", "g/100g"}, TRUE},
    {LIMS_FACT_FAT, "fat", {"%", "g/100g"}, FALSE},
};

/* Of a mean; more digits than any of the facts is measured with. */
#define FACT_PLACES 12

static gboolean read_number(const LimsMeasured *measured, LimsDecimal *out) {
  *out = measured->decimal;
  if (measured->is_fraction && !lims_fraction_round(measured->fraction, FACT_PLACES, out))
    return FALSE;
  *out = measured->is_fraction ? lims_measured_trim(*out) : *out;
  return TRUE;
}

/* What a run says of the fact. FALSE: nothing, or what it cannot be. */
static gboolean measure_fact(const LimsMatter *matter, guint which, const LimsRun *run, LimsFactValue *out) {
  const LimsUnit *unit = run->values[0].unit;
  g_autofree char *text = NULL;
  LimsFacts facts = {0};
  LimsMeasured measured;
  LimsDecimal value;

  if (!unit || (g_strcmp0(unit->name, STAND_INS[which].units[0]) != 0 &&
                g_strcmp0(unit->name, STAND_INS[which].units[1]) != 0))
    return FALSE;
  if (lims_measure_run(matter, run, unit, !STAND_INS[which].highest, &measured) != LIMS_REASON_NONE ||
      measured.state != LIMS_VALUE_NUMBER || !read_number(&measured, &value))
    return FALSE;
  text = lims_decimal_to_string(value);
  if (!lims_facts_set(&facts, STAND_INS[which].fact, text, NULL))
    return FALSE;
  *out = facts.values[STAND_INS[which].fact];
  return TRUE;
}

static void take_fact(LimsFactValue *fact, LimsFactValue value, gboolean highest) {
  int order = fact->known ? lims_decimal_compare(value.number, fact->number) : 0;

  if (!fact->known || (highest ? order > 0 : order < 0))
    *fact = value;
}

static void stand_in(LimsMatter *matter, guint which) {
  LimsFactValue *fact = &matter->facts.values[STAND_INS[which].fact];
  guint count;
  const LimsDetermination *values = lims_judge_values(matter->input, STAND_INS[which].analyte, &count);
  g_autoptr(GArray) runs = NULL;

  if (fact->known || count == 0)
    return;
  runs = lims_runs_new(matter, values, count);
  for (guint i = 0; i < runs->len; i++) {
    LimsFactValue value;

    if (!measure_fact(matter, which, &g_array_index(runs, LimsRun, i), &value))
      continue;
    take_fact(fact, value, STAND_INS[which].highest);
    if (STAND_INS[which].fact == LIMS_FACT_PH)
      take_fact(&matter->high_ph, value, TRUE);
  }
}

void lims_stand_in(LimsMatter *matter) {
  for (guint i = 0; i < G_N_ELEMENTS(STAND_INS); i++)
    stand_in(matter, i);
}

static gboolean is_stricter(const LimsChoice *choice, const LimsChoice *than) {
  const LimsLimit *a = choice->limit, *b = than->limit;

  return a && b && a->kind == LIMS_LIMIT_MAXIMUM && b->kind == LIMS_LIMIT_MAXIMUM && a->unit == b->unit &&
         lims_decimal_compare(a->high, b->high) < 0;
}

/* Arsenic is allowed less in alkaline soil, cadmium less in acid soil (GB 15618-2018, table 1). */
void lims_choose_by_facts(LimsMatter *matter, LimsChoice *out) {
  LimsFactValue *ph = &matter->facts.values[LIMS_FACT_PH], lowest = *ph;
  LimsChoice other;

  lims_choose_limit(matter, out);
  if (!matter->high_ph.known || lims_decimal_compare(matter->high_ph.number, lowest.number) == 0)
    return;
  *ph = matter->high_ph;
  lims_choose_limit(matter, &other);
  if (is_stricter(&other, out))
    *out = other;
  else
    *ph = lowest;
}
