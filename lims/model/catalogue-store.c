/* The catalogue out of the store.
 *
 * A verdict needs the whole of it in memory, and reading it costs some milliseconds: so each connection keeps
 * one, and asks at every use for one number only, the version that changes with it. Rows that a person put in
 * by other ways are checked again by the catalogue itself: what does not fit together is an error that names
 * the row.
 */
#include "lims/model/catalogue-store.h"
#include "lims/core/time.h"
#include "lims/model/setting.h"

#include <string.h>

#define CACHE_KEY "model-catalogue"

/* ---- words of the tables ---- */

static const char *const KINDS[] = {
    [LIMS_LIMIT_MAXIMUM] = "maximum", [LIMS_LIMIT_MINIMUM] = "minimum",
    [LIMS_LIMIT_RANGE] = "range",     [LIMS_LIMIT_NOT_DETECTED] = "not-detected",
    [LIMS_LIMIT_BANNED] = "banned",   [LIMS_LIMIT_OTHER] = "other",
};

static const char *const DATE_RULES[] = {[LIMS_DATE_PRODUCTION] = "production",
                                         [LIMS_DATE_PURCHASE] = "purchase",
                                         [LIMS_DATE_SAMPLING] = "sampling"};

static gboolean find_word(const char *const *words, guint count, const char *word, guint *out) {
  for (guint i = 0; i < count; i++)
    if (strcmp(words[i], word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

const char *lims_limit_kind_name(LimsLimitKind kind) {
  return KINDS[kind];
}

gboolean lims_limit_kind_parse(const char *name, LimsLimitKind *out) {
  guint found = 0;
  gboolean known = find_word(KINDS, G_N_ELEMENTS(KINDS), name, &found);

  *out = (LimsLimitKind)found;
  return known;
}

gboolean lims_date_rule_parse(const char *name, LimsDateRule *out) {
  guint found = 0;
  gboolean known = find_word(DATE_RULES, G_N_ELEMENTS(DATE_RULES), name, &found);

  *out = (LimsDateRule)found;
  return known;
}

/* ---- reading ---- */

/* One row of a query into the catalogue. */
typedef gboolean (*AddRow)(LimsCatalogue *c, LimsQuery *row, GError **error);

static const char *text_of(LimsQuery *row, int column) {
  const char *text = lims_query_text(row, column);

  return text ? text : "";
}

static gboolean add_analyte(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_analyte(c, text_of(row, 0), text_of(row, 1), text_of(row, 2), error) &&
         lims_catalogue_set_formula(c, text_of(row, 0), text_of(row, 3), error);
}

static gboolean add_analyte_alias(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_analyte_alias(c, text_of(row, 0), text_of(row, 1), error);
}

static gboolean add_commodity(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_commodity(c, text_of(row, 0), text_of(row, 1), text_of(row, 2), text_of(row, 3),
                                      error);
}

static gboolean add_commodity_alias(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_commodity_alias(c, text_of(row, 0), text_of(row, 1), error);
}

static gboolean add_node(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_node(c, text_of(row, 0), lims_query_int(row, 1), lims_query_int(row, 2),
                                 text_of(row, 3), error);
}

static gboolean add_membership(LimsCatalogue *c, LimsQuery *row, GError **error) {
  return lims_catalogue_add_membership(c, text_of(row, 0), text_of(row, 1), lims_query_int(row, 2), error);
}

static gboolean read_set(LimsQuery *row, LimsLimitSet *out, GError **error) {
  LimsLimitSet set = {.set = text_of(row, 0),
                      .standard = text_of(row, 1),
                      .tree = text_of(row, 2),
                      .standing = text_of(row, 6),
                      .source = text_of(row, 7)};

  if (!lims_time_parse_date(text_of(row, 3), &set.from) ||
      (!lims_query_is_null(row, 4) && !lims_time_parse_date(text_of(row, 4), &set.to)) ||
      !lims_date_rule_parse(text_of(row, 5), &set.date_rule)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "limit set %s: its dates cannot be read", set.set);
    return FALSE;
  }
  *out = set;
  return TRUE;
}

static gboolean add_set(LimsCatalogue *c, LimsQuery *row, GError **error) {
  LimsLimitSet set;

  return read_set(row, &set, error) && lims_catalogue_add_set(c, &set, error);
}

/* A maximum and a range have their number above, a minimum below; a range has its low end besides. */
static gboolean read_numbers(LimsQuery *row, LimsLimit *limit) {
  LimsDecimal *number = limit->kind == LIMS_LIMIT_MINIMUM ? &limit->low : &limit->high;

  if (limit->kind > LIMS_LIMIT_RANGE)
    return TRUE;
  return lims_decimal_parse(text_of(row, 6), number) &&
         (limit->kind != LIMS_LIMIT_RANGE || lims_decimal_parse(text_of(row, 7), &limit->low));
}

static gboolean add_limit(LimsCatalogue *c, LimsQuery *row, GError **error) {
  LimsLimit limit = {.id = lims_query_int(row, 1),
                     .node = lims_query_int(row, 2),
                     .analyte = text_of(row, 3),
                     .text = text_of(row, 5),
                     .unit = lims_query_is_null(row, 8) ? NULL : lims_unit_find(text_of(row, 8)),
                     .clause = text_of(row, 9),
                     .basis = text_of(row, 10),
                     .residue_definition = text_of(row, 11),
                     .conditions = text_of(row, 12)};

  if (!lims_limit_kind_parse(text_of(row, 4), &limit.kind) || !read_numbers(row, &limit)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "limit set %s, row %" G_GINT64_FORMAT ": no such limit", text_of(row, 0), limit.id);
    return FALSE;
  }
  return lims_catalogue_add_limit(c, text_of(row, 0), &limit, error);
}

/* A number that may be absent: then 0. */
static gboolean read_optional(LimsQuery *row, int column, gboolean *has, LimsDecimal *out) {
  const char *text = text_of(row, column);

  *has = *text != '\0';
  return !*has || lims_decimal_parse(text, out);
}

static gboolean add_method(LimsCatalogue *c, LimsQuery *row, GError **error) {
  LimsMethodText text = {.code = text_of(row, 0),
                         .name = text_of(row, 1),
                         .standard = text_of(row, 2),
                         .rounding = text_of(row, 4),
                         .comparison = text_of(row, 5),
                         .decision = text_of(row, 6),
                         .uncertainty = text_of(row, 7),
                         .rpd_limit = text_of(row, 8),
                         .is_total = lims_query_int(row, 9) ? "yes" : "",
                         .nd_components = text_of(row, 10),
                         .screen_threshold = text_of(row, 11),
                         .at_threshold = text_of(row, 12)};
  LimsMethod method;

  if (lims_method_read(&text, &method, error))
    return lims_catalogue_add_method(c, &method, text_of(row, 3), error);
  g_prefix_error(error, "method %s: ", text.code);
  return FALSE;
}

static gboolean add_detection_limit(LimsCatalogue *c, LimsQuery *row, GError **error) {
  LimsDetectionLimit limit = {.method = text_of(row, 0),
                              .analyte = text_of(row, 1),
                              .matrix = text_of(row, 2),
                              .unit = lims_unit_find(text_of(row, 5))};
  gboolean given;

  if (read_optional(row, 3, &limit.has_lod, &limit.lod) &&
      read_optional(row, 4, &limit.has_loq, &limit.loq) && read_optional(row, 6, &given, &limit.uncertainty))
    return lims_catalogue_add_detection_limit(c, &limit, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "detection limit of %s by %s: a number cannot be read",
              limit.analyte, limit.method);
  return FALSE;
}

/* In the order in which one needs the other. */
static const struct {
  const char *sql;
  AddRow add;
} TABLES[] = {
    {"SELECT code, name, name_en, formula FROM analyte ORDER BY code", add_analyte},
    {"SELECT alias, analyte FROM analyte_alias ORDER BY alias", add_analyte_alias},
    {"SELECT code, name, name_en, family FROM commodity ORDER BY code", add_commodity},
    {"SELECT alias, commodity FROM commodity_alias ORDER BY alias", add_commodity_alias},
    {"SELECT tree, id, parent, path FROM node ORDER BY tree, id", add_node},
    {"SELECT commodity, tree, node FROM membership ORDER BY commodity, tree, node", add_membership},
    {"SELECT code, standard, tree, effective_from, effective_to, date_rule, standing, source FROM limit_set "
     "ORDER BY code",
     add_set},
    {"SELECT limit_set, id, node, analyte, kind, limit_text, limit_number, limit_low, unit, clause, basis, "
     "residue_definition, conditions FROM limit_row ORDER BY limit_set, id",
     add_limit},
    {"SELECT code, name, standard, formula, rounding, comparison, decision, uncertainty, rpd_limit, "
     "is_total, "
     "nd_components, screen_threshold, at_threshold FROM method ORDER BY code",
     add_method},
    {"SELECT method, analyte, matrix, lod, loq, unit, uncertainty FROM detection_limit "
     "ORDER BY method, analyte, matrix",
     add_detection_limit},
};

/* Of sets and limits (column 0: the set's code) some may be left out or amended. */
static gboolean add_row(LimsCatalogue *c, AddRow add, const LimsCatalogueAmendment *amendment, LimsQuery *row,
                        GError **error) {
  LimsLimitSet set;

  if (!amendment || (add != add_set && add != add_limit))
    return add(c, row, error);
  if (strcmp(text_of(row, 0), amendment->instead_of) == 0)
    return TRUE;
  if (add == add_limit)
    return add(c, row, error);
  if (!read_set(row, &set, error))
    return FALSE;
  amendment->amend(&set, amendment->data);
  return lims_catalogue_add_set(c, &set, error);
}

static gboolean read_table(LimsDb *db, LimsCatalogue *c, const char *sql, AddRow add,
                           const LimsCatalogueAmendment *amendment, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error, sql, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    if (!add_row(c, add, amendment, query, error)) {
      g_prefix_error(error, "the catalogue in the store: ");
      return FALSE;
    }
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static LimsCatalogue *read_all(LimsDb *db, const LimsCatalogueAmendment *amendment, GError **error) {
  g_autoptr(LimsCatalogue) c = lims_catalogue_new();
  LimsPolicy policy;

  if (!lims_setting_policy(db, &policy, error) || !lims_catalogue_set_policy(c, &policy, error))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS(TABLES); i++)
    if (!read_table(db, c, TABLES[i].sql, TABLES[i].add, amendment, error))
      return NULL;
  if (amendment && !amendment->add(c, amendment->data, error))
    return NULL;
  return lims_catalogue_seal(c, error) ? g_steal_pointer(&c) : NULL;
}

LimsCatalogue *lims_catalogue_read_amended(LimsDb *db, const LimsCatalogueAmendment *amendment,
                                           GError **error) {
  return read_all(db, amendment, error);
}

/* ---- kept with the connection ---- */

typedef struct {
  gint64 version;
  LimsCatalogue *catalogue;
} Snapshot;

static void snapshot_free(gpointer data) {
  Snapshot *snapshot = data;

  lims_catalogue_unref(snapshot->catalogue);
  g_free(snapshot);
}

gint64 lims_catalogue_version(LimsDb *db) {
  gint64 version = 0;

  lims_db_get_int(db, &version, NULL,
                  "SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'catalogue-version'", NULL);
  return version;
}

LimsCatalogue *lims_catalogue_current(LimsDb *db, GError **error) {
  Snapshot *snapshot = lims_db_get_cache(db, CACHE_KEY);
  gint64 version = lims_catalogue_version(db);
  LimsCatalogue *catalogue;

  if (snapshot && snapshot->version == version)
    return snapshot->catalogue;
  catalogue = read_all(db, NULL, error);
  if (!catalogue)
    return NULL;
  snapshot = g_new(Snapshot, 1);
  *snapshot = (Snapshot){version, catalogue};
  lims_db_set_cache(db, CACHE_KEY, snapshot, snapshot_free);
  return catalogue;
}

/* The moment, not a count: the number of a job that was rolled back must not come again with other contents.
 */
gboolean lims_catalogue_touch(LimsDb *db, GError **error) {
  gint64 version = MAX(lims_catalogue_version(db) + 1, lims_db_now_us(db));
  g_autofree char *next = g_strdup_printf("%" G_GINT64_FORMAT, version);

  return lims_db_run(db, error,
                     "INSERT INTO meta(name, value) VALUES('catalogue-version', :next) "
                     "ON CONFLICT(name) DO UPDATE SET value = excluded.value",
                     "next:s", next, NULL);
}
