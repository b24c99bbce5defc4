/* The calculation behind a verdict, for people: from the printed digits to the number that was judged, a line
 * a step, each with what went in. It is written after the decision from the same exact numbers, and decides
 * nothing.
 */
#include "lims/judge/judge-private.h"

#include <string.h>

#define COMPUTED_DIGITS 12

/* ---- numbers ---- */

/* The exact number where it ends within the digits, else its first ones and "…". g_free. */
static char *show_fraction(LimsFraction value) {
  LimsDecimal rounded;
  g_autofree char *text = NULL;
  gboolean fits;

  if (!lims_fraction_round_significant(value, COMPUTED_DIGITS, &rounded))
    return g_strdup("?");
  rounded = lims_measured_trim(rounded);
  text = lims_decimal_to_string(rounded);
  return lims_fraction_compare_decimal(value, rounded, &fits) == 0 && fits ? g_steal_pointer(&text)
                                                                           : g_strconcat(text, "…", NULL);
}

static void append_decimal(GString *out, LimsDecimal value) {
  g_autofree char *text = lims_decimal_to_string(value);

  g_string_append(out, text);
}

static void append_printed(GString *out, const LimsRun *run) {
  for (guint i = 0; i < run->count; i++) {
    const LimsUnit *unit = run->values[i].unit;

    lims_append(out, i ? "; " : "", run->values[i].value.printed, NULL);
    if (unit && (i == run->count - 1 || run->values[i + 1].unit != unit))
      lims_append(out, " ", unit->name, NULL);
  }
}

char *lims_printed_to_string(const LimsMatter *matter, const LimsMeasured *measured, const GArray *parts) {
  GString *out = g_string_new(NULL);

  if (!parts && measured->run.count > 0)
    append_printed(out, &measured->run);
  for (guint i = 0; parts && i < parts->len; i++) {
    const LimsPart *part = &g_array_index(parts, LimsPart, i);
    const char *name = lims_catalogue_analyte_label(matter->catalogue, part->term->analyte);

    if (part->measured.run.count == 0)
      continue;
    g_string_append_printf(out, "%s%s ", out->len ? "; " : "", name);
    append_printed(out, &part->measured.run);
  }
  return g_string_free(out, FALSE);
}

char *lims_computed_to_string(const LimsMeasured *measured) {
  return measured->is_fraction && measured->has_number ? show_fraction(measured->fraction) : NULL;
}

char *lims_limit_used_to_string(const LimsLimit *limit, const LimsAdjustment *adjustment) {
  LimsFraction number;

  if (!adjustment->dehydrated || !lims_fraction_from_decimal(limit->high, &number) ||
      !lims_fraction_multiply(number, adjustment->factor, &number))
    return NULL;
  return show_fraction(number);
}

/* ---- steps ---- */

static void begin_line(GString *out) {
  if (out->len > 0)
    g_string_append_c(out, '\n');
}

/* Which number stands for which name of the formula. */
static void append_variables(GString *out, const LimsReasonWords *w, const LimsMeasured *m,
                             const LimsFormula *formula) {
  const LimsPreparation *p = m->preparation;
  const LimsFactValue *moisture = &w->matter->facts.values[LIMS_FACT_MOISTURE];
  const struct {
    LimsVariable variable;
    gboolean known;
    LimsDecimal value;
    const char *unit;
  } VALUES[] = {
      {LIMS_VARIABLE_C0, p->has_blank, p->blank, p->blank_unit ? p->blank_unit->name : ""},
      {LIMS_VARIABLE_V, TRUE, p->volume, "mL"},
      {LIMS_VARIABLE_F, TRUE, p->dilution, ""},
      {LIMS_VARIABLE_M, TRUE, p->portion, p->by_volume ? "mL" : "g"},
      {LIMS_VARIABLE_R, p->has_recovery, p->recovery, "%"},
      {LIMS_VARIABLE_W, p->has_moisture || moisture->known, p->has_moisture ? p->moisture : moisture->number,
       "%"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(VALUES); i++) {
    if (!VALUES[i].known || !lims_formula_uses(formula, VALUES[i].variable))
      continue;
    lims_append(out, ", ", lims_variable_name(VALUES[i].variable), " = ", NULL);
    append_decimal(out, VALUES[i].value);
    lims_append(out, *VALUES[i].unit ? " " : "", VALUES[i].unit, NULL);
  }
}

static void append_formula(GString *out, const LimsReasonWords *w, const LimsMeasured *m) {
  const LimsFormula *formula =
      m->method && m->method->formula ? m->method->formula : w->matter->catalogue->formula;

  begin_line(out);
  g_string_append(out, lims_formula_text(formula));
  if (m->method)
    lims_append(out, " (", *m->method->standard ? m->method->standard : m->method->name, ")", NULL);
  g_string_append(out, ": c = ");
  append_printed(out, &m->run);
  if (m->averaged)
    g_string_append_printf(out, " (mean of %u)", m->averaged);
  append_variables(out, w, m, formula);
}

static void append_mean(GString *out, const LimsMeasured *m) {
  LimsDecimal percent;

  if (!m->averaged)
    return;
  if (!m->preparation) {
    begin_line(out);
    g_string_append_printf(out, "mean of %u: ", m->averaged);
    append_printed(out, &m->run);
  }
  if (!m->method || lims_decimal_is_zero(m->method->rpd_limit))
    return;
  lims_replicates_agree(&m->run, m->method, &percent);
  g_string_append(out, "; replicates ");
  append_decimal(out, percent);
  g_string_append(out, " % apart (allowed: ");
  append_decimal(out, m->method->rpd_limit);
  g_string_append(out, " %)");
}

static void append_value(GString *out, const LimsReasonWords *w, const LimsMeasured *m) {
  if (m->preparation)
    append_formula(out, w, m);
  append_mean(out, m);
}

/* Rounded once, after the sum: a component stands as it counts in it, whatever its method rounds to. */
static char *show_part(const LimsMeasured *measured) {
  LimsMeasured unrounded = *measured;

  unrounded.method = NULL;
  return measured->from ? lims_measured_to_string(&unrounded, NULL) : NULL;
}

static void append_part(GString *out, const LimsReasonWords *w, const LimsPart *part) {
  const char *name = lims_catalogue_analyte_label(w->matter->catalogue, part->term->analyte);
  g_autofree char *factor = part->term->has_factor ? show_fraction(part->term->factor) : NULL;
  g_autofree char *value = show_part(&part->measured);

  append_value(out, w, &part->measured);
  begin_line(out);
  g_string_append_printf(out, "%s: %s", name, value ? value : "not measured");
  if (part->measured.unit && part->measured.has_number)
    g_string_append_printf(out, " %s", part->measured.unit->name);
  g_string_append_printf(out, " × %s", factor ? factor : "? (its molar mass is not known)");
}

static void append_adjustment(GString *out, const LimsAdjustment *adjustment) {
  g_autofree char *share =
      (adjustment->dry_weight || adjustment->fat_weight) && adjustment->share.denominator != 1
          ? show_fraction(adjustment->share)
          : NULL;
  g_autofree char *factor = adjustment->dehydrated ? show_fraction(adjustment->factor) : NULL;

  if (share) {
    begin_line(out);
    g_string_append_printf(out, "%s: divided by %s", adjustment->dry_weight ? "on dry weight" : "in the fat",
                           share);
  }
  if (factor) {
    begin_line(out);
    g_string_append_printf(out, "limit of the fresh food × %s (dehydration)", factor);
  }
}

/* "= 0.0252619… mg/kg, judged as 0.0253". */
static void append_result(GString *out, const LimsReasonWords *w) {
  const LimsUnit *unit = w->outcome->measured.unit;

  if (!w->computed || !unit)
    return;
  begin_line(out);
  lims_append(out, "= ", w->computed, " ", unit->name, NULL);
  if (strcmp(w->computed, w->value_text) != 0)
    lims_append(out, ", judged as ", w->value_text, NULL);
}

char *lims_calculation_to_string(const LimsReasonWords *words) {
  const LimsMeasured *m = &words->outcome->measured;
  GString *out;

  if (!m->is_fraction && !m->averaged && !words->parts && !words->outcome->has_judged &&
      !words->outcome->adjustment.dehydrated)
    return NULL;
  out = g_string_new(NULL);
  for (guint i = 0; words->parts && i < words->parts->len; i++)
    append_part(out, words, &g_array_index(words->parts, LimsPart, i));
  if (!words->parts)
    append_value(out, words, m);
  append_adjustment(out, &words->outcome->adjustment);
  if (words->outcome->has_judged) {
    begin_line(out);
    g_string_append_printf(out, "rounded to the limit's last place: %s (GB/T 8170-2008)", words->value_text);
  }
  append_result(out, words);
  return g_string_free(out, FALSE);
}
