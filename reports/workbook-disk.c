/* A disk that fills while a workbook is made.
 *
 * libxlsxwriter writes each sheet's rows into a temporary file, copies that into a second one, and packs the
 * second; it does not look whether either took what was written, and would pack a sheet that ends in the
 * middle. So the first files are asked for their errors, and the room for the rest is reserved and given back
 * just before it is needed.
 */
#include "reports/workbook-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define SMALL_PARTS (4 * 1024 * 1024) /* styles, charts and what else there is, by far */
#define PACKED 4                      /* rows pack to less than this part of their size */

/* Bytes that the sheets' rows take; FALSE with errno if one was not taken whole. */
static gboolean measure_streams(LimsWorkbook *book, gint64 *out_all, gint64 *out_longest) {
  *out_all = *out_longest = 0;
  for (guint i = 0; i < book->sheets->len; i++) {
    FILE *stream = ((LimsSheet *)g_ptr_array_index(book->sheets, i))->sheet->optimize_tmpfile;
    gint64 size;

    if (fflush(stream) != 0 || ferror(stream) || (size = ftello(stream)) < 0)
      return FALSE;
    *out_all += size;
    *out_longest = MAX(*out_longest, size);
  }
  return TRUE;
}

/* Takes that many bytes beside the target and gives them back. A file system that cannot reserve is not asked
 * twice. */
static gboolean try_room(const char *path, gint64 size) {
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  gboolean has_room = fd >= 0 && (fallocate(fd, 0, 0, size) == 0 || errno == EOPNOTSUPP || errno == ENOSYS);
  int problem = errno;

  if (fd >= 0 && ftruncate(fd, 0) != 0)
    has_room = FALSE;
  if (fd >= 0)
    close(fd);
  errno = problem;
  return has_room;
}

gboolean lims_workbook_has_room(LimsWorkbook *book) {
  gint64 all, longest;

  return measure_streams(book, &all, &longest) &&
         try_room(book->temporary, longest + all / PACKED + SMALL_PARTS);
}
