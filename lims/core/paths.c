/* Finding the program's data in a build tree and on an installed machine, without being told. */
#include "lims/core/paths.h"

#include <string.h>

static char *find_program_directory(void) {
  g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);

  return program ? g_path_get_dirname(program) : g_strdup(".");
}

static gboolean is_directory(const char *path) {
  return g_file_test(path, G_FILE_TEST_IS_DIR);
}

/* The first of these below `base` that has `part` in it; NULL if none has. */
static char *find_below(const char *base, const char *const *candidates, const char *part) {
  for (guint i = 0; candidates[i]; i++) {
    g_autofree char *path = g_build_filename(base, candidates[i], NULL);
    g_autofree char *inside = g_build_filename(path, part, NULL);

    if (is_directory(inside))
      return g_steal_pointer(&path);
  }
  return NULL;
}

static char *find_data_directory(const char *program) {
  static const char *const PLACES[] = {"../config", "../share/lims", NULL};
  const char *given = g_getenv("LIMS_DATA");
  char *found = given && *given ? g_strdup(given) : find_below(program, PLACES, "drivers");

  return found ? found : g_strdup(LIMS_DATADIR);
}

/* A build tree keeps what it makes beside its programs; its tests lie two directories below them. */
static char *find_built(const char *program, const char *name) {
  static const char *const PLACES[] = {".", "../..", NULL};
  g_autofree char *base = find_below(program, PLACES, name);

  return base ? g_build_filename(base, name, NULL) : NULL;
}

char *lims_data_path(const char *name) {
  g_autofree char *program = find_program_directory();
  g_autofree char *data = find_data_directory(program);
  g_autofree char *path = g_build_filename(data, name, NULL);
  char *built = NULL;

  if (strcmp(name, "locale") == 0 && !is_directory(path))
    built = find_built(program, name);
  return built ? built : g_steal_pointer(&path);
}
