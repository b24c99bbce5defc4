/* Preparations: how much of a sample went into how much solution. A value of the measured solution is judged
 * only with one, by the formula of its method: as a rule value × volume × dilution / mass, the blank
 * subtracted. A later row replaces an earlier one; none is changed.
 */
#pragma once
#include "lims/judge/judge.h"
#include "lims/store/store.h"

/* Numbers as a person typed them: exact decimals, see lims/core/decimal.h. */
typedef struct {
  guint lab;
  gint64 sample;
  const char *analyte; /* any name; NULL: for all analytes of the sample */
  const char *mass,
      *mass_unit; /* above 0; a unit of mass, or of a liquid one of volume: then mg/L come out */
  const char *volume, *volume_unit; /* above 0; a unit of volume */
  const char *dilution;             /* above 0; NULL: 1 */
  const char *blank, *blank_unit;   /* of the solution, a mass concentration; both or neither */
  const char *recovery;             /* %, such as 95; counts where the method's formula has it; or NULL */
  const char *moisture;             /* % of the sample as taken, 0 to below 100; or NULL */
  const char *who;
} LimsPreparationNew;

/* Also judges the sample anew. Results that were held for want of it are retried by the caller (ingest). */
gboolean lims_preparation_add(LimsDb *db, const LimsPreparationNew *preparation, gint64 *out_id,
                              GError **error);
/* CSV with the columns sample, mass, mass-unit, volume, volume-unit and, if wanted, lab, dilution, blank,
 * blank-unit, recovery, moisture, analyte; headings in Chinese are known too. UTF-8 or GB18030; all rows or
 * none. `lab` (may be NULL): of rows that name none; without it a sample is found in any. *out_ids (may be
 * NULL): GPtrArray of char *, in the order of the rows. */
gboolean lims_preparation_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                                 const char *lab, const char *who, GPtrArray **out_ids, GError **error);
/* Of one sample, oldest first. Columns: id, analyte's code, mass, mass unit, volume, volume unit, dilution,
 * blank, blank unit, recovery, moisture, entered by, at. */
LimsQuery *lims_preparation_query(LimsDb *db, guint lab, gint64 sample, GError **error);

/* One row read for the judge. */
typedef struct {
  char *analyte; /* code; NULL: for all */
  LimsPreparation preparation;
} LimsPreparationRow;
/* All of a sample, newest first: LimsPreparationRow, with clear function. A row that the judge cannot use (a
 * unit that is no longer known) is LIMS_ERROR_INTERNAL. */
GArray *lims_preparation_read(LimsDb *db, guint lab, gint64 sample, GError **error);
