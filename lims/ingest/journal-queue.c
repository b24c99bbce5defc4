/* The queue before the journal's writer.
 *
 * Frames cannot flood it: their senders wait for answers. Noise can, from a line of the wrong speed while the
 * disk is slow, so only so much of it may wait.
 */
#include "lims/ingest/journal-queue.h"

#define NOISE_WAITING_MAX 1024

struct LimsJournalQueue {
  GMutex lock;
  GCond arrived;
  GPtrArray *items;
  guint noise_waiting;
  gboolean stopped;
};

LimsJournalQueue *lims_journal_queue_new(void) {
  LimsJournalQueue *queue = g_new0(LimsJournalQueue, 1);
  g_mutex_init(&queue->lock);
  g_cond_init(&queue->arrived);
  queue->items = lims_journal_items_new();
  return queue;
}

void lims_journal_queue_free(LimsJournalQueue *queue) {
  g_ptr_array_unref(queue->items);
  g_cond_clear(&queue->arrived);
  g_mutex_clear(&queue->lock);
  g_free(queue);
}

gboolean lims_journal_queue_push(LimsJournalQueue *queue, LimsJournalItem *item) {
  gboolean noise = item->kind == LIMS_JOURNAL_NOISE;
  g_mutex_lock(&queue->lock);
  gboolean room = !noise || queue->noise_waiting < NOISE_WAITING_MAX;
  if (room) {
    queue->noise_waiting += noise;
    g_ptr_array_add(queue->items, item);
    g_cond_signal(&queue->arrived);
  }
  g_mutex_unlock(&queue->lock);
  if (!room)
    lims_journal_item_unref(item);
  return room;
}

void lims_journal_queue_push_again(LimsJournalQueue *queue, GPtrArray *items) {
  g_mutex_lock(&queue->lock);
  for (guint i = 0; i < items->len && !queue->stopped; i++)
    g_ptr_array_add(queue->items, lims_journal_item_ref(g_ptr_array_index(items, i)));
  g_mutex_unlock(&queue->lock);
}

static GPtrArray *take_items(LimsJournalQueue *queue) {
  GPtrArray *items = queue->items;
  queue->items = lims_journal_items_new();
  queue->noise_waiting = 0;
  return items;
}

GPtrArray *lims_journal_queue_take(LimsJournalQueue *queue, gint64 deadline) {
  gboolean in_time = TRUE;
  g_mutex_lock(&queue->lock);
  while (queue->items->len == 0 && !queue->stopped && in_time)
    if (deadline < 0)
      g_cond_wait(&queue->arrived, &queue->lock);
    else
      in_time = g_cond_wait_until(&queue->arrived, &queue->lock, deadline);
  GPtrArray *items = queue->items->len > 0 || !queue->stopped ? take_items(queue) : NULL;
  g_mutex_unlock(&queue->lock);
  return items;
}

void lims_journal_queue_stop(LimsJournalQueue *queue) {
  g_mutex_lock(&queue->lock);
  queue->stopped = TRUE;
  g_cond_signal(&queue->arrived);
  g_mutex_unlock(&queue->lock);
}
