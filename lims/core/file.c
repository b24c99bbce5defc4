/* Whole files. A rename is only safe once the bytes are on the disk and the directory knows the name; a full
 * disk shows at the sync at the latest, so it is asked for here and never left to chance.
 */
#include "lims/core/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PIECE 65536

static gboolean fail(const char *path, const char *what, GError **error) {
  int code = errno;
  g_set_error(error, LIMS_ERROR,
              code == ENOSPC   ? LIMS_ERROR_FULL
              : code == ENOENT ? LIMS_ERROR_NOT_FOUND
                               : LIMS_ERROR_IO,
              "%s: cannot %s: %s", path, what, g_strerror(code));
  return FALSE;
}

gboolean lims_file_exists(const char *path) {
  return g_file_test(path, G_FILE_TEST_EXISTS) || g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

/* TRUE: at the end, or one byte past what may be. */
static gboolean read_pieces(int fd, gsize most, GByteArray *bytes) {
  g_autofree guint8 *piece = g_malloc(PIECE);
  gssize got = 1;

  while (got != 0 && bytes->len <= most) {
    got = read(fd, piece, MIN(PIECE, most + 1 - bytes->len));
    if (got < 0 && errno != EINTR)
      return FALSE;
    if (got > 0)
      g_byte_array_append(bytes, piece, (guint)got);
  }
  return TRUE;
}

gboolean lims_file_read(const char *path, gsize most, char **out, gsize *out_size, GError **error) {
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  int fd = open(path, O_RDONLY | O_CLOEXEC);

  if (fd < 0)
    return fail(path, "open it", error);
  gboolean whole = read_pieces(fd, most, bytes);
  int code = errno;
  close(fd);
  errno = code;
  if (!whole)
    return fail(path, "read it", error);
  if (bytes->len > most) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: longer than %" G_GSIZE_FORMAT " MB: split it",
                path, most >> 20);
    return FALSE;
  }
  *out_size = bytes->len;
  g_byte_array_append(bytes, (const guint8 *)"", 1);
  *out = (char *)g_byte_array_free(g_steal_pointer(&bytes), FALSE);
  return TRUE;
}

gboolean lims_file_require_absent(const char *path, GError **error) {
  if (!lims_file_exists(path))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "%s is there already: name another file", path);
  return FALSE;
}

static gboolean sync_entry(const char *path, int flags, GError **error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | flags);
  if (fd < 0)
    return fail(path, "open it", error);
  int result = fsync(fd), code = errno;
  close(fd);
  errno = code;
  return result == 0 || fail(path, "bring it to the disk", error);
}

static gboolean sync_directory_of(const char *path, GError **error) {
  g_autofree char *directory = g_path_get_dirname(path);
  return sync_entry(directory, O_DIRECTORY, error);
}

gboolean lims_file_sync(const char *path, GError **error) {
  return sync_entry(path, 0, error) && sync_directory_of(path, error);
}

gboolean lims_file_rename(const char *from, const char *to, GError **error) {
  if (rename(from, to) == 0)
    return sync_directory_of(to, error);
  g_autofree char *what = g_strconcat("rename it to ", to, NULL);
  return fail(from, what, error);
}

char *lims_file_digest(const char *path, gint64 *out_size, GError **error) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_autofree guint8 *piece = g_malloc(PIECE);
  FILE *file = fopen(path, "re");
  if (!file) {
    fail(path, "open it", error);
    return NULL;
  }
  *out_size = 0;
  for (gsize got; (got = fread(piece, 1, PIECE, file)) > 0; *out_size += (gint64)got)
    g_checksum_update(sum, piece, (gssize)got);
  gboolean broken = ferror(file) != 0;
  fclose(file);
  if (!broken)
    return g_strdup(g_checksum_get_string(sum));
  fail(path, "read it", error);
  return NULL;
}
