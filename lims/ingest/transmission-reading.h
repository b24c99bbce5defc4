/* Readings as rows of the store: from a decoded message or from the table, one form for both, so that what
 * was held goes the same way later that it would have gone at once.
 */
#pragma once
#include "instruments/reading.h"
#include "lims/store/store.h"

/* Texts belong to the LimsReadingRows or to the message it was made of. */
typedef struct {
  gint64 id;     /* 0: not to be written (lims_placing_sift_repeats) */
  gint64 sample; /* 0: not tied */
  guint n;       /* place in the transmission, from 1 */
  const char *specimen, *code;
  const char *analyte; /* the catalogue's code; as long as it is not tied, what the driver says, or NULL */
  const char *kind, *printed, *state;
  const char *number; /* plain decimal or NULL */
  const char *unit, *basis;
  const char *method; /* or NULL */
  const char *flags, *status, *operator_id, *instrument, *measured_at;
  gint64 measured_at_us; /* 0: unknown */
  guint replicate;
} LimsReadingRow;

typedef struct {
  GArray *rows; /* LimsReadingRow */
  GStringChunk *texts;
} LimsReadingRows;

/* `decoded` must outlive the rows. Ids are 0 until lims_reading_rows_number. */
LimsReadingRows *lims_reading_rows_new(const LimsDecoded *decoded);
/* Those of the transmission, in its order; of one specimen, or (NULL) of all. NULL with error. */
LimsReadingRows *lims_reading_rows_read(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                                        GError **error);
void lims_reading_rows_free(LimsReadingRows *rows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsReadingRows, lims_reading_rows_free)

void lims_reading_rows_number(LimsReadingRows *rows, LimsDb *db, guint lab);
gboolean lims_reading_rows_insert(const LimsReadingRows *rows, LimsDb *db, guint lab, gint64 transmission,
                                  GError **error);
/* Writes sample, analyte, unit, basis and method of a row that is in the table. */
gboolean lims_reading_row_update(const LimsReadingRow *row, LimsDb *db, guint lab, GError **error);

gboolean lims_reading_row_is_sample(const LimsReadingRow *row); /* no blank, standard or control */

/* One specimen of a message: its readings that may become results. LimsReadingRow *, of the LimsReadingRows.
 */
typedef struct {
  const char *name;
  GPtrArray *all;  /* all but blanks, standards and controls */
  GPtrArray *rows; /* those of them that are to be placed */
} LimsSpecimen;
LimsSpecimen *lims_specimen_new(const char *name);
void lims_specimen_free(LimsSpecimen *specimen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsSpecimen, lims_specimen_free)
/* GPtrArray of LimsSpecimen *, in the order of their first reading; all rows are to be placed. */
GPtrArray *lims_specimens_of(const LimsReadingRows *rows);
