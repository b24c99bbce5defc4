/* Molar masses: sums of IUPAC's weights worked by hand, values of the literature, what is refused. */
#include "lims/judge/molar.h"
#include "lims/core/error.h"

#include <string.h>

static void check_mass(const char *formula, const char *expected) {
  GError *error = NULL;
  LimsDecimal mass, wanted;
  g_autofree char *text = NULL;

  lims_molar_mass(formula, &mass, &error);
  g_assert_no_error(error);
  g_assert_true(lims_decimal_parse(expected, &wanted));
  text = lims_decimal_to_string(mass);
  if (lims_decimal_compare(mass, wanted) != 0)
    g_error("%s: %s, not %s", formula, text, expected);
}

/* Exact. 12 × 12.011 + 15 × 1.008 + 14.007 + 3 × 15.999 = 144.132 + 15.120 + 14.007 + 47.997 */
static void test_exact(void) {
  check_mass("C12H15NO3", "221.256");
  check_mass("H2O", "18.015");
  check_mass("Ca(OH)2", "74.092");      /* 40.078 + 2 × 17.007 */
  check_mass("Fe2(SO4)3", "399.858");   /* 2 × 55.845 + 3 × (32.06 + 63.996) */
  check_mass("(NH4)2HPO4", "132.056");  /* 2 × 18.039 + 1.008 + 30.974 + 63.996 */
  check_mass("K4(Fe(CN)6)", "368.345"); /* brackets in one another; 156.392 + 55.845 + 6 × 26.018 */
  check_mass("Co", "58.933");           /* cobalt, not carbon monoxide */
  check_mass("CO", "28.010");
  check_mass("As2O3", "197.841");
  check_mass("CH3Hg", "215.625");
  check_mass("(O)(O)(O)(O)(O)(O)", "95.994"); /* brackets beside one another are not deep */
}

/* As printed to two places in The Pesticide Manual and PubChem; within 0.02, which is what their older atomic
 * weights change. */
static const struct {
  const char *formula, *mass;
} LITERATURE[] = {
    {"C12H15NO3", "221.26"},      /* carbofuran */
    {"C12H15NO4", "237.25"},      /* 3-hydroxycarbofuran */
    {"C7H14N2O2S", "190.26"},     /* aldicarb */
    {"C7H17O2PS3", "260.38"},     /* phorate */
    {"C12H4Cl2F6N4OS", "437.15"}, /* fipronil */
    {"C14H18N4O3", "290.32"},     /* benomyl */
    {"C9H9N3O2", "191.19"},       /* carbendazim */
    {"C9H10ClN5O2", "255.66"},    /* imidacloprid */
    {"C14H9Cl5", "354.49"},       /* DDT */
    {"C6H6Cl6", "290.83"},        /* HCH */
    {"C9H11Cl3NO3PS", "350.59"},  /* chlorpyrifos */
    {"C20H12", "252.31"},         /* benzo[a]pyrene */
};

static void test_literature(void) {
  for (guint i = 0; i < G_N_ELEMENTS(LITERATURE); i++) {
    LimsDecimal mass, printed, difference, most = {2, -2};

    g_assert_true(lims_molar_mass(LITERATURE[i].formula, &mass, NULL));
    g_assert_true(lims_decimal_parse(LITERATURE[i].mass, &printed));
    printed.coefficient = -printed.coefficient;
    g_assert_true(lims_decimal_add(mass, printed, &difference));
    difference.coefficient = ABS(difference.coefficient);
    if (lims_decimal_compare(difference, most) > 0)
      g_error("%s is not %s", LITERATURE[i].formula, LITERATURE[i].mass);
  }
}

static const struct {
  const char *formula, *said;
} REFUSED[] = {
    {"", "character 1: an element must stand here"},
    {"c12", "character 1: an element must stand here"},
    {"12C", "character 1: an element must stand here"},
    {"C12H15Xx", "character 7: no element of the table"},
    {"Og2", "character 1: no element of the table"},
    {"CarbofuranO2", "character 1: no element of the table"},
    {"C0", "character 2: a count of 1 to 999"},
    {"C01", "character 2: a count of 1 to 999"},
    {"C1000", "character 2: a count of 1 to 999"},
    {"Ca(OH2", "character 3: this bracket is not closed"},
    {"Ca()2", "character 4: an element must stand here"},
    {"CaOH)2", "character 5: an element, a count or a bracket must stand here"},
    {"C12 H15", "character 4: an element, a count or a bracket must stand here"},
    {"CuSO4·5H2O", "character 6: an element, a count or a bracket must stand here"},
    {"Ｃ12", "character 1: an element must stand here"},
    {"C2\xff", "character 3: an element, a count or a bracket must stand here"},
    {"(((((C)))))", "character 5: too many brackets in one another"},
};

static void test_refused(void) {
  for (guint i = 0; i < G_N_ELEMENTS(REFUSED); i++) {
    g_autoptr(GError) error = NULL;
    LimsDecimal mass = {77, 0};

    if (lims_molar_mass(REFUSED[i].formula, &mass, &error))
      g_error("“%s” was accepted", REFUSED[i].formula);
    g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
    g_assert_true(mass.coefficient == 77);
    if (!strstr(error->message, REFUSED[i].said))
      g_error("“%s”: “%s” does not say “%s”", REFUSED[i].formula, error->message, REFUSED[i].said);
  }
}

/* A mass that no 64 bits hold is refused, not wrapped. */
static void test_too_large(void) {
  g_autoptr(GError) error = NULL;
  LimsDecimal mass;

  g_assert_false(lims_molar_mass("((((Pb999)999)999)999)999", &mass, &error));
  g_assert_nonnull(strstr(error->message, "the mass is too large"));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/molar/exact", test_exact);
  g_test_add_func("/molar/literature", test_literature);
  g_test_add_func("/molar/refused", test_refused);
  g_test_add_func("/molar/too-large", test_too_large);
  return g_test_run();
}
