/* What both programs hand the API from the layers above it: the tables of commands, the retrying of what was
 * held, the journal's keeping. One list, so that limsctl alone can do what the daemon can. */
#pragma once
#include "lims/web/api.h"

/* Without a daemon's live view. `journal_path` must outlive the API; NULL: only the tables are wanted. */
LimsApiParts lims_parts(const char *journal_path);
