/* The daemon's HTTP side: the route table behind libsoup, on a Unix socket that only the socket's group may
 * open.
 *
 * Lives on the main context of the thread that makes it. Requests are handled by capped workers, workbooks by
 * two of their own; a connection that sends half a request is closed after a while.
 */
#pragma once
#include "lims/web/api.h"

typedef struct LimsServer LimsServer;

/* Binds the socket, replacing a dead one. The caller holds the store, so no other daemon answers there. */
LimsServer *lims_server_new(LimsApi *api, const char *socket_path, GError **error);
/* Finishes what is being handled, closes and removes the socket. */
void lims_server_free(LimsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsServer, lims_server_free)
