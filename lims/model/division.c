/* Divisions. Codes change hands when counties merge, and lists of them come from statistics as files in any
 * order, so a row may come again with other words, parents may stand behind their children, and a parent that
 * nobody knows is an error with its line. A chain of parents always ends: each level is above the one below
 * it.
 */
#include "lims/model/division.h"
#include "lims/model/check.h"
#include "lims/model/import.h"

#include <string.h>

#define COLUMNS "code, name, name_en, parent, level"

typedef struct {
  char *code, *name, *name_en, *parent;
  int level;
} Division;

static void division_free(Division *division) {
  if (!division)
    return;
  g_free(division->code);
  g_free(division->name);
  g_free(division->name_en);
  g_free(division->parent);
  g_free(division);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Division, division_free)

static Division *division_from_row(LimsQuery *query) {
  Division *division = g_new0(Division, 1);

  division->code = g_strdup(lims_query_text(query, 0));
  division->name = g_strdup(lims_query_text(query, 1));
  division->name_en = g_strdup(lims_query_text(query, 2));
  division->parent = g_strdup(lims_query_text(query, 3));
  division->level = (int)lims_query_int(query, 4);
  return division;
}

/* ---- finding ---- */

/* NULL without error: unknown. */
static Division *find_division(LimsDb *db, const char *code, GError **error) {
  g_autoptr(LimsQuery) query =
      lims_db_query(db, error, "SELECT " COLUMNS " FROM division WHERE code = :code", "code:s", code, NULL);

  return query && lims_query_next(query, error) ? division_from_row(query) : NULL;
}

/* Of the division, or an error that it is unknown. */
static Division *get_division(LimsDb *db, const char *what, const char *code, GError **error) {
  GError *problem = NULL;
  Division *division = find_division(db, code, &problem);

  if (problem)
    g_propagate_error(error, problem);
  else if (!division)
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND, "%s %s: unknown division (import or add it first)",
                what, code);
  return division;
}

gboolean lims_division_require(LimsDb *db, const char *code, GError **error) {
  g_autoptr(Division) division = get_division(db, "division", code, error);

  return division != NULL;
}

LimsQuery *lims_division_query(LimsDb *db, const char *parent, const char *after, guint limit,
                               GError **error) {
  if (!parent)
    return lims_db_query(db, error,
                         "SELECT " COLUMNS " FROM division WHERE code > :after ORDER BY code LIMIT :limit",
                         "after:s", after ? after : "", "limit:i", (gint64)limit, NULL);
  return lims_db_query(db, error,
                       "SELECT " COLUMNS " FROM division WHERE parent = :parent AND code > :after "
                       "ORDER BY code LIMIT :limit",
                       "parent:s", parent, "after:s", after ? after : "", "limit:i", (gint64)limit, NULL);
}

/* ---- putting ---- */

static gboolean is_division_code(const char *code) {
  gsize length = code ? strlen(code) : 0;

  return length >= 2 && length <= 12 && strspn(code, "0123456789") == length;
}

static gboolean check_words(const LimsDivisionNew *division, GError **error) {
  if (!is_division_code(division->code)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "division code '%s': must be 2 to 12 digits",
                division->code ? division->code : "");
    return FALSE;
  }
  if (division->level < LIMS_DIVISION_PROVINCE || division->level > LIMS_DIVISION_VILLAGE) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
                "division %s: level must be 1 (province), 2 (city), 3 (county), 4 (town) or 5 (village)",
                division->code);
    return FALSE;
  }
  return lims_check_text("division name", division->name, 100, error) &&
         lims_check_optional("division name in English", division->name_en, 100, error);
}

static gboolean check_parent(LimsDb *db, const LimsDivisionNew *division, GError **error) {
  g_autoptr(Division) parent = NULL;

  if (!division->parent)
    return TRUE;
  parent = get_division(db, "parent", division->parent, error);
  if (!parent)
    return FALSE;
  if (parent->level < division->level)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "division %s: its parent %s is of level %d, not above level %d", division->code,
              division->parent, parent->level, division->level);
  return FALSE;
}

/* A division that has children may not sink to their level. */
static gboolean check_children(LimsDb *db, const LimsDivisionNew *division, GError **error) {
  gint64 highest = 0;

  if (!lims_db_get_int(db, &highest, error,
                       "SELECT COALESCE(MIN(level), 9) FROM division WHERE parent = :code", "code:s",
                       division->code, NULL))
    return FALSE;
  if (highest > division->level)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "division %s: it has parts of level %" G_GINT64_FORMAT ", so its own level cannot be %d",
              division->code, highest, division->level);
  return FALSE;
}

static gboolean is_same(const Division *old, const LimsDivisionNew *new) {
  return old && old->level == new->level &&g_strcmp0(old->name, new->name) == 0 &&
         g_strcmp0(old->name_en, new->name_en) == 0 && g_strcmp0(old->parent, new->parent) == 0;
}

gboolean lims_division_put(LimsDb *db, const LimsDivisionNew *division, gboolean *out_changed,
                           GError **error) {
  g_autoptr(Division) old = NULL;
  GError *problem = NULL;

  if (!check_words(division, error) || !check_parent(db, division, error) ||
      !check_children(db, division, error))
    return FALSE;
  old = find_division(db, division->code, &problem);
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  if (out_changed)
    *out_changed = !is_same(old, division);
  if (is_same(old, division))
    return TRUE;
  return lims_db_change(db, 0, "division", g_ascii_strtoll(division->code, NULL, 10), error) != 0 &&
         lims_db_run(db, error,
                     "INSERT INTO division(code, name, name_en, parent, level) "
                     "VALUES(:code, :name, :name_en, :parent, :level) ON CONFLICT(code) DO UPDATE SET "
                     "name = :name, name_en = :name_en, parent = :parent, level = :level",
                     "code:s", division->code, "name:s", division->name, "name_en:s", division->name_en,
                     "parent:s", division->parent, "level:i", (gint64)division->level, NULL);
}

/* ---- import ---- */

static const char *const REQUIRED[] = {"code", "name", "parent", "level", NULL};
static const char *const OPTIONAL[] = {"name-en", NULL};

/* 0: not one digit of 1 to 5. */
static int read_level(const LimsCsv *csv, const LimsCsvRow *row) {
  const char *text = lims_import_field(csv, row, "level");

  return text && text[0] >= '1' && text[0] <= '5' && text[1] == '\0' ? text[0] - '0' : 0;
}

static gboolean put_row(LimsDb *db, const LimsCsv *csv, const LimsCsvRow *row, int level,
                        gboolean *out_changed, GError **error) {
  LimsDivisionNew division = {
      .code = lims_import_field(csv, row, "code"),
      .name = lims_import_field(csv, row, "name"),
      .name_en = lims_import_field(csv, row, "name-en"),
      .parent = lims_import_field(csv, row, "parent"),
      .level = level,
  };

  return lims_division_put(db, &division, out_changed, error);
}

/* Parents before children: level by level; what has no level comes first and is refused. */
static gboolean put_level(LimsDb *db, const LimsCsv *csv, int level, LimsImport *import, guint *out_changed,
                          GError **error) {
  for (guint i = 0; i < csv->rows->len; i++) {
    const LimsCsvRow *row = g_ptr_array_index(csv->rows, i);
    GError *problem = NULL;
    gboolean changed = FALSE;

    if (read_level(csv, row) != level)
      continue;
    if (!put_row(db, csv, row, level, &changed, &problem) &&
        !lims_import_note(import, row->line, problem, error))
      return FALSE;
    *out_changed += changed;
  }
  return TRUE;
}

gboolean lims_division_import(LimsDb *db, const char *file_name, const char *bytes, gsize size,
                              guint *out_rows, guint *out_changed, GError **error) {
  g_autoptr(LimsCsv) csv = lims_csv_read_bytes(file_name, bytes, size, error);
  g_auto(LimsImport) import = {0};

  *out_rows = *out_changed = 0;
  lims_import_init(&import, file_name);
  if (!csv || !lims_import_fold_headings(csv, NULL, error) || !lims_csv_check(csv, REQUIRED, OPTIONAL, error))
    return FALSE;
  for (int level = 0; level <= LIMS_DIVISION_VILLAGE; level++)
    if (!put_level(db, csv, level, &import, out_changed, error))
      return FALSE;
  *out_rows = csv->rows->len;
  return lims_import_finish(&import, error);
}
