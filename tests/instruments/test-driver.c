/* Loading drivers and what they make of messages: typos, layouts, words, kinds, digests. */
#include "instruments/driver.h"
#include "instruments/protocol/astm.h"
#include "lims/core/error.h"
#include "lims/core/unit.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  char *directory;
} Fixture;

#define HEAD "[driver]\ntitle=a\nmake=b\nmodel=c\norigin=synthetic\ncapture=x\n"
#define ASTM HEAD "protocol=astm\n"
#define LINES HEAD "protocol=lines\n[lines]\n"
#define CODES "code,analyte,unit,basis,method\nPb,lead,µg/L,solution,GB 5009.12\nCd,cadmium,mg/kg,sample,\n"

static void set_up(Fixture *fixture, gconstpointer data) {
  fixture->directory = g_dir_make_tmp("lims-driver-XXXXXX", NULL);
  g_assert_nonnull(fixture->directory);
}

static void write_file(const Fixture *fixture, const char *name, const char *text) {
  g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

  g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void tear_down(Fixture *fixture, gconstpointer data) {
  g_autoptr(GDir) files = g_dir_open(fixture->directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name(files))) {
    g_autofree char *path = g_build_filename(fixture->directory, name, NULL);

    g_unlink(path);
  }
  g_rmdir(fixture->directory);
  g_free(fixture->directory);
}

static LimsDriver *load(const Fixture *fixture, const char *ini, const char *csv, GError **error) {
  write_file(fixture, "try.ini", ini);
  write_file(fixture, "try.csv", csv);
  return lims_driver_load(fixture->directory, "try", error);
}

static LimsDriver *load_good(const Fixture *fixture, const char *ini) {
  g_autoptr(GError) error = NULL;
  LimsDriver *driver = load(fixture, ini, CODES, &error);

  g_assert_no_error(error);
  return driver;
}

/* ---- loading ---- */

static void test_directory(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsDriver) own = load_good(fixture, ASTM);

  lims_driver_use_directory(fixture->directory);
  g_autoptr(LimsDriver) named = lims_driver_load_named("try", &error);
  g_unsetenv("LIMS_DRIVERS");
  g_assert_no_error(error);
  g_assert_cmpstr(lims_driver_name(named), ==, "try");
  g_assert_null(
      lims_driver_load_named("try", &error)); /* the program's own directory has none of that name */
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

static const struct {
  const char *ini, *csv, *expected; /* part of the message */
} FAULTS[] = {
    {ASTM "titel=x\n", CODES, "try.ini:8: [driver] titel: unknown key"},
    {ASTM "title=x\n", CODES, "try.ini:8: [driver] title: stands in line 2 already"},
    {ASTM "[astn]\n", CODES, "try.ini:8: [astn]: unknown group"},
    {HEAD "protocol=modem\n", CODES, "try.ini:7: [driver] protocol: \"modem\" is none of"},
    {HEAD, CODES, "[driver] protocol: is required"},
    {"[astm]\n", CODES, "[driver] is missing"},
    {ASTM "[line]\nbaud=fast\n", CODES, "try.ini:9: [line] baud"},
    {ASTM "[text]\nencoding=ebcdic\n", CODES, "try.ini:9: [text] encoding"},
    {ASTM "[astm]\nspecimen=O.3.1, X.2\n", CODES, "try.ini:9: [astm] specimen: \"X.2\" is no place"},
    {ASTM "[astm]\ncode=R.3.0\n", CODES, "\"R.3.0\" is no place"},
    {ASTM "[astm]\ncode=specimen\n", CODES, "\"specimen\" is no place"},
    {ASTM "[value]\ndecimal=comma\ngroup=comma\n", CODES, "try.ini:10: [value] group: the same mark"},
    {ASTM "[value words]\noops=wrong\n", CODES, "try.ini:9: [value words] oops"},
    {ASTM "[kind]\nblank=~(\n", CODES, "try.ini:9: [kind] blank: ~(: the regular expression is wrong"},
    {HEAD "protocol=lines\n", CODES, "try.ini:7: [driver] protocol: lines needs a [lines] group"},
    {LINES "layout=delimited\n", CODES, "[columns] is missing"},
    {LINES "layout=delimited\n[columns]\nvalue=Conc\n", CODES,
     "try.ini:11: [columns] value: \"Conc\" is no position"},
    {LINES "layout=fixed\n[columns]\nvalue=9-3\n", CODES, "try.ini:11: [columns] value: \"9-3\" is no range"},
    {LINES "layout=fixed\n[columns]\nunit=1-3\n", CODES, "[columns] value: is required"},
    {LINES "layout=pattern\n", CODES, "[lines] layout: pattern needs a pattern="},
    {LINES "layout=pattern\npattern=(\n", CODES, "try.ini:10: [lines] pattern: "},
    {LINES "layout=pattern\npattern=(.*)\n", CODES, "no group is named value"},
    {LINES "layout=fixed\nmessage=word\n[columns]\nvalue=1-3\n", CODES, "word needs an end_word="},
    {LINES "layout=fixed\nend_word=X\n[columns]\nvalue=1-3\n", CODES, "counts only with message=word"},
    {LINES "layout=fixed\nrecord=~[\n[columns]\nvalue=1-3\n", CODES, "try.ini:10: [lines] record: ~[: "},
    {LINES "layout=fixed\nstart=~[\n[columns]\nvalue=1-3\n", CODES, "try.ini:10: [lines] start: "},
    {LINES "layout=fixed\nmessage=idle\n[columns]\nvalue=1-3\n[poll]\nrequest=?\n", CODES,
     "try.ini:10: [lines] message: an answer that only silence ends"},
    {LINES "layout=fixed\n[columns]\nvalue=1-3\n[kind]\nblank=O.12=Q\n", CODES, "only astm has records"},
    {ASTM, "code,analyte,unit,basis\nPb,lead,mg/kg,sample\nPb,lead,mg/kg,sample\n",
     "try.csv:3: the code stands above already; keep one of the rows: \"Pb\""},
    {ASTM, "code,analyte,unit,basis\nPb,Lead,mg/kg,sample\n", "try.csv:2: no analyte code"},
    {ASTM, "code,analyte,unit,basis\nPb,lead,furlong,sample\n", "try.csv:2: unknown unit: \"furlong\""},
    {ASTM, "code,analyte,unit,basis\nPb,lead,mg/kg,digest\n",
     "try.csv:2: basis is sample, solution or screen"},
    {ASTM, "code,analyte,unit,basis\n,lead,mg/kg,sample\n", "try.csv:2: the code is empty"},
    {ASTM, "code,analyte,unit\n", "basis"},
    {ASTM, "code,analyte,unit,basis,colour\n", "colour"},
};

static void test_faults(Fixture *fixture, gconstpointer data) {
  for (guint i = 0; i < G_N_ELEMENTS(FAULTS); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsDriver) driver = load(fixture, FAULTS[i].ini, FAULTS[i].csv, &error);

    g_assert_null(driver);
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    if (!strstr(error->message, FAULTS[i].expected))
      g_error("%u: \"%s\" is not in \"%s\"", i, FAULTS[i].expected, error->message);
    g_assert_null(strchr(error->message, '\n'));
  }
}

static void test_absent(Fixture *fixture, gconstpointer data) {
  g_autoptr(GError) error = NULL;

  g_assert_null(lims_driver_load(fixture->directory, "none", &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
  g_clear_error(&error);
  g_assert_null(lims_driver_load(fixture->directory, "../none", &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_clear_error(&error);
  write_file(fixture, "try.ini", ASTM);
  g_assert_null(lims_driver_load(fixture->directory, "try", &error)); /* without its .csv */
  g_assert_nonnull(strstr(error->message, "try.csv"));
  g_clear_error(&error);
  g_assert_null(lims_driver_list_names("/nonexistent/drivers", &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND);
}

static void test_settings(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(
      fixture,
      ASTM "[line]\nbaud=2400\nparity=odd\ndata_bits=7\nstop_bits=2\nflow=rtscts\n[text]\nencoding=cp437\n");
  const LimsLineSettings *line = lims_driver_line_settings(driver);
  g_autoptr(GPtrArray) names = lims_driver_list_names(fixture->directory, NULL);
  const LimsDriverCode *code;
  guint count;

  g_assert_cmpint(line->baud, ==, 2400);
  g_assert_cmpint(line->data_bits, ==, 7);
  g_assert_cmpint(line->stop_bits, ==, 2);
  g_assert_cmpint(line->parity, ==, 'o');
  g_assert_cmpint(line->flow, ==, 'h');
  g_assert_cmpint(lims_driver_encoding(driver), ==, LIMS_ENCODING_CP437);
  g_assert_cmpstr(lims_driver_name(driver), ==, "try");
  g_assert_cmpstr(lims_driver_protocol(driver), ==, "astm");
  g_assert_false(lims_driver_confirmed(driver));
  g_assert_cmpuint(names->len, ==, 1);
  g_assert_cmpstr(names->pdata[0], ==, "try");
  code = lims_driver_find_code(driver, "Pb");
  g_assert_cmpstr(code->analyte, ==, "lead");
  g_assert_cmpint(code->basis, ==, LIMS_BASIS_SOLUTION);
  g_assert_null(lims_driver_find_code(driver, "pb")); /* codes are case-sensitive, LIS02-A2 5.5 */
  g_assert_null(lims_driver_codes(driver, &count)[1].method);
  g_assert_cmpuint(count, ==, 2);
}

/* The drivers that come with the program: their files load, and origin is told. */
static void test_own_drivers(void) {
  static const struct {
    const char *name;
    guint codes;
    gboolean confirmed;
  } OWN[] = {{"gcmsms-astm", 50, FALSE},
             {"icpms-astm", 10, FALSE},
             {"gfaas-lines", 4, FALSE},
             {"rapid-dy723pc", 3, FALSE},
             {"astm-generic", 0, TRUE}};

  for (guint i = 0; i < G_N_ELEMENTS(OWN); i++) {
    g_autoptr(GError) error = NULL;
    g_autoptr(LimsDriver) driver = lims_driver_load_named(OWN[i].name, &error);
    guint count;

    g_assert_no_error(error);
    lims_driver_codes(driver, &count);
    g_assert_cmpuint(count, ==, OWN[i].codes);
    g_assert_cmpint(lims_driver_confirmed(driver), ==, OWN[i].confirmed);
  }
}

static void test_sample(void) {
  g_autofree char *sample = lims_driver_sample();

  g_assert_nonnull(strstr(sample, "#[poll]"));
  g_assert_nonnull(strstr(sample, "#specimen=O.3.1, O.3.*, O.4.1, O.4.*"));
}

/* ---- lines ---- */

static LimsDecoded *decode_lines(const LimsDriver *driver, const char *text) {
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

  for (guint i = 0; lines[i]; i++)
    if (*lines[i])
      g_ptr_array_add(frames, g_bytes_new(lines[i], strlen(lines[i])));
  return lims_driver_decode(driver, frames, NULL);
}

static const LimsReading *reading_at(const LimsDecoded *decoded, guint i) {
  g_assert_cmpuint(decoded->readings->len, >, i);
  return decoded->readings->pdata[i];
}

static const LimsUndecoded *undecoded_at(const LimsDecoded *decoded, guint i) {
  g_assert_cmpuint(decoded->undecoded->len, >, i);
  return decoded->undecoded->pdata[i];
}

static void test_headings(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(
      fixture, LINES "layout=delimited\nseparator=semicolon\nheader=yes\nmessage=blank\n[columns]\n"
                     "specimen=Sample\ncode=Elem\nvalue=Conc\n[value]\ndecimal=comma\ngroup=point\n");
  g_autoptr(LimsDecoded) decoded = decode_lines(
      driver, "A;Pb;1\nElem; Conc ;Sample;x\nPb;0,035; S-1 ;\nPb;1.204,5;S-1;\nCd;1.5;S-2\nCd;2");
  g_autofree char *number = NULL;

  g_assert_cmpuint(decoded->readings->len, ==, 3);
  g_assert_cmpstr(reading_at(decoded, 0)->specimen, ==, "S-1");
  g_assert_cmpint(reading_at(decoded, 0)->value.state, ==, LIMS_VALUE_NUMBER);
  g_assert_cmpstr(reading_at(decoded, 0)->value.printed, ==, "0,035");
  number = lims_decimal_to_string(reading_at(decoded, 1)->value.number);
  g_assert_cmpstr(number, ==, "1204.5");
  g_assert_cmpuint(reading_at(decoded, 1)->replicate, ==, 2);
  g_assert_cmpstr(reading_at(decoded, 1)->unit, ==, "µg/L"); /* the table's, for none was sent */
  g_assert_cmpint(reading_at(decoded, 2)->value.state, ==, LIMS_VALUE_UNREADABLE);
  g_assert_cmpuint(reading_at(decoded, 2)->record, ==, 5);
  g_assert_cmpuint(decoded->undecoded->len, ==, 2);
  g_assert_cmpstr(undecoded_at(decoded, 0)->reason, ==, "no heading \"Sample\" came before");
  g_assert_cmpstr(undecoded_at(decoded, 1)->reason, ==, "no field 3 for specimen");
  g_assert_false(decoded->complete); /* no blank line */
}

static void test_pattern(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(
      fixture, LINES "layout=pattern\ncode=Pb\ntime_format=%d.%m.%y %H:%M\nignore=---*, ~^page \\\\d+$\n"
                     "pattern=^#(?<specimen>\\\\S+) (?<value>\\\\S+) ?(?<unit>\\\\S*) at (?<completed>.*)$\n"
                     "[text]\nencoding=cp437\n[value words]\nhi=above-range\n[value flags]\nz=failed\n");
  g_autoptr(LimsDecoded) decoded = decode_lines(
      driver, "-----\npage 3\n#7 1.5 \xe6g/L at 24.11.26 09:30\n#8 HI at 31.02.26 09:30\nhello\n");
  const LimsReading *reading = reading_at(decoded, 0);

  g_assert_cmpuint(decoded->readings->len, ==, 2);
  g_assert_cmpstr(reading->code, ==, "Pb");
  g_assert_cmpstr(reading->unit, ==, "µg/L");
  g_assert_nonnull(lims_unit_find(reading->unit));
  g_assert_cmpstr(reading->measured_at_iso, ==, "2026-11-24T09:30");
  g_assert_cmpint(reading->measured_at_us, ==, G_GINT64_CONSTANT(1795483800) * G_USEC_PER_SEC); /* UTC+8 */
  g_assert_cmpint(reading_at(decoded, 1)->value.state, ==, LIMS_VALUE_ABOVE_RANGE);
  g_assert_cmpint(reading_at(decoded, 1)->measured_at_us, ==, 0); /* no such day */
  g_assert_null(reading_at(decoded, 1)->measured_at_iso);
  g_assert_cmpstr(reading_at(decoded, 1)->measured_at, ==, "31.02.26 09:30");
  g_assert_cmpuint(decoded->undecoded->len, ==, 1);
  g_assert_cmpstr(undecoded_at(decoded, 0)->text, ==, "hello");
  g_assert_true(decoded->complete);
}

static void test_blanks_between(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver =
      load_good(fixture, LINES
                "layout=delimited\nseparator=blank\nmean=AVG\n[columns]\nspecimen=1\ncode=2\nreplicate=3\n"
                "value=4\ndate=5\ntime=6\n[kind]\nstandard=code=CAL?, std*\ncontrol=~^q[0-9]+$\n");
  g_autoptr(LimsDecoded) decoded =
      decode_lines(driver, "S1   Pb 1  0.5 2026-11-24 09:30:01\nS1 Pb AVG 0.5 2026-11-24 x\n"
                           "Std-3 Pb 1 1 - -\nS1 CAL1 1 1 - -\nQ17 Pb 1 1 - -\nQx Pb 1 1 - -");

  g_assert_cmpstr(reading_at(decoded, 0)->measured_at_iso, ==, "2026-11-24T09:30:01");
  g_assert_cmpuint(reading_at(decoded, 0)->replicate, ==, 1);
  g_assert_cmpuint(reading_at(decoded, 1)->replicate, ==, 0);
  g_assert_cmpint(reading_at(decoded, 1)->measured_at_us, ==, 0);
  g_assert_cmpint(reading_at(decoded, 2)->kind, ==, LIMS_READING_STANDARD);
  g_assert_cmpint(reading_at(decoded, 3)->kind, ==, LIMS_READING_STANDARD);
  g_assert_null(reading_at(decoded, 3)->analyte);
  g_assert_cmpint(reading_at(decoded, 4)->kind, ==, LIMS_READING_CONTROL);
  g_assert_cmpint(reading_at(decoded, 5)->kind, ==, LIMS_READING_SAMPLE);
}

/* ---- astm ---- */

/* Each text is a frame; "…" at its end: the frame is an intermediate one (ETB). */
static LimsDecoded *decode_frames(const LimsDriver *driver, const char *const *texts) {
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);

  for (guint i = 0; texts[i]; i++) {
    gboolean more = g_str_has_suffix(texts[i], "…");
    gsize size = strlen(texts[i]) - (more ? strlen("…") : 0);

    g_ptr_array_add(frames, lims_astm_frame_new(i + 1, (const guint8 *)texts[i], size, !more));
  }
  return lims_driver_decode(driver, frames, NULL);
}

#define FRAMES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define HEADER(id, time) "H|\\^&|" id "||A|||||||P|1|" time "\r"
#define RESULT "P|1\rO|1|S-1\rR|1|^^^Pb|0.5|ug/L|||||||20260101100000|20260101100500\r"

static void test_digest(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(fixture, ASTM);
  g_autoptr(LimsDecoded) first =
      decode_frames(driver, FRAMES(HEADER("7", "20260101101000") RESULT "L|1|N\r"));
  g_autoptr(LimsDecoded) again =
      decode_frames(driver, FRAMES(HEADER("8", "20260101101130"), RESULT, "L|1|N"));
  g_autoptr(LimsDecoded) cut = decode_frames(driver, FRAMES(HEADER("7", "20260101101000") RESULT "…"));
  g_autoptr(LimsDecoded) other =
      decode_frames(driver, FRAMES(HEADER("7", "20260101101000") RESULT "R|2\rL|1|N\r"));

  g_assert_cmpstr(first->body_digest, ==, again->body_digest);
  g_assert_cmpstr(first->body_digest, !=, other->body_digest);
  g_assert_true(first->complete && again->complete);
  g_assert_false(cut->complete);
  g_assert_true(g_str_has_prefix(first->body, cut->body));
  g_assert_true(g_str_has_prefix(other->body, cut->body));
}

/* Without times of results, only the header's tells a new measurement from a message that is sent again. */
static void test_digest_without_times(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(fixture, ASTM);
  g_autoptr(LimsDecoded) first =
      decode_frames(driver, FRAMES(HEADER("7", "20260101101000") "R|1|^^^Pb|1\rL|1\r"));
  g_autoptr(LimsDecoded) later =
      decode_frames(driver, FRAMES(HEADER("7", "20260101101100") "R|1|^^^Pb|1\rL|1\r"));

  g_assert_cmpstr(first->body_digest, !=, later->body_digest);
  g_assert_cmpstr(first->body, ==, later->body);
  g_assert_cmpstr(reading_at(first, 0)->specimen, ==, ""); /* a result without an order */
}

/* "0.05" of a value that went on as "0.0512" must not be read. */
static void test_cut_record(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(fixture, ASTM);
  g_autoptr(LimsDecoded) decoded =
      decode_frames(driver, FRAMES("H|\\^&\rO|1|S-1\rR|1|^^^Cd|3\rR|2|^^^Pb|0.05…"));

  g_assert_cmpuint(decoded->readings->len, ==, 1);
  g_assert_cmpuint(decoded->undecoded->len, ==, 1);
  g_assert_cmpstr(undecoded_at(decoded, 0)->reason, ==, "cut record");
  g_assert_cmpstr(undecoded_at(decoded, 0)->text, ==, "R|2|^^^Pb|0.05");
}

static void test_places(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver =
      load_good(fixture, ASTM "[astm]\nspecimen=O.4.2, P.4, H.5\ncode=R.3.2, "
                              "R.3.4\nunit=R.6\noperator=H.11\n[value status]\nX=not-run\n"
                              "[kind]\ncontrol=O.12=Q, P.3=QC*\n");
  g_autoptr(LimsDecoded) decoded = decode_frames(
      driver,
      FRAMES("H|\\^&|||HOST||||||op 7\rP|1|x|P-4\rO|1||x^O-4-2\rR|1|^two^^four|1||mg/kg|||X\r"
             "O|2||x\rR|1|^^^four|1\rP|2|qc-1\rR|1|^^^four|1\rO|1||||||||||Q\rR|1|a|ND|||||X\rL|1\r"));

  g_assert_cmpuint(decoded->readings->len, ==, 4);
  g_assert_cmpstr(reading_at(decoded, 0)->specimen, ==, "O-4-2");
  g_assert_cmpstr(reading_at(decoded, 0)->code, ==, "two");
  g_assert_cmpstr(reading_at(decoded, 0)->unit, ==, "mg/kg");
  g_assert_cmpstr(reading_at(decoded, 0)->operator_id, ==, "op 7");
  g_assert_cmpint(reading_at(decoded, 0)->value.state, ==, LIMS_VALUE_NOT_RUN);
  g_assert_false(reading_at(decoded, 0)->value.has_number);
  g_assert_cmpstr(reading_at(decoded, 1)->specimen, ==, "P-4");
  g_assert_cmpstr(reading_at(decoded, 1)->code, ==, "four");
  g_assert_cmpstr(reading_at(decoded, 2)->specimen, ==, "HOST"); /* the new patient has no order */
  g_assert_cmpint(reading_at(decoded, 2)->kind, ==, LIMS_READING_CONTROL);
  g_assert_cmpint(reading_at(decoded, 3)->kind, ==, LIMS_READING_CONTROL);
}

static void test_query(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(fixture, ASTM);
  g_autoptr(LimsDecoded) query = decode_frames(driver, FRAMES("H|\\^&\rQ|1|^A||ALL\rL|1\r"));
  g_autoptr(LimsDecoded) both = decode_frames(driver, FRAMES("H|\\^&\rQ|1|^A||ALL\rR|1|^^^Pb|1\rL|1\r"));
  g_autoptr(GPtrArray) none = g_ptr_array_new();
  g_autoptr(LimsDecoded) empty = lims_driver_decode(driver, none, NULL);

  g_assert_true(query->is_query && query->complete);
  g_assert_false(both->is_query);
  g_assert_false(empty->complete);
  g_assert_cmpstr(empty->body, ==, "");
}

/* Bytes that are no text of the encoding stay in the body, so that the digest tells them apart. */
static void test_undecodable(Fixture *fixture, gconstpointer data) {
  g_autoptr(LimsDriver) driver = load_good(fixture, ASTM);
  g_autoptr(LimsDecoded) one = decode_frames(driver, FRAMES("H|\\^&\rC|1|\xff\rR|1|^^^Pb|1\rL|1\r"));
  g_autoptr(LimsDecoded) other = decode_frames(driver, FRAMES("H|\\^&\rC|1|\xfe\rR|1|^^^Pb|1\rL|1\r"));

  g_assert_cmpuint(one->readings->len, ==, 1);
  g_assert_cmpuint(undecoded_at(one, 0)->record, ==, 2);
  g_assert_cmpstr(one->body_digest, !=, other->body_digest);
}

#define ADD(name, test) g_test_add("/driver/" name, Fixture, NULL, set_up, test, tear_down)

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  ADD("faults", test_faults);
  ADD("absent", test_absent);
  ADD("directory", test_directory);
  ADD("settings", test_settings);
  g_test_add_func("/driver/own", test_own_drivers);
  g_test_add_func("/driver/sample", test_sample);
  ADD("headings", test_headings);
  ADD("pattern", test_pattern);
  ADD("blanks-between", test_blanks_between);
  ADD("digest", test_digest);
  ADD("digest-without-times", test_digest_without_times);
  ADD("cut-record", test_cut_record);
  ADD("places", test_places);
  ADD("query", test_query);
  ADD("undecodable", test_undecodable);
  return g_test_run();
}
