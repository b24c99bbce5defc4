/* From a message's text to records and fields.
 *
 * What arrives: records with CR after each, in the sender's encoding, with any delimiters. What can go wrong:
 * a record that is not of the encoding, one without a type letter, a header that is missing or cut. Nothing
 * of it stops the rest from being read; each is kept, with its number, for a person.
 */
#include "instruments/protocol/astm-records.h"
#include <string.h>

static const LimsAstmDelimiters DEFAULTS = {'|', '\\', '^', '&'};

static void record_free(gpointer data) {
  LimsAstmRecord *record = data;
  g_free(record->text);
  g_ptr_array_unref(record->fields);
  g_free(record);
}

static LimsAstmMessage *message_new(LimsEncoding encoding) {
  LimsAstmMessage *message = g_new0(LimsAstmMessage, 1);
  message->delimiters = DEFAULTS;
  message->encoding = encoding;
  message->records = g_ptr_array_new_with_free_func(record_free);
  message->undecoded = g_ptr_array_new_with_free_func((GDestroyNotify)lims_undecoded_free);
  return message;
}

void lims_astm_message_free(LimsAstmMessage *message) {
  if (!message)
    return;
  g_ptr_array_unref(message->records);
  g_ptr_array_unref(message->undecoded);
  g_free(message);
}

/* One record's bytes, a window into the text. */
typedef struct {
  const guint8 *bytes;
  gsize size;
} Span;

static gboolean is_blank(guint8 byte) {
  return byte == ' ' || byte == '\t' || byte == '\n';
}

/* LF before and after, blanks before: what CR LF senders leave. Blanks behind may be a field's. */
static Span trim(Span span) {
  while (span.size > 0 && is_blank(span.bytes[0])) {
    span.bytes++;
    span.size--;
  }
  while (span.size > 0 && span.bytes[span.size - 1] == '\n')
    span.size--;
  return span;
}

static gboolean is_header(Span span) {
  return span.size >= 2 && g_ascii_toupper((char)span.bytes[0]) == 'H' &&
         g_ascii_ispunct((char)span.bytes[1]);
}

/* "H|\^&|…": what stands between the first two field delimiters, as far as it goes. */
static LimsAstmDelimiters read_delimiters(Span span) {
  LimsAstmDelimiters delimiters = DEFAULTS;
  char *const others[] = {&delimiters.repeat, &delimiters.component, &delimiters.escape};
  delimiters.field = (char)span.bytes[1];
  for (guint i = 0; i < G_N_ELEMENTS(others) && i + 2 < span.size; i++) {
    if (span.bytes[i + 2] == span.bytes[1] || !g_ascii_ispunct((char)span.bytes[i + 2]))
      break;
    *others[i] = (char)span.bytes[i + 2];
  }
  return delimiters;
}

/* The upper-case type, or 0. */
static char type_of(const LimsAstmMessage *message, Span span) {
  if (!g_ascii_isalpha((char)span.bytes[0]))
    return 0;
  if (span.size > 1 && (char)span.bytes[1] != message->delimiters.field)
    return 0;
  return g_ascii_toupper((char)span.bytes[0]);
}

static GPtrArray *split(const char *text, char delimiter) {
  GPtrArray *parts = g_ptr_array_new_with_free_func(g_free);
  const char *end;
  while ((end = strchr(text, delimiter))) {
    g_ptr_array_add(parts, g_strndup(text, (gsize)(end - text)));
    text = end + 1;
  }
  g_ptr_array_add(parts, g_strdup(text));
  return parts;
}

static void add_record(LimsAstmMessage *message, char type, guint number, char *text) {
  LimsAstmRecord *record = g_new0(LimsAstmRecord, 1);
  record->type = type;
  record->number = number;
  record->text = text;
  record->fields = split(text, message->delimiters.field);
  g_ptr_array_add(message->records, record);
}

/* What stands for a record that cannot be read but on which others hang; NULL for all others. */
static char *bare_record(const LimsAstmMessage *message, char type) {
  const LimsAstmDelimiters *d = &message->delimiters;
  if (type == 'H')
    return g_strdup_printf("H%c%c%c%c", d->field, d->repeat, d->component, d->escape);
  return type != 0 && strchr("POL", type) ? g_strdup_printf("%c", type) : NULL;
}

static void keep_undecoded(LimsAstmMessage *message, guint number, const char *reason, Span span) {
  g_ptr_array_add(message->undecoded, lims_undecoded_new(number, reason, span.bytes, span.size));
}

static void read_record(LimsAstmMessage *message, Span span, guint number) {
  g_autoptr(GError) error = NULL;
  char type = type_of(message, span);
  if (!type) {
    keep_undecoded(message, number, "no record type", span);
    return;
  }
  char *text = lims_text_decode(span.bytes, span.size, message->encoding, &error);
  if (!text) {
    keep_undecoded(message, number, error->message, span);
    text = bare_record(message, type);
  }
  if (text)
    add_record(message, type, number, text);
}

/* Takes the next record's bytes off the text. */
static Span next_record(Span *rest) {
  const guint8 *cr = memchr(rest->bytes, '\r', rest->size);
  Span span = {rest->bytes, cr ? (gsize)(cr - rest->bytes) : rest->size};
  gsize used = span.size + (cr ? 1 : 0);
  rest->bytes += used;
  rest->size -= used;
  return trim(span);
}

typedef struct {
  GPtrArray *messages;
  LimsAstmMessage *open; /* the last of them, or NULL */
  guint number;          /* of its last record */
  LimsEncoding encoding;
} Parser;

static void open_message(Parser *parser) {
  parser->open = message_new(parser->encoding);
  parser->number = 0;
  g_ptr_array_add(parser->messages, parser->open);
}

static void take_record(Parser *parser, Span span) {
  gboolean header = is_header(span);
  if (header || !parser->open)
    open_message(parser);
  if (header)
    parser->open->delimiters = read_delimiters(span);
  char type = type_of(parser->open, span);
  read_record(parser->open, span, ++parser->number);
  if (type == 'L')
    parser->open = NULL;
}

GPtrArray *lims_astm_messages_parse(const guint8 *text, gsize size, LimsEncoding encoding) {
  Parser parser = {.encoding = encoding};
  parser.messages = g_ptr_array_new_with_free_func((GDestroyNotify)lims_astm_message_free);
  Span rest = {text, size};
  while (rest.size > 0) {
    Span span = next_record(&rest);
    if (span.size > 0)
      take_record(&parser, span);
  }
  return parser.messages;
}

const char *lims_astm_field(const LimsAstmRecord *record, guint n) {
  return n >= 1 && n <= record->fields->len ? record->fields->pdata[n - 1] : "";
}

/* Part n (from 1) of the text; n = 0: all of it; "" when absent. */
static char *part_of(const char *text, char delimiter, guint n) {
  if (n == 0)
    return g_strdup(text);
  g_autoptr(GPtrArray) parts = split(text, delimiter);
  return g_strdup(n <= parts->len ? parts->pdata[n - 1] : "");
}

char *lims_astm_component(const LimsAstmMessage *message, const LimsAstmRecord *record, guint field,
                          guint repeat, guint component, gboolean *unknown_escape) {
  const char *raw = lims_astm_field(record, field);
  if (record->type == 'H' && field == 2)
    return g_strdup(raw);
  g_autofree char *whole = part_of(raw, message->delimiters.repeat, repeat);
  g_autofree char *part =
      repeat == 0 ? g_strdup(whole) : part_of(whole, message->delimiters.component, component);
  return lims_astm_unescape(message, part, unknown_escape);
}
