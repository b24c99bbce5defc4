/* Text: strict decoding that names the byte, and one key for the many ways to write a name. */
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

#define BYTES(literal) (const guint8 *)(literal), sizeof(literal) - 1

static void test_names(void) {
  LimsEncoding encoding;

  for (int i = LIMS_ENCODING_UTF8; i <= LIMS_ENCODING_ASCII; i++) {
    g_assert_true(lims_encoding_parse(lims_encoding_name((LimsEncoding)i), &encoding));
    g_assert_cmpint(encoding, ==, i);
  }
  g_assert_true(lims_encoding_parse("GBK", &encoding) && encoding == LIMS_ENCODING_GB18030);
  g_assert_true(lims_encoding_parse("UTF8", &encoding) && encoding == LIMS_ENCODING_UTF8);
  g_assert_false(lims_encoding_parse("", &encoding));
  g_assert_false(lims_encoding_parse("utf-16", &encoding));
}

static void assert_decodes(const guint8 *bytes, gsize size, LimsEncoding encoding, const char *expected) {
  g_autoptr(GError) error = NULL;
  g_autofree char *text = lims_text_decode(bytes, size, encoding, &error);

  g_assert_no_error(error);
  g_assert_cmpstr(text, ==, expected);
}

static void test_decode(void) {
  assert_decodes(BYTES("\xe9\x95\x89 0.05"), LIMS_ENCODING_UTF8, "镉 0.05");
  assert_decodes(BYTES("\xef\xbf\xbd"), LIMS_ENCODING_UTF8, "\ufffd");
  assert_decodes(BYTES("\xb2\xa4\xb2\xcb,\xce\xb4\xbc\xec\xb3\xf6"), LIMS_ENCODING_GB18030, "菠菜,未检出");
  assert_decodes(BYTES("\x81\x30\x84\x36"), LIMS_ENCODING_GB18030,
                 "\xc2\xa5"); /* four bytes, one character */
  assert_decodes(BYTES("\xe6g/L \xf8"), LIMS_ENCODING_CP437, "µg/L °");
  assert_decodes(BYTES("\xb5g/L"), LIMS_ENCODING_LATIN1, "µg/L");
  assert_decodes(BYTES("plain\x02"), LIMS_ENCODING_ASCII, "plain\x02");
  assert_decodes(NULL, 0, LIMS_ENCODING_GB18030, "");
  assert_decodes(BYTES(""), LIMS_ENCODING_UTF8, "");
}

static void assert_refuses(const guint8 *bytes, gsize size, LimsEncoding encoding, const char *offset) {
  g_autoptr(GError) error = NULL;

  g_assert_null(lims_text_decode(bytes, size, encoding, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_nonnull(strstr(error->message, offset));
}

static void test_decode_refuses(void) {
  assert_refuses(BYTES("abc\xff"), LIMS_ENCODING_UTF8, "byte 3 ");
  assert_refuses(BYTES("ab\xe9\x95"), LIMS_ENCODING_UTF8, "byte 2 ");
  assert_refuses(BYTES("\xb2\xa4\xff\xff"), LIMS_ENCODING_GB18030, "byte 2 ");
  assert_refuses(BYTES("\xb2\xa4\xb2"), LIMS_ENCODING_GB18030, "byte 2 "); /* cut inside a character */
  assert_refuses(BYTES("a\xe9"), LIMS_ENCODING_ASCII, "byte 1 ");
  assert_refuses(BYTES("a\0b"), LIMS_ENCODING_UTF8, "NUL");
  assert_refuses(BYTES("ab\0"), LIMS_ENCODING_CP437, "byte 2 ");
}

/* Whatever the bytes, the answer is UTF-8 without NUL, or an error. */
static void test_decode_any_bytes(void) {
  for (int i = 0; i < 20000; i++) {
    guint8 bytes[16];
    gsize size = (gsize)g_test_rand_int_range(0, sizeof bytes + 1);
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    for (gsize j = 0; j < size; j++)
      bytes[j] = (guint8)g_test_rand_int_range(0, 256);
    text = lims_text_decode(bytes, size, (LimsEncoding)(i % 5), &error);
    g_assert_true((text != NULL) == (error == NULL));
    g_assert_true(!text || g_utf8_validate(text, -1, NULL));
  }
}

static void test_escape(void) {
  g_autofree char *text = lims_text_escape(BYTES("\x05"
                                                 "A ~\0\xff\r"));
  g_autofree char *nothing = lims_text_escape(NULL, 0);

  g_assert_cmpstr(text, ==, "\\x05A ~\\x00\\xFF\\x0D");
  g_assert_cmpstr(nothing, ==, "");
}

static void test_fold_same(void) {
  static const char *const PAIRS[][2] = {
      {"镉（以Cd计）", "镉(以Cd计)"},
      {"镉 (以 Cd 计)", "镉（以cd计）"},
      {"Ｃｄ", "cd"},
      {"  chlorpyrifos\t", "Chlorpyrifos"},
      {"苯并[a]芘", "苯并(a)芘"},
      {"苯并【a】芘", "苯并〔a〕芘"},
      {"2,4-滴", "2,4－滴"},
      {"2,4–滴", "2，4-滴"},
      {"lambda  cyhalothrin", "Lambda\u3000Cyhalothrin"},
      {"毒死蜱\u200b", "\ufeff毒死蜱"},
      {"a ( b ) c", "A(B)C"},
      {"Cd\r\n", "cd"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(PAIRS); i++) {
    g_autofree char *left = lims_text_fold(PAIRS[i][0]), *right = lims_text_fold(PAIRS[i][1]);
    g_autofree char *again = lims_text_fold(left);

    g_assert_cmpstr(left, ==, right);
    g_assert_cmpstr(left, ==, again);
  }
}

static void test_fold_apart(void) {
  static const char *const PAIRS[][2] = {
      {"镉", "铅"}, {"a b", "ab"}, {"总砷", "无机砷"}, {"甲胺磷", "乙酰甲胺磷"}, {"\xff\xfe", "\xff\xfd"},
  };

  for (guint i = 0; i < G_N_ELEMENTS(PAIRS); i++) {
    g_autofree char *left = lims_text_fold(PAIRS[i][0]), *right = lims_text_fold(PAIRS[i][1]);

    g_assert_cmpstr(left, !=, right);
  }
}

static void test_narrow(void) {
  static const char *const PAIRS[][2] = {
      {"≤５．０ｍｇ／ｋｇ", "≤5.0mg/kg"},
      {"＜０．１\u3000Ａ～Ｚ", "<0.1 A~Z"},
      {"！＿｀～", "!_`~"},
      {"。ｱ￥", "。ｱ￥"},
      {"\xef\xbc", "\xef\xbc"},
      {"\xef\xbd\xff", "\xef\xbd\xff"},
      {"10³", "10³"},
      {"", ""},
  };

  for (guint i = 0; i < G_N_ELEMENTS(PAIRS); i++) {
    g_autofree char *narrow = lims_text_narrow(PAIRS[i][0]);

    g_assert_cmpstr(narrow, ==, PAIRS[i][1]);
  }
}

static void test_fold_result(void) {
  g_autofree char *bracketed = lims_text_fold("镉（ 以 Cd 计 ）"), *empty = lims_text_fold(" \u3000 ");

  g_assert_cmpstr(bracketed, ==, "镉(以cd计)");
  g_assert_cmpstr(empty, ==, "");
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/text/encoding-names", test_names);
  g_test_add_func("/text/decode", test_decode);
  g_test_add_func("/text/decode/refuses", test_decode_refuses);
  g_test_add_func("/text/decode/any-bytes", test_decode_any_bytes);
  g_test_add_func("/text/escape", test_escape);
  g_test_add_func("/text/fold/same", test_fold_same);
  g_test_add_func("/text/fold/apart", test_fold_apart);
  g_test_add_func("/text/fold/narrow", test_narrow);
  g_test_add_func("/text/fold/result", test_fold_result);
  return g_test_run();
}
