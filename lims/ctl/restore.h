/* Bringing a store and its journal back from a backup. */
#pragma once
#include "lims/core/config.h"

typedef struct {
  GPtrArray *notes; /* char *: what was done with which file, and what could not be known */
  GPtrArray *voids; /* char *: sample numbers that are void now */
} CtlRestored;
void ctl_restored_clear(CtlRestored *restored);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlRestored, ctl_restored_clear)

/* FALSE: nothing was replaced. Refused while a program holds the store or the journal. The files that were
 * there are renamed to NAME.before-restore-TIME, never deleted. `skip`: sample numbers a laboratory and day
 * that are passed over. */
gboolean ctl_restore(const LimsConfig *config, const char *file, guint skip, CtlRestored *out,
                     GError **error);
