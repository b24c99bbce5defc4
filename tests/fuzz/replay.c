/* Runs a fuzzer's entry point over files and directories given, without clang: what once broke a parser, and
 * what a good input looks like, is tried in every test run. Linked to one fuzz-NAME.c. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static guint replay_file(const char *path) {
  g_autofree char *bytes = NULL;
  g_autoptr(GError) error = NULL;
  gsize size;
  if (!g_file_get_contents(path, &bytes, &size, &error)) {
    fprintf(stderr, "replay: %s\n", error->message);
    return 0;
  }
  /* A block of just that size, so that a sanitizer sees a read behind it. */
  g_autofree uint8_t *exact = g_memdup2(bytes, size);
  LLVMFuzzerTestOneInput(exact, size);
  return 1;
}

static guint replay_path(const char *path) {
  g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
  guint count = 0;
  const char *name;
  if (!directory)
    return replay_file(path);
  while ((name = g_dir_read_name(directory))) {
    g_autofree char *inner = g_build_filename(path, name, NULL);
    count += replay_path(inner);
  }
  return count;
}

int main(int argc, char **argv) {
  guint count = 0;
  for (int i = 1; i < argc; i++)
    count += replay_path(argv[i]);
  printf("%u inputs replayed\n", count);
  return count > 0 ? 0 : 1;
}
