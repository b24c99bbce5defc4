/* Rows of limits.
 *
 * What can go wrong is a limit that means something else than its text: a number whose unit nobody knows, a
 * kind that contradicts the text, a condition or a residue definition with a slip of the pen. All are
 * refused; what should be kept without being judged is given as `other`, in so many words.
 */
#include "lims/model/limit-row.h"
#include "lims/core/text.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/import.h"

#include <string.h>

static gboolean refuse(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);
static gboolean refuse(GError **error, const char *format, ...) {
  va_list arguments;

  va_start(arguments, format);
  g_propagate_error(error, g_error_new_valist(LIMS_ERROR, LIMS_ERROR_INVALID, format, arguments));
  va_end(arguments);
  return FALSE;
}

/* A word (不得检出) needs no unit, but one that is there must be one. */
static gboolean check_unit(const LimsLimit *limit, const char *unit, GError **error) {
  if (*unit == '\0' || limit->unit || limit->kind == LIMS_LIMIT_OTHER || lims_unit_find(unit))
    return TRUE;
  return refuse(error, "unit '%s' is not known: there is mg/kg, µg/kg, mg/L, µg/L, %% and the like", unit);
}

/* Kind and numbers from the text, in the light of the kind that was given. */
static gboolean read_limit(const char *kind, const char *text, const char *unit, LimsLimit *out,
                           GError **error) {
  LimsLimitKind given = LIMS_LIMIT_OTHER;
  gboolean is_limit = lims_limit_parse(text, unit, out);

  if (*kind && !lims_limit_kind_parse(kind, &given))
    return refuse(error, "kind '%s': there is maximum, minimum, range, not-detected, banned, other", kind);
  if (*kind && given > LIMS_LIMIT_RANGE) {
    out->kind = given;
    return TRUE;
  }
  if (!is_limit)
    return refuse(error, "limit_text '%s' is no limit; kind 'other' would keep it without judging", text);
  if (out->kind == LIMS_LIMIT_OTHER)
    return refuse(
        error, "limit_text '%s' %s cannot be judged: give a known unit, or kind 'other' to keep it as it is",
        text, unit);
  if (*kind && given != out->kind)
    return refuse(error, "limit_text '%s' is of kind %s, not %s", text, lims_limit_kind_name(out->kind),
                  kind);
  return TRUE;
}

gboolean lims_limit_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsLimitRow *out, GError **error) {
  const char *text = lims_import_text(csv, row, "limit-text"), *unit = lims_import_text(csv, row, "unit");
  const char *id = lims_import_text(csv, row, "id");

  *out = (LimsLimitRow){.line = row->line,
                        .id = g_ascii_strtoll(id, NULL, 10),
                        .node_text = lims_import_text(csv, row, "node"),
                        .analyte_text = lims_import_text(csv, row, "analyte"),
                        .path_text = lims_import_text(csv, row, "path"),
                        .source = lims_import_text(csv, row, "source"),
                        .note = lims_import_text(csv, row, "note")};
  if (*out->node_text == '\0' || *out->analyte_text == '\0' || *text == '\0')
    return refuse(error, "node, analyte and limit_text must be there");
  if (*id && out->id <= 0)
    return refuse(error, "id '%s': a number above 0", id);
  if (!read_limit(lims_import_text(csv, row, "kind"), text, unit, &out->limit, error) ||
      !check_unit(&out->limit, unit, error))
    return FALSE;
  out->unit = out->limit.unit ? out->limit.unit->name : unit;
  out->limit.clause = lims_import_text(csv, row, "clause");
  out->limit.basis = lims_import_text(csv, row, "basis");
  out->limit.residue_definition = lims_import_text(csv, row, "residue-definition");
  out->limit.conditions = lims_import_text(csv, row, "conditions");
  return TRUE;
}

/* ---- what a row says besides its limit ---- */

static gboolean check_analyte(const LimsCatalogue *catalogue, const char *where, const char *code,
                              GError **error) {
  return lims_catalogue_analyte_name(catalogue, code) ||
         refuse(error, "%s names '%s', which is no analyte code", where, code);
}

static gboolean check_conditions(const LimsLimitRow *row, const LimsCatalogue *catalogue, GError **error) {
  g_autoptr(GArray) terms = lims_conditions_parse(row->limit.conditions, error);

  for (guint i = 0; terms && i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (term->kind == LIMS_CONDITION_SPECIES && !check_analyte(catalogue, "conditions", term->text, error))
      return FALSE;
  }
  return terms != NULL;
}

static gboolean check_residue(const LimsLimitRow *row, const LimsCatalogue *catalogue, GError **error) {
  GError *problem = NULL;
  g_autoptr(LimsResidue) residue = lims_residue_parse(row->limit.residue_definition, &problem);

  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  for (guint i = 0; residue && i < residue->terms->len; i++)
    if (!check_analyte(catalogue, "residue_definition",
                       g_array_index(residue->terms, LimsResidueTerm, i).analyte, error))
      return FALSE;
  return !residue || !residue->as || check_analyte(catalogue, "residue_definition", residue->as, error);
}

gboolean lims_limit_row_check_texts(const LimsLimitRow *row, const LimsCatalogue *catalogue, GError **error) {
  return check_conditions(row, catalogue, error) && check_residue(row, catalogue, error);
}

/* Numbers are told apart by their values, so "5.50" is 5.5. */
static void append_bound(GString *out, gboolean there, gboolean inside, LimsDecimal bound) {
  LimsDecimal shortest = bound;

  while (shortest.coefficient != 0 && shortest.coefficient % 10 == 0)
    shortest = (LimsDecimal){shortest.coefficient / 10, shortest.exponent + 1};
  if (there)
    g_string_append_printf(out, "%c%" G_GINT64_FORMAT "e%d", inside ? '[' : '(', (gint64)shortest.coefficient,
                           shortest.exponent);
  g_string_append_c(out, '|');
}

static char *name_term(const LimsCondition *term) {
  GString *out = g_string_new(NULL);
  g_autofree char *words = lims_text_fold(term->kind == LIMS_CONDITION_FACT || !term->text ? "" : term->text);

  g_string_append_printf(out, "%d|%d|%d|%s|", term->side, term->kind,
                         term->kind == LIMS_CONDITION_FACT ? (int)term->fact : 0,
                         term->word ? term->word : "");
  append_bound(out, term->has_low, term->low_in, term->low);
  append_bound(out, term->has_high, term->high_in, term->high);
  g_string_append(out, words);
  return g_string_free(out, FALSE);
}

static int compare_texts(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *lims_limit_conditions_key(const char *conditions) {
  g_autoptr(GArray) terms = lims_conditions_parse(conditions, NULL);
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  if (!terms)
    return g_strdup(conditions);
  for (guint i = 0; i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (term->kind != LIMS_CONDITION_TEMPORARY)
      g_ptr_array_add(names, name_term(term));
  }
  g_ptr_array_sort(names, compare_texts);
  g_ptr_array_add(names, NULL);
  return g_strjoinv(";", (char **)names->pdata);
}

/* ---- rows that limit the same ---- */

char *lims_limit_key(gint64 node, const char *analyte, const char *conditions) {
  g_autofree char *condition = lims_limit_conditions_key(conditions);

  return g_strdup_printf("%" G_GINT64_FORMAT "|%s|%s", node, analyte, condition);
}

typedef struct {
  guint line;
  char *text, *unit;
} Seen;

static void seen_free(gpointer data) {
  Seen *seen = data;

  g_free(seen->text);
  g_free(seen->unit);
  g_free(seen);
}

GHashTable *lims_limit_seen_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free);
}

/* What stands twice is a slip either way; which of two that differ is meant, nobody knows. */
static gboolean refuse_twice(const LimsLimitRow *row, const Seen *before, GError **error) {
  if (strcmp(row->limit.text, before->text) == 0 && strcmp(row->unit, before->unit) == 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "repeats line %u: node, analyte and conditions",
                before->line);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
                "contradicts line %u: for the same node, analyte and conditions '%s %s' there, '%s %s' here",
                before->line, before->text, before->unit, row->limit.text, row->unit);
  return FALSE;
}

/* Two that ask for one another, each above its limit, would have no verdict at all. */
static gboolean add_species(GHashTable *seen, const LimsLimitRow *row, const char *species, GError **error) {
  const char *analyte = row->limit.analyte;
  g_autofree char *key = g_strjoin("|", "species", analyte, species, NULL);
  g_autofree char *back = g_strjoin("|", "species", species, analyte, NULL);
  const Seen *other = g_hash_table_lookup(seen, back);

  if (other || strcmp(species, analyte) == 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
                "%s asks for its species %s, which by line %u asks for %s", analyte, species,
                other ? other->line : row->line, analyte);
    return FALSE;
  }
  if (!g_hash_table_contains(seen, key)) {
    Seen *own = g_new0(Seen, 1);

    own->line = row->line;
    g_hash_table_insert(seen, g_steal_pointer(&key), own);
  }
  return TRUE;
}

static gboolean add_all_species(GHashTable *seen, const LimsLimitRow *row, GError **error) {
  g_autoptr(GArray) terms = lims_conditions_parse(row->limit.conditions, error);

  for (guint i = 0; terms && i < terms->len; i++) {
    const LimsCondition *term = &g_array_index(terms, LimsCondition, i);

    if (term->kind == LIMS_CONDITION_SPECIES && !add_species(seen, row, term->text, error))
      return FALSE;
  }
  return terms != NULL;
}

gboolean lims_limit_seen_add(GHashTable *seen, const LimsLimitRow *row, GError **error) {
  g_autofree char *key = lims_limit_key(row->limit.node, row->limit.analyte, row->limit.conditions);
  const Seen *before = g_hash_table_lookup(seen, key);
  Seen *own;

  if (before)
    return refuse_twice(row, before, error);
  if (!add_all_species(seen, row, error))
    return FALSE;
  own = g_new(Seen, 1);
  *own = (Seen){row->line, g_strdup(row->limit.text), g_strdup(row->unit)};
  g_hash_table_insert(seen, g_steal_pointer(&key), own);
  return TRUE;
}

/* ---- writing ---- */

gboolean lims_limit_row_write(LimsDb *db, const char *set, const LimsLimitRow *row, GError **error) {
  const LimsLimit *limit = &row->limit;
  gboolean numeric = limit->kind <= LIMS_LIMIT_RANGE;
  g_autofree char *number =
      numeric ? lims_decimal_to_string(limit->kind == LIMS_LIMIT_MINIMUM ? limit->low : limit->high) : NULL;
  g_autofree char *low = limit->kind == LIMS_LIMIT_RANGE ? lims_decimal_to_string(limit->low) : NULL;

  return lims_db_run(
      db, error,
      "INSERT INTO limit_row(limit_set, id, node, analyte, kind, limit_text, limit_number, limit_low, "
      "unit, clause, basis, residue_definition, conditions, source, note) VALUES(:set, :id, :node, "
      ":analyte, :kind, :text, :number, :low, :unit, :clause, :basis, :residue, :conditions, :source, "
      ":note)",
      "set:s", set, "id:i", row->id, "node:i", limit->node, "analyte:s", limit->analyte, "kind:s",
      lims_limit_kind_name(limit->kind), "text:s", limit->text, "number:s", number, "low:s", low, "unit:s",
      *row->unit ? row->unit : NULL, "clause:s", limit->clause, "basis:s", limit->basis, "residue:s",
      *limit->residue_definition ? limit->residue_definition : NULL, "conditions:s", limit->conditions,
      "source:s", row->source, "note:s", row->note, NULL);
}

/* ---- the set ---- */

gboolean lims_limit_set_row_check(const LimsLimitSetRow *set, GError **error) {
  LimsDateRule rule;
  int from = 0, to = 0;

  if (!lims_check_code("set", set->code, "-.", 64, error) ||
      !lims_check_text("standard", set->standard, 64, error) ||
      !lims_check_text("tree", set->tree, 32, error))
    return FALSE;
  if (!lims_time_parse_date(set->from, &from))
    return refuse(error, "effective_from '%s': a date like 2026-03-01", set->from);
  if (*set->to && (!lims_time_parse_date(set->to, &to) || to < from))
    return refuse(error, "effective_to '%s': a date like 2026-02-28, not before effective_from", set->to);
  if (!lims_date_rule_parse(set->date_rule, &rule))
    return refuse(error, "date_rule '%s': there is production, purchase, sampling", set->date_rule);
  return TRUE;
}

gboolean lims_limit_set_row_add(LimsCatalogue *catalogue, const LimsLimitSetRow *set, GError **error) {
  LimsLimitSet own = {.set = set->code,
                      .standard = set->standard,
                      .tree = set->tree,
                      .standing = set->standing,
                      .source = set->source};

  if (!lims_limit_set_row_check(set, error))
    return FALSE;
  lims_time_parse_date(set->from, &own.from);
  if (*set->to)
    lims_time_parse_date(set->to, &own.to);
  lims_date_rule_parse(set->date_rule, &own.date_rule);
  return lims_catalogue_add_set(catalogue, &own, error);
}

static gboolean write_set(LimsDb *db, const LimsLimitSetRow *set, gboolean imported, GError **error) {
  gint64 seq = lims_db_change(db, 0, "limit_set", (gint64)g_str_hash(set->code), error);

  return seq != 0 &&
         lims_db_run(db, error, "DELETE FROM limit_row WHERE limit_set = :code", "code:s", set->code, NULL) &&
         lims_db_run(
             db, error,
             "INSERT INTO limit_set(code, standard, title, tree, effective_from, effective_to, date_rule, "
             "source, standing, checked_by, seq, imported) VALUES(:code, :standard, :title, :tree, :from, "
             ":to, :rule, :source, :standing, :checked, :seq, :imported) ON CONFLICT(code) DO UPDATE SET "
             "standard = excluded.standard, title = excluded.title, tree = excluded.tree, effective_from = "
             "excluded.effective_from, effective_to = excluded.effective_to, date_rule = excluded.date_rule, "
             "source = excluded.source, standing = excluded.standing, checked_by = excluded.checked_by, seq "
             "= excluded.seq, imported = excluded.imported",
             "code:s", set->code, "standard:s", set->standard, "title:s", set->title, "tree:s", set->tree,
             "from:s", set->from, "to:s", *set->to ? set->to : NULL, "rule:s", set->date_rule, "source:s",
             set->source, "standing:s", set->standing, "checked:s", *set->checked_by ? set->checked_by : NULL,
             "seq:i", seq, "imported:i", (gint64)imported, NULL);
}

gboolean lims_limit_set_row_write(LimsDb *db, const LimsLimitSetRow *set, GError **error) {
  return write_set(db, set, FALSE, error) &&
         lims_db_run(
             db, error,
             "UPDATE limit_set SET effective_to = ended WHERE code = :code AND ended >= effective_from AND "
             "(effective_to IS NULL OR effective_to > ended)",
             "code:s", set->code, NULL);
}

gboolean lims_limit_set_row_import(LimsDb *db, const LimsLimitSetRow *set, GError **error) {
  return write_set(db, set, TRUE, error) &&
         lims_db_run(db, error, "UPDATE limit_set SET ended = NULL WHERE code = :code", "code:s", set->code,
                     NULL);
}

gboolean lims_limit_set_row_is_imported(LimsDb *db, const char *code, gboolean *out, GError **error) {
  GError *problem = NULL;
  gint64 imported = 0;

  lims_db_get_int(db, &imported, &problem, "SELECT imported FROM limit_set WHERE code = :code", "code:s",
                  code, NULL);
  *out = imported != 0;
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}
