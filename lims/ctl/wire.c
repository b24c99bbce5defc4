/* Tools for the wire: what a capture means. */
#include "instruments/decode.h"
#include "instruments/driver.h"
#include "lims/ctl/ctl.h"
#include <stdio.h>
#include <string.h>

static const LimsField DECODE[] = {
    {"driver", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "a file of config/drivers, without .ini", NULL},
    {"capture", LIMS_FIELD_POSITIONAL, LIMS_FIELD_TEXT, "file of bytes from the line", NULL},
    {NULL},
};

static gboolean run_decode(const CtlLine *line, GHashTable *args, GError **error) {
  g_autoptr(LimsDriver) driver = lims_driver_load_named(lims_fields_get(args, "driver"), error);
  g_autofree char *bytes = NULL;
  gsize size;
  if (!driver || !g_file_get_contents(lims_fields_get(args, "capture"), &bytes, &size, error))
    return FALSE;
  g_autofree char *rows = lims_decode_json_lines(driver, (const guint8 *)bytes, size, NULL);
  return line->output ? g_file_set_contents(line->output, rows, -1, error) : (fputs(rows, stdout) >= 0);
}

const CtlTool CTL_WIRE_TOOLS[] = {
    {"decode", DECODE, run_decode, "shows a capture's readings as JSON lines"},
    {NULL},
};
