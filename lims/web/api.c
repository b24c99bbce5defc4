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
  lims_request_set_person(request, "local", "http");
  return request;
}

void lims_request_set_person(LimsRequest *request, const char *who, const char *via) {
  g_free(request->who);
  request->who = g_strdup(who);
  request->via = via;
}

void lims_request_free(LimsRequest *request) {
  if (!request)
    return;
  g_free(request->method);
  g_free(request->path);
  g_hash_table_unref(request->args);
  g_clear_pointer(&request->body, g_bytes_unref);
  g_free(request->who);
  g_free(request);
}

void lims_reply_clear(LimsReply *reply) {
  g_clear_pointer(&reply->allow, g_free);
  g_clear_pointer(&reply->body, g_bytes_unref);
}

void lims_reply_set_json(LimsReply *reply, guint status, JsonNode *node) {
  char *text = json_to_string(node, FALSE);
  reply->status = status;
  reply->type = "application/json";
  reply->body = g_bytes_new_take(text, strlen(text));
  json_node_unref(node);
}

void lims_reply_set_problem(LimsReply *reply, guint status, const char *title, const char *detail) {
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
  lims_reply_set_problem(reply, status, title, error->message);
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
  g_autofree char *plain = g_uri_unescape_string(part, NULL);
  if (pattern[0] != '{' || !close || !plain)
    return plain && strcmp(pattern, plain) == 0;
  const char *ending = close + 1;
  if (!g_str_has_suffix(plain, ending) || strlen(plain) <= strlen(ending))
    return FALSE;
  if (args) {
    g_autofree char *name = g_strndup(pattern + 1, (gsize)(close - pattern - 1));
    plain[strlen(plain) - strlen(ending)] = '\0';
    lims_fields_set(args, name, plain);
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

/* The first row that fits; rows with literal parts stand before those with names. NULL: none does; *allow (if
 * wanted, g_free) then names the methods that the path has, "" if there is no such path. */
static const LimsRoute *route_match(const LimsApi *api, const LimsRequest *request, char **allow) {
  GString *methods = g_string_new(NULL);
  const LimsRoute *found = NULL;
  for (guint i = 0; i < api->routes->len && !found; i++) {
    const LimsRoute *route = &g_array_index(api->routes, LimsRoute, i);
    if (!match_path(route->row->path, request->path, NULL))
      continue;
    if (strcmp(route->row->method, request->method) == 0)
      found = route;
    g_string_append_printf(methods, "%s%s", methods->len ? ", " : "", route->row->method);
  }
  char *text = g_string_free(methods, FALSE);
  if (allow && !found)
    *allow = text;
  else
    g_free(text);
  return found;
}

gboolean lims_api_is_heavy(LimsApi *api, const LimsRequest *request) {
  const LimsRoute *route = route_match(api, request, NULL);
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
  gboolean writes = lims_command_writes(route->command, request->args);
  gboolean done = writes ? lims_store_write(api->store, run_command, &job, error)
                         : lims_store_read(api->store, run_command, &job, error);
  if (!done)
    g_clear_pointer(&job.out, json_node_unref);
  else
    lims_reply_set_json(reply, 200, job.out);
  if (done && writes && api->parts.wrote)
    api->parts.wrote(api->parts.data);
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
  g_autofree char *allow = NULL;
  const LimsRoute *route = route_match(api, request, &allow);
  if (!route) {
    gboolean known = *allow != '\0';
    g_autofree char *detail = g_strdup_printf("%s %s is no route of this program%s%s", request->method,
                                              request->path, known ? ": that path has " : "", allow);
    lims_reply_set_problem(reply, known ? 405 : 404,
                           known ? "Not with this method" : "There is no such route", detail);
    reply->allow = known ? g_steal_pointer(&allow) : NULL;
  } else if (!handle_route(api, route, request, reply, &error)) {
    reply_set_error(reply, error);
  }
}

/* ---- limsctl's side ---- */

/* "{sample}" of the pattern filled from the arguments, which are used up. */
static char *fill_path(const char *pattern, GHashTable *args) {
  g_auto(GStrv) parts = g_strsplit(pattern, "/", -1);
  for (guint i = 0; parts[i]; i++) {
    const char *close = strchr(parts[i], '}');
    if (parts[i][0] != '{' || !close)
      continue;
    g_autofree char *name = g_strndup(parts[i] + 1, (gsize)(close - parts[i] - 1));
    const char *value = lims_fields_get(args, name);
    g_autofree char *escaped = g_uri_escape_string(value ? value : "", NULL, FALSE);
    char *filled = g_strconcat(escaped, close + 1, NULL);
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
  GString *target = g_string_new(request->path);
  GHashTableIter iter;
  gpointer name, value;
  g_hash_table_iter_init(&iter, request->args);
  for (char mark = '?'; g_hash_table_iter_next(&iter, &name, &value); mark = '&') {
    g_autofree char *text = g_uri_escape_string(value, NULL, FALSE);
    g_string_append_printf(target, "%c%s=%s", mark, (const char *)name, text);
  }
  return g_string_free(target, FALSE);
}
