/* Lists page by key: the rows of one laboratory or of all, in the order of (lab, id), from behind the last
 * row seen. An id carries its laboratory, so that the last id alone says where to go on.
 */
#pragma once
#include "lims/core/id.h"
#include <limits.h>

typedef struct {
  gint64 from, to; /* laboratories */
  gint64 after_lab, after;
  gint64 limit;
} LimsPage;

/* lab < 0: all; after = 0: from the first. */
static inline LimsPage lims_page_of(int lab, gint64 after, guint limit) {
  return (LimsPage){
      .from = lab < 0 ? 0 : lab,
      .to = lab < 0 ? INT_MAX : lab,
      .after_lab = after > 0 ? (gint64)lims_id_lab(after) : 0,
      .after = after,
      .limit = limit,
  };
}

/* `table` has the columns lab and id and its key is (lab, id). */
#define LIMS_PAGE_WHERE(table)                                                                               \
  table ".lab BETWEEN :from AND :to AND (" table ".lab, " table ".id) > (:after_lab, :after)"
#define LIMS_PAGE_ARGS(page)                                                                                 \
  "from:i", (page).from, "to:i", (page).to, "after_lab:i", (page).after_lab, "after:i", (page).after,        \
      "limit:i", (page).limit
