/* What is known of a sample besides its values.
 *
 * A person types it beside the sample, in Chinese or in the words of the table, and it chooses the limit: a
 * pH of 55 for 5.5, a moisture of 100 %, a land use that no band has would judge a field by the wrong row or
 * divide by nothing. So a number must be exact and lie in the range that its fact can have, and a word must
 * be one of few; nothing is guessed from what is left.
 */
#include "lims/judge/facts.h"
#include "lims/core/error.h"
#include "lims/core/text.h"

#include <string.h>

/* What a number may be. */
typedef struct {
  const char *words;
  LimsDecimal low, high;      /* high zero: no upper end */
  gboolean low_out, high_out; /* the end itself is not in it */
} Range;

static const Range PH = {"from 0 to 14", {0, 0}, {14, 0}};
static const Range MOISTURE = {"from 0 to below 100", {0, 0}, {100, 0}, .high_out = TRUE};
static const Range FAT = {"above 0, to 100", {0, 0}, {100, 0}, .low_out = TRUE};
static const Range FACTOR = {"of at least 1", {1, 0}};

typedef struct {
  const char *name, *help;
  const char *choices; /* of a word */
  const Range *range;  /* of a number */
} Fact;

static const Fact FACTS[] = {
    [LIMS_FACT_PH] = {"ph", "pH of the soil", NULL, &PH},
    [LIMS_FACT_LAND_USE] = {"land-use", "what the land is used for (GB 15618-2018)", "paddy|other|orchard"},
    [LIMS_FACT_CROP] = {"crop", "what the water is for (GB 5084-2021)",
                        "paddy|dryland|cooked-vegetables|raw-vegetables"},
    [LIMS_FACT_MOISTURE] = {"moisture", "moisture of the sample as taken, %", NULL, &MOISTURE},
    [LIMS_FACT_FRESH_MOISTURE] = {"fresh-moisture", "moisture of the food before it was dried, %", NULL,
                                  &MOISTURE},
    [LIMS_FACT_DEHYDRATION_FACTOR] = {"dehydration-factor",
                                      "mass of the fresh food over that of the dried (GB 2762, 3.5)", NULL,
                                      &FACTOR},
    [LIMS_FACT_FAT] = {"fat", "fat of the sample as taken, %", NULL, &FAT},
    [LIMS_FACT_PART] = {"part", "what of it was measured", "as-sold|brown-rice|viscera-removed"},
    [LIMS_FACT_STATE] = {"state", "the state in which it was measured", "fresh|dried|solid|liquid"},
    [LIMS_FACT_PACKING] = {"packing", "what it is packed in", "tin-plate|other"},
    [LIMS_FACT_HYDROLYSED_PROTEIN] = {"hydrolysed-protein",
                                      "whether acid-hydrolysed vegetable protein was added", "yes|no"},
    [LIMS_FACT_PREDATORY] = {"predatory", "whether the fish is a predatory one", "yes|no"},
};

/* The choices one by one, with the names that people write for them. */
static const struct {
  LimsFact fact;
  const char *word, *names; /* separated by '|' */
} WORDS[] = {
    {LIMS_FACT_LAND_USE, "paddy", "水田"},
    {LIMS_FACT_LAND_USE, "other", "其他|其他农用地|旱地"},
    {LIMS_FACT_LAND_USE, "orchard", "果园"},
    {LIMS_FACT_CROP, "paddy", "水田作物|水作"},
    {LIMS_FACT_CROP, "dryland", "旱地作物|旱作"},
    {LIMS_FACT_CROP, "cooked-vegetables", "加工、烹调及去皮蔬菜"},
    {LIMS_FACT_CROP, "raw-vegetables", "生食类蔬菜、瓜类和草本水果|生食类蔬菜"},
    {LIMS_FACT_PART, "as-sold", "原样"},
    {LIMS_FACT_PART, "brown-rice", "糙米"},
    {LIMS_FACT_PART, "viscera-removed", "去除内脏|去内脏"},
    {LIMS_FACT_STATE, "fresh", "鲜|新鲜"},
    {LIMS_FACT_STATE, "dried", "干|干制"},
    {LIMS_FACT_STATE, "solid", "固态|固体"},
    {LIMS_FACT_STATE, "liquid", "液态|液体"},
    {LIMS_FACT_PACKING, "tin-plate", "镀锡薄钢板|镀锡薄板|马口铁"},
    {LIMS_FACT_PACKING, "other", "其他"},
    {LIMS_FACT_HYDROLYSED_PROTEIN, "yes", "是"},
    {LIMS_FACT_HYDROLYSED_PROTEIN, "no", "否"},
    {LIMS_FACT_PREDATORY, "yes", "是|肉食性"},
    {LIMS_FACT_PREDATORY, "no", "否|非肉食性"},
};

const char *lims_fact_name(LimsFact fact) {
  return FACTS[fact].name;
}

const char *lims_fact_help(LimsFact fact) {
  return FACTS[fact].help;
}

const char *lims_fact_choices(LimsFact fact) {
  return FACTS[fact].choices;
}

gboolean lims_fact_find(const char *name, LimsFact *out) {
  for (guint i = 0; i < G_N_ELEMENTS(FACTS); i++)
    if (g_ascii_strcasecmp(FACTS[i].name, name) == 0) {
      *out = (LimsFact)i;
      return TRUE;
    }
  return FALSE;
}

/* ---- setting ---- */

static gboolean is_in_range(const Range *range, LimsDecimal number) {
  int low = lims_decimal_compare(number, range->low), high = lims_decimal_compare(number, range->high);

  if (low < 0 || (low == 0 && range->low_out))
    return FALSE;
  return lims_decimal_is_zero(range->high) || high < 0 || (high == 0 && !range->high_out);
}

static gboolean is_named(const char *names, const char *folded) {
  g_auto(GStrv) all = g_strsplit(names, "|", -1);

  for (char **name = all; *name; name++) {
    g_autofree char *own = lims_text_fold(*name);

    if (strcmp(own, folded) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The choice that the text names; NULL if it names none. */
static const char *find_word(LimsFact fact, const char *text) {
  g_autofree char *folded = lims_text_fold(text);

  for (guint i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (WORDS[i].fact == fact && (strcmp(WORDS[i].word, folded) == 0 || is_named(WORDS[i].names, folded)))
      return WORDS[i].word;
  return NULL;
}

static gboolean set_number(const Fact *fact, const char *text, LimsFactValue *out, GError **error) {
  g_autofree char *plain = g_strstrip(lims_text_narrow(text));
  LimsDecimal number;

  if (lims_decimal_parse(plain, &number) && is_in_range(fact->range, number)) {
    *out = (LimsFactValue){.known = TRUE, .number = number};
    return TRUE;
  }
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be a number %s (%s)", fact->name, text,
              fact->range->words, fact->help);
  return FALSE;
}

static gboolean set_word(LimsFact fact, const char *text, LimsFactValue *out, GError **error) {
  const char *word = find_word(fact, text);

  if (word) {
    *out = (LimsFactValue){.known = TRUE, .word = word};
    return TRUE;
  }
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be one of %s (%s)", FACTS[fact].name,
              text, FACTS[fact].choices, FACTS[fact].help);
  return FALSE;
}

gboolean lims_facts_set(LimsFacts *facts, LimsFact fact, const char *text, GError **error) {
  return FACTS[fact].choices ? set_word(fact, text, &facts->values[fact], error)
                             : set_number(&FACTS[fact], text, &facts->values[fact], error);
}
