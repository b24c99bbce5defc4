/* The server over a real socket: many at once, half a request, a body without end, who asks, what lies at the
 * path before it starts, and what is under way when it stops. */
#include "lims/core/error.h"
#include "lims/web/client.h"
#include "tests/web/helper-api.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define PATIENCE_SECONDS 60 /* for what never takes that long unless something is wrong */

static void ask(Fixture *fixture, LimsReply *reply, const char *method, const char *path, const char *body) {
  g_autoptr(LimsRequest) request = lims_request_new(method, path);
  g_autoptr(GError) error = NULL;

  if (body)
    request->body = g_bytes_new(body, strlen(body));
  lims_client_send(fixture->socket, request, reply, &error);
  g_assert_no_error(error);
}

/* ---- bytes as they are ---- */

static GSocketConnection *open_raw(Fixture *fixture) {
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(fixture->socket);
  g_autoptr(GError) error = NULL;

  g_socket_client_set_timeout(client, PATIENCE_SECONDS);
  GSocketConnection *connection =
      g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
  g_assert_no_error(error);
  return connection;
}

static void send_raw(GSocketConnection *connection, const char *text) {
  g_autoptr(GError) error = NULL;

  g_output_stream_write_all(g_io_stream_get_output_stream(G_IO_STREAM(connection)), text, strlen(text), NULL,
                            NULL, &error);
  g_assert_no_error(error);
}

/* Everything until the other side closes. */
static char *read_raw(GSocketConnection *connection) {
  GInputStream *stream = g_io_stream_get_input_stream(G_IO_STREAM(connection));
  GString *out = g_string_new(NULL);
  char piece[4096];
  gssize got;

  while ((got = g_input_stream_read(stream, piece, sizeof piece, NULL, NULL)) > 0)
    g_string_append_len(out, piece, got);
  g_assert_cmpint(got, ==, 0); /* closed, not timed out on our side */
  return g_string_free(out, FALSE);
}

static char *exchange_raw(Fixture *fixture, const char *text) {
  g_autoptr(GSocketConnection) connection = open_raw(fixture);

  send_raw(connection, text);
  return read_raw(connection);
}

static void assert_status(const char *answer, guint status, const char *words) {
  g_autofree char *first = g_strdup_printf("HTTP/1.1 %u ", status);

  if (!g_str_has_prefix(answer, first) || !strstr(answer, words))
    g_error("expected %u and \"%s\" in \"%s\"", status, words, answer);
}

static void assert_alive(Fixture *fixture) {
  g_auto(LimsReply) reply = {0};

  ask(fixture, &reply, "GET", "/healthz", NULL);
  g_assert_cmpuint(reply.status, ==, 200);
}

/* ---- many at once ---- */

#define ASKERS 8
#define ROUNDS 20

typedef struct {
  Fixture *fixture;
  guint number;
} Asker;

static gpointer ask_often(gpointer data) {
  Asker *asker = data;

  for (guint i = 0; i < ROUNDS; i++) {
    g_autofree char *row = g_strdup_printf("code,name,parent,level\n%02u%02u,镇,,4\n", asker->number + 10, i);
    g_auto(LimsReply) added = {0}, listed = {0};
    ask(asker->fixture, &added, "POST", "/api/v1/divisions/import", row);
    g_assert_cmpuint(added.status, ==, 200);
    ask(asker->fixture, &listed, "GET", "/api/v1/divisions", NULL);
    g_assert_cmpuint(listed.status, ==, 200);
  }
  return NULL;
}

static void test_many(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  Asker askers[ASKERS];
  GThread *threads[ASKERS];

  for (guint i = 0; i < ASKERS; i++) {
    askers[i] = (Asker){fixture, i};
    threads[i] = g_thread_new("asker", ask_often, &askers[i]);
  }
  for (guint i = 0; i < ASKERS; i++)
    g_thread_join(threads[i]);
  service_stop(service);
  g_autoptr(JsonNode) list = must_answer(fixture, 200, "GET", "/api/v1/divisions", "limit", "1000", NULL);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(list)), ==, ASKERS * ROUNDS);
}

/* ---- bad requests ---- */

static void test_too_large(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, &(LimsServerSettings){.body_maximum = 2048});
  g_autofree char *large = g_strnfill(3000, 'x'), *fitting = g_strnfill(2048, 'x');
  g_auto(LimsReply) refused = {0}, taken = {0};

  ask(fixture, &refused, "POST", "/api/v1/divisions/import", large);
  assert_problem(&refused, 413, "2048 bytes");
  ask(fixture, &taken, "POST", "/api/v1/divisions/import", fitting);
  assert_problem(&taken, 400, "the uploaded file");
  g_autofree char *chunked =
      exchange_raw(fixture, "POST /api/v1/divisions/import HTTP/1.1\r\nHost: l\r\nConnection: close\r\n"
                            "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  assert_status(chunked, 411, "Content-Length");
  assert_alive(fixture);
  service_stop(service);
}

/* One that sends a part and then nothing is closed; so is one that sends nothing at all. */
static void test_half_sent(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, &(LimsServerSettings){.idle_seconds = 1});
  static const char *const parts[] = {
      "", "POST /api/v1/labs HTT",
      "POST /api/v1/labs HTTP/1.1\r\nHost: l\r\nContent-Length: 100\r\n\r\ncode"};
  GSocketConnection *connections[G_N_ELEMENTS(parts)];

  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    connections[i] = open_raw(fixture);
    send_raw(connections[i], parts[i]);
  }
  assert_alive(fixture);
  for (guint i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *answer = read_raw(connections[i]);
    g_assert_null(strstr(answer, " 200 "));
    g_object_unref(connections[i]);
  }
  assert_alive(fixture);
  service_stop(service);
}

static void test_not_http(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  g_autofree char *answer = exchange_raw(fixture, "\x05\x02"
                                                  "1H|\\^&\r\n\r\n");

  g_assert_null(strstr(answer, " 200 "));
  assert_alive(fixture);
  service_stop(service);
}

/* One that is gone before its answer. */
static void test_gone(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);

  for (guint i = 0; i < 20; i++) {
    g_autoptr(GSocketConnection) connection = open_raw(fixture);
    send_raw(connection, "GET /api/v1/labs HTTP/1.1\r\nHost: l\r\n\r\n");
    g_io_stream_close(G_IO_STREAM(connection), NULL, NULL);
  }
  assert_alive(fixture);
  service_stop(service);
}

/* ---- JSON ---- */

static char *post_json(Fixture *fixture, const char *path, const char *body) {
  g_autofree char *text = g_strdup_printf("POST %s HTTP/1.1\r\nHost: l\r\nConnection: close\r\n"
                                          "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                                          path, strlen(body), body);

  return exchange_raw(fixture, text);
}

static void test_json(Fixture *fixture, gconstpointer data) {
  static const struct {
    const char *body;
    guint status;
    const char *words;
  } rows[] = {
      {"{\"code\":\"45\",\"name\":\"省\",\"level\":1}", 200, "45"},
      {"{\"code\":\"46\",\"name\":\"省\",\"level\":1.5}", 400,
       "level: write a number with a fraction as text"},
      {"{\"code\":\"46\",\"name\":[\"省\"],\"level\":1}", 400, "name: must be a plain value"},
      {"{\"code\":\"46\",\"name\":null,\"level\":1}", 400, "name: missing"},
      {"[1]", 400, "no JSON object"},
      {"{\"code\":", 400, "no JSON object"},
  };
  Service *service = service_start(fixture, NULL);

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *answer = post_json(fixture, "/api/v1/divisions", rows[i].body);
    assert_status(answer, rows[i].status, rows[i].words);
  }
  service_stop(service);
}

static void test_methods(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  g_autofree char *answer =
      exchange_raw(fixture, "PUT /api/v1/labs HTTP/1.1\r\nHost: l\r\nConnection: close\r\n\r\n");

  assert_status(answer, 405, "Allow: GET, POST");
  service_stop(service);
}

/* ---- who asks ---- */

static gboolean read_audit(LimsDb *db, gpointer data, GError **error) {
  return lims_db_get_text(db, data, error, "SELECT group_concat(who || ' ' || via, ', ') FROM audit", NULL);
}

static void test_who(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  g_auto(LimsReply) reply = {0};
  g_autofree char *answer = NULL, *found = NULL, *wanted = NULL;

  ask(fixture, &reply, "POST", "/api/v1/divisions/import", "code,name,parent,level\n45,省,,1\n");
  answer = post_json(fixture, "/api/v1/divisions", "{\"code\":\"46\",\"name\":\"省\",\"level\":1}");
  service_stop(service);
  g_assert_true(lims_store_read(fixture->store, read_audit, &found, NULL));
  wanted = g_strdup_printf("%s limsctl, %s http", g_get_user_name(), g_get_user_name());
  g_assert_cmpstr(found, ==, wanted);
}

/* ---- the path ---- */

static void test_permissions(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  GStatBuf status;

  g_assert_cmpint(g_stat(fixture->socket, &status), ==, 0);
  g_assert_cmpint(status.st_mode & 0777, ==, 0660);
  service_stop(service);
  g_assert_cmpint(g_stat(fixture->socket, &status), !=, 0);
}

/* As a daemon leaves it that was killed. */
static void test_stale(Fixture *fixture, gconstpointer data) {
  g_autoptr(GSocket) dead =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(fixture->socket);

  g_assert_true(g_socket_bind(dead, address, FALSE, NULL));
  g_socket_close(dead, NULL);
  g_assert_true(g_file_test(fixture->socket, G_FILE_TEST_EXISTS));
  g_assert_false(lims_client_is_there(fixture->socket));
  Service *service = service_start(fixture, NULL);
  assert_alive(fixture);
  service_stop(service);
}

static void assert_not_started(Fixture *fixture, LimsErrorCode code, const char *words) {
  g_autoptr(GError) error = NULL;

  g_assert_null(lims_server_new(fixture->api, fixture->socket, NULL, &error));
  g_assert_error(error, LIMS_ERROR, (int)code);
  g_assert_nonnull(strstr(error->message, words));
  g_assert_nonnull(strstr(error->message, fixture->socket));
}

static void test_taken(Fixture *fixture, gconstpointer data) {
  g_autofree char *kept = NULL;

  g_assert_true(g_file_set_contents(fixture->socket, "a letter", -1, NULL));
  assert_not_started(fixture, LIMS_ERROR_CONFLICT, "no socket");
  g_assert_true(g_file_get_contents(fixture->socket, &kept, NULL, NULL));
  g_assert_cmpstr(kept, ==, "a letter");
  g_unlink(fixture->socket);
  Service *service = service_start(fixture, NULL);
  assert_not_started(fixture, LIMS_ERROR_UNAVAILABLE, "another program answers");
  assert_alive(fixture);
  service_stop(service);
}

static void test_nobody(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsRequest) request = lims_request_new("GET", "/healthz");
  g_auto(LimsReply) reply = {0};
  g_autoptr(GError) error = NULL;

  g_assert_false(lims_client_is_there(fixture->socket));
  g_assert_false(lims_client_send(fixture->socket, request, &reply, &error));
  g_assert_nonnull(strstr(error->message, fixture->socket));
}

/* ---- stopping ---- */

static gpointer ask_and_wait(gpointer data) {
  LimsReply *reply = g_new0(LimsReply, 1);

  ask(data, reply, "POST", "/api/v1/held/42/dismiss?reason=x", NULL);
  return reply;
}

/* What is under way is answered before the socket goes. */
static void test_stop(Fixture *fixture, gconstpointer data) {
  Service *service = service_start(fixture, NULL);
  GThread *asker = g_thread_new("asker", ask_and_wait, fixture);
  LimsReply *reply;

  while (fixture_waiting() == 0)
    g_usleep(1000);
  service_quit(service);
  fixture_release();
  reply = g_thread_join(asker);
  g_assert_cmpuint(reply->status, ==, 200);
  g_assert_cmpstr(g_bytes_get_data(reply->body, NULL), ==, "\"42\"");
  lims_reply_clear(reply);
  g_free(reply);
  service_stop(service);
  g_assert_false(g_file_test(fixture->socket, G_FILE_TEST_EXISTS));
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/server/many", test_many},
      {"/server/too-large", test_too_large},
      {"/server/half-sent", test_half_sent},
      {"/server/not-http", test_not_http},
      {"/server/gone", test_gone},
      {"/server/json", test_json},
      {"/server/methods", test_methods},
      {"/server/who", test_who},
      {"/server/permissions", test_permissions},
      {"/server/stale", test_stale},
      {"/server/taken", test_taken},
      {"/server/nobody", test_nobody},
      {"/server/stop", test_stop},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, Fixture, NULL, fixture_open, tests[i].run, fixture_close);
  return g_test_run();
}
