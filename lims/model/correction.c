/* Corrections. What can go wrong: a correction of what was corrected meanwhile, a value tied to the sample of
 * another laboratory or to one that is void, and a relinking that leaves half a specimen behind while the
 * other half still waits for its preparation. Each is refused with what to do instead.
 *
 * Results that were relinked take their readings along, so that what was held of the same specimen goes to
 * the right sample when it is tried again.
 */
#include "lims/model/correction.h"
#include "lims/core/id.h"
#include "lims/judge/judge.h"
#include "lims/model/check.h"
#include "lims/model/determination.h"
#include "lims/model/sample.h"
#include "lims/model/verdict.h"

#include <string.h>

/* ---- what is asked for ---- */

static gboolean check_words(const char *why, const char *who, GError **error) {
  return lims_check_text("reason", why, 200, error) && lims_check_text("who", who, 64, error);
}

static gboolean refuse_void(const char *number, GError **error) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "sample %s: is void; its results stay as they are",
              number);
  return FALSE;
}

static gboolean check_sample(LimsDb *db, guint lab, gint64 sample, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error, "SELECT number, voided_at_us FROM sample WHERE lab = :lab AND id = :id",
                    "lab:i", (gint64)lab, "id:i", sample, NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  return lims_query_is_null(query, 1) || refuse_void(lims_query_text(query, 0), error);
}

static gboolean find_sample(LimsDb *db, guint lab, const char *name, gint64 *out, GError **error) {
  GError *problem = NULL;
  gboolean is_void = FALSE;

  if (lims_sample_find(db, lab, name, out, &is_void, &problem))
    return !is_void || refuse_void(name, error);
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "sample %s: nobody registered it at the laboratory of the result", name);
  return FALSE;
}

/* One that counts, of a sample that does. */
static LimsDeterminationStored *read_counting(LimsDb *db, gint64 id, GError **error) {
  g_autoptr(LimsDeterminationStored) stored = lims_determination_read(db, id, error);

  if (!stored || !check_sample(db, stored->row.lab, stored->row.sample, error))
    return NULL;
  return g_steal_pointer(&stored);
}

/* ---- a value ---- */

/* The unit named beside the value, in it, or the result's own: in this order, but two that differ are none.
 */
static const char *choose_unit(const LimsCorrection *correction, const LimsUnit *in_value, const char *own,
                               GError **error) {
  const LimsUnit *named = correction->unit ? lims_check_unit_of_results(correction->unit, error) : NULL;

  if ((correction->unit && !named) || (in_value && !lims_check_unit_of_results(in_value->name, error)))
    return NULL;
  if (named && in_value && named != in_value) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "value '%s': its unit is not %s", correction->value,
                named->name);
    return NULL;
  }
  return named ? named->name : in_value ? in_value->name : own;
}

static gboolean is_same_value(const LimsDeterminationRow *row, const LimsValue *value, const char *unit) {
  return strcmp(row->printed, value->printed) == 0 && strcmp(row->unit, unit) == 0;
}

/* What a basis is measured in; what is not here may be in any unit of results. */
static const struct {
  const char *basis;
  LimsDimension dimension;
  const char *of;
} BASES[] = {
    {"solution", LIMS_DIMENSION_MASS_CONCENTRATION, "of the measured solution, such as µg/L"},
    {"screen", LIMS_DIMENSION_INHIBITION, "of a screen: %"},
};

/* A number without a unit is no value, and one in mg/kg none of a solution. */
static gboolean check_unit(const LimsValue *value, const char *name, const char *basis, GError **error) {
  const LimsUnit *unit = lims_unit_find(name);

  if (!value->has_number)
    return TRUE;
  if (!unit) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "value '%s': its unit is missing; the result had %s%s",
                value->printed, *name ? "" : "none", name);
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS(BASES); i++)
    if (strcmp(BASES[i].basis, basis) == 0 && unit->dimension != BASES[i].dimension) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "unit '%s': the result is one %s", name,
                  BASES[i].of);
      return FALSE;
    }
  return TRUE;
}

static gboolean write_value(LimsDb *db, const LimsCorrection *correction, const LimsDeterminationStored *old,
                            const LimsValue *value, const char *unit, gint64 *out_id, GError **error) {
  g_autofree char *number = value->has_number ? lims_decimal_to_string(value->number) : NULL;
  LimsDeterminationRow row = old->row;

  if (is_same_value(&old->row, value, unit)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "result %" G_GINT64_FORMAT ": is %s %s already",
                old->id, value->printed, unit);
    return FALSE;
  }
  row.printed = value->printed;
  row.state = lims_value_state_name(value->state);
  row.number = number;
  row.unit = unit;
  row.person = correction->who;
  row.arrived_us = lims_db_now_us(db);
  row.replaces = old->id;
  row.reason = correction->why;
  return lims_determination_add(db, &row, out_id, error) &&
         lims_verdict_renew_sample(db, row.lab, row.sample, error);
}

static gboolean correct(LimsDb *db, const LimsCorrection *correction, const LimsDeterminationStored *old,
                        const LimsValue *value, const LimsUnit *in_value, gint64 *out_id, GError **error) {
  const char *unit = choose_unit(correction, in_value, old->row.unit, error);

  return unit && check_unit(value, unit, old->row.basis, error) &&
         write_value(db, correction, old, value, unit, out_id, error);
}

gboolean lims_correction_value(LimsDb *db, const LimsCorrection *correction, gint64 *out_id, GError **error) {
  g_autoptr(LimsDeterminationStored) old = NULL;
  const LimsUnit *in_value = NULL;
  LimsValue value;
  gboolean done = FALSE;

  if (!check_words(correction->why, correction->who, error) ||
      !lims_check_text("value", correction->value, 64, error) ||
      !(old = read_counting(db, correction->id, error)))
    return FALSE;
  if (lims_result_parse(correction->value, &value, &in_value))
    done = correct(db, correction, old, &value, in_value, out_id, error);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "value '%s': cannot be read; write a number, ND, <0.01, >100, with or without its unit",
                correction->value);
  lims_value_clear(&value);
  return done;
}

/* ---- several rows ---- */

static GPtrArray *rows_new(void) {
  return g_ptr_array_new_with_free_func((GDestroyNotify)lims_determination_stored_free);
}

static gboolean read_all(LimsDb *db, const GArray *ids, GPtrArray *rows, GError **error) {
  for (guint i = 0; i < ids->len; i++) {
    LimsDeterminationStored *stored = lims_determination_read(db, g_array_index(ids, gint64, i), error);

    if (!stored)
      return FALSE;
    g_ptr_array_add(rows, stored);
  }
  return TRUE;
}

/* LimsDeterminationStored of the ids that the query gives. Takes the query. */
static GPtrArray *read_rows(LimsDb *db, LimsQuery *query, GError **error) {
  g_autoptr(LimsQuery) ids_of = query;
  g_autoptr(GArray) ids = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GPtrArray) rows = rows_new();
  GError *problem = NULL;

  if (!ids_of)
    return NULL;
  while (lims_query_next(ids_of, &problem)) {
    gint64 id = lims_query_int(ids_of, 0);

    g_array_append_val(ids, id);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return read_all(db, ids, rows, error) ? g_steal_pointer(&rows) : NULL;
}

/* ---- taking back ---- */

static gboolean judge_anew(LimsDb *db, const LimsDeterminationStored *old, GError **error) {
  return lims_verdict_renew_sample(db, old->row.lab, old->row.sample, error);
}

gboolean lims_correction_withdraw(LimsDb *db, gint64 id, const char *why, const char *who, GError **error) {
  g_autoptr(LimsDeterminationStored) old = check_words(why, who, error) ? read_counting(db, id, error) : NULL;

  return old && lims_determination_withdraw(db, &old->row, old->id, why, who, error) &&
         judge_anew(db, old, error);
}

/* The rows are in the order of their samples: each is judged once, after its last row. */
static gboolean withdraw_all(LimsDb *db, const GPtrArray *rows, const char *why, const char *who,
                             GError **error) {
  for (guint i = 0; i < rows->len; i++) {
    const LimsDeterminationStored *old = g_ptr_array_index(rows, i);
    const LimsDeterminationStored *next = i + 1 < rows->len ? g_ptr_array_index(rows, i + 1) : NULL;

    if (!lims_determination_withdraw(db, &old->row, old->id, why, who, error) ||
        ((!next || next->row.sample != old->row.sample) && !judge_anew(db, old, error)))
      return FALSE;
  }
  return TRUE;
}

gboolean lims_correction_withdraw_specimen(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                                           const char *code, const char *why, const char *who,
                                           GError **error) {
  g_autoptr(GPtrArray) rows = read_rows(
      db,
      lims_db_query(
          db, error,
          "SELECT d.id FROM reading r JOIN determination d ON d.lab = r.lab"
          " AND d.sample = r.sample AND d.analyte = r.analyte AND d.reading = r.id WHERE r.lab = :lab"
          " AND r.transmission = :transmission AND r.specimen = :specimen AND :code IN ('', r.code)"
          " AND d.replaced_by IS NULL ORDER BY d.sample, d.id",
          "lab:i", (gint64)lab, "transmission:i", transmission, "specimen:s", specimen, "code:s", code, NULL),
      error);

  return rows && withdraw_all(db, rows, why, who, error);
}

/* ---- another sample ---- */

static gboolean move_reading(LimsDb *db, const LimsDeterminationRow *row, gint64 sample, GError **error) {
  return row->reading == 0 ||
         (lims_db_change(db, row->lab, "reading", row->reading, error) != 0 &&
          lims_db_run(db, error, "UPDATE reading SET sample = :sample WHERE lab = :lab AND id = :id",
                      "sample:i", sample, "lab:i", (gint64)row->lab, "id:i", row->reading, NULL));
}

static gboolean move_row(LimsDb *db, const LimsRelinking *relinking, const LimsDeterminationStored *old,
                         gint64 sample, GError **error) {
  LimsDeterminationRow row = old->row;

  row.sample = sample;
  row.person = relinking->who;
  row.replaces = old->id;
  row.reason = relinking->why;
  return lims_determination_add(db, &row, NULL, error) && move_reading(db, &old->row, sample, error);
}

/* All rows are of one sample. */
static gboolean move_rows(LimsDb *db, const LimsRelinking *relinking, const GPtrArray *rows, gint64 to,
                          GError **error) {
  const LimsDeterminationStored *first = g_ptr_array_index(rows, 0);

  for (guint i = 0; i < rows->len; i++)
    if (!move_row(db, relinking, g_ptr_array_index(rows, i), to, error))
      return FALSE;
  return judge_anew(db, first, error) && lims_verdict_renew_sample(db, first->row.lab, to, error);
}

/* A specimen that waits for its preparation is tried again as a whole: one value of it alone at another
 * sample would be left out. */
static gboolean check_waits_for_none(LimsDb *db, const LimsDeterminationRow *row, gint64 id, GError **error) {
  gint64 waiting = 0;

  if (!lims_db_get_int(db, &waiting, error,
                       "SELECT COUNT(*) FROM reading r JOIN held h ON h.lab = r.lab"
                       " AND h.transmission = r.transmission AND h.specimen = r.specimen"
                       " AND h.reason = 'needs-preparation' AND h.resolved_us IS NULL"
                       " WHERE r.lab = :lab AND r.id = :reading",
                       "lab:i", (gint64)row->lab, "reading:i", row->reading, NULL))
    return FALSE;
  if (waiting == 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "result %" G_GINT64_FORMAT
              ": its specimen waits for a preparation; enter that first, or relink all "
              "of transmission %" G_GINT64_FORMAT,
              id, row->transmission);
  return FALSE;
}

static GPtrArray *read_one(LimsDb *db, gint64 id, GError **error) {
  g_autoptr(LimsDeterminationStored) old = read_counting(db, id, error);
  GPtrArray *rows;

  if (!old || !check_waits_for_none(db, &old->row, id, error))
    return NULL;
  rows = rows_new();
  g_ptr_array_add(rows, g_steal_pointer(&old));
  return rows;
}

static GPtrArray *read_of_transmission(LimsDb *db, const LimsRelinking *relinking, guint lab,
                                       GError **error) {
  g_autoptr(GPtrArray) rows = NULL;
  gint64 from;

  if (!find_sample(db, lab, relinking->from, &from, error))
    return NULL;
  rows = read_rows(db,
                   lims_db_query(db, error,
                                 "SELECT id FROM determination WHERE lab = :lab AND sample = :sample"
                                 " AND transmission = :transmission AND replaced_by IS NULL ORDER BY id",
                                 "lab:i", (gint64)lab, "sample:i", from, "transmission:i",
                                 relinking->transmission, NULL),
                   error);
  if (rows && rows->len == 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "sample %s: has no result that counts of transmission %" G_GINT64_FORMAT, relinking->from,
                relinking->transmission);
    return NULL;
  }
  return g_steal_pointer(&rows);
}

static gboolean check_differs(const GPtrArray *rows, gint64 to, const char *name, GError **error) {
  const LimsDeterminationStored *first = g_ptr_array_index(rows, 0);

  if (first->row.sample != to)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "sample %s: the results are tied to it already", name);
  return FALSE;
}

gboolean lims_correction_relink(LimsDb *db, const LimsRelinking *relinking, gint64 *out_sample,
                                guint *out_count, GError **error) {
  guint lab = lims_id_lab(relinking->id ? relinking->id : relinking->transmission);
  g_autoptr(GPtrArray) rows = NULL;

  if (!check_words(relinking->why, relinking->who, error) ||
      !find_sample(db, lab, relinking->to, out_sample, error))
    return FALSE;
  rows = relinking->id ? read_one(db, relinking->id, error) : read_of_transmission(db, relinking, lab, error);
  if (!rows || !check_differs(rows, *out_sample, relinking->to, error))
    return FALSE;
  *out_count = rows->len;
  return move_rows(db, relinking, rows, *out_sample, error);
}
