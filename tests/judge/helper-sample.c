/* See the header. */
#include "tests/judge/helper-sample.h"
#include "tests/judge/helper-catalogue.h"

#include <string.h>

/* ---- reading ---- */

static char *plain(const char *word) {
  return g_strdelimit(g_strdup(word), "_", ' ');
}

/* What stands behind "key="; NULL if the word is another. */
static const char *value_of(const char *word, const char *key) {
  gsize length = strlen(key);

  return strncmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static gint64 whole(const char *text) {
  return g_ascii_strtoll(text, NULL, 10);
}

static void read_option(LimsDetermination *d, const char *word) {
  g_autofree char *method = value_of(word, "by") ? plain(value_of(word, "by")) : NULL;

  if (strcmp(word, "solution") == 0)
    d->basis = LIMS_JUDGE_SOLUTION;
  else if (strcmp(word, "screen") == 0)
    d->basis = LIMS_JUDGE_SCREEN;
  else if (value_of(word, "run"))
    d->run = whole(value_of(word, "run"));
  else if (value_of(word, "rep"))
    d->replicate = (guint)whole(value_of(word, "rep"));
  else if (method)
    d->method = g_intern_string(method);
  else if (value_of(word, "u"))
    d->uncertainty = helper_decimal(value_of(word, "u"));
  else
    g_error("'%s' is no option of a value", word);
}

static void add_value(HelperSample *sample, const char *text) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  g_autofree char *printed = words[0] && words[1] ? plain(words[1]) : NULL;
  gint64 id = sample->determinations->len + 1;
  LimsDetermination d = {.id = id, .run = id};

  g_assert_cmpint(g_strv_length(words), >=, 3);
  d.analyte = g_intern_string(words[0]);
  d.unit = strcmp(words[2], "-") == 0 ? NULL : lims_unit_find(words[2]);
  g_assert_true(d.unit || *words[2] == '-');
  lims_value_read(&d.value, printed, NULL);
  for (guint i = 3; words[i]; i++)
    read_option(&d, words[i]);
  g_array_append_val(sample->determinations, d);
}

static void read_preparation(LimsPreparation *p, const char *word, const char *next) {
  static const struct {
    const char *key;
    gsize value, flag; /* flag 0: none */
  } NUMBERS[] = {
      {"m", offsetof(LimsPreparation, portion), 0},
      {"v", offsetof(LimsPreparation, portion), offsetof(LimsPreparation, by_volume)},
      {"V", offsetof(LimsPreparation, volume), 0},
      {"f", offsetof(LimsPreparation, dilution), 0},
      {"c0", offsetof(LimsPreparation, blank), offsetof(LimsPreparation, has_blank)},
      {"R", offsetof(LimsPreparation, recovery), offsetof(LimsPreparation, has_recovery)},
      {"w", offsetof(LimsPreparation, moisture), offsetof(LimsPreparation, has_moisture)},
  };

  if (value_of(word, "of"))
    p->analyte = g_intern_string(value_of(word, "of"));
  for (guint i = 0; i < G_N_ELEMENTS(NUMBERS); i++) {
    if (!value_of(word, NUMBERS[i].key))
      continue;
    G_STRUCT_MEMBER(LimsDecimal, p, NUMBERS[i].value) = helper_decimal(value_of(word, NUMBERS[i].key));
    if (NUMBERS[i].flag)
      G_STRUCT_MEMBER(gboolean, p, NUMBERS[i].flag) = TRUE;
  }
  if (value_of(word, "c0"))
    p->blank_unit = lims_unit_find(next);
}

static void add_preparation(HelperSample *sample, const char *text) {
  g_auto(GStrv) words = g_strsplit(text, " ", -1);
  LimsPreparation p = {.id = 101 + sample->preparations->len, .dilution = {1, 0}};

  for (guint i = 0; words[i]; i++)
    read_preparation(&p, words[i], words[i + 1]);
  g_array_append_val(sample->preparations, p);
}

static void add_fact(HelperSample *sample, const char *text) {
  g_auto(GStrv) pair = g_strsplit(text, "=", 2);
  GError *error = NULL;
  LimsFact fact;

  g_assert_true(lims_fact_find(pair[0], &fact));
  lims_facts_set(&sample->facts, fact, pair[1], &error);
  g_assert_no_error(error);
}

static void each(HelperSample *sample, const char *text, void (*add)(HelperSample *, const char *)) {
  g_auto(GStrv) parts = g_strsplit(text ? text : "", "; ", -1);

  for (char **part = parts; *part; part++)
    if (**part)
      add(sample, *part);
}

static void clear_determination(gpointer data) {
  lims_value_clear(&((LimsDetermination *)data)->value);
}

HelperSample *helper_sample_new(const char *commodity, const char *values, const char *preparations,
                                const char *facts) {
  HelperSample *sample = g_new0(HelperSample, 1);

  sample->determinations = g_array_new(FALSE, TRUE, sizeof(LimsDetermination));
  g_array_set_clear_func(sample->determinations, clear_determination);
  sample->preparations = g_array_new(FALSE, TRUE, sizeof(LimsPreparation));
  each(sample, values, add_value);
  each(sample, preparations, add_preparation);
  each(sample, facts, add_fact);
  sample->input = (LimsJudgeInput){.commodity = commodity, .sampled_on = 20261001};
  return sample;
}

void helper_sample_free(HelperSample *sample) {
  g_array_unref(sample->determinations);
  g_array_unref(sample->preparations);
  g_free(sample);
}

/* ---- what holds of every verdict ---- */

static gboolean has_id(const HelperSample *sample, gint64 id) {
  for (guint i = 0; i < sample->determinations->len; i++)
    if (g_array_index(sample->determinations, LimsDetermination, i).id == id)
      return TRUE;
  return FALSE;
}

static void check_origin(const HelperSample *sample, const LimsVerdict *v) {
  g_assert_true(v->determination == 0 || has_id(sample, v->determination));
  for (guint i = 0; v->parts && i < v->parts->len; i++) {
    g_assert_true(has_id(sample, g_array_index(v->parts, gint64, i)));
    for (guint other = 0; other < i; other++) /* no value counts twice */
      g_assert_cmpint(g_array_index(v->parts, gint64, i), !=, g_array_index(v->parts, gint64, other));
  }
}

/* The judged number begins like the computed one: they differ by less than one in its last place. */
static void check_numbers(const LimsVerdict *v) {
  g_autofree char *digits = NULL;
  LimsDecimal computed, low, high;

  if (!v->computed)
    return;
  g_assert_nonnull(v->calculation);
  g_assert_cmpstr(v->calculation, !=, "");
  digits = g_strndup(v->computed, strcspn(v->computed, "…"));
  g_assert_true(lims_decimal_parse(digits, &computed));
  if (!v->has_value)
    return;
  g_assert_true(lims_decimal_add(v->value, (LimsDecimal){-1, v->value.exponent}, &low));
  g_assert_true(lims_decimal_add(v->value, (LimsDecimal){1, v->value.exponent}, &high));
  g_assert_cmpint(lims_decimal_compare(computed, low), >=, 0);
  g_assert_cmpint(lims_decimal_compare(computed, high), <=, 0);
}

static void check_verdict(const HelperSample *sample, const LimsVerdict *v) {
  g_assert_nonnull(v->value_text);
  g_assert_cmpstr(v->value_text, !=, "");
  g_assert_nonnull(v->reason);
  g_assert_cmpstr(v->reason, !=, "");
  g_assert_nonnull(v->rule);
  g_assert_cmpstr(v->rule, !=, "");
  g_assert_nonnull(v->printed);
  g_assert_nonnull(v->subject);
  g_assert_true(v->kind == LIMS_VERDICT_UNDETERMINED || v->kind == LIMS_VERDICT_SCREENING_POSITIVE ||
                v->limit || strcmp(v->reason_code, "screen-negative") == 0);
  check_numbers(v);
  check_origin(sample, v);
}

void helper_sample_judge(HelperSample *sample, const LimsCatalogue *c, const char *analyte,
                         LimsVerdict *out) {
  sample->input.facts = sample->facts;
  sample->input.determinations = (const LimsDetermination *)(gpointer)sample->determinations->data;
  sample->input.count = sample->determinations->len;
  sample->input.preparations = (const LimsPreparation *)(gpointer)sample->preparations->data;
  sample->input.preparation_count = sample->preparations->len;
  lims_determinations_sort((LimsDetermination *)(gpointer)sample->determinations->data,
                           sample->determinations->len);
  lims_judge(c, &sample->input, analyte, out);
  check_verdict(sample, out);
}

/* ---- tables ---- */

static gboolean is_said(const LimsVerdict *v, const char *words) {
  return strstr(v->reason, words) || strstr(v->rule, words) ||
         (v->calculation && strstr(v->calculation, words));
}

void helper_check_cases(const LimsCatalogue *c, const char *commodity, const char *analyte,
                        const LimsPolicy *policy, const HelperCase *cases, guint count) {
  for (guint i = 0; i < count; i++) {
    const HelperCase *row = &cases[i];
    g_autoptr(HelperSample) sample = helper_sample_new(commodity, row->values, row->preparations, row->facts);
    LimsVerdict out;

    sample->input.policy = policy;
    helper_sample_judge(sample, c, analyte, &out);
    if (strcmp(out.reason_code, row->code) != 0 || (row->value && strcmp(out.value_text, row->value) != 0) ||
        (row->says && !is_said(&out, row->says))) {
      g_test_message("%s; %s: wanted %s %s “%s”, got %s %s: %s; %s; %s", row->values,
                     row->facts ? row->facts : "-", row->code, row->value ? row->value : "",
                     row->says ? row->says : "", out.reason_code, out.value_text, out.reason, out.rule,
                     out.calculation ? out.calculation : "-");
      g_test_fail();
    }
    lims_verdict_clear(&out);
  }
}
