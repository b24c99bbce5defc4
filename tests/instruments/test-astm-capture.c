/* Captures: what people save, and what editors make of it. Published ones are read in place, when they are
 * there. */
#include "instruments/protocol/astm-capture.h"
#include "tests/instruments/helper-astm.h"
#include <string.h>

typedef struct {
  const char *path, *file;                      /* dialogue notation */
  const char *texts[4], *rejects[4], *notes[4]; /* rejects: "offset reason" */
} Capture;

#define HL "H|\\^&<CR>L|1|N<CR>"
#define FRAME "<STX>1" HL "<ETX>##<CR><LF>"

static const Capture CAPTURES[] = {
    {"/astm/capture/session", "<ENQ>" FRAME "<EOT>", {HL}, {NULL}, {NULL}},
    {"/astm/capture/two-sided",
     "<ENQ><ACK><STX>1H|\\^&<CR><ETX>##<CR><LF><NAK><STX>1H|\\^&<CR><ETX>##<CR><LF><ACK>"
     "<STX>2L|1|N<CR><ETX>##<CR><LF><ACK><EOT>",
     {HL},
     {NULL},
     {"repeated frames counted once", "the receiver's replies are in the file too"}},
    {"/astm/capture/inside-session", FRAME, {HL}, {NULL}, {"begins inside a session"}},
    {"/astm/capture/inside-message",
     "<STX>3R|1|^^^Pb|2<CR><ETX>##<CR><LF><STX>4L|1<CR><ETX>##<CR><LF><EOT>",
     {"R|1|^^^Pb|2<CR>L|1<CR>"},
     {NULL},
     {"begins inside a session", "begins inside a message"}},
    {"/astm/capture/trailer-changed",
     "<STX>1H|\\^&<CR><ETX>##<LF><STX>2L|1|N<CR><ETX>##<LF>",
     {HL},
     {NULL},
     {"begins inside a session", "line ends changed by an editor: frames do not end in CR LF"}},
    /* E5 and 05 are the checksums of the texts with CR alone. */
    {"/astm/capture/cr-became-crlf",
     "<ENQ><STX>1H|\\^&<CR><LF><ETX>E5<CR><LF><STX>2L|1|N<CR><LF><ETX>05<CR><LF><EOT>",
     {HL},
     {NULL},
     {"checksum right only after restoring CR LF to CR"}},
    {"/astm/capture/cr-became-lf",
     "<ENQ><STX>1H|\\^&<LF><ETX>E5<LF><STX>2L|1|N<LF><ETX>05<LF><EOT>",
     {HL},
     {NULL},
     {"line ends changed by an editor: frames do not end in CR LF",
      "checksum right only after restoring LF to CR"}},
    /* EF and 0F: with CR LF. */
    {"/astm/capture/crlf-became-lf",
     "<ENQ><STX>1H|\\^&<LF><ETX>EF<CR><LF><STX>2L|1|N<LF><ETX>0F<CR><LF><EOT>",
     {"H|\\^&<CR><LF>L|1|N<CR><LF>"},
     {NULL},
     {"checksum right only after restoring LF to CR LF"}},
    {"/astm/capture/checksum-never-accepted",
     "<ENQ><STX>1H|\\^&<CR><ETX>E6<CR><LF><STX>1H|\\^&<LF><ETX>E6<CR><LF><EOT>",
     {NULL},
     {"1 checksum", "14 checksum"},
     {NULL}},
    {"/astm/capture/checksum-lower-case",
     "<ENQ><STX>1H|\\^&<CR><ETX>e5<CR><LF><EOT>",
     {"H|\\^&<CR>"},
     {NULL},
     {NULL}},
    /* With a frame missing, what follows would hang on the wrong records; a header begins again. */
    {"/astm/capture/frame-missing",
     "<ENQ><STX>1H|\\^&<CR><ETX>##<CR><LF><STX>3R|1<CR><ETX>##<CR><LF><STX>4" HL "<ETX>##<CR><LF><EOT>",
     {"H|\\^&<CR>", HL},
     {"14 frame-number"},
     {NULL}},
    {"/astm/capture/frame-damaged-then-sent-again",
     "<ENQ><STX>1H|\\^&<CR><ETX>E5<CR><LF><STX>2L|1|X<CR><ETX>05<CR><LF><STX>2L|1|N<CR><ETX>05<CR><LF><EOT>",
     {HL},
     {"14 checksum"},
     {NULL}},
    {"/astm/capture/cut",
     "<ENQ><STX>1H|\\^&<CR><ETX>##<CR><LF><STX>2L|1|",
     {"H|\\^&<CR>"},
     {"14 cut"},
     {NULL}},
    {"/astm/capture/cut-in-checksum",
     "<ENQ><STX>1H|\\^&<CR><ETX>E",
     {NULL},
     {"1 cut", "10 no-frame"},
     {NULL}},
    {"/astm/capture/several-messages",
     "<ENQ>" FRAME "<STX>2" HL "<ETX>##<CR><LF><EOT><ENQ>" FRAME "<EOT>",
     {HL, HL, HL},
     {NULL},
     {NULL}},
    {"/astm/capture/noise-around",
     "ab<x00>" FRAME "yz",
     {HL},
     {"0 no-frame", "22 no-frame"},
     {"begins inside a session"}},
    {"/astm/capture/number-damaged",
     "<STX>xH|\\^&<CR>L|1<CR><ETX>00<CR><LF>",
     {NULL},
     {"0 no-frame"},
     {NULL}},
    {"/astm/capture/number-damaged-and-cut", "<STX>xH|\\^&", {NULL}, {"0 no-frame"}, {NULL}},
    {"/astm/capture/bare", HL, {HL}, {NULL}, {"record text without frames"}},
    {"/astm/capture/bare-lf",
     "H|\\^&<LF>L|1|N<LF>",
     {HL},
     {NULL},
     {"record text without frames", "line ends changed by an editor: records end in LF"}},
    {"/astm/capture/bare-crlf-and-mark",
     "<xEF><xBB><xBF>H|\\^&<CR><LF><CR><LF>L|1|N",
     {HL},
     {NULL},
     {"record text without frames", "line ends changed by an editor: records end in LF"}},
    {"/astm/capture/bare-several",
     HL "junk<CR>" HL,
     {HL, HL},
     {"12 no-frame"},
     {"record text without frames"}},
    {"/astm/capture/bare-without-terminator",
     "H|\\^&<CR>R|1",
     {"H|\\^&<CR>R|1<CR>"},
     {NULL},
     {"record text without frames"}},
    {"/astm/capture/bare-noise-before", "<xFF>~~" HL, {HL}, {"0 no-frame"}, {"record text without frames"}},
    {"/astm/capture/bare-other-delimiters",
     "H!~`'!x<CR>L!1<CR>",
     {"H!~`'!x<CR>L!1<CR>"},
     {NULL},
     {"record text without frames"}},
    {"/astm/capture/empty", "", {NULL}, {NULL}, {NULL}},
    {"/astm/capture/blank", "<CR><LF> ", {NULL}, {NULL}, {NULL}},
    {"/astm/capture/other",
     "hello",
     {NULL},
     {"0 not-astm"},
     {"not of this protocol: no E1381 frame and no header record"}},
    {"/astm/capture/cut-header",
     "H|\\^",
     {NULL},
     {"0 not-astm"},
     {"not of this protocol: no E1381 frame and no header record"}},
};

static void check_texts(const LimsAstmCapture *capture, const char *const *expected) {
  for (guint i = 0; i < capture->texts->len; i++) {
    g_autofree char *shown = helper_astm_show(capture->texts->pdata[i]);
    g_assert_cmpstr(shown, ==, expected[i]);
  }
  g_assert_null(expected[capture->texts->len]);
}

static void check_rejects(const LimsAstmCapture *capture, const char *const *expected) {
  for (guint i = 0; i < capture->rejects->len; i++) {
    const LimsUndecoded *reject = capture->rejects->pdata[i];
    g_autofree char *shown = g_strdup_printf("%u %s", reject->record, reject->reason);
    g_assert_cmpstr(shown, ==, expected[i]);
    g_assert_cmpuint(strlen(reject->text), >, 0);
  }
  g_assert_null(expected[capture->rejects->len]);
}

static void check_notes(const LimsAstmCapture *capture, const char *const *expected) {
  for (guint i = 0; i < capture->notes->len; i++)
    g_assert_cmpstr(capture->notes->pdata[i], ==, expected[i]);
  g_assert_null(expected[capture->notes->len]);
}

static void test_capture(gconstpointer data) {
  const Capture *row = data;
  g_autoptr(GByteArray) bytes = helper_astm_bytes(row->file);
  g_autoptr(LimsAstmCapture) capture = lims_astm_capture_read(bytes->data, bytes->len);
  check_texts(capture, row->texts);
  check_rejects(capture, row->rejects);
  check_notes(capture, row->notes);
}

/* ---- every byte is in a text, in a reject, or framing; and a damaged frame is never in a text ---- */

static gsize reject_bytes(const LimsAstmCapture *capture) {
  gsize count = 0;
  for (guint i = 0; i < capture->rejects->len; i++)
    count += strlen(((LimsUndecoded *)capture->rejects->pdata[i])->text);
  return count;
}

static void test_cut_everywhere(void) {
  g_autoptr(GByteArray) file = helper_astm_bytes("<ENQ>" FRAME "<EOT>");
  for (gsize cut = 0; cut <= file->len; cut++) {
    g_autoptr(LimsAstmCapture) capture = lims_astm_capture_read(file->data, cut);
    gboolean whole = cut >= file->len - 3; /* without CR, LF, EOT the checksum is still there */
    g_assert_cmpuint(capture->texts->len, ==, whole ? 1 : 0);
    g_assert_cmpuint(capture->rejects->len > 0, ==, !whole && cut > 1);
  }
}

static void test_damaged_everywhere(void) {
  g_autoptr(GByteArray) file = helper_astm_bytes("<ENQ>" FRAME "<EOT>");
  for (gsize at = 1; at < file->len - 3; at++) {
    for (guint value = 0; value < 256; value++) {
      g_autoptr(GByteArray) damaged = g_byte_array_append(g_byte_array_new(), file->data, file->len);
      damaged->data[at] = (guint8)value;
      g_autoptr(LimsAstmCapture) capture = lims_astm_capture_read(damaged->data, damaged->len);
      gboolean digit = at >= file->len - 5; /* of the checksum: its case is free */
      gboolean same = (digit ? g_ascii_toupper((char)value) : (char)value) == (char)file->data[at];
      same = same || (value == '\n' && file->data[at] == '\r'); /* what an editor does, and is undone */
      g_assert_cmpuint(capture->texts->len, ==, same ? 1 : 0);
      g_assert_cmpuint(reject_bytes(capture) > 0, ==, !same);
    }
  }
}

/* ---- published captures ---- */

typedef struct {
  const char *file;
  guint texts, rejects;
  gboolean whole;
  const char *note;
} Published;

#define INSIDE "begins inside a session"
#define BARE "record text without frames"

static const Published PUBLISHED[] = {
    {"abbott_afinion2.txt", 1, 0, TRUE, INSIDE},
    {"cobas_c111.txt", 1, 0, TRUE, INSIDE},
    {"genexpert.txt", 1, 0, TRUE, INSIDE},
    {"sysmex_xn550.txt", 1, 0, TRUE, INSIDE},
    {"mini_vidas.txt", 0, 1, FALSE, "not of this protocol: fields behind RS"},
    {"spotchem_el.txt", 0, 1, FALSE, "not of this protocol: text between STX and ETX"},
    {"tier1-host-query-request.astm", 1, 0, TRUE, BARE},
    {"tier1-host-query-response.astm", 1, 0, TRUE, BARE},
    {"tier1-identity-comments.astm", 1, 0, TRUE, BARE},
    {"tier1-minimal.astm", 1, 0, TRUE, BARE},
    {"tier1-result.astm", 1, 0, TRUE, BARE},
    {"tier2-escaped-delimiter.astm", 1, 0, TRUE, BARE},
    {"tier2-host-query-status.astm", 1, 0, TRUE, BARE},
    {"tier2-manufacturer-qc.astm", 1, 0, TRUE, BARE},
    {"tier2-partial-timestamp.astm", 1, 0, TRUE, BARE},
    {"tier2-profile-unknown-escape.astm", 1, 0, TRUE, BARE},
    {"tier2-result-semantics.astm", 1, 0, TRUE, BARE},
};

static char *published_path(const char *file) {
  const char *shared = g_getenv("LIMS_SHARED");
  return g_build_filename(shared ? shared : "../shared", "captures", "astm", file, NULL);
}

static void test_published(gconstpointer data) {
  const Published *row = data;
  g_autofree char *path = published_path(row->file), *bytes = NULL;
  gsize size;
  if (!g_file_get_contents(path, &bytes, &size, NULL)) {
    g_test_skip("the published captures are not here: set LIMS_SHARED");
    return;
  }
  g_autoptr(LimsAstmCapture) capture = lims_astm_capture_read((const guint8 *)bytes, size);
  g_assert_cmpuint(capture->texts->len, ==, row->texts);
  g_assert_cmpuint(capture->rejects->len, ==, row->rejects);
  g_assert_true(g_str_has_prefix(capture->notes->pdata[0], row->note));
  for (guint i = 0; i < capture->texts->len; i++) {
    gsize text_size;
    const guint8 *text = g_bytes_get_data(capture->texts->pdata[i], &text_size);
    g_assert_true(lims_astm_text_is_whole(text, text_size));
    g_assert_cmpint(text[text_size - 1], ==, '\r');
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(CAPTURES); i++)
    g_test_add_data_func(CAPTURES[i].path, &CAPTURES[i], test_capture);
  g_test_add_func("/astm/capture/cut-everywhere", test_cut_everywhere);
  g_test_add_func("/astm/capture/damaged-everywhere", test_damaged_everywhere);
  for (guint i = 0; i < G_N_ELEMENTS(PUBLISHED); i++) {
    g_autofree char *path = g_strconcat("/astm/capture/published/", PUBLISHED[i].file, NULL);
    g_test_add_data_func(path, &PUBLISHED[i], test_published);
  }
  return g_test_run();
}
