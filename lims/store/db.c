/* Inside a job: statements by their text, arguments by their names.
 *
 * A statement is prepared once a connection and found again by the address of its text (most are literals),
 * checked against the text itself. Arguments come as "name:type", value; where each name lies in the
 * statement is remembered by the position in the call, so that a hot query binds without a search. A name too
 * many or too few is our own fault and is said as one.
 */
#include "lims/store/engine.h"
#include <stdarg.h>
#include <string.h>

#define MAX_ARGUMENTS 48

typedef struct {
  const char *name; /* as passed: a literal's address */
  int index;
} Slot;

struct LimsQuery {
  LimsDb *db;
  char *sql;
  gpointer statement;
  gboolean busy, cached;
  int parameters;
  Slot slots[MAX_ARGUMENTS];
};

typedef struct {
  gpointer value;
  GDestroyNotify destroy;
} Cache;

static void cache_free(gpointer data) {
  Cache *cache = data;
  if (cache->destroy)
    cache->destroy(cache->value);
  g_free(cache);
}

static void query_free(gpointer data) {
  LimsQuery *query = data;
  query->db->engine->finalize(query->statement);
  g_free(query->sql);
  g_free(query);
}

void lims_db_init(LimsDb *db, const LimsEngine *engine, gboolean writer) {
  db->engine = engine;
  db->writer = writer;
  db->by_pointer = g_hash_table_new(g_direct_hash, g_direct_equal);
  db->by_text = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, query_free);
  db->caches = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, cache_free);
}

void lims_db_clear(LimsDb *db) {
  g_clear_pointer(&db->by_pointer, g_hash_table_unref);
  g_clear_pointer(&db->by_text, g_hash_table_unref);
  g_clear_pointer(&db->caches, g_hash_table_unref);
}

static LimsQuery *query_prepare(LimsDb *db, const char *sql, gboolean cached, GError **error) {
  gpointer statement = db->engine->prepare(db, sql, error);
  if (!statement)
    return NULL;
  LimsQuery *query = g_new0(LimsQuery, 1);
  query->db = db;
  query->sql = g_strdup(sql);
  query->statement = statement;
  query->cached = cached;
  query->parameters = db->engine->parameter_count(statement);
  if (cached)
    g_hash_table_insert(db->by_text, query->sql, query);
  return query;
}

static LimsQuery *query_find(LimsDb *db, const char *sql, GError **error) {
  LimsQuery *query = g_hash_table_lookup(db->by_pointer, sql);
  if (!query || strcmp(query->sql, sql) != 0) {
    query = g_hash_table_lookup(db->by_text, sql);
    if (!query && !(query = query_prepare(db, sql, TRUE, error)))
      return NULL;
    g_hash_table_insert(db->by_pointer, (gpointer)sql, query);
  }
  if (query->busy) /* the same text is being stepped further out: a second one, for this call only */
    query = query_prepare(db, sql, FALSE, error);
  if (query)
    query->busy = TRUE;
  return query;
}

/* The statement's index of "name:type", by memory of the call's k-th argument. */
static int query_slot(LimsQuery *query, int k, const char *argument) {
  Slot *slot = &query->slots[k];
  if (slot->name == argument && slot->index)
    return slot->index;
  const char *colon = strrchr(argument, ':');
  g_autofree char *name = g_strndup(argument, colon ? (gsize)(colon - argument) : strlen(argument));
  slot->index = query->db->engine->parameter_index(query->statement, name);
  slot->name = argument;
  return slot->index;
}

/* copy: the rows are read after the call returns, when the caller's values may be gone. */
static gboolean query_bind(LimsQuery *query, gboolean copy, va_list args, GError **error) {
  const LimsEngine *engine = query->db->engine;
  guint64 bound = 0;
  int k = 0, given = 0;
  for (const char *argument; (argument = va_arg(args, const char *)); k++) {
    int index = k < MAX_ARGUMENTS ? query_slot(query, k, argument) : 0;
    if (!index) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "the statement has no parameter '%s': %s", argument,
                  query->sql);
      return FALSE;
    }
    if (!(bound & G_GUINT64_CONSTANT(1) << index)) {
      bound |= G_GUINT64_CONSTANT(1) << index;
      given++;
    }
    switch (argument[strlen(argument) - 1]) {
    case 'i':
      engine->bind_int(query->statement, index, va_arg(args, gint64));
      break;
    case 's':
      engine->bind_text(query->statement, index, va_arg(args, const char *), copy);
      break;
    case 'b':
      engine->bind_blob(query->statement, index, va_arg(args, GBytes *), copy);
      break;
    default: /* 'n': NULL, no value follows */
      engine->bind_text(query->statement, index, NULL, FALSE);
    }
  }
  if (given == query->parameters)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "%d of %d parameters given: %s", given,
              query->parameters, query->sql);
  return FALSE;
}

static LimsQuery *query_open(LimsDb *db, gboolean copy, GError **error, const char *sql, va_list args) {
  LimsQuery *query = query_find(db, sql, error);
  if (query && !query_bind(query, copy, args, error))
    g_clear_pointer(&query, lims_query_done);
  return query;
}

LimsQuery *lims_db_query(LimsDb *db, GError **error, const char *sql, ...) {
  va_list args;
  va_start(args, sql);
  LimsQuery *query = query_open(db, TRUE, error, sql, args);
  va_end(args);
  return query;
}

gboolean lims_query_next(LimsQuery *query, GError **error) {
  return query->db->engine->step(query->db, query->statement, error) == 1;
}

void lims_query_done(LimsQuery *query) {
  if (!query)
    return;
  query->db->engine->reset(query->statement);
  query->busy = FALSE;
  if (!query->cached)
    query_free(query);
}

gboolean lims_db_run(LimsDb *db, GError **error, const char *sql, ...) {
  va_list args;
  va_start(args, sql);
  LimsQuery *query = query_open(db, FALSE, error, sql, args);
  va_end(args);
  if (!query)
    return FALSE;
  int outcome;
  while ((outcome = db->engine->step(db, query->statement, error)) == 1)
    ;
  lims_query_done(query);
  return outcome == 0;
}

gboolean lims_db_get_int(LimsDb *db, gint64 *out, GError **error, const char *sql, ...) {
  va_list args;
  va_start(args, sql);
  g_autoptr(LimsQuery) query = query_open(db, FALSE, error, sql, args);
  va_end(args);
  if (!query || !lims_query_next(query, error))
    return FALSE;
  *out = lims_query_int(query, 0);
  return TRUE;
}

gboolean lims_db_get_text(LimsDb *db, char **out, GError **error, const char *sql, ...) {
  va_list args;
  va_start(args, sql);
  g_autoptr(LimsQuery) query = query_open(db, FALSE, error, sql, args);
  va_end(args);
  if (!query || !lims_query_next(query, error))
    return FALSE;
  *out = g_strdup(lims_query_text(query, 0));
  return TRUE;
}

gint64 lims_query_int(LimsQuery *query, int column) {
  return query->db->engine->column_int(query->statement, column);
}

const char *lims_query_text(LimsQuery *query, int column) {
  return query->db->engine->column_text(query->statement, column);
}

GBytes *lims_query_bytes(LimsQuery *query, int column) {
  return query->db->engine->column_bytes(query->statement, column);
}

gboolean lims_query_is_null(LimsQuery *query, int column) {
  return query->db->engine->column_is_null(query->statement, column);
}

int lims_query_columns(LimsQuery *query) {
  return query->db->engine->columns(query->statement);
}

gboolean lims_db_was_conflict(const GError *error) {
  return g_error_matches(error, LIMS_ERROR, LIMS_ERROR_CONFLICT);
}

gint64 lims_db_now_us(LimsDb *db) {
  return db->now_us;
}

gint64 lims_db_new_id(LimsDb *db, guint lab) {
  return lims_id_next(&db->ids, lab, db->now_us);
}

gint64 lims_db_change(LimsDb *db, guint lab, const char *table, gint64 key, GError **error) {
  if (!lims_db_run(db, error,
                   "INSERT INTO change(at_us, lab, table_name, row_key) VALUES(:at, :lab, :table, :key)",
                   "at:i", db->now_us, "lab:i", (gint64)lab, "table:s", table, "key:i", key, NULL))
    return 0;
  return db->engine->last_row(db);
}

gboolean lims_db_is_writer(const LimsDb *db) {
  return db->writer;
}

gpointer lims_db_get_cache(LimsDb *db, const char *key) {
  Cache *cache = g_hash_table_lookup(db->caches, key);
  return cache ? cache->value : NULL;
}

void lims_db_set_cache(LimsDb *db, const char *key, gpointer value, GDestroyNotify destroy) {
  Cache *cache = g_new0(Cache, 1);
  cache->value = value;
  cache->destroy = destroy;
  g_hash_table_insert(db->caches, g_strdup(key), cache);
}
