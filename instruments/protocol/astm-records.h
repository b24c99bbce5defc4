/* ASTM, upper layer: E1394 / LIS02-A2: records, fields, repeats, components, escapes.
 *
 * Delimiters come from the header and hold until the terminator; text is decoded record by record before it
 * is split, for GB18030 trail bytes look like delimiters. Records carry their number in the message.
 */
#pragma once
#include "instruments/reading.h"
#include "lims/core/text.h"

typedef struct {
  char type;         /* upper-case: H P O R C Q L M S or another letter */
  guint number;      /* from 1, over the whole message; blank lines do not count */
  char *text;        /* the record as UTF-8, escapes untouched */
  GPtrArray *fields; /* char *: raw fields, field 1 = the type, escapes untouched */
} LimsAstmRecord;

typedef struct {
  char field, repeat, component, escape;
} LimsAstmDelimiters;

typedef struct {
  LimsAstmDelimiters delimiters;
  LimsEncoding encoding; /* of bytes in &Xhh& escapes */
  GPtrArray *records;    /* LimsAstmRecord * */
  GPtrArray *undecoded;  /* LimsUndecoded *: records that are not of the encoding or have no type letter */
} LimsAstmMessage;

/* Splits text into messages (H..L each); records before the first H, or behind L, form a message with default
 * delimiters. GPtrArray of LimsAstmMessage *; never fails: what is wrong is in ->undecoded.
 *
 * A header, patient, order or terminator that is not of the encoding stays in ->records with its type and
 * delimiters alone, beside its entry in ->undecoded: else the results after it would hang on the order before
 * it. */
GPtrArray *lims_astm_messages_parse(const guint8 *text, gsize size, LimsEncoding encoding);
void lims_astm_message_free(LimsAstmMessage *message);

/* Raw field n (1 = type), "" when absent. */
const char *lims_astm_field(const LimsAstmRecord *record, guint n);
/* Component c (from 1) of repeat r (from 1) of field n with escapes resolved; c = 0: the whole repeat, r = 0:
 * the whole field; "" when absent. The header's field 2 is given as it stands. *unknown_escape (may be NULL)
 * becomes TRUE when an escape was left as sent. g_free. */
char *lims_astm_component(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field,
                          guint repeat, guint component, gboolean *unknown_escape);

/* Resolves LIS02-A2 5.4.5.1: &F& &S& &R& &E& to the delimiters, &H& and &N& (highlighting) to nothing,
 * &Xhh..& to the bytes' text, an odd first digit alone. &Z..& is local; it, and what is no escape, is left as
 * sent. g_free. */
char *lims_astm_unescape(const LimsAstmMessage *message, const char *text, gboolean *unknown_escape);
