/* Reading residue definitions.
 *
 * What can go wrong is to take one component for the whole, or to count one twice or in the wrong terms. So
 * whatever stands before the colon and looks like a sum must keep the form to the letter; words that people
 * write about a sum belong behind the colon. Factors are molar masses only where one molecule of the
 * component makes one of the named compound, which is sure for a component of the sum and its parent alone:
 * where the named compound is none of the components (dithiocarbamates as CS2), every factor must be given.
 */
#include "lims/judge/residue.h"
#include "lims/core/error.h"
#include "lims/judge/molar.h"

#include <string.h>

#define PLUS " + "
#define AS ", as "

static const LimsFraction ONE = {1, 1};

void lims_residue_free(LimsResidue *residue) {
  if (!residue)
    return;
  g_free(residue->as);
  g_array_unref(residue->terms);
  g_free(residue);
}

static void term_clear(gpointer data) {
  g_free((char *)((LimsResidueTerm *)data)->analyte);
}

static LimsResidue *residue_new(void) {
  LimsResidue *residue = g_new0(LimsResidue, 1);

  residue->terms = g_array_new(FALSE, FALSE, sizeof(LimsResidueTerm));
  g_array_set_clear_func(residue->terms, term_clear);
  return residue;
}

/* ---- form ---- */

/* The part before the words. g_free. */
static char *head_of(const char *definition) {
  return g_strndup(definition, strcspn(definition, ":"));
}

/* The characters of an analyte's code at the beginning of `text`. */
static gsize code_size(const char *text) {
  return strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

static gboolean is_code(const char *text) {
  gsize size = code_size(text);

  return size > 0 && text[size] == '\0' && strcspn(text, "abcdefghijklmnopqrstuvwxyz") < size;
}

/* Also what was meant to be one: "a+b", "a + b", "2 a + b", "a, as b". */
static gboolean looks_like_sum(const char *head) {
  gsize number = strspn(head, "0123456789.");
  const char *behind = head;

  if (strstr(head, PLUS))
    return TRUE;
  if (number > 0 && head[number] == ' ')
    behind += number + 1;
  behind += code_size(behind);
  if (behind == head)
    return FALSE;
  return behind[strspn(behind, " ")] == '+' || g_str_has_prefix(behind, AS);
}

static gboolean refuse(GError **error, const char *head, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(GError **error, const char *head, const char *format, ...) {
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(
      error, LIMS_ERROR, LIMS_ERROR_INVALID,
      "residue definition “%s”: %s; a sum is written “a + b, as a: words” with codes of analytes, words "
      "behind the colon",
      head, what);
  return FALSE;
}

/* "0.93 b": the factor and what is behind it. A code may begin with digits, but not with digits and a blank.
 */
static gboolean read_factor(const char **text, LimsFraction *factor, gboolean *given) {
  g_autofree char *number = g_strndup(*text, strcspn(*text, " "));
  LimsDecimal value;

  *given = (*text)[strlen(number)] != '\0';
  if (!*given)
    return TRUE;
  if (!lims_decimal_parse(number, &value) || value.coefficient <= 0 ||
      !lims_fraction_from_decimal(value, factor))
    return FALSE;
  *text += strlen(number) + 1;
  return TRUE;
}

static gboolean take_term(LimsResidue *residue, const char *text, const char *head, GError **error) {
  const char *code = text;
  LimsFraction factor = ONE;
  gboolean given;

  if (!read_factor(&code, &factor, &given) || !is_code(code))
    return refuse(error, head, "“%s” is no code of an analyte, with or without a factor before it", text);
  if (lims_residue_find(residue, code))
    return refuse(error, head, "%s stands in it twice", code);
  g_array_append_vals(residue->terms, &(LimsResidueTerm){g_strdup(code), given, factor}, 1);
  return TRUE;
}

/* The factors that need no molar masses, and those that nobody could compute. */
static gboolean settle_factors(LimsResidue *residue, const char *head, GError **error) {
  gboolean counted = residue->as && lims_residue_find(residue, residue->as);

  for (guint i = 0; i < residue->terms->len; i++) {
    LimsResidueTerm *term = &g_array_index(residue->terms, LimsResidueTerm, i);
    gboolean own = residue->as && strcmp(term->analyte, residue->as) == 0;

    if (own && term->has_factor && (term->factor.numerator != 1 || term->factor.denominator != 1))
      return refuse(error, head, "%s in terms of itself has the factor 1", term->analyte);
    if (residue->as && !counted && !term->has_factor)
      return refuse(error, head, "%s is none of the components: each of them needs its factor", residue->as);
    if (!residue->as || own)
      term->has_factor = TRUE;
  }
  return TRUE;
}

static gboolean read_sum(LimsResidue *residue, const char *head, GError **error) {
  g_autofree char *sum = g_strdup(head);
  char *as = strstr(sum, AS);
  g_auto(GStrv) terms = NULL;

  if (as) {
    residue->as = g_strdup(as + strlen(AS));
    *as = '\0';
    if (!is_code(residue->as))
      return refuse(error, head, "“%s” is no code of an analyte", residue->as);
  }
  terms = g_strsplit(sum, PLUS, -1);
  if (g_strv_length(terms) < 2)
    return refuse(error, head, "a sum has two components or more, with “ + ” between them");
  for (char **term = terms; *term; term++)
    if (!take_term(residue, *term, head, error))
      return FALSE;
  return settle_factors(residue, head, error);
}

LimsResidue *lims_residue_parse(const char *definition, GError **error) {
  g_autofree char *head = head_of(definition);
  g_autoptr(LimsResidue) residue = NULL;

  if (!looks_like_sum(head))
    return NULL;
  residue = residue_new();
  return read_sum(residue, head, error) ? g_steal_pointer(&residue) : NULL;
}

const LimsResidueTerm *lims_residue_find(const LimsResidue *residue, const char *analyte) {
  for (guint i = 0; i < residue->terms->len; i++) {
    const LimsResidueTerm *term = &g_array_index(residue->terms, LimsResidueTerm, i);

    if (strcmp(term->analyte, analyte) == 0)
      return term;
  }
  return NULL;
}

/* ---- weight ---- */

typedef struct {
  const char *(*formula_of)(const char *analyte, gpointer data);
  gpointer data;
} Formulas;

/* *known is FALSE where the catalogue has no formula. */
static gboolean find_mass(const Formulas *formulas, const char *analyte, LimsFraction *mass, gboolean *known,
                          GError **error) {
  const char *formula = formulas->formula_of(analyte, formulas->data);
  LimsDecimal value;

  *known = formula && *formula;
  if (!*known)
    return TRUE;
  if (!lims_molar_mass(formula, &value, error)) {
    g_prefix_error(error, "%s: ", analyte);
    return FALSE;
  }
  return lims_fraction_from_decimal(value, mass);
}

gboolean lims_residue_weigh(LimsResidue *residue,
                            const char *(*formula_of)(const char *analyte, gpointer data), gpointer data,
                            GError **error) {
  Formulas formulas = {formula_of, data};
  LimsFraction whole, part;
  gboolean known = FALSE;

  if (residue->as && !find_mass(&formulas, residue->as, &whole, &known, error))
    return FALSE;
  for (guint i = 0; known && i < residue->terms->len; i++) {
    LimsResidueTerm *term = &g_array_index(residue->terms, LimsResidueTerm, i);
    gboolean weighed;

    if (term->has_factor)
      continue;
    if (!find_mass(&formulas, term->analyte, &part, &weighed, error))
      return FALSE;
    term->has_factor = weighed && lims_fraction_divide(whole, part, &term->factor);
  }
  return TRUE;
}
