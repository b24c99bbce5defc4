/* The table of transmissions: one row a message of a station, with its bytes. What becomes of the row is
 * decided in transmission.c and held*.c.
 */
#pragma once
#include "lims/ingest/ingest.h"

typedef enum {
  LIMS_TRANSMISSION_DELIVERED,
  LIMS_TRANSMISSION_HELD,
  LIMS_TRANSMISSION_SUPERSEDED,
  LIMS_TRANSMISSION_REPEAT,
  LIMS_TRANSMISSION_EMPTY,
  LIMS_TRANSMISSION_STATES
} LimsTransmissionState;

typedef struct {
  guint lab;
  gint64 id;
  const char *journal; /* UUID */
  const char *driver;  /* name */
  const LimsTransmission *message;
  LimsTransmissionState state;
  const char *reason; /* or NULL */
  gint64 linked;      /* 0: none */
  const char *body_digest;
  const char *body; /* NULL: not kept */
  GBytes *raw;
  guint readings;
} LimsTransmissionRow;
gboolean lims_transmission_row_insert(const LimsTransmissionRow *row, LimsDb *db, GError **error);

/* These find a row's id; *out = 0: there is none. */
gboolean lims_transmission_find_taken(LimsDb *db, guint lab, const char *journal, gint64 journal_seq,
                                      gint64 *out, GError **error);
/* A job: the highest seq of that journal that the store has, in whatever laboratory. */
typedef struct {
  const char *journal; /* UUID */
  gint64 journal_seq;  /* out; 0: none */
} LimsTransmissionLast;
gboolean lims_transmission_read_last(LimsDb *db, gpointer last, GError **error);
/* Whole, and with the same body: the first of them. */
gboolean lims_transmission_find_same(LimsDb *db, guint lab, const char *station, const char *body_digest,
                                     gint64 *out, GError **error);

/* Cut messages of the station that wait, newest first: each calls `each`, which returns FALSE to stop. */
typedef gboolean (*LimsTransmissionEach)(gint64 id, const char *body, gpointer data);
gboolean lims_transmission_each_cut(LimsDb *db, guint lab, const char *station, LimsTransmissionEach each,
                                    gpointer data, GError **error);
/* The bytes of the last whole ones, newest first. */
typedef gboolean (*LimsTransmissionEachRaw)(gint64 id, GBytes *raw, gpointer data);
gboolean lims_transmission_each_whole(LimsDb *db, guint lab, const char *station,
                                      LimsTransmissionEachRaw each, gpointer data, GError **error);

/* What retrying needs to know. */
typedef struct {
  guint lab;
  gint64 id, ended_us;
  char *station, *driver;
} LimsTransmissionHead;
void lims_transmission_head_free(LimsTransmissionHead *head);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsTransmissionHead, lims_transmission_head_free)
LimsTransmissionHead *lims_transmission_head_read(LimsDb *db, guint lab, gint64 id, GError **error);

/* Ends a cut one for good: superseded by that one, its held rows resolved. */
gboolean lims_transmission_supersede(LimsDb *db, guint lab, gint64 id, gint64 by, GError **error);
/* State and reason anew from its held rows and readings. */
gboolean lims_transmission_refresh(LimsDb *db, guint lab, gint64 id, GError **error);
/* A cut one that was dismissed: not taken for a whole one that came before. */
gboolean lims_transmission_keep_cut(LimsDb *db, guint lab, gint64 id, GError **error);
