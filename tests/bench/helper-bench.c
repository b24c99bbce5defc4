/* Directories, processes and sockets of the benches; whatever fails ends the bench with what was said. */
#include "tests/bench/helper-bench.h"
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

void bench_print(const char *name, double ours, double bare, const char *unit, double ratio,
                 const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_autofree char *note = g_strdup_vprintf(format, args);
  va_end(args);
  printf("{\"name\":\"%s\",\"ours\":%.6g,\"bare\":%.6g,\"unit\":\"%s\",\"ratio\":%.4g,\"note\":\"%s\"}\n",
         name, ours, bare, unit, ratio, note);
  fflush(stdout);
}

static char *program_path(const char *program) {
  const char *build = g_getenv("LIMS_BUILD");
  return g_build_filename(build ? build : "build", program, NULL);
}

void bench_run(const char *directory, const char *program, ...) {
  g_autoptr(GPtrArray) words = g_ptr_array_new_with_free_func(g_free);
  g_ptr_array_add(words, program_path(program));
  va_list args;
  va_start(args, program);
  for (const char *word; (word = va_arg(args, const char *));)
    g_ptr_array_add(words, g_strdup(word));
  va_end(args);
  g_ptr_array_add(words, NULL);
  g_autofree char *said = NULL;
  int status;
  g_autoptr(GError) error = NULL;
  if (!g_spawn_sync(directory, (char **)words->pdata, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                    &said, &status, &error) ||
      !g_spawn_check_wait_status(status, &error))
    g_error("bench: %s: %s %s", program, error->message, said ? said : "");
}

static gboolean answers(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_strlcpy(address.sun_path, path, sizeof address.sun_path);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  gboolean there = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
  close(fd);
  return there;
}

GPid bench_start_daemon(const char *directory, double *out_ms) {
  g_autofree char *program = program_path("limsd");
  g_autofree char *socket = g_build_filename(directory, "lims.db.sock", NULL);
  char *words[] = {program, (char *)"--config", (char *)"limsd.conf", NULL};
  g_autoptr(GError) error = NULL;
  GPid pid;
  gint64 begun = g_get_monotonic_time();
  if (!g_spawn_async(directory, words, NULL, G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                     NULL, &pid, &error))
    g_error("bench: %s", error->message);
  while (!answers(socket)) {
    if (g_get_monotonic_time() - begun > 20 * G_USEC_PER_SEC)
      g_error("bench: limsd does not answer in %s", directory);
    g_usleep(500);
  }
  if (out_ms)
    *out_ms = (double)(g_get_monotonic_time() - begun) / 1000;
  return pid;
}

void bench_stop(GPid pid) {
  kill(pid, SIGTERM);
  waitpid(pid, NULL, 0);
}

double bench_resident_mb(GPid pid) {
  g_autofree char *path = g_strdup_printf("/proc/%d/statm", pid);
  g_autofree char *text = NULL;
  unsigned long total, resident;
  if (!g_file_get_contents(path, &text, NULL, NULL) || sscanf(text, "%lu %lu", &total, &resident) != 2)
    return -1;
  return (double)resident * (double)sysconf(_SC_PAGESIZE) / 1e6;
}

char *bench_make_directory(const char *name) {
  g_autofree char *pattern = g_strconcat("bench-", name, "-XXXXXX", NULL);
  char *directory = program_path(pattern);
  if (!g_mkdtemp(directory))
    g_error("bench: %s: %s", directory, g_strerror(errno));
  return directory;
}

void bench_remove(const char *directory) {
  const char *words[] = {"rm", "-rf", "--", directory, NULL};
  g_spawn_sync(NULL, (char **)words, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL, NULL);
}

static guint16 free_port(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  socklen_t size = sizeof address;
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(fd, (struct sockaddr *)&address, size) != 0 ||
      getsockname(fd, (struct sockaddr *)&address, &size) != 0)
    g_error("bench: no free port: %s", g_strerror(errno));
  close(fd);
  return ntohs(address.sin_port);
}

void bench_make_laboratory(const char *directory, const char *driver, guint lines, guint16 **out_ports) {
  GString *config = g_string_new("[store]\nurl=sqlite:lims.db\n[journal]\npath=journal.db\n");
  *out_ports = g_new(guint16, MAX(lines, 1));
  for (guint i = 0; i < lines; i++) {
    (*out_ports)[i] = free_port();
    g_string_append_printf(
        config,
        "[line l%u]\ndevice=tcp-listen:127.0.0.1:%u\n[station l%u]\nline=l%u\ndriver=%s\nlaboratory=B\n", i,
        (*out_ports)[i], i, i, driver);
  }
  g_autofree char *path = g_build_filename(directory, "limsd.conf", NULL);
  g_file_set_contents(path, config->str, -1, NULL);
  g_string_free(config, TRUE);
  bench_run(directory, "limsctl", "--config", "limsd.conf", "init", NULL);
  bench_run(directory, "limsctl", "--config", "limsd.conf", "lab", "add", "--code", "B", "--name", "Bench",
            "--kind", "county", NULL);
}

struct BenchBare {
  sqlite3 *handle;
  sqlite3_stmt *insert;
};

BenchBare *bench_bare_new(const char *directory) {
  static int number;
  g_autofree char *name = g_strdup_printf("bare-%d.db", number++);
  g_autofree char *path = g_build_filename(directory, name, NULL);
  BenchBare *bare = g_new0(BenchBare, 1);
  if (sqlite3_open(path, &bare->handle) != SQLITE_OK ||
      sqlite3_exec(bare->handle,
                   "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE t(id INTEGER PRIMARY KEY, "
                   "bytes BLOB)",
                   NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(bare->handle, "INSERT INTO t(bytes) VALUES(?)", -1, &bare->insert, NULL) !=
          SQLITE_OK)
    g_error("bench: %s", sqlite3_errmsg(bare->handle));
  return bare;
}

gint64 bench_bare_commit_us(BenchBare *bare, gconstpointer bytes, gsize size) {
  gint64 begun = g_get_monotonic_time();
  sqlite3_bind_blob64(bare->insert, 1, bytes, size, SQLITE_STATIC);
  if (sqlite3_step(bare->insert) != SQLITE_DONE)
    g_error("bench: %s", sqlite3_errmsg(bare->handle));
  sqlite3_reset(bare->insert);
  return g_get_monotonic_time() - begun;
}

void bench_bare_free(BenchBare *bare) {
  sqlite3_finalize(bare->insert);
  sqlite3_close(bare->handle);
  g_free(bare);
}

static int compare_times(gconstpointer a, gconstpointer b) {
  gint64 x = *(const gint64 *)a, y = *(const gint64 *)b;
  return x < y ? -1 : x > y;
}

double bench_percentile(GArray *times_us, double percent) {
  g_array_sort(times_us, compare_times);
  guint at = (guint)((double)(times_us->len - 1) * percent / 100);
  return (double)g_array_index(times_us, gint64, at);
}
