/* Judging anew beside the daily work: steps of a moment, with a pause between, until nothing is left. */
#pragma once
#include "lims/store/store.h"

typedef struct LimsRejudger LimsRejudger;

/* Of the default context's loop; begins with what the last run left. The store must outlive it. */
LimsRejudger *limsd_rejudger_new(LimsStore *store);
void limsd_rejudger_free(LimsRejudger *rejudger); /* after the loop's end, on its thread */
/* There may be something to do. Any thread. */
void limsd_rejudger_wake(LimsRejudger *rejudger);
