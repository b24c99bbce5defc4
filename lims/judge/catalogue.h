/* The catalogue in memory: analytes, commodities, trees, memberships and limit sets, indexed for judging.
 *
 * Pure data, filled once by whoever has them (the model from the store, a test from a table), then sealed and
 * shared between threads read-only. Owns copies of every string.
 */
#pragma once
#include "lims/core/unit.h"
#include "lims/judge/condition.h"
#include "lims/judge/method.h"
#include "lims/judge/residue.h"

typedef struct LimsCatalogue LimsCatalogue; /* reference counted */

typedef enum {
  LIMS_LIMIT_MAXIMUM, /* ≤ limit complies */
  LIMS_LIMIT_MINIMUM,
  LIMS_LIMIT_RANGE,        /* low ≤ value ≤ high */
  LIMS_LIMIT_NOT_DETECTED, /* 不得检出 */
  LIMS_LIMIT_BANNED,       /* 不得使用: any detection exceeds */
  LIMS_LIMIT_OTHER,        /* recognised as a limit, not yet judged: undetermined with its text */
} LimsLimitKind;

typedef enum { LIMS_DATE_PRODUCTION, LIMS_DATE_PURCHASE, LIMS_DATE_SAMPLING } LimsDateRule;

typedef struct {
  const char *set;      /* code of the limit set, unique */
  const char *standard; /* "GB 2762-2025" */
  const char *tree;
  int from, to; /* yyyymmdd, inclusive; to = 0: open */
  LimsDateRule date_rule;
  const char *standing; /* "good", "to be verified before use" … */
  const char *source;
} LimsLimitSet;

typedef struct {
  const LimsLimitSet *set;
  gint64 id;
  gint64 node;
  const char *node_path;
  const char *analyte;
  LimsLimitKind kind;
  const char *text;      /* as the standard prints it */
  LimsDecimal low, high; /* MAXIMUM: high; MINIMUM: low */
  const LimsUnit *unit;  /* NULL for NOT_DETECTED and BANNED without one */
  const char *clause;
  const char *basis;
  const char *residue_definition; /* "" if none; see residue.h */
  const char *conditions;         /* "" if none; see condition.h */
  /* The catalogue's own, read from the two texts when the limit is added; a given limit has neither. */
  const LimsResidue *residue; /* NULL: no sum */
  const GArray *terms;        /* LimsCondition; NULL: none */
} LimsLimit;

/* A class that a limit names as excepted, and that has no limit of its own: a row of kind OTHER with this
 * text at the excepted node, so that the walk to the root ends there. */
#define LIMS_LIMIT_EXCEPTED "excepted"
LimsCatalogue *lims_catalogue_new(void);
LimsCatalogue *lims_catalogue_ref(LimsCatalogue *catalogue);
void lims_catalogue_unref(LimsCatalogue *catalogue);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsCatalogue, lims_catalogue_unref)

/* Filling; strings are copied. Errors name the row's own words. */
gboolean lims_catalogue_add_analyte(LimsCatalogue *c, const char *code, const char *name, const char *name_en,
                                    GError **error);
/* The molecular formula, for residue sums; "" is none. */
gboolean lims_catalogue_set_formula(LimsCatalogue *c, const char *analyte, const char *formula,
                                    GError **error);
gboolean lims_catalogue_add_analyte_alias(LimsCatalogue *c, const char *alias, const char *analyte,
                                          GError **error);
gboolean lims_catalogue_add_commodity(LimsCatalogue *c, const char *code, const char *name,
                                      const char *name_en, const char *family, GError **error);
gboolean lims_catalogue_add_commodity_alias(LimsCatalogue *c, const char *alias, const char *commodity,
                                            GError **error);
gboolean lims_catalogue_add_node(LimsCatalogue *c, const char *tree, gint64 id, gint64 parent,
                                 const char *path, GError **error); /* parent 0: the root */
gboolean lims_catalogue_add_membership(LimsCatalogue *c, const char *commodity, const char *tree, gint64 node,
                                       GError **error);
gboolean lims_catalogue_add_set(LimsCatalogue *c, const LimsLimitSet *set, GError **error);
/* `set` names it; ->set and ->node_path of the argument are ignored. */
gboolean lims_catalogue_add_limit(LimsCatalogue *c, const char *set, const LimsLimit *limit, GError **error);
/* `formula` (text, "" for the default) is parsed here; ->formula of the argument is ignored. */
gboolean lims_catalogue_add_method(LimsCatalogue *c, const LimsMethod *method, const char *formula,
                                   GError **error);
/* The matrix must be "", a commodity's code or a family of one; LOD not above LOQ. */
gboolean lims_catalogue_add_detection_limit(LimsCatalogue *c, const LimsDetectionLimit *limit,
                                            GError **error);
/* Until then LIMS_POLICY_DEFAULT. */
gboolean lims_catalogue_set_policy(LimsCatalogue *c, const LimsPolicy *policy, GError **error);
/* Checks trees for cycles and dangling parents and makes the indexes. No filling afterwards. */
gboolean lims_catalogue_seal(LimsCatalogue *c, GError **error);

/* Codes by any name or alias, folded (lims_text_fold); NULL if none. Owned by the catalogue. */
const char *lims_catalogue_find_analyte(const LimsCatalogue *c, const char *name);
const char *lims_catalogue_find_commodity(const LimsCatalogue *c, const char *name);
/* Names by code; NULL if there is none. Owned by the catalogue. */
const char *lims_catalogue_analyte_name(const LimsCatalogue *c, const char *code);
const char *lims_catalogue_commodity_name(const LimsCatalogue *c, const char *code);
/* For showing: its name, or the code as it was given. */
const char *lims_catalogue_analyte_label(const LimsCatalogue *c, const char *code);
/* The node that the text names: its id, its path, or its name where only one node of the tree has it. 0:
 * none, or several. */
gint64 lims_catalogue_find_node(const LimsCatalogue *c, const char *tree, const char *text);
/* NULL: there is none. */
const char *lims_catalogue_node_path(const LimsCatalogue *c, const char *tree, gint64 node);

const LimsPolicy *lims_catalogue_policy(const LimsCatalogue *c);
/* By code, name or standard, also with an edition ("GB 5009.12-2023") or a part of it behind ("GB 5009.12,
 * first method"); NULL if none. */
const LimsMethod *lims_catalogue_find_method(const LimsCatalogue *c, const char *name);
/* Of the commodity (code, may be NULL), else of its family, else of any matrix; NULL if none. */
const LimsDetectionLimit *lims_catalogue_find_detection_limit(const LimsCatalogue *c, const char *method,
                                                              const char *analyte, const char *commodity);
/* Whether two names are of editions of one standard: "GB 2762-2025" and "GB 2762-2022". */
gboolean lims_catalogue_is_other_edition(const char *a, const char *b);
/* A sealed copy in which `set` alone of its standard's editions is in force, at any date: for "what if". NULL
 * with LIMS_ERROR_NOT_FOUND if there is no such set. */
LimsCatalogue *lims_catalogue_as_if(LimsCatalogue *c, const char *set, GError **error);
