/* The upper layer: records, fields, repeats, components, escapes, encodings. */
#include "instruments/protocol/astm-records.h"
#include "tests/instruments/helper-astm.h"
#include <string.h>

static GPtrArray *parse(const char *script, LimsEncoding encoding) {
  g_autoptr(GByteArray) bytes = helper_astm_bytes(script);
  return lims_astm_messages_parse(bytes->data, bytes->len, encoding);
}

/* "1:H[H][\^&] 2:P[P][1]", undecoded as "3?reason", messages apart by " // ". */
static void show_message(GString *out, const LimsAstmMessage *message) {
  for (guint i = 0; i < message->records->len; i++) {
    const LimsAstmRecord *record = message->records->pdata[i];
    g_string_append_printf(out, "%s%u:%c", out->len > 0 ? " " : "", record->number, record->type);
    for (guint n = 1; n <= record->fields->len; n++)
      g_string_append_printf(out, "[%s]", lims_astm_field(record, n));
  }
  for (guint i = 0; i < message->undecoded->len; i++) {
    const LimsUndecoded *undecoded = message->undecoded->pdata[i];
    g_string_append_printf(out, " %u?%.14s", undecoded->record, undecoded->reason);
  }
}

typedef struct {
  const char *path, *text, *shown;
  LimsEncoding encoding;
} Row;

static const Row ROWS[] = {
    {"/astm/records/plain", "H|\\^&<CR>P|1<CR>L|1|N<CR>", "1:H[H][\\^&] 2:P[P][1] 3:L[L][1][N]",
     LIMS_ENCODING_UTF8},
    {"/astm/records/last-cr-missing", "H|\\^&<CR>L|1", "1:H[H][\\^&] 2:L[L][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/trailing-null-fields", "H|\\^&<CR>P|1||<CR>L|1", "1:H[H][\\^&] 2:P[P][1][][] 3:L[L][1]",
     LIMS_ENCODING_UTF8},
    {"/astm/records/lower-case-types", "h|\\^&<CR>r|1|^^^Pb<CR>l|1",
     "1:H[h][\\^&] 2:R[r][1][^^^Pb] 3:L[l][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/other-delimiters", "H!~^%<CR>P!1!a|b<CR>L!1", "1:H[H][~^%] 2:P[P][1][a|b] 3:L[L][1]",
     LIMS_ENCODING_UTF8},
    {"/astm/records/two-messages-two-delimiters", "H|\\^&<CR>L|1<CR>H!~^%<CR>L!1<CR>",
     "1:H[H][\\^&] 2:L[L][1] // 1:H[H][~^%] 2:L[L][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/header-without-terminator-before", "H|\\^&<CR>P|1<CR>H|\\^&<CR>L|1",
     "1:H[H][\\^&] 2:P[P][1] // 1:H[H][\\^&] 2:L[L][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/before-the-header", "R|1<CR>H|\\^&<CR>L|1", "1:R[R][1] // 1:H[H][\\^&] 2:L[L][1]",
     LIMS_ENCODING_UTF8},
    {"/astm/records/behind-the-terminator", "H!\\^&<CR>L!1<CR>C|1", "1:H[H][\\^&] 2:L[L][1] // 1:C[C][1]",
     LIMS_ENCODING_UTF8},
    {"/astm/records/cr-lf-and-blank-lines", "H|\\^&<CR><LF>P|1<CR><LF><CR><LF> L|1<CR><LF>",
     "1:H[H][\\^&] 2:P[P][1] 3:L[L][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/trailing-blanks-stay", "H|\\^&<CR>O|1|CL-1     ^1 <CR>L|1",
     "1:H[H][\\^&] 2:O[O][1][CL-1     ^1 ] 3:L[L][1]", LIMS_ENCODING_UTF8},
    {"/astm/records/no-type", "H|\\^&<CR>12|x<CR>Pq|1<CR>L|1",
     "1:H[H][\\^&] 4:L[L][1] 2?no record type 3?no record type", LIMS_ENCODING_UTF8},
    {"/astm/records/header-cut", "H|<CR>P|1^2", "1:H[H][] 2:P[P][1^2]", LIMS_ENCODING_UTF8},
    {"/astm/records/empty", "", "", LIMS_ENCODING_UTF8},
    /* Trail bytes that look like \ | ^ ` are letters. */
    {"/astm/records/gb18030-trail-bytes", "H|\\^&<CR>O|1|<xB0><x5C><xB0><x7C><xB0><x5E><xB0><x60>|x<CR>L|1",
     "1:H[H][\\^&] 2:O[O][1][癨皘癪癭][x] 3:L[L][1]", LIMS_ENCODING_GB18030},
    {"/astm/records/gb18030-text", "H|\\^&<CR>O|1|<xCB><xAE><xB5><xBE>^1<CR>L|1",
     "1:H[H][\\^&] 2:O[O][1][水稻^1] 3:L[L][1]", LIMS_ENCODING_GB18030},
    /* A record that cannot be read must not leave its results to the order before it. */
    {"/astm/records/order-not-of-the-encoding", "H|\\^&<CR>O|1|A<CR>R|1|x|1<CR>O|2|<xFF><CR>R|1|x|2<CR>L|1",
     "1:H[H][\\^&] 2:O[O][1][A] 3:R[R][1][x][1] 4:O[O] 5:R[R][1][x][2] 6:L[L][1] 4?", LIMS_ENCODING_UTF8},
    {"/astm/records/result-not-of-the-encoding", "H|\\^&<CR>R|1|<xFF><CR>L|1", "1:H[H][\\^&] 3:L[L][1] 2?",
     LIMS_ENCODING_UTF8},
    {"/astm/records/header-not-of-the-encoding", "H!~^%!<xFF><CR>P!1<CR>L!1",
     "1:H[H][~^%] 2:P[P][1] 3:L[L][1] 1?", LIMS_ENCODING_UTF8},
    {"/astm/records/nul-byte", "H|\\^&<CR>P|<x00>1<CR>L|1", "1:H[H][\\^&] 2:P[P] 3:L[L][1] 2?",
     LIMS_ENCODING_UTF8},
};

static void test_records(gconstpointer data) {
  const Row *row = data;
  g_autoptr(GPtrArray) messages = parse(row->text, row->encoding);
  g_autoptr(GString) shown = g_string_new(NULL);
  for (guint i = 0; i < messages->len; i++) {
    g_autoptr(GString) one = g_string_new(NULL);
    show_message(one, messages->pdata[i]);
    g_string_append_printf(shown, "%s%s", i > 0 ? " // " : "", one->str);
  }
  if (g_str_has_suffix(row->shown, "?")) /* the decoder's own words follow */
    g_assert_true(g_str_has_prefix(shown->str, row->shown));
  else
    g_assert_cmpstr(shown->str, ==, row->shown);
}

static void test_absent(void) {
  g_autoptr(GPtrArray) messages = parse("H|\\^&<CR>R|1|a^b\\c^d|\"\"<CR>L|1", LIMS_ENCODING_UTF8);
  const LimsAstmMessage *message = messages->pdata[0];
  const LimsAstmRecord *record = message->records->pdata[1];
  static const struct {
    guint field, repeat, component;
    const char *text;
  } PARTS[] = {
      {0, 0, 0, ""},     {1, 0, 0, "R"}, {3, 0, 0, "a^b\\c^d"}, {3, 1, 0, "a^b"}, {3, 2, 0, "c^d"},
      {3, 3, 0, ""},     {3, 1, 1, "a"}, {3, 1, 2, "b"},        {3, 2, 1, "c"},   {3, 2, 3, ""},
      {4, 1, 1, "\"\""}, {5, 1, 1, ""},  {99, 1, 1, ""},
  };
  for (guint i = 0; i < G_N_ELEMENTS(PARTS); i++) {
    g_autofree char *text =
        lims_astm_component(message, record, PARTS[i].field, PARTS[i].repeat, PARTS[i].component, NULL);
    g_assert_cmpstr(text, ==, PARTS[i].text);
  }
  g_autofree char *delimiters = lims_astm_component(message, message->records->pdata[0], 2, 1, 1, NULL);
  g_assert_cmpstr(delimiters, ==, "\\^&");
}

static void test_backquote(void) {
  g_autoptr(GPtrArray) messages = parse("H|`^&<CR>Q|1|^1007149\\`1007152\\`^3<CR>L|1", LIMS_ENCODING_UTF8);
  const LimsAstmMessage *message = messages->pdata[0];
  const LimsAstmRecord *record = message->records->pdata[1];
  g_autofree char *first = lims_astm_component(message, record, 3, 1, 2, NULL);
  g_autofree char *second = lims_astm_component(message, record, 3, 2, 1, NULL);
  g_autofree char *third = lims_astm_component(message, record, 3, 3, 2, NULL);
  g_assert_cmpstr(first, ==, "1007149\\");
  g_assert_cmpstr(second, ==, "1007152\\");
  g_assert_cmpstr(third, ==, "3");
}

/* LIS02-A2 5.4.5.1 */
static void test_escapes(void) {
  static const struct {
    const char *sent, *text;
    gboolean unknown;
  } ESCAPES[] = {
      {"1&S&40", "1^40", FALSE},
      {"a&F&b&R&c&E&d", "a|b\\c&d", FALSE},
      {"&H&bold&N&", "bold", FALSE},
      {"&X41&", "A", FALSE},
      {"&XA&", "\n", FALSE},
      {"&X41420a&", "AB\n", FALSE},
      {"&X141&", "\001A", FALSE},
      {"&XE6B0B4&", "水", FALSE},
      {"&E&F&E&", "&F&", FALSE},
      {"&X00&", "&X00&", TRUE},
      {"&XFF&", "&XFF&", TRUE},
      {"&XG1&", "&XG1&", TRUE},
      {"&X&", "&X&", TRUE},
      {"mm&Z&L", "mm&Z&L", TRUE},
      {"&Z local, a&F&b", "&Z local, a&F&b", TRUE},
      {"&Q&&F&", "&Q&|", TRUE},
      {"salt & pepper", "salt & pepper", TRUE},
      {"salt & pepper &F& more", "salt & pepper | more", TRUE},
      {"&&", "&&", TRUE},
      {"end&", "end&", TRUE},
      {"", "", FALSE},
  };
  g_autoptr(GPtrArray) messages = parse("H|\\^&<CR>L|1", LIMS_ENCODING_UTF8);
  for (guint i = 0; i < G_N_ELEMENTS(ESCAPES); i++) {
    gboolean unknown = FALSE;
    g_autofree char *text = lims_astm_unescape(messages->pdata[0], ESCAPES[i].sent, &unknown);
    g_assert_cmpstr(text, ==, ESCAPES[i].text);
    g_assert_cmpint(unknown, ==, ESCAPES[i].unknown);
  }
}

static void test_escapes_in_the_encoding(void) {
  g_autoptr(GPtrArray) messages = parse("H!~^%<CR>R!1!%XCBAE%%F%%S%%R%%E%<CR>L!1", LIMS_ENCODING_GB18030);
  gboolean unknown = FALSE;
  const LimsAstmMessage *message = messages->pdata[0];
  g_autofree char *text = lims_astm_component(message, message->records->pdata[1], 3, 1, 1, &unknown);
  g_assert_cmpstr(text, ==, "水!^~%");
  g_assert_false(unknown);
}

/* Texts of frames joined as the line gives them: records split, CR missing, several in one. */
static void test_join(void) {
  static const char *const FRAMES[] = {"<STX>1H|\\^&<ETX>##<CR><LF>", "<STX>2P|1<CR>O|1|A^<ETB>##<CR><LF>",
                                       "<STX>3B|C|1<CR>R|1|x|<ETX>##<CR><LF>", "<STX>4L1|3<ETX>##<CR><LF>",
                                       "<STX>5L|1|N<ETX>##<CR><LF>"};
  g_autoptr(GPtrArray) frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  for (guint i = 0; i < G_N_ELEMENTS(FRAMES); i++)
    g_ptr_array_add(frames, g_byte_array_free_to_bytes(helper_astm_bytes(FRAMES[i])));
  g_autoptr(GByteArray) joined = lims_astm_frames_join(frames);
  g_autoptr(GBytes) bytes = g_bytes_new(joined->data, joined->len);
  g_autofree char *shown = helper_astm_show(bytes);
  g_assert_cmpstr(shown, ==, "H|\\^&<CR>P|1<CR>O|1|A^B|C|1<CR>R|1|x|L1|3<CR>L|1|N");
}

static void test_whole(void) {
  static const struct {
    const char *text;
    gboolean whole;
  } TEXTS[] = {
      {"H|\\^&\rL|1|N\r", TRUE}, {"H|\\^&\rL|1", TRUE}, {"H|\\^&\rL", TRUE},     {"H|\\^&\r", FALSE},
      {"H|\\^&\rLx", FALSE},     {"", FALSE},           {"H!\\^&\rL|1", FALSE},  {"H!\\^&\rL!1", TRUE},
      {"L|1\rC|1", FALSE},       {"L|1\r\n\r\n", TRUE}, {"h|\\^&\rl|1\r", TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(TEXTS); i++)
    g_assert_cmpint(lims_astm_text_is_whole((const guint8 *)TEXTS[i].text, strlen(TEXTS[i].text)), ==,
                    TEXTS[i].whole);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    g_test_add_data_func(ROWS[i].path, &ROWS[i], test_records);
  g_test_add_func("/astm/records/absent-parts", test_absent);
  g_test_add_func("/astm/records/backquote", test_backquote);
  g_test_add_func("/astm/records/escapes", test_escapes);
  g_test_add_func("/astm/records/escapes-in-the-encoding", test_escapes_in_the_encoding);
  g_test_add_func("/astm/frames-join", test_join);
  g_test_add_func("/astm/text-is-whole", test_whole);
  return g_test_run();
}
