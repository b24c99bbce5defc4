/* HTTP on a Unix socket. What arrives may be half a request, a body without end, a request while we stop;
 * what leaves is a reply to each, or a closed connection, and never a wait on the loop: workers handle, the
 * loop moves bytes.
 *
 * Who asks is told by the kernel (the socket's peer), not by the request.
 */
#include "lims/web/server.h"
#include "lims/web/client.h"
#include "lims/web/routes.h"
#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <pwd.h>
#include <string.h>
#include <sys/stat.h>

#define WORKERS 4
#define HEAVY_WORKERS 2
#define IDLE_SECONDS 60
#define BACKLOG 128 /* a full queue of a Unix socket refuses at once */
#define BODY_MAXIMUM (64 * 1024 * 1024)
#define LAST_REPLIES_US (2 * G_USEC_PER_SEC) /* to leave, when the server stops */
#define PERSON "lims-person"                 /* on a connection's address: the login of its other end */

struct LimsServer {
  LimsApi *api;
  char *path;
  SoupServer *soup;
  GSocketService *service;
  GMainContext *context;
  GThreadPool *workers, *heavy;
  LimsServerSettings settings;
  gboolean closing;
};

/* One request on its way through a worker; holds the message until its reply is set. */
typedef struct {
  LimsServer *server;
  SoupServerMessage *message;
  LimsRequest *request;
  LimsReply reply;
} Exchange;

static void exchange_free(gpointer data) {
  Exchange *exchange = data;
  lims_request_free(exchange->request);
  lims_reply_clear(&exchange->reply);
  g_object_unref(exchange->message);
  g_free(exchange);
}

static void send_reply(SoupServerMessage *message, const LimsReply *reply) {
  soup_server_message_set_status(message, reply->status, NULL);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);
  soup_message_headers_set_content_type(headers, reply->type, NULL);
  if (reply->allow)
    soup_message_headers_replace(headers, "Allow", reply->allow);
  soup_message_body_append_bytes(soup_server_message_get_response_body(message), reply->body);
}

/* Answered on the spot, without a worker. */
static void refuse(SoupServerMessage *message, guint status, const char *title, const char *detail) {
  g_auto(LimsReply) reply = {0};
  lims_reply_set_problem(&reply, status, title, detail);
  send_reply(message, &reply);
}

static gboolean exchange_reply(gpointer data) {
  Exchange *exchange = data;
  send_reply(exchange->message, &exchange->reply);
  soup_server_message_unpause(exchange->message);
  return G_SOURCE_REMOVE;
}

static void exchange_work(gpointer data, gpointer user_data) {
  Exchange *exchange = data;
  lims_api_handle(exchange->server->api, exchange->request, &exchange->reply);
  g_autoptr(GSource) source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_callback(source, exchange_reply, exchange, exchange_free);
  g_source_attach(source, exchange->server->context);
}

/* ---- requests ---- */

static void take_query(LimsRequest *request, GHashTable *query) {
  GHashTableIter iter;
  gpointer name, value;
  if (!query)
    return;
  g_hash_table_iter_init(&iter, query);
  while (g_hash_table_iter_next(&iter, &name, &value))
    lims_fields_set(request->args, name, value);
}

/* A number with a fraction has lost its digits once it was read as one: 0.5012 may come back as
 * 0.50119999999999998. */
static gboolean take_member(LimsRequest *request, const char *name, JsonNode *member, GError **error) {
  const char *why = NULL;
  if (JSON_NODE_HOLDS_NULL(member))
    return TRUE;
  if (!JSON_NODE_HOLDS_VALUE(member))
    why = "must be a plain value";
  else if (json_node_get_value_type(member) == G_TYPE_DOUBLE)
    why = "write a number with a fraction as text (\"0.5\"), so that its digits stay as they are";
  if (why) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s: %s", name, why);
    return FALSE;
  }
  g_autofree char *number = json_to_string(member, FALSE);
  lims_fields_set(request->args, name,
                  json_node_get_value_type(member) == G_TYPE_STRING ? json_node_get_string(member) : number);
  return TRUE;
}

static gboolean take_json(LimsRequest *request, const char *bytes, gsize size, GError **error) {
  g_autoptr(JsonParser) parser = json_parser_new();
  JsonNode *root = NULL;
  if (json_parser_load_from_data(parser, bytes, (gssize)size, NULL))
    root = json_parser_get_root(parser);
  if (!root || !JSON_NODE_HOLDS_OBJECT(root)) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "the body is no JSON object");
    return FALSE;
  }
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  json_object_iter_init(&iter, json_node_get_object(root));
  while (json_object_iter_next(&iter, &name, &member))
    if (!take_member(request, name, member, error))
      return FALSE;
  return TRUE;
}

static void take_person(LimsRequest *request, SoupServerMessage *message) {
  const char *agent =
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "User-Agent");
  const char *who = g_object_get_data(G_OBJECT(soup_server_message_get_remote_address(message)), PERSON);
  lims_request_set_person(request, who, g_strcmp0(agent, LIMS_CLIENT_NAME) == 0 ? "limsctl" : "http");
}

static LimsRequest *read_request(SoupServerMessage *message, const char *path, GHashTable *query,
                                 GError **error) {
  g_autoptr(LimsRequest) request = lims_request_new(soup_server_message_get_method(message), path);
  take_person(request, message);
  take_query(request, query);
  g_autoptr(GBytes) body = soup_message_body_flatten(soup_server_message_get_request_body(message));
  gsize size;
  const char *bytes = g_bytes_get_data(body, &size);
  const char *type =
      soup_message_headers_get_content_type(soup_server_message_get_request_headers(message), NULL);
  if (size && g_strcmp0(type, "application/json") == 0) {
    if (!take_json(request, bytes, size, error))
      return NULL;
  } else if (size) {
    request->body = g_bytes_ref(body);
  }
  return g_steal_pointer(&request);
}

static void on_request(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                       gpointer data) {
  LimsServer *server = data;
  g_autoptr(GError) error = NULL;
  if (server->closing) {
    refuse(message, 503, "Not available now", "the daemon is stopping");
    return;
  }
  LimsRequest *request = read_request(message, path, query, &error);
  if (!request) {
    refuse(message, 400, "The request is wrong", error->message);
    return;
  }
  Exchange *exchange = g_new0(Exchange, 1);
  exchange->server = server;
  exchange->message = g_object_ref(message);
  exchange->request = request;
  soup_server_message_pause(message);
  g_thread_pool_push(lims_api_is_heavy(server->api, request) ? server->heavy : server->workers, exchange,
                     NULL);
  /* cppcheck-suppress memleak ; the worker has it now */
}

/* Before the body is read: what is too large, or does not say how large it is, is not taken into memory. */
static void on_headers(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                       gpointer data) {
  const LimsServer *server = data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  gboolean chunked = soup_message_headers_get_encoding(headers) == SOUP_ENCODING_CHUNKED;
  if (!chunked && soup_message_headers_get_content_length(headers) <= (goffset)server->settings.body_maximum)
    return;
  soup_message_body_set_accumulate(soup_server_message_get_request_body(message), FALSE);
  g_autofree char *detail =
      g_strdup_printf("a request may have up to %" G_GSIZE_FORMAT " bytes%s", server->settings.body_maximum,
                      chunked ? ", and must say its Content-Length first" : "");
  refuse(message, chunked ? 411 : 413, chunked ? "Its length is missing" : "It is too large", detail);
}

/* ---- the socket ---- */

/* The login of the program at the other end; its number if it has none. */
static char *person_of(GSocket *socket) {
  g_autoptr(GCredentials) credentials = g_socket_get_credentials(socket, NULL);
  uid_t uid = credentials ? g_credentials_get_unix_user(credentials, NULL) : (uid_t)-1;
  struct passwd entry, *found = NULL;
  char buffer[4096];
  if (uid == (uid_t)-1)
    return g_strdup("local");
  if (getpwuid_r(uid, &entry, buffer, sizeof buffer, &found) == 0 && found)
    return g_strdup(found->pw_name);
  return g_strdup_printf("%u", (guint)uid);
}

/* libsoup wants internet addresses; a Unix socket has none, so the made-up one carries who it is. */
static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
                            gpointer data) {
  LimsServer *server = data;
  GSocket *socket = g_socket_connection_get_socket(connection);
  g_socket_set_timeout(socket, server->settings.idle_seconds);
  g_autoptr(GSocketAddress) here = g_inet_socket_address_new_from_string("127.0.0.1", 0);
  g_autoptr(GSocketAddress) there = g_inet_socket_address_new_from_string("127.0.0.1", 0);
  g_object_set_data_full(G_OBJECT(there), PERSON, person_of(socket), g_free);
  g_autoptr(GError) error = NULL;
  if (!soup_server_accept_iostream(server->soup, G_IO_STREAM(connection), here, there, &error))
    g_warning("local socket: %s", error->message);
  return TRUE;
}

/* A socket at the path that nobody answers at any more goes; anything else stays. */
static gboolean clear_path(const char *path, GError **error) {
  GStatBuf status;
  if (g_lstat(path, &status) != 0)
    return TRUE;
  if (!S_ISSOCK(status.st_mode))
    g_set_error(
        error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
        "the local socket %s: there is a file of that name that is no socket: name another in [local] "
        "socket",
        path);
  else if (lims_client_is_there(path))
    g_set_error(
        error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
        "the local socket %s: another program answers there: stop that one, or name another in [local] "
        "socket",
        path);
  else if (g_unlink(path) != 0)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "the local socket %s: %s", path, g_strerror(errno));
  else
    return TRUE;
  return FALSE;
}

static gboolean listen_on(LimsServer *server, const char *path, GError **error) {
  if (!clear_path(path, error))
    return FALSE;
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), address, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error)) {
    g_prefix_error(error, "the local socket %s: ", path);
    return FALSE;
  }
  server->path = g_strdup(path);
  g_chmod(path, 0660);
  g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
  g_socket_service_start(server->service);
  return TRUE;
}

LimsServer *lims_server_new(LimsApi *api, const char *socket_path, const LimsServerSettings *settings,
                            GError **error) {
  LimsServer *server = g_new0(LimsServer, 1);
  server->api = api;
  if (settings)
    server->settings = *settings;
  if (!server->settings.idle_seconds)
    server->settings.idle_seconds = IDLE_SECONDS;
  if (!server->settings.body_maximum)
    server->settings.body_maximum = BODY_MAXIMUM;
  server->context = g_main_context_ref_thread_default();
  server->workers = g_thread_pool_new(exchange_work, NULL, WORKERS, FALSE, NULL);
  server->heavy = g_thread_pool_new(exchange_work, NULL, HEAVY_WORKERS, FALSE, NULL);
  server->soup = soup_server_new("server-header", "lims", "raw-paths", TRUE, NULL);
  soup_server_add_early_handler(server->soup, NULL, on_headers, server, NULL);
  soup_server_add_handler(server->soup, NULL, on_request, server, NULL);
  server->service = g_socket_service_new();
  g_socket_listener_set_backlog(G_SOCKET_LISTENER(server->service), BACKLOG);
  if (listen_on(server, socket_path, error))
    return server;
  lims_server_free(server);
  return NULL;
}

/* Replies that the workers have made leave before the connections go. */
static void send_last_replies(LimsServer *server) {
  gint64 until = g_get_monotonic_time() + LAST_REPLIES_US;
  while (g_main_context_pending(server->context) && g_get_monotonic_time() < until)
    g_main_context_iteration(server->context, FALSE);
}

void lims_server_free(LimsServer *server) {
  if (!server)
    return;
  server->closing = TRUE;
  g_socket_service_stop(server->service);
  g_socket_listener_close(G_SOCKET_LISTENER(server->service));
  g_thread_pool_free(server->workers, FALSE, TRUE);
  g_thread_pool_free(server->heavy, FALSE, TRUE);
  send_last_replies(server);
  soup_server_disconnect(server->soup);
  g_object_unref(server->soup);
  g_object_unref(server->service);
  if (server->path)
    g_unlink(server->path);
  g_main_context_unref(server->context);
  g_free(server->path);
  g_free(server);
}
