/* ASTM, upper layer: E1394 / LIS02-A2: records, fields, repeats, components, escapes.
 *
 * Delimiters come from the header and hold until the terminator; text is decoded record by record before it
 * is split, for GB18030 trail bytes look like delimiters. Records carry their number in the message.
 */
#pragma once
#include "lims/core/text.h"

typedef struct {
  char type;         /* upper-case: H P O R C Q L M S or another letter */
  guint number;      /* from 1, over the whole message */
  char *text;        /* the record as UTF-8, escapes untouched */
  GPtrArray *fields; /* char *: raw fields, field 1 = the type, escapes untouched */
} LimsAstmRecord;

typedef struct {
  char field, repeat, component, escape;
} LimsAstmDelimiters;

typedef struct {
  LimsAstmDelimiters delimiters;
  GPtrArray *records;   /* LimsAstmRecord * */
  GPtrArray *undecoded; /* LimsUndecoded *: records that are not of the encoding or have no type letter */
} LimsAstmMessage;

/* Splits text into messages (H..L each); records before the first H form a message with default delimiters.
 * GPtrArray of LimsAstmMessage *; never fails: what is wrong is in ->undecoded. */
GPtrArray *lims_astm_messages_parse(const guint8 *text, gsize size, LimsEncoding encoding);
void lims_astm_message_free(LimsAstmMessage *message);

/* Raw field n (1 = type), "" when absent. */
const char *lims_astm_field(const LimsAstmRecord *record, guint n);
/* Component c (from 1) of repeat r (from 1) of field n with escapes resolved; c = 0: the whole repeat, r = 0:
 * the whole field. *unknown_escape is set when an escape was left as sent. g_free. */
char *lims_astm_component(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field,
                          guint repeat, guint component, gboolean *unknown_escape);
