/* Escapes in a field's text.
 *
 * The escape character is also an ordinary "&" in the texts of senders that do not escape. A pair of them
 * that encloses no known sequence is therefore no error: it stays as sent, and the caller is told, for a
 * value must not be read with a sequence in it that nobody resolved.
 */
#include "instruments/protocol/astm-records.h"
#include <string.h>

/* Hex digits to the text they stand for; FALSE if they are none or the bytes are not of the encoding. */
static gboolean append_hex(GString *out, const char *digits, gsize count, LimsEncoding encoding) {
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  guint8 byte = 0;
  for (gsize i = 0; i < count; i++) {
    if (!g_ascii_isxdigit(digits[i]))
      return FALSE;
    byte = (guint8)(byte << 4 | g_ascii_xdigit_value(digits[i]));
    if ((count - i) % 2 == 0)
      continue;
    g_byte_array_append(bytes, &byte, 1);
    byte = 0;
  }
  g_autofree char *text = count > 0 ? lims_text_decode(bytes->data, bytes->len, encoding, NULL) : NULL;
  if (text)
    g_string_append(out, text);
  return text != NULL;
}

static char delimiter_of(const LimsAstmDelimiters *delimiters, char letter) {
  switch (letter) {
  case 'F':
    return delimiters->field;
  case 'S':
    return delimiters->component;
  case 'R':
    return delimiters->repeat;
  case 'E':
    return delimiters->escape;
  default:
    return 0;
  }
}

/* The sequence between two escape characters; FALSE if it is none that is known. */
static gboolean append_sequence(GString *out, const LimsAstmMessage *message, const char *sequence,
                                gsize size) {
  if (size > 1 && sequence[0] == 'X')
    return append_hex(out, sequence + 1, size - 1, message->encoding);
  if (size != 1)
    return FALSE;
  if (sequence[0] == 'H' || sequence[0] == 'N')
    return TRUE;
  char delimiter = delimiter_of(&message->delimiters, sequence[0]);
  if (delimiter)
    g_string_append_c(out, delimiter);
  return delimiter != 0;
}

/* TRUE for what was meant as a sequence, known or not: a capital and letters or digits. */
static gboolean looks_like_sequence(const char *sequence, gsize size) {
  if (size == 0 || !g_ascii_isupper(sequence[0]))
    return FALSE;
  for (gsize i = 1; i < size; i++) {
    if (!g_ascii_isalnum(sequence[i]) && sequence[0] != 'Z')
      return FALSE;
  }
  return TRUE;
}

/* At an escape character: appends what it stands for and returns what follows. */
static const char *append_escape(GString *out, const LimsAstmMessage *message, const char *at,
                                 gboolean *unknown_escape) {
  const char *close = strchr(at + 1, message->delimiters.escape);
  gsize size = close ? (gsize)(close - at - 1) : 0;
  if (close && append_sequence(out, message, at + 1, size))
    return close + 1;
  if (unknown_escape)
    *unknown_escape = TRUE;
  if (!close || !looks_like_sequence(at + 1, size))
    size = 0;
  else
    size += 1;
  g_string_append_len(out, at, (gssize)size + 1);
  return at + size + 1;
}

char *lims_astm_unescape(const LimsAstmMessage *message, const char *text, gboolean *unknown_escape) {
  GString *out = g_string_sized_new(strlen(text));
  while (*text) {
    if (*text == message->delimiters.escape) {
      text = append_escape(out, message, text, unknown_escape);
    } else {
      g_string_append_c(out, *text);
      text++;
    }
  }
  return g_string_free(out, FALSE);
}
