/* Between registering one sample and importing a file of them. */
#pragma once
#include "lims/model/sample.h"

typedef struct {
  const char *kind; /* of sample_alias */
  char *alias;
} LimsSampleAlias;

/* The other names of a sample, each once: LimsSampleAlias *, owned by the caller. */
GPtrArray *lims_sample_aliases(const LimsSampleNew *sample);
