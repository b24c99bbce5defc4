/* The catalogue in the store: loading config/catalogue at `init`, and reading it back as a LimsCatalogue for
 * the judge. */
#pragma once
#include "lims/judge/catalogue.h"
#include "lims/store/store.h"

/* Loads every file of the directory (README of config/catalogue says which): all rows or none; an error names
 * file, line and column. Loading the same again changes nothing. */
gboolean lims_catalogue_load_directory(LimsDb *db, const char *directory, GError **error);
/* The whole catalogue, sealed; read once and kept with the connection until the catalogue's version (meta
 * "catalogue-version") changes. Owned by the connection: ref it to keep it beyond the job. */
LimsCatalogue *lims_catalogue_current(LimsDb *db, GError **error);
/* What the store does not hold yet: a set that stands instead of one of its sets, or beside them. */
typedef struct {
  const char *instead_of;                          /* code: that set and its limits are left out */
  void (*amend)(LimsLimitSet *set, gpointer data); /* each of the others, as it is read */
  gboolean (*add)(LimsCatalogue *c, gpointer data, GError **error); /* before the catalogue is sealed */
  gpointer data;
} LimsCatalogueAmendment;
/* The catalogue as it would be; new, read each time. */
LimsCatalogue *lims_catalogue_read_amended(LimsDb *db, const LimsCatalogueAmendment *amendment,
                                           GError **error);
/* It changes with everything that verdicts are made by: sets, methods, settings. */
gint64 lims_catalogue_version(LimsDb *db);
/* Changes the version: whoever writes to the catalogue's tables calls it in the same job. */
gboolean lims_catalogue_touch(LimsDb *db, GError **error);

/* Words of the tables: "maximum" "minimum" "range" "not-detected" "banned" "other". */
const char *lims_limit_kind_name(LimsLimitKind kind);
gboolean lims_limit_kind_parse(const char *name, LimsLimitKind *out);
/* "production" "purchase" "sampling". */
gboolean lims_date_rule_parse(const char *name, LimsDateRule *out);
