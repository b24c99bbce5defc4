/* The help, from the tables: every command by its name and one line; one command, or one noun's, with all
 * that it takes. */
#include "lims/ctl/ctl.h"
#include <string.h>

static const char *const FIELD_FORMS[] = {
    [LIMS_FIELD_TEXT] = "TEXT",   [LIMS_FIELD_CHOICE] = "WORD",    [LIMS_FIELD_WORD] = "WORD",
    [LIMS_FIELD_INTEGER] = "N",   [LIMS_FIELD_DECIMAL] = "NUMBER", [LIMS_FIELD_DATE] = "YYYY-MM-DD",
    [LIMS_FIELD_MOMENT] = "TIME", [LIMS_FIELD_FILE] = "FILE",      [LIMS_FIELD_PATH] = "FILE",
};

static const char FIRST_LINES[] =
    "limsctl [--config FILE] [--format table|csv|json] [-o FILE] COMMAND …\n\n"
    "Speaks to the running daemon, and opens the store itself only when no daemon holds it.\n"
    "'limsctl COMMAND --help' shows what a command takes.\n"
    "Exit status: 0 done, 1 refused or failed, 2 wrong usage.\n\n";

typedef struct {
  const char *words; /* NULL: all, a line each */
  gboolean found;
} Printing;

static void print_field(const LimsField *field) {
  gboolean named = field->need != LIMS_FIELD_POSITIONAL;
  g_autofree char *left =
      g_strdup_printf("%s%s%s%s", named ? "--" : "", field->name, named ? " " : "",
                      named ? (field->choices ? field->choices : FIELD_FORMS[field->type]) : "");
  /* A long one stands on a line of its own. */
  if (strlen(left) > 28)
    g_print("    %s\n    %28s ", left, "");
  else
    g_print("    %-28s ", left);
  g_print("%s%s\n", field->help, field->need == LIMS_FIELD_OPTIONAL ? "" : " (required)");
}

/* "limsctl sample import csv [--lab TEXT]" */
static void print_usage(const char *words, const LimsField *fields) {
  g_print("limsctl %s", words);
  for (const LimsField *field = fields; field && field->name; field++)
    if (field->need == LIMS_FIELD_POSITIONAL)
      g_print(" %s", field->name);
    else if (field->need == LIMS_FIELD_REQUIRED)
      g_print(" --%s %s", field->name, FIELD_FORMS[field->type]);
  for (const LimsField *field = fields; field && field->name; field++)
    if (field->need == LIMS_FIELD_OPTIONAL)
      g_print(" [--%s %s]", field->name, FIELD_FORMS[field->type]);
  g_print("\n");
}

static void print_one(Printing *printing, const char *words, const LimsField *fields, const char *summary) {
  if (!printing->words) {
    g_print("  %-20s %s\n", words, summary);
    return;
  }
  gsize length = strlen(printing->words);
  if (strncmp(words, printing->words, length) != 0 || (words[length] && words[length] != ' '))
    return;
  g_print("%s", printing->found ? "\n" : "");
  printing->found = TRUE;
  print_usage(words, fields);
  g_print("  %s\n", summary);
  for (const LimsField *field = fields; field && field->name; field++)
    print_field(field);
}

static void print_command(const char *words, const LimsCommand *command, gpointer data) {
  print_one(data, words, command->fields, command->summary);
}

static void print_all(Printing *printing, const CtlTool *const *tools, gsize count) {
  for (gsize i = 0; i < count; i++)
    for (const CtlTool *tool = tools[i]; tool->name; tool++)
      print_one(printing, tool->name, tool->fields, tool->summary);
  ctl_each_command(print_command, printing);
}

void ctl_print_help(const CtlTool *const *tools, gsize count) {
  g_print("%s", FIRST_LINES);
  print_all(&(Printing){0}, tools, count);
}

gboolean ctl_print_help_on(const char *words, const CtlTool *const *tools, gsize count) {
  Printing printing = {words, FALSE};
  print_all(&printing, tools, count);
  return printing.found;
}
