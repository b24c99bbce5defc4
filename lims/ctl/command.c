/* "limsctl noun verb …": the same request, sent to the daemon or, when none runs, handled here.
 *
 * The store's lock decides: whoever holds it answers. A daemon that holds it and does not answer is said so;
 * the store is never opened behind its back.
 */
#include "lims/core/error.h"
#include "lims/ctl/ctl.h"
#include "lims/ingest/command.h"
#include "lims/ingest/held.h"
#include "lims/model/command-judge.h"
#include "lims/web/client.h"
#include "lims/web/routes.h"
#include <string.h>

static const LimsCommand *const TABLES[] = {LIMS_MODEL_COMMANDS, LIMS_JUDGE_COMMANDS, LIMS_INGEST_COMMANDS,
                                            NULL};

static const char *const FIELD_FORMS[] = {
    [LIMS_FIELD_TEXT] = "TEXT",      [LIMS_FIELD_CHOICE] = "WORD",     [LIMS_FIELD_INTEGER] = "N",
    [LIMS_FIELD_DECIMAL] = "NUMBER", [LIMS_FIELD_DATE] = "YYYY-MM-DD", [LIMS_FIELD_MOMENT] = "TIME",
    [LIMS_FIELD_FILE] = "FILE",
};

/* Where a noun stands alone, or an option says which verb is meant. */
static const struct {
  const char *noun, *option, *verb;
} IMPLIED[] = {
    {"judge", "csv", "csv"},
    {"judge", NULL, "one"},
    {"live", NULL, "show"},
    {"health", NULL, "show"},
};

static const char *verb_of(const CtlLine *line, guint *first_word) {
  const char *noun = g_ptr_array_index(line->words, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(IMPLIED); i++)
    if (strcmp(noun, IMPLIED[i].noun) == 0 &&
        (!IMPLIED[i].option || g_hash_table_contains(line->options, IMPLIED[i].option))) {
      *first_word = 1;
      return IMPLIED[i].verb;
    }
  *first_word = 2;
  return line->words->len > 1 ? g_ptr_array_index(line->words, 1) : "";
}

static gboolean answer(const CtlLine *line, LimsReply *reply, GError **error) {
  if (reply->status < 400)
    return ctl_print_reply(line, reply, error);
  g_autofree char *detail = lims_reply_detail(reply);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, detail);
  return FALSE;
}

static gboolean ask_daemon(const CtlLine *line, const LimsConfig *config, const LimsRequest *request,
                           GError **error) {
  g_auto(LimsReply) reply = {0};
  return lims_client_send(config->socket_path, request, &reply, error) && answer(line, &reply, error);
}

static gboolean ask_store(const CtlLine *line, const LimsConfig *config, LimsApi *api, LimsRequest *request,
                          GError **error) {
  g_auto(LimsReply) reply = {0};
  request->via = "limsctl";
  request->who = g_get_user_name();
  lims_api_handle(api, request, &reply);
  return answer(line, &reply, error);
}

static gboolean run_here(const CtlLine *line, const LimsConfig *config, LimsRequest *request,
                         GError **error) {
  g_autoptr(LimsStore) store = lims_store_open(config->store_url, FALSE, error);
  if (!store)
    return FALSE;
  const LimsApiParts parts = {.tables = TABLES, .retry_held = lims_held_retry};
  g_autoptr(LimsApi) api = lims_api_new(&parts, store);
  return ask_store(line, config, api, request, error);
}

gboolean ctl_run_command(const CtlLine *line, gboolean *usage, GError **error) {
  const LimsApiParts parts = {.tables = TABLES};
  g_autoptr(LimsApi) api = lims_api_new(&parts, NULL);
  guint first_word;
  const char *noun = g_ptr_array_index(line->words, 0), *verb = verb_of(line, &first_word);
  const LimsRoute *route = lims_api_find(api, noun, verb);
  *usage = TRUE;
  if (!route) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "there is no command '%s%s%s': 'limsctl help' lists them", noun, *verb ? " " : "", verb);
    return FALSE;
  }
  g_autoptr(GHashTable) args = ctl_take_args(line, first_word, lims_route_command(route)->fields, error);
  if (!args)
    return FALSE;
  *usage = FALSE;
  g_autoptr(LimsConfig) config = ctl_load_config(line, error);
  if (!config)
    return FALSE;
  g_autoptr(LimsRequest) request = lims_route_request(route, args);
  if (lims_client_is_there(config->socket_path))
    return ask_daemon(line, config, request, error);
  return run_here(line, config, request, error);
}

void ctl_print_fields(const LimsField *fields) {
  for (const LimsField *field = fields; field && field->name; field++) {
    const char *dashes = field->need == LIMS_FIELD_POSITIONAL ? "" : "--";
    const char *form = field->choices ? field->choices : FIELD_FORMS[field->type];
    g_print("        %s%s %s%s  %s\n", dashes, field->name, form,
            field->need == LIMS_FIELD_OPTIONAL ? "" : " (required)", field->help);
  }
}

void ctl_print_commands(void) {
  const LimsApiParts parts = {.tables = TABLES};
  g_autoptr(LimsApi) api = lims_api_new(&parts, NULL);
  for (const LimsRouteRow *row = LIMS_ROUTES; row->method; row++) {
    const LimsRoute *route = lims_api_find(api, row->noun, row->verb);
    if (!route)
      continue;
    g_print("    %s %s  %s\n", row->noun, row->verb, lims_route_command(route)->summary);
    ctl_print_fields(lims_route_command(route)->fields);
  }
}
