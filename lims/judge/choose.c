/* Which limit applies: to this commodity and analyte, on this date.
 *
 * The edition follows the date that its set names. GB 2762 and GB 2763 go by the day of production; a sampler
 * mostly knows only the day of purchase or sampling, which lies later: it stands in, and the verdict says so.
 * A standard is a tree of classes: from the commodity's place the walk goes to the root, and the first node
 * with a row for the analyte has it (GB 2762-2025, 3.3: a limit on a class holds for all in it unless a row
 * of its own says otherwise). Two limits that are left and differ are not ours to choose between.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

typedef struct {
  const char *note; /* NULL: the date that the rule means */
  gsize date;       /* offset of the field */
} Fallback;

#define DATE(field) offsetof(LimsJudgeInput, field)

static const Fallback FALLBACKS[][4] = {
    [LIMS_DATE_PRODUCTION] = {{NULL, DATE(produced_on)},
                              {"the production date is unknown, the purchase date was used",
                               DATE(purchased_on)},
                              {"the production date is unknown, the sampling date was used",
                               DATE(sampled_on)}},
    [LIMS_DATE_PURCHASE] = {{NULL, DATE(purchased_on)},
                            {"the purchase date is unknown, the sampling date was used", DATE(sampled_on)}},
    [LIMS_DATE_SAMPLING] = {{NULL, DATE(sampled_on)}},
};

static int choose_date(const LimsJudgeInput *input, LimsDateRule rule, const char **note) {
  const Fallback *fallbacks = FALLBACKS[rule];

  for (guint i = 0; i < G_N_ELEMENTS(FALLBACKS[0]) && fallbacks[i].date; i++) {
    int date = G_STRUCT_MEMBER(int, input, fallbacks[i].date);

    if (date) {
      *note = fallbacks[i].note;
      return date;
    }
  }
  return 0;
}

static gboolean is_ancestor(const LimsNode *above, const LimsNode *below) {
  while (below && below != above)
    below = below->parent;
  return below != NULL;
}

static gboolean is_same_limit(const LimsLimit *a, const LimsLimit *b) {
  return a == b || (a->kind == b->kind && a->unit == b->unit && strcmp(a->conditions, b->conditions) == 0 &&
                    strcmp(a->text, b->text) == 0 && lims_decimal_compare(a->low, b->low) == 0 &&
                    lims_decimal_compare(a->high, b->high) == 0);
}

/* The rows of one node, and the membership from which the walk began. */
typedef struct {
  const LimsLimit *limit;
  guint count;
  const LimsNode *start;
} Found;

static const LimsNode *node_of(const Found *found) {
  const LimsNode *node = found->start;

  while (node->id != found->limit->node)
    node = node->parent;
  return node;
}

/* Joins what a second membership found. FALSE: they differ, and neither is more specific. */
static gboolean join(Found *best, const Found *other) {
  if (!best->limit || is_ancestor(node_of(best), node_of(other))) {
    *best = *other;
    return TRUE;
  }
  return is_ancestor(node_of(other), node_of(best)) ||
         (best->count == 1 && other->count == 1 && is_same_limit(best->limit, other->limit));
}

static gboolean has_place(const LimsCommodity *commodity, const char *tree) {
  for (guint i = 0; commodity->memberships && i < commodity->memberships->len; i++)
    if (g_array_index(commodity->memberships, LimsMembership, i).tree == tree)
      return TRUE;
  return FALSE;
}

/* The row of one set for the commodity. */
static LimsReason find_row(const LimsSetLimits *set, const GPtrArray *limits, const LimsCommodity *commodity,
                           const LimsLimit **out) {
  Found best = {0};

  for (guint i = 0; i < commodity->memberships->len; i++) {
    const LimsMembership *membership = &g_array_index(commodity->memberships, LimsMembership, i);
    Found found = {.start = membership->node};
    const LimsLimit *const *rows;

    if (membership->tree != set->set.tree)
      continue;
    rows = lims_limits_at(limits, membership->node, &found.count);
    if (!rows)
      continue;
    found.limit = rows[0];
    if (!join(&best, &found)) {
      *out = best.limit;
      return LIMS_REASON_CONFLICT;
    }
  }
  if (!best.limit)
    return LIMS_REASON_NO_ROW;
  if (best.limit->kind == LIMS_LIMIT_OTHER && strcmp(best.limit->text, LIMS_LIMIT_EXCEPTED) == 0)
    return LIMS_REASON_EXCEPTED;
  *out = best.limit;
  return best.count > 1 ? LIMS_REASON_CONDITION : LIMS_REASON_NONE;
}

/* How far one set leads; its row if it leads to one. */
static LimsReason consult_set(const LimsSetLimits *set, const LimsJudgeInput *input,
                              const LimsCommodity *commodity, LimsChoice *out) {
  const GPtrArray *limits = lims_set_limits_of(set, input->analyte);

  *out = (LimsChoice){0};
  if (!limits)
    return LIMS_REASON_NO_LIMIT;
  if (!has_place(commodity, set->set.tree))
    return LIMS_REASON_NO_MEMBERSHIP;
  out->date = choose_date(input, set->set.date_rule, &out->date_note);
  if (!out->date)
    return LIMS_REASON_NO_DATE;
  if (out->date < set->set.from || (set->set.to && out->date > set->set.to))
    return LIMS_REASON_NO_EDITION;
  return find_row(set, limits, commodity, &out->limit);
}

/* "GB 2762-2025" and "GB 2762-2022" are editions of one standard. */
static gboolean is_other_edition(const char *a, const char *b) {
  const char *a_year = strrchr(a, '-'), *b_year = strrchr(b, '-');
  gsize a_length = a_year ? (gsize)(a_year - a) : strlen(a),
        b_length = b_year ? (gsize)(b_year - b) : strlen(b);

  return a_length == b_length && strncmp(a, b, a_length) == 0;
}

/* A row from a second set: one of them too many. */
static void join_sets(LimsChoice *best, const LimsChoice *other) {
  if (is_other_edition(best->limit->set->standard, other->limit->set->standard))
    best->reason = LIMS_REASON_OVERLAP;
  else if (!is_same_limit(best->limit, other->limit))
    best->reason = LIMS_REASON_CONFLICT;
}

void lims_choose_limit(const LimsCatalogue *catalogue, const LimsJudgeInput *input, LimsChoice *out) {
  const LimsCommodity *commodity =
      input->commodity ? lims_catalogue_get_commodity(catalogue, input->commodity) : NULL;

  *out = (LimsChoice){.reason = commodity ? LIMS_REASON_NO_LIMIT : LIMS_REASON_NO_COMMODITY};
  if (input->given_limit)
    *out = (LimsChoice){.limit = input->given_limit};
  if (input->given_limit || !commodity)
    return;
  for (guint i = 0; i < catalogue->sets->len; i++) {
    LimsChoice choice;
    LimsReason reason = consult_set(g_ptr_array_index(catalogue->sets, i), input, commodity, &choice);

    choice.reason = reason;
    if (choice.limit && out->limit)
      join_sets(out, &choice);
    else if (choice.limit || (!out->limit && reason > out->reason))
      *out = choice; /* the reasons without a row are numbered by how far they led */
  }
}
