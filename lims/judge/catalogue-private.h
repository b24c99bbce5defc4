/* The catalogue's inside, for the judge's own files. */
#pragma once
#include "lims/judge/catalogue.h"

typedef struct LimsNode LimsNode;
struct LimsNode {
  gint64 id, parent_id;
  const LimsNode *parent; /* set by sealing; NULL: a root */
  const char *path;
};

typedef struct {
  const char *tree; /* interned: compared by address */
  const LimsNode *node;
} LimsMembership;

typedef struct {
  const char *code, *name, *name_en, *family;
  GArray *memberships; /* LimsMembership; NULL until the first */
} LimsCommodity;

typedef struct {
  const char *code, *name, *name_en;
  const char *formula; /* "" if not known */
} LimsAnalyte;

/* A set with its limits, for each analyte in the order of nodes. */
typedef struct {
  LimsLimitSet set;
  GHashTable *limits;     /* analyte code → GPtrArray of const LimsLimit * */
  GHashTable *components; /* the same for analytes that only count as a component of a sum */
} LimsSetLimits;

struct LimsCatalogue {
  gatomicrefcount references;
  gboolean sealed;
  LimsCatalogue *base; /* a view ("as if"): everything but `sets` belongs to this one; NULL: its own */
  GStringChunk *strings;
  GHashTable *analytes;        /* code → LimsAnalyte * */
  GHashTable *analyte_names;   /* folded name → code */
  GHashTable *commodities;     /* code → LimsCommodity * */
  GHashTable *commodity_names; /* folded name → code */
  GHashTable *trees;           /* name → GHashTable of gint64 * → LimsNode * */
  GPtrArray *sets;             /* LimsSetLimits *, in the order of adding */
  GPtrArray *limits;           /* LimsLimit *, owned */
  GHashTable *terms;           /* conditions as written → GArray of LimsCondition */
  GHashTable *residues;        /* residue definition as written → LimsResidue * */
  GHashTable *methods;         /* code → LimsMethod * */
  GHashTable *method_names;    /* folded name → code */
  GHashTable *detection;       /* LimsDetectionLimit *, by its own key */
  LimsFormula *formula;        /* of methods that have none of their own */
  LimsPolicy policy;
};

/* Sets the error; always FALSE. */
gboolean lims_catalogue_refuse(GError **error, int code, const char *format, ...) G_GNUC_PRINTF(3, 4);
gboolean lims_catalogue_is_open(const LimsCatalogue *c, GError **error);

/* NULL: none. */
LimsNode *lims_catalogue_get_node(const LimsCatalogue *c, const char *tree, gint64 id);
LimsSetLimits *lims_catalogue_get_set(const LimsCatalogue *c, const char *code);
const LimsCommodity *lims_catalogue_get_commodity(const LimsCatalogue *c, const char *code);
/* The first of the rows at the most specific node from *node towards the root, and how many there are; *node
 * is then that node. NULL if none. */
const LimsLimit *const *lims_limits_at(const GPtrArray *limits, const LimsNode **node, guint *count);

/* catalogue-method.c: what a catalogue holds of methods. */
void lims_catalogue_init_methods(LimsCatalogue *c);
void lims_catalogue_clear_methods(LimsCatalogue *c);
/* The catalogue's own copy. */
const char *lims_catalogue_keep(LimsCatalogue *c, const char *text);
