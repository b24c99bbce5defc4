/* The commands of budgets: a table like LIMS_MODEL_COMMANDS.
 *
 *   budget add   what a laboratory was appropriated or paid; a correction with the other sign
 *   budget list  the rows
 *   budget show  the sums of a year, laboratory by laboratory, beside what each is to be given
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_BUDGET_COMMANDS[];
