/* Reading the conditions of a limit.
 *
 * They are written by hand, thousands of rows of them, and each decides whether a limit holds. What is no
 * form of ours stays words, which leave a verdict open: that is safe. The danger is a form with a slip in it
 * ("ph <= 55", "land-use = padddy", "if above dehydration"), which as words would quietly leave every such
 * verdict open, and a band the wrong way round, which would never hold. So whatever begins like a form, and
 * every comparison, must keep it to the last character.
 */
#include "lims/judge/condition.h"
#include "lims/core/error.h"

#include <string.h>

#define BETWEEN "; "

static void condition_clear(gpointer data) {
  g_free(((LimsCondition *)data)->text);
}

/* Sets the error; always FALSE. Which term it is, the caller says. */
static gboolean refuse(GError **error, const char *why) {
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, why);
  return FALSE;
}

/* ---- comparisons ---- */

typedef enum { LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL, EQUAL } Sign;

/* The longer ones first. */
static const struct {
  const char *text;
  Sign sign;
} SIGNS[] = {
    {"<=", LESS_OR_EQUAL},
    {"≤", LESS_OR_EQUAL},
    {">=", GREATER_OR_EQUAL},
    {"≥", GREATER_OR_EQUAL},
    {"<", LESS},
    {">", GREATER},
    {"=", EQUAL},
};

#define SIGNS_MOST 2

/* "5.5 < ph <= 6.5" taken apart at its signs. */
typedef struct {
  GPtrArray *parts; /* char *; one more than there are signs */
  Sign signs[SIGNS_MOST];
} Comparison;

static void comparison_clear(Comparison *comparison) {
  g_clear_pointer(&comparison->parts, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Comparison, comparison_clear)

/* Past the sign if one stands there. */
static gboolean take_sign(const char **at, Sign *out) {
  for (guint i = 0; i < G_N_ELEMENTS(SIGNS); i++)
    if (g_str_has_prefix(*at, SIGNS[i].text)) {
      *out = SIGNS[i].sign;
      *at += strlen(SIGNS[i].text);
      return TRUE;
    }
  return FALSE;
}

static void add_part(Comparison *comparison, const char *from, const char *end) {
  g_ptr_array_add(comparison->parts, g_strstrip(g_strndup(from, (gsize)(end - from))));
}

static void take_apart(const char *text, Comparison *out) {
  const char *from = text, *at = text;

  out->parts = g_ptr_array_new_with_free_func(g_free);
  while (*at) {
    const char *end = at;
    Sign sign;

    if (!take_sign(&at, &sign)) {
      at++;
      continue;
    }
    if (out->parts->len < SIGNS_MOST)
      out->signs[out->parts->len] = sign;
    add_part(out, from, end);
    from = at;
  }
  add_part(out, from, at);
}

static const char *part_of(const Comparison *comparison, guint index) {
  return g_ptr_array_index(comparison->parts, index);
}

/* A bound is a value that the fact itself may have. */
static gboolean read_bound(LimsFact fact, const char *text, LimsDecimal *out, GError **error) {
  LimsFacts facts = {0};

  if (!lims_facts_set(&facts, fact, text, error))
    return FALSE;
  *out = facts.values[fact].number;
  return TRUE;
}

static gboolean set_low(LimsCondition *out, const char *text, gboolean in, GError **error) {
  out->has_low = TRUE;
  out->low_in = in;
  return read_bound(out->fact, text, &out->low, error);
}

static gboolean set_high(LimsCondition *out, const char *text, gboolean in, GError **error) {
  out->has_high = TRUE;
  out->high_in = in;
  return read_bound(out->fact, text, &out->high, error);
}

/* "ph <= 5.5", "fat >= 10". */
static gboolean read_one_sided(const Comparison *comparison, LimsCondition *out, GError **error) {
  const char *number = part_of(comparison, 1);
  Sign sign = comparison->signs[0];

  if (sign == EQUAL)
    return refuse(error, "a number is compared with <, <=, > or >=");
  return sign == LESS || sign == LESS_OR_EQUAL ? set_high(out, number, sign == LESS_OR_EQUAL, error)
                                               : set_low(out, number, sign == GREATER_OR_EQUAL, error);
}

/* "5.5 < ph <= 6.5". */
static gboolean read_band(const Comparison *comparison, LimsCondition *out, GError **error) {
  const Sign *signs = comparison->signs;
  int order;

  if (signs[0] > LESS_OR_EQUAL || signs[1] > LESS_OR_EQUAL)
    return refuse(error, "a band is written LOW < FACT <= HIGH, with < or <=");
  if (!set_low(out, part_of(comparison, 0), signs[0] == LESS_OR_EQUAL, error) ||
      !set_high(out, part_of(comparison, 2), signs[1] == LESS_OR_EQUAL, error))
    return FALSE;
  order = lims_decimal_compare(out->low, out->high);
  return order < 0 || (order == 0 && out->low_in && out->high_in) ||
         refuse(error, "no number lies in this band");
}

static gboolean read_choice(const Comparison *comparison, LimsCondition *out, GError **error) {
  LimsFacts facts = {0};

  if (comparison->parts->len != 2 || comparison->signs[0] != EQUAL)
    return refuse(error, "a fact of words is written FACT = WORD");
  if (!lims_facts_set(&facts, out->fact, part_of(comparison, 1), error))
    return FALSE;
  out->word = facts.values[out->fact].word;
  return TRUE;
}

static gboolean read_comparison(const Comparison *comparison, LimsCondition *out, GError **error) {
  guint signs = comparison->parts->len - 1;

  out->kind = LIMS_CONDITION_FACT;
  if (signs > SIGNS_MOST)
    return refuse(error, "has more than two signs of comparison");
  if (!lims_fact_find(part_of(comparison, signs == 1 ? 0 : 1), &out->fact))
    return refuse(error, "compares what is no fact of a sample");
  if (lims_fact_choices(out->fact))
    return read_choice(comparison, out, error);
  return signs == 1 ? read_one_sided(comparison, out, error) : read_band(comparison, out, error);
}

/* ---- forms ---- */

#define SPECIES "species"
#define NOT_KEPT "begins like one of the forms and does not keep it"

static const struct {
  const char *text;
  LimsConditionKind kind;
} FORMS[] = {
    {"dry weight", LIMS_CONDITION_DRY_WEIGHT},           {"fat weight", LIMS_CONDITION_FAT_WEIGHT},
    {"dehydration", LIMS_CONDITION_DEHYDRATION},         {SPECIES, LIMS_CONDITION_SPECIES},
    {"level intervention", LIMS_CONDITION_INTERVENTION}, {"temporary", LIMS_CONDITION_TEMPORARY},
};

/* Whether the text begins with the word, and no letter follows it. */
static gboolean begins_with(const char *text, const char *word) {
  gsize length = strlen(word);

  return g_ascii_strncasecmp(text, word, length) == 0 && !g_ascii_isalpha(text[length]) &&
         text[length] != '-';
}

static gboolean read_species(const char *text, LimsCondition *out, GError **error) {
  const char *code = text + strlen(SPECIES);

  if (!g_str_has_prefix(text, SPECIES " ") || code[1] == '\0' ||
      code[1 + strspn(code + 1, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0')
    return refuse(error, "must be 'species' and the code of an analyte");
  out->text = g_strdup(code + 1);
  return TRUE;
}

static gboolean read_form(const char *text, guint form, LimsCondition *out, GError **error) {
  out->kind = FORMS[form].kind;
  if (out->kind == LIMS_CONDITION_SPECIES)
    return read_species(text, out, error);
  return strcmp(text, FORMS[form].text) == 0 || refuse(error, NOT_KEPT);
}

static gboolean begins_like_fact(const char *text) {
  for (guint i = 0; i < LIMS_FACTS; i++)
    if (begins_with(text, lims_fact_name((LimsFact)i)))
      return TRUE;
  return FALSE;
}

/* What is left when it is no comparison: one of the forms, or words. */
static gboolean read_words(const char *text, LimsCondition *out, GError **error) {
  for (guint i = 0; i < G_N_ELEMENTS(FORMS); i++)
    if (begins_with(text, FORMS[i].text))
      return read_form(text, i, out, error);
  if (begins_like_fact(text))
    return refuse(error, "names a fact, but nothing that it is compared with");
  if (begins_with(text, "level") || begins_with(text, "if"))
    return refuse(error, NOT_KEPT);
  out->kind = LIMS_CONDITION_WORDS;
  return TRUE;
}

static const char *take_side(const char *term, LimsConditionSide *out) {
  static const struct {
    const char *mark;
    LimsConditionSide side;
  } SIDES[] = {{"if above: ", LIMS_SIDE_ABOVE}, {"if not above: ", LIMS_SIDE_NOT_ABOVE}};

  for (guint i = 0; i < G_N_ELEMENTS(SIDES); i++)
    if (g_str_has_prefix(term, SIDES[i].mark)) {
      *out = SIDES[i].side;
      return term + strlen(SIDES[i].mark);
    }
  return term;
}

static gboolean read_term(const char *term, LimsCondition *out, GError **error) {
  const char *text = take_side(term, &out->side);
  g_auto(Comparison) comparison = {0};
  gboolean good;

  if (*text == '\0' || g_ascii_isspace(*text) || g_ascii_isspace(text[strlen(text) - 1]) || strchr(text, ';'))
    return refuse(error, "terms are separated by '; ', each with something in it");
  take_apart(text, &comparison);
  good = comparison.parts->len > 1 ? read_comparison(&comparison, out, error) : read_words(text, out, error);
  if (good && !out->text)
    out->text = g_strdup(text);
  return good;
}

/* ---- all of them ---- */

/* One thing said twice is a slip: at best needless, at worst a row that never holds. */
static gboolean check_once(const GArray *terms, const LimsCondition *last, GError **error) {
  for (guint i = 0; i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (term->kind == last->kind && term->kind != LIMS_CONDITION_WORDS && term->fact == last->fact)
      return refuse(error, "is said twice in one row");
  }
  return TRUE;
}

GArray *lims_conditions_parse(const char *text, GError **error) {
  g_autoptr(GArray) out = g_array_new(FALSE, TRUE, sizeof(LimsCondition));
  g_auto(GStrv) terms = g_strsplit(text, BETWEEN, -1);

  g_array_set_clear_func(out, condition_clear);
  for (char **term = terms; *term; term++) {
    LimsCondition condition = {0};

    if (!read_term(*term, &condition, error) || !check_once(out, &condition, error)) {
      g_prefix_error(error, "condition '%s': ", *term);
      g_free(condition.text);
      return NULL;
    }
    g_array_append_val(out, condition);
  }
  return g_steal_pointer(&out);
}

const LimsCondition *lims_conditions_find(const GArray *terms, LimsConditionKind kind) {
  for (guint i = 0; terms && i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (term->kind == kind)
      return term;
  }
  return NULL;
}

LimsMeets lims_condition_meets(const LimsCondition *condition, const LimsFacts *facts) {
  const LimsFactValue *value = &facts->values[condition->fact];
  int low, high;

  if (!value->known)
    return LIMS_MEETS_UNKNOWN;
  if (condition->word)
    return value->word == condition->word ? LIMS_MEETS_YES : LIMS_MEETS_NO;
  low = condition->has_low ? lims_decimal_compare(value->number, condition->low) : 1;
  high = condition->has_high ? lims_decimal_compare(value->number, condition->high) : -1;
  return (low > 0 || (low == 0 && condition->low_in)) && (high < 0 || (high == 0 && condition->high_in))
             ? LIMS_MEETS_YES
             : LIMS_MEETS_NO;
}
