/* From a request to a reply: paths, methods, files, fields, errors; check and backup. */
#include "tests/web/helper-api.h"
#include "lims/web/routes.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- dispatch ---- */

static void test_no_route(Fixture *fixture, gconstpointer data) {
  static const char *const paths[] = {"/",
                                      "",
                                      "/api/v1/lab",
                                      "/api/v1/labs/",
                                      "/api/v1/labs/GX",
                                      "//api/v1/labs",
                                      "/api/v1/samples/%zz",
                                      "/api/v1/samples/%00",
                                      "/api/v1/samples/",
                                      "/api/v1/../v1/labs"};

  for (guint i = 0; i < G_N_ELEMENTS(paths); i++) {
    g_auto(LimsReply) reply = {0};
    handle(fixture, &reply, "GET", paths[i], NULL);
    assert_problem(&reply, 404, "no route");
    g_assert_null(reply.allow);
  }
}

static void test_no_method(Fixture *fixture, gconstpointer data) {
  g_auto(LimsReply) reply = {0}, other = {0};

  handle(fixture, &reply, "DELETE", "/api/v1/labs", NULL);
  assert_problem(&reply, 405, "GET, POST");
  g_assert_cmpstr(reply.allow, ==, "GET, POST");
  handle(fixture, &other, "get", "/healthz", NULL);
  assert_problem(&other, 405, "GET");
}

/* A route whose command this program does not carry is none. */
static void test_no_command(Fixture *fixture, gconstpointer data) {
  g_auto(LimsReply) reply = {0};

  g_assert_null(lims_api_find(fixture->api, "transmission", "list"));
  handle(fixture, &reply, "GET", "/api/v1/transmissions", NULL);
  assert_problem(&reply, 404, "/api/v1/transmissions");
}

static gboolean has_field(const LimsCommand *command, const char *name) {
  for (const LimsField *field = command->fields; field && field->name; field++)
    if (strcmp(field->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* What a path names must be a field of its command, or every request fails on it. */
static void test_table(Fixture *fixture, gconstpointer data) {
  for (const LimsRouteRow *row = LIMS_ROUTES; row->method; row++) {
    const LimsRoute *route = lims_api_find(fixture->api, row->noun, row->verb);
    g_auto(GStrv) parts = g_strsplit(row->path, "/", -1);

    for (guint i = 0; route && parts[i]; i++) {
      g_autofree char *name = g_strdup(parts[i] + (parts[i][0] == '{'));
      if (parts[i][0] != '{')
        continue;
      *strchr(name, '}') = '\0';
      if (!has_field(lims_route_command(route), name))
        g_error("%s: %s %s has no field %s", row->path, row->noun, row->verb, name);
    }
  }
  for (const LimsCommand *command = LIMS_MODEL_COMMANDS; command->noun; command++)
    if (!lims_api_find(fixture->api, command->noun, command->verb))
      g_error("no route runs '%s %s'", command->noun, command->verb);
}

static void assert_shows(Fixture *fixture, const char *path, const char *number) {
  g_autoptr(JsonNode) node = must_answer(fixture, 200, "GET", path, NULL);

  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "key"), ==, number);
}

static void test_path_names(Fixture *fixture, gconstpointer data) {
  g_autofree char *number = add_sample(fixture);
  g_autofree char *path = g_strconcat("/api/v1/samples/", number, NULL);
  g_auto(LimsReply) reply = {0};

  assert_shows(fixture, path, number);
  assert_shows(fixture, "/api/v1/samples/GC%2F17%20%E5%8F%B7", number);
  handle(fixture, &reply, "GET", "/api/v1/samples/GC%2F18", NULL);
  assert_problem(&reply, 404, "GC/18");
}

/* What the path says counts, whatever the query says. */
static void test_path_wins(Fixture *fixture, gconstpointer data) {
  g_autofree char *number = add_sample(fixture);
  g_autofree char *path = g_strconcat("/api/v1/samples/", number, NULL);
  g_autoptr(JsonNode) node = must_answer(fixture, 200, "GET", path, "sample", "another", NULL);

  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "key"), ==, number);
}

static void test_fields(Fixture *fixture, gconstpointer data) {
  g_auto(LimsReply) missing = {0}, unknown = {0}, wrong = {0};

  handle(fixture, &missing, "POST", "/api/v1/labs", "code", "GX", NULL);
  assert_problem(&missing, 400, "kind: missing");
  handle(fixture, &unknown, "POST", "/api/v1/labs", "code", "GX", "name", "县", "kind", "county", "size", "7",
         NULL);
  assert_problem(&unknown, 400, "size: unknown");
  handle(fixture, &wrong, "GET", "/api/v1/reports/weekly/2026-W47.xlsx", "lang", "fr", NULL);
  assert_problem(&wrong, 400, "zh_CN|en");
}

static void test_health(Fixture *fixture, gconstpointer data) {
  g_autoptr(JsonNode) node = must_answer(fixture, 200, "GET", "/healthz", NULL);
  g_auto(LimsReply) live = {0};

  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "status"), ==, "ok");
  handle(fixture, &live, "GET", "/api/v1/live", NULL);
  assert_problem(&live, 503, "no daemon runs");
}

static void test_heavy(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsRequest) weekly = lims_request_new("GET", "/api/v1/reports/weekly/2026-W47.xlsx");
  g_autoptr(LimsRequest) labs = lims_request_new("GET", "/api/v1/labs");
  g_autoptr(LimsRequest) none = lims_request_new("GET", "/nothing");
  g_auto(LimsReply) reply = {0};

  g_assert_true(lims_api_is_heavy(fixture->api, weekly));
  g_assert_false(lims_api_is_heavy(fixture->api, labs));
  g_assert_false(lims_api_is_heavy(fixture->api, none));
  handle(fixture, &reply, "GET", "/api/v1/reports/weekly/2026-W60.xlsx", NULL);
  assert_problem(&reply, 400, "2026-W60");
}

static void test_statuses(Fixture *fixture, gconstpointer data) {
  static const struct {
    LimsErrorCode code;
    guint status;
  } rows[] = {
      {LIMS_ERROR_INVALID, 400},     {LIMS_ERROR_NOT_FOUND, 404}, {LIMS_ERROR_CONFLICT, 409},
      {LIMS_ERROR_FORBIDDEN, 403},   {LIMS_ERROR_VERSION, 500},   {LIMS_ERROR_FULL, 507},
      {LIMS_ERROR_UNAVAILABLE, 503}, {LIMS_ERROR_IO, 500},        {LIMS_ERROR_INTERNAL, 500},
  };

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_auto(LimsReply) reply = {0};
    fixture_fail(rows[i].code, "said \"so\" — 如此");
    handle(fixture, &reply, "POST", "/api/v1/held/retry", NULL);
    assert_problem(&reply, rows[i].status, "said \"so\" — 如此");
  }
}

/* ---- files ---- */

static void send_file(Fixture *fixture, LimsReply *reply, const char *path, const char *name,
                      const char *bytes, gsize size) {
  g_autoptr(LimsRequest) request = lims_request_new("POST", path);

  request->body = g_bytes_new(bytes, size);
  if (name)
    lims_fields_set(request->args, "csv-name", name);
  lims_api_handle(fixture->api, request, reply);
}

static void test_file(Fixture *fixture, gconstpointer data) {
  static const char good[] = "code,name,parent,level\n45,省,,1\n4501,市,45,2\n";
  static const char bad[] = "code,name,parent,level\n46,省,,1\n47,,,1\n";
  g_auto(LimsReply) reply = {0}, refused = {0}, unnamed = {0}, nul = {0}, none = {0};
  g_autoptr(JsonNode) list = NULL;

  send_file(fixture, &reply, "/api/v1/divisions/import", "d.csv", good, strlen(good));
  g_assert_cmpuint(reply.status, ==, 200);
  send_file(fixture, &refused, "/api/v1/divisions/import", "d.csv", bad, strlen(bad));
  assert_problem(&refused, 400, "d.csv:3");
  send_file(fixture, &unnamed, "/api/v1/divisions/import", NULL, bad, strlen(bad));
  assert_problem(&unnamed, 400, "the uploaded file:3");
  send_file(fixture, &nul, "/api/v1/divisions/import", "d.csv", "code\0", 5);
  assert_problem(&nul, 400, "NUL");
  send_file(fixture, &none, "/api/v1/labs", NULL, good, strlen(good));
  assert_problem(&none, 400, "takes no file");
  list = must_answer(fixture, 200, "GET", "/api/v1/divisions", NULL);
  g_assert_cmpuint(json_array_get_length(json_node_get_array(list)), ==, 2);
}

/* ---- limsctl's side ---- */

static LimsRequest *request_of(Fixture *fixture, const char *noun, const char *verb, ...) {
  g_autoptr(GHashTable) args = lims_fields_new();
  va_list list;

  va_start(list, verb);
  for (const char *name; (name = va_arg(list, const char *));)
    lims_fields_set(args, name, va_arg(list, const char *));
  va_end(list);
  return lims_route_request(lims_api_find(fixture->api, noun, verb), args);
}

static void test_request(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsRequest) show =
      request_of(fixture, "sample", "show", "sample", "GC/17 号", "lab", "G&X", NULL);
  g_autoptr(LimsRequest) weekly = request_of(fixture, "report", "weekly", "week", "2026-W47", NULL);
  g_autoptr(LimsRequest) import =
      request_of(fixture, "division", "import", "csv", "a,b\n", "csv-name", "d.csv", NULL);
  g_autofree char *target = lims_request_target(show), *other = lims_request_target(import);

  g_assert_cmpstr(show->method, ==, "GET");
  g_assert_cmpstr(target, ==, "/api/v1/samples/GC%2F17%20%E5%8F%B7?lab=G%26X");
  g_assert_null(show->body);
  g_assert_cmpstr(weekly->path, ==, "/api/v1/reports/weekly/2026-W47.xlsx");
  g_assert_cmpuint(g_hash_table_size(weekly->args), ==, 0);
  g_assert_cmpstr(other, ==, "/api/v1/divisions/import?csv-name=d.csv");
  g_assert_cmpmem(g_bytes_get_data(import->body, NULL), g_bytes_get_size(import->body), "a,b\n", 4);
  g_assert_null(lims_api_find(fixture->api, "sample", "shown"));
}

static void test_request_runs(Fixture *fixture, gconstpointer data) {
  g_autofree char *number = add_sample(fixture);
  g_autoptr(LimsRequest) show = request_of(fixture, "sample", "show", "sample", "GC/17 号", NULL);
  g_auto(LimsReply) reply = {0};
  g_autoptr(JsonNode) node = NULL;

  lims_api_handle(fixture->api, show, &reply);
  g_assert_cmpuint(reply.status, ==, 200);
  node = parse_reply(&reply);
  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "key"), ==, number);
}

static void test_detail(Fixture *fixture, gconstpointer data) {
  g_auto(LimsReply) reply = {.status = 502, .type = "text/html", .body = g_bytes_new_static("<p>no", 5)};
  g_auto(LimsReply)
      odd = {.status = 500, .type = "application/problem+json", .body = g_bytes_new_static("{}", 2)};
  g_autofree char *detail = lims_reply_detail(&reply), *other = lims_reply_detail(&odd);

  g_assert_cmpstr(detail, ==, "<p>no");
  g_assert_cmpstr(other, ==, "no reason given");
}

/* ---- check and backup ---- */

static JsonNode *check_journal(const char *path, GError **error) {
  JsonNode *node;

  if (!g_file_test(path, G_FILE_TEST_EXISTS)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "journal %s: not there", path);
    return NULL;
  }
  node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, json_object_new());
  json_object_set_int_member(json_node_get_object(node), "messages", 7);
  return node;
}

static gboolean copy_journal(const char *path, const char *target, GError **error) {
  g_autofree char *bytes = NULL;

  return g_file_get_contents(path, &bytes, NULL, error) && g_file_set_contents(target, bytes, -1, error);
}

static LimsApi *api_with_journal(Fixture *fixture, const char *journal) {
  static const LimsCommand *const tables[] = {LIMS_MODEL_COMMANDS, NULL};
  const LimsApiParts parts = {.tables = tables,
                              .check_journal = check_journal,
                              .copy_journal = copy_journal,
                              .journal_path = journal};

  return lims_api_new(&parts, fixture->store);
}

static void ask(LimsApi *api, LimsReply *reply, const char *method, const char *path, const char *file) {
  g_autoptr(LimsRequest) request = lims_request_new(method, path);

  if (file)
    lims_fields_set(request->args, "file", file);
  lims_api_handle(api, request, reply);
}

static guint count_files(Fixture *fixture, const char *part) {
  g_autoptr(GDir) directory = g_dir_open(fixture->directory, 0, NULL);
  guint count = 0;

  for (const char *name; (name = g_dir_read_name(directory));)
    count += strstr(name, part) != NULL;
  return count;
}

static void test_check(Fixture *fixture, gconstpointer data) {
  g_autofree char *journal = g_build_filename(fixture->directory, "journal", NULL);
  g_autoptr(LimsApi) api = api_with_journal(fixture, journal);
  g_auto(LimsReply) absent = {0}, sound = {0};
  g_autoptr(JsonNode) node = NULL;

  ask(api, &absent, "GET", "/api/v1/check", NULL);
  assert_problem(&absent, 404, journal);
  g_assert_true(g_file_set_contents(journal, "frames", -1, NULL));
  ask(api, &sound, "GET", "/api/v1/check", NULL);
  g_assert_cmpuint(sound.status, ==, 200);
  node = parse_reply(&sound);
  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "store"), ==, "sound");
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(node), "journal-messages"), ==, 7);
}

static gboolean break_audit(LimsDb *db, gpointer data, GError **error) {
  return lims_db_run(db, error, "UPDATE audit SET who = 'somebody else' WHERE n = 2", NULL);
}

static gboolean break_keys(LimsDb *db, gpointer data, GError **error) {
  return lims_db_run(db, error, "PRAGMA defer_foreign_keys = ON", NULL) &&
         lims_db_run(db, error, "UPDATE site SET lab = 77", NULL);
}

static void test_check_finds(Fixture *fixture, gconstpointer data) {
  g_autofree char *number = add_sample(fixture);
  g_auto(LimsReply) reply = {0};
  g_autoptr(GError) error = NULL;

  g_assert_false(lims_store_write(fixture->store, break_keys, NULL, &error)); /* refused at the commit */
  g_assert_true(lims_store_write(fixture->store, break_audit, NULL, NULL));
  handle(fixture, &reply, "GET", "/api/v1/check", NULL);
  assert_problem(&reply, 409, "row 2");
}

static void test_backup(Fixture *fixture, gconstpointer data) {
  g_autofree char *number = add_sample(fixture);
  g_autofree char *journal = g_build_filename(fixture->directory, "journal", NULL);
  g_autofree char *file = g_build_filename(fixture->directory, "saved", NULL);
  g_autoptr(LimsApi) api = api_with_journal(fixture, journal);
  g_auto(LimsReply) failed = {0}, done = {0}, again = {0}, relative = {0};
  g_autoptr(JsonNode) node = NULL;
  g_autofree char *bytes = NULL, *digest = NULL;
  gsize size;

  ask(api, &failed, "POST", "/api/v1/backup", file);
  g_assert_cmpuint(failed.status, >=, 400);
  g_assert_cmpuint(count_files(fixture, "saved"), ==, 0);
  g_assert_true(g_file_set_contents(journal, "frames", -1, NULL));
  ask(api, &done, "POST", "/api/v1/backup", file);
  g_assert_cmpuint(done.status, ==, 200);
  g_assert_cmpuint(count_files(fixture, "saved"), ==, 2);
  node = parse_reply(&done);
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(node), "rows-sample"), ==, 1);
  g_assert_true(g_file_get_contents(file, &bytes, &size, NULL));
  digest = g_compute_checksum_for_data(G_CHECKSUM_SHA256, (const guint8 *)bytes, size);
  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(node), "store-sha256"), ==, digest);
  ask(api, &again, "POST", "/api/v1/backup", file);
  assert_problem(&again, 409, "is there already");
  ask(api, &relative, "POST", "/api/v1/backup", "saved");
  assert_problem(&relative, 400, "absolute path");
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Fixture *fixture, gconstpointer data);
  } tests[] = {
      {"/api/no-route", test_no_route},
      {"/api/no-method", test_no_method},
      {"/api/no-command", test_no_command},
      {"/api/table", test_table},
      {"/api/path-names", test_path_names},
      {"/api/path-wins", test_path_wins},
      {"/api/fields", test_fields},
      {"/api/health", test_health},
      {"/api/heavy", test_heavy},
      {"/api/statuses", test_statuses},
      {"/api/file", test_file},
      {"/api/request", test_request},
      {"/api/request-runs", test_request_runs},
      {"/api/detail", test_detail},
      {"/api/check", test_check},
      {"/api/check-finds", test_check_finds},
      {"/api/backup", test_backup},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, Fixture, NULL, fixture_open, tests[i].run, fixture_close);
  return g_test_run();
}
