/* Analytes as heads of reports write them: "铅Pb", "砷(As)", "毒死蜱残留量",
 * "克百威（以克百威及3-羟基克百威之和计）".
 *
 * What stands beside the name may change what was measured: mercury as methylmercury is another analyte,
 * nitrite in terms of its ion is another number. So a name with an addition is taken only where the addition
 * says the same again.
 */
#include "lims/judge/match.h"
#include "lims/core/text.h"

#include <string.h>

/* Behind a name; the name alone means the same. */
static const char *const ENDINGS[] = {"残留量", "残留", "含量"};

static char *without_ending(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(ENDINGS); i++)
    if (g_str_has_suffix(name, ENDINGS[i]) && strlen(name) > strlen(ENDINGS[i]))
      return g_strndup(name, strlen(name) - strlen(ENDINGS[i]));
  return NULL;
}

/* What "以…计" and "以…表示" have in the middle; NULL: it is nothing of the kind. */
static char *expressed_as(const char *words) {
  static const char *const ENDS[] = {"计", "表示"};

  for (guint i = 0; i < G_N_ELEMENTS(ENDS); i++)
    if (g_str_has_prefix(words, "以") && g_str_has_suffix(words, ENDS[i]) &&
        strlen(words) > strlen("以") + strlen(ENDS[i]))
      return g_strndup(words + strlen("以"), strlen(words) - strlen("以") - strlen(ENDS[i]));
  return NULL;
}

/* The same compound again, or the sum that the name stands for by its definition. */
static gboolean says_the_same(const LimsCatalogue *catalogue, const char *name, const char *code,
                              const char *addition) {
  g_autofree char *middle = expressed_as(addition);
  const char *words = middle ? middle : addition, *other = lims_catalogue_find_analyte(catalogue, words);

  if (other)
    return strcmp(other, code) == 0;
  return middle && g_str_has_suffix(middle, "之和") && strstr(middle, name);
}

static const char *find_with_addition(const LimsCatalogue *catalogue, const char *name,
                                      const char *addition) {
  const char *code = lims_catalogue_find_analyte(catalogue, name);

  return code && says_the_same(catalogue, name, code, addition) ? code : NULL;
}

/* "name(addition)" */
static const char *find_bracketed(const LimsCatalogue *catalogue, const char *folded) {
  const char *bracket = strrchr(folded, '(');
  gsize length = strlen(folded);
  g_autofree char *name = NULL, *addition = NULL;

  if (!bracket || bracket == folded || folded[length - 1] != ')')
    return NULL;
  name = g_strndup(folded, (gsize)(bracket - folded));
  addition = g_strndup(bracket + 1, length - (gsize)(bracket - folded) - 2);
  return find_with_addition(catalogue, name, addition);
}

/* "铅pb": a Chinese name, then a symbol. */
static const char *find_with_symbol(const LimsCatalogue *catalogue, const char *folded) {
  gsize length = strlen(folded), at = length;
  g_autofree char *name = NULL;

  while (at > 0 && g_ascii_isalpha(folded[at - 1]))
    at--;
  if (at == 0 || at == length || (guchar)folded[at - 1] < 0x80)
    return NULL;
  name = g_strndup(folded, at);
  return find_with_addition(catalogue, name, folded + at);
}

const char *lims_match_find_analyte(const LimsCatalogue *catalogue, const char *name) {
  const char *code = lims_catalogue_find_analyte(catalogue, name);
  g_autofree char *folded = code ? NULL : lims_text_fold(name), *shorter = NULL;

  if (code)
    return code;
  code = find_bracketed(catalogue, folded);
  if (!code)
    code = find_with_symbol(catalogue, folded);
  if (!code && (shorter = without_ending(folded)))
    code = lims_match_find_analyte(catalogue, shorter);
  return code;
}
