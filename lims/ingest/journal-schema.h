/* The journal's file: made, recognised, brought up to date, or refused and left as it is. */
#pragma once
#include "lims/core/error.h"
#include <sqlite3.h>

/* A transmission's frames lie side by side in one tree: row id = seq << 20 | number. */
#define LIMS_JOURNAL_FRAME_BITS 20
#define LIMS_JOURNAL_FRAMES_MAX (G_GINT64_CONSTANT(1) << LIMS_JOURNAL_FRAME_BITS)

/* The writer's connection, with its tables there and its durability set. max_pages 0: no limit. Errors:
 * VERSION for another program's file and for a newer one, IO for a damaged one. */
sqlite3 *lims_journal_schema_open(const char *path, guint64 max_pages, GError **error);
/* FALSE with VERSION: the file is another program's, a newer one's, or empty. */
gboolean lims_journal_schema_is_ours(sqlite3 *db, GError **error);
