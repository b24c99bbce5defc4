/* Looking ahead of an import.
 *
 * The catalogue as it would be is made in memory, from the store's rows and the file's, and the samples are
 * judged by it. Only those are looked at whose day or whose values the change can reach: of a new edition
 * mostly few, of a slip mended in an old one only those with its analytes.
 */
#include "lims/model/limit-preview.h"
#include "lims/core/time.h"
#include "lims/model/catalogue-store.h"

#include <string.h>

#define LAST_DAY 99981231

static void amend_set(LimsLimitSet *set, gpointer data) {
  const LimsLimitImport *import = data;

  for (guint i = 0; i < import->ends->len; i++) {
    const LimsLimitEnd *end = g_ptr_array_index(import->ends, i);

    if (strcmp(end->set, set->set) == 0)
      lims_time_parse_date(end->new_to, &set->to);
  }
}

static gboolean add_rows(LimsCatalogue *catalogue, gpointer data, GError **error) {
  const LimsLimitImport *import = data;
  const LimsLimitFile *file = &import->file;

  if (!lims_limit_set_row_add(catalogue, &file->set, error))
    return FALSE;
  for (guint i = 0; i < file->rows->len; i++) {
    const LimsLimitRow *row = &g_array_index(file->rows, LimsLimitRow, i);
    LimsLimit limit = row->limit;

    limit.id = row->id;
    if (!lims_catalogue_add_limit(catalogue, file->set.code, &limit, error))
      return FALSE;
  }
  return TRUE;
}

static int read_day(const char *text, int otherwise) {
  int day = otherwise;

  if (text && *text)
    lims_time_parse_date(text, &day);
  return day;
}

/* From the first to the last day on which the set is, or would be, in force. */
static void take_days(const LimsLimitImport *import, LimsRejudgeFilter *out) {
  int from = read_day(import->file.set.from, 0), to = read_day(import->file.set.to, LAST_DAY);

  out->from = import->known ? MIN(from, read_day(import->from, 0)) : from;
  out->to = import->known ? MAX(to, read_day(import->to, LAST_DAY)) : to;
  out->to = MIN(out->to, LAST_DAY);
}

gboolean lims_limit_import_compare(LimsDb *db, const LimsLimitImport *import, LimsRejudgeEach each,
                                   gpointer data, LimsRejudgeCount *out, GError **error) {
  const LimsCatalogueAmendment amendment = {import->file.set.code, amend_set, add_rows, (gpointer)import};
  LimsRejudgeFilter filter = {.lab = -1, .by = LIMS_REJUDGE_BY_ANY_DATE};
  g_autoptr(LimsCatalogue) catalogue = NULL;

  *out = (LimsRejudgeCount){0};
  if (!lims_limit_import_is_news(import))
    return TRUE;
  take_days(import, &filter);
  if (import->ends->len == 0 && !(import->known && import->set_changed))
    filter.analytes = import->analytes;
  catalogue = lims_catalogue_read_amended(db, &amendment, error);
  return catalogue && lims_rejudge_compare(db, catalogue, &filter, each, data, out, error);
}
