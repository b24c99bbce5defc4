/* Limit sets as a person imports them, and the commands that go with them. */
#pragma once
#include "tests/model/helper-model.h"

/* One of LIMS_LIMIT_COMMANDS or LIMS_JUDGE_COMMANDS, on the writer if it writes, else on a reader. Takes
 * args. NULL with an error if it is refused. */
JsonNode *run_limit_command(Fixture *fixture, const char *noun, const char *verb, GHashTable *args,
                            GError **error);
/* "limit import" of that text as the file set.csv. */
JsonNode *import_set(Fixture *fixture, const char *text, gboolean apply, gboolean ends_before,
                     GError **error);
/* The same, when it must be done; *out owns the object. */
JsonObject *must_import_set(Fixture *fixture, const char *text, gboolean apply, gboolean ends_before,
                            JsonNode **out);

/* "judge one", on 2026-05-01: verdict, reason code and limit, "-" for none. unit and limit may be NULL.
 * g_free. */
char *judge_text(Fixture *fixture, const char *commodity, const char *analyte, const char *value,
                 const char *unit, const char *limit);
#define assert_judged(fixture, commodity, analyte, value, unit, limit, expected)                             \
  do {                                                                                                       \
    g_autofree char *judged_text = judge_text(fixture, commodity, analyte, value, unit, limit);              \
    g_assert_cmpstr(judged_text, ==, expected);                                                              \
  } while (0)
