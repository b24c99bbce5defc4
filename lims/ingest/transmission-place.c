/* Placing the readings of one specimen.
 *
 * What can go wrong is said in ingest.h's list of reasons; each ends as a held row and none as a guess: a
 * unit is known or it is not, "not detected" goes on as that state, a value of the solution is tied to its
 * sample but waits for the preparation. One look-up of the sample and one call of the judge serve all
 * readings of the specimen.
 */
#include "lims/ingest/transmission-place.h"
#include "lims/core/unit.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/determination.h"
#include "lims/model/sample.h"
#include "lims/model/station.h"
#include "lims/model/verdict.h"
#include <string.h>

gboolean lims_placing_init(LimsPlacing *placing, LimsDb *db, guint lab, gint64 transmission,
                           const char *station, gint64 arrived_us, GError **error) {
  *placing = (LimsPlacing){.db = db,
                           .lab = lab,
                           .transmission = transmission,
                           .station = station,
                           .arrived_us = arrived_us,
                           .catalogue = lims_catalogue_current(db, error),
                           .holds = lims_holds_new()};
  return placing->catalogue != NULL;
}

void lims_placing_clear(LimsPlacing *placing) {
  g_clear_pointer(&placing->person, g_free);
  g_clear_pointer(&placing->holds, lims_holds_free);
}

/* ---- one reason for several readings ---- */

static GHashTable *codes_of(const GPtrArray *rows) {
  GHashTable *codes = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add(codes, (gpointer)((LimsReadingRow *)g_ptr_array_index(rows, i))->code);
  return codes;
}

/* One held row for the whole specimen if it is all of its tests, else one a test. */
static void hold_tests(LimsPlacing *placing, const LimsSpecimen *specimen, const GPtrArray *some,
                       const char *reason, const char *detail) {
  if (some->len == 0)
    return;
  g_autoptr(GHashTable) of_all = codes_of(specimen->all), of_some = codes_of(some);
  guint count = g_hash_table_size(of_some);
  if (!placing->by_test && count > 1 && count == g_hash_table_size(of_all)) {
    lims_holds_add(placing->holds, specimen->name, "", reason, "%s (%u tests)", detail, count);
    return;
  }
  for (guint i = 0; i < some->len; i++) {
    const LimsReadingRow *row = g_ptr_array_index(some, i);
    lims_holds_add(placing->holds, specimen->name, row->code, reason, "%s", detail);
  }
}

/* ---- repeats ---- */

/* What makes two readings the same measurement; of a history, also the value. */
static char *measurement_of(const char *code, gint64 at_us, const char *at, const char *printed,
                            const char *unit, guint replicate, gboolean with_value) {
  g_autofree char *moment = at_us ? g_strdup_printf("%" G_GINT64_FORMAT, at_us) : g_strdup(at);
  if (!with_value)
    return g_strjoin("\x1f", code, moment, NULL);
  g_autofree char *number = g_strdup_printf("%u", replicate);
  return g_strjoin("\x1f", code, moment, printed, unit, number, NULL);
}

static char *measurement_of_row(const LimsReadingRow *row, gboolean with_value) {
  return measurement_of(row->code, row->measured_at_us, row->measured_at, row->printed, row->unit,
                        row->replicate, with_value);
}

typedef struct {
  GHashTable *measurements, *values; /* char * */
  gint64 transmission;               /* one that has some of them */
} Earlier;

static void earlier_clear(Earlier *earlier) {
  g_clear_pointer(&earlier->measurements, g_hash_table_unref);
  g_clear_pointer(&earlier->values, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Earlier, earlier_clear)

static void take_earlier(Earlier *earlier, LimsQuery *query) {
  const char *code = lims_query_text(query, 0), *at = lims_query_text(query, 1);
  const char *printed = lims_query_text(query, 3), *unit = lims_query_text(query, 4);
  gint64 at_us = lims_query_int(query, 2);
  guint replicate = (guint)lims_query_int(query, 5);
  if (!earlier->measurements) {
    earlier->measurements = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    earlier->values = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  }
  g_hash_table_add(earlier->measurements, measurement_of(code, at_us, at, printed, unit, replicate, FALSE));
  g_hash_table_add(earlier->values, measurement_of(code, at_us, at, printed, unit, replicate, TRUE));
  earlier->transmission = lims_query_int(query, 6);
}

/* Once a specimen: the usual answer is none, from one look into an index. */
static gboolean read_earlier(LimsPlacing *placing, const char *specimen, Earlier *earlier, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      placing->db, error,
      "SELECT r.code, r.measured_at, r.measured_at_us, r.printed, r.unit, r.replicate, t.id FROM reading r"
      " JOIN transmission t ON t.lab = r.lab AND t.id = r.transmission WHERE r.lab = :lab"
      " AND r.specimen = :specimen AND r.kind = 'sample' AND t.station = :station AND t.id <> :own"
      " AND t.state IN ('delivered', 'held', 'empty') AND coalesce(t.reason, '') <> 'incomplete'",
      "lab:i", (gint64)placing->lab, "specimen:s", specimen, "station:s", placing->station, "own:i",
      placing->transmission, NULL);
  GError *problem = NULL;
  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    take_earlier(earlier, query);
  if (problem)
    g_propagate_error(error, problem);
  return !problem;
}

static gboolean is_among(GHashTable *keys, const LimsReadingRow *row, gboolean with_value) {
  g_autofree char *key = measurement_of_row(row, with_value);
  return g_hash_table_contains(keys, key);
}

gboolean lims_placing_sift_repeats(LimsPlacing *placing, const LimsSpecimen *specimen, gboolean is_history,
                                   GError **error) {
  g_auto(Earlier) earlier = {0};
  if (!*specimen->name)
    return TRUE;
  if (!read_earlier(placing, specimen->name, &earlier, error))
    return FALSE;
  if (!earlier.measurements)
    return TRUE;
  g_autoptr(GPtrArray) repeats = g_ptr_array_new();
  g_ptr_array_set_size(specimen->rows, 0);
  for (guint i = 0; i < specimen->all->len; i++) {
    LimsReadingRow *row = g_ptr_array_index(specimen->all, i);
    if (is_history && is_among(earlier.values, row, TRUE))
      row->id = 0;
    else
      g_ptr_array_add(is_among(earlier.measurements, row, FALSE) ? repeats : specimen->rows, row);
  }
  g_autofree char *detail = g_strdup_printf(
      "transmission %" G_GINT64_FORMAT " has this test of the same time", earlier.transmission);
  hold_tests(placing, specimen, repeats, "possible-repeat", detail);
  return TRUE;
}

/* ---- the sample ---- */

/* *out = 0: none, and the reason is among the holds. */
static gboolean find_sample(LimsPlacing *placing, const char *specimen, guint count, gint64 *out,
                            GError **error) {
  GError *problem = NULL;
  gboolean is_void = FALSE;
  *out = 0;
  if (!*specimen) {
    lims_holds_add(placing->holds, "", "", "no-specimen", "%u results without a specimen", count);
    return TRUE;
  }
  if (lims_sample_find(placing->db, placing->lab, specimen, out, &is_void, &problem)) {
    if (is_void) {
      lims_holds_add(placing->holds, specimen, "", "void-sample", "%u results of a voided sample", count);
      *out = 0;
    }
    return TRUE;
  }
  *out = 0;
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  lims_holds_add(placing->holds, specimen, "", "unregistered-specimen", "%u results; nobody registered it",
                 count);
  return TRUE;
}

/* ---- one reading ---- */

/* The catalogue's code for the driver's analyte, or for the code as sent; NULL. */
static const char *find_analyte(const LimsPlacing *placing, const LimsReadingRow *row) {
  const char *name = row->analyte ? row->analyte : row->code;
  if (lims_catalogue_analyte_name(placing->catalogue, name))
    return name;
  return *name ? lims_catalogue_find_analyte(placing->catalogue, name) : NULL;
}

static void hold_code(LimsPlacing *placing, const LimsReadingRow *row) {
  if (row->analyte)
    lims_holds_add(placing->holds, row->specimen, row->code, "unknown-code",
                   "the driver maps it to '%s', which the catalogue does not have", row->analyte);
  else
    lims_holds_add(placing->holds, row->specimen, row->code, "unknown-code",
                   "neither the driver nor the catalogue knows this test");
}

/* TRUE: it can be determined. A unit matters only where there is a number. */
static gboolean check_row(LimsPlacing *placing, const LimsReadingRow *row, const char *analyte,
                          const LimsUnit *unit) {
  if (!analyte)
    hold_code(placing, row);
  else if (strcmp(row->state, "unreadable") == 0)
    lims_holds_add(placing->holds, row->specimen, row->code, "unreadable-value", "'%s'", row->printed);
  else if (row->number && !unit)
    lims_holds_add(placing->holds, row->specimen, row->code, "unknown-unit", "%s'%s'",
                   *row->unit ? "" : "no unit for ", *row->unit ? row->unit : row->printed);
  else
    return TRUE;
  return FALSE;
}

/* The operator in the message, who was signed on when it came, or nobody. */
static const char *person_of(LimsPlacing *placing, const LimsReadingRow *row) {
  if (*row->operator_id)
    return row->operator_id;
  if (!placing->person)
    placing->person = lims_station_person_at(placing->db, placing->station, placing->arrived_us);
  if (!placing->person)
    placing->person = g_strdup("unattended");
  return placing->person;
}

static gboolean determine(LimsPlacing *placing, LimsReadingRow *row, gint64 sample, GError **error) {
  const char *analyte = find_analyte(placing, row);
  const LimsUnit *unit = lims_unit_find(row->unit);
  if (!check_row(placing, row, analyte, unit))
    return TRUE;
  row->analyte = analyte;
  row->sample = sample;
  const LimsDeterminationRow new = {.lab = placing->lab,
                                    .sample = sample,
                                    .analyte = analyte,
                                    .reading = row->id,
                                    .transmission = placing->transmission,
                                    .printed = row->printed,
                                    .state = row->state,
                                    .number = row->number,
                                    .unit = unit ? unit->name : row->unit,
                                    .basis = row->basis,
                                    .replicate = row->replicate,
                                    .method = row->method,
                                    .person = person_of(placing, row),
                                    .measured_at_us = row->measured_at_us,
                                    .arrived_us = placing->arrived_us};
  placing->results++;
  return lims_determination_add(placing->db, &new, NULL, error);
}

/* ---- judging ---- */

/* Analytes of the rows tied to that sample, each once, and the place of each. */
static GPtrArray *analytes_of(const GPtrArray *rows, gint64 sample, GHashTable *places) {
  GPtrArray *analytes = g_ptr_array_new();
  for (guint i = 0; i < rows->len; i++) {
    const LimsReadingRow *row = g_ptr_array_index(rows, i);
    if (row->sample != sample || g_hash_table_contains(places, row->analyte))
      continue;
    g_hash_table_insert(places, (gpointer)row->analyte, GUINT_TO_POINTER(analytes->len));
    g_ptr_array_add(analytes, (gpointer)row->analyte);
  }
  return analytes;
}

static gboolean judge(LimsPlacing *placing, const LimsSpecimen *specimen, gint64 sample, GError **error) {
  g_autoptr(GHashTable) places = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GPtrArray) analytes = analytes_of(specimen->rows, sample, places);
  g_autoptr(GPtrArray) waiting = g_ptr_array_new();
  g_autofree gboolean *needs = g_new0(gboolean, analytes->len + 1);
  if (!lims_verdict_renew_many(placing->db, placing->lab, sample, (const char *const *)analytes->pdata,
                               analytes->len, needs, error))
    return FALSE;
  for (guint i = 0; i < specimen->rows->len; i++) {
    LimsReadingRow *row = g_ptr_array_index(specimen->rows, i);
    if (row->sample == sample && strcmp(row->basis, "solution") == 0 &&
        needs[GPOINTER_TO_UINT(g_hash_table_lookup(places, row->analyte))])
      g_ptr_array_add(waiting, row);
  }
  hold_tests(placing, specimen, waiting, "needs-preparation",
             "of the measured solution; mass and volume are not entered");
  return TRUE;
}

gboolean lims_placing_take(LimsPlacing *placing, const LimsSpecimen *specimen, gint64 sample,
                           GError **error) {
  if (specimen->rows->len == 0)
    return TRUE;
  if (!sample && !find_sample(placing, specimen->name, specimen->rows->len, &sample, error))
    return FALSE;
  if (!sample)
    return TRUE;
  for (guint i = 0; i < specimen->rows->len; i++) {
    LimsReadingRow *row = g_ptr_array_index(specimen->rows, i);
    if (!row->sample && !determine(placing, row, sample, error))
      return FALSE;
  }
  return judge(placing, specimen, sample, error);
}
