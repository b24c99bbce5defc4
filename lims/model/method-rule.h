/* How a laboratory runs a method: what a person sets beside what config/catalogue/methods.csv says.
 *
 * It is kept as a setting (setting.h, "method:CODE:RULE"): a row a change, with who and when. The table of
 * methods has what counts; loading the catalogue anew fills it from the file and then puts what persons set
 * over it, so that no `init` undoes it.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  const char *name;  /* "rpd-limit", as the catalogue's heading */
  const char *empty; /* the word for what is empty there: "policy", "none", "default" */
  const char *write; /* the statement: :value into the row of :code */
} LimsMethodRule;
extern const LimsMethodRule LIMS_METHOD_RULES[]; /* ends with a row whose name is NULL */
#define LIMS_METHOD_RULE_COUNT 8
/* The word that takes a rule back: at the next `init` the catalogue's counts. */
#define LIMS_METHOD_RULE_BACK "catalogue"

/* The code of the method that the text names: its code, name or standard, also with an edition behind it.
 * g_free. NULL with LIMS_ERROR_NOT_FOUND. */
char *lims_method_rule_find(LimsDb *db, const char *name, GError **error);
/* `values`: one a rule, in the order of the table; NULL: stays. A formula whose units do not fit, a word that
 * is none or a threshold's rule without a threshold is refused. A change is a change of rules (setting.h). */
gboolean lims_method_rule_set(LimsDb *db, const char *method, const char *const *values, const char *who,
                              GError **error);
/* Puts what persons set over the methods as the catalogue has them. An error names the method, the rule and
 * who set it. */
gboolean lims_method_rule_apply(LimsDb *db, GError **error);
/* Rules of the method that a person set, separated by ", "; "" if none. g_free. NULL with an error. */
char *lims_method_rule_list(LimsDb *db, const char *method, GError **error);
/* By code. Columns: code, name, standard, formula, rounding, comparison, decision, uncertainty, RPD limit, ND
 * components, whether it is a total, screen threshold, at threshold, detection limits, source; what is empty
 * is NULL. */
LimsQuery *lims_method_rule_query(LimsDb *db, GError **error);
