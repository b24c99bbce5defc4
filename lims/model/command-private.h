/* Between the table of the model's commands and the functions that bind them to the model. */
#pragma once
#include "lims/model/command-json.h"

#define RUN(name)                                                                                            \
  gboolean lims_command_##name(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error)
RUN(lab_add);
RUN(lab_list);
RUN(division_add);
RUN(division_import);
RUN(division_list);
RUN(site_add);
RUN(site_import);
RUN(site_list);
RUN(user_add);
RUN(user_list);
RUN(sample_add);
RUN(sample_import);
RUN(sample_list);
RUN(sample_show);
RUN(sample_void);
RUN(sample_describe);
RUN(preparation_add);
RUN(preparation_import);
RUN(preparation_list);
RUN(station_add);
RUN(station_list);
RUN(station_sign_on);
RUN(station_sign_off);
RUN(audit_verify);
#undef RUN
