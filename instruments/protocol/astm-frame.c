/* ASTM frames and what their text ends in: no state of a session here.
 *
 * Text arrives in pieces that end anywhere. Senders differ: a record a frame, all records in one, a record
 * split over many; some leave out the CR before ETX. To say whether a message is whole it is enough to
 * remember how its last record begins, whatever its length.
 */
#include "instruments/protocol/astm-private.h"
#include <string.h>

#define FRAME_START 2 /* STX, FN */

guint8 lims_astm_checksum(const guint8 *bytes, gsize size) {
  guint8 sum = 0;
  for (gsize i = 0; i < size; i++)
    sum = (guint8)(sum + bytes[i]);
  return sum;
}

GBytes *lims_astm_frame_new(guint number, const guint8 *text, gsize size, gboolean last) {
  const guint8 start[] = {LIMS_ASTM_STX, (guint8)('0' + number % 8)};
  const guint8 end = last ? LIMS_ASTM_ETX : LIMS_ASTM_ETB;
  GByteArray *frame = g_byte_array_sized_new((guint)size + 7);
  g_byte_array_append(frame, start, sizeof start);
  g_byte_array_append(frame, text, (guint)size);
  g_byte_array_append(frame, &end, 1);
  char trailer[8];
  g_snprintf(trailer, sizeof trailer, "%02X\r\n", lims_astm_checksum(frame->data + 1, frame->len - 1));
  g_byte_array_append(frame, (const guint8 *)trailer, 4);
  return g_byte_array_free_to_bytes(frame);
}

gboolean lims_astm_frame_text(const guint8 *frame, gsize size, const guint8 **text, gsize *text_size,
                              gboolean *last) {
  if (size < FRAME_START + 1 || frame[0] != LIMS_ASTM_STX)
    return FALSE;
  for (gsize i = FRAME_START; i < size; i++) {
    if (frame[i] != LIMS_ASTM_ETX && frame[i] != LIMS_ASTM_ETB)
      continue;
    *text = frame + FRAME_START;
    *text_size = i - FRAME_START;
    *last = frame[i] == LIMS_ASTM_ETX;
    return TRUE;
  }
  return FALSE;
}

static gboolean is_blank(guint8 byte) {
  return byte == ' ' || byte == '\t' || byte == LIMS_ASTM_CR || byte == LIMS_ASTM_LF;
}

gboolean lims_astm_text_is_blank(const guint8 *text, gsize size) {
  for (gsize i = 0; i < size; i++) {
    if (!is_blank(text[i]))
      return FALSE;
  }
  return TRUE;
}

static gsize skip_blanks(const guint8 *text, gsize size) {
  gsize i = 0;
  while (i < size && is_blank(text[i]))
    i++;
  return i;
}

gboolean lims_astm_text_begins_message(const guint8 *text, gsize size) {
  gsize i = skip_blanks(text, size);
  return size - i >= 2 && g_ascii_toupper((char)text[i]) == 'H' && g_ascii_ispunct((char)text[i + 1]);
}

gboolean lims_astm_text_begins_record(const guint8 *text, gsize size, guint8 field) {
  if (lims_astm_text_begins_message(text, size))
    return TRUE;
  if (size < 2 || !strchr("POCRQLMS", g_ascii_toupper((char)text[0])) || text[0] == 0 || text[1] != field)
    return FALSE;
  gsize i = 2;
  while (i < size && g_ascii_isdigit((char)text[i]))
    i++;
  return i > 2 && (i == size || text[i] == field || text[i] == LIMS_ASTM_CR);
}

void lims_astm_tail_init(LimsAstmTail *tail) {
  *tail = (LimsAstmTail){.field = '|'};
}

static void tail_add_byte(LimsAstmTail *tail, guint8 byte) {
  if (byte == LIMS_ASTM_CR) {
    tail->closed = tail->head_size > 0;
    return;
  }
  if ((tail->closed || tail->head_size == 0) && is_blank(byte))
    return;
  if (tail->closed) {
    tail->closed = FALSE;
    tail->head_size = 0;
  }
  if (tail->head_size == sizeof tail->head)
    return;
  tail->head[tail->head_size++] = byte;
  if (tail->head_size == 2 && g_ascii_toupper((char)tail->head[0]) == 'H')
    tail->field = byte;
}

/* TRUE if the record before `text` ends where the last frame ended although its CR is missing. */
static gboolean lacks_cr(const LimsAstmTail *tail, const guint8 *text, gsize size) {
  return tail->frame_end && tail->head_size > 0 && !tail->closed &&
         lims_astm_text_begins_record(text, size, tail->field);
}

void lims_astm_tail_add(LimsAstmTail *tail, const guint8 *text, gsize size, gboolean last) {
  if (lacks_cr(tail, text, size))
    tail->closed = TRUE;
  for (gsize i = 0; i < size; i++)
    tail_add_byte(tail, text[i]);
  tail->frame_end = last;
}

gboolean lims_astm_tail_is_terminator(const LimsAstmTail *tail) {
  return tail->head_size > 0 && g_ascii_toupper((char)tail->head[0]) == 'L' &&
         (tail->head_size == 1 || tail->head[1] == tail->field);
}

gboolean lims_astm_tail_breaks_at(const LimsAstmTail *tail, const guint8 *text, gsize size) {
  return lims_astm_text_begins_message(text, size) && (tail->closed || lacks_cr(tail, text, size));
}

GByteArray *lims_astm_frames_join(GPtrArray *frames) {
  GByteArray *joined = g_byte_array_new();
  LimsAstmTail tail;
  lims_astm_tail_init(&tail);
  for (guint i = 0; i < frames->len; i++) {
    gsize size, text_size;
    const guint8 *frame = g_bytes_get_data(frames->pdata[i], &size), *text;
    gboolean last;
    if (!lims_astm_frame_text(frame, size, &text, &text_size, &last))
      continue;
    if (lacks_cr(&tail, text, text_size))
      g_byte_array_append(joined, (const guint8 *)"\r", 1);
    g_byte_array_append(joined, text, (guint)text_size);
    lims_astm_tail_add(&tail, text, text_size, last);
  }
  return joined;
}

gboolean lims_astm_text_is_whole(const guint8 *text, gsize size) {
  LimsAstmTail tail;
  lims_astm_tail_init(&tail);
  lims_astm_tail_add(&tail, text, size, TRUE);
  return lims_astm_tail_is_terminator(&tail);
}
