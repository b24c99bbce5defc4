/* Opening a week: which laboratories, which days, which position, which issue came before.
 *
 * Everything is read from the one snapshot of the job that the view was opened in. The moment of the position
 * is the moment of its change row: it stands in for "now" wherever the workbook needs one, so that the same
 * data give the same bytes on any day.
 */
#include "lims/model/week-private.h"
#include "lims/core/time.h"
#include "lims/model/division.h"
#include "lims/model/incarnation.h"

#include <string.h>

#define DIVISION_LEVELS 8 /* a chain of parents longer than this is a loop */

static void lab_free(gpointer data) {
  LimsWeekLab *lab = data;

  g_free(lab->code);
  g_free(lab->title);
  g_time_zone_unref(lab->zone);
  g_free(lab);
}

static void place_free(gpointer data) {
  LimsWeekPlace *place = data;

  g_free(place->county);
  g_free(place->place);
  g_free(place);
}

void lims_week_free(LimsWeek *week) {
  g_free(week->head.scope);
  g_free(week->head.zone_name);
  g_free(week->head.incarnation);
  g_clear_pointer(&week->head.zone, g_time_zone_unref);
  g_free(week->scope_code);
  g_ptr_array_unref(week->labs);
  g_hash_table_unref(week->places);
  lims_week_free_names(week);
  lims_week_free_counts(week);
  g_free(week);
}

const LimsWeekHead *lims_week_head(const LimsWeek *week) {
  return &week->head;
}

/* ---- laboratories ---- */

static gboolean add_lab(LimsWeek *week, LimsQuery *query, GError **error) {
  LimsWeekLab *lab = g_new0(LimsWeekLab, 1);
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier(lims_query_text(query, 3));

  lab->id = (guint)lims_query_int(query, 0);
  lab->code = g_strdup(lims_query_text(query, 1));
  lab->is_city = strcmp(lims_query_text(query, 4), "city") == 0;
  lab->title = g_strdup_printf("%s %s", lab->code, lims_query_text(query, 2));
  lab->zone = zone ? g_time_zone_ref(zone) : g_time_zone_new_utc();
  lims_time_week_range(week->head.week, lab->zone, &lab->from_us, &lab->to_us);
  g_ptr_array_add(week->labs, lab);
  if (!zone)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "laboratory %s: no such time zone: %s", lab->code,
                lims_query_text(query, 3));
  return zone != NULL;
}

/* Times and dates of the whole workbook are those of one laboratory: the one asked for, else the city's. */
static void take_zone(LimsWeek *week, const LimsWeekLab *lab, const char *name) {
  LimsWeekHead *head = &week->head;

  g_free(head->zone_name);
  g_clear_pointer(&head->zone, g_time_zone_unref);
  head->zone_name = g_strdup(name);
  head->zone = g_time_zone_ref(lab->zone);
  head->from_us = lab->from_us;
  head->to_us = lab->to_us;
}

static gboolean read_labs(LimsWeek *week, const char *code, GError **error) {
  g_autoptr(GError) problem = NULL;
  g_autoptr(LimsQuery) query =
      lims_db_query(week->db, error,
                    "SELECT l.id, l.code, " WEEK_NAME("l") ", l.zone, l.kind FROM lab l"
                                                           " WHERE :all = 1 OR l.code = :code ORDER BY l.id",
                    "english:i", week->english, "all:i", (gint64)(code == NULL), "code:s", code, NULL);

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem) && add_lab(week, query, &problem)) {
    const LimsWeekLab *lab = g_ptr_array_index(week->labs, week->labs->len - 1);
    if (week->labs->len == 1 || lab->is_city)
      take_zone(week, lab, lims_query_text(query, 3));
  }
  if (problem) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (week->labs->len > 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
              code ? "there is no laboratory %s" : "the store has no laboratory%s", code ? code : "");
  return FALSE;
}

/* ---- the position ---- */

static gboolean read_position(LimsWeek *week, gint64 as_of, GError **error) {
  LimsWeekHead *head = &week->head;
  gint64 newest = 0;

  if (!lims_db_get_int(week->db, &newest, error, "SELECT coalesce(max(seq), 0) FROM change", NULL))
    return FALSE;
  if (as_of < 0 || as_of > newest) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "position %" G_GINT64_FORMAT " is not one of this store: the newest is %" G_GINT64_FORMAT,
                as_of, newest);
    return FALSE;
  }
  head->as_of = as_of ? as_of : newest;
  head->as_of_us = head->from_us;
  if (head->as_of == 0)
    return TRUE;
  return lims_db_get_int(week->db, &head->as_of_us, error,
                         "SELECT at_us FROM change WHERE seq <= :as_of ORDER BY seq DESC LIMIT 1", "as_of:i",
                         head->as_of, NULL);
}

static gboolean read_previous(LimsWeek *week, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      week->db, error,
      "SELECT as_of, week FROM report_issue WHERE kind = 'weekly' AND scope = :scope AND as_of < :as_of"
      " ORDER BY as_of DESC, week DESC LIMIT 1",
      "scope:s", week->scope_code, "as_of:i", week->head.as_of, NULL);
  g_autoptr(GError) problem = NULL;

  if (!query)
    return FALSE;
  if (lims_query_next(query, &problem)) {
    week->head.previous = lims_query_int(query, 0);
    week->head.previous_week = (int)lims_query_int(query, 1);
  }
  if (!problem)
    return TRUE;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}

static gboolean check_week(int week, GError **error) {
  g_autofree char *text = lims_time_week_to_string(week);
  int parsed;

  if (lims_time_week_parse(text, &parsed) && parsed == week)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s is no week: write one as 2026-W47", text);
  return FALSE;
}

LimsWeek *lims_week_open(LimsDb *db, const LimsWeekRequest *request, GError **error) {
  g_autoptr(LimsWeek) week = g_new0(LimsWeek, 1);

  week->db = db;
  week->head.week = request->week;
  week->english = request->language == LIMS_LANGUAGE_EN;
  week->scope_code = g_strdup(request->lab ? request->lab : "*");
  week->labs = g_ptr_array_new_with_free_func(lab_free);
  week->places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, place_free);
  lims_week_make_names(week);
  if (!check_week(request->week, error) || !read_labs(week, request->lab, error) ||
      !read_position(week, request->as_of, error) || !read_previous(week, error) ||
      !(week->head.incarnation = lims_incarnation_read(db, error)))
    return NULL;
  lims_week_make_counts(week);
  if (request->lab)
    week->head.scope = g_strdup(((LimsWeekLab *)g_ptr_array_index(week->labs, 0))->title);
  return g_steal_pointer(&week);
}

/* ---- places ---- */

/* One step up: the name and level of `code`, and its parent in *code (NULL at the top). FALSE: no such
 * division. */
static gboolean read_division(LimsWeek *week, char **code, char **name, gint64 *level, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      week->db, error, "SELECT d.level, d.parent, " WEEK_NAME("d") " FROM division d WHERE d.code = :code",
      "english:i", week->english, "code:s", *code, NULL);

  if (!query || !lims_query_next(query, error))
    return FALSE;
  *level = lims_query_int(query, 0);
  *name = g_strdup(lims_query_text(query, 2));
  g_free(*code);
  *code = g_strdup(lims_query_text(query, 1));
  return TRUE;
}

static LimsWeekPlace *find_place(LimsWeek *week, const char *division, GError **error) {
  LimsWeekPlace *place = g_new0(LimsWeekPlace, 1);
  g_autofree char *code = g_strdup(division);
  g_autoptr(GString) path = g_string_new(NULL);

  for (int i = 0; i < DIVISION_LEVELS && code && !place->county; i++) {
    g_autofree char *name = NULL;
    gint64 level;

    if (!read_division(week, &code, &name, &level, error))
      break;
    if (level <= LIMS_DIVISION_COUNTY)
      place->county = g_steal_pointer(&name);
    else
      g_string_prepend(g_string_prepend(path, path->len ? " " : ""), name);
  }
  if (!place->county)
    place->county = g_strdup("");
  place->place = g_strdup(path->str);
  return place;
}

const LimsWeekPlace *lims_week_place(LimsWeek *week, const char *code, GError **error) {
  LimsWeekPlace *place = g_hash_table_lookup(week->places, code ? code : "");

  if (!place) {
    place = find_place(week, code ? code : "", error);
    g_hash_table_insert(week->places, g_strdup(code ? code : ""), place);
  }
  return place;
}

/* ---- rows into structs ---- */

static const char *text_of(LimsQuery *query, int column) {
  const char *text = lims_query_text(query, column);

  return text ? text : "";
}

static void fill_member(LimsWeek *week, LimsQuery *query, int column, LimsWeekField field, gpointer row,
                        GError **error) {
  gpointer member = G_STRUCT_MEMBER_P(row, field.offset);

  switch (field.kind) {
  case LIMS_WEEK_TEXT:
    *(const char **)member = text_of(query, column);
    break;
  case LIMS_WEEK_INT:
    *(gint64 *)member = lims_query_int(query, column);
    break;
  case LIMS_WEEK_COUNTY:
    *(const char **)member = lims_week_place(week, lims_query_text(query, column), error)->county;
    break;
  case LIMS_WEEK_PLACE:
    *(const char **)member = lims_week_place(week, lims_query_text(query, column), error)->place;
    break;
  }
}

gboolean lims_week_stream(LimsWeek *week, LimsQuery *query, const LimsWeekField *fields, gpointer row,
                          LimsWeekEach each, gpointer data, GError **error) {
  g_autoptr(LimsQuery) owned = query;
  g_autoptr(GError) problem = NULL;
  int columns = query ? lims_query_columns(query) : 0;
  gboolean going = query != NULL;

  while (going && lims_query_next(query, &problem)) {
    for (int i = 0; i < columns; i++)
      fill_member(week, query, i, fields[i], row, &problem);
    going = !problem && each(row, data, &problem);
  }
  if (!problem)
    return going;
  g_propagate_error(error, g_steal_pointer(&problem));
  return FALSE;
}
