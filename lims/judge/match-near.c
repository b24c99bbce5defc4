/* The nearest commodities to a name that matched none, for a person to choose from.
 *
 * Near is what shares the longest run of characters: in "贾寨豆干五香味" that is 豆干. Of names that share as
 * long a run the shorter is nearer, and the code settles the rest, so that the same name always gets the same
 * candidates. A single character is a run only if it is the whole of a name (葱) and ends the other.
 */
#include "lims/judge/match-private.h"

#include <string.h>

#define LONGEST 64           /* characters of a name that are compared */
#define SHORTEST_RUN 2       /* characters that say anything */
#define SHORTEST_ASCII_RUN 4 /* of an English name */

/* Two characters that half of all names of products have. */
static const char *const EMPTY_RUNS[] = {"制品", "食品", "其他", "自制", "调味", "加工", "速冻",
                                         "营养", "香辣", "五香", "原味", "散装", "本地", "精品",
                                         "新鲜", "有机", "生态", "食用", "饮用", NULL};

typedef struct {
  const char *code;
  guint run, size; /* characters in common; of the commodity's name */
} Near;

typedef struct {
  gunichar letters[LONGEST];
  guint count;
} Letters;

static void read_letters(const char *text, Letters *out) {
  out->count = 0;
  for (const char *at = text; *at && out->count < LONGEST; at = g_utf8_next_char(at))
    if (*at != '(' && *at != ')')
      out->letters[out->count++] = g_utf8_get_char(at);
}

/* ---- a quick look: most names have nothing in common ---- */

typedef struct {
  guint64 bits[4];
} Mask;

static guint bit_of(const char *at) {
  const guchar *byte = (const guchar *)at;

  return byte[0] < 0x80 ? byte[0] : (byte[1] * 67u + byte[0] + (byte[0] >= 0xe0 ? byte[2] : 0)) & 0xff;
}

static void fill_mask(const char *text, Mask *out) {
  *out = (Mask){{0}};
  for (const char *at = text; *at; at = g_utf8_next_char(at))
    out->bits[bit_of(at) / 64] |= G_GUINT64_CONSTANT(1) << bit_of(at) % 64;
}

/* FALSE: no two characters, nor the only one, can be those of the mask. */
static gboolean may_share(const char *name, const Mask *mask) {
  guint count = 0, hits = 0;

  for (const char *at = name; *at; at = g_utf8_next_char(at)) {
    count++;
    hits += mask->bits[bit_of(at) / 64] >> bit_of(at) % 64 & 1;
    if (hits == SHORTEST_RUN)
      return TRUE;
  }
  return count == 1 && hits == 1;
}

/* ---- the run ---- */

static gboolean is_empty(const gunichar *run) {
  g_autofree char *text = g_ucs4_to_utf8(run, SHORTEST_RUN, NULL, NULL, NULL);

  return text && g_strv_contains(EMPTY_RUNS, text);
}

static gboolean is_worth(const Letters *name, guint end, guint run, gboolean at_end) {
  gboolean ascii = TRUE;

  for (guint i = end - run; i < end; i++)
    ascii &= name->letters[i] < 0x80;
  if (ascii)
    return run >= SHORTEST_ASCII_RUN;
  if (run == SHORTEST_RUN)
    return !is_empty(name->letters + end - run);
  return run > SHORTEST_RUN || (run == name->count && at_end);
}

/* The longest run of characters that both have, 0 if it says nothing. */
static guint longest_run(const Letters *name, const Letters *other) {
  guint row[LONGEST + 1] = {0}, longest = 0;

  for (guint i = 0; i < other->count; i++)
    for (guint j = name->count; j > 0; j--) {
      row[j] = name->letters[j - 1] == other->letters[i] ? row[j - 1] + 1 : 0;
      if (row[j] > longest && is_worth(name, j, row[j], i + 1 == other->count))
        longest = row[j];
    }
  return longest;
}

static gboolean is_nearer(const Near *a, const Near *b) {
  if (a->run != b->run)
    return a->run > b->run;
  if (a->size != b->size)
    return a->size < b->size;
  return strcmp(a->code, b->code) < 0;
}

/* Keeps `nearest` in order, each code once, at most LIMS_MATCH_CANDIDATES + 1 long. */
static void insert(GArray *nearest, const Near *near) {
  guint at = 0;

  for (guint i = 0; i < nearest->len; i++) {
    const Near *there = &g_array_index(nearest, Near, i);

    if (strcmp(there->code, near->code) != 0)
      continue;
    if (!is_nearer(near, there))
      return;
    g_array_remove_index(nearest, i);
    break;
  }
  while (at < nearest->len && !is_nearer(near, &g_array_index(nearest, Near, at)))
    at++;
  g_array_insert_vals(nearest, at, near, 1);
  if (nearest->len > LIMS_MATCH_CANDIDATES)
    g_array_set_size(nearest, LIMS_MATCH_CANDIDATES);
}

void lims_match_add_nearest(const LimsCatalogue *catalogue, const char *folded, GPtrArray *candidates) {
  g_autoptr(GArray) nearest = g_array_new(FALSE, FALSE, sizeof(Near));
  GHashTableIter iter;
  gpointer name, code;
  Letters wanted, letters;
  Mask mask;

  read_letters(folded, &wanted);
  fill_mask(folded, &mask);
  g_hash_table_iter_init(&iter, catalogue->commodity_names);
  while (g_hash_table_iter_next(&iter, &name, &code)) {
    Near near = {.code = code};

    if (!may_share(name, &mask))
      continue;
    read_letters(name, &letters);
    near.size = letters.count;
    near.run = longest_run(&letters, &wanted);
    if (near.run)
      insert(nearest, &near);
  }
  for (guint i = 0; i < nearest->len; i++)
    g_ptr_array_add(candidates, (gpointer)g_array_index(nearest, Near, i).code);
}
