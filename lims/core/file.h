/* Whole files, kept safe: what these functions report as done is on the disk, the name in its directory too.
 */
#pragma once
#include "lims/core/error.h"

gboolean lims_file_exists(const char *path);
/* All of a file, a pipe or a device, but never more than `most` bytes: /dev/zero has no end. A NUL stands
 * behind the last byte. LIMS_ERROR_NOT_FOUND, LIMS_ERROR_INVALID (too long), LIMS_ERROR_IO. g_free. */
gboolean lims_file_read(const char *path, gsize most, char **out, gsize *out_size, GError **error);
/* The file's bytes and its directory's entry reach the disk. */
gboolean lims_file_sync(const char *path, GError **error);
/* Gives it the other name, in one step; a file of that name is replaced. */
gboolean lims_file_rename(const char *from, const char *to, GError **error);
/* SHA-256 of its bytes, 64 hexadecimal digits, and their number. g_free. */
char *lims_file_digest(const char *path, gint64 *out_size, GError **error);
/* Refuses one that exists, since copies never replace. */
gboolean lims_file_require_absent(const char *path, GError **error);
