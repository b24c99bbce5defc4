/* Tying the rows of a limit set to the classes of its tree, by what a person wrote; and what to say of a
 * class that the tree lacks. */
#pragma once
#include "lims/judge/catalogue.h"
#include "lims/store/store.h"

typedef struct LimsLimitNodes LimsLimitNodes;

/* NULL with LIMS_ERROR_NOT_FOUND naming the trees there are. The catalogue must outlive it. */
LimsLimitNodes *lims_limit_nodes_new(LimsDb *db, const LimsCatalogue *catalogue, const char *tree,
                                     GError **error);
void lims_limit_nodes_free(LimsLimitNodes *nodes);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsLimitNodes, lims_limit_nodes_free)
/* By id, path, or a name that only one node has. 0 with LIMS_ERROR_NOT_FOUND: the nodes of that name, or the
 * nearest names and how a class is added. */
gint64 lims_limit_nodes_find(LimsLimitNodes *nodes, const char *text, GError **error);
