/* Limits and results as people write them, and what of them could not be read: a row that is not judged says
 * why, in the words of its own text.
 */
#pragma once
#include "lims/judge/judge.h"

typedef enum {
  LIMS_UNREAD_NOTHING,
  LIMS_UNREAD_WORDS,      /* words that nobody knows */
  LIMS_UNREAD_UNIT,       /* a number and a unit that nobody knows */
  LIMS_UNREAD_NO_UNIT,    /* a limit without one */
  LIMS_UNREAD_NO_NUMBER,  /* a limit that is neither a number nor a word for one */
  LIMS_UNREAD_POWER,      /* "×103": which digits are raised? */
  LIMS_UNREAD_SEVERAL,    /* several results in one text */
  LIMS_UNREAD_SPAN,       /* "18-33" as a result */
  LIMS_UNREAD_PLUS_MINUS, /* a result with its uncertainty */
  LIMS_UNREAD_PLAN,       /* n, c, m, M: a plan of samples */
  LIMS_UNREAD_STRICT,     /* "<5", "大于5": a limit that its own number does not keep */
} LimsUnreadKind;

typedef struct {
  LimsUnreadKind kind;
  char *what; /* the piece of the text; NULL if nothing */
} LimsUnread;
void lims_unread_clear(LimsUnread *unread);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsUnread, lims_unread_clear)
/* "the unit “ppm” is not known"; NULL if nothing. g_free. */
char *lims_unread_to_words(const LimsUnread *unread);

/* lims_limit_parse and lims_result_parse (judge.h), with what stood in the way; `unread` may be NULL. A
 * result's ->printed is the text without its unit, and the whole of one that is not read. */
gboolean lims_limit_read(const char *text, const char *unit, LimsLimit *out, LimsUnread *unread);
gboolean lims_result_read(const char *text, LimsValue *value, const LimsUnit **unit, LimsUnread *unread);
