/* The weekly workbook, put together: which sheets, in which order, under which titles.
 *
 * The exceedances are written before the summary, whose formulas count their rows, and the laboratories
 * behind it; the order of the tabs is another. The only moment in the file is that of the position.
 */
#include "reports/weekly.h"
#include "lims/core/file.h"
#include "lims/core/time.h"
#include "reports/weekly-private.h"

#include <glib/gstdio.h>

static char *make_title(LimsWeekly *weekly) {
  const LimsWeekHead *head = lims_week_head(weekly->week);
  g_autofree char *week = lims_time_week_to_string(head->week);
  g_autofree char *first = lims_time_to_date(head->from_us, head->zone);
  g_autofree char *last = lims_time_to_date(head->to_us - 1, head->zone);

  return g_strdup_printf("%s %s (%s – %s)", lims_translate(weekly->language, N_("Weekly exceedances")), week,
                         first, last);
}

static char *make_moment(LimsWeekly *weekly) {
  const LimsWeekHead *head = lims_week_head(weekly->week);
  g_autofree char *iso = lims_time_to_iso(head->as_of_us, head->zone, FALSE);

  return g_strdup_printf("%s %" G_GINT64_FORMAT " (%s)",
                         lims_translate(weekly->language, N_("Data as of position")), head->as_of, iso);
}

static gboolean open_book(LimsWeekly *weekly, const char *path, GError **error) {
  const LimsWeekHead *head = lims_week_head(weekly->week);
  LimsWorkbookOptions options = {
      .language = weekly->language,
      .title = weekly->title,
      .subject = weekly->moment,
      .author = weekly->scope,
      .header_left = weekly->scope,
      .header_right = weekly->title,
      .footer_left = weekly->moment,
      .created_us = head->as_of_us,
      .zone = head->zone,
  };

  weekly->book = lims_workbook_new(path, &options, error);
  return weekly->book != NULL;
}

static LimsSheet *add_sheet(LimsWeekly *weekly, const char *name, guint pages) {
  return lims_workbook_add_sheet(weekly->book, lims_translate(weekly->language, name), pages);
}

static gboolean write_sheets(LimsWeekly *weekly, GError **error) {
  LimsSheet *exceedances, *calculations, *laboratories, *open, *changes, *limits;

  weekly->summary = add_sheet(weekly, N_("Summary"), 1);
  exceedances = add_sheet(weekly, N_("Exceedances"), 2);
  calculations = add_sheet(weekly, N_("Calculations"), 1);
  laboratories = add_sheet(weekly, N_("Laboratories"), 1);
  open = add_sheet(weekly, N_("Pending and held"), 1);
  changes = add_sheet(weekly, N_("Changed since last issue"), 1);
  limits = add_sheet(weekly, N_("Limits used"), 2);
  weekly->guide = add_sheet(weekly, N_("How to read this"), 1);
  return lims_weekly_write_exceedances(weekly, exceedances, calculations, error) &&
         lims_weekly_write_open(weekly, open, error) && lims_weekly_write_changes(weekly, changes, error) &&
         lims_weekly_write_limits(weekly, limits, error) && lims_weekly_write_guide(weekly, error) &&
         lims_weekly_write_summary(weekly, error) &&
         lims_weekly_write_laboratories(weekly, laboratories, error);
}

static gboolean digest_file(const char *path, LimsWeeklyMade *made, GError **error) {
  gint64 size;
  g_autofree char *digest = lims_file_digest(path, &size, error);

  if (digest)
    g_strlcpy(made->digest, digest, sizeof made->digest);
  return digest != NULL;
}

static void weekly_clear(LimsWeekly *weekly) {
  lims_table_clear(&weekly->exceedances);
  lims_table_clear(&weekly->calculations);
  lims_table_clear(&weekly->open);
  lims_table_clear(&weekly->changes);
  lims_table_clear(&weekly->limits);
  g_clear_pointer(&weekly->book, lims_workbook_free);
  g_clear_pointer(&weekly->week, lims_week_free);
  g_free(weekly->title);
  g_free(weekly->scope);
  g_free(weekly->moment);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(LimsWeekly, weekly_clear)

gboolean lims_weekly_make(LimsDb *db, const LimsWeeklyRequest *request, const char *path,
                          LimsWeeklyMade *made, GError **error) {
  g_auto(LimsWeekly) weekly = {.language = request->language};
  const LimsWeekHead *head;

  weekly.week = lims_week_open(db, request, error);
  if (!weekly.week)
    return FALSE;
  head = lims_week_head(weekly.week);
  weekly.title = make_title(&weekly);
  weekly.moment = make_moment(&weekly);
  weekly.scope =
      g_strdup(head->scope ? head->scope : lims_translate(request->language, N_("All laboratories")));
  if (!open_book(&weekly, path, error) || !write_sheets(&weekly, error) ||
      !lims_workbook_close(weekly.book, error))
    return FALSE;
  if (!made)
    return TRUE;
  made->as_of = head->as_of;
  return digest_file(path, made, error);
}

GBytes *lims_weekly_make_bytes(LimsDb *db, const LimsWeeklyRequest *request, LimsWeeklyMade *made,
                               GError **error) {
  g_autofree char *directory = g_dir_make_tmp("lims-weekly-XXXXXX", error);
  g_autofree char *path = directory ? g_build_filename(directory, "weekly.xlsx", NULL) : NULL;
  char *bytes = NULL;
  gsize size = 0;
  gboolean done = path && lims_weekly_make(db, request, path, made, error) &&
                  g_file_get_contents(path, &bytes, &size, error);

  if (path)
    g_unlink(path);
  if (directory)
    g_rmdir(directory);
  return done ? g_bytes_new_take(bytes, size) : NULL;
}
