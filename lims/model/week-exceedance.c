/* The exceedances of a week with the calculation behind each. One statement a laboratory joins only what
 * belongs to the row itself; names come from week-names.c. What passes the first time is counted on the way.
 */
#include "lims/model/week-private.h"

#include <string.h>

/* A row as it is read: keys instead of names; its sample may be void. */
typedef struct {
  LimsWeekExceedance row;
  const char *site, *commodity, *analyte, *person, *set, *judged;
  gint64 limit_id, is_void;
} Streamed;

#define E(member) WEEK_TEXT(LimsWeekExceedance, member)
#define S(member) WEEK_TEXT(Streamed, member)
static const LimsWeekField FIELDS[] = {
    E(sample),
    S(site),
    S(commodity),
    E(commodity),
    S(analyte),
    E(printed),
    E(printed_unit),
    S(judged),
    E(computed),
    E(value),
    E(value_unit),
    E(limit),
    E(limit_used),
    E(limit_unit),
    E(limit_kind),
    E(factor),
    E(standard),
    E(clause),
    E(node_path),
    S(set),
    WEEK_INT(Streamed, limit_id),
    E(method),
    E(station),
    S(person),
    E(transmission),
    WEEK_INT(LimsWeekExceedance, measured_at_us),
    WEEK_INT(LimsWeekExceedance, arrived_us),
    WEEK_INT(LimsWeekExceedance, committed_us),
    E(rule),
    E(calculation),
    E(preparation.mass),
    E(preparation.mass_unit),
    E(preparation.volume),
    E(preparation.volume_unit),
    E(preparation.dilution),
    E(preparation.blank),
    E(preparation.blank_unit),
    E(preparation.moisture),
    E(preparation.recovery),
    WEEK_INT(LimsWeekExceedance, verdict),
    WEEK_INT(LimsWeekExceedance, has_parts),
    WEEK_INT(Streamed, is_void),
};

static const char EXCEEDANCES[] =
    "SELECT s.number, e.site, s.commodity, s.commodity_name, e.analyte,"
    " d.printed, d.unit, v.printed, v.computed, v.value_text, v.value_unit,"
    " v.limit_text, v.limit_used, v.limit_unit, v.limit_kind, v.factor,"
    " v.standard, v.clause, v.node_path, v.limit_set, v.limit_id,"
    " d.method, t.station, d.person, d.transmission, d.measured_at_us, d.arrived_us, v.committed_us,"
    " v.rule, v.calculation,"
    " prepared.mass, prepared.mass_unit, prepared.volume, prepared.volume_unit, prepared.dilution, "
    "prepared.blank, prepared.blank_unit, prepared.moisture, "
    "prepared.recovery,"
    " v.id, EXISTS(SELECT 1 FROM verdict_part part WHERE part.lab = v.lab AND part.verdict = v.id),"
    " CASE WHEN s.void_seq <= :as_of THEN 1 ELSE 0 END"
    " FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict"
    " JOIN sample s ON s.lab = e.lab AND s.id = e.sample"
    " LEFT JOIN determination d ON d.lab = v.lab AND d.id = v.determination"
    " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"
    " LEFT JOIN preparation prepared ON prepared.lab = v.lab AND prepared.id = "
    "v.preparation" WEEK_WHERE_EXCEEDANCES " ORDER BY e.id";

/* ---- keys become names ---- */

typedef struct {
  LimsWeek *week;
  const LimsWeekLab *lab;
  LimsWeekEach each;
  gpointer data;
  gboolean first; /* the first time, what passes is counted */
  GString *unit;
} Passing;

static const char *or_key(const char *name, const char *key) {
  return *name ? name : key;
}

static void name_site(Passing *p, Streamed *s, GError **error) {
  gint64 lab = p->lab->id;
  const LimsWeekPlace *place =
      lims_week_place(p->week, lims_week_name(p->week, LIMS_WEEK_OF_SITE, lab, s->site, 2, error), error);

  s->row.site = lims_week_name(p->week, LIMS_WEEK_OF_SITE, lab, s->site, 0, error);
  s->row.site_kind = lims_week_name(p->week, LIMS_WEEK_OF_SITE, lab, s->site, 1, error);
  s->row.county = place->county;
  s->row.place = place->place;
}

/* The row's own standing, if the catalogue still has the row as it was used. */
static void name_limit(Passing *p, Streamed *s, GError **error) {
  const char *text = lims_week_name(p->week, LIMS_WEEK_OF_LIMIT, s->limit_id, s->set, 2, error);
  guint column = g_str_equal(text, s->row.limit) ? 1 : 0;

  s->row.standing = lims_week_name(p->week, LIMS_WEEK_OF_LIMIT, s->limit_id, s->set, column, error);
}

/* Several values, or one that is not the determination's own, are shown as the verdict names them, with their
 * units. */
static void name_printed(Passing *p, Streamed *s) {
  g_string_printf(p->unit, "%s %s", s->row.printed, s->row.printed_unit);
  if (*s->judged && !g_str_equal(s->judged, p->unit->str) && !g_str_equal(s->judged, s->row.printed)) {
    s->row.printed = s->judged;
    s->row.printed_unit = "";
  }
}

static void name_all(Passing *p, Streamed *s, GError **error) {
  LimsWeek *week = p->week;
  LimsWeekExceedance *row = &s->row;

  name_site(p, s, error);
  name_limit(p, s, error);
  name_printed(p, s);
  row->commodity =
      or_key(lims_week_name(week, LIMS_WEEK_OF_COMMODITY, 0, s->commodity, 0, error), row->commodity);
  row->is_recorded = *s->judged != '\0';
  row->family = lims_week_name(week, LIMS_WEEK_OF_COMMODITY, 0, s->commodity, 1, error);
  row->analyte = or_key(lims_week_name(week, LIMS_WEEK_OF_ANALYTE, 0, s->analyte, 0, error), s->analyte);
  row->driver_title = lims_week_name(week, LIMS_WEEK_OF_STATION, 0, row->station, 0, error);
  row->origin = lims_week_name(week, LIMS_WEEK_OF_STATION, 0, row->station, 1, error);
  row->person = or_key(lims_week_name(week, LIMS_WEEK_OF_PERSON, p->lab->id, s->person, 0, error), s->person);
}

static gboolean pass(gconstpointer streamed, gpointer data, GError **error) {
  g_autoptr(GError) problem = NULL;
  Streamed s = *(const Streamed *)streamed;
  Passing *p = data;

  name_all(p, &s, &problem);
  if (problem) {
    g_propagate_error(error, g_steal_pointer(&problem));
    return FALSE;
  }
  if (p->first && s.is_void)
    p->week->voided++;
  else if (p->first)
    lims_week_tally(p->week, &s.row);
  return s.is_void || p->each(&s.row, p->data, error);
}

gboolean lims_week_each_exceedance(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error) {
  Passing passing = {week, NULL, each, data, !week->tallied, g_string_new(NULL)};
  Streamed streamed = {0};
  gboolean going = TRUE;

  week->tallied = TRUE;
  for (guint i = 0; i < week->labs->len && going; i++) {
    passing.lab = g_ptr_array_index(week->labs, i);
    streamed.row.lab = passing.lab->title;
    streamed.row.lab_id = passing.lab->id;
    going =
        lims_week_stream(week,
                         lims_db_query(week->db, error, EXCEEDANCES, "lab:i", streamed.row.lab_id, "week:i",
                                       (gint64)week->head.week, "as_of:i", week->head.as_of, NULL),
                         FIELDS, &streamed, pass, &passing, error);
  }
  g_string_free(passing.unit, TRUE);
  return going;
}

/* ---- parts ---- */

static const LimsWeekField PART_FIELDS[] = {
    WEEK_TEXT(LimsWeekPart, analyte),
    WEEK_TEXT(LimsWeekPart, printed),
    WEEK_TEXT(LimsWeekPart, unit),
    WEEK_TEXT(LimsWeekPart, station),
};

static const char PARTS[] = "SELECT coalesce(" WEEK_NAME(
    "a") ", d.analyte), d.printed, d.unit, t.station"
         " FROM verdict_part part JOIN determination d ON d.lab = part.lab AND d.id = part.determination"
         " LEFT JOIN transmission t ON t.lab = d.lab AND t.id = d.transmission"
         " LEFT JOIN analyte a ON a.code = d.analyte"
         " WHERE part.lab = :lab AND part.verdict = :verdict ORDER BY part.determination";

gboolean lims_week_each_part(LimsWeek *week, const LimsWeekExceedance *of, LimsWeekEach each, gpointer data,
                             GError **error) {
  LimsWeekPart part = {of->analyte, of->printed, of->printed_unit, of->station};

  if (!of->has_parts)
    return each(&part, data, error);
  return lims_week_stream(week,
                          lims_db_query(week->db, error, PARTS, "lab:i", of->lab_id, "verdict:i", of->verdict,
                                        "english:i", week->english, NULL),
                          PART_FIELDS, &part, each, data, error);
}

const char *const LIMS_WEEK_EXCEEDANCE_STATEMENTS[] = {EXCEEDANCES, PARTS, NULL};
