/* From a request to a reply: find the route, check and run its command inside one store job, answer in JSON.
 *
 * Every failure becomes a problem document whose `detail` is the error's one line; the status follows from
 * the error's code, so that no layer below thinks in HTTP.
 */
#include "lims/web/api.h"
#include "lims/web/routes.h"
#include <string.h>

struct LimsRoute {
  const LimsRouteRow *row;
  const LimsCommand *command;
};

struct LimsApi {
  LimsApiParts parts;
  LimsStore *store;
  GArray *routes; /* LimsRoute */
};

static const struct {
  LimsErrorCode code;
  guint status;
  const char *title;
} STATUSES[] = {
    {LIMS_ERROR_INVALID, 400, "The request is wrong"},
    {LIMS_ERROR_NOT_FOUND, 404, "There is no such thing"},
    {LIMS_ERROR_CONFLICT, 409, "It clashes with what is there"},
    {LIMS_ERROR_FORBIDDEN, 403, "Not allowed"},
    {LIMS_ERROR_UNAVAILABLE, 503, "Not available now"},
    {LIMS_ERROR_FULL, 507, "The disk is full"},
};

/* ---- requests and replies ---- */

LimsRequest *lims_request_new(const char *method, const char *path) {
  LimsRequest *request = g_new0(LimsRequest, 1);
  request->method = g_strdup(method);
  request->path = g_strdup(path);
  request->args = lims_fields_new();
  request->who = "local";
  request->via = "http";
  return request;
}

void lims_request_free(LimsRequest *request) {
  if (!request)
    return;
  g_free(request->method);
  g_free(request->path);
  g_hash_table_unref(request->args);
  g_clear_pointer(&request->body, g_bytes_unref);
  g_free(request);
}

void lims_reply_clear(LimsReply *reply) {
  g_clear_pointer(&reply->body, g_bytes_unref);
}

void lims_reply_set_json(LimsReply *reply, guint status, JsonNode *node) {
  char *text = json_to_string(node, FALSE);
  reply->status = status;
  reply->type = "application/json";
  reply->body = g_bytes_new_take(text, strlen(text));
  json_node_unref(node);
}

static void reply_set_problem(LimsReply *reply, guint status, const char *title, const char *detail) {
  g_autoptr(JsonObject) object = json_object_new();
  json_object_set_string_member(object, "type", "about:blank");
  json_object_set_string_member(object, "title", title);
  json_object_set_int_member(object, "status", status);
  json_object_set_string_member(object, "detail", detail);
  lims_reply_set_json(reply, status, json_node_init_object(json_node_alloc(), object));
  reply->type = "application/problem+json";
}

static void reply_set_error(LimsReply *reply, const GError *error) {
  guint status = 500;
  const char *title = "It failed";
  for (gsize i = 0; i < G_N_ELEMENTS(STATUSES); i++)
    if (g_error_matches(error, LIMS_ERROR, STATUSES[i].code)) {
      status = STATUSES[i].status;
      title = STATUSES[i].title;
    }
  reply_set_problem(reply, status, title, error->message);
}

char *lims_reply_detail(const LimsReply *reply) {
  gsize size;
  const char *bytes = g_bytes_get_data(reply->body, &size);
  g_autoptr(JsonParser) parser = json_parser_new();
  if (g_strcmp0(reply->type, "application/problem+json") == 0 &&
      json_parser_load_from_data(parser, bytes, size, NULL)) {
    JsonNode *root = json_parser_get_root(parser);
    if (JSON_NODE_HOLDS_OBJECT(root))
      return g_strdup(json_object_get_string_member_with_default(json_node_get_object(root), "detail",
                                                                 "no reason given"));
  }
  return g_strndup(bytes, size);
}

/* ---- the table ---- */

static const LimsCommand *command_of(const LimsApiParts *parts, const LimsRouteRow *row) {
  if (row->handler)
    return lims_command_find(LIMS_WEB_COMMANDS, row->noun, row->verb);
  for (guint i = 0; parts->tables[i]; i++) {
    const LimsCommand *command = lims_command_find(parts->tables[i], row->noun, row->verb);
    if (command)
      return command;
  }
  return NULL;
}

LimsApi *lims_api_new(const LimsApiParts *parts, LimsStore *store) {
  LimsApi *api = g_new0(LimsApi, 1);
  api->parts = *parts;
  api->store = store;
  api->routes = g_array_new(FALSE, FALSE, sizeof(LimsRoute));
  for (const LimsRouteRow *row = LIMS_ROUTES; row->method; row++) {
    LimsRoute route = {row, command_of(parts, row)};
    if (route.command)
      g_array_append_val(api->routes, route);
  }
  return api;
}

void lims_api_free(LimsApi *api) {
  if (!api)
    return;
  g_array_unref(api->routes);
  g_free(api);
}

LimsStore *lims_api_store(LimsApi *api) {
  return api->store;
}

const LimsApiParts *lims_api_parts(LimsApi *api) {
  return &api->parts;
}

const LimsCommand *lims_route_command(const LimsRoute *route) {
  return route->command;
}

const LimsRoute *lims_api_find(LimsApi *api, const char *noun, const char *verb) {
  for (guint i = 0; i < api->routes->len; i++) {
    const LimsRoute *route = &g_array_index(api->routes, LimsRoute, i);
    if (strcmp(route->row->noun, noun) == 0 && strcmp(route->row->verb, verb) == 0)
      return route;
  }
  return NULL;
}

/* One part of a path against one of a pattern: "{week}.xlsx" takes "2026-W47.xlsx" as week. `args` may be
 * NULL. */
static gboolean match_part(const char *pattern, const char *part, GHashTable *args) {
  const char *close = strchr(pattern, '}');
  if (pattern[0] != '{' || !close)
    return strcmp(pattern, part) == 0;
  const char *ending = close + 1;
  if (!g_str_has_suffix(part, ending) || strlen(part) <= strlen(ending))
    return FALSE;
  if (args) {
    g_autofree char *name = g_strndup(pattern + 1, (gsize)(close - pattern - 1));
    g_autofree char *value = g_strndup(part, strlen(part) - strlen(ending));
    lims_fields_set(args, name, value);
  }
  return TRUE;
}

static gboolean match_path(const char *pattern, const char *path, GHashTable *args) {
  g_auto(GStrv) wanted = g_strsplit(pattern, "/", -1);
  g_auto(GStrv) given = g_strsplit(path, "/", -1);
  if (g_strv_length(wanted) != g_strv_length(given))
    return FALSE;
  for (guint i = 0; wanted[i]; i++)
    if (!match_part(wanted[i], given[i], NULL))
      return FALSE;
  for (guint i = 0; args && wanted[i]; i++)
    match_part(wanted[i], given[i], args);
  return TRUE;
}

/* The first row that fits; rows with literal parts stand before those with names. */
static const LimsRoute *route_match(LimsApi *api, const LimsRequest *request, gboolean *path_known) {
  *path_known = FALSE;
  for (guint i = 0; i < api->routes->len; i++) {
    const LimsRoute *route = &g_array_index(api->routes, LimsRoute, i);
    if (!match_path(route->row->path, request->path, NULL))
      continue;
    *path_known = TRUE;
    if (strcmp(route->row->method, request->method) == 0)
      return route;
  }
  return NULL;
}

gboolean lims_api_is_heavy(LimsApi *api, const LimsRequest *request) {
  gboolean known;
  const LimsRoute *route = route_match(api, request, &known);
  return route && route->row->heavy;
}

/* ---- handling ---- */

typedef struct {
  const LimsCommand *command;
  GHashTable *args;
  LimsCommandCaller caller;
  JsonNode *out;
} CommandJob;

static gboolean run_command(LimsDb *db, gpointer data, GError **error) {
  CommandJob *job = data;
  return lims_command_run(job->command, db, job->args, &job->caller, &job->out, error);
}

static gboolean handle_command(LimsApi *api, const LimsRoute *route, LimsRequest *request, LimsReply *reply,
                               GError **error) {
  CommandJob job = {route->command, request->args, {request->who, request->via, api->parts.retry_held}, NULL};
  gboolean done = route->command->writes ? lims_store_write(api->store, run_command, &job, error)
                                         : lims_store_read(api->store, run_command, &job, error);
  if (!done)
    g_clear_pointer(&job.out, json_node_unref);
  else
    lims_reply_set_json(reply, 200, job.out);
  return done;
}

static const LimsField *file_field(const LimsCommand *command) {
  for (const LimsField *field = command->fields; field && field->name; field++)
    if (field->type == LIMS_FIELD_FILE)
      return field;
  return NULL;
}

/* A body goes where the command wants a file. */
static gboolean take_body(const LimsRoute *route, LimsRequest *request, GError **error) {
  const LimsField *field = file_field(route->command);
  if (!request->body)
    return TRUE;
  if (!field) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s %s takes no file", request->method, request->path);
    return FALSE;
  }
  g_autofree char *label = g_strconcat(field->name, "-name", NULL);
  const char *name = g_hash_table_lookup(request->args, label);
  g_autofree char *file = g_strdup(name ? name : "the uploaded file");
  g_hash_table_remove(request->args, label);
  return lims_fields_set_file(request->args, field->name, file, request->body, error);
}

static gboolean handle_route(LimsApi *api, const LimsRoute *route, LimsRequest *request, LimsReply *reply,
                             GError **error) {
  match_path(route->row->path, request->path, request->args);
  if (!take_body(route, request, error))
    return FALSE;
  if (!route->row->handler)
    return handle_command(api, route, request, reply, error);
  return lims_fields_check(route->command->fields, request->args, error) &&
         route->row->handler(api, request, reply, error);
}

void lims_api_handle(LimsApi *api, LimsRequest *request, LimsReply *reply) {
  g_autoptr(GError) error = NULL;
  gboolean path_known;
  const LimsRoute *route = route_match(api, request, &path_known);
  if (!route) {
    g_autofree char *detail =
        g_strdup_printf("%s %s is no route of this program", request->method, request->path);
    reply_set_problem(reply, path_known ? 405 : 404,
                      path_known ? "Not with this method" : "There is no such route", detail);
  } else if (!handle_route(api, route, request, reply, &error)) {
    reply_set_error(reply, error);
  }
}

/* ---- limsctl's side ---- */

/* "{number}" of the pattern filled from the arguments, which are used up. */
static char *fill_path(const char *pattern, GHashTable *args) {
  g_auto(GStrv) parts = g_strsplit(pattern, "/", -1);
  for (guint i = 0; parts[i]; i++) {
    const char *close = strchr(parts[i], '}');
    if (parts[i][0] != '{' || !close)
      continue;
    g_autofree char *name = g_strndup(parts[i] + 1, (gsize)(close - parts[i] - 1));
    const char *value = lims_fields_get(args, name);
    char *filled = g_strconcat(value ? value : "", close + 1, NULL);
    g_free(parts[i]);
    parts[i] = filled;
    g_hash_table_remove(args, name);
  }
  return g_strjoinv("/", parts);
}

LimsRequest *lims_route_request(const LimsRoute *route, GHashTable *args) {
  const LimsField *field = file_field(route->command);
  g_autoptr(GHashTable) left = lims_fields_new();
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, args);
  while (g_hash_table_iter_next(&iter, &name, &value))
    if (value)
      lims_fields_set(left, name, value);
  g_autofree char *path = fill_path(route->row->path, left);
  LimsRequest *request = lims_request_new(route->row->method, path);
  const char *content = field ? g_hash_table_lookup(left, field->name) : NULL;
  if (content) {
    request->body = g_bytes_new(content, strlen(content));
    g_hash_table_remove(left, field->name);
  }
  g_hash_table_iter_init(&iter, left);
  while (g_hash_table_iter_next(&iter, &name, &value))
    lims_fields_set(request->args, name, value);
  return request;
}

char *lims_request_target(const LimsRequest *request) {
  g_auto(GStrv) parts = g_strsplit(request->path, "/", -1);
  for (guint i = 0; parts[i]; i++) {
    char *escaped = g_uri_escape_string(parts[i], NULL, FALSE);
    g_free(parts[i]);
    parts[i] = escaped;
  }
  g_autofree char *path = g_strjoinv("/", parts);
  GString *target = g_string_new(path);
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, request->args);
  for (char mark = '?'; g_hash_table_iter_next(&iter, &name, &value); mark = '&') {
    g_autofree char *text = g_uri_escape_string(value, NULL, FALSE);
    g_string_append_printf(target, "%c%s=%s", mark, (const char *)name, text);
  }
  return g_string_free(target, FALSE);
}
