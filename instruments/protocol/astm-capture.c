/* A saved ASTM capture, read leniently: see the header. The whole file is here, so nothing waits and no timer
 * runs.
 *
 * A file is cut into frames, control bytes and what lies between. A frame counts by its checksum, as saved or
 * after the line ends that an editor changed are put back; by its number, as on the line, for with a frame
 * missing the records after it would hang on the wrong order. Only a header frame begins again. A file in
 * which nothing looks like ASTM is rejected in one piece, with a note of what it looks like instead.
 */
#include "instruments/protocol/astm-capture-private.h"
#include <string.h>

static const char *const NOTES[LIMS_ASTM_NOTES] = {
    [LIMS_ASTM_NOTE_INSIDE_SESSION] = "begins inside a session",
    [LIMS_ASTM_NOTE_INSIDE_MESSAGE] = "begins inside a message",
    [LIMS_ASTM_NOTE_BARE_TEXT] = "record text without frames",
    [LIMS_ASTM_NOTE_LINE_ENDS] = "line ends changed by an editor: records end in LF",
    [LIMS_ASTM_NOTE_TRAILER] = "line ends changed by an editor: frames do not end in CR LF",
    [LIMS_ASTM_NOTE_CRLF_TO_CR] = "checksum right only after restoring CR LF to CR",
    [LIMS_ASTM_NOTE_LF_TO_CR] = "checksum right only after restoring LF to CR",
    [LIMS_ASTM_NOTE_LF_TO_CRLF] = "checksum right only after restoring LF to CR LF",
    [LIMS_ASTM_NOTE_REPEATED] = "repeated frames counted once",
    [LIMS_ASTM_NOTE_REPLIES] = "the receiver's replies are in the file too",
};

/* Offsets in the file. */
typedef struct {
  gsize start, text, end, next; /* STX, after FN, ETB or ETX, after the trailer */
} Span;

typedef struct {
  LimsAstmReader reader;
  GPtrArray *frames; /* GBytes *: of the open message */
  LimsAstmTail tail;
  GBytes *last;      /* last accepted frame of the session, or NULL */
  gboolean enquired; /* an ENQ was seen */
  guint accepted;    /* frames in the whole file */
} Frames;

void lims_astm_reader_reject(LimsAstmReader *reader, const char *reason, gsize from, gsize to) {
  if (to > from)
    g_ptr_array_add(reader->out->rejects,
                    lims_undecoded_new((guint)from, reason, reader->bytes + from, to - from));
}

void lims_astm_reader_add_text(LimsAstmReader *reader, GByteArray *text) {
  guint size = text->len;
  if (size > 1 && text->data[size - 1] == LIMS_ASTM_LF)
    size--;
  if (size == 0 || text->data[size - 1] != LIMS_ASTM_CR)
    g_byte_array_append(text, (const guint8 *)"\r", 1);
  g_ptr_array_add(reader->out->texts, g_byte_array_free_to_bytes(text));
}

/* ---- one frame ---- */

static GByteArray *replace(const guint8 *bytes, gsize size, const char *from, const char *to) {
  GByteArray *out = g_byte_array_sized_new((guint)size);
  gsize width = strlen(from);
  for (gsize i = 0; i < size;) {
    gboolean match = size - i >= width && memcmp(bytes + i, from, width) == 0;
    g_byte_array_append(out, match ? (const guint8 *)to : bytes + i, match ? (guint)strlen(to) : 1);
    i += match ? width : 1;
  }
  return out;
}

/* What editors and version control do to line ends, undone. */
static const struct {
  LimsAstmNote note;
  const char *from, *to;
} RESTORATIONS[] = {
    {LIMS_ASTM_NOTE_CRLF_TO_CR, "\r\n", "\r"},
    {LIMS_ASTM_NOTE_LF_TO_CR, "\n", "\r"},
    {LIMS_ASTM_NOTE_LF_TO_CRLF, "\n", "\r\n"},
};

/* FN..ETX as sent, or NULL if no restoration makes the checksum right. */
static GByteArray *restore(LimsAstmReader *reader, const Span *span, guint8 sum) {
  const guint8 *bytes = reader->bytes + span->start + 1;
  gsize size = span->end - span->start;
  if (lims_astm_checksum(bytes, size) == sum)
    return g_byte_array_append(g_byte_array_new(), bytes, (guint)size);
  for (guint i = 0; i < G_N_ELEMENTS(RESTORATIONS) && memchr(bytes, '\n', size); i++) {
    g_autoptr(GByteArray) text = replace(bytes, size, RESTORATIONS[i].from, RESTORATIONS[i].to);
    if (lims_astm_checksum(text->data, text->len) != sum)
      continue;
    reader->notes[RESTORATIONS[i].note]++;
    return g_steal_pointer(&text);
  }
  return NULL;
}

/* Two hex digits after ETB or ETX, and as much of CR LF as is there; FALSE if there are no digits. */
static gboolean read_trailer(LimsAstmReader *reader, Span *span, guint8 *sum) {
  gsize at = span->end + 1;
  if (reader->size - at < 2 || !g_ascii_isxdigit((char)reader->bytes[at]) ||
      !g_ascii_isxdigit((char)reader->bytes[at + 1]))
    return FALSE;
  *sum = (guint8)(g_ascii_xdigit_value((char)reader->bytes[at]) * 16 +
                  g_ascii_xdigit_value((char)reader->bytes[at + 1]));
  at += 2;
  gboolean cr = at < reader->size && reader->bytes[at] == LIMS_ASTM_CR;
  at += cr;
  gboolean lf = at < reader->size && reader->bytes[at] == LIMS_ASTM_LF;
  span->next = at + lf;
  reader->notes[LIMS_ASTM_NOTE_TRAILER] += !(cr && lf);
  return TRUE;
}

/* ---- messages ---- */

static void end_message(Frames *frames) {
  if (frames->frames->len > 0)
    lims_astm_reader_add_text(&frames->reader, lims_astm_frames_join(frames->frames));
  g_ptr_array_set_size(frames->frames, 0);
  lims_astm_tail_init(&frames->tail);
}

static void end_session(Frames *frames) {
  end_message(frames);
  g_clear_pointer(&frames->last, g_bytes_unref);
}

static guint number_of(GBytes *frame) {
  return ((const guint8 *)g_bytes_get_data(frame, NULL))[1] - '0';
}

/* As on the line; but a file may begin anywhere, and a header always begins a message. */
static gboolean number_is_due(const Frames *frames, guint number, const guint8 *text, gsize size) {
  if (frames->frames->len == 0 ? lims_astm_text_begins_message(text, size)
                               : lims_astm_tail_breaks_at(&frames->tail, text, size))
    return TRUE;
  if (frames->last)
    return number == (number_of(frames->last) + 1) % 8;
  return number == 1 || (!frames->enquired && frames->accepted == 0);
}

static void accept_frame(Frames *frames, GBytes *frame, const guint8 *text, gsize size, gboolean last) {
  LimsAstmReader *reader = &frames->reader;
  if (lims_astm_tail_breaks_at(&frames->tail, text, size))
    end_message(frames);
  if (!frames->enquired && frames->accepted == 0)
    reader->notes[LIMS_ASTM_NOTE_INSIDE_SESSION]++;
  g_clear_pointer(&frames->last, g_bytes_unref);
  frames->last = g_bytes_ref(frame);
  frames->accepted++;
  if (frames->frames->len == 0 && lims_astm_text_is_blank(text, size))
    return;
  if (frames->frames->len == 0 && !lims_astm_text_begins_message(text, size))
    reader->notes[LIMS_ASTM_NOTE_INSIDE_MESSAGE]++;
  g_ptr_array_add(frames->frames, g_bytes_ref(frame));
  lims_astm_tail_add(&frames->tail, text, size, last);
  if (last && lims_astm_tail_is_terminator(&frames->tail))
    end_message(frames);
}

static void take_frame(Frames *frames, const Span *span, const GByteArray *restored) {
  const guint8 *text = restored->data + 1;
  gsize size = restored->len - 2;
  gboolean last = restored->data[restored->len - 1] == LIMS_ASTM_ETX;
  guint number = restored->data[0] - '0';
  g_autoptr(GBytes) frame = lims_astm_frame_new(number, text, size, last);
  if (frames->last && g_bytes_equal(frame, frames->last))
    frames->reader.notes[LIMS_ASTM_NOTE_REPEATED]++;
  else if (number_is_due(frames, number, text, size))
    accept_frame(frames, frame, text, size, last);
  else
    lims_astm_reader_reject(&frames->reader, "frame-number", span->start, span->next);
}

/* ---- the file ---- */

static gboolean begins_frame(const LimsAstmReader *reader, gsize at) {
  return reader->bytes[at] == LIMS_ASTM_STX && at + 1 < reader->size && reader->bytes[at + 1] >= '0' &&
         reader->bytes[at + 1] <= '7';
}

static gboolean is_control(const LimsAstmReader *reader, gsize at) {
  return begins_frame(reader, at) ||
         (reader->bytes[at] != 0 && strchr("\x04\x05\x06\x15", reader->bytes[at]));
}

/* The end of the frame at `start`: FALSE if other control bytes or the file's end come first. */
static gboolean find_end(const LimsAstmReader *reader, Span *span) {
  for (span->end = span->text; span->end < reader->size; span->end++) {
    guint8 byte = reader->bytes[span->end];
    if (byte == LIMS_ASTM_ETX || byte == LIMS_ASTM_ETB)
      return TRUE;
    if (byte == LIMS_ASTM_EOT || byte == LIMS_ASTM_ENQ || begins_frame(reader, span->end))
      break;
  }
  span->next = span->end;
  return FALSE;
}

static gsize read_frame(Frames *frames, gsize at) {
  LimsAstmReader *reader = &frames->reader;
  Span span = {.start = at, .text = at + 2};
  guint8 sum = 0;
  const char *wrong = NULL;
  g_autoptr(GByteArray) restored = NULL;
  if (!find_end(reader, &span)) {
    wrong = "cut";
  } else if (!read_trailer(reader, &span, &sum)) {
    span.next = span.end + 1;
    wrong = span.next + 2 > reader->size ? "cut" : "bad-frame";
  } else if (span.end - span.text > LIMS_ASTM_MAX_TEXT) {
    wrong = "too-long";
  } else if (!(restored = restore(reader, &span, sum))) {
    wrong = "checksum";
  }
  if (wrong)
    lims_astm_reader_reject(reader, wrong, span.start, span.next);
  else
    take_frame(frames, &span, restored);
  return span.next;
}

/* What lies between frames and control bytes: text, or nothing we know. */
static gsize read_between(Frames *frames, gsize at) {
  LimsAstmReader *reader = &frames->reader;
  gsize end = at;
  while (end < reader->size && !is_control(reader, end))
    end++;
  const guint8 *bytes = reader->bytes + at;
  if (memchr(bytes, LIMS_ASTM_ETX, end - at) || memchr(bytes, LIMS_ASTM_ETB, end - at))
    lims_astm_reader_reject(reader, "no-frame", at, end);
  else
    lims_astm_reader_read_text(reader, at, end);
  return end;
}

static gsize read_control(Frames *frames, gsize at) {
  switch (frames->reader.bytes[at]) {
  case LIMS_ASTM_ENQ:
    frames->enquired = TRUE;
    end_session(frames);
    break;
  case LIMS_ASTM_EOT:
    end_session(frames);
    break;
  default:
    frames->reader.notes[LIMS_ASTM_NOTE_REPLIES]++;
  }
  return at + 1;
}

static void read_file(Frames *frames, gsize at) {
  LimsAstmReader *reader = &frames->reader;
  while (at < reader->size) {
    if (begins_frame(reader, at))
      at = read_frame(frames, at);
    else if (is_control(reader, at))
      at = read_control(frames, at);
    else
      at = read_between(frames, at);
  }
  end_session(frames);
}

/* ---- files of other protocols ---- */

/* A frame with a checksum, right or wrong, or a header's delimiters, or an enquiry: somebody meant ASTM. */
static gboolean looks_like_astm(const LimsAstmReader *reader) {
  for (gsize i = 0; i < reader->size; i++) {
    gsize left = reader->size - i;
    const guint8 *at = reader->bytes + i;
    if (at[0] == LIMS_ASTM_ENQ || (left > 4 && memcmp(at, "H|\\^&", 5) == 0))
      return TRUE;
    if ((at[0] == LIMS_ASTM_ETX || at[0] == LIMS_ASTM_ETB) && left > 2 && g_ascii_isxdigit((char)at[1]) &&
        g_ascii_isxdigit((char)at[2]))
      return TRUE;
  }
  return FALSE;
}

static const char *name_other(const LimsAstmReader *reader) {
  if (memchr(reader->bytes, 0x1e, reader->size) && memchr(reader->bytes, 0x1d, reader->size))
    return "not of this protocol: fields behind RS, checksum behind GS, as mini VIDAS sends; no E1381 frame";
  if (memchr(reader->bytes, LIMS_ASTM_STX, reader->size) &&
      memchr(reader->bytes, LIMS_ASTM_ETX, reader->size))
    return "not of this protocol: text between STX and ETX without a checksum, as Spotchem EL prints; no "
           "E1381 frame";
  return "not of this protocol: no E1381 frame and no header record";
}

static void say_notes(LimsAstmReader *reader) {
  LimsAstmCapture *out = reader->out;
  gboolean blank = lims_astm_text_is_blank(reader->bytes, reader->size);
  if (out->texts->len == 0 && !blank && !looks_like_astm(reader)) {
    g_ptr_array_set_size(out->rejects, 0);
    lims_astm_reader_reject(reader, "not-astm", 0, reader->size);
    g_ptr_array_add(out->notes, g_strdup(name_other(reader)));
    return;
  }
  for (guint i = 0; i < LIMS_ASTM_NOTES; i++) {
    if (reader->notes[i])
      g_ptr_array_add(out->notes, g_strdup(NOTES[i]));
  }
}

LimsAstmCapture *lims_astm_capture_read(const guint8 *bytes, gsize size) {
  LimsAstmCapture *out = g_new0(LimsAstmCapture, 1);
  out->texts = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  out->rejects = g_ptr_array_new_with_free_func((GDestroyNotify)lims_undecoded_free);
  out->notes = g_ptr_array_new_with_free_func(g_free);
  Frames frames = {.reader = {.bytes = bytes, .size = size, .out = out}};
  frames.frames = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  lims_astm_tail_init(&frames.tail);
  gboolean mark = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0; /* an editor's byte order mark */
  read_file(&frames, mark ? 3 : 0);
  say_notes(&frames.reader);
  g_ptr_array_unref(frames.frames);
  return out;
}

void lims_astm_capture_free(LimsAstmCapture *capture) {
  if (!capture)
    return;
  g_ptr_array_unref(capture->texts);
  g_ptr_array_unref(capture->rejects);
  g_ptr_array_unref(capture->notes);
  g_free(capture);
}
