/* Limits as people print them: "≤5mg/kg", "0.24～0.6 g/kg", "0.05*" (a temporary one), "0.2 mg/kg以下",
 * "不得检出", "≤1×10³CFU/g", all of it full-width or not.
 *
 * Bulletins, sheets and standards write one thing in many ways, and mix in what is no number at all:
 * microbial plans (n=5,c=2,m=10,M=100), volumes of gas (1.5倍), the name of the next analyte. What is
 * recognised to its last character becomes a limit; what is plainly a limit but of a kind that is not judged
 * keeps its text as OTHER; the rest is refused.
 */
#include "lims/judge/written-private.h"

#include <string.h>

/* Longer ones before those that begin like them. */
static const LimsWrittenWord WORDS[] = {
    {"不得检出", LIMS_LIMIT_NOT_DETECTED},
    {"不应检出", LIMS_LIMIT_NOT_DETECTED},
    {"不允许检出", LIMS_LIMIT_NOT_DETECTED},
    {"不可检出", LIMS_LIMIT_NOT_DETECTED},
    {"未检出", LIMS_LIMIT_NOT_DETECTED},
    {"阴性", LIMS_LIMIT_NOT_DETECTED},
    {"not detected", LIMS_LIMIT_NOT_DETECTED},
    {"不得使用", LIMS_LIMIT_BANNED},
    {"不得添加", LIMS_LIMIT_BANNED},
    {"不允许使用", LIMS_LIMIT_BANNED},
    {"禁止使用", LIMS_LIMIT_BANNED},
    {"禁止添加", LIMS_LIMIT_BANNED},
    {"禁用", LIMS_LIMIT_BANNED},
    {"banned", LIMS_LIMIT_BANNED},
    {"--", LIMS_LIMIT_OTHER},
    {"——", LIMS_LIMIT_OTHER},
    {"—", LIMS_LIMIT_OTHER},
    {"-", LIMS_LIMIT_OTHER},
    {"/", LIMS_LIMIT_OTHER},
    {NULL},
};

/* OTHER: strictly below or above, which no limit of a standard is. */
static const LimsWrittenWord SIGNS[] = {
    {"≤", LIMS_LIMIT_MAXIMUM},        {"<=", LIMS_LIMIT_MAXIMUM},       {"≦", LIMS_LIMIT_MAXIMUM},
    {"⩽", LIMS_LIMIT_MAXIMUM},        {"≯", LIMS_LIMIT_MAXIMUM},        {"小于或等于", LIMS_LIMIT_MAXIMUM},
    {"小于等于", LIMS_LIMIT_MAXIMUM}, {"不得超过", LIMS_LIMIT_MAXIMUM}, {"不超过", LIMS_LIMIT_MAXIMUM},
    {"不大于", LIMS_LIMIT_MAXIMUM},   {"不高于", LIMS_LIMIT_MAXIMUM},   {"不多于", LIMS_LIMIT_MAXIMUM},
    {"≥", LIMS_LIMIT_MINIMUM},        {">=", LIMS_LIMIT_MINIMUM},       {"≧", LIMS_LIMIT_MINIMUM},
    {"⩾", LIMS_LIMIT_MINIMUM},        {"≮", LIMS_LIMIT_MINIMUM},        {"大于或等于", LIMS_LIMIT_MINIMUM},
    {"大于等于", LIMS_LIMIT_MINIMUM}, {"不得低于", LIMS_LIMIT_MINIMUM}, {"不低于", LIMS_LIMIT_MINIMUM},
    {"不小于", LIMS_LIMIT_MINIMUM},   {"不少于", LIMS_LIMIT_MINIMUM},   {"小于", LIMS_LIMIT_OTHER},
    {"低于", LIMS_LIMIT_OTHER},       {"大于", LIMS_LIMIT_OTHER},       {"高于", LIMS_LIMIT_OTHER},
    {"<", LIMS_LIMIT_OTHER},          {">", LIMS_LIMIT_OTHER},          {NULL},
};

/* Behind the unit. "以下" and "以上" count their number in (Civil Code of China, article 1259). */
static const LimsWrittenWord ENDINGS[] = {
    {"以下", LIMS_LIMIT_MAXIMUM}, {"以内", LIMS_LIMIT_MAXIMUM}, {"max", LIMS_LIMIT_MAXIMUM},
    {"以上", LIMS_LIMIT_MINIMUM}, {"min", LIMS_LIMIT_MINIMUM},  {NULL},
};

/* In front: that it is a limit is known. */
static const LimsWrittenWord LABELS[] = {
    {"最大残留限量", 1}, {"标准限量", 1}, {"限量值", 1}, {"限量", 1}, {"标准值", 1},
    {"标准要求", 1},     {"限值", 1},     {"MRL", 1},    {NULL},
};

/* In brackets behind: that it is temporary, or where it stands. */
static const LimsWrittenWord NOTES[] = {
    {"该限量为临时限量", 1}, {"临时限量", 1}, {"临时", 1},         {"限量", 1},
    {"标准值", 1},           {"MRL", 1},      {"最大残留限量", 1}, {NULL},
};

static gboolean is_citation(const char *text) {
  static const LimsWrittenWord LEADS[] = {{"依据", 1}, {"按照", 1}, {"按", 1}, {"参照", 1}, {NULL}};
  static const LimsWrittenWord ISSUERS[] = {{"GB", 1}, {"NY", 1}, {"DB", 1}, {"SB", 1},
                                            {"QB", 1}, {"HJ", 1}, {"SN", 1}, {NULL}};

  lims_written_take_one(&text, LEADS);
  if (lims_written_take_one(&text, ISSUERS) < 0)
    return FALSE;
  while (*text) {
    gsize length = strspn(text, "/T0123456789.- ");

    if (length == 0 && (g_str_has_prefix(text, "表") || g_str_has_prefix(text, "—")))
      length = strlen("表");
    if (length == 0)
      return FALSE;
    text += length;
  }
  return TRUE;
}

static gboolean is_harmless(const char *note) {
  const char *at = note;

  return is_citation(note) || (lims_written_take_one(&at, NOTES) >= 0 && *at == '\0');
}

/* The bracket at the end, taken off if it says nothing that the comparison needs. */
static gboolean cut_note(char *tail) {
  char *bracket = strrchr(tail, '(');
  g_autofree char *note = NULL;

  if (!bracket || !g_str_has_suffix(tail, ")"))
    return FALSE;
  note = g_strndup(bracket + 1, strlen(bracket) - 2);
  if (!is_harmless(g_strstrip(note)))
    return FALSE;
  *bracket = '\0';
  g_strchomp(tail);
  return TRUE;
}

static gboolean cut_suffix(char *tail, const char *suffix) {
  gsize length = strlen(tail), end = strlen(suffix);

  if (length < end || g_ascii_strcasecmp(tail + length - end, suffix) != 0)
    return FALSE;
  tail[length - end] = '\0';
  g_strchomp(tail);
  return TRUE;
}

/* FALSE if the ending contradicts the sign. */
static gboolean cut_ending(char *tail, gboolean signed_, LimsLimitKind *kind) {
  for (const LimsWrittenWord *ending = ENDINGS; ending->word; ending++)
    if (cut_suffix(tail, ending->word)) {
      gboolean fits = !signed_ || (int)*kind == ending->meaning;

      *kind = (LimsLimitKind)ending->meaning;
      return fits;
    }
  return TRUE;
}

/* "13.0%-15.0%": past the unit of the first number, which is to be that of the second. */
static void take_first_unit(const char **at, const LimsUnit **unit) {
  for (const char *mark = *at; *mark && !*unit; mark++) {
    const char *behind = mark;
    g_autofree char *name = NULL;

    if (!lims_written_take_range_mark(&behind) && !lims_written_take(&behind, "±"))
      continue;
    name = g_strndup(*at, (gsize)(mark - *at));
    *unit = lims_unit_find_written(name);
    if (*unit)
      *at = mark;
  }
}

/* What is being read. */
typedef struct {
  const char *at;
  LimsLimit *out;
  LimsDecimal number, second; /* second: of a range */
  const LimsUnit *first;      /* the unit between two numbers */
  gboolean signed_, strict;
  LimsUnread *unread;
} Reading;

static gboolean refuse(Reading *r, LimsUnreadKind kind, const char *what) {
  lims_unread_set(r->unread, kind, g_strdup(what));
  return FALSE;
}

/* Plainly a limit, of a kind that is not judged. */
static gboolean keep_as_other(Reading *r, LimsUnreadKind kind, const char *what) {
  r->out->kind = LIMS_LIMIT_OTHER;
  refuse(r, kind, what);
  return TRUE;
}

static gboolean read_word(Reading *r) {
  const char *at = r->at;
  int kind = lims_written_take_one(&at, WORDS);
  g_autofree char *rest = g_strdup(at);

  while (kind >= 0 && *rest && cut_note(rest))
    ;
  if (kind < 0 ||
      (*rest && !lims_written_is_amount(rest) && (kind == LIMS_LIMIT_OTHER || !lims_unit_find_written(rest))))
    return FALSE;
  r->out->kind = (LimsLimitKind)kind;
  if (kind == LIMS_LIMIT_OTHER)
    refuse(r, LIMS_UNREAD_NO_NUMBER, NULL);
  return TRUE;
}

/* FALSE with what stood there if it is none. */
static gboolean take_number(Reading *r, LimsDecimal *out) {
  LimsWrittenNumber found = lims_written_take_number(&r->at, out);

  return found == LIMS_WRITTEN_NUMBER
             ? TRUE
             : refuse(r, found == LIMS_WRITTEN_POWER ? LIMS_UNREAD_POWER : LIMS_UNREAD_NO_NUMBER, r->at);
}

/* "52.0±1.0": from 51.0 to 53.0. */
static gboolean spread(Reading *r) {
  LimsDecimal middle = r->number, minus = {-r->second.coefficient, r->second.exponent};

  return lims_decimal_add(middle, minus, &r->number) && lims_decimal_add(middle, r->second, &r->second);
}

static gboolean read_numbers(Reading *r) {
  gboolean around;

  if (!take_number(r, &r->number))
    return FALSE;
  if (r->signed_)
    return TRUE;
  take_first_unit(&r->at, &r->first);
  around = lims_written_take(&r->at, "±");
  if (!around && !lims_written_take_range_mark(&r->at))
    return TRUE;
  r->out->kind = LIMS_LIMIT_RANGE;
  if (!take_number(r, &r->second))
    return FALSE;
  if ((around && !spread(r)) || lims_decimal_compare(r->number, r->second) > 0)
    return refuse(r, LIMS_UNREAD_NO_NUMBER, r->at);
  return TRUE;
}

/* The unit behind the numbers, if there is one; the star of a temporary limit stands before or behind it. */
static gboolean read_tail(Reading *r) {
  g_autofree char *tail = g_strdup(r->at);
  LimsLimit *out = r->out;
  const LimsUnit *own;

  while (cut_suffix(tail, "*") || cut_note(tail))
    ;
  if (out->kind != LIMS_LIMIT_RANGE && !cut_ending(tail, r->signed_, &out->kind))
    return keep_as_other(r, LIMS_UNREAD_WORDS, r->at);
  own = lims_unit_find_written(tail);
  if (*tail && !own)
    return keep_as_other(r, lims_written_is_unit_like(tail) ? LIMS_UNREAD_UNIT : LIMS_UNREAD_WORDS, tail);
  if (own)
    out->unit = own;
  if (!out->unit)
    return keep_as_other(r, LIMS_UNREAD_NO_UNIT, NULL);
  if (r->first && r->first != out->unit)
    return keep_as_other(r, LIMS_UNREAD_UNIT, tail);
  if (out->kind != LIMS_LIMIT_MAXIMUM)
    out->low = r->number;
  if (out->kind != LIMS_LIMIT_MINIMUM)
    out->high = out->kind == LIMS_LIMIT_RANGE ? r->second : r->number;
  return TRUE;
}

static gboolean read_limit(Reading *r) {
  const char *start;
  int sign, again;

  if (read_word(r))
    return TRUE;
  if (lims_written_take_one(&r->at, LABELS) >= 0)
    lims_written_take(&r->at, ":");
  start = r->at;
  sign = lims_written_take_one(&r->at, SIGNS);
  r->signed_ = sign >= 0;
  r->out->kind = r->signed_ ? (LimsLimitKind)sign : LIMS_LIMIT_MAXIMUM;
  again = lims_written_take_one(&r->at, SIGNS); /* typed twice */
  if (again >= 0 && again != sign)
    return refuse(r, LIMS_UNREAD_WORDS, start);
  if (lims_written_is_plan(r->at))
    return keep_as_other(r, LIMS_UNREAD_PLAN, NULL);
  if (!read_numbers(r))
    return FALSE;
  if (sign == LIMS_LIMIT_OTHER)
    return keep_as_other(r, LIMS_UNREAD_STRICT, start);
  lims_written_take(&r->at, "*");
  return read_tail(r);
}

gboolean lims_limit_read(const char *text, const char *unit, LimsLimit *out, LimsUnread *unread) {
  g_autofree char *plain = lims_written_plain(text);
  g_auto(LimsUnread) own = {0};
  Reading reading = {.at = plain, .out = out, .unread = unread ? unread : &own};

  *reading.unread = (LimsUnread){0};
  *out = (LimsLimit){.text = text,
                     .analyte = "",
                     .clause = "",
                     .basis = "",
                     .residue_definition = "",
                     .conditions = "",
                     .node_path = ""};
  out->unit = unit ? lims_unit_find_written(unit) : NULL;
  return read_limit(&reading);
}

gboolean lims_limit_parse(const char *text, const char *unit, LimsLimit *out) {
  return lims_limit_read(text, unit, out, NULL);
}
