/* Laboratories: the city's and the counties'. A laboratory's number leads every key of its rows; its code
 * opens every sample number; its zone says which day and week it is there.
 */
#pragma once
#include "lims/store/store.h"

#define LIMS_LAB_KINDS "city|county"
#define LIMS_LAB_ZONE "Asia/Shanghai"

typedef struct {
  const char *code; /* 1 to 4 of A-Z a-z 0-9, so that <code>-<yymmdd>-<nnnn> has at most 16 characters */
  const char *name, *name_en; /* name_en may be NULL */
  const char *kind;           /* of LIMS_LAB_KINDS */
  const char *division;       /* code or NULL */
  const char *zone;           /* of the time zone database; NULL: LIMS_LAB_ZONE */
} LimsLabNew;

typedef struct {
  guint id; /* 0 to 4095, in the order of their making */
  char *code, *name, *name_en, *kind, *division, *zone;
} LimsLab;
void lims_lab_free(LimsLab *lab);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsLab, lims_lab_free)

gboolean lims_lab_add(LimsDb *db, const LimsLabNew *lab, guint *out_id, GError **error);
/* By code; LIMS_ERROR_NOT_FOUND names those there are. `code` NULL: the only one there is, or an error. */
LimsLab *lims_lab_get(LimsDb *db, const char *code, GError **error);
LimsLab *lims_lab_get_by_id(LimsDb *db, guint id, GError **error);
/* All, by id. GPtrArray of LimsLab *, owned by the caller. */
GPtrArray *lims_lab_list(LimsDb *db, GError **error);
/* By id, after that one (-1: from the first). Columns: id, code, name, name_en, kind, division, zone. */
LimsQuery *lims_lab_query(LimsDb *db, gint64 after, guint limit, GError **error);
/* The laboratory's zone; owned by the connection, good during the job. */
GTimeZone *lims_lab_zone(LimsDb *db, guint id, GError **error);
/* The zone of that name from the connection's cache; NULL if no such zone. */
GTimeZone *lims_lab_zone_named(LimsDb *db, const char *name);
