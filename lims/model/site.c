/* Sites. A person gives a code of the county's own list, or none at all: then the next free S0001 … is drawn,
 * looking past those that somebody gave by hand. Two sites of one code are refused, never merged.
 */
#include "lims/model/site.h"
#include "lims/model/check.h"
#include "lims/model/division.h"
#include "lims/model/page.h"

#include <string.h>

static gboolean is_kind(const char *kind) {
  g_auto(GStrv) kinds = g_strsplit(LIMS_SITE_KINDS, "|", -1);

  return kind && g_strv_contains((const char *const *)kinds, kind);
}

static gboolean check_new(LimsDb *db, const LimsSiteNew *site, GError **error) {
  if (!is_kind(site->kind)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "site kind '%s': must be one of %s",
                site->kind ? site->kind : "", LIMS_SITE_KINDS);
    return FALSE;
  }
  return (site->code == NULL || lims_check_code("site code", site->code, "._-", 32, error)) &&
         lims_check_text("site name", site->name, 100, error) &&
         lims_check_optional("site name in English", site->name_en, 100, error) &&
         lims_check_optional("address", site->address, 200, error) &&
         (site->division == NULL || lims_division_require(db, site->division, error));
}

/* TRUE: *out_id is its id. FALSE without error: no such site. */
static gboolean find_site(LimsDb *db, guint lab, const char *code, gint64 *out_id, GError **error) {
  return lims_db_get_int(db, out_id, error, "SELECT id FROM site WHERE lab = :lab AND code = :code", "lab:i",
                         (gint64)lab, "code:s", code, NULL);
}

gboolean lims_site_get(LimsDb *db, guint lab, const char *code, gint64 *out_id, GError **error) {
  GError *problem = NULL;

  if (find_site(db, lab, code, out_id, &problem))
    return TRUE;
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "site %s: the laboratory has none of this code",
                code);
  return FALSE;
}

/* Begins at the number of sites there are, so that the loop is short unless many codes were given by hand. */
static char *draw_code(LimsDb *db, guint lab, GError **error) {
  GError *problem = NULL;
  gint64 count, id;

  if (!lims_db_get_int(db, &count, error, "SELECT COUNT(*) FROM site WHERE lab = :lab", "lab:i", (gint64)lab,
                       NULL))
    return NULL;
  for (gint64 n = count + 1;; n++) {
    g_autofree char *code = g_strdup_printf("S%04" G_GINT64_FORMAT, n);

    if (find_site(db, lab, code, &id, &problem))
      continue;
    if (!problem)
      return g_steal_pointer(&code);
    g_propagate_error(error, problem);
    return NULL;
  }
}

static gboolean insert_site(LimsDb *db, const LimsSiteNew *site, const char *code, gint64 id,
                            GError **error) {
  gint64 seq = lims_db_change(db, site->lab, "site", id, error);

  return seq != 0 &&
         lims_db_run(db, error,
                     "INSERT INTO site(lab, id, code, name, name_en, kind, division, address, seq) "
                     "VALUES(:lab, :id, :code, :name, :name_en, :kind, :division, :address, :seq)",
                     "lab:i", (gint64)site->lab, "id:i", id, "code:s", code, "name:s", site->name,
                     "name_en:s", site->name_en, "kind:s", site->kind, "division:s", site->division,
                     "address:s", site->address, "seq:i", seq, NULL);
}

gboolean lims_site_add(LimsDb *db, const LimsSiteNew *site, char **out_code, gint64 *out_id, GError **error) {
  g_autofree char *code = NULL;
  GError *problem = NULL;
  gint64 id;

  if (!check_new(db, site, error))
    return FALSE;
  code = site->code ? g_strdup(site->code) : draw_code(db, site->lab, error);
  if (!code)
    return FALSE;
  id = lims_db_new_id(db, site->lab);
  if (!insert_site(db, site, code, id, &problem))
    return lims_check_conflict(problem, error, "site %s: the laboratory has one of this code already", code);
  if (out_id)
    *out_id = id;
  if (out_code)
    *out_code = g_steal_pointer(&code);
  return TRUE;
}

LimsQuery *lims_site_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);

  return lims_db_query(
      db, error,
      "SELECT s.id, s.code, l.code, s.name, s.name_en, s.kind, s.division, d.name, s.address FROM site s "
      "JOIN lab l ON l.id = s.lab LEFT JOIN division d ON d.code = s.division "
      "WHERE " LIMS_PAGE_WHERE("s") " ORDER BY s.lab, s.id LIMIT :limit",
      LIMS_PAGE_ARGS(page), NULL);
}
