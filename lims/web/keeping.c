/* Check and backup.
 *
 * A backup is two files: the store's copy, then the journal's. Made in this order, every transmission that
 * was acknowledged by then is in the one or the other. Both are written under other names, read back, and
 * only then given their own: what bears the name of a backup is one.
 */
#include "lims/web/keeping.h"
#include "lims/core/file.h"
#include "lims/model/audit.h"
#include "lims/model/lab.h"
#include <glib/gstdio.h>

#define JOURNAL_ENDING ".journal"
#define PARTIAL_ENDING ".partial"

const LimsField LIMS_BACKUP_FIELDS[] = {
    {"file", LIMS_FIELD_POSITIONAL, LIMS_FIELD_PATH,
     "new file for the store; the journal goes beside it as FILE.journal", NULL},
    {NULL},
};

static void reply_set_object(LimsReply *reply, JsonObject *object) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  json_node_take_object(node, object);
  lims_reply_set_json(reply, 200, node);
}

/* "journal-messages": … */
static gboolean add_journal(const LimsApiParts *parts, const char *path, JsonObject *out, GError **error) {
  g_autoptr(JsonNode) node = parts->check_journal(path, error);
  JsonObjectIter iter;
  const char *name;
  JsonNode *member;
  if (!node)
    return FALSE;
  json_object_iter_init(&iter, json_node_get_object(node));
  while (json_object_iter_next(&iter, &name, &member)) {
    g_autofree char *long_name = g_strconcat("journal-", name, NULL);
    json_object_set_member(out, long_name, json_node_copy(member));
  }
  return TRUE;
}

/* ---- check ---- */

static gboolean verify_audit(LimsDb *db, gpointer data, GError **error) {
  gint64 *total = data;
  g_autoptr(GPtrArray) labs = lims_lab_list(db, error);
  for (guint i = 0; labs && i < labs->len; i++) {
    const LimsLab *lab = g_ptr_array_index(labs, i);
    gint64 rows;
    if (!lims_audit_verify(db, lab->id, NULL, &rows, error))
      return FALSE;
    *total += rows;
  }
  return labs != NULL;
}

gboolean lims_check_run(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  const LimsApiParts *parts = lims_api_parts(api);
  LimsStore *store = lims_api_store(api);
  g_autoptr(JsonObject) out = json_object_new();
  gint64 rows = 0;
  if (!lims_store_check(lims_store_url(store), error) || !lims_store_read(store, verify_audit, &rows, error))
    return FALSE;
  json_object_set_string_member(out, "store", "sound");
  json_object_set_string_member(out, "incarnation", lims_store_incarnation(store));
  json_object_set_int_member(out, "audit-rows", rows);
  if (parts->check_journal) {
    json_object_set_string_member(out, "journal", "sound");
    if (!add_journal(parts, parts->journal_path, out, error))
      return FALSE;
  }
  reply_set_object(reply, g_steal_pointer(&out));
  return TRUE;
}

/* ---- backup ---- */

/* One of its two files, under its name and the one it has until it was read back. */
typedef struct {
  char *path, *partial;
} Copy;

static Copy copy_named(const char *file, const char *ending) {
  char *path = g_strconcat(file, ending, NULL);
  return (Copy){path, g_strconcat(path, PARTIAL_ENDING, NULL)};
}

static void copy_clear(Copy *copy) {
  g_unlink(copy->partial); /* gone already when all went well */
  g_free(copy->path);
  g_free(copy->partial);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Copy, copy_clear)

static const char *const TABLES[] = {"lab",           "site",         "person",     "sample",
                                     "preparation",   "transmission", "reading",    "held",
                                     "determination", "verdict",      "exceedance", "audit"};

static gboolean count_rows(LimsDb *db, gpointer data, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(TABLES); i++) {
    g_autofree char *sql = g_strconcat("SELECT count(*) FROM ", TABLES[i], NULL);
    g_autofree char *name = g_strconcat("rows-", TABLES[i], NULL);
    gint64 rows;
    if (!lims_db_get_int(db, &rows, error, sql, NULL))
      return FALSE;
    json_object_set_int_member(data, name, rows);
  }
  return TRUE;
}

static gboolean write_copies(const LimsApiParts *parts, const char *url, const Copy *store,
                             const Copy *journal, GError **error) {
  g_unlink(store->partial); /* of a backup that was killed */
  g_unlink(journal->partial);
  if (!lims_file_require_absent(store->path, error) || !lims_file_require_absent(journal->path, error) ||
      !lims_store_copy(url, store->partial, error) ||
      !parts->copy_journal(parts->journal_path, journal->partial, error))
    return FALSE;
  g_chmod(store->partial, 0640);
  g_chmod(journal->partial, 0640);
  return TRUE;
}

static gboolean read_back(const LimsApiParts *parts, const Copy *store, const Copy *journal, JsonObject *out,
                          GError **error) {
  g_autofree char *url = g_strconcat("sqlite:", store->partial, NULL);
  return lims_store_check(url, error) && lims_store_peek(url, count_rows, out, error) &&
         add_journal(parts, journal->partial, out, error);
}

static gboolean add_digest(JsonObject *out, const char *kind, const Copy *copy, GError **error) {
  gint64 size = 0;
  g_autofree char *digest = lims_file_digest(copy->partial, &size, error);
  g_autofree char *bytes = g_strconcat(kind, "-bytes", NULL), *sum = g_strconcat(kind, "-sha256", NULL);
  if (!digest)
    return FALSE;
  json_object_set_string_member(out, kind, copy->path);
  json_object_set_int_member(out, bytes, size);
  json_object_set_string_member(out, sum, digest);
  return TRUE;
}

gboolean lims_backup_make(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  const LimsApiParts *parts = lims_api_parts(api);
  const char *file = lims_fields_get(request->args, "file");
  const char *url = lims_store_url(lims_api_store(api));
  g_auto(Copy) store = copy_named(file, ""), journal = copy_named(file, JOURNAL_ENDING);
  g_autoptr(JsonObject) out = json_object_new();
  if (!parts->copy_journal) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "this program knows of no journal");
    return FALSE;
  }
  if (!write_copies(parts, url, &store, &journal, error) || !add_digest(out, "store", &store, error) ||
      !add_digest(out, "journal", &journal, error) || !read_back(parts, &store, &journal, out, error) ||
      !lims_file_rename(store.partial, store.path, error) ||
      !lims_file_rename(journal.partial, journal.path, error))
    return FALSE;
  reply_set_object(reply, g_steal_pointer(&out));
  return TRUE;
}
