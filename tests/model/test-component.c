/* Verdicts of residue sums as rows: whatever comes first, the same stand in the end; and none is left over.
 */
#include "lims/model/week.h"
#include "tests/model/helper-model.h"

/* The small catalogue with cadmium as a component of chlorpyrifos. */
static void add_sum(Fixture *f) {
  must_execute(f, "DELETE FROM limit_row WHERE analyte = 'cadmium'");
  must_execute(f, "UPDATE limit_row SET residue_definition = '1 chlorpyrifos + 1 cadmium: sum' WHERE analyte "
                  "= 'chlorpyrifos'");
  must_execute(f, "UPDATE meta SET value = '8' WHERE name = 'catalogue-version'");
}

/* What stands of the sample, with what it counted. g_free. */
static char *standing_of(Fixture *f, gint64 sample) {
  g_autofree char *sql = g_strdup_printf(
      "SELECT group_concat(v.analyte || ' ' || v.verdict || ' ' || v.value_text || ' ' || v.reason || ' ' || "
      "v.calculation || ' ' || (SELECT COUNT(*) FROM verdict_part p WHERE p.lab = v.lab AND p.verdict = "
      "v.id)) FROM verdict v WHERE v.current = 1 AND v.sample = %" G_GINT64_FORMAT,
      sample);

  return read_text(f, sql);
}

/* A component that was not detected changes no sum, but it is missing no more. */
static void test_either_order(Fixture *f, gconstpointer data) {
  static const char *const NUMBERS[][2] = {{"0.5", NULL}, {NULL, "0.5"}, {"0.01", NULL}, {"0.5", "0.25"}};

  add_places(f);
  add_sum(f);
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++) {
    g_autofree char *one = g_strdup_printf("one-%u", i), *two = g_strdup_printf("two-%u", i);
    Value a = {add_spinach(f, "GX", one), "chlorpyrifos", NUMBERS[i][0]},
          b = {a.sample, "cadmium", NUMBERS[i][1]};
    Value c = {add_spinach(f, "GX", two), "cadmium", NUMBERS[i][1]},
          d = {c.sample, "chlorpyrifos", NUMBERS[i][0]};
    g_autofree char *first = NULL, *second = NULL;

    must_write(f, add_judged_value_job, &a);
    must_write(f, add_judged_value_job, &b);
    must_write(f, add_judged_value_job, &c);
    must_write(f, add_judged_value_job, &d);
    first = standing_of(f, a.sample);
    second = standing_of(f, c.sample);
    g_assert_nonnull(first);
    g_assert_true(g_str_has_suffix(first, " 2"));
    g_assert_cmpstr(first, ==, second);
  }
  g_assert_cmpint(read_int(f,
                           "SELECT COUNT(*) FROM (SELECT 1 FROM verdict WHERE current = 1 GROUP BY sample, "
                           "analyte HAVING COUNT(*) > 1)"),
                  ==, 0);
}

/* Judged again with nothing new: no row. */
static void test_again(Fixture *f, gconstpointer data) {
  Value a = {.analyte = "chlorpyrifos", .number = "0.5"}, b = {.analyte = "cadmium"};
  gint64 seq;

  add_places(f);
  add_sum(f);
  a.sample = b.sample = add_spinach(f, "GX", "c");
  must_write(f, add_judged_value_job, &a);
  must_write(f, add_judged_value_job, &b);
  seq = read_int(f, "SELECT MAX(seq) FROM change");
  must_write(f, judge_value_job, &a);
  g_assert_cmpint(read_int(f, "SELECT MAX(seq) FROM change"), ==, seq);
}

/* ---- a verdict that ends ---- */

typedef struct {
  LimsWeekRequest request;
  GString *said;
} Told;

static gboolean say_change(gconstpointer row, gpointer data, GError **error) {
  const LimsWeekChange *change = row;

  g_string_append_printf(((Told *)data)->said, "%s %s %s;", change->kind, change->analyte, change->reason);
  return TRUE;
}

static gboolean say_limit(gconstpointer row, gpointer data, GError **error) {
  g_string_append_printf(((Told *)data)->said, "%s;", ((const LimsWeekLimit *)row)->analyte);
  return TRUE;
}

static gboolean tell_job(LimsDb *db, gpointer data, GError **error) {
  Told *told = data;
  g_autoptr(LimsWeek) week = lims_week_open(db, &told->request, error);
  const LimsWeekCount *count;

  if (!week || !lims_week_count(week, error))
    return FALSE;
  count = g_ptr_array_index(lims_week_counts(week, LIMS_WEEK_BY_KIND), 0);
  g_string_printf(told->said, "%d exceeding, limits of ", (int)count->exceeding);
  return lims_week_each_limit(week, say_limit, told, error) && g_string_append(told->said, " changes ") &&
         lims_week_each_change(week, say_change, told, error);
}

static gboolean issue_job(LimsDb *db, gpointer data, GError **error) {
  gint64 seq;

  return lims_db_get_int(db, &seq, error, "SELECT MAX(seq) FROM change", NULL) &&
         lims_week_record_issue(db, data, seq, "wang", "x", error);
}

#define assert_told(f, told, expected)                                                                       \
  do {                                                                                                       \
    must_write(f, tell_job, told);                                                                           \
    g_assert_cmpstr((told)->said->str, ==, expected);                                                        \
  } while (0)

/* Cadmium exceeded by itself; then it became a component of a sum that complies. The week counts it no more,
 * says so, and counts it as ever at the position before. */
static void test_ends(Fixture *f, gconstpointer data) {
  Value cadmium = {.analyte = "cadmium", .number = "0.3"};
  Told told = {.request = {.language = LIMS_LANGUAGE_EN}, .said = g_string_new(NULL)};
  gint64 before;

  add_places(f);
  cadmium.sample = add_spinach(f, "GX", "c");
  must_write(f, add_judged_value_job, &cadmium);
  add_judged_value(f, (Value){cadmium.sample, "chlorpyrifos", "0.01"});
  told.request.week = (int)read_int(f, "SELECT week FROM verdict");
  before = read_int(f, "SELECT MAX(seq) FROM change");
  must_write(f, issue_job, &told.request);
  assert_told(f, &told, "1 exceeding, limits of chlorpyrifos;cadmium; changes ");
  add_sum(f);
  must_execute(f, "UPDATE limit_row SET limit_text = '0.5', limit_number = '0.5'");
  must_write(f, judge_value_job, &cadmium);
  assert_told(
      f, &told,
      "0 exceeding, limits of chlorpyrifos; changes withdrawn cadmium no-verdict-of-its-own;corrected "
      "chlorpyrifos at-or-below-limit;");
  told.request.as_of = before;
  assert_told(f, &told, "1 exceeding, limits of chlorpyrifos;cadmium; changes ");
  g_string_free(told.said, TRUE);
}

/* Cadmium has a limit of its own and counts in the sum of chlorpyrifos as well: when that one's value is
 * taken back, its verdict ends, and cadmium exceeds once. */
static void test_taken_back(Fixture *f, gconstpointer data) {
  Value cadmium = {.analyte = "cadmium", .number = "0.3"};

  add_places(f);
  must_execute(f, "UPDATE limit_row SET residue_definition = '1 chlorpyrifos + 1 cadmium: sum' WHERE analyte "
                  "= 'chlorpyrifos'");
  cadmium.sample = add_spinach(f, "GX", "c");
  must_write(f, add_judged_value_job, &cadmium);
  add_judged_value(f, (Value){cadmium.sample, "chlorpyrifos", "0.01"});
  assert_text(f, "SELECT group_concat(analyte || ' ' || verdict) FROM verdict WHERE current = 1",
              "cadmium exceeds,chlorpyrifos exceeds");
  must_execute(f, "UPDATE determination SET replaced_by = 1 WHERE analyte = 'chlorpyrifos'");
  must_write(f, judge_value_job, &cadmium);
  assert_text(f, "SELECT group_concat(analyte || ' ' || verdict) FROM verdict WHERE current = 1",
              "cadmium exceeds");
  assert_text(f, "SELECT group_concat(analyte) FROM exceedance WHERE withdrawn_seq IS NULL", "cadmium");
}

/* Taken back altogether, a sum was not measured: no components are missing, and nothing is ND. */
static void test_none_left(Fixture *f, gconstpointer data) {
  Value cadmium = {.analyte = "cadmium", .number = "0.3"};

  add_places(f);
  add_sum(f);
  cadmium.sample = add_spinach(f, "GX", "c");
  must_write(f, add_judged_value_job, &cadmium);
  assert_text(f, "SELECT group_concat(analyte || ' ' || verdict) FROM verdict WHERE current = 1",
              "chlorpyrifos exceeds");
  must_execute(f, "UPDATE determination SET replaced_by = 1");
  must_write(f, judge_value_job, &cadmium);
  assert_text(f,
              "SELECT group_concat(analyte || ' ' || reason_code || ' ' || value_text) FROM verdict WHERE "
              "current = 1",
              "chlorpyrifos not-run not run");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"), ==, 0);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/component/either-order", test_either_order);
  MODEL_TEST("/component/again", test_again);
  MODEL_TEST("/component/ends", test_ends);
  MODEL_TEST("/component/taken-back", test_taken_back);
  MODEL_TEST("/component/none-left", test_none_left);
  return g_test_run();
}
