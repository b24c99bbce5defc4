/* The journal's file as a whole; each call over a connection of its own, in one snapshot. */
#include "lims/ingest/journal-copy.h"
#include "lims/core/file.h"
#include "lims/ingest/journal-db.h"
#include "lims/ingest/journal-schema.h"
#include <glib/gstdio.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC(sqlite3, sqlite3_close)

static sqlite3 *open_there(const char *path, int flags, GError **error) {
  if (lims_file_exists(path))
    return lims_journal_db_open(path, flags, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "journal %s: there is no such file", path);
  return NULL;
}

/* ---- examining ---- */

static gboolean check_pages(sqlite3 *db, const char *path, GError **error) {
  g_autofree char *fault = lims_journal_db_read_text(db, "PRAGMA integrity_check(1)", error);
  if (!fault || strcmp(fault, "ok") == 0)
    return fault != NULL;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_IO, "journal %s is damaged: %s: restore a backup", path,
              g_strdelimit(fault, "\n", ' '));
  return FALSE;
}

static gboolean read_facts(sqlite3 *db, LimsJournalFacts *out, GError **error) {
  g_autofree char *uuid = lims_journal_db_read_text(db, "SELECT uuid FROM journal", error);
  if (!uuid)
    return FALSE;
  g_strlcpy(out->uuid, uuid, sizeof out->uuid);
  const struct {
    const char *sql;
    gint64 *value;
  } numbers[] = {
      {"SELECT count(*) FROM message", &out->messages},
      {"SELECT count(*) FROM message WHERE delivered_us IS NULL", &out->undelivered},
      {"SELECT count(*) FROM frame", &out->frames},
      {"SELECT coalesce(min(seq), 0) FROM message", &out->first_seq},
      {"SELECT coalesce(max(seq), 0) FROM message", &out->last_seq},
  };
  for (gsize i = 0; i < G_N_ELEMENTS(numbers); i++)
    if (!lims_journal_db_read_integer(db, numbers[i].sql, numbers[i].value, error))
      return FALSE;
  return TRUE;
}

gboolean lims_journal_check(const char *path, LimsJournalFacts *out, GError **error) {
  LimsJournalFacts facts = {0};
  g_autoptr(sqlite3) db = open_there(path, SQLITE_OPEN_READWRITE, error);
  if (!db || !lims_journal_schema_is_ours(db, error) || !lims_journal_db_exec(db, "BEGIN", error))
    return FALSE;
  gboolean sound = check_pages(db, path, error) && read_facts(db, &facts, error);
  lims_journal_db_exec(db, "END", NULL);
  if (out)
    *out = facts;
  return sound;
}

JsonNode *lims_journal_check_json(const char *path, GError **error) {
  LimsJournalFacts facts;
  if (!lims_journal_check(path, &facts, error))
    return NULL;
  JsonObject *object = json_object_new();
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_object_set_string_member(object, "uuid", facts.uuid);
  json_object_set_int_member(object, "messages", facts.messages);
  json_object_set_int_member(object, "undelivered", facts.undelivered);
  json_object_set_int_member(object, "frames", facts.frames);
  json_node_take_object(node, object);
  return node;
}

/* ---- copying ---- */

static gboolean vacuum_into(sqlite3 *db, const char *target, GError **error) {
  sqlite3_stmt *statement = lims_journal_db_prepare(db, "VACUUM INTO ?1", error);
  gboolean done = statement && lims_journal_db_bind(statement, error, "s", target) &&
                  lims_journal_db_run(statement, error);
  sqlite3_finalize(statement);
  return done;
}

gboolean lims_journal_copy(const char *path, const char *target, GError **error) {
  if (!lims_file_require_absent(target, error))
    return FALSE;
  g_autoptr(sqlite3) db = open_there(path, SQLITE_OPEN_READWRITE, error);
  if (!db || !lims_journal_schema_is_ours(db, error))
    return FALSE;
  if (vacuum_into(db, target, error) && lims_file_sync(target, error))
    return TRUE;
  g_unlink(target);
  return FALSE;
}

/* ---- offering again ---- */

/* A message's frames come with it or not at all: of one that both have, the newer file's. */
static const char TAKE_IN[] =
    "INSERT INTO frame(id, bytes) SELECT f.id, f.bytes FROM older.frame f"
    " WHERE f.id >> " G_STRINGIFY(
        LIMS_JOURNAL_FRAME_BITS) " NOT IN (SELECT seq FROM message);"
                                 "INSERT INTO message(seq, station, began_us, ended_us, complete, reason, "
                                 "delivered_us)"
                                 " SELECT seq, station, began_us, ended_us, complete, reason, delivered_us "
                                 "FROM older.message o"
                                 " WHERE o.seq NOT IN (SELECT seq FROM message);";

static gboolean attach(sqlite3 *db, const char *older, GError **error) {
  sqlite3_stmt *statement = lims_journal_db_prepare(db, "ATTACH ?1 AS older", error);
  gboolean done = statement && lims_journal_db_bind(statement, error, "s", older) &&
                  lims_journal_db_run(statement, error);
  sqlite3_finalize(statement);
  return done;
}

static gboolean skip_numbers(sqlite3 *db, gint64 skip, GError **error) {
  sqlite3_stmt *statement =
      lims_journal_db_prepare(db, "UPDATE sqlite_sequence SET seq = seq + ?1 WHERE name = 'message'", error);
  gboolean done =
      statement && lims_journal_db_bind(statement, error, "i", skip) && lims_journal_db_run(statement, error);
  sqlite3_finalize(statement);
  return done;
}

gboolean lims_journal_offer_again(const char *path, const char *older, gint64 skip, GError **error) {
  g_autoptr(sqlite3) db = open_there(path, SQLITE_OPEN_READWRITE, error);
  if (!db || !lims_journal_schema_is_ours(db, error) ||
      !lims_journal_db_exec(db, "PRAGMA synchronous=FULL", error) || (older && !attach(db, older, error)) ||
      !lims_journal_db_exec(db, "BEGIN IMMEDIATE", error))
    return FALSE;
  if ((!older || lims_journal_db_exec(db, TAKE_IN, error)) &&
      lims_journal_db_exec(db, "UPDATE message SET delivered_us = NULL", error) &&
      skip_numbers(db, skip, error) && lims_journal_db_exec(db, "COMMIT", error))
    return TRUE;
  lims_journal_db_exec(db, "ROLLBACK", NULL);
  return FALSE;
}
