/* The quark behind LIMS_ERROR; everything else about errors is in the header. */
#include "lims/core/error.h"

G_DEFINE_QUARK(lims - error - quark, lims_error)
