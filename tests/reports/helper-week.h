/* A small network with two weeks of work in it, written straight into a store: every kind of verdict, names
 * that a spreadsheet would take for formulas, a void, held results, corrections, and issues between them.
 */
#pragma once
#include "lims/store/store.h"

#define FIXTURE_WEEK 202647

typedef struct {
  gint64 first_issue;  /* position of the issue of week 46 */
  gint64 second_issue; /* position of an issue in the middle of week 47 */
  gint64 newest;
} Fixture;

/* Statements, ending with NULL. */
extern const char *const FIXTURE_NETWORK[];

/* A store job; data: Fixture *. */
gboolean fixture_fill(LimsDb *db, gpointer data, GError **error);
