/* Commands on what came from the wire: transmissions, held results. */
#pragma once
#include "lims/model/command.h"

/* transmission, held. */
extern const LimsCommand LIMS_INGEST_COMMANDS[];
