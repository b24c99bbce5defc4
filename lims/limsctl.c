/* limsctl: the command line. Words and options are parsed without knowing the commands; every command and its
 * help come from tables: the models' through the route table, the tools' from lims/ctl.
 *
 * Exit status: 0 done, 1 refused or failed with one line on stderr, 2 wrong usage.
 */
#include "lims/core/i18n.h"
#include "lims/ctl/ctl.h"
#include <string.h>

static const CtlTool *const TOOLS[] = {CTL_KEEPING_TOOLS, CTL_WIRE_TOOLS};

static const CtlTool *find_tool(const char *name) {
  for (gsize i = 0; i < G_N_ELEMENTS(TOOLS); i++)
    for (const CtlTool *tool = TOOLS[i]; tool->name; tool++)
      if (strcmp(tool->name, name) == 0)
        return tool;
  return NULL;
}

static void print_help(void) {
  g_print("limsctl [--config FILE] [--format table|csv|json] [-o FILE] COMMAND …\n\n"
          "Speaks to the running daemon, and opens the store itself only when no daemon holds it.\n"
          "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n\n");
  for (gsize i = 0; i < G_N_ELEMENTS(TOOLS); i++)
    for (const CtlTool *tool = TOOLS[i]; tool->name; tool++) {
      g_print("    %s  %s\n", tool->name, tool->summary);
      ctl_print_fields(tool->fields);
    }
  ctl_print_commands();
}

static gboolean run_tool(const CtlTool *tool, const CtlLine *line, gboolean *usage, GError **error) {
  g_autoptr(GHashTable) args = ctl_take_args(line, 1, tool->fields, error);
  *usage = !args;
  return args && tool->run(line, args, error);
}

static int run(const CtlLine *line) {
  g_autoptr(GError) error = NULL;
  gboolean usage = FALSE;
  if (line->words->len == 0 || strcmp(g_ptr_array_index(line->words, 0), "help") == 0 ||
      g_hash_table_contains(line->options, "help")) {
    print_help();
    return line->words->len == 0 && !g_hash_table_contains(line->options, "help") ? 2 : 0;
  }
  const CtlTool *tool = find_tool(g_ptr_array_index(line->words, 0));
  gboolean done = tool ? run_tool(tool, line, &usage, &error) : ctl_run_command(line, &usage, &error);
  if (done)
    return 0;
  g_printerr("limsctl: %s\n", error->message);
  return usage ? 2 : 1;
}

int main(int argc, char **argv) {
  g_autoptr(GError) error = NULL;
  g_auto(CtlLine) line = {0};
  lims_i18n_init();
  if (!ctl_line_parse(&line, argc, argv, &error)) {
    g_printerr("limsctl: %s\n", error->message);
    return 2;
  }
  return run(&line);
}
