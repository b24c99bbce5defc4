/* Laboratories. What goes wrong here goes wrong for good: a code is printed on every label and a number
 * stands in every key, so neither is ever changed or given twice. A zone is a name of the time zone database;
 * one that this machine does not know is refused at once, not on the first Monday.
 */
#include "lims/model/lab.h"
#include "lims/model/check.h"
#include "lims/model/division.h"

#define ID_LIMIT 4096
#define COLUMNS "id, code, name, name_en, kind, division, zone"

void lims_lab_free(LimsLab *lab) {
  if (!lab)
    return;
  g_free(lab->code);
  g_free(lab->name);
  g_free(lab->name_en);
  g_free(lab->kind);
  g_free(lab->division);
  g_free(lab->zone);
  g_free(lab);
}

static LimsLab *lab_from_row(LimsQuery *query) {
  LimsLab *lab = g_new0(LimsLab, 1);

  lab->id = (guint)lims_query_int(query, 0);
  lab->code = g_strdup(lims_query_text(query, 1));
  lab->name = g_strdup(lims_query_text(query, 2));
  lab->name_en = g_strdup(lims_query_text(query, 3));
  lab->kind = g_strdup(lims_query_text(query, 4));
  lab->division = g_strdup(lims_query_text(query, 5));
  lab->zone = g_strdup(lims_query_text(query, 6));
  return lab;
}

/* ---- zones ---- */

/* Reading a zone's file costs more than a verdict: the connection keeps them by name. */
GTimeZone *lims_lab_zone_named(LimsDb *db, const char *name) {
  GHashTable *zones = lims_db_get_cache(db, "model-zones");
  GTimeZone *zone;

  if (!zones) {
    zones = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_time_zone_unref);
    lims_db_set_cache(db, "model-zones", zones, (GDestroyNotify)g_hash_table_unref);
  }
  zone = g_hash_table_lookup(zones, name);
  if (!zone) {
    zone = g_time_zone_new_identifier(name);
    if (zone)
      g_hash_table_insert(zones, g_strdup(name), zone);
  }
  return zone;
}

static GTimeZone *require_zone(LimsDb *db, const char *name, GError **error) {
  GTimeZone *zone = lims_lab_zone_named(db, name);

  if (!zone)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "zone '%s': not in this machine's time zone database (a name such as %s)", name,
                LIMS_LAB_ZONE);
  return zone;
}

GTimeZone *lims_lab_zone(LimsDb *db, guint id, GError **error) {
  g_autofree char *name = NULL;
  GError *problem = NULL;

  if (!lims_db_get_text(db, &name, &problem, "SELECT zone FROM lab WHERE id = :id", "id:i", (gint64)id,
                        NULL)) {
    if (problem)
      g_propagate_error(error, problem);
    else
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "laboratory number %u: there is none", id);
    return NULL;
  }
  return require_zone(db, name, error);
}

/* ---- adding ---- */

static gboolean check_new(LimsDb *db, const LimsLabNew *lab, GError **error) {
  return lims_check_code("laboratory code", lab->code, "", 4, error) &&
         lims_check_text("laboratory name", lab->name, 100, error) &&
         lims_check_optional("laboratory name in English", lab->name_en, 100, error) &&
         (lab->division == NULL || lims_division_require(db, lab->division, error)) &&
         require_zone(db, lab->zone ? lab->zone : LIMS_LAB_ZONE, error) != NULL;
}

static gboolean next_number(LimsDb *db, gint64 *out, GError **error) {
  if (!lims_db_get_int(db, out, error, "SELECT COALESCE(MAX(id), -1) + 1 FROM lab", NULL))
    return FALSE;
  if (*out < ID_LIMIT)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "laboratory: all %d numbers are taken", ID_LIMIT);
  return FALSE;
}

static gboolean insert_lab(LimsDb *db, const LimsLabNew *lab, gint64 id, GError **error) {
  gint64 seq = lims_db_change(db, (guint)id, "lab", id, error);

  return seq != 0 && lims_db_run(db, error,
                                 "INSERT INTO lab(id, code, name, name_en, kind, division, zone, seq) "
                                 "VALUES(:id, :code, :name, :name_en, :kind, :division, :zone, :seq)",
                                 "id:i", id, "code:s", lab->code, "name:s", lab->name, "name_en:s",
                                 lab->name_en, "kind:s", lab->kind, "division:s", lab->division, "zone:s",
                                 lab->zone ? lab->zone : LIMS_LAB_ZONE, "seq:i", seq, NULL);
}

gboolean lims_lab_add(LimsDb *db, const LimsLabNew *lab, guint *out_id, GError **error) {
  GError *problem = NULL;
  gint64 id;

  if (!check_new(db, lab, error) || !next_number(db, &id, error))
    return FALSE;
  if (!insert_lab(db, lab, id, &problem))
    return lims_check_conflict(problem, error, "laboratory %s: there is one with this code already",
                               lab->code);
  if (out_id)
    *out_id = (guint)id;
  return TRUE;
}

/* ---- finding ---- */

GPtrArray *lims_lab_list(LimsDb *db, GError **error) {
  g_autoptr(GPtrArray) labs = g_ptr_array_new_with_free_func((GDestroyNotify)lims_lab_free);
  g_autoptr(LimsQuery) query = lims_db_query(db, error, "SELECT " COLUMNS " FROM lab ORDER BY id", NULL);
  GError *problem = NULL;

  if (!query)
    return NULL;
  while (lims_query_next(query, &problem))
    g_ptr_array_add(labs, lab_from_row(query));
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&labs);
}

LimsQuery *lims_lab_query(LimsDb *db, gint64 after, guint limit, GError **error) {
  return lims_db_query(db, error, "SELECT " COLUMNS " FROM lab WHERE id > :after ORDER BY id LIMIT :limit",
                       "after:i", after, "limit:i", (gint64)limit, NULL);
}

/* "CITY, GX": what there is, for a message. */
static char *join_codes(LimsDb *db) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, NULL);
  GString *text = g_string_new(NULL);

  for (guint i = 0; labs && i < labs->len; i++)
    g_string_append_printf(text, "%s%s", i ? ", " : "", ((LimsLab *)g_ptr_array_index(labs, i))->code);
  if (text->len == 0)
    g_string_append(text, "none yet; add one first");
  return g_string_free(text, FALSE);
}

static LimsLab *take_row(LimsQuery *query, GError **error) {
  return query && lims_query_next(query, error) ? lab_from_row(query) : NULL;
}

static LimsLab *get_only(LimsDb *db, GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  g_autofree char *codes = NULL;

  if (!labs)
    return NULL;
  if (labs->len == 1)
    return g_ptr_array_steal_index(labs, 0);
  codes = join_codes(db);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "name the laboratory: lab = one of %s", codes);
  return NULL;
}

LimsLab *lims_lab_get(LimsDb *db, const char *code, GError **error) {
  g_autoptr(LimsQuery) query = NULL;
  g_autofree char *codes = NULL;
  GError *problem = NULL;
  LimsLab *lab;

  if (!code)
    return get_only(db, error);
  query = lims_db_query(db, &problem, "SELECT " COLUMNS " FROM lab WHERE code = :code", "code:s", code, NULL);
  lab = take_row(query, &problem);
  if (lab)
    return lab;
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  codes = join_codes(db);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "laboratory %s: unknown (known: %s)", code, codes);
  return NULL;
}

LimsLab *lims_lab_get_by_id(LimsDb *db, guint id, GError **error) {
  g_autoptr(LimsQuery) query = NULL;
  GError *problem = NULL;
  LimsLab *lab;

  query = lims_db_query(db, &problem, "SELECT " COLUMNS " FROM lab WHERE id = :id", "id:i", (gint64)id, NULL);
  lab = take_row(query, &problem);
  if (problem)
    g_propagate_error(error, problem);
  else if (!lab)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "laboratory number %u: there is none", id);
  return lab;
}
