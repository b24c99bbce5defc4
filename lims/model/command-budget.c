/* The commands of budgets, bound to the model. */
#include "lims/model/command-budget.h"
#include "lims/core/time.h"
#include "lims/model/budget.h"
#include "lims/model/command-json.h"
#include "lims/model/lab.h"

static int year_of(GHashTable *args) {
  return (int)MIN(lims_fields_get_integer(args, "year", 0), G_MAXINT);
}

static gboolean budget_add(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_autoptr(LimsLab) lab = lims_lab_get(db, lims_fields_get(args, "lab"), error);
  g_autofree char *key = NULL;
  LimsBudgetNew budget = {
      .year = year_of(args),
      .kind = lims_fields_get(args, "kind"),
      .amount = lims_fields_get(args, "amount"),
      .on_day = lims_fields_get(args, "date"),
      .note = lims_fields_get(args, "note"),
      .who = who,
  };
  gint64 id;

  if (!lab)
    return FALSE;
  budget.lab = lab->id;
  if (!lims_budget_add(db, &budget, &id, error))
    return FALSE;
  key = g_strdup_printf("%" G_GINT64_FORMAT, id);
  *out = lims_json_added(key, lab->code, id);
  return TRUE;
}

/* ---- list ---- */

static const LimsJsonColumn BUDGET_COLUMNS[] = {
    {"key", LIMS_JSON_ID},
    {"lab", LIMS_JSON_TEXT},
    {"year", LIMS_JSON_NUMBER},
    {"kind", LIMS_JSON_TEXT},
    {"amount", LIMS_JSON_TEXT},
    {"date", LIMS_JSON_TEXT},
    {"note", LIMS_JSON_TEXT},
    {"entered-by", LIMS_JSON_TEXT},
    {"at", LIMS_JSON_MOMENT},
    {"id", LIMS_JSON_ID},
    {NULL},
};

static gboolean budget_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  gint64 after = lims_fields_get_integer(args, "after", 0);
  int lab;

  if (!lims_command_lab(db, args, &lab, error))
    return FALSE;
  *out = lims_json_rows(db, lims_budget_query(db, lab, year_of(args), after, lims_command_limit(args), error),
                        BUDGET_COLUMNS, error);
  return *out != NULL;
}

/* ---- show ---- */

static JsonObject *show_year(LimsDb *db, const LimsLab *lab, int year, GError **error) {
  g_auto(LimsBudgetYear) sums = {0};
  JsonObject *object;

  if (!lims_budget_year(db, lab->id, year, &sums, error))
    return NULL;
  object = json_object_new();
  lims_json_set_text(object, "key", lab->code);
  lims_json_set_text(object, "name", lab->name);
  json_object_set_int_member(object, "year", year);
  lims_json_set_text(object, "appropriated", sums.appropriated);
  lims_json_set_text(object, "floor", sums.floor);
  json_object_set_boolean_member(object, "below-floor", sums.below_floor);
  lims_json_set_text(object, "paid", sums.paid);
  lims_json_set_id(object, "id", lab->id);
  return object;
}

static gboolean budget_show(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  g_autoptr(JsonArray) array = json_array_new();
  int only;

  if (!labs || !lims_command_lab(db, args, &only, error))
    return FALSE;
  for (guint i = 0; i < labs->len; i++) {
    const LimsLab *lab = g_ptr_array_index(labs, i);
    JsonObject *object = only < 0 || (guint)only == lab->id ? show_year(db, lab, year_of(args), error) : NULL;

    if (object)
      json_array_add_object_element(array, object);
    else if (only < 0 || (guint)only == lab->id)
      return FALSE;
  }
  *out = lims_json_array_node(g_steal_pointer(&array));
  return TRUE;
}

/* ---- the table ---- */

static const LimsField BUDGET_ADD[] = {
    {"lab", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of the laboratory; may be left out if there is one"},
    {"year", LIMS_FIELD_REQUIRED, LIMS_FIELD_INTEGER, "the budget's year"},
    {"kind", LIMS_FIELD_REQUIRED, LIMS_FIELD_CHOICE, "what the amount is", LIMS_BUDGET_KINDS},
    {"amount", LIMS_FIELD_REQUIRED, LIMS_FIELD_DECIMAL,
     "in CNY, such as 1234567.89; a correction is below 0"},
    {"date", LIMS_FIELD_OPTIONAL, LIMS_FIELD_DATE, "day of the paper; else today"},
    {"note", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "the paper's number, or a remark"},
    {NULL},
};
static const LimsField BUDGET_LIST[] = {
    LIMS_FIELD_OF_LAB,
    {"year", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "only of this year"},
    {"limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "rows at most, 1 to 1000; else 100"},
    LIMS_FIELD_AFTER,
    {NULL},
};
static const LimsField BUDGET_SHOW[] = {
    {"year", LIMS_FIELD_REQUIRED, LIMS_FIELD_INTEGER, "the budget's year"},
    LIMS_FIELD_OF_LAB,
    {NULL},
};

const LimsCommand LIMS_BUDGET_COMMANDS[] = {
    {"budget", "add", BUDGET_ADD, budget_add, LIMS_WRITES, LIMS_ROLE_SUPERVISOR,
     "enters what a laboratory was appropriated or paid"},
    {"budget", "list", BUDGET_LIST, budget_list, LIMS_READS, LIMS_ROLE_SUPERVISOR, "lists what was entered"},
    {"budget", "show", BUDGET_SHOW, budget_show, LIMS_READS, LIMS_ROLE_SUPERVISOR,
     "the sums of a year, beside what each laboratory is to be given"},
    {NULL},
};
