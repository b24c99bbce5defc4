/* What a person gives beside a value: LOD and LOQ, facts, uncertainty, how to compare and to decide. */
#pragma once
#include "lims/model/judge-read.h"

/* Into a row whose value and units are read. What cannot be read is noted under LIMS_ROW_OTHER. */
void lims_judge_given_read(const LimsCatalogue *catalogue, const LimsJudgeText *text, LimsJudgeRow *row);
