/* A store with one week in which everything exceeds, seeded in bulk straight into SQLite, without judging. */
#pragma once
#include <glib.h>

typedef struct {
  int week;     /* 202647 */
  int samples;  /* over four laboratories */
  int analytes; /* results a sample, each a determination, a verdict and an exceedance; at most 60 */
} LimsSeed;

/* Makes the store and fills it. Aborts on failure: a bench has nothing to go on with. */
void lims_seed_store(const char *path, const LimsSeed *seed);
