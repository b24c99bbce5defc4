/* Which values make a run, and what it comes to.
 *
 * A sample that is measured again comes back in another transmission, its replicates numbered from 1 as
 * before, and possibly before the first one was read; a tester that is asked for its history gives both in
 * one answer. So the transmission holds a run together, and a replicate's number that stands in it again
 * belongs to its next run. The order in which the values are given does not matter.
 */
#include "lims/judge/judge-private.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
  const LimsDetermination *value;
  guint nth; /* run of its transmission: how often its replicate's number stood there before */
} Place;

static int order_of(gint64 a, gint64 b) {
  return (a > b) - (a < b);
}

static int compare_replicates(gconstpointer a, gconstpointer b) {
  const LimsDetermination *left = ((const Place *)a)->value, *right = ((const Place *)b)->value;
  int order = order_of(left->run, right->run);

  if (order == 0)
    order = order_of(left->replicate, right->replicate);
  return order ? order : order_of(left->id, right->id);
}

static int compare_runs(gconstpointer a, gconstpointer b) {
  const Place *left = a, *right = b;
  int order = order_of(left->value->run, right->value->run);

  if (order == 0)
    order = order_of(left->nth, right->nth);
  return order ? order : order_of(left->value->replicate, right->value->replicate);
}

static void number_runs(Place *places, guint count) {
  qsort(places, count, sizeof(Place), compare_replicates);
  for (guint i = 1; i < count; i++)
    if (places[i].value->run == places[i - 1].value->run &&
        places[i].value->replicate == places[i - 1].value->replicate)
      places[i].nth = places[i - 1].nth + 1;
  qsort(places, count, sizeof(Place), compare_runs);
}

static gboolean is_same_run(const Place *a, const Place *b) {
  return a->value->run == b->value->run && a->nth == b->nth;
}

/* The values that are looked at: screens, or all others. */
static guint select_values(const LimsMatter *matter, const LimsDetermination *values, guint count,
                           Place *out) {
  guint taken = 0;

  for (guint i = 0; i < count; i++)
    if ((values[i].basis == LIMS_JUDGE_SCREEN) == matter->screens)
      out[taken++].value = &values[i];
  return taken;
}

/* A mean that the analyzer did not make does not hide its replicates. */
static void drop_empty_means(GArray *runs) {
  for (guint i = 0; i < runs->len; i++) {
    LimsRun *run = &g_array_index(runs, LimsRun, i);

    if (run->count > 1 && run->values[0].replicate == 0 && !lims_run_was_measured(run)) {
      run->values++;
      run->count--;
    }
  }
}

GArray *lims_runs_new(const LimsMatter *matter, const LimsDetermination *values, guint count) {
  GArray *runs = g_array_sized_new(FALSE, FALSE, sizeof(LimsRun), 1);
  g_autofree Place *places = NULL;
  LimsDetermination *sorted;

  if (count == 1 && (values->basis == LIMS_JUDGE_SCREEN) == matter->screens) {
    LimsRun only = {values, 1};

    g_array_append_val(runs, only);
  }
  if (count < 2)
    return runs;
  places = g_new0(Place, count);
  count = select_values(matter, values, count, places);
  number_runs(places, count);
  sorted = g_new(LimsDetermination, count);
  if (!*matter->arena)
    *matter->arena = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(*matter->arena, sorted);
  for (guint i = 0; i < count; i++) {
    LimsRun new = {&sorted[i], 0};

    sorted[i] = *places[i].value;
    if (i == 0 || !is_same_run(&places[i], &places[i - 1]))
      g_array_append_val(runs, new);
    g_array_index(runs, LimsRun, runs->len - 1).count++;
  }
  drop_empty_means(runs);
  return runs;
}

/* ---- its value ---- */

/* How many of its values count: the mean alone, or all replicates. */
static guint counting(const LimsRun *run) {
  return run->values[0].replicate == 0 ? 1 : run->count;
}

gboolean lims_run_was_measured(const LimsRun *run) {
  for (guint i = 0; i < counting(run); i++) {
    LimsValueState state = run->values[i].value.state;

    if (state != LIMS_VALUE_FAILED && state != LIMS_VALUE_NOT_RUN && state != LIMS_VALUE_UNREADABLE)
      return TRUE;
  }
  return FALSE;
}

gboolean lims_runs_any_measured(const GArray *runs) {
  for (guint i = 0; i < runs->len; i++)
    if (lims_run_was_measured(&g_array_index(runs, LimsRun, i)))
      return TRUE;
  return FALSE;
}

/* Without a number, and all of them for one reason. */
static gboolean is_of_one_state(const LimsRun *run) {
  for (guint i = 0; i < run->count; i++)
    if (run->values[i].value.state == LIMS_VALUE_NUMBER ||
        run->values[i].value.state != run->values[0].value.state)
      return FALSE;
  return TRUE;
}

static LimsReason measure_worst(const LimsMatter *matter, const LimsRun *run, const LimsUnit *target,
                                gboolean is_minimum, LimsMeasured *out) {
  LimsReason worst = LIMS_REASON_NONE;

  for (guint i = 0; i < counting(run); i++) {
    LimsMeasured one;
    LimsReason reason = lims_measure_one(matter, &run->values[i], target, &one);

    if (i > 0 && !lims_measured_is_worse(&one, out, is_minimum))
      continue;
    worst = reason;
    *out = one;
  }
  out->run = *run;
  return worst;
}

LimsReason lims_measure_run(const LimsMatter *matter, const LimsRun *run, const LimsUnit *target,
                            gboolean is_minimum, LimsMeasured *out) {
  LimsReason reason = counting(run) == 1 || is_of_one_state(run)
                          ? measure_worst(matter, run, target, is_minimum, out)
                          : lims_measure_mean(matter, run, target, out);
  LimsDecimal percent;

  if (reason == LIMS_REASON_NONE && !lims_replicates_agree(run, out->method, &percent))
    return LIMS_REASON_DISAGREE;
  return reason;
}

/* ---- of an analyte ---- */

const LimsDetermination *lims_judge_values(const LimsJudgeInput *input, const char *analyte, guint *count) {
  guint low = 0, high = input->count, end;

  while (low < high) {
    guint middle = low + (high - low) / 2;

    if (strcmp(input->determinations[middle].analyte, analyte) < 0)
      low = middle + 1;
    else
      high = middle;
  }
  for (end = low; end < input->count && strcmp(input->determinations[end].analyte, analyte) == 0;)
    end++;
  *count = end - low;
  return &input->determinations[low];
}

static int compare_analytes(gconstpointer a, gconstpointer b) {
  const LimsDetermination *left = a, *right = b;
  int order = strcmp(left->analyte, right->analyte);

  return order ? order : order_of(left->id, right->id);
}

void lims_determinations_sort(LimsDetermination *determinations, guint count) {
  if (count > 1)
    qsort(determinations, count, sizeof *determinations, compare_analytes);
}

gboolean lims_run_is_total(const LimsMatter *matter, const LimsRun *run) {
  const char *name = run->values[run->count - 1].method;
  const LimsMethod *method = name && *name ? lims_catalogue_find_method(matter->catalogue, name) : NULL;

  return method && method->is_total;
}

/* Why it cannot be added to others, though nothing else is wrong with it. */
static LimsReason find_obstacle(const LimsMeasured *one) {
  if (one->state == LIMS_VALUE_BELOW_LOQ && !one->has_number)
    return LIMS_REASON_BELOW_LOQ;
  return one->state == LIMS_VALUE_POSITIVE || one->state == LIMS_VALUE_NEGATIVE ? LIMS_REASON_QUALITATIVE
                                                                                : LIMS_REASON_NONE;
}

void lims_measure_part(const LimsMatter *matter, const LimsUnit *target, LimsPart *part) {
  guint count;
  const LimsDetermination *values = lims_judge_values(matter->input, part->term->analyte, &count);
  g_autoptr(GArray) runs = lims_runs_new(matter, values, count);

  for (guint i = 0; i < runs->len; i++) {
    const LimsRun *run = &g_array_index(runs, LimsRun, i);
    LimsReason why;
    LimsMeasured one;

    if (!lims_run_was_measured(run) || lims_run_is_total(matter, run))
      continue;
    why = lims_measure_run(matter, run, target, FALSE, &one);
    if (why == LIMS_REASON_NONE)
      why = find_obstacle(&one);
    if (why == LIMS_REASON_NONE && (!part->counts || lims_measured_is_worse(&one, &part->measured, FALSE))) {
      part->counts = TRUE;
      part->measured = one;
    } else if (why != LIMS_REASON_NONE && part->reason == LIMS_REASON_NONE) {
      part->reason = why;
      part->obstacle = one;
    }
  }
  if (!part->counts && part->reason == LIMS_REASON_NONE)
    part->reason = LIMS_REASON_PART_MISSING;
  if (!part->counts)
    part->measured = part->obstacle;
}
