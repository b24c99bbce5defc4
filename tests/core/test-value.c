/* Values: every word and form of the wire has its state, and what no rule knows is never a number. */
#include "lims/core/text.h"
#include "lims/core/value.h"

#include <string.h>

typedef struct {
  const char *printed;
  LimsValueState state;
  const char *number; /* NULL: none */
} Row;

static void assert_rows(const Row *rows, guint count, const LimsValueRules *rules) {
  for (guint i = 0; i < count; i++) {
    LimsValue value;
    g_autofree char *number = NULL,
                    *shown = lims_text_escape((const guint8 *)rows[i].printed, strlen(rows[i].printed));

    lims_value_read(&value, rows[i].printed, rules);
    number = value.has_number ? lims_decimal_to_string(value.number) : NULL;
    g_test_message("\"%s\" is %s %s", shown, lims_value_state_name(value.state), number ? number : "");
    g_assert_cmpint(value.state, ==, rows[i].state);
    g_assert_cmpstr(number, ==, rows[i].number);
    g_assert_cmpstr(value.printed, ==, rows[i].printed);
    lims_value_clear(&value);
    g_assert_null(value.printed);
  }
}

static void test_strict(void) {
  static const Row ROWS[] = {
      {"0.050", LIMS_VALUE_NUMBER, "0.050"},
      {" 12 ", LIMS_VALUE_NUMBER, "12"},
      {"-0.3", LIMS_VALUE_NUMBER, "-0.3"},
      {"1.2E-3", LIMS_VALUE_NUMBER, "0.0012"},
      {"208401.988", LIMS_VALUE_NUMBER, "208401.988"},
      {"<0.01", LIMS_VALUE_NOT_DETECTED, "0.01"},
      {"< 0.01", LIMS_VALUE_NOT_DETECTED, "0.01"},
      {">100", LIMS_VALUE_ABOVE_RANGE, "100"},
      {"<LOD", LIMS_VALUE_NOT_DETECTED, NULL},
      {"<lod", LIMS_VALUE_NOT_DETECTED, NULL},
      {"< LOQ", LIMS_VALUE_BELOW_LOQ, NULL},
      {"ND", LIMS_VALUE_NOT_DETECTED, NULL},
      {"n.d.", LIMS_VALUE_NOT_DETECTED, NULL},
      {"Not Detected", LIMS_VALUE_NOT_DETECTED, NULL},
      {"未检出", LIMS_VALUE_NOT_DETECTED, NULL},
      {"", LIMS_VALUE_NOT_RUN, NULL},
      {"   ", LIMS_VALUE_NOT_RUN, NULL},
      {"-----", LIMS_VALUE_NOT_RUN, NULL},
      {"---", LIMS_VALUE_NOT_RUN, NULL},
      {"over", LIMS_VALUE_ABOVE_RANGE, NULL},
      {"OverRange", LIMS_VALUE_ABOVE_RANGE, NULL},
      {">>>", LIMS_VALUE_ABOVE_RANGE, NULL},
      {"超量程", LIMS_VALUE_ABOVE_RANGE, NULL},
      {"FAIL", LIMS_VALUE_FAILED, NULL},
      {"failed", LIMS_VALUE_FAILED, NULL},
      {"Error", LIMS_VALUE_FAILED, NULL},
      {"Positive", LIMS_VALUE_POSITIVE, NULL},
      {"阳性", LIMS_VALUE_POSITIVE, NULL},
      {"negative", LIMS_VALUE_NEGATIVE, NULL},
      {"阴性", LIMS_VALUE_NEGATIVE, NULL},
  };

  assert_rows(ROWS, G_N_ELEMENTS(ROWS), NULL);
}

static void test_unreadable(void) {
  static const char *const BAD[] = {
      "0,035",     "208,401.988",
      "1.2.3",     "0x10",
      "nan",       "inf",
      "Infinity",  "1e999",
      "12abc",     "１２",
      "--",        "-",
      "<",         ">",
      "<>",        "<abc",
      "<<1",       ">=1",
      "<1,5",      "<-0.01",
      "1 000",     "NDX",
      "~5",        "5%",
      "\xff\xfe",  "12345678901234567890123456789012",
      "1,234,567", "-1e-999",
      "1..5",      ".",
      "+",         "e5",
  };

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++) {
    Row row = {BAD[i], LIMS_VALUE_UNREADABLE, NULL};

    assert_rows(&row, 1, NULL);
  }
}

static void test_decimal_comma(void) {
  static const Row ROWS[] = {
      {"0,035", LIMS_VALUE_NUMBER, "0.035"},  {"<0,01", LIMS_VALUE_NOT_DETECTED, "0.01"},
      {"0.035", LIMS_VALUE_UNREADABLE, NULL}, {"1,2,3", LIMS_VALUE_UNREADABLE, NULL},
      {"1,.5", LIMS_VALUE_UNREADABLE, NULL},  {"1,5E-2", LIMS_VALUE_NUMBER, "0.015"},
      {"12", LIMS_VALUE_NUMBER, "12"},
  };
  static const Row GROUPED[] = {
      {"208.401,988", LIMS_VALUE_NUMBER, "208401.988"},
      {"1.000", LIMS_VALUE_NUMBER, "1000"},
      {"0.035", LIMS_VALUE_UNREADABLE, NULL},
  };

  assert_rows(ROWS, G_N_ELEMENTS(ROWS), &(LimsValueRules){.decimal_mark = ','});
  assert_rows(GROUPED, G_N_ELEMENTS(GROUPED), &(LimsValueRules){.decimal_mark = ',', .group_mark = '.'});
}

static void test_groups(void) {
  static const Row ROWS[] = {
      {"208,401.988", LIMS_VALUE_NUMBER, "208401.988"}, {"1,234,567", LIMS_VALUE_NUMBER, "1234567"},
      {"-1,234", LIMS_VALUE_NUMBER, "-1234"},           {"1234.5", LIMS_VALUE_NUMBER, "1234.5"},
      {"0,035", LIMS_VALUE_UNREADABLE, NULL},           {"1,23", LIMS_VALUE_UNREADABLE, NULL},
      {"1234,567", LIMS_VALUE_UNREADABLE, NULL},        {",123", LIMS_VALUE_UNREADABLE, NULL},
      {"1,,234", LIMS_VALUE_UNREADABLE, NULL},          {"1,234,", LIMS_VALUE_UNREADABLE, NULL},
      {"1.234,5", LIMS_VALUE_UNREADABLE, NULL},         {"1,2345", LIMS_VALUE_UNREADABLE, NULL},
      {">1,000", LIMS_VALUE_ABOVE_RANGE, "1000"},       {"1,abc", LIMS_VALUE_UNREADABLE, NULL},
  };
  static const Row BLANKS[] = {
      {"208 401.988", LIMS_VALUE_NUMBER, "208401.988"},
      {"1 23", LIMS_VALUE_UNREADABLE, NULL},
  };

  assert_rows(ROWS, G_N_ELEMENTS(ROWS), &(LimsValueRules){.group_mark = ','});
  assert_rows(BLANKS, G_N_ELEMENTS(BLANKS), &(LimsValueRules){.group_mark = ' '});
}

static void test_driver_words(void) {
  static const Row ROWS[] = {
      {"UDL", LIMS_VALUE_NOT_DETECTED, NULL},  {"over", LIMS_VALUE_FAILED, NULL},
      {"<0.01", LIMS_VALUE_BELOW_LOQ, "0.01"}, {"合格", LIMS_VALUE_NEGATIVE, NULL},
      {"-----", LIMS_VALUE_FAILED, NULL},      {"1", LIMS_VALUE_NUMBER, "1"},
  };
  g_autoptr(GHashTable) words = g_hash_table_new(g_str_hash, g_str_equal);

  g_hash_table_insert(words, (gpointer) "udl", GINT_TO_POINTER(LIMS_VALUE_NOT_DETECTED + 1));
  g_hash_table_insert(words, (gpointer) "over", GINT_TO_POINTER(LIMS_VALUE_FAILED + 1));
  g_hash_table_insert(words, (gpointer) "合格", GINT_TO_POINTER(LIMS_VALUE_NEGATIVE + 1));
  g_hash_table_insert(words, (gpointer) "-----", GINT_TO_POINTER(LIMS_VALUE_FAILED + 1));
  assert_rows(ROWS, G_N_ELEMENTS(ROWS), &(LimsValueRules){.less_than = LIMS_VALUE_BELOW_LOQ, .words = words});
}

static void test_nothing(void) {
  LimsValue value;

  lims_value_read(&value, NULL, NULL);
  g_assert_cmpstr(value.printed, ==, "");
  g_assert_cmpint(value.state, ==, LIMS_VALUE_NOT_RUN);
  lims_value_clear(&value);
}

/* Any text of these characters ends in some state, and a number only if a decimal can be read from it. */
static void test_random_text(void) {
  static const char ALPHABET[] = "0123456789.,<>-+eE xND\t'";

  for (int i = 0; i < 20000; i++) {
    char text[12];
    guint length = (guint)g_test_rand_int_range(0, sizeof text);
    LimsValue value;
    LimsDecimal number;

    for (guint j = 0; j < length; j++)
      text[j] = ALPHABET[g_test_rand_int_range(0, sizeof ALPHABET - 1)];
    text[MIN(length, sizeof text - 1)] = '\0';
    lims_value_read(&value, text, NULL);
    if (value.state == LIMS_VALUE_NUMBER)
      g_assert_true(value.has_number && lims_decimal_parse(g_strstrip(text), &number));
    lims_value_clear(&value);
  }
}

static void test_state_names(void) {
  LimsValueState state;

  for (int i = LIMS_VALUE_NUMBER; i <= LIMS_VALUE_UNREADABLE; i++) {
    g_assert_true(lims_value_state_parse(lims_value_state_name((LimsValueState)i), &state));
    g_assert_cmpint(state, ==, i);
  }
  g_assert_cmpstr(lims_value_state_name(LIMS_VALUE_BELOW_LOQ), ==, "below-loq");
  g_assert_false(lims_value_state_parse("Number", &state));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/value/strict", test_strict);
  g_test_add_func("/value/unreadable", test_unreadable);
  g_test_add_func("/value/decimal-comma", test_decimal_comma);
  g_test_add_func("/value/groups", test_groups);
  g_test_add_func("/value/driver-words", test_driver_words);
  g_test_add_func("/value/nothing", test_nothing);
  g_test_add_func("/value/random-text", test_random_text);
  g_test_add_func("/value/state-names", test_state_names);
  return g_test_run();
}
