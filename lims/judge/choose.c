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

/* What the walk found for the commodity in one set. A commodity may have several places, where the standard's
 * words or the sample's name leave open which class it is of: then several limits may hold, and one that a
 * place inherits from far above holds there as surely as one that stands at the place itself. */
typedef struct {
  const LimsLimit *limit; /* the strictest, once there are several */
  LimsReason several;     /* NONE: one limit only */
  gboolean comparable;    /* the strictest is known */
  guint without;          /* places without a limit */
} Found;

static gboolean has_side(const LimsLimit *limit) {
  return g_str_has_prefix(limit->conditions, LIMS_CONDITION_IF_NOT_ABOVE);
}

/* Takes a further limit that may hold as well. */
static void add_possible(Found *found, const LimsLimit *other, LimsReason why) {
  const LimsLimit *limit = found->limit;

  found->several = why;
  found->comparable = found->comparable && limit->kind == LIMS_LIMIT_MAXIMUM &&
                      other->kind == LIMS_LIMIT_MAXIMUM && limit->unit == other->unit && !has_side(limit) &&
                      !has_side(other);
  if (found->comparable && lims_decimal_compare(other->high, limit->high) < 0)
    found->limit = other;
}

/* One place of the commodity: its most specific rows join what other places gave. */
static void add_place(Found *found, const GPtrArray *limits, const LimsNode *place) {
  guint count;
  const LimsLimit *const *rows = lims_limits_at(limits, place, &count);

  if (!rows) {
    found->without++;
    return;
  }
  if (!found->limit)
    *found = (Found){.limit = rows[0], .comparable = TRUE, .without = found->without};
  else if (!is_same_limit(found->limit, rows[0]))
    add_possible(found, rows[0], LIMS_REASON_CONFLICT);
  for (guint i = 1; i < count; i++)
    add_possible(found, rows[i], LIMS_REASON_CONDITION);
}

/* A place that says less than another of the commodity's, being above it, or the same again. */
static gboolean is_needless(const LimsCommodity *commodity, guint index) {
  const LimsMembership *all = (const LimsMembership *)(gpointer)commodity->memberships->data;

  for (guint i = 0; i < commodity->memberships->len; i++)
    if (i != index && all[i].tree == all[index].tree && is_ancestor(all[index].node, all[i].node) &&
        (all[i].node != all[index].node || i < index))
      return TRUE;
  return FALSE;
}

static gboolean has_place(const LimsCommodity *commodity, const char *tree) {
  for (guint i = 0; commodity->memberships && i < commodity->memberships->len; i++)
    if (g_array_index(commodity->memberships, LimsMembership, i).tree == tree)
      return TRUE;
  return FALSE;
}

/* The row of one set for the commodity. */
static LimsReason find_row(const LimsSetLimits *set, const GPtrArray *limits, const LimsCommodity *commodity,
                           LimsChoice *out) {
  Found found = {0};

  for (guint i = 0; i < commodity->memberships->len; i++) {
    const LimsMembership *membership = &g_array_index(commodity->memberships, LimsMembership, i);

    if (membership->tree == set->set.tree && !is_needless(commodity, i))
      add_place(&found, limits, membership->node);
  }
  if (!found.limit)
    return LIMS_REASON_NO_ROW;
  if (found.without > 0 && found.several == LIMS_REASON_NONE)
    found.several = LIMS_REASON_CONFLICT;
  if (found.several == LIMS_REASON_NONE && found.limit->kind == LIMS_LIMIT_OTHER &&
      strcmp(found.limit->text, LIMS_LIMIT_EXCEPTED) == 0)
    return LIMS_REASON_EXCEPTED;
  out->limit = found.limit;
  out->if_above = found.several;
  return found.comparable && !(found.several && has_side(found.limit)) ? LIMS_REASON_NONE : found.several;
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
  return find_row(set, limits, commodity, out);
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
