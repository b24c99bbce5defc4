/* Paths: a copy of this program is put into trees of each kind and says where it would look. */
#include "lims/core/paths.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

static void make_directory(const char *base, const char *name) {
  g_autofree char *path = g_build_filename(base, name, NULL);

  g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
}

/* What the copy at base/program answers for `name`, with LIMS_DATA as given. */
static char *ask(const char *base, const char *program, const char *name, const char *data) {
  g_autofree char *path = g_build_filename(base, program, NULL), *directory = g_path_get_dirname(path);
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL), *bytes = NULL;
  g_auto(GStrv) environment = g_environ_unsetenv(g_get_environ(), "LIMS_DATA");
  char *command[] = {path, (char *)"--print", (char *)name, NULL};
  g_autoptr(GError) error = NULL;
  char *answer = NULL;
  gsize size;

  make_directory(directory, ".");
  g_assert_true(g_file_get_contents(self, &bytes, &size, NULL));
  g_assert_true(g_file_set_contents_full(path, bytes, (gssize)size, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  if (data)
    environment = g_environ_setenv(environment, "LIMS_DATA", data, TRUE);
  g_spawn_sync(NULL, command, environment, G_SPAWN_DEFAULT, NULL, NULL, &answer, NULL, NULL, &error);
  g_assert_no_error(error);
  return answer;
}

static void assert_answer(const char *base, const char *program, const char *name, const char *data,
                          const char *expected) {
  g_autofree char *answer = ask(base, program, name, data), *found = g_canonicalize_filename(answer, NULL);
  g_autofree char *wanted = g_canonicalize_filename(expected, base);

  g_assert_cmpstr(found, ==, wanted);
}

static void remove_tree(const char *path) {
  GDir *directory = g_file_test(path, G_FILE_TEST_IS_DIR) ? g_dir_open(path, 0, NULL) : NULL;
  const char *name;

  while (directory && (name = g_dir_read_name(directory))) {
    g_autofree char *inside = g_build_filename(path, name, NULL);

    remove_tree(inside);
  }
  if (directory)
    g_dir_close(directory);
  g_remove(path);
}

static void test_build_tree(void) {
  g_autofree char *base = g_dir_make_tmp("lims-paths-XXXXXX", NULL),
                  *config = g_build_filename(base, "config", NULL);

  make_directory(base, "config/drivers");
  assert_answer(base, "build/limsd", "drivers", NULL, "config/drivers");
  assert_answer(base, "build/limsd", "locale", NULL, "config/locale"); /* nothing built yet */
  make_directory(base, "build/locale");
  assert_answer(base, "build/limsd", "locale", NULL, "build/locale");
  assert_answer(base, "build/limsd", "locale", config, "build/locale");
  assert_answer(base, "build/tests/core/test-x", "locale", config, "build/locale");
  make_directory(base, "config/locale");
  assert_answer(base, "build/limsd", "locale", config, "config/locale");
  remove_tree(base);
}

static void test_installed(void) {
  g_autofree char *base = g_dir_make_tmp("lims-paths-XXXXXX", NULL);

  make_directory(base, "usr/share/lims/drivers");
  make_directory(base, "usr/share/lims/locale");
  assert_answer(base, "usr/bin/limsd", "catalogue", NULL, "usr/share/lims/catalogue");
  assert_answer(base, "usr/bin/limsd", "locale", NULL, "usr/share/lims/locale");
  assert_answer(base, "usr/bin/limsd", "drivers", "/elsewhere", "/elsewhere/drivers");
  assert_answer(base, "usr/bin/limsd", "drivers", "", "usr/share/lims/drivers");
  remove_tree(base);
}

static void test_compiled_in(void) {
  g_autofree char *base = g_dir_make_tmp("lims-paths-XXXXXX", NULL);

  assert_answer(base, "alone/limsd", "drivers", NULL, LIMS_DATADIR "/drivers");
  remove_tree(base);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "--print") == 0) {
    g_autofree char *path = lims_data_path(argv[2]);

    fputs(path, stdout);
    return 0;
  }
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/paths/build-tree", test_build_tree);
  g_test_add_func("/paths/installed", test_installed);
  g_test_add_func("/paths/compiled-in", test_compiled_in);
  return g_test_run();
}
