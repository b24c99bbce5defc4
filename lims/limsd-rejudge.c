/* The daemon's rejudgements.
 *
 * A step is one job of the store's writer, so it stands in the same queue as the results of the line, and
 * must neither fill it nor be asked for when there is nothing to do: there is one step under way at most, a
 * pause after each, and no step at all until somebody who wrote wakes it. What fails (a full disk) is tried
 * again later and told once.
 */
#include "lims/limsd-rejudge.h"
#include "lims/model/rejudge.h"

#define STEP_SAMPLES 50
#define PAUSE_MS 20
#define TRY_AGAIN_MS 30000

struct LimsRejudger {
  LimsStore *store;
  guint timer;
  gint wanted;     /* atomic: something may have come since the last step began */
  gboolean busy;   /* a step is with the writer */
  gboolean failed; /* the last step did; told already */
  gboolean done;   /* of the step that is under way */
};

static gboolean start_step(gpointer data);

static void plan(LimsRejudger *rejudger, guint after_ms) {
  if (!rejudger->busy && !rejudger->timer)
    rejudger->timer = g_timeout_add(after_ms, start_step, rejudger);
}

/* On the writer's thread. */
static gboolean step(LimsDb *db, gpointer data, GError **error) {
  return lims_rejudge_step(db, STEP_SAMPLES, &((LimsRejudger *)data)->done, error);
}

static void step_over(const GError *error, gpointer data) {
  LimsRejudger *rejudger = data;

  rejudger->busy = FALSE;
  if (error && !rejudger->failed)
    g_warning("judging anew: %s: tried again every %d s", error->message, TRY_AGAIN_MS / 1000);
  rejudger->failed = error != NULL;
  if (error)
    plan(rejudger, TRY_AGAIN_MS);
  else if (!rejudger->done || g_atomic_int_get(&rejudger->wanted))
    plan(rejudger, PAUSE_MS);
}

static gboolean start_step(gpointer data) {
  LimsRejudger *rejudger = data;

  rejudger->timer = 0;
  rejudger->busy = TRUE;
  g_atomic_int_set(&rejudger->wanted, 0);
  lims_store_submit(rejudger->store, step, rejudger, NULL, step_over, rejudger);
  return G_SOURCE_REMOVE;
}

static gboolean look(gpointer data) {
  plan(data, 0);
  return G_SOURCE_REMOVE;
}

LimsRejudger *limsd_rejudger_new(LimsStore *store) {
  LimsRejudger *rejudger = g_new0(LimsRejudger, 1);

  rejudger->store = store;
  plan(rejudger, 0);
  return rejudger;
}

/* Sources that `wake` attached and nobody ran are taken out too: they hold the pointer. */
void limsd_rejudger_free(LimsRejudger *rejudger) {
  if (!rejudger)
    return;
  while (rejudger->busy)
    g_main_context_iteration(NULL, TRUE);
  g_clear_handle_id(&rejudger->timer, g_source_remove);
  while (g_source_remove_by_user_data(rejudger))
    ;
  g_free(rejudger);
}

void limsd_rejudger_wake(LimsRejudger *rejudger) {
  if (g_atomic_int_exchange(&rejudger->wanted, 1) == 0)
    g_idle_add(look, rejudger);
}
