/* limsctl's parts: what was asked for, where it runs, how it is printed. */
#pragma once
#include "lims/core/config.h"
#include "lims/web/api.h"

typedef struct {
  char *config_path;   /* --config; NULL */
  char *format;        /* --format table|csv|json; NULL: table */
  char *output;        /* -o FILE; NULL: standard output */
  gboolean help;       /* --help */
  GPtrArray *words;    /* char *: what is no option, in order */
  GHashTable *options; /* by lims_fields_new: --name value */
} CtlLine;

/* --name value, --name=value, -o FILE; everything after "--" is a word. */
gboolean ctl_line_parse(CtlLine *line, int argc, char **argv, GError **error);
void ctl_line_clear(CtlLine *line);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(CtlLine, ctl_line_clear)
/* The word at that place; "" if there is none. */
const char *ctl_line_word(const CtlLine *line, guint i);

/* The config of --config, or of /etc/lims/limsd.conf. */
LimsConfig *ctl_load_config(const CtlLine *line, GError **error);
/* What the words from `first_word` on and the options say, checked against the fields; FILE fields read from
 * the disk, PATH fields made absolute. *usage: whether an error is one of usage. */
GHashTable *ctl_take_args(const CtlLine *line, const char *command, guint first_word, const LimsField *fields,
                          gboolean *usage, GError **error);

/* ---- commands: of the models, by the daemon or on the store itself ---- */

/* Runs "noun verb …" by the daemon if one answers, else on the store itself. */
gboolean ctl_run_command(const CtlLine *line, gboolean *usage, GError **error);
/* Calls `each` with every command's words and table row. */
void ctl_each_command(void (*each)(const char *words, const LimsCommand *command, gpointer data),
                      gpointer data);

/* ---- tools: of this program, which need no daemon ---- */

typedef struct {
  const char *name;
  const LimsField *fields;
  gboolean (*run)(const CtlLine *line, GHashTable *args, GError **error);
  const char *summary;
} CtlTool;
extern const CtlTool CTL_WIRE_TOOLS[];    /* decode, replay; ends with a row whose name is NULL */
extern const CtlTool CTL_KEEPING_TOOLS[]; /* init, restore */

/* ---- help ---- */

/* Everything there is, by its names and summaries. */
void ctl_print_help(const CtlTool *const *tools, gsize count);
/* All that begins with these words (a command, or all of a noun), with its fields; FALSE if nothing does. */
gboolean ctl_print_help_on(const char *words, const CtlTool *const *tools, gsize count);
/* Those of `known` (char *) that may have been meant by `word`: " did you mean X or Y?", or "". g_free. */
char *ctl_guess(const char *word, const GPtrArray *known);

/* ---- answers ---- */

/* Prints a reply's body as asked: a JSON array as a table or CSV, an object a member a line (key_only: its
 * "key" alone, the answer to what was added), other bodies as they are. */
gboolean ctl_print_reply(const CtlLine *line, const LimsReply *reply, gboolean key_only, GError **error);
/* To -o FILE (whole or not at all) or standard output. */
gboolean ctl_write_out(const CtlLine *line, const char *bytes, gsize size, GError **error);
