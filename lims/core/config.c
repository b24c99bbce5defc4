/* Reads limsd.conf by one table of keys; relative paths are taken from the file's own directory. */
#include "lims/core/config.h"
#include "lims/core/error.h"
#include <string.h>
#include <sys/un.h>

static const LimsIniKey KEYS[] = {
    {"store", "url", LIMS_INI_TEXT, NULL, TRUE,
     .help = "sqlite:/path/lims.db; a daemon and limsctl share it, one writes"},
    {"journal", "path", LIMS_INI_TEXT, NULL, TRUE,
     .help = "every frame is here before it is acknowledged; a local disk"},
    {"journal", "reserve_mib", LIMS_INI_INTEGER, "4", .minimum = 1, .maximum = 1024,
     .help = "kept free for analyzers that never repeat, used when the disk is full"},
    {"journal", "keep_days", LIMS_INI_INTEGER, "7", .minimum = 1, .maximum = 3650,
     .help = "how long the journal keeps what the store already has"},
    {"local", "socket", LIMS_INI_TEXT, NULL,
     .help = "where limsctl finds the daemon; default: the store's path + .sock"},
    {"drivers", "path", LIMS_INI_TEXT, NULL, .help = "a directory of drivers instead of the program's own"},
    {"line *", "device", LIMS_INI_TEXT, NULL, TRUE,
     .help = "serial:/dev/serial/by-id/… | tcp:host:port | tcp-listen:port | tty:/dev/pts/3"},
    {"line *", "baud", LIMS_INI_INTEGER, "0", .minimum = 0, .maximum = 4000000,
     .help = "0: the driver's; so below"},
    {"line *", "data_bits", LIMS_INI_CHOICE, "driver", .choices = "driver|5|6|7|8", .help = "data bits"},
    {"line *", "stop_bits", LIMS_INI_CHOICE, "driver", .choices = "driver|1|2", .help = "stop bits"},
    {"line *", "parity", LIMS_INI_CHOICE, "driver", .choices = "driver|none|even|odd", .help = "parity"},
    {"line *", "flow", LIMS_INI_CHOICE, "driver", .choices = "driver|none|rtscts|xonxoff",
     .help = "flow control"},
    {"station *", "line", LIMS_INI_TEXT, NULL, TRUE, .help = "the [line NAME] this analyzer is on"},
    {"station *", "driver", LIMS_INI_TEXT, NULL, TRUE, .help = "a file of config/drivers, without .ini"},
    {"station *", "laboratory", LIMS_INI_TEXT, NULL, TRUE, .help = "code of the laboratory it belongs to"},
    {NULL},
};

static void line_free(gpointer data) {
  LimsConfigLine *line = data;
  g_free(line->name);
  g_free(line->device);
  g_free(line);
}

static void station_free(gpointer data) {
  LimsConfigStation *station = data;
  g_free(station->name);
  g_free(station->line);
  g_free(station->driver);
  g_free(station->laboratory);
  g_free(station);
}

static char *absolute(const char *file, const char *path) {
  if (!path || g_path_is_absolute(path))
    return g_strdup(path);
  g_autofree char *full = g_canonicalize_filename(file, NULL);
  g_autofree char *directory = g_path_get_dirname(full);
  return g_canonicalize_filename(path, directory);
}

static char *absolute_url(const char *file, const char *url) {
  if (!g_str_has_prefix(url, "sqlite:"))
    return g_strdup(url);
  g_autofree char *path = absolute(file, url + strlen("sqlite:"));
  return g_strconcat("sqlite:", path, NULL);
}

/* A value that must not be left out, nor left empty. */
static gboolean require_text(const LimsConfig *config, const char *file, const char *group, const char *key,
                             GError **error) {
  const char *value = lims_ini_text(config->ini, group, key);
  if (value && *value)
    return TRUE;
  if (value)
    lims_ini_set_error(config->ini, group, key, error, "is empty: give it a value");
  else
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: [%s] %s is missing", file, group, key);
  return FALSE;
}

static gboolean read_socket(LimsConfig *config, const char *file, GError **error) {
  const char *given = lims_ini_text(config->ini, "local", "socket");
  if (given)
    config->socket_path = absolute(file, given);
  else if (g_str_has_prefix(config->store_url, "sqlite:"))
    config->socket_path = g_strconcat(config->store_url + strlen("sqlite:"), ".sock", NULL);
  else
    config->socket_path = g_strconcat(config->journal_path, ".sock", NULL);
  if (strlen(config->socket_path) < sizeof(((struct sockaddr_un *)NULL)->sun_path))
    return TRUE;
  lims_ini_set_error(config->ini, "local", "socket", error,
                     "'%s' is too long for a socket: name a shorter path", config->socket_path);
  return FALSE;
}

static char letter(const LimsIni *ini, const char *group, const char *key, const char *words,
                   const char *letters) {
  const char *word = lims_ini_text(ini, group, key);
  g_auto(GStrv) list = g_strsplit(words, "|", -1);
  for (guint i = 0; list[i]; i++)
    if (strcmp(list[i], word) == 0)
      return letters[i];
  return 0;
}

static gboolean check_line(const LimsConfig *config, const LimsConfigLine *line, const char *file,
                           const char *group, GError **error) {
  if (!require_text(config, file, group, "device", error))
    return FALSE;
  for (guint i = 0; i < config->lines->len; i++) {
    const LimsConfigLine *other = g_ptr_array_index(config->lines, i);
    if (other != line && strcmp(other->device, line->device) == 0) {
      lims_ini_set_error(config->ini, group, "device", error, "[line %s] has %s already", other->name,
                         line->device);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean read_lines(LimsConfig *config, const char *file, GError **error) {
  g_autoptr(GPtrArray) names = lims_ini_names(config->ini, "line");
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);
    g_autofree char *group = g_strconcat("line ", name, NULL);
    LimsConfigLine *line = g_new0(LimsConfigLine, 1);
    line->name = g_strdup(name);
    line->device = g_strdup(lims_ini_text(config->ini, group, "device"));
    line->baud = (int)lims_ini_integer(config->ini, group, "baud");
    line->data_bits = (int)lims_ini_integer(config->ini, group, "data_bits");
    line->stop_bits = (int)lims_ini_integer(config->ini, group, "stop_bits");
    line->parity = letter(config->ini, group, "parity", "none|even|odd", "neo");
    line->flow = letter(config->ini, group, "flow", "none|rtscts|xonxoff", "nhs");
    g_ptr_array_add(config->lines, line);
    if (!check_line(config, line, file, group, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean check_station(LimsConfig *config, const LimsConfigStation *station, const char *file,
                              const char *group, GError **error) {
  static const char *const needed[] = {"line", "driver", "laboratory"};
  for (gsize i = 0; i < G_N_ELEMENTS(needed); i++)
    if (!require_text(config, file, group, needed[i], error))
      return FALSE;
  if (!lims_config_find_line(config, station->line)) {
    lims_ini_set_error(config->ini, group, "line", error, "there is no [line %s]", station->line);
    return FALSE;
  }
  for (guint i = 0; i < config->stations->len; i++) {
    const LimsConfigStation *other = g_ptr_array_index(config->stations, i);
    if (strcmp(other->line, station->line) == 0) {
      lims_ini_set_error(config->ini, group, "line", error, "[line %s] already has the station %s: one each",
                         station->line, other->name);
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean read_stations(LimsConfig *config, const char *file, GError **error) {
  g_autoptr(GPtrArray) names = lims_ini_names(config->ini, "station");
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index(names, i);
    g_autofree char *group = g_strconcat("station ", name, NULL);
    LimsConfigStation *station = g_new0(LimsConfigStation, 1);
    station->name = g_strdup(name);
    station->line = g_strdup(lims_ini_text(config->ini, group, "line"));
    station->driver = g_strdup(lims_ini_text(config->ini, group, "driver"));
    station->laboratory = g_strdup(lims_ini_text(config->ini, group, "laboratory"));
    gboolean good = check_station(config, station, file, group, error);
    g_ptr_array_add(config->stations, station);
    if (!good)
      return FALSE;
  }
  return TRUE;
}

LimsConfig *lims_config_load(const char *path, GError **error) {
  g_autoptr(LimsIni) ini = lims_ini_load_file(path, KEYS, error);
  if (!ini)
    return NULL;
  g_autoptr(LimsConfig) config = g_new0(LimsConfig, 1);
  config->lines = g_ptr_array_new_with_free_func(line_free);
  config->stations = g_ptr_array_new_with_free_func(station_free);
  config->ini = g_steal_pointer(&ini);
  if (!require_text(config, path, "store", "url", error) ||
      !require_text(config, path, "journal", "path", error))
    return NULL;
  config->store_url = absolute_url(path, lims_ini_text(config->ini, "store", "url"));
  config->journal_path = absolute(path, lims_ini_text(config->ini, "journal", "path"));
  config->drivers_path = absolute(path, lims_ini_text(config->ini, "drivers", "path"));
  config->journal_reserve_mib = (int)lims_ini_integer(config->ini, "journal", "reserve_mib");
  config->journal_keep_days = (int)lims_ini_integer(config->ini, "journal", "keep_days");
  if (!read_socket(config, path, error) || !read_lines(config, path, error) ||
      !read_stations(config, path, error))
    return NULL;
  return g_steal_pointer(&config);
}

void lims_config_free(LimsConfig *config) {
  if (!config)
    return;
  g_free(config->store_url);
  g_free(config->journal_path);
  g_free(config->socket_path);
  g_free(config->drivers_path);
  g_clear_pointer(&config->lines, g_ptr_array_unref);
  g_clear_pointer(&config->stations, g_ptr_array_unref);
  g_clear_pointer(&config->ini, lims_ini_free);
  g_free(config);
}

const LimsConfigLine *lims_config_find_line(const LimsConfig *config, const char *name) {
  for (guint i = 0; i < config->lines->len; i++) {
    const LimsConfigLine *line = g_ptr_array_index(config->lines, i);
    if (strcmp(line->name, name) == 0)
      return line;
  }
  return NULL;
}

/* What must be there stands first, in force, so that the sample loads as it is. */
char *lims_config_sample(void) {
  g_autofree char *keys = lims_ini_sample(KEYS);
  return g_strconcat(
      "[store]\nurl=sqlite:/var/lib/lims/lims.db\n\n[journal]\npath=/var/lib/lims/journal.db\n\n"
      "# Every key, with its help:\n\n",
      keys, NULL);
}
