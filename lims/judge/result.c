/* Results as people print them: "6.71mg/kg", "<0.01 mg/kg", "小于0.01", "1.58×10³ mg/kg", "未检出(检出限
 * 0.01mg/kg)", "检出/50cm²", "0.001L" (below that limit of detection, as reports on soil and water print it).
 *
 * What a value of the wire may be says core/value.h; a person's sheet may say more, and may mix in what is no
 * result: several values in one cell, a span, an uncertainty, a volume of gas. Each form is recognised to its
 * last character; what is left stays UNREADABLE, and what stood in the way is told.
 */
#include "lims/judge/written-private.h"

#include <string.h>

/* Longer ones before those that begin like them. */
static const LimsWrittenWord WORDS[] = {
    {"未检出", LIMS_VALUE_NOT_DETECTED},   {"未检测出", LIMS_VALUE_NOT_DETECTED},
    {"没有检出", LIMS_VALUE_NOT_DETECTED}, {"not detected", LIMS_VALUE_NOT_DETECTED},
    {"N.D.", LIMS_VALUE_NOT_DETECTED},     {"ND", LIMS_VALUE_NOT_DETECTED},
    {"检出", LIMS_VALUE_POSITIVE},         {"阳性(+)", LIMS_VALUE_POSITIVE},
    {"阳性", LIMS_VALUE_POSITIVE},         {"阴性(-)", LIMS_VALUE_NEGATIVE},
    {"阴性", LIMS_VALUE_NEGATIVE},         {"超量程", LIMS_VALUE_ABOVE_RANGE},
    {"未检测", LIMS_VALUE_NOT_RUN},        {"未检验", LIMS_VALUE_NOT_RUN},
    {"未测", LIMS_VALUE_NOT_RUN},          {NULL},
};

static const LimsWrittenWord SIGNS[] = {
    {"<", LIMS_VALUE_NOT_DETECTED},
    {"小于", LIMS_VALUE_NOT_DETECTED},
    {"低于", LIMS_VALUE_NOT_DETECTED},
    {">", LIMS_VALUE_ABOVE_RANGE},
    {"大于", LIMS_VALUE_ABOVE_RANGE},
    {"高于", LIMS_VALUE_ABOVE_RANGE},
    {NULL},
};

/* In front: that it is a result is known. */
static const LimsWrittenWord LABELS[] = {
    {"检验结果", 1}, {"检测结果", 1}, {"测定结果", 1}, {"实测结果", 1}, {"结果", 1},
    {"实测值", 1},   {"检测值", 1},   {"测定值", 1},   {"检出值", 1},   {"检出量", 1},
    {"残留量", 1},   {"含量", 1},     {NULL},
};

/* What a result may be below of, and the state of one that is. */
static const LimsWrittenWord BOUNDS[] = {
    {"方法检出限", LIMS_VALUE_NOT_DETECTED},
    {"最低检出限", LIMS_VALUE_NOT_DETECTED},
    {"检出限", LIMS_VALUE_NOT_DETECTED},
    {"LOD", LIMS_VALUE_NOT_DETECTED},
    {"MDL", LIMS_VALUE_NOT_DETECTED},
    {"方法定量限", LIMS_VALUE_BELOW_LOQ},
    {"定量限", LIMS_VALUE_BELOW_LOQ},
    {"LOQ", LIMS_VALUE_BELOW_LOQ},
    {NULL},
};

/* What is being read; what is found lies in *value but for its text. */
typedef struct {
  const char *at;
  const char *unit_at; /* where the unit begins that ends the text; NULL: none does */
  LimsValue *value;
  const LimsUnit *unit;
  LimsUnread *unread;
} Reading;

static gboolean refuse(Reading *r, LimsUnreadKind kind, const char *what) {
  if (r->unread->kind == LIMS_UNREAD_NOTHING)
    lims_unread_set(r->unread, kind, g_strdup(what));
  return FALSE;
}

static gboolean found(Reading *r, LimsValueState state, const LimsDecimal *number) {
  r->value->state = state;
  r->value->has_number = number != NULL;
  if (number)
    r->value->number = *number;
  return TRUE;
}

static gboolean is_result_start(const char *at) {
  return g_ascii_isdigit(*at) || lims_written_take_one(&at, WORDS) >= 0 ||
         (lims_written_take_one(&at, SIGNS) >= 0 && g_ascii_isdigit(*at));
}

/* A mark with another result behind it; a stroke or a blank only where a number has just ended. */
static gboolean holds_another(const char *rest) {
  static const LimsWrittenWord MARKS[] = {{",", 1}, {";", 1}, {"、", 1}, {"|", 1}, {NULL}};
  const char *behind = rest;

  if ((lims_written_take(&behind, "/") || g_ascii_isdigit(*behind)) && is_result_start(behind))
    return TRUE;
  for (const char *at = rest; *at; at++) {
    behind = at;
    if (lims_written_take_one(&behind, MARKS) >= 0 && is_result_start(behind))
      return TRUE;
  }
  return FALSE;
}

static gboolean is_span(const char *rest) {
  return lims_written_take_range_mark(&rest) && g_ascii_isdigit(*rest);
}

/* Why what stands behind a number is no unit. */
static gboolean refuse_rest(Reading *r, const char *rest) {
  static const struct {
    const char *begins;
    LimsUnreadKind kind;
  } BEGINNINGS[] = {
      {"±", LIMS_UNREAD_PLUS_MINUS}, {"+/-", LIMS_UNREAD_PLUS_MINUS}, {"+-", LIMS_UNREAD_PLUS_MINUS}};

  for (guint i = 0; i < G_N_ELEMENTS(BEGINNINGS); i++)
    if (g_str_has_prefix(rest, BEGINNINGS[i].begins))
      return refuse(r, BEGINNINGS[i].kind, rest);
  if (holds_another(rest))
    return refuse(r, LIMS_UNREAD_SEVERAL, rest);
  if (is_span(rest))
    return refuse(r, LIMS_UNREAD_SPAN, rest);
  return refuse(r, lims_written_is_unit_like(rest) ? LIMS_UNREAD_UNIT : LIMS_UNREAD_WORDS, rest);
}

/* The rest is a unit, or nothing. */
static gboolean read_unit(Reading *r, const char *rest) {
  if (*rest == '\0')
    return TRUE;
  r->unit_at = rest;
  r->unit = lims_unit_find_written(rest);
  return r->unit ? TRUE : refuse_rest(r, rest);
}

static gboolean take_number(Reading *r, LimsDecimal *out) {
  LimsWrittenNumber is = lims_written_take_number(&r->at, out);

  if (is == LIMS_WRITTEN_NUMBER)
    return TRUE;
  if (holds_another(r->at))
    return refuse(r, LIMS_UNREAD_SEVERAL, r->at);
  return refuse(r, is == LIMS_WRITTEN_POWER ? LIMS_UNREAD_POWER : LIMS_UNREAD_WORDS, r->at);
}

/* "0.001L": below that limit. The L stands at the digits; "0.001 L" is a volume. */
static gboolean is_below_mark(const char *rest) {
  return rest[0] == 'L' && rest[-1] != ' ' && (rest[1] == '\0' || rest[1] == ' ' || rest[1] == '(');
}

static gboolean read_number(Reading *r, LimsValueState state) {
  gboolean is_signed = (*r->at == '-' || *r->at == '+') && g_ascii_isdigit(r->at[1]);
  gboolean negative = is_signed && *r->at == '-';
  const char *start = r->at + is_signed;
  LimsDecimal number;

  r->at = start;
  if (!take_number(r, &number))
    return FALSE;
  if (negative)
    number.coefficient = -number.coefficient;
  if (state == LIMS_VALUE_NUMBER && !negative && is_below_mark(r->at)) {
    state = LIMS_VALUE_NOT_DETECTED;
    r->at += 1 + strspn(r->at + 1, " ");
  }
  if (negative && state != LIMS_VALUE_NUMBER) /* no limit of detection and no range ends below zero */
    return refuse(r, LIMS_UNREAD_WORDS, start - 1);
  return found(r, state, &number) && read_unit(r, r->at);
}

/* "(检出限:0.01mg/kg)", ",<0.01", after the name of the bound also "0.01" alone: the number that the result
 * is below, then its unit, inside or behind. */
static gboolean read_bound(Reading *r, LimsValueState state, gboolean named) {
  const char *whole = r->at, *at;
  gboolean bracket = lims_written_take(&r->at, "(");
  const char *close = bracket ? strchr(r->at, ')') : NULL;
  g_autofree char *inside = close ? g_strndup(r->at, (gsize)(close - r->at)) : g_strdup(r->at);
  const LimsUnit *own;
  LimsDecimal number;

  r->unit_at = NULL;
  if (bracket && !close)
    return refuse(r, LIMS_UNREAD_WORDS, whole);
  at = inside;
  lims_written_take(&at, ",");
  named |= bracket || lims_written_take_one(&at, BOUNDS) >= 0;
  lims_written_take_one(&at, BOUNDS);
  if (!lims_written_take(&at, ":"))
    lims_written_take(&at, "=");
  named |= lims_written_take_one(&at, SIGNS) == LIMS_VALUE_NOT_DETECTED;
  if (!named || lims_written_take_number(&at, &number) != LIMS_WRITTEN_NUMBER)
    return refuse(r, LIMS_UNREAD_WORDS, whole);
  r->at = close ? close + 1 + strspn(close + 1, " ") : "";
  if (!read_unit(r, at))
    return FALSE;
  own = r->unit;
  r->unit_at = NULL; /* inside the bracket it belongs to the words */
  if (!read_unit(r, r->at) || (own && own != r->unit))
    return refuse(r, LIMS_UNREAD_WORDS, whole);
  return found(r, state, &number);
}

static gboolean is_below(LimsValueState state) {
  return state == LIMS_VALUE_NOT_DETECTED || state == LIMS_VALUE_BELOW_LOQ;
}

/* ",<0.01mg/kg" and nothing more: not another result. */
static gboolean is_one_bound(const char *at) {
  return lims_written_take(&at, ",") && lims_written_take(&at, "<") && !holds_another(at + 1);
}

/* A word, and what it was found on. "检出0.35mg/kg" is the number. */
static gboolean read_word(Reading *r, LimsValueState state) {
  if (state == LIMS_VALUE_POSITIVE)
    lims_written_take(&r->at, ":");
  if (state == LIMS_VALUE_POSITIVE && g_ascii_isdigit(*r->at))
    return read_number(r, LIMS_VALUE_NUMBER);
  found(r, state, NULL);
  if (*r->at == '\0' || lims_written_is_amount(r->at))
    return TRUE;
  r->unit_at = r->at;
  r->unit = lims_unit_find_written(r->at);
  if (r->unit)
    return TRUE;
  if (holds_another(r->at) && !is_one_bound(r->at))
    return refuse(r, LIMS_UNREAD_SEVERAL, r->at);
  return is_below(state) ? read_bound(r, state, FALSE) : refuse_rest(r, r->at);
}

/* "低于检出限", "<LOQ(0.02mg/kg)": behind the sign stands what it is. */
static gboolean read_below_named(Reading *r, LimsValueState state) {
  found(r, state, NULL);
  return *r->at == '\0' || read_bound(r, state, TRUE);
}

/* "<0.01(未检出)": said twice. */
static void cut_repetition(char *text) {
  static const char *const SAID[] = {"(未检出)", "(ND)"};

  for (guint i = 0; i < G_N_ELEMENTS(SAID); i++)
    if (g_str_has_suffix(text, SAID[i])) {
      text[strlen(text) - strlen(SAID[i])] = '\0';
      g_strchomp(text);
    }
}

static gboolean read_result(Reading *r) {
  int state, bound;

  if (lims_written_is_plan(r->at))
    return refuse(r, LIMS_UNREAD_PLAN, NULL);
  if (lims_written_take_one(&r->at, LABELS) >= 0 && !lims_written_take(&r->at, ":"))
    lims_written_take(&r->at, "为");
  state = lims_written_take_one(&r->at, WORDS);
  if (state >= 0)
    return read_word(r, (LimsValueState)state);
  state = lims_written_take_one(&r->at, SIGNS);
  bound = state == LIMS_VALUE_NOT_DETECTED ? lims_written_take_one(&r->at, BOUNDS) : -1;
  if (bound >= 0)
    return read_below_named(r, (LimsValueState)bound);
  return read_number(r, state >= 0 ? (LimsValueState)state : LIMS_VALUE_NUMBER);
}

/* What was printed, the unit apart. */
static char *cut_unit(const Reading *r, const char *plain) {
  return r->unit && r->unit_at ? g_strchomp(g_strndup(plain, (gsize)(r->unit_at - plain))) : g_strdup(plain);
}

gboolean lims_result_read(const char *text, LimsValue *value, const LimsUnit **unit, LimsUnread *unread) {
  g_autofree char *plain = lims_written_plain(text);
  g_auto(LimsUnread) own = {0};
  Reading reading = {.at = plain, .value = value, .unread = unread ? unread : &own};
  gboolean known;

  *reading.unread = (LimsUnread){0};
  *unit = NULL;
  lims_value_read(value, plain, NULL);
  if (value->state != LIMS_VALUE_UNREADABLE)
    return TRUE;
  if (*plain == '<')
    cut_repetition(plain);
  known = read_result(&reading);
  g_free(value->printed);
  value->printed = known ? cut_unit(&reading, plain) : g_strdup(text);
  if (!known) {
    value->state = LIMS_VALUE_UNREADABLE;
    value->has_number = FALSE;
    return FALSE;
  }
  *unit = reading.unit;
  return TRUE;
}

gboolean lims_result_parse(const char *text, LimsValue *value, const LimsUnit **unit) {
  return lims_result_read(text, value, unit, NULL);
}
