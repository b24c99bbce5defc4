/* Facts of a sample. They are typed beside a form while results are already there, and each chooses which
 * limit holds: so a value is checked as the judge will read it, is kept in its one spelling (水田 becomes
 * paddy), and whatever was judged before is judged anew in the same job.
 */
#include "lims/model/sample-fact.h"
#include "lims/model/check.h"
#include "lims/model/verdict.h"

#include <string.h>

/* ---- reading ---- */

LimsQuery *lims_sample_fact_query(LimsDb *db, guint lab, gint64 sample, GError **error) {
  return lims_db_query(
      db, error,
      "SELECT f.id, f.name, f.value, f.who, f.at_us FROM sample_fact f WHERE f.lab = :lab AND f.sample = "
      ":sample "
      "AND f.value <> '' AND NOT EXISTS (SELECT 1 FROM sample_fact g WHERE g.lab = f.lab AND g.sample = "
      "f.sample AND g.name = f.name AND g.id > f.id) ORDER BY f.name",
      "lab:i", (gint64)lab, "sample:i", sample, NULL);
}

static gboolean read_row(LimsQuery *query, LimsFacts *out, GError **error) {
  const char *name = lims_query_text(query, 1), *value = lims_query_text(query, 2);
  LimsFact fact;

  if (lims_fact_find(name, &fact) && lims_facts_set(out, fact, value, NULL))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL,
              "fact %" G_GINT64_FORMAT
              " of a sample: '%s' '%s' cannot be read; another version of the program wrote it",
              lims_query_int(query, 0), name, value);
  return FALSE;
}

gboolean lims_sample_facts_read(LimsDb *db, guint lab, gint64 sample, LimsFacts *out, GError **error) {
  g_autoptr(LimsQuery) query = lims_sample_fact_query(db, lab, sample, error);
  GError *problem = NULL;

  *out = (LimsFacts){0};
  if (!query)
    return FALSE;
  while (!problem && lims_query_next(query, &problem))
    read_row(query, out, &problem);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

/* ---- writing ---- */

/* The one spelling of a value, "" if it is not known. g_free. */
static char *spell(const LimsFactValue *value) {
  if (!value->known)
    return g_strdup("");
  return value->word ? g_strdup(value->word) : lims_decimal_to_string(value->number);
}

static gboolean write_fact(LimsDb *db, guint lab, gint64 sample, LimsFact fact, const char *value,
                           const char *who, GError **error) {
  gint64 id = lims_db_new_id(db, lab), seq = lims_db_change(db, lab, "sample_fact", id, error);

  return seq != 0 &&
         lims_db_run(
             db, error,
             "INSERT INTO sample_fact(lab, id, sample, name, value, who, at_us, seq) VALUES(:lab, :id, "
             ":sample, :name, :value, :who, :now, :seq)",
             "lab:i", (gint64)lab, "id:i", id, "sample:i", sample, "name:s", lims_fact_name(fact), "value:s",
             value, "who:s", who, "now:i", lims_db_now_us(db), "seq:i", seq, NULL);
}

/* Writes what differs. */
static gboolean write_changes(LimsDb *db, guint lab, gint64 sample, const LimsFacts *before,
                              const LimsFacts *after, const char *who, guint *out_written, GError **error) {
  *out_written = 0;
  for (guint i = 0; i < LIMS_FACTS; i++) {
    g_autofree char *was = spell(&before->values[i]), *is = spell(&after->values[i]);

    if (strcmp(was, is) == 0)
      continue;
    if (!write_fact(db, lab, sample, (LimsFact)i, is, who, error))
      return FALSE;
    (*out_written)++;
  }
  return TRUE;
}

static gboolean apply(LimsFacts *facts, const LimsSampleFact *given, guint count, GError **error) {
  for (guint i = 0; i < count; i++)
    if (*given[i].text == '\0')
      facts->values[given[i].fact] = (LimsFactValue){0};
    else if (!lims_facts_set(facts, given[i].fact, given[i].text, error))
      return FALSE;
  return TRUE;
}

/* A food that was wetter after drying than before: two numbers in each other's place. */
static gboolean check_together(const LimsFacts *facts, GError **error) {
  const LimsFactValue *now = &facts->values[LIMS_FACT_MOISTURE],
                      *fresh = &facts->values[LIMS_FACT_FRESH_MOISTURE];
  g_autofree char *now_text = spell(now), *fresh_text = spell(fresh);

  if (!now->known || !fresh->known || lims_decimal_compare(fresh->number, now->number) >= 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "fresh-moisture '%s': must not be below the moisture of the sample, which is %s", fresh_text,
              now_text);
  return FALSE;
}

gboolean lims_sample_describe(LimsDb *db, guint lab, gint64 sample, const LimsSampleFact *facts, guint count,
                              const char *who, GError **error) {
  LimsFacts before, after;
  guint written;

  if (!lims_check_text("who", who, 64, error) || !lims_sample_facts_read(db, lab, sample, &before, error))
    return FALSE;
  after = before;
  return apply(&after, facts, count, error) && check_together(&after, error) &&
         write_changes(db, lab, sample, &before, &after, who, &written, error) &&
         (written == 0 || lims_verdict_renew_sample(db, lab, sample, error));
}
