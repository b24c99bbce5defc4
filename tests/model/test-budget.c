/* Budgets: exact sums, corrections, floors, and the sums of an earlier position. */
#include "lims/model/budget.h"
#include "tests/model/helper-model.h"

#define CITY 0

static void enter(Fixture *f, const char *lab, const char *year, const char *kind, const char *amount) {
  g_free(must_add(f, "budget add", "lab", lab, "year", year, "kind", kind, "amount", amount, NULL));
}

typedef struct {
  guint lab;
  int year;
  gint64 as_of;
  LimsBudgetYear sums;
} Asked;

static gboolean year_job(LimsDb *db, gpointer data, GError **error) {
  Asked *asked = data;

  return lims_budget_year_at(db, asked->lab, asked->year, asked->as_of, &asked->sums, error);
}

/* "appropriated paid floor below" */
static char *sums_at(Fixture *f, guint lab, int year, gint64 as_of) {
  Asked asked = {lab, year, as_of, {0}};
  char *text;

  must_write(f, year_job, &asked);
  text = g_strdup_printf("%s %s %s%s", asked.sums.appropriated, asked.sums.paid, asked.sums.floor,
                         asked.sums.below_floor ? " below" : "");
  lims_budget_year_clear(&asked.sums);
  return text;
}

#define assert_sums(f, lab, year, as_of, expected)                                                           \
  do {                                                                                                       \
    g_autofree char *sums = sums_at(f, lab, year, as_of);                                                    \
    g_assert_cmpstr(sums, ==, expected);                                                                     \
  } while (0)

static void test_nothing(Fixture *f, gconstpointer data) {
  add_places(f);
  assert_sums(f, CITY, 2026, 0, "0.00 0.00 10000000.00 below");
  assert_sums(f, GX, 2026, 0, "0.00 0.00 8000000.00 below");
}

/* 0.10 and 0.20 thirty times: a binary sum would not end in .00. */
static void test_exact(Fixture *f, gconstpointer data) {
  add_places(f);
  for (guint i = 0; i < 30; i++)
    enter(f, "GX", "2026", i % 3 ? "paid" : "appropriated", i % 3 ? "0.1" : "2666666.67");
  assert_sums(f, GX, 2026, 0, "26666666.70 2.00 8000000.00");
  assert_sums(f, GX, 2025, 0, "0.00 0.00 8000000.00 below");
  assert_sums(f, CITY, 2026, 0, "0.00 0.00 10000000.00 below");
}

static void test_correction(Fixture *f, gconstpointer data) {
  add_places(f);
  enter(f, "GX", "2026", "appropriated", "8000000.01");
  enter(f, "GX", "2026", "appropriated", "-0.02");
  assert_sums(f, GX, 2026, 0, "7999999.99 0.00 8000000.00 below");
  enter(f, "GX", "2026", "appropriated", "0.01");
  assert_sums(f, GX, 2026, 0, "8000000.00 0.00 8000000.00");
  g_assert_cmpint(read_int(f,
                           "SELECT COUNT(*) FROM budget b JOIN change c ON c.seq = b.seq AND c.row_key = b.id"
                           " AND c.table_name = 'budget' AND c.lab = b.lab"),
                  ==, 3);
  must_refuse(f, LIMS_ERROR_CONFLICT, "paid of 2026 is 0.00 so far", "budget add", "lab", "GX", "year",
              "2026", "kind", "paid", "amount", "-1", NULL);
  must_refuse(f, LIMS_ERROR_CONFLICT, "appropriated of 2026 is 8000000.00 so far", "budget add", "lab", "GX",
              "year", "2026", "kind", "appropriated", "amount", "-8000000.01", NULL);
  enter(f, "GX", "2026", "appropriated", "-8000000");
  assert_sums(f, GX, 2026, 0, "0.00 0.00 8000000.00 below");
}

/* What a workbook of an earlier position showed, it shows again. */
static void test_as_of(Fixture *f, gconstpointer data) {
  gint64 position;

  add_places(f);
  enter(f, "GX", "2026", "appropriated", "7000000");
  position = read_int(f, "SELECT MAX(seq) FROM change");
  g_free(must_add(f, "setting set", "name", "budget.floor-county", "value", "6500000", NULL));
  enter(f, "GX", "2026", "appropriated", "1");
  assert_sums(f, GX, 2026, 0, "7000001.00 0.00 6500000.00");
  assert_sums(f, GX, 2026, position, "7000000.00 0.00 8000000.00 below");
}

static void test_refused(Fixture *f, gconstpointer data) {
  add_places(f);
  must_refuse(f, LIMS_ERROR_INVALID, "from 2000 to 2099", "budget add", "lab", "GX", "year", "26", "kind",
              "paid", "amount", "1", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "one of appropriated|paid", "budget add", "lab", "GX", "year", "2026",
              "kind", "given", "amount", "1", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "at most two places", "budget add", "lab", "GX", "year", "2026", "kind",
              "paid", "amount", "1.234", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "at most two places", "budget add", "lab", "GX", "year", "2026", "kind",
              "paid", "amount", "1e15", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "must not be 0", "budget add", "lab", "GX", "year", "2026", "kind",
              "paid", "amount", "0.00", NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "2026-02-30", "budget add", "lab", "GX", "year", "2026", "kind", "paid",
              "amount", "1", "date", "2026-02-30", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "ZZ", "budget add", "lab", "ZZ", "year", "2026", "kind", "paid",
              "amount", "1", NULL);
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM budget"), ==, 0);
}

static void assert_shown(Fixture *f, const char *command, const char *name, const char *value,
                         const char *const *said, guint count) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) out = run_command(f, &error, command, name, value, NULL);
  g_autofree char *text = NULL;

  g_assert_no_error(error);
  text = json_to_string(out, FALSE);
  assert_in_order(text, said, count);
}

static void test_lists(Fixture *f, gconstpointer data) {
  add_places(f);
  enter(f, "CITY", "2026", "appropriated", "12000000");
  enter(f, "GX", "2026", "appropriated", "7000000");
  g_free(must_add(f, "budget add", "lab", "GX", "year", "2026", "kind", "paid", "amount", "12.5", "date",
                  "2026-03-01", "note", "文〔2026〕7号", NULL));
  assert_shown(f, "budget list", "lab", "GX",
               (const char *const[]){"\"lab\":\"GX\"", "\"amount\":\"7000000.00\"", "\"amount\":\"12.50\"",
                                     "\"date\":\"2026-03-01\",\"note\":\"文〔2026〕7号\"", "\"wang\""},
               5);
  assert_shown(f, "budget show", "year", "2026",
               (const char *const[]){"\"CITY\"", "\"12000000.00\"", "\"below-floor\":false", "\"GX\"",
                                     "\"7000000.00\"", "\"below-floor\":true", "\"paid\":\"12.50\""},
               7);
  g_assert_cmpint(read_int(f,
                           "SELECT COUNT(*) FROM audit a JOIN budget b ON b.lab = a.lab AND a.object = b.id "
                           "WHERE a.action = 'budget add' AND a.who = 'wang'"),
                  ==, 3);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/budget/nothing", test_nothing);
  MODEL_TEST("/budget/exact", test_exact);
  MODEL_TEST("/budget/correction", test_correction);
  MODEL_TEST("/budget/as-of", test_as_of);
  MODEL_TEST("/budget/refused", test_refused);
  MODEL_TEST("/budget/lists", test_lists);
  return g_test_run();
}
