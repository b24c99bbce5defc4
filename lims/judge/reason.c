/* The words of a verdict: one table of reasons, and what goes into their sentences. */
#include "lims/judge/judge-private.h"

#include <string.h>

/* %v the value with its unit, %p the value as printed, %l the limit with its origin, %a the analyte, %c the
 * commodity, %d the date, %r the residue definition, %x what is open of the conditions, %t the threshold, %m
 * the components that are missing, %s the species that is asked for, %u the uncertainty, %n how far
 * replicates lie apart. */
static const struct {
  const char *code;
  LimsVerdictKind kind;
  const char *sentence;
} REASONS[] = {
    [LIMS_REASON_NONE] = {"", LIMS_VERDICT_UNDETERMINED, ""},
    [LIMS_REASON_AT_OR_BELOW] = {"at-or-below-limit", LIMS_VERDICT_COMPLIES, "%v is not above %l"},
    [LIMS_REASON_ABOVE] = {"above-limit", LIMS_VERDICT_EXCEEDS, "%v is above %l"},
    [LIMS_REASON_ABOVE_SCREENING] = {"above-screening-value", LIMS_VERDICT_EXCEEDS,
                                     "%v is above the risk screening value, %l"},
    [LIMS_REASON_ABOVE_INTERVENTION] = {"above-intervention-value", LIMS_VERDICT_EXCEEDS,
                                        "%v is above the risk intervention value, %l"},
    [LIMS_REASON_NOT_DETECTED] = {"not-detected", LIMS_VERDICT_COMPLIES,
                                  "not detected, which complies with %l"},
    [LIMS_REASON_BANNED] = {"detected-though-banned", LIMS_VERDICT_EXCEEDS, "%v was found; %l"},
    [LIMS_REASON_NOT_ALLOWED] = {"detected-though-not-allowed", LIMS_VERDICT_EXCEEDS, "%v was found; %l"},
    [LIMS_REASON_WITHIN] = {"within-range", LIMS_VERDICT_COMPLIES, "%v is within %l"},
    [LIMS_REASON_OUTSIDE] = {"outside-range", LIMS_VERDICT_EXCEEDS, "%v is outside %l"},
    [LIMS_REASON_SCREEN_NEGATIVE] = {"screen-negative", LIMS_VERDICT_COMPLIES,
                                     "%v inhibition is negative by the threshold of %t"},
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
    [LIMS_REASON_NOT_HELD] = {"no-limit", LIMS_VERDICT_UNDETERMINED,
                              "what is known of the sample speaks against every limit of %a for %c"},
    [LIMS_REASON_NEEDS_PREPARATION] =
        {"needs-preparation", LIMS_VERDICT_UNDETERMINED,
         "%v is of the measured solution: the preparation (mass, volume) is missing"},
    [LIMS_REASON_BAD_PREPARATION] =
        {"bad-preparation", LIMS_VERDICT_UNDETERMINED,
         "mass, volume and dilution of the preparation must be above 0, and its blank a concentration"},
    [LIMS_REASON_NEEDS_RECOVERY] = {"needs-recovery", LIMS_VERDICT_UNDETERMINED,
                                    "the method's formula has the recovery, and the preparation has none"},
    [LIMS_REASON_NEEDS_MOISTURE] = {"needs-moisture", LIMS_VERDICT_UNDETERMINED,
                                    "the method's formula has the moisture, which is not known"},
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
    [LIMS_REASON_PART_MISSING] = {"part-missing", LIMS_VERDICT_UNDETERMINED,
                                  "%v is not the whole residue (%r): %m is missing; %l"},
    [LIMS_REASON_FACTOR_UNKNOWN] = {"factor-unknown", LIMS_VERDICT_UNDETERMINED,
                                    "%m was found, and by which factor it counts in %r is not known; %l"},
    [LIMS_REASON_SPECIES_ASKED] = {"species-asked", LIMS_VERDICT_UNDETERMINED,
                                   "%v in total is above %l: %s is to be measured"},
    [LIMS_REASON_GUARD_BAND] = {"within-guard-band", LIMS_VERDICT_UNDETERMINED,
                                "%v is not above %l, but nearer to it than its uncertainty of %u"},
    [LIMS_REASON_UNCERTAINTY_UNKNOWN] =
        {"uncertainty-unknown", LIMS_VERDICT_UNDETERMINED,
         "%v is not above %l, but a guard band is asked for and the uncertainty is not known"},
    [LIMS_REASON_DISAGREE] = {"replicates-disagree", LIMS_VERDICT_UNDETERMINED,
                              "the replicates lie %n apart, more than the method allows: measure again"},
    [LIMS_REASON_CONDITION] = {"condition", LIMS_VERDICT_UNDETERMINED, "%v, %l: it depends on %x"},
    [LIMS_REASON_NOT_NUMERIC] = {"limit-not-numeric", LIMS_VERDICT_UNDETERMINED,
                                 "%l is not of a kind that is judged"},
    [LIMS_REASON_SAMPLING_PLAN] = {"sampling-plan", LIMS_VERDICT_UNDETERMINED,
                                   "%l is a plan of several sample units, which one value cannot decide"},
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

/* What is spoken of: the value that was judged, or the one of a component that stands in the sum's way. */
static const LimsMeasured *find_subject(const LimsReasonWords *w) {
  for (guint i = 0; w->parts && i < w->parts->len; i++) {
    const LimsPart *part = &g_array_index(w->parts, LimsPart, i);

    if (part->reason == w->outcome->reason && part->obstacle.from)
      return &part->obstacle;
  }
  return &w->outcome->measured;
}

/* Formats are slow, and these texts are made for every verdict. */
void lims_append(GString *out, const char *first, ...) {
  va_list texts;

  va_start(texts, first);
  for (const char *text = first; text; text = va_arg(texts, const char *))
    g_string_append(out, text);
  va_end(texts);
}

static void append_value(GString *out, const LimsReasonWords *w) {
  const LimsMeasured *measured = find_subject(w);
  g_autofree char *own = measured != &w->outcome->measured ? lims_measured_to_string(measured, NULL) : NULL;

  g_string_append(out, own ? own : w->value_text);
  if (measured->unit && measured->has_number && strcmp(measured->unit->name, "1") != 0)
    lims_append(out, " ", measured->unit->name, NULL);
}

static void append_printed(GString *out, const LimsReasonWords *w) {
  const LimsDetermination *from = find_subject(w)->from;

  g_string_append(out, from ? from->value.printed : "");
}

/* Of a dried food. */
static void append_limit_used(GString *out, const LimsReasonWords *w) {
  const LimsLimit *limit = w->choice->limit;
  g_autofree char *used = lims_limit_used_to_string(limit, &w->outcome->adjustment);

  if (used)
    lims_append(out, ", with its factor of dehydration ", used, limit->unit ? " " : "",
                limit->unit ? limit->unit->name : "", NULL);
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
    lims_append(out, " ", limit->unit->name, NULL);
  append_limit_used(out, w);
  if (limit->set)
    lims_append(out, " (", limit->set->standard, *limit->clause ? ", " : "", limit->clause, ")", NULL);
}

static void append_analyte(GString *out, const LimsReasonWords *w) {
  g_string_append(out, lims_catalogue_analyte_label(w->matter->catalogue, w->matter->analyte));
}

static void append_commodity(GString *out, const LimsReasonWords *w) {
  const char *code = w->matter->input->commodity;
  const char *name = code ? lims_catalogue_commodity_name(w->matter->catalogue, code) : NULL;

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

/* What each kind of condition waits for; NULL: its own words. */
static const char *const OPEN_WORDS[] = {
    [LIMS_CONDITION_DRY_WEIGHT] = "the moisture (the limit counts on dry weight)",
    [LIMS_CONDITION_FAT_WEIGHT] = "the fat content (the limit counts in the fat)",
    [LIMS_CONDITION_DEHYDRATION] = "the factor of dehydration (the limit is the fresh food's)",
    [LIMS_CONDITION_WORDS] = NULL,
};

static void append_term(GString *out, const LimsReasonWords *w, const LimsCondition *term) {
  gboolean is_fact = term->kind == LIMS_CONDITION_FACT;

  if (is_fact && lims_condition_meets(term, &w->matter->facts) != LIMS_MEETS_UNKNOWN)
    return;
  if (!is_fact && term->kind != LIMS_CONDITION_WORDS &&
      (term->kind >= G_N_ELEMENTS(OPEN_WORDS) || !OPEN_WORDS[term->kind]))
    return;
  if (out->len > 0)
    g_string_append(out, ", ");
  if (is_fact)
    g_string_append_printf(out, "%s (%s)", lims_fact_name(term->fact), term->text);
  else
    g_string_append(out, OPEN_WORDS[term->kind] ? OPEN_WORDS[term->kind] : term->text);
}

static void append_condition(GString *out, const LimsReasonWords *w) {
  const GArray *terms = w->choice->limit ? w->choice->limit->terms : NULL;
  g_autoptr(GString) open = g_string_new(NULL);

  for (guint i = 0; terms && i < terms->len; i++)
    append_term(open, w, &g_array_index(terms, LimsCondition, i));
  if (w->choice->if_above != LIMS_REASON_NONE)
    g_string_append(out, "which of several conditions holds, for this limit ");
  g_string_append(out, open->len ? open->str : "what nobody told");
}

/* Components that do not count, for the reason that decided. */
static void append_missing(GString *out, const LimsReasonWords *w) {
  guint listed = 0;

  for (guint i = 0; w->parts && i < w->parts->len; i++) {
    const LimsPart *part = &g_array_index(w->parts, LimsPart, i);
    const char *name = lims_catalogue_analyte_label(w->matter->catalogue, part->term->analyte);

    if (part->reason == w->outcome->reason ||
        (w->outcome->measured.is_partial && part->reason != LIMS_REASON_NONE))
      g_string_append_printf(out, "%s%s", listed++ ? ", " : "", name);
  }
}

static void append_species(GString *out, const LimsReasonWords *w) {
  const LimsCondition *term = lims_conditions_find(w->choice->limit->terms, LIMS_CONDITION_SPECIES);

  if (term)
    g_string_append(out, lims_catalogue_analyte_label(w->matter->catalogue, term->text));
}

static void append_uncertainty(GString *out, const LimsReasonWords *w) {
  g_autofree char *percent = lims_decimal_to_string(w->outcome->measured.uncertainty);

  g_string_append_printf(out, "%s %%", percent);
}

static void append_spread(GString *out, const LimsReasonWords *w) {
  const LimsMeasured *m = find_subject(w);
  g_autofree char *shown = NULL, *allowed = NULL;
  LimsDecimal percent;

  lims_replicates_agree(&m->run, m->method, &percent);
  shown = lims_decimal_to_string(percent);
  allowed = lims_decimal_to_string(m->method->rpd_limit);
  g_string_append_printf(out, "%s %% (allowed: %s %%)", shown, allowed);
}

static void append_threshold(GString *out, const LimsReasonWords *w) {
  g_string_append(out, w->threshold);
}

static const struct {
  char mark;
  void (*append)(GString *out, const LimsReasonWords *words);
} MARKS[] = {
    {'v', append_value},     {'p', append_printed}, {'l', append_limit},   {'a', append_analyte},
    {'c', append_commodity}, {'d', append_date},    {'r', append_residue}, {'x', append_condition},
    {'t', append_threshold}, {'m', append_missing}, {'s', append_species}, {'u', append_uncertainty},
    {'n', append_spread},
};

static void append_mark(GString *out, char mark, const LimsReasonWords *words) {
  for (guint i = 0; i < G_N_ELEMENTS(MARKS); i++)
    if (MARKS[i].mark == mark)
      MARKS[i].append(out, words);
}

/* Of which component it is says the sentence itself. */
static gboolean is_named_in_sentence(LimsReason reason) {
  return strstr(REASONS[reason].sentence, "%m") != NULL;
}

/* On what basis value and limit stand. */
static void append_bases(GString *out, const LimsReasonWords *w) {
  const LimsAdjustment *adjustment = &w->outcome->adjustment;

  if (adjustment->dry_weight)
    g_string_append(out, "; on dry weight");
  if (adjustment->fat_weight)
    g_string_append(out, "; in the fat");
  if (adjustment->dehydrated)
    g_string_append(out, "; the fresh food's limit times the factor of dehydration");
  if (w->outcome->measured.is_partial) {
    g_string_append(out, "; already without ");
    append_missing(out, w);
  }
  if (w->outcome->measured.open != LIMS_REASON_NONE && w->outcome->measured.open == w->outcome->reason &&
      !is_named_in_sentence(w->outcome->reason)) {
    g_string_append(out, "; the component: ");
    append_missing(out, w);
  }
}

static void append_counts(GString *out, const LimsReasonWords *w) {
  if (w->outcome->measured.averaged)
    g_string_append_printf(out, "; the mean of %u replicates", w->outcome->measured.averaged);
  if (w->threshold && w->runs > 1)
    g_string_append_printf(out, "; positive in %u of %u runs", w->positive, w->runs);
  else if (w->runs > 1)
    g_string_append_printf(out, "; the least favourable of %u runs", w->runs);
  if (w->unmeasured)
    g_string_append_printf(out, "; %u more gave no measurement", w->unmeasured);
}

/* What a reader must know besides: stand-ins, how many values, and limits that are not sure themselves. */
static void append_notes(GString *out, const LimsReasonWords *w) {
  const LimsLimit *limit = w->choice->limit;

  append_bases(out, w);
  if (w->outcome->every)
    g_string_append(out, "; above every limit that may hold, of which this is the highest");
  else if (w->choice->if_above != LIMS_REASON_NONE)
    g_string_append(out, "; the strictest of the limits that may hold");
  append_counts(out, w);
  if (limit && lims_conditions_find(limit->terms, LIMS_CONDITION_TEMPORARY))
    g_string_append(out, "; a temporary limit");
  if (limit && limit->set && *limit->set->standing && strcmp(limit->set->standing, "good") != 0)
    lims_append(out, "; standing of this limit: ", limit->set->standing, NULL);
  if (w->choice->fact_note)
    lims_append(out, "; ", w->choice->fact_note, NULL);
  if (w->choice->date_note)
    lims_append(out, "; ", w->choice->date_note, NULL);
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
