/* Molar masses out of molecular formulas.
 *
 * A wrong formula scales a residue sum silently, so nothing is guessed here: every sign of the formula must
 * be an element of the table, a count, or a bracket that closes. Weights are whole mg/mol, sums of them are
 * exact.
 */
#include "lims/judge/molar.h"
#include "lims/core/error.h"

#include <string.h>

#define BRACKETS_MAX 4
#define COUNT_DIGITS 3
#define WEIGHT_EXPONENT (-3)

/* IUPAC, Standard Atomic Weights of the Elements 2021 (Pure Appl. Chem. 94 (2022) 573), abridged to five
 * digits; conventional values for H, B, C, N, O, Mg, Si, S, Cl, Br. In mg/mol. */
static const struct {
  const char *symbol;
  gint64 weight;
} ELEMENTS[] = {
    {"H", 1008},    {"Li", 6940},   {"B", 10810},   {"C", 12011},   {"N", 14007},  {"O", 15999},
    {"F", 18998},   {"Na", 22990},  {"Mg", 24305},  {"Al", 26982},  {"Si", 28085}, {"P", 30974},
    {"S", 32060},   {"Cl", 35450},  {"K", 39098},   {"Ca", 40078},  {"Ti", 47867}, {"V", 50942},
    {"Cr", 51996},  {"Mn", 54938},  {"Fe", 55845},  {"Co", 58933},  {"Ni", 58693}, {"Cu", 63546},
    {"Zn", 65380},  {"As", 74922},  {"Se", 78971},  {"Br", 79904},  {"Sr", 87620}, {"Mo", 95950},
    {"Ag", 107870}, {"Cd", 112410}, {"Sn", 118710}, {"Sb", 121760}, {"I", 126900}, {"Ba", 137330},
    {"Hg", 200590}, {"Tl", 204380}, {"Pb", 207200}, {"Bi", 208980},
};

typedef struct {
  const char *text, *at;
  int brackets; /* open ones */
  GError **error;
} Reader;

static gboolean refuse(const Reader *reader, const char *place, const char *what) {
  long character = g_utf8_validate(reader->text, -1, NULL) ? g_utf8_pointer_to_offset(reader->text, place) + 1
                                                           : (long)(place - reader->text) + 1;

  g_set_error(reader->error, LIMS_ERROR, LIMS_ERROR_INVALID, "molecular formula “%s”, character %ld: %s",
              reader->text, character, what);
  return FALSE;
}

/* One capital letter and the small ones behind it. */
static gboolean read_element(Reader *reader, gint64 *weight) {
  gsize size = 1;

  while (g_ascii_islower(reader->at[size]))
    size++;
  for (guint i = 0; i < G_N_ELEMENTS(ELEMENTS); i++)
    if (strlen(ELEMENTS[i].symbol) == size && strncmp(ELEMENTS[i].symbol, reader->at, size) == 0) {
      *weight = ELEMENTS[i].weight;
      reader->at += size;
      return TRUE;
    }
  return refuse(reader, reader->at, "no element of the table of atomic weights");
}

/* 1 where none stands. A count does not begin with 0. */
static gboolean read_count(Reader *reader, gint64 *count) {
  gsize digits = strspn(reader->at, "0123456789");

  *count = 1;
  if (digits == 0)
    return TRUE;
  if (*reader->at == '0' || digits > COUNT_DIGITS)
    return refuse(reader, reader->at, "a count of 1 to 999");
  *count = g_ascii_strtoll(reader->at, NULL, 10);
  reader->at += digits;
  return TRUE;
}

static gboolean read_groups(Reader *reader, gint64 *sum);

static gboolean read_bracket(Reader *reader, gint64 *weight) {
  const char *start = reader->at++;

  if (++reader->brackets > BRACKETS_MAX)
    return refuse(reader, start, "too many brackets in one another");
  if (!read_groups(reader, weight))
    return FALSE;
  if (*reader->at != ')')
    return refuse(reader, start, "this bracket is not closed");
  reader->at++;
  reader->brackets--;
  return TRUE;
}

/* An element or a bracket, times its count. */
static gboolean read_group(Reader *reader, gint64 *sum) {
  const char *start = reader->at;
  gint64 weight = 0, count;

  if (*start == '(' ? !read_bracket(reader, &weight) : !read_element(reader, &weight))
    return FALSE;
  if (!read_count(reader, &count))
    return FALSE;
  if (__builtin_mul_overflow(weight, count, &weight) || __builtin_add_overflow(*sum, weight, sum))
    return refuse(reader, start, "the mass is too large");
  return TRUE;
}

static gboolean read_groups(Reader *reader, gint64 *sum) {
  const char *start = reader->at;

  while (*reader->at == '(' || g_ascii_isupper(*reader->at))
    if (!read_group(reader, sum))
      return FALSE;
  return reader->at > start || refuse(reader, start, "an element must stand here");
}

gboolean lims_molar_mass(const char *formula, LimsDecimal *out, GError **error) {
  Reader reader = {.text = formula, .at = formula, .error = error};
  gint64 sum = 0;

  if (!read_groups(&reader, &sum))
    return FALSE;
  if (*reader.at != '\0')
    return refuse(&reader, reader.at, "an element, a count or a bracket must stand here");
  *out = (LimsDecimal){sum, WEIGHT_EXPONENT};
  return TRUE;
}
