/* Our receiver against a sender that is not ours: sender_e1381.py, in its own process, over a TCP connection.
 *
 * Each message that it reports as acknowledged must be in our journal whole; nothing else may be there. The
 * standard's seconds are divided by a scale on both sides; nothing here depends on how fast either runs.
 */
#include "instruments/protocol/astm.h"
#include <gio/gio.h>
#include <string.h>

#define SENDER "tests/instruments/sender_e1381.py"
#define SCALE 40
#define SCALE_TEXT "40"

typedef struct {
  LimsProtocol *machine;
  GOutputStream *out;
  GPtrArray *open;  /* GBytes *: frames of the open transmission */
  GPtrArray *whole; /* char *: texts */
  guint cut, rejects;
} Receiver;

static void close_open(Receiver *receiver, gboolean whole) {
  if (!receiver->open)
    return;
  if (whole) {
    GByteArray *text = lims_astm_frames_join(receiver->open);
    g_ptr_array_add(receiver->whole, g_strndup((const char *)text->data, text->len));
    g_byte_array_unref(text);
  } else {
    receiver->cut++;
  }
  g_clear_pointer(&receiver->open, g_ptr_array_unref);
}

static void commit(Receiver *receiver, const LimsEvent *event) {
  if (event->starts)
    close_open(receiver, FALSE);
  if (!receiver->open)
    receiver->open = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_ptr_array_add(receiver->open, g_bytes_ref(event->bytes));
  if (event->ends)
    close_open(receiver, TRUE);
}

static void take_event(Receiver *receiver, const LimsEvent *event) {
  gsize size;
  switch (event->kind) {
  case LIMS_EVENT_SEND:
    g_output_stream_write_all(receiver->out, g_bytes_get_data(event->bytes, &size),
                              g_bytes_get_size(event->bytes), NULL, NULL, NULL);
    break;
  case LIMS_EVENT_FRAME:
    commit(receiver, event);
    lims_protocol_answer(receiver->machine, event->token, LIMS_ANSWER_ACCEPTED, g_get_monotonic_time());
    break;
  case LIMS_EVENT_END:
    close_open(receiver, strcmp(event->reason, "whole") == 0);
    break;
  case LIMS_EVENT_REJECT:
    receiver->rejects++;
    break;
  default:
    g_assert_not_reached();
  }
}

static void take_events(Receiver *receiver) {
  LimsEvent event;
  while (lims_protocol_next(receiver->machine, &event)) {
    take_event(receiver, &event);
    lims_event_clear(&event);
  }
}

/* Waits for bytes until the machine's deadline; FALSE once the sender has closed. */
static gboolean serve_once(Receiver *receiver, GSocket *socket) {
  gint64 deadline = lims_protocol_deadline(receiver->machine);
  gint64 wait = deadline < 0 ? 100000 : CLAMP(deadline - g_get_monotonic_time(), 0, 100000);
  g_autoptr(GError) error = NULL;
  char bytes[512];
  gssize size = 1;
  if (g_socket_condition_timed_wait(socket, G_IO_IN, wait, NULL, &error)) {
    size = g_socket_receive(socket, bytes, sizeof bytes, NULL, NULL);
    if (size > 0)
      lims_protocol_feed(receiver->machine, (const guint8 *)bytes, (gsize)size, g_get_monotonic_time());
  } else {
    lims_protocol_tick(receiver->machine, g_get_monotonic_time());
  }
  take_events(receiver);
  return size > 0;
}

static void serve(Receiver *receiver, GSocketListener *listener) {
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection = g_socket_listener_accept(listener, NULL, NULL, &error);
  g_assert_no_error(error);
  GSocket *socket = g_socket_connection_get_socket(connection);
  g_socket_set_option(socket, 6, 1, 1, NULL); /* TCP_NODELAY: replies are single bytes */
  receiver->out = g_io_stream_get_output_stream(G_IO_STREAM(connection));
  while (serve_once(receiver, socket))
    ;
  lims_protocol_connected(receiver->machine, FALSE, g_get_monotonic_time());
  take_events(receiver);
}

static char *message_text(guint number) {
  GString *text = g_string_new("H|\\^&|||second\rP|1\r");
  g_string_append_printf(text, "O|1|S-%u\rR|1|^^^Pb|0.%03u|mg/kg\rC|1|I|", number, number);
  for (guint i = 0; i < 50 * (number % 3); i++)
    g_string_append(text, "long ");
  g_string_append(text, "|G\rL|1|N\r");
  return g_string_free(text, FALSE);
}

typedef struct {
  const char *path;
  guint messages;
  gboolean clean;
  const char *options[12];
} Scene;

static const Scene SCENES[] = {
    {"/astm/second-sender/record-per-frame", 12, TRUE, {NULL}},
    {"/astm/second-sender/whole-text", 12, TRUE, {"--whole-text", "--lower-case"}},
    {"/astm/second-sender/large-frames", 12, TRUE, {"--whole-text", "--max-text", "64000"}},
    {"/astm/second-sender/bad-line",
     12,
     FALSE,
     {"--damage", "0.1", "--duplicate", "0.1", "--noise", "0.1", "--seed", "5"}},
    {"/astm/second-sender/worse-line",
     6,
     FALSE,
     {"--drop", "0.03", "--cut", "0.03", "--lose-reply", "0.03", "--seed", "6"}},
};

static GSubprocess *start_sender(guint16 port, const Scene *scene) {
  g_autofree char *device = g_strdup_printf("tcp:127.0.0.1:%u", port);
  g_autoptr(GStrvBuilder) builder = g_strv_builder_new();
  g_autoptr(GError) error = NULL;
  g_strv_builder_add_many(builder, "/usr/bin/python3", SENDER, "--connect", device, "--time-scale",
                          SCALE_TEXT, "--max-sessions", "200", NULL);
  for (guint i = 0; scene->options[i]; i++)
    g_strv_builder_add(builder, scene->options[i]);
  g_strv_builder_add(builder, "-");
  g_auto(GStrv) arguments = g_strv_builder_end(builder);
  GSubprocess *sender =
      g_subprocess_newv((const char *const *)arguments,
                        G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE, &error);
  g_assert_no_error(error);
  GOutputStream *input = g_subprocess_get_stdin_pipe(sender);
  for (guint i = 0; i < scene->messages; i++) {
    g_autofree char *text = message_text(i);
    g_assert_true(g_output_stream_write_all(input, text, strlen(text), NULL, NULL, NULL));
  }
  g_output_stream_close(input, NULL, NULL);
  return sender;
}

static void judge(const Receiver *receiver, const Scene *scene) {
  g_autoptr(GHashTable) copies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < scene->messages; i++)
    g_hash_table_insert(copies, message_text(i), GUINT_TO_POINTER(0));
  for (guint i = 0; i < receiver->whole->len; i++) {
    char *text = receiver->whole->pdata[i];
    g_assert_true(g_hash_table_contains(copies, text)); /* nothing that was not sent */
    g_hash_table_insert(copies, g_strdup(text), GUINT_TO_POINTER(1));
  }
  for (guint i = 0; i < scene->messages; i++) {
    g_autofree char *text = message_text(i);
    g_assert_nonnull(g_hash_table_lookup(copies, text));
  }
  if (!scene->clean)
    g_assert_cmpuint(receiver->rejects + receiver->cut, >, 0);
}

static void test_scene(gconstpointer data) {
  const Scene *scene = data;
  LimsAstmSettings settings;
  lims_astm_settings_init(&settings);
  settings.time_scale = SCALE;
  Receiver receiver = {.machine = lims_astm_new(&settings), .whole = g_ptr_array_new_with_free_func(g_free)};
  g_autoptr(GSocketListener) listener = g_socket_listener_new();
  g_autoptr(GInetAddress) address = g_inet_address_new_loopback(G_SOCKET_FAMILY_IPV4);
  g_autoptr(GSocketAddress) any = g_inet_socket_address_new(address, 0), bound = NULL;
  g_autoptr(GError) error = NULL;
  g_socket_listener_add_address(listener, any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &bound,
                                &error);
  g_assert_no_error(error);
  g_autoptr(GSubprocess) sender =
      start_sender(g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(bound)), scene);
  serve(&receiver, listener);
  g_subprocess_wait_check(sender, NULL, &error);
  g_assert_no_error(error);
  judge(&receiver, scene);
  lims_protocol_free(receiver.machine);
  g_ptr_array_unref(receiver.whole);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(SCENES); i++)
    g_test_add_data_func(SCENES[i].path, &SCENES[i], test_scene);
  return g_test_run();
}
