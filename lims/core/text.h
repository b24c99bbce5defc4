/* Text: encodings of the wire into UTF-8, and names compared as people write them. */
#pragma once
#include <glib.h>

typedef enum {
  LIMS_ENCODING_UTF8,
  LIMS_ENCODING_GB18030, /* also what GBK and GB2312 devices send */
  LIMS_ENCODING_CP437,
  LIMS_ENCODING_LATIN1,
  LIMS_ENCODING_ASCII,
} LimsEncoding;

gboolean lims_encoding_parse(const char *name, LimsEncoding *out);
const char *lims_encoding_name(LimsEncoding encoding);

/* Strict: NULL with an error naming the offset if the bytes are not of that encoding. NUL bytes are refused.
 * Result is NUL-terminated UTF-8; free with g_free. */
char *lims_text_decode(const guint8 *bytes, gsize size, LimsEncoding encoding, GError **error);
/* For display of what cannot be decoded: printable ASCII as it is, the rest as \xHH. Never NULL. */
char *lims_text_escape(const guint8 *bytes, gsize size);

/* Full-width letters, digits, signs and the ideographic blank as their ASCII ones ("５mg／kg": "5mg/kg");
 * everything else, also what is no UTF-8, as it is. g_free. */
char *lims_text_narrow(const char *text);
/* A key for comparing names: full-width forms, brackets and blanks folded, ASCII lower-cased, blanks around
 * brackets and CJK removed: "镉（以Cd计）" and "镉(以Cd计)" give the same key. Free with g_free. */
char *lims_text_fold(const char *name);
