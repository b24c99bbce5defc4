/* serial: real ports, by libserialport, with the cures that Debian's 0.1.1 needs.
 *
 * The library finds and configures the port. It does not follow links (so /dev/serial/by-id/… is resolved at
 * each try: an adapter may come back under another name), shares the port with anybody, leaves HUPCL on, puts
 * CRTSCTS into the wrong flag word without a complaint, and takes a full buffer for a failure of write. Those
 * parts are done here and in terminal.c on its descriptor, and read back.
 *
 * Opening a port already disturbs it: the library resets its settings. So a plain descriptor looks first
 * whether another program has it, and is closed last, for the last close of a port may drop its DTR.
 */
#include "instruments/port/port-private.h"
#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>
#include "lims/core/error.h"

typedef struct sp_port_config SpConfig;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SpConfig, sp_free_config)

static gboolean parse(LimsPort *port, const char *rest, GError **error) {
  if (g_str_has_prefix(rest, "/"))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "a path must follow, such as serial:/dev/ttyUSB0");
  return FALSE;
}

/* The library's word is errno's at the time of the call: it is asked for at once. */
static gboolean succeed(enum sp_return code, const char *path, const char *what, GError **error) {
  if (code == SP_OK)
    return TRUE;
  char *word = code == SP_ERR_FAIL ? sp_last_error_message() : NULL;
  g_set_error(error, LIMS_ERROR, code == SP_ERR_FAIL ? LIMS_ERROR_IO : LIMS_ERROR_INVALID, "%s: %s: %s", path,
              what,
              word                  ? word
              : code == SP_ERR_SUPP ? "the port does not support it"
                                    : "libserialport knows no such serial port");
  if (word)
    sp_free_error_message(word);
  return FALSE;
}

static enum sp_parity parity_of(char letter) {
  return letter == 'e' ? SP_PARITY_EVEN : letter == 'o' ? SP_PARITY_ODD : SP_PARITY_NONE;
}

/* Flow control stays off here: terminal.c sets it where the kernel reads it. */
static gboolean configure(struct sp_port *serial, const LimsPortSettings *s, const char *path,
                          GError **error) {
  g_autoptr(SpConfig) config = NULL;
  if (!succeed(sp_new_config(&config), path, "settings", error))
    return FALSE;
  sp_set_config_baudrate(config, s->baud);
  sp_set_config_bits(config, s->data_bits);
  sp_set_config_parity(config, parity_of(s->parity));
  sp_set_config_stopbits(config, s->stop_bits);
  sp_set_config_rts(config, SP_RTS_ON);
  sp_set_config_cts(config, SP_CTS_IGNORE);
  sp_set_config_dtr(config, SP_DTR_ON);
  sp_set_config_dsr(config, SP_DSR_IGNORE);
  sp_set_config_xon_xoff(config, SP_XONXOFF_DISABLED);
  return succeed(sp_set_config(serial, config), path, "cannot set the line settings", error);
}

/* Before set_raw: the library knows "no parity" by IGNPAR, which is cleared there. */
static gboolean check_configured(struct sp_port *serial, const LimsPortSettings *s, const char *path,
                                 GError **error) {
  g_autoptr(SpConfig) config = NULL;
  int baud = 0, bits = 0, stop_bits = 0;
  enum sp_parity parity = SP_PARITY_INVALID;
  if (!succeed(sp_new_config(&config), path, "settings", error) ||
      !succeed(sp_get_config(serial, config), path, "cannot read the line settings back", error))
    return FALSE;
  sp_get_config_baudrate(config, &baud);
  sp_get_config_bits(config, &bits);
  sp_get_config_parity(config, &parity);
  sp_get_config_stopbits(config, &stop_bits);
  if (baud == s->baud && bits == s->data_bits && parity == parity_of(s->parity) && stop_bits == s->stop_bits)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s did not take the line settings %d %d%c%d", path,
              s->baud, s->data_bits, g_ascii_toupper(s->parity), s->stop_bits);
  return FALSE;
}

static gboolean take_over(struct sp_port *serial, const LimsPortSettings *settings, const char *path, int *fd,
                          GError **error) {
  if (!succeed(sp_get_port_handle(serial, fd), path, "has no descriptor", error))
    return FALSE;
  fcntl(*fd, F_SETFD, FD_CLOEXEC);
  return lims_terminal_lock(*fd, path, error) && configure(serial, settings, path, error) &&
         check_configured(serial, settings, path, error) &&
         lims_terminal_set_raw(*fd, settings->flow, path, error);
}

static void release(int fd, gpointer handle, gboolean lost) {
  lims_terminal_unlock(fd, lost);
  sp_close(handle);
  sp_free_port(handle);
}

/* An opened, locked and configured port, or NULL. */
static struct sp_port *open_serial(const char *path, const LimsPortSettings *settings, int *fd,
                                   GError **error) {
  struct sp_port *serial = NULL;
  if (!succeed(sp_get_port_by_name(path, &serial), path, "cannot be opened", error))
    return NULL;
  if (!succeed(sp_open(serial, SP_MODE_READ_WRITE), path, "cannot be opened", error)) {
    sp_free_port(serial);
    return NULL;
  }
  if (take_over(serial, settings, path, fd, error))
    return serial;
  release(*fd, serial, FALSE);
  return NULL;
}

static gboolean open_port(LimsPort *port, GError **error) {
  g_autofree char *path = lims_terminal_resolve(port->address, error);
  int probe = path ? lims_terminal_open(path, error) : -1;
  if (probe < 0)
    return FALSE;
  LimsChannel channel = {.fd = -1, .release = release};
  if (lims_terminal_is_pty(probe))
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s is a pseudo-terminal; write tty:%s", path,
                port->address);
  else
    channel.handle = open_serial(path, &port->settings, &channel.fd, error);
  close(probe);
  if (!channel.handle)
    return FALSE;
  lims_port_adopt(port, &channel, path);
  return TRUE;
}

static void shut(LimsPort *port) {
}

const LimsPortKind lims_port_kind_serial = {
    .name = "serial", .form = "serial:/dev/ttyUSB0", .parse = parse, .open = open_port, .shut = shut};
