/* The commands of judging: a table like LIMS_MODEL_COMMANDS.
 *
 *   judge one  commodity, analyte, value [unit, date, limit] → verdict, limit, standard, clause, reason
 *   judge csv  a file of such rows → the same rows as CSV text, with the verdicts behind
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_JUDGE_COMMANDS[];
