/* Facts of a sample: what is taken, and what must be refused because a limit would be chosen by it. */
#include "lims/judge/facts.h"
#include "lims/core/error.h"

#include <string.h>

#define INVALID NULL

static const struct {
  LimsFact fact;
  const char *text, *expected; /* the number as kept, or the choice */
} SETS[] = {
    {LIMS_FACT_PH, "0", "0"},
    {LIMS_FACT_PH, "5.50", "5.50"},
    {LIMS_FACT_PH, "14", "14"},
    {LIMS_FACT_PH, " ６．２ ", "6.2"},
    {LIMS_FACT_PH, "14.01", INVALID},
    {LIMS_FACT_PH, "-0.1", INVALID},
    {LIMS_FACT_PH, "6,2", INVALID},
    {LIMS_FACT_PH, "<6", INVALID},
    {LIMS_FACT_PH, "6.2 ?", INVALID},
    {LIMS_FACT_PH, "", INVALID},
    {LIMS_FACT_PH, "nan", INVALID},
    {LIMS_FACT_MOISTURE, "0", "0"},
    {LIMS_FACT_MOISTURE, "99.99", "99.99"},
    {LIMS_FACT_MOISTURE, "100", INVALID},
    {LIMS_FACT_MOISTURE, "100.0", INVALID},
    {LIMS_FACT_MOISTURE, "12 %", INVALID},
    {LIMS_FACT_FRESH_MOISTURE, "91.5", "91.5"},
    {LIMS_FACT_FRESH_MOISTURE, "100", INVALID},
    {LIMS_FACT_DEHYDRATION_FACTOR, "1", "1"},
    {LIMS_FACT_DEHYDRATION_FACTOR, "120.5", "120.5"},
    {LIMS_FACT_DEHYDRATION_FACTOR, "0.99", INVALID},
    {LIMS_FACT_DEHYDRATION_FACTOR, "0", INVALID},
    {LIMS_FACT_FAT, "0.01", "0.01"},
    {LIMS_FACT_FAT, "100", "100"},
    {LIMS_FACT_FAT, "0", INVALID},
    {LIMS_FACT_FAT, "0.0", INVALID},
    {LIMS_FACT_FAT, "100.1", INVALID},
    {LIMS_FACT_LAND_USE, "paddy", "paddy"},
    {LIMS_FACT_LAND_USE, " Paddy", "paddy"},
    {LIMS_FACT_LAND_USE, "水田", "paddy"},
    {LIMS_FACT_LAND_USE, "其他", "other"},
    {LIMS_FACT_LAND_USE, "旱地", "other"},
    {LIMS_FACT_LAND_USE, "果园", "orchard"},
    {LIMS_FACT_LAND_USE, "水旱轮作", INVALID}, /* which row holds is not ours to say */
    {LIMS_FACT_LAND_USE, "dryland", INVALID},  /* a crop's word */
    {LIMS_FACT_LAND_USE, "", INVALID},
    {LIMS_FACT_LAND_USE, "pad", INVALID},
    {LIMS_FACT_CROP, "旱地作物", "dryland"},
    {LIMS_FACT_CROP, "水作", "paddy"},
    {LIMS_FACT_CROP, "加工、烹调及去皮蔬菜", "cooked-vegetables"},
    {LIMS_FACT_CROP, "生食类蔬菜、瓜类和草本水果", "raw-vegetables"},
    {LIMS_FACT_CROP, "蔬菜", INVALID}, /* which of the two? */
    {LIMS_FACT_PART, "糙米", "brown-rice"},
    {LIMS_FACT_PART, "去除内脏", "viscera-removed"},
    {LIMS_FACT_PART, "as-sold", "as-sold"},
    {LIMS_FACT_STATE, "干制", "dried"},
    {LIMS_FACT_STATE, "液态", "liquid"},
    {LIMS_FACT_STATE, "solid", "solid"},
    {LIMS_FACT_PACKING, "马口铁", "tin-plate"},
    {LIMS_FACT_PACKING, "其他", "other"},
    {LIMS_FACT_PACKING, "tin plate", INVALID},
    {LIMS_FACT_HYDROLYSED_PROTEIN, "是", "yes"},
    {LIMS_FACT_HYDROLYSED_PROTEIN, "maybe", INVALID},
    {LIMS_FACT_PREDATORY, "非肉食性", "no"},
    {LIMS_FACT_PREDATORY, "肉食性", "yes"},
    {LIMS_FACT_PREDATORY, "1", INVALID},
};

static void check_set(LimsFact fact, const char *text, const char *expected) {
  g_autoptr(GError) error = NULL;
  LimsFacts facts = {0};
  const LimsFactValue *value = &facts.values[fact];

  g_test_message("%s '%s'", lims_fact_name(fact), text);
  g_assert_true(lims_facts_set(&facts, fact, text, &error));
  g_assert_no_error(error);
  g_assert_true(value->known);
  if (lims_fact_choices(fact)) {
    g_assert_cmpstr(value->word, ==, expected);
  } else {
    g_autofree char *number = lims_decimal_to_string(value->number);

    g_assert_null(value->word);
    g_assert_cmpstr(number, ==, expected);
  }
}

/* Refused, named, and nothing changed. */
static void check_refused(LimsFact fact, const char *text) {
  g_autoptr(GError) error = NULL;
  LimsFacts facts = {0};

  g_test_message("%s '%s'", lims_fact_name(fact), text);
  g_assert_false(lims_facts_set(&facts, fact, text, &error));
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  g_assert_true(g_str_has_prefix(error->message, lims_fact_name(fact)));
  if (lims_fact_choices(fact))
    g_assert_nonnull(strstr(error->message, lims_fact_choices(fact)));
  g_assert_false(facts.values[fact].known);
}

static void test_set(void) {
  for (guint i = 0; i < G_N_ELEMENTS(SETS); i++)
    if (SETS[i].expected)
      check_set(SETS[i].fact, SETS[i].text, SETS[i].expected);
    else
      check_refused(SETS[i].fact, SETS[i].text);
}

/* A refused value leaves the one before. */
static void test_again(void) {
  LimsFacts facts = {0};

  g_assert_true(lims_facts_set(&facts, LIMS_FACT_STATE, "dried", NULL));
  g_assert_false(lims_facts_set(&facts, LIMS_FACT_STATE, "wet", NULL));
  g_assert_cmpstr(facts.values[LIMS_FACT_STATE].word, ==, "dried");
  g_assert_true(lims_facts_set(&facts, LIMS_FACT_STATE, "鲜", NULL));
  g_assert_cmpstr(facts.values[LIMS_FACT_STATE].word, ==, "fresh");
  for (guint i = 0; i < LIMS_FACTS; i++)
    g_assert_true(facts.values[i].known == (i == LIMS_FACT_STATE));
}

static void test_names(void) {
  LimsFact found;

  for (guint i = 0; i < LIMS_FACTS; i++) {
    g_assert_true(lims_fact_find(lims_fact_name((LimsFact)i), &found));
    g_assert_cmpint(found, ==, i);
    g_assert_cmpuint(strlen(lims_fact_help((LimsFact)i)), >, 5);
  }
  g_assert_true(lims_fact_find("pH", &found));
  g_assert_cmpint(found, ==, LIMS_FACT_PH);
  g_assert_false(lims_fact_find("", &found));
  g_assert_false(lims_fact_find("land use", &found));
  g_assert_false(lims_fact_find("ph ", &found));
}

/* Every choice that a fact names can be set, and is given back as that word. */
static void test_choices(void) {
  guint numbers = 0;

  for (guint i = 0; i < LIMS_FACTS; i++) {
    const char *choices = lims_fact_choices((LimsFact)i);
    g_auto(GStrv) words = g_strsplit(choices ? choices : "", "|", -1);

    numbers += choices == NULL;
    for (char **word = words; *word; word++)
      check_set((LimsFact)i, *word, *word);
  }
  g_assert_cmpuint(numbers, ==, 5);
}

int main(int argc, char **argv) {
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/facts/set", test_set);
  g_test_add_func("/facts/again", test_again);
  g_test_add_func("/facts/names", test_names);
  g_test_add_func("/facts/choices", test_choices);
  return g_test_run();
}
