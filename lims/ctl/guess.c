/* What a person may have meant by a word that is not known: by the fewest slips of the finger. */
#include "lims/ctl/ctl.h"
#include <string.h>

#define GUESSES 3

/* Letters to change, add, leave out or swap with their neighbour, to make one word of the other. */
static guint distance(const char *a, const char *b) {
  gsize width = strlen(b) + 1;
  g_autofree guint *rows = g_new0(guint, 3 * width);
  guint *before = rows, *last = rows + width, *row = rows + 2 * width;
  for (guint j = 0; j < width; j++)
    row[j] = j;
  for (guint i = 1; a[i - 1]; i++) {
    guint *oldest = before;
    before = last;
    last = row;
    row = oldest;
    row[0] = i;
    for (guint j = 1; j < width; j++) {
      guint change = last[j - 1] + (a[i - 1] != b[j - 1]);
      row[j] = MIN(change, MIN(last[j], row[j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = MIN(row[j], before[j - 2] + 1);
    }
  }
  return row[width - 1];
}

static gboolean is_near(const char *word, const char *known) {
  gsize length = strlen(word);
  return (length > 1 && g_str_has_prefix(known, word)) || distance(word, known) <= 1 + length / 4;
}

char *ctl_guess(const char *word, const GPtrArray *known) {
  GString *out = g_string_new(NULL);
  guint found = 0;
  for (guint i = 0; *word && i < known->len && found < GUESSES; i++) {
    const char *other = g_ptr_array_index(known, i);
    if (is_near(word, other))
      g_string_append_printf(out, "%s%s", found++ ? " or " : " did you mean ", other);
  }
  if (found)
    g_string_append_c(out, '?');
  return g_string_free(out, FALSE);
}
