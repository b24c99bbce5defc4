/* Bytes of the wire into UTF-8, and names into keys.
 *
 * Analyzers sold in China send GB18030 or its forerunners, some printers CP437; a byte that is not of the
 * encoding that the driver names means damage or a wrong setting, and the field must not be half read. People
 * write one name with full-width or ASCII brackets, with blanks and without: the folded key is for comparing,
 * never for showing.
 */
#include "lims/core/text.h"
#include "lims/core/error.h"

#include <string.h>

static const struct {
  const char *name; /* the first row of an encoding gives its canonical name */
  LimsEncoding encoding;
} NAMES[] = {
    {"utf-8", LIMS_ENCODING_UTF8},    {"utf8", LIMS_ENCODING_UTF8},      {"gb18030", LIMS_ENCODING_GB18030},
    {"gbk", LIMS_ENCODING_GB18030},   {"gb2312", LIMS_ENCODING_GB18030}, {"cp437", LIMS_ENCODING_CP437},
    {"latin1", LIMS_ENCODING_LATIN1}, {"latin-1", LIMS_ENCODING_LATIN1}, {"iso-8859-1", LIMS_ENCODING_LATIN1},
    {"ascii", LIMS_ENCODING_ASCII},   {"us-ascii", LIMS_ENCODING_ASCII},
};

static const char *const ICONV_NAMES[] = {
    [LIMS_ENCODING_UTF8] = "UTF-8",     [LIMS_ENCODING_GB18030] = "GB18030",
    [LIMS_ENCODING_CP437] = "CP437",    [LIMS_ENCODING_LATIN1] = "ISO-8859-1",
    [LIMS_ENCODING_ASCII] = "US-ASCII",
};

gboolean lims_encoding_parse(const char *name, LimsEncoding *out) {
  for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
    if (g_ascii_strcasecmp(NAMES[i].name, name) == 0) {
      *out = NAMES[i].encoding;
      return TRUE;
    }
  return FALSE;
}

const char *lims_encoding_name(LimsEncoding encoding) {
  for (guint i = 0; i < G_N_ELEMENTS(NAMES); i++)
    if (NAMES[i].encoding == encoding)
      return NAMES[i].name;
  g_return_val_if_reached("utf-8");
}

static char *refuse(LimsEncoding encoding, gsize offset, const char *what, GError **error) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s at byte %" G_GSIZE_FORMAT " of text in %s", what,
              offset, lims_encoding_name(encoding));
  return NULL;
}

char *lims_text_decode(const guint8 *bytes, gsize size, LimsEncoding encoding, GError **error) {
  const guint8 *nul = size > 0 ? memchr(bytes, '\0', size) : NULL;
  const char *input = size > 0 ? (const char *)bytes : "", *end;
  g_autofree char *text = NULL;
  gsize used = 0;

  if (nul)
    return refuse(encoding, (gsize)(nul - bytes), "a NUL byte", error);
  if (encoding == LIMS_ENCODING_UTF8) {
    if (g_utf8_validate(input, (gssize)size, &end))
      return g_strndup(input, size);
    return refuse(encoding, (gsize)(end - input), "an invalid byte", error);
  }
  text = g_convert(input, (gssize)size, "UTF-8", ICONV_NAMES[encoding], &used, NULL, NULL);
  if (!text || used != size)
    return refuse(encoding, used, "an invalid byte", error);
  return g_steal_pointer(&text);
}

char *lims_text_escape(const guint8 *bytes, gsize size) {
  GString *out = g_string_sized_new(size);

  for (gsize i = 0; i < size; i++) {
    if (g_ascii_isprint((char)bytes[i]))
      g_string_append_c(out, (char)bytes[i]);
    else
      g_string_append_printf(out, "\\x%02X", bytes[i]);
  }
  return g_string_free(out, FALSE);
}

/* What NFKC leaves apart and people do not: the many brackets and hyphens. 0: an invisible mark, dropped. */
static const struct {
  const char *characters;
  gunichar folded;
} FOLDS[] = {
    {"[{〔【〖〈《「『", '('},
    {"]}〕】〗〉》」』", ')'},
    {"\u2010\u2011\u2012\u2013\u2014\u2015\u2212", '-'},
    {"\u200b\u200c\u200d\u2060\ufeff\u00ad", 0},
    {"\t\r\n", ' '},
};

static gunichar fold_character(gunichar c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A' + 'a';
  for (guint i = 0; i < G_N_ELEMENTS(FOLDS); i++)
    if (g_utf8_strchr(FOLDS[i].characters, -1, c))
      return FOLDS[i].folded;
  return c;
}

char *lims_text_narrow(const char *text) {
  const guchar *at = (const guchar *)text;
  GString *out = g_string_new(NULL);

  while (*at) {
    if (at[0] == 0xef && at[1] == 0xbc && at[2] >= 0x81) { /* U+FF01 to U+FF3F */
      g_string_append_c(out, (char)('!' + at[2] - 0x81));
      at += 3;
    } else if (at[0] == 0xef && at[1] == 0xbd && at[2] >= 0x80 && at[2] <= 0x9e) { /* U+FF40 to U+FF5E */
      g_string_append_c(out, (char)('`' + at[2] - 0x80));
      at += 3;
    } else if (at[0] == 0xe3 && at[1] == 0x80 && at[2] == 0x80) { /* U+3000 */
      g_string_append_c(out, ' ');
      at += 3;
    } else {
      g_string_append_c(out, (char)*at++);
    }
  }
  return g_string_free(out, FALSE);
}

/* Next to these a blank says nothing. */
static gboolean absorbs_blanks(gunichar c) {
  return c == '(' || c == ')' || g_unichar_iswide(c);
}

char *lims_text_fold(const char *name) {
  g_autofree char *normal = g_utf8_normalize(name, -1, G_NORMALIZE_NFKC);
  GString *out = g_string_new(NULL);
  gunichar previous = 0;
  gboolean blank = FALSE;

  if (!normal) /* not UTF-8: still a key, equal only to itself */
    normal = lims_text_escape((const guint8 *)name, strlen(name));
  for (const char *at = normal; *at; at = g_utf8_next_char(at)) {
    gunichar c = fold_character(g_utf8_get_char(at));

    if (c == ' ')
      blank = TRUE;
    if (c == ' ' || c == 0)
      continue;
    if (blank && previous != 0 && !absorbs_blanks(previous) && !absorbs_blanks(c))
      g_string_append_c(out, ' ');
    g_string_append_unichar(out, c);
    previous = c;
    blank = FALSE;
  }
  return g_string_free(out, FALSE);
}
