/* Settings: what the laboratories of the network agreed on, the same for all of them: how a value is judged
 * where its method leaves that open, and what a laboratory is to be given a year.
 *
 * A setting is never overwritten: each change is a row with who and when, and the newest counts.
 */
#pragma once
#include "lims/judge/method.h"
#include "lims/store/store.h"

typedef struct {
  const char *name;    /* "judge.comparison" */
  const char *choices; /* words separated by '|'; NULL: an amount in CNY, not below 0 */
  const char *initial; /* what counts until somebody sets it */
  const char *help;    /* one line */
} LimsSetting;
extern const LimsSetting LIMS_SETTINGS[]; /* ends with a row whose name is NULL */

/* The value that counts; g_free. NULL with LIMS_ERROR_NOT_FOUND if there is no such setting. */
char *lims_setting_get(LimsDb *db, const char *name, GError **error);
/* The one that counted at a position of the change log; 0: the newest. */
char *lims_setting_get_at(LimsDb *db, const char *name, gint64 as_of, GError **error);
/* A value of the wrong form is LIMS_ERROR_INVALID. A new value of a setting of the judge is a change of rules
 * (below); the value that counts already changes nothing and leaves no row. */
gboolean lims_setting_set(LimsDb *db, const char *name, const char *value, const char *who, GError **error);
/* The settings of the judge, as it takes them. */
gboolean lims_setting_policy(LimsDb *db, LimsPolicy *out, GError **error);

/* Who set it to what counts (at that position; 0: now): one row, or none if nobody did. Columns: value, who,
 * at. */
LimsQuery *lims_setting_query_newest(LimsDb *db, const char *name, gint64 as_of, GError **error);
/* All changes, oldest first, of one setting or (NULL) of all. Columns: name, value, who, at. */
LimsQuery *lims_setting_query_changes(LimsDb *db, const char *name, GError **error);

/* For what else is set by a person and kept beside what the program came with (method-rule.h): a value under
 * any name, and the newest of it (NULL without error: never set). */
gboolean lims_setting_keep(LimsDb *db, const char *name, const char *value, const char *who, GError **error);
char *lims_setting_find(LimsDb *db, const char *name, GError **error);

/* The rules by which verdicts are made have changed, for the reason given: every connection reads them anew,
 * and what was judged by the old ones is judged again. */
gboolean lims_setting_rules_changed(LimsDb *db, const char *cause, const char *who, GError **error);
