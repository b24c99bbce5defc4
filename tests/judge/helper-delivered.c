/* See the header. */
#include "tests/judge/helper-delivered.h"

char *delivered_path(const char *name) {
  const char *data = g_getenv("LIMS_DATA");

  return g_build_filename(data ? data : "config", "catalogue", name, NULL);
}

LimsCsv *read_csv(const char *path) {
  GError *error = NULL;
  LimsCsv *csv = lims_csv_read_file(path, &error);

  g_assert_no_error(error);
  return csv;
}

LimsCsv *read_delivered(const char *name) {
  g_autofree char *path = delivered_path(name);

  return read_csv(path);
}
