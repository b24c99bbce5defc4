/* Reading one result field.
 *
 * What arrives is a field of a message, decoded: a number, a number behind "<" or ">", a word that stands for
 * a state, or rubbish. What can go wrong is a guess: a comma read as the wrong mark, hyphens read as zero,
 * "1e999" read as infinity. So each form is recognised to its last character, and what is left is UNREADABLE,
 * with its text kept.
 */
#include "lims/core/value.h"

#include <string.h>

static const char *const STATE_NAMES[] = {
    [LIMS_VALUE_NUMBER] = "number",         [LIMS_VALUE_NOT_DETECTED] = "not-detected",
    [LIMS_VALUE_BELOW_LOQ] = "below-loq",   [LIMS_VALUE_ABOVE_RANGE] = "above-range",
    [LIMS_VALUE_FAILED] = "failed",         [LIMS_VALUE_NOT_RUN] = "not-run",
    [LIMS_VALUE_POSITIVE] = "positive",     [LIMS_VALUE_NEGATIVE] = "negative",
    [LIMS_VALUE_UNREADABLE] = "unreadable",
};

static const struct {
  const char *word; /* lower case */
  LimsValueState state;
} WORDS[] = {
    {"", LIMS_VALUE_NOT_RUN},
    {"nd", LIMS_VALUE_NOT_DETECTED},
    {"n.d.", LIMS_VALUE_NOT_DETECTED},
    {"not detected", LIMS_VALUE_NOT_DETECTED},
    {"未检出", LIMS_VALUE_NOT_DETECTED},
    {"<lod", LIMS_VALUE_NOT_DETECTED},
    {"< lod", LIMS_VALUE_NOT_DETECTED},
    {"<loq", LIMS_VALUE_BELOW_LOQ},
    {"< loq", LIMS_VALUE_BELOW_LOQ},
    {"over", LIMS_VALUE_ABOVE_RANGE},
    {"overrange", LIMS_VALUE_ABOVE_RANGE},
    {">>>", LIMS_VALUE_ABOVE_RANGE},
    {"超量程", LIMS_VALUE_ABOVE_RANGE},
    {"fail", LIMS_VALUE_FAILED},
    {"failed", LIMS_VALUE_FAILED},
    {"error", LIMS_VALUE_FAILED},
    {"positive", LIMS_VALUE_POSITIVE},
    {"阳性", LIMS_VALUE_POSITIVE},
    {"negative", LIMS_VALUE_NEGATIVE},
    {"阴性", LIMS_VALUE_NEGATIVE},
};

static const LimsValueRules STRICT = {0};

static gboolean find_word(const char *text, const LimsValueRules *rules, LimsValueState *state) {
  g_autofree char *lower = g_ascii_strdown(text, -1);
  gpointer own = rules->words ? g_hash_table_lookup(rules->words, lower) : NULL;

  if (own) {
    *state = (LimsValueState)(GPOINTER_TO_INT(own) - 1);
    return TRUE;
  }
  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(WORDS[i].word, lower) == 0) {
      *state = WORDS[i].state;
      return TRUE;
    }
  *state = LIMS_VALUE_NOT_RUN; /* a row of hyphens is how printers leave a field open */
  return strlen(lower) >= 3 && strspn(lower, "-") == strlen(lower);
}

/* Digits with a mark between groups of three, appended without it. The first group has one to three digits
 * and does not begin with 0: in "0,035" the comma is hardly a group mark, whatever the driver says. FALSE if
 * it is not so. */
static gboolean append_groups(GString *out, const char *digits, gsize length, char mark) {
  gsize first = (gsize)((const char *)memchr(digits, mark, length) - digits);

  if (first < 1 || first > 3 || digits[0] == '0' || (length - first) % 4 != 0)
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    gboolean mark_due = i >= first && (i - first) % 4 == 0;

    if (mark_due ? digits[i] != mark : !g_ascii_isdigit(digits[i]))
      return FALSE;
    if (!mark_due)
      g_string_append_c(out, digits[i]);
  }
  return TRUE;
}

/* The number in the only notation that decimals know, or FALSE. */
static gboolean read_number(const char *text, const LimsValueRules *rules, LimsDecimal *number) {
  char point = rules->decimal_mark ? rules->decimal_mark : '.', mark = rules->group_mark;
  g_autoptr(GString) plain = g_string_new(NULL);
  gsize whole;

  if (*text == '-' || *text == '+')
    g_string_append_c(plain, *text++);
  whole = strcspn(text, (char[]){point, 'e', 'E', '\0'});
  if (mark && mark != point && memchr(text, mark, whole)) {
    if (!append_groups(plain, text, whole, mark))
      return FALSE;
  } else {
    if (memchr(text, '.', whole)) /* a full stop before a decimal comma */
      return FALSE;
    g_string_append_len(plain, text, (gssize)whole);
  }
  text += whole;
  if (*text == point) {
    g_string_append_c(plain, '.');
    text++;
    if (*text == '.')
      return FALSE;
  }
  g_string_append(plain, text);
  return lims_decimal_parse(plain->str, number);
}

/* "<0.01", "> 100": the state of the sign, and the number behind it if it is one. */
static LimsValueState read_bounded(const char *text, const LimsValueRules *rules, LimsValue *value) {
  gboolean less = *text == '<';

  for (text++; *text == ' '; text++)
    ;
  if (*text == '-') /* no limit of detection and no range ends below zero */
    return LIMS_VALUE_UNREADABLE;
  value->has_number = read_number(text, rules, &value->number);
  if (!value->has_number)
    return LIMS_VALUE_UNREADABLE;
  if (!less)
    return LIMS_VALUE_ABOVE_RANGE;
  return rules->less_than == LIMS_VALUE_BELOW_LOQ ? LIMS_VALUE_BELOW_LOQ : LIMS_VALUE_NOT_DETECTED;
}

void lims_value_read(LimsValue *value, const char *printed, const LimsValueRules *rules) {
  g_autofree char *text = NULL;

  *value = (LimsValue){.printed = g_strdup(printed ? printed : "")};
  text = g_strstrip(g_strdup(value->printed));
  if (!rules)
    rules = &STRICT;
  if (find_word(text, rules, &value->state))
    return;
  if (*text == '<' || *text == '>') {
    value->state = read_bounded(text, rules, value);
    return;
  }
  value->has_number = read_number(text, rules, &value->number);
  value->state = value->has_number ? LIMS_VALUE_NUMBER : LIMS_VALUE_UNREADABLE;
}

void lims_value_clear(LimsValue *value) {
  g_free(value->printed);
  *value = (LimsValue){.state = LIMS_VALUE_UNREADABLE};
}

const char *lims_value_state_name(LimsValueState state) {
  g_return_val_if_fail((guint)state < G_N_ELEMENTS(STATE_NAMES), "unreadable");
  return STATE_NAMES[state];
}

gboolean lims_value_state_parse(const char *name, LimsValueState *out) {
  for (guint i = 0; i < G_N_ELEMENTS(STATE_NAMES); i++)
    if (strcmp(STATE_NAMES[i], name) == 0) {
      *out = (LimsValueState)i;
      return TRUE;
    }
  return FALSE;
}
