/* Matching names as people write them.
 *
 * A name is folded and looked up whole. Failing that it is taken apart: brackets ("螺丝椒(绿)"), parts
 * between hyphens and strokes ("蔬菜-韭菜", "小葱/香葱"), words of a closed table at either end ("精品韭菜"),
 * numbers ("黄瓜2"). What is then left must be a name of the catalogue, every bracket must be understood, and
 * all of it must mean one commodity. A word that is not in the table is part of the name, so that an unknown
 * name stays unknown: "炸薯条" is no potato. Two readings that differ are ambiguous, never a choice.
 *
 * Fresh and dry are not taken off: they choose between the commodities that exist ("香菇(干)" is 干香菇).
 */
#include "lims/judge/match-private.h"
#include "lims/core/text.h"

#include <string.h>

#define LONGEST_NAME 200 /* bytes, folded; longer ones are no names */
#define SEPARATORS "-/、,:·|+&_;"
/* A commodity whose own name has one of these was made into something: it is not fresh by a word. */
#define MADE "干腌酱咸腊卤烤炸熟饯罐"
#define FRESHEN "vegetables fruit mushrooms aquatic meat eggs"

/* One name being read. */
typedef struct {
  const LimsCatalogue *catalogue;
  char *base;       /* the words that are left, a name of the catalogue */
  const char *code; /* whose name it is; NULL: none */
  GPtrArray *words; /* const LimsMatchWord *: what was taken off */
  GPtrArray *other; /* const char *: codes of other readings */
} Reading;

static const char *find_joined(const LimsCatalogue *catalogue, const char *first, const char *second) {
  g_autofree char *joined = g_strconcat(first, second, NULL);

  return lims_match_find_exact(catalogue, joined);
}

static gboolean is_family(const char *families, const LimsCommodity *commodity) {
  g_auto(GStrv) each = g_strsplit(families, " ", -1);

  return g_strv_contains((const char *const *)each, commodity->family);
}

static gboolean has_place(const LimsCommodity *commodity, const LimsMembership *place) {
  for (guint i = 0; commodity->memberships && i < commodity->memberships->len; i++)
    if (g_array_index(commodity->memberships, LimsMembership, i).node == place->node)
      return TRUE;
  return FALSE;
}

static gboolean has_tree(const LimsCommodity *commodity, const char *tree) {
  for (guint i = 0; commodity->memberships && i < commodity->memberships->len; i++)
    if (strcmp(g_array_index(commodity->memberships, LimsMembership, i).tree, tree) == 0)
      return TRUE;
  return FALSE;
}

/* Whether the one is what the other leaves open: 冬枣 of 枣, fresh or dried. Its places are some of the
 * other's, in each tree in which the other has any. */
static gboolean is_narrower(const LimsCommodity *one, const LimsCommodity *other) {
  const GArray *some = one->memberships, *all = other->memberships;

  if (!some || !all || some->len >= all->len)
    return FALSE;
  for (guint i = 0; i < some->len; i++)
    if (!has_place(other, &g_array_index(some, LimsMembership, i)))
      return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (!has_tree(one, g_array_index(all, LimsMembership, i).tree))
      return FALSE;
  return TRUE;
}

static void take_code(Reading *reading, const char *code, const char *base) {
  reading->code = code;
  g_free(reading->base);
  reading->base = g_strdup(base);
}

/* Notes what a part means: the first is the reading, a narrower one takes its place, any other makes it
 * ambiguous. */
static void note_code(Reading *reading, const char *code, const char *base) {
  const LimsCommodity *before, *now;

  if (!reading->code) {
    take_code(reading, code, base);
    return;
  }
  before = lims_catalogue_get_commodity(reading->catalogue, reading->code);
  now = lims_catalogue_get_commodity(reading->catalogue, code);
  if (before == now || is_narrower(before, now))
    return;
  if (is_narrower(now, before))
    take_code(reading, code, base);
  else
    g_ptr_array_add(reading->other, (gpointer)code);
}

/* ---- the name outside its brackets ---- */

static gboolean is_separator(gunichar c) {
  return lims_match_is_among(SEPARATORS, c);
}

/* char *, owned: without the empty ones. */
static GPtrArray *split_parts(const char *text) {
  GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
  const char *from = text;

  for (const char *at = text;; at = g_utf8_next_char(at)) {
    if (*at && !is_separator(g_utf8_get_char(at)))
      continue;
    if (at > from)
      g_ptr_array_add(parts, g_strndup(from, (gsize)(at - from)));
    if (!*at)
      return parts;
    from = g_utf8_next_char(at);
  }
}

/* A part that is a class, or words and numbers through and through: they are noted. Else nothing is. */
static gboolean take_all(const char *text, GPtrArray *words) {
  g_autoptr(GPtrArray) parts = split_parts(text);
  const LimsMatchWord *class = lims_match_find_word(text, LIMS_MATCH_CLASS);
  guint before = words->len;

  if (class)
    g_ptr_array_add(words, (gpointer) class);
  if (class || lims_match_is_number(text))
    return TRUE;
  for (guint i = 0; i < parts->len; i++) {
    const char *at = g_ptr_array_index(parts, i);

    while (*at && !lims_match_is_number(at)) {
      const LimsMatchWord *word = lims_match_find_word(at, LIMS_MATCH_WITHIN);

      if (!word) {
        g_ptr_array_set_size(words, (int)before);
        return FALSE;
      }
      g_ptr_array_add(words, (gpointer)word);
      at += strlen(word->text);
    }
  }
  return TRUE;
}

/* FALSE: a part is not understood. */
static gboolean read_parts(Reading *reading, const char *text) {
  g_autoptr(GPtrArray) parts = split_parts(text);
  guint first = 0;

  for (; first + 1 < parts->len; first++) {
    const LimsMatchWord *word = lims_match_find_word(g_ptr_array_index(parts, first), LIMS_MATCH_CLASS);

    if (!word)
      break;
    g_ptr_array_add(reading->words, (gpointer)word);
  }
  for (guint i = first; i < parts->len; i++) {
    g_autoptr(GString) part = g_string_new(g_ptr_array_index(parts, i));
    const char *code;

    if (parts->len > first + 1 && take_all(part->str, reading->words))
      continue;
    code = lims_match_read_part(reading->catalogue, part, reading->words);
    if (!code)
      return FALSE;
    note_code(reading, code, part->str);
  }
  return reading->code != NULL;
}

/* ---- brackets ---- */

/* What stands outside, and what inside; FALSE if they do not pair or lie in each other. */
static gboolean split_brackets(const char *text, GString *outside, GPtrArray *inside) {
  const char *from = NULL;

  for (const char *at = text; *at; at++) {
    if ((*at == '(' && from) || (*at == ')' && !from))
      return FALSE;
    if (*at == '(') {
      from = at + 1;
    } else if (*at == ')') {
      g_ptr_array_add(inside, g_strndup(from, (gsize)(at - from)));
      from = NULL;
    } else if (!from) {
      g_string_append_c(outside, *at);
    }
  }
  return from == NULL;
}

/* "甘蓝(紫)" may be 紫甘蓝, "韭菜(薹)" 韭菜薹. */
static const char *find_both(const Reading *reading, const char *inside) {
  const char *ahead = find_joined(reading->catalogue, inside, reading->base);

  return ahead ? ahead : find_joined(reading->catalogue, reading->base, inside);
}

static gboolean says_state(const char *inside) {
  const LimsMatchWord *word = lims_match_find_word(inside, LIMS_MATCH_WITHIN);

  return word && strcmp(word->text, inside) == 0 && word->says != LIMS_MATCH_SAYS_NOTHING;
}

/* A bracket behind a name that is known: FALSE if it is not understood. */
static gboolean read_bracket(Reading *reading, const char *inside) {
  g_autoptr(GString) part = g_string_new(inside);
  g_autoptr(GPtrArray) words = g_ptr_array_new();
  const char *code = says_state(inside) ? NULL : find_both(reading, inside);

  if (code) { /* "枣(红)" may be 红枣, or fresh ones that are red */
    if (strcmp(code, reading->code) != 0)
      g_ptr_array_add(reading->other, (gpointer)code);
    return TRUE;
  }
  if (take_all(inside, reading->words))
    return TRUE;
  code = lims_match_read_part(reading->catalogue, part, words);
  if (!code)
    return FALSE;
  note_code(reading, code, part->str);
  g_ptr_array_extend(reading->words, words, NULL, NULL);
  return TRUE;
}

/* "樵夫清润(饮用纯净水)": a product's own name, and its class in the only bracket that says anything. */
static gboolean read_class(Reading *reading, const GPtrArray *inside) {
  for (guint i = 0; i < inside->len; i++) {
    const char *text = g_ptr_array_index(inside, i);
    g_autoptr(GString) head = g_string_new(text);
    const char *code;

    if (take_all(text, reading->words))
      continue;
    code = lims_match_find_head(reading->catalogue, head);
    if (!code || reading->code)
      return FALSE;
    note_code(reading, code, head->str);
  }
  return reading->code != NULL;
}

/* ---- fresh and dry ---- */

/* The commodity that has the state in its own name: 香菇(干), 干香菇, 香菇干. */
static const char *find_state(const LimsCatalogue *catalogue, const char *base, const char *state) {
  g_autofree char *bracketed = g_strdup_printf("%s(%s)", base, state);
  const char *code = lims_match_find_exact(catalogue, bracketed);

  return code ? code : find_joined(catalogue, state, base);
}

static gboolean is_made(const LimsCommodity *commodity) {
  for (const char *at = commodity->name; *at; at = g_utf8_next_char(at))
    if (lims_match_is_among(MADE, g_utf8_get_char(at)))
      return TRUE;
  return FALSE;
}

static const char *find_fresh(const Reading *reading, const LimsCommodity *commodity) {
  g_autofree char *name = lims_text_fold(commodity->name);
  const char *code = find_state(reading->catalogue, reading->base, "鲜");

  if (!code)
    code = find_state(reading->catalogue, name, "鲜");
  return code ? code : is_family(FRESHEN, commodity) && !is_made(commodity) ? commodity->code : NULL;
}

static const char *find_dry(const Reading *reading, const LimsCommodity *commodity) {
  const char *code = find_state(reading->catalogue, reading->base, "干");

  if (!code)
    code = find_joined(reading->catalogue, reading->base, "干");
  return code ? code : strstr(commodity->name, "干") ? commodity->code : NULL;
}

/* The commodity after all that was taken off; NULL if a word does not fit it. */
static const char *apply_words(const Reading *reading) {
  const LimsCommodity *commodity = lims_catalogue_get_commodity(reading->catalogue, reading->code);
  gboolean fresh = FALSE, dry = FALSE;

  for (guint i = 0; i < reading->words->len; i++) {
    const LimsMatchWord *word = g_ptr_array_index(reading->words, i);

    if (word->families && !is_family(word->families, commodity))
      return NULL;
    fresh |= word->says == LIMS_MATCH_SAYS_FRESH;
    dry |= word->says == LIMS_MATCH_SAYS_DRY;
    if (word->says == LIMS_MATCH_SAYS_RAW && is_made(commodity))
      return NULL;
  }
  if (fresh && dry)
    return NULL;
  return fresh ? find_fresh(reading, commodity) : dry ? find_dry(reading, commodity) : reading->code;
}

/* ---- the whole name ---- */

static gboolean read_name(Reading *reading, const char *folded) {
  g_autoptr(GString) outside = g_string_new(NULL);
  g_autoptr(GPtrArray) inside = g_ptr_array_new_with_free_func(g_free);
  guint first = 0;

  if (strlen(folded) > LONGEST_NAME || !split_brackets(folded, outside, inside))
    return FALSE;
  if (outside->len == 0 && inside->len > 0)
    g_string_assign(outside, g_ptr_array_index(inside, first++));
  if (!read_parts(reading, outside->str)) {
    if (reading->code) /* one part is understood, another not */
      return FALSE;
    g_ptr_array_set_size(reading->words, 0);
    return first == 0 && read_class(reading, inside);
  }
  for (guint i = first; i < inside->len; i++)
    if (!read_bracket(reading, g_ptr_array_index(inside, i)))
      return FALSE;
  return TRUE;
}

static void clear_reading(Reading *reading) {
  g_free(reading->base);
  g_ptr_array_unref(reading->words);
  g_ptr_array_unref(reading->other);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Reading, clear_reading)

static void add_candidate(GPtrArray *candidates, const char *code) {
  if (candidates->len < LIMS_MATCH_CANDIDATES && !g_ptr_array_find(candidates, code, NULL))
    g_ptr_array_add(candidates, (gpointer)code);
}

static void take_apart(const LimsCatalogue *catalogue, const char *folded, LimsMatch *out) {
  g_auto(Reading) reading = {.catalogue = catalogue, .words = g_ptr_array_new(), .other = g_ptr_array_new()};
  const char *code;

  if (!read_name(&reading, folded))
    return;
  if (reading.other->len) {
    out->kind = LIMS_MATCH_AMBIGUOUS;
    add_candidate(out->candidates, reading.code);
    for (guint i = 0; i < reading.other->len; i++)
      add_candidate(out->candidates, g_ptr_array_index(reading.other, i));
    return;
  }
  code = apply_words(&reading);
  if (!code)
    return;
  out->kind = LIMS_MATCH_STRIPPED;
  out->commodity = code;
  out->by = g_steal_pointer(&reading.base);
}

static void match_folded(const LimsCatalogue *catalogue, const char *folded, LimsMatch *out) {
  *out = (LimsMatch){.candidates = g_ptr_array_new()};
  out->commodity = lims_match_find_exact(catalogue, folded);
  if (out->commodity) {
    out->kind = LIMS_MATCH_EXACT;
    out->by = g_strdup(folded);
    return;
  }
  take_apart(catalogue, folded, out);
}

void lims_match_commodity(const LimsCatalogue *catalogue, const char *name, LimsMatch *out) {
  g_autofree char *folded = lims_text_fold(name);

  match_folded(catalogue, folded, out);
  if (out->kind == LIMS_MATCH_NONE && strlen(folded) <= LONGEST_NAME)
    lims_match_add_nearest(catalogue, folded, out->candidates);
}

const char *lims_match_find_commodity(const LimsCatalogue *catalogue, const char *name) {
  g_autofree char *folded = lims_text_fold(name);
  g_auto(LimsMatch) match = {0};

  match_folded(catalogue, folded, &match);
  return match.commodity;
}

void lims_match_clear(LimsMatch *match) {
  g_clear_pointer(&match->by, g_free);
  g_clear_pointer(&match->candidates, g_ptr_array_unref);
}

/* ---- places ---- */

GPtrArray *lims_match_places(const LimsCatalogue *catalogue, const char *commodity, const char *tree) {
  const GArray *memberships = lims_catalogue_get_commodity(catalogue, commodity)->memberships;
  GPtrArray *places = g_ptr_array_new();

  for (guint i = 0; memberships && i < memberships->len; i++) {
    const LimsMembership *membership = &g_array_index(memberships, LimsMembership, i);

    if (strcmp(membership->tree, tree) == 0)
      g_ptr_array_add(places, (gpointer)membership->node->path);
  }
  return places;
}
