/* Messages that a simulated analyzer sends: specimens, tests and values that look like a laboratory's day.
 *
 * Made from the driver alone: its codes, units and basis, and for text lines the [simulator] templates of its
 * file. Seeded: the same numbers give the same messages, up to the time of measurement.
 */
#pragma once
#include "instruments/driver.h"

typedef struct LimsMaker LimsMaker;

/* NULL with error: the driver does not say how its lines look ([simulator] record). */
LimsMaker *lims_maker_new(LimsDriver *driver, guint32 seed, GError **error);
void lims_maker_free(LimsMaker *maker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsMaker, lims_maker_free)

/* One message with every code of the driver for that specimen, measured at that moment (wall clock, in the
 * local zone). */
GBytes *lims_maker_next(LimsMaker *maker, const char *specimen, gint64 at_us);
