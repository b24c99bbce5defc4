/* Rows as people write them.
 *
 * What arrives is a line of a bulletin or of a colleague's table: the value with its unit, its analyte's name
 * or neither, a day as a serial number, a limit with the next analyte's name hanging on it. What can go wrong
 * is a number that is taken for something else, so each part is read whole or named as unread; what it may
 * say besides its number is written out here.
 */
#include "lims/model/judge-read.h"
#include "lims/core/text.h"
#include "lims/core/written-date.h"
#include "lims/judge/match.h"
#include "lims/model/judge-given.h"
#include "lims/model/judge-name.h"

#include <string.h>

#define SCREEN "enzyme-inhibition" /* % alone is no mark of a screen: spirits and moisture are in % too */

gboolean lims_judge_text_is_empty(const char *text) {
  return !text || strspn(text, " \t\r\n") == strlen(text);
}

void lims_judge_row_note(LimsJudgeRow *row, LimsRowPart part, char *words) {
  if (row->unread[part])
    g_free(words);
  else
    row->unread[part] = words;
}

void lims_judge_row_clear(LimsJudgeRow *row) {
  lims_value_clear(&row->determination.value);
  for (guint i = 0; i < LIMS_ROW_PARTS; i++)
    g_clear_pointer(&row->unread[i], g_free);
}

/* What one of the parts is read for, once a name was taken off. */
typedef struct {
  LimsJudgeRow *row;
  const LimsJudgeText *text;
} Rest;

static LimsNameKind take_name(const LimsCatalogue *catalogue, Rest *rest, LimsRowPart part, const char *whole,
                              LimsNameRest read) {
  LimsJudgeRow *row = rest->row;
  const char *analyte = rest->text->analyte ? rest->text->analyte : "";
  g_autofree char *name = NULL;
  LimsNameKind kind = lims_name_take(catalogue, analyte, row->analyte, whole, read, rest, &name);

  if (kind != LIMS_NAME_NONE)
    g_clear_pointer(&row->unread[part], g_free);
  if (kind == LIMS_NAME_OTHER)
    lims_judge_row_note(row, part, g_strdup_printf("it names %s, and the row is of %s", name, analyte));
  return kind;
}

/* ---- the value ---- */

static gboolean read_value_rest(gpointer data, const char *text) {
  LimsDetermination *determination = &((Rest *)data)->row->determination;
  const LimsUnit *unit;
  LimsValue value;

  if (!lims_result_read(text, &value, &unit, NULL)) {
    lims_value_clear(&value);
    return FALSE;
  }
  lims_value_clear(&determination->value);
  determination->value = value;
  determination->unit = unit;
  return TRUE;
}

static void read_value(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  LimsDetermination *determination = &row->determination;
  g_auto(LimsUnread) unread = {0};

  if (lims_result_read(text->value ? text->value : "", &determination->value, &determination->unit, &unread))
    return;
  lims_judge_row_note(row, LIMS_ROW_VALUE, lims_unread_to_words(&unread));
  row->value_unread = unread.kind;
  if (take_name(catalogue, &(Rest){row, text}, LIMS_ROW_VALUE, text->value, read_value_rest) !=
      LIMS_NAME_OTHER)
    return;
  row->value_unread = LIMS_UNREAD_WORDS; /* another analyte's value is none of this one */
  determination->value.state = LIMS_VALUE_UNREADABLE;
  determination->value.has_number = FALSE;
  determination->unit = NULL;
}

/* ---- the analyte ---- */

/* "铅(以Pb计),mg/kg", "铅 (mg/kg)": as heads of reports have it. */
static void split_analyte(const LimsCatalogue *catalogue, const char *text, LimsJudgeRow *row) {
  g_autofree char *plain = lims_text_narrow(text);

  for (gsize at = strlen(plain); at-- > 0 && !row->analyte;) {
    const char *unit_text = plain[at] == '(' ? plain + at : plain + at + 1;
    const LimsUnit *unit = strchr(",;( ", plain[at]) ? lims_unit_find_written(unit_text) : NULL;
    g_autofree char *name = unit ? g_strstrip(g_strndup(plain, at)) : NULL;

    if (!unit || unit == lims_unit_find("1"))
      continue;
    row->analyte = lims_match_find_analyte(catalogue, name);
    row->in_name = row->analyte ? unit : NULL;
  }
}

static void read_analyte(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  const char *name = text->analyte ? text->analyte : "";

  row->analyte = lims_match_find_analyte(catalogue, name);
  if (!row->analyte)
    split_analyte(catalogue, name, row);
  row->determination.analyte = row->analyte ? row->analyte : name;
}

/* ---- units ---- */

static const struct {
  const char *analyte; /* code; NULL: by the end of the name */
  const char *ending, *unit;
} UNITLESS[] = {{"ph", NULL, "pH"}, {NULL, "比例之和", "1"}};

static const LimsUnit *find_nameless(const LimsJudgeRow *row, const LimsJudgeText *text) {
  for (guint i = 0; i < G_N_ELEMENTS(UNITLESS); i++)
    if (UNITLESS[i].analyte ? g_strcmp0(row->analyte, UNITLESS[i].analyte) == 0
                            : text->analyte && g_str_has_suffix(text->analyte, UNITLESS[i].ending))
      return lims_unit_find(UNITLESS[i].unit);
  return NULL;
}

/* "/", "-" in the column of units: there is none. */
static gboolean says_none(const char *text) {
  g_autofree char *plain = lims_text_narrow(text);
  static const char *const NONE[] = {"/", "-", "--", "—", "——", "无"};

  g_strstrip(plain);
  for (guint i = 0; i < G_N_ELEMENTS(NONE); i++)
    if (strcmp(plain, NONE[i]) == 0)
      return TRUE;
  return lims_judge_text_is_empty(plain);
}

/* What stands beside the value: of the column, or of an analyte that needs none. */
static const LimsUnit *find_beside(const LimsJudgeRow *row, const LimsJudgeText *text) {
  if ((!text->unit || says_none(text->unit)) && row->in_name)
    return row->in_name;
  if (!text->unit || says_none(text->unit))
    return row->nameless                                         ? row->nameless
           : text->unit && !lims_judge_text_is_empty(text->unit) ? lims_unit_find("1")
                                                                 : NULL;
  if (row->nameless && lims_unit_find_written(text->unit) == lims_unit_find("1"))
    return row->nameless; /* "无量纲" */
  return lims_unit_find_written(text->unit);
}

/* The unit in the value before the unit beside it, if all that is said agrees; else none. */
static void choose_unit(const LimsJudgeText *text, LimsJudgeRow *row) {
  const LimsUnit *own = row->determination.unit, *beside = find_beside(row, text), *named = row->in_name;
  gboolean none = !text->unit || says_none(text->unit);

  if (own && none && !named)
    return;
  if (!none && !beside)
    lims_judge_row_note(row, LIMS_ROW_UNIT, g_strdup_printf("the unit “%s” is not known", text->unit));
  else if (own && beside && own != beside)
    lims_judge_row_note(
        row, LIMS_ROW_UNIT,
        g_strdup_printf("the value is in %s, and beside it stands %s", own->name, beside->name));
  else if (named && beside != named)
    lims_judge_row_note(
        row, LIMS_ROW_UNIT,
        g_strdup_printf("the analyte stands with %s, the value with %s", named->name, beside->name));
  row->determination.unit = row->unread[LIMS_ROW_UNIT] ? NULL : beside ? beside : own;
}

/* ---- the limit ---- */

static gboolean read_limit_rest(gpointer data, const char *text) {
  Rest *rest = data;
  const LimsUnit *beside = find_beside(rest->row, rest->text);
  LimsLimit limit;

  if (!lims_limit_read(text, beside ? beside->name : NULL, &limit, NULL) || limit.kind == LIMS_LIMIT_OTHER)
    return FALSE;
  limit.text = rest->text->limit; /* shown as it is */
  rest->row->given = limit;
  return TRUE;
}

static void read_limit(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  const LimsUnit *beside = find_beside(row, text);
  g_auto(LimsUnread) unread = {0};

  row->has_limit = !lims_judge_text_is_empty(text->limit);
  if (!row->has_limit)
    return;
  if (!lims_limit_read(text->limit, beside ? beside->name : NULL, &row->given, &unread))
    row->given.kind = LIMS_LIMIT_OTHER; /* shown as it is, and not judged */
  if (row->given.kind != LIMS_LIMIT_OTHER)
    return;
  lims_judge_row_note(row, LIMS_ROW_LIMIT, lims_unread_to_words(&unread));
  row->limit_unread = unread.kind;
  if (unread.kind != LIMS_UNREAD_PLAN && take_name(catalogue, &(Rest){row, text}, LIMS_ROW_LIMIT, text->limit,
                                                   read_limit_rest) == LIMS_NAME_OTHER)
    row->given.kind = LIMS_LIMIT_OTHER;
}

/* ---- a screen ---- */

static const struct {
  int threshold; /* % */
  const char *method;
} THRESHOLDS[] = {{50, "GB/T 5009.199"}, {70, "NY/T 448"}};

/* What is printed as the limit of a screen is the threshold of its standard, and names it. */
static void read_screen(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row) {
  const LimsUnit *percent = lims_unit_find("%");

  row->determination.basis = LIMS_JUDGE_SCREEN;
  if (!row->has_limit)
    return;
  row->has_limit = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS(THRESHOLDS); i++) {
    gboolean is_it = row->given.kind == LIMS_LIMIT_MAXIMUM && row->given.unit == percent &&
                     lims_decimal_compare(row->given.high, (LimsDecimal){THRESHOLDS[i].threshold, 0}) == 0;

    if (!is_it)
      continue;
    if (lims_judge_text_is_empty(text->method))
      row->determination.method = THRESHOLDS[i].method;
    if (lims_catalogue_find_method(catalogue, row->determination.method) ==
        lims_catalogue_find_method(catalogue, THRESHOLDS[i].method))
      return;
  }
  lims_judge_row_note(
      row, LIMS_ROW_OTHER,
      g_strdup_printf("a screen is judged by the threshold of its standard (GB/T 5009.199: 50 %%, NY/T 448: "
                      "70 %%), not by “%s”",
                      text->limit));
}

/* ---- the day ---- */

static void read_date(const LimsJudgeText *text, LimsJudgeRow *row) {
  LimsDayOf of;
  int date;

  if (lims_judge_text_is_empty(text->date))
    return;
  if (!lims_written_date_read(text->date, &date, &of)) {
    lims_judge_row_note(
        row, LIMS_ROW_DATE,
        g_strdup_printf("the date “%s” cannot be read: write it like 2026-11-24", text->date));
    return;
  }
  if (of == LIMS_DAY_UNSAID || of == LIMS_DAY_PRODUCTION)
    row->produced_on = date;
  if (of == LIMS_DAY_PURCHASE)
    row->purchased_on = date;
  if (of == LIMS_DAY_UNSAID || of == LIMS_DAY_SAMPLING)
    row->sampled_on = date;
}

void lims_judge_row_read(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *out) {
  *out = (LimsJudgeRow){.commodity =
                            lims_match_find_commodity(catalogue, text->commodity ? text->commodity : "")};
  read_analyte(catalogue, text, out);
  out->determination.method = lims_judge_text_is_empty(text->method) ? NULL : text->method;
  out->nameless = find_nameless(out, text);
  read_value(catalogue, text, out);
  choose_unit(text, out);
  read_limit(catalogue, text, out);
  if (g_strcmp0(out->analyte, SCREEN) == 0)
    read_screen(catalogue, text, out);
  lims_judge_given_read(catalogue, text, out);
  read_date(text, out);
}
