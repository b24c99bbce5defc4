/* limsctl's parts: what was asked for, where it runs, how it is printed. */
#pragma once
#include "lims/core/config.h"
#include "lims/web/api.h"

typedef struct {
  char *config_path;   /* --config; NULL */
  char *format;        /* --format table|csv|json; NULL: table */
  char *output;        /* -o FILE; NULL: standard output */
  GPtrArray *words;    /* char *: what is no option, in order */
  GHashTable *options; /* by lims_fields_new: --name value */
} CtlLine;

/* --name value, --name=value, -o FILE; everything after "--" is a word. */
gboolean ctl_line_parse(CtlLine *line, int argc, char **argv, GError **error);
void ctl_line_clear(CtlLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlLine, ctl_line_clear)

/* The config of --config, or of /etc/lims/limsd.conf. */
LimsConfig *ctl_load_config(const CtlLine *line, GError **error);
/* A word for each positional field, then the options, checked against the fields; FILE fields read from the
 * disk. */
GHashTable *ctl_take_args(const CtlLine *line, guint first_word, const LimsField *fields, GError **error);

/* Runs "noun verb …" by the daemon if one answers, else on the store itself. A usage error is
 * LIMS_ERROR_INVALID with *usage TRUE. */
gboolean ctl_run_command(const CtlLine *line, gboolean *usage, GError **error);
/* Every command with its fields and help, from the tables. */
void ctl_print_commands(void);
void ctl_print_fields(const LimsField *fields);

/* Prints a reply's body as asked: a JSON array as a table or CSV, an object with "key" as that key, other
 * bodies as they are. */
gboolean ctl_print_reply(const CtlLine *line, const LimsReply *reply, GError **error);

/* Tools that need no daemon. */
typedef struct {
  const char *name;
  const LimsField *fields;
  gboolean (*run)(const CtlLine *line, GHashTable *args, GError **error);
  const char *summary;
} CtlTool;
extern const CtlTool CTL_WIRE_TOOLS[];    /* decode, replay; ends with a row whose name is NULL */
extern const CtlTool CTL_KEEPING_TOOLS[]; /* init, check, backup, restore */
