/* Samples: numbers without gaps, names that belong to one sample, voids, and files of rows. */
#include "lims/core/time.h"
#include "lims/model/sample.h"
#include "tests/model/helper-model.h"

#include <string.h>

#define ADD(f, ...) must_add(f, "sample add", "lab", "GX", "site", "M1", __VA_ARGS__, NULL)

/* "GX-<today there>-" */
static char *prefix(const char *lab) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");
  g_autofree char *date = lims_time_to_date(lims_time_now_us(), zone);

  return g_strdup_printf("%s-%.2s%.2s%.2s-", lab, date + 2, date + 5, date + 8);
}

#define assert_ends(number, end)                                                                             \
  do {                                                                                                       \
    g_assert_true(g_str_has_suffix(number, end));                                                            \
    g_assert_cmpuint(strlen(number), <=, 16);                                                                \
  } while (0)

static void test_number(Fixture *f, gconstpointer data) {
  g_autofree char *start = prefix("GX");
  g_autofree char *first = NULL, *second = NULL, *city = NULL, *end = NULL;

  add_places(f);
  first = ADD(f, "commodity", "菠菜");
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "site M9", "sample add", "lab", "GX", "site", "M9", "commodity",
              "菠菜", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "sampled-at", "sample add", "lab", "GX", "site", "M1", "commodity",
              "菠菜", "sampled-at", "2026-13-01", NULL);
  second = ADD(f, "commodity", "菠菜");
  city = must_add(f, "sample add", "lab", "CITY", "site", "M1", "commodity", "菠菜", NULL);
  assert_ends(first, "-0001");
  assert_ends(second, "-0002");
  assert_ends(city, "-0001");
  end = prefix("GX"); /* another one if midnight passed in between */
  g_assert_true(g_str_has_prefix(first, start) || g_str_has_prefix(first, end));
  g_assert_cmpint(read_int(f, "SELECT last FROM sample_counter WHERE lab = 1"), ==, 2);
}

static void test_day_is_full(Fixture *f, gconstpointer data) {
  g_autofree char *first = NULL, *last = NULL;

  add_places(f);
  first = ADD(f, "commodity", "菠菜");
  must_execute(f, "UPDATE sample_counter SET last = 9998");
  last = ADD(f, "commodity", "菠菜");
  assert_ends(last, "-9999");
  must_refuse(f, LIMS_ERROR_CONFLICT, "9999", "sample add", "lab", "GX", "site", "M1", "commodity", "菠菜",
              NULL);
  g_assert_cmpint(read_int(f, "SELECT last FROM sample_counter"), ==, 9999);
}

static void test_commodity(Fixture *f, gconstpointer data) {
  add_places(f);
  g_free(ADD(f, "commodity", "菠薐"));
  g_free(ADD(f, "commodity", "火星菜"));
  assert_text(f, "SELECT commodity FROM sample WHERE commodity_name = '菠薐'", "spinach");
  assert_text(f, "SELECT commodity FROM sample WHERE commodity_name = '火星菜'", NULL);
}

/* ---- names ---- */

typedef struct {
  const char *name;
  gint64 id;
  gboolean found, is_void;
} Find;

static gboolean find_job(LimsDb *db, gpointer data, GError **error) {
  Find *find = data;
  GError *problem = NULL;

  find->found = lims_sample_find(db, 1, find->name, &find->id, &find->is_void, &problem);
  g_assert_no_error(problem);
  return TRUE;
}

static Find find_sample(Fixture *f, const char *name) {
  Find find = {.name = name};

  must_write(f, find_job, &find);
  return find;
}

static void test_names(Fixture *f, gconstpointer data) {
  static const char *const names[] = {"DC1", "客户-7", "p-1", "p-2", "p-3"};
  g_autofree char *number = NULL, *words = NULL;
  gint64 id;

  add_places(f);
  number = ADD(f, "commodity", "菠菜", "sheet", " DC1 ", "client", "客户-7", "portions", "p-1, p-2，p-3 p-1");
  id = find_sample(f, number).id;
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    g_assert_cmpint(find_sample(f, names[i]).id, ==, id);
  g_assert_false(find_sample(f, "dc1").found);
  words = g_strdup_printf("already a name of sample %s", number);
  must_refuse(f, LIMS_ERROR_CONFLICT, words, "sample add", "lab", "GX", "site", "M1", "commodity", "a",
              "client", "p-2", NULL);
  g_free(must_add(f, "sample add", "lab", "CITY", "site", "M1", "commodity", "a", "client", "p-2", NULL));
  must_refuse(f, LIMS_ERROR_CONFLICT, "2 laboratories", "sample show", "sample", "p-2", NULL);
}

/* A name that will be a number some day would stop registration on that day. */
static void test_own_number(Fixture *f, gconstpointer data) {
  add_places(f);
  must_refuse(f, LIMS_ERROR_INVALID, "looks like a sample number", "sample add", "lab", "GX", "site", "M1",
              "commodity", "a", "client", "GX-261124-0002", NULL);
  g_free(ADD(f, "commodity", "a", "client", "GX-261124-0002-1", "sheet", "XX-261124-0002"));
}

static void test_void(Fixture *f, gconstpointer data) {
  g_autofree char *number = NULL, *next = NULL;

  add_places(f);
  number = ADD(f, "commodity", "菠菜", "client", "c1");
  must_refuse(f, LIMS_ERROR_INVALID, "reason", "sample void", "sample", number, NULL);
  g_free(must_add(f, "sample void", "sample", "c1", "reason", "the bag was open", NULL));
  g_assert_true(find_sample(f, number).is_void);
  assert_text(f, "SELECT voided_by || ': ' || void_reason FROM sample", "wang: the bag was open");
  g_assert_cmpint(read_int(f, "SELECT void_seq > seq FROM sample"), ==, 1);
  must_refuse(f, LIMS_ERROR_CONFLICT, "void already", "sample void", "sample", number, "reason", "x", NULL);
  next = ADD(f, "commodity", "菠菜");
  assert_ends(next, "-0002");
}

static void test_show(Fixture *f, gconstpointer data) {
  g_autoptr(JsonNode) shown = NULL;
  JsonObject *object;

  add_places(f);
  g_free(ADD(f, "commodity", "菠菜", "client", "c1", "sampled-at", "2024-11-24T09:30"));
  shown = run_command(f, NULL, "sample show", "sample", "c1", NULL);
  object = json_node_get_object(shown);
  g_assert_cmpstr(json_object_get_string_member(object, "sampled-at"), ==, "2024-11-24T09:30:00+08:00");
  g_assert_cmpstr(json_object_get_string_member(object, "site-name"), ==, "东门市场");
  g_assert_false(json_object_has_member(object, "voided-at"));
  g_assert_cmpuint(json_array_get_length(json_object_get_array_member(object, "names")), ==, 1);
}

static guint list_length(Fixture *f, const char *state) {
  g_autoptr(JsonNode) list = run_command(f, NULL, "sample list", "lab", "GX", "state", state, NULL);

  return json_array_get_length(json_node_get_array(list));
}

static void test_pending(Fixture *f, gconstpointer data) {
  g_autofree char *number = NULL;

  add_places(f);
  number = ADD(f, "commodity", "a");
  g_free(ADD(f, "commodity", "b"));
  g_free(must_add(f, "sample void", "sample", number, "reason", "x", NULL));
  g_assert_cmpuint(list_length(f, "all"), ==, 2);
  g_assert_cmpuint(list_length(f, "pending"), ==, 1);
}

/* ---- dates ---- */

/* That many hours from now, in the laboratory's zone. g_free. */
static char *moment(int hours) {
  g_autoptr(GTimeZone) zone = g_time_zone_new_identifier("Asia/Shanghai");

  return lims_time_to_iso(lims_time_now_us() + hours * G_TIME_SPAN_HOUR, zone, FALSE);
}

static void test_future(Fixture *f, gconstpointer data) {
  g_autofree char *near = moment(23), *far = moment(25), *words = NULL;

  add_places(f);
  g_free(ADD(f, "commodity", "菠菜", "sampled-at", near));
  words = g_strdup_printf("sampled-at '%s': lies in the future", far);
  must_refuse(f, LIMS_ERROR_INVALID, words, "sample add", "lab", "GX", "site", "M1", "commodity", "菠菜",
              "sampled-at", far, NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "lies in the future", "sample add", "lab", "GX", "site", "M1",
              "commodity", "菠菜", "sampled-at", "2262-01-01", NULL);
}

/* ---- at the same time ---- */

#define THREADS 4
#define EACH 50

/* Every third is refused, some of them after their number was drawn. */
static gboolean register_job(LimsDb *db, gpointer data, GError **error) {
  gboolean refused = GPOINTER_TO_INT(data) % 3 == 0;
  LimsSampleNew sample = {.lab = "GX", .site = "M1", .commodity = "菠菜", .who = "wang"};

  if (!lims_sample_register(db, &sample, NULL, NULL, error))
    return FALSE;
  if (refused)
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "taken back");
  return !refused;
}

static gpointer register_many(gpointer data) {
  Fixture *f = data;

  for (int i = 1; i <= EACH; i++) {
    g_autoptr(GError) error = NULL;

    if (lims_store_write(f->store, register_job, GINT_TO_POINTER(i), &error) != (i % 3 != 0))
      g_error("sample %d: %s", i, error ? error->message : "was registered");
  }
  return NULL;
}

/* A day's numbers are 1 to their count. */
static void test_concurrent(Fixture *f, gconstpointer data) {
  GThread *threads[THREADS];

  add_places(f);
  for (guint i = 0; i < THREADS; i++)
    threads[i] = g_thread_new("register", register_many, f);
  for (guint i = 0; i < THREADS; i++)
    g_thread_join(threads[i]);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM sample"), ==, THREADS * (EACH - EACH / 3));
  g_assert_cmpint(
      read_int(
          f,
          "SELECT COUNT(*) FROM (SELECT COUNT(DISTINCT number) n, MIN(CAST(substr(number, -4) AS INTEGER)) "
          "low, MAX(CAST(substr(number, -4) AS INTEGER)) high, COUNT(*) all_of FROM sample "
          "GROUP BY substr(number, 1, length(number) - 5)) WHERE low <> 1 OR high <> all_of OR n <> all_of"),
      ==, 0);
}

/* ---- files ---- */

static const char GOOD[] = "\xef\xbb\xbfsite,commodity,sampled_at,sheet,client\r\n"
                           "M1,菠菜,2024-11-24 08:10,DC1,\r\n"
                           "M1,\"白菜, 大\",,,c-1\r\n";

static void test_import(Fixture *f, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = NULL;

  add_places(f);
  must_execute(f, "DELETE FROM person WHERE lab = 0");
  must_execute(f, "DELETE FROM site WHERE lab = 0");
  must_execute(f, "DELETE FROM lab WHERE id = 0"); /* now GX is the only one */
  out = run_file_command(f, &error, "sample import", "day.csv", GOOD, -1);
  g_assert_no_error(error);
  g_assert_cmpint(json_object_get_int_member(json_node_get_object(out), "rows"), ==, 2);
  assert_text(f, "SELECT commodity_name FROM sample WHERE number LIKE '%-0002'", "白菜, 大");
  g_assert_true(find_sample(f, "DC1").found);
}

static void test_import_gb18030(Fixture *f, gconstpointer data) {
  static const char text[] = "实验室,采样点,样品名称,采样时间,抽样单编号\nGX,M1,菠菜,2024-11-24,DC18\n";
  g_autoptr(GError) error = NULL;
  g_autofree char *bytes = NULL;
  gsize size;

  add_places(f);
  bytes = g_convert(text, -1, "GB18030", "UTF-8", NULL, &size, &error);
  g_assert_no_error(error);
  json_node_unref(run_file_command(f, &error, "sample import", "天.csv", bytes, (gssize)size));
  g_assert_no_error(error);
  assert_text(f, "SELECT commodity_name FROM sample", "菠菜");
  g_assert_true(find_sample(f, "DC18").found);
}

/* Each bad row by its line, in order; and nothing of the good ones stays, not even their numbers. */
static void test_import_bad(Fixture *f, gconstpointer data) {
  static const char bad[] = "lab,site,commodity,sampled-at,client\n"
                            "GX,M1,菠菜,,c-1\n"
                            "GX,M7,菠菜,,\n"
                            "GX,M1,,,\n"
                            "ZZ,M1,菠菜,,\n"
                            "GX,M1,菠菜,yesterday,\n"
                            "GX,M1,菠菜,,c-1\n"
                            "GX,M1,菠菜,,taken\n";
  static const char *const said[] = {"day.csv: nothing was imported: 6 bad rows",
                                     "day.csv:3: site M7",
                                     "day.csv:4: commodity is missing",
                                     "day.csv:5: laboratory ZZ",
                                     "day.csv:6: sampled-at 'yesterday'",
                                     "day.csv:7: client 'c-1': stands in line 2 too",
                                     "day.csv:8: client 'taken': is already a name of sample GX-"};
  g_autoptr(GError) error = NULL;

  add_places(f);
  g_free(ADD(f, "commodity", "菠菜", "client", "taken"));
  g_assert_null(run_file_command(f, &error, "sample import", "day.csv", bad, -1));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  assert_in_order(error->message, said, G_N_ELEMENTS(said));
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM sample"), ==, 1);
  g_assert_cmpint(read_int(f, "SELECT last FROM sample_counter"), ==, 1);
}

static void test_import_many_bad(Fixture *f, gconstpointer data) {
  g_autoptr(GString) text = g_string_new("lab,site,commodity\n");
  g_autoptr(GError) error = NULL;

  add_places(f);
  for (int i = 0; i < 27; i++)
    g_string_append(text, "GX,M7,a\n");
  g_assert_null(run_file_command(f, &error, "sample import", "day.csv", text->str, -1));
  g_assert_nonnull(strstr(error->message, "27 bad rows"));
  g_assert_nonnull(strstr(error->message, "day.csv:21:"));
  g_assert_null(strstr(error->message, "day.csv:22:"));
  g_assert_true(g_str_has_suffix(error->message, "\nand 7 more"));
}

static void test_import_headings(Fixture *f, gconstpointer data) {
  static const struct {
    const char *text, *words;
  } cases[] = {
      {"site,commodity,colour\nM1,a,red\n", "colour"},
      {"site\nM1\n", "commodity"},
      {"site,commodity,采样点\nM1,a,M1\n", "采样点"},
  };

  add_places(f);
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GError) error = NULL;

    g_assert_null(run_file_command(f, &error, "sample import", "day.csv", cases[i].text, -1));
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    g_assert_nonnull(strstr(error->message, cases[i].words));
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/sample/number", test_number);
  MODEL_TEST("/sample/day-is-full", test_day_is_full);
  MODEL_TEST("/sample/commodity", test_commodity);
  MODEL_TEST("/sample/names", test_names);
  MODEL_TEST("/sample/own-number", test_own_number);
  MODEL_TEST("/sample/void", test_void);
  MODEL_TEST("/sample/show", test_show);
  MODEL_TEST("/sample/pending", test_pending);
  MODEL_TEST("/sample/future", test_future);
  MODEL_TEST("/sample/concurrent", test_concurrent);
  MODEL_TEST("/sample/import", test_import);
  MODEL_TEST("/sample/import-gb18030", test_import_gb18030);
  MODEL_TEST("/sample/import-bad-rows", test_import_bad);
  MODEL_TEST("/sample/import-many-bad-rows", test_import_many_bad);
  MODEL_TEST("/sample/import-headings", test_import_headings);
  return g_test_run();
}
