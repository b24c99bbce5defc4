/* Commands on samples and preparations. */
#include "lims/core/id.h"
#include "lims/model/command-private.h"
#include "lims/model/lab.h"
#include "lims/model/preparation.h"
#include "lims/model/sample-fact.h"
#include "lims/model/sample.h"

/* The object of a sample that was written: its number, laboratory and id, the id again for what was held. */
static JsonObject *sample_object(LimsDb *db, const char *number, guint lab_id, gint64 id, GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get_by_id(db, lab_id, error);
  JsonObject *object;

  if (!lab)
    return NULL;
  object = json_object_new();
  lims_json_set_text(object, "key", number);
  lims_json_set_text(object, "lab", lab->code);
  lims_json_set_id(object, "sample-id", id);
  return object;
}

gboolean lims_command_sample_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                 GError **error) {
  LimsSampleNew sample = {
      .lab = lims_fields_get(args, "lab"),
      .site = lims_fields_get(args, "site"),
      .commodity = lims_fields_get(args, "commodity"),
      .sampled_at = lims_fields_get(args, "sampled-at"),
      .produced_on = lims_fields_get(args, "produced-on"),
      .purchased_on = lims_fields_get(args, "purchased-on"),
      .sheet = lims_fields_get(args, "sheet"),
      .client = lims_fields_get(args, "client"),
      .portions = lims_fields_get(args, "portions"),
      .note = lims_fields_get(args, "note"),
      .who = who,
  };
  g_autofree char *number = NULL;
  JsonObject *object;
  gint64 id;

  if (!lims_sample_register(db, &sample, &number, &id, error))
    return FALSE;
  object = sample_object(db, number, lims_id_lab(id), id, error);
  if (!object)
    return FALSE;
  lims_json_set_id(object, "id", id);
  *out = lims_json_node(object);
  return TRUE;
}

gboolean lims_command_sample_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                    GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  const char *lab = lims_fields_get(args, "lab");
  g_autoptr(GPtrArray) numbers = NULL;

  if (!lims_sample_import(db, csv.name, csv.bytes, csv.size, lab, who, &numbers, error))
    return FALSE;
  *out = lims_json_imported(numbers, lab);
  return TRUE;
}

/* ---- lists ---- */

static const LimsJsonColumn SAMPLE_COLUMNS[] = {
    {"id", LIMS_JSON_ID},
    {"key", LIMS_JSON_TEXT},
    {"lab", LIMS_JSON_TEXT},
    {"site", LIMS_JSON_TEXT},
    {"site-name", LIMS_JSON_TEXT},
    {"commodity", LIMS_JSON_TEXT},
    {"commodity-code", LIMS_JSON_TEXT},
    {"sampled-at", LIMS_JSON_MOMENT},
    {"produced-on", LIMS_JSON_TEXT},
    {"purchased-on", LIMS_JSON_TEXT},
    {"registered-at", LIMS_JSON_MOMENT},
    {"registered-by", LIMS_JSON_TEXT},
    {"note", LIMS_JSON_TEXT},
    {"first-tested-at", LIMS_JSON_MOMENT},
    {"voided-at", LIMS_JSON_MOMENT},
    {"voided-by", LIMS_JSON_TEXT},
    {"void-reason", LIMS_JSON_TEXT},
    {NULL},
};

static const LimsJsonColumn ALIAS_COLUMNS[] = {{"kind", LIMS_JSON_TEXT}, {"name", LIMS_JSON_TEXT}, {NULL}};

static const LimsJsonColumn FACT_COLUMNS[] = {{"id", LIMS_JSON_ID},      {"name", LIMS_JSON_TEXT},
                                              {"value", LIMS_JSON_TEXT}, {"entered-by", LIMS_JSON_TEXT},
                                              {"at", LIMS_JSON_MOMENT},  {NULL}};

static const LimsJsonColumn PREPARATION_COLUMNS[] = {
    {"id", LIMS_JSON_ID},           {"analyte", LIMS_JSON_TEXT},
    {"mass", LIMS_JSON_TEXT},       {"mass-unit", LIMS_JSON_TEXT},
    {"volume", LIMS_JSON_TEXT},     {"volume-unit", LIMS_JSON_TEXT},
    {"dilution", LIMS_JSON_TEXT},   {"blank", LIMS_JSON_TEXT},
    {"blank-unit", LIMS_JSON_TEXT}, {"recovery", LIMS_JSON_TEXT},
    {"moisture", LIMS_JSON_TEXT},   {"entered-by", LIMS_JSON_TEXT},
    {"at", LIMS_JSON_MOMENT},       {NULL},
};

gboolean lims_command_sample_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  gboolean pending = g_strcmp0(lims_fields_get(args, "state"), "pending") == 0;
  gint64 after = lims_fields_get_integer(args, "after", 0);
  int lab;

  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(db, lims_sample_query(db, lab, pending, after, lims_command_limit(args), error),
                        SAMPLE_COLUMNS, error);
  return *out != NULL;
}

/* The sample that `sample` names, in `lab` or in all. */
static gboolean get_sample(LimsDb *db, GHashTable *args, guint *out_lab, gint64 *out_id, GError **error) {
  int lab;

  return lims_command_lab(db, args, &lab, error) &&
         lims_sample_get(db, lab, lims_fields_get(args, "sample"), out_lab, out_id, error);
}

static JsonObject *read_sample(LimsDb *db, guint lab, gint64 id, GError **error) {
  g_autoptr(LimsQuery) query = lims_sample_query_one(db, lab, id, error);

  return query && lims_query_next(query, error) ? lims_json_row(db, query, SAMPLE_COLUMNS, error) : NULL;
}

/* Takes the rows (NULL: the error is set already). */
static gboolean add_member(JsonObject *object, const char *name, JsonNode *rows) {
  if (rows)
    json_object_set_member(object, name, rows);
  return rows != NULL;
}

static gboolean add_facts(LimsDb *db, JsonObject *object, guint lab, gint64 id, GError **error) {
  return add_member(object, "facts",
                    lims_json_rows(db, lims_sample_fact_query(db, lab, id, error), FACT_COLUMNS, error));
}

static gboolean add_parts(LimsDb *db, JsonObject *object, guint lab, gint64 id, GError **error) {
  return add_member(
             object, "names",
             lims_json_rows(db, lims_sample_query_aliases(db, lab, id, error), ALIAS_COLUMNS, error)) &&
         add_facts(db, object, lab, id, error) &&
         add_member(
             object, "preparations",
             lims_json_rows(db, lims_preparation_query(db, lab, id, error), PREPARATION_COLUMNS, error));
}

gboolean lims_command_sample_show(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  g_autoptr(JsonObject) object = NULL;
  gint64 id;
  guint lab;

  if (!get_sample(db, args, &lab, &id, error))
    return FALSE;
  object = read_sample(db, lab, id, error);
  if (!object || !add_parts(db, object, lab, id, error))
    return FALSE;
  *out = lims_json_node(g_steal_pointer(&object));
  return TRUE;
}

/* The object of a sample that is there already. */
static JsonObject *existing_object(LimsDb *db, guint lab, gint64 id, GError **error) {
  g_autoptr(JsonObject) shown = read_sample(db, lab, id, error);

  return shown ? sample_object(db, json_object_get_string_member(shown, "key"), lab, id, error) : NULL;
}

/* ---- void ---- */

gboolean lims_command_sample_void(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  const char *name = lims_fields_get(args, "sample");
  JsonObject *object;
  gint64 id;
  guint lab;

  if (!get_sample(db, args, &lab, &id, error) ||
      !lims_sample_void(db, lab, name, lims_fields_get(args, "reason"), who, error))
    return FALSE;
  object = existing_object(db, lab, id, error);
  if (object)
    *out = lims_json_node(object);
  return object != NULL;
}

/* ---- describe ---- */

static void list_given(GHashTable *args, GArray *facts) {
  for (guint i = 0; i < LIMS_FACTS; i++) {
    LimsSampleFact given = {(LimsFact)i, lims_fields_get(args, lims_fact_name((LimsFact)i))};

    if (given.text)
      g_array_append_val(facts, given);
  }
}

/* Those that `forget` names; one that is given a value as well is a slip. */
static gboolean list_forgotten(GHashTable *args, GArray *facts, GError **error) {
  const char *text = lims_fields_get(args, "forget");
  g_auto(GStrv) names = g_regex_split_simple("[\\s,;，、；]+", text ? text : "", G_REGEX_DEFAULT, 0);

  for (char **name = names; *name; name++) {
    LimsSampleFact taken = {0, ""};

    if (**name == '\0')
      continue;
    if (!lims_fact_find(*name, &taken.fact) || lims_fields_get(args, lims_fact_name(taken.fact))) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "forget '%s': must be the name of a fact that is not given a value as well", *name);
      return FALSE;
    }
    g_array_append_val(facts, taken);
  }
  return TRUE;
}

/* LimsSampleFact; g_array_unref. */
static GArray *read_facts(GHashTable *args, GError **error) {
  g_autoptr(GArray) facts = g_array_new(FALSE, FALSE, sizeof(LimsSampleFact));

  list_given(args, facts);
  if (!list_forgotten(args, facts, error))
    return NULL;
  if (facts->len > 0)
    return g_steal_pointer(&facts);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                      "nothing to describe: give at least one fact, such as ph, or forget one");
  return NULL;
}

gboolean lims_command_sample_describe(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                      GError **error) {
  g_autoptr(GArray) facts = read_facts(args, error);
  g_autoptr(JsonObject) object = NULL;
  gint64 id;
  guint lab;

  if (!facts || !get_sample(db, args, &lab, &id, error) ||
      !lims_sample_describe(db, lab, id, (const LimsSampleFact *)(gpointer)facts->data, facts->len, who,
                            error))
    return FALSE;
  object = existing_object(db, lab, id, error);
  if (!object || !add_facts(db, object, lab, id, error))
    return FALSE;
  *out = lims_json_node(g_steal_pointer(&object));
  return TRUE;
}

/* ---- preparations ---- */

gboolean lims_command_preparation_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                      GError **error) {
  LimsPreparationNew preparation = {
      .analyte = lims_fields_get(args, "analyte"),
      .mass = lims_fields_get(args, "mass"),
      .mass_unit = lims_fields_get(args, "mass-unit"),
      .volume = lims_fields_get(args, "volume"),
      .volume_unit = lims_fields_get(args, "volume-unit"),
      .dilution = lims_fields_get(args, "dilution"),
      .blank = lims_fields_get(args, "blank"),
      .blank_unit = lims_fields_get(args, "blank-unit"),
      .recovery = lims_fields_get(args, "recovery"),
      .moisture = lims_fields_get(args, "moisture"),
      .who = who,
  };
  g_autofree char *key = NULL;
  JsonObject *object;
  gint64 id;

  if (!get_sample(db, args, &preparation.lab, &preparation.sample, error) ||
      !lims_preparation_add(db, &preparation, &id, error))
    return FALSE;
  key = g_strdup_printf("%" G_GINT64_FORMAT, id);
  object = sample_object(db, key, preparation.lab, preparation.sample, error);
  if (object)
    *out = lims_json_node(object);
  return object != NULL;
}

gboolean lims_command_preparation_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                         GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  const char *lab = lims_fields_get(args, "lab");
  g_autoptr(GPtrArray) ids = NULL;

  if (!lims_preparation_import(db, csv.name, csv.bytes, csv.size, lab, who, &ids, error))
    return FALSE;
  *out = lims_json_imported(ids, lab);
  return TRUE;
}

gboolean lims_command_preparation_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                       GError **error) {
  gint64 id;
  guint lab;

  if (!get_sample(db, args, &lab, &id, error))
    return FALSE;
  *out = lims_json_rows(db, lims_preparation_query(db, lab, id, error), PREPARATION_COLUMNS, error);
  return *out != NULL;
}
