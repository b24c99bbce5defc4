/* Reading whole files: what is there, what is not, and what has no end. */
#include "lims/core/file.h"

#include <glib/gstdio.h>
#include <string.h>

static void test_read(void) {
  g_autofree char *directory = g_dir_make_tmp("lims-file-XXXXXX", NULL);
  g_autofree char *path = g_build_filename(directory, "f", NULL), *bytes = NULL, *none = NULL, *exact = NULL;
  GError *error = NULL;
  gsize size = 99;

  g_assert_true(g_file_set_contents(path, "a\0b", 3, NULL));
  g_assert_true(lims_file_read(path, 1 << 20, &bytes, &size, &error));
  g_assert_no_error(error);
  g_assert_cmpmem(bytes, size + 1, "a\0b", 4); /* with the NUL behind */
  g_assert_true(lims_file_read(path, 3, &exact, &size, &error));
  g_assert_cmpuint(size, ==, 3);
  g_assert_true(g_file_set_contents(path, "", 0, NULL));
  g_assert_true(lims_file_read(path, 3, &none, &size, &error));
  g_assert_cmpuint(size, ==, 0);
  g_assert_cmpstr(none, ==, "");
  g_unlink(path);
  g_rmdir(directory);
}

static void test_refused(void) {
  static const struct {
    const char *path, *words;
    int code;
  } CASES[] = {
      {"/dev/zero", "/dev/zero: longer than 2 MB", LIMS_ERROR_INVALID},
      {"/nonexistent/x", "/nonexistent/x: cannot open it", LIMS_ERROR_NOT_FOUND},
      {"/", "/: cannot read it", LIMS_ERROR_IO},
  };

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++) {
    g_autoptr(GError) error = NULL;
    char *bytes = NULL;
    gsize size;

    g_assert_false(lims_file_read(CASES[i].path, 2 << 20, &bytes, &size, &error));
    g_assert_error(error, LIMS_ERROR, CASES[i].code);
    g_assert_nonnull(strstr(error->message, CASES[i].words));
    g_assert_null(bytes);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/file/read", test_read);
  g_test_add_func("/file/refused", test_refused);
  return g_test_run();
}
