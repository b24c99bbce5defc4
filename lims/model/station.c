/* Stations and the persons at them. An automatic result names its person: who was signed on when it was
 * measured, even if it arrives hours later; so each spell is a row with its beginning and end, and none
 * overlaps another.
 */
#include "lims/model/station.h"
#include "lims/model/check.h"
#include "lims/model/page.h"
#include "lims/model/person.h"

/* ---- from the configuration ---- */

/* TRUE: it is there just so. */
static gboolean is_same(LimsDb *db, const LimsStationNew *station, GError **error) {
  gint64 id;

  return lims_db_get_int(db, &id, error,
                         "SELECT id FROM station WHERE name = :name AND lab = :lab AND driver = :driver "
                         "AND title = :title AND origin = :origin AND line = :line",
                         "name:s", station->name, "lab:i", (gint64)station->lab, "driver:s", station->driver,
                         "title:s", station->title, "origin:s", station->origin, "line:s", station->line,
                         NULL);
}

static gboolean insert_station(LimsDb *db, const LimsStationNew *station, gint64 *out_id, GError **error) {
  gint64 id = *out_id = lims_db_new_id(db, station->lab);
  gint64 seq = lims_db_change(db, station->lab, "station", id, error);

  return seq != 0 && lims_db_run(db, error,
                                 "INSERT INTO station(lab, id, name, driver, title, origin, line, seq) "
                                 "VALUES(:lab, :id, :name, :driver, :title, :origin, :line, :seq)",
                                 "lab:i", (gint64)station->lab, "id:i", id, "name:s", station->name,
                                 "driver:s", station->driver, "title:s", station->title, "origin:s",
                                 station->origin, "line:s", station->line, "seq:i", seq, NULL);
}

static gboolean update_station(LimsDb *db, const LimsStationNew *station, gint64 id, GError **error) {
  gint64 seq = lims_db_change(db, station->lab, "station", id, error);

  return seq != 0 &&
         lims_db_run(db, error,
                     "UPDATE station SET driver = :driver, title = :title, origin = :origin, line = :line, "
                     "seq = :seq "
                     "WHERE lab = :lab AND id = :id",
                     "driver:s", station->driver, "title:s", station->title, "origin:s", station->origin,
                     "line:s", station->line, "seq:i", seq, "lab:i", (gint64)station->lab, "id:i", id, NULL);
}

static gboolean put_station(LimsDb *db, const LimsStationNew *station, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error, "SELECT lab, id FROM station WHERE name = :name",
                                             "name:s", station->name, NULL);
  GError *problem = NULL;
  gboolean found;
  gint64 id;

  if (!query)
    return FALSE;
  found = lims_query_next(query, &problem);
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (!found)
    return insert_station(db, station, &id, error);
  if (lims_query_int(query, 0) == (gint64)station->lab)
    return update_station(db, station, lims_query_int(query, 1), error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "station %s: another laboratory has one of this name; give this one another name",
              station->name);
  return FALSE;
}

gboolean lims_station_put(LimsDb *db, const LimsStationNew *station, GError **error) {
  GError *problem = NULL;

  if (!lims_check_text("station name", station->name, 64, error))
    return FALSE;
  if (is_same(db, station, &problem))
    return TRUE;
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  return put_station(db, station, error);
}

/* ---- by a person ---- */

static gboolean check_new(const LimsStationNew *station, GError **error) {
  return lims_check_text("station name", station->name, 64, error) &&
         lims_check_code("driver", station->driver, "._-", 64, error) &&
         lims_check_text("line", station->line, 64, error) &&
         lims_check_optional("title", *station->title ? station->title : NULL, 200, error);
}

gboolean lims_station_add(LimsDb *db, const LimsStationNew *station, gint64 *out_id, GError **error) {
  GError *problem = NULL;
  gint64 id;

  if (!check_new(station, error))
    return FALSE;
  if (!insert_station(db, station, &id, &problem))
    return lims_check_conflict(problem, error, "station %s: there is one of this name already",
                               station->name);
  if (out_id)
    *out_id = id;
  return TRUE;
}

gboolean lims_station_get_lab(LimsDb *db, const char *station, guint *out_lab, GError **error) {
  GError *problem = NULL;
  gint64 lab;

  if (lims_db_get_int(db, &lab, &problem, "SELECT lab FROM station WHERE name = :name", "name:s", station,
                      NULL)) {
    *out_lab = (guint)lab;
    return TRUE;
  }
  if (problem)
    g_propagate_error(error, problem);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "station %s: unknown (stations are named in the configuration, or by station add)", station);
  return FALSE;
}

/* ---- signing on and off ---- */

/* Ends the open spell, if there is one: *out_was its login (g_free), else NULL. */
static gboolean end_spell(LimsDb *db, const char *station, char **out_was, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT s.lab, s.id, p.login FROM sign_on s JOIN person p ON p.lab = s.lab AND p.id = s.person "
      "WHERE s.station = :station AND s.to_us IS NULL",
      "station:s", station, NULL);
  GError *problem = NULL;

  *out_was = NULL;
  if (!query)
    return FALSE;
  if (!lims_query_next(query, &problem)) {
    if (problem)
      g_propagate_error(error, problem);
    return problem == NULL;
  }
  *out_was = g_strdup(lims_query_text(query, 2));
  return lims_db_change(db, (guint)lims_query_int(query, 0), "sign_on", lims_query_int(query, 1), error) !=
             0 &&
         lims_db_run(db, error, "UPDATE sign_on SET to_us = :now WHERE lab = :lab AND id = :id", "now:i",
                     lims_db_now_us(db), "lab:i", lims_query_int(query, 0), "id:i", lims_query_int(query, 1),
                     NULL);
}

static gboolean begin_spell(LimsDb *db, guint lab, const char *station, gint64 person, GError **error) {
  gint64 id = lims_db_new_id(db, lab);

  return lims_db_change(db, lab, "sign_on", id, error) != 0 &&
         lims_db_run(db, error,
                     "INSERT INTO sign_on(lab, id, station, person, from_us) "
                     "VALUES(:lab, :id, :station, :person, :now)",
                     "lab:i", (gint64)lab, "id:i", id, "station:s", station, "person:i", person, "now:i",
                     lims_db_now_us(db), NULL);
}

gboolean lims_station_sign_on(LimsDb *db, const char *station, const char *login, GError **error) {
  g_autofree char *was = NULL;
  GError *problem = NULL;
  gint64 person;
  guint lab;

  if (!lims_station_get_lab(db, station, &lab, error))
    return FALSE;
  if (!lims_person_find(db, lab, login, &person, NULL, &problem)) {
    if (problem)
      g_propagate_error(error, problem);
    else
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "user %s: unknown at the laboratory of station %s",
                  login, station);
    return FALSE;
  }
  return end_spell(db, station, &was, error) && begin_spell(db, lab, station, person, error);
}

gboolean lims_station_sign_off(LimsDb *db, const char *station, char **out_was, GError **error) {
  g_autofree char *was = NULL;
  guint lab;

  if (!lims_station_get_lab(db, station, &lab, error) || !end_spell(db, station, &was, error))
    return FALSE;
  if (!was) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "station %s: nobody is signed on there", station);
    return FALSE;
  }
  if (out_was)
    *out_was = g_steal_pointer(&was);
  return TRUE;
}

char *lims_station_person_at(LimsDb *db, const char *station, gint64 at_us) {
  char *login = NULL;

  lims_db_get_text(db, &login, NULL,
                   "SELECT p.login FROM sign_on s JOIN person p ON p.lab = s.lab AND p.id = s.person "
                   "WHERE s.station = :station AND s.from_us <= :at AND (s.to_us IS NULL OR s.to_us > :at) "
                   "ORDER BY s.from_us DESC LIMIT 1",
                   "station:s", station, "at:i", at_us, NULL);
  return login;
}

LimsQuery *lims_station_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);

  return lims_db_query(
      db, error,
      "SELECT s.id, s.name, l.code, s.driver, s.title, s.origin, s.line, p.login FROM station s "
      "JOIN lab l ON l.id = s.lab "
      "LEFT JOIN sign_on o ON o.station = s.name AND o.to_us IS NULL "
      "LEFT JOIN person p ON p.lab = o.lab AND p.id = o.person "
      "WHERE " LIMS_PAGE_WHERE("s") " ORDER BY s.lab, s.id LIMIT :limit",
      LIMS_PAGE_ARGS(page), NULL);
}
