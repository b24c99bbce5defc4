/* The daemon's HTTP side: the route table behind libsoup, on a Unix socket that only the socket's group may
 * open.
 *
 * Lives on the main context of the thread that makes it. Requests are handled by capped workers, workbooks by
 * two of their own; a connection that sends half a request is closed after a while.
 */
#pragma once
#include "lims/web/api.h"

typedef struct LimsServer LimsServer;

/* 0: the usual. */
typedef struct {
  guint idle_seconds; /* a connection on which nothing moves is closed; 60 */
  gsize body_maximum; /* bytes of one request's body; 64 MiB */
} LimsServerSettings;

/* Binds the socket. One that a dead program left is replaced; one where a program answers, and a file that is
 * no socket, are left as they are and refused. `settings` may be NULL. */
LimsServer *lims_server_new(LimsApi *api, const char *socket_path, const LimsServerSettings *settings,
                            GError **error);
/* Finishes what is being handled, closes and removes the socket. */
void lims_server_free(LimsServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsServer, lims_server_free)
