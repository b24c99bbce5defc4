/* Administrative divisions: province, city, county, town, village, by their official codes (GB/T 2260, GB/T
 * 10114 and the statistical codes below them). Shared by all laboratories.
 */
#pragma once
#include "lims/store/store.h"

enum {
  LIMS_DIVISION_PROVINCE = 1,
  LIMS_DIVISION_CITY,
  LIMS_DIVISION_COUNTY,
  LIMS_DIVISION_TOWN,
  LIMS_DIVISION_VILLAGE
};

typedef struct {
  const char *code;           /* 2 to 12 digits */
  const char *name, *name_en; /* name_en may be NULL */
  const char *parent;         /* code or NULL */
  int level;                  /* 1 province … 5 village; above the parent's */
} LimsDivisionNew;

/* New, or the same code with new words; *out_changed (may be NULL): FALSE if it was there just so. */
gboolean lims_division_put(LimsDb *db, const LimsDivisionNew *division, gboolean *out_changed,
                           GError **error);
/* CSV with the columns code, name, parent, level and, if wanted, name_en; in any order of rows. Counts rows.
 */
gboolean lims_division_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                              guint *out_rows, guint *out_changed, GError **error);
/* FALSE with LIMS_ERROR_NOT_FOUND if unknown. */
gboolean lims_division_require(LimsDb *db, const char *code, GError **error);
/* By code, after that one ("" or NULL: from the first), below `parent` (NULL: all). Columns: code, name,
 * name_en, parent, level. */
LimsQuery *lims_division_query(LimsDb *db, const char *parent, const char *after, guint limit,
                               GError **error);
