/* Limits and results as people print them: "≤5mg/kg", "0.24～0.6 g/kg", "不得检出", "6.71mg/kg", "<0.01
 * mg/kg".
 *
 * Bulletins, sheets and standards write one thing in many ways, and mix in what is no number at all:
 * microbial plans (n=5,c=2,m=10,M=100), ratios, degrees of alcohol. What is recognised to its last character
 * becomes a limit; what is plainly a limit but of a kind that is not judged keeps its text as OTHER; the rest
 * is refused.
 */
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
    {"＜", LIMS_LIMIT_OTHER},  {">", LIMS_LIMIT_OTHER},    {"＞", LIMS_LIMIT_OTHER},
};

static const char *const RANGE_MARKS[] = {"-", "–", "—", "~", "～", "至"};

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

/* "5", "≤5", "5-8": kind and numbers; *at is left at the unit. */
static gboolean parse_numbers(const char **at, LimsLimit *out) {
  LimsDecimal number;

  out->kind = LIMS_LIMIT_MAXIMUM;
  take_sign(at, &out->kind);
  if (!take_number(at, &number))
    return FALSE;
  if (out->kind == LIMS_LIMIT_MAXIMUM)
    out->high = number;
  else
    out->low = number;
  if (out->kind != LIMS_LIMIT_MAXIMUM || !take_range_mark(at))
    return TRUE;
  out->kind = LIMS_LIMIT_RANGE;
  out->low = number;
  return take_number(at, &out->high) && lims_decimal_compare(out->low, out->high) <= 0;
}

gboolean lims_limit_parse(const char *text, const char *unit, LimsLimit *out) {
  const char *at = skip_blanks(text);

  *out = (LimsLimit){.text = text,
                     .analyte = "",
                     .clause = "",
                     .basis = "",
                     .residue_definition = "",
                     .conditions = "",
                     .node_path = ""};
  if (unit && *unit)
    out->unit = lims_unit_find(unit);
  if (parse_word(at, out))
    return TRUE;
  if (!parse_numbers(&at, out))
    return FALSE;
  if (*at != '\0')
    out->unit = lims_unit_find(at);
  if (!out->unit) /* a number of something that cannot be compared */
    out->kind = LIMS_LIMIT_OTHER;
  return TRUE;
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
  g_autofree char *plain = g_strstrip(g_strdup(text)), *number = NULL;
  gsize length;

  *unit = NULL;
  if (g_str_has_prefix(plain, "＜") || g_str_has_prefix(plain, "＞")) {
    g_autofree char *wide = g_steal_pointer(&plain);

    plain = g_strconcat(g_str_has_prefix(wide, "＜") ? "<" : ">", wide + strlen("＜"), NULL);
  }
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
