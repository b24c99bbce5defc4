/* Settings. One slip here would turn every verdict of a network, so that a name must be one of the table, a
 * value one of its words, and each change stays with who made it and when: a verdict of last year can be
 * explained by the rules of last year.
 */
#include "lims/model/setting.h"
#include "lims/model/catalogue-store.h"
#include "lims/model/check.h"
#include "lims/model/rejudge.h"

#include <string.h>

#define OF_JUDGE "judge."

const LimsSetting LIMS_SETTINGS[] = {
    {"judge.comparison", "full|rounded", "full",
     "GB/T 8170-2008, 4.3: the full value against the limit, or the value rounded to the limit's last place"},
    {"judge.decision", "simple|guard-band", "simple",
     "ILAC-G8:09/2019: simple acceptance, or a guard band of the method's expanded uncertainty"},
    {"judge.at-threshold", "positive|negative", "positive",
     "a screen of exactly the threshold (50 % inhibition, GB/T 5009.199: from 50 % on it is positive)"},
    {"judge.nd-components", "zero|half-lod|lod", "zero",
     "what stands in a residue sum for a component that was not detected"},
    {"budget.floor-city", NULL, "10000000", "what the city laboratory is to be given a year, CNY"},
    {"budget.floor-county", NULL, "8000000", "what each county laboratory is to be given a year, CNY"},
    {NULL},
};

static char *join_names(void) {
  GString *names = g_string_new(NULL);

  for (const LimsSetting *setting = LIMS_SETTINGS; setting->name; setting++)
    g_string_append_printf(names, "%s%s", names->len ? ", " : "", setting->name);
  return g_string_free(names, FALSE);
}

static const LimsSetting *find_setting(const char *name, GError **error) {
  g_autofree char *names = NULL;

  for (const LimsSetting *setting = LIMS_SETTINGS; setting->name; setting++)
    if (g_strcmp0(setting->name, name) == 0)
      return setting;
  names = join_names();
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
              "setting '%s': there is none of this name (there is %s)", name ? name : "", names);
  return NULL;
}

/* ---- reading ---- */

LimsQuery *lims_setting_query_newest(LimsDb *db, const char *name, gint64 as_of, GError **error) {
  return lims_db_query(db, error,
                       "SELECT value, who, at_us FROM setting WHERE name = :name "
                       "AND (:as_of = 0 OR seq <= :as_of) ORDER BY n DESC LIMIT 1",
                       "name:s", name, "as_of:i", as_of, NULL);
}

LimsQuery *lims_setting_query_changes(LimsDb *db, const char *name, GError **error) {
  return lims_db_query(db, error,
                       "SELECT name, value, who, at_us FROM setting "
                       "WHERE CAST(:name AS TEXT) IS NULL OR name = :name ORDER BY seq, name",
                       "name:s", name, NULL);
}

static char *find_value(LimsDb *db, const char *name, gint64 as_of, GError **error) {
  g_autoptr(LimsQuery) query = lims_setting_query_newest(db, name, as_of, error);

  return query && lims_query_next(query, error) ? g_strdup(lims_query_text(query, 0)) : NULL;
}

char *lims_setting_find(LimsDb *db, const char *name, GError **error) {
  return find_value(db, name, 0, error);
}

char *lims_setting_get_at(LimsDb *db, const char *name, gint64 as_of, GError **error) {
  const LimsSetting *setting = find_setting(name, error);
  GError *problem = NULL;
  char *value;

  if (!setting)
    return NULL;
  value = find_value(db, name, as_of, &problem);
  if (problem) {
    g_propagate_error(error, problem);
    return NULL;
  }
  return value ? value : g_strdup(setting->initial);
}

char *lims_setting_get(LimsDb *db, const char *name, GError **error) {
  return lims_setting_get_at(db, name, 0, error);
}

gboolean lims_setting_policy(LimsDb *db, LimsPolicy *out, GError **error) {
  *out = LIMS_POLICY_DEFAULT;
  for (const LimsSetting *setting = LIMS_SETTINGS; setting->name; setting++) {
    g_autofree char *word = NULL;

    if (!g_str_has_prefix(setting->name, OF_JUDGE))
      continue;
    word = lims_setting_get(db, setting->name, error);
    if (!word)
      return FALSE;
    if (!lims_policy_set(out, setting->name + strlen(OF_JUDGE), word)) {
      g_set_error(error, LIMS_ERROR, LIMS_ERROR_INTERNAL,
                  "setting %s: '%s' in the store is none of its words", setting->name, word);
      return FALSE;
    }
  }
  return TRUE;
}

/* ---- writing ---- */

static gboolean check_amount(const char *name, const char *value, GError **error) {
  LimsDecimal amount;

  if (!lims_check_amount(name, value, &amount, error))
    return FALSE;
  if (amount.coefficient >= 0)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s %s: must not be below 0", name, value);
  return FALSE;
}

static gboolean check_value(const LimsSetting *setting, const char *value, GError **error) {
  g_auto(GStrv) words = setting->choices ? g_strsplit(setting->choices, "|", -1) : NULL;

  if (!words)
    return check_amount(setting->name, value, error);
  if (g_strv_contains((const char *const *)words, value))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s '%s': must be one of %s", setting->name, value,
              setting->choices);
  return FALSE;
}

gboolean lims_setting_keep(LimsDb *db, const char *name, const char *value, const char *who, GError **error) {
  gint64 n, seq;

  if (!lims_check_text("who", who, 64, error) ||
      !lims_db_get_int(db, &n, error, "SELECT COALESCE(MAX(n), 0) + 1 FROM setting WHERE name = :name",
                       "name:s", name, NULL))
    return FALSE;
  seq = lims_db_change(db, 0, "setting", (gint64)g_str_hash(name), error);
  return seq != 0 && lims_db_run(db, error,
                                 "INSERT INTO setting(name, n, value, who, at_us, seq) "
                                 "VALUES(:name, :n, :value, :who, :now, :seq)",
                                 "name:s", name, "n:i", n, "value:s", value, "who:s", who, "now:i",
                                 lims_db_now_us(db), "seq:i", seq, NULL);
}

gboolean lims_setting_rules_changed(LimsDb *db, const char *cause, const char *who, GError **error) {
  return lims_catalogue_touch(db, error) && lims_rejudge_request(db, cause, who, error);
}

gboolean lims_setting_set(LimsDb *db, const char *name, const char *value, const char *who, GError **error) {
  const LimsSetting *setting = find_setting(name, error);
  g_autofree char *before = setting ? lims_setting_get(db, name, error) : NULL;
  g_autofree char *cause = NULL;

  if (!before || !check_value(setting, value, error))
    return FALSE;
  if (strcmp(before, value) == 0)
    return TRUE;
  cause = g_strdup_printf("setting %s: %s, was %s", name, value, before);
  return lims_setting_keep(db, name, value, who, error) &&
         (!g_str_has_prefix(name, OF_JUDGE) || lims_setting_rules_changed(db, cause, who, error));
}
