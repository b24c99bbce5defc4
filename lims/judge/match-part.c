/* One part of a name, without brackets: its words and numbers off, and what is left looked up.
 *
 * What is taken off is noted, not judged here: whether a word fits the commodity ("活" a fish, no cabbage)
 * is for the whole name.
 */
#include "lims/judge/match-private.h"

#include <string.h>

#define NUMBER_CHARACTERS "0123456789.*x×/#-~第约克千公斤袋盒箱筐个只号级枚包件份粒颗条kgml"
#define NUMBER_ENDS "号#级"
#define NUMERALS "一二三四五六七八九十"
#define BRAND "牌"
#define LONGEST_TORN 4 /* characters of a name that may reach into a head */

const char *lims_match_find_exact(const LimsCatalogue *catalogue, const char *folded) {
  return g_hash_table_lookup(catalogue->commodity_names, folded);
}

/* ---- words and numbers ---- */

static gboolean stands(const LimsMatchWord *word, const char *text, guint where) {
  gsize size = strlen(word->text);

  if (!(word->where & where) || strlen(text) < size)
    return FALSE;
  if (where == LIMS_MATCH_CLASS)
    return strcmp(text, word->text) == 0;
  return where == LIMS_MATCH_BEHIND ? g_str_has_suffix(text, word->text) : g_str_has_prefix(text, word->text);
}

const LimsMatchWord *lims_match_find_word(const char *text, guint where) {
  const LimsMatchWord *longest = NULL;

  for (const LimsMatchWord *word = LIMS_MATCH_WORDS; word->text; word++)
    if (stands(word, text, where) && (!longest || strlen(word->text) > strlen(longest->text)))
      longest = word;
  return longest;
}

/* Takes one off; what is left is not empty. */
static gboolean take_word(GString *text, guint where, GPtrArray *words) {
  const LimsMatchWord *word = lims_match_find_word(text->str, where);
  gsize size = word ? strlen(word->text) : 0;

  if (!word || size == text->len)
    return FALSE;
  g_string_erase(text, where == LIMS_MATCH_BEHIND ? (gssize)(text->len - size) : 0, (gssize)size);
  g_ptr_array_add(words, (gpointer)word);
  return TRUE;
}

gboolean lims_match_is_among(const char *characters, gunichar c) {
  return c && g_utf8_strchr(characters, -1, c);
}

/* "2", "2号", "二号" behind a name: a sample's or a field's. */
static gboolean take_number_behind(GString *text) {
  const char *end = text->str + text->len, *at = g_utf8_find_prev_char(text->str, end);
  gboolean marked = at && lims_match_is_among(NUMBER_ENDS, g_utf8_get_char(at)), any = FALSE;

  if (marked)
    at = g_utf8_find_prev_char(text->str, at);
  while (at && (g_ascii_isdigit(*at) || (marked && lims_match_is_among(NUMERALS, g_utf8_get_char(at))))) {
    any = TRUE;
    end = at;
    at = g_utf8_find_prev_char(text->str, at);
  }
  if (!any || !at)
    return FALSE;
  g_string_truncate(text, (gsize)(end - text->str));
  return TRUE;
}

static gboolean take_number_ahead(GString *text) {
  const char *at = text->str;

  while (g_ascii_isdigit(*at))
    at++;
  if (at == text->str)
    return FALSE;
  if (*at == '.' || *at == '#' || lims_match_is_among("号、", g_utf8_get_char(at)))
    at = g_utf8_next_char(at);
  if (!*at)
    return FALSE;
  g_string_erase(text, 0, at - text->str);
  return TRUE;
}

gboolean lims_match_is_number(const char *text) {
  gboolean digit = FALSE;

  if (g_ascii_isalpha(text[0]) && text[1] == '\0')
    return TRUE;
  for (const char *at = text; *at; at = g_utf8_next_char(at)) {
    if (!lims_match_is_among(NUMBER_CHARACTERS, g_utf8_get_char(at)))
      return FALSE;
    digit |= g_ascii_isdigit(*at);
  }
  return digit || !*text;
}

/* ---- one part ---- */

/* In "鸡蛋糕" the 蛋 of 蛋糕 belongs to 鸡蛋: whether another food's name ends in the head's first character.
 */
static gboolean is_torn(const LimsCatalogue *catalogue, const char *text, const char *head) {
  const char *own = lims_match_find_exact(catalogue, head);
  const char *end = g_utf8_next_char(head), *from = head;

  for (int back = 0; back < LONGEST_TORN && from > text; back++) {
    g_autofree char *across = NULL;
    const char *other;

    from = g_utf8_prev_char(from);
    across = g_strndup(from, (gsize)(end - from));
    other = lims_match_find_exact(catalogue, across);
    if (other && strcmp(other, own) != 0)
      return TRUE;
  }
  return FALSE;
}

const char *lims_match_find_head(const LimsCatalogue *catalogue, GString *text) {
  for (const char *const *head = LIMS_MATCH_HEADS; *head; head++) {
    const char *code = lims_match_find_exact(catalogue, *head);

    if (!code || !g_str_has_suffix(text->str, *head) ||
        is_torn(catalogue, text->str, text->str + text->len - strlen(*head)))
      continue;
    g_string_assign(text, *head);
    return code;
  }
  return NULL;
}

/* "泰夹牌椴树蜜": a brand, by the word for brand. */
static gboolean take_brand(GString *text) {
  const char *mark = strstr(text->str, BRAND);

  if (!mark || mark == text->str || strlen(mark) == strlen(BRAND))
    return FALSE;
  g_string_erase(text, 0, mark + strlen(BRAND) - text->str);
  return TRUE;
}

static gboolean take_off(GString *text, GPtrArray *words) {
  return take_word(text, LIMS_MATCH_AHEAD, words) || take_word(text, LIMS_MATCH_BEHIND, words) ||
         take_number_behind(text) || take_number_ahead(text) || take_brand(text);
}

const char *lims_match_read_part(const LimsCatalogue *catalogue, GString *text, GPtrArray *words) {
  g_autoptr(GString) whole = g_string_new(text->str);
  guint before = words->len;
  const char *code;

  do {
    code = lims_match_find_exact(catalogue, text->str);
    if (code)
      return code;
  } while (take_off(text, words));
  code = lims_match_find_head(catalogue, whole); /* 牛肉干: the 干 was not to be taken off */
  if (!code)
    return lims_match_find_head(catalogue, text);
  g_ptr_array_set_size(words, (int)before);
  g_string_assign(text, whole->str);
  return code;
}
