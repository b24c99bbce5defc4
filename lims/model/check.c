/* Names as people type them: pasted line ends, blanks only, a whole paragraph in a field for a code. Each is
 * refused before it reaches a row, with a message that says which field and what it may be.
 */
#include "lims/model/check.h"

#include <stdarg.h>
#include <string.h>

static gboolean is_code_character(char c, const char *others) {
  return g_ascii_isalnum(c) || (c != '\0' && strchr(others, c) != NULL);
}

gboolean lims_check_code(const char *what, const char *code, const char *others, guint most, GError **error) {
  gsize length = code ? strlen(code) : 0;
  gboolean good = length > 0 && length <= most;

  for (gsize i = 0; good && i < length; i++)
    good = is_code_character(code[i], others);
  if (!good)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be 1 to %u of A-Z a-z 0-9%s%s", what,
                code ? code : "", most, *others ? " " : "", others);
  return good;
}

static gboolean has_control(const char *text) {
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
    if (g_unichar_iscntrl(g_utf8_get_char(at)))
      return TRUE;
  return FALSE;
}

static gboolean is_blank(const char *text) {
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char(at))
    if (!g_unichar_isspace(g_utf8_get_char(at)))
      return FALSE;
  return TRUE;
}

gboolean lims_check_text(const char *what, const char *text, guint most, GError **error) {
  const char *why = NULL;
  gboolean too_long = FALSE;

  if (text == NULL)
    why = "is missing";
  else if (!g_utf8_validate(text, -1, NULL))
    why = "is not valid UTF-8";
  else if (is_blank(text))
    why = "is empty";
  else if (has_control(text))
    why = "contains a control character (a line end or a tab?)";
  else
    too_long = g_utf8_strlen(text, -1) > (glong)most;
  if (why)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s %s", what, why);
  else if (too_long)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s is too long (at most %u characters)", what, most);
  return !why && !too_long;
}

gboolean lims_check_optional(const char *what, const char *text, guint most, GError **error) {
  return text == NULL || lims_check_text(what, text, most, error);
}

gboolean lims_check_amount(const char *what, const char *text, LimsDecimal *out, GError **error) {
  static const LimsDecimal most = {1, 15}, least = {-1, 15};
  LimsDecimal amount;

  if (lims_decimal_parse(text, &amount) && amount.exponent >= -2 && lims_decimal_compare(amount, most) < 0 &&
      lims_decimal_compare(amount, least) > 0)
    return lims_decimal_round(amount, 2, out);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "%s '%s': must be a number with at most two places after the point, such as 1234567.89", what,
              text);
  return FALSE;
}

const LimsUnit *lims_check_unit_of_results(const char *text, GError **error) {
  const LimsUnit *unit = lims_unit_find_written(text);

  if (unit && unit->dimension != LIMS_DIMENSION_MASS && unit->dimension != LIMS_DIMENSION_VOLUME)
    return unit;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "unit '%s': must be a unit of results, such as mg/kg",
              text);
  return NULL;
}

gboolean lims_check_conflict(GError *problem, GError **error, const char *format, ...) {
  g_autofree char *sentence = NULL;
  va_list args;

  if (!lims_db_was_conflict(problem)) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  va_start(args, format);
  sentence = g_strdup_vprintf(format, args);
  va_end(args);
  g_error_free(problem);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, sentence);
  return FALSE;
}
