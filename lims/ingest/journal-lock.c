/* The lock beside the journal. It is asked for once and not waited for: a second program is a mistake to be
 * told now. */
#include "lims/ingest/journal-lock.h"
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int lims_journal_lock(const char *path, GError **error) {
  g_autofree char *name = g_strconcat(path, ".lock", NULL);
  int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (fd < 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "journal %s: cannot open %s: %s: check its directory", path,
                name, g_strerror(errno));
    return -1;
  }
  if (flock(fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  close(fd);
  g_set_error(
      error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
      "journal %s: another program holds it (%s is locked): end that program, or name another journal", path,
      name);
  return -1;
}
