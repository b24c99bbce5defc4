/* Random numbers into messages: ASTM records, or lines by the driver's templates.
 *
 * Most values lie well below any limit or are ND, a few far above: a stream that always exceeds would show
 * nothing. A template is typed by hand; a name in it that nothing fills leaves its place empty.
 */
#include "instruments/simulator/message.h"
#include "lims/core/error.h"
#include <stdlib.h>
#include <string.h>

struct LimsMaker {
  LimsDriver *driver;
  GRand *random;
  guint messages;
};

/* What one test of one specimen came to. */
typedef struct {
  const char *code, *unit;
  char value[16];
} Test;

/* A driver without a list of codes takes whatever is sent. */
static const LimsDriverCode ANY_CODES[] = {
    {"Pb", NULL, "mg/kg", NULL, LIMS_BASIS_SAMPLE},
    {"Cd", NULL, "mg/kg", NULL, LIMS_BASIS_SAMPLE},
};

static gboolean can_make(const LimsDriver *driver, GError **error) {
  const char *record = lims_ini_text(lims_driver_ini(driver), "simulator", "record");
  if (strcmp(lims_driver_protocol(driver), "lines") != 0 || (record && *record))
    return TRUE;
  g_set_error(error, LIMS_ERROR, LIMS_ERROR_INVALID,
              "driver %s cannot be simulated: its .ini has no [simulator] record= that says how a line looks",
              lims_driver_name(driver));
  return FALSE;
}

LimsMaker *lims_maker_new(LimsDriver *driver, guint32 seed, GError **error) {
  if (!can_make(driver, error))
    return NULL;
  LimsMaker *maker = g_new0(LimsMaker, 1);
  maker->driver = lims_driver_ref(driver);
  maker->random = g_rand_new_with_seed(seed);
  return maker;
}

void lims_maker_free(LimsMaker *maker) {
  if (!maker)
    return;
  lims_driver_unref(maker->driver);
  g_rand_free(maker->random);
  g_free(maker);
}

static const LimsDriverCode *codes_of(const LimsMaker *maker, guint *count) {
  const LimsDriverCode *codes = lims_driver_codes(maker->driver, count);
  if (*count)
    return codes;
  *count = G_N_ELEMENTS(ANY_CODES);
  return ANY_CODES;
}

/* Mostly nothing, often a trace, now and then far too much; digits as an instrument prints them. */
static void draw_value(LimsMaker *maker, const LimsDriverCode *code, char out[16]) {
  int luck = g_rand_int_range(maker->random, 0, 1000);
  int digits = g_rand_int_range(maker->random, 100, 1000);
  if (code->basis == LIMS_BASIS_SCREEN)
    g_snprintf(out, 16, "%d.%d", luck < 40 ? 50 + digits / 20 : digits / 25, digits % 10);
  else if (code->basis == LIMS_BASIS_SOLUTION)
    g_snprintf(out, 16, "%d.%02d", luck < 20 ? digits / 20 : luck < 300 ? digits / 300 : 0, digits % 100);
  else if (luck < 700)
    g_strlcpy(out, "ND", 16);
  else if (luck < 994)
    g_snprintf(out, 16, "0.00%d", digits / 10);
  else
    g_snprintf(out, 16, "0.%02d", 5 + digits % 45);
}

static Test draw_test(LimsMaker *maker, const LimsDriverCode *code) {
  Test test = {code->code, code->unit && *code->unit ? code->unit : "mg/kg", ""};
  draw_value(maker, code, test.value);
  return test;
}

static char *format_time(gint64 at_us, const char *format) {
  g_autoptr(GDateTime) utc = g_date_time_new_from_unix_utc(at_us / G_USEC_PER_SEC);
  g_autoptr(GDateTime) local = g_date_time_to_local(utc);
  return g_date_time_format(local, format);
}

/* ---- ASTM records ---- */

static GString *astm_message(LimsMaker *maker, const char *specimen, gint64 at_us) {
  guint count;
  const LimsDriverCode *codes = codes_of(maker, &count);
  g_autofree char *now = format_time(at_us, "%Y%m%d%H%M%S");
  GString *out = g_string_new(NULL);
  g_string_append_printf(out, "H|\\^&|||%s^SIM|||||||P|1|%s\rP|1\r", lims_driver_name(maker->driver), now);
  g_string_append_printf(out, "O|1|%s||^^^ALL|R||%s\r", specimen, now);
  for (guint i = 0; i < count; i++) {
    Test test = draw_test(maker, &codes[i]);
    g_string_append_printf(out, "R|%u|^^^%s|%s|%s||||F||SIM|%s|%s|SIM-1\r", i + 1, test.code, test.value,
                           test.unit, now, now);
  }
  g_string_append(out, "L|1|N\r");
  return out;
}

/* ---- text lines by template ---- */

typedef struct {
  const char *name, *value;
} Word;

/* "{specimen:17}" left in 17 places, "{value:-10}" right in 10, "{unit}" as it is. */
static void append_word(GString *out, const char *field, const Word *words) {
  g_auto(GStrv) parts = g_strsplit(field, ":", 2);
  const char *value = "";
  for (; words->name; words++)
    if (strcmp(words->name, parts[0]) == 0)
      value = words->value;
  int width = parts[1] ? atoi(parts[1]) : 0;
  g_string_append_printf(out, "%*s", -width, value);
}

static void append_line(GString *out, const char *template, const Word *words) {
  for (const char *c = template; *c; c++) {
    const char *close = *c == '{' ? strchr(c, '}') : NULL;
    if (!close) {
      g_string_append_c(out, *c);
      continue;
    }
    g_autofree char *field = g_strndup(c + 1, (gsize)(close - c - 1));
    append_word(out, field, words);
    c = close;
  }
  g_string_append(out, "\r\n");
}

static void append_replicates(GString *out, LimsMaker *maker, const Test *test, const char *number,
                              const char *specimen, gint64 at_us) {
  const LimsIni *ini = lims_driver_ini(maker->driver);
  const char *record = lims_ini_text(ini, "simulator", "record"),
             *mean = lims_ini_text(ini, "simulator", "mean");
  gint64 replicates = lims_ini_integer(ini, "simulator", "replicates");
  g_autofree char *date = format_time(at_us, "%Y-%m-%d");
  g_autofree char *time = format_time(at_us, "%H:%M:%S");
  for (gint64 i = 1; i <= replicates; i++) {
    g_autofree char *replicate = g_strdup_printf("%" G_GINT64_FORMAT, i);
    const Word words[] = {{"n", number},          {"specimen", specimen}, {"code", test->code},
                          {"value", test->value}, {"unit", test->unit},   {"replicate", replicate},
                          {"date", date},         {"time", time},         {NULL}};
    append_line(out, record, words);
    if (i == replicates && mean)
      append_line(out, mean, words);
  }
}

static GString *lines_message(LimsMaker *maker, const char *specimen, gint64 at_us) {
  guint count;
  const LimsDriverCode *codes = codes_of(maker, &count);
  const LimsIni *ini = lims_driver_ini(maker->driver);
  guint most = (guint)lims_ini_integer(ini, "simulator", "codes");
  const char *end = lims_ini_text(ini, "simulator", "end");
  g_autofree char *number = g_strdup_printf("%04u", maker->messages % 10000);
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < MIN(count, most); i++) {
    Test test = draw_test(maker, &codes[i]);
    append_replicates(out, maker, &test, number, specimen, at_us);
    if (end)
      append_line(out, end, (const Word[]){{NULL}});
  }
  return out;
}

static const struct {
  const char *protocol;
  GString *(*make)(LimsMaker *maker, const char *specimen, gint64 at_us);
} MAKERS[] = {
    {"astm", astm_message},
    {"lines", lines_message},
};

/* In the encoding of the line; what it does not have becomes a question mark, as printers do. */
static GBytes *encode(const LimsDriver *driver, const GString *text) {
  gsize size;
  g_autoptr(GError) error = NULL;
  char *bytes =
      g_convert_with_fallback(text->str, (gssize)text->len, lims_encoding_name(lims_driver_encoding(driver)),
                              "UTF-8", "?", NULL, &size, &error);
  return bytes ? g_bytes_new_take(bytes, size) : g_bytes_new(text->str, text->len);
}

GBytes *lims_maker_next(LimsMaker *maker, const char *specimen, gint64 at_us) {
  GString *text = NULL;
  maker->messages++;
  for (gsize i = 0; i < G_N_ELEMENTS(MAKERS) && !text; i++)
    if (strcmp(MAKERS[i].protocol, lims_driver_protocol(maker->driver)) == 0)
      text = MAKERS[i].make(maker, specimen, at_us);
  GBytes *bytes = encode(maker->driver, text);
  g_string_free(text, TRUE);
  return bytes;
}
