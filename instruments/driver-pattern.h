/* A pattern of a driver file: a glob (* and ?), or a regular expression behind a "~". Both ignore case and
 * match the whole text (a regular expression says so itself). Immutable: shared between threads.
 */
#pragma once
#include <glib.h>

typedef struct LimsPattern LimsPattern;

LimsPattern *lims_pattern_new(const char *text, GError **error);
void lims_pattern_free(LimsPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsPattern, lims_pattern_free)
/* `text` is UTF-8. */
gboolean lims_pattern_matches(const LimsPattern *pattern, const char *text);
/* TRUE if one of them does; NULL: none. */
gboolean lims_pattern_list_matches(const GPtrArray *patterns, const char *text);
