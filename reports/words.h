/* Words for the codes that the store keeps: site kinds, verdicts, reasons. A code without a word is shown as
 * it is. */
#pragma once
#include "lims/core/i18n.h"

/* "" gives "". */
const char *lims_word(LimsLanguage language, const char *code);
/* A group's name: the word, or "not stated" for "". */
const char *lims_word_group(LimsLanguage language, const char *code);
/* A limit's kind ("maximum" …): "not-detected" is a reason as well, with another meaning. */
const char *lims_word_limit(LimsLanguage language, const char *kind);
/* The judge's rules and calculations are in English: its phrases become the language's, all else stays. Made
 * once for many texts. */
typedef struct LimsPhrases LimsPhrases;
LimsPhrases *lims_phrases_new(LimsLanguage language);
void lims_phrases_free(LimsPhrases *phrases);
void lims_phrases_replace(const LimsPhrases *phrases, GString *text);
