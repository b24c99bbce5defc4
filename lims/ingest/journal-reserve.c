/* The reserve: when the disk is full, an ASTM sender is told so and keeps its message; a balance that prints
 * a line is not told anything, and what is not kept is gone. Its frames go to a file whose blocks were
 * allocated in advance.
 *
 * The file: a head of 4096 bytes (a mark and the journal's UUID), then entries one after the other. Each
 * carries a serial number that is never used twice, its lengths and a SHA-256 over all of it. Nothing is ever
 * erased: the journal notes the last serial it took in, inside the transaction that takes the entries in, and
 * the next entry is written over the first. So a crash at any point leaves either a pending entry or one
 * already noted, and an entry half written, or left from an earlier round, ends the reading: its digest is
 * wrong or its serial does not follow.
 *
 * Numbers are in the machine's own order: the file never leaves it without the journal.
 */
#include "lims/ingest/journal-reserve.h"
#include "lims/core/error.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEAD_SIZE 4096
#define HEAD_MARK "LIMS reserve 1"
#define ENTRY_MARK 0x53455231u
#define DIGEST_SIZE 32

typedef struct {
  char mark[24];
  char uuid[40];
} Head;

typedef struct {
  guint32 mark, kind;
  guint32 starts, ends;
  guint64 serial;
  gint64 at_us;
  guint64 station_size, bytes_size; /* follow in this order; of an END the bytes are its reason */
  guint8 digest[DIGEST_SIZE];       /* of the entry with this field zero */
} Entry;

struct LimsJournalReserve {
  int fd;
  char *path;
  guint64 size, offset, serial;
  gboolean closed; /* something found no room: what comes later must not pass it */
  GPtrArray *pending;
};

static gboolean set_io_error(const char *path, const char *what, GError **error) {
  int code = errno;
  g_set_error(error, LIMS_ERROR, code == ENOSPC ? LIMS_ERROR_FULL : LIMS_ERROR_IO,
              "journal's reserve %s: cannot %s: %s: free space on its disk and check it", path, what,
              g_strerror(code));
  return FALSE;
}

static gboolean write_all(int fd, const void *bytes, gsize size, guint64 offset) {
  for (gsize done = 0; done < size;) {
    gssize n = pwrite(fd, (const guint8 *)bytes + done, size - done, (off_t)(offset + done));
    if (n < 0 && errno != EINTR)
      return FALSE;
    done += n > 0 ? (gsize)n : 0;
  }
  return TRUE;
}

/* FALSE also when the file ends before. */
static gboolean read_all(int fd, void *bytes, gsize size, guint64 offset) {
  for (gsize done = 0; done < size;) {
    gssize n = pread(fd, (guint8 *)bytes + done, size - done, (off_t)(offset + done));
    if (n == 0 || (n < 0 && errno != EINTR))
      return FALSE;
    done += n > 0 ? (gsize)n : 0;
  }
  return TRUE;
}

static void digest_entry(const Entry *entry, const void *payload, guint8 *digest) {
  Entry blank = *entry;
  gsize size = DIGEST_SIZE;
  memset(blank.digest, 0, DIGEST_SIZE);
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  g_checksum_update(sum, (const guchar *)&blank, sizeof blank);
  g_checksum_update(sum, payload, (gssize)(entry->station_size + entry->bytes_size));
  g_checksum_get_digest(sum, digest, &size);
}

static guint64 entry_size(const Entry *entry) {
  return (sizeof *entry + entry->station_size + entry->bytes_size + 7) & ~(guint64)7;
}

/* ---- reading what an earlier life left ---- */

static LimsJournalItem *item_from_entry(const Entry *entry, const guint8 *payload) {
  const char *text = (const char *)payload;
  g_autofree char *station = g_strndup(text, entry->station_size);
  gboolean frame = entry->kind == LIMS_JOURNAL_FRAME;
  g_autofree char *reason = frame ? NULL : g_strndup(text + entry->station_size, entry->bytes_size);
  g_autoptr(GBytes) bytes = frame ? g_bytes_new(payload + entry->station_size, entry->bytes_size) : NULL;
  LimsJournalItem *item = lims_journal_item_new(entry->kind, entry->at_us, station, bytes, reason);
  item->starts = entry->starts != 0;
  item->ends = entry->ends != 0;
  return item;
}

/* The entry at `offset` and what follows it, or NULL if none is there. `*after`: its serial; 0: any. */
static LimsJournalItem *read_entry(LimsJournalReserve *reserve, guint64 offset, guint64 *after,
                                   guint64 *size) {
  Entry entry;
  guint8 digest[DIGEST_SIZE];
  if (!read_all(reserve->fd, &entry, sizeof entry, offset) || entry.mark != ENTRY_MARK ||
      entry.kind > LIMS_JOURNAL_END || (*after != 0 && entry.serial != *after + 1))
    return NULL;
  guint64 room = reserve->size - offset - sizeof entry;
  if (entry.station_size > room || entry.bytes_size > room - entry.station_size)
    return NULL;
  g_autofree guint8 *payload = g_malloc(entry.station_size + entry.bytes_size + 1);
  if (!read_all(reserve->fd, payload, entry.station_size + entry.bytes_size, offset + sizeof entry))
    return NULL;
  digest_entry(&entry, payload, digest);
  if (memcmp(digest, entry.digest, DIGEST_SIZE) != 0)
    return NULL;
  *after = entry.serial;
  *size = entry_size(&entry);
  return item_from_entry(&entry, payload);
}

static void read_pending(LimsJournalReserve *reserve, guint64 taken) {
  guint64 serial = 0, size = 0;
  LimsJournalItem *item;
  for (guint64 at = HEAD_SIZE; (item = read_entry(reserve, at, &serial, &size)); at += size) {
    if (serial <= taken) {
      lims_journal_item_unref(item);
      continue;
    }
    g_ptr_array_add(reserve->pending, item);
    reserve->serial = serial;
    reserve->offset = at + size;
  }
}

/* ---- opening ---- */

static gboolean write_head(LimsJournalReserve *reserve, const char *uuid, GError **error) {
  Head head = {HEAD_MARK, ""};
  g_strlcpy(head.uuid, uuid, sizeof head.uuid);
  g_autofree char *directory = g_path_get_dirname(reserve->path);
  int parent = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = write_all(reserve->fd, &head, sizeof head, 0) && fsync(reserve->fd) == 0 && parent >= 0 &&
                  fsync(parent) == 0;
  if (!done)
    set_io_error(reserve->path, "write it", error);
  if (parent >= 0)
    close(parent);
  return done;
}

static gboolean check_head(LimsJournalReserve *reserve, const char *uuid, GError **error) {
  static const Head blank;
  Head head;
  if (!read_all(reserve->fd, &head, sizeof head, 0))
    return set_io_error(reserve->path, "read it", error);
  if (memcmp(&head, &blank, sizeof head) == 0)
    return write_head(reserve, uuid, error);
  if (strncmp(head.mark, HEAD_MARK, sizeof head.mark) == 0 && strncmp(head.uuid, uuid, sizeof head.uuid) == 0)
    return TRUE;
  g_set_error(
      error, LIMS_ERROR, LIMS_ERROR_VERSION,
      "journal's reserve %s: belongs to another journal and may hold its frames: put it beside that one",
      reserve->path);
  return FALSE;
}

static gboolean allocate(LimsJournalReserve *reserve, guint64 size, GError **error) {
  struct stat status;
  if (fstat(reserve->fd, &status) != 0)
    return set_io_error(reserve->path, "read it", error);
  reserve->size = MAX(size, (guint64)status.st_size);
  errno = posix_fallocate(reserve->fd, 0, (off_t)reserve->size);
  return errno == 0 || set_io_error(reserve->path, "allocate it", error);
}

LimsJournalReserve *lims_journal_reserve_open(const char *path, guint64 size, const char *uuid, guint64 taken,
                                              GError **error) {
  g_autoptr(LimsJournalReserve) reserve = g_new0(LimsJournalReserve, 1);
  reserve->path = g_strdup(path);
  reserve->pending = lims_journal_items_new();
  reserve->offset = HEAD_SIZE;
  reserve->serial = taken;
  reserve->fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
  if (reserve->fd < 0) {
    set_io_error(path, "open it", error);
    return NULL;
  }
  if (!allocate(reserve, MAX(size, HEAD_SIZE), error) || !check_head(reserve, uuid, error))
    return NULL;
  read_pending(reserve, taken);
  return g_steal_pointer(&reserve);
}

void lims_journal_reserve_free(LimsJournalReserve *reserve) {
  if (!reserve)
    return;
  if (reserve->fd >= 0)
    close(reserve->fd);
  g_ptr_array_unref(reserve->pending);
  g_free(reserve->path);
  g_free(reserve);
}

/* ---- writing ---- */

static gboolean write_entry(LimsJournalReserve *reserve, const LimsJournalItem *item, guint64 serial,
                            guint64 *offset) {
  gsize size = item->reason ? strlen(item->reason) : 0;
  const void *bytes = item->bytes ? g_bytes_get_data(item->bytes, &size) : item->reason;
  Entry entry = {ENTRY_MARK, item->kind,  item->starts,          item->ends,
                 serial,     item->at_us, strlen(item->station), size};
  if (entry_size(&entry) > reserve->size - *offset)
    return FALSE;
  g_autoptr(GByteArray) whole = g_byte_array_sized_new((guint)entry_size(&entry));
  g_byte_array_append(whole, (const guint8 *)&entry, sizeof entry);
  g_byte_array_append(whole, (const guint8 *)item->station, (guint)entry.station_size);
  if (size > 0)
    g_byte_array_append(whole, bytes, (guint)size);
  digest_entry(&entry, whole->data + sizeof entry, ((Entry *)(void *)whole->data)->digest);
  if (!write_all(reserve->fd, whole->data, whole->len, *offset))
    return FALSE;
  *offset += entry_size(&entry);
  return TRUE;
}

/* How many items from the first on are on disk. */
static guint write_entries(LimsJournalReserve *reserve, GPtrArray *items) {
  guint64 offset = reserve->offset, serial = reserve->serial;
  guint written = 0;
  while (!reserve->closed && written < items->len &&
         write_entry(reserve, g_ptr_array_index(items, written), serial + 1, &offset)) {
    written++;
    serial++;
  }
  reserve->closed |= written < items->len;
  if (written == 0 || fdatasync(reserve->fd) != 0)
    return 0;
  reserve->offset = offset;
  reserve->serial = serial;
  return written;
}

void lims_journal_reserve_write(LimsJournalReserve *reserve, GPtrArray *items) {
  guint written = write_entries(reserve, items);
  for (guint i = 0; i < items->len; i++) {
    LimsJournalItem *item = g_ptr_array_index(items, i);
    item->outcome = i < written ? LIMS_JOURNAL_COMMITTED : LIMS_JOURNAL_REFUSED;
    if (i < written || item->kind == LIMS_JOURNAL_END)
      g_ptr_array_add(reserve->pending, lims_journal_item_ref(item));
  }
}

GPtrArray *lims_journal_reserve_pending(const LimsJournalReserve *reserve) {
  return reserve->pending;
}

guint64 lims_journal_reserve_serial(const LimsJournalReserve *reserve) {
  return reserve->serial;
}

guint64 lims_journal_reserve_used(const LimsJournalReserve *reserve) {
  return reserve->offset - HEAD_SIZE;
}

void lims_journal_reserve_clear(LimsJournalReserve *reserve) {
  g_ptr_array_set_size(reserve->pending, 0);
  reserve->offset = HEAD_SIZE;
  reserve->closed = FALSE;
}
