/* What waits for a person: each reason, each way out of it, and that no way out counts a result twice. */
#include "lims/ingest/command.h"
#include "lims/model/command-result.h"
#include "lims/model/preparation.h"
#include "lims/model/sample.h"
#include "tests/ingest/helper-ingest.h"
#include <string.h>

#define HEAD "H|\\^&|||GC|||||LIMS||P|1|20261124100000\nP|1\n"
#define ORDER(n, specimen) "O|" n "|" specimen "||^^^PEST50|R\n"
#define LINE(n, code, value, unit) "R|" n "|^^^" code "|" value "|" unit "||||F||li||20261124094210|GC-1\n"
#define RESULT(n, code, value) LINE(n, code, value, "mg/kg")
#define TAIL "L|1|N"
#define ONE(specimen, value) HEAD ORDER("1", specimen) RESULT("1", "Chlorpyrifos", value) TAIL

#define STATES "SELECT state, reason FROM transmission ORDER BY journal_seq"
#define HELD "SELECT specimen, code, reason FROM held WHERE resolved_us IS NULL ORDER BY id"
#define RESOLVED "SELECT specimen, code, resolved_by, resolution FROM held WHERE resolved_us > 0 ORDER BY id"
#define PRINTED "SELECT analyte, printed FROM determination WHERE replaced_by IS NULL ORDER BY id"

/* ---- commands ---- */

typedef struct {
  const LimsCommand *command;
  GHashTable *args;
  JsonNode *out;
} Run;

static gboolean run_job(LimsDb *db, gpointer data, GError **error) {
  static const LimsCommandCaller caller = {.who = "wang", .via = "test", .retry_held = lims_held_retry};
  Run *run = data;
  return lims_command_run(run->command, db, run->args, &caller, &run->out, error);
}

static const LimsCommand *find_command(const char *noun, const char *verb) {
  static const LimsCommand *const TABLES[] = {LIMS_INGEST_COMMANDS, LIMS_MODEL_COMMANDS,
                                              LIMS_RESULT_COMMANDS};
  const LimsCommand *found = NULL;
  for (guint i = 0; i < G_N_ELEMENTS(TABLES) && !found; i++)
    found = lims_command_find(TABLES[i], noun, verb);
  return found;
}

/* "held list" with pairs name, value; NULL with error if it is refused. */
static JsonNode *run(Ingest *f, GError **error, const char *name, ...) {
  g_auto(GStrv) words = g_strsplit(name, " ", 2);
  g_autoptr(GHashTable) args = lims_fields_new();
  Run run = {find_command(words[0], words[1]), args, NULL};
  va_list pairs;
  va_start(pairs, name);
  for (const char *key; (key = va_arg(pairs, const char *));)
    lims_fields_set(args, key, va_arg(pairs, const char *));
  va_end(pairs);
  g_assert_nonnull(run.command);
  if (lims_store_write(f->store, run_job, &run, error))
    return run.out;
  g_clear_pointer(&run.out, json_node_unref);
  return NULL;
}

static gint64 results_of(JsonNode *answer, GError *error) {
  g_assert_no_error(error);
  gint64 results = json_object_get_int_member_with_default(json_node_get_object(answer), "results", -1);
  json_node_unref(answer);
  return results;
}
#define must_run(f, error, ...) results_of(run(f, &error, __VA_ARGS__, NULL), error)

static void must_refuse(JsonNode *answer, GError **error, LimsErrorCode code, const char *words) {
  g_assert_null(answer);
  g_assert_error(*error, LIMS_ERROR, (int)code);
  if (!strstr((*error)->message, words))
    g_error("expected \"%s\" in \"%s\"", words, (*error)->message);
  g_clear_error(error);
}

/* The id of the only open row for that reason, as a person types it. */
static char *held_id(Ingest *f, const char *reason) {
  g_autofree char *sql =
      g_strdup_printf("SELECT id FROM held WHERE resolved_us IS NULL AND reason = '%s' ORDER BY id", reason);
  return ingest_rows(f, sql);
}

/* ---- unregistered ---- */

static void test_registered_later(Ingest *f, gconstpointer data) {
  GError *error = NULL;
  ingest_send(f, "gc",
              HEAD ORDER("1", "P7") RESULT("1", "Chlorpyrifos", "0.05") RESULT("2", "Carbofuran", "ND") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "held|unregistered-specimen");
  assert_rows(f, HELD, "P7||unregistered-specimen");
  assert_rows(f, "SELECT specimen, code, sample FROM reading ORDER BY n",
              "P7|Chlorpyrifos|-\nP7|Carbofuran|-");
  assert_int(f, "SELECT count(*) FROM determination", 0);
  g_assert_cmpint(must_run(f, error, "sample add", "site", "M1", "commodity", "菠菜", "produced-on",
                           "2026-11-20", "portions", "P7"),
                  ==, 2);
  assert_rows(f, STATES, "delivered|-");
  assert_rows(f, PRINTED, "chlorpyrifos|0.05\ncarbofuran|ND");
  assert_rows(f, RESOLVED, "P7||ingest|went through when tried again");
  assert_rows(f, "SELECT verdict FROM verdict WHERE current ORDER BY id", "complies\nexceeds");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 0);
  assert_int(f, "SELECT count(*) FROM determination", 2);
  assert_int(f,
             "SELECT count(*) FROM determination d JOIN reading r ON r.id = d.reading"
             " AND r.sample = d.sample AND r.analyte = d.analyte",
             2);
}

/* Another sample frees nothing. */
static void test_other_registered(Ingest *f, gconstpointer data) {
  GError *error = NULL;
  ingest_send(f, "gc", ONE("P7", "0.05"));
  ingest_run(f);
  g_assert_cmpint(must_run(f, error, "sample add", "site", "M1", "commodity", "菠菜", "portions", "P8"), ==,
                  0);
  assert_rows(f, HELD, "P7||unregistered-specimen");
}

static void test_assign(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S-l", "0.05"));
  ingest_run(f);
  g_autofree char *id = held_id(f, "unregistered-specimen");
  must_refuse(run(f, &error, "held assign", "id", id, "sample", "CY-990101-0001", NULL), &error,
              LIMS_ERROR_NOT_FOUND, "nobody registered it");
  must_refuse(run(f, &error, "held accept", "id", id, NULL), &error, LIMS_ERROR_INVALID,
              "register the sample");
  g_assert_cmpint(must_run(f, error, "held assign", "id", id, "sample", number), ==, 1);
  assert_rows(f, PRINTED, "chlorpyrifos|0.05");
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM held WHERE resolved_by = 'wang' AND resolution LIKE 'assigned to CY-%'",
             1);
  must_refuse(run(f, &error, "held assign", "id", id, "sample", number, NULL), &error, LIMS_ERROR_CONFLICT,
              "is resolved already (assigned to");
  assert_int(f, "SELECT count(*) FROM determination", 1);
  assert_int(f, "SELECT count(*) FROM audit WHERE action = 'held assign' AND who = 'wang'", 1);
}

static void test_two_specimens(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.01") ORDER("2", "S9")
                  RESULT("1", "Chlorpyrifos", "0.02") RESULT("2", "Carbofuran", "0.03") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "held|unregistered-specimen");
  assert_rows(f, HELD, "S9||unregistered-specimen");
  assert_rows(f, PRINTED, "chlorpyrifos|0.01");
  g_autofree char *other = ingest_register(f, "S9");
  GError *error = NULL;
  g_assert_cmpint(must_run(f, error, "held retry", "lab", "CY"), ==, 2);
  assert_rows(f, PRINTED, "chlorpyrifos|0.01\nchlorpyrifos|0.02\ncarbofuran|0.03");
  assert_rows(f, STATES, "delivered|-");
}

static void test_no_specimen(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("", "0.05"));
  ingest_run(f);
  assert_rows(f, HELD, "||no-specimen");
  g_autofree char *id = held_id(f, "no-specimen");
  g_assert_cmpint(must_run(f, error, "held assign", "id", id, "sample", "S1"), ==, 1);
  assert_rows(f, PRINTED, "chlorpyrifos|0.05");
}

static void test_void_sample(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1"), *other = ingest_register(f, "S2");
  GError *error = NULL;
  must_run(f, error, "sample void", "sample", "S1", "reason", "broken");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_run(f);
  assert_rows(f, HELD, "S1||void-sample");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 0);
  g_autofree char *id = held_id(f, "void-sample");
  must_refuse(run(f, &error, "held assign", "id", id, "sample", number, NULL), &error, LIMS_ERROR_CONFLICT,
              "void");
  g_assert_cmpint(must_run(f, error, "held assign", "id", id, "sample", other), ==, 1);
}

/* ---- values ---- */

static void test_reasons_of_values(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0,035") LINE("2", "Carbofuran", "0.1", "ppm")
                  LINE("3", "Acephate", ">100", "mg/kg") RESULT("4", "Nothing", "1") TAIL);
  ingest_run(f);
  assert_rows(f, HELD,
              "S1|Chlorpyrifos|unreadable-value\nS1|Carbofuran|unknown-unit\nS1|Nothing|unknown-code");
  assert_rows(f, "SELECT analyte, printed, state, number FROM determination",
              "acephate|>100|above-range|100");
  assert_rows(f, "SELECT detail FROM held WHERE reason <> 'unknown-code' ORDER BY id", "'0,035'\n'ppm'");
  g_autofree char *id = held_id(f, "unknown-unit");
  g_assert_cmpint(must_run(f, error, "held dismiss", "id", id, "reason", "measured again"), ==, -1);
  assert_rows(f, STATES, "held|unreadable-value");
  assert_rows(f, RESOLVED, "S1|Carbofuran|wang|dismissed: measured again");
  ingest_execute(
      f, "INSERT INTO analyte_alias(folded, alias, analyte) VALUES('nothing', 'Nothing', 'carbofuran')");
  ingest_execute(f, "UPDATE meta SET value = '8' WHERE name = 'catalogue-version'");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 1);
  assert_rows(f, PRINTED, "acephate|>100\ncarbofuran|1");
  assert_rows(f, HELD, "S1|Chlorpyrifos|unreadable-value");
}

/* "Not detected" and its kin go on as states, whatever the unit. */
static void test_states(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") LINE("1", "Chlorpyrifos", "ND", "")
                  LINE("2", "Carbofuran", "-----", "odd") LINE("3", "Acephate", "", "mg/kg") TAIL);
  ingest_run(f);
  assert_rows(f, HELD, "");
  assert_rows(f, "SELECT printed, state, number, unit FROM determination ORDER BY id",
              "ND|not-detected|-|mg/kg\n-----|not-run|-|odd\n|not-run|-|mg/kg");
}

static void test_unreadable_record(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", HEAD ORDER("1", "S1") "X|1|what is this\n" RESULT("1", "Chlorpyrifos", "0.01") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "held|unreadable-message");
  assert_rows(f, PRINTED, "chlorpyrifos|0.01");
  g_autofree char *id = held_id(f, "unreadable-message");
  must_refuse(run(f, &error, "held assign", "id", id, "sample", "S1", NULL), &error, LIMS_ERROR_INVALID,
              "dismiss it");
  must_run(f, error, "held dismiss", "id", id, "reason", "a remark");
  assert_rows(f, STATES, "delivered|-");
}

/* ---- preparations ---- */

#define SOLUTIONS HEAD ORDER("1", "S1") LINE("1", "Pb", "12", "ug/L") LINE("2", "Cd", "2", "ug/L") TAIL
#define PREPARE "sample", "S1", "mass", "0.5", "mass-unit", "g", "volume", "25", "volume-unit", "mL"

static void test_preparation_later(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  assert_rows(f, STATES, "held|needs-preparation");
  assert_rows(f, HELD, "S1||needs-preparation");
  assert_int(f, "SELECT count(*) FROM verdict", 0);
  assert_int(f, "SELECT count(*) FROM sample WHERE first_tested_us IS NOT NULL", 0);
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE), ==, 2);
  assert_rows(f, STATES, "delivered|-");
  assert_rows(f, PRINTED, "lead|12\ncadmium|2");
  assert_rows(f,
              "SELECT analyte, verdict, value_number, value_unit FROM verdict WHERE current ORDER BY analyte",
              "cadmium|complies|0.1000|mg/kg\nlead|exceeds|0.6000|mg/kg");
  assert_int(f, "SELECT count(*) FROM exceedance", 1);
}

static void test_preparation_of_one(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE, "analyte", "lead"), ==, 1);
  assert_rows(f, HELD, "S1|Cd|needs-preparation");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 0);
  assert_int(f, "SELECT count(*) FROM held", 2);
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE, "analyte", "Cd"), ==, 1);
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM determination", 2);
}

static void test_preparation_first(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  must_run(f, error, "preparation add", PREPARE);
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM verdict", 2);
}

/* A dismissed solution value counts no more, whatever comes later. */
static void test_dismissed_solution(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  g_autofree char *id = held_id(f, "needs-preparation");
  must_run(f, error, "held dismiss", "id", id, "reason", "wrong vial");
  assert_rows(f, PRINTED, "");
  assert_rows(f, HELD, "");
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE), ==, 0);
  assert_int(f, "SELECT count(*) FROM verdict", 0);
}

/* The wrong vial was scanned: the values that wait go along to the other sample, and its preparation frees
 * them. One of them alone would be left behind. */
static void test_relinked_solution(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1"), *other = ingest_register(f, "S2");
  GError *error = NULL;
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  g_autofree char *id = ingest_rows(f, "SELECT id FROM transmission");
  g_autofree char *one = ingest_rows(f, "SELECT MIN(id) FROM determination");
  must_refuse(run(f, &error, "result relink", "id", one, "to", "S2", "reason", "scanned", NULL), &error,
              LIMS_ERROR_CONFLICT, "relink all of transmission");
  g_assert_cmpint(must_run(f, error, "result relink", "transmission", id, "from", "S1", "to", "S2", "reason",
                           "scanned wrongly"),
                  ==, 0);
  assert_rows(f, HELD, "S1||needs-preparation");
  assert_int(
      f, "SELECT count(*) FROM reading r JOIN sample_alias a ON a.sample = r.sample AND a.alias = 'S2'", 2);
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE), ==, 0); /* of S1: nothing waits there */
  g_assert_cmpint(must_run(f, error, "preparation add", "sample", "S2", "mass", "0.5", "mass-unit", "g",
                           "volume", "25", "volume-unit", "mL"),
                  ==, 2);
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM determination WHERE replaced_by IS NULL", 2);
  assert_int(
      f, "SELECT count(*) FROM verdict v JOIN sample_alias a ON a.sample = v.sample WHERE a.alias = 'S2'", 2);
}

/* Unregistered, then without a preparation, then both. */
static void test_two_reasons_in_turn(Ingest *f, gconstpointer data) {
  GError *error = NULL;
  ingest_send(f, "icp", SOLUTIONS);
  ingest_run(f);
  assert_rows(f, HELD, "S1||unregistered-specimen");
  g_assert_cmpint(must_run(f, error, "sample add", "site", "M1", "commodity", "菠菜", "produced-on",
                           "2026-11-20", "portions", "S1"),
                  ==, 2);
  assert_rows(f, HELD, "S1||needs-preparation");
  assert_rows(f, STATES, "held|needs-preparation");
  g_assert_cmpint(must_run(f, error, "preparation add", PREPARE), ==, 2);
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM determination", 2);
}

/* ---- repeats and cut messages ---- */

static void test_accept_repeat(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.01"));
  ingest_run(f);
  g_autofree char *id = held_id(f, "possible-repeat");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 0);
  g_assert_cmpint(must_run(f, error, "held accept", "id", id), ==, 1);
  assert_rows(f, PRINTED, "chlorpyrifos|0.05\nchlorpyrifos|0.01");
  assert_rows(f, STATES, "delivered|-\ndelivered|-");
  assert_rows(f, RESOLVED, "S1|Chlorpyrifos|wang|accepted");
}

static void test_dismiss_repeat(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.01"));
  ingest_run(f);
  g_autofree char *id = held_id(f, "possible-repeat");
  must_run(f, error, "held dismiss", "id", id, "reason", "printed twice");
  assert_rows(f, PRINTED, "chlorpyrifos|0.05");
  assert_rows(f, STATES, "delivered|-\nempty|-");
}

/* A possible repeat of a specimen that is not registered stays one when it is. */
static void test_repeat_unregistered(Ingest *f, gconstpointer data) {
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.04") RESULT("2", "Acephate", "1") TAIL);
  ingest_run(f);
  assert_rows(f, HELD,
              "S1||unregistered-specimen\nS1|Chlorpyrifos|possible-repeat\nS1||unregistered-specimen");
  g_autofree char *number = ingest_register(f, "S1");
  g_assert_cmpint(must_run(f, error, "held retry"), ==, 2);
  assert_rows(f, PRINTED, "chlorpyrifos|0.05\nacephate|1");
  assert_rows(f, HELD, "S1|Chlorpyrifos|possible-repeat");
}

/* Scanned as S1, and it was S2: the possible repeats go to S2. */
static void test_assign_repeat(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1"), *other = ingest_register(f, "S2");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.01"));
  ingest_run(f);
  g_autofree char *id = held_id(f, "possible-repeat");
  g_assert_cmpint(must_run(f, error, "held assign", "id", id, "sample", other), ==, 1);
  assert_int(f, "SELECT count(DISTINCT sample) FROM determination", 2);
}

#define CUT HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.05|mg/kg||||F||li||20261124094210|GC-1"

static void test_accept_cut(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_cut(f, "gc", CUT, "sender-ended");
  ingest_run(f);
  g_autofree char *id = held_id(f, "incomplete");
  assert_rows(f, "SELECT detail FROM held", "sender-ended");
  g_assert_cmpint(must_run(f, error, "held accept", "id", id), ==, 1);
  assert_rows(f, PRINTED, "chlorpyrifos|0.05");
  /* The whole one after all: what was counted is not counted again. */
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.05") RESULT("2", "Carbofuran", "ND") TAIL);
  ingest_run(f);
  assert_rows(f, HELD, "S1|Chlorpyrifos|possible-repeat");
  assert_rows(f, PRINTED, "chlorpyrifos|0.05\ncarbofuran|ND");
}

/* Dismissed, and then the whole one comes: it counts. */
static void test_dismiss_cut(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_cut(f, "gc", CUT, "sender-ended");
  ingest_run(f);
  g_autofree char *id = held_id(f, "incomplete");
  must_run(f, error, "held dismiss", "id", id, "reason", "will be sent again");
  assert_rows(f, HELD, "");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.05") RESULT("2", "Carbofuran", "ND") TAIL);
  ingest_run(f);
  assert_rows(f, HELD, "");
  assert_rows(f, PRINTED, "chlorpyrifos|0.05\ncarbofuran|ND");
}

/* ---- lists ---- */

static char *list(Ingest *f, const char *name, const char *key, const char *value) {
  g_autoptr(GError) error = NULL;
  g_autoptr(JsonNode) rows = run(f, &error, name, key, value, NULL);
  g_assert_no_error(error);
  return json_to_string(rows, FALSE);
}

static void assert_contains(const char *text, const char *words) {
  if (!strstr(text, words))
    g_error("expected %s in %s", words, text);
}

static void test_lists(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.05") ORDER("2", "S9")
                  RESULT("1", "Carbofuran", "0.03") TAIL);
  ingest_run(f);
  g_autofree char *held = list(f, "held list", "lab", "CY");
  assert_contains(held, "\"specimen\":\"S9\",\"code\":\"\",\"reason\":\"unregistered-specimen\"");
  assert_contains(held, "\"readings\":1");
  g_autofree char *results = list(f, "result list", "sample", number);
  assert_contains(results, "\"analyte\":\"chlorpyrifos\"");
  assert_contains(results, "\"verdict\":\"exceeds\"");
  assert_contains(results, "\"limit\":\"0.02\"");
  assert_contains(results, "\"measured-at\":\"2026-11-24T09:42:10+08:00\"");
  assert_contains(results, "\"station\":\"gc\"");
  g_autofree char *week =
      ingest_rows(f, "SELECT (week / 100) || '-W' || substr('0' || week % 100, -2) FROM verdict");
  g_autofree char *of_week = list(f, "result list", "week", week);
  g_assert_cmpstr(of_week, ==, results);
  g_autofree char *of_other = list(f, "result list", "week", "2020-W01");
  g_assert_cmpstr(of_other, ==, "[]");
  g_autofree char *transmissions = list(f, "transmission list", "state", "held");
  assert_contains(transmissions, "\"reason\":\"unregistered-specimen\"");
  g_autofree char *id = ingest_rows(f, "SELECT id FROM transmission");
  g_autofree char *shown = list(f, "transmission show", "id", id);
  assert_contains(shown, "\"O|2|S9||^^^PEST50|R\"");
  assert_contains(shown, "\\\\x02");
  assert_contains(shown, "\"values\":[");
  assert_contains(shown, "\"held\":[");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  INGEST_TEST("/held/registered-later", test_registered_later);
  INGEST_TEST("/held/other-registered", test_other_registered);
  INGEST_TEST("/held/assign", test_assign);
  INGEST_TEST("/held/two-specimens", test_two_specimens);
  INGEST_TEST("/held/no-specimen", test_no_specimen);
  INGEST_TEST("/held/void-sample", test_void_sample);
  INGEST_TEST("/held/reasons-of-values", test_reasons_of_values);
  INGEST_TEST("/held/states", test_states);
  INGEST_TEST("/held/unreadable-record", test_unreadable_record);
  INGEST_TEST("/held/preparation-later", test_preparation_later);
  INGEST_TEST("/held/preparation-of-one", test_preparation_of_one);
  INGEST_TEST("/held/preparation-first", test_preparation_first);
  INGEST_TEST("/held/dismissed-solution", test_dismissed_solution);
  INGEST_TEST("/held/relinked-solution", test_relinked_solution);
  INGEST_TEST("/held/two-reasons-in-turn", test_two_reasons_in_turn);
  INGEST_TEST("/held/accept-repeat", test_accept_repeat);
  INGEST_TEST("/held/dismiss-repeat", test_dismiss_repeat);
  INGEST_TEST("/held/repeat-unregistered", test_repeat_unregistered);
  INGEST_TEST("/held/assign-repeat", test_assign_repeat);
  INGEST_TEST("/held/accept-cut", test_accept_cut);
  INGEST_TEST("/held/dismiss-cut", test_dismiss_cut);
  INGEST_TEST("/held/lists", test_lists);
  return g_test_run();
}
