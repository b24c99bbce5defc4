/* Inside a driver: what its files become, shared by the protocols' halves (driver-astm.c, driver-lines.c).
 *
 * A protocol reads a message into rows of named fields; driver-reading.c makes readings of them, so that
 * words, numbers, kinds and replicates mean the same whatever the wire is.
 */
#pragma once
#include "instruments/driver-pattern.h"
#include "instruments/driver.h"
#include "lims/core/csv.h"

typedef enum {
  LIMS_ROW_SPECIMEN,
  LIMS_ROW_CODE,
  LIMS_ROW_VALUE,
  LIMS_ROW_UNIT,
  LIMS_ROW_FLAGS,
  LIMS_ROW_STATUS,
  LIMS_ROW_OPERATOR,
  LIMS_ROW_INSTRUMENT,
  LIMS_ROW_STARTED,
  LIMS_ROW_COMPLETED,
  LIMS_ROW_DATE, /* lines: date and time in two columns are joined to `completed` */
  LIMS_ROW_TIME,
  LIMS_ROW_REPLICATE,
  LIMS_ROW_FIELDS
} LimsRowField;

const char *lims_row_field_name(LimsRowField field);

/* Where a text lies: a named field, or an ASTM record's field such as O.3.1. */
typedef struct {
  char record;   /* 0: `field` counts */
  guint number;  /* of the field in the record, 1 = the type */
  int component; /* from 1; 0: the whole field; LIMS_COMPONENT_FIRST: the first that is not empty */
  LimsRowField field;
} LimsSource;
#define LIMS_COMPONENT_FIRST (-1)
gboolean lims_source_parse(const char *text, LimsSource *out);

/* A message's row as a protocol found it. `read` gives the text at a source for this row, or NULL; g_free. */
typedef struct {
  char *fields[LIMS_ROW_FIELDS]; /* owned; NULL: the protocol has none */
  guint record;
  gboolean is_mean; /* the analyzer's own mean of replicates */
  char *(*read)(const LimsSource *source, gconstpointer data);
  gconstpointer data;
} LimsRow;
void lims_row_clear(LimsRow *row);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsRow, lims_row_clear)

/* Collects the readings of one message. */
typedef struct {
  const LimsDriver *driver;
  GTimeZone *zone;
  LimsDecoded *decoded;
  GHashTable *replicates; /* specimen, code (and time of a polled history) → how many so far */
} LimsReader;
void lims_reader_init(LimsReader *reader, const LimsDriver *driver, GTimeZone *zone, LimsDecoded *decoded);
void lims_reader_clear(LimsReader *reader);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsReader, lims_reader_clear)
void lims_reader_add(LimsReader *reader, const LimsRow *row);
/* Takes `body`; the digest is over it and `extra` (NULL: nothing). */
void lims_decoded_set_body(LimsDecoded *decoded, char *body, const char *extra);

/* What a driver needs of a protocol. */
typedef struct {
  const char *name;
  gboolean (*load)(LimsDriver *driver, GError **error);
  void (*free)(LimsDriver *driver);
  LimsProtocol *(*machine_new)(const LimsDriver *driver, gboolean as_instrument, guint time_scale);
  LimsDecoded *(*decode)(const LimsDriver *driver, GPtrArray *frames, GTimeZone *zone);
  LimsCapture *(*read_capture)(const LimsDriver *driver, const guint8 *bytes, gsize size, GTimeZone *zone);
  /* An instrument's time: FALSE if unreadable; *iso as precise as sent. */
  gboolean (*read_time)(const LimsDriver *driver, const char *text, GTimeZone *zone, gint64 *us, char **iso);
} LimsDriverProtocol;
extern const LimsDriverProtocol lims_driver_astm, lims_driver_lines;

typedef struct {
  LimsReadingKind kind;
  LimsSource source;
  LimsPattern *pattern;
} LimsKindRule;

typedef struct LimsAstmLayout LimsAstmLayout;
typedef struct LimsLinesLayout LimsLinesLayout;

struct LimsDriver {
  gatomicrefcount references;
  char *name;
  char *title;
  LimsIni *ini;
  const LimsDriverProtocol *protocol;
  LimsLineSettings line;
  LimsEncoding encoding;
  LimsCsv *csv;  /* owns the texts of codes */
  GArray *codes; /* LimsDriverCode, in file order */
  GHashTable *code_index;
  LimsValueRules rules;
  GHashTable *status_words, *flag_words; /* as LimsValueRules.words */
  GPtrArray *kinds;                      /* LimsKindRule * */
  LimsAstmLayout *astm;
  LimsLinesLayout *lines;
  gboolean is_history; /* polled: each answer repeats what earlier ones had */
};

extern const LimsIniKey lims_driver_keys[];

gboolean lims_driver_load_codes(LimsDriver *driver, const char *path, GError **error);
gboolean lims_driver_load_values(LimsDriver *driver, GError **error);
gboolean lims_driver_load_kinds(LimsDriver *driver, GError **error);
LimsCapture *lims_capture_new(void);
