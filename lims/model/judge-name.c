/* Names where a number should stand alone.
 *
 * Cells of bulletins run into each other: the value carries its analyte's name, the limit that of the next
 * row's analyte. A name is taken off only where what is left is read to its last character; if it is another
 * analyte's, nobody knows whose number it is.
 */
#include "lims/model/judge-name.h"
#include "lims/core/text.h"

#include <string.h>

#define LONGEST 200 /* bytes; what is longer is no value with a name */

/* Without the marks between a name and its number; brackets may be part of a name. */
static char *trim_marks(const char *text, gsize length) {
  static const char *const MARKS = " \t\r\n:=,;";
  g_autofree char *piece = g_strndup(text, length);
  char *plain = lims_text_narrow(piece);
  gsize from = strspn(plain, MARKS), end = strlen(plain);

  while (end > from && strchr(MARKS, plain[end - 1]))
    end--;
  plain[end] = '\0';
  memmove(plain, plain + from, end - from + 1);
  return plain;
}

/* Numbers alone, and one letter, are no name, whatever the catalogue says. */
static gboolean may_be_name(const char *piece) {
  guint letters = 0;

  for (const char *at = piece; *at; at = g_utf8_next_char(at)) {
    gunichar c = g_utf8_get_char(at);

    letters += g_unichar_isalpha(c) ? (c < 0x80 ? 1 : 2) : 0;
  }
  return letters >= 2;
}

static char *without_brackets(const char *piece) {
  gsize length = strlen(piece);

  return length > 2 && piece[0] == '(' && piece[length - 1] == ')' ? g_strndup(piece + 1, length - 2)
                                                                   : g_strdup(piece);
}

typedef struct {
  const LimsCatalogue *catalogue;
  const char *analyte, *code;
  LimsNameRest read;
  gpointer data;
  char **out_name;
} Taking;

static LimsNameKind compare_name(const Taking *t, const char *name) {
  const char *code = may_be_name(name) ? lims_catalogue_find_analyte(t->catalogue, name) : NULL;
  g_autofree char *own = lims_text_fold(t->analyte), *folded = lims_text_fold(name);

  if ((code && code == t->code) || (may_be_name(name) && strcmp(own, folded) == 0))
    return LIMS_NAME_SAME;
  return code ? LIMS_NAME_OTHER : LIMS_NAME_NONE;
}

/* The text in two, the name in the first part or in the second. */
static LimsNameKind try_split(const Taking *t, const char *text, gsize split, gboolean name_first) {
  g_autofree char *first = trim_marks(text, split), *second = trim_marks(text + split, strlen(text + split));
  g_autofree char *name = without_brackets(name_first ? first : second);
  const char *rest = name_first ? second : first;
  LimsNameKind kind = compare_name(t, name);

  if (kind == LIMS_NAME_NONE || *rest == '\0' || !t->read(t->data, rest))
    return LIMS_NAME_NONE;
  *t->out_name = g_steal_pointer(&name);
  return kind;
}

LimsNameKind lims_name_take(const LimsCatalogue *catalogue, const char *analyte, const char *code,
                            const char *text, LimsNameRest read, gpointer data, char **out_name) {
  const Taking t = {catalogue, analyte, code, read, data, out_name};
  glong characters;

  *out_name = NULL;
  if (strlen(text) > LONGEST || !g_utf8_validate(text, -1, NULL))
    return LIMS_NAME_NONE;
  characters = g_utf8_strlen(text, -1);
  for (glong length = characters - 1; length > 0; length--) {
    gsize front = (gsize)(g_utf8_offset_to_pointer(text, length) - text);
    gsize back = (gsize)(g_utf8_offset_to_pointer(text, characters - length) - text);
    LimsNameKind kind = try_split(&t, text, front, TRUE);

    if (kind == LIMS_NAME_NONE)
      kind = try_split(&t, text, back, FALSE);
    if (kind != LIMS_NAME_NONE)
      return kind;
  }
  return LIMS_NAME_NONE;
}
