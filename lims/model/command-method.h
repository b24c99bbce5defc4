/* The commands of methods: a table like LIMS_MODEL_COMMANDS.
 *
 *   method list           methods and how each is judged
 *   method set            how a laboratory runs one, beside what the catalogue says
 *   method limits         detection limits
 *   method import-limits  a laboratory's own, from a file
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_METHOD_COMMANDS[];
