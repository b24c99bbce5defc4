/* Names of analytes with something beside them: the same again, or another thing. */
#include "lims/judge/match.h"

static LimsCatalogue *make_catalogue(void) {
  static const char *const analytes[][3] = {
      {"lead", "铅", "Lead"},
      {"total-arsenic", "总砷", ""},
      {"inorganic-arsenic", "无机砷", ""},
      {"total-mercury", "总汞", ""},
      {"methylmercury", "甲基汞", ""},
      {"nitrite", "亚硝酸盐", ""},
      {"carbofuran", "克百威", ""},
      {"chlorpyrifos", "毒死蜱", "Chlorpyrifos"},
  };
  static const char *const aliases[][2] = {{"Pb", "lead"}, {"As", "total-arsenic"}, {"汞", "total-mercury"}};
  LimsCatalogue *c = lims_catalogue_new();
  GError *error = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(analytes); i++)
    lims_catalogue_add_analyte(c, analytes[i][0], analytes[i][1], analytes[i][2], &error);
  for (guint i = 0; i < G_N_ELEMENTS(aliases); i++)
    lims_catalogue_add_analyte_alias(c, aliases[i][0], aliases[i][1], &error);
  lims_catalogue_seal(c, &error);
  g_assert_no_error(error);
  return c;
}

static void test_names(void) {
  static const struct {
    const char *name, *code; /* NULL: none, since it may be another thing */
  } rows[] = {
      {"铅", "lead"},
      {"铅Pb", "lead"},
      {"铅（Pb）", "lead"},
      {"铅(以Pb计)", "lead"},
      {"铅（以 Pb 计）", "lead"},
      {"毒死蜱残留量", "chlorpyrifos"},
      {"毒死蜱（Chlorpyrifos）", "chlorpyrifos"},
      {"毒死蜱（Chlorpyrifos）残留量", "chlorpyrifos"},
      {"克百威（以克百威及3-羟基克百威之和计）", "carbofuran"},
      {"克百威（以克百威表示）", "carbofuran"},
      {"汞(以甲基汞计)", NULL},
      {"汞（甲基汞）", NULL},
      {"无机砷(以As计)", NULL}, /* an alias of the catalogue says it where it is right */
      {"亚硝酸盐(以NO2-计)", NULL},
      {"铅As", NULL},
      {"铅(X)", NULL},
      {"毒死蜱（以乐果及氧乐果之和计）", NULL},
      {"残留量", NULL},
      {"(Pb)", NULL},
      {"铅()", NULL},
      {"", NULL},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_test_message("%s", rows[i].name);
    g_assert_cmpstr(lims_match_find_analyte(c, rows[i].name), ==, rows[i].code);
  }
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/match-analyte/names", test_names);
  return g_test_run();
}
