/* The commands of limit sets, bound to the model, and of looking back: what another set would make of the
 * verdicts of a period. */
#include "lims/model/command-limit.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/command-json.h"
#include "lims/model/limit-preview.h"

#include <string.h>

#define PREVIEWED 200     /* verdicts that a preview lists; the rest is counted */
#define LOOKED_BACK 10000 /* and a look back over a period */

/* ---- verdicts that differ ---- */

typedef struct {
  const LimsCatalogue *catalogue;
  JsonArray *rows;
  guint most, count;
  GHashTable *kinds; /* "complies → exceeds" → number */
} Differences;

static void differences_init(Differences *differences, const LimsCatalogue *catalogue, guint most) {
  *differences = (Differences){.catalogue = catalogue,
                               .rows = json_array_new(),
                               .most = most,
                               .kinds = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL)};
}

static void differences_clear(Differences *differences) {
  g_clear_pointer(&differences->rows, json_array_unref);
  g_clear_pointer(&differences->kinds, g_hash_table_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Differences, differences_clear)

static JsonObject *show_difference(const LimsCatalogue *catalogue, const LimsRejudgeDifference *difference) {
  const LimsVerdictDifference *verdict = difference->verdict;
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "lab", difference->lab);
  lims_json_set_text(object, "sample", difference->sample);
  lims_json_set_text(object, "commodity", difference->commodity);
  lims_json_set_text(object, "analyte", lims_catalogue_analyte_label(catalogue, verdict->analyte));
  lims_json_set_text(object, "before", verdict->before_verdict);
  lims_json_set_text(object, "before-limit", verdict->before_limit);
  lims_json_set_text(object, "before-reason", verdict->before_reason);
  lims_json_set_text(object, "after", verdict->after_verdict);
  lims_json_set_text(object, "after-limit", verdict->after_limit);
  lims_json_set_text(object, "after-reason", verdict->after_reason);
  return object;
}

static void take_difference(const LimsRejudgeDifference *difference, gpointer data) {
  Differences *differences = data;
  const LimsVerdictDifference *verdict = difference->verdict;
  char *kind = g_strdup_printf("%s → %s", verdict->before_verdict ? verdict->before_verdict : "none",
                               verdict->after_verdict ? verdict->after_verdict : "none");
  guint count = GPOINTER_TO_UINT(g_hash_table_lookup(differences->kinds, kind));

  g_hash_table_insert(differences->kinds, kind, GUINT_TO_POINTER(count + 1));
  if (differences->count++ < differences->most)
    json_array_add_object_element(differences->rows, show_difference(differences->catalogue, difference));
}

/* "17 verdicts of 412 samples differ: 12 complies → exceeds, 5 …". */
static char *sum_differences(const Differences *differences, const LimsRejudgeCount *count) {
  g_autoptr(GList) kinds = g_list_sort(g_hash_table_get_keys(differences->kinds), (GCompareFunc)strcmp);
  GString *out = g_string_new(NULL);

  g_string_append_printf(out, "%u samples judged, %u verdicts differ", count->samples, differences->count);
  for (GList *kind = kinds; kind; kind = kind->next)
    g_string_append_printf(out, "%s %u %s", kind == kinds ? ":" : ",",
                           GPOINTER_TO_UINT(g_hash_table_lookup(differences->kinds, kind->data)),
                           (const char *)kind->data);
  if (differences->count > differences->most)
    g_string_append_printf(out, "; the first %u are listed", differences->most);
  if (count->skipped > 0)
    g_string_append_printf(out, "; %u samples could not be judged, the first: %s", count->skipped,
                           count->problem);
  return g_string_free(out, FALSE);
}

/* ---- judge period ---- */

static const LimsField JUDGE_PERIOD[] = {
    {"period", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT,
     "2026, 2026-Q3, 2026-07, 2026-W47, 2026-07-01 or 2026-07-01..2026-07-31: of sampling, else of "
     "registration",
     NULL},
    {"set", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT,
     "limit set that alone of its standard's editions is in force; without it, all as they are", NULL},
    LIMS_FIELD_OF_LAB,
    {NULL},
};

static gboolean read_period(LimsDb *db, GHashTable *args, LimsRejudgeFilter *out, GError **error) {
  const char *period = lims_fields_get(args, "period");

  *out = (LimsRejudgeFilter){.by = LIMS_REJUDGE_BY_SAMPLING};
  if (lims_time_period_parse(period, &out->from, &out->to))
    return lims_command_lab(db, args, &out->lab, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "period '%s': write 2026, 2026-Q3, 2026-07, 2026-W47, 2026-07-01 or 2026-07-01..2026-07-31",
              period);
  return FALSE;
}

static JsonNode *show_period(const LimsRejudgeFilter *filter, const char *set, const Differences *differences,
                             const LimsRejudgeCount *count) {
  g_autofree char *from = lims_time_day_to_string(filter->from), *to = lims_time_day_to_string(filter->to);
  g_autofree char *sum = sum_differences(differences, count);
  JsonObject *object = json_object_new();

  json_object_set_array_member(object, "verdicts", json_array_ref(differences->rows));
  lims_json_set_text(object, "from", from);
  lims_json_set_text(object, "to", to);
  lims_json_set_text(object, "set", set);
  json_object_set_int_member(object, "samples", count->samples);
  json_object_set_int_member(object, "differ", differences->count);
  lims_json_set_text(object, "sum", sum);
  return lims_json_node(object);
}

static gboolean judge_period(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  const char *set = lims_fields_get(args, "set");
  LimsCatalogue *current = lims_catalogue_current(db, error);
  g_autoptr(LimsCatalogue) catalogue = NULL;
  g_auto(Differences) differences = {0};
  g_auto(LimsRejudgeCount) count = {0};
  LimsRejudgeFilter filter;

  if (!current || !read_period(db, args, &filter, error))
    return FALSE;
  catalogue = set ? lims_catalogue_as_if(current, set, error) : lims_catalogue_ref(current);
  differences_init(&differences, current, LOOKED_BACK);
  if (!catalogue ||
      !lims_rejudge_compare(db, catalogue, &filter, take_difference, &differences, &count, error))
    return FALSE;
  *out = show_period(&filter, set, &differences, &count);
  return TRUE;
}

/* ---- limit import ---- */

static const LimsField LIMIT_IMPORT[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE, "a limit set, as config/catalogue/README.md describes it",
     NULL},
    {"apply", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "do it; without it, only what would change is shown",
     "yes|no"},
    {"ends-before", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE,
     "older editions of the standard that overlap end the day before; else they are refused", "yes|no"},
    {NULL},
};

static JsonObject *show_change(const LimsCatalogue *catalogue, const LimsLimitChange *change) {
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "change", lims_limit_change_name(change->kind));
  if (change->line)
    json_object_set_int_member(object, "line", change->line);
  lims_json_set_text(object, "class", change->node_path);
  lims_json_set_text(object, "analyte", lims_catalogue_analyte_name(catalogue, change->analyte));
  lims_json_set_text(object, "before", change->before);
  lims_json_set_text(object, "after", change->after);
  if (*change->conditions)
    lims_json_set_text(object, "conditions", change->conditions);
  return object;
}

static JsonArray *show_changes(const LimsCatalogue *catalogue, const LimsLimitImport *import) {
  JsonArray *array = json_array_new();

  for (guint i = 0; i < import->changes->len; i++)
    json_array_add_object_element(array, show_change(catalogue, g_ptr_array_index(import->changes, i)));
  return array;
}

static char *show_days(const char *from, const char *to) {
  return g_strdup_printf("%s to %s", from, *to ? to : "open");
}

static void add_edition(JsonArray *array, const char *set, const char *before, const char *after) {
  JsonObject *object = json_object_new();

  lims_json_set_text(object, "set", set);
  lims_json_set_text(object, "before", before);
  lims_json_set_text(object, "after", after);
  json_array_add_object_element(array, object);
}

/* The time in force, of the set itself and of the editions that end for it. */
static JsonArray *show_editions(const LimsLimitImport *import) {
  const LimsLimitSetRow *set = &import->file.set;
  g_autofree char *before = import->known ? show_days(import->from, import->to) : NULL;
  g_autofree char *after = show_days(set->from, set->to);
  JsonArray *array = json_array_new();

  add_edition(array, set->code, before, after);
  for (guint i = 0; i < import->ends->len; i++) {
    const LimsLimitEnd *end = g_ptr_array_index(import->ends, i);
    g_autofree char *old = show_days(end->from, end->to), *new = show_days(end->from, end->new_to);

    add_edition(array, end->set, old, new);
  }
  return array;
}

static char *sum_import(const LimsLimitImport *import, gboolean apply) {
  guint counts[LIMS_LIMIT_OVERLAPS + 1] = {0};

  for (guint i = 0; i < import->changes->len; i++)
    counts[((LimsLimitChange *)g_ptr_array_index(import->changes, i))->kind]++;
  return g_strdup_printf("%s: %u added, %u changed, %u removed, %u unchanged, %u overlapping; %s",
                         import->file.set.code, counts[LIMS_LIMIT_ADDED], counts[LIMS_LIMIT_CHANGED],
                         counts[LIMS_LIMIT_REMOVED], import->unchanged, counts[LIMS_LIMIT_OVERLAPS],
                         !lims_limit_import_is_news(import) ? "nothing to do"
                         : apply                            ? "done"
                                                            : "nothing written: --apply does it");
}

static JsonObject *show_import(const LimsCatalogue *catalogue, const LimsLimitImport *import,
                               gboolean apply) {
  g_autofree char *sum = sum_import(import, apply);
  JsonObject *object = json_object_new();

  json_object_set_array_member(object, "changes", show_changes(catalogue, import));
  json_object_set_array_member(object, "editions", show_editions(import));
  lims_json_set_text(object, "set", import->file.set.code);
  json_object_set_boolean_member(object, "new", !import->known);
  lims_json_set_text(object, "sum", sum);
  return object;
}

static gboolean add_preview(LimsDb *db, const LimsCatalogue *catalogue, const LimsLimitImport *import,
                            JsonObject *object, GError **error) {
  g_auto(Differences) differences = {0};
  g_auto(LimsRejudgeCount) count = {0};
  g_autofree char *sum = NULL;

  differences_init(&differences, catalogue, PREVIEWED);
  if (!lims_limit_import_compare(db, import, take_difference, &differences, &count, error))
    return FALSE;
  sum = sum_differences(&differences, &count);
  json_object_set_array_member(object, "verdicts", json_array_ref(differences.rows));
  json_object_set_int_member(object, "samples", count.samples);
  json_object_set_int_member(object, "differ", differences.count);
  lims_json_set_text(object, "verdicts-sum", sum);
  return TRUE;
}

static gboolean apply_import(LimsDb *db, const LimsLimitImport *import, const char *who, GError **error) {
  g_autofree char *cause = g_strconcat("limit set ", import->file.set.code, NULL);

  return !lims_limit_import_is_news(import) ||
         (lims_limit_import_write(db, import, error) && lims_rejudge_request(db, cause, who, error));
}

static gboolean limit_import(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCommandFile csv = lims_command_csv(args);
  gboolean apply = lims_fields_is_yes(args, "apply");
  LimsCatalogue *current = lims_catalogue_current(db, error);
  g_autoptr(LimsCatalogue) catalogue = current ? lims_catalogue_ref(current) : NULL;
  g_auto(LimsLimitImport) import = {0};
  g_autoptr(JsonObject) object = NULL;

  if (!catalogue || !lims_limit_import_read(db, catalogue, csv.name, csv.bytes, csv.size,
                                            lims_fields_is_yes(args, "ends-before"), &import, error))
    return FALSE;
  object = show_import(catalogue, &import, apply);
  if (apply ? !apply_import(db, &import, who, error) : !add_preview(db, catalogue, &import, object, error))
    return FALSE;
  *out = lims_json_node(g_steal_pointer(&object));
  return TRUE;
}

/* ---- limit list ---- */

static const LimsField LIMIT_LIST[] = {
    {"limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "at most so many", NULL},
    {"after", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "those after this code", NULL},
    {NULL},
};

static const LimsJsonColumn LIMIT_COLUMNS[] = {
    {"key", LIMS_JSON_TEXT},
    {"id", LIMS_JSON_TEXT},
    {"standard", LIMS_JSON_TEXT},
    {"title", LIMS_JSON_TEXT},
    {"tree", LIMS_JSON_TEXT},
    {"effective-from", LIMS_JSON_TEXT},
    {"effective-to", LIMS_JSON_TEXT},
    {"date-rule", LIMS_JSON_TEXT},
    {"standing", LIMS_JSON_TEXT},
    {"source", LIMS_JSON_TEXT},
    {"checked-by", LIMS_JSON_TEXT},
    {"limits", LIMS_JSON_NUMBER},
    {NULL},
};

static gboolean limit_list(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  *out = lims_json_rows(
      db, lims_limit_set_query(db, lims_fields_get(args, "after"), lims_command_limit(args), error),
      LIMIT_COLUMNS, error);
  return *out != NULL;
}

const LimsCommand LIMS_LIMIT_COMMANDS[] = {
    {"judge", "period", JUDGE_PERIOD, judge_period, LIMS_READS, LIMS_ROLE_REVIEWER,
     "what a limit set would make of the verdicts of a period; writes nothing"},
    {"limit", "import", LIMIT_IMPORT, limit_import, LIMS_WRITES, LIMS_ROLE_ADMINISTRATOR,
     "a limit set from a file: shows what changes, acts with --apply", "apply"},
    {"limit", "list", LIMIT_LIST, limit_list, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "the limit sets, with their time in force"},
    {NULL},
};
