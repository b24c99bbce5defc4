/* limsd.conf: one file says where the store and the journal lie, which lines there are and which analyzers on
 * them.
 *
 * The daemon and limsctl read the same table of keys; `limsd --print-config` prints it with its help.
 */
#pragma once
#include "lims/core/ini.h"

typedef struct {
  char *name, *device;
  int baud, data_bits, stop_bits; /* 0: the driver's */
  char parity, flow;              /* 0: the driver's */
} LimsConfigLine;

typedef struct {
  char *name, *line, *driver, *laboratory; /* laboratory: its code */
} LimsConfigStation;

typedef struct {
  char *store_url, *journal_path, *socket_path;
  char *drivers_path; /* NULL: the program's own */
  int journal_reserve_mib, journal_keep_days;
  GPtrArray *lines;    /* LimsConfigLine * */
  GPtrArray *stations; /* LimsConfigStation * */
  LimsIni *ini;        /* for errors that a later check finds */
} LimsConfig;

/* Errors name file, line and key: unknown or equal keys, wrong types, a station without its line, two on one
 * line. */
LimsConfig *lims_config_load(const char *path, GError **error);
void lims_config_free(LimsConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LimsConfig, lims_config_free)
const LimsConfigLine *lims_config_find_line(const LimsConfig *config, const char *name);
char *lims_config_sample(void); /* --print-config */
