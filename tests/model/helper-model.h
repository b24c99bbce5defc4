/* A store in a directory of its own, jobs on its writer, commands as a person gives them, and a small
 * catalogue. */
#pragma once
#include "lims/model/command.h"

typedef struct {
  char *directory;
  LimsStore *store;
} Fixture;

void fixture_open(Fixture *fixture, gconstpointer data);
void fixture_close(Fixture *fixture, gconstpointer data);
#define MODEL_TEST(path, function) g_test_add(path, Fixture, NULL, fixture_open, function, fixture_close)

/* On the writer's thread; the test fails if the job does. */
void must_write(Fixture *fixture, LimsStoreJob job, gpointer data);
/* One statement without parameters. */
void must_execute(Fixture *fixture, const char *sql);
/* The one number that a query gives; -1 if there is no row. */
gint64 read_int(Fixture *fixture, const char *sql);
/* The one text; NULL if there is no row or it is NULL. g_free. */
char *read_text(Fixture *fixture, const char *sql);
#define assert_text(fixture, sql, expected)                                                                  \
  do {                                                                                                       \
    g_autofree char *text_read = read_text(fixture, sql);                                                    \
    g_assert_cmpstr(text_read, ==, expected);                                                                \
  } while (0)

/* "lab add" with pairs name, value, ended by NULL, as user "wang" over "test". NULL with an error if it is
 * refused. */
JsonNode *run_command(Fixture *fixture, GError **error, const char *command, ...) G_GNUC_NULL_TERMINATED;
/* The same, when it must be done: its "key". g_free. */
char *must_add(Fixture *fixture, const char *command, ...) G_GNUC_NULL_TERMINATED;
/* Runs it and expects that code and those words in the message. */
void must_refuse(Fixture *fixture, LimsErrorCode code, const char *words, const char *command,
                 ...) G_GNUC_NULL_TERMINATED;
/* A command with a file's bytes. */
JsonNode *run_file_command(Fixture *fixture, GError **error, const char *command, const char *name,
                           const char *bytes, gssize size);

/* Each of the texts stands in the message, one after the other. */
void assert_in_order(const char *message, const char *const *said, guint count);

/* Laboratories CITY (0) and GX (1), a site M1 of each, user "wang" at both; and a small catalogue: spinach
 * with chlorpyrifos at most 0.02 mg/kg, carbofuran banned, cadmium at most 0.2 mg/kg, in force from 2020. */
void add_places(Fixture *fixture);
#define GX 1u

/* A sample of spinach at M1, produced on 2026-11-20, under the client's number: its id. */
gint64 add_spinach(Fixture *fixture, const char *lab, const char *client);

/* A value of a sample of GX. What is left out is usual: without a number it was not detected; mg/kg of the
 * sample. */
typedef struct {
  gint64 sample;
  const char *analyte, *number, *state, *unit, *basis, *method;
  guint replicate;
  gint64 transmission;        /* 0: entered by hand */
  gint64 id;                  /* out, of adding */
  gboolean needs_preparation; /* out, of judging */
} Value;
/* Jobs on a Value. */
gboolean add_value_job(LimsDb *db, gpointer value, GError **error);
gboolean judge_value_job(LimsDb *db, gpointer value, GError **error);
gboolean add_judged_value_job(LimsDb *db, gpointer value, GError **error);
/* Their ids. */
gint64 add_value(Fixture *fixture, Value value);
gint64 add_judged_value(Fixture *fixture, Value value);
/* What changed rules asked for, to its end. */
void must_judge_anew(Fixture *fixture);
