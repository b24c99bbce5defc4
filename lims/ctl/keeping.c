/* Tools for the files themselves that want them for their own: making them, and bringing them back. */
#include "lims/ctl/restore.h"
#include "lims/core/paths.h"
#include "lims/ctl/ctl.h"
#include "lims/ingest/journal.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/incarnation.h"
#include "lims/model/rejudge.h"

/* What a newer program's files say otherwise makes new verdicts. */
static gboolean load_catalogue(LimsDb *db, gpointer data, GError **error) {
  gint64 before = lims_catalogue_version(db);
  return lims_catalogue_load_directory(db, data, error) &&
         (lims_catalogue_version(db) == before ||
          lims_rejudge_request(db, "the catalogue's files", g_get_user_name(), error));
}

/* Here, and not at the daemon's first start, a wrong path shows; and a backup has both its files from the
 * first day. */
static gboolean make_journal(const LimsConfig *config, GError **error) {
  const LimsJournalSettings settings = {.reserve_bytes = (guint64)config->journal_reserve_mib << 20};
  g_autoptr(LimsJournal) journal = lims_journal_open(config->journal_path, &settings, error);
  return journal != NULL;
}

/* Made again over an existing store it brings schema and catalogue up to this program's, and changes nothing
 * else. */
static gboolean run_init(const CtlLine *line, GHashTable *args, GError **error) {
  g_autoptr(LimsConfig) config = ctl_load_config(line, error);
  g_autoptr(LimsStore) store = config ? lims_store_open(config->store_url, TRUE, error) : NULL;
  g_autofree char *catalogue = lims_data_path("catalogue");
  if (!store || !lims_store_write(store, load_catalogue, catalogue, error) || !make_journal(config, error) ||
      !lims_rejudge_finish(store, error))
    return FALSE;
  g_print("The store %s is ready, with the catalogue of %s.\n", config->store_url, catalogue);
  return TRUE;
}

/* ---- restore ---- */

static const LimsField RESTORE[] = {
    {"file", LIMS_FIELD_POSITIONAL, LIMS_FIELD_PATH, "the backup; its journal lies beside it as FILE.journal",
     NULL},
    {"skip", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER,
     "sample numbers a laboratory and day that may have been given out since; else 500", NULL},
    {NULL},
};

static void print_restored(const LimsConfig *config, const CtlRestored *restored) {
  g_print("restored: %s\n", config->store_url);
  for (guint i = 0; i < restored->notes->len; i++)
    g_print("%s\n", (const char *)g_ptr_array_index(restored->notes, i));
  for (guint i = 0; i < restored->voids->len; i++)
    g_print("void: %s\n", (const char *)g_ptr_array_index(restored->voids, i));
}

static gboolean run_restore(const CtlLine *line, GHashTable *args, GError **error) {
  g_autoptr(LimsConfig) config = ctl_load_config(line, error);
  g_auto(CtlRestored) restored = {0};
  guint skip = (guint)lims_fields_get_integer(args, "skip", LIMS_INCARNATION_SKIP);
  if (!config || !ctl_restore(config, lims_fields_get(args, "file"), skip, &restored, error))
    return FALSE;
  print_restored(config, &restored);
  return TRUE;
}

const CtlTool CTL_KEEPING_TOOLS[] = {
    {"init", NULL, run_init, "makes the store and the journal of the config, and loads the catalogue"},
    {"restore", RESTORE, run_restore, "brings store and journal back from a backup; no daemon may run"},
    {NULL},
};
