/* The route table itself. Private to lims/web. */
#pragma once
#include "lims/web/api.h"

typedef gboolean (*LimsRouteHandler)(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error);

/* Either a command (noun and verb of the parts' tables) or a handler with a command row of its own for
 * fields, role and summary. */
typedef struct {
  const char *method, *path; /* "{name}" stands for one part, handed on as the argument of that name */
  const char *noun, *verb;
  LimsRouteHandler handler;
  gboolean heavy;
} LimsRouteRow;

extern const LimsRouteRow LIMS_ROUTES[];      /* ends with a row whose method is NULL */
extern const LimsCommand LIMS_WEB_COMMANDS[]; /* of the routes with handlers; run is NULL */

LimsStore *lims_api_store(LimsApi *api);
const LimsApiParts *lims_api_parts(LimsApi *api);
/* Sets a JSON body; takes the node. */
void lims_reply_set_json(LimsReply *reply, guint status, JsonNode *node);
/* A problem document. */
void lims_reply_set_problem(LimsReply *reply, guint status, const char *title, const char *detail);
