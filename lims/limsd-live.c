/* The live view: each line, the journal and ingest as they are at this moment, by their own counters. */
#include "lims/limsd-live.h"

static JsonObject *show_line(LimsLine *line) {
  JsonObject *out = json_object_new();
  LimsLineStatus status;
  lims_line_get_status(line, &status);
  json_object_set_string_member(out, "line", lims_line_name(line));
  json_object_set_string_member(out, "station", lims_line_station(line));
  json_object_set_string_member(out, "state", lims_line_state_name(status.state));
  json_object_set_string_member(out, "problem", status.problem);
  json_object_set_int_member(out, "last-heard-us", status.last_heard_us);
  json_object_set_int_member(out, "bytes", (gint64)status.bytes);
  json_object_set_int_member(out, "frames", (gint64)status.frames);
  json_object_set_int_member(out, "messages", (gint64)status.messages);
  json_object_set_int_member(out, "rejects", (gint64)status.rejects);
  json_object_set_int_member(out, "refused", (gint64)status.refused);
  json_object_set_int_member(out, "reopened", (gint64)status.reopened);
  return out;
}

static JsonArray *show_lines(const GPtrArray *lines) {
  JsonArray *out = json_array_new();
  for (guint i = 0; i < lines->len; i++)
    json_array_add_object_element(out, show_line(g_ptr_array_index(lines, i)));
  return out;
}

static JsonObject *show_journal(LimsJournal *journal) {
  JsonObject *out = json_object_new();
  LimsJournalCounters counters;
  lims_journal_get_counters(journal, &counters);
  json_object_set_int_member(out, "frames", (gint64)counters.frames);
  json_object_set_int_member(out, "commits", (gint64)counters.commits);
  json_object_set_int_member(out, "refused", (gint64)counters.refused);
  json_object_set_int_member(out, "noise", (gint64)counters.noise);
  json_object_set_int_member(out, "noise-overflow", (gint64)counters.noise_overflow);
  json_object_set_int_member(out, "reserve-used", (gint64)counters.reserve_used);
  json_object_set_int_member(out, "undelivered", (gint64)counters.undelivered);
  return out;
}

static JsonObject *show_ingest(const LimsIngestCounters *counters) {
  JsonObject *out = json_object_new();
  json_object_set_int_member(out, "delivered", (gint64)counters->delivered);
  json_object_set_int_member(out, "held", (gint64)counters->held);
  json_object_set_int_member(out, "superseded", (gint64)counters->superseded);
  json_object_set_int_member(out, "repeats", (gint64)counters->repeats);
  json_object_set_int_member(out, "results", (gint64)counters->results);
  json_object_set_int_member(out, "failures", (gint64)counters->failures);
  return out;
}

JsonNode *limsd_live(const GPtrArray *lines, LimsJournal *journal, LimsIngest *ingest) {
  JsonNode *node = json_node_new(JSON_NODE_OBJECT);
  JsonObject *out = json_object_new();
  LimsIngestCounters counters;
  lims_ingest_get_counters(ingest, &counters);
  json_object_set_array_member(out, "lines", show_lines(lines));
  json_object_set_object_member(out, "journal", show_journal(journal));
  json_object_set_object_member(out, "ingest", show_ingest(&counters));
  json_object_set_string_member(out, "ingest-problem", counters.problem);
  json_node_take_object(node, out);
  return node;
}
