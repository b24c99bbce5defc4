/* Every way into the laboratory, one row a route. The model's commands carry their own role, fields and
 * summary. */
#include "lims/web/routes.h"
#include "lims/core/i18n.h"
#include "lims/core/time.h"
#include "lims/model/week.h"
#include "reports/weekly.h"
#include <glib/gstdio.h>
#include <unistd.h>

#define API "/api/v1"

static const LimsField REPORT_WEEKLY[] = {
    {"week", LIMS_FIELD_REQUIRED, LIMS_FIELD_TEXT, "2026-W47", NULL},
    {"lab", LIMS_FIELD_OPTIONAL, LIMS_FIELD_TEXT, "code of one laboratory; without it, all of them", NULL},
    {"lang", LIMS_FIELD_OPTIONAL, LIMS_FIELD_CHOICE, "language of the workbook", "zh_CN|en"},
    {"as-of", LIMS_FIELD_OPTIONAL, LIMS_FIELD_INTEGER, "position in the log of changes; without it, now",
     NULL},
    {NULL},
};

const LimsCommand LIMS_WEB_COMMANDS[] = {
    {"report", "weekly", REPORT_WEEKLY, NULL, FALSE, FALSE, LIMS_ROLE_SUPERVISOR, "the week's workbook"},
    {"health", "show", NULL, NULL, FALSE, FALSE, LIMS_ROLE_TECHNICIAN, "whether the store answers"},
    {"live", "show", NULL, NULL, FALSE, FALSE, LIMS_ROLE_TECHNICIAN,
     "lines, journal and ingest as they are now"},
    {NULL},
};

typedef struct {
  LimsWeeklyRequest weekly;
  char *path;
} ReportJob;

static gboolean render_weekly(LimsDb *db, gpointer data, GError **error) {
  ReportJob *job = data;
  return lims_weekly_render(db, &job->weekly, job->path, error);
}

static gboolean read_weekly(LimsRequest *request, LimsWeeklyRequest *weekly, GError **error) {
  const char *week = lims_fields_get(request->args, "week");
  const char *language = lims_fields_get(request->args, "lang");
  LimsLanguage chosen = LIMS_LANGUAGE_ZH_CN;
  if (!lims_time_week_parse(week, &weekly->week)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "week: '%s' is no ISO week: write it like 2026-W47",
                week);
    return FALSE;
  }
  if (language)
    lims_language_parse(language, &chosen);
  weekly->language = chosen;
  weekly->lab = lims_fields_get(request->args, "lab");
  weekly->as_of = lims_fields_get_integer(request->args, "as-of", 0);
  return TRUE;
}

/* The library writes to a file, so the workbook goes by way of one that is gone again before the reply
 * leaves. */
static gboolean report_weekly(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  ReportJob job = {0};
  if (!read_weekly(request, &job.weekly, error))
    return FALSE;
  g_autofree char *directory = g_dir_make_tmp("lims-report-XXXXXX", error);
  if (!directory)
    return FALSE;
  g_autofree char *path = g_build_filename(directory, "weekly.xlsx", NULL);
  job.path = path;
  char *bytes = NULL;
  gsize size = 0;
  gboolean good = lims_store_read(lims_api_store(api), render_weekly, &job, error) &&
                  g_file_get_contents(path, &bytes, &size, error);
  g_unlink(path);
  g_rmdir(directory);
  if (!good)
    return FALSE;
  reply->status = 200;
  reply->type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  reply->body = g_bytes_new_take(bytes, size);
  return TRUE;
}

static gboolean ask_store(LimsDb *db, gpointer data, GError **error) {
  return lims_db_get_int(db, data, error, "SELECT count(*) FROM lab", NULL);
}

static gboolean health_show(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  gint64 labs;
  if (!lims_store_read(lims_api_store(api), ask_store, &labs, error))
    return FALSE;
  g_autoptr(JsonObject) object = json_object_new();
  json_object_set_string_member(object, "status", "ok");
  json_object_set_int_member(object, "laboratories", labs);
  JsonNode *node = json_node_init_object(json_node_alloc(), object);
  lims_reply_set_json(reply, 200, node);
  return TRUE;
}

static gboolean live_show(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  const LimsApiParts *parts = lims_api_parts(api);
  JsonNode *node = parts->live ? parts->live(parts->data) : NULL;
  if (!node) {
    g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
                        "no daemon runs: start limsd to see its lines");
    return FALSE;
  }
  lims_reply_set_json(reply, 200, node);
  return TRUE;
}

const LimsRouteRow LIMS_ROUTES[] = {
    {"GET", "/healthz", "health", "show", health_show},
    {"GET", API "/live", "live", "show", live_show},
    {"GET", API "/labs", "lab", "list"},
    {"POST", API "/labs", "lab", "add"},
    {"GET", API "/divisions", "division", "list"},
    {"POST", API "/divisions", "division", "add"},
    {"POST", API "/divisions/import", "division", "import"},
    {"GET", API "/sites", "site", "list"},
    {"POST", API "/sites", "site", "add"},
    {"GET", API "/users", "user", "list"},
    {"POST", API "/users", "user", "add"},
    {"GET", API "/stations", "station", "list"},
    {"POST", API "/stations", "station", "add"},
    {"POST", API "/stations/sign-on", "station", "sign-on"},
    {"POST", API "/stations/sign-off", "station", "sign-off"},
    {"GET", API "/samples", "sample", "list"},
    {"POST", API "/samples", "sample", "add"},
    {"POST", API "/samples/import", "sample", "import"},
    {"GET", API "/samples/{number}", "sample", "show"},
    {"POST", API "/samples/{number}/void", "sample", "void"},
    {"GET", API "/preparations", "preparation", "list"},
    {"POST", API "/preparations", "preparation", "add"},
    {"GET", API "/results", "result", "list"},
    {"GET", API "/transmissions", "transmission", "list"},
    {"GET", API "/transmissions/{id}", "transmission", "show"},
    {"GET", API "/held", "held", "list"},
    {"POST", API "/held/{id}/assign", "held", "assign"},
    {"POST", API "/held/{id}/dismiss", "held", "dismiss"},
    {"POST", API "/held/{id}/accept", "held", "accept"},
    {"POST", API "/held/retry", "held", "retry"},
    {"POST", API "/limits/import", "limit", "import"},
    {"GET", API "/limit-sets", "limit", "list"},
    {"POST", API "/judge", "judge", "one"},
    {"POST", API "/judge/csv", "judge", "csv"},
    {"GET", API "/audit", "audit", "verify"},
    {"GET", API "/reports/weekly/{week}.xlsx", "report", "weekly", report_weekly, TRUE},
    {NULL},
};
