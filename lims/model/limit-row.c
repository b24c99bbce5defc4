/* Rows of limits.
 *
 * What can go wrong is a limit that means something else than its text: a number whose unit nobody knows, a
 * kind that contradicts the text. Both are refused; what should be kept without being judged is given as
 * `other`, in so many words.
 */
#include "lims/model/limit-row.h"
#include "lims/core/time.h"
#include "lims/judge/residue.h"
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

static const char *field(const LimsCsv *csv, const LimsCsvRow *row, const char *heading) {
  const char *text = lims_import_field(csv, row, heading);

  return text ? text : "";
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
  const char *text = field(csv, row, "limit-text"), *unit = field(csv, row, "unit");
  const char *id = field(csv, row, "id");

  *out = (LimsLimitRow){.line = row->line,
                        .id = g_ascii_strtoll(id, NULL, 10),
                        .node_text = field(csv, row, "node"),
                        .analyte_text = field(csv, row, "analyte"),
                        .source = field(csv, row, "source"),
                        .note = field(csv, row, "note")};
  if (*out->node_text == '\0' || *out->analyte_text == '\0' || *text == '\0')
    return refuse(error, "node, analyte and limit_text must be there");
  if (*id && out->id <= 0)
    return refuse(error, "id '%s': a number above 0", id);
  if (!read_limit(field(csv, row, "kind"), text, unit, &out->limit, error))
    return FALSE;
  out->unit = out->limit.unit ? out->limit.unit->name : unit;
  out->limit.clause = field(csv, row, "clause");
  out->limit.basis = field(csv, row, "basis");
  out->limit.residue_definition = field(csv, row, "residue-definition");
  out->limit.conditions = field(csv, row, "conditions");
  return TRUE;
}

gboolean lims_limit_row_check_residue(const LimsLimitRow *row, const LimsCatalogue *catalogue,
                                      GError **error) {
  g_auto(GStrv) components = lims_residue_components(row->limit.residue_definition);

  for (char **component = components; *component; component++)
    if (!lims_catalogue_analyte_name(catalogue, *component))
      return refuse(error, "residue_definition names '%s', which is no analyte code", *component);
  return TRUE;
}

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

gboolean lims_limit_set_row_write(LimsDb *db, const LimsLimitSetRow *set, GError **error) {
  gint64 seq = lims_db_change(db, 0, "limit_set", (gint64)g_str_hash(set->code), error);

  return seq != 0 &&
         lims_db_run(db, error, "DELETE FROM limit_row WHERE limit_set = :code", "code:s", set->code, NULL) &&
         lims_db_run(
             db, error,
             "INSERT INTO limit_set(code, standard, title, tree, effective_from, effective_to, date_rule, "
             "source, standing, checked_by, seq) VALUES(:code, :standard, :title, :tree, :from, :to, :rule, "
             ":source, :standing, :checked, :seq) ON CONFLICT(code) DO UPDATE SET standard = "
             "excluded.standard, title = excluded.title, tree = excluded.tree, effective_from = "
             "excluded.effective_from, effective_to = excluded.effective_to, date_rule = excluded.date_rule, "
             "source = excluded.source, standing = excluded.standing, checked_by = excluded.checked_by, seq "
             "= "
             "excluded.seq",
             "code:s", set->code, "standard:s", set->standard, "title:s", set->title, "tree:s", set->tree,
             "from:s", set->from, "to:s", *set->to ? set->to : NULL, "rule:s", set->date_rule, "source:s",
             set->source, "standing:s", set->standing, "checked:s", *set->checked_by ? set->checked_by : NULL,
             "seq:i", seq, NULL);
}
