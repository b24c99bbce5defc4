/* Samples. The number goes onto a label and comes back from an analyzer weeks later, so it must be unique and
 * gap-free; a name that two samples share would tie a result to the wrong one. So every check is made before
 * the number is drawn, a name that is taken is refused with the sample that has it, and a name that looks
 * like one of this laboratory's own numbers is refused too: that number will be drawn some day.
 */
#include "lims/model/sample-private.h"
#include "lims/core/time.h"
#include "lims/judge/match.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/lab.h"
#include "lims/model/site.h"

#include <string.h>

/* What was checked, ready to be written. */
typedef struct {
  LimsLab *lab;
  GTimeZone *zone;
  gint64 site;
  const char *commodity; /* code or NULL; the catalogue's */
  gint64 sampled_at_us;  /* 0: unknown */
  GPtrArray *aliases;    /* LimsSampleAlias * */
} Draft;

static void draft_clear(Draft *draft) {
  lims_lab_free(draft->lab);
  g_clear_pointer(&draft->aliases, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Draft, draft_clear)

/* ---- names ---- */

static void alias_free(gpointer data) {
  LimsSampleAlias *alias = data;

  g_free(alias->alias);
  g_free(alias);
}

static gboolean is_listed(const GPtrArray *aliases, const char *name) {
  for (guint i = 0; i < aliases->len; i++)
    if (strcmp(((LimsSampleAlias *)g_ptr_array_index(aliases, i))->alias, name) == 0)
      return TRUE;
  return FALSE;
}

static void list_alias(GPtrArray *aliases, const char *kind, const char *name) {
  g_autofree char *text = g_strstrip(g_strdup(name ? name : ""));
  LimsSampleAlias *alias;

  if (*text == '\0' || is_listed(aliases, text))
    return;
  alias = g_new0(LimsSampleAlias, 1);
  alias->kind = kind;
  alias->alias = g_steal_pointer(&text);
  g_ptr_array_add(aliases, alias);
}

GPtrArray *lims_sample_aliases(const LimsSampleNew *sample) {
  GPtrArray *aliases = g_ptr_array_new_with_free_func(alias_free);
  g_auto(GStrv) portions =
      g_regex_split_simple("[\\s,;，、；]+", sample->portions ? sample->portions : "", G_REGEX_DEFAULT, 0);

  list_alias(aliases, "sheet", sample->sheet);
  list_alias(aliases, "client", sample->client);
  for (char **portion = portions; portion && *portion; portion++)
    list_alias(aliases, "portion", *portion);
  return aliases;
}

/* <code>-<6 digits>-<4 digits> of this laboratory. */
static gboolean is_own_number(const char *name, const char *code) {
  gsize length = strlen(code);
  const char *rest = name + length;

  return strncmp(name, code, length) == 0 && strlen(rest) == 12 && rest[0] == '-' && rest[7] == '-' &&
         strspn(rest + 1, "0123456789") == 6 && strspn(rest + 8, "0123456789") == 4;
}

/* Whose name it is; NULL if it is free. g_free. */
static gboolean find_owner(LimsDb *db, guint lab, const char *name, char **out_number, GError **error) {
  GError *problem = NULL;

  *out_number = NULL;
  lims_db_get_text(db, out_number, &problem,
                   "SELECT s.number FROM sample_alias a JOIN sample s ON s.lab = a.lab AND s.id = a.sample "
                   "WHERE a.lab = :lab AND a.alias = :alias",
                   "lab:i", (gint64)lab, "alias:s", name, NULL);
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

static gboolean check_alias(LimsDb *db, const LimsLab *lab, const LimsSampleAlias *alias, GError **error) {
  g_autofree char *owner = NULL;

  if (!lims_check_text(alias->kind, alias->alias, 64, error))
    return FALSE;
  if (is_own_number(alias->alias, lab->code)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "%s '%s': looks like a sample number of laboratory %s; leave it out", alias->kind,
                alias->alias, lab->code);
    return FALSE;
  }
  if (!find_owner(db, lab->id, alias->alias, &owner, error))
    return FALSE;
  if (!owner)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT, "%s '%s': is already a name of sample %s", alias->kind,
              alias->alias, owner);
  return FALSE;
}

static gboolean check_aliases(LimsDb *db, const Draft *draft, GError **error) {
  for (guint i = 0; i < draft->aliases->len; i++)
    if (!check_alias(db, draft->lab, g_ptr_array_index(draft->aliases, i), error))
      return FALSE;
  return TRUE;
}

/* ---- checks ---- */

static gboolean check_day(const char *what, const char *text, GError **error) {
  int day;

  if (text == NULL || lims_time_parse_date(text, &day))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be a date YYYY-MM-DD", what, text);
  return FALSE;
}

/* A day's grace: sheets carry the date of another zone, or of a clock that is not quite right. */
static gboolean check_past(const char *text, gint64 at_us, gint64 now_us, GTimeZone *zone, GError **error) {
  g_autofree char *now = NULL;

  if (at_us <= now_us + G_TIME_SPAN_DAY)
    return TRUE;
  now = lims_time_to_iso(now_us, zone, FALSE);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "sampled-at '%s': lies in the future (it is %s here); mend the date, or this machine's clock",
              text, now);
  return FALSE;
}

static gboolean read_moment(const char *text, gint64 now_us, GTimeZone *zone, gint64 *out_us,
                            GError **error) {
  *out_us = 0;
  if (text == NULL)
    return TRUE;
  if (lims_time_parse_iso(text, zone, out_us))
    return check_past(text, *out_us, now_us, zone, error);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "sampled-at '%s': must be a date YYYY-MM-DD or a date and time YYYY-MM-DDTHH:MM", text);
  return FALSE;
}

static gboolean check_words(const LimsSampleNew *sample, GError **error) {
  return lims_check_text("commodity", sample->commodity, 100, error) &&
         lims_check_text("site", sample->site, 32, error) &&
         check_day("produced-on", sample->produced_on, error) &&
         check_day("purchased-on", sample->purchased_on, error) &&
         lims_check_optional("note", sample->note, 500, error) &&
         lims_check_text("who", sample->who, 64, error);
}

/* A name that the catalogue does not know is kept as typed; its results will be undetermined, and say so. */
static gboolean match_commodity(LimsDb *db, const char *name, const char **out_code, GError **error) {
  LimsCatalogue *catalogue = lims_catalogue_current(db, error);

  if (!catalogue)
    return FALSE;
  *out_code = lims_match_find_commodity(catalogue, name);
  return TRUE;
}

static gboolean draft_fill(LimsDb *db, const LimsSampleNew *sample, Draft *draft, GError **error) {
  if (!check_words(sample, error))
    return FALSE;
  draft->lab = lims_lab_get(db, sample->lab, error);
  if (!draft->lab)
    return FALSE;
  draft->zone = lims_lab_zone(db, draft->lab->id, error);
  draft->aliases = lims_sample_aliases(sample);
  return draft->zone && lims_site_get(db, draft->lab->id, sample->site, &draft->site, error) &&
         read_moment(sample->sampled_at, lims_db_now_us(db), draft->zone, &draft->sampled_at_us, error) &&
         check_aliases(db, draft, error) && match_commodity(db, sample->commodity, &draft->commodity, error);
}

/* ---- writing ---- */

/* The next number of the laboratory's day; a transaction that is taken back takes its draw back too. */
static char *draw_number(LimsDb *db, const Draft *draft, GError **error) {
  g_autofree char *date = lims_time_to_date(lims_db_now_us(db), draft->zone);
  gint64 n = 0;
  int day = 0;

  lims_time_parse_date(date, &day);
  if (!lims_db_get_int(db, &n, error,
                       "INSERT INTO sample_counter(lab, day, last) VALUES(:lab, :day, 1) "
                       "ON CONFLICT(lab, day) DO UPDATE SET last = sample_counter.last + 1 RETURNING last",
                       "lab:i", (gint64)draft->lab->id, "day:i", (gint64)day, NULL))
    return NULL;
  if (n <= LIMS_SAMPLE_DAY_MOST)
    return g_strdup_printf("%s-%06d-%04d", draft->lab->code, day % 1000000, (int)n);
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "laboratory %s: all %d sample numbers of %s are given out; register the rest tomorrow",
              draft->lab->code, LIMS_SAMPLE_DAY_MOST, date);
  return NULL;
}

static gboolean insert_sample(LimsDb *db, const LimsSampleNew *sample, const Draft *draft, gint64 id,
                              const char *number, GError **error) {
  gint64 seq = lims_db_change(db, draft->lab->id, "sample", id, error);

  return seq != 0 &&
         lims_db_run(
             db, error,
             "INSERT INTO sample(lab, id, number, site, commodity, commodity_name, sampled_at_us, "
             "produced_on, "
             "purchased_on, registered_at_us, registered_by, note, seq) VALUES(:lab, :id, :number, :site, "
             ":commodity, :name, NULLIF(:at, 0), :produced, :purchased, :now, :who, :note, :seq)",
             "lab:i", (gint64)draft->lab->id, "id:i", id, "number:s", number, "site:i", draft->site,
             "commodity:s", draft->commodity, "name:s", sample->commodity, "at:i", draft->sampled_at_us,
             "produced:s", sample->produced_on, "purchased:s", sample->purchased_on, "now:i",
             lims_db_now_us(db), "who:s", sample->who, "note:s", sample->note, "seq:i", seq, NULL);
}

static gboolean insert_alias(LimsDb *db, guint lab, gint64 sample, const char *kind, const char *alias,
                             GError **error) {
  return lims_db_run(
      db, error, "INSERT INTO sample_alias(lab, alias, sample, kind) VALUES(:lab, :alias, :sample, :kind)",
      "lab:i", (gint64)lab, "alias:s", alias, "sample:i", sample, "kind:s", kind, NULL);
}

static gboolean write_draft(LimsDb *db, const LimsSampleNew *sample, const Draft *draft, gint64 id,
                            const char *number, GError **error) {
  if (!insert_sample(db, sample, draft, id, number, error) ||
      !insert_alias(db, draft->lab->id, id, "number", number, error))
    return FALSE;
  for (guint i = 0; i < draft->aliases->len; i++) {
    const LimsSampleAlias *alias = g_ptr_array_index(draft->aliases, i);

    if (!insert_alias(db, draft->lab->id, id, alias->kind, alias->alias, error))
      return FALSE;
  }
  return TRUE;
}

gboolean lims_sample_register(LimsDb *db, const LimsSampleNew *sample, char **out_number, gint64 *out_id,
                              GError **error) {
  g_auto(Draft) draft = {0};
  g_autofree char *number = NULL;
  gint64 id;

  if (!draft_fill(db, sample, &draft, error))
    return FALSE;
  number = draw_number(db, &draft, error);
  if (!number)
    return FALSE;
  id = lims_db_new_id(db, draft.lab->id);
  if (!write_draft(db, sample, &draft, id, number, error))
    return FALSE;
  if (out_number)
    *out_number = g_steal_pointer(&number);
  if (out_id)
    *out_id = id;
  return TRUE;
}
