/* Restore. The backup is older than what was lost, so two things must not happen: that something acknowledged
 * since is gone, and that something given out since is given out again.
 *
 * For the first, the journal that is there is kept where it is the backup's own, however much newer, and is
 * made to offer everything once more: the store takes in what it lacks, by its key. For the second the store
 * begins a new incarnation (lims/model/incarnation.h). All of that is done on copies beside the files; only
 * then are names changed, and changed back if one of them cannot be.
 */
#include "lims/ctl/restore.h"
#include "lims/core/error.h"
#include "lims/core/file.h"
#include "lims/ingest/journal-copy.h"
#include "lims/ingest/journal-lock.h"
#include "lims/model/incarnation.h"
#include "lims/web/client.h"
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define JOURNAL_SKIP 1000000 /* transmissions that a lost journal may have numbered since its copy */
#define RESTORING ".restoring"

typedef struct {
  const LimsConfig *config;
  char *store, *journal;                /* the files in use */
  char *new_store, *new_journal;        /* what is to take their places */
  char *from, *from_url, *from_journal; /* the backup */
  char *aside;                          /* ending of what is set aside */
  LimsJournalFacts saved;               /* of the backup's journal */
  gboolean keep_journal;
  LimsStoreLock *lock;
  int journal_lock;
  guint skip;
  GPtrArray *moved; /* char *: from, to, from, to …: renames to undo */
  CtlRestored *out;
} Restore;

void ctl_restored_clear(CtlRestored *restored) {
  g_clear_pointer(&restored->notes, g_ptr_array_unref);
  g_clear_pointer(&restored->voids, g_ptr_array_unref);
}

static void restore_clear(Restore *restore) {
  char *const texts[] = {restore->store,    restore->journal,      restore->new_store, restore->new_journal,
                         restore->from_url, restore->from_journal, restore->from,      restore->aside};
  for (gsize i = 0; i < G_N_ELEMENTS(texts); i++)
    g_free(texts[i]);
  lims_store_unlock(restore->lock);
  if (restore->journal_lock >= 0)
    close(restore->journal_lock);
  g_ptr_array_unref(restore->moved);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Restore, restore_clear)

static void note(Restore *restore, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void note(Restore *restore, const char *format, ...) {
  va_list args;
  va_start(args, format);
  g_ptr_array_add(restore->out->notes, g_strdup_vprintf(format, args));
  va_end(args);
}

/* ---- before anything is touched ---- */

static Restore restore_begin(const LimsConfig *config, const char *file, guint skip, CtlRestored *out) {
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *time = g_date_time_format(now, "%Y%m%dT%H%M%S");
  char *store = lims_store_url_path(config->store_url);
  out->notes = g_ptr_array_new_with_free_func(g_free);
  return (Restore){.config = config,
                   .store = store,
                   .journal = g_strdup(config->journal_path),
                   .new_store = g_strconcat(store, RESTORING, NULL),
                   .new_journal = g_strconcat(config->journal_path, RESTORING, NULL),
                   .from = g_strdup(file),
                   .from_url = g_strconcat("sqlite:", file, NULL),
                   .from_journal = g_strconcat(file, ".journal", NULL),
                   .aside = g_strconcat(".before-restore-", time, NULL),
                   .journal_lock = -1,
                   .skip = skip,
                   .moved = g_ptr_array_new_with_free_func(g_free),
                   .out = out};
}

static gboolean keep_others_out(Restore *restore, GError **error) {
  if (lims_client_is_there(restore->config->socket_path)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_UNAVAILABLE,
                "a daemon runs on this store (it answers at %s): stop it first",
                restore->config->socket_path);
    return FALSE;
  }
  return (restore->lock = lims_store_lock(restore->config->store_url, error)) &&
         (restore->journal_lock = lims_journal_lock(restore->journal, error)) >= 0;
}

static gboolean verify_backup(Restore *restore, GError **error) {
  if (strcmp(restore->from, restore->store) == 0) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID, "%s is the store itself: name a backup of it",
                restore->from);
    return FALSE;
  }
  if (!lims_file_exists(restore->from) || !lims_file_exists(restore->from_journal)) {
    g_set_error(error, LIMS_ERROR, LIMS_ERROR_NOT_FOUND,
                "%s is not there: a backup is two files, FILE and FILE.journal",
                lims_file_exists(restore->from) ? restore->from_journal : restore->from);
    return FALSE;
  }
  return lims_store_check(restore->from_url, error) &&
         lims_journal_check(restore->from_journal, &restore->saved, error);
}

/* ---- the store's copy, under another name ---- */

static gboolean read_given_out(LimsDb *db, gpointer data, GError **error) {
  *(LimsGivenOut **)data = lims_given_out_read(db, error);
  return *(LimsGivenOut **)data != NULL;
}

/* What the store that is replaced has given out; NULL if there is none that can be read. */
static LimsGivenOut *ask_lost(Restore *restore) {
  g_autoptr(GError) problem = NULL;
  LimsGivenOut *lost = NULL;
  if (lims_store_peek(restore->config->store_url, read_given_out, &lost, &problem))
    return lost;
  note(restore,
       "not known: what the store that is replaced gave out since the backup (%s); %u sample numbers a "
       "laboratory and day are passed over",
       problem->message, restore->skip);
  return NULL;
}

typedef struct {
  LimsIncarnationNew new;
  GPtrArray *voids;
} Beginning;

static gboolean begin_incarnation(LimsDb *db, gpointer data, GError **error) {
  Beginning *beginning = data;
  return lims_incarnation_begin(db, &beginning->new, &beginning->voids, error);
}

static gboolean open_and_begin(Restore *restore, const char *digest, GError **error) {
  g_autofree char *url = g_strconcat("sqlite:", restore->new_store, NULL);
  g_autoptr(LimsGivenOut) lost = ask_lost(restore);
  g_autoptr(LimsStore) store = lims_store_open(url, FALSE, error);
  Beginning beginning = {.new = {.lost = lost,
                                 .skip = restore->skip,
                                 .who = g_get_user_name(),
                                 .from = restore->from,
                                 .digest = digest}};
  if (!store || !lims_store_write(store, begin_incarnation, &beginning, error))
    return FALSE;
  restore->out->voids = beginning.voids;
  return TRUE;
}

static void remove_leftovers(const char *path) {
  static const char *const endings[] = {"", "-wal", "-shm", "-journal", ".lock"};
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
    g_autofree char *file = g_strconcat(path, endings[i], NULL);
    g_unlink(file);
  }
}

static gboolean prepare_store(Restore *restore, GError **error) {
  gint64 size;
  g_autofree char *digest = lims_file_digest(restore->from, &size, error);
  g_autofree char *lock = g_strconcat(restore->new_store, ".lock", NULL);
  remove_leftovers(restore->new_store); /* of a restore that was killed */
  if (!digest || !lims_store_copy(restore->from_url, restore->new_store, error) ||
      !open_and_begin(restore, digest, error))
    return FALSE;
  g_unlink(lock);
  return lims_file_sync(restore->new_store, error);
}

/* ---- the journal ---- */

static gboolean is_the_backups(Restore *restore, LimsJournalFacts *present) {
  g_autoptr(GError) problem = NULL;
  if (!lims_file_exists(restore->journal))
    return FALSE;
  if (!lims_journal_check(restore->journal, present, &problem)) {
    note(restore, "the present journal cannot be used: %s", problem->message);
    return FALSE;
  }
  if (strcmp(present->uuid, restore->saved.uuid) == 0)
    return TRUE;
  note(restore,
       "the present journal is not the backup's: %" G_GINT64_FORMAT " transmissions in it, %" G_GINT64_FORMAT
       " of them undelivered, are set aside with it",
       present->messages, present->undelivered);
  return FALSE;
}

/* Marks only: the store that is there now passes over what it has, so that nothing is wrong if the restore
 * ends here. */
static gboolean reuse_journal(Restore *restore, const LimsJournalFacts *present, GError **error) {
  if (!lims_journal_offer_again(restore->journal, restore->from_journal, 0, error))
    return FALSE;
  note(restore, "journal: kept, and offers its transmissions to the store again");
  if (present->first_seq > restore->saved.last_seq + 1)
    note(restore,
         "lost: transmissions %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT
         " came after the backup and are no longer in the journal; they are in the store set aside",
         restore->saved.last_seq + 1, present->first_seq - 1);
  return TRUE;
}

static gboolean prepare_journal(Restore *restore, GError **error) {
  LimsJournalFacts present = {0};
  restore->keep_journal = is_the_backups(restore, &present);
  if (restore->keep_journal)
    return reuse_journal(restore, &present, error);
  remove_leftovers(restore->new_journal);
  if (!lims_journal_copy(restore->from_journal, restore->new_journal, error) ||
      !lims_journal_offer_again(restore->new_journal, NULL, JOURNAL_SKIP, error))
    return FALSE;
  note(restore, "journal: brought back from %s, and offers its transmissions to the store again",
       restore->from_journal);
  return lims_file_sync(restore->new_journal, error);
}

/* ---- the names ---- */

static gboolean move(Restore *restore, const char *from, const char *to, GError **error) {
  if (!lims_file_rename(from, to, error))
    return FALSE;
  g_ptr_array_add(restore->moved, g_strdup(from));
  g_ptr_array_add(restore->moved, g_strdup(to));
  return TRUE;
}

/* A log that stayed behind would be read into the file that takes the name. */
static gboolean set_aside(Restore *restore, const char *path, GError **error) {
  static const char *const endings[] = {"", "-wal", "-shm", ".reserve"};
  for (gsize i = 0; i < G_N_ELEMENTS(endings); i++) {
    g_autofree char *from = g_strconcat(path, endings[i], NULL);
    g_autofree char *to = g_strconcat(path, restore->aside, endings[i], NULL);
    if (!lims_file_exists(from))
      continue;
    if (!lims_file_require_absent(to, error) || !move(restore, from, to, error))
      return FALSE;
    if (i == 0)
      note(restore, "set aside: %s", to);
  }
  return TRUE;
}

static gboolean change_names(Restore *restore, GError **error) {
  return set_aside(restore, restore->store, error) &&
         (restore->keep_journal || set_aside(restore, restore->journal, error)) &&
         (restore->keep_journal || move(restore, restore->new_journal, restore->journal, error)) &&
         move(restore, restore->new_store, restore->store, error);
}

static void change_names_back(Restore *restore) {
  for (guint i = restore->moved->len; i > 0; i -= 2) {
    g_autoptr(GError) problem = NULL;
    const char *from = g_ptr_array_index(restore->moved, i - 2),
               *to = g_ptr_array_index(restore->moved, i - 1);
    if (!lims_file_rename(to, from, &problem))
      g_printerr("limsctl: %s\n", problem->message);
  }
}

gboolean ctl_restore(const LimsConfig *config, const char *file, guint skip, CtlRestored *out,
                     GError **error) {
  g_auto(Restore) restore = restore_begin(config, file, skip, out);
  if (keep_others_out(&restore, error) && verify_backup(&restore, error) && prepare_store(&restore, error) &&
      prepare_journal(&restore, error)) {
    if (change_names(&restore, error))
      return TRUE;
    change_names_back(&restore);
  }
  if (restore.lock && restore.journal_lock >= 0) {
    remove_leftovers(restore.new_store);
    remove_leftovers(restore.new_journal);
  }
  g_prefix_error(error, "nothing was restored: ");
  return FALSE;
}
