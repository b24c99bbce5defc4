/* Persons. A login stands in audit rows and beside results for good, so it is plain, and belongs to one
 * person of a laboratory for ever.
 */
#include "lims/model/person.h"
#include "lims/model/check.h"
#include "lims/model/page.h"

#include <string.h>

static const char *const ROLES[] = {
    [LIMS_ROLE_TECHNICIAN] = "technician",
    [LIMS_ROLE_REVIEWER] = "reviewer",
    [LIMS_ROLE_SUPERVISOR] = "supervisor",
    [LIMS_ROLE_ADMINISTRATOR] = "administrator",
};

gboolean lims_role_parse(const char *name, LimsRole *out) {
  for (guint i = 0; i < G_N_ELEMENTS(ROLES); i++)
    if (g_strcmp0(ROLES[i], name) == 0) {
      *out = (LimsRole)i;
      return TRUE;
    }
  return FALSE;
}

static gboolean insert_person(LimsDb *db, const LimsPersonNew *person, gint64 id, GError **error) {
  gint64 seq = lims_db_change(db, person->lab, "person", id, error);

  return seq != 0 && lims_db_run(db, error,
                                 "INSERT INTO person(lab, id, login, name, role, active, seq) "
                                 "VALUES(:lab, :id, :login, :name, :role, 1, :seq)",
                                 "lab:i", (gint64)person->lab, "id:i", id, "login:s", person->login, "name:s",
                                 person->name, "role:s", ROLES[person->role], "seq:i", seq, NULL);
}

gboolean lims_person_add(LimsDb *db, const LimsPersonNew *person, gint64 *out_id, GError **error) {
  GError *problem = NULL;
  gint64 id;

  if (!lims_check_code("login", person->login, "._-", 32, error) ||
      !lims_check_text("name of the person", person->name, 100, error))
    return FALSE;
  id = lims_db_new_id(db, person->lab);
  if (!insert_person(db, person, id, &problem))
    return lims_check_conflict(problem, error, "user %s: the laboratory has one of this login already",
                               person->login);
  if (out_id)
    *out_id = id;
  return TRUE;
}

gboolean lims_person_find(LimsDb *db, guint lab, const char *login, gint64 *out_id, LimsRole *out_role,
                          GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error, "SELECT id, role FROM person WHERE lab = :lab AND login = :login AND active = 1", "lab:i",
      (gint64)lab, "login:s", login, NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  if (out_id)
    *out_id = lims_query_int(query, 0);
  return out_role == NULL || lims_role_parse(lims_query_text(query, 1), out_role);
}

LimsQuery *lims_person_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);

  return lims_db_query(
      db, error,
      "SELECT p.id, p.login, l.code, p.name, p.role, p.active FROM person p "
      "JOIN lab l ON l.id = p.lab WHERE " LIMS_PAGE_WHERE("p") " ORDER BY p.lab, p.id LIMIT :limit",
      LIMS_PAGE_ARGS(page), NULL);
}
