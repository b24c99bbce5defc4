/* Determinations: the values of a sample that count, each from a reading of the wire or entered by a person.
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
} LimsDeterminationRow;

/* New row; *out_id may be NULL. */
gboolean lims_determination_add(LimsDb *db, const LimsDeterminationRow *row, gint64 *out_id, GError **error);
