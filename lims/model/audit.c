/* The chain. What must not happen is that two different rows give the same bytes to the hash ("ab" + "c" and
 * "a" + "bc"), so each field goes in with its length; and that a row goes out of the middle unseen, so the
 * numbers are counted too.
 */
#include "lims/model/audit.h"
#include "lims/model/incarnation.h"

#include <string.h>

typedef struct {
  gint64 lab, n, at_us;
  const char *incarnation, *who, *via, *action, *object, *detail, *previous;
} Row;

static void hash_text(GChecksum *sum, const char *text) {
  char length[24];

  g_snprintf(length, sizeof length, "%" G_GSIZE_FORMAT ":", strlen(text));
  g_checksum_update(sum, (const guchar *)length, -1);
  g_checksum_update(sum, (const guchar *)text, -1);
}

static void hash_number(GChecksum *sum, gint64 number) {
  char text[24];

  g_snprintf(text, sizeof text, "%" G_GINT64_FORMAT, number);
  hash_text(sum, text);
}

static char *hash_row(const Row *row) {
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);

  hash_text(sum, row->previous);
  hash_number(sum, row->lab);
  hash_number(sum, row->n);
  hash_text(sum, row->incarnation);
  hash_number(sum, row->at_us);
  hash_text(sum, row->who);
  hash_text(sum, row->via);
  hash_text(sum, row->action);
  hash_text(sum, row->object);
  hash_text(sum, row->detail);
  return g_strdup(g_checksum_get_string(sum));
}

/* The last row's number and hash: 0 and "" when the chain is empty. */
static gboolean read_end(LimsDb *db, guint lab, const char *incarnation, gint64 *out_n, char **out_hash,
                         GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(db, error,
                                             "SELECT n, hash FROM audit WHERE lab = :lab "
                                             "AND incarnation = :incarnation ORDER BY n DESC LIMIT 1",
                                             "lab:i", (gint64)lab, "incarnation:s", incarnation, NULL);
  GError *problem = NULL;
  gboolean found;

  if (!query)
    return FALSE;
  found = lims_query_next(query, &problem);
  if (problem) {
    g_propagate_error(error, problem);
    return FALSE;
  }
  *out_n = found ? lims_query_int(query, 0) : 0;
  *out_hash = g_strdup(found ? lims_query_text(query, 1) : "");
  return TRUE;
}

static gboolean insert_row(LimsDb *db, const Row *row, GError **error) {
  g_autofree char *hash = hash_row(row);

  return lims_db_run(
      db, error,
      "INSERT INTO audit(lab, n, incarnation, at_us, who, via, action, object, detail, previous, hash) "
      "VALUES(:lab, :n, :incarnation, :at, :who, :via, :action, :object, :detail, :previous, :hash)",
      "lab:i", row->lab, "n:i", row->n, "incarnation:s", row->incarnation, "at:i", row->at_us, "who:s",
      row->who, "via:s", row->via, "action:s", row->action, "object:s", row->object, "detail:s", row->detail,
      "previous:s", row->previous, "hash:s", hash, NULL);
}

gboolean lims_audit_add(LimsDb *db, guint lab, const char *who, const char *via, const char *action,
                        const char *object, const char *detail, GError **error) {
  g_autofree char *incarnation = lims_incarnation_read(db, error);
  g_autofree char *previous = NULL;
  gint64 last = 0;

  if (!incarnation || !read_end(db, lab, incarnation, &last, &previous, error))
    return FALSE;
  return insert_row(db,
                    &(Row){
                        .lab = lab,
                        .n = last + 1,
                        .at_us = lims_db_now_us(db),
                        .incarnation = incarnation,
                        .who = who,
                        .via = via,
                        .action = action,
                        .object = object,
                        .detail = detail,
                        .previous = previous,
                    },
                    error);
}

char *lims_audit_head(LimsDb *db, guint lab, GError **error) {
  g_autofree char *incarnation = lims_incarnation_read(db, error);
  char *hash = NULL;
  gint64 n;

  return incarnation && read_end(db, lab, incarnation, &n, &hash, error) ? hash : NULL;
}

/* ---- verifying ---- */

typedef struct {
  guint lab;
  const char *head;
  gboolean head_seen;
  char *incarnation; /* of the chain being read */
  char *previous;    /* its last hash */
  gint64 n, rows;
} Walk;

static void walk_clear(Walk *walk) {
  g_free(walk->incarnation);
  g_free(walk->previous);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static Row read_row(LimsQuery *query, guint lab) {
  return (Row){
      .lab = lab,
      .incarnation = lims_query_text(query, 0),
      .n = lims_query_int(query, 1),
      .at_us = lims_query_int(query, 2),
      .who = lims_query_text(query, 3),
      .via = lims_query_text(query, 4),
      .action = lims_query_text(query, 5),
      .object = lims_query_text(query, 6),
      .detail = lims_query_text(query, 7),
      .previous = lims_query_text(query, 8),
  };
}

static void begin_chain(Walk *walk, const char *incarnation) {
  walk_clear(walk);
  walk->incarnation = g_strdup(incarnation);
  walk->previous = g_strdup("");
  walk->n = 0;
}

/* Why the row does not continue the chain; NULL if it does. */
static const char *check_row(const Walk *walk, const Row *row, const char *stored, const char *computed) {
  if (row->n != walk->n + 1)
    return "a row before it is missing";
  if (strcmp(row->previous, walk->previous) != 0)
    return "it does not continue the row before it";
  if (strcmp(stored, computed) != 0)
    return "it was changed after it was written";
  return NULL;
}

static gboolean walk_row(Walk *walk, LimsQuery *query, GError **error) {
  Row row = read_row(query, walk->lab);
  const char *stored = lims_query_text(query, 9);
  g_autofree char *computed = hash_row(&row);
  const char *why;

  if (g_strcmp0(walk->incarnation, row.incarnation) != 0)
    begin_chain(walk, row.incarnation);
  why = check_row(walk, &row, stored, computed);
  if (why) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
                "audit of laboratory %u, incarnation %s, row %" G_GINT64_FORMAT ": %s", walk->lab,
                row.incarnation, row.n, why);
    return FALSE;
  }
  walk->head_seen = walk->head_seen || g_strcmp0(walk->head, stored) == 0;
  g_free(walk->previous);
  walk->previous = g_steal_pointer(&computed);
  walk->n = row.n;
  walk->rows++;
  return TRUE;
}

static gboolean walk_all(Walk *walk, LimsDb *db, GError **error) {
  g_autoptr(LimsQuery) query = lims_db_query(
      db, error,
      "SELECT incarnation, n, at_us, who, via, action, object, detail, previous, hash FROM audit "
      "WHERE lab = :lab ORDER BY incarnation, n",
      "lab:i", (gint64)walk->lab, NULL);
  GError *problem = NULL;

  if (!query)
    return FALSE;
  while (lims_query_next(query, &problem))
    if (!walk_row(walk, query, error))
      return FALSE;
  if (problem)
    g_propagate_error(error, problem);
  return problem == NULL;
}

gboolean lims_audit_verify(LimsDb *db, guint lab, const char *head, gint64 *out_rows, GError **error) {
  g_auto(Walk) walk = {.lab = lab, .head = head};

  if (!walk_all(&walk, db, error))
    return FALSE;
  if (out_rows)
    *out_rows = walk.rows;
  if (!head || walk.head_seen)
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_CONFLICT,
              "audit of laboratory %u: no row has the hash %s: rows were cut off, or it is another store's",
              lab, head);
  return FALSE;
}
