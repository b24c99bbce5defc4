/* Between the files of the week: the view, the conditions that all its queries share, and how a row becomes a
 * struct. */
#pragma once
#include "lims/model/week.h"

typedef struct {
  char *county; /* "" if the division lies above counties or is unknown */
  char *place;  /* the division itself, if below the county */
} LimsWeekPlace;

/* Which table a name is looked up in, and the halves of its key: number, text. */
typedef enum {
  LIMS_WEEK_OF_SITE,      /* laboratory, id: name, kind, division */
  LIMS_WEEK_OF_COMMODITY, /* 0, code: name, family */
  LIMS_WEEK_OF_ANALYTE,   /* 0, code: name */
  LIMS_WEEK_OF_STATION,   /* 0, name: title, origin */
  LIMS_WEEK_OF_PERSON,    /* laboratory, login: name */
  LIMS_WEEK_OF_LIMIT,     /* id, set: standing of the set, of the row; the row's limit_text */
  LIMS_WEEK_LOOKUPS
} LimsWeekLookup;

struct LimsWeek {
  LimsDb *db;
  LimsWeekHead head;
  char *scope_code;                       /* of the laboratory, or "*" */
  gint64 english;                         /* 1: English names where there are any */
  GPtrArray *labs;                        /* LimsWeekLab * */
  GHashTable *places;                     /* division code → LimsWeekPlace * */
  GHashTable *names[LIMS_WEEK_LOOKUPS];   /* as met so far */
  GPtrArray *counts[LIMS_WEEK_GROUPINGS]; /* LimsWeekCount * */
  GPtrArray *analytes;                    /* LimsWeekAnalyte * */
  gboolean counted, tallied;              /* the questions of week-count.c; the exceedances */
  gint64 voided;                          /* exceedances of void samples; known when tallied */
};

/* The name in the workbook's language; the parameter :english. */
#define WEEK_NAME(t)                                                                                         \
  "CASE WHEN :english = 1 AND coalesce(" t ".name_en, '') <> '' THEN " t ".name_en ELSE " t ".name END"
#define WEEK_SITE_NAME WEEK_NAME("x")
#define WEEK_COMMODITY_NAME "coalesce(" WEEK_NAME("c") ", s.commodity_name)"
/* How well the figure of a limit r of a set l was checked. A row with a source of its own was not read in the
 * set's: until somebody checks the set, its figure is a third party's. */
#define WEEK_LIMIT_STANDING                                                                                  \
  "CASE WHEN coalesce(r.source, '') NOT IN ('', l.source) AND coalesce(l.checked_by, '') = ''"               \
  " AND l.standing LIKE 'good%' THEN 'to be verified before use' ELSE l.standing END"
/* A verdict v that is the newest of its pair at the position, and did not end without a successor. `current`
 * is true of now; only a verdict replaced since needs the second look. */
#define WEEK_NEWEST                                                                                          \
  "v.seq <= :as_of AND (v.current = 1 OR (coalesce(v.ended_seq, :as_of + 1) > :as_of AND NOT EXISTS ("       \
  "SELECT 1 FROM verdict n WHERE n.lab = v.lab AND n.sample = v.sample AND n.analyte = v.analyte"            \
  " AND n.seq > v.seq AND n.seq <= :as_of)))"
#define WEEK_NOT_VOID "(s.void_seq IS NULL OR s.void_seq > :as_of)"
#define WEEK_NO_VERDICT                                                                                      \
  "NOT EXISTS (SELECT 1 FROM verdict o WHERE o.lab = s.lab AND o.sample = s.id AND o.seq <= :as_of)"
/* An exceedance e that stands at the position. */
#define WEEK_STANDS "e.seq <= :as_of AND (e.withdrawn_seq IS NULL OR e.withdrawn_seq > :as_of)"
/* Ids of a laboratory's samples that were pending at the position: those pending now, and those whose first
 * verdict or void came after it, found through the changes since. Columns id, since; parameters :lab :to
 * :as_of. */
#define WEEK_PENDING_IDS                                                                                     \
  "SELECT id, registered_at_us AS since FROM sample WHERE lab = :lab AND registered_at_us < :to"             \
  "  AND first_tested_us IS NULL AND voided_at_us IS NULL AND seq <= :as_of"                                 \
  " UNION SELECT s.id, s.registered_at_us FROM change g"                                                     \
  "  JOIN verdict v ON v.lab = :lab AND v.id = g.row_key"                                                    \
  "  JOIN sample s ON s.lab = :lab AND s.id = v.sample"                                                      \
  "  WHERE g.seq > :as_of AND g.lab = :lab AND g.table_name = 'verdict'"                                     \
  "  AND s.registered_at_us < :to AND s.seq <= :as_of AND " WEEK_NOT_VOID " AND " WEEK_NO_VERDICT            \
  " UNION SELECT s.id, s.registered_at_us FROM change g"                                                     \
  "  JOIN sample s ON s.lab = :lab AND s.id = g.row_key"                                                     \
  "  WHERE g.seq > :as_of AND g.lab = :lab AND g.table_name = 'sample'"                                      \
  "  AND s.registered_at_us < :to AND s.seq <= :as_of AND s.void_seq > :as_of AND " WEEK_NO_VERDICT

#define WEEK_ANALYTE_NAME "coalesce(" WEEK_NAME("a") ", e.analyte)"
/* Exceedances e of the week that count, with verdict v, sample s, site x, commodity c and analyte a. */
#define WEEK_FROM_EXCEEDANCES                                                                                \
  " FROM exceedance e JOIN verdict v ON v.lab = e.lab AND v.id = e.verdict"                                  \
  " JOIN sample s ON s.lab = e.lab AND s.id = e.sample"                                                      \
  " JOIN site x ON x.lab = e.lab AND x.id = e.site"                                                          \
  " LEFT JOIN commodity c ON c.code = s.commodity"                                                           \
  " LEFT JOIN analyte a ON a.code = e.analyte"
#define WEEK_WHERE_EXCEEDANCES " WHERE e.lab = :lab AND e.week = :week AND " WEEK_STANDS " AND " WEEK_NEWEST

/* How a column becomes a member, in the order of the SELECT. */
typedef enum {
  LIMS_WEEK_TEXT,   /* const char *, never NULL */
  LIMS_WEEK_INT,    /* gint64, NULL = 0 */
  LIMS_WEEK_COUNTY, /* const char *: the county of the division whose code the column has */
  LIMS_WEEK_PLACE,  /* const char *: the same code's place below the county */
} LimsWeekMember;
typedef struct {
  LimsWeekMember kind;
  gsize offset;
} LimsWeekField;
#define WEEK_TEXT(type, member)                                                                              \
  { LIMS_WEEK_TEXT, G_STRUCT_OFFSET(type, member) }
#define WEEK_INT(type, member)                                                                               \
  { LIMS_WEEK_INT, G_STRUCT_OFFSET(type, member) }

/* Steps the query to its end, filling `row` by the table and calling each; takes the query, NULL with *error
 * set included. `fields` ends with the SELECT's columns. */
gboolean lims_week_stream(LimsWeek *week, LimsQuery *query, const LimsWeekField *fields, gpointer row,
                          LimsWeekEach each, gpointer data, GError **error);
/* Never NULL; *error set only if the store failed. */
const LimsWeekPlace *lims_week_place(LimsWeek *week, const char *code, GError **error);

/* "" where there is none; never NULL, kept as long as the view. *error set only if the store failed. */
const char *lims_week_name(LimsWeek *week, LimsWeekLookup what, gint64 number, const char *key, guint column,
                           GError **error);
void lims_week_make_names(LimsWeek *week);
void lims_week_free_names(LimsWeek *week);

/* Adds an exceedance to its groups and its analyte. */
void lims_week_tally(LimsWeek *week, const LimsWeekExceedance *row);
void lims_week_make_counts(LimsWeek *week);
void lims_week_free_counts(LimsWeek *week);

/* The statements of each file, ending with NULL, for the test that reads their plans. */
extern const char *const LIMS_WEEK_COUNT_STATEMENTS[];
extern const char *const LIMS_WEEK_ROWS_STATEMENTS[];
extern const char *const LIMS_WEEK_NAMES_STATEMENTS[LIMS_WEEK_LOOKUPS + 1];
extern const char *const LIMS_WEEK_EXCEEDANCE_STATEMENTS[];
extern const char *const LIMS_WEEK_YEAR_STATEMENTS[];
extern const char *const LIMS_WEEK_OPEN_STATEMENTS[];
extern const char *const LIMS_WEEK_CHANGE_STATEMENTS[];
