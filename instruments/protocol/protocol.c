/* The calls over a protocol's class, so that users need not spell protocol->class->feed(protocol, …).
 *
 * Every member of a class is set but `send`, which protocols that only listen leave NULL.
 */
#include "instruments/protocol/protocol.h"

void lims_event_clear(LimsEvent *event) {
  g_clear_pointer(&event->bytes, g_bytes_unref);
  *event = (LimsEvent){0};
}

void lims_protocol_free(LimsProtocol *protocol) {
  if (protocol)
    protocol->class->free(protocol);
}

void lims_protocol_feed(LimsProtocol *protocol, const guint8 *bytes, gsize size, gint64 now_us) {
  protocol->class->feed(protocol, bytes, size, now_us);
}

gint64 lims_protocol_deadline(const LimsProtocol *protocol) {
  return protocol->class->deadline(protocol);
}

void lims_protocol_tick(LimsProtocol *protocol, gint64 now_us) {
  protocol->class->tick(protocol, now_us);
}

void lims_protocol_answer(LimsProtocol *protocol, guint64 token, LimsAnswer answer, gint64 now_us) {
  protocol->class->answer(protocol, token, answer, now_us);
}

void lims_protocol_set_ready(LimsProtocol *protocol, gboolean ready, gint64 now_us) {
  protocol->class->set_ready(protocol, ready, now_us);
}

void lims_protocol_connected(LimsProtocol *protocol, gboolean up, gint64 now_us) {
  protocol->class->connected(protocol, up, now_us);
}

gboolean lims_protocol_next(LimsProtocol *protocol, LimsEvent *event) {
  return protocol->class->next(protocol, event);
}

gboolean lims_protocol_send(LimsProtocol *protocol, GBytes *message, gint64 now_us) {
  if (!protocol->class->send)
    return FALSE;
  protocol->class->send(protocol, message, now_us);
  return TRUE;
}

gboolean lims_protocol_idle(const LimsProtocol *protocol) {
  return protocol->class->idle(protocol);
}
