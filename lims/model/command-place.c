/* Commands on laboratories, divisions, sites and persons: parameters by name into the model's structs, and
 * back. */
#include "lims/model/command-private.h"
#include "lims/model/division.h"
#include "lims/model/lab.h"
#include "lims/model/site.h"

/* ---- laboratories ---- */

gboolean lims_command_lab_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsLabNew lab = {
      .code = lims_fields_get(args, "code"),
      .name = lims_fields_get(args, "name"),
      .name_en = lims_fields_get(args, "name-en"),
      .kind = lims_fields_get(args, "kind"),
      .division = lims_fields_get(args, "division"),
      .zone = lims_fields_get(args, "zone"),
  };
  guint id;

  if (!lims_lab_add(db, &lab, &id, error))
    return FALSE;
  *out = lims_json_added(lab.code, lab.code, id);
  return TRUE;
}

static const LimsJsonColumn LAB_COLUMNS[] = {
    {"id", LIMS_JSON_ID},     {"key", LIMS_JSON_TEXT},
    {"name", LIMS_JSON_TEXT}, {"name-en", LIMS_JSON_TEXT},
    {"kind", LIMS_JSON_TEXT}, {"division", LIMS_JSON_TEXT},
    {"zone", LIMS_JSON_TEXT}, {NULL},
};

gboolean lims_command_lab_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                               GError **error) {
  gint64 after = lims_fields_get_integer(args, "after", -1);

  *out = lims_json_rows(db, lims_lab_query(db, after, lims_command_limit(args), error), LAB_COLUMNS, error);
  return *out != NULL;
}

/* ---- divisions ---- */

gboolean lims_command_division_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                   GError **error) {
  LimsDivisionNew division = {
      .code = lims_fields_get(args, "code"),
      .name = lims_fields_get(args, "name"),
      .name_en = lims_fields_get(args, "name-en"),
      .parent = lims_fields_get(args, "parent"),
      .level = (int)MIN(lims_fields_get_integer(args, "level", 0), LIMS_DIVISION_VILLAGE + 1),
  };
  JsonObject *object;

  if (!lims_division_put(db, &division, NULL, error))
    return FALSE;
  object = json_object_new();
  lims_json_set_text(object, "key", division.code);
  lims_json_set_text(object, "id", division.code);
  *out = lims_json_node(object);
  return TRUE;
}

gboolean lims_command_division_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                      GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  guint rows, changed;
  JsonObject *object;

  if (!lims_division_import(db, csv.name, csv.bytes, csv.size, &rows, &changed, error))
    return FALSE;
  object = json_object_new();
  json_object_set_int_member(object, "rows", rows);
  json_object_set_int_member(object, "changed", changed);
  *out = lims_json_node(object);
  return TRUE;
}

/* Code, name, name_en, parent, level: the code is the position too. */
static const LimsJsonColumn DIVISION_COLUMNS[] = {
    {"key", LIMS_JSON_TEXT},    {"name", LIMS_JSON_TEXT},    {"name-en", LIMS_JSON_TEXT},
    {"parent", LIMS_JSON_TEXT}, {"level", LIMS_JSON_NUMBER}, {NULL},
};

static void copy_key_to_id(JsonArray *array, guint index, JsonNode *element, gpointer data) {
  JsonObject *object = json_node_get_object(element);

  json_object_set_string_member(object, "id", json_object_get_string_member(object, "key"));
}

gboolean lims_command_division_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                    GError **error) {
  *out = lims_json_rows(db,
                        lims_division_query(db, lims_fields_get(args, "parent"),
                                            lims_fields_get(args, "after"), lims_command_limit(args), error),
                        DIVISION_COLUMNS, error);
  if (!*out)
    return FALSE;
  json_array_foreach_element(json_node_get_array(*out), copy_key_to_id, NULL);
  return TRUE;
}

/* ---- sites ---- */

static gboolean add_site(LimsDb *db, GHashTable *args, const LimsLab *lab, JsonNode **out, GError **error) {
  LimsSiteNew site = {
      .lab = lab->id,
      .code = lims_fields_get(args, "code"),
      .name = lims_fields_get(args, "name"),
      .name_en = lims_fields_get(args, "name-en"),
      .kind = lims_fields_get(args, "kind"),
      .division = lims_fields_get(args, "division"),
      .address = lims_fields_get(args, "address"),
  };
  g_autofree char *code = NULL;
  gint64 id;

  if (!lims_site_add(db, &site, &code, &id, error))
    return FALSE;
  *out = lims_json_added(code, lab->code, id);
  return TRUE;
}

gboolean lims_command_site_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                               GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get(db, lims_fields_get(args, "lab"), error);

  return lab && add_site(db, args, lab, out, error);
}

gboolean lims_command_site_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                  GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  const char *lab = lims_fields_get(args, "lab");
  g_autoptr(GPtrArray) codes = NULL;

  if (!lims_site_import(db, csv.name, csv.bytes, csv.size, lab, &codes, error))
    return FALSE;
  *out = lims_json_imported(codes, lab);
  return TRUE;
}

static const LimsJsonColumn SITE_COLUMNS[] = {
    {"id", LIMS_JSON_ID},         {"key", LIMS_JSON_TEXT},
    {"lab", LIMS_JSON_TEXT},      {"name", LIMS_JSON_TEXT},
    {"name-en", LIMS_JSON_TEXT},  {"kind", LIMS_JSON_TEXT},
    {"division", LIMS_JSON_TEXT}, {"division-name", LIMS_JSON_TEXT},
    {"address", LIMS_JSON_TEXT},  {NULL},
};

gboolean lims_command_site_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                GError **error) {
  int lab;

  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(
      db,
      lims_site_query(db, lab, lims_fields_get_integer(args, "after", 0), lims_command_limit(args), error),
      SITE_COLUMNS, error);
  return *out != NULL;
}

/* ---- persons ---- */

static gboolean add_user(LimsDb *db, GHashTable *args, const LimsLab *lab, JsonNode **out, GError **error) {
  LimsPersonNew person = {
      .lab = lab->id,
      .login = lims_fields_get(args, "login"),
      .name = lims_fields_get(args, "name"),
  };
  gint64 id;

  if (!lims_role_parse(lims_fields_get(args, "role"), &person.role)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "role '%s': there is none of this name",
                lims_fields_get(args, "role"));
    return FALSE;
  }
  if (!lims_person_add(db, &person, &id, error))
    return FALSE;
  *out = lims_json_added(person.login, lab->code, id);
  return TRUE;
}

gboolean lims_command_user_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                               GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get(db, lims_fields_get(args, "lab"), error);

  return lab && add_user(db, args, lab, out, error);
}

static const LimsJsonColumn USER_COLUMNS[] = {
    {"id", LIMS_JSON_ID},
    {"key", LIMS_JSON_TEXT},
    {"lab", LIMS_JSON_TEXT},
    {"name", LIMS_JSON_TEXT},
    {"role", LIMS_JSON_TEXT},
    {"active", LIMS_JSON_FLAG},
    {NULL},
};

gboolean lims_command_user_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                GError **error) {
  int lab;

  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(
      db,
      lims_person_query(db, lab, lims_fields_get_integer(args, "after", 0), lims_command_limit(args), error),
      USER_COLUMNS, error);
  return *out != NULL;
}
