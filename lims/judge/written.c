/* Going through what people write: numbers with powers of ten, words, signs of many fonts.
 *
 * "1.58×10³", "1.58 x 10^3" and "1.58E3" are one number; "1.3×103" is none: where the font was lost nobody
 * knows which digits were raised.
 */
#include "lims/judge/written-private.h"
#include "lims/core/text.h"

#include <string.h>

static const char *const DIGITS = "0123456789";

static const struct {
  const char *character, *plain;
} PLAIN[] = {
    {"\u00a0", " "}, {"\u2009", " "}, {"\u202f", " "}, {"\t", " "}, {"\r", " "}, {"\n", " "}, {"\u200b", ""},
    {"\ufeff", ""},  {"\u2212", "-"}, {"﹣", "-"},     {"﹤", "<"}, {"﹥", ">"}, {"【", "("}, {"】", ")"},
    {"[", "("},      {"]", ")"},      {"〔", "("},     {"〕", ")"}, {"﹙", "("}, {"﹚", ")"}, {"㎎", "mg"},
    {"㎏", "kg"},    {"㎍", "µg"},    {"㎖", "mL"},    {"ℓ", "L"},
};

char *lims_written_plain(const char *text) {
  char *plain = lims_text_narrow(text);

  for (guint i = 0; i < G_N_ELEMENTS(PLAIN); i++) {
    g_auto(GStrv) parts = g_strsplit(plain, PLAIN[i].character, -1);

    g_free(plain);
    plain = g_strjoinv(PLAIN[i].plain, parts);
  }
  g_strstrip(plain);
  if (g_str_has_suffix(plain, "。"))
    plain[strlen(plain) - strlen("。")] = '\0';
  return g_strstrip(plain);
}

static const char *skip_blanks(const char *at) {
  return at + strspn(at, " ");
}

gboolean lims_written_take(const char **at, const char *word) {
  if (g_ascii_strncasecmp(*at, word, strlen(word)) != 0)
    return FALSE;
  *at = skip_blanks(*at + strlen(word));
  return TRUE;
}

int lims_written_take_one(const char **at, const LimsWrittenWord *words) {
  for (; words->word; words++)
    if (lims_written_take(at, words->word))
      return words->meaning;
  return -1;
}

/* ---- numbers ---- */

static int take_raised_digit(const char **at) {
  static const char *const RAISED[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

  for (guint i = 0; i < G_N_ELEMENTS(RAISED); i++)
    if (g_str_has_prefix(*at, RAISED[i])) {
      *at += strlen(RAISED[i]);
      return (int)i;
    }
  return -1;
}

/* "³", "⁻³", "^3", "^-3": the exponent in ASCII. FALSE if nothing is raised there. */
static gboolean take_raised(const char **at, GString *out) {
  const char *from = *at;
  gsize before = out->len, length;
  int digit;

  if (*from == '^') {
    from = skip_blanks(from + 1);
    length = strspn(from, "+-");
    length = length > 1 ? 0 : length + strspn(from + length, DIGITS);
    g_string_append_len(out, from, (gssize)length);
    from += length;
  } else {
    if (g_str_has_prefix(from, "⁻")) {
      g_string_append_c(out, '-');
      from += strlen("⁻");
    }
    while ((digit = take_raised_digit(&from)) >= 0)
      g_string_append_printf(out, "%d", digit);
  }
  if (out->len == before || !g_ascii_isdigit(out->str[out->len - 1])) {
    g_string_truncate(out, before);
    return FALSE;
  }
  *at = from;
  return TRUE;
}

static gboolean take_times(const char **at) {
  static const char *const TIMES[] = {"×", "✕", "╳", "⨯", "x", "*", "·"};

  for (guint i = 0; i < G_N_ELEMENTS(TIMES); i++)
    if (lims_written_take(at, TIMES[i]))
      return TRUE;
  return FALSE;
}

/* What may follow the digits: "E-3", "×10³", or of a bare ten its power. */
static LimsWrittenNumber take_power(const char **at, GString *number) {
  const char *from = *at, *times = skip_blanks(from);
  gsize sign = (*from == 'e' || *from == 'E') ? 1 + (from[1] == '+' || from[1] == '-') : 0;
  gsize digits = sign ? strspn(from + sign, DIGITS) : 0;

  if (digits > 0) {
    g_string_append_len(number, from, (gssize)(sign + digits));
    *at = from + sign + digits;
    return LIMS_WRITTEN_NUMBER;
  }
  if (strcmp(number->str, "10") == 0 && take_raised(&from, g_string_assign(number, "1E"))) {
    *at = from;
    return LIMS_WRITTEN_NUMBER;
  }
  if (g_str_has_prefix(number->str, "1E"))
    g_string_assign(number, "10");
  from = times;
  if (!take_times(&from) || !g_str_has_prefix(from, "10"))
    return LIMS_WRITTEN_NUMBER;
  from += strlen("10");
  g_string_append_c(number, 'E');
  *at = take_raised(&from, number) ? from : times;
  return *at == times ? LIMS_WRITTEN_POWER : LIMS_WRITTEN_NUMBER;
}

LimsWrittenNumber lims_written_take_number(const char **at, LimsDecimal *out) {
  gsize whole = strspn(*at, DIGITS), length = whole;
  g_autoptr(GString) number = NULL;
  const char *from;
  LimsWrittenNumber found;

  if ((*at)[length] == '.')
    length += 1 + strspn(*at + length + 1, DIGITS);
  number = g_string_new_len(*at, (gssize)length);
  from = *at + length;
  if (whole == 0 || number->str[length - 1] == '.')
    return LIMS_WRITTEN_NONE;
  found = take_power(&from, number);
  if (found == LIMS_WRITTEN_NUMBER && !lims_decimal_parse(number->str, out))
    return LIMS_WRITTEN_NONE;
  *at = skip_blanks(from);
  return found;
}

gboolean lims_written_take_range_mark(const char **at) {
  static const LimsWrittenWord MARKS[] = {{"--", 1}, {"-", 1}, {"–", 1},  {"——", 1}, {"—", 1},   {"~", 1},
                                          {"〜", 1}, {"∼", 1}, {"至", 1}, {"到", 1}, {"to ", 1}, {NULL}};

  return lims_written_take_one(at, MARKS) >= 0;
}

/* ---- units, amounts, plans ---- */

gboolean lims_written_is_plan(const char *at) {
  return lims_written_take(&at, "n") && lims_written_take(&at, "=") && g_ascii_isdigit(*at);
}

gboolean lims_written_is_amount(const char *text) {
  static const char *const AMOUNTS[] = {"g", "kg", "mL", "L", "cm²", "cm2", "份", "件", "只", "套", "皿"};

  if (*text != '/')
    return FALSE;
  text = skip_blanks(text + 1);
  text = skip_blanks(text + strspn(text, DIGITS));
  for (guint i = 0; i < G_N_ELEMENTS(AMOUNTS); i++)
    if (g_ascii_strcasecmp(text, AMOUNTS[i]) == 0)
      return TRUE;
  return FALSE;
}

gboolean lims_written_is_unit_like(const char *text) {
  static const char *const WORDS[] = {"µ",  "‰",  "%",  "/",  "²",  "³",  "·",  "⁻¹", "每", "日",
                                      "天", "份", "片", "粒", "只", "个", "件", "倍", "次", "度"};

  if (*text == '\0' || g_ascii_isdigit(*text) || strlen(text) > 24)
    return FALSE;
  while (*text) {
    gsize length = g_ascii_isalnum(*text) || *text == ' ' ? 1 : 0;

    for (guint i = 0; i < G_N_ELEMENTS(WORDS) && length == 0; i++)
      if (g_str_has_prefix(text, WORDS[i]))
        length = strlen(WORDS[i]);
    if (length == 0)
      return FALSE;
    text += length;
  }
  return TRUE;
}

/* ---- what was not read ---- */

static const char *const SENTENCES[] = {
    [LIMS_UNREAD_WORDS] = "not read is “%s”",
    [LIMS_UNREAD_UNIT] = "the unit “%s” is not known",
    [LIMS_UNREAD_NO_UNIT] = "it has no unit",
    [LIMS_UNREAD_NO_NUMBER] = "it is neither a number nor a word for one",
    [LIMS_UNREAD_POWER] = "“%s” may be a power of ten whose raised digits were lost: write it like 10^3",
    [LIMS_UNREAD_SEVERAL] = "it holds several results, and one is judged at a time",
    [LIMS_UNREAD_SPAN] = "it is a span of numbers, not one",
    [LIMS_UNREAD_PLUS_MINUS] = "it holds an uncertainty: give the value alone",
    [LIMS_UNREAD_PLAN] = "it is a plan of several samples (n, c, m, M)",
    [LIMS_UNREAD_STRICT] = "“%s” leaves its own number out, which no limit of a standard does: write ≤ or ≥",
};

void lims_unread_clear(LimsUnread *unread) {
  g_free(unread->what);
  *unread = (LimsUnread){LIMS_UNREAD_NOTHING, NULL};
}

void lims_unread_set(LimsUnread *unread, LimsUnreadKind kind, char *what) {
  lims_unread_clear(unread);
  *unread = (LimsUnread){kind, what};
}

char *lims_unread_to_words(const LimsUnread *unread) {
  g_auto(GStrv) parts = NULL;

  if (unread->kind == LIMS_UNREAD_NOTHING)
    return NULL;
  parts = g_strsplit(SENTENCES[unread->kind], "%s", -1);
  return g_strjoinv(unread->what ? unread->what : "", parts);
}
