/* Strict key files: limsd.conf and config/drivers/NAME.ini.
 *
 * GKeyFile reads them, but takes the last of two equal keys silently and gives its errors no line. Here equal
 * groups and keys, unknown groups and keys, and values of the wrong type are errors that name file, line and
 * key.
 *
 * Blanks around a value are not part of it. In values \s \t \n \r \\ stand for blank, tab, line ends and
 * backslash, as in any key file; another backslash is an error, so a pattern's is written twice: \\d+.
 */
#pragma once
#include <glib.h>

typedef enum {
  LIMS_INI_TEXT,
  LIMS_INI_INTEGER, /* within [minimum, maximum] */
  LIMS_INI_BOOLEAN, /* yes no true false on off 1 0 */
  LIMS_INI_CHOICE,  /* one of the words in `choices`, separated by '|' */
  LIMS_INI_LIST,    /* words separated by ',' or ';' */
} LimsIniType;

/* One row a key: the check, the help and the sample file are printed from the same table. */
typedef struct {
  const char *group; /* "store", or "line *" for named groups such as [line aas-1]; "value words" as it is */
  const char *key;   /* "*": any key */
  LimsIniType type;
  const char *fallback; /* default as text; NULL: none; required keys have required = TRUE */
  gboolean required;    /* in each group of that kind that is present */
  gint64 minimum, maximum;
  const char *choices;
  const char *help; /* one line */
} LimsIniKey;

typedef struct LimsIni LimsIni;

/* `keys` ends with a row whose group is NULL and must outlive the result. */
LimsIni *lims_ini_load_file(const char *path, const LimsIniKey *keys, GError **error);
LimsIni *lims_ini_load_text(const char *name, const char *text, const LimsIniKey *keys, GError **error);
void lims_ini_free(LimsIni *ini);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsIni, lims_ini_free)

gboolean lims_ini_has_group(const LimsIni *ini, const char *group);
/* Names X of the groups "[kind X]" in file order; GPtrArray of char *, owned by the caller. */
GPtrArray *lims_ini_names(const LimsIni *ini, const char *kind);
/* Keys of a group in file order. */
GPtrArray *lims_ini_keys(const LimsIni *ini, const char *group);

/* The value, or the table's fallback, or NULL; owned by the ini. For TEXT and CHOICE. */
const char *lims_ini_text(const LimsIni *ini, const char *group, const char *key);
gint64 lims_ini_integer(const LimsIni *ini, const char *group, const char *key);
gboolean lims_ini_boolean(const LimsIni *ini, const char *group, const char *key);
/* Free with g_strfreev; empty, never NULL. */
char **lims_ini_list(const LimsIni *ini, const char *group, const char *key);
/* Line of the key (or of the group when key is NULL), 0 if absent: for errors that a later check finds. */
guint lims_ini_line(const LimsIni *ini, const char *group, const char *key);
/* "FILE:LINE: [group] key: " + message, code LIMS_ERROR_INVALID. */
void lims_ini_set_error(const LimsIni *ini, const char *group, const char *key, GError **error,
                        const char *format, ...) G_GNUC_PRINTF(5, 6);
/* The table as a commented sample file (--print-config, driver documentation). */
char *lims_ini_sample(const LimsIniKey *keys);
