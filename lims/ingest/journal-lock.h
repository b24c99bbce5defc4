/* Who holds a journal: said by a lock file beside it, never by the database file itself: SQLite's own locks
 * are lost when a program closes any descriptor of that file. The lock goes with the process, however it
 * ends. */
#pragma once
#include "lims/core/error.h"

/* A descriptor to close; -1 with UNAVAILABLE if another program holds the journal, IO otherwise. */
int lims_journal_lock(const char *path, GError **error);
