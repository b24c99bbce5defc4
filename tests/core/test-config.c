/* limsd.conf: what a right one means, and for each slip of the pen the file, the line and the key. */
#include "lims/core/config.h"
#include "lims/core/error.h"

#include <glib/gstdio.h>
#include <string.h>

#define STORE "[store]\nurl=sqlite:lims.db\n[journal]\npath=journal.db\n"

typedef struct {
  char *directory, *path;
} Place;

static void place_up(Place *place, gconstpointer unused) {
  place->directory = g_dir_make_tmp("lims-config-XXXXXX", NULL);
  place->path = g_build_filename(place->directory, "limsd.conf", NULL);
}

static void place_down(Place *place, gconstpointer unused) {
  g_unlink(place->path);
  g_assert_cmpint(g_rmdir(place->directory), ==, 0);
  g_free(place->directory);
  g_free(place->path);
}

static LimsConfig *load(Place *place, const char *text, GError **error) {
  g_assert_true(g_file_set_contents(place->path, text, -1, NULL));
  return lims_config_load(place->path, error);
}

static LimsConfig *must_load(Place *place, const char *text) {
  g_autoptr(GError) error = NULL;
  LimsConfig *config = load(place, text, &error);

  g_assert_no_error(error);
  return config;
}

/* The message begins with the file and, if `line` is above 0, that line, and has the words in it. */
static void must_refuse(Place *place, const char *text, guint line, const char *words) {
  g_autoptr(GError) error = NULL;
  g_autoptr(LimsConfig) config = load(place, text, &error);
  g_autofree char *where =
      line ? g_strdup_printf("%s:%u: ", place->path, line) : g_strconcat(place->path, ":", NULL);

  g_assert_null(config);
  g_assert_error(error, LIMS_ERROR, LIMS_ERROR_INVALID);
  if (!g_str_has_prefix(error->message, where) || !strstr(error->message, words) ||
      strchr(error->message, '\n'))
    g_error("expected \"%s…%s\" in \"%s\"", where, words, error->message);
}

static void assert_beside(Place *place, const char *path, const char *name) {
  g_autofree char *wanted = g_build_filename(place->directory, name, NULL);

  g_assert_cmpstr(path, ==, wanted);
}

static void test_smallest(Place *place, gconstpointer unused) {
  g_autoptr(LimsConfig) config = must_load(place, STORE);
  g_autofree char *journal = g_build_filename(place->directory, "journal.db", NULL);

  g_assert_true(g_str_has_prefix(config->store_url, "sqlite:"));
  assert_beside(place, config->store_url + strlen("sqlite:"), "lims.db");
  assert_beside(place, config->socket_path, "lims.db.sock");
  g_assert_cmpstr(config->journal_path, ==, journal);
  g_assert_null(config->drivers_path);
  g_assert_cmpint(config->journal_reserve_mib, ==, 4);
  g_assert_cmpint(config->journal_keep_days, ==, 7);
  g_assert_cmpuint(config->lines->len + config->stations->len, ==, 0);
}

static void test_lines(Place *place, gconstpointer unused) {
  g_autoptr(LimsConfig) config =
      must_load(place, STORE "[line a b]\ndevice=serial:/dev/ttyS0\nbaud=4800\ndata_bits=7\nstop_bits=2\n"
                             "parity=even\nflow=xonxoff\n[line c]\ndevice=tcp-listen:4001\n"
                             "[station s]\nline=a b\ndriver=gfaas-lines\nlaboratory=C01\n"
                             "[local]\nsocket=run/here.sock\n[drivers]\npath=/opt/drivers\n");
  const LimsConfigLine *line = lims_config_find_line(config, "a b");
  const LimsConfigStation *station = g_ptr_array_index(config->stations, 0);

  g_assert_nonnull(line);
  g_assert_cmpstr(line->device, ==, "serial:/dev/ttyS0");
  g_assert_cmpint(line->baud, ==, 4800);
  g_assert_cmpint(line->data_bits * 10 + line->stop_bits, ==, 72);
  g_assert_cmpint(line->parity, ==, 'e');
  g_assert_cmpint(line->flow, ==, 's');
  line = lims_config_find_line(config, "c");
  g_assert_cmpint(line->baud + line->data_bits + line->stop_bits + line->parity + line->flow, ==, 0);
  g_assert_null(lims_config_find_line(config, "d"));
  g_assert_cmpstr(station->name, ==, "s");
  g_assert_cmpstr(station->line, ==, "a b");
  g_assert_cmpstr(station->driver, ==, "gfaas-lines");
  g_assert_cmpstr(station->laboratory, ==, "C01");
  g_assert_cmpstr(config->drivers_path, ==, "/opt/drivers");
  assert_beside(place, config->socket_path, "run/here.sock");
}

#define LINE(name, device) "[line " name "]\ndevice=" device "\n"
#define STATION(name, line) "[station " name "]\nline=" line "\ndriver=astm-generic\nlaboratory=C01\n"

/* STORE has four lines; what follows it begins at the fifth. */
static const struct {
  const char *text;
  guint line;
  const char *words;
} SLIPS[] = {
    {STORE "[journal]\nkeep_days=3\n", 5, "journal"},
    {STORE "[jornal]\n", 5, "jornal"},
    {"[store]\nurl=sqlite:a\nurl=sqlite:b\n[journal]\npath=c\n", 3, "url"},
    {"[store]\nulr=sqlite:a\n[journal]\npath=c\n", 2, "ulr"},
    {"[store]\nurl=sqlite:a\n[journal]\npath=c\nkeep_days=week\n", 5, "keep_days"},
    {"[store]\nurl=sqlite:a\n[journal]\npath=c\nkeep_days=0\n", 5, "keep_days"},
    {"[store]\nurl=sqlite:a\n[journal]\npath=c\nreserve_mib=4M\n", 5, "reserve_mib"},
    {STORE LINE("a", "tty:/dev/pts/3") "parity=evn\n", 7, "parity"},
    {STORE LINE("a", "tty:/dev/pts/3") "baud=9600.5\n", 7, "baud"},
    {STORE LINE("a", "tty:/dev/pts/3") "data_bits=3\n", 7, "data_bits"},
    {STORE "[line a]\nbaud=9600\n", 5, "device"},
    {STORE LINE("a", "tty:/dev/pts/3") LINE("a", "tty:/dev/pts/4"), 7, "line a"},
    {STORE LINE("a", "tty:/dev/pts/3") LINE("b", "tty:/dev/pts/3"), 8, "[line a]"},
    {STORE STATION("s", "a"), 6, "[line a]"},
    {STORE "[station s]\ndriver=astm-generic\nlaboratory=C01\n", 5, "line"},
    {STORE LINE("a", "tcp:h:1") STATION("s", "a") STATION("t", "a"), 12, "station s"},
    {STORE LINE("a", "tcp:h:1") "[station s]\nline=a\nlaboratory=C01\n", 7, "driver"},
    {STORE LINE("a", "tcp:h:1") "[station s]\nline=a\ndriver=astm-generic\n", 7, "laboratory"},
    {STORE LINE("", "tcp:h:1"), 5, "line"},
    {"[store]\nurl=sqlite:a\n", 0, "[journal] path"},
    {"[journal]\npath=a\n", 0, "[store] url"},
    {"[store]\nurl=\n[journal]\npath=a\n", 2, "url"},
    {"[store]\nurl=sqlite:a\n[journal]\npath=\n", 4, "path"},
    {"", 0, "[store] url"},
    {STORE "nonsense\n", 5, "key=value"},
    {STORE "[line a\ndevice=x\n", 5, "a group is written [name]"},
};

static void test_slips(Place *place, gconstpointer unused) {
  for (guint i = 0; i < G_N_ELEMENTS(SLIPS); i++)
    must_refuse(place, SLIPS[i].text, SLIPS[i].line, SLIPS[i].words);
}

static void test_long_socket(Place *place, gconstpointer unused) {
  g_autofree char *name = g_strnfill(120, 'x');
  g_autofree char *text = g_strconcat(STORE "[local]\nsocket=", name, ".sock\n", NULL);

  must_refuse(place, text, 6, "too long for a socket");
}

static void test_absent(Place *place, gconstpointer unused) {
  g_autoptr(GError) error = NULL;

  g_assert_null(lims_config_load(place->path, &error));
  g_assert_nonnull(strstr(error->message, place->path));
}

/* A value for a key that the sample leaves open. */
static const char *value_for(const char *key) {
  static const char *const values[][2] = {
      {"url", "sqlite:lims.db"}, {"path", "journal.db"},    {"socket", "lims.sock"}, {"device", "tcp:host:1"},
      {"line", "NAME"},          {"driver", "gfaas-lines"}, {"laboratory", "C01"},
  };
  for (guint i = 0; i < G_N_ELEMENTS(values); i++)
    if (strcmp(values[i][0], key) == 0)
      return values[i][1];
  g_error("the sample leaves %s open: give the test a value for it", key);
}

/* "#[group]" and "#key=value" without their mark; other lines are its help. */
static void append_uncommented(GString *out, const char *line) {
  g_auto(GStrv) parts = g_strsplit(line, "=", 2);

  if (line[0] != '#' || line[1] == ' ')
    return;
  if (line[1] == '[')
    g_string_append_printf(out, "%s\n", line + 1);
  else
    g_string_append_printf(out, "%s=%s\n", parts[0] + 1, *parts[1] ? parts[1] : value_for(parts[0] + 1));
}

/* The printed sample is a config file that loads, as it is and with every key of it in force. */
static void test_sample(Place *place, gconstpointer unused) {
  g_autofree char *sample = lims_config_sample();
  g_auto(GStrv) lines = g_strsplit(sample, "\n", -1);
  g_autoptr(LimsConfig) as_it_is = must_load(place, sample), config = NULL;
  g_autoptr(GString) text = g_string_new(NULL);

  g_assert_cmpuint(as_it_is->lines->len, ==, 0);
  for (guint i = 0; lines[i]; i++)
    append_uncommented(text, lines[i]);
  config = must_load(place, text->str);
  g_assert_cmpuint(config->lines->len, ==, 1);
  g_assert_cmpuint(config->stations->len, ==, 1);
}

int main(int argc, char **argv) {
  static const struct {
    const char *name;
    void (*run)(Place *place, gconstpointer unused);
  } tests[] = {
      {"/config/smallest", test_smallest}, {"/config/lines", test_lines},
      {"/config/slips", test_slips},       {"/config/long-socket", test_long_socket},
      {"/config/absent", test_absent},     {"/config/sample", test_sample},
  };
  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].name, Place, NULL, place_up, tests[i].run, place_down);
  return g_test_run();
}
