/* Facts of a sample: described, described again, taken back, refused; the command and what it shows. */
#include "lims/model/sample-fact.h"
#include "tests/model/helper-model.h"

#include <string.h>

static char *add_sample(Fixture *f) {
  add_places(f);
  return must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "菠菜", NULL);
}

#define DESCRIBE(f, number, ...) g_free(must_add(f, "sample describe", "sample", number, __VA_ARGS__, NULL))

/* ---- what is read ---- */

typedef struct {
  LimsFacts facts;
  GError *error;
} Read;

static gboolean read_job(LimsDb *db, gpointer data, GError **error) {
  Read *read = data;
  gint64 sample = 0;

  lims_db_get_int(db, &sample, NULL, "SELECT MIN(id) FROM sample WHERE lab = 1", NULL);
  g_assert_true(lims_sample_facts_read(db, 1, sample, &read->facts, &read->error) == (read->error == NULL));
  return TRUE;
}

static LimsFacts read_facts(Fixture *f) {
  Read read = {0};

  must_write(f, read_job, &read);
  g_assert_no_error(read.error);
  return read.facts;
}

static void check_number(const LimsFacts *facts, LimsFact fact, const char *expected) {
  g_autofree char *text = lims_decimal_to_string(facts->values[fact].number);

  g_assert_true(facts->values[fact].known);
  g_assert_cmpstr(text, ==, expected);
}

static guint count_known(const LimsFacts *facts) {
  guint known = 0;

  for (guint i = 0; i < LIMS_FACTS; i++)
    known += facts->values[i].known;
  return known;
}

#define ROWS "SELECT COUNT(*) FROM sample_fact"
#define CHANGES "SELECT COUNT(*) FROM change WHERE table_name = 'sample_fact'"

static void test_describe(Fixture *f, gconstpointer data) {
  g_autofree char *number = add_sample(f), *other = NULL;
  LimsFacts facts = read_facts(f);

  g_assert_cmpuint(count_known(&facts), ==, 0);
  DESCRIBE(f, number, "ph", "6.20", "land-use", "paddy");
  facts = read_facts(f);
  g_assert_cmpuint(count_known(&facts), ==, 2);
  check_number(&facts, LIMS_FACT_PH, "6.20");
  g_assert_cmpstr(facts.values[LIMS_FACT_LAND_USE].word, ==, "paddy");
  g_assert_cmpint(read_int(f, ROWS), ==, 2);
  g_assert_cmpint(read_int(f, CHANGES), ==, 2);
  assert_text(f, "SELECT who FROM sample_fact WHERE name = 'ph'", "wang");
  other = must_add(f, "sample add", "lab", "GX", "site", "M1", "commodity", "菠菜", NULL);
  DESCRIBE(f, other, "ph", "4");
  facts = read_facts(f);
  check_number(&facts, LIMS_FACT_PH, "6.20");
}

/* The newest row counts, what says nothing new leaves none, and what was there stays. */
static void test_again(Fixture *f, gconstpointer data) {
  g_autofree char *number = add_sample(f);
  LimsFacts facts;

  DESCRIBE(f, number, "ph", "6.2", "moisture", "12");
  DESCRIBE(f, number, "ph", "6.2");
  g_assert_cmpint(read_int(f, ROWS), ==, 2);
  DESCRIBE(f, number, "ph", "6.3");
  facts = read_facts(f);
  check_number(&facts, LIMS_FACT_PH, "6.3");
  check_number(&facts, LIMS_FACT_MOISTURE, "12");
  DESCRIBE(f, number, "forget", "ph, fat", "state", "dried");
  facts = read_facts(f);
  g_assert_cmpuint(count_known(&facts), ==, 2);
  g_assert_false(facts.values[LIMS_FACT_PH].known);
  g_assert_cmpint(read_int(f, ROWS), ==, 5); /* fat was never known */
  DESCRIBE(f, number, "forget", "ph");
  g_assert_cmpint(read_int(f, ROWS), ==, 5);
  DESCRIBE(f, number, "ph", "6.2");
  facts = read_facts(f);
  check_number(&facts, LIMS_FACT_PH, "6.2");
  g_assert_cmpint(read_int(f, CHANGES), ==, 6);
}

static void test_refused(Fixture *f, gconstpointer data) {
  g_autofree char *number = add_sample(f);
  static const struct {
    LimsErrorCode code;
    const char *words, *name, *value;
  } CASES[] = {
      {LIMS_ERROR_INVALID, "from 0 to 14", "ph", "15"},
      {LIMS_ERROR_INVALID, "below 100", "moisture", "100"},
      {LIMS_ERROR_INVALID, "must be a number", "ph", "acid"},
      {LIMS_ERROR_INVALID, "paddy|other|orchard", "land-use", "meadow"},
      {LIMS_ERROR_INVALID, "unknown", "acidity", "5"},
      {LIMS_ERROR_INVALID, "forget 'acidity'", "forget", "acidity"},
      {LIMS_ERROR_INVALID, "nothing to describe", "forget", " , "},
      {LIMS_ERROR_INVALID, "nothing to describe", "ph", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS(CASES); i++)
    must_refuse(f, CASES[i].code, CASES[i].words, "sample describe", "sample", number, CASES[i].name,
                CASES[i].value, NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "forget 'ph'", "sample describe", "sample", number, "ph", "6", "forget",
              "ph", NULL);
  must_refuse(f, LIMS_ERROR_NOT_FOUND, "nobody registered", "sample describe", "sample", "GX-1", "ph", "6",
              NULL);
  must_refuse(f, LIMS_ERROR_INVALID, "from 0 to 14", "sample describe", "sample", number, "land-use", "paddy",
              "ph", "15", NULL);
  g_assert_cmpint(read_int(f, ROWS), ==, 0); /* all of them or none */
}

/* Two numbers in each other's place, whether they come together or one after the other. */
static void test_together(Fixture *f, gconstpointer data) {
  g_autofree char *number = add_sample(f);
  LimsFacts facts;

  must_refuse(f, LIMS_ERROR_INVALID, "fresh-moisture '12'", "sample describe", "sample", number, "moisture",
              "90", "fresh-moisture", "12", NULL);
  DESCRIBE(f, number, "moisture", "12");
  must_refuse(f, LIMS_ERROR_INVALID, "fresh-moisture '11.9'", "sample describe", "sample", number,
              "fresh-moisture", "11.9", NULL);
  DESCRIBE(f, number, "fresh-moisture", "12.0");
  DESCRIBE(f, number, "fresh-moisture", "91", "moisture", "13");
  facts = read_facts(f);
  check_number(&facts, LIMS_FACT_FRESH_MOISTURE, "91");
}

/* A row that this program did not write stops the reading: a fact that is left out would choose a limit. */
static void test_unreadable(Fixture *f, gconstpointer data) {
  static const char *const ROWS_OF_OTHERS[] = {"'acidity', '5'", "'ph', '15'"};

  g_free(add_sample(f));
  for (guint i = 0; i < G_N_ELEMENTS(ROWS_OF_OTHERS); i++) {
    g_autofree char *insert = g_strdup_printf(
        "INSERT INTO sample_fact(lab, id, sample, name, value, who, at_us, seq) SELECT lab, id "
        "+ 1, id, %s, 'x', 1, 1 FROM sample",
        ROWS_OF_OTHERS[i]);
    Read read = {0};

    must_execute(f, insert);
    must_write(f, read_job, &read);
    g_assert_error(read.error, LIMS_ERROR, LIMS_ERROR_INTERNAL);
    g_error_free(read.error);
    must_execute(f, "DELETE FROM sample_fact");
  }
}

/* ---- verdicts ---- */

#define VERDICT "SELECT verdict || ' ' || reason_code FROM verdict WHERE current = 1"
#define STANDING "SELECT COUNT(*) FROM exceedance WHERE withdrawn_seq IS NULL"

/* A limit that holds for tin-plate only: what is described, described otherwise and taken back decides. */
static void test_verdict(Fixture *f, gconstpointer data) {
  add_places(f);
  must_execute(f,
               "UPDATE limit_row SET conditions = 'if above: packing = tin-plate' WHERE analyte = 'cadmium'");
  add_judged_value(f, (Value){add_spinach(f, "GX", "c1"), "cadmium", "0.3"});
  assert_text(f, VERDICT, "undetermined condition");
  DESCRIBE(f, "c1", "packing", "tin-plate");
  assert_text(f, VERDICT, "exceeds above-limit");
  g_assert_cmpint(read_int(f, STANDING), ==, 1);
  DESCRIBE(f, "c1", "packing", "other");
  assert_text(f, VERDICT, "undetermined no-limit");
  g_assert_cmpint(read_int(f, STANDING), ==, 0);
  DESCRIBE(f, "c1", "forget", "packing");
  assert_text(f, VERDICT, "undetermined condition");
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 4);
  DESCRIBE(f, "c1", "ph", "7"); /* decides nothing here */
  g_assert_cmpint(read_int(f, "SELECT COUNT(*) FROM verdict"), ==, 4);
}

/* ---- the command ---- */

static void test_show(Fixture *f, gconstpointer data) {
  static const char *const EXPECTED[][2] = {{"crop", "dryland"}, {"ph", "7"}};
  g_autofree char *number = add_sample(f);
  g_autoptr(JsonNode) shown = NULL, described = NULL;
  JsonArray *facts;

  DESCRIBE(f, number, "ph", "7", "fat", "3");
  described =
      run_command(f, NULL, "sample describe", "sample", number, "crop", "dryland", "forget", "fat", NULL);
  shown = run_command(f, NULL, "sample show", "sample", number, NULL);
  g_assert_cmpstr(json_object_get_string_member(json_node_get_object(described), "key"), ==, number);
  facts = json_object_get_array_member(json_node_get_object(described), "facts");
  g_assert_cmpuint(json_array_get_length(facts), ==, G_N_ELEMENTS(EXPECTED));
  facts = json_object_get_array_member(json_node_get_object(shown), "facts");
  g_assert_cmpuint(json_array_get_length(facts), ==, G_N_ELEMENTS(EXPECTED));
  for (guint i = 0; i < G_N_ELEMENTS(EXPECTED); i++) {
    JsonObject *fact = json_array_get_object_element(facts, i);

    g_assert_cmpstr(json_object_get_string_member(fact, "name"), ==, EXPECTED[i][0]);
    g_assert_cmpstr(json_object_get_string_member(fact, "value"), ==, EXPECTED[i][1]);
    g_assert_cmpstr(json_object_get_string_member(fact, "entered-by"), ==, "wang");
    g_assert_nonnull(json_object_get_string_member(fact, "at"));
  }
}

static const LimsField *find_field(const LimsField *fields, const char *name) {
  while (fields->name && strcmp(fields->name, name) != 0)
    fields++;
  return fields->name ? fields : NULL;
}

/* Every fact has its parameter, with the same words. */
static void test_fields(void) {
  const LimsField *fields = lims_command_find(LIMS_MODEL_COMMANDS, "sample", "describe")->fields;
  guint count = 0;

  for (guint i = 0; i < LIMS_FACTS; i++) {
    const char *choices = lims_fact_choices((LimsFact)i);
    const LimsField *field = find_field(fields, lims_fact_name((LimsFact)i));

    g_assert_nonnull(field);
    g_assert_cmpint(field->need, ==, LIMS_FIELD_OPTIONAL);
    g_assert_cmpint(field->type, ==, choices ? LIMS_FIELD_WORD : LIMS_FIELD_DECIMAL);
    g_assert_cmpstr(field->choices, ==, choices);
    g_assert_cmpstr(field->help, ==, lims_fact_help((LimsFact)i));
  }
  while (fields[count].name)
    count++;
  g_assert_cmpuint(count, ==, LIMS_FACTS + 3); /* sample, lab, forget */
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  MODEL_TEST("/sample-fact/describe", test_describe);
  MODEL_TEST("/sample-fact/again", test_again);
  MODEL_TEST("/sample-fact/refused", test_refused);
  MODEL_TEST("/sample-fact/together", test_together);
  MODEL_TEST("/sample-fact/unreadable", test_unreadable);
  MODEL_TEST("/sample-fact/verdict", test_verdict);
  MODEL_TEST("/sample-fact/show", test_show);
  g_test_add_func("/sample-fact/fields", test_fields);
  return g_test_run();
}
