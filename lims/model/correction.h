/* Correcting results: a value that was sent or typed wrongly, a vial that was scanned wrongly, a value that
 * is none. In each case new rows replace the old ones, with who and why (determination.h), and the samples
 * are judged anew as they then are. Refused for voided samples, and for rows that were replaced already.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  gint64 id;         /* of the result */
  const char *value; /* as a person types it: "0.35", "未检出", "<0.01 mg/kg" */
  const char *unit;  /* NULL: the one in the value, else the result's own */
  const char *why, *who;
} LimsCorrection;
gboolean lims_correction_value(LimsDb *db, const LimsCorrection *correction, gint64 *out_id, GError **error);

typedef struct {
  gint64 id;             /* one result; or 0 and */
  gint64 transmission;   /* all results of the sample `from` that came with this transmission */
  const char *from, *to; /* samples of one laboratory, by any name; from: NULL with an id */
  const char *why, *who;
} LimsRelinking;
/* *out_sample: the id of `to`; *out_count: how many results were tied to it. */
gboolean lims_correction_relink(LimsDb *db, const LimsRelinking *relinking, gint64 *out_sample,
                                guint *out_count, GError **error);

gboolean lims_correction_withdraw(LimsDb *db, gint64 id, const char *why, const char *who, GError **error);
/* The same for those of a transmission's specimen, of that code or (code "") of all: a person declared them
 * to be no results. */
gboolean lims_correction_withdraw_specimen(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                                           const char *code, const char *why, const char *who,
                                           GError **error);
