/* Asking the daemon. Nobody may listen any more, or the connection may break in the middle of an answer:
 * either is an error of ours and no reply; what the daemon itself refuses is a reply like any other.
 */
#include "lims/web/client.h"
#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>

gboolean lims_client_is_there(const char *socket_path) {
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(socket_path);
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection =
      g_socket_client_connect(client, G_SOCKET_CONNECTABLE(address), NULL, &error);
  return connection || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK); /* too many wait there */
}

/* Media types a reply may have, as static strings. */
static const char *known_type(const char *type) {
  static const char *const types[] = {"application/json", "application/problem+json",
                                      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                                      "text/csv"};
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_strcmp0(type, types[i]) == 0)
      return types[i];
  return "application/octet-stream";
}

gboolean lims_client_send(const char *socket_path, const LimsRequest *request, LimsReply *reply,
                          GError **error) {
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(socket_path);
  g_autoptr(SoupSession) session = soup_session_new_with_options("remote-connectable", address, "timeout", 0,
                                                                 "user-agent", LIMS_CLIENT_NAME, NULL);
  g_autofree char *target = lims_request_target(request);
  g_autofree char *url = g_strconcat("http://localhost", target, NULL);
  g_autoptr(SoupMessage) message = soup_message_new(request->method, url);
  if (request->body)
    soup_message_set_request_body_from_bytes(message, "text/csv", request->body);
  reply->body = soup_session_send_and_read(session, message, NULL, error);
  if (!reply->body) {
    g_prefix_error(error, "the daemon at %s did not answer: ", socket_path);
    return FALSE;
  }
  reply->status = soup_message_get_status(message);
  reply->type =
      known_type(soup_message_headers_get_content_type(soup_message_get_response_headers(message), NULL));
  return TRUE;
}
