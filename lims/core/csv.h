/* CSV as people save it: RFC 4180, UTF-8 (with or without BOM) or GB18030, any line end, rows with their
 * line. */
#pragma once
#include <glib.h>

#define LIMS_CSV_MAXIMUM (64u << 20) /* bytes of one file */

typedef struct {
  guint line;        /* of the row's first character, from 1 */
  GPtrArray *fields; /* char *, UTF-8, owned */
} LimsCsvRow;

typedef struct {
  char *name; /* the file's name, for messages */
  LimsCsvRow *header;
  GPtrArray *rows; /* LimsCsvRow *, without the header and blank lines */
} LimsCsv;

/* Reads the whole file; the first row is the header. NULL with an error naming file and line on an unclosed
 * quote, a row whose number of fields differs from the header's, an empty or repeated heading, or undecodable
 * bytes. */
LimsCsv *lims_csv_read_file(const char *path, GError **error);
LimsCsv *lims_csv_read_bytes(const char *name, const char *bytes, gsize size, GError **error);
/* The bytes as UTF-8, without a BOM: UTF-8 if they are that, else GB18030. NULL with an error naming file and
 * line. g_free. */
char *lims_csv_decode(const char *name, const char *bytes, gsize size, GError **error);
void lims_csv_free(LimsCsv *csv);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsCsv, lims_csv_free)

/* Column of that heading, or -1. */
int lims_csv_column(const LimsCsv *csv, const char *heading);
/* Checks the headings: every name of `required` (NULL-terminated) present, none outside required and
 * `optional` (may be NULL: any). The error names the file and the heading. */
gboolean lims_csv_check(const LimsCsv *csv, const char *const *required, const char *const *optional,
                        GError **error);
/* The field, "" if the column is -1. Owned by the row. */
const char *lims_csv_get(const LimsCsvRow *row, int column);

/* Appends one field, quoted when it must be, and one separator before it unless it is the row's first. */
void lims_csv_append(GString *out, const char *field, gboolean first);
