/* Record text without frames, as people paste it from a log or save it from a vendor's viewer.
 *
 * There is no checksum to hold on to, so only what begins with a header is believed: H, four delimiters.
 * Editors change CR into LF or CR LF; any of them ends a record here. What lies before the first header or
 * after a terminator and is no record is rejected; what lies inside a message stays in it, for the records'
 * reader to tell.
 */
#include "instruments/protocol/astm-capture-private.h"
#include <string.h>

#define DELIMITERS 4

/* "H|\^&", then the field delimiter, a line end or nothing. */
static gboolean is_header(const guint8 *line, gsize size) {
  if (size < 1 + DELIMITERS || g_ascii_toupper((char)line[0]) != 'H')
    return FALSE;
  for (guint i = 1; i <= DELIMITERS; i++) {
    if (!g_ascii_ispunct((char)line[i]) || memchr(line + 1, line[i], i - 1))
      return FALSE;
  }
  return size == 1 + DELIMITERS || line[1 + DELIMITERS] == line[1];
}

/* Offset of a header in the line, or size. */
static gsize find_header(const guint8 *line, gsize size) {
  gsize i = 0;
  while (i < size && !is_header(line + i, size - i))
    i++;
  return i;
}

typedef struct {
  LimsAstmReader *reader;
  GByteArray *message; /* NULL: none open */
  LimsAstmTail tail;
} Text;

static void end_message(Text *text) {
  if (text->message)
    lims_astm_reader_add_text(text->reader, g_steal_pointer(&text->message));
}

static void add_line(Text *text, const guint8 *line, gsize size) {
  if (!text->message) {
    text->message = g_byte_array_new();
    lims_astm_tail_init(&text->tail);
    text->reader->notes[LIMS_ASTM_NOTE_BARE_TEXT]++;
  }
  g_byte_array_append(text->message, line, (guint)size);
  g_byte_array_append(text->message, (const guint8 *)"\r", 1);
  lims_astm_tail_add(&text->tail, line, size, TRUE);
  if (lims_astm_tail_is_terminator(&text->tail))
    end_message(text);
  else
    lims_astm_tail_add(&text->tail, (const guint8 *)"\r", 1, TRUE);
}

/* TRUE if bytes just before are a frame's beginning whose number was damaged: this is no bare text. */
static gboolean stands_in_frame(const LimsAstmReader *reader, gsize at) {
  return (at >= 1 && reader->bytes[at - 1] == LIMS_ASTM_STX) ||
         (at >= 2 && reader->bytes[at - 2] == LIMS_ASTM_STX);
}

static void read_line(Text *text, gsize from, gsize to) {
  const guint8 *line = text->reader->bytes + from;
  gsize size = to - from, header = find_header(line, size);
  if (lims_astm_text_is_blank(line, size))
    return;
  if (header < size && !stands_in_frame(text->reader, from + header)) {
    end_message(text);
    if (header > 0)
      lims_astm_reader_reject(text->reader, "no-frame", from, from + header);
    add_line(text, line + header, size - header);
  } else if (text->message) {
    add_line(text, line, size);
  } else {
    lims_astm_reader_reject(text->reader, "no-frame", from, to);
  }
}

static gsize line_end(const guint8 *bytes, gsize from, gsize to) {
  while (from < to && bytes[from] != LIMS_ASTM_CR && bytes[from] != LIMS_ASTM_LF)
    from++;
  return from;
}

void lims_astm_reader_read_text(LimsAstmReader *reader, gsize from, gsize to) {
  Text text = {.reader = reader};
  gsize lf = 0;
  guint texts = reader->out->texts->len;
  while (from < to) {
    gsize end = line_end(reader->bytes, from, to);
    read_line(&text, from, end);
    lf += end < to && reader->bytes[end] == LIMS_ASTM_LF;
    from = end + 1;
  }
  end_message(&text);
  if (lf > 0 && reader->out->texts->len > texts)
    reader->notes[LIMS_ASTM_NOTE_LINE_ENDS]++;
}
