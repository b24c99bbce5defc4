/* The exceedances and, on a sheet of its own, the calculation behind each: from the digits that an analyzer
 * printed to the value that was judged and the limit that it was held against.
 *
 * A week may have fifty thousand of them. They are read once; each row goes onto both sheets before the next
 * is read.
 */
#include "reports/weekly-private.h"
#include "reports/words.h"

#include <string.h>

/* From this many times the limit on, a row is marked. */
#define GRADE_HIGH 2
#define GRADE_EXTREME 10

static void compose_grade(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;
  double factor = g_ascii_strtod(row->factor, NULL);

  if (g_str_equal(row->limit_kind, "minimum"))
    g_string_append(out, lims_table_say(table, N_("below the limit")));
  else if (!*row->factor)
    g_string_append(out, lims_word_limit(lims_sheet_language(table->sheet), row->limit_kind));
  else if (factor >= GRADE_EXTREME)
    g_string_append(out, lims_table_say(table, N_("10 times or more")));
  else if (factor >= GRADE_HIGH)
    g_string_append(out, lims_table_say(table, N_("2 times or more")));
  else
    g_string_append(out, lims_table_say(table, N_("above the limit")));
}

static void compose_analyzer(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;

  if (!*row->station) {
    g_string_append(out, lims_table_say(table, N_("entered by hand")));
    return;
  }
  g_string_append(out, row->station);
  if (*row->driver_title)
    g_string_append_printf(out, " · %s", row->driver_title);
  if (!g_str_equal(row->origin, "published") && !g_str_equal(row->origin, "hardware"))
    g_string_append_printf(out, " %s", lims_table_say(table, N_("(unconfirmed driver)")));
}

static void compose_person(gconstpointer data, LimsTable *table, GString *out) {
  const LimsWeekExceedance *row = data;
  gboolean nobody = g_str_equal(row->person, "unattended");

  g_string_append(out, nobody ? lims_word(lims_sheet_language(table->sheet), row->person) : row->person);
}

#define E(member) G_STRUCT_OFFSET(LimsWeekExceedance, member)
static const LimsColumn EXCEEDANCES[] = {
    {N_("Sample"), 17, LIMS_COLUMN_TEXT, E(sample)},
    {N_("Laboratory"), 24, LIMS_COLUMN_TEXT, E(lab)},
    {N_("County"), 15, LIMS_COLUMN_GROUP, E(county)},
    {N_("Town"), 12, LIMS_COLUMN_TEXT, E(place)},
    {N_("Site"), 22, LIMS_COLUMN_TEXT, E(site)},
    {N_("Site kind"), 11, LIMS_COLUMN_GROUP, E(site_kind)},
    {N_("Commodity"), 13, LIMS_COLUMN_TEXT, E(commodity)},
    {N_("Commodity group"), 13, LIMS_COLUMN_GROUP, E(family)},
    {N_("Analyte"), 18, LIMS_COLUMN_TEXT, E(analyte)},
    {N_("Result as printed"), 16, LIMS_COLUMN_PRINTED, E(printed)},
    {N_("Unit"), 8, LIMS_COLUMN_TEXT, E(printed_unit)},
    {N_("Value computed"), 17, LIMS_COLUMN_PRINTED, E(computed)},
    {N_("Value judged"), 10, LIMS_COLUMN_PRINTED, E(value)},
    {N_("Limit"), 11, LIMS_COLUMN_PRINTED, E(limit)},
    {N_("Limit used"), 9, LIMS_COLUMN_PRINTED, E(limit_used)},
    {N_("Limit's unit"), 8, LIMS_COLUMN_TEXT, E(limit_unit)},
    {N_("Times the limit"), 9, LIMS_COLUMN_PRINTED, E(factor)},
    {N_("Grade"), 18, LIMS_COLUMN_COMPOSED, 0, compose_grade},
    {N_("Calculation"), 10, LIMS_COLUMN_LINK},
    {N_("Standard"), 15, LIMS_COLUMN_TEXT, E(standard)},
    {N_("Clause"), 14, LIMS_COLUMN_TEXT, E(clause)},
    {N_("Food class of the limit"), 24, LIMS_COLUMN_TEXT, E(node_path)},
    {N_("Standing of the limit"), 28, LIMS_COLUMN_WORD, E(standing)},
    {N_("Method"), 15, LIMS_COLUMN_TEXT, E(method)},
    {N_("Analyzer"), 34, LIMS_COLUMN_COMPOSED, 0, compose_analyzer},
    {N_("Person"), 11, LIMS_COLUMN_COMPOSED, 0, compose_person},
    {N_("Measured (instrument's clock)"), 19, LIMS_COLUMN_TIME, E(measured_at_us)},
    {N_("Arrived"), 19, LIMS_COLUMN_TIME, E(arrived_us)},
    {N_("Committed"), 19, LIMS_COLUMN_TIME, E(committed_us)},
    {N_("Transmission"), 21, LIMS_COLUMN_TEXT, E(transmission)},
};

/* ---- the calculation behind each ---- */

typedef struct {
  const char *sample, *analyte, *parts, *printed, *preparation, *steps;
  const char *computed, *value, *value_unit, *limit, *limit_used, *limit_unit, *rule;
} Calculation;

#define K(member) G_STRUCT_OFFSET(Calculation, member)
static const LimsColumn CALCULATIONS[] = {
    {N_("Sample"), 17, LIMS_COLUMN_TEXT, K(sample)},
    {N_("Exceedance"), 11, LIMS_COLUMN_LINK},
    {N_("Analyte"), 18, LIMS_COLUMN_TEXT, K(analyte)},
    {N_("Determinations counted"), 44, LIMS_COLUMN_TEXT, K(parts)},
    {N_("Result as printed"), 22, LIMS_COLUMN_PRINTED, K(printed)},
    {N_("Preparation"), 24, LIMS_COLUMN_TEXT, K(preparation)},
    {N_("Steps"), 64, LIMS_COLUMN_TEXT, K(steps)},
    {N_("Value computed"), 18, LIMS_COLUMN_PRINTED, K(computed)},
    {N_("Value judged"), 11, LIMS_COLUMN_PRINTED, K(value)},
    {N_("Unit"), 8, LIMS_COLUMN_TEXT, K(value_unit)},
    {N_("Limit as printed"), 11, LIMS_COLUMN_PRINTED, K(limit)},
    {N_("Limit used"), 11, LIMS_COLUMN_PRINTED, K(limit_used)},
    {N_("Limit's unit"), 8, LIMS_COLUMN_TEXT, K(limit_unit)},
    {N_("Rule"), 42, LIMS_COLUMN_TEXT, K(rule)},
};

/* Both lists are filled in one pass, row for row, so that each links to the same row of the other. */
typedef struct {
  LimsWeekly *weekly;
  LimsTable *exceedances, *calculations;
  GString *parts, *printed, *preparation, *steps;
  LimsPhrases *phrases;
  GHashTable *rules; /* as kept → as shown */
} Filling;

static gboolean add_part(gconstpointer data, gpointer user, GError **error) {
  const LimsWeekPart *part = data;
  Filling *f = user;

  g_string_append_printf(
      f->parts, "%s%s %s %s · %s", f->parts->len ? "\n" : "", part->analyte, part->printed, part->unit,
      *part->station ? part->station : lims_table_say(f->calculations, N_("entered by hand")));
  return TRUE;
}

static void add_quantity(Filling *f, const char *message, const char *value, const char *unit) {
  if (*value)
    g_string_append_printf(f->preparation, "%s%s %s%s%s", f->preparation->len ? "\n" : "",
                           lims_table_say(f->calculations, message), value, *unit ? " " : "", unit);
}

static void describe_preparation(Filling *f, const LimsWeekExceedance *row) {
  g_string_truncate(f->preparation, 0);
  add_quantity(f, N_("portion"), row->preparation.mass, row->preparation.mass_unit);
  add_quantity(f, N_("volume"), row->preparation.volume, row->preparation.volume_unit);
  if (!g_str_equal(row->preparation.dilution, "1"))
    add_quantity(f, N_("dilution"), row->preparation.dilution, "");
  add_quantity(f, N_("blank"), row->preparation.blank, row->preparation.blank_unit);
  add_quantity(f, N_("moisture"), row->preparation.moisture, "%");
  add_quantity(f, N_("recovery"), row->preparation.recovery, "%");
}

/* A week has few different rules. */
static const char *describe_rule(Filling *f, const char *rule) {
  const char *words = g_hash_table_lookup(f->rules, rule);
  GString *made;

  if (words)
    return words;
  made = g_string_new(rule);
  lims_phrases_replace(f->phrases, made);
  g_hash_table_insert(f->rules, g_strdup(rule), made->str);
  return g_string_free(made, FALSE);
}

static void describe_steps(Filling *f, const LimsWeekExceedance *row) {
  const char *none = row->is_recorded ? N_("as printed, in the limit's unit") : N_("no steps are recorded");

  g_string_assign(f->steps, row->calculation);
  if (f->steps->len > 0)
    lims_phrases_replace(f->phrases, f->steps);
  else
    g_string_assign(f->steps, lims_table_say(f->calculations, none));
}

static const char *or_other(const char *text, const char *other) {
  return *text ? text : other;
}

static gboolean add_calculation(Filling *f, const LimsWeekExceedance *row, GError **error) {
  Calculation c = {
      .sample = row->sample,
      .analyte = row->analyte,
      .computed = row->computed,
      .value = row->value,
      .value_unit = row->value_unit,
      .limit = row->limit,
      .limit_used = or_other(row->limit_used, row->limit),
      .limit_unit = row->limit_unit,
  };

  g_string_truncate(f->parts, 0);
  if (!lims_week_each_part(f->weekly->week, row, add_part, f, error))
    return FALSE;
  g_string_printf(f->printed, "%s%s%s", row->printed, *row->printed_unit ? " " : "", row->printed_unit);
  describe_preparation(f, row);
  c.parts = f->parts->str;
  c.printed = f->printed->str;
  c.preparation = f->preparation->str;
  describe_steps(f, row);
  c.steps = f->steps->str;
  c.rule = describe_rule(f, row->rule);
  return lims_table_add(&c, f->calculations, error);
}

static gboolean add_exceedance(gconstpointer data, gpointer user, GError **error) {
  Filling *f = user;

  return lims_table_add(data, f->exceedances, error) && add_calculation(f, data, error);
}

/* ---- the two sheets ---- */

/* Factor and grade together, so that the word stands in the colour. */
static void mark_factors(LimsTable *table) {
  static const struct {
    LimsMark mark;
    const char *test; /* on the factor's first cell, twice */
  } GRADES[] = {
      {LIMS_MARK_DARK_RED, "=AND(ISNUMBER($%1$s),$%1$s>=" G_STRINGIFY(GRADE_EXTREME) ")"},
      {LIMS_MARK_ORANGE, "=AND(ISNUMBER($%1$s),$%1$s>=" G_STRINGIFY(GRADE_HIGH) ")"},
      {LIMS_MARK_RED, "=ISNUMBER($%1$s)"},
      {LIMS_MARK_DARK_RED, "=LEN($%1$s)=0"},
  };
  guint factor = lims_table_find(table, E(factor));
  g_autofree char *cell = lims_cell_reference(1, factor);

  for (guint i = 0; i < G_N_ELEMENTS(GRADES) && table->rows > 0; i++) {
    g_auto(GStrv) pieces = g_strsplit(GRADES[i].test, "%1$s", -1);
    g_autofree char *formula = g_strjoinv(cell, pieces);
    lims_sheet_mark(table->sheet, lims_table_range(table, factor, factor + 1), GRADES[i].mark, formula);
  }
}

/* A limit whose figure nobody vouches for. */
static void mark_standings(LimsWeekly *weekly, LimsTable *table) {
  guint column = lims_table_find(table, E(standing));
  g_autofree char *cell = lims_cell_reference(1, column);
  g_autofree char *formula =
      g_strdup_printf("=AND(LEN($%s)>0,$%s<>\"%s\")", cell, cell, lims_word(weekly->language, "good"));

  if (table->rows > 0)
    lims_sheet_mark(table->sheet, lims_table_range(table, column, column), LIMS_MARK_AMBER, formula);
}

/* What differs from the limit as printed. */
static void mark_limits_used(LimsTable *table) {
  guint printed = lims_table_find(table, K(limit)), used = lims_table_find(table, K(limit_used));
  g_autofree char *one = lims_cell_reference(1, printed);
  g_autofree char *other = lims_cell_reference(1, used);
  g_autofree char *formula = g_strdup_printf("=$%s<>$%s", one, other);

  if (table->rows > 0)
    lims_sheet_mark(table->sheet, lims_table_range(table, used, used), LIMS_MARK_AMBER, formula);
}

static gboolean fill(LimsWeekly *weekly, GError **error) {
  Filling f = {weekly,
               &weekly->exceedances,
               &weekly->calculations,
               g_string_new(NULL),
               g_string_new(NULL),
               g_string_new(NULL),
               g_string_new(NULL),
               lims_phrases_new(weekly->language),
               g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free)};
  gboolean done = lims_week_each_exceedance(weekly->week, add_exceedance, &f, error);

  g_string_free(f.parts, TRUE);
  g_string_free(f.printed, TRUE);
  g_string_free(f.preparation, TRUE);
  g_string_free(f.steps, TRUE);
  lims_phrases_free(f.phrases);
  g_hash_table_unref(f.rules);
  return done;
}

gboolean lims_weekly_write_exceedances(LimsWeekly *weekly, LimsSheet *sheet, LimsSheet *calculations,
                                       GError **error) {
  const char *nothing = lims_translate(weekly->language, N_("No exceedance in this week."));

  lims_table_begin(&weekly->exceedances, sheet, EXCEEDANCES, G_N_ELEMENTS(EXCEEDANCES));
  lims_table_begin(&weekly->calculations, calculations, CALCULATIONS, G_N_ELEMENTS(CALCULATIONS));
  weekly->exceedances.linked = calculations;
  weekly->calculations.linked = sheet;
  if (!fill(weekly, error))
    return FALSE;
  mark_factors(&weekly->exceedances);
  mark_standings(weekly, &weekly->exceedances);
  mark_limits_used(&weekly->calculations);
  lims_table_end(&weekly->exceedances, nothing);
  lims_table_end(&weekly->calculations, nothing);
  return lims_workbook_check(weekly->book, error);
}
