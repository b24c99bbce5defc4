/* Loading a driver and handing it out.
 *
 * What arrives: a name, and under it two files that a person wrote. What can go wrong: a typo in either; the
 * error names file, line and key, and nothing is half loaded. What leaves: an immutable driver, shared by
 * reference.
 */
#include "instruments/driver-private.h"
#include "lims/core/error.h"
#include "lims/core/paths.h"

#include <string.h>

static const LimsDriverProtocol *const PROTOCOLS[] = {&lims_driver_astm, &lims_driver_lines};

static const LimsDriverProtocol *find_protocol(const char *name) {
  for (guint i = 0; i < G_N_ELEMENTS(PROTOCOLS); i++)
    if (strcmp(PROTOCOLS[i]->name, name) == 0)
      return PROTOCOLS[i];
  g_return_val_if_reached(NULL);
}

static GHashTable *words_new(void) {
  return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static LimsDriver *driver_new(const char *name) {
  LimsDriver *driver = g_new0(LimsDriver, 1);

  g_atomic_ref_count_init(&driver->references);
  driver->name = g_strdup(name);
  driver->codes = g_array_new(FALSE, FALSE, sizeof(LimsDriverCode));
  driver->code_index = g_hash_table_new(g_str_hash, g_str_equal);
  driver->rules.words = words_new();
  driver->status_words = words_new();
  driver->flag_words = words_new();
  return driver;
}

LimsDriver *lims_driver_ref(LimsDriver *driver) {
  g_atomic_ref_count_inc(&driver->references);
  return driver;
}

void lims_driver_unref(LimsDriver *driver) {
  if (!driver || !g_atomic_ref_count_dec(&driver->references))
    return;
  if (driver->protocol)
    driver->protocol->free(driver);
  g_free(driver->name);
  g_free(driver->title);
  lims_ini_free(driver->ini);
  g_array_unref(driver->codes);
  g_hash_table_unref(driver->code_index);
  lims_csv_free(driver->csv);
  g_hash_table_unref(driver->rules.words);
  g_hash_table_unref(driver->status_words);
  g_hash_table_unref(driver->flag_words);
  g_clear_pointer(&driver->kinds, g_ptr_array_unref);
  g_free(driver);
}

/* [line]: its words begin with the letters that LimsLineSettings takes, but for flow. */
static void load_line(LimsDriver *driver) {
  const LimsIni *ini = driver->ini;
  const char *flow = lims_ini_text(ini, "line", "flow");

  driver->line = (LimsLineSettings){
      .baud = (int)lims_ini_integer(ini, "line", "baud"),
      .data_bits = (int)lims_ini_integer(ini, "line", "data_bits"),
      .stop_bits = (int)lims_ini_integer(ini, "line", "stop_bits"),
      .parity = lims_ini_text(ini, "line", "parity")[0],
      .flow = strcmp(flow, "rtscts") == 0    ? 'h'
              : strcmp(flow, "xonxoff") == 0 ? 's'
                                             : 'n',
  };
}

static gboolean load_ini(LimsDriver *driver, const char *path, GError **error) {
  const LimsIni *ini = driver->ini = lims_ini_load_file(path, lims_driver_keys, error);

  if (!ini)
    return FALSE;
  if (!lims_ini_has_group(ini, "driver")) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s: [driver] is missing; a driver file begins with it", path);
    return FALSE;
  }
  driver->title = g_strdup(lims_ini_text(ini, "driver", "title"));
  driver->protocol = find_protocol(lims_ini_text(ini, "driver", "protocol"));
  lims_encoding_parse(lims_ini_text(ini, "text", "encoding"), &driver->encoding);
  load_line(driver);
  return lims_driver_load_values(driver, error) && lims_driver_load_kinds(driver, error) &&
         driver->protocol->load(driver, error);
}

LimsDriver *lims_driver_load(const char *directory, const char *name, GError **error) {
  g_autoptr(LimsDriver) driver = NULL;
  g_autofree char *ini = g_strconcat(directory, G_DIR_SEPARATOR_S, name, ".ini", NULL);
  g_autofree char *csv = g_strconcat(directory, G_DIR_SEPARATOR_S, name, ".csv", NULL);

  if (!*name || strpbrk(name, "/\\") || name[0] == '.') {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "\"%s\" is no driver's name", name);
    return NULL;
  }
  if (!g_file_test(ini, G_FILE_TEST_EXISTS)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "no driver %s: there is no file %s", name, ini);
    return NULL;
  }
  driver = driver_new(name);
  if (!load_ini(driver, ini, error) || !lims_driver_load_codes(driver, csv, error))
    return NULL;
  return g_steal_pointer(&driver);
}

#define DIRECTORY_VARIABLE "LIMS_DRIVERS"

void lims_driver_use_directory(const char *directory) {
  if (directory)
    g_setenv(DIRECTORY_VARIABLE, directory, TRUE);
}

LimsDriver *lims_driver_load_named(const char *name, GError **error) {
  const char *chosen = g_getenv(DIRECTORY_VARIABLE);
  g_autofree char *directory = chosen && *chosen ? g_strdup(chosen) : lims_data_path("drivers");

  return lims_driver_load(directory, name, error);
}

static gint compare_names(gconstpointer a, gconstpointer b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

GPtrArray *lims_driver_list_names(const char *directory, GError **error) {
  g_autoptr(GError) fault = NULL;
  GDir *files = g_dir_open(directory, 0, &fault);
  GPtrArray *names;
  const char *file;

  if (!files) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "no drivers: %s", fault->message);
    return NULL;
  }
  names = g_ptr_array_new_with_free_func(g_free);
  while ((file = g_dir_read_name(files)))
    if (g_str_has_suffix(file, ".ini") && file[0] != '.')
      g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".ini")));
  g_dir_close(files);
  g_ptr_array_sort(names, compare_names);
  return names;
}

const char *lims_driver_name(const LimsDriver *driver) {
  return driver->name;
}

const char *lims_driver_title(const LimsDriver *driver) {
  return driver->title;
}

const char *lims_driver_protocol(const LimsDriver *driver) {
  return driver->protocol->name;
}

const char *lims_driver_origin(const LimsDriver *driver) {
  return lims_ini_text(driver->ini, "driver", "origin");
}

gboolean lims_driver_confirmed(const LimsDriver *driver) {
  return strcmp(lims_driver_origin(driver), "synthetic") != 0;
}

const LimsLineSettings *lims_driver_line_settings(const LimsDriver *driver) {
  return &driver->line;
}

const LimsIni *lims_driver_ini(const LimsDriver *driver) {
  return driver->ini;
}

LimsEncoding lims_driver_encoding(const LimsDriver *driver) {
  return driver->encoding;
}

LimsProtocol *lims_driver_protocol_new(const LimsDriver *driver, gboolean as_instrument, guint time_scale) {
  return driver->protocol->machine_new(driver, as_instrument, time_scale);
}

LimsDecoded *lims_driver_decode(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone) {
  return driver->protocol->decode(driver, frames, zone);
}

LimsCapture *lims_driver_read_capture(const LimsDriver *driver, const guint8 *bytes, gsize size,
                                      GTimeZone *zone) {
  return driver->protocol->read_capture(driver, bytes, size, zone);
}

LimsCapture *lims_capture_new(void) {
  LimsCapture *capture = g_new(LimsCapture, 1);

  capture->messages = g_ptr_array_new_with_free_func((GDestroyNotify)lims_decoded_free);
  capture->rejects = g_ptr_array_new_with_free_func((GDestroyNotify)lims_undecoded_free);
  capture->notes = g_ptr_array_new_with_free_func(g_free);
  capture->texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  return capture;
}

void lims_capture_free(LimsCapture *capture) {
  if (!capture)
    return;
  g_ptr_array_unref(capture->messages);
  g_ptr_array_unref(capture->rejects);
  g_ptr_array_unref(capture->notes);
  g_ptr_array_unref(capture->texts);
  g_free(capture);
}
