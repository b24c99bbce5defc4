/* A driver: what one make and model sends, as data. config/drivers/NAME.ini and NAME.csv; README "Add an
 * analyzer".
 *
 * The .ini binds a protocol to line settings and says where each field lies; the .csv maps the analyzer's
 * codes to the catalogue's analytes, units and basis. A driver says where its capture comes from (`origin`):
 * "synthetic", "published" or "hardware"; only the last two are confirmed. Immutable after loading: shared
 * between threads.
 */
#pragma once
#include "instruments/protocol/protocol.h"
#include "instruments/reading.h"
#include "lims/core/ini.h"
#include "lims/core/text.h"

typedef struct LimsDriver LimsDriver; /* reference counted */

/* Line settings the driver asks for; a [line] group of limsd.conf may override. */
typedef struct {
  int baud, data_bits, stop_bits;
  char parity; /* 'n' 'e' 'o' */
  char flow;   /* 'n', 'h' RTS/CTS, 's' XON/XOFF */
} LimsLineSettings;

/* Loads DIRECTORY/NAME.ini and .csv; an error names file, line and key. */
LimsDriver *lims_driver_load(const char *directory, const char *name, GError **error);
/* From now on drivers by name come from that directory; NULL: changes nothing. A program calls it before it
 * makes threads, for it is kept in the environment ($LIMS_DRIVERS), where a person can set it too. */
void lims_driver_use_directory(const char *directory);
/* From $LIMS_DRIVERS, else lims_data_path("drivers"). */
LimsDriver *lims_driver_load_named(const char *name, GError **error);
GPtrArray *lims_driver_list_names(const char *directory, GError **error); /* char * */
LimsDriver *lims_driver_ref(LimsDriver *driver);
void lims_driver_unref(LimsDriver *driver);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsDriver, lims_driver_unref)

const char *lims_driver_name(const LimsDriver *driver);
const char *lims_driver_title(const LimsDriver *driver);    /* make and model */
const char *lims_driver_protocol(const LimsDriver *driver); /* "astm" … */
const char *lims_driver_origin(const LimsDriver *driver);   /* "synthetic" "published" "hardware" */
gboolean lims_driver_confirmed(const LimsDriver *driver);
const LimsLineSettings *lims_driver_line_settings(const LimsDriver *driver);
const LimsIni *lims_driver_ini(const LimsDriver *driver);
LimsEncoding lims_driver_encoding(const LimsDriver *driver);

/* Every key of NAME.ini with its meaning, as a commented sample file; g_free. */
char *lims_driver_sample(void);

/* One row of NAME.csv. */
typedef struct {
  const char *code, *analyte, *unit, *method;
  LimsBasis basis;
} LimsDriverCode;
const LimsDriverCode *lims_driver_find_code(const LimsDriver *driver, const char *code); /* NULL: unknown */
const LimsDriverCode *lims_driver_codes(const LimsDriver *driver, guint *count);

/* A new machine that receives from (as the LIMS) or plays (as the analyzer) this make. time_scale as in
 * astm.h. */
LimsProtocol *lims_driver_protocol_new(const LimsDriver *driver, gboolean as_instrument, guint time_scale);

/* Frames of one transmission, in order (GBytes *), to readings. `zone`: of an instrument's times, NULL:
 * UTC+8. Never fails: what it cannot read is in ->undecoded. */
LimsDecoded *lims_driver_decode(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone);

/* A capture file, leniently: begins inside a session, bare record text, editors' line ends; each leniency
 * used and each rejected piece is told. */
typedef struct {
  GPtrArray *messages; /* LimsDecoded * */
  GPtrArray *rejects;  /* LimsUndecoded *: record = byte offset in the file */
  GPtrArray *notes;    /* char *: what was taken leniently, or "not of this protocol: …" */
  GPtrArray *texts;    /* GBytes *: each message as text to send again (replay) */
} LimsCapture;
LimsCapture *lims_driver_read_capture(const LimsDriver *driver, const guint8 *bytes, gsize size,
                                      GTimeZone *zone);
void lims_capture_free(LimsCapture *capture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsCapture, lims_capture_free)
