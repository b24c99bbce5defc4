/* Finding a sample by what an analyzer, a paper or a person calls it, voiding it, and listing. A void keeps
 * its number and its names: the label may still be on a vial, and its result must be held, not tied to
 * another sample.
 */
#include "lims/model/check.h"
#include "lims/model/page.h"
#include "lims/model/sample.h"

gboolean lims_sample_find(LimsDb *db, guint lab, const char *name, gint64 *out_id, gboolean *out_void,
                          GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT s.id, s.voided_at_us FROM sample_alias a JOIN sample s ON s.lab = a.lab AND s.id = a.sample "
      "WHERE a.lab = :lab AND a.alias = :alias",
      "lab:i", (gint64)lab, "alias:s", name, NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  if (out_id)
    *out_id = lims_query_int(query, 0);
  if (out_void)
    *out_void = !lims_query_is_null(query, 1);
  return TRUE;
}

/* The rows of one name are few: one a laboratory. */
static gboolean take_only(LimsQuery *query, int lab, const char *name, guint *out_lab, gint64 *out_id,
                          GError **error) {
  GError *problem = NULL;
  guint found = 0;

  while (lims_query_next(query, &problem)) {
    gint64 of = lims_query_int(query, 0);

    if (lab >= 0 && of != lab)
      continue;
    *out_lab = (guint)of;
    *out_id = lims_query_int(query, 1);
    found++;
  }
  if (problem)
    g_propagate_error(error, problem);
  else if (found == 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "sample %s: nobody registered it", name);
  else if (found > 1)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
                "sample %s: %u laboratories have one of this name; name the laboratory", name, found);
  return !problem && found == 1;
}

gboolean lims_sample_get(LimsDb *db, int lab, const char *name, guint *out_lab, gint64 *out_id,
                         GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error,
                                             "SELECT a.lab, a.sample FROM sample_alias a "
                                             "WHERE a.lab IN (SELECT id FROM lab) AND a.alias = :alias",
                                             "alias:s", name, NULL);

  return query && take_only(query, lab, name, out_lab, out_id, error);
}

/* ---- voiding ---- */

static gboolean write_void(LimsDb *db, guint lab, gint64 id, const char *why, const char *who,
                           GError **error) {
  gint64 seq = lims_db_change(db, lab, "sample", id, error);

  return seq != 0 &&
         lims_db_run(db, error,
                     "UPDATE sample SET voided_at_us = :now, voided_by = :who, void_reason = :why, "
                     "void_seq = :seq WHERE lab = :lab AND id = :id",
                     "now:i", lims_db_now_us(db), "who:s", who, "why:s", why, "seq:i", seq, "lab:i",
                     (gint64)lab, "id:i", id, NULL);
}

gboolean lims_sample_void(LimsDb *db, guint lab, const char *number, const char *why, const char *who,
                          GError **error) {
  GError *problem = NULL;
  gboolean is_void;
  gint64 id;

  if (!lims_check_text("reason", why, 200, error) || !lims_check_text("who", who, 64, error))
    return FALSE;
  if (lims_sample_find(db, lab, number, &id, &is_void, &problem)) {
    if (!is_void)
      return write_void(db, lab, id, why, who, error);
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "sample %s: is void already", number);
    return FALSE;
  }
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "sample %s: nobody registered it at this laboratory",
                number);
  return FALSE;
}

/* ---- lists ---- */

#define SELECT                                                                                               \
  "SELECT s.id, s.number, l.code, t.code, t.name, s.commodity_name, s.commodity, s.sampled_at_us, "          \
  "s.produced_on, "                                                                                          \
  "s.purchased_on, s.registered_at_us, s.registered_by, s.note, s.first_tested_us, s.voided_at_us, "         \
  "s.voided_by, "                                                                                            \
  "s.void_reason FROM sample s JOIN lab l ON l.id = s.lab JOIN site t ON t.lab = s.lab AND t.id = s.site "   \
  "WHERE "
#define PENDING "s.first_tested_us IS NULL AND s.voided_at_us IS NULL AND "
#define PAGED LIMS_PAGE_WHERE("s") " ORDER BY s.lab, s.id LIMIT :limit"

LimsQuery *lims_sample_query(LimsDb *db, int lab, gboolean only_pending, gint64 after, guint limit,
                             GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);

  return lims_db_query(db, error, only_pending ? SELECT PENDING PAGED : SELECT PAGED, LIMS_PAGE_ARGS(page),
                       NULL);
}

LimsQuery *lims_sample_query_one(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_query(db, error, SELECT "s.lab = :lab AND s.id = :id", "lab:i", (gint64)lab, "id:i", id,
                       NULL);
}

LimsQuery *lims_sample_query_aliases(LimsDb *db, guint lab, gint64 id, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT kind, alias FROM sample_alias WHERE lab = :lab AND sample = :id AND kind <> 'number' "
      "ORDER BY kind, alias",
      "lab:i", (gint64)lab, "id:i", id, NULL);
}
