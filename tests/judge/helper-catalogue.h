/* A small catalogue of invented classes, for the tests of the judge. */
#pragma once
#include "lims/judge/judge.h"

/* Trees: food "蔬菜"(1) > "叶菜"(2) > "菠菜"(3), "茎类"(4) > "芹菜"(5); "水产"(10) > "鱼"(11); "食用菌"(20) >
 * "木耳"(21). Commodities: spinach (3), celery (5), carp (11), fungus (21), oddity (3 and 5), stray
 * (nowhere). */
LimsCatalogue *helper_catalogue_new(void);
/* Adds a set in force from–to (yyyymmdd) on the food tree. */
void helper_add_set(LimsCatalogue *c, const char *code, const char *standard, int from, int to,
                    LimsDateRule rule);
/* Adds a limit as printed; conditions and definition may be NULL. */
void helper_add_limit(LimsCatalogue *c, const char *set, gint64 node, const char *analyte, const char *text,
                      const char *unit, const char *definition, const char *conditions);
/* A method whose name and standard are its code, too. */
void helper_add_method(LimsCatalogue *c, const char *code, const char *formula, LimsMethod rules);
void helper_seal(LimsCatalogue *c);
/* A determination of lead from its printed form. Clear with lims_value_clear(&d.value). */
LimsDetermination helper_determination(const char *printed, const char *unit, LimsJudgeBasis basis,
                                       guint replicate);
LimsDecimal helper_decimal(const char *text);
