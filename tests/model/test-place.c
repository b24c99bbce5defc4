/* Laboratories, divisions, sites, persons, stations: what is refused, and that lists page without loss. */
#include "lims/model/division.h"
#include "lims/model/lab.h"
#include "lims/model/station.h"
#include "tests/model/helper-model.h"

#include <string.h>

static void test_lab(Fixture *f, gconstpointer data) {
  g_autofree char *first = must_add(f, "lab add", "code", "CX", "name", "市", "kind", "city", NULL);

  g_assert_cmpint(read_int(f, "SELECT id FROM lab WHERE code = 'CX'"), ==, 0);
  assert_text(f, "SELECT zone FROM lab WHERE code = 'CX'", "Asia/Shanghai");
  must_refuse(f, LIMS_ERROR_CONFLICT, "CX", "lab add", "code", "CX", "name", "x", "kind", "county", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "1 to 4", "lab add", "code", "ABCDE", "name", "x", "kind", "county",
              NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "1 to 4", "lab add", "code", "A-B", "name", "x", "kind", "county", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "Mars/Base", "lab add", "code", "MB", "name", "x", "kind", "county",
              "zone", "Mars/Base", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "990000", "lab add", "code", "MB", "name", "x", "kind", "county",
              "division", "990000", NULL);
  g_free(must_add(f, "lab add", "code", "Gx1", "name", "县", "kind", "county", NULL));
  g_assert_cmpint(read_int(f, "SELECT id FROM lab WHERE code = 'Gx1'"), ==, 1);
}

static void test_only_lab(Fixture *f, gconstpointer data) {
  must_refuse(f, LIMS_ERROR_INVALID, "none yet", "site add", "name", "a", "kind", "farm", NULL);
  g_free(must_add(f, "lab add", "code", "A", "name", "a", "kind", "city", NULL));
  g_free(must_add(f, "site add", "name", "a", "kind", "farm", NULL));
  g_free(must_add(f, "lab add", "code", "B", "name", "b", "kind", "county", NULL));
  must_refuse(f, LIMS_ERROR_INVALID, "A, B", "site add", "name", "a", "kind", "farm", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "A, B", "site add", "lab", "C", "name", "a", "kind", "farm", NULL);
}

/* ---- divisions ---- */

static const char DIVISIONS[] = "code,name,parent,level,name_en\n"
                                "990101001,东街,990101,4,\n"
                                "990101,东区,9901,3,East\n"
                                "99,虚省,,1,\n"
                                "9901,虚市,99,2,\n";

static void test_division_import(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) first = run_file_command(f, &error, "division import", "d.csv", DIVISIONS, -1);
  g_autoptr(JsonNode) again = NULL;

  g_assert_no_error(error);
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(first), "changed"), ==, 4);
  again = run_file_command(f, &error, "division import", "d.csv", DIVISIONS, -1);
  g_assert_no_error(error);
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(again), "changed"), ==, 0);
  g_assert_cmpint(read_int(f, "SELECT level FROM division WHERE name_en = 'East' AND parent = '9901'"), ==,
                  LIMS_DIVISION_COUNTY);
}

static void test_division_bad(Fixture *f, gconstpointer data) {
  static const char bad[] = "code,name,parent,level\n"
                            "99,虚省,,1\n"
                            "9901,虚市,98,2\n"
                            "9902,,99,2\n"
                            "\n"
                            "99x,y,99,2\n"
                            "9903,z,99,9\n"
                            "9904,w,9904,2\n";
  static const char *const said[] = {"5 bad rows", "d.csv:3:", "98",       "d.csv:4:", "name is missing",
                                     "d.csv:6:",   "99x",      "d.csv:7:", "level",    "d.csv:8:"};
  g_autoptr(GError) error = NULL;

  g_assert_null(run_file_command(f, &error, "division import", "d.csv", bad, -1));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, said, G_N_ELEMENTS(said));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM division"), ==, 0);
}

static void test_division_levels(Fixture *f, gconstpointer data) {
  g_free(must_add(f, "division add", "code", "99", "name", "a", "level", "1", NULL));
  g_free(must_add(f, "division add", "code", "9901", "name", "b", "level", "2", "parent", "99", NULL));
  must_refuse(f, LIMS_ERROR_INVALID, "not above", "division add", "code", "9902", "name", "c", "level", "2",
              "parent", "9901", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "parts of level 2", "division add", "code", "99", "name", "a", "level",
              "3", NULL);
}

/* ---- sites and persons ---- */

static void test_site_codes(Fixture *f, gconstpointer data) {
  g_autofree char *given = NULL, *drawn = NULL, *next = NULL;

  g_free(must_add(f, "lab add", "code", "A", "name", "a", "kind", "city", NULL));
  given = must_add(f, "site add", "code", "S0002", "name", "a", "kind", "farm", NULL);
  drawn = must_add(f, "site add", "name", "b", "kind", "soil-point", NULL);
  next = must_add(f, "site add", "name", "c", "kind", "school-canteen", NULL);
  g_assert_cmpstr(drawn, ==, "S0003");
  g_assert_cmpstr(next, ==, "S0004");
  must_refuse(f, LIMS_ERROR_CONFLICT, "S0002", "site add", "code", "S0002", "name", "d", "kind", "farm",
              NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "kind 'shop'", "site add", "name", "d", "kind", "shop", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "control", "site add", "name", "d\ne", "kind", "farm", NULL);
}

static void test_site_import(Fixture *f, gconstpointer data) {
  static const char text[] = "实验室,采样点编码,类型,区划代码,名称,英文名称,地址\n"
                             "GX,M7,market,,西门市场,West Market,西门街1号\n"
                             ",,farm,99,城东合作社,,\n";
  g_autoptr(GError) error = NULL;
  g_autoptr(GHashTable) args = lims_fields_new();
  g_autoptr(JsonNode) out = NULL;
  JsonArray *keys;

  add_places(f);
  must_execute(f, "DELETE FROM person WHERE lab = 0");
  must_execute(f, "DELETE FROM site WHERE lab = 0");
  must_execute(f, "DELETE FROM lab WHERE id = 0"); /* now GX is the only one */
  g_free(must_add(f, "division add", "code", "99", "name", "虚省", "level", "1", NULL));
  out = run_file_command(f, &error, "site import", "点.csv", text, -1);
  g_assert_no_error(error);
  keys = json_object_get_array_member(json_node_get_object(out), "keys");
  g_assert_cmpuint(json_array_get_length(keys), ==, 2);
  g_assert_cmpstr(json_array_get_string_element(keys, 0), ==, "M7");
  g_assert_cmpstr(json_array_get_string_element(keys, 1), ==, "S0003");
  assert_text(f, "SELECT kind || name || name_en || address FROM site WHERE code = 'M7'",
              "market西门市场West Market西门街1号");
  assert_text(f, "SELECT division FROM site WHERE code = 'S0003'", "99");
  assert_text(
      f, "SELECT action || ' ' || json_extract(detail, '$.csv-name') FROM audit WHERE action = 'site import'",
      "site import 点.csv");
}

/* Each bad row by its line; and nothing of the good ones stays. */
static void test_site_import_bad(Fixture *f, gconstpointer data) {
  static const char bad[] = "lab,code,kind,division,name\n"
                            "GX,M7,market,,a\n"
                            "GX,M1,market,,a\n"
                            "GX,M7,farm,,b\n"
                            "CITY,M7,farm,,b\n"
                            "ZZ,M8,farm,,c\n"
                            "GX,M8,shop,,c\n"
                            "GX,M9,farm,,\n"
                            "GX,M10,farm,77,c\n";
  static const char *const said[] = {"s.csv: nothing was imported: 6 bad rows",
                                     "s.csv:3: site M1: the laboratory has one of this code already",
                                     "s.csv:4: code 'M7': stands in line 2 too",
                                     "s.csv:6: laboratory ZZ",
                                     "s.csv:7: site kind 'shop'",
                                     "s.csv:8: site name is missing",
                                     "s.csv:9:"};
  g_autoptr(GError) error = NULL;

  add_places(f);
  g_assert_null(run_file_command(f, &error, "site import", "s.csv", bad, -1));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, said, G_N_ELEMENTS(said));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM site"), ==, 2);
}

static void test_user(Fixture *f, gconstpointer data) {
  add_places(f);
  must_refuse(f, LIMS_ERROR_CONFLICT, "wang", "user add", "lab", "GX", "login", "wang", "name", "x", "role",
              "reviewer", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "role 'boss'", "user add", "lab", "GX", "login", "li", "name", "x",
              "role", "boss", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "login 'a b'", "user add", "lab", "GX", "login", "a b", "name", "x",
              "role", "reviewer", NULL);
}

/* Two a page over two laboratories: every site once, in order. */
static void test_paging(Fixture *f, gconstpointer data) {
  g_autoptr(GString) seen = g_string_new(NULL);
  g_autofree char *after = g_strdup("");

  add_places(f);
  for (int i = 0; i < 3; i++) {
    g_free(must_add(f, "site add", "lab", "GX", "name", "g", "kind", "farm", NULL));
    g_free(must_add(f, "site add", "lab", "CITY", "name", "c", "kind", "farm", NULL));
  }
  for (guint got = 2; got == 2;) {
    g_autoptr(JsonNode) page = run_command(f, NULL, "site list", "limit", "2", "after", after, NULL);
    JsonArray *array = json_node_get_array(page);

    got = json_array_get_length(array);
    for (guint i = 0; i < got; i++) {
      JsonObject *row = json_array_get_object_element(array, i);

      g_string_append_printf(seen, "%s/%s ", json_object_get_string_member(row, "lab"),
                             json_object_get_string_member(row, "key"));
      g_free(after);
      after = g_strdup(json_object_get_string_member(row, "id"));
    }
  }
  g_assert_cmpstr(seen->str, ==,
                  "CITY/M1 CITY/S0002 CITY/S0003 CITY/S0004 GX/M1 GX/S0002 GX/S0003 GX/S0004 ");
}

/* ---- stations ---- */

typedef struct {
  LimsStationNew station;
  gint64 now_us, before_us;
} Put;

static gboolean put_job(LimsDb *db, gpointer data, GError **error) {
  return lims_station_put(db, &((Put *)data)->station, error);
}

static gboolean at_job(LimsDb *db, gpointer data, GError **error) {
  Put *put = data;

  put->now_us = lims_db_now_us(db);
  return TRUE;
}

static gint64 now(Fixture *f) {
  Put put = {0};

  must_write(f, at_job, &put);
  return put.now_us;
}

static void test_station_put(Fixture *f, gconstpointer data) {
  Put put = {.station = {1, "icp-1", "icpms-astm", "ICP-MS", "synthetic", "line-1"}};
  g_autoptr(GError) error = NULL;
  gint64 seq;

  add_places(f);
  must_write(f, put_job, &put);
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  must_write(f, put_job, &put);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
  put.station.title = "ICP-MS 2";
  must_write(f, put_job, &put);
  assert_text(f, "SELECT title FROM station", "ICP-MS 2");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM station"), ==, 1);
  put.station.lab = 0;
  g_assert_false(lims_store_write(f->store, put_job, &put, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT);
}

/* Added by a person before any daemon has read the driver; the daemon brings it up to date. */
static void test_station_add(Fixture *f, gconstpointer data) {
  Put put = {.station = {1, "icp-1", "icpms-astm", "ICP-MS", "synthetic", "line-1"}};
  g_autofree char *key = NULL;

  add_places(f);
  key = must_add(f, "station add", "lab", "GX", "name", "icp-1", "driver", "icpms-astm", NULL);
  g_assert_cmpstr(key, ==, "icp-1");
  assert_text(f, "SELECT driver || '|' || title || '|' || origin || '|' || line FROM station",
              "icpms-astm||unknown|icp-1");
  must_refuse(f, LIMS_ERROR_CONFLICT, "station icp-1: there is one", "station add", "lab", "CITY", "name",
              "icp-1", "driver", "x", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "driver 'a b'", "station add", "lab", "GX", "name", "n", "driver", "a b",
              NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "driver: missing", "station add", "lab", "GX", "name", "n", NULL);
  must_write(f, put_job, &put);
  assert_text(f, "SELECT driver || '|' || title || '|' || origin || '|' || line FROM station",
              "icpms-astm|ICP-MS|synthetic|line-1");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM station"), ==, 1);
}

typedef struct {
  gint64 at_us;
  char *login;
} Who;

static gboolean who_job(LimsDb *db, gpointer data, GError **error) {
  Who *who = data;

  who->login = lims_station_person_at(db, "icp-1", who->at_us);
  return TRUE;
}

#define assert_who(f, at, expected)                                                                          \
  do {                                                                                                       \
    Who who = {at, NULL};                                                                                    \
    must_write(f, who_job, &who);                                                                            \
    g_assert_cmpstr(who.login, ==, expected);                                                                \
    g_free(who.login);                                                                                       \
  } while (0)

static void test_sign_on(Fixture *f, gconstpointer data) {
  Put put = {.station = {1, "icp-1", "icpms-astm", "ICP-MS", "synthetic", "line-1"}};
  gint64 before, wang, li, after;

  add_places(f);
  g_free(must_add(f, "user add", "lab", "GX", "login", "li", "name", "李", "role", "technician", NULL));
  must_write(f, put_job, &put);
  before = now(f);
  g_free(must_add(f, "station sign-on", "station", "icp-1", NULL));
  wang = now(f);
  g_free(must_add(f, "station sign-on", "station", "icp-1", "user", "li", NULL));
  li = now(f);
  g_free(must_add(f, "station sign-off", "station", "icp-1", NULL));
  after = now(f);
  assert_who(f, before, NULL);
  assert_who(f, wang, "wang");
  assert_who(f, li, "li");
  assert_who(f, after, NULL);
  must_refuse(f, LIMS_ERROR_CONFLICT, "nobody", "station sign-off", "station", "icp-1", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "zhao", "station sign-on", "station", "icp-1", "user", "zhao", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "icp-9", "station sign-on", "station", "icp-9", NULL);
}

static void test_station_list(Fixture *f, gconstpointer data) {
  Put put = {.station = {1, "icp-1", "icpms-astm", "ICP-MS", "synthetic", "line-1"}};
  g_autoptr(JsonNode) list = NULL;
  JsonObject *row;

  add_places(f);
  must_write(f, put_job, &put);
  g_free(must_add(f, "station sign-on", "station", "icp-1", NULL));
  list = run_command(f, NULL, "station list", NULL);
  row = json_array_get_object_element(json_node_get_array(list), 0);
  g_assert_cmpstr(json_object_get_string_member(row, "lab"), ==, "GX");
  g_assert_cmpstr(json_object_get_string_member(row, "signed-on"), ==, "wang");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/place/lab", test_lab);
  MODEL_TEST("/place/only-lab", test_only_lab);
  MODEL_TEST("/place/division-import", test_division_import);
  MODEL_TEST("/place/division-bad-rows", test_division_bad);
  MODEL_TEST("/place/division-levels", test_division_levels);
  MODEL_TEST("/place/site-codes", test_site_codes);
  MODEL_TEST("/place/site-import", test_site_import);
  MODEL_TEST("/place/site-import-bad-rows", test_site_import_bad);
  MODEL_TEST("/place/user", test_user);
  MODEL_TEST("/place/paging", test_paging);
  MODEL_TEST("/place/station-put", test_station_put);
  MODEL_TEST("/place/station-add", test_station_add);
  MODEL_TEST("/place/sign-on", test_sign_on);
  MODEL_TEST("/place/station-list", test_station_list);
  return g_test_run();
}
