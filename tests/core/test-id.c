/* Ids: rising whatever the clock does, with the laboratory readable in them. */
#include "lims/core/id.h"

#define MOMENT_US G_GINT64_CONSTANT(1795483800123456)
#define MOMENT_MS (MOMENT_US / 1000 - G_GINT64_CONSTANT(1577836800000)) /* since 2020-01-01 */

static void test_parts(void) {
  LimsIdSource source = {0};
  gint64 id = lims_id_next(&source, 4095, MOMENT_US);

  g_assert_cmpint(id, >, 0);
  g_assert_cmpuint(lims_id_lab(id), ==, 4095);
  g_assert_cmpint(id >> 22, ==, MOMENT_MS);
  g_assert_cmpint(source.last, ==, id);
}

static void test_rises(void) {
  LimsIdSource source = {0};
  gint64 clock_us = MOMENT_US, previous = 0;

  for (int i = 0; i < 20000; i++) {
    guint lab = (guint)g_test_rand_int_range(0, 4096);
    gint64 id = lims_id_next(&source, lab, clock_us);

    g_assert_cmpint(id, >, previous);
    g_assert_cmpuint(lims_id_lab(id), ==, lab);
    previous = id;
    clock_us += g_test_rand_int_range(-3000000, 3000001);
  }
}

static void test_same_millisecond(void) {
  LimsIdSource source = {0};
  gint64 first = lims_id_next(&source, 7, MOMENT_US), id = first;

  for (int i = 1; i < 1024; i++)
    id = lims_id_next(&source, 7, MOMENT_US);
  g_assert_cmpint(id, ==, first + 1023);
  id = lims_id_next(&source, 7, MOMENT_US); /* the counter is used up: from the next millisecond */
  g_assert_cmpint(id >> 22, ==, MOMENT_MS + 1);
  g_assert_cmpuint(lims_id_lab(id), ==, 7);
}

static void test_clock_jumps_back(void) {
  LimsIdSource source = {0};
  gint64 first = lims_id_next(&source, 1, MOMENT_US);

  g_assert_cmpint(lims_id_next(&source, 1, MOMENT_US - G_GINT64_CONSTANT(86400000000)), ==, first + 1);
  g_assert_cmpint(lims_id_next(&source, 1, 0), ==, first + 2);
  g_assert_cmpint(lims_id_next(&(LimsIdSource){0}, 1, G_MININT64), >, 0);
}

static void test_parse(void) {
  static const char *const BAD[] = {"",    "0", "-1", "+1", " 1", "1 ", "1x", "0x1", "9223372036854775808",
                                    "1e3", "一"};
  gint64 id = 0;

  for (guint i = 0; i < G_N_ELEMENTS(BAD); i++)
    if (lims_id_parse(BAD[i], &id))
      g_error("accepted \"%s\"", BAD[i]);
  g_assert_true(lims_id_parse("9223372036854775807", &id));
  g_assert_cmpint(id, ==, G_MAXINT64);
}

static void test_uuid(void) {
  g_autofree char *one = lims_id_new_uuid(), *two = lims_id_new_uuid();

  g_assert_true(g_uuid_string_is_valid(one));
  g_assert_cmpstr(one, !=, two);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/id/parts", test_parts);
  g_test_add_func("/id/rises", test_rises);
  g_test_add_func("/id/same-millisecond", test_same_millisecond);
  g_test_add_func("/id/clock-jumps-back", test_clock_jumps_back);
  g_test_add_func("/id/parse", test_parse);
  g_test_add_func("/id/uuid", test_uuid);
  return g_test_run();
}
