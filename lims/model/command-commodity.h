/* The command of commodities: a table like LIMS_MODEL_COMMANDS.
 *
 *   commodity match  a file of names, or of rows with a column of names, as people write them → for each
 *                    name what commodity it is and where that stands in each standard, or the nearest
 *
 * The answer: a row a name in the order of first appearance: key (the name), times, match (exact, stripped,
 * ambiguous, none), commodity (code), name, by (the part that matched), gb2762, gb2763 (paths, several
 * between " | "; "" if the commodity has no place there, and note says so), other trees where it has one,
 * candidates; then the sum: names, matched, ambiguous, none.
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_COMMODITY_COMMANDS[];
