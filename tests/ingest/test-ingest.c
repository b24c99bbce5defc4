/* From the journal to the store: each message once, judged, or with the reason why not.
 *
 * Real journal, real store, the project's own drivers; what is looked at is what lies in the tables.
 */
#include "lims/ingest/transmission.h"
#include "tests/ingest/helper-ingest.h"
#include <string.h>

#define HEAD "H|\\^&|||GC|||||LIMS||P|1|20261124100000\nP|1\n"
#define ORDER(n, specimen) "O|" n "|" specimen "||^^^PEST50|R\n"
#define RESULT(n, code, value) "R|" n "|^^^" code "|" value "|mg/kg||||F||li||20261124094210|GC-1\n"
#define TAIL "L|1|N"
#define ONE(specimen, value) HEAD ORDER("1", specimen) RESULT("1", "Chlorpyrifos", value) TAIL

#define STATES "SELECT state, reason FROM transmission ORDER BY journal_seq"
#define RESULTS "SELECT analyte, printed, state, number, unit, person FROM determination ORDER BY id"
#define HELD "SELECT specimen, code, reason FROM held WHERE resolved_us IS NULL ORDER BY id"
#define VERDICTS "SELECT analyte, verdict, reason_code, value_text FROM verdict WHERE current ORDER BY id"

/* ---- delivered ---- */

static void test_whole(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.021") RESULT("2", "Carbofuran", "ND")
                  RESULT("3", "Acephate", "<0.01") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-");
  assert_rows(f, RESULTS,
              "chlorpyrifos|0.021|number|0.021|mg/kg|li\n"
              "carbofuran|ND|not-detected|-|mg/kg|li\n"
              "acephate|<0.01|not-detected|0.01|mg/kg|li");
  assert_rows(f, VERDICTS,
              "acephate|undetermined|no-limit|<0.01\ncarbofuran|complies|not-detected|ND\n"
              "chlorpyrifos|exceeds|above-limit|0.021");
  assert_int(f, "SELECT count(*) FROM exceedance WHERE withdrawn_seq IS NULL", 1);
  assert_int(f, "SELECT count(*) FROM reading r JOIN sample s ON s.id = r.sample WHERE r.specimen = 'S1'", 3);
  assert_rows(f, HELD, "");
}

/* Every byte that was accepted, in order; the three times apart. */
static void test_bytes(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.01"));
  ingest_run(f);
  assert_rows(f, "SELECT hex(substr(raw, 1, 7)), hex(substr(raw, -4)) FROM transmission",
              "0231487C5C5E26|30380D0A");
  assert_int(f, "SELECT (length(hex(raw)) - length(replace(hex(raw), '0D03', ''))) / 4 FROM transmission", 5);
  assert_int(f,
             "SELECT count(*) FROM transmission t JOIN determination d ON d.transmission = t.id"
             " WHERE d.arrived_us = t.ended_us AND d.committed_us = t.committed_us"
             " AND t.began_us <= t.ended_us AND d.measured_at_us = 1795484530000000",
             1);
}

static void test_person(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1 S2");
  ingest_send(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Acephate|0.1|mg/kg||||F||||20261124094210\n" TAIL);
  ingest_run(f);
  ingest_execute(f, "INSERT INTO sign_on(lab, id, station, person, from_us) VALUES(0, 9, 'gc', 5, 1)");
  ingest_send(f, "gc", HEAD ORDER("1", "S2") "R|1|^^^Acephate|0.1|mg/kg||||F||||20261124094210\n" TAIL);
  ingest_run(f);
  assert_rows(f, "SELECT person FROM determination ORDER BY id", "unattended\nwang");
}

static void test_blanks(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "BLK-1 STD-1 QC-1 S1");
  ingest_send(f, "gc", ONE("BLK-1", "0.5"));
  ingest_send(f, "gc", ONE("STD-1", "0.5"));
  ingest_send(f, "gc",
              HEAD ORDER("1", "QC-1") RESULT("1", "Chlorpyrifos", "0.5") ORDER("2", "S1")
                  RESULT("1", "Chlorpyrifos", "0.01") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "empty|-\nempty|-\ndelivered|-");
  assert_rows(f, "SELECT specimen, kind, sample IS NULL FROM reading ORDER BY id",
              "BLK-1|blank|1\nSTD-1|standard|1\nQC-1|control|1\nS1|sample|0");
  assert_int(f, "SELECT count(*) FROM determination", 1);
}

/* Codes as sent: by the catalogue's names and aliases. */
static void test_generic(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "any",
              HEAD ORDER("1", "S1") RESULT("1", "Cd", "0.3") RESULT("2", "毒死蜱", "0.01")
                  RESULT("3", "Xy", "1") TAIL);
  ingest_run(f);
  assert_rows(f, "SELECT analyte, number FROM determination ORDER BY id", "cadmium|0.3\nchlorpyrifos|0.01");
  assert_rows(f, HELD, "S1|Xy|unknown-code");
  assert_rows(f, "SELECT code, analyte FROM reading ORDER BY n", "Cd|cadmium\n毒死蜱|chlorpyrifos\nXy|-");
}

static void test_query(Ingest *f, gconstpointer data) {
  ingest_send(f, "any", HEAD "Q|1|^S1||ALL\n" TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "empty|-");
}

/* Replicates share specimen and test, and are no repeats. */
static void test_replicates(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.010") RESULT("2", "Chlorpyrifos", "0.012")
                  TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-");
  assert_rows(f, "SELECT replicate, printed FROM determination ORDER BY id", "1|0.010\n2|0.012");
  assert_rows(f, VERDICTS, "chlorpyrifos|complies|at-or-below-limit|0.01100");
}

/* ---- once ---- */

static LimsIncoming *incoming_of(Ingest *f, const char *station) {
  g_autoptr(GPtrArray) all = lims_journal_read_ended(f->journal, 0, 1, NULL);
  g_assert_cmpuint(all->len, ==, 1);
  return lims_incoming_new(ingest_station(f, station), lims_journal_uuid(f->journal),
                           g_ptr_array_steal_index(all, 0));
}

/* In the store, and the program died before the journal knew. */
static void test_crash(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  g_autoptr(LimsIncoming) incoming = incoming_of(f, "gc");
  ingest_write(f, lims_transmission_take, incoming);
  ingest_reopen(f);
  ingest_run(f);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-");
  assert_int(f, "SELECT count(*) FROM reading", 1);
  assert_int(f, "SELECT count(*) FROM determination", 1);
  assert_int(f, "SELECT count(*) FROM exceedance", 1);
}

static gboolean fail_after(LimsDb *db, gpointer data, GError **error) {
  if (!lims_transmission_take(db, data, error))
    return FALSE;
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_FULL, "the disk is full");
  return FALSE;
}

/* A job that was rolled back leaves nothing, and runs again. */
static void test_failed_job(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  GError *error = NULL;
  ingest_send(f, "gc", ONE("S1", "0.05"));
  g_autoptr(LimsIncoming) incoming = incoming_of(f, "gc");
  g_assert_false(lims_store_write(f->store, fail_after, incoming, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_FULL);
  g_clear_error(&error);
  assert_int(f, "SELECT count(*) FROM determination", 0);
  lims_incoming_reset(incoming);
  ingest_write(f, lims_transmission_take, incoming);
  assert_int(f, "SELECT count(*) FROM determination", 1);
  assert_int(f, "SELECT count(*) FROM verdict", 1);
}

/* A store that refuses: told, waited for, and then everything arrives. */
static void test_store_away(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1 S2");
  LimsIngestCounters counters;
  GError *error = NULL;
  ingest_execute(f, "CREATE TRIGGER refuse BEFORE INSERT ON transmission WHEN NEW.journal_seq = 1"
                    " BEGIN SELECT RAISE(ABORT, 'no room'); END");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S2", "0.01"));
  g_autoptr(LimsIngest) ingest = lims_ingest_new(f->store, f->journal, g_ptr_array_ref(f->stations));
  lims_ingest_start(ingest);
  g_test_expect_message("lims", G_LOG_LEVEL_WARNING, "*no room*");
  g_assert_false(lims_ingest_drain(ingest, &error));
  g_assert_nonnull(strstr(error->message, "no room"));
  g_clear_error(&error);
  lims_ingest_get_counters(ingest, &counters);
  g_assert_cmpuint(counters.failures, >=, 1);
  g_assert_nonnull(strstr(counters.problem, "no room"));
  ingest_execute(f, "DROP TRIGGER refuse");
  g_assert_true(lims_ingest_drain(ingest, &error));
  g_assert_no_error(error);
  lims_ingest_get_counters(ingest, &counters);
  g_assert_cmpuint(counters.delivered, ==, 2);
  g_assert_cmpuint(counters.results, ==, 2);
  g_assert_cmpstr(counters.problem, ==, "");
  assert_int(f, "SELECT count(*) FROM determination", 2);
  g_test_assert_expected_messages();
}

static void test_unconfigured_station(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  LimsIngestCounters counters;
  GError *error = NULL;
  ingest_send(f, "gone", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.01"));
  g_autoptr(LimsIngest) ingest = lims_ingest_new(f->store, f->journal, g_ptr_array_ref(f->stations));
  lims_ingest_start(ingest);
  g_test_expect_message("lims", G_LOG_LEVEL_WARNING, "*station gone is not in the configuration*");
  g_assert_false(lims_ingest_drain(ingest, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
  g_clear_error(&error);
  lims_ingest_get_counters(ingest, &counters);
  g_assert_cmpuint(counters.delivered, ==, 1);
  g_assert_nonnull(strstr(counters.problem, "gone"));
  assert_rows(f, "SELECT station FROM transmission", "gc");
  g_test_assert_expected_messages();
}

/* Began first, ended last: not passed over. */
static void test_ended_late(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1 S2 S3");
  GError *error = NULL;
  g_autoptr(LimsIngest) ingest = lims_ingest_new(f->store, f->journal, g_ptr_array_ref(f->stations));
  lims_ingest_start(ingest);
  g_autoptr(GBytes) head = g_bytes_new_static("\x02"
                                              "1H|\\^&\r\x03"
                                              "E5\r\n",
                                              13);
  lims_journal_append(f->journal, "any", head, TRUE, FALSE, TRUE, NULL, NULL, NULL);
  ingest_send(f, "gc", ONE("S1", "0.01"));
  g_assert_true(lims_ingest_drain(ingest, &error));
  ingest_send(f, "gc", ONE("S2", "0.01"));
  g_assert_true(lims_ingest_drain(ingest, &error));
  assert_int(f, "SELECT count(*) FROM transmission", 2);
  g_autoptr(GBytes) tail = g_bytes_new_static("\x02"
                                              "2L|1\r\x03"
                                              "3A\r\n",
                                              11);
  lims_journal_append(f->journal, "any", tail, FALSE, TRUE, TRUE, NULL, NULL, NULL);
  ingest_send(f, "gc", ONE("S3", "0.01"));
  g_assert_true(lims_ingest_drain(ingest, &error));
  assert_rows(f, "SELECT journal_seq, station FROM transmission ORDER BY journal_seq",
              "1|any\n2|gc\n3|gc\n4|gc");
}

/* More than the thread reads ahead. */
static void test_many(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  for (guint i = 0; i < 600; i++) {
    g_autofree char *message = g_strdup_printf(
        HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.0%u|mg/kg||||F||li||2026112409%02u%02u\n" TAIL, 100 + i,
        i / 60, i % 60);
    ingest_send(f, "gc", message);
  }
  ingest_run(f);
  assert_int(f, "SELECT count(*) FROM transmission WHERE state = 'delivered'", 600);
  assert_int(f, "SELECT count(DISTINCT printed) FROM determination", 600);
  assert_int(f, "SELECT count(*) FROM verdict WHERE current", 1);
}

/* ---- copies ---- */

#define CUT HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.0"
#define LINK                                                                                                 \
  "SELECT t.state, l.journal_seq FROM transmission t LEFT JOIN transmission l ON l.id = t.linked"            \
  " ORDER BY t.journal_seq"

static void test_cut_then_whole(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_cut(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.0", "sender-ended");
  ingest_cut(f, "gc", HEAD "O|1|S1||^^^PEST50|R", "timeout");
  ingest_run(f);
  assert_rows(f, STATES, "held|incomplete\nsuperseded|-");
  assert_rows(f, HELD, "||incomplete");
  assert_int(f, "SELECT count(*) FROM determination", 0);
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_run(f);
  assert_rows(f, LINK, "superseded|3\nsuperseded|1\ndelivered|-");
  assert_rows(f, HELD, "");
  assert_int(f, "SELECT count(*) FROM held WHERE resolution LIKE 'superseded by %'", 1);
  assert_int(f, "SELECT count(*) FROM determination", 1);
}

/* The sender's header has another time in the second session. */
static void test_cut_with_other_header(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_cut(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.05", "sender-ended");
  ingest_send(f, "gc",
              "H|\\^&|||GC|||||LIMS||P|1|20261124100101\nP|1\n" ORDER("1", "S1")
                  RESULT("1", "Chlorpyrifos", "0.05") TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "superseded|-\ndelivered|-");
}

static void test_whole_then_cut(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_run(f);
  ingest_cut(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.0", "sender-ended");
  ingest_run(f);
  assert_rows(f, LINK, "delivered|-\nsuperseded|1");
  assert_rows(f, HELD, "");
}

static void test_other_cut_stays(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1 S2");
  ingest_cut(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.0", "sender-ended");
  ingest_send(f, "gc", ONE("S2", "0.05"));
  ingest_run(f);
  assert_rows(f, STATES, "held|incomplete\ndelivered|-");
}

/* Its last record is whole, and its end mark came; only the sender's EOT did not. */
static void test_end_lost(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_cut(f, "gc", ONE("S1", "0.05"), "timeout");
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-");
}

static void test_identical(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_run(f);
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_run(f);
  assert_rows(f, LINK, "delivered|-\nrepeat|1\nrepeat|1");
  assert_int(f, "SELECT count(*) FROM reading", 1);
  assert_int(f, "SELECT count(*) FROM determination", 1);
}

/* Another station's identical message is its own. */
static void test_identical_elsewhere(Ingest *f, gconstpointer data) {
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "any", ONE("S1", "0.05"));
  ingest_run(f);
  assert_rows(f, HELD, "S1||unregistered-specimen\nS1||unregistered-specimen");
}

static void test_other_value_same_time(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc", ONE("S1", "0.01"));
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-\nheld|possible-repeat");
  assert_rows(f, HELD, "S1|Chlorpyrifos|possible-repeat");
  assert_rows(f, "SELECT printed FROM determination", "0.05");
  assert_int(f, "SELECT count(*) FROM reading", 2);
}

/* One of two tests is a possible repeat; the other goes through. All tests: one row. */
static void test_partial_repeat(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.05") RESULT("2", "Acephate", "1") TAIL);
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") RESULT("1", "Chlorpyrifos", "0.04") RESULT("2", "Acephate", "2") TAIL);
  ingest_run(f);
  assert_rows(f, HELD, "S1|Chlorpyrifos|possible-repeat\nS1||possible-repeat");
  assert_rows(f, "SELECT analyte, printed FROM determination ORDER BY id", "chlorpyrifos|0.05\nacephate|1");
}

static void test_new_time(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", ONE("S1", "0.05"));
  ingest_send(f, "gc",
              HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.04|mg/kg||||F||li||20261124101000|GC-1\n" TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-\ndelivered|-");
  assert_rows(f, "SELECT printed FROM determination ORDER BY id", "0.05\n0.04");
}

static void test_no_times(Ingest *f, gconstpointer data) {
  g_autofree char *number = ingest_register(f, "S1");
  ingest_send(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.04|mg/kg\n" TAIL);
  ingest_send(f, "gc", HEAD ORDER("1", "S1") "R|1|^^^Chlorpyrifos|0.05|mg/kg\n" TAIL);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-\nheld|possible-repeat");
}

/* An analyzer that is asked sends what it sent before, and one more. */
static void test_history(Ingest *f, gconstpointer data) {
#define ROW(specimen, value) "R," specimen ",2,农药残留,0.402," value ",%,x,2026-11-24 09:02:11,3F\n"
  g_autofree char *one = ingest_register(f, "S1"), *two = ingest_register(f, "S2");
  g_autoptr(GError) error = NULL;
  g_autofree char *first = g_convert(ROW("S1", "50.5") "FINISH", -1, "gb18030", "utf-8", NULL, NULL, &error);
  g_autofree char *second =
      g_convert(ROW("S1", "50.5") ROW("S2", "10.0") "FINISH", -1, "gb18030", "utf-8", NULL, NULL, &error);
  g_autofree char *third =
      g_convert(ROW("S1", "20.0") ROW("S2", "10.0") "FINISH", -1, "gb18030", "utf-8", NULL, NULL, &error);
  ingest_send_lines(f, "rapid", first);
  ingest_send_lines(f, "rapid", second);
  ingest_send_lines(f, "rapid", third);
  ingest_run(f);
  assert_rows(f, STATES, "delivered|-\ndelivered|-\nheld|possible-repeat");
  assert_rows(f, "SELECT specimen, printed FROM reading ORDER BY id", "S1|50.5\nS2|10.0\nS1|20.0");
  assert_rows(f,
              "SELECT d.printed, verdict FROM determination d JOIN verdict v ON v.determination = d.id"
              " ORDER BY d.id",
              "50.5|screening-positive\n10.0|complies");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  INGEST_TEST("/ingest/whole", test_whole);
  INGEST_TEST("/ingest/bytes-and-times", test_bytes);
  INGEST_TEST("/ingest/person", test_person);
  INGEST_TEST("/ingest/blanks-standards-controls", test_blanks);
  INGEST_TEST("/ingest/generic-codes", test_generic);
  INGEST_TEST("/ingest/query", test_query);
  INGEST_TEST("/ingest/replicates", test_replicates);
  INGEST_TEST("/ingest/crash-before-the-mark", test_crash);
  INGEST_TEST("/ingest/failed-job-again", test_failed_job);
  INGEST_TEST("/ingest/store-away", test_store_away);
  INGEST_TEST("/ingest/unconfigured-station", test_unconfigured_station);
  INGEST_TEST("/ingest/ended-late", test_ended_late);
  INGEST_TEST("/ingest/many", test_many);
  INGEST_TEST("/ingest/cut-then-whole", test_cut_then_whole);
  INGEST_TEST("/ingest/cut-with-other-header", test_cut_with_other_header);
  INGEST_TEST("/ingest/whole-then-cut", test_whole_then_cut);
  INGEST_TEST("/ingest/other-cut-stays", test_other_cut_stays);
  INGEST_TEST("/ingest/end-lost", test_end_lost);
  INGEST_TEST("/ingest/identical", test_identical);
  INGEST_TEST("/ingest/identical-elsewhere", test_identical_elsewhere);
  INGEST_TEST("/ingest/other-value-same-time", test_other_value_same_time);
  INGEST_TEST("/ingest/partial-repeat", test_partial_repeat);
  INGEST_TEST("/ingest/new-time", test_new_time);
  INGEST_TEST("/ingest/no-times", test_no_times);
  INGEST_TEST("/ingest/history", test_history);
  return g_test_run();
}
