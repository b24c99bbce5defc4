/* Shared by limit.c and result.c: going through a text from left to right. `at` is left behind what was taken
 * and the blanks that follow.
 */
#pragma once
#include "lims/judge/written.h"

/* Narrow, with plain blanks, signs of minus and letters for the squared ones; nothing around it. g_free. */
char *lims_written_plain(const char *text);
gboolean lims_written_take(const char **at, const char *word);

typedef struct {
  const char *word;
  int meaning;
} LimsWrittenWord;
/* The first of `words` (a row with NULL ends it) that stands there, whatever its case; -1: none. */
int lims_written_take_one(const char **at, const LimsWrittenWord *words);

typedef enum { LIMS_WRITTEN_NONE, LIMS_WRITTEN_NUMBER, LIMS_WRITTEN_POWER } LimsWrittenNumber;
/* "5", "0.05", "1.2E-3", "1.2×10³", "1.2 x 10^3", "10⁵", without a sign. POWER: "1.3×103", where *at is left
 * at the ×. NONE: nothing is taken. */
LimsWrittenNumber lims_written_take_number(const char **at, LimsDecimal *out);
gboolean lims_written_take_range_mark(const char **at);
/* "n=5, c=2, …": a plan of samples begins there. */
gboolean lims_written_is_plan(const char *at);
/* "/25g", "/50cm²", whole: on what amount a finding was made. */
gboolean lims_written_is_amount(const char *text);
/* Letters and signs as units have them, whatever unit it may be. */
gboolean lims_written_is_unit_like(const char *text);
/* Takes `what`. */
void lims_unread_set(LimsUnread *unread, LimsUnreadKind kind, char *what);
