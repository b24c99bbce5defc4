/* The inside of matching, for its own files. */
#pragma once
#include "lims/judge/catalogue-private.h"
#include "lims/judge/match.h"

/* What a word says about the food that it stands at. */
typedef enum {
  LIMS_MATCH_SAYS_NOTHING,
  LIMS_MATCH_SAYS_FRESH,
  LIMS_MATCH_SAYS_DRY,
  LIMS_MATCH_SAYS_RAW /* alive, chilled or frozen, and nothing else was done to it */
} LimsMatchSays;

/* Where it may be taken off. */
enum {
  LIMS_MATCH_AHEAD = 1 << 0,
  LIMS_MATCH_BEHIND = 1 << 1,
  LIMS_MATCH_WITHIN = 1 << 2, /* in brackets */
  LIMS_MATCH_CLASS = 1 << 3   /* ahead, with a hyphen: the class that a form prints before the name */
};

typedef struct {
  const char *text; /* folded */
  guint where;
  LimsMatchSays says;
  const char *families; /* of the commodities at which it says no more than that, blanks between; NULL: any */
} LimsMatchWord;

/* Both end with a row whose text is NULL, with NULL. */
extern const LimsMatchWord LIMS_MATCH_WORDS[];
/* Names of products that stand last in a name whatever stands before them: "… 纯净水". */
extern const char *const LIMS_MATCH_HEADS[];

/* The code of that name or alias; NULL if none. */
const char *lims_match_find_exact(const LimsCatalogue *catalogue, const char *folded);
/* The longest word that stands there (LIMS_MATCH_WITHIN: that the text begins with); NULL if none. */
const LimsMatchWord *lims_match_find_word(const char *text, guint where);
/* "2", "500g*2袋", "b": of a packing or a sample; "" too. */
gboolean lims_match_is_number(const char *text);
gboolean lims_match_is_among(const char *characters, gunichar c);
/* A product that stands last in the text, which is then that name alone. NULL: none. */
const char *lims_match_find_head(const LimsCatalogue *catalogue, GString *text);
/* The commodity that the part names; *text is then that name, what was taken off is added to `words` (const
 * LimsMatchWord *). NULL: not understood. */
const char *lims_match_read_part(const LimsCatalogue *catalogue, GString *text, GPtrArray *words);

/* The nearest commodities by the characters that their names share with the folded one. */
void lims_match_add_nearest(const LimsCatalogue *catalogue, const char *folded, GPtrArray *candidates);
