/* A small catalogue to judge texts by, and a row with the end that it must come to. */
#pragma once
#include "lims/model/judge-text.h"

#define DAY "2025-12-01"
#define ROW(analyte, value, unit, date, limit)                                                               \
  { "韭菜", analyte, value, unit, date, limit }

typedef struct {
  LimsJudgeText text;
  LimsVerdictKind kind;
  const char *code, *word; /* a word of the reason; NULL: any */
} HelperCase;

/* 韭菜 and some analytes, with limits of lead 0.3 mg/kg, cadmium 0.5 mg/kg on dry weight, fipronil 0.02
 * mg/kg, pH, in force from 2025-01-01 by production; two screens. */
LimsCatalogue *helper_text_catalogue(void);
void helper_text_check(const LimsCatalogue *catalogue, const HelperCase *row);
void helper_text_check_all(const HelperCase *rows, guint count);
