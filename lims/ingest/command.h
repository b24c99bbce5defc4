/* Commands on what came from the wire: results, transmissions, held results. */
#pragma once
#include "lims/model/command.h"

/* result, transmission, held. */
extern const LimsCommand LIMS_INGEST_COMMANDS[];
