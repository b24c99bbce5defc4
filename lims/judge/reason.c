/* The words of a verdict: one table of reasons, and what goes into their sentences. */
#include "lims/judge/judge-private.h"

#include <string.h>

/* %v the value with its unit, %p the value as printed, %l the limit with its origin, %a the analyte, %c the
 * commodity, %d the date, %r the residue definition, %x the condition, %t the threshold. */
static const struct {
  const char *code;
  LimsVerdictKind kind;
  const char *sentence;
} REASONS[] = {
    [LIMS_REASON_NONE] = {"", LIMS_VERDICT_UNDETERMINED, ""},
    [LIMS_REASON_AT_OR_BELOW] = {"at-or-below-limit", LIMS_VERDICT_COMPLIES, "%v is not above %l"},
    [LIMS_REASON_ABOVE] = {"above-limit", LIMS_VERDICT_EXCEEDS, "%v is above %l"},
    [LIMS_REASON_NOT_DETECTED] = {"not-detected", LIMS_VERDICT_COMPLIES,
                                  "not detected, which complies with %l"},
    [LIMS_REASON_BANNED] = {"detected-though-banned", LIMS_VERDICT_EXCEEDS, "%v was found; %l"},
    [LIMS_REASON_NOT_ALLOWED] = {"detected-though-not-allowed", LIMS_VERDICT_EXCEEDS, "%v was found; %l"},
    [LIMS_REASON_WITHIN] = {"within-range", LIMS_VERDICT_COMPLIES, "%v is within %l"},
    [LIMS_REASON_OUTSIDE] = {"outside-range", LIMS_VERDICT_EXCEEDS, "%v is outside %l"},
    [LIMS_REASON_SCREEN_NEGATIVE] = {"screen-negative", LIMS_VERDICT_COMPLIES,
                                     "%v inhibition is below the threshold of %t"},
    [LIMS_REASON_SCREEN_POSITIVE] =
        {"screen-positive", LIMS_VERDICT_SCREENING_POSITIVE,
         "%v inhibition reaches the threshold of %t: to be confirmed by a laboratory method"},
    [LIMS_REASON_NO_COMMODITY] = {"no-commodity", LIMS_VERDICT_UNDETERMINED,
                                  "no commodity of the catalogue has the sample's name"},
    [LIMS_REASON_NO_LIMIT] = {"no-limit", LIMS_VERDICT_UNDETERMINED, "the catalogue has no limit of %a"},
    [LIMS_REASON_NO_MEMBERSHIP] = {"no-membership", LIMS_VERDICT_UNDETERMINED,
                                   "%c has no place among the classes for which %a is limited"},
    [LIMS_REASON_NO_DATE] = {"no-date", LIMS_VERDICT_UNDETERMINED,
                             "no date says which edition applies: give the day of production or sampling"},
    [LIMS_REASON_NO_EDITION] = {"no-edition", LIMS_VERDICT_UNDETERMINED,
                                "no edition in the catalogue that limits %a was in force on %d"},
    [LIMS_REASON_NO_ROW] = {"no-limit", LIMS_VERDICT_UNDETERMINED, "no limit of %a holds for %c"},
    [LIMS_REASON_EXCEPTED] =
        {"no-limit", LIMS_VERDICT_UNDETERMINED,
         "%c is excepted from its class's limit of %a, and the catalogue has none of its own"},
    [LIMS_REASON_NEEDS_PREPARATION] =
        {"needs-preparation", LIMS_VERDICT_UNDETERMINED,
         "%v is of the measured solution: the preparation (mass, volume) is missing"},
    [LIMS_REASON_BAD_PREPARATION] =
        {"bad-preparation", LIMS_VERDICT_UNDETERMINED,
         "mass, volume and dilution of the preparation must be above 0, and its blank a concentration"},
    [LIMS_REASON_UNIT] = {"unit-mismatch", LIMS_VERDICT_UNDETERMINED,
                          "the unit of %v does not convert to that of %l"},
    [LIMS_REASON_LOD_ABOVE] = {"lod-above-limit", LIMS_VERDICT_UNDETERMINED,
                               "%v says nothing about %l, which is lower"},
    [LIMS_REASON_LOD_UNKNOWN] = {"lod-unknown", LIMS_VERDICT_UNDETERMINED,
                                 "%v does not say whether it was detected, nor how much; %l"},
    [LIMS_REASON_ABOVE_RANGE] = {"above-range", LIMS_VERDICT_UNDETERMINED,
                                 "%v is above the measuring range: dilute and measure again"},
    [LIMS_REASON_NEGATIVE] =
        {"negative", LIMS_VERDICT_UNDETERMINED,
         "%v lies further below zero than %l lies above it: look at blank and calibration"},
    [LIMS_REASON_FAILED] = {"failed", LIMS_VERDICT_UNDETERMINED,
                            "the instrument reports a failed measurement"},
    [LIMS_REASON_NOT_RUN] = {"not-run", LIMS_VERDICT_UNDETERMINED, "no value was measured"},
    [LIMS_REASON_QUALITATIVE] = {"qualitative", LIMS_VERDICT_UNDETERMINED,
                                 "“%p” is a finding, not an amount"},
    [LIMS_REASON_UNREADABLE] = {"unreadable", LIMS_VERDICT_UNDETERMINED, "“%p” cannot be read as a result"},
    [LIMS_REASON_BELOW_LOQ] = {"below-loq-no-number", LIMS_VERDICT_UNDETERMINED,
                               "detected below a limit of quantification that is not given; %l"},
    [LIMS_REASON_RESIDUE_SUM] = {"residue-sum", LIMS_VERDICT_UNDETERMINED,
                                 "%v of %a is not the whole residue (%r); %l"},
    [LIMS_REASON_CONDITION] = {"condition", LIMS_VERDICT_UNDETERMINED, "%v, %l: it depends on %x"},
    [LIMS_REASON_NOT_NUMERIC] = {"limit-not-numeric", LIMS_VERDICT_UNDETERMINED,
                                 "%l is not of a kind that is judged"},
    [LIMS_REASON_REPLICATES] =
        {"replicates", LIMS_VERDICT_UNDETERMINED,
         "the replicates of a run do not make a mean: not all are numbers of one kind"},
    [LIMS_REASON_OVERFLOW] = {"overflow", LIMS_VERDICT_UNDETERMINED,
                              "the numbers are too long to be compared exactly"},
    [LIMS_REASON_OVERLAP] =
        {"editions-overlap", LIMS_VERDICT_UNDETERMINED,
         "two editions that limit %a are in force on %d: mend the dates of the limit sets"},
    [LIMS_REASON_CONFLICT] = {"limits-conflict", LIMS_VERDICT_UNDETERMINED,
                              "%v, %l: more than one limit of %a may hold for %c"},
};

LimsVerdictKind lims_reason_kind(LimsReason reason) {
  return REASONS[reason].kind;
}

const char *lims_reason_code(LimsReason reason) {
  return REASONS[reason].code;
}

static void append_value(GString *out, const LimsReasonWords *w) {
  const LimsMeasured *measured = &w->outcome->measured;

  g_string_append(out, w->value_text);
  if (measured->unit && measured->has_number)
    g_string_append_printf(out, " %s", measured->unit->name);
}

static void append_printed(GString *out, const LimsReasonWords *w) {
  const LimsDetermination *from = w->outcome->measured.from;

  g_string_append(out, from ? from->value.printed : "");
}

static void append_limit(GString *out, const LimsReasonWords *w) {
  const LimsLimit *limit = w->choice->limit;

  if (!limit) {
    g_string_append(out, w->threshold ? "the threshold of a screen" : "no limit");
    return;
  }
  g_string_append(out, limit->set ? "the limit " : "the given limit ");
  g_string_append(out, limit->text);
  if (limit->set && limit->unit)
    g_string_append_printf(out, " %s", limit->unit->name);
  if (limit->set)
    g_string_append_printf(out, " (%s%s%s)", limit->set->standard, *limit->clause ? ", " : "", limit->clause);
}

static void append_analyte(GString *out, const LimsReasonWords *w) {
  const char *name = lims_catalogue_analyte_name(w->catalogue, w->input->analyte);

  g_string_append(out, name ? name : w->input->analyte);
}

static void append_commodity(GString *out, const LimsReasonWords *w) {
  const char *name =
      w->input->commodity ? lims_catalogue_commodity_name(w->catalogue, w->input->commodity) : NULL;

  g_string_append(out, name ? name : "the commodity");
}

static void append_date(GString *out, const LimsReasonWords *w) {
  int date = w->choice->date;

  g_string_append_printf(out, "%04d-%02d-%02d", date / 10000, date / 100 % 100, date % 100);
}

/* The formula, without the standard's words. */
static void append_residue(GString *out, const LimsReasonWords *w) {
  const char *definition = w->choice->limit ? w->choice->limit->residue_definition : "";

  g_string_append_len(out, definition, (gssize)strcspn(definition, ":"));
}

/* Without the mark of its side. */
static void append_condition(GString *out, const LimsReasonWords *w) {
  const char *condition = w->choice->limit ? w->choice->limit->conditions : "",
             *colon = strstr(condition, ": ");
  gboolean marked = g_str_has_prefix(condition, LIMS_CONDITION_IF_ABOVE) ||
                    g_str_has_prefix(condition, LIMS_CONDITION_IF_NOT_ABOVE);

  if (w->choice->if_above != LIMS_REASON_NONE)
    g_string_append(out, "which of the conditions holds, for this limit ");
  g_string_append(out, marked ? colon + 2 : condition);
}

static void append_threshold(GString *out, const LimsReasonWords *w) {
  g_string_append(out, w->threshold);
}

static const struct {
  char mark;
  void (*append)(GString *out, const LimsReasonWords *words);
} MARKS[] = {
    {'v', append_value},   {'p', append_printed},   {'l', append_limit},
    {'a', append_analyte}, {'c', append_commodity}, {'d', append_date},
    {'r', append_residue}, {'x', append_condition}, {'t', append_threshold},
};

static void append_mark(GString *out, char mark, const LimsReasonWords *words) {
  for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++)
    if (MARKS[i].mark == mark)
      MARKS[i].append(out, words);
}

/* What a reader must know besides: stand-ins, how many values, and limits that are not sure themselves. */
static void append_notes(GString *out, const LimsReasonWords *w) {
  const LimsLimit *limit = w->choice->limit;

  if (w->alone)
    g_string_append(out, "; this component alone, so the whole residue as well");
  if (w->choice->if_above != LIMS_REASON_NONE)
    g_string_append(out, "; the strictest of the limits that may hold");
  if (w->outcome->measured.averaged)
    g_string_append_printf(out, "; the mean of %u replicates", w->outcome->measured.averaged);
  if (w->runs > 1)
    g_string_append_printf(out, "; the least favourable of %u runs", w->runs);
  if (w->unmeasured)
    g_string_append_printf(out, "; %u more gave no measurement", w->unmeasured);
  if (limit && limit->set && *limit->set->standing && strcmp(limit->set->standing, "good") != 0)
    g_string_append_printf(out, "; standing of this limit: %s", limit->set->standing);
  if (w->choice->date_note)
    g_string_append_printf(out, "; %s", w->choice->date_note);
}

char *lims_reason_to_sentence(const LimsReasonWords *words) {
  GString *out = g_string_sized_new(128);

  for (const char *at = REASONS[words->outcome->reason].sentence; *at; at++) {
    if (*at == '%')
      append_mark(out, *++at, words);
    else
      g_string_append_c(out, *at);
  }
  append_notes(out, words);
  return g_string_free(out, FALSE);
}
