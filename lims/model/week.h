/* A week of the network as its workbook shows it: counts, exceedances, what waits, what changed, limits used.
 *
 * A view is opened over one snapshot of the store (inside a job) at a position of the change log; rows that
 * came after the position are not there, and what was withdrawn, resolved or voided after it still stands.
 * Nothing here costs more than the week's own rows and the changes made since the position.
 *
 * A verdict counts if it is the newest of its sample and analyte at the position; it belongs to the week in
 * which it was committed, in its laboratory's zone. So each sample and analyte is in exactly one week.
 */
#pragma once
#include "lims/core/decimal.h"
#include "lims/core/i18n.h"
#include "lims/store/store.h"

typedef struct {
  int week;              /* 202647 */
  const char *lab;       /* code; NULL: all laboratories, the city's view */
  gint64 as_of;          /* a position of the change log; 0: the newest */
  LimsLanguage language; /* chooses between name and English name */
} LimsWeekRequest;

typedef struct {
  guint id;
  char *code;
  char *title; /* code and name */
  gboolean is_city;
  GTimeZone *zone;
  gint64 from_us, to_us; /* the week there: [from, to) */
} LimsWeekLab;

typedef struct {
  int week;
  char *scope;     /* the laboratory's title; NULL: all laboratories */
  char *zone_name; /* of the times shown: that laboratory's, or the city laboratory's */
  GTimeZone *zone;
  gint64 from_us, to_us;
  gint64 as_of;      /* the position, never 0 unless the store is empty */
  gint64 as_of_us;   /* its moment */
  char *incarnation; /* of the store */
  gint64 previous;   /* position of the last issue of this scope before as_of; 0: none */
  int previous_week; /* which week that issue was of */
} LimsWeekHead;

typedef struct LimsWeek LimsWeek;
/* LIMS_ERROR_NOT_FOUND: no such laboratory; LIMS_ERROR_INVALID: a position not reached yet, no such week. */
LimsWeek *lims_week_open(LimsDb *db, const LimsWeekRequest *request, GError **error);
void lims_week_free(LimsWeek *week);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsWeek, lims_week_free)
const LimsWeekHead *lims_week_head(const LimsWeek *week);

/* ---- counts ---- */

typedef enum {
  LIMS_WEEK_BY_LAB,
  LIMS_WEEK_BY_COUNTY,
  LIMS_WEEK_BY_KIND,   /* of site */
  LIMS_WEEK_BY_FAMILY, /* of commodity */
  LIMS_WEEK_GROUPINGS
} LimsWeekGrouping;

/* Samples, except exceedances (results). Voided samples are counted as registered and voided, and nowhere
 * else. */
typedef struct {
  char *name; /* title, name or code of the group; "" where none is known */
  gint64 registered, voided;
  gint64 pending;           /* registered before the week's end, no verdict, not void */
  gint64 tested;            /* with a verdict of this week */
  gint64 exceeding;         /* of tested: with an exceedance */
  gint64 screening;         /* of tested: no exceedance, a positive screen */
  gint64 undetermined;      /* of tested: no exceedance, an undetermined verdict */
  gint64 undetermined_only; /* of tested: nothing but undetermined verdicts */
  gint64 exceedances;
} LimsWeekCount;

/* Arrays of LimsWeekCount *, in the order of the names (laboratories: of their ids). Counted once, then kept;
 * the exceedances are counted as they are streamed, so stream them first if you need them anyway. */
gboolean lims_week_count(LimsWeek *week, GError **error);
const GPtrArray *lims_week_counts(const LimsWeek *week, LimsWeekGrouping grouping);

typedef struct {
  char *name;
  gint64 exceedances; /* each of another sample: of a sample and analyte only the newest verdict counts */
  double highest;     /* factor; 0: none has one */
} LimsWeekAnalyte;
/* LimsWeekAnalyte *, most exceedances first. After lims_week_count. */
const GPtrArray *lims_week_analytes(const LimsWeek *week);

/* ---- rows, streamed ---- */

/* `row` and its strings are valid during the call. FALSE with error ends the stream. */
typedef gboolean (*LimsWeekEach)(gconstpointer row, gpointer data, GError **error);

/* No string of a row is NULL; "" is absent. Times: UTC microseconds, 0 unknown. */
typedef struct {
  const char *lab;
  const char *sample, *site, *site_kind, *county, *place; /* place: below the county */
  const char *commodity, *family, *analyte;
  const char *printed,
      *printed_unit;              /* as the analyzer sent it; of several values: all of them, and no unit */
  const char *computed;           /* before rounding, in the unit of the value; "": nothing was computed */
  const char *value, *value_unit; /* as judged */
  const char *limit, *limit_unit; /* as the standard prints it */
  const char *limit_used;         /* with its factor; "": as printed */
  const char *limit_kind;         /* lims/judge: "maximum", "banned" … */
  const char *factor;
  const char *standard, *clause, *node_path, *standing;
  const char *method;
  const char *station, *driver_title, *origin; /* "": entered by hand */
  const char *person;
  const char *transmission; /* its id */
  gint64 measured_at_us, arrived_us, committed_us;
  const char *rule;        /* how it was compared and decided, in English: "simple acceptance, full value" */
  const char *calculation; /* a line a step */
  struct {
    const char *mass, *mass_unit, *volume, *volume_unit, *dilution; /* mass "": none was used */
    const char *blank, *blank_unit, *moisture, *recovery;
  } preparation;
  gint64 lab_id, verdict, has_parts;
  gboolean is_recorded; /* FALSE: a verdict of a time when the judge kept no steps */
} LimsWeekExceedance;
/* By laboratory, in the order of their commits. */
gboolean lims_week_each_exceedance(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

/* One determination that a verdict counted. */
typedef struct {
  const char *analyte, *printed, *unit, *station; /* station "": entered by hand */
} LimsWeekPart;
/* Those of an exceedance, in the order in which they came: where has_parts is 0, the one that it names
 * itself. May be called while the exceedances are streamed. */
gboolean lims_week_each_part(LimsWeek *week, const LimsWeekExceedance *of, LimsWeekEach each, gpointer data,
                             GError **error);

typedef struct {
  const char *code; /* lims/judge: reason code */
  gint64 verdicts, samples;
} LimsWeekReason;
/* Why verdicts of the week are undetermined; most first. */
gboolean lims_week_each_reason(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

typedef struct {
  const char *what; /* "pending": a sample without a verdict; "held": results; "voided": a voided sample that
                       exceeds; "screening-positive", "undetermined": verdicts of one sample and reason */
  const char *lab, *county, *site, *commodity;
  const char *sample;         /* number, or the specimen as sent */
  const char *station, *code; /* verdicts: the names of the analytes, "+4" for those behind the third */
  const char *reason; /* held: a word of lims/ingest; voided: as the person wrote it; verdicts: lims/judge */
  const char *detail;
  gint64 since_us, days; /* days: from then to the position */
} LimsWeekOpen;
gboolean lims_week_each_open(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

typedef struct {
  const char *kind; /* "new", "withdrawn", "corrected", "voided" */
  const char *lab, *sample, *site, *analyte;
  gint64 week;                                                /* in which it was issued */
  const char *old_verdict, *old_value, *old_unit, *old_limit; /* "" for what is new */
  const char *verdict, *value, *unit, *limit;                 /* "" for a void */
  const char *reason;
  gint64 at_us;
} LimsWeekChange;
/* What differs from the last issue of this scope (head->previous): of weeks that were issued, verdicts that
 * changed since; of this week, if it was issued before, the exceedances that came since. */
gboolean lims_week_each_change(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

typedef struct {
  const char *standard, *clause, *node_path, *analyte;
  const char *kind, *limit, *unit;
  const char *set, *effective_from, *effective_to, *date_rule, *standing, *checked_by;
  const char *source;     /* the row's own, else the set's */
  const char *definition; /* of the residue */
  const char *conditions;
  const char *temporary; /* "temporary", or "" */
  const char *caution;   /* "verify": not checked by anybody; "reserved": good with reservations; or "" */
  const char *remark;    /* "limit-changed": the catalogue no longer has it as it was used; or "" */
  gint64 verdicts, exceedances;
} LimsWeekLimit;
/* Each limit that a counting verdict of the week was judged by; by standard, clause, analyte. */
gboolean lims_week_each_limit(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

typedef struct {
  const char *lab, *hash, *incarnation;
  gint64 n, at_us;
} LimsWeekAuditHead;
/* The newest entry of each laboratory's audit chain at the position's moment. */
gboolean lims_week_each_audit_head(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);

/* ---- the laboratories' year ---- */

/* From the first day of week 1 of the reported week's year to the end of that week, so that each sample is in
 * one year. */
typedef struct {
  int year;
  gint64 from_us, to_us; /* in the zone of the head */
} LimsWeekYearSpan;
LimsWeekYearSpan lims_week_year_span(const LimsWeek *week);

/* Money in CNY, exact. */
typedef struct {
  const char *lab;
  gboolean is_city;
  gboolean has_appropriation, has_payment; /* FALSE: none is recorded for the year */
  LimsDecimal appropriated;                /* for the whole year */
  LimsDecimal floor;                       /* what it is to be given at least */
  LimsDecimal paid;                        /* up to the end of the week */
  gint64 samples;                          /* registered, not void */
  gint64 results;                          /* determinations that count */
  gint64 exceedances;                      /* that stand */
} LimsWeekYear;
/* One row a laboratory, in the order of their ids. After lims_week_count. */
gboolean lims_week_each_year(LimsWeek *week, LimsWeekEach each, gpointer data, GError **error);
/* paid / samples to two places; NULL where there is no sample. g_free. */
char *lims_week_cost_per_sample(LimsDecimal paid, gint64 samples);

/* ---- issues ---- */

/* Records that this workbook was handed out, so that the next one can say what changed. No change row: an
 * issue alters no data. digest: SHA-256 of the file, in hex. */
gboolean lims_week_record_issue(LimsDb *db, const LimsWeekRequest *request, gint64 as_of, const char *who,
                                const char *digest, GError **error);
