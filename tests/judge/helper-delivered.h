/* The tables of config/catalogue as they are delivered. */
#pragma once
#include "lims/core/csv.h"

/* "analytes.csv", "sets/gb2762-2025.csv", "sets". g_free. */
char *delivered_path(const char *name);
/* The test fails if it cannot be read. */
LimsCsv *read_csv(const char *path);
LimsCsv *read_delivered(const char *name);
