/* Terminals as lines: raw, ours alone, and let go without waiting.
 *
 * A terminal arrives with whatever the last program left: echo, translation, XON/XOFF, a modem hang-up on
 * closing, and VMIN = 0, which makes an idle line look like its end. Two programs on one port would share its
 * bytes at random, so it is locked twice: flock for programs that look, TIOCEXCL for those that do not. On a
 * pseudo-terminal TIOCEXCL outlives a killed holder, for the terminal lives on in its other end; there flock
 * stands alone.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <termios.h>
#include <unistd.h>
#include "lims/core/error.h"

/* Major numbers of the kernel's Unix98 slaves (Documentation/admin-guide/devices.txt). */
#define PTY_MAJOR_FIRST 136
#define PTY_MAJOR_LAST 143

static void set_in_use(GError **error, const char *path) {
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
              "%s is in use by another program; end that program or choose another port", path);
}

static void set_open_error(GError **error, const char *path, int code) {
  static const struct {
    int code;
    LimsErrorCode kind;
    const char *advice;
  } known[] = {
      {ENOENT, LIMS_ERROR_NOT_FOUND, "is not there; is the adapter plugged in and the path right?"},
      {ENODEV, LIMS_ERROR_NOT_FOUND, "has no device behind it; is the adapter plugged in?"},
      {ENXIO, LIMS_ERROR_NOT_FOUND, "has no device behind it; is the adapter plugged in?"},
      {EACCES, LIMS_ERROR_FORBIDDEN, "may not be opened by this user; add the user to the group dialout"},
      {EBUSY, LIMS_ERROR_UNAVAILABLE,
       "is in use by another program; end that program or choose another port"},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(known); i++)
    if (known[i].code == code) {
      g_set_error(error, LIMS_ERROR, known[i].kind, "%s %s", path, known[i].advice);
      return;
    }
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "%s cannot be opened: %s", path, g_strerror(code));
}

char *lims_terminal_resolve(const char *path, GError **error) {
  char *real = realpath(path, NULL);
  if (!real) {
    set_open_error(error, path, errno);
    return NULL;
  }
  char *copy = g_strdup(real);
  free(real);
  return copy;
}

gboolean lims_terminal_is_pty(int fd) {
  struct stat info;
  return fstat(fd, &info) == 0 && S_ISCHR(info.st_mode) && major(info.st_rdev) >= PTY_MAJOR_FIRST &&
         major(info.st_rdev) <= PTY_MAJOR_LAST;
}

static gboolean is_exclusive(int fd) {
  int exclusive = 0;
  return !lims_terminal_is_pty(fd) && ioctl(fd, TIOCGEXCL, &exclusive) == 0 && exclusive;
}

/* root passes TIOCEXCL, so it is asked for as well. */
int lims_terminal_open(const char *path, GError **error) {
  int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    set_open_error(error, path, errno);
    return -1;
  }
  gboolean is_terminal = isatty(fd) == 1;
  if (is_terminal && !is_exclusive(fd) && flock(fd, LOCK_EX | LOCK_NB) == 0) {
    flock(fd, LOCK_UN);
    return fd;
  }
  if (is_terminal)
    set_in_use(error, path);
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s is not a terminal", path);
  close(fd);
  return -1;
}

gboolean lims_terminal_lock(int fd, const char *path, GError **error) {
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK)
      set_in_use(error, path);
    else
      set_open_error(error, path, errno);
    return FALSE;
  }
  if (!lims_terminal_is_pty(fd) && ioctl(fd, TIOCEXCL) != 0) {
    set_open_error(error, path, errno);
    return FALSE;
  }
  return TRUE;
}

/* Closing waits, up to half a minute, for bytes that flow control holds back: they go nowhere now. */
void lims_terminal_unlock(int fd, gboolean lost) {
  struct termios settings;
  gboolean held =
      tcgetattr(fd, &settings) == 0 && ((settings.c_cflag & CRTSCTS) || (settings.c_iflag & IXON));
  if (lost || held)
    tcflush(fd, TCOFLUSH);
  ioctl(fd, TIOCNXCL);
}

/* A character with a parity or framing error is to arrive as NUL, which no protocol takes for text: that is
 * what INPCK without IGNPAR and PARMRK asks for. */
static void make_raw(struct termios *settings, char flow) {
  settings->c_iflag &=
      ~(tcflag_t)(IGNBRK | BRKINT | IGNPAR | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON | IXOFF | IXANY);
  settings->c_iflag |= INPCK | (flow == 's' ? IXON | IXOFF : 0);
  settings->c_oflag &= ~(tcflag_t)OPOST;
  settings->c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  settings->c_cflag &= ~(tcflag_t)(HUPCL | CRTSCTS);
  settings->c_cflag |= CLOCAL | CREAD | (flow == 'h' ? CRTSCTS : 0);
  settings->c_cc[VMIN] = 1;
  settings->c_cc[VTIME] = 0;
}

/* tcsetattr succeeds if anything was taken; only reading back tells. */
gboolean lims_terminal_set_raw(int fd, char flow, const char *path, GError **error) {
  struct termios wanted, got;
  if (tcgetattr(fd, &wanted) == 0) {
    make_raw(&wanted, flow);
    if (tcsetattr(fd, TCSANOW, &wanted) == 0 && tcgetattr(fd, &got) == 0) {
      tcflush(fd, TCIFLUSH);
      if (got.c_iflag == wanted.c_iflag && got.c_cflag == wanted.c_cflag && got.c_lflag == wanted.c_lflag &&
          got.c_oflag == wanted.c_oflag && got.c_cc[VMIN] == 1)
        return TRUE;
      gboolean flow_refused = (got.c_cflag ^ wanted.c_cflag) & CRTSCTS;
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s did not take the line settings%s", path,
                  flow_refused ? ": its driver has no RTS/CTS flow control; set the flow control to n" : "");
      return FALSE;
    }
  }
  set_open_error(error, path, errno);
  return FALSE;
}
