/* A player: an analyzer made of a driver and a port. The simulator and `limsctl replay` are players.
 *
 * Sends whole messages one after the other through the driver's protocol machine as an instrument, obeying
 * ACK and NAK. As the standard says, a message that was not accepted, or whose line was lost, is sent again
 * whole in a new session; it leaves the queue only when it was accepted to its end. Faults are done to the
 * bytes on their way out, by a seeded source, so that a run can be repeated.
 */
#pragma once
#include "instruments/driver.h"
#include "instruments/port/port.h"

typedef enum {
  LIMS_FAULT_NONE,
  LIMS_FAULT_DAMAGE,    /* a bit of one byte turned */
  LIMS_FAULT_DROP,      /* what was to be sent is lost */
  LIMS_FAULT_DUPLICATE, /* sent twice */
  LIMS_FAULT_DELAY,     /* sent late */
  LIMS_FAULT_CUT,       /* half of it sent, and the message begun again later */
  LIMS_FAULT_NOISE,     /* other bytes before it */
  LIMS_FAULT_ANY,       /* any of these */
} LimsFault;
#define LIMS_FAULT_NAMES "none|damage|drop|duplicate|delay|cut|noise|any" /* in that order */
gboolean lims_fault_parse(const char *name, LimsFault *out);

typedef struct {
  guint time_scale;    /* divides every timer; 1: the standard's seconds */
  gboolean line_speed; /* bytes leave at the driver's baud rate (times the scale), as over a wire */
  LimsFault fault;
  guint fault_percent; /* of what is sent */
  guint32 seed;
} LimsPlayerSettings;

typedef struct {
  /* The port is there: path of tty:new, address of tcp-listen. */
  void (*address)(const char *address, gpointer data);
  void (*connected)(const char *name, gpointer data);
  /* The oldest queued message was accepted whole. */
  void (*sent)(gpointer data);
  /* It was not, and will be sent again. */
  void (*failed)(const char *reason, gpointer data);
  /* The port could not be opened or was lost. */
  void (*problem)(const GError *error, gpointer data);
} LimsPlayerEvents;

typedef struct LimsPlayer LimsPlayer;

/* On `context`; NULL: the default one. */
LimsPlayer *lims_player_new(LimsDriver *driver, const char *device, const LimsPlayerSettings *settings,
                            const LimsPlayerEvents *events, gpointer data, GMainContext *context,
                            GError **error);
void lims_player_start(LimsPlayer *player);
void lims_player_free(LimsPlayer *player);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsPlayer, lims_player_free)
/* Queues one whole message: what lims_capture->texts holds, or record text. */
void lims_player_send(LimsPlayer *player, GBytes *message);
guint lims_player_waiting(const LimsPlayer *player);
