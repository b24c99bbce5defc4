#include "lims/web/server.h"
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/stat.h>

#define WORKERS 4
#define HEAVY_WORKERS 2
#define IDLE_SECONDS 60
#define BODY_MAXIMUM (64 * 1024 * 1024)

struct LimsServer {
  LimsApi *api;
  char *path;
  SoupServer *soup;
  GSocketService *service;
  GMainContext *context;
  GThreadPool *workers, *heavy;
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

static gboolean exchange_reply(gpointer data) {
  Exchange *exchange = data;
  soup_server_message_set_status(exchange->message, exchange->reply.status, NULL);
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(exchange->message);
  soup_message_headers_set_content_type(headers, exchange->reply.type, NULL);
  soup_message_body_append_bytes(soup_server_message_get_response_body(exchange->message),
                                 exchange->reply.body);
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

/* The members of a JSON object as text; FALSE if it is none or a member is neither text, number nor truth
 * value. */
static gboolean take_json(LimsRequest *request, const char *bytes, gsize size) {
  g_autoptr(JsonParser) parser = json_parser_new();
  if (!json_parser_load_from_data(parser, bytes, (gssize)size, NULL) || !json_parser_get_root(parser) ||
      !JSON_NODE_HOLDS_OBJECT(json_parser_get_root(parser)))
    return FALSE;
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  json_object_iter_init(&iter, json_node_get_object(json_parser_get_root(parser)));
  while (json_object_iter_next(&iter, &name, &member)) {
    if (JSON_NODE_HOLDS_NULL(member))
      continue;
    if (!JSON_NODE_HOLDS_VALUE(member))
      return FALSE;
    g_autofree char *number = json_to_string(member, FALSE);
    lims_fields_set(request->args, name,
                    json_node_get_value_type(member) == G_TYPE_STRING ? json_node_get_string(member)
                                                                      : number);
  }
  return TRUE;
}

static LimsRequest *read_request(SoupServerMessage *message, const char *path, GHashTable *query) {
  LimsRequest *request = lims_request_new(soup_server_message_get_method(message), path);
  take_query(request, query);
  g_autoptr(GBytes) body = soup_message_body_flatten(soup_server_message_get_request_body(message));
  gsize size;
  const char *bytes = g_bytes_get_data(body, &size);
  const char *type =
      soup_message_headers_get_content_type(soup_server_message_get_request_headers(message), NULL);
  if (size && g_strcmp0(type, "application/json") == 0) {
    if (!take_json(request, bytes, size))
      g_clear_pointer(&request, lims_request_free);
  } else if (size) {
    request->body = g_bytes_ref(body);
  }
  return request;
}

static void on_request(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                       gpointer data) {
  LimsServer *server = data;
  LimsRequest *request = read_request(message, path, query);
  if (!request) {
    static const char problem[] =
        "{\"type\":\"about:blank\",\"title\":\"The request is wrong\",\"status\":400,"
        "\"detail\":\"the body is no JSON object of plain values\"}";
    soup_server_message_set_status(message, 400, NULL);
    soup_server_message_set_response(message, "application/problem+json", SOUP_MEMORY_STATIC, problem,
                                     strlen(problem));
    return;
  }
  Exchange *exchange = g_new0(Exchange, 1);
  exchange->server = server;
  exchange->message = g_object_ref(message);
  exchange->request = request;
  soup_server_message_pause(message);
  g_thread_pool_push(lims_api_is_heavy(server->api, request) ? server->heavy : server->workers, exchange,
                     NULL);
}

/* Before the body is read: what is too large is not taken into memory. */
static void on_headers(SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
                       gpointer data) {
  SoupMessageHeaders *headers = soup_server_message_get_request_headers(message);
  if (soup_message_headers_get_content_length(headers) > BODY_MAXIMUM)
    soup_server_message_set_status(message, 413, NULL);
}

/* ---- the socket ---- */

/* libsoup wants internet addresses for its logs; a Unix socket has none. */
static gboolean on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source,
                            gpointer data) {
  LimsServer *server = data;
  g_socket_set_timeout(g_socket_connection_get_socket(connection), IDLE_SECONDS);
  g_autoptr(GSocketAddress) nowhere = g_inet_socket_address_new_from_string("127.0.0.1", 0);
  g_autoptr(GError) error = NULL;
  if (!soup_server_accept_iostream(server->soup, G_IO_STREAM(connection), nowhere, nowhere, &error))
    g_warning("local socket: %s", error->message);
  return TRUE;
}

static gboolean listen_on(LimsServer *server, GError **error) {
  g_unlink(server->path);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(server->path);
  if (!g_socket_listener_add_address(G_SOCKET_LISTENER(server->service), address, G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error)) {
    g_prefix_error(error, "the local socket %s: ", server->path);
    return FALSE;
  }
  g_chmod(server->path, 0660);
  g_signal_connect(server->service, "incoming", G_CALLBACK(on_incoming), server);
  g_socket_service_start(server->service);
  return TRUE;
}

LimsServer *lims_server_new(LimsApi *api, const char *socket_path, GError **error) {
  LimsServer *server = g_new0(LimsServer, 1);
  server->api = api;
  server->path = g_strdup(socket_path);
  server->context = g_main_context_ref_thread_default();
  server->workers = g_thread_pool_new(exchange_work, NULL, WORKERS, FALSE, NULL);
  server->heavy = g_thread_pool_new(exchange_work, NULL, HEAVY_WORKERS, FALSE, NULL);
  server->soup = soup_server_new("server-header", "lims", NULL);
  soup_server_add_early_handler(server->soup, NULL, on_headers, server, NULL);
  soup_server_add_handler(server->soup, NULL, on_request, server, NULL);
  server->service = g_socket_service_new();
  if (listen_on(server, error))
    return server;
  lims_server_free(server);
  return NULL;
}

void lims_server_free(LimsServer *server) {
  if (!server)
    return;
  g_socket_service_stop(server->service);
  g_socket_listener_close(G_SOCKET_LISTENER(server->service));
  g_thread_pool_free(server->workers, FALSE, TRUE);
  g_thread_pool_free(server->heavy, FALSE, TRUE);
  while (g_main_context_pending(server->context)) /* replies on their way */
    g_main_context_iteration(server->context, FALSE);
  soup_server_disconnect(server->soup);
  g_object_unref(server->soup);
  g_object_unref(server->service);
  g_unlink(server->path);
  g_main_context_unref(server->context);
  g_free(server->path);
  g_free(server);
}
