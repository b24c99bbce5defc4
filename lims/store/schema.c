/* The schema's ladder: numbered SQL files carried in the program, each applied in one transaction with its
 * version.
 *
 * A database that is newer than the program is refused, never touched; a step that fails leaves the version
 * before it.
 */
#include "lims/store/engine.h"
#include <stdlib.h>

/* Of the generated schema-resource.c; naming it keeps the linker from leaving the files out. */
GResource *lims_schema_get_resource(void);

typedef struct {
  int version;
  char *name;
} Step;

static void step_clear(gpointer data) {
  g_free(((Step *)data)->name);
}

static int step_compare(gconstpointer a, gconstpointer b) {
  return ((const Step *)a)->version - ((const Step *)b)->version;
}

static GArray *steps_of(const char *directory, GError **error) {
  g_auto(GStrv) names = g_resource_enumerate_children(lims_schema_get_resource(), directory,
                                                      G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!names)
    return NULL;
  GArray *steps = g_array_new(FALSE, FALSE, sizeof(Step));
  g_array_set_clear_func(steps, step_clear);
  for (char **name = names; *name; name++) {
    Step step = {atoi(*name), g_strdup(*name)};
    g_array_append_val(steps, step);
  }
  g_array_sort(steps, step_compare);
  return steps;
}

static gboolean step_apply(LimsDb *db, const char *directory, const Step *step, GError **error) {
  g_autofree char *path = g_build_filename(directory, step->name, NULL);
  g_autoptr(GBytes) sql =
      g_resource_lookup_data(lims_schema_get_resource(), path, G_RESOURCE_LOOKUP_FLAGS_NONE, error);
  if (!sql)
    return FALSE;
  if (!db->engine->execute(db, "BEGIN", error))
    return FALSE;
  if (db->engine->execute(db, g_bytes_get_data(sql, NULL), error) &&
      db->engine->set_version(db, step->version, error) && db->engine->execute(db, "COMMIT", error))
    return TRUE;
  db->engine->execute(db, "ROLLBACK", NULL);
  g_prefix_error(error, "the schema step %s failed and was taken back: ", step->name);
  return FALSE;
}

gboolean lims_schema_migrate(LimsDb *db, GError **error) {
  g_autofree char *directory = g_strdup_printf("/lims/schema/%s", db->engine->scheme);
  g_autoptr(GArray) steps = steps_of(directory, error);
  int version;
  if (!steps || !db->engine->get_version(db, &version, error))
    return FALSE;
  int newest = steps->len ? g_array_index(steps, Step, steps->len - 1).version : 0;
  if (version > newest) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_VERSION,
                "the store's schema is version %d and this program knows up to %d: use the newer program",
                version, newest);
    return FALSE;
  }
  for (guint i = 0; i < steps->len; i++) {
    const Step *step = &g_array_index(steps, Step, i);
    if (step->version > version && !step_apply(db, directory, step, error))
      return FALSE;
  }
  return TRUE;
}
