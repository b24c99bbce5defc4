/* Placing again. The readings come from the table instead of the wire and go the same way; then what has to
 * wait is compared with what waited: a reason that stands keeps its row, one that is gone is resolved, a new
 * one is opened. A reading that is tied has its determination, so that doing this twice changes nothing.
 */
#include "lims/ingest/held-again.h"
#include "lims/ingest/transmission-place.h"
#include "lims/ingest/transmission-row.h"
#include <string.h>

/* ---- which readings, which rows ---- */

static gboolean is_of_message(const LimsHeldKey *key) {
  return strcmp(key->reason, "incomplete") == 0 || strcmp(key->reason, "unreadable-message") == 0;
}

static gboolean covers(const LimsHeldKey *key, const char *code) {
  return !*key->code || strcmp(key->code, code) == 0;
}

/* Its readings stay out: a person said no, or has not said yet. */
static gboolean bars(const LimsHeldKey *key, const char *accepted) {
  gboolean repeat = strcmp(key->reason, "possible-repeat") == 0;
  return key->open ? repeat && !(accepted && (!*accepted || strcmp(key->code, accepted) == 0))
                   : key->dismissed;
}

static gboolean is_barred(const GPtrArray *keys, const char *accepted, const char *code) {
  for (guint i = 0; i < keys->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(keys, i);
    if (!is_of_message(key) && covers(key, code) && bars(key, accepted))
      return TRUE;
  }
  return FALSE;
}

static gboolean waits_for_preparation(const GPtrArray *keys, const char *code) {
  for (guint i = 0; i < keys->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(keys, i);
    if (key->open && strcmp(key->reason, "needs-preparation") == 0 && covers(key, code))
      return TRUE;
  }
  return FALSE;
}

/* To be placed: those not tied yet, and those tied and waiting to be judged. */
static LimsSpecimen *specimen_of(const char *name, const LimsReadingRows *readings, const GPtrArray *keys,
                                 const char *accepted) {
  LimsSpecimen *specimen = lims_specimen_new(name);
  for (guint i = 0; i < readings->rows->len; i++) {
    LimsReadingRow *row = &g_array_index(readings->rows, LimsReadingRow, i);
    if (!lims_reading_row_is_sample(row))
      continue;
    g_ptr_array_add(specimen->all, row);
    if (!is_barred(keys, accepted, row->code) && (!row->sample || waits_for_preparation(keys, row->code)))
      g_ptr_array_add(specimen->rows, row);
  }
  return specimen;
}

/* The sample that the specimen was tied to before, by its name or by a person; 0: none yet. */
static gint64 sample_of(const LimsSpecimen *specimen) {
  for (guint i = 0; i < specimen->all->len; i++) {
    const LimsReadingRow *row = g_ptr_array_index(specimen->all, i);
    if (row->sample)
      return row->sample;
  }
  return 0;
}

/* Where a part of the tests waits for a preparation, each keeps its own row. */
static gboolean is_by_test(const GPtrArray *keys) {
  for (guint i = 0; i < keys->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(keys, i);
    if (key->open && *key->code && strcmp(key->reason, "needs-preparation") == 0)
      return TRUE;
  }
  return FALSE;
}

/* ---- a driver that has learned a code ---- */

static void learn_code(const LimsDriver *driver, LimsReadingRow *row) {
  const LimsDriverCode *code = lims_driver_find_code(driver, row->code);
  if (!code)
    return;
  row->analyte = code->analyte;
  row->basis = lims_basis_name(code->basis);
  row->method = code->method;
  if (!*row->unit && code->unit)
    row->unit = code->unit;
}

/* The driver as it is on disk now; NULL if it is not needed or not there: then the catalogue alone decides.
 */
static LimsDriver *learn_codes(const GPtrArray *rows, const char *name) {
  LimsDriver *driver = NULL;
  for (guint i = 0; i < rows->len; i++) {
    LimsReadingRow *row = g_ptr_array_index(rows, i);
    if (row->analyte)
      continue;
    if (!driver && !(driver = lims_driver_load_named(name, NULL)))
      return NULL;
    learn_code(driver, row);
  }
  return driver;
}

/* ---- writing ---- */

static gboolean settle(const LimsHeldAgain *again, LimsDb *db, const GPtrArray *keys, LimsHolds *holds,
                       GError **error) {
  for (guint i = 0; i < keys->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(keys, i);
    if (!key->open || is_of_message(key) || bars(key, again->accepted) ||
        lims_holds_remove(holds, key->specimen, key->code, key->reason))
      continue;
    if (!lims_held_resolve(db, key, again->who, again->resolution, error))
      return FALSE;
  }
  return lims_holds_insert(holds, db, again->lab, again->transmission, error);
}

static gboolean update_rows(LimsDb *db, guint lab, const GPtrArray *rows, GError **error) {
  for (guint i = 0; i < rows->len; i++)
    if (!lims_reading_row_update(g_ptr_array_index(rows, i), db, lab, error))
      return FALSE;
  return TRUE;
}

/* Solution values that waited for their preparation and do no more. */
static guint count_freed(const GPtrArray *rows, GHashTable *tied, const LimsHolds *holds) {
  guint freed = 0;
  for (guint i = 0; i < rows->len; i++) {
    const LimsReadingRow *row = g_ptr_array_index(rows, i);
    if (g_hash_table_contains(tied, row) &&
        !lims_holds_has(holds, row->specimen, row->code, "needs-preparation"))
      freed++;
  }
  return freed;
}

static GHashTable *tied_rows(const GPtrArray *rows) {
  GHashTable *tied = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < rows->len; i++) {
    LimsReadingRow *row = g_ptr_array_index(rows, i);
    if (row->sample)
      g_hash_table_add(tied, row);
  }
  return tied;
}

static gboolean place(const LimsHeldAgain *again, LimsDb *db, const LimsTransmissionHead *head,
                      LimsReadingRows *readings, const GPtrArray *keys, gint64 *results, GError **error) {
  g_auto(LimsPlacing) placing = {0};
  g_autoptr(LimsSpecimen) specimen = specimen_of(again->specimen, readings, keys, again->accepted);
  g_autoptr(GHashTable) tied = tied_rows(specimen->rows);
  g_autoptr(LimsDriver) driver = learn_codes(specimen->rows, head->driver);
  gint64 sample = again->sample ? again->sample : sample_of(specimen);
  if (!lims_placing_init(&placing, db, again->lab, again->transmission, head->station, head->ended_us, error))
    return FALSE;
  placing.by_test = is_by_test(keys);
  if (!lims_placing_take(&placing, specimen, sample, error) ||
      !update_rows(db, again->lab, specimen->rows, error))
    return FALSE;
  *results += placing.results + count_freed(specimen->rows, tied, placing.holds);
  return settle(again, db, keys, placing.holds, error);
}

gboolean lims_held_again(const LimsHeldAgain *again, LimsDb *db, gint64 *results, GError **error) {
  g_autoptr(LimsTransmissionHead) head =
      lims_transmission_head_read(db, again->lab, again->transmission, error);
  g_autoptr(LimsReadingRows) readings =
      head ? lims_reading_rows_read(db, again->lab, again->transmission, again->specimen, error) : NULL;
  g_autoptr(GPtrArray) keys =
      readings ? lims_held_keys_of(db, again->lab, again->transmission, again->specimen, error) : NULL;
  return keys && place(again, db, head, readings, keys, results, error) &&
         lims_transmission_refresh(db, again->lab, again->transmission, error);
}

/* ---- a cut message taken as it is ---- */

static gboolean place_whole(LimsPlacing *placing, LimsReadingRows *readings, GError **error) {
  g_autoptr(GPtrArray) specimens = lims_specimens_of(readings);
  for (guint i = 0; i < specimens->len; i++) {
    const LimsSpecimen *specimen = g_ptr_array_index(specimens, i);
    if (!lims_placing_sift_repeats(placing, specimen, FALSE, error) ||
        !lims_placing_take(placing, specimen, 0, error) ||
        !update_rows(placing->db, placing->lab, specimen->rows, error))
      return FALSE;
  }
  return TRUE;
}

gboolean lims_held_again_whole(LimsDb *db, const LimsHeldKey *incomplete, const char *who, gint64 *results,
                               GError **error) {
  g_auto(LimsPlacing) placing = {0};
  guint lab = incomplete->lab;
  gint64 id = incomplete->transmission;
  g_autoptr(LimsTransmissionHead) head = lims_transmission_head_read(db, lab, id, error);
  g_autoptr(LimsReadingRows) readings = head ? lims_reading_rows_read(db, lab, id, NULL, error) : NULL;
  if (!readings || !lims_placing_init(&placing, db, lab, id, head->station, head->ended_us, error) ||
      !place_whole(&placing, readings, error) || !lims_held_resolve(db, incomplete, who, "accepted", error) ||
      !lims_holds_insert(placing.holds, db, lab, id, error))
    return FALSE;
  *results += placing.results;
  return lims_transmission_refresh(db, lab, id, error);
}
