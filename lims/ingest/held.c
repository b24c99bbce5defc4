/* Held results and what a person may do with each: which reasons are answered by naming the sample, which by
 * saying that it counts all the same, which by mending something else. Whatever the answer, the rows and the
 * readings stay; only their resolution is written.
 */
#include "lims/ingest/held.h"
#include "lims/core/id.h"
#include "lims/ingest/held-again.h"
#include "lims/ingest/transmission-row.h"
#include "lims/model/correction.h"
#include "lims/model/page.h"
#include "lims/model/sample.h"
#include <string.h>

#define AUTOMATIC "ingest" /* who resolved it, where no person did */

static const struct {
  const char *reason;
  gboolean may_assign, may_accept;
  const char *instead;
} REASONS[] = {
    {"incomplete", FALSE, TRUE, "accept it as it is, or dismiss it"},
    {"unreadable-message", FALSE, FALSE, "look at the transmission, then dismiss it"},
    {"no-specimen", TRUE, FALSE, "assign it to a sample"},
    {"unregistered-specimen", TRUE, FALSE, "register the sample, or assign it to one"},
    {"void-sample", TRUE, FALSE, "assign it to another sample, or dismiss it"},
    {"unknown-code", FALSE, FALSE, "add the code to the driver's CSV, then retry"},
    {"unknown-unit", FALSE, FALSE, "name the unit in the driver's CSV, or dismiss it"},
    {"unreadable-value", FALSE, FALSE, "dismiss it and measure again"},
    {"needs-preparation", FALSE, FALSE, "enter the preparation (mass and volume) of the sample"},
    {"possible-repeat", TRUE, TRUE, "accept it as a measurement of its own, or dismiss it"},
};

/* ---- listing ---- */

LimsQuery *lims_held_query(LimsDb *db, int lab, gint64 after, guint limit, GError **error) {
  LimsPage page = lims_page_of(lab, after, limit);
  return lims_db_query(
      db, error,
      "SELECT h.id, l.code, t.station, h.specimen, h.code, h.reason, h.detail, h.at_us,"
      " (SELECT count(*) FROM reading r WHERE r.lab = h.lab AND r.transmission = h.transmission"
      "  AND (h.reason IN ('incomplete', 'unreadable-message')"
      "   OR (r.kind = 'sample' AND r.specimen = h.specimen AND h.code IN ('', r.code)))), h.transmission, "
      "h.id"
      " FROM held h JOIN lab l ON l.id = h.lab"
      " JOIN transmission t ON t.lab = h.lab AND t.id = h.transmission"
      " WHERE h.resolved_us IS NULL AND " LIMS_PAGE_WHERE("h") " ORDER BY h.lab, h.id LIMIT :limit",
      LIMS_PAGE_ARGS(page), NULL);
}

/* ---- a person's acts ---- */

static gboolean check_act(const LimsHeldKey *key, const char *act, gboolean assign, GError **error) {
  for (gsize i = 0; i < G_N_ELEMENTS(REASONS); i++)
    if (strcmp(REASONS[i].reason, key->reason) == 0) {
      if (assign ? REASONS[i].may_assign : REASONS[i].may_accept)
        return TRUE;
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                  "held %" G_GINT64_FORMAT " (%s): there is nothing to %s; %s", key->id, key->reason, act,
                  REASONS[i].instead);
      return FALSE;
    }
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL, "held %" G_GINT64_FORMAT ": reason '%s' is unknown",
              key->id, key->reason);
  return FALSE;
}

static gboolean find_sample(LimsDb *db, guint lab, const char *number, gint64 *out, GError **error) {
  GError *problem = NULL;
  gboolean is_void = FALSE;
  if (lims_sample_find(db, lab, number, out, &is_void, &problem)) {
    if (!is_void)
      return TRUE;
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "sample %s is void: assign it to another one",
                number);
  } else if (problem) {
    g_propagate_error(error, problem);
  } else {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "sample %s: nobody registered it at the laboratory of the held result", number);
  }
  return FALSE;
}

gboolean lims_held_assign(LimsDb *db, gint64 id, const char *sample_number, const char *who,
                          gint64 *out_results, GError **error) {
  g_autoptr(LimsHeldKey) key = lims_held_key_get_open(db, id, error);
  g_autofree char *how = g_strconcat("assigned to ", sample_number, NULL);
  gint64 sample, results = 0;
  if (!key || !check_act(key, "assign", TRUE, error) ||
      !find_sample(db, key->lab, sample_number, &sample, error))
    return FALSE;
  const LimsHeldAgain again = {.lab = key->lab,
                               .transmission = key->transmission,
                               .specimen = key->specimen,
                               .sample = sample,
                               .accepted = "",
                               .who = who,
                               .resolution = how};
  if (!lims_held_again(&again, db, &results, error))
    return FALSE;
  if (out_results)
    *out_results = results;
  return TRUE;
}

gboolean lims_held_accept(LimsDb *db, gint64 id, const char *who, gint64 *out_results, GError **error) {
  g_autoptr(LimsHeldKey) key = lims_held_key_get_open(db, id, error);
  gint64 results = 0;
  if (!key || !check_act(key, "accept", FALSE, error))
    return FALSE;
  const LimsHeldAgain again = {.lab = key->lab,
                               .transmission = key->transmission,
                               .specimen = key->specimen,
                               .accepted = key->code,
                               .who = who,
                               .resolution = "accepted"};
  gboolean cut = strcmp(key->reason, "incomplete") == 0;
  if (!(cut ? lims_held_again_whole(db, key, who, &results, error)
            : lims_held_again(&again, db, &results, error)))
    return FALSE;
  if (out_results)
    *out_results = results;
  return TRUE;
}

/* Values that waited for a preparation are tied already: they are taken back. A cut message keeps its word,
 * so that the whole one may still come and count. */
static gboolean after_dismissal(LimsDb *db, const LimsHeldKey *key, const char *why, const char *who,
                                GError **error) {
  if (strcmp(key->reason, "needs-preparation") == 0)
    return lims_correction_withdraw_specimen(db, key->lab, key->transmission, key->specimen, key->code, why,
                                             who, error);
  return strcmp(key->reason, "incomplete") != 0 ||
         lims_transmission_keep_cut(db, key->lab, key->transmission, error);
}

gboolean lims_held_dismiss(LimsDb *db, gint64 id, const char *why, const char *who, GError **error) {
  g_autoptr(LimsHeldKey) key = lims_held_key_get_open(db, id, error);
  g_autofree char *how = g_strconcat(LIMS_HELD_DISMISSED, why, NULL);
  return key && lims_held_resolve(db, key, who, how, error) &&
         lims_transmission_refresh(db, key->lab, key->transmission, error) &&
         after_dismissal(db, key, why, who, error);
}

/* ---- trying again ---- */

static GPtrArray *find_ready(LimsDb *db, guint lab, gint64 sample, GError **error) {
  g_autoptr(GPtrArray) ready = g_ptr_array_new_with_free_func((GDestroyNotify)lims_held_key_free);
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT DISTINCT h.transmission, h.specimen FROM held h WHERE h.lab = :lab AND h.resolved_us IS NULL"
      " AND ((h.reason IN ('unregistered-specimen', 'void-sample') AND EXISTS(SELECT 1 FROM sample_alias a"
      "   JOIN sample s ON s.lab = a.lab AND s.id = a.sample WHERE a.lab = h.lab AND a.alias = h.specimen"
      "   AND s.voided_at_us IS NULL AND :sample IN (0, a.sample)))"
      " OR (h.reason = 'needs-preparation' AND EXISTS(SELECT 1 FROM reading r WHERE r.lab = h.lab"
      "   AND r.transmission = h.transmission AND r.specimen = h.specimen AND r.sample IS NOT NULL"
      "   AND :sample IN (0, r.sample)))"
      " OR (:sample = 0 AND h.reason IN ('unknown-code', 'unknown-unit')))",
      "lab:i", (gint64)lab, "sample:i", sample, NULL);
  GError *problem = NULL;
  if (!query)
    return NULL;
  while (lims_query_next(query, &problem)) {
    LimsHeldKey *key = g_new0(LimsHeldKey, 1);
    key->transmission = lims_query_int(query, 0);
    key->specimen = g_strdup(lims_query_text(query, 1));
    g_ptr_array_add(ready, key);
  }
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return g_steal_pointer(&ready);
}

gboolean lims_held_retry(LimsDb *db, guint lab, gint64 sample, gint64 *out_results, GError **error) {
  g_autoptr(GPtrArray) ready = find_ready(db, lab, sample, error);
  gint64 results = 0;
  for (guint i = 0; ready && i < ready->len; i++) {
    const LimsHeldKey *key = g_ptr_array_index(ready, i);
    const LimsHeldAgain again = {.lab = lab,
                                 .transmission = key->transmission,
                                 .specimen = key->specimen,
                                 .who = AUTOMATIC,
                                 .resolution = "went through when tried again"};
    if (!lims_held_again(&again, db, &results, error))
      return FALSE;
  }
  if (out_results)
    *out_results = results;
  return ready != NULL;
}
