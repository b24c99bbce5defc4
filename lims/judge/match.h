/* Matching names as people write them on sheets to commodities: "豇豆（长豆角）", "精品韭菜", "蔬菜-韭菜".
 *
 * A wrong match judges a food by another food's limit and nobody sees it, so there are two ends and nothing
 * between: a match that is sure, or none, with the nearest candidates for a person to choose from.
 */
#pragma once
#include "lims/judge/catalogue.h"

typedef enum {
  LIMS_MATCH_NONE,
  LIMS_MATCH_EXACT,    /* a name or an alias, folded */
  LIMS_MATCH_STRIPPED, /* the same after what says nothing was taken off: brackets, grades, packing */
  LIMS_MATCH_AMBIGUOUS /* the parts name different commodities: none is taken */
} LimsMatchKind;

typedef struct {
  LimsMatchKind kind;
  const char *commodity; /* code, owned by the catalogue; NULL unless EXACT or STRIPPED */
  char *by;              /* the part of the name that matched; NULL if none */
  GPtrArray *candidates; /* const char *: codes, the nearest first, at most LIMS_MATCH_CANDIDATES; empty if
                            matched */
} LimsMatch;

#define LIMS_MATCH_CANDIDATES 3

void lims_match_clear(LimsMatch *match);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsMatch, lims_match_clear)
/* Thread-safe on a sealed catalogue. */
void lims_match_commodity(const LimsCatalogue *catalogue, const char *name, LimsMatch *out);
/* Without candidates: the code, or NULL. What registering a sample and judging a text use. */
const char *lims_match_find_commodity(const LimsCatalogue *catalogue, const char *name);
/* The paths of the commodity's places in that tree (const char *, owned by the catalogue), as many as its
 * name leaves open; empty if it has none. `commodity` is a code of the catalogue. */
GPtrArray *lims_match_places(const LimsCatalogue *catalogue, const char *commodity, const char *tree);
/* The analyte of that name, also with a symbol, a bracket or an ending beside it that says the same again
 * ("铅Pb", "铅(以Pb计)", "毒死蜱残留量"): its code, owned by the catalogue, or NULL. */
const char *lims_match_find_analyte(const LimsCatalogue *catalogue, const char *name);
