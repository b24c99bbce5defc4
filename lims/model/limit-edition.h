/* Editions of one standard must not be in force on one day. */
#pragma once
#include "lims/model/limit-row.h"

/* An older edition that ends the day before the new one begins. */
typedef struct {
  char *set, *from;
  char *to;     /* as it is; "" open */
  char *new_to; /* as it will be */
} LimsLimitEnd;

/* The editions in the store that must end for `set` (LimsLimitEnd *, g_ptr_array_unref; mostly empty). NULL
 * with LIMS_ERROR_CONFLICT naming the one that overlaps: without `ends_before` any, with it those that begin
 * not before the new one or would go on after it. */
GPtrArray *lims_limit_editions_find(LimsDb *db, const LimsLimitSetRow *set, gboolean ends_before,
                                    GError **error);
gboolean lims_limit_edition_end(LimsDb *db, const LimsLimitEnd *end, GError **error);

/* The sets of the catalogue's files, one after the other, beside those that were imported. */
typedef struct LimsLimitEditions LimsLimitEditions;
LimsLimitEditions *lims_limit_editions_new(LimsDb *db, GError **error);
void lims_limit_editions_free(LimsLimitEditions *editions);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsLimitEditions, lims_limit_editions_free)
/* FALSE with LIMS_ERROR_CONFLICT naming the one that it overlaps. A set that was imported is left alone:
 * TRUE. An end that an import gave the set counts. */
gboolean lims_limit_editions_add(LimsLimitEditions *editions, const LimsLimitSetRow *set, GError **error);
