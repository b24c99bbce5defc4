/* The commands of settings: a table like LIMS_MODEL_COMMANDS.
 *
 *   setting list     each setting: its value, what it may be, who set it when
 *   setting set      name, value
 *   setting history  every change of a setting, or of all
 */
#pragma once
#include "lims/model/command.h"

extern const LimsCommand LIMS_SETTING_COMMANDS[];
