/* One limit as a row of a file: read and checked by itself, then tied to a node and an analyte, then written.
 * Shared by the loader of config/catalogue and the import of a limit set. */
#pragma once
#include "lims/core/csv.h"
#include "lims/judge/judge.h"
#include "lims/store/store.h"

typedef struct {
  guint line;
  gint64 id;                            /* 0: none given */
  const char *node_text, *analyte_text; /* as written */
  const char *path_text;                /* the node's path, for the reader's eye; "" for none */
  LimsLimit limit;                      /* node and analyte: filled in by the caller */
  const char *unit;                     /* to be stored; "" for none */
  const char *source, *note;
} LimsLimitRow;

/* Headings were folded (import.h). Strings point into the row. */
gboolean lims_limit_row_read(const LimsCsv *csv, const LimsCsvRow *row, LimsLimitRow *out, GError **error);
/* Its conditions and its residue definition must keep their forms, and name analytes that there are. */
gboolean lims_limit_row_check_texts(const LimsLimitRow *row, const LimsCatalogue *catalogue, GError **error);
/* What the conditions say, however written: "ph <= 5.5" and "pH<=5.50" have one key, and a limit that is only
 * temporary has the key of none. g_free. */
char *lims_limit_conditions_key(const char *conditions);
gboolean lims_limit_row_write(LimsDb *db, const char *set, const LimsLimitRow *row, GError **error);

/* Two rows of one key would limit the same thing twice. g_free. */
char *lims_limit_key(gint64 node, const char *analyte, const char *conditions);
/* What one set has limited so far: key → where and how. */
GHashTable *lims_limit_seen_new(void);
/* LIMS_ERROR_CONFLICT if a row before it limits the same: it repeats or contradicts that line. */
gboolean lims_limit_seen_add(GHashTable *seen, const LimsLimitRow *row, GError **error);

/* The set's own row. Strings may be "" but not NULL. */
typedef struct {
  const char *code, *standard, *title, *tree;
  const char *from, *to; /* YYYY-MM-DD; to may be "" */
  const char *date_rule, *source, *standing, *checked_by;
} LimsLimitSetRow;
/* Codes, dates and rule; `row` of limits counts, see above. */
gboolean lims_limit_set_row_check(const LimsLimitSetRow *set, GError **error);
/* Into a catalogue that is being filled; its limits follow. */
gboolean lims_limit_set_row_add(LimsCatalogue *catalogue, const LimsLimitSetRow *set, GError **error);
/* Inserts or replaces it, and takes all its limits out: of the catalogue's files, which leave it the end that
 * an import gave it; or by a person, whose word is the last. */
gboolean lims_limit_set_row_write(LimsDb *db, const LimsLimitSetRow *set, GError **error);
gboolean lims_limit_set_row_import(LimsDb *db, const LimsLimitSetRow *set, GError **error);
/* *out: the store has it from a person, and the catalogue's files leave it and its limits alone. */
gboolean lims_limit_set_row_is_imported(LimsDb *db, const char *code, gboolean *out, GError **error);
