/* The last sheet: what each figure means, what is in no denominator, what a colour says, and the proof of
 * which data this workbook was made from.
 */
#include "lims/core/time.h"
#include "reports/weekly-private.h"

#define TERM_WIDTH 30
#define PROSE_WIDTH 110

typedef struct {
  const char *term, *prose;
} Entry;

static const Entry COUNTS[] = {
    {N_("Registered"),
     N_("Samples registered in this week, by the laboratory's own days. Void ones among them are counted "
        "beside, and nowhere else.")},
    {N_("Tested"),
     N_("Samples with a verdict of this week that is not void. A verdict belongs to the week in which it "
        "was committed; only the newest of a sample and analyte counts, so each is in exactly one week.")},
    {N_("Pending"),
     N_("Samples registered up to the end of this week, also in earlier weeks, that have no verdict yet "
        "and are not void.")},
    {N_("Exceeding"), N_("Tested samples with at least one exceedance in this week.")},
    {N_("Screening positive"),
     N_("Tested samples without an exceedance and with a positive screen; each is named under “Pending "
        "and held”. A screen is no proof: a confirming method must follow.")},
    {N_("Undetermined"),
     N_("Tested samples without an exceedance and with at least one verdict that could not be reached; "
        "the reasons are counted on the summary, and each sample is named with its reason under “Pending "
        "and held”. Undetermined is never a silent pass.")},
    {N_("Wholly undetermined"), N_("Tested samples with undetermined verdicts only.")},
    {N_("Judged"),
     N_("The denominator of the rate: tested less wholly undetermined. Void and pending samples are not "
        "in it; samples of which only a part is undetermined are.")},
    {N_("Exceedance rate"), N_("Exceeding divided by judged, in samples. A dash: nothing was judged.")},
    {N_("Exceedances (results)"),
     N_("Rows of the list of exceedances: one a sample and analyte, so one sample may have several.")},
};

static const Entry ROWS[] = {
    {N_("Result as printed"),
     N_("What the analyzer sent, digit for digit: 0.050 stays 0.050. ND and the like are words, never 0.")},
    {N_("Value computed"),
     N_("The same in the limit's unit, after mass, volume, dilution and whatever else the method reckons "
        "with, as an exact quotient before it is rounded. “…”: its digits do not end. Empty: nothing was "
        "computed.")},
    {N_("Value judged"),
     N_("The value computed, rounded once at the place that the method names. At the limit complies.")},
    {N_("Limit used"),
     N_("Where a factor changes the limit of the standard (dried food, GB 2762 clause 3.5), the limit "
        "times that factor. Empty: the limit as printed.")},
    {N_("Times the limit"),
     N_("Value judged divided by the limit used, to four digits. Empty where any detection exceeds.")},
    {N_("Calculations"), N_("One row an exceedance, in the same order, with every determination that was "
                            "counted, the preparation, the steps and the rule. The arrow leads to it and "
                            "back, by the number of the row: sort either list, and the arrows no longer "
                            "meet; filters do not harm them.")},
    {N_("Grade"),
     N_("In words what the colour says: above the limit (pale red), 2 times or more (orange), 10 times "
        "or more, or not allowed at all (dark red). Amber is undetermined or held.")},
    {N_("Standing of the limit"),
     N_("How well the limit's figure was checked. Verify the clause before acting on a limit that is not "
        "good. A figure with a source of its own, in a set that nobody checked, is to be verified.")},
    {N_("Limits used"), N_("The limits that verdicts of this week were held against, as they were used. "
                           "Source, standing and conditions are those of the catalogue when this "
                           "workbook was made; “no longer in the catalogue as it was used” says that the "
                           "set was replaced since.")},
    {N_("(unconfirmed driver)"),
     N_("The analyzer's driver was written without a capture from the real instrument.")},
    {N_("Three times"),
     N_("Measured by the instrument's clock; arrived at the laboratory; committed to the store. All in "
        "the time zone named below.")},
    {N_("Transmission"), N_("The key under which the bytes that the analyzer sent are kept.")},
    {N_("Person"),
     N_("The operator in the message, else who was signed on at the analyzer, else unattended.")},
    {N_("Formulas"),
     N_("Totals, rates and numbers of exceedances are live: they follow when rows are changed here, and "
        "then no longer show what was issued.")},
};

static void write_entry(LimsSheet *sheet, guint *row, const char *term, const char *prose) {
  lims_sheet_text(sheet, *row, 0, LIMS_STYLE_TERM, term);
  lims_sheet_text(sheet, (*row)++, 1, LIMS_STYLE_PROSE, prose);
}

static void write_section(LimsWeekly *weekly, guint *row, const char *title, const Entry *entries, guint n) {
  lims_sheet_set_height(weekly->guide, *row, 24);
  lims_sheet_text(weekly->guide, (*row)++, 0, LIMS_STYLE_SECTION, lims_translate(weekly->language, title));
  for (guint i = 0; i < n; i++)
    write_entry(weekly->guide, row, lims_translate(weekly->language, entries[i].term),
                lims_translate(weekly->language, entries[i].prose));
  (*row)++;
}

typedef struct {
  LimsWeekly *weekly;
  guint row;
} Proof;

static gboolean write_audit_head(gconstpointer data, gpointer user, GError **error) {
  const LimsWeekAuditHead *head = data;
  Proof *proof = user;
  const LimsWeekHead *week = lims_week_head(proof->weekly->week);
  g_autofree char *term =
      g_strdup_printf("%s %s", lims_translate(proof->weekly->language, N_("Audit head of")), head->lab);
  g_autofree char *at = lims_time_to_iso(head->at_us, week->zone, FALSE);
  g_autofree char *prose = g_strdup_printf("%s  (%" G_GINT64_FORMAT ", %s)", head->hash, head->n, at);

  write_entry(proof->weekly->guide, &proof->row, term, prose);
  return lims_workbook_check(proof->weekly->book, error);
}

static char *previous_issue(LimsWeekly *weekly) {
  const LimsWeekHead *head = lims_week_head(weekly->week);
  g_autofree char *week = lims_time_week_to_string(head->previous_week);

  if (!head->previous)
    return g_strdup(lims_translate(weekly->language, N_("none recorded")));
  return g_strdup_printf("%s, %s %" G_GINT64_FORMAT, week, lims_translate(weekly->language, N_("position")),
                         head->previous);
}

static gboolean write_proof(LimsWeekly *weekly, guint *row, GError **error) {
  const LimsWeekHead *head = lims_week_head(weekly->week);
  Proof proof = {.weekly = weekly};
  g_autofree char *position = g_strdup_printf("%" G_GINT64_FORMAT, head->as_of);
  g_autofree char *moment = lims_time_to_iso(head->as_of_us, head->zone, TRUE);
  g_autofree char *previous = previous_issue(weekly);
  const Entry entries[] = {
      {N_("Week"), weekly->title},
      {N_("Scope"), weekly->scope},
      {N_("Position of the change log"), position},
      {N_("Its moment"), moment},
      {N_("Time zone"), head->zone_name},
      {N_("Store"), head->incarnation},
      {N_("Issue before"), previous},
  };

  lims_sheet_set_height(weekly->guide, *row, 24);
  lims_sheet_text(weekly->guide, (*row)++, 0, LIMS_STYLE_SECTION,
                  lims_translate(weekly->language, N_("From which data this was made")));
  for (guint i = 0; i < G_N_ELEMENTS(entries); i++)
    write_entry(weekly->guide, row, lims_translate(weekly->language, entries[i].term), entries[i].prose);
  proof.row = *row;
  return lims_week_each_audit_head(weekly->week, write_audit_head, &proof, error);
}

gboolean lims_weekly_write_guide(LimsWeekly *weekly, GError **error) {
  guint row = 0;

  lims_sheet_hide_grid(weekly->guide);
  lims_sheet_set_widths(weekly->guide, 0, 0, TERM_WIDTH);
  lims_sheet_set_widths(weekly->guide, 1, 1, PROSE_WIDTH);
  lims_sheet_set_height(weekly->guide, row, 34);
  lims_sheet_text(weekly->guide, row, 0, LIMS_STYLE_TITLE,
                  lims_translate(weekly->language, N_("How to read this")));
  row += 2;
  write_section(weekly, &row, N_("What the figures count"), COUNTS, G_N_ELEMENTS(COUNTS));
  write_section(weekly, &row, N_("What the rows say"), ROWS, G_N_ELEMENTS(ROWS));
  return write_proof(weekly, &row, error);
}
