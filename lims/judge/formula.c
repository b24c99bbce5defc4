/* Formulas of methods: read once, checked for what they say, evaluated exactly.
 *
 * A formula is data that a person typed from a standard. What can go wrong is a name that means nothing here,
 * a forgotten mass, a sum of unlike things: each would give a number that looks like a content and is none.
 * So every operation is checked for dimensions while it is read, and the whole must come out as a content.
 * What no check of dimensions sees is a factor of 1000: the units of the values are fixed (formula.h), a
 * formula has none of its own.
 *
 * What was read is kept as steps for a stack, in the order in which they are done; brackets are bounded, so
 * the stack is as well.
 */
#include "lims/judge/formula.h"
#include "lims/core/error.h"

#include <string.h>

#define LENGTH_MAX 500
#define BRACKETS_MAX 16
/* In each open bracket a sum and a product may wait for their right side. */
#define STACK_MAX (2 * (BRACKETS_MAX + 1) + 1)

typedef enum { BASE_ANALYTE, BASE_SAMPLE, BASE_VOLUME, BASES } Base;

typedef struct {
  int powers[BASES];
} Dimension;

#define NUMBER                                                                                               \
  {                                                                                                          \
    { 0, 0, 0 }                                                                                              \
  }
#define CONCENTRATION                                                                                        \
  {                                                                                                          \
    { 1, 0, -1 }                                                                                             \
  }
#define VOLUME                                                                                               \
  {                                                                                                          \
    { 0, 0, 1 }                                                                                              \
  }
#define MASS                                                                                                 \
  {                                                                                                          \
    { 0, 1, 0 }                                                                                              \
  }
#define CONTENT                                                                                              \
  {                                                                                                          \
    { 1, -1, 0 }                                                                                             \
  }

static const struct {
  const char *name;
  Dimension dimension;
} VARIABLES[] = {
    [LIMS_VARIABLE_C] = {"c", CONCENTRATION}, [LIMS_VARIABLE_C0] = {"c0", CONCENTRATION},
    [LIMS_VARIABLE_V] = {"V", VOLUME},        [LIMS_VARIABLE_F] = {"f", NUMBER},
    [LIMS_VARIABLE_M] = {"m", MASS},          [LIMS_VARIABLE_R] = {"R", NUMBER},
    [LIMS_VARIABLE_W] = {"w", NUMBER},
};
G_STATIC_ASSERT(G_N_ELEMENTS(VARIABLES) == LIMS_VARIABLES);
#define NAMES "c, c0, V, f, m, R, w"

static const Dimension CONTENT_DIMENSION = CONTENT;

static const struct {
  Dimension dimension;
  const char *words;
} DIMENSION_WORDS[] = {
    {NUMBER, "a number"},   {CONCENTRATION, "a concentration"}, {VOLUME, "a volume"}, {MASS, "a mass"},
    {CONTENT, "a content"}, {{{1, 0, 0}}, "an amount"},
};

static const char *const BASE_WORDS[] = {
    [BASE_ANALYTE] = "analyte",
    [BASE_SAMPLE] = "mass",
    [BASE_VOLUME] = "volume",
};

typedef enum { STEP_NUMBER, STEP_VARIABLE, STEP_ADD, STEP_SUBTRACT, STEP_MULTIPLY, STEP_DIVIDE } StepKind;

typedef struct {
  StepKind kind;
  LimsVariable variable;
  LimsFraction number;
} Step;

struct LimsFormula {
  char *text;
  GArray *steps; /* Step */
  gboolean uses[LIMS_VARIABLES];
};

const char *lims_variable_name(LimsVariable variable) {
  return VARIABLES[variable].name;
}

void lims_formula_free(LimsFormula *formula) {
  if (!formula)
    return;
  g_free(formula->text);
  g_array_unref(formula->steps);
  g_free(formula);
}

/* ---- dimensions ---- */

static gboolean dimension_equal(Dimension a, Dimension b) {
  return memcmp(&a, &b, sizeof a) == 0;
}

static Dimension dimension_join(Dimension a, Dimension b, int sign) {
  for (int base = 0; base < BASES; base++)
    a.powers[base] += sign * b.powers[base];
  return a;
}

/* "a concentration"; of what has no word "analyte mass^-2". g_free. */
static char *describe(Dimension dimension) {
  GString *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS(DIMENSION_WORDS); i++)
    if (dimension_equal(DIMENSION_WORDS[i].dimension, dimension))
      return g_strdup(DIMENSION_WORDS[i].words);
  text = g_string_new("");
  for (int base = 0; base < BASES; base++) {
    int power = dimension.powers[base];

    if (power == 0)
      continue;
    if (text->len)
      g_string_append_c(text, ' ');
    g_string_append(text, BASE_WORDS[base]);
    if (power != 1)
      g_string_append_printf(text, "^%d", power);
  }
  return g_string_free(text, FALSE);
}

/* ---- reading ---- */

typedef struct {
  LimsFormula *formula;
  const char *at; /* what is read next; no blank */
  int brackets;   /* open ones */
  int height;     /* of the stack after the steps so far */
  GError **error;
} Reader;

/* A part that was read: where it stands, and what it is. */
typedef struct {
  const char *start, *end;
  Dimension dimension;
} Part;

static gboolean refuse(const Reader *reader, const char *place, const char *format, ...) G_GNUC_PRINTF(3, 4);
static gboolean refuse(const Reader *reader, const char *place, const char *format, ...) {
  g_autofree char *what = NULL;
  va_list arguments;

  va_start(arguments, format);
  what = g_strdup_vprintf(format, arguments);
  va_end(arguments);
  g_set_error(reader->error, LIMS_ERROR, LIMS_ERROR_INVALID, "formula “%s”, character %ld: %s",
              reader->formula->text, g_utf8_pointer_to_offset(reader->formula->text, place) + 1, what);
  return FALSE;
}

static void skip(Reader *reader, gsize size) {
  reader->at += size;
  reader->at += strspn(reader->at, " ");
}

static void add_step(Reader *reader, Step step) {
  reader->height += step.kind <= STEP_VARIABLE ? 1 : -1;
  g_assert(reader->height >= 1 && reader->height <= STACK_MAX);
  g_array_append_val(reader->formula->steps, step);
}

static gboolean read_number(Reader *reader, Part *out) {
  gsize size = strspn(reader->at, "0123456789.");
  g_autofree char *text = g_strndup(reader->at, size);
  Step step = {.kind = STEP_NUMBER};
  LimsDecimal number;

  if (!lims_decimal_parse(text, &number) || !lims_fraction_from_decimal(number, &step.number))
    return refuse(reader, reader->at, "%s is no number", text);
  *out = (Part){reader->at, reader->at + size, NUMBER};
  add_step(reader, step);
  skip(reader, size);
  return TRUE;
}

static gsize name_size(const char *at) {
  gsize size = 0;

  while (g_ascii_isalnum(at[size]))
    size++;
  return size;
}

static gboolean read_variable(Reader *reader, Part *out) {
  gsize size = name_size(reader->at);

  for (int i = 0; i < LIMS_VARIABLES; i++) {
    Step step = {.kind = STEP_VARIABLE, .variable = (LimsVariable)i};

    if (strlen(VARIABLES[i].name) != size || strncmp(VARIABLES[i].name, reader->at, size) != 0)
      continue;
    *out = (Part){reader->at, reader->at + size, VARIABLES[i].dimension};
    reader->formula->uses[i] = TRUE;
    add_step(reader, step);
    skip(reader, size);
    return TRUE;
  }
  return refuse(reader, reader->at, "%.*s: there is %s", (int)size, reader->at, NAMES);
}

static gboolean read_sum(Reader *reader, Part *out);

static gboolean read_bracket(Reader *reader, Part *out) {
  const char *start = reader->at;

  if (++reader->brackets > BRACKETS_MAX)
    return refuse(reader, start, "more than %d brackets in one another", BRACKETS_MAX);
  skip(reader, 1);
  if (!read_sum(reader, out))
    return FALSE;
  if (*reader->at != ')')
    return refuse(reader, start, "this bracket is not closed");
  *out = (Part){start, reader->at + 1, out->dimension};
  reader->brackets--;
  skip(reader, 1);
  return TRUE;
}

static gboolean read_part(Reader *reader, Part *out) {
  char first = *reader->at;

  if (g_ascii_isdigit(first))
    return read_number(reader, out);
  if (g_ascii_isalpha(first))
    return read_variable(reader, out);
  if (first == '(')
    return read_bracket(reader, out);
  return refuse(reader, reader->at, "a name, a number or ( must stand here");
}

static gboolean read_product(Reader *reader, Part *out) {
  if (!read_part(reader, out))
    return FALSE;
  while (*reader->at == '*' || *reader->at == '/') {
    gboolean divides = *reader->at == '/';
    Part right;

    skip(reader, 1);
    if (!read_part(reader, &right))
      return FALSE;
    *out = (Part){out->start, right.end, dimension_join(out->dimension, right.dimension, divides ? -1 : 1)};
    add_step(reader, (Step){.kind = divides ? STEP_DIVIDE : STEP_MULTIPLY});
  }
  return TRUE;
}

static gboolean check_alike(const Reader *reader, const Part *left, const Part *right) {
  g_autofree char *one = describe(left->dimension), *other = describe(right->dimension);

  if (dimension_equal(left->dimension, right->dimension))
    return TRUE;
  return refuse(reader, left->start, "%.*s: %s and %s", (int)(right->end - left->start), left->start, one,
                other);
}

static gboolean read_sum(Reader *reader, Part *out) {
  if (!read_product(reader, out))
    return FALSE;
  while (*reader->at == '+' || *reader->at == '-') {
    gboolean takes = *reader->at == '-';
    Part right;

    skip(reader, 1);
    if (!read_product(reader, &right) || !check_alike(reader, out, &right))
      return FALSE;
    out->end = right.end;
    add_step(reader, (Step){.kind = takes ? STEP_SUBTRACT : STEP_ADD});
  }
  return TRUE;
}

/* Values of a common measurement, no two alike: what is zero with them is zero with all. */
static const LimsFraction COMMON[] = {
    [LIMS_VARIABLE_C] = {7, 100}, [LIMS_VARIABLE_C0] = {3, 1000},  [LIMS_VARIABLE_V] = {251, 10},
    [LIMS_VARIABLE_F] = {11, 1},  [LIMS_VARIABLE_M] = {503, 1000}, [LIMS_VARIABLE_R] = {97, 1},
    [LIMS_VARIABLE_W] = {13, 1},
};
G_STATIC_ASSERT(G_N_ELEMENTS(COMMON) == LIMS_VARIABLES);

static gboolean check_whole(const Reader *reader, const Part *whole) {
  const LimsFormula *formula = reader->formula;
  g_autofree char *found = describe(whole->dimension);
  LimsFraction value;

  if (*reader->at != '\0')
    return refuse(reader, reader->at, "+, -, * or / must stand here");
  if (!formula->uses[LIMS_VARIABLE_C])
    return refuse(reader, whole->start, "c, the measured concentration, is not in it");
  if (!dimension_equal(whole->dimension, CONTENT_DIMENSION))
    return refuse(reader, whole->start, "it comes out as %s, and must as a content (analyte mass^-1)", found);
  if (lims_formula_evaluate(formula, COMMON, &value) == LIMS_FORMULA_ZERO_DIVISION)
    return refuse(reader, whole->start, "it divides by zero");
  return TRUE;
}

LimsFormula *lims_formula_parse(const char *text, GError **error) {
  g_autoptr(LimsFormula) formula = NULL;
  Reader reader = {.error = error};
  Part whole;

  if (strlen(text) > LENGTH_MAX || !g_utf8_validate(text, -1, NULL)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "a formula that is no UTF-8 text, or longer than %d characters", LENGTH_MAX);
    return NULL;
  }
  formula = g_new0(LimsFormula, 1);
  formula->text = g_strdup(text);
  formula->steps = g_array_new(FALSE, FALSE, sizeof(Step));
  reader.formula = formula;
  reader.at = formula->text;
  skip(&reader, 0);
  if (!read_sum(&reader, &whole) || !check_whole(&reader, &whole))
    return NULL;
  return g_steal_pointer(&formula);
}

const char *lims_formula_text(const LimsFormula *formula) {
  return formula->text;
}

gboolean lims_formula_uses(const LimsFormula *formula, LimsVariable variable) {
  return formula->uses[variable];
}

/* ---- evaluating ---- */

static gboolean operate(StepKind kind, LimsFraction *left, LimsFraction right) {
  static gboolean (*const OPERATIONS[])(LimsFraction, LimsFraction, LimsFraction *) = {
      [STEP_ADD] = lims_fraction_add,
      [STEP_SUBTRACT] = lims_fraction_subtract,
      [STEP_MULTIPLY] = lims_fraction_multiply,
      [STEP_DIVIDE] = lims_fraction_divide,
  };

  return OPERATIONS[kind](*left, right, left);
}

LimsFormulaResult lims_formula_evaluate(const LimsFormula *formula, const LimsFraction values[LIMS_VARIABLES],
                                        LimsFraction *out) {
  LimsFraction stack[STACK_MAX] = {{0}};
  int height = 0;

  for (guint i = 0; i < formula->steps->len; i++) {
    const Step *step = &g_array_index(formula->steps, Step, i);

    if (step->kind <= STEP_VARIABLE) {
      stack[height++] = step->kind == STEP_NUMBER ? step->number : values[step->variable];
      continue;
    }
    height--;
    if (step->kind == STEP_DIVIDE && stack[height].numerator == 0)
      return LIMS_FORMULA_ZERO_DIVISION;
    if (!operate(step->kind, &stack[height - 1], stack[height]))
      return LIMS_FORMULA_OVERFLOW;
  }
  *out = stack[0];
  return LIMS_FORMULA_DONE;
}
