/* Lists page by key: the rows of one laboratory or of all, in the order of (lab, id), from behind the last
 * row seen. An id carries its laboratory, so that the last id alone says where to go on.
 */
#pragma once
#include "lims/core/id.h"
#include <limits.h>

typedef struct {
  gint64 last_lab; /* of those listed */
  gint64 after_lab, after;
  gint64 limit;
} LimsPage;

/* lab < 0: all; after = 0: from the first. */
static inline LimsPage lims_page_of(int lab, gint64 after, guint limit) {
  gint64 first = MAX(lab, 0), of = after > 0 ? (gint64)lims_id_lab(after) : first;

  return (LimsPage){
      .last_lab = lab < 0 ? INT_MAX : lab,
      .after_lab = MAX(of, first),
      .after = of < first ? 0 : after,
      .limit = limit,
  };
}

/* `table` has the columns lab and id and its key is (lab, id); this order is the key's. */
#define LIMS_PAGE_WHERE(table)                                                                               \
  "(" table ".lab, " table ".id) > (:after_lab, :after) AND " table ".lab <= :last_lab"
#define LIMS_PAGE_ARGS(page)                                                                                 \
  "after_lab:i", (page).after_lab, "after:i", (page).after, "last_lab:i", (page).last_lab, "limit:i",        \
      (page).limit
