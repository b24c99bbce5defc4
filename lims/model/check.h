/* What a name, a code or a free text may be, said the same way for every noun. */
#pragma once
#include "lims/core/unit.h"
#include "lims/store/store.h"

/* 1 to `most` of A-Z a-z 0-9 and the characters of `others`; `what` names it in the message ("laboratory
 * code"). */
gboolean lims_check_code(const char *what, const char *code, const char *others, guint most, GError **error);
/* Not empty, valid UTF-8, at most `most` characters, no control characters. NULL and "" are refused. */
gboolean lims_check_text(const char *what, const char *text, guint most, GError **error);
/* The same, but NULL is fine. */
gboolean lims_check_optional(const char *what, const char *text, guint most, GError **error);
/* An amount of money: a number with at most two places after the point, below 10^15 either way. *out has two
 * places. */
gboolean lims_check_amount(const char *what, const char *text, LimsDecimal *out, GError **error);
/* A unit that results may be in, as a person writes it: known, and none of a portion or a volume. */
const LimsUnit *lims_check_unit_of_results(const char *text, GError **error);
/* A write that failed: a violated key becomes a LIMS_ERROR_CONFLICT with the sentence given, anything else is
 * passed on. Takes `problem`; always FALSE. */
gboolean lims_check_conflict(GError *problem, GError **error, const char *format, ...) G_GNUC_PRINTF(3, 4);
