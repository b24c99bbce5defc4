/* Writes the fixture's rows, as the program would leave them. Times are minutes from Monday of week 47, 00:00
 * in Asia/Shanghai; the first failure ends all that follows. */
#pragma once
#include "tests/reports/helper-week.h"

#define FIXTURE_SITES 9

typedef struct {
  LimsDb *db;
  GError **error;
  gboolean ok;
  gint64 at_us;
  gint64 ids;
  guint32 dice;
} FixtureFiller;

/* What the judge leaves of its calculation. */
typedef struct {
  const char *printed, *computed, *limit_used, *steps, *rule;
  gboolean prepared;
  const char *component, *component_printed; /* counted with it, from a transmission of its own */
} FixtureWork;

typedef struct {
  const char *analyte, *printed, *unit, *value, *verdict, *reason, *limit, *factor;
  gboolean metal; /* by the second laboratory's ICP-MS, GB 2762 */
  gboolean by_hand;
  const FixtureWork *work;
} FixtureResult;

void fixture_run(FixtureFiller *f, const char *sql);
/* Minutes from Monday of the week. */
void fixture_set_time(FixtureFiller *f, int minutes);
guint fixture_roll(FixtureFiller *f, guint below);
gint64 fixture_newest(FixtureFiller *f);
/* The position. */
gint64 fixture_change(FixtureFiller *f, gint64 lab, const char *table, gint64 key);
void fixture_add_sites(FixtureFiller *f);
/* Returns the id, which is also the end of the number. */
gint64 fixture_add_sample(FixtureFiller *f, int site, const char *commodity, const char *name);
void fixture_add_verdict(FixtureFiller *f, gint64 sample, const FixtureResult *r);
/* A result that nothing judges; its id. */
gint64 fixture_add_result(FixtureFiller *f, gint64 sample);
/* As a result tied to the wrong sample is. */
void fixture_take_back(FixtureFiller *f, gint64 lab, gint64 id);
void fixture_void_sample(FixtureFiller *f, gint64 lab, gint64 sample, const char *why);
gint64 fixture_add_held(FixtureFiller *f, gint64 lab, const char *specimen, const char *code,
                        const char *reason, const char *detail);
void fixture_resolve_held(FixtureFiller *f, gint64 lab, gint64 id);
/* Records an issue of the week; its position. */
gint64 fixture_issue(FixtureFiller *f, int week);
