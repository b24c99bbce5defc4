/* Sites: where samples are taken. A site belongs to the laboratory that registered it and lies in a division.
 */
#pragma once
#include "lims/store/store.h"

/* The kinds, in the order in which lists and workbooks show them. */
#define LIMS_SITE_KINDS                                                                                      \
  "farm|market|stall|supermarket|school-canteen|restaurant|workshop|online-seller|grain-store|"              \
  "irrigation-point|soil-point"

typedef struct {
  guint lab;
  const char *code;           /* 1 to 32 of A-Z a-z 0-9 . _ - ; NULL: the next of S0001, S0002 … */
  const char *name, *name_en; /* name_en may be NULL */
  const char *kind;           /* of LIMS_SITE_KINDS */
  const char *division;       /* code or NULL */
  const char *address;        /* or NULL */
} LimsSiteNew;

/* *out_code (g_free) and *out_id may be NULL. */
gboolean lims_site_add(LimsDb *db, const LimsSiteNew *site, char **out_code, gint64 *out_id, GError **error);
/* CSV with the columns kind, name and, if wanted, lab, code, division, name-en, address; headings in Chinese
 * are known too. UTF-8 or GB18030; all rows or none. `lab` (may be NULL): of rows that name none. *out_codes
 * (may be NULL): GPtrArray of char *, in the order of the rows. */
gboolean lims_site_import(LimsDb *db, const char *file_name, const char *bytes, gsize size, const char *lab,
                          GPtrArray **out_codes, GError **error);
/* FALSE with LIMS_ERROR_NOT_FOUND if that laboratory has no such site. */
gboolean lims_site_get(LimsDb *db, guint lab, const char *code, gint64 *out_id, GError **error);
/* Sites of a laboratory (lab < 0: of all), after that id (0: from the first). Columns: id, code, lab's code,
 * name, name_en, kind, division, division's name, address. */
LimsQuery *lims_site_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error);
