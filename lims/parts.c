/* The parts, named once. */
#include "lims/parts.h"
#include "lims/ingest/command.h"
#include "lims/ingest/held.h"
#include "lims/ingest/journal-copy.h"
#include "lims/model/command-budget.h"
#include "lims/model/command-commodity.h"
#include "lims/model/command-judge.h"
#include "lims/model/command-limit.h"
#include "lims/model/command-method.h"
#include "lims/model/command-result.h"
#include "lims/model/command-setting.h"

static const LimsCommand *const TABLES[] = {
    LIMS_MODEL_COMMANDS,   LIMS_JUDGE_COMMANDS,
    LIMS_LIMIT_COMMANDS,   LIMS_COMMODITY_COMMANDS,
    LIMS_SETTING_COMMANDS, LIMS_BUDGET_COMMANDS,
    LIMS_METHOD_COMMANDS,  LIMS_RESULT_COMMANDS,
    LIMS_INGEST_COMMANDS,  NULL,
};

LimsApiParts lims_parts(const char *journal_path) {
  return (LimsApiParts){.tables = TABLES,
                        .retry_held = lims_held_retry,
                        .check_journal = lims_journal_check_json,
                        .copy_journal = lims_journal_copy,
                        .journal_path = journal_path};
}
