/* The tables that the fixture's work rests on: places, laboratories, foods, limits, budgets. */
#include "tests/reports/helper-week.h"

/* Those that the results below are judged by: one temporary, one with a source of its own in a set that
 * nobody checked, one that is no longer as it was used. */
#define LIMIT_ROWS                                                                                           \
  "INSERT INTO limit_row(limit_set, id, node, analyte, kind, limit_text, unit, clause, basis,"               \
  " residue_definition, conditions, source, note) VALUES"                                                    \
  "('gb2763-2021', 1, 1, 'procymidone', 'maximum', '5', 'mg/kg', '4.126', '', NULL, 'temporary', '', ''),"   \
  "('gb2763-2021', 2, 1, 'clothianidin', 'maximum', '0.2', 'mg/kg', '4.126', '', NULL, '', 'a web page', "   \
  "''),"                                                                                                     \
  "('gb2763-2021', 3, 1, 'cyromazine', 'maximum', '0.005', 'mg/kg', '4.126', 'MRL; temporary limit (*)', "   \
  "NULL,"                                                                                                    \
  " '', '', ''),"                                                                                            \
  "('gb2763-2021', 4, 1, 'omethoate', 'banned', '不得使用', NULL, '4.126', '', NULL, '', '', ''),"       \
  "('gb2763-2021', 5, 1, 'chlorpyrifos', 'maximum', '0.05', 'mg/kg', '4.126', '', NULL, '', '', ''),"        \
  "('gb2763-2021', 6, 1, 'carbofuran', 'maximum', '0.02', 'mg/kg', '4.126', '',"                             \
  " 'carbofuran + 3-hydroxycarbofuran, as carbofuran: both', 'dehydration', '', ''),"                        \
  "('gb2762-2022', 1, 1, 'cadmium', 'maximum', '0.2', 'mg/kg', '4.2', '', NULL, '', '', ''),"                \
  "('gb2762-2025', 1, 1, 'lead', 'maximum', '0.3', 'mg/kg', '4.1', '', NULL, '', 'another page', '')"

/* Of the city: the floor exactly; QN below its floor, with a correction and a payment after the week; BS none
 * at all; DX above, with no sample before this year. Two rows came after every position, two are of other
 * years. */
#define BUDGETS                                                                                              \
  "INSERT INTO budget(lab, id, year, kind, amount, on_day, note, who, at_us, seq) VALUES"                    \
  "(0, 1, 2026, 'appropriated', '10000000', '2026-02-01', '', 'li.na', 1, 1),"                               \
  "(0, 2, 2026, 'paid', '123456.78', '2026-05-01', '', 'li.na', 1, 1),"                                      \
  "(1, 3, 2026, 'appropriated', '7500000', '2026-02-01', '', 'li.na', 1, 1),"                                \
  "(1, 4, 2026, 'appropriated', '-500000.01', '2026-03-01', 'correction', 'li.na', 1, 1),"                   \
  "(1, 5, 2026, 'paid', '1000.10', '2026-11-22', 'the last day', 'li.na', 1, 1),"                            \
  "(1, 6, 2026, 'paid', '5000', '2026-11-23', 'after the week', 'li.na', 1, 1),"                             \
  "(1, 7, 2025, 'paid', '77', '2025-05-01', '', 'li.na', 1, 1),"                                             \
  "(2, 8, 2026, 'paid', '0.05', '2026-11-01', '', 'li.na', 1, 1),"                                           \
  "(3, 9, 2026, 'appropriated', '8000000.01', '2026-12-01', '', 'li.na', 1, 1),"                             \
  "(3, 10, 2026, 'appropriated', '1', '2026-12-01', 'too late', 'li.na', 1, 1000000),"                       \
  "(3, 11, 2027, 'appropriated', '5', '2026-12-01', '', 'li.na', 1, 1)"

const char *const FIXTURE_NETWORK[] = {
    "INSERT INTO division(code, name, name_en, parent, level) "
    "VALUES('99', '云岭省', 'Yunling Province', NULL, 1), ('9901', '临河市', 'Linhe "
    "City', '99', 2),"
    "('990101', '清南县', 'Qingnan County', '9901', 3), ('990102', '白沙县', 'Baisha County', '9901', 3),"
    "('990103', '东溪区', 'Dongxi District', '9901', 3), ('990101001', '石桥镇', 'Shiqiao Town', '990101', "
    "4),"
    "('990102007', '柳湾乡', 'Liuwan Township', '990102', 4)",
    "INSERT INTO lab(id, code, name, name_en, kind, division, zone, seq) "
    "VALUES(0, 'LH', '临河市食品检验中心', 'Linhe City Food Laboratory', 'city', '9901', "
    "'Asia/Shanghai', 1),"
    "(1, 'QN', '清南县检验所', 'Qingnan County Laboratory', 'county', '990101', 'Asia/Shanghai', 1),"
    "(2, 'BS', '白沙县检验所', 'Baisha County Laboratory', 'county', '990102', 'Asia/Shanghai', 1),"
    "(3, 'DX', '东溪区检验所', 'Dongxi District Laboratory', 'county', '990103', 'Asia/Shanghai', 1)",
    "INSERT INTO commodity(code, name, name_en, family) "
    "VALUES('leek', '韭菜', 'Chinese chives', 'vegetables'),"
    "('celery', '芹菜', 'Celery', 'vegetables'), ('cowpea', '豇豆', 'Cowpea', 'vegetables'),"
    "('ginger', '姜', 'Ginger', 'vegetables'), ('rice', '大米', 'Rice', 'cereals'),"
    "('orange', '柑橘', 'Mandarin', 'fruit')",
    "INSERT INTO analyte(code, name, name_en, family) VALUES('procymidone', '腐霉利', 'Procymidone', "
    "'pesticide'), ('clothianidin', "
    "'噻虫胺',"
    "'Clothianidin', 'pesticide'), ('chlorpyrifos', '毒死蜱', 'Chlorpyrifos', 'pesticide'), ('cadmium', "
    "'镉(以Cd计)',"
    "'Cadmium (as Cd)', 'metal'), ('omethoate', '氧乐果', 'Omethoate', 'pesticide'), ('cyromazine', '灭蝇胺',"
    "'Cyromazine', 'pesticide'), ('inhibition', '抑制率', 'Inhibition', 'screen'),"
    "('carbofuran', '克百威', 'Carbofuran', 'pesticide'), ('3-hydroxycarbofuran', '3-羟基克百威', "
    "'3-Hydroxycarbofuran', 'pesticide'), ('lead', '铅(以Pb计)', 'Lead (as Pb)', 'metal')",
    "INSERT INTO limit_set(code, standard, title, tree, effective_from, effective_to, date_rule, source, "
    "standing, checked_by, seq) "
    "VALUES('gb2763-2021', 'GB 2763-2021', 'Maximum residue limits', 'gb2763', "
    "'2021-09-03', NULL,"
    "'production', 'standard, read twice', 'good', 'li.na', 1), ('gb2762-2022', 'GB 2762-2022', "
    "'Contaminants', 'gb2762',"
    "'2023-06-30', NULL, 'production', 'third-party transcription', 'to be verified before use', NULL, 1),"
    "('gb2762-2025', 'GB 2762-2025', 'Contaminants', 'gb2762', '2026-09-02', NULL, 'production', 'the "
    "standard', "
    "'good', NULL, 1)",
    "INSERT INTO method(code, name, standard) VALUES('gcms', '气相色谱-质谱法', 'GB 23200.113-2018'),"
    "('icpms', '电感耦合等离子体质谱法', 'GB 5009.15-2023')",
    LIMIT_ROWS,
    BUDGETS,
    "INSERT INTO setting(name, n, value, who, at_us, seq) "
    "VALUES('budget.floor-county', 1, '6500000.50', 'li.na', 1, 1),"
    "('budget.floor-county', 2, '7000000', 'li.na', 2, 2), ('budget.floor-county', 3, '1', 'li.na', 3, "
    "1000000)",
    "INSERT INTO station(lab, id, name, driver, title, origin, line, seq) "
    "VALUES(0, 1, 'gcms-1', 'gcmsms-astm', 'GC-MS/MS, multi-residue', 'synthetic', 'l1', "
    "1),"
    "(1, 2, 'icp-1', 'icpms-astm', 'ICP-MS', 'hardware', 'l2', 1)",
    "INSERT INTO person(lab, id, login, name, role, active, seq) "
    "VALUES(0, 1, 'li.na', '李娜', 'technician', 1, 1), (1, 2, 'wang', '王 强', "
    "'technician', 1, 1)",
    NULL,
};
