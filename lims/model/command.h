/* Commands: everything a person does to the model, one table, run by HTTP and by limsctl alike.
 *
 * A command checks its parameters (fields.h), runs inside a store job, and answers with JSON. Every command
 * that writes leaves its audit row here, in one place, so that none can forget it: run functions and the
 * models below write none. Tables of the same form stand in command-result.h and its neighbours, and above
 * the model (held, report).
 */
#pragma once
#include "lims/model/fields.h"
#include "lims/model/person.h"
#include "lims/store/store.h"
#include <json-glib/json-glib.h>

/* `args` was checked against the command's fields. *out: a new node.
 *
 * add and import answer an object: "key" (what a person calls the new row: a code, a login, a sample number,
 * an id as text; an import has "rows", the number, instead), "lab" (the code of the laboratory whose row it
 * is; absent for what all share), and "sample-id" where a sample's held results may now go through. list
 * answers an array of such objects, each with its "key" and its "id"; it takes `limit` and `after` (the "id"
 * of the last row seen). show answers one object. Ids are text, times ISO 8601 in the laboratory's zone; what
 * is absent is absent, not "". */
typedef gboolean (*LimsCommandRun)(LimsDb *db, GHashTable *args, const char *who, JsonNode **out,
                                   GError **error);

/* A table ends with a row whose noun is NULL. */
typedef struct {
  const char *noun, *verb;
  const LimsField *fields; /* NULL: none */
  LimsCommandRun run;
  gboolean writes; /* needs the writer; else any reader will do */
  gboolean
      frees_held; /* held results may go through after it: the caller's retry_held runs in the same job */
  LimsRole role;  /* the least that may */
  const char *summary; /* one line */
  /* NULL: it always does what `writes` says. Else the name of a yes-no parameter: without a yes it only shows
   * what it would do, and any reader will do. */
  const char *only_with;
} LimsCommand;

/* Whether it writes with these arguments. */
gboolean lims_command_writes(const LimsCommand *command, GHashTable *args);

/* lab, division, site, user, sample, preparation, station, audit. */
extern const LimsCommand LIMS_MODEL_COMMANDS[];

/* NULL if the table has none. */
const LimsCommand *lims_command_find(const LimsCommand *table, const char *noun, const char *verb);

/* Who runs it, from where, and what the program hands the model from layers above it. */
typedef struct {
  const char *who; /* login */
  const char *via; /* "http" "limsctl" "demo" */
  /* lims_held_retry; NULL: nothing is retried. sample = 0: all of the laboratory. */
  gboolean (*retry_held)(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error);
} LimsCommandCaller;

/* Checks, runs, retries what was held ("results" of the answer says how many went through), writes the audit.
 * Inside one store job: the writer's if the command writes. */
gboolean lims_command_run(const LimsCommand *command, LimsDb *db, GHashTable *args,
                          const LimsCommandCaller *caller, JsonNode **out, GError **error);
