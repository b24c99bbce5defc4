/* What `limsctl decode` prints: a capture as JSON lines.
 *
 * One line a reading: specimen, code, value (as printed), unit, state, flags, status, measured_at (ISO 8601,
 * as precise as sent, or null), kind; analyte, operator when there is one, replicate. What was rejected is a
 * line with "rejected" (the reason), "at" (byte offset in the file) or "message" and "record" (numbers from
 * 1), and "text"; what was taken leniently is a line with "note". Notes come first, then the messages in
 * order, then rejected bytes.
 */
#pragma once
#include "instruments/driver.h"

/* `zone`: as in lims_driver_decode(). Never NULL; "" for an empty file; g_free. */
char *lims_decode_json_lines(const LimsDriver *driver, const guint8 *bytes, gsize size, GTimeZone *zone);
/* One reading as such a line, without the line end; g_free. */
char *lims_decode_reading_json(const LimsReading *reading);
