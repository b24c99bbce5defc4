/* The table of readings. Every reading of the wire has its row, whether it becomes a result or not; what a
 * row is tied to is the mark that its determination exists, so that none is ever made twice.
 */
#include "lims/ingest/transmission-reading.h"
#include <string.h>

static LimsReadingRows *rows_new(guint count) {
  LimsReadingRows *rows = g_new0(LimsReadingRows, 1);
  rows->rows = g_array_sized_new(FALSE, FALSE, sizeof(LimsReadingRow), count);
  rows->texts = g_string_chunk_new(1024);
  return rows;
}

void lims_reading_rows_free(LimsReadingRows *rows) {
  if (!rows)
    return;
  g_array_unref(rows->rows);
  g_string_chunk_free(rows->texts);
  g_free(rows);
}

gboolean lims_reading_row_is_sample(const LimsReadingRow *row) {
  return strcmp(row->kind, "sample") == 0;
}

/* ---- from a message ---- */

static const char *keep_number(LimsReadingRows *rows, const LimsValue *value) {
  g_autofree char *number = value->has_number ? lims_decimal_to_string(value->number) : NULL;
  return number ? g_string_chunk_insert(rows->texts, number) : NULL;
}

LimsReadingRows *lims_reading_rows_new(const LimsDecoded *decoded) {
  LimsReadingRows *rows = rows_new(decoded->readings->len);
  for (guint i = 0; i < decoded->readings->len; i++) {
    const LimsReading *reading = g_ptr_array_index(decoded->readings, i);
    LimsReadingRow row = {.n = i + 1,
                          .specimen = reading->specimen,
                          .code = reading->code,
                          .analyte = reading->analyte,
                          .kind = lims_reading_kind_name(reading->kind),
                          .printed = reading->value.printed,
                          .state = lims_value_state_name(reading->value.state),
                          .number = keep_number(rows, &reading->value),
                          .unit = reading->unit,
                          .basis = lims_basis_name(reading->basis),
                          .method = reading->method,
                          .flags = reading->flags,
                          .status = reading->status,
                          .operator_id = reading->operator_id,
                          .instrument = reading->instrument,
                          .measured_at = reading->measured_at,
                          .measured_at_us = reading->measured_at_us,
                          .replicate = reading->replicate};
    g_array_append_val(rows->rows, row);
  }
  return rows;
}

void lims_reading_rows_number(LimsReadingRows *rows, LimsDb *db, guint lab) {
  for (guint i = 0; i < rows->rows->len; i++)
    g_array_index(rows->rows, LimsReadingRow, i).id = lims_db_new_id(db, lab);
}

/* ---- the table ---- */

static gboolean insert_row(const LimsReadingRow *row, LimsDb *db, guint lab, gint64 transmission,
                           GError **error) {
  return lims_db_run(
      db, error,
      "INSERT INTO reading(lab, id, transmission, n, specimen, sample, code, analyte, kind, replicate,"
      " printed, state, number, unit, basis, method, flags, status, operator, instrument, measured_at,"
      " measured_at_us) VALUES(:lab, :id, :transmission, :n, :specimen, NULLIF(:sample, 0), :code, :analyte,"
      " :kind, :replicate, :printed, :state, :number, :unit, :basis, :method, :flags, :status, :operator,"
      " :instrument, :measured_at, NULLIF(:measured_at_us, 0))",
      "lab:i", (gint64)lab, "id:i", row->id, "transmission:i", transmission, "n:i", (gint64)row->n,
      "specimen:s", row->specimen, "sample:i", row->sample, "code:s", row->code, "analyte:s", row->analyte,
      "kind:s", row->kind, "replicate:i", (gint64)row->replicate, "printed:s", row->printed, "state:s",
      row->state, "number:s", row->number, "unit:s", row->unit, "basis:s", row->basis, "method:s",
      row->method, "flags:s", row->flags, "status:s", row->status, "operator:s", row->operator_id,
      "instrument:s", row->instrument, "measured_at:s", row->measured_at, "measured_at_us:i",
      row->measured_at_us, NULL);
}

gboolean lims_reading_rows_insert(const LimsReadingRows *rows, LimsDb *db, guint lab, gint64 transmission,
                                  GError **error) {
  for (guint i = 0; i < rows->rows->len; i++) {
    const LimsReadingRow *row = &g_array_index(rows->rows, LimsReadingRow, i);
    if (row->id && !insert_row(row, db, lab, transmission, error))
      return FALSE;
  }
  return TRUE;
}

gboolean lims_reading_row_update(const LimsReadingRow *row, LimsDb *db, guint lab, GError **error) {
  return lims_db_run(db, error,
                     "UPDATE reading SET sample = NULLIF(:sample, 0), analyte = :analyte, unit = :unit,"
                     " basis = :basis, method = :method WHERE lab = :lab AND id = :id",
                     "sample:i", row->sample, "analyte:s", row->analyte, "unit:s", row->unit, "basis:s",
                     row->basis, "method:s", row->method, "lab:i", (gint64)lab, "id:i", row->id, NULL);
}

static const char *keep(LimsReadingRows *rows, LimsQuery *query, int column) {
  const char *text = lims_query_text(query, column);
  return text ? g_string_chunk_insert_const(rows->texts, text) : NULL;
}

static void take_row(LimsReadingRows *rows, LimsQuery *query) {
  LimsReadingRow row = {.id = lims_query_int(query, 0),
                        .sample = lims_query_int(query, 1),
                        .n = (guint)lims_query_int(query, 2),
                        .specimen = keep(rows, query, 3),
                        .code = keep(rows, query, 4),
                        .analyte = keep(rows, query, 5),
                        .kind = keep(rows, query, 6),
                        .printed = keep(rows, query, 7),
                        .state = keep(rows, query, 8),
                        .number = keep(rows, query, 9),
                        .unit = keep(rows, query, 10),
                        .basis = keep(rows, query, 11),
                        .method = keep(rows, query, 12),
                        .flags = keep(rows, query, 13),
                        .status = keep(rows, query, 14),
                        .operator_id = keep(rows, query, 15),
                        .instrument = keep(rows, query, 16),
                        .measured_at = keep(rows, query, 17),
                        .measured_at_us = lims_query_int(query, 18),
                        .replicate = (guint)lims_query_int(query, 19)};
  g_array_append_val(rows->rows, row);
}

LimsReadingRows *lims_reading_rows_read(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                                        GError **error) {
  g_autoptr(LimsReadingRows) rows = rows_new(64);
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT id, sample, n, specimen, code, analyte, kind, printed, state, number, unit, basis, method,"
      " flags, status, operator, instrument, measured_at, measured_at_us, replicate FROM reading"
      " WHERE lab = :lab AND transmission = :transmission"
      " AND (CAST(:specimen AS TEXT) IS NULL OR specimen = :specimen) ORDER BY n",
      "lab:i", (gint64)lab, "transmission:i", transmission, "specimen:s", specimen, NULL);
  GError *problem = NULL;
  if (!query)
    return NULL;
  while (lims_query_next(query, &problem))
    take_row(rows, query);
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&rows);
}

/* ---- specimens ---- */

LimsSpecimen *lims_specimen_new(const char *name) {
  LimsSpecimen *specimen = g_new0(LimsSpecimen, 1);
  specimen->name = name;
  specimen->all = g_ptr_array_new();
  specimen->rows = g_ptr_array_new();
  return specimen;
}

void lims_specimen_free(LimsSpecimen *specimen) {
  if (!specimen)
    return;
  g_ptr_array_unref(specimen->all);
  g_ptr_array_unref(specimen->rows);
  g_free(specimen);
}

GPtrArray *lims_specimens_of(const LimsReadingRows *rows) {
  GPtrArray *all = g_ptr_array_new_with_free_func((GDestroyNotify)lims_specimen_free);
  g_autoptr(GHashTable) by_name = g_hash_table_new(g_str_hash, g_str_equal);
  for (guint i = 0; i < rows->rows->len; i++) {
    LimsReadingRow *row = &g_array_index(rows->rows, LimsReadingRow, i);
    if (!lims_reading_row_is_sample(row))
      continue;
    LimsSpecimen *specimen = g_hash_table_lookup(by_name, row->specimen);
    if (!specimen) {
      specimen = lims_specimen_new(row->specimen);
      g_ptr_array_add(all, specimen);
      g_hash_table_insert(by_name, (gpointer)row->specimen, specimen);
    }
    g_ptr_array_add(specimen->all, row);
    g_ptr_array_add(specimen->rows, row);
  }
  return all;
}
