/* Which commodity a name is, for a file of names.
 *
 * What arrives is somebody's list: a CSV with the names in a column of some heading, or a name a line. Every
 * name comes back, matched or not: those that match nothing are what the person has to look at.
 */
#include "lims/model/command-commodity.h"
#include "lims/core/csv.h"
#include "lims/judge/match.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/command-json.h"

#include <string.h>

#define SEVERAL " | "
#define CANDIDATES ", "

/* The columns of names, the first that the file has. */
static const char *const HEADINGS[] = {"name",        "commodity", "food_name", "food",     "subcategory",
                                       "sample_name", "食品名称",  "样品名称",  "产品名称", "商品名称",
                                       "名称",        "样品",      "食品",      "品名",     NULL};

/* Foods have a place in these, or it is said that they have none; in others only where they have one. */
static const char *const FOOD_TREES[] = {"gb2762", "gb2763", NULL};
static const char *const OTHER_TREES[] = {"soil", "irrigation", NULL};

static const char *const KINDS[] = {"none", "exact", "stripped", "ambiguous"};

/* Names in the order of their first appearance, and how often each stands there. */
typedef struct {
  GPtrArray *order;  /* char *, owned */
  GHashTable *times; /* name (of order) → number */
} Names;

static void clear_names(Names *names) {
  g_clear_pointer(&names->times, g_hash_table_unref);
  g_clear_pointer(&names->order, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Names, clear_names)

/* ---- reading ---- */

static void note_name(Names *names, const char *text) {
  g_autofree char *name = g_strstrip(g_strdup(text));
  guint times = GPOINTER_TO_UINT(g_hash_table_lookup(names->times, name));

  if (!*name)
    return;
  if (times > 0) {
    g_hash_table_insert(names->times, name, GUINT_TO_POINTER(times + 1)); /* the key that is there stays */
    return;
  }
  g_hash_table_insert(names->times, name, GUINT_TO_POINTER(1));
  g_ptr_array_add(names->order, g_steal_pointer(&name));
}

static int find_column(const LimsCsv *csv) {
  for (const char *const *heading = HEADINGS; *heading; heading++)
    if (lims_csv_column(csv, *heading) >= 0)
      return lims_csv_column(csv, *heading);
  return -1;
}

static gboolean take_column(Names *names, const LimsCommandFile *file, const char *heading, GError **error) {
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file->name, file->bytes, file->size, error);
  int column;

  if (!csv)
    return FALSE;
  column = heading ? lims_csv_column(csv, heading) : find_column(csv);
  if (column < 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s: it has no column “%s”: --column names a heading of the file", file->name, heading);
    return FALSE;
  }
  for (guint i = 0; i < csv->rows->len; i++)
    note_name(names, lims_csv_get(g_ptr_array_index(csv->rows, i), column));
  return TRUE;
}

static gboolean take_lines(Names *names, const LimsCommandFile *file, GError **error) {
  g_autofree char *text = lims_csv_decode(file->name, file->bytes, file->size, error);
  g_auto(GStrv) lines = text ? g_strsplit_set(text, "\r\n", -1) : NULL;

  for (char **line = lines; line && *line; line++)
    note_name(names, *line);
  return text != NULL;
}

/* Whether the file is a table by its first line: 1, 0 (a name a line), or -1 with the error. */
static int is_table(const LimsCommandFile *file, GError **error) {
  gsize end = strcspn(file->bytes, "\r\n");
  gboolean fields = memchr(file->bytes, ',', end) != NULL;
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file->name, file->bytes, end, fields ? error : NULL);

  if (!csv)
    return fields ? -1 : 0;
  if (find_column(csv) >= 0 || !fields)
    return find_column(csv) >= 0;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "%s: none of its headings is known for names: name the column with --column", file->name);
  return -1;
}

static gboolean read_names(Names *names, const LimsCommandFile *file, const char *heading, GError **error) {
  int table = heading ? 1 : is_table(file, error);

  if (table < 0)
    return FALSE;
  return table ? take_column(names, file, heading, error) : take_lines(names, file, error);
}

/* ---- answering ---- */

static void set_place(JsonObject *row, const LimsCatalogue *catalogue, const char *commodity,
                      const char *tree, gboolean always, GString *without) {
  g_autoptr(GPtrArray) places = lims_match_places(catalogue, commodity, tree);
  g_autofree char *text = NULL;

  g_ptr_array_add(places, NULL);
  text = g_strjoinv(SEVERAL, (char **)places->pdata);
  if (*text || always)
    lims_json_set_text(row, tree, text);
  if (!*text && always)
    g_string_append_printf(without, "%s%s", without->len ? ", " : "no place in ", tree);
}

static void set_commodity(JsonObject *row, const LimsCatalogue *catalogue, const LimsMatch *match) {
  g_autoptr(GString) without = g_string_new(NULL);

  lims_json_set_text(row, "commodity", match->commodity);
  lims_json_set_text(row, "name", lims_catalogue_commodity_name(catalogue, match->commodity));
  lims_json_set_text(row, "by", match->by);
  for (const char *const *tree = FOOD_TREES; *tree; tree++)
    set_place(row, catalogue, match->commodity, *tree, TRUE, without);
  for (const char *const *tree = OTHER_TREES; *tree; tree++)
    set_place(row, catalogue, match->commodity, *tree, FALSE, without);
  if (without->len)
    lims_json_set_text(row, "note", without->str);
}

static void set_candidates(JsonObject *row, const LimsCatalogue *catalogue, const LimsMatch *match) {
  g_autoptr(GString) text = g_string_new(NULL);

  for (guint i = 0; i < match->candidates->len; i++) {
    const char *code = g_ptr_array_index(match->candidates, i);

    g_string_append_printf(text, "%s%s (%s)", i ? CANDIDATES : "",
                           lims_catalogue_commodity_name(catalogue, code), code);
  }
  lims_json_set_text(row, "candidates", text->str);
}

static LimsMatchKind add_row(JsonArray *rows, const LimsCatalogue *catalogue, const char *name, guint times) {
  JsonObject *row = json_object_new();
  g_auto(LimsMatch) match = {0};

  lims_match_commodity(catalogue, name, &match);
  lims_json_set_text(row, "key", name);
  json_object_set_int_member(row, "times", times);
  lims_json_set_text(row, "match", KINDS[match.kind]);
  if (match.commodity)
    set_commodity(row, catalogue, &match);
  else
    set_candidates(row, catalogue, &match);
  json_array_add_object_element(rows, row);
  return match.kind;
}

static void add_sum(JsonArray *rows, const guint counts[]) {
  JsonObject *row = json_object_new();
  guint matched = counts[LIMS_MATCH_EXACT] + counts[LIMS_MATCH_STRIPPED];

  lims_json_set_text(row, "key", "sum");
  json_object_set_int_member(row, "names", matched + counts[LIMS_MATCH_AMBIGUOUS] + counts[LIMS_MATCH_NONE]);
  json_object_set_int_member(row, "matched", matched);
  json_object_set_int_member(row, "ambiguous", counts[LIMS_MATCH_AMBIGUOUS]);
  json_object_set_int_member(row, "none", counts[LIMS_MATCH_NONE]);
  json_array_add_object_element(rows, row);
}

static gboolean match_file(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);
  LimsCommandFile file = lims_command_csv(args);
  g_auto(Names) names = {.order = g_ptr_array_new_with_free_func(g_free),
                         .times = g_hash_table_new(g_str_hash, g_str_equal)};
  guint counts[G_N_ELEMENTS(KINDS)] = {0};
  JsonArray *rows;

  if (!catalogue || !read_names(&names, &file, lims_fields_get(args, "column"), error))
    return FALSE;
  rows = json_array_new();
  for (guint i = 0; i < names.order->len; i++) {
    const char *name = g_ptr_array_index(names.order, i);

    counts[add_row(rows, catalogue, name, GPOINTER_TO_UINT(g_hash_table_lookup(names.times, name)))]++;
  }
  add_sum(rows, counts);
  *out = lims_json_array_node(rows);
  return TRUE;
}

/* ---- the table ---- */

static const LimsField MATCH[] = {
    {"csv", LIMS_FIELD_POSITIONAL, LIMS_FIELD_FILE, "CSV with a column of names, or text with a name a line",
     NULL},
    {"column", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "the heading of the names: name, food_name, 食品名称 …",
     NULL},
    {NULL},
};

const LimsCommand LIMS_COMMODITY_COMMANDS[] = {
    {"commodity", "match", MATCH, match_file, LIMS_READS, LIMS_ROLE_TECHNICIAN,
     "says for each name which commodity it is and its class in each standard"},
    {NULL},
};
