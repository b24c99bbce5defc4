/* Shared by the bench programs: a daemon in a directory of its own, bare durable commits, and the table's
 * rows. */
#pragma once
#include <glib.h>

/* One JSON line of the table. ours and bare in `unit`; ratio: how the two relate, as the note says. */
void bench_print(const char *name, double ours, double bare, const char *unit, double ratio,
                 const char *format, ...) G_GNUC_PRINTF(6, 7);

/* Runs a program of $LIMS_BUILD to its end; aborts on failure, showing what it said. */
void bench_run(const char *directory, const char *program, ...) G_GNUC_NULL_TERMINATED;
/* Starts limsd in `directory` (its limsd.conf) and waits until it listens at its socket; *out_ms: how long
 * that took. */
GPid bench_start_daemon(const char *directory, double *out_ms);
void bench_stop(GPid pid);
/* Resident set in MB; -1 if the process is gone. */
double bench_resident_mb(GPid pid);
/* A directory on the disk that is measured: under $LIMS_BUILD. Removed by bench_remove. */
char *bench_make_directory(const char *name);
void bench_remove(const char *directory);
/* Writes limsd.conf with `lines` listening on free ports, makes the store and one laboratory; *out_ports:
 * g_free. */
void bench_make_laboratory(const char *directory, const char *driver, guint lines, guint16 **out_ports);

/* Bare durable commits: one row of `size` bytes into a fresh SQLite file (WAL, synchronous FULL) a commit. */
typedef struct BenchBare BenchBare;
BenchBare *bench_bare_new(const char *directory);
gint64 bench_bare_commit_us(BenchBare *bare, gconstpointer bytes, gsize size);
void bench_bare_free(BenchBare *bare);

/* Of sorted or unsorted microseconds, which are sorted in place. */
double bench_percentile(GArray *times_us, double percent);
