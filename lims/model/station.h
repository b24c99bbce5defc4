/* Stations: the analyzers that the configuration names, and who was signed on at each, when. */
#pragma once
#include "lims/store/store.h"

typedef struct {
  guint lab;
  const char *name;   /* of [station NAME]; unique in the store */
  const char *driver; /* name of the driver */
  const char *title;  /* make and model, from the driver */
  const char *origin; /* of the driver's capture: synthetic, published, hardware; or UNREAD */
  const char *line;   /* of [line NAME] */
} LimsStationNew;

#define LIMS_STATION_UNREAD "unknown" /* origin: no daemon has read the driver yet */

/* By a person, ahead of the configuration. A name that is taken, here or elsewhere, is refused. *out_id may
 * be NULL. */
gboolean lims_station_add(LimsDb *db, const LimsStationNew *station, gint64 *out_id, GError **error);
/* From the configuration at every start: adds the station or brings it up to date; nothing is written if it
 * is so already. A name that another laboratory uses is refused. */
gboolean lims_station_put(LimsDb *db, const LimsStationNew *station, GError **error);
/* Signs the person on from now; whoever was on there is signed off at the same moment. */
gboolean lims_station_sign_on(LimsDb *db, const char *station, const char *login, GError **error);
/* *out_was (may be NULL; g_free): the login that was on. LIMS_ERROR_CONFLICT if nobody was. */
gboolean lims_station_sign_off(LimsDb *db, const char *station, char **out_was, GError **error);
/* The login signed on there at that moment, or NULL. g_free. */
char *lims_station_person_at(LimsDb *db, const char *station, gint64 at_us);
/* The laboratory of the station; LIMS_ERROR_NOT_FOUND if there is none. */
gboolean lims_station_get_lab(LimsDb *db, const char *station, guint *out_lab, GError **error);
/* Stations of a laboratory (lab < 0: of all), after that id. Columns: id, name, lab's code, driver, title,
 * origin, line, login signed on now. */
LimsQuery *lims_station_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error);
