/* Which limit applies: to this commodity and analyte, on this date.
 *
 * The edition follows the date that its set names. GB 2762 and GB 2763 go by the day of production; a sampler
 * mostly knows only the day of purchase or sampling, which lies later: it stands in, and the verdict says so.
 * A standard is a tree of classes: from the commodity's place the walk goes to the root, and the first node
 * with a row for the analyte has it (GB 2762-2025, 3.3: a limit on a class holds for all in it unless a row
 * of its own says otherwise). A row whose facts (pH band, land use, packing) are known not to be the sample's
 * does not hold. Two limits that are left and differ are not ours to choose between: the strictest stands for
 * what complies. A missing pH alone is another matter: there the strictest band is taken, and the verdict
 * says so.
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

/* What counts together, whatever words stand behind it. */
static gboolean is_same_residue(const LimsLimit *a, const LimsLimit *b) {
  gsize size = strcspn(a->residue_definition, ":");

  if (!a->residue || !b->residue)
    return a->residue == b->residue;
  return size == strcspn(b->residue_definition, ":") &&
         strncmp(a->residue_definition, b->residue_definition, size) == 0;
}

static gboolean is_same_limit(const LimsLimit *a, const LimsLimit *b) {
  return a == b || (a->kind == b->kind && a->unit == b->unit && is_same_residue(a, b) &&
                    strcmp(a->conditions, b->conditions) == 0 && strcmp(a->text, b->text) == 0 &&
                    lims_decimal_compare(a->low, b->low) == 0 && lims_decimal_compare(a->high, b->high) == 0);
}

/* ---- facts ---- */

#define FACT(fact) (1u << (fact))

LimsMeets lims_row_holds(const LimsLimit *limit, const LimsFacts *facts, guint *open) {
  LimsMeets worst = LIMS_MEETS_YES;

  for (guint i = 0; limit->terms && i < limit->terms->len; i++) {
    const LimsCondition *term = &g_array_index(limit->terms, LimsCondition, i);
    LimsMeets meets = term->kind == LIMS_CONDITION_FACT ? lims_condition_meets(term, facts) : LIMS_MEETS_YES;

    if (meets == LIMS_MEETS_NO)
      return LIMS_MEETS_NO;
    if (meets == LIMS_MEETS_UNKNOWN) {
      if (open)
        *open |= FACT(term->fact);
      worst = LIMS_MEETS_UNKNOWN;
    }
  }
  return worst;
}

gboolean lims_row_is_intervention(const LimsLimit *limit) {
  return lims_conditions_find(limit->terms, LIMS_CONDITION_INTERVENTION) != NULL;
}

/* A limit on dry weight, in the fat …: its number does not compare with another's as it stands. */
static gboolean has_side(const LimsLimit *limit) {
  for (guint i = 0; limit->terms && i < limit->terms->len; i++) {
    const LimsCondition *term = &g_array_index(limit->terms, LimsCondition, i);

    if (term->side == LIMS_SIDE_NOT_ABOVE || term->kind == LIMS_CONDITION_DRY_WEIGHT ||
        term->kind == LIMS_CONDITION_FAT_WEIGHT)
      return TRUE;
  }
  return FALSE;
}

/* ---- the walk ---- */

/* What the walk found for the commodity in one set. A commodity may have several places, where the standard's
 * words or the sample's name leave open which class it is of: then several limits may hold, and one that a
 * place inherits from far above holds there as surely as one that stands at the place itself. */
typedef struct {
  const LimsLimit *limit; /* the strictest, once there are several */
  const LimsLimit *intervention;
  LimsReason several;  /* NONE: one limit only */
  gboolean comparable; /* the strictest is known */
  guint without;       /* places without a limit */
  guint open;          /* facts that are not known, of the rows that may hold */
  gboolean not_held;   /* there were rows, and the facts spoke against all */
  LimsRows places[G_N_ELEMENTS(((LimsChoice *)NULL)->places)];
  guint place_count;
} Found;

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

static void add_row(Found *found, const LimsLimit *row, LimsReason why) {
  if (lims_row_is_intervention(row)) {
    if (!found->intervention || lims_decimal_compare(row->high, found->intervention->high) < 0)
      found->intervention = row;
  } else if (!found->limit) {
    found->limit = row;
    found->comparable = TRUE;
  } else if (!is_same_limit(found->limit, row)) {
    add_possible(found, row, why);
  }
}

/* One place of the commodity: the rows of its most specific node that may hold join what other places gave. A
 * node whose rows do not hold for this sample ends the walk as well: the class above is another food. */
static void add_place(Found *found, const GPtrArray *limits, const LimsNode *place, const LimsFacts *facts) {
  guint count, taken = 0;
  const LimsLimit *const *rows = lims_limits_at(limits, &place, &count);

  for (guint i = 0; i < count; i++)
    if (lims_row_holds(rows[i], facts, &found->open) != LIMS_MEETS_NO)
      add_row(found, rows[i], taken++ > 0 ? LIMS_REASON_CONDITION : LIMS_REASON_CONFLICT);
  if (found->place_count < G_N_ELEMENTS(found->places))
    found->places[found->place_count] = (LimsRows){rows, count};
  found->place_count++;
  found->not_held |= count > 0 && taken == 0;
  if (taken == 0)
    found->without++;
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

static gboolean is_excepted(const Found *found) {
  return found->several == LIMS_REASON_NONE && found->limit->kind == LIMS_LIMIT_OTHER &&
         strcmp(found->limit->text, LIMS_LIMIT_EXCEPTED) == 0;
}

static LimsReason take_found(Found *found, LimsChoice *out) {
  if (!found->limit)
    return found->not_held ? LIMS_REASON_NOT_HELD : LIMS_REASON_NO_ROW;
  if (found->without > 0 && found->several == LIMS_REASON_NONE)
    found->several = LIMS_REASON_CONFLICT;
  if (is_excepted(found))
    return LIMS_REASON_EXCEPTED;
  out->limit = found->limit;
  out->intervention = found->intervention;
  out->facts_open = found->open;
  memcpy(out->places, found->places, sizeof found->places);
  out->place_count = found->place_count;
  if (found->open == FACT(LIMS_FACT_PH) && found->several != LIMS_REASON_CONFLICT && found->comparable) {
    out->fact_note = "the pH is not known: the strictest band was used";
    return LIMS_REASON_NONE;
  }
  out->if_above = found->several;
  return found->comparable && !(found->several && has_side(found->limit)) ? LIMS_REASON_NONE : found->several;
}

/* The row of one set for the commodity. */
static LimsReason find_row(const LimsSetLimits *set, const GPtrArray *limits, const LimsCommodity *commodity,
                           const LimsFacts *facts, LimsChoice *out) {
  Found found = {0};

  for (guint i = 0; i < commodity->memberships->len; i++) {
    const LimsMembership *membership = &g_array_index(commodity->memberships, LimsMembership, i);

    if (membership->tree == set->set.tree && !is_needless(commodity, i))
      add_place(&found, limits, membership->node, facts);
  }
  return take_found(&found, out);
}

/* The analyte's own rows before those in which it only counts. */
static LimsReason find_in_set(const LimsSetLimits *set, const LimsMatter *matter,
                              const LimsCommodity *commodity, LimsChoice *out) {
  const GPtrArray *own = g_hash_table_lookup(set->limits, matter->analyte),
                  *as_part = g_hash_table_lookup(set->components, matter->analyte);
  LimsReason reason = own ? find_row(set, own, commodity, &matter->facts, out) : LIMS_REASON_NO_ROW;

  if (as_part && !out->limit) {
    LimsReason other = find_row(set, as_part, commodity, &matter->facts, out);

    reason = out->limit ? other : MAX(reason, other);
  }
  return reason;
}

/* How far one set leads; its row if it leads to one. */
static LimsReason consult_set(const LimsSetLimits *set, const LimsMatter *matter,
                              const LimsCommodity *commodity, LimsChoice *out) {
  *out = (LimsChoice){0};
  if (!g_hash_table_contains(set->limits, matter->analyte) &&
      !g_hash_table_contains(set->components, matter->analyte))
    return LIMS_REASON_NO_LIMIT;
  if (!has_place(commodity, set->set.tree))
    return LIMS_REASON_NO_MEMBERSHIP;
  out->date = choose_date(matter->input, set->set.date_rule, &out->date_note);
  if (set->set.from == 0) /* in force at any date: "as if" */
    return find_in_set(set, matter, commodity, out);
  if (!out->date)
    return LIMS_REASON_NO_DATE;
  if (out->date < set->set.from || (set->set.to && out->date > set->set.to))
    return LIMS_REASON_NO_EDITION;
  return find_in_set(set, matter, commodity, out);
}

/* A row from a second set: one of them too many. */
static void join_sets(LimsChoice *best, const LimsChoice *other) {
  if (lims_catalogue_is_other_edition(best->limit->set->standard, other->limit->set->standard))
    best->reason = LIMS_REASON_OVERLAP;
  else if (!is_same_limit(best->limit, other->limit))
    best->reason = LIMS_REASON_CONFLICT;
}

void lims_choose_limit(const LimsMatter *matter, LimsChoice *out) {
  const LimsJudgeInput *input = matter->input;
  const LimsCommodity *commodity =
      input->commodity ? lims_catalogue_get_commodity(matter->catalogue, input->commodity) : NULL;

  *out = (LimsChoice){.reason = commodity ? LIMS_REASON_NO_LIMIT : LIMS_REASON_NO_COMMODITY};
  if (input->given_limit)
    *out = (LimsChoice){.limit = input->given_limit};
  if (input->given_limit || !commodity)
    return;
  for (guint i = 0; i < matter->catalogue->sets->len; i++) {
    LimsChoice choice;
    LimsReason reason =
        consult_set(g_ptr_array_index(matter->catalogue->sets, i), matter, commodity, &choice);

    choice.reason = reason;
    if (choice.limit && out->limit)
      join_sets(out, &choice);
    else if (choice.limit || (!out->limit && reason > out->reason))
      *out = choice; /* the reasons without a row are numbered by how far they led */
  }
}
