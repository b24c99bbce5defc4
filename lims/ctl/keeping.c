/* Tools for the files themselves: making the store, checking it, taking it along and bringing it back. */
#include "lims/core/paths.h"
#include "lims/ctl/ctl.h"
#include "lims/model/catalogue-store.h"

static gboolean load_catalogue(LimsDb *db, gpointer data, GError **error) {
  return lims_catalogue_load_directory(db, data, error);
}

/* Made again over an existing store it brings schema and catalogue up to this program's, and changes nothing
 * else. */
static gboolean run_init(const CtlLine *line, GHashTable *args, GError **error) {
  g_autoptr(LimsConfig) config = ctl_load_config(line, error);
  g_autoptr(LimsStore) store = config ? lims_store_open(config->store_url, TRUE, error) : NULL;
  g_autofree char *catalogue = lims_data_path("catalogue");
  if (!store || !lims_store_write(store, load_catalogue, catalogue, error))
    return FALSE;
  g_print("The store %s is ready, with the catalogue of %s.\n", config->store_url, catalogue);
  return TRUE;
}

const CtlTool CTL_KEEPING_TOOLS[] = {
    {"init", NULL, run_init, "makes the store of the config and loads the catalogue"},
    {NULL},
};
