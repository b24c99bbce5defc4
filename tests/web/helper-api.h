/* An API over a store of its own, and a server for it on a thread of its own. */
#pragma once
#include "lims/web/api.h"
#include "lims/web/server.h"

typedef struct {
  char *directory, *url, *socket;
  LimsStore *store;
  LimsApi *api;
} Fixture;
void fixture_open(Fixture *fixture, gconstpointer data);
void fixture_close(Fixture *fixture, gconstpointer data);

/* Commands of the tests, under nouns and verbs that the route table has:
 *
 *   held retry              fails with the code and message that fixture_fail set last
 *   held dismiss ID --reason  waits in a worker until fixture_release
 */
extern const LimsCommand TEST_COMMANDS[];
void fixture_fail(LimsErrorCode code, const char *message);
void fixture_release(void);
guint fixture_waiting(void); /* how many wait */

/* Handles the request here. Arguments: pairs name, value; ends with NULL. */
void handle(Fixture *fixture, LimsReply *reply, const char *method, const char *path,
            ...) G_GNUC_NULL_TERMINATED;
/* The same, and the status must be that one; the reply's JSON. */
JsonNode *must_answer(Fixture *fixture, guint status, const char *method, const char *path,
                      ...) G_GNUC_NULL_TERMINATED;
JsonNode *parse_reply(const LimsReply *reply);
/* A problem document of that status, with these words in its detail. */
void assert_problem(const LimsReply *reply, guint status, const char *words);
/* A laboratory, a site and a sample, whose client's number is "GC/17 号". Its number, g_free. */
char *add_sample(Fixture *fixture);

typedef struct Service Service;
Service *service_start(Fixture *fixture, const LimsServerSettings *settings);
/* Stops it on its own thread and waits. */
void service_stop(Service *service);
/* Asks it to stop, without waiting. */
void service_quit(Service *service);
