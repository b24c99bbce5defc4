/* "limsctl noun verb …": the same request, sent to the daemon or, when none runs, handled here.
 *
 * The store's lock decides: whoever holds it answers. A daemon that holds it and does not answer is said so;
 * the store is never opened behind its back. A list that comes in pages is asked for page by page, so that a
 * person who asks for no part of it sees all of it.
 */
#include "lims/core/error.h"
#include "lims/ctl/ctl.h"
#include "lims/model/rejudge.h"
#include "lims/parts.h"
#include "lims/web/client.h"
#include "lims/web/routes.h"
#include <string.h>

#define PAGE_ROWS 1000

/* Where a noun stands alone, or an option says which verb is meant. */
static const struct {
  const char *noun, *option, *verb;
} IMPLIED[] = {
    {"judge", "csv", "csv"},  {"judge", "period", "period"}, {"judge", NULL, "one"},   {"live", NULL, "show"},
    {"health", NULL, "show"}, {"check", NULL, "run"},        {"backup", NULL, "make"},
};

static const char *verb_of(const CtlLine *line, guint *first_word) {
  const char *noun = ctl_line_word(line, 0);
  for (gsize i = 0; i < G_N_ELEMENTS(IMPLIED); i++)
    if (strcmp(noun, IMPLIED[i].noun) == 0 &&
        (!IMPLIED[i].option || g_hash_table_contains(line->options, IMPLIED[i].option))) {
      *first_word = 1;
      return IMPLIED[i].verb;
    }
  *first_word = 2;
  return ctl_line_word(line, 1);
}

static char *words_of(const LimsRouteRow *row) {
  for (gsize i = 0; i < G_N_ELEMENTS(IMPLIED); i++)
    if (strcmp(row->noun, IMPLIED[i].noun) == 0 && strcmp(row->verb, IMPLIED[i].verb) == 0)
      return g_strdup(row->noun);
  return g_strdup_printf("%s %s", row->noun, row->verb);
}

void ctl_each_command(void (*each)(const char *words, const LimsCommand *command, gpointer data),
                      gpointer data) {
  const LimsApiParts parts = lims_parts(NULL);
  g_autoptr(LimsApi) api = lims_api_new(&parts, NULL);
  for (const LimsRouteRow *row = LIMS_ROUTES; row->method; row++) {
    const LimsRoute *route = lims_api_find(api, row->noun, row->verb);
    g_autofree char *words = words_of(row);
    if (route)
      each(words, lims_route_command(route), data);
  }
}

/* ---- who answers ---- */

typedef struct {
  const LimsConfig *config;
  LimsStore *store; /* NULL: the daemon answers */
  LimsApi *api;
} Way;

static void way_clear(Way *way) {
  g_clear_pointer(&way->api, lims_api_free);
  g_clear_pointer(&way->store, lims_store_close);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Way, way_clear)

static gboolean find_way(Way *way, GError **error) {
  if (lims_client_is_there(way->config->socket_path))
    return TRUE;
  if (!(way->store = lims_store_open(way->config->store_url, FALSE, error)))
    return FALSE;
  const LimsApiParts parts = lims_parts(way->config->journal_path);
  way->api = lims_api_new(&parts, way->store);
  return TRUE;
}

/* TRUE: *reply is a good one. */
static gboolean ask(const Way *way, const LimsRoute *route, GHashTable *args, LimsReply *reply,
                    GError **error) {
  g_autoptr(LimsRequest) request = lims_route_request(route, args);
  if (way->store) {
    lims_request_set_person(request, g_get_user_name(), "limsctl");
    lims_api_handle(way->api, request, reply);
  } else if (!lims_client_send(way->config->socket_path, request, reply, error)) {
    return FALSE;
  }
  if (reply->status < 400)
    return TRUE;
  g_autofree char *detail = lims_reply_detail(reply);
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, detail);
  return FALSE;
}

/* ---- lists ---- */

/* The field that says from where a list goes on; NULL: this is no list, or the person asked for a part of it.
 */
static const LimsField *paging_field(const LimsCommand *command, GHashTable *args) {
  const LimsField *after = NULL;
  gboolean limited = FALSE;
  for (const LimsField *field = command->fields; field && field->name; field++) {
    limited = limited || strcmp(field->name, "limit") == 0;
    if (strcmp(field->name, "after") == 0)
      after = field;
  }
  return limited && !g_hash_table_contains(args, "limit") && !g_hash_table_contains(args, "after") ? after
                                                                                                   : NULL;
}

/* Adds the page's rows; the last one's id (or key, where that is what `after` takes), NULL at the end. */
static char *take_page(const LimsReply *reply, const LimsField *after, JsonArray *rows, GError **error) {
  g_autoptr(JsonParser) parser = json_parser_new();
  gsize size;
  const char *bytes = g_bytes_get_data(reply->body, &size), *last = NULL;
  if (!json_parser_load_from_data(parser, bytes, (gssize)size, error))
    return NULL;
  JsonArray *page = json_node_get_array(json_parser_get_root(parser));
  guint count = json_array_get_length(page);
  for (guint i = 0; i < count; i++)
    json_array_add_element(rows, json_node_copy(json_array_get_element(page, i)));
  if (count == PAGE_ROWS)
    last = json_object_get_string_member(json_array_get_object_element(page, count - 1),
                                         after->type == LIMS_FIELD_INTEGER ? "id" : "key");
  return g_strdup(last);
}

static gboolean ask_pages(const Way *way, const LimsRoute *route, GHashTable *args, const LimsField *after,
                          LimsReply *reply, GError **error) {
  g_autoptr(JsonArray) rows = json_array_new();
  GError *problem = NULL;
  lims_fields_set(args, "limit", G_STRINGIFY(PAGE_ROWS));
  for (g_autofree char *last = g_strdup(""); last;) {
    g_auto(LimsReply) page = {0};
    if (*last)
      lims_fields_set(args, after->name, last);
    if (!ask(way, route, args, &page, error))
      return FALSE;
    g_free(last);
    last = take_page(&page, after, rows, &problem);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  JsonNode *node = json_node_new(JSON_NODE_ARRAY);
  json_node_take_array(node, g_steal_pointer(&rows));
  lims_reply_set_json(reply, 200, node);
  return TRUE;
}

/* ---- running ---- */

static void collect_words(const char *words, const LimsCommand *command, gpointer data) {
  g_ptr_array_add(data, g_strconcat("'", words, "'", NULL));
}

static void set_unknown(const char *noun, const char *verb, GError **error) {
  g_autoptr(GPtrArray) known = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *words = g_strdup_printf("'%s%s%s", noun, *verb ? " " : "", verb);
  ctl_each_command(collect_words, known);
  g_autofree char *guess = ctl_guess(words, known);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "there is no command %s':%s 'limsctl help' lists them",
              words, guess);
}

static gboolean run_route(const CtlLine *line, const LimsRoute *route, GHashTable *args, GError **error) {
  g_autoptr(LimsConfig) config = ctl_load_config(line, error);
  g_auto(Way) way = {.config = config};
  g_auto(LimsReply) reply = {0};
  if (!config || !find_way(&way, error))
    return FALSE;
  const LimsField *after = paging_field(lims_route_command(route), args);
  gboolean good =
      after ? ask_pages(&way, route, args, after, &reply, error) : ask(&way, route, args, &reply, error);
  if (good && way.store && lims_command_writes(lims_route_command(route), args))
    good = lims_rejudge_finish(way.store, error);
  return good && ctl_print_reply(line, &reply, lims_route_command(route)->writes, error);
}

gboolean ctl_run_command(const CtlLine *line, gboolean *usage, GError **error) {
  const LimsApiParts parts = lims_parts(NULL);
  g_autoptr(LimsApi) api = lims_api_new(&parts, NULL);
  guint first_word;
  const char *noun = ctl_line_word(line, 0), *verb = verb_of(line, &first_word);
  const LimsRoute *route = lims_api_find(api, noun, verb);
  if (!route) {
    *usage = TRUE;
    set_unknown(noun, verb, error);
    return FALSE;
  }
  g_autofree char *words = first_word == 1 ? g_strdup(noun) : g_strdup_printf("%s %s", noun, verb);
  g_autoptr(GHashTable) args =
      ctl_take_args(line, words, first_word, lims_route_command(route)->fields, usage, error);
  return args && run_route(line, route, args, error);
}
