/* Between the table of commands and the functions that bind them to the model. */
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
JsonNode *lims_json_node(JsonObject *object); /* takes object */

/* ---- parameters that many commands have ---- */

/* The laboratory that `lab` names, or -1 for all. */
gboolean lims_command_lab(LimsDb *db, GHashTable *args, int *out_lab, GError **error);
guint lims_command_limit(GHashTable *args);

/* ---- the commands ---- */

#define RUN(name)                                                                                            \
  gboolean lims_command_##name(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error)
RUN(lab_add);
RUN(lab_list);
RUN(division_add);
RUN(division_import);
RUN(division_list);
RUN(site_add);
RUN(site_list);
RUN(user_add);
RUN(user_list);
RUN(sample_add);
RUN(sample_import);
RUN(sample_list);
RUN(sample_show);
RUN(sample_void);
RUN(preparation_add);
RUN(preparation_list);
RUN(station_list);
RUN(station_sign_on);
RUN(station_sign_off);
RUN(audit_verify);
#undef RUN
