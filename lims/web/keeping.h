/* The store's keeping: examined and taken along, while the daemon runs or not. Private to lims/web. */
#pragma once
#include "lims/web/routes.h"

extern const LimsField LIMS_BACKUP_FIELDS[];

gboolean lims_check_run(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error);
gboolean lims_backup_make(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error);
