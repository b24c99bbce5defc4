/* See helper-api.h. */
#include "tests/web/helper-api.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- commands of the tests ---- */

static GMutex mutex;
static GCond changed;
static guint waiting, released;
static LimsErrorCode fail_code;
static const char *fail_message;

void fixture_fail(LimsErrorCode code, const char *message) {
  fail_code = code;
  fail_message = message;
}

static gboolean run_fail(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_set_error_literal(error, LIMS_ERROR, (int)fail_code, fail_message);
  return FALSE;
}

static gboolean run_wait(LimsDb *db, GHashTable *args, const char *who, JsonNode **out, GError **error) {
  g_mutex_lock(&mutex);
  waiting++;
  while (!released)
    g_cond_wait(&changed, &mutex);
  released--;
  waiting--;
  g_mutex_unlock(&mutex);
  *out = json_node_init_string(json_node_alloc(), lims_fields_get(args, "id"));
  return TRUE;
}

void fixture_release(void) {
  g_mutex_lock(&mutex);
  released++;
  g_cond_broadcast(&changed);
  g_mutex_unlock(&mutex);
}

guint fixture_waiting(void) {
  g_mutex_lock(&mutex);
  guint count = waiting;
  g_mutex_unlock(&mutex);
  return count;
}

static const LimsField WAIT[] = {
    {"id", LIMS_FIELD_POSITIONAL, LIMS_FIELD_INTEGER, "any number", NULL},
    {"reason", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "any text", NULL},
    {NULL},
};

const LimsCommand TEST_COMMANDS[] = {
    {"held", "retry", NULL, run_fail, FALSE, FALSE, LIMS_ROLE_TECHNICIAN, "fails"},
    {"held", "dismiss", WAIT, run_wait, FALSE, FALSE, LIMS_ROLE_TECHNICIAN, "waits"},
    {NULL},
};

/* ---- the store and its API ---- */

void fixture_open(Fixture *fixture, gconstpointer data) {
  static const LimsCommand *const tables[] = {LIMS_MODEL_COMMANDS, TEST_COMMANDS, NULL};
  const LimsApiParts parts = {.tables = tables};
  g_autoptr(GError) error = NULL;

  fixture->directory = g_dir_make_tmp("lims-web-XXXXXX", &error);
  g_assert_no_error(error);
  fixture->url = g_strconcat("sqlite:", fixture->directory, "/lims.db", NULL);
  fixture->socket = g_build_filename(fixture->directory, "s", NULL);
  fixture->store = lims_store_open(fixture->url, TRUE, &error);
  g_assert_no_error(error);
  fixture->api = lims_api_new(&parts, fixture->store);
}

void fixture_close(Fixture *fixture, gconstpointer data) {
  g_autoptr(GDir) directory = g_dir_open(fixture->directory, 0, NULL);

  lims_api_free(fixture->api);
  lims_store_close(fixture->store);
  for (const char *name; (name = g_dir_read_name(directory));) {
    g_autofree char *path = g_build_filename(fixture->directory, name, NULL);
    g_unlink(path);
  }
  g_assert_cmpint(g_rmdir(fixture->directory), ==, 0);
  g_free(fixture->directory);
  g_free(fixture->url);
  g_free(fixture->socket);
}

/* ---- asking ---- */

static void handle_list(Fixture *fixture, LimsReply *reply, const char *method, const char *path,
                        va_list list) {
  g_autoptr(LimsRequest) request = lims_request_new(method, path);

  for (const char *name; (name = va_arg(list, const char *));)
    lims_fields_set(request->args, name, va_arg(list, const char *));
  lims_api_handle(fixture->api, request, reply);
}

void handle(Fixture *fixture, LimsReply *reply, const char *method, const char *path, ...) {
  va_list list;

  va_start(list, path);
  handle_list(fixture, reply, method, path, list);
  va_end(list);
}

JsonNode *parse_reply(const LimsReply *reply) {
  gsize size;
  const char *bytes = g_bytes_get_data(reply->body, &size);
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autoptr(GError) error = NULL;

  json_parser_load_from_data(parser, bytes, (gssize)size, &error);
  g_assert_no_error(error);
  return json_node_copy(json_parser_get_root(parser));
}

JsonNode *must_answer(Fixture *fixture, guint status, const char *method, const char *path, ...) {
  g_auto(LimsReply) reply = {0};
  va_list list;

  va_start(list, path);
  handle_list(fixture, &reply, method, path, list);
  va_end(list);
  if (reply.status != status)
    g_error("%s %s: %u and not %u: %s", method, path, reply.status, status,
            (const char *)g_bytes_get_data(reply.body, NULL));
  return parse_reply(&reply);
}

void assert_problem(const LimsReply *reply, guint status, const char *words) {
  g_autofree char *detail = lims_reply_detail(reply);
  g_autoptr(JsonNode) node = parse_reply(reply);
  JsonObject *object = json_node_get_object(node);

  g_assert_cmpstr(reply->type, ==, "application/problem+json");
  g_assert_cmpuint(reply->status, ==, status);
  g_assert_cmpint(json_object_get_int_member(object, "status"), ==, status);
  g_assert_cmpstr(json_object_get_string_member(object, "type"), ==, "about:blank");
  g_assert_nonnull(json_object_get_string_member(object, "title"));
  g_assert_cmpstr(json_object_get_string_member(object, "detail"), ==, detail);
  if (!strstr(detail, words))
    g_error("expected \"%s\" in \"%s\"", words, detail);
}

char *add_sample(Fixture *fixture) {
  g_autoptr(JsonNode) lab =
      must_answer(fixture, 200, "POST", "/api/v1/labs", "code", "GX", "name", "县", "kind", "county", NULL);
  g_autoptr(JsonNode) site = must_answer(fixture, 200, "POST", "/api/v1/sites", "code", "M1", "name", "市场",
                                         "kind", "market", NULL);
  g_autoptr(JsonNode) sample = must_answer(fixture, 200, "POST", "/api/v1/samples", "site", "M1", "commodity",
                                           "菠菜", "client", "GC/17 号", NULL);

  return g_strdup(json_object_get_string_member(json_node_get_object(sample), "key"));
}

/* ---- the server ---- */

struct Service {
  Fixture *fixture;
  LimsServerSettings settings;
  GMainContext *context;
  GMainLoop *loop;
  GThread *thread;
  gboolean ready;
};

static gpointer service_main(gpointer data) {
  Service *service = data;
  g_autoptr(GError) error = NULL;
  LimsServer *server;

  g_main_context_push_thread_default(service->context);
  server = lims_server_new(service->fixture->api, service->fixture->socket, &service->settings, &error);
  g_assert_no_error(error);
  g_mutex_lock(&mutex);
  service->ready = TRUE;
  g_cond_broadcast(&changed);
  g_mutex_unlock(&mutex);
  g_main_loop_run(service->loop);
  lims_server_free(server);
  g_main_context_pop_thread_default(service->context);
  return NULL;
}

Service *service_start(Fixture *fixture, const LimsServerSettings *settings) {
  Service *service = g_new0(Service, 1);

  service->fixture = fixture;
  if (settings)
    service->settings = *settings;
  service->context = g_main_context_new();
  service->loop = g_main_loop_new(service->context, FALSE);
  service->thread = g_thread_new("service", service_main, service);
  g_mutex_lock(&mutex);
  while (!service->ready)
    g_cond_wait(&changed, &mutex);
  g_mutex_unlock(&mutex);
  return service;
}

static gboolean quit_loop(gpointer loop) {
  g_main_loop_quit(loop);
  return G_SOURCE_REMOVE;
}

void service_quit(Service *service) {
  g_autoptr(GSource) source = g_idle_source_new();

  g_source_set_callback(source, quit_loop, service->loop, NULL);
  g_source_attach(source, service->context);
}

void service_stop(Service *service) {
  service_quit(service);
  g_thread_join(service->thread);
  g_main_loop_unref(service->loop);
  g_main_context_unref(service->context);
  g_free(service);
}
