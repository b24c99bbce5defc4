/* The analyte's name inside a value or a limit: "腐霉利6.71mg/kg", "≤0.02mg/kg,吡唑醚菌酯". */
#pragma once
#include "lims/judge/catalogue.h"

typedef enum {
  LIMS_NAME_NONE,  /* no name that anybody knows, or what is left of the text cannot be read */
  LIMS_NAME_SAME,  /* it was the row's own analyte, and the rest was read */
  LIMS_NAME_OTHER, /* another analyte's, and the rest could be read: whose number is it? */
} LimsNameKind;

/* Reads what is left of the text; TRUE if it reads all of it. */
typedef gboolean (*LimsNameRest)(gpointer data, const char *rest);

/* The longest name in front of or behind the text for whose rest `read` says TRUE. `analyte`: the row's, as
 * it is written and as a code (NULL: not known). *out_name: the name that was found, g_free; NULL if none. */
LimsNameKind lims_name_take(const LimsCatalogue *catalogue, const char *analyte, const char *code,
                            const char *text, LimsNameRest read, gpointer data, char **out_name);
