/* The table of held rows. A row is opened once and resolved once; the resolution says by whom and how, and
 * the row stays.
 */
#include "lims/ingest/held-row.h"
#include "lims/core/id.h"
#include <string.h>

/* ---- collected ---- */

static void hold_free(gpointer data) {
  LimsHold *hold = data;
  g_free(hold->specimen);
  g_free(hold->code);
  g_free(hold->reason);
  g_free(hold->detail);
  g_free(hold);
}

LimsHolds *lims_holds_new(void) {
  LimsHolds *holds = g_new0(LimsHolds, 1);
  holds->all = g_ptr_array_new_with_free_func(hold_free);
  holds->keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return holds;
}

void lims_holds_free(LimsHolds *holds) {
  if (!holds)
    return;
  g_ptr_array_unref(holds->all);
  g_hash_table_unref(holds->keys);
  g_free(holds);
}

static char *key_of(const char *specimen, const char *code, const char *reason) {
  return g_strjoin("\x1f", specimen, code, reason, NULL);
}

void lims_holds_add(LimsHolds *holds, const char *specimen, const char *code, const char *reason,
                    const char *format, ...) {
  LimsHold *hold;
  va_list args;
  if (!g_hash_table_add(holds->keys, key_of(specimen, code, reason)))
    return;
  hold = g_new0(LimsHold, 1);
  hold->specimen = g_strdup(specimen);
  hold->code = g_strdup(code);
  hold->reason = g_strdup(reason);
  va_start(args, format);
  hold->detail = g_strdup_vprintf(format, args);
  va_end(args);
  g_ptr_array_add(holds->all, hold);
}

gboolean lims_holds_remove(LimsHolds *holds, const char *specimen, const char *code, const char *reason) {
  g_autofree char *key = key_of(specimen, code, reason);
  if (!g_hash_table_remove(holds->keys, key))
    return FALSE;
  for (guint i = 0; i < holds->all->len; i++) {
    const LimsHold *hold = g_ptr_array_index(holds->all, i);
    if (strcmp(hold->specimen, specimen) == 0 && strcmp(hold->code, code) == 0 &&
        strcmp(hold->reason, reason) == 0) {
      g_ptr_array_remove_index(holds->all, i);
      break;
    }
  }
  return TRUE;
}

gboolean lims_holds_has(const LimsHolds *holds, const char *specimen, const char *code, const char *reason) {
  g_autofree char *of_test = key_of(specimen, code, reason), *of_all = key_of(specimen, "", reason);
  return g_hash_table_contains(holds->keys, of_test) || g_hash_table_contains(holds->keys, of_all);
}

static gboolean insert_hold(const LimsHold *hold, LimsDb *db, guint lab, gint64 transmission,
                            GError **error) {
  gint64 id = lims_db_new_id(db, lab);
  gint64 seq = lims_db_change(db, lab, "held", id, error);
  return seq && lims_db_run(db, error,
                            "INSERT INTO held(lab, id, transmission, specimen, code, reason, detail, at_us,"
                            " seq) VALUES(:lab, :id, :transmission, :specimen, :code, :reason, :detail, :now,"
                            " :seq)",
                            "lab:i", (gint64)lab, "id:i", id, "transmission:i", transmission, "specimen:s",
                            hold->specimen, "code:s", hold->code, "reason:s", hold->reason, "detail:s",
                            hold->detail, "now:i", lims_db_now_us(db), "seq:i", seq, NULL);
}

gboolean lims_holds_insert(const LimsHolds *holds, LimsDb *db, guint lab, gint64 transmission,
                           GError **error) {
  for (guint i = 0; i < holds->all->len; i++)
    if (!insert_hold(g_ptr_array_index(holds->all, i), db, lab, transmission, error))
      return FALSE;
  return TRUE;
}

/* ---- in the table ---- */

void lims_held_key_free(LimsHeldKey *key) {
  if (!key)
    return;
  g_free(key->specimen);
  g_free(key->code);
  g_free(key->reason);
  g_free(key);
}

#define COLUMNS "SELECT id, transmission, specimen, code, reason, resolved_us, resolution FROM held "

static LimsHeldKey *key_from_row(LimsQuery *query, guint lab) {
  LimsHeldKey *key = g_new0(LimsHeldKey, 1);
  const char *resolution = lims_query_text(query, 6);
  key->lab = lab;
  key->id = lims_query_int(query, 0);
  key->transmission = lims_query_int(query, 1);
  key->specimen = g_strdup(lims_query_text(query, 2));
  key->code = g_strdup(lims_query_text(query, 3));
  key->reason = g_strdup(lims_query_text(query, 4));
  key->open = lims_query_is_null(query, 5);
  key->dismissed = resolution && g_str_has_prefix(resolution, LIMS_HELD_DISMISSED);
  return key;
}

LimsHeldKey *lims_held_key_get_open(LimsDb *db, gint64 id, GError **error) {
  guint lab = lims_id_lab(id);
  g_autoptr(GError) problem = NULL;
  g_autoptr(LimsQuery) query = lims_db_query(db, error, COLUMNS "WHERE lab = :lab AND id = :id", "lab:i",
                                             (gint64)lab, "id:i", id, NULL);
  if (!query)
    return NULL;
  if (!lims_query_next(query, &problem)) {
    if (problem)
      g_propagate_error(error, g_steal_pointer(&problem));
    else
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                  "held %" G_GINT64_FORMAT ": there is no such row; 'held list' shows those that are open",
                  id);
    return NULL;
  }
  if (lims_query_is_null(query, 5))
    return key_from_row(query, lab);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "held %" G_GINT64_FORMAT ": is resolved already (%s)",
              id, lims_query_text(query, 6));
  return NULL;
}

GPtrArray *lims_held_keys_of(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                             GError **error) {
  g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func((GDestroyNotify)lims_held_key_free);
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error,
                    COLUMNS "WHERE lab = :lab AND transmission = :transmission"
                            " AND (CAST(:specimen AS TEXT) IS NULL OR specimen = :specimen) ORDER BY id",
                    "lab:i", (gint64)lab, "transmission:i", transmission, "specimen:s", specimen, NULL);
  GError *problem = NULL;
  if (!query)
    return NULL;
  while (lims_query_next(query, &problem))
    g_ptr_array_add(keys, key_from_row(query, lab));
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&keys);
}

gboolean lims_held_resolve(LimsDb *db, const LimsHeldKey *key, const char *who, const char *resolution,
                           GError **error) {
  gint64 seq = lims_db_change(db, key->lab, "held", key->id, error);
  return seq && lims_db_run(db, error,
                            "UPDATE held SET resolved_us = :now, resolved_by = :who, resolution = :how,"
                            " resolved_seq = :seq WHERE lab = :lab AND id = :id",
                            "now:i", lims_db_now_us(db), "who:s", who, "how:s", resolution, "seq:i", seq,
                            "lab:i", (gint64)key->lab, "id:i", key->id, NULL);
}
