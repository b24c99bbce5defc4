/* limsctl's way to the daemon: the same request over its local socket. */
#pragma once
#include "lims/web/api.h"

#define LIMS_CLIENT_NAME "limsctl" /* as User-Agent: the audit tells its requests from others */

/* TRUE if something answers at the socket. */
gboolean lims_client_is_there(const char *socket_path);
/* Sends and waits. FALSE only when the daemon could not be reached or the connection broke. */
gboolean lims_client_send(const char *socket_path, const LimsRequest *request, LimsReply *reply,
                          GError **error);
