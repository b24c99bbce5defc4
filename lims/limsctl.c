/* limsctl: the command line. Words and options are parsed without knowing the commands; every command and its
 * help come from tables: the models' through the route table, the tools' from lims/ctl.
 *
 * Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage.
 */
#include "lims/core/i18n.h"
#include "lims/ctl/ctl.h"
#include <signal.h>
#include <string.h>

static const CtlTool *const TOOLS[] = {CTL_KEEPING_TOOLS, CTL_WIRE_TOOLS};

static const CtlTool *find_tool(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(TOOLS); i++)
    for (const CtlTool *tool = TOOLS[i]; tool->name; tool++)
      if (strcmp(tool->name, name) == 0)
        return tool;
  return NULL;
}

static gboolean run_tool(const CtlTool *tool, const CtlLine *line, gboolean *usage, GError **error) {
  g_autoptr(GHashTable) args = ctl_take_args(line, tool->name, 1, tool->fields, usage, error);
  return args && tool->run(line, args, error);
}

/* --help anywhere, or the word help before what it is wanted on; words that are no command are no help. */
static gboolean run_help(const CtlLine *line, GError **error) {
  guint first = strcmp(ctl_line_word(line, 0), "help") == 0;
  g_autofree char *words = g_strjoin(*ctl_line_word(line, first + 1) ? " " : "", ctl_line_word(line, first),
                                     ctl_line_word(line, first + 1), NULL);
  if (!*words)
    ctl_print_help(TOOLS, G_N_ELEMENTS(TOOLS));
  else if (!ctl_print_help_on(words, TOOLS, G_N_ELEMENTS(TOOLS)) &&
           !ctl_print_help_on(ctl_line_word(line, first), TOOLS, G_N_ELEMENTS(TOOLS))) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "there is no command '%s': 'limsctl help' lists them",
                words);
    return FALSE;
  }
  return TRUE;
}

static gboolean run(const CtlLine *line, gboolean *usage, GError **error) {
  const char *first = ctl_line_word(line, 0);
  *usage = TRUE;
  if (line->help || strcmp(first, "help") == 0)
    return run_help(line, error);
  if (!*first) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "what shall be done? 'limsctl help' lists it");
    return FALSE;
  }
  const CtlTool *tool = find_tool(first);
  return tool ? run_tool(tool, line, usage, error) : ctl_run_command(line, usage, error);
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(CtlLine) line = {0};
  gboolean usage = TRUE;
  lims_i18n_init();
  signal(SIGXFSZ, SIG_IGN); /* a file at its limit is an error to be told, not an end */
  if (ctl_line_parse(&line, argc, argv, &error) && run(&line, &usage, &error))
    return 0;
  g_printerr("limsctl: %s\n", error->message);
  return usage ? 2 : 1;
}
