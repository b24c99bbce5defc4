/* Held rows: what waits for a person, one row a transmission, specimen, test and reason. The table's SQL; who
 * may resolve what is held.h's.
 */
#pragma once
#include "lims/ingest/held.h"

#define LIMS_HELD_DISMISSED "dismissed: " /* how the resolution of a dismissed row begins */

/* Reasons that are found while a message is placed; collected first, written once the outcome is known. */
typedef struct {
  char *specimen, *code, *reason, *detail;
} LimsHold;

typedef struct {
  GPtrArray *all;   /* LimsHold * */
  GHashTable *keys; /* specimen, code, reason: none twice */
} LimsHolds;
LimsHolds *lims_holds_new(void);
void lims_holds_free(LimsHolds *holds);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsHolds, lims_holds_free)
/* code "": the whole specimen; specimen "" too: the whole message. */
void lims_holds_add(LimsHolds *holds, const char *specimen, const char *code, const char *reason,
                    const char *format, ...) G_GNUC_PRINTF(5, 6);
/* TRUE if it was there, and is taken out. */
gboolean lims_holds_remove(LimsHolds *holds, const char *specimen, const char *code, const char *reason);
/* For that test, or for the whole specimen. */
gboolean lims_holds_has(const LimsHolds *holds, const char *specimen, const char *code, const char *reason);
gboolean lims_holds_insert(const LimsHolds *holds, LimsDb *db, guint lab, gint64 transmission,
                           GError **error);

/* A row as it lies in the table. */
typedef struct {
  guint lab;
  gint64 id, transmission;
  char *specimen, *code, *reason;
  gboolean open, dismissed;
} LimsHeldKey;
void lims_held_key_free(LimsHeldKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsHeldKey, lims_held_key_free)

/* NOT_FOUND if there is none, CONFLICT (with how it ended) if it is resolved already. */
LimsHeldKey *lims_held_key_get_open(LimsDb *db, gint64 id, GError **error);
/* All of a transmission; of one specimen, or (NULL) of all. GPtrArray of LimsHeldKey *. */
GPtrArray *lims_held_keys_of(LimsDb *db, guint lab, gint64 transmission, const char *specimen,
                             GError **error);
gboolean lims_held_resolve(LimsDb *db, const LimsHeldKey *key, const char *who, const char *resolution,
                           GError **error);
