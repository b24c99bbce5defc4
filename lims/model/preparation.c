/* Preparations. Typed by hand between two weighings, and every verdict on a metal hangs on it: a mass of 0
 * would make any food infinitely bad, a volume in grams would be read as litres. So each number must be exact
 * and above nothing, each unit of its kind, and nothing is filled in except a dilution of 1.
 */
#include "lims/model/preparation.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/verdict.h"

/* A quantity with its unit: what it must be, and how it is said. */
typedef struct {
  const char *what;
  LimsDimension dimension, or_dimension;
  const char *dimension_name;
} Quantity;

static const Quantity PORTION = {"mass", LIMS_DIMENSION_MASS, LIMS_DIMENSION_VOLUME,
                                 "mass (g, mg, kg), or of a liquid one of volume (mL, L)"};
static const Quantity VOLUME = {"volume", LIMS_DIMENSION_VOLUME, LIMS_DIMENSION_VOLUME, "volume (mL, L, µL)"};
static const Quantity BLANK = {"blank", LIMS_DIMENSION_MASS_CONCENTRATION, LIMS_DIMENSION_MASS_CONCENTRATION,
                               "mass concentration (µg/L, mg/L)"};

/* ---- checks ---- */

static gboolean read_number(const char *what, const char *text, LimsDecimal *out, GError **error) {
  if (text && lims_decimal_parse(text, out))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be a number such as 0.5", what,
              text ? text : "");
  return FALSE;
}

static gboolean read_positive(const char *what, const char *text, LimsDecimal *out, GError **error) {
  if (!read_number(what, text, out, error))
    return FALSE;
  if (out->coefficient > 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s %s: must be above 0", what, text);
  return FALSE;
}

static const LimsUnit *read_unit(const Quantity *quantity, const char *text, GError **error) {
  const LimsUnit *unit = text ? lims_unit_find(text) : NULL;

  if (unit && (unit->dimension == quantity->dimension || unit->dimension == quantity->or_dimension))
    return unit;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s-unit '%s': must be a unit of %s", quantity->what,
              text ? text : "", quantity->dimension_name);
  return NULL;
}

static gboolean read_moisture(const char *text, LimsDecimal *out, GError **error) {
  static const LimsDecimal hundred = {100, 0};

  if (!read_number("moisture", text, out, error))
    return FALSE;
  if (out->coefficient >= 0 && lims_decimal_compare(*out, hundred) < 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "moisture %s: must be from 0 to below 100 %%", text);
  return FALSE;
}

/* In %: no method works with a recovery of 2 %, so that a smaller number is a fraction, typed as such. */
static gboolean read_recovery(const char *text, LimsDecimal *out, GError **error) {
  static const LimsDecimal least = {2, 0};

  if (!read_positive("recovery", text, out, error))
    return FALSE;
  if (lims_decimal_compare(*out, least) > 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "recovery %s: must be in %%, such as 95", text);
  return FALSE;
}

/* What was checked, as text for the row; NULL where there is none. */
typedef struct {
  const char *analyte; /* code; the catalogue's */
  char *mass, *volume, *dilution, *blank, *recovery, *moisture;
  const LimsUnit *mass_unit, *volume_unit, *blank_unit;
} Draft;

static void draft_clear(Draft *draft) {
  g_free(draft->mass);
  g_free(draft->volume);
  g_free(draft->dilution);
  g_free(draft->blank);
  g_free(draft->recovery);
  g_free(draft->moisture);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

static gboolean fill_amounts(const LimsPreparationNew *new, Draft *draft, GError **error) {
  LimsDecimal mass, volume, dilution;

  if (!read_positive("mass", new->mass, &mass, error) ||
      !(draft->mass_unit = read_unit(&PORTION, new->mass_unit, error)) ||
      !read_positive("volume", new->volume, &volume, error) ||
      !(draft->volume_unit = read_unit(&VOLUME, new->volume_unit, error)) ||
      !read_positive("dilution", new->dilution ? new->dilution : "1", &dilution, error))
    return FALSE;
  draft->mass = lims_decimal_to_string(mass);
  draft->volume = lims_decimal_to_string(volume);
  draft->dilution = lims_decimal_to_string(dilution);
  return TRUE;
}

static gboolean fill_blank(const LimsPreparationNew *new, Draft *draft, GError **error) {
  LimsDecimal blank;

  if (!new->blank && !new->blank_unit)
    return TRUE;
  if (!read_number("blank", new->blank, &blank, error) ||
      !(draft->blank_unit = read_unit(&BLANK, new->blank_unit, error)))
    return FALSE;
  draft->blank = lims_decimal_to_string(blank);
  return TRUE;
}

/* Recovery and moisture: both may be absent. */
static gboolean fill_percents(const LimsPreparationNew *new, Draft *draft, GError **error) {
  LimsDecimal recovery, moisture;

  if ((new->recovery && !read_recovery(new->recovery, &recovery, error)) ||
      (new->moisture && !read_moisture(new->moisture, &moisture, error)))
    return FALSE;
  draft->recovery = new->recovery ? lims_decimal_to_string(recovery) : NULL;
  draft->moisture = new->moisture ? lims_decimal_to_string(moisture) : NULL;
  return TRUE;
}

static gboolean fill_analyte(LimsDb *db, const LimsPreparationNew *new, Draft *draft, GError **error) {
  LimsCatalogue *catalogue;

  if (!new->analyte)
    return TRUE;
  catalogue = lims_catalogue_current(db, error);
  if (!catalogue)
    return FALSE;
  draft->analyte = lims_catalogue_find_analyte(catalogue, new->analyte);
  if (!draft->analyte)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "analyte '%s': the catalogue has none of this name",
                new->analyte);
  return draft->analyte != NULL;
}

/* ---- writing ---- */

static gboolean insert_preparation(LimsDb *db, const LimsPreparationNew *new, const Draft *draft, gint64 id,
                                   GError **error) {
  gint64 seq = lims_db_change(db, new->lab, "preparation", id, error);

  return seq != 0 &&
         lims_db_run(
             db, error,
             "INSERT INTO preparation(lab, id, sample, analyte, mass, mass_unit, volume, volume_unit, "
             "dilution, blank, blank_unit, recovery, moisture, entered_by, at_us, seq) VALUES(:lab, :id, "
             ":sample, :analyte, :mass, :mass_unit, :volume, :volume_unit, :dilution, :blank, "
             ":blank_unit, :recovery, :moisture, :who, :now, :seq)",
             "lab:i", (gint64) new->lab, "id:i", id, "sample:i", new->sample, "analyte:s", draft->analyte,
             "mass:s", draft->mass, "mass_unit:s", draft->mass_unit->name, "volume:s", draft->volume,
             "volume_unit:s", draft->volume_unit->name, "dilution:s", draft->dilution, "blank:s",
             draft->blank, "blank_unit:s", draft->blank_unit ? draft->blank_unit->name : NULL, "recovery:s",
             draft->recovery, "moisture:s", draft->moisture, "who:s", new->who, "now:i", lims_db_now_us(db),
             "seq:i", seq, NULL);
}

gboolean lims_preparation_add(LimsDb *db, const LimsPreparationNew *preparation, gint64 *out_id,
                              GError **error) {
  g_auto(Draft) draft = {0};
  gint64 id;

  if (!fill_amounts(preparation, &draft, error) || !fill_blank(preparation, &draft, error) ||
      !fill_percents(preparation, &draft, error) || !fill_analyte(db, preparation, &draft, error) ||
      !lims_check_text("who", preparation->who, 64, error))
    return FALSE;
  id = lims_db_new_id(db, preparation->lab);
  if (!insert_preparation(db, preparation, &draft, id, error))
    return FALSE;
  if (out_id)
    *out_id = id;
  return lims_verdict_renew_sample(db, preparation->lab, preparation->sample, error);
}

/* ---- reading ---- */

LimsQuery *lims_preparation_query(LimsDb *db, guint lab, gint64 sample, GError **error) {
  return lims_db_query(db, error,
                       "SELECT id, analyte, mass, mass_unit, volume, volume_unit, dilution, blank, "
                       "blank_unit, recovery, moisture, "
                       "entered_by, at_us FROM preparation WHERE lab = :lab AND sample = :sample ORDER BY id",
                       "lab:i", (gint64)lab, "sample:i", sample, NULL);
}

static void row_clear(gpointer data) {
  g_free(((LimsPreparationRow *)data)->analyte);
}

/* Into the judge's unit: g or mL. */
static gboolean read_amount(const char *number, const LimsUnit *unit, LimsDecimal *out) {
  LimsDecimal value;

  return unit && lims_decimal_parse(number, &value) &&
         lims_unit_convert(value, unit, lims_unit_find(unit->dimension == LIMS_DIMENSION_VOLUME ? "mL" : "g"),
                           out);
}

/* A number that may be absent. */
static gboolean read_optional(LimsQuery *query, int column, gboolean *has, LimsDecimal *out) {
  *has = !lims_query_is_null(query, column);
  return !*has || lims_decimal_parse(lims_query_text(query, column), out);
}

static gboolean read_row(LimsQuery *query, LimsPreparationRow *row) {
  LimsPreparation *preparation = &row->preparation;
  const LimsUnit *portion = lims_unit_find(lims_query_text(query, 3));
  const LimsUnit *volume = lims_unit_find(lims_query_text(query, 5));

  preparation->id = lims_query_int(query, 0);
  preparation->by_volume = portion && portion->dimension == LIMS_DIMENSION_VOLUME;
  if (!read_amount(lims_query_text(query, 2), portion, &preparation->portion) ||
      !read_amount(lims_query_text(query, 4), volume, &preparation->volume) ||
      !lims_decimal_parse(lims_query_text(query, 6), &preparation->dilution) ||
      !read_optional(query, 7, &preparation->has_blank, &preparation->blank) ||
      !read_optional(query, 9, &preparation->has_recovery, &preparation->recovery) ||
      !read_optional(query, 10, &preparation->has_moisture, &preparation->moisture))
    return FALSE;
  preparation->blank_unit = preparation->has_blank ? lims_unit_find(lims_query_text(query, 8)) : NULL;
  row->analyte = g_strdup(lims_query_text(query, 1));
  return !preparation->has_blank || preparation->blank_unit != NULL;
}

GArray *lims_preparation_read(LimsDb *db, guint lab, gint64 sample, GError **error) {
  g_autoptr(LimsQuery) query = lims_preparation_query(db, lab, sample, error);
  g_autoptr(GArray) rows = g_array_new(FALSE, TRUE, sizeof(LimsPreparationRow));
  GError *problem = NULL;

  if (!query)
    return NULL;
  g_array_set_clear_func(rows, row_clear);
  while (!problem && lims_query_next(query, &problem)) {
    LimsPreparationRow row = {0};

    if (read_row(query, &row))
      g_array_prepend_val(rows, row);
    else
      g_set_error(&problem, LIMS_ERROR, LIMS_ERROR_INTERNAL,
                  "preparation %" G_GINT64_FORMAT ": the stored numbers or units cannot be read",
                  lims_query_int(query, 0));
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&rows);
}
