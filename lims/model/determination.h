/* Determinations: the values of a sample that count, each from a reading of the wire or entered by a person.
 *
 * A row is never changed. What corrects it, ties it to another sample or takes it back is a new row that says
 * why and who; the old one only says by which it was replaced.
 */
#pragma once
#include "lims/store/store.h"

typedef struct {
  guint lab;
  gint64 sample;
  const char *analyte;
  gint64 reading, transmission; /* 0: entered by hand */
  const char *printed, *state;  /* state: lims_value_state_name */
  const char *number;           /* plain decimal or NULL */
  const char *unit, *basis;     /* canonical unit name; "sample" "solution" "screen" */
  guint replicate;
  const char *method;    /* or NULL */
  const char *person;    /* login, operator as sent, or "unattended" */
  gint64 measured_at_us; /* 0: unknown */
  gint64 arrived_us;
  gint64 replaces;    /* the row before; 0: none */
  const char *reason; /* why it does; NULL: it replaces none */
} LimsDeterminationRow;

/* New row; *out_id may be NULL. One that replaces a row which was replaced already is LIMS_ERROR_CONFLICT. */
gboolean lims_determination_add(LimsDb *db, const LimsDeterminationRow *row, gint64 *out_id, GError **error);
/* Of a row as it lies in the table: a row of this state replaces it and counts itself no more. */
#define LIMS_DETERMINATION_WITHDRAWN "withdrawn"
gboolean lims_determination_withdraw(LimsDb *db, const LimsDeterminationRow *row, gint64 id,
                                     const char *reason, const char *who, GError **error);

/* A row as it lies in the table. */
typedef struct {
  LimsDeterminationRow row; /* texts: owned by `texts` */
  gint64 id;
  gint64 replaced_by; /* 0: it counts */
  GStringChunk *texts;
} LimsDeterminationStored;
void lims_determination_stored_free(LimsDeterminationStored *stored);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsDeterminationStored, lims_determination_stored_free)
/* LIMS_ERROR_NOT_FOUND: there is none of this id. */
LimsDeterminationStored *lims_determination_read(LimsDb *db, gint64 id, GError **error);
