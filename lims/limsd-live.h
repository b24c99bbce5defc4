/* What the daemon's parts do now, for `limsctl live`. */
#pragma once
#include "instruments/line.h"
#include "lims/ingest/ingest.h"
#include <json-glib/json-glib.h>

/* `lines`: LimsLine *. Any thread, while the parts live. A new JSON object. */
JsonNode *limsd_live(const GPtrArray *lines, LimsJournal *journal, LimsIngest *ingest);
