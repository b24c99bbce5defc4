/* A reading: one value of one test of one specimen, as the analyzer sent it. No sample, no limit, no database
 * yet. */
#pragma once
#include "lims/core/value.h"

typedef enum {
  LIMS_READING_SAMPLE,
  LIMS_READING_BLANK,
  LIMS_READING_STANDARD, /* calibration */
  LIMS_READING_CONTROL,
} LimsReadingKind;

/* Whether the number is of the sample as it is, of the measured solution (a preparation is needed), or a
 * screen. */
typedef enum { LIMS_BASIS_SAMPLE, LIMS_BASIS_SOLUTION, LIMS_BASIS_SCREEN } LimsBasis;

typedef struct {
  char *specimen; /* as sent, blanks around it removed; "" if none */
  char *code;     /* the analyzer's name of the test */
  char *analyte;  /* the catalogue's code by the driver's CSV; NULL if the driver does not know the code */
  LimsValue value;
  char *unit; /* as sent, or the CSV's where the analyzer sends none; "" if neither */
  LimsBasis basis;
  LimsReadingKind kind;
  char *method;          /* the CSV's method code, or NULL */
  char *flags;           /* as sent; "" if none */
  char *status;          /* as sent; "" if none */
  char *operator_id;     /* as sent; "" if none */
  char *instrument;      /* as sent; "" if none */
  char *measured_at;     /* as sent by the analyzer; "" if none */
  char *measured_at_iso; /* the same, ISO 8601, only as precise as sent; NULL if none or unreadable */
  gint64 measured_at_us; /* 0: unknown */
  guint replicate; /* 1.. within one specimen and code of one transmission; 0: the analyzer's own mean */
  guint record;    /* the line or record in the message it came from, from 1 */
} LimsReading;

void lims_reading_free(LimsReading *reading);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsReading, lims_reading_free)
const char *lims_reading_kind_name(LimsReadingKind kind); /* "sample" "blank" "standard" "control" */
const char *lims_basis_name(LimsBasis basis);             /* "sample" "solution" "screen" */
gboolean lims_basis_parse(const char *name, LimsBasis *out);

/* A part of a message that is no reading and must not be lost: the reason is shown to a person. */
typedef struct {
  guint record; /* from 1; 0: the whole message */
  char *reason;
  char *text; /* the part, escaped for display */
} LimsUndecoded;

/* `text` escapes bytes by lims_text_escape(), of which at most the first 4 kB are kept. */
LimsUndecoded *lims_undecoded_new(guint record, const char *reason, const guint8 *bytes, gsize size);
void lims_undecoded_free(LimsUndecoded *undecoded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsUndecoded, lims_undecoded_free)

/* What one message holds. */
typedef struct {
  GPtrArray *readings;  /* LimsReading *, owned */
  GPtrArray *undecoded; /* LimsUndecoded *, owned */
  char *body_digest; /* SHA-256 hex of what identifies the message: all its records but the header's own time
                        and ids, which a resend may change; when no result carries a time, the header's time
                        is in it */
  char *body;        /* the same text (UTF-8 or escaped), to tell whether a cut message begins another one */
  gboolean complete; /* ends as the protocol ends a message */
  gboolean is_query; /* the analyzer asks for orders; no results */
} LimsDecoded;

LimsDecoded *lims_decoded_new(void); /* no readings yet, incomplete */
void lims_decoded_free(LimsDecoded *decoded);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsDecoded, lims_decoded_free)
