/* The commands of limit sets: a table like LIMS_MODEL_COMMANDS.
 *
 *   limit import  a limit set (limit-set.h) → what it changes
 *   limit list    the limit sets
 *   judge period  the verdicts of a period by another set (rejudge.h) → those that differ
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_LIMIT_COMMANDS[];
