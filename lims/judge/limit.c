/* Limits and results as people print them: "≤5mg/kg", "0.24～0.6 g/kg", "0.05*" (a temporary one),
 * "不得检出", "6.71mg/kg", "<0.01 mg/kg", "1.58×10³ mg/kg", all of it full-width or not.
 *
 * Bulletins, sheets and standards write one thing in many ways, and mix in what is no number at all:
 * microbial plans (n=5,c=2,m=10,M=100), ratios, degrees of alcohol. What is recognised to its last character
 * becomes a limit; what is plainly a limit but of a kind that is not judged keeps its text as OTHER; the rest
 * is refused.
 */
#include "lims/core/text.h"
#include "lims/judge/judge.h"

#include <string.h>

static const struct {
  const char *words;
  LimsLimitKind kind;
} WORDS[] = {
    {"不得检出", LIMS_LIMIT_NOT_DETECTED},
    {"不得使用", LIMS_LIMIT_BANNED},
    {"禁用", LIMS_LIMIT_BANNED},
    {"not detected", LIMS_LIMIT_NOT_DETECTED},
    {"banned", LIMS_LIMIT_BANNED},
    {"--", LIMS_LIMIT_OTHER},
    {"—", LIMS_LIMIT_OTHER},
    {"/", LIMS_LIMIT_OTHER},
};

static const struct {
  const char *sign;
  LimsLimitKind kind; /* OTHER: strictly below or above, which no limit of ours is */
} SIGNS[] = {
    {"≤", LIMS_LIMIT_MAXIMUM}, {"<=", LIMS_LIMIT_MAXIMUM}, {"≦", LIMS_LIMIT_MAXIMUM},
    {"⩽", LIMS_LIMIT_MAXIMUM}, {"≥", LIMS_LIMIT_MINIMUM},  {">=", LIMS_LIMIT_MINIMUM},
    {"≧", LIMS_LIMIT_MINIMUM}, {"⩾", LIMS_LIMIT_MINIMUM},  {"<", LIMS_LIMIT_OTHER},
    {">", LIMS_LIMIT_OTHER},
};

static const char *const RANGE_MARKS[] = {"-", "–", "—", "~", "至"};

static const char *skip_blanks(const char *at) {
  while (g_ascii_isspace(*at))
    at++;
  return at;
}

/* Past the prefix if it is there. */
static gboolean take_word(const char **at, const char *word) {
  if (!g_str_has_prefix(*at, word))
    return FALSE;
  *at = skip_blanks(*at + strlen(word));
  return TRUE;
}

/* Past "≤", also one typed twice. FALSE if no sign stands there. */
static gboolean take_sign(const char **at, LimsLimitKind *kind) {
  for (guint i = 0; i < G_N_ELEMENTS(SIGNS); i++)
    if (take_word(at, SIGNS[i].sign)) {
      *kind = SIGNS[i].kind;
      take_word(at, SIGNS[i].sign);
      return TRUE;
    }
  return FALSE;
}

/* Digits with at most one point: what a limit prints. */
static gboolean take_number(const char **at, LimsDecimal *number) {
  gsize whole = strspn(*at, "0123456789"), length = whole;
  g_autofree char *digits = NULL;

  if ((*at)[length] == '.')
    length += 1 + strspn(*at + length + 1, "0123456789");
  digits = g_strndup(*at, length);
  if (whole == 0 || !lims_decimal_parse(digits, number))
    return FALSE;
  *at = skip_blanks(*at + length);
  return TRUE;
}

static gboolean take_range_mark(const char **at) {
  for (guint i = 0; i < G_N_ELEMENTS(RANGE_MARKS); i++)
    if (take_word(at, RANGE_MARKS[i]))
      return TRUE;
  return FALSE;
}

/* "13.0%-15.0%": past the unit of the first number, which is to be that of the second. */
static void take_first_unit(const char **at, const LimsUnit **unit) {
  for (guint i = 0; i < G_N_ELEMENTS(RANGE_MARKS) && !*unit; i++) {
    const char *mark = strstr(*at, RANGE_MARKS[i]);
    g_autofree char *name = mark ? g_strndup(*at, (gsize)(mark - *at)) : NULL;

    *unit = name ? lims_unit_find(name) : NULL;
    if (*unit)
      *at = mark;
  }
}

static gboolean parse_word(const char *text, LimsLimit *out) {
  g_autofree char *plain = g_strstrip(g_strdup(text));

  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(plain, WORDS[i].words) == 0) {
      out->kind = WORDS[i].kind;
      return TRUE;
    }
  if (!g_str_has_prefix(plain, "n=")) /* a plan of samples for microbes */
    return FALSE;
  out->kind = LIMS_LIMIT_OTHER;
  return TRUE;
}

/* "5", "≤5", "5-8": kind and numbers; *at is left at the unit. *first: the unit between two numbers. */
static gboolean parse_numbers(const char **at, LimsLimit *out, const LimsUnit **first) {
  LimsDecimal number;

  out->kind = LIMS_LIMIT_MAXIMUM;
  take_sign(at, &out->kind);
  if (!take_number(at, &number))
    return FALSE;
  if (out->kind == LIMS_LIMIT_MAXIMUM)
    out->high = number;
  else
    out->low = number;
  if (out->kind == LIMS_LIMIT_MAXIMUM)
    take_first_unit(at, first);
  if (out->kind != LIMS_LIMIT_MAXIMUM || !take_range_mark(at))
    return TRUE;
  out->kind = LIMS_LIMIT_RANGE;
  out->low = number;
  return take_number(at, &out->high) && lims_decimal_compare(out->low, out->high) <= 0;
}

/* The unit behind the numbers, if there is one; the star of a temporary limit stands before or behind it. */
static void parse_unit(const char *at, const LimsUnit *first, LimsLimit *out) {
  g_autofree char *name = g_strdup(at);

  if (g_str_has_suffix(name, "*"))
    name[strlen(name) - 1] = '\0';
  g_strstrip(name);
  if (*name != '\0')
    out->unit = lims_unit_find(name);
  if (first && first != out->unit)
    out->unit = NULL;
  if (!out->unit) /* a number of something that cannot be compared */
    out->kind = LIMS_LIMIT_OTHER;
}

gboolean lims_limit_parse(const char *text, const char *unit, LimsLimit *out) {
  g_autofree char *plain = lims_text_narrow(text), *beside = lims_text_narrow(unit ? unit : "");
  const char *at = skip_blanks(plain);
  const LimsUnit *first = NULL;

  *out = (LimsLimit){.text = text,
                     .analyte = "",
                     .clause = "",
                     .basis = "",
                     .residue_definition = "",
                     .conditions = "",
                     .node_path = ""};
  out->unit = lims_unit_find(beside);
  if (parse_word(at, out))
    return TRUE;
  if (!parse_numbers(&at, out, &first))
    return FALSE;
  take_word(&at, "*");
  parse_unit(at, first, out);
  return TRUE;
}

/* ---- results ---- */

static int take_raised_digit(const char **at) {
  static const char *const DIGITS[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};

  for (guint i = 0; i < G_N_ELEMENTS(DIGITS); i++)
    if (g_str_has_prefix(*at, DIGITS[i])) {
      *at += strlen(DIGITS[i]);
      return (int)i;
    }
  return -1;
}

/* "×10³": the digits of the raised exponent in *out, and where they end; NULL if it is nothing of the kind. A
 * plain "×103" is not: nobody knows which digits were raised. */
static const char *take_power(const char *at, GString *out) {
  int digit;

  if (!g_str_has_prefix(at, "×10") && !g_str_has_prefix(at, "x10"))
    return NULL;
  at = strstr(at, "10") + strlen("10");
  while ((digit = take_raised_digit(&at)) >= 0)
    g_string_append_printf(out, "%d", digit);
  return out->len > 0 ? at : NULL;
}

/* "1.58×10³mg/kg" as "1.58E3mg/kg", and without full-width signs. */
static char *spell_out(const char *text) {
  g_autofree char *plain = lims_text_narrow(text);
  g_autoptr(GString) power = g_string_new(NULL);
  gsize digits = strspn(g_strstrip(plain), "<> +-0123456789.");
  const char *end = take_power(plain + digits, power);

  if (!end || digits == 0)
    return g_steal_pointer(&plain);
  return g_strdup_printf("%.*sE%s%s", (int)digits, plain, power->str, end);
}

/* Where the number of a printed result ends and its unit may begin. */
static gsize number_length(const char *text) {
  gsize length = strspn(text, "<> ");

  length += strspn(text + length, "+-");
  length += strspn(text + length, "0123456789.");
  if ((text[length] == 'e' || text[length] == 'E') && strspn(text + length + 1, "+-0123456789") > 0)
    length += 1 + strspn(text + length + 1, "+-0123456789");
  return length;
}

gboolean lims_result_parse(const char *text, LimsValue *value, const LimsUnit **unit) {
  g_autofree char *plain = spell_out(text), *number = NULL;
  gsize length;

  *unit = NULL;
  lims_value_read(value, plain, NULL);
  if (value->state != LIMS_VALUE_UNREADABLE)
    return TRUE;
  length = number_length(plain);
  *unit = lims_unit_find(plain + length);
  if (!*unit)
    return FALSE;
  number = g_strndup(plain, length);
  lims_value_clear(value);
  lims_value_read(value, number, NULL);
  return value->has_number;
}
