/* Items of the journal's queue, and the way back: who asked is told on his own main context.
 *
 * A commit holds frames of many lines, and all lines share one context: a source each would wake the loop for
 * every frame. So the answers of one commit travel in one source a context. They are attached, never invoked:
 * invoking would run them here, on the writer's thread, whenever the other loop does not run at that moment.
 */
#include "lims/ingest/journal-item.h"

LimsJournalItem *lims_journal_item_new(LimsJournalKind kind, gint64 at_us, const char *station, GBytes *bytes,
                                       const char *reason) {
  LimsJournalItem *item = g_atomic_rc_box_new0(LimsJournalItem);
  item->kind = kind;
  item->at_us = at_us;
  item->station = g_strdup(station);
  item->bytes = bytes ? g_bytes_ref(bytes) : NULL;
  item->reason = g_strdup(reason);
  return item;
}

LimsJournalItem *lims_journal_item_ref(LimsJournalItem *item) {
  return g_atomic_rc_box_acquire(item);
}

static void item_clear(gpointer data) {
  LimsJournalItem *item = data;
  g_free(item->station);
  g_free(item->reason);
  g_clear_pointer(&item->bytes, g_bytes_unref);
  g_clear_pointer(&item->seqs, g_array_unref);
  g_clear_pointer(&item->context, g_main_context_unref);
}

void lims_journal_item_unref(LimsJournalItem *item) {
  g_atomic_rc_box_release_full(item, item_clear);
}

GPtrArray *lims_journal_items_new(void) {
  return g_ptr_array_new_with_free_func((GDestroyNotify)lims_journal_item_unref);
}

static gboolean tell_items(gpointer data) {
  GPtrArray *items = data;
  for (guint i = 0; i < items->len; i++) {
    LimsJournalItem *item = g_ptr_array_index(items, i);
    item->done(item->outcome, item->data);
  }
  return G_SOURCE_REMOVE;
}

static void attach_items(GMainContext *context, GPtrArray *items) {
  GSource *source = g_idle_source_new();
  g_source_set_priority(source, G_PRIORITY_DEFAULT);
  g_source_set_static_name(source, "journal");
  g_source_set_callback(source, tell_items, items, (GDestroyNotify)g_ptr_array_unref);
  g_source_attach(source, context);
  g_source_unref(source);
}

void lims_journal_items_tell(GPtrArray *items) {
  g_autoptr(GHashTable) by_context = g_hash_table_new(NULL, NULL);
  for (guint i = 0; i < items->len; i++) {
    LimsJournalItem *item = g_ptr_array_index(items, i);
    if (!item->done)
      continue;
    GPtrArray *list = g_hash_table_lookup(by_context, item->context);
    if (!list) {
      list = lims_journal_items_new();
      g_hash_table_insert(by_context, item->context, list);
    }
    g_ptr_array_add(list, lims_journal_item_ref(item));
  }
  GHashTableIter iter;
  gpointer context, list;
  g_hash_table_iter_init(&iter, by_context);
  while (g_hash_table_iter_next(&iter, &context, &list))
    attach_items(context, list);
}
