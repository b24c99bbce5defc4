/* The table behind lims_word. The English is the message that translators see. */
#include "reports/words.h"

#include <string.h>

static const struct {
  const char *code, *word;
} WORDS[] = {
    /* kinds of site */
    {"farm", N_("Farm")},
    {"market", N_("Market")},
    {"stall", N_("Market stall")},
    {"supermarket", N_("Supermarket")},
    {"school-canteen", N_("School canteen")},
    {"restaurant", N_("Restaurant")},
    {"workshop", N_("Workshop")},
    {"online-seller", N_("Online seller")},
    {"grain-store", N_("Grain store")},
    {"irrigation-point", N_("Irrigation point")},
    {"soil-point", N_("Soil point")},
    /* groups of commodities */
    {"vegetables", N_("Vegetables")},
    {"fruit", N_("Fruit")},
    {"cereals", N_("Cereals")},
    {"pulses", N_("Pulses")},
    {"mushrooms", N_("Mushrooms")},
    {"algae", N_("Algae")},
    {"nuts", N_("Nuts and seeds")},
    {"oils", N_("Oils and fats")},
    {"meat", N_("Meat")},
    {"aquatic", N_("Aquatic animals")},
    {"eggs", N_("Eggs")},
    {"dairy", N_("Dairy")},
    {"honey", N_("Honey")},
    {"condiments", N_("Condiments")},
    {"spices", N_("Spices")},
    {"tea", N_("Tea")},
    {"beverages", N_("Beverages")},
    {"medicinal", N_("Medicinal plants")},
    {"water", N_("Water")},
    {"soil", N_("Soil")},
    {"other", N_("Other foods")},
    /* verdicts */
    {"complies", N_("complies")},
    {"exceeds", N_("exceeds")},
    {"screening-positive", N_("screening positive")},
    {"undetermined", N_("undetermined")},
    /* why a verdict is what it is */
    {"at-or-below-limit", N_("At or below the limit")},
    {"above-limit", N_("Above the limit")},
    {"not-detected", N_("Not detected")},
    {"above-screening-value", N_("Above the risk screening value")},
    {"above-intervention-value", N_("Above the risk intervention value")},
    {"detected-though-banned", N_("Detected, though it must not be used")},
    {"detected-though-not-allowed", N_("Detected, though it must not be detected")},
    {"within-range", N_("Within the range allowed")},
    {"outside-range", N_("Outside the range allowed")},
    {"screen-negative", N_("Screen negative")},
    {"screen-positive", N_("Screen positive")},
    /* why a verdict is undetermined */
    {"no-commodity", N_("The commodity as registered is not in the catalogue")},
    {"no-membership", N_("The commodity has no place in the limit's food classes")},
    {"no-limit", N_("No limit is set for this commodity and analyte")},
    {"no-date", N_("The date that decides which limit applies is missing")},
    {"no-edition", N_("No edition of the standard was in force on that date")},
    {"needs-preparation", N_("A solution value waits for mass and volume")},
    {"bad-preparation", N_("Mass, volume or dilution cannot be right")},
    {"unit-mismatch", N_("The unit cannot be turned into the limit's unit")},
    {"lod-above-limit", N_("Not detected, but the detection limit lies above the limit")},
    {"lod-unknown", N_("Not detected, and the detection limit is not known")},
    {"above-range", N_("Above the measuring range, without a number")},
    {"negative", N_("Further below zero than the limit lies above it")},
    {"failed", N_("The analyzer says that the measurement failed")},
    {"not-run", N_("Asked for and not measured")},
    {"qualitative", N_("A word instead of a number")},
    {"unreadable", N_("A value that no rule reads")},
    {"below-loq-no-number", N_("Below the quantification limit, without a number")},
    {"residue-sum", N_("The limit is for a sum whose parts are not all here")},
    {"condition", N_("The limit has a condition that cannot be checked yet")},
    {"limit-not-numeric", N_("The limit is given in words")},
    {"replicates", N_("Replicates that make no mean: not all are numbers of one kind")},
    {"replicates-disagree", N_("Replicates differ by more than the method allows")},
    {"no-verdict-of-its-own", N_("It has no verdict of its own any more")},
    {"part-missing", N_("A component of the residue sum is missing")},
    {"species-asked", N_("The total lies above the limit of a species: determine the species")},
    {"within-guard-band", N_("Too close to the limit for the method's uncertainty")},
    {"sampling-plan", N_("The limit is a sampling plan of several units (n, c, m, M)")},
    {"needs-recovery", N_("The method asks for the recovery, which is missing")},
    {"needs-moisture", N_("The method asks for the moisture, which is missing")},
    {"uncertainty-unknown", N_("A guard band is asked for, and the uncertainty is not known")},
    {"factor-unknown", N_("A component of the residue sum has no known molar mass")},
    {"overflow", N_("Too many digits to calculate exactly")},
    {"editions-overlap", N_("Two editions were in force on that date")},
    {"limits-conflict", N_("Two limits apply equally")},
    /* what waits, and why results are held */
    {"pending", N_("Sample without a result")},
    {"held", N_("Held results")},
    {"voided", N_("Voided sample that exceeds")},
    {"incomplete", N_("The message was cut and no whole one followed")},
    {"unreadable-message", N_("A record that could not be decoded")},
    {"no-specimen", N_("A result without a specimen")},
    {"unregistered-specimen", N_("Nobody registered this sample")},
    {"void-sample", N_("The sample was voided")},
    {"unknown-code", N_("The driver knows no analyte for this test")},
    {"unknown-unit", N_("A unit that nobody knows")},
    {"unreadable-value", N_("A value that no rule reads")},
    {"possible-repeat", N_("Same specimen, test and time as before, other content")},
    /* what changed */
    {"new", N_("new exceedance")},
    {"withdrawn", N_("exceedance withdrawn")},
    {"corrected", N_("corrected")},
    /* which date chooses the edition */
    {"production", N_("production date")},
    {"purchase", N_("purchase date")},
    {"sampling", N_("sampling date")},
    /* kinds of limit */
    {"limit:maximum", N_("at most")},
    {"limit:minimum", N_("at least")},
    {"limit:range", N_("within")},
    {"limit:not-detected", N_("must not be detected")},
    {"limit:banned", N_("must not be used")},
    {"limit:other", N_("other")},
    /* laboratories and their budgets */
    {"lab:city", N_("city laboratory")},
    {"lab:county", N_("county laboratory")},
    {"budget-met", N_("at or above the floor")},
    {"budget-below", N_("below the floor")},
    {"budget-not-recorded", N_("no appropriation recorded")},
    /* limits */
    {"temporary", N_("temporary")},
    {"verify", N_("verify first")},
    {"reserved", N_("with reservations")},
    {"limit-changed", N_("no longer in the catalogue as it was used")},
    /* persons and standing */
    {"unattended", N_("unattended")},
    {"good", N_("good")},
    {"unconfirmed", N_("unconfirmed")},
    {"to be verified before use", N_("to be verified before use")},
    {"to be verified before use: the name of the compound is inferred",
     N_("to be verified before use: the name of the compound is inferred")},
    {"to be verified before use: whether this edition is in force is disputed",
     N_("to be verified before use: whether this edition is in force is disputed")},
    {"good but for dried meat products; amendment 1 not seen",
     N_("good but for dried meat products; amendment 1 not seen")},
};

const char *lims_word(LimsLanguage language, const char *code) {
  for (gsize i = 0; i < G_N_ELEMENTS(WORDS); i++)
    if (strcmp(WORDS[i].code, code) == 0)
      return lims_translate(language, WORDS[i].word);
  return code;
}

const char *lims_word_group(LimsLanguage language, const char *code) {
  return *code ? lims_word(language, code) : lims_translate(language, N_("not stated"));
}

const char *lims_word_limit(LimsLanguage language, const char *kind) {
  g_autofree char *code = g_strconcat("limit:", kind, NULL);
  const char *word = lims_word(language, code);

  return word == code ? kind : word;
}

/* What lims/judge says between its numbers. */
static const char *const PHRASES[] = {
    /* the rule */
    N_("simple acceptance"),
    N_("guard band"),
    N_(" of U = "),
    N_(", full value"),
    N_(", rounded value"),
    N_(", components not detected count as "),
    /* the steps */
    N_("mean of "),
    N_("; replicates "),
    N_(" % apart (allowed: "),
    N_("not measured"),
    N_(" (its molar mass is not known)"),
    N_("on dry weight"),
    N_("in the fat"),
    N_(": divided by "),
    N_("limit of the fresh food × "),
    N_(" (dehydration)"),
    N_("rounded to the limit's last place: "),
    N_(", judged as "),
};

struct LimsPhrases {
  const char *words[G_N_ELEMENTS(PHRASES)];
};

LimsPhrases *lims_phrases_new(LimsLanguage language) {
  LimsPhrases *phrases = g_new0(LimsPhrases, 1);

  for (gsize i = 0; i < G_N_ELEMENTS(PHRASES); i++)
    phrases->words[i] = lims_translate(language, PHRASES[i]);
  return phrases;
}

void lims_phrases_free(LimsPhrases *phrases) {
  g_free(phrases);
}

void lims_phrases_replace(const LimsPhrases *phrases, GString *text) {
  for (gsize i = 0; i < G_N_ELEMENTS(PHRASES); i++)
    if (phrases->words[i] != PHRASES[i] && strstr(text->str, PHRASES[i]))
      g_string_replace(text, PHRASES[i], phrases->words[i], 0);
}
