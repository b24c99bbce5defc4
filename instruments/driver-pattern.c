/* Patterns of driver files.
 *
 * People know globs; a few cases need a regular expression. Specimen names are typed in both cases ("blk-1"),
 * so case never counts.
 */
#include "instruments/driver-pattern.h"
#include "lims/core/error.h"

struct LimsPattern {
  GPatternSpec *glob; /* over folded text; NULL: the other */
  GRegex *regex;
};

LimsPattern *lims_pattern_new(const char *text, GError **error) {
  g_autoptr(LimsPattern) pattern = g_new0(LimsPattern, 1);
  g_autoptr(GError) fault = NULL;

  if (*text != '~') {
    g_autofree char *folded = g_utf8_casefold(text, -1);

    pattern->glob = g_pattern_spec_new(folded);
    return g_steal_pointer(&pattern);
  }
  pattern->regex = g_regex_new(text + 1, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, &fault);
  if (pattern->regex)
    return g_steal_pointer(&pattern);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "the regular expression is wrong: %s", fault->message);
  return NULL;
}

void lims_pattern_free(LimsPattern *pattern) {
  if (!pattern)
    return;
  g_clear_pointer(&pattern->glob, g_pattern_spec_free);
  g_clear_pointer(&pattern->regex, g_regex_unref);
  g_free(pattern);
}

gboolean lims_pattern_matches(const LimsPattern *pattern, const char *text) {
  g_autofree char *folded = NULL;

  if (pattern->regex)
    return g_regex_match(pattern->regex, text, 0, NULL);
  folded = g_utf8_casefold(text, -1);
  return g_pattern_spec_match_string(pattern->glob, folded);
}

gboolean lims_pattern_list_matches(const GPtrArray *patterns, const char *text) {
  for (guint i = 0; patterns && i < patterns->len; i++)
    if (lims_pattern_matches(patterns->pdata[i], text))
      return TRUE;
  return FALSE;
}
