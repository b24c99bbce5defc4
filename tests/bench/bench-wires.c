/* From the wire to the disk: how long an analyzer waits for its ACK, what eight wires carry together, and
 * what the daemon costs when nothing happens. The bare side is the durable commit alone, in the same run on
 * the same disk.
 */
#include "instruments/protocol/astm.h"
#include "tests/bench/helper-bench.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define ROUNDS 20  /* alternations of ours and bare */
#define FRAMES 100 /* frames a round */
#define WIRES 8
#define WIRE_SECONDS 6
#define BAUD 115200

static int connect_to(guint16 port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  for (int i = 0; i < 200 && connect(fd, (struct sockaddr *)&address, sizeof address) != 0; i++)
    g_usleep(10000);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/* Sends and waits for one byte, which must be ACK. */
static void exchange(int fd, const void *bytes, gsize size) {
  guint8 reply = 0;
  if (write(fd, bytes, size) != (gssize)size || read(fd, &reply, 1) != 1 || reply != 0x06)
    g_error("bench: no ACK (%02x): %s", reply, g_strerror(errno));
}

/* A frame of 240 bytes of text: a result and a long comment, as a chatty analyzer sends. */
static GBytes *make_frame(guint number, guint n) {
  g_autofree char *record = g_strdup_printf("C|%u|I|%-*s|G\r", n, 225, "bench");
  return lims_astm_frame_new(number % 8, (const guint8 *)record, MIN(strlen(record), 240), TRUE);
}

typedef struct {
  int fd;
  guint number;
} Session;

static void session_open(Session *session) {
  exchange(session->fd, "\005", 1);
  const char *header = "H|\\^&|||BENCH|||||||P|1|20261124090000\rP|1\rO|1|B||^^^ALL\r";
  g_autoptr(GBytes) frame = lims_astm_frame_new(1, (const guint8 *)header, strlen(header), TRUE);
  exchange(session->fd, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
  session->number = 1;
}

static void session_close(Session *session) {
  g_autoptr(GBytes) frame =
      lims_astm_frame_new((session->number + 1) % 8, (const guint8 *)"L|1|N\r", 6, TRUE);
  exchange(session->fd, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
  if (write(session->fd, "\004", 1) != 1)
    g_error("bench: EOT: %s", g_strerror(errno));
}

static gint64 session_frame_us(Session *session) {
  session->number++;
  g_autoptr(GBytes) frame = make_frame(session->number, session->number);
  gint64 begun = g_get_monotonic_time();
  exchange(session->fd, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
  return g_get_monotonic_time() - begun;
}

static void bench_ack(const char *directory, guint16 port) {
  g_autoptr(GArray) ours = g_array_new(FALSE, FALSE, sizeof(gint64));
  g_autoptr(GArray) bare = g_array_new(FALSE, FALSE, sizeof(gint64));
  BenchBare *commits = bench_bare_new(directory);
  Session session = {.fd = connect_to(port)};
  for (guint round = 0; round < ROUNDS; round++) {
    session_open(&session);
    for (guint i = 0; i < FRAMES; i++) {
      gint64 us = session_frame_us(&session);
      g_array_append_val(ours, us);
    }
    session_close(&session);
    for (guint i = 0; i < FRAMES; i++) {
      g_autoptr(GBytes) frame = make_frame(1, i);
      gint64 us = bench_bare_commit_us(commits, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
      g_array_append_val(bare, us);
    }
  }
  close(session.fd);
  bench_bare_free(commits);
  double ours50 = bench_percentile(ours, 50), bare50 = bench_percentile(bare, 50);
  double ours99 = bench_percentile(ours, 99), bare99 = bench_percentile(bare, 99);
  bench_print("last byte to ACK, median", ours50, bare50, "us", ours50 / bare50,
              "over loopback TCP; bare: one durable commit");
  bench_print("last byte to ACK, p99", ours99, bare99, "us", ours99 / bare99,
              "aim: ours at most 2 x bare + 1000 us = %.0f: %s", 2 * bare99 + 1000,
              ours99 <= 2 * bare99 + 1000 ? "met" : "missed");
}

typedef struct {
  guint16 port;
  gint64 until_us, line_us;
  guint frames;
} Wire;

/* One analyzer: the line's time for the frame and for the ACK, then the wait for the disk. */
static gpointer wire_main(gpointer data) {
  Wire *wire = data;
  Session session = {.fd = connect_to(wire->port)};
  session_open(&session);
  while (g_get_monotonic_time() < wire->until_us) {
    if (session.number > 400) {
      session_close(&session);
      session_open(&session);
    }
    g_usleep((gulong)wire->line_us);
    session_frame_us(&session);
    wire->frames++;
  }
  session_close(&session);
  close(session.fd);
  return NULL;
}

static void bench_eight(const char *directory, const guint16 *ports) {
  g_autoptr(GBytes) frame = make_frame(1, 1);
  gsize size = g_bytes_get_size(frame);
  BenchBare *commits = bench_bare_new(directory);
  gint64 bare_us = 0, line_us = (gint64)(size + 1) * 10 * G_USEC_PER_SEC / BAUD;
  for (guint i = 0; i < 500; i++)
    bare_us += bench_bare_commit_us(commits, g_bytes_get_data(frame, NULL), size);
  bench_bare_free(commits);
  Wire wires[WIRES];
  GThread *threads[WIRES];
  gint64 begun = g_get_monotonic_time();
  guint frames = 0;
  for (guint i = 0; i < WIRES; i++) {
    wires[i] = (Wire){ports[i], begun + WIRE_SECONDS * G_USEC_PER_SEC, line_us, 0};
    threads[i] = g_thread_new("wire", wire_main, &wires[i]);
  }
  for (guint i = 0; i < WIRES; i++) {
    g_thread_join(threads[i]);
    frames += wires[i].frames;
  }
  double ours = frames / ((double)(g_get_monotonic_time() - begun) / G_USEC_PER_SEC);
  double ideal = WIRES * 1e6 / ((double)line_us + (double)bare_us / 500);
  bench_print("eight wires end to end", ours, ideal, "frames/s", ours / ideal,
              "%d baud, %zu bytes a frame; bare: 8 / (line time %" G_GINT64_FORMAT
              " us + one durable commit %.0f us); aim 0.8",
              BAUD, size, line_us, (double)bare_us / 500);
}

/* The same libraries loaded and nothing opened. */
static double bare_start_ms(const char *directory) {
  gint64 begun = g_get_monotonic_time();
  bench_run(directory, "limsd", "--print-config", NULL);
  return (double)(g_get_monotonic_time() - begun) / 1000;
}

static void send_one(guint16 port) {
  Session session = {.fd = connect_to(port)};
  session_open(&session);
  session_close(&session);
  close(session.fd);
}

/* A command that judges makes the daemon load its catalogue; a message makes it take one through the whole
 * line. */
static void bench_idle(const char *directory, guint16 port) {
  double best = 1e9, bare = 1e9, ms, resident;
  for (guint i = 0; i < 5; i++) {
    GPid pid = bench_start_daemon(directory, &ms);
    best = MIN(best, ms);
    bare = MIN(bare, bare_start_ms(directory));
    if (i == 4) {
      send_one(port);
      bench_run(directory, "limsctl", "--config", "limsd.conf", "judge", "--commodity", "菠菜", "--analyte",
                "铅", "--value", "0.1", "--unit", "mg/kg", "--date", "2026-11-24", NULL);
      g_usleep(2 * G_USEC_PER_SEC);
      resident = bench_resident_mb(pid);
      bench_print("idle memory", resident, 30, "MB", resident / 30,
                  "resident after a message and a verdict, eight lines, catalogue loaded; bare: the aim");
    }
    bench_stop(pid);
  }
  bench_print("start-up", best, bare, "ms", best / bare,
              "until the socket answers; bare: limsd --print-config; aim 300 ms");
}

int main(void) {
  g_autofree char *directory = bench_make_directory("wires");
  g_autofree guint16 *ports = NULL;
  bench_make_laboratory(directory, "astm-generic", WIRES, &ports);
  GPid pid = bench_start_daemon(directory, NULL);
  bench_ack(directory, ports[0]);
  bench_eight(directory, ports);
  bench_stop(pid);
  bench_idle(directory, ports[0]);
  bench_remove(directory);
  return 0;
}
