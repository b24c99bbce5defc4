/* For whoever writes a command: rows of a query as JSON, by a table of columns; the parameters, answers and
 * words that tables of commands share. */
#pragma once
#include "lims/model/command.h"

/* ---- rows as JSON ---- */

typedef enum {
  LIMS_JSON_TEXT,
  LIMS_JSON_ID, /* a number of 63 bits, as text: a browser's numbers end at 2^53 */
  LIMS_JSON_NUMBER,
  LIMS_JSON_FLAG,
  LIMS_JSON_MOMENT, /* microseconds; ISO 8601 in the zone of the laboratory that the row's id (column 0) names
                     */
} LimsJsonForm;

/* One a column of the query, in its order; ends with a row whose name is NULL. A NULL becomes no member. */
typedef struct {
  const char *name;
  LimsJsonForm form;
} LimsJsonColumn;

/* All rows as an array of objects. Takes the query (NULL: the error is set already). */
JsonNode *lims_json_rows(LimsDb *db, LimsQuery *query, const LimsJsonColumn *columns, GError **error);
/* The row at which the query stands, as an object. */
JsonObject *lims_json_row(LimsDb *db, LimsQuery *query, const LimsJsonColumn *columns, GError **error);
/* Nothing is added for a NULL. */
void lims_json_set_text(JsonObject *object, const char *name, const char *text);
void lims_json_set_id(JsonObject *object, const char *name, gint64 id);
JsonNode *lims_json_node(JsonObject *object);     /* takes object */
JsonNode *lims_json_array_node(JsonArray *array); /* takes array */

/* What an add answers: what a person calls the new row, the code of the laboratory whose it is, its id. */
JsonNode *lims_json_added(const char *key, const char *lab, gint64 id);
/* What an import answers: rows, and their keys in order. `lab`: whose they all are; NULL: any. */
JsonNode *lims_json_imported(const GPtrArray *keys, const char *lab);

/* ---- parameters that many commands have ---- */

/* The laboratory that `lab` names, or -1 for all. */
gboolean lims_command_lab(LimsDb *db, GHashTable *args, int *out_lab, GError **error);
guint lims_command_limit(GHashTable *args);
/* The same for lists of results and the like, which programs read: LIMS_FIELD_LIMIT_MANY. */
guint lims_command_limit_many(GHashTable *args);
/* The file of the parameter `csv`, under the name it came by. Owned by `args`. */
typedef struct {
  const char *name, *bytes;
  gsize size;
} LimsCommandFile;
LimsCommandFile lims_command_csv(GHashTable *args);

/* ---- words of the tables ---- */

/* LimsCommand: writes, frees_held. */
#define LIMS_READS FALSE, FALSE
#define LIMS_WRITES TRUE, FALSE
#define LIMS_WRITES_AND_FREES TRUE, TRUE

/* LimsField: of lists. */
#define LIMS_FIELD_OF_LAB                                                                                    \
  { "lab", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "only of this laboratory (its code)" }
#define LIMS_FIELD_AFTER                                                                                     \
  { "after", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "id of the last row seen" }
#define LIMS_ROWS_MANY_USUAL 10000
#define LIMS_ROWS_MANY_MOST 100000
#define LIMS_FIELD_LIMIT_MANY                                                                                \
  {                                                                                                          \
    "limit", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER,                                                        \
        "rows at most, 1 to " G_STRINGIFY(LIMS_ROWS_MANY_MOST) "; else " G_STRINGIFY(LIMS_ROWS_MANY_USUAL)   \
  }

/* LimsField: the facts of lims/judge/facts.h, in its order and with its words. */
#define LIMS_FIELD_OF_NUMBER(name, help)                                                                     \
  { name, LIMS_FIELD_OPTIONAL, LIMS_FIELD_DECIMAL, help }
#define LIMS_FIELD_OF_WORD(name, help, choices)                                                              \
  { name, LIMS_FIELD_OPTIONAL, LIMS_FIELD_WORD, help, choices }
/* clang-format off */
#define LIMS_FIELDS_OF_FACTS                                                                                 \
  LIMS_FIELD_OF_NUMBER("ph", "pH of the soil"),                                                              \
  LIMS_FIELD_OF_WORD("land-use", "what the land is used for (GB 15618-2018)", "paddy|other|orchard"),        \
  LIMS_FIELD_OF_WORD("crop", "what the water is for (GB 5084-2021)",                                         \
                     "paddy|dryland|cooked-vegetables|raw-vegetables"),                                      \
  LIMS_FIELD_OF_NUMBER("moisture", "moisture of the sample as taken, %"),                                    \
  LIMS_FIELD_OF_NUMBER("fresh-moisture", "moisture of the food before it was dried, %"),                     \
  LIMS_FIELD_OF_NUMBER("dehydration-factor", "mass of the fresh food over that of the dried (GB 2762, 3.5)"),\
  LIMS_FIELD_OF_NUMBER("fat", "fat of the sample as taken, %"),                                              \
  LIMS_FIELD_OF_WORD("part", "what of it was measured", "as-sold|brown-rice|viscera-removed"),               \
  LIMS_FIELD_OF_WORD("state", "the state in which it was measured", "fresh|dried|solid|liquid"),             \
  LIMS_FIELD_OF_WORD("packing", "what it is packed in", "tin-plate|other"),                                  \
  LIMS_FIELD_OF_WORD("hydrolysed-protein", "whether acid-hydrolysed vegetable protein was added", "yes|no"), \
  LIMS_FIELD_OF_WORD("predatory", "whether the fish is a predatory one", "yes|no")
/* clang-format on */
