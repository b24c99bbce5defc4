/* Dialogues with the ASTM machine, written as a person would note them down.
 *
 * One line a step: "> bytes" arrive, "< event" must come out next, "+ seconds" pass (tick() is called at each
 * deadline on the way), "accept", "busy", "gone" answer the FRAME that waits, "up", "down", "ready",
 * "unready", "queue text" queues a message. Before each step but "<" every event must have been named.
 * Control bytes are <ENQ> <STX>…, <xHH> any byte,
 * ## the right checksum of the frame before it, <*N:c> N times c.
 */
#pragma once
#include "instruments/protocol/astm.h"

GByteArray *helper_astm_bytes(const char *script);
/* The reverse, for events: control bytes by name. */
char *helper_astm_show(GBytes *bytes);
/* "frame starts ends: 1H|\^&…", "send: <ACK>", "reject checksum: …", "end timeout", "done: H|…", "failed
 * refused: H|…".
 */
char *helper_astm_event(const LimsEvent *event);
void helper_astm_play(const LimsAstmSettings *settings, const char *const *steps);
