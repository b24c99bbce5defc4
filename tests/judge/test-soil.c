/* Soil and irrigation water through the judge, with the delivered sets: every band, its edges, each land use,
 * and what is not known of them.
 *
 * The figures are those of GB 15618-2018 tables 1 to 3, typed here a second time, and of GB 5084-2005 tables
 * 1 and 2 as config/catalogue/sets/gb5084-2021.csv has them. A band takes its upper end in: pH ≤ 5.5, 5.5 <
 * pH ≤ 6.5, 6.5 < pH ≤ 7.5, pH > 7.5. At the limit there is no risk; above the screening value up to the
 * intervention value there may be (above-screening-value), above that there is (above-intervention-value).
 */
#include "tests/judge/helper-catalogue.h"
#include "tests/judge/helper-delivered.h"
#include "tests/judge/helper-sample.h"

#include <string.h>

/* ---- the delivered sets ---- */

static const char *cell(const LimsCsv *csv, guint row, const char *heading) {
  return lims_csv_get(g_ptr_array_index(csv->rows, row), lims_csv_column(csv, heading));
}

static gint64 number(const char *text) {
  return g_ascii_strtoll(text, NULL, 10);
}

static void add_tree(LimsCatalogue *c, const char *tree, const char *file) {
  g_autoptr(LimsCsv) csv = read_delivered(file);
  GError *error = NULL;

  for (guint i = 0; i < csv->rows->len; i++) {
    g_autofree char *code = g_strdup_printf("%s-%s", tree, cell(csv, i, "id"));

    lims_catalogue_add_node(c, tree, number(cell(csv, i, "id")), number(cell(csv, i, "parent")),
                            cell(csv, i, "name"), &error);
    lims_catalogue_add_commodity(c, code, code, "", tree, &error);
    lims_catalogue_add_membership(c, code, tree, number(cell(csv, i, "id")), &error);
    g_assert_no_error(error);
  }
}

static void add_limit(LimsCatalogue *c, const char *set, const LimsCsv *csv, guint row) {
  const char *analyte = cell(csv, row, "analyte");
  GError *error = NULL;
  LimsLimit limit;

  if (!lims_catalogue_analyte_name(c, analyte))
    lims_catalogue_add_analyte(c, analyte, analyte, "", &error);
  if (!lims_limit_parse(cell(csv, row, "limit_text"), cell(csv, row, "unit"), &limit))
    limit.kind = LIMS_LIMIT_OTHER;
  limit.id = row;
  limit.node = number(cell(csv, row, "node"));
  limit.analyte = analyte;
  limit.conditions = cell(csv, row, "conditions");
  lims_catalogue_add_limit(c, set, &limit, &error);
  g_assert_no_error(error);
}

static void add_set(LimsCatalogue *c, const char *set, const char *tree, const char *file) {
  g_autoptr(LimsCsv) csv = read_delivered(file);
  GError *error = NULL;

  lims_catalogue_add_set(c,
                         &(LimsLimitSet){.set = set,
                                         .standard = set,
                                         .tree = tree,
                                         .from = 20210701,
                                         .date_rule = LIMS_DATE_SAMPLING,
                                         .standing = "good",
                                         .source = ""},
                         &error);
  g_assert_no_error(error);
  for (guint i = 0; i < csv->rows->len; i++)
    add_limit(c, set, csv, i);
}

/* Commodities: "soil-1" is farmland, "soil-2" a paddy field …: the tree and the node. */
static LimsCatalogue *make_catalogue(void) {
  LimsCatalogue *c = lims_catalogue_new();

  add_tree(c, "soil", "trees/soil.csv");
  add_tree(c, "water", "trees/irrigation.csv");
  add_set(c, "GB 15618-2018", "soil", "sets/gb15618-2018.csv");
  add_set(c, "GB 5084-2021", "water", "sets/gb5084-2021.csv");
  if (!lims_catalogue_analyte_name(c, "ph"))
    lims_catalogue_add_analyte(c, "ph", "pH", "", NULL);
  helper_seal(c);
  return c;
}

/* ---- GB 15618-2018 ---- */

#define BANDS 4

typedef struct {
  const char *analyte, *land_use; /* NULL: any */
  const char *screening[BANDS];
  const char *intervention[BANDS]; /* NULL: the standard has none */
} Row;

#define CADMIUM                                                                                              \
  { "1.5", "2.0", "3.0", "4.0" }
#define MERCURY                                                                                              \
  { "2.0", "2.5", "4.0", "6.0" }
#define ARSENIC                                                                                              \
  { "200", "150", "120", "100" }
#define LEAD                                                                                                 \
  { "400", "500", "700", "1000" }
#define CHROMIUM                                                                                             \
  { "800", "850", "1000", "1300" }

static const Row ROWS[] = {
    {"cadmium", "paddy", {"0.3", "0.4", "0.6", "0.8"}, CADMIUM},
    {"cadmium", "other", {"0.3", "0.3", "0.3", "0.6"}, CADMIUM},
    {"cadmium", "orchard", {"0.3", "0.3", "0.3", "0.6"}, CADMIUM},
    {"total-mercury", "paddy", {"0.5", "0.5", "0.6", "1.0"}, MERCURY},
    {"total-mercury", "other", {"1.3", "1.8", "2.4", "3.4"}, MERCURY},
    {"total-mercury", "orchard", {"1.3", "1.8", "2.4", "3.4"}, MERCURY},
    {"total-arsenic", "paddy", {"30", "30", "25", "20"}, ARSENIC},
    {"total-arsenic", "other", {"40", "40", "30", "25"}, ARSENIC},
    {"total-arsenic", "orchard", {"40", "40", "30", "25"}, ARSENIC},
    {"lead", "paddy", {"80", "100", "140", "240"}, LEAD},
    {"lead", "other", {"70", "90", "120", "170"}, LEAD},
    {"lead", "orchard", {"70", "90", "120", "170"}, LEAD},
    {"chromium", "paddy", {"250", "250", "300", "350"}, CHROMIUM},
    {"chromium", "other", {"150", "150", "200", "250"}, CHROMIUM},
    {"chromium", "orchard", {"150", "150", "200", "250"}, CHROMIUM},
    {"copper", "orchard", {"150", "150", "200", "200"}, {NULL}},
    {"copper", "other", {"50", "50", "100", "100"}, {NULL}},
    {"copper", "paddy", {"50", "50", "100", "100"}, {NULL}},
    {"nickel", NULL, {"60", "70", "100", "190"}, {NULL}},
    {"zinc", NULL, {"200", "200", "250", "300"}, {NULL}},
};

static const struct {
  const char *ph;
  guint band;
} EDGES[] = {
    {"0", 0},    {"4.2", 0},    {"5.5", 0}, {"5.500", 0},   {"5.500001", 1}, {"6", 1},  {"6.5", 1},
    {"6.51", 2}, {"7.4999", 2}, {"7.5", 2}, {"7.50001", 3}, {"9.1", 3},      {"14", 3},
};

static void judge(const LimsCatalogue *c, const char *commodity, const char *analyte, const char *value,
                  const char *unit, const char *facts, LimsVerdict *out) {
  g_autofree char *text = g_strdup_printf("%s %s %s", analyte, value, unit);
  g_autoptr(HelperSample) s = helper_sample_new(commodity, text, NULL, facts);

  helper_sample_judge(s, c, analyte, out);
}

static void expect(const LimsCatalogue *c, const char *commodity, const char *analyte, const char *value,
                   const char *facts, const char *code, const char *limit) {
  LimsVerdict out;

  judge(c, commodity, analyte, value, "mg/kg", facts, &out);
  if (strcmp(out.reason_code, code) != 0 ||
      lims_decimal_compare(out.limit->high, helper_decimal(limit)) != 0) {
    g_test_message("%s %s (%s): wanted %s by %s, got %s: %s", analyte, value, facts, code, limit,
                   out.reason_code, out.reason);
    g_test_fail();
  }
  lims_verdict_clear(&out);
}

/* The figure with one digit more: the least that is above it. */
static char *just_above(const char *limit) {
  return g_strconcat(limit, strchr(limit, '.') ? "01" : ".01", NULL);
}

static void check_edge(const LimsCatalogue *c, const Row *row, const char *ph, guint band) {
  const char *screening = row->screening[band], *intervention = row->intervention[band];
  g_autofree char *facts =
      row->land_use ? g_strdup_printf("ph=%s; land-use=%s", ph, row->land_use) : g_strdup_printf("ph=%s", ph);
  g_autofree char *above = just_above(screening);

  expect(c, "soil-1", row->analyte, screening, facts, "at-or-below-limit", screening);
  if (!intervention) {
    expect(c, "soil-1", row->analyte, above, facts, "above-limit", screening);
  } else {
    g_autofree char *far_above = just_above(intervention);

    expect(c, "soil-1", row->analyte, above, facts, "above-screening-value", screening);
    expect(c, "soil-1", row->analyte, intervention, facts, "above-screening-value", screening);
    expect(c, "soil-1", row->analyte, far_above, facts, "above-intervention-value", intervention);
  }
}

static void test_every_band(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++)
    for (guint e = 0; e < G_N_ELEMENTS(EDGES); e++)
      check_edge(c, &ROWS[i], EDGES[e].ph, EDGES[e].band);
}

/* Table 2 knows neither pH nor land use. */
static void test_organic(void) {
  static const struct {
    const char *analyte, *limit;
  } rows[] = {{"hch-bhc", "0.10"}, {"ddt", "0.10"}, {"benzo-a-pyrene", "0.55"}};
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *above = just_above(rows[i].limit);

    expect(c, "soil-1", rows[i].analyte, rows[i].limit, NULL, "at-or-below-limit", rows[i].limit);
    expect(c, "soil-1", rows[i].analyte, above, NULL, "above-limit", rows[i].limit);
  }
}

/* The strictest of the four bands, whichever end it lies at. */
static const char *strictest(const char *const *bands) {
  const char *found = bands[0];

  for (guint i = 1; i < BANDS; i++)
    if (lims_decimal_compare(helper_decimal(bands[i]), helper_decimal(found)) < 0)
      found = bands[i];
  return found;
}

static void test_ph_unknown(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(ROWS); i++) {
    const char *limit = strictest(ROWS[i].screening);
    g_autofree char *facts =
        ROWS[i].land_use ? g_strdup_printf("land-use=%s", ROWS[i].land_use) : g_strdup("");
    g_autofree char *above = just_above(limit);
    LimsVerdict out;

    expect(c, "soil-1", ROWS[i].analyte, limit, facts, "at-or-below-limit", limit);
    judge(c, "soil-1", ROWS[i].analyte, above, "mg/kg", facts, &out);
    g_assert_cmpint(out.kind, ==, LIMS_VERDICT_EXCEEDS);
    g_assert_cmpstr(out.limit->text, ==, limit);
    g_assert_nonnull(strstr(out.reason, "the pH is not known: the strictest band was used"));
    lims_verdict_clear(&out);
  }
}

/* Below the strictest of all it complies whatever the land is used for; above, somebody must say. */
static void test_land_use_unknown(void) {
  g_autoptr(LimsCatalogue) c = make_catalogue();

  expect(c, "soil-1", "cadmium", "0.3", "ph=6", "at-or-below-limit", "0.3");
  expect(c, "soil-1", "cadmium", "0.301", "ph=6", "condition", "0.3");
  expect(c, "soil-1", "cadmium", "0.4", "ph=6", "condition", "0.3");
  expect(c, "soil-1", "cadmium", "0.401", "ph=6", "above-screening-value", "0.4"); /* of any land */
  expect(c, "soil-1", "cadmium", "9", "ph=6", "above-intervention-value", "2.0");
  expect(c, "soil-1", "copper", "50", "ph=6", "at-or-below-limit", "50");
  expect(c, "soil-1", "copper", "51", "ph=6", "condition", "50");
  expect(c, "soil-1", "cadmium", "0.3", NULL, "at-or-below-limit", "0.3");
  expect(c, "soil-1", "cadmium", "0.31", NULL, "condition", "0.3");
  expect(c, "soil-1", "total-arsenic", "20", NULL, "at-or-below-limit", "20");
  expect(c, "soil-1", "total-arsenic", "20.1", NULL, "condition", "20");
  /* a name that says it: the class of paddy fields */
  expect(c, "soil-2", "cadmium", "0.4", "ph=6", "at-or-below-limit", "0.4");
  expect(c, "soil-2", "cadmium", "0.401", "ph=6", "above-screening-value", "0.4");
  expect(c, "soil-3", "cadmium", "0.301", "ph=6", "above-screening-value", "0.3");
}

/* The pH comes as a value of its own: a mean before its replicates, of two runs the one that is stricter for
 * the analyte, nothing that no soil has. */
static void test_ph_measured(void) {
  static const HelperCase arsenic[] = {
      {"total-arsenic 26 mg/kg; ph 6.5 pH", NULL, "land-use=paddy", "at-or-below-limit", NULL},
      {"total-arsenic 26 mg/kg; ph 6.6 pH", NULL, "land-use=paddy", "above-screening-value", NULL},
      {"total-arsenic 26 mg/kg; ph 6.4 pH; ph 6.6 pH", NULL, "land-use=paddy", "above-screening-value", NULL},
      {"total-arsenic 26 mg/kg; ph 6.6 pH; ph 6.4 pH", NULL, "land-use=paddy", "above-screening-value", NULL},
      {"total-arsenic 26 mg/kg; ph 6.4 pH run=2 rep=1; ph 6.6 pH run=2 rep=2", NULL, "land-use=paddy",
       "at-or-below-limit", NULL},
      {"total-arsenic 26 mg/kg; ph 6.4 pH run=2 rep=0; ph 6.8 pH run=2 rep=1; ph 6.0 pH run=2 rep=2", NULL,
       "land-use=paddy", "at-or-below-limit", NULL},
      {"total-arsenic 26 mg/kg; ph 6.6 pH", NULL, "land-use=paddy; ph=6.5", "at-or-below-limit", NULL},
      {"total-arsenic 26 mg/kg; ph 66 pH", NULL, "land-use=paddy", "above-screening-value", NULL,
       "the pH is not known"},
      {"total-arsenic 19 mg/kg; ph failed pH", NULL, "land-use=paddy", "at-or-below-limit", NULL,
       "the pH is not known"},
  };
  static const HelperCase cadmium[] = {
      {"cadmium 0.35 mg/kg; ph 5.6 pH; ph 6.6 pH", NULL, "land-use=paddy", "at-or-below-limit", NULL},
      {"cadmium 0.35 mg/kg; ph 5.4 pH; ph 6.6 pH", NULL, "land-use=paddy", "above-screening-value", NULL},
      {"cadmium 0.35 mg/kg; ph 6.6 pH; ph 5.4 pH", NULL, "land-use=paddy", "above-screening-value", NULL},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, "soil-1", "total-arsenic", NULL, arsenic, G_N_ELEMENTS(arsenic));
  helper_check_cases(c, "soil-1", "cadmium", NULL, cadmium, G_N_ELEMENTS(cadmium));
}

/* ---- GB 5084-2021 ---- */

static void test_crops(void) {
  static const struct {
    const char *analyte, *crop, *limit;
  } rows[] = {
      {"bod5", "paddy", "60"},
      {"bod5", "dryland", "100"},
      {"bod5", "cooked-vegetables", "40"},
      {"bod5", "raw-vegetables", "15"},
      {"cod", "paddy", "150"},
      {"cod", "dryland", "200"},
      {"cod", "cooked-vegetables", "100"},
      {"cod", "raw-vegetables", "60"},
      {"suspended-solids", "paddy", "80"},
      {"suspended-solids", "dryland", "100"},
      {"suspended-solids", "cooked-vegetables", "60"},
      {"suspended-solids", "raw-vegetables", "15"},
      {"total-arsenic", "paddy", "0.05"},
      {"total-arsenic", "dryland", "0.1"},
      {"total-arsenic", "raw-vegetables", "0.05"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  for (guint i = 0; i < G_N_ELEMENTS(rows); i++) {
    g_autofree char *facts = g_strdup_printf("crop=%s", rows[i].crop), *above = just_above(rows[i].limit);
    LimsVerdict at, over;

    judge(c, "water-1", rows[i].analyte, rows[i].limit, "mg/L", facts, &at);
    judge(c, "water-1", rows[i].analyte, above, "mg/L", facts, &over);
    g_assert_cmpstr(at.reason_code, ==, "at-or-below-limit");
    g_assert_cmpstr(at.limit->text, ==, rows[i].limit);
    g_assert_cmpstr(over.reason_code, ==, "above-limit");
    lims_verdict_clear(&at);
    lims_verdict_clear(&over);
  }
}

static void test_crop_unknown(void) {
  static const HelperCase cases[] = {
      {"bod5 15 mg/L", NULL, NULL, "at-or-below-limit", NULL, "the strictest of the limits that may hold"},
      {"bod5 15.1 mg/L", NULL, NULL, "condition", NULL, "which of several conditions"},
      {"bod5 100 mg/L", NULL, NULL, "condition", NULL},
      {"bod5 101 mg/L", NULL, NULL, "above-limit", NULL, "above every limit that may hold"},
  };
  g_autoptr(LimsCatalogue) c = make_catalogue();

  helper_check_cases(c, "water-1", "bod5", NULL, cases, G_N_ELEMENTS(cases));
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/judge/soil/every-band", test_every_band);
  g_test_add_func("/judge/soil/organic", test_organic);
  g_test_add_func("/judge/soil/ph-unknown", test_ph_unknown);
  g_test_add_func("/judge/soil/land-use-unknown", test_land_use_unknown);
  g_test_add_func("/judge/soil/ph-measured", test_ph_measured);
  g_test_add_func("/judge/water/crops", test_crops);
  g_test_add_func("/judge/water/crop-unknown", test_crop_unknown);
  return g_test_run();
}
