/* The API: one table of routes from which dispatch, permission and limsctl's requests are made.
 *
 * A route is either a command of a model's table, or a handler of its own (reports, health). The same request
 * runs in the daemon behind HTTP and in limsctl when no daemon holds the store: handling knows nothing of
 * sockets. Handling waits for the store and so belongs on a worker thread, never on a loop.
 */
#pragma once
#include "lims/model/command.h"

typedef struct {
  char *method, *path; /* "/api/v1/samples/A01-261124-0001", escaped as in a URL */
  GHashTable *args;    /* by lims_fields_new: the query, the JSON object's members, the path's parts */
  GBytes *body;        /* a file, when the command takes one; else NULL */
  char *who;           /* login */
  const char *via;     /* "http" "limsctl"; static */
} LimsRequest;
/* By nobody in particular, "local", over "http". */
LimsRequest *lims_request_new(const char *method, const char *path);
void lims_request_set_person(LimsRequest *request, const char *who, const char *via);
void lims_request_free(LimsRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsRequest, lims_request_free)

typedef struct {
  guint status;
  const char *type; /* media type, static */
  char *allow;      /* of a 405: the methods that path has; else NULL */
  GBytes *body;
} LimsReply;
void lims_reply_clear(LimsReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsReply, lims_reply_clear)

/* What the program hands the API from layers above it. */
typedef struct {
  const LimsCommand *const *tables; /* ends with NULL */
  gboolean (*retry_held)(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error);
  /* What the wire does now, a JSON object; NULL when no daemon runs. Any thread. */
  JsonNode *(*live)(gpointer data);
  /* A command has written: there may be something to be judged anew. NULL: nobody waits for it. Any thread.
   */
  void (*wrote)(gpointer data);
  /* The journal's part of a check (its facts as a JSON object) and of a backup (a consistent copy as a new
   * file), whether or not a daemon writes to it; its path. NULL: nothing is known of a journal. */
  JsonNode *(*check_journal)(const char *path, GError **error);
  gboolean (*copy_journal)(const char *path, const char *target, GError **error);
  const char *journal_path;
  gpointer data;
} LimsApiParts;

typedef struct LimsApi LimsApi;
typedef struct LimsRoute LimsRoute;

/* `parts` is copied; its tables must outlive the API. */
LimsApi *lims_api_new(const LimsApiParts *parts, LimsStore *store);
void lims_api_free(LimsApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsApi, lims_api_free)

/* Never fails: what goes wrong is a problem document (RFC 9457) in the reply. */
void lims_api_handle(LimsApi *api, LimsRequest *request, LimsReply *reply);
/* TRUE if that request takes seconds (a workbook, a backup): it is given to workers of their own. */
gboolean lims_api_is_heavy(LimsApi *api, const LimsRequest *request);

/* limsctl's side: the route of "sample add"; NULL if there is none. */
const LimsRoute *lims_api_find(LimsApi *api, const char *noun, const char *verb);
const LimsCommand *lims_route_command(const LimsRoute *route);
/* The request that runs the route with these arguments (names of the command's fields; a FILE field's bytes
 * become the body). */
LimsRequest *lims_route_request(const LimsRoute *route, GHashTable *args);
/* Path and query as one URL part. g_free. */
char *lims_request_target(const LimsRequest *request);
/* The problem document's sentence, or the body itself. g_free. */
char *lims_reply_detail(const LimsReply *reply);
