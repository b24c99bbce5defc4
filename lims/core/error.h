/* Errors: one domain for the whole program, whose codes say what the reader of the message can do about it.
 *
 * A code is also what decides an HTTP status and an exit status, so that no layer translates another's codes.
 * The message is one line, names what and where, and says what to do; whoever passes an error up prefixes it
 * at most once with what a person needs (port, instrument, sample, file and line).
 */
#pragma once
#include <glib.h>

#define LIMS_ERROR (lims_error_quark())
GQuark lims_error_quark(void);

typedef enum {
  LIMS_ERROR_INVALID,     /* the input is wrong: mend it (400) */
  LIMS_ERROR_NOT_FOUND,   /* names something that is not there (404) */
  LIMS_ERROR_CONFLICT,    /* clashes with what is there already (409) */
  LIMS_ERROR_FORBIDDEN,   /* not for this person (403) */
  LIMS_ERROR_UNAVAILABLE, /* busy, locked or away: try again later (503) */
  LIMS_ERROR_VERSION,     /* made by a newer or another program */
  LIMS_ERROR_FULL,        /* the disk is full */
  LIMS_ERROR_IO,          /* the system refused; the message carries its word */
  LIMS_ERROR_INTERNAL,    /* a fault of ours */
} LimsErrorCode;
