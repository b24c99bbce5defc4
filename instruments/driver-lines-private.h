/* Inside a driver's half of text lines: what loading (driver-lines.c), reading (driver-lines-rows.c) and
 * captures (driver-lines-capture.c) share.
 */
#pragma once
#include "instruments/driver-private.h"
#include "instruments/protocol/lines.h"

typedef enum { LIMS_LAYOUT_DELIMITED, LIMS_LAYOUT_FIXED, LIMS_LAYOUT_PATTERN } LimsLinesLayoutKind;

typedef struct {
  gboolean used;
  const char *heading; /* by heading */
  guint first, last;   /* from 1: position (both the same), or bytes from-to */
} LimsLinesColumn;

/* What [lines] and [columns] become. */
struct LimsLinesLayout {
  LimsLinesLayoutKind kind;
  const char *separator;
  guint fields;
  gboolean header, has_records;
  LimsLinesColumn columns[LIMS_ROW_FIELDS];
  GRegex *pattern;
  GPtrArray *records, *ignored; /* LimsPattern * */
  LimsPattern *start;
  char **means;
  LimsLinesEnd end;
};

/* The machine's settings without polling; the machine frees what they hold. */
void lims_driver_lines_set(LimsLinesSettings *settings, const LimsDriver *driver);
LimsDecoded *lims_driver_lines_decode(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone);
LimsCapture *lims_driver_lines_read_capture(const LimsDriver *driver, const guint8 *bytes, gsize size,
                                            GTimeZone *zone);
/* The window of a frame without its line end, and without the breaks and page feeds before the text. */
void lims_driver_lines_trim(const guint8 **bytes, gsize *size);
