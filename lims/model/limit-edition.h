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
