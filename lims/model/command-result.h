/* The commands of results: a table like LIMS_MODEL_COMMANDS.
 *
 *   result list      each value that counts, with its verdict; with --history also what was replaced
 *   result correct   another value for one
 *   result relink    what came of a vial that was scanned wrongly, to the sample it belongs to
 *   result withdraw  a value that is none
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_RESULT_COMMANDS[];
