/* Every way into the laboratory, one row a route. The model's commands carry their own role, fields and
 * summary. */
#include "lims/web/routes.h"
#include "lims/core/i18n.h"
#include "lims/core/time.h"
#include "lims/model/week.h"
#include "lims/web/keeping.h"
#include "reports/weekly.h"

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
    {"check", "run", NULL, NULL, FALSE, FALSE, LIMS_ROLE_SUPERVISOR,
     "examines the store, the chains of its audit, and the journal"},
    {"backup", "make", LIMS_BACKUP_FIELDS, NULL, FALSE, FALSE, LIMS_ROLE_ADMINISTRATOR,
     "copies store and journal, while the daemon runs or not"},
    {NULL},
};

typedef struct {
  LimsWeeklyRequest weekly;
  const char *who;
  LimsWeeklyMade made;
  GBytes *bytes;
} ReportJob;

static gboolean render_weekly(LimsDb *db, gpointer data, GError **error) {
  ReportJob *job = data;
  return (job->bytes = lims_weekly_make_bytes(db, &job->weekly, &job->made, error)) != NULL;
}

static gboolean record_weekly(LimsDb *db, gpointer data, GError **error) {
  ReportJob *job = data;
  return lims_week_record_issue(db, &job->weekly, job->made.as_of, job->who, job->made.digest, error);
}

static gboolean read_weekly(LimsRequest *request, LimsWeeklyRequest *weekly, GError **error) {
  const char *week = lims_fields_get(request->args, "week");
  const char *language = lims_fields_get(request->args, "lang");
  if (!lims_time_week_parse(week, &weekly->week)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "week: '%s' is no ISO week: write it like 2026-W47",
                week);
    return FALSE;
  }
  weekly->language = LIMS_LANGUAGE_ZH_CN;
  if (language)
    lims_language_parse(language, &weekly->language);
  weekly->lab = lims_fields_get(request->args, "lab");
  weekly->as_of = lims_fields_get_integer(request->args, "as-of", 0);
  if (weekly->as_of > 0 || !lims_fields_get(request->args, "as-of"))
    return TRUE;
  g_set_error_literal(error, LIMS_ERROR, LIMS_ERROR_INVALID, "as-of: positions are counted from 1");
  return FALSE;
}

/* A workbook of today's position is an issue: the next one says what changed since. One of an older position
 * is a look back, and none. */
static gboolean report_weekly(LimsApi *api, LimsRequest *request, LimsReply *reply, GError **error) {
  ReportJob job = {.who = request->who};
  if (!read_weekly(request, &job.weekly, error) ||
      !lims_store_read(lims_api_store(api), render_weekly, &job, error))
    return FALSE;
  if (job.weekly.as_of == 0 && !lims_store_write(lims_api_store(api), record_weekly, &job, error)) {
    g_bytes_unref(job.bytes);
    return FALSE;
  }
  reply->status = 200;
  reply->type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
  reply->body = job.bytes;
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
    {"GET", API "/check", "check", "run", lims_check_run, TRUE},
    {"POST", API "/backup", "backup", "make", lims_backup_make, TRUE},
    {"GET", API "/labs", "lab", "list"},
    {"POST", API "/labs", "lab", "add"},
    {"GET", API "/divisions", "division", "list"},
    {"POST", API "/divisions", "division", "add"},
    {"POST", API "/divisions/import", "division", "import"},
    {"GET", API "/sites", "site", "list"},
    {"POST", API "/sites", "site", "add"},
    {"POST", API "/sites/import", "site", "import"},
    {"GET", API "/users", "user", "list"},
    {"POST", API "/users", "user", "add"},
    {"GET", API "/stations", "station", "list"},
    {"POST", API "/stations", "station", "add"},
    {"POST", API "/stations/sign-on", "station", "sign-on"},
    {"POST", API "/stations/sign-off", "station", "sign-off"},
    {"GET", API "/samples", "sample", "list"},
    {"POST", API "/samples", "sample", "add"},
    {"POST", API "/samples/import", "sample", "import"},
    {"GET", API "/samples/{sample}", "sample", "show"},
    {"POST", API "/samples/{sample}/void", "sample", "void"},
    {"POST", API "/samples/{sample}/facts", "sample", "describe"},
    {"GET", API "/preparations", "preparation", "list"},
    {"POST", API "/preparations", "preparation", "add"},
    {"POST", API "/preparations/import", "preparation", "import"},
    {"GET", API "/results", "result", "list"},
    {"POST", API "/results/relink", "result", "relink"},
    {"POST", API "/results/{id}/correct", "result", "correct"},
    {"POST", API "/results/{id}/withdraw", "result", "withdraw"},
    {"GET", API "/transmissions", "transmission", "list"},
    {"GET", API "/transmissions/{id}", "transmission", "show"},
    {"GET", API "/held", "held", "list"},
    {"POST", API "/held/{id}/assign", "held", "assign"},
    {"POST", API "/held/{id}/dismiss", "held", "dismiss"},
    {"POST", API "/held/{id}/accept", "held", "accept"},
    {"POST", API "/held/retry", "held", "retry"},
    {"POST", API "/limits/import", "limit", "import", NULL, TRUE},
    {"GET", API "/limit-sets", "limit", "list"},
    {"POST", API "/commodities/match", "commodity", "match"},
    {"POST", API "/judge", "judge", "one"},
    {"POST", API "/judge/csv", "judge", "csv"},
    {"GET", API "/judge/period", "judge", "period", NULL, TRUE},
    {"GET", API "/methods", "method", "list"},
    {"POST", API "/methods/set", "method", "set"},
    {"GET", API "/detection-limits", "method", "limits"},
    {"POST", API "/detection-limits/import", "method", "import-limits"},
    {"GET", API "/settings", "setting", "list"},
    {"POST", API "/settings", "setting", "set"},
    {"GET", API "/settings/history", "setting", "history"},
    {"GET", API "/budgets", "budget", "list"},
    {"POST", API "/budgets", "budget", "add"},
    {"GET", API "/budgets/{year}", "budget", "show"},
    {"GET", API "/audit", "audit", "verify"},
    {"GET", API "/reports/weekly/{week}.xlsx", "report", "weekly", report_weekly, TRUE},
    {NULL},
};
